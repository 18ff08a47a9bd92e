//! 追回: what was paid on certificates that were revoked, and how each was settled.

use crate::domain::account::{AccountId, Scope};
use crate::domain::certificate::CertificateId;
use crate::domain::claim::{ClaimId, ClaimLineId, RecoveryId, RecoveryOutcome};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{
    accounts, certificates, claim_lines, claims, institutions, people, recoveries, recovery_ends,
    replacements,
};
use crate::store::claims::Line;
use crate::store::pattern::Reach;
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::HashMap;

/// A recovery as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = recoveries, treat_none_as_default_value = false)]
pub struct Recovery {
    /// Its key.
    pub id: RecoveryId,
    /// Which line was paid.
    pub line: ClaimLineId,
    /// The certificate that was revoked.
    pub certificate: CertificateId,
    /// How much, in fen.
    pub due_fen: i64,
    /// Since when, in UTC.
    pub at: NaiveDateTime,
    /// Whose revocation raised it.
    pub by: AccountId,
}

/// How one was settled, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = recovery_ends)]
pub struct Ended {
    /// Which.
    pub recovery: RecoveryId,
    /// Repaid or waived.
    pub outcome: RecoveryOutcome,
    /// On which day.
    pub day: NaiveDate,
    /// The bank's number; may be empty.
    pub reference: String,
    /// Why, or how.
    pub reason: String,
    /// When it was entered, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A recovery with whom it is about.
#[derive(Clone, Debug)]
pub struct Case {
    /// The recovery.
    pub recovery: Recovery,
    /// Of which claim.
    pub claim: ClaimId,
    /// 姓名
    pub name: String,
    /// The last characters of her document.
    pub id_tail: String,
    /// 证书编号
    pub number: String,
    /// Who was paid.
    pub institution: String,
    /// How it was settled, and by whom.
    pub ended: Option<(Ended, String)>,
}

/// Keeps recoveries.
pub fn add(db: &mut Conn, raised: &[Recovery]) -> Found<()> {
    for some in raised.chunks(500) {
        on!(db, c => diesel::insert_into(recoveries::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Settles one; a second time answers `Taken`.
pub fn end(db: &mut Conn, ended: &Ended) -> Found<()> {
    on!(db, c => diesel::insert_into(recovery_ends::table).values(ended).execute(c))?;
    Ok(())
}

/// The lines paid on these certificates or on one that each took the place of: line, and the
/// certificate of these it rests on.
pub fn paid_on(db: &mut Conn, ids: &[CertificateId]) -> Found<Vec<(Line, CertificateId)>> {
    let mut rests: HashMap<CertificateId, CertificateId> =
        ids.iter().map(|id| (id.clone(), id.clone())).collect();
    let mut newest: Vec<CertificateId> = ids.to_vec();
    while !newest.is_empty() {
        let mut before = Vec::new();
        for some in newest.chunks(500) {
            let rows: Vec<(CertificateId, CertificateId)> = on!(db, c => replacements::table
                .filter(replacements::successor.eq_any(some))
                .select((replacements::successor, replacements::certificate)).load(c))?;
            before.extend(rows);
        }
        newest = Vec::new();
        for (successor, older) in before {
            if let Some(revoked) = rests.get(&successor).cloned()
                && rests.insert(older.clone(), revoked).is_none()
            {
                newest.push(older);
            }
        }
    }
    let all: Vec<&CertificateId> = rests.keys().collect();
    let mut found = Vec::new();
    for some in all.chunks(500) {
        let lines: Vec<Line> = on!(db, c => claim_lines::table.inner_join(claims::table)
            .filter(claim_lines::certificate.eq_any(some.to_vec()))
            .filter(claims::state.eq(crate::domain::claim::ClaimState::Paid))
            .order(claim_lines::id).select(Line::as_select()).load(c))?;
        found.extend(lines.into_iter().filter_map(|line| {
            let revoked = rests.get(&line.certificate)?.clone();
            Some((line, revoked))
        }));
    }
    Ok(found)
}

/// Which of these lines have a recovery already.
pub fn raised(db: &mut Conn, lines: &[ClaimLineId]) -> Found<Vec<ClaimLineId>> {
    let mut found = Vec::new();
    for some in lines.chunks(500) {
        found.extend(
            on!(db, c => recoveries::table.filter(recoveries::line.eq_any(some))
            .select(recoveries::line).load::<ClaimLineId>(c))?,
        );
    }
    Ok(found)
}

macro_rules! cases {
    ($reach:expr) => {
        recoveries::table
            .inner_join(
                claim_lines::table
                    .inner_join(claims::table.inner_join(institutions::table))
                    .inner_join(people::table),
            )
            .inner_join(certificates::table.on(certificates::id.eq(recoveries::certificate)))
            .left_join(recovery_ends::table.on(recovery_ends::recovery.eq(recoveries::id)))
            .left_join(accounts::table.on(accounts::id.nullable().eq(recovery_ends::by.nullable())))
            .filter(claims::institution.like(&$reach.institution).escape('\\'))
            .filter(institutions::region.like(&$reach.region).escape('\\'))
    };
}

macro_rules! columns {
    () => {
        (
            Recovery::as_select(),
            claims::id,
            people::name,
            people::id_tail,
            certificates::number,
            institutions::name,
            Option::<Ended>::as_select(),
            accounts::name.nullable(),
        )
    };
}

type Row = (
    Recovery,
    ClaimId,
    String,
    String,
    String,
    String,
    Option<Ended>,
    Option<String>,
);

fn case((recovery, claim, name, id_tail, number, institution, ended, by): Row) -> Case {
    Case {
        recovery,
        claim,
        name,
        id_tail,
        number,
        institution,
        ended: ended.zip(by),
    }
}

/// The recoveries in scope, the newest first.
pub fn list(db: &mut Conn, scope: &Scope, window: Window) -> Found<Slice<Case>> {
    let reach = Reach::of(scope);
    let total = on!(db, c => cases!(reach).count().get_result::<i64>(c))?;
    let rows: Vec<Row> = on!(db, c => cases!(reach)
        .order(recoveries::id.desc()).offset(window.offset()).limit(window.limit())
        .select(columns!()).load(c))?;
    Ok(Slice {
        rows: rows.into_iter().map(case).collect(),
        total,
        window,
    })
}

/// One recovery in scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &RecoveryId) -> Found<Case> {
    let reach = Reach::of(scope);
    let row: Row =
        on!(db, c => cases!(reach).filter(recoveries::id.eq(id)).select(columns!()).first(c))?;
    Ok(case(row))
}

/// Every recovery and how it ended, for the audit.
pub fn all(db: &mut Conn) -> Found<Vec<(Recovery, Option<RecoveryOutcome>)>> {
    Ok(on!(db, c => recoveries::table
        .left_join(recovery_ends::table.on(recovery_ends::recovery.eq(recoveries::id)))
        .select((Recovery::as_select(), recovery_ends::outcome.nullable())).load(c))?)
}
