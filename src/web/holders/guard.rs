//! 持证人之门: a holder's own cookie becomes a Holder. It opens nothing but her own page.

use crate::acts::{Error, holders};
use crate::domain::holder::Holder;
use crate::web::desk::Desk;
use crate::web::frame::{Frame, HOLDER, Me};
use crate::web::guards::{Caller, present};
use rocket::Request;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};

/// The cookie of a holder's session.
pub const COOKIE: &str = "guildhall-holder";
/// Its name over https.
pub const SECURE_COOKIE: &str = "__Host-guildhall-holder";

/// The cookie's value, whichever name it goes by.
pub fn cookie<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    let jar = request.cookies();
    jar.get(SECURE_COOKIE)
        .or_else(|| jar.get(COOKIE))
        .map(rocket::http::Cookie::value)
}

struct Looked(Result<Option<(Holder, String)>, Status>);

/// The holder who is signed in, and what her forms bring back; asked of the database once a request.
pub async fn holder<'r>(request: &'r Request<'_>) -> Result<Option<&'r (Holder, String)>, Status> {
    let answer: &Looked = request
        .local_cache_async(async {
            let desk = request
                .rocket()
                .state::<Desk>()
                .expect("the desk is managed from the start");
            let now = desk.now();
            let found = match cookie(request).map(str::to_owned) {
                Some(cookie) => {
                    desk.glance(move |registry| holders::present(registry, &cookie, now))
                        .await
                }
                None => Ok(None),
            };
            Looked(found.map_err(|error| match error {
                Error::Busy(_) => Status::ServiceUnavailable,
                other => {
                    tracing::error!(%other, "a holder's session could not be looked up");
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

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Holder {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match holder(request).await {
            Ok(Some((holder, _))) => Outcome::Success(holder.clone()),
            // Somebody signed in to work here has no page of this kind.
            Ok(None) if matches!(present(request).await, Ok(Some(_))) => {
                Outcome::Error((Status::Forbidden, ()))
            }
            Ok(None) => Outcome::Error((Status::Unauthorized, ())),
            Err(status) => Outcome::Error((status, ())),
        }
    }
}

/// A holder who calls: how she reads, and what her forms bring back.
pub struct Visitor {
    caller: Caller,
    holder: Option<(Holder, String)>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visitor {
    type Error = std::convert::Infallible;
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let holder = holder(request).await.ok().flatten().cloned();
        Outcome::Success(Self {
            caller: Caller::known(request),
            holder,
        })
    }
}

impl Visitor {
    /// The frame of a page for her.
    pub fn frame(&self, title: &str) -> Frame {
        let frame = self.caller.frame(title);
        match &self.holder {
            Some((holder, csrf)) => frame.signed_in(
                Me {
                    name: holder.name.clone(),
                    role: HOLDER.to_owned(),
                    house: String::new(),
                },
                csrf,
            ),
            None => frame,
        }
    }

    /// Her words.
    pub fn words(&self) -> crate::web::words::Words {
        self.caller.words()
    }
}
