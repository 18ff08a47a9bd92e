//! 更正: something on a certificate is wrong: the name, the document, the dates of training.
//!
//! What was signed is never changed, so a correction is a new certificate with today's number, and
//! the old one says 「已更正，见新证」. It gets a new number, not the old one: two papers that differ
//! in what they certify must not share what they are found by, and an old paper in somebody's hand
//! then tells by its number alone that it is the old one. (A second printing, on which nothing
//! differs, keeps its number: see [`crate::acts::printings`].) The day of issue is the day of the
//! correction; that of the first certificate stays readable in the lineage.
//!
//! Name and document are those of a person, so her record is corrected with it, and what it said
//! before is kept, sealed. The right document may be on record as another person's: then two
//! records would have to become one, which is not done here but refused.

use crate::acts::issuing::Given;
use crate::acts::lineage::{self, LogKind};
use crate::acts::{Done, Error, Registry, certificates as issued, people as persons, replacements};
use crate::acts::{revocations, revocations::too_long};
use crate::domain::account::{Actor, Confirmer, Issuer};
use crate::domain::certificate::{CertificateId, CertificateKind, CorrectionId, Unchangeable};
use crate::domain::deed::Deed;
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::person::FormerId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::seal::vault::Place;
use crate::store::certificates::Certificate;
use crate::store::corrections::{self, Case, Correction, Dropped, Former, Proposal};
use crate::store::people::Person;
use crate::store::{Conn, Failure, ledger, people};
use chrono::{Datelike, NaiveDate};

/// What a certificate should say. What is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Right {
    /// 姓名
    pub name: Option<String>,
    /// 证件
    pub document: Option<IdDocument>,
    /// First day of training; of completion certificates.
    pub began: Option<NaiveDate>,
    /// Last day of training; of completion certificates.
    pub ended: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// 佐证: what was seen.
    pub evidence: String,
}

fn place(id: &CorrectionId) -> Place<'_> {
    Place::new("correction_proposals", "document_sealed", id.as_str())
}

pub(super) fn pending(db: &mut Conn, id: &CertificateId) -> Done<Option<Case>> {
    Ok(corrections::of(db, id)?.into_iter().find(Case::is_pending))
}

fn holder(db: &mut Conn, certificate: &Certificate) -> Done<Person> {
    let found = people::several(db, std::slice::from_ref(&certificate.person))?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// A signatory proposes a correction of a certificate of her institution.
pub fn propose(
    registry: &Registry,
    issuer: &Issuer,
    id: &CertificateId,
    right: &Right,
    now: Now,
) -> Done<CorrectionId> {
    let (reason, evidence) = (text::tidy(&right.reason), text::tidy(&right.evidence));
    let mut faults = Vec::new();
    for (field, value) in [("reason", &reason), ("evidence", &evidence)] {
        if value.is_empty() {
            faults.push(Refusal::new("field.blank").at(field));
        }
        faults.extend(too_long(field, value));
    }
    if let (Some(began), Some(ended)) = (right.began, right.ended)
        && ended < began
    {
        faults.push(Refusal::new("correction.backwards").at("ended"));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let name = right
        .name
        .as_deref()
        .map(text::tidy)
        .filter(|name| !name.is_empty());
    let actor = issuer.actor();
    registry.store.write(|db| {
        let (certificate, after) = revocations::hers(db, &actor.scope, actor.role, id)?;
        let revoking = revocations::pending(db, id)?.is_some();
        let correcting = pending(db, id)?.is_some();
        after
            .fate(certificate.expires_on)
            .may_be_proposed_for_correction(revoking, correcting, now.day())?;
        let person = holder(db, &certificate)?;
        let name = name.filter(|name| *name != certificate.holder);
        let index = |document: &IdDocument| persons::index(&registry.vault, document).to_vec();
        let known = right
            .document
            .as_ref()
            .map(|document| people::by_index(db, &index(document)))
            .transpose()?
            .flatten();
        if known.as_ref().is_some_and(|known| known.id != person.id) {
            return Err(Unchangeable::DocumentTaken.into());
        }
        // The register may know the right one already, and only the paper be behind.
        let document = right
            .document
            .as_ref()
            .filter(|document| known.is_none() || certificate.id_tail != document.last4());
        let of_class = certificate.kind == CertificateKind::Completion;
        let differs = |new: Option<NaiveDate>, old| new.filter(|_| of_class && new != old);
        let (began, ended) = (
            differs(right.began, certificate.began),
            differs(right.ended, certificate.ended),
        );
        if name.is_none() && document.is_none() && began.is_none() && ended.is_none() {
            return Err(Unchangeable::NothingToCorrect.into());
        }
        let proposal = CorrectionId::fresh(now);
        let sealed = document.map(|document| {
            let told = format!("{}\n{}", document.kind(), document.as_str());
            registry.vault.seal_own(place(&proposal), told.as_bytes())
        });
        let proposal = Proposal {
            certificate: id.clone(),
            name,
            document_sealed: sealed,
            id_tail: document.map(|document| document.last4().to_owned()),
            began,
            ended,
            reason,
            evidence,
            at: now.utc(),
            by: actor.account.clone(),
            id: proposal,
        };
        corrections::propose(db, &proposal)?;
        let own = Some(&certificate.institution);
        let deed = Deed::CertificateCorrectionProposed;
        let told = fields(&proposal);
        ledger::enter(db, actor, deed, own, id, &[("fields", &told)], now)?;
        Ok(proposal.id)
    })
}

/// Which fields a proposal is about, as codes.
pub(super) fn fields(proposal: &Proposal) -> String {
    let about = [
        ("name", proposal.name.is_some()),
        ("id_number", proposal.document_sealed.is_some()),
        ("began", proposal.began.is_some()),
        ("ended", proposal.ended.is_some()),
    ];
    let about: Vec<_> = about
        .into_iter()
        .filter_map(|(field, is)| is.then_some(field))
        .collect();
    about.join(" ")
}

/// A signatory of the institution takes a proposal back.
pub fn drop_proposal(
    registry: &Registry,
    issuer: &Issuer,
    id: &CertificateId,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = text::tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::new("field.blank").at("reason").into());
    }
    if let Some(long) = too_long("reason", &reason) {
        return Err(long.into());
    }
    let actor = issuer.actor();
    registry.store.write(|db| {
        let (certificate, _) = revocations::hers(db, &actor.scope, actor.role, id)?;
        let case = pending(db, id)?.ok_or(Unchangeable::Uncorrected)?;
        let dropped = Dropped {
            proposal: case.proposal.id,
            reason,
            at: now.utc(),
            by: actor.account.clone(),
        };
        corrections::drop_one(db, &dropped)?;
        let own = Some(&certificate.institution);
        let deed = Deed::CertificateCorrectionDropped;
        ledger::enter(db, actor, deed, own, id, &[], now)?;
        Ok(())
    })
}

