//! 机构与资质: institutions and their filings for programs.

use crate::acts::institutions::{self, Dossier};
use crate::acts::{Registry, entitlements};
use crate::domain::account::{BureauOfficer, Reader};
use crate::domain::entitlement::{EntitlementId, SuspensionId};
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Reason;
use crate::ground::clock::Now;
use crate::ground::slice::Window;
use crate::store::entitlements::{Changed, Filed, Papers};
use crate::store::institutions::{Registered, Sought};
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body;
use crate::web::desk::Desk;
use crate::web::entitlements::{DayForm, EntitlementForm};
use crate::web::guards::Caller;
use crate::web::institutions::{InstitutionForm, QuestionForm};
use crate::web::refusal::No;
use crate::web::rosters::Download;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// An institution.
#[derive(Serialize, ToSchema)]
pub struct InstitutionOut {
    /// Its key.
    id: String,
    /// 名称
    name: String,
    /// Its name in English; may be empty.
    name_en: String,
    /// A short name for addresses.
    slug: String,
    /// 统一社会信用代码
    uscc: String,
    /// 行政区划代码 of its seat.
    region: String,
    /// In what it acts: `train`, `assess`.
    roles: Vec<&'static str>,
    /// `Y`, `S` or `J`.
    letter: Option<&'static str>,
    /// 备案机构代码
    filing_code: Option<String>,
    /// 站点序列号
    site: Option<String>,
    /// 办学许可证号
    licence: String,
    /// 地址
    address: String,
    /// 联系方式
    contact: String,
    /// When it was registered, in UTC.
    registered_at: String,
}

impl From<&Registered> for InstitutionOut {
    fn from(kept: &Registered) -> Self {
        let it = &kept.institution;
        Self {
            id: it.id.to_string(),
            name: it.name.clone(),
            name_en: it.name_en.clone(),
            slug: kept.slug.clone(),
            uscc: it.uscc.to_string(),
            region: it.region.to_string(),
            roles: InstitutionRole::ALL
                .iter()
                .filter(|role| it.acts_as(**role))
                .map(|role| role.as_str())
                .collect(),
            letter: it.letter.map(|letter| letter.as_str()),
            filing_code: it.filing_code.clone(),
            site: it.site.clone(),
            licence: it.licence.clone(),
            address: kept.address.clone(),
            contact: kept.contact.clone(),
            registered_at: kept.registered_at.and_utc().to_rfc3339(),
        }
    }
}

/// One filed line.
#[derive(Serialize, ToSchema)]
pub struct EntitlementOut {
    /// Its key.
    id: String,
    /// Whose.
    institution: String,
    /// `train` or `assess`.
    role: &'static str,
    /// 职业编码, or none for a startup course.
    occupation: Option<String>,
    /// The startup course's code, or none for an occupation.
    startup: Option<&'static str>,
    /// The level's code.
    level: Option<&'static str>,
    /// The first day.
    starts: String,
    /// The last day, as filed.
    filed_ends: String,
    /// The last day as it stands today.
    ends: String,
    /// 备案文号
    document: String,
    /// When it was filed, in UTC.
    filed_at: String,
    /// Every change of its end, in order.
    changes: Vec<ChangeOut>,
}

/// One change of a line's end.
#[derive(Serialize, ToSchema)]
pub struct ChangeOut {
    /// `extended` or `shortened`.
    kind: &'static str,
    /// The new last day.
    ends: String,
    /// Why.
    reason: String,
    /// When, in UTC.
    at: String,
}

/// A suspension.
#[derive(Serialize, ToSchema)]
pub struct SuspensionOut {
    /// Its key.
    id: String,
    /// The first day.
    starts: String,
    /// Why.
    reason: String,
    /// The first day it may act again, once reinstated.
    lifted: Option<String>,
}

/// An institution with everything filed of it.
#[derive(Serialize, ToSchema)]
pub struct DossierOut {
    /// The institution.
    institution: InstitutionOut,
    /// What it has filed.
    entitlements: Vec<EntitlementOut>,
    /// When it was suspended.
    suspensions: Vec<SuspensionOut>,
}

