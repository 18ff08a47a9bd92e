//! 年度任务: the bureau sets and revises what each region is to do.

use crate::acts::{Done, Registry};
use crate::domain::account::{BureauOfficer, Overseer};
use crate::domain::deed::Deed;
use crate::domain::place;
use crate::domain::refusal::Refusal;
use crate::domain::target::{Goal, TargetId};
use crate::ground::clock::Now;
use crate::ground::text;
pub use crate::store::targets::Target;
use crate::store::{ledger, targets};

/// The bureau sets a target, or revises one.
pub fn set(
    registry: &Registry,
    officer: &BureauOfficer,
    goal: &Goal,
    document: &str,
    now: Now,
) -> Done<TargetId> {
    if place::find(&goal.region).is_none() || !officer.oversees(&goal.region) {
        return Err(Refusal::new("target.elsewhere").at("region").into());
    }
    let document = text::tidy(document);
    if document.is_empty() {
        return Err(Refusal::new("field.blank").at("document").into());
    }
    registry.store.write(|db| {
        let standing = targets::standing(db, goal.year, now.plus_seconds(1).utc())?
            .get(&(goal.region.clone(), goal.indicator))
            .copied();
        goal.may_be_set(standing, now.year())?;
        let target = Target {
            id: TargetId::fresh(now),
            year: goal.year,
            region: goal.region.clone(),
            indicator: goal.indicator,
            amount: goal.amount,
            document,
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        targets::add(db, &target)?;
        let amount = goal.amount.to_string();
        let before = standing.map(|n| n.to_string()).unwrap_or_default();
        let year = goal.year.to_string();
        let facts = [
            ("year", year.as_str()),
            ("region", goal.region.as_str()),
            ("indicator", goal.indicator.as_str()),
            ("amount", amount.as_str()),
            ("before", before.as_str()),
        ];
        let deed = Deed::TargetSet;
        ledger::enter(db, officer.actor(), deed, None, &target.id, &facts, now)?;
        Ok(target.id)
    })
}

/// Every entry of a year that the reader may see, newest first within each target.
pub fn of_year(registry: &Registry, reader: &Overseer, year: i32) -> Done<Vec<(Target, String)>> {
    let all = registry.store.read(|db| targets::of_year(db, year))?;
    Ok(all
        .into_iter()
        .filter(|(target, _)| reader.oversees(&target.region))
        .collect())
}
