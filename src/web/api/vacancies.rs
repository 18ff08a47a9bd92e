//! 岗位需求 for programs: officers enter lists, employers report their own, officers confirm.

use crate::acts::{Done, vacancies, vacancy_reports};
use crate::domain::account::{Officer, Overseer};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::vacancy::{MOST, Posting};
use crate::domain::vacancy_report::{self, Opening};
use crate::ground::slice::Window;
use crate::store::vacancies::Vacancy;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::once::{Key, Said, once};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::classes::form::loose;
use crate::web::desk::Desk;
use crate::web::employers::Brought;
use crate::web::fields::Faults;
use crate::web::refusal::No;
use crate::web::vacancies::month_text;
use crate::web::vacancy_reports::VerdictForm;
use chrono::{DateTime, Utc};
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// One entry: how many people an employer looked for in a trade, a place and a month.
#[derive(Serialize, ToSchema)]
pub struct VacancyOut {
    /// Its key.
    id: String,
    /// The key of what it was entered with.
    list: String,
    /// 行政区划代码
    region: String,
    /// 职业编码
    occupation: String,
    /// `2026-10`
    month: String,
    /// 用人单位
    employer: String,
    /// 统一社会信用代码 of an employer who reported it herself (单位自报); none for what an officer entered.
    uscc: Option<String>,
    /// For how many.
    posts: i64,
    /// Where the number comes from.
    origin: String,
    /// When it came on record, in UTC.
    at: DateTime<Utc>,
    /// Who entered or confirmed it.
    by: String,
}

fn out((entry, by): (Vacancy, String)) -> VacancyOut {
    VacancyOut {
        id: entry.id.to_string(),
        list: entry.list.to_string(),
        region: entry.region.to_string(),
        occupation: entry.occupation.to_string(),
        month: month_text(entry.month),
        employer: entry.employer,
        uscc: (!entry.uscc.is_empty()).then_some(entry.uscc),
        posts: entry.posts,
        origin: entry.origin,
        at: entry.at.and_utc(),
        by,
    }
}

/// List vacancies
#[utoipa::path(get, path = "/api/v1/vacancies", tag = "figures", params(
    ("region" = Option<String>, Query, description = "行政区划代码; the caller's own by default"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "The newest first", body = Listing<VacancyOut>), Reading))]
#[rocket::get("/api/v1/vacancies?<region>&<page>&<size>")]
async fn list(
    reader: Overseer,
    region: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<VacancyOut>>, No> {
    let mut faults = Faults::default();
    let region = faults.optional("region", region.unwrap_or_default(), RegionCode::read);
    faults.end()?;
    let slice = desk
        .ask(move |registry| vacancies::list(registry, &reader, region, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, out)))
}

/// One line of a list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PostingSent {
    /// 行政区划代码, or a name that means one place.
    region: String,
    /// 职业编码, or a name it is known under exactly.
    occupation: String,
    /// `2026-10`; from three years back to three months ahead.
    month: String,
    /// 用人单位
    employer: String,
    /// For how many.
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32, minimum = 0, maximum = 100_000)]
    posts: String,
}

/// A list of what employers told.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PostingsSent {
    /// Where the numbers come from, e.g. `10月企业用工调查`.
    origin: String,
    /// At most 5,000.
    postings: Vec<PostingSent>,
}

