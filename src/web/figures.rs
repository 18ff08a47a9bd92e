//! 统计: the figures of a region as of a day, the people behind each, the paragraph and the table.

use crate::acts::figures::{self, Figures, Monthly, Overview};
use crate::domain::account::{BureauOfficer, Overseer, Role};
use crate::domain::code_set;
use crate::domain::course::TrainingKind;
use crate::domain::figure::{
    AGES, Breakdown, Count, Cut, Indicator, end_of, permille, time_share,
};
use crate::domain::freeze::FreezeId;
use crate::domain::key_group;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::skill_level::SkillLevel;
use crate::ground::slice::Window;
use crate::paper::workbook::{self, Value};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::{address, done};
use crate::web::rosters::Download;
use crate::web::words::Words;
use askama::Template;
use chrono::{Datelike, NaiveDate};
use rocket::response::Redirect;
use rocket::{FromForm, State, get, post};
use serde::Deserialize;
use std::fmt::Write;

crate::param!(FreezeId);

/// How a reader asks for figures; every part may be left out.
#[derive(Clone, Debug, Default, FromForm)]
pub(in crate::web) struct Asked {
    #[field(default = String::new())]
    to: String,
    #[field(default = String::new())]
    known: String,
    #[field(default = String::new())]
    region: String,
    #[field(default = String::new())]
    home: String,
    #[field(default = String::new())]
    group: String,
    #[field(default = String::new())]
    training: String,
    #[field(default = String::new())]
    occupation: String,
    #[field(default = String::new())]
    level: String,
    #[field(default = String::new())]
    sex: String,
    #[field(default = String::new())]
    age: String,
    #[field(default = String::new())]
    institution: String,
    #[field(default = String::new())]
    month: String,
}

impl Asked {
    /// The cut; what cannot be read is as if it had not been asked for.
    pub(in crate::web) fn cut(&self, today: NaiveDate) -> Cut {
        let until = self.to.parse().unwrap_or(today).min(today);
        let mut cut = Cut::of_year(until);
        if let Ok(known) = self.known.parse::<NaiveDate>()
            && known >= until
        {
            cut.known = end_of(known);
        }
        cut.region = RegionCode::read(&self.region);
        cut.by_home = self.home == "1";
        cut.group = key_group::KeyGroup::read(&self.group)
            .map(|group| group.to_string())
            .unwrap_or_default();
        cut.training = TrainingKind::read(&self.training)
            .map(|kind| kind.to_string())
            .unwrap_or_default();
        cut.occupation = OccupationCode::read(&self.occupation)
            .map(|code| code.to_string())
            .unwrap_or_default();
        cut.level = SkillLevel::read(&self.level)
            .map(|level| level.to_string())
            .unwrap_or_default();
        cut.sex.clone_from(&self.sex);
        cut.ages.clone_from(&self.age);
        cut.institution.clone_from(&self.institution);
        if self.month == "1" {
            cut = cut.month();
        }
        cut
    }

    /// The address of a page with the same cut, and one thing more or other.
    fn at(&self, path: &str, more: &[(&str, &str)]) -> String {
        let own = [
            ("to", self.to.as_str()),
            ("known", &self.known),
            ("region", &self.region),
            ("home", &self.home),
            ("group", &self.group),
            ("training", &self.training),
            ("occupation", &self.occupation),
            ("level", &self.level),
            ("sex", &self.sex),
            ("age", &self.age),
            ("institution", &self.institution),
            ("month", &self.month),
        ];
        let mut all: Vec<(&str, &str)> = own
            .into_iter()
            .filter(|(name, _)| !more.iter().any(|(other, _)| other == name))
            .collect();
        all.extend(more.iter().copied());
        address(path, &all)
    }

    fn filled(&self, cut: &Cut) -> Filled {
        Filled::blank()
            .with("to", cut.until)
            .with("region", cut.region.as_ref().map_or("", RegionCode::as_str))
            .with("group", &self.group)
            .with("training", &self.training)
            .with("level", &self.level)
            .with("sex", &self.sex)
            .with("age", &self.age)
            .with("home", &self.home)
    }
}

fn groups(w: Words) -> Vec<Choice> {
    key_group::all()
        .map(|group| Choice::new(group.as_str(), w.pick(group.name(), group.name_en())))
        .collect()
}

fn trainings(w: Words) -> Vec<Choice> {
    code_set::of("train_kind")
        .map(|entry| Choice::new(entry.code.as_str(), w.pick(&entry.name, &entry.name_en)))
        .collect()
}

fn percent(permille: Option<i64>) -> String {
    permille.map_or_else(|| "–".to_owned(), |n| format!("{}.{}%", n / 10, n % 10))
}

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

