//! 连带撤销: lists of certificates to be revoked on one ground, notices, replies, exclusions, ends.

use crate::domain::account::{AccountId, Scope};
use crate::domain::assessment::SittingId;
use crate::domain::assessor::AssessorId;
use crate::domain::cascade::{CascadeId, ReplyId};
use crate::domain::certificate::{CertificateId, RevocationReason};
use crate::domain::institution::InstitutionId;
use crate::domain::skill_level::SkillLevel;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{
    accounts, cascade_ends, cascade_exclusions, cascade_members, cascade_notices, cascade_replies,
    cascades, certificates, holdings, institutions, panel_members, replacements, restorations,
    revocation_proposals, revocations,
};
use crate::store::pattern::Reach;
use crate::store::revocations::{Proposal, Revocation};
use crate::store::{Conn, Failure, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A cascade as it is kept: whose certificates, on which ground, how many, under which hash.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = cascades, treat_none_as_default_value = false)]
pub struct Cascade {
    /// Its key.
    pub id: CascadeId,
    /// Issued by this organisation.
    pub institution: Option<InstitutionId>,
    /// Earned in this sitting.
    pub sitting: Option<SittingId>,
    /// Judged by this assessor.
    pub assessor: Option<AssessorId>,
    /// Issued on this day or later.
    pub starts: Option<NaiveDate>,
    /// Issued on this day or earlier.
    pub ends: Option<NaiveDate>,
    /// The class of reason, told in public.
    pub reason_class: RevocationReason,
    /// 依据: the document and clause.
    pub basis: String,
    /// The facts.
    pub reason: String,
    /// How many are on the list.
    pub listed: i32,
    /// The hash of their numbers.
    pub digest: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A notice as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = cascade_notices)]
pub struct Notice {
    /// Of which cascade.
    pub cascade: CascadeId,
    /// Given on this day.
    pub opens: NaiveDate,
    /// The last day to reply.
    pub closes: NaiveDate,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A reply as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = cascade_replies, treat_none_as_default_value = false)]
pub struct Reply {
    /// Its key.
    pub id: ReplyId,
    /// To which cascade.
    pub cascade: CascadeId,
    /// About which certificate, when about one.
    pub certificate: Option<CertificateId>,
    /// Who speaks: the organisation, or the holder.
    pub speaker: String,
    /// What was said.
    pub said: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// Who recorded it.
    pub by: AccountId,
}

