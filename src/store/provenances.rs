//! 可溯源: the training behind a certificate: which class, which course, what it came to.

use crate::domain::assessment::SittingId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::person::PersonId;
use crate::on;
use crate::schema::{candidates, classes, completions, courses, enrolments};
use crate::store::attendance::Completion;
use crate::store::classes::Class;
use crate::store::courses::Course;
use crate::store::{Conn, Found};
use diesel::prelude::*;

/// The class somebody came from: the class, its course, and what her attendance came to.
#[derive(Clone, Debug, Queryable)]
pub struct Training {
    /// The class.
    pub class: Class,
    /// The course it is a running of.
    pub course: Course,
    /// What it came to.
    pub completion: Option<Completion>,
}

/// The training of an enrolment.
pub fn of_enrolment(db: &mut Conn, enrolment: &EnrolmentId) -> Found<Option<Training>> {
    Ok(on!(db, c => enrolments::table
        .inner_join(classes::table.inner_join(courses::table))
        .left_join(completions::table.on(completions::enrolment.eq(enrolments::id)))
        .filter(enrolments::id.eq(enrolment))
        .select((Class::as_select(), Course::as_select(), Option::<Completion>::as_select()))
        .first::<Training>(c).optional())?)
}

/// The enrolment a person was entered in a sitting with, when she came from a class.
pub fn enrolment_of(
    db: &mut Conn,
    sitting: &SittingId,
    person: &PersonId,
) -> Found<Option<EnrolmentId>> {
    let found: Option<Option<EnrolmentId>> = on!(db, c => candidates::table
        .filter(candidates::sitting.eq(sitting)).filter(candidates::person.eq(person))
        .select(candidates::enrolment).first(c).optional())?;
    Ok(found.flatten())
}
