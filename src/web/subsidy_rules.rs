//! 补贴标准: the list for whoever teaches or oversees, and the bureau's forms.

use crate::acts::subsidy_rules::{self, Line, NewRule};
use crate::domain::account::{BureauOfficer, Role, TrainingReader};
use crate::domain::course::TrainingKind;
use crate::domain::key_group::{self, KeyGroup};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::domain::subsidy::{Per, Rule, SubsidyKind, SubsidyRuleId};
use crate::ground::money;
use crate::ground::slice::Window;
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
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

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
        .map_or(w.t("subsidy_rules.index.any_level"), |level| names::level(w, level));
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
        (Per::Hour, Some(most)) => {
            w.f("subsidy_rules.index.hour_most", &[&each, &money::yuan(most)])
        }
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

/// What the bureau fills in of a rule; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct RuleForm {
    /// `training` or `assessment`.
    #[serde(default)]
    kind: String,
    /// 行政区划代码, e.g. `150900`.
    #[serde(default)]
    region: String,
    /// 培训类别, e.g. `EMPLOY`; empty: any.
    #[serde(default)]
    training: String,
    /// 技能等级, e.g. `5`; empty: any.
    #[serde(default)]
    level: String,
    /// 重点群体, e.g. `G03`; empty: anybody.
    #[serde(default)]
    group: String,
    /// `head` or `hour`.
    #[serde(default)]
    per: String,
    /// In yuan, `1000` or `15.50`.
    #[serde(default)]
    amount: String,
    /// A person at most, in yuan; empty: no most.
    #[serde(default)]
    most: String,
    /// Hours attended at least; empty: none.
    #[serde(default)]
    least_hours: String,
    /// Times a person and calendar year; empty: no limit.
    #[serde(default)]
    per_year: String,
    /// Months to claim in; empty: no limit.
    #[serde(default)]
    within_months: String,
    /// The document it rests on.
    #[serde(default)]
    document: String,
    /// The first day, `2026-01-01`.
    #[serde(default)]
    starts: String,
    /// The last day; empty while nobody has said.
    #[serde(default)]
    ends: String,
}

impl RuleForm {
    fn filled(&self) -> Filled {
        [
            ("kind", &self.kind),
            ("region", &self.region),
            ("training", &self.training),
            ("level", &self.level),
            ("group", &self.group),
            ("per", &self.per),
            ("amount", &self.amount),
            ("most", &self.most),
            ("least_hours", &self.least_hours),
            ("per_year", &self.per_year),
            ("within_months", &self.within_months),
            ("document", &self.document),
            ("starts", &self.starts),
            ("ends", &self.ends),
        ]
        .into_iter()
        .fold(Filled::blank(), |form, (name, value)| form.with(name, value))
    }

    pub(super) fn read(&self) -> Result<NewRule, Vec<Refusal>> {
        let mut faults = Faults::default();
        let number = |text: &str| text.parse::<i32>().ok();
        let kind = faults.known("kind", &self.kind, SubsidyKind::read);
        let region = faults.known("region", &self.region, RegionCode::read);
        let training = faults.optional("training", &self.training, TrainingKind::read);
        let level = faults.optional("level", &self.level, SkillLevel::read);
        let group = faults.optional("group", &self.group, KeyGroup::read);
        let per = faults.known("per", &self.per, Per::read);
        let amount_fen = faults.known("amount", &self.amount, money::read);
        let most_fen = faults.optional("most", &self.most, money::read);
        let least_hours = faults.optional("least_hours", &self.least_hours, number);
        let per_year = faults.optional("per_year", &self.per_year, number);
        let within_months = faults.optional("within_months", &self.within_months, number);
        let starts = faults.day("starts", &self.starts);
        let ends = faults.optional("ends", &self.ends, |text| text.parse().ok());
        let whole = (|| {
            Some(NewRule {
                rule: Rule {
                    region: region?,
                    kind: kind?,
                    training,
                    level,
                    group,
                    per: per?,
                    amount_fen: amount_fen?,
                    most_fen,
                    least_hours: least_hours.unwrap_or_default(),
                    per_year,
                    within_months,
                    starts: starts?,
                    ends,
                },
                document: self.document.clone(),
            })
        })();
        faults.or(whole)
    }
}

#[derive(Template)]
#[template(path = "subsidy_rules/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    regions: Vec<Choice>,
    trainings: Vec<Choice>,
    levels: Vec<Choice>,
    groups: Vec<Choice>,
    ways: Vec<Choice>,
}

/// The kinds of subsidy to choose from.
pub(super) fn kinds(w: Words) -> Vec<Choice> {
    SubsidyKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), w.c("subsidy_kind", kind)))
        .collect()
}

