//! 证书签发中心: its certificate and its list, for PDF readers.

use crate::acts::authority;
use crate::seal::x509;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use rocket::http::ContentType;
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::{Route, State, get, routes};
use std::io::Cursor;

/// What readers fetch.
pub fn routes() -> Vec<Route> {
    routes![certificate, text, list]
}

/// A file anybody may have, and keep for a while.
pub struct Public {
    kind: ContentType,
    bytes: Vec<u8>,
}

impl<'r> Responder<'r, 'static> for Public {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .header(self.kind)
            .raw_header("Cache-Control", "public, max-age=3600")
            .raw_header("Access-Control-Allow-Origin", "*")
            .sized_body(self.bytes.len(), Cursor::new(self.bytes))
            .ok()
    }
}

/// The authority's certificate, DER.
#[get("/trust/ca.crt")]
async fn certificate(desk: &State<Desk>) -> Result<Public, No> {
    let now = desk.now();
    Ok(Public {
        kind: ContentType::new("application", "pkix-cert"),
        bytes: desk
            .ask(move |registry| authority::certificate(registry, now))
            .await?,
    })
}

/// The same as text, PEM.
#[get("/trust/ca.pem")]
async fn text(desk: &State<Desk>) -> Result<Public, No> {
    let now = desk.now();
    let der = desk
        .ask(move |registry| authority::certificate(registry, now))
        .await?;
    Ok(Public {
        kind: ContentType::new("application", "x-pem-file"),
        bytes: x509::pem("CERTIFICATE", &der).into_bytes(),
    })
}

/// The certificates it has withdrawn.
#[get("/trust/ca.crl")]
async fn list(desk: &State<Desk>) -> Result<Public, No> {
    let now = desk.now();
    Ok(Public {
        kind: ContentType::new("application", "pkix-crl"),
        bytes: desk
            .ask(move |registry| authority::revoked(registry, now))
            .await?,
    })
}
