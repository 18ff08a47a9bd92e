//! 持证人: one-time codes and the sessions they open.

use crate::domain::account::AccountId;
use crate::domain::person::PersonId;
use crate::ground::clock::Now;
use crate::on;
use crate::schema::{holder_codes, holder_sessions, people};
use crate::store::people::Person;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A one-time code as it is kept: keyed, never in clear.
#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = holder_codes, treat_none_as_default_value = false)]
pub struct HolderCode {
    /// Its key.
    pub id: String,
    /// Whose.
    pub person: PersonId,
    /// Its keyed hash.
    pub code: Vec<u8>,
    /// When, in UTC.
    pub made_at: NaiveDateTime,
    /// By whom.
    pub made_by: AccountId,
    /// Until when it serves.
    pub ends_at: NaiveDateTime,
    /// When it was used.
    pub used_at: Option<NaiveDateTime>,
}

/// A holder's session as it is kept.
#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = holder_sessions)]
pub struct HolderSession {
    /// The hash of what the cookie holds.
    pub id: String,
    /// Whose.
    pub person: PersonId,
    /// What its forms bring back.
    pub csrf: String,
    /// Since when, in UTC.
    pub began_at: NaiveDateTime,
    /// Last used.
    pub seen_at: NaiveDateTime,
    /// Ends at the latest.
    pub ends_at: NaiveDateTime,
}

/// Keeps a code; whatever code she had before serves no longer.
pub fn give(db: &mut Conn, code: &HolderCode) -> Found<()> {
    on!(db, c => diesel::update(holder_codes::table.filter(holder_codes::person.eq(&code.person))
        .filter(holder_codes::used_at.is_null())).set(holder_codes::used_at.eq(Some(code.made_at))).execute(c))?;
    on!(db, c => diesel::insert_into(holder_codes::table).values(code).execute(c))?;
    Ok(())
}

/// Uses a code up; false when there is none like it in force.
pub fn use_up(db: &mut Conn, person: &PersonId, code: &[u8], now: Now) -> Found<bool> {
    let used = on!(db, c => diesel::update(holder_codes::table.filter(holder_codes::person.eq(person))
        .filter(holder_codes::code.eq(code)).filter(holder_codes::used_at.is_null()).filter(holder_codes::ends_at.gt(now.utc())))
        .set(holder_codes::used_at.eq(Some(now.utc()))).execute(c))?;
    Ok(used == 1)
}

/// Begins a session.
pub fn begin(db: &mut Conn, session: &HolderSession) -> Found<()> {
    on!(db, c => diesel::insert_into(holder_sessions::table).values(session).execute(c))?;
    Ok(())
}

/// A session and whose it is, by its id.
pub fn session(db: &mut Conn, id: &str) -> Found<Option<(HolderSession, Person)>> {
    Ok(
        on!(db, c => holder_sessions::table.inner_join(people::table).filter(holder_sessions::id.eq(id))
        .select((HolderSession::as_select(), Person::as_select())).first(c).optional())?,
    )
}

/// Notes that a session was used.
pub fn touch(db: &mut Conn, id: &str, now: Now) -> Found<()> {
    on!(db, c => diesel::update(holder_sessions::table.find(id)).set(holder_sessions::seen_at.eq(now.utc())).execute(c))?;
    Ok(())
}

/// Ends a session.
pub fn end(db: &mut Conn, id: &str) -> Found<()> {
    on!(db, c => diesel::delete(holder_sessions::table.find(id)).execute(c))?;
    Ok(())
}

/// Ends every session of a person.
pub fn end_all(db: &mut Conn, person: &PersonId) -> Found<()> {
    on!(db, c => diesel::delete(holder_sessions::table.filter(holder_sessions::person.eq(person))).execute(c))?;
    Ok(())
}
