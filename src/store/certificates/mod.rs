//! 证书: certificates as they are kept, and how they are found.
//!
//! A certificate's row is never changed (the database itself refuses). What became of it are rows
//! of their own: revocations, replacements.

#[macro_use]
mod fate;
mod earned;
mod known;
mod listing;
mod public;
mod turned;

pub use earned::{Earned, earned_in};
pub use fate::After;
pub use known::Known;
pub use listing::{
    Filter, Kept, Listed, behind, list, of_class, of_key_since, of_sitting, others_of,
};
pub use public::{
    Public, after_key, count_of_key, kept_of_key, public, public_by_number, public_by_numbers,
    public_each,
};
pub use turned::unnoted;

use crate::domain::account::{AccountId, Scope};
use crate::domain::assessment::{CandidateId, SittingId};
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::entitlement::EntitlementId;
use crate::domain::institution::InstitutionId;
use crate::domain::occupation::OccupationCode;
use crate::domain::person::PersonId;
use crate::domain::skill_level::SkillLevel;
use crate::on;
use crate::schema::{
    certificate_prints, certificates, corrections, institutions, key_events, open_holds, people,
    renewed_revocations, replacements, restorations, revocation_proposals, revocations,
};
use crate::store::certificates::fate::{AfterRow, after};
use crate::store::dates::{Day, Moment};
use crate::store::pattern::Reach;
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A certificate as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = certificates, treat_none_as_default_value = false)]
pub struct Certificate {
    /// Its key.
    pub id: CertificateId,
    /// What its page is found by; follows from the signed message.
    pub token: String,
    /// 证书编号
    pub number: String,
    /// Which of the two it is.
    pub kind: CertificateKind,
    /// Who issued it.
    pub institution: InstitutionId,
    /// The person.
    pub person: PersonId,
    /// The sitting it was earned in.
    pub sitting: Option<SittingId>,
    /// The candidate it was issued to; none for one issued in another's place.
    pub candidate: Option<CandidateId>,
    /// The enrolment it was earned by; none for one issued in another's place.
    pub enrolment: Option<EnrolmentId>,
    /// The filed line of scope it was issued under.
    pub entitlement: Option<EntitlementId>,
    /// 姓名, as printed.
    pub holder: String,
    /// 证件类型, its code.
    pub id_kind: String,
    /// The last four characters of the document's number.
    pub id_tail: String,
    /// 职业
    pub occupation: Option<OccupationCode>,
    /// 职业名称, as printed; for a course without a trade, what it teaches.
    pub occupation_name: String,
    /// 工种/职业方向
    pub work_type: Option<String>,
    /// 等级
    pub level: Option<SkillLevel>,
    /// 培训项目
    pub course_name: Option<String>,
    /// 学时
    pub hours: Option<i32>,
    /// First day of training.
    pub began: Option<NaiveDate>,
    /// Last day of training.
    pub ended: Option<NaiveDate>,
    /// 发证日期
    #[diesel(deserialize_as = Day)]
    pub issued_on: NaiveDate,
    /// 有效期至
    pub expires_on: Option<NaiveDate>,
    /// Which printing it is.
    pub print: i32,
    /// Which key signed it.
    pub key_id: String,
    /// What was signed, byte for byte.
    pub cose: Vec<u8>,
    /// Its status list.
    pub status_list: i32,
    /// Its place there.
    pub status_index: i32,
    /// When it was issued, in UTC.
    #[diesel(deserialize_as = Moment)]
    pub issued_at: NaiveDateTime,
    /// By whom.
    pub issued_by: AccountId,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({})", self.number)
    }
}

/// Keeps certificates; a number or token given before answers `Taken`.
pub fn add(db: &mut Conn, issued: &[Certificate]) -> Found<()> {
    // Some thirty values a row, and SQLite takes 32,766 in one statement.
    for some in issued.chunks(500) {
        on!(db, c => diesel::insert_into(certificates::table).values(some).execute(c))?;
    }
    Ok(())
}

/// One certificate of an institution within a scope, its issuer's name, and what became of it.
pub fn of(db: &mut Conn, scope: &Scope, id: &CertificateId) -> Found<(Certificate, String, After)> {
    let reach = Reach::of(scope);
    let (certificate, issuer, fate) = on!(db, c => with_fate!()
        .filter(certificates::id.eq(id))
        .filter(institutions::id.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((Certificate::as_select(), institutions::name, fate_columns!()))
        .first::<(Certificate, String, AfterRow)>(c))?;
    Ok((certificate, issuer, after(fate)))
}

/// The key of the certificate with a token.
pub fn with_token(db: &mut Conn, token: &str) -> Found<Option<CertificateId>> {
    Ok(
        on!(db, c => certificates::table.filter(certificates::token.eq(token))
        .select(certificates::id).first(c).optional())?,
    )
}

/// Whole certificates with these keys, by number: to be drawn.
pub fn several(db: &mut Conn, ids: &[CertificateId]) -> Found<Vec<Certificate>> {
    let mut found: Vec<Certificate> = Vec::new();
    for some in ids.chunks(500) {
        found.extend(
            on!(db, c => certificates::table.filter(certificates::id.eq_any(some))
            .select(Certificate::as_select()).load::<Certificate>(c))?,
        );
    }
    found.sort_by(|a, b| a.number.cmp(&b.number));
    Ok(found)
}

/// The kinds of document of some persons.
pub fn id_kinds(db: &mut Conn, persons: &[PersonId]) -> Found<Vec<(PersonId, String)>> {
    let mut found = Vec::new();
    for some in persons.chunks(500) {
        found.extend(on!(db, c => people::table.filter(people::id.eq_any(some))
            .select((people::id, people::id_kind)).load::<(PersonId, String)>(c))?);
    }
    Ok(found)
}
