//! 换发: a new certificate, with today's number and the holder as the register knows her now, in
//! the place of one that stays on record as replaced.

use crate::acts::issuing::{self, Draft, Given, Series};
use crate::acts::{Done, Registry, certificates as issued, revocations};
use crate::domain::account::Issuer;
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::deed::Deed;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::replacements::{self, Replacement};
use crate::store::{entitlements, holdings, institutions, ledger, people};

/// A signatory replaces a certificate of her institution. The holder's name and document are taken
/// from the register as they are today, nothing from the signatory: a name is corrected there.
pub fn replace(
    registry: &Registry,
    issuer: &Issuer,
    id: &CertificateId,
    reason: &str,
    now: Now,
) -> Done<Given> {
    let reason = text::tidy(reason);
    if reason.chars().count() > 500 {
        return Err(Refusal::new("field.too-long").at("reason").with(500).into());
    }
    if reason.is_empty() {
        return Err(Refusal::new("field.blank").at("reason").into());
    }
    let actor = issuer.actor();
    registry.store.write(|db| {
        let (old, after) = revocations::hers(db, &actor.scope, actor.role, id)?;
        let waits = revocations::pending(db, id)?.is_some();
        after.fate(old.expires_on).may_be_replaced(waits, &reason)?;
        let institution = institutions::one(db, &old.institution)?.institution;
        let papers = entitlements::papers(db, &institution.id)?;
        if let Some(suspended) = papers.suspended_on(now.day()) {
            return Err(Refusal::new("institution.suspended")
                .with(suspended.starts)
                .into());
        }
        let series = match (old.kind, old.level) {
            (CertificateKind::Level, Some(level)) => {
                Series::of_level(&institution, level, now.year())?
            }
            _ => Series::of_completion(&institution, now.year())?,
        };
        let holder = people::several(db, std::slice::from_ref(&old.person))?;
        let holder = holder.first().ok_or(crate::acts::Error::NotFound)?;
        let draft = Draft {
            kind: old.kind,
            person: old.person.clone(),
            sitting: old.sitting.clone(),
            candidate: None,
            enrolment: None,
            entitlement: old.entitlement.clone(),
            holder: holder.name.clone(),
            id_kind: holder.id_kind.clone(),
            id_tail: holder.id_tail.clone(),
            occupation: old.occupation.clone(),
            occupation_name: old.occupation_name.clone(),
            work_type: old.work_type.clone(),
            level: old.level,
            course_name: old.course_name.clone(),
            hours: old.hours,
            began: old.began,
            ended: old.ended,
            expires_on: old.expires_on,
        };
        let faults = issuing::faults(&draft);
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let kept = issuing::keep(db, registry, &institution, &series, vec![draft], actor, now)?;
        let [new] = kept.as_slice() else {
            return Err(crate::acts::Error::fault(
                "one draft made another number of certificates",
            ));
        };
        let replacement = Replacement {
            certificate: id.clone(),
            successor: new.id.clone(),
            reason,
            at: now.utc(),
            by: actor.account.clone(),
        };
        replacements::add(db, &replacement)?;
        holdings::pass_on(db, id, &new.id)?;
        let facts = [("successor", new.number.as_str())];
        ledger::enter(
            db,
            actor,
            Deed::CertificateReplaced,
            Some(&institution.id),
            id,
            &facts,
            now,
        )?;
        Ok(issued::given(new))
    })
}
