//! 补贴公示: which claims are shown to the public, what is said against them, how it is settled.

use crate::domain::account::AccountId;
use crate::domain::claim::{ClaimId, ClaimObjectionId, ClaimState};
use crate::on;
use crate::schema::{
    accounts, claim_objections, claim_publicities, claim_settlements, claims, classes, institutions,
};
use crate::store::claims::{Claim, Listed, Named, with_cuts};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A publication as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = claim_publicities)]
pub struct Publicity {
    /// Which claim is shown.
    pub claim: ClaimId,
    /// Since which day.
    pub opens: NaiveDate,
    /// Its last day.
    pub closes: NaiveDate,
    /// When it was put up, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

impl Publicity {
    /// As the rules see it.
    pub fn as_rule(&self) -> crate::domain::publicity::Publicity {
        crate::domain::publicity::Publicity {
            opens: self.opens,
            closes: self.closes,
        }
    }
}

/// An objection as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = claim_objections, treat_none_as_default_value = false)]
pub struct Objection {
    /// Its key.
    pub id: ClaimObjectionId,
    /// The claim it is about.
    pub claim: ClaimId,
    /// Whom or what it is about.
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
#[diesel(table_name = claim_settlements)]
pub struct Settlement {
    /// The objection it settles.
    pub objection: ClaimObjectionId,
    /// Whether it was found right.
    pub upheld: bool,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Puts a claim up.
pub fn add(db: &mut Conn, publicity: &Publicity) -> Found<()> {
    on!(db, c => diesel::insert_into(claim_publicities::table).values(publicity).execute(c))?;
    Ok(())
}

/// How a claim was shown, if it was.
pub fn of(db: &mut Conn, claim: &ClaimId) -> Found<Option<Publicity>> {
    Ok(on!(db, c => claim_publicities::table.find(claim)
        .select(Publicity::as_select()).first(c).optional())?)
}

/// What is shown on a day, the newest first: claims that are not sent back.
pub fn on_day(db: &mut Conn, day: NaiveDate) -> Found<Vec<(Publicity, Listed)>> {
    let rows: Vec<(Publicity, Named)> = on!(db, c => claim_publicities::table
        .inner_join(claims::table.inner_join(classes::table).inner_join(institutions::table))
        .filter(claim_publicities::opens.le(day)).filter(claim_publicities::closes.ge(day))
        .filter(claims::state.eq(ClaimState::Published))
        .order((claim_publicities::opens.desc(), claim_publicities::claim.desc())).limit(500)
        .select((Publicity::as_select(), (Claim::as_select(), classes::public_name, institutions::name)))
        .load(c))?;
    let (shown, claims): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    Ok(shown.into_iter().zip(with_cuts(db, claims)?).collect())
}

/// Lodges an objection.
pub fn object(db: &mut Conn, objection: &Objection) -> Found<()> {
    on!(db, c => diesel::insert_into(claim_objections::table).values(objection).execute(c))?;
    Ok(())
}

/// Settles one; a second settlement answers `Taken`.
pub fn settle(db: &mut Conn, settlement: &Settlement) -> Found<()> {
    on!(db, c => diesel::insert_into(claim_settlements::table).values(settlement).execute(c))?;
    Ok(())
}

/// An objection and, once there is one, its settlement with the name of whoever decided.
pub type Case = (Objection, Option<(Settlement, String)>);

/// The objections to a claim, the oldest first.
pub fn objections(db: &mut Conn, claim: &ClaimId) -> Found<Vec<Case>> {
    let rows: Vec<(Objection, Option<Settlement>, Option<String>)> = on!(db, c => claim_objections::table
        .left_join(claim_settlements::table.left_join(accounts::table.on(accounts::id.eq(claim_settlements::by))))
        .filter(claim_objections::claim.eq(claim))
        .order((claim_objections::lodged_at, claim_objections::id))
        .select((Objection::as_select(), Option::<Settlement>::as_select(), accounts::name.nullable()))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(objection, settlement, by)| (objection, settlement.zip(by)))
        .collect())
}

/// One objection to a claim.
pub fn objection(db: &mut Conn, claim: &ClaimId, id: &ClaimObjectionId) -> Found<Objection> {
    Ok(on!(db, c => claim_objections::table.find(id).filter(claim_objections::claim.eq(claim))
        .select(Objection::as_select()).first(c))?)
}

/// How many objections to a claim are not settled yet.
pub fn unsettled(db: &mut Conn, claim: &ClaimId) -> Found<i64> {
    Ok(on!(db, c => claim_objections::table.left_join(claim_settlements::table)
        .filter(claim_objections::claim.eq(claim)).filter(claim_settlements::objection.nullable().is_null())
        .count().get_result(c))?)
}

/// How many objections to a claim were lodged since a time: a brake on floods.
pub fn lodged_since(db: &mut Conn, claim: &ClaimId, since: NaiveDateTime) -> Found<i64> {
    Ok(on!(db, c => claim_objections::table
        .filter(claim_objections::claim.eq(claim)).filter(claim_objections::lodged_at.gt(since))
        .count().get_result(c))?)
}
