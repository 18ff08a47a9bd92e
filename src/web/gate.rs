//! 关口: what a request must pass before any handler sees it.
//!
//! A fairing cannot answer, so a request that fails is sent to `/-/refused`, which does:
//! a foreign Host, a change asked for by a foreign page, a list asked for by a condition that cannot
//! be read, an anonymous address in too great a hurry, one that guesses numbers.

use crate::acts::guesses;
use crate::domain::refusal::Refusal;
use crate::ground::reach::Home;
use crate::web::desk::Desk;
use crate::web::refusal::why;
use crate::web::{conditions, guards, holders, near};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::uri::Origin;
use rocket::http::{Method, Status};
use rocket::{Data, Request, Response};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

/// The gate of one server.
#[derive(Clone)]
pub struct Gate {
    /// Hosts this server answers to; empty while it serves loopback only.
    hosts: Vec<String>,
    /// Anonymous requests an address may make each minute.
    anonymous: Arc<DefaultKeyedRateLimiter<Home>>,
}

/// How far a request passed before it came here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Whether it was counted among the anonymous ones.
    pub counted: bool,
}

/// The status the gate decided on.
struct Decided(Option<Status>);

/// Seconds after which it is worth asking again.
struct Wait(i64);

impl Gate {
    /// A gate for these hosts and so many anonymous requests a minute from one address.
    pub fn new(hosts: Vec<String>, per_minute: NonZeroU32) -> Self {
        Self {
            hosts,
            anonymous: Arc::new(RateLimiter::keyed(Quota::per_minute(per_minute))),
        }
    }

    /// Whether a request names one host, and that is one this server answers to.
    pub(in crate::web) fn knows<'h>(&self, mut named: impl Iterator<Item = &'h str>) -> bool {
        let (Some(host), None) = (named.next(), named.next()) else {
            return false;
        };
        let mut known = self.hosts.iter();
        self.hosts.is_empty() || known.any(|known| known.eq_ignore_ascii_case(host))
    }

    /// Counts a request of somebody without a session; whether this address may ask so soon.
    pub(in crate::web) fn lets_in(&self, from: IpAddr) -> bool {
        self.anonymous.check_key(&Home::of(from)).is_ok()
    }

    fn judge(&self, request: &Request<'_>) -> Option<(Status, Refusal)> {
        if !self.knows(request.headers().get("Host")) {
            return Some((Status::BadRequest, Refusal::new("request.host")));
        }
        let host = request.headers().get_one("Host").unwrap_or_default();
        let changes = !matches!(
            request.method(),
            Method::Get | Method::Head | Method::Options
        );
        if changes && !guards::is_api(request) && !same_site(request, host) {
            return Some((Status::Forbidden, Refusal::new("request.cross-site")));
        }
        let counts = is_anonymous(request)
            && !is_free(request.uri().path().as_str())
            && !request.local_cache(Passed::default).counted;
        if counts && !self.lets_in(whence(request)) {
            return Some((Status::TooManyRequests, Refusal::new("request.too-many")));
        }
        if !changes && let Some(name) = conditions::unreadable(request.uri()) {
            let refusal = Refusal::new("condition.unreadable").at(name).with(name);
            return Some((Status::UnprocessableEntity, refusal));
        }
        None
    }
}

/// Whoever brings neither a session nor a token. A made-up one is looked up by its hash and found
/// to be nobody's, which costs less than any page.
fn is_anonymous(request: &Request<'_>) -> bool {
    let token = guards::is_api(request) && request.headers().contains("Authorization");
    guards::cookie(request).is_none() && !token
}

/// Assets and health cost nothing and name nobody.
fn is_free(path: &str) -> bool {
    path.starts_with("/static/") || path.starts_with("/health/")
}

/// Browsers say where a request was made; old ones only name the origin.
///
/// What they name is `null` from every page of ours that gives no referrer (Fetch, “append a request
/// `Origin` header”), and from a page that hides where it is. Whoever brings no session asks nothing
/// there that a stranger could not ask herself, but for signing in: those pages name their origin.
/// With a session the cookie of our own pages tells, and the form's own token guards.
fn same_site(request: &Request<'_>, host: &str) -> bool {
    if let Some(site) = request.headers().get_one("Sec-Fetch-Site") {
        return matches!(site, "same-origin" | "none");
    }
    match request.headers().get_one("Origin") {
        Some("null") => {
            let signs_in = request.uri().path().starts_with("/sign-in");
            let session = guards::cookie(request).or(holders::guard::cookie(request));
            !signs_in && (session.is_none() || near::is_given(request))
        }
        Some(origin) => origin
            .split_once("://")
            .is_some_and(|(_, named)| named.eq_ignore_ascii_case(host)),
        // Neither header: not a browser made within memory; the form's own token still guards.
        None => true,
    }
}

