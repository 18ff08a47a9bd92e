//! 重新计算: what the city's own rows say, counted in plain Rust and not by the reports.

use crate::hall::Hall;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use guildhall::domain::figure::{Indicator, end_of};
use guildhall::on;
use guildhall::schema::{
    self, candidates, certificates, claim_cuts, claim_lines, claim_payments, claims, classes,
    completions, courses, employments as outcomes, enrolments, group_snapshots, marks,
    replacements, sitting_steps, sittings, targets, vacancies as posts, withdrawals,
};
use guildhall::store::Failure;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Whole tables, as they stand; nothing is chosen by the database.
pub(super) struct Rows {
    /// Enrolment, person, kind of training, trade, county, first day, last day.
    pub(super) enrolled: Vec<(String, String, String, String, String, NaiveDate, NaiveDate)>,
    /// Enrolment: the outcome and when it came on record.
    pub(super) completed: HashMap<String, (String, NaiveDateTime)>,
    /// Enrolment and group.
    pub(super) groups: HashSet<(String, String)>,
    /// Candidate, person, sitting, day.
    pub(super) candidates: Vec<(String, String, String, NaiveDate)>,
    /// Candidates with a mark of somebody who was there.
    pub(super) came: HashSet<String>,
    /// When a sitting was marked.
    pub(super) marked: HashMap<String, NaiveDateTime>,
    /// Certificate, person, kind, trade, day, when.
    pub(super) papers: Vec<(String, String, String, String, NaiveDate, NaiveDateTime)>,
    /// Certificates that came in the place of others, and of which.
    pub(super) successors: HashMap<String, String>,
    /// What was revoked, and when.
    pub(super) revoked: Vec<(String, NaiveDateTime)>,
    /// Enrolment, months, day, outcome, when, in the order of entry.
    pub(super) outcomes: Vec<(String, i32, NaiveDate, String, NaiveDateTime)>,
    /// Enrolment, person, kind, day paid, when, fen.
    pub(super) paid: Vec<(String, String, String, NaiveDate, NaiveDateTime, i64)>,
    /// Region, indicator, year, amount, when.
    pub(super) targets: Vec<(String, String, i32, i64, NaiveDateTime)>,
    /// Region, trade, month, employer, posts, in the order of entry.
    pub(super) posts: Vec<(String, String, NaiveDate, String, i64)>,
    pub(super) withdrawn: HashSet<String>,
}

