//! 补贴申请: worked out from the register, filed by the institution, and opened by who may.

pub mod payment;
pub mod publicity;
pub mod review;
pub mod working;

use crate::acts::attendance::LateEntries;
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Actor, Clerk, Scope, TrainingReader};
use crate::domain::claim::{ClaimId, ClaimLineId, ClaimState, Stuck};
use crate::domain::class::ClassId;
use crate::domain::deed::Deed;
use crate::domain::subsidy::SubsidyKind;
use crate::ground::clock::Now;
use crate::ground::money;
use crate::ground::slice::{Slice, Window};
use crate::store::claims::cuts::{self, Cut};
use crate::store::claims::totals::Total;
use crate::store::claims::{self, Claim, Line, Listed, Payment, Refused, StepTaken, Told, shown};
use crate::store::{Conn, Failure, classes, ledger};
use chrono::NaiveDate;
pub use working::{Worked, work_out};

/// A clerk claims for a class of hers: for everyone who is entitled today, with the reason kept of
/// everyone who is not.
pub fn file(
    registry: &Registry,
    clerk: &Clerk,
    class: &ClassId,
    kind: SubsidyKind,
    now: Now,
) -> Done<ClaimId> {
    let own = Scope::Institution(clerk.institution().clone());
    registry.store.write(|db| {
        let (class, course, _) = classes::whole(db, &own, class)?;
        if claims::is_under_way(db, &class.id, kind)? {
            return Err(Stuck::UnderWay.into());
        }
        let worked = working::of_class(db, &class, &course, kind, now.day())?;
        let entitled: Vec<_> = worked.iter().filter_map(Worked::entitled).collect();
        if entitled.is_empty() {
            return Err(Stuck::Nobody.into());
        }
        let id = ClaimId::fresh(now);
        let lines: Vec<Line> = entitled
            .iter()
            .map(|(worked, due)| Line {
                id: ClaimLineId::fresh(now),
                claim: id.clone(),
                enrolment: worked.enrolment.clone(),
                person: worked.person.clone(),
                rule: due.rule.clone(),
                certificate: due.certificate.clone(),
                attended: worked.attended,
                held: worked.held,
                what: due.what.clone(),
                year: due.year,
                amount_fen: due.amount_fen,
            })
            .collect();
        let left_out: Vec<Refused> = worked
            .iter()
            .filter_map(|worked| Some((worked, worked.answer.as_ref().err()?)))
            .flat_map(|(worked, no)| {
                no.iter().map(|one| Refused {
                    claim: id.clone(),
                    enrolment: worked.enrolment.clone(),
                    why: one.why,
                    fact: one.fact.clone(),
                })
            })
            .collect();
        let claim = Claim {
            id,
            class: class.id.clone(),
            institution: class.institution.clone(),
            region: class.region.clone(),
            kind,
            lines: i32::try_from(lines.len()).unwrap_or(i32::MAX),
            asked_fen: lines.iter().map(|line| line.amount_fen).sum(),
            state: ClaimState::Filed,
            at: now.utc(),
            by: clerk.actor().account.clone(),
        };
        claims::add(db, &claim, &lines, &left_out).map_err(|failure| match failure {
            Failure::Taken(_) => Stuck::Claimed.into(),
            other => Error::from(other),
        })?;
        claims::step(db, &claim.id, ClaimState::Filed, None, &claim.by, now)?;
        let (many, asked) = (claim.lines.to_string(), money::yuan(claim.asked_fen));
        let facts = [
            ("class", class.id.as_str()),
            ("kind", kind.as_str()),
            ("lines", many.as_str()),
            ("asked", asked.as_str()),
        ];
        told(db, clerk.actor(), Deed::ClaimFiled, &claim, &facts, now)?;
        Ok(claim.id)
    })
}

/// A line in the ledger about a claim, under its institution.
pub(super) fn told(
    db: &mut Conn,
    actor: &Actor,
    deed: Deed,
    claim: &Claim,
    facts: &[(&str, &str)],
    now: Now,
) -> Done<()> {
    let own = Some(&claim.institution);
    Ok(ledger::enter(db, actor, deed, own, &claim.id, facts, now)?)
}

/// The claims she may see, the newest first, of one state if one is asked for.
pub fn list(
    registry: &Registry,
    reader: &TrainingReader,
    state: Option<ClaimState>,
    window: Window,
) -> Done<Slice<Listed>> {
    let scope = &reader.actor().scope;
    Ok(registry
        .store
        .read(|db| claims::list(db, scope, state, window))?)
}

/// One line, with what is cut of it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The line and whom it is for.
    pub told: Told,
    /// What is cut, in fen.
    pub cut_fen: i64,
}

impl Account {
    /// What is left to pay, in fen.
    pub fn left_fen(&self) -> i64 {
        self.told.line.amount_fen - self.cut_fen
    }
}

/// A claim with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The claim.
    pub listed: Listed,
    /// Its lines by roster.
    pub lines: Vec<Account>,
    /// What of the attendance behind them was entered late.
    pub late: LateEntries,
    /// Who is left out, and why.
    pub left_out: Vec<(Refused, String, String)>,
    /// What was cut, oldest first, and by whom.
    pub cuts: Vec<(Cut, String)>,
    /// The steps it took.
    pub steps: Vec<StepTaken>,
    /// How it was shown.
    pub publicity: Option<shown::Publicity>,
    /// What was said against it.
    pub objections: Vec<publicity::Case>,
    /// How it was paid, and who entered it.
    pub payment: Option<(Payment, String)>,
}

impl Opened {
    /// What is left to pay, in fen.
    pub fn left_fen(&self) -> i64 {
        self.listed.claim.asked_fen - self.listed.cut_fen
    }
}

/// The lines of a claim, each with what is cut of it.
pub(super) fn accounts(db: &mut Conn, id: &ClaimId) -> Done<Vec<Account>> {
    let lines = claims::lines(db, id)?;
    let keys: Vec<_> = lines.iter().map(|told| told.line.id.clone()).collect();
    let cut = cuts::by_line(db, &keys)?;
    let accounts = lines.into_iter().map(|told| Account {
        cut_fen: cut.get(&told.line.id).copied().unwrap_or_default(),
        told,
    });
    Ok(accounts.collect())
}

/// One claim she may see.
pub fn open(registry: &Registry, reader: &TrainingReader, id: &ClaimId) -> Done<Opened> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| {
        let listed = claims::of(db, scope, id)?;
        Ok(Opened {
            lines: accounts(db, id)?,
            late: LateEntries::of(db, &listed.claim.class)?,
            left_out: claims::left_out(db, id)?,
            cuts: cuts::of(db, id)?,
            steps: claims::steps(db, id)?,
            publicity: shown::of(db, id)?,
            payment: claims::payment_of(db, id)?,
            objections: publicity::cases(registry, db, id)?,
            listed,
        })
    })
}

/// What was asked, cut, paid and recovered of the claims filed from one day to another, as far as
/// she may see it.
pub fn totals(
    registry: &Registry,
    reader: &TrainingReader,
    days: (NaiveDate, NaiveDate),
) -> Done<Vec<Total>> {
    let scope = &reader.actor().scope;
    Ok(registry
        .store
        .read(|db| claims::totals::totals(db, scope, days))?)
}
