//! 文字: names, digits and typed codes made comparable.
//!
//! People type with three keyboards and paste from four programs. What two of them mean as the
//! same text must become the same text here, before any rule looks at it.

/// The middle dot between the parts of a name: 间隔号, U+00B7 (GB/T 15834 section 4.14).
pub const MIDDLE_DOT: char = '\u{B7}';

/// Full-width forms of ASCII become ASCII; every kind of blank becomes a plain blank.
pub fn half_width(text: &str) -> String {
    text.chars().map(narrow).collect()
}

fn narrow(c: char) -> char {
    if c.is_whitespace() { ' ' } else { ascii(c) }
}

fn ascii(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Letters and digits narrow; Chinese punctuation stays as it was typed: （集团） is part of a name.
fn legible(c: char) -> char {
    match narrow(c) {
        plain if plain == ' ' || plain.is_ascii_alphanumeric() => plain,
        _ => c,
    }
}

/// Characters that take no place on paper and come along when text is pasted.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
        || c.is_control() && !c.is_whitespace()
}

/// Half-width, without blanks of any kind: for numbers, where a blank never means anything.
pub fn packed(text: &str) -> String {
    text.chars()
        .filter(|&c| !is_invisible(c))
        .map(narrow)
        .filter(|&c| c != ' ')
        .collect()
}

/// Only the ASCII digits of a text, full-width ones folded: for telephone numbers.
pub fn digits(text: &str) -> String {
    text.chars()
        .map(narrow)
        .filter(char::is_ascii_digit)
        .collect()
}

