//! 封存: every sealed row written once more as it stands now, and held against its hash.
//!
//! Three things can have been done behind the program's back, and each is named by table and key: a
//! row says something else than when it was sealed, a sealed row is gone, or a row was slipped into
//! what had been sealed without it. What was entered since, by the program's own acts, is sealed by
//! an event of its own or not yet due: neither rings.

use crate::acts::audit::Broken;
use crate::acts::log::open;
use crate::acts::seals::{Opened, Row, clock, deeds, rosters, sheets};
use crate::acts::{Done, Registry, keys};
use crate::domain::assessment::SittingId;
use crate::domain::class::ClassId;
use crate::domain::roster::RosterId;
use crate::store::log::{self, Event, PUBLIC};
use crate::store::seals::{self, ATTENDANCE, DEEDS};
use crate::store::{Conn, sittings};
use chrono::{DateTime, NaiveDateTime};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Events looked at in one go.
const PAGE: i64 = 200;

/// What was found, each row once.
#[derive(Default)]
struct Found(BTreeSet<(&'static str, String)>);

impl Found {
    fn add(&mut self, promise: &'static str, key: impl Into<String>) {
        self.0.insert((promise, key.into()));
    }
}

/// Every row that is not as it was sealed.
pub fn each(registry: &Registry) -> Done<Vec<Broken>> {
    registry.store.read(|db| {
        let mut found = Found::default();
        let mut seen = Seen::default();
        let mut key = String::new();
        loop {
            let page = seals::events_after(db, &key, PAGE)?;
            let Some(last) = page.last() else { break };
            last.id.as_str().clone_into(&mut key);
            for event in &page {
                one(db, registry, event, &mut seen, &mut found)?;
            }
        }
        rest(db, registry, &seen, &mut found)?;
        let named = found
            .0
            .into_iter()
            .map(|(promise, subject)| Broken { promise, subject });
        Ok(named.collect())
    })
}

/// What the events told, for asking afterwards what they did not tell.
#[derive(Default)]
struct Seen {
    /// The seals of each sheet and roster.
    open: HashMap<String, Vec<Opened>>,
    /// Stretches of sealed attendance, by class.
    days: HashMap<ClassId, Vec<(NaiveDateTime, NaiveDateTime)>>,
    /// Stretches of sealed deeds.
    hours: Vec<(NaiveDateTime, NaiveDateTime)>,
    /// Keys as they were told at their making.
    keys: HashMap<String, Value>,
    /// Up to when the events themselves say that it is sealed.
    until: HashMap<&'static str, NaiveDateTime>,
}

fn one(
    db: &mut Conn,
    registry: &Registry,
    event: &Event,
    seen: &mut Seen,
    found: &mut Found,
) -> Done<()> {
    // A seal that does not open is named by the log's own check.
    let Ok(Some(inside)) = open(&registry.vault, event, None) else {
        return Ok(());
    };
    // What it is is asked of its seal, which nobody can write anew; the row may have been touched.
    if let Some(payload) = inside
        .payload
        .as_ref()
        .filter(|payload| payload["event"] == "created")
    {
        seen.keys.insert(event.subject.clone(), payload.clone());
        return Ok(());
    }
    let Ok(read) = Opened::read(&inside) else {
        found.add(
            "seals.each-holds-its-rows",
            format!("log_events {}", event.id),
        );
        return Ok(());
    };
    let Some((payload, sealed)) = read else {
        return Ok(());
    };
    let id = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
    match payload["event"].as_str().unwrap_or_default() {
        "attendance" => {
            let (Some(class), Some((since, until))) = (
                payload["class"].as_str().and_then(ClassId::read),
                stretch(&payload),
            ) else {
                return Ok(());
            };
            let rows = clock::attendance_of(db, &class, since, until)?;
            compare(
                "attendance.each-entry-is-as-sealed",
                &sealed,
                &rows,
                true,
                found,
            );
            seen.reach(ATTENDANCE, until);
            seen.days.entry(class).or_default().push((since, until));
        }
        "audit" => {
            let Some((since, until)) = stretch(&payload) else {
                return Ok(());
            };
            compare(
                "deeds.each-is-as-sealed",
                &sealed,
                &deeds::of(db, since, until)?,
                true,
                found,
            );
            seen.reach(DEEDS, until);
            seen.hours.push((since, until));
        }
        "sheet" if payload["what"] == "results" => {
            let Some(id) = SittingId::read(&id("sitting")) else {
                return Ok(());
            };
            match sittings::public(db, &id) {
                Ok((sitting, _)) => {
                    let rows = sheets::results(db, &sitting, Some(&sealed.rows))?;
                    compare(
                        "sittings.each-result-is-as-sealed",
                        &sealed,
                        &rows,
                        true,
                        found,
                    );
                }
                Err(_) => found.add(
                    "sittings.each-result-is-as-sealed",
                    format!("sittings {id}"),
                ),
            }
        }
        "sheet" => seen
            .open
            .entry(format!("{}/{}", id("sitting"), id("assessor")))
            .or_default()
            .push(sealed),
        "import" | "roster" => seen.open.entry(id("roster")).or_default().push(sealed),
        _ => {}
    }
    Ok(())
}

impl Seen {
    fn reach(&mut self, kind: &'static str, until: NaiveDateTime) {
        let at = self.until.entry(kind).or_insert(until);
        *at = (*at).max(until);
    }
}

fn stretch(payload: &Value) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let time = |name: &str| Some(DateTime::from_timestamp(payload[name].as_i64()?, 0)?.naive_utc());
    Some((time("since")?, time("until")?))
}

/// Names each sealed row that is gone or says something else; and each that was not sealed with
/// them, where nothing may have come since.
fn compare(promise: &'static str, sealed: &Opened, rows: &[Row], closed: bool, found: &mut Found) {
    let mut now: HashMap<&str, &Row> = rows.iter().map(|row| (row.key.as_str(), row)).collect();
    for bound in &sealed.rows {
        if !now
            .remove(bound.key.as_str())
            .is_some_and(|row| sealed.fits(bound, row))
        {
            found.add(promise, &bound.key);
        }
    }
    if closed {
        for key in now.into_keys() {
            found.add(promise, key);
        }
    }
}

/// The same over several seals of one record, each with rows of its own.
fn compare_all(promise: &'static str, all: &[Opened], rows: &[Row], found: &mut Found) {
    let mut bound: HashSet<&str> = HashSet::new();
    for sealed in all {
        compare(promise, sealed, rows, false, found);
        bound.extend(sealed.rows.iter().map(|row| row.key.as_str()));
    }
    for row in rows.iter().filter(|row| !bound.contains(row.key.as_str())) {
        found.add(promise, &row.key);
    }
}

/// Sheets and rosters with all their seals, and whatever is sealed nowhere.
fn rest(db: &mut Conn, registry: &Registry, seen: &Seen, found: &mut Found) -> Done<()> {
    let old = |db: &mut Conn, kind: &str| -> Done<HashSet<String>> {
        Ok(seals::backlog(db, kind)?.into_iter().collect())
    };
    let backlog = old(db, "sheet")?;
    for (sitting, assessor) in seals::signers(db)? {
        let subject = sheets::subject_of(&sitting, &assessor);
        if !seen.open.contains_key(&subject)
            && !backlog.contains(&subject)
            && !is_told(db, &subject)
        {
            found.add(
                "marks.each-sheet-is-sealed",
                format!("mark_signatures {subject}"),
            );
        }
    }
    let backlog = old(db, "roster")?;
    for id in seals::rosters_known(db)? {
        if !seen.open.contains_key(id.as_str())
            && !backlog.contains(id.as_str())
            && !is_told(db, id.as_str())
        {
            found.add("rosters.each-is-sealed", format!("rosters {id}"));
        }
    }
    for (subject, all) in &seen.open {
        if let Some((sitting, assessor)) = sheets::read_subject(subject) {
            let rows = sheets::sheet(db, &sitting, &assessor)?;
            compare_all("marks.each-is-as-sealed", all, &rows, found);
        } else if let Some(id) = RosterId::read(subject) {
            let brought = seals::brought(db, &id)?;
            let mut rows = rosters::uploaded(&registry.vault, &brought);
            rows.extend(rosters::confirmed(&brought));
            compare_all("rosters.each-line-is-as-sealed", all, &rows, found);
        }
    }
    let told = |until: Option<NaiveDateTime>, kind| until.max(seen.until.get(kind).copied());
    let reach = |db: &mut Conn, kind| -> Done<Option<NaiveDateTime>> {
        Ok(told(seals::until(db, kind)?, kind))
    };
    if let Some(until) = reach(db, ATTENDANCE)? {
        for (id, class, at) in seals::made_until(db, until)? {
            let covered = seen.days.get(&class).is_some_and(|days| lies_in(days, at));
            if !covered {
                found.add(
                    "attendance.each-entry-is-as-sealed",
                    format!("attendances {id}"),
                );
            }
        }
    }
    if let Some(until) = reach(db, DEEDS)? {
        let mut from = chrono::DateTime::UNIX_EPOCH.naive_utc();
        let mut hours = seen.hours.clone();
        hours.sort_unstable();
        hours.push((until, until));
        for (since, to) in hours {
            if from < since {
                for row in deeds::of(db, from, since)? {
                    found.add("deeds.each-is-as-sealed", row.key);
                }
            }
            from = from.max(to);
        }
    }
    keys_told(db, &seen.keys, found)
}

/// Whether an event tells of a record, whatever was made of it since: then that event is named.
fn is_told(db: &mut Conn, subject: &str) -> bool {
    log::last_of(db, PUBLIC, &[subject]).is_ok_and(|found| !found.is_empty())
}

fn lies_in(stretches: &[(NaiveDateTime, NaiveDateTime)], at: NaiveDateTime) -> bool {
    stretches
        .iter()
        .any(|(since, until)| *since <= at && at < *until)
}

/// Every key was told of when it was made, and is what was told.
fn keys_told(db: &mut Conn, told: &HashMap<String, Value>, found: &mut Found) -> Done<()> {
    let backlog: HashSet<String> = seals::backlog(db, "key")?.into_iter().collect();
    let mut hold = |db: &mut Conn, table: &str, id: &str, now: Value, promise: &'static str| {
        let fits = match told.get(id) {
            // The log's own first key was told in another form once.
            Some(then) => ["purpose", "public"]
                .iter()
                .all(|name| then.get(name).is_none_or(|it| *it == now[*name])),
            None => backlog.contains(id) || is_told(db, id),
        };
        if !fits {
            found.add(promise, format!("{table} {id}"));
        }
    };
    for key in seals::issuer_keys_known(db)? {
        hold(
            db,
            "issuer_keys",
            &key.id,
            keys::told(&key),
            "keys.each-is-as-logged",
        );
    }
    for key in seals::registry_keys_known(db)? {
        let now = keys::created(&key.purpose, &key.id, &key.algorithm, &key.public);
        hold(db, "registry_keys", &key.id, now, "keys.each-is-as-logged");
    }
    Ok(())
}
