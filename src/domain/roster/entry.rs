//! 填写项: one cell of a roster read as what its column tells.

use super::{Column, Finding, Judge, Severity};
use crate::domain::education::Education;
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::id_number::{IdNumber, Sex};
use crate::domain::key_group::KeyGroup;
use crate::domain::nation::Nation;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Reason;
use crate::domain::{code_set, residence};
use crate::ground::sheet::{Cell, Kind};
use crate::ground::text;
use std::collections::HashMap;

/// Characters in a name at most; the longest on identity cards have about forty.
const LONGEST_NAME: usize = 60;

/// Words already looked up: a class comes from few places and few groups.
#[derive(Default)]
pub(super) struct Words<'a> {
    nations: HashMap<&'a str, Option<Nation>>,
    education: HashMap<&'a str, Option<Education>>,
    regions: HashMap<&'a str, Option<RegionCode>>,
    groups: HashMap<&'a str, Result<Vec<KeyGroup>, String>>,
}

impl<'a> Judge<'a, '_> {
    pub(super) fn name(&mut self, cell: Cell<'_>) -> Option<String> {
        let column = Column::Name;
        if cell.text.trim().is_empty() {
            if !cell.merged {
                self.say(cell, column, Severity::Refused, "roster.name-blank");
            }
            return None;
        }
        let name = text::name(cell.text);
        if let Some(strange) = name.chars().find(|&c| !is_of_names(c)) {
            if cell.kind != Kind::Failed {
                self.say(cell, column, Severity::Refused, "roster.name-characters")
                    .facts
                    .push(strange.to_string());
            }
            return None;
        }
        let length = name.chars().count();
        if length > LONGEST_NAME {
            self.say(cell, column, Severity::Refused, "roster.name-long")
                .facts
                .push(LONGEST_NAME.to_string());
            return None;
        }
        if length < 2 {
            self.say(cell, column, Severity::Warned, "roster.name-short");
        }
        if name != cell.text.trim() {
            self.say(cell, column, Severity::Warned, "roster.name-tidied")
                .facts
                .push(name.clone());
        }
        let missing: String = name
            .chars()
            .filter(|&c| !(self.context.printable)(c))
            .collect();
        if !missing.is_empty() {
            self.say(cell, column, Severity::Warned, "roster.name-unprintable")
                .facts
                .push(missing);
        }
        Some(name)
    }

    pub(super) fn document(
        &mut self,
        kind: Option<Cell<'_>>,
        number: Cell<'_>,
    ) -> Option<IdDocument> {
        let Some(id_kind) = id_kind(kind.map_or("", |cell| cell.text)) else {
            if let Some(cell) = kind {
                self.say(
                    cell,
                    Column::IdKind,
                    Severity::Refused,
                    "roster.id-kind-unknown",
                );
            }
            return None;
        };
        if number.kind == Kind::Failed || number.merged && number.text.is_empty() {
            return None;
        }
        let document = match IdDocument::read(id_kind, number.text) {
            Ok(document) => document,
            Err(why) => {
                let why = why.refusal();
                self.say(number, Column::IdNumber, Severity::Refused, why.code)
                    .facts = why.facts;
                return None;
            }
        };
        if document.id_number().is_some_and(IdNumber::ends_in_zeros) {
            // One in eleven numbers cut to fifteen digits passes the check all the same.
            let (severity, code) = match number.kind {
                Kind::Number => (Severity::Refused, "id_number.cut-to-zeros"),
                _ => (Severity::Warned, "roster.id-zeros"),
            };
            self.say(number, Column::IdNumber, severity, code);
        }
        Some(document)
    }

    pub(super) fn sex(&mut self, cell: Cell<'_>) -> Option<Sex> {
        match text::packed(cell.text).to_lowercase().as_str() {
            "" => None,
            "男" | "男性" | "male" | "m" | "1" => Some(Sex::Male),
            "女" | "女性" | "female" | "f" | "2" => Some(Sex::Female),
            _ => {
                self.unknown(cell, Column::Sex, Severity::Refused, "roster.sex-unknown");
                None
            }
        }
    }

    pub(super) fn nation(&mut self, cell: Cell<'a>) -> Option<Nation> {
        let written = filled(cell)?;
        let found = *self
            .words
            .nations
            .entry(written)
            .or_insert_with(|| Nation::read(&text::packed(written)));
        if found.is_none() {
            self.unknown(
                cell,
                Column::Nation,
                Severity::Warned,
                "roster.nation-unknown",
            );
        }
        found
    }

    pub(super) fn education(&mut self, cell: Cell<'a>) -> Option<Education> {
        let written = filled(cell)?;
        let found = *self
            .words
            .education
            .entry(written)
            .or_insert_with(|| Education::read_word(&text::packed(written)));
        if found.is_none() {
            self.unknown(
                cell,
                Column::Education,
                Severity::Warned,
                "roster.education-unknown",
            );
        }
        found
    }

    pub(super) fn groups(&mut self, cell: Cell<'a>) -> Vec<KeyGroup> {
        let Some(written) = filled(cell) else {
            return Vec::new();
        };
        let found = self
            .words
            .groups
            .entry(written)
            .or_insert_with(|| groups(written));
        match found {
            Ok(groups) => groups.clone(),
            Err(word) => {
                let word = word.clone();
                if cell.kind != Kind::Failed {
                    self.say(
                        cell,
                        Column::Groups,
                        Severity::Refused,
                        "roster.group-unknown",
                    )
                    .facts
                    .push(word);
                }
                Vec::new()
            }
        }
    }

    pub(super) fn region(&mut self, cell: Cell<'a>) -> Option<RegionCode> {
        let written = filled(cell)?;
        let found = self
            .words
            .regions
            .entry(written)
            .or_insert_with(|| residence::read(written))
            .clone();
        if found.is_none() {
            self.unknown(
                cell,
                Column::Region,
                Severity::Refused,
                "roster.region-unknown",
            );
        }
        found
    }

    pub(super) fn phone(&mut self, cell: Cell<'_>) -> Option<String> {
        filled(cell)?;
        let found = phone(cell.text);
        if found.is_none() {
            self.unknown(cell, Column::Phone, Severity::Refused, "roster.phone");
        }
        found
    }

    /// A word that means nothing to us; when a formula failed, that has been said already.
    fn unknown(&mut self, cell: Cell<'_>, column: Column, severity: Severity, code: &'static str) {
        if cell.kind != Kind::Failed {
            self.out
                .findings
                .push(Finding::at(cell, column, severity, code));
        }
    }
}

