//! 登记册密钥泄露: a key of the registry's own fell into strange hands: what it signs, what that changes,
//! and that it was noted. Nothing that is on record is broken by it.
//!
//! * What signs **receipts and reports** has no place in the public log that would tell when it signed:
//!   nothing of it is believed any more. A new key is made when one is next needed.
//! * What signs **the public log** is made anew at once. Entries have their places and the register its
//!   roots, so no certificate is touched; but a thief can sign roots of his own. So a checkpoint of the
//!   lost key counts only up to the size the log had by then, and outside this house only where a
//!   witness signed it too. The lost key names no successor: a thief could name one as well. The trust
//!   bundle, which the root signs, names the new key and the lost one's size.
//! * The root and the certification authority are not marked: they are replaced and announced anew.

use crate::acts::key_keeping::{self, Own};
use crate::acts::{Done, Error, Registry, log};
use crate::domain::account::{KeyKeeper, Scope};
use crate::domain::deed::Deed;
use crate::domain::log_event::LogKind;
use crate::domain::refusal::Refusal;
use crate::domain::signing_key::Unfit;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::log::PUBLIC;
use crate::store::lost_registry_keys::{self, LostKey};
use crate::store::registry_keys;
use crate::store::{Conn, Failure, ledger};
use chrono::NaiveDateTime;
use data_encoding::HEXLOWER;

/// Keys of the registry that can be noted as lost.
const LOSABLE: [&str; 3] = [LOG, "receipts", "reports"];

/// What signs the public log.
const LOG: &str = log::sequencing::PURPOSE;

/// What noting that a key was lost would change.
#[derive(Clone, Debug)]
pub struct OwnEffects {
    /// The key.
    pub key: Own,
    /// Of a log key: what becomes of what it signed.
    pub log: Option<LogEffects>,
}

/// What becomes of what a lost log key signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEffects {
    /// Up to how many entries its checkpoints still count.
    pub size: i64,
    /// How many there are today.
    pub total: i64,
    /// Up to how many a witness signed as well, at most that.
    pub witnessed: i64,
}

/// Whether a hint is that of a key of the registry's own.
pub fn is_own(registry: &Registry, id: &str) -> Done<bool> {
    let all = registry.store.read(|db| registry_keys::every(db))?;
    Ok(all.iter().any(|key| key.id == id))
}

/// What would change. Nothing is changed.
pub fn weigh(
    registry: &Registry,
    keeper: &KeyKeeper,
    id: &str,
    since: Option<NaiveDateTime>,
    now: Now,
) -> Done<OwnEffects> {
    of_the_city(keeper)?;
    registry.store.read(|db| {
        let key = losable(db, id)?;
        let log = match since {
            Some(since) if key.purpose == LOG => {
                in_the_past(since, now)?;
                Some(effects(db, since)?)
            }
            _ => None,
        };
        Ok(OwnEffects { key, log })
    })
}

/// Notes that others have a key of the registry's own. Answers the log's new key, as verifiers write
/// it, where one was made.
pub fn lose(
    registry: &Registry,
    keeper: &KeyKeeper,
    id: &str,
    since: NaiveDateTime,
    reason: &str,
    now: Now,
) -> Done<Option<String>> {
    let (actor, reason) = (keeper.actor(), text::tidy(reason));
    of_the_city(keeper)?;
    if reason.is_empty() {
        return Err(Unfit::Reasonless.into());
    }
    if let Some(long) = crate::acts::revocations::too_long("reason", &reason) {
        return Err(long.into());
    }
    in_the_past(since, now)?;
    registry.store.write(|db| {
        let key = losable(db, id)?;
        let size = if key.purpose == LOG {
            log::may_sign(registry)?;
            Some(crate::store::log::size_before(db, PUBLIC, since)?)
        } else {
            None
        };
        let lost = LostKey {
            key_id: id.to_owned(),
            since,
            reason: reason.clone(),
            at: now.utc(),
            by: actor.account.clone(),
            log_size: size,
        };
        lost_registry_keys::add(db, &lost).map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("key.put-aside").into(),
            other => Error::from(other),
        })?;
        let told = since.and_utc().to_rfc3339();
        let facts = [
            ("cut_off", told.as_str()),
            ("purpose", key.purpose.as_str()),
        ];
        ledger::enter(db, actor, Deed::KeyCompromised, None, id, &facts, now)?;
        let next = match size {
            Some(_) => Some(log::succession::in_place(db, registry, now)?),
            None => None,
        };
        let payload = serde_json::json!({
            "v": 1, "event": "compromised", "purpose": key.purpose, "key": id, "algorithm": key.algorithm,
            "public": HEXLOWER.encode(&key.public), "cut_off": told, "cut_off_size": size, "next": next,
        });
        log::enter(db, registry, LogKind::Key, None, id, &payload, now)?;
        Ok(next)
    })
}

fn of_the_city(keeper: &KeyKeeper) -> Done<()> {
    if keeper.actor().scope == Scope::All {
        Ok(())
    } else {
        Err(Refusal::new("registry_key.city-only").into())
    }
}

fn in_the_past(since: NaiveDateTime, now: Now) -> Done<()> {
    if since > now.utc() {
        return Err(Refusal::new("key.cut-off-ahead").at("since").into());
    }
    Ok(())
}

/// A key that can be noted as lost, and was not.
fn losable(db: &mut Conn, id: &str) -> Done<Own> {
    let lost = lost_registry_keys::all(db)?;
    let keys = key_keeping::own(registry_keys::every(db)?, lost);
    let key = keys.into_iter().find(|key| key.id == id);
    let key = key.ok_or(Error::NotFound)?;
    if !LOSABLE.contains(&key.purpose.as_str()) {
        return Err(Refusal::new("registry_key.rotated-instead").into());
    }
    if key.lost.is_some() {
        return Err(Refusal::new("key.put-aside").into());
    }
    Ok(key)
}

fn effects(db: &mut Conn, since: NaiveDateTime) -> Done<LogEffects> {
    use crate::store::log;
    let size = log::size_before(db, PUBLIC, since)?;
    let total = log::head(db, PUBLIC)?.map_or(0, |head| head.size);
    let witnessed = log::cosigned_within(db, PUBLIC, size)?.map_or(0, |kept| kept.size);
    Ok(LogEffects {
        size: size.min(total),
        total,
        witnessed,
    })
}

/// Whether a page or a program may offer to note that this key was lost.
pub fn may_be_lost(key: &Own) -> bool {
    key.lost.is_none() && LOSABLE.contains(&key.purpose.as_str())
}
