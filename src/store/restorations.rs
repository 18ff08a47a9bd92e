//! 错撤恢复: revocations that were wrong and no longer count. The revocation itself stays on record.

use crate::domain::account::AccountId;
use crate::domain::certificate::CertificateId;
use crate::on;
use crate::schema::{accounts, restorations, revocations};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A restoration as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = restorations, treat_none_as_default_value = false)]
pub struct Restoration {
    /// Which certificate.
    pub certificate: CertificateId,
    /// 依据: the document and clause.
    pub basis: String,
    /// Why the revocation was wrong.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps restorations; one that was restored before answers `Taken`.
pub fn add(db: &mut Conn, restored: &[Restoration]) -> Found<()> {
    for some in restored.chunks(1000) {
        on!(db, c => diesel::insert_into(restorations::table).values(some).execute(c))?;
    }
    Ok(())
}

/// The restoration of a certificate and who made it, if there is one.
pub fn of(db: &mut Conn, certificate: &CertificateId) -> Found<Option<(Restoration, String)>> {
    Ok(on!(db, c => restorations::table
        .inner_join(accounts::table.on(accounts::id.eq(restorations::by)))
        .filter(restorations::certificate.eq(certificate))
        .select((Restoration::as_select(), accounts::name)).first(c).optional())?)
}

/// Restorations of what was never revoked, for the audit.
pub fn groundless(db: &mut Conn) -> Found<Vec<CertificateId>> {
    Ok(on!(db, c => restorations::table
        .left_join(revocations::table.on(revocations::certificate.eq(restorations::certificate)))
        .filter(revocations::certificate.nullable().is_null())
        .select(restorations::certificate).load(c))?)
}
