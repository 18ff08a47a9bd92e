//! 凭证: certificates for programs, who issued them, and the lists that say which are revoked.
//!
//! All of it is public and says who may read it from elsewhere: anyone (CORS `*`).

use crate::acts::credentials::{self, Form};
use crate::paper::badge;
use crate::seal::ticket;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use data_encoding::HEXLOWER;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder, Response};
use rocket::{Route, State, get, routes};
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![credential, issuer, registry, list]
}

/// Whether a token is preferred to a document.
pub struct Wanted(Form);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Wanted {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let jwt = request
            .headers()
            .get("Accept")
            .any(|accept| accept.contains("vc+jwt"));
        Outcome::Success(Self(if jwt { Form::Jwt } else { Form::LinkedData }))
    }
}

impl Wanted {
    fn kind(&self) -> &'static str {
        match self.0 {
            Form::LinkedData => "application/vc",
            Form::Jwt => "application/vc+jwt",
        }
    }
}

/// Bytes for anyone, with a mark by which they are known again.
pub struct Published {
    kind: &'static str,
    bytes: Vec<u8>,
    /// Seconds it may be kept without asking again.
    lasts: u32,
}

impl<'r> Responder<'r, 'static> for Published {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mark = format!(
            "\"{}\"",
            HEXLOWER.encode(&Sha256::digest(&self.bytes)[..12])
        );
        let known = request
            .headers()
            .get("If-None-Match")
            .any(|known| known.split(',').any(|one| one.trim() == mark));
        let mut response = Response::build();
        response
            .raw_header("ETag", mark)
            .raw_header("Vary", "Accept")
            .raw_header("Access-Control-Allow-Origin", "*")
            .raw_header("Cross-Origin-Resource-Policy", "cross-origin")
            .raw_header("Cache-Control", format!("public, max-age={}", self.lasts))
            .raw_header("X-Robots-Tag", "noindex");
        if known {
            response.status(Status::NotModified);
        } else {
            response
                .raw_header("Content-Type", self.kind)
                .sized_body(self.bytes.len(), Cursor::new(self.bytes));
        }
        response.ok()
    }
}

fn published(kind: &'static str, bytes: Option<Vec<u8>>, lasts: u32) -> Result<Published, No> {
    let bytes = bytes.ok_or(crate::acts::Error::NotFound)?;
    Ok(Published { kind, bytes, lasts })
}

/// A certificate as a credential; with `.svg` or `.png` baked into a badge.
#[get("/credentials/<name>")]
async fn credential(name: &str, wanted: Wanted, desk: &State<Desk>) -> Result<Published, No> {
    let now = desk.now();
    let (token, picture) = match name.split_once('.') {
        Some((token, "svg")) => (token, Some("image/svg+xml")),
        Some((token, "png")) => (token, Some("image/png")),
        Some(_) => return published("", None, 0),
        None => (name, None),
    };
    if !ticket::is_token(token) {
        return published("", None, 0);
    }
    let (token, form) = (token.to_owned(), wanted.0);
    let Some(kind) = picture else {
        let bytes = desk
            .ask(move |registry| credentials::of(registry, &token, form, now))
            .await?;
        return published(wanted.kind(), bytes, 300);
    };
    let bytes = desk
        .ask(move |registry| {
            let document = credentials::document_of(registry, &token, now)?;
            Ok(document.and_then(|document| badge::baked(&document, kind == "image/png")))
        })
        .await?;
    published(kind, bytes, 300)
}

/// Who an issuer is, and by which keys it is known.
#[get("/issuers/<slug>/did.json")]
async fn issuer(slug: &str, desk: &State<Desk>) -> Result<Published, No> {
    let slug = slug.to_owned();
    let bytes = desk
        .ask(move |registry| credentials::issuer(registry, &slug))
        .await?;
    published("application/did+ld+json", bytes, 300)
}

/// Who the registry is.
#[get("/.well-known/did.json")]
async fn registry(desk: &State<Desk>) -> Result<Published, No> {
    let bytes = desk.ask(credentials::registry).await?;
    published("application/did+ld+json", Some(bytes), 300)
}

/// Which certificates of an issuer are revoked or replaced.
#[get("/status/revocation/<slug>/<list>")]
async fn list(slug: &str, list: u32, wanted: Wanted, desk: &State<Desk>) -> Result<Published, No> {
    let (slug, form, now) = (slug.to_owned(), wanted.0, desk.now());
    let bytes = desk
        .ask(move |registry| credentials::list(registry, &slug, list, form, now))
        .await?;
    published(wanted.kind(), bytes, 60)
}
