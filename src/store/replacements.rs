//! 换发: which certificate stands in another's place.

use crate::domain::account::AccountId;
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::person::PersonId;
use crate::on;
use crate::schema::{certificates, corrections, replacements};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A replacement as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = replacements)]
pub struct Replacement {
    /// Which certificate was replaced.
    pub certificate: CertificateId,
    /// Which stands in its place.
    pub successor: CertificateId,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Another certificate by its key, number and token.
#[derive(Clone, Debug, Queryable)]
pub struct Relative {
    /// Its key.
    pub id: CertificateId,
    /// Its number.
    pub number: String,
    /// Its token.
    pub token: String,
}

/// Keeps a replacement; a second one answers `Taken`.
pub fn add(db: &mut Conn, replacement: &Replacement) -> Found<()> {
    on!(db, c => diesel::insert_into(replacements::table).values(replacement).execute(c))?;
    Ok(())
}

/// The replacements of several certificates.
pub fn several(db: &mut Conn, ids: &[CertificateId]) -> Found<Vec<Replacement>> {
    let mut found = Vec::new();
    for some in ids.chunks(500) {
        found.extend(
            on!(db, c => replacements::table.filter(replacements::certificate.eq_any(some))
            .select(Replacement::as_select()).load::<Replacement>(c))?,
        );
    }
    Ok(found)
}

/// What stands in the place of a certificate, if anything does.
pub fn of(db: &mut Conn, certificate: &CertificateId) -> Found<Option<(Replacement, Relative)>> {
    Ok(on!(db, c => replacements::table
        .inner_join(certificates::table.on(certificates::id.eq(replacements::successor)))
        .filter(replacements::certificate.eq(certificate))
        .select((Replacement::as_select(), (certificates::id, certificates::number, certificates::token)))
        .first(c).optional())?)
}

/// What a certificate replaced, if it replaced anything.
pub fn before(db: &mut Conn, successor: &CertificateId) -> Found<Option<(Replacement, Relative)>> {
    Ok(on!(db, c => replacements::table
        .inner_join(certificates::table.on(certificates::id.eq(replacements::certificate)))
        .filter(replacements::successor.eq(successor))
        .select((Replacement::as_select(), (certificates::id, certificates::number, certificates::token)))
        .first(c).optional())?)
}

/// What each of several certificates stands in the place of, and whether that was corrected.
pub fn origins(
    db: &mut Conn,
    successors: &[CertificateId],
) -> Found<Vec<(CertificateId, Relative, bool)>> {
    let mut found = Vec::new();
    for some in successors.chunks(500) {
        let rows: Vec<(CertificateId, Relative, Option<CertificateId>)> = on!(db, c => replacements::table
            .inner_join(certificates::table.on(certificates::id.eq(replacements::certificate)))
            .left_join(corrections::table.on(corrections::certificate.eq(replacements::certificate)))
            .filter(replacements::successor.eq_any(some))
            .select((replacements::successor, (certificates::id, certificates::number, certificates::token),
                corrections::certificate.nullable()))
            .load(c))?;
        let told =
            |(successor, old, corrected): (_, _, Option<_>)| (successor, old, corrected.is_some());
        found.extend(rows.into_iter().map(told));
    }
    Ok(found)
}

/// Every replacement with the person and kind before and after, for the audit.
pub fn pairs(
    db: &mut Conn,
) -> Found<
    Vec<(
        CertificateId,
        (PersonId, CertificateKind),
        (PersonId, CertificateKind),
    )>,
> {
    let (old, new) = diesel::alias!(certificates as old, certificates as new);
    Ok(on!(db, c => replacements::table
        .inner_join(old.on(old.field(certificates::id).eq(replacements::certificate)))
        .inner_join(new.on(new.field(certificates::id).eq(replacements::successor)))
        .select((
            replacements::certificate,
            (old.field(certificates::person), old.field(certificates::kind)),
            (new.field(certificates::person), new.field(certificates::kind)),
        ))
        .load(c))?)
}
