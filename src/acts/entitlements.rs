//! 资质: the bureau files scope, moves its end, suspends and reinstates; nothing is overwritten.

use crate::acts::institutions::{Dossier, dossier};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{BureauOfficer, Reader};
use crate::domain::deed::Deed;
use crate::domain::entitlement::{
    ChangeId, ChangeKind, Entitlement, EntitlementId, OutOfScope, Subject, Suspension, SuspensionId,
};
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::domain::suspension::{may_reinstate, may_suspend};
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::entitlements::{Changed, Filed, Reinstated, Suspended};
use crate::store::{Failure, entitlements, institutions, ledger};
use chrono::NaiveDate;

/// What the bureau files.
#[derive(Clone, Debug)]
pub struct NewEntitlement {
    /// In which role.
    pub role: InstitutionRole,
    /// What.
    pub subject: Subject,
    /// At which level.
    pub level: Option<SkillLevel>,
    /// The first day.
    pub starts: NaiveDate,
    /// The last day.
    pub ends: NaiveDate,
    /// 备案文号
    pub document: String,
}

/// The bureau files a line of scope for an institution.
pub fn file(
    registry: &Registry,
    officer: &BureauOfficer,
    institution: &InstitutionId,
    new: NewEntitlement,
    now: Now,
) -> Done<EntitlementId> {
    let line = Entitlement {
        id: EntitlementId::fresh(now),
        institution: institution.clone(),
        role: new.role,
        subject: new.subject,
        level: new.level,
        starts: new.starts,
        ends: new.ends,
        document: text::tidy(&new.document),
    };
    registry.store.write(|db| {
        let known = institutions::of(db, &officer.actor().scope, institution)?;
        let papers = entitlements::papers(db, institution)?;
        line.may_be_filed(&known.institution)?;
        let filed: Vec<_> = papers
            .filed
            .iter()
            .map(|filed| filed.entitlement.clone())
            .collect();
        line.stands_beside(&filed, now.day(), &papers.changes())?;
        let kept = Filed {
            entitlement: line.clone(),
            filed_at: now.utc(),
            filed_by: officer.actor().account.clone(),
        };
        entitlements::add(db, &kept)?;
        let subject = subject_code(&line.subject);
        let facts = [
            ("role", line.role.as_str()),
            ("subject", subject.as_str()),
            ("level", line.level.map_or("", SkillLevel::as_str)),
            ("starts", &line.starts.to_string()),
            ("ends", &line.ends.to_string()),
        ];
        ledger::enter(
            db,
            officer.actor(),
            Deed::EntitlementFiled,
            Some(institution),
            &line.id,
            &facts,
            now,
        )?;
        Ok(line.id)
    })
}

/// The code of what a line is about.
pub fn subject_code(subject: &Subject) -> String {
    match subject {
        Subject::Occupation(code) => code.to_string(),
        Subject::Startup(course) => course.to_string(),
    }
}

/// The bureau moves the end of a filed line: an extension or a shortening, from today on.
pub fn move_end(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &EntitlementId,
    ends: NaiveDate,
    reason: &str,
    now: Now,
) -> Done<ChangeKind> {
    let reason = text::tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::new("entitlement.groundless").at("reason").into());
    }
    registry.store.write(|db| {
        let line = entitlements::of(db, &officer.actor().scope, id)?.entitlement;
        let papers = entitlements::papers(db, &line.institution)?;
        let kind = line.moved_to(ends, now.day(), &papers.changes())?;
        entitlements::change(
            db,
            &Changed {
                id: ChangeId::fresh(now),
                entitlement: id.clone(),
                kind,
                ends,
                reason,
                at: now.utc(),
                by: officer.actor().account.clone(),
            },
        )?;
        let deed = match kind {
            ChangeKind::Extended => Deed::EntitlementExtended,
            ChangeKind::Shortened => Deed::EntitlementShortened,
        };
        let facts = [("ends", ends.to_string())];
        let facts: Vec<_> = facts
            .iter()
            .map(|(name, fact)| (*name, fact.as_str()))
            .collect();
        ledger::enter(
            db,
            officer.actor(),
            deed,
            Some(&line.institution),
            id,
            &facts,
            now,
        )?;
        Ok(kind)
    })
}

