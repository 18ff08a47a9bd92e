//! 日程: who does what when; the walk through it, day by day, until today.

use crate::acts::{Done, Error, Registry, seals};
use crate::domain::account::Actor;
use crate::domain::assessment::SittingId;
use crate::domain::assessor::AssessorId;
use crate::domain::class::ClassId;
use crate::domain::course::CourseId;
use crate::domain::institution::InstitutionId;
use crate::domain::teacher::TeacherId;
use crate::ground::clock::Now;
use crate::town::cast::{Cast, Neighbour};
use crate::town::{Account, Specimen};
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use std::collections::BTreeMap;

/// Something somebody does at a time.
type Deed = Box<dyn FnOnce(&mut Walk<'_>, Now) -> Done<()>>;

/// The walk: what is still to come, and everything that came to be on the way, by the names the
/// story calls it.
pub(super) struct Walk<'a> {
    pub registry: &'a Registry,
    pub cast: Cast,
    pub accounts: Vec<Account>,
    pub actors: BTreeMap<&'static str, Actor>,
    pub institutions: BTreeMap<&'static str, InstitutionId>,
    pub assessors: BTreeMap<&'static str, AssessorId>,
    pub teachers: BTreeMap<&'static str, TeacherId>,
    pub courses: BTreeMap<&'static str, CourseId>,
    pub classes: BTreeMap<&'static str, ClassId>,
    /// Who was on each class's roster.
    pub rosters: BTreeMap<&'static str, Vec<Neighbour>>,
    pub sittings: BTreeMap<&'static str, SittingId>,
    pub specimens: BTreeMap<&'static str, Specimen>,
    today: Now,
    agenda: BTreeMap<(Now, usize), Deed>,
    noted: usize,
}

impl<'a> Walk<'a> {
    pub fn new(registry: &'a Registry, today: Now) -> Self {
        Self {
            registry,
            cast: Cast::new(today.year()),
            accounts: Vec::new(),
            actors: BTreeMap::new(),
            institutions: BTreeMap::new(),
            assessors: BTreeMap::new(),
            teachers: BTreeMap::new(),
            courses: BTreeMap::new(),
            classes: BTreeMap::new(),
            rosters: BTreeMap::new(),
            sittings: BTreeMap::new(),
            specimens: BTreeMap::new(),
            today,
            agenda: BTreeMap::new(),
            noted: 0,
        }
    }

    /// Puts a deed on the agenda; what lies ahead of today does not come to pass.
    pub fn at(&mut self, time: Now, deed: impl FnOnce(&mut Walk<'_>, Now) -> Done<()> + 'static) {
        if time <= self.today {
            self.agenda.insert((time, self.noted), Box::new(deed));
            self.noted += 1;
        }
    }

    /// Goes through the agenda in the order of time; deeds may put further ones on it.
    ///
    /// Where nothing comes before it afterwards, each day is sealed in the night after it.
    pub fn through(&mut self, sealed: bool) -> Done<()> {
        while let Some(((time, _), deed)) = self.agenda.pop_first() {
            let night = Now::beijing(time.day(), 0, 15);
            if sealed && night < time {
                seals::catch_up(self.registry, night)?;
            }
            deed(self, time)?;
        }
        Ok(())
    }

    /// So many days before today; after it, when there are fewer than none.
    pub fn day(&self, before: i64) -> NaiveDate {
        self.today.day() - TimeDelta::days(before)
    }

    /// The last weekday until that day.
    pub fn weekday(&self, before: i64) -> NaiveDate {
        let day = self.day(before);
        match day.weekday() {
            Weekday::Sat => day - Days::new(1),
            Weekday::Sun => day - Days::new(2),
            _ => day,
        }
    }

    /// The last Monday until that day.
    pub fn monday(&self, before: i64) -> NaiveDate {
        let day = self.day(before);
        day - Days::new(u64::from(day.weekday().num_days_from_monday()))
    }

    /// The person with this login, as the kind of person an act asks for.
    pub fn person<P>(&self, login: &str, of: fn(Actor) -> Option<P>) -> Done<P> {
        let actor = self.actors.get(login).cloned();
        actor
            .and_then(of)
            .ok_or_else(|| Error::fault(format!("{login} is nobody who may do this")))
    }
}

/// What the story calls by this name.
pub(super) fn of<T: Clone>(all: &BTreeMap<&'static str, T>, name: &str) -> Done<T> {
    let found = all.get(name).cloned();
    found.ok_or_else(|| Error::fault(format!("nothing in the town is called {name} yet")))
}
