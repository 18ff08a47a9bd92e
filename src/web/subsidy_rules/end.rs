//! 停止执行补贴标准: the last day of a rule, and why.

use crate::acts::subsidy_rules::{self, Line};
use crate::domain::account::{BureauOfficer, TrainingReader};
use crate::domain::refusal::Refusal;
use crate::domain::subsidy::SubsidyRuleId;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use crate::web::subsidy_rules::{amount, days, what};
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// The last day of a rule, and why.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct RuleEndForm {
    /// The last day, `2026-12-31`.
    #[serde(default)]
    ends: String,
    /// Why.
    #[serde(default)]
    pub(in crate::web) reason: String,
}

impl RuleEndForm {
    pub(in crate::web) fn read(&self) -> Result<NaiveDate, Vec<Refusal>> {
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
        let facts = [
            what(w, &line.rule),
            amount(w, &line.rule),
            days(w, &line.rule),
        ];
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
            desk.ask(move |registry| {
                subsidy_rules::end(registry, &officer, &id, last, &reason, now)
            })
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
            Err(again(&caller, error, filled, |form| {
                End::of(&caller, &line, form)
            }))
        }
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![ending, end]
}
