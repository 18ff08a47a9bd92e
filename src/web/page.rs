//! 页面: a template as an answer.

use crate::web::assets;
use crate::web::words::Lang;
use askama::Template;
use rocket::http::{ContentType, Status};
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
}

impl<T: Template> Page<T> {
    /// A page answered with 200.
    pub fn new(template: T) -> Self {
        Self {
            template,
            status: Status::Ok,
        }
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
        let lang = Lang::of(
            request.cookies(),
            request.headers().get_one("Accept-Language"),
        );
        let mut answer = Response::build();
        answer
            .status(self.status)
            .header(ContentType::HTML)
            .raw_header("Content-Language", lang.tag())
            .raw_header("Cache-Control", "no-store")
            .raw_header("Vary", "Cookie, Accept-Language, Accept-Encoding");
        if assets::accepts_gzip(request) && may_be_packed(&html) {
            let packed = assets::gzip_fast(html.as_bytes());
            answer
                .raw_header("Content-Encoding", "gzip")
                .sized_body(packed.len(), Cursor::new(packed));
        } else {
            answer.sized_body(html.len(), Cursor::new(html));
        }
        answer.ok()
    }
}

/// What is long enough to be worth it, and holds no form token: packed together with words a
/// visitor brought, a secret is told by the length of the answer (BREACH, 2013).
fn may_be_packed(html: &str) -> bool {
    let token = "name=\"csrf\" value=\"";
    html.len() > 1_024 && (!html.contains(token) || html.contains(&format!("{token}\"")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_page_with_a_form_token_is_not_packed() {
        let filling = "<p>证书</p>".repeat(200);
        assert!(super::may_be_packed(&filling));
        let empty = format!("{filling}<input type=\"hidden\" name=\"csrf\" value=\"\">");
        assert!(super::may_be_packed(&empty), "a stranger has none");
        let token = format!("{filling}<input type=\"hidden\" name=\"csrf\" value=\"x\">");
        assert!(!super::may_be_packed(&token) && !super::may_be_packed("<p>"));
    }
}

/// For tests: pages kept as files for a human look, when `GUILDHALL_PAGES` names a folder.
#[cfg(test)]
pub(crate) mod look {
    use crate::web::assets;
    use std::{env, fs, path::Path};

    /// Keeps a page, its style sheets beside it; gives back what HTML and style weigh, plain and packed.
    pub(crate) fn keep(name: &str, html: &str) -> (usize, usize) {
        let sheets = ["css/gh.css", "css/verify.css"]
            .into_iter()
            .filter(|sheet| html.contains(assets::url(sheet)));
        let others = ["js/marks.js", "icons/favicon.svg"]
            .into_iter()
            .filter(|file| html.contains(assets::url(file)));
        let mut weight = (html.len(), assets::gzip(html.as_bytes()).len());
        for sheet in sheets.clone() {
            weight.0 += assets::bytes(sheet).len();
            weight.1 += assets::gzip(assets::bytes(sheet)).len();
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
