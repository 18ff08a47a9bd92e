//! 班期: from the draft to the file cabinet; each step a dated deed by a person.

use crate::acts::attendance::LateEntries;
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Acting, Actor, Clerk, Officer, Scope, TrainingReader};
use crate::domain::attendance::{Presence, Tally};
use crate::domain::class::{self, ClassId, Filing, Step};
use crate::domain::course::CourseId;
use crate::domain::deed::Deed;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::enterprise::Enterprise;
use crate::domain::institution::InstitutionRole;
use crate::domain::key_group::KeyGroup;
use crate::domain::lesson::LessonId;
use crate::domain::masking;
use crate::domain::person::PersonId;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::teacher::TeacherId;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::attendance::{Completion, Entry, Finish};
use crate::store::classes::{Class, Filter, Line, StepTaken};
use crate::store::courses::{Course, House};
use crate::store::enrolments::Trainee;
use crate::store::lessons::Lesson;
use crate::store::teachers::Teacher;
use crate::store::{
    Conn, Failure, attendance, classes, courses, enrolments, enterprises, entitlements, ledger,
    lessons, milestones, teachers,
};
use chrono::NaiveDate;
use std::collections::HashMap;

/// What a class is to be.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The course it is a running of.
    pub course: CourseId,
    /// 班期名称
    pub name: String,
    /// The name strangers may read; made from the course when it is blank.
    pub public_name: String,
    /// 开班日期
    pub starts: NaiveDate,
    /// 结业日期
    pub ends: NaiveDate,
    /// 培训地点; the course's when it is blank.
    pub place: String,
    /// 人数
    pub capacity: i32,
    /// Who teaches it.
    pub teachers: Vec<TeacherId>,
}

/// A class with all that belongs to it.
pub struct Opened {
    /// The class.
    pub class: Class,
    /// Its course.
    pub course: Course,
    /// Its institution.
    pub house: House,
    /// For whom it trains, if for somebody.
    pub enterprise: Option<Enterprise>,
    /// Who teaches it.
    pub teachers: Vec<Teacher>,
    /// Its timetable, each lesson with its teacher's name.
    pub lessons: Vec<(Lesson, String)>,
    /// Everyone who was ever in it.
    pub trainees: Vec<Trainee>,
    /// The groups each counted in when it began.
    pub groups: Vec<(EnrolmentId, KeyGroup)>,
    /// Who took which step when.
    pub steps: Vec<StepTaken>,
    /// Everything done to it.
    pub deeds: Vec<ledger::Line>,
    /// What keeps it from being filed or approved, while it is not approved.
    pub faults: Vec<Refusal>,
    /// How many entries of attendance each lesson still wants, where it wants any.
    pub wanting: HashMap<LessonId, usize>,
    /// What the attendance of each came to, once it was completed.
    pub completions: Vec<Completion>,
    /// What of it was entered late.
    pub late: LateEntries,
}

/// A clerk drafts a class, and says for which enterprise it trains, if for one.
pub fn draft(
    registry: &Registry,
    clerk: &Clerk,
    draft: Draft,
    enterprise: Option<&Enterprise>,
    now: Now,
) -> Done<ClassId> {
    registry.store.write(|db| {
        let (class, teachers) = judge(
            db,
            clerk,
            draft,
            registry.settings.class_capacity,
            None,
            now,
        )?;
        classes::add(db, &class)?;
        teachers::set_class(db, &class.id, &teachers)?;
        enterprises::set(db, &class.id, enterprise)?;
        take(db, clerk, &class, Step::Drafted, None, now)?;
        Ok(class.id)
    })
}

/// A clerk changes a class that is a draft or was returned.
pub fn change(
    registry: &Registry,
    clerk: &Clerk,
    id: &ClassId,
    draft: Draft,
    enterprise: Option<&Enterprise>,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        let kept = classes::of(db, &clerk.actor().scope, id)?;
        kept.state.is_open_for_changes()?;
        let days = (kept.starts, kept.ends);
        let (class, teachers) = judge(
            db,
            clerk,
            draft,
            registry.settings.class_capacity,
            Some(kept),
            now,
        )?;
        let enrolled = classes::enrolled(db, &[id])?.get(id).copied().unwrap_or(0);
        class.facts().seats(enrolled, 0)?;
        if days != (class.starts, class.ends) {
            refuse(elsewhere(db, &class)?)?;
        }
        classes::change(db, &class)?;
        teachers::set_class(db, id, &teachers)?;
        enterprises::set(db, id, enterprise)?;
        enter(db, clerk, Deed::ClassChanged, &class, &[], now)
    })
}

