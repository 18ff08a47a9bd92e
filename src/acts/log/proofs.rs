//! 日志凭证: what anybody may fetch of the log: checkpoint, tiles, entries, proofs.

use crate::acts::log::{code_of, keys_of, open, payload_of, sequencing};
use crate::acts::{Done, Error, Registry};
use crate::domain::certificate::CertificateId;
use crate::domain::log_event::LogKind;
use crate::seal::canonical;
use crate::seal::log::{self as tree, Torn, Tree, WIDTH};
use crate::seal::log_proof::LogProof;
use crate::seal::note::{Checkpoint, Note, Vkey};
use crate::store::log::{self, Event, Kept, PUBLIC};
use crate::store::{Conn, certificates};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use std::collections::HashMap;

impl From<Torn> for Error {
    fn from(torn: Torn) -> Self {
        Self::fault(torn.to_string())
    }
}

/// A tile of the public log as far as it has come.
pub(super) fn tile(db: &mut Conn, level: u8, n: u64) -> Done<Option<Vec<u8>>> {
    tile_of(db, PUBLIC, level, n)
}

pub(super) fn tile_of(db: &mut Conn, which: i32, level: u8, n: u64) -> Done<Option<Vec<u8>>> {
    let Ok(n) = i64::try_from(n) else {
        return Ok(None);
    };
    Ok(log::tile(db, which, i32::from(level), n)?)
}

/// The signed checkpoint with what witnesses have added; none before the first leaf.
pub fn checkpoint(registry: &Registry) -> Done<Option<String>> {
    registry.store.point(|db| {
        let Some(head) = log::head(db, PUBLIC)? else {
            return Ok(None);
        };
        let kept = log::checkpoint(db, PUBLIC, head.size)?;
        Ok(Some(
            head.note + &kept.map_or_else(String::new, |kept| kept.cosignatures),
        ))
    })
}

/// A tile of this width; none when the tree does not reach so far.
pub fn published_tile(registry: &Registry, level: u8, n: u64, width: u64) -> Done<Option<Vec<u8>>> {
    registry.store.point(|db| {
        let tile = tile(db, level, n)?;
        let width = usize::try_from(width * 32).unwrap_or(usize::MAX);
        Ok(tile.filter(|tile| tile.len() >= width).map(|mut tile| {
            tile.truncate(width);
            tile
        }))
    })
}

/// A bundle of this many entries; none when there are fewer.
pub fn entries(registry: &Registry, n: u64, width: u64) -> Done<Option<Vec<u8>>> {
    let Some(from) = n
        .checked_mul(WIDTH)
        .and_then(|from| i64::try_from(from).ok())
    else {
        return Ok(None);
    };
    let width = i64::try_from(width).unwrap_or(0);
    registry.store.read(|db| {
        let leaves = log::leaves(db, PUBLIC, from, from.saturating_add(width))?;
        if i64::try_from(leaves.len()).unwrap_or(0) < width {
            return Ok(None);
        }
        Ok(Some(tree::bundle(
            leaves.iter().map(|(_, leaf)| leaf.as_slice()),
        )))
    })
}

/// The keys the log signs or has signed with, those in use first.
pub fn vkeys(registry: &Registry) -> Done<Vec<Vkey>> {
    registry.store.point(|db| sequencing::vkeys(db, registry))
}

/// The keys of the log that others have, each with the size up to which what it signed counts.
pub fn lost_vkeys(registry: &Registry) -> Done<Vec<(Vkey, u64)>> {
    registry
        .store
        .point(|db| sequencing::lost_vkeys(db, registry))
}

/// The trust policy in the form of C2SP tlog-policy: this log, the witnesses that are named, and how
/// many of them the registry promises; whoever verifies may ask for more.
pub fn policy(registry: &Registry) -> Done<String> {
    let mut policy = String::new();
    let url = format!("{}/log", registry.settings.public_base_url);
    for vkey in vkeys(registry)? {
        policy.push_str(&format!("log {vkey} {url}\n"));
    }
    for (at, witness) in registry.settings.witnesses.iter().enumerate() {
        policy.push_str(&format!(
            "witness w{} {} {}\n",
            at + 1,
            witness.vkey,
            witness.url
        ));
    }
    let names: String = (1..=registry.settings.witnesses.len())
        .map(|at| format!(" w{at}"))
        .collect();
    match registry.settings.witness_quorum {
        0 => policy.push_str("quorum none\n"),
        least => policy.push_str(&format!(
            "group witnesses {least}{names}\nquorum witnesses\n"
        )),
    }
    Ok(policy)
}

/// The proof that a certificate's issue is in the log, once it has a place: the text of a
/// `.tlog-proof`, whose extra data holds the leaf.
pub fn proof_of(db: &mut Conn, registry: &Registry, id: &CertificateId) -> Done<Option<String>> {
    told(db, registry, id, |_, _| Ok(None))
}

/// The same, with what the leaf commits to and the salt, unless the holder's data were erased: for
/// whoever holds the certificate anyway.
pub fn open_proof_of(
    db: &mut Conn,
    registry: &Registry,
    id: &CertificateId,
) -> Done<Option<String>> {
    told(db, registry, id, |db, event| {
        let found = certificates::several(db, std::slice::from_ref(id))?;
        let keys = keys_of(db, &registry.vault, event.person.iter())?;
        let key = event.person.as_ref().and_then(|person| keys.get(person));
        let (Some(certificate), Some(inside)) = (found.first(), open(&registry.vault, event, key)?)
        else {
            return Ok(None);
        };
        let iss = code_of(db, &mut HashMap::new(), &certificate.institution)?;
        let payload = payload_of(event.kind, certificate, &iss, inside.aftermath.as_ref());
        Ok(Some((payload, BASE64URL_NOPAD.encode(&inside.salt))))
    })
}

