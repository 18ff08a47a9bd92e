//! 密钥管理: which keys there are, a new pair, a key put aside, a key in strange hands. No such event
//! breaks a good certificate: what is on record stays good, and its credential is signed again where
//! needed. What a lost key signed from its cut-off on is in doubt, wherever somebody asks.

use crate::acts::keys::{self, By};
use crate::acts::{Done, Error, Registry, authority, log};
use crate::domain::account::{KeyKeeper, KeyReader, Scope};
use crate::domain::deed::Deed;
use crate::domain::institution::{Institution, InstitutionId};
use crate::domain::log_event::LogKind;
use crate::domain::refusal::Refusal;
use crate::domain::signing_key::{KeyStanding, Unfit, may_become};
use crate::domain::uscc::Uscc;
use crate::ground::clock::Now;
use crate::ground::key;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::certificates::Listed;
use crate::store::issuer_keys::{IssuerKey, Uses};
use crate::store::key_events::{self, KeyEvent};
use crate::store::log::PUBLIC;
use crate::store::lost_registry_keys::{self, LostKey};
use crate::store::registry_keys::{self, RegistryKey};
use crate::store::{Conn, certificates, institutions, issuer_keys, ledger};
use chrono::NaiveDateTime;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

pub use crate::domain::signing_key::Fate;

/// A key of an issuer as people see it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its hint, eight hexadecimal digits.
    pub id: String,
    /// Whose it is.
    pub institution: InstitutionId,
    /// Her name.
    pub house: String,
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// The year it signs in.
    pub year: i32,
    /// How it signs, by its JOSE name.
    pub algorithm: String,
    /// The public key.
    pub public: Vec<u8>,
    /// Since when, in UTC.
    pub created_at: NaiveDateTime,
    /// How it stands.
    pub standing: KeyStanding,
    /// How often it was used.
    pub uses: Uses,
    /// What became of it, and who noted it.
    pub events: Vec<(KeyEvent, String)>,
}

impl Kept {
    /// The SHA-256 of the public key, for people to compare.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(&self.public))
    }

    /// From when on its signatures prove nothing.
    pub fn cut_off(&self) -> Option<NaiveDateTime> {
        self.events.iter().find_map(|(event, _)| event.cut_off)
    }
}

/// A key of the registry itself as people see it.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its hint.
    pub id: String,
    /// What it signs: `root`, `log`, `ca`, …
    pub purpose: String,
    /// How, by its JOSE name.
    pub algorithm: String,
    /// The public key.
    pub public: Vec<u8>,
    /// Since when, in UTC.
    pub created_at: NaiveDateTime,
    /// Until when it signed.
    pub retired_at: Option<NaiveDateTime>,
    /// Whether it signs today.
    pub in_use: bool,
    /// That others have it.
    pub lost: Option<LostKey>,
}

impl Own {
    /// The SHA-256 of the public key, for people to compare.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(&self.public))
    }
}

/// Every key there is.
#[derive(Clone, Debug)]
pub struct Ring {
    /// Those of issuers, by organisation, the newest first.
    pub issuers: Vec<Kept>,
    /// Those of the registry itself, by purpose, the newest first; none for an organisation's own.
    pub registry: Vec<Own>,
}

/// The keys she may see.
pub fn list(registry: &Registry, reader: &KeyReader, now: Now) -> Done<Ring> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| ring(db, scope, now))
}

/// Every key, for whoever runs the registry on its own machine.
pub fn all(registry: &Registry, now: Now) -> Done<Ring> {
    registry.store.read(|db| ring(db, &Scope::All, now))
}

/// One key she may see.
pub fn show(registry: &Registry, reader: &KeyReader, id: &str, now: Now) -> Done<Kept> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| one(db, scope, id, now))
}

fn one(db: &mut Conn, scope: &Scope, id: &str, now: Now) -> Done<Kept> {
    let issuers = ring(db, scope, now)?.issuers;
    issuers
        .into_iter()
        .find(|kept| kept.id == id)
        .ok_or(Error::NotFound)
}

