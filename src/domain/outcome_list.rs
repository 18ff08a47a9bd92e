//! 去向名单: a sheet of what became of a class's trainees, as schools and bureaus collect it.

use crate::domain::delivery;
use crate::domain::employment::Fate;
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::occupation::{self, OccupationCode};
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::uscc::Uscc;
use crate::ground::sheet::{Cell, Kind as CellKind, Row, Sheet};
use crate::ground::text;
use chrono::NaiveDate;
use std::collections::HashSet;

pub use crate::domain::delivery::Problem;

/// Lines of a list at most.
pub const MOST: usize = 1_000;
/// Rows at the top in which headings are looked for.
const TOP: usize = 8;

/// What one line says.
#[derive(Clone)]
pub struct Line {
    /// Where it stands, from 1.
    pub row: u32,
    /// The cell of her number, for what is found out later.
    pub cell: String,
    /// Of whom.
    pub document: IdDocument,
    /// 去向
    pub fate: Fate,
    /// The day it was so, when the line tells one.
    pub day: Option<NaiveDate>,
    /// 用人单位; may be empty.
    pub employer: String,
    /// Its code.
    pub uscc: Option<Uscc>,
    /// The job's occupation, as far as the words tell.
    pub occupation: Option<OccupationCode>,
    /// Her monthly wage in fen.
    pub wage_fen: Option<i64>,
    /// What shows it; may be empty.
    pub evidence: String,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line(row {})", self.row)
    }
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
    fate: usize,
    day: Option<usize>,
    employer: Option<usize>,
    uscc: Option<usize>,
    occupation: Option<usize>,
    wage: Option<usize>,
    evidence: Option<usize>,
}

