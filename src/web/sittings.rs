//! 评价批次: the list, a sitting's own page, and the steps a clerk takes it through.

use crate::acts::sittings::{self, NewSitting, Shown};
use crate::acts::{Error, marks};
use crate::domain::account::{AssessmentClerk, OnDuty, Role, SittingReader};
use crate::domain::assessment::{SittingId, SittingState};
use crate::domain::occupation;
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::ground::slice::Window;
use crate::store::ledger::Line;
use crate::store::sittings::{Filter, Listed, Sitting};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::{Frame, Notice};
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Stage, Tag, Task, Way};
use crate::web::refusal::{No, status};
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(SittingId);

/// A deed done, or its form again, or why not.
pub(super) type Again<T> = Result<Redirect, Result<Page<T>, No>>;

/// A refused form is shown again; anything else that went wrong is told as it is.
pub(super) fn again<T: Template>(
    error: Error,
    show: impl FnOnce(&[Refusal]) -> T,
) -> Result<Page<T>, No> {
    let answer = status(&error);
    match error {
        Error::Refused(refusals) => Ok(Page::new(show(&refusals)).status(answer)),
        other => Err(No(other)),
    }
}

/// What was just done, told once after it: only words we know.
pub(super) fn notice(w: Words, set: &str, known: &[&str], code: Option<&str>) -> Option<Notice> {
    let code = known.iter().find(|known| Some(**known) == code)?;
    let text = w.c(set, code).to_owned();
    Some(Notice { good: true, text })
}

/// A list's address with its filters, without the page.
pub(super) fn query(path: &str, filters: &[(&str, &str)]) -> String {
    let filled: Vec<_> = filters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let value = rocket::http::RawStr::new(value).percent_encode();
            format!("{name}={value}")
        })
        .collect();
    if filled.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", filled.join("&"))
    }
}

/// One line of what was done.
pub(super) struct Happened {
    /// What.
    pub what: &'static str,
    /// Why, or which.
    pub why: String,
    /// Who and when.
    pub by: String,
}

/// Who did what when, the newest first.
pub(super) fn happened(w: Words, deeds: &[Line]) -> Vec<Happened> {
    deeds
        .iter()
        .rev()
        .map(|line| {
            let facts: serde_json::Value = serde_json::from_str(&line.facts).unwrap_or_default();
            let why = facts["reason"].as_str().unwrap_or_default();
            let actor = if line.account.is_none() {
                w.t("objections.public")
            } else {
                &line.actor
            };
            Happened {
                what: w.c("deed", &line.kind),
                why: if why.is_empty() {
                    String::new()
                } else {
                    w.f("sittings.show.reason", &[&why])
                },
                by: format!("{actor} · {}", w.minute(line.at)),
            }
        })
        .collect()
}

/// A sitting's stage as a tag.
pub(super) fn state(w: Words, state: SittingState) -> Tag {
    let text = w.c("sitting_state", state);
    match state {
        SittingState::Planned => Tag::todo(text),
        SittingState::Marking | SittingState::Marked | SittingState::InPublicity => Tag::late(text),
        SittingState::Issued => Tag::ok(text),
        SittingState::Cancelled => Tag::none(text),
    }
}

/// A trade with its work type and level.
pub(super) fn trade(w: Words, sitting: &Sitting) -> String {
    let name = names::occupation(w, &sitting.occupation);
    let level = names::level(w, sitting.level);
    match &sitting.work_type {
        Some(work_type) => format!("{name} · {work_type} · {level}"),
        None => format!("{name} · {level}"),
    }
}

/// The frame of a page within a sitting.
pub(super) fn within(caller: &Caller, title: &str, sitting: &Sitting) -> Frame {
    let w = caller.words();
    caller
        .frame(title)
        .under("sittings")
        .crumb(w.t("sittings.index.title"), "/sittings")
        .crumb(sitting.name.clone(), format!("/sittings/{}", sitting.id))
}

struct Row {
    name: String,
    to: String,
    institution: String,
    trade: String,
    day: String,
    place: String,
    candidates: String,
    state: Tag,
}

#[derive(Template)]
#[template(path = "sittings/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    states: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    may_plan: bool,
    is_assessor: bool,
}

