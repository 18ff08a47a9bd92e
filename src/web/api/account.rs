//! 本人: who a token is, her other tokens, her password.

use crate::acts::accounts;
use crate::domain::account::{Role, Scope, Viewer};
use crate::store::accounts::ApiToken;
use crate::web::accounts::TokenForm;
use crate::web::api::Made;
use crate::web::api::denials::{Changing, Reading};
use crate::web::body;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
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
        Scope::Village(code, village) => format!("{code} {village}"),
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

/// A token, without its text, which is kept nowhere.
#[derive(Serialize, ToSchema)]
pub struct TokenOut {
    /// Its key.
    id: String,
    /// What its owner calls it.
    name: String,
    /// `read`, or `read write`.
    scopes: String,
    /// Since when, in UTC.
    created_at: String,
    /// Until when, in UTC.
    expires_at: Option<String>,
    /// When it was ended, in UTC.
    revoked_at: Option<String>,
}

impl From<ApiToken> for TokenOut {
    fn from(token: ApiToken) -> Self {
        let told = |at: chrono::NaiveDateTime| at.and_utc().to_rfc3339();
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes,
            created_at: told(token.created_at),
            expires_at: token.expires_at.map(told),
            revoked_at: token.revoked_at.map(told),
        }
    }
}

/// A token just made.
#[derive(Serialize, ToSchema)]
pub struct Fresh {
    /// Its text: told this once.
    token: String,
}

/// List one's own tokens
#[utoipa::path(get, path = "/api/v1/tokens", tag = "account",
    responses((status = 200, description = "The newest first", body = Vec<TokenOut>), Reading))]
#[rocket::get("/api/v1/tokens")]
async fn list_tokens(viewer: Viewer, desk: &State<Desk>) -> Result<Json<Vec<TokenOut>>, No> {
    let kept = desk
        .ask(move |registry| accounts::tokens(registry, &viewer))
        .await?;
    Ok(Json(kept.into_iter().map(TokenOut::from).collect()))
}

/// Make a token for oneself
#[utoipa::path(post, path = "/api/v1/tokens", tag = "account", request_body = TokenForm,
    responses((status = 201, description = "Made; its text is told this once", body = Fresh), Changing))]
#[rocket::post("/api/v1/tokens", data = "<form>")]
async fn make_token(
    viewer: Viewer,
    form: body::Json<TokenForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Fresh>>, No> {
    let now = desk.now();
    let (name, may_write, days) = form.0.read()?;
    let token = desk
        .ask(move |registry| {
            accounts::make_token(registry, &viewer, &name, may_write, Some(days), now)
        })
        .await?;
    Ok(Custom(Status::Created, Json(Fresh { token })))
}

/// End one of one's own tokens
#[utoipa::path(post, path = "/api/v1/tokens/{id}/ending", tag = "account",
    params(("id" = String, Path, description = "The token's key")),
    responses((status = 200, description = "Ended", body = Made), Changing))]
#[rocket::post("/api/v1/tokens/<id>/ending")]
async fn end_token(viewer: Viewer, id: String, desk: &State<Desk>) -> Result<Json<Made>, No> {
    let now = desk.now();
    let key = id.clone();
    desk.ask(move |registry| accounts::end_token(registry, &viewer, &key, now))
        .await?;
    Ok(Made::of(id))
}

/// A password to change.
#[derive(Deserialize, ToSchema)]
pub struct Passwords {
    /// The one until now.
    old: String,
    /// The one from now on.
    new: String,
}

/// Change one's own password
///
/// Every session and every token of the account ends, this one too.
#[utoipa::path(post, path = "/api/v1/password", tag = "account", request_body = Passwords,
    responses((status = 204, description = "Changed"), Changing))]
#[rocket::post("/api/v1/password", data = "<form>")]
async fn change_password(
    viewer: Viewer,
    form: body::Json<Passwords>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| {
        accounts::change_password(registry, &viewer, &form.0.old, &form.0.new, now)
    })
    .await?;
    Ok(NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(me, list_tokens, make_token, end_token, change_password),
    components(schemas(Me, TokenOut, Fresh, TokenForm, Passwords))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![me, list_tokens, make_token, end_token, change_password]
}
