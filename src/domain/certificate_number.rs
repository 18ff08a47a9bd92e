//! 证书编号: the twenty-two characters of a certificate of vocational skill level.
//!
//! Seven parts (人社鉴发〔2019〕2号): class of organisation, its code, province, site, year, level,
//! sequence. There is no check digit and neighbours are consecutive, so a number alone proves
//! nothing and finds nothing: the public look-up asks for more.

use crate::code;
use crate::domain::province;
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::text;

code!(
    /// 机构类别: who may issue, the first letter of the number.
    IssuerClass {
        /// 用人单位: an employer that assesses its own staff.
        Employer = "Y",
        /// 社会培训评价组织: assesses the public.
        Social = "S",
        /// 技工院校: a technical institute (the letter is general knowledge, not in the rule text read).
        Institute = "J",
    }
);

/// Why a text is not a certificate number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing was written.
    Blank,
    /// Not twenty-two characters long.
    Length {
        /// How many there are.
        n: usize,
    },
    /// The first letter is not Y, S or J.
    Class,
    /// A digit is wanted there.
    NotDigits {
        /// Which character, counted from 1.
        position: usize,
    },
    /// No province has these two digits.
    Province,
    /// Not 1 to 5; or T or S, which only employers use.
    Level,
    /// Sequences begin at 000001.
    Sequence,
}

impl Reason for Unreadable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Blank => Refusal::new("certificate_number.missing"),
            Self::Length { n } => Refusal::new("certificate_number.wrong-length").with(n),
            Self::Class => Refusal::new("certificate_number.class-unknown"),
            Self::NotDigits { position } => {
                Refusal::new("certificate_number.not-digits").with(position)
            }
            Self::Province => Refusal::new("certificate_number.province-unknown"),
            Self::Level => Refusal::new("certificate_number.level-unknown"),
            Self::Sequence => Refusal::new("certificate_number.sequence-zero"),
        }
        .at("number")
    }
}

/// The seven parts. The first four are assigned to an organisation, the last three by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Parts {
    /// 机构类别
    pub class: IssuerClass,
    /// 机构代码: 1–9999 when first filed with the ministry, 0 when with a province.
    pub organisation: u16,
    /// 省级代码 of the organisation or its site.
    pub province: u8,
    /// 站点序列码, assigned by the province.
    pub site: u32,
    /// Year of issue, 2000–2099.
    pub year: i32,
    /// 等级: 1–5, or for employers T 特级技师 and S 首席技师 (these letters: general knowledge).
    pub level: char,
    /// 证书序列码, from 1, gap-free for one site, year and level.
    pub sequence: u32,
}

/// Characters in every number.
pub const LENGTH: usize = 22;

/// The last sequence there is.
pub const LAST_SEQUENCE: u32 = 999_999;

/// A certificate number that reads well; not known to be issued.
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
pub struct CertificateNumber(String);

crate::checked_text!(CertificateNumber);

impl CertificateNumber {
    /// Reads a number exactly as it is printed.
    pub fn read(printed: &str) -> Result<Self, Unreadable> {
        parts_of(printed).map(|_| Self(printed.to_owned()))
    }

    /// Reads what somebody typed from paper: lower case, full width, blanks and hyphens.
    pub fn read_typed(typed: &str) -> Result<Self, Unreadable> {
        Self::read(&text::packed(typed).replace('-', "").to_ascii_uppercase())
    }

    /// The number these parts make.
    pub fn compose(parts: &Parts) -> Result<Self, Unreadable> {
        let Parts {
            class,
            organisation,
            province,
            site,
            year,
            level,
            sequence,
        } = parts;
        if !(2000..=2099).contains(year) {
            return Err(Unreadable::NotDigits { position: 14 });
        }
        let year = year % 100;
        Self::read(&format!(
            "{class}{organisation:04}{province:02}{site:06}{year:02}{level}{sequence:06}"
        ))
    }

    /// The twenty-two characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The seven parts.
    pub fn parts(&self) -> Parts {
        parts_of(&self.0).expect("a certificate number was checked when it was read")
    }
}

