//! 证书: a signatory issues a sitting; whoever may reads what was issued.

use crate::acts::issuing::{self, Draft, Given, Issued, Left, Series};
use crate::acts::{Done, Error, Registry, outcomes, publicity};
use crate::domain::account::{AssessmentSignatory, Reader, Scope};
use crate::domain::assessment::{SittingId, SittingState};
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::deed::Deed;
use crate::domain::entitlement::Subject;
use crate::domain::institution::{Institution, InstitutionRole};
use crate::domain::occupation;
use crate::domain::person::PersonId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::store::certificates::{After, Certificate, Filter, Listed};
use crate::store::holdings::{self, Holding};
use crate::store::holds::{self, Ended, Held};
use crate::store::ledger::Line;
use crate::store::printings::{self, Printing};
use crate::store::replacements::{self, Relative, Replacement};
use crate::store::restorations::{self, Restoration};
use crate::store::revocations::{self, Case};
use crate::store::sittings::{self, Sitting};
use crate::store::{
    Conn, certificates, corrections, counters, entitlements, institutions, ledger, milestones,
    people,
};
use std::collections::{HashMap, HashSet};

/// The signatory issues a whole sitting: everyone who passed, or nobody. Asked again, it answers
/// what was issued the first time.
///
/// Who holds this trade and level already is left out and named; a name the paper cannot carry
/// refuses the whole, since a sitting is concluded once.
pub fn issue(
    registry: &Registry,
    signatory: &AssessmentSignatory,
    id: &SittingId,
    now: Now,
) -> Done<Issued> {
    let actor = signatory.actor();
    registry.store.write(|db| {
        let own = Scope::Institution(signatory.institution().clone());
        let (sitting, _) = sittings::of(db, &own, id)?;
        if sitting.state == SittingState::Issued {
            return issued_before(db, &sitting);
        }
        let ready = ready(db, &sitting, now)?;
        if !ready.faults.is_empty() {
            return Err(ready.faults.into());
        }
        let held: Vec<_> = ready
            .drafts
            .iter()
            .map(|draft| draft.person.clone())
            .collect();
        let series = ready
            .series
            .ok_or_else(|| Error::fault("a sitting ready without a series"))?;
        let kept = issuing::keep(
            db,
            registry,
            &ready.issuer,
            &series,
            ready.drafts,
            actor,
            now,
        )?;
        milestones::reach(
            db,
            "certified",
            sitting.id.as_str(),
            now.utc(),
            &actor.account,
        )?;
        let holdings: Vec<_> = kept
            .iter()
            .zip(held)
            .map(|(certificate, person)| Holding {
                person,
                occupation: sitting.occupation.clone(),
                level: sitting.level,
                certificate: certificate.id.clone(),
            })
            .collect();
        holdings::add(db, &holdings)?;
        sittings::advance(
            db,
            &sitting,
            SittingState::Issued,
            None,
            &actor.account,
            now,
        )?;
        let (count, left) = (kept.len().to_string(), ready.left.len().to_string());
        let range =
            [kept.first(), kept.last()].map(|one| one.map_or("", |one| one.number.as_str()));
        let facts = [
            ("count", count.as_str()),
            ("left", &left),
            ("first", range[0]),
            ("last", range[1]),
        ];
        ledger::enter(
            db,
            actor,
            Deed::SittingIssued,
            Some(&sitting.institution),
            &sitting.id,
            &facts,
            now,
        )?;
        Ok(Issued {
            now: true,
            given: kept.iter().map(given).collect(),
            left: ready.left,
        })
    })
}

pub(super) fn given(certificate: &Certificate) -> Given {
    Given {
        id: certificate.id.clone(),
        number: certificate.number.clone(),
        token: certificate.token.clone(),
        holder: certificate.holder.clone(),
    }
}

fn issued_before(db: &mut Conn, sitting: &Sitting) -> Done<Issued> {
    let rows = certificates::of_sitting(db, &sitting.id)?;
    let with: HashSet<_> = rows
        .iter()
        .map(|(candidate, _)| candidate.clone())
        .collect();
    let left = outcomes::passed(db, sitting)?
        .into_iter()
        .filter(|passed| !with.contains(&passed.candidate))
        .map(|passed| Left {
            why: Refusal::new("certificate.held").with(&passed.name),
            name: passed.name,
            seat: passed.seat,
        })
        .collect();
    Ok(Issued {
        now: false,
        given: rows.into_iter().map(|(_, row)| given_of(row)).collect(),
        left,
    })
}

pub(super) fn given_of(row: Listed) -> Given {
    Given {
        id: row.id,
        number: row.number,
        token: row.token,
        holder: row.holder,
    }
}

/// A sitting as it stands before it is issued.
struct Ready {
    issuer: Institution,
    series: Option<Series>,
    drafts: Vec<Draft>,
    left: Vec<Left>,
    faults: Vec<Refusal>,
}

