//! 核验文件: somebody brings a PDF; each thing that was looked at is told separately.
//!
//! Only what the **register** says is shown as fact. A file without a good signature proves
//! nothing, whatever its page says, and one whose signature breaks was changed or saved anew.

use crate::acts::signed_files::{self, Looked};
use crate::acts::verification::{self, Verified};
use crate::acts::{Done, Error, Registry, credentials, log};
use crate::domain::refusal::Refusal;
use crate::ground::clock::{Now, beijing};
use crate::paper::compare::{self, Copied, Known};
use crate::paper::signature::{CREDENTIAL, PROOF};
use crate::seal::chain::Trust;
use crate::seal::finding::{About, Finding, Light};
use crate::store::certificates::Certificate;
use crate::web::body::{OpenUpload, Raw};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::refusal::No;
use crate::web::verify::certified::Check;
use crate::web::verify::look::{self, Answer};
use crate::web::verify::shown;
use crate::web::verify::verdict::Verdict;
use crate::web::verify::view::Show;
use crate::web::words::Words;
use askama::Template;
use data_encoding::HEXLOWER;
use rocket::serde::json::Json;
use rocket::{Route, State, get, post, routes};
use serde::Serialize;
use utoipa::ToSchema;

/// The pages for files.
pub fn routes() -> Vec<Route> {
    routes![ask, check]
}

/// Where a file is brought.
#[derive(Template, Debug)]
#[template(path = "verify/file.html")]
pub struct Bring {
    /// The frame.
    pub f: Frame,
    /// What was wrong with the last one.
    pub form: Filled,
    /// What is told of a report the registry signed, which is of no certificate.
    pub report: Vec<Pair>,
}

/// The verdict on a file.
struct Judged {
    verdict: Verdict,
    looked: Looked,
    verified: Option<Verified>,
    findings: Vec<Finding>,
}

/// Looks at a file and at what the register says of its certificate.
fn judge(registry: &Registry, bytes: &[u8], now: Now) -> Done<Option<Judged>> {
    let Some(looked) = signed_files::look(registry, bytes, now)? else {
        return Ok(None);
    };
    // What the page names counts before its code: whoever swapped the code is then told apart.
    let mut verified = None;
    for token in &looked.tokens {
        verified = verification::look_up(registry, token, now)?;
        if verified.is_some() {
            break;
        }
    }
    let signature = looked.reading.signature.as_ref();
    let intact = compare::is_intact(&looked.reading);
    // A signer whose certificate ran out or was withdrawn has signed rightly what the register
    // itself gave out.
    let copy = Copied::of(&looked.reading);
    let over = copy.as_ref().is_some_and(|copy| copy.until < now.day());
    let ours = looked.trust == Some(Trust::Trusted) || looked.given_out.is_some();
    let register = verified.as_ref().map(|verified| match &verified.standing {
        _ if !verified.is_sound() => Verdict::Mismatch,
        standing => look::verdict_of(standing),
    });
    let mut findings = of_file(&looked, ours);
    let sound = verified.as_ref().filter(|verified| verified.is_sound());
    if let Some(verified) = sound {
        let certificate = &verified.public.certificate;
        findings.extend(attached(&looked, certificate, registry)?);
        let base = format!("{}/v/", registry.settings.public_base_url);
        findings.push(compare::text(
            &looked.reading,
            &known(certificate, &verified.public.issuer.0),
        ));
        // In a file that is one of ours as it was, a code to a former address is no fault.
        let here = |says: &str| says.starts_with(&base) || (intact && ours);
        findings.push(compare::code(
            &looked.reading,
            &certificate.token,
            &certificate.cose,
            here,
        ));
        if let Some(copy) = &copy {
            findings.extend(copy.findings(&looked.reading, &certificate.number, now.day()));
        }
    }
    let differs = findings
        .iter()
        .any(|finding| finding.code.starts_with("paper_") && finding.light == Light::Bad);
    let verdict = match (signature, register) {
        (Some(_), _) if !intact => Verdict::Altered,
        (Some(_), Some(Verdict::Valid)) if ours && over => Verdict::Expired,
        (Some(_), Some(_))
            if copy.is_some()
                && findings
                    .iter()
                    .any(|one| one.code == "copy_text" && one.light == Light::Bad) =>
        {
            Verdict::Mismatch
        }
        (Some(_), Some(register)) if ours => register,
        (_, Some(_)) if differs => Verdict::Mismatch,
        (Some(_), None) if ours => Verdict::NotFound,
        _ => Verdict::Unproven,
    };
    Ok(Some(Judged {
        verdict,
        looked,
        verified,
        findings,
    }))
}

