//! 本部门人员: what a department reads of the people it was granted.

use crate::acts::{Error, grants};
use crate::domain::account::DepartmentReader;
use crate::domain::grant::GrantId;
use crate::domain::wish::BaseList;
use crate::ground::slice::Window;
use crate::paper::workbook::{self, Value};
use crate::store::base::Row;
use crate::store::grants::Grant;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::Pager;
use crate::web::refusal::No;
use crate::web::reply::address;
use crate::web::rosters::Download;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get, post};
use serde::Deserialize;

/// The lists a department may ask for: what became of its people, not what they wish or when they
/// were called.
pub(super) const LISTS: [BaseList; 5] = [
    BaseList::Everyone,
    BaseList::Training,
    BaseList::Trained,
    BaseList::Certified,
    BaseList::Employed,
];

/// A list by its code, when it is a department's to ask for.
pub(super) fn list_of(code: &str) -> BaseList {
    BaseList::read(code)
        .filter(|list| LISTS.contains(list))
        .unwrap_or(BaseList::Everyone)
}

struct Line {
    name: String,
    tail: String,
    place: String,
    marks: Vec<&'static str>,
}

struct Sum {
    name: &'static str,
    heads: String,
    to: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "grants/people.html")]
struct People {
    f: Frame,
    form: Filled,
    grants: Vec<Choice>,
    lead: String,
    sums: Vec<Sum>,
    columns: Vec<&'static str>,
    lines: Vec<Line>,
    pager: Option<Pager>,
    grant: String,
    list: BaseList,
}

fn line(w: Words, row: &Row) -> Line {
    Line {
        name: row.name.clone(),
        tail: row.id_tail.clone(),
        place: super::base::place(w, &row.region, ""),
        marks: LISTS[1..]
            .iter()
            .map(|list| {
                if row.is_on(*list) {
                    w.t("base.index.yes")
                } else {
                    ""
                }
            })
            .collect(),
    }
}

fn named(w: Words, grant: &Grant) -> String {
    w.f(
        "grants.people.grant",
        &[
            &names::group(w, &grant.key_group),
            &grant.purpose,
            &w.date(grant.ends),
        ],
    )
}

/// A department's own people.
#[get("/granted?<grant>&<list>&<page>")]
async fn index(
    reader: DepartmentReader,
    caller: Caller,
    grant: Option<&str>,
    list: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<People>, No> {
    let now = desk.now();
    let list = list_of(list.unwrap_or_default());
    let wanted = grant.and_then(GrantId::read);
    let (running, granted) = desk
        .ask(move |registry| {
            let running = grants::running(registry, &reader, now)?;
            let known = wanted.filter(|wanted| running.iter().any(|grant| grant.id == *wanted));
            let granted = if running.is_empty() {
                None
            } else {
                let window = Window::of(page, None);
                Some(grants::people(
                    registry,
                    &reader,
                    known.as_ref(),
                    list,
                    window,
                    now,
                )?)
            };
            Ok((running, granted))
        })
        .await?;
    let w = caller.words();
    let grant = granted
        .as_ref()
        .map_or("", |granted| granted.grant.id.as_str())
        .to_owned();
    let to = |list: BaseList| address("/granted", &[("grant", &grant), ("list", list.as_str())]);
    Ok(Page::new(People {
        f: caller.frame("grants.people.title").under("granted"),
        form: Filled::blank().with("grant", &grant),
        grants: running
            .iter()
            .map(|grant| Choice::new(grant.id.as_str(), named(w, grant)))
            .collect(),
        lead: granted
            .as_ref()
            .map_or_else(String::new, |granted| named(w, &granted.grant)),
        sums: granted
            .iter()
            .flat_map(|granted| &granted.sums)
            .filter(|(one, _)| LISTS.contains(one))
            .map(|(one, heads)| Sum {
                name: w.c("base.list", one),
                heads: w.count(heads),
                to: to(*one),
                chosen: *one == list,
            })
            .collect(),
        columns: LISTS[1..]
            .iter()
            .map(|list| w.c("base.list", list))
            .collect(),
        lines: granted
            .iter()
            .flat_map(|granted| &granted.slice.rows)
            .map(|row| line(w, row))
            .collect(),
        pager: granted
            .as_ref()
            .map(|granted| Pager::of(&granted.slice, to(list))),
        grant,
        list,
    }))
}

/// Which list is taken away.
#[derive(Deserialize)]
struct Take {
    #[serde(default)]
    grant: String,
    #[serde(default)]
    list: String,
}

/// The list as a workbook; that it was taken, and the granted purpose, stay in the ledger of deeds.
#[post("/granted/downloads", data = "<form>")]
async fn take(
    reader: DepartmentReader,
    caller: Caller,
    form: Form<Take>,
    desk: &State<Desk>,
) -> Result<Download, No> {
    let now = desk.now();
    let grant = GrantId::read(&form.0.grant).ok_or(No(Error::NotFound))?;
    let list = list_of(&form.0.list);
    let (grant, rows) = desk
        .ask(move |registry| grants::take(registry, &reader, &grant, list, now))
        .await?;
    let w = caller.words();
    let mut headings: Vec<&str> = ["name", "tail", "place"]
        .iter()
        .map(|column| w.c("base.column", column))
        .collect();
    headings.extend(LISTS[1..].iter().map(|list| w.c("base.list", list)));
    let purpose = w.f("grants.people.for", &[&grant.purpose, &w.date(now.day())]);
    headings.push(&purpose);
    let cells = |row: &Row| {
        let Line {
            name,
            tail,
            place,
            marks,
        } = line(w, row);
        let mut cells = vec![Value::from(name), Value::from(tail), Value::from(place)];
        cells.extend(marks.into_iter().map(Value::from));
        cells
    };
    let table: Vec<Vec<Value>> = rows.iter().map(cells).collect();
    let bytes = workbook::table(w.t("grants.people.title"), &headings, &table)
        .map_err(|error| Error::Fault(error.into()))?;
    Ok(Download::workbook("granted.xlsx", bytes))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, take]
}
