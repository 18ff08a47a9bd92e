//! 代码集: the small closed lists of the field, with their names (`catalogue/codes.csv`).
//!
//! A list that rules speak of is an enumeration and takes its names from here; a list that only
//! people speak of stays data.

use std::sync::LazyLock;

/// One code with its names.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The list it belongs to, e.g. `education`.
    pub set: String,
    /// The code.
    pub code: String,
    /// 名称
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// Whether the fact tells of a person's health, poverty or past, and is never shown in public.
    pub sensitive: bool,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("catalogue/codes.csv").as_bytes())
        .records()
        .map(|row| {
            let row = row.expect("the code sets are a table");
            Entry {
                set: row[0].to_owned(),
                code: row[1].to_owned(),
                name: row[2].to_owned(),
                name_en: row[3].to_owned(),
                sensitive: &row[4] == "1",
            }
        })
        .collect()
});

/// The entries of one list, in order.
pub fn of(set: &str) -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().filter(move |entry| entry.set == set)
}

/// The entry with this code in this list.
pub fn find(set: &str, code: &str) -> Option<&'static Entry> {
    of(set).find(|entry| entry.code == code)
}

/// Gives an enumeration its names out of one list.
macro_rules! named {
    ($name:ident, $set:literal) => {
        impl $name {
            /// 名称
            pub fn name(self) -> &'static str {
                self.entry().map_or(self.as_str(), |entry| &entry.name)
            }

            /// Its name in English.
            pub fn name_en(self) -> &'static str {
                self.entry().map_or(self.as_str(), |entry| &entry.name_en)
            }

            fn entry(self) -> Option<&'static $crate::domain::code_set::Entry> {
                $crate::domain::code_set::find($set, self.as_str())
            }
        }
    };
}
pub(crate) use named;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{course, education, institution, skill_level};

    #[test]
    fn every_enumeration_has_names_for_all_its_codes() {
        let sets: [(&str, Vec<&str>); 5] = [
            (
                "level",
                skill_level::SkillLevel::ALL
                    .iter()
                    .map(|c| c.as_str())
                    .collect(),
            ),
            (
                "train_kind",
                course::TrainingKind::ALL
                    .iter()
                    .map(|c| c.as_str())
                    .collect(),
            ),
            (
                "startup_course",
                course::StartupCourse::ALL
                    .iter()
                    .map(|c| c.as_str())
                    .collect(),
            ),
            (
                "org_class",
                institution::IssuerClass::ALL
                    .iter()
                    .map(|c| c.as_str())
                    .collect(),
            ),
            (
                "education",
                education::Education::ALL
                    .iter()
                    .map(|c| c.as_str())
                    .collect(),
            ),
        ];
        for (set, codes) in sets {
            for code in codes {
                assert!(find(set, code).is_some(), "{set} {code} has no name");
            }
        }
    }

    #[test]
    fn no_code_is_given_twice() {
        let mut seen = std::collections::HashSet::new();
        for entry in ENTRIES.iter() {
            assert!(
                seen.insert((&entry.set, &entry.code)),
                "{} {}",
                entry.set,
                entry.code
            );
            assert!(!entry.name.is_empty() && !entry.name_en.is_empty());
        }
    }
}