/// Who is in this class and in another one on its days: the same that keeps a line of a roster out.
/// Names are masked, as the other class may be a stranger's.
fn elsewhere(db: &mut Conn, class: &Class) -> Done<Vec<Refusal>> {
    let all = enrolments::elsewhere(db, &class.id, class.starts, class.ends)?;
    let refusal = |one: enrolments::Elsewhere| {
        Refusal::new("class.trainee-elsewhere")
            .at("starts")
            .with(format!("{}（{}）", masking::name(&one.name), one.id_tail))
            .with(one.public_name)
    };
    Ok(all.into_iter().take(20).map(refusal).collect())
}

/// What a draft becomes. Only what makes no sense at any time is refused here; what the bureau
/// asks for is asked when the class is filed, and shown on its page until then.
fn judge(
    db: &mut Conn,
    clerk: &Clerk,
    draft: Draft,
    limit: u32,
    kept: Option<Class>,
    now: Now,
) -> Done<(Class, Vec<TeacherId>)> {
    let own = Scope::Institution(clerk.institution().clone());
    let (course, house) = match courses::of(db, &own, &draft.course) {
        Err(Failure::Missing) => return Err(Refusal::new("course.unknown").at("course").into()),
        found => found?,
    };
    let mut refusals = Vec::new();
    for (field, value) in [
        ("name", &draft.name),
        ("public_name", &draft.public_name),
        ("place", &draft.place),
    ] {
        if value.chars().count() > 80 {
            refusals.push(Refusal::new("field.too-long").at(field).with(80));
        }
    }
    if draft.name.trim().is_empty() {
        refusals.push(Refusal::new("field.blank").at("name"));
    }
    let limit = i32::try_from(limit).unwrap_or(class::SEATS);
    if !(1..=limit).contains(&draft.capacity) {
        refusals.push(
            class::Unfileable::Capacity {
                seats: draft.capacity,
                limit,
            }
            .refusal(),
        );
    }
    if draft.ends < draft.starts {
        refusals.push(
            class::Unfileable::Reversed {
                starts: draft.starts,
                ends: draft.ends,
            }
            .refusal(),
        );
    }
    let known = teachers::of_institution(db, clerk.institution())?;
    let mut teachers = draft.teachers;
    teachers.sort();
    teachers.dedup();
    if !teachers
        .iter()
        .all(|id| known.iter().any(|teacher| teacher.id == *id))
    {
        refusals.push(Refusal::new("teacher.unknown").at("teachers"));
    }
    let public_name = match text::tidy(&draft.public_name) {
        name if name.is_empty() => public_name(&course, draft.starts),
        name => name,
    };
    if let Err(reason) = class::may_be_public(&public_name) {
        refusals.push(reason.refusal());
    }
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let place = text::tidy(&draft.place);
    let class = Class {
        id: kept
            .as_ref()
            .map_or_else(|| ClassId::fresh(now), |kept| kept.id.clone()),
        course: course.id,
        institution: clerk.institution().clone(),
        region: house.region,
        name: text::tidy(&draft.name),
        public_name,
        starts: draft.starts,
        ends: draft.ends,
        place: if place.is_empty() {
            course.place
        } else {
            place
        },
        capacity: draft.capacity,
        state: kept.as_ref().map_or(Step::Drafted, |kept| kept.state),
        drafted_at: kept.as_ref().map_or(now.utc(), |kept| kept.drafted_at),
        drafted_by: kept.map_or_else(|| clerk.actor().account.clone(), |kept| kept.drafted_by),
    };
    Ok((class, teachers))
}

/// 焊工（三级/高级工）2026年3月班: what is taught and when, and nothing about who learns it.
fn public_name(course: &Course, starts: NaiveDate) -> String {
    let subject = course
        .subject()
        .map(|subject| subject.name())
        .unwrap_or_default();
    let level = course
        .level
        .map(|level| format!("（{}）", level.name()))
        .unwrap_or_default();
    format!("{subject}{level}{}", starts.format("%Y年%-m月班"))
}

