//! 持证人申请: a holder asks that something be corrected or her data erased; the bureau answers.

use crate::acts::{Done, Error, Registry, holders, sharing};
use crate::domain::account::BureauOfficer;
use crate::domain::certificate::CertificateId;
use crate::domain::deed::Deed;
use crate::domain::holder::{Holder, PetitionId, PetitionKind, may_be_erased};
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::petitions::{self, Answer, Listed, Petition};
use crate::store::{Failure, ledger, people};

/// What a petition or its answer says at most.
const MOST: usize = 1000;

fn said(field: &'static str, typed: &str) -> Result<String, Refusal> {
    let typed = text::tidy(typed);
    if typed.is_empty() {
        return Err(Refusal::new("field.blank").at(field));
    }
    if typed.chars().count() > MOST {
        return Err(Refusal::new("field.too-long").at(field).with(MOST));
    }
    Ok(typed)
}

/// A holder asks for something, about one certificate of hers or about everything.
pub fn lodge(
    registry: &Registry,
    holder: &Holder,
    kind: PetitionKind,
    certificate: Option<CertificateId>,
    words: &str,
    now: Now,
) -> Done<PetitionId> {
    let words = said("said", words)?;
    registry.store.write(|db| {
        if let Some(id) = &certificate {
            holders::hers(db, holder, id)?;
        }
        let waits = petitions::of(db, &holder.person)?
            .iter()
            .any(|(petition, _, answer)| petition.kind == kind && answer.is_none());
        if waits {
            return Err(Refusal::new("petition.lodged").into());
        }
        let petition = Petition {
            id: PetitionId::fresh(now),
            person: holder.person.clone(),
            kind,
            certificate,
            said: words,
            at: now.utc(),
        };
        petitions::add(db, &petition)?;
        sharing::told(db, Deed::PetitionLodged, petition.id.as_str(), now)?;
        Ok(petition.id)
    })
}

/// Every petition, the unanswered first.
pub fn list(registry: &Registry, _officer: &BureauOfficer, window: Window) -> Done<Slice<Listed>> {
    Ok(registry.store.read(|db| petitions::all(db, window))?)
}

/// One petition.
pub fn open(registry: &Registry, _officer: &BureauOfficer, id: &PetitionId) -> Done<Listed> {
    Ok(registry.store.read(|db| petitions::one(db, id))?)
}

/// The bureau answers. A granted erasure is done in the same transaction: the person's key, her
/// index, her phone and her sessions are destroyed; what certificates say stays on record.
pub fn answer(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &PetitionId,
    granted: bool,
    words: &str,
    now: Now,
) -> Done<()> {
    let words = said("answer", words)?;
    let actor = officer.actor();
    registry.store.write(|db| {
        let (petition, ..) = petitions::one(db, id)?;
        let row = Answer {
            petition: id.clone(),
            granted,
            answer: words,
            at: now.utc(),
            by: actor.account.clone(),
        };
        petitions::answer(db, &row).map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("petition.answered").into(),
            other => Error::from(other),
        })?;
        if granted && petition.kind == PetitionKind::Erasure {
            let last = people::last_recorded(db, &petition.person)?;
            may_be_erased(last, registry.settings.retention_years, now.day())?;
            people::erase(db, &petition.person, now)?;
            crate::store::holders::end_all(db, &petition.person)?;
            ledger::enter(
                db,
                actor,
                Deed::PersonErased,
                None,
                &petition.person,
                &[],
                now,
            )?;
        }
        let outcome = if granted { "granted" } else { "refused" };
        ledger::enter(
            db,
            actor,
            Deed::PetitionAnswered,
            None,
            id,
            &[("outcome", outcome)],
            now,
        )?;
        Ok(())
    })
}
