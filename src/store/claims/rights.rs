//! 已申请的权利: who has been claimed for what, once; the primary key holds it.

use crate::domain::claim::ClaimLineId;
use crate::domain::person::PersonId;
use crate::domain::subsidy::SubsidyKind;
use crate::ground::clock::beijing;
use crate::on;
use crate::schema::{claim_lines, claim_rights, claims};
use crate::store::claims::Line;
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A right that is claimed, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = claim_rights, treat_none_as_default_value = false)]
pub struct Claimed {
    /// Whose.
    pub person: PersonId,
    /// For what.
    pub kind: SubsidyKind,
    /// The trade and level.
    pub what: String,
    /// The year it counts in.
    pub year: i32,
    /// By which line.
    pub line: ClaimLineId,
}

/// Claims the rights of these lines; one that is claimed already answers `Taken`.
pub fn take(db: &mut Conn, kind: SubsidyKind, lines: &[Line]) -> Found<()> {
    let rights: Vec<Claimed> = lines
        .iter()
        .map(|line| Claimed {
            person: line.person.clone(),
            kind,
            what: line.what.clone(),
            year: line.year,
            line: line.id.clone(),
        })
        .collect();
    for some in rights.chunks(500) {
        on!(db, c => diesel::insert_into(claim_rights::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Frees the rights of these lines.
pub fn free(db: &mut Conn, lines: &[ClaimLineId]) -> Found<()> {
    for some in lines.chunks(500) {
        on!(db, c => diesel::delete(claim_rights::table.filter(claim_rights::line.eq_any(some))).execute(c))?;
    }
    Ok(())
}

/// What these people are claimed for, and since which day.
pub fn of(
    db: &mut Conn,
    people: &[PersonId],
    kind: SubsidyKind,
) -> Found<Vec<(Claimed, NaiveDate)>> {
    let mut found = Vec::new();
    for some in people.chunks(500) {
        let rows: Vec<(Claimed, NaiveDateTime)> = on!(db, c => claim_rights::table
            .inner_join(claim_lines::table.inner_join(claims::table))
            .filter(claim_rights::person.eq_any(some)).filter(claim_rights::kind.eq(kind))
            .order(claim_rights::line)
            .select((Claimed::as_select(), claims::at)).load(c))?;
        found.extend(
            rows.into_iter()
                .map(|(claimed, at)| (claimed, beijing(at).date_naive())),
        );
    }
    Ok(found)
}

/// Every right, for the audit.
pub fn all(db: &mut Conn) -> Found<Vec<Claimed>> {
    Ok(on!(db, c => claim_rights::table.select(Claimed::as_select()).load(c))?)
}
