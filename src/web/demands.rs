//! 紧缺职业目录: the published list for everybody, and the bureau's forms.

use crate::acts::demands::{self, NewDemand};
use crate::domain::account::{BureauOfficer, Role};
use crate::domain::demand::{DemandId, Listing};
use crate::domain::occupation::{self, OccupationCode};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::store::demands::{Demand, Sought};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
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
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(DemandId);

/// One line of the list.
struct Row {
    name: String,
    to: String,
    code: String,
    region: String,
    days: String,
    document: String,
    note: String,
    state: Tag,
    end: String,
}

#[derive(Template)]
#[template(path = "demands/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    days: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    may_list: bool,
}

/// Which lines a reader asks for; the API takes the same.
pub(super) fn sought(region: &str, q: &str, on: Option<NaiveDate>) -> Sought {
    let occupations = (!q.trim().is_empty()).then(|| {
        let found = occupation::search(q, 200);
        found
            .into_iter()
            .map(|found| found.occupation.code.clone())
            .collect()
    });
    Sought {
        region: RegionCode::read(region),
        on,
        occupations,
    }
}

/// The published list.
#[get("/demands?<region>&<q>&<when>&<page>&<done>")]
pub(super) async fn index(
    caller: Caller,
    region: Option<&str>,
    q: Option<&str>,
    when: Option<&str>,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let w = caller.words();
    let (region, q, when) = (
        region.unwrap_or_default(),
        q.unwrap_or_default().trim(),
        when.unwrap_or_default(),
    );
    let ever = when == "ever";
    let to = address("/demands", &[("region", region), ("q", q), ("when", when)]);
    let sought = sought(region, q, (!ever).then_some(today));
    let slice = desk
        .ask(move |registry| demands::list(registry, &sought, Window::of(page, None)))
        .await?;
    let actor = caller.present.as_ref().map(|present| &present.actor);
    let may_list = actor.is_some_and(|actor| actor.role == Role::BureauOfficer);
    Ok(Page::new(Index {
        f: caller.frame("demands.index.title").notice(self::done(
            w,
            "demands.done",
            &["listed", "ended"],
            done,
        )),
        form: Filled::blank()
            .with("region", region)
            .with("q", q)
            .with("when", when),
        regions: names::regions(w, None),
        days: vec![Choice::new("ever", w.t("demands.index.ever"))],
        pager: Pager::of(&slice, to.clone()),
        rows: slice
            .rows
            .iter()
            .map(|demand| row(w, demand, today, may_list))
            .collect(),
        filtered: to != "/demands",
        may_list,
    }))
}

fn row(w: Words, demand: &Demand, today: NaiveDate, may_end: bool) -> Row {
    let listing = demand.listing();
    Row {
        name: names::occupation(w, &demand.occupation),
        to: format!("/occupations/{}", demand.occupation),
        code: demand.occupation.to_string(),
        region: names::place_in_city(w, &demand.region),
        days: days(w, demand.starts, demand.ends),
        document: demand.document.clone(),
        note: demand.note.clone(),
        state: state(w, &listing, today),
        end: if may_end && listing.ends.is_none_or(|end| end > today) {
            format!("/demands/{}/ending/new", demand.id)
        } else {
            String::new()
        },
    }
}

/// From when to when, or since when.
pub(super) fn days(w: Words, starts: NaiveDate, ends: Option<NaiveDate>) -> String {
    match ends {
        Some(ends) => w.span(starts, ends),
        None => w.f("demands.index.since", &[&w.date(starts)]),
    }
}

fn state(w: Words, listing: &Listing, today: NaiveDate) -> Tag {
    if listing.is_current(today) {
        Tag::ok(w.t("demands.index.current"))
    } else if today < listing.starts {
        Tag::todo(w.t("demands.index.future"))
    } else {
        Tag::none(w.t("demands.index.past"))
    }
}

/// What the bureau fills in of a line; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct DemandForm {
    /// 行政区划代码, e.g. `150900`.
    #[serde(default)]
    region: String,
    /// 职业编码, or a name it is known under exactly.
    #[serde(default)]
    occupation: String,
    /// The first day, `2026-01-01`.
    #[serde(default)]
    starts: String,
    /// The last day; empty while nobody has said.
    #[serde(default)]
    ends: String,
    /// The document that publishes the list.
    #[serde(default)]
    document: String,
    /// A remark for readers.
    #[serde(default)]
    note: String,
}

