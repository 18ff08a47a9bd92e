//! 身份证号: eighteen places and a check digit (GB 11643).
//!
//! The number itself says where and when a person was first registered and which sex; nothing here
//! ever prints it. Its characters are wiped when the last copy of the value goes.

use crate::code;
use crate::domain::province;
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::text;
use chrono::{Datelike, NaiveDate};
use zeroize::Zeroize;

code!(
    /// 性别, as the seventeenth digit says: odd is male.
    Sex {
        /// 男
        Male = "male",
        /// 女
        Female = "female",
    }
);

/// Why a text is not an identity number. No variant carries the text or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing was written.
    Blank,
    /// Not eighteen characters long.
    Length {
        /// How many there are.
        n: usize,
    },
    /// A character that cannot stand in its place.
    NotDigits {
        /// Which character, counted from 1.
        position: usize,
    },
    /// A spreadsheet turned the number into 1.5E+17.
    Scientific,
    /// A spreadsheet kept fifteen digits and put zeros for the rest.
    TrailingZeros,
    /// The first two digits are no province's.
    Area,
    /// The birth date does not exist.
    Date,
    /// The last character does not fit the others. Which one would fit is not told: the fault
    /// may be in any place, and a "corrected" check digit would hide it for ever.
    CheckDigit,
}

impl Reason for Unreadable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Blank => Refusal::new("id_number.missing"),
            Self::Length { n } => Refusal::new("id_number.wrong-length").with(n),
            Self::NotDigits { position } => Refusal::new("id_number.not-digits").with(position),
            Self::Scientific => Refusal::new("id_number.made-scientific"),
            Self::TrailingZeros => Refusal::new("id_number.cut-to-zeros"),
            Self::Area => Refusal::new("id_number.area-unknown"),
            Self::Date => Refusal::new("id_number.date-impossible"),
            Self::CheckDigit => Refusal::new("id_number.check-failed"),
        }
        .at("id_number")
    }
}

/// Characters in every identity number.
pub const LENGTH: usize = 18;

/// One identity number, known to be well formed; not known to be anybody's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber([u8; LENGTH]);

impl IdNumber {
    /// Reads what was typed or pasted: full-width digits, blanks, a lower-case x and Excel's
    /// leading apostrophe are accepted. A resident identity card begins with a mainland province
    /// (or 71); counties are not checked, since codes of the past stay valid.
    pub fn read(typed: &str) -> Result<Self, Unreadable> {
        Self::read_where(typed, |area| is_mainland(area) || area / 10_000 == 71)
    }

    /// The same, for cards of one kind that begin with other areas (six digits).
    pub(crate) fn read_where(
        typed: &str,
        allowed: impl Fn(u32) -> bool,
    ) -> Result<Self, Unreadable> {
        let mut packed = text::packed(typed);
        // What a spreadsheet adds: an apostrophe for "this is text", ".0" for "this is a number".
        let plain = packed.trim_start_matches(['\'', '’', '‘', '`']);
        let read = characters_of(plain.strip_suffix(".0").unwrap_or(plain)).map(Self);
        packed.zeroize();
        let number = read?;
        number.judge(allowed).map(|()| number)
    }

    /// Which zeros, area, date and check character are possible; in the order a person would look.
    fn judge(&self, allowed: impl Fn(u32) -> bool) -> Result<(), Unreadable> {
        let fits = check_digit(&self.0[..17]) == self.0[17];
        if self.ends_in_zeros() && !fits {
            return Err(Unreadable::TrailingZeros);
        }
        if !allowed(self.area()) {
            return Err(Unreadable::Area);
        }
        birth_of(&self.0).ok_or(Unreadable::Date)?;
        if fits {
            Ok(())
        } else {
            Err(Unreadable::CheckDigit)
        }
    }

    /// Reads a number of the first generation: fifteen digits, born in the twentieth century.
    /// Only for records of the past; such cards ended on 2013-01-01 (居民身份证法 art. 23, 2011).
    pub fn read_legacy(typed: &str) -> Result<Self, Unreadable> {
        let old = text::packed(typed);
        if old.is_empty() {
            return Err(Unreadable::Blank);
        }
        let n = old.chars().count();
        if n != 15 {
            return Err(Unreadable::Length { n });
        }
        if let Some(at) = old.chars().position(|c| !c.is_ascii_digit()) {
            return Err(Unreadable::NotDigits { position: at + 1 });
        }
        let seventeen = format!("{}19{}", &old[..6], &old[6..]);
        let check = char::from(check_digit(seventeen.as_bytes()));
        Self::read(&format!("{seventeen}{check}"))
    }

