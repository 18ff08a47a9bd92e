//! 年度任务: what was set, and every revision.

use crate::domain::account::AccountId;
use crate::domain::figure::Indicator;
use crate::domain::place::RegionCode;
use crate::domain::target::TargetId;
use crate::on;
use crate::schema::{accounts, targets};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// One entry as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = targets)]
pub struct Target {
    /// Its key.
    pub id: TargetId,
    /// Of which year.
    pub year: i32,
    /// For which region.
    pub region: RegionCode,
    /// Of what.
    pub indicator: Indicator,
    /// How many.
    pub amount: i64,
    /// The document that sets it.
    pub document: String,
    /// When it was entered, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps an entry.
pub fn add(db: &mut Conn, target: &Target) -> Found<()> {
    on!(db, c => diesel::insert_into(targets::table).values(target).execute(c))?;
    Ok(())
}

/// Every entry of a year and who made it, newest first.
pub fn of_year(db: &mut Conn, year: i32) -> Found<Vec<(Target, String)>> {
    Ok(on!(db, c => targets::table
        .inner_join(accounts::table.on(accounts::id.eq(targets::by)))
        .filter(targets::year.eq(year))
        .order((targets::region, targets::indicator, targets::id.desc()))
        .select((Target::as_select(), accounts::name)).load(c))?)
}

/// What stood for a year at a time: the last entry before it.
pub fn standing(
    db: &mut Conn,
    year: i32,
    known: NaiveDateTime,
) -> Found<BTreeMap<(RegionCode, Indicator), i64>> {
    let rows: Vec<Target> = on!(db, c => targets::table
        .filter(targets::year.eq(year)).filter(targets::at.lt(known))
        .order(targets::id).select(Target::as_select()).load(c))?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.region, row.indicator), row.amount))
        .collect())
}
