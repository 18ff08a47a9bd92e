//! 幂等: the same request under the same key is done once and answered alike.
//!
//! A program that sends a key first reserves it, then acts, then keeps its answer there. A crash
//! in between leaves the key reserved; after a minute the next request may take it over.

use crate::acts::{Done, Registry};
use crate::domain::account::Actor;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::store::replies::{self, Reply};

/// Seconds after which a request that never ended is given up.
const GIVEN_UP: i64 = 60;

/// Seconds a key is remembered: a day.
const REMEMBERED: i64 = 86_400;

/// Longest key taken.
const LONGEST: usize = 200;

/// Reserves a key, or answers what was answered under it: status and body.
pub fn begin(
    registry: &Registry,
    actor: &Actor,
    key: &str,
    digest: &str,
    now: Now,
) -> Done<Option<(u16, String)>> {
    let plain = key.bytes().all(|b| b.is_ascii_graphic());
    if key.is_empty() || key.len() > LONGEST || !plain {
        return Err(Refusal::new("idempotency_key.malformed")
            .at("Idempotency-Key")
            .into());
    }
    registry.store.write(|db| {
        replies::forget_before(db, now.plus_seconds(-REMEMBERED).utc())?;
        if let Some(reply) = replies::of(db, &actor.account, key)? {
            if reply.digest != digest {
                return Err(Refusal::new("idempotency_key.reused")
                    .at("Idempotency-Key")
                    .into());
            }
            if reply.status != 0 {
                return Ok(Some((
                    u16::try_from(reply.status).unwrap_or(200),
                    reply.body,
                )));
            }
            if reply.at > now.plus_seconds(-GIVEN_UP).utc() {
                return Err(Refusal::new("idempotency_key.under-way").into());
            }
        }
        let reserved = Reply {
            account: actor.account.clone(),
            key: key.to_owned(),
            digest: digest.to_owned(),
            status: 0,
            body: String::new(),
            at: now.utc(),
        };
        replies::keep(db, &reserved)?;
        Ok(None)
    })
}

/// Keeps the answer under its key.
pub fn finish(
    registry: &Registry,
    actor: &Actor,
    key: &str,
    digest: &str,
    (status, body): (u16, &str),
    now: Now,
) -> Done<()> {
    let reply = Reply {
        account: actor.account.clone(),
        key: key.to_owned(),
        digest: digest.to_owned(),
        status: i32::from(status),
        body: body.to_owned(),
        at: now.utc(),
    };
    Ok(registry.store.write(|db| replies::keep(db, &reply))?)
}

/// Frees a key whose request came to nothing.
pub fn release(registry: &Registry, actor: &Actor, key: &str) -> Done<()> {
    Ok(registry
        .store
        .write(|db| replies::forget(db, &actor.account, key))?)
}
