//! 岗位自报: an employer reports herself whom she looks for.
//!
//! What she reports counts once an officer of the county confirms it, and bears her mark from then
//! on. She is known by the 统一社会信用代码 her token was granted for, never by what she types. A
//! newer report for the same place, trade and month takes the place of one that still waits.

use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::vacancy::{self, Unfit};
use chrono::NaiveDate;

crate::key!(
    /// The key of one report.
    VacancyReportId
);

crate::code!(
    /// 核实结论
    ReportVerdict {
        /// 属实，计入
        Confirmed = "confirmed",
        /// 不予采用
        Refused = "refused",
    }
);

crate::code!(
    /// 自报状态, as the employer is told it.
    ReportState {
        /// 待核实
        Waiting = "waiting",
        /// 已核实，计入
        Confirmed = "confirmed",
        /// 未采用
        Refused = "refused",
        /// 已被新的一条代替
        Superseded = "superseded",
    }
);

/// The most lines reported at once.
pub const MOST: usize = 200;

/// The most reports of one employer that wait at once.
pub const WAITING: i64 = 400;

/// The most characters of a reason.
pub const REASON: usize = 200;

/// What an employer says: how many people she looks for in a trade, a place and a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Where the work is: a county, or a township.
    pub region: RegionCode,
    /// The trade.
    pub occupation: OccupationCode,
    /// The first day of the month.
    pub month: NaiveDate,
    /// For how many.
    pub posts: i64,
}

impl Opening {
    /// Reads one that was typed: names do as well as codes.
    pub fn read(
        [region, occupation, month, posts]: [&str; 4],
        today: NaiveDate,
    ) -> Result<Self, Unfit> {
        let (region, occupation, month, posts) =
            vacancy::read_fields([region, occupation, month, posts])?;
        let opening = Self {
            region,
            occupation,
            month,
            posts,
        };
        opening.may_be_kept(today)?;
        Ok(opening)
    }

    /// Whether it may be kept: somebody must be there to confirm it, and it is of these months.
    pub fn may_be_kept(&self, today: NaiveDate) -> Result<(), Unfit> {
        if self.region.county().is_none() {
            Err(Unfit::Region)
        } else if !vacancy::is_month(self.month, today) {
            Err(Unfit::Month)
        } else if !vacancy::is_number(self.posts) {
            Err(Unfit::Posts)
        } else {
            Ok(())
        }
    }
}

/// One line of a list and what was read from it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// What it says, or what is wrong with it.
    pub opening: Result<Opening, Unfit>,
}

/// Reads a list: 地区, 职业, 月份, 人数, apart by tabs or commas. Blank lines are passed over.
pub fn read(list: &str, today: NaiveDate) -> Vec<Line> {
    vacancy::lines(list)
        .map(|(number, fields)| Line {
            number,
            opening: <[&str; 4]>::try_from(fields.iter().map(String::as_str).collect::<Vec<_>>())
                .map_err(|_| Unfit::Fields)
                .and_then(|fields| Opening::read(fields, today)),
        })
        .collect()
}

/// Whether one more, or so many, may wait of one employer.
pub fn may_wait(waiting: i64, more: usize) -> Result<(), Refusal> {
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    if waiting.saturating_add(more) > WAITING {
        return Err(Refusal::new("vacancy_report.too-many").with(WAITING));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_list_of_openings_is_read_line_by_line() {
        let list = "集宁区，焊工，2026-12，5\n\n150902105\t6-18-02-04\t2026/11\t0\n\
            150900,焊工,2026-12,5\n集宁区,无此职业,2026-12,5\n集宁区,焊工,2030-01,5\n\
            集宁区,焊工,2026-12,很多\n集宁区,焊工,2026-12,甲厂,5\n集宁区,焊工,2026-12,-1";
        let read = read(list, day("2026-11-25"));
        let told: Vec<_> = read
            .iter()
            .map(|line| match &line.opening {
                Ok(one) => format!("{} {} {}", line.number, one.region, one.posts),
                Err(why) => format!("{} {why:?}", line.number),
            })
            .collect();
        assert_eq!(
            told,
            [
                "1 150902 5",
                "3 150902105 0",
                "4 Region",
                "5 Occupation",
                "6 Month",
                "7 Posts",
                "8 Fields",
                "9 Posts"
            ]
        );
    }

    #[test]
    fn so_many_wait_and_no_more() {
        assert!(may_wait(0, 200).is_ok());
        assert!(may_wait(399, 1).is_ok());
        assert_eq!(
            may_wait(399, 2).unwrap_err().code,
            "vacancy_report.too-many"
        );
    }
}