#[expect(clippy::too_many_lines, reason = "one table after the other")]
pub(super) fn rows(hall: &Hall) -> Rows {
    hall.registry
        .store
        .read::<_, Failure>(|db| {
            let of_class: Vec<(String, String, String, NaiveDate, NaiveDate)> = on!(db, c => classes::table
                .select((classes::id, classes::course, classes::region, classes::starts, classes::ends)).load(c))?;
            let of_course: Vec<(String, String, Option<String>)> = on!(db, c => courses::table
                .select((courses::id, courses::kind, courses::occupation)).load(c))?;
            let courses: HashMap<_, _> = of_course
                .into_iter()
                .map(|(id, kind, trade)| (id, (kind, trade.unwrap_or_default())))
                .collect();
            let classes: HashMap<_, _> = of_class
                .into_iter()
                .map(|(id, course, region, starts, ends)| {
                    let (kind, trade) = courses[&course].clone();
                    (id, (kind, trade, region, starts, ends))
                })
                .collect();
            let all: Vec<(String, String, String)> = on!(db, c => enrolments::table
                .select((enrolments::id, enrolments::person, enrolments::class)).load(c))?;
            let enrolled = all
                .into_iter()
                .map(|(id, person, class)| {
                    let (kind, trade, region, starts, ends) = classes[&class].clone();
                    (id, person, kind, trade, region, starts, ends)
                })
                .collect();
            let completed: Vec<(String, String, NaiveDateTime)> = on!(db, c => completions::table
                .select((completions::enrolment, completions::outcome, completions::at)).load(c))?;
            let groups: Vec<(String, String)> = on!(db, c => group_snapshots::table
                .select((group_snapshots::enrolment, group_snapshots::key_group)).load(c))?;
            let on: Vec<(String, NaiveDate)> = on!(db, c => sittings::table
                .select((sittings::id, sittings::day)).load(c))?;
            let on: HashMap<_, _> = on.into_iter().collect();
            let sat: Vec<(String, String, String)> = on!(db, c => candidates::table
                .select((candidates::id, candidates::person, candidates::sitting)).load(c))?;
            let given: Vec<(String, String, String, i32, bool)> = on!(db, c => marks::table
                .select((marks::candidate, marks::part, marks::assessor, marks::version, marks::absent)).load(c))?;
            let mut last: BTreeMap<(String, String, String), (i32, bool)> = BTreeMap::new();
            for (candidate, part, assessor, version, absent) in given {
                let entry = last.entry((candidate, part, assessor)).or_insert((version, absent));
                if version > entry.0 {
                    *entry = (version, absent);
                }
            }
            let steps: Vec<(String, String, NaiveDateTime)> = on!(db, c => sitting_steps::table
                .select((sitting_steps::sitting, sitting_steps::step, sitting_steps::at)).load(c))?;
            let mut marked: HashMap<String, NaiveDateTime> = HashMap::new();
            for (sitting, step, at) in steps {
                if step == "marked" {
                    let first = marked.entry(sitting).or_insert(at);
                    *first = at.min(*first);
                }
            }
            let papers: Vec<(String, String, String, Option<String>, NaiveDate, NaiveDateTime)> = on!(db, c => certificates::table
                .select((certificates::id, certificates::person, certificates::kind, certificates::occupation,
                    certificates::issued_on, certificates::issued_at)).load(c))?;
            let successors: Vec<(String, String)> = on!(db, c => replacements::table.select((replacements::successor, replacements::certificate)).load(c))?;
            let revoked: Vec<(String, NaiveDateTime)> = on!(db, c => schema::revocations::table
                .select((schema::revocations::certificate, schema::revocations::at)).load(c))?;
            let mut told: Vec<(String, String, i32, NaiveDate, String, NaiveDateTime)> = on!(db, c => outcomes::table
                .select((outcomes::id, outcomes::enrolment, outcomes::months, outcomes::day, outcomes::outcome, outcomes::at)).load(c))?;
            told.sort();
            let claimed: Vec<(String, String)> = on!(db, c => claims::table.select((claims::id, claims::kind)).load(c))?;
            let kinds: HashMap<_, _> = claimed.into_iter().collect();
            let payments: Vec<(String, NaiveDate, NaiveDateTime)> = on!(db, c => claim_payments::table
                .select((claim_payments::claim, claim_payments::day, claim_payments::at)).load(c))?;
            let payments: HashMap<_, _> = payments.into_iter().map(|(claim, day, at)| (claim, (day, at))).collect();
            let cuts: Vec<(String, i64)> = on!(db, c => claim_cuts::table
                .select((claim_cuts::line, claim_cuts::cut_fen)).load(c))?;
            let lines: Vec<(String, String, String, String, i64)> = on!(db, c => claim_lines::table
                .select((claim_lines::id, claim_lines::claim, claim_lines::enrolment, claim_lines::person, claim_lines::amount_fen)).load(c))?;
            let paid = lines
                .into_iter()
                .filter_map(|(line, claim, enrolment, person, fen)| {
                    let (day, at) = payments.get(&claim)?;
                    let cut: i64 = cuts.iter().filter(|(of, _)| *of == line).map(|(_, fen)| fen).sum();
                    (fen > cut).then(|| (enrolment, person, kinds[&claim].clone(), *day, *at, fen - cut))
                })
                .collect();
            let targets = on!(db, c => targets::table
                .select((targets::region, targets::indicator, targets::year, targets::amount, targets::at)).load(c))?;
            let mut entered: Vec<(String, String, String, NaiveDate, String, i64)> = on!(db, c => posts::table
                .select((posts::id, posts::region, posts::occupation, posts::month, posts::employer, posts::posts)).load(c))?;
            entered.sort();
            let withdrawn: Vec<String> = on!(db, c => withdrawals::table.select(withdrawals::enrolment).load(c))?;
            Ok(Rows {
                enrolled,
                completed: completed.into_iter().map(|(id, outcome, at)| (id, (outcome, at))).collect(),
                groups: groups.into_iter().collect(),
                candidates: sat
                    .into_iter()
                    .map(|(id, person, sitting)| {
                        let day = on[&sitting];
                        (id, person, sitting, day)
                    })
                    .collect(),
                came: last.into_iter().filter(|(_, (_, absent))| !absent).map(|((candidate, ..), _)| candidate).collect(),
                marked,
                papers: papers
                    .into_iter()
                    .map(|(id, person, kind, trade, day, at)| (id, person, kind, trade.unwrap_or_default(), day, at))
                    .collect(),
                successors: successors.into_iter().collect(),
                revoked,
                outcomes: told.into_iter().map(|(_, enrolment, months, day, outcome, at)| (enrolment, months, day, outcome, at)).collect(),
                paid,
                targets,
                posts: entered.into_iter().map(|(_, region, trade, month, employer, n)| (region, trade, month, employer, n)).collect(),
                withdrawn: withdrawn.into_iter().collect(),
            })
        })
        .unwrap()
}

