//! 账号: signing in and out, opening and closing accounts, tokens for programs.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{AccountId, Actor, Administrator, Role, Scope, Viewer};
use crate::domain::assessor::AssessorId;
use crate::domain::deed::Deed;
use crate::domain::institution::InstitutionId;
use crate::domain::password as rule;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::seal::password;
use crate::seal::token::Token;
use crate::store::accounts::{Account, ApiToken, Session};
use crate::store::{Conn, Failure, accounts, assessors, institutions, ledger, second_factors};
use data_encoding::HEXLOWER;

/// A session ends when it was not used for so long.
pub const IDLE_SECONDS: i64 = 30 * 60;
/// A session ends after so long however much it is used.
pub const ABSOLUTE_SECONDS: i64 = 12 * 3600;
/// A session's last use is written down at most this often: reading pages should not write.
const TOUCH_SECONDS: i64 = 60;
/// After so many failures within [`FAILURE_SECONDS`] a login must wait.
const FAILURES: i64 = 10;
const FAILURE_SECONDS: i64 = 15 * 60;

/// Whoever is signed in, with what her forms must bring back.
#[derive(Clone, Debug)]
pub struct Present {
    /// The person.
    pub actor: Actor,
    /// Her institution's name, or empty.
    pub house: String,
    /// The session's form token; empty for an API token.
    pub csrf: String,
    /// Whether she may change things: always in a session, by its scopes for a token.
    pub may_write: bool,
}

/// A fresh session: the cookie's value and the form token.
pub struct Entered {
    /// What the cookie holds; kept nowhere.
    pub cookie: String,
    /// Who signed in.
    pub actor: Actor,
}

/// Signs in. The answer is the same for a wrong password, an unknown login and a closed account.
pub fn sign_in(registry: &Registry, login: &str, password: &str, now: Now) -> Done<Entered> {
    let since = now.plus_seconds(-FAILURE_SECONDS).utc();
    let (account, failures) = registry.store.read(|db| {
        Ok::<_, Error>((
            accounts::by_login(db, login)?,
            accounts::failures_since(db, login, since)?,
        ))
    })?;
    if failures >= FAILURES {
        return Err(Refusal::new("account.too-many-failures")
            .with(FAILURE_SECONDS / 60)
            .into());
    }
    // Slow on purpose, so before the door. An unknown login is checked against a password
    // nobody has, so that it takes as long as a known one.
    let right = match &account {
        Some(account) => password::verify(password, &account.password),
        None => password::verify_nobody(password),
    };
    let found = account.filter(|account| right && account.closed_at.is_none());
    let actor = found.as_ref().and_then(Account::actor);
    registry
        .store
        .write(|db| match actor {
            Some(actor) => {
                accounts::forget_failures(db, login)?;
                let cookie = begin_session(db, &actor.account, now)?;
                ledger::enter(
                    db,
                    &actor,
                    Deed::AccountSignedIn,
                    None,
                    &actor.account,
                    &[],
                    now,
                )?;
                Ok(Some(Entered { cookie, actor }))
            }
            None => {
                accounts::add_failure(db, login, now)?;
                Ok::<_, Error>(None)
            }
        })?
        .ok_or_else(|| Refusal::new("account.not-recognised").at("password").into())
}

fn begin_session(db: &mut Conn, account: &AccountId, now: Now) -> Done<String> {
    let cookie = Token::fresh();
    let session = Session {
        id: hash(&cookie),
        account: account.clone(),
        csrf: Token::fresh().as_str().to_owned(),
        began_at: now.utc(),
        seen_at: now.utc(),
        ends_at: now.plus_seconds(ABSOLUTE_SECONDS).utc(),
    };
    accounts::begin_session(db, &session)?;
    Ok(cookie.as_str().to_owned())
}

/// Who holds this session cookie, if its session has not ended.
pub fn present(registry: &Registry, cookie: &str, now: Now) -> Done<Option<Present>> {
    let Some(id) = Token::read(cookie).map(|token| hash(&token)) else {
        return Ok(None);
    };
    let Some((session, account, house)) = registry.store.point(|db| accounts::session(db, &id))?
    else {
        return Ok(None);
    };
    let idle = now.plus_seconds(-IDLE_SECONDS).utc();
    if session.seen_at < idle || session.ends_at <= now.utc() {
        registry.store.write(|db| accounts::end_session(db, &id))?;
        return Ok(None);
    }
    if session.seen_at < now.plus_seconds(-TOUCH_SECONDS).utc() {
        registry
            .store
            .write(|db| accounts::touch_session(db, &id, now))?;
    }
    Ok(account.actor().map(|actor| Present {
        actor,
        house: house.unwrap_or_default(),
        csrf: session.csrf,
        may_write: true,
    }))
}

