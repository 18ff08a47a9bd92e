//! 岗位自报: the page on which an employer reports, and the officer's list of what waits.

use crate::acts::vacancy_reports::{self as acts, Standing, VacancyReport};
use crate::acts::{Done, Error, figures};
use crate::domain::account::{Officer, Overseer, Role};
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::vacancy_report::{
    self, Line, MOST, Opening, ReportState, ReportVerdict, VacancyReportId,
};
use crate::ground::slice::Window;
use crate::web::body::{Form, OpenForm};
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::{Frame, Notice};
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, address, again, done};
use crate::web::vacancies::month_text;
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![blank, report, waiting, decide]
}

/// One report as its employer reads it.
struct Told {
    occupation: String,
    region: String,
    month: String,
    posts: String,
    when: String,
    state: Tag,
    reason: String,
}

/// The employer's page.
#[derive(Template)]
#[template(path = "vacancy_reports/new.html")]
struct New {
    f: Frame,
    form: Filled,
    /// What is wrong with lines of the list.
    wrong: Vec<String>,
    /// Whose reports are shown; empty before a token was typed.
    employer: String,
    rows: Vec<Told>,
}

fn page(caller: &Caller, form: Filled) -> New {
    New {
        f: caller
            .frame("vacancy_reports.new.title")
            .under("verify")
            .wrong(&form),
        form,
        wrong: Vec::new(),
        employer: String::new(),
        rows: Vec::new(),
    }
}

/// The form, blank.
#[get("/employers/vacancies")]
fn blank(caller: Caller) -> Page<New> {
    Page::new(page(&caller, Filled::blank()))
}

/// What an employer types. Her token comes in the form and goes nowhere else: into no address, and
/// not back into the page.
#[derive(Default, Deserialize)]
struct ReportForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    pasted: String,
}

/// What is wrong with the lines, or what they say.
fn read(w: Words, lines: Vec<Line>) -> Result<Vec<Opening>, Vec<String>> {
    let mut wrong = Vec::new();
    let mut openings = Vec::new();
    for line in lines {
        match line.opening {
            Ok(opening) => openings.push(opening),
            Err(unfit) => {
                let key = format!("refusal.{}.say", own(unfit.refusal()).code);
                let said = w.t(&key);
                wrong.push(w.f("vacancy_reports.new.line", &[&line.number, &said]));
            }
        }
    }
    if wrong.is_empty() {
        Ok(openings)
    } else {
        Err(wrong)
    }
}

/// The same reasons, where an employer's lines are read otherwise than an officer's.
fn own(refusal: Refusal) -> Refusal {
    let code = match refusal.code {
        "vacancy.fields-missing" => "vacancy_report.fields-missing",
        "vacancy.region-unknown" => "vacancy_report.region-unknown",
        other => other,
    };
    Refusal { code, ..refusal }
}

/// An employer reports, or only looks how her reports stand.
#[post("/employers/vacancies", data = "<form>")]
async fn report(
    caller: Caller,
    form: OpenForm<ReportForm>,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let now = desk.now();
    let w = caller.words();
    let ReportForm { token, pasted } = form.0;
    let filled = Filled::blank().with("pasted", &pasted);
    let lines = vacancy_report::read(&pasted, now.day());
    let looks_only = lines.is_empty() && pasted.trim().is_empty();
    if !looks_only && (lines.is_empty() || lines.len() > MOST) {
        let refusal = Refusal::new("vacancy.list-unlikely")
            .at("pasted")
            .with(MOST);
        return again(&caller, refusal.into(), filled, |form| page(&caller, form));
    }
    let openings = match read(w, lines) {
        Ok(openings) => openings,
        Err(wrong) => {
            let refusal = Refusal::new("vacancy_report.lines-wrong").at("pasted");
            return again(&caller, refusal.into(), filled, |form| New {
                wrong,
                ..page(&caller, form)
            });
        }
    };
    let answer: Done<_> = desk
        .ask(move |registry| {
            let reported = if openings.is_empty() {
                None
            } else {
                Some(acts::report(registry, &token, &openings, now)?)
            };
            Ok((reported, acts::of_employer(registry, &token)?))
        })
        .await;
    let (reported, (employer, standings)) = match answer {
        Ok(answer) => answer,
        Err(error @ Error::Refused(_)) => {
            return again(&caller, error, filled, |form| page(&caller, form));
        }
        Err(other) => return Err(other.into()),
    };
    let mut shown = page(&caller, Filled::blank());
    shown.f = shown.f.notice(reported.map(|reported| Notice {
        good: true,
        text: w.f(
            "vacancy_reports.new.came_to",
            &[&w.count(reported.kept), &w.count(reported.same)],
        ),
    }));
    shown.employer = employer.name;
    shown.rows = standings.iter().map(|one| told(w, one)).collect();
    Ok(Page::new(shown))
}

