//! 包裹的主密钥: the master key as a token wrapped it, in a file of one line.
//!
//! `guildhall wrapped master key 1: ` and the nonce (12), the ciphertext (32) and the
//! tag (16) in small hexadecimal digits. The words before them are the associated data, so that
//! nothing else the token may have encrypted is taken for a master key. There is one way to write it:
//! a file changed anywhere is not read, or does not open.

use crate::cli::configuration::Doubt;
use crate::cli::master_key;
use data_encoding::HEXLOWER;
use std::path::Path;

/// The beginning of the line, and the associated data.
pub const HEAD: &str = "guildhall wrapped master key 1: ";
/// How long a nonce of AES-GCM is.
pub const NONCE: usize = 12;
/// How long the wrapped key is: the key and the tag.
pub const TEXT: usize = 48;

/// A master key that a token wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    /// Used once only.
    pub nonce: [u8; NONCE],
    /// The ciphertext, then the tag.
    pub text: [u8; TEXT],
}

impl Wrapped {
    /// The whole file, one line.
    pub fn line(&self) -> String {
        let nonce = HEXLOWER.encode(&self.nonce);
        format!("{HEAD}{nonce}{}\n", HEXLOWER.encode(&self.text))
    }

    /// What a file says, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(HEAD)?.strip_suffix('\n')?;
        let bytes = HEXLOWER.decode(digits.as_bytes()).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE)?;
        Some(Self {
            nonce: nonce.try_into().ok()?,
            text: text.try_into().ok()?,
        })
    }
}

/// The file's content, if there is one; refuses one that others may read, and one that was changed.
pub fn read(file: &Path) -> Result<Option<Wrapped>, Doubt> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Doubt(format!(
                "the wrapped master key {} cannot be read: {error}",
                file.display()
            )));
        }
    };
    master_key::refuse_if_others_may_read(file)?;
    let wrapped = std::str::from_utf8(&bytes).ok().and_then(Wrapped::parse);
    wrapped.map(Some).ok_or_else(|| {
        Doubt(format!(
            "the wrapped master key {} was changed: put it back from its backup",
            file.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_way_to_write_it() {
        let wrapped = Wrapped {
            nonce: std::array::from_fn(|at| u8::try_from(at).unwrap()),
            text: std::array::from_fn(|at| u8::try_from(200 + at).unwrap()),
        };
        let text = wrapped.line();
        assert_eq!(Wrapped::parse(&text), Some(wrapped.clone()));
        // Whatever byte is changed, it is not read, or read as another.
        for at in 0..text.len() {
            for bit in [1, 32] {
                let mut bent = text.clone().into_bytes();
                bent[at] ^= bit;
                let read = std::str::from_utf8(&bent).ok().and_then(Wrapped::parse);
                assert_ne!(read.as_ref(), Some(&wrapped), "byte {at}");
            }
        }
        for bent in ["", HEAD, text.trim_end(), &format!("{text}\n"), &text[1..]] {
            assert_eq!(Wrapped::parse(bent), None, "{bent}");
        }
    }
}
