//! 证书签发中心: the registry's own certification authority, made when it is first needed.
//!
//! It vouches for the P-256 keys of issuing organisations, so that PDF readers which know nothing
//! of this registry can check who signed. A reader trusts it once its certificate was imported;
//! an organisation with a certificate of a licensed authority signs with that instead, by
//! configuration.
//!
//! ## How long things last
//! The authority thirty years; a leaf ten, since a reader that has no time stamp judges a
//! signature by today and a paper should open green for as long as it is likely to be shown; a
//! list is made anew each day somebody asks, and says itself that it is good for a year, so that a
//! file with one inside can be checked without a network for as long.

use crate::acts::keys::By;
use crate::acts::{Done, Error, Registry, keys, log};
use crate::domain::account::Actor;
use crate::domain::deed::Deed;
use crate::domain::log_event::LogKind;
use crate::ground::clock::Now;
use crate::seal::signer::{Algorithm, Es256, Signer, key_id_of};
use crate::seal::x509::{self, Certificate, Span, Subject, Withdrawn};
use crate::store::institutions::Registered;
use crate::store::leaves::{self, Leaf};
use crate::store::{Conn, ledger, registry_keys};
use chrono::{Duration, NaiveDateTime};
use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;

const DAYS_AUTHORITY: i64 = 30 * 365;
const DAYS_LEAF: i64 = 10 * 365;
const DAYS_LIST: i64 = 366;
/// keyCompromise (RFC 5280 clause 5.3.1).
const KEY_COMPROMISE: u8 = 1;
/// A list older than this is made anew.
const HOURS_LIST: i64 = 24;

/// A signer set up by the operator: a key, its certificate and those above it.
#[derive(Debug)]
pub struct OwnSigner {
    /// The key.
    pub signer: Es256,
    /// Certificates, the signer's first, DER.
    pub chain: Vec<Vec<u8>>,
    /// Lists of revoked certificates to be bound in, DER.
    pub lists: Vec<Vec<u8>>,
}

impl OwnSigner {
    /// Reads PKCS#12, as authorities hand it out: one key on P-256 with its certificate and those
    /// above it. The reason in words when that cannot be.
    pub fn read_pkcs12(bytes: &[u8], password: &str) -> Result<Self, String> {
        use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
        let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Strict)
            .map_err(|why| format!("the PKCS#12 file does not open with this password ({why})"))?;
        let mut chains = store.entries().filter_map(|(_, entry)| match entry {
            KeyStoreEntry::PrivateKeyChain(chain) => Some(chain),
            _ => None,
        });
        let chain = chains
            .next()
            .ok_or("the PKCS#12 file holds no key with its certificate")?;
        if chains.next().is_some() {
            return Err(
                "the PKCS#12 file holds several keys: which one signs is not told".to_owned(),
            );
        }
        let certificates = chain
            .certs()
            .iter()
            .map(|one| one.as_der().to_vec())
            .collect();
        Self::of(chain.key().as_der(), certificates, Vec::new())
    }

    /// Whether it may sign at this time; the reason in words when not.
    pub fn may_sign(&self, at: NaiveDateTime) -> Result<(), String> {
        let own = self.chain.first().and_then(|der| Certificate::read(der));
        let (from, until) = own.ok_or("its certificate cannot be read")?.span;
        if at < from {
            return Err(format!("its certificate is not valid before {from} UTC"));
        }
        if at > until {
            return Err(format!(
                "its certificate ran out on {until} UTC: ask the authority for a new one"
            ));
        }
        Ok(())
    }

    fn of(key: &[u8], chain: Vec<Vec<u8>>, lists: Vec<Vec<u8>>) -> Result<Self, String> {
        use p256::pkcs8::DecodePrivateKey as _;
        let key = p256::SecretKey::from_pkcs8_der(key)
            .map_err(|_| "the key is not on the curve P-256")?;
        let signer =
            Es256::from_bytes(&key.to_bytes()).ok_or("the key is not on the curve P-256")?;
        let read: Vec<_> = chain.iter().map(|der| Certificate::read(der)).collect();
        let Some(Some(own)) = read.first() else {
            return Err("there is no certificate of the key".to_owned());
        };
        if own.public_key != signer.public_key() {
            return Err("the first certificate of the chain is not the key's".to_owned());
        }
        let follows = read.windows(2).all(|pair| match pair {
            [Some(lower), Some(upper)] => lower.issuer == upper.subject,
            _ => false,
        });
        if !follows {
            return Err(
                "the certificates do not follow from one another, the signer's first".to_owned(),
            );
        }
        Ok(Self {
            signer,
            chain,
            lists,
        })
    }

    /// Reads PEM: a PKCS#8 key on P-256 (unencrypted), certificates and lists. The reason in words
    /// when that cannot be.
    pub fn read(key: &str, chain: &str) -> Result<Self, String> {
        let key = x509::read_pem("PRIVATE KEY", key)
            .into_iter()
            .next()
            .ok_or("the key file holds no PRIVATE KEY in PEM (PKCS#8)")?;
        let certificates = x509::read_pem("CERTIFICATE", chain);
        if certificates.is_empty() {
            return Err("the chain file holds no CERTIFICATE in PEM".to_owned());
        }
        Self::of(&key, certificates, x509::read_pem("X509 CRL", chain))
    }
}

