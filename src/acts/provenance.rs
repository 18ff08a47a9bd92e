//! 可溯源: besides genuine, whether everything a certificate rests on was in order **on its day**:
//! the organisation in scope, the panel qualified, the class approved, the hours taught and
//! attended, the marks signed, the results shown.
//!
//! Each link is asked of dated records, not of how things are today: a line of scope that lapsed
//! since breaks nothing, and one that was filed since mends nothing silently. What is told carries
//! no personal data: of attendance whether it sufficed, of a panel how many, never who.

use crate::acts::attendance::LateEntries;
use crate::acts::{Done, Registry, panels};
use crate::domain::assessment::SittingState;
use crate::domain::attendance::{Late, is_late};
use crate::domain::certificate::CertificateKind;
use crate::domain::class::Step;
use crate::domain::entitlement::Subject;
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::{Now, beijing};
use crate::store::attendance::Finish;
use crate::store::certificates::{self, After, Certificate};
use crate::store::provenances::{self, Training};
use crate::store::sittings::Sitting;
use crate::store::{
    Conn, Failure, classes, corrections, entitlements, holds, ledger, lessons, marks,
    panels as seats, printings, publicities, replacements, sittings,
};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::HashSet;

/// How a link turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It holds.
    Yes,
    /// It is broken.
    No,
    /// The records do not tell.
    Unclear,
    /// It is not asked for: nobody needs a class to be assessed.
    NotAsked,
}

impl Holds {
    /// Its code, for words and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unclear => "unclear",
            Self::NotAsked => "not_asked",
        }
    }

    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which: `scope`, `panel`, `class`, `hours`, `marks`, `publicity`.
    pub what: &'static str,
    /// How it turned out.
    pub holds: Holds,
    /// The day it is about, where it is about one.
    pub on: Option<NaiveDate>,
    /// Figures and documents the sentence is filled with, never about a person.
    pub facts: Vec<String>,
    /// 补录 among what it rests on, of the whole class or sitting.
    pub late: Option<Late>,
}

impl Link {
    fn new(what: &'static str, holds: Holds, on: Option<NaiveDate>) -> Self {
        Self {
            what,
            holds,
            on,
            facts: Vec::new(),
            late: None,
        }
    }

    fn with(mut self, fact: impl ToString) -> Self {
        self.facts.push(fact.to_string());
        self
    }
}

/// The chain behind a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The certificate's number.
    pub number: String,
    /// Its standing today, as a code.
    pub standing: &'static str,
    /// The links in the order of time.
    pub links: Vec<Link>,
    /// What became of it, in the order of time.
    pub turns: Vec<Turn>,
}

/// One turn of a certificate's life, as the public may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// `issued`, `replaces`, `corrects`, `printed`, `suspended`, `resumed`, `revoked`, `restored`,
    /// `replaced`, `corrected`.
    pub what: &'static str,
    /// When.
    pub on: NaiveDate,
    /// The number of another certificate, or which printing it is.
    pub number: Option<String>,
    /// The token of that other certificate.
    pub token: Option<String>,
}

impl Chain {
    /// Whether no link is broken.
    pub fn is_whole(&self) -> bool {
        self.links.iter().all(|link| link.holds != Holds::No)
    }

    /// Whether something could not be told.
    pub fn is_unclear(&self) -> bool {
        self.links.iter().any(|link| link.holds == Holds::Unclear)
    }
}

/// The chain behind the certificate with this token; none when there is none.
pub fn of(registry: &Registry, token: &str, now: Now) -> Done<Option<Chain>> {
    registry.store.read(|db| {
        let public = match certificates::public(db, &registry.known, token) {
            Ok(public) => public,
            Err(Failure::Missing) => return Ok(None),
            Err(other) => return Err(other.into()),
        };
        let (certificate, after) = (public.certificate, public.after);
        let turns = turns(db, &certificate, &after)?;
        let links = match certificate.kind {
            CertificateKind::Level => of_level(db, &certificate)?,
            CertificateKind::Completion => of_completion(db, &certificate)?,
        };
        Ok(Some(Chain {
            standing: after.standing(certificate.expires_on, now.day()).as_str(),
            number: certificate.number,
            links,
            turns,
        }))
    })
}

