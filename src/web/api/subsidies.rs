//! 补贴 for programs: the rules, claims from filing to payment, totals, recoveries.

use crate::acts::claims::{self, Opened, Worked, payment, publicity, review};
use crate::acts::{recoveries, subsidy_rules};
use crate::domain::account::{BureauOfficer, Clerk, Officer, TrainingReader};
use crate::domain::claim::{ClaimId, ClaimObjectionId, ClaimState, RecoveryId};
use crate::domain::class::ClassId;
use crate::domain::subsidy::{SubsidyKind, SubsidyRuleId};
use crate::ground::clock::beijing;
use crate::ground::slice::Window;
use crate::store::claims::Listed;
use crate::store::claims::totals::Total;
use crate::store::recoveries::Case;
use crate::store::subsidy_rules::Line;
use crate::web::api::denials::{Changing, OpenReading, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::claims::review::{BackForm, CutForm, PaymentForm};
use crate::web::claims::totals::days_of;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::objections::SettlementForm;
use crate::web::publicity::ObjectionForm;
use crate::web::recoveries::SettlingForm;
use crate::web::refusal::No;
use crate::web::subsidy_rules::end::RuleEndForm;
use crate::web::subsidy_rules::new::RuleForm;
use chrono::NaiveDate;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// One rule.
#[derive(Serialize, ToSchema)]
struct SubsidyRuleTold {
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
async fn rules(
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

/// One claim.
#[derive(Serialize, ToSchema)]
struct ClaimTold {
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
struct ClaimLineTold {
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
    /// What is asked, in fen.
    amount_fen: i64,
    /// What is cut, in fen.
    cut_fen: i64,
}

/// Why somebody is left out.
#[derive(Serialize, ToSchema)]
struct LeftOutTold {
    /// The enrolment's key.
    enrolment: String,
    /// Why, as a code.
    why: &'static str,
    /// The fact it rests on; may be empty.
    fact: String,
}

/// One claim with all that belongs to it.
#[derive(Serialize, ToSchema)]
struct ClaimShown {
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
struct WorkedTold {
    /// The enrolment's key.
    enrolment: String,
    /// What would be claimed, in fen.
    amount_fen: Option<i64>,
    /// Else every reason why nothing would be.
    left_out: Vec<LeftOutTold>,
}

fn worked(one: &Worked) -> WorkedTold {
    let no = one.answer.as_ref().err().into_iter().flatten();
    WorkedTold {
        enrolment: one.enrolment.to_string(),
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
struct KindForm {
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

/// Approve a claim
#[utoipa::path(post, path = "/api/v1/claims/{id}/approval", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")),
    responses((status = 204, description = "Approved"), Changing))]
#[rocket::post("/api/v1/claims/<id>/approval")]
async fn approve(officer: Officer, id: ClaimId, desk: &State<Desk>) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| review::approve(registry, &officer, &id, now))
        .await?;
    Ok(NoContent)
}

/// Send a claim back
///
/// It is over; what it claimed is free again.
#[utoipa::path(post, path = "/api/v1/claims/{id}/return", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")), request_body = BackForm,
    responses((status = 204, description = "Sent back"), Changing))]
#[rocket::post("/api/v1/claims/<id>/return", data = "<body>")]
async fn send_back(
    officer: Officer,
    id: ClaimId,
    body: Body<BackForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| review::send_back(registry, &officer, &id, &body.0.back, now))
        .await?;
    Ok(NoContent)
}

/// Cut a line of a claim
#[utoipa::path(post, path = "/api/v1/claims/{id}/cuts", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")), request_body = CutForm,
    responses((status = 204, description = "Cut"), Changing))]
#[rocket::post("/api/v1/claims/<id>/cuts", data = "<body>")]
async fn cut(
    officer: Officer,
    id: ClaimId,
    body: Body<CutForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let (line, fen) = body.0.read()?;
    desk.ask(move |registry| review::cut(registry, &officer, &id, &line, fen, &body.0.reason, now))
        .await?;
    Ok(NoContent)
}

/// Until when a claim is shown.
#[derive(Serialize, ToSchema)]
struct ClaimPublished {
    /// The last day.
    closes: NaiveDate,
}

/// Publish a claim
#[utoipa::path(post, path = "/api/v1/claims/{id}/publicity", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")),
    responses((status = 201, description = "Shown", body = ClaimPublished), Changing))]
#[rocket::post("/api/v1/claims/<id>/publicity")]
async fn publish(
    officer: Officer,
    id: ClaimId,
    desk: &State<Desk>,
) -> Result<Custom<Json<ClaimPublished>>, No> {
    let now = desk.now();
    let closes = desk
        .ask(move |registry| publicity::open(registry, &officer, &id, now))
        .await?;
    Ok(Custom(Status::Created, Json(ClaimPublished { closes })))
}

