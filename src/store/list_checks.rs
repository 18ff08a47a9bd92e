//! 名单核验: results, kept sealed for a day.

use crate::domain::list_check::ListCheckId;
use crate::on;
use crate::schema::list_checks;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A result as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = list_checks)]
pub struct ListCheck {
    /// Its key.
    pub id: ListCheckId,
    /// How many lines the list has.
    pub lines: i32,
    /// How many of them are in force.
    pub good: i32,
    /// What each came to, sealed.
    pub result: Vec<u8>,
    /// When, in UTC.
    pub made_at: NaiveDateTime,
}

/// Keeps a result, and forgets those made before a time.
pub fn keep(db: &mut Conn, check: &ListCheck, forget: NaiveDateTime) -> Found<()> {
    on!(db, c => diesel::delete(list_checks::table.filter(list_checks::made_at.lt(forget))).execute(c))?;
    on!(db, c => diesel::insert_into(list_checks::table).values(check).execute(c))?;
    Ok(())
}

/// The result with this key, if it was made since a time.
pub fn of(db: &mut Conn, id: &ListCheckId, since: NaiveDateTime) -> Found<ListCheck> {
    Ok(on!(db, c => list_checks::table.find(id).filter(list_checks::made_at.ge(since))
        .select(ListCheck::as_select()).first(c))?)
}
