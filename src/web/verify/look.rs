//! 核验: a scanned, typed or pasted code becomes a verdict; a page for people, JSON for programs.

use crate::acts::verification::{self, Verified};
use crate::acts::{Done, Error};
use crate::domain::certificate::{CertificateKind, Standing};
use crate::domain::certificate_number::CertificateNumber;
use crate::domain::code_set;
use crate::domain::completion_number::CompletionNumber;
use crate::domain::holder::LookKind;
use crate::domain::occupation::{self, Admission, Occupation};
use crate::domain::refusal::Refusal;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::{Now, beijing};
use crate::ground::text;
use crate::seal::scan::{Foreign, scan};
use crate::seal::ticket::{self, TOKEN_LENGTH};
use crate::store::certificates::Certificate;
use crate::web::body::OpenForm;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Way;
use crate::web::verify::ask::Ask;
use crate::web::verify::view::{
    Certified, Check, Light, Revoked, Show, Subject, Suspended, Verdict,
};
use crate::web::words::{Lang, Words};
use chrono::Days;
use data_encoding::BASE64URL_NOPAD;
use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Redirect, Responder, Response};
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use std::io::Cursor;

/// The public's ways to ask about a certificate.
pub fn routes() -> Vec<Route> {
    let mut first = routes![by_token];
    // Asked for more often than everything else together: the router, which goes through its routes
    // by rank, tries it before the hundreds whose paths are fixed.
    first[0].rank = FIRST;
    [first, routes![ask, by_number]].concat()
}

/// Below every rank Rocket gives by itself.
const FIRST: isize = -100;

/// Whether an answer is wanted as JSON.
pub struct Wanted(pub(in crate::web) bool);

impl Wanted {
    /// Whether it is.
    pub fn is_json(&self) -> bool {
        self.0
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Wanted {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let json = request
            .accept()
            .is_some_and(|accept| accept.preferred().media_type().is_json());
        Outcome::Success(Self(json))
    }
}

/// A verdict, in whichever form was wanted.
#[expect(
    clippy::large_enum_variant,
    reason = "made once an answer and sent at once"
)]
pub enum Answer {
    /// For people.
    Page(Page<Show>),
    /// For programs: status and document.
    Json(Status, String),
    /// The form again.
    Form(Page<Ask>),
    /// Its own address.
    Elsewhere(Redirect),
}

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = match self {
            Self::Page(page) => page.respond_to(request)?,
            Self::Form(page) => page.respond_to(request)?,
            Self::Elsewhere(to) => to.respond_to(request)?,
            Self::Json(status, body) => Response::build()
                .status(status)
                .header(ContentType::JSON)
                .raw_header("Cache-Control", "no-store")
                .raw_header("Vary", "Accept")
                .sized_body(body.len(), Cursor::new(body))
                .finalize(),
        };
        if response.status() == Status::ServiceUnavailable {
            response.set_raw_header("Retry-After", "5");
        }
        response.set_raw_header("X-Robots-Tag", "noindex");
        Ok(response)
    }
}

/// What a scanned code leads to.
#[get("/v/<token>")]
async fn by_token(caller: Caller, wanted: Wanted, token: &str, desk: &State<Desk>) -> Answer {
    let now = desk.now();
    if ticket::is_token(token) {
        let tokens = vec![token.to_owned()];
        let found = desk
            .glance(move |registry| verification::look_up(registry, &tokens, now))
            .await;
        return verdict(&caller, &wanted, desk, token, found, now);
    }
    typed(&caller, &wanted, desk, token, now).await
}

/// The form, or what was typed into it.
#[get("/verify?<code>")]
async fn ask(caller: Caller, wanted: Wanted, code: Option<&str>, desk: &State<Desk>) -> Answer {
    let now = desk.now();
    let code = code.unwrap_or_default().trim();
    if code.is_empty() {
        return Answer::Form(form(&caller, Filled::blank()));
    }
    if code.contains("/v/") {
        return pasted(&caller, &wanted, desk, code, now).await;
    }
    let number = CertificateNumber::read_typed(code)
        .map(|number| number.to_string())
        .or_else(|_| CompletionNumber::read_typed(code).map(|number| number.to_string()));
    match number {
        Ok(number) => Answer::Form(form(&caller, Filled::blank().with("number", number))),
        Err(_) => typed(&caller, &wanted, desk, code, now).await,
    }
}

