//! 课次: the half-days of a class's timetable.

use crate::domain::account::Scope;
use crate::domain::class::ClassId;
use crate::domain::lesson::{self, Half, LessonId};
use crate::domain::teacher::TeacherId;
use crate::on;
use crate::schema::{classes, institutions, lessons, teachers};
use crate::store::pattern::Reach;
use crate::store::{Conn, Found};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A lesson as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = lessons, treat_none_as_default_value = false)]
pub struct Lesson {
    /// Its key.
    pub id: LessonId,
    /// Of which class.
    pub class: ClassId,
    /// 日期
    pub day: NaiveDate,
    /// 上午 or 下午.
    pub half: Half,
    /// 学时
    pub hours: i32,
    /// 教学内容
    pub content: String,
    /// Who teaches it.
    pub teacher: TeacherId,
}

impl Lesson {
    /// What the rules ask of it.
    pub fn facts(&self) -> lesson::Lesson {
        lesson::Lesson {
            day: self.day,
            half: self.half,
            hours: self.hours,
            content: self.content.clone(),
            teacher: self.teacher.clone(),
        }
    }
}

/// The timetable of a class in order of time, each lesson with its teacher's name.
pub fn of_class(db: &mut Conn, class: &ClassId) -> Found<Vec<(Lesson, String)>> {
    Ok(
        on!(db, c => lessons::table.inner_join(teachers::table).filter(lessons::class.eq(class))
        .order((lessons::day, lessons::half)).select((Lesson::as_select(), teachers::name)).load(c))?,
    )
}

/// One lesson with its teacher's name, if its class is in scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &LessonId) -> Found<(Lesson, String)> {
    let reach = Reach::of(scope);
    Ok(on!(db, c => lessons::table.inner_join(teachers::table)
        .inner_join(classes::table.inner_join(institutions::table)).filter(lessons::id.eq(id))
        .filter(classes::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((Lesson::as_select(), teachers::name)).first(c))?)
}

/// Puts a timetable in place of the one before. Only before teaching begins: lessons with entries
/// cannot be taken away, the database sees to it.
pub fn replace(db: &mut Conn, class: &ClassId, timetable: &[Lesson]) -> Found<()> {
    on!(db, c => diesel::delete(lessons::table.filter(lessons::class.eq(class))).execute(c))?;
    for part in timetable.chunks(500) {
        on!(db, c => diesel::insert_into(lessons::table).values(part).execute(c))?;
    }
    Ok(())
}

/// Keeps what changed of one lesson: its content and its teacher.
pub fn change(db: &mut Conn, lesson: &Lesson) -> Found<()> {
    on!(db, c => diesel::update(lessons::table.find(&lesson.id))
        .set((lessons::content.eq(&lesson.content), lessons::teacher.eq(&lesson.teacher))).execute(c))?;
    Ok(())
}
