//! 补贴公示: which claims are shown to the public, and from when to when.

use crate::domain::account::AccountId;
use crate::domain::claim::{ClaimId, ClaimState};
use crate::on;
use crate::schema::{claim_publicities, claims, classes, institutions};
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
