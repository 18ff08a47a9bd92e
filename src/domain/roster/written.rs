//! 原文: a line as it was written, to be kept, sealed, and judged again on admission.

use super::{Column, Head};
use crate::ground::sheet::{Kind, Row, Sheet, Unreadable};
use serde::{Deserialize, Serialize};

/// One line as it was written. Holds ID numbers: it has no `Debug`, and is kept sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The row of the sheet, from 1.
    pub line: u32,
    /// What each column held, blank ones left out: column, place in the sheet from 0, text, and
    /// whether the spreadsheet took it for a number.
    pub cells: Vec<(Column, u32, String, bool)>,
}

impl Written {
    /// The text of one column; empty when nothing was written.
    pub fn text(&self, column: Column) -> &str {
        self.cells
            .iter()
            .find(|(c, ..)| *c == column)
            .map_or("", |(_, _, text, _)| text)
    }

    /// The sheet these lines were written in, as far as a judgement looks at it: `judge` says the
    /// same of it, but for rows that were hidden and cells that were merged.
    pub fn sheet(lines: &[Self]) -> Result<Sheet, Unreadable> {
        let mut sheet = Sheet::default();
        let mut heads: Vec<(u32, Column)> = lines
            .iter()
            .flat_map(|line| &line.cells)
            .map(|(c, at, ..)| (*at, *c))
            .collect();
        heads.sort_unstable();
        heads.dedup();
        for (at, column) in &heads {
            sheet.put(1, *at, column.heading(), Kind::Text)?;
        }
        for line in lines {
            for (_, at, text, is_number) in &line.cells {
                sheet.put(
                    line.line,
                    *at,
                    text,
                    if *is_number { Kind::Number } else { Kind::Text },
                )?;
            }
        }
        Ok(sheet)
    }
}

impl Head {
    /// A line as it was written.
    pub fn written(&self, row: Row<'_>) -> Written {
        let cells = Column::ALL
            .iter()
            .zip(self.cells(row))
            .filter_map(|(column, cell)| {
                let cell = cell.filter(|cell| !cell.text.is_empty())?;
                let place = u32::try_from(cell.column).ok()?;
                Some((
                    *column,
                    place,
                    cell.text.to_owned(),
                    cell.kind == Kind::Number,
                ))
            });
        let mut cells: Vec<_> = cells.collect();
        cells.sort_unstable_by_key(|(_, place, ..)| *place);
        Written {
            line: row.number(),
            cells,
        }
    }
}
