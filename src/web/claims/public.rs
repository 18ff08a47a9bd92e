//! 补贴公示: what the public sees of a claim, and how anybody objects.

use crate::acts::claims::publicity::{self, Shown};
use crate::domain::claim::ClaimId;
use crate::ground::money;
use crate::web::body::OpenForm;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::publicity::{Lodged, Object, ObjectionForm};
use crate::web::refusal::No;
use crate::web::reply::again;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get, post};

/// A claim on the list of what is shown.
pub(in crate::web) struct Entry {
    pub name: String,
    pub to: String,
    pub kind: &'static str,
    pub institution: String,
    pub until: String,
}

/// What is shown today, for the list of publicity.
pub(in crate::web) async fn shown(w: Words, desk: &State<Desk>) -> Result<Vec<Entry>, No> {
    let now = desk.now();
    let shown = desk
        .ask(move |registry| publicity::list(registry, now))
        .await?;
    Ok(shown
        .into_iter()
        .map(|(publicity, listed)| Entry {
            name: listed.class,
            to: format!("/publicity/claims/{}", listed.claim.id),
            kind: w.c("subsidy_kind", listed.claim.kind),
            institution: listed.institution,
            until: w.date(publicity.closes),
        })
        .collect())
}

#[derive(Template)]
#[template(path = "claims/public.html")]
struct Public {
    f: Frame,
    facts: Vec<Pair>,
    rows: Vec<(String, String, String)>,
    to: String,
}

fn title(w: Words, shown: &Shown) -> String {
    let kind = w.c("subsidy_kind", shown.listed.claim.kind);
    w.f("claims.show.of", &[&shown.listed.class, &kind])
}

/// One published claim: masked names, the ends of their numbers, amounts; nothing else of anybody.
#[get("/publicity/claims/<id>")]
async fn show(caller: Caller, id: ClaimId, desk: &State<Desk>) -> Result<Page<Public>, No> {
    let (w, now) = (caller.words(), desk.now());
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await?;
    let total: i64 = shown.lines.iter().map(|line| line.amount_fen).sum();
    let people = w.count(shown.lines.len());
    Ok(Page::new(Public {
        f: caller
            .frame("claims.shown.title")
            .titled(title(w, &shown))
            .crumb(w.t("publicities.index.title"), "/publicity")
            .under("publicity"),
        facts: vec![
            Pair::num(
                w.t("claims.shown.span"),
                w.span(shown.publicity.opens, shown.publicity.closes),
            ),
            Pair::new(w.t("claims.show.institution"), &shown.listed.institution),
            Pair::num(
                w.t("claims.shown.total"),
                w.f("claims.shown.people", &[&people, &money::yuan(total)]),
            ),
        ],
        rows: shown
            .lines
            .iter()
            .map(|line| {
                (
                    line.name.clone(),
                    line.id_tail.clone(),
                    money::yuan(line.amount_fen),
                )
            })
            .collect(),
        to: format!("/publicity/claims/{}", shown.listed.claim.id),
    }))
}

fn object_page(caller: &Caller, shown: &Shown, form: Filled) -> Object {
    let to = format!("/publicity/claims/{}", shown.listed.claim.id);
    Object::about(caller, &title(caller.words(), shown), to, form)
}

/// The form of an objection.
#[get("/publicity/claims/<id>/objections/new")]
async fn objection(caller: Caller, id: ClaimId, desk: &State<Desk>) -> Result<Page<Object>, No> {
    let now = desk.now();
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await?;
    Ok(Page::new(object_page(&caller, &shown, Filled::blank())))
}

/// Somebody objects; no account is asked for.
#[post("/publicity/claims/<id>/objections", data = "<form>")]
async fn object(
    caller: Caller,
    id: ClaimId,
    form: OpenForm<ObjectionForm>,
    desk: &State<Desk>,
) -> Result<Page<Lodged>, Result<Page<Object>, No>> {
    let now = desk.now();
    let OpenForm(form) = form;
    let (new, key) = (form.read(), id.clone());
    let lodged = desk
        .ask(move |registry| publicity::object(registry, &key, &new, now))
        .await;
    let error = match lodged {
        Ok(objection) => {
            let to = format!("/publicity/claims/{id}");
            return Ok(Page::new(Lodged::of(&caller, &objection, to)));
        }
        Err(error) => error,
    };
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await
        .map_err(|error| Err(No(error)))?;
    Err(again(&caller, error, form.filled(), |form| {
        object_page(&caller, &shown, form)
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show, objection, object]
}
