//! 目录: occupations, trades in demand, regions and code sets for programs. Public, all but the deeds.

use crate::acts::demands;
use crate::domain::account::BureauOfficer;
use crate::domain::code_set;
use crate::domain::demand::DemandId;
use crate::domain::occupation::{self, Matched, Occupation, OccupationCode};
use crate::domain::place::{self, Place, RegionCode};
use crate::ground::slice::Window;
use crate::store::demands::Demand;
use crate::web::api::denials::{Changing, OpenReading};
use crate::web::api::{Listing, Made};
use crate::web::body;
use crate::web::demands::{DemandForm, EndForm, sought};
use crate::web::desk::Desk;
use crate::web::occupations::found;
use crate::web::refusal::No;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// An occupation.
#[derive(Serialize, ToSchema)]
pub struct OccupationOut {
    /// 职业编码
    code: &'static str,
    /// 名称
    name: &'static str,
    /// Its name in English, where known.
    name_en: Option<&'static str>,
    /// 绿色职业
    green: bool,
    /// 数字职业
    digital: bool,
    /// 工种
    work_types: &'static [String],
    /// Everyday names that lead to it.
    everyday_names: Vec<&'static str>,
    /// The levels it is assessed at, lowest first; empty when not known.
    levels: Vec<&'static str>,
    /// `open`, `permit`, `entry` or `listed`: what else the job needs, where known.
    admission: Option<&'static str>,
    /// The separate permit the work needs.
    permit: Option<&'static str>,
    /// What the query matched besides name and code: a work type or an everyday name.
    matched: Option<&'static str>,
}

fn out(it: &'static Occupation, matched: &Matched) -> OccupationOut {
    OccupationOut {
        code: it.code.as_str(),
        name: &it.name,
        name_en: it.name_en.as_deref(),
        green: it.is_green,
        digital: it.is_digital,
        work_types: &it.work_types,
        everyday_names: occupation::everyday_names(&it.code),
        levels: it.levels.iter().map(|level| level.as_str()).collect(),
        admission: it.admission.map(|admission| admission.as_str()),
        permit: it.permit.as_ref().map(|(zh, _)| zh.as_str()),
        matched: match matched {
            Matched::Name => None,
            Matched::WorkType(name) | Matched::Alias(name, _) => Some(name),
        },
    }
}

/// Search occupations
///
/// By code, name, work type or everyday name; without a query the whole catalogue in order.
#[utoipa::path(get, path = "/api/v1/occupations", tag = "catalogue", security(()), params(
    ("q" = Option<String>, Query, description = "What is looked for"),
    ("flag" = Option<String>, Query, description = "`in_demand`, `green` or `digital`"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page, best first", body = Listing<OccupationOut>), OpenReading))]
#[rocket::get("/api/v1/occupations?<q>&<flag>&<page>&<size>")]
fn search_occupations(
    q: Option<&str>,
    flag: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
) -> Json<Listing<OccupationOut>> {
    let slice = found(
        q.unwrap_or_default(),
        flag.unwrap_or_default(),
        Window::of(page, size),
    );
    Json(Listing::of(slice, |found| {
        out(found.occupation, &found.matched)
    }))
}

/// Show an occupation
#[utoipa::path(get, path = "/api/v1/occupations/{code}", tag = "catalogue", security(()),
    params(("code" = String, Path, description = "职业编码, e.g. `6-18-02-04`")),
    responses((status = 200, description = "The occupation", body = OccupationOut), OpenReading))]
#[rocket::get("/api/v1/occupations/<code>")]
fn show_occupation(code: OccupationCode) -> Result<Json<OccupationOut>, No> {
    let it = occupation::find(&code).ok_or(crate::acts::Error::NotFound)?;
    Ok(Json(out(it, &Matched::Name)))
}

/// A place.
#[derive(Serialize, ToSchema)]
pub struct PlaceOut {
    /// 行政区划代码
    code: &'static str,
    /// The place it lies in.
    parent: Option<&'static str>,
    /// `province`, `prefecture`, `county` or `township`.
    level: &'static str,
    /// 名称
    name: &'static str,
    /// Its name in English; empty when none is known.
    name_en: &'static str,
}

impl From<&'static Place> for PlaceOut {
    fn from(place: &'static Place) -> Self {
        Self {
            code: place.code.as_str(),
            parent: place.parent.as_ref().map(RegionCode::as_str),
            level: place.level.as_str(),
            name: &place.name,
            name_en: &place.name_en,
        }
    }
}

/// Regions
///
/// Those directly inside `parent`, those `q` finds, or else the provinces.
#[utoipa::path(get, path = "/api/v1/regions", tag = "catalogue", security(()), params(
    ("parent" = Option<String>, Query, description = "A place's code"),
    ("q" = Option<String>, Query, description = "A name or the beginning of a code"),
), responses((status = 200, description = "The places", body = Vec<PlaceOut>), OpenReading))]
#[rocket::get("/api/v1/regions?<parent>&<q>")]
fn list_regions(parent: Option<&str>, q: Option<&str>) -> Json<Vec<PlaceOut>> {
    let places: Vec<&'static Place> = match (parent.and_then(RegionCode::read), q) {
        (Some(parent), _) => place::children(&parent).collect(),
        (None, Some(q)) if !q.trim().is_empty() => place::search(q, 50),
        _ => place::all()
            .iter()
            .filter(|place| place.parent.is_none())
            .collect(),
    };
    Json(places.into_iter().map(PlaceOut::from).collect())
}

