//! 名单比对: any sheet with identity numbers, held against the registry; the answer taken away.

use crate::acts::comparisons::{self, Answer, NewComparison};
use crate::acts::{Error, grants};
use crate::domain::account::{Comparer, DepartmentReader};
use crate::domain::comparison::ComparisonId;
use crate::domain::grant::GrantId;
use crate::domain::key_group::KeyGroup;
use crate::ground::slice::Window;
use crate::paper::workbook::{self, Value};
use crate::store::comparisons::Comparison;
use crate::web::body::{Form, Upload};
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use crate::web::rosters::Download;
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(ComparisonId);

struct Row {
    to: String,
    when: String,
    purpose: String,
    file: String,
    lines: String,
    known: String,
}

#[derive(Template)]
#[template(path = "comparisons/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
}

/// Under which entry of the bar she finds comparisons.
fn nav(caller: &Caller) -> &'static str {
    let actor = caller.present.as_ref().map(|present| present.actor.clone());
    if actor.and_then(DepartmentReader::of).is_some() {
        "comparisons"
    } else {
        "base"
    }
}

/// Her own comparisons, the newest first.
#[get("/comparisons?<page>")]
async fn index(
    comparer: Comparer,
    caller: Caller,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let slice = desk
        .ask(move |registry| comparisons::list(registry, &comparer, Window::of(page, None)))
        .await?;
    let w = caller.words();
    Ok(Page::new(Index {
        f: caller.frame("comparisons.index.title").under(nav(&caller)),
        rows: slice
            .rows
            .iter()
            .map(|one| Row {
                to: format!("/comparisons/{}", one.id),
                when: w.minute(one.at),
                purpose: one.purpose.clone(),
                file: one.file_name.clone(),
                lines: w.count(one.lines),
                known: w.count(one.known),
            })
            .collect(),
        pager: Pager::of(&slice, "/comparisons"),
    }))
}

#[derive(Template)]
#[template(path = "comparisons/new.html")]
struct New {
    f: Frame,
    form: Filled,
    grants: Vec<Choice>,
    is_department: bool,
}

impl New {
    fn of(caller: &Caller, grants: &[Choice], is_department: bool, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("comparisons.new.title")
                .crumb(w.t("comparisons.index.title"), "/comparisons")
                .under(nav(caller))
                .wrong(&form),
            form,
            grants: grants.to_vec(),
            is_department,
        }
    }
}

/// What a department may compare for; an officer says so herself.
async fn purposes(
    comparer: &Comparer,
    caller: &Caller,
    desk: &Desk,
) -> Result<(Vec<Choice>, bool), No> {
    let Some(reader) = DepartmentReader::of(comparer.actor().clone()) else {
        return Ok((Vec::new(), false));
    };
    let now = desk.now();
    let running = desk
        .ask(move |registry| grants::running(registry, &reader, now))
        .await?;
    let w = caller.words();
    let choice = |grant: &crate::store::grants::Grant| {
        let text = w.f(
            "grants.people.grant",
            &[
                &names::group(w, &grant.key_group),
                &grant.purpose,
                &w.date(grant.ends),
            ],
        );
        Choice::new(grant.id.as_str(), text)
    };
    Ok((running.iter().map(choice).collect(), true))
}

/// The form.
#[get("/comparisons/new")]
async fn new(comparer: Comparer, caller: Caller, desk: &State<Desk>) -> Result<Page<New>, No> {
    let (grants, is_department) = purposes(&comparer, &caller, desk).await?;
    Ok(Page::new(New::of(
        &caller,
        &grants,
        is_department,
        Filled::blank(),
    )))
}

