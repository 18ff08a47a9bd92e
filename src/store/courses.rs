//! 培训项目: courses as they are kept.

use crate::domain::account::{AccountId, Scope};
use crate::domain::course::{self, CourseId, StartupCourse, TrainingKind};
use crate::domain::entitlement::Subject;
use crate::domain::institution::InstitutionId;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::skill_level::SkillLevel;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{classes, courses, institutions};
use crate::store::pattern::{self, Reach};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A course as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, AsChangeset, Selectable)]
#[diesel(table_name = courses, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Course {
    /// Its key.
    pub id: CourseId,
    /// Whose it is.
    pub institution: InstitutionId,
    /// 名称
    pub name: String,
    /// 培训类别
    pub kind: TrainingKind,
    /// 职业, unless it is a startup course.
    pub occupation: Option<OccupationCode>,
    /// 工种, where it teaches only one.
    pub work_type: Option<String>,
    /// 创业课程, if it is one.
    pub startup: Option<StartupCourse>,
    /// The level it leads to, where it leads to one.
    pub level: Option<SkillLevel>,
    /// 理论学时
    pub theory_hours: i32,
    /// 实训学时
    pub practice_hours: i32,
    /// 出勤要求, in percent.
    pub threshold: i32,
    /// 教学大纲
    pub syllabus: String,
    /// 培训地点
    pub place: String,
    /// Since when, in UTC.
    pub registered_at: NaiveDateTime,
    /// By whom.
    pub registered_by: AccountId,
}

impl Course {
    /// What is taught; none only when the row was broken by hand.
    pub fn subject(&self) -> Option<Subject> {
        Subject::of(self.occupation.clone(), self.startup)
    }

    /// What the rules ask of it.
    pub fn facts(&self) -> Option<course::Course> {
        Some(course::Course {
            name: self.name.clone(),
            kind: self.kind,
            subject: self.subject()?,
            work_type: self.work_type.clone(),
            level: self.level,
            theory_hours: self.theory_hours,
            practice_hours: self.practice_hours,
            threshold: self.threshold,
        })
    }

    /// 总学时
    pub fn hours(&self) -> i32 {
        self.theory_hours + self.practice_hours
    }
}

/// The institution a record belongs to, as lists show it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = institutions)]
pub struct House {
    /// Its key.
    pub id: InstitutionId,
    /// 名称
    pub name: String,
    /// Its name in English; may be empty.
    pub name_en: String,
    /// Where it has its seat.
    pub region: RegionCode,
}

/// What a list of courses is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words its name holds.
    pub words: String,
    /// One kind only.
    pub kind: Option<TrainingKind>,
    /// One institution only.
    pub institution: Option<InstitutionId>,
}

/// Keeps a new course.
pub fn add(db: &mut Conn, course: &Course) -> Found<()> {
    on!(db, c => diesel::insert_into(courses::table).values(course).execute(c))?;
    Ok(())
}

/// Keeps what changed of a course.
pub fn change(db: &mut Conn, course: &Course) -> Found<()> {
    on!(db, c => diesel::update(courses::table.find(&course.id)).set(course).execute(c))?;
    Ok(())
}

/// One course and its institution, if they are in scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &CourseId) -> Found<(Course, House)> {
    let reach = Reach::of(scope);
    Ok(
        on!(db, c => courses::table.inner_join(institutions::table).filter(courses::id.eq(id))
        .filter(courses::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((Course::as_select(), House::as_select())).first(c))?,
    )
}

/// The courses in scope, newest first.
pub fn all(
    db: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    window: Window,
) -> Found<Slice<(Course, House)>> {
    let reach = Reach::of(scope);
    let words = pattern::holding(&filter.words);
    let kind = filter.kind.map_or("%", TrainingKind::as_str);
    let house = filter
        .institution
        .as_ref()
        .map_or("%", InstitutionId::as_str);
    macro_rules! narrowed {
        () => {
            courses::table
                .inner_join(institutions::table)
                .filter(courses::institution.like(&reach.institution).escape('\\'))
                .filter(institutions::region.like(&reach.region).escape('\\'))
                .filter(courses::institution.like(house))
                .filter(courses::kind.like(kind))
                .filter(pattern::lower(courses::name).like(&words).escape('\\'))
        };
    }
    let total = on!(db, c => narrowed!().count().get_result::<i64>(c))?;
    let rows = on!(db, c => narrowed!().order((courses::registered_at.desc(), courses::id.desc()))
        .offset(window.offset()).limit(window.limit())
        .select((Course::as_select(), House::as_select())).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// The name of every course, by key.
pub fn names(db: &mut Conn) -> Found<Vec<(CourseId, String)>> {
    Ok(
        on!(db, c => courses::table.select((courses::id, courses::name)).order(courses::id).load(c))?,
    )
}

/// Every course of one institution by name, for choosing one.
pub fn of_institution(db: &mut Conn, institution: &InstitutionId) -> Found<Vec<Course>> {
    Ok(
        on!(db, c => courses::table.filter(courses::institution.eq(institution))
        .order((courses::name, courses::id)).limit(500).select(Course::as_select()).load(c))?,
    )
}

/// How many classes of a course were ever filed: what they were filed with stays as it was.
pub fn filed_classes(db: &mut Conn, id: &CourseId) -> Found<i64> {
    Ok(
        on!(db, c => classes::table.filter(classes::course.eq(id)).filter(classes::state.ne("drafted"))
        .count().get_result(c))?,
    )
}

/// Every course of an institution that trains, narrowed by region and occupation: for the public,
/// who know no key. Whether it may be taught today is not asked here.
pub fn offered(
    db: &mut Conn,
    region: Option<&RegionCode>,
    occupation: Option<&OccupationCode>,
) -> Found<Vec<(Course, House)>> {
    let within = region.map_or_else(
        || "%".to_owned(),
        |region| pattern::beginning(region.prefix()),
    );
    macro_rules! offered {
        () => {
            courses::table
                .inner_join(institutions::table)
                .filter(institutions::trains.eq(true))
                .filter(institutions::region.like(&within).escape('\\'))
        };
    }
    Ok(match occupation {
        Some(code) => on!(db, c => offered!().filter(courses::occupation.eq(code))
            .order((courses::name, courses::id)).limit(5000)
            .select((Course::as_select(), House::as_select())).load(c))?,
        None => on!(db, c => offered!().order((courses::name, courses::id)).limit(5000)
            .select((Course::as_select(), House::as_select())).load(c))?,
    })
}
