//! 保险箱: personal data at rest, sealed; and the index that finds it without opening it.
//!
//! One master key wraps one small key per person, and that key seals the person's fields
//! ([`crate::seal::envelope`]). To erase a person is to destroy the wrapped key: backups of the
//! fields stay unreadable. A new master key rewraps the small keys and seals anew what is the
//! registry's own; the key of the index goes over to it, since an index follows from a number
//! nobody may know any more.
//!
//! Who steals the database without the master key gets no number, no telephone, no evidence, and
//! cannot test a guessed number against the index. Who steals both has everything.

use crate::seal::envelope::{decrypt, encrypt, id_of, key_of, mac, subkey};
use zeroize::{Zeroize, Zeroizing};

pub use crate::seal::envelope::{DataKey, KeyId, Place, Unopened};

/// Everything that follows from one master key. Wiped when dropped; never printed.
struct Ring {
    id: KeyId,
    wrapping: Zeroizing<[u8; 32]>,
    own: Zeroizing<[u8; 32]>,
    index: Zeroizing<[u8; 32]>,
}

impl Ring {
    fn of(master: &[u8; 32]) -> Self {
        Self {
            id: id_of(master),
            wrapping: subkey(master, "guildhall vault 1: wrapping"),
            own: subkey(master, "guildhall vault 1: own"),
            index: subkey(master, "guildhall vault 1: blind index"),
        }
    }
}

/// The keys of a registry: the present master key's, and those of former ones while rows still
/// use them.
pub struct Vault {
    present: Ring,
    former: Vec<Ring>,
    /// The key of the index, when it is an earlier master key's.
    index: Option<Zeroizing<[u8; 32]>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault(…, {} former)", self.former.len())
    }
}

impl Vault {
    /// The vault of this master key.
    pub fn new(mut master: [u8; 32]) -> Self {
        let present = Ring::of(&master);
        master.zeroize();
        Self {
            present,
            former: Vec::new(),
            index: None,
        }
    }

    /// The same vault, still opening what a former master key wrapped or sealed.
    #[must_use]
    pub fn with_former(mut self, mut master: [u8; 32]) -> Self {
        self.former.push(Ring::of(&master));
        master.zeroize();
        self
    }

    /// Which master key is in use.
    pub fn key_id(&self) -> KeyId {
        self.present.id
    }

    /// Seals a person's key for its row.
    pub fn wrap(&self, key: &DataKey, place: Place<'_>) -> Vec<u8> {
        encrypt(&self.present.wrapping, self.present.id, place, &*key.0)
    }

    /// Opens a person's key.
    pub fn unwrap(&self, wrapped: &[u8], place: Place<'_>) -> Result<DataKey, Unopened> {
        let ring = self.ring(wrapped)?;
        let bytes = decrypt(&ring.wrapping, place, wrapped)?;
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| Unopened::Torn)?;
        Ok(DataKey::from_bytes(bytes))
    }

    /// Seals what belongs to no person yet, or to none: a roster's rows, an issuer's private key.
    pub fn seal_own(&self, place: Place<'_>, plaintext: &[u8]) -> Vec<u8> {
        encrypt(&self.present.own, self.present.id, place, plaintext)
    }

    /// Opens what [`Vault::seal_own`] sealed.
    pub fn open_own(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let ring = self.ring(sealed)?;
        decrypt(&ring.own, place, sealed)
    }

    /// Whether a wrapped key, or a text of the registry's own, uses the present master key.
    pub fn is_present(&self, sealed: &[u8]) -> bool {
        key_of(sealed) == Ok(self.present.id)
    }

    /// By which equal texts are found without opening any. The domain keeps columns apart:
    /// `person.id_number` and `person.phone` never give equal indexes.
    pub fn blind_index(&self, domain: &str, text: &str) -> [u8; 16] {
        let key = self.index.as_ref().unwrap_or(&self.present.index);
        index_of(key, domain, text)
    }

    /// The key of the index, sealed, for a new master key to take over.
    pub fn seal_index(&self, place: Place<'_>) -> Vec<u8> {
        let key = self.index.as_ref().unwrap_or(&self.present.index);
        self.seal_own(place, &**key)
    }

    /// The same vault with the index [`Vault::seal_index`] sealed.
    pub fn with_index(mut self, place: Place<'_>, sealed: &[u8]) -> Result<Self, Unopened> {
        let key = self.open_own(place, sealed)?;
        let key: [u8; 32] = key.as_slice().try_into().map_err(|_| Unopened::Torn)?;
        self.index = Some(Zeroizing::new(key));
        Ok(self)
    }

    /// The same vault with the index of the master key that sealed this.
    pub fn with_index_of(mut self, sealed: &[u8]) -> Result<Self, Unopened> {
        self.index = Some(self.ring(sealed)?.index.clone());
        Ok(self)
    }

    /// A former master key's wrapped key of a person, wrapped by the present one; `None` when it is
    /// already.
    pub fn rewrap(&self, wrapped: &[u8], place: Place<'_>) -> Result<Option<Vec<u8>>, Unopened> {
        if self.is_present(wrapped) {
            return Ok(None);
        }
        let key = self.unwrap(wrapped, place)?;
        Ok(Some(self.wrap(&key, place)))
    }

    /// The registry's own that a former master key sealed, sealed by the present one; `None` when it
    /// is already.
    pub fn reseal_own(&self, place: Place<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, Unopened> {
        if self.is_present(sealed) {
            return Ok(None);
        }
        let text = self.open_own(place, sealed)?;
        Ok(Some(self.seal_own(place, &text)))
    }

    fn ring(&self, sealed: &[u8]) -> Result<&Ring, Unopened> {
        let id = key_of(sealed)?;
        std::iter::once(&self.present)
            .chain(&self.former)
            .find(|ring| ring.id == id)
            .ok_or(Unopened::Key)
    }
}

