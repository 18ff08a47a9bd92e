//! 部门数据: a list a department hands over: who is a veteran, disabled, insured, dead, as of a day.
//!
//! A line is an identity number and the days from and to which it is so. Where the list tells no
//! first day, it is so from the day the list is as of. Numbers are indexed and forgotten.

use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::key_group::KeyGroup;
use crate::domain::red_flag::VOUCHED;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::uscc::Uscc;
use crate::ground::sheet::{Cell, Kind as CellKind, Row, Sheet};
use crate::ground::text;
use chrono::NaiveDate;
use std::collections::HashSet;

crate::key!(
    /// The key of one delivery.
    DeliveryId
);

crate::code!(
    /// 数据种类: what a department says of people.
    DeliveryKind {
        /// 退役军人
        Veteran = "veteran",
        /// 残疾人
        Disabled = "disabled",
        /// 登记失业人员
        Unemployed = "unemployed",
        /// 脱贫人口
        Lifted = "lifted",
        /// 参保缴费: employed by whoever pays.
        Insured = "insured",
        /// 领取养老金
        Pensioner = "pensioner",
        /// 财政供养
        Payroll = "payroll",
        /// 在校学生
        Pupil = "pupil",
        /// 死亡
        Deceased = "deceased",
    }
);

impl DeliveryKind {
    /// The key group this list vouches for.
    pub fn group(self) -> Option<KeyGroup> {
        VOUCHED
            .iter()
            .find(|(_, kind)| *kind == self.as_str())
            .and_then(|(group, _)| KeyGroup::read(group))
    }
}

/// Lines of a list at most.
pub const MOST: usize = 10_000;

/// What one line says.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, from 1.
    pub row: u32,
    /// Whose.
    pub document: IdDocument,
    /// So from this day …
    pub starts: NaiveDate,
    /// … to this; open when none.
    pub ends: Option<NaiveDate>,
    /// 用人单位 of an insured person; may be empty.
    pub employer: String,
    /// Its code.
    pub uscc: Option<Uscc>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line(row {})", self.row)
    }
}

/// What is wrong with a line. It names the cell, never what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands, from 1.
    pub row: u32,
    /// The cell, such as `C17`.
    pub cell: String,
    /// Why.
    pub why: Refusal,
}

/// A list as it was read.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The lines that can be kept.
    pub lines: Vec<Line>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

#[derive(Clone, Copy)]
struct Columns {
    number: usize,
    starts: Option<usize>,
    ends: Option<usize>,
    employer: Option<usize>,
    uscc: Option<usize>,
}

/// Rows at the top in which headings are looked for.
const TOP: usize = 8;

/// Reads a list that is as of a day.
pub fn read(sheet: &Sheet, as_of: NaiveDate) -> Result<Read, Refusal> {
    let head = sheet
        .rows()
        .take(TOP)
        .find_map(|row| Some((row.number(), columns_of(row)?)));
    let Some((head, columns)) = head else {
        return Err(Refusal::new("delivery.without-numbers").at("sheet"));
    };
    let mut read = Read::default();
    let mut seen = HashSet::new();
    for row in sheet.rows().filter(|row| row.number() > head) {
        if row.cells().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if read.lines.len() + read.problems.len() == MOST {
            return Err(Refusal::new("delivery.too-long").at("sheet").with(MOST));
        }
        match line(row, columns, as_of) {
            Ok(line) if seen.insert((line.document.clone(), line.starts)) => read.lines.push(line),
            Ok(line) => read.problems.push(Problem {
                row: line.row,
                cell: row.cell(columns.number).address(),
                why: Refusal::new("delivery.twice"),
            }),
            Err((cell, why)) => read.problems.push(Problem {
                row: row.number(),
                cell,
                why,
            }),
        }
    }
    if read.lines.is_empty() && read.problems.is_empty() {
        return Err(Refusal::new("delivery.empty").at("sheet"));
    }
    Ok(read)
}

fn line(row: Row<'_>, columns: Columns, as_of: NaiveDate) -> Result<Line, (String, Refusal)> {
    let number = row.cell(columns.number);
    let wrong = |cell: Cell<'_>, why: Refusal| (cell.address(), why);
    let document = IdDocument::read(IdKind::ResidentCard, number.text)
        .map_err(|why| wrong(number, why.refusal()))?;
    // A number cell of eighteen digits has lost its last three, even when what is left passes.
    if number.kind == CellKind::Number && document.as_str().ends_with("000") {
        return Err(wrong(number, Refusal::new("id_number.cut-to-zeros")));
    }
    let date = |column: Option<usize>| -> Result<Option<NaiveDate>, (String, Refusal)> {
        let Some(cell) = column.map(|column| row.cell(column)) else {
            return Ok(None);
        };
        if cell.text.is_empty() {
            return Ok(None);
        }
        day(cell.text)
            .map(Some)
            .ok_or_else(|| wrong(cell, Refusal::new("delivery.day-unreadable")))
    };
    let starts = date(columns.starts)?.unwrap_or(as_of);
    let ends = date(columns.ends)?;
    if starts > as_of {
        let cell = row.cell(columns.starts.unwrap_or(columns.number));
        return Err(wrong(cell, Refusal::new("delivery.later").with(as_of)));
    }
    if ends.is_some_and(|ends| ends < starts) {
        let cell = row.cell(columns.ends.unwrap_or(columns.number));
        return Err(wrong(cell, Refusal::new("delivery.reversed")));
    }
    let plain = |column: Option<usize>| column.map_or("", |column| row.cell(column).text);
    Ok(Line {
        row: row.number(),
        document,
        starts,
        ends,
        employer: text::tidy(plain(columns.employer))
            .chars()
            .take(100)
            .collect(),
        uscc: Uscc::read(plain(columns.uscc)).ok(),
    })
}

