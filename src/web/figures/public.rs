//! 公开数据: figures for everybody; what would tell of a handful of people is not shown, or waits.

use super::part_of;
use crate::acts::{figures, public_figures};
use crate::domain::occupation::OccupationCode;
use crate::domain::small_cell::Cell;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use askama::Template;
use chrono::NaiveDate;
use rocket::{State, get};

/// One row of a public table.
struct PublicRow {
    name: String,
    cells: Vec<Shown>,
}

/// A number, or that it is not shown; and whether it is published with another month's.
struct Shown {
    text: String,
    is_merged: bool,
}

#[derive(Template)]
#[template(path = "figures/public.html")]
pub(super) struct PublicPage {
    f: Frame,
    lead: String,
    columns: Vec<(&'static str, &'static str)>,
    total: Vec<(&'static str, Shown)>,
    tables: Vec<(&'static str, &'static str, Vec<PublicRow>)>,
    months: Vec<Choice>,
    form: Filled,
}

/// Figures for everybody, as of the end of a month that is over.
#[get("/figures/public?<to>")]
pub(super) async fn public(
    caller: Caller,
    to: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<PublicPage>, No> {
    let last = public_figures::last_month_end(desk.now().day());
    let wanted = to.and_then(|to| to.parse::<NaiveDate>().ok());
    let until = wanted
        .map(crate::domain::figure::month_end)
        .filter(|day| *day <= last)
        .unwrap_or(last);
    let region = figures::city();
    let place = region.clone();
    let it = desk
        .ask(move |registry| public_figures::public(registry, &region, until))
        .await?;
    let w = caller.words();
    let cell = |cell: Option<&Cell>| Shown {
        text: cell
            .and_then(|cell| cell.shown)
            .map_or_else(|| w.t("figures.public.hidden").to_owned(), |n| w.count(n)),
        is_merged: cell.is_some_and(|cell| cell.is_merged),
    };
    let line = |name: String, cells: public_figures::Cells| PublicRow {
        name,
        cells: public_figures::PUBLIC
            .iter()
            .map(|one| cell(cells.get(one)))
            .collect(),
    };
    let places = it
        .places
        .into_iter()
        .map(|(code, cells)| line(part_of(w, &place, &code), cells))
        .collect();
    let trades = it
        .trades
        .into_iter()
        .map(|(code, cells)| {
            let name = OccupationCode::read(&code)
                .map_or_else(|| code.clone(), |code| names::occupation(w, &code));
            line(name, cells)
        })
        .collect();
    let houses = it
        .houses
        .into_iter()
        .map(|(name, cells)| line(name, cells))
        .collect();
    let months =
        std::iter::successors(Some(last), |day| Some(public_figures::last_month_end(*day)))
            .take(12)
            .map(|day| Choice::new(day.to_string(), w.date(day)))
            .collect();
    Ok(Page::new(PublicPage {
        f: caller
            .frame("figures.public.title")
            .titled(w.f("figures.public.of", &[&names::place(w, &place)])),
        lead: w.f("figures.public.lead", &[&w.date(until)]),
        columns: public_figures::PUBLIC
            .iter()
            .map(|one| {
                (
                    w.c("figures.indicator", one.as_str()),
                    w.c("figures.definition", one.as_str()),
                )
            })
            .collect(),
        total: public_figures::PUBLIC
            .iter()
            .map(|one| {
                (
                    w.c("figures.indicator", one.as_str()),
                    cell(it.total.get(one)),
                )
            })
            .collect(),
        tables: vec![
            (
                w.t("figures.public.places"),
                w.t("figures.monthly.place"),
                places,
            ),
            (
                w.t("figures.public.trades"),
                w.t("figures.public.trade"),
                trades,
            ),
            (
                w.t("figures.public.houses"),
                w.t("figures.public.house"),
                houses,
            ),
        ],
        months,
        form: Filled::blank().with("to", until),
    }))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![public]
}