/// One way to write a sentence or a title: letters and digits half-width, punctuation as typed,
/// single blanks, none at the ends.
///
/// Traditional Mongolian script loses only the blanks at its ends: its joiners and narrow blanks
/// shape the letters beside them.
pub fn tidy(text: &str) -> String {
    if text.chars().any(|c| matches!(c, '\u{1800}'..='\u{18AF}')) {
        return text.trim().to_owned();
    }
    let visible: String = text
        .chars()
        .filter(|&c| !is_invisible(c))
        .map(legible)
        .collect();
    visible
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// One way to write a person's name: tidy, no blank beside a Chinese character, and one kind of
/// middle dot between Chinese parts (巴特尔•苏和, 巴特尔.苏和 and 巴特尔 · 苏和 are one name).
pub fn name(text: &str) -> String {
    let tidied: Vec<char> = tidy(text).chars().map(ascii).collect();
    let chinese = tidied.iter().any(|&c| is_han(c));
    let mut kept = String::with_capacity(text.len());
    for (at, &c) in tidied.iter().enumerate() {
        let before = tidied[..at].iter().rev().find(|&&c| c != ' ').copied();
        let after = tidied[at + 1..].iter().find(|&&c| c != ' ').copied();
        let beside_han = [before, after].into_iter().flatten().any(is_han);
        let beside_dot = [before, after].into_iter().flatten().any(is_dot);
        match c {
            ' ' if beside_han => {}
            ' ' if beside_dot && chinese => {}
            c if is_dot(c) && before.is_some_and(is_han) && after.is_some_and(is_han) => {
                kept.push(MIDDLE_DOT);
            }
            c => kept.push(c),
        }
    }
    kept
}

/// A name reduced to what makes it the same name: no dots, no blanks, one case.
/// Only for comparing; never shown and never stored in place of the name.
pub fn comparable(text: &str) -> String {
    name(text)
        .chars()
        .filter(|&c| !is_dot(c) && !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_dot(c: char) -> bool {
    matches!(
        c,
        '\u{B7}'
            | '\u{2022}'
            | '\u{30FB}'
            | '\u{2027}'
            | '\u{FF65}'
            | '\u{2219}'
            | '\u{22C5}'
            | '\u{2024}'
            | '\u{25CF}'
            | '\u{318D}'
            | '\u{FE52}'
            | '.'
    )
}

/// Whether a character is a Chinese character, of any block that names are written in.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}' | '\u{E000}'..='\u{F8FF}')
}

/// What somebody may have meant who typed a base32 code (a–z and 2–7) of this length from paper:
/// the likeliest reading first, none when it cannot be such a code.
///
/// The alphabet has no 0, 1, 8 and 9, so 0 was an o, 8 a b, and 1 an l or else an i.
pub fn base32_readings(typed: &str, length: usize) -> Vec<String> {
    let plain: Vec<char> = packed(typed)
        .chars()
        .filter(|&c| !matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}'))
        .map(|c| match c.to_ascii_lowercase() {
            '0' => 'o',
            '8' => 'b',
            c => c,
        })
        .collect();
    if plain.len() != length || !plain.iter().all(|c| matches!(c, 'a'..='z' | '1'..='7')) {
        return Vec::new();
    }
    let ones = plain.iter().filter(|&&c| c == '1').count();
    // Four doubtful places are sixteen look-ups; more are a guess, not a reading.
    let all = if ones <= 4 { 1_usize << ones } else { 1 };
    (0..all).map(|choice| reading(&plain, choice)).collect()
}

fn reading(plain: &[char], choice: usize) -> String {
    let mut seen = 0;
    let mut one = || {
        let letter = if choice >> seen & 1 == 1 { 'i' } else { 'l' };
        seen += 1;
        letter
    };
    plain
        .iter()
        .map(|&c| if c == '1' { one() } else { c })
        .collect()
}

/// Gives a checked text (with `read(&str) -> Result<Self, _>` and `as_str`) its place in the
/// database, in pages and in JSON. What is read back is checked again.
#[macro_export]
macro_rules! checked_text {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::read(&text).map_err(|_| serde::de::Error::custom(concat!("not a ", stringify!($name))))
            }
        }
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.as_str(), out)
            }
        }
        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(value)?;
                Self::read(&text).map_err(|_| concat!("the database holds what is not a ", stringify!($name)).into())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_written_one_way() {
        for (typed, kept) in [
            (" 张三 ", "张三"),
            ("张　三", "张三"),
            ("张 三", "张三"),
            ("\u{FEFF}张三\u{200B}", "张三"),
            ("巴特尔•苏和", "巴特尔·苏和"),
            ("巴特尔・苏和", "巴特尔·苏和"),
            ("巴特尔‧苏和", "巴特尔·苏和"),
            ("巴特尔．苏和", "巴特尔·苏和"),
            ("巴特尔.苏和", "巴特尔·苏和"),
            ("巴特尔 · 苏和", "巴特尔·苏和"),
            ("𠮷田", "𠮷田"),
            ("John  Smith", "John Smith"),
            ("J. Smith", "J. Smith"),
            ("ＡＢＣ", "ABC"),
            ("娜仁图雅", "娜仁图雅"),
            (" ᠨᠠᠷᠠᠨ\u{202F}ᠤ ", "ᠨᠠᠷᠠᠨ\u{202F}ᠤ"),
            ("", ""),
            (" · ", "·"),
        ] {
            assert_eq!(name(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn names_compare_without_dots_blanks_and_case() {
        assert_eq!(comparable("巴特尔·苏和"), comparable("巴特尔 苏和"));
        assert_eq!(comparable("John SMITH"), comparable("john smith"));
        assert_ne!(comparable("张三"), comparable("张山"));
    }

    #[test]
    fn digits_and_packed_fold_full_width() {
        assert_eq!(digits("１３８-0013 8000"), "13800138000");
        assert_eq!(packed(" １５Ｘ\u{A0}9\t"), "15X9");
        assert_eq!(tidy("  焊工\u{3000}\u{3000}（五级） "), "焊工 （五级）");
        assert_eq!(tidy("Ｎｏ．１８；（集团）"), "No．18；（集团）");
    }

    #[test]
    fn typed_codes_become_readings() {
        assert_eq!(
            base32_readings("5TDI-NQ6L j37p 7gn4", 16),
            ["5tdinq6lj37p7gn4"]
        );
        assert_eq!(
            base32_readings("５ｔｄｉnq6lj37p7gn4", 16),
            ["5tdinq6lj37p7gn4"]
        );
        assert_eq!(base32_readings("08", 2), ["ob"]);
        assert_eq!(base32_readings("1a", 2), ["la", "ia"]);
        assert_eq!(base32_readings("11", 2), ["ll", "il", "li", "ii"]);
        assert_eq!(base32_readings("9a", 2), Vec::<String>::new());
        assert_eq!(base32_readings("abc", 2), Vec::<String>::new());
        assert_eq!(base32_readings("焊a", 2), Vec::<String>::new());
        assert_eq!(base32_readings("1111111111111111", 16).len(), 1);
    }

    proptest! {
        #[test]
        fn writing_a_name_twice_changes_nothing(typed in "[张三巴特尔A-Za-z ·•.・　]{0,12}") {
            let once = name(&typed);
            prop_assert_eq!(name(&once), once.clone());
            prop_assert_eq!(comparable(&once), comparable(&typed));
        }

        #[test]
        fn nothing_typed_breaks_the_readers(typed in ".{0,40}") {
            let _ = (name(&typed), comparable(&typed), tidy(&typed), digits(&typed), packed(&typed));
            for code in base32_readings(&typed, 16) {
                prop_assert!(code.len() == 16 && code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7')));
            }
        }
    }
}