/// What would be issued today, and everything that stands in the way.
fn ready(db: &mut Conn, sitting: &Sitting, now: Now) -> Done<Ready> {
    let mut faults = Vec::new();
    let mut note = |answer: Result<(), Refusal>| faults.extend(answer.err());
    match publicity::may_issue(db, sitting, now.day()) {
        Ok(()) => {}
        Err(Error::Refused(reasons)) => reasons.into_iter().for_each(|reason| note(Err(reason))),
        Err(other) => return Err(other),
    }
    let issuer = institutions::one(db, &sitting.institution)?.institution;
    let papers = entitlements::papers(db, &issuer.id)?;
    let subject = Subject::Occupation(sitting.occupation.clone());
    // In scope on the day it assessed; a line that lapsed since takes nobody's certificate away.
    let line = issuing::filed_line(
        &papers,
        sitting.day,
        InstitutionRole::Assess,
        &subject,
        Some(sitting.level),
    );
    let entitlement = match line {
        Ok(line) => line,
        Err(Error::Refused(reasons)) => {
            reasons.into_iter().for_each(|reason| note(Err(reason)));
            None
        }
        Err(other) => return Err(other),
    };
    if let Some(suspended) = papers.suspended_on(now.day()) {
        note(Err(
            Refusal::new("institution.suspended").with(suspended.starts)
        ));
    }
    let series = Series::of_level(&issuer, sitting.level, now.year());
    note(series.as_ref().map(|_| ()).map_err(Clone::clone));

    let passed = outcomes::passed(db, sitting)?;
    let persons: Vec<PersonId> = passed.iter().map(|passed| passed.person.clone()).collect();
    let kinds: HashMap<_, _> = certificates::id_kinds(db, &persons)?.into_iter().collect();
    let holders: HashMap<_, _> = holdings::among(db, &persons, &sitting.occupation, sitting.level)?
        .into_iter()
        .collect();
    let occupation_name = occupation::name(&sitting.occupation);
    let (mut drafts, mut left) = (Vec::with_capacity(passed.len()), Vec::new());
    for passed in passed {
        if let Some(number) = holders.get(&passed.person) {
            let why = Refusal::new("certificate.held")
                .with(&passed.name)
                .with(number);
            left.push(Left {
                name: passed.name,
                seat: passed.seat,
                why,
            });
            continue;
        }
        let draft = Draft {
            kind: CertificateKind::Level,
            id_kind: kinds.get(&passed.person).cloned().unwrap_or_default(),
            person: passed.person,
            sitting: Some(sitting.id.clone()),
            candidate: Some(passed.candidate),
            enrolment: None,
            entitlement: entitlement.clone(),
            holder: passed.name,
            id_tail: passed.id_tail,
            occupation: Some(sitting.occupation.clone()),
            occupation_name: occupation_name.clone(),
            work_type: sitting.work_type.clone(),
            level: Some(sitting.level),
            course_name: None,
            hours: None,
            began: None,
            ended: None,
            expires_on: None,
        };
        for fault in issuing::faults(&draft) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        drafts.push(draft);
    }
    Ok(Ready {
        issuer,
        series: series.ok(),
        drafts,
        left,
        faults,
    })
}

/// A certificate as it would be, for whoever looks before she signs.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The number it would have today.
    pub number: String,
    /// 姓名
    pub holder: String,
    /// 证件类型, its code.
    pub id_kind: String,
    /// The last four characters of the document's number.
    pub id_tail: String,
    /// 职业名称, or the course.
    pub subject: String,
    /// 工种
    pub work_type: Option<String>,
}

/// What would be issued, what stands in the way, and what was issued.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// The organisation that issues.
    pub issuer: String,
    /// How many would be issued.
    pub count: usize,
    /// The first three.
    pub samples: Vec<Sample>,
    /// Who would be left out.
    pub left: Vec<Left>,
    /// What stands in the way.
    pub faults: Vec<Refusal>,
    /// What was issued already.
    pub issued: Vec<Listed>,
}

pub(super) fn samples(
    db: &mut Conn,
    issuer: &Institution,
    series: Option<&Series>,
    drafts: &[Draft],
) -> Done<Vec<Sample>> {
    let Some(series) = series else {
        return Ok(Vec::new());
    };
    let last = counters::last(db, &issuer.id, &series.key()?)?;
    drafts
        .iter()
        .take(3)
        .zip(last + 1..)
        .map(|(draft, sequence)| {
            Ok(Sample {
                number: series.number(sequence)?,
                holder: draft.holder.clone(),
                id_kind: draft.id_kind.clone(),
                id_tail: draft.id_tail.clone(),
                subject: draft
                    .course_name
                    .clone()
                    .unwrap_or_else(|| draft.occupation_name.clone()),
                work_type: draft.work_type.clone(),
            })
        })
        .collect()
}

