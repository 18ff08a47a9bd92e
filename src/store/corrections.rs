//! 更正: proposals to correct a certificate, those dropped, those confirmed, and what a person's
//! record said before.

use crate::domain::account::AccountId;
use crate::domain::certificate::{CertificateId, CorrectionId};
use crate::domain::person::{FormerId, PersonId};
use crate::on;
use crate::schema::{
    accounts, correction_proposals, corrections, dropped_corrections, people, person_corrections,
    replacements,
};
use crate::store::people::Person;
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A proposal as it is kept: what of the certificate is to say something else.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = correction_proposals, treat_none_as_default_value = false)]
pub struct Proposal {
    /// Its key.
    pub id: CorrectionId,
    /// Which certificate.
    pub certificate: CertificateId,
    /// 姓名
    pub name: Option<String>,
    /// 证件: kind and number, sealed.
    pub document_sealed: Option<Vec<u8>>,
    /// The last four characters of its number.
    pub id_tail: Option<String>,
    /// First day of training.
    pub began: Option<NaiveDate>,
    /// Last day of training.
    pub ended: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// 佐证: what was seen.
    pub evidence: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proposal({})", self.id)
    }
}

/// A proposal taken back, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = dropped_corrections)]
pub struct Dropped {
    /// Which.
    pub proposal: CorrectionId,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A correction as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = corrections)]
pub struct Correction {
    /// Which certificate was wrong.
    pub certificate: CertificateId,
    /// What was confirmed.
    pub proposal: CorrectionId,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// What a person's record said before it was corrected.
#[derive(Clone, Insertable)]
#[diesel(table_name = person_corrections)]
pub struct Former {
    /// Its key.
    pub id: FormerId,
    /// Whose.
    pub person: PersonId,
    /// By which correction.
    pub proposal: CorrectionId,
    /// The name before.
    pub name: String,
    /// The kind of document before.
    pub id_kind: String,
    /// Its number, sealed with her own key.
    pub id_sealed: Vec<u8>,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A proposal, what became of it, and who proposed.
#[derive(Clone, Debug)]
pub struct Case {
    /// The proposal.
    pub proposal: Proposal,
    /// Who proposed.
    pub proposer: String,
    /// That it was taken back.
    pub dropped: Option<Dropped>,
    /// That it was confirmed.
    pub confirmed: Option<Correction>,
}

impl Case {
    /// Whether it waits for a second person.
    pub fn is_pending(&self) -> bool {
        self.dropped.is_none() && self.confirmed.is_none()
    }
}

/// Keeps a proposal.
pub fn propose(db: &mut Conn, proposal: &Proposal) -> Found<()> {
    on!(db, c => diesel::insert_into(correction_proposals::table).values(proposal).execute(c))?;
    Ok(())
}

/// Keeps that a proposal was taken back.
pub fn drop_one(db: &mut Conn, dropped: &Dropped) -> Found<()> {
    on!(db, c => diesel::insert_into(dropped_corrections::table).values(dropped).execute(c))?;
    Ok(())
}

/// Keeps a correction; a second one answers `Taken`.
pub fn confirm(db: &mut Conn, correction: &Correction) -> Found<()> {
    on!(db, c => diesel::insert_into(corrections::table).values(correction).execute(c))?;
    Ok(())
}

/// Keeps what a person's record said, and lets it say something else.
pub fn amend(db: &mut Conn, former: &Former, person: &Person) -> Found<()> {
    on!(db, c => diesel::insert_into(person_corrections::table).values(former).execute(c))?;
    on!(db, c => diesel::update(people::table.find(&person.id)).set((
        people::name.eq(&person.name),
        people::id_kind.eq(&person.id_kind),
        people::id_sealed.eq(&person.id_sealed),
        people::id_index.eq(&person.id_index),
        people::id_tail.eq(&person.id_tail),
        people::sex.eq(&person.sex),
        people::birth_year.eq(person.birth_year),
    )).execute(c))?;
    Ok(())
}

/// Everything ever proposed to correct on a certificate, oldest first.
pub fn of(db: &mut Conn, certificate: &CertificateId) -> Found<Vec<Case>> {
    let rows: Vec<(Proposal, String, Option<Dropped>, Option<Correction>)> = on!(db, c => correction_proposals::table
        .inner_join(accounts::table.on(accounts::id.eq(correction_proposals::by)))
        .left_join(dropped_corrections::table.on(dropped_corrections::proposal.eq(correction_proposals::id)))
        // Others of the person's may rest on the same proposal.
        .left_join(corrections::table.on(corrections::proposal.eq(correction_proposals::id)
            .and(corrections::certificate.eq(correction_proposals::certificate))))
        .filter(correction_proposals::certificate.eq(certificate))
        .order((correction_proposals::at, correction_proposals::id))
        .select((Proposal::as_select(), accounts::name, Option::<Dropped>::as_select(), Option::<Correction>::as_select()))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(proposal, proposer, dropped, confirmed)| Case {
            proposal,
            proposer,
            dropped,
            confirmed,
        })
        .collect())
}

/// The proposal by which a person's record came to say what it says; none when it was never
/// corrected.
pub fn ground_of(db: &mut Conn, person: &PersonId) -> Found<Option<Proposal>> {
    Ok(on!(db, c => person_corrections::table
        .inner_join(correction_proposals::table.on(correction_proposals::id.eq(person_corrections::proposal)))
        .filter(person_corrections::person.eq(person))
        .order((person_corrections::at.desc(), person_corrections::id.desc()))
        .select(Proposal::as_select()).first(c).optional())?)
}

/// Whether a certificate was corrected.
pub fn is_corrected(db: &mut Conn, certificate: &CertificateId) -> Found<bool> {
    let found: i64 = on!(db, c => corrections::table.filter(corrections::certificate.eq(certificate))
        .count().get_result(c))?;
    Ok(found > 0)
}

/// Every correction with who proposed it and whether a new certificate stands in the old one's
/// place, for the audit.
pub fn pairs(
    db: &mut Conn,
) -> Found<Vec<(CertificateId, AccountId, AccountId, Option<CertificateId>)>> {
    Ok(on!(db, c => corrections::table
        .inner_join(correction_proposals::table.on(correction_proposals::id.eq(corrections::proposal)))
        .left_join(replacements::table.on(replacements::certificate.eq(corrections::certificate)))
        .select((corrections::certificate, correction_proposals::by, corrections::by, replacements::successor.nullable()))
        .load(c))?)
}
