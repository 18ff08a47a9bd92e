//! 节假日: the administrator keeps the days that break the week; periods are counted by them.

use crate::acts::{Done, Registry};
use crate::domain::account::{Administrator, Viewer};
use crate::domain::deed::Deed;
use crate::domain::refusal::Refusal;
use crate::domain::working_day::Calendar;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::holidays::{self, Holiday};
use crate::store::ledger;
use chrono::{Datelike, NaiveDate, Weekday};

/// What a year's calendar says of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// Whether offices work on it.
    pub works: bool,
    /// The holiday it belongs to; empty when the carried table says so.
    pub name: String,
    /// Whether this registry recorded it, over or beside the carried table.
    pub own: bool,
}

/// The days of a year that differ from the plain week, in order.
pub fn of_year(registry: &Registry, _viewer: &Viewer, year: i32) -> Done<Vec<Day>> {
    let bounds = NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31));
    let Some((first, last)) = bounds else {
        return Ok(Vec::new());
    };
    let own = registry
        .store
        .read(|db| holidays::between(db, first, last))?;
    let mut days: Vec<_> = Calendar::china()
        .exceptions
        .range(first..=last)
        .filter(|(day, _)| own.iter().all(|holiday| holiday.day != **day))
        .map(|(day, works)| Day {
            day: *day,
            works: *works,
            name: String::new(),
            own: false,
        })
        .collect();
    days.extend(own.into_iter().map(|holiday| Day {
        day: holiday.day,
        works: holiday.works,
        name: holiday.name,
        own: true,
    }));
    days.sort_by_key(|day| day.day);
    Ok(days)
}

/// The administrator records what offices do on a day, over what was recorded before.
///
/// A period that has been published keeps its dates: they were written down when it began.
pub fn record(
    registry: &Registry,
    administrator: &Administrator,
    day: NaiveDate,
    works: bool,
    name: &str,
    now: Now,
) -> Done<()> {
    let name = text::tidy(name);
    if name.is_empty() {
        return Err(Refusal::new("holiday.nameless").at("name").into());
    }
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let carried = Calendar::china().exceptions.get(&day).copied();
    if carried.unwrap_or(!weekend) == works {
        return Err(Refusal::new("holiday.unchanged").at("day").with(day).into());
    }
    registry.store.write(|db| {
        let holiday = Holiday {
            day,
            works,
            name,
            recorded_at: now.utc(),
            recorded_by: administrator.actor().account.clone(),
        };
        holidays::put(db, &holiday)?;
        let facts = [("works", if works { "1" } else { "0" })];
        ledger::enter(
            db,
            administrator.actor(),
            Deed::HolidayRecorded,
            None,
            day,
            &facts,
            now,
        )?;
        Ok(())
    })
}

/// The administrator takes back what was recorded of a day.
pub fn remove(
    registry: &Registry,
    administrator: &Administrator,
    day: NaiveDate,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        holidays::remove(db, day)?;
        ledger::enter(
            db,
            administrator.actor(),
            Deed::HolidayRemoved,
            None,
            day,
            &[],
            now,
        )?;
        Ok(())
    })
}
