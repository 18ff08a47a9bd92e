//! 底数 for programs: the lists, the counts, a wish registered, a list taken in, a contact recorded.

use crate::acts::base::{self, Row};
use crate::acts::{Done, wish_lists, wishes};
use crate::domain::account::{BaseKeeper, BaseReader};
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::wish::{BaseList, ContactWay, WishEnd};
use crate::ground::slice::Window;
use crate::web::api::deliveries::ProblemTold;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::once::{Key, Said, once};
use crate::web::api::{Listing, Made};
use crate::web::base::{Asked, WishForm};
use crate::web::body::{Json as Body, Raw};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::refusal::No;
use chrono::NaiveDate;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// One person of the ledger; never a number or a telephone.
#[derive(Serialize, ToSchema)]
pub struct BasePerson {
    /// Her key.
    person: String,
    /// 姓名
    name: String,
    /// The last four characters of her identity number.
    id_last4: String,
    /// 行政区划代码 of where she is counted.
    region: String,
    /// 嘎查（村）
    village: String,
    /// What she wants to learn; empty when she has no standing wish.
    trade: String,
    /// The codes of the key groups she was in that day.
    groups: Vec<String>,
    /// Since when she wants it.
    wished_on: Option<NaiveDate>,
    /// When somebody last spoke with her.
    contacted_on: Option<NaiveDate>,
    /// The lists she stands on: `wanting`, `training`, `trained`, `certified`, `employed`, `neglected`.
    lists: Vec<&'static str>,
}

pub(super) fn told((row, groups): (Row, Vec<String>)) -> BasePerson {
    BasePerson {
        lists: BaseList::ALL[1..]
            .iter()
            .filter(|list| row.is_on(**list))
            .map(|list| list.as_str())
            .collect(),
        person: row.person,
        name: row.name,
        id_last4: row.id_tail,
        region: row.region,
        village: row.village,
        trade: row.trade,
        groups,
        wished_on: row.wished,
        contacted_on: row.contacted,
    }
}

/// How many of a list live in one place.
#[derive(Serialize, ToSchema)]
pub struct BaseCell {
    /// The code of a county or township, or, of a township, a village's name.
    place: String,
    /// The key group; empty for everybody of the place.
    group: String,
    /// How many people.
    heads: i64,
}

/// How many people stand on each list, and how those of one list are spread.
#[derive(Serialize, ToSchema)]
pub struct BaseCounts {
    /// 行政区划代码
    region: String,
    /// The list that `cells` are of.
    list: &'static str,
    /// As of this day.
    day: NaiveDate,
    /// The length of each list, by its code.
    sums: std::collections::BTreeMap<&'static str, i64>,
    /// By place, and by place and group. Places add up to the list; groups do not.
    cells: Vec<BaseCell>,
}

/// List people
///
/// Everybody of a region: who wants training, and what became of whom.
#[utoipa::path(get, path = "/api/v1/base", tag = "base", params(
    ("list" = Option<String>, Query, description = "`wanting`, `training`, `trained`, `certified`, `employed` or `neglected`"),
    ("region" = Option<String>, Query, description = "行政区划代码; the caller's own by default"),
    ("village" = Option<String>, Query, description = "嘎查（村）"),
    ("group" = Option<String>, Query, description = "重点群体, e.g. `G08`"),
    ("q" = Option<String>, Query, description = "Words of a name"),
    ("to" = Option<NaiveDate>, Query, description = "截至: as of the end of this day; today by default"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "By place and name", body = Listing<BasePerson>), Reading))]
#[rocket::get("/api/v1/base?<page>&<size>&<asked..>")]
async fn list(
    reader: BaseReader,
    page: Option<u32>,
    size: Option<u32>,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Json<Listing<BasePerson>>, No> {
    let filter = asked.filter(desk.now().day());
    let listed = desk
        .ask(move |registry| base::list(registry, &reader, filter, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(listed.slice, told)))
}

/// Count people
#[utoipa::path(get, path = "/api/v1/base/counts", tag = "base", params(
    ("list" = Option<String>, Query, description = "The list whose people are told by place and group"),
    ("region" = Option<String>, Query, description = "行政区划代码; the caller's own by default"),
    ("to" = Option<NaiveDate>, Query, description = "截至: as of the end of this day; today by default"),
), responses((status = 200, description = "The counts", body = BaseCounts), Reading))]
#[rocket::get("/api/v1/base/counts?<list>&<region>&<to>")]
async fn counts(
    reader: BaseReader,
    list: Option<String>,
    region: Option<String>,
    to: Option<String>,
    desk: &State<Desk>,
) -> Result<Json<BaseCounts>, No> {
    let asked = Asked {
        list,
        region,
        to,
        ..Asked::default()
    };
    let filter = asked.filter(desk.now().day());
    let counted = desk
        .ask(move |registry| base::count(registry, &reader, filter))
        .await?;
    let cell = |cell: crate::store::base::Cell| BaseCell {
        place: cell.place,
        group: cell.key_group,
        heads: cell.heads,
    };
    Ok(Json(BaseCounts {
        region: counted
            .filter
            .region
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        list: counted.filter.list.as_str(),
        day: counted.filter.day,
        sums: counted
            .sums
            .iter()
            .map(|(list, heads)| (list.as_str(), *heads))
            .collect(),
        cells: counted.cells.into_iter().map(cell).collect(),
    }))
}

/// Register a wish
///
/// A newer wish of the same person takes the place of the one she has.
#[utoipa::path(post, path = "/api/v1/base", tag = "base", request_body = WishForm,
    responses((status = 201, description = "Registered; the key is the person's", body = Made), Changing))]
