//! 连带撤销: the bureau revokes many certificates on one ground: a dry run whose list is kept, a
//! notice, replies, exclusions, and one act by a second person.
//!
//! Thirty thousand certificates are one transaction of some hundred statements: rows go in batches,
//! and nothing is asked one certificate at a time.

use crate::acts::lineage::{self, LogKind};
use crate::acts::{Done, Error, Registry, recoveries, revocations::too_long};
use crate::domain::account::{Actor, BureauOfficer, Confirmer, Reader, Scope};
use crate::domain::assessor::AssessorId;
use crate::domain::cascade::{self, CascadeId, Course, MOST_LISTED, ReplyId, Stuck};
use crate::domain::certificate::{ProposalId, RevocationReason};
use crate::domain::deed::Deed;
use crate::domain::institution::InstitutionId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::cascades::{
    self, Aim, Cascade, Case, Ended, Exclusion, Listed, Notice, Reply, Struck,
};
use crate::store::ledger::Line;
use crate::store::revocations::{Proposal, Revocation};
use crate::store::{
    Conn, Failure, assessors, certificates, holidays, institutions, ledger, milestones,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Whose certificates are to be revoked, and why.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the list is drawn from.
    pub aim: Aim,
    /// The class of reason, told in public.
    pub reason_class: RevocationReason,
    /// 依据: the document and clause.
    pub basis: String,
    /// The facts.
    pub reason: String,
}

