//! 登记册密钥泄露: a key of the registry's own in strange hands, for programs.

use crate::acts::own_keys;
use crate::domain::account::KeyKeeper;
use crate::domain::refusal::Refusal;
use crate::web::api::denials::{Changing, Reading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::keys::moment;
use crate::web::own_keys::OwnCompromiseForm;
use crate::web::refusal::No;
use rocket::State;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// What noting that a key of the registry's own was lost would change.
#[derive(Serialize, ToSchema)]
pub struct OwnKeyEffects {
    /// What it signs: `log`, `receipts` or `reports`.
    purpose: String,
    /// Of a log key: up to how many entries its checkpoints still count, where a witness signed them too.
    log_size: Option<i64>,
    /// Of a log key: how many entries there are.
    log_total: Option<i64>,
    /// Of a log key: how many entries the largest checkpoint of these has that a witness signed.
    witnessed: Option<i64>,
}

/// That it was noted.
#[derive(Serialize, ToSchema)]
pub struct OwnKeyLost {
    /// The log's new key, as verifiers of signed notes write it; hand it out by another way than this
    /// server. None for other keys: a new one is made when one is next needed.
    vkey: Option<String>,
}

/// See what marking a key of the registry as lost would change
///
/// Nothing is changed. Those of the public log, of receipts and of reports can be lost; the root's
/// and the authority's are replaced and announced anew. By an officer of the whole city.
#[utoipa::path(get, path = "/api/v1/registry-keys/{id}/compromise", tag = "keys", params(
    ("id" = String, Path, description = "Its hint"),
    ("since" = Option<String>, Query, description = "Since when others may have it, `2026-05-06T09:00:00+08:00`"),
), responses(
    (status = 200, description = "What would change", body = OwnKeyEffects),
    (status = 409, description = "It was marked already, or is replaced instead", content_type = "application/problem+json", body = crate::web::refusal::Problem),
    Reading,
))]
#[rocket::get("/api/v1/registry-keys/<id>/compromise?<since>")]
async fn weigh(
    keeper: KeyKeeper,
    id: &str,
    since: Option<&str>,
    desk: &State<Desk>,
) -> Result<Json<OwnKeyEffects>, No> {
    let now = desk.now();
    let since = moment(since.unwrap_or_default())
        .ok_or_else(|| No(Refusal::new("field.unreadable").at("since").into()))?;
    let id = id.to_owned();
    let effects = desk
        .ask(move |registry| own_keys::weigh(registry, &keeper, &id, Some(since), now))
        .await?;
    Ok(Json(OwnKeyEffects {
        purpose: effects.key.purpose,
        log_size: effects.log.map(|log| log.size),
        log_total: effects.log.map(|log| log.total),
        witnessed: effects.log.map(|log| log.witnessed),
    }))
}

/// Mark a key of the registry as lost to others
#[utoipa::path(post, path = "/api/v1/registry-keys/{id}/compromise", tag = "keys",
    params(("id" = String, Path, description = "Its hint")), request_body = OwnCompromiseForm,
    responses((status = 200, description = "It signs no more", body = OwnKeyLost), Changing))]
#[rocket::post("/api/v1/registry-keys/<id>/compromise", data = "<form>")]
async fn lose(
    keeper: KeyKeeper,
    id: &str,
    form: Body<OwnCompromiseForm>,
    desk: &State<Desk>,
) -> Result<Json<OwnKeyLost>, No> {
    let (now, id) = (desk.now(), id.to_owned());
    let (since, reason) = (form.0.read()?, form.0.reason);
    let vkey = desk
        .ask(move |registry| own_keys::lose(registry, &keeper, &id, since, &reason, now))
        .await?;
    Ok(Json(OwnKeyLost { vkey }))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(weigh, lose),
    components(schemas(OwnKeyEffects, OwnKeyLost, OwnCompromiseForm))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![weigh, lose]
}
