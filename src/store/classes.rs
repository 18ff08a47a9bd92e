//! 班期: classes, and the steps they went through.

use crate::domain::account::{AccountId, Scope};
use crate::domain::class::{self, ClassId, Step};
use crate::domain::course::CourseId;
use crate::domain::institution::InstitutionId;
use crate::domain::place::RegionCode;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{
    accounts, class_steps, classes, courses, enrolments, institutions, withdrawals,
};
use crate::store::courses::{Course, House};
use crate::store::pattern::{self, Reach};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use std::collections::HashMap;

/// A class as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, AsChangeset, Selectable)]
#[diesel(table_name = classes)]
pub struct Class {
    /// Its key.
    pub id: ClassId,
    /// The course it is a running of.
    pub course: CourseId,
    /// Whose it is.
    pub institution: InstitutionId,
    /// The seat of its institution when it was drafted: who oversees it.
    pub region: RegionCode,
    /// 班期名称, for those who work with it.
    pub name: String,
    /// The name strangers may read.
    pub public_name: String,
    /// 开班日期
    pub starts: NaiveDate,
    /// 结业日期
    pub ends: NaiveDate,
    /// 培训地点
    pub place: String,
    /// 核定人数
    pub capacity: i32,
    /// How far it is; mirrors its last step.
    pub state: Step,
    /// Since when, in UTC.
    pub drafted_at: NaiveDateTime,
    /// By whom.
    pub drafted_by: AccountId,
}

impl Class {
    /// What the rules ask of it.
    pub fn facts(&self) -> class::Class {
        class::Class {
            id: self.id.clone(),
            step: self.state,
            starts: self.starts,
            ends: self.ends,
            capacity: self.capacity,
        }
    }
}

/// One step of a class, with the name of whoever took it.
#[derive(Clone, Debug)]
pub struct StepTaken {
    /// What it became.
    pub step: Step,
    /// Why, where reasons are asked for.
    pub reason: Option<String>,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: String,
}

/// One line of a list of classes.
#[derive(Clone, Debug)]
pub struct Line {
    /// The class.
    pub class: Class,
    /// Its course.
    pub course: Course,
    /// Its institution.
    pub house: House,
    /// How many are enrolled and have not withdrawn.
    pub enrolled: i64,
}

/// What a list of classes is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words the name holds.
    pub words: String,
    /// One state only.
    pub state: Option<Step>,
    /// One institution only.
    pub institution: Option<InstitutionId>,
    /// One region and what lies in it.
    pub region: Option<RegionCode>,
}

/// Keeps a new class.
pub fn add(db: &mut Conn, class: &Class) -> Found<()> {
    on!(db, c => diesel::insert_into(classes::table).values(class).execute(c))?;
    Ok(())
}

/// Keeps what changed of a class.
pub fn change(db: &mut Conn, class: &Class) -> Found<()> {
    on!(db, c => diesel::update(classes::table.find(&class.id)).set(class).execute(c))?;
    Ok(())
}

/// One class, if its institution is in scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &ClassId) -> Found<Class> {
    let reach = Reach::of(scope);
    Ok(
        on!(db, c => classes::table.inner_join(institutions::table).filter(classes::id.eq(id))
        .filter(classes::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select(Class::as_select()).first(c))?,
    )
}

