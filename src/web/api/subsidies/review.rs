//! 补贴审核 for programs: approving, sending back, cutting, publishing and paying.

use crate::acts::claims::{payment, publicity, review};
use crate::domain::account::Officer;
use crate::domain::claim::{ClaimId, ClaimObjectionId};
use crate::web::api::denials::Changing;
use crate::web::body::Json as Body;
use crate::web::claims::review::{BackForm, CutForm, PaymentForm};
use crate::web::desk::Desk;
use crate::web::objections::SettlementForm;
use crate::web::refusal::No;
use chrono::NaiveDate;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use rocket::{Route, State, routes};
use serde::Serialize;
use utoipa::ToSchema;

/// Approve a claim
#[utoipa::path(post, path = "/api/v1/claims/{id}/approval", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")),
    responses((status = 204, description = "Approved"), Changing))]
#[rocket::post("/api/v1/claims/<id>/approval")]
async fn approve(officer: Officer, id: ClaimId, desk: &State<Desk>) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| review::approve(registry, &officer, &id, now))
        .await?;
    Ok(NoContent)
}

/// Send a claim back
///
/// It is over; what it claimed is free again.
#[utoipa::path(post, path = "/api/v1/claims/{id}/return", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")), request_body = BackForm,
    responses((status = 204, description = "Sent back"), Changing))]
#[rocket::post("/api/v1/claims/<id>/return", data = "<body>")]
async fn send_back(
    officer: Officer,
    id: ClaimId,
    body: Body<BackForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| review::send_back(registry, &officer, &id, &body.0.back, now))
        .await?;
    Ok(NoContent)
}

/// Cut a line of a claim
#[utoipa::path(post, path = "/api/v1/claims/{id}/cuts", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")), request_body = CutForm,
    responses((status = 204, description = "Cut"), Changing))]
#[rocket::post("/api/v1/claims/<id>/cuts", data = "<body>")]
async fn cut(
    officer: Officer,
    id: ClaimId,
    body: Body<CutForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let (line, fen) = body.0.read()?;
    desk.ask(move |registry| review::cut(registry, &officer, &id, &line, fen, &body.0.reason, now))
        .await?;
    Ok(NoContent)
}

/// Until when a claim is shown.
#[derive(Serialize, ToSchema)]
pub(super) struct ClaimPublished {
    /// The last day.
    closes: NaiveDate,
}

/// Publish a claim
#[utoipa::path(post, path = "/api/v1/claims/{id}/publicity", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")),
    responses((status = 201, description = "Shown", body = ClaimPublished), Changing))]
#[rocket::post("/api/v1/claims/<id>/publicity")]
async fn publish(
    officer: Officer,
    id: ClaimId,
    desk: &State<Desk>,
) -> Result<Custom<Json<ClaimPublished>>, No> {
    let now = desk.now();
    let closes = desk
        .ask(move |registry| publicity::open(registry, &officer, &id, now))
        .await?;
    Ok(Custom(Status::Created, Json(ClaimPublished { closes })))
}

/// What was paid.
#[derive(Serialize, ToSchema)]
pub(super) struct ClaimPaid {
    /// In fen.
    paid_fen: i64,
}

/// Enter a payment
///
/// By another person than who approved; all that is left is paid.
#[utoipa::path(post, path = "/api/v1/claims/{id}/payment", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")), request_body = PaymentForm,
    responses((status = 201, description = "Entered", body = ClaimPaid), Changing))]
#[rocket::post("/api/v1/claims/<id>/payment", data = "<body>")]
async fn pay(
    officer: Officer,
    id: ClaimId,
    body: Body<PaymentForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<ClaimPaid>>, No> {
    let now = desk.now();
    let day = body.0.read()?;
    let paid_fen = desk
        .ask(move |registry| payment::enter(registry, &officer, &id, day, &body.0.reference, now))
        .await?;
    Ok(Custom(Status::Created, Json(ClaimPaid { paid_fen })))
}

/// Settle an objection to a claim
#[utoipa::path(post, path = "/api/v1/claims/{id}/objections/{objection}/settlement", tag = "subsidies", params(
    ("id" = String, Path, description = "The claim's key"),
    ("objection" = String, Path, description = "The objection's key"),
), request_body = SettlementForm, responses((status = 204, description = "Settled"), Changing))]
#[rocket::post(
    "/api/v1/claims/<id>/objections/<objection>/settlement",
    data = "<body>"
)]
async fn settle(
    officer: Officer,
    id: ClaimId,
    objection: ClaimObjectionId,
    body: Body<SettlementForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let upheld = body.0.read()?;
    desk.ask(move |registry| {
        publicity::settle(
            registry,
            &officer,
            &id,
            &objection,
            upheld,
            &body.0.reason,
            now,
        )
    })
    .await?;
    Ok(NoContent)
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![approve, send_back, cut, publish, pay, settle]
}
