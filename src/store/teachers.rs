//! 教师: teachers as they are kept, and where they teach.

use crate::domain::account::{AccountId, Scope};
use crate::domain::class::ClassId;
use crate::domain::institution::InstitutionId;
use crate::domain::lesson::Half;
use crate::domain::occupation::OccupationCode;
use crate::domain::person::PersonId;
use crate::domain::teacher::{self, TeacherId};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{class_teachers, classes, institutions, lessons, teachers};
use crate::store::courses::House;
use crate::store::pattern::{self, Reach};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A teacher as she is kept: one person at one institution.
#[derive(Clone, Debug, Queryable, Insertable, AsChangeset, Selectable)]
#[diesel(table_name = teachers, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Teacher {
    /// Her key.
    pub id: TeacherId,
    /// Where she teaches.
    pub institution: InstitutionId,
    /// Who she is.
    pub person: PersonId,
    /// 姓名
    pub name: String,
    /// The occupation her card is for; none for general subjects.
    pub occupation: Option<OccupationCode>,
    /// 任教资格
    pub qualification: String,
    /// 证书编号 of that qualification.
    pub card: String,
    /// Until which day it holds.
    pub valid_until: NaiveDate,
    /// Since when, in UTC.
    pub registered_at: NaiveDateTime,
    /// By whom.
    pub registered_by: AccountId,
}

impl Teacher {
    /// What the rules ask of her.
    pub fn facts(&self) -> teacher::Teacher {
        teacher::Teacher {
            id: self.id.clone(),
            name: self.name.clone(),
            occupation: self.occupation.clone(),
            valid_until: self.valid_until,
        }
    }
}

/// Half a day on which somebody teaches another class.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Engagement {
    /// Who.
    pub person: PersonId,
    /// On which day.
    pub day: NaiveDate,
    /// In which half of it.
    pub half: Half,
    /// In which class.
    pub class: String,
}

/// Keeps a new teacher.
pub fn add(db: &mut Conn, teacher: &Teacher) -> Found<()> {
    on!(db, c => diesel::insert_into(teachers::table).values(teacher).execute(c))?;
    Ok(())
}

/// Keeps what changed of a teacher.
pub fn change(db: &mut Conn, teacher: &Teacher) -> Found<()> {
    on!(db, c => diesel::update(teachers::table.find(&teacher.id)).set(teacher).execute(c))?;
    Ok(())
}

/// One teacher and her institution, if they are in scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &TeacherId) -> Found<(Teacher, House)> {
    let reach = Reach::of(scope);
    Ok(
        on!(db, c => teachers::table.inner_join(institutions::table).filter(teachers::id.eq(id))
        .filter(teachers::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((Teacher::as_select(), House::as_select())).first(c))?,
    )
}

/// The teachers in scope by name.
pub fn all(
    db: &mut Conn,
    scope: &Scope,
    words: &str,
    window: Window,
) -> Found<Slice<(Teacher, House)>> {
    let reach = Reach::of(scope);
    let words = pattern::holding(words);
    macro_rules! narrowed {
        () => {
            teachers::table
                .inner_join(institutions::table)
                .filter(teachers::institution.like(&reach.institution).escape('\\'))
                .filter(institutions::region.like(&reach.region).escape('\\'))
                .filter(pattern::lower(teachers::name).like(&words).escape('\\'))
        };
    }
    let total = on!(db, c => narrowed!().count().get_result::<i64>(c))?;
    let rows = on!(db, c => narrowed!().order((teachers::name, teachers::id))
        .offset(window.offset()).limit(window.limit())
        .select((Teacher::as_select(), House::as_select())).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// Every teacher of one institution by name, for choosing.
pub fn of_institution(db: &mut Conn, institution: &InstitutionId) -> Found<Vec<Teacher>> {
    Ok(
        on!(db, c => teachers::table.filter(teachers::institution.eq(institution))
        .order((teachers::name, teachers::id)).limit(500).select(Teacher::as_select()).load(c))?,
    )
}

/// The teachers of a class by name.
pub fn of_class(db: &mut Conn, class: &ClassId) -> Found<Vec<Teacher>> {
    Ok(
        on!(db, c => class_teachers::table.inner_join(teachers::table)
        .filter(class_teachers::class.eq(class))
        .order((teachers::name, teachers::id)).select(Teacher::as_select()).load(c))?,
    )
}

/// Says who teaches a class, in place of whoever did.
pub fn set_class(db: &mut Conn, class: &ClassId, who: &[TeacherId]) -> Found<()> {
    on!(db, c => diesel::delete(class_teachers::table.filter(class_teachers::class.eq(class))).execute(c))?;
    let rows: Vec<_> = who
        .iter()
        .map(|teacher| {
            (
                class_teachers::class.eq(class),
                class_teachers::teacher.eq(teacher),
            )
        })
        .collect();
    on!(db, c => diesel::insert_into(class_teachers::table).values(&rows).execute(c))?;
    Ok(())
}

/// The classes a teacher teaches or taught, the newest first: their keys, names and first days.
pub fn classes_of(db: &mut Conn, id: &TeacherId) -> Found<Vec<(ClassId, String, NaiveDate)>> {
    Ok(
        on!(db, c => class_teachers::table.inner_join(classes::table)
        .filter(class_teachers::teacher.eq(id))
        .order((classes::starts.desc(), classes::id)).limit(100)
        .select((classes::id, classes::name, classes::starts)).load(c))?,
    )
}

/// The half-days between two days on which these people teach in another class that was filed and
/// not sent back. A person may be a teacher of several institutions, so people are compared.
pub fn engaged_elsewhere(
    db: &mut Conn,
    class: &ClassId,
    people: &[PersonId],
    from: NaiveDate,
    to: NaiveDate,
) -> Found<Vec<Engagement>> {
    Ok(
        on!(db, c => lessons::table.inner_join(teachers::table).inner_join(classes::table)
        .filter(lessons::class.ne(class)).filter(lessons::day.between(from, to))
        .filter(teachers::person.eq_any(people))
        .filter(classes::state.eq_any(["filed", "approved", "begun", "completed"]))
        .order((lessons::day, lessons::half)).limit(200)
        .select((teachers::person, lessons::day, lessons::half, classes::name)).load(c))?,
    )
}
