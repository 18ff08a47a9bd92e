//! 一并更正: a person's name or document was corrected with one certificate; her others in force still say
//! what was wrong. In one act each gets its successor, by the proposal that was confirmed already.
//!
//! Nothing new is decided, so nothing new is proposed: the record says today what two persons agreed
//! on. Who proposed that does not carry it further alone: another does. What is held back — suspended,
//! or under a proposal of its own — is named and left as it is; the rest is corrected together or not
//! at all. A signatory reaches what she signs for, the bureau all of its area.

use crate::acts::issuing::Given;
use crate::acts::lineage::{self, LogKind};
use crate::acts::{Done, Error, Registry, certificates as issued, replacements};
use crate::acts::{corrections as proposals, revocations};
use crate::domain::account::{Actor, Confirmer};
use crate::domain::certificate::{CertificateId, Unchangeable};
use crate::domain::deed::Deed;
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::clock::Now;
use crate::store::certificates::Certificate;
use crate::store::corrections::{self, Correction, Proposal};
use crate::store::people::Person;
use crate::store::{Conn, Failure, certificates, entitlements, institutions, ledger, people};

/// One certificate that says what was wrong.
#[derive(Clone, Debug)]
pub struct Row {
    /// The certificate.
    pub certificate: Certificate,
    /// Who issued it.
    pub issuer: String,
    /// Why it is left as it is; none when it would be corrected.
    pub why: Option<Refusal>,
}

/// What would be corrected.
#[derive(Clone, Debug)]
pub struct Wider {
    /// Her name, as her record has it.
    pub name: String,
    /// The end of her document's number, as her record has it.
    pub id_tail: String,
    /// Why her record was corrected.
    pub reason: String,
    /// Each of hers in force that says otherwise, by number.
    pub rows: Vec<Row>,
    /// How many more of hers in force there are that whoever looks does not see.
    pub elsewhere: i64,
}

impl Wider {
    /// How many would be corrected.
    pub fn ready(&self) -> usize {
        self.rows.iter().filter(|row| row.why.is_none()).count()
    }
}

/// The list before anything is done: of the person whose certificate this is.
pub fn list(
    registry: &Registry,
    confirmer: &Confirmer,
    id: &CertificateId,
    now: Now,
) -> Done<Wider> {
    registry.store.read(|db| {
        let (_, _, wider) = gathered(db, confirmer.actor(), id, now)?;
        Ok(wider)
    })
}

/// Corrects them all. `expected` is how many whoever decides was told of.
pub fn carry_out(
    registry: &Registry,
    confirmer: &Confirmer,
    id: &CertificateId,
    expected: usize,
    now: Now,
) -> Done<Vec<Given>> {
    let actor = confirmer.actor();
    registry.store.write(|db| {
        let (ground, person, wider) = gathered(db, actor, id, now)?;
        let ready = wider.ready();
        if ready == 0 {
            return Err(Refusal::new("correction.wider-empty").into());
        }
        if ready != expected {
            return Err(Refusal::new("correction.wider-miscounted")
                .at("expected")
                .with(ready)
                .into());
        }
        let of_person = Proposal {
            began: None,
            ended: None,
            ..ground.clone()
        };
        let told = proposals::fields(&of_person);
        let (mut given, mut corrected) = (Vec::with_capacity(ready), Vec::with_capacity(ready));
        for row in wider.rows.into_iter().filter(|row| row.why.is_none()) {
            let old = row.certificate;
            let dates = (old.began, old.ended);
            let why = ground.reason.clone();
            let (new, institution) =
                replacements::succeed(db, registry, &old, &person, dates, why, actor, now)?;
            let correction = Correction {
                certificate: old.id.clone(),
                proposal: ground.id.clone(),
                at: now.utc(),
                by: actor.account.clone(),
            };
            corrections::confirm(db, &correction).map_err(|failure| match failure {
                Failure::Taken(_) => Refusal::new("certificate.replaced").with(now.day()).into(),
                other => Error::from(other),
            })?;
            let facts = [("successor", new.number.as_str()), ("fields", &told)];
            ledger::enter(
                db,
                actor,
                Deed::CertificateCorrected,
                Some(&institution.id),
                &old.id,
                &facts,
                now,
            )?;
            given.push(issued::given(&new));
            corrected.push(old);
        }
        let corrected: Vec<&Certificate> = corrected.iter().collect();
        lineage::logged(db, registry, LogKind::Correct, &corrected, now)?;
        Ok(given)
    })
}

/// What her record rests on, the record, and each of hers that says otherwise.
fn gathered(
    db: &mut Conn,
    actor: &Actor,
    id: &CertificateId,
    now: Now,
) -> Done<(Proposal, Person, Wider)> {
    let (one, _, _) = certificates::of(db, &actor.scope, id)?;
    let person = people::several(db, std::slice::from_ref(&one.person))?.pop();
    let person = person.filter(|person| !person.name.is_empty() && !person.id_tail.is_empty());
    let person = person.ok_or(Error::NotFound)?;
    let ground = corrections::ground_of(db, &person.id)?.ok_or(Unchangeable::Uncorrected)?;
    let (others, elsewhere) = certificates::others_of(db, &actor.scope, &one)?;
    let mut ids: Vec<CertificateId> = others.into_iter().map(|other| other.id).collect();
    ids.push(one.id);
    let mut rows = Vec::new();
    for id in ids {
        let (certificate, issuer, after) = certificates::of(db, &actor.scope, &id)?;
        let standing = after.standing(certificate.expires_on, now.day());
        let says_so = certificate.holder == person.name && certificate.id_tail == person.id_tail;
        if standing.is_final() || says_so {
            continue;
        }
        let why = in_the_way(db, actor, &certificate, &ground, now)?;
        rows.push(Row {
            certificate,
            issuer,
            why,
        });
    }
    rows.sort_by(|a, b| a.certificate.number.cmp(&b.certificate.number));
    let wider = Wider {
        name: person.name.clone(),
        id_tail: person.id_tail.clone(),
        reason: ground.reason.clone(),
        rows,
        elsewhere,
    };
    Ok((ground, person, wider))
}

/// Why a certificate is left as it is.
fn in_the_way(
    db: &mut Conn,
    actor: &Actor,
    certificate: &Certificate,
    ground: &Proposal,
    now: Now,
) -> Done<Option<Refusal>> {
    let id = &certificate.id;
    let after = match revocations::hers(db, &actor.scope, actor.role, id) {
        Ok((_, after)) => after,
        Err(Error::Refused(reasons)) => return Ok(reasons.into_iter().next()),
        Err(other) => return Err(other),
    };
    let fate = after.fate(certificate.expires_on);
    let revoking = revocations::pending(db, id)?.is_some();
    let correcting = proposals::pending(db, id)?.is_some();
    let free = fate
        .may_be_proposed_for_correction(revoking, correcting, now.day())
        .and_then(|()| fate.may_be_corrected(Some(&ground.by), &actor.account, now.day()));
    if let Err(why) = free {
        return Ok(Some(why.refusal()));
    }
    let institution = institutions::one(db, &certificate.institution)?.institution;
    let papers = entitlements::papers(db, &institution.id)?;
    Ok(papers
        .suspended_on(now.day())
        .map(|suspended| Refusal::new("institution.suspended").with(suspended.starts)))
}
