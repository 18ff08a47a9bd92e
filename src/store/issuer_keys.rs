//! 签发密钥: two keys an institution and year (ES256, Ed25519), sealed at rest.

use crate::domain::institution::InstitutionId;
use crate::on;
use crate::schema::{certificates, credentials, issuer_keys, key_events, leaves, paper_signatures};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use std::collections::HashMap;

/// An issuer's key as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = issuer_keys, treat_none_as_default_value = false)]
pub struct IssuerKey {
    /// Its hint, eight hexadecimal digits.
    pub id: String,
    /// Whose it is.
    pub institution: InstitutionId,
    /// The year it signs in.
    pub year: i32,
    /// How it signs, by its JOSE name.
    pub algorithm: String,
    /// The public key.
    pub public: Vec<u8>,
    /// The private key, sealed by the vault.
    pub private_sealed: Vec<u8>,
    /// The root key that vouches for it.
    pub vouched_by: String,
    /// What that key signed.
    pub voucher: Vec<u8>,
    /// Since when, in UTC.
    pub created_at: NaiveDateTime,
    /// Until when it signed.
    pub retired_at: Option<NaiveDateTime>,
}

/// Keeps a key.
pub fn add(db: &mut Conn, key: &IssuerKey) -> Found<()> {
    on!(db, c => diesel::insert_into(issuer_keys::table).values(key).execute(c))?;
    Ok(())
}

/// The key an institution signs with in a year, once there is one: the newest that is neither
/// retired nor compromised.
pub fn current(
    db: &mut Conn,
    institution: &InstitutionId,
    year: i32,
    algorithm: &str,
) -> Found<Option<IssuerKey>> {
    Ok(on!(db, c => issuer_keys::table
        .filter(issuer_keys::institution.eq(institution)).filter(issuer_keys::year.eq(year))
        .filter(issuer_keys::algorithm.eq(algorithm)).filter(issuer_keys::retired_at.is_null())
        .filter(not(exists(key_events::table.filter(key_events::key_id.eq(issuer_keys::id)))))
        .order((issuer_keys::created_at.desc(), issuer_keys::id)).select(IssuerKey::as_select()).first(c).optional())?)
}

/// One key.
pub fn one(db: &mut Conn, id: &str) -> Found<IssuerKey> {
    Ok(on!(db, c => issuer_keys::table.find(id).select(IssuerKey::as_select()).first(c))?)
}

/// Every key an institution ever had, oldest first.
pub fn of(db: &mut Conn, institution: &InstitutionId) -> Found<Vec<IssuerKey>> {
    Ok(
        on!(db, c => issuer_keys::table.filter(issuer_keys::institution.eq(institution))
        .order((issuer_keys::created_at, issuer_keys::id)).select(IssuerKey::as_select()).load(c))?,
    )
}

/// How often keys were used: to sign certificates, credentials, files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Certificates.
    pub certificates: i64,
    /// Credentials.
    pub credentials: i64,
    /// Signed files.
    pub files: i64,
}

/// How often each key was used.
pub fn uses(db: &mut Conn) -> Found<HashMap<String, Uses>> {
    let mut uses: HashMap<String, Uses> = HashMap::new();
    let rows: Vec<(String, i64)> = on!(db, c => certificates::table.group_by(certificates::key_id)
        .select((certificates::key_id, count_star())).load(c))?;
    for (key, n) in rows {
        uses.entry(key).or_default().certificates = n;
    }
    let rows: Vec<(String, i64)> = on!(db, c => credentials::table.group_by(credentials::key_id)
        .select((credentials::key_id, count_star())).load(c))?;
    for (key, n) in rows {
        uses.entry(key).or_default().credentials = n;
    }
    let rows: Vec<(String, i64)> = on!(db, c => paper_signatures::table.inner_join(leaves::table)
        .group_by(leaves::key_id).select((leaves::key_id, count_star())).load(c))?;
    for (key, n) in rows {
        uses.entry(key).or_default().files = n;
    }
    Ok(uses)
}

/// Whether a key has this hint already.
pub fn is_known(db: &mut Conn, id: &str) -> Found<bool> {
    let found: i64 = on!(db, c => issuer_keys::table.find(id).count().get_result(c))?;
    Ok(found > 0)
}

/// Every key there ever was, oldest first.
pub fn all(db: &mut Conn) -> Found<Vec<IssuerKey>> {
    Ok(
        on!(db, c => issuer_keys::table.order((issuer_keys::created_at, issuer_keys::id))
        .select(IssuerKey::as_select()).load(c))?,
    )
}
