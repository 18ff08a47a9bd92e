//! 名单核验: results, kept sealed for a day, how far each is, and who guessed how much.

use crate::domain::list_check::{ListCheckId, ListState};
use crate::on;
use crate::schema::{list_checks, list_guesses};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A result as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = list_checks)]
pub struct ListCheck {
    /// What it is found by: follows from its key, which is not kept.
    pub id: ListCheckId,
    /// How many lines the list has.
    pub lines: i32,
    /// How many of them are in force.
    pub good: i32,
    /// What each came to, sealed by the key; empty until then.
    pub result: Vec<u8>,
    /// When, in UTC.
    pub made_at: NaiveDateTime,
    /// How far it is, [`ListState`].
    pub state: String,
    /// Lines checked so far.
    pub done: i32,
}

/// Keeps a list that is begun, and forgets those made before a time.
pub fn begin(db: &mut Conn, check: &ListCheck, forget: NaiveDateTime) -> Found<()> {
    on!(db, c => diesel::delete(list_checks::table.filter(list_checks::made_at.lt(forget))).execute(c))?;
    on!(db, c => diesel::insert_into(list_checks::table).values(check).execute(c))?;
    Ok(())
}

/// So many lines are checked.
pub fn advance(db: &mut Conn, id: &ListCheckId, done: i32) -> Found<()> {
    on!(db, c => diesel::update(list_checks::table.find(id)).set(list_checks::done.eq(done)).execute(c))?;
    Ok(())
}

/// A list is at its end, one way or another.
pub fn end(
    db: &mut Conn,
    id: &ListCheckId,
    state: ListState,
    good: i32,
    result: &[u8],
) -> Found<()> {
    on!(db, c => diesel::update(list_checks::table.find(id)).set((
        list_checks::state.eq(state.as_str()), list_checks::good.eq(good), list_checks::result.eq(result),
        list_checks::done.eq(list_checks::lines))).execute(c))?;
    Ok(())
}

/// The list found by this, if it was begun since a time.
pub fn of(db: &mut Conn, id: &ListCheckId, since: NaiveDateTime) -> Found<ListCheck> {
    Ok(
        on!(db, c => list_checks::table.find(id).filter(list_checks::made_at.ge(since))
        .select(ListCheck::as_select()).first(c))?,
    )
}

/// What an asker guessed in an hour.
pub fn guessed(db: &mut Conn, who: &[u8], hour: i32) -> Found<i32> {
    let found: Option<i32> = on!(db, c => list_guesses::table.find((who, hour))
        .select(list_guesses::guesses).first(c).optional())?;
    Ok(found.unwrap_or(0))
}

/// Adds to what an asker guessed in an hour; what was before is forgotten.
pub fn guess(db: &mut Conn, who: &[u8], hour: i32, more: i32) -> Found<()> {
    on!(db, c => diesel::delete(list_guesses::table.filter(list_guesses::hour.lt(hour))).execute(c))?;
    on!(db, c => diesel::insert_into(list_guesses::table)
        .values((list_guesses::who.eq(who), list_guesses::hour.eq(hour), list_guesses::guesses.eq(more)))
        .on_conflict((list_guesses::who, list_guesses::hour)).do_update()
        .set(list_guesses::guesses.eq(list_guesses::guesses + more)).execute(c))?;
    Ok(())
}
