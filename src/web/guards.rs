//! 门: a session or a token becomes a Clerk, an Officer, an Assessor.
//!
//! The guard in a handler's signature *is* the permission. A handler without one is public.

use crate::acts::accounts::{self, Present};
use crate::acts::Error;
use crate::domain::account::{
    Administrator, AssessmentClerk, AssessmentSignatory, AssessmentStaff, Auditor, BureauOfficer, Clerk,
    InstitutionStaff, Officer, OnDuty, Signatory, Viewer,
};
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::web::desk::Desk;
use crate::web::refusal::why;
use rocket::Request;
use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome};

/// The session cookie. Over https its name makes the browser hold it to this host and to https.
pub const COOKIE: &str = "guildhall";
/// Its name over https.
pub const SECURE_COOKIE: &str = "__Host-guildhall";

/// The session cookie's value, whichever name it goes by.
pub fn cookie<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    let jar = request.cookies();
    jar.get(SECURE_COOKIE).or_else(|| jar.get(COOKIE)).map(rocket::http::Cookie::value)
}

/// Whether this request is a program's: it speaks JSON and brings a token, not a cookie.
pub fn is_api(request: &Request<'_>) -> bool {
    request.uri().path().starts_with("/api/")
}

/// Whoever is signed in, if anybody is; asked of the database once per request.
pub async fn present<'r>(request: &'r Request<'_>) -> Result<Option<&'r Present>, Status> {
    let answer = request.local_cache_async(async {
        let now = Now::read();
        let desk = request.rocket().state::<Desk>().expect("the desk is managed from the start");
        let found = if is_api(request) {
            let header = request.headers().get_one("Authorization").unwrap_or_default();
            let token = header.strip_prefix("Bearer ").map(str::to_owned);
            match token {
                Some(token) => desk.glance(move |registry| accounts::bearer(registry, &token, now)).await,
                None => Ok(None),
            }
        } else {
            match cookie(request).map(str::to_owned) {
                Some(cookie) => desk.glance(move |registry| accounts::present(registry, &cookie, now)).await,
                None => Ok(None),
            }
        };
        found.map_err(|error| match error {
            Error::Busy(_) => Status::ServiceUnavailable,
            other => {
                tracing::error!(%other, "a session could not be looked up");
                Status::InternalServerError
            }
        })
    });
    answer.await.as_ref().map(Option::as_ref).map_err(|status| *status)
}

async fn allowed<'r, P>(request: &'r Request<'_>, person: impl FnOnce(crate::domain::account::Actor) -> Option<P>) -> Outcome<P, ()> {
    let someone = match present(request).await {
        Ok(Some(someone)) => someone,
        Ok(None) => return Outcome::Error((Status::Unauthorized, ())),
        Err(status) => return Outcome::Error((status, ())),
    };
    if !someone.may_write && !matches!(request.method(), Method::Get | Method::Head) {
        why(request, Refusal::new("token.read-only"));
        return Outcome::Error((Status::Forbidden, ()));
    }
    match person(someone.actor.clone()) {
        Some(person) => Outcome::Success(person),
        None => Outcome::Error((Status::Forbidden, ())),
    }
}

macro_rules! guard {
    ($($person:ident),+ $(,)?) => {$(
        #[rocket::async_trait]
        impl<'r> FromRequest<'r> for $person {
            type Error = ();
            async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
                allowed(request, $person::of).await
            }
        }
    )+};
}

guard!(
    Administrator, AssessmentClerk, AssessmentSignatory, AssessmentStaff, Auditor, BureauOfficer, Clerk,
    InstitutionStaff, Officer, OnDuty, Signatory, Viewer,
);

/// Implements `FromParam` for typed keys and codes: a malformed one is simply not found.
#[macro_export]
macro_rules! param {
    ($($key:ty),+ $(,)?) => {$(
        impl<'r> rocket::request::FromParam<'r> for $key {
            type Error = ();
            fn from_param(text: &'r str) -> Result<Self, ()> { <$key>::read(text).ok_or(()) }
        }
    )+};
}