#[rocket::async_trait]
impl Fairing for Gate {
    fn info(&self) -> Info {
        Info {
            name: "gate",
            kind: Kind::Request | Kind::Response,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let judged = match self.judge(request) {
            None if is_by_number(request) => guessed_enough(request).await,
            judged => judged,
        };
        let Some((status, refusal)) = judged else {
            return;
        };
        why(request, refusal);
        request.local_cache(|| Decided(Some(status)));
        let api = guards::is_api(request);
        request.set_method(Method::Get);
        request.set_uri(
            Origin::parse(if api { "/api/-/refused" } else { "/-/refused" })
                .expect("a constant path"),
        );
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        for (name, value) in HEADERS {
            if response.headers().get_one(name).is_none() {
                response.set_raw_header(*name, *value);
            }
        }
        // Sent in one piece. Rocket's own measure is four kilobytes at a time, each handed from task
        // to task, which for a page takes longer than drawing it.
        if let Some(size) = response.body().preset_size() {
            response.set_max_chunk_size(size.clamp(1, 256 * 1024));
        }
        if request.local_cache(|| Decided(None)).0 == Some(Status::TooManyRequests) {
            let wait = request.local_cache(|| Wait(60)).0;
            response.set_raw_header("Retry-After", wait.to_string());
        }
    }
}

/// Whether a certificate is looked up by its number and name (`web/verify/look.rs`).
fn is_by_number(request: &Request<'_>) -> bool {
    request.method() == Method::Post && request.uri().path() == "/verify"
}

fn whence(request: &Request<'_>) -> IpAddr {
    request.client_ip().unwrap_or(IpAddr::from([0, 0, 0, 0]))
}

/// Whether this address has guessed as often as it may. A database that does not answer is told by
/// the look-up itself.
async fn guessed_enough(request: &Request<'_>) -> Option<(Status, Refusal)> {
    let desk = request.rocket().state::<Desk>()?;
    let (from, now) = (whence(request), desk.now());
    let spent = desk.glance(move |registry| guesses::are_spent(registry, from, now));
    spent.await.unwrap_or(false).then(|| {
        request.local_cache(|| Wait(guesses::seconds_left(now)));
        let refusal = Refusal::new("request.too-many-guesses").with(guesses::EACH);
        (Status::TooManyRequests, refusal)
    })
}

/// Every answer carries these unless its handler set its own.
pub(in crate::web) const HEADERS: &[(&str, &str)] = &[
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(), microphone=(), geolocation=()",
    ),
    ("Cache-Control", "no-store"),
];

#[rocket::get("/-/refused")]
fn refused(decided: GateStatus) -> Status {
    decided.0
}

#[rocket::get("/api/-/refused")]
fn refused_api(decided: GateStatus) -> Status {
    decided.0
}

struct GateStatus(Status);

#[rocket::async_trait]
impl<'r> rocket::request::FromRequest<'r> for GateStatus {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> rocket::request::Outcome<Self, ()> {
        let status = request
            .local_cache(|| Decided(None))
            .0
            .unwrap_or(Status::NotFound);
        if status == Status::UnprocessableEntity {
            // Looked up for the page's own sake, so that she does not seem signed out. What came in
            // too great a hurry is not worth the look.
            let _ = guards::Caller::from_request(request).await;
        }
        rocket::request::Outcome::Error((status, ()))
    }
}

/// Where refused requests are sent.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![refused, refused_api]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rocket::http::{Cookie, Header};
    use rocket::local::blocking::Client;

    #[test]
    fn a_change_is_asked_for_by_a_page_of_ours() {
        let client = Client::untracked(rocket::build()).unwrap();
        let let_in = |path: &'static str,
                      cookies: &[&'static str],
                      said: &[(&'static str, &'static str)]| {
            let mut request = client.post(path);
            for cookie in cookies {
                request = request.cookie(Cookie::new(*cookie, "1"));
            }
            for (name, value) in said {
                request.add_header(Header::new(*name, *value));
            }
            same_site(request.inner(), "zs.example.cn")
        };
        let (own, other) = ("https://zs.example.cn", "https://zs.examp1e.cn");
        for path in ["/verify", "/sign-in", "/classes"] {
            assert!(let_in(path, &["guildhall"], &[("Origin", own)]));
            assert!(!let_in(
                path,
                &["guildhall", "guildhall-near"],
                &[("Origin", other)]
            ));
            // What the browser says of the site counts for more.
            let says = |site| [("Sec-Fetch-Site", site), ("Origin", "null")];
            assert!(let_in(path, &[], &says("same-origin")));
            for site in ["same-site", "cross-site"] {
                assert!(!let_in(path, &["guildhall", "guildhall-near"], &says(site)));
            }
        }
        // From a page that gives no referrer, or hides where it is.
        let null = [("Origin", "null")];
        assert!(let_in("/verify", &[], &null));
        for session in ["guildhall", "guildhall-holder"] {
            assert!(!let_in("/classes", &[session], &null));
            assert!(let_in("/classes", &[session, "guildhall-near"], &null));
        }
        assert!(!let_in("/sign-in", &[], &null));
        assert!(!let_in("/sign-in/holder", &["guildhall-near"], &null));
    }
}
