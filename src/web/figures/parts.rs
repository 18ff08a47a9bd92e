//! 分项统计: the figures by group, trade, institution, month and the rest.

use super::{Asked, of, paid};
use crate::acts::figures;
use crate::domain::account::Overseer;
use crate::domain::code_set;
use crate::domain::figure::{Breakdown, Fund, Indicator};
use crate::domain::key_group;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::skill_level::SkillLevel;
use crate::ground::money;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get};
use std::collections::BTreeSet;

/// One part of a breakdown.
struct PartRow {
    name: String,
    cells: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "figures/parts.html")]
pub(super) struct PartsPage {
    f: Frame,
    lead: String,
    ways: Vec<(&'static str, String, bool)>,
    columns: Vec<&'static str>,
    rows: Vec<PartRow>,
}

fn part_name(w: Words, by: Breakdown, part: &str, houses: &[(String, String)]) -> String {
    let unknown = || w.t("figures.parts.unknown").to_owned();
    if part.is_empty() {
        return unknown();
    }
    match by {
        Breakdown::County | Breakdown::Township => {
            RegionCode::read(part).map_or_else(unknown, |code| names::place_in_city(w, &code))
        }
        Breakdown::Group => key_group::KeyGroup::read(part).map_or_else(unknown, |group| {
            w.pick(group.name(), group.name_en()).to_owned()
        }),
        Breakdown::Training => code_set::find("train_kind", part)
            .map_or_else(unknown, |kind| w.pick(&kind.name, &kind.name_en).to_owned()),
        Breakdown::Occupation => {
            OccupationCode::read(part).map_or_else(unknown, |code| names::occupation(w, &code))
        }
        Breakdown::Level => {
            SkillLevel::read(part).map_or_else(unknown, |level| names::level(w, level).to_owned())
        }
        Breakdown::Institution => houses
            .iter()
            .find(|(id, _)| id == part)
            .map_or_else(unknown, |(_, name)| name.clone()),
        Breakdown::Sex => w.c("figures.sex", part).to_owned(),
        Breakdown::Age | Breakdown::Month => part.to_owned(),
    }
}

/// The figures part by part: by county, township, group, kind, trade, level, institution, sex, age
/// or month.
#[get("/figures/parts?<by>&<asked..>")]
pub(super) async fn parts(
    reader: Overseer,
    caller: Caller,
    by: Option<&str>,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<PartsPage>, No> {
    let by = by.and_then(Breakdown::read).unwrap_or(Breakdown::Group);
    let cut = asked.cut(desk.now().day());
    let until = cut.until;
    let ((parts, spent), houses) = desk
        .ask(move |registry| {
            Ok((
                figures::parts(registry, &reader, cut, by)?,
                figures::houses(registry)?,
            ))
        })
        .await?;
    let w = caller.words();
    let columns = [
        Indicator::Trained,
        Indicator::Employ,
        Indicator::Startup,
        Indicator::Assessed,
        Indicator::Certified,
    ];
    // the name of the filter by which a part's people are found
    let filter = match by {
        Breakdown::County | Breakdown::Township => "region",
        Breakdown::Group => "group",
        Breakdown::Training => "training",
        Breakdown::Occupation => "occupation",
        Breakdown::Level => "level",
        Breakdown::Institution => "institution",
        Breakdown::Sex => "sex",
        Breakdown::Age => "age",
        Breakdown::Month => "",
    };
    let to = |path: &str, (name, code): (&str, &str), part: &str| {
        if filter.is_empty() || part.is_empty() {
            String::new()
        } else {
            asked.at(path, &[(name, code), (filter, part)])
        }
    };
    let every: BTreeSet<&String> = parts.keys().chain(spent.keys()).collect();
    let rows = every
        .into_iter()
        .map(|part| {
            let figures = parts.get(part).cloned().unwrap_or_default();
            let counts = columns.iter().map(|one| {
                let count = of(&figures, *one);
                let people = to("/figures/people", ("indicator", one.as_str()), part);
                (w.count(count.heads), people)
            });
            let fen = spent.get(part).map_or(0, |all| paid(all, Fund::All).fen);
            let payments = to("/figures/payments", ("fund", Fund::All.as_str()), part);
            PartRow {
                name: part_name(w, by, part, &houses),
                cells: counts.chain([(money::wan(fen), payments)]).collect(),
            }
        })
        .collect();
    Ok(Page::new(PartsPage {
        f: caller
            .frame("figures.parts.title")
            .titled(w.f(
                "figures.parts.by",
                &[&w.c("figures.breakdown", by.as_str())],
            ))
            .crumb(w.t("figures.index.title"), asked.at("/figures", &[]))
            .under("figures"),
        lead: w.f("figures.parts.lead", &[&w.date(until)]),
        ways: Breakdown::ALL
            .iter()
            .map(|one| {
                (
                    w.c("figures.breakdown", one.as_str()),
                    asked.at("/figures/parts", &[("by", one.as_str())]),
                    *one == by,
                )
            })
            .collect(),
        columns: columns
            .iter()
            .map(|one| w.c("figures.indicator", one.as_str()))
            .chain([w.t("figures.money.amount")])
            .collect(),
        rows,
    }))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![parts]
}
