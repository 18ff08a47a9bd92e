//! 证书暂停: which certificates are not to be used for the time being, since when and why.
//!
//! Suspensions and their ends are rows that stay; `open_holds` tells at a glance which are on.

use crate::domain::account::AccountId;
use crate::domain::certificate::{CertificateId, HoldId, HoldReason};
use crate::on;
use crate::schema::{accounts, certificate_holds, hold_ends, open_holds};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A suspension as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = certificate_holds)]
pub struct Held {
    /// Its key.
    pub id: HoldId,
    /// Which certificate.
    pub certificate: CertificateId,
    /// The class of reason, told in public.
    pub reason_class: HoldReason,
    /// 依据: the document and clause.
    pub basis: String,
    /// Why, in words.
    pub reason: String,
    /// Whether the bureau did it.
    pub bureau: bool,
    /// Since which day.
    pub starts: NaiveDate,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// The end of a suspension as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = hold_ends)]
pub struct Ended {
    /// Which suspension.
    pub hold: HoldId,
    /// Why.
    pub reason: String,
    /// The first day it is good again.
    pub ends: NaiveDate,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A suspension that is on, as it is told at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = open_holds)]
pub struct Open {
    /// Which certificate.
    pub certificate: CertificateId,
    /// Which suspension.
    pub hold: HoldId,
    /// Since which day.
    pub starts: NaiveDate,
    /// The class of reason.
    pub reason_class: HoldReason,
}

/// Keeps a suspension; a second one at a time answers `Taken`.
pub fn add(db: &mut Conn, held: &Held) -> Found<()> {
    on!(db, c => diesel::insert_into(certificate_holds::table).values(held).execute(c))?;
    let open = Open {
        certificate: held.certificate.clone(),
        hold: held.id.clone(),
        starts: held.starts,
        reason_class: held.reason_class,
    };
    on!(db, c => diesel::insert_into(open_holds::table).values(&open).execute(c))?;
    Ok(())
}

/// Keeps its end.
pub fn end(db: &mut Conn, ended: &Ended) -> Found<()> {
    on!(db, c => diesel::insert_into(hold_ends::table).values(ended).execute(c))?;
    on!(db, c => diesel::delete(open_holds::table.filter(open_holds::hold.eq(&ended.hold))).execute(c))?;
    Ok(())
}

/// Everything that held a certificate, who did it, and how it ended; oldest first.
pub fn of(db: &mut Conn, certificate: &CertificateId) -> Found<Vec<(Held, String, Option<Ended>)>> {
    Ok(on!(db, c => certificate_holds::table
        .inner_join(accounts::table.on(accounts::id.eq(certificate_holds::by)))
        .left_join(hold_ends::table.on(hold_ends::hold.eq(certificate_holds::id)))
        .filter(certificate_holds::certificate.eq(certificate))
        .order((certificate_holds::at, certificate_holds::id))
        .select((Held::as_select(), accounts::name, Option::<Ended>::as_select()))
        .load(c))?)
}

/// Which are on, and which suspensions have no end; for the audit.
pub fn both(db: &mut Conn) -> Found<(Vec<Open>, Vec<Open>)> {
    let told = on!(db, c => open_holds::table.select(Open::as_select()).load(c))?;
    let on_record = on!(db, c => certificate_holds::table
        .left_join(hold_ends::table.on(hold_ends::hold.eq(certificate_holds::id)))
        .filter(hold_ends::hold.nullable().is_null())
        .select((certificate_holds::certificate, certificate_holds::id, certificate_holds::starts, certificate_holds::reason_class))
        .load::<Open>(c))?;
    Ok((told, on_record))
}
