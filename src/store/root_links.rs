//! 根密钥接替: each root key but the first, signed by the one before it.

use crate::on;
use crate::schema::root_links;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A succession as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = root_links)]
pub struct RootLink {
    /// The hint of the new key.
    pub id: String,
    /// The hint of the one before.
    pub before: String,
    /// What that one signed.
    pub signature: Vec<u8>,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: String,
}

/// Keeps a succession.
pub fn add(db: &mut Conn, link: &RootLink) -> Found<()> {
    on!(db, c => diesel::insert_into(root_links::table).values(link).execute(c))?;
    Ok(())
}

/// Every succession, the oldest first.
pub fn all(db: &mut Conn) -> Found<Vec<RootLink>> {
    Ok(
        on!(db, c => root_links::table.order((root_links::at, root_links::id))
        .select(RootLink::as_select()).load(c))?,
    )
}
