//! 关注: which certificates are watched, by what follows from a key nobody keeps, and what was told of
//! them last.

use crate::domain::certificate::CertificateId;
use crate::domain::watch::WatchId;
use crate::on;
use crate::schema::{certificates, watch_calls, watch_places, watched, watches};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A watch as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = watches)]
pub struct Watch {
    /// What it is found by: follows from its key, which is not kept.
    pub id: WatchId,
    /// When it was begun, in UTC.
    pub made_at: NaiveDateTime,
    /// The address that is called, sealed; empty: none.
    pub hook: Vec<u8>,
    /// The mail address, sealed; empty: none.
    pub mail: Vec<u8>,
    /// What the mail address has still to prove; empty once it has.
    pub mail_proof: String,
}

/// One watched certificate.
#[derive(Clone, Debug)]
pub struct Watched {
    /// By which watch.
    pub watch: WatchId,
    /// Which certificate.
    pub certificate: CertificateId,
    /// 证书编号
    pub number: String,
    /// The verdict that was told last.
    pub told: String,
}

type WatchedRow = (WatchId, CertificateId, String, String);

fn as_watched((watch, certificate, number, told): WatchedRow) -> Watched {
    Watched {
        watch,
        certificate,
        number,
        told,
    }
}

/// Keeps a watch, and forgets those made before a time.
pub fn add(
    db: &mut Conn,
    watch: &Watch,
    of: &[(CertificateId, String)],
    forget: NaiveDateTime,
) -> Found<()> {
    let old: Vec<WatchId> = on!(db, c => watches::table.filter(watches::made_at.lt(forget))
        .select(watches::id).limit(100).load(c))?;
    for id in &old {
        end(db, id)?;
    }
    on!(db, c => diesel::insert_into(watches::table).values(watch).execute(c))?;
    for some in of.chunks(500) {
        let rows: Vec<_> = some
            .iter()
            .map(|(one, told)| {
                (
                    watched::watch.eq(&watch.id),
                    watched::certificate.eq(one),
                    watched::told.eq(told),
                )
            })
            .collect();
        on!(db, c => diesel::insert_into(watched::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// A watch, if it was made since a time.
pub fn of(db: &mut Conn, id: &WatchId, since: NaiveDateTime) -> Found<Watch> {
    Ok(
        on!(db, c => watches::table.find(id).filter(watches::made_at.ge(since))
        .select(Watch::as_select()).first(c))?,
    )
}

/// The numbers of the certificates a watch is of.
pub fn numbers(db: &mut Conn, id: &WatchId) -> Found<Vec<String>> {
    Ok(on!(db, c => watched::table
        .inner_join(certificates::table.on(certificates::id.eq(watched::certificate)))
        .filter(watched::watch.eq(id)).select(certificates::number).load(c))?)
}

/// Sets the address that is called.
pub fn set_hook(db: &mut Conn, id: &WatchId, hook: &[u8]) -> Found<()> {
    on!(db, c => diesel::update(watches::table.find(id)).set(watches::hook.eq(hook)).execute(c))?;
    Ok(())
}

/// Sets the mail address, and what it has still to prove.
pub fn set_mail(db: &mut Conn, id: &WatchId, mail: &[u8], proof: &str) -> Found<()> {
    on!(db, c => diesel::update(watches::table.find(id))
        .set((watches::mail.eq(mail), watches::mail_proof.eq(proof))).execute(c))?;
    Ok(())
}

/// The watch whose mail address has this to prove.
pub fn by_proof(db: &mut Conn, proof: &str) -> Found<Watch> {
    Ok(
        on!(db, c => watches::table.filter(watches::mail_proof.eq(proof))
        .select(Watch::as_select()).first(c))?,
    )
}

/// Ends a watch; nothing of it stays.
pub fn end(db: &mut Conn, id: &WatchId) -> Found<()> {
    on!(db, c => diesel::delete(watch_calls::table.filter(watch_calls::watch.eq(id))).execute(c))?;
    on!(db, c => diesel::delete(watched::table.filter(watched::watch.eq(id))).execute(c))?;
    on!(db, c => diesel::delete(watches::table.find(id)).execute(c))?;
    Ok(())
}

/// Whoever watches one of these certificates.
pub fn watching(db: &mut Conn, certificates: &[String]) -> Found<Vec<Watched>> {
    let mut found = Vec::new();
    for some in certificates.chunks(500) {
        let rows: Vec<WatchedRow> = on!(db, c => watched::table
            .inner_join(certificates::table.on(certificates::id.eq(watched::certificate)))
            .filter(watched::certificate.eq_any(some))
            .select((watched::watch, watched::certificate, certificates::number, watched::told)).load(c))?;
        found.extend(rows.into_iter().map(as_watched));
    }
    Ok(found)
}

/// Whoever watches anything.
pub fn all_watching(db: &mut Conn) -> Found<Vec<Watched>> {
    let rows: Vec<WatchedRow> = on!(db, c => watched::table
        .inner_join(certificates::table.on(certificates::id.eq(watched::certificate)))
        .select((watched::watch, watched::certificate, certificates::number, watched::told)).load(c))?;
    Ok(rows.into_iter().map(as_watched).collect())
}

/// Notes what was told of a certificate.
pub fn told(db: &mut Conn, one: &Watched, verdict: &str) -> Found<()> {
    on!(db, c => diesel::update(watched::table.find((&one.watch, &one.certificate)))
        .set(watched::told.eq(verdict)).execute(c))?;
    Ok(())
}

/// The place of the public log up to which watchers were told; none while nobody ever watched.
pub fn place(db: &mut Conn) -> Found<Option<i64>> {
    Ok(on!(db, c => watch_places::table.find(1).select(watch_places::seq).first(c).optional())?)
}

/// Notes the place up to which watchers were told.
pub fn keep_place(db: &mut Conn, seq: i64) -> Found<()> {
    on!(db, c => diesel::insert_into(watch_places::table)
        .values((watch_places::id.eq(1), watch_places::seq.eq(seq)))
        .on_conflict(watch_places::id).do_update().set(watch_places::seq.eq(seq)).execute(c))?;
    Ok(())
}
