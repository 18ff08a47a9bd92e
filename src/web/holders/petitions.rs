//! 持证人申请页: a holder asks; the bureau reads and answers.

use crate::acts::{Error, petitions};
use crate::domain::account::BureauOfficer;
use crate::domain::certificate::CertificateId;
use crate::domain::holder::{Holder, PetitionId, PetitionKind};
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::store::petitions::Listed;
use crate::web::body::{Form, HolderForm};
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::holders::guard::Visitor;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::{No, status};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(PetitionId);

/// The form a holder asks with.
#[derive(Template)]
#[template(path = "petitions/new.html")]
struct New {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    certificate: String,
}

fn kinds(w: Words) -> Vec<Choice> {
    PetitionKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), w.c("petitions.kind", kind.as_str())))
        .collect()
}

fn asked(visitor: &Visitor, form: Filled, certificate: String) -> New {
    let w = visitor.words();
    New {
        f: visitor
            .frame("petitions.new.title")
            .crumb(w.t("holders.show.title"), "/me")
            .wrong(&form),
        kinds: kinds(w),
        form,
        certificate,
    }
}

/// The form.
#[get("/me/petitions/new?<certificate>")]
fn new(_holder: Holder, visitor: Visitor, certificate: Option<&str>) -> Page<New> {
    let form = Filled::blank().with("kind", PetitionKind::Correction.as_str());
    Page::new(asked(
        &visitor,
        form,
        certificate.unwrap_or_default().to_owned(),
    ))
}

#[derive(Deserialize)]
struct PetitionForm {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    certificate: String,
    #[serde(default)]
    said: String,
}

/// A holder asks.
#[post("/me/petitions", data = "<form>")]
async fn create(
    holder: Holder,
    visitor: Visitor,
    form: HolderForm<PetitionForm>,
    desk: &State<Desk>,
) -> Result<Redirect, Result<Page<New>, No>> {
    let now = desk.now();
    let HolderForm(PetitionForm {
        kind,
        certificate,
        said,
    }) = form;
    let filled = Filled::blank().with("kind", &kind).with("said", &said);
    let about = CertificateId::read(&certificate);
    let done = match PetitionKind::read(&kind) {
        None => Err(Refusal::new("field.blank").at("kind").into()),
        Some(kind) => {
            desk.ask(move |registry| petitions::lodge(registry, &holder, kind, about, &said, now))
                .await
        }
    };
    match done {
        Ok(_) => Ok(Redirect::to("/me")),
        Err(error) => {
            let answer = status(&error);
            let Error::Refused(reasons) = error else {
                return Err(Err(No(error)));
            };
            let w = visitor.words();
            let form = reasons
                .iter()
                .fold(filled, |form, reason| form.refused(w, reason));
            Err(Ok(
                Page::new(asked(&visitor, form, certificate)).status(answer)
            ))
        }
    }
}

/// One line of the bureau's list.
struct Line {
    to: String,
    holder: String,
    kind: &'static str,
    at: String,
    tag: Tag,
}

fn state(w: Words, listed: &Listed) -> Tag {
    match &listed.2 {
        None => Tag::todo(w.t("petitions.outcome.waiting")),
        Some(answer) if answer.granted => Tag::ok(w.t("petitions.outcome.granted")),
        Some(_) => Tag::none(w.t("petitions.outcome.refused")),
    }
}

/// What holders ask for.
#[derive(Template)]
#[template(path = "petitions/index.html")]
struct Index {
    f: Frame,
    lines: Vec<Line>,
    pager: Pager,
}

/// What holders ask for, the unanswered first.
#[get("/petitions?<page>")]
async fn index(
    officer: BureauOfficer,
    page: Option<u32>,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let slice = desk
        .ask(move |registry| petitions::list(registry, &officer, Window::of(page, None)))
        .await?;
    let w = caller.words();
    let pager = Pager::of(&slice, "/petitions?");
    let lines = slice
        .rows
        .iter()
        .map(|listed| Line {
            to: format!("/petitions/{}", listed.0.id),
            holder: listed.1.clone(),
            kind: w.c("petitions.kind", listed.0.kind.as_str()),
            at: w.moment(listed.0.at),
            tag: state(w, listed),
        })
        .collect();
    Ok(Page::new(Index {
        f: caller.frame("petitions.index.title"),
        lines,
        pager,
    }))
}

/// One petition, and its answer.
#[derive(Template)]
#[template(path = "petitions/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    id: PetitionId,
    facts: Vec<Pair>,
    tag: Tag,
    open: bool,
}

fn shown(caller: &Caller, listed: &Listed, form: Filled) -> Show {
    let w = caller.words();
    let (one, holder, answer) = listed;
    let mut facts = vec![
        Pair::new(w.t("petitions.show.holder"), holder.clone())
            .to(format!("/people/{}", one.person)),
        Pair::new(
            w.t("petitions.show.kind"),
            w.c("petitions.kind", one.kind.as_str()),
        ),
        Pair::new(w.t("petitions.show.at"), w.moment(one.at)),
        Pair::new(w.t("petitions.show.said"), one.said.clone()),
    ];
    if let Some(certificate) = &one.certificate {
        let to = format!("/certificates/{certificate}");
        facts.push(Pair::new(w.t("petitions.show.certificate"), w.t("petitions.show.see")).to(to));
    }
    if let Some(answer) = answer {
        facts.push(Pair::new(
            w.t("petitions.show.answer"),
            answer.answer.clone(),
        ));
    }
    Show {
        f: caller
            .frame("petitions.show.title")
            .crumb(w.t("petitions.index.title"), "/petitions")
            .wrong(&form),
        form,
        id: one.id.clone(),
        facts,
        tag: state(w, listed),
        open: answer.is_none(),
    }
}

/// One petition.
#[get("/petitions/<id>")]
async fn show(
    officer: BureauOfficer,
    id: PetitionId,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let listed = desk
        .ask(move |registry| petitions::open(registry, &officer, &id))
        .await?;
    Ok(Page::new(shown(&caller, &listed, Filled::blank())))
}

#[derive(Deserialize)]
struct AnswerForm {
    #[serde(default)]
    granted: String,
    #[serde(default)]
    answer: String,
}

/// The bureau answers.
#[post("/petitions/<id>/answer", data = "<form>")]
async fn answer(
    officer: BureauOfficer,
    id: PetitionId,
    form: Form<AnswerForm>,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Redirect, Result<Page<Show>, No>> {
    let now = desk.now();
    let Form(AnswerForm { granted, answer }) = form;
    let filled = Filled::blank()
        .with("granted", &granted)
        .with("answer", &answer);
    let (who, key, yes) = (officer.clone(), id.clone(), granted == "yes");
    let done = desk
        .ask(move |registry| petitions::answer(registry, &who, &key, yes, &answer, now))
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(format!("/petitions/{id}"))),
        Err(error) => {
            let code = status(&error);
            let Error::Refused(reasons) = error else {
                return Err(Err(No(error)));
            };
            let listed = desk
                .ask(move |registry| petitions::open(registry, &officer, &id))
                .await;
            let listed = listed.map_err(|error| Err(No(error)))?;
            let w = caller.words();
            let form = reasons
                .iter()
                .fold(filled, |form, reason| form.refused(w, reason));
            Err(Ok(Page::new(shown(&caller, &listed, form)).status(code)))
        }
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, create, index, show, answer]
}
