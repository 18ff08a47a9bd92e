//! 机构: what the pages of institutions share.

mod form;
mod index;
mod show;

pub(in crate::web) use form::InstitutionForm;
pub(in crate::web) use show::QuestionForm;

use crate::domain::account::Scope;
use crate::domain::course::StartupCourse;
use crate::domain::entitlement::Subject;
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::store::entitlements::Papers;
use crate::store::institutions::Registered;
use crate::web::fields::Faults;
use crate::web::form::Choice;
use crate::web::names;
use crate::web::parts::Tag;
use crate::web::words::Words;
use chrono::NaiveDate;
use rocket::Route;

crate::param!(InstitutionId);

/// The region a scope is limited to.
pub(in crate::web) fn within(scope: &Scope) -> Option<&RegionCode> {
    match scope {
        Scope::Region(code) => Some(code),
        _ => None,
    }
}

fn roles(w: Words, registered: &Registered) -> String {
    let names: Vec<_> = InstitutionRole::ALL
        .iter()
        .filter(|role| registered.institution.acts_as(**role))
        .map(|role| names::role(w, *role))
        .collect();
    names.join(w.t("institutions.trail.separator"))
}

fn in_force(papers: &Papers, today: NaiveDate) -> usize {
    let changes = papers.changes();
    papers
        .filed
        .iter()
        .map(|filed| &filed.entitlement)
        .filter(|line| line.starts <= today && today <= line.ends_as_of(today, &changes))
        .count()
}

fn state(w: Words, papers: &Papers, today: NaiveDate) -> Tag {
    if papers.suspended_on(today).is_some() {
        Tag::bad(w.c("institutions.state", "suspended"))
    } else if in_force(papers, today) == 0 {
        Tag::late(w.c("institutions.state", "unfiled"))
    } else {
        Tag::ok(w.c("institutions.state", "active"))
    }
}

/// Startup courses to choose from.
pub(in crate::web) fn startups(w: Words) -> Vec<Choice> {
    StartupCourse::ALL
        .iter()
        .map(|it| {
            Choice::new(
                it.as_str(),
                format!("{it} {}", w.pick(it.name(), it.name_en())),
            )
        })
        .collect()
}

/// An occupation or a startup course, whichever was filled in; not both.
pub(in crate::web) fn subject(
    faults: &mut Faults,
    occupation: &str,
    startup: &str,
) -> Option<Subject> {
    let course = faults.optional("startup", startup, StartupCourse::read);
    match (occupation.trim().is_empty(), course) {
        (true, Some(course)) => Some(Subject::Startup(course)),
        (false, Some(_)) => {
            faults.note(Refusal::new("entitlement.two-subjects").at("occupation"));
            None
        }
        (_, None) => faults
            .occupation("occupation", occupation)
            .map(Subject::Occupation),
    }
}

/// Where a filed line stands today.
pub(in crate::web) fn line_state(
    w: Words,
    starts: NaiveDate,
    ends: NaiveDate,
    today: NaiveDate,
) -> Tag {
    if today < starts {
        Tag::todo(w.c("institutions.line", "future"))
    } else if today <= ends {
        Tag::ok(w.c("institutions.line", "current"))
    } else {
        Tag::none(w.c("institutions.line", "past"))
    }
}

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    [index::routes(), show::routes(), form::routes()].concat()
}
