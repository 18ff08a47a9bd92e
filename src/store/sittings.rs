//! 评价批次: sittings and the steps they went through.

use crate::domain::account::{AccountId, Scope};
use crate::domain::assessment::{SittingId, SittingState};
use crate::domain::institution::InstitutionId;
use crate::domain::occupation::OccupationCode;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{accounts, candidates, institutions, panel_members, sitting_steps, sittings};
use crate::store::pattern::{self, lower};
use crate::store::{Conn, Failure, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::HashMap;

/// A sitting as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = sittings, treat_none_as_default_value = false)]
pub struct Sitting {
    /// Its key.
    pub id: SittingId,
    /// 评价机构
    pub institution: InstitutionId,
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
    /// How far it is; mirrors its last step.
    pub state: SittingState,
    /// When it was planned, in UTC.
    pub planned_at: NaiveDateTime,
    /// By whom.
    pub planned_by: AccountId,
}

/// One step of a sitting, with the name of whoever took it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it became.
    pub step: SittingState,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: String,
}

/// What a list of sittings is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// How far they are.
    pub state: Option<SittingState>,
    /// A part of the name.
    pub text: Option<String>,
    /// Their trade.
    pub occupation: Option<OccupationCode>,
}

/// One line of a list of sittings.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The sitting.
    pub sitting: Sitting,
    /// The name of its institution.
    pub institution: String,
    /// How many candidates it has.
    pub candidates: i64,
}

/// Plans a sitting: its row and its first step.
pub fn add(db: &mut Conn, sitting: &Sitting, now: Now) -> Found<()> {
    on!(db, c => diesel::insert_into(sittings::table).values(sitting).execute(c))?;
    add_step(
        db,
        &sitting.id,
        sitting.state,
        None,
        &sitting.planned_by,
        now,
    )
}

fn add_step(
    db: &mut Conn,
    sitting: &SittingId,
    step: SittingState,
    reason: Option<&str>,
    by: &AccountId,
    now: Now,
) -> Found<()> {
    let id = crate::ground::key::fresh(now);
    on!(db, c => diesel::insert_into(sitting_steps::table).values((
        sitting_steps::id.eq(&id), sitting_steps::sitting.eq(sitting), sitting_steps::step.eq(step),
        sitting_steps::reason.eq(reason), sitting_steps::at.eq(now.utc()), sitting_steps::by.eq(by),
    )).execute(c))?;
    Ok(())
}

/// Takes a sitting one step on; `Missing` when it no longer stands where it was seen.
pub fn advance(
    db: &mut Conn,
    sitting: &Sitting,
    to: SittingState,
    reason: Option<&str>,
    by: &AccountId,
    now: Now,
) -> Found<()> {
    let moved = on!(db, c => diesel::update(sittings::table.find(&sitting.id).filter(sittings::state.eq(sitting.state)))
        .set(sittings::state.eq(to)).execute(c))?;
    if moved != 1 {
        return Err(Failure::Missing);
    }
    add_step(db, &sitting.id, to, reason, by, now)
}

/// The steps of a sitting, first to last.
pub fn steps_of(db: &mut Conn, sitting: &SittingId) -> Found<Vec<Step>> {
    let rows: Vec<(SittingState, Option<String>, NaiveDateTime, String)> = on!(db, c => sitting_steps::table
        .inner_join(accounts::table.on(accounts::id.eq(sitting_steps::by)))
        .filter(sitting_steps::sitting.eq(sitting))
        .order((sitting_steps::at, sitting_steps::id))
        .select((sitting_steps::step, sitting_steps::reason, sitting_steps::at, accounts::name)).load(c))?;
    let mut rows = rows;
    // Two steps within one microsecond stand in the order a sitting goes.
    rows.sort_by_key(|(step, _, at, _)| (*at, *step));
    Ok(rows
        .into_iter()
        .map(|(step, reason, at, by)| Step {
            step,
            reason,
            at,
            by,
        })
        .collect())
}

/// Sittings within a scope: an institution's own, those of institutions seated in a region, those
/// an assessor sits on the panel of.
macro_rules! within {
    ($scope:expr) => {{
        let mut rows = sittings::table.inner_join(institutions::table).into_boxed();
        match $scope {
            Scope::All => {}
            Scope::Region(region) | Scope::Village(region, _) => {
                rows = rows.filter(
                    institutions::region
                        .like(pattern::beginning(region.prefix()))
                        .escape('\\'),
                );
            }
            Scope::Institution(id) => rows = rows.filter(sittings::institution.eq(id.clone())),
            Scope::Assessor(id) => {
                rows = rows.filter(
                    sittings::id.eq_any(
                        panel_members::table
                            .filter(panel_members::assessor.eq(id.clone()))
                            .select(panel_members::sitting),
                    ),
                );
            }
        }
        rows
    }};
}

/// One sitting within a scope, and its institution's name.
pub fn of(db: &mut Conn, scope: &Scope, id: &SittingId) -> Found<(Sitting, String)> {
    Ok(on!(db, c => within!(scope).filter(sittings::id.eq(id))
        .select((Sitting::as_select(), institutions::name)).first(c))?)
}

/// One sitting whosever it is: for the public page, which shows only what may be published.
pub fn public(db: &mut Conn, id: &SittingId) -> Found<(Sitting, String)> {
    of(db, &Scope::All, id)
}

/// Sittings within a scope, the latest day first.
pub fn all(db: &mut Conn, scope: &Scope, filter: &Filter, window: Window) -> Found<Slice<Listed>> {
    macro_rules! narrowed {
        () => {{
            let mut rows = within!(scope);
            if let Some(state) = filter.state {
                rows = rows.filter(sittings::state.eq(state));
            }
            if let Some(text) = &filter.text {
                rows = rows.filter(
                    lower(sittings::name)
                        .like(pattern::holding(text))
                        .escape('\\'),
                );
            }
            if let Some(trade) = &filter.occupation {
                rows = rows.filter(sittings::occupation.eq(trade.clone()));
            }
            rows
        }};
    }
    let total = on!(db, c => narrowed!().count().get_result::<i64>(c))?;
    let rows: Vec<(Sitting, String)> = on!(db, c => narrowed!()
        .order((sittings::day.desc(), sittings::id.desc()))
        .offset(window.offset()).limit(window.limit())
        .select((Sitting::as_select(), institutions::name)).load(c))?;
    let ids: Vec<_> = rows.iter().map(|(sitting, _)| sitting.id.clone()).collect();
    let counts = candidate_counts(db, &ids)?;
    let rows = rows
        .into_iter()
        .map(|(sitting, institution)| Listed {
            candidates: counts.get(&sitting.id).copied().unwrap_or(0),
            sitting,
            institution,
        })
        .collect();
    Ok(Slice {
        rows,
        total,
        window,
    })
}

fn candidate_counts(db: &mut Conn, ids: &[SittingId]) -> Found<HashMap<SittingId, i64>> {
    let rows: Vec<(SittingId, i64)> = on!(db, c => candidates::table
        .filter(candidates::sitting.eq_any(ids))
        .group_by(candidates::sitting)
        .select((candidates::sitting, diesel::dsl::count_star())).load(c))?;
    Ok(rows.into_iter().collect())
}
