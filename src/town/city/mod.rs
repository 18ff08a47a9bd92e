//! 全市: the example town grown to a year of a real-sized city, by the same real acts.
//!
//! Eleven counties, forty institutions more, some four hundred classes and twelve thousand
//! trainees, taught, attended to, assessed and certified day by day until today; claimed for and
//! paid, asked after what became of them; with each county's targets, what its employers look for,
//! and who wants to be trained. It takes minutes: whoever asked is told how far along it is.

mod citizens;
mod claims;
mod classes;
mod employments;
mod plants;
mod schools;
mod sittings;
mod targets;
mod vacancies;
mod wishes;

use crate::acts::{Done, Error, Registry};
use crate::domain::account::Actor;
use crate::domain::institution::InstitutionId;
use crate::domain::lesson;
use crate::domain::red_flag::Rule;
use crate::domain::working_day::Calendar;
use crate::ground::clock::Now;
use crate::store::holidays;
use crate::town::city::citizens::Citizens;
use crate::town::city::claims::Claim;
use crate::town::city::classes::Class;
use crate::town::city::schools::{Assessors, School};
use crate::town::city::sittings::Sitting;
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// Something planted in the city: fraud that a rule should find, or a near-miss that it should not.
#[derive(Clone, Debug)]
pub struct Planted {
    /// The rule.
    pub rule: Rule,
    /// Which of its sentences.
    pub variant: &'static str,
    /// The key of a record that a flag names.
    pub record: String,
    /// Whether it is fraud.
    pub is_fraud: bool,
}

/// How large a city, and whom to tell how far along it is.
pub struct Extent<'a> {
    /// Training institutions.
    pub schools: usize,
    /// Assessment organisations.
    pub assessors: usize,
    /// Trainees, about.
    pub trainees: usize,
    /// Told the days gone by and the days in all.
    pub told: &'a dyn Fn(i64, i64),
}

/// The seven trades of the city, with the work type most are taught in.
const TRADES: [(&str, &str, Option<&str>); 7] = [
    ("6-18-02-04", "焊工", Some("电焊工")),
    ("6-30-05-01", "起重装卸机械操作工", Some("叉车司机")),
    ("4-10-01-05", "养老护理员", None),
    ("4-03-02-01", "中式烹调师", None),
    ("4-10-01-06", "家政服务员", Some("母婴护理员")),
    ("4-10-03-01", "美容师", None),
    ("4-12-01-01", "汽车维修工", None),
];

/// What is done on a day.
#[derive(Clone, Copy)]
enum Step {
    Class(usize, classes::Step),
    Sitting(usize, sittings::Step),
    /// So many months after a class.
    Follow(usize, i32),
    Claim(usize, claims::Step),
    Vacancies,
    Targets(targets::Step),
    Wishes,
    /// What departments tell of the planted.
    Deliver,
    /// Names put right after a sitting.
    Rename(usize),
    /// A holiday that nobody had told.
    Holiday,
}

/// The city as it grows.
struct City<'a> {
    registry: &'a Registry,
    today: Now,
    bureau: Actor,
    administrator: Actor,
    /// The officer of each county, by its code.
    officers: BTreeMap<&'static str, Actor>,
    citizens: Citizens,
    schools: Vec<School>,
    assessors: Vec<Assessors>,
    /// How many of them assess whoever comes; what is planted has its own.
    open_to_all: usize,
    classes: Vec<Class>,
    sittings: Vec<Sitting>,
    claims: Vec<Claim>,
    plants: Vec<(Rule, &'static str, plants::Of, bool)>,
    lists: plants::Lists,
    /// Days on which an assessment organisation holds a sitting.
    taken: BTreeSet<(usize, NaiveDate)>,
    agenda: BTreeMap<(Now, usize), Step>,
    noted: usize,
    calendar: Calendar,
}

