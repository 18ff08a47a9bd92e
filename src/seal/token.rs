//! 令牌: what a session's cookie or an API client carries; we keep only its hash.
//!
//! The text is 256 bits of chance, so its plain SHA-256 cannot be guessed backwards, and looking
//! a row up by that hash tells nothing by its time: no slow hash and no careful comparison.

use crate::ground::chance;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Characters in every token.
pub const LENGTH: usize = 43;

/// An opaque token. Shown once to whom it belongs; never printed, never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new token.
    pub fn fresh() -> Self {
        let bytes = Zeroizing::new(chance::bytes::<32>());
        Self(Zeroizing::new(BASE64URL_NOPAD.encode(&*bytes)))
    }

    /// A token from outside; none when it cannot be one.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
        (bytes.len() == 32).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the cookie or the client.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_come_back_as_they_went() {
        let token = Token::fresh();
        assert_eq!(token.as_str().len(), LENGTH);
        let again = Token::read(token.as_str()).unwrap();
        assert_eq!(again.hash(), token.hash());
        assert_ne!(Token::fresh().hash(), token.hash());
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn what_cannot_be_a_token_is_none() {
        let good = Token::fresh();
        for bad in [
            "",
            "x",
            &good.as_str()[..42],
            &format!("{}A", good.as_str()),
            &format!("{}=", good.as_str()),
        ] {
            assert!(Token::read(bad).is_none(), "{bad}");
        }
        // The last character carries two bits that must be zero: one token has one text.
        assert!(Token::read(&format!("{}B", &good.as_str()[..42])).is_none());
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_reader(text in ".{0,60}") {
            let _ = Token::read(&text);
        }
    }
}
