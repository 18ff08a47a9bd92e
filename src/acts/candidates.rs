//! 考生: who sits: trainees of completed classes, and people who apply by themselves.

use crate::acts::sittings::{enter, own};
use crate::acts::{Done, Error, Registry, people};
use crate::domain::account::AssessmentClerk;
use crate::domain::assessment::{
    CandidateId, KEPT_DAYS, Part, PartMark, SittingId, together, write_parts,
};
use crate::domain::class::ClassId;
use crate::domain::deed::Deed;
use crate::domain::eligibility::{self, Applicant, Clause, ClauseCode, Paper};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::id_kind::IdDocument;
use crate::domain::person::PersonId;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::score::Score;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::candidates::{self, Candidate, Carried, Source, Trainee};
use crate::store::marks::Mark;
use crate::store::sittings::Sitting;
use crate::store::{Conn, Failure, people as people_rows};
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

/// Under which clause somebody applies, and what she says and brings for it.
#[derive(Clone, Debug)]
pub struct Declared {
    /// 申报条件
    pub clause: ClauseCode,
    /// Years of work, as she says.
    pub years: i32,
    /// An earlier certificate that is not in this registry: its level and its day.
    pub previous: Option<(SkillLevel, NaiveDate)>,
    /// The paper the clause asks for.
    pub paper: Option<Paper>,
}

/// Somebody who applies by herself.
#[derive(Clone, Debug)]
pub struct Application {
    /// 姓名
    pub name: String,
    /// Her document.
    pub document: IdDocument,
    /// Her day of birth, where the document does not tell.
    pub birth: Option<NaiveDate>,
    /// What she declares.
    pub declared: Declared,
}

/// A class as a source of candidates.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The class.
    pub source: Source,
    /// Its trainees, and whether each may be entered.
    pub trainees: Vec<(Trainee, Result<(), Refusal>)>,
}

/// The trainees of a class, as candidates for a sitting: whoever has the class's code may ask,
/// since the training institution gives it to the assessment organisation. Nothing more than names
/// and outcomes is told.
pub fn offered(
    registry: &Registry,
    clerk: &AssessmentClerk,
    id: &SittingId,
    class: &ClassId,
) -> Done<Offered> {
    registry.store.read(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        let source = fitting(db, &sitting, class)?;
        let trainees = candidates::trainees(db, class)?;
        let here = entered_here(db, id)?;
        let trainees = trainees
            .into_iter()
            .map(|trainee| {
                let may = may_enter(&trainee, &here);
                (trainee, may)
            })
            .collect();
        Ok(Offered { source, trainees })
    })
}

/// A class that taught what the sitting assesses.
fn fitting(db: &mut Conn, sitting: &Sitting, class: &ClassId) -> Done<Source> {
    let source = candidates::source(db, class).map_err(|failure| match failure {
        Failure::Missing => Refusal::new("candidate.class-unknown").at("class").into(),
        other => Error::from(other),
    })?;
    let same_level = source.level.is_none_or(|level| level == sitting.level);
    if source.occupation.as_ref() != Some(&sitting.occupation) || !same_level {
        let refusal = Refusal::new("candidate.class-other-trade").at("class");
        return Err(refusal.with(&source.name).into());
    }
    Ok(source)
}

fn entered_here(db: &mut Conn, id: &SittingId) -> Done<Vec<PersonId>> {
    let listed = candidates::of(db, id)?;
    Ok(listed.into_iter().map(|row| row.candidate.person).collect())
}

/// Attendance below the course's threshold bars a trainee from assessment; so does a class that
/// has not concluded on her.
fn may_enter(trainee: &Trainee, here: &[PersonId]) -> Result<(), Refusal> {
    if here.contains(&trainee.person) {
        return Err(about("candidate.twice", &trainee.name));
    }
    match trainee.outcome.as_deref() {
        Some("completed") => Ok(()),
        Some(_) => Err(about("candidate.attendance-short", &trainee.name)),
        None => Err(about("candidate.class-open", &trainee.name)),
    }
}

fn about(code: &'static str, name: &str) -> Refusal {
    Refusal::new(code).at("trainees").with(name)
}

