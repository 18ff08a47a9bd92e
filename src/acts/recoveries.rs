//! 追回: raised with a revocation, for what was paid on the certificate; settled by an officer.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Actor, Officer, TrainingReader};
use crate::domain::certificate::CertificateId;
use crate::domain::claim::{MOST_REASON, MOST_REFERENCE, RecoveryId, RecoveryOutcome, Stuck};
use crate::domain::deed::Deed;
use crate::domain::wording::{brief, said};
use crate::ground::clock::Now;
use crate::ground::money;
use crate::ground::slice::{Slice, Window};
use crate::store::claims::{cuts, rights};
pub use crate::store::recoveries::Case;
use crate::store::recoveries::{self, Ended, Recovery};
use crate::store::{Conn, Failure, ledger};
use chrono::NaiveDate;
use std::collections::HashSet;

/// Raises a recovery for every line that was paid on one of these certificates, now that they are
/// revoked. What is not paid yet is not paid: the payment asks whether each certificate stands.
pub(super) fn raise(db: &mut Conn, revoked: &[CertificateId], actor: &Actor, now: Now) -> Done<()> {
    let paid = recoveries::paid_on(db, revoked)?;
    if paid.is_empty() {
        return Ok(());
    }
    let lines: Vec<_> = paid.iter().map(|(line, _)| line.id.clone()).collect();
    let already: HashSet<_> = recoveries::raised(db, &lines)?.into_iter().collect();
    let cut = cuts::by_line(db, &lines)?;
    let mut raised = Vec::new();
    for (line, certificate) in paid {
        let due_fen = line.amount_fen - cut.get(&line.id).copied().unwrap_or_default();
        if due_fen <= 0 || already.contains(&line.id) {
            continue;
        }
        raised.push(Recovery {
            id: RecoveryId::fresh(now),
            line: line.id,
            certificate,
            due_fen,
            at: now.utc(),
            by: actor.account.clone(),
        });
    }
    recoveries::add(db, &raised)?;
    for one in &raised {
        let due = money::yuan(one.due_fen);
        let facts = [
            ("due", due.as_str()),
            ("certificate", one.certificate.as_str()),
        ];
        ledger::enter(db, actor, Deed::RecoveryRaised, None, &one.id, &facts, now)?;
    }
    Ok(())
}

/// How a recovery is settled.
#[derive(Clone, Debug)]
pub struct Settling {
    /// Repaid or waived.
    pub outcome: RecoveryOutcome,
    /// On which day.
    pub day: NaiveDate,
    /// The bank's number; asked for when it was repaid.
    pub reference: String,
    /// How, or why not.
    pub reason: String,
}

/// An officer settles a recovery, once. What was repaid may be earned and claimed anew.
pub fn settle(
    registry: &Registry,
    officer: &Officer,
    id: &RecoveryId,
    settling: &Settling,
    now: Now,
) -> Done<()> {
    let reason = said("reason", &settling.reason, MOST_REASON)?;
    let reference = match settling.outcome {
        RecoveryOutcome::Repaid => said("reference", &settling.reference, MOST_REFERENCE)?,
        RecoveryOutcome::Waived => brief("reference", &settling.reference, MOST_REFERENCE)?,
    };
    registry.store.write(|db| {
        let case = recoveries::of(db, &officer.actor().scope, id)?;
        let raised = crate::ground::clock::beijing(case.recovery.at).date_naive();
        if settling.day < raised || settling.day > now.day() {
            return Err(Stuck::Untimely.into());
        }
        let ended = Ended {
            recovery: id.clone(),
            outcome: settling.outcome,
            day: settling.day,
            reference,
            reason,
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        recoveries::end(db, &ended).map_err(|failure| match failure {
            Failure::Taken(_) => Stuck::Settled.into(),
            other => Error::from(other),
        })?;
        if ended.outcome == RecoveryOutcome::Repaid {
            rights::free(db, std::slice::from_ref(&case.recovery.line))?;
        }
        let due = money::yuan(case.recovery.due_fen);
        let facts = [("outcome", ended.outcome.as_str()), ("due", due.as_str())];
        let deed = Deed::RecoverySettled;
        ledger::enter(db, officer.actor(), deed, None, id, &facts, now)?;
        Ok(())
    })
}

/// The recoveries she may see, the newest first.
pub fn list(registry: &Registry, reader: &TrainingReader, window: Window) -> Done<Slice<Case>> {
    let scope = &reader.actor().scope;
    Ok(registry
        .store
        .read(|db| recoveries::list(db, scope, window))?)
}

/// One recovery she may see.
pub fn show(registry: &Registry, reader: &TrainingReader, id: &RecoveryId) -> Done<Case> {
    let scope = &reader.actor().scope;
    Ok(registry.store.read(|db| recoveries::of(db, scope, id))?)
}
