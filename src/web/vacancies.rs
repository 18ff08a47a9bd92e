//! 供需对照: what employers look for, entered and set against training, and what that proposes.

use crate::acts::enterprises;
use crate::acts::vacancies::{self, AsOf};
use crate::acts::{Error, figures};
use crate::domain::account::{Officer, Overseer, Role};
use crate::domain::figure::{Cut, Indicator};
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::vacancy::{self, Advice, Balance, Line, SEATS, next_quarter};
use crate::ground::sheet::{self, Sheet};
use crate::ground::slice::Window;
use crate::web::body::Upload;
use crate::web::desk::Desk;
use crate::web::enterprises::{Cooperation, cooperation, order_share};
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, address, again, done};
use crate::web::words::Words;
use askama::Template;
use chrono::{Datelike, NaiveDate};
use rocket::response::Redirect;
use rocket::{State, get, post};

/// One entry of the list.
struct Row {
    occupation: String,
    region: String,
    month: String,
    employer: String,
    posts: String,
    origin: String,
    own: bool,
    when: String,
}

#[derive(Template)]
#[template(path = "vacancies/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    may_record: bool,
}

fn is_officer(reader: &Overseer) -> bool {
    matches!(
        reader.actor().role,
        Role::BureauOfficer | Role::CountyOfficer
    )
}

pub(super) fn month_text(month: NaiveDate) -> String {
    format!("{}-{:02}", month.year(), month.month())
}

/// Every entry, newest first.
#[get("/vacancies?<region>&<page>&<done>")]
pub(super) async fn index(
    reader: Overseer,
    caller: Caller,
    region: Option<&str>,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let code = region.and_then(RegionCode::read);
    let may_record = is_officer(&reader);
    let home = figures::home_of(&reader);
    let asked = code.clone();
    let slice = desk
        .ask(move |registry| vacancies::list(registry, &reader, asked, Window::of(page, None)))
        .await?;
    let w = caller.words();
    let code = code.unwrap_or_else(|| home.clone());
    let to = address("/vacancies", &[("region", code.as_str())]);
    Ok(Page::new(Index {
        f: caller
            .frame("vacancies.index.title")
            .crumb(w.t("figures.index.title"), "/figures")
            .crumb(w.t("vacancies.shortage.title"), "/figures/shortages")
            .under("figures")
            .notice(self::done(w, "vacancies.done", &["recorded"], done)),
        form: Filled::blank().with("region", &code),
        regions: names::regions(w, Some(&home)),
        pager: Pager::of(&slice, to),
        rows: slice
            .rows
            .iter()
            .map(|(entry, who)| Row {
                occupation: names::occupation(w, &entry.occupation),
                region: names::place_in_city(w, &entry.region),
                month: month_text(entry.month),
                employer: entry.employer.clone(),
                posts: w.count(entry.posts),
                origin: entry.origin.clone(),
                own: !entry.uscc.is_empty(),
                when: w.f("targets.index.entered", &[&w.minute(entry.at), who]),
            })
            .collect(),
        may_record,
    }))
}

/// One line of a list as it was read.
struct Read {
    number: usize,
    text: String,
    said: String,
    tag: Tag,
}

#[derive(Template)]
#[template(path = "vacancies/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    lines: Vec<Read>,
    sum: String,
    ready: bool,
}

impl New {
    fn of(caller: &Caller, form: Filled, lines: &[Line]) -> Self {
        let w = caller.words();
        let good: Vec<_> = lines
            .iter()
            .filter_map(|line| line.posting.as_ref().ok())
            .collect();
        let posts: i64 = good.iter().map(|posting| posting.posts).sum();
        let bad = lines.len() - good.len();
        Self {
            f: caller
                .frame("vacancies.new.title")
                .crumb(w.t("vacancies.shortage.title"), "/figures/shortages")
                .crumb(w.t("vacancies.index.title"), "/vacancies")
                .under("figures")
                .wrong(&form),
            form,
            sum: w.f(
                "vacancies.new.sum",
                &[&w.count(lines.len()), &w.count(posts), &w.count(bad)],
            ),
            ready: bad == 0 && !lines.is_empty(),
            lines: lines.iter().map(|line| read_out(w, line)).collect(),
        }
    }
}

fn read_out(w: Words, line: &Line) -> Read {
    let (said, tag) = match &line.posting {
        Ok(posting) => (
            w.f(
                "vacancies.new.read",
                &[
                    &names::place_in_city(w, &posting.region),
                    &names::occupation(w, &posting.occupation),
                    &month_text(posting.month),
                    &posting.employer,
                    &w.count(posting.posts),
                ],
            ),
            Tag::ok(w.t("vacancies.new.fits")),
        ),
        Err(unfit) => {
            let code = unfit.refusal().code;
            (
                w.t(&format!("refusal.{code}.say")).to_owned(),
                Tag::bad(w.t("vacancies.new.unfit")),
            )
        }
    };
    Read {
        number: line.number,
        text: line.text.clone(),
        said,
        tag,
    }
}

