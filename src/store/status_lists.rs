//! 状态名单: which places of each institution's lists are given out.

use crate::domain::institution::InstitutionId;
use crate::on;
use crate::schema::{
    certificates, key_events, renewed_revocations, replacements, restorations, revocations,
    status_lists,
};
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

/// The lists of an institution, oldest first.
pub fn all_of(db: &mut Conn, institution: &InstitutionId) -> Found<Vec<StatusList>> {
    Ok(
        on!(db, c => status_lists::table.filter(status_lists::institution.eq(institution))
        .order(status_lists::list).select(StatusList::as_select()).load(c))?,
    )
}

/// Whether an institution has this list.
pub fn is_kept(db: &mut Conn, institution: &InstitutionId, list: i32) -> Found<bool> {
    let found: i64 =
        on!(db, c => status_lists::table.find((institution, list)).count().get_result(c))?;
    Ok(found > 0)
}

/// The places in a list of certificates that are revoked, replaced or doubtful. A revocation that was taken
/// back counts no longer.
pub fn revoked_in(db: &mut Conn, institution: &InstitutionId, list: i32) -> Found<Vec<i32>> {
    let mut places: Vec<i32> = on!(db, c => revocations::table
        .inner_join(certificates::table.on(certificates::id.eq(revocations::certificate)))
        .left_join(restorations::table.on(restorations::certificate.eq(revocations::certificate)))
        .left_join(renewed_revocations::table.on(renewed_revocations::certificate.eq(revocations::certificate)))
        .filter(restorations::certificate.nullable().is_null().or(renewed_revocations::certificate.nullable().is_not_null()))
        .filter(certificates::institution.eq(institution)).filter(certificates::status_list.eq(list))
        .select(certificates::status_index).load(c))?;
    let replaced: Vec<i32> = on!(db, c => replacements::table
        .inner_join(certificates::table.on(certificates::id.eq(replacements::certificate)))
        .filter(certificates::institution.eq(institution)).filter(certificates::status_list.eq(list))
        .select(certificates::status_index).load(c))?;
    places.extend(replaced);
    // What may have been signed by a stranger is not to be relied on by anybody's program.
    let doubtful: Vec<i32> = on!(db, c => certificates::table
        .inner_join(key_events::table.on(key_events::key_id.eq(certificates::key_id)))
        .filter(key_events::cut_off.le(certificates::issued_at.nullable()).assume_not_null())
        .filter(certificates::institution.eq(institution)).filter(certificates::status_list.eq(list))
        .select(certificates::status_index).load(c))?;
    places.extend(doubtful);
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// Every list, by institution.
pub fn all(db: &mut Conn) -> Found<Vec<StatusList>> {
    Ok(on!(db, c => status_lists::table
        .order((status_lists::institution, status_lists::list)).select(StatusList::as_select()).load(c))?)
}
