//! 合订本: milestones, what became of trainees and what was paid, bound month by month, so that a figure reads some
//! books instead of a million rows.
//!
//! A volume holds what came on record in one month about days of one month. Both times are over for
//! ever once the month of recording is, and rows of the past are not changed: so a bound volume stays
//! what it is, a late entry is in a later volume, and a figure as of any day is read from the volumes
//! known by then. What is not bound yet is bound for the asking. Nothing is in a volume that is not
//! in the rows; `guildhall check` binds each again and compares.

pub mod fates;
pub mod steps;

use crate::ground::clock::Now;
use crate::on;
use crate::schema::{bindings, volumes};
use crate::store::{Conn, Failure, Found};
use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Nullable, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Bodies by the month their days are of.
type Bodies = BTreeMap<String, String>;

/// What is on a shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shelf {
    /// Milestones.
    Steps,
    /// What became of trainees.
    Fates,
    /// What was paid.
    Payments,
}

impl Shelf {
    const ALL: [Self; 3] = [Self::Fates, Self::Payments, Self::Steps];

    fn as_str(self) -> &'static str {
        match self {
            Self::Steps => "steps",
            Self::Fates => "fates",
            Self::Payments => "payments",
        }
    }

    /// Binds what came on record from one time until another, about these days.
    fn bind(
        self,
        db: &mut Conn,
        recorded: Span<NaiveDateTime>,
        days: Span<NaiveDate>,
    ) -> Found<Bodies> {
        match self {
            Self::Steps => steps::bind(db, steps::STEPS, recorded, days),
            Self::Payments => steps::bind(db, steps::PAID, recorded, days),
            Self::Fates => fates::bind(db, recorded, days),
        }
    }
}

/// From the first; until the last, which is a day too many of times and the last of days.
pub type Span<T> = (T, T);

/// A month as volumes are named by it.
fn month(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

/// The times of a month.
fn times(month: NaiveDate) -> Span<NaiveDateTime> {
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    (
        month.and_time(NaiveTime::MIN),
        next.and_time(NaiveTime::MIN),
    )
}

/// The first day of the month with this name.
fn first_day(month: &str) -> Option<NaiveDate> {
    format!("{month}-01").parse().ok()
}

/// Every day there is, as far as either database goes.
pub fn ever() -> Span<NaiveDate> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    (day(1, 1, 1), day(9999, 12, 31))
}