/// A clerk files a class with the bureau (开班申请). Everything in its way is told at once.
pub fn file(registry: &Registry, clerk: &Clerk, id: &ClassId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let (class, course, _) = classes::whole(db, &clerk.actor().scope, id)?;
        class.state.may(Step::Filed)?;
        refuse(faults(db, registry, &class, &course, now)?)?;
        let enterprise = enterprises::of(db, id)?;
        let named = enterprise
            .as_ref()
            .map(|one| [("enterprise", one.name()), ("uscc", one.uscc().as_str())]);
        let facts = named.as_ref().map_or(&[][..], |facts| facts);
        step(db, clerk, &class, (Step::Filed, None), facts, now)
    })
}

/// An officer approves a filed class. What the rules ask is asked again: days may have passed.
pub fn approve(registry: &Registry, officer: &Officer, id: &ClassId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let (class, course, _) = classes::whole(db, &officer.actor().scope, id)?;
        class.state.may(Step::Approved)?;
        refuse(faults(db, registry, &class, &course, now)?)?;
        take(db, officer, &class, Step::Approved, None, now)
    })
}

/// An officer sends a filed class back with her reasons.
pub fn send_back(
    registry: &Registry,
    officer: &Officer,
    id: &ClassId,
    reasons: &str,
    now: Now,
) -> Done<()> {
    let reasons = reasons.trim().replace("\r\n", "\n");
    if reasons.is_empty() {
        return Err(Refusal::new("class.reasons-missing").at("reasons").into());
    }
    if reasons.chars().count() > 2000 {
        return Err(Refusal::new("field.too-long")
            .at("reasons")
            .with(2000)
            .into());
    }
    registry.store.write(|db| {
        let class = classes::of(db, &officer.actor().scope, id)?;
        class.state.may(Step::Returned)?;
        take(db, officer, &class, Step::Returned, Some(&reasons), now)
    })
}

/// A clerk begins a class on or after its first day. The groups its trainees belong to that day
/// are kept with it.
pub fn begin(registry: &Registry, clerk: &Clerk, id: &ClassId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let (class, course, _) = classes::whole(db, &clerk.actor().scope, id)?;
        let enrolled = classes::enrolled(db, &[id])?.get(id).copied().unwrap_or(0);
        class.facts().may_begin(now.day(), enrolled)?;
        class.facts().seats(enrolled, 0)?;
        if let Some(subject) = course.subject() {
            entitlements::papers(db, &class.institution)?.in_scope_on(
                now.day(),
                InstitutionRole::Train,
                &subject,
                course.level,
            )?;
        }
        enrolments::snapshot_groups(db, id, now.day())?;
        take(db, clerk, &class, Step::Begun, None, now)?;
        let by = &clerk.actor().account;
        milestones::reach(db, "enrolled", id.as_str(), now.utc(), by)?;
        Ok(())
    })
}

/// A clerk completes a class after its last lesson: each trainee's attendance comes to a figure,
/// and the course's threshold decides.
pub fn complete(registry: &Registry, clerk: &Clerk, id: &ClassId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let (class, course, _) = classes::whole(db, &clerk.actor().scope, id)?;
        let timetable = lessons::of_class(db, id)?;
        let trainees = enrolments::of_class(db, id)?;
        let entries = attendance::of_class(db, id)?;
        let wanting: usize = wanting(&timetable, &trainees, &entries).values().sum();
        class
            .facts()
            .may_be_completed(now.day(), i64::try_from(wanting).unwrap_or(i64::MAX))?;
        let tallies = tallies(&timetable, &trainees, &entries);
        let completions: Vec<_> = trainees
            .iter()
            .filter(|trainee| trainee.stays())
            .map(|trainee| {
                let tally = tallies
                    .get(&trainee.enrolment.id)
                    .copied()
                    .unwrap_or_default();
                Completion {
                    enrolment: trainee.enrolment.id.clone(),
                    attended: tally.attended,
                    held: tally.held,
                    outcome: if tally.meets(course.threshold).is_ok() {
                        Finish::Completed
                    } else {
                        Finish::Short
                    },
                    at: now.utc(),
                    by: clerk.actor().account.clone(),
                }
            })
            .collect();
        attendance::complete(db, &completions)?;
        take(db, clerk, &class, Step::Completed, None, now)?;
        let by = &clerk.actor().account;
        milestones::reach(db, "trained", id.as_str(), now.utc(), by)?;
        Ok(())
    })
}

