//! 名单比对: a sheet with identity numbers, held against the registry; of each line only the answer is
//! kept, never the number.
//!
//! Departments' sheets have every shape, so the column is found by what stands in it: the one in which
//! most cells are identity numbers.

use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::sheet::{Kind as CellKind, Row, Sheet};
use std::collections::BTreeMap;

crate::key!(
    /// The key of one comparison.
    ComparisonId
);

crate::code!(
    /// 结果 of one line.
    Match {
        /// 在册
        Known = "known",
        /// 未查到: not on record, or not the asker's to know.
        Unknown = "unknown",
        /// 号码有误
        Unreadable = "unreadable",
    }
);

/// Lines of a sheet at most.
pub const MOST: usize = 20_000;

/// One line of a sheet: where it stands, and whose it is, unless the number is wrong.
#[derive(Clone)]
pub struct Line {
    /// Where it stands, from 1.
    pub row: u32,
    /// Whose; none when the number cannot be read.
    pub document: Option<IdDocument>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line(row {})", self.row)
    }
}

/// Reads the lines of a sheet.
pub fn read(sheet: &Sheet) -> Result<Vec<Line>, Refusal> {
    let mut columns: BTreeMap<usize, usize> = BTreeMap::new();
    for row in sheet.rows() {
        for cell in row.cells() {
            if document(row, cell.column).is_some_and(|read| read.is_ok()) {
                *columns.entry(cell.column).or_default() += 1;
            }
        }
    }
    // The first of the columns that hold the most.
    let most = columns.values().copied().max();
    let column = columns
        .iter()
        .find(|(_, count)| Some(**count) == most)
        .map(|(column, _)| *column)
        .ok_or_else(|| Refusal::new("delivery.without-numbers").at("sheet"))?;
    let mut lines = Vec::new();
    for row in sheet.rows() {
        let Some(read) = document(row, column) else {
            continue;
        };
        // A title or a heading is no line.
        if lines.is_empty() && read.is_err() && !looks_like_a_number(row, column) {
            continue;
        }
        if lines.len() == MOST {
            return Err(Refusal::new("comparison.too-long").at("sheet").with(MOST));
        }
        lines.push(Line {
            row: row.number(),
            document: read.ok(),
        });
    }
    Ok(lines)
}

/// What stands in the cell; none when nothing does.
fn document(row: Row<'_>, column: usize) -> Option<Result<IdDocument, Refusal>> {
    let cell = row.cells().find(|cell| cell.column == column)?;
    if cell.text.trim().is_empty() {
        return None;
    }
    let read = IdDocument::read(IdKind::ResidentCard, cell.text).map_err(Reason::refusal);
    // A number cell of eighteen digits has lost its last three, even when what is left passes.
    let cut = cell.kind == CellKind::Number
        && read
            .as_ref()
            .is_ok_and(|read| read.as_str().ends_with("000"));
    Some(if cut {
        Err(Refusal::new("id_number.cut-to-zeros"))
    } else {
        read
    })
}

fn looks_like_a_number(row: Row<'_>, column: usize) -> bool {
    row.cells()
        .find(|cell| cell.column == column)
        .is_some_and(|cell| cell.text.chars().filter(char::is_ascii_digit).count() >= 12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::sheet;

    const ONE: &str = "159999199003070016";

    fn of(text: &str) -> Result<Vec<(u32, bool)>, &'static str> {
        let lines = read(&sheet::read(text.as_bytes()).unwrap()).map_err(|refusal| refusal.code)?;
        Ok(lines
            .iter()
            .map(|line| (line.row, line.document.is_some()))
            .collect())
    }

    #[test]
    fn the_column_is_found_by_what_stands_in_it() {
        let headed = format!(
            "退役军人名单,,\n序号,姓名,证件\n1,张三,{ONE}\n2,李四,159999199003070017\n3,王五,\n"
        );
        assert_eq!(of(&headed).unwrap(), [(3, true), (4, false)]);
        let bare = format!("{ONE},x\n{ONE},y\n");
        assert_eq!(of(&bare).unwrap(), [(1, true), (2, true)]);
        assert_eq!(of("a,b\n1,2").unwrap_err(), "delivery.without-numbers");
    }

    #[test]
    fn numbers_never_show() {
        let lines = read(&sheet::read(format!("证件,x\n{ONE},1\n").as_bytes()).unwrap()).unwrap();
        assert!(!format!("{lines:?}").contains("1990"));
    }
}
