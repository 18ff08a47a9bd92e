//! 担保: the registry's root key says whose an issuer's key is, and for which year.
//!
//! A certificate's signature proves that a key signed it; the voucher proves that the registry
//! knew that key as this organisation's. Whoever holds the registry's root public key can check
//! both without asking the registry.

use crate::seal::signer::{self, Algorithm, Signer};

/// What is vouched for.
#[derive(Clone, Copy, Debug)]
pub struct Vouched<'a> {
    /// The organisation's key in this registry.
    pub institution: &'a str,
    /// The year the key signs in.
    pub year: i32,
    /// How it signs.
    pub algorithm: Algorithm,
    /// The public key itself.
    pub public_key: &'a [u8],
}

impl Vouched<'_> {
    /// One way to write it as bytes; the first line keeps it apart from anything else a key signs.
    fn statement(&self) -> Vec<u8> {
        let Self {
            institution,
            year,
            algorithm,
            public_key,
        } = self;
        let mut bytes =
            format!("guildhall issuer key 1\n{institution}\n{year}\n{algorithm}\n").into_bytes();
        bytes.extend_from_slice(public_key);
        bytes
    }

    /// The root key vouches.
    pub fn sign(&self, root: &dyn Signer) -> Vec<u8> {
        root.sign(&self.statement())
    }

    /// Whether the root key vouched for exactly this.
    pub fn holds(&self, root: Algorithm, root_key: &[u8], voucher: &[u8]) -> bool {
        signer::verify(root, root_key, &self.statement(), voucher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::signer::Es256;

    #[test]
    fn a_voucher_is_for_one_organisation_year_and_key() {
        let (root, issuer) = (Es256::generate(), Es256::generate());
        let vouched = Vouched {
            institution: "a",
            year: 2026,
            algorithm: Algorithm::Es256,
            public_key: issuer.public_key(),
        };
        let voucher = vouched.sign(&root);
        let holds =
            |vouched: Vouched<'_>| vouched.holds(Algorithm::Es256, root.public_key(), &voucher);
        assert!(holds(vouched));
        assert!(!holds(Vouched {
            institution: "b",
            ..vouched
        }));
        assert!(!holds(Vouched {
            year: 2027,
            ..vouched
        }));
        assert!(!holds(Vouched {
            public_key: root.public_key(),
            ..vouched
        }));
        assert!(!vouched.holds(Algorithm::Es256, issuer.public_key(), &voucher));
    }
}
