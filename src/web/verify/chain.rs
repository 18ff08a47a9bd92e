//! 可溯源: how a certificate came about, link by link, for anyone; a page, and JSON for programs.

use crate::acts::provenance::{self, Chain, Holds};
use crate::seal::finding::Light;
use crate::seal::ticket;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::refusal::No;
use crate::web::verify::look::Wanted;
use crate::web::words::Words;
use askama::Template;
use rocket::http::{ContentType, Status};
use rocket::request::Request;
use rocket::response::{self, Redirect, Responder, Response};
use rocket::{Route, State, get, routes};
use serde::Serialize;
use std::io::Cursor;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![show]
}

/// One link, in words.
struct Line {
    light: Light,
    asked: bool,
    title: &'static str,
    about: String,
    late: String,
}

#[derive(Template)]
#[template(path = "verify/provenance.html")]
struct Show {
    f: Frame,
    lines: Vec<Line>,
    lineage: Vec<Pair>,
    verdict: &'static str,
    whole: &'static str,
    when: String,
    back: String,
}

/// A link as programs read it.
#[derive(Serialize)]
struct Told {
    link: &'static str,
    holds: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<chrono::NaiveDate>,
    facts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late: Option<Late>,
}

/// 补录 among what a link rests on: how many entries, and the last with both its times.
#[derive(Serialize)]
struct Late {
    entries: usize,
    about: chrono::NaiveDate,
    entered_at: String,
}

#[derive(Serialize)]
struct Document {
    number: String,
    whole: bool,
    links: Vec<Told>,
    lineage: Vec<Turn>,
    checked_at: String,
}

/// One turn of a certificate's life.
#[derive(Serialize)]
struct Turn {
    what: &'static str,
    on: chrono::NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
}

/// The answer in whichever form was wanted.
enum Answer {
    Page(Page<Show>),
    Json(String),
    Elsewhere(Redirect),
}

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = match self {
            Self::Page(page) => page.respond_to(request)?,
            Self::Elsewhere(to) => to.respond_to(request)?,
            Self::Json(body) => Response::build()
                .status(Status::Ok)
                .header(ContentType::JSON)
                .raw_header("Cache-Control", "no-store")
                .raw_header("Vary", "Accept")
                .sized_body(body.len(), Cursor::new(body))
                .finalize(),
        };
        response.set_raw_header("X-Robots-Tag", "noindex");
        Ok(response)
    }
}

fn line(w: Words, link: &provenance::Link) -> Line {
    let light = match link.holds {
        Holds::Yes => Light::Good,
        Holds::No => Light::Bad,
        Holds::Unclear | Holds::NotAsked => Light::Open,
    };
    let day = link.on.map_or_else(String::new, |day| w.date(day));
    let mut filled: Vec<String> = vec![day];
    // Days among the facts are written as the language writes days.
    filled.extend(link.facts.iter().map(|fact| {
        fact.parse::<chrono::NaiveDate>()
            .map_or_else(|_| fact.clone(), |day| w.date(day))
    }));
    let parts: Vec<&dyn std::fmt::Display> = filled
        .iter()
        .map(|fact| fact as &dyn std::fmt::Display)
        .collect();
    let key = format!("verify.provenance.{}_{}", link.what, link.holds.as_str());
    Line {
        light,
        asked: link.holds != Holds::NotAsked,
        title: w.c("verify.link", link.what),
        about: w.f(&key, &parts),
        late: link.late.as_ref().map_or_else(String::new, |late| {
            let parts: [&dyn std::fmt::Display; 3] =
                [&late.count, &w.date(late.day), &w.minute(late.at)];
            w.f(&format!("verify.provenance.{}_late", link.what), &parts)
        }),
    }
}

fn lineage(w: Words, chain: &Chain) -> Vec<Pair> {
    chain
        .turns
        .iter()
        .map(|turn| {
            let day = w.date(turn.on);
            let value = match (&turn.number, &turn.token) {
                (Some(number), _) => format!("{day} · {number}"),
                _ => day,
            };
            let pair = Pair::num(w.c("verify.turn", turn.what), value);
            match &turn.token {
                Some(token) => pair.to(format!("/v/{token}")),
                None => pair,
            }
        })
        .collect()
}

/// How a certificate came about.
#[get("/v/<token>/provenance")]
async fn show(
    caller: Caller,
    wanted: Wanted,
    token: &str,
    desk: &State<Desk>,
) -> Result<Answer, No> {
    let back = format!("/v/{}", rocket::http::RawStr::new(token).percent_encode());
    // What is no token, or of no certificate, is told on the page of the verdict.
    if !ticket::is_token(token) {
        return Ok(Answer::Elsewhere(Redirect::to(back)));
    }
    let now = desk.now();
    let asked = token.to_owned();
    let found = desk
        .ask(move |registry| provenance::of(registry, &asked, now))
        .await?;
    let Some(chain) = found else {
        return Ok(Answer::Elsewhere(Redirect::to(back)));
    };
    if wanted.is_json() {
        let document = Document {
            whole: chain.is_whole(),
            links: chain
                .links
                .iter()
                .map(|link| Told {
                    link: link.what,
                    holds: link.holds.as_str(),
                    on: link.on,
                    facts: link.facts.clone(),
                    late: link.late.map(|late| Late {
                        entries: late.count,
                        about: late.day,
                        entered_at: crate::ground::clock::beijing(late.at).to_rfc3339(),
                    }),
                })
                .collect(),
            lineage: chain
                .turns
                .iter()
                .map(|turn| Turn {
                    what: turn.what,
                    on: turn.on,
                    number: turn.number.clone(),
                })
                .collect(),
            number: chain.number,
            checked_at: crate::ground::clock::beijing(now.utc()).to_rfc3339(),
        };
        let body = serde_json::to_string(&document).unwrap_or_default();
        return Ok(Answer::Json(body));
    }
    let w = caller.words();
    let whole = match (chain.is_whole(), chain.is_unclear()) {
        (false, _) => w.t("verify.provenance.broken"),
        (true, true) => w.t("verify.provenance.unclear"),
        (true, false) => w.t("verify.provenance.whole"),
    };
    Ok(Answer::Page(Page::new(Show {
        f: caller.frame("verify.provenance.title").under("verify"),
        lines: chain.links.iter().map(|link| line(w, link)).collect(),
        lineage: lineage(w, &chain),
        verdict: w.c("certificate_standing", chain.standing),
        whole,
        when: w.moment(now.utc()),
        back,
    })))
}
