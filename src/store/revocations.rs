//! 撤销: proposals to revoke, those dropped, and the revocations confirmed.

use crate::domain::account::{AccountId, Role};
use crate::domain::certificate::{CertificateId, ProposalId, RevocationReason};
use crate::on;
use crate::schema::{
    accounts, dropped_proposals, renewed_revocations, revocation_proposals, revocations,
};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A proposal as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = revocation_proposals, treat_none_as_default_value = false)]
pub struct Proposal {
    /// Its key.
    pub id: ProposalId,
    /// Which certificate.
    pub certificate: CertificateId,
    /// The class of reason.
    pub reason_class: RevocationReason,
    /// 依据: the document and clause.
    pub basis: String,
    /// Why, in words.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A proposal taken back, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = dropped_proposals)]
pub struct Dropped {
    /// Which.
    pub proposal: ProposalId,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A revocation as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = revocations, treat_none_as_default_value = false)]
pub struct Revocation {
    /// Which certificate.
    pub certificate: CertificateId,
    /// What was confirmed.
    pub proposal: ProposalId,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A revocation of what was restored before, as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = renewed_revocations, treat_none_as_default_value = false)]
pub struct Renewed {
    /// Which certificate.
    pub certificate: CertificateId,
    /// What was confirmed.
    pub proposal: ProposalId,
    /// The class of reason, as proposed.
    pub reason_class: RevocationReason,
    /// The day in Beijing.
    pub day: NaiveDate,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

impl From<Renewed> for Revocation {
    fn from(renewed: Renewed) -> Self {
        let Renewed {
            certificate,
            proposal,
            at,
            by,
            ..
        } = renewed;
        Self {
            certificate,
            proposal,
            at,
            by,
        }
    }
}

/// Keeps that what was restored is revoked again; a second one answers `Taken`.
pub fn renew(db: &mut Conn, renewed: &Renewed) -> Found<()> {
    on!(db, c => diesel::insert_into(renewed_revocations::table).values(renewed).execute(c))?;
    Ok(())
}

/// A proposal, what became of it, and the names of those who acted.
#[derive(Clone, Debug)]
pub struct Case {
    /// The proposal.
    pub proposal: Proposal,
    /// Who proposed.
    pub proposer: String,
    /// That it was taken back.
    pub dropped: Option<Dropped>,
    /// That it was confirmed.
    pub confirmed: Option<Revocation>,
}

impl Case {
    /// Whether it waits for a second person.
    pub fn is_pending(&self) -> bool {
        self.dropped.is_none() && self.confirmed.is_none()
    }
}

/// The revocations of several certificates, each with what was proposed; one that was restored and
/// revoked again has two, the first one first.
pub fn confirmed(db: &mut Conn, ids: &[CertificateId]) -> Found<Vec<(Revocation, Proposal)>> {
    let mut found = Vec::new();
    for some in ids.chunks(500) {
        found.extend(
            on!(db, c => revocations::table.inner_join(revocation_proposals::table)
            .filter(revocations::certificate.eq_any(some))
            .select((Revocation::as_select(), Proposal::as_select()))
            .load::<(Revocation, Proposal)>(c))?,
        );
        let again: Vec<(Renewed, Proposal)> = on!(db, c => renewed_revocations::table
            .inner_join(revocation_proposals::table.on(revocation_proposals::id.eq(renewed_revocations::proposal)))
            .filter(renewed_revocations::certificate.eq_any(some))
            .select((Renewed::as_select(), Proposal::as_select())).load(c))?;
        found.extend(
            again
                .into_iter()
                .map(|(renewed, proposal)| (renewed.into(), proposal)),
        );
    }
    Ok(found)
}

/// Keeps a proposal.
pub fn propose(db: &mut Conn, proposal: &Proposal) -> Found<()> {
    on!(db, c => diesel::insert_into(revocation_proposals::table).values(proposal).execute(c))?;
    Ok(())
}

/// Keeps that a proposal was taken back.
pub fn drop_one(db: &mut Conn, dropped: &Dropped) -> Found<()> {
    on!(db, c => diesel::insert_into(dropped_proposals::table).values(dropped).execute(c))?;
    Ok(())
}

/// Keeps a revocation; a second one answers `Taken`.
pub fn confirm(db: &mut Conn, revocation: &Revocation) -> Found<()> {
    on!(db, c => diesel::insert_into(revocations::table).values(revocation).execute(c))?;
    Ok(())
}

/// Everything ever proposed against a certificate, oldest first.
pub fn of(db: &mut Conn, certificate: &CertificateId) -> Found<Vec<Case>> {
    let rows: Vec<(Proposal, String, Option<Dropped>, Option<Revocation>)> = on!(db, c => revocation_proposals::table
        .inner_join(accounts::table.on(accounts::id.eq(revocation_proposals::by)))
        .left_join(dropped_proposals::table.on(dropped_proposals::proposal.eq(revocation_proposals::id)))
        .left_join(revocations::table.on(revocations::proposal.eq(revocation_proposals::id)))
        .filter(revocation_proposals::certificate.eq(certificate))
        .order((revocation_proposals::at, revocation_proposals::id))
        .select((Proposal::as_select(), accounts::name, Option::<Dropped>::as_select(), Option::<Revocation>::as_select()))
        .load(c))?;
    let again: Option<Renewed> = on!(db, c => renewed_revocations::table.find(certificate)
        .select(Renewed::as_select()).first(c).optional())?;
    Ok(rows
        .into_iter()
        .map(|(proposal, proposer, dropped, confirmed)| Case {
            confirmed: confirmed.or_else(|| {
                again
                    .clone()
                    .filter(|again| again.proposal == proposal.id)
                    .map(Revocation::from)
            }),
            proposal,
            proposer,
            dropped,
        })
        .collect())
}

/// Whether the revocation that counts was proposed by an officer of the bureau.
pub fn by_bureau(db: &mut Conn, certificate: &CertificateId) -> Found<bool> {
    let again: Option<Role> = on!(db, c => renewed_revocations::table
        .inner_join(revocation_proposals::table.on(revocation_proposals::id.eq(renewed_revocations::proposal)))
        .inner_join(accounts::table.on(accounts::id.eq(revocation_proposals::by)))
        .filter(renewed_revocations::certificate.eq(certificate))
        .select(accounts::role).first(c).optional())?;
    if let Some(role) = again {
        return Ok(role == Role::BureauOfficer);
    }
    let role: Option<Role> = on!(db, c => revocations::table
        .inner_join(revocation_proposals::table.on(revocation_proposals::id.eq(revocations::proposal)))
        .inner_join(accounts::table.on(accounts::id.eq(revocation_proposals::by)))
        .filter(revocations::certificate.eq(certificate))
        .select(accounts::role).first(c).optional())?;
    Ok(role == Some(Role::BureauOfficer))
}

/// Every revocation with who proposed it, for the audit.
pub fn pairs(db: &mut Conn) -> Found<Vec<(CertificateId, CertificateId, AccountId, AccountId)>> {
    let mut pairs: Vec<(CertificateId, CertificateId, AccountId, AccountId)> = on!(db, c => revocations::table
        .inner_join(revocation_proposals::table.on(revocation_proposals::id.eq(revocations::proposal)))
        .select((revocations::certificate, revocation_proposals::certificate, revocation_proposals::by, revocations::by))
        .load(c))?;
    let again: Vec<(CertificateId, CertificateId, AccountId, AccountId)> = on!(db, c => renewed_revocations::table
        .inner_join(revocation_proposals::table.on(revocation_proposals::id.eq(renewed_revocations::proposal)))
        .select((renewed_revocations::certificate, revocation_proposals::certificate, revocation_proposals::by, renewed_revocations::by))
        .load(c))?;
    pairs.extend(again);
    Ok(pairs)
}
