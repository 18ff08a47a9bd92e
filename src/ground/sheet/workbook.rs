//! 工作簿: the first table of an xlsx workbook (ECMA-376 part 1, chapter 18).

use super::package::{Package, Stream};
use super::{CHARACTERS, Kind, Sheet, Unreadable, plain};
use chrono::{Days, NaiveDate, NaiveTime};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::HashMap;
use std::io::BufReader;

/// Pieces of markup in all parts together at most: a full sheet of cells has fewer.
const PIECES: usize = 8_000_000;
/// Elements within elements at most.
const DEPTH: usize = 64;
/// Shared texts at most: one for each cell.
const STRINGS: usize = 1_280_000;
/// Bytes of shared texts together at most.
const STRING_BYTES: usize = 12 << 20;
/// Styles, number formats, relations, merged regions at most.
const ENTRIES: usize = 70_000;

/// Reads the first visible sheet that holds anything.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let package = Package::open(bytes)?;
    let mut pieces = PIECES;
    let open = |path: &str| -> Result<Option<Xml<'_>>, Unreadable> {
        Ok(package
            .part(path)?
            .map(|stream| Xml::over(stream, &package)))
    };
    let main = match open("_rels/.rels")? {
        Some(xml) => relations(xml, "", &mut pieces)?.path_of("/officeDocument"),
        None => None,
    };
    let main = main.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
    let relations = match open(&format!("{folder}/_rels/{file}.rels"))? {
        Some(xml) => relations(xml, folder, &mut pieces)?,
        None => return Err(Unreadable::NotASheet),
    };
    let book = book(open(&main)?.ok_or(Unreadable::NotASheet)?, &mut pieces)?;
    let strings = match relations.path_of("/sharedStrings") {
        Some(path) => {
            open(&path)?.map_or_else(|| Ok(Strings::default()), |xml| strings(xml, &mut pieces))?
        }
        None => Strings::default(),
    };
    let dates = match relations.path_of("/styles") {
        Some(path) => {
            open(&path)?.map_or_else(|| Ok(Vec::new()), |xml| date_styles(xml, &mut pieces))?
        }
        None => Vec::new(),
    };
    for tab in book.tabs.iter().filter(|tab| tab.visible) {
        let Some(path) = relations.targets.get(&tab.relation).map(|(_, path)| path) else {
            continue;
        };
        let Some(xml) = open(path)? else { continue };
        let mut reading = Reading {
            strings: &strings,
            dates: &dates,
            from_1904: book.from_1904,
            sheet: Sheet::default(),
        };
        reading.all(xml, &mut pieces)?;
        if !reading.sheet.is_empty() {
            reading.sheet.name = Some(tab.name.clone());
            return Ok(reading.sheet);
        }
    }
    Err(if book.tabs.is_empty() {
        Unreadable::NotASheet
    } else {
        Unreadable::Empty
    })
}

/// Markup, piece by piece, counted.
struct Xml<'a> {
    reader: Reader<BufReader<Stream<'a>>>,
    buffer: Vec<u8>,
    depth: usize,
    package: &'a Package<'a>,
}

impl<'a> Xml<'a> {
    fn over(stream: Stream<'a>, package: &'a Package<'a>) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(stream));
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
            package,
        }
    }

    fn next(&mut self, pieces: &mut usize) -> Result<Event<'_>, Unreadable> {
        *pieces = pieces.checked_sub(1).ok_or(Unreadable::TooLarge)?;
        self.buffer.clear();
        self.reader.get_mut().get_mut().breathe();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|_| {
            if self.package.is_spent() {
                Unreadable::TooLarge
            } else {
                Unreadable::Broken
            }
        })?;
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > DEPTH {
            Err(Unreadable::TooLarge)
        } else {
            Ok(event)
        }
    }
}

/// An attribute as written, when it is there. Those we read hold no entities, or mean nothing then.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .try_get_attribute(name)
        .ok()
        .flatten()
        .map(|found| found.value.into_owned())
}

fn is_set(element: &BytesStart<'_>, name: &str) -> bool {
    matches!(attribute(element, name).as_deref(), Some("1" | "true"))
}

fn number(element: &BytesStart<'_>, name: &str) -> Option<usize> {
    attribute(element, name).and_then(|text| text.parse().ok())
}