impl New {
    fn of(caller: &Caller, officer: &BureauOfficer, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("subsidy_rules.new.title")
                .crumb(w.t("subsidy_rules.index.title"), "/subsidy-rules")
                .under("claims")
                .wrong(&form),
            form,
            kinds: kinds(w),
            regions: names::regions(w, officer.region()),
            trainings: TrainingKind::ALL
                .iter()
                .map(|it| Choice::new(it.as_str(), w.pick(it.name(), it.name_en())))
                .collect(),
            levels: names::levels(w),
            groups: key_group::all()
                .map(|it| Choice::new(it.as_str(), w.pick(it.name(), it.name_en())))
                .collect(),
            ways: Per::ALL
                .iter()
                .map(|per| Choice::new(per.as_str(), w.c("subsidy_per", per)))
                .collect(),
        }
    }
}

/// The form to enter a rule.
#[get("/subsidy-rules/new")]
pub(super) fn new(officer: BureauOfficer, caller: Caller, desk: &State<Desk>) -> Page<New> {
    let form = Filled::blank()
        .with("kind", SubsidyKind::Training)
        .with("per", Per::Head)
        .with("starts", desk.now().day());
    Page::new(New::of(&caller, &officer, form))
}

/// The bureau enters a rule.
#[post("/subsidy-rules", data = "<form>")]
pub(super) async fn create(
    officer: BureauOfficer,
    caller: Caller,
    form: Form<RuleForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let by = officer.clone();
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| subsidy_rules::enter(registry, &by, &new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to("/subsidy-rules?done=entered")),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, &officer, form)
        })),
    }
}

/// The last day of a rule, and why.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct RuleEndForm {
    /// The last day, `2026-12-31`.
    #[serde(default)]
    ends: String,
    /// Why.
    #[serde(default)]
    pub(super) reason: String,
}

impl RuleEndForm {
    pub(super) fn read(&self) -> Result<NaiveDate, Vec<Refusal>> {
        let mut faults = Faults::default();
        let day = faults.day("ends", &self.ends);
        faults.or(day)
    }
}

#[derive(Template)]
#[template(path = "subsidy_rules/end.html")]
pub(super) struct End {
    f: Frame,
    form: Filled,
    lead: String,
    to: String,
}

impl End {
    fn of(caller: &Caller, line: &Line, form: Filled) -> Self {
        let w = caller.words();
        let facts = [what(w, &line.rule), amount(w, &line.rule), days(w, &line.rule)];
        Self {
            f: caller
                .frame("subsidy_rules.end.title")
                .crumb(w.t("subsidy_rules.index.title"), "/subsidy-rules")
                .under("claims")
                .wrong(&form),
            form,
            lead: w.f("subsidy_rules.end.lead", &[&facts[0], &facts[1], &facts[2]]),
            to: format!("/subsidy-rules/{}/ending", line.id),
        }
    }
}

async fn line(officer: &BureauOfficer, id: &SubsidyRuleId, desk: &State<Desk>) -> Result<Line, No> {
    let reader = TrainingReader::of(officer.actor().clone()).ok_or(crate::acts::Error::NotFound)?;
    let id = id.clone();
    Ok(desk
        .ask(move |registry| subsidy_rules::show(registry, &reader, &id))
        .await?)
}

/// The form to end a rule.
#[get("/subsidy-rules/<id>/ending/new")]
pub(super) async fn ending(
    officer: BureauOfficer,
    caller: Caller,
    id: SubsidyRuleId,
    desk: &State<Desk>,
) -> Result<Page<End>, No> {
    let line = line(&officer, &id, desk).await?;
    let form = Filled::blank().with("ends", desk.now().day());
    Ok(Page::new(End::of(&caller, &line, form)))
}

/// The bureau ends a rule.
#[post("/subsidy-rules/<id>/ending", data = "<form>")]
pub(super) async fn end(
    officer: BureauOfficer,
    caller: Caller,
    id: SubsidyRuleId,
    form: Form<RuleEndForm>,
    desk: &State<Desk>,
) -> Shown<End> {
    let now = desk.now();
    let line = line(&officer, &id, desk).await.map_err(Err)?;
    let reason = form.0.reason.clone();
    let answer = match form.0.read() {
        Ok(last) => {
            desk.ask(move |registry| subsidy_rules::end(registry, &officer, &id, last, &reason, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to("/subsidy-rules?done=ended")),
        Err(error) => {
            let filled = Filled::blank()
                .with("ends", &form.0.ends)
                .with("reason", &form.0.reason);
            Err(again(&caller, error, filled, |form| End::of(&caller, &line, form)))
        }
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, ending, end]
}
