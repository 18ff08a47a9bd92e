//! 证书: certificates for programs: lists, issuing, revocation, replacement, papers.

use crate::acts::certificates::{self, Opened};
use crate::acts::issuing::{Given, Issued};
use crate::acts::prints;
use crate::acts::revocations::Grounds;
use crate::acts::{Done, completion_certificates, replacements, revocations};
use crate::domain::account::{AssessmentSignatory, Confirmer, Issuer, Reader, Signatory};
use crate::domain::assessment::SittingId;
use crate::domain::certificate::{CertificateId, CertificateKind, RevocationReason};
use crate::domain::class::ClassId;
use crate::ground::slice::Window;
use crate::store::certificates::{Certificate, Filter, Kept, Listed};
use crate::web::api::denials::{Changing, Reading};
use crate::web::api::once::{Key, Said, once};
use crate::web::api::{Listing, Made};
use crate::web::body::Json as Body;
use crate::web::certificates::Pdf;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::guards::Caller;
use crate::web::refusal::No;
use crate::web::words::Words;
use chrono::NaiveDate;
use rocket::State;
use rocket::http::Status;
use rocket::response::status::{Custom, NoContent};
use rocket::serde::json::Json;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// One certificate of a list.
#[derive(Serialize, ToSchema)]
pub struct CertificateRow {
    /// Its key.
    id: String,
    /// 证书编号
    number: String,
    /// `level` or `completion`.
    kind: String,
    /// 姓名
    holder: String,
    /// The last four characters of the identity number.
    id_last4: String,
    /// 职业名称
    occupation: String,
    /// The level's code, where there is one.
    level: Option<String>,
    /// 培训项目, for a completion certificate.
    course: Option<String>,
    /// Who issued it.
    issuer: String,
    /// 发证日期
    issued_on: NaiveDate,
    /// The last day, where there is one.
    expires_on: Option<NaiveDate>,
    /// `valid`, `revoked`, `replaced`, `corrected`, `doubtful`, `suspended` or `expired`.
    standing: String,
    /// The token its public page is found by.
    token: String,
}

fn row(listed: Listed, today: NaiveDate) -> CertificateRow {
    let standing = listed.after.standing(listed.expires_on, today);
    CertificateRow {
        id: listed.id.to_string(),
        number: listed.number,
        kind: listed.kind.to_string(),
        holder: listed.holder,
        id_last4: listed.id_tail,
        occupation: listed.occupation_name,
        level: listed.level.map(|level| level.to_string()),
        course: listed.course_name,
        issuer: listed.issuer,
        issued_on: listed.issued_on,
        expires_on: listed.expires_on,
        standing: standing.as_str().to_owned(),
        token: listed.token,
    }
}

/// One certificate with what became of it.
#[derive(Serialize, ToSchema)]
pub struct CertificateShown {
    /// What the list says of it.
    #[serde(flatten)]
    row: CertificateRow,
    /// Whose it is, the person's key.
    person: String,
    /// The sitting it was earned in.
    sitting: Option<String>,
    /// 工种
    work_type: Option<String>,
    /// 学时
    hours: Option<i32>,
    /// Which printing counts: 1 is the first.
    print: i32,
    /// Since when it is suspended, when it is.
    suspended_since: Option<NaiveDate>,
    /// The whole text of its QR code.
    qr: String,
    /// The key of the certificate in its place.
    successor: Option<String>,
    /// The key of the certificate it stands in the place of.
    predecessor: Option<String>,
    /// Whether a proposal to revoke it waits for a second person.
    revocation_pending: bool,
    /// Whether a proposal to correct it waits for a second person.
    correction_pending: bool,
    /// Whether it says another name or document than the holder's record does today.
    behind: bool,
    /// The keys of her other certificates in force of which the same is true, as far as you may see them.
    others_behind: Vec<String>,
}

