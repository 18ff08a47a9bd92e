//! 证书列表: certificates in a line each, for those who work with them.

use crate::domain::account::Scope;
use crate::domain::assessment::{CandidateId, SittingId};
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::institution::InstitutionId;
use crate::domain::skill_level::SkillLevel;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{
    certificate_prints, certificates, corrections, enrolments, institutions, key_events,
    open_holds, people, person_corrections, renewed_revocations, replacements, restorations,
    revocation_proposals, revocations,
};
use crate::store::certificates::Certificate;
use crate::store::certificates::count_of_key;
use crate::store::certificates::fate::{After, AfterRow, after};
use crate::store::pattern::{self, Reach};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// One line of a list of certificates.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its key.
    pub id: CertificateId,
    /// Its token.
    pub token: String,
    /// 证书编号
    pub number: String,
    /// Which of the two it is.
    pub kind: CertificateKind,
    /// 姓名
    pub holder: String,
    /// The last four characters of the document's number.
    pub id_tail: String,
    /// 职业名称
    pub occupation_name: String,
    /// 等级
    pub level: Option<SkillLevel>,
    /// 培训项目
    pub course_name: Option<String>,
    /// 发证日期
    pub issued_on: NaiveDate,
    /// 有效期至
    pub expires_on: Option<NaiveDate>,
    /// Who issued it.
    pub issuer: String,
    /// What became of it.
    pub after: After,
}

crate::code!(
    /// Which certificates a list is narrowed to, by what became of them.
    Kept {
        /// In force.
        Valid = "valid",
        /// Revoked.
        Revoked = "revoked",
        /// Replaced by another.
        Replaced = "replaced",
        /// Replaced because something on it was wrong.
        Corrected = "corrected",
        /// Not to be used for the time being.
        Suspended = "suspended",
        /// Signed by a key in strange hands.
        Doubtful = "doubtful",
        /// Past their last day.
        Expired = "expired",
    }
);

/// What a list of certificates is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of the number or the name.
    pub text: String,
    /// One kind only.
    pub kind: Option<CertificateKind>,
    /// One standing only.
    pub standing: Option<Kept>,
    /// Issued by one institution only.
    pub institution: Option<InstitutionId>,
    /// Earned in one sitting only.
    pub sitting: Option<SittingId>,
}

macro_rules! listed_columns {
    () => {
        (
            (
                certificates::id,
                certificates::token,
                certificates::number,
                certificates::kind,
                certificates::holder,
                certificates::id_tail,
                certificates::occupation_name,
                certificates::level,
                certificates::course_name,
                certificates::issued_on,
                certificates::expires_on,
                institutions::name,
            ),
            fate_columns!(),
        )
    };
}

type ListedRow = (
    (
        CertificateId,
        String,
        String,
        CertificateKind,
        String,
        String,
        String,
        Option<SkillLevel>,
        Option<String>,
        NaiveDate,
        Option<NaiveDate>,
        String,
    ),
    AfterRow,
);

fn listed((row, fate): ListedRow) -> Listed {
    let (
        id,
        token,
        number,
        kind,
        holder,
        id_tail,
        occupation_name,
        level,
        course_name,
        issued_on,
        expires_on,
        issuer,
    ) = row;
    Listed {
        id,
        token,
        number,
        kind,
        holder,
        id_tail,
        occupation_name,
        level,
        course_name,
        issued_on,
        expires_on,
        issuer,
        after: after(fate),
    }
}

/// The certificates within a scope that stand and say another name or document than their holders'
/// records since a correction; the oldest first.
pub fn behind(db: &mut Conn, scope: &Scope, kind: CertificateKind) -> Found<Vec<Listed>> {
    let reach = Reach::of(scope);
    let corrected = person_corrections::table.select(person_corrections::person);
    let rows = on!(db, c => with_fate!()
        .inner_join(people::table)
        .filter(certificates::person.eq_any(corrected)).filter(certificates::kind.eq(kind))
        .filter(certificates::holder.ne(people::name).or(certificates::id_tail.ne(people::id_tail)))
        .filter(people::name.ne("")).filter(people::id_tail.ne(""))
        .filter(replacements::certificate.nullable().is_null())
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .order((certificates::issued_at, certificates::id))
        .select(listed_columns!()).load::<ListedRow>(c))?;
    let rows = rows.into_iter().map(listed);
    Ok(rows.filter(|row| row.after.revoked.is_none()).collect())
}

/// A person's other certificates within a scope, and how many more others issued.
pub fn others_of(db: &mut Conn, scope: &Scope, one: &Certificate) -> Found<(Vec<Listed>, i64)> {
    let reach = Reach::of(scope);
    let rows = on!(db, c => with_fate!()
        .filter(certificates::person.eq(&one.person)).filter(certificates::id.ne(&one.id))
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .order(certificates::number)
        .select(listed_columns!()).load::<ListedRow>(c))?;
    let all: i64 = on!(db, c => certificates::table
        .left_join(replacements::table.on(replacements::certificate.eq(certificates::id)))
        .left_join(revocations::table.on(revocations::certificate.eq(certificates::id)))
        .filter(certificates::person.eq(&one.person)).filter(certificates::id.ne(&one.id))
        .filter(replacements::certificate.nullable().is_null())
        .filter(revocations::certificate.nullable().is_null())
        .count().get_result(c))?;
    let rows: Vec<Listed> = rows.into_iter().map(listed).collect();
    let seen = rows.iter().filter(|row| {
        row.after.replaced.is_none() && row.after.revoked.is_none() && row.after.restored.is_none()
    });
    let elsewhere = all - i64::try_from(seen.count()).unwrap_or(0);
    Ok((rows, elsewhere.max(0)))
}

