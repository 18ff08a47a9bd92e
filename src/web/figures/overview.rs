//! 统计首页: the year so far against its targets, by place, and whether training led to work.

use super::chart::{Chart, chart};
use super::{Asked, groups, of, paid, part_of, percent, tenths, trainings};
use crate::acts::figures::{self, Overview};
use crate::domain::account::{Overseer, Role};
use crate::domain::figure::{AGES, Fund, Indicator, permille, time_share};
use crate::ground::money;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get};

/// One indicator of the table of targets.
struct Row {
    name: String,
    what: &'static str,
    part: bool,
    target: String,
    heads: String,
    times: String,
    month: String,
    to: String,
    to_month: String,
    share: String,
    bar: Option<Bar>,
    change: String,
    change_css: &'static str,
}

/// A bar with the time schedule's tick.
struct Bar {
    width: String,
    tick: String,
    low: bool,
}

fn bar(done: Option<i64>, schedule: u32) -> Option<Bar> {
    let done = done?;
    Some(Bar {
        width: tenths(done.clamp(0, 1000) * 134 / 100),
        tick: tenths(i64::from(schedule.min(1000)) * 134 / 100 + 10),
        low: done < i64::from(schedule),
    })
}

/// 同比: how the figure stands to the same days a year earlier.
fn change(now: i64, before: i64) -> (String, &'static str) {
    if before == 0 {
        return ("–".to_owned(), "");
    }
    let by = permille((now - before).abs(), before).unwrap_or(0);
    let text = format!("{}.{}%", by / 10, by % 10);
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => (format!("▲ {text}"), "up"),
        std::cmp::Ordering::Less => (format!("▼ {text}"), "down"),
        std::cmp::Ordering::Equal => ("0.0%".to_owned(), ""),
    }
}

fn row(w: Words, asked: &Asked, all: &Overview, indicator: Indicator) -> Row {
    let (now, month, before) = (
        of(&all.year, indicator),
        of(&all.month, indicator),
        of(&all.earlier, indicator),
    );
    let goal = all.goals.get(&indicator).copied();
    let share = goal.and_then(|goal| permille(now.heads, goal));
    let (change, change_css) = change(now.heads, before.heads);
    let code = indicator.as_str();
    let until = all.cut.until.to_string();
    let to = asked.at("/figures/people", &[("indicator", code), ("to", &until)]);
    Row {
        name: w.c("figures.indicator", code).to_owned(),
        what: w.c("figures.definition", code),
        part: indicator.part_of().is_some(),
        target: goal.map_or_else(|| "–".to_owned(), |goal| w.count(goal)),
        heads: w.count(now.heads),
        times: w.count(now.times),
        month: w.count(month.heads),
        to_month: asked.at(
            "/figures/people",
            &[("indicator", code), ("to", &until), ("month", "1")],
        ),
        to,
        share: percent(share),
        bar: bar(share, time_share(all.cut.until)),
        change,
        change_css,
    }
}

/// One fund of the table of money.
struct FundRow {
    name: &'static str,
    what: &'static str,
    part: bool,
    heads: String,
    times: String,
    amount: String,
    month: String,
    change: String,
    change_css: &'static str,
    to: String,
}

fn fund(w: Words, asked: &Asked, all: &Overview, fund: Fund) -> FundRow {
    let [now, month, before] = [0, 1, 2].map(|at| paid(&all.spent[at], fund));
    let (change, change_css) = change(now.fen, before.fen);
    let code = fund.as_str();
    FundRow {
        name: w.c("figures.fund", code),
        what: w.c("figures.fund_definition", code),
        part: fund.is_part(),
        heads: w.count(now.heads),
        times: w.count(now.times),
        amount: money::wan(now.fen),
        month: money::wan(month.fen),
        change,
        change_css,
        to: asked.at(
            "/figures/payments",
            &[("fund", code), ("to", &all.cut.until.to_string())],
        ),
    }
}

/// One step of the funnel.
struct Step {
    name: &'static str,
    width: String,
    heads: String,
    to: String,
    of_last: String,
    work: bool,
}

fn funnel(w: Words, asked: &Asked, all: &Overview) -> Vec<Step> {
    let steps = [
        Indicator::Enrolled,
        Indicator::Trained,
        Indicator::Assessed,
        Indicator::Certified,
        Indicator::Employed,
        Indicator::Lasting,
    ];
    let heads: Vec<i64> = steps.iter().map(|one| of(&all.year, *one).heads).collect();
    let most = heads.iter().copied().max().unwrap_or(0);
    let until = all.cut.until.to_string();
    steps
        .iter()
        .enumerate()
        .map(|(at, step)| Step {
            name: w.c("figures.step", step.as_str()),
            width: tenths(permille(heads[at], most).unwrap_or(0)),
            heads: w.count(heads[at]),
            to: asked.at(
                "/figures/people",
                &[("indicator", step.as_str()), ("to", &until)],
            ),
            of_last: if at == 0 {
                String::new()
            } else {
                // work is reckoned of the trained: not everybody's course ends in an assessment
                let (key, whole) = match step {
                    Indicator::Employed => ("figures.index.of_trained", heads[1]),
                    _ => ("figures.index.of_last", heads[at - 1]),
                };
                w.f(key, &[&percent(permille(heads[at], whole))])
            },
            work: at >= 4,
        })
        .collect()
}

