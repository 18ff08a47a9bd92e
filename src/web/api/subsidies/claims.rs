//! 补贴申请 for programs: the claims, one of them, the working before one is filed, and filing.

use crate::acts::claims::{self, Opened, Worked};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::claim::{ClaimId, ClaimState};
use crate::domain::class::ClassId;
use crate::domain::subsidy::SubsidyKind;
use crate::ground::clock::beijing;
use crate::ground::slice::Window;
use crate::store::claims::Listed;
use crate::web::api::classes::LateTold;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::refusal::No;
use chrono::NaiveDate;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use rocket::{Route, State, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One claim.
#[derive(Serialize, ToSchema)]
pub(super) struct ClaimTold {
    /// Its key.
    id: String,
    /// The class's key.
    class: String,
    /// The class's public name.
    class_name: String,
    /// The institution's key.
    institution: String,
    /// `training` or `assessment`.
    kind: &'static str,
    /// `filed`, `returned`, `approved`, `published` or `paid`.
    state: &'static str,
    /// How many people are claimed for.
    lines: i32,
    /// What is asked, in fen.
    asked_fen: i64,
    /// What is cut, in fen.
    cut_fen: i64,
    /// When it was filed, in Beijing time.
    at: String,
}

fn claim(listed: &Listed) -> ClaimTold {
    let it = &listed.claim;
    ClaimTold {
        id: it.id.to_string(),
        class: it.class.to_string(),
        class_name: listed.class.clone(),
        institution: it.institution.to_string(),
        kind: it.kind.as_str(),
        state: it.state.as_str(),
        lines: it.lines,
        asked_fen: it.asked_fen,
        cut_fen: listed.cut_fen,
        at: beijing(it.at).to_rfc3339(),
    }
}

/// One line of a claim.
#[derive(Serialize, ToSchema)]
pub(super) struct ClaimLineTold {
    /// Its key.
    id: String,
    /// The enrolment's key.
    enrolment: String,
    /// The certificate it rests on.
    certificate: String,
    /// The rule it is paid by.
    rule: String,
    /// Hours attended.
    attended: i32,
    /// Hours held.
    held: i32,
    /// What of them was entered late.
    late: Option<LateTold>,
    /// What is asked, in fen.
    amount_fen: i64,
    /// What is cut, in fen.
    cut_fen: i64,
}

/// Why somebody is left out.
#[derive(Serialize, ToSchema)]
pub(super) struct LeftOutTold {
    /// The enrolment's key.
    enrolment: String,
    /// Why, as a code.
    why: &'static str,
    /// The fact it rests on; may be empty.
    fact: String,
}

/// One claim with all that belongs to it.
#[derive(Serialize, ToSchema)]
pub(super) struct ClaimShown {
    /// What the list says of it.
    #[serde(flatten)]
    claim: ClaimTold,
    /// Its lines.
    details: Vec<ClaimLineTold>,
    /// Who is left out.
    left_out: Vec<LeftOutTold>,
    /// The last day it is shown.
    closes: Option<NaiveDate>,
    /// What was paid, in fen.
    paid_fen: Option<i64>,
    /// On which day.
    paid_on: Option<NaiveDate>,
}

fn shown(opened: &Opened) -> ClaimShown {
    let line = |account: &claims::Account| {
        let line = &account.told.line;
        ClaimLineTold {
            id: line.id.to_string(),
            enrolment: line.enrolment.to_string(),
            certificate: line.certificate.to_string(),
            rule: line.rule.to_string(),
            attended: line.attended,
            held: line.held,
            late: opened.late.trainees.get(&line.enrolment).map(LateTold::of),
            amount_fen: line.amount_fen,
            cut_fen: account.cut_fen,
        }
    };
    let payment = opened.payment.as_ref().map(|(payment, _)| payment);
    ClaimShown {
        claim: claim(&opened.listed),
        details: opened.lines.iter().map(line).collect(),
        left_out: opened
            .left_out
            .iter()
            .map(|(no, ..)| LeftOutTold {
                enrolment: no.enrolment.to_string(),
                why: no.why.as_str(),
                fact: no.fact.clone(),
            })
            .collect(),
        closes: opened.publicity.as_ref().map(|shown| shown.closes),
        paid_fen: payment.map(|payment| payment.paid_fen),
        paid_on: payment.map(|payment| payment.day),
    }
}

/// List claims
#[utoipa::path(get, path = "/api/v1/claims", tag = "subsidies", params(
    ("state" = Option<String>, Query, description = "`filed`, `returned`, `approved`, `published` or `paid`"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<ClaimTold>), Reading))]
