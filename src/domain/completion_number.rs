//! 培训合格证书编号: the number of a training completion certificate.
//!
//! No national rule numbers these certificates: every place has its own. Ours is eighteen
//! characters, `PX` (培训), the institution's six digits in this registry, the year of issue in
//! four and a sequence in six: `PX090001` `2026` `000001`. It differs from a skill certificate's
//! number in length and first letter, so that neither can be taken for the other. Like that
//! number it has no check digit and proves nothing alone.

use crate::domain::refusal::{Reason, Refusal};
use crate::ground::text;

/// The text is not `PX` and sixteen digits, or its year or sequence cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl Reason for Unreadable {
    fn refusal(self) -> Refusal {
        Refusal::new("completion_number.unreadable").at("number")
    }
}

/// The three parts behind `PX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Parts {
    /// The institution's six digits.
    pub site: u32,
    /// Year of issue.
    pub year: i32,
    /// From 1, gap-free for one institution and year.
    pub sequence: u32,
}

/// A completion certificate's number that reads well; not known to be issued.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct CompletionNumber(String);

crate::checked_text!(CompletionNumber);

impl CompletionNumber {
    /// Reads a number exactly as it is printed.
    pub fn read(printed: &str) -> Result<Self, Unreadable> {
        parts_of(printed)
            .ok_or(Unreadable)
            .map(|_| Self(printed.to_owned()))
    }

    /// Reads what somebody typed from paper: lower case, full width, blanks and hyphens.
    pub fn read_typed(typed: &str) -> Result<Self, Unreadable> {
        Self::read(&text::packed(typed).replace('-', "").to_ascii_uppercase())
    }

    /// The number these parts make.
    pub fn compose(parts: &Parts) -> Result<Self, Unreadable> {
        let Parts {
            site,
            year,
            sequence,
        } = parts;
        Self::read(&format!("PX{site:06}{year:04}{sequence:06}"))
    }

    /// The eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The three parts.
    pub fn parts(&self) -> Parts {
        parts_of(&self.0).expect("a completion number was checked when it was read")
    }
}

fn parts_of(printed: &str) -> Option<Parts> {
    let digits = printed.strip_prefix("PX")?;
    if digits.len() != 16 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let parts = Parts {
        site: digits[..6].parse().ok()?,
        year: digits[6..10].parse().ok()?,
        sequence: digits[10..].parse().ok()?,
    };
    ((2000..=2099).contains(&parts.year) && parts.sequence > 0).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::certificate_number::CertificateNumber;
    use proptest::prelude::*;

    #[test]
    fn faults_are_refused() {
        for printed in [
            "",
            "PX09000120260000",
            "PX0900012026000000",
            "px0900012026000001",
            "PX0900011999000001",
            "PX09000120260000011",
            "PX090001202600000１",
            "JX0900012026000001",
        ] {
            assert_eq!(
                CompletionNumber::read(printed),
                Err(Unreadable),
                "{printed}"
            );
        }
        assert_eq!(
            CompletionNumber::read_typed("px-090001 2026 000001")
                .unwrap()
                .as_str(),
            "PX0900012026000001"
        );
    }

    proptest! {
        #[test]
        fn parts_and_number_are_one(site in 0_u32..1_000_000, year in 2000_i32..2100, sequence in 1_u32..1_000_000) {
            let parts = Parts { site, year, sequence };
            let number = CompletionNumber::compose(&parts).unwrap();
            prop_assert_eq!(number.parts(), parts);
            prop_assert_eq!(CompletionNumber::read(number.as_str()).unwrap(), number.clone());
            prop_assert!(CertificateNumber::read(number.as_str()).is_err());
        }

        #[test]
        fn parts_out_of_bounds_make_no_number(site in 1_000_000_u32.., year in 2100_i32.., sequence in 1_000_000_u32..) {
            for parts in [
                Parts { site, year: 2026, sequence: 1 },
                Parts { site: 1, year, sequence: 1 },
                Parts { site: 1, year: 2026, sequence },
            ] {
                prop_assert!(CompletionNumber::compose(&parts).is_err());
            }
        }
    }
}
