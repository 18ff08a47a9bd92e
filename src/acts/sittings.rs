//! 评价批次: an assessment organisation plans a sitting and takes it from step to step.

use crate::acts::{Done, Error, Registry, outcomes, panels};
use crate::domain::account::{Acting, AssessmentClerk, SittingReader, SittingReviewer};
use crate::domain::assessment::{SittingId, SittingState};
use crate::domain::deed::Deed;
use crate::domain::entitlement::Subject;
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::occupation::{self, OccupationCode};
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::candidates::{self, Carried, Listed as Candidate};
use crate::store::ledger::Line;
use crate::store::panels::Member;
use crate::store::publicities::{self, Publicity};
use crate::store::sittings::{self, Filter, Listed, Sitting, Step};
use crate::store::{Conn, assessors::Assessor, entitlements, ledger, objections};
use chrono::{Days, NaiveDate};

/// What a clerk plans.
#[derive(Clone, Debug)]
pub struct NewSitting {
    /// 批次名称
    pub name: String,
    /// 职业
    pub occupation: OccupationCode,
    /// 工种
    pub work_type: Option<String>,
    /// 等级
    pub level: SkillLevel,
    /// 评价日期
    pub day: NaiveDate,
    /// 考点
    pub place: String,
}

/// A sitting as pages show it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The sitting.
    pub sitting: Sitting,
    /// The name of its institution.
    pub institution: String,
    /// The steps it took.
    pub steps: Vec<Step>,
    /// Its candidates by seat.
    pub candidates: Vec<Candidate>,
    /// The parts they bring along.
    pub carried: Vec<Carried>,
    /// Its panel, part by part.
    pub panel: Vec<(Member, Assessor)>,
    /// Which of its panel have signed, and for how many parts there is to sign.
    pub signed: (usize, usize),
    /// When its results are shown.
    pub publicity: Option<Publicity>,
    /// Objections not settled.
    pub unsettled: i64,
    /// What was done, oldest first.
    pub deeds: Vec<Line>,
}

/// A clerk plans a sitting: in scope on its day, and not for a day gone by.
pub fn plan(
    registry: &Registry,
    clerk: &AssessmentClerk,
    new: NewSitting,
    now: Now,
) -> Done<SittingId> {
    let actor = clerk.actor();
    let sitting = Sitting {
        id: SittingId::fresh(now),
        institution: clerk.institution().clone(),
        name: text::tidy(&new.name),
        occupation: new.occupation,
        work_type: new
            .work_type
            .map(|work_type| text::tidy(&work_type))
            .filter(|work_type| !work_type.is_empty()),
        level: new.level,
        day: new.day,
        place: text::tidy(&new.place),
        state: SittingState::Planned,
        planned_at: now.utc(),
        planned_by: actor.account.clone(),
    };
    let refusals = faults(&sitting, now.day());
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    registry.store.write(|db| {
        in_scope(db, &sitting)?;
        sittings::add(db, &sitting, now)?;
        let day = sitting.day.to_string();
        let facts = [
            ("occupation", sitting.occupation.as_str()),
            ("level", sitting.level.as_str()),
            ("day", &day),
        ];
        enter(db, clerk, Deed::SittingPlanned, &sitting, &facts, now)?;
        Ok(sitting.id)
    })
}

/// Whoever may read a sitting: wholly, or but for what it came to.
pub trait Reads: Acting {}
impl Reads for SittingReader {}
impl Reads for SittingReviewer {}

/// The nouns whose lines are told under a sitting's key.
const NOUNS: &[&str] = &[
    "sitting",
    "panel",
    "candidate",
    "mark",
    "publicity",
    "objection",
];

/// Planning further ahead than this is a slip of the pen.
const AHEAD: Days = Days::new(730);

fn faults(sitting: &Sitting, today: NaiveDate) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (field, value) in [("name", &sitting.name), ("place", &sitting.place)] {
        if value.is_empty() {
            faults.push(Refusal::new("field.blank").at(field));
        } else if value.chars().count() > 80 {
            faults.push(Refusal::new("field.too-long").at(field).with(80));
        }
    }
    let known = occupation::find(&sitting.occupation);
    if let (Some(known), Some(work_type)) = (known, &sitting.work_type)
        && !known.has_work_type(work_type)
    {
        faults.push(
            Refusal::new("sitting.work-type-unknown")
                .at("work_type")
                .with(work_type)
                .with(&known.name),
        );
    }
    if sitting.day < today {
        faults.push(Refusal::new("sitting.day-past").at("day").with(sitting.day));
    } else if today
        .checked_add_days(AHEAD)
        .is_some_and(|last| sitting.day > last)
    {
        faults.push(Refusal::new("sitting.day-far").at("day").with(sitting.day));
    }
    faults
}

