//! 成绩: an assessor's own sheet, her signature and her corrections, for programs.

use crate::acts::marks::{self, Given, Sheet};
use crate::acts::outcomes;
use crate::domain::account::{OnDuty, SittingReviewer};
use crate::domain::assessment::{CandidateId, Part, PartMark, SittingId};
use crate::domain::refusal::Refusal;
use crate::domain::score::Score;
use crate::web::api::denials::{Changing, Reading};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::marks::pages::{CorrectionForm, SignatureForm};
use crate::web::refusal::No;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// A mark: `85.5`, `absent`, or empty while there is none.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct MarkTold {
    /// `theory`, `practice` or `review`.
    part: String,
    /// The mark.
    mark: String,
}

/// One candidate's line.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct LineTold {
    /// The candidate's key.
    candidate: String,
    /// 准考证号; not needed when recording.
    #[serde(default)]
    seat: String,
    /// 姓名; not needed when recording.
    #[serde(default)]
    name: String,
    /// Send back the version that was shown; a line changed since is refused.
    version: i64,
    /// 补录: when the last of them was entered, if that was after the day of the assessment; not
    /// needed when recording.
    #[serde(default)]
    late_at: Option<String>,
    /// Part by part.
    marks: Vec<MarkTold>,
}

/// An assessor's sheet.
#[derive(Serialize, ToSchema)]
pub struct SheetTold {
    /// The lines by seat.
    lines: Vec<LineTold>,
    /// Whether it is signed.
    signed: bool,
    /// Send this back to sign what was shown.
    shown: String,
}

/// What is to be recorded.
#[derive(Deserialize, ToSchema)]
pub struct Recording {
    /// The lines.
    lines: Vec<LineTold>,
}

/// How many marks were written.
#[derive(Serialize, ToSchema)]
pub struct Recorded {
    /// Marks that changed.
    recorded: usize,
}

/// The receipt of a signature.
#[derive(Serialize, ToSchema)]
pub struct ReceiptTold {
    /// For which part.
    part: String,
    /// SHA-256 over the lines signed.
    digest: String,
    /// Whether it was the sitting's last.
    last: bool,
}

/// What a candidate came to.
#[derive(Serialize, ToSchema)]
pub struct OutcomeTold {
    /// The candidate's key.
    candidate: String,
    /// 准考证号
    seat: String,
    /// 姓名
    name: String,
    /// The average of each part.
    marks: Vec<MarkTold>,
    /// `passed`, `failed`, `absent` or `incomplete`.
    verdict: String,
    /// Whether assessors differ widely.
    differs: bool,
    /// 补录: when the last mark that counts was entered, if that was after the day of the assessment.
    late_at: Option<String>,
}

fn text(mark: Option<PartMark>) -> String {
    match mark {
        Some(PartMark::Scored(score)) => score.to_string(),
        Some(PartMark::Absent) => "absent".to_owned(),
        None => String::new(),
    }
}

fn told(sheet: &Sheet) -> SheetTold {
    let line = |line: &marks::Line| LineTold {
        candidate: line.listed.candidate.id.to_string(),
        seat: line.listed.candidate.seat.clone(),
        name: line.listed.name.clone(),
        version: line.version,
        late_at: line.late.map(|at| at.and_utc().to_rfc3339()),
        marks: line
            .marks
            .iter()
            .map(|(part, mark)| MarkTold {
                part: part.to_string(),
                mark: text(*mark),
            })
            .collect(),
    };
    SheetTold {
        lines: sheet.lines.iter().map(line).collect(),
        signed: sheet.is_signed(),
        shown: marks::shown(sheet),
    }
}

fn given(line: &LineTold) -> Result<Given, Refusal> {
    let unknown = || Refusal::new("field.unreadable").at("lines");
    let mark = |told: &MarkTold| {
        let part = Part::read(&told.part).ok_or_else(unknown)?;
        let mark = match told.mark.trim() {
            "" => None,
            "absent" => Some(PartMark::Absent),
            text => {
                let unreadable = || Refusal::new("mark.unreadable").at("lines").with(text);
                Some(PartMark::Scored(Score::read(text).ok_or_else(unreadable)?))
            }
        };
        Ok::<_, Refusal>((part, mark))
    };
    Ok(Given {
        candidate: CandidateId::read(&line.candidate).ok_or_else(unknown)?,
        version: line.version,
        marks: line.marks.iter().map(mark).collect::<Result<_, _>>()?,
    })
}

/// Show one's own sheet
#[utoipa::path(get, path = "/api/v1/sittings/{id}/marks", tag = "marks", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 200, description = "The caller's own sheet", body = SheetTold), Reading))]
#[rocket::get("/api/v1/sittings/<id>/marks")]
async fn sheet(on_duty: OnDuty, id: SittingId, desk: &State<Desk>) -> Result<Json<SheetTold>, No> {
    let sheet = desk
        .ask(move |registry| marks::sheet(registry, &on_duty, &id))
        .await?;
    Ok(Json(told(&sheet)))
}

/// One version of a mark.
#[derive(Serialize, ToSchema)]
pub struct VersionTold {
    /// The candidate's key.
    candidate: String,
    /// `theory`, `practice` or `review`.
    part: String,
    /// The key of the assessor who gave it.
    assessor: String,
    /// 1, 2, …; the highest counts.
    version: i32,
    /// `85.5`, `absent`, or empty when it was taken back.
    mark: String,
    /// Why it was changed after signing.
    reason: Option<String>,
    /// When, in UTC.
    at: String,
}

