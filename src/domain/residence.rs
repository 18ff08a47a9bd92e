//! 户籍地: the place a person is registered in, as people write it: a code, or names on the way down.

use crate::domain::place::{self, Place, PlaceLevel, RegionCode};
use crate::ground::text;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The deepest place we know on the written way down: 内蒙古自治区乌兰察布市集宁区桥东街道,
/// 乌兰察布集宁区, 150902. What follows a banner or township (a village, a street) is passed over;
/// what follows a city whose banners we all know, and is none of them, is a slip.
pub fn read(written: &str) -> Option<RegionCode> {
    let packed = text::packed(written);
    if !packed.is_empty() && packed.bytes().all(|b| b.is_ascii_digit()) {
        return by_code(&packed);
    }
    let mut rest = packed.strip_prefix("中国").unwrap_or(&packed);
    let mut here: Option<&'static Place> = None;
    while let Some((place, length)) = step(rest.trim_start_matches(is_separator), here) {
        rest = &rest.trim_start_matches(is_separator)[length..];
        here = Some(place);
    }
    let here = here?;
    let is_known_below = place::children(&here.code).next().is_some();
    let is_deep = matches!(here.level, PlaceLevel::County | PlaceLevel::Township);
    (rest.is_empty() || is_deep || !is_known_below).then(|| here.code.clone())
}

/// Six digits, nine, or the twelve of a village, whose first nine are the township's.
fn by_code(digits: &str) -> Option<RegionCode> {
    let known = |digits: &str| RegionCode::read(digits).filter(|code| place::find(code).is_some());
    match digits.len() {
        12 => known(&digits[..9]).or_else(|| known(&digits[..6])),
        9 => known(digits).or_else(|| digits.ends_with("000").then(|| known(&digits[..6]))?),
        _ => known(digits),
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '/' | '\\' | '-' | '>' | ',' | '、' | '|' | '·' | '—')
}

/// The longest name the rest begins with, of a place below where we are. From nowhere, the highest
/// place of that name; a name that two places share at one height says nothing.
fn step(rest: &str, here: Option<&Place>) -> Option<(&'static Place, usize)> {
    let ends: Vec<usize> = rest
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take(12)
        .collect();
    ends.into_iter()
        .rev()
        .filter(|end| *end > 3)
        .find_map(|end| {
            let below = |place: &&&'static Place| {
                here.is_none_or(|here| place.code != here.code && place.code.is_within(&here.code))
            };
            let named: Vec<&'static Place> = NAMES
                .get(&rest[..end])?
                .iter()
                .filter(below)
                .copied()
                .collect();
            let highest = named.iter().map(|place| place.level).min()?;
            let mut high = named.into_iter().filter(|place| place.level == highest);
            let found = high.next()?;
            high.next().is_none().then_some((found, end))
        })
}

/// Full names, and names without the word for what kind of place it is.
static NAMES: LazyLock<HashMap<&'static str, Vec<&'static Place>>> = LazyLock::new(|| {
    let mut names: HashMap<&'static str, Vec<&'static Place>> = HashMap::new();
    for place in place::all() {
        names.entry(&place.name).or_default().push(place);
        // 桥西 may be a street quarter or any village: a township is meant by its whole name only.
        if let Some(short) = short(&place.name).filter(|_| place.level != PlaceLevel::Township) {
            names.entry(short).or_default().push(place);
        }
    }
    names
});

fn short(name: &str) -> Option<&str> {
    const KINDS: [&str; 12] = [
        "壮族自治区",
        "回族自治区",
        "维吾尔自治区",
        "自治区",
        "特别行政区",
        "自治旗",
        "省",
        "市",
        "盟",
        "区",
        "县",
        "旗",
    ];
    let short = KINDS.iter().find_map(|kind| name.strip_suffix(kind))?;
    (short.chars().count() > 1).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_down_is_read_however_it_is_written() {
        for (written, code) in [
            ("150902", "150902"),
            ("150902001", "150902001"),
            ("150902001003", "150902001"),
            ("150902000000", "150902"),
            ("150902000", "150902"),
            ("１５０９０２", "150902"),
            ("内蒙古自治区乌兰察布市集宁区", "150902"),
            ("内蒙古乌兰察布集宁区新体路街道", "150902001"),
            ("乌兰察布市 集宁区", "150902"),
            ("乌兰察布市/集宁区/桥东街道", "150902002"),
            ("集宁区桥西村12号", "150902"),
            ("四子王旗", "150929"),
            ("内蒙古集宁区", "150902"),
            ("乌兰察布市", "150900"),
            ("内蒙古", "150000"),
            ("山西省大同市云冈区", "140000"),
            ("北京市朝阳区", "110000"),
            ("广西桂林市", "450000"),
        ] {
            let read = read(written);
            assert_eq!(
                read.as_ref().map(RegionCode::as_str),
                Some(code),
                "{written}"
            );
        }
        for written in [
            "",
            "  ",
            "火星",
            "999999",
            "15090",
            "内蒙古自治区胡说市",
            "乌兰察布市胡说旗",
            "市",
            "/",
        ] {
            assert_eq!(read(written), None, "{written}");
        }
    }
}
