//! 岗位需求: how many people employers look for, trade by trade, and what that asks of training.

use crate::domain::figure::{month_end, month_start};
use crate::domain::occupation::{self, OccupationCode};
use crate::domain::place::{self, RegionCode};
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::text;
use chrono::{Months, NaiveDate};

crate::key!(
    /// The key of one entry.
    VacancyId
);

crate::key!(
    /// The key of what was entered together.
    VacancyListId
);

/// The most lines that are entered together.
pub const MOST: usize = 5000;

/// A gap from which a trade is proposed: half a class.
pub const WORTH: i64 = 20;

/// How many people one proposed class trains.
pub const SEATS: i64 = 40;

/// What is entered: how many people an employer looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Where the work is.
    pub region: RegionCode,
    /// The trade.
    pub occupation: OccupationCode,
    /// The first day of the month.
    pub month: NaiveDate,
    /// Who looked.
    pub employer: String,
    /// For how many.
    pub posts: i64,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It has not five fields.
    Fields,
    /// No place has this code or name.
    Region,
    /// No trade has this code or name.
    Occupation,
    /// Not a month, or one nobody reports now.
    Month,
    /// Nobody is named who looks for people.
    Employer,
    /// Not a number of people.
    Posts,
}

impl Unfit {
    /// The same of one line of a list that a program sent: which line, and what is wrong with it.
    pub fn of_line(self, number: usize) -> Refusal {
        let what = match self {
            Self::Fields => "fields",
            Self::Region => "region",
            Self::Occupation => "occupation",
            Self::Month => "month",
            Self::Employer => "employer",
            Self::Posts => "posts",
        };
        Refusal::new("vacancy.line-wrong").with(number).with(what)
    }
}

impl Reason for Unfit {
    fn refusal(self) -> Refusal {
        match self {
            Self::Fields => Refusal::new("vacancy.fields-missing").at("pasted"),
            Self::Region => Refusal::new("vacancy.region-unknown").at("region"),
            Self::Occupation => Refusal::new("vacancy.occupation-unknown").at("occupation"),
            Self::Month => Refusal::new("vacancy.month-unlikely").at("month"),
            Self::Employer => Refusal::new("vacancy.employer-unnamed").at("employer"),
            Self::Posts => Refusal::new("vacancy.posts-unlikely").at("posts"),
        }
    }
}

/// One line of a list and what was read from it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// As it was written.
    pub text: String,
    /// What it says, or what is wrong with it.
    pub posting: Result<Posting, Unfit>,
}

