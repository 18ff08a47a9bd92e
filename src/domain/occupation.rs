//! 职业（工种）: an occupation of the national classification, with its code and work types.
//!
//! 中华人民共和国职业分类大典, 2022 edition: 1,636 occupations (`catalogue/occupations.csv`). A cell of
//! several work types is written with `|` between them, because some names hold a `、` of their
//! own. English names are our own and cover the trades most taught and assessed. Levels and permits
//! are known for the trades in demand only, and are best knowledge: what an institution has filed
//! decides. Names about which there is still a doubt are listed in
//! `catalogue/occupations_doubtful.csv`.

use crate::domain::skill_level::SkillLevel;
use std::collections::HashMap;
use std::sync::LazyLock;

crate::text!(
    /// 职业编码: `6-18-02-04`, known to the catalogue.
    OccupationCode, is_known
);

fn is_known(text: &str) -> bool {
    CATALOGUE.by_code.contains_key(text)
}

crate::code!(
    /// 准入: what stands between a skill certificate and the job.
    Admission {
        /// Nothing: the certificate is all there is.
        Open = "open",
        /// 部分: a skill certificate may be issued, but the work also needs a separate permit.
        Permit = "permit",
        /// 准入: a qualification of the state; no skill certificate stands in its place.
        Entry = "entry",
        /// 目录内: on the 2021 catalogue of qualifications.
        Listed = "listed",
    }
);

/// One occupation.
#[derive(Clone, Debug)]
pub struct Occupation {
    /// 职业编码
    pub code: OccupationCode,
    /// 名称
    pub name: String,
    /// Its name in English, where known.
    pub name_en: Option<String>,
    /// 绿色职业
    pub is_green: bool,
    /// 数字职业
    pub is_digital: bool,
    /// 工种
    pub work_types: Vec<String>,
    /// The levels it is assessed at, lowest first; empty when not known.
    pub levels: Vec<SkillLevel>,
    /// What else the job needs, where known.
    pub admission: Option<Admission>,
    /// The separate permit the work needs, in Chinese and English.
    pub permit: Option<(String, String)>,
    /// 紧缺职业, as shipped. A region's own published list is kept beside the records.
    pub in_demand: bool,
    /// 类别 of a trade in demand, in Chinese and English.
    pub category: Option<(String, String)>,
}

impl Occupation {
    /// Whether this is one of its work types.
    pub fn has_work_type(&self, work_type: &str) -> bool {
        self.work_types.iter().any(|known| known == work_type)
    }
}

/// Why a query found an occupation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matched {
    /// By its code or its name.
    Name,
    /// By the name of this work type.
    WorkType(&'static str),
    /// By this everyday name, which may mean one work type.
    Alias(&'static str, Option<&'static str>),
}

/// One answer to a query.
#[derive(Clone, Debug)]
pub struct Found {
    /// The occupation.
    pub occupation: &'static Occupation,
    /// Why.
    pub matched: Matched,
}

impl Found {
    /// The work type the query meant, if it meant one.
    pub fn work_type(&self) -> Option<&'static str> {
        match self.matched {
            Matched::Name => None,
            Matched::WorkType(work_type) => Some(work_type),
            Matched::Alias(_, work_type) => work_type,
        }
    }
}

struct Alias {
    name: String,
    occupation: usize,
    work_type: Option<String>,
}

struct Catalogue {
    all: Vec<Occupation>,
    by_code: HashMap<String, usize>,
    aliases: Vec<Alias>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let all: Vec<_> = records(include_str!("catalogue/occupations.csv"))
        .map(|row| occupation(&row))
        .collect();
    let by_code: HashMap<_, _> = all
        .iter()
        .enumerate()
        .map(|(n, occupation)| (occupation.code.0.clone(), n))
        .collect();
    let aliases = records(include_str!("catalogue/occupation_aliases.csv"))
        .map(|row| Alias {
            name: row[0].to_lowercase(),
            occupation: *by_code
                .get(&row[1])
                .expect("an everyday name leads to an occupation"),
            work_type: some(&row[2]),
        })
        .collect();
    Catalogue {
        all,
        by_code,
        aliases,
    }
});

fn records(table: &'static str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(table.as_bytes())
        .into_records()
        .map(|row| row.expect("a catalogue is a table"))
}

fn occupation(row: &csv::StringRecord) -> Occupation {
    let pair = |zh: usize, en: usize| some(&row[zh]).map(|text| (text, row[en].to_owned()));
    Occupation {
        code: OccupationCode(row[0].to_owned()),
        name: row[1].to_owned(),
        name_en: some(&row[2]),
        is_green: row[3].contains('L'),
        is_digital: row[3].contains('S'),
        work_types: row[4]
            .split('|')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        levels: levels(&row[5]),
        admission: Admission::read(&row[6]),
        permit: pair(7, 8),
        in_demand: &row[9] == "1",
        category: pair(10, 11),
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// `5-1` is all five, `3-1` the upper three.
fn levels(text: &str) -> Vec<SkillLevel> {
    let Some((low, high)) = text.split_once('-') else {
        return Vec::new();
    };
    let (low, high) = (SkillLevel::read(low), SkillLevel::read(high));
    SkillLevel::ALL
        .iter()
        .copied()
        .filter(|level| Some(*level) >= low && Some(*level) <= high)
        .collect()
}

/// Every occupation, in the order of their codes.
pub fn all() -> &'static [Occupation] {
    &CATALOGUE.all
}

/// The occupation with this code.
pub fn find(code: &OccupationCode) -> Option<&'static Occupation> {
    CATALOGUE
        .by_code
        .get(code.as_str())
        .map(|n| &CATALOGUE.all[*n])
}

