//! 核验回执: a signed word to keep, and a page that reads it back.

use crate::acts::receipts::{self, PATH, Signed};
use crate::acts::{Error, list_checks};
use crate::domain::list_check::{LineVerdict, ListCheckId};
use crate::ground::clock::beijing;
use crate::paper::qr;
use crate::seal::receipt::Receipt;
use crate::seal::ticket;
use crate::web::body::OpenForm;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use askama::filters::Safe;
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![of_certificate, of_list, ask, read]
}

/// A receipt to keep.
#[derive(Template)]
#[template(path = "receipts/show.html")]
struct Show {
    f: Frame,
    pairs: Vec<Pair>,
    symbol: Safe<String>,
    text: String,
}

/// The page that reads receipts back.
#[derive(Template)]
#[template(path = "receipts/new.html")]
struct Ask {
    f: Frame,
    form: Filled,
    /// What a receipt that was read says.
    pairs: Vec<Pair>,
}

/// A receipt of a certificate.
#[get("/v/<token>/receipt")]
async fn of_certificate(caller: Caller, token: &str, desk: &State<Desk>) -> Result<Page<Show>, No> {
    let now = desk.now();
    if !ticket::is_token(token) {
        return Err(Error::NotFound.into());
    }
    let token = token.to_owned();
    let signed = desk
        .ask(move |registry| receipts::of_certificate(registry, &token, now))
        .await?;
    show(&caller, desk, signed)
}

/// A receipt of a list.
#[get("/verify/list/<id>/receipt")]
async fn of_list(caller: Caller, id: ListCheckId, desk: &State<Desk>) -> Result<Page<Show>, No> {
    let now = desk.now();
    let signed = desk
        .ask(move |registry| {
            let checked = list_checks::open(registry, &id, now)?;
            receipts::of_list(registry, &checked, now)
        })
        .await?;
    show(&caller, desk, signed)
}

fn show(caller: &Caller, desk: &Desk, signed: Signed) -> Result<Page<Show>, No> {
    let f = caller.frame("receipt.title").under("verify");
    let base = &desk.registry().settings.public_base_url;
    let text = format!("{base}{PATH}{}", signed.digits);
    let symbol = qr::svg(&text).map_err(|why| Error::fault(why.to_string()))?;
    Ok(Page::new(Show {
        pairs: pairs(f.w, &signed.receipt),
        f,
        symbol: Safe(symbol),
        text,
    }))
}

/// The page that reads receipts back.
#[get("/receipts")]
fn ask(caller: Caller) -> Page<Ask> {
    let f = caller.frame("receipt.read").under("verify");
    Page::new(Ask {
        f,
        form: Filled::blank(),
        pairs: Vec::new(),
    })
}

/// The text of a receipt.
#[derive(Deserialize)]
struct Text {
    #[serde(default)]
    text: String,
}

/// What a receipt says.
#[post("/receipts", data = "<text>")]
async fn read(caller: Caller, text: OpenForm<Text>, desk: &State<Desk>) -> Result<Page<Ask>, No> {
    let now = desk.now();
    let text = text.0.text;
    let asked = text.clone();
    let found = desk
        .ask(move |registry| receipts::read(registry, &asked, now))
        .await?;
    let mut form = Filled::blank().with("text", &text);
    let w = caller.words();
    let (pairs, status) = match found {
        Some(receipt) => (pairs(w, &receipt), Status::Ok),
        None => {
            form.wrong("text", w.t("receipt.not_ours"));
            (Vec::new(), Status::UnprocessableEntity)
        }
    };
    let f = caller.frame("receipt.read").under("verify").wrong(&form);
    Ok(Page::new(Ask { f, form, pairs }).status(status))
}

fn pairs(w: Words, receipt: &Receipt) -> Vec<Pair> {
    let at = chrono::DateTime::from_timestamp(receipt.at, 0).map(|at| at.naive_utc());
    let at = at.map_or(String::new(), |at| {
        beijing(at).format("%Y-%m-%d %H:%M:%S").to_string()
    });
    let mut pairs = vec![Pair::num(w.t("receipt.at"), at)];
    if receipt.verdict == "list" {
        pairs.push(Pair::num(w.t("receipt.digest"), &receipt.subject));
        pairs.push(Pair::num(w.t("receipt.lines"), receipt.lines.to_string()));
        pairs.push(Pair::num(w.t("receipt.good"), receipt.good.to_string()));
        let others = receipt.counts.iter().filter_map(|(verdict, count)| {
            let verdict = LineVerdict::read(verdict)?;
            (verdict != LineVerdict::Valid).then(|| (w.c("list_verdict", verdict), count))
        });
        pairs.extend(others.map(|(name, count)| Pair::num(name, count.to_string())));
    } else {
        pairs.push(Pair::num(w.t("verify.field.number"), &receipt.subject));
        pairs.push(Pair::new(
            w.t("list_check.verdict"),
            w.c("list_verdict", &receipt.verdict),
        ));
    }
    pairs
}