/// What became of a certificate, without who and why.
fn turns(db: &mut Conn, certificate: &Certificate, after: &After) -> Done<Vec<Turn>> {
    let plain = |what, on| Turn {
        what,
        on,
        number: None,
        token: None,
    };
    let mut turns = Vec::new();
    if let Some((made, old)) = replacements::before(db, &certificate.id)? {
        let corrected = corrections::is_corrected(db, &old.id)?;
        turns.push(Turn {
            number: Some(old.number),
            token: Some(old.token),
            ..plain(
                if corrected { "corrects" } else { "replaces" },
                day(made.at),
            )
        });
    }
    turns.push(plain("issued", certificate.issued_on));
    for (printing, _) in printings::of(db, &certificate.id)? {
        turns.push(Turn {
            number: Some(printing.serial.to_string()),
            ..plain("printed", day(printing.at))
        });
    }
    for (held, _, ended) in holds::of(db, &certificate.id)? {
        turns.push(plain("suspended", held.starts));
        turns.extend(ended.map(|ended| plain("resumed", ended.ends)));
    }
    if let Some((restored, first)) = after.renewed {
        turns.push(plain("revoked", day(first)));
        turns.push(plain("restored", day(restored)));
    }
    let revoked = after.revoked.map(|(at, _)| at);
    let revoked = revoked.or(after.restored.map(|(_, revoked)| revoked));
    turns.extend(revoked.map(|at| plain("revoked", day(at))));
    turns.extend(after.restored.map(|(at, _)| plain("restored", day(at))));
    if let Some((made, new)) = replacements::of(db, &certificate.id)? {
        let what = if after.corrected {
            "corrected"
        } else {
            "replaced"
        };
        turns.push(Turn {
            number: Some(new.number),
            token: Some(new.token),
            ..plain(what, day(made.at))
        });
    }
    turns.sort_by_key(|turn| turn.on);
    Ok(turns)
}

fn day(at: NaiveDateTime) -> NaiveDate {
    beijing(at).date_naive()
}

fn of_level(db: &mut Conn, certificate: &Certificate) -> Done<Vec<Link>> {
    let Some(id) = &certificate.sitting else {
        return Ok(vec![Link::new("scope", Holds::Unclear, None)]);
    };
    let (sitting, _) = sittings::public(db, id)?;
    let subject = Subject::Occupation(sitting.occupation.clone());
    let scope = scope(
        db,
        &sitting.institution,
        InstitutionRole::Assess,
        &subject,
        Some(sitting.level),
        (sitting.day, sitting.day),
    )?;
    let training = match provenances::enrolment_of(db, id, &certificate.person)? {
        Some(enrolment) => provenances::of_enrolment(db, &enrolment)?,
        None => None,
    };
    let mut links = class(db, training.as_ref())?;
    links.push(scope);
    links.push(panel(db, &sitting)?);
    links.push(signed(db, &sitting)?);
    let issued_on = first_issue(db, certificate)?;
    links.push(shown(db, &sitting, issued_on)?);
    Ok(links)
}

fn of_completion(db: &mut Conn, certificate: &Certificate) -> Done<Vec<Link>> {
    let enrolment = match &certificate.enrolment {
        Some(enrolment) => Some(enrolment.clone()),
        None => first_enrolment(db, certificate)?,
    };
    let training = match enrolment {
        Some(enrolment) => provenances::of_enrolment(db, &enrolment)?,
        None => None,
    };
    let Some(training) = training else {
        return Ok(vec![
            Link::new("scope", Holds::Unclear, None),
            Link::new("class", Holds::Unclear, None),
            Link::new("hours", Holds::Unclear, None),
        ]);
    };
    let scope = match training.course.subject() {
        Some(subject) => scope(
            db,
            &training.class.institution,
            InstitutionRole::Train,
            &subject,
            training.course.level,
            (training.class.starts, training.class.ends),
        )?,
        None => Link::new("scope", Holds::Unclear, None),
    };
    let mut links = class(db, Some(&training))?;
    links.insert(0, scope);
    Ok(links)
}

/// The certificates a certificate stands in the place of, back to the first.
fn first(db: &mut Conn, certificate: &Certificate) -> Done<Certificate> {
    let mut certificate = certificate.clone();
    // Each was issued after the one before, so the way back ends; a broken table is not walked for ever.
    for _ in 0..50 {
        let Some((_, before)) = replacements::before(db, &certificate.id)? else {
            break;
        };
        let Some(older) = certificates::several(db, &[before.id])?.pop() else {
            break;
        };
        certificate = older;
    }
    Ok(certificate)
}

fn first_issue(db: &mut Conn, certificate: &Certificate) -> Done<NaiveDate> {
    if certificate.candidate.is_some() {
        return Ok(certificate.issued_on);
    }
    Ok(first(db, certificate)?.issued_on)
}

fn first_enrolment(
    db: &mut Conn,
    certificate: &Certificate,
) -> Done<Option<crate::domain::enrolment::EnrolmentId>> {
    Ok(first(db, certificate)?.enrolment)
}

/// Whether the organisation was in scope on every day from the first to the last, as filed by then.
fn scope(
    db: &mut Conn,
    institution: &InstitutionId,
    role: InstitutionRole,
    subject: &Subject,
    level: Option<SkillLevel>,
    (from, to): (NaiveDate, NaiveDate),
) -> Done<Link> {
    let papers = entitlements::papers(db, institution)?;
    let holds = papers
        .in_scope_throughout(from, to, role, subject, level)
        .is_ok();
    let changes = papers.changes();
    let line = papers.filed.iter().find(|filed| {
        let line = &filed.entitlement;
        line.role == role
            && line.subject == *subject
            && (line.level == level || role == InstitutionRole::Train)
            && line.starts <= from
            && from <= line.ends_as_of(from, &changes)
    });
    Ok(match (holds, line) {
        (true, Some(filed)) => {
            let entered = day(filed.filed_at);
            // In force on paper that day, but entered here only later: said plainly.
            let holds = if entered > from {
                Holds::Unclear
            } else {
                Holds::Yes
            };
            Link::new("scope", holds, Some(from))
                .with(&filed.entitlement.document)
                .with(entered)
        }
        (true, None) => Link::new("scope", Holds::Unclear, Some(from)),
        (false, _) => Link::new("scope", Holds::No, Some(from)),
    })
}