/// A month, `2026-10`, or any day of it.
pub fn read_month(text: &str) -> Option<NaiveDate> {
    let text = text.trim().replace('/', "-");
    let mut parts = text.split('-');
    let (year, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    NaiveDate::from_ymd_opt(year, month, 1)
}

fn read_region(text: &str) -> Option<RegionCode> {
    RegionCode::read(text)
        .filter(|code| place::find(code).is_some())
        .or_else(|| {
            let mut named = place::all().iter().filter(|one| one.name == text);
            let found = named.next()?;
            named.next().is_none().then(|| found.code.clone())
        })
}

/// The fields of a line, apart by tabs or else by commas.
fn fields(line: &str) -> Vec<String> {
    let apart = if line.contains('\t') { '\t' } else { ',' };
    let line = if apart == ',' {
        line.replace('，', ",")
    } else {
        line.to_owned()
    };
    line.split(apart)
        .map(|field| field.trim().to_owned())
        .collect()
}

/// The lines of a list with their numbers, from 1: without blank ones and without headings.
pub(super) fn lines(list: &str) -> impl Iterator<Item = (usize, Vec<String>)> {
    told(list).map(|(number, line)| (number, fields(line)))
}

fn told(list: &str) -> impl Iterator<Item = (usize, &str)> {
    list.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .filter(|(at, line)| *at > 0 || line.chars().any(|c| c.is_ascii_digit()))
        .map(|(at, line)| (at + 1, line))
}

/// Reads 地区, 职业, 月份, 人数: codes, or names that mean one thing.
pub(super) fn read_fields(
    [region, occupation, month, posts]: [&str; 4],
) -> Result<(RegionCode, OccupationCode, NaiveDate, i64), Unfit> {
    let region = read_region(region.trim()).ok_or(Unfit::Region)?;
    let occupation = occupation::read_word(occupation.trim())
        .map(|found| found.occupation.code.clone())
        .ok_or(Unfit::Occupation)?;
    let month = read_month(month).ok_or(Unfit::Month)?;
    let posts = posts.trim().parse().map_err(|_| Unfit::Posts)?;
    Ok((region, occupation, month, posts))
}

/// Reads a list: 地区, 职业, 月份, 用人单位, 人数, apart by tabs or commas, with or without a line of
/// headings. Blank lines are passed over.
pub fn read(list: &str, today: NaiveDate) -> Vec<Line> {
    told(list)
        .map(|(number, line)| Line {
            number,
            text: line.trim().to_owned(),
            posting: <[String; 5]>::try_from(fields(line))
                .map_err(|_| Unfit::Fields)
                .and_then(|fields| Posting::read(fields.each_ref().map(String::as_str), today)),
        })
        .collect()
}

/// Whether a month is one that is entered now: of the last three years or the next three months.
pub(super) fn is_month(month: NaiveDate, today: NaiveDate) -> bool {
    let this = month_start(today);
    let first = this.checked_sub_months(Months::new(36)).unwrap_or(this);
    let last = this.checked_add_months(Months::new(3)).unwrap_or(this);
    month == month_start(month) && (first..=last).contains(&month)
}

/// Whether so many people can be looked for.
pub(super) fn is_number(posts: i64) -> bool {
    (0..=100_000).contains(&posts)
}

impl Posting {
    /// Reads one that was typed: 地区, 职业, 月份, 用人单位, 人数.
    pub fn read(
        [region, occupation, month, employer, posts]: [&str; 5],
        today: NaiveDate,
    ) -> Result<Self, Unfit> {
        let (region, occupation, month, posts) = read_fields([region, occupation, month, posts])?;
        let posting = Self {
            region,
            occupation,
            month,
            employer: text::tidy(employer),
            posts,
        };
        posting.may_be_kept(today)?;
        Ok(posting)
    }

    /// Whether it may be kept: a month of the last three years or the next three months.
    pub fn may_be_kept(&self, today: NaiveDate) -> Result<(), Unfit> {
        if !is_month(self.month, today) {
            Err(Unfit::Month)
        } else if self.employer.is_empty() || self.employer.chars().count() > 100 {
            Err(Unfit::Employer)
        } else if !is_number(self.posts) {
            Err(Unfit::Posts)
        } else {
            Ok(())
        }
    }
}

/// The three months that end with this one: their first day and the last that has come.
pub fn span(month: NaiveDate, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let this = month_start(month);
    let from = this.checked_sub_months(Months::new(2)).unwrap_or(this);
    (from, month_end(this).min(today))
}

/// The first day of the quarter after a day's.
pub fn next_quarter(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    let first = month_start(day);
    let ahead = 3 - first.month0() % 3;
    first
        .checked_add_months(Months::new(ahead))
        .unwrap_or(first)
}

/// One trade: what is looked for and what training brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The trade.
    pub occupation: OccupationCode,
    /// People looked for in the three months.
    pub posts: i64,
    /// By how many employers.
    pub employers: i64,
    /// People in class for it on the last day.
    pub in_class: i64,
    /// People certified in it in the three months.
    pub certified: i64,
    /// Whether it is on the list of trades in demand on the last day.
    pub listed: bool,
}

crate::code!(
    /// 建议
    Advice {
        /// 列入紧缺职业目录
        List = "list",
        /// 开班
        Open = "open",
        /// 移出紧缺职业目录
        End = "end",
    }
);

