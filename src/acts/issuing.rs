//! 签发: what both kinds of certificate have in common, from draft to record.
//!
//! A [`Draft`] is what we mean to say. [`keep`] gives it a number, a place in a status list and a
//! signature, and puts it on record; all of it in the transaction of the act that asked, so that
//! nothing signed leaves before it is on record, and what is rolled back was never numbered.
//!
//! ## Why the pen is held while signing
//! A signature covers the number, and numbers without a gap are given under the pen. Signing takes
//! some fifty millionths of a second each and is done on two threads: half a second for a sitting
//! of ten thousand, one hundredth of that for a usual one.

use crate::acts::{Done, Error, Registry, keys};
use crate::domain::account::Actor;
use crate::domain::assessment::{CandidateId, SittingId};
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::certificate_number::{self, CertificateNumber};
use crate::domain::completion_number::{self, CompletionNumber};
use crate::domain::deed::Deed;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::entitlement::{EntitlementId, Subject};
use crate::domain::institution::{Institution, InstitutionRole};
use crate::domain::log_event::LogKind;
use crate::domain::occupation::OccupationCode;
use crate::domain::person::PersonId;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::skill_level::SkillLevel;
use crate::domain::status_list::Places;
use crate::ground::clock::Now;
use crate::paper::{fonts, forbidden};
use crate::seal::signer::Es256;
use crate::seal::ticket::{self, Sealed, Ticket};
use crate::store::certificates::{self, Certificate};
use crate::store::entitlements::Papers;
use crate::store::status_lists::{self, StatusList};
use crate::store::{Conn, counters, ledger, number_skips, photos, recovered_leaves};
use chrono::NaiveDate;

/// What a certificate is to say, before it has a number.
#[derive(Clone)]
pub(super) struct Draft {
    pub kind: CertificateKind,
    pub person: PersonId,
    pub sitting: Option<SittingId>,
    pub candidate: Option<CandidateId>,
    pub enrolment: Option<EnrolmentId>,
    pub entitlement: Option<EntitlementId>,
    pub holder: String,
    pub id_kind: String,
    pub id_tail: String,
    pub occupation: Option<OccupationCode>,
    pub occupation_name: String,
    pub work_type: Option<String>,
    pub level: Option<SkillLevel>,
    pub course_name: Option<String>,
    pub hours: Option<i32>,
    pub began: Option<NaiveDate>,
    pub ended: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
}

/// A certificate that was issued.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Given {
    /// Its key.
    pub id: CertificateId,
    /// Its number.
    pub number: String,
    /// What its page is found by.
    pub token: String,
    /// To whom.
    pub holder: String,
}

/// Somebody who was left out, and why.
#[derive(Clone, Debug)]
pub struct Left {
    /// 姓名
    pub name: String,
    /// 准考证号; empty for a trainee.
    pub seat: String,
    /// Why.
    pub why: Refusal,
}

/// What issuing came to: the same whenever it is asked again.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Whether this act issued them; not when they were issued before.
    pub now: bool,
    /// The certificates by number.
    pub given: Vec<Given>,
    /// Who was left out.
    pub left: Vec<Left>,
}

impl Issued {
    /// How many.
    pub fn count(&self) -> usize {
        self.given.len()
    }

    /// The numbers, in order.
    pub fn numbers(&self) -> Vec<&str> {
        self.given
            .iter()
            .map(|given| given.number.as_str())
            .collect()
    }
}

/// A series of numbers without a gap.
#[derive(Clone, Debug)]
pub(super) enum Series {
    Level(certificate_number::Parts),
    Completion(completion_number::Parts),
}

impl Series {
    /// The series of an assessment organisation, a year and a level (人社鉴发〔2019〕2号).
    pub fn of_level(
        institution: &Institution,
        level: SkillLevel,
        year: i32,
    ) -> Result<Self, Refusal> {
        let unnumbered = || Refusal::new("institution.unnumbered");
        let read = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
        Ok(Self::Level(certificate_number::Parts {
            class: institution.letter.ok_or_else(unnumbered)?,
            organisation: read(&institution.filing_code)
                .and_then(|code: u32| u16::try_from(code).ok())
                .ok_or_else(unnumbered)?,
            province: institution.region.as_str()[..2]
                .parse()
                .map_err(|_| unnumbered())?,
            site: read(&institution.site).ok_or_else(unnumbered)?,
            year,
            level: level.as_str().chars().next().ok_or_else(unnumbered)?,
            sequence: 1,
        }))
    }

    /// The series of a training institution and a year.
    pub fn of_completion(institution: &Institution, year: i32) -> Result<Self, Refusal> {
        let site = institution
            .site
            .as_deref()
            .and_then(|site| site.parse().ok());
        let site = site.ok_or_else(|| Refusal::new("institution.unnumbered"))?;
        Ok(Self::Completion(completion_number::Parts {
            site,
            year,
            sequence: 1,
        }))
    }