/// Certificates within a scope, the newest first.
pub fn list(
    db: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    today: NaiveDate,
    window: Window,
) -> Found<Slice<Listed>> {
    let reach = Reach::of(scope);
    macro_rules! narrowed {
        () => {{
            let mut rows = with_fate!()
                .filter(
                    institutions::id
                        .like(reach.institution.clone())
                        .escape('\\'),
                )
                .filter(institutions::region.like(reach.region.clone()).escape('\\'))
                .into_boxed();
            if !filter.text.trim().is_empty() {
                let text = filter.text.trim().to_uppercase();
                rows = rows.filter(
                    certificates::number
                        .like(pattern::beginning(&text))
                        .escape('\\')
                        .or(pattern::lower(certificates::holder)
                            .like(pattern::holding(&filter.text))
                            .escape('\\')),
                );
            }
            if let Some(kind) = filter.kind {
                rows = rows.filter(certificates::kind.eq(kind));
            }
            if let Some(institution) = &filter.institution {
                rows = rows.filter(certificates::institution.eq(institution.clone()));
            }
            if let Some(sitting) = &filter.sitting {
                rows = rows.filter(certificates::sitting.eq(sitting.clone()));
            }
            let unrevoked =
                revocations::certificate
                    .nullable()
                    .is_null()
                    .or(restorations::certificate
                        .nullable()
                        .is_not_null()
                        .and(renewed_revocations::certificate.nullable().is_null()));
            let unharmed = unrevoked
                .and(replacements::certificate.nullable().is_null())
                .and(open_holds::certificate.nullable().is_null())
                .and(diesel::dsl::not(doubtful!()));
            match filter.standing {
                None => {}
                Some(Kept::Valid) => {
                    rows = rows.filter(unharmed).filter(
                        certificates::expires_on
                            .is_null()
                            .or(certificates::expires_on.ge(today).assume_not_null()),
                    );
                }
                Some(Kept::Revoked) => {
                    rows = rows
                        .filter(revocations::certificate.nullable().is_not_null())
                        .filter(
                            restorations::certificate
                                .nullable()
                                .is_null()
                                .or(renewed_revocations::certificate.nullable().is_not_null()),
                        );
                }
                Some(Kept::Replaced) => {
                    rows = rows
                        .filter(unrevoked)
                        .filter(replacements::certificate.nullable().is_not_null())
                        .filter(corrections::certificate.nullable().is_null());
                }
                Some(Kept::Corrected) => {
                    rows = rows
                        .filter(unrevoked)
                        .filter(corrections::certificate.nullable().is_not_null());
                }
                Some(Kept::Suspended) => {
                    rows = rows
                        .filter(unrevoked)
                        .filter(replacements::certificate.nullable().is_null())
                        .filter(open_holds::certificate.nullable().is_not_null())
                        .filter(diesel::dsl::not(doubtful!()));
                }
                Some(Kept::Doubtful) => {
                    rows = rows
                        .filter(unrevoked)
                        .filter(replacements::certificate.nullable().is_null())
                        .filter(doubtful!());
                }
                Some(Kept::Expired) => {
                    rows = rows
                        .filter(unharmed)
                        .filter(certificates::expires_on.lt(today).assume_not_null());
                }
            }
            rows
        }};
    }
    let total = on!(db, c => narrowed!().count().get_result::<i64>(c))?;
    let rows: Vec<ListedRow> = on!(db, c => narrowed!()
        .order((certificates::issued_on.desc(), certificates::number.desc()))
        .offset(window.offset()).limit(window.limit())
        .select(listed_columns!()).load(c))?;
    Ok(Slice {
        rows: rows.into_iter().map(listed).collect(),
        total,
        window,
    })
}

/// What a sitting's candidates were given, by number.
pub fn of_sitting(db: &mut Conn, sitting: &SittingId) -> Found<Vec<(CandidateId, Listed)>> {
    let rows: Vec<(Option<CandidateId>, ListedRow)> = on!(db, c => with_fate!()
        .filter(certificates::sitting.eq(sitting)).filter(certificates::candidate.is_not_null())
        .order(certificates::number)
        .select((certificates::candidate, listed_columns!())).load(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(candidate, row)| Some((candidate?, listed(row))))
        .collect())
}

/// What a class's trainees were given, by number.
pub fn of_class(db: &mut Conn, class: &ClassId) -> Found<Vec<(EnrolmentId, Listed)>> {
    let rows: Vec<(Option<EnrolmentId>, ListedRow)> = on!(db, c => with_fate!()
        .inner_join(enrolments::table.on(enrolments::id.nullable().eq(certificates::enrolment)))
        .filter(enrolments::class.eq(class))
        .order(certificates::number)
        .select((certificates::enrolment, listed_columns!())).load(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(enrolment, row)| Some((enrolment?, listed(row))))
        .collect())
}

/// What a key signed from a moment on, the oldest first.
pub fn of_key_since(
    db: &mut Conn,
    key: &str,
    cut_off: NaiveDateTime,
    window: Window,
) -> Found<Slice<Listed>> {
    let (_, total) = count_of_key(db, key, cut_off)?;
    let rows: Vec<ListedRow> = on!(db, c => with_fate!()
        .filter(certificates::key_id.eq(key)).filter(certificates::issued_at.ge(cut_off))
        .order((certificates::issued_at, certificates::number))
        .offset(window.offset()).limit(window.limit())
        .select(listed_columns!()).load(c))?;
    Ok(Slice {
        rows: rows.into_iter().map(listed).collect(),
        total,
        window,
    })
}