impl Balance {
    /// 缺口: people looked for whom nobody is training and nobody has just certified.
    pub fn gap(&self) -> i64 {
        self.posts - self.in_class - self.certified
    }

    /// How many classes would fill the gap.
    pub fn classes(&self) -> i64 {
        (self.gap().max(0) + SEATS - 1) / SEATS
    }

    /// What the numbers ask for. A trade is not listed on one employer's word, and not ended
    /// while it is short.
    pub fn advice(&self) -> Vec<Advice> {
        let mut advice = Vec::new();
        if self.gap() >= WORTH {
            if !self.listed && self.employers >= 2 {
                advice.push(Advice::List);
            }
            advice.push(Advice::Open);
        } else if self.listed && self.gap() <= 0 {
            advice.push(Advice::End);
        }
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_list_is_read_line_by_line() {
        let list = "地区,职业,月份,用人单位,人数\n\
            150902,6-18-02-04,2026-10,甲厂,12\n\n\
            150902\t6-18-02-04\t2026-10-01\t甲厂\t12\n\
            159999,6-18-02-04,2026-10,甲厂,12\n\
            150902,没有这个职业,2026-10,甲厂,12\n\
            150902,6-18-02-04,2020-10,甲厂,12\n\
            150902,6-18-02-04,2026-13,甲厂,12\n\
            150902,6-18-02-04,2026-10,,12\n\
            150902,6-18-02-04,2026-10,甲厂,-1\n\
            150902,6-18-02-04,2026-10,甲厂\n";
        let lines = read(list, day("2026-11-25"));
        let told: Vec<_> = lines
            .iter()
            .map(|line| (line.number, line.posting.as_ref().err().copied()))
            .collect();
        assert_eq!(
            told,
            [
                (2, None),
                (4, None),
                (5, Some(Unfit::Region)),
                (6, Some(Unfit::Occupation)),
                (7, Some(Unfit::Month)),
                (8, Some(Unfit::Month)),
                (9, Some(Unfit::Employer)),
                (10, Some(Unfit::Posts)),
                (11, Some(Unfit::Fields)),
            ]
        );
        assert_eq!(lines[0].posting, lines[1].posting);
    }

    #[test]
    fn a_quarter_and_the_three_months() {
        for (on, next) in [
            ("2026-11-25", "2027-01-01"),
            ("2026-10-01", "2027-01-01"),
            ("2026-03-31", "2026-04-01"),
        ] {
            assert_eq!(next_quarter(day(on)), day(next));
        }
        let today = day("2026-11-25");
        assert_eq!(span(day("2026-11-01"), today), (day("2026-09-01"), today));
        assert_eq!(
            span(day("2026-10-01"), today),
            (day("2026-08-01"), day("2026-10-31"))
        );
    }

    #[test]
    fn numbers_ask_for_a_listing_a_class_or_an_end() {
        let balance = |posts, employers, in_class, certified, listed| Balance {
            occupation: OccupationCode::read("6-18-02-04").unwrap(),
            posts,
            employers,
            in_class,
            certified,
            listed,
        };
        for (balance, classes, advice) in [
            (
                balance(100, 3, 10, 5, false),
                3,
                vec![Advice::List, Advice::Open],
            ),
            (balance(100, 1, 10, 5, false), 3, vec![Advice::Open]),
            (balance(100, 3, 10, 5, true), 3, vec![Advice::Open]),
            (balance(100, 3, 81, 0, false), 1, vec![]),
            (
                balance(100, 3, 80, 0, false),
                1,
                vec![Advice::List, Advice::Open],
            ),
            (balance(0, 0, 10, 0, true), 0, vec![Advice::End]),
            (balance(10, 1, 5, 0, true), 1, vec![]),
            (balance(0, 0, 10, 0, false), 0, vec![]),
        ] {
            assert_eq!(balance.classes(), classes);
            assert_eq!(balance.advice(), advice, "{balance:?}");
        }
    }
}