/// Whether a proof somebody brings shows an event of this certificate in our log: its leaf is one of
/// the certificate's, and lies under a checkpoint our key signed.
pub fn proves(registry: &Registry, id: &CertificateId, text: &str) -> Done<bool> {
    let Some((proof, leaf)) = LogProof::read(text).and_then(|proof| {
        let extra: Value = serde_json::from_slice(proof.extra.as_deref()?).ok()?;
        let leaf = extra["leaf"].as_str()?.to_owned();
        Some((proof, leaf))
    }) else {
        return Ok(false);
    };
    let events = registry.store.read(|db| log::of(db, PUBLIC, id.as_str()))?;
    let is_its = events.iter().any(|event| event.leaf == leaf.as_bytes());
    let signed = vkeys(registry)?
        .iter()
        .any(|key| proof.verify(leaf.as_bytes(), key).is_some());
    Ok(is_its && (signed || was_ours(registry, &proof, leaf.as_bytes())?))
}

/// Whether a proof under a key that was lost later shows this very log: of a size it had before, with
/// the root it had then.
fn was_ours(registry: &Registry, proof: &LogProof, leaf: &[u8]) -> Done<bool> {
    registry.store.read(|db| {
        for (key, size) in sequencing::lost_vkeys(db, registry)? {
            let Some((_, told)) = proof.verify(leaf, &key) else {
                continue;
            };
            let head = log::head(db, PUBLIC)?.map_or(0, |head| head.size);
            let head = u64::try_from(head).unwrap_or(0);
            return Ok(told.size <= size.min(head)
                && Tree::new(head, |level, n| tile(db, level, n)).root(told.size)? == told.root);
        }
        Ok(false)
    })
}

fn told(
    db: &mut Conn,
    registry: &Registry,
    id: &CertificateId,
    open: impl FnOnce(&mut Conn, &Event) -> Done<Option<(Value, String)>>,
) -> Done<Option<String>> {
    let events = log::of(db, PUBLIC, id.as_str())?;
    let issue = |event: &Event| matches!(event.kind, LogKind::Issue | LogKind::Import);
    let Some(event) = events.into_iter().find(issue) else {
        return Ok(None);
    };
    let Some(seq) = event.seq else {
        return Ok(None);
    };
    let mut extra = json!({ "leaf": String::from_utf8_lossy(&event.leaf) });
    if let Some((payload, salt)) = open(db, &event)? {
        extra["payload"] = payload;
        extra["salt"] = salt.into();
    }
    let kept = newest(db, registry, seq)?
        .ok_or_else(|| Error::fault("a numbered event without a checkpoint"))?;
    proof(db, &event, &kept, Some(canonical::bytes(&extra))).map(Some)
}

/// The proof for the certificate with a token: none when there is no such certificate, nothing yet
/// while its event waits for a place.
pub fn by_token(registry: &Registry, token: &str) -> Done<Option<Option<String>>> {
    registry.store.read(|db| {
        let Some(id) = certificates::with_token(db, token)? else {
            return Ok(None);
        };
        open_proof_of(db, registry, &id).map(Some)
    })
}

/// The last checkpoint as it is kept.
pub fn latest(registry: &Registry) -> Done<Option<Kept>> {
    registry
        .store
        .read(|db| Ok(log::last_checkpoints(db, PUBLIC, 1)?.pop()))
}

/// The newest checkpoint above a place: one that witnesses signed, if there is any that still counts.
fn newest(db: &mut Conn, registry: &Registry, seq: i64) -> Done<Option<Kept>> {
    if let Some(kept) = log::last_cosigned(db, PUBLIC, seq)?
        && counts(db, registry, &kept)?
    {
        return Ok(Some(kept));
    }
    let Some(head) = log::head(db, PUBLIC)? else {
        return Ok(None);
    };
    Ok(log::checkpoint(db, PUBLIC, head.size)?)
}

/// Whether a checkpoint was signed by a key nobody else has, or by one before it was lost.
fn counts(db: &mut Conn, registry: &Registry, kept: &Kept) -> Done<bool> {
    let lost = sequencing::lost_vkeys(db, registry)?;
    if lost.is_empty() {
        return Ok(true);
    }
    let Some(note) = Note::read(&kept.note) else {
        return Ok(false);
    };
    let signed = |key: &Vkey| matches!(key.judge(&note), Some(Ok(_)));
    let size = u64::try_from(kept.size).unwrap_or(0);
    Ok(sequencing::vkeys(db, registry)?.iter().any(signed)
        || lost.iter().any(|(key, most)| size <= *most && signed(key)))
}

pub(super) fn proof(
    db: &mut Conn,
    event: &Event,
    kept: &Kept,
    extra: Option<Vec<u8>>,
) -> Done<String> {
    let index = u64::try_from(event.seq.unwrap_or(0)).unwrap_or(0);
    let size = u64::try_from(kept.size).unwrap_or(0);
    let mut tree = Tree::new(size, |level, n| tile(db, level, n));
    let hashes = tree.inclusion(index, size)?;
    let root = tree.root(size)?;
    let told = Note::read(&kept.note).and_then(|note| Checkpoint::read(&note.text));
    if !told.is_some_and(|checkpoint| {
        tree::is_included(&tree::leaf_hash(&event.leaf), index, size, &hashes, &root)
            && checkpoint.root == root
    }) {
        tracing::error!(event = %event.id, "TAMPERED: a leaf is not what the log's root says");
        return Err(Error::fault(format!(
            "the leaf of log event {} is not what the root says",
            event.id
        )));
    }
    let proof = LogProof {
        extra,
        index,
        hashes,
        checkpoint: format!("{}{}", kept.note, kept.cosignatures),
    };
    Ok(proof.to_string())
}
