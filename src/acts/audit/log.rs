//! 公开日志: the whole log computed once more from its rows, and every record it tells of held
//! against what was committed to when it was made.
//!
//! Whoever changes a row behind the program's back must be named, and nobody else: so when a leaf
//! and its tile disagree, the leaf's own seal decides which of the two was touched.

use crate::acts::audit::Broken;
use crate::acts::log::{Aftermath, commitment, keys_of, open, payload_of, sequencing};
use crate::acts::{Done, Registry};
use crate::domain::certificate::CertificateId;
use crate::domain::log_event::{Leaf, LogKind, REGISTRY};
use crate::seal::log::{Edge, Hash, leaf_hash};
use crate::seal::note::{Checkpoint, Note, Vkey};
use crate::store::certificates::{self, Certificate, Known};
use crate::store::log::{self, Event, PUBLIC};
use crate::store::{Conn, institutions, recovered_leaves, revocations};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Events looked at in one go.
const PAGE: i64 = 500;

fn broken(promise: &'static str, subject: impl std::fmt::Display) -> Broken {
    Broken {
        promise,
        subject: subject.to_string(),
    }
}

/// Everything the log promises.
pub fn each(registry: &Registry) -> Done<Vec<Broken>> {
    registry.store.read(|db| {
        let mut found = Vec::new();
        if let Some((at, published)) = registry.log.behind() {
            found.push(broken(
                "log.not-behind-its-guard",
                format!("log_heads {at} of {published}"),
            ));
        }
        let mut tiles: BTreeMap<(u8, u64), Vec<u8>> = BTreeMap::new();
        for (level, n, data) in log::tiles(db, PUBLIC)? {
            let at = (
                u8::try_from(level).unwrap_or(u8::MAX),
                u64::try_from(n).unwrap_or(u64::MAX),
            );
            tiles.insert(at, data);
        }
        let leaves = events(db, registry, &tiles, &mut found)?;
        let mut vkeys = sequencing::vkeys(db, registry)?;
        // What is kept here under a key that was lost later was signed here.
        vkeys.extend(
            sequencing::lost_vkeys(db, registry)?
                .into_iter()
                .map(|(vkey, _)| vkey),
        );
        tree(db, &vkeys, &leaves, &tiles, &mut found)?;
        Ok(found)
    })
}

/// The hash a tile holds for a place.
fn in_tile(tiles: &BTreeMap<(u8, u64), Vec<u8>>, seq: u64) -> Option<Hash> {
    let offset = usize::try_from(seq % 256).ok()? * 32;
    tiles
        .get(&(0, seq / 256))?
        .get(offset..offset + 32)?
        .try_into()
        .ok()
}

