//! 追回: what is to come back, and how an officer settles it.

use crate::acts::recoveries::{self, Case, Settling};
use crate::domain::account::{Officer, TrainingReader};
use crate::domain::claim::{RecoveryId, RecoveryOutcome};
use crate::domain::refusal::Refusal;
use crate::ground::money;
use crate::ground::slice::Window;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(RecoveryId);

/// One recovery of the list.
struct Row {
    name: String,
    tail: String,
    institution: String,
    number: String,
    due: String,
    state: Tag,
    why: String,
    claim: String,
    settle: String,
}

fn row(w: Words, case: &Case, may_settle: bool) -> Row {
    let ended = case.ended.as_ref();
    Row {
        name: case.name.clone(),
        tail: case.id_tail.clone(),
        institution: case.institution.clone(),
        number: case.number.clone(),
        due: money::yuan(case.recovery.due_fen),
        state: match ended.map(|(ended, _)| ended.outcome) {
            None => Tag::late(w.t("recoveries.index.open")),
            Some(outcome @ RecoveryOutcome::Repaid) => Tag::ok(w.c("recovery_outcome", outcome)),
            Some(outcome @ RecoveryOutcome::Waived) => Tag::none(w.c("recovery_outcome", outcome)),
        },
        why: ended.map_or_else(String::new, |(ended, by)| {
            format!("{} · {by} · {}", ended.reason, w.date(ended.day))
        }),
        claim: format!("/claims/{}", case.claim),
        settle: if may_settle && ended.is_none() {
            format!("/recoveries/{}/settlement/new", case.recovery.id)
        } else {
            String::new()
        },
    }
}

#[derive(Template)]
#[template(path = "recoveries/index.html")]
pub(super) struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
}

/// The recoveries she may see.
#[get("/recoveries?<page>&<done>")]
pub(super) async fn index(
    reader: TrainingReader,
    caller: Caller,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let may_settle = Officer::of(reader.actor().clone()).is_some();
    let slice = desk
        .ask(move |registry| recoveries::list(registry, &reader, Window::of(page, None)))
        .await?;
    Ok(Page::new(Index {
        f: caller
            .frame("recoveries.index.title")
            .crumb(w.t("claims.index.title"), "/claims")
            .under("claims")
            .notice(self::done(w, "recoveries.done", &["settled"], done)),
        pager: Pager::of(&slice, "/recoveries"),
        rows: slice
            .rows
            .iter()
            .map(|case| row(w, case, may_settle))
            .collect(),
    }))
}

/// How a recovery is settled; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct SettlingForm {
    /// `repaid` or `waived`.
    #[serde(default)]
    outcome: String,
    /// On which day, `2026-07-31`.
    #[serde(default)]
    day: String,
    /// The bank's number; asked for when it was repaid.
    #[serde(default)]
    reference: String,
    /// How, or why not.
    #[serde(default)]
    reason: String,
}

impl SettlingForm {
    pub(super) fn read(&self) -> Result<Settling, Vec<Refusal>> {
        let mut faults = Faults::default();
        let outcome = faults.known("outcome", &self.outcome, RecoveryOutcome::read);
        let day = faults.day("day", &self.day);
        faults.or(outcome.zip(day).map(|(outcome, day)| Settling {
            outcome,
            day,
            reference: self.reference.clone(),
            reason: self.reason.clone(),
        }))
    }

    fn filled(&self) -> Filled {
        Filled::blank()
            .with("outcome", &self.outcome)
            .with("day", &self.day)
            .with("reference", &self.reference)
            .with("reason", &self.reason)
    }
}

#[derive(Template)]
#[template(path = "recoveries/settle.html")]
pub(super) struct Settle {
    f: Frame,
    form: Filled,
    lead: String,
    outcomes: Vec<Choice>,
    to: String,
}

impl Settle {
    fn of(caller: &Caller, case: &Case, form: Filled) -> Self {
        let w = caller.words();
        let due = money::yuan(case.recovery.due_fen);
        Self {
            f: caller
                .frame("recoveries.settle.title")
                .crumb(w.t("claims.index.title"), "/claims")
                .crumb(w.t("recoveries.index.title"), "/recoveries")
                .under("claims")
                .wrong(&form),
            form,
            lead: w.f("recoveries.settle.lead", &[&case.name, &due, &case.number]),
            outcomes: RecoveryOutcome::ALL
                .iter()
                .map(|it| Choice::new(it.as_str(), w.c("recovery_outcome", it)))
                .collect(),
            to: format!("/recoveries/{}/settlement", case.recovery.id),
        }
    }
}

async fn case(officer: &Officer, id: &RecoveryId, desk: &State<Desk>) -> Result<Case, No> {
    let reader = TrainingReader::of(officer.actor().clone()).ok_or(crate::acts::Error::NotFound)?;
    let id = id.clone();
    Ok(desk
        .ask(move |registry| recoveries::show(registry, &reader, &id))
        .await?)
}

/// The form.
#[get("/recoveries/<id>/settlement/new")]
pub(super) async fn settling(
    officer: Officer,
    caller: Caller,
    id: RecoveryId,
    desk: &State<Desk>,
) -> Result<Page<Settle>, No> {
    let case = case(&officer, &id, desk).await?;
    let form = Filled::blank().with("day", desk.now().day());
    Ok(Page::new(Settle::of(&caller, &case, form)))
}

/// An officer settles a recovery.
#[post("/recoveries/<id>/settlement", data = "<form>")]
pub(super) async fn settle(
    officer: Officer,
    caller: Caller,
    id: RecoveryId,
    form: Form<SettlingForm>,
    desk: &State<Desk>,
) -> Shown<Settle> {
    let now = desk.now();
    let case = case(&officer, &id, desk).await.map_err(Err)?;
    let answer = match form.0.read() {
        Ok(settling) => {
            desk.ask(move |registry| recoveries::settle(registry, &officer, &id, &settling, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to("/recoveries?done=settled")),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            Settle::of(&caller, &case, form)
        })),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, settling, settle]
}
