//! 撤销: proposed by one signatory, confirmed by a second person; shown at once.

use crate::acts::lineage::{self, LogKind};
use crate::acts::{Done, Error, Registry, recoveries};
use crate::domain::account::{Confirmer, Issuer, Role, Scope};
use crate::domain::certificate::{CertificateId, CertificateKind, ProposalId, RevocationReason};
use crate::domain::deed::Deed;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::certificates::{self, After, Certificate};
use crate::store::revocations::{self, Case, Dropped, Proposal, Renewed, Revocation};
use crate::store::{Conn, Failure, holdings, ledger, milestones};

/// Why a certificate is to be revoked.
#[derive(Clone, Debug)]
pub struct Grounds {
    /// The class of reason.
    pub reason_class: RevocationReason,
    /// 依据: the document and clause.
    pub basis: String,
    /// Why, in words.
    pub reason: String,
}

/// A certificate within a scope that somebody of this role signs for: level certificates are the
/// assessment signatory's, completion certificates the training signatory's, both the bureau's.
pub(super) fn hers(
    db: &mut Conn,
    scope: &Scope,
    role: Role,
    id: &CertificateId,
) -> Done<(Certificate, After)> {
    let (certificate, _, after) = certificates::of(db, scope, id)?;
    let fits = match role {
        Role::AssessmentSignatory => certificate.kind == CertificateKind::Level,
        Role::InstitutionSignatory => certificate.kind == CertificateKind::Completion,
        _ => true,
    };
    if fits {
        Ok((certificate, after))
    } else {
        Err(Refusal::new("certificate.other-kind").into())
    }
}

/// The proposal that waits for a second person.
pub(super) fn pending(db: &mut Conn, id: &CertificateId) -> Done<Option<Case>> {
    Ok(revocations::of(db, id)?.into_iter().find(Case::is_pending))
}

pub(super) fn too_long(field: &'static str, value: &str) -> Option<Refusal> {
    (value.chars().count() > 500).then(|| Refusal::new("field.too-long").at(field).with(500))
}

/// A signatory proposes to revoke a certificate of her institution.
pub fn propose(
    registry: &Registry,
    issuer: &Issuer,
    id: &CertificateId,
    grounds: &Grounds,
    now: Now,
) -> Done<ProposalId> {
    let (basis, reason) = (text::tidy(&grounds.basis), text::tidy(&grounds.reason));
    let long: Vec<_> = [too_long("basis", &basis), too_long("reason", &reason)]
        .into_iter()
        .flatten()
        .collect();
    if !long.is_empty() {
        return Err(long.into());
    }
    let actor = issuer.actor();
    registry.store.write(|db| {
        let (certificate, after) = hers(db, &actor.scope, actor.role, id)?;
        let waits = pending(db, id)?.is_some();
        after
            .fate(certificate.expires_on)
            .may_be_proposed(waits, &basis, &reason)?;
        let proposal = Proposal {
            id: ProposalId::fresh(now),
            certificate: id.clone(),
            reason_class: grounds.reason_class,
            basis,
            reason,
            at: now.utc(),
            by: actor.account.clone(),
        };
        revocations::propose(db, &proposal)?;
        let facts = [("reason", grounds.reason_class.as_str())];
        let deed = Deed::CertificateRevocationProposed;
        ledger::enter(
            db,
            actor,
            deed,
            Some(&certificate.institution),
            id,
            &facts,
            now,
        )?;
        Ok(proposal.id)
    })
}

/// A signatory of the institution takes a proposal back.
pub fn drop_proposal(
    registry: &Registry,
    issuer: &Issuer,
    id: &CertificateId,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = text::tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::new("field.blank").at("reason").into());
    }
    if let Some(long) = too_long("reason", &reason) {
        return Err(long.into());
    }
    let actor = issuer.actor();
    registry.store.write(|db| {
        let (certificate, _) = hers(db, &actor.scope, actor.role, id)?;
        let Some(case) = pending(db, id)? else {
            return Err(Refusal::new("revocation.unproposed").into());
        };
        let dropped = Dropped {
            proposal: case.proposal.id,
            reason,
            at: now.utc(),
            by: actor.account.clone(),
        };
        revocations::drop_one(db, &dropped)?;
        let deed = Deed::CertificateRevocationDropped;
        ledger::enter(
            db,
            actor,
            deed,
            Some(&certificate.institution),
            id,
            &[],
            now,
        )?;
        Ok(())
    })
}

/// A second person confirms: from now on the certificate is revoked, and the right it gave is free.
pub fn confirm(
    registry: &Registry,
    confirmer: &Confirmer,
    id: &CertificateId,
    now: Now,
) -> Done<()> {
    let actor = confirmer.actor();
    registry.store.write(|db| {
        let (certificate, after) = hers(db, &actor.scope, actor.role, id)?;
        let case = pending(db, id)?;
        let proposed_by = case.as_ref().map(|case| &case.proposal.by);
        after
            .fate(certificate.expires_on)
            .may_be_revoked(proposed_by, &actor.account)?;
        let case =
            case.ok_or_else(|| Error::fault("a revocation without a proposal passed its rule"))?;
        let revocation = Revocation {
            certificate: id.clone(),
            proposal: case.proposal.id,
            at: now.utc(),
            by: actor.account.clone(),
        };
        // What was restored before is revoked a second time: both stay on record.
        let kept = if after.restored.is_some() {
            let renewed = Renewed {
                certificate: id.clone(),
                proposal: revocation.proposal.clone(),
                reason_class: case.proposal.reason_class,
                day: now.day(),
                at: now.utc(),
                by: actor.account.clone(),
            };
            revocations::renew(db, &renewed)
        } else {
            revocations::confirm(db, &revocation)
        };
        kept.map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("certificate.revoked").with(now.day()).into(),
            other => Error::from(other),
        })?;
        holdings::end(db, id)?;
        let one = std::slice::from_ref(id);
        if after.restored.is_none() {
            milestones::become_of(db, "revoked", one, now.day(), now.utc(), &actor.account)?;
        }
        recoveries::raise(db, one, actor, now)?;
        let facts = [
            ("reason", case.proposal.reason_class.as_str()),
            ("number", certificate.number.as_str()),
        ];
        let own = Some(&certificate.institution);
        ledger::enter(db, actor, Deed::CertificateRevoked, own, id, &facts, now)?;
        lineage::logged(db, registry, LogKind::Revoke, &[&certificate], now)?;
        Ok(())
    })
}