fn form(caller: &Caller, form: Filled) -> Page<Ask> {
    let f = caller
        .frame("verify.ask.title")
        .under("verify")
        .wrong(&form);
    let status = if form.faults.is_empty() {
        Status::Ok
    } else {
        Status::UnprocessableEntity
    };
    Page::new(Ask { f, form }).status(status)
}

/// A code typed from paper: every reading it may have, in one question.
async fn typed(
    caller: &Caller,
    wanted: &Wanted,
    desk: &State<Desk>,
    code: &str,
    now: Now,
) -> Answer {
    let tokens = text::base32_readings(code, TOKEN_LENGTH);
    if tokens.is_empty() {
        return malformed(caller, wanted, code, now);
    }
    if let [token] = tokens.as_slice() {
        return Answer::Elsewhere(Redirect::to(format!("/v/{token}")));
    }
    let found = desk
        .glance(move |registry| verification::look_up(registry, &tokens, now))
        .await;
    match found {
        Ok(Some(verified)) => Answer::Elsewhere(Redirect::to(format!(
            "/v/{}",
            verified.public.certificate.token
        ))),
        other => verdict(caller, wanted, desk, code, other, now),
    }
}

/// The whole text of a QR code, pasted.
pub(in crate::web) async fn pasted(
    caller: &Caller,
    wanted: &Wanted,
    desk: &State<Desk>,
    code: &str,
    now: Now,
) -> Answer {
    match scan(code) {
        Ok(scanned) => Answer::Elsewhere(Redirect::to(format!("/v/{}", scanned.token))),
        Err(Foreign::Token) => malformed(caller, wanted, code, now),
        // Somebody else's digits behind this token: only what the register says is shown.
        Err(Foreign::Digits | Foreign::Mismatch) => {
            let before = code.split('#').next().unwrap_or_default();
            let Ok(scanned) = scan(before) else {
                return malformed(caller, wanted, code, now);
            };
            let tokens = vec![scanned.token.clone()];
            let found = desk
                .glance(move |registry| verification::look_up(registry, &tokens, now))
                .await;
            match found {
                Ok(Some(verified)) => told(
                    caller,
                    wanted,
                    desk,
                    Verdict::Mismatch,
                    &verified,
                    false,
                    now,
                ),
                other => verdict(caller, wanted, desk, &scanned.token, other, now),
            }
        }
    }
}

/// A certificate's number, its holder's name and the end of her document's number.
#[derive(Deserialize)]
pub struct Claim {
    #[serde(default)]
    number: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    id_tail: String,
}

impl Claim {
    fn read(&self, w: Words) -> Result<String, Filled> {
        let mut form = Filled::blank()
            .with("number", &self.number)
            .with("name", &self.name)
            .with("id_tail", &self.id_tail);
        for (field, value) in [("name", &self.name), ("id_tail", &self.id_tail)] {
            if value.trim().is_empty() {
                form = form.refused(w, &Refusal::new("field.blank").at(field));
            }
        }
        let number = CertificateNumber::read_typed(&self.number)
            .map(|number| number.to_string())
            .or_else(|why| {
                CompletionNumber::read_typed(&self.number)
                    .map(|number| number.to_string())
                    .map_err(|_| crate::domain::refusal::Reason::refusal(why))
            });
        match number {
            Ok(number) if form.faults.is_empty() => Ok(number),
            Ok(_) => Err(form),
            Err(why) => Err(form.refused(w, &why)),
        }
    }
}

