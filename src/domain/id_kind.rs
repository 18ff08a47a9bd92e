//! 证件类型: which document says who a person is, and how each is read.

use crate::code;
use crate::domain::id_number::{IdNumber, Sex, Unreadable};
use crate::ground::text;
use chrono::NaiveDate;
use zeroize::Zeroize;

code!(
    /// The kinds of document accepted, with the codes of the province's interface
    /// (the numbering of GA/T 517; general knowledge).
    IdKind {
        /// 居民身份证
        ResidentCard = "111",
        /// 军官证
        OfficerCard = "114",
        /// 普通护照
        Passport = "414",
        /// 台湾居民来往大陆通行证
        TaiwanTravelPermit = "511",
        /// 港澳居民来往内地通行证
        HongKongMacaoTravelPermit = "516",
        /// 外国人永久居留身份证
        ForeignResidentCard = "553",
        /// 港澳居民居住证
        HongKongMacaoResidencePermit = "830",
        /// 台湾居民居住证
        TaiwanResidencePermit = "831",
    }
);

/// One person's document: its kind and its number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdDocument {
    kind: IdKind,
    number: Number,
}

/// Eighteen places that can be checked, or a plain text that cannot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Number {
    Checked(IdNumber),
    Plain(String),
}

impl IdDocument {
    /// Reads a number as that kind of document writes it.
    pub fn read(kind: IdKind, typed: &str) -> Result<Self, Unreadable> {
        let number = match kind {
            IdKind::ResidentCard => Number::Checked(IdNumber::read(typed)?),
            // 810000 and 820000 for Hong Kong and Macao, 830000 for Taiwan (国办发〔2018〕81号).
            IdKind::HongKongMacaoResidencePermit => {
                Number::Checked(IdNumber::read_where(typed, |area| {
                    area == 810_000 || area == 820_000
                })?)
            }
            IdKind::TaiwanResidencePermit => {
                Number::Checked(IdNumber::read_where(typed, |area| area == 830_000)?)
            }
            // The cards of 2023 have 18 digits and begin with 9; older ones three letters and 12 digits.
            IdKind::ForeignResidentCard if text::packed(typed).starts_with('9') => {
                Number::Checked(IdNumber::read_where(typed, |area| area >= 900_000)?)
            }
            _ => Number::Plain(plain(kind, typed)?),
        };
        Ok(Self { kind, number })
    }

    /// The kind of document.
    pub fn kind(&self) -> IdKind {
        self.kind
    }

    /// The number, whole. For the blind index and the sealed field, for nothing that is read.
    pub fn as_str(&self) -> &str {
        match &self.number {
            Number::Checked(number) => number.as_str(),
            Number::Plain(text) => text,
        }
    }

    /// What the blind index is made of: documents of different kinds never meet.
    pub fn index_text(&self) -> String {
        format!("{}|{}", self.kind, self.as_str())
    }

    /// The identity number, when the document carries one with a check digit.
    pub fn id_number(&self) -> Option<&IdNumber> {
        match &self.number {
            Number::Checked(number) => Some(number),
            Number::Plain(_) => None,
        }
    }

    /// Date of birth, when the number tells it.
    pub fn birth(&self) -> Option<NaiveDate> {
        self.id_number().map(IdNumber::birth)
    }

    /// 性别, when the number tells it.
    pub fn sex(&self) -> Option<Sex> {
        self.id_number().map(IdNumber::sex)
    }

    /// The last four characters, as shown beside a certificate.
    pub fn last4(&self) -> &str {
        let text = self.as_str();
        &text[text.len() - 4..]
    }

    /// As on a public list: nothing of a birth date, nothing that finds the rest.
    pub fn masked(&self) -> String {
        match &self.number {
            Number::Checked(number) => number.masked(),
            Number::Plain(text) => format!("{}{}", "*".repeat(text.len() - 4), self.last4()),
        }
    }
}

impl std::fmt::Debug for IdDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IdDocument({}, …)", self.kind)
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        if let Self::Plain(text) = self {
            text.zeroize();
        }
    }
}