fn filled(cell: Cell<'_>) -> Option<&str> {
    Some(cell.text.trim()).filter(|text| !text.is_empty())
}

/// Letters of any script, the marks that stand on or in them, and what joins the parts of a name.
fn is_of_names(c: char) -> bool {
    text::is_han(c)
        || c.is_alphabetic()
        || matches!(c, '·' | ' ' | '-' | '.' | '\'' | '’' | '\u{300}'..='\u{36F}' | '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// The kind of document meant; nothing written means the resident identity card.
pub(super) fn id_kind(written: &str) -> Option<IdKind> {
    let written = text::packed(written);
    match written.as_str() {
        "" | "身份证" | "二代身份证" | "居民身份证" => Some(IdKind::ResidentCard),
        "护照" | "外国护照" => Some(IdKind::Passport),
        "军人证" => Some(IdKind::OfficerCard),
        "港澳通行证" | "回乡证" => Some(IdKind::HongKongMacaoTravelPermit),
        "台胞证" => Some(IdKind::TaiwanTravelPermit),
        "外国人永久居留证" => Some(IdKind::ForeignResidentCard),
        _ => {
            let packed = |name: &str| text::packed(name).to_lowercase();
            let named = |kind: &IdKind| {
                code_set::find("id_type", kind.as_str()).is_some_and(|entry| {
                    entry.name == written || packed(&entry.name_en) == written.to_lowercase()
                })
            };
            IdKind::read(&written).or_else(|| IdKind::ALL.iter().copied().find(named))
        }
    }
}

/// Several groups in one cell; the first word that names none.
pub(in crate::domain) fn groups(written: &str) -> Result<Vec<KeyGroup>, String> {
    let separators = ['、', ',', '，', ';', '；', '|', '\n'];
    let mut groups: Vec<KeyGroup> = Vec::new();
    // The whole first: one group's name holds a separator of others.
    for word in written
        .split(separators)
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        let group = KeyGroup::read_word(word).or_else(|| KeyGroup::read_word(&text::packed(word)));
        match group {
            Some(group) if !groups.contains(&group) => groups.push(group),
            Some(_) => {}
            None if matches!(word, "无" | "其他" | "-" | "—") => {}
            None => return Err(word.chars().take(20).collect()),
        }
    }
    Ok(groups)
}

/// A mobile or a landline number, its digits only.
pub(in crate::domain) fn phone(written: &str) -> Option<String> {
    let typed = text::packed(written);
    if typed
        .chars()
        .any(|c| !(c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '—' | '–')))
    {
        return None;
    }
    let digits = text::digits(&typed);
    let digits = if typed.starts_with("+86") || digits.len() == 13 {
        digits.strip_prefix("86")?
    } else {
        &digits
    };
    let bytes = digits.as_bytes();
    let is_mobile = bytes.len() == 11 && bytes[0] == b'1' && bytes[1] >= b'3';
    // 3 or 4 digits of area with its 0, then 7 or 8.
    let is_landline = (10..=12).contains(&bytes.len()) && bytes[0] == b'0' && bytes[1] != b'0';
    (is_mobile || is_landline).then(|| digits.to_owned())
}

