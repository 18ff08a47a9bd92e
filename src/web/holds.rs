//! 证书暂停: where a certificate is suspended, and where that is lifted.

use crate::acts::holds::{self, Cause};
use crate::domain::account::{Actor, Confirmer};
use crate::domain::certificate::{CertificateId, HoldReason};
use crate::domain::refusal::Refusal;
use crate::web::body::Form;
use crate::web::certificates::about;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
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
    routes![form, suspend, lift]
}

#[derive(Template)]
#[template(path = "holds/new.html")]
struct New {
    f: Frame,
    form: Filled,
    number: String,
    about: String,
    held: bool,
    reasons: Vec<Choice>,
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
    let w = caller.words();
    let (f, about) = about(caller, actor, id, "holds.new.title", &form, desk).await?;
    let held = about.opened.held().is_some();
    Ok(New {
        f: if held {
            f.titled(w.t("holds.new.lift_title"))
        } else {
            f
        },
        form,
        number: about.number,
        about: about.line,
        held,
        reasons: HoldReason::ALL
            .iter()
            .map(|reason| Choice::new(reason.as_str(), w.pick(reason.name(), reason.name_en())))
            .collect(),
        to: format!("/certificates/{id}/hold"),
        back: about.back,
    })
}

/// Where a certificate is suspended, or a suspension lifted.
#[get("/certificates/<id>/hold")]
async fn form(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let new = page(&caller, confirmer.actor(), &id, Filled::blank(), desk).await?;
    Ok(Page::new(new))
}

/// Why a certificate is suspended.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct CauseForm {
    /// `inquiry`, `lost` or `decision`; told in public.
    #[serde(default)]
    reason_class: String,
    /// 依据: the document and clause.
    #[serde(default)]
    basis: String,
    /// The facts; no personal data.
    #[serde(default)]
    reason: String,
}

impl CauseForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("reason_class", &self.reason_class)
            .with("basis", &self.basis)
            .with("reason", &self.reason)
    }

    pub(super) fn read(&self) -> Result<Cause, Vec<Refusal>> {
        let mut faults = Faults::default();
        let reason_class = faults.known("reason_class", &self.reason_class, HoldReason::read);
        faults.or(reason_class.map(|reason_class| Cause {
            reason_class,
            basis: self.basis.clone(),
            reason: self.reason.clone(),
        }))
    }
}

/// Somebody suspends it.
#[post("/certificates/<id>/hold", data = "<form>")]
async fn suspend(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    form: Form<CauseForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let actor = confirmer.actor().clone();
    let answer = match form.0.read() {
        Ok(cause) => {
            let asked = id.clone();
            desk.ask(move |registry| holds::suspend(registry, &confirmer, &asked, &cause, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/certificates/{id}?done=suspended"))),
        Err(error) => {
            let blank = page(&caller, &actor, &id, Filled::blank(), desk)
                .await
                .map_err(Err)?;
            Err(again(&caller, error, form.0.filled(), |form| New {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}

/// Why a suspension is lifted.
#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

/// Whoever may lifts it.
#[post("/certificates/<id>/hold/lifting", data = "<form>")]
async fn lift(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    form: Form<Why>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let actor = confirmer.actor().clone();
    let (asked, reason) = (id.clone(), form.0.reason.clone());
    let answer = desk
        .ask(move |registry| holds::resume(registry, &confirmer, &asked, &reason, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/certificates/{id}?done=resumed"))),
        Err(error) => {
            let blank = page(&caller, &actor, &id, Filled::blank(), desk)
                .await
                .map_err(Err)?;
            let filled = Filled::blank().with("reason", &form.0.reason);
            Err(again(&caller, error, filled, |form| New {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}
