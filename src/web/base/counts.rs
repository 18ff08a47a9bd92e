//! 底数统计: how many of a list live where, and in which key groups; each figure opens to its people.

use crate::acts::base::{self, Counted, Filter};
use crate::domain::account::BaseReader;
use crate::domain::key_group::KeyGroup;
use crate::domain::place::RegionCode;
use crate::store::base::Fineness;
use crate::web::base::{Asked, filled, lists, place, places, to};
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::{State, get};

/// One figure and the people behind it.
struct Figure {
    heads: String,
    to: String,
}

struct Row {
    name: String,
    /// Where its own counts are, one step down; empty at the lowest.
    below: String,
    figures: Vec<Figure>,
}

#[derive(Template)]
#[template(path = "base/counts.html")]
struct Counts {
    f: Frame,
    form: Filled,
    lists: Vec<Choice>,
    regions: Vec<Choice>,
    lead: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    total: Vec<Figure>,
    people: String,
}

/// The filter of one place's people.
fn narrowed(counted: &Counted, place: &str) -> Filter {
    let filter = counted.filter.clone();
    match counted.fineness {
        Fineness::Village => Filter {
            village: Some(place.to_owned()),
            ..filter
        },
        // Whoever is counted by the city or county itself was registered no deeper.
        Fineness::County | Fineness::Township => {
            let code = RegionCode::read(place);
            let exactly = code == filter.region;
            Filter {
                region: code,
                exactly,
                ..filter
            }
        }
    }
}

fn named(w: Words, counted: &Counted, at: &str) -> String {
    match counted.fineness {
        Fineness::Village if at.is_empty() => w.t("base.counts.no_village").to_owned(),
        Fineness::Village => at.to_owned(),
        _ if Some(at) == counted.filter.region.as_ref().map(RegionCode::as_str) => {
            w.f("base.counts.no_deeper", &[&place(w, at, "")])
        }
        _ => RegionCode::read(at).map_or_else(|| at.to_owned(), |code| names::place(w, &code)),
    }
}

/// The groups that anybody counted is in, in order.
fn groups_in(counted: &Counted) -> Vec<KeyGroup> {
    let mut groups: Vec<KeyGroup> = counted
        .cells
        .iter()
        .filter_map(|cell| KeyGroup::read(&cell.key_group))
        .collect();
    groups.sort();
    groups.dedup();
    groups
}

fn page(caller: &Caller, reader: &BaseReader, counted: &Counted, today: NaiveDate) -> Counts {
    let w = caller.words();
    let filter = &counted.filter;
    let groups = groups_in(counted);
    let heads = |place: Option<&str>, group: &str| -> i64 {
        counted
            .cells
            .iter()
            .filter(|cell| cell.key_group == group && place.is_none_or(|place| cell.place == place))
            .map(|cell| cell.heads)
            .sum()
    };
    // First everybody, then each group.
    let figures = |of: &Filter, place: Option<&str>| -> Vec<Figure> {
        let one = |group: Option<&KeyGroup>| {
            let heads = heads(place, group.map_or("", KeyGroup::as_str));
            let filter = Filter {
                group: group.cloned(),
                ..of.clone()
            };
            Figure {
                heads: w.count(heads),
                to: if heads > 0 {
                    to("/base", &filter, today)
                } else {
                    String::new()
                },
            }
        };
        std::iter::once(one(None))
            .chain(groups.iter().map(|group| one(Some(group))))
            .collect()
    };
    let places_in = counted
        .cells
        .iter()
        .filter(|cell| cell.key_group.is_empty());
    let rows = places_in.map(|cell| {
        let of = narrowed(counted, &cell.place);
        Row {
            name: named(w, counted, &cell.place),
            below: if of.exactly || of.village.is_some() {
                String::new()
            } else {
                to("/base/counts", &of, today)
            },
            figures: figures(&of, Some(&cell.place)),
        }
    });
    let home = base::home_of(reader);
    let region = filter.region.clone().unwrap_or_else(|| home.clone());
    Counts {
        f: caller
            .frame("base.counts.title")
            .crumb(w.t("base.index.title"), "/base")
            .under("base"),
        form: filled(filter),
        lists: lists(w),
        regions: places(w, &home),
        lead: w.f(
            "base.counts.lead",
            &[
                &place(w, region.as_str(), ""),
                &w.c("base.list", filter.list),
                &w.date(filter.day),
            ],
        ),
        columns: std::iter::once(w.t("base.counts.heads").to_owned())
            .chain(groups.iter().map(|group| names::group(w, group)))
            .collect(),
        rows: rows.collect(),
        total: figures(filter, None),
        people: to("/base", filter, today),
    }
}

/// How many of a list live where.
#[get("/base/counts?<asked..>")]
async fn show(
    reader: BaseReader,
    caller: Caller,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<Counts>, No> {
    let today = desk.now().day();
    // Every group and every village has its own column or line.
    let filter = Filter {
        exactly: false,
        village: None,
        group: None,
        words: String::new(),
        ..asked.filter(today)
    };
    let who = reader.clone();
    let counted = desk
        .ask(move |registry| base::count(registry, &who, filter))
        .await?;
    Ok(Page::new(page(&caller, &reader, &counted, today)))
}

pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![show]
}
