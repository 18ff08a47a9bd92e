//! 公示: which results are shown, and from when to when.

use crate::domain::account::AccountId;
use crate::domain::assessment::SittingId;
use crate::on;
use crate::schema::{institutions, publicities, sittings};
use crate::store::sittings::Sitting;
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A publication as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = publicities)]
pub struct Publicity {
    /// The sitting whose results are shown.
    pub sitting: SittingId,
    /// The day they were put up.
    pub opens: NaiveDate,
    /// The last day they are shown.
    pub closes: NaiveDate,
    /// When they were put up, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Puts the results of a sitting up.
pub fn add(db: &mut Conn, publicity: &Publicity) -> Found<()> {
    on!(db, c => diesel::insert_into(publicities::table).values(publicity).execute(c))?;
    Ok(())
}

/// The publication of a sitting, if there was one.
pub fn of(db: &mut Conn, sitting: &SittingId) -> Found<Option<Publicity>> {
    Ok(
        on!(db, c => publicities::table.find(sitting).select(Publicity::as_select()).first(c).optional())?,
    )
}

/// What is shown on a day, the newest first, with the name of the institution.
pub fn shown_on(db: &mut Conn, day: NaiveDate) -> Found<Vec<(Publicity, Sitting, String)>> {
    Ok(on!(db, c => publicities::table
        .inner_join(sittings::table.inner_join(institutions::table))
        .filter(publicities::opens.le(day)).filter(publicities::closes.ge(day))
        .order((publicities::opens.desc(), publicities::sitting.desc()))
        .limit(500)
        .select((Publicity::as_select(), Sitting::as_select(), institutions::name)).load(c))?)
}
