//! 考生: persons in a sitting, and which parts they sit or bring along.

use crate::domain::account::AccountId;
use crate::domain::assessment::{CandidateId, Part, SittingId, SittingState};
use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::institution::InstitutionId;
use crate::domain::occupation::OccupationCode;
use crate::domain::person::PersonId;
use crate::domain::skill_level::SkillLevel;
use crate::on;
use crate::schema::{
    candidates, carried_marks, certificates, classes, completions, courses, enrolments, holdings,
    marks, people, publicities, sittings, withdrawals,
};
use crate::store::marks::{self as mark_rows, Mark};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A candidate as she is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = candidates, treat_none_as_default_value = false)]
pub struct Candidate {
    /// Her key.
    pub id: CandidateId,
    /// The sitting.
    pub sitting: SittingId,
    /// The person.
    pub person: PersonId,
    /// The completed enrolment she comes from; none when she applied by herself.
    pub enrolment: Option<EnrolmentId>,
    /// 准考证号
    pub seat: String,
    /// 申报条件: the clause of eligibility she chose.
    pub clause: String,
    /// The parts she sits, codes separated by spaces.
    pub parts: String,
    /// When she was entered, in UTC.
    pub entered_at: NaiveDateTime,
    /// By whom.
    pub entered_by: AccountId,
}

/// A candidate with what a page needs of the person.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The candidate.
    pub candidate: Candidate,
    /// 姓名
    pub name: String,
    /// The last characters of the identity number.
    pub id_tail: String,
    /// The name of the class she comes from.
    pub class: Option<String>,
}

/// A part passed in an earlier sitting and brought along.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = carried_marks, treat_none_as_default_value = false)]
pub struct Carried {
    /// Who brings it.
    pub candidate: CandidateId,
    /// Which part.
    pub part: Part,
    /// The candidate she was when she passed it.
    pub origin: CandidateId,
    /// The average she passed with, in tenths.
    pub tenths: i32,
}

/// A trainee of a class, as a sitting looks at her.
#[derive(Clone, Debug)]
pub struct Trainee {
    /// Her enrolment.
    pub enrolment: EnrolmentId,
    /// The person.
    pub person: PersonId,
    /// 姓名
    pub name: String,
    /// `completed` or `short`; none while the class has not concluded on her.
    pub outcome: Option<String>,
}

/// A class, as a sitting looks at it.
#[derive(Clone, Debug, Queryable)]
pub struct Source {
    /// Its key.
    pub class: ClassId,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub institution: InstitutionId,
    /// The trade taught.
    pub occupation: Option<OccupationCode>,
    /// The level aimed at.
    pub level: Option<SkillLevel>,
}

/// Enters candidates, and the parts they bring along.
pub fn add(db: &mut Conn, entered: &[Candidate], carried: &[Carried]) -> Found<()> {
    on!(db, c => diesel::insert_into(candidates::table).values(entered).execute(c))?;
    if !carried.is_empty() {
        on!(db, c => diesel::insert_into(carried_marks::table).values(carried).execute(c))?;
    }
    Ok(())
}

/// Takes a candidate out of a sitting that has not begun.
pub fn remove(db: &mut Conn, sitting: &SittingId, id: &CandidateId) -> Found<()> {
    on!(db, c => diesel::delete(carried_marks::table.filter(carried_marks::candidate.eq(id))).execute(c))?;
    let gone = on!(db, c => diesel::delete(candidates::table.find(id).filter(candidates::sitting.eq(sitting))).execute(c))?;
    if gone == 1 {
        Ok(())
    } else {
        Err(crate::store::Failure::Missing)
    }
}

/// One candidate of a sitting.
pub fn one(db: &mut Conn, sitting: &SittingId, id: &CandidateId) -> Found<Candidate> {
    Ok(
        on!(db, c => candidates::table.find(id).filter(candidates::sitting.eq(sitting))
        .select(Candidate::as_select()).first(c))?,
    )
}

/// A sitting's candidates by seat.
pub fn of(db: &mut Conn, sitting: &SittingId) -> Found<Vec<Listed>> {
    let rows: Vec<(Candidate, String, String, Option<String>)> = on!(db, c => candidates::table
        .inner_join(people::table)
        .left_join(enrolments::table.left_join(classes::table))
        .filter(candidates::sitting.eq(sitting))
        .order(candidates::seat)
        .select((Candidate::as_select(), people::name, people::id_tail, classes::name.nullable())).load(c))?;
    Ok(rows
        .into_iter()
        .map(|(candidate, name, id_tail, class)| Listed {
            candidate,
            name,
            id_tail,
            class,
        })
        .collect())
}

/// How many candidates a sitting has.
pub fn count(db: &mut Conn, sitting: &SittingId) -> Found<i64> {
    Ok(
        on!(db, c => candidates::table.filter(candidates::sitting.eq(sitting)).count().get_result(c))?,
    )
}

/// The parts a sitting's candidates bring along.
pub fn carried_into(db: &mut Conn, sitting: &SittingId) -> Found<Vec<Carried>> {
    Ok(on!(db, c => carried_marks::table
        .inner_join(candidates::table.on(candidates::id.eq(carried_marks::candidate)))
        .filter(candidates::sitting.eq(sitting))
        .select(Carried::as_select()).load(c))?)
}

