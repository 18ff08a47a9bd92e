//! 状态: the places of certificates that are no longer simply in force, for the trust bundle.

use crate::domain::institution::InstitutionId;
use crate::on;
use crate::schema::{
    certificate_holds, certificates, hold_ends, issuer_keys, key_events, leaves,
    lost_registry_keys, open_holds, registry_keys, renewed_revocations, replacements, restorations,
    revocations, root_links, status_lists,
};
use crate::store::{Conn, Found};
use chrono::NaiveDate;
use diesel::dsl::sum;
use diesel::prelude::*;

/// A place: whose list, which list, where in it.
pub type Place = (InstitutionId, i32, i32);

/// The places of revoked certificates; not of those whose revocation was wrong.
pub fn revoked(db: &mut Conn) -> Found<Vec<Place>> {
    Ok(on!(db, c => revocations::table
        .inner_join(certificates::table.on(certificates::id.eq(revocations::certificate)))
        .left_join(restorations::table.on(restorations::certificate.eq(revocations::certificate)))
        .left_join(renewed_revocations::table.on(renewed_revocations::certificate.eq(revocations::certificate)))
        .filter(restorations::certificate.nullable().is_null().or(renewed_revocations::certificate.nullable().is_not_null()))
        .select((certificates::institution, certificates::status_list, certificates::status_index)).load(c))?)
}

/// The places of certificates suspended on a day.
pub fn suspended(db: &mut Conn, today: NaiveDate) -> Found<Vec<Place>> {
    Ok(on!(db, c => open_holds::table
        .inner_join(certificates::table.on(certificates::id.eq(open_holds::certificate)))
        .filter(open_holds::starts.le(today))
        .select((certificates::institution, certificates::status_list, certificates::status_index)).load(c))?)
}

/// The places of replaced certificates.
pub fn replaced(db: &mut Conn) -> Found<Vec<Place>> {
    Ok(on!(db, c => replacements::table
        .inner_join(certificates::table.on(certificates::id.eq(replacements::certificate)))
        .select((certificates::institution, certificates::status_list, certificates::status_index)).load(c))?)
}

/// What changes whenever a bundle would say something else: some counts, quick to take.
pub fn stamp(db: &mut Conn) -> Found<[i64; 10]> {
    let revoked = on!(db, c => revocations::table.count().get_result::<i64>(c))?
        + on!(db, c => renewed_revocations::table.count().get_result::<i64>(c))?;
    let replaced = on!(db, c => replacements::table.count().get_result::<i64>(c))?;
    let keys = on!(db, c => issuer_keys::table.count().get_result::<i64>(c))?;
    let roots = on!(db, c => root_links::table.count().get_result::<i64>(c))?;
    let taken = on!(db, c => status_lists::table.select(sum(status_lists::taken)).get_result::<Option<i64>>(c))?;
    let restored = on!(db, c => restorations::table.count().get_result::<i64>(c))?;
    let held = on!(db, c => certificate_holds::table.count().get_result::<i64>(c))?;
    let lifted = on!(db, c => hold_ends::table.count().get_result::<i64>(c))?;
    let lost = on!(db, c => key_events::table.count().get_result::<i64>(c))?
        + on!(db, c => lost_registry_keys::table.count().get_result::<i64>(c))?;
    let vouched = on!(db, c => leaves::table.count().get_result::<i64>(c))?;
    let own = on!(db, c => registry_keys::table.count().get_result::<i64>(c))?;
    Ok([
        vouched,
        own,
        revoked,
        replaced,
        keys + roots,
        taken.unwrap_or_default(),
        restored,
        held,
        lifted,
        lost,
    ])
}
