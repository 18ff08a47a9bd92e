//! 换发: a new certificate, with today's number and the holder as the register knows her now, in
//! the place of one that stays on record as replaced.

use crate::acts::issuing::{self, Draft, Given, Series};
use crate::acts::lineage::{self, LogKind};
use crate::acts::{Done, Registry, certificates as issued, revocations};
use crate::domain::account::{Actor, Issuer};
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::deed::Deed;
use crate::domain::institution::Institution;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::certificates::Certificate;
use crate::store::people::Person;
use crate::store::replacements::{self, Replacement};
use crate::store::{Conn, entitlements, holdings, institutions, ledger, people};
use chrono::NaiveDate;

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
        after
            .fate(old.expires_on)
            .may_be_replaced(waits, &reason, now.day())?;
        let holder = people::several(db, std::slice::from_ref(&old.person))?;
        let holder = holder.first().ok_or(crate::acts::Error::NotFound)?;
        let (new, _) = succeed(
            db,
            registry,
            &old,
            holder,
            (old.began, old.ended),
            reason,
            actor,
            now,
        )?;
        let facts = [("successor", new.number.as_str())];
        ledger::enter(
            db,
            actor,
            Deed::CertificateReplaced,
            Some(&old.institution),
            id,
            &facts,
            now,
        )?;
        lineage::logged(db, registry, LogKind::Reissue, &[&old], now)?;
        Ok(issued::given(&new))
    })
}

/// Another certificate in the place of one: today's number, the holder as she is told here, the
/// rest as it was.
#[expect(
    clippy::too_many_arguments,
    reason = "what is new on the certificate, told once"
)]
pub(super) fn succeed(
    db: &mut Conn,
    registry: &Registry,
    old: &Certificate,
    holder: &Person,
    (began, ended): (Option<NaiveDate>, Option<NaiveDate>),
    reason: String,
    actor: &Actor,
    now: Now,
) -> Done<(Certificate, Institution)> {
    let institution = institutions::one(db, &old.institution)?.institution;
    let papers = entitlements::papers(db, &institution.id)?;
    if let Some(suspended) = papers.suspended_on(now.day()) {
        return Err(Refusal::new("institution.suspended")
            .with(suspended.starts)
            .into());
    }
    let series = match (old.kind, old.level) {
        (CertificateKind::Level, Some(level)) => Series::of_level(&institution, level, now.year())?,
        _ => Series::of_completion(&institution, now.year())?,
    };
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
        began,
        ended,
        expires_on: old.expires_on,
    };
    let faults = issuing::faults(&draft);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let mut kept = issuing::keep(db, registry, &institution, &series, vec![draft], actor, now)?;
    let (Some(new), true) = (kept.pop(), kept.is_empty()) else {
        return Err(crate::acts::Error::fault(
            "one draft made another number of certificates",
        ));
    };
    let replacement = Replacement {
        certificate: old.id.clone(),
        successor: new.id.clone(),
        reason,
        at: now.utc(),
        by: actor.account.clone(),
    };
    replacements::add(db, &replacement)?;
    holdings::pass_on(db, &old.id, &new.id)?;
    Ok((new, institution))
}
