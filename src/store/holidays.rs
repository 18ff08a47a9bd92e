//! 节假日: the days that break the week, as this registry keeps them over the carried table.

use crate::domain::account::AccountId;
use crate::domain::working_day::Calendar;
use crate::on;
use crate::schema::holidays;
use crate::store::{Conn, Failure, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// One day as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable, AsChangeset)]
#[diesel(table_name = holidays, primary_key(day))]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// Whether offices work on it.
    pub works: bool,
    /// The holiday it belongs to.
    pub name: String,
    /// When it was recorded, in UTC.
    pub recorded_at: NaiveDateTime,
    /// By whom.
    pub recorded_by: AccountId,
}

/// The calendar periods of working days are counted by.
pub fn calendar(db: &mut Conn) -> Found<Calendar> {
    let own: Vec<(NaiveDate, bool)> = on!(db, c => holidays::table
        .select((holidays::day, holidays::works)).load(c))?;
    Ok(Calendar::china().with(Calendar {
        exceptions: own.into_iter().collect(),
    }))
}

/// The days recorded here between two days, both counted.
pub fn between(db: &mut Conn, from: NaiveDate, to: NaiveDate) -> Found<Vec<Holiday>> {
    Ok(on!(db, c => holidays::table
        .filter(holidays::day.between(from, to)).order(holidays::day)
        .select(Holiday::as_select()).load(c))?)
}

/// Records a day, over what was recorded of it before.
pub fn put(db: &mut Conn, holiday: &Holiday) -> Found<()> {
    on!(db, c => diesel::insert_into(holidays::table).values(holiday)
        .on_conflict(holidays::day).do_update().set(holiday).execute(c))?;
    Ok(())
}

/// Forgets what was recorded of a day; the carried table counts again.
pub fn remove(db: &mut Conn, day: NaiveDate) -> Found<()> {
    let gone = on!(db, c => diesel::delete(holidays::table.find(day)).execute(c))?;
    if gone == 1 {
        Ok(())
    } else {
        Err(Failure::Missing)
    }
}