/// What may be shown of a cell: not too long, and no long number whole, wherever it was typed.
pub(super) fn shown(written: &str) -> String {
    let mut shown: Vec<char> = written.trim().chars().take(40).collect();
    if shown.len() < written.trim().chars().count() {
        shown.push('…');
    }
    let is_figure =
        |c: char| c.is_numeric() || matches!(c, 'x' | 'X' | 'Ｘ' | 'ｘ' | ' ' | '-' | '.');
    let mut at = 0;
    while at < shown.len() {
        let end = shown[at..]
            .iter()
            .position(|&c| !is_figure(c))
            .map_or(shown.len(), |n| at + n);
        let figures = shown[at..end].iter().filter(|c| c.is_numeric()).count();
        let (head, tail) = match figures {
            ..7 => (usize::MAX, 0),
            7..12 => (3, 2),
            // As on public lists: nothing of the birth date.
            15.. => (4, 4),
            _ => (4, 0),
        };
        let length = end - at;
        for (n, c) in shown[at..end].iter_mut().enumerate() {
            if n >= head && n + tail < length && !matches!(*c, '.' | '-' | ' ') {
                *c = '*';
            }
        }
        at = end + 1;
    }
    shown.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_mobile_or_landline() {
        for (written, kept) in [
            ("13800138000", Some("13800138000")),
            ("138 0013-8000", Some("13800138000")),
            ("+86 13800138000", Some("13800138000")),
            ("8613800138000", Some("13800138000")),
            ("１３８００１３８０００", Some("13800138000")),
            ("0474-8320000", Some("04748320000")),
            ("(0474)8320000", Some("04748320000")),
            ("1380013800", None),
            ("138001380001", None),
            ("12800138000", None),
            ("8320000", None),
            ("无", None),
            ("13800138000/13900139000", None),
        ] {
            assert_eq!(phone(written).as_deref(), kept, "{written}");
        }
    }

    #[test]
    fn documents_have_many_names() {
        for (written, kind) in [
            ("", IdKind::ResidentCard),
            ("居民身份证", IdKind::ResidentCard),
            ("111", IdKind::ResidentCard),
            ("护照", IdKind::Passport),
            ("passport", IdKind::Passport),
            ("军官证", IdKind::OfficerCard),
            ("台湾居民居住证", IdKind::TaiwanResidencePermit),
        ] {
            assert_eq!(id_kind(written), Some(kind), "{written}");
        }
        assert_eq!(id_kind("驾驶证"), None);
    }

    #[test]
    fn several_groups_stand_in_one_cell() {
        let codes = |written| {
            groups(written).map(|g| g.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(
            codes("农牧民、残疾人"),
            Ok(vec!["G03".to_owned(), "G08".to_owned()])
        );
        assert_eq!(
            codes("G03，g08;牧民"),
            Ok(vec!["G03".to_owned(), "G08".to_owned()])
        );
        assert_eq!(codes("无"), Ok(vec![]));
        assert_eq!(codes("农牧民、领导"), Err("领导".to_owned()));
    }

    #[test]
    fn no_long_number_is_shown_whole() {
        for (written, kept) in [
            ("159999199003070016", "1599**********0016"),
            ("15999919900307001", "1599*********7001"),
            (" 159999 19900307 0016", "1599** ******** 0016"),
            ("1.5999919900307E+17", "1.59***********E+17"),
            ("1.5E+17", "1.5E+17"),
            ("13800138000", "138******00"),
            ("张三13800138000", "张三138******00"),
            ("张三", "张三"),
            ("1990.1.1", "1990.1.1"),
        ] {
            assert_eq!(shown(written), kept, "{written}");
        }
        assert_eq!(shown(&"长".repeat(50)).chars().count(), 41);
    }
}
