//! 动态口令: a second factor, for those who wish it, before certificates are issued or revoked.
//!
//! A password can be watched or guessed; a certificate stands for decades. An account with a second
//! factor gives a code before it issues, replaces, revokes or confirms; in a session it then counts
//! for ten minutes, a program gives one with each request. A code works once (RFC 6238, 5.2).

use crate::acts::{Done, Error, Registry, accounts as sessions};
use crate::domain::account::{AccountId, Viewer};
use crate::domain::deed::Deed;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::seal::one_time_code::Secret;
use crate::seal::password;
use crate::seal::vault::{Place, Vault};
use crate::store::second_factors::{self, SecondFactor};
use crate::store::{Conn, accounts, ledger};
use chrono::NaiveDateTime;

/// How long a code counts in the session it was given in.
pub const COUNTS_SECONDS: i64 = 10 * 60;
/// After so many wrong codes one must wait so long.
const MISSES: i32 = 5;
const WAIT_SECONDS: i64 = 15 * 60;
/// How apps name the account.
const ISSUER: &str = "Guildhall";

fn place(account: &AccountId) -> Place<'_> {
    Place::new("second_factors", "secret_sealed", account.as_str())
}

/// How an account's second factor stands.
pub enum Standing {
    /// There is none.
    None,
    /// It was made, and waits for its first code.
    Begun {
        /// The secret as people type it.
        typed: String,
        /// The secret as an app scans it.
        address: String,
    },
    /// It is wanted since then.
    Wanted(NaiveDateTime),
}

/// How her second factor stands.
pub fn standing(registry: &Registry, viewer: &Viewer) -> Done<Standing> {
    let account = &viewer.actor().account;
    registry.store.read(|db| {
        let Some(factor) = second_factors::of(db, account)? else {
            return Ok(Standing::None);
        };
        if let Some(since) = factor.confirmed_at {
            return Ok(Standing::Wanted(since));
        }
        let login = accounts::one(db, account)?.login;
        let secret = opened(&registry.vault, &factor)?;
        Ok(Standing::Begun {
            typed: secret.typed(),
            address: secret.address(ISSUER, &login),
        })
    })
}

fn opened(vault: &Vault, factor: &SecondFactor) -> Done<Secret> {
    let bytes = vault
        .open_own(place(&factor.account), &factor.secret_sealed)
        .map_err(|why| Error::fault(format!("a second factor does not open: {why}")))?;
    Ok(Secret::of(&bytes))
}

/// She begins to have one; her password is asked for again.
pub fn begin(registry: &Registry, viewer: &Viewer, old: &str, now: Now) -> Done<()> {
    let actor = viewer.actor();
    let account = registry
        .store
        .read(|db| accounts::one(db, &actor.account))?;
    if !password::verify(old, &account.password) {
        return Err(Refusal::new("account.not-recognised").at("old").into());
    }
    let secret = Secret::fresh();
    registry.store.write(|db| {
        if second_factors::of(db, &account.id)?.is_some_and(|kept| kept.confirmed_at.is_some()) {
            return Err(Refusal::new("second_factor.there").into());
        }
        let factor = SecondFactor {
            account: account.id.clone(),
            secret_sealed: registry.vault.seal_own(place(&account.id), secret.bytes()),
            began_at: now.utc(),
            confirmed_at: None,
            last_step: 0,
            misses: 0,
            missed_at: None,
        };
        Ok(second_factors::keep(db, &factor)?)
    })
}

/// Her first code; from now on one is wanted.
pub fn confirm(registry: &Registry, viewer: &Viewer, code: &str, now: Now) -> Done<()> {
    let actor = viewer.actor();
    used(registry, &actor.account, code, now, |db, factor| {
        if factor.confirmed_at.is_some() {
            return Err(Refusal::new("second_factor.there").into());
        }
        factor.confirmed_at = Some(now.utc());
        ledger::enter(
            db,
            actor,
            Deed::SecondFactorBegun,
            None,
            &actor.account,
            &[],
            now,
        )?;
        Ok(())
    })
}

/// She ends it, with a code.
pub fn end(registry: &Registry, viewer: &Viewer, code: &str, now: Now) -> Done<()> {
    let actor = viewer.actor();
    used(registry, &actor.account, code, now, |_, _| Ok(()))?;
    registry.store.write(|db| {
        second_factors::remove(db, &actor.account)?;
        ledger::enter(
            db,
            actor,
            Deed::SecondFactorEnded,
            None,
            &actor.account,
            &[],
            now,
        )?;
        Ok(())
    })
}

/// She gives a code in her session.
pub fn step_up(
    registry: &Registry,
    viewer: &Viewer,
    cookie: &str,
    code: &str,
    now: Now,
) -> Done<()> {
    let account = &viewer.actor().account;
    let session = sessions::session_of(cookie).ok_or(Error::NotFound)?;
    used(registry, account, code, now, |db, _| {
        let until = now.plus_seconds(COUNTS_SECONDS).utc();
        Ok(second_factors::step_up(
            db,
            &session,
            account,
            now.utc(),
            until,
        )?)
    })
}

/// A program gives a code with its request.
pub fn give(registry: &Registry, account: &AccountId, code: &str, now: Now) -> Done<()> {
    used(registry, account, code, now, |_, _| Ok(()))
}

/// Whether nothing more is wanted of this session: there is no second factor, or a code was given
/// lately.
pub fn is_enough(
    registry: &Registry,
    account: &AccountId,
    cookie: Option<&str>,
    now: Now,
) -> Done<bool> {
    let session = cookie.and_then(sessions::session_of);
    registry.store.point(|db| {
        let wanted =
            second_factors::of(db, account)?.is_some_and(|kept| kept.confirmed_at.is_some());
        if !wanted {
            return Ok(true);
        }
        let until = match session {
            Some(session) => second_factors::until(db, &session)?,
            None => None,
        };
        Ok(until.is_some_and(|until| until > now.utc()))
    })
}

/// Takes a code, once. A wrong one is counted; that is kept though the act is refused.
fn used(
    registry: &Registry,
    account: &AccountId,
    code: &str,
    now: Now,
    then: impl FnOnce(&mut Conn, &mut SecondFactor) -> Done<()>,
) -> Done<()> {
    let taken = registry.store.write(|db| {
        let Some(mut factor) = second_factors::of(db, account)? else {
            return Err(Refusal::new("second_factor.none").into());
        };
        let lately = now.plus_seconds(-WAIT_SECONDS).utc();
        if factor.missed_at.is_some_and(|at| at < lately) {
            factor.misses = 0;
        }
        if factor.misses >= MISSES {
            return Err(Refusal::new("second_factor.too-many-misses")
                .at("code")
                .with(WAIT_SECONDS / 60)
                .into());
        }
        let seconds = now.utc().and_utc().timestamp();
        match opened(&registry.vault, &factor)?.step_of(code, seconds, factor.last_step) {
            Some(step) => {
                factor.last_step = step;
                factor.misses = 0;
                factor.missed_at = None;
                then(db, &mut factor)?;
                second_factors::keep(db, &factor)?;
                Ok::<_, Error>(true)
            }
            None => {
                factor.misses += 1;
                factor.missed_at = Some(now.utc());
                second_factors::keep(db, &factor)?;
                Ok(false)
            }
        }
    })?;
    if taken {
        Ok(())
    } else {
        Err(Refusal::new("second_factor.wrong").at("code").into())
    }
}
