//! 扫码核验: the page that reads QR codes, with a network or without one.
//!
//! With a script it judges codes on the device by the trust bundle; without one it sends a
//! photograph here, where the code is read and the register asked.

use crate::paper::reader::{self, Unread};
use crate::seal::scan::{Foreign, copy, scan};
use crate::web::assets;
use crate::web::body::OpenUpload;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::trust;
use crate::web::verify::file::{self, Seen};
use crate::web::verify::look::{self, Answer, Wanted};
use crate::web::verify::verdict::Verdict;
use crate::web::words::{Lang, Words};
use askama::Template;
use data_encoding::{BASE64, HEXLOWER};
use rocket::http::{ContentType, Status};
use rocket::request::Request;
use rocket::response::{self, Redirect, Responder, Response};
use rocket::tokio::task::spawn_blocking;
use rocket::{Route, State, get, post, routes};
use sha2::{Digest, Sha256};
use std::io::Cursor;
use std::sync::LazyLock;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![show, photograph, worker, manifest]
}

/// The scanner.
#[derive(Template)]
#[template(path = "scan/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    /// What the script says, in the visitor's language.
    words: String,
    /// The root key, to be pinned.
    root: String,
    /// What was read from a photograph and is none of ours.
    foreign: Vec<String>,
}

/// The scanner's page, with the two leave it alone needs.
struct Scanner(Page<Show>);

/// Only here a script may compile WebAssembly, and the camera may be asked for.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
    media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

impl<'r> Responder<'r, 'static> for Scanner {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = self.0.respond_to(request)?;
        response.set_raw_header("Content-Security-Policy", POLICY);
        response.set_raw_header(
            "Permissions-Policy",
            "camera=(self), microphone=(), geolocation=()",
        );
        Ok(response)
    }
}

/// What a photograph led to.
#[expect(
    clippy::large_enum_variant,
    reason = "made once an answer and sent at once"
)]
enum Photographed {
    Verdict(Answer),
    File(Seen),
    Again(Scanner),
}

impl<'r> Responder<'r, 'static> for Photographed {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self {
            Self::Verdict(answer) => answer.respond_to(request),
            Self::File(seen) => seen.respond_to(request),
            Self::Again(page) => page.respond_to(request),
        }
    }
}

/// The scanner.
#[get("/scan")]
async fn show(caller: Caller, desk: &State<Desk>) -> Result<Scanner, No> {
    page(&caller, desk, Filled::blank(), Vec::new(), Status::Ok).await
}

async fn page(
    caller: &Caller,
    desk: &Desk,
    form: Filled,
    foreign: Vec<String>,
    status: Status,
) -> Result<Scanner, No> {
    let root = trust::key(desk).await?;
    let f = caller.frame("scan.title").under("verify").wrong(&form);
    let words = words(f.w);
    let show = Show {
        f,
        form,
        words,
        root: BASE64.encode(&root.public),
        foreign,
    };
    Ok(Scanner(Page::new(show).status(status)))
}

