//! 异议: what was said against published results, and how it was settled.

use crate::domain::account::AccountId;
use crate::domain::assessment::SittingId;
use crate::domain::institution::InstitutionId;
use crate::domain::publicity::ObjectionId;
use crate::on;
use crate::schema::{accounts, objections, settlements, sittings};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// An objection as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = objections, treat_none_as_default_value = false)]
pub struct Objection {
    /// Its key.
    pub id: ObjectionId,
    /// The sitting it is about.
    pub sitting: SittingId,
    /// The seat, or what else it is about.
    pub about: String,
    /// What is said.
    pub said: String,
    /// How to reach whoever said it, sealed.
    pub contact_sealed: Option<Vec<u8>>,
    /// When, in UTC.
    pub lodged_at: NaiveDateTime,
}

/// A settlement as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = settlements)]
pub struct Settlement {
    /// The objection it settles.
    pub objection: ObjectionId,
    /// Whether it was found right.
    pub upheld: bool,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// An objection and, once there is one, its settlement with the name of whoever decided.
pub type Case = (Objection, Option<(Settlement, String)>);

/// Lodges an objection.
pub fn add(db: &mut Conn, objection: &Objection) -> Found<()> {
    on!(db, c => diesel::insert_into(objections::table).values(objection).execute(c))?;
    Ok(())
}

/// Settles one; a second settlement answers `Taken`.
pub fn settle(db: &mut Conn, settlement: &Settlement) -> Found<()> {
    on!(db, c => diesel::insert_into(settlements::table).values(settlement).execute(c))?;
    Ok(())
}

/// The objections to a sitting, the oldest first.
pub fn of(db: &mut Conn, sitting: &SittingId) -> Found<Vec<Case>> {
    let rows: Vec<(Objection, Option<Settlement>, Option<String>)> = on!(db, c => objections::table
        .left_join(settlements::table.left_join(accounts::table.on(accounts::id.eq(settlements::by))))
        .filter(objections::sitting.eq(sitting))
        .order((objections::lodged_at, objections::id))
        .select((Objection::as_select(), Option::<Settlement>::as_select(), accounts::name.nullable()))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(objection, settlement, by)| (objection, settlement.zip(by)))
        .collect())
}

/// One objection to a sitting of this institution.
pub fn one(db: &mut Conn, institution: &InstitutionId, id: &ObjectionId) -> Found<Objection> {
    Ok(on!(db, c => objections::table.inner_join(sittings::table)
        .filter(objections::id.eq(id)).filter(sittings::institution.eq(institution))
        .select(Objection::as_select()).first(c))?)
}

/// How many objections to a sitting are not settled yet.
pub fn unsettled(db: &mut Conn, sitting: &SittingId) -> Found<i64> {
    Ok(on!(db, c => objections::table.left_join(settlements::table)
        .filter(objections::sitting.eq(sitting)).filter(settlements::objection.nullable().is_null())
        .count().get_result(c))?)
}

/// How many objections to a sitting were lodged since a time: a brake on floods.
pub fn lodged_since(db: &mut Conn, sitting: &SittingId, since: NaiveDateTime) -> Found<i64> {
    Ok(on!(db, c => objections::table
        .filter(objections::sitting.eq(sitting)).filter(objections::lodged_at.gt(since))
        .count().get_result(c))?)
}
