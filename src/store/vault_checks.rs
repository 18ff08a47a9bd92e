//! 主密钥核对: a known text sealed by the master key.

use crate::on;
use crate::schema::vault_checks;
use crate::store::{Conn, Found};
use diesel::prelude::*;

/// The sealed text, once there is one.
pub fn kept(db: &mut Conn) -> Found<Option<Vec<u8>>> {
    Ok(on!(db, c => vault_checks::table.select(vault_checks::sealed).first(c).optional())?)
}

/// Keeps the sealed text of a fresh registry; whoever was first keeps hers.
pub fn keep(db: &mut Conn, sealed: &[u8]) -> Found<()> {
    on!(db, c => diesel::insert_into(vault_checks::table)
        .values((vault_checks::id.eq(1), vault_checks::sealed.eq(sealed)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}
