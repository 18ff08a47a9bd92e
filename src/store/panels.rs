//! 考评组: who assesses which part of a sitting.

use crate::domain::assessment::{Part, SittingId, SittingState};
use crate::domain::assessor::AssessorId;
use crate::domain::person::PersonId;
use crate::on;
use crate::schema::{
    assessors, candidates, class_teachers, classes, enrolments, institutions, lessons,
    panel_members, sittings, teachers,
};
use crate::store::assessors::Assessor;
use crate::store::{Conn, Found};
use chrono::NaiveDate;
use diesel::prelude::*;

/// One place on a panel.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = panel_members, treat_none_as_default_value = false)]
pub struct Member {
    /// The sitting.
    pub sitting: SittingId,
    /// Who.
    pub assessor: AssessorId,
    /// For which part.
    pub part: Part,
    /// 组长
    pub head: bool,
}

/// Appoints a panel in place of whatever there was.
pub fn appoint(db: &mut Conn, sitting: &SittingId, members: &[Member]) -> Found<()> {
    on!(db, c => diesel::delete(panel_members::table.filter(panel_members::sitting.eq(sitting))).execute(c))?;
    on!(db, c => diesel::insert_into(panel_members::table).values(members).execute(c))?;
    Ok(())
}

/// A sitting's panel, part by part, the head first.
pub fn of(db: &mut Conn, sitting: &SittingId) -> Found<Vec<(Member, Assessor)>> {
    let mut rows: Vec<(Member, Assessor)> = on!(db, c => panel_members::table
        .inner_join(assessors::table)
        .filter(panel_members::sitting.eq(sitting))
        .select((Member::as_select(), Assessor::as_select())).load(c))?;
    rows.sort_by(|(a, x), (b, y)| {
        (a.part, !a.head, &x.name, &x.id).cmp(&(b.part, !b.head, &y.name, &y.id))
    });
    Ok(rows)
}

/// The parts one assessor marks in a sitting.
pub fn parts_of(db: &mut Conn, sitting: &SittingId, assessor: &AssessorId) -> Found<Vec<Part>> {
    let mut parts: Vec<Part> = on!(db, c => panel_members::table
        .filter(panel_members::sitting.eq(sitting)).filter(panel_members::assessor.eq(assessor))
        .select(panel_members::part).load(c))?;
    parts.sort_unstable();
    Ok(parts)
}

/// Where else some assessors are engaged that day, cancelled sittings aside.
pub fn engaged(
    db: &mut Conn,
    assessors: &[AssessorId],
    day: NaiveDate,
    besides: &SittingId,
) -> Found<Vec<(AssessorId, String)>> {
    Ok(on!(db, c => panel_members::table
        .inner_join(sittings::table)
        .filter(panel_members::assessor.eq_any(assessors))
        .filter(sittings::day.eq(day)).filter(sittings::id.ne(besides))
        .filter(sittings::state.ne(SittingState::Cancelled))
        .select((panel_members::assessor, sittings::place)).distinct().load(c))?)
}

/// The persons who taught the classes a sitting's candidates come from.
pub fn teachers_of_candidates(db: &mut Conn, sitting: &SittingId) -> Found<Vec<PersonId>> {
    let mut persons: Vec<PersonId> = on!(db, c => candidates::table
        .inner_join(enrolments::table.inner_join(class_teachers::table.on(class_teachers::class.eq(enrolments::class))
            .inner_join(teachers::table.on(teachers::id.eq(class_teachers::teacher)))))
        .filter(candidates::sitting.eq(sitting))
        .select(teachers::person).distinct().load(c))?;
    // Whoever stood in for a lesson taught the class too.
    let stand_ins: Vec<PersonId> = on!(db, c => candidates::table
        .inner_join(enrolments::table.inner_join(lessons::table.on(lessons::class.eq(enrolments::class))
            .inner_join(teachers::table.on(teachers::id.eq(lessons::teacher)))))
        .filter(candidates::sitting.eq(sitting))
        .select(teachers::person).distinct().load(c))?;
    persons.extend(stand_ins);
    persons.sort_unstable();
    persons.dedup();
    Ok(persons)
}

/// The names of the institutions a sitting's candidates were taught in.
pub fn units_of_candidates(db: &mut Conn, sitting: &SittingId) -> Found<Vec<String>> {
    Ok(on!(db, c => candidates::table
        .inner_join(enrolments::table.inner_join(classes::table.inner_join(institutions::table)))
        .filter(candidates::sitting.eq(sitting))
        .select(institutions::name).distinct().load(c))?)
}