/// One place of the table by place.
struct PlaceRow {
    name: String,
    to: String,
    cells: Vec<(String, String)>,
    rate: String,
}

/// One line of what was corrected since.
pub(super) struct Later {
    pub(super) what: &'static str,
    pub(super) batch: String,
    pub(super) day: String,
    pub(super) at: String,
    pub(super) who: String,
    pub(super) why: String,
    pub(super) times: String,
}

pub(super) fn later(w: Words, since: &[figures::Since]) -> Vec<Later> {
    since
        .iter()
        .map(|one| Later {
            what: w.c("figures.since", &one.kind),
            batch: one.batch_name.clone(),
            day: w.date(one.day),
            at: w.minute(one.at),
            who: one.who.clone(),
            why: if one.why.is_empty() {
                w.t("figures.since.late").to_owned()
            } else {
                one.why.clone()
            },
            times: w.count(one.times),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "figures/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    groups: Vec<Choice>,
    trainings: Vec<Choice>,
    levels: Vec<Choice>,
    sexes: Vec<Choice>,
    ages: Vec<Choice>,
    homes: Vec<Choice>,
    until: String,
    known: String,
    region: String,
    schedule: String,
    main: Vec<Row>,
    others: Vec<Row>,
    funds: Vec<FundRow>,
    chart: Chart,
    funnel: Vec<Step>,
    columns: Vec<&'static str>,
    places: Vec<PlaceRow>,
    since: Vec<Later>,
    to_monthly: String,
    to_paragraph: String,
    to_workbook: String,
    may_set: bool,
}

fn sexes(w: Words) -> Vec<Choice> {
    ["female", "male"]
        .into_iter()
        .map(|sex| Choice::new(sex, w.c("figures.sex", sex)))
        .collect()
}

/// The front page of the figures.
#[get("/figures?<asked..>")]
pub(super) async fn index(
    reader: Overseer,
    caller: Caller,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let now = desk.now();
    let cut = asked.cut(now.day());
    let by = reader.clone();
    let all = desk
        .ask(move |registry| figures::overview(registry, &by, cut, now))
        .await?;
    let w = caller.words();
    let others = Indicator::ALL
        .iter()
        .filter(|one| !Indicator::MAIN.contains(one) && **one != Indicator::Enrolled);
    let columns = [
        Indicator::Trained,
        Indicator::Assessed,
        Indicator::Certified,
    ];
    let until = all.cut.until.to_string();
    let region = all
        .cut
        .region
        .clone()
        .unwrap_or_else(|| figures::home_of(&reader));
    let places = all
        .places
        .iter()
        .map(|(code, figures)| PlaceRow {
            name: part_of(w, &region, code),
            to: asked.at("/figures", &[("region", code.as_str()), ("to", &until)]),
            cells: columns
                .iter()
                .map(|one| {
                    (
                        w.count(of(figures, *one).heads),
                        asked.at(
                            "/figures/people",
                            &[
                                ("indicator", one.as_str()),
                                ("region", code.as_str()),
                                ("to", &until),
                            ],
                        ),
                    )
                })
                .collect(),
            rate: percent(permille(
                of(figures, Indicator::Employed).heads,
                of(figures, Indicator::Trained).heads,
            )),
        })
        .collect();
    Ok(Page::new(Index {
        f: caller.frame("figures.index.title").under("figures"),
        form: asked.filled(&all.cut),
        regions: names::regions(
            w,
            Some(reader.region().unwrap_or(&figures::home_of(&reader))),
        ),
        groups: groups(w),
        trainings: trainings(w),
        levels: names::levels(w),
        sexes: sexes(w),
        ages: AGES
            .iter()
            .map(|(band, ..)| Choice::new(*band, *band))
            .collect(),
        homes: vec![Choice::new("1", w.t("figures.index.by_home"))],
        until: w.date(all.cut.until),
        known: w.minute(all.cut.known),
        region: names::place(w, &region),
        schedule: percent(Some(i64::from(time_share(all.cut.until)))),
        main: Indicator::MAIN
            .iter()
            .map(|one| row(w, &asked, &all, *one))
            .collect(),
        others: others.map(|one| row(w, &asked, &all, *one)).collect(),
        funds: Fund::ALL
            .iter()
            .filter(|one| {
                // A part nothing is paid for says nothing; it appears with its first payment.
                !one.is_part() || all.spent.iter().any(|spent| paid(spent, **one).times > 0)
            })
            .map(|one| fund(w, &asked, &all, *one))
            .collect(),
        chart: chart(w, &all, Indicator::Certified),
        funnel: funnel(w, &asked, &all),
        columns: columns
            .iter()
            .map(|one| w.c("figures.indicator", one.as_str()))
            .collect(),
        places,
        since: later(w, &all.since),
        to_monthly: asked.at("/figures/monthly", &[("to", &until)]),
        to_paragraph: asked.at("/figures/paragraph", &[("to", &until)]),
        to_workbook: asked.at("/figures/monthly.xlsx", &[("to", &until)]),
        may_set: reader.actor().role == Role::BureauOfficer,
    }))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![index]
}
