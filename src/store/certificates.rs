//! 证书: certificates as they are kept, and how they are found.
//!
//! A certificate's row is never changed (the database itself refuses). What became of it are rows
//! of their own: revocations, replacements.

use crate::domain::account::{AccountId, Scope};
use crate::domain::assessment::{CandidateId, SittingId};
use crate::domain::certificate::{
    CertificateId, CertificateKind, CorrectionId, Fate, Hold, HoldReason, Replacement, Revocation,
    RevocationReason, Standing,
};
use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::entitlement::EntitlementId;
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::occupation::OccupationCode;
use crate::domain::person::PersonId;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::beijing;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{
    candidates, certificate_prints, certificates, corrections, enrolments, entitlements,
    institutions, issuer_keys, key_events, log_events, open_holds, people, person_corrections,
    renewed_revocations, replacements, restorations, revocation_proposals, revocations,
};
use crate::store::log::PUBLIC;
use crate::store::pattern::{self, Reach};
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
    pub issued_at: NaiveDateTime,
    /// By whom.
    pub issued_by: AccountId,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({})", self.number)
    }
}

/// What became of a certificate, as far as its standing asks.
#[derive(Clone, Debug, Default)]
pub struct After {
    /// When it was revoked, and for which class of reason.
    pub revoked: Option<(NaiveDateTime, RevocationReason)>,
    /// When it was replaced, and by which.
    pub replaced: Option<(NaiveDateTime, CertificateId)>,
    /// Whether it was replaced because something on it was wrong.
    pub corrected: bool,
    /// Since when it is suspended, and for which class of reason.
    pub held: Option<(NaiveDate, HoldReason)>,
    /// When a wrong revocation was taken back, and when that had been.
    pub restored: Option<(NaiveDateTime, NaiveDateTime)>,
    /// When it was restored and when it had been revoked first, where it was revoked once more.
    pub renewed: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Which printing is the last, when there is one after the first.
    pub print: Option<i32>,
    /// Since when its key may have been in strange hands, when it was signed after that.
    pub doubted: Option<NaiveDateTime>,
}

impl After {
    /// Which printing counts: the one on record, or the last made since.
    pub fn print_of(&self, certificate: &Certificate) -> i32 {
        self.print
            .map_or(certificate.print, |print| print.max(certificate.print))
    }

    /// The standing on a day of one that lasts until another.
    pub fn standing(&self, expires_on: Option<NaiveDate>, today: NaiveDate) -> Standing {
        self.fate(expires_on).standing(today)
    }

    /// What the rules look at.
    pub fn fate(&self, expires_on: Option<NaiveDate>) -> Fate {
        let day = |at: NaiveDateTime| beijing(at).date_naive();
        Fate {
            revocation: self.revoked.map(|(at, reason)| Revocation {
                reason,
                on: day(at),
            }),
            replacement: self.replaced.clone().map(|(at, successor)| Replacement {
                successor,
                on: day(at),
                corrected: self.corrected,
            }),
            hold: self.held.map(|(starts, reason)| Hold {
                starts,
                lifted: None,
                reason,
            }),
            restored: self.restored.map(|(at, _)| day(at)),
            doubted: self.doubted.map(day),
            expires_on,
        }
    }
}

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

/// Keeps certificates; a number or token given before answers `Taken`.
pub fn add(db: &mut Conn, issued: &[Certificate]) -> Found<()> {
    // Some thirty values a row, and SQLite takes 32,766 in one statement.
    for some in issued.chunks(500) {
        on!(db, c => diesel::insert_into(certificates::table).values(some).execute(c))?;
    }
    Ok(())
}

type AfterRow = (
    Option<NaiveDateTime>,
    Option<RevocationReason>,
    Option<NaiveDateTime>,
    Option<CertificateId>,
    Option<CorrectionId>,
    Option<NaiveDate>,
    Option<HoldReason>,
    Option<NaiveDateTime>,
    Option<NaiveDateTime>,
    Option<RevocationReason>,
    Option<i32>,
    Option<NaiveDateTime>,
);