/// The sittings she may see; an assessor sees those she is on the panel of.
#[get("/sittings?<q>&<state>&<page>")]
async fn index(
    reader: SittingReader,
    caller: Caller,
    q: Option<&str>,
    state: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let (q, at) = (q.unwrap_or_default().trim(), state.unwrap_or_default());
    let form = Filled::blank().with("q", q).with("state", at);
    let to = query("/sittings", &[("q", q), ("state", at)]);
    let filter = Filter {
        state: SittingState::read(at),
        text: Some(q.to_owned()).filter(|q| !q.is_empty()),
        occupation: None,
    };
    let role = reader.actor().role;
    let slice = desk
        .ask(move |registry| {
            let window = Window::of(page, None);
            // An assessor's list is the one her own page begins with.
            match OnDuty::of(reader.actor().clone()) {
                Some(on_duty) => marks::mine(registry, &on_duty, &filter, window),
                None => sittings::list(registry, &reader, &filter, window),
            }
        })
        .await?;
    let choice = |state: &SittingState| Choice::new(state.as_str(), w.c("sitting_state", state));
    Ok(Page::new(Index {
        f: caller.frame("sittings.index.title").under("sittings"),
        form,
        states: SittingState::ALL.iter().map(choice).collect(),
        filtered: to != "/sittings",
        pager: Pager::of(&slice, to),
        rows: slice.rows.iter().map(|listed| row(w, listed)).collect(),
        may_plan: role == Role::AssessmentClerk,
        is_assessor: role == Role::Assessor,
    }))
}

fn row(w: Words, listed: &Listed) -> Row {
    let it = &listed.sitting;
    Row {
        name: it.name.clone(),
        to: format!("/sittings/{}", it.id),
        institution: listed.institution.clone(),
        trade: trade(w, it),
        day: w.date(it.day),
        place: it.place.clone(),
        candidates: w.count(listed.candidates),
        state: state(w, it.state),
    }
}

#[derive(Template)]
#[template(path = "sittings/new.html")]
struct New {
    f: Frame,
    form: Filled,
    levels: Vec<Choice>,
}

impl New {
    fn of(caller: &Caller, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("sittings.new.title")
                .under("sittings")
                .crumb(w.t("sittings.index.title"), "/sittings")
                .wrong(&form),
            form,
            levels: names::levels(w),
        }
    }
}

/// The form of a new sitting.
#[get("/sittings/new")]
fn new(_clerk: AssessmentClerk, caller: Caller) -> Page<New> {
    Page::new(New::of(&caller, Filled::blank()))
}

/// What a clerk fills in of a sitting; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct SittingForm {
    /// 批次名称; it appears in public.
    #[serde(default)]
    name: String,
    /// The occupation: its code, its name or a work type.
    #[serde(default)]
    occupation: String,
    /// 工种; may be empty.
    #[serde(default)]
    work_type: String,
    /// The level, e.g. `5`.
    #[serde(default)]
    level: String,
    /// The day, e.g. `2026-03-14`.
    #[serde(default)]
    day: String,
    /// 考点
    #[serde(default)]
    place: String,
}

impl SittingForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("name", &self.name)
            .with("occupation", &self.occupation)
            .with("work_type", &self.work_type)
            .with("level", &self.level)
            .with("day", &self.day)
            .with("place", &self.place)
    }

    /// A new sitting. A work type named in place of an occupation is kept as the work type.
    pub(super) fn read(&self) -> Result<NewSitting, Vec<Refusal>> {
        let mut faults = Faults::default();
        let text = |text: &str| Some(text.to_owned());
        let name = faults.known("name", &self.name, text);
        let meant = occupation::read_word(&self.occupation).and_then(|found| found.work_type());
        let occupation = faults.occupation("occupation", &self.occupation);
        let level = faults.known("level", &self.level, SkillLevel::read);
        let day = faults.day("day", &self.day);
        let place = faults.known("place", &self.place, text);
        let work_type = match self.work_type.trim() {
            "" => meant.map(str::to_owned),
            typed => Some(typed.to_owned()),
        };
        let whole = (|| {
            Some(NewSitting {
                name: name?,
                occupation: occupation?,
                work_type,
                level: level?,
                day: day?,
                place: place?,
            })
        })();
        faults.or(whole)
    }
}