/// The days that are asked about, and when they were over.
pub(super) struct Asked {
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
    pub(super) known: NaiveDateTime,
}

impl Asked {
    pub(super) fn has(&self, day: NaiveDate, at: NaiveDateTime) -> bool {
        (self.from..=self.until).contains(&day) && at < self.known
    }
}

pub(super) const WORK: [&str; 4] = ["EMPLOYED", "FLEX", "STARTUP", "PUBLIC"];

pub(super) fn of(n: usize) -> i64 {
    i64::try_from(n).unwrap()
}

pub(super) fn heads<'a>(people: impl IntoIterator<Item = &'a String>) -> i64 {
    of(people.into_iter().collect::<BTreeSet<_>>().len())
}

impl Rows {
    /// Enrolment, person and trade of those who finished with enough attendance.
    pub(super) fn trained(
        &self,
        asked: &Asked,
        kind: Option<&str>,
        group: Option<&str>,
    ) -> Vec<(&String, &String, &String, NaiveDate)> {
        self.enrolled
            .iter()
            .filter(|(id, _, of, _, _, _, ends)| {
                self.completed
                    .get(id)
                    .is_some_and(|(outcome, at)| outcome == "completed" && asked.has(*ends, *at))
                    && kind.is_none_or(|kind| of == kind)
                    && group
                        .is_none_or(|group| self.groups.contains(&(id.clone(), group.to_owned())))
            })
            .map(|(id, person, _, trade, _, _, ends)| (id, person, trade, *ends))
            .collect()
    }

    pub(super) fn assessed(&self, asked: &Asked) -> Vec<&String> {
        self.candidates
            .iter()
            .filter(|(id, _, sitting, day)| {
                self.came.contains(id)
                    && self
                        .marked
                        .get(sitting)
                        .is_some_and(|at| asked.has(*day, *at))
            })
            .map(|(_, person, ..)| person)
            .collect()
    }

    /// Certificates that stood by then; what came in the place of another counts as the first.
    pub(super) fn certified(&self, asked: &Asked) -> Vec<(&String, &String)> {
        let first = |id: &String| {
            let mut id = id.clone();
            while let Some(before) = self.successors.get(&id) {
                id.clone_from(before);
            }
            id
        };
        let dead: HashSet<String> = self
            .revoked
            .iter()
            .filter(|(_, at)| *at < asked.known.min(end_of(asked.until)))
            .map(|(id, _)| first(id))
            .collect();
        self.papers
            .iter()
            .filter(|(id, _, kind, _, day, at)| {
                kind == "level"
                    && asked.has(*day, *at)
                    && !self.successors.contains_key(id)
                    && !dead.contains(id)
            })
            .map(|(_, person, _, trade, ..)| (person, trade))
            .collect()
    }

    /// Payments, people and fen.
    pub(super) fn money(
        &self,
        asked: &Asked,
        kind: Option<&str>,
        group: Option<&str>,
    ) -> (i64, i64, i64) {
        let lines: Vec<_> = self
            .paid
            .iter()
            .filter(|(enrolment, _, of, day, at, _)| {
                asked.has(*day, *at)
                    && kind.is_none_or(|kind| of == kind)
                    && group.is_none_or(|group| {
                        self.groups.contains(&(enrolment.clone(), group.to_owned()))
                    })
            })
            .collect();
        let fen = lines.iter().map(|line| line.5).sum();
        (
            of(lines.len()),
            heads(lines.iter().map(|line| &line.1)),
            fen,
        )
    }

    pub(super) fn target(&self, region: &str, indicator: Indicator, asked: &Asked) -> i64 {
        self.targets
            .iter()
            .filter(|(place, of, year, _, at)| {
                place == region && of == indicator.as_str() && *year == 2026 && *at < asked.known
            })
            .max_by_key(|row| row.4)
            .unwrap()
            .3
    }

    /// What was said last, by then, of so many months after.
    pub(super) fn outcome(&self, enrolment: &str, months: i32, asked: &Asked) -> Option<&str> {
        self.outcomes
            .iter()
            .rfind(|(of, after, day, _, at)| {
                of == enrolment && *after == months && *day <= asked.until && *at < asked.known
            })
            .map(|(_, _, _, outcome, _)| outcome.as_str())
    }
}