/// Grows a city around the town: the bureau and the administrator are the town's. Answers what was
/// planted in it.
pub fn grow(
    registry: &Registry,
    bureau: &Actor,
    administrator: &Actor,
    extent: &Extent<'_>,
    today: Now,
) -> Done<Vec<Planted>> {
    let mut city = City {
        registry,
        today,
        bureau: bureau.clone(),
        administrator: administrator.clone(),
        officers: BTreeMap::new(),
        citizens: Citizens::new(today.year()),
        schools: Vec::new(),
        assessors: Vec::new(),
        open_to_all: extent.assessors,
        classes: Vec::new(),
        sittings: Vec::new(),
        claims: Vec::new(),
        plants: Vec::new(),
        lists: plants::Lists::default(),
        taken: BTreeSet::new(),
        agenda: BTreeMap::new(),
        noted: 0,
        calendar: registry.store.read(holidays::calendar)?,
    };
    let opening = Now::beijing(city.weekday(443), 9, 0);
    schools::open(&mut city, extent, opening)?;
    claims::rule(&city, opening)?;
    classes::plan(&mut city, extent);
    plants::plan(&mut city, opening)?;
    targets::plan(&mut city);
    vacancies::plan(&mut city);
    wishes::plan(&mut city);
    let first = city.agenda.keys().next().map_or(today, |(time, _)| *time);
    let days = (today.day() - first.day()).num_days();
    let mut gone = -1;
    while let Some(((time, _), step)) = city.agenda.pop_first() {
        match step {
            Step::Class(at, step) => classes::take(&mut city, at, step, time)?,
            Step::Sitting(at, step) => sittings::take(&mut city, at, step, time)?,
            Step::Follow(class, months) => employments::follow(&city, class, months, time)?,
            Step::Claim(at, step) => claims::take(&mut city, at, step, time)?,
            Step::Vacancies => vacancies::record(&city, time)?,
            Step::Targets(step) => targets::set(&city, step, time)?,
            Step::Wishes => wishes::bring(&mut city, time)?,
            Step::Deliver => plants::deliver(&city, time)?,
            Step::Rename(sitting) => plants::rename(&mut city, sitting, time)?,
            Step::Holiday => plants::holiday(&mut city, time)?,
        }
        let now_gone = (time.day() - first.day()).num_days();
        if now_gone != gone {
            gone = now_gone;
            (extent.told)(gone, days);
        }
    }
    (extent.told)(days, days);
    plants::told(&city)
}

impl City<'_> {
    /// Puts a step on the agenda; what lies ahead of today does not come to pass.
    fn at(&mut self, time: Now, step: Step) {
        if time <= self.today {
            self.agenda.insert((time, self.noted), step);
            self.noted += 1;
        }
    }

    /// The last weekday until so many days before today.
    fn weekday(&self, before: i64) -> NaiveDate {
        let day = self.today.day() - TimeDelta::days(before);
        match day.weekday() {
            Weekday::Sat => day - TimeDelta::days(1),
            Weekday::Sun => day - TimeDelta::days(2),
            _ => day,
        }
    }

    /// The first weekday from that day on from which a class's hours fit between holidays.
    fn fitting(&self, mut day: NaiveDate) -> NaiveDate {
        while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || self.timetable(day).is_empty()
        {
            day = day + Days::new(1);
        }
        day
    }

    /// The days on which a class that begins then is taught; none when its hours do not fit.
    fn timetable(&self, starts: NaiveDate) -> Vec<NaiveDate> {
        let is_teaching = |day: NaiveDate| {
            day.weekday() != Weekday::Sun && self.calendar.exceptions.get(&day) != Some(&false)
        };
        let ends = starts + Days::new(classes::LASTS);
        let slots = lesson::lay_out(schools::HOURS, starts, ends, &is_teaching);
        let mut days: Vec<_> = slots
            .unwrap_or_default()
            .iter()
            .map(|slot| slot.0)
            .collect();
        days.dedup();
        days
    }
}

/// The kind of person an act asks for.
fn person<P>(actor: &Actor, of: fn(Actor) -> Option<P>) -> Done<P> {
    of(actor.clone()).ok_or_else(|| Error::fault(format!("{} may not do this", actor.account)))
}

/// The scope of somebody who works at an institution.
fn at_house(institution: &InstitutionId) -> crate::domain::account::Scope {
    crate::domain::account::Scope::Institution(institution.clone())
}