#[rocket::get("/api/v1/claims?<state>&<page>&<size>")]
async fn list(
    reader: TrainingReader,
    state: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<ClaimTold>>, No> {
    let state = state.and_then(ClaimState::read);
    let window = Window::of(page, size);
    let slice = desk
        .ask(move |registry| claims::list(registry, &reader, state, window))
        .await?;
    Ok(Json(Listing::of(slice, |listed| claim(&listed))))
}

/// Show a claim
#[utoipa::path(get, path = "/api/v1/claims/{id}", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")),
    responses((status = 200, description = "The claim", body = ClaimShown), Reading))]
#[rocket::get("/api/v1/claims/<id>")]
async fn show(
    reader: TrainingReader,
    id: ClaimId,
    desk: &State<Desk>,
) -> Result<Json<ClaimShown>, No> {
    let opened = desk
        .ask(move |registry| claims::open(registry, &reader, &id))
        .await?;
    Ok(Json(shown(&opened)))
}

/// One trainee worked out.
#[derive(Serialize, ToSchema)]
pub(super) struct WorkedTold {
    /// The enrolment's key.
    enrolment: String,
    /// What would be claimed, in fen.
    amount_fen: Option<i64>,
    /// Else every reason why nothing would be.
    left_out: Vec<LeftOutTold>,
    /// What of her attendance was entered late.
    late: Option<LateTold>,
}

fn worked(one: &Worked) -> WorkedTold {
    let no = one.answer.as_ref().err().into_iter().flatten();
    WorkedTold {
        enrolment: one.enrolment.to_string(),
        late: one.late.as_ref().map(LateTold::of),
        amount_fen: one.answer.as_ref().ok().map(|due| due.amount_fen),
        left_out: no
            .map(|no| LeftOutTold {
                enrolment: one.enrolment.to_string(),
                why: no.why.as_str(),
                fact: no.fact.clone(),
            })
            .collect(),
    }
}

/// Work a class out
///
/// Who would be claimed for today, and why the others not. Nothing is kept.
#[utoipa::path(get, path = "/api/v1/classes/{id}/claims/working", tag = "subsidies", params(
    ("id" = String, Path, description = "The class's key"),
    ("kind" = Option<String>, Query, description = "`training`, unless `assessment` is asked for"),
), responses((status = 200, description = "Every trainee", body = Vec<WorkedTold>), Reading))]
#[rocket::get("/api/v1/classes/<id>/claims/working?<kind>")]
async fn working(
    reader: TrainingReader,
    id: ClassId,
    kind: Option<&str>,
    desk: &State<Desk>,
) -> Result<Json<Vec<WorkedTold>>, No> {
    let now = desk.now();
    let mut faults = Faults::default();
    let kind = faults.optional("kind", kind.unwrap_or_default(), SubsidyKind::read);
    faults.end()?;
    let kind = kind.unwrap_or(SubsidyKind::Training);
    let (_, all) = desk
        .ask(move |registry| claims::work_out(registry, &reader, &id, kind, now))
        .await?;
    Ok(Json(all.iter().map(worked).collect()))
}

/// What is claimed for a class.
#[derive(Deserialize, ToSchema)]
pub(super) struct KindForm {
    /// `training` or `assessment`.
    #[serde(default)]
    kind: String,
}

/// Claim for a class
#[utoipa::path(post, path = "/api/v1/classes/{id}/claims", tag = "subsidies",
    params(("id" = String, Path, description = "The class's key")), request_body = KindForm,
    responses((status = 201, description = "Filed", body = Made), Changing))]
#[rocket::post("/api/v1/classes/<id>/claims", data = "<body>")]
async fn file(
    clerk: Clerk,
    id: ClassId,
    body: Body<KindForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let mut faults = Faults::default();
    let kind = faults.known("kind", &body.0.kind, SubsidyKind::read);
    let kind = faults.or(kind)?;
    let made = desk
        .ask(move |registry| claims::file(registry, &clerk, &id, kind, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![list, show, working, file]
}
