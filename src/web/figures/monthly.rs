//! 月报: indicators across, places down; as a page, as a workbook and as a signed PDF.

use super::{Asked, of, paid, part_of};
use crate::acts::figures::{self, Figures, Monthly};
use crate::acts::signed_reports;
use crate::domain::account::{Overseer, Role};
use crate::domain::figure::{Fund, Indicator};
use crate::domain::place::RegionCode;
use crate::ground::money;
use crate::paper::report::{Column, Report, Row};
use crate::paper::workbook::{self, Value};
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::done;
use crate::web::rosters::Download;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::http::ContentType;
use rocket::{State, get};

/// One row of the monthly report.
struct MonthlyRow {
    name: String,
    cells: Vec<String>,
}

/// What was paid in a place, in fen.
fn paid_in(monthly: &Monthly, code: &RegionCode) -> i64 {
    monthly
        .spent_by_place
        .get(code.as_str())
        .map_or(0, |spent| paid(spent, Fund::All).fen)
}

fn monthly_rows(w: Words, monthly: &Monthly) -> (Vec<MonthlyRow>, MonthlyRow) {
    let cells = |figures: &Figures, fen: i64| {
        let counts = Indicator::MAIN.iter().flat_map(|one| {
            let count = of(figures, *one);
            [w.count(count.heads), w.count(count.times)]
        });
        counts.chain([money::wan(fen)]).collect()
    };
    let rows = monthly
        .places
        .iter()
        .map(|(code, figures)| MonthlyRow {
            name: part_of(w, &monthly.region, code),
            cells: cells(figures, paid_in(monthly, code)),
        })
        .collect();
    let total = MonthlyRow {
        name: w.t("figures.monthly.total").to_owned(),
        cells: cells(&monthly.total, paid(&monthly.spent, Fund::All).fen),
    };
    (rows, total)
}

/// 疑点: what was raised in these days, and what became of it.
fn flags(w: Words, monthly: &Monthly) -> String {
    let counts = &monthly.flags;
    w.f(
        "figures.monthly.flags",
        &[
            &w.count(counts.raised),
            &w.count(counts.confirmed),
            &w.count(counts.dismissed),
            &money::yuan(counts.recovered_fen),
        ],
    )
}

#[derive(Template)]
#[template(path = "figures/monthly.html")]
pub(super) struct MonthlyPage {
    f: Frame,
    lead: String,
    unit: String,
    columns: Vec<(&'static str, &'static str)>,
    money: (&'static str, &'static str),
    rows: Vec<MonthlyRow>,
    total: MonthlyRow,
    who: String,
    today: String,
    flags: String,
    to_workbook: String,
    to_pdf: String,
    to_paragraph: String,
    until: String,
    region: String,
    may_freeze: bool,
    freezes: Vec<(String, String, String)>,
}