/// A second person confirms: the new certificate is issued, the old one refers to it.
pub fn confirm(
    registry: &Registry,
    confirmer: &Confirmer,
    id: &CertificateId,
    now: Now,
) -> Done<Given> {
    let actor = confirmer.actor();
    registry.store.write(|db| {
        let (old, after) = revocations::hers(db, &actor.scope, actor.role, id)?;
        let case = pending(db, id)?;
        let proposed_by = case.as_ref().map(|case| &case.proposal.by);
        after
            .fate(old.expires_on)
            .may_be_corrected(proposed_by, &actor.account, now.day())?;
        let proposal = case
            .map(|case| case.proposal)
            .ok_or_else(|| Error::fault("a correction without a proposal passed its rule"))?;
        let person = amended(db, registry, &old, &proposal, actor, now)?;
        let dates = (proposal.began.or(old.began), proposal.ended.or(old.ended));
        if let (Some(began), Some(ended)) = dates
            && ended < began
        {
            return Err(Refusal::new("correction.backwards").at("ended").into());
        }
        let why = proposal.reason.clone();
        let (new, institution) =
            replacements::succeed(db, registry, &old, &person, dates, why, actor, now)?;
        let correction = Correction {
            certificate: id.clone(),
            proposal: proposal.id.clone(),
            at: now.utc(),
            by: actor.account.clone(),
        };
        corrections::confirm(db, &correction).map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("certificate.replaced").with(now.day()).into(),
            other => Error::from(other),
        })?;
        let told = fields(&proposal);
        let facts = [("successor", new.number.as_str()), ("fields", &told)];
        let own = Some(&institution.id);
        ledger::enter(db, actor, Deed::CertificateCorrected, own, id, &facts, now)?;
        lineage::logged(db, registry, LogKind::Correct, &[&old], now)?;
        Ok(issued::given(&new))
    })
}

/// The person as her record reads after a correction.
fn amended(
    db: &mut Conn,
    registry: &Registry,
    old: &Certificate,
    proposal: &Proposal,
    actor: &Actor,
    now: Now,
) -> Done<Person> {
    let person = holder(db, old)?;
    let document = proposal
        .document_sealed
        .as_deref()
        .map(|sealed| opened(registry, &proposal.id, sealed))
        .transpose()?;
    if proposal.name.is_none() && document.is_none() {
        return Ok(person);
    }
    let key = persons::key_of(db, &registry.vault, &person.id)?;
    let mut right = person.clone();
    if let Some(name) = &proposal.name {
        right.name.clone_from(name);
    }
    if let Some(document) = &document {
        let index = persons::index(&registry.vault, document).to_vec();
        let known = people::by_index(db, &index)?;
        if known.is_some_and(|known| known.id != person.id) {
            return Err(Unchangeable::DocumentTaken.into());
        }
        let at = Place::new("people", "id_sealed", person.id.as_str());
        right.id_kind = document.kind().to_string();
        right.id_sealed = key.seal(at, document.as_str().as_bytes());
        right.id_index = index;
        document.last4().clone_into(&mut right.id_tail);
        right.sex = document.sex().map(|sex| sex.to_string());
        right.birth_year = document.birth().map(|day| day.year());
    }
    let before = persons::document(db, &registry.vault, &person)?;
    let id = FormerId::fresh(now);
    let former = Former {
        person: person.id.clone(),
        proposal: proposal.id.clone(),
        name: person.name.clone(),
        id_kind: person.id_kind.clone(),
        id_sealed: key.seal(
            Place::new("person_corrections", "id_sealed", id.as_str()),
            before.as_str().as_bytes(),
        ),
        at: now.utc(),
        by: actor.account.clone(),
        id,
    };
    corrections::amend(db, &former, &right)?;
    Ok(right)
}

fn opened(registry: &Registry, id: &CorrectionId, sealed: &[u8]) -> Done<IdDocument> {
    let unreadable = || Error::fault("the document of a correction does not open");
    let told = registry
        .vault
        .open_own(place(id), sealed)
        .map_err(|_| unreadable())?;
    let told = std::str::from_utf8(&told).map_err(|_| unreadable())?;
    let (kind, number) = told.split_once('\n').ok_or_else(unreadable)?;
    let kind = IdKind::read(kind).ok_or_else(unreadable)?;
    IdDocument::read(kind, number).map_err(|_| unreadable())
}
