//! 部门数据 for programs: a list tried out, then kept.

use crate::acts::Done;
use crate::acts::deliveries::{self, Delivery};
use crate::domain::account::{Officer, Overseer};
use crate::domain::delivery::{DeliveryId, Problem};
use crate::ground::clock::beijing;
use crate::ground::slice::Window;
use crate::web::api::Listing;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::once::{Key, Said, once};
use crate::web::body::Raw;
use crate::web::deliveries::read;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use crate::web::words::{Lang, Words};
use chrono::NaiveDate;
use rocket::State;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// A list a department handed over.
#[derive(Serialize, ToSchema)]
pub struct DeliveryTold {
    /// Its key.
    id: String,
    /// The department.
    department: String,
    /// What it says of people, e.g. `disabled`.
    kind: &'static str,
    /// 行政区划代码
    region: String,
    /// As of which day.
    as_of: NaiveDate,
    /// Lines kept.
    lines: i32,
    /// Lines with problems, not kept.
    refused: i32,
    /// SHA-256 of the file, in hexadecimal.
    digest: String,
    /// When it was taken in, in Beijing time.
    at: String,
    /// By whom.
    by: String,
}

fn told(one: Delivery, by: String) -> DeliveryTold {
    DeliveryTold {
        id: one.id.to_string(),
        kind: one.kind.as_str(),
        region: one.region.to_string(),
        as_of: one.as_of,
        lines: one.lines,
        refused: one.refused,
        at: beijing(one.at).to_rfc3339(),
        department: one.department,
        digest: one.digest,
        by,
    }
}

/// One line that cannot be kept. It names the cell, never what stands in it.
#[derive(Serialize, ToSchema)]
pub struct ProblemTold {
    /// Where it stands, from 1.
    row: u32,
    /// The cell, such as `C17`.
    cell: String,
    /// Why, as a code.
    code: &'static str,
    /// Why, in Chinese.
    said: String,
}

impl ProblemTold {
    pub(super) fn of(problem: &Problem) -> Self {
        Self {
            row: problem.row,
            cell: problem.cell.clone(),
            code: problem.why.code,
            said: Words::of(Lang::Zh).refusal(&problem.why).say,
        }
    }
}

/// What a list came to: tried out, or kept.
#[derive(Serialize, ToSchema)]
pub struct DeliveryAnswer {
    /// The key of the delivery; none after a trial, which keeps nothing.
    id: Option<String>,
    /// SHA-256 of the file: to be given back as `tried` when it is to be kept.
    digest: String,
    /// Lines that can be, or were, kept.
    lines: usize,
    /// How many of them are of people on record.
    known: usize,
    /// Key groups put on record.
    joined: usize,
    /// Outcomes put on record.
    employed: usize,
    /// What is wrong with the other lines.
    problems: Vec<ProblemTold>,
}

/// Hand over a list
///
/// The body is the file itself: xlsx, or csv in UTF-8 or GB18030. Without `tried` it is only tried out; with the
/// digest that a trial told, it is kept.
#[utoipa::path(post, path = "/api/v1/deliveries", tag = "deliveries", params(
    ("department" = Option<String>, Query, description = "The department's name"),
    ("kind" = Option<String>, Query, description = "`veteran`, `disabled`, `unemployed`, `lifted`, `insured`, `pensioner`, `payroll`, `pupil` or `deceased`"),
    ("region" = Option<String>, Query, description = "行政区划代码 of the people it tells of"),
    ("as_of" = Option<String>, Query, description = "The day the list speaks of, `2026-07-31`"),
    ("tried" = Option<String>, Query, description = "The digest a trial told"),
    ("Idempotency-Key" = Option<String>, Header, description = "The same key is answered alike for a day"),
),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "Tried out, or kept", body = DeliveryAnswer),
    Changing,
))]
#[rocket::post(
    "/api/v1/deliveries?<department>&<kind>&<region>&<as_of>&<tried>",
    data = "<sheet>"
)]
#[expect(clippy::too_many_arguments, reason = "what is told of one list")]
async fn create(
    officer: Officer,
    department: Option<&str>,
    kind: Option<&str>,
    region: Option<&str>,
    as_of: Option<&str>,
    tried: Option<&str>,
    key: Key,
    sheet: Raw,
    desk: &State<Desk>,
) -> Result<Said, No> {
    let now = desk.now();
    let text = Option::unwrap_or_default;
    let tried = text(tried).to_owned();
    let asked = format!(
        "POST /api/v1/deliveries {} {} {} {} {tried}",
        text(department),
        text(kind),
        text(region),
        text(as_of)
    );
    let new = read(
        text(department),
        text(kind),
        text(region),
        text(as_of),
        "api",
    )?;
    let said: Done<Said> = desk
        .ask(move |registry| {
            let whole = [asked.as_bytes(), &sheet.0];
            let by = officer.actor();
            once(
                registry,
                by,
                key.0.as_deref(),
                &whole,
                200,
                now,
                |registry| {
                    let trial = deliveries::try_out(registry, &officer, &new, &sheet.0, now)?;
                    let kept = if tried.is_empty() {
                        None
                    } else {
                        Some(deliveries::keep(
                            registry, &officer, &new, &sheet.0, &tried, now,
                        )?)
                    };
                    Ok(DeliveryAnswer {
                        joined: kept.as_ref().map_or(0, |kept| kept.joined),
                        employed: kept.as_ref().map_or(0, |kept| kept.employed),
                        id: kept.map(|kept| kept.id.to_string()),
                        digest: trial.digest.clone(),
                        lines: trial.lines,
                        known: trial.known,
                        problems: trial.problems.iter().map(ProblemTold::of).collect(),
                    })
                },
            )
        })
        .await;
    Ok(said?)
}

/// List what departments handed over
#[utoipa::path(get, path = "/api/v1/deliveries", tag = "deliveries", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "The newest first", body = Listing<DeliveryTold>), Reading))]
#[rocket::get("/api/v1/deliveries?<page>&<size>")]
async fn list(
    overseer: Overseer,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<DeliveryTold>>, No> {
    let slice = desk
        .ask(move |registry| deliveries::list(registry, &overseer, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, |(one, by)| told(one, by))))
}

/// Show what a department handed over
#[utoipa::path(get, path = "/api/v1/deliveries/{id}", tag = "deliveries",
    params(("id" = String, Path, description = "Its key")),
    responses((status = 200, description = "The delivery; its lines are nobody's to read", body = DeliveryTold), Reading))]
#[rocket::get("/api/v1/deliveries/<id>")]
async fn show(
    overseer: Overseer,
    id: DeliveryId,
    desk: &State<Desk>,
) -> Result<Json<DeliveryTold>, No> {
    let (one, by, _) = desk
        .ask(move |registry| deliveries::show(registry, &overseer, &id))
        .await?;
    Ok(Json(told(one, by)))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(create, list, show),
    components(schemas(DeliveryTold, ProblemTold, DeliveryAnswer))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![create, list, show]
}