/// List every version of every mark
///
/// Empty while the sitting is being marked: nobody leans on an assessor who has not signed.
#[utoipa::path(get, path = "/api/v1/sittings/{id}/marks/versions", tag = "marks", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 200, description = "By candidate, part, assessor and version", body = Vec<VersionTold>), Reading))]
#[rocket::get("/api/v1/sittings/<id>/marks/versions")]
async fn versions(
    reader: SittingReviewer,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Json<Vec<VersionTold>>, No> {
    let versions = desk
        .ask(move |registry| outcomes::versions(registry, &reader, &id))
        .await?;
    let told = versions.into_iter().map(|mark| VersionTold {
        candidate: mark.candidate.to_string(),
        part: mark.part.to_string(),
        assessor: mark.assessor.to_string(),
        version: mark.version,
        mark: text(if mark.absent {
            Some(PartMark::Absent)
        } else {
            mark.tenths.and_then(Score::tenths).map(PartMark::Scored)
        }),
        reason: mark.reason,
        at: mark.at.and_utc().to_rfc3339(),
    });
    Ok(Json(told.collect()))
}

/// Record marks
#[utoipa::path(post, path = "/api/v1/sittings/{id}/marks", tag = "marks", params(("id" = String, Path, description = "The sitting's key")),
    request_body = Recording, responses((status = 200, description = "Recorded, all or nothing", body = Recorded), Changing))]
#[rocket::post("/api/v1/sittings/<id>/marks", data = "<form>")]
async fn record(
    on_duty: OnDuty,
    id: SittingId,
    form: Body<Recording>,
    desk: &State<Desk>,
) -> Result<Json<Recorded>, No> {
    let now = desk.now();
    let given = form
        .0
        .lines
        .iter()
        .map(given)
        .collect::<Result<Vec<_>, _>>()?;
    let recorded = desk
        .ask(move |registry| marks::record(registry, &on_duty, &id, &given, now))
        .await?;
    Ok(Json(Recorded { recorded }))
}

/// Sign one's marks
#[utoipa::path(post, path = "/api/v1/sittings/{id}/signature", tag = "marks", params(("id" = String, Path, description = "The sitting's key")),
    request_body = SignatureForm, responses((status = 201, description = "Signed and locked", body = Vec<ReceiptTold>), Changing))]
#[rocket::post("/api/v1/sittings/<id>/signature", data = "<form>")]
async fn sign(
    on_duty: OnDuty,
    id: SittingId,
    form: Body<SignatureForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Vec<ReceiptTold>>>, No> {
    let now = desk.now();
    let heads = form.0.read()?;
    let receipts = desk
        .ask(move |registry| marks::sign(registry, &on_duty, &id, heads, &form.0.shown, now))
        .await?;
    let told = receipts.into_iter().map(|receipt| ReceiptTold {
        part: receipt.part.to_string(),
        digest: receipt.digest,
        last: receipt.last,
    });
    Ok(Custom(Status::Created, Json(told.collect())))
}

/// Correct a signed mark of one's own
#[utoipa::path(post, path = "/api/v1/sittings/{id}/corrections", tag = "marks", params(("id" = String, Path, description = "The sitting's key")),
    request_body = CorrectionForm, responses((status = 204, description = "Corrected; the old mark stays on record"), Changing))]
#[rocket::post("/api/v1/sittings/<id>/corrections", data = "<form>")]
async fn correct(
    on_duty: OnDuty,
    id: SittingId,
    form: Body<CorrectionForm>,
    desk: &State<Desk>,
) -> Result<Status, No> {
    let now = desk.now();
    let mark = form.0.read()?;
    let unreadable = |field| Refusal::new("field.unreadable").at(field);
    let candidate = CandidateId::read(&form.0.candidate).ok_or_else(|| unreadable("candidate"))?;
    let part = Part::read(&form.0.part).ok_or_else(|| unreadable("part"))?;
    desk.ask(move |registry| {
        marks::correct(
            registry,
            &on_duty,
            &id,
            &candidate,
            part,
            mark,
            &form.0.reason,
            now,
        )
    })
    .await?;
    Ok(Status::NoContent)
}

/// Show what a sitting came to
#[utoipa::path(get, path = "/api/v1/sittings/{id}/review", tag = "marks", params(("id" = String, Path, description = "The sitting's key")),
    responses((status = 200, description = "By seat; empty until every assessor has signed", body = Vec<OutcomeTold>), Reading))]
#[rocket::get("/api/v1/sittings/<id>/review")]
async fn review(
    reviewer: SittingReviewer,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Json<Vec<OutcomeTold>>, No> {
    let review = desk
        .ask(move |registry| outcomes::review(registry, &reviewer, &id))
        .await?;
    let told = review.judged.into_iter().map(|judged| OutcomeTold {
        late_at: judged.late.map(|at| at.and_utc().to_rfc3339()),
        candidate: judged.listed.candidate.id.to_string(),
        seat: judged.listed.candidate.seat,
        name: judged.listed.name,
        marks: judged
            .outcome
            .scores
            .iter()
            .map(|(part, score, _)| MarkTold {
                part: part.to_string(),
                mark: score.to_string(),
            })
            .collect(),
        verdict: judged.outcome.verdict.to_string(),
        differs: judged.parts.iter().any(|part| part.differs),
    });
    Ok(Json(told.collect()))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(sheet, versions, record, sign, correct, review),
    components(schemas(
        MarkTold,
        VersionTold,
        LineTold,
        SheetTold,
        Recording,
        Recorded,
        ReceiptTold,
        OutcomeTold,
        SignatureForm,
        CorrectionForm,
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![sheet, versions, record, sign, correct, review]
}
