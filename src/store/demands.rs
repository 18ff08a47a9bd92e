//! 紧缺职业目录: the published list of trades in demand.

use crate::domain::account::AccountId;
use crate::domain::demand::{DemandId, Listing};
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::demands;
use crate::store::{Conn, Failure, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// One line of the list as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = demands, treat_none_as_default_value = false)]
pub struct Demand {
    /// Its key.
    pub id: DemandId,
    /// Where the trade is in demand.
    pub region: RegionCode,
    /// The trade.
    pub occupation: OccupationCode,
    /// The first day.
    pub starts: NaiveDate,
    /// The last day, once somebody has said.
    pub ends: Option<NaiveDate>,
    /// The document it rests on.
    pub document: String,
    /// A remark for readers.
    pub note: String,
    /// When it was listed, in UTC.
    pub listed_at: NaiveDateTime,
    /// By whom.
    pub listed_by: AccountId,
}

impl Demand {
    /// What the rules look at.
    pub fn listing(&self) -> Listing {
        Listing {
            region: self.region.clone(),
            occupation: self.occupation.clone(),
            starts: self.starts,
            ends: self.ends,
        }
    }
}

/// Which lines are asked for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Those for this region or a place inside it.
    pub region: Option<RegionCode>,
    /// Those that count on this day.
    pub on: Option<NaiveDate>,
    /// Those of these trades; none for all.
    pub occupations: Option<Vec<OccupationCode>>,
}

/// Lists a trade.
pub fn add(db: &mut Conn, demand: &Demand) -> Found<()> {
    on!(db, c => diesel::insert_into(demands::table).values(demand).execute(c))?;
    Ok(())
}

/// One line. The list is public, so it has no owner; who may end a line is the act's to decide.
pub fn one(db: &mut Conn, id: &DemandId) -> Found<Demand> {
    Ok(on!(db, c => demands::table.find(id).select(Demand::as_select()).first(c))?)
}

/// The lines ever published for one trade in one region.
pub fn of(db: &mut Conn, region: &RegionCode, occupation: &OccupationCode) -> Found<Vec<Demand>> {
    Ok(on!(db, c => demands::table
        .filter(demands::region.eq(region)).filter(demands::occupation.eq(occupation))
        .order(demands::starts).select(Demand::as_select()).load(c))?)
}

/// The published list, by trade and region.
pub fn list(db: &mut Conn, sought: &Sought, window: Window) -> Found<Slice<Demand>> {
    let region = pattern::beginning(sought.region.as_ref().map_or("", |code| code.prefix()));
    let every_day = sought.on.is_none();
    let day = sought.on.unwrap_or_default();
    let every_trade = sought.occupations.is_none();
    let trades = sought.occupations.clone().unwrap_or_default();
    let wanted = || {
        demands::region
            .like(region.clone())
            .escape('\\')
            .and(
                demands::starts
                    .le(day)
                    .and(
                        demands::ends
                            .is_null()
                            .or(demands::ends.assume_not_null().ge(day)),
                    )
                    .or(every_day.into_sql::<Bool>()),
            )
            .and(
                demands::occupation
                    .eq_any(trades.clone())
                    .or(every_trade.into_sql::<Bool>()),
            )
    };
    let total = on!(db, c => demands::table.filter(wanted()).count().get_result::<i64>(c))?;
    let rows = on!(db, c => demands::table.filter(wanted())
        .order((demands::occupation, demands::region, demands::starts.desc()))
        .offset(window.offset()).limit(window.limit()).select(Demand::as_select()).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// The trades in demand somewhere on that day, each with the regions that say so.
pub fn current(
    db: &mut Conn,
    day: NaiveDate,
    trades: &[OccupationCode],
) -> Found<Vec<(OccupationCode, RegionCode)>> {
    Ok(on!(db, c => demands::table
        .filter(demands::starts.le(day))
        .filter(demands::ends.is_null().or(demands::ends.assume_not_null().ge(day)))
        .filter(demands::occupation.eq_any(trades))
        .order((demands::occupation, demands::region))
        .select((demands::occupation, demands::region)).load(c))?)
}

/// Gives a line its last day.
pub fn end(db: &mut Conn, id: &DemandId, last: NaiveDate) -> Found<()> {
    let ended = on!(db, c => diesel::update(demands::table.find(id))
        .set(demands::ends.eq(Some(last))).execute(c))?;
    if ended == 1 {
        Ok(())
    } else {
        Err(Failure::Missing)
    }
}
