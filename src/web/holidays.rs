//! 节假日: the calendar periods of working days are counted by, and the administrator's own days.

use crate::acts::Registry;
use crate::acts::holidays::{self, Day};
use crate::domain::account::{Administrator, Role, Viewer};
use crate::domain::refusal::Refusal;
use crate::domain::working_day::Calendar;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Tag;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use chrono::{Datelike, NaiveDate};
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// One day of the list.
struct Row {
    day: String,
    weekday: &'static str,
    state: Tag,
    name: String,
    remove: String,
}

#[derive(Template)]
#[template(path = "holidays/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    lead: String,
    unknown: String,
    before: i32,
    after: i32,
    may_record: bool,
}

impl Index {
    fn of(caller: &Caller, year: i32, days: &[Day], form: Filled) -> Self {
        let w = caller.words();
        let actor = caller.present.as_ref().map(|present| &present.actor);
        let may_record = actor.is_some_and(|actor| actor.role == Role::Administrator);
        let known = days.iter().any(|day| day.own) || Calendar::china().knows(year);
        Self {
            f: caller
                .frame("holidays.index.title")
                .under("settings")
                .wrong(&form),
            form,
            kinds: ["off", "works"]
                .into_iter()
                .map(|kind| Choice::new(kind, w.c("holidays.kind", kind)))
                .collect(),
            rows: days.iter().map(|day| row(w, day, may_record)).collect(),
            lead: w.f("holidays.index.lead", &[&year]),
            unknown: if known {
                String::new()
            } else {
                w.f("holidays.index.unknown", &[&year])
            },
            before: year - 1,
            after: year + 1,
            may_record,
        }
    }
}

fn row(w: Words, day: &Day, may_record: bool) -> Row {
    Row {
        day: w.date(day.day),
        weekday: w.c("holidays.weekday", day.day.weekday().number_from_monday()),
        state: if day.works {
            Tag::todo(w.c("holidays.kind", "works"))
        } else {
            Tag::ok(w.c("holidays.kind", "off"))
        },
        name: if day.own {
            day.name.clone()
        } else {
            w.t("holidays.index.carried").to_owned()
        },
        remove: if day.own && may_record {
            format!("/holidays/{}/removal", day.day)
        } else {
            String::new()
        },
    }
}

/// A year's days that differ from the plain week.
#[get("/holidays?<year>&<done>")]
pub(super) async fn index(
    viewer: Viewer,
    caller: Caller,
    year: Option<i32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let year = year.unwrap_or(desk.now().year()).clamp(2000, 2100);
    let days = desk
        .ask(move |registry| holidays::of_year(registry, &viewer, year))
        .await?;
    let form = Filled::blank().with("kind", "off");
    let mut page = Index::of(&caller, year, &days, form);
    page.f = page.f.notice(self::done(
        caller.words(),
        "holidays.done",
        &["recorded", "removed"],
        done,
    ));
    Ok(Page::new(page))
}

/// What is recorded of a day; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct HolidayForm {
    /// The day, `2027-02-05`.
    #[serde(default)]
    day: String,
    /// `off`, or `works` for a weekend day on which people work.
    #[serde(default)]
    kind: String,
    /// The holiday it belongs to.
    #[serde(default)]
    name: String,
}

impl HolidayForm {
    /// The day, whether offices work, and the name.
    pub(super) fn read(&self) -> Result<(NaiveDate, bool, String), Vec<Refusal>> {
        let mut faults = Faults::default();
        let day = faults.day("day", &self.day);
        let works = faults.known("kind", &self.kind, |text| match text {
            "off" => Some(false),
            "works" => Some(true),
            _ => None,
        });
        let name = faults.known("name", &self.name, |text| Some(text.to_owned()));
        let whole = (|| Some((day?, works?, name?)))();
        faults.or(whole)
    }
}

/// The administrator records a day.
#[post("/holidays", data = "<form>")]
pub(super) async fn create(
    administrator: Administrator,
    caller: Caller,
    form: Form<HolidayForm>,
    desk: &State<Desk>,
) -> Shown<Index> {
    let now = desk.now();
    let read = form.0.read();
    let year = read.as_ref().map_or(now.year(), |(day, ..)| day.year());
    let viewer = Viewer::of(administrator.actor().clone());
    let answer = match read {
        Ok((day, works, name)) => {
            let act = move |registry: &Registry| {
                holidays::record(registry, &administrator, day, works, &name, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    let error = match answer {
        Ok(()) => return Ok(Redirect::to(format!("/holidays?year={year}&done=recorded"))),
        Err(error) => error,
    };
    let days = match viewer {
        Some(viewer) => {
            desk.ask(move |registry| holidays::of_year(registry, &viewer, year))
                .await
        }
        None => Ok(Vec::new()),
    };
    let days = days.map_err(|error| Err(No(error)))?;
    let filled = Filled::blank()
        .with("day", &form.0.day)
        .with("kind", &form.0.kind)
        .with("name", &form.0.name);
    Err(again(&caller, error, filled, |form| {
        Index::of(&caller, year, &days, form)
    }))
}

/// Nothing but the session's token.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// A day in an address.
pub(super) struct OnDay(pub(super) NaiveDate);

impl<'r> rocket::request::FromParam<'r> for OnDay {
    type Error = ();
    fn from_param(text: &'r str) -> Result<Self, ()> {
        text.parse().map(Self).map_err(|_| ())
    }
}

/// The administrator takes back what was recorded of a day.
#[post("/holidays/<day>/removal", data = "<_form>")]
pub(super) async fn remove(
    administrator: Administrator,
    day: OnDay,
    _form: Form<Nothing>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let OnDay(day) = day;
    desk.ask(move |registry| holidays::remove(registry, &administrator, day, now))
        .await?;
    Ok(Redirect::to(format!(
        "/holidays?year={}&done=removed",
        day.year()
    )))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, create, remove]
}
