//! 日志见证方: how far each witness of the public log has come.

use crate::on;
use crate::schema::log_witnesses;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// How a witness stands.
#[derive(Clone, Debug, Queryable, Insertable, AsChangeset, Selectable)]
#[diesel(table_name = log_witnesses, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Standing {
    /// Its key.
    pub vkey: String,
    /// The size it signed last.
    pub size: i64,
    /// When it signed, in UTC, as it says.
    pub signed_at: Option<NaiveDateTime>,
    /// When it was asked last, in UTC.
    pub asked_at: NaiveDateTime,
    /// What stood in the way the last time; empty: nothing.
    pub trouble: String,
}

/// How every witness stands that was ever asked.
pub fn all(db: &mut Conn) -> Found<Vec<Standing>> {
    Ok(on!(db, c => log_witnesses::table.order(log_witnesses::vkey)
        .select(Standing::as_select()).load(c))?)
}

/// Keeps how a witness stands. It never falls back to a smaller size than it signed: another server
/// may have been quicker.
pub fn keep(db: &mut Conn, standing: &Standing) -> Found<()> {
    let before = on!(db, c => log_witnesses::table.find(&standing.vkey)
        .select(Standing::as_select()).first(c).optional())?;
    match before {
        None => {
            on!(db, c => diesel::insert_into(log_witnesses::table).values(standing).execute(c))?
        }
        Some(before) => {
            let mut kept = standing.clone();
            if before.size > kept.size || kept.signed_at.is_none() {
                (kept.size, kept.signed_at) = (before.size.max(kept.size), before.signed_at);
            }
            on!(db, c => diesel::update(log_witnesses::table.find(&standing.vkey)).set(&kept).execute(c))?
        }
    };
    Ok(())
}
