//! 考勤: marking who was there, half-day by half-day.

use crate::acts::seals::Sealed;
use crate::acts::{Done, Registry, classes as class_acts, seals};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::attendance::{Late, Presence, Tally, is_late};
use crate::domain::class::{ClassId, Step};
use crate::domain::deed::Deed;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::lesson::LessonId;
use crate::domain::log_event::LogKind;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::store::Conn;
use crate::store::attendance::{self, Completion, Entry};
use crate::store::classes::{self, Class};
use crate::store::courses::{Course, House};
use crate::store::enrolments::{self, Trainee};
use crate::store::lessons::{self, Lesson};
use std::collections::HashMap;

/// What marking came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked {
    /// How many entries were appended: those that say something new.
    pub entered: usize,
    /// Whether they are marked late for ever.
    pub late: bool,
}

/// 补录 of a class: of each trainee, of each lesson, and of all.
#[derive(Clone, Debug, Default)]
pub struct LateEntries {
    /// By trainee.
    pub trainees: HashMap<EnrolmentId, Late>,
    /// By lesson.
    pub lessons: HashMap<LessonId, Late>,
    /// Of the class.
    pub all: Option<Late>,
}

impl LateEntries {
    /// Of one class.
    pub(super) fn of(db: &mut Conn, class: &ClassId) -> Done<Self> {
        let mut late = Self::default();
        for (enrolment, lesson, day, at) in attendance::late_in(db, class)? {
            let hers = late.trainees.get(&enrolment).copied();
            late.trainees.insert(enrolment, Late::after(hers, day, at));
            let its = late.lessons.get(&lesson).copied();
            late.lessons.insert(lesson, Late::after(its, day, at));
            late.all = Some(Late::after(late.all, day, at));
        }
        Ok(late)
    }
}

/// One lesson's sheet.
pub struct Sheet {
    /// The class.
    pub class: Class,
    /// Its course.
    pub course: Course,
    /// Its institution.
    pub house: House,
    /// The lesson.
    pub lesson: Lesson,
    /// Who taught it.
    pub teacher: String,
    /// Whoever was in the class that day, each with every entry made for her.
    pub rows: Vec<(Trainee, Vec<Entry>)>,
    /// The names of those who made entries.
    pub names: HashMap<crate::domain::account::AccountId, String>,
    /// The lessons before and after.
    pub neighbours: (Option<LessonId>, Option<LessonId>),
}

/// Every trainee's attendance of a class.
pub struct Summary {
    /// The class.
    pub class: Class,
    /// Its course.
    pub course: Course,
    /// Its institution.
    pub house: House,
    /// Its timetable, each lesson with its teacher's name and how many entries it still wants.
    pub lessons: Vec<(Lesson, String, usize)>,
    /// Each trainee with what her attendance comes to so far.
    pub trainees: Vec<(Trainee, Tally)>,
    /// The entry that counts, by trainee and lesson.
    pub entries: HashMap<(EnrolmentId, LessonId), Entry>,
    /// What it came to, once the class was completed.
    pub completions: Vec<Completion>,
    /// What was entered late.
    pub late: LateEntries,
    /// When its days were sealed in the public log, the oldest first.
    pub seals: Vec<Sealed>,
}

/// A clerk marks a lesson's sheet. Only what says something new is appended; what is there stays.
/// Entries made after the lesson's own day are taken and marked late for ever.
pub fn mark(
    registry: &Registry,
    clerk: &Clerk,
    lesson: &LessonId,
    sheet: &[(EnrolmentId, Presence)],
    now: Now,
) -> Done<Marked> {
    registry.store.write(|db| {
        let (lesson, _) = lessons::of(db, &clerk.actor().scope, lesson)?;
        let class = classes::of(db, &clerk.actor().scope, &lesson.class)?;
        judge(db, &class, &lesson, sheet, now)?;
        let late = is_late(lesson.day, now.day());
        let kept = attendance::of_lesson(db, &lesson.id)?;
        let entries = sheet.iter().filter_map(|(enrolment, presence)| {
            let last = kept
                .iter()
                .filter(|entry| entry.enrolment == *enrolment)
                .max_by_key(|entry| entry.turn);
            if last.is_some_and(|entry| entry.presence == *presence) {
                return None;
            }
            Some(Entry {
                id: crate::ground::key::fresh(now),
                lesson: lesson.id.clone(),
                enrolment: enrolment.clone(),
                turn: last.map_or(0, |entry| entry.turn) + 1,
                presence: *presence,
                late,
                at: now.utc(),
                by: clerk.actor().account.clone(),
            })
        });
        let entries: Vec<Entry> = entries.collect();
        if !entries.is_empty() {
            attendance::add(db, &entries)?;
            let corrected = entries
                .iter()
                .filter(|entry| entry.turn > 1)
                .count()
                .to_string();
            let (count, day) = (entries.len().to_string(), lesson.day.to_string());
            let facts = [
                ("lesson", lesson.id.as_str()),
                ("day", &day),
                ("half", lesson.half.as_str()),
                ("entries", &count),
                ("corrected", &corrected),
                ("late", if late { "yes" } else { "no" }),
            ];
            class_acts::enter(db, clerk, Deed::AttendanceMarked, &class, &facts, now)?;
        }
        Ok(Marked {
            entered: entries.len(),
            late,
        })
    })
}