/// A time as volumes tell it: as text it sorts as it goes by.
pub fn stamp(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

/// A time that volumes tell.
pub fn time(stamp: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S%.f").ok()
}

/// A volume that does not read like one.
pub fn unreadable() -> Failure {
    Failure::Broken(diesel::result::Error::DeserializationError(
        "a volume cannot be read".into(),
    ))
}

/// Goes through everything on a shelf that came on record in a time about some days: volume by
/// volume, and the loose ends. A volume may tell of other days of its month, and a little that came
/// before or after; who reads it looks.
pub fn each(
    db: &mut Conn,
    shelf: Shelf,
    days: Span<NaiveDate>,
    times: Span<NaiveDateTime>,
    mut read: impl FnMut(String) -> Found<()>,
) -> Found<()> {
    let bound = bound(db)?;
    let kept: Vec<(String, String)> = on!(db, c => volumes::table
        .filter(volumes::shelf.eq(shelf.as_str()))
        .filter(volumes::recorded.between(month(times.0.date()), month(times.1.date())))
        .filter(volumes::month.between(month(days.0), month(days.1)))
        .order((volumes::recorded, volumes::month))
        .select((volumes::recorded, volumes::month)).load(c))?;
    for (recorded, month) in kept {
        if bound.contains(&recorded) {
            let body: String = on!(db, c => volumes::table
                .find((shelf.as_str(), &recorded, &month))
                .select(volumes::body).first(c))?;
            read(body)?;
        }
    }
    for recorded in loose(&bound, times) {
        for (_, body) in shelf.bind(db, recorded, days)? {
            read(body)?;
        }
    }
    Ok(())
}

/// The months that are bound.
fn bound(db: &mut Conn) -> Found<BTreeSet<String>> {
    let all: Vec<String> = on!(db, c => bindings::table.select(bindings::recorded).load(c))?;
    Ok(all.into_iter().collect())
}

/// What no volume holds of a time.
fn loose(bound: &BTreeSet<String>, (first, last): Span<NaiveDateTime>) -> Vec<Span<NaiveDateTime>> {
    let mut gaps = Vec::new();
    let mut from = first;
    for (begins, ends) in bound
        .iter()
        .filter_map(|month| Some(times(first_day(month)?)))
    {
        gaps.push((from, begins.min(last)));
        from = ends.max(first);
    }
    gaps.push((from, last));
    gaps.retain(|(from, until)| from < until);
    gaps
}

/// The months that can be bound and are not: over for a day, so that whoever began to write in
/// them has ended.
pub fn due(db: &mut Conn, now: Now) -> Found<Vec<NaiveDate>> {
    #[derive(QueryableByName)]
    struct First {
        #[diesel(sql_type = Nullable<Timestamp>)]
        at: Option<NaiveDateTime>,
    }
    let first = "SELECT MIN(z.at) AS at FROM (SELECT MIN(recorded_at) AS at FROM milestones \
        UNION ALL SELECT MIN(at) FROM employments UNION ALL SELECT MIN(at) FROM claim_payments) z";
    let first: First = on!(db, c => sql_query(first).get_result(c))?;
    let Some(first) = first.at else {
        return Ok(Vec::new());
    };
    let bound = bound(db)?;
    let over = now.utc().checked_sub_days(Days::new(1)).unwrap_or(first);
    let months = std::iter::successors(first_day(&month(first.date())), |month| {
        month.checked_add_months(Months::new(1))
    });
    Ok(months
        .take_while(|month| times(*month).1 <= over)
        .filter(|first| !bound.contains(&month(*first)))
        .collect())
}

/// One month's volumes, bound from the rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Bound(Vec<(&'static str, String, String)>);

/// Binds a month.
pub fn of(db: &mut Conn, recorded: NaiveDate) -> Found<Bound> {
    let mut all = Vec::new();
    for shelf in Shelf::ALL {
        let bodies = shelf.bind(db, times(recorded), ever())?;
        all.extend(
            bodies
                .into_iter()
                .map(|(month, body)| (shelf.as_str(), month, body)),
        );
    }
    Ok(Bound(all))
}

/// Keeps a month's volumes in place of any there were.
pub fn keep(db: &mut Conn, recorded: NaiveDate, bound: &Bound, now: Now) -> Found<()> {
    let name = month(recorded);
    on!(db, c => diesel::delete(volumes::table.filter(volumes::recorded.eq(&name))).execute(c))?;
    on!(db, c => diesel::delete(bindings::table.find(&name)).execute(c))?;
    for (shelf, month, body) in &bound.0 {
        on!(db, c => diesel::insert_into(volumes::table).values((
            volumes::shelf.eq(shelf), volumes::recorded.eq(&name),
            volumes::month.eq(month), volumes::body.eq(body))).execute(c))?;
    }
    on!(db, c => diesel::insert_into(bindings::table)
        .values((bindings::recorded.eq(&name), bindings::bound_at.eq(now.utc()))).execute(c))?;
    Ok(())
}

/// Something came on record: if the month was bound, a clock was put back. It is loose again until
/// it is bound anew.
pub fn loosen(db: &mut Conn, at: NaiveDateTime) -> Found<()> {
    on!(db, c => diesel::delete(bindings::table.find(month(at.date()))).execute(c))?;
    Ok(())
}

/// The bound months whose volumes are not what the rows say.
pub fn unequal(db: &mut Conn) -> Found<Vec<String>> {
    let mut odd = Vec::new();
    for name in bound(db)? {
        let kept: Vec<(String, String, String)> = on!(db, c => volumes::table
            .filter(volumes::recorded.eq(&name))
            .order((volumes::shelf, volumes::month))
            .select((volumes::shelf, volumes::month, volumes::body)).load(c))?;
        let again = match first_day(&name) {
            Some(first) => of(db, first)?.0,
            None => Vec::new(),
        };
        let is_same = kept.len() == again.len()
            && kept.iter().zip(&again).all(|(kept, again)| {
                (kept.0.as_str(), &kept.1, &kept.2) == (again.0, &again.1, &again.2)
            });
        if !is_same {
            odd.push(name);
        }
    }
    Ok(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_volume_holds_is_loose() {
        let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
        let bound = |months: &[&str]| months.iter().map(|month| (*month).to_owned()).collect();
        let first = at("0001-01-01 00:00:00");
        let known = at("2026-04-10 16:00:00");
        assert_eq!(loose(&bound(&[]), (first, known)), [(first, known)]);
        assert_eq!(
            loose(&bound(&["2026-01", "2026-03"]), (first, known)),
            [
                (first, at("2026-01-01 00:00:00")),
                (at("2026-02-01 00:00:00"), at("2026-03-01 00:00:00")),
                (at("2026-04-01 00:00:00"), known),
            ]
        );
        // Known in a month that is bound: nothing of it is loose.
        let early = at("2026-01-10 16:00:00");
        assert_eq!(
            loose(&bound(&["2026-01", "2026-02"]), (first, early)),
            [(first, at("2026-01-01 00:00:00"))]
        );
        assert_eq!(
            loose(&bound(&["2026-01", "2026-03"]), (early, known)),
            [
                (at("2026-02-01 00:00:00"), at("2026-03-01 00:00:00")),
                (at("2026-04-01 00:00:00"), known),
            ]
        );
    }
}