/// Who holds this API token, if it is in force.
pub fn bearer(registry: &Registry, token: &str, now: Now) -> Done<Option<Present>> {
    let Some(hash) = Token::read(token).map(|token| hash(&token)) else {
        return Ok(None);
    };
    let kept = registry.store.point(|db| accounts::token(db, &hash, now))?;
    Ok(kept.and_then(|(token, account)| {
        let may_write = token.scopes.split(' ').any(|scope| scope == "write");
        account.actor().map(|actor| Present {
            actor,
            house: String::new(),
            csrf: String::new(),
            may_write,
        })
    }))
}

/// Signs out: the session ends here, not only in the browser.
pub fn sign_out(registry: &Registry, cookie: &str) -> Done<()> {
    let Some(id) = Token::read(cookie).map(|token| hash(&token)) else {
        return Ok(());
    };
    Ok(registry.store.write(|db| accounts::end_session(db, &id))?)
}

/// What the session of a cookie is kept under.
pub(super) fn session_of(cookie: &str) -> Option<String> {
    Token::read(cookie).map(|token| hash(&token))
}

/// A token as it is kept.
fn hash(token: &Token) -> String {
    HEXLOWER.encode(&token.hash())
}

/// What a new account is to be.
pub struct NewAccount {
    /// What is typed to sign in.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Over what.
    pub scope: Scope,
    /// The first password.
    pub password: String,
}

/// An administrator opens an account.
pub fn open(
    registry: &Registry,
    administrator: &Administrator,
    new: NewAccount,
    now: Now,
) -> Done<AccountId> {
    let account = judge(new, Some(administrator.actor().account.clone()), now)?;
    registry
        .store
        .write(|db| keep(db, administrator.actor(), &account, now))
}

/// The first accounts of a fresh registry, all of them or none: only while there is no account.
pub fn open_first(registry: &Registry, new: Vec<NewAccount>, now: Now) -> Done<Vec<AccountId>> {
    let first: Vec<Account> = new
        .into_iter()
        .map(|one| judge(one, None, now))
        .collect::<Done<_>>()?;
    registry.store.write(|db| {
        if accounts::count_open(db)? > 0 {
            return Err(Refusal::new("account.not-first").into());
        }
        first
            .iter()
            .map(|account| {
                let actor = account
                    .actor()
                    .ok_or_else(|| Error::fault("a judged account has a fitting scope"))?;
                keep(db, &actor, account, now)
            })
            .collect()
    })
}

fn judge(new: NewAccount, by: Option<AccountId>, now: Now) -> Done<Account> {
    let login = new.login.trim().to_lowercase();
    let right = (3..=40).contains(&login.len())
        && login
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let mut refusals = Vec::new();
    if !right {
        refusals.push(Refusal::new("account.login").at("login"));
    }
    if new.name.trim().is_empty() {
        refusals.push(Refusal::new("field.blank").at("name"));
    }
    if !new.scope.fits(new.role) {
        refusals.push(Refusal::new("account.scope").at("role").with(new.role));
    }
    if let Err(weak) = rule::judge(&new.password, &login, &new.name) {
        refusals.push(crate::domain::refusal::Reason::refusal(weak));
    }
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let (institution, region, village, assessor) = held(new.scope);
    Ok(Account {
        id: AccountId::fresh(now),
        login,
        name: new.name.trim().to_owned(),
        role: new.role,
        institution,
        region,
        village,
        assessor,
        password: password::hash(&new.password),
        opened_at: now.utc(),
        opened_by: by,
        closed_at: None,
        closed_by: None,
    })
}

fn keep(db: &mut Conn, actor: &Actor, account: &Account, now: Now) -> Done<AccountId> {
    exists(db, account)?;
    accounts::add(db, account).map_err(|failure| match failure {
        Failure::Taken(_) => Refusal::new("account.login-taken")
            .at("login")
            .with(&account.login)
            .into(),
        other => Error::from(other),
    })?;
    let facts = [
        ("login", account.login.as_str()),
        ("role", account.role.as_str()),
    ];
    ledger::enter(
        db,
        actor,
        Deed::AccountOpened,
        account.institution.as_ref(),
        &account.id,
        &facts,
        now,
    )?;
    Ok(account.id.clone())
}

