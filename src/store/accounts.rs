//! 账号: who may stand at the counter, their sessions and tokens.

use crate::domain::account::{AccountId, Actor, Role, Scope};
use crate::domain::assessor::AssessorId;
use crate::domain::institution::InstitutionId;
use crate::domain::place::RegionCode;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{accounts, api_tokens, institutions, sessions, sign_in_failures};
use crate::store::{Conn, Failure, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// An account as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
pub struct Account {
    /// Its key.
    pub id: AccountId,
    /// What is typed to sign in; unique.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// The institution it acts for.
    pub institution: Option<InstitutionId>,
    /// The region it oversees.
    pub region: Option<String>,
    /// The 嘎查（村） of that region it is held to.
    pub village: Option<String>,
    /// The assessor it is.
    pub assessor: Option<AssessorId>,
    /// Argon2id, as a PHC string.
    pub password: String,
    /// Since when, in UTC.
    pub opened_at: NaiveDateTime,
    /// By whom; none for the first ones.
    pub opened_by: Option<AccountId>,
    /// Until when.
    pub closed_at: Option<NaiveDateTime>,
    /// By whom.
    pub closed_by: Option<AccountId>,
}

impl Account {
    /// Whoever this account lets in; none when its scope does not fit its role.
    pub fn actor(&self) -> Option<Actor> {
        let scope = match (&self.institution, &self.region, &self.assessor) {
            (Some(institution), None, None) => Scope::Institution(institution.clone()),
            (None, Some(region), None) => {
                let region = RegionCode::read(region)?;
                match &self.village {
                    Some(village) => Scope::Village(region, village.clone()),
                    None => Scope::Region(region),
                }
            }
            (None, None, Some(assessor)) => Scope::Assessor(assessor.clone()),
            (None, None, None) => Scope::All,
            _ => return None,
        };
        scope.fits(self.role).then(|| Actor {
            account: self.id.clone(),
            name: self.name.clone(),
            role: self.role,
            scope,
        })
    }
}

/// A session as it is kept: its id only as a hash.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// SHA-256 of what the cookie holds, in hexadecimal.
    pub id: String,
    /// Whose it is.
    pub account: AccountId,
    /// What every form of it must bring back.
    pub csrf: String,
    /// Since when.
    pub began_at: NaiveDateTime,
    /// Last used.
    pub seen_at: NaiveDateTime,
    /// It ends then whatever happens.
    pub ends_at: NaiveDateTime,
}

/// An API token as it is kept: only as a hash.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = api_tokens, treat_none_as_default_value = false)]
pub struct ApiToken {
    /// Its key.
    pub id: String,
    /// Whose it is.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the token, in hexadecimal.
    pub hash: String,
    /// `read`, or `read write`.
    pub scopes: String,
    /// Since when.
    pub created_at: NaiveDateTime,
    /// Until when, if it ends by itself.
    pub expires_at: Option<NaiveDateTime>,
    /// Ended by its owner or with the account.
    pub revoked_at: Option<NaiveDateTime>,
}

/// Opens an account; a login that exists answers `Taken`.
pub fn add(db: &mut Conn, account: &Account) -> Found<()> {
    on!(db, c => diesel::insert_into(accounts::table).values(account).execute(c))?;
    Ok(())
}

/// The account with this login, open or closed.
pub fn by_login(db: &mut Conn, login: &str) -> Found<Option<Account>> {
    Ok(
        on!(db, c => accounts::table.filter(accounts::login.eq(login)).select(Account::as_select()).first(c).optional())?,
    )
}

/// One account. Reachable by administrators only, whose office all accounts are.
pub fn one(db: &mut Conn, id: &AccountId) -> Found<Account> {
    Ok(on!(db, c => accounts::table.find(id).select(Account::as_select()).first(c))?)
}

