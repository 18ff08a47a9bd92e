//! 核验: is this certificate good? Anyone may ask; nothing is written, nothing counted.
//!
//! One query tells everything the verdict on nearly every certificate follows from. Of one that something
//! became of, a second tells what, and a third the address of what stands in its place. What never
//! changes is asked for once in a process (`Known`). Instead of the first, SQLite is asked whether anybody
//! has written since this thread last looked (`store::recent`); PostgreSQL is asked once for several who
//! ask at the same moment ([`look_up_each`]).

use crate::acts::{Done, Registry, issuing};
use crate::domain::certificate::{CertificateKind, Standing};
use crate::domain::institution::InstitutionRole;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::seal::ticket::{self, Ticket};
use crate::store::certificates::{self, Public};
use crate::store::replacements::{self, Relative};
use crate::store::{Failure, Found, revocations};
use chrono::Datelike;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// How the things that were looked at turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checks {
    /// What was signed is what is on record, and the signature holds.
    pub content: bool,
    /// The key is the issuer's for that year, and the issuer had filed this trade and level.
    pub issuer: bool,
}

/// What the registry knows of a certificate.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The certificate and everything around it.
    pub public: Arc<Public>,
    /// Its standing today.
    pub standing: Standing,
    /// What stands in its place.
    pub successor: Option<Relative>,
    /// Whether the bureau revoked it, and not the organisation.
    pub by_bureau: bool,
    /// What was looked at.
    pub checks: Checks,
}

impl Verified {
    /// Whether what is on record is what was signed. When it is not, nothing of it may be shown
    /// as fact.
    pub fn is_sound(&self) -> bool {
        self.checks.content && self.checks.issuer
    }
}

/// The certificate with this token. What is scanned is often scanned again.
pub fn look_up(registry: &Registry, token: &str, now: Now) -> Done<Option<Verified>> {
    let found = registry.store.recall(token, |db| {
        certificates::public(db, &registry.known, token).map(Looked::at)
    });
    judged(registry, found, now)
}