/// One of the list that is left alone.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = cascade_exclusions)]
pub struct Exclusion {
    /// From which cascade.
    pub cascade: CascadeId,
    /// Which certificate.
    pub certificate: CertificateId,
    /// Why.
    pub reason: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// How a cascade ended.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = cascade_ends)]
pub struct Ended {
    /// Which.
    pub cascade: CascadeId,
    /// Confirmed, or dropped.
    pub confirmed: bool,
    /// Why it was dropped; empty when confirmed.
    pub reason: String,
    /// How many certificates were revoked.
    pub revoked: i32,
    /// The hash of their numbers.
    pub digest: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

#[derive(Insertable)]
#[diesel(table_name = cascade_members, treat_none_as_default_value = false)]
struct Member {
    cascade: CascadeId,
    certificate: CertificateId,
}

/// A certificate that would be struck.
#[derive(Clone, Debug, Queryable)]
pub struct Struck {
    /// Its key.
    pub id: CertificateId,
    /// Its number.
    pub number: String,
    /// Who issued it.
    pub institution: InstitutionId,
}

/// What a list is drawn from.
#[derive(Clone, Debug, Default)]
pub struct Aim {
    /// Issued by this organisation.
    pub institution: Option<InstitutionId>,
    /// Earned in this sitting.
    pub sitting: Option<SittingId>,
    /// Judged by this assessor.
    pub assessor: Option<AssessorId>,
    /// Issued on this day or later.
    pub starts: Option<NaiveDate>,
    /// Issued on this day or earlier.
    pub ends: Option<NaiveDate>,
}

/// The certificates in force that an aim strikes within a scope, by number.
pub fn aimed_at(db: &mut Conn, scope: &Scope, aim: &Aim) -> Found<Vec<Struck>> {
    let reach = Reach::of(scope);
    Ok(on!(db, c => {
        let mut rows = certificates::table
            .inner_join(institutions::table)
            .left_join(revocations::table.on(revocations::certificate.eq(certificates::id)))
            .left_join(replacements::table.on(replacements::certificate.eq(certificates::id)))
            .filter(revocations::certificate.nullable().is_null())
            .filter(replacements::certificate.nullable().is_null())
            .filter(institutions::id.like(&reach.institution).escape('\\'))
            .filter(institutions::region.like(&reach.region).escape('\\'))
            .into_boxed();
        if let Some(institution) = &aim.institution {
            rows = rows.filter(certificates::institution.eq(institution));
        }
        if let Some(sitting) = &aim.sitting {
            rows = rows.filter(certificates::sitting.eq(sitting));
        }
        if let Some(assessor) = &aim.assessor {
            let judged = panel_members::table
                .filter(panel_members::assessor.eq(assessor))
                .select(panel_members::sitting.nullable());
            rows = rows.filter(certificates::sitting.eq_any(judged));
        }
        if let Some(starts) = aim.starts {
            rows = rows.filter(certificates::issued_on.ge(starts));
        }
        if let Some(ends) = aim.ends {
            rows = rows.filter(certificates::issued_on.le(ends));
        }
        rows.order(certificates::number)
            .select((certificates::id, certificates::number, certificates::institution))
            .load::<Struck>(c)
    })?)
}

/// Keeps a cascade and its whole list.
pub fn add(db: &mut Conn, cascade: &Cascade, struck: &[Struck]) -> Found<()> {
    on!(db, c => diesel::insert_into(cascades::table).values(cascade).execute(c))?;
    for some in struck.chunks(5000) {
        let members: Vec<_> = some
            .iter()
            .map(|one| Member {
                cascade: cascade.id.clone(),
                certificate: one.id.clone(),
            })
            .collect();
        on!(db, c => diesel::insert_into(cascade_members::table).values(&members).execute(c))?;
    }
    Ok(())
}

/// Keeps a notice; a second one answers `Taken`.
pub fn notify(db: &mut Conn, notice: &Notice) -> Found<()> {
    on!(db, c => diesel::insert_into(cascade_notices::table).values(notice).execute(c))?;
    Ok(())
}

/// Keeps a reply.
pub fn reply(db: &mut Conn, reply: &Reply) -> Found<()> {
    on!(db, c => diesel::insert_into(cascade_replies::table).values(reply).execute(c))?;
    Ok(())
}

/// Keeps that one is left alone; a second time answers `Taken`.
pub fn exclude(db: &mut Conn, exclusion: &Exclusion) -> Found<()> {
    on!(db, c => diesel::insert_into(cascade_exclusions::table).values(exclusion).execute(c))?;
    Ok(())
}

/// Keeps how it ended; a second end answers `Taken`.
pub fn end(db: &mut Conn, ended: &Ended) -> Found<()> {
    on!(db, c => diesel::insert_into(cascade_ends::table).values(ended).execute(c))?;
    Ok(())
}

/// Revokes everything that is left of the list: a proposal and a revocation each, and the rights
/// they gave are free. Batches of rows, never a statement a certificate.
pub fn strike(
    db: &mut Conn,
    cascade: &CascadeId,
    proposals: &[Proposal],
    revoked: &[Revocation],
) -> Found<()> {
    for some in proposals.chunks(2000) {
        on!(db, c => diesel::insert_into(revocation_proposals::table).values(some).execute(c))?;
    }
    for some in revoked.chunks(5000) {
        on!(db, c => diesel::insert_into(revocations::table).values(some).execute(c))?;
    }
    on!(db, c => {
        let ended = cascade_members::table
            .inner_join(revocations::table.on(revocations::certificate.eq(cascade_members::certificate)))
            .filter(cascade_members::cascade.eq(cascade))
            .select(cascade_members::certificate);
        diesel::delete(holdings::table.filter(holdings::certificate.eq_any(ended))).execute(c)
    })?;
    Ok(())
}

/// A cascade with what became of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The cascade.
    pub cascade: Cascade,
    /// Who drew up the list.
    pub lister: String,
    /// That notice was given.
    pub notice: Option<Notice>,
    /// How it ended.
    pub ended: Option<Ended>,
}

type CaseRow = (Cascade, String, Option<Notice>, Option<Ended>);

fn case((cascade, lister, notice, ended): CaseRow) -> Case {
    Case {
        cascade,
        lister,
        notice,
        ended,
    }
}

macro_rules! cases {
    () => {
        cascades::table
            .inner_join(accounts::table.on(accounts::id.eq(cascades::by)))
            .left_join(cascade_notices::table.on(cascade_notices::cascade.eq(cascades::id)))
            .left_join(cascade_ends::table.on(cascade_ends::cascade.eq(cascades::id)))
    };
}

macro_rules! case_columns {
    () => {
        (
            Cascade::as_select(),
            accounts::name,
            Option::<Notice>::as_select(),
            Option::<Ended>::as_select(),
        )
    };
}

/// The cascades that touch a scope, the newest first. An organisation sees one once it was told.
pub fn list(db: &mut Conn, scope: &Scope, window: Window) -> Found<Slice<Case>> {
    let reach = Reach::of(scope);
    let told_only = matches!(scope, Scope::Institution(_));
    macro_rules! within {
        () => {{
            let touching = cascade_members::table
                .inner_join(certificates::table.inner_join(institutions::table))
                .filter(
                    institutions::id
                        .like(reach.institution.clone())
                        .escape('\\'),
                )
                .filter(institutions::region.like(reach.region.clone()).escape('\\'))
                .select(cascade_members::cascade);
            let mut rows = cases!().into_boxed();
            if *scope != Scope::All {
                rows = rows.filter(cascades::id.eq_any(touching));
            }
            if told_only {
                rows = rows.filter(cascade_notices::cascade.nullable().is_not_null());
            }
            rows
        }};
    }
    let total = on!(db, c => within!().count().get_result::<i64>(c))?;
    let rows: Vec<CaseRow> = on!(db, c => within!()
        .order((cascades::at.desc(), cascades::id.desc()))
        .offset(window.offset()).limit(window.limit())
        .select(case_columns!()).load(c))?;
    Ok(Slice {
        rows: rows.into_iter().map(case).collect(),
        total,
        window,
    })
}

/// One cascade that touches a scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &CascadeId) -> Found<Case> {
    let row: CaseRow = on!(db, c => cases!().filter(cascades::id.eq(id))
        .select(case_columns!()).first(c))?;
    let case = case(row);
    if *scope == Scope::All {
        return Ok(case);
    }
    let told = case.notice.is_some() || !matches!(scope, Scope::Institution(_));
    let reach = Reach::of(scope);
    let touching: i64 = on!(db, c => cascade_members::table
        .inner_join(certificates::table.inner_join(institutions::table))
        .filter(cascade_members::cascade.eq(id))
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .count().get_result(c))?;
    if told && touching > 0 {
        Ok(case)
    } else {
        Err(Failure::Missing)
    }
}

