//! 补贴汇总: by county, institution, kind and month; as a page and as CSV.

use crate::acts::claims;
use crate::domain::account::TrainingReader;
use crate::domain::figure::year_start;
use crate::domain::place::RegionCode;
use crate::ground::money;
use crate::paper::workbook::{self, Value};
use crate::store::claims::totals::Total;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::rosters::Download;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::{State, get};

/// The days asked for: the year so far unless others are.
pub(in crate::web) fn days_of(
    from: Option<&str>,
    until: Option<&str>,
    today: NaiveDate,
) -> (NaiveDate, NaiveDate) {
    let read = |text: Option<&str>| text.and_then(|text| text.parse::<NaiveDate>().ok());
    (
        read(from).unwrap_or_else(|| year_start(today)),
        read(until).unwrap_or(today),
    )
}

const COLUMNS: [&str; 10] = [
    "county",
    "institution",
    "kind",
    "month",
    "claims",
    "people",
    "asked",
    "cut",
    "paid",
    "recovered",
];

fn place(w: Words, total: &Total) -> String {
    RegionCode::read(&total.county)
        .map_or_else(|| total.county.clone(), |code| names::place(w, &code))
}

fn cells(w: Words, total: &Total) -> [String; 10] {
    [
        place(w, total),
        total.name.clone(),
        w.c("subsidy_kind", &total.kind).to_owned(),
        total.month.clone(),
        w.count(total.claims),
        w.count(total.lines),
        money::yuan(total.asked_fen),
        money::yuan(total.cut_fen),
        money::yuan(total.paid_fen),
        money::yuan(total.recovered_fen),
    ]
}

#[derive(Template)]
#[template(path = "claims/totals.html")]
pub(super) struct Totals {
    f: Frame,
    form: Filled,
    lead: String,
    columns: Vec<&'static str>,
    rows: Vec<[String; 10]>,
    sums: [String; 6],
    csv: String,
}

fn sums(w: Words, all: &[Total]) -> [String; 6] {
    let sum = |of: fn(&Total) -> i64| all.iter().map(of).sum::<i64>();
    [
        w.count(sum(|one| one.claims)),
        w.count(sum(|one| one.lines)),
        money::yuan(sum(|one| one.asked_fen)),
        money::yuan(sum(|one| one.cut_fen)),
        money::yuan(sum(|one| one.paid_fen)),
        money::yuan(sum(|one| one.recovered_fen)),
    ]
}

/// The totals.
#[get("/claims/totals?<from>&<until>")]
pub(super) async fn totals(
    reader: TrainingReader,
    caller: Caller,
    from: Option<&str>,
    until: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Totals>, No> {
    let w = caller.words();
    let days = days_of(from, until, desk.now().day());
    let all = desk
        .ask(move |registry| claims::totals(registry, &reader, days))
        .await?;
    Ok(Page::new(Totals {
        f: caller
            .frame("claims.totals.title")
            .crumb(w.t("claims.index.title"), "/claims")
            .under("claims"),
        form: Filled::blank().with("from", days.0).with("until", days.1),
        lead: w.f("claims.totals.lead", &[&w.span(days.0, days.1)]),
        columns: COLUMNS
            .iter()
            .map(|column| w.c("claims.totals", column))
            .collect(),
        rows: all.iter().map(|total| cells(w, total)).collect(),
        sums: sums(w, &all),
        csv: format!("/claims/totals.csv?from={}&until={}", days.0, days.1),
    }))
}

/// The same as CSV.
#[get("/claims/totals.csv?<from>&<until>")]
pub(super) async fn csv(
    reader: TrainingReader,
    caller: Caller,
    from: Option<&str>,
    until: Option<&str>,
    desk: &State<Desk>,
) -> Result<Download, No> {
    let w = caller.words();
    let days = days_of(from, until, desk.now().day());
    let all = desk
        .ask(move |registry| claims::totals(registry, &reader, days))
        .await?;
    let headings: Vec<&str> = COLUMNS
        .iter()
        .map(|column| w.c("claims.totals", column))
        .collect();
    let rows: Vec<Vec<Value>> = all
        .iter()
        .map(|total| {
            let words = cells(w, total);
            let counts = [Value::Whole(total.claims), Value::Whole(total.lines)];
            let texts = |some: &[String]| some.iter().cloned().map(Value::Text).collect::<Vec<_>>();
            [texts(&words[..4]), counts.into(), texts(&words[6..])].concat()
        })
        .collect();
    Ok(Download::csv(
        "subsidies.csv",
        workbook::csv(&headings, &rows),
    ))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![totals, csv]
}