fn after(row: AfterRow) -> After {
    let (
        revoked,
        reason,
        replaced,
        successor,
        corrected,
        held,
        why,
        restored,
        renewed,
        again,
        print,
        doubted,
    ) = row;
    let first = restored.zip(revoked);
    let renewed = renewed.zip(again);
    After {
        revoked: renewed.or(revoked.zip(reason).filter(|_| restored.is_none())),
        renewed: renewed.and(first),
        replaced: replaced.zip(successor),
        corrected: corrected.is_some(),
        held: held.zip(why),
        restored: first.filter(|_| renewed.is_none()),
        print,
        doubted,
    }
}

/// Certificates with what became of them.
macro_rules! with_fate {
    () => {
        certificates::table
            .inner_join(institutions::table)
            .left_join(revocations::table.on(revocations::certificate.eq(certificates::id)))
            .left_join(
                revocation_proposals::table.on(revocation_proposals::id
                    .nullable()
                    .eq(revocations::proposal.nullable())),
            )
            .left_join(replacements::table.on(replacements::certificate.eq(certificates::id)))
            .left_join(corrections::table.on(corrections::certificate.eq(certificates::id)))
            .left_join(open_holds::table.on(open_holds::certificate.eq(certificates::id)))
            .left_join(restorations::table.on(restorations::certificate.eq(certificates::id)))
            .left_join(
                renewed_revocations::table
                    .on(renewed_revocations::certificate.eq(certificates::id)),
            )
    };
}

macro_rules! fate_columns {
    () => {
        fate_columns!(
            key_events::table
                .filter(key_events::key_id.eq(certificates::key_id))
                .filter(key_events::cut_off.le(certificates::issued_at.nullable()))
                .select(diesel::dsl::min(key_events::cut_off))
                .single_value()
        )
    };
    ($cut_off:expr) => {
        (
            revocations::at.nullable(),
            revocation_proposals::reason_class.nullable(),
            replacements::at.nullable(),
            replacements::successor.nullable(),
            corrections::proposal.nullable(),
            open_holds::starts.nullable(),
            open_holds::reason_class.nullable(),
            restorations::at.nullable(),
            renewed_revocations::at.nullable(),
            renewed_revocations::reason_class.nullable(),
            certificate_prints::table
                .filter(certificate_prints::certificate.eq(certificates::id))
                .select(diesel::dsl::max(certificate_prints::serial))
                .single_value(),
            $cut_off,
        )
    };
}