/// What issuing a sitting would do today, or what it did.
pub fn prospect(
    registry: &Registry,
    reader: &Reader,
    id: &SittingId,
    now: Now,
) -> Done<(Sitting, Prospect)> {
    registry.store.read(|db| {
        let (sitting, issuer) = sittings::of(db, &reader.actor().scope, id)?;
        let issued: Vec<_> = certificates::of_sitting(db, id)?
            .into_iter()
            .map(|(_, row)| row)
            .collect();
        if sitting.state == SittingState::Issued {
            let left = issued_before(db, &sitting)?.left;
            let prospect = Prospect {
                issuer,
                count: 0,
                samples: Vec::new(),
                left,
                faults: Vec::new(),
                issued,
            };
            return Ok((sitting, prospect));
        }
        let ready = ready(db, &sitting, now)?;
        let prospect = Prospect {
            issuer,
            count: ready.drafts.len(),
            samples: samples(db, &ready.issuer, ready.series.as_ref(), &ready.drafts)?,
            left: ready.left,
            faults: ready.faults,
            issued,
        };
        Ok((sitting, prospect))
    })
}

/// The certificates she may see, the newest first.
pub fn list(
    registry: &Registry,
    reader: &Reader,
    filter: &Filter,
    window: Window,
    now: Now,
) -> Done<Slice<Listed>> {
    let scope = &reader.actor().scope;
    Ok(registry
        .store
        .read(|db| certificates::list(db, scope, filter, now.day(), window))?)
}

/// A certificate with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The certificate.
    pub certificate: Certificate,
    /// Who issued it.
    pub issuer: String,
    /// What became of it.
    pub after: After,
    /// What stands in its place.
    pub successor: Option<(Replacement, Relative)>,
    /// What it stands in the place of.
    pub predecessor: Option<(Replacement, Relative)>,
    /// Everything ever proposed against it.
    pub cases: Vec<Case>,
    /// Everything ever proposed to correct on it.
    pub corrections: Vec<corrections::Case>,
    /// Every printing after the first, and who made it.
    pub printings: Vec<(Printing, String)>,
    /// Everything that ever held it, who did it, and how it ended.
    pub holds: Vec<(Held, String, Option<Ended>)>,
    /// That a revocation was taken back, and by whom.
    pub restoration: Option<(Restoration, String)>,
    /// What was done with it, oldest first.
    pub deeds: Vec<Line>,
    /// Her other certificates that stand, of those the reader may see.
    pub others: Vec<Listed>,
    /// How many more of hers other organisations issued.
    pub elsewhere: i64,
    /// Her name and the end of her document's number as the register knows them today; none once her
    /// data were erased.
    pub today: Option<(String, String)>,
}

impl Opened {
    /// Her other certificates that say another name or document than the register does.
    pub fn behind(&self) -> impl Iterator<Item = &Listed> {
        let today = self.today.as_ref();
        self.others.iter().filter(move |one| {
            today.is_some_and(|(name, tail)| one.holder != *name || one.id_tail != *tail)
        })
    }

    /// Whether this certificate itself says another name or document than the register does.
    pub fn is_behind(&self) -> bool {
        let one = &self.certificate;
        self.today
            .as_ref()
            .is_some_and(|(name, tail)| one.holder != *name || one.id_tail != *tail)
    }

    /// The proposal that waits for a second person.
    pub fn pending(&self) -> Option<&Case> {
        self.cases.iter().find(|case| case.is_pending())
    }

    /// The correction that waits for a second person.
    pub fn correcting(&self) -> Option<&corrections::Case> {
        self.corrections.iter().find(|case| case.is_pending())
    }

    /// The suspension that is on.
    pub fn held(&self) -> Option<&Held> {
        self.holds
            .iter()
            .find(|(.., ended)| ended.is_none())
            .map(|(held, ..)| held)
    }
}

/// One certificate she may see.
pub fn open(registry: &Registry, reader: &Reader, id: &CertificateId) -> Done<Opened> {
    registry.store.read(|db| {
        let (certificate, issuer, after) = certificates::of(db, &reader.actor().scope, id)?;
        let (mut others, elsewhere) =
            certificates::others_of(db, &reader.actor().scope, &certificate)?;
        others.retain(|one| one.after.replaced.is_none() && one.after.revoked.is_none());
        let person = people::several(db, std::slice::from_ref(&certificate.person))?.pop();
        Ok(Opened {
            others,
            elsewhere,
            today: person
                .map(|person| (person.name, person.id_tail))
                .filter(|(name, tail)| !name.is_empty() && !tail.is_empty()),
            successor: replacements::of(db, id)?,
            predecessor: replacements::before(db, id)?,
            cases: revocations::of(db, id)?,
            corrections: corrections::of(db, id)?,
            printings: printings::of(db, id)?,
            holds: holds::of(db, id)?,
            restoration: restorations::of(db, id)?,
            deeds: ledger::of(db, "certificate", id.as_str())?,
            certificate,
            issuer,
            after,
        })
    })
}
