//! 通知方式: where a watcher is to be told, besides the feed. Both must say themselves that they want to be:
//! an address by echoing a challenge, a mailbox by a link in a message. Otherwise anybody could have the
//! registry call, or write to, anybody.

use crate::acts::watches::{forgotten, found_by, secret_of};
use crate::acts::{Done, Error, Registry, callers};
use crate::domain::refusal::Refusal;
use crate::domain::watch::{self, WatchId};
use crate::ground::clock::Now;
use crate::ground::key;
use crate::ground::reach::Home;
use crate::seal::vault::Place;
use crate::store::{list_checks, watches};
use serde_json::json;
use std::net::IpAddr;

/// Whoever writes to mailboxes.
pub trait Post: Send + Sync {
    /// Asks a mailbox to say, by this link, that it wants to be told.
    fn ask(&self, to: &str, link: &str) -> Result<(), String>;
    /// Tells a mailbox what became of a certificate.
    fn tell(&self, to: &str, number: &str, verdict: &str) -> Result<(), String>;
}

/// Where a watch's addresses are sealed.
pub(super) fn place<'a>(id: &'a WatchId, column: &'static str) -> Place<'a> {
    Place::new("watches", column, id.as_str())
}

/// Addresses one stranger may name in an hour.
const NAMED: i32 = 20;

/// Counts what a stranger names: each costs a call or a message to somebody else.
fn press(registry: &Registry, from: IpAddr, now: Now) -> Done<()> {
    let who = registry
        .vault
        .blind_index("watches.named", &Home::of(from).to_string());
    let hour = i32::try_from(now.utc().and_utc().timestamp() / 3_600).unwrap_or(i32::MAX);
    registry.store.write(|db| {
        if list_checks::guessed(db, &who, hour)? >= NAMED {
            return Err(Refusal::new("watch.too-many-named").with(NAMED).into());
        }
        Ok::<_, Error>(list_checks::guess(db, &who, hour, 1)?)
    })
}

/// From now on this address is called; it has to echo a challenge first. An empty one: none is called.
pub fn set_hook(
    registry: &Registry,
    key: &WatchId,
    written: &str,
    from: IpAddr,
    now: Now,
) -> Done<()> {
    let id = found_by(key)?;
    registry
        .store
        .read(|db| Ok::<_, Error>(watches::of(db, &id, forgotten(now))?))?;
    let sealed = if written.trim().is_empty() {
        Vec::new()
    } else {
        let hook = watch::hook(written, registry.settings.is_trial())?;
        press(registry, from, now)?;
        let challenge = key::secret();
        let body = json!({ "event": "watch.begun", "challenge": challenge }).to_string();
        let answer = callers::call(registry, &hook, &secret_of(registry, &id), &body, now)
            .map_err(|trouble| Refusal::new("watch.hook-silent").at("hook").with(trouble))?;
        if !answer.contains(&challenge) {
            return Err(Refusal::new("watch.hook-unconfirmed").at("hook").into());
        }
        registry.vault.seal_own(place(&id, "hook"), hook.as_bytes())
    };
    registry.store.write(|db| {
        watches::of(db, &id, forgotten(now))?;
        Ok::<_, Error>(watches::set_hook(db, &id, &sealed)?)
    })
}

/// From now on this mailbox is written to, once it says so by the link it is sent. An empty one: none is.
pub fn set_mail(
    registry: &Registry,
    post: Option<&dyn Post>,
    key: &WatchId,
    written: &str,
    from: IpAddr,
    now: Now,
) -> Done<()> {
    let id = found_by(key)?;
    registry
        .store
        .read(|db| Ok::<_, Error>(watches::of(db, &id, forgotten(now))?))?;
    let (sealed, proof) = if written.trim().is_empty() {
        (Vec::new(), String::new())
    } else {
        let Some(post) = post else {
            return Err(Refusal::new("watch.without-mail").at("mail").into());
        };
        let mail = watch::mail(written)?;
        press(registry, from, now)?;
        let proof = key::secret();
        let link = format!("{}/mailboxes/{proof}", registry.settings.public_base_url);
        post.ask(&mail, &link).map_err(|why| {
            tracing::warn!(%why, "a message could not be sent");
            Refusal::new("watch.mail-unsent").at("mail")
        })?;
        (
            registry.vault.seal_own(place(&id, "mail"), mail.as_bytes()),
            proof_of(&proof),
        )
    };
    registry.store.write(|db| {
        watches::of(db, &id, forgotten(now))?;
        Ok::<_, Error>(watches::set_mail(db, &id, &sealed, &proof)?)
    })
}

/// What is kept of a proof: who reads the database cannot confirm in another's name.
fn proof_of(proof: &str) -> String {
    use sha2::{Digest, Sha256};
    data_encoding::HEXLOWER.encode(&Sha256::digest(format!("guildhall watch mail\0{proof}")))
}

/// The mailbox with this proof wants to be told.
pub fn confirm_mail(registry: &Registry, proof: &WatchId, now: Now) -> Done<()> {
    let proof = proof_of(proof.as_str());
    registry.store.write(|db| {
        let watch = watches::by_proof(db, &proof)?;
        if watch.made_at < forgotten(now) {
            return Err(Error::NotFound);
        }
        Ok::<_, Error>(watches::set_mail(db, &watch.id, &watch.mail, "")?)
    })
}