/// The form for a list.
#[get("/vacancies/new")]
pub(super) fn new(_officer: Officer, caller: Caller) -> Page<New> {
    Page::new(New::of(&caller, Filled::blank(), &[]))
}

/// A workbook's first five columns as the text of a list.
fn text_of(sheet: &Sheet) -> String {
    sheet
        .rows()
        .map(|row| {
            let cells: Vec<_> = (0..5)
                .map(|column| row.cell(column).text.replace(['\t', '\n', '\r'], " "))
                .collect();
            cells.join("\t")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// An officer has a list looked at, or, once nothing is wrong with it, entered.
#[post("/vacancies", data = "<upload>")]
pub(super) async fn create(
    officer: Officer,
    caller: Caller,
    upload: Upload,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let origin = upload.field("origin").unwrap_or_default().to_owned();
    let pasted = upload.field("pasted").unwrap_or_default().to_owned();
    let sure = upload.field("sure") == Some("1") && upload.bytes.is_empty();
    let text = if upload.bytes.is_empty() {
        pasted
    } else {
        match sheet::read(&upload.bytes) {
            Ok(sheet) => text_of(&sheet),
            Err(unreadable) => {
                let form = Filled::blank().with("origin", &origin);
                return Err(again(&caller, unreadable.into(), form, |form| {
                    New::of(&caller, form, &[])
                }));
            }
        }
    };
    let form = Filled::blank()
        .with("origin", &origin)
        .with("pasted", &text);
    let lines = vacancy::read(&text, now.day());
    if lines.is_empty() || lines.len() > vacancy::MOST {
        let refusal = Refusal::new("vacancy.list-unlikely")
            .at("pasted")
            .with(vacancy::MOST);
        let form = Filled::blank().with("origin", &origin);
        return Err(again(&caller, refusal.into(), form, |form| {
            New::of(&caller, form, &[])
        }));
    }
    let postings: Result<Vec<_>, _> = lines.iter().map(|line| line.posting.clone()).collect();
    let answer: Result<_, Error> = match postings {
        Ok(postings) if sure => {
            desk.ask(move |registry| vacancies::record(registry, &officer, &postings, &origin, now))
                .await
        }
        // looked at only: nothing is kept
        _ => return Err(Ok(Page::new(New::of(&caller, form, &lines)))),
    };
    match answer {
        Ok(_) => Ok(Redirect::to("/vacancies?done=recorded")),
        Err(error) => Err(again(&caller, error, form, |form| {
            New::of(&caller, form, &lines)
        })),
    }
}

/// One trade of the table.
struct Trade {
    name: String,
    to: String,
    cells: Vec<String>,
    short: bool,
    listed: Tag,
}

/// One trade of the chart.
struct Bars {
    name: String,
    text_y: i64,
    posts_y: i64,
    posts: i64,
    posts_x: i64,
    posts_text_y: i64,
    posts_value: String,
    supply_y: i64,
    supply: i64,
    supply_x: i64,
    supply_text_y: i64,
    supply_value: String,
}

/// One proposal.
struct Proposal {
    what: &'static str,
    name: String,
    why: String,
    to: String,
    act: &'static str,
}

#[derive(Template)]
#[template(path = "vacancies/shortage.html")]
pub(super) struct ShortagePage {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    lead: String,
    columns: Vec<&'static str>,
    rows: Vec<Trade>,
    bars: Vec<Bars>,
    height: i64,
    chart: String,
    quarter: String,
    proposals: Vec<Proposal>,
    may_record: bool,
    order: String,
    behind: String,
    cooperations: Vec<Cooperation>,
}

/// The trades most looked for, drawn one under the other.
fn bars(w: Words, balances: &[Balance]) -> Vec<Bars> {
    const WIDTH: i64 = 380;
    let mut most: Vec<&Balance> = balances.iter().filter(|one| one.posts > 0).collect();
    most.sort_by_key(|one| -one.posts);
    most.truncate(12);
    let top = most
        .iter()
        .map(|one| one.posts.max(one.in_class + one.certified))
        .max()
        .unwrap_or(0)
        .max(1);
    most.iter()
        .zip(0..)
        .map(|(one, at)| {
            let y = at * 44;
            let supply = one.in_class + one.certified;
            let (posts_width, supply_width) = (one.posts * WIDTH / top, supply * WIDTH / top);
            let mut name: String = names::occupation(w, &one.occupation);
            if name.chars().count() > 12 {
                name = name.chars().take(11).chain(['…']).collect();
            }
            Bars {
                name,
                text_y: y + 22,
                posts_y: y + 4,
                posts: posts_width,
                posts_x: 184 + posts_width,
                posts_text_y: y + 15,
                posts_value: w.count(one.posts),
                supply_y: y + 20,
                supply: supply_width,
                supply_x: 184 + supply_width,
                supply_text_y: y + 31,
                supply_value: w.count(supply),
            }
        })
        .collect()
}

fn proposals(
    w: Words,
    region: &RegionCode,
    balances: &[Balance],
    quarter: NaiveDate,
    is_bureau: bool,
) -> Vec<Proposal> {
    let starts = quarter.to_string();
    let mut proposals = Vec::new();
    for one in balances {
        for advice in one.advice() {
            let why = w.f(
                &format!("vacancies.why.{advice}"),
                &[
                    &w.count(one.posts),
                    &w.count(one.employers),
                    &w.count(one.in_class),
                    &w.count(one.certified),
                    &w.count(one.gap()),
                    &w.count(one.classes()),
                    &w.count(SEATS),
                ],
            );
            let (to, act) = match advice {
                Advice::List if is_bureau => (
                    address(
                        "/demands/new",
                        &[
                            ("occupation", one.occupation.as_str()),
                            ("region", region.as_str()),
                            ("starts", &starts),
                            ("note", &why),
                        ],
                    ),
                    w.t("vacancies.shortage.adopt"),
                ),
                Advice::End if is_bureau => (
                    address("/demands", &[("q", one.occupation.as_str())]),
                    w.t("vacancies.shortage.see_list"),
                ),
                Advice::Open => (
                    address("/courses", &[("q", one.occupation.as_str())]),
                    w.t("vacancies.shortage.see_courses"),
                ),
                _ => (String::new(), ""),
            };
            proposals.push(Proposal {
                what: w.c("vacancies.advice", advice.as_str()),
                name: names::occupation(w, &one.occupation),
                why,
                to,
                act,
            });
        }
    }
    proposals
}

/// Demand against supply, trade by trade, and what it proposes.
#[get("/figures/shortages?<region>&<month>&<to>")]
pub(super) async fn shortage(
    reader: Overseer,
    caller: Caller,
    region: Option<&str>,
    month: Option<&str>,
    to: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<ShortagePage>, No> {
    let now = desk.now();
    let month = month.and_then(vacancy::read_month);
    let as_of = match to.and_then(|to| to.parse().ok()) {
        Some(day) => AsOf::Day(day),
        None => AsOf::Month(month.unwrap_or_else(|| now.day())),
    };
    let code = region.and_then(RegionCode::read);
    let home = figures::home_of(&reader);
    let (may_record, is_bureau) = (
        is_officer(&reader),
        reader.actor().role == Role::BureauOfficer,
    );
    let (it, together) = desk
        .ask(move |registry| {
            let it = vacancies::shortage(registry, &reader, code, as_of, now)?;
            let cut = Cut::of_year(it.until).within(&it.region);
            let together = enterprises::cooperations(registry, &reader, cut)?;
            Ok((it, together))
        })
        .await?;
    let w = caller.words();
    let bars = bars(w, &it.balances);
    let quarter = next_quarter(it.until);
    let rows = it
        .balances
        .iter()
        .map(|one| Trade {
            name: names::occupation(w, &one.occupation),
            to: format!("/occupations/{}", one.occupation),
            cells: [
                one.posts,
                one.employers,
                one.in_class,
                one.certified,
                one.gap(),
            ]
            .iter()
            .map(|n| w.count(n))
            .collect(),
            short: one.gap() > 0,
            listed: if one.listed {
                Tag::ok(w.t("vacancies.shortage.listed"))
            } else {
                Tag::none(w.t("vacancies.shortage.unlisted"))
            },
        })
        .collect();
    Ok(Page::new(ShortagePage {
        f: caller
            .frame("vacancies.shortage.title")
            .crumb(w.t("figures.index.title"), "/figures")
            .under("figures"),
        form: Filled::blank()
            .with("region", &it.region)
            .with("month", month_text(it.until))
            .with("to", to.unwrap_or_default()),
        regions: names::regions(w, Some(&home)),
        lead: w.f(
            "vacancies.shortage.lead",
            &[&names::place(w, &it.region), &w.span(it.from, it.until)],
        ),
        columns: ["posts", "employers", "in_class", "certified", "gap"]
            .iter()
            .map(|column| w.c("vacancies.column", column))
            .collect(),
        rows,
        height: (i64::try_from(bars.len()).unwrap_or(0) * 44).max(44),
        bars,
        chart: w.f(
            "vacancies.shortage.chart_title",
            &[&w.span(it.from, it.until)],
        ),
        proposals: proposals(w, &it.region, &it.balances, quarter, is_bureau),
        quarter: w.f("vacancies.shortage.quarter", &[&w.date(quarter)]),
        may_record,
        order: order_share(w, &together),
        behind: address(
            "/figures/people",
            &[
                ("indicator", Indicator::Order.as_str()),
                ("to", &it.until.to_string()),
                ("region", it.region.as_str()),
            ],
        ),
        cooperations: together
            .classes
            .iter()
            .map(|one| cooperation(w, one))
            .collect(),
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, shortage]
}
