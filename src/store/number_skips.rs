//! 跳过的号段: after a restore, numbers that certificates without a record may bear. Nobody is given
//! one of them again.

use crate::domain::institution::InstitutionId;
use crate::on;
use crate::schema::number_skips;
use crate::store::{Conn, Found, counters};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A stretch of numbers as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = number_skips)]
pub struct Skip {
    /// Whose series.
    pub institution: InstitutionId,
    /// Which.
    pub series: String,
    /// The first number that is given to nobody.
    pub first: i32,
    /// The last.
    pub last: i32,
    /// When it was settled, in UTC.
    pub at: NaiveDateTime,
}

/// Passes over the next `n` numbers of a series.
pub fn pass(
    db: &mut Conn,
    institution: &InstitutionId,
    series: &str,
    n: i32,
    at: NaiveDateTime,
) -> Found<()> {
    let before = counters::take(db, institution, series, n)?;
    let skip = Skip {
        institution: institution.clone(),
        series: series.to_owned(),
        first: before + 1,
        last: before + n,
        at,
    };
    on!(db, c => diesel::insert_into(number_skips::table).values(&skip).execute(c))?;
    Ok(())
}

/// Every stretch there is.
pub fn all(db: &mut Conn) -> Found<Vec<Skip>> {
    Ok(
        on!(db, c => number_skips::table.order((number_skips::institution, number_skips::series, number_skips::first))
        .select(Skip::as_select()).load(c))?,
    )
}
