//! 年度任务 for programs: what each region is to do in a year, entered and revised.

use crate::acts::targets;
use crate::domain::account::{BureauOfficer, Overseer};
use crate::ground::clock::beijing;
use crate::web::api::Made;
use crate::web::api::denials::{Changing, Reading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use crate::web::targets::TargetForm;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// One entry of a target; the newest of a region and indicator stands.
#[derive(Serialize, ToSchema)]
pub struct TargetTold {
    /// Its key.
    id: String,
    /// The year.
    year: i32,
    /// 行政区划代码
    region: String,
    /// 指标, e.g. `employ`.
    indicator: &'static str,
    /// How many people.
    amount: i64,
    /// The document that sets it.
    document: String,
    /// When it was entered, in Beijing time.
    at: String,
    /// By whom.
    by: String,
}

/// List targets
#[utoipa::path(get, path = "/api/v1/targets", tag = "figures", params(
    ("year" = Option<i32>, Query, minimum = 2000, maximum = 2100, description = "This year by default"),
), responses((status = 200, description = "Every entry, the newest first within each target", body = Vec<TargetTold>), Reading))]
#[rocket::get("/api/v1/targets?<year>")]
async fn list(
    reader: Overseer,
    year: Option<i32>,
    desk: &State<Desk>,
) -> Result<Json<Vec<TargetTold>>, No> {
    let year = year.unwrap_or_else(|| desk.now().year());
    let rows = desk
        .ask(move |registry| targets::of_year(registry, &reader, year))
        .await?;
    let told = rows.into_iter().map(|(target, by)| TargetTold {
        id: target.id.to_string(),
        year: target.year,
        region: target.region.to_string(),
        indicator: target.indicator.as_str(),
        amount: target.amount,
        document: target.document,
        at: beijing(target.at).to_rfc3339(),
        by,
    });
    Ok(Json(told.collect()))
}

/// Set a target, or revise one
#[utoipa::path(post, path = "/api/v1/targets", tag = "figures", request_body = TargetForm,
    responses((status = 201, description = "Entered", body = Made), Changing))]
#[rocket::post("/api/v1/targets", data = "<form>")]
async fn set(
    officer: BureauOfficer,
    form: Body<TargetForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let goal = form.0.read()?;
    let id = desk
        .ask(move |registry| targets::set(registry, &officer, &goal, form.0.document(), now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(list, set), components(schemas(TargetTold, TargetForm)))]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, set]
}
