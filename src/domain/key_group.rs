//! 重点群体: graduate, farmer or herder, veteran, disabled person, …
//!
//! A person may be in several, each from one day to another. National and local lists differ and
//! change, so the groups are data (`catalogue/codes.csv`, set `group`).

use crate::domain::code_set::{self, Entry};

crate::text!(
    /// The code of a key group, e.g. `G03`.
    KeyGroup, is_known
);

fn is_known(text: &str) -> bool {
    code_set::find("group", text).is_some()
}

/// Every group, in order.
pub fn all() -> impl Iterator<Item = KeyGroup> {
    code_set::of("group").map(|entry| KeyGroup(entry.code.clone()))
}

/// Several groups, a bit each in the catalogue's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Groups(i64);

impl Groups {
    /// As they were kept.
    pub fn read(bits: i64) -> Self {
        Self(bits)
    }

    /// One group by its code; a code nobody knows is none.
    pub fn of(code: &str) -> Self {
        Self::each()
            .find(|(known, _)| *known == code)
            .map_or(Self(0), |(_, group)| group)
    }

    /// Every group by its code.
    pub fn each() -> impl Iterator<Item = (&'static str, Self)> {
        code_set::of("group")
            .zip(0..63)
            .map(|(entry, at)| (entry.code.as_str(), Self(1 << at)))
    }

    /// Its bits.
    pub fn bits(self) -> i64 {
        self.0
    }

    /// These and those.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether all of those are among these.
    pub fn hold(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Whether any of those is among these.
    pub fn touch(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}

impl KeyGroup {
    /// The group a roster means: by code, by name, or by a word in everyday use.
    pub fn read_word(word: &str) -> Option<Self> {
        let word = word.trim();
        if let Some(group) = Self::read(&word.to_uppercase()) {
            return Some(group);
        }
        let bare = |name: &str| name.split('（').next().unwrap_or_default().to_owned();
        if let Some(entry) =
            code_set::of("group").find(|entry| entry.name == word || bare(&entry.name) == word)
        {
            return Some(Self(entry.code.clone()));
        }
        EVERYDAY
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, code)| Self((*code).to_owned()))
    }

    /// 名称
    pub fn name(&self) -> &'static str {
        self.entry().map_or("", |entry| &entry.name)
    }

    /// Its name in English.
    pub fn name_en(&self) -> &'static str {
        self.entry().map_or("", |entry| &entry.name_en)
    }

    /// Whether membership tells of health, poverty or a past, is kept sealed, and never shown in
    /// public. A code we no longer know is taken to be so.
    pub fn is_sensitive(&self) -> bool {
        self.entry().is_none_or(|entry| entry.sensitive)
    }

    fn entry(&self) -> Option<&'static Entry> {
        code_set::find("group", self.as_str())
    }
}

/// What clerks write instead of the full names.
const EVERYDAY: &[(&str, &str)] = &[
    ("毕业生", "G01"),
    ("大学生", "G01"),
    ("应届毕业生", "G01"),
    ("两后生", "G02"),
    ("农民", "G03"),
    ("牧民", "G03"),
    ("农牧民工", "G03"),
    ("农民工", "G03"),
    ("农村转移就业劳动者", "G03"),
    ("农牧民转移就业", "G03"),
    ("失业人员", "G04"),
    ("登记失业人员", "G04"),
    ("困难人员", "G05"),
    ("脱贫户", "G06"),
    ("脱贫人口", "G06"),
    ("监测户", "G06"),
    ("建档立卡户", "G06"),
    ("退伍军人", "G07"),
    ("退役士兵", "G07"),
    ("残疾", "G08"),
    ("零就业家庭", "G09"),
    ("低保", "G10"),
    ("低保户", "G10"),
    ("低保人员", "G10"),
    ("企业职工", "G14"),
    ("在职职工", "G14"),
    ("妇女", "G15"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_code_name_and_everyday_word() {
        for (word, code) in [
            ("G08", "G08"),
            ("g08", "G08"),
            ("残疾人", "G08"),
            ("农牧民", "G03"),
            ("农牧民（农村转移就业劳动者）", "G03"),
            (" 牧民 ", "G03"),
            ("退役军人", "G07"),
            ("脱贫人口", "G06"),
        ] {
            assert_eq!(KeyGroup::read_word(word).unwrap().as_str(), code, "{word}");
        }
        assert_eq!(KeyGroup::read_word("领导"), None);
        assert_eq!(KeyGroup::read_word(""), None);
    }

    #[test]
    fn what_would_hurt_is_marked() {
        let sensitive: Vec<_> = all()
            .filter(KeyGroup::is_sensitive)
            .map(|group| group.to_string())
            .collect();
        assert_eq!(sensitive, ["G06", "G08", "G09", "G10", "G17"]);
        assert_eq!(all().count(), 17);
        for (_, code) in EVERYDAY {
            assert!(is_known(code), "{code}");
        }
    }
}
