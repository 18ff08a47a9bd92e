//! 部门授权 for programs: grants, a department's own people, and lists compared.

use crate::acts::comparisons::{self, Answer, NewComparison};
use crate::acts::grants;
use crate::domain::account::{BureauOfficer, Comparer, DepartmentReader, Overseer};
use crate::domain::comparison::ComparisonId;
use crate::domain::grant::GrantId;
use crate::ground::clock::beijing;
use crate::ground::slice::Window;
use crate::store::comparisons::Comparison;
use crate::store::grants::Listed;
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::{Listing, Made};
use crate::web::body::{Json as Body, Raw};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::granted::{LISTS, list_of};
use crate::web::grants::GrantForm;
use crate::web::refusal::No;
use chrono::NaiveDate;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// A grant.
#[derive(Serialize, ToSchema)]
pub struct GrantTold {
    /// Its key.
    id: String,
    /// The login of the department's account.
    account: String,
    /// The department.
    department: String,
    /// The code of the key group.
    group: String,
    /// For what.
    purpose: String,
    /// From this day …
    starts: NaiveDate,
    /// … to this.
    ends: NaiveDate,
    /// When it was taken back, in Beijing time.
    ended_at: Option<String>,
}

fn told((grant, login, ended): Listed) -> GrantTold {
    GrantTold {
        id: grant.id.to_string(),
        account: login,
        department: grant.department,
        group: grant.key_group.to_string(),
        purpose: grant.purpose,
        starts: grant.starts,
        ends: grant.ends,
        ended_at: ended.map(|at| beijing(at).to_rfc3339()),
    }
}

/// List grants
#[utoipa::path(get, path = "/api/v1/grants", tag = "departments", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "The newest first", body = Listing<GrantTold>), Reading))]
#[rocket::get("/api/v1/grants?<page>&<size>")]
async fn list(
    reader: Overseer,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<GrantTold>>, No> {
    let slice = desk
        .ask(move |registry| grants::list(registry, &reader, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, told)))
}

/// Grant a department a group
#[utoipa::path(post, path = "/api/v1/grants", tag = "departments", request_body = GrantForm,
    responses((status = 201, description = "Granted", body = Made), Changing))]
#[rocket::post("/api/v1/grants", data = "<form>")]
async fn give(
    officer: BureauOfficer,
    form: Body<GrantForm>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let new = form.0.read()?;
    let id = desk
        .ask(move |registry| grants::give(registry, &officer, &new, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(id)))
}

/// Take a grant back
#[utoipa::path(post, path = "/api/v1/grants/{id}/ending", tag = "departments",
    params(("id" = String, Path, description = "Its key")),
    responses((status = 204, description = "Taken back"), Changing))]
#[rocket::post("/api/v1/grants/<id>/ending")]
async fn end(officer: BureauOfficer, id: GrantId, desk: &State<Desk>) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| grants::take_back(registry, &officer, &id, now))
        .await?;
    Ok(NoContent)
}

/// One of a department's own people: what became of her; never a number or a telephone.
#[derive(Serialize, ToSchema)]
pub struct GrantedPerson {
    /// 姓名
    name: String,
    /// The last four characters of her identity number.
    id_last4: String,
    /// 行政区划代码
    region: String,
    /// `training`, `trained`, `certified`, `employed`.
    lists: Vec<&'static str>,
}

/// List a department's own people
///
/// Those of the group it was granted, in its region.
#[utoipa::path(get, path = "/api/v1/granted", tag = "departments", params(
    ("grant" = Option<String>, Query, description = "The key of a grant that runs; the newest by default"),
    ("list" = Option<String>, Query, description = "`training`, `trained`, `certified` or `employed`"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "By place and name", body = Listing<GrantedPerson>), Reading))]
