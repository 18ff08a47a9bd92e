//! 考勤: entries, appended and never changed; and what they came to.

use crate::domain::account::AccountId;
use crate::domain::attendance::Presence;
use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::lesson::LessonId;
use crate::on;
use crate::schema::{attendances, completions, enrolments, lessons};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// One entry: who was there, as told at one time. The entry with the highest turn counts.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = attendances, treat_none_as_default_value = false)]
pub struct Entry {
    /// Its key.
    pub id: String,
    /// At which lesson.
    pub lesson: LessonId,
    /// Who.
    pub enrolment: EnrolmentId,
    /// The how-manieth entry this is for her at this lesson, from 1.
    pub turn: i32,
    /// Whether she was there.
    pub presence: Presence,
    /// 补录: made after the lesson's own day. It stays so for ever.
    pub late: bool,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

crate::code!(
    /// 结业结论
    Finish {
        /// 结业
        Completed = "completed",
        /// 出勤不足
        Short = "short",
    }
);

/// What a trainee's attendance came to when her class was completed.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = completions, treat_none_as_default_value = false)]
pub struct Completion {
    /// Whose.
    pub enrolment: EnrolmentId,
    /// 出勤学时
    pub attended: i32,
    /// 应到学时
    pub held: i32,
    /// Enough of them or not.
    pub outcome: Finish,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Appends entries. Two clerks at once: the second is `Taken`.
pub fn add(db: &mut Conn, entries: &[Entry]) -> Found<()> {
    for part in entries.chunks(500) {
        on!(db, c => diesel::insert_into(attendances::table).values(part).execute(c))?;
    }
    Ok(())
}

/// Every entry of a lesson, in the order they were made.
pub fn of_lesson(db: &mut Conn, lesson: &LessonId) -> Found<Vec<Entry>> {
    Ok(
        on!(db, c => attendances::table.filter(attendances::lesson.eq(lesson))
        .order((attendances::enrolment, attendances::turn)).select(Entry::as_select()).load(c))?,
    )
}

/// Every entry of a class, in the order they were made.
pub fn of_class(db: &mut Conn, class: &ClassId) -> Found<Vec<Entry>> {
    Ok(
        on!(db, c => attendances::table.inner_join(lessons::table).filter(lessons::class.eq(class))
        .order((attendances::lesson, attendances::enrolment, attendances::turn))
        .select(Entry::as_select()).load(c))?,
    )
}

/// 补录 of a class in the order it was made: whose, at which lesson, the lesson's day, and when.
pub fn late_in(
    db: &mut Conn,
    class: &ClassId,
) -> Found<Vec<(EnrolmentId, LessonId, NaiveDate, NaiveDateTime)>> {
    Ok(on!(db, c => attendances::table.inner_join(lessons::table)
        .filter(lessons::class.eq(class)).filter(attendances::late.eq(true))
        .order((attendances::at, lessons::day, attendances::id))
        .select((attendances::enrolment, attendances::lesson, lessons::day, attendances::at)).load(c))?)
}

/// Keeps what each trainee's attendance came to.
pub fn complete(db: &mut Conn, all: &[Completion]) -> Found<()> {
    for part in all.chunks(500) {
        on!(db, c => diesel::insert_into(completions::table).values(part).execute(c))?;
    }
    Ok(())
}

/// What the attendance of each trainee of a class came to, once it was completed.
pub fn completions_of(db: &mut Conn, class: &ClassId) -> Found<Vec<Completion>> {
    Ok(
        on!(db, c => completions::table.inner_join(enrolments::table)
        .filter(enrolments::class.eq(class)).select(Completion::as_select()).load(c))?,
    )
}
