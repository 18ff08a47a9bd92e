//! 资质: filed lines of scope, the changes of their ends, suspensions; all of them stay.

use crate::domain::account::{AccountId, Scope};
use crate::domain::course::StartupCourse;
use crate::domain::entitlement::{
    Change, ChangeId, ChangeKind, Entitlement, EntitlementId, OutOfScope, Subject, Suspension,
    SuspensionId, in_scope_on, in_scope_throughout,
};
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::occupation::OccupationCode;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::beijing;
use crate::on;
use crate::schema::{entitlement_changes, entitlements, institutions, reinstatements, suspensions};
use crate::store::pattern::Reach;
use crate::store::{Conn, Failure, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::HashMap;

/// A filed line as it is kept.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The line.
    pub entitlement: Entitlement,
    /// When it was filed, in UTC.
    pub filed_at: NaiveDateTime,
    /// By whom.
    pub filed_by: AccountId,
}

/// A change of a line's end as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = entitlement_changes)]
pub struct Changed {
    /// Its key.
    pub id: ChangeId,
    /// Which line.
    pub entitlement: EntitlementId,
    /// What it did.
    pub kind: ChangeKind,
    /// The new last day.
    pub ends: NaiveDate,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

impl Changed {
    /// What the rules look at.
    pub fn change(&self) -> Change {
        Change {
            entitlement: self.entitlement.clone(),
            ends: self.ends,
            made_on: beijing(self.at).date_naive(),
        }
    }
}

/// A suspension as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = suspensions)]
pub struct Suspended {
    /// Its key.
    pub id: SuspensionId,
    /// Whose.
    pub institution: InstitutionId,
    /// The first day.
    pub starts: NaiveDate,
    /// Why.
    pub reason: String,
    /// When it was decided, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A reinstatement as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = reinstatements)]
pub struct Reinstated {
    /// Which suspension it lifts.
    pub suspension: SuspensionId,
    /// The first day the institution may act again.
    pub ends: NaiveDate,
    /// Why.
    pub reason: String,
    /// When it was decided, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = entitlements, treat_none_as_default_value = false)]
struct Row {
    id: EntitlementId,
    institution: InstitutionId,
    role: InstitutionRole,
    occupation: Option<OccupationCode>,
    startup: Option<StartupCourse>,
    level: Option<SkillLevel>,
    starts: NaiveDate,
    ends: NaiveDate,
    document: String,
    filed_at: NaiveDateTime,
    filed_by: AccountId,
}

impl TryFrom<Row> for Filed {
    type Error = Failure;

    fn try_from(row: Row) -> Found<Self> {
        let subject = Subject::of(row.occupation, row.startup).ok_or_else(|| {
            Failure::Broken(diesel::result::Error::DeserializationError(
                format!(
                    "entitlement {} is about nothing, or about two things",
                    row.id
                )
                .into(),
            ))
        })?;
        Ok(Self {
            entitlement: Entitlement {
                id: row.id,
                institution: row.institution,
                role: row.role,
                subject,
                level: row.level,
                starts: row.starts,
                ends: row.ends,
                document: row.document,
            },
            filed_at: row.filed_at,
            filed_by: row.filed_by,
        })
    }
}

impl From<&Filed> for Row {
    fn from(filed: &Filed) -> Self {
        let line = filed.entitlement.clone();
        Self {
            id: line.id,
            institution: line.institution,
            role: line.role,
            occupation: line.subject.occupation().cloned(),
            startup: line.subject.startup(),
            level: line.level,
            starts: line.starts,
            ends: line.ends,
            document: line.document,
            filed_at: filed.filed_at,
            filed_by: filed.filed_by.clone(),
        }
    }
}

/// 备案档案: everything ever filed, changed and suspended of one institution.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    /// The lines, in the order they were filed.
    pub filed: Vec<Filed>,
    /// The changes, in the order they were made.
    pub changed: Vec<Changed>,
    /// The suspensions in order, each with what lifted it.
    pub suspended: Vec<(Suspended, Option<Reinstated>)>,
}

impl Papers {
    /// Was it in scope that day?
    pub fn in_scope_on(
        &self,
        day: NaiveDate,
        role: InstitutionRole,
        subject: &Subject,
        level: Option<SkillLevel>,
    ) -> Result<(), OutOfScope> {
        let (lines, changes, suspensions) = self.facts();
        in_scope_on(day, role, subject, level, &lines, &changes, &suspensions)
    }

    /// Was it in scope on every day from the first to the last?
    pub fn in_scope_throughout(
        &self,
        first: NaiveDate,
        last: NaiveDate,
        role: InstitutionRole,
        subject: &Subject,
        level: Option<SkillLevel>,
    ) -> Result<(), OutOfScope> {
        let (lines, changes, suspensions) = self.facts();
        in_scope_throughout(
            first,
            last,
            role,
            subject,
            level,
            &lines,
            &changes,
            &suspensions,
        )
    }