    /// The number at a place in the series.
    pub fn number(&self, sequence: i32) -> Result<String, Refusal> {
        let used_up = || Refusal::new("certificate.numbers-used-up");
        let sequence = u32::try_from(sequence)
            .ok()
            .filter(|sequence| *sequence <= certificate_number::LAST_SEQUENCE)
            .ok_or_else(used_up)?;
        match self {
            Self::Level(parts) => {
                CertificateNumber::compose(&certificate_number::Parts { sequence, ..*parts })
                    .map(|number| number.to_string())
                    .map_err(Reason::refusal)
            }
            Self::Completion(parts) => {
                CompletionNumber::compose(&completion_number::Parts { sequence, ..*parts })
                    .map(|number| number.to_string())
                    .map_err(Reason::refusal)
            }
        }
    }

    /// What its counter is kept under: a number without its sequence.
    pub fn key(&self) -> Result<String, Refusal> {
        let first = self.number(1)?;
        Ok(first[..first.len() - 6].to_owned())
    }
}

/// The filed line that covers this on a day, once the whole of the papers says that it was in scope.
pub(super) fn filed_line(
    papers: &Papers,
    day: NaiveDate,
    role: InstitutionRole,
    subject: &Subject,
    level: Option<SkillLevel>,
) -> Done<Option<EntitlementId>> {
    papers.in_scope_on(day, role, subject, level)?;
    let changes = papers.changes();
    let line = papers
        .filed
        .iter()
        .map(|filed| &filed.entitlement)
        .find(|line| {
            line.role == role
                && line.subject == *subject
                && line.level == level
                && line.starts <= day
                && day <= line.ends_as_of(day, &changes)
        });
    Ok(line.map(|line| line.id.clone()))
}

/// Whether the paper can carry this: every character set by a font we ship, no forbidden word
/// outside a person's name.
pub(super) fn faults(draft: &Draft) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let named = |characters: Vec<char>| {
        let named: Vec<_> = characters
            .iter()
            .map(|c| format!("{c} (U+{:04X})", u32::from(*c)))
            .collect();
        named.join("、")
    };
    let missing = fonts::missing(&draft.holder);
    if !missing.is_empty() {
        let refusal = Refusal::new("certificate.name-unsettable");
        faults.push(refusal.with(&draft.holder).with(named(missing)));
    }
    let said = [
        Some(&draft.occupation_name),
        draft.work_type.as_ref(),
        draft.course_name.as_ref(),
    ];
    for text in said.into_iter().flatten() {
        let missing = fonts::missing(text);
        if !missing.is_empty() {
            faults.push(Refusal::new("certificate.character-missing").with(named(missing)));
        }
        let words = forbidden::forbidden_words(text);
        if !words.is_empty() {
            faults.push(Refusal::new("certificate.word-forbidden").with(words.join("、")));
        }
    }
    faults.dedup();
    faults
}

/// What of a certificate stands in its QR code.
pub(super) fn ticket_of(certificate: &Certificate) -> Done<Ticket> {
    let place = |number: i32| u32::try_from(number).map_err(|_| Error::fault("a place below zero"));
    let level = match certificate.kind {
        CertificateKind::Level => certificate.level.map_or("", SkillLevel::as_str),
        // A level beside a completed course would read as the level itself.
        CertificateKind::Completion => "",
    };
    let title = match certificate.kind {
        CertificateKind::Level => &certificate.occupation_name,
        CertificateKind::Completion => certificate
            .course_name
            .as_ref()
            .unwrap_or(&certificate.occupation_name),
    };
    Ok(Ticket {
        name: certificate.holder.clone(),
        id_last4: certificate.id_tail.clone(),
        occupation_code: certificate
            .occupation
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        occupation_title: title.clone(),
        level: level.to_owned(),
        number: certificate.number.clone(),
        issued_on: certificate.issued_on,
        status: (
            place(certificate.status_list)?,
            place(certificate.status_index)?,
        ),
        expires_on: certificate.expires_on,
    })
}

