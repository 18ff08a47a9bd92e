//! 核验: a scanned, typed or pasted code becomes a verdict; a page for people, JSON for programs.

use crate::acts::verification::{self, Verified};
use crate::acts::{Done, Error, guesses};
use crate::domain::certificate::Standing;
use crate::domain::certificate_number::CertificateNumber;
use crate::domain::completion_number::CompletionNumber;
use crate::domain::holder::LookKind;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::seal::scan::{self, Foreign};
use crate::seal::ticket::{self, TOKEN_LENGTH};
use crate::web::body::OpenForm;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::guards::Caller;
use crate::web::page::{Drawn, Page};
use crate::web::verify::ask::Ask;
use crate::web::verify::document::Document;
use crate::web::verify::verdict::Verdict;
use crate::web::verify::view::Show;
use crate::web::verify::{plate, shown};
use crate::web::whence::Whence;
use crate::web::words::Words;
use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Redirect, Responder, Response};
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;
use std::io::Cursor;

/// The public's ways to ask about a certificate.
pub fn routes() -> Vec<Route> {
    let mut first = routes![by_token];
    // Asked for more often than everything else together: the router, which goes through its routes
    // by rank, tries it before the hundreds whose paths are fixed.
    first[0].rank = FIRST;
    [first, routes![ask, by_number]].concat()
}

/// Where a scanned code leads, as routes have it.
pub(super) const BY_TOKEN: &str = "/v/<token>?<way>";

/// What a verdict tells of itself besides its type when it is told to a program.
pub(super) const OF_JSON: &[(&str, &str)] = &[("Cache-Control", "no-store"), ("Vary", "Accept")];
/// What every verdict tells: that it is nothing to be found by searching.
pub(super) const UNLISTED: (&str, &str) = ("X-Robots-Tag", "noindex");

/// Below every rank Rocket gives by itself.
const FIRST: isize = -100;

/// Whether an answer is wanted as JSON.
pub struct Wanted(pub(in crate::web) bool);

impl Wanted {
    /// Whether it is.
    pub fn is_json(&self) -> bool {
        self.0
    }

    /// How whoever wants this came to look, unless something else is known.
    fn way(&self) -> LookKind {
        if self.0 {
            LookKind::Program
        } else {
            LookKind::Page
        }
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
    /// For people, drawn already.
    Drawn(Drawn),
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
            Self::Drawn(page) => page.respond_to(request)?,
            Self::Form(page) => page.respond_to(request)?,
            Self::Elsewhere(to) => to.respond_to(request)?,
            Self::Json(status, body) => {
                let mut answer = Response::build();
                answer.status(status).header(ContentType::JSON);
                for (name, value) in OF_JSON {
                    answer.raw_header(*name, *value);
                }
                answer.sized_body(body.len(), Cursor::new(body)).finalize()
            }
        };
        if response.status() == Status::ServiceUnavailable {
            response.set_raw_header("Retry-After", "5");
        }
        response.set_raw_header(UNLISTED.0, UNLISTED.1);
        Ok(response)
    }
}

/// Where somebody is sent who found a certificate in this way: there the look is noted, and once.
pub(in crate::web) fn found_by(kind: LookKind, token: &str) -> Redirect {
    Redirect::to(format!("/v/{token}?way={kind}"))
}

/// What a scanned code leads to, and where whoever found it in another way is sent.
#[get("/v/<token>?<way>")]
async fn by_token(
    caller: Caller,
    wanted: Wanted,
    token: &str,
    way: Option<&str>,
    desk: &State<Desk>,
) -> Answer {
    let now = desk.now();
    if ticket::is_token(token) {
        let found = desk.certificate(token, now).await;
        let way = way.and_then(LookKind::read).unwrap_or(wanted.way());
        looked(desk, &found, way, now);
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
    if let Some(place) = scan::elsewhere(code) {
        return Answer::Elsewhere(Redirect::to(place));
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
        .glance(move |registry| verification::look_up_readings(registry, &tokens, now))
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
    match scan::scan(code) {
        Ok(scanned) => Answer::Elsewhere(Redirect::to(format!("/v/{}", scanned.token))),
        Err(Foreign::Token) => malformed(caller, wanted, code, now),
        // Somebody else's digits behind this token: only what the register says is shown.
        Err(Foreign::Digits | Foreign::Mismatch) => {
            let before = code.split('#').next().unwrap_or_default();
            let Ok(scanned) = scan::scan(before) else {
                return malformed(caller, wanted, code, now);
            };
            match desk.certificate(&scanned.token, now).await {
                Ok(Some(verified)) => {
                    desk.looked(&verified.public.certificate.id, wanted.way(), now);
                    told(
                        caller,
                        wanted,
                        desk,
                        Verdict::Mismatch,
                        &verified,
                        false,
                        now,
                    )
                }
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
    whence: Whence,
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
    if matches!(found, Ok(None)) {
        guessed(desk, whence, now).await;
    }
    match found {
        Ok(Some(verified)) if verified.is_sound() => {
            let token = &verified.public.certificate.token;
            Answer::Elsewhere(found_by(LookKind::Number, token))
        }
        other => {
            looked(desk, &other, LookKind::Number, now);
            verdict(&caller, &wanted, desk, &number, other, now)
        }
    }
}

/// Counts a look-up that named nobody's certificate; who has guessed too often is stopped at the gate.
async fn guessed(desk: &Desk, Whence(from): Whence, now: Now) {
    let counted = desk.ask(move |registry| guesses::count(registry, from, 1, now));
    if let Err(why) = counted.await {
        tracing::warn!(?why, "a guess was not counted");
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

/// Notes a look at what was found.
fn looked(desk: &Desk, found: &Done<Option<Verified>>, way: LookKind, now: Now) {
    if let Ok(Some(verified)) = found {
        desk.looked(&verified.public.certificate.id, way, now);
    }
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
    if wanted.0 {
        return json(&Document::of(verdict, verified, tampered, base, now));
    }
    if let Some(html) = plate::page(caller, verdict, verified, base, now) {
        return Answer::Drawn(Drawn(html));
    }
    let f = caller.frame("verify.name").under("verify");
    Answer::Page(page(shown::show(f, verdict, verified, tampered, base, now)))
}

fn json(document: &Document<'_>) -> Answer {
    match serde_json::to_string(document) {
        Ok(body) => Answer::Json(document.status, body),
        Err(_) => Answer::Json(Status::InternalServerError, "{}".to_owned()),
    }
}
