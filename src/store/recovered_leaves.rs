//! 补回的叶: entries of the public log that were put back after a restore. The leaf stands again;
//! the record it told of is lost.

use crate::domain::account::AccountId;
use crate::domain::institution::InstitutionId;
use crate::domain::log_event::{LogEventId, LogKind};
use crate::on;
use crate::schema::{log_events, recovered_leaves};
use crate::store::log::{Event, PUBLIC};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// An entry put back, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = recovered_leaves, treat_none_as_default_value = false)]
pub struct Recovered {
    /// The event that stands for it.
    pub event: LogEventId,
    /// When it was put back, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps that entries were put back.
pub fn add(db: &mut Conn, rows: &[Recovered]) -> Found<()> {
    for some in rows.chunks(1000) {
        on!(db, c => diesel::insert_into(recovered_leaves::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Every entry put back, in the order of their places.
pub fn all(db: &mut Conn) -> Found<Vec<Event>> {
    Ok(
        on!(db, c => recovered_leaves::table.inner_join(log_events::table)
        .order(log_events::seq).select(Event::as_select()).load(c))?,
    )
}

/// How many certificates an institution issued since a moment whose records are lost.
pub fn issued(db: &mut Conn, institution: &InstitutionId, since: NaiveDateTime) -> Found<i64> {
    Ok(
        on!(db, c => recovered_leaves::table.inner_join(log_events::table)
        .filter(log_events::log.eq(PUBLIC)).filter(log_events::kind.eq(LogKind::Issue))
        .filter(log_events::institution.eq(institution)).filter(log_events::at.ge(since))
        .count().get_result(c))?,
    )
}
