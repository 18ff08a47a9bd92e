//! 核验文件: a PDF looked at for programs.

use crate::web::api::denials::OpenReading;
use crate::web::body::Raw;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use crate::web::verify::file::{self, FileFinding, FileTold};
use rocket::State;
use rocket::serde::json::Json;
use utoipa::OpenApi;

/// Verify a PDF
///
/// The body is the file. Nothing of it is kept.
#[utoipa::path(post, path = "/api/v1/verifications", tag = "certificates", security(()),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "The verdict and each finding", body = FileTold),
        (status = 413, description = "The body is too large", body = crate::web::refusal::Problem,
            content_type = "application/problem+json"), OpenReading))]
#[rocket::post("/api/v1/verifications", data = "<body>")]
async fn verify(body: Raw, desk: &State<Desk>) -> Result<Json<FileTold>, No> {
    file::told(body, desk).await
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![verify]
}

/// Their description.
#[derive(OpenApi)]
#[openapi(paths(verify), components(schemas(FileTold, FileFinding)))]
pub struct Doc;
