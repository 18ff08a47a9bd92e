//! 补贴标准 for programs: what is paid, from when to when.

use crate::acts::subsidy_rules;
use crate::domain::account::{BureauOfficer, TrainingReader};
use crate::domain::subsidy::SubsidyRuleId;
use crate::ground::slice::Window;
use crate::store::subsidy_rules::Line;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use crate::web::subsidy_rules::end::RuleEndForm;
use crate::web::subsidy_rules::new::RuleForm;
use chrono::NaiveDate;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use rocket::{Route, State, routes};
use serde::Serialize;
use utoipa::ToSchema;

/// One rule.
#[derive(Serialize, ToSchema)]
pub(super) struct SubsidyRuleTold {
    /// Its key.
    id: String,
    /// `training` or `assessment`.
    kind: &'static str,
    /// 行政区划代码
    region: String,
    /// 培训类别, when it is for one only.
    training: Option<&'static str>,
    /// 技能等级, when it is for one only.
    level: Option<&'static str>,
    /// 重点群体, when it is for one only.
    group: Option<String>,
    /// `head` or `hour`.
    per: &'static str,
    /// In fen.
    amount_fen: i64,
    /// A person at most, in fen.
    most_fen: Option<i64>,
    /// Hours attended at least.
    least_hours: i32,
    /// Times a person and year.
    per_year: Option<i32>,
    /// Months to claim in.
    within_months: Option<i32>,
    /// The document it rests on.
    document: String,
    /// The first day.
    starts: NaiveDate,
    /// The last day.
    ends: Option<NaiveDate>,
}

fn rule(line: Line) -> SubsidyRuleTold {
    let rule = line.rule;
    SubsidyRuleTold {
        id: line.id.to_string(),
        kind: rule.kind.as_str(),
        region: rule.region.to_string(),
        training: rule.training.map(|it| it.as_str()),
        level: rule.level.map(|it| it.as_str()),
        group: rule.group.map(|it| it.to_string()),
        per: rule.per.as_str(),
        amount_fen: rule.amount_fen,
        most_fen: rule.most_fen,
        least_hours: rule.least_hours,
        per_year: rule.per_year,
        within_months: rule.within_months,
        document: line.document,
        starts: rule.starts,
        ends: rule.ends,
    }
}

/// List subsidy rules
///
/// Every line ever entered.
#[utoipa::path(get, path = "/api/v1/subsidy-rules", tag = "subsidies", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<SubsidyRuleTold>), Reading))]
#[rocket::get("/api/v1/subsidy-rules?<page>&<size>")]
pub(super) async fn rules(
    reader: TrainingReader,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<SubsidyRuleTold>>, No> {
    let window = Window::of(page, size);
    let slice = desk
        .ask(move |registry| subsidy_rules::list(registry, &reader, window))
        .await?;
    Ok(Json(Listing::of(slice, rule)))
}

/// Enter a subsidy rule
#[utoipa::path(post, path = "/api/v1/subsidy-rules", tag = "subsidies", request_body = RuleForm,
    responses((status = 201, description = "Entered", body = Made), Changing))]
#[rocket::post("/api/v1/subsidy-rules", data = "<body>")]
async fn enter_rule(
    officer: BureauOfficer,
    body: Body<RuleForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = body.0.read()?;
    let id = desk
        .ask(move |registry| subsidy_rules::enter(registry, &officer, &new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// End a subsidy rule
#[utoipa::path(post, path = "/api/v1/subsidy-rules/{id}/ending", tag = "subsidies",
    params(("id" = String, Path, description = "The rule's key")), request_body = RuleEndForm,
    responses((status = 201, description = "It has its last day", body = Made), Changing))]
#[rocket::post("/api/v1/subsidy-rules/<id>/ending", data = "<body>")]
async fn end_rule(
    officer: BureauOfficer,
    id: SubsidyRuleId,
    body: Body<RuleEndForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let last = body.0.read()?;
    let key = id.clone();
    desk.ask(move |registry| {
        subsidy_rules::end(registry, &officer, &key, last, &body.0.reason, now)
    })
    .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![rules, enter_rule, end_rule]
}