fn blank_or_long(fields: &[(&'static str, &str)]) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (field, value) in fields {
        if value.is_empty() {
            faults.push(Refusal::new("field.blank").at(*field));
        }
        faults.extend(too_long(field, value));
    }
    faults
}

/// What the rules look at.
pub fn course(case: &Case) -> Course {
    Course {
        listed_by: case.cascade.by.clone(),
        closes: case.notice.as_ref().map(|notice| notice.closes),
        ended: case.ended.as_ref().map(|ended| ended.confirmed),
    }
}

fn told(
    db: &mut Conn,
    actor: &Actor,
    deed: Deed,
    id: &CascadeId,
    facts: &[(&str, &str)],
    now: Now,
) -> Done<()> {
    Ok(ledger::enter(db, actor, deed, None, id, facts, now)?)
}

/// The dry run: an officer of the bureau draws up the exact list and keeps it. Nothing is revoked.
pub fn list_up(
    registry: &Registry,
    officer: &BureauOfficer,
    plan: &Plan,
    now: Now,
) -> Done<CascadeId> {
    let (basis, reason) = (text::tidy(&plan.basis), text::tidy(&plan.reason));
    let mut faults = blank_or_long(&[("basis", &basis), ("reason", &reason)]);
    let aim = &plan.aim;
    if aim.institution.is_none() && aim.sitting.is_none() && aim.assessor.is_none() {
        faults.push(crate::domain::refusal::Reason::refusal(Stuck::Unbounded));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let actor = officer.actor();
    registry.store.write(|db| {
        let struck = cascades::aimed_at(db, &actor.scope, aim)?;
        if struck.is_empty() {
            return Err(Stuck::Empty.into());
        }
        if struck.len() > MOST_LISTED {
            let listed = struck.len();
            return Err(Stuck::TooMany { listed }.into());
        }
        let cascade = Cascade {
            id: CascadeId::fresh(now),
            institution: aim.institution.clone(),
            sitting: aim.sitting.clone(),
            assessor: aim.assessor.clone(),
            starts: aim.starts,
            ends: aim.ends,
            reason_class: plan.reason_class,
            basis,
            reason,
            listed: i32::try_from(struck.len()).unwrap_or(i32::MAX),
            digest: cascade::digest(struck.iter().map(|one| one.number.as_str())),
            at: now.utc(),
            by: actor.account.clone(),
        };
        cascades::add(db, &cascade, &struck)?;
        let count = cascade.listed.to_string();
        let facts = [("count", count.as_str()), ("digest", &cascade.digest)];
        told(db, actor, Deed::CascadeListed, &cascade.id, &facts, now)?;
        Ok(cascade.id)
    })
}

/// Notice is given: from today for so many working days replies are taken.
pub fn notify(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &CascadeId,
    days: u32,
    now: Now,
) -> Done<NaiveDate> {
    let actor = officer.actor();
    registry.store.write(|db| {
        let case = cascades::of(db, &actor.scope, id)?;
        course(&case).may_be_notified(days)?;
        let opens = now.day();
        let closes = holidays::calendar(db)?.add_working_days(opens, days);
        let notice = Notice {
            cascade: id.clone(),
            opens,
            closes,
            at: now.utc(),
            by: actor.account.clone(),
        };
        cascades::notify(db, &notice)?;
        let (from, to) = (opens.to_string(), closes.to_string());
        let facts = [("opens", from.as_str()), ("closes", &to)];
        told(db, actor, Deed::CascadeNotified, id, &facts, now)?;
        Ok(closes)
    })
}

/// A reply, by the organisation itself or recorded by the bureau for a holder.
#[derive(Clone, Debug)]
pub struct Said {
    /// The number it is about; empty when about all of them.
    pub number: String,
    /// Who speaks.
    pub speaker: String,
    /// What is said.
    pub said: String,
}

/// A reply is recorded, until the last day of the notice.
pub fn reply(
    registry: &Registry,
    confirmer: &Confirmer,
    id: &CascadeId,
    said: &Said,
    now: Now,
) -> Done<ReplyId> {
    let (speaker, words) = (text::tidy(&said.speaker), text::tidy(&said.said));
    let mut faults = blank_or_long(&[("speaker", &speaker)]);
    if words.is_empty() {
        faults.push(Refusal::new("field.blank").at("said"));
    }
    if words.chars().count() > 4000 {
        faults.push(Refusal::new("field.too-long").at("said").with(4000));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let number = text::packed(&said.number).to_uppercase();
    let actor = confirmer.actor();
    registry.store.write(|db| {
        let case = cascades::of(db, &actor.scope, id)?;
        course(&case).takes_replies(now.day())?;
        let about = match number.as_str() {
            "" => None,
            number => Some(cascades::member(db, &actor.scope, id, number)?.ok_or(Stuck::Unlisted)?),
        };
        let reply = Reply {
            id: ReplyId::fresh(now),
            cascade: id.clone(),
            certificate: about.map(|one| one.id),
            speaker,
            said: words,
            at: now.utc(),
            by: actor.account.clone(),
        };
        cascades::reply(db, &reply)?;
        told(
            db,
            actor,
            Deed::CascadeReplied,
            id,
            &[("number", &number)],
            now,
        )?;
        Ok(reply.id)
    })
}

/// One of the list is left alone.
pub fn exclude(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &CascadeId,
    number: &str,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = text::tidy(reason);
    let faults = blank_or_long(&[("reason", &reason)]);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let number = text::packed(number).to_uppercase();
    let actor = officer.actor();
    registry.store.write(|db| {
        let case = cascades::of(db, &actor.scope, id)?;
        course(&case).may_be_changed()?;
        let one = cascades::member(db, &actor.scope, id, &number)?.ok_or(Stuck::Unlisted)?;
        let exclusion = Exclusion {
            cascade: id.clone(),
            certificate: one.id,
            reason,
            at: now.utc(),
            by: actor.account.clone(),
        };
        cascades::exclude(db, &exclusion).map_err(|failure| match failure {
            Failure::Taken(_) => Stuck::Excluded.into(),
            other => Error::from(other),
        })?;
        told(
            db,
            actor,
            Deed::CascadeExcluded,
            id,
            &[("number", &one.number)],
            now,
        )
    })
}

/// An officer ends it without revoking anything.
pub fn drop_it(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &CascadeId,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = text::tidy(reason);
    let faults = blank_or_long(&[("reason", &reason)]);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let actor = officer.actor();
    registry.store.write(|db| {
        let case = cascades::of(db, &actor.scope, id)?;
        course(&case).may_be_changed()?;
        let ended = Ended {
            cascade: id.clone(),
            confirmed: false,
            reason,
            revoked: 0,
            digest: cascade::digest([]),
            at: now.utc(),
            by: actor.account.clone(),
        };
        cascades::end(db, &ended)?;
        told(db, actor, Deed::CascadeDropped, id, &[], now)
    })
}

/// A second officer confirms: everything left of the list is revoked in one transaction. Answers
/// how many.
pub fn confirm(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &CascadeId,
    now: Now,
) -> Done<usize> {
    let actor = officer.actor();
    registry.store.write(|db| {
        let case = cascades::of(db, &actor.scope, id)?;
        course(&case).may_be_confirmed(&actor.account, now.day())?;
        let struck = cascades::left(db, id)?;
        if struck.is_empty() {
            return Err(Stuck::NobodyLeft.into());
        }
        let (proposals, revoked) = rows(&case.cascade, &struck, actor, now);
        cascades::strike(db, id, &proposals, &revoked)?;
        tell_each(db, actor, &struck, now)?;
        let digest = cascade::digest(struck.iter().map(|one| one.number.as_str()));
        let count = struck.len();
        let ended = Ended {
            cascade: id.clone(),
            confirmed: true,
            reason: String::new(),
            revoked: i32::try_from(count).unwrap_or(i32::MAX),
            digest,
            at: now.utc(),
            by: actor.account.clone(),
        };
        cascades::end(db, &ended)?;
        let many = count.to_string();
        let facts = [("count", many.as_str()), ("digest", &ended.digest)];
        told(db, actor, Deed::CascadeConfirmed, id, &facts, now)?;
        let ids: Vec<_> = struck.into_iter().map(|one| one.id).collect();
        milestones::become_of(db, "revoked", &ids, now.day(), now.utc(), &actor.account)?;
        recoveries::raise(db, &ids, actor, now)?;
        for some in ids.chunks(5000) {
            let whole = certificates::several(db, some)?;
            let each: Vec<_> = whole.iter().collect();
            lineage::logged(db, registry, LogKind::Revoke, &each, now)?;
        }
        Ok(count)
    })
}

/// The rows of every revocation: proposed by who drew up the list, confirmed by who confirms.
fn rows(
    cascade: &Cascade,
    struck: &[Struck],
    actor: &Actor,
    now: Now,
) -> (Vec<Proposal>, Vec<Revocation>) {
    struck
        .iter()
        .map(|one| {
            let proposal = ProposalId::fresh(now);
            let revocation = Revocation {
                certificate: one.id.clone(),
                proposal: proposal.clone(),
                at: now.utc(),
                by: actor.account.clone(),
            };
            let proposal = Proposal {
                id: proposal,
                certificate: one.id.clone(),
                reason_class: cascade.reason_class,
                basis: cascade.basis.clone(),
                reason: cascade.reason.clone(),
                at: cascade.at,
                by: cascade.by.clone(),
            };
            (proposal, revocation)
        })
        .unzip()
}

/// A line in the ledger for each certificate, under its own organisation.
fn tell_each(db: &mut Conn, actor: &Actor, struck: &[Struck], now: Now) -> Done<()> {
    let mut by_issuer: BTreeMap<&str, Vec<&Struck>> = BTreeMap::new();
    for one in struck {
        by_issuer
            .entry(one.institution.as_str())
            .or_default()
            .push(one);
    }
    for group in by_issuer.values() {
        let Some(first) = group.first() else { continue };
        let lines: Vec<_> = group
            .iter()
            .map(|one| (one.id.as_str(), "number", one.number.as_str()))
            .collect();
        let own = Some(&first.institution);
        ledger::enter_each(db, actor, Deed::CertificateRevoked, own, &lines, now)?;
    }
    Ok(())
}

/// The cascades she may see, the newest first.
pub fn list(registry: &Registry, reader: &Reader, window: Window) -> Done<Slice<Case>> {
    let scope = &reader.actor().scope;
    Ok(registry
        .store
        .read(|db| cascades::list(db, scope, window))?)
}

/// A cascade with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The cascade, its notice and its end.
    pub case: Case,
    /// Where it stands today.
    pub state: cascade::CascadeState,
    /// A page of its list, as far as she may see it.
    pub members: Slice<Listed>,
    /// What was said, about which number, recorded by whom.
    pub replies: Vec<(Reply, Option<String>, String)>,
    /// How many are left alone.
    pub excluded: i64,
    /// What was done, oldest first.
    pub deeds: Vec<Line>,
}

/// One cascade she may see.
pub fn open(
    registry: &Registry,
    reader: &Reader,
    id: &CascadeId,
    window: Window,
    now: Now,
) -> Done<Opened> {
    let scope: &Scope = &reader.actor().scope;
    registry.store.read(|db| {
        let case = cascades::of(db, scope, id)?;
        Ok(Opened {
            state: course(&case).state(now.day()),
            members: cascades::members(db, scope, id, window)?,
            replies: cascades::replies(db, scope, id)?,
            excluded: cascades::excluded(db, id)?,
            deeds: ledger::of(db, "cascade", id.as_str())?,
            case,
        })
    })
}

/// The keys of some of a cascade by their numbers, to be restored.
pub fn some_of(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &CascadeId,
    numbers: &str,
) -> Done<Vec<crate::domain::certificate::CertificateId>> {
    let scope = &officer.actor().scope;
    registry.store.read(|db| {
        let mut found = Vec::new();
        for number in numbers.split(|c: char| c.is_whitespace() || ",，;；、".contains(c)) {
            let number = text::packed(number).to_uppercase();
            if number.is_empty() {
                continue;
            }
            let one = cascades::member(db, scope, id, &number)?;
            let one = one.ok_or_else(|| Refusal::new("cascade.unlisted").at("numbers"))?;
            if !found.contains(&one.id) {
                found.push(one.id);
            }
        }
        Ok(found)
    })
}

/// What a list may be drawn from: organisations and assessors by name.
#[derive(Clone, Debug)]
pub struct Choices {
    /// Organisations she oversees.
    pub institutions: Vec<(InstitutionId, String)>,
    /// Assessors, with their cards.
    pub assessors: Vec<(AssessorId, String)>,
}

/// What an officer may draw a list from.
pub fn choices(registry: &Registry, officer: &BureauOfficer) -> Done<Choices> {
    registry.store.read(|db| {
        Ok(Choices {
            institutions: institutions::names(db, &officer.actor().scope)?,
            assessors: assessors::names(db)?,
        })
    })
}
