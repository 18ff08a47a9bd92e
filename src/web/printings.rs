//! 补印: the same certificate on new paper.

use crate::acts::printings;
use crate::domain::account::{Actor, Issuer};
use crate::domain::certificate::CertificateId;
use crate::web::body::Form;
use crate::web::certificates::about;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use askama::Template;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![form, print]
}

#[derive(Template)]
#[template(path = "printings/new.html")]
struct New {
    f: Frame,
    form: Filled,
    number: String,
    about: String,
    serial: i32,
    to: String,
    back: String,
}

async fn page(
    caller: &Caller,
    actor: &Actor,
    id: &CertificateId,
    form: Filled,
    desk: &State<Desk>,
) -> Result<New, No> {
    let (f, about) = about(caller, actor, id, "printings.new.title", &form, desk).await?;
    Ok(New {
        f,
        form,
        serial: about.opened.after.print_of(&about.opened.certificate) + 1,
        number: about.number,
        about: about.line,
        to: format!("/certificates/{id}/prints"),
        back: about.back,
    })
}

/// Where a certificate is printed once more.
#[get("/certificates/<id>/prints")]
async fn form(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let new = page(&caller, issuer.actor(), &id, Filled::blank(), desk).await?;
    Ok(Page::new(new))
}

/// Why.
#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

/// A signatory prints it once more.
#[post("/certificates/<id>/prints", data = "<form>")]
async fn print(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    form: Form<Why>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let actor = issuer.actor().clone();
    let (asked, reason) = (id.clone(), form.0.reason.clone());
    let answer = desk
        .ask(move |registry| printings::print_again(registry, &issuer, &asked, &reason, now))
        .await;
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/certificates/{id}?done=printed"))),
        Err(error) => {
            let filled = Filled::blank().with("reason", &form.0.reason);
            let blank = page(&caller, &actor, &id, Filled::blank(), desk)
                .await
                .map_err(Err)?;
            Err(again(&caller, error, filled, |form| New {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}
