//! 令牌: what a session's cookie or an API client carries; we keep only its hash.
//!
//! The text is 256 bits of chance, so its plain SHA-256 cannot be guessed backwards, and looking
//! a row up by that hash tells nothing by its time: no slow hash and no careful comparison.

use crate::ground::chance;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Characters in every token.
pub const LENGTH: usize = 43;

/// Bytes of chance in every token.
const BYTES: usize = 32;

/// An opaque token. Shown once to whom it belongs; never printed, never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new token.
    pub fn fresh() -> Self {
        let bytes = Zeroizing::new(chance::bytes::<BYTES>());
        Self(Zeroizing::new(BASE64URL_NOPAD.encode(&*bytes)))
    }

    /// A token from outside; none when it cannot be one.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
        (bytes.len() == BYTES).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the cookie or the client.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token as a page may show it again and again: a pad of chance, and the token under it.
    ///
    /// No two pages show the same characters, so the lengths of many packed pages tell nothing of
    /// the token below (BREACH, 2013).
    pub fn masked(&self) -> String {
        let pad = Zeroizing::new(chance::bytes::<BYTES>());
        let under = Zeroizing::new(xor(&*pad, &*self.bytes()));
        BASE64URL_NOPAD.encode(&[pad.as_slice(), under.as_slice()].concat())
    }

    /// Whether this is the token under the pad that is brought with it. Takes as long for every
    /// wrong one.
    pub fn is_under(&self, masked: &str) -> bool {
        let Ok(brought) = BASE64URL_NOPAD.decode(masked.as_bytes()) else {
            return false;
        };
        let brought = Zeroizing::new(brought);
        let Some((pad, under)) = brought
            .split_first_chunk::<BYTES>()
            .and_then(|(pad, rest)| Some((pad, <&[u8; BYTES]>::try_from(rest).ok()?)))
        else {
            return false;
        };
        let told = Zeroizing::new(xor(pad, under));
        told.ct_eq(&*self.bytes()).into()
    }

    fn bytes(&self) -> Zeroizing<[u8; BYTES]> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        BASE64URL_NOPAD
            .decode_mut(self.0.as_bytes(), &mut *bytes)
            .expect("a token is the text of its bytes");
        bytes
    }

    /// What is stored and looked up.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

fn xor(one: &[u8; BYTES], other: &[u8; BYTES]) -> [u8; BYTES] {
    std::array::from_fn(|at| one[at] ^ other[at])
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

    #[test]
    fn no_two_pages_show_a_token_alike_and_only_that_token_is_under_them() {
        let (token, other) = (Token::fresh(), Token::fresh());
        let shown: Vec<String> = (0..20).map(|_| token.masked()).collect();
        for (at, one) in shown.iter().enumerate() {
            assert!(token.is_under(one) && !other.is_under(one));
            assert!(!one.contains(token.as_str()));
            assert!(shown[..at].iter().all(|before| before != one));
            // Not a part of what is shown is the same on the next page.
            let next = token.masked();
            assert!(
                one.as_bytes()
                    .chunks(8)
                    .zip(next.as_bytes().chunks(8))
                    .all(|(a, b)| a != b)
            );
        }
        assert!(!token.is_under(token.as_str()), "it never comes bare");
        for at in 0..shown[0].len() {
            let mut bent = shown[0].clone().into_bytes();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            assert!(
                !token.is_under(&String::from_utf8(bent).unwrap()),
                "character {at}"
            );
        }
        for bad in ["", "A", &shown[0][..85], &format!("{}AA", shown[0])] {
            assert!(!token.is_under(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_unmasking(text in ".{0,120}") {
            prop_assert!(!Token::fresh().is_under(&text));
        }

        #[test]
        fn nothing_breaks_the_reader(text in ".{0,60}") {
            let _ = Token::read(&text);
        }
    }
}
