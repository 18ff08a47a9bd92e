//! 岗位需求: every entry about whom employers look for, and what stands.

use crate::domain::account::AccountId;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::vacancy::{VacancyId, VacancyListId};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{accounts, vacancies};
use crate::store::figures::revoked;
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Text, Timestamp};

const SUPPLY: &str = include_str!("reports/supply.sql");

/// One entry as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = vacancies, treat_none_as_default_value = false)]
pub struct Vacancy {
    /// Its key.
    pub id: VacancyId,
    /// What it was entered with.
    pub list: VacancyListId,
    /// Where the work is.
    pub region: RegionCode,
    /// The trade.
    pub occupation: OccupationCode,
    /// The first day of the month.
    pub month: NaiveDate,
    /// Who looked.
    pub employer: String,
    /// For how many.
    pub posts: i64,
    /// Where the number comes from.
    pub origin: String,
    /// When it was entered, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
    /// 统一社会信用代码 of an employer who reported it herself; empty for what an officer entered.
    pub uscc: String,
}

/// Keeps entries.
pub fn add(db: &mut Conn, entries: &[Vacancy]) -> Found<()> {
    // eleven columns a row: far below what either database binds at once
    for some in entries.chunks(500) {
        on!(db, c => diesel::insert_into(vacancies::table).values(some.to_vec()).execute(c))?;
    }
    Ok(())
}

/// Every entry for a region and who made it, newest first.
pub fn list(db: &mut Conn, region: &RegionCode, window: Window) -> Found<Slice<(Vacancy, String)>> {
    let region = pattern::beginning(region.prefix());
    let total = on!(db, c => vacancies::table
        .filter(vacancies::region.like(region.clone()).escape('\\')).count().get_result::<i64>(c))?;
    let rows = on!(db, c => vacancies::table
        .inner_join(accounts::table.on(accounts::id.eq(vacancies::by)))
        .filter(vacancies::region.like(region.clone()).escape('\\'))
        .order(vacancies::id.desc())
        .offset(window.offset()).limit(window.limit())
        .select((Vacancy::as_select(), accounts::name)).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// The entries of a region's months as far as they were known, oldest first.
pub fn of_months(
    db: &mut Conn,
    region: &RegionCode,
    (from, until): (NaiveDate, NaiveDate),
    known: NaiveDateTime,
) -> Found<Vec<Vacancy>> {
    let region = pattern::beginning(region.prefix());
    Ok(on!(db, c => vacancies::table
        .filter(vacancies::region.like(region.clone()).escape('\\'))
        .filter(vacancies::month.ge(from)).filter(vacancies::month.le(until))
        .filter(vacancies::at.lt(known))
        .order(vacancies::id).select(Vacancy::as_select()).load(c))?)
}

/// What training brings in one trade.
#[derive(Clone, Debug, QueryableByName)]
pub struct Supply {
    /// The trade.
    #[diesel(sql_type = Text)]
    pub occupation: String,
    /// People in class on the last day.
    #[diesel(sql_type = BigInt)]
    pub in_class: i64,
    /// People certified since the first.
    #[diesel(sql_type = BigInt)]
    pub certified: i64,
}

/// What training brings, trade by trade.
pub fn supply(
    db: &mut Conn,
    region: &RegionCode,
    (from, until): (NaiveDate, NaiveDate),
    known: NaiveDateTime,
) -> Found<Vec<Supply>> {
    let region = pattern::beginning(region.prefix());
    Ok(
        on!(db, c => sql_query(SUPPLY.replace("@revoked", &revoked("$1", "$2")))
        .bind::<Date, _>(until)
        .bind::<Timestamp, _>(known)
        .bind::<Text, _>(&region)
        .bind::<Date, _>(from)
        .load(c))?,
    )
}