/// Whether a certificate was signed when its key may have been in strange hands.
macro_rules! doubtful {
    () => {
        diesel::dsl::exists(
            key_events::table
                .filter(key_events::key_id.eq(certificates::key_id))
                .filter(
                    key_events::cut_off
                        .le(certificates::issued_at.nullable())
                        .assume_not_null(),
                ),
        )
    };
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

/// Everything the public's question is answered from, in one query.
#[derive(Clone, Debug)]
pub struct Public {
    /// The certificate.
    pub certificate: Certificate,
    /// Who issued it: name, where it is reached.
    pub issuer: (String, String),
    /// The key that signed it: whose, for which year, how, the public key.
    pub key: (InstitutionId, i32, String, Vec<u8>),
    /// The filed line it was issued under: whose, in which role, what, at which level, its document.
    pub filed: Option<(
        InstitutionId,
        InstitutionRole,
        Option<OccupationCode>,
        Option<SkillLevel>,
        String,
    )>,
    /// When its issue was entered in the public log, and its place there once it has one; none when
    /// it was issued before there was a log.
    pub logged: Option<(NaiveDateTime, Option<i64>)>,
    /// Since when the key that signed it may have been in strange hands.
    pub key_lost: Option<NaiveDateTime>,
    /// What became of it.
    pub after: After,
}

/// One query of constant text, so that it is prepared once a connection.
macro_rules! public_query {
    ($which:expr) => {
        with_fate!()
            .inner_join(issuer_keys::table.on(issuer_keys::id.eq(certificates::key_id)))
            .left_join(
                entitlements::table.on(entitlements::id.nullable().eq(certificates::entitlement)),
            )
            // The first event of a certificate is its issue.
            .left_join(
                log_events::table.on(log_events::subject
                    .eq(certificates::id)
                    .and(log_events::log.eq(PUBLIC))
                    .and(log_events::n.eq(1))),
            )
            // A key is lost once: the pair is unique.
            .left_join(
                key_events::table.on(key_events::key_id
                    .eq(certificates::key_id)
                    .and(key_events::kind.eq("compromised"))),
            )
            .filter($which)
            .select((
                Certificate::as_select(),
                (institutions::name, institutions::contact),
                (
                    issuer_keys::institution,
                    issuer_keys::year,
                    issuer_keys::algorithm,
                    issuer_keys::public,
                ),
                (
                    entitlements::institution,
                    entitlements::role,
                    entitlements::occupation,
                    entitlements::level,
                    entitlements::document,
                )
                    .nullable(),
                (log_events::at, log_events::seq).nullable(),
                key_events::log_size.nullable(),
                fate_columns!(key_events::cut_off.nullable()),
            ))
    };
}
/// The certificate with one of these tokens.
pub fn public(db: &mut Conn, tokens: &[String]) -> Found<Public> {
    let [token] = tokens else {
        return public_among(db, tokens);
    };
    let row: PublicRow = on!(db, c => public_query!(certificates::token.eq(token)).first(c))?;
    Ok(as_public(row))
}

fn public_among(db: &mut Conn, tokens: &[String]) -> Found<Public> {
    let row: PublicRow = on!(db, c => public_query!(certificates::token.eq_any(tokens)).first(c))?;
    Ok(as_public(row))
}

/// The certificate with this number.
pub fn public_by_number(db: &mut Conn, number: &str) -> Found<Public> {
    let row: PublicRow = on!(db, c => public_query!(certificates::number.eq(number)).first(c))?;
    Ok(as_public(row))
}

/// The certificates with these numbers.
pub fn public_by_numbers(db: &mut Conn, numbers: &[String]) -> Found<Vec<Public>> {
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(500) {
        let rows: Vec<PublicRow> =
            on!(db, c => public_query!(certificates::number.eq_any(some)).load(c))?;
        found.extend(rows.into_iter().map(as_public));
    }
    Ok(found)
}

type FiledRow = (
    InstitutionId,
    InstitutionRole,
    Option<OccupationCode>,
    Option<SkillLevel>,
    String,
);
type PublicRow = (
    Certificate,
    (String, String),
    (InstitutionId, i32, String, Vec<u8>),
    Option<FiledRow>,
    Option<(NaiveDateTime, Option<i64>)>,
    Option<i64>,
    AfterRow,
);

fn as_public((certificate, issuer, key, filed, logged, size, fate): PublicRow) -> Public {
    let mut after = after(fate);
    let key_lost = after.doubted;
    after.doubted = key_lost.filter(|cut_off| *cut_off <= certificate.issued_at);
    // A row that says it is older than the cut-off, and that the log does not know from before it,
    // was written by whoever had the key and the database.
    if let (Some(cut_off), Some(size)) = (key_lost, size)
        && !was_logged(logged, cut_off, size)
    {
        after.doubted = Some(cut_off);
    }
    Public {
        certificate,
        issuer,
        key,
        filed,
        logged,
        key_lost,
        after,
    }
}

/// Whether the log knew an issue before a cut-off, when it had this size.
fn was_logged(
    logged: Option<(NaiveDateTime, Option<i64>)>,
    cut_off: NaiveDateTime,
    size: i64,
) -> bool {
    match logged {
        Some((_, Some(place))) => place < size,
        Some((at, None)) => at < cut_off,
        None => size == 0,
    }
}

/// The tokens of what a compromised key signed before it was lost.
pub fn kept_of_key(db: &mut Conn, key: &str) -> Found<Vec<String>> {
    type Lost = (Option<NaiveDateTime>, Option<i64>);
    let lost: Option<Lost> = on!(db, c => key_events::table
        .filter(key_events::key_id.eq(key)).filter(key_events::cut_off.is_not_null())
        .select((key_events::cut_off, key_events::log_size)).first(c).optional())?;
    let Some((Some(cut_off), size)) = lost else {
        return Ok(Vec::new());
    };
    let rows: Vec<(String, Option<(NaiveDateTime, Option<i64>)>)> = on!(db, c => certificates::table
        .left_join(log_events::table.on(log_events::subject
            .eq(diesel::dsl::sql::<diesel::sql_types::Text>("certificates.id"))
            .and(log_events::log.eq(PUBLIC))
            .and(log_events::n.eq(1))))
        .filter(certificates::key_id.eq(key)).filter(certificates::issued_at.lt(cut_off))
        .select((certificates::token, (log_events::at, log_events::seq).nullable())).load(c))?;
    Ok(rows
        .into_iter()
        .filter(|(_, logged)| size.is_none_or(|size| was_logged(*logged, cut_off, size)))
        .map(|(token, _)| token)
        .collect())
}

/// How many certificates a key signed before a moment, and how many from then on.
pub fn count_of_key(db: &mut Conn, key: &str, cut_off: NaiveDateTime) -> Found<(i64, i64)> {
    let before = on!(db, c => certificates::table.filter(certificates::key_id.eq(key))
        .filter(certificates::issued_at.lt(cut_off)).count().get_result(c))?;
    let since = on!(db, c => certificates::table.filter(certificates::key_id.eq(key))
        .filter(certificates::issued_at.ge(cut_off)).count().get_result(c))?;
    Ok((before, since))
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

/// A page of all certificates in the order of their keys, for the audit.
pub fn after_key(db: &mut Conn, key: &str, limit: i64) -> Found<Vec<Public>> {
    let rows: Vec<PublicRow> = on!(db, c => public_query!(certificates::id.gt(key))
        .order(certificates::id).limit(limit).load(c))?;
    Ok(rows.into_iter().map(as_public).collect())
}

/// A certificate somebody has from a class: for having finished it, or from an assessment she sat
/// as its trainee. Where it was replaced, the last in its place.
#[derive(Clone, Debug)]
pub struct Earned {
    /// Whose.
    pub enrolment: EnrolmentId,
    /// Its key.
    pub id: CertificateId,
    /// Which of the two it is.
    pub kind: CertificateKind,
    /// 职业
    pub occupation: Option<OccupationCode>,
    /// 等级
    pub level: Option<SkillLevel>,
    /// The day the first in its place was issued.
    pub issued_on: NaiveDate,
    /// 有效期至
    pub expires_on: Option<NaiveDate>,
    /// What became of it.
    pub after: After,
}

type EarnedRow = (
    (
        CertificateId,
        CertificateKind,
        Option<OccupationCode>,
        Option<SkillLevel>,
        NaiveDate,
        Option<NaiveDate>,
    ),
    AfterRow,
);

macro_rules! earned_columns {
    () => {
        (
            (
                certificates::id,
                certificates::kind,
                certificates::occupation,
                certificates::level,
                certificates::issued_on,
                certificates::expires_on,
            ),
            fate_columns!(),
        )
    };
}

fn earned(enrolment: EnrolmentId, (row, fate): EarnedRow) -> Earned {
    let (id, kind, occupation, level, issued_on, expires_on) = row;
    Earned {
        enrolment,
        id,
        kind,
        occupation,
        level,
        issued_on,
        expires_on,
        after: after(fate),
    }
}

/// What a class's trainees have from it.
pub fn earned_in(db: &mut Conn, class: &ClassId) -> Found<Vec<Earned>> {
    let finished: Vec<(EnrolmentId, EarnedRow)> = on!(db, c => with_fate!()
        .inner_join(enrolments::table.on(enrolments::id.nullable().eq(certificates::enrolment)))
        .filter(enrolments::class.eq(class)).order(certificates::id)
        .select((enrolments::id, earned_columns!())).load(c))?;
    let assessed: Vec<(EnrolmentId, EarnedRow)> = on!(db, c => with_fate!()
        .inner_join(candidates::table.on(candidates::id.nullable().eq(certificates::candidate)))
        .inner_join(enrolments::table.on(enrolments::id.nullable().eq(candidates::enrolment)))
        .filter(enrolments::class.eq(class)).order(certificates::id)
        .select((enrolments::id, earned_columns!())).load(c))?;
    let mut found = Vec::new();
    for (enrolment, row) in finished.into_iter().chain(assessed) {
        let mut one = earned(enrolment, row);
        while let Some((_, successor)) = one.after.replaced.clone() {
            let row: EarnedRow = on!(db, c => with_fate!().filter(certificates::id.eq(&successor))
                .select(earned_columns!()).first(c))?;
            one = Earned {
                issued_on: one.issued_on,
                ..earned(one.enrolment, row)
            };
        }
        found.push(one);
    }
    Ok(found)
}