/// Looks at each event and the record it tells of; answers the hashes of the leaves by place, as far
/// as they can be relied on.
fn events(
    db: &mut Conn,
    registry: &Registry,
    tiles: &BTreeMap<(u8, u64), Vec<u8>>,
    found: &mut Vec<Broken>,
) -> Done<BTreeMap<u64, Hash>> {
    let mut leaves = BTreeMap::new();
    let mut codes: HashMap<_, String> = HashMap::new();
    let (mut told, mut revoked, mut since) = (HashSet::new(), HashSet::new(), None);
    let put_back: HashSet<String> = recovered_leaves::all(db)?
        .into_iter()
        .map(|event| event.id.to_string())
        .collect();
    let mut key = String::new();
    loop {
        let page = log::after_key(db, PUBLIC, &key, PAGE)?;
        let Some(last) = page.last() else { break };
        last.id.as_str().clone_into(&mut key);
        let keys = keys_of(
            db,
            &registry.vault,
            page.iter().filter_map(|event| event.person.as_ref()),
        )?;
        let ids: Vec<CertificateId> = page
            .iter()
            .filter(|event| event.kind.is_of_certificate())
            .filter_map(|event| CertificateId::read(&event.subject))
            .collect();
        let rows: HashMap<String, Certificate> = certificates::several(db, &ids)?
            .into_iter()
            .map(|row| (row.id.to_string(), row))
            .collect();
        let mut after: HashMap<_, Aftermath> = HashMap::new();
        for event in &page {
            if event.kind.is_of_certificate() && !after.contains_key(&event.kind) {
                let mut of_kind = Vec::new();
                for other in page.iter().filter(|other| other.kind == event.kind) {
                    of_kind.extend(CertificateId::read(&other.subject));
                }
                after.insert(event.kind, Aftermath::read(db, event.kind, of_kind.iter())?);
            }
        }
        for event in &page {
            since = since.or(Some(event.at)).min(Some(event.at));
            let row = rows.get(&event.subject);
            let hash = leaf_hash(&event.leaf);
            let seq = event.seq.and_then(|seq| u64::try_from(seq).ok());
            let logged = seq.map(|seq| in_tile(tiles, seq));
            let as_logged = logged.is_none_or(|logged| logged == Some(hash));
            let iss = match &event.institution {
                None => REGISTRY.to_owned(),
                Some(id) => match codes.get(id) {
                    Some(code) => code.clone(),
                    None => {
                        let code = institutions::one(db, id)?.institution.uscc.to_string();
                        codes.insert(id.clone(), code.clone());
                        code
                    }
                },
            };
            let mut whole = is_its_leaf(event, &iss);
            if put_back.contains(event.id.as_str()) {
                // Its record is lost: only the leaf itself can be held against the row.
                let read = Leaf::read(&event.leaf);
                whole = event.sealed.is_empty()
                    && read.is_some_and(|leaf| {
                        is_its_leaf(
                            event,
                            if event.institution.is_some() {
                                &iss
                            } else {
                                &leaf.iss
                            },
                        )
                    });
            } else if event.sealed.is_empty() {
                whole = false;
            }
            let mut record = true;
            match open(
                &registry.vault,
                event,
                event.person.as_ref().and_then(|person| keys.get(person)),
            ) {
                Err(_) => whole = false,
                // Her data were erased: the leaf stays, and nothing can be held against it.
                Ok(None) => {}
                Ok(Some(inside)) => {
                    let payload = match (&inside.payload, row) {
                        (Some(payload), _) => Some(payload.clone()),
                        (None, Some(row)) => {
                            Some(payload_of(event.kind, row, &iss, inside.aftermath.as_ref()))
                        }
                        _ => None,
                    };
                    // What was sealed is told by a row of its own, which must still say it.
                    let told = inside.aftermath.as_ref();
                    let gone = told.filter(|told| {
                        let after = row.zip(after.get(&event.kind));
                        !after.is_some_and(|(row, after)| after.tells(&row.id, told))
                    });
                    if let Some(told) = gone {
                        let table = match event.kind {
                            LogKind::Revoke => "revocations",
                            _ if told.get("print").is_some() => "certificate_prints",
                            _ => "replacements",
                        };
                        found.push(broken(
                            "log.each-end-is-as-logged",
                            format!("{table} {}", event.subject),
                        ));
                    }
                    let told = Leaf::read(&event.leaf).map(|leaf| leaf.c);
                    let fits = payload.map(|payload| commitment(&inside.salt, &payload)) == told;
                    if !fits && event.kind.is_of_certificate() && whole && as_logged {
                        record = false;
                    } else if !fits {
                        whole = false;
                    }
                }
            }
            if !whole {
                found.push(broken(
                    "log.each-event-is-its-leaf",
                    format!("log_events {}", event.id),
                ));
            }
            if !record {
                found.push(broken(
                    "log.each-certificate-is-as-logged",
                    format!("certificates {}", event.subject),
                ));
            }
            if event.kind.is_of_certificate() {
                told.insert(event.subject.clone());
                if event.kind == LogKind::Revoke {
                    revoked.insert(event.subject.clone());
                }
            }
            if let Some(seq) = seq {
                // A leaf that was touched is counted as it was logged, so that one change does not
                // ring at every checkpoint after it.
                let relied = if whole {
                    hash
                } else {
                    logged.flatten().unwrap_or(hash)
                };
                leaves.insert(seq, relied);
            }
        }
    }
    unlogged(db, since, &told, &revoked, found)?;
    Ok(leaves)
}

fn is_its_leaf(event: &Event, iss: &str) -> bool {
    Leaf::read(&event.leaf).is_some_and(|leaf| {
        leaf.at == event.at.and_utc().timestamp()
            && leaf.t == event.kind
            && leaf.n == event.n
            && leaf.reference == event.reference
            && leaf.iss == iss
            && leaf.v == 1
    })
}