/// A list is compared.
#[post("/comparisons", data = "<sheet>")]
async fn create(
    comparer: Comparer,
    caller: Caller,
    sheet: Upload,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let field = |name: &str| sheet.field(name).unwrap_or_default().to_owned();
    let (purpose, grant) = (field("purpose"), field("grant"));
    let form = Filled::blank()
        .with("purpose", &purpose)
        .with("grant", &grant);
    let told = NewComparison {
        purpose,
        granted: GrantId::read(&grant),
        file: sheet.name,
    };
    let (who, bytes) = (comparer.clone(), sheet.bytes);
    let answer = desk
        .ask(move |registry| comparisons::compare(registry, &who, &told, &bytes, now))
        .await;
    match answer {
        Ok(answer) => Ok(Redirect::to(format!(
            "/comparisons/{}",
            answer.comparison.id
        ))),
        Err(error) => {
            let (grants, is_department) = purposes(&comparer, &caller, desk).await.map_err(Err)?;
            Err(again(&caller, error, form, |form| {
                New::of(&caller, &grants, is_department, form)
            }))
        }
    }
}

#[derive(Template)]
#[template(path = "comparisons/show.html")]
struct Show {
    f: Frame,
    id: ComparisonId,
    facts: Vec<Pair>,
    sums: Vec<(&'static str, String)>,
}

fn whose(w: Words, one: &Comparison) -> String {
    let place = if one.region.is_empty() {
        w.t("accounts.index.everything").to_owned()
    } else {
        super::base::place(w, &one.region, "")
    };
    match KeyGroup::read(&one.key_group) {
        Some(group) => format!("{place} · {}", names::group(w, &group)),
        None => place,
    }
}

/// One of her comparisons: what it came to.
#[get("/comparisons/<id>")]
async fn show(
    comparer: Comparer,
    caller: Caller,
    id: ComparisonId,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let one = desk
        .ask(move |registry| comparisons::show(registry, &comparer, &id))
        .await?;
    let w = caller.words();
    let sums = [
        ("lines", one.lines),
        ("known", one.known),
        ("trained", one.trained),
        ("certified", one.certified),
        ("employed", one.employed),
    ];
    Ok(Page::new(Show {
        f: caller
            .frame("comparisons.show.title")
            .crumb(w.t("comparisons.index.title"), "/comparisons")
            .under(nav(&caller)),
        facts: vec![
            Pair::new(w.t("comparisons.index.purpose"), &one.purpose),
            Pair::new(w.t("comparisons.show.with"), whose(w, &one)),
            Pair::new(w.t("comparisons.index.file"), &one.file_name),
            Pair::num(w.t("deliveries.show.digest"), &one.digest),
            Pair::new(w.t("comparisons.index.when"), w.minute(one.at)),
        ],
        sums: sums
            .iter()
            .map(|(what, heads)| (w.c("comparisons.sum", what), w.count(heads)))
            .collect(),
        id: one.id,
    }))
}

/// Nothing but the form's token.
#[derive(Deserialize)]
struct Bare {}

/// The answers as a workbook, line by line; that they were taken stays in the ledger of deeds.
#[post("/comparisons/<id>/downloads", data = "<_form>")]
async fn take(
    comparer: Comparer,
    caller: Caller,
    id: ComparisonId,
    _form: Form<Bare>,
    desk: &State<Desk>,
) -> Result<Download, No> {
    let now = desk.now();
    let answer = desk
        .ask(move |registry| comparisons::take(registry, &comparer, &id, now))
        .await?;
    Ok(workbook(caller.words(), &answer)?)
}

fn workbook(w: Words, answer: &Answer) -> Result<Download, Error> {
    let one = &answer.comparison;
    let provenance = w.f(
        "comparisons.show.provenance",
        &[&w.minute(one.at), &one.purpose],
    );
    let headings: Vec<&str> = ["row", "verdict", "trained", "certified", "employed"]
        .iter()
        .map(|column| w.c("comparisons.column", column))
        .chain([provenance.as_str()])
        .collect();
    let mark = |is: bool| Value::from(if is { w.t("base.index.yes") } else { "" });
    let rows: Vec<Vec<Value>> = answer
        .lines
        .iter()
        .map(|line| {
            vec![
                Value::from(i64::from(line.line)),
                Value::from(w.c("comparisons.verdict", line.verdict)),
                mark(line.trained),
                mark(line.certified),
                mark(line.employed),
            ]
        })
        .collect();
    let bytes = workbook::table(w.t("comparisons.show.title"), &headings, &rows)
        .map_err(|error| Error::Fault(error.into()))?;
    Ok(Download::workbook("compared.xlsx", bytes))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, show, take]
}
