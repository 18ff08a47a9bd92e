//! 就业去向 for programs: what became of a class's trainees, entered one by one or a whole class at once.

use crate::acts::employments;
use crate::domain::account::{Follower, TrainingReader};
use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::ground::clock::beijing;
use crate::web::api::Made;
use crate::web::api::denials::{Changing, Reading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::employments::EmploymentForm;
use crate::web::refusal::No;
use chrono::NaiveDate;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// One entry; the last for a trainee and month counts.
#[derive(Serialize, ToSchema)]
pub struct EmploymentTold {
    /// Its key.
    id: String,
    /// The enrolment's key.
    enrolment: String,
    /// 3, 6 or 12 months after the class.
    months: i32,
    /// The day it was so.
    day: NaiveDate,
    /// 去向, e.g. `EMPLOYED`.
    outcome: &'static str,
    /// The employer's name; may be empty.
    employer: String,
    /// 统一社会信用代码; may be empty.
    uscc: String,
    /// The job's occupation; may be empty.
    occupation: String,
    /// Her monthly wage in fen.
    wage_fen: Option<i64>,
    /// What shows it.
    evidence: String,
    /// `institution`, `call_back` or `department`.
    source: &'static str,
    /// When it was entered, in Beijing time.
    at: String,
    /// By whom.
    by: String,
}

/// List what became of a class
#[utoipa::path(get, path = "/api/v1/classes/{id}/employments", tag = "classes",
    params(("id" = String, Path, description = "The class's key")),
    responses((status = 200, description = "Every entry, oldest first", body = Vec<EmploymentTold>), Reading))]
#[rocket::get("/api/v1/classes/<id>/employments")]
async fn list(
    reader: TrainingReader,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Json<Vec<EmploymentTold>>, No> {
    let followed = desk
        .ask(move |registry| employments::of_class(registry, &reader, &id))
        .await?;
    let told = followed
        .entries
        .into_iter()
        .map(|(entry, by)| EmploymentTold {
            id: entry.id.to_string(),
            enrolment: entry.enrolment.to_string(),
            months: entry.months,
            day: entry.day,
            outcome: entry.outcome.as_str(),
            employer: entry.employer,
            uscc: entry.uscc,
            occupation: entry.occupation,
            wage_fen: entry.wage_fen,
            evidence: entry.evidence,
            source: entry.source.as_str(),
            at: beijing(entry.at).to_rfc3339(),
            by,
        });
    Ok(Json(told.collect()))
}

/// Say what became of a trainee
#[utoipa::path(post, path = "/api/v1/enrolments/{id}/employments", tag = "classes", request_body = EmploymentForm,
    params(("id" = String, Path, description = "The enrolment's key")),
    responses((status = 201, description = "On record", body = Made), Changing))]
#[rocket::post("/api/v1/enrolments/<id>/employments", data = "<form>")]
async fn record(
    follower: Follower,
    id: EnrolmentId,
    form: Body<EmploymentForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let told = form.0.read()?;
    let id = desk
        .ask(move |registry| employments::record(registry, &follower, &id, told, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// What became of one trainee of several.
#[derive(Deserialize, ToSchema)]
pub struct OneOfMany {
    /// The enrolment's key.
    #[serde(default)]
    enrolment: String,
    /// What is said of her.
    #[serde(flatten)]
    said: EmploymentForm,
}

/// What became of several trainees.
#[derive(Deserialize, ToSchema)]
pub struct ManySent {
    /// At most a thousand.
    rows: Vec<OneOfMany>,
}

/// How many were put on record.
#[derive(Serialize, ToSchema)]
pub struct ManyTold {
    /// The keys of the entries, in the order of the rows.
    ids: Vec<String>,
}

/// Say what became of many
///
/// All rows or none.
#[utoipa::path(post, path = "/api/v1/employments", tag = "classes", request_body = ManySent,
    responses((status = 200, description = "On record", body = ManyTold), Changing))]
#[rocket::post("/api/v1/employments", data = "<form>")]
async fn record_many(
    follower: Follower,
    form: Body<ManySent>,
    desk: &State<Desk>,
) -> Result<Json<ManyTold>, No> {
    let now = desk.now();
    let mut rows = Vec::with_capacity(form.0.rows.len());
    for row in &form.0.rows {
        let enrolment = EnrolmentId::read(&row.enrolment).ok_or(crate::acts::Error::NotFound)?;
        rows.push((enrolment, row.said.read()?));
    }
    let ids = desk
        .ask(move |registry| employments::record_many(registry, &follower, rows, now))
        .await?;
    Ok(Json(ManyTold {
        ids: ids.iter().map(ToString::to_string).collect(),
    }))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(list, record, record_many),
    components(schemas(EmploymentTold, EmploymentForm, OneOfMany, ManySent, ManyTold))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, record, record_many]
}
