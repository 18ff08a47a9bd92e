//! 成绩: marks, version upon version, and the signatures beneath them.

use crate::domain::account::AccountId;
use crate::domain::assessment::{CandidateId, MarkId, Part, SittingId};
use crate::domain::assessor::AssessorId;
use crate::on;
use crate::schema::{assessors, candidates, mark_signatures, marks, sittings};
use crate::store::sittings::Sitting;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashSet;

/// A mark as it is kept: what one assessor gave one candidate for one part, in one version.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = marks, treat_none_as_default_value = false)]
pub struct Mark {
    /// Its key.
    pub id: MarkId,
    /// To whom.
    pub candidate: CandidateId,
    /// For what.
    pub part: Part,
    /// By whom it was given.
    pub assessor: AssessorId,
    /// 1, 2, …; the highest counts.
    pub version: i32,
    /// Tenths of a point, 0 to 1000; none when absent or taken back.
    pub tenths: Option<i32>,
    /// 缺考
    pub absent: bool,
    /// Why it was changed after signing.
    pub reason: Option<String>,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// The account that wrote it.
    pub by: AccountId,
}

/// A signature as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = mark_signatures)]
pub struct Signature {
    /// The sitting.
    pub sitting: SittingId,
    /// Who signed.
    pub assessor: AssessorId,
    /// For which part.
    pub part: Part,
    /// SHA-256 over the lines that were shown, in hexadecimal.
    pub digest: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// The account that signed.
    pub by: AccountId,
}

/// Which mark this is a version of.
pub fn place_of(mark: &Mark) -> (CandidateId, Part, AssessorId) {
    (mark.candidate.clone(), mark.part, mark.assessor.clone())
}

/// Keeps new versions; a version that exists answers `Taken`.
pub fn add(db: &mut Conn, rows: &[Mark]) -> Found<()> {
    on!(db, c => diesel::insert_into(marks::table).values(rows).execute(c))?;
    Ok(())
}

/// The last version of every mark of a sitting.
pub fn of(db: &mut Conn, sitting: &SittingId) -> Found<Vec<Mark>> {
    let rows = every_version(db, sitting)?;
    let mut seen = HashSet::new();
    Ok(rows
        .into_iter()
        .filter(|mark| seen.insert(place_of(mark)))
        .collect())
}

/// Every version of every mark of a sitting, the newest first.
pub fn every_version(db: &mut Conn, sitting: &SittingId) -> Found<Vec<Mark>> {
    Ok(on!(db, c => marks::table.inner_join(candidates::table)
        .filter(candidates::sitting.eq(sitting))
        .order((marks::version.desc(), marks::candidate, marks::part, marks::assessor))
        .select(Mark::as_select()).load(c))?)
}

/// Keeps a signature; a second one answers `Taken`.
pub fn sign(db: &mut Conn, signature: &Signature) -> Found<()> {
    on!(db, c => diesel::insert_into(mark_signatures::table).values(signature).execute(c))?;
    Ok(())
}

/// The signatures under a sitting, with the names of those who signed, first to last.
pub fn signatures_of(db: &mut Conn, sitting: &SittingId) -> Found<Vec<(Signature, String)>> {
    Ok(
        on!(db, c => mark_signatures::table.inner_join(assessors::table)
        .filter(mark_signatures::sitting.eq(sitting))
        .order((mark_signatures::at, mark_signatures::part))
        .select((Signature::as_select(), assessors::name)).load(c))?,
    )
}

/// What one assessor has signed, the newest first.
pub fn signed_by(db: &mut Conn, assessor: &AssessorId) -> Found<Vec<(Signature, Sitting)>> {
    Ok(
        on!(db, c => mark_signatures::table.inner_join(sittings::table)
        .filter(mark_signatures::assessor.eq(assessor))
        .order((mark_signatures::at.desc(), mark_signatures::part))
        .select((Signature::as_select(), Sitting::as_select())).load(c))?,
    )
}

/// The last version of one mark; 0 when there is none.
pub fn last_version(
    db: &mut Conn,
    candidate: &CandidateId,
    part: Part,
    assessor: &AssessorId,
) -> Found<i32> {
    let last: Option<i32> = on!(db, c => marks::table
        .filter(marks::candidate.eq(candidate)).filter(marks::part.eq(part))
        .filter(marks::assessor.eq(assessor))
        .select(diesel::dsl::max(marks::version)).first(c))?;
    Ok(last.unwrap_or(0))
}