#[rocket::post("/api/v1/base", data = "<form>")]
async fn register(
    keeper: BaseKeeper,
    form: Body<WishForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read()?;
    let person = desk
        .ask(move |registry| wishes::register(registry, &keeper, &new, "api", now))
        .await?;
    Ok(Custom(Status::Created, Made::of(person)))
}

/// What a list came to: tried out, or taken in.
#[derive(Serialize, ToSchema)]
pub struct WishListAnswer {
    /// The key of the list; none after a trial, which keeps nothing.
    id: Option<String>,
    /// SHA-256 of the file: to be given back as `tried` when it is to be taken in.
    digest: String,
    /// Lines that can be, or were, kept.
    lines: usize,
    /// How many of them are of people on record.
    known: usize,
    /// Wishes put on record.
    fresh: usize,
    /// Lines that said what was on record already.
    same: usize,
    /// What is wrong with the other lines.
    problems: Vec<ProblemTold>,
}

/// Bring in a list of wishes
///
/// The body is the file itself: xlsx, or csv in UTF-8 or GB18030. Without `tried` it is only tried out; with the
/// digest that a trial told, it is taken in.
#[utoipa::path(post, path = "/api/v1/base/lists", tag = "base", params(
    ("region" = Option<String>, Query, description = "行政区划代码 of lines that name no place; a township's own by default"),
    ("tried" = Option<String>, Query, description = "The digest a trial told"),
    ("Idempotency-Key" = Option<String>, Header, description = "The same key is answered alike for a day"),
),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "Tried out, or taken in", body = WishListAnswer),
    Changing,
))]
#[rocket::post("/api/v1/base/lists?<region>&<tried>", data = "<sheet>")]
async fn bring(
    keeper: BaseKeeper,
    region: Option<&str>,
    tried: Option<&str>,
    key: Key,
    sheet: Raw,
    desk: &State<Desk>,
) -> Result<Said, No> {
    let now = desk.now();
    let region = region.unwrap_or_default();
    let mut faults = Faults::default();
    let place = faults.optional("region", region, RegionCode::read);
    faults.end()?;
    let tried = tried.unwrap_or_default().to_owned();
    let asked = format!("POST /api/v1/base/lists {region} {tried}");
    let said: Done<Said> = desk
        .ask(move |registry| {
            let whole = [asked.as_bytes(), &sheet.0];
            let by = keeper.actor();
            once(
                registry,
                by,
                key.0.as_deref(),
                &whole,
                200,
                now,
                |registry| {
                    let place = place.as_ref();
                    let trial = wish_lists::try_out(registry, &keeper, place, &sheet.0, now)?;
                    let kept = if tried.is_empty() {
                        None
                    } else {
                        Some(wish_lists::keep(
                            registry, &keeper, place, &sheet.0, &tried, now,
                        )?)
                    };
                    Ok(WishListAnswer {
                        fresh: kept.as_ref().map_or(0, |kept| kept.fresh),
                        same: kept.as_ref().map_or(0, |kept| kept.same),
                        id: kept.map(|kept| kept.id.to_string()),
                        digest: trial.digest.clone(),
                        lines: trial.lines,
                        known: trial.known,
                        problems: trial.problems.iter().map(ProblemTold::of).collect(),
                    })
                },
            )
        })
        .await;
    Ok(said?)
}

/// That somebody was spoken with.
#[derive(Deserialize, ToSchema)]
pub struct ContactSent {
    /// When.
    #[serde(default)]
    day: String,
    /// `phone`, `visit`, `message` or `meeting`.
    #[serde(default)]
    way: String,
    /// What came of it; no identity numbers, no telephones.
    #[serde(default)]
    note: String,
}

/// Record a contact
#[utoipa::path(post, path = "/api/v1/base/{id}/contacts", tag = "base", request_body = ContactSent,
    params(("id" = String, Path, description = "The person's key")),
    responses((status = 201, description = "On record", body = Made), Changing))]
#[rocket::post("/api/v1/base/<id>/contacts", data = "<form>")]
async fn contact(
    keeper: BaseKeeper,
    id: PersonId,
    form: Body<ContactSent>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let mut faults = Faults::default();
    let day = faults.day("day", &form.0.day);
    let way = faults.known("way", &form.0.way, ContactWay::read);
    let (day, way) = faults.or(day.zip(way))?;
    let contact = desk
        .ask(move |registry| wishes::contact(registry, &keeper, &id, (day, way, &form.0.note), now))
        .await?;
    Ok(Custom(Status::Created, Made::of(contact)))
}

/// Why a wish is no longer one.
#[derive(Deserialize, ToSchema)]
pub struct EndSent {
    /// `trained`, `employed`, `dropped`, `moved` or `mistaken`.
    #[serde(default)]
    reason: String,
}

/// End a wish
#[utoipa::path(post, path = "/api/v1/base/{id}/ending", tag = "base", request_body = EndSent,
    params(("id" = String, Path, description = "The person's key")),
    responses((status = 204, description = "Ended"), Changing))]
#[rocket::post("/api/v1/base/<id>/ending", data = "<form>")]
async fn end(
    keeper: BaseKeeper,
    id: PersonId,
    form: Body<EndSent>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let reason = WishEnd::read(form.0.reason.trim());
    let reason = reason.ok_or_else(|| vec![Refusal::new("field.unreadable").at("reason")])?;
    desk.ask(move |registry| wishes::settle(registry, &keeper, &id, reason, now))
        .await?;
    Ok(NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(list, counts, register, bring, contact, end),
    components(schemas(
        BasePerson,
        BaseCounts,
        BaseCell,
        WishForm,
        WishListAnswer,
        ContactSent,
        EndSent
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![list, counts, register, bring, contact, end]
}
