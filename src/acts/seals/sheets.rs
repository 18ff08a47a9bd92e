//! 成绩册封存: an assessor's marks at her signature, each correction after it, and the results.

use crate::acts::outcomes;
use crate::acts::seals::{Bound, Row, keep, rows};
use crate::acts::{Done, Registry};
use crate::domain::assessment::SittingId;
use crate::domain::assessor::AssessorId;
use crate::domain::log_event::LogKind;
use crate::ground::clock::Now;
use crate::store::marks::Mark;
use crate::store::seals;
use crate::store::sittings::{self, Sitting};
use crate::store::{Conn, candidates, institutions, marks};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// What the log calls an assessor's sheet.
pub(in crate::acts) fn subject_of(sitting: &SittingId, assessor: &AssessorId) -> String {
    format!("{sitting}/{assessor}")
}

/// The sitting and the assessor of a sheet.
pub(in crate::acts) fn read_subject(subject: &str) -> Option<(SittingId, AssessorId)> {
    let (sitting, assessor) = subject.split_once('/')?;
    Some((SittingId::read(sitting)?, AssessorId::read(assessor)?))
}

/// Every row of an assessor's sheet: each version of each mark, and her signatures.
pub(in crate::acts) fn sheet(
    db: &mut Conn,
    sitting: &SittingId,
    assessor: &AssessorId,
) -> Done<Vec<Row>> {
    let mut found: Vec<Row> = seals::marks_of(db, sitting, assessor)?
        .iter()
        .map(rows::mark)
        .collect();
    found.extend(
        seals::signatures_of(db, sitting, assessor)?
            .iter()
            .map(rows::signature),
    );
    Ok(found)
}

/// Seals an assessor's sheet as she has just signed it.
pub(in crate::acts) fn seal(
    db: &mut Conn,
    registry: &Registry,
    sitting: &Sitting,
    assessor: &AssessorId,
    now: Now,
) -> Done<()> {
    let rows = sheet(db, &sitting.id, assessor)?;
    put(
        db,
        registry,
        sitting,
        &subject_of(&sitting.id, assessor),
        "sheet",
        assessor.as_str(),
        &rows,
        now,
    )
}

/// Seals a correction made after the signature; what was sealed before stays.
pub(in crate::acts) fn seal_correction(
    db: &mut Conn,
    registry: &Registry,
    sitting: &Sitting,
    mark: &Mark,
    now: Now,
) -> Done<()> {
    let mut rows = sheet(db, &sitting.id, &mark.assessor)?;
    let key = format!("marks {}", mark.id);
    rows.retain(|row| row.key == key);
    put(
        db,
        registry,
        sitting,
        &subject_of(&sitting.id, &mark.assessor),
        "correction",
        mark.assessor.as_str(),
        &rows,
        now,
    )
}

/// Seals what the marks of a sitting come to.
pub(in crate::acts) fn seal_results(
    db: &mut Conn,
    registry: &Registry,
    sitting: &Sitting,
    now: Now,
) -> Done<()> {
    let rows = results(db, sitting, None)?;
    put(
        db,
        registry,
        sitting,
        sitting.id.as_str(),
        "results",
        "",
        &rows,
        now,
    )
}

/// The rows of the results: by the marks that count now, or by those that counted when they were
/// sealed.
pub(in crate::acts) fn results(
    db: &mut Conn,
    sitting: &Sitting,
    then: Option<&[Bound]>,
) -> Done<Vec<Row>> {
    let counting = match then {
        None => marks::of(db, &sitting.id)?,
        Some(bound) => {
            let counted: HashSet<&str> = bound
                .iter()
                .filter_map(|row| row.told.as_ref()?.as_array())
                .flatten()
                .filter_map(|id| id.as_str())
                .collect();
            let mut every = marks::every_version(db, &sitting.id)?;
            every.retain(|mark| counted.contains(mark.id.as_str()));
            every
        }
    };
    let mut by_candidate: HashMap<_, Vec<String>> = HashMap::new();
    for mark in &counting {
        by_candidate
            .entry(mark.candidate.clone())
            .or_default()
            .push(mark.id.to_string());
    }
    let carried = candidates::carried_into(db, &sitting.id)?;
    let mut found = vec![rows::sitting(sitting)];
    for judged in outcomes::judge_by(db, sitting, &counting)? {
        let mut ids = by_candidate
            .remove(&judged.listed.candidate.id)
            .unwrap_or_default();
        ids.sort_unstable();
        found.push(rows::result(&judged, &carried, ids));
    }
    Ok(found)
}

#[expect(
    clippy::too_many_arguments,
    reason = "the columns of one row, told once"
)]
fn put(
    db: &mut Conn,
    registry: &Registry,
    sitting: &Sitting,
    subject: &str,
    what: &str,
    assessor: &str,
    rows: &[Row],
    now: Now,
) -> Done<()> {
    let own = institutions::one(db, &sitting.institution)?.institution;
    let payload = json!({ "what": what, "sitting": sitting.id.as_str(), "assessor": assessor });
    keep(
        db,
        &registry.vault,
        LogKind::Sheet,
        Some(&own),
        subject,
        payload,
        rows,
        now,
    )?;
    registry.log.ring();
    Ok(())
}

/// A sheet older than sealing.
pub(super) fn seal_old(db: &mut Conn, registry: &Registry, subject: &str, now: Now) -> Done<()> {
    let Some((sitting, assessor)) = read_subject(subject) else {
        return Ok(());
    };
    let (sitting, _) = sittings::public(db, &sitting)?;
    seal(db, registry, &sitting, &assessor, now)
}

/// Results older than sealing.
pub(super) fn seal_old_results(
    db: &mut Conn,
    registry: &Registry,
    subject: &str,
    now: Now,
) -> Done<()> {
    let Some(sitting) = SittingId::read(subject) else {
        return Ok(());
    };
    let (sitting, _) = sittings::public(db, &sitting)?;
    seal_results(db, registry, &sitting, now)
}
