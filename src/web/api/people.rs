//! 人员: photographs and names in Latin letters, for programs.

use crate::acts::photos;
use crate::domain::account::{FaceKeeper, FaceReader};
use crate::domain::person::PersonId;
use crate::web::api::Made;
use crate::web::api::denials::{Changing, Reading};
use crate::web::body::{Json as Body, Raw};
use crate::web::desk::Desk;
use crate::web::refusal::No;
use rocket::State;
use rocket::http::ContentType;
use rocket::serde::json::Json;
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

/// Show a photograph
///
/// A JPEG of 360 by 504 pixels.
#[utoipa::path(get, path = "/api/v1/people/{id}/photo", tag = "people", params(("id" = String, Path, description = "The person's key")),
    responses((status = 200, description = "The newest photograph", body = Vec<u8>, content_type = "image/jpeg"), Reading))]
#[rocket::get("/api/v1/people/<id>/photo")]
async fn show_photo(
    reader: FaceReader,
    id: PersonId,
    desk: &State<Desk>,
) -> Result<(ContentType, Vec<u8>), No> {
    let jpeg = desk
        .ask(move |registry| photos::seen(registry, &reader, &id))
        .await?;
    Ok((ContentType::JPEG, jpeg))
}

/// Take in a photograph
///
/// The body is the file itself, JPEG or PNG, upright. It is drawn anew, cut to shape and sealed;
/// certificates issued from now on show it.
#[utoipa::path(put, path = "/api/v1/people/{id}/photo", tag = "people", params(("id" = String, Path, description = "The person's key")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "Kept", body = Made), Changing))]
#[rocket::put("/api/v1/people/<id>/photo", data = "<photo>")]
async fn take_photo(
    keeper: FaceKeeper,
    id: PersonId,
    photo: Raw,
    desk: &State<Desk>,
) -> Result<Json<Made>, No> {
    let now = desk.now();
    let id = desk
        .ask(move |registry| photos::put(registry, &keeper, &id, &photo.0, now))
        .await?;
    Ok(Made::of(id))
}

/// How she writes her name.
#[derive(Deserialize, ToSchema)]
pub struct Called {
    /// Latin letters, spaces, hyphens and apostrophes; empty removes it.
    latin_name: String,
}

/// Record a name in Latin letters
#[utoipa::path(put, path = "/api/v1/people/{id}/latin-name", tag = "people", params(("id" = String, Path, description = "The person's key")),
    request_body = Called, responses((status = 200, description = "Kept", body = Made), Changing))]
#[rocket::put("/api/v1/people/<id>/latin-name", data = "<form>")]
async fn call(
    keeper: FaceKeeper,
    id: PersonId,
    form: Body<Called>,
    desk: &State<Desk>,
) -> Result<Json<Made>, No> {
    let now = desk.now();
    let key = id.clone();
    desk.ask(move |registry| photos::call(registry, &keeper, &key, &form.0.latin_name, now))
        .await?;
    Ok(Made::of(id))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(show_photo, take_photo, call), components(schemas(Called)))]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show_photo, take_photo, call]
}
