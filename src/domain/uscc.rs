//! 统一社会信用代码: the eighteen characters by which every organisation is known (GB 32100).

use crate::domain::refusal::{Reason, Refusal};
use crate::ground::text;

/// Why a text is not a unified social credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing was written.
    Blank,
    /// Not eighteen characters long.
    Length {
        /// How many there are.
        n: usize,
    },
    /// A character the code does not use there: I, O, S, V and Z never, letters not in the region.
    Character {
        /// Which character, counted from 1.
        position: usize,
    },
    /// The last character does not fit the others.
    CheckDigit,
}

impl Reason for Unreadable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Blank => Refusal::new("uscc.missing"),
            Self::Length { n } => Refusal::new("uscc.wrong-length").with(n),
            Self::Character { position } => Refusal::new("uscc.character-unknown").with(position),
            Self::CheckDigit => Refusal::new("uscc.check-failed"),
        }
        .at("uscc")
    }
}

/// GB 32100-2015: digits and letters without I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A unified social credit code that reads well; not known to be registered.
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
pub struct Uscc(String);

crate::checked_text!(Uscc);

impl Uscc {
    /// Reads what was typed: lower case, full width, blanks and hyphens are accepted.
    pub fn read(typed: &str) -> Result<Self, Unreadable> {
        let code: String = text::packed(typed).replace('-', "").to_ascii_uppercase();
        if code.is_empty() {
            return Err(Unreadable::Blank);
        }
        let n = code.chars().count();
        if n != 18 {
            return Err(Unreadable::Length { n });
        }
        let in_place = |at: usize, c: char| match at {
            2..=7 => c.is_ascii_digit(),
            _ => value(c).is_some(),
        };
        if let Some(at) = code
            .chars()
            .enumerate()
            .position(|(at, c)| !in_place(at, c))
        {
            return Err(Unreadable::Character { position: at + 1 });
        }
        if check_character(&code[..17]) == code.as_bytes()[17] {
            Ok(Self(code))
        } else {
            Err(Unreadable::CheckDigit)
        }
    }

    /// The code a body of seventeen characters makes, for example organisations.
    pub fn compose(seventeen: &str) -> Option<Self> {
        let good = seventeen.len() == 17 && seventeen.chars().all(|c| value(c).is_some());
        let check = good.then(|| char::from(check_character(seventeen)))?;
        Self::read(&format!("{seventeen}{check}")).ok()
    }

    /// The eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 登记管理部门行政区划: six digits of the office that registered it.
    pub fn region(&self) -> &str {
        &self.0[2..8]
    }

    /// 组织机构代码: nine characters within.
    pub fn organisation_code(&self) -> &str {
        &self.0[8..17]
    }
}

fn value(c: char) -> Option<u32> {
    let at = ALPHABET.iter().position(|&known| char::from(known) == c)?;
    u32::try_from(at).ok()
}

/// GB 32100-2015: weights 3^(i-1) mod 31.
fn check_character(seventeen: &str) -> u8 {
    let (mut weight, mut sum) = (1, 0);
    for c in seventeen.chars() {
        sum += weight * value(c).unwrap_or(0);
        weight = weight * 3 % 31;
    }
    ALPHABET[((31 - sum % 31) % 31) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vectors_hold() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/fixtures/domain_vectors.json")).unwrap();
        for set in ["uscc_real_agency_check", "uscc_fictional"] {
            for code in vectors[set].as_array().unwrap() {
                let code = code.as_str().unwrap();
                assert_eq!(Uscc::read(code).unwrap().as_str(), code);
                assert_eq!(Uscc::compose(&code[..17]).unwrap().as_str(), code);
            }
        }
    }

    #[test]
    fn it_tells_region_and_organisation() {
        let code = Uscc::read("52150900mj00000015").unwrap();
        assert_eq!(
            (code.region(), code.organisation_code()),
            ("150900", "MJ0000001")
        );
        assert_eq!(Uscc::read("５２１５０９００-MJ000000-15 ").unwrap(), code);
        assert_eq!(format!("{code:>20}"), "  52150900MJ00000015");
    }

    #[test]
    fn each_fault_has_its_name() {
        for (typed, why) in [
            ("  ", Unreadable::Blank),
            ("52150900MJ0000001", Unreadable::Length { n: 17 }),
            ("52150900MJ000000155", Unreadable::Length { n: 19 }),
            ("5215090OMJ00000015", Unreadable::Character { position: 8 }),
            ("52150900IJ00000015", Unreadable::Character { position: 9 }),
            ("52150900MJ0000001O", Unreadable::Character { position: 18 }),
            ("机构150900MJ000000015", Unreadable::Length { n: 19 }),
            ("机2150900MJ00000015", Unreadable::Character { position: 1 }),
            ("52150900MJ00000016", Unreadable::CheckDigit),
            ("25150900MJ00000015", Unreadable::CheckDigit),
        ] {
            assert_eq!(Uscc::read(typed), Err(why), "{typed}");
        }
    }

    fn any_code() -> impl Strategy<Value = Uscc> {
        "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}"
            .prop_map(|body| Uscc::compose(&body).unwrap())
    }

    proptest! {
        #[test]
        fn what_is_composed_is_read(code in any_code()) {
            prop_assert_eq!(Uscc::read(code.as_str()).unwrap(), code.clone());
            prop_assert_eq!(Uscc::read(&code.as_str().to_lowercase()).unwrap(), code);
        }

        #[test]
        fn one_wrong_character_is_always_found(code in any_code(), at in 0_usize..18, other in "[0-9A-Z]") {
            let mut typed = code.as_str().to_owned();
            prop_assume!(typed[at..=at] != other);
            typed.replace_range(at..=at, &other);
            prop_assert!(Uscc::read(&typed).is_err());
        }

        #[test]
        fn nothing_typed_breaks_the_reader(typed in ".{0,24}") {
            let _ = (Uscc::read(&typed), Uscc::compose(&typed));
        }
    }
}