#[rocket::get("/api/v1/granted?<grant>&<list>&<page>&<size>")]
async fn people(
    reader: DepartmentReader,
    grant: Option<&str>,
    list: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<GrantedPerson>>, No> {
    let now = desk.now();
    let mut faults = Faults::default();
    let grant = faults.optional("grant", grant.unwrap_or_default(), GrantId::read);
    faults.end()?;
    let list = list_of(list.unwrap_or_default());
    let granted = desk
        .ask(move |registry| {
            let window = Window::of(page, size);
            grants::people(registry, &reader, grant.as_ref(), list, window, now)
        })
        .await?;
    Ok(Json(Listing::of(granted.slice, |row| GrantedPerson {
        lists: LISTS[1..]
            .iter()
            .filter(|list| row.is_on(**list))
            .map(|list| list.as_str())
            .collect(),
        name: row.name,
        id_last4: row.id_tail,
        region: row.region,
    })))
}

/// What a list came to.
#[derive(Serialize, ToSchema)]
pub struct ComparisonTold {
    /// Its key.
    id: String,
    /// For what.
    purpose: String,
    /// 行政区划代码 of the people it was compared with; empty for everybody.
    region: String,
    /// Their key group; empty for every.
    group: String,
    /// SHA-256 of the file, in hexadecimal.
    digest: String,
    /// How many lines it has.
    lines: i32,
    /// How many are of people on record.
    known: i32,
    /// How many of them are trained, …
    trained: i32,
    /// … certified, …
    certified: i32,
    /// … employed.
    employed: i32,
    /// When, in Beijing time.
    at: String,
}

/// The answer for one line.
#[derive(Serialize, ToSchema)]
pub struct ComparedLine {
    /// Where it stood in the file, from 1.
    row: i32,
    /// `known`, `unknown` or `unreadable`.
    verdict: &'static str,
    /// Whether she is trained, …
    trained: bool,
    /// … certified, …
    certified: bool,
    /// … employed.
    employed: bool,
}

/// A comparison with the answer for each line.
#[derive(Serialize, ToSchema)]
pub struct ComparisonAnswer {
    /// What it came to.
    comparison: ComparisonTold,
    /// Line by line.
    rows: Vec<ComparedLine>,
}

fn compared(one: Comparison) -> ComparisonTold {
    ComparisonTold {
        id: one.id.to_string(),
        purpose: one.purpose,
        region: one.region,
        group: one.key_group,
        digest: one.digest,
        lines: one.lines,
        known: one.known,
        trained: one.trained,
        certified: one.certified,
        employed: one.employed,
        at: beijing(one.at).to_rfc3339(),
    }
}

fn answered(answer: Answer) -> ComparisonAnswer {
    let rows = answer.lines.into_iter().map(|line| ComparedLine {
        row: line.line,
        verdict: line.verdict.as_str(),
        trained: line.trained,
        certified: line.certified,
        employed: line.employed,
    });
    ComparisonAnswer {
        rows: rows.collect(),
        comparison: compared(answer.comparison),
    }
}

/// Compare a list
///
/// The body is the file itself: xlsx, or csv in UTF-8 or GB18030, with a column of identity numbers.
/// Numbers are compared and forgotten. The comparison is entered in the ledger with its purpose.
#[utoipa::path(post, path = "/api/v1/comparisons", tag = "departments", params(
    ("purpose" = Option<String>, Query, description = "For what; a department's is its grant's"),
    ("grant" = Option<String>, Query, description = "The key of a department's grant; the newest by default"),
),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "The answers", body = ComparisonAnswer),
    Changing,
))]
#[rocket::post("/api/v1/comparisons?<purpose>&<grant>", data = "<sheet>")]
async fn compare(
    comparer: Comparer,
    purpose: Option<&str>,
    grant: Option<&str>,
    sheet: Raw,
    desk: &State<Desk>,
) -> Result<Json<ComparisonAnswer>, No> {
    let now = desk.now();
    let mut faults = Faults::default();
    let granted = faults.optional("grant", grant.unwrap_or_default(), GrantId::read);
    faults.end()?;
    let new = NewComparison {
        purpose: purpose.unwrap_or_default().to_owned(),
        granted,
        file: "api".to_owned(),
    };
    let answer = desk
        .ask(move |registry| comparisons::compare(registry, &comparer, &new, &sheet.0, now))
        .await?;
    Ok(Json(answered(answer)))
}

/// List comparisons
#[utoipa::path(get, path = "/api/v1/comparisons", tag = "departments", params(
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "Counted from 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses((status = 200, description = "One's own, the newest first", body = Listing<ComparisonTold>), Reading))]
#[rocket::get("/api/v1/comparisons?<page>&<size>")]
async fn list_comparisons(
    comparer: Comparer,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<ComparisonTold>>, No> {
    let slice = desk
        .ask(move |registry| comparisons::list(registry, &comparer, Window::of(page, size)))
        .await?;
    Ok(Json(Listing::of(slice, compared)))
}

/// Show a comparison
#[utoipa::path(get, path = "/api/v1/comparisons/{id}", tag = "departments",
    params(("id" = String, Path, description = "Its key")),
    responses((status = 200, description = "What it came to; line by line it was answered once", body = ComparisonTold), Reading))]
#[rocket::get("/api/v1/comparisons/<id>")]
async fn show_comparison(
    comparer: Comparer,
    id: ComparisonId,
    desk: &State<Desk>,
) -> Result<Json<ComparisonTold>, No> {
    let one = desk
        .ask(move |registry| comparisons::show(registry, &comparer, &id))
        .await?;
    Ok(Json(compared(one)))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(list, give, end, people, compare, list_comparisons, show_comparison),
    components(schemas(
        GrantTold,
        GrantForm,
        GrantedPerson,
        ComparisonTold,
        ComparedLine,
        ComparisonAnswer
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list,
        give,
        end,
        people,
        compare,
        list_comparisons,
        show_comparison
    ]
}
