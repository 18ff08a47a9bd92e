//! 本人: who a token is.

use crate::domain::account::{Role, Scope, Viewer};
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// Whoever the token belongs to.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// The account's key.
    account: String,
    /// The person's name.
    name: String,
    /// The role's code.
    #[schema(value_type = String, example = "institution_clerk")]
    role: Role,
    /// What the role is held over: `all`, or a region's code, an institution's or an assessor's key.
    over: String,
}

/// Who am I?
///
/// Whoever the token belongs to, and what for.
#[utoipa::path(get, path = "/api/v1/me", tag = "account", responses(
    (status = 200, description = "The token's owner", body = Me),
    (status = 401, description = "No token, or one that is not in force", body = crate::web::refusal::Problem, content_type = "application/problem+json"),
))]
#[rocket::get("/api/v1/me")]
pub fn me(viewer: Viewer) -> Json<Me> {
    let actor = viewer.actor();
    let over = match &actor.scope {
        Scope::All => "all".to_owned(),
        Scope::Region(code) => code.to_string(),
        Scope::Institution(id) => id.to_string(),
        Scope::Assessor(id) => id.to_string(),
    };
    Json(Me {
        account: actor.account.to_string(),
        name: actor.name.clone(),
        role: actor.role,
        over,
    })
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(me), components(schemas(Me)))]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![me]
}
