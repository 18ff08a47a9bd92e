//! 花名册封存: every line at its upload, everybody it brought at its confirmation.

use crate::acts::seals::{Row, keep, rows};
use crate::acts::{Done, Registry};
use crate::domain::class::ClassId;
use crate::domain::log_event::LogKind;
use crate::domain::roster::RosterId;
use crate::ground::clock::Now;
use crate::seal::vault::{Place, Vault};
use crate::store::seals::{self, Brought};
use crate::store::{Conn, institutions};
use serde_json::json;

/// The rows an upload is bound by.
pub(in crate::acts) fn uploaded(vault: &Vault, brought: &Brought) -> Vec<Row> {
    let mut found: Vec<Row> = brought.roster.iter().map(rows::roster).collect();
    for line in &brought.lines {
        let id = format!("{}|{}", line.roster, line.line.unsigned_abs());
        let written = vault
            .open_own(Place::new("roster_lines", "sealed", &id), &line.sealed)
            .ok()
            .map(|it| it.to_vec());
        found.push(rows::roster_line(
            line.roster.as_str(),
            line.line,
            &line.name,
            &line.findings,
            &line.verdict,
            written.as_deref(),
        ));
    }
    found
}

/// The rows a confirmation is bound by.
pub(in crate::acts) fn confirmed(brought: &Brought) -> Vec<Row> {
    let admission = brought.admission.iter().map(rows::admission);
    admission
        .chain(brought.enrolments.iter().map(rows::enrolment))
        .collect()
}

/// A file was brought in: an import, with every line of it.
pub(in crate::acts) fn seal_upload(
    db: &mut Conn,
    registry: &Registry,
    id: &RosterId,
    class: &ClassId,
    now: Now,
) -> Done<()> {
    let brought = seals::brought(db, id)?;
    let digest = brought.roster.as_ref().map(|roster| roster.digest.clone());
    let payload =
        json!({ "what": "roster", "roster": id.as_str(), "class": class.as_str(), "file": digest });
    let rows = uploaded(&registry.vault, &brought);
    put(
        db,
        registry,
        LogKind::Import,
        id,
        class,
        payload,
        &rows,
        now,
    )
}

/// A roster was confirmed.
pub(in crate::acts) fn seal_admission(
    db: &mut Conn,
    registry: &Registry,
    id: &RosterId,
    class: &ClassId,
    now: Now,
) -> Done<()> {
    let brought = seals::brought(db, id)?;
    let payload = json!({ "roster": id.as_str(), "class": class.as_str() });
    put(
        db,
        registry,
        LogKind::Roster,
        id,
        class,
        payload,
        &confirmed(&brought),
        now,
    )
}

#[expect(
    clippy::too_many_arguments,
    reason = "the columns of one row, told once"
)]
fn put(
    db: &mut Conn,
    registry: &Registry,
    kind: LogKind,
    id: &RosterId,
    class: &ClassId,
    payload: serde_json::Value,
    rows: &[Row],
    now: Now,
) -> Done<()> {
    let house = seals::house_of(db, class)?;
    let own = institutions::one(db, &house)?.institution;
    keep(
        db,
        &registry.vault,
        kind,
        Some(&own),
        id.as_str(),
        payload,
        rows,
        now,
    )?;
    registry.log.ring();
    Ok(())
}

/// A roster older than sealing.
pub(super) fn seal_old(db: &mut Conn, registry: &Registry, id: &str, now: Now) -> Done<()> {
    let Some(id) = RosterId::read(id) else {
        return Ok(());
    };
    let class = seals::class_of(db, &id)?;
    seal_upload(db, registry, &id, &class, now)?;
    if seals::brought(db, &id)?.admission.is_some() {
        seal_admission(db, registry, &id, &class, now)?;
    }
    Ok(())
}
