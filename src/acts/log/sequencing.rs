//! 编序: gives waiting events their places, grows the tiles, signs the checkpoint; all in one
//! transaction.
//!
//! Every server does it, whichever comes first: no leader, no lease. They queue on the pen, and the
//! head moves from the size that was read or not at all.

use crate::acts::log::proofs;
use crate::acts::{Done, Error, Registry, keys};
use crate::domain::log_event::Leaf;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::seal::log::{self as tree, Edge};
use crate::seal::note::{self, Checkpoint, Vkey};
use crate::seal::signer::{Algorithm, Signer};
use crate::store::Conn;
use crate::store::log::{self, Head, Kept, PUBLIC};
use crate::store::lost_registry_keys;
use crate::store::registry_keys::{self, RegistryKey};
use chrono::TimeDelta;
use std::collections::HashMap;

/// What the log's key is kept for.
pub(in crate::acts) const PURPOSE: &str = "log";

/// For so many days a former key signs beside the new one.
pub(super) const OVERLAP: i64 = 90;

/// Most leaves one checkpoint adds.
const MOST: i64 = 65_536;

/// A log's clock may be so far behind its last leaf: servers' clocks differ by little.
const TOLERANCE: i64 = 5;

/// Gives every waiting event of the public log its place; answers the log's size.
pub fn sequence(registry: &Registry, now: Now) -> Done<u64> {
    if registry.log.is_behind() {
        // It may have been recovered meanwhile.
        registry.store.read(|db| registry.log.compare(db))?;
    }
    loop {
        if registry.store.read(|db| log::waiting(db, PUBLIC))? == 0 {
            break;
        }
        if !advance(registry, PUBLIC, now)? {
            break;
        }
    }
    let head = registry.store.read(|db| log::head(db, PUBLIC))?;
    Ok(head.map_or(0, |head| u64::try_from(head.size).unwrap_or(0)))
}

/// Answers the bell. Whoever rang may be at her act still, and nobody sees what she entered until she
/// puts the pen down; so this queues for the pen behind her, where [`sequence`] would look, see
/// nothing and go back to sleep. A log without a beginning waits to be looked at.
pub fn answer(registry: &Registry, now: Now) -> Done<u64> {
    let head = registry.store.read(|db| log::head(db, PUBLIC))?;
    if head.is_some() {
        advance(registry, PUBLIC, now)?;
    }
    sequence(registry, now)
}

/// One checkpoint on; answers whether there was anything to do.
pub(in crate::acts) fn advance(registry: &Registry, which: i32, now: Now) -> Done<bool> {
    let signed = registry.store.write(|db| step(db, registry, which, now))?;
    let Some((note, checkpoint)) = signed else {
        return Ok(false);
    };
    crate::trial!("after-sequence");
    if which == PUBLIC {
        registry.log.publish(&note, &checkpoint)?;
    }
    Ok(true)
}

fn step(
    db: &mut Conn,
    registry: &Registry,
    which: i32,
    now: Now,
) -> Done<Option<(String, Checkpoint)>> {
    if which == PUBLIC && !registry.log.compare(db)? {
        return Ok(None);
    }
    let head = log::head(db, which)?;
    let origin = match &head {
        Some(head) => head.origin.clone(),
        None => origin_of(registry, which),
    };
    let signers = signers(db, registry, &origin, now)?;
    let from = head.as_ref().map_or(0, |head| head.size);
    let n = log::number(db, which, from, MOST)?;
    if n == 0 {
        return Ok(None);
    }
    let to = from + i64::try_from(n).unwrap_or(0);
    // The bytes that are hashed are those the database gives back, not those we meant to write;
    // the leaf before them tells how late it was already.
    let leaves = log::leaves(db, which, (from - 1).max(0), to)?;
    let mut edge = Edge::read(u64::try_from(from).unwrap_or(0), |level, n| {
        proofs::tile_of(db, which, level, n)
    })?;
    let mut expected = (from - 1).max(0);
    let mut latest = 0;
    for (seq, leaf) in &leaves {
        if *seq != expected {
            return Err(Error::fault(format!(
                "log {which} has a gap before place {seq}"
            )));
        }
        expected += 1;
        if which == PUBLIC {
            let read = Leaf::read(leaf)
                .ok_or_else(|| Error::fault(format!("the leaf at {seq} is malformed")))?;
            latest = latest.max(read.at);
        }
        if *seq >= from {
            edge.push(tree::leaf_hash(leaf));
        }
    }
    if expected != to {
        return Err(Error::fault(format!(
            "log {which} gave back {expected} places of {to}"
        )));
    }
    if now.utc().and_utc().timestamp() + TOLERANCE < latest {
        return Err(Refusal::new("log.clock-behind").with(latest).into());
    }
    let checkpoint = Checkpoint {
        origin: origin.clone(),
        size: edge.size(),
        root: edge.root(),
    };
    for ((level, n), data) in edge.written() {
        log::keep_tile(
            db,
            which,
            i32::from(level),
            i64::try_from(n).unwrap_or(i64::MAX),
            &data,
        )?;
    }
    let text = checkpoint.text();
    let lines: String = signers
        .iter()
        .map(|(vkey, signer)| vkey.sign(&text, 0, &|bytes| signer.sign(bytes)))
        .collect();
    let signed = format!("{text}\n{lines}");
    log::advance(
        db,
        head.map(|head| head.size),
        &Head {
            log: which,
            origin,
            size: to,
            note: signed.clone(),
        },
    )?;
    log::add_checkpoint(
        db,
        &Kept {
            log: which,
            size: to,
            note: signed.clone(),
            cosignatures: String::new(),
            at: now.utc(),
        },
    )?;
    crate::trial!("before-sequence-commit");
    Ok(Some((signed, checkpoint)))
}

