//! 签名者: who signs, whatever keeps the key.
//!
//! P-256 signs what phones and PDF readers check; Ed25519 what Open Badges and logs ask for.
//! The software signers keep their keys sealed at rest by the vault. A smart card or a key
//! service would stand behind the same trait: every use asks only "sign these bytes".

use crate::ground::chance;
use crate::seal::vault::{Place, Unopened, Vault};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A hint which key signed: the first four bytes of the SHA-256 of the public key.
pub type KeyId = [u8; 4];

crate::code!(
    /// 签名算法, by its JOSE name.
    Algorithm {
        /// ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4): every phone's browser checks it.
        Es256 = "ES256",
        /// Ed25519 (RFC 8037 section 3.1): what `eddsa-rdfc-2022` and signed notes ask for.
        EdDsa = "EdDSA",
    }
);

impl Algorithm {
    /// The number COSE knows it by (RFC 9053 table 1).
    pub fn cose(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
        }
    }
}

/// Somebody who signs.
pub trait Signer: Send + Sync {
    /// How it signs.
    fn algorithm(&self) -> Algorithm;
    /// The public key. ES256: a point in SEC1's uncompressed form, 65 bytes, as WebCrypto imports
    /// it. Ed25519: its 32 bytes (RFC 8032).
    fn public_key(&self) -> &[u8];
    /// The hint that goes into signed things.
    fn key_id(&self) -> KeyId {
        key_id_of(self.public_key())
    }
    /// The signature of a message, 64 bytes: r ‖ s for ES256, R ‖ S for Ed25519.
    fn sign(&self, message: &[u8]) -> Vec<u8>;
}

/// The hint for this public key.
pub fn key_id_of(public_key: &[u8]) -> KeyId {
    let hash = Sha256::digest(public_key);
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Whether the signature is this key's, of this message. False for anything malformed.
pub fn verify(algorithm: Algorithm, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match algorithm {
        Algorithm::Es256 => {
            let check = |key: &[u8]| {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
                    .verify(message, signature)
                    .is_ok()
            };
            if public_key.len() != 33 {
                return check(public_key);
            }
            // A point written by one of its numbers, as authorities sometimes do.
            VerifyingKey::from_sec1_bytes(public_key)
                .is_ok_and(|key| check(key.to_sec1_point(false).as_bytes()))
        }
        Algorithm::EdDsa => {
            let key = public_key
                .try_into()
                .ok()
                .and_then(|key| ed25519_dalek::VerifyingKey::from_bytes(key).ok());
            let (Some(key), Ok(signature)) = (key, ed25519_dalek::Signature::from_slice(signature))
            else {
                return false;
            };
            // Strict: no key of small order, one form of each signature.
            key.verify_strict(message, &signature).is_ok()
        }
    }
}

/// A P-256 key in this program's memory. Signs deterministically (RFC 6979): no chance is needed
/// and none can fail. Wiped when dropped; never printed.
pub struct Es256 {
    key: SigningKey,
    public: Vec<u8>,
}

impl Es256 {
    /// A new key.
    pub fn generate() -> Self {
        loop {
            let bytes = Zeroizing::new(chance::bytes::<32>());
            // Four in 2^32 draws are no scalar of the curve; draw again.
            if let Some(signer) = Self::from_bytes(&*bytes) {
                return signer;
            }
        }
    }

    /// The key with this secret scalar; none when it is no scalar of the curve.
    pub fn from_bytes(secret: &[u8]) -> Option<Self> {
        let key = SigningKey::from_slice(secret).ok()?;
        let public = key.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        Some(Self { key, public })
    }

    /// The private key sealed for its row.
    pub fn seal(&self, vault: &Vault, place: Place<'_>) -> Vec<u8> {
        let secret = Zeroizing::new(<[u8; 32]>::from(self.key.to_bytes()));
        vault.seal_own(place, &*secret)
    }

    /// The signer whose private key was sealed for that row.
    pub fn open(vault: &Vault, place: Place<'_>, sealed: &[u8]) -> Result<Self, Unopened> {
        let secret = vault.open_own(place, sealed)?;
        Self::from_bytes(&secret).ok_or(Unopened::Tampered)
    }
}

impl Signer for Es256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_key(&self) -> &[u8] {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(message);
        signature.to_vec()
    }
}

impl std::fmt::Debug for Es256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Es256({:02x?}…)", self.key_id())
    }
}

/// An Ed25519 key in this program's memory. Signs deterministically (RFC 8032). Wiped when
/// dropped; never printed.
pub struct Ed25519 {
    key: ed25519_dalek::SigningKey,
    public: [u8; 32],
}

impl Ed25519 {
    /// A new key.
    pub fn generate() -> Self {
        Self::of(&Zeroizing::new(chance::bytes::<32>()))
    }

    /// The key with this seed; none when it is not 32 bytes.
    pub fn from_bytes(secret: &[u8]) -> Option<Self> {
        secret.try_into().ok().map(Self::of)
    }

    fn of(secret: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(secret);
        let public = key.verifying_key().to_bytes();
        Self { key, public }
    }

    /// The private key sealed for its row.
    pub fn seal(&self, vault: &Vault, place: Place<'_>) -> Vec<u8> {
        let secret = Zeroizing::new(self.key.to_bytes());
        vault.seal_own(place, &*secret)
    }

    /// The signer whose private key was sealed for that row.
    pub fn open(vault: &Vault, place: Place<'_>, sealed: &[u8]) -> Result<Self, Unopened> {
        let secret = vault.open_own(place, sealed)?;
        Self::from_bytes(&secret).ok_or(Unopened::Tampered)
    }
}

