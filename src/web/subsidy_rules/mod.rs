//! 补贴标准: the list for whoever teaches or oversees; the bureau's forms beside it.

pub mod end;
pub mod new;

use crate::acts::subsidy_rules::{self, Line};
use crate::domain::account::{Role, TrainingReader};
use crate::domain::subsidy::{Per, Rule, SubsidyKind, SubsidyRuleId};
use crate::ground::money;
use crate::ground::slice::Window;
use crate::web::desk::Desk;
use crate::web::form::Choice;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::done;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::{State, get};

crate::param!(SubsidyRuleId);

/// One line of the list.
struct Row {
    what: String,
    kind: &'static str,
    region: String,
    amount: String,
    limits: Vec<String>,
    days: String,
    document: String,
    state: Tag,
    end: String,
}

#[derive(Template)]
#[template(path = "subsidy_rules/index.html")]
pub(super) struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
    may_enter: bool,
}

/// For what a rule pays: training, level, group.
fn what(w: Words, rule: &Rule) -> String {
    let level = rule
        .level
        .map_or(w.t("subsidy_rules.index.any_level"), |level| {
            names::level(w, level)
        });
    let mut parts = vec![level.to_owned()];
    if let Some(kind) = rule.training {
        parts.push(w.pick(kind.name(), kind.name_en()).to_owned());
    }
    if let Some(group) = &rule.group {
        parts.push(w.pick(group.name(), group.name_en()).to_owned());
    }
    parts.join(" · ")
}

fn amount(w: Words, rule: &Rule) -> String {
    let each = money::yuan(rule.amount_fen);
    match (rule.per, rule.most_fen) {
        (Per::Head, _) => w.f("subsidy_rules.index.head", &[&each]),
        (Per::Hour, None) => w.f("subsidy_rules.index.hour", &[&each]),
        (Per::Hour, Some(most)) => w.f(
            "subsidy_rules.index.hour_most",
            &[&each, &money::yuan(most)],
        ),
    }
}

fn limits(w: Words, rule: &Rule) -> Vec<String> {
    let mut limits = vec![w.t("subsidy_rules.index.once").to_owned()];
    if let Some(times) = rule.per_year {
        limits.push(w.f("subsidy_rules.index.yearly", &[&times]));
    }
    if rule.least_hours > 0 {
        limits.push(w.f("subsidy_rules.index.least", &[&rule.least_hours]));
    }
    if let Some(months) = rule.within_months {
        limits.push(w.f("subsidy_rules.index.within", &[&months]));
    }
    limits
}

fn days(w: Words, rule: &Rule) -> String {
    match rule.ends {
        Some(ends) => w.span(rule.starts, ends),
        None => w.f("subsidy_rules.index.since", &[&w.date(rule.starts)]),
    }
}

fn row(w: Words, line: &Line, today: NaiveDate, may_end: bool) -> Row {
    let rule = &line.rule;
    Row {
        what: what(w, rule),
        kind: w.c("subsidy_kind", rule.kind),
        region: names::place_in_city(w, &rule.region),
        amount: amount(w, rule),
        limits: limits(w, rule),
        days: days(w, rule),
        document: line.document.clone(),
        state: if rule.is_current(today) {
            Tag::ok(w.t("subsidy_rules.index.current"))
        } else if today < rule.starts {
            Tag::todo(w.t("subsidy_rules.index.future"))
        } else {
            Tag::none(w.t("subsidy_rules.index.past"))
        },
        end: if may_end && rule.ends.is_none_or(|end| end > today) {
            format!("/subsidy-rules/{}/ending/new", line.id)
        } else {
            String::new()
        },
    }
}

/// The rules ever entered.
#[get("/subsidy-rules?<page>&<done>")]
pub(super) async fn index(
    reader: TrainingReader,
    caller: Caller,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let w = caller.words();
    let may_enter = reader.actor().role == Role::BureauOfficer;
    let slice = desk
        .ask(move |registry| subsidy_rules::list(registry, &reader, Window::of(page, None)))
        .await?;
    let notice = self::done(w, "subsidy_rules.done", &["entered", "ended"], done);
    Ok(Page::new(Index {
        f: caller
            .frame("subsidy_rules.index.title")
            .crumb(w.t("claims.index.title"), "/claims")
            .under("claims")
            .notice(notice),
        pager: Pager::of(&slice, "/subsidy-rules"),
        rows: slice
            .rows
            .iter()
            .map(|line| row(w, line, today, may_enter))
            .collect(),
        may_enter,
    }))
}

/// The kinds of subsidy to choose from.
pub(super) fn kinds(w: Words) -> Vec<Choice> {
    SubsidyKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), w.c("subsidy_kind", kind)))
        .collect()
}

/// The routes of this folder.
pub fn routes() -> Vec<rocket::Route> {
    [rocket::routes![index], new::routes(), end::routes()].concat()
}
