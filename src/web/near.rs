//! 近旁: whether a request was made from here, by one of our own pages or by the person herself.
//!
//! A browser says so itself (`Sec-Fetch-Site`), but not an old one (Safari before 16.4, Firefox before
//! 90), and none over plain http to another machine. What every browser we serve knows since 2018 is a
//! cookie that it brings on requests of its own site's making only (`SameSite=Strict`). The session's
//! own cookie is not of that kind, so that whoever follows a link from a letter is still signed in;
//! this one goes beside it, opens nothing, and is the same for everybody.

use rocket::Request;
use rocket::http::{Cookie, CookieJar, SameSite};

/// The cookie.
const COOKIE: &str = "guildhall-near";
/// Its name over https.
const SECURE_COOKIE: &str = "__Host-guildhall-near";

/// Gives the cookie to somebody who signs in.
pub fn give(jar: &CookieJar<'_>, secure: bool) {
    let name = if secure { SECURE_COOKIE } else { COOKIE };
    let cookie = Cookie::build((name, "1")).path("/").http_only(true);
    jar.add(cookie.same_site(SameSite::Strict).secure(secure));
}

/// Whether no other site, and no page of another host, can have made the browser ask for this with
/// words of its own choosing.
///
/// Where the browser does not say it, the cookie keeps other sites out, but not another host of the
/// same site. That host gets no word in: an address with a question does not count as asked from here.
pub fn is_asked_from_here(request: &Request<'_>) -> bool {
    match request.headers().get_one("Sec-Fetch-Site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => is_given(request) && request.uri().query().is_none(),
    }
}

/// Whether the cookie is there.
pub fn is_given(request: &Request<'_>) -> bool {
    let jar = request.cookies();
    jar.get(SECURE_COOKIE).or_else(|| jar.get(COOKIE)).is_some()
}
