//! 花名册: rosters for programs: upload, report, admission.

use crate::acts::{Done, rosters};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::class::ClassId;
use crate::domain::roster::{RosterId, Severity};
use crate::web::api::Made;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::once::{Key, Said, once};
use crate::web::body::Raw;
use crate::web::desk::Desk;
use crate::web::guards::Caller;
use crate::web::refusal::No;
use crate::web::rosters::{Download, workbook_of_problems};
use chrono::{DateTime, NaiveDate, Utc};
use rocket::State;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// One problem of a roster.
#[derive(Serialize, ToSchema)]
pub struct RosterFinding {
    /// The row of the sheet, from 1.
    line: u32,
    /// The cell, such as `C17`.
    cell: Option<String>,
    /// The column's code.
    column: Option<String>,
    /// What is written there; long numbers masked.
    value: String,
    /// The code of the problem.
    code: String,
    /// Whether it keeps the line out.
    refused: bool,
    /// What is wrong, in the caller's language.
    text: String,
}

/// A roster and what the dry run found.
#[derive(Serialize, ToSchema)]
pub struct RosterReport {
    /// Its key.
    id: String,
    /// Its class's key.
    class: String,
    /// Lines judged.
    lines: i32,
    /// Lines that cannot be admitted.
    refused: i32,
    /// Lines that can, but deserve a look.
    warned: i32,
    /// How many people were admitted, once they were.
    admitted: Option<i32>,
    /// When, in UTC.
    admitted_at: Option<DateTime<Utc>>,
    /// 补录: the day the class's roster was sealed, if this one was confirmed after it; it stays for ever.
    late_for: Option<NaiveDate>,
    /// Every problem.
    findings: Vec<RosterFinding>,
}

/// How many people were enrolled.
#[derive(Serialize, ToSchema)]
pub struct Admitted {
    /// People.
    admitted: usize,
}

/// Upload a roster
///
/// The body is the file itself: xlsx, or csv in UTF-8 or GB18030. Every line is judged; nobody is enrolled.
#[utoipa::path(post, path = "/api/v1/classes/{class}/rosters", tag = "rosters", params(
    ("class" = String, Path, description = "The class's key"),
    ("Idempotency-Key" = Option<String>, Header, description = "The same key is answered alike for a day"),
),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 201, description = "Kept and judged", body = Made),
    Changing,
))]
#[rocket::post("/api/v1/classes/<class>/rosters", data = "<sheet>")]
pub async fn upload(
    clerk: Clerk,
    class: ClassId,
    key: Key,
    sheet: Raw,
    desk: &State<Desk>,
) -> Result<Said, No> {
    let now = desk.now();
    let asked = format!("POST /api/v1/classes/{class}/rosters");
    let said: Done<Said> = desk
        .ask(move |registry| {
            let whole = [asked.as_bytes(), &sheet.0];
            once(
                registry,
                clerk.actor(),
                key.0.as_deref(),
                &whole,
                201,
                now,
                |registry| {
                    let id = rosters::upload(registry, &clerk, &class, "api", &sheet.0, now)?;
                    Ok(Made { id: id.to_string() })
                },
            )
        })
        .await;
    Ok(said?)
}

/// Download the lines with problems
///
/// A workbook of those lines with a column of reasons, to be mended and uploaded again.
#[utoipa::path(get, path = "/api/v1/rosters/{id}/problems.xlsx", tag = "rosters", params(("id" = String, Path, description = "The roster's key")),
    responses((status = 200, description = "The workbook", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Reading))]
#[rocket::get("/api/v1/rosters/<id>/problems.xlsx")]
pub async fn problem_lines(
    clerk: Clerk,
    id: RosterId,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Download, No> {
    workbook_of_problems(clerk, id, caller.words(), desk).await
}

/// Show a roster
///
/// The report of the dry run.
#[utoipa::path(get, path = "/api/v1/rosters/{id}", tag = "rosters", params(("id" = String, Path, description = "The roster's key")), responses(
    (status = 200, description = "The report", body = RosterReport),
    Reading,
))]
#[rocket::get("/api/v1/rosters/<id>")]
pub async fn show(
    reader: TrainingReader,
    id: RosterId,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Json<RosterReport>, No> {
    let now = desk.now();
    let w = caller.words();
    let opened = desk
        .ask(move |registry| rosters::open(registry, &reader, &id, now))
        .await?;
    let finding = |(_, finding): (String, crate::domain::roster::Finding)| {
        let facts: Vec<&dyn std::fmt::Display> = finding
            .facts
            .iter()
            .map(|fact| fact as &dyn std::fmt::Display)
            .collect();
        RosterFinding {
            text: w.f(&format!("refusal.{}.say", finding.code), &facts),
            line: finding.line,
            column: finding.column.map(|column| column.to_string()),
            refused: finding.severity == Severity::Refused,
            code: finding.code.clone().into_owned(),
            cell: finding.cell,
            value: finding.value,
        }
    };
    Ok(Json(RosterReport {
        id: opened.roster.id.to_string(),
        class: opened.roster.class.to_string(),
        lines: opened.roster.lines,
        refused: opened.roster.refused,
        warned: opened.roster.warned,
        late_for: opened.late_for,
        admitted_at: opened
            .admission
            .as_ref()
            .map(|admission| admission.at.and_utc()),
        admitted: opened.admission.map(|admission| admission.admitted),
        findings: opened.findings.into_iter().map(finding).collect(),
    }))
}

/// Admit a roster
///
/// The good lines are judged again as the register stands now, and enrolled.
#[utoipa::path(post, path = "/api/v1/rosters/{id}/admission", tag = "rosters", params(
    ("id" = String, Path, description = "The roster's key"),
    ("Idempotency-Key" = Option<String>, Header, description = "The same key is answered alike for a day"),
), responses(
    (status = 200, description = "Enrolled", body = Admitted),
    Changing,
))]
#[rocket::post("/api/v1/rosters/<id>/admission")]
pub async fn admit(clerk: Clerk, id: RosterId, key: Key, desk: &State<Desk>) -> Result<Said, No> {
    let now = desk.now();
    let asked = format!("POST /api/v1/rosters/{id}/admission");
    let said: Done<Said> = desk
        .ask(move |registry| {
            once(
                registry,
                clerk.actor(),
                key.0.as_deref(),
                &[asked.as_bytes()],
                200,
                now,
                |registry| {
                    Ok(Admitted {
                        admitted: rosters::admit(registry, &clerk, &id, now)?,
                    })
                },
            )
        })
        .await;
    Ok(said?)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(upload, problem_lines, show, admit),
    components(schemas(RosterFinding, RosterReport, Admitted, Made))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![upload, problem_lines, show, admit]
}