fn ring(db: &mut Conn, scope: &Scope, now: Now) -> Done<Ring> {
    let houses: HashMap<InstitutionId, Institution> = institutions::everyone(db)?
        .into_iter()
        .map(|kept| kept.institution)
        .filter(|house| scope.covers(&house.id, &house.region))
        .map(|house| (house.id.clone(), house))
        .collect();
    let mut events: HashMap<String, Vec<(KeyEvent, String)>> = HashMap::new();
    for (event, name) in key_events::all(db)? {
        events
            .entry(event.key_id.clone())
            .or_default()
            .push((event, name));
    }
    let uses = issuer_keys::uses(db)?;
    let mut signing = HashSet::new();
    let mut issuers: Vec<Kept> = Vec::new();
    // The newest first: of those that are good, the first of its kind is the one in use.
    let mut all = issuer_keys::all(db)?;
    all.sort_by(|a, b| b.created_at.cmp(&a.created_at).then(a.id.cmp(&b.id)));
    for key in all {
        let Some(house) = houses.get(&key.institution) else {
            continue;
        };
        let events = events.remove(&key.id).unwrap_or_default();
        issuers.push(Kept {
            standing: standing(&key, &events, &mut signing, now),
            uses: uses.get(&key.id).copied().unwrap_or_default(),
            house: house.name.clone(),
            uscc: house.uscc.clone(),
            id: key.id,
            institution: key.institution,
            year: key.year,
            algorithm: key.algorithm,
            public: key.public,
            created_at: key.created_at,
            events,
        });
    }
    issuers.sort_by(|a, b| (&a.house, &a.institution).cmp(&(&b.house, &b.institution)));
    let registry = match scope {
        Scope::All | Scope::Region(_) => {
            own(registry_keys::every(db)?, lost_registry_keys::all(db)?)
        }
        _ => Vec::new(),
    };
    Ok(Ring { issuers, registry })
}

fn standing(
    key: &IssuerKey,
    events: &[(KeyEvent, String)],
    signing: &mut HashSet<(InstitutionId, String)>,
    now: Now,
) -> KeyStanding {
    if events.iter().any(|(event, _)| event.cut_off.is_some()) {
        return KeyStanding::Compromised;
    }
    if !events.is_empty() || key.retired_at.is_some() {
        return KeyStanding::Retired;
    }
    let is_first =
        key.year == now.year() && signing.insert((key.institution.clone(), key.algorithm.clone()));
    if is_first {
        KeyStanding::InUse
    } else {
        KeyStanding::Resting
    }
}

/// The registry's own keys, each with that it was lost.
pub(super) fn own(keys: Vec<RegistryKey>, lost: Vec<LostKey>) -> Vec<Own> {
    let mut lost: HashMap<String, LostKey> = lost
        .into_iter()
        .map(|lost| (lost.key_id.clone(), lost))
        .collect();
    let mut signing = HashSet::new();
    keys.into_iter()
        .map(|key| (lost.remove(&key.id), key))
        .map(|(lost, key)| Own {
            in_use: key.retired_at.is_none()
                && lost.is_none()
                && signing.insert((key.purpose.clone(), key.algorithm.clone())),
            id: key.id,
            purpose: key.purpose,
            algorithm: key.algorithm,
            public: key.public,
            created_at: key.created_at,
            retired_at: key.retired_at,
            lost,
        })
        .collect()
}

/// The institution with this 统一社会信用代码, for whoever types it.
pub fn house(registry: &Registry, uscc: &Uscc) -> Done<InstitutionId> {
    let found = registry
        .store
        .read(|db| institutions::with_uscc(db, uscc))?;
    Ok(found.institution.id)
}

/// A new pair for an institution this year; it signs from now on. Answers the ES256 key's hint.
pub fn rotate(
    registry: &Registry,
    keeper: &KeyKeeper,
    institution: &InstitutionId,
    now: Now,
) -> Done<String> {
    let actor = keeper.actor();
    registry.store.write(|db| {
        institutions::of(db, &actor.scope, institution)?;
        let by = By::Actor(actor);
        let ((id, _), _) = keys::make_pair(db, &registry.vault, institution, by, now)?;
        registry.log.ring();
        Ok(id)
    })
}

