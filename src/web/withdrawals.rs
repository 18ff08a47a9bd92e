//! 退学: the page that records that a trainee left.

use crate::acts::{Error, withdrawals};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::enrolment::EnrolmentId;
use crate::store::classes::Class;
use crate::store::enrolments::Trainee;
use crate::web::body::Form;
use crate::web::classes::{Shown, reasons, say};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "withdrawals/new.html")]
struct New {
    f: Frame,
    form: Filled,
    lead: String,
    to: String,
    back: String,
}

/// Why somebody left.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct WithdrawalForm {
    /// The reason.
    pub reason: String,
}

fn page(caller: &Caller, (trainee, class): &(Trainee, Class), form: Filled) -> New {
    let w = caller.words();
    let back = format!("/classes/{}", class.id);
    New {
        f: caller
            .frame("withdrawals.new.title")
            .titled(w.f("withdrawals.new.titled", &[&trainee.name]))
            .under("classes")
            .crumb(w.t("classes.index.title"), "/classes")
            .crumb(class.name.clone(), &back)
            .wrong(&form),
        form,
        lead: w.f("withdrawals.new.lead", &[&trainee.name, &class.name]),
        to: format!("/enrolments/{}/withdrawal", trainee.enrolment.id),
        back,
    }
}

async fn load(clerk: &Clerk, id: &EnrolmentId, desk: &Desk) -> Result<(Trainee, Class), No> {
    let (id, reader) = (
        id.clone(),
        TrainingReader::of(clerk.actor().clone()).ok_or(Error::NotFound)?,
    );
    Ok(desk
        .ask(move |registry| withdrawals::open(registry, &reader, &id))
        .await?)
}

/// What it means that a trainee leaves.
#[get("/enrolments/<id>/withdrawal")]
async fn new(
    clerk: Clerk,
    caller: Caller,
    id: EnrolmentId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let loaded = load(&clerk, &id, desk).await?;
    Ok(Page::new(page(&caller, &loaded, Filled::blank())))
}

/// A clerk records that a trainee left.
#[post("/enrolments/<id>/withdrawal", data = "<form>")]
async fn create(
    clerk: Clerk,
    caller: Caller,
    id: EnrolmentId,
    form: Form<WithdrawalForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let (person, key, reason) = (clerk.clone(), id.clone(), form.0.reason.clone());
    let answer = desk
        .ask(move |registry| withdrawals::withdraw(registry, &person, &key, &reason, now))
        .await;
    let loaded = load(&clerk, &id, desk).await.map_err(Err)?;
    let Err(error) = answer else {
        return Ok(Redirect::to(format!(
            "/classes/{}?done=withdrawn",
            loaded.1.id
        )));
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let form = say(
        caller.words(),
        Filled::blank().with("reason", &form.0.reason),
        &reasons,
    );
    Err(Ok(Page::new(page(&caller, &loaded, form)).status(answer)))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, create]
}
