//! 统计范围: which lines of the volumes a cut takes, and by what they are broken down.

use crate::domain::employment::Fate;
use crate::domain::figure::{AGES, Breakdown, Cut};
use crate::domain::key_group::Groups;
use crate::on;
use crate::store::figures::revoked;
use crate::store::volumes::fates;
use crate::store::volumes::steps::{Head, Page, Step, pages};
use crate::store::volumes::{self, Shelf, stamp};
use crate::store::{Conn, Found};
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Date, Text, Timestamp};
use std::collections::{HashMap, HashSet};

/// A cut as volumes are asked for it.
pub(super) struct Sieve<'a> {
    cut: &'a Cut,
    from: String,
    until: String,
    knowledge: Knowledge,
    place: &'a str,
    group: Groups,
    ages: (i32, i32),
}

/// Between which times something came on record.
#[derive(Clone, Debug)]
pub(super) struct Knowledge {
    times: (NaiveDateTime, NaiveDateTime),
    from: String,
    before: String,
}

impl Knowledge {
    fn of(times: (NaiveDateTime, NaiveDateTime)) -> Self {
        Self {
            times,
            from: stamp(times.0),
            before: stamp(times.1),
        }
    }

    /// Whatever came on record before a time.
    pub fn before(known: NaiveDateTime) -> Self {
        Self::of((volumes::ever().0.and_time(NaiveTime::MIN), known))
    }

    /// What came from one time on, until another and with it.
    pub fn between(known: NaiveDateTime, now: NaiveDateTime) -> Self {
        Self::of((known, now + TimeDelta::microseconds(1)))
    }

    /// The times.
    pub fn times(&self) -> (NaiveDateTime, NaiveDateTime) {
        self.times
    }

    /// Whether it holds a time as volumes tell it.
    pub fn has(&self, recorded_at: &str) -> bool {
        *self.from <= *recorded_at && *recorded_at < *self.before
    }
}

impl<'a> Sieve<'a> {
    fn of(cut: &'a Cut, knowledge: Knowledge) -> Self {
        Self {
            cut,
            from: cut.from.to_string(),
            until: cut.until.to_string(),
            knowledge,
            place: cut.region.as_ref().map_or("", |code| code.prefix()),
            group: Groups::of(&cut.group),
            ages: cut.age_range(),
        }
    }

    fn takes_page(&self, head: &Head<'_>) -> bool {
        let asked = |asked: &str, is: &str| asked.is_empty() || asked == is;
        *self.from <= *head.day
            && *head.day <= *self.until
            && self.knowledge.has(head.recorded_at)
            && (self.cut.by_home || head.region.starts_with(self.place))
            && asked(&self.cut.training, head.training)
            && asked(&self.cut.occupation, head.occupation)
            && asked(&self.cut.level, head.level)
            && asked(&self.cut.institution, head.institution)
    }

    fn takes(&self, step: &Step<'_>, groups: Groups) -> bool {
        (!self.cut.by_home || step.home.starts_with(self.place))
            && (self.cut.group.is_empty() || groups.touch(self.group))
            && (self.cut.sex.is_empty() || self.cut.sex == step.sex)
            && (self.ages.0..=self.ages.1).contains(&step.age)
    }
}

/// What a page's members are held to.
pub(super) struct Members<'a> {
    sieve: &'a Sieve<'a>,
    groups: &'a mut HashMap<String, Groups>,
    /// The page's head.
    pub head: Head<'a>,
    page: Page<'a>,
}

