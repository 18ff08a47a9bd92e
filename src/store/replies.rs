//! 幂等: what was answered to a key, so that the same request twice is done once.

use crate::domain::account::AccountId;
use crate::on;
use crate::schema::replies;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A reply as it is kept; its status is 0 while the request is under way.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = replies)]
pub struct Reply {
    /// Who asked.
    pub account: AccountId,
    /// Under which key.
    pub key: String,
    /// What was asked: the SHA-256 of address and body, in hexadecimal.
    pub digest: String,
    /// What was answered.
    pub status: i32,
    /// And how.
    pub body: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
}

/// The reply under a key, if the key was used.
pub fn of(db: &mut Conn, account: &AccountId, key: &str) -> Found<Option<Reply>> {
    Ok(
        on!(db, c => replies::table.find((account, key)).select(Reply::as_select()).first(c).optional())?,
    )
}

/// Keeps a reply in place of what is under its key.
pub fn keep(db: &mut Conn, reply: &Reply) -> Found<()> {
    forget(db, &reply.account, &reply.key)?;
    on!(db, c => diesel::insert_into(replies::table).values(reply).execute(c))?;
    Ok(())
}

/// Forgets a key.
pub fn forget(db: &mut Conn, account: &AccountId, key: &str) -> Found<()> {
    on!(db, c => diesel::delete(replies::table.find((account, key))).execute(c))?;
    Ok(())
}

/// Forgets keys older than a time.
pub fn forget_before(db: &mut Conn, time: NaiveDateTime) -> Found<()> {
    on!(db, c => diesel::delete(replies::table.filter(replies::at.lt(time))).execute(c))?;
    Ok(())
}