fn tenths(n: i64) -> String {
    format!("{}.{}", n / 10, n % 10)
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

/// A place of a region's table; what lies in none of its parts stands under the region itself.
fn part_of(w: Words, region: &RegionCode, code: &RegionCode) -> String {
    let name = names::place(w, code);
    if code == region {
        w.f("figures.monthly.own", &[&name])
    } else {
        name
    }
}

fn of(figures: &Figures, indicator: Indicator) -> Count {
    figures.get(&indicator).copied().unwrap_or_default()
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

/// A chart of a year's months beside the year before.
struct Chart {
    grid: Vec<(String, String, String)>,
    columns: Vec<Column>,
    line: String,
    points: Vec<(String, String)>,
    title: String,
    table: Vec<(String, String, String)>,
    years: (i32, i32),
}

struct Column {
    x: i64,
    middle: i64,
    y: String,
    height: String,
    value_y: String,
    value: String,
    name: String,
}

fn chart(w: Words, all: &Overview, indicator: Indicator) -> Chart {
    let until = all.cut.until;
    let months = i64::from(until.month());
    let heads = |parts: &figures::Parts, year: i32, month: i64| {
        parts
            .get(&format!("{year}-{month:02}"))
            .map_or(0, |figures| of(figures, indicator).heads)
    };
    let year = until.year();
    let own: Vec<i64> = (1..=months).map(|m| heads(&all.months, year, m)).collect();
    let past: Vec<i64> = (1..=months)
        .map(|m| heads(&all.earlier_months, year - 1, m))
        .collect();
    let most = own.iter().chain(&past).copied().max().unwrap_or(0).max(5);
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000]
        .into_iter()
        .find(|step| most <= step * 5)
        .unwrap_or(100_000);
    let top = step * 5;
    // tenths of a unit of the drawing: 210 is the ground, 22 the top
    let y = |n: i64| 2100 - n * 1880 / top;
    let slot = 590 / months;
    let mut chart = Chart {
        grid: (0..=5)
            .map(|at| {
                let at = at * step;
                (tenths(y(at)), tenths(y(at) + 40), w.count(at))
            })
            .collect(),
        columns: Vec::new(),
        line: String::new(),
        points: Vec::new(),
        title: w.f("figures.index.chart_title", &[&year]),
        table: Vec::new(),
        years: (year, year - 1),
    };
    for (at, (n, m)) in (0_i64..).zip(own.iter().zip(&past)) {
        let width = (slot / 2).min(40);
        let middle = 44 + slot * at + slot / 2;
        let name = w.f("figures.index.month", &[&(at + 1)]);
        chart.table.push((name.clone(), w.count(n), w.count(m)));
        chart.columns.push(Column {
            x: middle - width / 2,
            middle,
            y: tenths(y(*n)),
            height: tenths(2100 - y(*n)),
            value_y: tenths(y(*n) - 60),
            value: w.count(n),
            name,
        });
        let _ = write!(chart.line, "{middle},{} ", tenths(y(*m)));
        chart.points.push((middle.to_string(), tenths(y(*m))));
    }
    chart
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
struct Later {
    what: &'static str,
    batch: String,
    day: String,
    at: String,
    who: String,
    why: String,
    times: String,
}

fn later(w: Words, since: &[figures::Since]) -> Vec<Later> {
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
    let region = all.cut.region.clone().unwrap_or_else(|| figures::home_of(&reader));
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
        regions: names::regions(w, Some(reader.region().unwrap_or(&figures::home_of(&reader)))),
        groups: groups(w),
        trainings: trainings(w),
        levels: names::levels(w),
        sexes: sexes(w),
        ages: AGES.iter().map(|(band, ..)| Choice::new(*band, *band)).collect(),
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

/// One row of the monthly report.
struct MonthlyRow {
    name: String,
    cells: Vec<String>,
}

fn monthly_rows(w: Words, monthly: &Monthly) -> (Vec<MonthlyRow>, MonthlyRow) {
    let cells = |figures: &Figures| {
        Indicator::MAIN
            .iter()
            .flat_map(|one| {
                let count = of(figures, *one);
                [w.count(count.heads), w.count(count.times)]
            })
            .collect()
    };
    let rows = monthly
        .places
        .iter()
        .map(|(code, figures)| MonthlyRow {
            name: part_of(w, &monthly.region, code),
            cells: cells(figures),
        })
        .collect();
    let total = MonthlyRow {
        name: w.t("figures.monthly.total").to_owned(),
        cells: cells(&monthly.total),
    };
    (rows, total)
}

#[derive(Template)]
#[template(path = "figures/monthly.html")]
pub(super) struct MonthlyPage {
    f: Frame,
    lead: String,
    unit: String,
    columns: Vec<(&'static str, &'static str)>,
    rows: Vec<MonthlyRow>,
    total: MonthlyRow,
    who: String,
    today: String,
    to_workbook: String,
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
        rows,
        total,
        who: reader.actor().name.clone(),
        today: w.date(today),
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
                    w.f("figures.monthly.frozen_by", &[&w.minute(freeze.frozen_at), &who]),
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
            let line = |name: String, figures: &Figures| {
                let mut cells = vec![Value::from(name)];
                for one in Indicator::MAIN {
                    let count = of(figures, *one);
                    cells.extend([Value::Whole(count.heads), Value::Whole(count.times)]);
                }
                cells
            };
            let mut rows: Vec<_> = monthly
                .places
                .iter()
                .map(|(code, figures)| line(part_of(w, &monthly.region, code), figures))
                .collect();
            rows.push(line(w.t("figures.monthly.total").to_owned(), &monthly.total));
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

#[derive(Template)]
#[template(path = "figures/paragraph.html")]
pub(super) struct Paragraph {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    chosen: Vec<Choice>,
    text: String,
}

/// The sentences of a paragraph, in the report's own phrasing.
fn sentences(w: Words, monthly: &Monthly, chosen: &[Indicator]) -> String {
    let mut text = w.f(
        "figures.paragraph.opening",
        &[&w.date(monthly.cut.until), &names::place(w, &monthly.region)],
    );
    for (at, one) in chosen.iter().enumerate() {
        let count = of(&monthly.total, *one);
        let phrase = w.f(
            &format!("figures.phrase.{one}"),
            &[&w.count(count.heads), &w.count(count.times)],
        );
        if at > 0 {
            let follows = one.part_of().is_some_and(|whole| chosen[..at].last() == Some(&whole));
            text.push_str(w.t(if follows {
                "figures.paragraph.comma"
            } else {
                "figures.paragraph.semicolon"
            }));
        }
        text.push_str(&phrase);
        if let Some(share) = monthly
            .goals
            .get(one)
            .and_then(|goal| permille(count.heads, *goal))
        {
            text.push_str(&w.f("figures.paragraph.share", &[&percent(Some(share))]));
        }
    }
    text.push_str(w.t("figures.paragraph.stop"));
    text
}

/// The ready-made paragraph.
#[get("/figures/paragraph?<pick>&<asked..>")]
pub(super) async fn paragraph(
    reader: Overseer,
    caller: Caller,
    pick: Vec<&str>,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<Paragraph>, No> {
    let cut = asked.cut(desk.now().day());
    let mut chosen: Vec<_> = pick.iter().filter_map(|code| Indicator::read(code)).collect();
    if chosen.is_empty() {
        chosen = Indicator::MAIN.to_vec();
    }
    let within = reader.region().cloned().unwrap_or_else(|| figures::home_of(&reader));
    let monthly = desk
        .ask(move |registry| figures::monthly(registry, &reader, cut))
        .await?;
    let w = caller.words();
    let mut form = asked.filled(&monthly.cut);
    for one in &chosen {
        form = form.with("pick", one.as_str());
    }
    Ok(Page::new(Paragraph {
        f: caller
            .frame("figures.paragraph.title")
            .crumb(w.t("figures.index.title"), asked.at("/figures", &[]))
            .under("figures"),
        form,
        regions: names::regions(w, Some(&within)),
        chosen: Indicator::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), w.c("figures.indicator", one.as_str())))
            .collect(),
        text: sentences(w, &monthly, &chosen),
    }))
}

/// Which report the bureau seals.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct FreezeForm {
    /// The last day, `2026-07-31`.
    #[serde(default)]
    to: String,
    /// 行政区划代码
    #[serde(default)]
    region: String,
}

/// The bureau seals a monthly report.
#[post("/freezes", data = "<form>")]
pub(super) async fn freeze(
    officer: BureauOfficer,
    form: Form<FreezeForm>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let asked = Asked {
        to: form.0.to,
        region: form.0.region,
        ..Asked::default()
    };
    let cut = asked.cut(now.day());
    let id = desk
        .ask(move |registry| figures::freeze(registry, &officer, cut, now))
        .await?;
    Ok(Redirect::to(format!("/freezes/{id}?done=frozen")))
}

#[derive(Template)]
#[template(path = "figures/frozen.html")]
pub(super) struct FrozenPage {
    f: Frame,
    lead: String,
    digest: String,
    key: String,
    signature: String,
    holds: Tag,
    same: Tag,
    since: Vec<Later>,
    body: String,
}

/// One sealed report, held against the register of today.
#[get("/freezes/<id>?<done>")]
pub(super) async fn frozen(
    reader: Overseer,
    caller: Caller,
    id: FreezeId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<FrozenPage>, No> {
    let now = desk.now();
    let it = desk
        .ask(move |registry| figures::frozen(registry, &reader, &id, now))
        .await?;
    let w = caller.words();
    let title = w.f(
        "figures.monthly.frozen",
        &[&names::place(w, &it.freeze.region), &w.date(it.freeze.until)],
    );
    Ok(Page::new(FrozenPage {
        f: caller
            .frame("figures.frozen.title")
            .titled(title)
            .crumb(w.t("figures.index.title"), "/figures")
            .under("figures")
            .notice(self::done(w, "figures.done", &["frozen"], done)),
        lead: w.f(
            "figures.monthly.frozen_by",
            &[&w.minute(it.freeze.frozen_at), &it.who],
        ),
        digest: it.freeze.digest,
        key: it.freeze.key_id,
        signature: data_encoding::BASE64.encode(&it.freeze.signature),
        holds: if it.holds {
            Tag::ok(w.t("figures.frozen.holds"))
        } else {
            Tag::bad(w.t("figures.frozen.broken"))
        },
        same: if it.same {
            Tag::ok(w.t("figures.frozen.same"))
        } else {
            Tag::bad(w.t("figures.frozen.differs"))
        },
        since: later(w, &it.since),
        body: it.freeze.body,
    }))
}

/// One row of a public table.
struct PublicRow {
    name: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "figures/public.html")]
pub(super) struct PublicPage {
    f: Frame,
    lead: String,
    columns: Vec<(&'static str, &'static str)>,
    total: Vec<(&'static str, String)>,
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
    let last = figures::last_month_end(desk.now().day());
    let wanted = to.and_then(|to| to.parse::<NaiveDate>().ok());
    let until = wanted
        .map(crate::domain::figure::month_end)
        .filter(|day| *day <= last)
        .unwrap_or(last);
    let region = figures::city();
    let place = region.clone();
    let it = desk
        .ask(move |registry| figures::public(registry, &region, until))
        .await?;
    let w = caller.words();
    let cell = |n: Option<i64>| n.map_or_else(|| w.t("figures.public.hidden").to_owned(), |n| w.count(n));
    let line = |name: String, cells: std::collections::BTreeMap<Indicator, Option<i64>>| PublicRow {
        name,
        cells: figures::PUBLIC
            .iter()
            .map(|one| cell(cells.get(one).copied().flatten()))
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
    let months = std::iter::successors(Some(last), |day| Some(figures::last_month_end(*day)))
        .take(12)
        .map(|day| Choice::new(day.to_string(), w.date(day)))
        .collect();
    Ok(Page::new(PublicPage {
        f: caller
            .frame("figures.public.title")
            .titled(w.f("figures.public.of", &[&names::place(w, &place)])),
        lead: w.f("figures.public.lead", &[&w.date(until)]),
        columns: figures::PUBLIC
            .iter()
            .map(|one| {
                (
                    w.c("figures.indicator", one.as_str()),
                    w.c("figures.definition", one.as_str()),
                )
            })
            .collect(),
        total: figures::PUBLIC
            .iter()
            .map(|one| {
                (
                    w.c("figures.indicator", one.as_str()),
                    cell(it.total.get(one).copied().flatten()),
                )
            })
            .collect(),
        tables: vec![
            (w.t("figures.public.places"), w.t("figures.monthly.place"), places),
            (w.t("figures.public.trades"), w.t("figures.public.trade"), trades),
            (w.t("figures.public.houses"), w.t("figures.public.house"), houses),
        ],
        months,
        form: Filled::blank().with("to", until),
    }))
}

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
        Breakdown::County | Breakdown::Township => RegionCode::read(part)
            .map_or_else(unknown, |code| names::place_in_city(w, &code)),
        Breakdown::Group => key_group::KeyGroup::read(part)
            .map_or_else(unknown, |group| w.pick(group.name(), group.name_en()).to_owned()),
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
    let (parts, houses) = desk
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
    let rows = parts
        .iter()
        .map(|(part, figures)| PartRow {
            name: part_name(w, by, part, &houses),
            cells: columns
                .iter()
                .map(|one| {
                    let count = of(figures, *one);
                    let to = if filter.is_empty() || part.is_empty() {
                        String::new()
                    } else {
                        asked.at(
                            "/figures/people",
                            &[("indicator", one.as_str()), (filter, part)],
                        )
                    };
                    (w.count(count.heads), to)
                })
                .collect(),
        })
        .collect();
    Ok(Page::new(PartsPage {
        f: caller
            .frame("figures.parts.title")
            .titled(w.f("figures.parts.by", &[&w.c("figures.breakdown", by.as_str())]))
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
            .collect(),
        rows,
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        index,
        people,
        parts,
        monthly,
        monthly_book,
        paragraph,
        freeze,
        frozen,
        public
    ]
}
