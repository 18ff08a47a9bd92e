//! 核验结果（程序用）: the verdict on one certificate, as programs read it.

use crate::acts::verification::Verified;
use crate::domain::certificate::{CertificateKind, Standing};
use crate::domain::occupation;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::{Now, beijing};
use crate::web::verify::shown::permit;
use crate::web::verify::verdict::Verdict;
use crate::web::words::{Lang, Words};
use data_encoding::BASE64URL_NOPAD;
use rocket::http::Status;
use serde::Serialize;

/// A verdict as programs read it.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    verdict: &'static str,
    checked_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Told<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation: Option<Recalled>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspension: Option<Paused>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restored_on: Option<chrono::NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<Newer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permit_required: Option<Permit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Looked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence<'a>>,
    /// The answer's.
    #[serde(skip)]
    pub(super) status: Status,
}

/// What was certified, in the order of the paper.
#[derive(Serialize)]
struct Told<'a> {
    kind: &'static str,
    holder: &'a str,
    id_kind: &'a str,
    id_last4: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    occupation_code: Option<&'a str>,
    occupation: &'a str,
    work_type: Option<&'a str>,
    level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    course: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<i32>,
    number: &'a str,
    issuer: &'a str,
    issued_on: chrono::NaiveDate,
    expires_on: Option<chrono::NaiveDate>,
    print: i32,
}

#[derive(Serialize)]
struct Recalled {
    on: chrono::NaiveDate,
    reason: &'static str,
}

#[derive(Serialize)]
struct Paused {
    since: chrono::NaiveDate,
    reason: &'static str,
}

/// The permit that the work also needs.
#[derive(Serialize)]
struct Permit {
    zh: String,
    en: String,
}

#[derive(Serialize)]
struct Newer {
    kind: &'static str,
    number: String,
    url: String,
}

#[derive(Serialize)]
struct Looked {
    content: bool,
    issuer: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    logged_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_lost_at: Option<String>,
    not_revoked: bool,
}

#[derive(Serialize)]
struct Evidence<'a> {
    algorithm: &'a str,
    key_id: &'a str,
    token: &'a str,
    cose: String,
}

impl<'a> Document<'a> {
    pub(super) fn empty(verdict: Verdict, now: Now) -> Self {
        Self {
            verdict: verdict.code(),
            checked_at: beijing(now.utc()).to_rfc3339(),
            certificate: None,
            revocation: None,
            suspension: None,
            restored_on: None,
            replaced_by: None,
            permit_required: None,
            provenance: None,
            checks: None,
            evidence: None,
            status: verdict.status(),
        }
    }

    pub(super) fn of(
        verdict: Verdict,
        verified: &'a Verified,
        tampered: bool,
        base: &str,
        now: Now,
    ) -> Self {
        let certificate = &verified.public.certificate;
        let mut document = Self::empty(verdict, now);
        let revoked = match &verified.standing {
            Standing::Revoked(revocation) => Some(Recalled {
                on: revocation.on,
                reason: revocation.reason.as_str(),
            }),
            _ => None,
        };
        document.checks = Some(Looked {
            content: verified.checks.content && verdict != Verdict::Mismatch,
            issuer: verified.checks.issuer,
            logged_at: verified
                .public
                .logged
                .filter(|(_, place)| place.is_some())
                .map(|(at, _)| beijing(at).to_rfc3339()),
            key_lost_at: verified.public.key_lost.map(|at| beijing(at).to_rfc3339()),
            not_revoked: revoked.is_none(),
        });
        if tampered {
            return document;
        }
        document.revocation = revoked;
        document.replaced_by = verified.successor.as_ref().map(|successor| Newer {
            kind: match verified.standing {
                Standing::Corrected(_) => "correction",
                _ => "replacement",
            },
            number: successor.number.clone(),
            url: format!("{base}/v/{}", successor.token),
        });
        document.suspension = match &verified.standing {
            Standing::Suspended { since, reason } => Some(Paused {
                since: *since,
                reason: reason.as_str(),
            }),
            _ => None,
        };
        let after = &verified.public.after;
        document.restored_on = after.restored.map(|(at, _)| beijing(at).date_naive());
        document.permit_required = certificate
            .occupation
            .as_ref()
            .filter(|_| certificate.kind == CertificateKind::Level)
            .and_then(occupation::find)
            .and_then(|occupation| {
                Some(Permit {
                    zh: permit(Words::of(Lang::Zh), occupation)?,
                    en: permit(Words::of(Lang::En), occupation)?,
                })
            });
        document.provenance = Some(format!("{base}/v/{}/provenance", certificate.token));
        document.certificate = Some(Told {
            kind: certificate.kind.as_str(),
            holder: &certificate.holder,
            id_kind: &certificate.id_kind,
            id_last4: &certificate.id_tail,
            occupation_code: certificate
                .occupation
                .as_ref()
                .map(occupation::OccupationCode::as_str),
            occupation: &certificate.occupation_name,
            work_type: certificate.work_type.as_deref(),
            level: certificate.level.map(SkillLevel::as_str),
            course: certificate.course_name.as_deref(),
            hours: certificate.hours,
            number: &certificate.number,
            issuer: &verified.public.issuer.0,
            issued_on: certificate.issued_on,
            expires_on: certificate.expires_on,
            print: verified.public.after.print_of(certificate),
        });
        document.evidence = Some(Evidence {
            algorithm: &verified.public.key.2,
            key_id: &certificate.key_id,
            token: &certificate.token,
            cose: BASE64URL_NOPAD.encode(&certificate.cose),
        });
        document
    }
}