/// A photograph or a file, sent by a browser that cannot read it.
#[post("/scan", data = "<picture>")]
async fn photograph(
    caller: Caller,
    picture: OpenUpload,
    desk: &State<Desk>,
) -> Result<Photographed, No> {
    let bytes = picture.0.bytes;
    if bytes.starts_with(b"%PDF-") {
        let seen = file::seen(&caller, bytes, desk).await;
        return Ok(Photographed::File(seen));
    }
    let read = spawn_blocking(move || reader::read(&bytes)).await;
    let texts = match read.unwrap_or(Err(Unread::Nothing)) {
        Ok(texts) => texts,
        Err(why) => {
            let mut form = Filled::blank();
            let w = caller.words();
            form.wrong(
                "picture",
                match why {
                    Unread::NotAPicture => w.t("scan.photo.not_a_picture"),
                    Unread::TooLarge => w.t("scan.photo.too_large"),
                    Unread::Nothing => w.t("scan.photo.nothing"),
                },
            );
            let status = Status::UnprocessableEntity;
            return page(&caller, desk, form, Vec::new(), status)
                .await
                .map(Photographed::Again);
        }
    };
    // A copy for one purpose first says what for, and until when.
    if let Some((copy, _)) = texts.iter().find_map(|text| copy(text)) {
        let to = Redirect::to(format!("/c/{copy}"));
        return Ok(Photographed::Verdict(Answer::Elsewhere(to)));
    }
    let ours = texts.iter().find(|text| scan(text) != Err(Foreign::Token));
    match ours {
        Some(text) => {
            let answer = look::pasted(&caller, &Wanted(false), desk, text, desk.now()).await;
            Ok(Photographed::Verdict(answer))
        }
        None => {
            let shown = texts
                .into_iter()
                .map(|text| text.chars().filter(|c| !c.is_control()).take(200).collect())
                .collect();
            page(&caller, desk, Filled::blank(), shown, Status::Ok)
                .await
                .map(Photographed::Again)
        }
    }
}

/// The words the script needs, `name=words` a line: an attribute would double JSON's quotes.
fn words(w: Words) -> String {
    let mut said = Vec::new();
    for (key, zh, en) in crate::web::words::catalogue() {
        if let Some(name) = key.strip_prefix("scan_say.") {
            let text = if w.lang == Lang::Zh { zh } else { en };
            said.push(format!("{}={text}", name.trim_matches('"')));
        }
    }
    for level in ["1", "2", "3", "4", "5", "T", "S"] {
        said.push(format!("l.{level}={}", w.c("level_name", level)));
    }
    said.join("\n")
}

/// What the worker keeps: the page first, then its parts under names that change with content.
static SHELL: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let parts = [
        "css/verify.css",
        "js/trust.js",
        "js/scan.js",
        "js/paper.js",
        "vendor/zxing/reader.js",
        "vendor/zxing/zxing_reader.wasm",
        "icons/favicon.svg",
        "icons/favicon-192.png",
    ];
    let mut shell = vec!["/scan"];
    shell.extend(parts.into_iter().map(assets::url));
    shell
});

/// The service worker. It stands at the root so that it may answer for `/scan` and `/v/`.
#[get("/sw.js")]
fn worker() -> Unkept {
    static SCRIPT: LazyLock<String> = LazyLock::new(|| {
        let shell = serde_json::to_string(&*SHELL).unwrap_or_default();
        let code = String::from_utf8_lossy(assets::bytes("js/sw.js"));
        let edition = HEXLOWER.encode(&Sha256::digest(format!("{shell}{code}"))[..6]);
        format!(
            "'use strict';\nvar EDITION = 'guildhall-shell-{edition}', SHELL = {shell};\n{code}"
        )
    });
    Unkept(ContentType::JavaScript, SCRIPT.clone())
}

/// What makes the page installable.
#[get("/manifest.webmanifest")]
fn manifest(caller: Caller) -> Unkept {
    let w = caller.words();
    let icon = |size: u32| {
        serde_json::json!({
            "src": assets::url(&format!("icons/favicon-{size}.png")),
            "sizes": format!("{size}x{size}"), "type": "image/png", "purpose": "any maskable",
        })
    };
    let manifest = serde_json::json!({
        "id": "/scan", "name": w.t("scan.app"), "short_name": w.t("scan.short"), "lang": w.lang.tag(),
        "start_url": "/scan", "scope": "/", "display": "standalone",
        "background_color": "#f2f5f7", "theme_color": "#12365f", "icons": [icon(192), icon(512)],
    });
    let kind = ContentType::new("application", "manifest+json");
    Unkept(kind, manifest.to_string())
}

/// A text browsers ask for again each time.
struct Unkept(ContentType, String);

impl<'r> Responder<'r, 'static> for Unkept {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .header(self.0)
            .raw_header("Cache-Control", "no-cache")
            .sized_body(self.1.len(), Cursor::new(self.1))
            .ok()
    }
}
