//! 底数名单: the lists to act on, and a list taken away for a purpose.

use crate::acts::Error;
use crate::acts::base::{self, Filter, Row};
use crate::domain::account::{BaseKeeper, BaseReader, Comparer, Overseer};
use crate::domain::key_group::KeyGroup;
use crate::domain::wish::BaseList;
use crate::ground::slice::Window;
use crate::paper::workbook::{self, Value};
use crate::web::base::{Asked, filled, lists, place, places, to};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag, Way};
use crate::web::refusal::No;
use crate::web::reply::{again, done};
use crate::web::rosters::Download;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::{State, get, post};
use serde::Deserialize;

struct Line {
    name: String,
    to: String,
    tail: String,
    place: String,
    groups: String,
    trade: String,
    standing: Vec<Tag>,
    contacted: String,
    neglected: bool,
}

/// One list's length, as a way to it.
struct Sum {
    name: String,
    heads: String,
    to: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "base/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    lists: Vec<Choice>,
    regions: Vec<Choice>,
    groups: Vec<Choice>,
    sums: Vec<Sum>,
    lines: Vec<Line>,
    pager: Pager,
    lead: String,
    counts: String,
    may_keep: bool,
    ways: Vec<Way>,
    village: Option<String>,
    villages: Vec<Sum>,
    exactly: bool,
}

/// Where somebody stands, in words.
pub(super) fn standing(w: Words, row: &Row) -> Vec<Tag> {
    let mut tags = Vec::new();
    for list in BaseList::ALL.iter().filter(|list| row.is_on(**list)) {
        let word = w.c("base.standing", list);
        match list {
            BaseList::Everyone => {}
            BaseList::Wanting => tags.push(Tag::todo(word)),
            BaseList::Training => tags.push(Tag::none(word)),
            BaseList::Trained | BaseList::Certified | BaseList::Employed => {
                tags.push(Tag::ok(word))
            }
            BaseList::Neglected => tags.push(Tag::late(word)),
        }
    }
    tags
}

/// The names of groups, joined.
pub(super) fn groups(w: Words, codes: &[String]) -> String {
    codes
        .iter()
        .filter_map(|code| KeyGroup::read(code))
        .map(|group| names::group(w, &group))
        .collect::<Vec<_>>()
        .join(w.pick("、", ", "))
}

fn index(
    caller: &Caller,
    reader: &BaseReader,
    listed: &base::Listed,
    today: NaiveDate,
    form: Filled,
) -> Index {
    let w = caller.words();
    let filter = &listed.filter;
    let home = base::home_of(reader);
    let line = |(row, held): &(Row, Vec<String>)| Line {
        name: row.name.clone(),
        to: format!("/base/{}", row.person),
        tail: row.id_tail.clone(),
        place: place(w, &row.region, &row.village),
        groups: groups(w, held),
        trade: row.trade.clone(),
        standing: standing(w, row),
        contacted: row.contacted.map_or_else(String::new, |day| w.date(day)),
        neglected: row.is_on(BaseList::Neglected),
    };
    let own = filter.region.clone().unwrap_or_else(|| home.clone());
    Index {
        f: caller.frame("base.index.title").under("base").wrong(&form),
        sums: listed
            .sums
            .iter()
            .map(|(list, heads)| Sum {
                name: w.c("base.list", list).to_owned(),
                heads: w.count(heads),
                to: to(
                    "/base",
                    &Filter {
                        list: *list,
                        ..filter.clone()
                    },
                    today,
                ),
                chosen: *list == filter.list,
            })
            .collect(),
        lines: listed.slice.rows.iter().map(line).collect(),
        pager: Pager::of(&listed.slice, to("/base", filter, today)),
        lead: w.f(
            "base.index.lead",
            &[
                &place(
                    w,
                    own.as_str(),
                    filter.village.as_deref().unwrap_or_default(),
                ),
                &w.date(filter.day),
            ],
        ),
        counts: to(
            "/base/counts",
            &Filter {
                exactly: false,
                village: None,
                ..filter.clone()
            },
            today,
        ),
        lists: lists(w),
        regions: places(w, &home),
        groups: names::groups(w),
        may_keep: BaseKeeper::of(reader.actor().clone()).is_some(),
        ways: ways(w, reader),
        village: filter.village.clone(),
        villages: villages(w, listed, today),
        exactly: filter.exactly,
        form,
    }
}