fn line(filed: &Filed, changed: &[Changed], now: Now) -> EntitlementOut {
    let it = &filed.entitlement;
    let own: Vec<_> = changed
        .iter()
        .filter(|change| change.entitlement == it.id)
        .collect();
    let changes: Vec<_> = own.iter().map(|change| change.change()).collect();
    EntitlementOut {
        id: it.id.to_string(),
        institution: it.institution.to_string(),
        role: it.role.as_str(),
        occupation: it.subject.occupation().map(ToString::to_string),
        startup: it.subject.startup().map(|course| course.as_str()),
        level: it.level.map(|level| level.as_str()),
        starts: it.starts.to_string(),
        filed_ends: it.ends.to_string(),
        ends: it.ends_as_of(now.day(), &changes).to_string(),
        document: it.document.clone(),
        filed_at: filed.filed_at.and_utc().to_rfc3339(),
        changes: own
            .iter()
            .map(|change| ChangeOut {
                kind: change.kind.as_str(),
                ends: change.ends.to_string(),
                reason: change.reason.clone(),
                at: change.at.and_utc().to_rfc3339(),
            })
            .collect(),
    }
}

fn whole(dossier: &Dossier, now: Now) -> DossierOut {
    let Papers {
        filed,
        changed,
        suspended,
    } = &dossier.papers;
    DossierOut {
        institution: (&dossier.registered).into(),
        entitlements: filed
            .iter()
            .map(|filed| line(filed, changed, now))
            .collect(),
        suspensions: suspended
            .iter()
            .map(|(suspended, lifted)| SuspensionOut {
                id: suspended.id.to_string(),
                starts: suspended.starts.to_string(),
                reason: suspended.reason.clone(),
                lifted: lifted.as_ref().map(|lifted| lifted.ends.to_string()),
            })
            .collect(),
    }
}

/// List institutions
///
/// Those the token's owner may see.
#[utoipa::path(get, path = "/api/v1/institutions", tag = "institutions", params(
    ("region" = Option<String>, Query, description = "Seat in this region or inside"),
    ("role" = Option<String>, Query, description = "`train` or `assess`"),
    ("q" = Option<String>, Query, description = "Part of a name or credit code"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<InstitutionOut>), Reading))]
#[rocket::get("/api/v1/institutions?<region>&<role>&<q>&<page>&<size>")]
async fn list_institutions(
    reader: Reader,
    region: Option<&str>,
    role: Option<&str>,
    q: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<InstitutionOut>>, No> {
    let sought = Sought {
        region: region.and_then(RegionCode::read),
        role: role.and_then(InstitutionRole::read),
        text: q.unwrap_or_default().to_owned(),
    };
    let window = Window::of(page, size);
    let slice = desk
        .ask(move |registry| institutions::list(registry, &reader, &sought, window))
        .await?;
    Ok(Json(Listing::of(slice, |listed| {
        (&listed.registered).into()
    })))
}

/// Register an institution
#[utoipa::path(post, path = "/api/v1/institutions", tag = "institutions", request_body = InstitutionForm,
    responses((status = 201, description = "Registered", body = Made), Changing))]
#[rocket::post("/api/v1/institutions", data = "<form>")]
async fn register_institution(
    officer: BureauOfficer,
    form: body::Json<InstitutionForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read()?;
    let id = desk
        .ask(move |registry| institutions::register(registry, &officer, new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// Show an institution
///
/// Its registration and everything filed of it.
#[utoipa::path(get, path = "/api/v1/institutions/{id}", tag = "institutions",
    params(("id" = String, Path, description = "Its key")),
    responses((status = 200, description = "The dossier", body = DossierOut), Reading))]
#[rocket::get("/api/v1/institutions/<id>")]
async fn show_institution(
    reader: Reader,
    id: InstitutionId,
    desk: &State<Desk>,
) -> Result<Json<DossierOut>, No> {
    let now = desk.now();
    let dossier = desk
        .ask(move |registry| institutions::dossier(registry, &reader, &id))
        .await?;
    Ok(Json(whole(&dossier, now)))
}

/// Amend an institution's registration
///
/// Name, credit code and seat do not change and are not read.
#[utoipa::path(post, path = "/api/v1/institutions/{id}/amendment", tag = "institutions",
    params(("id" = String, Path, description = "Its key")), request_body = InstitutionForm,
    responses((status = 200, description = "Amended", body = Made), Changing))]