/// Whether the institution may assess this trade and level on the sitting's day: filed for that
/// day, and not suspended.
fn in_scope(db: &mut Conn, sitting: &Sitting) -> Done<()> {
    let papers = entitlements::papers(db, &sitting.institution)?;
    let subject = Subject::Occupation(sitting.occupation.clone());
    papers
        .in_scope_on(
            sitting.day,
            InstitutionRole::Assess,
            &subject,
            Some(sitting.level),
        )
        .map_err(|why| {
            let refusal = crate::domain::refusal::Reason::refusal(why);
            Error::from(refusal.at("occupation"))
        })
}

/// Enters a line about a sitting.
pub(super) fn enter(
    db: &mut Conn,
    who: &impl Acting,
    deed: Deed,
    sitting: &Sitting,
    facts: &[(&str, &str)],
    now: Now,
) -> Done<()> {
    let own = Some(&sitting.institution);
    ledger::enter(db, who.actor(), deed, own, &sitting.id, facts, now)?;
    Ok(())
}

/// A clerk's own sitting.
pub(super) fn own(db: &mut Conn, institution: &InstitutionId, id: &SittingId) -> Done<Sitting> {
    let scope = crate::domain::account::Scope::Institution(institution.clone());
    Ok(sittings::of(db, &scope, id)?.0)
}

/// A clerk cancels a sitting that has not begun, and says why.
pub fn cancel(
    registry: &Registry,
    clerk: &AssessmentClerk,
    id: &SittingId,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = text::tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::new("field.blank").at("reason").into());
    }
    registry.store.write(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        sitting.state.may(SittingState::Cancelled)?;
        let by = &clerk.actor().account;
        sittings::advance(
            db,
            &sitting,
            SittingState::Cancelled,
            Some(&reason),
            by,
            now,
        )?;
        enter(
            db,
            clerk,
            Deed::SittingCancelled,
            &sitting,
            &[("reason", &reason)],
            now,
        )
    })
}

/// A clerk opens the marking: on the day, with candidates, and a panel that is right for them.
pub fn begin(registry: &Registry, clerk: &AssessmentClerk, id: &SittingId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        sitting.state.may(SittingState::Marking)?;
        if now.day() < sitting.day {
            return Err(Refusal::new("sitting.early").with(sitting.day).into());
        }
        in_scope(db, &sitting)?;
        if candidates::count(db, id)? == 0 {
            return Err(Refusal::new("sitting.no-candidates").into());
        }
        panels::fit(db, &sitting)?;
        let by = &clerk.actor().account;
        sittings::advance(db, &sitting, SittingState::Marking, None, by, now)?;
        enter(db, clerk, Deed::SittingBegun, &sitting, &[], now)
    })
}

/// The sittings a reader may see, the latest day first.
pub fn list(
    registry: &Registry,
    reader: &SittingReader,
    filter: &Filter,
    window: Window,
) -> Done<Slice<Listed>> {
    let scope = &reader.actor().scope;
    Ok(registry
        .store
        .read(|db| sittings::all(db, scope, filter, window))?)
}

/// One sitting with all that belongs to it.
pub fn show(registry: &Registry, reader: &impl Reads, id: &SittingId) -> Done<Shown> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| {
        let (sitting, institution) = sittings::of(db, scope, id)?;
        let candidates = candidates::of(db, id)?;
        let panel = crate::store::panels::of(db, id)?;
        let signatures = crate::store::marks::signatures_of(db, id)?.len();
        let to_sign = outcomes::to_sign(&panel, &candidates).len();
        Ok(Shown {
            steps: sittings::steps_of(db, id)?,
            carried: candidates::carried_into(db, id)?,
            publicity: publicities::of(db, id)?,
            unsettled: objections::unsettled(db, id)?,
            deeds: ledger::of_nouns(db, NOUNS, id.as_str())?,
            signed: (signatures, to_sign),
            sitting,
            institution,
            candidates,
            panel,
        })
    })
}

/// A sitting of one's own institution.
pub fn of(registry: &Registry, institution: &InstitutionId, id: &SittingId) -> Done<Sitting> {
    registry.store.read(|db| own(db, institution, id))
}