/// The character an entity stands for; unknown ones stand for nothing and are not expanded.
fn entity(reference: &BytesRef<'_>) -> Option<char> {
    match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

/// Which part stands for which relation.
struct Relations {
    /// Relation to kind and path.
    targets: HashMap<String, (String, String)>,
}

impl Relations {
    fn path_of(&self, kind: &str) -> Option<String> {
        self.targets
            .values()
            .find(|(k, _)| k.ends_with(kind))
            .map(|(_, path)| path.clone())
    }
}

fn relations(mut xml: Xml<'_>, folder: &str, pieces: &mut usize) -> Result<Relations, Unreadable> {
    let mut targets = HashMap::new();
    loop {
        match xml.next(pieces)? {
            Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                let (Some(id), Some(target)) = (attribute(&e, "Id"), attribute(&e, "Target"))
                else {
                    continue;
                };
                let path = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None if folder.is_empty() => target,
                    None => format!("{folder}/{target}"),
                };
                targets.insert(id, (attribute(&e, "Type").unwrap_or_default(), path));
                if targets.len() > 2_000 {
                    return Err(Unreadable::TooLarge);
                }
            }
            Event::Eof => return Ok(Relations { targets }),
            _ => {}
        }
    }
}

struct Book {
    tabs: Vec<Tab>,
    from_1904: bool,
}

struct Tab {
    name: String,
    relation: String,
    visible: bool,
}

fn book(mut xml: Xml<'_>, pieces: &mut usize) -> Result<Book, Unreadable> {
    let mut book = Book {
        tabs: Vec::new(),
        from_1904: false,
    };
    loop {
        match xml.next(pieces)? {
            Event::Start(e) if e.local_name().as_ref() == "workbookPr" => {
                book.from_1904 = is_set(&e, "date1904");
            }
            Event::Start(e) if e.local_name().as_ref() == "sheet" => {
                let relation = e
                    .attributes()
                    .with_checks(false)
                    .flatten()
                    .find(|a| a.key.local_name().as_ref() == "id");
                let visible = attribute(&e, "state").is_none_or(|state| state == "visible");
                let name: String = attribute(&e, "name")
                    .unwrap_or_default()
                    .chars()
                    .take(64)
                    .collect();
                let relation = relation.map(|a| a.value.into_owned()).unwrap_or_default();
                book.tabs.push(Tab {
                    name,
                    relation,
                    visible,
                });
                if book.tabs.len() > 500 {
                    return Err(Unreadable::TooLarge);
                }
            }
            Event::Eof => return Ok(book),
            _ => {}
        }
    }
}

/// The texts that cells share, one after another.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }
}

