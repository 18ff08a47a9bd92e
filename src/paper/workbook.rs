//! 工作簿: tables that leave the house, as xlsx and as csv.
//!
//! What people typed never becomes a formula: text is typed as text, and text that a spreadsheet
//! would compute when it is saved as csv or pasted elsewhere gets an apostrophe in front (OWASP
//! ASVS 5.0, 1.2.10, and the full-width forms Chinese spreadsheets accept).

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};
use std::borrow::Cow;

pub use rust_xlsxwriter::XlsxError as Unwritable;

/// Rows a spreadsheet can hold below the headings.
const ROWS: usize = 1_048_575;
/// Characters a spreadsheet's cell can hold.
const CHARACTERS: usize = 32_767;

/// What stands in one cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, numbers that are names among them.
    Text(String),
    /// A count, or fen.
    Whole(i64),
    /// A share, or yuan.
    Decimal(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(count: i64) -> Self {
        Self::Whole(count)
    }
}

/// A table as a workbook of one sheet.
pub fn table(title: &str, headings: &[&str], rows: &[Vec<Value>]) -> Result<Vec<u8>, Unwritable> {
    if rows.len() > ROWS {
        return Err(XlsxError::RowColumnLimitError);
    }
    let mut workbook = fresh();
    let sheet = workbook.add_worksheet();
    sheet.set_name(tab(title))?;
    head(sheet, headings)?;
    let plain = plain_format();
    for (at, row) in rows.iter().enumerate() {
        let line = u32::try_from(at + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
        for (column, value) in (0_u16..).zip(row) {
            write(sheet, line, column, value, &plain)?;
        }
    }
    for (column, heading) in (0_u16..).zip(headings) {
        let cells = rows
            .iter()
            .take(200)
            .filter_map(|row| row.get(usize::from(column)));
        let widest = cells
            .map(width_of)
            .chain([width(heading)])
            .max()
            .unwrap_or(0);
        sheet.set_column_width(
            column,
            f64::from(u16::try_from(widest.clamp(6, 60)).unwrap_or(60)) + 2.0,
        )?;
    }
    workbook.save_to_buffer()
}

/// A table as csv: UTF-8 with the mark by which spreadsheets know it.
pub fn csv(headings: &[&str], rows: &[Vec<Value>]) -> Vec<u8> {
    let mut out = "\u{FEFF}".to_owned();
    let mut line = |cells: &mut dyn Iterator<Item = Cow<'_, str>>| {
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                out.push(',');
            }
            if cell.contains(['"', ',', '\n', '\r', '\t', ';']) {
                out.push('"');
                out.push_str(&cell.replace('"', "\"\""));
                out.push('"');
            } else {
                out.push_str(&cell);
            }
        }
        out.push_str("\r\n");
    };
    line(&mut headings.iter().map(|heading| safe(heading)));
    for row in rows {
        line(&mut row.iter().map(|value| match value {
            Value::Text(text) => safe(text),
            Value::Whole(count) => Cow::Owned(count.to_string()),
            Value::Decimal(share) => Cow::Owned(share.to_string()),
        }));
    }
    out.into_bytes()
}

/// Text that no spreadsheet takes for a formula.
pub fn safe(text: &str) -> Cow<'_, str> {
    let computes = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠'
        )
    };
    if text.starts_with(computes) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// An empty workbook that says nothing of who wrote it, or when: the same table is the same bytes.
pub(super) fn fresh() -> Workbook {
    let mut workbook = Workbook::new();
    if let Ok(day) = ExcelDateTime::from_ymd(2000, 1, 1) {
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
    }
    workbook
}

/// The row of headings, which stays in sight and prints on every page.
pub(super) fn head(sheet: &mut Worksheet, headings: &[&str]) -> Result<(), Unwritable> {
    let format = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x00E8_EEF4))
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0x00B8_C4D0));
    for (column, heading) in (0_u16..).zip(headings) {
        sheet.write_string_with_format(0, column, safe(heading).as_ref(), &format)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape().set_paper_size(9);
    Ok(())
}

