//! 日志密钥接替: each key of the log but the first, signed by the one before it.

use crate::domain::account::AccountId;
use crate::on;
use crate::schema::log_links;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A succession as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = log_links)]
pub struct LogLink {
    /// The hint of the new key.
    pub id: String,
    /// The hint of the one before.
    pub before: String,
    /// What that one signed: a signed note that names the new key.
    pub note: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps a succession.
pub fn add(db: &mut Conn, link: &LogLink) -> Found<()> {
    on!(db, c => diesel::insert_into(log_links::table).values(link).execute(c))?;
    Ok(())
}

/// Every succession, the oldest first.
pub fn all(db: &mut Conn) -> Found<Vec<LogLink>> {
    Ok(
        on!(db, c => log_links::table.order((log_links::at, log_links::id))
        .select(LogLink::as_select()).load(c))?,
    )
}
