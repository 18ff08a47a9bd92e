//! 审核、公示、拨付: what officers do to a claim.

use crate::acts::claims::{payment, publicity, review};
use crate::acts::{Done, Error};
use crate::domain::account::{Actor, Officer};
use crate::domain::claim::{ClaimId, ClaimLineId, ClaimObjectionId};
use crate::domain::refusal::Refusal;
use crate::ground::money;
use crate::web::body::Form;
use crate::web::claims::show::{Show, opened};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::Filled;
use crate::web::guards::Caller;
use crate::web::objections::SettlementForm;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again};
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, post};
use serde::Deserialize;

/// The claim with a word of what was done; or its page again, with what was wrong with a form.
async fn answered(
    caller: &Caller,
    actor: &Actor,
    id: &ClaimId,
    took: Done<&str>,
    form: Filled,
    desk: &State<Desk>,
) -> Shown<Show> {
    let error = match took {
        Ok(done) => return Ok(next(id, done)),
        Err(error) => error,
    };
    let blank = opened(caller, actor, id, Filled::blank(), desk)
        .await
        .map_err(Err)?;
    Err(again(caller, error, form, |form| blank.with(form)))
}

fn next(id: &ClaimId, done: &str) -> Redirect {
    Redirect::to(format!("/claims/{id}?done={done}"))
}

/// Nothing but the session's token.
#[derive(Deserialize)]
pub(super) struct Bare {}

/// An officer approves.
#[post("/claims/<id>/approval", data = "<_form>")]
pub(super) async fn approve(
    officer: Officer,
    caller: Caller,
    id: ClaimId,
    _form: Form<Bare>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let (actor, asked) = (officer.actor().clone(), id.clone());
    let took = desk
        .ask(move |registry| review::approve(registry, &officer, &asked, now))
        .await
        .map(|()| "approved");
    answered(&caller, &actor, &id, took, Filled::blank(), desk).await
}

/// Why.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct BackForm {
    /// Why.
    #[serde(default)]
    pub back: String,
}

/// An officer sends the claim back.
#[post("/claims/<id>/return", data = "<form>")]
pub(super) async fn send_back(
    officer: Officer,
    caller: Caller,
    id: ClaimId,
    form: Form<BackForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let (actor, asked, why) = (officer.actor().clone(), id.clone(), form.0.back.clone());
    let took = desk
        .ask(move |registry| review::send_back(registry, &officer, &asked, &why, now))
        .await
        .map(|()| "returned")
        .map_err(at_back);
    let form = Filled::blank().with("back", &form.0.back);
    answered(&caller, &actor, &id, took, form, desk).await
}

/// The reasons of a return stand in a field of their own, beside that of a cut.
fn at_back(error: Error) -> Error {
    match error {
        Error::Refused(mut reasons) => {
            for reason in &mut reasons {
                if reason.field == Some("reason") {
                    reason.field = Some("back");
                }
            }
            Error::Refused(reasons)
        }
        other => other,
    }
}

/// Which line is cut, by how much, and why.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct CutForm {
    /// The line's key.
    #[serde(default)]
    line: String,
    /// In yuan; empty: all that is left.
    #[serde(default)]
    amount: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl CutForm {
    pub(in crate::web) fn read(&self) -> Result<(ClaimLineId, Option<i64>), Vec<Refusal>> {
        let mut faults = Faults::default();
        let line = faults.known("line", &self.line, ClaimLineId::read);
        let amount = faults.optional("amount", &self.amount, money::read);
        faults.or(line.map(|line| (line, amount)))
    }
}

/// An officer cuts a line.
#[post("/claims/<id>/cuts", data = "<form>")]
pub(super) async fn cut(
    officer: Officer,
    caller: Caller,
    id: ClaimId,
    form: Form<CutForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let (actor, asked, reason) = (officer.actor().clone(), id.clone(), form.0.reason.clone());
    let took = match form.0.read() {
        Ok((line, fen)) => {
            desk.ask(move |registry| {
                review::cut(registry, &officer, &asked, &line, fen, &reason, now)
            })
            .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    let form = Filled::blank()
        .with("line", &form.0.line)
        .with("amount", &form.0.amount)
        .with("reason", &form.0.reason);
    answered(&caller, &actor, &id, took.map(|()| "reduced"), form, desk).await
}

/// An officer puts the claim up.
#[post("/claims/<id>/publicity", data = "<_form>")]
pub(super) async fn publish(
    officer: Officer,
    caller: Caller,
    id: ClaimId,
    _form: Form<Bare>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let (actor, asked) = (officer.actor().clone(), id.clone());
    let took = desk
        .ask(move |registry| publicity::open(registry, &officer, &asked, now))
        .await
        .map(|_| "published");
    answered(&caller, &actor, &id, took, Filled::blank(), desk).await
}

/// When it was paid, under which number.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct PaymentForm {
    /// The day the money went out, `2026-07-31`.
    #[serde(default)]
    day: String,
    /// The bank's or the treasury's number.
    #[serde(default)]
    pub reference: String,
}

impl PaymentForm {
    pub(in crate::web) fn read(&self) -> Result<NaiveDate, Vec<Refusal>> {
        let mut faults = Faults::default();
        let day = faults.day("day", &self.day);
        faults.or(day)
    }
}

/// Another officer enters the payment.
#[post("/claims/<id>/payment", data = "<form>")]
pub(super) async fn pay(
    officer: Officer,
    caller: Caller,
    id: ClaimId,
    form: Form<PaymentForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let (actor, asked) = (officer.actor().clone(), id.clone());
    let reference = form.0.reference.clone();
    let took = match form.0.read() {
        Ok(day) => {
            desk.ask(move |registry| {
                payment::enter(registry, &officer, &asked, day, &reference, now)
            })
            .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    let form = Filled::blank()
        .with("day", &form.0.day)
        .with("reference", &form.0.reference);
    answered(&caller, &actor, &id, took.map(|_| "paid"), form, desk).await
}

/// An officer settles an objection.
#[post("/claims/<id>/objections/<objection>/settlement", data = "<form>")]
pub(super) async fn settle(
    officer: Officer,
    id: ClaimId,
    objection: ClaimObjectionId,
    form: Form<SettlementForm>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let upheld = form.0.read()?;
    let (asked, reason) = (id.clone(), form.0.reason.clone());
    desk.ask(move |registry| {
        publicity::settle(registry, &officer, &asked, &objection, upheld, &reason, now)
    })
    .await?;
    Ok(next(&id, "settled"))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![approve, send_back, cut, publish, pay, settle]
}
