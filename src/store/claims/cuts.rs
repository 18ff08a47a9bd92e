//! 核减: what is cut of a line, why, and what it comes to.

use crate::domain::account::AccountId;
use crate::domain::claim::{ClaimId, ClaimLineId};
use crate::on;
use crate::schema::{accounts, claim_cuts, claim_lines};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;
use std::hash::Hash;

/// What is cut of a line, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = claim_cuts)]
pub struct Cut {
    /// Its key.
    pub id: String,
    /// Of which line.
    pub line: ClaimLineId,
    /// How much, in fen.
    pub cut_fen: i64,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Cuts a line.
pub fn add(db: &mut Conn, cut: &Cut) -> Found<()> {
    on!(db, c => diesel::insert_into(claim_cuts::table).values(cut).execute(c))?;
    Ok(())
}

/// What is cut of a claim, oldest first, and by whom.
pub fn of(db: &mut Conn, id: &ClaimId) -> Found<Vec<(Cut, String)>> {
    Ok(
        on!(db, c => claim_cuts::table.inner_join(claim_lines::table)
        .inner_join(accounts::table.on(accounts::id.eq(claim_cuts::by)))
        .filter(claim_lines::claim.eq(id)).order(claim_cuts::id)
        .select((Cut::as_select(), accounts::name)).load(c))?,
    )
}

/// What is cut of each of these claims, in fen; of the others nothing is.
pub fn by_claim(db: &mut Conn, ids: &[&ClaimId]) -> Found<HashMap<ClaimId, i64>> {
    let rows = on!(db, c => claim_cuts::table.inner_join(claim_lines::table)
        .filter(claim_lines::claim.eq_any(ids)).select((claim_lines::claim, claim_cuts::cut_fen)).load(c))?;
    Ok(summed(rows))
}

/// What is cut of each of these lines, in fen; of the others nothing is.
pub fn by_line(db: &mut Conn, ids: &[ClaimLineId]) -> Found<HashMap<ClaimLineId, i64>> {
    let mut rows = Vec::new();
    for some in ids.chunks(500) {
        rows.extend(
            on!(db, c => claim_cuts::table.filter(claim_cuts::line.eq_any(some))
            .select((claim_cuts::line, claim_cuts::cut_fen)).load::<(ClaimLineId, i64)>(c))?,
        );
    }
    Ok(summed(rows))
}

/// What is cut of every line, for the audit.
pub fn all(db: &mut Conn) -> Found<HashMap<ClaimLineId, i64>> {
    let rows =
        on!(db, c => claim_cuts::table.select((claim_cuts::line, claim_cuts::cut_fen)).load(c))?;
    Ok(summed(rows))
}

fn summed<K: Eq + Hash>(rows: Vec<(K, i64)>) -> HashMap<K, i64> {
    let mut sums = HashMap::new();
    for (key, fen) in rows {
        *sums.entry(key).or_default() += fen;
    }
    sums
}
