//! 用人单位核验凭证 for programs: ask, collect, decide.

use crate::acts::employers::{self, Asking};
use crate::domain::account::BureauOfficer;
use crate::domain::employer::{EmployerClaim, EmployerId, EmployerState};
use crate::web::api::denials::{Changing, OpenReading, Reading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// Who asks.
#[derive(Deserialize, ToSchema)]
pub struct EmployerSent {
    /// 单位名称
    name: String,
    /// 统一社会信用代码
    uscc: String,
    /// 联系人和电话: seen by the bureau only.
    contact: String,
}

/// What an employer comes back with.
#[derive(Serialize, ToSchema)]
pub struct EmployerClaimTold {
    /// The key to the token, once the bureau has granted it.
    claim: String,
}

/// How a request stands.
#[derive(Serialize, ToSchema)]
pub struct EmployerStanding {
    /// `asked`, `granted`, `collected`, `refused` or `revoked`.
    state: String,
}

/// A token just collected.
#[derive(Serialize, ToSchema)]
pub struct EmployerToken {
    /// Its text: told this once.
    token: String,
}

/// One who asked.
#[derive(Serialize, ToSchema)]
pub struct EmployerTold {
    /// Her key.
    id: String,
    /// 单位名称
    name: String,
    /// 统一社会信用代码
    uscc: String,
    /// 联系人和电话
    contact: String,
    /// `asked`, `granted`, `collected`, `refused` or `revoked`.
    state: String,
    /// When she asked, in UTC.
    asked_at: String,
}

/// What the bureau decides.
#[derive(Deserialize, ToSchema)]
pub struct EmployerDecision {
    /// `granted`, `refused` or `revoked`.
    #[schema(example = "granted")]
    decision: String,
}

/// Ask for an employer's token
#[utoipa::path(post, path = "/api/v1/employers", tag = "verification", security(()), request_body = EmployerSent,
    responses((status = 201, description = "The bureau decides", body = EmployerClaimTold), Changing))]
#[rocket::post("/api/v1/employers", data = "<sent>")]
async fn ask(
    sent: Body<EmployerSent>,
    desk: &State<Desk>,
) -> Result<Custom<Json<EmployerClaimTold>>, No> {
    let now = desk.now();
    let EmployerSent {
        name,
        uscc,
        contact,
    } = sent.0;
    let claim = desk
        .ask(move |registry| {
            employers::ask(
                registry,
                &Asking {
                    name,
                    uscc,
                    contact,
                },
                now,
            )
        })
        .await?;
    Ok(Custom(
        Status::Created,
        Json(EmployerClaimTold {
            claim: claim.to_string(),
        }),
    ))
}

/// How does a request stand?
#[utoipa::path(get, path = "/api/v1/employer-claims/{id}", tag = "verification", security(()),
    params(("id" = String, Path, description = "The claim")),
    responses((status = 200, description = "How it stands", body = EmployerStanding), OpenReading))]
#[rocket::get("/api/v1/employer-claims/<id>")]
async fn standing(id: EmployerClaim, desk: &State<Desk>) -> Result<Json<EmployerStanding>, No> {
    let employer = desk
        .ask(move |registry| employers::claimed(registry, &id))
        .await?;
    Ok(Json(EmployerStanding {
        state: employer.state.to_string(),
    }))
}

/// Collect an employer's token
#[utoipa::path(post, path = "/api/v1/employer-claims/{id}", tag = "verification", security(()),
    params(("id" = String, Path, description = "The claim")),
    responses((status = 200, description = "Its text is told this once", body = EmployerToken), Changing))]
#[rocket::post("/api/v1/employer-claims/<id>")]
async fn collect(id: EmployerClaim, desk: &State<Desk>) -> Result<Json<EmployerToken>, No> {
    let token = desk
        .ask(move |registry| employers::collect(registry, &id))
        .await?;
    Ok(Json(EmployerToken { token }))
}

/// List employers who asked for a token
#[utoipa::path(get, path = "/api/v1/employers", tag = "verification",
    responses((status = 200, description = "The newest first", body = Vec<EmployerTold>), Reading))]
#[rocket::get("/api/v1/employers")]
async fn list(officer: BureauOfficer, desk: &State<Desk>) -> Result<Json<Vec<EmployerTold>>, No> {
    let all = desk
        .ask(move |registry| employers::all(registry, &officer))
        .await?;
    let told = |shown: employers::Shown| EmployerTold {
        id: shown.employer.id.to_string(),
        name: shown.employer.name,
        uscc: shown.employer.uscc.as_str().to_owned(),
        contact: shown.contact,
        state: shown.employer.state.to_string(),
        asked_at: shown.employer.asked_at.and_utc().to_rfc3339(),
    };
    Ok(Json(all.into_iter().map(told).collect()))
}

/// Grant, refuse or take back an employer's token
#[utoipa::path(post, path = "/api/v1/employers/{id}/decision", tag = "verification", request_body = EmployerDecision,
    params(("id" = String, Path, description = "The employer's key")),
    responses((status = 204, description = "Decided"), Changing))]
#[rocket::post("/api/v1/employers/<id>/decision", data = "<sent>")]
async fn decide(
    officer: BureauOfficer,
    id: EmployerId,
    sent: Body<EmployerDecision>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let next = EmployerState::read(&sent.0.decision)
        .filter(|next| {
            matches!(
                next,
                EmployerState::Granted | EmployerState::Refused | EmployerState::Revoked
            )
        })
        .ok_or_else(|| {
            crate::domain::refusal::Refusal::new("employer.decision-unknown").at("decision")
        })?;
    desk.ask(move |registry| employers::decide(registry, &officer, &id, next, now))
        .await?;
    Ok(NoContent)
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![ask, standing, collect, list, decide]
}

/// The description of this file's operations.
#[derive(OpenApi)]
#[openapi(
    paths(ask, standing, collect, list, decide),
    components(schemas(
        EmployerSent,
        EmployerClaimTold,
        EmployerStanding,
        EmployerToken,
        EmployerTold,
        EmployerDecision
    ))
)]
pub struct Doc;