/// Whoever signs files.
pub(super) enum Hand {
    /// With the organisation's own key in this registry.
    Ours(Box<Es256>),
    /// As the operator set up.
    Own(Arc<OwnSigner>),
    /// The registry itself.
    Registry(Box<dyn Signer>),
}

/// Everything a signature is made with.
pub(super) struct Signing {
    pub hand: Hand,
    pub leaf: String,
    pub chain: Vec<Vec<u8>>,
    pub lists: Vec<Vec<u8>>,
}

impl Signing {
    pub(super) fn signer(&self) -> &dyn Signer {
        match &self.hand {
            Hand::Ours(signer) => signer.as_ref(),
            Hand::Own(own) => &own.signer,
            Hand::Registry(signer) => signer.as_ref(),
        }
    }
}

/// What an institution signs files with today.
pub(super) fn signing(
    db: &mut Conn,
    registry: &Registry,
    issuer: &Registered,
    by: By<'_>,
    now: Now,
) -> Done<Signing> {
    let institution = &issuer.institution;
    if let Some(own) = registry.settings.signers.get(institution.uscc.as_str()) {
        let leaf = own.chain.first().map(Vec::as_slice).unwrap_or_default();
        let id = name_of(leaf);
        if !leaves::is_known(db, &id)? {
            let read = Certificate::read(leaf)
                .ok_or_else(|| Error::fault("the signer's certificate cannot be read"))?;
            leaves::add(
                db,
                &Leaf {
                    id: id.clone(),
                    authority: None,
                    institution: institution.id.clone(),
                    key_id: HEXLOWER.encode(&key_id_of(read.public_key)),
                    der: leaf.to_vec(),
                    until: read.span.1,
                    created_at: now.utc(),
                },
            )?;
        }
        return Ok(Signing {
            leaf: id,
            chain: own.chain.clone(),
            lists: own.lists.clone(),
            hand: Hand::Own(Arc::clone(own)),
        });
    }
    let (key_id, signer) = keys::es256_of(db, &registry.vault, &institution.id, by, now)?;
    let authority = authority(db, registry, now)?;
    let leaf = leaf(db, registry, &authority, issuer, &key_id, &signer, now)?;
    let list = list(db, &authority, now)?;
    Ok(Signing {
        hand: Hand::Ours(Box::new(signer)),
        leaf: leaf.id,
        chain: vec![leaf.der, authority.der],
        lists: vec![list],
    })
}

/// The authority: who signs for it, and its certificate.
struct Authority {
    id: String,
    signer: Box<dyn Signer>,
    der: Vec<u8>,
}

/// What the registry's key for this is kept under.
const PURPOSE: &str = "ca";

fn authority(db: &mut Conn, registry: &Registry, now: Now) -> Done<Authority> {
    let vault = &registry.vault;
    let (id, signer) = keys::registry_signer(db, vault, PURPOSE, Algorithm::Es256, now)?;
    established(db, registry, id, signer, now)
}

/// The authority of this key; its certificate is made when there is none.
fn established(
    db: &mut Conn,
    registry: &Registry,
    id: String,
    signer: Box<dyn Signer>,
    now: Now,
) -> Done<Authority> {
    if let Some(kept) = leaves::with_key(db, &id)? {
        return Ok(Authority {
            id,
            signer,
            der: kept.der,
        });
    }
    let host = host(registry);
    // A reader's clock may be slow.
    let from = whole(now.utc() - Duration::days(1));
    let span = Span {
        from,
        until: from + Duration::days(DAYS_AUTHORITY),
    };
    let name = format!("匠册登记册 {host} CA {id}");
    let der = x509::authority(signer.as_ref(), &name, span);
    leaves::found(
        db,
        &leaves::Authority {
            id: id.clone(),
            der: der.clone(),
            created_at: now.utc(),
        },
    )?;
    Ok(Authority { id, signer, der })
}