/// Enter vacancies
///
/// All of the list or nothing: a refusal (`vacancy.line-wrong`) names each line by its number, from 1. Of two entries for
/// one employer, region, trade and month the later counts.
#[utoipa::path(post, path = "/api/v1/vacancies", tag = "figures", request_body = PostingsSent, params(
    ("Idempotency-Key" = Option<String>, Header, description = "The same key is answered alike for a day"),
), responses((status = 201, description = "Entered; the key of the list", body = Made), Changing))]
#[rocket::post("/api/v1/vacancies", data = "<sent>")]
async fn enter(
    officer: Officer,
    key: Key,
    sent: Body<PostingsSent>,
    desk: &State<Desk>,
) -> Result<Said, No> {
    let now = desk.now();
    let sent = sent.0;
    if sent.postings.is_empty() || sent.postings.len() > MOST {
        let refusal = Refusal::new("vacancy.list-unlikely").at("postings");
        return Err(refusal.with(MOST).into());
    }
    let mut faults = Faults::default();
    let mut postings = Vec::new();
    for (n, line) in sent.postings.iter().enumerate() {
        let fields = [
            line.region.as_str(),
            &line.occupation,
            &line.month,
            &line.employer,
            &line.posts,
        ];
        let read = Posting::read(fields, now.day());
        let read = read.map_err(|unfit| unfit.of_line(n + 1).at("postings"));
        postings.extend(faults.take(read));
    }
    faults.end()?;
    let whole = serde_json::to_vec(&sent).unwrap_or_default();
    let said: Done<Said> = desk
        .ask(move |registry| {
            let asked: [&[u8]; 2] = [b"POST /api/v1/vacancies", &whole];
            let by = officer.actor();
            once(
                registry,
                by,
                key.0.as_deref(),
                &asked,
                201,
                now,
                |registry| {
                    let list = vacancies::record(registry, &officer, &postings, &sent.origin, now)?;
                    Ok(Made::of(list).into_inner())
                },
            )
        })
        .await;
    Ok(said?)
}

/// One line an employer reports; her name and code are those her token was granted for.
#[derive(Deserialize, ToSchema)]
pub struct OpeningSent {
    /// 行政区划代码 of a county or township, or a name that means one place.
    region: String,
    /// 职业编码, or a name it is known under exactly.
    occupation: String,
    /// `2026-10`
    month: String,
    /// For how many; 0 when nobody is looked for any longer.
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32, minimum = 0, maximum = 100_000)]
    posts: String,
}

/// What an employer looks for.
#[derive(Deserialize, ToSchema)]
pub struct OpeningsSent {
    /// At most 200.
    openings: Vec<OpeningSent>,
}

/// What a report came to.
#[derive(Serialize, ToSchema)]
pub struct ReportedTold {
    /// The key of what waits now; none when all of it was said before.
    id: Option<String>,
    /// Lines that wait for an officer of their county.
    kept: usize,
    /// Lines that say what was reported before.
    same: usize,
}

/// Report one's own vacancies
///
/// By an employer, with her token (`POST /api/v1/employers`) as bearer. What is reported counts once an officer of the
/// county has confirmed it. The same said again is not kept again, so a request may be repeated without a key.
#[utoipa::path(post, path = "/api/v1/employers/vacancies", tag = "figures", security(()), request_body = OpeningsSent,
    responses((status = 201, description = "Waits for an officer", body = ReportedTold), Changing))]
#[rocket::post("/api/v1/employers/vacancies", data = "<sent>")]
async fn report(
    brought: Brought,
    sent: Body<OpeningsSent>,
    desk: &State<Desk>,
) -> Result<Custom<Json<ReportedTold>>, No> {
    let now = desk.now();
    if sent.0.openings.len() > vacancy_report::MOST {
        let refusal = Refusal::new("vacancy.list-unlikely").at("openings");
        return Err(refusal.with(vacancy_report::MOST).into());
    }
    let mut faults = Faults::default();
    let mut openings = Vec::new();
    for (n, line) in sent.0.openings.iter().enumerate() {
        let fields = [
            line.region.as_str(),
            &line.occupation,
            &line.month,
            &line.posts,
        ];
        let read = Opening::read(fields, now.day());
        let read = read.map_err(|unfit| unfit.of_line(n + 1).at("openings"));
        openings.extend(faults.take(read));
    }
    faults.end()?;
    let token = brought.0.unwrap_or_default();
    let reported = desk
        .ask(move |registry| vacancy_reports::report(registry, &token, &openings, now))
        .await?;
    Ok(Custom(
        Status::Created,
        Json(ReportedTold {
            id: reported.list.map(|list| list.to_string()),
            kept: reported.kept,
            same: reported.same,
        }),
    ))
}

