//! 台账: every deed, newest first, for those who oversee and audit.

use crate::acts::ledger;
use crate::domain::account::LedgerReader;
use crate::domain::deed::Deed;
use crate::ground::key;
use crate::ground::slice::Window;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pager;
use crate::web::refusal::No;
use crate::web::words::Words;
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
            facts: told(w, &line.facts),
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

/// The facts of a line in words: `name：value`, keys of records left out.
fn told(w: Words, facts: &str) -> String {
    let facts: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(facts).unwrap_or_default();
    let told = facts.iter().filter_map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        // A record's key tells people nothing; whoever needs it reads the export.
        if value.is_empty() || key::is_well_formed(&value) {
            return None;
        }
        Some(w.f(
            "ledger.fact_is",
            &[&w.c("ledger.fact", name), &valued(w, name, &value)],
        ))
    });
    told.collect::<Vec<_>>().join(w.t("ledger.fact_between"))
}

/// A fact's value as people read it.
fn valued(w: Words, name: &str, value: &str) -> String {
    match name {
        "role" | "level" | "half" => w.c(name, value).to_owned(),
        "part" if value.parse::<u32>().is_err() => w.c("part", value).to_owned(),
        "scopes" => {
            let scope = if value.contains("write") {
                "write"
            } else {
                "read"
            };
            w.c("accounts.scope", scope).to_owned()
        }
        "field" | "fields" => {
            let fields = value.split([' ', ',']).filter(|field| !field.is_empty());
            let told: Vec<_> = fields.map(|field| w.c("ledger.fact", field)).collect();
            told.join(w.t("ledger.and"))
        }
        _ => match (value, value.parse()) {
            ("true", _) => w.t("ledger.yes").to_owned(),
            ("false", _) => w.t("ledger.no").to_owned(),
            (_, Ok(day)) if value.len() == 10 => w.date(day),
            _ => value.to_owned(),
        },
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index]
}