    /// The number an area, a birth date and a sequence (1–999) make; for example people.
    pub fn compose(area: u32, birth: NaiveDate, sequence: u16) -> Option<Self> {
        if !(100_000..=999_999).contains(&area)
            || !(1..=999).contains(&sequence)
            || !(1900..=9999).contains(&birth.year())
        {
            return None;
        }
        let seventeen = format!("{area}{}{sequence:03}", birth.format("%Y%m%d"));
        let check = char::from(check_digit(seventeen.as_bytes()));
        Self::read(&format!("{seventeen}{check}")).ok()
    }

    /// The eighteen characters. For the blind index and the sealed field, for nothing that is read.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an identity number is ASCII")
    }

    /// Date of birth.
    pub fn birth(&self) -> NaiveDate {
        birth_of(&self.0).expect("an identity number holds a real date")
    }

    /// Full years of age on that day, counted up on the birthday itself; negative before birth.
    /// Who was born on 29 February grows older on 1 March.
    pub fn age_on(&self, day: NaiveDate) -> i32 {
        let birth = self.birth();
        let years = day.year() - birth.year();
        if (day.month(), day.day()) < (birth.month(), birth.day()) {
            years - 1
        } else {
            years
        }
    }

    /// 性别: the seventeenth digit, odd for men.
    pub fn sex(&self) -> Sex {
        if self.0[16] % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        }
    }

    /// The six digits of the place of first registration.
    pub fn area(&self) -> u32 {
        self.0[..6]
            .iter()
            .fold(0, |area, digit| area * 10 + u32::from(digit - b'0'))
    }

    /// The last four characters, as shown beside a certificate.
    pub fn last4(&self) -> &str {
        &self.as_str()[14..]
    }

    /// `1509**********0016`: the birth date never shows
    /// (人社厅、财政厅 joint notice of December 2017 on public lists).
    pub fn masked(&self) -> String {
        format!("{}**********{}", &self.as_str()[..4], self.last4())
    }

    /// A number that reads well but ends in three zeros: one in eleven of those a spreadsheet cut
    /// to fifteen digits still passes the check. Worth a second look, not a refusal.
    pub fn ends_in_zeros(&self) -> bool {
        self.0.ends_with(b"000")
    }
}

impl std::fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdNumber(…)")
    }
}

