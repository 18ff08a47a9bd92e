//! 换发: a certificate in the place of another.

use super::revocation::Why;
use super::{Shown, again, reader_of};
use crate::acts::{Error, certificates, replacements};
use crate::domain::account::{Actor, Issuer};
use crate::domain::certificate::CertificateId;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::{No, status};
use askama::Template;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};

#[derive(Template)]
#[template(path = "certificates/replace.html")]
pub(super) struct Replace {
    f: Frame,
    form: Filled,
    about: String,
    to: String,
    back: String,
}

async fn replace_page(
    caller: &Caller,
    actor: &Actor,
    id: &CertificateId,
    form: Filled,
    desk: &State<Desk>,
) -> Result<Page<Replace>, No> {
    let w = caller.words();
    let (reader, asked) = (reader_of(actor)?, id.clone());
    let opened = desk
        .ask(move |registry| certificates::open(registry, &reader, &asked))
        .await?;
    let back = format!("/certificates/{id}");
    let certificate = &opened.certificate;
    Ok(Page::new(Replace {
        f: caller
            .frame("certificates.replace.title")
            .under("certificates")
            .crumb(w.t("certificates.index.title"), "/certificates")
            .crumb(&certificate.number, &back)
            .wrong(&form),
        form,
        about: w.f(
            "certificates.replace.about",
            &[&certificate.holder, &certificate.number],
        ),
        to: format!("/certificates/{id}/replacement"),
        back,
    }))
}

/// Where a certificate is replaced.
#[get("/certificates/<id>/replacement")]
pub(super) async fn replacement(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<Replace>, No> {
    replace_page(&caller, issuer.actor(), &id, Filled::blank(), desk).await
}

/// A signatory replaces a certificate.
#[post("/certificates/<id>/replacement", data = "<form>")]
async fn replace(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    form: Form<Why>,
    desk: &State<Desk>,
) -> Shown<Replace> {
    let now = desk.now();
    let actor = issuer.actor().clone();
    let (asked, reason) = (id.clone(), form.0.reason.clone());
    let answer = desk
        .ask(move |registry| replacements::replace(registry, &issuer, &asked, &reason, now))
        .await;
    match answer {
        Ok(given) => Ok(Redirect::to(format!(
            "/certificates/{}?done=replaced",
            given.id
        ))),
        Err(Error::Refused(refusals)) => {
            let code = status(&Error::Refused(refusals.clone()));
            let filled = again(
                caller.words(),
                Filled::blank().with("reason", &form.0.reason),
                &refusals,
            );
            Err(replace_page(&caller, &actor, &id, filled, desk)
                .await
                .map(|page| page.status(code)))
        }
        Err(other) => Err(Err(No(other))),
    }
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![replacement, replace]
}