/// What people call an occupation in everyday life.
pub fn everyday_names(code: &OccupationCode) -> Vec<&'static str> {
    CATALOGUE
        .aliases
        .iter()
        .filter(|alias| CATALOGUE.all[alias.occupation].code == *code)
        .map(|alias| alias.name.as_str())
        .collect()
}

/// The occupation's name; its code when an older edition's is not in the catalogue.
pub fn name(code: &OccupationCode) -> String {
    find(code).map_or_else(|| code.to_string(), |occupation| occupation.name.clone())
}

/// The occupation with exactly this name, or this work type, or this code: what a sheet means.
pub fn read_word(word: &str) -> Option<Found> {
    let found = search(word, 1).into_iter().next()?;
    let word = word.trim();
    let exact = found.occupation.name == word
        || found.occupation.code.as_str() == word
        || found.work_type().is_some_and(|work_type| work_type == word)
        || matches!(found.matched, Matched::Alias(alias, _) if alias == word);
    exact.then_some(found)
}

/// Occupations that a query means, best first: by code, name, work type, or everyday name.
///
/// What is asked for exactly comes before what begins with it, that before what holds it; among
/// equals the trades in demand come first.
pub fn search(query: &str, limit: usize) -> Vec<Found> {
    let query = query.trim().to_lowercase();
    if query.is_empty() {
        return Vec::new();
    }
    let mut best: HashMap<usize, (u8, Matched)> = HashMap::new();
    let mut offer = |n: usize, rank: Option<u8>, matched: Matched| {
        if let Some(rank) = rank
            && best.get(&n).is_none_or(|(kept, _)| rank < *kept)
        {
            best.insert(n, (rank, matched));
        }
    };
    for (n, occupation) in CATALOGUE.all.iter().enumerate() {
        let code = occupation.code.as_str().starts_with(&query).then_some(1);
        offer(n, code, Matched::Name);
        offer(n, closeness(&occupation.name, &query, 0), Matched::Name);
        for work_type in &occupation.work_types {
            offer(
                n,
                closeness(work_type, &query, 1),
                Matched::WorkType(work_type),
            );
        }
        if let Some(english) = &occupation.name_en {
            let english = english.to_lowercase();
            let words = english
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| word.starts_with(&query));
            let rank = if english == query {
                Some(0)
            } else {
                (words || english.starts_with(&query)).then_some(4)
            };
            offer(n, rank, Matched::Name);
        }
    }
    for alias in &CATALOGUE.aliases {
        // An everyday name also answers when it stands within what was typed: 学电焊.
        let rank = closeness(&alias.name, &query, 1).or_else(|| {
            (alias.name.chars().count() > 1 && query.contains(&alias.name)).then_some(7)
        });
        offer(
            alias.occupation,
            rank,
            Matched::Alias(&alias.name, alias.work_type.as_deref()),
        );
    }
    let mut found: Vec<_> = best.into_iter().collect();
    found.sort_by_key(|(n, (rank, _))| (*rank, !CATALOGUE.all[*n].in_demand, *n));
    found
        .into_iter()
        .take(limit)
        .map(|(n, (_, matched))| Found {
            occupation: &CATALOGUE.all[n],
            matched,
        })
        .collect()
}

