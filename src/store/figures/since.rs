//! 更正清单: what came on record after a figure was known, about days it counts; who entered it, and
//! why, as far as somebody said.

use super::sieve::{self, Knowledge};
use super::{place, within};
use crate::domain::figure::Cut;
use crate::on;
use crate::store::volumes::{self, Shelf, fates};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Text, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};

const SINCE: &str = include_str!("../reports/since.sql");
const LATE: &str = include_str!("../reports/late.sql");

/// At most so many are told, the latest first.
const MOST: usize = 200;

/// Something that came on record after a figure was known, about days it counts.
#[derive(Clone, Debug, QueryableByName)]
pub struct Since {
    /// The milestone's kind, or `followed` for an outcome.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The day it is about.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// When it came on record, in UTC.
    #[diesel(sql_type = Timestamp)]
    pub at: NaiveDateTime,
    /// The account's name.
    #[diesel(sql_type = Text)]
    pub who: String,
    /// Why, as far as somebody said; empty for a late entry.
    #[diesel(sql_type = Text)]
    pub why: String,
    /// The class or sitting.
    #[diesel(sql_type = Text)]
    pub batch_name: String,
    /// How many milestones of this kind came in with it.
    #[diesel(sql_type = BigInt)]
    pub times: i64,
}

/// A late entry: when it came on record, of which kind, about which day, of which class or sitting.
type Late = (String, String, String, String);

/// One of several entered at once, and how many they are.
struct Several {
    fate: String,
    kind: String,
    subject: String,
    times: i64,
}

#[derive(QueryableByName)]
struct Entered {
    #[diesel(sql_type = Text)]
    who: String,
    #[diesel(sql_type = Text)]
    batch_name: String,
}

/// What came on record between a cut's knowledge and `now`, about the days it counts: of its place,
/// whatever else it asks for.
pub fn since(db: &mut Conn, cut: &Cut, now: NaiveDateTime) -> Found<Vec<Since>> {
    let mut all: Vec<Since> = on!(db, c => sql_query(SINCE.replace("@place", place(cut)))
        .bind::<Date, _>(cut.from)
        .bind::<Date, _>(cut.until)
        .bind::<Timestamp, _>(cut.known)
        .bind::<Text, _>(within(cut))
        .bind::<Timestamp, _>(now)
        .load(c))?;
    let mut late = late_steps(db, cut, now)?;
    late.extend(late_fates(db, cut, now)?);
    for ((at, kind, day, _), several) in late.into_iter().rev().take(MOST) {
        let entered: Vec<Entered> = on!(db, c => sql_query(LATE)
            .bind::<Text, _>(&several.fate)
            .bind::<Text, _>(&several.kind)
            .bind::<Text, _>(&several.subject)
            .load(c))?;
        let (Ok(day), Some(at)) = (day.parse(), volumes::time(&at)) else {
            return Err(volumes::unreadable());
        };
        for Entered { who, batch_name } in entered {
            all.push(Since {
                kind: kind.clone(),
                day,
                at,
                who,
                why: String::new(),
                batch_name,
                times: several.times,
            });
        }
    }
    all.sort_by(|one, other| {
        let order = |one: &Since| (one.kind.clone(), one.batch_name.clone(), one.day);
        other
            .at
            .cmp(&one.at)
            .then_with(|| order(one).cmp(&order(other)))
    });
    all.truncate(MOST);
    Ok(all)
}

/// The cut's place and days, as known when something came on record later.
fn whole(cut: &Cut) -> Cut {
    Cut {
        region: cut.region.clone(),
        by_home: cut.by_home,
        from: cut.from,
        ..Cut::of_year(cut.until)
    }
}

fn late_steps(db: &mut Conn, cut: &Cut, now: NaiveDateTime) -> Found<BTreeMap<Late, Several>> {
    let mut late = BTreeMap::new();
    let whole = whole(cut);
    let knowledge = Knowledge::between(cut.known, now);
    sieve::each(db, Shelf::Steps, &whole, knowledge, |members| {
        let head = members.head;
        let mut first = None;
        let mut times = 0;
        members.each(|step, _| {
            times += 1;
            first.get_or_insert(step.subject);
        })?;
        if let Some(subject) = first {
            let key = [head.recorded_at, head.kind, head.day, head.batch].map(str::to_owned);
            let several = late.entry(key.into()).or_insert_with(|| Several {
                fate: String::new(),
                kind: head.kind.to_owned(),
                subject: subject.to_owned(),
                times: 0,
            });
            several.times += times;
        }
        Ok(())
    })?;
    Ok(late)
}

/// Outcomes told later of days until the cut's last, of those whose training it counts.
fn late_fates(db: &mut Conn, cut: &Cut, now: NaiveDateTime) -> Found<BTreeMap<Late, Several>> {
    let until = cut.until.to_string();
    let knowledge = Knowledge::between(cut.known, now);
    let mut told: Vec<(String, String, String, String)> = Vec::new();
    let days = (cut.from, cut.until);
    volumes::each(db, Shelf::Fates, days, knowledge.times(), |body| {
        for entry in fates::entries(&body) {
            let entry = entry?;
            if *entry.day <= *until && knowledge.has(entry.at) {
                let one = [entry.enrolment, entry.at, entry.day, entry.id];
                told.push(one.map(str::to_owned).into());
            }
        }
        Ok(())
    })?;
    // Where each was trained, and in which class.
    let mut trained: HashMap<String, String> = HashMap::new();
    if !told.is_empty() {
        let whole = whole(cut);
        let wanted: HashSet<&str> = told
            .iter()
            .map(|(enrolment, ..)| enrolment.as_str())
            .collect();
        let all = Knowledge::before(now);
        sieve::each(db, Shelf::Steps, &whole, all, |members| {
            let head = members.head;
            if head.kind != "trained" {
                return Ok(());
            }
            members.each(|step, _| {
                if wanted.contains(step.subject) {
                    trained.insert(step.subject.to_owned(), head.batch.to_owned());
                }
            })
        })?;
    }
    let mut late = BTreeMap::new();
    for (enrolment, at, day, fate) in told {
        if let Some(batch) = trained.get(&enrolment) {
            let key = (at, "followed".to_owned(), day, batch.clone());
            let several = late.entry(key).or_insert_with(|| Several {
                fate,
                kind: "trained".to_owned(),
                subject: enrolment,
                times: 0,
            });
            several.times += 1;
        }
    }
    Ok(late)
}