/// An administrator closes an account; its sessions and tokens end with it.
pub fn close(
    registry: &Registry,
    administrator: &Administrator,
    id: &AccountId,
    now: Now,
) -> Done<()> {
    let own = &administrator.actor().account;
    if id == own {
        return Err(Refusal::new("account.own").into());
    }
    registry.store.write(|db| {
        let account = accounts::one(db, id)?;
        accounts::close(db, id, own, now)?;
        accounts::end_all(db, id, now)?;
        ledger::enter(
            db,
            administrator.actor(),
            Deed::AccountClosed,
            account.institution.as_ref(),
            id,
            &[],
            now,
        )?;
        Ok(())
    })
}

/// Anyone changes her own password; all her sessions and tokens end.
pub fn change_password(
    registry: &Registry,
    viewer: &Viewer,
    old: &str,
    new: &str,
    now: Now,
) -> Done<()> {
    let actor = viewer.actor();
    let account = registry
        .store
        .read(|db| accounts::one(db, &actor.account))?;
    if !password::verify(old, &account.password) {
        return Err(Refusal::new("account.not-recognised").at("old").into());
    }
    rule::judge(new, &account.login, &account.name)?;
    let hash = password::hash(new);
    registry.store.write(|db| {
        accounts::set_password(db, &account.id, &hash)?;
        accounts::end_all(db, &account.id, now)?;
        ledger::enter(
            db,
            actor,
            Deed::PasswordChanged,
            None,
            &account.id,
            &[],
            now,
        )?;
        Ok(())
    })
}

/// All accounts, for an administrator.
pub fn list(
    registry: &Registry,
    _administrator: &Administrator,
    window: Window,
) -> Done<Slice<Account>> {
    Ok(registry.store.read(|db| accounts::all(db, window))?)
}

/// Makes a token for a program that acts as this person. Its text is shown once and kept nowhere.
pub fn make_token(
    registry: &Registry,
    viewer: &Viewer,
    name: &str,
    may_write: bool,
    days: Option<u16>,
    now: Now,
) -> Done<String> {
    let token = Token::fresh();
    let kept = ApiToken {
        id: crate::ground::key::fresh(now),
        account: viewer.actor().account.clone(),
        name: name.trim().chars().take(60).collect(),
        hash: hash(&token),
        scopes: if may_write { "read write" } else { "read" }.to_owned(),
        created_at: now.utc(),
        expires_at: days.map(|days| now.plus_seconds(i64::from(days) * 86_400).utc()),
        revoked_at: None,
    };
    registry.store.write(|db| {
        accounts::add_token(db, &kept)?;
        ledger::enter(
            db,
            viewer.actor(),
            Deed::TokenMade,
            None,
            &kept.id,
            &[("scopes", &kept.scopes)],
            now,
        )?;
        Ok::<_, Error>(())
    })?;
    Ok(token.as_str().to_owned())
}

/// Her own tokens.
pub fn tokens(registry: &Registry, viewer: &Viewer) -> Done<Vec<ApiToken>> {
    Ok(registry
        .store
        .read(|db| accounts::tokens_of(db, &viewer.actor().account))?)
}

/// Ends one of her own tokens.
pub fn end_token(registry: &Registry, viewer: &Viewer, id: &str, now: Now) -> Done<()> {
    registry.store.write(|db| {
        accounts::revoke_token(db, &viewer.actor().account, id, now)?;
        ledger::enter(db, viewer.actor(), Deed::TokenEnded, None, id, &[], now)?;
        Ok(())
    })
}

/// One account and what the ledger tells of it, for an administrator.
pub fn show(
    registry: &Registry,
    _administrator: &Administrator,
    id: &AccountId,
) -> Done<(Account, Vec<ledger::Line>)> {
    registry.store.read(|db| {
        let account = accounts::one(db, id)?;
        let deeds = ledger::of(db, "account", id.as_str())?;
        Ok((account, deeds))
    })
}

/// What an account can be held over: names to choose from.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Every institution.
    pub institutions: Vec<(InstitutionId, String)>,
    /// Every assessor, with her card.
    pub assessors: Vec<(AssessorId, String)>,
}

impl Choices {
    /// An institution's name.
    pub fn institution(&self, id: &InstitutionId) -> &str {
        named(&self.institutions, id)
    }

    /// An assessor's name and card.
    pub fn assessor(&self, id: &AssessorId) -> &str {
        named(&self.assessors, id)
    }
}

