//! 疑点: red flags for programs.

use crate::acts::red_flags;
use crate::domain::account::{Officer, Overseer};
use crate::domain::red_flag::{RedFlagId, Verdict};
use crate::ground::clock::beijing;
use crate::ground::slice::Window;
use crate::store::red_flags::Flag;
use crate::web::api::Listing;
use crate::web::api::denials::{Changing, Reading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::red_flags::{DispositionForm, sentence, sought};
use crate::web::refusal::No;
use crate::web::words::{Lang, Words};
use rocket::State;
use rocket::http::Status;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// A red flag.
#[derive(Serialize, ToSchema)]
pub struct FlagTold {
    /// Its key.
    id: String,
    /// `F01` … `F16`.
    rule: &'static str,
    /// Which of the rule's sentences.
    variant: String,
    /// `high`, `medium` or `low`.
    severity: &'static str,
    /// The sentence in Chinese.
    said: String,
    /// The sentence in English.
    said_en: String,
    /// 行政区划代码
    region: String,
    /// The institution, when it is one's record.
    institution: Option<String>,
    /// When it was found, in Beijing time.
    raised_at: String,
    /// `open`, `confirmed` or `dismissed`.
    state: &'static str,
}

/// One row behind a flag.
#[derive(Serialize, ToSchema)]
pub struct RowTold {
    /// The table it is in.
    noun: String,
    /// Its key.
    id: String,
    /// What people call it.
    label: String,
}

/// A flag with the rows behind it.
#[derive(Serialize, ToSchema)]
pub struct FlagOpened {
    /// The flag.
    flag: FlagTold,
    /// The rows.
    rows: Vec<RowTold>,
}

fn told(flag: &Flag, word: Option<Verdict>) -> FlagTold {
    FlagTold {
        id: flag.id.to_string(),
        rule: flag.rule.as_str(),
        variant: flag.variant.clone(),
        severity: flag.severity.as_str(),
        said: sentence(Words::of(Lang::Zh), flag),
        said_en: sentence(Words::of(Lang::En), flag),
        region: flag.region.to_string(),
        institution: flag.institution.as_ref().map(ToString::to_string),
        raised_at: beijing(flag.raised_at).to_rfc3339(),
        state: word.map_or("open", Verdict::as_str),
    }
}

/// List red flags
#[utoipa::path(get, path = "/api/v1/red-flags", tag = "red flags", params(
    ("rule" = Option<String>, Query, description = "`F01` … `F16`"),
    ("severity" = Option<String>, Query, description = "`high`, `medium` or `low`"),
    ("region" = Option<String>, Query, description = "行政区划代码: it and what lies in it"),
    ("state" = Option<String>, Query, description = "`open`, `confirmed` or `dismissed`"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "The heaviest and newest first", body = Listing<FlagTold>), Reading))]
#[rocket::get("/api/v1/red-flags?<rule>&<severity>&<region>&<state>&<page>&<size>")]
#[expect(clippy::too_many_arguments, reason = "the filters of one list")]
async fn list(
    overseer: Overseer,
    rule: Option<&str>,
    severity: Option<&str>,
    region: Option<&str>,
    state: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<FlagTold>>, No> {
    let text = Option::unwrap_or_default;
    let asked = sought(text(rule), text(severity), text(region), text(state));
    let listed = desk
        .ask(move |registry| red_flags::list(registry, &overseer, &asked, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(listed.slice, |(flag, word)| {
        told(&flag, word)
    })))
}

/// Show a red flag
#[utoipa::path(get, path = "/api/v1/red-flags/{id}", tag = "red flags",
    params(("id" = String, Path, description = "Its key")),
    responses((status = 200, description = "The flag and the rows behind it", body = FlagOpened), Reading))]
#[rocket::get("/api/v1/red-flags/<id>")]
async fn show(
    overseer: Overseer,
    id: RedFlagId,
    desk: &State<Desk>,
) -> Result<Json<FlagOpened>, No> {
    let opened = desk
        .ask(move |registry| red_flags::show(registry, &overseer, &id))
        .await?;
    let rows = opened.rows.iter().map(|row| RowTold {
        noun: row.noun.clone(),
        id: row.record.clone(),
        label: row.label.clone(),
    });
    Ok(Json(FlagOpened {
        rows: rows.collect(),
        flag: told(&opened.flag, opened.words.last().map(|word| word.verdict)),
    }))
}

/// Say what a red flag came to
#[utoipa::path(post, path = "/api/v1/red-flags/{id}/disposition", tag = "red flags",
    params(("id" = String, Path, description = "Its key")), request_body = DispositionForm,
    responses((status = 204, description = "It is on record"), Changing))]
#[rocket::post("/api/v1/red-flags/<id>/disposition", data = "<form>")]
async fn dispose(
    officer: Officer,
    id: RedFlagId,
    form: Body<DispositionForm>,
    desk: &State<Desk>,
) -> Result<Status, No> {
    let now = desk.now();
    let word = form.0.read()?;
    desk.ask(move |registry| red_flags::dispose(registry, &officer, &id, word, now))
        .await?;
    Ok(Status::NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, dispose),
    components(schemas(FlagTold, RowTold, FlagOpened, DispositionForm))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, show, dispose]
}