impl Drop for IdNumber {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn is_mainland(area: u32) -> bool {
    province::MAINLAND
        .iter()
        .any(|&province| u32::from(province) == area / 10_000)
}

/// Eighteen characters, each of a kind that can stand in its place.
fn characters_of(plain: &str) -> Result<[u8; LENGTH], Unreadable> {
    if plain.is_empty() {
        return Err(Unreadable::Blank);
    }
    if is_scientific(plain) {
        return Err(Unreadable::Scientific);
    }
    let n = plain.chars().count();
    if n != LENGTH {
        return Err(Unreadable::Length { n });
    }
    let mut characters = [0; LENGTH];
    for (at, c) in plain.chars().enumerate() {
        characters[at] = match c {
            '0'..='9' => c as u8,
            'x' | 'X' if at == LENGTH - 1 => b'X',
            _ => return Err(Unreadable::NotDigits { position: at + 1 }),
        };
    }
    Ok(characters)
}

/// `1.5E+17`, `1.50902199003070E+17`, `150902e12`.
fn is_scientific(plain: &str) -> bool {
    let Some((mantissa, exponent)) = plain.split_once(['E', 'e']) else {
        return false;
    };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let figures = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    figures(exponent) && mantissa.split('.').count() <= 2 && mantissa.split('.').all(figures)
}

/// Digits 7 to 14 as a date, from 1900 on: nobody older can be a trainee, and 18xx is a slip.
fn birth_of(characters: &[u8; LENGTH]) -> Option<NaiveDate> {
    let number = |from: usize, to: usize| {
        characters[from..to]
            .iter()
            .fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    };
    let year = i32::try_from(number(6, 10))
        .ok()
        .filter(|year| *year >= 1900)?;
    NaiveDate::from_ymd_opt(year, number(10, 12), number(12, 14))
}

/// GB 11643: weights 2^(18-i) mod 11, and the remainder's character.
fn check_digit(seventeen: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = WEIGHTS
        .iter()
        .zip(seventeen)
        .map(|(weight, digit)| weight * u32::from(digit - b'0'))
        .sum();
    b"10X98765432"[(sum % 11) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = "159999199003070016";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn vectors() -> serde_json::Value {
        serde_json::from_str(include_str!("../../tests/fixtures/domain_vectors.json")).unwrap()
    }

    #[test]
    fn the_vectors_hold() {
        let vectors = vectors();
        for good in vectors["id_valid_fictional_area_159999"]
            .as_array()
            .unwrap()
        {
            let text = good.as_str().unwrap();
            assert_eq!(IdNumber::read(text).unwrap().as_str(), text);
        }
        let standard = vectors["id_standard_example"][0].as_str().unwrap();
        assert_eq!(IdNumber::read(standard).unwrap().birth(), day("1949-12-31"));
        assert_eq!(
            IdNumber::read("11010519491231002x").unwrap().as_str(),
            standard
        );
        assert_eq!(IdNumber::read("159999200202290017"), Err(Unreadable::Date));
        assert_eq!(
            IdNumber::read("110105194912310021"),
            Err(Unreadable::CheckDigit)
        );
    }

    #[test]
    fn what_people_type_is_read() {
        for typed in [
            "１５９９９９１９９００３０７００１６",
            " 159999 19900307 0016 ",
            "'159999199003070016",
            "159999199003070016\t",
            "\u{FEFF}159999\u{A0}199003070016",
            "159999199003070016\n",
        ] {
            assert_eq!(IdNumber::read(typed).unwrap().as_str(), GOOD, "{typed:?}");
        }
        assert_eq!(
            IdNumber::read("15999919851130104ｘ").unwrap().as_str(),
            "15999919851130104X"
        );
    }

    #[test]
    fn each_fault_has_its_name() {
        for (typed, why) in [
            ("", Unreadable::Blank),
            (" 　\t", Unreadable::Blank),
            ("'", Unreadable::Blank),
            ("15999919900307001", Unreadable::Length { n: 17 }),
            ("1599991990030700166", Unreadable::Length { n: 19 }),
            ("159999900307001", Unreadable::Length { n: 15 }),
            ("15999919900307O016", Unreadable::NotDigits { position: 15 }),
            ("X59999199003070016", Unreadable::NotDigits { position: 1 }),
            ("15999919900307001Y", Unreadable::NotDigits { position: 18 }),
            (
                "一五九九九九一九九〇〇三〇七〇〇一六",
                Unreadable::NotDigits { position: 1 },
            ),
            ("1.59999E+17", Unreadable::Scientific),
            ("1.59999199003070E+17", Unreadable::Scientific),
            ("1.5999919900307e17", Unreadable::Scientific),
            ("159999199003070000", Unreadable::TrailingZeros),
            ("159999199003070000.0", Unreadable::TrailingZeros),
            ("991509199003070016", Unreadable::Area),
            ("009999199003070016", Unreadable::Area),
            ("169999199003070016", Unreadable::Area),
            ("159999199013070016", Unreadable::Date),
            ("159999199004310016", Unreadable::Date),
            ("159999189003070016", Unreadable::Date),
            ("159999199000000016", Unreadable::Date),
            ("159999199003070017", Unreadable::CheckDigit),
        ] {
            assert_eq!(IdNumber::read(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn a_real_number_that_ends_in_zeros_is_read_and_marked() {
        let number = (1..=9)
            .flat_map(|hundred| (1..=28).map(move |d| (hundred, d)))
            .find_map(|(hundred, d)| {
                let birth = NaiveDate::from_ymd_opt(1990, 3, d)?;
                IdNumber::compose(159_999, birth, hundred * 100).filter(IdNumber::ends_in_zeros)
            })
            .unwrap();
        assert_eq!(IdNumber::read(number.as_str()).unwrap(), number);
        assert!(!IdNumber::read(GOOD).unwrap().ends_in_zeros());
    }

    #[test]
    fn it_tells_birth_age_and_sex() {
        let number = IdNumber::read(GOOD).unwrap();
        assert_eq!(number.birth(), day("1990-03-07"));
        assert_eq!(number.age_on(day("2026-03-06")), 35);
        assert_eq!(number.age_on(day("2026-03-07")), 36);
        assert_eq!(number.age_on(day("1990-03-07")), 0);
        assert_eq!(number.age_on(day("1990-03-06")), -1);
        assert_eq!(number.sex(), Sex::Male);
        assert_eq!(number.area(), 159_999);
        assert_eq!(
            IdNumber::read("159999198808120020").unwrap().sex(),
            Sex::Female
        );
        let leap = IdNumber::compose(159_999, day("2000-02-29"), 1).unwrap();
        assert_eq!(leap.age_on(day("2026-02-28")), 25);
        assert_eq!(leap.age_on(day("2026-03-01")), 26);
    }

    #[test]
    fn the_birth_date_never_shows() {
        let number = IdNumber::read(GOOD).unwrap();
        assert_eq!(number.masked(), "1599**********0016");
        assert_eq!(number.masked().chars().count(), LENGTH);
        assert_eq!(number.last4(), "0016");
        assert_eq!(
            IdNumber::read("15999919851130104X").unwrap().last4(),
            "104X"
        );
        assert!(!format!("{number:?} {:?}", Some(&number)).contains(|c: char| c.is_ascii_digit()));
        for fault in ["159999199003070017", "159999199013070016"] {
            let shown = format!("{:?}", IdNumber::read(fault).unwrap_err().refusal());
            assert!(!shown.contains("1990") && !shown.contains("1599"));
        }
    }

    #[test]
    fn the_first_generation_is_read_apart() {
        let number = IdNumber::read_legacy("110105491231002").unwrap();
        assert_eq!(number.as_str(), "11010519491231002X");
        assert_eq!(IdNumber::read_legacy(""), Err(Unreadable::Blank));
        assert_eq!(
            IdNumber::read_legacy("11010549123100"),
            Err(Unreadable::Length { n: 14 })
        );
        assert_eq!(
            IdNumber::read_legacy("11010549123100X"),
            Err(Unreadable::NotDigits { position: 15 })
        );
        assert_eq!(
            IdNumber::read_legacy("110105491331002"),
            Err(Unreadable::Date)
        );
        assert_eq!(
            IdNumber::read_legacy("990105491231002"),
            Err(Unreadable::Area)
        );
    }

    fn any_number() -> impl Strategy<Value = IdNumber> {
        (0_usize..31, 0_u32..10_000, 0_i64..45_000, 1_u16..=999).prop_map(
            |(at, county, days, sequence)| {
                let area = u32::from(province::MAINLAND[at]) * 10_000 + county;
                let birth = day("1900-01-01") + chrono::Duration::days(days);
                IdNumber::compose(area, birth, sequence).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_composed_is_read(number in any_number()) {
            prop_assert_eq!(IdNumber::read(number.as_str()).unwrap(), number.clone());
            prop_assert_eq!(IdNumber::read(&number.as_str().to_lowercase()).unwrap(), number);
        }

        #[test]
        fn one_wrong_digit_is_always_found(number in any_number(), at in 0_usize..18, digit in 0_u8..10) {
            let mut typed = number.as_str().to_owned();
            let digit = char::from(b'0' + digit).to_string();
            prop_assume!(typed[at..=at] != digit);
            typed.replace_range(at..=at, &digit);
            prop_assert!(IdNumber::read(&typed).is_err());
        }

        #[test]
        fn two_neighbours_swapped_are_always_found(number in any_number(), at in 0_usize..16) {
            let mut typed: Vec<u8> = number.as_str().bytes().collect();
            prop_assume!(typed[at] != typed[at + 1]);
            typed.swap(at, at + 1);
            prop_assert!(IdNumber::read(std::str::from_utf8(&typed).unwrap()).is_err());
        }

        #[test]
        fn a_number_cut_by_a_spreadsheet_is_found_or_marked(number in any_number()) {
            let typed = format!("{}000", &number.as_str()[..15]);
            match IdNumber::read(&typed) {
                Ok(read) => prop_assert!(read.ends_in_zeros()),
                Err(why) => prop_assert_eq!(why, Unreadable::TrailingZeros),
            }
        }

        #[test]
        fn nothing_typed_breaks_the_reader(typed in ".{0,30}") {
            let _ = (IdNumber::read(&typed), IdNumber::read_legacy(&typed));
        }

        #[test]
        fn digits_of_any_kind_break_nothing(typed in "[0-9Xx０-９.Ee+ ]{0,22}") {
            let _ = (IdNumber::read(&typed), IdNumber::read_legacy(&typed));
        }
    }
}
