//! 不予办理: the one table from what went wrong to status, page and problem document.

use crate::acts::Error;
use crate::domain::refusal::Refusal;
use crate::web::frame::Visit;
use crate::web::guards::{Caller, is_api};
use crate::web::sorry::Sorry;
use crate::web::words::{Lang, Words};
use rocket::http::{ContentType, Status};
use rocket::response::{self, Redirect, Responder, Response};
use rocket::{Catcher, Request, catch, catchers};
use serde::Serialize;
use std::io::Cursor;
use std::sync::Mutex;

/// An act that did not happen, as an answer: a page for people, a problem document for programs.
#[derive(Debug)]
pub struct No(pub Error);

impl<E: Into<Error>> From<E> for No {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// Why a guard or a reader of bodies turned a request away; the catcher tells.
struct Why(Mutex<Option<Refusal>>);

/// Notes why this request is about to be turned away.
pub fn why(request: &Request<'_>, refusal: Refusal) {
    let noted = request.local_cache(|| Why(Mutex::new(None)));
    *noted
        .0
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(refusal);
}

fn noted(request: &Request<'_>) -> Option<Refusal> {
    let noted = request.local_cache(|| Why(Mutex::new(None)));
    noted
        .0
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .clone()
}

/// The status of a refusal: 422 when something filled in must change, 409 when a state stands in
/// the way.
pub fn status(error: &Error) -> Status {
    match error {
        Error::Refused(reasons) if reasons.iter().any(|reason| reason.field.is_some()) => {
            Status::UnprocessableEntity
        }
        Error::Refused(reasons)
            if reasons
                .iter()
                .any(|reason| reason.code == "account.too-many-failures") =>
        {
            Status::TooManyRequests
        }
        Error::Refused(_) => Status::Conflict,
        Error::NotFound => Status::NotFound,
        Error::Busy(_) => Status::ServiceUnavailable,
        Error::Fault(_) => Status::InternalServerError,
    }
}

/// RFC 9457, with the same codes as the pages.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `about:blank`: the code tells the kind.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The HTTP status.
    status: u16,
    /// The first reason's code, e.g. `class.begun`; never renamed.
    code: String,
    /// The first reason in the caller's language.
    title: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// Every reason, when there are several or one names a field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
    /// Our reference, when the fault is ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// One reason within a problem.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Fault {
    /// Its code.
    code: String,
    /// The member at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// What is wrong, in the caller's language.
    text: String,
}

impl<'r> Responder<'r, 'static> for No {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let status = status(&self.0);
        let reference = matches!(self.0, Error::Fault(_)).then(|| {
            let reference = crate::ground::key::fresh(crate::ground::clock::Now::read());
            // Here, once, the whole chain. Nobody else logs a fault.
            tracing::error!(reference, error = ?self.0, "a fault of ours");
            reference
        });
        let reasons = match self.0 {
            Error::Refused(reasons) => reasons,
            other => vec![Refusal::new(other.code())],
        };
        answer(request, status, reasons, reference)
    }
}

fn answer(
    request: &Request<'_>,
    status: Status,
    reasons: Vec<Refusal>,
    reference: Option<String>,
) -> response::Result<'static> {
    let visit = Visit::of(request);
    let mut response = if is_api(request) || wants_json(request) {
        problem(visit.words(), status, &reasons, reference)
    } else {
        let f = Caller::known(request).frame("frame.name");
        let page = match (reference, reasons.first()) {
            (Some(reference), _) => Sorry::fault(f, reference),
            (None, Some(reason)) if f.w.tells(reason) => Sorry::refused(f, status, reason),
            _ => Sorry::of(f, status),
        };
        page.status(status).respond_to(request)?
    };
    if status == Status::ServiceUnavailable {
        response.set_raw_header("Retry-After", "5");
    }
    Ok(response)
}

fn wants_json(request: &Request<'_>) -> bool {
    request
        .accept()
        .is_some_and(|accept| accept.preferred().media_type().is_json())
}

