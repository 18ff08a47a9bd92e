//! 年度任务: what each region is to do in a year, every revision, and the bureau's form.

use crate::acts::targets;
use crate::domain::account::{BureauOfficer, Overseer, Role};
use crate::domain::figure::Indicator;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::target::Goal;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// One entry of the list.
struct Row {
    region: String,
    indicator: &'static str,
    amount: String,
    document: String,
    when: String,
    standing: bool,
}

#[derive(Template)]
#[template(path = "targets/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    years: Vec<Choice>,
    rows: Vec<Row>,
    may_set: bool,
}

/// Every entry of a year, what stands and what was revised.
#[get("/targets?<year>&<done>")]
pub(super) async fn index(
    reader: Overseer,
    caller: Caller,
    year: Option<i32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let this = desk.now().year();
    let year = year.unwrap_or(this);
    let may_set = reader.actor().role == Role::BureauOfficer;
    let rows = desk
        .ask(move |registry| targets::of_year(registry, &reader, year))
        .await?;
    let w = caller.words();
    let mut before = None;
    let mut shown = Vec::new();
    for (target, who) in &rows {
        let key = (&target.region, target.indicator);
        shown.push(Row {
            region: names::place(w, &target.region),
            indicator: w.c("figures.indicator", target.indicator.as_str()),
            amount: w.count(target.amount),
            document: target.document.clone(),
            when: w.f("targets.index.entered", &[&w.minute(target.at), who]),
            standing: before != Some(key),
        });
        before = Some(key);
    }
    Ok(Page::new(Index {
        f: caller
            .frame("targets.index.title")
            .titled(w.f("targets.index.of", &[&year]))
            .crumb(w.t("figures.index.title"), "/figures")
            .under("figures")
            .notice(self::done(w, "targets.done", &["set"], done)),
        form: Filled::blank().with("year", year),
        years: (this - 2..=this + 1)
            .map(|year| Choice::new(year.to_string(), year.to_string()))
            .collect(),
        rows: shown,
        may_set,
    }))
}

/// What the bureau fills in; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct TargetForm {
    /// The year.
    #[serde(default)]
    year: String,
    /// 行政区划代码
    #[serde(default)]
    region: String,
    /// 指标, e.g. `employ`.
    #[serde(default)]
    indicator: String,
    /// How many people.
    #[serde(default)]
    amount: String,
    /// The document that sets it.
    #[serde(default)]
    document: String,
}

impl TargetForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("year", &self.year)
            .with("region", &self.region)
            .with("indicator", &self.indicator)
            .with("amount", &self.amount)
            .with("document", &self.document)
    }

    /// The document that sets it.
    pub(super) fn document(&self) -> &str {
        &self.document
    }

    pub(super) fn read(&self) -> Result<Goal, Vec<Refusal>> {
        let mut faults = Faults::default();
        let year = faults.known("year", &self.year, |text| text.parse().ok());
        let region = faults.known("region", &self.region, RegionCode::read);
        let indicator = faults.known("indicator", &self.indicator, Indicator::read);
        let amount = faults.known("amount", &self.amount, |text| {
            text.replace(',', "").parse().ok()
        });
        let whole = (|| {
            Some(Goal {
                year: year?,
                region: region?,
                indicator: indicator?,
                amount: amount?,
            })
        })();
        faults.or(whole)
    }
}

#[derive(Template)]
#[template(path = "targets/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    indicators: Vec<Choice>,
}

impl New {
    fn of(caller: &Caller, officer: &BureauOfficer, form: Filled) -> Self {
        let w = caller.words();
        let city = crate::acts::figures::city();
        Self {
            f: caller
                .frame("targets.new.title")
                .crumb(w.t("targets.index.title"), "/targets")
                .under("figures")
                .wrong(&form),
            form,
            regions: names::regions(w, Some(officer.region().unwrap_or(&city))),
            indicators: Indicator::ALL
                .iter()
                .map(|one| Choice::new(one.as_str(), w.c("figures.indicator", one.as_str())))
                .collect(),
        }
    }
}

/// The form to set or revise a target.
#[get("/targets/new")]
pub(super) fn new(officer: BureauOfficer, caller: Caller, desk: &State<Desk>) -> Page<New> {
    let form = Filled::blank().with("year", desk.now().year());
    Page::new(New::of(&caller, &officer, form))
}

/// The bureau sets or revises a target.
#[post("/targets", data = "<form>")]
pub(super) async fn create(
    officer: BureauOfficer,
    caller: Caller,
    form: Form<TargetForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let by = officer.clone();
    let document = form.0.document.clone();
    let answer = match form.0.read() {
        Ok(goal) => {
            desk.ask(move |registry| targets::set(registry, &by, &goal, &document, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to("/targets?done=set")),
        Err(error) => {
            let form = form.0.filled();
            Err(again(&caller, error, form, |form| {
                New::of(&caller, &officer, form)
            }))
        }
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create]
}
