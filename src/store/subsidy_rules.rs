//! 补贴标准: the lines of the rules and the days they end.

use crate::domain::account::AccountId;
use crate::domain::course::TrainingKind;
use crate::domain::key_group::KeyGroup;
use crate::domain::place::RegionCode;
use crate::domain::skill_level::SkillLevel;
use crate::domain::subsidy::{Per, Rule, SubsidyKind, SubsidyRuleId};
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{subsidy_rule_ends, subsidy_rules};
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::min;
use diesel::prelude::*;
use std::collections::HashMap;

/// A line as it is kept; its last day is kept beside it.
#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = subsidy_rules, treat_none_as_default_value = false)]
struct Row {
    id: SubsidyRuleId,
    region: RegionCode,
    kind: SubsidyKind,
    training: Option<TrainingKind>,
    level: Option<SkillLevel>,
    key_group: Option<KeyGroup>,
    per: Per,
    amount_fen: i64,
    most_fen: Option<i64>,
    least_hours: i32,
    per_year: Option<i32>,
    within_months: Option<i32>,
    document: String,
    starts: NaiveDate,
    at: NaiveDateTime,
    by: AccountId,
}

impl Row {
    fn of(line: &Line, by: &AccountId, now: Now) -> Self {
        let rule = &line.rule;
        Self {
            id: line.id.clone(),
            region: rule.region.clone(),
            kind: rule.kind,
            training: rule.training,
            level: rule.level,
            key_group: rule.group.clone(),
            per: rule.per,
            amount_fen: rule.amount_fen,
            most_fen: rule.most_fen,
            least_hours: rule.least_hours,
            per_year: rule.per_year,
            within_months: rule.within_months,
            document: line.document.clone(),
            starts: rule.starts,
            at: now.utc(),
            by: by.clone(),
        }
    }

    fn line(self, ends: Option<NaiveDate>) -> Line {
        Line {
            id: self.id,
            rule: Rule {
                region: self.region,
                kind: self.kind,
                training: self.training,
                level: self.level,
                group: self.key_group,
                per: self.per,
                amount_fen: self.amount_fen,
                most_fen: self.most_fen,
                least_hours: self.least_hours,
                per_year: self.per_year,
                within_months: self.within_months,
                starts: self.starts,
                ends,
            },
            document: self.document,
        }
    }
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

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its key.
    pub id: SubsidyRuleId,
    /// What it says.
    pub rule: Rule,
    /// The document it rests on.
    pub document: String,
}

/// Enters a line. Its last day is not kept by this: [`end`] does.
pub fn add(db: &mut Conn, line: &Line, by: &AccountId, now: Now) -> Found<()> {
    let row = Row::of(line, by, now);
    on!(db, c => diesel::insert_into(subsidy_rules::table).values(&row).execute(c))?;
    Ok(())
}

/// Gives a line a last day.
pub fn end(db: &mut Conn, ended: &Ended) -> Found<()> {
    on!(db, c => diesel::insert_into(subsidy_rule_ends::table).values(ended).execute(c))?;
    Ok(())
}

fn with_ends(db: &mut Conn, rows: Vec<Row>) -> Found<Vec<Line>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
    let ends: Vec<(SubsidyRuleId, Option<NaiveDate>)> = on!(db, c => subsidy_rule_ends::table
        .filter(subsidy_rule_ends::rule.eq_any(&ids)).group_by(subsidy_rule_ends::rule)
        .select((subsidy_rule_ends::rule, min(subsidy_rule_ends::ends))).load(c))?;
    let ends: HashMap<_, _> = ends.into_iter().collect();
    let lines = rows.into_iter().map(|row| {
        let ends = ends.get(&row.id).copied().flatten();
        row.line(ends)
    });
    Ok(lines.collect())
}

/// One line. The rules are no secret, so it has no owner; who may end it is the act's to decide.
pub fn one(db: &mut Conn, id: &SubsidyRuleId) -> Found<Line> {
    let row = on!(db, c => subsidy_rules::table.find(id).select(Row::as_select()).first(c))?;
    let found = with_ends(db, vec![row])?.pop();
    found.ok_or(crate::store::Failure::Missing)
}

/// Every line of a kind, oldest first.
pub fn of_kind(db: &mut Conn, kind: SubsidyKind) -> Found<Vec<Line>> {
    let rows = on!(db, c => subsidy_rules::table.filter(subsidy_rules::kind.eq(kind))
        .order(subsidy_rules::id).select(Row::as_select()).load(c))?;
    with_ends(db, rows)
}

/// The rules of a region and of what lies in it, by kind and region, the newest first.
pub fn list(db: &mut Conn, region: Option<&RegionCode>, window: Window) -> Found<Slice<Line>> {
    let region = pattern::beginning(region.map_or("", |code| code.prefix()));
    let total = on!(db, c => subsidy_rules::table
        .filter(subsidy_rules::region.like(&region).escape('\\')).count().get_result::<i64>(c))?;
    let rows = on!(db, c => subsidy_rules::table
        .filter(subsidy_rules::region.like(&region).escape('\\'))
        .order((subsidy_rules::kind.desc(), subsidy_rules::region, subsidy_rules::starts.desc(), subsidy_rules::id.desc()))
        .offset(window.offset()).limit(window.limit()).select(Row::as_select()).load(c))?;
    Ok(Slice {
        rows: with_ends(db, rows)?,
        total,
        window,
    })
}
