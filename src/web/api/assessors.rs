//! 考评员: assessors for programs.

use crate::acts::assessors;
use crate::domain::account::{BureauOfficer, SittingReader};
use crate::domain::assessor::AssessorId;
use crate::domain::occupation::{self, OccupationCode};
use crate::ground::slice::Window;
use crate::store::assessors::{Assessor, Filter};
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::assessors::AssessorForm;
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// An assessor.
#[derive(Serialize, ToSchema)]
pub struct AssessorTold {
    /// Her key.
    id: String,
    /// 姓名
    name: String,
    /// 考评员证卡号
    card: String,
    /// `assessor` or `senior`.
    grade: String,
    /// 工作单位
    employer: String,
    /// The card's first day.
    starts: chrono::NaiveDate,
    /// The card's last day.
    ends: chrono::NaiveDate,
    /// The occupations the card names.
    occupations: Vec<String>,
}

fn told((it, trades): (Assessor, Vec<OccupationCode>)) -> AssessorTold {
    AssessorTold {
        id: it.id.to_string(),
        name: it.name,
        card: it.card,
        grade: it.grade.to_string(),
        employer: it.employer,
        starts: it.starts,
        ends: it.ends,
        occupations: trades.iter().map(ToString::to_string).collect(),
    }
}

/// List assessors
#[utoipa::path(get, path = "/api/v1/assessors", tag = "assessors",
    params(("q" = Option<String>, Query, description = "Part of a name or card"), ("occupation" = Option<String>, Query, description = "An occupation"), ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1")),
    responses((status = 200, description = "Assessors by name", body = Listing<AssessorTold>), Reading))]
#[rocket::get("/api/v1/assessors?<q>&<occupation>&<page>")]
async fn list(
    reader: SittingReader,
    q: Option<String>,
    occupation: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<AssessorTold>>, No> {
    let trade = occupation.and_then(occupation::read_word);
    let filter = Filter {
        text: q.filter(|q| !q.trim().is_empty()),
        occupation: trade.map(|found| found.occupation.code.clone()),
    };
    let slice = desk
        .ask(move |registry| assessors::list(registry, &reader, &filter, Window::of(page, None)))
        .await?;
    Ok(Json(Listing::of(slice, told)))
}

/// Show an assessor
#[utoipa::path(get, path = "/api/v1/assessors/{id}", tag = "assessors", params(("id" = String, Path, description = "The assessor's key")),
    responses((status = 200, description = "The assessor", body = AssessorTold), Reading))]
#[rocket::get("/api/v1/assessors/<id>")]
async fn show(
    reader: SittingReader,
    id: AssessorId,
    desk: &State<Desk>,
) -> Result<Json<AssessorTold>, No> {
    let shown = desk
        .ask(move |registry| assessors::show(registry, &reader, &id))
        .await?;
    Ok(Json(told((shown.assessor, shown.occupations))))
}

/// Register an assessor
#[utoipa::path(post, path = "/api/v1/assessors", tag = "assessors", request_body = AssessorForm,
    responses((status = 201, description = "Registered", body = Made), Changing))]
#[rocket::post("/api/v1/assessors", data = "<form>")]
async fn create(
    officer: BureauOfficer,
    form: Body<AssessorForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read()?;
    let id = desk
        .ask(move |registry| assessors::register(registry, &officer, new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, create),
    components(schemas(AssessorTold, AssessorForm, Made))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, show, create]
}