fn named<'n, K: PartialEq>(names: &'n [(K, String)], id: &K) -> &'n str {
    let found = names.iter().find(|(known, _)| known == id);
    found.map_or("", |(_, name)| name)
}

/// Whom accounts can be opened for. An administrator sees names, never a record.
pub fn choices(registry: &Registry, _administrator: &Administrator) -> Done<Choices> {
    registry.store.read(|db| {
        Ok(Choices {
            institutions: institutions::names(db, &Scope::All)?,
            assessors: assessors::names(db)?,
        })
    })
}

/// An administrator gives an account another role or scope; its sessions and tokens end with the old.
pub fn change_role(
    registry: &Registry,
    administrator: &Administrator,
    id: &AccountId,
    role: Role,
    scope: Scope,
    now: Now,
) -> Done<()> {
    if *id == administrator.actor().account {
        return Err(Refusal::new("account.own").into());
    }
    if !scope.fits(role) {
        return Err(Refusal::new("account.scope").at("role").with(role).into());
    }
    registry.store.write(|db| {
        let known = accounts::one(db, id)?;
        if known.closed_at.is_some() {
            return Err(Error::NotFound);
        }
        let mut moved = known.clone();
        moved.role = role;
        (
            moved.institution,
            moved.region,
            moved.village,
            moved.assessor,
        ) = held(scope);
        let same = (
            known.role,
            &known.institution,
            &known.region,
            &known.village,
            &known.assessor,
        ) == (
            moved.role,
            &moved.institution,
            &moved.region,
            &moved.village,
            &moved.assessor,
        );
        if same {
            return Err(Refusal::new("account.unmoved").at("role").into());
        }
        exists(db, &moved)?;
        accounts::set_role(db, &moved)?;
        accounts::end_all(db, id, now)?;
        let facts = [("from", known.role.as_str()), ("to", role.as_str())];
        ledger::enter(
            db,
            administrator.actor(),
            Deed::AccountMoved,
            moved.institution.as_ref(),
            id,
            &facts,
            now,
        )?;
        Ok(())
    })
}

/// A scope as the columns of an account.
fn held(
    scope: Scope,
) -> (
    Option<InstitutionId>,
    Option<String>,
    Option<String>,
    Option<AssessorId>,
) {
    match scope {
        Scope::All => (None, None, None, None),
        Scope::Institution(institution) => (Some(institution), None, None, None),
        Scope::Region(region) => (None, Some(region.to_string()), None, None),
        Scope::Village(region, village) => (None, Some(region.to_string()), Some(village), None),
        Scope::Assessor(assessor) => (None, None, None, Some(assessor)),
    }
}

/// Whether what an account is held over is there at all.
fn exists(db: &mut Conn, account: &Account) -> Done<()> {
    let unknown = |field| -> Error { Refusal::new("account.scope-unknown").at(field).into() };
    let there = |failure: Failure, field| match failure {
        Failure::Missing => unknown(field),
        other => other.into(),
    };
    if let Some(id) = &account.institution {
        institutions::one(db, id).map_err(|failure| there(failure, "institution"))?;
    }
    if let Some(id) = &account.assessor {
        assessors::one(db, id).map_err(|failure| there(failure, "assessor"))?;
    }
    if let Some(region) = &account.region {
        let code = crate::domain::place::RegionCode::read(region);
        if code.as_ref().and_then(crate::domain::place::find).is_none() {
            return Err(unknown("region"));
        }
    }
    Ok(())
}

/// An administrator sets a new password for somebody who forgot hers; sessions and tokens end.
pub fn reset_password(
    registry: &Registry,
    administrator: &Administrator,
    id: &AccountId,
    new: &str,
    now: Now,
) -> Done<()> {
    let account = registry.store.read(|db| accounts::one(db, id))?;
    if account.closed_at.is_some() {
        return Err(Error::NotFound);
    }
    rule::judge(new, &account.login, &account.name)?;
    let hash = password::hash(new);
    registry.store.write(|db| {
        accounts::set_password(db, id, &hash)?;
        accounts::end_all(db, id, now)?;
        // Whoever lost her telephone comes to the same counter as whoever forgot her password.
        if second_factors::remove(db, id)? > 0 {
            ledger::enter(
                db,
                administrator.actor(),
                Deed::SecondFactorEnded,
                account.institution.as_ref(),
                id,
                &[],
                now,
            )?;
        }
        ledger::enter(
            db,
            administrator.actor(),
            Deed::PasswordChanged,
            account.institution.as_ref(),
            id,
            &[],
            now,
        )?;
        Ok(())
    })
}