/// A clerk enters trainees of a completed class; all of them or none.
pub fn enter_class(
    registry: &Registry,
    clerk: &AssessmentClerk,
    id: &SittingId,
    class: &ClassId,
    chosen: &[EnrolmentId],
    declared: &Declared,
    now: Now,
) -> Done<usize> {
    if chosen.is_empty() {
        return Err(Refusal::new("candidate.nobody-chosen")
            .at("trainees")
            .into());
    }
    registry.store.write(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        sitting.state.is_open_for_changes()?;
        fitting(db, &sitting, class)?;
        let clause = clause_of(declared)?;
        let here = entered_here(db, id)?;
        let mut trainees = candidates::trainees(db, class)?;
        trainees.retain(|trainee| chosen.contains(&trainee.enrolment));
        if trainees.len() != chosen.len() {
            return Err(Refusal::new("candidate.not-of-class").at("trainees").into());
        }
        let mut refusals: Vec<Refusal> = trainees
            .iter()
            .filter_map(|trainee| may_enter(trainee, &here).err())
            .collect();
        let persons: Vec<PersonId> = trainees.iter().map(|t| t.person.clone()).collect();
        let births = births(db, registry, &persons)?;
        let mut entries = Vec::new();
        for trainee in trainees {
            let birth = births.get(&trainee.person).copied().flatten();
            let eligible = eligible(db, &sitting, clause, &trainee.person, birth, declared)?;
            if let Err(why) = eligible {
                let why = Refusal {
                    field: Some("clause"),
                    ..why
                };
                refusals.extend([about("candidate.ineligible", &trainee.name), why]);
            }
            entries.push(Entry {
                person: trainee.person,
                name: trainee.name,
                enrolment: Some(trainee.enrolment),
            });
        }
        if !refusals.is_empty() {
            return Err(refusals.into());
        }
        let n = entries.len();
        keep(db, clerk, &sitting, entries, &declared.clause, now)?;
        Ok(n)
    })
}

/// A clerk enters somebody who applies by herself.
pub fn enter_applicant(
    registry: &Registry,
    clerk: &AssessmentClerk,
    id: &SittingId,
    application: &Application,
    now: Now,
) -> Done<()> {
    let name = text::name(&application.name);
    if name.is_empty() {
        return Err(Refusal::new("field.blank").at("name").into());
    }
    registry.store.write(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        sitting.state.is_open_for_changes()?;
        let clause = clause_of(&application.declared)?;
        let by = &clerk.actor().account;
        let bare = people::Particulars::default();
        let document = &application.document;
        let person = people::find_or_add(db, &registry.vault, document, &name, &bare, by, now)?;
        if entered_here(db, id)?.contains(&person) {
            return Err(Refusal::new("candidate.twice")
                .at("name")
                .with(&name)
                .into());
        }
        let birth = document.birth().or(application.birth);
        eligible(db, &sitting, clause, &person, birth, &application.declared)??;
        let entry = Entry {
            person,
            name,
            enrolment: None,
        };
        keep(
            db,
            clerk,
            &sitting,
            vec![entry],
            &application.declared.clause,
            now,
        )
    })
}

/// Whoever is to be entered.
struct Entry {
    person: PersonId,
    name: String,
    enrolment: Option<EnrolmentId>,
}

fn clause_of(declared: &Declared) -> Done<&'static Clause> {
    eligibility::find(&declared.clause)
        .ok_or_else(|| Refusal::new("eligibility.other-level").at("clause").into())
}

/// The days of birth of some people, out of their sealed documents.
fn births(
    db: &mut Conn,
    registry: &Registry,
    persons: &[PersonId],
) -> Done<HashMap<PersonId, Option<NaiveDate>>> {
    let mut births = HashMap::new();
    for person in people_rows::several(db, persons)? {
        let document = people::document(db, &registry.vault, &person)?;
        births.insert(person.id, document.birth());
    }
    Ok(births)
}

/// Whether the clause carries the application. A certificate in this registry is found by itself;
/// one from elsewhere is taken as declared.
fn eligible(
    db: &mut Conn,
    sitting: &Sitting,
    clause: &Clause,
    person: &PersonId,
    birth: Option<NaiveDate>,
    declared: &Declared,
) -> Done<Result<(), Refusal>> {
    let Some(birth) = birth else {
        return Ok(Err(Refusal::new("candidate.birth-unknown").at("birth")));
    };
    let previous = match clause.previous {
        Some(wanted) => candidates::certified(db, person, &sitting.occupation)?
            .into_iter()
            .filter(|(level, _)| *level >= wanted)
            .min_by_key(|(_, on)| *on)
            .or(declared.previous),
        None => None,
    };
    let applicant = Applicant {
        birth,
        years: declared.years,
        previous,
        paper: declared.paper,
    };
    Ok(clause
        .carries(sitting.level, &applicant, sitting.day)
        .map_err(Reason::refusal))
}

