//! 登记册密钥泄露: keys of the registry itself that fell into strange hands.

use crate::domain::account::AccountId;
use crate::on;
use crate::schema::lost_registry_keys;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A lost key as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = lost_registry_keys, treat_none_as_default_value = false)]
pub struct LostKey {
    /// Which.
    pub key_id: String,
    /// Since when others may have it, in UTC.
    pub since: NaiveDateTime,
    /// How it came about.
    pub reason: String,
    /// When it was noted, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
    /// Of a log key: how many entries what it signed still proves.
    pub log_size: Option<i64>,
}

/// Keeps that a key was lost; a second time answers `Taken`.
pub fn add(db: &mut Conn, lost: &LostKey) -> Found<()> {
    on!(db, c => diesel::insert_into(lost_registry_keys::table).values(lost).execute(c))?;
    Ok(())
}

/// Every lost key, in the order in which they were noted.
pub fn all(db: &mut Conn) -> Found<Vec<LostKey>> {
    Ok(
        on!(db, c => lost_registry_keys::table.order((lost_registry_keys::at, lost_registry_keys::key_id))
        .select(LostKey::as_select()).load(c))?,
    )
}