fn problem(
    w: Words,
    status: Status,
    reasons: &[Refusal],
    reference: Option<String>,
) -> Response<'static> {
    let told: Vec<_> = reasons
        .iter()
        .map(|reason| (reason, w.refusal(reason)))
        .collect();
    let first = told.first();
    let body = Problem {
        kind: "about:blank",
        status: status.code,
        code: first
            .map_or("unknown", |(reason, _)| reason.code)
            .to_owned(),
        title: first
            .map(|(_, words)| words.say.clone())
            .unwrap_or_default(),
        detail: first
            .map(|(_, words)| words.then.clone())
            .unwrap_or_default(),
        errors: if told.len() > 1 || told.iter().any(|(reason, _)| reason.field.is_some()) {
            told.iter()
                .map(|(reason, words)| Fault {
                    code: reason.code.to_owned(),
                    field: reason.field.map(str::to_owned),
                    text: words.say.clone(),
                })
                .collect()
        } else {
            Vec::new()
        },
        reference,
    };
    let text = serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned());
    Response::build()
        .status(status)
        .header(ContentType::new("application", "problem+json"))
        .raw_header(
            "Content-Language",
            match w.lang {
                Lang::Zh => "zh-CN",
                Lang::En => "en",
            },
        )
        .sized_body(text.len(), Cursor::new(text))
        .finalize()
}

/// Everything Rocket itself turns away: guards, readers, addresses nobody answers.
#[catch(default)]
fn any(status: Status, _: &Request<'_>) -> Turned {
    Turned(status)
}

/// A request that Rocket turned away, about to be told why.
struct Turned(Status);

impl<'r> Responder<'r, 'static> for Turned {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let Self(mut status) = self;
        if status == Status::Unauthorized && !is_api(request) && !wants_json(request) {
            if request.uri().path().starts_with("/me") {
                return Redirect::to("/sign-in/holder").respond_to(request);
            }
            let back = if request.method() == rocket::http::Method::Get {
                request.uri().to_string()
            } else {
                "/home".to_owned()
            };
            let to = format!(
                "/sign-in?next={}",
                rocket::http::RawStr::new(&back).percent_encode()
            );
            return Redirect::to(to).respond_to(request);
        }
        let mut allow = None;
        if status == Status::NotFound {
            let methods = other_methods(request);
            if !methods.is_empty() {
                status = Status::MethodNotAllowed;
                allow = Some(methods.join(", "));
            }
        }
        // A key that cannot be one: Rocket forwards with 422, to us there is simply no such thing.
        if status == Status::UnprocessableEntity && noted(request).is_none() {
            status = Status::NotFound;
        }
        let reason = noted(request).unwrap_or_else(|| Refusal::new(code_of(status)));
        let mut response = answer(request, status, vec![reason], None)?;
        if let Some(allow) = allow {
            response.set_raw_header("Allow", allow);
        }
        if status == Status::Unauthorized {
            response.set_raw_header("WWW-Authenticate", "Bearer");
        }
        Ok(response)
    }
}

fn code_of(status: Status) -> &'static str {
    match status.code {
        400 => "request.malformed",
        401 => "request.unauthorised",
        403 => "request.forbidden",
        404 => "not-found",
        405 => "request.method",
        413 => "body.too-large",
        422 => "request.malformed",
        429 => "request.too-many",
        503 => "busy",
        _ => "fault",
    }
}

/// The methods this address does answer to: Rocket itself says 404 to a wrong method.
fn other_methods(request: &Request<'_>) -> Vec<String> {
    let path = request.uri().path();
    let segments: Vec<_> = path.as_str().split('/').filter(|s| !s.is_empty()).collect();
    let mut methods: Vec<String> = request
        .rocket()
        .routes()
        .filter(|route| {
            let pattern: Vec<_> = route
                .uri
                .path()
                .split('/')
                .filter(|s| !s.is_empty())
                .collect();
            pattern.len() == segments.len()
                && pattern
                    .iter()
                    .zip(&segments)
                    .all(|(p, s)| p.starts_with('<') || p == s)
                && !pattern.iter().any(|p| p.ends_with("..>"))
                && route.method != request.method()
        })
        .map(|route| route.method.to_string())
        .collect();
    methods.sort();
    methods.dedup();
    methods
}

/// The catchers.
pub fn catchers() -> Vec<Catcher> {
    catchers![any]
}
