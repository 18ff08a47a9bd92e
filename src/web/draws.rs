//! 随机抽查: published draws for everybody; the officer's form; whom a draw drew for overseers.

use crate::acts::draws::{self, Member, NewDraw};
use crate::domain::account::{Officer, Overseer};
use crate::domain::draw::DrawId;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::store::draws::{Draw, Reveal};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(DrawId);

struct Row {
    to: String,
    title: String,
    region: String,
    days: String,
    share: String,
    state: Tag,
    at: String,
}

#[derive(Template)]
#[template(path = "draws/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
    may_draw: bool,
}

fn share(w: Words, draw: &Draw) -> String {
    let percent = format!("{}.{}", draw.permille / 10, draw.permille % 10);
    w.f(
        "draws.index.share_of",
        &[&percent, &w.count(draw.population)],
    )
}

fn state(w: Words, revealed: bool) -> Tag {
    if revealed {
        Tag::ok(w.t("draws.index.revealed"))
    } else {
        Tag::todo(w.t("draws.index.committed"))
    }
}

/// The published draws.
#[get("/inspections?<page>")]
async fn index(caller: Caller, page: Option<u32>, desk: &State<Desk>) -> Result<Page<Index>, No> {
    let w = caller.words();
    let slice = desk
        .ask(move |registry| draws::list(registry, Window::of(page, None)))
        .await?;
    let rows = slice.rows.iter().map(|(draw, reveal)| Row {
        to: format!("/inspections/{}", draw.id),
        title: draw.title.clone(),
        region: names::place_in_city(w, &draw.region),
        days: w.span(draw.starts, draw.ends),
        share: share(w, draw),
        state: state(w, reveal.is_some()),
        at: w.moment(draw.at),
    });
    let actor = caller.present.as_ref().map(|present| present.actor.clone());
    Ok(Page::new(Index {
        rows: rows.collect(),
        pager: Pager::of(&slice, "/inspections"),
        may_draw: actor.and_then(Officer::of).is_some(),
        f: caller.frame("draws.index.title"),
    }))
}

#[derive(Template)]
#[template(path = "draws/show.html")]
struct Show {
    f: Frame,
    facts: Vec<Pair>,
    proof: Vec<Pair>,
    state: Tag,
    members: Vec<Member>,
    revealed: bool,
    oversees: bool,
    may_reveal: bool,
    to: String,
}

/// One draw: public, but for the names of those it drew.
#[get("/inspections/<id>?<done>")]
async fn show(
    caller: Caller,
    id: DrawId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let w = caller.words();
    let actor = caller.present.as_ref().map(|present| present.actor.clone());
    let overseer = actor.clone().and_then(Overseer::of);
    let by = overseer.clone();
    let (draw, reveal, members) = desk
        .ask(move |registry| {
            let (draw, reveal) = draws::show(registry, &id)?;
            let members = match by {
                Some(by) if by.oversees(&draw.region) => draws::members(registry, &by, &id)?,
                _ => Vec::new(),
            };
            Ok((draw, reveal, members))
        })
        .await?;
    let officer = actor.and_then(Officer::of);
    Ok(Page::new(Show {
        f: caller
            .frame("draws.show.title")
            .titled(draw.title.clone())
            .crumb(w.t("draws.index.title"), "/inspections")
            .notice(self::done(
                w,
                "draws.done",
                &["published", "revealed"],
                done,
            )),
        facts: vec![
            Pair::new(
                w.t("draws.index.region"),
                names::place_in_city(w, &draw.region),
            ),
            Pair::new(w.t("draws.index.days"), w.span(draw.starts, draw.ends)),
            Pair::new(w.t("draws.index.share"), share(w, &draw)),
            Pair::new(w.t("draws.index.at"), w.moment(draw.at)),
        ],
        proof: proof(w, &draw, reveal.as_ref()),
        state: state(w, reveal.is_some()),
        members,
        revealed: reveal.is_some(),
        oversees: overseer.is_some_and(|one| one.oversees(&draw.region)),
        may_reveal: reveal.is_none() && officer.is_some_and(|one| one.oversees(&draw.region)),
        to: format!("/inspections/{}/reveal", draw.id),
    }))
}

fn proof(w: Words, draw: &Draw, reveal: Option<&Reveal>) -> Vec<Pair> {
    let mut pairs = vec![
        Pair::num(w.t("draws.show.key"), draw.id.as_str()),
        Pair::num(w.t("draws.show.commitment"), &draw.commitment),
        Pair::num(w.t("draws.show.list"), &draw.population_digest),
    ];
    if let Some(reveal) = reveal {
        pairs.push(Pair::num(w.t("draws.show.seed"), &reveal.seed));
        pairs.push(Pair::new(
            w.t("draws.show.revealed_at"),
            w.moment(reveal.at),
        ));
    }
    pairs
}

/// What an officer fills in of a draw.
#[derive(Debug, Default, Deserialize)]
struct DrawForm {
    #[serde(default)]
    title: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    starts: String,
    #[serde(default)]
    ends: String,
    #[serde(default)]
    share: String,
}

impl DrawForm {
    fn read(&self) -> Result<NewDraw, Vec<Refusal>> {
        let mut faults = Faults::default();
        let region = faults.known("region", &self.region, RegionCode::read);
        let starts = faults.day("starts", &self.starts);
        let ends = faults.day("ends", &self.ends);
        let percent = faults.known("share", &self.share, |text| {
            text.parse::<u32>().ok().filter(|n| (1..=100).contains(n))
        });
        let whole = (|| {
            Some(NewDraw {
                title: self.title.clone(),
                region: region?,
                starts: starts?,
                ends: ends?,
                permille: percent? * 10,
            })
        })();
        faults.or(whole)
    }

    fn filled(&self) -> Filled {
        Filled::blank()
            .with("title", &self.title)
            .with("region", &self.region)
            .with("starts", &self.starts)
            .with("ends", &self.ends)
            .with("share", &self.share)
    }
}

#[derive(Template)]
#[template(path = "draws/new.html")]
struct New {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
}

impl New {
    fn of(caller: &Caller, officer: &Officer, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("draws.new.title")
                .crumb(w.t("draws.index.title"), "/inspections")
                .wrong(&form),
            form,
            regions: names::regions(w, officer.region()),
        }
    }
}

/// The form of a draw.
#[get("/inspections/new")]
fn new(officer: Officer, caller: Caller, desk: &State<Desk>) -> Page<New> {
    let form = Filled::blank()
        .with("ends", desk.now().day())
        .with("share", 10);
    Page::new(New::of(&caller, &officer, form))
}

/// An officer publishes a draw.
#[post("/inspections", data = "<form>")]
async fn create(
    officer: Officer,
    caller: Caller,
    form: Form<DrawForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let by = officer.clone();
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| draws::publish(registry, &by, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(id) => Ok(Redirect::to(format!("/inspections/{id}?done=published"))),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, &officer, form)
        })),
    }
}

/// A pressed button without fields.
#[derive(Deserialize)]
struct Pressed {}

/// An officer reveals the seed.
#[post("/inspections/<id>/reveal", data = "<_form>")]
async fn reveal(
    officer: Officer,
    id: DrawId,
    _form: Form<Pressed>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let key = id.clone();
    desk.ask(move |registry| draws::reveal(registry, &officer, &key, now))
        .await?;
    Ok(Redirect::to(format!("/inspections/{id}?done=revealed")))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, show, reveal]
}