impl<'a> Members<'a> {
    /// Tells each member the cut takes, and the groups she is in.
    pub fn each(self, mut told: impl FnMut(&Step<'a>, Groups)) -> Found<()> {
        for step in self.page.steps() {
            let step = step?;
            let groups = if let Some(known) = self.groups.get(step.groups) {
                *known
            } else {
                let codes = step.groups.split(' ').map(Groups::of);
                let groups = codes.fold(Groups::default(), Groups::and);
                *self.groups.entry(step.groups.to_owned()).or_insert(groups)
            };
            if self.sieve.takes(&step, groups) {
                told(&step, groups);
            }
        }
        Ok(())
    }
}

/// Goes through the milestones or payments of a cut that came on record in a time, page by page.
pub(super) fn each(
    db: &mut Conn,
    shelf: Shelf,
    cut: &Cut,
    knowledge: Knowledge,
    mut told: impl FnMut(Members<'_>) -> Found<()>,
) -> Found<()> {
    let times = knowledge.times();
    let sieve = Sieve::of(cut, knowledge);
    let mut groups = HashMap::new();
    let days = (cut.from, cut.until);
    volumes::each(db, shelf, days, times, |body| {
        for page in pages(&body) {
            let page = page?;
            if sieve.takes_page(&page.head) {
                told(Members {
                    sieve: &sieve,
                    groups: &mut groups,
                    head: page.head,
                    page,
                })?;
            }
        }
        Ok(())
    })
}

/// What was known of the trainees of a cut three and six months after.
pub(super) struct Fates(Vec<String>);

/// The same by enrolment: key and outcome of the last entry.
pub(super) type LastKnown<'a> = HashMap<&'a str, [(&'a str, Option<Fate>); 2]>;

impl Fates {
    pub fn of(db: &mut Conn, cut: &Cut) -> Found<Self> {
        let mut bodies = Vec::new();
        let days = (cut.from, cut.until);
        let times = Knowledge::before(cut.known).times();
        volumes::each(db, Shelf::Fates, days, times, |body| {
            bodies.push(body);
            Ok(())
        })?;
        Ok(Self(bodies))
    }

    pub fn last_known(&self, cut: &Cut) -> Found<LastKnown<'_>> {
        let (until, known) = (cut.until.to_string(), stamp(cut.known));
        let mut last = LastKnown::new();
        for entry in self.0.iter().flat_map(|body| fates::entries(body)) {
            let entry = entry?;
            if *entry.day <= *until && *entry.at < *known {
                let both = last.entry(entry.enrolment).or_default();
                let told = &mut both[usize::from(entry.months == "6")];
                if entry.id >= told.0 {
                    *told = (entry.id, Fate::read(entry.outcome));
                }
            }
        }
        Ok(last)
    }
}

/// Certificates that were revoked as of a cut, by the first of their line.
pub(super) fn gone(db: &mut Conn, cut: &Cut) -> Found<HashSet<String>> {
    #[derive(QueryableByName)]
    struct Gone {
        #[diesel(sql_type = Text)]
        origin: String,
    }
    let sql = format!(
        "SELECT DISTINCT r.origin AS origin FROM milestones r WHERE {}",
        revoked("$1", "$2")
    );
    let all: Vec<Gone> = on!(db, c => sql_query(sql)
        .bind::<Date, _>(cut.until)
        .bind::<Timestamp, _>(cut.known)
        .load(c))?;
    Ok(all.into_iter().map(|gone| gone.origin).collect())
}

/// Whether milestones of this kind end with their certificate.
pub(super) fn may_be_gone(kind: &str) -> bool {
    matches!(kind, "certified" | "concluded")
}

/// The parts of a breakdown that were met, numbered.
pub(super) struct Parts<'a> {
    by: Breakdown,
    cut: &'a Cut,
    names: HashMap<String, u32>,
}

impl<'a> Parts<'a> {
    pub fn of(cut: &'a Cut, by: Breakdown) -> Self {
        Self {
            by,
            cut,
            names: HashMap::new(),
        }
    }

    /// The part all of a page is in, when it is one.
    pub fn of_page(&mut self, head: &Head<'_>) -> Option<u32> {
        let name = match self.by {
            Breakdown::County | Breakdown::Township if self.cut.by_home => return None,
            Breakdown::County => start(head.region, 6),
            Breakdown::Township => start(head.region, 9),
            Breakdown::Training => head.training,
            Breakdown::Occupation => head.occupation,
            Breakdown::Level => head.level,
            Breakdown::Institution => head.institution,
            Breakdown::Month => start(head.day, 7),
            Breakdown::Group | Breakdown::Sex | Breakdown::Age => return None,
        };
        Some(self.number(name))
    }

    /// The part a member is in; of groups, all of hers together.
    pub fn of_step(&mut self, step: &Step<'_>) -> u32 {
        self.number(match self.by {
            Breakdown::County => start(step.home, 6),
            Breakdown::Township => start(step.home, 9),
            Breakdown::Group => step.groups,
            Breakdown::Sex => step.sex,
            Breakdown::Age => AGES
                .iter()
                .find(|(_, first, last)| (*first..=*last).contains(&step.age))
                .map_or("", |(band, ..)| band),
            _ => "",
        })
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.insert(name.to_owned(), next);
        next
    }

    /// The names of parts, and of each number the parts it stands for: of groups, one or more.
    pub fn named(self) -> (Vec<String>, Vec<Vec<usize>>) {
        let mut numbered: Vec<(String, u32)> = self.names.into_iter().collect();
        numbered.sort_unstable_by_key(|(_, number)| *number);
        if self.by != Breakdown::Group {
            let each = (0..numbered.len()).map(|at| vec![at]).collect();
            return (numbered.into_iter().map(|(name, _)| name).collect(), each);
        }
        let names: Vec<String> = Groups::each().map(|(code, _)| code.to_owned()).collect();
        let at = |code: &str| names.iter().position(|known| known == code);
        let each = numbered
            .iter()
            .map(|(codes, _)| codes.split(' ').filter_map(at).collect())
            .collect();
        (names, each)
    }
}

/// The first characters of a code.
fn start(code: &str, length: usize) -> &str {
    code.get(..length).unwrap_or(code)
}

/// People, numbered as they are met.
#[derive(Default)]
pub(super) struct People(HashMap<String, u32>);

impl People {
    pub fn number(&mut self, person: &str) -> u32 {
        if let Some(known) = self.0.get(person) {
            return *known;
        }
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(person.to_owned(), next);
        next
    }

    /// How many were met.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}
