//! 用人单位: who asked for a token, how that stands, and what of it was used today.

use crate::domain::account::AccountId;
use crate::domain::employer::{EmployerId, EmployerState};
use crate::domain::uscc::Uscc;
use crate::on;
use crate::schema::employers;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// An employer as she is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = employers, treat_none_as_default_value = false)]
pub struct Employer {
    /// Her key.
    pub id: EmployerId,
    /// The hash of what she comes back with.
    pub claim: String,
    /// 单位名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 联系方式, sealed.
    pub contact: Vec<u8>,
    /// How it stands.
    pub state: EmployerState,
    /// When she asked, in UTC.
    pub asked_at: NaiveDateTime,
    /// When that was last decided, in UTC.
    pub decided_at: Option<NaiveDateTime>,
    /// By whom.
    pub decided_by: Option<AccountId>,
    /// The hash of her token, once it was collected.
    pub token: Option<Vec<u8>>,
    /// The day her use is counted for, in days since 1970, in Beijing.
    pub day: i32,
    /// Wrong lines she brought that day.
    pub used: i32,
}

/// Keeps who asked.
pub fn add(db: &mut Conn, employer: &Employer) -> Found<()> {
    on!(db, c => diesel::insert_into(employers::table).values(employer).execute(c))?;
    Ok(())
}

/// How many of these with one code still wait.
pub fn waiting_of(db: &mut Conn, uscc: &Uscc) -> Found<i64> {
    Ok(
        on!(db, c => employers::table.filter(employers::uscc.eq(uscc))
        .filter(employers::state.eq(EmployerState::Asked)).count().get_result(c))?,
    )
}

/// One by her key.
pub fn of(db: &mut Conn, id: &EmployerId) -> Found<Employer> {
    Ok(on!(db, c => employers::table.find(id).select(Employer::as_select()).first(c))?)
}

/// One by what she comes back with.
pub fn by_claim(db: &mut Conn, claim: &str) -> Found<Employer> {
    Ok(
        on!(db, c => employers::table.filter(employers::claim.eq(claim))
        .select(Employer::as_select()).first(c))?,
    )
}

/// One whose token is in force.
pub fn by_token(db: &mut Conn, token: &[u8]) -> Found<Employer> {
    Ok(
        on!(db, c => employers::table.filter(employers::token.eq(token))
        .filter(employers::state.eq(EmployerState::Collected)).select(Employer::as_select()).first(c))?,
    )
}

/// Everybody who asked, the newest first.
pub fn all(db: &mut Conn, most: i64) -> Found<Vec<Employer>> {
    Ok(
        on!(db, c => employers::table.order(employers::id.desc()).limit(most)
        .select(Employer::as_select()).load(c))?,
    )
}

/// Notes a decision.
pub fn decide(
    db: &mut Conn,
    id: &EmployerId,
    state: EmployerState,
    by: &AccountId,
    at: NaiveDateTime,
) -> Found<()> {
    on!(db, c => diesel::update(employers::table.find(id)).set((
        employers::state.eq(state), employers::decided_by.eq(Some(by)), employers::decided_at.eq(Some(at)))).execute(c))?;
    Ok(())
}

/// Notes that the token was collected.
pub fn collect(db: &mut Conn, id: &EmployerId, token: &[u8]) -> Found<()> {
    on!(db, c => diesel::update(employers::table.find(id)).set((
        employers::state.eq(EmployerState::Collected), employers::token.eq(Some(token)))).execute(c))?;
    Ok(())
}

/// Notes what was used on a day.
pub fn used(db: &mut Conn, id: &EmployerId, day: i32, used: i32) -> Found<()> {
    on!(db, c => diesel::update(employers::table.find(id))
        .set((employers::day.eq(day), employers::used.eq(used))).execute(c))?;
    Ok(())
}
