//! 证书签发中心: its certificate and its list, for PDF readers.

use crate::acts::{Error, authority};
use crate::seal::x509;
use crate::web::desk::Desk;
use crate::web::refusal::No;
use rocket::http::ContentType;
use rocket::request::{FromParam, Request};
use rocket::response::{self, Responder, Response};
use rocket::{Route, State, get, routes};
use std::io::Cursor;

/// What readers fetch.
pub fn routes() -> Vec<Route> {
    routes![certificate, text, list, former]
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

/// What is asked of one authority by its hint: `1a2b3c4d.crt`, or its list `1a2b3c4d.crl`.
struct Named(String, bool);

impl FromParam<'_> for Named {
    type Error = ();

    fn from_param(file: &str) -> Result<Self, ()> {
        let (id, end) = file.split_once('.').ok_or(())?;
        let is_hint = id.len() == 8
            && id
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        match end {
            "crt" if is_hint => Ok(Self(id.to_owned(), false)),
            "crl" if is_hint => Ok(Self(id.to_owned(), true)),
            _ => Err(()),
        }
    }
}

/// The certificate or the list of one authority, of today's or a former one.
#[get("/trust/ca/<file>")]
async fn former(file: Named, desk: &State<Desk>) -> Result<Public, No> {
    let (now, Named(id, is_list)) = (desk.now(), file);
    let found = desk
        .ask(move |registry| match is_list {
            true => authority::revoked_of(registry, &id, now),
            false => authority::certificate_of(registry, &id),
        })
        .await?;
    Ok(Public {
        kind: ContentType::new(
            "application",
            if is_list { "pkix-crl" } else { "pkix-cert" },
        ),
        bytes: found.ok_or(Error::NotFound)?,
    })
}

/// The certificates the first authority has withdrawn.
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