fn strings(mut xml: Xml<'_>, pieces: &mut usize) -> Result<Strings, Unreadable> {
    let mut strings = Strings::default();
    let mut one = String::new();
    let (mut inside, mut phonetic) = (false, false);
    loop {
        match xml.next(pieces)? {
            Event::Start(e) => match e.local_name().as_ref() {
                "si" => one.clear(),
                "rPh" => phonetic = true,
                "t" => inside = !phonetic,
                _ => {}
            },
            Event::Text(text) if inside => add(&mut one, &text.xml10_content()),
            Event::CData(text) if inside => add(&mut one, &text.xml10_content()),
            Event::GeneralRef(reference) if inside => one.extend(entity(&reference)),
            Event::End(e) => match e.local_name().as_ref() {
                "t" => inside = false,
                "rPh" => phonetic = false,
                "si" => {
                    if strings.ends.len() >= STRINGS
                        || strings.text.len() + one.len() > STRING_BYTES
                    {
                        return Err(Unreadable::TooLarge);
                    }
                    strings.text.push_str(&one);
                    strings
                        .ends
                        .push(u32::try_from(strings.text.len()).map_err(|_| Unreadable::TooLarge)?);
                }
                _ => {}
            },
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// Adds to a cell's text, but not much more than a cell may hold: enough to see that it is too much.
fn add(cell: &mut String, more: &str) {
    let room = (CHARACTERS * 4 + 4).saturating_sub(cell.len());
    let end = (0..=room.min(more.len()))
        .rev()
        .find(|&end| more.is_char_boundary(end))
        .unwrap_or(0);
    cell.push_str(&more[..end]);
}

/// For each cell style, whether its number format shows a date.
fn date_styles(mut xml: Xml<'_>, pieces: &mut usize) -> Result<Vec<bool>, Unreadable> {
    let mut formats: HashMap<usize, bool> = HashMap::new();
    let mut styles = Vec::new();
    let mut of_cells = false;
    loop {
        match xml.next(pieces)? {
            Event::Start(e) => match e.local_name().as_ref() {
                "numFmt" => {
                    let shown = attribute(&e, "formatCode").is_some_and(|code| shows_date(&code));
                    formats.extend(number(&e, "numFmtId").map(|id| (id, shown)));
                }
                "cellXfs" => of_cells = true,
                "xf" if of_cells => {
                    let id = number(&e, "numFmtId").unwrap_or(0);
                    // ECMA-376 part 1, 18.8.30: the formats every spreadsheet knows, those of zh-CN among them.
                    let known = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                    styles.push(formats.get(&id).copied().unwrap_or(known));
                }
                _ => {}
            },
            Event::End(e) if e.local_name().as_ref() == "cellXfs" => of_cells = false,
            Event::Eof => return Ok(styles),
            _ => {}
        }
        if formats.len() > ENTRIES || styles.len() > ENTRIES {
            return Err(Unreadable::TooLarge);
        }
    }
}

/// Whether a number format has a letter of dates outside quotation marks and brackets.
fn shows_date(format: &str) -> bool {
    let format = format.replace("&quot;", "\"");
    let mut characters = format.chars();
    let until = |end: char, characters: &mut std::str::Chars<'_>| {
        characters.by_ref().any(|c| c == end);
    };
    while let Some(c) = characters.next() {
        match c {
            '"' => until('"', &mut characters),
            '[' => until(']', &mut characters),
            '\\' | '_' | '*' => {
                characters.next();
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// One worksheet being read.
struct Reading<'a> {
    strings: &'a Strings,
    dates: &'a [bool],
    from_1904: bool,
    sheet: Sheet,
}

#[derive(Default)]
struct Place {
    row: u32,
    column: u32,
    typ: String,
    style: usize,
    value: String,
}

impl Reading<'_> {
    fn all(&mut self, mut xml: Xml<'_>, pieces: &mut usize) -> Result<(), Unreadable> {
        let mut place = Place::default();
        let (mut inside, mut phonetic, mut hidden) = (false, false, false);
        let mut merged = 0;
        loop {
            match xml.next(pieces)? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "row" => {
                        let given = number(&e, "r").and_then(|r| u32::try_from(r).ok());
                        place.row = given.unwrap_or(place.row.saturating_add(1));
                        place.column = 0;
                        hidden = is_set(&e, "hidden");
                    }
                    "c" => place.enter(&e),
                    "v" => inside = place.typ != "inlineStr",
                    "rPh" => phonetic = true,
                    "t" => inside = !phonetic,
                    "mergeCell" => {
                        merged += 1;
                        if merged > 2_000 {
                            return Err(Unreadable::TooLarge);
                        }
                        let region = attribute(&e, "ref").unwrap_or_default();
                        let corners = region
                            .split_once(':')
                            .and_then(|(a, b)| Some((position(a)?, position(b)?)));
                        if let Some(((left, top), (right, bottom))) = corners {
                            self.sheet.merge((top, bottom), (left, right));
                        }
                    }
                    _ => {}
                },
                Event::Text(text) if inside => add(&mut place.value, &text.xml10_content()),
                Event::CData(text) if inside => add(&mut place.value, &text.xml10_content()),
                Event::GeneralRef(reference) if inside => place.value.extend(entity(&reference)),
                Event::End(e) => match e.local_name().as_ref() {
                    "v" | "t" => inside = false,
                    "rPh" => phonetic = false,
                    "c" => {
                        self.keep(&place)?;
                        place.column = place.column.saturating_add(1);
                    }
                    "row" if hidden => self.sheet.hide(place.row),
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn keep(&mut self, place: &Place) -> Result<(), Unreadable> {
        let value = place.value.as_str();
        if value.is_empty() {
            return Ok(());
        }
        let made;
        let (text, kind) = match place.typ.as_str() {
            "s" => {
                let index = value.trim().parse().map_err(|_| Unreadable::Broken)?;
                (
                    self.strings.get(index).ok_or(Unreadable::Broken)?,
                    Kind::Text,
                )
            }
            "b" => (if value == "0" { "FALSE" } else { "TRUE" }, Kind::Text),
            "e" => (value, Kind::Failed),
            "str" | "inlineStr" => (value, Kind::Text),
            "d" => (value.split('T').next().unwrap_or(value), Kind::Date),
            _ => {
                let is_date = self.dates.get(place.style).copied().unwrap_or(false);
                let (text, kind) = numeral(value.trim(), is_date, self.from_1904);
                made = text;
                (made.as_str(), kind)
            }
        };
        // ECMA-376 part 1, 22.9.2.19: control characters are written as `_xHHHH_`; one is common.
        let unescaped = text
            .contains("_x000D_")
            .then(|| text.replace("_x000D_", ""));
        let text = plain(unescaped.as_deref().unwrap_or(text));
        self.sheet.put(place.row, place.column, text, kind)
    }
}

impl Place {
    fn enter(&mut self, cell: &BytesStart<'_>) {
        self.value.clear();
        self.typ.clear();
        self.style = 0;
        for found in cell.attributes().with_checks(false).flatten() {
            match found.key.as_ref() {
                "r" => {
                    if let Some((column, row)) = position(&found.value) {
                        (self.column, self.row) = (column, row);
                    }
                }
                "t" => self
                    .typ
                    .push_str(found.value.get(..9).unwrap_or(&found.value)),
                "s" => self.style = found.value.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

/// Column from 0 and row from 1 of a name such as `C17`.
fn position(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        letter.is_ascii_alphabetic().then_some(())?;
        let place = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(place)
    })?;
    let row: u32 = row.parse().ok()?;
    Some((column.checked_sub(1)?, row.max(1)))
}

/// A number as text: a date when it is shown as one, whole numbers without exponent.
fn numeral(value: &str, is_date: bool, from_1904: bool) -> (String, Kind) {
    let Ok(number) = value.parse::<f64>() else {
        return (value.to_owned(), Kind::Text);
    };
    if let Some(date) = Some(number)
        .filter(|_| is_date)
        .and_then(|serial| date(serial, from_1904))
    {
        return (date, Kind::Date);
    }
    // Digits as stored may be right where the number nearest to them is not.
    if value.bytes().all(|b| b.is_ascii_digit()) {
        return (value.to_owned(), Kind::Number);
    }
    let whole = number.fract() == 0.0 && number.abs() < 1e21;
    (
        if whole {
            digits(number)
        } else {
            number.to_string()
        },
        Kind::Number,
    )
}

/// A whole number's digits as far as it knows them, then noughts. Printing all digits of the
/// nearest binary number would invent an ending, and one in eleven passes for a check digit.
fn digits(number: f64) -> String {
    let scientific = format!("{number:e}");
    let (known, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: usize = power.parse().unwrap_or(0);
    let mut digits = known.replace('.', "");
    let sign = usize::from(digits.starts_with('-'));
    digits.extend(std::iter::repeat_n(
        '0',
        (power + 1 + sign).saturating_sub(digits.len()),
    ));
    digits
}

/// The day a serial number counts to. Day 60 of the 1900 count, 29 February 1900, never was.
fn date(serial: f64, from_1904: bool) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&serial) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within 0 and 3,000,000"
    )]
    let (days, minutes) = (serial as u64, (serial.fract() * 1440.0).round() as u32);
    let first = match (from_1904, days) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        (false, 0..60) => NaiveDate::from_ymd_opt(1899, 12, 31)?,
        (false, _) => NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    let time = NaiveTime::from_num_seconds_from_midnight_opt(minutes.min(1439) * 60, 0)?;
    if days == 0 && !from_1904 {
        return Some(time.format("%H:%M").to_string());
    }
    let day = first.checked_add_days(Days::new(days))?;
    Some(if minutes == 0 {
        day.to_string()
    } else {
        format!("{day} {}", time.format("%H:%M"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_formats_of_dates_are_told_from_others() {
        for format in [
            "yyyy-mm-dd",
            "yyyy&quot;年&quot;m&quot;月&quot;",
            "[$-804]d/m/yy",
            "h:mm",
        ] {
            assert!(shows_date(format), "{format}");
        }
        for format in [
            "General",
            "0.00",
            "@",
            "[Red]0",
            "\"days\"0",
            "0\\d",
            "#,##0_s",
        ] {
            assert!(!shows_date(format), "{format}");
        }
    }

    #[test]
    fn numbers_are_written_as_people_meant_them() {
        let cases = [
            (
                "159999199003070016",
                false,
                "159999199003070016",
                Kind::Number,
            ),
            (
                "1.5999919900307E+17",
                false,
                "159999199003070000",
                Kind::Number,
            ),
            ("-120", false, "-120", Kind::Number),
            ("3.0", false, "3", Kind::Number),
            ("1.38E10", false, "13800000000", Kind::Number),
            ("0.5", false, "0.5", Kind::Number),
            ("45943", true, "2025-10-13", Kind::Date),
            ("45943.5", true, "2025-10-13 12:00", Kind::Date),
            ("59", true, "1900-02-28", Kind::Date),
            ("61", true, "1900-03-01", Kind::Date),
            ("NaN?", false, "NaN?", Kind::Text),
        ];
        for (value, is_date, text, kind) in cases {
            assert_eq!(
                numeral(value, is_date, false),
                (text.to_owned(), kind),
                "{value}"
            );
        }
        assert_eq!(date(0.375, false).as_deref(), Some("09:00"));
        assert_eq!(date(44_481.0, true).as_deref(), Some("2025-10-13"));
        assert_eq!(date(f64::NAN, false), None);
    }

    #[test]
    fn names_of_cells_are_read_back() {
        assert_eq!(position("A1"), Some((0, 1)));
        assert_eq!(position("XFD1048576"), Some((16_383, 1_048_576)));
        for name in ["", "A", "1", "A-1", "ZZZZZZZZZZ1", "A99999999999"] {
            assert_eq!(position(name), None, "{name}");
        }
    }
}