/// A day as departments write it: 2026-03-02, 2026/3/2, 2026.3.2, 2026年3月2日, 20260302.
pub(in crate::domain) fn day(written: &str) -> Option<NaiveDate> {
    let written = text::half_width(written);
    let first = written.split_whitespace().next()?;
    if first.len() == 8 && first.bytes().all(|b| b.is_ascii_digit()) {
        return NaiveDate::parse_from_str(first, "%Y%m%d").ok();
    }
    let parts: Vec<u32> = first
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    match parts[..] {
        [year, month, day] if (1900..2200).contains(&year) => {
            NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
        }
        _ => None,
    }
}

fn columns_of(row: Row<'_>) -> Option<Columns> {
    let (mut number, mut starts, mut ends, mut employer, mut uscc) = (None, None, None, None, None);
    for cell in row.cells() {
        let heading = text::packed(cell.text).to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| heading.contains(part));
        let slot = if has(&["统一社会信用代码", "uscc"]) {
            &mut uscc
        } else if has(&["身份证", "身份号码", "证件号", "idnumber", "idcard"]) || heading == "id"
        {
            &mut number
        } else if has(&["单位", "企业", "employer"]) {
            &mut employer
        } else if has(&["截止", "终止", "结束", "停保", "有效期至", "until", "end"]) {
            &mut ends
        } else if has(&[
            "日期", "时间", "起", "开始", "from", "start", "since", "date",
        ]) {
            &mut starts
        } else {
            continue;
        };
        slot.get_or_insert(cell.column);
    }
    Some(Columns {
        number: number?,
        starts,
        ends,
        employer,
        uscc,
    })
}

/// Whether a delivery may be as of that day.
pub fn may_be_as_of(as_of: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if as_of > today {
        return Err(Refusal::new("delivery.ahead").at("as_of"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::sheet;

    fn of(text: &str) -> Result<Read, &'static str> {
        let as_of = NaiveDate::from_ymd_opt(2026, 7, 31).unwrap();
        read(&sheet::read(text.as_bytes()).unwrap(), as_of).map_err(|refusal| refusal.code)
    }

    fn number(sequence: u16) -> String {
        let birth = NaiveDate::from_ymd_opt(1990, 3, 7).unwrap();
        crate::domain::id_number::IdNumber::compose(159_999, birth, sequence)
            .unwrap()
            .as_str()
            .to_owned()
    }

    #[test]
    fn a_list_is_read_by_its_headings() {
        let (one, two) = (number(1), number(2));
        let read = of(&format!(
            "残疾人名单\n序号,姓名,公民身份号码,发证日期,有效期至\n1,张三,{one},2020年1月5日,\n2,李四,{two},,2030.12.31\n"
        ))
        .unwrap();
        let days: Vec<_> = read
            .lines
            .iter()
            .map(|line| {
                (
                    line.starts.to_string(),
                    line.ends.map(|day| day.to_string()),
                )
            })
            .collect();
        assert_eq!(
            days,
            [
                ("2020-01-05".to_owned(), None),
                ("2026-07-31".to_owned(), Some("2030-12-31".to_owned()))
            ]
        );
        assert!(read.problems.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_by_cell_and_never_by_number() {
        let one = number(1);
        let read = of(&format!(
            "身份证号,参保日期,截止日期,单位名称\n{one},2026-01-01,,甲厂\n{one},2026-01-01,,甲厂\n159999199003070000,,,\n{},2026-08-01,,\n{},2026-02-30,,\n{},2026-02-01,2026-01-01,\n",
            number(3),
            number(4),
            number(5)
        ))
        .unwrap();
        assert_eq!(read.lines.len(), 1);
        assert_eq!(read.lines[0].employer, "甲厂");
        let codes: Vec<_> = read
            .problems
            .iter()
            .map(|problem| (problem.cell.as_str(), problem.why.code))
            .collect();
        assert_eq!(codes[0], ("A3", "delivery.twice"));
        assert_eq!(codes[1].0, "A4");
        assert_eq!(
            codes[2..],
            [
                ("B5", "delivery.later"),
                ("B6", "delivery.day-unreadable"),
                ("C7", "delivery.reversed")
            ]
        );
        assert!(!format!("{read:?}").contains("15999919"));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(of("a,b\n1,2").unwrap_err(), "delivery.without-numbers");
        assert_eq!(of("身份证号,姓名").unwrap_err(), "delivery.empty");
    }

    #[test]
    fn lists_vouch_for_the_groups_that_red_flags_ask_about() {
        let vouching = DeliveryKind::ALL
            .iter()
            .filter(|kind| kind.group().is_some());
        assert_eq!(vouching.count(), VOUCHED.len());
    }
}