/// What the log is called for ever: the address it begins at.
fn origin_of(registry: &Registry, which: i32) -> String {
    let base = &registry.settings.public_base_url;
    let host = base
        .split_once("://")
        .map_or(base.as_str(), |(_, host)| host);
    if which == PUBLIC {
        format!("{host}/log")
    } else {
        format!("{host}/log/private")
    }
}

/// Whoever signs the log, the key in use first; the first key is made with the first checkpoint, and
/// is its first leaf. A key that another took the place of signs beside it for a while, so that nobody
/// who knows only the former is left behind on that day. One that others have signs no more.
fn signers(
    db: &mut Conn,
    registry: &Registry,
    origin: &str,
    now: Now,
) -> Done<Vec<(Vkey, Box<dyn Signer>)>> {
    let (_, newest) = keys::registry_signer(db, &registry.vault, PURPOSE, Algorithm::EdDsa, now)?;
    let mut signers = vec![(vkey(origin, newest.public_key())?, newest)];
    let (all, lost) = (of_log(db)?, lost(db)?);
    for pair in all.windows(2).rev() {
        let [former, next] = pair else { continue };
        let may = former.retired_at.is_none() && !lost.contains_key(&former.id);
        if may && now.utc() < next.created_at + TimeDelta::days(OVERLAP) {
            let signer = keys::opened_own(&registry.vault, former, Algorithm::EdDsa)?;
            signers.push((vkey(origin, &former.public)?, signer));
        }
    }
    Ok(signers)
}

/// Every key the log ever had, the oldest first.
pub(super) fn of_log(db: &mut Conn) -> Done<Vec<RegistryKey>> {
    let mut keys = registry_keys::all(db, PURPOSE)?;
    keys.retain(|key| key.algorithm == Algorithm::EdDsa.as_str());
    Ok(keys)
}

/// How many entries each lost key of the log still proves, by its hint.
pub(super) fn lost(db: &mut Conn) -> Done<HashMap<String, i64>> {
    let lost = lost_registry_keys::all(db)?;
    Ok(lost
        .into_iter()
        .filter_map(|lost| Some((lost.key_id, lost.log_size?)))
        .collect())
}

/// The lost keys of the log, each with how many entries it still proves.
pub(in crate::acts) fn lost_vkeys(db: &mut Conn, registry: &Registry) -> Done<Vec<(Vkey, u64)>> {
    let (origin, lost) = (name(db, registry)?, lost(db)?);
    let mut found = Vec::new();
    for key in of_log(db)? {
        if let Some(size) = lost.get(&key.id) {
            let size = u64::try_from(*size).unwrap_or(0);
            found.push((vkey(&origin, &key.public)?, size));
        }
    }
    Ok(found)
}

/// The log's name.
pub(super) fn name(db: &mut Conn, registry: &Registry) -> Done<String> {
    Ok(log::head(db, PUBLIC)?.map_or_else(|| origin_of(registry, PUBLIC), |head| head.origin))
}

/// The keys the log signs or has signed with, those in use first; none that others have.
pub(in crate::acts) fn vkeys(db: &mut Conn, registry: &Registry) -> Done<Vec<Vkey>> {
    let (origin, lost) = (name(db, registry)?, lost(db)?);
    let mut keys = of_log(db)?;
    keys.retain(|key| !lost.contains_key(&key.id));
    keys.reverse();
    keys.sort_by_key(|key| key.retired_at.is_some());
    keys.iter().map(|key| vkey(&origin, &key.public)).collect()
}

pub(super) fn vkey(name: &str, public: &[u8]) -> Done<Vkey> {
    public
        .try_into()
        .ok()
        .and_then(|key| Vkey::new(name, note::LOG, key))
        .ok_or_else(|| Error::fault("the log's key is not one"))
}
