//! 动态口令: who has a second factor, and the sessions in which a code was given.

use crate::domain::account::AccountId;
use crate::on;
use crate::schema::{second_factors, step_ups};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A second factor as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable, AsChangeset)]
#[diesel(table_name = second_factors, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct SecondFactor {
    /// Whose.
    pub account: AccountId,
    /// The secret, sealed.
    pub secret_sealed: Vec<u8>,
    /// When it was made.
    pub began_at: NaiveDateTime,
    /// When its first code was given; before, it counts for nothing.
    pub confirmed_at: Option<NaiveDateTime>,
    /// The last step whose code was used.
    pub last_step: i64,
    /// Wrong codes in a row.
    pub misses: i32,
    /// The last of them.
    pub missed_at: Option<NaiveDateTime>,
}

/// An account's second factor.
pub fn of(db: &mut Conn, account: &AccountId) -> Found<Option<SecondFactor>> {
    Ok(on!(db, c => second_factors::table.find(account)
        .select(SecondFactor::as_select()).first(c).optional())?)
}

/// Keeps one, in place of the one before.
pub fn keep(db: &mut Conn, factor: &SecondFactor) -> Found<()> {
    let moved = on!(db, c => diesel::update(second_factors::table.find(&factor.account)).set(factor).execute(c))?;
    if moved == 0 {
        on!(db, c => diesel::insert_into(second_factors::table).values(factor).execute(c))?;
    }
    Ok(())
}

/// Removes one, and what was given with it.
pub fn remove(db: &mut Conn, account: &AccountId) -> Found<usize> {
    on!(db, c => diesel::delete(step_ups::table.filter(step_ups::account.eq(account))).execute(c))?;
    Ok(on!(db, c => diesel::delete(second_factors::table.find(account)).execute(c))?)
}

/// Until when a code given in a session counts.
pub fn until(db: &mut Conn, session: &str) -> Found<Option<NaiveDateTime>> {
    Ok(on!(db, c => step_ups::table.find(session).select(step_ups::until).first(c).optional())?)
}

/// Notes that a code was given in a session; forgets what is over.
pub fn step_up(
    db: &mut Conn,
    session: &str,
    account: &AccountId,
    at: NaiveDateTime,
    until: NaiveDateTime,
) -> Found<()> {
    on!(db, c => diesel::delete(step_ups::table.filter(step_ups::until.lt(at))).execute(c))?;
    on!(db, c => diesel::delete(step_ups::table.find(session)).execute(c))?;
    on!(db, c => diesel::insert_into(step_ups::table).values((
        step_ups::session.eq(session), step_ups::account.eq(account), step_ups::until.eq(until),
    )).execute(c))?;
    Ok(())
}