/// A clerk plans a sitting.
#[post("/sittings", data = "<form>")]
async fn create(
    clerk: AssessmentClerk,
    caller: Caller,
    form: Form<SittingForm>,
    desk: &State<Desk>,
) -> Again<New> {
    let now = desk.now();
    let Form(form) = form;
    let planned = match form.read() {
        Ok(new) => {
            desk.ask(move |registry| sittings::plan(registry, &clerk, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match planned {
        Ok(id) => Ok(Redirect::to(format!("/sittings/{id}?done=planned"))),
        Err(error) => Err(again(error, |refusals| {
            let w = caller.words();
            let filled = refusals
                .iter()
                .fold(form.filled(), |form, refusal| form.refused(w, refusal));
            New::of(&caller, filled)
        })),
    }
}

/// One number on a sitting's page.
struct Figure {
    value: String,
    text: &'static str,
}

#[derive(Template)]
#[template(path = "sittings/show.html")]
struct Show {
    f: Frame,
    state: Tag,
    note: String,
    facts: Vec<Pair>,
    pairs: Vec<Pair>,
    tasks: Vec<Task>,
    figures: Vec<Figure>,
    happened: Vec<Happened>,
    may_begin: bool,
    may_cancel: bool,
    to: String,
}

const DONE: &[&str] = &[
    "planned",
    "entered",
    "withdrawn",
    "appointed",
    "begun",
    "cancelled",
    "opened",
    "opened_unsure",
    "settled",
];

/// One sitting: where it stands and what is next.
#[get("/sittings/<id>?<done>")]
async fn show(
    reader: SittingReader,
    caller: Caller,
    id: SittingId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let (w, today) = (caller.words(), desk.now().day());
    let role = reader.actor().role;
    let shown = desk
        .ask(move |registry| sittings::show(registry, &reader, &id))
        .await?;
    let it = &shown.sitting;
    let open = it.state == SittingState::Planned && role == Role::AssessmentClerk;
    let cancelled = (it.state == SittingState::Cancelled)
        .then(|| shown.steps.last().and_then(|step| step.reason.clone()))
        .flatten();
    let figure = |value: usize, text| Figure {
        value: w.count(value),
        text,
    };
    let (signed, to_sign) = shown.signed;
    Ok(Page::new(Show {
        f: caller
            .frame("sittings.index.title")
            .titled(it.name.clone())
            .under("sittings")
            .crumb(w.t("sittings.index.title"), "/sittings")
            .notice(notice(w, "sittings.done", DONE, done)),
        state: state(w, it.state),
        note: cancelled
            .map(|reason| w.f("sittings.show.cancelled_because", &[&reason]))
            .unwrap_or_default(),
        facts: vec![
            Pair::new(w.t("sittings.show.institution"), shown.institution.clone()),
            Pair::new(w.t("sittings.show.day"), w.date(it.day)),
            Pair::new(w.t("sittings.show.place"), it.place.clone()),
        ],
        pairs: pairs(w, it),
        tasks: tasks(w, &shown, role, today),
        figures: vec![
            figure(shown.candidates.len(), w.t("sittings.show.candidates")),
            figure(shown.panel.len(), w.t("sittings.show.assessors")),
            Figure {
                value: format!("{signed}/{to_sign}"),
                text: w.t("sittings.show.signed"),
            },
        ],
        happened: happened(w, &shown.deeds),
        may_begin: open
            && today >= it.day
            && !shown.candidates.is_empty()
            && !shown.panel.is_empty(),
        may_cancel: open,
        to: format!("/sittings/{}", it.id),
    }))
}

fn pairs(w: Words, it: &Sitting) -> Vec<Pair> {
    let work_type = it
        .work_type
        .as_deref()
        .unwrap_or(w.t("sittings.show.no_work_type"));
    let occupation = format!("{} {}", it.occupation, names::occupation(w, &it.occupation));
    vec![
        Pair::new(w.t("sittings.show.occupation"), occupation),
        Pair::new(w.t("sittings.show.work_type"), work_type),
        Pair::new(w.t("sittings.show.level"), names::level(w, it.level)),
        Pair {
            css: "mono",
            ..Pair::new(w.t("sittings.show.code"), it.id.to_string())
        },
    ]
}

/// Where a step of the list stands: passed, current, or still to come.
fn stage(done: bool, now: bool) -> Stage {
    match (done, now) {
        (true, _) => Stage::Done,
        (false, true) => Stage::Now,
        (false, false) => Stage::Waiting,
    }
}

fn tasks(w: Words, shown: &Shown, role: Role, today: NaiveDate) -> Vec<Task> {
    let it = &shown.sitting;
    let at = it.state;
    let to = |rest: &str| format!("/sittings/{}{rest}", it.id);
    let clerk = role == Role::AssessmentClerk;
    let staff = clerk || role == Role::AssessmentSignatory;
    let (has_candidates, has_panel) = (!shown.candidates.is_empty(), !shown.panel.is_empty());
    let planned = at == SittingState::Planned;
    let begun = !planned && at != SittingState::Cancelled;
    let marked = begun && at != SittingState::Marking;
    let task = |word: &str, about: String, stage: Stage, to: String, next: Option<Way>| Task {
        title: w.t(word).to_owned(),
        to,
        about,
        stage,
        tag: match stage {
            Stage::Done => Tag::ok(w.t("sittings.tag.done")),
            Stage::Now => Tag::todo(w.t("sittings.tag.now")),
            Stage::Fix => Tag::late(w.t("sittings.tag.fix")),
            Stage::Waiting => Tag::none(w.t("sittings.tag.wait")),
        },
        next,
    };
    let way = |may: bool, word: &str, rest: &str| may.then(|| Way::new(w.t(word), to(rest)));
    let reads_names = role != Role::Assessor;
    let (signed, to_sign) = shown.signed;
    let published = shown.publicity.as_ref();
    let over = published.is_some_and(|publicity| today > publicity.closes);
    let settled = shown.unsettled == 0;
    let publicity_stage = match (published, at) {
        (_, SittingState::Issued) => Stage::Done,
        (Some(_), _) if !settled => Stage::Fix,
        (Some(_), _) => stage(over, true),
        (None, _) => Stage::Waiting,
    };
    let publicity_about = published.map_or_else(
        || w.t("sittings.task.publicity_wait").to_owned(),
        |publicity| {
            let span = w.span(publicity.opens, publicity.closes);
            if settled {
                w.f("sittings.task.publicity_at", &[&span])
            } else {
                w.f(
                    "sittings.task.publicity_objections",
                    &[&span, &shown.unsettled],
                )
            }
        },
    );
    let count = shown.candidates.len();
    vec![
        task(
            "sittings.task.candidates",
            if has_candidates {
                w.f("sittings.task.candidates_some", &[&count])
            } else {
                w.t("sittings.task.candidates_none").to_owned()
            },
            stage(has_candidates, planned),
            if reads_names {
                to("/candidates")
            } else {
                String::new()
            },
            way(
                clerk && planned && !has_candidates,
                "sittings.task.candidates_next",
                "/candidates",
            ),
        ),
        task(
            "sittings.task.panel",
            if has_panel {
                w.f("sittings.task.panel_some", &[&shown.panel.len()])
            } else {
                w.t("sittings.task.panel_none").to_owned()
            },
            stage(has_panel, planned && has_candidates),
            if reads_names {
                to("/panel")
            } else {
                String::new()
            },
            way(
                clerk && planned && has_candidates && !has_panel,
                "sittings.task.panel_next",
                "/panel/edit",
            ),
        ),
        task(
            "sittings.task.marking",
            if begun {
                w.f("sittings.task.marking_at", &[&signed, &to_sign])
            } else {
                w.t("sittings.task.marking_wait").to_owned()
            },
            stage(
                marked,
                at == SittingState::Marking || (planned && has_panel && has_candidates),
            ),
            if role == Role::Assessor && begun {
                to("/marks")
            } else {
                String::new()
            },
            way(
                role == Role::Assessor && at == SittingState::Marking,
                "sittings.task.marking_hers",
                "/marks",
            ),
        ),
        task(
            "sittings.task.review",
            w.t("sittings.task.review_about").to_owned(),
            stage(published.is_some(), at == SittingState::Marked),
            if reads_names && begun {
                to("/review")
            } else {
                String::new()
            },
            way(
                clerk && at == SittingState::Marked,
                "sittings.task.review_next",
                "/review",
            ),
        ),
        task(
            "sittings.task.publicity",
            publicity_about,
            publicity_stage,
            match published {
                Some(_) if staff => to("/objections"),
                Some(publicity) if today <= publicity.closes => format!("/publicity/{}", it.id),
                _ => String::new(),
            },
            way(
                staff && !settled,
                "sittings.task.publicity_next",
                "/objections",
            ),
        ),
        task(
            "sittings.task.issue",
            if at == SittingState::Issued {
                w.t("sittings.task.issue_done").to_owned()
            } else {
                w.t("sittings.task.issue_wait").to_owned()
            },
            stage(at == SittingState::Issued, over && settled),
            if at == SittingState::Issued && staff {
                to("/certificates")
            } else {
                String::new()
            },
            way(
                role == Role::AssessmentSignatory
                    && at == SittingState::InPublicity
                    && over
                    && settled,
                "sittings.task.issue_next",
                "/certificates",
            ),
        ),
    ]
}

/// A deed whose form holds nothing but its token.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// A clerk opens the marking.
#[post("/sittings/<id>/marking", data = "<_form>")]
async fn begin(
    clerk: AssessmentClerk,
    id: SittingId,
    _form: Form<Nothing>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let to = format!("/sittings/{id}?done=begun");
    desk.ask(move |registry| sittings::begin(registry, &clerk, &id, now))
        .await?;
    Ok(Redirect::to(to))
}

#[derive(Template)]
#[template(path = "sittings/cancel.html")]
struct Cancel {
    f: Frame,
    form: Filled,
    to: String,
}

impl Cancel {
    fn of(caller: &Caller, sitting: &Sitting, form: Filled) -> Self {
        Self {
            f: within(caller, "sittings.cancel.title", sitting).wrong(&form),
            form,
            to: format!("/sittings/{}", sitting.id),
        }
    }
}

/// Asks a clerk why.
#[get("/sittings/<id>/cancellation/new")]
async fn cancellation(
    clerk: AssessmentClerk,
    caller: Caller,
    id: SittingId,
    desk: &State<Desk>,
) -> Result<Page<Cancel>, No> {
    let sitting = desk
        .ask(move |registry| sittings::of(registry, clerk.institution(), &id))
        .await?;
    sitting.state.may(SittingState::Cancelled)?;
    Ok(Page::new(Cancel::of(&caller, &sitting, Filled::blank())))
}

/// Why.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct ReasonForm {
    /// In words.
    #[serde(default)]
    pub(super) reason: String,
}

/// A clerk cancels a sitting.
#[post("/sittings/<id>/cancellation", data = "<form>")]
async fn cancel(
    clerk: AssessmentClerk,
    caller: Caller,
    id: SittingId,
    form: Form<ReasonForm>,
    desk: &State<Desk>,
) -> Again<Cancel> {
    let now = desk.now();
    let Form(ReasonForm { reason }) = form;
    let (given, own, key) = (reason.clone(), clerk.clone(), id.clone());
    let done = desk
        .ask(move |registry| sittings::cancel(registry, &own, &key, &given, now))
        .await;
    let Err(error) = done else {
        return Ok(Redirect::to(format!("/sittings/{id}?done=cancelled")));
    };
    let sitting = desk
        .ask(move |registry| sittings::of(registry, clerk.institution(), &id))
        .await
        .map_err(|error| Err(No(error)))?;
    Err(again(error, |refusals| {
        let w = caller.words();
        let filled = Filled::blank().with("reason", &reason);
        let filled = refusals
            .iter()
            .fold(filled, |form, refusal| form.refused(w, refusal));
        Cancel::of(&caller, &sitting, filled)
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, show, begin, cancellation, cancel]
}
