//! 追回 for programs: what has to be paid back.

use crate::acts::recoveries;
use crate::domain::account::{Officer, TrainingReader};
use crate::domain::claim::RecoveryId;
use crate::ground::clock::beijing;
use crate::ground::slice::Window;
use crate::store::recoveries::Case;
use crate::web::api::Listing;
use crate::web::api::denials::{Changing, Reading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::recoveries::SettlingForm;
use crate::web::refusal::No;
use rocket::response::status::NoContent;
use rocket::serde::json::Json;
use rocket::{Route, State, routes};
use serde::Serialize;
use utoipa::ToSchema;

/// One recovery.
#[derive(Serialize, ToSchema)]
pub(super) struct RecoveryTold {
    /// Its key.
    id: String,
    /// The claim's key.
    claim: String,
    /// The line's key.
    line: String,
    /// The certificate that was revoked.
    certificate: String,
    /// In fen.
    due_fen: i64,
    /// `repaid` or `waived`, once it is settled.
    outcome: Option<&'static str>,
    /// Since when, in Beijing time.
    at: String,
}

fn recovery(case: &Case) -> RecoveryTold {
    RecoveryTold {
        id: case.recovery.id.to_string(),
        claim: case.claim.to_string(),
        line: case.recovery.line.to_string(),
        certificate: case.recovery.certificate.to_string(),
        due_fen: case.recovery.due_fen,
        outcome: case.ended.as_ref().map(|(ended, _)| ended.outcome.as_str()),
        at: beijing(case.recovery.at).to_rfc3339(),
    }
}

/// List recoveries
#[utoipa::path(get, path = "/api/v1/recoveries", tag = "subsidies", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<RecoveryTold>), Reading))]
#[rocket::get("/api/v1/recoveries?<page>&<size>")]
async fn recoveries_list(
    reader: TrainingReader,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<RecoveryTold>>, No> {
    let window = Window::of(page, size);
    let slice = desk
        .ask(move |registry| recoveries::list(registry, &reader, window))
        .await?;
    Ok(Json(Listing::of(slice, |case| recovery(&case))))
}

/// Settle a recovery
#[utoipa::path(post, path = "/api/v1/recoveries/{id}/settlement", tag = "subsidies",
    params(("id" = String, Path, description = "The recovery's key")), request_body = SettlingForm,
    responses((status = 204, description = "Settled"), Changing))]
#[rocket::post("/api/v1/recoveries/<id>/settlement", data = "<body>")]
async fn settle_recovery(
    officer: Officer,
    id: RecoveryId,
    body: Body<SettlingForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let settling = body.0.read()?;
    desk.ask(move |registry| recoveries::settle(registry, &officer, &id, &settling, now))
        .await?;
    Ok(NoContent)
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![recoveries_list, settle_recovery]
}