fn told(w: Words, one: &Standing) -> Told {
    let named = w.c("vacancy_reports.state", one.state);
    Told {
        occupation: names::occupation(w, &one.report.occupation),
        region: names::place_in_city(w, &one.report.region),
        month: month_text(one.report.month),
        posts: w.count(one.report.posts),
        when: w.minute(one.report.at),
        state: match one.state {
            ReportState::Waiting => Tag::todo(named),
            ReportState::Confirmed => Tag::ok(named),
            ReportState::Refused => Tag::bad(named),
            ReportState::Superseded => Tag::none(named),
        },
        reason: one.reason.clone(),
    }
}

/// One report that waits.
struct Row {
    id: String,
    occupation: String,
    region: String,
    month: String,
    employer: String,
    uscc: String,
    posts: String,
    when: String,
}

/// What waits.
#[derive(Template)]
#[template(path = "vacancy_reports/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    may_decide: bool,
}

fn row(w: Words, report: &VacancyReport) -> Row {
    Row {
        id: report.id.to_string(),
        occupation: names::occupation(w, &report.occupation),
        region: names::place_in_city(w, &report.region),
        month: month_text(report.month),
        employer: report.name.clone(),
        uscc: report.uscc.to_string(),
        posts: w.count(report.posts),
        when: w.minute(report.at),
    }
}

async fn index(
    caller: &Caller,
    reader: Overseer,
    region: Option<RegionCode>,
    page: Option<u32>,
    desk: &Desk,
) -> Result<Index, No> {
    let home = figures::home_of(&reader);
    let may_decide = matches!(
        reader.actor().role,
        Role::BureauOfficer | Role::CountyOfficer
    );
    let asked = region.clone();
    let slice = desk
        .ask(move |registry| acts::waiting(registry, &reader, asked, Window::of(page, None)))
        .await?;
    let w = caller.words();
    let code = region.unwrap_or_else(|| home.clone());
    Ok(Index {
        f: caller
            .frame("vacancy_reports.index.title")
            .crumb(w.t("figures.index.title"), "/figures")
            .crumb(w.t("vacancies.index.title"), "/vacancies")
            .under("figures"),
        form: Filled::blank().with("region", &code),
        regions: names::regions(w, Some(&home)),
        pager: Pager::of(
            &slice,
            address("/vacancies/reports", &[("region", code.as_str())]),
        ),
        rows: slice.rows.iter().map(|one| row(w, one)).collect(),
        may_decide,
    })
}

/// What waits in one's region.
#[get("/vacancies/reports?<region>&<page>&<done>")]
async fn waiting(
    reader: Overseer,
    caller: Caller,
    region: Option<&str>,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let region = region.and_then(RegionCode::read);
    let mut shown = index(&caller, reader, region, page, desk).await?;
    let known = ["confirmed", "refused"];
    shown.f = shown.f.notice(self::done(
        caller.words(),
        "vacancy_reports.done",
        &known,
        done,
    ));
    Ok(Page::new(shown))
}

/// What an officer says of some of them; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct VerdictForm {
    /// The keys of the reports.
    #[serde(default)]
    ids: Vec<String>,
    /// `confirmed` or `refused`.
    #[serde(default)]
    verdict: String,
    /// Why; asked for when they are refused.
    #[serde(default)]
    pub(super) reason: String,
}

impl VerdictForm {
    /// Of which, and what.
    pub(super) fn read(&self) -> Result<(Vec<VacancyReportId>, ReportVerdict), Vec<Refusal>> {
        let keys = self.ids.iter().filter(|key| !key.is_empty());
        let ids: Option<Vec<_>> = keys.map(|key| VacancyReportId::read(key)).collect();
        let unreadable = |field| vec![Refusal::new("field.unreadable").at(field)];
        let ids = ids.ok_or_else(|| unreadable("ids"))?;
        let verdict = ReportVerdict::read(&self.verdict).ok_or_else(|| unreadable("verdict"))?;
        Ok((ids, verdict))
    }
}

/// An officer confirms or refuses some of what waits.
#[post("/vacancies/reports", data = "<form>")]
async fn decide(
    officer: Officer,
    caller: Caller,
    form: Form<VerdictForm>,
    desk: &State<Desk>,
) -> Shown<Index> {
    let now = desk.now();
    let Form(form) = form;
    let by = officer.clone();
    let reason = form.reason.clone();
    let answer = match form.read() {
        Ok((ids, verdict)) => desk
            .ask(move |registry| acts::decide(registry, &by, &ids, (verdict, &reason), now))
            .await
            .map(|_| verdict),
        Err(refusals) => Err(refusals.into()),
    };
    let error = match answer {
        Ok(verdict) => {
            return Ok(Redirect::to(format!("/vacancies/reports?done={verdict}")));
        }
        Err(error) => error,
    };
    let Some(reader) = Overseer::of(officer.actor().clone()) else {
        return Err(Err(error.into()));
    };
    let mut shown = index(&caller, reader, None, None, desk)
        .await
        .map_err(Err)?;
    let filled = form
        .ids
        .iter()
        .fold(shown.form.clone(), |filled, id| filled.with("ids", id))
        .with("reason", &form.reason);
    Err(again(&caller, error, filled, |filled| {
        shown.f = shown.f.wrong(&filled);
        shown.form = filled;
        shown
    }))
}
