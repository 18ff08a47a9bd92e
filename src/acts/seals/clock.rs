//! 日终封存: at the end of each Beijing day the attendance of every class; every hour the deeds.
//!
//! Every server asks; whoever holds the pen first seals, and the stretch of time is sealed. What was
//! missed is sealed at the next asking, day by day. A stretch is sealed some minutes after its end:
//! what was begun before midnight is on record by then.

use crate::acts::seals::{Row, deeds, keep, rosters, rows, sheets};
use crate::acts::{Done, Registry, keys, log};
use crate::domain::class::ClassId;
use crate::domain::log_event::LogKind;
use crate::ground::clock::{Now, beijing};
use crate::store::seals::{self, ATTENDANCE, Attended, DEEDS, Run};
use crate::store::{Conn, institutions};
use chrono::{DurationRound, NaiveDate, NaiveDateTime, TimeDelta};
use serde_json::json;

/// A stretch of time is sealed so long after its end.
const GRACE: TimeDelta = TimeDelta::minutes(10);

/// The first instant of a Beijing day, in UTC.
fn dawn(day: NaiveDate) -> NaiveDateTime {
    Now::beijing(day, 0, 0).utc()
}

/// The next instant a Beijing day begins.
fn next_dawn(at: NaiveDateTime) -> NaiveDateTime {
    dawn(beijing(at).date_naive()) + TimeDelta::days(1)
}

/// Seals whatever is due; answers how many stretches of time.
pub fn catch_up(registry: &Registry, now: Now) -> Done<usize> {
    if registry.log.is_behind() {
        return Ok(0);
    }
    let mut sealed = backlog(registry, now)?;
    for kind in [ATTENDANCE, DEEDS] {
        while registry.store.read(|db| due(db, kind, now))?.is_some() {
            // Asked again under the pen: another server may have been first.
            let done = registry.store.write(|db| {
                let Some((since, until)) = due(db, kind, now)? else {
                    return Ok(false);
                };
                if kind == ATTENDANCE {
                    seal_day(db, registry, since, until, now)?;
                } else {
                    deeds::seal(db, registry, since, until, now)?;
                }
                Ok::<_, crate::acts::Error>(true)
            })?;
            sealed += usize::from(done);
        }
    }
    if sealed > 0 {
        registry.log.ring();
    }
    Ok(sealed)
}

/// The next stretch that is over and not sealed.
fn due(db: &mut Conn, kind: &str, now: Now) -> Done<Option<(NaiveDateTime, NaiveDateTime)>> {
    let over = now.utc() - GRACE;
    let limit = if kind == ATTENDANCE {
        dawn(beijing(over).date_naive())
    } else {
        over.duration_trunc(TimeDelta::hours(1)).unwrap_or(over)
    };
    let sealed = seals::until(db, kind)?;
    if sealed.is_some_and(|until| until >= limit) {
        return Ok(None);
    }
    let first = match kind {
        ATTENDANCE => seals::first_entry(db, sealed)?,
        _ => seals::first_deed(db, sealed)?,
    };
    let stretch = match (sealed, first) {
        (None, None) => None,
        (None, Some(first)) => Some((dawn(beijing(first).date_naive()), first)),
        (Some(since), first) => Some((since, first.unwrap_or(limit))),
    };
    // A day at a time, also where hours were missed; days on which nothing was entered go together.
    Ok(stretch
        .map(|(since, first)| (since, next_dawn(first).min(limit)))
        .filter(|(since, until)| since < until))
}

/// The rows of one class in a stretch of time.
pub(in crate::acts) fn attendance_of(
    db: &mut Conn,
    class: &ClassId,
    since: NaiveDateTime,
    until: NaiveDateTime,
) -> Done<Vec<Row>> {
    Ok(seals::entries(db, Some(class), since, until)?
        .iter()
        .map(rows::attendance)
        .collect())
}

/// What the log calls the attendance of a class.
pub(in crate::acts) fn subject_of(class: &ClassId) -> String {
    format!("attendance/{class}")
}

fn seal_day(
    db: &mut Conn,
    registry: &Registry,
    since: NaiveDateTime,
    until: NaiveDateTime,
    now: Now,
) -> Done<()> {
    let entries = seals::entries(db, None, since, until)?;
    let day = beijing(until - TimeDelta::days(1)).date_naive();
    for of_class in entries.chunk_by(|one, next| one.class == next.class) {
        let Some(Attended {
            class, institution, ..
        }) = of_class.first()
        else {
            continue;
        };
        let own = institutions::one(db, institution)?.institution;
        let rows: Vec<Row> = of_class.iter().map(rows::attendance).collect();
        let payload = json!({
            "class": class.as_str(), "day": day.to_string(),
            "late": of_class.iter().filter(|one| one.entry.late).count(),
            "since": since.and_utc().timestamp(), "until": until.and_utc().timestamp(),
        });
        keep(
            db,
            &registry.vault,
            LogKind::Attendance,
            Some(&own),
            &subject_of(class),
            payload,
            &rows,
            now,
        )?;
    }
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    Ok(seals::add(
        db,
        &Run {
            kind: ATTENDANCE.to_owned(),
            until,
            since,
            entries: count,
            at: now.utc(),
        },
    )?)
}

/// Seals what is older than sealing as it stands now: once, when a registry was brought up to date.
fn backlog(registry: &Registry, now: Now) -> Done<usize> {
    let waiting = |db: &mut Conn| -> Done<Vec<(&'static str, LogKind, String)>> {
        let mut waiting = Vec::new();
        for (kind, as_what) in [
            ("key", LogKind::Key),
            ("roster", LogKind::Import),
            ("sheet", LogKind::Sheet),
            ("results", LogKind::Sheet),
        ] {
            let old = seals::backlog(db, kind)?;
            if old.is_empty() {
                continue;
            }
            let logged: std::collections::HashSet<_> =
                seals::subjects(db, as_what)?.into_iter().collect();
            waiting.extend(
                old.into_iter()
                    .filter(|one| !logged.contains(one))
                    .map(|one| (kind, as_what, one)),
            );
        }
        Ok(waiting)
    };
    let old = registry.store.read(waiting)?;
    for some in old.chunks(200) {
        registry.store.write(|db| {
            for (kind, as_what, subject) in some {
                if seals::is_logged(db, *as_what, subject)? {
                    continue;
                }
                match *kind {
                    "key" => key(db, registry, subject, now)?,
                    "roster" => rosters::seal_old(db, registry, subject, now)?,
                    "sheet" => sheets::seal_old(db, registry, subject, now)?,
                    _ => sheets::seal_old_results(db, registry, subject, now)?,
                }
            }
            Ok::<_, crate::acts::Error>(())
        })?;
    }
    Ok(old.len())
}

fn key(db: &mut Conn, registry: &Registry, id: &str, now: Now) -> Done<()> {
    if let Some(key) = seals::issuer_keys_known(db)?
        .into_iter()
        .find(|key| key.id == id)
    {
        let own = institutions::one(db, &key.institution)?.institution;
        let told = keys::told(&key);
        return log::keep(
            db,
            &registry.vault,
            LogKind::Key,
            Some(&own),
            id,
            &told,
            None,
            now,
        );
    }
    if let Some(key) = seals::registry_keys_known(db)?
        .into_iter()
        .find(|key| key.id == id)
    {
        let told = keys::created(&key.purpose, id, &key.algorithm, &key.public);
        return log::keep(
            db,
            &registry.vault,
            LogKind::Key,
            None,
            id,
            &told,
            None,
            now,
        );
    }
    Ok(())
}
