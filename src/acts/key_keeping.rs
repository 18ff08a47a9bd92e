//! 密钥管理: a new pair, a key put aside, a key in strange hands. No such event breaks a good
//! certificate: what is on record stays good, and its credential is signed again where needed.

use crate::acts::keys::{self, By};
use crate::acts::{Done, Registry, log};
use crate::domain::account::BureauOfficer;
use crate::domain::deed::Deed;
use crate::domain::institution::{Institution, InstitutionId};
use crate::domain::log_event::LogKind;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::key;
use crate::store::key_events::{self, KeyEvent};
use crate::store::issuer_keys::IssuerKey;
use crate::store::{Conn, institutions, issuer_keys, ledger};
use chrono::NaiveDateTime;
use data_encoding::HEXLOWER;

/// What is to become of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// 停用: it signs no more; what it signed stays good.
    Retired,
    /// 泄露: only what was on record before this moment (UTC) stays good.
    Compromised(NaiveDateTime),
}

/// A new pair for an institution this year; it signs from now on. Answers the ES256 key's hint.
pub fn rotate(
    registry: &Registry,
    officer: &BureauOfficer,
    institution: &InstitutionId,
    now: Now,
) -> Done<String> {
    let actor = officer.actor();
    registry.store.write(|db| {
        let own = institutions::of(db, &actor.scope, institution)?.institution;
        let by = By::Actor(actor);
        let ((id, _), (pair, _)) = keys::make_pair(db, &registry.vault, institution, by, now)?;
        for id in [&id, &pair] {
            let key = issuer_keys::one(db, id)?;
            publish(db, registry, &own, &key, "created", None, now)?;
        }
        Ok(id)
    })
}

/// Enters what became of a key into the public log: nobody can later say it was otherwise.
fn publish(
    db: &mut Conn,
    registry: &Registry,
    institution: &Institution,
    key: &IssuerKey,
    event: &str,
    cut_off: Option<NaiveDateTime>,
    now: Now,
) -> Done<()> {
    let payload = serde_json::json!({
        "v": 1,
        "event": event,
        "purpose": "issuer",
        "key": key.id,
        "algorithm": key.algorithm,
        "public": HEXLOWER.encode(&key.public),
        "cut_off": cut_off.map(|at| at.and_utc().to_rfc3339()),
    });
    log::enter(db, registry, LogKind::Key, Some(institution), &key.id, &payload, now)
}

/// Puts a key aside, or notes that others have it.
pub fn put_aside(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &str,
    fate: Fate,
    reason: &str,
    now: Now,
) -> Done<()> {
    let (actor, reason) = (officer.actor(), reason.trim());
    if reason.is_empty() {
        return Err(Refusal::new("key.reasonless").at("reason").into());
    }
    let (kind, cut_off, deed) = match fate {
        Fate::Retired => ("retired", None, Deed::KeyRetired),
        Fate::Compromised(at) => ("compromised", Some(at), Deed::KeyCompromised),
    };
    if cut_off.is_some_and(|at| at > now.utc()) {
        return Err(Refusal::new("key.cut-off-ahead").at("cut_off").into());
    }
    registry.store.write(|db| {
        let key = issuer_keys::one(db, id)?;
        let own = institutions::of(db, &actor.scope, &key.institution)?.institution;
        let before = key_events::of_key(db, id)?;
        if before.iter().any(|event| event.kind == kind || event.cut_off.is_some()) {
            return Err(Refusal::new("key.put-aside").with(id).into());
        }
        let event = KeyEvent {
            id: key::fresh(now),
            key_id: id.to_owned(),
            kind: kind.to_owned(),
            cut_off,
            reason: reason.to_owned(),
            at: now.utc(),
            by: actor.account.to_string(),
        };
        key_events::add(db, &event)?;
        let until = cut_off.map_or_else(String::new, |at| at.and_utc().to_rfc3339());
        let facts = [("cut_off", until.as_str())];
        let facts = if cut_off.is_some() { &facts[..] } else { &[] };
        ledger::enter(db, actor, deed, Some(&key.institution), id, facts, now)?;
        publish(db, registry, &own, &key, kind, cut_off, now)
    })
}