/// One line of a list: a certificate, whether it is left alone, and whether it was revoked here or
/// restored since.
#[derive(Clone, Debug, Queryable)]
pub struct Listed {
    /// Its key.
    pub id: CertificateId,
    /// Its number.
    pub number: String,
    /// 姓名
    pub holder: String,
    /// 职业名称
    pub occupation_name: String,
    /// 等级
    pub level: Option<SkillLevel>,
    /// 发证日期
    pub issued_on: NaiveDate,
    /// Who issued it.
    pub issuer: String,
    /// Why it is left alone, when it is.
    pub excluded: Option<String>,
    /// When it was restored, when it was.
    pub restored: Option<NaiveDateTime>,
}

/// The list of a cascade as far as a scope reaches, by number.
pub fn members(
    db: &mut Conn,
    scope: &Scope,
    id: &CascadeId,
    window: Window,
) -> Found<Slice<Listed>> {
    let reach = Reach::of(scope);
    macro_rules! within {
        () => {
            cascade_members::table
                .inner_join(certificates::table.inner_join(institutions::table))
                .left_join(
                    cascade_exclusions::table.on(cascade_exclusions::cascade
                        .eq(cascade_members::cascade)
                        .and(cascade_exclusions::certificate.eq(cascade_members::certificate))),
                )
                .left_join(
                    restorations::table
                        .on(restorations::certificate.eq(cascade_members::certificate)),
                )
                .filter(cascade_members::cascade.eq(id))
                .filter(institutions::id.like(&reach.institution).escape('\\'))
                .filter(institutions::region.like(&reach.region).escape('\\'))
        };
    }
    let total = on!(db, c => within!().count().get_result::<i64>(c))?;
    let rows = on!(db, c => within!()
        .order(certificates::number)
        .offset(window.offset()).limit(window.limit())
        .select((
            certificates::id, certificates::number, certificates::holder,
            certificates::occupation_name, certificates::level, certificates::issued_on,
            institutions::name, cascade_exclusions::reason.nullable(), restorations::at.nullable(),
        ))
        .load::<Listed>(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// What is left of the list and still in force, by number: what a confirmation revokes.
pub fn left(db: &mut Conn, id: &CascadeId) -> Found<Vec<Struck>> {
    Ok(on!(db, c => cascade_members::table
        .inner_join(certificates::table)
        .left_join(cascade_exclusions::table.on(cascade_exclusions::cascade.eq(cascade_members::cascade)
            .and(cascade_exclusions::certificate.eq(cascade_members::certificate))))
        .left_join(revocations::table.on(revocations::certificate.eq(cascade_members::certificate)))
        .left_join(replacements::table.on(replacements::certificate.eq(cascade_members::certificate)))
        .filter(cascade_members::cascade.eq(id))
        .filter(cascade_exclusions::cascade.nullable().is_null())
        .filter(revocations::certificate.nullable().is_null())
        .filter(replacements::certificate.nullable().is_null())
        .order(certificates::number)
        .select((certificates::id, certificates::number, certificates::institution))
        .load::<Struck>(c))?)
}

/// One of a list by its number, within a scope.
pub fn member(db: &mut Conn, scope: &Scope, id: &CascadeId, number: &str) -> Found<Option<Struck>> {
    let reach = Reach::of(scope);
    Ok(on!(db, c => cascade_members::table
        .inner_join(certificates::table.inner_join(institutions::table))
        .filter(cascade_members::cascade.eq(id))
        .filter(certificates::number.eq(number))
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((certificates::id, certificates::number, certificates::institution))
        .first::<Struck>(c).optional())?)
}

/// The replies to a cascade with the number they are about and who recorded them, oldest first.
/// An organisation reads its own people's only.
pub fn replies(
    db: &mut Conn,
    scope: &Scope,
    id: &CascadeId,
) -> Found<Vec<(Reply, Option<String>, String)>> {
    let rows: Vec<(Reply, Option<String>, String, Option<InstitutionId>)> = on!(db, c => cascade_replies::table
        .inner_join(accounts::table.on(accounts::id.eq(cascade_replies::by)))
        .left_join(certificates::table.on(certificates::id.nullable().eq(cascade_replies::certificate)))
        .filter(cascade_replies::cascade.eq(id))
        .order((cascade_replies::at, cascade_replies::id))
        .select((Reply::as_select(), certificates::number.nullable(), accounts::name, accounts::institution))
        .load(c))?;
    Ok(rows
        .into_iter()
        .filter(|(.., whose)| match scope {
            Scope::Institution(own) => whose.as_ref() == Some(own),
            _ => true,
        })
        .map(|(reply, number, name, _)| (reply, number, name))
        .collect())
}

/// How many are left alone.
pub fn excluded(db: &mut Conn, id: &CascadeId) -> Found<i64> {
    Ok(on!(db, c => cascade_exclusions::table
        .filter(cascade_exclusions::cascade.eq(id)).count().get_result(c))?)
}

/// Every cascade with the numbers on its list, one at a time; for the audit.
pub fn numbers(db: &mut Conn, id: &CascadeId) -> Found<Vec<String>> {
    Ok(
        on!(db, c => cascade_members::table.inner_join(certificates::table)
        .filter(cascade_members::cascade.eq(id)).order(certificates::number)
        .select(certificates::number).load(c))?,
    )
}

/// All cascades, for the audit.
pub fn all(db: &mut Conn) -> Found<Vec<Case>> {
    let rows: Vec<CaseRow> =
        on!(db, c => cases!().order(cascades::id).select(case_columns!()).load(c))?;
    Ok(rows.into_iter().map(case).collect())
}
