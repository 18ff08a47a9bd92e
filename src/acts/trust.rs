//! 信任包: the registry says, signed, whom to trust and what no longer holds.
//!
//! A bundle is made when something in it changed and once an hour, and kept in memory; each
//! server makes its own. Its sequence is the time in milliseconds, so that of two bundles the
//! later one is known whichever server made it.

use crate::acts::log::{proofs, sequencing};
use crate::acts::{Done, Error, Registry, keys};
use crate::domain::status_list::{FULL, PLACES};
use crate::ground::clock::Now;
use crate::seal::bundle::{self, Bundle, Issuer, Key, KeyState, List};
use crate::seal::signer::{Algorithm, Es256, Signer};
use crate::seal::ticket;
use crate::store::standings::{self, Place};
use crate::store::{Conn, issuer_keys, key_events, leaves, status_lists};
use crate::store::{certificates, institutions, lost_registry_keys, registry_keys};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// After so many seconds nothing may be concluded from a bundle.
pub const LASTS: i64 = 14 * 86_400;
/// A bundle is made anew after so many seconds, even if nothing changed.
const FRESH: i64 = 3_600;

/// A bundle as it is sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The signed bytes.
    pub bytes: Arc<Vec<u8>>,
    /// What names exactly these bytes.
    pub etag: String,
    /// Its sequence number.
    pub sequence: u64,
    issued_at: i64,
    stamp: [i64; 10],
}

/// The bundle last made; its clones are the same shelf.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<Option<Sent>>>);

/// The registry's root key as the public knows it.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its hint.
    pub id: String,
    /// The public key, a point in SEC1's uncompressed form.
    pub public: Vec<u8>,
}

impl Root {
    /// The SHA-256 of the public key, for people to compare.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(&self.public))
    }
}

/// The root key that signs bundles.
pub fn root(registry: &Registry, now: Now) -> Done<Root> {
    signer(registry, now).map(|(id, root)| Root {
        id,
        public: root.public_key().to_vec(),
    })
}

/// Every root key there ever was: what a former one signed stays signed.
pub fn roots(registry: &Registry, now: Now) -> Done<Vec<Root>> {
    let newest = root(registry, now)?;
    let all = registry
        .store
        .read(|db| registry_keys::all(db, keys::ROOT))?;
    let former = all
        .into_iter()
        .filter(|key| key.id != newest.id)
        .map(|key| Root {
            id: key.id,
            public: key.public,
        });
    Ok(std::iter::once(newest.clone()).chain(former).collect())
}

pub(super) fn signer(registry: &Registry, now: Now) -> Done<(String, Es256)> {
    let kept = registry
        .store
        .read(|db| keys::known_root(db, &registry.vault))?;
    match kept {
        Some(root) => Ok(root),
        None => registry
            .store
            .write(|db| keys::root(db, &registry.vault, now)),
    }
}

/// The bundle of this moment.
pub fn bundle(registry: &Registry, shelf: &Shelf, now: Now) -> Done<Sent> {
    let at = now.utc().and_utc().timestamp();
    let stamp = registry.store.read(standings::stamp)?;
    let mut kept = shelf.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sent) = kept.as_ref()
        && sent.stamp == stamp
        && (0..FRESH).contains(&(at - sent.issued_at))
    {
        return Ok(sent.clone());
    }
    let (_, root) = signer(registry, now)?;
    let sequence = kept
        .as_ref()
        .map_or(0, |sent| sent.sequence + 1)
        .max(now.millis());
    let logs = proofs::vkeys(registry)?;
    let witnesses = &registry.settings.witnesses;
    let (issuers, anchors, withdrawn) = registry
        .store
        .read(|db| Ok::<_, Error>((issuers(db, now)?, leaves::anchors(db)?, leaves::lists(db)?)))?;
    let links = registry.store.read(keys::links)?;
    let lost = registry.store.read(lost)?;
    let lost_logs = registry
        .store
        .read(|db| sequencing::lost_vkeys(db, registry))?
        .into_iter()
        .map(|(key, size)| (key.to_string(), size))
        .collect();
    let bundle = Bundle {
        links,
        sequence,
        issued_at: at,
        next_update: at + LASTS,
        issuers,
        logs: logs.iter().map(ToString::to_string).collect(),
        witnesses: witnesses
            .iter()
            .map(|witness| witness.vkey.to_string())
            .collect(),
        anchors,
        withdrawn,
        lost,
        lost_logs,
    };
    let bytes = bundle.sign(&root);
    let sent = Sent {
        etag: format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(&bytes)[..12])),
        bytes: Arc::new(bytes),
        sequence,
        issued_at: at,
        stamp,
    };
    *kept = Some(sent.clone());
    Ok(sent)
}

