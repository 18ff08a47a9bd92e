//! 账号与节假日: the administrator's deeds for programs.

use crate::acts::{Registry, accounts, holidays};
use crate::domain::account::{AccountId, Administrator, Viewer};
use crate::ground::slice::Window;
use crate::store::accounts::Account;
use crate::web::accounts::AccountForm;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body;
use crate::web::desk::Desk;
use crate::web::holidays::{HolidayForm, OnDay};
use crate::web::refusal::No;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// An account.
#[derive(Serialize, ToSchema)]
pub struct AccountOut {
    /// Its key.
    id: String,
    /// What is typed to sign in.
    login: String,
    /// The person's name.
    name: String,
    /// The role's code.
    role: &'static str,
    /// The institution it acts for.
    institution: Option<String>,
    /// The region it oversees.
    region: Option<String>,
    /// 嘎查（村）, for a worker who is to see only that.
    village: Option<String>,
    /// The assessor it is.
    assessor: Option<String>,
    /// Since when, in UTC.
    opened_at: String,
    /// Until when, in UTC.
    closed_at: Option<String>,
}

impl From<Account> for AccountOut {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.to_string(),
            login: account.login,
            name: account.name,
            role: account.role.as_str(),
            institution: account.institution.map(|id| id.to_string()),
            region: account.region,
            village: account.village,
            assessor: account.assessor.map(|id| id.to_string()),
            opened_at: account.opened_at.and_utc().to_rfc3339(),
            closed_at: account.closed_at.map(|at| at.and_utc().to_rfc3339()),
        }
    }
}

/// List accounts
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One page, by login", body = Listing<AccountOut>), Reading))]
#[rocket::get("/api/v1/accounts?<page>&<size>")]
async fn list_accounts(
    administrator: Administrator,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<AccountOut>>, No> {
    let window = Window::of(page, size);
    let slice = desk
        .ask(move |registry| accounts::list(registry, &administrator, window))
        .await?;
    Ok(Json(Listing::of(slice, AccountOut::from)))
}

/// Open an account
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = AccountForm,
    responses((status = 201, description = "Open", body = Made), Changing))]
#[rocket::post("/api/v1/accounts", data = "<form>")]
async fn open_account(
    administrator: Administrator,
    form: body::Json<AccountForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read()?;
    let id = desk
        .ask(move |registry| accounts::open(registry, &administrator, new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// Change an account's role
///
/// Its sessions and tokens end. Login, name and password are not read.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/role", tag = "accounts",
    params(("id" = String, Path, description = "The account's key")), request_body = AccountForm,
    responses((status = 200, description = "Changed", body = Made), Changing))]
#[rocket::post("/api/v1/accounts/<id>/role", data = "<form>")]
async fn change_account_role(
    administrator: Administrator,
    id: AccountId,
    form: body::Json<AccountForm>,
    desk: &State<Desk>,
) -> Result<Json<Made>, No> {
    let now = desk.now();
    let (role, scope) = form.0.read_role()?;
    let key = id.clone();
    let act = move |registry: &Registry| {
        accounts::change_role(registry, &administrator, &key, role, scope, now)
    };
    desk.ask(act).await?;
    Ok(Made::of(id))
}

/// Close an account
#[utoipa::path(post, path = "/api/v1/accounts/{id}/closing", tag = "accounts",
    params(("id" = String, Path, description = "The account's key")),
    responses((status = 200, description = "Closed", body = Made), Changing))]
#[rocket::post("/api/v1/accounts/<id>/closing")]
async fn close_account(
    administrator: Administrator,
    id: AccountId,
    desk: &State<Desk>,
) -> Result<Json<Made>, No> {
    let now = desk.now();
    let key = id.clone();
    desk.ask(move |registry| accounts::close(registry, &administrator, &key, now))
        .await?;
    Ok(Made::of(id))
}

/// A day that differs from the plain week.
#[derive(Serialize, ToSchema)]
pub struct HolidayOut {
    /// The day.
    day: String,
    /// Whether offices work on it.
    works: bool,
    /// The holiday; empty when the carried table says so.
    name: String,
    /// Whether this registry recorded it.
    own: bool,
}

/// Holidays of a year
#[utoipa::path(get, path = "/api/v1/holidays", tag = "accounts", params(
    ("year" = Option<i32>, Query, minimum = 2000, maximum = 2100, description = "This year, unless another is named"),
), responses((status = 200, description = "The days, in order", body = Vec<HolidayOut>), Reading))]
#[rocket::get("/api/v1/holidays?<year>")]
async fn list_holidays(
    viewer: Viewer,
    year: Option<i32>,
    desk: &State<Desk>,
) -> Result<Json<Vec<HolidayOut>>, No> {
    let year = year.unwrap_or(desk.now().year()).clamp(2000, 2100);
    let days = desk
        .ask(move |registry| holidays::of_year(registry, &viewer, year))
        .await?;
    let out = |day: holidays::Day| HolidayOut {
        day: day.day.to_string(),
        works: day.works,
        name: day.name,
        own: day.own,
    };
    Ok(Json(days.into_iter().map(out).collect()))
}

/// Record a holiday or a working weekend day
#[utoipa::path(post, path = "/api/v1/holidays", tag = "accounts", request_body = HolidayForm,
    responses((status = 201, description = "Recorded", body = Made), Changing))]
#[rocket::post("/api/v1/holidays", data = "<form>")]
async fn record_holiday(
    administrator: Administrator,
    form: body::Json<HolidayForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let (day, works, name) = form.0.read()?;
    let act = move |registry: &Registry| {
        holidays::record(registry, &administrator, day, works, &name, now)
    };
    desk.ask(act).await?;
    Ok(Custom(Status::Created, Made::of(day)))
}

/// Take back what was recorded of a day
#[utoipa::path(delete, path = "/api/v1/holidays/{day}", tag = "accounts",
    params(("day" = String, Path, description = "The day, `2027-02-05`")),
    responses((status = 204, description = "Taken back"), Changing))]
#[rocket::delete("/api/v1/holidays/<day>")]
async fn remove_holiday(
    administrator: Administrator,
    day: OnDay,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    let OnDay(day) = day;
    desk.ask(move |registry| holidays::remove(registry, &administrator, day, now))
        .await?;
    Ok(NoContent)
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        list_accounts,
        open_account,
        change_account_role,
        close_account,
        list_holidays,
        record_holiday,
        remove_holiday
    ),
    components(schemas(AccountOut, HolidayOut, AccountForm, HolidayForm))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list_accounts,
        open_account,
        change_account_role,
        close_account,
        list_holidays,
        record_holiday,
        remove_holiday
    ]
}
