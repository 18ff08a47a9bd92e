//! 表格: a spreadsheet as rows of text, from a workbook, a text file or a paste.
//!
//! ## Why our own reading of workbooks
//! A workbook comes from a stranger. The usual readers believe what it says about itself: one
//! allocates as many strings as `uniqueCount` claims, one copies a number format into every style
//! that names it, one makes a rectangle from the first cell to the farthest. Kilobytes of file
//! become gigabytes of memory and the process is gone. Here nothing is allocated on a claim: parts
//! that a table does not need are never unpacked, those it needs stream through one purse
//! ([`package::Package`]), and only cells that hold something are kept, in one text. (2026-11)
//!
//! A [`Sheet`] may hold ID numbers: neither it nor its cells say their contents to `Debug`.

mod delimited;
mod package;
mod workbook;

use std::fmt;

/// The last row that may hold something.
pub const ROWS: u32 = 20_000;
/// The last column that may hold something: `BL`.
pub const COLUMNS: usize = 64;
/// Characters in one cell at most.
pub const CHARACTERS: usize = 2_000;
/// Bytes of text in all cells together at most.
const TEXT: usize = 12 << 20;

/// Reads a table: xlsx, or text with commas, semicolons or tabs in UTF-8, UTF-16 or GB18030.
pub fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    if is_workbook(bytes) {
        workbook::read(bytes)
    } else if bytes.starts_with(COMPOUND) {
        // [MS-OFFCRYPTO] 2.3.4.4: a workbook with a password is a compound file as well.
        let sealed: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let locked = bytes.windows(sealed.len()).any(|window| window == sealed);
        Err(if locked {
            Unreadable::Locked
        } else {
            Unreadable::OldExcel
        })
    } else {
        delimited::read(bytes)
    }
}

/// Whether it is a workbook and not text.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Why something is not a table we can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing in it.
    Empty,
    /// An `.xls` of before 2007.
    OldExcel,
    /// A workbook that wants a password.
    Locked,
    /// Neither a workbook nor text.
    NotASheet,
    /// Text in an encoding that is neither Unicode nor GB18030.
    Encoding,
    /// A workbook that is cut off or contradicts itself.
    Broken,
    /// Unpacks to more than a roster can be, or has too many parts.
    TooLarge,
    /// Something stands below the last row we take.
    TooManyRows {
        /// Where it stands.
        cell: String,
    },
    /// Something stands right of the last column we take.
    TooManyColumns {
        /// Where it stands.
        cell: String,
    },
    /// A cell holds more text than a cell may.
    CellTooLong {
        /// Which cell.
        cell: String,
    },
}

impl Unreadable {
    /// The code of this reason, as in `templates/words`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "sheet.empty",
            Self::OldExcel => "sheet.old-excel",
            Self::Locked => "sheet.locked",
            Self::NotASheet => "sheet.not-a-sheet",
            Self::Encoding => "sheet.encoding",
            Self::Broken => "sheet.broken",
            Self::TooLarge => "sheet.too-large",
            Self::TooManyRows { .. } => "sheet.too-many-rows",
            Self::TooManyColumns { .. } => "sheet.too-many-columns",
            Self::CellTooLong { .. } => "sheet.cell-too-long",
        }
    }

    /// What the words need to know: the cell, then the limit.
    pub fn facts(&self) -> Vec<String> {
        match self {
            Self::TooManyRows { cell } => vec![cell.clone(), ROWS.to_string()],
            Self::TooManyColumns { cell } => vec![cell.clone(), COLUMNS.to_string()],
            Self::CellTooLong { cell } => vec![cell.clone(), CHARACTERS.to_string()],
            _ => Vec::new(),
        }
    }
}

/// What a spreadsheet took a cell for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text as typed.
    Text,
    /// A number: long ones have lost their last digits.
    Number,
    /// A date, given here as `2026-03-02` (with ` 09:30` when it has a time of day).
    Date,
    /// A formula that failed, such as `#N/A`.
    Failed,
}