#[rocket::post("/api/v1/institutions/<id>/amendment", data = "<form>")]
async fn amend_institution(
    officer: BureauOfficer,
    id: InstitutionId,
    form: body::Json<InstitutionForm>,
    desk: &State<Desk>,
) -> Result<Json<Made>, No> {
    let now = desk.now();
    let particulars = form.0.read_particulars()?;
    let key = id.clone();
    desk.ask(move |registry| institutions::amend(registry, &officer, &key, &particulars, now))
        .await?;
    Ok(Made::of(id))
}

/// Whether something was in scope on a day.
#[derive(Serialize, ToSchema)]
pub struct ScopeOut {
    /// Whether it was.
    in_scope: bool,
    /// When it was not: why, as a code.
    code: Option<&'static str>,
    /// When it was not: why, in the caller's language.
    text: Option<String>,
}

/// Ask whether something was in scope on a day
///
/// Judged by what was filed, changed and suspended as of that day.
#[utoipa::path(get, path = "/api/v1/institutions/{id}/scope", tag = "institutions", params(
    ("id" = String, Path, description = "The institution's key"),
    ("day" = String, Query, description = "The day, `2026-03-02`"),
    ("role" = String, Query, description = "`train` or `assess`"),
    ("occupation" = Option<String>, Query, description = "职业编码 or exact name"),
    ("startup" = Option<String>, Query, description = "A startup course's code"),
    ("level" = Option<String>, Query, description = "A level's code"),
), responses((status = 200, description = "The answer", body = ScopeOut), Reading))]
#[rocket::get("/api/v1/institutions/<id>/scope?<day>&<role>&<occupation>&<startup>&<level>")]
#[expect(
    clippy::too_many_arguments,
    reason = "the question's fields stand in the address"
)]
async fn ask_scope(
    reader: Reader,
    caller: Caller,
    id: InstitutionId,
    day: Option<String>,
    role: Option<String>,
    occupation: Option<String>,
    startup: Option<String>,
    level: Option<String>,
    desk: &State<Desk>,
) -> Result<Json<ScopeOut>, No> {
    let question = QuestionForm {
        day: day.unwrap_or_default(),
        role: role.unwrap_or_default(),
        occupation: occupation.unwrap_or_default(),
        startup: startup.unwrap_or_default(),
        level: level.unwrap_or_default(),
    };
    let question = question.read()?;
    let answer = desk
        .ask(move |registry| entitlements::in_scope(registry, &reader, &id, &question))
        .await?;
    let why = answer.err().map(Reason::refusal);
    Ok(Json(ScopeOut {
        in_scope: why.is_none(),
        code: why.as_ref().map(|why| why.code),
        text: why.as_ref().map(|why| caller.words().refusal(why).say),
    }))
}

/// File an entitlement
#[utoipa::path(post, path = "/api/v1/institutions/{id}/entitlements", tag = "institutions",
    params(("id" = String, Path, description = "The institution's key")), request_body = EntitlementForm,
    responses((status = 201, description = "Filed", body = Made), Changing))]
#[rocket::post("/api/v1/institutions/<id>/entitlements", data = "<form>")]
async fn file_entitlement(
    officer: BureauOfficer,
    id: InstitutionId,
    form: body::Json<EntitlementForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read()?;
    let made = desk
        .ask(move |registry| entitlements::file(registry, &officer, &id, new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// Show an entitlement
#[utoipa::path(get, path = "/api/v1/entitlements/{id}", tag = "institutions",
    params(("id" = String, Path, description = "Its key")),
    responses((status = 200, description = "The line and its changes", body = EntitlementOut), Reading))]
#[rocket::get("/api/v1/entitlements/<id>")]
async fn show_entitlement(
    reader: Reader,
    id: EntitlementId,
    desk: &State<Desk>,
) -> Result<Json<EntitlementOut>, No> {
    let now = desk.now();
    let (filed, changed) = desk
        .ask(move |registry| entitlements::show(registry, &reader, &id))
        .await?;
    Ok(Json(line(&filed, &changed, now)))
}

/// Extend or shorten an entitlement
///
/// `day` is the new last day; the change counts from today.
#[utoipa::path(post, path = "/api/v1/entitlements/{id}/changes", tag = "institutions",
    params(("id" = String, Path, description = "Its key")), request_body = DayForm,
    responses((status = 201, description = "Changed", body = Made), Changing))]