/// Certificates and revocations since the log began that it does not tell of.
fn unlogged(
    db: &mut Conn,
    since: Option<chrono::NaiveDateTime>,
    told: &HashSet<String>,
    revoked: &HashSet<String>,
    found: &mut Vec<Broken>,
) -> Done<()> {
    let Some(since) = since else { return Ok(()) };
    let (known, mut key) = (Known::default(), String::new());
    loop {
        let page = certificates::after_key(db, &known, &key, PAGE)?;
        let Some(last) = page.last() else { break };
        last.certificate.id.as_str().clone_into(&mut key);
        let ids: Vec<_> = page
            .iter()
            .map(|public| public.certificate.id.clone())
            .collect();
        for public in &page {
            let one = &public.certificate;
            if one.issued_at >= since && !told.contains(one.id.as_str()) {
                found.push(broken(
                    "log.each-certificate-is-logged",
                    format!("certificates {}", one.id),
                ));
            }
        }
        for (revocation, _) in revocations::confirmed(db, &ids)? {
            if revocation.at >= since && !revoked.contains(revocation.certificate.as_str()) {
                found.push(broken(
                    "log.each-revocation-is-logged",
                    format!("revocations {}", revocation.certificate),
                ));
            }
        }
    }
    Ok(())
}

/// Tiles, checkpoints and head, from the leaves.
fn tree(
    db: &mut Conn,
    vkeys: &[Vkey],
    leaves: &BTreeMap<u64, Hash>,
    tiles: &BTreeMap<(u8, u64), Vec<u8>>,
    found: &mut Vec<Broken>,
) -> Done<()> {
    let head = log::head(db, PUBLIC)?;
    let size = head
        .as_ref()
        .map_or(0, |head| u64::try_from(head.size).unwrap_or(0));
    let mut roots = HashMap::new();
    let sizes: HashSet<u64> = log::checkpoints(db, PUBLIC)?
        .iter()
        .filter_map(|kept| u64::try_from(kept.size).ok())
        .collect();
    let mut edge = Edge::empty();
    for seq in 0..size {
        let hash = leaves.get(&seq).copied().or_else(|| {
            found.push(broken(
                "log.no-place-is-empty",
                format!("log_events at {seq}"),
            ));
            in_tile(tiles, seq)
        });
        edge.push(hash.unwrap_or_default());
        if sizes.contains(&(seq + 1)) {
            roots.insert(seq + 1, edge.root());
        }
    }
    for seq in leaves.keys().filter(|seq| **seq >= size) {
        found.push(broken(
            "log.no-place-is-above-the-head",
            format!("log_events at {seq}"),
        ));
    }
    let written: BTreeMap<_, _> = edge.written().into_iter().collect();
    let places: HashSet<_> = written.keys().chain(tiles.keys()).copied().collect();
    let mut places: Vec<_> = places.into_iter().collect();
    places.sort_unstable();
    for (level, n) in places {
        if written.get(&(level, n)) != tiles.get(&(level, n)) {
            found.push(broken(
                "log.each-tile-is-its-leaves",
                format!("log_tiles {level}/{n}"),
            ));
        }
    }
    let mut last = None;
    for kept in log::checkpoints(db, PUBLIC)? {
        let root = u64::try_from(kept.size)
            .ok()
            .and_then(|size| roots.get(&size));
        let fits = signed(&kept.note, vkeys).is_some_and(|checkpoint| {
            i64::try_from(checkpoint.size) == Ok(kept.size) && Some(&checkpoint.root) == root
        });
        let cosigned = kept.cosignatures.is_empty()
            || Note::read(&format!("{}{}", kept.note, kept.cosignatures)).is_some();
        if !fits || !cosigned {
            found.push(broken(
                "log.each-checkpoint-is-the-leaves",
                format!("log_checkpoints {}", kept.size),
            ));
        }
        last = Some(kept);
    }
    let same = match (&head, &last) {
        (Some(head), Some(kept)) => head.size == kept.size && head.note == kept.note,
        (None, None) => true,
        _ => false,
    };
    if !same {
        found.push(broken("log.head-is-the-last-checkpoint", "log_heads 1"));
    }
    Ok(())
}

fn signed(note: &str, vkeys: &[Vkey]) -> Option<Checkpoint> {
    let note = Note::read(note)?;
    let mut holds = false;
    for vkey in vkeys {
        match vkey.judge(&note) {
            Some(Err(_)) => return None,
            Some(Ok(_)) => holds = true,
            None => {}
        }
    }
    holds.then(|| Checkpoint::read(&note.text)).flatten()
}
