//! 公示与异议: published results and objections, for programs.

use crate::acts::{objections, publicity};
use crate::domain::account::{AssessmentSignatory, AssessmentStaff};
use crate::domain::assessment::SittingId;
use crate::domain::publicity::{ObjectionId, outcome};
use crate::ground::clock::beijing;
use crate::web::api::Made;
use crate::web::api::denials::{Changing, OpenReading, Reading};
use crate::web::api::sittings::{SittingTold, told};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::objections::SettlementForm;
use crate::web::publicity::ObjectionForm;
use crate::web::refusal::No;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// A published sitting.
#[derive(Serialize, ToSchema)]
pub struct PublicityTold {
    /// The sitting.
    sitting: SittingTold,
    /// The name of its institution.
    institution: String,
    /// The day it was put up.
    opens: chrono::NaiveDate,
    /// The last day it is shown.
    closes: chrono::NaiveDate,
}

/// One published result, masked.
#[derive(Serialize, ToSchema)]
pub struct ResultTold {
    /// 准考证号
    seat: String,
    /// The masked name.
    name: String,
    /// `passed`, `failed` or `absent`.
    verdict: String,
    /// 补录: when the last mark that counts was entered, if that was after the day of the assessment.
    late_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// An objection.
#[derive(Serialize, ToSchema)]
pub struct ObjectionTold {
    /// Its key.
    id: String,
    /// What it is about.
    about: String,
    /// What is said.
    said: String,
    /// When, in Beijing time.
    lodged_at: String,
    /// `upheld` or `rejected`, once settled.
    outcome: Option<&'static str>,
    /// Why.
    reason: Option<String>,
}

/// List what is published today
#[utoipa::path(get, path = "/api/v1/publicity", tag = "publicity", security(()),
    responses((status = 200, description = "The newest first", body = Vec<PublicityTold>), OpenReading))]
#[rocket::get("/api/v1/publicity")]
async fn list(desk: &State<Desk>) -> Result<Json<Vec<PublicityTold>>, No> {
    let now = desk.now();
    let shown = desk
        .ask(move |registry| publicity::list(registry, now))
        .await?;
    let rows = shown
        .into_iter()
        .map(|(publicity, sitting, institution)| PublicityTold {
            sitting: told(sitting),
            institution,
            opens: publicity.opens,
            closes: publicity.closes,
        });
    Ok(Json(rows.collect()))
}

/// Show published results
#[utoipa::path(get, path = "/api/v1/publicity/{id}", tag = "publicity", params(("id" = String, Path, description = "The sitting's key")), security(()),
    responses((status = 200, description = "Masked, by seat", body = Vec<ResultTold>), OpenReading))]
#[rocket::get("/api/v1/publicity/<id>")]
async fn show(id: SittingId, desk: &State<Desk>) -> Result<Json<Vec<ResultTold>>, No> {
    let now = desk.now();
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await?;
    let results = shown.results.into_iter().map(|result| ResultTold {
        seat: result.seat,
        name: result.name,
        verdict: result.verdict.to_string(),
        late_at: result.late.map(|at| at.and_utc()),
    });
    Ok(Json(results.collect()))
}

/// Lodge an objection
#[utoipa::path(post, path = "/api/v1/publicity/{id}/objections", tag = "publicity", params(("id" = String, Path, description = "The sitting's key")), security(()),
    request_body = ObjectionForm, responses((status = 201, description = "Lodged", body = Made), Changing))]
#[rocket::post("/api/v1/publicity/<id>/objections", data = "<form>")]
async fn lodge(
    id: SittingId,
    form: Body<ObjectionForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read();
    let objection = desk
        .ask(move |registry| objections::lodge(registry, &id, &new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(objection)))
}

/// List the objections to a sitting
#[utoipa::path(get, path = "/api/v1/sittings/{id}/objections", tag = "publicity", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 200, description = "The oldest first", body = Vec<ObjectionTold>), Reading))]
#[rocket::get("/api/v1/sittings/<id>/objections")]
async fn objections_of(
    staff: AssessmentStaff,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Json<Vec<ObjectionTold>>, No> {
    let (_, cases) = desk
        .ask(move |registry| objections::list(registry, &staff, &id))
        .await?;
    let told = cases.into_iter().map(|case| ObjectionTold {
        id: case.id.to_string(),
        about: case.about,
        said: case.said,
        lodged_at: beijing(case.lodged_at).to_rfc3339(),
        outcome: case.settled.as_ref().map(|settled| outcome(settled.upheld)),
        reason: case.settled.map(|settled| settled.reason),
    });
    Ok(Json(told.collect()))
}

/// Settle an objection
#[utoipa::path(post, path = "/api/v1/objections/{id}/settlement", tag = "publicity", params(("id" = String, Path, description = "The objection's key")),
    request_body = SettlementForm, responses((status = 204, description = "Settled"), Changing))]
#[rocket::post("/api/v1/objections/<id>/settlement", data = "<form>")]
async fn settle(
    signatory: AssessmentSignatory,
    id: ObjectionId,
    form: Body<SettlementForm>,
    desk: &State<Desk>,
) -> Result<Status, No> {
    let now = desk.now();
    let upheld = form.0.read()?;
    desk.ask(move |registry| {
        objections::settle(registry, &signatory, &id, upheld, &form.0.reason, now)
    })
    .await?;
    Ok(Status::NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, lodge, objections_of, settle),
    components(schemas(
        PublicityTold,
        ResultTold,
        ObjectionTold,
        ObjectionForm,
        SettlementForm
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, show, lodge, objections_of, settle]
}
