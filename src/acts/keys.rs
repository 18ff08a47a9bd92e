//! 签发密钥: two keys an institution and year, made together when one is first needed, vouched for
//! by the registry's root key. ES256 signs what phones and PDF readers check, Ed25519 what Open
//! Badges ask for. The root key signs vouchers, what says whom to trust, and receipts.

use crate::acts::{Done, Error, log};
use crate::domain::account::Actor;
use crate::domain::deed::Deed;
use crate::domain::institution::InstitutionId;
use crate::domain::log_event::LogKind;
use crate::ground::clock::Now;
use crate::seal::bundle::Link;
use crate::seal::signer::{Algorithm, Ed25519, Es256, Signer};
use crate::seal::vault::{Place, Unopened, Vault};
use crate::seal::voucher::Vouched;
use crate::store::issuer_keys::{self, IssuerKey};
use crate::store::registry_keys::{self, RegistryKey};
use crate::store::root_links::{self, RootLink};
use crate::store::{Conn, institutions, ledger};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

/// What the root key is kept under.
pub(super) const ROOT: &str = "root";

/// Whom the ledger names where the registry acts by itself.
const REGISTRY: &str = "登记册";

/// For whom a key is made.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    /// Somebody who issues.
    Actor(&'a Actor),
    /// The registry itself: a stranger asked for what was never signed before.
    Registry,
}

/// The hint of a signer's key, as rows are found by it.
fn hint(signer: &dyn Signer) -> String {
    HEXLOWER.encode(&signer.key_id())
}

fn issuer_place(id: &str) -> Place<'_> {
    Place::new("issuer_keys", "private_sealed", id)
}

fn registry_place(id: &str) -> Place<'_> {
    Place::new("registry_keys", "private_sealed", id)
}

/// Whoever signs for an institution this year with ES256; her pair is made when there is none.
pub(super) fn signer_of(
    db: &mut Conn,
    vault: &Vault,
    institution: &InstitutionId,
    actor: &Actor,
    now: Now,
) -> Done<(String, Es256)> {
    es256_of(db, vault, institution, By::Actor(actor), now)
}

/// The same, for whomever the key is made.
pub(super) fn es256_of(
    db: &mut Conn,
    vault: &Vault,
    institution: &InstitutionId,
    by: By<'_>,
    now: Now,
) -> Done<(String, Es256)> {
    let algorithm = Algorithm::Es256.as_str();
    if let Some(key) = issuer_keys::current(db, institution, now.year(), algorithm)? {
        return opened(
            &key,
            Es256::open(vault, issuer_place(&key.id), &key.private_sealed),
        );
    }
    let (es256, _) = make_pair(db, vault, institution, by, now)?;
    Ok(es256)
}

/// Whoever signs for an institution this year with Ed25519; her key is made when there is none.
pub(super) fn ed25519_of(
    db: &mut Conn,
    vault: &Vault,
    institution: &InstitutionId,
    by: By<'_>,
    now: Now,
) -> Done<(String, Ed25519)> {
    let algorithm = Algorithm::EdDsa.as_str();
    if let Some(key) = issuer_keys::current(db, institution, now.year(), algorithm)? {
        return opened(
            &key,
            Ed25519::open(vault, issuer_place(&key.id), &key.private_sealed),
        );
    }
    let es256 = Algorithm::Es256.as_str();
    if issuer_keys::current(db, institution, now.year(), es256)?.is_none() {
        let (_, ed25519) = make_pair(db, vault, institution, by, now)?;
        return Ok(ed25519);
    }
    // A year begun by a program that knew one key only.
    let (id, signer) = unlike(db, Ed25519::generate)?;
    let sealed = signer.seal(vault, issuer_place(&id));
    add(db, vault, institution, &id, &signer, sealed, now)?;
    note(db, by, institution, &id, now)?;
    Ok((id, signer))
}

/// A new pair for an institution this year. The former, if any, stays good.
pub(super) fn make_pair(
    db: &mut Conn,
    vault: &Vault,
    institution: &InstitutionId,
    by: By<'_>,
    now: Now,
) -> Done<((String, Es256), (String, Ed25519))> {
    let (id, es256) = unlike(db, Es256::generate)?;
    let sealed = es256.seal(vault, issuer_place(&id));
    add(db, vault, institution, &id, &es256, sealed, now)?;
    let (pair, ed25519) = unlike(db, Ed25519::generate)?;
    let sealed = ed25519.seal(vault, issuer_place(&pair));
    add(db, vault, institution, &pair, &ed25519, sealed, now)?;
    note(db, by, institution, &id, now)?;
    Ok(((id, es256), (pair, ed25519)))
}

