//! 意愿名单: a sheet of people who want training, as a township or a village collects it.
//!
//! A line is a name, an identity number and what she wants to learn; telephone, place, village, groups
//! and the day she was asked may stand beside. What is wrong is told by cell and never by what stands
//! in it.

use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::key_group::KeyGroup;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::{delivery, residence, roster, wish, wording};
use crate::ground::sheet::{Cell, Kind as CellKind, Row, Sheet};
use crate::ground::text;
use chrono::NaiveDate;
use std::collections::HashSet;

pub use crate::domain::delivery::Problem;

crate::key!(
    /// The key of one list that was taken in.
    WishListId
);

/// Lines of a list at most.
pub const MOST: usize = 5_000;
/// Rows at the top in which headings are looked for.
const TOP: usize = 8;

/// What one line says.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands, from 1.
    pub row: u32,
    /// The cell of her number, for what is found out later.
    pub cell: String,
    /// Whose wish it is.
    pub document: IdDocument,
    /// 姓名
    pub name: String,
    /// 联系电话
    pub phone: Option<String>,
    /// 苏木乡镇
    pub region: RegionCode,
    /// 嘎查（村）; may be empty.
    pub village: String,
    /// What she wants to learn.
    pub trade: String,
    /// The groups she belongs to.
    pub groups: Vec<KeyGroup>,
    /// When she was asked.
    pub day: NaiveDate,
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

/// What holds for every line that does not say otherwise.
#[derive(Clone, Debug)]
pub struct Ground<'a> {
    /// The region of whoever brings the list; none: the whole registry's.
    pub keeps: Option<&'a RegionCode>,
    /// The place of lines that name none.
    pub place: Option<&'a RegionCode>,
    /// The village of whoever brings the list, and of lines that name none.
    pub village: Option<&'a str>,
    /// Today, and the day of lines that name none.
    pub today: NaiveDate,
}

#[derive(Clone, Copy)]
struct Columns {
    number: usize,
    name: usize,
    trade: usize,
    phone: Option<usize>,
    place: Option<usize>,
    village: Option<usize>,
    groups: Option<usize>,
    day: Option<usize>,
}

