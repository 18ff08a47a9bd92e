//! 补贴标准: the lines of the rules and the days they end.

use crate::domain::account::AccountId;
use crate::domain::course::TrainingKind;
use crate::domain::key_group::KeyGroup;
use crate::domain::place::RegionCode;
use crate::domain::skill_level::SkillLevel;
use crate::domain::subsidy::{Per, Rule, SubsidyKind, SubsidyRuleId};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{subsidy_rule_ends, subsidy_rules};
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::min;
use diesel::prelude::*;
use std::collections::HashMap;

/// One line as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = subsidy_rules, treat_none_as_default_value = false)]
pub struct Kept {
    /// Its key.
    pub id: SubsidyRuleId,
    /// Whose.
    pub region: RegionCode,
    /// For what.
    pub kind: SubsidyKind,
    /// For this training only.
    pub training: Option<TrainingKind>,
    /// For this level only.
    pub level: Option<SkillLevel>,
    /// For people of this group only.
    pub key_group: Option<KeyGroup>,
    /// What the amount is for.
    pub per: Per,
    /// In fen.
    pub amount_fen: i64,
    /// What it comes to at most, in fen.
    pub most_fen: Option<i64>,
    /// Fewer hours are not paid.
    pub least_hours: i32,
    /// Times a person and year.
    pub per_year: Option<i32>,
    /// Months to claim in.
    pub within_months: Option<i32>,
    /// The document it rests on.
    pub document: String,
    /// Its first day.
    pub starts: NaiveDate,
    /// When it was entered, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// That a line has a last day, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = subsidy_rule_ends)]
pub struct Ended {
    /// Its key.
    pub id: String,
    /// Which line.
    pub rule: SubsidyRuleId,
    /// Its last day.
    pub ends: NaiveDate,
    /// Why.
    pub reason: String,
    /// When it was said, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A line and its last day, if it has one.
#[derive(Clone, Debug)]
pub struct Line {
    /// The line.
    pub kept: Kept,
    /// Its last day.
    pub ends: Option<NaiveDate>,
}

impl Line {
    /// What the rules look at.
    pub fn rule(&self) -> Rule {
        let kept = &self.kept;
        Rule {
            region: kept.region.clone(),
            kind: kept.kind,
            training: kept.training,
            level: kept.level,
            group: kept.key_group.clone(),
            per: kept.per,
            amount_fen: kept.amount_fen,
            most_fen: kept.most_fen,
            least_hours: kept.least_hours,
            per_year: kept.per_year,
            within_months: kept.within_months,
            starts: kept.starts,
            ends: self.ends,
        }
    }
}

/// Enters a line.
pub fn add(db: &mut Conn, kept: &Kept) -> Found<()> {
    on!(db, c => diesel::insert_into(subsidy_rules::table).values(kept).execute(c))?;
    Ok(())
}

/// Gives a line a last day.
pub fn end(db: &mut Conn, ended: &Ended) -> Found<()> {
    on!(db, c => diesel::insert_into(subsidy_rule_ends::table).values(ended).execute(c))?;
    Ok(())
}

fn with_ends(db: &mut Conn, kept: Vec<Kept>) -> Found<Vec<Line>> {
    let ids: Vec<_> = kept.iter().map(|one| one.id.clone()).collect();
    let ends: Vec<(SubsidyRuleId, Option<NaiveDate>)> = on!(db, c => subsidy_rule_ends::table
        .filter(subsidy_rule_ends::rule.eq_any(&ids)).group_by(subsidy_rule_ends::rule)
        .select((subsidy_rule_ends::rule, min(subsidy_rule_ends::ends))).load(c))?;
    let ends: HashMap<_, _> = ends.into_iter().collect();
    Ok(kept
        .into_iter()
        .map(|kept| Line {
            ends: ends.get(&kept.id).copied().flatten(),
            kept,
        })
        .collect())
}

/// One line. The rules are no secret, so it has no owner; who may end it is the act's to decide.
pub fn one(db: &mut Conn, id: &SubsidyRuleId) -> Found<Line> {
    let kept = on!(db, c => subsidy_rules::table.find(id).select(Kept::as_select()).first(c))?;
    let found = with_ends(db, vec![kept])?.pop();
    found.ok_or(crate::store::Failure::Missing)
}

/// Every line of a kind, oldest first.
pub fn of_kind(db: &mut Conn, kind: SubsidyKind) -> Found<Vec<Line>> {
    let kept = on!(db, c => subsidy_rules::table.filter(subsidy_rules::kind.eq(kind))
        .order(subsidy_rules::id).select(Kept::as_select()).load(c))?;
    with_ends(db, kept)
}

/// The rules of a region and of what lies in it, by kind and region, the newest first.
pub fn list(db: &mut Conn, region: Option<&RegionCode>, window: Window) -> Found<Slice<Line>> {
    let region = pattern::beginning(region.map_or("", |code| code.prefix()));
    let total = on!(db, c => subsidy_rules::table
        .filter(subsidy_rules::region.like(&region).escape('\\')).count().get_result::<i64>(c))?;
    let kept = on!(db, c => subsidy_rules::table
        .filter(subsidy_rules::region.like(&region).escape('\\'))
        .order((subsidy_rules::kind.desc(), subsidy_rules::region, subsidy_rules::starts.desc(), subsidy_rules::id.desc()))
        .offset(window.offset()).limit(window.limit()).select(Kept::as_select()).load(c))?;
    Ok(Slice {
        rows: with_ends(db, kept)?,
        total,
        window,
    })
}