/// Reads a list by its headings.
pub fn read(sheet: &Sheet) -> Result<Read, Refusal> {
    let head = sheet
        .rows()
        .take(TOP)
        .find_map(|row| Some((row.number(), columns_of(row)?)));
    let Some((head, columns)) = head else {
        return Err(Refusal::new("outcome_list.without-headings").at("sheet"));
    };
    let mut read = Read::default();
    let mut seen = HashSet::new();
    for row in sheet.rows().filter(|row| row.number() > head) {
        if row.cells().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if read.lines.len() + read.problems.len() == MOST {
            return Err(Refusal::new("outcome_list.too-long").at("sheet").with(MOST));
        }
        match line(row, columns) {
            Ok(line) if seen.insert(line.document.clone()) => read.lines.push(line),
            Ok(line) => read.problems.push(Problem {
                row: line.row,
                cell: line.cell,
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
        return Err(Refusal::new("outcome_list.empty").at("sheet"));
    }
    Ok(read)
}

fn line(row: Row<'_>, columns: Columns) -> Result<Line, (String, Refusal)> {
    let wrong = |cell: Cell<'_>, why: Refusal| (cell.address(), why);
    let number = row.cell(columns.number);
    let document = IdDocument::read(IdKind::ResidentCard, number.text)
        .map_err(|why| wrong(number, why.refusal()))?;
    // A number cell of eighteen digits has lost its last three, even when what is left passes.
    if number.kind == CellKind::Number && document.as_str().ends_with("000") {
        return Err(wrong(number, Refusal::new("id_number.cut-to-zeros")));
    }
    let said = row.cell(columns.fate);
    let fate =
        fate(said.text).ok_or_else(|| wrong(said, Refusal::new("outcome_list.outcome-unknown")))?;
    // A cell that is missing is an empty one, and its fault is told where the number stands.
    let cell = |column: Option<usize>| row.cell(column.unwrap_or(columns.number));
    let plain = |column: Option<usize>| column.map_or("", |column| row.cell(column).text.trim());
    let day = match plain(columns.day) {
        "" => None,
        written => Some(
            delivery::day(written)
                .ok_or_else(|| wrong(cell(columns.day), Refusal::new("delivery.day-unreadable")))?,
        ),
    };
    let uscc = match plain(columns.uscc) {
        "" => None,
        written => {
            Some(Uscc::read(written).map_err(|why| wrong(cell(columns.uscc), why.refusal()))?)
        }
    };
    let wage_fen = match plain(columns.wage) {
        "" => None,
        written => Some(wage(written).ok_or_else(|| {
            wrong(
                cell(columns.wage),
                Refusal::new("outcome_list.wage-unreadable"),
            )
        })?),
    };
    let short =
        |column: Option<usize>| -> String { text::tidy(plain(column)).chars().take(200).collect() };
    Ok(Line {
        row: row.number(),
        cell: number.address(),
        document,
        fate,
        day,
        employer: short(columns.employer),
        uscc,
        occupation: occupation::read_word(plain(columns.occupation))
            .map(|found| found.occupation.code.clone()),
        wage_fen,
        evidence: short(columns.evidence),
    })
}

/// By code or by name.
fn fate(written: &str) -> Option<Fate> {
    let written = text::packed(written);
    Fate::read(&written.to_uppercase()).or_else(|| {
        let named = |fate: &&Fate| text::packed(fate.name()) == written;
        Fate::ALL.iter().find(named).copied()
    })
}

/// A monthly wage in whole yuan.
fn wage(written: &str) -> Option<i64> {
    let plain = text::half_width(written).replace([',', '元', ' '], "");
    let yuan: i64 = plain.parse().ok()?;
    (0..=1_000_000).contains(&yuan).then_some(yuan * 100)
}

fn columns_of(row: Row<'_>) -> Option<Columns> {
    let mut found = [None; 8];
    for cell in row.cells() {
        let heading = text::packed(cell.text).to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| heading.contains(part));
        let at = if has(&["统一社会信用代码", "uscc"]) {
            4
        } else if has(&["身份证", "身份号码", "证件号", "idnumber", "idcard"]) || heading == "id"
        {
            0
        } else if has(&["单位", "企业", "employer"]) {
            3
        } else if has(&["去向", "outcome"]) {
            1
        } else if has(&["工资", "月薪", "收入", "wage"]) {
            6
        } else if has(&["岗位", "职业", "工种", "occupation"]) {
            5
        } else if has(&["凭证", "证明", "依据", "evidence"]) {
            7
        } else if has(&["日期", "时间", "date", "day"]) {
            2
        } else {
            continue;
        };
        found[at].get_or_insert(cell.column);
    }
    let [
        number,
        fate,
        day,
        employer,
        uscc,
        occupation,
        wage,
        evidence,
    ] = found;
    Some(Columns {
        number: number?,
        fate: fate?,
        day,
        employer,
        uscc,
        occupation,
        wage,
        evidence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::sheet;

    const ONE: &str = "159999199003070016";

    #[test]
    fn a_list_is_read_by_its_headings_and_faults_are_told_by_cell() {
        let text = format!(
            "姓名,身份证号,去向,就业单位,岗位,月工资,凭证,日期\n\
             甲,{ONE},单位就业,甲厂,焊工,4200元,劳动合同,2026-06-30\n\
             甲,{ONE},FLEX,,,,,\n乙,159999199003070017,UNEMP,,,,,\n丙,{ONE},外出,,,,,\n"
        );
        let read = read(&sheet::read(text.as_bytes()).unwrap()).unwrap();
        let line = &read.lines[0];
        assert_eq!((line.fate, line.wage_fen), (Fate::Employed, Some(420_000)));
        assert_eq!(line.occupation.as_ref().unwrap().as_str(), "6-18-02-04");
        assert_eq!(line.day.unwrap().to_string(), "2026-06-30");
        let told: Vec<_> = read.problems.iter().map(|one| one.cell.as_str()).collect();
        assert_eq!(told, ["B3", "B4", "C5"]);
        assert!(!format!("{read:?}").contains("15999919"));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let of = |text: &str| {
            read(&sheet::read(text.as_bytes()).unwrap())
                .unwrap_err()
                .code
        };
        assert_eq!(of("a,b\n1,2"), "outcome_list.without-headings");
        assert_eq!(of("身份证号,去向"), "outcome_list.empty");
    }
}