fn judge(
    db: &mut Conn,
    class: &Class,
    lesson: &Lesson,
    sheet: &[(EnrolmentId, Presence)],
    now: Now,
) -> Done<()> {
    match class.state {
        Step::Begun => {}
        Step::Completed | Step::Closed => return Err(Refusal::new("attendance.closed").into()),
        _ => return Err(Refusal::new("class.not-begun").into()),
    }
    if now.day() < lesson.day {
        return Err(Refusal::new("attendance.early").with(lesson.day).into());
    }
    let trainees = enrolments::of_class(db, &class.id)?;
    let expected = |id: &EnrolmentId| {
        trainees
            .iter()
            .any(|trainee| trainee.enrolment.id == *id && trainee.was_in_class_on(lesson.day))
    };
    if sheet.iter().any(|(enrolment, _)| !expected(enrolment)) {
        return Err(Refusal::new("attendance.stranger").into());
    }
    let mut once = std::collections::HashSet::new();
    if !sheet.iter().all(|(enrolment, _)| once.insert(enrolment)) {
        return Err(Refusal::new("attendance.twice").into());
    }
    Ok(())
}

/// One lesson's sheet, for whoever may read the class.
pub fn sheet(registry: &Registry, reader: &TrainingReader, id: &LessonId) -> Done<Sheet> {
    registry.store.read(|db| {
        let scope = &reader.actor().scope;
        let (lesson, teacher) = lessons::of(db, scope, id)?;
        let (class, course, house) = classes::whole(db, scope, &lesson.class)?;
        let entries = attendance::of_lesson(db, id)?;
        let accounts: Vec<_> = entries.iter().map(|entry| &entry.by).collect();
        let names = classes::names_of(db, &accounts)?;
        let trainees = enrolments::of_class(db, &class.id)?;
        let rows = trainees
            .into_iter()
            .filter(|trainee| trainee.was_in_class_on(lesson.day))
            .map(|trainee| {
                let made = entries
                    .iter()
                    .filter(|entry| entry.enrolment == trainee.enrolment.id)
                    .cloned()
                    .collect();
                (trainee, made)
            });
        let rows = rows.collect();
        let timetable = lessons::of_class(db, &class.id)?;
        let at = timetable.iter().position(|(other, _)| other.id == *id);
        let key = |at: Option<usize>| {
            at.and_then(|at| timetable.get(at))
                .map(|(other, _)| other.id.clone())
        };
        let neighbours = (
            key(at.and_then(|at| at.checked_sub(1))),
            key(at.map(|at| at + 1)),
        );
        Ok(Sheet {
            class,
            course,
            house,
            lesson,
            teacher,
            rows,
            names,
            neighbours,
        })
    })
}

/// Every trainee's attendance of a class, for whoever may read it.
pub fn summary(registry: &Registry, reader: &TrainingReader, id: &ClassId) -> Done<Summary> {
    registry.store.read(|db| {
        let (class, course, house) = classes::whole(db, &reader.actor().scope, id)?;
        let timetable = lessons::of_class(db, id)?;
        let trainees = enrolments::of_class(db, id)?;
        let all = attendance::of_class(db, id)?;
        let wanting = class_acts::wanting(&timetable, &trainees, &all);
        let tallies = class_acts::tallies(&timetable, &trainees, &all);
        let lessons = timetable.into_iter().map(|(lesson, teacher)| {
            let wants = wanting.get(&lesson.id).copied().unwrap_or(0);
            (lesson, teacher, wants)
        });
        let lessons = lessons.collect();
        // Entries come in the order they were made, so the last of a pair is the one that counts.
        let entries = all
            .into_iter()
            .map(|entry| ((entry.enrolment.clone(), entry.lesson.clone()), entry))
            .collect();
        let trainees = trainees.into_iter().map(|trainee| {
            let tally = tallies
                .get(&trainee.enrolment.id)
                .copied()
                .unwrap_or_default();
            (trainee, tally)
        });
        let trainees = trainees.collect();
        Ok(Summary {
            seals: seals::of(db, LogKind::Attendance, &seals::clock::subject_of(id))?,
            completions: attendance::completions_of(db, id)?,
            late: LateEntries::of(db, id)?,
            class,
            course,
            house,
            lessons,
            trainees,
            entries,
        })
    })
}
