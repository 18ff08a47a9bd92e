//! 公开日志: the log as programs fetch it (C2SP tlog-tiles), and a page that says what it is.

use crate::acts::log::{self as logs, cosigning, proofs};
use crate::acts::{Done, Registry};
use crate::seal::log::read_tile_path;
use crate::seal::note::{Checkpoint, Note};
use crate::seal::ticket;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::refusal::No;
use askama::Template;
use data_encoding::BASE64;
use rocket::http::{ContentType, Status};
use rocket::request::{FromParam, Request};
use rocket::response::{self, Responder, Response};
use rocket::{Route, State, get, routes};
use std::io::Cursor;
use std::path::PathBuf;

/// What anybody may fetch of the log.
pub fn routes() -> Vec<Route> {
    routes![
        checkpoint, tile, entries, vkey, policy, succession, proof, show
    ]
}

/// Bytes for programs of any origin.
pub struct Bytes {
    kind: &'static str,
    /// Whether they can never change.
    forever: bool,
    body: Option<Vec<u8>>,
    /// Whether they may be there in a moment.
    soon: bool,
}

impl Bytes {
    fn of(kind: &'static str, forever: bool, body: Option<Vec<u8>>) -> Self {
        Self {
            kind,
            forever,
            body,
            soon: false,
        }
    }
}

const TEXT: &str = "text/plain; charset=utf-8";
const OCTETS: &str = "application/octet-stream";

impl<'r> Responder<'r, 'static> for Bytes {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response.raw_header("Access-Control-Allow-Origin", "*");
        response.raw_header("X-Content-Type-Options", "nosniff");
        match self.body {
            Some(body) => {
                let caching = if self.forever {
                    "public, max-age=31536000, immutable"
                } else {
                    "no-cache"
                };
                response
                    .raw_header("Content-Type", self.kind)
                    .raw_header("Cache-Control", caching)
                    .sized_body(body.len(), Cursor::new(body));
            }
            None if self.soon => {
                response
                    .status(Status::ServiceUnavailable)
                    .raw_header("Retry-After", "1");
                response
                    .header(ContentType::Plain)
                    .raw_header("Cache-Control", "no-store");
                let body = "not in the log yet\n";
                response.sized_body(body.len(), Cursor::new(body));
            }
            None => {
                response.status(Status::NotFound).header(ContentType::Plain);
                response.raw_header("Cache-Control", "no-store");
                let body = "no such thing\n";
                response.sized_body(body.len(), Cursor::new(body));
            }
        }
        response.ok()
    }
}

async fn fetched(
    desk: &State<Desk>,
    kind: &'static str,
    forever: bool,
    ask: impl FnOnce(&Registry) -> Done<Option<Vec<u8>>> + Send + 'static,
) -> Result<Bytes, No> {
    Ok(Bytes::of(kind, forever, desk.ask(ask).await?))
}

/// The latest signed checkpoint.
#[get("/log/checkpoint")]
async fn checkpoint(desk: &State<Desk>) -> Result<Bytes, No> {
    fetched(desk, TEXT, false, |registry| {
        Ok(proofs::checkpoint(registry)?.map(String::into_bytes))
    })
    .await
}

fn elements(path: &std::path::Path) -> String {
    let elements: Vec<_> = path
        .iter()
        .map(|element| element.to_string_lossy())
        .collect();
    elements.join("/")
}

/// A tile of hashes.
#[get("/log/tile/<level>/<path..>", rank = 2)]
async fn tile(level: &str, path: PathBuf, desk: &State<Desk>) -> Result<Bytes, No> {
    let level = level
        .parse::<u8>()
        .ok()
        .filter(|number| *number < 64 && number.to_string() == level);
    let (Some(level), Some((n, width))) = (level, read_tile_path(&elements(&path))) else {
        return Ok(Bytes::of(OCTETS, true, None));
    };
    fetched(desk, OCTETS, true, move |registry| {
        proofs::published_tile(registry, level, n, width)
    })
    .await
}

/// A bundle of entries.
#[get("/log/tile/entries/<path..>", rank = 1)]
async fn entries(path: PathBuf, desk: &State<Desk>) -> Result<Bytes, No> {
    let Some((n, width)) = read_tile_path(&elements(&path)) else {
        return Ok(Bytes::of(OCTETS, true, None));
    };
    fetched(desk, OCTETS, true, move |registry| {
        proofs::entries(registry, n, width)
    })
    .await
}

/// The keys the log signs with, one a line.
#[get("/log/vkey")]
async fn vkey(desk: &State<Desk>) -> Result<Bytes, No> {
    fetched(desk, TEXT, false, |registry| {
        let keys: String = proofs::vkeys(registry)?
            .iter()
            .map(|vkey| format!("{vkey}\n"))
            .collect();
        Ok((!keys.is_empty()).then(|| keys.into_bytes()))
    })
    .await
}