fn index_of(key: &[u8; 32], domain: &str, text: &str) -> [u8; 16] {
    // A zero byte ends the domain, so that no domain and text run together like another pair.
    let tag = mac(key, &[domain.as_bytes(), &[0], text.as_bytes()]);
    let mut index = [0; 16];
    index.copy_from_slice(&tag[..16]);
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    const PLACE: Place<'_> = Place {
        table: "people",
        column: "id_number",
        row: "p1",
    };

    fn vault() -> Vault {
        Vault::new([7; 32])
    }

    #[test]
    fn a_wrapped_key_opens_for_its_person_only() {
        let (vault, key) = (vault(), DataKey::fresh());
        let place = Place::new("person_keys", "wrapped", "p1");
        let wrapped = vault.wrap(&key, place);
        let sealed = key.seal(PLACE, b"x");
        let again = vault.unwrap(&wrapped, place).unwrap();
        assert_eq!(*again.open(PLACE, &sealed).unwrap(), b"x");
        assert_eq!(
            vault
                .unwrap(&wrapped, Place { row: "p2", ..place })
                .unwrap_err(),
            Unopened::Tampered
        );
        assert_eq!(
            Vault::new([8; 32]).unwrap(&wrapped, place).unwrap_err(),
            Unopened::Key
        );
        // What the registry seals for itself is no person's key, even in the same place.
        assert_eq!(
            vault
                .unwrap(&vault.seal_own(place, &[1; 32]), place)
                .unwrap_err(),
            Unopened::Tampered
        );
    }

    #[test]
    fn a_new_master_key_still_opens_the_old_texts() {
        let (old, place) = (vault(), Place::new("person_keys", "wrapped", "p1"));
        let wrapped = old.wrap(&DataKey::from_bytes([5; 32]), place);
        let own = old.seal_own(PLACE, b"row");
        let new = Vault::new([9; 32]).with_former([7; 32]);
        let key = new.unwrap(&wrapped, place).unwrap();
        assert_eq!(key.id(), DataKey::from_bytes([5; 32]).id());
        assert_eq!(*new.open_own(PLACE, &own).unwrap(), b"row");
        assert!(!new.is_present(&wrapped) && new.is_present(&new.wrap(&key, place)));
        assert_ne!(new.blind_index("d", "t"), old.blind_index("d", "t"));
    }

    #[test]
    fn what_is_sealed_anew_opens_without_the_old_key() {
        let (old, place) = (vault(), Place::new("person_keys", "wrapped", "p1"));
        let (wrapped, own) = (
            old.wrap(&DataKey::from_bytes([5; 32]), place),
            old.seal_own(PLACE, b"row"),
        );
        let both = Vault::new([9; 32]).with_former([7; 32]);
        let wrapped = both.rewrap(&wrapped, place).unwrap().unwrap();
        let own = both.reseal_own(PLACE, &own).unwrap().unwrap();
        let new = Vault::new([9; 32]);
        assert_eq!(
            new.unwrap(&wrapped, place).unwrap().id(),
            DataKey::from_bytes([5; 32]).id()
        );
        assert_eq!(*new.open_own(PLACE, &own).unwrap(), b"row");
        assert_eq!(old.open_own(PLACE, &own), Err(Unopened::Key));
        // A second time changes nothing, and what neither key sealed is not guessed at.
        assert_eq!(both.rewrap(&wrapped, place), Ok(None));
        assert_eq!(both.reseal_own(PLACE, &own), Ok(None));
        let strange = Vault::new([8; 32]).seal_own(PLACE, b"row");
        assert_eq!(both.reseal_own(PLACE, &strange), Err(Unopened::Key));
    }

    #[test]
    fn the_index_goes_over_to_a_new_master_key() {
        let old = vault();
        let check = old.seal_own(PLACE, b"check");
        let both = Vault::new([9; 32]).with_former([7; 32]);
        let both = both.with_index_of(&check).unwrap();
        assert_eq!(both.blind_index("d", "t"), old.blind_index("d", "t"));
        let place = Place::new("vault_checks", "index", "2");
        let new = Vault::new([9; 32])
            .with_index(place, &both.seal_index(place))
            .unwrap();
        assert_eq!(new.blind_index("d", "t"), old.blind_index("d", "t"));
        // And on to the next.
        let next = Vault::new([10; 32]).with_former([9; 32]);
        let next = next.with_index(place, &new.seal_index(place)).unwrap();
        assert_eq!(next.blind_index("d", "t"), old.blind_index("d", "t"));
        assert_eq!(
            Vault::new([8; 32])
                .with_index(place, &new.seal_index(place))
                .unwrap_err(),
            Unopened::Key
        );
    }

    #[test]
    fn equal_texts_have_equal_indexes_in_one_domain_only() {
        let vault = vault();
        let index = vault.blind_index("person.id_number", "159999199003070016");
        assert_eq!(
            index,
            vault.blind_index("person.id_number", "159999199003070016")
        );
        assert_ne!(
            index,
            vault.blind_index("person.id_number", "159999199003070017")
        );
        assert_ne!(
            index,
            vault.blind_index("person.phone", "159999199003070016")
        );
        assert_ne!(vault.blind_index("ab", "c"), vault.blind_index("a", "bc"));
    }

    #[test]
    fn equal_texts_are_sealed_differently() {
        let vault = vault();
        assert_ne!(vault.seal_own(PLACE, b"x"), vault.seal_own(PLACE, b"x"));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let shown = format!(
            "{:?} {:?}",
            vault().with_former([1; 32]),
            DataKey::from_bytes([5; 32])
        );
        assert_eq!(shown, "Vault(…, 1 former) DataKey(…)");
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_opener(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let (vault, key) = (vault(), DataKey::fresh());
            prop_assert!(key.open(PLACE, &bytes).is_err());
            prop_assert!(vault.open_own(PLACE, &bytes).is_err());
            prop_assert!(vault.unwrap(&bytes, PLACE).is_err());
        }
    }

    /// Made with another implementation (Python's hashlib and OpenSSL), master key 00…1f.
    #[test]
    fn another_implementation_agrees() {
        let counted: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let (vault, key) = (Vault::new(counted), DataKey::from_bytes(counted));
        let hex = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
        let sealed = hex(
            "01a6234b17000102030405060708090a0b7631ee2bf5d4f123bd71a7b3b7779196ab8406f92a979df6a0169d",
        );
        assert_eq!(
            *key.open(Place::new("people", "phone", "p1"), &sealed)
                .unwrap(),
            b"13800138000"
        );
        let own = hex("01a6234b17000102030405060708090a0b4a69d502b28cd62f0ac3f080327ed5ba905e44");
        assert_eq!(
            *vault
                .open_own(Place::new("roster_rows", "cells", "r1"), &own)
                .unwrap(),
            b"row"
        );
        let index = vault.blind_index("person.phone", "13800138000");
        assert_eq!(HEXLOWER.encode(&index), "e2380ce23c6854241b5ed17862f2ac10");
    }
}
