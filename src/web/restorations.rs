//! 错撤恢复: where the bureau takes a wrong revocation back.

use crate::acts::restorations::{self, Ground};
use crate::domain::account::{Actor, BureauOfficer};
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
    routes![form, restore]
}

#[derive(Template)]
#[template(path = "restorations/new.html")]
struct New {
    f: Frame,
    form: Filled,
    number: String,
    about: String,
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
    let (f, about) = about(caller, actor, id, "restorations.new.title", &form, desk).await?;
    Ok(New {
        f,
        form,
        number: about.number,
        about: about.line,
        to: format!("/certificates/{id}/restoration"),
        back: about.back,
    })
}

/// Where a wrong revocation is taken back.
#[get("/certificates/<id>/restoration")]
async fn form(
    officer: BureauOfficer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let new = page(&caller, officer.actor(), &id, Filled::blank(), desk).await?;
    Ok(Page::new(new))
}

/// On which ground.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct GroundForm {
    /// 依据: the document and clause.
    #[serde(default)]
    basis: String,
    /// What was found to be wrong; no personal data.
    #[serde(default)]
    reason: String,
}

impl GroundForm {
    pub(super) fn read(&self) -> Ground {
        Ground {
            basis: self.basis.clone(),
            reason: self.reason.clone(),
        }
    }
}

/// An officer restores it.
#[post("/certificates/<id>/restoration", data = "<form>")]
async fn restore(
    officer: BureauOfficer,
    caller: Caller,
    id: CertificateId,
    form: Form<GroundForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let actor = officer.actor().clone();
    let (asked, ground) = (vec![id.clone()], form.0.read());
    let answer = desk
        .ask(move |registry| restorations::restore(registry, &officer, &asked, &ground, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/certificates/{id}?done=restored"))),
        Err(error) => {
            let blank = page(&caller, &actor, &id, Filled::blank(), desk)
                .await
                .map_err(Err)?;
            let filled = Filled::blank()
                .with("basis", &form.0.basis)
                .with("reason", &form.0.reason);
            Err(again(&caller, error, filled, |form| New {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}