/// A table: only what is written in it, row by row.
#[derive(Clone, Default)]
pub struct Sheet {
    name: Option<String>,
    text: String,
    spans: Vec<Span>,
    lines: Vec<Line>,
}

#[derive(Clone, Copy)]
struct Span {
    start: u32,
    length: u16,
    column: u8,
    kind: Kind,
}

#[derive(Clone, Copy)]
struct Line {
    number: u32,
    first: u32,
    merged: u64,
    hidden: bool,
}

impl Sheet {
    /// The name on the sheet's tab, when it came from a workbook.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// How many rows hold something.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether no row holds anything.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The rows that hold something, from the top.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.lines.len()).map(|index| Row { sheet: self, index })
    }

    /// Writes one cell; rows come from the top, cells from the left. Blank cells are not kept.
    pub fn put(&mut self, row: u32, column: u32, text: &str, kind: Kind) -> Result<(), Unreadable> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let cell = || address(column as usize, row);
        if row > ROWS {
            return Err(Unreadable::TooManyRows { cell: cell() });
        }
        let narrow = u8::try_from(column)
            .ok()
            .filter(|&column| usize::from(column) < COLUMNS);
        let narrow = narrow.ok_or_else(|| Unreadable::TooManyColumns { cell: cell() })?;
        if text.len() > CHARACTERS && text.chars().count() > CHARACTERS {
            return Err(Unreadable::CellTooLong { cell: cell() });
        }
        if self.text.len() + text.len() > TEXT {
            return Err(Unreadable::TooLarge);
        }
        match self.lines.last() {
            Some(last) if last.number > row => return Err(Unreadable::Broken),
            Some(last) if last.number == row => {
                if self.spans.last().is_some_and(|span| span.column >= narrow) {
                    return Err(Unreadable::Broken);
                }
            }
            _ => {
                let first = u32::try_from(self.spans.len()).map_err(|_| Unreadable::TooLarge)?;
                self.lines.push(Line {
                    number: row,
                    first,
                    merged: 0,
                    hidden: false,
                });
            }
        }
        let start = u32::try_from(self.text.len()).map_err(|_| Unreadable::TooLarge)?;
        let length = u16::try_from(text.len()).map_err(|_| Unreadable::TooLarge)?;
        self.text.push_str(text);
        self.spans.push(Span {
            start,
            length,
            column: narrow,
            kind,
        });
        Ok(())
    }

    /// Remembers that this row is hidden. It holds something only if a cell follows.
    pub fn hide(&mut self, row: u32) {
        if let Some(line) = self.lines.last_mut().filter(|line| line.number == row) {
            line.hidden = true;
        }
    }

    /// Remembers that these cells were made one: rows from 1, columns from 0, ends included.
    pub fn merge(&mut self, rows: (u32, u32), columns: (u32, u32)) {
        let last = columns.1.min(63);
        if columns.0 > last {
            return;
        }
        let mask = (u64::MAX >> (63 - (last - columns.0))) << columns.0;
        let from = self.lines.partition_point(|line| line.number < rows.0);
        for line in self.lines[from..]
            .iter_mut()
            .take_while(|line| line.number <= rows.1)
        {
            line.merged |= mask;
        }
    }
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Sheet of {} rows, {} cells",
            self.lines.len(),
            self.spans.len()
        )
    }
}

/// One row that holds something.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    index: usize,
}

impl<'a> Row<'a> {
    /// Its number as the spreadsheet shows it, from 1.
    pub fn number(self) -> u32 {
        self.sheet.lines[self.index].number
    }

    /// Whether the spreadsheet does not show it.
    pub fn is_hidden(self) -> bool {
        self.sheet.lines[self.index].hidden
    }