/// One report, as its employer is told it.
#[derive(Serialize, ToSchema)]
pub struct StandingTold {
    /// Its key.
    id: String,
    /// 行政区划代码
    region: String,
    /// 职业编码
    occupation: String,
    /// `2026-10`
    month: String,
    /// For how many.
    posts: i64,
    /// When it came in, in UTC.
    at: DateTime<Utc>,
    /// `waiting`, `confirmed`, `refused` or `superseded`.
    state: &'static str,
    /// Why, where an officer said.
    reason: String,
}

/// How do one's own vacancies stand?
#[utoipa::path(get, path = "/api/v1/employers/vacancies", tag = "figures", security(()),
    responses((status = 200, description = "The newest first, at most 200", body = Vec<StandingTold>), Changing))]
#[rocket::get("/api/v1/employers/vacancies")]
async fn standing(brought: Brought, desk: &State<Desk>) -> Result<Json<Vec<StandingTold>>, No> {
    let token = brought.0.unwrap_or_default();
    let (_, all) = desk
        .ask(move |registry| vacancy_reports::of_employer(registry, &token))
        .await?;
    let told = |one: vacancy_reports::Standing| StandingTold {
        id: one.report.id.to_string(),
        region: one.report.region.to_string(),
        occupation: one.report.occupation.to_string(),
        month: month_text(one.report.month),
        posts: one.report.posts,
        at: one.report.at.and_utc(),
        state: one.state.as_str(),
        reason: one.reason,
    };
    Ok(Json(all.into_iter().map(told).collect()))
}

/// One report that waits.
#[derive(Serialize, ToSchema)]
pub struct WaitingTold {
    /// Its key.
    id: String,
    /// 单位名称
    employer: String,
    /// 统一社会信用代码
    uscc: String,
    /// 行政区划代码
    region: String,
    /// 职业编码
    occupation: String,
    /// `2026-10`
    month: String,
    /// For how many.
    posts: i64,
    /// When it came in, in UTC.
    at: DateTime<Utc>,
}

/// List employers' reports that wait
#[utoipa::path(get, path = "/api/v1/vacancies/reports", tag = "figures", params(
    ("region" = Option<String>, Query, description = "行政区划代码; the caller's own by default"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "The oldest first", body = Listing<WaitingTold>), Reading))]
#[rocket::get("/api/v1/vacancies/reports?<region>&<page>&<size>")]
async fn waiting(
    reader: Overseer,
    region: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<WaitingTold>>, No> {
    let mut faults = Faults::default();
    let region = faults.optional("region", region.unwrap_or_default(), RegionCode::read);
    faults.end()?;
    let slice = desk
        .ask(move |registry| {
            vacancy_reports::waiting(registry, &reader, region, Window::of(page, size))
        })
        .await?;
    Ok(Json(Listing::of(slice, |report| WaitingTold {
        id: report.id.to_string(),
        employer: report.name,
        uscc: report.uscc.to_string(),
        region: report.region.to_string(),
        occupation: report.occupation.to_string(),
        month: month_text(report.month),
        posts: report.posts,
        at: report.at.and_utc(),
    })))
}

/// Confirm or refuse employers' reports
///
/// All of those named or none. Confirmed ones count from now on.
#[utoipa::path(post, path = "/api/v1/vacancies/reports", tag = "figures", request_body = VerdictForm,
    responses((status = 204, description = "Decided"), Changing))]
#[rocket::post("/api/v1/vacancies/reports", data = "<form>")]
async fn decide(
    officer: Officer,
    form: Body<VerdictForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let (ids, verdict) = form.0.read()?;
    desk.ask(move |registry| {
        let said = (verdict, form.0.reason.as_str());
        vacancy_reports::decide(registry, &officer, &ids, said, now)
    })
    .await?;
    Ok(NoContent)
}

/// This file's part of the description.
#[derive(OpenApi)]
#[openapi(
    paths(list, enter, report, standing, waiting, decide),
    components(schemas(
        VacancyOut,
        PostingSent,
        PostingsSent,
        OpeningSent,
        OpeningsSent,
        ReportedTold,
        StandingTold,
        WaitingTold,
        VerdictForm,
        Made
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, enter, report, standing, waiting, decide]
}