/// A clerk closes a completed class: its file is whole.
pub fn close(registry: &Registry, clerk: &Clerk, id: &ClassId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let class = classes::of(db, &clerk.actor().scope, id)?;
        class.state.may(Step::Closed)?;
        take(db, clerk, &class, Step::Closed, None, now)
    })
}

fn refuse(reasons: Vec<Refusal>) -> Done<()> {
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(reasons.into())
    }
}

/// Takes a step and tells of it, in this transaction. Another clerk's step a moment before shows
/// in the state read under the same pen, so none is taken twice.
fn take(
    db: &mut Conn,
    person: &impl Acting,
    class: &Class,
    to: Step,
    reason: Option<&str>,
    now: Now,
) -> Done<()> {
    step(db, person, class, (to, reason), &[], now)
}

/// The same, with facts for the ledger.
fn step(
    db: &mut Conn,
    person: &impl Acting,
    class: &Class,
    (to, reason): (Step, Option<&str>),
    facts: &[(&str, &str)],
    now: Now,
) -> Done<()> {
    classes::step(db, &class.id, to, reason, &person.actor().account, now)?;
    let deed = match to {
        Step::Drafted => Deed::ClassDrafted,
        Step::Filed => Deed::ClassFiled,
        Step::Approved => Deed::ClassApproved,
        Step::Returned => Deed::ClassReturned,
        Step::Begun => Deed::ClassBegun,
        Step::Completed => Deed::ClassCompleted,
        Step::Closed => Deed::ClassClosed,
    };
    enter(db, person, deed, class, facts, now)
}

/// Enters a deed about a class.
pub(super) fn enter(
    db: &mut Conn,
    person: &impl Acting,
    deed: Deed,
    class: &Class,
    facts: &[(&str, &str)],
    now: Now,
) -> Done<()> {
    let actor: &Actor = person.actor();
    Ok(ledger::enter(
        db,
        actor,
        deed,
        Some(&class.institution),
        &class.id,
        facts,
        now,
    )?)
}

/// Everything that keeps a class from being filed today.
fn faults(
    db: &mut Conn,
    registry: &Registry,
    class: &Class,
    course: &Course,
    now: Now,
) -> Done<Vec<Refusal>> {
    let facts = course
        .facts()
        .ok_or_else(|| Error::fault("a kept course teaches one thing"))?;
    let papers = entitlements::papers(db, &class.institution)?;
    let scope = papers.in_scope_throughout(
        class.starts,
        class.ends,
        InstitutionRole::Train,
        &facts.subject,
        facts.level,
    );
    let timetable = lessons::of_class(db, &class.id)?;
    let named = teachers::of_class(db, &class.id)?;
    let lessons: Vec<_> = timetable.iter().map(|(lesson, _)| lesson.facts()).collect();
    let cards: Vec<_> = named.iter().map(Teacher::facts).collect();
    let filing = Filing {
        course: &facts,
        lessons: &lessons,
        teachers: &cards,
        enterprise: enterprises::of(db, &class.id)?.is_some(),
        scope: &scope,
        limit: i32::try_from(registry.settings.class_capacity).unwrap_or(class::SEATS),
        today: now.day(),
    };
    let mut reasons: Vec<Refusal> = class
        .facts()
        .faults(&filing)
        .into_iter()
        .map(Reason::refusal)
        .collect();
    if let Some(suspended) = papers.suspended_on(now.day()) {
        let told = reasons
            .iter()
            .any(|reason| reason.code == "institution.suspended");
        if !told {
            reasons.push(Refusal::new("institution.suspended").with(suspended.starts));
        }
    }
    reasons.extend(engaged(db, class, &timetable, &named)?);
    Ok(reasons)
}

/// Half-days on which a teacher of this class stands in another one (in two places at once).
fn engaged(
    db: &mut Conn,
    class: &Class,
    timetable: &[(Lesson, String)],
    named: &[Teacher],
) -> Done<Vec<Refusal>> {
    let people: Vec<PersonId> = named.iter().map(|teacher| teacher.person.clone()).collect();
    let elsewhere = teachers::engaged_elsewhere(db, &class.id, &people, class.starts, class.ends)?;
    let person = |id: &TeacherId| {
        named
            .iter()
            .find(|teacher| teacher.id == *id)
            .map(|teacher| &teacher.person)
    };
    let clash = |(lesson, name): &(Lesson, String)| {
        let who = person(&lesson.teacher)?;
        let other = elsewhere
            .iter()
            .find(|e| e.person == *who && e.day == lesson.day && e.half == lesson.half)?;
        Some(
            Refusal::new("teacher.engaged")
                .at("lessons")
                .with(name)
                .with(lesson.day)
                .with(&other.class),
        )
    };
    Ok(timetable.iter().filter_map(clash).take(5).collect())
}

