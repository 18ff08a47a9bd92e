//! 培训合格证书: issued by the training institution's signatory to those who completed a class.

use crate::acts::certificates::{Prospect, given, given_of, samples};
use crate::acts::issuing::{self, Draft, Issued, Series};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Reader, Scope, Signatory};
use crate::domain::certificate::CertificateKind;
use crate::domain::class::{ClassId, Step};
use crate::domain::deed::Deed;
use crate::domain::institution::{Institution, InstitutionRole};
use crate::domain::person::PersonId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::store::attendance::{self, Finish};
use crate::store::classes::{self, Class};
use crate::store::courses::Course;
use crate::store::{
    Conn, certificates, enrolments, entitlements, institutions, ledger, milestones,
};
use std::collections::{HashMap, HashSet};

/// The signatory issues the completion certificates of a class: to everyone who completed it and
/// has none yet. Asked again, it answers what was issued.
pub fn issue(registry: &Registry, signatory: &Signatory, id: &ClassId, now: Now) -> Done<Issued> {
    let actor = signatory.actor();
    registry.store.write(|db| {
        let own = Scope::Institution(signatory.institution().clone());
        let (class, course, _) = classes::whole(db, &own, id)?;
        let ready = ready(db, &class, &course, now)?;
        if !ready.faults.is_empty() {
            return Err(ready.faults.into());
        }
        let series = ready
            .series
            .ok_or_else(|| Error::fault("a class ready without a series"))?;
        let new = issuing::keep(
            db,
            registry,
            &ready.issuer,
            &series,
            ready.drafts,
            actor,
            now,
        )?;
        if !new.is_empty() {
            milestones::reach(db, "concluded", id.as_str(), now.utc(), &actor.account)?;
            let count = new.len().to_string();
            let range =
                [new.first(), new.last()].map(|one| one.map_or("", |one| one.number.as_str()));
            let facts = [
                ("count", count.as_str()),
                ("first", range[0]),
                ("last", range[1]),
            ];
            ledger::enter(
                db,
                actor,
                Deed::CompletionIssued,
                Some(&class.institution),
                id,
                &facts,
                now,
            )?;
        }
        let is_new = !new.is_empty();
        let mut all: Vec<_> = ready.issued.into_iter().map(given_of).collect();
        all.extend(new.iter().map(given));
        all.sort_by(|a, b| a.number.cmp(&b.number));
        Ok(Issued {
            now: is_new,
            given: all,
            left: Vec::new(),
        })
    })
}

struct Ready {
    issuer: Institution,
    series: Option<Series>,
    drafts: Vec<Draft>,
    faults: Vec<Refusal>,
    issued: Vec<certificates::Listed>,
}

/// What would be issued today, and everything that stands in the way.
fn ready(db: &mut Conn, class: &Class, course: &Course, now: Now) -> Done<Ready> {
    let mut faults = Vec::new();
    if !matches!(class.state, Step::Completed | Step::Closed) {
        faults.push(Refusal::new("class.not-completed"));
    }
    let issuer = institutions::one(db, &class.institution)?.institution;
    let papers = entitlements::papers(db, &issuer.id)?;
    let subject = course
        .subject()
        .ok_or_else(|| Error::fault(format!("course {} is about nothing", course.id)))?;
    let line = issuing::filed_line(
        &papers,
        class.starts,
        InstitutionRole::Train,
        &subject,
        course.level,
    );
    let entitlement = match line {
        Ok(line) => line,
        Err(Error::Refused(reasons)) => {
            faults.extend(reasons);
            None
        }
        Err(other) => return Err(other),
    };
    if let Some(suspended) = papers.suspended_on(now.day()) {
        faults.push(Refusal::new("institution.suspended").with(suspended.starts));
    }
    let series = Series::of_completion(&issuer, now.year());
    faults.extend(series.as_ref().err().cloned());

    let issued = certificates::of_class(db, &class.id)?;
    let has: HashSet<_> = issued
        .iter()
        .map(|(enrolment, _)| enrolment.clone())
        .collect();
    let completed: HashSet<_> = attendance::completions_of(db, &class.id)?
        .into_iter()
        .filter(|completion| completion.outcome == Finish::Completed)
        .map(|completion| completion.enrolment)
        .collect();
    let trainees: Vec<_> = enrolments::of_class(db, &class.id)?
        .into_iter()
        .filter(|trainee| trainee.stays())
        .filter(|trainee| {
            completed.contains(&trainee.enrolment.id) && !has.contains(&trainee.enrolment.id)
        })
        .collect();
    let persons: Vec<PersonId> = trainees
        .iter()
        .map(|trainee| trainee.enrolment.person.clone())
        .collect();
    let kinds: HashMap<_, _> = certificates::id_kinds(db, &persons)?.into_iter().collect();
    let mut drafts = Vec::with_capacity(trainees.len());
    for trainee in trainees {
        let draft = Draft {
            kind: CertificateKind::Completion,
            id_kind: kinds
                .get(&trainee.enrolment.person)
                .cloned()
                .unwrap_or_default(),
            person: trainee.enrolment.person,
            sitting: None,
            candidate: None,
            enrolment: Some(trainee.enrolment.id),
            entitlement: entitlement.clone(),
            holder: trainee.name,
            id_tail: trainee.id_tail,
            occupation: course.occupation.clone(),
            occupation_name: subject.name(),
            work_type: course.work_type.clone(),
            level: course.level,
            course_name: Some(course.name.clone()),
            hours: Some(course.hours()),
            began: Some(class.starts),
            ended: Some(class.ends),
            expires_on: None,
        };
        for fault in issuing::faults(&draft) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        drafts.push(draft);
    }
    let issued = issued.into_iter().map(|(_, row)| row).collect();
    Ok(Ready {
        issuer,
        series: series.ok(),
        drafts,
        faults,
        issued,
    })
}

/// What issuing the certificates of a class would do today, and what was issued.
pub fn prospect(
    registry: &Registry,
    reader: &Reader,
    id: &ClassId,
    now: Now,
) -> Done<(Class, Course, Prospect)> {
    registry.store.read(|db| {
        let (class, course, house) = classes::whole(db, &reader.actor().scope, id)?;
        let ready = ready(db, &class, &course, now)?;
        let prospect = Prospect {
            issuer: house.name,
            count: ready.drafts.len(),
            samples: samples(db, &ready.issuer, ready.series.as_ref(), &ready.drafts)?,
            left: Vec::new(),
            faults: ready.faults,
            issued: ready.issued,
        };
        Ok((class, course, prospect))
    })
}