fn parts_of(printed: &str) -> Result<Parts, Unreadable> {
    if printed.is_empty() {
        return Err(Unreadable::Blank);
    }
    let n = printed.chars().count();
    if n != LENGTH {
        return Err(Unreadable::Length { n });
    }
    let characters: Vec<char> = printed.chars().collect();
    let class = IssuerClass::read(&characters[0].to_string()).ok_or(Unreadable::Class)?;
    let digit = |at: usize| {
        characters[at]
            .to_digit(10)
            .filter(|_| characters[at].is_ascii())
            .ok_or(Unreadable::NotDigits { position: at + 1 })
    };
    let number =
        |from: usize, to: usize| (from..to).try_fold(0, |sum, at| Ok(sum * 10 + digit(at)?));
    let organisation = number(1, 5)?;
    let province = number(5, 7)?;
    let site = number(7, 13)?;
    let year = number(13, 15)?;
    let level = characters[15];
    let sequence = number(16, 22)?;
    let province = u8::try_from(province)
        .ok()
        .filter(|&code| province::is_known(code))
        .ok_or(Unreadable::Province)?;
    if !(matches!(level, '1'..='5') || class == IssuerClass::Employer && matches!(level, 'T' | 'S'))
    {
        return Err(Unreadable::Level);
    }
    if sequence == 0 {
        return Err(Unreadable::Sequence);
    }
    Ok(Parts {
        class,
        organisation: u16::try_from(organisation).expect("four digits"),
        province,
        site,
        year: 2000 + i32::try_from(year).expect("two digits"),
        level,
        sequence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vectors() -> serde_json::Value {
        serde_json::from_str(include_str!("../../tests/fixtures/domain_vectors.json")).unwrap()
    }

    #[test]
    fn the_vectors_hold() {
        for vector in vectors()["cert_no_valid"].as_array().unwrap() {
            let number = CertificateNumber::read(vector["n"].as_str().unwrap()).unwrap();
            let parts = number.parts();
            let text = |key: &str| vector[key].as_str().unwrap().to_owned();
            assert_eq!(parts.class.as_str(), text("class"));
            assert_eq!(format!("{:04}", parts.organisation), text("org"));
            assert_eq!(parts.province.to_string(), text("province"));
            assert_eq!(format!("{:06}", parts.site), text("site"));
            assert_eq!(i64::from(parts.year), vector["year"].as_i64().unwrap());
            assert_eq!(parts.level.to_string(), text("level"));
            assert_eq!(i64::from(parts.sequence), vector["seq"].as_i64().unwrap());
            assert_eq!(CertificateNumber::compose(&parts).unwrap(), number);
        }
        for vector in vectors()["cert_no_invalid"].as_array().unwrap() {
            assert!(
                CertificateNumber::read(vector.as_str().unwrap()).is_err(),
                "{vector}"
            );
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        for (printed, why) in [
            ("", Unreadable::Blank),
            ("S00001509000125500001", Unreadable::Length { n: 21 }),
            ("Y0041GD0000012603001001", Unreadable::Length { n: 23 }),
            ("s000015090001255000001", Unreadable::Class),
            ("X000015090001255000001", Unreadable::Class),
            (
                "S0000150900O1255000001",
                Unreadable::NotDigits { position: 12 },
            ),
            (
                "S00001509000125500000１",
                Unreadable::NotDigits { position: 22 },
            ),
            ("S000099090001255000001", Unreadable::Province),
            ("S000015090001256000001", Unreadable::Level),
            ("S000015090001250000001", Unreadable::Level),
            ("S00001509000125T000001", Unreadable::Level),
            ("J00001509000125S000001", Unreadable::Level),
            ("S000015090001255000000", Unreadable::Sequence),
        ] {
            assert_eq!(CertificateNumber::read(printed), Err(why), "{printed}");
        }
        assert!(CertificateNumber::read("Y00001509000125S000001").is_ok());
    }

    #[test]
    fn typed_numbers_are_forgiven_their_form() {
        let number = CertificateNumber::read("S000015090001255000001").unwrap();
        assert_eq!(
            CertificateNumber::read_typed(" s0000 15-090001 25 5 000001").unwrap(),
            number
        );
        assert_eq!(
            CertificateNumber::read_typed("Ｓ０００015090001255000001").unwrap(),
            number
        );
    }

    #[test]
    fn the_parts_stay_in_their_places() {
        let good = CertificateNumber::read("S000015090001255000001")
            .unwrap()
            .parts();
        for bad in [
            Parts {
                organisation: 10_000,
                ..good
            },
            Parts {
                province: 123,
                ..good
            },
            Parts {
                site: 1_000_000,
                ..good
            },
            Parts { year: 1999, ..good },
            Parts { year: 2100, ..good },
            Parts {
                sequence: 0,
                ..good
            },
            Parts {
                sequence: LAST_SEQUENCE + 1,
                ..good
            },
            Parts { level: '0', ..good },
        ] {
            assert!(CertificateNumber::compose(&bad).is_err(), "{bad:?}");
        }
        assert!(
            CertificateNumber::compose(&Parts {
                sequence: LAST_SEQUENCE,
                ..good
            })
            .is_ok()
        );
    }

    proptest! {
        #[test]
        fn parts_and_number_are_one(
            class in 0_usize..3, organisation in 0_u16..10_000, province in 0_usize..31, site in 0_u32..1_000_000,
            year in 2000_i32..2100, level in "[1-5]", sequence in 1_u32..1_000_000,
        ) {
            let parts = Parts {
                class: IssuerClass::ALL[class], organisation, province: province::MAINLAND[province], site, year,
                level: level.chars().next().unwrap(), sequence,
            };
            let number = CertificateNumber::compose(&parts).unwrap();
            prop_assert_eq!(number.as_str().len(), LENGTH);
            prop_assert_eq!(number.parts(), parts);
            prop_assert_eq!(CertificateNumber::read(number.as_str()).unwrap(), number);
        }

        #[test]
        fn nothing_typed_breaks_the_reader(typed in ".{0,30}", near in "[YSJ][0-9]{14}[1-5TS][0-9]{6}") {
            let _ = (CertificateNumber::read(&typed), CertificateNumber::read_typed(&typed));
            if let Ok(number) = CertificateNumber::read(&near) {
                prop_assert_eq!(CertificateNumber::compose(&number.parts()).unwrap().to_string(), near);
            }
        }
    }
}
