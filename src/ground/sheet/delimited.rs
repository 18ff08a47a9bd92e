//! 文本表格: rows of text between commas, semicolons or tabs (RFC 4180, and what people paste).

use super::{Kind, Sheet, Unreadable, plain};
use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Reads a text file or a paste.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let text = decode(bytes)?;
    let start = text.trim_start();
    let strange = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    if start.starts_with("%PDF-") || start.starts_with('<') || text.contains(strange) {
        return Err(Unreadable::NotASheet);
    }
    let sheet = split(&text, delimiter(start))?;
    if sheet.is_empty() {
        Err(Unreadable::Empty)
    } else {
        Ok(sheet)
    }
}

/// Unicode when it says so or reads as such; else GB18030, which Chinese spreadsheets save as CSV.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    for (mark, encoding) in [
        (&b"\xEF\xBB\xBF"[..], UTF_8),
        (b"\xFF\xFE", UTF_16LE),
        (b"\xFE\xFF", UTF_16BE),
    ] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return encoding
                .decode_without_bom_handling_and_without_replacement(rest)
                .ok_or(Unreadable::Encoding);
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    if bytes.contains(&0) {
        return Err(Unreadable::NotASheet);
    }
    GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or(Unreadable::Encoding)
}

/// The separator the first line uses; a tab wins, for nobody types one into a cell.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or("");
    if line.contains('\t') {
        return b'\t';
    }
    let count = |separator| line.matches(separator).count();
    if count(';') > count(',') { b';' } else { b',' }
}

/// Splits into cells. Blank lines count as rows, so that addresses are those on the screen.
fn split(text: &str, delimiter: u8) -> Result<Sheet, Unreadable> {
    let bytes = text.as_bytes();
    let mut sheet = Sheet::default();
    let (mut at, mut row, mut column) = (0, 1, 0);
    let mut unquoted = String::new();
    while at < bytes.len() {
        let start = at;
        if bytes[at] == b'"' {
            unquoted.clear();
            at = quoted(text, at, delimiter, &mut unquoted);
            sheet.put(row, column, plain(&unquoted), Kind::Text)?;
        } else {
            at += ends(&bytes[at..], delimiter);
            sheet.put(row, column, plain(&text[start..at]), Kind::Text)?;
        }
        match bytes.get(at) {
            Some(&b) if b == delimiter => column += 1,
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => {
                (at, row, column) = (at + 1, row + 1, 0);
            }
            _ => (row, column) = (row + 1, 0),
        }
        at += 1;
    }
    Ok(sheet)
}

/// How many bytes until the cell ends.
fn ends(bytes: &[u8], delimiter: u8) -> usize {
    bytes
        .iter()
        .position(|&b| b == delimiter || b == b'\n' || b == b'\r')
        .unwrap_or(bytes.len())
}

/// Takes a cell in quotation marks, a doubled mark being one; gives where it ends.
/// What follows a closing mark still belongs to the cell: people write `"甲"乙`.
fn quoted(text: &str, start: usize, delimiter: u8, cell: &mut String) -> usize {
    let mut at = start + 1;
    loop {
        let Some(close) = text[at..].find('"') else {
            cell.push_str(&text[at..]);
            return text.len();
        };
        cell.push_str(&text[at..at + close]);
        at += close + 1;
        if text[at..].starts_with('"') {
            cell.push('"');
            at += 1;
        } else {
            let end = at + ends(&text.as_bytes()[at..], delimiter);
            cell.push_str(&text[at..end]);
            return end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<String> {
        let sheet = read(bytes).unwrap();
        sheet
            .rows()
            .flat_map(|row| {
                row.cells()
                    .map(|c| format!("{}={}", c.address(), c.text))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn text_is_split_as_spreadsheets_do() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"a,b\r\n1,2\r\n", &["A1=a", "B1=b", "A2=1", "B2=2"]),
            (b"a\tb,c\n\n1\t2", &["A1=a", "B1=b,c", "A3=1", "B3=2"]),
            (b"a;b\n1;2,5", &["A1=a", "B1=b", "A2=1", "B2=2,5"]),
            (b"\"a\nb\",\"c\"\"d\"\n,e", &["A1=a\nb", "B1=c\"d", "B2=e"]),
            (b"=\"159999\",'007,x", &["A1=159999", "B1=007", "C1=x"]),
            (b"a\rb", &["A1=a", "A2=b"]),
            (b"\"never closed,1\n2", &["A1=never closed,1\n2"]),
            (
                "\u{feff}姓名,性别\n乌兰·图雅,女".as_bytes(),
                &["A1=姓名", "B1=性别", "A2=乌兰·图雅", "B2=女"],
            ),
            (
                b"\xD0\xD5\xC3\xFB,\xD0\xD4\xB1\xF0",
                &["A1=姓名", "B1=性别"],
            ),
            (b"\xFF\xFEa\0\t\0b\0", &["A1=a", "B1=b"]),
        ];
        for (bytes, expected) in cases {
            assert_eq!(&cells(bytes), expected);
        }
    }

    #[test]
    fn what_is_written_too_far_away_is_refused() {
        let wide = format!("{}x", ",".repeat(64));
        assert_eq!(
            read(wide.as_bytes()).unwrap_err(),
            Unreadable::TooManyColumns { cell: "BM1".into() }
        );
        let deep = format!("{}x", "\n".repeat(20_000));
        assert_eq!(
            read(deep.as_bytes()).unwrap_err(),
            Unreadable::TooManyRows {
                cell: "A20001".into()
            }
        );
        let long = format!("a,{}", "长".repeat(2_001));
        assert_eq!(
            read(long.as_bytes()).unwrap_err(),
            Unreadable::CellTooLong { cell: "B1".into() }
        );
        assert!(read(format!("a,{}", "长".repeat(2_000)).as_bytes()).is_ok());
    }
}
