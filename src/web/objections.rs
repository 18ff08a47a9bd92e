//! 异议: what was said against a sitting's results, and how the signatory settles it.

use crate::acts::objections::{self, Case};
use crate::domain::account::{AssessmentSignatory, AssessmentStaff, Role};
use crate::domain::assessment::SittingId;
use crate::domain::publicity::ObjectionId;
use crate::domain::refusal::Refusal;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Tag;
use crate::web::refusal::No;
use crate::web::sittings::within;
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(ObjectionId);

struct Row {
    id: String,
    about: String,
    said: String,
    contact: String,
    when: String,
    state: Tag,
    reason: String,
    by: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "objections/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
    form: Filled,
    outcomes: Vec<Choice>,
    may_settle: bool,
}

/// The objections to a sitting of one's own.
#[get("/sittings/<id>/objections")]
async fn index(
    staff: AssessmentStaff,
    caller: Caller,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let may_settle = staff.actor().role == Role::AssessmentSignatory;
    let (sitting, cases) = desk
        .ask(move |registry| objections::list(registry, &staff, &id))
        .await?;
    Ok(Page::new(Index {
        f: within(&caller, "objections.index.title", &sitting),
        rows: cases.iter().map(|case| row(w, case)).collect(),
        form: Filled::blank(),
        outcomes: vec![
            Choice::new("upheld", w.t("objections.index.upheld")),
            Choice::new("rejected", w.t("objections.index.rejected")),
        ],
        may_settle,
    }))
}

fn row(w: Words, case: &Case<ObjectionId>) -> Row {
    let settled = case.settled.as_ref();
    Row {
        id: case.id.to_string(),
        about: w.f("objections.index.about", &[&case.about]),
        said: case.said.clone(),
        contact: case.contact.clone().unwrap_or_default(),
        when: w.minute(case.lodged_at),
        state: match settled.map(|settled| settled.upheld) {
            None => Tag::late(w.t("objections.index.open")),
            Some(true) => Tag::ok(w.t("objections.index.upheld")),
            Some(false) => Tag::none(w.t("objections.index.rejected")),
        },
        reason: settled.map_or_else(String::new, |settled| settled.reason.clone()),
        by: settled.map_or_else(String::new, |settled| {
            w.f(
                "objections.index.settled_by",
                &[&settled.by, &w.minute(settled.at)],
            )
        }),
        open: settled.is_none(),
    }
}

/// How an objection is settled; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct SettlementForm {
    /// `upheld` or `rejected`.
    #[serde(default)]
    outcome: String,
    /// Why.
    #[serde(default)]
    pub(super) reason: String,
}

impl SettlementForm {
    /// Whether it is upheld.
    pub(super) fn read(&self) -> Result<bool, Refusal> {
        match self.outcome.trim() {
            "upheld" => Ok(true),
            "rejected" => Ok(false),
            "" => Err(Refusal::new("field.blank").at("outcome")),
            _ => Err(Refusal::new("field.unreadable").at("outcome")),
        }
    }
}

/// The signatory settles an objection.
#[post("/objections/<id>/settlement", data = "<form>")]
async fn settle(
    signatory: AssessmentSignatory,
    id: ObjectionId,
    form: Form<SettlementForm>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let Form(form) = form;
    let upheld = form.read()?;
    let sitting = desk
        .ask(move |registry| {
            objections::settle(registry, &signatory, &id, upheld, &form.reason, now)
        })
        .await?;
    Ok(Redirect::to(format!("/sittings/{sitting}?done=settled")))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, settle]
}