/// The bureau suspends an institution from a day on.
pub fn suspend(
    registry: &Registry,
    officer: &BureauOfficer,
    institution: &InstitutionId,
    starts: NaiveDate,
    reason: &str,
    now: Now,
) -> Done<SuspensionId> {
    let suspended = Suspended {
        id: SuspensionId::fresh(now),
        institution: institution.clone(),
        starts,
        reason: text::tidy(reason),
        at: now.utc(),
        by: officer.actor().account.clone(),
    };
    registry.store.write(|db| {
        institutions::of(db, &officer.actor().scope, institution)?;
        let so_far: Vec<_> = entitlements::papers(db, institution)?
            .suspended
            .iter()
            .map(|(suspended, lifted)| suspension(suspended, lifted.as_ref()))
            .collect();
        may_suspend(starts, &suspended.reason, &so_far, now.day())?;
        entitlements::suspend(db, &suspended)?;
        ledger::enter(
            db,
            officer.actor(),
            Deed::InstitutionSuspended,
            Some(institution),
            institution,
            &[("starts", starts.to_string().as_str())],
            now,
        )?;
        Ok(suspended.id)
    })
}

fn suspension(suspended: &Suspended, lifted: Option<&Reinstated>) -> Suspension {
    Suspension {
        institution: suspended.institution.clone(),
        starts: suspended.starts,
        lifted: lifted.map(|lifted| lifted.ends),
    }
}

/// The bureau lifts a suspension: the institution may act again on this day.
pub fn reinstate(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &SuspensionId,
    again: NaiveDate,
    reason: &str,
    now: Now,
) -> Done<InstitutionId> {
    let reason = text::tidy(reason);
    registry.store.write(|db| {
        let (suspended, lifted) = entitlements::suspension_of(db, &officer.actor().scope, id)?;
        may_reinstate(
            &suspension(&suspended, lifted.as_ref()),
            again,
            &reason,
            now.day(),
        )?;
        entitlements::reinstate(
            db,
            &Reinstated {
                suspension: id.clone(),
                ends: again,
                reason,
                at: now.utc(),
                by: officer.actor().account.clone(),
            },
        )
        .map_err(|failure| match failure {
            // Two officers at once: the other's answer stands.
            Failure::Taken(_) => Refusal::new("suspension.lifted").with(again).into(),
            other => Error::from(other),
        })?;
        let institution = suspended.institution;
        ledger::enter(
            db,
            officer.actor(),
            Deed::InstitutionReinstated,
            Some(&institution),
            &institution,
            &[("again", again.to_string().as_str())],
            now,
        )?;
        Ok(institution)
    })
}

/// One filed line with its changes, for whoever may see its institution.
pub fn show(
    registry: &Registry,
    reader: &Reader,
    id: &EntitlementId,
) -> Done<(Filed, Vec<Changed>)> {
    registry.store.read(|db| {
        let filed = entitlements::of(db, &reader.actor().scope, id)?;
        let papers = entitlements::papers(db, &filed.entitlement.institution)?;
        let changed = papers
            .changed
            .into_iter()
            .filter(|changed| changed.entitlement == *id)
            .collect();
        Ok((filed, changed))
    })
}

/// The dossier a suspension is in, for whoever may see its institution.
pub fn suspended(registry: &Registry, reader: &Reader, id: &SuspensionId) -> Done<Dossier> {
    let (suspended, _) = registry
        .store
        .read(|db| entitlements::suspension_of(db, &reader.actor().scope, id))?;
    dossier(registry, reader, &suspended.institution)
}

/// Was it in scope that day? The answer and, when it is no, why.
pub fn in_scope(
    registry: &Registry,
    reader: &Reader,
    institution: &InstitutionId,
    question: &Question,
) -> Done<Result<(), OutOfScope>> {
    registry.store.read(|db| {
        institutions::of(db, &reader.actor().scope, institution)?;
        let papers = entitlements::papers(db, institution)?;
        Ok(question.asked_of(&papers))
    })
}

/// What is asked of an institution's filings.
#[derive(Clone, Debug)]
pub struct Question {
    /// On which day.
    pub day: NaiveDate,
    /// In which role.
    pub role: InstitutionRole,
    /// What.
    pub subject: Subject,
    /// At which level.
    pub level: Option<SkillLevel>,
}

impl Question {
    /// The answer these filings give.
    pub fn asked_of(&self, papers: &entitlements::Papers) -> Result<(), OutOfScope> {
        papers.in_scope_on(self.day, self.role, &self.subject, self.level)
    }
}
