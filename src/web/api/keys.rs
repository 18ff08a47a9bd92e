//! 密钥: issuers' keys for programs.

use crate::acts::key_keeping::{self, Fate, Kept};
use crate::domain::account::{KeyKeeper, KeyReader};
use crate::domain::institution::InstitutionId;
use crate::domain::refusal::Refusal;
use crate::domain::signing_key::KeyStanding;
use crate::ground::clock::beijing;
use crate::ground::slice::Window;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::keys::{CompromiseForm, RetirementForm, moment, narrowed};
use crate::web::refusal::No;
use chrono::NaiveDate;
use data_encoding::HEXLOWER;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// What became of a key.
#[derive(Serialize, ToSchema)]
pub struct KeyEventTold {
    /// `retired` or `compromised`.
    kind: String,
    /// Since when its signatures prove nothing, in Beijing time.
    cut_off: Option<String>,
    /// Of how many entries in the public log the good ones are.
    log_size: Option<i64>,
    /// Why.
    reason: String,
    /// When it was noted, in Beijing time.
    at: String,
}

/// A key of an issuer.
#[derive(Serialize, ToSchema)]
pub struct KeyTold {
    /// Its hint, eight hexadecimal digits.
    id: String,
    /// Whose it is: the key of the institution.
    institution: String,
    /// Her name.
    issuer: String,
    /// 统一社会信用代码
    uscc: String,
    /// The year it signs in.
    year: i32,
    /// `ES256` or `EdDSA`.
    algorithm: String,
    /// The public key, in hexadecimal.
    public: String,
    /// The SHA-256 of the public key, in hexadecimal.
    fingerprint: String,
    /// `in_use`, `resting`, `retired` or `compromised`.
    standing: &'static str,
    /// Since when there is it, in Beijing time.
    created_at: String,
    /// Certificates it signed.
    certificates: i64,
    /// Credentials it signed.
    credentials: i64,
    /// Files it signed.
    files: i64,
    /// What became of it, oldest first.
    events: Vec<KeyEventTold>,
}

fn told(key: Kept) -> KeyTold {
    KeyTold {
        fingerprint: key.fingerprint(),
        institution: key.institution.to_string(),
        uscc: key.uscc.to_string(),
        public: HEXLOWER.encode(&key.public),
        standing: key.standing.as_str(),
        created_at: beijing(key.created_at).to_rfc3339(),
        certificates: key.uses.certificates,
        credentials: key.uses.credentials,
        files: key.uses.files,
        events: key
            .events
            .iter()
            .map(|(event, _)| KeyEventTold {
                kind: event.kind.clone(),
                cut_off: event.cut_off.map(|at| beijing(at).to_rfc3339()),
                log_size: event.log_size,
                reason: event.reason.clone(),
                at: beijing(event.at).to_rfc3339(),
            })
            .collect(),
        id: key.id,
        issuer: key.house,
        year: key.year,
        algorithm: key.algorithm,
    }
}

/// List keys
///
/// A signatory sees those of her own organisation.
#[utoipa::path(get, path = "/api/v1/keys", tag = "keys", params(
    ("issuer" = Option<String>, Query, description = "A part of the issuer's name, or its code, or its key"),
    ("standing" = Option<String>, Query, description = "`in_use`, `resting`, `retired` or `compromised`"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "By issuer, the newest first", body = Listing<KeyTold>), Reading))]
#[rocket::get("/api/v1/keys?<issuer>&<standing>&<page>&<size>")]
async fn list(
    reader: KeyReader,
    issuer: Option<&str>,
    standing: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<KeyTold>>, No> {
    let now = desk.now();
    let ring = desk
        .ask(move |registry| key_keeping::list(registry, &reader, now))
        .await?;
    let standing = KeyStanding::read(standing.unwrap_or_default());
    let slice = narrowed(
        ring,
        issuer.unwrap_or_default(),
        standing,
        Window::of(page, size),
    );
    Ok(Json(Listing::of(slice, told)))
}

/// Show a key
#[utoipa::path(get, path = "/api/v1/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "Its hint")),
    responses((status = 200, description = "The key", body = KeyTold), Reading))]
#[rocket::get("/api/v1/keys/<id>")]
async fn show(reader: KeyReader, id: &str, desk: &State<Desk>) -> Result<Json<KeyTold>, No> {
    let (now, id) = (desk.now(), id.to_owned());
    let key = desk
        .ask(move |registry| key_keeping::show(registry, &reader, &id, now))
        .await?;
    Ok(Json(told(key)))
}

/// One certificate that would be in doubt.
#[derive(Serialize, ToSchema)]
pub struct DoubtfulTold {
    /// Its key.
    id: String,
    /// 证书编号
    number: String,
    /// 发证日期
    issued_on: NaiveDate,
}

/// What marking a key as lost would change.
#[derive(Serialize, ToSchema)]
pub struct KeyEffects {
    /// Certificates that stay good.
    stay: i64,
    /// Credentials signed again with another key when next asked for.
    credentials: i64,
    /// Files signed again with another key when next asked for.
    files: i64,
    /// The other key of the pair, where it is not marked.
    twin: Option<String>,
    /// Certificates that would be in doubt.
    doubtful: Listing<DoubtfulTold>,
}

