//! 错撤恢复: a revocation that was wrong is taken back by the bureau, with its ground; the
//! certificate counts again and gives its right again. The revocation stays on record.

use crate::acts::lineage::{self, LogKind};
use crate::acts::{Done, Error, Registry, revocations};
use crate::domain::account::BureauOfficer;
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::deed::Deed;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::certificates::{self, Certificate};
use crate::store::holdings::{self, Holding};
use crate::store::restorations::{self, Restoration};
use crate::store::{Failure, ledger, milestones};

/// On which ground a revocation is taken back.
#[derive(Clone, Debug)]
pub struct Ground {
    /// 依据: the document and clause.
    pub basis: String,
    /// What was found to be wrong.
    pub reason: String,
}

/// An officer of the bureau restores certificates that were revoked by mistake: one, or some of a
/// cascade; all of them or none.
pub fn restore(
    registry: &Registry,
    officer: &BureauOfficer,
    ids: &[CertificateId],
    ground: &Ground,
    now: Now,
) -> Done<()> {
    let (basis, reason) = (text::tidy(&ground.basis), text::tidy(&ground.reason));
    let mut faults = Vec::new();
    for (field, value) in [("basis", &basis), ("reason", &reason)] {
        if value.is_empty() {
            faults.push(Refusal::new("field.blank").at(field));
        }
        faults.extend(revocations::too_long(field, value));
    }
    if ids.is_empty() {
        faults.push(Refusal::new("field.blank").at("numbers"));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let actor = officer.actor();
    registry.store.write(|db| {
        let mut restored: Vec<Certificate> = Vec::with_capacity(ids.len());
        for id in ids {
            let (certificate, _, after) = certificates::of(db, &actor.scope, id)?;
            if let Some((at, _)) = after.restored {
                let on = crate::ground::clock::beijing(at).date_naive();
                return Err(Refusal::new("certificate.restored").with(on).into());
            }
            after.fate(certificate.expires_on).may_be_restored()?;
            if after.renewed.is_some() {
                return Err(Refusal::new("certificate.revoked-again").into());
            }
            restored.push(certificate);
        }
        let rows: Vec<_> = restored
            .iter()
            .map(|certificate| Restoration {
                certificate: certificate.id.clone(),
                basis: basis.clone(),
                reason: reason.clone(),
                at: now.utc(),
                by: actor.account.clone(),
            })
            .collect();
        restorations::add(db, &rows)?;
        milestones::become_of(db, "restored", ids, now.day(), now.utc(), &actor.account)?;
        let rights: Vec<_> = restored.iter().filter_map(right).collect();
        // Meanwhile she may have earned another of the same trade and level: then that one stays.
        holdings::add(db, &rights).map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("restoration.held").into(),
            other => Error::from(other),
        })?;
        for certificate in &restored {
            let facts = [("number", certificate.number.as_str())];
            let own = Some(&certificate.institution);
            let deed = Deed::CertificateRestored;
            ledger::enter(db, actor, deed, own, &certificate.id, &facts, now)?;
        }
        let all: Vec<_> = restored.iter().collect();
        lineage::logged(db, registry, LogKind::Resume, &all, now)?;
        Ok(())
    })
}

/// What a level certificate gives.
fn right(certificate: &Certificate) -> Option<Holding> {
    (certificate.kind == CertificateKind::Level).then_some(())?;
    Some(Holding {
        person: certificate.person.clone(),
        occupation: certificate.occupation.clone()?,
        level: certificate.level?,
        certificate: certificate.id.clone(),
    })
}
