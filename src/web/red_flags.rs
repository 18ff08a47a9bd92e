//! 疑点: the list an overseer works through, and the page where an officer says what each came to.

use crate::acts::red_flags::{self, Word};
use crate::domain::account::{Officer, Overseer};
use crate::domain::place::RegionCode;
use crate::domain::red_flag::{Limits, RedFlagId, Rule, Severity, Verdict};
use crate::domain::refusal::Refusal;
use crate::ground::money;
use crate::ground::slice::Window;
use crate::store::red_flags::{Evidence, Flag, Sought};
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, address, again, done};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(RedFlagId);

/// What the filters of a list say; the API takes the same.
pub(super) fn sought(rule: &str, severity: &str, region: &str, state: &str) -> Sought {
    Sought {
        rule: Rule::read(rule),
        severity: Severity::read(severity),
        region: RegionCode::read(region),
        state: match state {
            "open" => Some(None),
            _ => Verdict::read(state).map(Some),
        },
    }
}

/// The one sentence of a flag, in the reader's language.
pub(super) fn sentence(w: Words, flag: &Flag) -> String {
    let facts = flag.facts();
    let facts: Vec<&dyn std::fmt::Display> = facts
        .iter()
        .map(|fact| fact as &dyn std::fmt::Display)
        .collect();
    w.f(&format!("red_flag.{}.{}", flag.rule, flag.variant), &facts)
}

fn weight(w: Words, severity: Severity) -> Tag {
    let text = w.c("red_flags.severity", severity);
    match severity {
        Severity::High => Tag::bad(text),
        Severity::Medium => Tag::late(text),
        Severity::Low => Tag::none(text),
    }
}

fn state(w: Words, word: Option<Verdict>) -> Tag {
    match word {
        None => Tag::todo(w.t("red_flags.state.open")),
        Some(Verdict::Confirmed) => Tag::bad(w.t("red_flags.state.confirmed")),
        Some(Verdict::Dismissed) => Tag::ok(w.t("red_flags.state.dismissed")),
    }
}

struct Row {
    to: String,
    what: String,
    rule: String,
    severity: Tag,
    state: Tag,
    region: String,
    found: String,
}

#[derive(Template)]
#[template(path = "red_flags/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    rules: Vec<Choice>,
    severities: Vec<Choice>,
    regions: Vec<Choice>,
    states: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    open: String,
    last: String,
    filtered: bool,
    may_look: bool,
}

/// The list.
#[get("/red-flags?<rule>&<severity>&<region>&<state>&<page>&<done>")]
#[expect(clippy::too_many_arguments, reason = "the filters of one list")]
async fn index(
    overseer: Overseer,
    caller: Caller,
    rule: Option<&str>,
    severity: Option<&str>,
    region: Option<&str>,
    state: Option<&str>,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let (rule, severity, region, state) = (text(rule), text(severity), text(region), text(state));
    let filters = [
        ("rule", rule.as_str()),
        ("severity", severity.as_str()),
        ("region", region.as_str()),
        ("state", state.as_str()),
    ];
    let to = address("/red-flags", &filters);
    let form = filters.iter().fold(Filled::blank(), |form, (name, value)| {
        form.with(name, value)
    });
    let asked = sought(&rule, &severity, &region, &state);
    let by = overseer.clone();
    let listed = desk
        .ask(move |registry| red_flags::list(registry, &by, &asked, Window::of(page, None)))
        .await?;
    let open: i64 = listed.open.iter().map(|(_, n)| n).sum();
    let last = listed.last.map_or_else(
        || w.t("red_flags.index.never").to_owned(),
        |run| {
            w.f(
                "red_flags.index.last",
                &[&w.moment(run.began_at), &run.raised],
            )
        },
    );
    let rows = listed.slice.rows.iter().map(|(flag, word)| Row {
        to: format!("/red-flags/{}", flag.id),
        what: sentence(w, flag),
        rule: format!("{} {}", flag.rule, w.c("red_flags.rule", flag.rule)),
        severity: weight(w, flag.severity),
        state: self::state(w, *word),
        region: names::place(w, &flag.region),
        found: w.moment(flag.raised_at),
    });
    Ok(Page::new(Index {
        f: caller
            .frame("red_flags.index.title")
            .under("red_flags")
            .notice(self::done(w, "red_flags.done", &["looked"], done)),
        rows: rows.collect(),
        form,
        rules: Rule::ALL
            .iter()
            .map(|rule| {
                Choice::new(
                    rule.as_str(),
                    format!("{rule} {}", w.c("red_flags.rule", rule)),
                )
            })
            .collect(),
        severities: Severity::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), w.c("red_flags.severity", one)))
            .collect(),
        regions: names::regions(w, overseer.region()),
        states: ["open", "confirmed", "dismissed"]
            .into_iter()
            .map(|one| Choice::new(one, w.c("red_flags.state", one)))
            .collect(),
        pager: Pager::of(&listed.slice, to.clone()),
        open: w.f("red_flags.index.open", &[&w.count(open)]),
        last,
        filtered: to != "/red-flags",
        may_look: Officer::of(overseer.actor().clone()).is_some(),
    }))
}

/// A pressed button without fields.
#[derive(Deserialize)]
struct Pressed {}

/// An officer does not wait for the night.
#[post("/red-flags/looks", data = "<_form>")]
async fn look(_officer: Officer, _form: Form<Pressed>, desk: &State<Desk>) -> Result<Redirect, No> {
    let now = desk.now();
    desk.ask(move |registry| red_flags::look(registry, &Limits::default(), now))
        .await?;
    Ok(Redirect::to("/red-flags?done=looked"))
}

