//! 月报封存: reports as they were sent.

use crate::domain::account::AccountId;
use crate::domain::freeze::FreezeId;
use crate::domain::place::RegionCode;
use crate::on;
use crate::schema::{accounts, freezes};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A sealed report as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = freezes)]
pub struct Freeze {
    /// Its key.
    pub id: FreezeId,
    /// Of which region.
    pub region: RegionCode,
    /// 截止日期
    pub until: NaiveDate,
    /// What was on record before this, in UTC.
    pub known_at: NaiveDateTime,
    /// The report, as JSON.
    pub body: String,
    /// SHA-256 of the body, in hex.
    pub digest: String,
    /// The key that signed.
    pub key_id: String,
    /// The signature.
    pub signature: Vec<u8>,
    /// When, in UTC.
    pub frozen_at: NaiveDateTime,
    /// By whom.
    pub frozen_by: AccountId,
}

/// Keeps one.
pub fn add(db: &mut Conn, freeze: &Freeze) -> Found<()> {
    on!(db, c => diesel::insert_into(freezes::table).values(freeze).execute(c))?;
    Ok(())
}

/// One, with the name of who sealed it.
pub fn one(db: &mut Conn, id: &FreezeId) -> Found<(Freeze, String)> {
    Ok(
        on!(db, c => freezes::table.inner_join(accounts::table.on(accounts::id.eq(freezes::frozen_by)))
        .filter(freezes::id.eq(id)).select((Freeze::as_select(), accounts::name)).first(c))?,
    )
}

/// All, newest first, with the names of who sealed them.
pub fn all(db: &mut Conn) -> Found<Vec<(Freeze, String)>> {
    Ok(
        on!(db, c => freezes::table.inner_join(accounts::table.on(accounts::id.eq(freezes::frozen_by)))
        .order((freezes::until.desc(), freezes::id.desc())).limit(200)
        .select((Freeze::as_select(), accounts::name)).load(c))?,
    )
}