/// 月报: indicators across, places down.
#[get("/figures/monthly?<done>&<asked..>")]
pub(super) async fn monthly(
    reader: Overseer,
    caller: Caller,
    done: Option<&str>,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<MonthlyPage>, No> {
    let today = desk.now().day();
    let cut = asked.cut(today);
    let by = reader.clone();
    let (monthly, freezes) = desk
        .ask(move |registry| {
            Ok((
                figures::monthly(registry, &by, cut)?,
                figures::freezes_of(registry, &by)?,
            ))
        })
        .await?;
    let w = caller.words();
    let (rows, total) = monthly_rows(w, &monthly);
    let until = monthly.cut.until;
    Ok(Page::new(MonthlyPage {
        f: caller
            .frame("figures.monthly.title")
            .titled(w.f("figures.monthly.of", &[&names::place(w, &monthly.region)]))
            .crumb(w.t("figures.index.title"), asked.at("/figures", &[]))
            .under("figures")
            .notice(self::done(w, "figures.done", &["frozen"], done)),
        lead: w.f(
            "figures.monthly.lead",
            &[&w.date(until), &w.minute(monthly.cut.known)],
        ),
        unit: names::place(w, &monthly.region),
        columns: Indicator::MAIN
            .iter()
            .map(|one| {
                (
                    w.c("figures.indicator", one.as_str()),
                    w.c("figures.definition", one.as_str()),
                )
            })
            .collect(),
        money: (
            w.t("figures.money.amount"),
            w.c("figures.fund_definition", Fund::All.as_str()),
        ),
        rows,
        total,
        who: reader.actor().name.clone(),
        today: w.date(today),
        flags: flags(w, &monthly),
        to_pdf: asked.at("/figures/monthly.pdf", &[("to", &until.to_string())]),
        to_workbook: asked.at("/figures/monthly.xlsx", &[("to", &until.to_string())]),
        to_paragraph: asked.at("/figures/paragraph", &[("to", &until.to_string())]),
        until: until.to_string(),
        region: monthly.region.to_string(),
        may_freeze: reader.actor().role == Role::BureauOfficer && until < today,
        freezes: freezes
            .into_iter()
            .map(|(freeze, who)| {
                (
                    format!("/freezes/{}", freeze.id),
                    w.f(
                        "figures.monthly.frozen",
                        &[&names::place(w, &freeze.region), &w.date(freeze.until)],
                    ),
                    w.f(
                        "figures.monthly.frozen_by",
                        &[&w.minute(freeze.frozen_at), &who],
                    ),
                )
            })
            .collect(),
    }))
}

/// The same as a workbook.
#[get("/figures/monthly.xlsx?<asked..>")]
pub(super) async fn monthly_book(
    reader: Overseer,
    caller: Caller,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Download, No> {
    let today = desk.now().day();
    let cut = asked.cut(today);
    let w = caller.words();
    let who = reader.actor().name.clone();
    let book = desk
        .ask(move |registry| {
            let monthly = figures::monthly(registry, &reader, cut)?;
            let mut headings = vec![w.t("figures.monthly.place").to_owned()];
            for one in Indicator::MAIN {
                let name = w.c("figures.indicator", one.as_str());
                headings.push(w.f("figures.monthly.heads_of", &[&name]));
                headings.push(w.f("figures.monthly.times_of", &[&name]));
            }
            headings.push(w.t("figures.money.amount").to_owned());
            let line = |name: String, figures: &Figures, fen: i64| {
                let mut cells = vec![Value::from(name)];
                for one in Indicator::MAIN {
                    let count = of(figures, *one);
                    cells.extend([Value::Whole(count.heads), Value::Whole(count.times)]);
                }
                cells.push(Value::Text(money::wan(fen)));
                cells
            };
            let mut rows: Vec<_> = monthly
                .places
                .iter()
                .map(|(code, figures)| {
                    let name = part_of(w, &monthly.region, code);
                    line(name, figures, paid_in(&monthly, code))
                })
                .collect();
            rows.push(line(
                w.t("figures.monthly.total").to_owned(),
                &monthly.total,
                paid(&monthly.spent, Fund::All).fen,
            ));
            rows.push(vec![Value::from(flags(w, &monthly))]);
            rows.push(vec![Value::from(w.f(
                "figures.monthly.block",
                &[
                    &names::place(w, &monthly.region),
                    &who,
                    &w.date(today),
                    &w.date(monthly.cut.until),
                ],
            ))]);
            let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
            workbook::table(w.t("figures.monthly.title"), &headings, &rows)
                .map_err(|fault| crate::acts::Error::fault(fault.to_string()))
        })
        .await?;
    Ok(Download::workbook("monthly.xlsx", book))
}

/// The same as a PDF, signed by the registry.
#[get("/figures/monthly.pdf?<asked..>")]
pub(super) async fn monthly_pdf(
    reader: Overseer,
    caller: Caller,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Download, No> {
    let now = desk.now();
    let cut = asked.cut(now.day());
    let w = caller.words();
    let who = reader.actor().name.clone();
    let bytes = desk
        .ask(move |registry| {
            let monthly = figures::monthly(registry, &reader, cut)?;
            let base = registry.settings.public_base_url.as_str();
            let host = base.split("://").nth(1).unwrap_or(base);
            signed_reports::signed(registry, &report(w, &monthly, &who, host, now.day()), now)
        })
        .await?;
    Ok(Download::named("monthly.pdf", ContentType::PDF, bytes))
}

/// Millimetres of the column of places, and of each of a figure.
const PLACE: f32 = 40.0;
const FIGURE: f32 = 17.5;

fn report(w: Words, monthly: &Monthly, who: &str, host: &str, today: NaiveDate) -> Report {
    let unit = names::place(w, &monthly.region);
    let mut columns = vec![Column {
        heading: w.t("figures.monthly.place").to_owned(),
        width: PLACE,
    }];
    for one in Indicator::MAIN {
        let name = w.c("figures.indicator", one.as_str());
        for key in ["figures.monthly.heads_of", "figures.monthly.times_of"] {
            columns.push(Column {
                heading: w.f(key, &[&name]),
                width: FIGURE,
            });
        }
    }
    columns.push(Column {
        heading: w.t("figures.money.amount").to_owned(),
        width: FIGURE,
    });
    let (rows, total) = monthly_rows(w, monthly);
    let label = |key| w.t(key).trim_end_matches(['：', ':']).to_owned();
    Report {
        title: w.f("figures.monthly.of", &[&unit]),
        facts: vec![
            (label("figures.monthly.unit"), unit.clone()),
            (label("figures.monthly.who"), who.to_owned()),
            (
                label("figures.monthly.checked"),
                "________________".to_owned(),
            ),
            (label("figures.monthly.day"), w.date(today)),
        ],
        notes: vec![
            w.f(
                "figures.monthly.lead",
                &[&w.date(monthly.cut.until), &w.minute(monthly.cut.known)],
            ),
            flags(w, monthly),
            w.t("figures.monthly.footnote").to_owned(),
            w.t("figures.index.footnote").to_owned(),
        ],
        columns,
        rows: rows
            .into_iter()
            .chain([total])
            .map(|row| Row {
                cells: std::iter::once(row.name).chain(row.cells).collect(),
                marked: false,
            })
            .collect(),
        foot: w.f("figures.monthly.of", &[&unit]),
        author: w.f("list_report.author", &[&host]),
        purpose: w.t("figures.monthly.seal").to_owned(),
        on: today,
    }
}

/// The routes of this file.
pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![monthly, monthly_book, monthly_pdf]
}
