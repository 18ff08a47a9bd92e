//! 评价批次: sittings, their candidates and panels, for programs.

use crate::acts::{candidates, panels, publicity, sittings};
use crate::domain::account::{AssessmentClerk, SittingReader, SittingReviewer};
use crate::domain::assessment::{CandidateId, SittingId, SittingState, read_parts};
use crate::ground::slice::Window;
use crate::store::sittings::{Filter, Sitting};
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::candidates::{ApplicationForm, ClassForm};
use crate::web::desk::Desk;
use crate::web::panels::PanelForm;
use crate::web::refusal::No;
use crate::web::sittings::{ReasonForm, SittingForm};
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// A sitting.
#[derive(Serialize, ToSchema)]
pub struct SittingTold {
    /// Its key.
    id: String,
    /// 批次名称
    name: String,
    /// The key of its institution.
    institution: String,
    /// The occupation's code.
    occupation: String,
    /// 工种
    work_type: Option<String>,
    /// The level's code.
    level: String,
    /// The day.
    day: chrono::NaiveDate,
    /// 考点
    place: String,
    /// `planned`, `marking`, `marked`, `in_publicity`, `issued` or `cancelled`.
    state: String,
}

pub(super) fn told(it: Sitting) -> SittingTold {
    SittingTold {
        id: it.id.to_string(),
        name: it.name,
        institution: it.institution.to_string(),
        occupation: it.occupation.to_string(),
        work_type: it.work_type,
        level: it.level.to_string(),
        day: it.day,
        place: it.place,
        state: it.state.to_string(),
    }
}

/// A candidate of a sitting.
#[derive(Serialize, ToSchema)]
pub struct CandidateTold {
    /// The candidate's key.
    id: String,
    /// 准考证号
    seat: String,
    /// 姓名
    name: String,
    /// The last characters of the document.
    id_tail: String,
    /// The clause of eligibility.
    clause: String,
    /// The parts she sits.
    parts: Vec<String>,
}

/// A place on a panel.
#[derive(Serialize, ToSchema)]
pub struct MemberTold {
    /// The assessor's key.
    assessor: String,
    /// 姓名
    name: String,
    /// `theory`, `practice` or `review`.
    part: String,
    /// 组长
    head: bool,
}

/// How many were entered.
#[derive(Serialize, ToSchema)]
pub struct Entered {
    /// Candidates.
    entered: usize,
}

/// The last day of a publication.
#[derive(Serialize, ToSchema)]
pub struct Published {
    /// The last day.
    closes: chrono::NaiveDate,
    /// Whether the year's holidays are all known; if not, plain weeks were counted.
    holidays_known: bool,
}

/// List sittings
#[utoipa::path(get, path = "/api/v1/sittings", tag = "sittings",
    params(("q" = Option<String>, Query, description = "Part of the name"), ("state" = Option<String>, Query, description = "How far it is"), ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1")),
    responses((status = 200, description = "Those the caller may see, the latest day first", body = Listing<SittingTold>), Reading))]
#[rocket::get("/api/v1/sittings?<q>&<state>&<page>")]
async fn list(
    reader: SittingReader,
    q: Option<String>,
    state: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<SittingTold>>, No> {
    let filter = Filter {
        state: state.and_then(SittingState::read),
        text: q.filter(|q| !q.trim().is_empty()),
        occupation: None,
    };
    let slice = desk
        .ask(move |registry| sittings::list(registry, &reader, &filter, Window::of(page, None)))
        .await?;
    Ok(Json(Listing::of(slice, |listed| told(listed.sitting))))
}

/// Show a sitting
#[utoipa::path(get, path = "/api/v1/sittings/{id}", tag = "sittings", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 200, description = "The sitting", body = SittingTold), Reading))]
#[rocket::get("/api/v1/sittings/<id>")]
async fn show(
    reader: SittingReader,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Json<SittingTold>, No> {
    let shown = desk
        .ask(move |registry| sittings::show(registry, &reader, &id))
        .await?;
    Ok(Json(told(shown.sitting)))
}

/// Plan a sitting
#[utoipa::path(post, path = "/api/v1/sittings", tag = "sittings", request_body = SittingForm,
    responses((status = 201, description = "Planned", body = Made), Changing))]