/// What was paid.
#[derive(Serialize, ToSchema)]
struct ClaimPaid {
    /// In fen.
    paid_fen: i64,
}

/// Enter a payment
///
/// By another person than who approved; all that is left is paid.
#[utoipa::path(post, path = "/api/v1/claims/{id}/payment", tag = "subsidies",
    params(("id" = String, Path, description = "The claim's key")), request_body = PaymentForm,
    responses((status = 201, description = "Entered", body = ClaimPaid), Changing))]
#[rocket::post("/api/v1/claims/<id>/payment", data = "<body>")]
async fn pay(
    officer: Officer,
    id: ClaimId,
    body: Body<PaymentForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<ClaimPaid>>, No> {
    let now = desk.now();
    let day = body.0.read()?;
    let paid_fen = desk
        .ask(move |registry| payment::enter(registry, &officer, &id, day, &body.0.reference, now))
        .await?;
    Ok(Custom(Status::Created, Json(ClaimPaid { paid_fen })))
}

/// Settle an objection to a claim
#[utoipa::path(post, path = "/api/v1/claims/{id}/objections/{objection}/settlement", tag = "subsidies", params(
    ("id" = String, Path, description = "The claim's key"),
    ("objection" = String, Path, description = "The objection's key"),
), request_body = SettlementForm, responses((status = 204, description = "Settled"), Changing))]
#[rocket::post(
    "/api/v1/claims/<id>/objections/<objection>/settlement",
    data = "<body>"
)]
async fn settle(
    officer: Officer,
    id: ClaimId,
    objection: ClaimObjectionId,
    body: Body<SettlementForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let upheld = body.0.read()?;
    desk.ask(move |registry| {
        publicity::settle(
            registry,
            &officer,
            &id,
            &objection,
            upheld,
            &body.0.reason,
            now,
        )
    })
    .await?;
    Ok(NoContent)
}

/// One line as the public sees it.
#[derive(Serialize, ToSchema)]
struct MaskedTold {
    /// `张*`
    name: String,
    /// The last four characters of the identity document.
    id_tail: String,
    /// In fen.
    amount_fen: i64,
}

/// A claim as the public sees it.
#[derive(Serialize, ToSchema)]
struct PublishedClaim {
    /// Its key.
    id: String,
    /// The class's public name.
    class_name: String,
    /// The institution's name.
    institution: String,
    /// `training` or `assessment`.
    kind: &'static str,
    /// Since which day it is shown.
    opens: NaiveDate,
    /// Its last day.
    closes: NaiveDate,
    /// Who is to be paid for.
    lines: Vec<MaskedTold>,
}

/// A published claim
///
/// While it is shown; no token is needed.
#[utoipa::path(get, path = "/api/v1/publicity/claims/{id}", tag = "subsidies", security(()),
    params(("id" = String, Path, description = "The claim's key")),
    responses((status = 200, description = "As the public sees it", body = PublishedClaim), OpenReading))]
#[rocket::get("/api/v1/publicity/claims/<id>")]
async fn published(id: ClaimId, desk: &State<Desk>) -> Result<Json<PublishedClaim>, No> {
    let now = desk.now();
    let shown = desk
        .ask(move |registry| publicity::show(registry, &id, now))
        .await?;
    Ok(Json(PublishedClaim {
        id: shown.listed.claim.id.to_string(),
        kind: shown.listed.claim.kind.as_str(),
        class_name: shown.listed.class,
        institution: shown.listed.institution,
        opens: shown.publicity.opens,
        closes: shown.publicity.closes,
        lines: shown
            .lines
            .into_iter()
            .map(|line| MaskedTold {
                name: line.name,
                id_tail: line.id_tail,
                amount_fen: line.amount_fen,
            })
            .collect(),
    }))
}

/// Object to a published claim
#[utoipa::path(post, path = "/api/v1/publicity/claims/{id}/objections", tag = "subsidies", security(()),
    params(("id" = String, Path, description = "The claim's key")), request_body = ObjectionForm,
    responses((status = 201, description = "Lodged", body = Made), Changing))]
