//! 分享: links to one certificate for a time, and copies for one purpose.

use crate::domain::certificate::CertificateId;
use crate::domain::holder::{CopyId, ShareId};
use crate::ground::clock::Now;
use crate::on;
use crate::schema::{copies, shares};
use crate::store::{Conn, Failure, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A shared link as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = shares, treat_none_as_default_value = false)]
pub struct Share {
    /// Its key.
    pub id: ShareId,
    /// The hash of what its address holds.
    pub token: String,
    /// To which certificate.
    pub certificate: CertificateId,
    /// Since when, in UTC.
    pub made_at: NaiveDateTime,
    /// Until when.
    pub ends_at: NaiveDateTime,
    /// When its holder ended it before.
    pub ended_at: Option<NaiveDateTime>,
}

/// A copy for one purpose as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = copies)]
pub struct Copy {
    /// Its key.
    pub id: CopyId,
    /// What its code holds.
    pub token: String,
    /// Of which certificate.
    pub certificate: CertificateId,
    /// 用途
    pub purpose: String,
    /// Since when, in UTC.
    pub made_at: NaiveDateTime,
    /// 有效期至: its last day.
    pub ends_on: NaiveDate,
}

/// Keeps a shared link.
pub fn share(db: &mut Conn, share: &Share) -> Found<()> {
    on!(db, c => diesel::insert_into(shares::table).values(share).execute(c))?;
    Ok(())
}

/// A shared link in force, by the hash of its address.
pub fn shared(db: &mut Conn, token: &str, now: Now) -> Found<Share> {
    Ok(
        on!(db, c => shares::table.filter(shares::token.eq(token)).filter(shares::ended_at.is_null())
        .filter(shares::ends_at.gt(now.utc())).select(Share::as_select()).first(c))?,
    )
}

/// The links to these certificates, newest first.
pub fn shares_of(db: &mut Conn, certificate: &CertificateId) -> Found<Vec<Share>> {
    Ok(
        on!(db, c => shares::table.filter(shares::certificate.eq(certificate))
        .order((shares::made_at.desc(), shares::id.desc())).select(Share::as_select()).load(c))?,
    )
}

/// Ends a link to this certificate; `Missing` when it had ended, or is to another.
pub fn end(db: &mut Conn, certificate: &CertificateId, id: &ShareId, now: Now) -> Found<()> {
    let ended = on!(db, c => diesel::update(shares::table.find(id).filter(shares::certificate.eq(certificate))
        .filter(shares::ended_at.is_null())).set(shares::ended_at.eq(Some(now.utc()))).execute(c))?;
    if ended == 1 {
        Ok(())
    } else {
        Err(Failure::Missing)
    }
}

/// Keeps a copy.
pub fn copy(db: &mut Conn, copy: &Copy) -> Found<()> {
    on!(db, c => diesel::insert_into(copies::table).values(copy).execute(c))?;
    Ok(())
}

/// A copy by what its code holds.
pub fn copied(db: &mut Conn, token: &str) -> Found<Copy> {
    Ok(
        on!(db, c => copies::table.filter(copies::token.eq(token)).select(Copy::as_select()).first(c))?,
    )
}

/// The copies of a certificate, newest first.
pub fn copies_of(db: &mut Conn, certificate: &CertificateId) -> Found<Vec<Copy>> {
    Ok(
        on!(db, c => copies::table.filter(copies::certificate.eq(certificate))
        .order((copies::made_at.desc(), copies::id.desc())).select(Copy::as_select()).load(c))?,
    )
}