/// A new root key, which the one before signs: whoever pinned a former one follows to it. What the
/// former vouched for stays vouched for. Answers the new key's hint.
pub fn rotate_root(registry: &Registry, keeper: &KeyKeeper, now: Now) -> Done<String> {
    let actor = keeper.actor();
    if actor.scope != Scope::All {
        return Err(Refusal::new("root_key.city-only").into());
    }
    registry.store.write(|db| {
        log::may_sign(registry)?;
        let (link, public) = keys::succeed(db, &registry.vault, actor, now)?;
        ledger::enter(db, actor, Deed::RootKeyRotated, None, &link.id, &[], now)?;
        let payload = serde_json::json!({
            "v": 1,
            "event": "rotated",
            "purpose": "root",
            "key": link.id,
            "algorithm": "ES256",
            "public": HEXLOWER.encode(&public),
            "before": link.before,
            "signature": HEXLOWER.encode(&link.signature),
        });
        log::enter(db, registry, LogKind::Key, None, &link.id, &payload, now)?;
        Ok(link.id)
    })
}

/// A new key of the public log, which the one before signs: whoever noted a former one follows to it,
/// and both sign for a while. Answers the new key as verifiers write it.
pub fn rotate_log(registry: &Registry, keeper: &KeyKeeper, now: Now) -> Done<String> {
    if keeper.actor().scope != Scope::All {
        return Err(Refusal::new("log_key.city-only").into());
    }
    registry.store.write(|db| {
        log::may_sign(registry)?;
        log::succession::succeed(db, registry, keeper.actor(), now)
    })
}

/// A new certification authority of the registry: it vouches for whoever signs files from now on.
/// Answers the new key's hint.
pub fn rotate_authority(registry: &Registry, keeper: &KeyKeeper, now: Now) -> Done<String> {
    if keeper.actor().scope != Scope::All {
        return Err(Refusal::new("authority.city-only").into());
    }
    registry.store.write(|db| {
        log::may_sign(registry)?;
        authority::renew(db, registry, keeper.actor(), now)
    })
}

/// Enters what became of a key into the public log: nobody can later say it was otherwise.
fn publish(
    db: &mut Conn,
    registry: &Registry,
    institution: &Institution,
    key: &IssuerKey,
    event: &str,
    cut_off: Option<(NaiveDateTime, i64)>,
    now: Now,
) -> Done<()> {
    let payload = serde_json::json!({
        "v": 1,
        "event": event,
        "purpose": "issuer",
        "key": key.id,
        "algorithm": key.algorithm,
        "public": HEXLOWER.encode(&key.public),
        "cut_off": cut_off.map(|(at, _)| at.and_utc().to_rfc3339()),
        "cut_off_size": cut_off.map(|(_, size)| size),
    });
    log::enter(
        db,
        registry,
        LogKind::Key,
        Some(institution),
        &key.id,
        &payload,
        now,
    )
}

/// What putting a key aside would do.
#[derive(Clone, Debug)]
pub struct Effects {
    /// The key.
    pub key: Kept,
    /// How many of its certificates stay good.
    pub stay: i64,
    /// Those that would be in doubt, a page of them.
    pub doubtful: Slice<Listed>,
    /// How many credentials would be signed again with another key when next asked for.
    pub credentials: i64,
    /// How many files would be.
    pub files: i64,
    /// The other key of the pair, where it is not put aside yet: who took one took both.
    pub twin: Option<String>,
}

