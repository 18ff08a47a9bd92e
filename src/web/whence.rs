//! 来处: the address a request comes from; the one a trusted proxy tells, where there is one.

use rocket::request::{FromRequest, Outcome, Request};
use std::net::IpAddr;

/// Where a request comes from.
pub struct Whence(pub IpAddr);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Whence {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self(
            request.client_ip().unwrap_or(IpAddr::from([0, 0, 0, 0])),
        ))
    }
}
