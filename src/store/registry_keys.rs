//! 登记册根密钥: the keys that vouch for the keys of issuers.

use crate::on;
use crate::schema::registry_keys;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A root key as it is kept.
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
    /// Until when it vouched.
    pub retired_at: Option<NaiveDateTime>,
}

/// Keeps a root key.
pub fn add(db: &mut Conn, key: &RegistryKey) -> Found<()> {
    on!(db, c => diesel::insert_into(registry_keys::table).values(key).execute(c))?;
    Ok(())
}

/// The root key in use, once there is one.
pub fn current(db: &mut Conn) -> Found<Option<RegistryKey>> {
    Ok(
        on!(db, c => registry_keys::table.filter(registry_keys::retired_at.is_null())
        .order(registry_keys::created_at.desc()).select(RegistryKey::as_select()).first(c).optional())?,
    )
}

/// Every root key there ever was, oldest first.
pub fn all(db: &mut Conn) -> Found<Vec<RegistryKey>> {
    Ok(
        on!(db, c => registry_keys::table.order(registry_keys::created_at)
        .select(RegistryKey::as_select()).load(c))?,
    )
}