/// One code of a set.
#[derive(Serialize, ToSchema)]
pub struct CodeOut {
    /// The code.
    code: &'static str,
    /// 名称
    name: &'static str,
    /// Its name in English.
    name_en: &'static str,
    /// Whether it tells of a person's health, poverty or past.
    sensitive: bool,
}

/// A code set
///
/// `level`, `train_kind`, `startup_course`, `org_class`, `org_role`, `id_type`, `group`, `education`,
/// `cert_kind` or `outcome`.
#[utoipa::path(get, path = "/api/v1/codes/{set}", tag = "catalogue", security(()),
    params(("set" = String, Path, description = "The set's name")),
    responses((status = 200, description = "Its codes, in order", body = Vec<CodeOut>), OpenReading))]
#[rocket::get("/api/v1/codes/<set>")]
fn list_codes(set: &str) -> Result<Json<Vec<CodeOut>>, No> {
    let codes: Vec<_> = code_set::of(set)
        .map(|entry| CodeOut {
            code: &entry.code,
            name: &entry.name,
            name_en: &entry.name_en,
            sensitive: entry.sensitive,
        })
        .collect();
    if codes.is_empty() {
        Err(crate::acts::Error::NotFound.into())
    } else {
        Ok(Json(codes))
    }
}

/// One line of the list of trades in demand.
#[derive(Serialize, ToSchema)]
pub struct DemandOut {
    /// Its key.
    id: String,
    /// Where the trade is in demand.
    region: String,
    /// 职业编码
    occupation: String,
    /// 名称
    name: String,
    /// The first day.
    starts: String,
    /// The last day, once somebody has said.
    ends: Option<String>,
    /// The document it rests on.
    document: String,
    /// A remark for readers.
    note: String,
}

fn demand(it: &Demand) -> DemandOut {
    DemandOut {
        id: it.id.to_string(),
        region: it.region.to_string(),
        occupation: it.occupation.to_string(),
        name: occupation::name(&it.occupation),
        starts: it.starts.to_string(),
        ends: it.ends.map(|day| day.to_string()),
        document: it.document.clone(),
        note: it.note.clone(),
    }
}

/// Trades in demand
///
/// The published list: on a day, or every line ever published when no day is given.
#[utoipa::path(get, path = "/api/v1/demands", tag = "catalogue", security(()), params(
    ("region" = Option<String>, Query, description = "In this region or inside"),
    ("q" = Option<String>, Query, description = "An occupation, by any of its names"),
    ("on" = Option<NaiveDate>, Query, description = "The day, `2026-03-02`"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page", body = Listing<DemandOut>), OpenReading))]
#[rocket::get("/api/v1/demands?<region>&<q>&<on>&<page>&<size>")]
async fn list_demands(
    region: Option<&str>,
    q: Option<&str>,
    on: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<DemandOut>>, No> {
    let mut faults = crate::web::fields::Faults::default();
    let day = faults.optional("on", on.unwrap_or_default(), |text| text.parse().ok());
    faults.end()?;
    let sought = sought(region.unwrap_or_default(), q.unwrap_or_default(), day);
    let window = Window::of(page, size);
    let slice = desk
        .ask(move |registry| demands::list(registry, &sought, window))
        .await?;
    Ok(Json(Listing::of(slice, |row| demand(&row))))
}

/// List a trade as in demand
#[utoipa::path(post, path = "/api/v1/demands", tag = "catalogue", request_body = DemandForm,
    responses((status = 201, description = "Listed", body = Made), Changing))]
#[rocket::post("/api/v1/demands", data = "<form>")]
async fn publish_demand(
    officer: BureauOfficer,
    form: body::Json<DemandForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read()?;
    let id = desk
        .ask(move |registry| demands::publish(registry, &officer, new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// End a line of the list
#[utoipa::path(post, path = "/api/v1/demands/{id}/ending", tag = "catalogue",
    params(("id" = String, Path, description = "The line's key")), request_body = EndForm,
    responses((status = 201, description = "It has its last day", body = Made), Changing))]
#[rocket::post("/api/v1/demands/<id>/ending", data = "<form>")]
async fn end_demand(
    officer: BureauOfficer,
    id: DemandId,
    form: body::Json<EndForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let last = form.0.read()?;
    let key = id.clone();
    desk.ask(move |registry| demands::end(registry, &officer, &key, last, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        search_occupations,
        show_occupation,
        list_regions,
        list_codes,
        list_demands,
        publish_demand,
        end_demand
    ),
    components(schemas(OccupationOut, PlaceOut, CodeOut, DemandOut, DemandForm, EndForm))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        search_occupations,
        show_occupation,
        list_regions,
        list_codes,
        list_demands,
        publish_demand,
        end_demand
    ]
}
