//! 状态名单: which places of each institution's lists are given out.

use crate::domain::institution::InstitutionId;
use crate::on;
use crate::schema::status_lists;
use crate::store::{Conn, Found};
use diesel::prelude::*;

/// A list as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = status_lists)]
pub struct StatusList {
    /// Whose.
    pub institution: InstitutionId,
    /// 1, 2, …
    pub list: i32,
    /// How many places are given out.
    pub taken: i32,
    /// Which, one bit each.
    pub bits: Vec<u8>,
}

/// The last list of an institution, once there is one.
pub fn last(db: &mut Conn, institution: &InstitutionId) -> Found<Option<StatusList>> {
    Ok(
        on!(db, c => status_lists::table.filter(status_lists::institution.eq(institution))
        .order(status_lists::list.desc()).select(StatusList::as_select()).first(c).optional())?,
    )
}

/// Keeps a list as it is now, old or new.
pub fn keep(db: &mut Conn, list: &StatusList) -> Found<()> {
    let moved = on!(db, c => diesel::update(status_lists::table.find((&list.institution, list.list)))
        .set((status_lists::taken.eq(list.taken), status_lists::bits.eq(&list.bits))).execute(c))?;
    if moved == 0 {
        on!(db, c => diesel::insert_into(status_lists::table).values(list).execute(c))?;
    }
    Ok(())
}