/// By number, name and the end of the identity number. Whether the number does not exist or the
/// name differs is not told apart: numbers run in sequence.
#[post("/verify", data = "<claim>")]
async fn by_number(
    caller: Caller,
    wanted: Wanted,
    claim: OpenForm<Claim>,
    desk: &State<Desk>,
) -> Answer {
    let now = desk.now();
    let number = match claim.0.read(caller.words()) {
        Ok(number) => number,
        Err(filled) => return Answer::Form(form(&caller, filled)),
    };
    let (asked, claim) = (number.clone(), claim.0);
    let found = desk
        .glance(move |registry| {
            verification::look_up_number(registry, &asked, &claim.name, &claim.id_tail, now)
        })
        .await;
    match found {
        Ok(Some(verified)) if verified.is_sound() => {
            let certificate = &verified.public.certificate;
            desk.looked(&certificate.id, LookKind::Number);
            Answer::Elsewhere(Redirect::to(format!("/v/{}", certificate.token)))
        }
        other => verdict(&caller, &wanted, desk, &number, other, now),
    }
}

fn malformed(caller: &Caller, wanted: &Wanted, code: &str, now: Now) -> Answer {
    let code: String = code.chars().filter(|c| !c.is_control()).take(80).collect();
    let f = || caller.frame("verify.name").under("verify");
    // An address, or a text with blanks and slashes: nobody's typing error.
    let foreign = code.contains("://") || code.contains("www.") || code.chars().count() > 40;
    if wanted.0 {
        let verdict = if foreign {
            Verdict::NotOurs
        } else {
            Verdict::Malformed
        };
        return json(&Document::empty(verdict, now));
    }
    if foreign {
        return Answer::Page(page(Show::not_ours(f(), &code, now)));
    }
    if let Some(places) = short_number(&code) {
        return Answer::Page(page(Show::short_number(f(), &code, places, now)));
    }
    let impossible = text::packed(&code)
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    Answer::Page(page(Show::malformed(f(), &code, impossible, now)))
}

/// How many places a text has that begins like a certificate's number and has not twenty-two.
fn short_number(code: &str) -> Option<usize> {
    let code = text::packed(code).to_ascii_uppercase();
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let digits = code.strip_prefix(['Y', 'S', 'J'])?;
    let figures = digits.chars().filter(char::is_ascii_digit).count();
    (code.len() >= 10 && figures + 2 >= digits.len()).then_some(code.len())
}

pub(super) fn page(show: Show) -> Page<Show> {
    let status = show.verdict.status();
    Page::new(show).status(status)
}

/// The answer to a look-up, whatever it found.
fn verdict(
    caller: &Caller,
    wanted: &Wanted,
    desk: &State<Desk>,
    asked: &str,
    found: Done<Option<Verified>>,
    now: Now,
) -> Answer {
    let verified = match found {
        Ok(Some(verified)) => verified,
        Ok(None) if wanted.0 => return json(&Document::empty(Verdict::NotFound, now)),
        Ok(None) => {
            let f = caller.frame("verify.name").under("verify");
            return Answer::Page(page(Show::not_found(f, asked, now)));
        }
        Err(error) => {
            if !matches!(error, Error::Busy(_)) {
                tracing::error!(?error, "a certificate could not be looked up");
            }
            if wanted.0 {
                return json(&Document::empty(Verdict::Unsure, now));
            }
            let f = caller.frame("verify.name").under("verify");
            return Answer::Page(page(Show::of(f, Verdict::Unsure, now)));
        }
    };
    let sound = verified.is_sound();
    let verdict = match &verified.standing {
        _ if !sound => Verdict::Mismatch,
        standing => verdict_of(standing),
    };
    told(caller, wanted, desk, verdict, &verified, !sound, now)
}

/// What a standing means to the public.
pub(super) fn verdict_of(standing: &Standing) -> Verdict {
    match standing {
        Standing::Valid => Verdict::Valid,
        Standing::Revoked(_) => Verdict::Revoked,
        Standing::Replaced(_) => Verdict::Replaced,
        Standing::Corrected(_) => Verdict::Corrected,
        Standing::Expired { .. } => Verdict::Expired,
        Standing::Doubtful { .. } => Verdict::Doubtful,
        Standing::Suspended { .. } => Verdict::Suspended,
    }
}