/// Numbers, signs and keeps: one certificate for each draft, in their order.
pub(super) fn keep(
    db: &mut Conn,
    registry: &Registry,
    issuer: &Institution,
    series: &Series,
    drafts: Vec<Draft>,
    actor: &Actor,
    now: Now,
) -> Done<Vec<Certificate>> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let (key_id, signer) = keys::signer_of(db, &registry.vault, &issuer.id, actor, now)?;
    let n =
        i32::try_from(drafts.len()).map_err(|_| Error::fault("more certificates than numbers"))?;
    pass_over_lost(db, issuer, &series.key()?, now)?;
    let before = counters::take(db, &issuer.id, &series.key()?, n)?;
    let places = draw_places(db, issuer, drafts.len())?;
    let mut kept = Vec::with_capacity(drafts.len());
    for ((draft, sequence), (list, index)) in drafts.into_iter().zip(before + 1..).zip(places) {
        let number = series.number(sequence)?;
        kept.push(unsigned(
            draft,
            number,
            (list, index),
            &key_id,
            issuer,
            actor,
            now,
        ));
    }
    let tickets = kept.iter().map(ticket_of).collect::<Done<Vec<_>>>()?;
    for (certificate, sealed) in kept.iter_mut().zip(sign_all(&tickets, &signer)) {
        certificate.cose = sealed.cose;
        certificate.token = sealed.token;
    }
    crate::trial!("after-sign");
    certificates::add(db, &kept)?;
    let faces: Vec<_> = kept
        .iter()
        .map(|certificate| (certificate.id.clone(), certificate.person.clone()))
        .collect();
    photos::bind(db, &faces)?;
    let issued: Vec<_> = kept.iter().collect();
    super::log::certificates(db, registry, LogKind::Issue, &issued, now)?;
    let lines: Vec<_> = kept
        .iter()
        .map(|certificate| {
            (
                certificate.id.as_str(),
                "number",
                certificate.number.as_str(),
            )
        })
        .collect();
    ledger::enter_each(
        db,
        actor,
        Deed::CertificateIssued,
        Some(&issuer.id),
        &lines,
        now,
    )?;
    Ok(kept)
}

fn unsigned(
    draft: Draft,
    number: String,
    (list, index): (i32, i32),
    key_id: &str,
    issuer: &Institution,
    actor: &Actor,
    now: Now,
) -> Certificate {
    Certificate {
        id: CertificateId::fresh(now),
        token: String::new(),
        number,
        kind: draft.kind,
        institution: issuer.id.clone(),
        person: draft.person,
        sitting: draft.sitting,
        candidate: draft.candidate,
        enrolment: draft.enrolment,
        entitlement: draft.entitlement,
        holder: draft.holder,
        id_kind: draft.id_kind,
        id_tail: draft.id_tail,
        occupation: draft.occupation,
        occupation_name: draft.occupation_name,
        work_type: draft.work_type,
        level: draft.level,
        course_name: draft.course_name,
        hours: draft.hours,
        began: draft.began,
        ended: draft.ended,
        issued_on: now.day(),
        expires_on: draft.expires_on,
        print: 1,
        key_id: key_id.to_owned(),
        cose: Vec::new(),
        status_list: list,
        status_index: index,
        issued_at: now.utc(),
        issued_by: actor.account.clone(),
    }
}

/// A series begun after a restore may have been begun before: certificates that are in the public log
/// and have no record here may bear its first numbers.
fn pass_over_lost(db: &mut Conn, issuer: &Institution, series: &str, now: Now) -> Done<()> {
    if counters::last(db, &issuer.id, series)? > 0 {
        return Ok(());
    }
    let new_year =
        chrono::NaiveDate::from_ymd_opt(now.year(), 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0));
    // In Beijing the year begins eight hours earlier.
    let since = new_year.ok_or_else(|| Error::fault("a year without a beginning"))?
        - chrono::Duration::hours(8);
    let lost = recovered_leaves::issued(db, &issuer.id, since)?;
    if lost > 0 {
        number_skips::pass(
            db,
            &issuer.id,
            series,
            i32::try_from(lost).unwrap_or(i32::MAX),
            now.utc(),
        )?;
    }
    Ok(())
}

/// Places in the institution's open list, and in a new one when that is full.
fn draw_places(db: &mut Conn, issuer: &Institution, n: usize) -> Done<Vec<(i32, i32)>> {
    let mut drawn = Vec::with_capacity(n);
    let (mut list, mut places) = match status_lists::last(db, &issuer.id)? {
        Some(kept) => {
            let places = Places::read(kept.bits)
                .ok_or_else(|| Error::fault("a status list of another length"))?;
            (kept.list, places)
        }
        None => (1, Places::empty()),
    };
    let keep = |db: &mut Conn, list: i32, places: &Places| {
        let kept = StatusList {
            institution: issuer.id.clone(),
            list,
            taken: i32::try_from(places.taken()).unwrap_or(i32::MAX),
            bits: places.bits().to_vec(),
        };
        status_lists::keep(db, &kept)
    };
    while drawn.len() < n {
        match places.draw() {
            Some(place) => drawn.push((list, i32::try_from(place).unwrap_or(i32::MAX))),
            None => {
                keep(db, list, &places)?;
                (list, places) = (list + 1, Places::empty());
            }
        }
    }
    keep(db, list, &places)?;
    Ok(drawn)
}

/// Signs on two threads when there is enough to sign; the signatures are the same either way.
fn sign_all(tickets: &[Ticket], signer: &Es256) -> Vec<Sealed> {
    let sign = |some: &[Ticket]| -> Vec<Sealed> {
        some.iter()
            .map(|ticket| ticket::sign(ticket, signer))
            .collect()
    };
    if tickets.len() < 64 {
        return sign(tickets);
    }
    let (first, second) = tickets.split_at(tickets.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| sign(second));
        let mut sealed = sign(first);
        sealed.extend(other.join().expect("signing does not panic"));
        sealed
    })
}
