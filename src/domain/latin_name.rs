//! 拉丁字母姓名: a name as its bearer writes it in Latin letters, in a passport or in 拼音.
//!
//! Hers to say: it cannot be derived from the characters (单 is Dan or Shan, and Mongolian names
//! follow their own spelling), so it is recorded when she gives it and never made up.

use crate::domain::refusal::{Reason, Refusal};

/// The longest that the paper's line takes.
pub const MOST: usize = 60;

/// A name in Latin letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatinName(String);

/// Why a text is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// Something else than letters, a space, a hyphen or an apostrophe stands in it.
    Letters,
    /// Shorter than two letters, or longer than [`MOST`].
    Length,
}

impl Reason for Unwritten {
    fn refusal(self) -> Refusal {
        match self {
            Self::Letters => Refusal::new("latin_name.other-letters"),
            Self::Length => Refusal::new("latin_name.wrong-length").with(MOST),
        }
        .at("latin_name")
    }
}

impl LatinName {
    /// A name as typed; runs of spaces become one.
    pub fn read(typed: &str) -> Result<Self, Unwritten> {
        let name = typed
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('’', "'");
        let fits = |c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '-' | '\'' | 'ü' | 'Ü');
        if !name.chars().all(fits) {
            return Err(Unwritten::Letters);
        }
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 2 || name.len() > MOST {
            return Err(Unwritten::Length);
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters() {
        for (typed, name) in [
            ("ZHANG  San", Ok("ZHANG San")),
            ("Lü Xi’an", Ok("Lü Xi'an")),
            ("Altan-Erdene", Ok("Altan-Erdene")),
            ("张三", Err(Unwritten::Letters)),
            ("Zhang3", Err(Unwritten::Letters)),
            ("<b>", Err(Unwritten::Letters)),
            (" - ", Err(Unwritten::Length)),
            ("", Err(Unwritten::Length)),
        ] {
            assert_eq!(
                LatinName::read(typed).as_ref().map(LatinName::as_str),
                name.as_ref().copied(),
                "{typed}"
            );
        }
        assert_eq!(LatinName::read(&"a".repeat(61)), Err(Unwritten::Length));
    }
}