/// A verdict on a certificate that is on record; `tampered` when nothing of the record may be
/// shown as fact.
fn told(
    caller: &Caller,
    wanted: &Wanted,
    desk: &State<Desk>,
    verdict: Verdict,
    verified: &Verified,
    tampered: bool,
    now: Now,
) -> Answer {
    let base = &desk.registry().settings.public_base_url;
    let way = if wanted.0 {
        LookKind::Program
    } else {
        LookKind::Page
    };
    desk.looked(&verified.public.certificate.id, way);
    if wanted.0 {
        return json(&Document::of(verdict, verified, tampered, base, now));
    }
    let f = caller.frame("verify.name").under("verify");
    Answer::Page(page(show(f, verdict, verified, tampered, base, now)))
}

pub(super) fn show(
    f: Frame,
    verdict: Verdict,
    verified: &Verified,
    tampered: bool,
    base: &str,
    now: Now,
) -> Show {
    let w = f.w;
    let certificate = &verified.public.certificate;
    let mut show = Show::of(f, verdict, now);
    show.checks = checks(w, verdict, verified, now);
    show.address = format!("{base}/v/{}", certificate.token);
    if tampered {
        show.advice = w.t("verify.show.tampered").to_owned();
        return show;
    }
    show.certified = Some(certified(
        w,
        certificate,
        &verified.public.issuer.0,
        verified.public.after.print_of(certificate),
    ));
    show.provenance = format!("/v/{}/provenance", certificate.token);
    show.restored = verified
        .public
        .after
        .restored
        .map(|(at, _)| beijing(at).date_naive());
    if let Standing::Suspended { since, reason } = &verified.standing {
        show.suspended = Some(Suspended {
            since: *since,
            reason: w.pick(reason.name(), reason.name_en()).to_owned(),
        });
    }
    if let Standing::Revoked(revocation) = &verified.standing {
        show.revoked = Some(Revoked {
            on: revocation.on,
            reason: w
                .pick(revocation.reason.name(), revocation.reason.name_en())
                .to_owned(),
            by: if verified.by_bureau {
                w.t("verify.show.bureau").to_owned()
            } else {
                verified.public.issuer.0.clone()
            },
            appeal: verified.public.issuer.1.clone(),
        });
    }
    show.newer = verified
        .successor
        .as_ref()
        .map(|successor| Way::new(&successor.number, format!("/v/{}", successor.token)));
    show.technical = technical(verified);
    show
}

fn checks(w: Words, verdict: Verdict, verified: &Verified, now: Now) -> Vec<Check> {
    let light = |good: bool| if good { Light::Good } else { Light::Bad };
    let content = verified.checks.content && verdict != Verdict::Mismatch;
    let filed = verified.public.filed.as_ref().map_or_else(
        || verified.public.issuer.0.clone(),
        |(.., document)| w.f("verify.show.filed", &[&verified.public.issuer.0, document]),
    );
    let issuer = if verified.checks.issuer {
        filed
    } else {
        String::new()
    };
    let standing = light(!matches!(verified.standing, Standing::Revoked(_)));
    let mut checks = vec![
        Check::new(
            w,
            "content",
            light(content),
            w.f("verify.show.key", &[&verified.public.key.1]),
        ),
        Check::new(w, "issuer", light(verified.checks.issuer), issuer),
        Check::new(
            w,
            "standing",
            standing,
            w.f("verify.show.as_of", &[&w.moment(now.utc())]),
        ),
        logged(w, verified),
    ];
    // Told only of a key that fell into strange hands: of all others there is nothing to tell.
    if let Some(cut_off) = verified.public.key_lost {
        let good = verified.public.after.doubted.is_none();
        let about = w.f("verify.show.key_lost", &[&w.moment(cut_off)]);
        checks.push(Check::new(w, "key", light(good), about));
    }
    checks
}

