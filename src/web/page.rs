//! 页面: a template as an answer.
//!
//! Pages are packed. An answer that is packed tells by its length whether words a stranger put into
//! it stand elsewhere in it too (BREACH, 2013); who can make a person's browser ask again and again,
//! and measures what goes by, reads a secret of the page letter by letter. So:
//!
//! - The form token stands on a page under a pad of that page's own (`Token::masked`): no two answers
//!   hold the same characters.
//! - A page that shows another secret is sent as it is (`Page::secret`): the key of a second factor
//!   that waits for its first code, and a watch's. What is shown once, in answer to a form — a token
//!   for programs, a one-time code, the link of a share — is of people signed in, and their forms'
//!   answers are never packed; an employer's token is marked.
//! - What remains beside a word somebody searches for is what she came to read: names, masked
//!   numbers, addresses of certificates. A stranger could only ask for it through her browser, and
//!   what another site makes a browser ask for with a session is not packed (`near`).
//! - Without a session a page follows from its address alone: whoever does not know the address
//!   cannot have it asked for, and whoever does may read it.

use crate::web::words::Lang;
use crate::web::{guards, holders, near, packing};
use askama::Template;
use rocket::http::{ContentType, Method, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use std::io::Cursor;

/// A page: HTML in the visitor's language, never kept by a cache.
///
/// `no-store` also keeps a verdict of yesterday out of the back button.
#[derive(Debug)]
pub struct Page<T> {
    template: T,
    status: Status,
    secret: bool,
}

impl<T: Template> Page<T> {
    /// A page answered with 200.
    pub fn new(template: T) -> Self {
        Self {
            template,
            status: Status::Ok,
            secret: false,
        }
    }

    /// The same page, which shows a secret: it is sent as it is.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// What the page shows.
    pub fn template(&self) -> &T {
        &self.template
    }

    /// What the page shows, to add to it.
    pub fn template_mut(&mut self) -> &mut T {
        &mut self.template
    }

    /// The same page with another status: a form with faults is 422, a missing thing 404.
    #[must_use]
    pub fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }
}

impl<'r, T: Template> Responder<'r, 'static> for Page<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        // As much as most pages weigh, so that they do not move house while they grow.
        let mut html = String::with_capacity(16 * 1024);
        self.template.render_into(&mut html).map_err(|fault| {
            tracing::error!(%fault, "a page could not be drawn");
            Status::InternalServerError
        })?;
        sent(html, self.status, self.secret, request)
    }
}

/// A page that is drawn already and shows no secret, answered with 200.
#[derive(Debug)]
pub struct Drawn(pub String);

impl<'r> Responder<'r, 'static> for Drawn {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        sent(self.0, Status::Ok, false, request)
    }
}

fn sent(
    html: String,
    status: Status,
    secret: bool,
    request: &Request<'_>,
) -> response::Result<'static> {
    let lang = Lang::of(
        request.cookies(),
        request.headers().get_one("Accept-Language"),
    );
    let mut answer = Response::build();
    answer.status(status).header(ContentType::HTML);
    for (name, value) in told(lang) {
        answer.raw_header(name, value);
    }
    let packs = !secret && packing::is_accepted(request) && may_be_packed(request);
    if let Some(packed) = packed(&html, packs) {
        answer
            .raw_header("Content-Encoding", "gzip")
            .sized_body(packed.len(), Cursor::new(packed));
    } else {
        answer.sized_body(html.len(), Cursor::new(html));
    }
    answer.ok()
}

/// What every page tells of itself besides its type.
pub(in crate::web) fn told(lang: Lang) -> [(&'static str, &'static str); 3] {
    [
        ("Content-Language", lang.tag()),
        ("Cache-Control", "no-store"),
        ("Vary", "Cookie, Accept-Language, Accept-Encoding"),
    ]
}

/// A page packed, if it may be and that is worth it.
pub(in crate::web) fn packed(html: &str, packs: bool) -> Option<Vec<u8>> {
    (packs && html.len() > 1_024).then(|| packing::answer(html.as_bytes()))
}

