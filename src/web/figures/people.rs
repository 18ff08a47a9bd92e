//! 名单: the people behind a figure; as many as it says.

use super::Asked;
use crate::acts::figures;
use crate::domain::account::Overseer;
use crate::domain::figure::Indicator;
use crate::domain::place::RegionCode;
use crate::ground::slice::Window;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::Pager;
use crate::web::refusal::No;
use askama::Template;
use rocket::{State, get};

/// One line of the list behind a figure.
struct PersonRow {
    name: String,
    tail: String,
    to: String,
    day: String,
    batch: String,
    to_batch: String,
    house: String,
    region: String,
}

#[derive(Template)]
#[template(path = "figures/people.html")]
pub(super) struct People {
    f: Frame,
    lead: String,
    what: &'static str,
    rows: Vec<PersonRow>,
    pager: Pager,
}

/// The people behind one figure.
#[get("/figures/people?<indicator>&<page>&<asked..>")]
pub(super) async fn people(
    reader: Overseer,
    caller: Caller,
    indicator: Option<&str>,
    page: Option<u32>,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<People>, No> {
    let indicator = match indicator {
        Some(code) => Indicator::read(code).ok_or(crate::acts::Error::NotFound)?,
        None => Indicator::Trained,
    };
    let cut = asked.cut(desk.now().day());
    let told = cut.clone();
    let (count, slice) = desk
        .ask(move |registry| {
            figures::behind(registry, &reader, cut, indicator, Window::of(page, None))
        })
        .await?;
    let w = caller.words();
    let name = w.c("figures.indicator", indicator.as_str());
    let to = asked.at("/figures/people", &[("indicator", indicator.as_str())]);
    Ok(Page::new(People {
        f: caller
            .frame("figures.people.title")
            .titled(w.f("figures.people.of", &[&name]))
            .crumb(w.t("figures.index.title"), asked.at("/figures", &[]))
            .under("figures"),
        lead: w.f(
            "figures.people.lead",
            &[
                &w.span(told.from, told.until),
                &w.count(count.times),
                &w.count(count.heads),
            ],
        ),
        what: w.c("figures.definition", indicator.as_str()),
        pager: Pager::of(&slice, to),
        rows: slice
            .rows
            .iter()
            .map(|row| PersonRow {
                name: row.name.clone(),
                tail: row.id_tail.clone(),
                to: format!("/people/{}", row.person),
                day: w.date(row.day),
                batch: row.batch_name.clone(),
                to_batch: match row.kind.as_str() {
                    "assessed" | "certified" => format!("/sittings/{}", row.batch),
                    _ => format!("/classes/{}", row.batch),
                },
                house: row.house.clone(),
                region: RegionCode::read(&row.region)
                    .map(|code| names::place_in_city(w, &code))
                    .unwrap_or_default(),
            })
            .collect(),
    }))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![people]
}
