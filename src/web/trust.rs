//! 信任包: what anybody may fetch to check certificates without asking us again.

use crate::acts::Error;
use crate::acts::trust::{self, Root, Sent, Shelf};
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::refusal::No;
use askama::Template;
use data_encoding::BASE64;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder, Response};
use rocket::{Route, State, get, routes};
use std::io::Cursor;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![bundle, root, pem]
}

/// What a client says it has already.
pub struct Known(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Known {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let known = request.headers().get_one("If-None-Match");
        Outcome::Success(Self(known.unwrap_or_default().to_owned()))
    }
}

/// A bundle on its way: whole, or "you have it".
pub struct Parcel {
    sent: Sent,
    known: bool,
}

impl<'r> Responder<'r, 'static> for Parcel {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response
            .raw_header("ETag", self.sent.etag)
            .raw_header("Access-Control-Allow-Origin", "*")
            .raw_header("Cache-Control", "public, no-cache")
            .raw_header("Content-Type", "application/cose; cose-type=\"cose-sign1\"");
        if self.known {
            response.status(Status::NotModified);
        } else {
            let body = Body(self.sent.bytes);
            response.sized_body(body.0.len(), Cursor::new(body));
        }
        response.ok()
    }
}

/// The kept bytes, lent to an answer without a copy.
struct Body(std::sync::Arc<Vec<u8>>);

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The trust bundle.
#[get("/trust/bundle")]
async fn bundle(known: Known, shelf: &State<Shelf>, desk: &State<Desk>) -> Result<Parcel, No> {
    let now = desk.now();
    let shelf = shelf.inner().clone();
    let sent = desk
        .ask(move |registry| trust::bundle(registry, &shelf, now))
        .await?;
    let known = known.0.contains(&sent.etag);
    Ok(Parcel { sent, known })
}

/// The root key, for people to compare and for programs to pin.
#[derive(Template)]
#[template(path = "trust/root.html")]
struct Show {
    f: Frame,
    pairs: Vec<Pair>,
    pem: String,
}

/// The root key's page.
#[get("/trust/root")]
async fn root(caller: Caller, desk: &State<Desk>) -> Result<Page<Show>, No> {
    let root = key(desk).await?;
    let f = caller.frame("trust.root.title").under("help");
    let w = f.w;
    let pairs = vec![
        Pair::num(w.t("trust.root.id"), &root.id),
        Pair::num(w.t("trust.root.algorithm"), "ES256 (P-256, SHA-256)"),
        Pair::num(w.t("trust.root.fingerprint"), grouped(&root.fingerprint())),
    ];
    Ok(Page::new(Show {
        f,
        pairs,
        pem: pem_of(&root),
    }))
}

/// The root key as a file.
#[get("/trust/root.pem")]
async fn pem(desk: &State<Desk>) -> Result<(rocket::http::ContentType, String), No> {
    let root = key(desk).await?;
    let kind = rocket::http::ContentType::new("application", "x-pem-file");
    Ok((kind, pem_of(&root)))
}

/// The root key as acts know it.
pub(in crate::web) async fn key(desk: &Desk) -> Result<Root, Error> {
    let now = desk.now();
    desk.ask(move |registry| trust::root(registry, now)).await
}

/// A fingerprint in groups of four, which the eye can follow.
fn grouped(hex: &str) -> String {
    let groups: Vec<_> = hex
        .as_bytes()
        .chunks(4)
        .map(String::from_utf8_lossy)
        .collect();
    groups.join(" ")
}

/// RFC 5480: what stands before the point of a P-256 key.
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

fn pem_of(root: &Root) -> String {
    let text = BASE64.encode(&[&SPKI[..], &root.public].concat());
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    )
}