/// 0 for the same, 2 for a beginning, 4 for a part; `behind` puts a lesser kind of name after.
fn closeness(name: &str, query: &str, behind: u8) -> Option<u8> {
    if name == query {
        Some(behind)
    } else if name.starts_with(query) {
        Some(2 + behind)
    } else {
        name.contains(query).then_some(4 + behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_catalogue_is_whole() {
        assert_eq!(all().len(), 1636);
        let codes: HashSet<_> = all().iter().map(|occupation| &occupation.code).collect();
        assert_eq!(codes.len(), 1636);
        for occupation in all() {
            let code = occupation.code.as_str();
            let shape: Vec<_> = code.split('-').map(str::len).collect();
            assert_eq!(shape, [1, 2, 2, 2], "{code}");
            let digits = code.chars().all(|c| c.is_ascii_digit() || c == '-');
            assert!(digits && !occupation.name.is_empty(), "{code}");
        }
        let english: Vec<_> = all()
            .iter()
            .filter_map(|known| known.name_en.as_ref())
            .collect();
        let different: HashSet<_> = english.iter().collect();
        assert_eq!(
            different.len(),
            english.len(),
            "two trades share an English name"
        );
        assert!(english.len() >= 381);
        assert_eq!(
            all()
                .iter()
                .filter(|occupation| occupation.in_demand)
                .count(),
            168
        );
        assert_eq!(
            all()
                .iter()
                .map(|occupation| occupation.work_types.len())
                .sum::<usize>(),
            2958
        );
    }

    #[test]
    fn work_types_are_names_and_nothing_else() {
        let names: HashSet<_> = all()
            .iter()
            .map(|occupation| occupation.name.as_str())
            .collect();
        for occupation in all() {
            let mut seen = HashSet::new();
            for work_type in &occupation.work_types {
                let code = &occupation.code;
                assert!(seen.insert(work_type), "{code} has {work_type} twice");
                assert!(
                    !names.contains(work_type.as_str()),
                    "{code}: {work_type} is an occupation"
                );
                assert!(
                    !work_type.contains(['。', '；', '，', ':', ';', '(', ')']),
                    "{code}: {work_type}"
                );
                assert_eq!(
                    work_type.matches('（').count(),
                    work_type.matches('）').count(),
                    "{code}: {work_type}"
                );
                let ends = [
                    "工", "员", "师", "司机", "长", "手", "商", "匠", "人", "助理", "童", "指导",
                ];
                assert!(
                    ends.iter().any(|end| work_type.ends_with(end)),
                    "{code}: {work_type}"
                );
            }
        }
    }

    #[test]
    fn what_is_doubtful_can_only_become_less() {
        let doubtful: Vec<_> =
            records(include_str!("catalogue/occupations_doubtful.csv")).collect();
        for row in &doubtful {
            let code = OccupationCode::read(&row[0]).unwrap();
            assert!(
                find(&code).unwrap().has_work_type(&row[1]),
                "{} has no {}",
                &row[0],
                &row[1]
            );
            assert!(!row[2].is_empty());
        }
        assert!(
            doubtful.len() <= 25,
            "{} names are in doubt",
            doubtful.len()
        );
    }

    #[test]
    fn everyday_names_lead_to_trades() {
        assert!(CATALOGUE.aliases.len() >= 120);
        let mut seen = HashSet::new();
        for alias in &CATALOGUE.aliases {
            assert!(seen.insert(&alias.name), "{} twice", alias.name);
            let occupation = &CATALOGUE.all[alias.occupation];
            if let Some(work_type) = &alias.work_type {
                assert!(
                    occupation.has_work_type(work_type),
                    "{}: {work_type}",
                    alias.name
                );
            }
        }
        for (query, name, work_type) in [
            ("叉车", "起重装卸机械操作工", Some("叉车司机")),
            ("电焊", "焊工", Some("电焊工")),
            ("焊工", "焊工", None),
            ("月嫂", "家政服务员", Some("母婴护理员")),
            ("保姆", "家政服务员", Some("家务服务员")),
            ("厨师", "中式烹调师", None),
            ("美发", "美发师", None),
            ("挖掘机", "挖掘铲运和桩工机械司机", Some("土石方挖掘机司机")),
            ("养老护理", "养老护理员", None),
            ("育婴", "婴幼儿发展引导员", Some("育婴员")),
            ("快递", "快递员", None),
            ("网店", "电子商务师", None),
            ("直播", "互联网营销师", Some("直播销售员")),
            (
                "马头琴",
                "民族拉弦弹拨乐器制作工",
                Some("民族拉弦乐器制作工"),
            ),
            ("刺绣", "抽纱刺绣工", Some("手绣工")),
            ("牧草", "农艺工", Some("牧草栽培工")),
            ("6-18-02-04", "焊工", None),
            ("welder", "焊工", None),
            ("学电焊", "焊工", Some("电焊工")),
        ] {
            let found = &search(query, 5)[0];
            assert_eq!(
                (found.occupation.name.as_str(), found.work_type()),
                (name, work_type),
                "{query}"
            );
        }
        assert!(search("", 5).is_empty() && search("没有这个", 5).is_empty());
    }

    #[test]
    fn a_sheet_means_only_what_it_says_exactly() {
        assert_eq!(
            read_word("焊工").unwrap().occupation.code.as_str(),
            "6-18-02-04"
        );
        assert_eq!(read_word("叉车司机").unwrap().work_type(), Some("叉车司机"));
        assert!(read_word("焊").is_none());
    }

    #[test]
    fn a_code_outside_the_catalogue_is_not_read() {
        assert!(OccupationCode::read("6-18-02-04").is_some());
        for code in ["6-18-02-99", "焊工", "", "61802004"] {
            assert!(OccupationCode::read(code).is_none(), "{code}");
        }
    }

    #[test]
    fn a_trade_knows_what_else_its_work_needs() {
        let welder = find(&OccupationCode::read("6-18-02-04").unwrap()).unwrap();
        assert_eq!(welder.admission, Some(Admission::Permit));
        assert!(welder.permit.as_ref().unwrap().0.contains("特种作业操作证"));
        assert_eq!(welder.levels, SkillLevel::ALL[..5]);
        for occupation in all() {
            assert_eq!(
                occupation.admission == Some(Admission::Permit),
                occupation.permit.is_some(),
                "{}",
                occupation.code
            );
        }
    }
}