impl Signer for Ed25519 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDsa
    }

    fn public_key(&self) -> &[u8] {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        use ed25519_dalek::Signer as _;
        self.key.sign(message).to_bytes().to_vec()
    }
}

impl std::fmt::Debug for Ed25519 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ed25519({:02x?}…)", self.key_id())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use p256::ecdsa::signature::Verifier as _;
    use proptest::prelude::*;

    /// RFC 6979 appendix A.2.5: the key, and its signature of "sample" with SHA-256.
    pub(crate) const SECRET: &str =
        "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    const SAMPLE: &str = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                          f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
    const PUBLIC: &str = "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                          7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

    pub(crate) fn signer() -> Es256 {
        Es256::from_bytes(&HEXLOWER.decode(SECRET.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn it_signs_as_rfc_6979_says() {
        let signer = signer();
        assert_eq!(HEXLOWER.encode(signer.public_key()), PUBLIC);
        assert_eq!(HEXLOWER.encode(&signer.sign(b"sample")), SAMPLE);
        assert_eq!(signer.sign(b"sample"), signer.sign(b"sample"));
    }

    #[test]
    fn signatures_are_checked() {
        let signer = Es256::generate();
        let signature = signer.sign(b"message");
        let check = |key: &[u8], message: &[u8], signature: &[u8]| {
            verify(Algorithm::Es256, key, message, signature)
        };
        assert!(check(signer.public_key(), b"message", &signature));
        assert!(!check(signer.public_key(), b"massage", &signature));
        assert!(!check(
            Es256::generate().public_key(),
            b"message",
            &signature
        ));
        assert!(!check(signer.public_key(), b"message", &[0; 64]));
        assert!(!check(signer.public_key(), b"message", &signature[..63]));
        assert!(!check(&[], b"message", &signature));
        assert!(!check(&[4; 65], b"message", &signature));
        let short = signer.key.verifying_key().to_sec1_point(true);
        assert!(check(short.as_bytes(), b"message", &signature));
        assert!(!check(&[2; 33], b"message", &signature));
    }

    #[test]
    fn the_private_key_is_sealed_for_its_row() {
        let (vault, signer) = (Vault::new([3; 32]), Es256::generate());
        let place = Place::new("issuer_keys", "sealed_private", "k1");
        let sealed = signer.seal(&vault, place);
        let again = Es256::open(&vault, place, &sealed).unwrap();
        assert_eq!(again.public_key(), signer.public_key());
        assert_eq!(again.key_id(), key_id_of(signer.public_key()));
        assert!(Es256::open(&vault, Place { row: "k2", ..place }, &sealed).is_err());
        assert!(Es256::open(&Vault::new([4; 32]), place, &sealed).is_err());
        assert_eq!(
            Es256::open(&vault, place, &vault.seal_own(place, &[0; 32])).unwrap_err(),
            Unopened::Tampered
        );
    }

    #[test]
    fn ed25519_signs_as_rfc_8032_says() {
        // Section 7.1, test 2.
        let read = |hex: &str| HEXLOWER.decode(hex.as_bytes()).unwrap();
        let signer = Ed25519::from_bytes(&read(
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        ))
        .unwrap();
        assert_eq!(
            HEXLOWER.encode(signer.public_key()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        let signature = signer.sign(&[0x72]);
        assert_eq!(
            HEXLOWER.encode(&signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        let check = |key: &[u8], message: &[u8], signature: &[u8]| {
            verify(Algorithm::EdDsa, key, message, signature)
        };
        assert!(check(signer.public_key(), &[0x72], &signature));
        assert!(!check(signer.public_key(), &[0x73], &signature));
        assert!(!check(signer.public_key(), &[0x72], &signature[..63]));
        assert!(!check(&[0; 32], &[0x72], &[0; 64]));
        assert!(!check(
            Ed25519::generate().public_key(),
            &[0x72],
            &signature
        ));
        let (vault, place) = (
            Vault::new([3; 32]),
            Place::new("issuer_keys", "private_sealed", "k1"),
        );
        let sealed = signer.seal(&vault, place);
        let again = Ed25519::open(&vault, place, &sealed).unwrap();
        assert_eq!(again.public_key(), signer.public_key());
        assert!(Ed25519::open(&vault, Place { row: "k2", ..place }, &sealed).is_err());
    }

    #[test]
    fn nothing_secret_is_printed() {
        let shown = format!("{:?}", signer());
        assert!(shown.len() < 40 && !shown.contains("c9"), "{shown}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_message_is_signed(message in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..64, bit in 0_u8..8) {
            let signer = signer();
            let mut signature = signer.sign(&message);
            prop_assert!(verify(Algorithm::Es256, signer.public_key(), &message, &signature));
            signature[at] ^= 1 << bit;
            prop_assert!(!verify(Algorithm::Es256, signer.public_key(), &message, &signature));
        }

        /// One crate signs and another checks: what either takes for a signature, both do.
        #[test]
        fn both_crates_check_alike(message in proptest::collection::vec(any::<u8>(), 0..200), other in any::<[u8; 32]>()) {
            let signer = signer();
            let signed = Signature::from_slice(&signer.sign(&message)).unwrap();
            let (r, s) = signed.split_scalars();
            let mirrored = Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
            let key = VerifyingKey::from_sec1_bytes(signer.public_key()).unwrap();
            let r: [u8; 32] = r.to_bytes().into();
            for bytes in [signed.to_vec(), mirrored.to_vec(), [r, other].concat(), [other, r].concat()] {
                let either = Signature::from_slice(&bytes).is_ok_and(|it| key.verify(&message, &it).is_ok());
                prop_assert_eq!(verify(Algorithm::Es256, signer.public_key(), &message, &bytes), either);
            }
        }
    }
}