/// Whether no stranger can have made this browser ask for a page of somebody signed in.
fn may_be_packed(request: &Request<'_>) -> bool {
    if guards::cookie(request)
        .or(holders::guard::cookie(request))
        .is_none()
    {
        return true;
    }
    matches!(request.method(), Method::Get | Method::Head) && near::is_asked_from_here(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rocket::http::{Cookie, Header};
    use rocket::local::blocking::Client;

    #[derive(Template)]
    #[template(source = "{{ text }}", ext = "html")]
    struct Shown {
        text: String,
    }

    fn shown() -> Page<Shown> {
        Page::new(Shown {
            text: "<p>证书</p>".repeat(200),
        })
    }

    #[rocket::get("/")]
    fn plain() -> Page<Shown> {
        shown()
    }

    #[rocket::post("/")]
    fn answered() -> Page<Shown> {
        shown()
    }

    #[rocket::get("/secret")]
    fn secret() -> Page<Shown> {
        shown().secret()
    }

    #[rocket::get("/short")]
    fn short() -> Page<Shown> {
        Page::new(Shown {
            text: "证书".to_owned(),
        })
    }

    #[test]
    fn no_stranger_has_a_page_with_secrets_packed() {
        let rocket = rocket::build().mount("/", rocket::routes![plain, answered, secret, short]);
        let client = Client::untracked(rocket).unwrap();
        let packed = |method: Method, path: &'static str, cookie: Option<&'static str>, site| {
            let mut request = client
                .req(method, path)
                .header(Header::new("Accept-Encoding", "gzip"));
            if let Some(cookie) = cookie {
                request = request.cookie(Cookie::new(cookie, "x"));
            }
            if let Some(site) = site {
                request.add_header(Header::new("Sec-Fetch-Site", site));
            }
            let answer = request.dispatch();
            assert_eq!(answer.status(), Status::Ok);
            answer.headers().get_one("Content-Encoding") == Some("gzip")
        };
        // Nobody is signed in: there is nothing to learn.
        assert!(packed(Method::Get, "/", None, None));
        assert!(packed(Method::Get, "/", None, Some("cross-site")));
        assert!(packed(Method::Post, "/", None, Some("same-origin")));
        assert!(packed(Method::Get, "/", Some("lang"), None));
        assert!(!packed(Method::Get, "/short", None, None));
        for cookie in [
            guards::COOKIE,
            guards::SECURE_COOKIE,
            holders::guard::COOKIE,
            holders::guard::SECURE_COOKIE,
        ] {
            for (site, expected) in [
                (Some("same-origin"), true),
                (Some("none"), true),
                (Some("same-site"), false),
                (Some("cross-site"), false),
                (Some(""), false),
                (None, false),
            ] {
                assert_eq!(
                    packed(Method::Get, "/", Some(cookie), site),
                    expected,
                    "{cookie} {site:?}"
                );
                assert!(!packed(Method::Post, "/", Some(cookie), site));
                assert!(!packed(Method::Get, "/secret", Some(cookie), site));
            }
        }
        assert!(!packed(Method::Get, "/secret", None, None));
    }

    #[test]
    fn a_browser_that_does_not_say_is_known_by_a_cookie_of_our_own_pages() {
        let rocket = rocket::build().mount("/", rocket::routes![plain, answered, secret]);
        let client = Client::untracked(rocket).unwrap();
        let packed = |method: Method, path: &'static str, cookies: &[&'static str], site| {
            let mut request = client
                .req(method, path)
                .header(Header::new("Accept-Encoding", "gzip"));
            for cookie in cookies {
                request = request.cookie(Cookie::new(*cookie, "1"));
            }
            if let Some(site) = site {
                request.add_header(Header::new("Sec-Fetch-Site", site));
            }
            request.dispatch().headers().get_one("Content-Encoding") == Some("gzip")
        };
        let (plainly, safely) = ("guildhall-near", "__Host-guildhall-near");
        for (session, near) in [
            (guards::COOKIE, plainly),
            (holders::guard::COOKIE, plainly),
            (guards::SECURE_COOKIE, safely),
            (holders::guard::SECURE_COOKIE, safely),
        ] {
            let both = [session, near];
            assert!(packed(Method::Get, "/", &both, None), "{session}");
            // Another host of the same site could ask with words of its own.
            assert!(!packed(Method::Get, "/?q=x", &both, None), "{session}");
            assert!(!packed(Method::Get, "/", &[session], None), "{session}");
            assert!(!packed(Method::Post, "/", &both, None), "{session}");
            assert!(!packed(Method::Get, "/secret", &both, None), "{session}");
            // What the browser says counts for more.
            assert!(!packed(Method::Get, "/", &both, Some("same-site")));
            assert!(!packed(Method::Get, "/", &both, Some("cross-site")));
            assert!(packed(Method::Get, "/?q=x", &both, Some("same-origin")));
        }
    }
}

/// For tests: pages kept as files for a human look, when `GUILDHALL_PAGES` names a folder.
#[cfg(test)]
pub(crate) mod look {
    use crate::web::{assets, packing};
    use std::{env, fs, path::Path};

    /// Keeps a page, its style sheets beside it; gives back what HTML and style weigh, plain and packed.
    pub(crate) fn keep(name: &str, html: &str) -> (usize, usize) {
        let sheets = ["css/gh.css", "css/verify.css"]
            .into_iter()
            .filter(|sheet| html.contains(assets::url(sheet)));
        let others = ["js/marks.js", "icons/favicon.svg"]
            .into_iter()
            .filter(|file| html.contains(assets::url(file)));
        let mut weight = (html.len(), packing::best(html.as_bytes()).len());
        for sheet in sheets.clone() {
            weight.0 += assets::bytes(sheet).len();
            weight.1 += packing::best(assets::bytes(sheet)).len();
        }
        if let Ok(folder) = env::var("GUILDHALL_PAGES") {
            let folder = Path::new(&folder);
            fs::create_dir_all(folder).unwrap();
            let mut html = html.to_owned();
            for file in sheets.chain(others) {
                let flat = file.replace('/', "-");
                fs::write(folder.join(&flat), assets::bytes(file)).unwrap();
                html = html.replace(assets::url(file), &flat);
            }
            fs::write(folder.join(name).with_extension("html"), html).unwrap();
        }
        weight
    }
}
