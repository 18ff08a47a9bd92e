//! 台账: every deed, newest first, for those who oversee and audit.

use crate::acts::ledger;
use crate::domain::account::LedgerReader;
use crate::domain::deed::Deed;
use crate::ground::slice::Window;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pager;
use crate::web::refusal::No;
use askama::Template;
use rocket::{State, get};

/// One deed.
struct Line {
    at: String,
    what: String,
    who: String,
    facts: String,
}

/// The ledger.
#[derive(Template)]
#[template(path = "ledger/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    lines: Vec<Line>,
    pager: Pager,
}

/// The ledger, or one kind of deed in it.
#[get("/ledger?<kind>&<page>")]
async fn index(
    reader: LedgerReader,
    kind: Option<&str>,
    page: Option<u32>,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let kind = kind.and_then(Deed::read);
    let slice = desk
        .ask(move |registry| ledger::all(registry, &reader, kind, Window::of(page, None)))
        .await?;
    let w = caller.words();
    let chosen = kind.map_or("", Deed::as_str);
    let pager = Pager::of(&slice, format!("/ledger?kind={chosen}"));
    let lines = slice
        .rows
        .into_iter()
        .map(|line| Line {
            at: w.moment(line.at),
            what: w.c("deed", &line.kind).to_owned(),
            who: line.actor,
            facts: told(&line.facts),
        })
        .collect();
    let kinds = Deed::ALL
        .iter()
        .map(|deed| Choice::new(deed.as_str(), w.c("deed", deed)))
        .collect();
    let f = caller.frame("ledger.index.title").under("ledger");
    Ok(Page::new(Index {
        f,
        form: Filled::blank().with("kind", chosen),
        kinds,
        lines,
        pager,
    }))
}

/// The facts of a line as `name value` pairs.
fn told(facts: &str) -> String {
    let facts: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(facts).unwrap_or_default();
    let told = facts
        .iter()
        .map(|(name, value)| format!("{name} {}", value.as_str().unwrap_or_default()));
    told.collect::<Vec<_>>().join(" · ")
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index]
}