impl DemandForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("region", &self.region)
            .with("occupation", &self.occupation)
            .with("starts", &self.starts)
            .with("ends", &self.ends)
            .with("document", &self.document)
            .with("note", &self.note)
    }

    pub(super) fn read(&self) -> Result<NewDemand, Vec<Refusal>> {
        let mut faults = Faults::default();
        let region = faults.known("region", &self.region, RegionCode::read);
        let occupation: Option<OccupationCode> = faults.occupation("occupation", &self.occupation);
        let starts = faults.day("starts", &self.starts);
        let ends = faults.optional("ends", &self.ends, |text| text.parse().ok());
        let whole = (|| {
            Some(NewDemand {
                listing: Listing {
                    region: region?,
                    occupation: occupation?,
                    starts: starts?,
                    ends,
                },
                document: self.document.clone(),
                note: self.note.clone(),
            })
        })();
        faults.or(whole)
    }
}

#[derive(Template)]
#[template(path = "demands/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
}

impl New {
    fn of(caller: &Caller, officer: &BureauOfficer, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("demands.new.title")
                .crumb(w.t("demands.index.title"), "/demands")
                .wrong(&form),
            form,
            regions: names::regions(w, officer.region()),
        }
    }
}

/// The form to list a trade.
#[get("/demands/new?<occupation>&<region>&<starts>&<note>")]
pub(super) fn new(
    officer: BureauOfficer,
    caller: Caller,
    occupation: Option<&str>,
    region: Option<&str>,
    starts: Option<&str>,
    note: Option<&str>,
    desk: &State<Desk>,
) -> Page<New> {
    let starts = starts
        .and_then(|day| day.parse().ok())
        .unwrap_or_else(|| desk.now().day());
    let form = Filled::blank()
        .with("starts", starts)
        .with("region", region.unwrap_or_default())
        .with("note", note.unwrap_or_default())
        .with("occupation", occupation.unwrap_or_default());
    Page::new(New::of(&caller, &officer, form))
}

/// The bureau lists a trade.
#[post("/demands", data = "<form>")]
pub(super) async fn create(
    officer: BureauOfficer,
    caller: Caller,
    form: Form<DemandForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let by = officer.clone();
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| demands::publish(registry, &by, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to("/demands?when=ever&done=listed")),
        Err(error) => {
            let form = form.0.filled();
            Err(again(&caller, error, form, |form| {
                New::of(&caller, &officer, form)
            }))
        }
    }
}

/// The last day of a line.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct EndForm {
    /// The last day, `2026-12-31`.
    #[serde(default)]
    ends: String,
}

impl EndForm {
    pub(super) fn read(&self) -> Result<NaiveDate, Vec<Refusal>> {
        let mut faults = Faults::default();
        let day = faults.day("ends", &self.ends);
        faults.or(day)
    }
}

#[derive(Template)]
#[template(path = "demands/end.html")]
pub(super) struct End {
    f: Frame,
    form: Filled,
    lead: String,
    to: String,
}

impl End {
    fn of(caller: &Caller, demand: &Demand, form: Filled) -> Self {
        let w = caller.words();
        let name = names::occupation(w, &demand.occupation);
        let region = names::place_in_city(w, &demand.region);
        let days = days(w, demand.starts, demand.ends);
        Self {
            f: caller
                .frame("demands.end.title")
                .crumb(w.t("demands.index.title"), "/demands")
                .wrong(&form),
            form,
            lead: w.f("demands.end.lead", &[&name, &region, &days]),
            to: format!("/demands/{}/ending", demand.id),
        }
    }
}

/// The form to end a line.
#[get("/demands/<id>/ending/new")]
pub(super) async fn ending(
    _officer: BureauOfficer,
    caller: Caller,
    id: DemandId,
    desk: &State<Desk>,
) -> Result<Page<End>, No> {
    let demand = desk
        .ask(move |registry| demands::show(registry, &id))
        .await?;
    let form = Filled::blank().with("ends", desk.now().day());
    Ok(Page::new(End::of(&caller, &demand, form)))
}

/// The bureau ends a line.
#[post("/demands/<id>/ending", data = "<form>")]
pub(super) async fn end(
    officer: BureauOfficer,
    caller: Caller,
    id: DemandId,
    form: Form<EndForm>,
    desk: &State<Desk>,
) -> Shown<End> {
    let now = desk.now();
    let key = id.clone();
    let demand = desk
        .ask(move |registry| demands::show(registry, &key))
        .await
        .map_err(|error| Err(No(error)))?;
    let answer = match form.0.read() {
        Ok(last) => {
            desk.ask(move |registry| demands::end(registry, &officer, &id, last, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to("/demands?when=ever&done=ended")),
        Err(error) => {
            let filled = Filled::blank().with("ends", &form.0.ends);
            Err(again(&caller, error, filled, |form| {
                End::of(&caller, &demand, form)
            }))
        }
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, ending, end]
}