/// What the file alone shows.
fn of_file(looked: &Looked, ours: bool) -> Vec<Finding> {
    let mut findings = compare::signature(
        &looked.reading,
        looked.trust.as_ref(),
        looked.signer.as_deref(),
        ours,
    );
    findings.push(match looked.given_out {
        Some(at) => Finding::new("file_known", Light::Good).at(at),
        None => Finding::new("file_known", Light::Open),
    });
    findings
}

/// Whether what is attached is what the register signed and logged. Each proves itself: it counts
/// even when the file around it changed.
fn attached(looked: &Looked, certificate: &Certificate, registry: &Registry) -> Done<Vec<Finding>> {
    let mut findings = Vec::new();
    if let Some(document) = looked.reading.attached(CREDENTIAL) {
        let ours = credentials::gave(registry, &certificate.id, document)?;
        findings.push(Finding::new("file_credential", Light::of(ours)));
    }
    if let Some(proof) = looked.reading.attached(PROOF) {
        let holds = match std::str::from_utf8(proof) {
            Ok(proof) => log::proves(registry, &certificate.id, proof)?,
            Err(_) => false,
        };
        findings.push(Finding::new("file_proof", Light::of(holds)));
    }
    Ok(findings)
}

/// What the page should say.
fn known(certificate: &Certificate, issuer: &str) -> Known {
    let course = certificate.course_name.clone();
    Known {
        holder: certificate.holder.clone(),
        subject: course.unwrap_or_else(|| certificate.occupation_name.clone()),
        level: certificate.level.map(|level| level.printed().to_owned()),
        number: certificate.number.clone(),
        issuer: Some(issuer.to_owned()),
        issued_on: certificate.issued_on,
    }
}

impl Judged {
    /// Whether it is a report: the registry itself signed it, it is as it was, and it is of no certificate.
    fn is_report(&self) -> bool {
        let looked = &self.looked;
        looked.own
            && looked.trust == Some(Trust::Trusted)
            && compare::is_intact(&looked.reading)
            && looked.tokens.is_empty()
            && looked.reading.code.is_none()
    }

    fn report(&self, w: Words, now: Now) -> Vec<Pair> {
        let signer = self.looked.signer.as_deref().unwrap_or_default();
        vec![
            Pair::new(w.t("verify.file.signer"), signer),
            Pair::num(w.t("verify.file.checked_at"), w.moment(now.utc())),
            Pair::num("SHA-256", HEXLOWER.encode(&self.looked.reading.hash)),
        ]
    }

    fn check(w: Words, finding: &Finding) -> Check {
        let about = match &finding.about {
            About::None => String::new(),
            About::Said(what) => what.clone(),
            About::Fields(fields) => fields
                .iter()
                .map(|field| w.c("verify.field", field))
                .collect::<Vec<_>>()
                .join(w.t("verify.file.comma")),
            About::At(at) => w.moment(*at),
        };
        Check::new(w, finding.code, finding.light, about)
    }

    fn page(self, f: Frame, base: &str, now: Now) -> Show {
        let w = f.w;
        let sound = self
            .verified
            .as_ref()
            .is_some_and(verification::Verified::is_sound);
        let mut checks: Vec<Check> = self
            .findings
            .iter()
            .map(|finding| Self::check(w, finding))
            .collect();
        let mut show = match &self.verified {
            Some(verified) => {
                let mut show = shown::show(f, self.verdict, verified, !sound, base, now);
                if sound {
                    show.advice = w.c("verdict_advice", self.verdict.code()).to_owned();
                }
                // What the register says of itself comes after what was brought.
                let of_register = match self.verdict {
                    Verdict::Altered | Verdict::Unproven | Verdict::Mismatch => Vec::new(),
                    _ => std::mem::take(&mut show.checks),
                };
                checks.extend(of_register);
                show
            }
            None => Show::of(f, self.verdict, now),
        };
        show.checks = checks;
        show.technical.insert(
            0,
            (
                "sha256".to_owned(),
                HEXLOWER.encode(&self.looked.reading.hash),
            ),
        );
        show.another = "/verify/pdf";
        show
    }
}

/// Where a file is brought.
#[get("/verify/pdf")]
fn ask(caller: Caller) -> Page<Bring> {
    bring(&caller, Filled::blank())
}

fn bring(caller: &Caller, form: Filled) -> Page<Bring> {
    let f = caller
        .frame("verify.file.title")
        .under("verify")
        .wrong(&form);
    let status = if form.faults.is_empty() {
        rocket::http::Status::Ok
    } else {
        rocket::http::Status::UnprocessableEntity
    };
    Page::new(Bring {
        f,
        form,
        report: Vec::new(),
    })
    .status(status)
}