    /// Its cells that hold something, from the left.
    pub fn cells(self) -> impl Iterator<Item = Cell<'a>> {
        let merged = self.sheet.lines[self.index].merged;
        self.spans()
            .iter()
            .map(move |span| self.cell_of(*span, merged))
    }

    /// The cell in this column, from 0; an empty one when nothing is written there.
    pub fn cell(self, column: usize) -> Cell<'a> {
        let found = self
            .spans()
            .iter()
            .find(|span| usize::from(span.column) == column);
        found.map_or_else(
            || self.empty(column),
            |span| self.cell_of(*span, self.sheet.lines[self.index].merged),
        )
    }

    /// The cell in this column, as if nothing were written there.
    pub fn empty(self, column: usize) -> Cell<'a> {
        let merged = self.sheet.lines[self.index].merged;
        Cell {
            text: "",
            kind: Kind::Text,
            merged: column < COLUMNS && merged >> column & 1 == 1,
            row: self.number(),
            column,
        }
    }

    fn spans(self) -> &'a [Span] {
        let lines = &self.sheet.lines;
        let from = lines[self.index].first as usize;
        let to = lines
            .get(self.index + 1)
            .map_or(self.sheet.spans.len(), |next| next.first as usize);
        &self.sheet.spans[from..to]
    }

    fn cell_of(self, span: Span, merged: u64) -> Cell<'a> {
        let start = span.start as usize;
        Cell {
            text: &self.sheet.text[start..start + usize::from(span.length)],
            kind: span.kind,
            merged: merged >> span.column & 1 == 1,
            row: self.number(),
            column: usize::from(span.column),
        }
    }
}

/// One cell.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    /// What is written in it, without blanks at its ends.
    pub text: &'a str,
    /// What the spreadsheet took it for.
    pub kind: Kind,
    /// Whether it was made one with its neighbours: then only the first of them holds the text.
    pub merged: bool,
    /// Row, from 1.
    pub row: u32,
    /// Column, from 0.
    pub column: usize,
}

impl Cell<'_> {
    /// The cell's name, such as `C17`.
    pub fn address(self) -> String {
        address(self.column, self.row)
    }
}

/// The text that `="…"` or a leading apostrophe protects from a spreadsheet.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    if let Some(inner) = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
    {
        return inner;
    }
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// A cell's name, such as `C17`: column from 0, row from 1.
pub fn address(column: usize, row: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0));
        left = (left - 1) / 26;
    }
    let mut name: String = letters
        .iter()
        .rev()
        .map(|&letter| char::from(letter))
        .collect();
    name.push_str(&row.to_string());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_names_spreadsheets_give_them() {
        for (column, row, name) in [
            (0, 1, "A1"),
            (25, 9, "Z9"),
            (26, 10, "AA10"),
            (16_383, 1_048_576, "XFD1048576"),
        ] {
            assert_eq!(address(column, row), name);
        }
    }

    #[test]
    fn merged_cells_are_remembered_up_to_the_last_column() {
        let mut sheet = Sheet::default();
        sheet.put(1, 0, "a", Kind::Text).unwrap();
        sheet.put(2, 63, "b", Kind::Text).unwrap();
        sheet.merge((1, 1_048_576), (0, 0));
        sheet.merge((2, 2), (3, 16_383));
        let [first, second] = sheet.rows().collect::<Vec<_>>()[..] else {
            panic!("two rows")
        };
        assert!(first.cell(0).merged && !first.cell(1).merged);
        assert!(
            second.cell(0).merged
                && !second.cell(2).merged
                && second.cell(3).merged
                && second.cell(63).merged
        );
        assert!(!second.cell(64).merged);
    }

    #[test]
    fn what_is_no_table_is_named() {
        assert_eq!(read(b"").unwrap_err(), Unreadable::Empty);
        assert_eq!(read(b" \r\n ,, \n").unwrap_err(), Unreadable::Empty);
        assert_eq!(
            read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest").unwrap_err(),
            Unreadable::OldExcel
        );
        assert_eq!(
            read(b"\x89PNG\r\n\x1a\n\0\0\0").unwrap_err(),
            Unreadable::NotASheet
        );
        assert_eq!(
            read(b"%PDF-1.7\n1 0 obj").unwrap_err(),
            Unreadable::NotASheet
        );
        assert_eq!(
            read(b"<html><table></table></html>").unwrap_err(),
            Unreadable::NotASheet
        );
        assert_eq!(read(b"PK\x03\x04").unwrap_err(), Unreadable::Broken);
    }
}
