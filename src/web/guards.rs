//! 门: a session or a token becomes a Clerk, an Officer, an Assessor.
//!
//! The guard in a handler's signature *is* the permission. A handler without one is public.

use crate::acts::accounts::{self, Present};
use crate::acts::{Error, second_factors};
use crate::domain::account::{
    Administrator, AssessmentClerk, AssessmentSignatory, AssessmentStaff, Auditor, BaseKeeper,
    BaseReader, BureauOfficer, Clerk, Comparer, Confirmer, CounterClerk, DepartmentReader,
    FaceKeeper, FaceReader, Follower, InstitutionStaff, Issuer, KeyKeeper, KeyReader, LedgerReader,
    Officer, OnDuty, Overseer, Reader, Scope, Signatory, SittingReader, SittingReviewer,
    TrainingReader, Viewer,
};
use crate::domain::refusal::Refusal;
use crate::web::desk::Desk;
use crate::web::frame::{Frame, Me, PublicHost, Visit};
use crate::web::refusal::why;
use crate::web::words::Words;
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
    jar.get(SECURE_COOKIE)
        .or_else(|| jar.get(COOKIE))
        .map(rocket::http::Cookie::value)
}

/// Whether this request is a program's: it speaks JSON and brings a token, not a cookie.
pub fn is_api(request: &Request<'_>) -> bool {
    request.uri().path().starts_with("/api/")
}

/// What a request's look-up of its caller found.
struct Looked(Result<Option<Present>, Status>);

/// Whoever is signed in, if anybody is; asked of the database once per request.
pub async fn present<'r>(request: &'r Request<'_>) -> Result<Option<&'r Present>, Status> {
    let answer: &Looked = request
        .local_cache_async(async {
            let desk = request
                .rocket()
                .state::<Desk>()
                .expect("the desk is managed from the start");
            let now = desk.now();
            let found = if is_api(request) {
                let header = request
                    .headers()
                    .get_one("Authorization")
                    .unwrap_or_default();
                let token = header.strip_prefix("Bearer ").map(str::to_owned);
                match token {
                    Some(token) => {
                        desk.glance(move |registry| accounts::bearer(registry, &token, now))
                            .await
                    }
                    None => Ok(None),
                }
            } else {
                match cookie(request).map(str::to_owned) {
                    Some(cookie) => {
                        desk.glance(move |registry| accounts::present(registry, &cookie, now))
                            .await
                    }
                    None => Ok(None),
                }
            };
            Looked(found.map_err(|error| match error {
                Error::Busy(_) => Status::ServiceUnavailable,
                other => {
                    tracing::error!(%other, "a session could not be looked up");
                    Status::InternalServerError
                }
            }))
        })
        .await;
    answer
        .0
        .as_ref()
        .map(Option::as_ref)
        .map_err(|status| *status)
}