/// Text that stays text when somebody types over it.
pub(super) fn plain_format() -> Format {
    Format::new()
        .set_num_format("@")
        .set_align(FormatAlign::Top)
        .set_text_wrap()
}

pub(super) fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
    text: &Format,
) -> Result<(), Unwritable> {
    match value {
        Value::Text(written) if written.is_empty() => {}
        Value::Text(written) => {
            let short: String = safe(written).chars().take(CHARACTERS).collect();
            sheet.write_string_with_format(row, column, short, text)?;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts and fen stay far below 2^53"
        )]
        Value::Whole(count) => {
            sheet.write_number(row, column, *count as f64)?;
        }
        Value::Decimal(share) => {
            sheet.write_number(row, column, *share)?;
        }
    }
    Ok(())
}

/// A name a tab may have: at most 31 characters, none of seven.
pub(super) fn tab(title: &str) -> String {
    let name: String = title
        .chars()
        .filter(|c| !"[]:*?/\\'".contains(*c))
        .take(31)
        .collect();
    if name.trim().is_empty() {
        "1".to_owned()
    } else {
        name
    }
}

fn width_of(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.lines().map(width).max().unwrap_or(0),
        Value::Whole(count) => width(&count.to_string()),
        Value::Decimal(_) => 8,
    }
}

/// Chinese characters are as wide as two digits.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::sheet::{self, Kind};

    #[test]
    fn a_table_can_be_read_back() {
        let rows = vec![
            vec![
                Value::from("乌兰·图雅"),
                "159999199003070016".into(),
                12.into(),
                Value::Decimal(71.1),
            ],
            vec!["=1+1".into(), "+86".into(), (-3).into(), "-".into()],
        ];
        let headings = ["姓名", "身份证号", "学时", "完成率"];
        let book = table("统计[表]:2026", &headings, &rows).unwrap();
        assert_eq!(book, table("统计[表]:2026", &headings, &rows).unwrap());
        let read = sheet::read(&book).unwrap();
        assert_eq!(read.name(), Some("统计表2026"));
        let cells: Vec<Vec<_>> = read
            .rows()
            .map(|row| row.cells().map(|cell| (cell.text, cell.kind)).collect())
            .collect();
        assert_eq!(cells[1][1], ("159999199003070016", Kind::Text));
        assert_eq!(
            cells[1][2..],
            [("12", Kind::Number), ("71.1", Kind::Number)]
        );
        assert_eq!(cells[2][2], ("-3", Kind::Number));
        let same = sheet::read(&csv(&headings, &rows)).unwrap();
        for (one, other) in read.rows().zip(same.rows()) {
            assert!(
                one.cells()
                    .map(|cell| cell.text)
                    .eq(other.cells().map(|cell| cell.text))
            );
        }
    }

    #[test]
    fn nothing_typed_is_computed() {
        for typed in [
            "=cmd|' /C calc'!A0",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "\0",
        ] {
            assert_eq!(safe(typed), format!("'{typed}"));
            let book = csv(&[typed], &[vec![typed.into()]]);
            let text = String::from_utf8(book).unwrap();
            assert!(
                text.starts_with(['\u{FEFF}', '\'', '"']) && !text.contains(&format!("\n{typed}"))
            );
        }
        assert_eq!(safe("乌兰 = 1"), "乌兰 = 1");
        assert_eq!(
            csv(&["a"], &[vec!["x,\"y\"".into()]]),
            "\u{FEFF}a\r\n\"x,\"\"y\"\"\"\r\n".as_bytes()
        );
    }

    #[test]
    fn any_title_becomes_a_tab() {
        for (title, name) in [
            ("花名册", "花名册"),
            ("[]*", "1"),
            ("", "1"),
            ("a/b:c?", "abc"),
        ] {
            assert_eq!(tab(title), name);
            assert!(table(title, &["a"], &[]).is_ok());
        }
        assert_eq!(tab(&"长".repeat(40)).chars().count(), 31);
    }
}