/// The trust policy.
#[get("/log/policy")]
async fn policy(desk: &State<Desk>) -> Result<Bytes, No> {
    fetched(desk, TEXT, false, |registry| {
        Ok(Some(proofs::policy(registry)?.into_bytes()))
    })
    .await
}

/// How the log's key of today follows from the first: signed notes, the oldest first.
#[get("/log/succession")]
async fn succession(desk: &State<Desk>) -> Result<Bytes, No> {
    fetched(desk, TEXT, false, |registry| {
        Ok(logs::succession::notes(registry)?.map(String::into_bytes))
    })
    .await
}

/// `<token>.tlog-proof`.
struct ProofName(String);

impl FromParam<'_> for ProofName {
    type Error = ();

    fn from_param(file: &str) -> Result<Self, ()> {
        let token = file
            .strip_suffix(".tlog-proof")
            .filter(|token| ticket::is_token(token));
        token.map(|token| Self(token.to_owned())).ok_or(())
    }
}

/// The proof that a certificate is in the log. Asked before the clerks' pages of certificates:
/// their guards would turn the public away.
#[get("/certificates/<proof>")]
async fn proof(proof: ProofName, desk: &State<Desk>) -> Result<Bytes, No> {
    let found = desk
        .ask(move |registry| proofs::by_token(registry, &proof.0))
        .await?;
    Ok(match found {
        None => Bytes::of(TEXT, false, None),
        Some(proof) => Bytes {
            soon: true,
            ..Bytes::of(TEXT, false, proof.map(String::into_bytes))
        },
    })
}

#[derive(Template)]
#[template(path = "log/show.html")]
struct Show {
    f: Frame,
    pairs: Vec<Pair>,
    note: String,
    vkeys: Vec<String>,
    /// Keys others have, and up to which entry what they signed still counts.
    lost: Vec<String>,
    late: bool,
    witnesses: Vec<Pair>,
}

/// What the log is, how far it has come, how it is checked.
#[get("/log")]
async fn show(caller: Caller, desk: &State<Desk>) -> Result<Page<Show>, No> {
    let (kept, vkeys, lost, behind, standings) = desk
        .ask(|registry| {
            let kept = proofs::latest(registry)?;
            let vkeys: Vec<String> = proofs::vkeys(registry)?
                .iter()
                .map(ToString::to_string)
                .collect();
            Ok((
                kept,
                vkeys,
                proofs::lost_vkeys(registry)?,
                registry.log.is_behind(),
                cosigning::standings(registry)?,
            ))
        })
        .await?;
    let f = caller.frame("log.show.title");
    let w = f.w;
    let mut pairs = Vec::new();
    let mut note = String::new();
    if let Some(kept) = kept {
        note = format!("{}{}", kept.note, kept.cosignatures);
        let read = Note::read(&note);
        let checkpoint = read.as_ref().and_then(|note| Checkpoint::read(&note.text));
        if let Some(checkpoint) = checkpoint {
            pairs.push(Pair::new(f.w.t("log.show.origin"), checkpoint.origin));
            pairs.push(Pair::new(
                f.w.t("log.show.size"),
                checkpoint.size.to_string(),
            ));
            pairs.push(Pair::new(
                f.w.t("log.show.root"),
                BASE64.encode(&checkpoint.root),
            ));
        }
        pairs.push(Pair::new(f.w.t("log.show.at"), f.w.moment(kept.at)));
        let witnesses = kept.cosignatures.lines().count();
        pairs.push(Pair::new(
            f.w.t("log.show.witnesses"),
            witnesses.to_string(),
        ));
    }
    let now = desk.now().utc();
    let witnesses: Vec<Pair> = standings
        .into_iter()
        .map(|(witness, standing)| {
            let said = match standing
                .as_ref()
                .and_then(|one| Some((one.size, one.signed_at?)))
            {
                Some((size, at)) => {
                    let ago = (now - at).num_minutes().max(0);
                    let mut said = f.w.f("log.show.witnessed", &[&size, &f.w.minute(at), &ago]);
                    if standing.is_some_and(|one| !one.trouble.is_empty()) {
                        said.push_str(f.w.t("log.show.silent"));
                    }
                    said
                }
                None => f.w.t("log.show.unwitnessed").to_owned(),
            };
            Pair::new(witness.vkey.name, said)
        })
        .collect();
    Ok(Page::new(Show {
        f,
        pairs,
        note,
        vkeys,
        lost: lost
            .iter()
            .map(|(vkey, size)| w.f("log.show.lost", &[vkey, size]))
            .collect(),
        late: behind,
        witnesses,
    }))
}
