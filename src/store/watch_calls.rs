//! 通知: what watchers are to be told, and how far that is.

use crate::domain::certificate::CertificateId;
use crate::domain::watch::{CallId, CallState, WatchId, Way};
use crate::on;
use crate::schema::{certificates, watch_calls};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A call as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = watch_calls, treat_none_as_default_value = false)]
pub struct Call {
    /// Its key: whoever is called twice knows it by this.
    pub id: CallId,
    /// Whose.
    pub watch: WatchId,
    /// Of which certificate.
    pub certificate: CertificateId,
    /// Which way.
    pub way: Way,
    /// The verdict to be told.
    pub verdict: String,
    /// How far it is.
    pub state: CallState,
    /// How often it was tried.
    pub tries: i32,
    /// When it is due, in UTC.
    pub due_at: NaiveDateTime,
    /// Since when there is something to tell, in UTC.
    pub made_at: NaiveDateTime,
    /// What stood in the way the last time; empty: nothing.
    pub trouble: String,
}

/// Keeps calls to be made.
pub fn add(db: &mut Conn, calls: &[Call]) -> Found<()> {
    for some in calls.chunks(500) {
        on!(db, c => diesel::insert_into(watch_calls::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Calls that are due, the longest due first.
pub fn due(db: &mut Conn, now: NaiveDateTime, most: i64) -> Found<Vec<Call>> {
    Ok(
        on!(db, c => watch_calls::table.filter(watch_calls::state.eq(CallState::Waiting))
        .filter(watch_calls::due_at.le(now)).order((watch_calls::due_at, watch_calls::id)).limit(most)
        .select(Call::as_select()).load(c))?,
    )
}

/// Notes how far a call is.
pub fn keep(db: &mut Conn, call: &Call) -> Found<()> {
    on!(db, c => diesel::update(watch_calls::table.find(&call.id)).set((
        watch_calls::state.eq(call.state), watch_calls::tries.eq(call.tries),
        watch_calls::due_at.eq(call.due_at), watch_calls::trouble.eq(&call.trouble))).execute(c))?;
    Ok(())
}

/// The calls of a watch, the newest first.
pub fn of(db: &mut Conn, watch: &WatchId, most: i64) -> Found<Vec<Call>> {
    Ok(
        on!(db, c => watch_calls::table.filter(watch_calls::watch.eq(watch))
        .order(watch_calls::id.desc()).limit(most).select(Call::as_select()).load(c))?,
    )
}

/// Forgets what was told, or given up, before a time.
pub fn forget(db: &mut Conn, before: NaiveDateTime) -> Found<()> {
    on!(db, c => diesel::delete(watch_calls::table.filter(watch_calls::state.ne(CallState::Waiting))
        .filter(watch_calls::made_at.lt(before))).execute(c))?;
    Ok(())
}

/// The number of the certificate a call is about.
pub fn number_of(db: &mut Conn, certificate: &CertificateId) -> Found<String> {
    Ok(on!(db, c => certificates::table.find(certificate).select(certificates::number).first(c))?)
}
