//! 名单核验 for programs: a list of claims, and what each came to.

use crate::acts::list_checks::{self, Line};
use crate::domain::list_check::{self, Claim, MOST};
use crate::domain::refusal::Refusal;
use crate::ground::clock::beijing;
use crate::ground::text;
use crate::web::api::denials::Changing;
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::employers::Brought;
use crate::web::refusal::No;
use crate::web::whence::Whence;
use rocket::State;
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// One line to be checked: a number, and the holder's name, the end of her document's number, or
/// both.
#[derive(Deserialize, ToSchema)]
pub struct ClaimSent {
    /// 证书编号
    number: String,
    /// 姓名
    #[serde(default)]
    name: String,
    /// The last four characters of the document's number; of a longer text its last four. Compared
    /// and forgotten.
    #[serde(default)]
    id_last4: String,
}

/// A list to be checked, of at most ten thousand lines.
#[derive(Deserialize, ToSchema)]
pub struct ListSent {
    /// The lines.
    rows: Vec<ClaimSent>,
}

/// What one line came to.
#[derive(Serialize, ToSchema)]
pub struct LineTold {
    /// Where it stands in the list, from 1.
    row: u32,
    /// The number.
    number: String,
    /// `valid`, `revoked`, `mismatch`, `expired`, `replaced`, `corrected`, `doubtful`, `suspended`, `not_found` (no such
    /// number, or another's), `malformed` or `incomplete`.
    verdict: String,
    /// 职业 or course.
    occupation: Option<String>,
    /// 等级
    level: Option<String>,
    /// 发证日期
    issued_on: Option<chrono::NaiveDate>,
    /// 有效期至
    expires_on: Option<chrono::NaiveDate>,
    /// 发证机构
    issuer: Option<String>,
    /// When it was revoked or replaced.
    ended_on: Option<chrono::NaiveDate>,
}

/// What a list came to.
#[derive(Serialize, ToSchema)]
pub struct ListTold {
    /// When, in Beijing time.
    checked_at: String,
    /// Lines in the list.
    total: usize,
    /// Lines in force.
    valid: usize,
    /// What each came to, in the order of the list.
    rows: Vec<LineTold>,
}

/// Check a list of certificates
///
/// Nothing of it is kept. Lines that are found cost nothing; of those that are not, 2,000 an hour are free to
/// everybody, and 100,000 a day to an employer who brings her token (`POST /api/v1/employers`).
#[utoipa::path(post, path = "/api/v1/list-checks", tag = "verification", security(()), request_body = ListSent,
    responses((status = 200, description = "What each line came to", body = ListTold), Changing))]
#[rocket::post("/api/v1/list-checks", data = "<list>")]
async fn check(
    list: Body<ListSent>,
    whence: Whence,
    brought: Brought,
    desk: &State<Desk>,
) -> Result<Json<ListTold>, No> {
    let now = desk.now();
    if list.0.rows.len() > MOST {
        let refusal = Refusal::new("list_check.too-long").at("rows").with(MOST);
        return Err(refusal.into());
    }
    let claims: Vec<Claim> = (1..).zip(list.0.rows).map(claim).collect();
    let checked = desk
        .ask(move |registry| {
            let asker = list_checks::asker(registry, whence.0, brought.0.as_deref())?;
            let checked = list_checks::check(registry, &claims, now)?;
            list_checks::press(registry, &asker, &checked, now)?;
            Ok(checked)
        })
        .await?;
    Ok(Json(ListTold {
        checked_at: beijing(checked.at).to_rfc3339(),
        total: checked.lines.len(),
        valid: checked.good(),
        rows: checked.lines.into_iter().map(told).collect(),
    }))
}

/// What a line that was sent claims.
pub fn claim((row, sent): (u32, ClaimSent)) -> Claim {
    let whole = text::packed(&sent.id_last4);
    let before = whole.chars().count().saturating_sub(4);
    Claim {
        row,
        number: list_check::number_of(&sent.number),
        written: list_check::as_kept(&sent.number),
        name: text::name(&sent.name),
        tail: whole.chars().skip(before).collect(),
    }
}

fn told(line: Line) -> LineTold {
    let it = line.certified;
    LineTold {
        row: line.row,
        number: line.number,
        verdict: line.verdict,
        occupation: it.as_ref().map(|it| it.occupation.clone()),
        level: it
            .as_ref()
            .map(|it| it.level.clone())
            .filter(|level| !level.is_empty()),
        issued_on: it.as_ref().map(|it| it.issued_on),
        expires_on: it.as_ref().and_then(|it| it.expires_on),
        issuer: it.as_ref().map(|it| it.issuer.clone()),
        ended_on: it.as_ref().and_then(|it| it.ended_on),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![check]
}

/// The description of this file's operations.
#[derive(OpenApi)]
#[openapi(
    paths(check),
    components(schemas(ClaimSent, ListSent, LineTold, ListTold))
)]
pub struct Doc;
