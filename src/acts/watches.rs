//! 关注: what became of certificates somebody checked. Who watches is not known: her key is in the
//! address of the feed, and only what follows from it is kept. The feed is worked out from the
//! register when it is read, so that no server has to remember to write it.

use crate::acts::{Done, Error, Registry, list_checks, verification};
use crate::domain::certificate::{CertificateId, Standing};
use crate::domain::list_check::{Claim, LineVerdict, ListCheckId};
use crate::domain::refusal::Refusal;
use crate::domain::watch::{DAYS, WatchId};
use crate::ground::clock::Now;
use crate::ground::key;
use crate::store::certificates::{self, Public};
use crate::store::log::{self, PUBLIC};
use crate::store::watch_calls::{self, Call};
use crate::store::watches::{self, Watch};
use chrono::{NaiveDate, NaiveDateTime};
use sha2::{Digest, Sha256};

/// What became of one certificate.
#[derive(Clone, Debug)]
pub struct News {
    /// 证书编号
    pub number: String,
    /// What it came to.
    pub verdict: LineVerdict,
    /// Since when; none when that is not known.
    pub since: Option<NaiveDate>,
}

/// A watch as it stands.
#[derive(Clone, Debug)]
pub struct Watching {
    /// When it was begun, in UTC.
    pub at: NaiveDateTime,
    /// How many certificates are watched.
    pub total: usize,
    /// Those that are no longer simply in force, the latest news first.
    pub news: Vec<News>,
    /// Whether an address is called.
    pub hook: bool,
    /// What calls to it are signed with.
    pub secret: String,
    /// Whether mail is sent.
    pub mail: bool,
    /// Whether a mail address has still to say that it wants to be told.
    pub mail_unproven: bool,
    /// The latest calls.
    pub calls: Vec<Call>,
}

/// What a watch is found by.
pub(super) fn found_by(key: &WatchId) -> Done<WatchId> {
    let mut name = [0; 16];
    let digest = Sha256::digest(format!("guildhall watch\0{key}"));
    name.copy_from_slice(&digest[..16]);
    WatchId::read(&key::written(&name)).ok_or_else(|| Error::fault("a watch cannot be named"))
}

/// What calls of a watch are signed with: nothing that is kept anywhere.
pub(super) fn secret_of(registry: &Registry, id: &WatchId) -> String {
    key::written(&registry.vault.blind_index("watches.secret", id.as_str()))
}

/// The verdict a certificate has now.
pub(super) fn verdict_of(public: &Public, now: Now) -> LineVerdict {
    LineVerdict::of(
        &public
            .after
            .standing(public.certificate.expires_on, now.day()),
    )
}

fn begin(registry: &Registry, of: &[Public], now: Now) -> Done<WatchId> {
    if of.is_empty() {
        return Err(Refusal::new("watch.empty").into());
    }
    let key = WatchId::read(&key::secret())
        .ok_or_else(|| Error::fault("a watch's key cannot be made"))?;
    let watch = Watch {
        id: found_by(&key)?,
        made_at: now.utc(),
        hook: Vec::new(),
        mail: Vec::new(),
        mail_proof: String::new(),
    };
    let mut rows: Vec<(CertificateId, String)> = of
        .iter()
        .map(|one| (one.certificate.id.clone(), verdict_of(one, now).to_string()))
        .collect();
    rows.sort();
    rows.dedup_by(|a, b| a.0 == b.0);
    registry.store.write(|db| {
        watches::add(db, &watch, &rows, forgotten(now))?;
        if watches::place(db)?.is_none() {
            let size = log::head(db, PUBLIC)?.map_or(0, |head| head.size);
            watches::keep_place(db, size)?;
        }
        Ok::<_, Error>(())
    })?;
    Ok(key)
}

pub(super) fn forgotten(now: Now) -> NaiveDateTime {
    now.plus_seconds(-DAYS * 86_400).utc()
}

/// Watches the certificate with this token.
pub fn of_certificate(registry: &Registry, token: &str, now: Now) -> Done<WatchId> {
    let found = verification::look_up(registry, token, now)?;
    let verified = found.ok_or(Error::NotFound)?;
    begin(registry, std::slice::from_ref(&*verified.public), now)
}

/// Watches every certificate of a checked list that is whose the list says.
pub fn of_list(registry: &Registry, list: &ListCheckId, now: Now) -> Done<WatchId> {
    let checked = list_checks::open(registry, list, now)?;
    of_lines(registry, checked.lines, now)
}

/// Watches the certificates of these claims that are whose they say; lines that guess are counted as
/// those of a list are.
pub fn of_claims(
    registry: &Registry,
    claims: &[Claim],
    asker: &list_checks::Asker,
    now: Now,
) -> Done<WatchId> {
    let checked = list_checks::check(registry, claims, now)?;
    list_checks::press(registry, asker, &checked, now)?;
    of_lines(registry, checked.lines, now)
}

fn of_lines(registry: &Registry, lines: Vec<list_checks::Line>, now: Now) -> Done<WatchId> {
    let numbers: Vec<String> = lines
        .into_iter()
        .filter(|line| line.certified.is_some())
        .map(|line| line.number)
        .collect();
    let found = registry
        .store
        .read(|db| certificates::public_by_numbers(db, &registry.known, &numbers))?;
    begin(registry, &found, now)
}

/// Calls that are shown.
const SHOWN: i64 = 20;

/// What became of what is watched.
pub fn read(registry: &Registry, key: &WatchId, now: Now) -> Done<Watching> {
    let id = found_by(key)?;
    let (watch, found, calls) = registry.store.read(|db| {
        let watch = watches::of(db, &id, forgotten(now))?;
        let numbers = watches::numbers(db, &id)?;
        let found = certificates::public_by_numbers(db, &registry.known, &numbers)?;
        Ok::<_, Error>((watch, found, watch_calls::of(db, &id, SHOWN)?))
    })?;
    let mut news: Vec<News> = found.iter().filter_map(|one| news_of(one, now)).collect();
    news.sort_by(|a, b| (b.since, &a.number).cmp(&(a.since, &b.number)));
    Ok(Watching {
        at: watch.made_at,
        total: found.len(),
        news,
        hook: !watch.hook.is_empty(),
        secret: secret_of(registry, &id),
        mail: !watch.mail.is_empty() && watch.mail_proof.is_empty(),
        mail_unproven: !watch.mail_proof.is_empty(),
        calls,
    })
}

fn news_of(public: &Public, now: Now) -> Option<News> {
    let certificate = &public.certificate;
    let standing = public.after.standing(certificate.expires_on, now.day());
    let since = match &standing {
        Standing::Valid => return None,
        Standing::Revoked(it) => Some(it.on),
        Standing::Replaced(it) | Standing::Corrected(it) => Some(it.on),
        Standing::Doubtful { since } | Standing::Suspended { since, .. } => Some(*since),
        Standing::Expired { on } => Some(*on),
    };
    Some(News {
        number: certificate.number.clone(),
        verdict: LineVerdict::of(&standing),
        since,
    })
}

/// Ends a watch; nothing of it stays.
pub fn end(registry: &Registry, key: &WatchId, now: Now) -> Done<()> {
    let id = found_by(key)?;
    registry.store.write(|db| {
        watches::of(db, &id, forgotten(now))?;
        Ok::<_, Error>(watches::end(db, &id)?)
    })
}
