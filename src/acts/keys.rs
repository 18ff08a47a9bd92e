//! 签发密钥: one key an institution and year, made when it is first needed, vouched for by the
//! registry's root key. The root key signs vouchers and nothing else.

use crate::acts::{Done, Error};
use crate::domain::account::Actor;
use crate::domain::deed::Deed;
use crate::domain::institution::InstitutionId;
use crate::ground::clock::Now;
use crate::seal::signer::{Algorithm, Es256, Signer};
use crate::seal::vault::{Place, Vault};
use crate::seal::voucher::Vouched;
use crate::store::issuer_keys::{self, IssuerKey};
use crate::store::registry_keys::{self, RegistryKey};
use crate::store::{Conn, ledger};
use data_encoding::HEXLOWER;

/// The hint of a signer's key, as rows are found by it.
fn hint(signer: &dyn Signer) -> String {
    HEXLOWER.encode(&signer.key_id())
}

fn issuer_place(id: &str) -> Place<'_> {
    Place::new("issuer_keys", "private_sealed", id)
}

fn root_place(id: &str) -> Place<'_> {
    Place::new("registry_keys", "private_sealed", id)
}

/// Whoever signs for an institution this year; her key is made when there is none.
pub(super) fn signer_of(
    db: &mut Conn,
    vault: &Vault,
    institution: &InstitutionId,
    actor: &Actor,
    now: Now,
) -> Done<(String, Es256)> {
    if let Some(key) = issuer_keys::current(db, institution, now.year())? {
        let signer =
            Es256::open(vault, issuer_place(&key.id), &key.private_sealed).map_err(|why| {
                Error::fault(format!("the issuer's key {} does not open: {why}", key.id))
            })?;
        return Ok((key.id, signer));
    }
    let (root_id, root) = root(db, vault, now)?;
    let (id, signer) = loop {
        let signer = Es256::generate();
        let id = hint(&signer);
        // A hint has four bytes; with a thousand keys one draw in eight million meets another.
        if !issuer_keys::is_known(db, &id)? {
            break (id, signer);
        }
    };
    let vouched = Vouched {
        institution: institution.as_str(),
        year: now.year(),
        algorithm: signer.algorithm(),
        public_key: signer.public_key(),
    };
    let key = IssuerKey {
        institution: institution.clone(),
        year: now.year(),
        algorithm: signer.algorithm().to_string(),
        public: signer.public_key().to_vec(),
        private_sealed: signer.seal(vault, issuer_place(&id)),
        vouched_by: root_id,
        voucher: vouched.sign(&root),
        created_at: now.utc(),
        retired_at: None,
        id: id.clone(),
    };
    issuer_keys::add(db, &key)?;
    let year = now.year().to_string();
    ledger::enter(
        db,
        actor,
        Deed::KeyCreated,
        Some(institution),
        &id,
        &[("year", &year)],
        now,
    )?;
    Ok((id, signer))
}

/// The registry's root key; made when there is none.
fn root(db: &mut Conn, vault: &Vault, now: Now) -> Done<(String, Es256)> {
    if let Some(key) = registry_keys::current(db)? {
        let root = Es256::open(vault, root_place(&key.id), &key.private_sealed)
            .map_err(|why| Error::fault(format!("the registry's root key does not open: {why}")))?;
        return Ok((key.id, root));
    }
    let root = Es256::generate();
    let id = hint(&root);
    let key = RegistryKey {
        algorithm: root.algorithm().to_string(),
        public: root.public_key().to_vec(),
        private_sealed: root.seal(vault, root_place(&id)),
        created_at: now.utc(),
        retired_at: None,
        id: id.clone(),
    };
    registry_keys::add(db, &key)?;
    Ok((id, root))
}

/// Whether a root key of this registry vouched for an issuer's key as it is kept.
pub(super) fn is_vouched(key: &IssuerKey, roots: &[RegistryKey]) -> bool {
    let Some(algorithm) = Algorithm::read(&key.algorithm) else {
        return false;
    };
    let vouched = Vouched {
        institution: key.institution.as_str(),
        year: key.year,
        algorithm,
        public_key: &key.public,
    };
    roots
        .iter()
        .filter(|root| root.id == key.vouched_by)
        .filter_map(|root| Some((Algorithm::read(&root.algorithm)?, root)))
        .any(|(algorithm, root)| vouched.holds(algorithm, &root.public, &key.voucher))
}