/// What would become of what a key signed. Nothing is changed.
pub fn weigh(
    registry: &Registry,
    keeper: &KeyKeeper,
    id: &str,
    fate: Fate,
    window: Window,
    now: Now,
) -> Done<Effects> {
    let scope = &keeper.actor().scope;
    registry.store.read(|db| {
        let key = one(db, scope, id, now)?;
        may_become(key.standing, fate, now.utc())?;
        let cut_off = fate.cut_off();
        // Retiring harms nothing: nothing was signed in the future.
        let since = cut_off.unwrap_or(NaiveDateTime::MAX);
        let (stay, doubtful) = match cut_off {
            Some(_) => {
                let (before, _) = certificates::count_of_key(db, id, since)?;
                (before, certificates::of_key_since(db, id, since, window)?)
            }
            None => (
                key.uses.certificates,
                Slice {
                    rows: Vec::new(),
                    total: 0,
                    window,
                },
            ),
        };
        let lost = cut_off.is_some();
        Ok(Effects {
            stay,
            doubtful,
            credentials: if lost { key.uses.credentials } else { 0 },
            files: if lost { key.uses.files } else { 0 },
            twin: twin(db, &key)?,
            key,
        })
    })
}

fn twin(db: &mut Conn, key: &Kept) -> Done<Option<String>> {
    let gone: Vec<_> = key_events::of(db, &key.institution)?
        .into_iter()
        .filter(|event| event.cut_off.is_some())
        .map(|event| event.key_id)
        .collect();
    Ok(issuer_keys::of(db, &key.institution)?
        .into_iter()
        .find(|other| {
            other.id != key.id
                && other.created_at == key.created_at
                && other.algorithm != key.algorithm
                && !gone.contains(&other.id)
        })
        .map(|other| other.id))
}

/// Puts a key aside, or notes that others have it.
pub fn put_aside(
    registry: &Registry,
    keeper: &KeyKeeper,
    id: &str,
    fate: Fate,
    reason: &str,
    now: Now,
) -> Done<()> {
    put_aside_knowing(registry, keeper, id, fate, reason, None, now)
}

/// The same for whoever was told how many certificates it puts in doubt: not when it is another
/// number by now.
pub fn put_aside_knowing(
    registry: &Registry,
    keeper: &KeyKeeper,
    id: &str,
    fate: Fate,
    reason: &str,
    expected: Option<i64>,
    now: Now,
) -> Done<()> {
    let (actor, reason) = (keeper.actor(), text::tidy(reason));
    if reason.is_empty() {
        return Err(Unfit::Reasonless.into());
    }
    if let Some(long) = crate::acts::revocations::too_long("reason", &reason) {
        return Err(long.into());
    }
    let deed = match fate {
        Fate::Retired => Deed::KeyRetired,
        Fate::Compromised(_) => Deed::KeyCompromised,
    };
    registry.store.write(|db| {
        let kept = one(db, &actor.scope, id, now)?;
        may_become(kept.standing, fate, now.utc())?;
        if let (Some(expected), Some(since)) = (expected, fate.cut_off()) {
            let (_, doubtful) = certificates::count_of_key(db, id, since)?;
            if doubtful != expected {
                return Err(Unfit::Miscounted { doubtful }.into());
            }
        }
        let key = issuer_keys::one(db, id)?;
        let own = institutions::one(db, &key.institution)?.institution;
        let cut_off = match fate.cut_off() {
            Some(at) => Some((at, crate::store::log::size_before(db, PUBLIC, at)?)),
            None => None,
        };
        let event = KeyEvent {
            id: key::fresh(now),
            key_id: id.to_owned(),
            kind: fate.as_str().to_owned(),
            cut_off: fate.cut_off(),
            reason,
            at: now.utc(),
            by: actor.account.to_string(),
            log_size: cut_off.map(|(_, size)| size),
        };
        key_events::add(db, &event)?;
        let until = fate
            .cut_off()
            .map_or_else(String::new, |at| at.and_utc().to_rfc3339());
        let facts = [("cut_off", until.as_str())];
        let facts = if cut_off.is_some() { &facts[..] } else { &[] };
        ledger::enter(db, actor, deed, Some(&key.institution), id, facts, now)?;
        publish(db, registry, &own, &key, fate.as_str(), cut_off, now)
    })
}
