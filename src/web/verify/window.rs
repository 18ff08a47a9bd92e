//! 快窗: the answer asked for more often than all others together, given at the door.
//!
//! Whether a certificate is good is a question to the counter like any other, and `look` answers it
//! there. When somebody without a cookie asks, and the certificate is in force with nothing else to
//! tell, the same answer is put together here of the same parts, before Rocket hears of the request:
//! its own work on it takes longer than the page. Whatever is asked otherwise or turns out otherwise
//! is the counter's. `tests/web/window.rs` holds both answers equal.

use crate::domain::certificate::Standing;
use crate::domain::holder::LookKind;
use crate::seal::ticket;
use crate::web::desk::Desk;
use crate::web::frame::{PublicHost, Visit};
use crate::web::gate::{self, Gate, Passed};
use crate::web::guards::Caller;
use crate::web::health::Meter;
use crate::web::verify::document::Document;
use crate::web::verify::look::{self, BY_TOKEN};
use crate::web::verify::plate;
use crate::web::verify::verdict::Verdict;
use crate::web::words::Lang;
use crate::web::{packing, page};
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE,
    COOKIE, HOST, HeaderMap, HeaderName, HeaderValue,
};
use hyper::http::request::Parts;
use hyper::{Method, Response};
use rocket::http::ContentType;
use rocket::{Orbit, Rocket};
use std::net::IpAddr;
use std::sync::LazyLock;
use std::time::Instant;

/// A question that can be answered here.
struct Question<'a> {
    token: &'a str,
    json: bool,
    lang: Lang,
    packs: bool,
}

impl<'a> Question<'a> {
    /// What is asked, if it is one of them. Whatever is hard to read is the counter's.
    fn read(head: &'a Parts) -> Option<Self> {
        let token = head.uri.path().strip_prefix("/v/")?;
        let plain = head.method == Method::GET
            && head.uri.query().is_none()
            && ticket::is_token(token)
            && !head.headers.contains_key(COOKIE);
        if !plain {
            return None;
        }
        let said = |name| match head.headers.get(name) {
            Some(value) => value.to_str().map(Some),
            None => Ok(None),
        };
        let accepted = said(ACCEPT).ok()?.unwrap_or_default();
        let json = accepted == "application/json";
        if !json && accepted.to_ascii_lowercase().contains("json") {
            return None;
        }
        let mut packing = head.headers.get_all(ACCEPT_ENCODING).iter();
        Some(Self {
            token,
            json,
            lang: Lang::heard(said(ACCEPT_LANGUAGE).ok()?),
            packs: packing.any(|value| value.to_str().is_ok_and(packing::is_named)),
        })
    }
}

/// The answer, if it is given here; if not, how far the request has passed the gate.
pub async fn answer(
    rocket: &Rocket<Orbit>,
    head: &Parts,
    from: IpAddr,
) -> Result<Response<Bytes>, Passed> {
    let (begun, mut passed) = (Instant::now(), Passed::default());
    let Some(question) = Question::read(head) else {
        return Err(passed);
    };
    let (Some(desk), Some(gate), Some(meter), Some(host)) = (
        rocket.state::<Desk>(),
        rocket.state::<Gate>(),
        rocket.state::<Meter>(),
        rocket.state::<PublicHost>(),
    ) else {
        return Err(passed);
    };
    let hosts = head.headers.get_all(HOST).iter();
    if !gate.knows(hosts.map(|host| host.to_str().unwrap_or_default())) {
        return Err(passed);
    }
    let behind = rocket.config().ip_header.as_ref();
    let told = behind.and_then(|name| head.headers.get(name.as_str())?.to_str().ok()?.parse().ok());
    if !gate.lets_in(told.unwrap_or(from)) {
        return Err(passed);
    }
    passed.counted = true;
    let answer = drawn(desk, host, &question).await.ok_or(passed)?;
    meter.answered(rocket::http::Method::Get, BY_TOKEN, 200, begun.elapsed());
    Ok(answer)
}

async fn drawn(desk: &Desk, host: &PublicHost, question: &Question<'_>) -> Option<Response<Bytes>> {
    let now = desk.now();
    let verified = desk.certificate(question.token, now).await.ok()??;
    if !verified.is_sound() || !matches!(verified.standing, Standing::Valid) {
        return None;
    }
    let base = &desk.registry().settings.public_base_url;
    let certificate = &verified.public.certificate.id;
    if question.json {
        let document = Document::of(Verdict::Valid, &verified, false, base, now);
        let mut body = Vec::with_capacity(2_048);
        serde_json::to_writer(&mut body, &document).ok()?;
        desk.looked(certificate, LookKind::Program, now);
        return Some(response(&JSON, body, false));
    }
    let visit = Visit {
        lang: question.lang,
        big: false,
        path: format!("/v/{}", question.token),
        safe: true,
    };
    let caller = Caller::stranger(visit, host.clone());
    let html = plate::page(&caller, Verdict::Valid, &verified, base, now)?;
    desk.looked(certificate, LookKind::Page, now);
    let head = match question.lang {
        Lang::Zh => &HTML_ZH,
        Lang::En => &HTML_EN,
    };
    Some(match page::packed(&html, question.packs) {
        Some(packed) => response(head, packed, true),
        None => response(head, html.into_bytes(), false),
    })
}

static HTML_ZH: LazyLock<HeaderMap> = LazyLock::new(|| of_html(Lang::Zh));
static HTML_EN: LazyLock<HeaderMap> = LazyLock::new(|| of_html(Lang::En));
static JSON: LazyLock<HeaderMap> = LazyLock::new(|| told(&ContentType::JSON, look::OF_JSON));

fn of_html(lang: Lang) -> HeaderMap {
    told(&ContentType::HTML, &page::told(lang))
}

/// What the counter tells with its answer to this question.
fn told(kind: &ContentType, of_kind: &[(&str, &str)]) -> HeaderMap {
    let mut all = HeaderMap::new();
    // Kept for good, so that to tell it once more no count is kept of who else does.
    let mut tell = |name: &str, value: &str| {
        let name = HeaderName::from_static(name.to_ascii_lowercase().leak());
        let value = HeaderValue::from_static(value.to_owned().leak());
        all.entry(name).or_insert(value);
    };
    tell(CONTENT_TYPE.as_str(), &kind.to_string());
    for (name, value) in of_kind.iter().chain([&look::UNLISTED]).chain(gate::HEADERS) {
        tell(name, value);
    }
    all
}

fn response(head: &HeaderMap, body: Vec<u8>, packed: bool) -> Response<Bytes> {
    let mut head = head.clone();
    head.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    if packed {
        head.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let mut response = Response::new(Bytes::from(body));
    *response.headers_mut() = head;
    response
}
