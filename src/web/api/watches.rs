//! 关注 for programs: begin a watch, read it, end it.

use crate::acts::{list_checks, watch_ways, watches};
use crate::domain::list_check::{Claim, MOST};
use crate::domain::refusal::Refusal;
use crate::domain::watch::WatchId;
use crate::ground::clock::beijing;
use crate::web::api::denials::{Changing, OpenReading};
use crate::web::api::list_checks::{ClaimSent, claim};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::employers::Brought;
use crate::web::refusal::No;
use crate::web::whence::Whence;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// Certificates to be watched.
#[derive(Deserialize, ToSchema)]
pub struct WatchSent {
    /// Which: only those that are whose the line says are watched.
    rows: Vec<ClaimSent>,
    /// An https address to be called; it has to echo the challenge it is sent first.
    #[serde(default)]
    hook: String,
}

/// A watch just begun.
#[derive(Serialize, ToSchema)]
pub struct WatchBegun {
    /// The key of the watch: keep it, nobody can find it again.
    id: String,
    /// The address of the feed.
    feed: String,
    /// What calls are signed with.
    secret: String,
}

/// A certificate that is no longer simply in force.
#[derive(Serialize, ToSchema)]
pub struct NewsTold {
    /// 证书编号
    number: String,
    /// The verdict, as of a list.
    verdict: String,
    /// Since when.
    since: Option<chrono::NaiveDate>,
}

/// A watch as it stands.
#[derive(Serialize, ToSchema)]
pub struct WatchTold {
    /// When it was begun, in Beijing time.
    begun_at: String,
    /// How many certificates are watched.
    total: usize,
    /// Whether an address is called.
    hook: bool,
    /// Those no longer simply in force, the latest first.
    news: Vec<NewsTold>,
}

/// Watch certificates
///
/// Whoever watches is told of every change: by the feed at once, and by a signed call where an address
/// is given. A call is a POST of `{"event": "certificate.changed", "id", "number", "verdict",
/// "noticed_at", "receipt"}`; the receipt is signed by the registry and can be verified offline. The
/// header `Guildhall-Signature` is `t=<Unix seconds>,v1=<hex HMAC-SHA-256 of "<t>.<body>" by the secret>`.
#[utoipa::path(post, path = "/api/v1/watches", tag = "verification", security(()), request_body = WatchSent,
    responses((status = 201, description = "Begun; its key is told this once", body = WatchBegun), Changing))]
#[rocket::post("/api/v1/watches", data = "<sent>")]
async fn begin(
    sent: Body<WatchSent>,
    whence: Whence,
    brought: Brought,
    desk: &State<Desk>,
) -> Result<Custom<Json<WatchBegun>>, No> {
    let now = desk.now();
    let WatchSent { rows, hook } = sent.0;
    if rows.len() > MOST {
        return Err(Refusal::new("list_check.too-long")
            .at("rows")
            .with(MOST)
            .into());
    }
    let claims: Vec<Claim> = (1..).zip(rows).map(claim).collect();
    let begun = desk
        .ask(move |registry| {
            let asker = list_checks::asker(registry, whence.0, brought.0.as_deref())?;
            let id = watches::of_claims(registry, &claims, &asker, now)?;
            if !hook.is_empty()
                && let Err(error) = watch_ways::set_hook(registry, &id, &hook, whence.0, now)
            {
                // Nobody would know its key.
                watches::end(registry, &id, now)?;
                return Err(error);
            }
            let secret = watches::read(registry, &id, now)?.secret;
            let feed = format!(
                "{}/watches/{id}/feed.atom",
                registry.settings.public_base_url
            );
            Ok(WatchBegun {
                id: id.to_string(),
                feed,
                secret,
            })
        })
        .await?;
    Ok(Custom(Status::Created, Json(begun)))
}

/// Read a watch
#[utoipa::path(get, path = "/api/v1/watches/{id}", tag = "verification", security(()),
    params(("id" = String, Path, description = "The key of the watch")),
    responses((status = 200, description = "What became of what is watched", body = WatchTold), OpenReading))]
#[rocket::get("/api/v1/watches/<id>")]
async fn read(id: WatchId, desk: &State<Desk>) -> Result<Json<WatchTold>, No> {
    let now = desk.now();
    let watch = desk
        .ask(move |registry| watches::read(registry, &id, now))
        .await?;
    Ok(Json(WatchTold {
        begun_at: beijing(watch.at).to_rfc3339(),
        total: watch.total,
        hook: watch.hook,
        news: watch
            .news
            .into_iter()
            .map(|one| NewsTold {
                number: one.number,
                verdict: one.verdict.to_string(),
                since: one.since,
            })
            .collect(),
    }))
}

/// End a watch
///
/// Nothing of it is kept.
#[utoipa::path(delete, path = "/api/v1/watches/{id}", tag = "verification", security(()),
    params(("id" = String, Path, description = "The key of the watch")),
    responses((status = 204, description = "Ended"), Changing))]
#[rocket::delete("/api/v1/watches/<id>")]
async fn end(id: WatchId, desk: &State<Desk>) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| watches::end(registry, &id, now))
        .await?;
    Ok(NoContent)
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![begin, read, end]
}

/// The description of this file's operations.
#[derive(OpenApi)]
#[openapi(
    paths(begin, read, end),
    components(schemas(WatchSent, WatchBegun, NewsTold, WatchTold))
)]
pub struct Doc;