/// The signer of this key.
pub(super) fn signer_with(vault: &Vault, key: &IssuerKey) -> Done<Box<dyn Signer>> {
    let (place, sealed) = (issuer_place(&key.id), &key.private_sealed);
    match Algorithm::read(&key.algorithm) {
        Some(Algorithm::Es256) => {
            let (_, signer) = opened(key, Es256::open(vault, place, sealed))?;
            Ok(Box::new(signer))
        }
        Some(Algorithm::EdDsa) => {
            let (_, signer) = opened(key, Ed25519::open(vault, place, sealed))?;
            Ok(Box::new(signer))
        }
        None => Err(Error::fault(format!(
            "the issuer's key {} signs in an unknown way",
            key.id
        ))),
    }
}

fn opened<S>(key: &IssuerKey, signer: Result<S, Unopened>) -> Done<(String, S)> {
    let signer = signer
        .map_err(|why| Error::fault(format!("the issuer's key {} does not open: {why}", key.id)))?;
    Ok((key.id.clone(), signer))
}

/// A hint has four bytes; with a thousand keys one draw in four million meets another.
fn unlike<S: Signer>(db: &mut Conn, draw: impl Fn() -> S) -> Done<(String, S)> {
    loop {
        let signer = draw();
        let id = hint(&signer);
        if !issuer_keys::is_known(db, &id)? {
            return Ok((id, signer));
        }
    }
}

fn add(
    db: &mut Conn,
    vault: &Vault,
    institution: &InstitutionId,
    id: &str,
    signer: &dyn Signer,
    private_sealed: Vec<u8>,
    now: Now,
) -> Done<()> {
    let (root_id, root) = root(db, vault, now)?;
    let vouched = Vouched {
        institution: institution.as_str(),
        year: now.year(),
        algorithm: signer.algorithm(),
        public_key: signer.public_key(),
    };
    let key = IssuerKey {
        id: id.to_owned(),
        institution: institution.clone(),
        year: now.year(),
        algorithm: signer.algorithm().to_string(),
        public: signer.public_key().to_vec(),
        private_sealed,
        vouched_by: root_id,
        voucher: vouched.sign(&root),
        created_at: now.utc(),
        retired_at: None,
    };
    issuer_keys::add(db, &key)?;
    let own = institutions::one(db, institution)?.institution;
    let told = created(ISSUER, &key.id, &key.algorithm, &key.public);
    log::keep(db, vault, LogKind::Key, Some(&own), id, &told, None, now)
}

/// What issuers' keys are for, as the public log names it.
const ISSUER: &str = "issuer";

/// What the public log tells of a key at its making: nobody can slip one in later.
pub(super) fn created(purpose: &str, id: &str, algorithm: &str, public: &[u8]) -> Value {
    json!({
        "v": 1, "event": "created", "purpose": purpose, "key": id, "algorithm": algorithm,
        "public": HEXLOWER.encode(public),
    })
}

/// The same of an issuer's key.
pub(super) fn told(key: &IssuerKey) -> Value {
    created(ISSUER, &key.id, &key.algorithm, &key.public)
}

fn note(db: &mut Conn, by: By<'_>, institution: &InstitutionId, id: &str, now: Now) -> Done<()> {
    let year = now.year().to_string();
    let (facts, own) = ([("year", year.as_str())], Some(institution));
    match by {
        By::Actor(actor) => ledger::enter(db, actor, Deed::KeyCreated, own, id, &facts, now)?,
        By::Registry => {
            ledger::enter_for_nobody(db, REGISTRY, Deed::KeyCreated, own, id, &facts, now)?;
        }
    }
    Ok(())
}

/// The registry's root key, once there is one.
pub(super) fn known_root(db: &mut Conn, vault: &Vault) -> Done<Option<(String, Es256)>> {
    let Some(key) = registry_keys::current(db, ROOT, Algorithm::Es256.as_str())? else {
        return Ok(None);
    };
    let root = Es256::open(vault, registry_place(&key.id), &key.private_sealed)
        .map_err(|why| Error::fault(format!("the registry's root key does not open: {why}")))?;
    Ok(Some((key.id, root)))
}

/// The registry's root key; made when there is none.
pub(super) fn root(db: &mut Conn, vault: &Vault, now: Now) -> Done<(String, Es256)> {
    if let Some(known) = known_root(db, vault)? {
        return Ok(known);
    }
    let root = Es256::generate();
    let sealed = root.seal(vault, registry_place(&hint(&root)));
    let id = add_registry_key(db, vault, ROOT, &root, sealed, now)?;
    Ok((id, root))
}