fn shown(opened: Opened, base: &str, today: NaiveDate) -> CertificateShown {
    let revocation_pending = opened.pending().is_some();
    let behind = opened.is_behind();
    let others_behind = opened.behind().map(|one| one.id.to_string()).collect();
    let key = |relative: &Option<(_, crate::store::replacements::Relative)>| {
        relative
            .as_ref()
            .map(|(_, relative)| relative.id.to_string())
    };
    let (successor, predecessor) = (
        key(&opened.successor.map(|(_, relative)| ((), relative))),
        key(&opened.predecessor.map(|(_, relative)| ((), relative))),
    );
    let print = opened.after.print_of(&opened.certificate);
    let suspended_since = opened.after.held.map(|(since, _)| since);
    let correction_pending = opened.corrections.iter().any(|case| case.is_pending());
    let certificate: Certificate = opened.certificate;
    let qr = prints::qr(&certificate, base);
    let listed = Listed {
        id: certificate.id,
        token: certificate.token,
        number: certificate.number,
        kind: certificate.kind,
        holder: certificate.holder,
        id_tail: certificate.id_tail,
        occupation_name: certificate.occupation_name,
        level: certificate.level,
        course_name: certificate.course_name,
        issued_on: certificate.issued_on,
        expires_on: certificate.expires_on,
        issuer: opened.issuer,
        after: opened.after,
    };
    CertificateShown {
        row: row(listed, today),
        person: certificate.person.to_string(),
        sitting: certificate.sitting.map(|sitting| sitting.to_string()),
        work_type: certificate.work_type,
        hours: certificate.hours,
        print,
        suspended_since,
        qr,
        successor,
        predecessor,
        revocation_pending,
        correction_pending,
        behind,
        others_behind,
    }
}

/// A certificate that was issued.
#[derive(Serialize, ToSchema)]
pub struct CertificateGiven {
    /// Its key.
    id: String,
    /// 证书编号
    number: String,
    /// The token its public page is found by.
    token: String,
    /// To whom.
    holder: String,
}

pub(super) fn given(given: Given) -> CertificateGiven {
    CertificateGiven {
        id: given.id.to_string(),
        number: given.number,
        token: given.token,
        holder: given.holder,
    }
}

/// Somebody who was left out.
#[derive(Serialize, ToSchema)]
pub struct LeftOut {
    /// 姓名
    name: String,
    /// 准考证号; empty for a trainee.
    seat: String,
    /// The reason's code.
    code: String,
    /// The reason in the caller's language.
    text: String,
}

/// What issuing came to; the same whenever it is asked again.
#[derive(Serialize, ToSchema)]
pub struct CertificatesIssued {
    /// How many.
    count: usize,
    /// The certificates by number.
    certificates: Vec<CertificateGiven>,
    /// Who was left out, and why.
    left_out: Vec<LeftOut>,
}

fn issued(w: Words, issued: Issued) -> CertificatesIssued {
    CertificatesIssued {
        count: issued.count(),
        certificates: issued.given.into_iter().map(given).collect(),
        left_out: issued
            .left
            .into_iter()
            .map(|left| LeftOut {
                code: left.why.code.to_owned(),
                text: w.refusal(&left.why).say,
                name: left.name,
                seat: left.seat,
            })
            .collect(),
    }
}

/// List certificates
///
/// Those the caller may see, the newest first.
#[utoipa::path(get, path = "/api/v1/certificates", tag = "certificates", params(
    ("q" = Option<String>, Query, description = "The beginning of a number, or a part of a name"),
    ("kind" = Option<String>, Query, description = "`level` or `completion`"),
    ("standing" = Option<String>, Query, description = "`valid`, `revoked`, `replaced`, `corrected`, `doubtful`, `suspended` or `expired`"),
    ("page" = Option<u32>, Query, minimum = 1, maximum = 1_000_000, description = "From 1"),
    ("size" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows on a page, 1 to 200"),
), responses(
    (status = 200, description = "One page", body = Listing<CertificateRow>),
    Reading,
))]
#[rocket::get("/api/v1/certificates?<q>&<kind>&<standing>&<page>&<size>")]
#[expect(
    clippy::too_many_arguments,
    reason = "the filters stand in the address"
)]
pub async fn list(
    reader: Reader,
    q: Option<String>,
    kind: Option<&str>,
    standing: Option<&str>,
    page: Option<u32>,
    size: Option<u32>,
    desk: &State<Desk>,
) -> Result<Json<Listing<CertificateRow>>, No> {
    let now = desk.now();
    let mut faults = Faults::default();
    let filter = Filter {
        text: q.unwrap_or_default(),
        kind: faults.optional("kind", kind.unwrap_or_default(), CertificateKind::read),
        standing: faults.optional("standing", standing.unwrap_or_default(), Kept::read),
        ..Filter::default()
    };
    faults.end()?;
    let slice = desk
        .ask(move |registry| {
            certificates::list(registry, &reader, &filter, Window::of(page, size), now)
        })
        .await?;
    Ok(Json(Listing::of(slice, |listed| row(listed, now.day()))))
}

