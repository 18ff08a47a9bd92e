//! 幂等: a request with an `Idempotency-Key` is done once; sent again, it is answered alike.

use crate::acts::{Done, Error, Registry, replies};
use crate::domain::account::Actor;
use crate::ground::clock::Now;
use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// The request's key, if it brings one.
pub struct Key(pub Option<String>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Key {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let key = request.headers().get_one("Idempotency-Key");
        Outcome::Success(Self(key.map(str::to_owned)))
    }
}

/// An answer, the first one or the same again.
pub struct Said {
    status: u16,
    body: String,
    again: bool,
}

impl<'r> Responder<'r, 'static> for Said {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build()
            .status(Status::new(self.status))
            .header(ContentType::JSON)
            .raw_header("Cache-Control", "no-store")
            .sized_body(self.body.len(), Cursor::new(self.body))
            .finalize();
        if self.again {
            response.set_raw_header("Idempotent-Replayed", "true");
        }
        Ok(response)
    }
}

/// Does an act once under a key. `asked` is everything that makes the request what it is: its
/// method, address and body.
pub fn once<T: Serialize>(
    registry: &Registry,
    actor: &Actor,
    key: Option<&str>,
    asked: &[&[u8]],
    status: u16,
    now: Now,
    act: impl FnOnce(&Registry) -> Done<T>,
) -> Done<Said> {
    let write =
        |answer: &T| serde_json::to_string(answer).map_err(|why| Error::Fault(Box::new(why)));
    let Some(key) = key else {
        let body = write(&act(registry)?)?;
        return Ok(Said {
            status,
            body,
            again: false,
        });
    };
    let mut hash = Sha256::new();
    for part in asked {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = data_encoding::HEXLOWER.encode(&hash.finalize());
    if let Some((status, body)) = replies::begin(registry, actor, key, &digest, now)? {
        return Ok(Said {
            status,
            body,
            again: true,
        });
    }
    match act(registry).and_then(|answer| write(&answer)) {
        Ok(body) => {
            replies::finish(registry, actor, key, &digest, (status, &body), now)?;
            Ok(Said {
                status,
                body,
                again: false,
            })
        }
        Err(no) => {
            replies::release(registry, actor, key)?;
            Err(no)
        }
    }
}