#[rocket::post("/api/v1/entitlements/<id>/changes", data = "<form>")]
async fn change_entitlement(
    officer: BureauOfficer,
    id: EntitlementId,
    form: body::Json<DayForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let (day, reason) = form.0.read()?;
    let key = id.clone();
    let act = move |registry: &Registry| {
        entitlements::move_end(registry, &officer, &key, day, &reason, now)
    };
    desk.ask(act)
        .await
        .map_err(crate::web::entitlements::at_day)?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// Suspend an institution
///
/// `day` is the first day it may do nothing.
#[utoipa::path(post, path = "/api/v1/institutions/{id}/suspensions", tag = "institutions",
    params(("id" = String, Path, description = "The institution's key")), request_body = DayForm,
    responses((status = 201, description = "Suspended", body = Made), Changing))]
#[rocket::post("/api/v1/institutions/<id>/suspensions", data = "<form>")]
async fn suspend_institution(
    officer: BureauOfficer,
    id: InstitutionId,
    form: body::Json<DayForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let (day, reason) = form.0.read()?;
    let act = move |registry: &Registry| {
        entitlements::suspend(registry, &officer, &id, day, &reason, now)
    };
    let made = desk.ask(act).await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// Reinstate an institution
///
/// `day` is the first day it may act again.
#[utoipa::path(post, path = "/api/v1/suspensions/{id}/reinstatement", tag = "institutions",
    params(("id" = String, Path, description = "The suspension's key")), request_body = DayForm,
    responses((status = 201, description = "Reinstated: the institution's key", body = Made), Changing))]
#[rocket::post("/api/v1/suspensions/<id>/reinstatement", data = "<form>")]
async fn reinstate_institution(
    officer: BureauOfficer,
    id: SuspensionId,
    form: body::Json<DayForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let (day, reason) = form.0.read()?;
    let act = move |registry: &Registry| {
        entitlements::reinstate(registry, &officer, &id, day, &reason, now)
    };
    let institution = desk.ask(act).await?;
    Ok(Custom(Status::Created, Made::of(institution)))
}

/// Download an institution's own list
///
/// Every event of the public log in its name, a line of JSON each, for `guildhall monitor --own`: what
/// it commits to (`c`), when it was, its kind, its place, and the number of the certificate it tells of.
#[utoipa::path(get, path = "/api/v1/institutions/{id}/own-list.jsonl", tag = "institutions",
    params(("id" = String, Path, description = "Its key")),
    responses((status = 200, description = "The list", body = String, content_type = "application/x-ndjson"), Reading))]
#[rocket::get("/api/v1/institutions/<id>/own-list.jsonl")]
async fn own_list(reader: Reader, id: InstitutionId, desk: &State<Desk>) -> Result<Download, No> {
    let lines = desk
        .ask(move |registry| crate::acts::log::own_list::of(registry, &reader, &id))
        .await?;
    let kind = rocket::http::ContentType::new("application", "x-ndjson");
    Ok(Download::named("own.jsonl", kind, lines.into_bytes()))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        list_institutions,
        register_institution,
        show_institution,
        amend_institution,
        ask_scope,
        file_entitlement,
        show_entitlement,
        change_entitlement,
        suspend_institution,
        reinstate_institution,
        own_list
    ),
    components(schemas(
        InstitutionOut,
        EntitlementOut,
        ChangeOut,
        SuspensionOut,
        DossierOut,
        ScopeOut,
        Made,
        InstitutionForm,
        EntitlementForm,
        DayForm
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list_institutions,
        register_institution,
        show_institution,
        amend_institution,
        ask_scope,
        file_entitlement,
        show_entitlement,
        change_entitlement,
        suspend_institution,
        reinstate_institution,
        own_list
    ]
}
