//! 公示: what the public sees of results, and how anybody objects.

use crate::acts::objections::{self, NewObjection};
use crate::acts::publicity::{self, Masked};
use crate::domain::assessment::{Part, SittingId};
use crate::web::body::OpenForm;
use crate::web::claims::public::{self as claims, Entry};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::again;
use crate::web::review::verdict;
use crate::web::seals;
use crate::web::sittings::trade;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get, post};
use serde::Deserialize;

struct Listed {
    name: String,
    to: String,
    trade: String,
    institution: String,
    until: String,
}

#[derive(Template)]
#[template(path = "publicity/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Listed>,
    claims: Vec<Entry>,
}

/// What is published today.
#[get("/publicity")]
async fn index(caller: Caller, desk: &State<Desk>) -> Result<Page<Index>, No> {
    let (w, now) = (caller.words(), desk.now());
    let shown = desk
        .ask(move |registry| publicity::list(registry, now))
        .await?;
    let rows = shown
        .into_iter()
        .map(|(publicity, sitting, institution)| Listed {
            name: sitting.name.clone(),
            to: format!("/publicity/{}", sitting.id),
            trade: trade(w, &sitting),
            institution,
            until: w.date(publicity.closes),
        });
    Ok(Page::new(Index {
        f: caller.frame("publicities.index.title"),
        rows: rows.collect(),
        claims: claims::shown(w, desk).await?,
    }))
}

struct Row {
    seat: String,
    name: String,
    marks: Vec<(&'static str, String)>,
    verdict: Tag,
    late: String,
}

#[derive(Template)]
#[template(path = "publicity/show.html")]
struct Show {
    f: Frame,
    facts: Vec<Pair>,
    parts: Vec<&'static str>,
    rows: Vec<Row>,
    to: String,
}

/// One published sitting: seats, masked names, marks; nothing else of anybody.
#[get("/publicity/<id>")]
async fn show(caller: Caller, id: SittingId, desk: &State<Desk>) -> Result<Page<Show>, No> {
    let (w, now) = (caller.words(), desk.now());
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await?;
    let it = &shown.sitting;
    let parts = it.level.parts();
    let span = w.span(shown.publicity.opens, shown.publicity.closes);
    Ok(Page::new(Show {
        f: caller
            .frame("publicities.show.title")
            .titled(it.name.clone()),
        facts: vec![
            Pair::new(w.t("publicities.show.span"), span),
            Pair::new(
                w.t("publicities.index.institution"),
                shown.institution.clone(),
            ),
            Pair::new(w.t("publicities.index.trade"), trade(w, it)),
            Pair::new(w.t("publicities.show.day"), w.date(it.day)),
            Pair::new(w.t("publicities.show.place"), it.place.clone()),
        ],
        parts: parts.iter().map(|part| w.c("part", part)).collect(),
        rows: shown
            .results
            .iter()
            .map(|result| row(w, it.day, result, parts))
            .collect(),
        to: format!("/publicity/{}", it.id),
    }))
}

fn row(w: Words, day: chrono::NaiveDate, result: &Masked, parts: &[Part]) -> Row {
    let mark = |part: &Part| {
        let scored = result.scores.iter().find(|(own, ..)| own == part);
        match scored {
            Some((_, score, true)) => w.f("publicities.show.carried", &[score]),
            Some((_, score, false)) => score.to_string(),
            None if result.absent.contains(part) => w.t("publicities.show.absent").to_owned(),
            None => w.t("sittings.review.not_sat").to_owned(),
        }
    };
    Row {
        seat: result.seat.clone(),
        name: result.name.clone(),
        marks: parts
            .iter()
            .map(|part| (w.c("part", part), mark(part)))
            .collect(),
        verdict: verdict(w, result.verdict),
        late: seals::late_mark(w, day, result.late),
    }
}

#[derive(Template)]
#[template(path = "objections/new.html")]
pub(super) struct Object {
    f: Frame,
    form: Filled,
    lead: String,
    to: String,
}

impl Object {
    /// The form against what is published under this name at this address.
    pub(super) fn about(caller: &Caller, name: &str, to: String, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("objections.new.title")
                .crumb(w.t("publicities.index.title"), "/publicity")
                .crumb(name, &to)
                .wrong(&form),
            form,
            lead: w.f("objections.new.lead", &[&name]),
            to,
        }
    }

    fn of(caller: &Caller, shown: &publicity::Shown, form: Filled) -> Self {
        let to = format!("/publicity/{}", shown.sitting.id);
        Self::about(caller, &shown.sitting.name, to, form)
    }
}

/// The form of an objection.
#[get("/publicity/<id>/objections/new?<about>")]
async fn objection(
    caller: Caller,
    id: SittingId,
    about: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Object>, No> {
    let now = desk.now();
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await?;
    let form = Filled::blank().with("about", about.unwrap_or_default());
    Ok(Page::new(Object::of(&caller, &shown, form)))
}

/// An objection; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct ObjectionForm {
    /// The admission number, or what else it is about.
    #[serde(default)]
    about: String,
    /// What is said.
    #[serde(default)]
    said: String,
    /// How to reach whoever says it.
    #[serde(default)]
    contact: String,
}

impl ObjectionForm {
    /// What was filled in.
    pub(super) fn filled(&self) -> Filled {
        Filled::blank()
            .with("about", &self.about)
            .with("said", &self.said)
            .with("contact", &self.contact)
    }

    /// The objection.
    pub(super) fn read(&self) -> NewObjection {
        NewObjection {
            about: self.about.clone(),
            said: self.said.clone(),
            contact: self.contact.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "objections/done.html")]
pub(super) struct Lodged {
    f: Frame,
    number: String,
    to: String,
}

impl Lodged {
    /// The word that it is lodged, under this key.
    pub(super) fn of(caller: &Caller, objection: &dyn std::fmt::Display, to: String) -> Self {
        Self {
            number: caller.words().f("objections.done.number", &[objection]),
            f: caller.frame("objections.done.title"),
            to,
        }
    }
}

/// Somebody lodges an objection; no account is asked for.
#[post("/publicity/<id>/objections", data = "<form>")]
async fn lodge(
    caller: Caller,
    id: SittingId,
    form: OpenForm<ObjectionForm>,
    desk: &State<Desk>,
) -> Result<Page<Lodged>, Result<Page<Object>, No>> {
    let now = desk.now();
    let OpenForm(form) = form;
    let (new, key) = (form.read(), id.clone());
    let lodged = desk
        .ask(move |registry| objections::lodge(registry, &key, &new, now))
        .await;
    let error = match lodged {
        Ok(objection) => {
            let to = format!("/publicity/{id}");
            return Ok(Page::new(Lodged::of(&caller, &objection, to)));
        }
        Err(error) => error,
    };
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await
        .map_err(|error| Err(No(error)))?;
    Err(again(&caller, error, form.filled(), |form| {
        Object::of(&caller, &shown, form)
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, show, objection, lodge]
}