/// See what marking a key as lost would change
///
/// Nothing is changed.
#[utoipa::path(get, path = "/api/v1/keys/{id}/compromise", tag = "keys", params(
    ("id" = String, Path, description = "Its hint"),
    ("since" = Option<String>, Query, description = "Since when others may have it, `2026-05-06T09:00:00+08:00`"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses(
    (status = 200, description = "What would change", body = KeyEffects),
    (status = 409, description = "It was put aside already", content_type = "application/problem+json", body = crate::web::refusal::Problem),
    Reading,
))]
#[rocket::get("/api/v1/keys/<id>/compromise?<since>&<page>&<size>")]
async fn weigh(
    keeper: KeyKeeper,
    id: &str,
    since: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<KeyEffects>, No> {
    let now = desk.now();
    let since = moment(since.unwrap_or_default())
        .ok_or_else(|| No(Refusal::new("field.unreadable").at("since").into()))?;
    let (id, window) = (id.to_owned(), Window::of(page, size));
    let effects = desk
        .ask(move |registry| {
            key_keeping::weigh(
                registry,
                &keeper,
                &id,
                Fate::Compromised(since),
                window,
                now,
            )
        })
        .await?;
    Ok(Json(KeyEffects {
        stay: effects.stay,
        credentials: effects.credentials,
        files: effects.files,
        twin: effects.twin,
        doubtful: Listing::of(effects.doubtful, |one| DoubtfulTold {
            id: one.id.to_string(),
            number: one.number,
            issued_on: one.issued_on,
        }),
    }))
}

/// Make a new pair of keys for an issuer
#[utoipa::path(post, path = "/api/v1/institutions/{id}/keys", tag = "keys",
    params(("id" = String, Path, description = "The institution's key")),
    responses((status = 201, description = "The ES256 key's hint; the pair signs from now on", body = Made), Changing))]
#[rocket::post("/api/v1/institutions/<id>/keys")]
async fn rotate(
    keeper: KeyKeeper,
    id: InstitutionId,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let key = desk
        .ask(move |registry| key_keeping::rotate(registry, &keeper, &id, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(key)))
}

/// Replace the registry's root key
///
/// The former signs the new one; by an officer of the whole city.
#[utoipa::path(post, path = "/api/v1/root-keys", tag = "keys",
    responses((status = 201, description = "The new key's hint", body = Made), Changing))]
#[rocket::post("/api/v1/root-keys")]
async fn rotate_root(keeper: KeyKeeper, desk: &State<Desk>) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let key = desk
        .ask(move |registry| key_keeping::rotate_root(registry, &keeper, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(key)))
}

/// Replace the public log's key
///
/// The former names the new one in a signed note at `/log/succession`, and signs beside it for ninety
/// days; by an officer of the whole city.
#[utoipa::path(post, path = "/api/v1/log-keys", tag = "keys",
    responses((status = 201, description = "The new key as verifiers of signed notes write it", body = Made), Changing))]
#[rocket::post("/api/v1/log-keys")]
async fn rotate_log(keeper: KeyKeeper, desk: &State<Desk>) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let key = desk
        .ask(move |registry| key_keeping::rotate_log(registry, &keeper, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(key)))
}

/// Renew the certification authority
///
/// What the former vouched for stays so; by an officer of the whole city.
#[utoipa::path(post, path = "/api/v1/authorities", tag = "keys",
    responses((status = 201, description = "The new authority's hint; its certificate is at /trust/ca.crt", body = Made), Changing))]
#[rocket::post("/api/v1/authorities")]
async fn rotate_authority(keeper: KeyKeeper, desk: &State<Desk>) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let key = desk
        .ask(move |registry| key_keeping::rotate_authority(registry, &keeper, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(key)))
}

/// Put a key away
#[utoipa::path(post, path = "/api/v1/keys/{id}/retirement", tag = "keys",
    params(("id" = String, Path, description = "Its hint")), request_body = RetirementForm,
    responses((status = 204, description = "It signs no more; what it signed stays good"), Changing))]
#[rocket::post("/api/v1/keys/<id>/retirement", data = "<form>")]
async fn retire(
    keeper: KeyKeeper,
    id: &str,
    form: Body<RetirementForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let (now, id, reason) = (desk.now(), id.to_owned(), form.0.reason);
    desk.ask(move |registry| {
        key_keeping::put_aside(registry, &keeper, &id, Fate::Retired, &reason, now)
    })
    .await?;
    Ok(NoContent)
}

/// Mark a key as lost to others
#[utoipa::path(post, path = "/api/v1/keys/{id}/compromise", tag = "keys",
    params(("id" = String, Path, description = "Its hint")), request_body = CompromiseForm,
    responses((status = 204, description = "What it signed since is in doubt"), Changing))]
#[rocket::post("/api/v1/keys/<id>/compromise", data = "<form>")]
async fn lose(
    keeper: KeyKeeper,
    id: &str,
    form: Body<CompromiseForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let (now, id) = (desk.now(), id.to_owned());
    let (fate, reason, expected) = form.0.read()?;
    desk.ask(move |registry| {
        key_keeping::put_aside_knowing(registry, &keeper, &id, fate, &reason, expected, now)
    })
    .await?;
    Ok(NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        list,
        show,
        weigh,
        rotate,
        rotate_root,
        rotate_log,
        rotate_authority,
        retire,
        lose
    ),
    components(schemas(
        KeyTold,
        KeyEventTold,
        KeyEffects,
        DoubtfulTold,
        RetirementForm,
        CompromiseForm
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list,
        show,
        weigh,
        rotate,
        rotate_root,
        rotate_log,
        rotate_authority,
        retire,
        lose
    ]
}