/// A former authority, whose list is still given out; nothing when there is none of this name.
fn former(db: &mut Conn, registry: &Registry, id: &str) -> Done<Option<Authority>> {
    let Some(kept) = leaves::with_key(db, id)? else {
        return Ok(None);
    };
    let keys = registry_keys::all(db, PURPOSE)?;
    let key = keys.into_iter().find(|key| key.id == id);
    let key = key.ok_or_else(|| Error::fault(format!("the key of the authority {id} is gone")))?;
    let signer = keys::opened_own(&registry.vault, &key, Algorithm::Es256)?;
    Ok(Some(Authority {
        id: kept.id,
        signer,
        der: kept.der,
    }))
}

/// A new authority in the former's place: whoever signs from now on is vouched for by it. What the
/// former vouched for stays so, its certificate stays an anchor, and its list is given out as long as
/// anybody asks. Answers the new key's hint.
pub(super) fn renew(db: &mut Conn, registry: &Registry, by: &Actor, now: Now) -> Done<String> {
    let before = authority(db, registry, now)?;
    let (id, signer) = keys::another(db, &registry.vault, PURPOSE, Algorithm::Es256, now)?;
    let public = HEXLOWER.encode(signer.public_key());
    let new = established(db, registry, id, signer, now)?;
    ledger::enter(
        db,
        by,
        Deed::AuthorityRenewed,
        None,
        &new.id,
        &[("before", &before.id)],
        now,
    )?;
    let payload = json!({
        "v": 1, "event": "rotated", "purpose": PURPOSE, "key": new.id, "algorithm": Algorithm::Es256.as_str(),
        "public": public, "before": before.id, "certificate": HEXLOWER.encode(&Sha256::digest(&new.der)),
    });
    log::enter(db, registry, LogKind::Key, None, &new.id, &payload, now)?;
    Ok(new.id)
}

/// Where an authority's list is found. The first one's address stands in files of its time.
fn list_of(db: &mut Conn, registry: &Registry, authority: &Authority) -> Done<String> {
    let base = &registry.settings.public_base_url;
    let first = registry_keys::all(db, PURPOSE)?.into_iter().next();
    Ok(match first {
        Some(first) if first.id != authority.id => format!("{base}/trust/ca/{}.crl", authority.id),
        _ => format!("{base}/trust/ca.crl"),
    })
}

fn leaf(
    db: &mut Conn,
    registry: &Registry,
    authority: &Authority,
    issuer: &Registered,
    key_id: &str,
    signer: &Es256,
    now: Now,
) -> Done<Leaf> {
    let institution = &issuer.institution;
    if let Some(leaf) = leaves::of_key(db, &authority.id, key_id)? {
        // An organisation that changed its name signs under the new one.
        let name = Certificate::read(&leaf.der).and_then(|one| one.name());
        let short: String = institution.name.chars().take(64).collect();
        if leaf.until > now.utc() && name.as_deref() == Some(short.as_str()) {
            return Ok(leaf);
        }
    }
    let subject = Subject {
        name: &institution.name,
        organisation: &institution.name,
        code: Some(institution.uscc.as_str()),
    };
    let list = list_of(db, registry, authority)?;
    let (der, until) = vouched(authority, &subject, signer, &list, now)?;
    let leaf = Leaf {
        id: name_of(&der),
        authority: Some(authority.id.clone()),
        institution: institution.id.clone(),
        key_id: key_id.to_owned(),
        until,
        created_at: now.utc(),
        der,
    };
    leaves::add(db, &leaf)?;
    Ok(leaf)
}

/// A certificate by the authority, and until when it holds: never longer than the authority's own.
fn vouched(
    authority: &Authority,
    subject: &Subject<'_>,
    signer: &dyn Signer,
    list: &str,
    now: Now,
) -> Done<(Vec<u8>, NaiveDateTime)> {
    let above = Certificate::read(&authority.der)
        .ok_or_else(|| Error::fault("the authority's certificate cannot be read"))?;
    let from = whole(now.utc() - Duration::hours(1));
    let span = Span {
        from,
        until: (from + Duration::days(DAYS_LEAF)).min(above.span.1),
    };
    let by = authority.signer.as_ref();
    let der = x509::leaf(&above, by, subject, signer.public_key(), span, list);
    Ok((der, span.until))
}

/// The purpose of the registry's key that signs reports.
const REPORTS: &str = "reports";