/// The verdict on a page, or the form again.
pub enum Seen {
    /// The verdict.
    Answer(Box<Answer>),
    /// The form again, with what was wrong, or what is told of a report.
    Again(Box<Page<Bring>>),
}

impl<'r> rocket::response::Responder<'r, 'static> for Seen {
    fn respond_to(self, request: &'r rocket::Request<'_>) -> rocket::response::Result<'static> {
        match self {
            Self::Answer(answer) => answer.respond_to(request),
            Self::Again(page) => page.respond_to(request),
        }
    }
}

/// Looks at a file.
#[post("/verify/pdf", data = "<file>")]
async fn check(caller: Caller, file: OpenUpload, desk: &State<Desk>) -> Seen {
    seen(&caller, file.0.bytes, desk).await
}

/// What a file comes to, wherever it was brought.
pub(in crate::web) async fn seen(caller: &Caller, bytes: Vec<u8>, desk: &Desk) -> Seen {
    let now = desk.now();
    let judged = desk.ask(move |registry| judge(registry, &bytes, now)).await;
    let f = caller.frame("verify.name").under("verify");
    let base = &desk.registry().settings.public_base_url;
    let show = match judged {
        Ok(Some(judged)) if judged.is_report() => {
            let mut page = bring(caller, Filled::blank());
            page.template_mut().report = judged.report(f.w, now);
            return Seen::Again(Box::new(page));
        }
        Ok(Some(judged)) => judged.page(f, base, now),
        Ok(None) => {
            let refusal = Refusal::new("file.unreadable").at("file");
            let form = Filled::blank().refused(caller.words(), &refusal);
            return Seen::Again(Box::new(bring(caller, form)));
        }
        Err(error) => {
            if !matches!(error, Error::Busy(_)) {
                tracing::error!(?error, "a file could not be looked at");
            }
            Show::of(f, Verdict::Unsure, now)
        }
    };
    Seen::Answer(Box::new(Answer::Page(look::page(show))))
}

/// One thing that was looked at.
#[derive(Serialize, ToSchema)]
pub struct FileFinding {
    /// What: `file_signature`, `file_whole`, `file_signer`, `file_time`, `file_known`,
    /// `file_credential`, `file_proof`, `paper_text` or `paper_code`.
    what: &'static str,
    /// `good`, `bad` or `open`: it could not be looked at.
    result: &'static str,
    /// What it is about: a name, a time, or the fields that differ.
    about: Vec<String>,
}

/// The verdict on a file.
#[derive(Serialize, ToSchema)]
pub struct FileTold {
    /// `valid`, `revoked`, `expired`, `replaced`, `altered`, `mismatch`, `unproven` or `not_found`; `genuine`
    /// of a report the registry signed.
    verdict: &'static str,
    /// When, in Beijing time.
    checked_at: String,
    /// SHA-256 of the file.
    sha256: String,
    /// Each thing that was looked at.
    findings: Vec<FileFinding>,
    /// Where the register tells of the certificate, when it has one.
    certificate: Option<String>,
}

impl FileTold {
    fn of(judged: &Judged, base: &str, now: Now) -> Self {
        let finding = |finding: &Finding| FileFinding {
            what: finding.code,
            result: finding.light.code(),
            about: match &finding.about {
                About::None => Vec::new(),
                About::Said(what) => vec![what.clone()],
                About::Fields(fields) => fields.iter().map(|&field| field.to_owned()).collect(),
                About::At(at) => vec![beijing(*at).to_rfc3339()],
            },
        };
        Self {
            verdict: if judged.is_report() {
                "genuine"
            } else {
                judged.verdict.code()
            },
            checked_at: beijing(now.utc()).to_rfc3339(),
            sha256: HEXLOWER.encode(&judged.looked.reading.hash),
            findings: judged.findings.iter().map(finding).collect(),
            certificate: judged
                .verified
                .as_ref()
                .map(|verified| format!("{base}/v/{}", verified.public.certificate.token)),
        }
    }
}

/// The same for programs.
pub(in crate::web) async fn told(file: Raw, desk: &State<Desk>) -> Result<Json<FileTold>, No> {
    let now = desk.now();
    let bytes = file.0;
    let judged = desk
        .ask(move |registry| {
            judge(registry, &bytes, now)?
                .ok_or_else(|| Refusal::new("file.unreadable").at("file").into())
        })
        .await?;
    let base = &desk.registry().settings.public_base_url;
    Ok(Json(FileTold::of(&judged, base, now)))
}
