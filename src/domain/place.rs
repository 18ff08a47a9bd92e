//! 行政区划: province, league or city, banner or county, sumu or township.
//!
//! GB/T 2260 gives six digits to the first three, GB/T 10114 nine to a township. Edition: the
//! National Bureau of Statistics, cut-off 2023-06-30. The whole of one city and the frame of its
//! region are shipped (`catalogue/regions.csv`).

use std::collections::HashMap;
use std::sync::LazyLock;

crate::text!(
    /// 行政区划代码: six digits, or nine for a township.
    RegionCode, is_well_formed
);

/// Six or nine digits; says nothing about whether we know the place.
fn is_well_formed(text: &str) -> bool {
    matches!(text.len(), 6 | 9) && text.bytes().all(|b| b.is_ascii_digit())
}

impl RegionCode {
    /// The digits that every place inside this one begins with: 150900 → 1509.
    pub fn prefix(&self) -> &str {
        let code = self.as_str();
        match code {
            _ if code.len() == 9 => code,
            _ if code.ends_with("0000") => &code[..2],
            _ if code.ends_with("00") => &code[..4],
            _ => code,
        }
    }

    /// Whether this is a 苏木, a township or a street quarter.
    pub fn is_township(&self) -> bool {
        self.as_str().len() == 9
    }

    /// Whether this place is the other, or lies in it: 150926 and 150926101 lie in 150900.
    pub fn is_within(&self, other: &Self) -> bool {
        self.as_str().starts_with(other.prefix())
    }

    /// The 旗县 this place is, or lies in; none for a city or a province.
    pub fn county(&self) -> Option<Self> {
        let county = &self.as_str()[..6];
        (!county.ends_with("00")).then(|| Self(county.to_owned()))
    }
}

crate::code!(
    /// How high a place stands.
    PlaceLevel {
        /// 省、自治区、直辖市
        Province = "province",
        /// 盟市
        Prefecture = "prefecture",
        /// 旗县市区
        County = "county",
        /// 苏木、乡镇、街道
        Township = "township",
    }
);

/// One place of the catalogue.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its code.
    pub code: RegionCode,
    /// The place it lies in.
    pub parent: Option<RegionCode>,
    /// How high it stands.
    pub level: PlaceLevel,
    /// 名称
    pub name: String,
    /// Its name in English; empty when none is known.
    pub name_en: String,
}

struct Places {
    all: Vec<Place>,
    by_code: HashMap<String, usize>,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let mut all = Vec::new();
    for row in csv::Reader::from_reader(include_str!("catalogue/regions.csv").as_bytes()).records()
    {
        let row = row.expect("the catalogue of regions is a table");
        all.push(Place {
            code: RegionCode::read(&row[0]).expect("a region has a code"),
            parent: RegionCode::read(&row[1]),
            level: PlaceLevel::read(&row[2]).expect("a region has a level"),
            name: row[3].to_owned(),
            name_en: row[4].to_owned(),
        });
    }
    let by_code = all
        .iter()
        .enumerate()
        .map(|(n, place)| (place.code.as_str().to_owned(), n))
        .collect();
    Places { all, by_code }
});

/// Every place known, in the order of the catalogue.
pub fn all() -> &'static [Place] {
    &PLACES.all
}

/// The place with this code.
pub fn find(code: &RegionCode) -> Option<&'static Place> {
    PLACES.by_code.get(code.as_str()).map(|n| &PLACES.all[*n])
}

/// The place's name, in Chinese; its code when we do not know it.
pub fn name(code: &RegionCode) -> String {
    find(code).map_or_else(|| code.to_string(), |place| place.name.clone())
}

/// The places on the way down to this one, the province first and itself last.
pub fn path(code: &RegionCode) -> Vec<&'static Place> {
    let mut steps: Vec<_> =
        std::iter::successors(find(code), |place| place.parent.as_ref().and_then(find)).collect();
    steps.reverse();
    steps
}

/// The names on the way down, joined: 内蒙古自治区乌兰察布市集宁区.
pub fn full_name(code: &RegionCode) -> String {
    match path(code).as_slice() {
        [] => code.to_string(),
        steps => steps.iter().map(|place| place.name.as_str()).collect(),
    }
}

/// The places directly inside this one.
pub fn children(code: &RegionCode) -> impl Iterator<Item = &'static Place> {
    PLACES
        .all
        .iter()
        .filter(move |place| place.parent.as_ref() == Some(code))
}

/// Places whose name or code begins with, then holds, what is asked for.
pub fn search(query: &str, limit: usize) -> Vec<&'static Place> {
    let query = query.trim().to_lowercase();
    if query.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<_> = PLACES
        .all
        .iter()
        .filter_map(|place| {
            let english = place.name_en.to_lowercase();
            let rank = match () {
                () if place.name == query || place.code.as_str() == query => 0,
                () if place.name.starts_with(&query) || english.starts_with(&query) => 1,
                () if place.code.as_str().starts_with(&query) => 2,
                () if place.name.contains(&query) || english.contains(&query) => 3,
                () => return None,
            };
            Some((rank, place))
        })
        .collect();
    found.sort_by_key(|(rank, place)| (*rank, place.level, place.code.as_str()));
    found
        .into_iter()
        .take(limit)
        .map(|(_, place)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::read(text).unwrap()
    }

    #[test]
    fn the_catalogue_is_whole() {
        let count = |level| all().iter().filter(|place| place.level == level).count();
        assert_eq!(
            [count(PlaceLevel::Province), count(PlaceLevel::Prefecture)],
            [34, 12]
        );
        assert_eq!(
            [count(PlaceLevel::County), count(PlaceLevel::Township)],
            [103, 110]
        );
        for place in all() {
            if let Some(parent) = &place.parent {
                assert!(find(parent).is_some(), "{} has no parent", place.code);
                assert!(
                    place.code.is_within(parent),
                    "{} is not within {parent}",
                    place.code
                );
            }
        }
        assert_eq!(children(&code("150900")).count(), 11);
    }

    #[test]
    fn a_place_lies_in_those_above_it_and_in_no_other() {
        for (inner, outer, within) in [
            ("150900", "150900", true),
            ("150902", "150900", true),
            ("150902001", "150902", true),
            ("150902001", "150900", true),
            ("150902001", "150000", true),
            ("150900", "150902", false),
            ("150102", "150900", false),
            ("150902", "150921", false),
            ("150000", "150900", false),
            ("150902001", "150902002", false),
            ("110000", "150000", false),
        ] {
            assert_eq!(
                code(inner).is_within(&code(outer)),
                within,
                "{inner} in {outer}"
            );
        }
    }

    #[test]
    fn names_lead_down_from_the_province() {
        assert_eq!(full_name(&code("150902")), "内蒙古自治区乌兰察布市集宁区");
        assert_eq!(name(&code("150900")), "乌兰察布市");
        assert_eq!(search("集宁", 5)[0].code, code("150902"));
        assert_eq!(search("Ulanqab", 5)[0].code, code("150900"));
        assert!(search("", 5).is_empty());
    }

    #[test]
    fn a_code_has_six_or_nine_digits() {
        for text in ["15090", "1509000", "15090A", "", "１５０９００"] {
            assert_eq!(RegionCode::read(text), None, "{text}");
        }
    }
}
