//! 登记册密钥: the keys of the registry itself, each for one purpose; the root's vouch for issuers.

use crate::on;
use crate::schema::{key_vouchers, lost_registry_keys, registry_keys};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// A key of the registry as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = registry_keys, treat_none_as_default_value = false)]
pub struct RegistryKey {
    /// Its hint, eight hexadecimal digits.
    pub id: String,
    /// How it signs, by its JOSE name.
    pub algorithm: String,
    /// The public key.
    pub public: Vec<u8>,
    /// The private key, sealed by the vault.
    pub private_sealed: Vec<u8>,
    /// Since when, in UTC.
    pub created_at: NaiveDateTime,
    /// Until when it signed.
    pub retired_at: Option<NaiveDateTime>,
    /// What it signs: `root`, …
    pub purpose: String,
}

/// Keeps a key.
pub fn add(db: &mut Conn, key: &RegistryKey) -> Found<()> {
    on!(db, c => diesel::insert_into(registry_keys::table).values(key).execute(c))?;
    Ok(())
}

/// The key in use for a purpose, once there is one; never one in strange hands.
pub fn current(db: &mut Conn, purpose: &str, algorithm: &str) -> Found<Option<RegistryKey>> {
    Ok(on!(db, c => registry_keys::table
        .filter(registry_keys::retired_at.is_null())
        .filter(not(exists(lost_registry_keys::table.filter(lost_registry_keys::key_id.eq(registry_keys::id)))))
        .filter(registry_keys::purpose.eq(purpose)).filter(registry_keys::algorithm.eq(algorithm))
        .order((registry_keys::created_at.desc(), registry_keys::id)).select(RegistryKey::as_select()).first(c).optional())?)
}

/// Every key there ever was, by purpose, the newest first.
pub fn every(db: &mut Conn) -> Found<Vec<RegistryKey>> {
    Ok(on!(db, c => registry_keys::table
        .order((registry_keys::purpose, registry_keys::created_at.desc(), registry_keys::id))
        .select(RegistryKey::as_select()).load(c))?)
}

/// Every key there ever was for a purpose, oldest first.
pub fn all(db: &mut Conn, purpose: &str) -> Found<Vec<RegistryKey>> {
    Ok(
        on!(db, c => registry_keys::table.filter(registry_keys::purpose.eq(purpose))
        .order((registry_keys::created_at, registry_keys::id)).select(RegistryKey::as_select()).load(c))?,
    )
}

/// The word a root gave for a key, once there is one.
pub fn voucher(db: &mut Conn, key: &str) -> Found<Option<Vec<u8>>> {
    Ok(
        on!(db, c => key_vouchers::table.find(key).select(key_vouchers::voucher).first(c).optional())?,
    )
}

/// Keeps the word a root gave for a key.
pub fn vouch(db: &mut Conn, key: &str, root: &str, voucher: &[u8]) -> Found<()> {
    on!(db, c => diesel::insert_into(key_vouchers::table).values((
        key_vouchers::key_id.eq(key), key_vouchers::vouched_by.eq(root), key_vouchers::voucher.eq(voucher)))
        .execute(c))?;
    Ok(())
}
