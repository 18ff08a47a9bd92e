//! 拨付: entered with its day and number by another person than who reviewed.

use crate::acts::claims::{review, told};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Officer, Scope};
use crate::domain::certificate::{CertificateId, Standing};
use crate::domain::claim::{ClaimId, ClaimState, MOST_REFERENCE, Payable, Stuck};
use crate::domain::deed::Deed;
use crate::domain::wording::said;
use crate::ground::clock::Now;
use crate::ground::money;
use crate::store::claims::{self, Payment, objections, shown};
use crate::store::{Conn, Failure, certificates};
use chrono::NaiveDate;

/// How many of these certificates, or what took their place, do not stand on a day.
fn lost(db: &mut Conn, ids: &[CertificateId], today: NaiveDate) -> Done<usize> {
    let mut lost = 0;
    for id in ids {
        let (mut one, _, mut after) = certificates::of(db, &Scope::All, id)?;
        while let Some((_, successor)) = after.replaced.clone() {
            (one, _, after) = certificates::of(db, &Scope::All, &successor)?;
        }
        lost += usize::from(after.standing(one.expires_on, today) != Standing::Valid);
    }
    Ok(lost)
}

/// An officer enters that a claim was paid: all that is left of it, on a day, under a number of the
/// bank or the treasury.
pub fn enter(
    registry: &Registry,
    officer: &Officer,
    id: &ClaimId,
    day: NaiveDate,
    reference: &str,
    now: Now,
) -> Done<i64> {
    let reference = said("reference", reference, MOST_REFERENCE)?;
    let account = &officer.actor().account;
    registry.store.write(|db| {
        let listed = review::overseen(db, officer, id)?;
        let steps = claims::steps(db, id)?;
        let approval = steps.iter().rfind(|step| step.step == ClaimState::Approved);
        let publicity = shown::of(db, id)?;
        let to_pay = review::to_pay(db, id)?;
        let papers: Vec<_> = to_pay
            .iter()
            .map(|account| account.told.line.certificate.clone())
            .collect();
        let shown_as = publicity.as_ref().map(shown::Publicity::as_rule);
        let payable = Payable {
            state: listed.claim.state,
            reviewer: approval.map(|step| &step.by),
            publicity: shown_as.as_ref(),
            unsettled: objections::unsettled(db, id)?,
            left_fen: listed.claim.asked_fen - listed.cut_fen,
            lost: lost(db, &papers, now.day())?,
        };
        payable.may_be_paid(account, day, now.day())?;
        let payment = Payment {
            claim: id.clone(),
            paid_fen: payable.left_fen,
            day,
            reference,
            at: now.utc(),
            by: account.clone(),
        };
        claims::pay(db, &payment).map_err(|failure| match failure {
            Failure::Taken(_) => Stuck::At(ClaimState::Paid).into(),
            other => Error::from(other),
        })?;
        review::step(db, officer, &listed, ClaimState::Paid, None, now)?;
        let (paid, on) = (money::yuan(payment.paid_fen), day.to_string());
        let facts = [
            ("paid", paid.as_str()),
            ("day", on.as_str()),
            ("reference", payment.reference.as_str()),
        ];
        told(
            db,
            officer.actor(),
            Deed::ClaimPaid,
            &listed.claim,
            &facts,
            now,
        )?;
        Ok(payment.paid_fen)
    })
}
