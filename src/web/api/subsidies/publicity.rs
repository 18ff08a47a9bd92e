//! 补贴公示 for programs: what is shown today, and objections to it.

use crate::acts::claims::publicity;
use crate::domain::claim::ClaimId;
use crate::web::api::Made;
use crate::web::api::denials::{Changing, OpenReading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::publicity::ObjectionForm;
use crate::web::refusal::No;
use chrono::NaiveDate;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use rocket::{Route, State, routes};
use serde::Serialize;
use utoipa::ToSchema;

/// One line as the public sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct MaskedTold {
    /// `张*`
    name: String,
    /// The last four characters of the identity document.
    id_tail: String,
    /// In fen.
    amount_fen: i64,
}

/// A claim as the public sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct PublishedClaim {
    /// Its key.
    id: String,
    /// The class's public name.
    class_name: String,
    /// The institution's name.
    institution: String,
    /// `training` or `assessment`.
    kind: &'static str,
    /// Since which day it is shown.
    opens: NaiveDate,
    /// Its last day.
    closes: NaiveDate,
    /// Who is to be paid for.
    lines: Vec<MaskedTold>,
}

/// A published claim
///
/// While it is shown; no token is needed.
#[utoipa::path(get, path = "/api/v1/publicity/claims/{id}", tag = "subsidies", security(()),
    params(("id" = String, Path, description = "The claim's key")),
    responses((status = 200, description = "As the public sees it", body = PublishedClaim), OpenReading))]
#[rocket::get("/api/v1/publicity/claims/<id>")]
async fn published(id: ClaimId, desk: &State<Desk>) -> Result<Json<PublishedClaim>, No> {
    let now = desk.now();
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await?;
    Ok(Json(PublishedClaim {
        id: shown.listed.claim.id.to_string(),
        kind: shown.listed.claim.kind.as_str(),
        class_name: shown.listed.class,
        institution: shown.listed.institution,
        opens: shown.publicity.opens,
        closes: shown.publicity.closes,
        lines: shown
            .lines
            .into_iter()
            .map(|line| MaskedTold {
                name: line.name,
                id_tail: line.id_tail,
                amount_fen: line.amount_fen,
            })
            .collect(),
    }))
}

/// Object to a published claim
#[utoipa::path(post, path = "/api/v1/publicity/claims/{id}/objections", tag = "subsidies", security(()),
    params(("id" = String, Path, description = "The claim's key")), request_body = ObjectionForm,
    responses((status = 201, description = "Lodged", body = Made), Changing))]
#[rocket::post("/api/v1/publicity/claims/<id>/objections", data = "<body>")]
async fn object(
    id: ClaimId,
    body: Body<ObjectionForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = body.0.read();
    let made = desk
        .ask(move |registry| publicity::object(registry, &id, &new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![published, object]
}