/// Show a certificate
///
/// With what became of it.
#[utoipa::path(get, path = "/api/v1/certificates/{id}", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")), responses(
    (status = 200, description = "The certificate", body = CertificateShown),
    Reading,
))]
#[rocket::get("/api/v1/certificates/<id>")]
pub async fn show(
    reader: Reader,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Json<CertificateShown>, No> {
    let today = desk.now().day();
    let opened = desk
        .ask(move |registry| certificates::open(registry, &reader, &id))
        .await?;
    Ok(Json(shown(
        opened,
        &desk.registry().settings.public_base_url,
        today,
    )))
}

/// Draw a certificate
///
/// Its PDF, with the whole identity number; the view is recorded.
#[utoipa::path(get, path = "/api/v1/certificates/{id}/pdf", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")), responses(
    (status = 200, description = "The PDF", body = Vec<u8>, content_type = "application/pdf"),
    Reading,
))]
#[rocket::get("/api/v1/certificates/<id>/pdf")]
pub async fn pdf(reader: Reader, id: CertificateId, desk: &State<Desk>) -> Result<Pdf, No> {
    let now = desk.now();
    Ok(Pdf(desk
        .ask(move |registry| prints::draw(registry, &reader, &id, now))
        .await?))
}

/// Issue a sitting
///
/// Everyone who passed, in one act; asked again, it answers what was issued.
#[utoipa::path(post, path = "/api/v1/sittings/{id}/certificates", tag = "certificates", params(
    ("id" = String, Path, description = "The sitting's key"),
    ("Idempotency-Key" = Option<String>, Header, description = "The same key is answered alike for a day"),
), responses(
    (status = 200, description = "Issued", body = CertificatesIssued),
    Changing,
))]
#[rocket::post("/api/v1/sittings/<id>/certificates")]
pub async fn issue_sitting(
    signatory: AssessmentSignatory,
    id: SittingId,
    key: Key,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Said, No> {
    let now = desk.now();
    let w = caller.words();
    let asked = format!("POST /api/v1/sittings/{id}/certificates");
    let said: Done<Said> = desk
        .ask(move |registry| {
            once(
                registry,
                signatory.actor(),
                key.0.as_deref(),
                &[asked.as_bytes()],
                200,
                now,
                |registry| {
                    Ok(issued(
                        w,
                        certificates::issue(registry, &signatory, &id, now)?,
                    ))
                },
            )
        })
        .await;
    Ok(said?)
}

/// Issue the completion certificates of a class
///
/// To everyone who completed it; asked again, it answers what was issued.
#[utoipa::path(post, path = "/api/v1/classes/{id}/certificates", tag = "certificates", params(
    ("id" = String, Path, description = "The class's key"),
    ("Idempotency-Key" = Option<String>, Header, description = "The same key is answered alike for a day"),
), responses(
    (status = 200, description = "Issued", body = CertificatesIssued),
    Changing,
))]
#[rocket::post("/api/v1/classes/<id>/certificates")]
pub async fn issue_class(
    signatory: Signatory,
    id: ClassId,
    key: Key,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Said, No> {
    let now = desk.now();
    let w = caller.words();
    let asked = format!("POST /api/v1/classes/{id}/certificates");
    let said: Done<Said> = desk
        .ask(move |registry| {
            once(
                registry,
                signatory.actor(),
                key.0.as_deref(),
                &[asked.as_bytes()],
                200,
                now,
                |registry| {
                    Ok(issued(
                        w,
                        completion_certificates::issue(registry, &signatory, &id, now)?,
                    ))
                },
            )
        })
        .await;
    Ok(said?)
}

/// Why a certificate is to be revoked.
#[derive(Deserialize, ToSchema)]
pub struct RevocationGrounds {
    /// `fraud`, `error`, `withdrawn-by-holder`, `organisation` or `decision`.
    reason_class: String,
    /// 依据: the document and clause.
    basis: String,
    /// What was established; no personal data.
    reason: String,
}

/// Propose a revocation
///
/// The certificate stands until a second person confirms.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/revocation", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = RevocationGrounds, responses(
    (status = 201, description = "Proposed", body = Made),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/revocation", data = "<body>")]
pub async fn propose(
    issuer: Issuer,
    id: CertificateId,
    body: Body<RevocationGrounds>,
    desk: &State<Desk>,
) -> Result<Custom<Json<Made>>, No> {
    let now = desk.now();
    let mut faults = Faults::default();
    let reason_class = faults.known("reason_class", &body.0.reason_class, RevocationReason::read);
    let RevocationGrounds { basis, reason, .. } = body.0;
    let grounds = faults.or(reason_class.map(|reason_class| Grounds {
        reason_class,
        basis,
        reason,
    }))?;
    let made = desk
        .ask(move |registry| revocations::propose(registry, &issuer, &id, &grounds, now))
        .await?;
    Ok(Custom(Status::Created, Made::of(made)))
}

/// Confirm a revocation
///
/// By a second person; it counts at once and cannot be undone.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/revocation/confirmation", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")), responses(
    (status = 204, description = "Revoked"),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/revocation/confirmation")]
pub async fn confirm(
    confirmer: Confirmer,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| revocations::confirm(registry, &confirmer, &id, now))
        .await?;
    Ok(NoContent)
}

