//! 制定补贴标准: what the bureau fills in of a rule.

use crate::acts::subsidy_rules::{self, NewRule};
use crate::domain::account::BureauOfficer;
use crate::domain::course::TrainingKind;
use crate::domain::key_group::{self, KeyGroup};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::domain::subsidy::{Per, Rule, SubsidyKind};
use crate::ground::money;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::reply::{Shown, again};
use crate::web::subsidy_rules::kinds;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// What the bureau fills in of a rule; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct RuleForm {
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
        .fold(Filled::blank(), |form, (name, value)| {
            form.with(name, value)
        })
    }

    pub(in crate::web) fn read(&self) -> Result<NewRule, Vec<Refusal>> {
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

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, create]
}
