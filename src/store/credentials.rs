//! 凭证: what was signed for a certificate in each form, byte for byte.

use crate::domain::certificate::CertificateId;
use crate::on;
use crate::schema::{credentials, key_events};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// A signed credential as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = credentials)]
pub struct Credential {
    /// Of which certificate.
    pub certificate: CertificateId,
    /// `ld` or `jwt`.
    pub format: String,
    /// Which key signed it.
    pub key_id: String,
    /// The bytes.
    pub body: Vec<u8>,
    /// When, in UTC.
    pub signed_at: NaiveDateTime,
}

/// Keeps a credential.
pub fn add(db: &mut Conn, credential: &Credential) -> Found<()> {
    on!(db, c => diesel::insert_into(credentials::table).values(credential).execute(c))?;
    Ok(())
}

/// The credential of a certificate in a form, unless only compromised keys signed it.
pub fn good(
    db: &mut Conn,
    certificate: &CertificateId,
    format: &str,
) -> Found<Option<Credential>> {
    Ok(on!(db, c => credentials::table
        .filter(credentials::certificate.eq(certificate)).filter(credentials::format.eq(format))
        .filter(not(exists(key_events::table
            .filter(key_events::key_id.eq(credentials::key_id)).filter(key_events::kind.eq("compromised")))))
        .order((credentials::signed_at, credentials::key_id))
        .select(Credential::as_select()).first(c).optional())?)
}

/// Whether these very bytes were signed for this certificate in a form.
pub fn is_kept(db: &mut Conn, certificate: &CertificateId, format: &str, body: &[u8]) -> Found<bool> {
    let n: i64 = on!(db, c => credentials::table
        .filter(credentials::certificate.eq(certificate)).filter(credentials::format.eq(format))
        .filter(credentials::body.eq(body)).count().get_result(c))?;
    Ok(n > 0)
}
