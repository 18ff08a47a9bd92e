//! 签发之后: corrections, printings, suspensions, restorations and cascades for programs.

use crate::acts::cascades;
use crate::acts::{corrections, holds, printings, restorations};
use crate::domain::account::{BureauOfficer, Confirmer, Issuer, Reader};
use crate::domain::cascade::{CascadeId, CascadeState};
use crate::domain::certificate::CertificateId;
use crate::ground::slice::Window;
use crate::store::cascades::{Case, Listed};
use crate::web::api::certificates::{CertificateGiven, Why, given};
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::cascades::{DaysForm, LeaveForm, PlanForm, SaidForm, SomeForm};
use crate::web::corrections::RightForm;
use crate::web::desk::Desk;
use crate::web::holds::CauseForm;
use crate::web::refusal::No;
use crate::web::restorations::GroundForm;
use chrono::NaiveDate;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// Which printing counts now.
#[derive(Serialize, ToSchema)]
struct CertificatePrinted {
    /// 2, 3, …
    print: i32,
}

/// Until when replies are taken.
#[derive(Serialize, ToSchema)]
struct CascadeNotice {
    /// The last day.
    closes: NaiveDate,
}

/// How many were revoked.
#[derive(Serialize, ToSchema)]
struct CascadeRevoked {
    /// How many.
    revoked: usize,
}

/// One cascade.
#[derive(Serialize, ToSchema)]
struct CascadeRow {
    /// Its key.
    id: String,
    /// `listed`, `notified`, `due`, `confirmed` or `dropped`.
    state: String,
    /// The class of reason.
    reason_class: String,
    /// 依据
    basis: String,
    /// How many are on the list.
    listed: i32,
    /// SHA-256 over their numbers in order, one a line.
    digest: String,
    /// The last day to reply, once notice was given.
    closes: Option<NaiveDate>,
    /// How many were revoked, once it was confirmed.
    revoked: Option<i32>,
}

fn row(case: &Case, state: CascadeState) -> CascadeRow {
    let cascade = &case.cascade;
    CascadeRow {
        id: cascade.id.to_string(),
        state: state.to_string(),
        reason_class: cascade.reason_class.to_string(),
        basis: cascade.basis.clone(),
        listed: cascade.listed,
        digest: cascade.digest.clone(),
        closes: case.notice.as_ref().map(|notice| notice.closes),
        revoked: case
            .ended
            .as_ref()
            .filter(|ended| ended.confirmed)
            .map(|ended| ended.revoked),
    }
}

/// One certificate of a list.
#[derive(Serialize, ToSchema)]
struct CascadeMember {
    /// The certificate's key.
    id: String,
    /// 证书编号
    number: String,
    /// Who issued it.
    issuer: String,
    /// 发证日期
    issued_on: NaiveDate,
    /// Why it is left alone, when it is.
    excluded: Option<String>,
    /// Whether it was restored since.
    restored: bool,
}

fn member(listed: Listed) -> CascadeMember {
    CascadeMember {
        id: listed.id.to_string(),
        number: listed.number,
        issuer: listed.issuer,
        issued_on: listed.issued_on,
        excluded: listed.excluded,
        restored: listed.restored.is_some(),
    }
}

/// One cascade with a page of its list.
#[derive(Serialize, ToSchema)]
struct CascadeShown {
    /// What the list says of it.
    #[serde(flatten)]
    row: CascadeRow,
    /// The facts.
    reason: String,
    /// A page of its certificates.
    certificates: Listing<CascadeMember>,
}

/// List cascades
///
/// Those that touch what the caller may see; an institution sees one once notice was given.
#[utoipa::path(get, path = "/api/v1/cascades", tag = "certificates", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses(
    (status = 200, description = "One page", body = Listing<CascadeRow>),
    Reading,
))]
#[rocket::get("/api/v1/cascades?<page>&<size>")]
async fn list(
    reader: Reader,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<CascadeRow>>, No> {
    let today = desk.now().day();
    let slice = desk
        .ask(move |registry| cascades::list(registry, &reader, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, |case| {
        row(&case, cascades::course(&case).state(today))
    })))
}

