//! 课次: laying out a class's timetable.

use crate::acts::{Done, Registry, classes as class_acts};
use crate::domain::account::Clerk;
use crate::domain::class::ClassId;
use crate::domain::deed::Deed;
use crate::domain::lesson::{self, LessonId};
use crate::domain::refusal::Refusal;
use crate::domain::teacher::TeacherId;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::classes::{self, Class};
use crate::store::lessons::Lesson;
use crate::store::{Conn, holidays, lessons, teachers};
use chrono::{Datelike, Weekday};

/// How the registry is to lay out a timetable by itself.
#[derive(Clone, Debug)]
pub struct Filling {
    /// The days of the week on which is taught; public holidays never are, unless they are named
    /// by hand afterwards.
    pub weekdays: Vec<Weekday>,
    /// What stands as content of the theory lessons, which come first.
    pub theory: String,
    /// Who teaches them.
    pub theory_teacher: TeacherId,
    /// What stands as content of the practice lessons.
    pub practice: String,
    /// Who teaches them.
    pub practice_teacher: TeacherId,
}

/// A clerk puts a whole timetable in place of the one before.
pub fn replace(
    registry: &Registry,
    clerk: &Clerk,
    class: &ClassId,
    timetable: Vec<lesson::Lesson>,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        let class = classes::of(db, &clerk.actor().scope, class)?;
        class.state.is_open_for_changes()?;
        keep(db, clerk, &class, timetable, now)
    })
}

/// The registry lays out the timetable from the hours of the course: full half-days on the chosen
/// days of the week, theory first.
pub fn fill(
    registry: &Registry,
    clerk: &Clerk,
    class: &ClassId,
    filling: &Filling,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        let (class, course, _) = classes::whole(db, &clerk.actor().scope, class)?;
        class.state.is_open_for_changes()?;
        let calendar = holidays::calendar(db)?;
        // A weekend day on which offices work is a Saturday all the same: only days off count here.
        let is_teaching = |day: chrono::NaiveDate| {
            filling.weekdays.contains(&day.weekday())
                && calendar.exceptions.get(&day) != Some(&false)
        };
        let slots = lesson::lay_out(course.hours(), class.starts, class.ends, &is_teaching)
            .ok_or_else(|| {
                Refusal::new("lesson.days-short")
                    .at("weekdays")
                    .with(course.hours())
                    .with(class.starts)
                    .with(class.ends)
            })?;
        let mut theory = course.theory_hours;
        let timetable = slots.into_iter().map(|(day, half, hours)| {
            let is_theory = theory > 0;
            theory -= hours;
            let (content, teacher) = if is_theory {
                (&filling.theory, &filling.theory_teacher)
            } else {
                (&filling.practice, &filling.practice_teacher)
            };
            lesson::Lesson {
                day,
                half,
                hours,
                content: content.clone(),
                teacher: teacher.clone(),
            }
        });
        keep(db, clerk, &class, timetable.collect(), now)
    })
}

/// Keeps a timetable that can be kept; whether it does for filing is asked when the class is filed.
fn keep(
    db: &mut Conn,
    clerk: &Clerk,
    class: &Class,
    timetable: Vec<lesson::Lesson>,
    now: Now,
) -> Done<()> {
    let named = teachers::of_class(db, &class.id)?;
    let mut refusals: Vec<Refusal> = lesson::faults(&timetable, class.starts, class.ends, 0)
        .into_iter()
        .map(crate::domain::refusal::Reason::refusal)
        .collect();
    for lesson in &timetable {
        if !named.iter().any(|teacher| teacher.id == lesson.teacher) {
            refusals.push(
                Refusal::new("lesson.stranger")
                    .with(lesson.day)
                    .at("lessons"),
            );
        }
        if lesson.content.chars().count() > 200 {
            refusals.push(Refusal::new("field.too-long").at("lessons").with(200));
        }
    }
    if !refusals.is_empty() {
        refusals.truncate(20);
        return Err(refusals.into());
    }
    let rows: Vec<Lesson> = timetable
        .into_iter()
        .map(|lesson| Lesson {
            id: LessonId::fresh(now),
            class: class.id.clone(),
            day: lesson.day,
            half: lesson.half,
            hours: lesson.hours,
            content: text::tidy(&lesson.content),
            teacher: lesson.teacher,
        })
        .collect();
    lessons::replace(db, &class.id, &rows)?;
    let hours = rows
        .iter()
        .map(|lesson| lesson.hours)
        .sum::<i32>()
        .to_string();
    let count = rows.len().to_string();
    class_acts::enter(
        db,
        clerk,
        Deed::ClassScheduled,
        class,
        &[("lessons", &count), ("hours", &hours)],
        now,
    )
}
