//! 补贴公示: the approved list is shown, masked, for so many working days; anybody may object.

use crate::acts::claims::{review, told};
use crate::acts::objections::{
    NewObjection, PUBLIC, a_day_before, case, checked, may_be_lodged, sealed, unsettleable,
};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::Officer;
use crate::domain::claim::{ClaimId, ClaimObjectionId, ClaimState, MOST_REASON, Stuck};
use crate::domain::deed::Deed;
use crate::domain::masking;
use crate::domain::publicity as rule;
use crate::domain::wording::said;
use crate::ground::clock::Now;
use crate::store::claims::objections::{self, Objection, Settlement};
use crate::store::claims::shown::{self, Publicity};
use crate::store::claims::{self, Listed};
use crate::store::{Conn, holidays, ledger};
use chrono::NaiveDate;

/// Where objections to a claim are kept.
const TABLE: &str = "claim_objections";

/// An objection to a claim as officers see it.
pub type Case = crate::acts::objections::Case<ClaimObjectionId>;

/// One line as the public sees it: no group, no number, no date of birth.
#[derive(Clone, Debug)]
pub struct Masked {
    /// `张*`
    pub name: String,
    /// The last four characters of her document.
    pub id_tail: String,
    /// In fen.
    pub amount_fen: i64,
}

/// A claim as the public sees it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The claim, under the class's public name.
    pub listed: Listed,
    /// From when to when.
    pub publicity: Publicity,
    /// Who is to be paid for.
    pub lines: Vec<Masked>,
}

/// An officer puts an approved claim up. Answers its last day.
pub fn open(registry: &Registry, officer: &Officer, id: &ClaimId, now: Now) -> Done<NaiveDate> {
    let days = registry.settings.publicity_days;
    registry.store.write(|db| {
        let listed = review::overseen(db, officer, id)?;
        listed.claim.state.may(ClaimState::Published)?;
        if review::to_pay(db, id)?.is_empty() {
            return Err(Stuck::NothingLeft.into());
        }
        let calendar = holidays::calendar(db)?;
        let opens = now.day();
        let publicity = Publicity {
            claim: id.clone(),
            opens,
            closes: rule::closes(opens, days, &|day| calendar.is_working(day)),
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        shown::add(db, &publicity)?;
        review::step(db, officer, &listed, ClaimState::Published, None, now)?;
        let (from, to) = (opens.to_string(), publicity.closes.to_string());
        let facts = [("opens", from.as_str()), ("closes", to.as_str())];
        told(
            db,
            officer.actor(),
            Deed::ClaimPublished,
            &listed.claim,
            &facts,
            now,
        )?;
        Ok(publicity.closes)
    })
}

/// What is shown today: claims that are not sent back.
pub fn list(registry: &Registry, now: Now) -> Done<Vec<(Publicity, Listed)>> {
    Ok(registry.store.read(|db| shown::on_day(db, now.day()))?)
}

/// One publication, while it is shown; afterwards there is no such thing.
pub fn show(registry: &Registry, id: &ClaimId, now: Now) -> Done<Shown> {
    registry.store.read(|db| {
        let publicity = shown::of(db, id)?.ok_or(Error::NotFound)?;
        let listed = claims::one(db, id)?;
        let visible = publicity.as_rule().is_shown_on(now.day());
        if !visible || listed.claim.state != ClaimState::Published {
            return Err(Error::NotFound);
        }
        let lines = review::to_pay(db, id)?
            .into_iter()
            .map(|account| Masked {
                amount_fen: account.left_fen(),
                name: masking::name(&account.told.name),
                id_tail: account.told.id_tail,
            })
            .collect();
        Ok(Shown {
            listed,
            publicity,
            lines,
        })
    })
}

/// Somebody objects while a claim is shown. She need not say who she is.
pub fn object(
    registry: &Registry,
    id: &ClaimId,
    new: &NewObjection,
    now: Now,
) -> Done<ClaimObjectionId> {
    let new = checked(new)?;
    let objection = ClaimObjectionId::fresh(now);
    let contact_sealed = sealed(registry, TABLE, objection.as_str(), &new.contact);
    registry.store.write(|db| {
        let publicity = shown::of(db, id)?.ok_or(Error::NotFound)?;
        publicity.as_rule().may_object(now.day())?;
        let listed = claims::one(db, id)?;
        if listed.claim.state != ClaimState::Published {
            return Err(Error::NotFound);
        }
        let lodged = objections::lodged_since(db, id, a_day_before(now))?;
        may_be_lodged(lodged)?;
        let kept = Objection {
            id: objection.clone(),
            claim: id.clone(),
            about: new.about,
            said: new.said,
            contact_sealed,
            lodged_at: now.utc(),
        };
        objections::add(db, &kept)?;
        let facts = [("objection", objection.as_str())];
        let own = Some(&listed.claim.institution);
        ledger::enter_for_nobody(db, PUBLIC, Deed::ClaimObjected, own, id, &facts, now)?;
        Ok(objection)
    })
}

/// An officer settles an objection, once, with a reason. Upholding one cuts nothing by itself.
pub fn settle(
    registry: &Registry,
    officer: &Officer,
    id: &ClaimId,
    objection: &ClaimObjectionId,
    upheld: bool,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = said("reason", reason, MOST_REASON)?;
    registry.store.write(|db| {
        let listed = review::overseen(db, officer, id)?;
        objections::one(db, id, objection)?;
        let settlement = Settlement {
            objection: objection.clone(),
            upheld,
            reason,
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        objections::settle(db, &settlement).map_err(unsettleable)?;
        let outcome = rule::outcome(upheld);
        let facts = [("objection", objection.as_str()), ("outcome", outcome)];
        let deed = Deed::ClaimObjectionSettled;
        told(db, officer.actor(), deed, &listed.claim, &facts, now)
    })
}

/// The objections to a claim, the oldest first.
pub(super) fn cases(registry: &Registry, db: &mut Conn, id: &ClaimId) -> Done<Vec<Case>> {
    let lodged = objections::of(db, id)?.into_iter();
    lodged.map(|one| case(registry, TABLE, one)).collect()
}