/// The ways to each village of a township's list, the whole township first.
fn villages(w: Words, listed: &base::Listed, today: NaiveDate) -> Vec<Sum> {
    let filter = &listed.filter;
    let way = |name: String, heads: i64, village: Option<String>| Sum {
        name,
        heads: w.count(heads),
        chosen: filter.village == village,
        to: to(
            "/base",
            &Filter {
                village,
                ..filter.clone()
            },
            today,
        ),
    };
    let all: i64 = listed.villages.iter().map(|(_, heads)| heads).sum();
    let mut ways = Vec::new();
    if !listed.villages.is_empty() {
        ways.push(way(w.t("base.index.whole").to_owned(), all, None));
    }
    for (name, heads) in &listed.villages {
        let told = if name.is_empty() {
            w.t("base.index.no_village").to_owned()
        } else {
            name.clone()
        };
        ways.push(way(told, *heads, Some(name.clone())));
    }
    ways
}

/// Where else an officer or an auditor goes from here.
fn ways(w: Words, reader: &BaseReader) -> Vec<Way> {
    let mut ways = Vec::new();
    if Overseer::of(reader.actor().clone()).is_some() {
        ways.push(Way::new(w.t("grants.index.title"), "/grants"));
    }
    if Comparer::of(reader.actor().clone()).is_some() {
        ways.push(Way::new(w.t("comparisons.index.title"), "/comparisons"));
    }
    ways
}

/// A list of the ledger.
#[get("/base?<page>&<done>&<asked..>")]
async fn show(
    reader: BaseReader,
    caller: Caller,
    page: Option<u32>,
    done: Option<&str>,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let filter = asked.filter(today);
    let who = reader.clone();
    let listed = desk
        .ask(move |registry| base::list(registry, &who, filter, Window::of(page, None)))
        .await?;
    let mut page = index(&caller, &reader, &listed, today, filled(&listed.filter));
    let known = ["registered", "taken"];
    page.f = page
        .f
        .notice(self::done(caller.words(), "base.done", &known, done));
    Ok(Page::new(page))
}

/// Which list is taken away, and what for.
#[derive(Deserialize)]
struct Take {
    #[serde(flatten)]
    asked: Asked,
    #[serde(default)]
    purpose: String,
}

/// A whole list as a workbook; that it was taken, and what for, stays in the ledger of deeds.
#[post("/base/downloads", data = "<form>")]
async fn take(
    reader: BaseReader,
    caller: Caller,
    form: Form<Take>,
    desk: &State<Desk>,
) -> Result<Download, Result<Page<Index>, No>> {
    let now = desk.now();
    let Form(Take { asked, purpose }) = form;
    let filter = asked.filter(now.day());
    let (who, what, why) = (reader.clone(), filter.clone(), purpose.clone());
    let taken = desk
        .ask(move |registry| base::take(registry, &who, what, &why, now))
        .await;
    let error = match taken {
        Ok(rows) => return workbook(caller.words(), &rows).map_err(|error| Err(No(error))),
        Err(error) => error,
    };
    let who = reader.clone();
    let listed = desk
        .ask(move |registry| base::list(registry, &who, filter, Window::of(None, None)))
        .await
        .map_err(|error| Err(No(error)))?;
    let form = filled(&listed.filter).with("purpose", &purpose);
    Err(again(&caller, error, form, |form| {
        index(&caller, &reader, &listed, now.day(), form)
    }))
}

fn workbook(w: Words, rows: &[(Row, Vec<String>)]) -> Result<Download, Error> {
    let columns = [
        "name",
        "tail",
        "place",
        "village",
        "groups",
        "trade",
        "wished",
        "contacted",
    ];
    let stands = &BaseList::ALL[1..];
    let mut headings: Vec<&str> = columns
        .iter()
        .map(|column| w.c("base.column", column))
        .collect();
    headings.extend(stands.iter().map(|list| w.c("base.list", list)));
    let day =
        |day: Option<NaiveDate>| Value::from(day.map_or_else(String::new, |day| day.to_string()));
    let cells = |(row, held): &(Row, Vec<String>)| {
        let mut cells = vec![
            Value::from(row.name.as_str()),
            Value::from(row.id_tail.as_str()),
            Value::from(place(w, &row.region, "")),
            Value::from(row.village.as_str()),
            Value::from(groups(w, held)),
            Value::from(row.trade.as_str()),
            day(row.wished),
            day(row.contacted),
        ];
        let mark = |list: &BaseList| {
            Value::from(if row.is_on(*list) {
                w.t("base.index.yes")
            } else {
                ""
            })
        };
        cells.extend(stands.iter().map(mark));
        cells
    };
    let table: Vec<Vec<Value>> = rows.iter().map(cells).collect();
    let bytes = workbook::table(w.t("base.index.title"), &headings, &table)
        .map_err(|error| Error::Fault(error.into()))?;
    Ok(Download::workbook("base.xlsx", bytes))
}

pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![show, take]
}
