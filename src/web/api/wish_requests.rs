//! 自己登记 for programs: what waits, confirmed or put aside.

use crate::acts::wish_requests::{self, Waiting};
use crate::domain::account::BaseKeeper;
use crate::domain::wish_request::WishRequestId;
use crate::ground::slice::Window;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use chrono::{DateTime, Utc};
use rocket::State;
use rocket::response::status::NoContent;
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// Somebody who registered herself; never a number or a telephone.
#[derive(Serialize, ToSchema)]
pub struct WishRequestTold {
    /// The request's key.
    id: String,
    /// 姓名, as she wrote it.
    name: String,
    /// The last four characters of her identity number.
    id_last4: String,
    /// 行政区划代码
    region: String,
    /// 嘎查（村）
    village: String,
    /// What she wants to learn.
    trade: String,
    /// When she registered, in UTC.
    at: DateTime<Utc>,
}

/// List who registered herself
///
/// Requests of the caller's region that wait to be verified.
#[utoipa::path(get, path = "/api/v1/wish-requests", tag = "base", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "The oldest first", body = Listing<WishRequestTold>), Reading))]
#[rocket::get("/api/v1/wish-requests?<page>&<size>")]
async fn list(
    keeper: BaseKeeper,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<WishRequestTold>>, No> {
    let slice = desk
        .ask(move |registry| wish_requests::list(registry, &keeper, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, |it: Waiting| WishRequestTold {
        id: it.request.id.to_string(),
        name: it.name,
        id_last4: it.id_tail,
        region: it.request.region.to_string(),
        village: it.request.village,
        trade: it.request.trade,
        at: it.request.at.and_utc(),
    })))
}

/// Confirm a request
///
/// Somebody spoke with her: it is a wish from now on.
#[utoipa::path(post, path = "/api/v1/wish-requests/{id}/confirmation", tag = "base",
    params(("id" = String, Path, description = "The request's key")),
    responses((status = 200, description = "Registered; the key is the person's", body = Made), Changing))]
#[rocket::post("/api/v1/wish-requests/<id>/confirmation")]
async fn confirm(
    keeper: BaseKeeper,
    id: WishRequestId,
    desk: &State<Desk>,
) -> Result<Json<Made>, No> {
    let now = desk.now();
    let person = desk
        .ask(move |registry| wish_requests::confirm(registry, &keeper, &id, now))
        .await?;
    Ok(Made::of(person))
}

/// Why a request is put aside.
#[derive(Deserialize, ToSchema)]
pub struct DismissalSent {
    /// Why; no identity numbers, no telephones.
    #[serde(default)]
    reason: String,
}

/// Put a request aside
#[utoipa::path(post, path = "/api/v1/wish-requests/{id}/dismissal", tag = "base", request_body = DismissalSent,
    params(("id" = String, Path, description = "The request's key")),
    responses((status = 204, description = "Put aside; what she told of herself is deleted"), Changing))]
#[rocket::post("/api/v1/wish-requests/<id>/dismissal", data = "<form>")]
async fn dismiss(
    keeper: BaseKeeper,
    id: WishRequestId,
    form: Body<DismissalSent>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| wish_requests::dismiss(registry, &keeper, &id, &form.0.reason, now))
        .await?;
    Ok(NoContent)
}

/// This file's part of the description.
#[derive(OpenApi)]
#[openapi(
    paths(list, confirm, dismiss),
    components(schemas(WishRequestTold, DismissalSent))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, confirm, dismiss]
}