/// One class with its course and its institution, if they are in scope.
pub fn whole(db: &mut Conn, scope: &Scope, id: &ClassId) -> Found<(Class, Course, House)> {
    let reach = Reach::of(scope);
    Ok(
        on!(db, c => classes::table.inner_join(courses::table).inner_join(institutions::table)
        .filter(classes::id.eq(id))
        .filter(classes::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((Class::as_select(), Course::as_select(), House::as_select())).first(c))?,
    )
}

macro_rules! narrowed {
    ($reach:expr, $words:expr, $region:expr, $house:expr) => {
        classes::table
            .inner_join(courses::table)
            .inner_join(institutions::table)
            .filter(classes::institution.like(&$reach.institution).escape('\\'))
            .filter(institutions::region.like(&$reach.region).escape('\\'))
            .filter(classes::institution.like($house))
            .filter(classes::region.like(&$region).escape('\\'))
            .filter(pattern::lower(classes::name).like(&$words).escape('\\'))
    };
}

/// The classes in scope, those that begin last first.
pub fn all(db: &mut Conn, scope: &Scope, filter: &Filter, window: Window) -> Found<Slice<Line>> {
    let (reach, words, region, house) = patterns(scope, filter);
    let state = filter.state.map_or("%", Step::as_str);
    let total = on!(db, c => narrowed!(reach, words, region, &house).filter(classes::state.like(state))
        .count().get_result::<i64>(c))?;
    let rows: Vec<(Class, Course, House)> = on!(db, c => narrowed!(reach, words, region, &house)
        .filter(classes::state.like(state))
        .order((classes::starts.desc(), classes::id.desc())).offset(window.offset()).limit(window.limit())
        .select((Class::as_select(), Course::as_select(), House::as_select())).load(c))?;
    let ids: Vec<&ClassId> = rows.iter().map(|(class, ..)| &class.id).collect();
    let enrolled = enrolled(db, &ids)?;
    let rows = rows
        .into_iter()
        .map(|(class, course, house)| Line {
            enrolled: enrolled.get(&class.id).copied().unwrap_or(0),
            class,
            course,
            house,
        })
        .collect();
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// How many classes of each state the same list has, whatever state it is narrowed to.
pub fn count_by_state(db: &mut Conn, scope: &Scope, filter: &Filter) -> Found<HashMap<Step, i64>> {
    let (reach, words, region, house) = patterns(scope, filter);
    let rows: Vec<(Step, i64)> = on!(db, c => narrowed!(reach, words, region, &house)
        .group_by(classes::state).select((classes::state, count_star())).load(c))?;
    Ok(rows.into_iter().collect())
}

fn patterns(scope: &Scope, filter: &Filter) -> (Reach, String, String, String) {
    (
        Reach::of(scope),
        pattern::holding(&filter.words),
        filter.region.as_ref().map_or_else(
            || "%".to_owned(),
            |region| pattern::beginning(region.prefix()),
        ),
        filter
            .institution
            .as_ref()
            .map_or("%", InstitutionId::as_str)
            .to_owned(),
    )
}

/// How many are enrolled in each of these classes and have not withdrawn.
pub fn enrolled(db: &mut Conn, ids: &[&ClassId]) -> Found<HashMap<ClassId, i64>> {
    let rows: Vec<(ClassId, i64)> = on!(db, c => enrolments::table
        .filter(enrolments::class.eq_any(ids))
        .filter(not(exists(withdrawals::table.filter(withdrawals::enrolment.eq(enrolments::id)))))
        .group_by(enrolments::class).select((enrolments::class, count_star())).load(c))?;
    Ok(rows.into_iter().collect())
}

/// Classes of these courses that strangers may know of and that have not begun, the next first.
pub fn coming(db: &mut Conn, courses: &[&CourseId], today: NaiveDate) -> Found<Vec<Class>> {
    Ok(
        on!(db, c => classes::table.filter(classes::course.eq_any(courses))
        .filter(classes::state.eq(Step::Approved)).filter(classes::starts.ge(today))
        .order((classes::starts, classes::id)).select(Class::as_select()).load(c))?,
    )
}

/// The classes of a course, the newest first.
pub fn of_course(db: &mut Conn, course: &CourseId) -> Found<Vec<Class>> {
    Ok(
        on!(db, c => classes::table.filter(classes::course.eq(course))
        .order((classes::starts.desc(), classes::id.desc())).limit(100).select(Class::as_select()).load(c))?,
    )
}

/// Takes a step: a line of its own, mirrored in the class. Two at once: the second is `Taken`.
pub fn step(
    db: &mut Conn,
    id: &ClassId,
    to: Step,
    reason: Option<&str>,
    by: &AccountId,
    now: Now,
) -> Found<()> {
    let turn: i64 =
        on!(db, c => class_steps::table.filter(class_steps::class.eq(id)).count().get_result(c))?;
    on!(db, c => diesel::insert_into(class_steps::table).values((
        class_steps::id.eq(crate::ground::key::fresh(now)), class_steps::class.eq(id),
        class_steps::turn.eq(i32::try_from(turn + 1).unwrap_or(i32::MAX)), class_steps::step.eq(to),
        class_steps::reason.eq(reason), class_steps::at.eq(now.utc()), class_steps::by.eq(by),
    )).execute(c))?;
    on!(db, c => diesel::update(classes::table.find(id)).set(classes::state.eq(to)).execute(c))?;
    Ok(())
}

/// The steps of a class, the first first.
pub fn steps(db: &mut Conn, id: &ClassId) -> Found<Vec<StepTaken>> {
    let rows: Vec<(Step, Option<String>, NaiveDateTime, AccountId)> = on!(db, c => class_steps::table
        .filter(class_steps::class.eq(id)).order(class_steps::turn)
        .select((class_steps::step, class_steps::reason, class_steps::at, class_steps::by)).load(c))?;
    let accounts: Vec<&AccountId> = rows.iter().map(|row| &row.3).collect();
    let names = names_of(db, &accounts)?;
    Ok(rows
        .into_iter()
        .map(|(step, reason, at, by)| StepTaken {
            step,
            reason,
            at,
            by: names.get(&by).cloned().unwrap_or_default(),
        })
        .collect())
}

/// The names these accounts are kept under.
pub fn names_of(db: &mut Conn, ids: &[&AccountId]) -> Found<HashMap<AccountId, String>> {
    let rows: Vec<(AccountId, String)> = on!(db, c => accounts::table
        .filter(accounts::id.eq_any(ids)).select((accounts::id, accounts::name)).load(c))?;
    Ok(rows.into_iter().collect())
}
