//! 补印: every printing of a certificate after the first. Its number, its code and what was signed
//! stay; the paper in hand before no longer counts.

use crate::domain::account::AccountId;
use crate::domain::certificate::CertificateId;
use crate::on;
use crate::schema::{accounts, certificate_prints};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A printing as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = certificate_prints)]
pub struct Printing {
    /// Which certificate.
    pub certificate: CertificateId,
    /// 2, 3, …
    pub serial: i32,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps a printing; a serial given before answers `Taken`.
pub fn add(db: &mut Conn, printing: &Printing) -> Found<()> {
    on!(db, c => diesel::insert_into(certificate_prints::table).values(printing).execute(c))?;
    Ok(())
}

/// The printings of a certificate and who made them, oldest first.
pub fn of(db: &mut Conn, certificate: &CertificateId) -> Found<Vec<(Printing, String)>> {
    Ok(on!(db, c => certificate_prints::table
        .inner_join(accounts::table.on(accounts::id.eq(certificate_prints::by)))
        .filter(certificate_prints::certificate.eq(certificate))
        .order(certificate_prints::serial)
        .select((Printing::as_select(), accounts::name)).load(c))?)
}

/// Every printing of every certificate, for the audit.
pub fn all(db: &mut Conn) -> Found<Vec<(CertificateId, i32)>> {
    Ok(on!(db, c => certificate_prints::table
        .order((certificate_prints::certificate, certificate_prints::serial))
        .select((certificate_prints::certificate, certificate_prints::serial)).load(c))?)
}

/// The printings of several certificates, oldest first.
pub fn several(db: &mut Conn, ids: &[CertificateId]) -> Found<Vec<Printing>> {
    let mut found = Vec::new();
    for some in ids.chunks(500) {
        found.extend(
            on!(db, c => certificate_prints::table.filter(certificate_prints::certificate.eq_any(some))
            .order((certificate_prints::certificate, certificate_prints::serial))
            .select(Printing::as_select()).load::<Printing>(c))?,
        );
    }
    Ok(found)
}