struct Behind {
    noun: String,
    label: String,
    to: String,
}

struct Said {
    verdict: Tag,
    reason: String,
    recovered: String,
    who: String,
    when: String,
}

#[derive(Template)]
#[template(path = "red_flags/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    what: String,
    severity: Tag,
    state: Tag,
    facts: Vec<Pair>,
    rows: Vec<Behind>,
    words: Vec<Said>,
    verdicts: Vec<Choice>,
    to: String,
    may_dispose: bool,
}

fn behind(w: Words, row: &Evidence) -> Behind {
    let to = match row.noun.as_str() {
        "enrolments" | "classes" => format!("/classes/{}", row.owner),
        "candidates" | "sittings" => format!("/sittings/{}", row.owner),
        "certificates" => format!("/certificates/{}", row.record),
        "institutions" => format!("/institutions/{}", row.record),
        _ => format!("/people/{}", row.record),
    };
    Behind {
        noun: w.c("red_flags.noun", &row.noun).to_owned(),
        label: row.label.clone(),
        to,
    }
}

fn page(caller: &Caller, overseer: &Overseer, opened: &red_flags::Opened, form: Filled) -> Show {
    let w = caller.words();
    let flag = &opened.flag;
    let who = |at: chrono::NaiveDateTime| {
        let deed = opened.deeds.iter().find(|deed| deed.at == at);
        deed.map_or_else(String::new, |deed| deed.actor.clone())
    };
    let words = opened.words.iter().map(|word| Said {
        verdict: state(w, Some(word.verdict)),
        reason: word.reason.clone(),
        recovered: if word.recovered_fen == 0 {
            String::new()
        } else {
            w.f(
                "red_flags.show.recovered_yuan",
                &[&money::yuan(word.recovered_fen)],
            )
        },
        who: who(word.at),
        when: w.moment(word.at),
    });
    Show {
        f: caller
            .frame("red_flags.show.title")
            .titled(format!(
                "{} {}",
                flag.rule,
                w.c("red_flags.rule", flag.rule)
            ))
            .under("red_flags")
            .crumb(w.t("red_flags.index.title"), "/red-flags")
            .wrong(&form),
        form,
        what: sentence(w, flag),
        severity: weight(w, flag.severity),
        state: state(w, opened.words.last().map(|word| word.verdict)),
        facts: vec![
            Pair::new(
                w.t("red_flags.index.region"),
                names::place_in_city(w, &flag.region),
            ),
            Pair::new(w.t("red_flags.index.found"), w.moment(flag.raised_at)),
            Pair::new(w.t("red_flags.show.why"), w.c("red_flags.about", flag.rule)),
        ],
        rows: opened.rows.iter().map(|row| behind(w, row)).collect(),
        words: words.collect(),
        verdicts: Verdict::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), w.c("red_flags.state", one)))
            .collect(),
        to: format!("/red-flags/{}/disposition", flag.id),
        may_dispose: Officer::of(overseer.actor().clone()).is_some(),
    }
}

/// One flag.
#[get("/red-flags/<id>?<done>")]
async fn show(
    overseer: Overseer,
    caller: Caller,
    id: RedFlagId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let by = overseer.clone();
    let opened = desk
        .ask(move |registry| red_flags::show(registry, &by, &id))
        .await?;
    let mut page = page(&caller, &overseer, &opened, Filled::blank());
    page.f = page.f.notice(self::done(
        caller.words(),
        "red_flags.done",
        &["said"],
        done,
    ));
    Ok(Page::new(page))
}

/// What an officer says of a flag; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct DispositionForm {
    /// `confirmed` (核实) or `dismissed` (排除).
    #[serde(default)]
    verdict: String,
    /// Why.
    #[serde(default)]
    reason: String,
    /// 追回金额 in yuan, `1695.00`; empty for none.
    #[serde(default)]
    recovered: String,
}

impl DispositionForm {
    pub(super) fn read(&self) -> Result<Word, Vec<Refusal>> {
        let mut faults = Faults::default();
        let verdict = faults.known("verdict", &self.verdict, Verdict::read);
        let recovered = faults.optional("recovered", &self.recovered, money::read);
        let whole = verdict.map(|verdict| Word {
            verdict,
            reason: self.reason.clone(),
            recovered_fen: recovered.unwrap_or(0),
        });
        faults.or(whole)
    }
}

/// An officer says what a flag came to.
#[post("/red-flags/<id>/disposition", data = "<form>")]
async fn dispose(
    officer: Officer,
    overseer: Overseer,
    caller: Caller,
    id: RedFlagId,
    form: Form<DispositionForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let (key, by) = (id.clone(), overseer.clone());
    let opened = desk
        .ask(move |registry| red_flags::show(registry, &by, &key))
        .await
        .map_err(|error| Err(No(error)))?;
    let key = id.clone();
    let answer = match form.0.read() {
        Ok(word) => {
            desk.ask(move |registry| red_flags::dispose(registry, &officer, &key, word, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/red-flags/{id}?done=said"))),
        Err(error) => {
            let filled = Filled::blank()
                .with("verdict", &form.0.verdict)
                .with("reason", &form.0.reason)
                .with("recovered", &form.0.recovered);
            Err(again(&caller, error, filled, |form| {
                page(&caller, &overseer, &opened, form)
            }))
        }
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, look, show, dispose]
}