/// Whether the panel fulfilled the rules on the day, by cards in date then.
fn panel(db: &mut Conn, sitting: &Sitting) -> Done<Link> {
    let members: Vec<_> = seats::of(db, &sitting.id)?;
    let people: HashSet<_> = members
        .iter()
        .map(|(member, _)| member.assessor.clone())
        .collect();
    let members: Vec<_> = members.into_iter().map(|(member, _)| member).collect();
    let fits = panels::judge(db, sitting, &members)?.0.is_empty();
    // Cards are kept as they are now: one that was changed since does not tell how it was.
    let keys: Vec<String> = people.iter().map(ToString::to_string).collect();
    let changed = ledger::of_several(db, &["assessor"], &keys)?
        .iter()
        .any(|line| line.kind == "assessor.changed" && day(line.at) > sitting.day);
    let holds = match (fits, changed) {
        (_, true) => Holds::Unclear,
        (fits, false) => Holds::of(fits),
    };
    Ok(Link::new("panel", holds, Some(sitting.day)).with(people.len()))
}

/// Whether everybody on the panel had signed the marks before they were shown.
fn signed(db: &mut Conn, sitting: &Sitting) -> Done<Link> {
    let asked: HashSet<_> = seats::of(db, &sitting.id)?
        .into_iter()
        .map(|(member, _)| (member.assessor, member.part))
        .collect();
    let signatures = marks::signatures_of(db, &sitting.id)?;
    let last = signatures
        .iter()
        .map(|(signature, _)| day(signature.at))
        .max();
    let given: HashSet<_> = signatures
        .into_iter()
        .map(|(signature, _)| (signature.assessor, signature.part))
        .collect();
    let reached = sittings::steps_of(db, &sitting.id)?
        .iter()
        .any(|step| step.step == SittingState::Marked);
    let holds = Holds::of(reached && !given.is_empty() && given.is_subset(&asked));
    let mut link = Link::new("marks", holds, last).with(given.len());
    let mut entered: Vec<_> = marks::of(db, &sitting.id)?
        .into_iter()
        .map(|mark| mark.at)
        .filter(|at| is_late(sitting.day, day(*at)))
        .collect();
    entered.sort_unstable();
    for at in entered {
        link.late = Some(Late::after(link.late, sitting.day, at));
    }
    Ok(link)
}

/// Whether the results were shown to the end before the first certificate was issued.
fn shown(db: &mut Conn, sitting: &Sitting, issued_on: NaiveDate) -> Done<Link> {
    Ok(match publicities::of(db, &sitting.id)? {
        None => Link::new("publicity", Holds::No, None),
        Some(publicity) => {
            let holds =
                Holds::of(publicity.closes < issued_on && publicity.opens <= publicity.closes);
            Link::new("publicity", holds, Some(publicity.opens)).with(publicity.closes)
        }
    })
}

/// Whether the class was approved before it began, and whether its hours were taught and attended.
fn class(db: &mut Conn, training: Option<&Training>) -> Done<Vec<Link>> {
    let Some(training) = training else {
        return Ok(vec![
            Link::new("class", Holds::NotAsked, None),
            Link::new("hours", Holds::NotAsked, None),
        ]);
    };
    let class = &training.class;
    let approved = classes::steps(db, &class.id)?
        .iter()
        .filter(|step| step.step == Step::Approved)
        .map(|step| day(step.at))
        .max();
    let holds = Holds::of(approved.is_some_and(|on| on <= class.starts));
    let approval = Link::new("class", holds, approved).with(class.starts);
    let planned = training.course.hours();
    let taught: i32 = lessons::of_class(db, &class.id)?
        .iter()
        .filter(|(lesson, _)| class.starts <= lesson.day && lesson.day <= class.ends)
        .map(|(lesson, _)| lesson.hours)
        .sum();
    let holds = match &training.completion {
        None => Holds::Unclear,
        Some(completion) => {
            let enough = completion.attended * 100 >= completion.held * training.course.threshold;
            Holds::of(completion.outcome == Finish::Completed && enough && taught >= planned)
        }
    };
    let mut hours = Link::new("hours", holds, Some(class.ends))
        .with(planned)
        .with(taught)
        .with(training.course.threshold);
    hours.late = LateEntries::of(db, &class.id)?.all;
    Ok(vec![approval, hours])
}
