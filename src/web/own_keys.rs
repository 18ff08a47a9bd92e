//! 登记册密钥泄露: where an officer of the whole city notes that others have a key of the registry's own:
//! first since when, then what that changes.

use crate::acts::own_keys::{self, OwnEffects};
use crate::acts::{Error, Registry};
use crate::domain::account::KeyKeeper;
use crate::domain::refusal::Refusal;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::keys::moment;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDateTime;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![compromise, lose]
}

/// How a key of the registry's own was lost; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct OwnCompromiseForm {
    /// Since when others may have it: a moment with its zone, `2026-05-06T09:00:00+08:00`, or one in
    /// Beijing without.
    #[serde(default)]
    pub(super) since: String,
    /// How it came about; no personal data.
    #[serde(default)]
    pub(super) reason: String,
}

impl OwnCompromiseForm {
    /// Since when.
    pub(super) fn read(&self) -> Result<NaiveDateTime, Vec<Refusal>> {
        let mut faults = Faults::default();
        let since = faults.known("since", &self.since, moment);
        faults.or(since)
    }
}

#[derive(Template)]
#[template(path = "keys/lose.html")]
struct Lose {
    f: Frame,
    form: Filled,
    id: String,
    purpose: &'static str,
    since: String,
    /// What would change, in sentences; none before a moment is told.
    effects: Vec<String>,
    to: String,
}

fn sentences(w: Words, effects: &OwnEffects) -> Vec<String> {
    match effects.log {
        Some(log) => vec![
            w.t("keys.own.log_kept").to_owned(),
            w.f(
                "keys.own.log_size",
                &[
                    &w.count(log.size),
                    &w.count(log.total),
                    &w.count(log.witnessed),
                ],
            ),
            w.t("keys.own.log_new").to_owned(),
        ],
        None => vec![
            w.t("keys.own.nothing_believed").to_owned(),
            w.t("keys.own.next").to_owned(),
        ],
    }
}

/// The page; a moment that cannot be is told in the form.
async fn page(
    caller: &Caller,
    keeper: KeyKeeper,
    id: &str,
    mut form: Filled,
    desk: &Desk,
) -> Result<Lose, No> {
    let (w, now) = (caller.words(), desk.now());
    let since = form.value("since").to_owned();
    let told = moment(&since);
    if told.is_none() && !since.is_empty() && form.faults.is_empty() {
        form = form.refused(w, &Refusal::new("field.unreadable").at("since"));
    }
    let (by, asked) = (keeper.clone(), id.to_owned());
    let plain = desk
        .ask(move |registry| own_keys::weigh(registry, &by, &asked, None, now))
        .await?;
    let mut effects = Vec::new();
    if told.is_some() {
        let asked = id.to_owned();
        let answer = desk
            .ask(move |registry| own_keys::weigh(registry, &keeper, &asked, told, now))
            .await;
        match answer {
            Ok(weighed) => effects = sentences(w, &weighed),
            Err(Error::Refused(reasons)) => {
                if form.faults.is_empty() {
                    form = reasons
                        .iter()
                        .fold(form, |form, reason| form.refused(w, reason));
                }
            }
            Err(other) => return Err(No(other)),
        }
    }
    Ok(Lose {
        f: caller
            .frame("keys.fate.lose")
            .under("keys")
            .crumb(w.t("keys.index.title"), "/keys")
            .wrong(&form),
        id: id.to_owned(),
        purpose: w.c("keys.purpose", &plain.key.purpose),
        since,
        effects,
        to: format!("/registry-keys/{id}/compromise"),
        form,
    })
}

/// Since when, and what that changes.
#[get("/registry-keys/<id>/compromise?<since>")]
async fn compromise(
    keeper: KeyKeeper,
    caller: Caller,
    id: &str,
    since: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Lose>, No> {
    let form = Filled::blank().with("since", since.unwrap_or_default().trim());
    Ok(Page::new(page(&caller, keeper, id, form, desk).await?))
}

/// She notes it.
#[post("/registry-keys/<id>/compromise", data = "<form>")]
async fn lose(
    keeper: KeyKeeper,
    caller: Caller,
    id: &str,
    form: Form<OwnCompromiseForm>,
    desk: &State<Desk>,
) -> Shown<Lose> {
    let now = desk.now();
    let answer = match form.0.read() {
        Ok(since) => {
            let (by, asked, reason) = (keeper.clone(), id.to_owned(), form.0.reason.clone());
            let act = move |registry: &Registry| {
                own_keys::lose(registry, &by, &asked, since, &reason, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(Some(_)) => Ok(Redirect::to("/keys?done=lost_log")),
        Ok(None) => Ok(Redirect::to("/keys?done=lost_own")),
        Err(error) => {
            let blank = Filled::blank().with("since", &form.0.since);
            let blank = page(&caller, keeper, id, blank, desk).await.map_err(Err)?;
            let filled = Filled::blank()
                .with("since", &form.0.since)
                .with("reason", &form.0.reason);
            Err(again(&caller, error, filled, |form| Lose {
                f: blank.f.wrong(&form),
                form,
                ..blank
            }))
        }
    }
}
