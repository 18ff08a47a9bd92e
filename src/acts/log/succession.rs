//! 日志密钥接替: the log goes on under a new key, which the one before names; and how those outside
//! follow. What the former signed stays signed: its key is named beside the new one for ever.

use crate::acts::log::public::Source;
use crate::acts::log::sequencing::{PURPOSE, name, vkey};
use crate::acts::log::{enter, sequencing};
use crate::acts::{Done, Registry, keys};
use crate::domain::account::Actor;
use crate::domain::deed::Deed;
use crate::domain::log_event::LogKind;
use crate::ground::clock::Now;
use crate::seal::note::Vkey;
use crate::seal::signer::Algorithm;
use crate::seal::succession;
use crate::store::log_links::{self, LogLink};
use crate::store::{Conn, ledger};
use data_encoding::HEXLOWER;
use serde_json::json;

/// A new key for the log, named by the one before; answers it as verifiers write it.
pub(in crate::acts) fn succeed(
    db: &mut Conn,
    registry: &Registry,
    by: &Actor,
    now: Now,
) -> Done<String> {
    let origin = name(db, registry)?;
    let (before, old) = keys::registry_signer(db, &registry.vault, PURPOSE, Algorithm::EdDsa, now)?;
    let (id, new) = keys::another(db, &registry.vault, PURPOSE, Algorithm::EdDsa, now)?;
    let (former, next) = (
        vkey(&origin, old.public_key())?,
        vkey(&origin, new.public_key())?,
    );
    let link = LogLink {
        note: succession::sign(&former, &next, &|bytes| old.sign(bytes)),
        id: id.clone(),
        before,
        at: now.utc(),
        by: by.account.clone(),
    };
    log_links::add(db, &link)?;
    ledger::enter(
        db,
        by,
        Deed::LogKeyRotated,
        None,
        &id,
        &[("before", &link.before)],
        now,
    )?;
    let payload = json!({
        "v": 1, "event": "rotated", "purpose": PURPOSE, "key": id, "algorithm": Algorithm::EdDsa.as_str(),
        "public": HEXLOWER.encode(new.public_key()), "before": link.before, "note": link.note,
        "overlap_days": sequencing::OVERLAP,
    });
    enter(db, registry, LogKind::Key, None, &id, &payload, now)?;
    Ok(next.to_string())
}

/// The key that signs the log after one was lost, as verifiers write it; made where the lost one was
/// the newest. No note names it: whoever has the lost key could sign one as well. The trust bundle
/// does.
pub(in crate::acts) fn in_place(db: &mut Conn, registry: &Registry, now: Now) -> Done<String> {
    let origin = name(db, registry)?;
    let (_, signer) = keys::registry_signer(db, &registry.vault, PURPOSE, Algorithm::EdDsa, now)?;
    Ok(vkey(&origin, signer.public_key())?.to_string())
}

/// The notes by which each key named the next, the oldest first; none as long as there is one key.
pub fn notes(registry: &Registry) -> Done<Option<String>> {
    let links = registry
        .store
        .point(|db| Ok::<_, crate::acts::Error>(log_links::all(db)?))?;
    let notes: String = links.into_iter().map(|link| link.note).collect();
    Ok((!notes.is_empty()).then_some(notes))
}

/// Adds to the keys somebody noted those that follow from them, by the log's own files; answers how
/// many are new.
pub fn follow(source: &Source<'_>, known: &mut Vec<Vkey>) -> Done<usize> {
    let Some(notes) = source.file("succession")? else {
        return Ok(0);
    };
    Ok(succession::follow(known, &String::from_utf8_lossy(&notes)))
}
