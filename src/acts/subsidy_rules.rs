//! 补贴标准: the bureau enters and ends the lines; whoever works here reads them.

use crate::acts::{Done, Registry};
use crate::domain::account::{BureauOfficer, TrainingReader};
use crate::domain::deed::Deed;
use crate::domain::place;
use crate::domain::refusal::Refusal;
use crate::domain::subsidy::{Rule, SubsidyRuleId, may_end, may_enter};
use crate::domain::wording::{brief, said};
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::{key, money};
use crate::store::ledger;
pub use crate::store::subsidy_rules::Line;
use crate::store::subsidy_rules::{self, Ended};
use chrono::NaiveDate;

/// What the bureau enters.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// What it says.
    pub rule: Rule,
    /// The document it rests on.
    pub document: String,
}

/// A bureau officer enters a line.
pub fn enter(
    registry: &Registry,
    officer: &BureauOfficer,
    new: &NewRule,
    now: Now,
) -> Done<SubsidyRuleId> {
    let rule = &new.rule;
    if place::find(&rule.region).is_none() {
        return Err(Refusal::new("subsidy_rule.region-unknown")
            .at("region")
            .into());
    }
    if !officer.oversees(&rule.region) {
        return Err(Refusal::new("subsidy_rule.elsewhere").at("region").into());
    }
    let document = brief("document", &new.document, 200)?;
    let actor = officer.actor();
    registry.store.write(|db| {
        let lines = subsidy_rules::of_kind(db, rule.kind)?;
        let standing: Vec<Rule> = lines.into_iter().map(|line| line.rule).collect();
        may_enter(rule, &document, &standing)?;
        let line = Line {
            id: SubsidyRuleId::fresh(now),
            rule: rule.clone(),
            document,
        };
        subsidy_rules::add(db, &line, &actor.account, now)?;
        let (amount, starts) = (money::yuan(rule.amount_fen), rule.starts.to_string());
        let facts = [
            ("region", rule.region.as_str()),
            ("kind", rule.kind.as_str()),
            ("amount", amount.as_str()),
            ("starts", starts.as_str()),
            ("document", line.document.as_str()),
        ];
        ledger::enter(
            db,
            actor,
            Deed::SubsidyRuleEntered,
            None,
            &line.id,
            &facts,
            now,
        )?;
        if let Some(last) = rule.ends {
            subsidy_rules::end(db, &ended(&line.id, last, "", officer, now))?;
        }
        Ok(line.id)
    })
}

fn ended(
    rule: &SubsidyRuleId,
    ends: NaiveDate,
    reason: &str,
    officer: &BureauOfficer,
    now: Now,
) -> Ended {
    Ended {
        id: key::fresh(now),
        rule: rule.clone(),
        ends,
        reason: reason.to_owned(),
        at: now.utc(),
        by: officer.actor().account.clone(),
    }
}

/// A bureau officer gives a line its last day.
pub fn end(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &SubsidyRuleId,
    last: NaiveDate,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = said("reason", reason, 500)?;
    registry.store.write(|db| {
        let line = subsidy_rules::one(db, id)?;
        if !officer.oversees(&line.rule.region) {
            return Err(Refusal::new("subsidy_rule.elsewhere").into());
        }
        may_end(&line.rule, last)?;
        subsidy_rules::end(db, &ended(id, last, &reason, officer, now))?;
        let ends = last.to_string();
        let facts = [("ends", ends.as_str()), ("reason", reason.as_str())];
        ledger::enter(
            db,
            officer.actor(),
            Deed::SubsidyRuleEnded,
            None,
            id,
            &facts,
            now,
        )?;
        Ok(())
    })
}

/// Every line ever entered, by kind and region: for whoever teaches, oversees or audits.
pub fn list(registry: &Registry, _reader: &TrainingReader, window: Window) -> Done<Slice<Line>> {
    Ok(registry
        .store
        .read(|db| subsidy_rules::list(db, None, window))?)
}

/// One line.
pub fn show(registry: &Registry, _reader: &TrainingReader, id: &SubsidyRuleId) -> Done<Line> {
    Ok(registry.store.read(|db| subsidy_rules::one(db, id))?)
}