/// Show a cascade
///
/// With a page of its exact list.
#[utoipa::path(get, path = "/api/v1/cascades/{id}", tag = "certificates", params(
    ("id" = String, Path, description = "The cascade's key"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses(
    (status = 200, description = "The cascade", body = CascadeShown),
    Reading,
))]
#[rocket::get("/api/v1/cascades/<id>?<page>&<size>")]
async fn show(
    reader: Reader,
    id: CascadeId,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<CascadeShown>, No> {
    let now = desk.now();
    let opened = desk
        .ask(move |registry| cascades::open(registry, &reader, &id, Window::of(page, size), now))
        .await?;
    Ok(Json(CascadeShown {
        row: row(&opened.case, opened.state),
        reason: opened.case.cascade.reason.clone(),
        certificates: Listing::of(opened.members, member),
    }))
}

/// Propose a correction
///
/// The certificate stands until a second person confirms.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/correction", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = RightForm, responses(
    (status = 201, description = "Done", body = Made),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/correction", data = "<body>")]
async fn correct(
    issuer: Issuer,
    id: CertificateId,
    body: Body<RightForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let right = body.0.read()?;
    let made = desk
        .ask(move |registry| corrections::propose(registry, &issuer, &id, &right, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// Confirm a correction
///
/// By a second person; answers the new certificate.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/correction/confirmation", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")), responses(
    (status = 201, description = "Done", body = CertificateGiven),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/correction/confirmation")]
async fn confirm_correction(
    confirmer: Confirmer,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Custom<Json<CertificateGiven>>, No> {
    let now = desk.now();
    let new = desk
        .ask(move |registry| corrections::confirm(registry, &confirmer, &id, now))
        .await?;
    Ok(Custom(Status::Created, Json(given(new))))
}

/// Drop a proposal to correct
///
/// By a signatory of the institution.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/correction/withdrawal", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = Why, responses(
    (status = 204, description = "Done"),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/correction/withdrawal", data = "<body>")]
async fn drop_correction(
    issuer: Issuer,
    id: CertificateId,
    body: Body<Why>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| {
        corrections::drop_proposal(registry, &issuer, &id, &body.0.reason, now)
    })
    .await?;
    Ok(NoContent)
}

/// Print a certificate again
///
/// The same number and code; earlier prints no longer count.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/prints", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = Why, responses(
    (status = 201, description = "Done", body = CertificatePrinted),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/prints", data = "<body>")]
async fn print(
    issuer: Issuer,
    id: CertificateId,
    body: Body<Why>,
    desk: &State<Desk>,
) -> Result<Custom<Json<CertificatePrinted>>, No> {
    let now = desk.now();
    let print = desk
        .ask(move |registry| printings::print_again(registry, &issuer, &id, &body.0.reason, now))
        .await?;
    Ok(Custom(Status::Created, Json(CertificatePrinted { print })))
}

/// Suspend a certificate
///
/// As of today; the class of reason is told in public.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/hold", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = CauseForm, responses(
    (status = 201, description = "Done", body = Made),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/hold", data = "<body>")]
async fn suspend(
    confirmer: Confirmer,
    id: CertificateId,
    body: Body<CauseForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let cause = body.0.read()?;
    let made = desk
        .ask(move |registry| holds::suspend(registry, &confirmer, &id, &cause, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// Lift a suspension
///
/// As of today; what the bureau suspended only the bureau lifts.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/hold/lifting", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = Why, responses(
    (status = 204, description = "Done"),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/hold/lifting", data = "<body>")]
async fn lift(
    confirmer: Confirmer,
    id: CertificateId,
    body: Body<Why>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| holds::resume(registry, &confirmer, &id, &body.0.reason, now))
        .await?;
    Ok(NoContent)
}

/// Restore a certificate
///
/// Where its revocation was wrong; it counts again from the beginning.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/restoration", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = GroundForm, responses(
    (status = 204, description = "Done"),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/restoration", data = "<body>")]
async fn restore(
    officer: BureauOfficer,
    id: CertificateId,
    body: Body<GroundForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let (ids, ground) = (vec![id], body.0.read());
    desk.ask(move |registry| restorations::restore(registry, &officer, &ids, &ground, now))
        .await?;
    Ok(NoContent)
}

/// Draw up a cascade
///
/// A dry run: the exact list is kept, nothing is revoked.
#[utoipa::path(post, path = "/api/v1/cascades", tag = "certificates",
    request_body = PlanForm, responses(
    (status = 201, description = "Done", body = Made),
    Changing,
))]
#[rocket::post("/api/v1/cascades", data = "<body>")]
async fn list_up(
    officer: BureauOfficer,
    body: Body<PlanForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let plan = body.0.read()?;
    let made = desk
        .ask(move |registry| cascades::list_up(registry, &officer, &plan, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// Give notice of a cascade
///
/// Replies are taken for so many working days.
#[utoipa::path(post, path = "/api/v1/cascades/{id}/notice", tag = "certificates", params(("id" = String, Path, description = "The cascade's key")),
    request_body = DaysForm, responses(
    (status = 201, description = "Done", body = CascadeNotice),
    Changing,
))]
#[rocket::post("/api/v1/cascades/<id>/notice", data = "<body>")]
async fn notify(
    officer: BureauOfficer,
    id: CascadeId,
    body: Body<DaysForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<CascadeNotice>>, No> {
    let now = desk.now();
    let closes = desk
        .ask(move |registry| cascades::notify(registry, &officer, &id, body.0.days, now))
        .await?;
    Ok(Custom(Status::Created, Json(CascadeNotice { closes })))
}

/// Reply to a cascade
///
/// By an institution it touches, or by the bureau for a holder.
#[utoipa::path(post, path = "/api/v1/cascades/{id}/replies", tag = "certificates", params(("id" = String, Path, description = "The cascade's key")),
    request_body = SaidForm, responses(
    (status = 201, description = "Done", body = Made),
    Changing,
))]
#[rocket::post("/api/v1/cascades/<id>/replies", data = "<body>")]
async fn reply(
    confirmer: Confirmer,
    id: CascadeId,
    body: Body<SaidForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let said = body.0.read();
    let made = desk
        .ask(move |registry| cascades::reply(registry, &confirmer, &id, &said, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// Leave one of a cascade alone
///
/// With its reason.
#[utoipa::path(post, path = "/api/v1/cascades/{id}/exclusions", tag = "certificates", params(("id" = String, Path, description = "The cascade's key")),
    request_body = LeaveForm, responses(
    (status = 204, description = "Done"),
    Changing,
))]
#[rocket::post("/api/v1/cascades/<id>/exclusions", data = "<body>")]
async fn exclude(
    officer: BureauOfficer,
    id: CascadeId,
    body: Body<LeaveForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| {
        cascades::exclude(
            registry,
            &officer,
            &id,
            &body.0.excluded_number,
            &body.0.reason,
            now,
        )
    })
    .await?;
    Ok(NoContent)
}

/// Confirm a cascade
///
/// By a second officer, after the last day to reply: everything left of the list is revoked in one act.
#[utoipa::path(post, path = "/api/v1/cascades/{id}/confirmation", tag = "certificates", params(("id" = String, Path, description = "The cascade's key")), responses(
    (status = 201, description = "Done", body = CascadeRevoked),
    Changing,
))]
#[rocket::post("/api/v1/cascades/<id>/confirmation")]
async fn confirm(
    officer: BureauOfficer,
    id: CascadeId,
    desk: &State<Desk>,
) -> Result<Custom<Json<CascadeRevoked>>, No> {
    let now = desk.now();
    let revoked = desk
        .ask(move |registry| cascades::confirm(registry, &officer, &id, now))
        .await?;
    Ok(Custom(Status::Created, Json(CascadeRevoked { revoked })))
}

/// Drop a cascade
///
/// Nothing is revoked.
#[utoipa::path(post, path = "/api/v1/cascades/{id}/withdrawal", tag = "certificates", params(("id" = String, Path, description = "The cascade's key")),
    request_body = Why, responses(
    (status = 204, description = "Done"),
    Changing,
))]
#[rocket::post("/api/v1/cascades/<id>/withdrawal", data = "<body>")]
async fn withdraw(
    officer: BureauOfficer,
    id: CascadeId,
    body: Body<Why>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| cascades::drop_it(registry, &officer, &id, &body.0.reason, now))
        .await?;
    Ok(NoContent)
}

