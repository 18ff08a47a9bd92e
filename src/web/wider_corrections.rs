//! 一并更正: her other certificates in force, each with what would become of it, and the one act.

use crate::acts::Registry;
use crate::acts::wider_corrections::{self, Wider};
use crate::domain::account::{Actor, Confirmer};
use crate::domain::certificate::CertificateId;
use crate::web::body::Form;
use crate::web::certificates::{about, elsewhere};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![list, carry_out]
}

struct Line {
    number: String,
    to: String,
    says: String,
    issuer: String,
    /// Why it is left as it is; empty when it would be corrected.
    why: String,
}

#[derive(Template)]
#[template(path = "corrections/wider.html")]
struct Show {
    f: Frame,
    form: Filled,
    number: String,
    about: String,
    today: String,
    reason: String,
    lines: Vec<Line>,
    ready: usize,
    elsewhere: String,
    to: String,
    back: String,
}

fn lines(w: Words, wider: &Wider) -> Vec<Line> {
    wider
        .rows
        .iter()
        .map(|row| {
            let one = &row.certificate;
            Line {
                number: one.number.clone(),
                to: format!("/certificates/{}", one.id),
                says: w.f(
                    "certificates.behind.says",
                    &[
                        &one.holder,
                        &one.id_tail,
                        &one.course_name.as_ref().unwrap_or(&one.occupation_name),
                    ],
                ),
                issuer: row.issuer.clone(),
                why: row
                    .why
                    .as_ref()
                    .map_or_else(String::new, |why| w.refusal(why).say),
            }
        })
        .collect()
}

async fn page(
    caller: &Caller,
    actor: &Actor,
    confirmer: Confirmer,
    id: &CertificateId,
    form: Filled,
    desk: &State<Desk>,
) -> Result<Show, No> {
    let (w, now) = (caller.words(), desk.now());
    let (f, about) = about(caller, actor, id, "corrections.wider.title", &form, desk).await?;
    let asked = id.clone();
    let wider = desk
        .ask(move |registry| wider_corrections::list(registry, &confirmer, &asked, now))
        .await?;
    Ok(Show {
        f,
        form,
        number: about.number,
        about: about.line,
        today: w.f("corrections.wider.today", &[&wider.name, &wider.id_tail]),
        reason: wider.reason.clone(),
        lines: lines(w, &wider),
        ready: wider.ready(),
        elsewhere: elsewhere(w, wider.elsewhere),
        to: format!("/certificates/{id}/wider-correction"),
        back: about.back,
    })
}

/// What would be corrected.
#[get("/certificates/<id>/wider-correction")]
async fn list(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let actor = confirmer.actor().clone();
    let page = page(&caller, &actor, confirmer, &id, Filled::blank(), desk).await?;
    Ok(Page::new(page))
}

/// How many whoever decides was told of; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct WiderForm {
    /// How many certificates will be corrected, as the list said: refused when it is another number.
    #[serde(default)]
    expected: String,
}

impl WiderForm {
    pub(super) fn read(&self) -> Result<usize, Vec<crate::domain::refusal::Refusal>> {
        let mut faults = Faults::default();
        let expected = faults.known("expected", &self.expected, |text| text.trim().parse().ok());
        faults.or(expected)
    }
}

/// All of them.
#[post("/certificates/<id>/wider-correction", data = "<form>")]
async fn carry_out(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    form: Form<WiderForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let (actor, by) = (confirmer.actor().clone(), confirmer.clone());
    let answer = match form.0.read() {
        Ok(expected) => {
            let asked = id.clone();
            let act = move |registry: &Registry| {
                wider_corrections::carry_out(registry, &by, &asked, expected, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/certificates/{id}?done=widened"))),
        Err(error) => {
            let blank = page(&caller, &actor, confirmer, &id, Filled::blank(), desk)
                .await
                .map_err(Err)?;
            let filled = Filled::blank().with("expected", &form.0.expected);
            Err(again(&caller, error, filled, |form| Show {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}