/// How many entries each lesson still wants: one for everyone who was in the class that day.
pub(super) fn wanting(
    timetable: &[(Lesson, String)],
    trainees: &[Trainee],
    entries: &[Entry],
) -> HashMap<LessonId, usize> {
    let made: std::collections::HashSet<_> = entries
        .iter()
        .map(|entry| (&entry.lesson, &entry.enrolment))
        .collect();
    let wants = |lesson: &Lesson| {
        let expected = trainees
            .iter()
            .filter(|trainee| trainee.was_in_class_on(lesson.day));
        expected
            .filter(|trainee| !made.contains(&(&lesson.id, &trainee.enrolment.id)))
            .count()
    };
    let all = timetable
        .iter()
        .map(|(lesson, _)| (lesson.id.clone(), wants(lesson)));
    all.filter(|(_, count)| *count > 0).collect()
}

/// What each trainee's attendance comes to so far: only lessons that anybody was marked at are held.
pub(super) fn tallies(
    timetable: &[(Lesson, String)],
    trainees: &[Trainee],
    entries: &[Entry],
) -> HashMap<EnrolmentId, Tally> {
    let mut last: HashMap<(&LessonId, &EnrolmentId), (i32, Presence)> = HashMap::new();
    for entry in entries {
        let held = last
            .entry((&entry.lesson, &entry.enrolment))
            .or_insert((entry.turn, entry.presence));
        if entry.turn >= held.0 {
            *held = (entry.turn, entry.presence);
        }
    }
    let held: std::collections::HashSet<_> = entries.iter().map(|entry| &entry.lesson).collect();
    let tally = |trainee: &Trainee| {
        let mut tally = Tally::default();
        for (lesson, _) in timetable {
            if held.contains(&lesson.id) && trainee.was_in_class_on(lesson.day) {
                let entry = last.get(&(&lesson.id, &trainee.enrolment.id));
                tally.count(lesson.hours, entry.map(|(_, presence)| *presence));
            }
        }
        (trainee.enrolment.id.clone(), tally)
    };
    trainees.iter().map(tally).collect()
}

/// A class, for whoever may read it.
pub fn open(registry: &Registry, reader: &TrainingReader, id: &ClassId, now: Now) -> Done<Opened> {
    registry.store.read(|db| {
        let (class, course, house) = classes::whole(db, &reader.actor().scope, id)?;
        let open = matches!(class.state, Step::Drafted | Step::Returned | Step::Filed);
        let faults = if open {
            faults(db, registry, &class, &course, now)?
        } else {
            Vec::new()
        };
        let timetable = lessons::of_class(db, id)?;
        let trainees = enrolments::of_class(db, id)?;
        let begun = class.state.has_begun();
        let entries = if begun {
            attendance::of_class(db, id)?
        } else {
            Vec::new()
        };
        Ok(Opened {
            enterprise: enterprises::of(db, id)?,
            teachers: teachers::of_class(db, id)?,
            groups: enrolments::groups_of_class(db, id)?,
            steps: classes::steps(db, id)?,
            deeds: ledger::of_several(db, &["class", "attendance", "roster"], &[id.to_string()])?,
            wanting: if begun {
                wanting(&timetable, &trainees, &entries)
            } else {
                HashMap::new()
            },
            completions: attendance::completions_of(db, id)?,
            late: LateEntries::of(db, id)?,
            class,
            course,
            house,
            lessons: timetable,
            trainees,
            faults,
        })
    })
}

/// The classes a reader may see, and how many there are of each state.
pub fn list(
    registry: &Registry,
    reader: &TrainingReader,
    filter: &Filter,
    window: Window,
) -> Done<(Slice<Line>, HashMap<Step, i64>)> {
    registry.store.read(|db| {
        let scope = &reader.actor().scope;
        Ok((
            classes::all(db, scope, filter, window)?,
            classes::count_by_state(db, scope, filter)?,
        ))
    })
}