/// The class with this key, whosever it is: an assessment organisation is told its code by the
/// training institution.
pub fn source(db: &mut Conn, class: &ClassId) -> Found<Source> {
    Ok(on!(db, c => classes::table.inner_join(courses::table)
        .filter(classes::id.eq(class))
        .select((classes::id, classes::name, classes::institution, courses::occupation, courses::level))
        .first(c))?)
}

/// The trainees of a class who stayed, by name.
pub fn trainees(db: &mut Conn, class: &ClassId) -> Found<Vec<Trainee>> {
    let rows: Vec<(EnrolmentId, PersonId, String, Option<String>)> = on!(db, c => enrolments::table
        .inner_join(people::table)
        .left_join(completions::table.on(completions::enrolment.eq(enrolments::id)))
        .left_join(withdrawals::table.on(withdrawals::enrolment.eq(enrolments::id)))
        .filter(enrolments::class.eq(class)).filter(withdrawals::enrolment.nullable().is_null())
        .order((people::name, enrolments::id))
        .select((enrolments::id, enrolments::person, people::name, completions::outcome.nullable())).load(c))?;
    Ok(rows
        .into_iter()
        .map(|(enrolment, person, name, outcome)| Trainee {
            enrolment,
            person,
            name,
            outcome,
        })
        .collect())
}

/// The seats of a place and day are numbered in one row: how many are given out already by an
/// institution on that day, whatever the sitting.
pub fn last_seat(
    db: &mut Conn,
    institution: &InstitutionId,
    prefix: &str,
) -> Found<Option<String>> {
    Ok(on!(db, c => candidates::table.inner_join(sittings::table)
        .filter(sittings::institution.eq(institution))
        .filter(candidates::seat.like(format!("{prefix}%")))
        .order(candidates::seat.desc()).select(candidates::seat).first(c).optional())?)
}

/// Persons who sit this trade and level elsewhere in a sitting not concluded yet.
pub fn elsewhere(
    db: &mut Conn,
    persons: &[PersonId],
    occupation: &OccupationCode,
    level: SkillLevel,
    besides: &SittingId,
) -> Found<Vec<PersonId>> {
    let open = [
        SittingState::Planned,
        SittingState::Marking,
        SittingState::Marked,
        SittingState::InPublicity,
    ];
    Ok(on!(db, c => candidates::table.inner_join(sittings::table)
        .filter(candidates::person.eq_any(persons))
        .filter(sittings::occupation.eq(occupation)).filter(sittings::level.eq(level))
        .filter(sittings::id.ne(besides)).filter(sittings::state.eq_any(open))
        .select(candidates::person).distinct().load(c))?)
}

/// The certificates in force of a person in a trade: levels and days.
pub fn certified(
    db: &mut Conn,
    person: &PersonId,
    occupation: &OccupationCode,
) -> Found<Vec<(SkillLevel, NaiveDate)>> {
    let rows: Vec<(Option<SkillLevel>, NaiveDate)> = on!(db, c => certificates::table
        .inner_join(holdings::table.on(holdings::certificate.eq(certificates::id)))
        .filter(certificates::person.eq(person))
        .filter(certificates::occupation.eq(Some(occupation)))
        .select((certificates::level, certificates::issued_on)).load(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(level, on)| Some((level?, on)))
        .collect())
}

/// Who of some persons holds this trade and level already.
pub fn certified_already(
    db: &mut Conn,
    persons: &[PersonId],
    occupation: &OccupationCode,
    level: SkillLevel,
) -> Found<Vec<PersonId>> {
    Ok(on!(db, c => holdings::table
        .filter(holdings::person.eq_any(persons))
        .filter(holdings::occupation.eq(occupation)).filter(holdings::level.eq(level))
        .select(holdings::person).load(c))?)
}

/// What some persons were given in earlier sittings of this trade and level whose publicity is
/// over, since a day: who, and the last version of each mark, the latest sitting first.
pub fn earlier_marks(
    db: &mut Conn,
    persons: &[PersonId],
    occupation: &OccupationCode,
    level: SkillLevel,
    since: NaiveDate,
    today: NaiveDate,
) -> Found<Vec<(PersonId, Mark)>> {
    let concluded = [SittingState::InPublicity, SittingState::Issued];
    let rows: Vec<(PersonId, Mark)> = on!(db, c => marks::table
        .inner_join(candidates::table.inner_join(sittings::table.inner_join(publicities::table)))
        .filter(candidates::person.eq_any(persons))
        .filter(sittings::occupation.eq(occupation)).filter(sittings::level.eq(level))
        .filter(sittings::state.eq_any(concluded))
        .filter(sittings::day.ge(since)).filter(publicities::closes.lt(today))
        .order((sittings::day.desc(), marks::version.desc()))
        .select((candidates::person, Mark::as_select())).load(c))?;
    let mut seen = std::collections::HashSet::new();
    Ok(rows
        .into_iter()
        .filter(|(_, mark)| seen.insert(mark_rows::place_of(mark)))
        .collect())
}