async fn allowed<'r, P>(
    request: &'r Request<'_>,
    person: impl FnOnce(crate::domain::account::Actor) -> Option<P>,
) -> Outcome<P, ()> {
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

/// Whoever calls at the counter: how she reads, and who she is, if she is signed in. Never fails.
pub struct Caller {
    /// How she wishes to read.
    pub visit: Visit,
    /// Who she is.
    pub present: Option<Present>,
    host: PublicHost,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Caller {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        match present(request).await {
            // A database that does not answer is told by the handler's own act.
            Ok(_) | Err(_) => Outcome::Success(Self::known(request)),
        }
    }
}

impl Caller {
    /// Somebody without a session.
    pub fn stranger(visit: Visit, host: PublicHost) -> Self {
        Self {
            visit,
            present: None,
            host,
        }
    }

    /// The caller as far as this request has looked her up already.
    pub fn known(request: &Request<'_>) -> Self {
        let known: &Looked = request.local_cache(|| Looked(Ok(None)));
        let host = request
            .rocket()
            .state::<PublicHost>()
            .cloned()
            .unwrap_or_default();
        Self {
            visit: Visit::of(request),
            present: known.0.as_ref().ok().and_then(Clone::clone),
            host,
        }
    }

    /// The frame of a page for her; `title` is a key of the words.
    pub fn frame(&self, title: &str) -> Frame {
        let frame = Frame::of(&self.visit, title).host(&self.host);
        match &self.present {
            Some(Present {
                actor, house, csrf, ..
            }) => {
                let me = Me {
                    name: actor.name.clone(),
                    role: actor.role.to_string(),
                    house: house.clone(),
                };
                frame.signed_in(me, csrf).of_house(match &actor.scope {
                    Scope::Institution(id) => format!("/institutions/{id}"),
                    _ => String::new(),
                })
            }
            None => frame,
        }
    }

    /// Her words.
    pub fn words(&self) -> Words {
        self.visit.words()
    }

    /// The host of our public addresses.
    pub fn host(&self) -> &str {
        &self.host.0
    }
}

/// Whoever gives certificates their force or takes it away gives a one-time code first, if her
/// account uses them: lately in her session, or with the request of her program.
async fn weighty<'r, P>(
    request: &'r Request<'_>,
    person: impl FnOnce(crate::domain::account::Actor) -> Option<P>,
) -> Outcome<P, ()> {
    let allowed = allowed(request, person).await;
    if !matches!(allowed, Outcome::Success(_))
        || matches!(request.method(), Method::Get | Method::Head)
    {
        return allowed;
    }
    let Ok(Some(someone)) = present(request).await else {
        return Outcome::Error((Status::Unauthorized, ()));
    };
    let desk = request
        .rocket()
        .state::<Desk>()
        .expect("the desk is managed from the start");
    let now = desk.now();
    let account = someone.actor.account.clone();
    let held = cookie(request).map(str::to_owned);
    let code = request
        .headers()
        .get_one("One-Time-Code")
        .map(str::to_owned);
    let is_api = is_api(request);
    let answer = desk
        .ask(move |registry| {
            let held = held.as_deref().filter(|_| !is_api);
            if second_factors::is_enough(registry, &account, held, now)? {
                return Ok(());
            }
            match code.filter(|_| is_api) {
                Some(code) => second_factors::give(registry, &account, &code, now),
                None => Err(Refusal::new("second_factor.wanted").into()),
            }
        })
        .await;
    match answer {
        Ok(()) => allowed,
        Err(Error::Refused(reasons)) => {
            if let Some(reason) = reasons.into_iter().next() {
                why(request, reason);
            }
            Outcome::Error((Status::Forbidden, ()))
        }
        Err(Error::Busy(_)) => Outcome::Error((Status::ServiceUnavailable, ())),
        Err(other) => {
            tracing::error!(%other, "a second factor could not be looked up");
            Outcome::Error((Status::InternalServerError, ()))
        }
    }
}

macro_rules! guard {
    ($by:ident: $($person:ident),+ $(,)?) => {$(
        #[rocket::async_trait]
        impl<'r> FromRequest<'r> for $person {
            type Error = ();
            async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
                $by(request, $person::of).await
            }
        }
    )+};
}

guard!(allowed:
    Administrator,
    AssessmentClerk,
    AssessmentStaff,
    Auditor,
    BaseKeeper,
    BaseReader,
    BureauOfficer,
    Clerk,
    Comparer,
    CounterClerk,
    DepartmentReader,
    FaceKeeper,
    FaceReader,
    Follower,
    InstitutionStaff,
    KeyReader,
    LedgerReader,
    Officer,
    OnDuty,
    Overseer,
    Reader,
    SittingReader,
    SittingReviewer,
    TrainingReader,
    Viewer,
);

guard!(weighty:
    AssessmentSignatory,
    Confirmer,
    Issuer,
    KeyKeeper,
    Signatory,
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