/// Why something is done.
#[derive(Deserialize, ToSchema)]
pub struct Why {
    /// The reason, in words.
    pub(super) reason: String,
}

/// Drop a proposal to revoke
///
/// By a signatory of the institution.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/revocation/withdrawal", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = Why, responses(
    (status = 204, description = "Dropped"),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/revocation/withdrawal", data = "<body>")]
pub async fn withdraw(
    issuer: Issuer,
    id: CertificateId,
    body: Body<Why>,
    desk: &State<Desk>,
) -> Result<NoContent, No> {
    let now = desk.now();
    desk.ask(move |registry| {
        revocations::drop_proposal(registry, &issuer, &id, &body.0.reason, now)
    })
    .await?;
    Ok(NoContent)
}

/// Replace a certificate
///
/// A new one with a new number, the holder as the register knows her now; the old one says replaced.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/replacement", tag = "certificates", params(("id" = String, Path, description = "The certificate's key")),
    request_body = Why, responses(
    (status = 201, description = "The new certificate", body = CertificateGiven),
    Changing,
))]
#[rocket::post("/api/v1/certificates/<id>/replacement", data = "<body>")]
pub async fn replace(
    issuer: Issuer,
    id: CertificateId,
    body: Body<Why>,
    desk: &State<Desk>,
) -> Result<Custom<Json<CertificateGiven>>, No> {
    let now = desk.now();
    let new = desk
        .ask(move |registry| replacements::replace(registry, &issuer, &id, &body.0.reason, now))
        .await?;
    Ok(Custom(Status::Created, Json(given(new))))
}

/// This file's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(
        list,
        show,
        pdf,
        issue_sitting,
        issue_class,
        propose,
        confirm,
        withdraw,
        replace
    ),
    components(schemas(
        CertificateRow,
        CertificateShown,
        CertificateGiven,
        CertificatesIssued,
        LeftOut,
        RevocationGrounds,
        Why,
        Made
    ))
)]
pub struct Doc;

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        list,
        show,
        pdf,
        issue_sitting,
        issue_class,
        propose,
        confirm,
        withdraw,
        replace
    ]
}
