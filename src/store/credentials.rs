//! 凭证: what was signed for a certificate in each form, byte for byte.

use crate::domain::certificate::CertificateId;
use crate::domain::institution::InstitutionId;
use crate::on;
use crate::schema::{certificates, credentials, issuer_keys, key_events};
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
pub fn good(db: &mut Conn, certificate: &CertificateId, format: &str) -> Found<Option<Credential>> {
    Ok(on!(db, c => credentials::table
        .filter(credentials::certificate.eq(certificate)).filter(credentials::format.eq(format))
        .filter(not(exists(key_events::table
            .filter(key_events::key_id.eq(credentials::key_id)).filter(key_events::kind.eq("compromised")))))
        .order((credentials::signed_at, credentials::key_id))
        .select(Credential::as_select()).first(c).optional())?)
}

/// A kept credential, and what its key is: how it signs, the public key, whose it is; and whose the
/// certificate is.
pub type Signed = (Credential, (String, Vec<u8>, InstitutionId), InstitutionId);

/// A page of all credentials, those of one certificate together, for the audit.
pub fn after_key(db: &mut Conn, key: &str, limit: i64) -> Found<Vec<Signed>> {
    let some: Vec<CertificateId> = on!(db, c => credentials::table
        .filter(credentials::certificate.gt(key)).select(credentials::certificate).distinct()
        .order(credentials::certificate).limit(limit).load(c))?;
    Ok(on!(db, c => credentials::table
        .inner_join(issuer_keys::table)
        .inner_join(certificates::table)
        .filter(credentials::certificate.eq_any(some))
        .order((credentials::certificate, credentials::format, credentials::key_id))
        .select((
            Credential::as_select(),
            (issuer_keys::algorithm, issuer_keys::public, issuer_keys::institution),
            certificates::institution,
        )).load(c))?)
}

/// Credentials signed by a key after it was put aside: of which certificate.
pub fn too_late(db: &mut Conn) -> Found<Vec<CertificateId>> {
    Ok(on!(db, c => credentials::table
        .inner_join(key_events::table.on(key_events::key_id.eq(credentials::key_id)))
        .filter(credentials::signed_at.gt(key_events::at))
        .select(credentials::certificate).distinct().load(c))?)
}

/// Whether these very bytes were signed for this certificate in a form.
pub fn is_kept(
    db: &mut Conn,
    certificate: &CertificateId,
    format: &str,
    body: &[u8],
) -> Found<bool> {
    let n: i64 = on!(db, c => credentials::table
        .filter(credentials::certificate.eq(certificate)).filter(credentials::format.eq(format))
        .filter(credentials::body.eq(body)).count().get_result(c))?;
    Ok(n > 0)
}
