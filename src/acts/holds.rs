//! 证书暂停与恢复使用: for the time of an inquiry a certificate is neither good nor bad. The right it
//! gave stays taken: nobody gets a second one meanwhile.

use crate::acts::lineage::{self, LogKind};
use crate::acts::{Done, Error, Registry, revocations};
use crate::domain::account::{Confirmer, Role};
use crate::domain::certificate::{CertificateId, HoldId, HoldReason};
use crate::domain::deed::Deed;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::holds::{self, Ended, Held};
use crate::store::{Failure, ledger};

/// Why a certificate is suspended.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The class of reason, told in public.
    pub reason_class: HoldReason,
    /// 依据: the document and clause.
    pub basis: String,
    /// Why, in words.
    pub reason: String,
}

fn told(field: &'static str, value: &str) -> Result<String, Refusal> {
    let value = text::tidy(value);
    if value.is_empty() {
        return Err(Refusal::new("field.blank").at(field));
    }
    revocations::too_long(field, &value).map_or(Ok(value), Err)
}

/// A signatory of the institution or an officer of the bureau suspends a certificate as of today.
pub fn suspend(
    registry: &Registry,
    confirmer: &Confirmer,
    id: &CertificateId,
    cause: &Cause,
    now: Now,
) -> Done<HoldId> {
    let (basis, reason) = match (told("basis", &cause.basis), told("reason", &cause.reason)) {
        (Ok(basis), Ok(reason)) => (basis, reason),
        (basis, reason) => {
            let faults: Vec<_> = [basis.err(), reason.err()].into_iter().flatten().collect();
            return Err(faults.into());
        }
    };
    let actor = confirmer.actor();
    registry.store.write(|db| {
        let (certificate, after) = revocations::hers(db, &actor.scope, actor.role, id)?;
        after
            .fate(certificate.expires_on)
            .may_be_suspended(now.day())?;
        let held = Held {
            id: HoldId::fresh(now),
            certificate: id.clone(),
            reason_class: cause.reason_class,
            basis,
            reason,
            bureau: actor.role == Role::BureauOfficer,
            starts: now.day(),
            at: now.utc(),
            by: actor.account.clone(),
        };
        holds::add(db, &held).map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("certificate.suspended").with(now.day()).into(),
            other => Error::from(other),
        })?;
        let facts = [("reason", cause.reason_class.as_str())];
        let own = Some(&certificate.institution);
        ledger::enter(db, actor, Deed::CertificateSuspended, own, id, &facts, now)?;
        lineage::logged(db, registry, LogKind::Suspend, &[&certificate], now)?;
        Ok(held.id)
    })
}

/// Whoever may lifts a suspension: from today the certificate is good again.
pub fn resume(
    registry: &Registry,
    confirmer: &Confirmer,
    id: &CertificateId,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = told("reason", reason)?;
    let actor = confirmer.actor();
    registry.store.write(|db| {
        let (certificate, after) = revocations::hers(db, &actor.scope, actor.role, id)?;
        let held = holds::of(db, id)?
            .into_iter()
            .find(|(.., ended)| ended.is_none())
            .map(|(held, ..)| held);
        let bureau = actor.role == Role::BureauOfficer;
        after
            .fate(certificate.expires_on)
            .may_be_resumed(held.as_ref().map(|held| held.bureau), bureau)?;
        let held = held.ok_or_else(|| Error::fault("no suspension passed its rule"))?;
        let ended = Ended {
            hold: held.id,
            reason,
            ends: now.day(),
            at: now.utc(),
            by: actor.account.clone(),
        };
        holds::end(db, &ended)?;
        let own = Some(&certificate.institution);
        ledger::enter(db, actor, Deed::CertificateResumed, own, id, &[], now)?;
        lineage::logged(db, registry, LogKind::Resume, &[&certificate], now)?;
        Ok(())
    })
}
