//! 异议: anybody objects to a published result; the signatory settles it.

use crate::acts::sittings::{enter, own};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{AssessmentSignatory, AssessmentStaff};
use crate::domain::assessment::SittingId;
use crate::domain::deed::Deed;
use crate::domain::publicity::{ObjectionId, outcome};
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::seal::vault::Place;
use crate::store::objections::{self, Lodged, Objection, Settled, Settlement};
use crate::store::sittings::Sitting;
use crate::store::{Failure, ledger, publicities, sittings};
use chrono::NaiveDateTime;
use std::fmt::Display;

/// What somebody says against a result.
#[derive(Clone, Debug, Default)]
pub struct NewObjection {
    /// The seat it is about, or what else.
    pub about: String,
    /// What is said.
    pub said: String,
    /// How to reach whoever says it; may be empty.
    pub contact: String,
}

/// An objection as whoever settles it sees it.
#[derive(Clone, Debug)]
pub struct Case<K> {
    /// Its key.
    pub id: K,
    /// What it is about.
    pub about: String,
    /// What is said.
    pub said: String,
    /// How to reach whoever said it.
    pub contact: Option<String>,
    /// When, in UTC.
    pub lodged_at: NaiveDateTime,
    /// How it was settled.
    pub settled: Option<Settled>,
}

/// Most characters of what is said.
const LONGEST: usize = 2000;
/// Most objections to one thing within a day: more than that is a flood, and a telephone is there.
const DAILY: i64 = 50;
/// How the ledger calls whoever lodges an objection without an account.
pub(super) const PUBLIC: &str = "public";
/// Where those to results are kept.
const TABLE: &str = "objections";

/// A day before, in UTC.
pub(super) fn a_day_before(now: Now) -> NaiveDateTime {
    now.plus_seconds(-86_400).utc()
}

/// What somebody says, tidied, or what is wrong with it.
pub(super) fn checked(new: &NewObjection) -> Done<NewObjection> {
    let (about, said) = (text::tidy(&new.about), new.said.trim().to_owned());
    let contact = text::tidy(&new.contact);
    let mut refusals = Vec::new();
    for (field, value, most) in [("about", &about, 60), ("said", &said, LONGEST)] {
        if value.is_empty() {
            refusals.push(Refusal::new("field.blank").at(field));
        } else if value.chars().count() > most {
            refusals.push(Refusal::new("field.too-long").at(field).with(most));
        }
    }
    if contact.chars().count() > 60 {
        refusals.push(Refusal::new("field.too-long").at("contact").with(60));
    }
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    Ok(NewObjection {
        about,
        said,
        contact,
    })
}

/// Whether one more is taken, after so many within a day.
pub(super) fn may_be_lodged(within_a_day: i64) -> Result<(), Refusal> {
    if within_a_day < DAILY {
        Ok(())
    } else {
        Err(Refusal::new("objection.too-many"))
    }
}

fn place<'a>(table: &'a str, key: &'a str) -> Place<'a> {
    Place::new(table, "contact_sealed", key)
}

/// How to reach whoever says it, sealed for this row of this table; none when she does not tell.
pub(super) fn sealed(
    registry: &Registry,
    table: &str,
    key: &str,
    contact: &str,
) -> Option<Vec<u8>> {
    let seal = || {
        registry
            .vault
            .seal_own(place(table, key), contact.as_bytes())
    };
    (!contact.is_empty()).then(seal)
}

/// An objection of this table with its contact opened.
pub(super) fn case<K: Display>(
    registry: &Registry,
    table: &str,
    lodged: Lodged<K>,
) -> Done<Case<K>> {
    let key = lodged.id.to_string();
    let open = |sealed: Vec<u8>| match registry.vault.open_own(place(table, &key), &sealed) {
        Ok(opened) => Ok(String::from_utf8_lossy(&opened).into_owned()),
        Err(why) => Err(Error::fault(format!(
            "the contact of objection {key} does not open: {why}"
        ))),
    };
    Ok(Case {
        contact: lodged.contact_sealed.map(open).transpose()?,
        id: lodged.id,
        about: lodged.about,
        said: lodged.said,
        lodged_at: lodged.lodged_at,
        settled: lodged.settled,
    })
}

/// What a settlement that cannot be kept means: the first one stands.
pub(super) fn unsettleable(failure: Failure) -> Error {
    match failure {
        Failure::Taken(_) => Refusal::new("objection.settled-already").into(),
        other => Error::from(other),
    }
}

/// Somebody lodges an objection while the results are shown. She need not say who she is.
pub fn lodge(
    registry: &Registry,
    id: &SittingId,
    new: &NewObjection,
    now: Now,
) -> Done<ObjectionId> {
    let new = checked(new)?;
    let objection = ObjectionId::fresh(now);
    let contact_sealed = sealed(registry, TABLE, objection.as_str(), &new.contact);
    registry.store.write(|db| {
        let publicity = publicities::of(db, id)?.ok_or(Error::NotFound)?;
        publicity.as_rule().may_object(now.day())?;
        let (sitting, _) = sittings::public(db, id)?;
        may_be_lodged(objections::lodged_since(db, id, a_day_before(now))?)?;
        let kept = Objection {
            id: objection.clone(),
            sitting: id.clone(),
            about: new.about,
            said: new.said,
            contact_sealed,
            lodged_at: now.utc(),
        };
        objections::add(db, &kept)?;
        let facts = [("objection", objection.as_str())];
        let own = Some(&sitting.institution);
        ledger::enter_for_nobody(db, PUBLIC, Deed::ObjectionLodged, own, id, &facts, now)?;
        Ok(objection)
    })
}

/// The objections to a sitting of one's own, the oldest first.
pub fn list(
    registry: &Registry,
    staff: &AssessmentStaff,
    id: &SittingId,
) -> Done<(Sitting, Vec<Case<ObjectionId>>)> {
    registry.store.read(|db| {
        let sitting = own(db, staff.institution(), id)?;
        let cases = objections::of(db, id)?
            .into_iter()
            .map(|lodged| case(registry, TABLE, lodged))
            .collect::<Done<Vec<_>>>()?;
        Ok((sitting, cases))
    })
}

/// The signatory settles an objection, once, with a reason. Upholding one changes no mark by
/// itself: the assessor whose mark it is corrects it, with a reason of her own.
pub fn settle(
    registry: &Registry,
    signatory: &AssessmentSignatory,
    id: &ObjectionId,
    upheld: bool,
    reason: &str,
    now: Now,
) -> Done<SittingId> {
    let reason = text::tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::new("field.blank").at("reason").into());
    }
    registry.store.write(|db| {
        let objection = objections::one(db, signatory.institution(), id)?;
        let sitting = own(db, signatory.institution(), &objection.sitting)?;
        objections::settle(
            db,
            &Settlement {
                objection: id.clone(),
                upheld,
                reason: reason.clone(),
                at: now.utc(),
                by: signatory.actor().account.clone(),
            },
        )
        .map_err(unsettleable)?;
        let facts = [
            ("objection", id.as_str()),
            ("outcome", outcome(upheld)),
            ("reason", &reason),
        ];
        enter(db, signatory, Deed::ObjectionSettled, &sitting, &facts, now)?;
        Ok(sitting.id)
    })
}