/// Whether its issue stands in the public log, and not much later than it is dated: whoever dates a
/// certificate back cannot date the log back.
fn logged(w: Words, verified: &Verified) -> Check {
    let (light, about) = match verified.public.logged {
        None => (Light::Open, w.t("verify.show.log_before").to_owned()),
        Some((_, None)) => (Light::Open, w.t("verify.show.log_waits").to_owned()),
        Some((at, Some(place))) => {
            let late =
                beijing(at).date_naive() > verified.public.certificate.issued_on + Days::new(1);
            let light = if late { Light::Bad } else { Light::Good };
            (
                light,
                w.f("verify.show.logged", &[&w.moment(at), &(place + 1)]),
            )
        }
    };
    Check::new(w, "log", light, about)
}

fn technical(verified: &Verified) -> Vec<(String, String)> {
    let certificate = &verified.public.certificate;
    [
        ("alg", verified.public.key.2.clone()),
        ("kid", certificate.key_id.clone()),
        ("token", certificate.token.clone()),
        (
            "status",
            format!("{}/{}", certificate.status_list, certificate.status_index),
        ),
        ("cose", BASE64URL_NOPAD.encode(&certificate.cose)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The kind of a document in the visitor's language.
pub(in crate::web) fn id_kind(w: Words, code: &str) -> String {
    code_set::find("id_type", code).map_or_else(
        || "--".to_owned(),
        |entry| w.pick(&entry.name, &entry.name_en).to_owned(),
    )
}

/// The permit the work also needs: its name, or nothing but that there is one.
fn permit(w: Words, occupation: &Occupation) -> Option<String> {
    match (&occupation.permit, occupation.admission) {
        (Some((zh, en)), _) => Some(w.pick(zh, en).to_owned()),
        (None, Some(Admission::Permit | Admission::Entry)) => Some(String::new()),
        (None, _) => None,
    }
}

fn certified(w: Words, certificate: &Certificate, issuer: &str, print: i32) -> Certified {
    let known = certificate.occupation.as_ref().and_then(occupation::find);
    let subject = match certificate.kind {
        CertificateKind::Level => Subject::Level {
            occupation: certificate.occupation_name.clone(),
            occupation_en: known.and_then(|occupation| occupation.name_en.clone()),
            work_type: certificate.work_type.clone(),
            level: certificate.level.map_or("", SkillLevel::as_str),
            permit: known.and_then(|occupation| permit(w, occupation)),
        },
        CertificateKind::Completion => Subject::Completion {
            course: certificate
                .course_name
                .clone()
                .unwrap_or_else(|| certificate.occupation_name.clone()),
            hours: i64::from(certificate.hours.unwrap_or_default()),
            span: (
                certificate.began.unwrap_or(certificate.issued_on),
                certificate.ended.unwrap_or(certificate.issued_on),
            ),
        },
    };
    Certified {
        holder: certificate.holder.clone(),
        romanised: None,
        id_kind: id_kind(w, &certificate.id_kind),
        id_tail: certificate.id_tail.clone(),
        subject,
        number: certificate.number.clone(),
        issuer: issuer.to_owned(),
        issued_on: certificate.issued_on,
        expires_on: certificate.expires_on,
        print: u32::try_from(print).unwrap_or(1),
        photo: None,
    }
}

/// A verdict as programs read it.
#[derive(Serialize)]
struct Document<'a> {
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
    #[serde(skip)]
    status: Status,
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
    fn empty(verdict: Verdict, now: Now) -> Self {
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

    fn of(verdict: Verdict, verified: &'a Verified, tampered: bool, base: &str, now: Now) -> Self {
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

fn json(document: &Document<'_>) -> Answer {
    match serde_json::to_string(document) {
        Ok(body) => Answer::Json(document.status, body),
        Err(_) => Answer::Json(Status::InternalServerError, "{}".to_owned()),
    }
}