/// The certificates with these tokens, each as of its own moment, in the order they are asked for: one
/// question for all, and more only about those that something became of.
pub fn look_up_each(
    registry: &Registry,
    asked: &[(String, Now)],
) -> Done<Vec<Done<Option<Verified>>>> {
    let mut tokens: Vec<&str> = asked.iter().map(|(token, _)| token.as_str()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    let found = registry
        .store
        .point(|db| certificates::public_each(db, &registry.known, &tokens))?;
    let found: HashMap<String, Arc<Looked>> = found
        .into_iter()
        .map(|public| {
            (
                public.certificate.token.clone(),
                Arc::new(Looked::at(public)),
            )
        })
        .collect();
    let each = asked.iter().map(|(token, now)| {
        let looked = found.get(token).cloned().ok_or(Failure::Missing);
        judged(registry, looked, *now)
    });
    Ok(each.collect())
}

/// The certificate with one of these tokens, which are readings of one typed code.
pub fn look_up_readings(
    registry: &Registry,
    tokens: &[String],
    now: Now,
) -> Done<Option<Verified>> {
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let found = registry
        .store
        .point(|db| certificates::public_each(db, &registry.known, &tokens))?;
    let found = found.into_iter().next().ok_or(Failure::Missing);
    judged(
        registry,
        found.map(|public| Arc::new(Looked::at(public))),
        now,
    )
}

/// The certificate with this number, when the name and the end of the document's number agree.
/// No such number, another name, another document: all one answer.
pub fn look_up_number(
    registry: &Registry,
    number: &str,
    name: &str,
    id_tail: &str,
    now: Now,
) -> Done<Option<Verified>> {
    let found = registry
        .store
        .point(|db| certificates::public_by_number(db, &registry.known, number).map(Looked::at));
    let verified = judged(registry, found.map(Arc::new), now)?;
    Ok(verified.filter(|verified| {
        let certificate = &verified.public.certificate;
        text::comparable(&certificate.holder) == text::comparable(name)
            && certificate
                .id_tail
                .eq_ignore_ascii_case(text::packed(id_tail).trim())
    }))
}

/// What is on record of a certificate, and what came of holding it against what was signed.
struct Looked {
    public: Arc<Public>,
    checks: Checks,
}

impl Looked {
    fn at(public: Public) -> Self {
        Self {
            checks: check(&public),
            public: Arc::new(public),
        }
    }
}

fn judged(registry: &Registry, found: Found<Arc<Looked>>, now: Now) -> Done<Option<Verified>> {
    let found = match found {
        Ok(found) => found,
        Err(Failure::Missing) => return Ok(None),
        Err(other) => return Err(other.into()),
    };
    let (public, checks) = (Arc::clone(&found.public), found.checks);
    let certificate = &public.certificate;
    let standing = public.after.standing(certificate.expires_on, now.day());
    let successor = match &standing {
        Standing::Replaced(_) | Standing::Corrected(_) => registry
            .store
            .point(|db| replacements::of(db, &certificate.id))?
            .map(|(_, successor)| successor),
        _ => None,
    };
    let by_bureau = match &standing {
        Standing::Revoked(_) => registry
            .store
            .point(|db| revocations::by_bureau(db, &certificate.id))?,
        _ => false,
    };
    if !(checks.content && checks.issuer) {
        // The loudest line this program has: somebody changed the register behind our back.
        tracing::error!(certificate = %certificate.id, ?checks, "TAMPERED: a certificate's row is not what was signed");
    }
    Ok(Some(Verified {
        standing,
        successor,
        by_bureau,
        checks,
        public,
    }))
}

/// Holds what is on record against what was signed.
pub(super) fn check(public: &Public) -> Checks {
    let certificate = &public.certificate;
    let (key_of, year, _, key) = &*public.key;
    let content = issuing::ticket_of(certificate)
        .is_ok_and(|ticket| was_signed(&ticket, &certificate.token, &certificate.cose, key));
    let role = match certificate.kind {
        CertificateKind::Level => InstitutionRole::Assess,
        CertificateKind::Completion => InstitutionRole::Train,
    };
    let filed = public.filed.as_ref().is_some_and(|filed| {
        let (institution, filed_role, occupation, level, _) = &**filed;
        *institution == certificate.institution
            && *filed_role == role
            && *occupation == certificate.occupation
            && *level == certificate.level
    });
    let issuer =
        filed && *key_of == certificate.institution && *year == certificate.issued_on.year();
    Checks { content, issuer }
}

/// Messages found good: SHA-256 over the key, the message, its token and what is on record. Checking
/// one takes longer than everything else on the page, and its answer never changes, so each process
/// may remember it.
static GOOD: LazyLock<Mutex<HashSet<[u8; 16]>>> = LazyLock::new(Mutex::default);

/// Sixteen megabytes; then it starts anew.
const REMEMBERED: usize = 500_000;

/// Whether this key signed exactly this, under this token.
fn was_signed(ticket: &Ticket, token: &str, cose: &[u8], key: &[u8]) -> bool {
    let mut whole = Whole(Sha256::new());
    (key, cose, token, ticket).hash(&mut whole);
    let mut name = [0; 16];
    name.copy_from_slice(&whole.0.finalize()[..16]);
    let good = || GOOD.lock().unwrap_or_else(PoisonError::into_inner);
    if good().contains(&name) {
        return true;
    }
    let holds = ticket::token_of(cose) == token
        && ticket::verify(cose, key).is_ok_and(|signed| signed == *ticket);
    if holds {
        let mut good = good();
        if good.len() >= REMEMBERED {
            good.clear();
        }
        good.insert(name);
    }
    holds
}

/// Everything that is hashed into it, each part with its length, as [`Hash`] writes it.
struct Whole(Sha256);

impl Hasher for Whole {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Not asked for: the digest itself is the name.
    fn finish(&self) -> u64 {
        0
    }
}
