//! 证书流水: how far each series of numbers has come.
//!
//! A counter moves in the transaction that uses its numbers, and transactions queue on the pen:
//! what is rolled back was never taken, so a series has no gap.

use crate::domain::institution::InstitutionId;
use crate::on;
use crate::schema::counters;
use crate::store::{Conn, Found};
use diesel::prelude::*;

/// How far a series has come; 0 when nothing was taken yet.
pub fn last(db: &mut Conn, institution: &InstitutionId, series: &str) -> Found<i32> {
    let last = on!(db, c => counters::table.find((institution, series))
        .select(counters::last).first::<i32>(c).optional())?;
    Ok(last.unwrap_or(0))
}

/// Takes the next `n` numbers of a series; answers the one before the first.
pub fn take(db: &mut Conn, institution: &InstitutionId, series: &str, n: i32) -> Found<i32> {
    let before = last(db, institution, series)?;
    let moved = on!(db, c => diesel::update(counters::table.find((institution, series)))
        .set(counters::last.eq(before + n)).execute(c))?;
    if moved == 0 {
        on!(db, c => diesel::insert_into(counters::table).values((
            counters::institution.eq(institution), counters::series.eq(series), counters::last.eq(n),
        )).execute(c))?;
    }
    Ok(before)
}

/// The series of an institution and how far each has come.
pub fn of(db: &mut Conn, institution: &InstitutionId) -> Found<Vec<(String, i32)>> {
    Ok(
        on!(db, c => counters::table.filter(counters::institution.eq(institution))
        .order(counters::series).select((counters::series, counters::last)).load(c))?,
    )
}

/// Every series and how far it has come.
pub fn all(db: &mut Conn) -> Found<Vec<(InstitutionId, String, i32)>> {
    Ok(
        on!(db, c => counters::table.order((counters::institution, counters::series))
        .select((counters::institution, counters::series, counters::last)).load(c))?,
    )
}