    /// The suspension that bites on a day, if one does.
    pub fn suspended_on(&self, day: NaiveDate) -> Option<&Suspended> {
        self.suspended
            .iter()
            .find(|(suspended, lifted)| suspension(suspended, lifted.as_ref()).holds_on(day))
            .map(|(suspended, _)| suspended)
    }

    /// The changes of all lines, as the rules look at them.
    pub fn changes(&self) -> Vec<Change> {
        self.changed.iter().map(Changed::change).collect()
    }

    fn facts(&self) -> (Vec<Entitlement>, Vec<Change>, Vec<Suspension>) {
        (
            self.filed
                .iter()
                .map(|filed| filed.entitlement.clone())
                .collect(),
            self.changes(),
            self.suspended
                .iter()
                .map(|(suspended, lifted)| suspension(suspended, lifted.as_ref()))
                .collect(),
        )
    }
}

fn suspension(suspended: &Suspended, lifted: Option<&Reinstated>) -> Suspension {
    Suspension {
        institution: suspended.institution.clone(),
        starts: suspended.starts,
        lifted: lifted.map(|lifted| lifted.ends),
    }
}

/// Everything filed of an institution. The caller has decided already whose it is.
pub fn papers(db: &mut Conn, institution: &InstitutionId) -> Found<Papers> {
    let mut all = papers_of_all(db, std::slice::from_ref(institution))?;
    Ok(all.remove(institution).unwrap_or_default())
}

/// Everything filed of several institutions, in three questions: for lists.
pub fn papers_of_all(
    db: &mut Conn,
    institutions: &[InstitutionId],
) -> Found<HashMap<InstitutionId, Papers>> {
    let filed: Vec<Row> = on!(db, c => entitlements::table
        .filter(entitlements::institution.eq_any(institutions))
        .order((entitlements::filed_at, entitlements::id)).select(Row::as_select()).load(c))?;
    let changed: Vec<(InstitutionId, Changed)> = on!(db, c => entitlement_changes::table
        .inner_join(entitlements::table)
        .filter(entitlements::institution.eq_any(institutions))
        .order((entitlement_changes::at, entitlement_changes::id))
        .select((entitlements::institution, Changed::as_select())).load(c))?;
    let suspended: Vec<(Suspended, Option<Reinstated>)> = on!(db, c => suspensions::table
        .left_join(reinstatements::table)
        .filter(suspensions::institution.eq_any(institutions))
        .order((suspensions::starts, suspensions::id))
        .select((Suspended::as_select(), Option::<Reinstated>::as_select())).load(c))?;
    let mut all: HashMap<InstitutionId, Papers> = HashMap::new();
    for row in filed {
        let papers = all.entry(row.institution.clone()).or_default();
        papers.filed.push(row.try_into()?);
    }
    for (institution, change) in changed {
        all.entry(institution).or_default().changed.push(change);
    }
    for (suspended, lifted) in suspended {
        let papers = all.entry(suspended.institution.clone()).or_default();
        papers.suspended.push((suspended, lifted));
    }
    Ok(all)
}

/// One filed line of an institution within a scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &EntitlementId) -> Found<Filed> {
    let reach = Reach::of(scope);
    let row: Row = on!(db, c => entitlements::table.inner_join(institutions::table)
        .filter(entitlements::id.eq(id))
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select(Row::as_select()).first(c))?;
    row.try_into()
}

/// One suspension of an institution within a scope, and what lifted it.
pub fn suspension_of(
    db: &mut Conn,
    scope: &Scope,
    id: &SuspensionId,
) -> Found<(Suspended, Option<Reinstated>)> {
    let reach = Reach::of(scope);
    Ok(
        on!(db, c => suspensions::table.inner_join(institutions::table)
        .left_join(reinstatements::table)
        .filter(suspensions::id.eq(id))
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((Suspended::as_select(), Option::<Reinstated>::as_select())).first(c))?,
    )
}

/// Files a line.
pub fn add(db: &mut Conn, filed: &Filed) -> Found<()> {
    on!(db, c => diesel::insert_into(entitlements::table).values(Row::from(filed)).execute(c))?;
    Ok(())
}

/// Adds a change of a line.
pub fn change(db: &mut Conn, changed: &Changed) -> Found<()> {
    on!(db, c => diesel::insert_into(entitlement_changes::table).values(changed).execute(c))?;
    Ok(())
}

/// Suspends an institution.
pub fn suspend(db: &mut Conn, suspended: &Suspended) -> Found<()> {
    on!(db, c => diesel::insert_into(suspensions::table).values(suspended).execute(c))?;
    Ok(())
}

/// Reinstates an institution; a suspension lifted already answers `Taken`.
pub fn reinstate(db: &mut Conn, reinstated: &Reinstated) -> Found<()> {
    on!(db, c => diesel::insert_into(reinstatements::table).values(reinstated).execute(c))?;
    Ok(())
}
