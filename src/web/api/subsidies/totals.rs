//! 补贴合计 for programs: what was filed, approved and paid.

use crate::acts::claims;
use crate::domain::account::TrainingReader;
use crate::store::claims::totals::Total;
use crate::web::api::denials::Reading;
use crate::web::claims::totals::days_of;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use rocket::serde::json::Json;
use rocket::{Route, State, routes};
use serde::Serialize;
use utoipa::ToSchema;

/// One row of the totals.
#[derive(Serialize, ToSchema)]
pub(super) struct SubsidyTotal {
    /// The county, six digits.
    county: String,
    /// The institution's key.
    institution: String,
    /// `training` or `assessment`.
    kind: String,
    /// The month in which it was filed, `2026-07`.
    month: String,
    /// How many claims.
    claims: i64,
    /// How many people.
    people: i64,
    /// In fen.
    asked_fen: i64,
    /// In fen.
    cut_fen: i64,
    /// In fen.
    paid_fen: i64,
    /// Due or repaid, in fen.
    recovered_fen: i64,
}

fn total(one: Total) -> SubsidyTotal {
    SubsidyTotal {
        county: one.county,
        institution: one.institution,
        kind: one.kind,
        month: one.month,
        claims: one.claims,
        people: one.lines,
        asked_fen: one.asked_fen,
        cut_fen: one.cut_fen,
        paid_fen: one.paid_fen,
        recovered_fen: one.recovered_fen,
    }
}

/// Totals of subsidies
///
/// By county, institution, kind and month of filing; what was sent back does not count.
#[utoipa::path(get, path = "/api/v1/claims/totals", tag = "subsidies", params(
    ("from" = Option<NaiveDate>, Query, description = "Filed on this day or later, `2026-01-01`; else this year's first"),
    ("until" = Option<NaiveDate>, Query, description = "Filed on this day or before; else today"),
), responses((status = 200, description = "Every row", body = Vec<SubsidyTotal>), Reading))]
#[rocket::get("/api/v1/claims/totals?<from>&<until>")]
pub(super) async fn totals(
    reader: TrainingReader,
    from: Option<&str>,
    until: Option<&str>,
    desk: &State<Desk>,
) -> Result<Json<Vec<SubsidyTotal>>, No> {
    let days = days_of(from, until, desk.now().day());
    let all = desk
        .ask(move |registry| claims::totals(registry, &reader, days))
        .await?;
    Ok(Json(all.into_iter().map(total).collect()))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![totals]
}
