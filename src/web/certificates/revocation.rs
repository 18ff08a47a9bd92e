//! 撤销: a signatory proposes, a second person confirms, either takes it back.

use super::cases::{CaseRow, case_row};
use super::{Shown, again, reader_of, signs};
use crate::acts::revocations::{self, Grounds};
use crate::acts::{Error, certificates};
use crate::domain::account::{Actor, Confirmer, Issuer, Role};
use crate::domain::certificate::{CertificateId, RevocationReason};
use crate::domain::refusal::Refusal;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::{No, status};
use askama::Template;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "certificates/revoke.html")]
pub(super) struct Revoke {
    f: Frame,
    form: Filled,
    reasons: Vec<Choice>,
    number: String,
    about: String,
    to: String,
    back: String,
    case: Option<CaseRow>,
    may_propose: bool,
    may_confirm: bool,
    may_drop: bool,
}

async fn revoke_page(
    caller: &Caller,
    actor: &Actor,
    id: &CertificateId,
    form: Filled,
    desk: &State<Desk>,
) -> Result<Page<Revoke>, No> {
    let w = caller.words();
    let (reader, asked) = (reader_of(actor)?, id.clone());
    let opened = desk
        .ask(move |registry| certificates::open(registry, &reader, &asked))
        .await?;
    let certificate = &opened.certificate;
    let signs = signs(actor.role, certificate.kind);
    let case = opened.pending();
    let back = format!("/certificates/{id}");
    let frame = caller
        .frame("certificates.revoke.title")
        .under("certificates")
        .crumb(w.t("certificates.index.title"), "/certificates")
        .crumb(&certificate.number, &back)
        .wrong(&form);
    let second = case.is_some_and(|case| case.proposal.by != actor.account);
    Ok(Page::new(Revoke {
        f: frame,
        form,
        reasons: RevocationReason::ALL
            .iter()
            .map(|reason| Choice::new(reason.as_str(), w.pick(reason.name(), reason.name_en())))
            .collect(),
        number: certificate.number.clone(),
        about: w.f(
            "certificates.revoke.about",
            &[&certificate.holder, &certificate.occupation_name],
        ),
        to: format!("/certificates/{id}/revocation"),
        back,
        may_propose: signs && case.is_none(),
        may_confirm: second && (signs || actor.role == Role::BureauOfficer),
        may_drop: signs && case.is_some(),
        case: case.map(|case| case_row(w, case)),
    }))
}

/// Where a revocation is proposed, or decided by the second person.
#[get("/certificates/<id>/revocation")]
pub(super) async fn revocation(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<Revoke>, No> {
    revoke_page(&caller, confirmer.actor(), &id, Filled::blank(), desk).await
}

/// What a signatory says against a certificate.
#[derive(Deserialize)]
struct GroundsForm {
    #[serde(default)]
    reason_class: String,
    #[serde(default)]
    basis: String,
    #[serde(default)]
    reason: String,
}

impl GroundsForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("reason_class", &self.reason_class)
            .with("basis", &self.basis)
            .with("reason", &self.reason)
    }

    fn read(&self) -> Result<Grounds, Vec<Refusal>> {
        let mut faults = Faults::default();
        let reason_class = faults.known("reason_class", &self.reason_class, RevocationReason::read);
        let text = |text: &str| Some(text.to_owned());
        let basis = faults.known("basis", &self.basis, text);
        let reason = faults.known("reason", &self.reason, text);
        faults.or(match (reason_class, basis, reason) {
            (Some(reason_class), Some(basis), Some(reason)) => Some(Grounds {
                reason_class,
                basis,
                reason,
            }),
            _ => None,
        })
    }
}

/// A signatory proposes.
#[post("/certificates/<id>/revocation", data = "<form>")]
async fn propose(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    form: Form<GroundsForm>,
    desk: &State<Desk>,
) -> Shown<Revoke> {
    let now = desk.now();
    let actor = issuer.actor().clone();
    let answer = match form.0.read() {
        Ok(grounds) => {
            let asked = id.clone();
            desk.ask(move |registry| revocations::propose(registry, &issuer, &asked, &grounds, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/certificates/{id}?done=proposed"))),
        Err(Error::Refused(refusals)) => {
            let code = status(&Error::Refused(refusals.clone()));
            let filled = again(caller.words(), form.0.filled(), &refusals);
            Err(revoke_page(&caller, &actor, &id, filled, desk)
                .await
                .map(|page| page.status(code)))
        }
        Err(other) => Err(Err(No(other))),
    }
}

/// Nothing but the session's token.
#[derive(Deserialize)]
struct Bare {}

/// The second person confirms.
#[post("/certificates/<id>/revocation/confirmation", data = "<_form>")]
async fn confirm(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    _form: Form<Bare>,
    desk: &State<Desk>,
) -> Shown<Revoke> {
    let now = desk.now();
    let actor = confirmer.actor().clone();
    let asked = id.clone();
    let answer = desk
        .ask(move |registry| revocations::confirm(registry, &confirmer, &asked, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/certificates/{id}?done=revoked"))),
        Err(Error::Refused(refusals)) => {
            let code = status(&Error::Refused(refusals.clone()));
            let filled = again(caller.words(), Filled::blank(), &refusals);
            Err(revoke_page(&caller, &actor, &id, filled, desk)
                .await
                .map(|page| page.status(code)))
        }
        Err(other) => Err(Err(No(other))),
    }
}

/// Why a proposal is taken back, or a certificate replaced.
#[derive(Deserialize)]
pub(super) struct Why {
    #[serde(default)]
    pub(super) reason: String,
}

/// A signatory takes a proposal back.
#[post("/certificates/<id>/revocation/withdrawal", data = "<form>")]
async fn withdraw(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    form: Form<Why>,
    desk: &State<Desk>,
) -> Shown<Revoke> {
    let now = desk.now();
    let actor = issuer.actor().clone();
    let (asked, reason) = (id.clone(), form.0.reason.clone());
    let answer = desk
        .ask(move |registry| revocations::drop_proposal(registry, &issuer, &asked, &reason, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/certificates/{id}?done=dropped"))),
        Err(Error::Refused(refusals)) => {
            let code = status(&Error::Refused(refusals.clone()));
            let filled = again(
                caller.words(),
                Filled::blank().with("reason", &form.0.reason),
                &refusals,
            );
            Err(revoke_page(&caller, &actor, &id, filled, desk)
                .await
                .map(|page| page.status(code)))
        }
        Err(other) => Err(Err(No(other))),
    }
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![revocation, propose, confirm, withdraw]
}