/// What the registry itself signs files with, under its own name.
pub(super) fn own_signing(
    db: &mut Conn,
    registry: &Registry,
    name: &str,
    now: Now,
) -> Done<Signing> {
    let vault = &registry.vault;
    let (key_id, signer) = keys::registry_signer(db, vault, REPORTS, Algorithm::Es256, now)?;
    let authority = authority(db, registry, now)?;
    let list = list(db, &authority, now)?;
    let kept =
        leaves::own_of_key(db, &authority.id, &key_id)?.filter(|leaf| leaf.until > now.utc());
    let leaf = match kept {
        Some(leaf) => leaf,
        None => {
            let subject = Subject {
                name,
                organisation: name,
                code: None,
            };
            let at = list_of(db, registry, &authority)?;
            let (der, until) = vouched(&authority, &subject, signer.as_ref(), &at, now)?;
            let leaf = leaves::OwnLeaf {
                id: name_of(&der),
                authority: authority.id.clone(),
                key_id,
                until,
                created_at: now.utc(),
                der,
            };
            leaves::add_own(db, &leaf)?;
            leaf
        }
    };
    Ok(Signing {
        hand: Hand::Registry(signer),
        leaf: leaf.id,
        chain: vec![leaf.der, authority.der],
        lists: vec![list],
    })
}

/// The list of the day: the certificates of compromised keys. A retired key has signed rightly.
fn list(db: &mut Conn, authority: &Authority, now: Now) -> Done<Vec<u8>> {
    let withdrawn = leaves::withdrawn(db, &authority.id)?;
    let last = leaves::list(db, &authority.id)?;
    let is_new = |at: NaiveDateTime| {
        now.utc() - at < Duration::hours(HOURS_LIST)
            && withdrawn.iter().all(|(.., known)| *known <= at)
    };
    let number = match last {
        Some((_, der, at)) if is_new(at) => return Ok(der),
        Some((number, ..)) => number + 1,
        None => 1,
    };
    let above = Certificate::read(&authority.der)
        .ok_or_else(|| Error::fault("the authority's certificate cannot be read"))?;
    let from = whole(now.utc());
    let span = Span {
        from,
        until: from + Duration::days(DAYS_LIST),
    };
    let withdrawn: Vec<Withdrawn> = withdrawn
        .iter()
        .filter_map(|(der, since, _)| {
            Some(Withdrawn {
                serial: Certificate::read(der)?.serial.to_vec(),
                at: whole(*since),
                reason: KEY_COMPROMISE,
            })
        })
        .collect();
    let counted = u32::try_from(number).unwrap_or(u32::MAX);
    let der = x509::list(&above, authority.signer.as_ref(), counted, span, &withdrawn);
    leaves::publish(db, &authority.id, number, &der, now.utc())?;
    Ok(der)
}

/// The authority's certificate, for everybody; made when there is none.
pub fn certificate(registry: &Registry, now: Now) -> Done<Vec<u8>> {
    if let Some(key) = registry.store.read(leaves::authority)? {
        return Ok(key.der);
    }
    registry
        .store
        .write(|db| Ok::<_, Error>(authority(db, registry, now)?.der))
}

/// The first authority's list of revoked certificates, for everybody: its address stands in every
/// file of its time.
pub fn revoked(registry: &Registry, now: Now) -> Done<Vec<u8>> {
    registry.store.write(|db| {
        let first = registry_keys::all(db, PURPOSE)?.into_iter().next();
        let first = match first {
            Some(first) => former(db, registry, &first.id)?,
            None => None,
        };
        let authority = match first {
            Some(first) => first,
            None => authority(db, registry, now)?,
        };
        list(db, &authority, now)
    })
}

/// The certificate of one authority, by its hint.
pub fn certificate_of(registry: &Registry, id: &str) -> Done<Option<Vec<u8>>> {
    let kept = registry.store.read(|db| leaves::with_key(db, id))?;
    Ok(kept.map(|kept| kept.der))
}

/// The list of one authority, by its hint.
pub fn revoked_of(registry: &Registry, id: &str, now: Now) -> Done<Option<Vec<u8>>> {
    registry.store.write(|db| match former(db, registry, id)? {
        Some(authority) => list(db, &authority, now).map(Some),
        None => Ok(None),
    })
}

/// The name a certificate is kept under.
fn name_of(der: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(der)[..16])
}

fn host(registry: &Registry) -> &str {
    let base = registry.settings.public_base_url.as_str();
    base.split_once("://").map_or(base, |(_, host)| host)
}

/// Certificates tell time in seconds.
fn whole(at: NaiveDateTime) -> NaiveDateTime {
    use chrono::Timelike as _;
    at.with_nanosecond(0).unwrap_or(at)
}