/// All accounts by login.
pub fn all(db: &mut Conn, window: Window) -> Found<Slice<Account>> {
    let total = on!(db, c => accounts::table.count().get_result::<i64>(c))?;
    let rows = on!(db, c => accounts::table.order(accounts::login).offset(window.offset()).limit(window.limit())
        .select(Account::as_select()).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// How many accounts are open.
pub fn count_open(db: &mut Conn) -> Found<i64> {
    Ok(on!(db, c => accounts::table.filter(accounts::closed_at.is_null()).count().get_result(c))?)
}

/// Closes an account; `Missing` when it is closed already.
pub fn close(db: &mut Conn, id: &AccountId, by: &AccountId, now: Now) -> Found<()> {
    let closed = on!(db, c => diesel::update(accounts::table.find(id).filter(accounts::closed_at.is_null()))
        .set((accounts::closed_at.eq(Some(now.utc())), accounts::closed_by.eq(Some(by)))).execute(c))?;
    if closed == 1 {
        Ok(())
    } else {
        Err(Failure::Missing)
    }
}

/// Keeps a new password.
pub fn set_password(db: &mut Conn, id: &AccountId, password: &str) -> Found<()> {
    on!(db, c => diesel::update(accounts::table.find(id)).set(accounts::password.eq(password)).execute(c))?;
    Ok(())
}

/// Keeps a new role and scope.
pub fn set_role(db: &mut Conn, changed: &Account) -> Found<()> {
    on!(db, c => diesel::update(accounts::table.find(&changed.id)).set((
        accounts::role.eq(changed.role), accounts::institution.eq(&changed.institution),
        accounts::region.eq(&changed.region), accounts::village.eq(&changed.village),
        accounts::assessor.eq(&changed.assessor),
    )).execute(c))?;
    Ok(())
}

/// Begins a session.
pub fn begin_session(db: &mut Conn, session: &Session) -> Found<()> {
    on!(db, c => diesel::insert_into(sessions::table).values(session).execute(c))?;
    Ok(())
}

/// A session, its open account and that account's institution by name, by the hash of its id.
pub fn session(db: &mut Conn, id: &str) -> Found<Option<(Session, Account, Option<String>)>> {
    Ok(on!(db, c => sessions::table
        .inner_join(accounts::table.left_join(institutions::table))
        .filter(sessions::id.eq(id))
        .filter(accounts::closed_at.is_null())
        .select((Session::as_select(), Account::as_select(), institutions::name.nullable()))
        .first(c)
        .optional())?)
}

/// Notes that a session was used.
pub fn touch_session(db: &mut Conn, id: &str, now: Now) -> Found<()> {
    on!(db, c => diesel::update(sessions::table.find(id)).set(sessions::seen_at.eq(now.utc())).execute(c))?;
    Ok(())
}

/// Ends one session.
pub fn end_session(db: &mut Conn, id: &str) -> Found<()> {
    on!(db, c => diesel::delete(sessions::table.find(id)).execute(c))?;
    Ok(())
}

/// Ends every session and token of an account.
pub fn end_all(db: &mut Conn, account: &AccountId, now: Now) -> Found<()> {
    on!(db, c => diesel::delete(sessions::table.filter(sessions::account.eq(account))).execute(c))?;
    on!(db, c => diesel::update(api_tokens::table.filter(api_tokens::account.eq(account)).filter(api_tokens::revoked_at.is_null()))
        .set(api_tokens::revoked_at.eq(Some(now.utc()))).execute(c))?;
    Ok(())
}

/// Keeps an API token.
pub fn add_token(db: &mut Conn, token: &ApiToken) -> Found<()> {
    on!(db, c => diesel::insert_into(api_tokens::table).values(token).execute(c))?;
    Ok(())
}

/// A token in force at this time and its open account, by the token's hash.
pub fn token(db: &mut Conn, hash: &str, now: Now) -> Found<Option<(ApiToken, Account)>> {
    let kept = on!(db, c => api_tokens::table.inner_join(accounts::table)
        .filter(api_tokens::hash.eq(hash)).filter(api_tokens::revoked_at.is_null()).filter(accounts::closed_at.is_null())
        .select((ApiToken::as_select(), Account::as_select())).first(c).optional())?;
    Ok(kept.filter(|(token, _)| token.expires_at.is_none_or(|end| now.utc() < end)))
}

/// An account's tokens, newest first.
pub fn tokens_of(db: &mut Conn, account: &AccountId) -> Found<Vec<ApiToken>> {
    Ok(
        on!(db, c => api_tokens::table.filter(api_tokens::account.eq(account))
        .order(api_tokens::created_at.desc()).select(ApiToken::as_select()).load(c))?,
    )
}

/// Ends an account's own token.
pub fn revoke_token(db: &mut Conn, account: &AccountId, id: &str, now: Now) -> Found<()> {
    let ended = on!(db, c => diesel::update(api_tokens::table.find(id)
        .filter(api_tokens::account.eq(account)).filter(api_tokens::revoked_at.is_null()))
        .set(api_tokens::revoked_at.eq(Some(now.utc()))).execute(c))?;
    if ended == 1 {
        Ok(())
    } else {
        Err(Failure::Missing)
    }
}

/// Notes a failed sign-in.
pub fn add_failure(db: &mut Conn, login: &str, now: Now) -> Found<()> {
    let id = crate::ground::key::fresh(now);
    on!(db, c => diesel::insert_into(sign_in_failures::table)
        .values((sign_in_failures::id.eq(id), sign_in_failures::login.eq(login), sign_in_failures::at.eq(now.utc()))).execute(c))?;
    Ok(())
}

/// Failed sign-ins of a login since a time.
pub fn failures_since(db: &mut Conn, login: &str, since: NaiveDateTime) -> Found<i64> {
    Ok(
        on!(db, c => sign_in_failures::table.filter(sign_in_failures::login.eq(login))
        .filter(sign_in_failures::at.gt(since)).count().get_result(c))?,
    )
}

/// Forgets the failures of a login that has signed in.
pub fn forget_failures(db: &mut Conn, login: &str) -> Found<()> {
    on!(db, c => diesel::delete(sign_in_failures::table.filter(sign_in_failures::login.eq(login))).execute(c))?;
    Ok(())
}