/// Reads a list by its headings.
pub fn read(sheet: &Sheet, ground: &Ground<'_>) -> Result<Read, Refusal> {
    let head = sheet
        .rows()
        .take(TOP)
        .find_map(|row| Some((row.number(), columns_of(row)?)));
    let Some((head, columns)) = head else {
        return Err(Refusal::new("wish_list.without-headings").at("sheet"));
    };
    let mut read = Read::default();
    let mut seen = HashSet::new();
    for row in sheet.rows().filter(|row| row.number() > head) {
        if row.cells().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if read.lines.len() + read.problems.len() == MOST {
            return Err(Refusal::new("wish_list.too-long").at("sheet").with(MOST));
        }
        match line(row, columns, ground) {
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
        return Err(Refusal::new("wish_list.empty").at("sheet"));
    }
    Ok(read)
}

fn line(row: Row<'_>, columns: Columns, ground: &Ground<'_>) -> Result<Line, (String, Refusal)> {
    let wrong = |cell: Cell<'_>, why: Refusal| (cell.address(), why);
    let number = row.cell(columns.number);
    let document = IdDocument::read(IdKind::ResidentCard, number.text)
        .map_err(|why| wrong(number, why.refusal()))?;
    // A number cell of eighteen digits has lost its last three, even when what is left passes.
    if number.kind == CellKind::Number && document.as_str().ends_with("000") {
        return Err(wrong(number, Refusal::new("id_number.cut-to-zeros")));
    }
    let named = row.cell(columns.name);
    let name = text::name(named.text);
    if name.is_empty() || name.chars().count() > 40 {
        return Err(wrong(named, Refusal::new("field.blank")));
    }
    let wanted = row.cell(columns.trade);
    let trade =
        wording::said("trade", wanted.text, wish::TRADE).map_err(|why| wrong(wanted, why))?;
    // A cell that is missing is an empty one, and its fault is told where the number stands.
    let cell = |column: Option<usize>| row.cell(column.unwrap_or(columns.number));
    let text = |column: Option<usize>| column.map_or("", |column| row.cell(column).text);
    let phone =
        wish::phone("phone", text(columns.phone)).map_err(|why| wrong(cell(columns.phone), why))?;
    let region =
        place(text(columns.place), ground).map_err(|why| wrong(cell(columns.place), why))?;
    let village = wording::brief("village", text(columns.village), wish::VILLAGE)
        .and_then(|told| wish::village_of(told, ground.village))
        .map_err(|why| wrong(cell(columns.village), why))?;
    let groups = roster::groups(text(columns.groups)).map_err(|_| {
        let why = Refusal::new("wish_list.group-unknown");
        wrong(cell(columns.groups), why)
    })?;
    let day = match text(columns.day) {
        "" => ground.today,
        written => delivery::day(written)
            .ok_or_else(|| wrong(cell(columns.day), Refusal::new("delivery.day-unreadable")))?,
    };
    wish::may_have_been(day, ground.today).map_err(|why| wrong(cell(columns.day), why))?;
    Ok(Line {
        row: row.number(),
        cell: number.address(),
        document,
        name,
        phone,
        region,
        village,
        trade,
        groups,
        day,
    })
}

fn place(written: &str, ground: &Ground<'_>) -> Result<RegionCode, Refusal> {
    let unknown = || Refusal::new("wish_list.place-unknown");
    let region = if written.trim().is_empty() {
        ground.place.cloned().ok_or_else(unknown)?
    } else {
        residence::read(written).ok_or_else(unknown)?
    };
    wish::may_be_of(&region, ground.keeps)?;
    Ok(region)
}

fn columns_of(row: Row<'_>) -> Option<Columns> {
    let mut found = [None; 8];
    for cell in row.cells() {
        let heading = text::packed(cell.text).to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| heading.contains(part));
        let at = if has(&["身份证", "身份号码", "证件号", "idnumber", "idcard"]) || heading == "id"
        {
            0
        } else if has(&["电话", "手机", "phone"]) {
            3
        } else if has(&["意愿", "工种", "想学", "职业", "trade", "wish"]) {
            2
        } else if has(&["姓名", "name"]) {
            1
        } else if has(&["嘎查", "村", "village"]) && !has(&["苏木", "乡", "镇"]) {
            5
        } else if has(&[
            "苏木", "乡镇", "户籍", "地区", "地址", "旗县", "place", "region",
        ]) {
            4
        } else if has(&["人员类别", "群体", "类别", "group"]) {
            6
        } else if has(&["日期", "时间", "date", "day"]) {
            7
        } else {
            continue;
        };
        found[at].get_or_insert(cell.column);
    }
    let [number, name, trade, phone, place, village, groups, day] = found;
    Some(Columns {
        number: number?,
        name: name?,
        trade: trade?,
        phone,
        place,
        village,
        groups,
        day,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::sheet;

    const ONE: &str = "159999199003070016";

    fn of(text: &str) -> Result<Read, &'static str> {
        let township = RegionCode::read("150902105").unwrap();
        let ground = Ground {
            keeps: Some(&township),
            place: Some(&township),
            village: None,
            today: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(),
        };
        read(&sheet::read(text.as_bytes()).unwrap(), &ground).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_list_is_read_by_its_headings_and_fills_what_it_does_not_say() {
        let read = of(&format!(
            "白海子镇培训意愿登记表\n序号,姓名,身份证号码,联系电话,嘎查村,培训意愿（工种）,人员类别,登记日期\n\
             1,苏日娜,{ONE},13847400001,大河湾嘎查,电焊,农牧民、残疾人,2026年11月3日\n"
        ))
        .unwrap();
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        let line = &read.lines[0];
        assert_eq!(
            (line.name.as_str(), line.trade.as_str()),
            ("苏日娜", "电焊")
        );
        assert_eq!(line.village, "大河湾嘎查");
        assert_eq!(line.region.as_str(), "150902105");
        assert_eq!(line.groups.len(), 2);
        assert_eq!(line.day.to_string(), "2026-11-03");
    }

    #[test]
    fn what_is_wrong_is_told_by_cell_and_never_by_what_stands_in_it() {
        let read = of(&format!(
            "姓名,身份证号,工种,电话,苏木乡镇,类别,日期\n\
             甲,159999199003070017,焊工,,,,\n乙,{ONE},,,,,\n丙,{ONE},焊工,12,,,\n丁,{ONE},焊工,,马莲渠乡,,\n\
             戊,{ONE},焊工,,,领导,\n己,{ONE},焊工,,,,2027-01-01\n庚,{ONE},焊工,,,,\n辛,{ONE},焊工,,,,\n"
        ))
        .unwrap();
        let told: Vec<_> = read
            .problems
            .iter()
            .map(|one| (one.cell.as_str(), one.why.code))
            .collect();
        assert_eq!(told[0].0, "B2");
        assert_eq!(
            told[1..],
            [
                ("C3", "field.blank"),
                ("D4", "wish.phone-unreadable"),
                ("E5", "wish.elsewhere"),
                ("F6", "wish_list.group-unknown"),
                ("G7", "wish.ahead"),
                ("B9", "delivery.twice"),
            ]
        );
        assert_eq!(read.lines.len(), 1);
        assert!(!format!("{read:?}").contains("15999919"));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(of("a,b\n1,2").unwrap_err(), "wish_list.without-headings");
        assert_eq!(of("姓名,身份证号,工种").unwrap_err(), "wish_list.empty");
    }
}
