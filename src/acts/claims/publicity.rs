//! 补贴公示: the approved list is shown, masked, for so many working days; anybody may object.

use crate::acts::claims::{review, told};
use crate::acts::objections::{self, NewObjection};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::Officer;
use crate::domain::claim::{ClaimId, ClaimObjectionId, ClaimState, Stuck};
use crate::domain::deed::Deed;
use crate::domain::masking;
use crate::domain::publicity as rule;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::seal::vault::Place;
use crate::store::claims::shown::{self, Objection, Publicity, Settlement};
use crate::store::claims::{self, Listed};
use crate::store::{Failure, holidays, ledger};
use chrono::{NaiveDate, NaiveDateTime};

/// Most objections to one claim within a day, as for results.
const DAILY: i64 = 50;

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

/// An objection as officers see it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its key.
    pub id: ClaimObjectionId,
    /// What it is about.
    pub about: String,
    /// What is said.
    pub said: String,
    /// How to reach whoever said it.
    pub contact: Option<String>,
    /// When, in UTC.
    pub lodged_at: NaiveDateTime,
    /// How it was settled, and by whom.
    pub settled: Option<(Settlement, String)>,
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
        told(db, officer.actor(), Deed::ClaimPublished, &listed.claim, &facts, now)?;
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
    let new = objections::checked(new)?;
    let objection = ClaimObjectionId::fresh(now);
    let place = Place::new("claim_objections", "contact_sealed", objection.as_str());
    let sealed = (!new.contact.is_empty())
        .then(|| registry.vault.seal_own(place, new.contact.as_bytes()));
    registry.store.write(|db| {
        let publicity = shown::of(db, id)?.ok_or(Error::NotFound)?;
        publicity.as_rule().may_object(now.day())?;
        let listed = claims::one(db, id)?;
        if listed.claim.state != ClaimState::Published {
            return Err(Error::NotFound);
        }
        if shown::lodged_since(db, id, now.plus_seconds(-86_400).utc())? >= DAILY {
            return Err(Refusal::new("objection.too-many").into());
        }
        let kept = Objection {
            id: objection.clone(),
            claim: id.clone(),
            about: new.about,
            said: new.said,
            contact_sealed: sealed,
            lodged_at: now.utc(),
        };
        shown::object(db, &kept)?;
        let facts = [("objection", objection.as_str())];
        let own = Some(&listed.claim.institution);
        ledger::enter_for_nobody(db, "public", Deed::ClaimObjected, own, id, &facts, now)?;
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
    let reason = review::reason_of(reason)?;
    registry.store.write(|db| {
        let listed = review::overseen(db, officer, id)?;
        shown::objection(db, id, objection)?;
        let settlement = Settlement {
            objection: objection.clone(),
            upheld,
            reason,
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        shown::settle(db, &settlement).map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("objection.settled-already").into(),
            other => Error::from(other),
        })?;
        let outcome = if upheld { "upheld" } else { "rejected" };
        let facts = [("objection", objection.as_str()), ("outcome", outcome)];
        let deed = Deed::ClaimObjectionSettled;
        told(db, officer.actor(), deed, &listed.claim, &facts, now)
    })
}

/// An objection with its contact opened.
pub(super) fn case(registry: &Registry, (objection, settled): shown::Case) -> Done<Case> {
    let place = Place::new("claim_objections", "contact_sealed", objection.id.as_str());
    let contact = match &objection.contact_sealed {
        Some(sealed) => {
            let opened = registry.vault.open_own(place, sealed).map_err(|why| {
                Error::fault(format!(
                    "the contact of objection {} does not open: {why}",
                    objection.id
                ))
            })?;
            Some(String::from_utf8_lossy(&opened).into_owned())
        }
        None => None,
    };
    Ok(Case {
        id: objection.id,
        about: objection.about,
        said: objection.said,
        contact,
        lodged_at: objection.lodged_at,
        settled,
    })
}
