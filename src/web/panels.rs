//! 考评组: who judges which part of a sitting.

use crate::acts::panels::{self, Appointment, Choices};
use crate::acts::sittings;
use crate::domain::account::{AssessmentClerk, Role, SittingReviewer};
use crate::domain::assessment::{Part, SittingId, SittingState};
use crate::domain::assessor::AssessorId;
use crate::domain::refusal::{Reason, Refusal};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::sittings::{Again, again, notice, within};
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

struct Row {
    part: &'static str,
    name: String,
    to: String,
    grade: &'static str,
    employer: String,
    head: bool,
}

#[derive(Template)]
#[template(path = "panels/show.html")]
struct Show {
    f: Frame,
    rows: Vec<Row>,
    warnings: Vec<String>,
    may_edit: bool,
    to: String,
}

/// A sitting's panel.
#[get("/sittings/<id>/panel?<done>")]
async fn show(
    reader: SittingReviewer,
    caller: Caller,
    id: SittingId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let w = caller.words();
    let clerk = reader.actor().role == Role::AssessmentClerk;
    let (shown, warnings) = desk
        .ask(move |registry| {
            let shown = sittings::show(registry, &reader, &id)?;
            let warnings = panels::warnings(registry, &shown.sitting)?;
            Ok((shown, warnings))
        })
        .await?;
    let row = |(member, assessor): &(
        crate::store::panels::Member,
        crate::store::assessors::Assessor,
    )| Row {
        part: w.c("part", member.part),
        name: assessor.name.clone(),
        to: format!("/assessors/{}", assessor.id),
        grade: w.c("assessors.grade", assessor.grade),
        employer: assessor.employer.clone(),
        head: member.head,
    };
    let told = warnings.into_iter().map(|warning| {
        let told = w.refusal(&warning.refusal());
        format!("{}{}", told.say, told.then)
    });
    Ok(Page::new(Show {
        f: within(&caller, "panels.show.title", &shown.sitting).notice(notice(
            w,
            "sittings.done",
            &["appointed"],
            done,
        )),
        rows: shown.panel.iter().map(row).collect(),
        warnings: told.collect(),
        may_edit: clerk && shown.sitting.state == SittingState::Planned,
        to: format!("/sittings/{}", shown.sitting.id),
    }))
}

/// One assessor to choose, part by part.
struct Pick {
    id: String,
    name: String,
    grade: &'static str,
    employer: String,
    parts: Vec<(&'static str, &'static str, bool)>,
    heads: bool,
}

#[derive(Template)]
#[template(path = "panels/edit.html")]
struct Edit {
    f: Frame,
    form: Filled,
    parts: Vec<&'static str>,
    picks: Vec<Pick>,
    to: String,
}

impl Edit {
    fn of(caller: &Caller, choices: &Choices, form: Filled) -> Self {
        let w = caller.words();
        let parts = choices.sitting.level.parts();
        let picks = choices
            .assessors
            .iter()
            .map(|assessor| Pick {
                id: assessor.id.to_string(),
                name: assessor.name.clone(),
                grade: w.c("assessors.grade", assessor.grade),
                employer: assessor.employer.clone(),
                parts: parts
                    .iter()
                    .map(|part| {
                        let chosen = form.is(part.as_str(), assessor.id.as_str());
                        (part.as_str(), w.c("part", part), chosen)
                    })
                    .collect(),
                heads: form.is("head", assessor.id.as_str()),
            })
            .collect();
        Self {
            f: within(caller, "panels.edit.title", &choices.sitting).wrong(&form),
            form,
            parts: parts.iter().map(|part| w.c("part", part)).collect(),
            picks,
            to: format!("/sittings/{}", choices.sitting.id),
        }
    }
}

/// The form of a sitting's panel.
#[get("/sittings/<id>/panel/edit")]
async fn edit(
    clerk: AssessmentClerk,
    caller: Caller,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Page<Edit>, No> {
    let choices = desk
        .ask(move |registry| panels::choices(registry, &clerk, &id))
        .await?;
    let form = choices
        .members
        .iter()
        .fold(Filled::blank(), |form, member| {
            let form = form.with(member.part.as_str(), &member.assessor);
            if member.head {
                form.with("head", &member.assessor)
            } else {
                form
            }
        });
    Ok(Page::new(Edit::of(&caller, &choices, form)))
}

/// Who judges what; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct PanelForm {
    /// The assessors of theory, by key.
    #[serde(default)]
    theory: Vec<String>,
    /// Those of practice: at least three, an odd number.
    #[serde(default)]
    practice: Vec<String>,
    /// Those of the review, for levels 2 and 1.
    #[serde(default)]
    review: Vec<String>,
    /// The head of the panel.
    #[serde(default)]
    head: String,
}

impl PanelForm {
    fn lists(&self) -> [(Part, &Vec<String>); 3] {
        [
            (Part::Theory, &self.theory),
            (Part::Practice, &self.practice),
            (Part::Review, &self.review),
        ]
    }

    fn filled(&self) -> Filled {
        let form = Filled::blank().with("head", &self.head);
        self.lists().iter().fold(form, |form, (part, list)| {
            list.iter()
                .fold(form, |form, id| form.with(part.as_str(), id))
        })
    }

    /// The appointments.
    pub(super) fn read(&self) -> Result<Vec<Appointment>, Vec<Refusal>> {
        let mut faults = Faults::default();
        let head = AssessorId::read(self.head.trim());
        let mut appointments = Vec::new();
        for (part, list) in self.lists() {
            for id in list {
                let assessor = faults.known("panel", id, AssessorId::read);
                appointments.extend(assessor.map(|assessor| Appointment {
                    head: Some(&assessor) == head.as_ref(),
                    assessor,
                    part,
                }));
            }
        }
        faults.or(Some(appointments))
    }
}

/// A clerk appoints the panel.
#[post("/sittings/<id>/panel", data = "<form>")]
async fn appoint(
    clerk: AssessmentClerk,
    caller: Caller,
    id: SittingId,
    form: Form<PanelForm>,
    desk: &State<Desk>,
) -> Again<Edit> {
    let now = desk.now();
    let Form(form) = form;
    let (own, key) = (clerk.clone(), id.clone());
    let appointed = match form.read() {
        Ok(appointments) => {
            desk.ask(move |registry| panels::appoint(registry, &own, &key, &appointments, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    let Err(error) = appointed else {
        return Ok(Redirect::to(format!("/sittings/{id}/panel?done=appointed")));
    };
    let choices = desk
        .ask(move |registry| panels::choices(registry, &clerk, &id))
        .await
        .map_err(|error| Err(No(error)))?;
    Err(again(error, |refusals| {
        let w = caller.words();
        let filled = refusals
            .iter()
            .fold(form.filled(), |form, refusal| form.refused(w, refusal));
        Edit::of(&caller, &choices, filled)
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show, edit, appoint]
}
