//! 对补贴公示的异议: what was said against a published claim, and how it was settled.

use crate::domain::account::AccountId;
use crate::domain::claim::{ClaimId, ClaimObjectionId};
use crate::on;
use crate::schema::{accounts, claim_objections, claim_settlements};
use crate::store::objections::{Lodged, Settled, kept};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

kept!(claim_objections, claim_settlements, claim: ClaimId, ClaimObjectionId);

/// One objection to this claim.
pub fn one(db: &mut Conn, claim: &ClaimId, id: &ClaimObjectionId) -> Found<Objection> {
    Ok(
        on!(db, c => claim_objections::table.find(id).filter(claim_objections::claim.eq(claim))
        .select(Objection::as_select()).first(c))?,
    )
}
