//! 异议: anybody objects to a published result; the signatory settles it.

use crate::acts::sittings::{enter, own};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{AssessmentSignatory, AssessmentStaff};
use crate::domain::assessment::SittingId;
use crate::domain::deed::Deed;
use crate::domain::publicity::ObjectionId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::seal::vault::Place;
use crate::store::objections::{self, Objection, Settlement};
use crate::store::sittings::Sitting;
use crate::store::{Failure, ledger, publicities, sittings};
use chrono::NaiveDateTime;

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

/// An objection as the organisation sees it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its key.
    pub id: ObjectionId,
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

/// Most characters of what is said.
const LONGEST: usize = 2000;
/// Most objections to one sitting within a day: more than that is a flood, and a telephone is there.
const DAILY: i64 = 50;

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

/// Somebody lodges an objection while the results are shown. She need not say who she is.
pub fn lodge(
    registry: &Registry,
    id: &SittingId,
    new: &NewObjection,
    now: Now,
) -> Done<ObjectionId> {
    let NewObjection {
        about,
        said,
        contact,
    } = checked(new)?;
    let objection = ObjectionId::fresh(now);
    let place = Place::new("objections", "contact_sealed", objection.as_str());
    let sealed = (!contact.is_empty()).then(|| registry.vault.seal_own(place, contact.as_bytes()));
    registry.store.write(|db| {
        let publicity = publicities::of(db, id)?.ok_or(Error::NotFound)?;
        publicity.as_rule().may_object(now.day())?;
        let (sitting, _) = sittings::public(db, id)?;
        let since = now.plus_seconds(-86_400).utc();
        if objections::lodged_since(db, id, since)? >= DAILY {
            return Err(Refusal::new("objection.too-many").into());
        }
        objections::add(
            db,
            &Objection {
                id: objection.clone(),
                sitting: id.clone(),
                about,
                said,
                contact_sealed: sealed,
                lodged_at: now.utc(),
            },
        )?;
        let facts = [("objection", objection.as_str())];
        let own = Some(&sitting.institution);
        ledger::enter_for_nobody(db, PUBLIC, Deed::ObjectionLodged, own, id, &facts, now)?;
        Ok(objection)
    })
}

/// How the ledger calls whoever lodges an objection without an account.
const PUBLIC: &str = "public";

/// The objections to a sitting of one's own, the oldest first.
pub fn list(
    registry: &Registry,
    staff: &AssessmentStaff,
    id: &SittingId,
) -> Done<(Sitting, Vec<Case>)> {
    registry.store.read(|db| {
        let sitting = own(db, staff.institution(), id)?;
        let cases = objections::of(db, id)?
            .into_iter()
            .map(|(objection, settled)| case(registry, objection, settled))
            .collect::<Done<Vec<_>>>()?;
        Ok((sitting, cases))
    })
}

fn case(
    registry: &Registry,
    objection: Objection,
    settled: Option<(Settlement, String)>,
) -> Done<Case> {
    let place = Place::new("objections", "contact_sealed", objection.id.as_str());
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
        .map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("objection.settled-already").into(),
            other => Error::from(other),
        })?;
        let upheld = if upheld { "upheld" } else { "rejected" };
        let facts = [
            ("objection", id.as_str()),
            ("outcome", upheld),
            ("reason", &reason),
        ];
        enter(db, signatory, Deed::ObjectionSettled, &sitting, &facts, now)?;
        Ok(sitting.id)
    })
}
