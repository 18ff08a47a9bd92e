//! 口令: how good a password must be.
//!
//! Length is what counts; there is no rule about digits and signs, which only makes people write
//! passwords down (NIST SP 800-63B, 5.1.1.2). What everybody tries first is refused.

use crate::domain::refusal::{Reason, Refusal};

/// The fewest characters. Argon2id makes each guess dear; twelve make them too many.
pub const LEAST: usize = 12;
/// The most: a limit on work, far above what anyone types.
pub const MOST: usize = 128;

/// Why a password will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakPassword {
    /// Fewer characters than [`LEAST`].
    Short,
    /// More characters than [`MOST`].
    Long,
    /// Among those everybody tries first, or one character or a short piece over and over.
    Common,
    /// Holds the login or the person's name, and little else.
    Own,
}

impl Reason for WeakPassword {
    fn refusal(self) -> Refusal {
        match self {
            Self::Short => Refusal::new("password.short").with(LEAST),
            Self::Long => Refusal::new("password.long").with(MOST),
            Self::Common => Refusal::new("password.common"),
            Self::Own => Refusal::new("password.own"),
        }
        .at("password")
    }
}

/// Pieces that a password must not merely be made of.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "p@ssw0rd",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx",
    "1q2w3e4r",
    "administrator",
    "admin",
    "welcome",
    "letmein",
    "iloveyou",
    "woaini",
    "changeme",
    "guildhall",
    "abcdefghijkl",
    "abcdef",
    "abc123",
    "123456789012",
    "1234567890",
    "0123456789",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
    "123",
    "987654321",
    "654321",
    "666666",
    "888888",
    "000000",
    "520",
    "1314",
    "mima",
    "wulanchabu",
    "jiangce",
    "匠册",
    "密码",
    "你好",
    "我爱你",
    "中国",
    "乌兰察布",
    "人社局",
];

/// Judges a password for the account with this login and name.
pub fn judge(password: &str, login: &str, name: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < LEAST {
        return Err(WeakPassword::Short);
    }
    if length > MOST {
        return Err(WeakPassword::Long);
    }
    let bare = password.to_lowercase();
    if repeats(&bare) || remainder(&bare, COMMON.iter().copied()) < LEAST / 2 {
        return Err(WeakPassword::Common);
    }
    let (login, name) = (login.to_lowercase(), name.to_lowercase());
    if remainder(&bare, [login.as_str(), name.as_str()].into_iter()) < LEAST / 2 {
        return Err(WeakPassword::Own);
    }
    Ok(())
}

/// How many characters are left once these pieces are taken out.
fn remainder<'a>(password: &str, pieces: impl Iterator<Item = &'a str>) -> usize {
    let mut left = password.to_owned();
    for piece in pieces.filter(|piece| piece.chars().count() > 1) {
        left = left.replace(piece, "");
    }
    left.chars().count()
}

/// Whether it is a piece of at most four characters, over and over.
fn repeats(password: &str) -> bool {
    let chars: Vec<_> = password.chars().collect();
    (1..=4).any(|size| {
        chars
            .chunks(size)
            .all(|chunk| chunk == &chars[..chunk.len()])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(judge("short-one", "zhao", "赵"), Err(WeakPassword::Short));
        assert_eq!(
            judge("草原上的马儿跑得快", "zhao", "赵"),
            Err(WeakPassword::Short)
        );
        assert_eq!(judge("草原上的马儿跑得快又远呀", "zhao", "赵"), Ok(()));
        assert_eq!(
            judge(&"ab3 ".repeat(40), "zhao", "赵"),
            Err(WeakPassword::Long)
        );
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in [
            "password1234",
            "Password12345678",
            "aaaaaaaaaaaaaa",
            "abcabcabcabc",
            "admin1234567",
            "P@ssw0rd2026!",
        ] {
            assert_eq!(
                judge(password, "zhao", "赵"),
                Err(WeakPassword::Common),
                "{password}"
            );
        }
        assert_eq!(
            judge("zhaoling2026", "zhaoling", "赵玲"),
            Err(WeakPassword::Own)
        );
        assert_eq!(judge("correct horse battery", "zhao", "赵"), Ok(()));
    }
}