/// A new root key, signed by the one before; it vouches and signs from now on. Answers the new key
/// and the link.
pub(super) fn succeed(
    db: &mut Conn,
    vault: &Vault,
    by: &Actor,
    now: Now,
) -> Done<(RootLink, Vec<u8>)> {
    let (before, old) = root(db, vault, now)?;
    let new = Es256::generate();
    let sealed = new.seal(vault, registry_place(&hint(&new)));
    let id = add_registry_key(db, vault, ROOT, &new, sealed, now)?;
    let signed = Link::sign(&old, new.public_key());
    let link = RootLink {
        id,
        before,
        signature: signed.signature,
        at: now.utc(),
        by: by.account.to_string(),
    };
    root_links::add(db, &link)?;
    Ok((link, signed.root))
}

/// How the root key of today follows from the first.
pub(super) fn links(db: &mut Conn) -> Done<Vec<Link>> {
    let roots = registry_keys::all(db, ROOT)?;
    let mut links = Vec::new();
    for link in root_links::all(db)? {
        let root = roots.iter().find(|root| root.id == link.id);
        let root = root.ok_or_else(|| Error::fault(format!("the root key {} is gone", link.id)))?;
        links.push(Link {
            root: root.public.clone(),
            signature: link.signature,
        });
    }
    Ok(links)
}

/// Whoever signs for the registry itself, for one purpose; the key is made when there is none.
pub(super) fn registry_signer(
    db: &mut Conn,
    vault: &Vault,
    purpose: &str,
    algorithm: Algorithm,
    now: Now,
) -> Done<(String, Box<dyn Signer>)> {
    if let Some(key) = registry_keys::current(db, purpose, algorithm.as_str())? {
        let signer = opened_own(vault, &key, algorithm)?;
        return Ok((key.id, signer));
    }
    another(db, vault, purpose, algorithm, now)
}

/// The signer of a key of the registry's own.
pub(super) fn opened_own(
    vault: &Vault,
    key: &RegistryKey,
    algorithm: Algorithm,
) -> Done<Box<dyn Signer>> {
    let (place, sealed) = (registry_place(&key.id), &key.private_sealed);
    let signer: Result<Box<dyn Signer>, _> = match algorithm {
        Algorithm::Es256 => Es256::open(vault, place, sealed).map(|it| Box::new(it) as _),
        Algorithm::EdDsa => Ed25519::open(vault, place, sealed).map(|it| Box::new(it) as _),
    };
    signer.map_err(|why| {
        Error::fault(format!(
            "the registry's {} key does not open: {why}",
            key.purpose
        ))
    })
}

/// A new key of the registry for one purpose; it signs from now on.
pub(super) fn another(
    db: &mut Conn,
    vault: &Vault,
    purpose: &str,
    algorithm: Algorithm,
    now: Now,
) -> Done<(String, Box<dyn Signer>)> {
    match algorithm {
        Algorithm::Es256 => {
            let signer = Es256::generate();
            let sealed = signer.seal(vault, registry_place(&hint(&signer)));
            let id = add_registry_key(db, vault, purpose, &signer, sealed, now)?;
            Ok((id, Box::new(signer)))
        }
        Algorithm::EdDsa => {
            let signer = Ed25519::generate();
            let sealed = signer.seal(vault, registry_place(&hint(&signer)));
            let id = add_registry_key(db, vault, purpose, &signer, sealed, now)?;
            Ok((id, Box::new(signer)))
        }
    }
}

fn add_registry_key(
    db: &mut Conn,
    vault: &Vault,
    purpose: &str,
    signer: &dyn Signer,
    private_sealed: Vec<u8>,
    now: Now,
) -> Done<String> {
    let id = hint(signer);
    // The newest signs: two made in one breath must not tie.
    let last = registry_keys::all(db, purpose)?
        .pop()
        .map(|last| last.created_at + chrono::TimeDelta::milliseconds(1));
    let key = RegistryKey {
        id: id.clone(),
        algorithm: signer.algorithm().to_string(),
        public: signer.public_key().to_vec(),
        private_sealed,
        created_at: last.map_or(now.utc(), |last| last.max(now.utc())),
        retired_at: None,
        purpose: purpose.to_owned(),
    };
    registry_keys::add(db, &key)?;
    let told = created(purpose, &id, &key.algorithm, &key.public);
    log::keep(db, vault, LogKind::Key, None, &id, &told, None, now)?;
    Ok(id)
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