#[rocket::post("/api/v1/sittings", data = "<form>")]
async fn create(
    clerk: AssessmentClerk,
    form: Body<SittingForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read()?;
    let id = desk
        .ask(move |registry| sittings::plan(registry, &clerk, new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// Cancel a sitting
#[utoipa::path(post, path = "/api/v1/sittings/{id}/cancellation", tag = "sittings", params(("id" = String, Path, description = "The sitting's key")),
    request_body = ReasonForm, responses((status = 204, description = "Cancelled"), Changing))]
#[rocket::post("/api/v1/sittings/<id>/cancellation", data = "<form>")]
async fn cancel(
    clerk: AssessmentClerk,
    id: SittingId,
    form: Body<ReasonForm>,
    desk: &State<Desk>,
) -> Result<Status, No> {
    let now = desk.now();
    desk.ask(move |registry| sittings::cancel(registry, &clerk, &id, &form.0.reason, now))
        .await?;
    Ok(Status::NoContent)
}

/// Open the marking of a sitting
#[utoipa::path(post, path = "/api/v1/sittings/{id}/marking", tag = "sittings", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 204, description = "Open"), Changing))]
#[rocket::post("/api/v1/sittings/<id>/marking")]
async fn begin(clerk: AssessmentClerk, id: SittingId, desk: &State<Desk>) -> Result<Status, No> {
    let now = desk.now();
    desk.ask(move |registry| sittings::begin(registry, &clerk, &id, now))
        .await?;
    Ok(Status::NoContent)
}

/// Publish the results of a sitting
#[utoipa::path(post, path = "/api/v1/sittings/{id}/publicity", tag = "sittings", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 201, description = "Published", body = Published), Changing))]
#[rocket::post("/api/v1/sittings/<id>/publicity")]
async fn publish(
    clerk: AssessmentClerk,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Custom<Json<Published>>, No> {
    let now = desk.now();
    let opened = desk
        .ask(move |registry| publicity::open(registry, &clerk, &id, now))
        .await?;
    let published = Published {
        closes: opened.closes,
        holidays_known: opened.holidays_known,
    };
    Ok(Custom(Status::Created, Json(published)))
}

/// List the candidates of a sitting
#[utoipa::path(get, path = "/api/v1/sittings/{id}/candidates", tag = "candidates", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 200, description = "By seat", body = Vec<CandidateTold>), Reading))]
#[rocket::get("/api/v1/sittings/<id>/candidates")]
async fn candidates_of(
    reviewer: SittingReviewer,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Json<Vec<CandidateTold>>, No> {
    let shown = desk
        .ask(move |registry| sittings::show(registry, &reviewer, &id))
        .await?;
    let told = |row: crate::store::candidates::Listed| CandidateTold {
        id: row.candidate.id.to_string(),
        seat: row.candidate.seat,
        name: row.name,
        id_tail: row.id_tail,
        clause: row.candidate.clause,
        parts: read_parts(&row.candidate.parts)
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    Ok(Json(shown.candidates.into_iter().map(told).collect()))
}

/// Enter trainees of a completed class
#[utoipa::path(post, path = "/api/v1/sittings/{id}/candidates", tag = "candidates", params(("id" = String, Path, description = "The sitting's key")),
    request_body = ClassForm, responses((status = 201, description = "Entered, all of them", body = Entered), Changing))]
#[rocket::post("/api/v1/sittings/<id>/candidates", data = "<form>")]
async fn enter(
    clerk: AssessmentClerk,
    id: SittingId,
    form: Body<ClassForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Entered>>, No> {
    let now = desk.now();
    let (class, chosen, declared) = form.0.read()?;
    let entered = desk
        .ask(move |registry| {
            candidates::enter_class(registry, &clerk, &id, &class, &chosen, &declared, now)
        })
        .await?;
    Ok(Custom(Status::Created, Json(Entered { entered })))
}

/// Enter somebody who applies by herself
#[utoipa::path(post, path = "/api/v1/sittings/{id}/applications", tag = "candidates", params(("id" = String, Path, description = "The sitting's key")),
    request_body = ApplicationForm, responses((status = 201, description = "Entered", body = Entered), Changing))]
#[rocket::post("/api/v1/sittings/<id>/applications", data = "<form>")]
async fn apply(
    clerk: AssessmentClerk,
    id: SittingId,
    form: Body<ApplicationForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Entered>>, No> {
    let now = desk.now();
    let application = form.0.read()?;
    desk.ask(move |registry| candidates::enter_applicant(registry, &clerk, &id, &application, now))
        .await?;
    Ok(Custom(Status::Created, Json(Entered { entered: 1 })))
}

/// Withdraw a candidate
#[utoipa::path(post, path = "/api/v1/sittings/{id}/candidates/{candidate}/withdrawal", tag = "candidates",
    params(("id" = String, Path, description = "The sitting's key"), ("candidate" = String, Path, description = "The candidate's key")),
    responses((status = 204, description = "Withdrawn"), Changing))]
