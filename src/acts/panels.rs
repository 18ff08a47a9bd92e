//! 考评组: who judges a sitting; the rules are asked when it is appointed and again when it begins.

use crate::acts::sittings::{enter, own};
use crate::acts::{Done, Registry, outcomes};
use crate::domain::account::AssessmentClerk;
use crate::domain::assessment::{Part, SittingId};
use crate::domain::assessor::AssessorId;
use crate::domain::deed::Deed;
use crate::domain::panel::{self, Seat, Task, Unfit, Warning};
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::clock::Now;
use crate::store::assessors::Assessor;
use crate::store::panels::{self, Member};
use crate::store::sittings::Sitting;
use crate::store::{Conn, assessors, candidates};
use std::collections::HashMap;

/// One place on a panel, as a clerk fills it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Who.
    pub assessor: AssessorId,
    /// For which part.
    pub part: Part,
    /// 组长
    pub head: bool,
}

/// A clerk appoints the panel of a sitting in place of whatever there was. What stands in the way
/// is refused, all of it at once; what should only be looked at is given back.
pub fn appoint(
    registry: &Registry,
    clerk: &AssessmentClerk,
    id: &SittingId,
    appointments: &[Appointment],
    now: Now,
) -> Done<Vec<Warning>> {
    registry.store.write(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        sitting.state.is_open_for_changes()?;
        let members: Vec<Member> = appointments
            .iter()
            .map(|appointment| Member {
                sitting: id.clone(),
                assessor: appointment.assessor.clone(),
                part: appointment.part,
                head: appointment.head,
            })
            .collect();
        let unknown = |part: &Part| !sitting.level.parts().contains(part);
        if members.iter().any(|member| unknown(&member.part)) {
            return Err(Refusal::new("panel.part-unknown").at("panel").into());
        }
        let (faults, warnings) = judge(db, &sitting, &members)?;
        if !faults.is_empty() {
            return Err(faults.into());
        }
        panels::appoint(db, id, &members)?;
        let n = members.len().to_string();
        enter(
            db,
            clerk,
            Deed::PanelAppointed,
            &sitting,
            &[("members", &n)],
            now,
        )?;
        Ok(warnings)
    })
}

/// Whether the panel a sitting has may judge the candidates it has.
pub(super) fn fit(db: &mut Conn, sitting: &Sitting) -> Done<()> {
    let members: Vec<Member> = panels::of(db, &sitting.id)?
        .into_iter()
        .map(|(member, _)| member)
        .collect();
    let (faults, _) = judge(db, sitting, &members)?;
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.into())
    }
}

/// What should be looked at in the panel a sitting has.
pub fn warnings(registry: &Registry, sitting: &Sitting) -> Done<Vec<Warning>> {
    registry.store.read(|db| {
        let members: Vec<Member> = panels::of(db, &sitting.id)?
            .into_iter()
            .map(|(member, _)| member)
            .collect();
        Ok(judge(db, sitting, &members)?.1)
    })
}

pub(super) fn judge(
    db: &mut Conn,
    sitting: &Sitting,
    members: &[Member],
) -> Done<(Vec<Refusal>, Vec<Warning>)> {
    let seats = seats(db, sitting, members)?;
    let entered = entered(db, sitting)?;
    let task = Task {
        occupation: &sitting.occupation,
        level: sitting.level,
        day: sitting.day,
        candidates: &entered,
    };
    let mut faults: Vec<Unfit> = panel::faults(&task, &seats);
    let heads: Vec<&AssessorId> = members
        .iter()
        .filter(|member| member.head)
        .map(|member| &member.assessor)
        .collect();
    faults.extend(panel::one_head(&heads).err());
    let faults = faults.into_iter().map(Reason::refusal).collect();
    Ok((faults, panel::warnings(&task, &seats)))
}

/// How many candidates are entered for each part. Before there are any, a panel is judged as if
/// everybody sat everything, so that it need not be appointed twice.
fn entered(db: &mut Conn, sitting: &Sitting) -> Done<Vec<(Part, usize)>> {
    let listed = candidates::of(db, &sitting.id)?;
    let count = |part: Part| {
        if listed.is_empty() {
            1
        } else {
            outcomes::sitters(&listed, part).count()
        }
    };
    Ok(sitting
        .level
        .parts()
        .iter()
        .map(|part| (*part, count(*part)))
        .collect())
}

fn seats(db: &mut Conn, sitting: &Sitting, members: &[Member]) -> Done<Vec<Seat>> {
    let ids: Vec<AssessorId> = members
        .iter()
        .map(|member| member.assessor.clone())
        .collect();
    let known: HashMap<_, _> = assessors::these(db, &ids)?
        .into_iter()
        .map(|assessor| (assessor.id.clone(), assessor))
        .collect();
    let mut trades = assessors::trades_of(db, &ids)?;
    let elsewhere: HashMap<_, _> = panels::engaged(db, &ids, sitting.day, &sitting.id)?
        .into_iter()
        .filter(|(_, place)| *place != sitting.place)
        .collect();
    let teachers = panels::teachers_of_candidates(db, &sitting.id)?;
    let units = panels::units_of_candidates(db, &sitting.id)?;
    let mut seats = Vec::with_capacity(members.len());
    for member in members {
        let assessor = known
            .get(&member.assessor)
            .ok_or_else(|| Refusal::new("panel.assessor-unknown").at("panel"))?;
        // The same person may sit for two parts: her trades are asked for twice.
        let own = trades.entry(assessor.id.clone()).or_default().clone();
        seats.push(Seat {
            assessor: assessor.id.clone(),
            name: assessor.name.clone(),
            part: member.part,
            card: assessor.as_card(own),
            teaches_candidates: teachers.contains(&assessor.person),
            same_unit: units.contains(&assessor.employer),
            elsewhere: elsewhere.get(&assessor.id).cloned(),
        });
    }
    Ok(seats)
}

/// Whom a clerk may choose among: assessors whose cards name the trade and are in date that day,
/// of a grade that reaches the level; and the panel as it stands.
#[derive(Clone, Debug)]
pub struct Choices {
    /// The sitting.
    pub sitting: Sitting,
    /// The assessors, by name.
    pub assessors: Vec<Assessor>,
    /// The panel as it stands.
    pub members: Vec<Member>,
}

/// Whom a clerk may choose among for a sitting that has not begun.
pub fn choices(registry: &Registry, clerk: &AssessmentClerk, id: &SittingId) -> Done<Choices> {
    registry.store.read(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        sitting.state.is_open_for_changes()?;
        let mut assessors = assessors::for_trade(db, &sitting.occupation, sitting.day)?;
        assessors.retain(|assessor| assessor.grade.judges(sitting.level));
        let members = panels::of(db, id)?
            .into_iter()
            .map(|(member, _)| member)
            .collect();
        Ok(Choices {
            sitting,
            assessors,
            members,
        })
    })
}
