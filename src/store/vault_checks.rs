//! 主密钥核对: a known text sealed by the master key, and what a new master key takes over.

use crate::on;
use crate::schema::vault_checks;
use crate::store::{Conn, Found};
use diesel::prelude::*;

/// The rows there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Row {
    /// The known text, sealed by the master key.
    Check = 1,
    /// The key of the blind index, once a new master key took it over.
    Index = 2,
    /// The known text as the former master key sealed it, while it is being replaced.
    Former = 3,
}

/// A sealed text, once there is one.
pub fn kept(db: &mut Conn, row: Row) -> Found<Option<Vec<u8>>> {
    Ok(on!(db, c => vault_checks::table.find(row as i32)
        .select(vault_checks::sealed).first(c).optional())?)
}

/// Keeps the sealed text of a fresh registry; whoever was first keeps hers.
pub fn keep(db: &mut Conn, sealed: &[u8]) -> Found<()> {
    on!(db, c => diesel::insert_into(vault_checks::table)
        .values((vault_checks::id.eq(Row::Check as i32), vault_checks::sealed.eq(sealed)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Keeps a sealed text in the place of the one before.
pub fn replace(db: &mut Conn, row: Row, sealed: &[u8]) -> Found<()> {
    drop_row(db, row)?;
    on!(db, c => diesel::insert_into(vault_checks::table)
        .values((vault_checks::id.eq(row as i32), vault_checks::sealed.eq(sealed)))
        .execute(c))?;
    Ok(())
}

/// Keeps it no more.
pub fn drop_row(db: &mut Conn, row: Row) -> Found<()> {
    on!(db, c => diesel::delete(vault_checks::table.find(row as i32)).execute(c))?;
    Ok(())
}
