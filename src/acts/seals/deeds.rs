//! 记事封存: the hourly root of the ledger of deeds; each names the leaf before it.

use crate::acts::seals::{Row, keep, rows};
use crate::acts::{Done, Registry};
use crate::domain::log_event::{Leaf, LogKind};
use crate::ground::clock::Now;
use crate::store::Conn;
use crate::store::seals::{self, DEEDS, Run};
use chrono::NaiveDateTime;
use serde_json::json;

/// What the log calls the ledger of deeds.
pub(in crate::acts) const SUBJECT: &str = "deeds";

/// The rows of a stretch of time.
pub(in crate::acts) fn of(
    db: &mut Conn,
    since: NaiveDateTime,
    until: NaiveDateTime,
) -> Done<Vec<Row>> {
    Ok(seals::deeds_of(db, since, until)?
        .iter()
        .map(rows::deed)
        .collect())
}

/// Seals every deed of a stretch of time.
pub(super) fn seal(
    db: &mut Conn,
    registry: &Registry,
    since: NaiveDateTime,
    until: NaiveDateTime,
    now: Now,
) -> Done<()> {
    let rows = of(db, since, until)?;
    if !rows.is_empty() {
        let before = seals::last_event(db, LogKind::Audit, SUBJECT)?;
        let before = before
            .and_then(|event| Leaf::read(&event.leaf))
            .map(|leaf| leaf.c);
        let payload = json!({
            "since": since.and_utc().timestamp(), "until": until.and_utc().timestamp(), "before": before,
        });
        keep(
            db,
            &registry.vault,
            LogKind::Audit,
            None,
            SUBJECT,
            payload,
            &rows,
            now,
        )?;
    }
    let entries = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(seals::add(
        db,
        &Run {
            kind: DEEDS.to_owned(),
            until,
            since,
            entries,
            at: now.utc(),
        },
    )?)
}