/// Restore some of a cascade
///
/// By their numbers; all of these or none.
#[utoipa::path(post, path = "/api/v1/cascades/{id}/restorations", tag = "certificates", params(("id" = String, Path, description = "The cascade's key")),
    request_body = SomeForm, responses(
    (status = 204, description = "Done"),
    Changing,
))]
#[rocket::post("/api/v1/cascades/<id>/restorations", data = "<body>")]
async fn restore_some(
    officer: BureauOfficer,
    id: CascadeId,
    body: Body<SomeForm>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| {
        let ids = cascades::some_of(registry, &officer, &id, &body.0.numbers)?;
        let ground = restorations::Ground {
            basis: body.0.basis.clone(),
            reason: body.0.reason.clone(),
        };
        restorations::restore(registry, &officer, &ids, &ground, now)
    })
    .await?;
    Ok(NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        list,
        show,
        correct,
        confirm_correction,
        drop_correction,
        print,
        suspend,
        lift,
        restore,
        list_up,
        notify,
        reply,
        exclude,
        confirm,
        withdraw,
        restore_some
    ),
    components(schemas(
        CascadeRow,
        CascadeMember,
        CascadeShown,
        CertificatePrinted,
        CascadeNotice,
        CascadeRevoked,
        RightForm,
        CauseForm,
        GroundForm,
        PlanForm,
        DaysForm,
        SaidForm,
        LeaveForm,
        SomeForm
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list,
        show,
        correct,
        confirm_correction,
        drop_correction,
        print,
        suspend,
        lift,
        restore,
        list_up,
        notify,
        reply,
        exclude,
        confirm,
        withdraw,
        restore_some
    ]
}