#[rocket::post("/api/v1/publicity/claims/<id>/objections", data = "<body>")]
async fn object(
    id: ClaimId,
    body: Body<ObjectionForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = body.0.read();
    let made = desk
        .ask(move |registry| publicity::object(registry, &id, &new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// One row of the totals.
#[derive(Serialize, ToSchema)]
struct SubsidyTotal {
    /// The county, six digits.
    county: String,
    /// The institution's key.
    institution: String,
    /// `training` or `assessment`.
    kind: String,
    /// The month in which it was filed, `2026-07`.
    month: String,
    /// How many claims.
    claims: i64,
    /// How many people.
    people: i64,
    /// In fen.
    asked_fen: i64,
    /// In fen.
    cut_fen: i64,
    /// In fen.
    paid_fen: i64,
    /// Due or repaid, in fen.
    recovered_fen: i64,
}

fn total(one: Total) -> SubsidyTotal {
    SubsidyTotal {
        county: one.county,
        institution: one.institution,
        kind: one.kind,
        month: one.month,
        claims: one.claims,
        people: one.lines,
        asked_fen: one.asked_fen,
        cut_fen: one.cut_fen,
        paid_fen: one.paid_fen,
        recovered_fen: one.recovered_fen,
    }
}

/// Totals of subsidies
///
/// By county, institution, kind and month of filing; what was sent back does not count.
#[utoipa::path(get, path = "/api/v1/claims/totals", tag = "subsidies", params(
    ("from" = Option<String>, Query, description = "Filed on this day or later, `2026-01-01`; else this year's first"),
    ("until" = Option<String>, Query, description = "Filed on this day or before; else today"),
), responses((status = 200, description = "Every row", body = Vec<SubsidyTotal>), Reading))]
#[rocket::get("/api/v1/claims/totals?<from>&<until>")]
async fn totals(
    reader: TrainingReader,
    from: Option<&str>,
    until: Option<&str>,
    desk: &State<Desk>,
) -> Result<Json<Vec<SubsidyTotal>>, No> {
    let days = days_of(from, until, desk.now().day());
    let all = desk
        .ask(move |registry| claims::totals(registry, &reader, days))
        .await?;
    Ok(Json(all.into_iter().map(total).collect()))
}

/// One recovery.
#[derive(Serialize, ToSchema)]
struct RecoveryTold {
    /// Its key.
    id: String,
    /// The claim's key.
    claim: String,
    /// The line's key.
    line: String,
    /// The certificate that was revoked.
    certificate: String,
    /// In fen.
    due_fen: i64,
    /// `repaid` or `waived`, once it is settled.
    outcome: Option<&'static str>,
    /// Since when, in Beijing time.
    at: String,
}

fn recovery(case: &Case) -> RecoveryTold {
    RecoveryTold {
        id: case.recovery.id.to_string(),
        claim: case.claim.to_string(),
        line: case.recovery.line.to_string(),
        certificate: case.recovery.certificate.to_string(),
        due_fen: case.recovery.due_fen,
        outcome: case.ended.as_ref().map(|(ended, _)| ended.outcome.as_str()),
        at: beijing(case.recovery.at).to_rfc3339(),
    }
}

/// List recoveries
#[utoipa::path(get, path = "/api/v1/recoveries", tag = "subsidies", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<RecoveryTold>), Reading))]
#[rocket::get("/api/v1/recoveries?<page>&<size>")]
async fn recoveries_list(
    reader: TrainingReader,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<RecoveryTold>>, No> {
    let window = Window::of(page, size);
    let slice = desk
        .ask(move |registry| recoveries::list(registry, &reader, window))
        .await?;
    Ok(Json(Listing::of(slice, |case| recovery(&case))))
}

/// Settle a recovery
#[utoipa::path(post, path = "/api/v1/recoveries/{id}/settlement", tag = "subsidies",
    params(("id" = String, Path, description = "The recovery's key")), request_body = SettlingForm,
    responses((status = 204, description = "Settled"), Changing))]
#[rocket::post("/api/v1/recoveries/<id>/settlement", data = "<body>")]
async fn settle_recovery(
    officer: Officer,
    id: RecoveryId,
    body: Body<SettlingForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let settling = body.0.read()?;
    desk.ask(move |registry| recoveries::settle(registry, &officer, &id, &settling, now))
        .await?;
    Ok(NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        rules,
        enter_rule,
        end_rule,
        list,
        show,
        working,
        file,
        approve,
        send_back,
        cut,
        publish,
        pay,
        settle,
        published,
        object,
        totals,
        recoveries_list,
        settle_recovery
    ),
    components(schemas(
        SubsidyRuleTold,
        ClaimTold,
        ClaimLineTold,
        LeftOutTold,
        ClaimShown,
        WorkedTold,
        KindForm,
        ClaimPublished,
        ClaimPaid,
        MaskedTold,
        PublishedClaim,
        SubsidyTotal,
        RecoveryTold,
        RuleForm,
        RuleEndForm,
        BackForm,
        CutForm,
        PaymentForm,
        SettlingForm
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        rules,
        enter_rule,
        end_rule,
        list,
        show,
        working,
        file,
        approve,
        send_back,
        cut,
        publish,
        pay,
        settle,
        published,
        object,
        totals,
        recoveries_list,
        settle_recovery
    ]
}
