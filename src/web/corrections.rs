//! 更正: where a correction is proposed, confirmed by a second person, or dropped.

use crate::acts::corrections::{self, Right};
use crate::domain::account::{Actor, Confirmer, Issuer, Role};
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::refusal::Refusal;
use crate::web::body::Form;
use crate::web::certificates::{
    CorrectionRow, Other, about, correction_row, elsewhere, others, signs,
};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
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
    routes![form, propose, confirm, withdraw]
}

#[derive(Template)]
#[template(path = "corrections/new.html")]
struct New {
    f: Frame,
    form: Filled,
    number: String,
    about: String,
    case: Option<CorrectionRow>,
    dated: bool,
    may_propose: bool,
    may_confirm: bool,
    may_drop: bool,
    to: String,
    back: String,
    others: Vec<Other>,
    elsewhere: String,
}

async fn page(
    caller: &Caller,
    actor: &Actor,
    id: &CertificateId,
    form: Filled,
    desk: &State<Desk>,
) -> Result<New, No> {
    let w = caller.words();
    let (f, about) = about(caller, actor, id, "corrections.new.title", &form, desk).await?;
    let certificate = &about.opened.certificate;
    let signs = signs(actor.role, certificate.kind);
    let case = about.opened.correcting();
    let of_person = case.is_some_and(|case| {
        case.proposal.name.is_some() || case.proposal.document_sealed.is_some()
    });
    let second = case.is_some_and(|case| case.proposal.by != actor.account);
    Ok(New {
        f,
        form,
        dated: certificate.kind == CertificateKind::Completion,
        may_propose: signs && case.is_none(),
        may_confirm: second && (signs || actor.role == Role::BureauOfficer),
        may_drop: signs && case.is_some(),
        case: case.map(|case| correction_row(w, case, certificate)),
        others: if of_person {
            others(w, actor.role, about.opened.others.iter())
        } else {
            Vec::new()
        },
        elsewhere: if of_person {
            elsewhere(w, about.opened.elsewhere)
        } else {
            String::new()
        },
        number: about.number,
        about: about.line,
        to: format!("/certificates/{id}/correction"),
        back: about.back,
    })
}

/// Where a correction is proposed, or decided by the second person.
#[get("/certificates/<id>/correction")]
async fn form(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let new = page(&caller, confirmer.actor(), &id, Filled::blank(), desk).await?;
    Ok(Page::new(new))
}

/// What a certificate should say; what is left empty stays.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct RightForm {
    /// 姓名
    #[serde(default)]
    name: String,
    /// 证件类型: the code; a resident card when left out.
    #[serde(default)]
    id_kind: String,
    /// 证件号码, whole.
    #[serde(default)]
    id_number: String,
    /// First day of training, of a completion certificate.
    #[serde(default)]
    began: String,
    /// Last day of training, of a completion certificate.
    #[serde(default)]
    ended: String,
    /// Why; no personal data.
    #[serde(default)]
    reason: String,
    /// 佐证: what was seen.
    #[serde(default)]
    evidence: String,
}

impl RightForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("name", &self.name)
            .with("id_number", &self.id_number)
            .with("began", &self.began)
            .with("ended", &self.ended)
            .with("reason", &self.reason)
            .with("evidence", &self.evidence)
    }

    pub(super) fn read(&self) -> Result<Right, Vec<Refusal>> {
        let mut faults = Faults::default();
        let kind = faults
            .optional("id_kind", &self.id_kind, IdKind::read)
            .unwrap_or(IdKind::ResidentCard);
        let document = if self.id_number.trim().is_empty() {
            None
        } else {
            match IdDocument::read(kind, &self.id_number) {
                Ok(document) => Some(document),
                Err(why) => {
                    let refusal = crate::domain::refusal::Reason::refusal(why);
                    faults.note(refusal.at("id_number"));
                    None
                }
            }
        };
        let day = |text: &str| text.parse().ok();
        let began = faults.optional("began", &self.began, day);
        let ended = faults.optional("ended", &self.ended, day);
        faults.or(Some(Right {
            name: Some(self.name.clone()).filter(|name| !name.trim().is_empty()),
            document,
            began,
            ended,
            reason: self.reason.clone(),
            evidence: self.evidence.clone(),
        }))
    }
}

/// A signatory proposes.
#[post("/certificates/<id>/correction", data = "<form>")]
async fn propose(
    issuer: Issuer,
    caller: Caller,
    id: CertificateId,
    form: Form<RightForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let actor = issuer.actor().clone();
    let answer = match form.0.read() {
        Ok(right) => {
            let asked = id.clone();
            desk.ask(move |registry| corrections::propose(registry, &issuer, &asked, &right, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/certificates/{id}?done=correcting"))),
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

/// Nothing but the session's token.
#[derive(Deserialize)]
struct Bare {}

/// The second person confirms.
#[post("/certificates/<id>/correction/confirmation", data = "<_form>")]
async fn confirm(
    confirmer: Confirmer,
    caller: Caller,
    id: CertificateId,
    _form: Form<Bare>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let actor = confirmer.actor().clone();
    let asked = id.clone();
    let answer = desk
        .ask(move |registry| corrections::confirm(registry, &confirmer, &asked, now))
        .await;
    match answer {
        Ok(new) => Ok(Redirect::to(format!(
            "/certificates/{}?done=corrected",
            new.id
        ))),
        Err(error) => {
            let blank = page(&caller, &actor, &id, Filled::blank(), desk)
                .await
                .map_err(Err)?;
            Err(again(&caller, error, Filled::blank(), |form| New {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}

/// Why a proposal is taken back.
#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

/// A signatory takes a proposal back.
#[post("/certificates/<id>/correction/withdrawal", data = "<form>")]
async fn withdraw(
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
        .ask(move |registry| corrections::drop_proposal(registry, &issuer, &asked, &reason, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/certificates/{id}?done=kept"))),
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