fn keep(
    db: &mut Conn,
    clerk: &AssessmentClerk,
    sitting: &Sitting,
    entries: Vec<Entry>,
    clause: &ClauseCode,
    now: Now,
) -> Done<()> {
    let persons: Vec<PersonId> = entries.iter().map(|entry| entry.person.clone()).collect();
    let elsewhere = candidates::elsewhere(
        db,
        &persons,
        &sitting.occupation,
        sitting.level,
        &sitting.id,
    )?;
    let certified =
        candidates::certified_already(db, &persons, &sitting.occupation, sitting.level)?;
    let refusals: Vec<Refusal> = entries
        .iter()
        .filter_map(|entry| {
            if elsewhere.contains(&entry.person) {
                Some(about("candidate.elsewhere", &entry.name))
            } else if certified.contains(&entry.person) {
                Some(about("candidate.certified", &entry.name))
            } else {
                None
            }
        })
        .collect();
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let kept = kept_parts(db, sitting, &persons, now)?;
    let mut seats = seats(db, sitting)?;
    let (mut rows, mut carried) = (Vec::new(), Vec::new());
    for entry in entries {
        let id = CandidateId::fresh(now);
        let own = kept
            .get(&entry.person)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let sits: Vec<Part> = sitting
            .level
            .parts()
            .iter()
            .copied()
            .filter(|part| !own.iter().any(|(kept, ..)| kept == part))
            .collect();
        carried.extend(own.iter().map(|(part, score, origin)| Carried {
            candidate: id.clone(),
            part: *part,
            origin: origin.clone(),
            tenths: score.in_tenths(),
        }));
        rows.push(Candidate {
            id,
            sitting: sitting.id.clone(),
            person: entry.person,
            enrolment: entry.enrolment,
            seat: seats.next(),
            clause: clause.to_string(),
            parts: write_parts(&sits),
            entered_at: now.utc(),
            entered_by: clerk.actor().account.clone(),
        });
    }
    candidates::add(db, &rows, &carried)?;
    let n = rows.len().to_string();
    enter(
        db,
        clerk,
        Deed::CandidateEntered,
        sitting,
        &[("candidates", &n)],
        now,
    )
}

/// The numbers of admission: the day, then four digits counted upwards over all sittings of the
/// institution on that day, so that no two people wear the same.
struct Seats {
    day: String,
    last: u32,
}

impl Seats {
    fn next(&mut self) -> String {
        self.last += 1;
        format!("{}{:04}", self.day, self.last)
    }
}

fn seats(db: &mut Conn, sitting: &Sitting) -> Done<Seats> {
    let day = sitting.day.format("%Y%m%d").to_string();
    let last = candidates::last_seat(db, &sitting.institution, &day)?
        .and_then(|seat| seat[day.len()..].parse().ok())
        .unwrap_or(0);
    Ok(Seats { day, last })
}

type KeptParts = HashMap<PersonId, Vec<(Part, Score, CandidateId)>>;

/// The parts each person passed within a year before the sitting, unless that was all of them:
/// then there is nothing to make up, and she sits anew.
fn kept_parts(db: &mut Conn, sitting: &Sitting, persons: &[PersonId], now: Now) -> Done<KeptParts> {
    let since = sitting
        .day
        .checked_sub_days(Days::new(KEPT_DAYS))
        .unwrap_or(NaiveDate::MIN);
    let (occupation, level) = (&sitting.occupation, sitting.level);
    let marks = candidates::earlier_marks(db, persons, occupation, level, since, now.day())?;
    let mut given: HashMap<(PersonId, CandidateId, Part), Vec<Option<PartMark>>> = HashMap::new();
    for (person, mark) in marks {
        let place = (person, mark.candidate.clone(), mark.part);
        given.entry(place).or_default().push(given_by(&mark));
    }
    let mut kept = KeptParts::new();
    for ((person, origin, part), marks) in given {
        let Some(PartMark::Scored(score)) = together(&marks).filter(|mark| passes(*mark)) else {
            continue;
        };
        let own = kept.entry(person).or_default();
        match own.iter_mut().find(|(known, ..)| *known == part) {
            Some(known) if known.1 < score => *known = (part, score, origin),
            Some(_) => {}
            None => own.push((part, score, origin)),
        }
    }
    kept.retain(|_, own| own.len() < level.parts().len());
    Ok(kept)
}

/// A kept mark as the rules see it.
pub(super) fn given_by(mark: &Mark) -> Option<PartMark> {
    if mark.absent {
        return Some(PartMark::Absent);
    }
    mark.tenths.and_then(Score::tenths).map(PartMark::Scored)
}

fn passes(mark: PartMark) -> bool {
    matches!(mark, PartMark::Scored(score) if score.passes())
}

/// A clerk takes a candidate out before the sitting begins.
pub fn withdraw(
    registry: &Registry,
    clerk: &AssessmentClerk,
    id: &SittingId,
    candidate: &CandidateId,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        sitting.state.is_open_for_changes()?;
        let gone = candidates::one(db, id, candidate)?;
        candidates::remove(db, id, candidate)?;
        let facts = [("seat", gone.seat.as_str())];
        enter(db, clerk, Deed::CandidateWithdrawn, &sitting, &facts, now)
    })
}
