//! 信封: one way to seal a text for one place, and one person's key to do it with.
//!
//! Every sealed text is `version ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`, version 1
//! being AES-256-GCM; the byte leaves room for SM4-GCM. The associated data is
//! `table|column|row`, so that a sealed text moved to another row does not open.

use crate::ground::chance;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// Which key sealed a text: a hint, not a secret.
pub type KeyId = [u8; 4];

/// The first byte of everything sealed with AES-256-GCM.
const VERSION: u8 = 1;
const NONCE_AT: usize = 5;
const TEXT_AT: usize = 17;
const TAG: usize = 16;

/// Where a sealed text stands. It opens only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's key.
    pub row: &'a str,
}

impl<'a> Place<'a> {
    /// This column of this row.
    pub fn new(table: &'a str, column: &'a str, row: &'a str) -> Self {
        Self { table, column, row }
    }

    fn associated(self) -> Vec<u8> {
        format!("{}|{}|{}", self.table, self.column, self.row).into_bytes()
    }
}

/// Why a sealed text does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// Too short to be sealed at all.
    #[error("a sealed text is cut short")]
    Torn,
    /// Sealed in a way this program does not know.
    #[error("a sealed text has an unknown version")]
    Version,
    /// Sealed with a key that is not here.
    #[error("a sealed text needs a key that is not here")]
    Key,
    /// Changed, or moved from where it was sealed.
    #[error("a sealed text was changed or moved")]
    Tampered,
}

/// One person's key. Wiped when dropped; never printed.
pub struct DataKey(pub(super) Zeroizing<[u8; 32]>);

impl DataKey {
    /// A new key.
    pub fn fresh() -> Self {
        let mut key = Zeroizing::new([0; 32]);
        chance::fill(&mut *key);
        Self(key)
    }

    /// The key with these bytes.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// Which key this is.
    pub fn id(&self) -> KeyId {
        id_of(&self.0)
    }

    /// Seals one of the person's fields.
    pub fn seal(&self, place: Place<'_>, plaintext: &[u8]) -> Vec<u8> {
        encrypt(&self.0, self.id(), place, plaintext)
    }

    /// Opens one of the person's fields.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        if key_of(sealed)? != self.id() {
            return Err(Unopened::Key);
        }
        decrypt(&self.0, place, sealed)
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(…)")
    }
}

pub(super) fn encrypt(key: &[u8; 32], id: KeyId, place: Place<'_>, plaintext: &[u8]) -> Vec<u8> {
    let nonce = chance::bytes::<12>();
    let cipher = Aes256Gcm::new(<&Key<Aes256Gcm>>::from(key));
    let text = cipher
        .encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: plaintext,
                aad: &place.associated(),
            },
        )
        .expect("a field is far shorter than 64 GB");
    let mut sealed = Vec::with_capacity(TEXT_AT + text.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&id);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&text);
    sealed
}

pub(super) fn decrypt(
    key: &[u8; 32],
    place: Place<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    key_of(sealed)?;
    let nonce: [u8; 12] = sealed[NONCE_AT..TEXT_AT]
        .try_into()
        .map_err(|_| Unopened::Torn)?;
    let cipher = Aes256Gcm::new(<&Key<Aes256Gcm>>::from(key));
    cipher
        .decrypt(
            &Nonce::from(nonce),
            Payload {
                msg: &sealed[TEXT_AT..],
                aad: &place.associated(),
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| Unopened::Tampered)
}

/// The key id of a text that is long enough and of a known version.
pub(super) fn key_of(sealed: &[u8]) -> Result<KeyId, Unopened> {
    match sealed {
        [] => Err(Unopened::Torn),
        [version, ..] if *version != VERSION => Err(Unopened::Version),
        _ if sealed.len() < TEXT_AT + TAG => Err(Unopened::Torn),
        _ => Ok([sealed[1], sealed[2], sealed[3], sealed[4]]),
    }
}

pub(super) fn id_of(key: &[u8; 32]) -> KeyId {
    let tag = subkey(key, "guildhall vault 1: key id");
    [tag[0], tag[1], tag[2], tag[3]]
}

/// One key per use: HMAC-SHA-256 of a label, the expanding half of HKDF (RFC 5869 section 2.3)
/// for one block; the master key is already uniform, so nothing need be extracted.
pub(super) fn subkey(key: &[u8; 32], label: &str) -> Zeroizing<[u8; 32]> {
    mac(key, &[label.as_bytes(), &[1]])
}

pub(super) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLACE: Place<'_> = Place {
        table: "people",
        column: "id_number",
        row: "p1",
    };

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let key = DataKey::fresh();
        let sealed = key.seal(PLACE, b"159999199003070016");
        assert_eq!(*key.open(PLACE, &sealed).unwrap(), b"159999199003070016");
        for elsewhere in [
            Place {
                table: "persons",
                ..PLACE
            },
            Place {
                column: "phone",
                ..PLACE
            },
            Place { row: "p2", ..PLACE },
        ] {
            assert_eq!(key.open(elsewhere, &sealed), Err(Unopened::Tampered));
        }
        assert_eq!(DataKey::fresh().open(PLACE, &sealed), Err(Unopened::Key));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let key = DataKey::fresh();
        let sealed = key.seal(PLACE, b"13800138000");
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                assert!(key.open(PLACE, &changed).is_err(), "byte {at} bit {bit}");
            }
        }
        for length in 0..sealed.len() {
            assert!(key.open(PLACE, &sealed[..length]).is_err());
        }
    }

    #[test]
    fn equal_texts_are_sealed_differently() {
        let key = DataKey::fresh();
        assert_ne!(key.seal(PLACE, b"x"), key.seal(PLACE, b"x"));
    }

    proptest! {
        #[test]
        fn anything_sealed_opens_again(text in proptest::collection::vec(any::<u8>(), 0..300), row in "[a-z0-9]{1,26}") {
            let key = DataKey::fresh();
            let place = Place::new("t", "c", &row);
            let sealed = key.seal(place, &text);
            prop_assert_eq!(sealed.len(), TEXT_AT + text.len() + TAG);
            prop_assert_eq!(&*key.open(place, &sealed).unwrap(), &text);
        }
    }
}