#[rocket::post("/api/v1/sittings/<id>/candidates/<candidate>/withdrawal")]
async fn withdraw(
    clerk: AssessmentClerk,
    id: SittingId,
    candidate: CandidateId,
    desk: &State<Desk>,
) -> Result<Status, No> {
    let now = desk.now();
    desk.ask(move |registry| candidates::withdraw(registry, &clerk, &id, &candidate, now))
        .await?;
    Ok(Status::NoContent)
}

/// Show the panel of a sitting
#[utoipa::path(get, path = "/api/v1/sittings/{id}/panel", tag = "sittings", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 200, description = "Part by part", body = Vec<MemberTold>), Reading))]
#[rocket::get("/api/v1/sittings/<id>/panel")]
async fn panel(
    reviewer: SittingReviewer,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Json<Vec<MemberTold>>, No> {
    let shown = desk
        .ask(move |registry| sittings::show(registry, &reviewer, &id))
        .await?;
    let members = shown
        .panel
        .into_iter()
        .map(|(member, assessor)| MemberTold {
            assessor: assessor.id.to_string(),
            name: assessor.name,
            part: member.part.to_string(),
            head: member.head,
        });
    Ok(Json(members.collect()))
}

/// Appoint the panel of a sitting
#[utoipa::path(post, path = "/api/v1/sittings/{id}/panel", tag = "sittings", params(("id" = String, Path, description = "The sitting's key")),
    request_body = PanelForm, responses((status = 204, description = "Appointed"), Changing))]
#[rocket::post("/api/v1/sittings/<id>/panel", data = "<form>")]
async fn appoint(
    clerk: AssessmentClerk,
    id: SittingId,
    form: Body<PanelForm>,
    desk: &State<Desk>,
) -> Result<Status, No> {
    let now = desk.now();
    let appointments = form.0.read()?;
    desk.ask(move |registry| panels::appoint(registry, &clerk, &id, &appointments, now))
        .await?;
    Ok(Status::NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        list,
        show,
        create,
        cancel,
        begin,
        publish,
        candidates_of,
        enter,
        apply,
        withdraw,
        panel,
        appoint
    ),
    components(schemas(
        SittingTold,
        CandidateTold,
        MemberTold,
        Entered,
        Published,
        SittingForm,
        ReasonForm,
        ClassForm,
        ApplicationForm,
        PanelForm,
        Made,
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list,
        show,
        create,
        cancel,
        begin,
        publish,
        candidates_of,
        enter,
        apply,
        withdraw,
        panel,
        appoint
    ]
}