/// The public keys of the registry that fell into strange hands.
fn lost(db: &mut Conn) -> Done<Vec<Vec<u8>>> {
    let ids: HashSet<String> = lost_registry_keys::all(db)?
        .into_iter()
        .map(|lost| lost.key_id)
        .collect();
    let all = registry_keys::every(db)?;
    Ok(all
        .into_iter()
        .filter(|key| ids.contains(&key.id))
        .map(|key| key.public)
        .collect())
}

/// Who may issue: every institution that ever had a key.
fn issuers(db: &mut Conn, now: Now) -> Done<Vec<Issuer>> {
    let mut of: HashMap<String, Issuer> = HashMap::new();
    let compromised: HashSet<String> = key_events::compromised(db)?.into_iter().collect();
    for key in issuer_keys::all(db)? {
        let Some(algorithm) = Algorithm::read(&key.algorithm) else {
            continue;
        };
        let id = HEXLOWER
            .decode(key.id.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok());
        let (Some(id), Some((from, until))) = (id, bundle::year(key.year)) else {
            return Err(Error::fault(format!(
                "the key {} has no hint or year",
                key.id
            )));
        };
        let lost = compromised.contains(&key.id);
        let kept = if lost { kept(db, &key.id)? } else { Vec::new() };
        of.entry(key.institution.to_string())
            .or_default()
            .keys
            .push(Key {
                kept,
                id,
                algorithm,
                public: key.public,
                from,
                until,
                state: if lost {
                    KeyState::Compromised
                } else {
                    KeyState::Good
                },
            });
    }
    for list in status_lists::all(db)? {
        let number = u32::try_from(list.list).unwrap_or_default();
        let open = u32::try_from(list.taken).unwrap_or_default() < FULL;
        of.entry(list.institution.to_string())
            .or_default()
            .lists
            .push(List {
                number,
                given: open.then_some(list.bits),
                ..List::default()
            });
    }
    mark(&mut of, standings::revoked(db)?, |list| &mut list.revoked);
    mark(&mut of, standings::suspended(db, now.day())?, |list| {
        &mut list.suspended
    });
    mark(&mut of, standings::replaced(db)?, |list| &mut list.replaced);
    for kept in institutions::everyone(db)? {
        let institution = kept.institution;
        if let Some(issuer) = of.get_mut(institution.id.as_str()) {
            issuer.id = institution.id.to_string();
            issuer.slug = kept.slug;
            issuer.name = institution.name;
            issuer.name_en = institution.name_en;
            issuer.uscc = institution.uscc.to_string();
        }
    }
    let mut issuers: Vec<_> = of.into_values().collect();
    issuers.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(issuers)
}

/// The names of what a compromised key signed before it was lost, in order.
fn kept(db: &mut Conn, key: &str) -> Done<Vec<ticket::Name>> {
    let tokens = certificates::kept_of_key(db, key)?;
    let mut names: Vec<_> = tokens
        .iter()
        .filter_map(|token| ticket::name_in(token))
        .collect();
    names.sort_unstable();
    Ok(names)
}

fn mark(
    of: &mut HashMap<String, Issuer>,
    places: Vec<Place>,
    which: impl Fn(&mut List) -> &mut Vec<u8>,
) {
    for (institution, number, place) in places {
        let lists = of.get_mut(institution.as_str()).map(|one| &mut one.lists);
        let list = lists
            .into_iter()
            .flatten()
            .find(|list| i64::from(list.number) == i64::from(number));
        let (Some(list), Ok(place)) = (list, usize::try_from(place)) else {
            continue;
        };
        let bits = which(list);
        bits.resize(PLACES as usize / 8, 0);
        if let Some(byte) = bits.get_mut(place / 8) {
            *byte |= 1 << (place % 8);
        }
    }
}