/// Passports and permits: letters and digits, of the lengths each kind has been printed with.
fn plain(kind: IdKind, typed: &str) -> Result<String, Unreadable> {
    let text = text::packed(typed).trim_start_matches('\'').to_uppercase();
    if text.is_empty() {
        return Err(Unreadable::Blank);
    }
    let n = text.chars().count();
    if !lengths(kind).contains(&n) {
        return Err(Unreadable::Length { n });
    }
    let allowed = |c: char| match kind {
        // 军字第12345号 is how officers' cards are printed.
        IdKind::OfficerCard => c.is_ascii_alphanumeric() || text::is_han(c),
        _ => c.is_ascii_uppercase() || c.is_ascii_digit(),
    };
    if let Some(at) = text.chars().position(|c| !allowed(c)) {
        return Err(Unreadable::NotDigits { position: at + 1 });
    }
    // Four characters must stand at the end of every number we keep, to be shown beside a name.
    let tail: String = text.chars().filter(char::is_ascii).collect();
    if tail.len() < 4 {
        return Err(Unreadable::Length { n: tail.len() });
    }
    Ok(if kind == IdKind::OfficerCard {
        tail
    } else {
        text
    })
}

fn lengths(kind: IdKind) -> std::ops::RangeInclusive<usize> {
    match kind {
        IdKind::OfficerCard => 5..=18,
        IdKind::TaiwanTravelPermit => 8..=10,
        IdKind::HongKongMacaoTravelPermit => 9..=11,
        IdKind::ForeignResidentCard => 15..=15,
        _ => 5..=20,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_reads_its_own() {
        for (kind, typed, kept) in [
            (
                IdKind::ResidentCard,
                "159999199003070016",
                "159999199003070016",
            ),
            (IdKind::Passport, "e 12345678", "E12345678"),
            (IdKind::Passport, "Ｅ１２３４５６７８", "E12345678"),
            (IdKind::TaiwanTravelPermit, "12345678", "12345678"),
            (IdKind::HongKongMacaoTravelPermit, "h12345678", "H12345678"),
            (
                IdKind::ForeignResidentCard,
                "USA120000000000",
                "USA120000000000",
            ),
            (IdKind::OfficerCard, "军字第123456号", "123456"),
        ] {
            let document = IdDocument::read(kind, typed).unwrap();
            assert_eq!(document.as_str(), kept);
            assert_eq!(document.kind(), kind);
            assert!(kept.ends_with(document.last4()));
            assert!(!format!("{document:?}").contains(kept));
        }
    }

    #[test]
    fn a_kind_refuses_another_kinds_number() {
        for (kind, typed, why) in [
            (
                IdKind::TaiwanResidencePermit,
                "159999199003070016",
                Unreadable::Area,
            ),
            (
                IdKind::HongKongMacaoResidencePermit,
                "159999199003070016",
                Unreadable::Area,
            ),
            (IdKind::Passport, "123", Unreadable::Length { n: 3 }),
            (IdKind::Passport, "", Unreadable::Blank),
            (
                IdKind::Passport,
                "E1234-678",
                Unreadable::NotDigits { position: 6 },
            ),
            (
                IdKind::Passport,
                "E12345678901234567890",
                Unreadable::Length { n: 21 },
            ),
            (
                IdKind::OfficerCard,
                "军字第123号",
                Unreadable::Length { n: 3 },
            ),
        ] {
            assert_eq!(IdDocument::read(kind, typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn residence_permits_have_the_same_check_digit() {
        // 17 digits as printed on no card: 83 0000, 1990-01-01, 001.
        let found: Vec<String> = (b'0'..=b'9')
            .chain([b'X'])
            .map(|check| format!("83000019900101001{}", char::from(check)))
            .filter(|text| IdDocument::read(IdKind::TaiwanResidencePermit, text).is_ok())
            .collect();
        assert_eq!(found.len(), 1);
        assert!(IdDocument::read(IdKind::ResidentCard, &found[0]).is_err());
        let document = IdDocument::read(IdKind::TaiwanResidencePermit, &found[0]).unwrap();
        assert_eq!(document.birth(), NaiveDate::from_ymd_opt(1990, 1, 1));
        assert_eq!(document.sex(), Some(Sex::Male));
        assert_eq!(
            document.masked(),
            format!("8300**********{}", document.last4())
        );
    }

    #[test]
    fn a_passport_shows_four_characters() {
        let document = IdDocument::read(IdKind::Passport, "E12345678").unwrap();
        assert_eq!(document.masked(), "*****5678");
        assert_eq!((document.birth(), document.sex()), (None, None));
        assert_eq!(document.index_text(), "414|E12345678");
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_a_reader(typed in ".{0,24}", at in 0_usize..8) {
            if let Ok(document) = IdDocument::read(IdKind::ALL[at], &typed) {
                prop_assert!(document.last4().len() == 4 && !document.masked().is_empty());
            }
        }
    }
}
