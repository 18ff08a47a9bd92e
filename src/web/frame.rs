//! 页框: what every page carries around its own content.

use crate::seal::token::Token;
use crate::web::words::{Lang, Words};
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::Redirect;
use std::convert::Infallible;

/// 来访: how this visitor wishes to read, and where they stand. Never fails.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// The language, by cookie, then by browser, then Chinese.
    pub lang: Lang,
    /// 大字版.
    pub big: bool,
    /// The path and query asked for.
    pub path: String,
    /// Whether the page was asked for, not sent to: only then may links lead back to it.
    pub safe: bool,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visit {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self::of(request))
    }
}

impl Visit {
    /// The visit a request is.
    pub fn of(request: &Request<'_>) -> Self {
        let cookies = request.cookies();
        Self {
            lang: Lang::of(cookies, request.headers().get_one("Accept-Language")),
            big: cookies
                .get("big")
                .is_some_and(|cookie| cookie.value() == "1"),
            path: request.uri().to_string(),
            safe: request.method() == rocket::http::Method::Get,
        }
    }

    /// This visitor's words.
    pub fn words(&self) -> Words {
        Words::of(self.lang)
    }
}

/// The host our public addresses carry, from the configuration; a managed state.
#[derive(Clone, Debug, Default)]
pub struct PublicHost(pub String);

/// The signed-in person, as the bar shows them.
#[derive(Clone, Debug, Default)]
pub struct Me {
    /// Their name.
    pub name: String,
    /// Their role's code, e.g. `institution_clerk`; it decides the navigation.
    pub role: String,
    /// Their organisation, or empty.
    pub house: String,
}

/// What stands for a role in [`Me`] when she is a holder at her own page.
pub const HOLDER: &str = "holder";

/// One entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its word: the key `nav.<word>`. A page names the entry it belongs to by this.
    pub word: &'static str,
    /// Where it leads.
    pub to: &'static str,
}

const fn entry(word: &'static str, to: &'static str) -> Entry {
    Entry { word, to }
}

/// 导航: what each role finds in the bar; never more than six entries. The one table to change.
pub const fn entries(role: &str) -> &'static [Entry] {
    const PUBLIC: &[Entry] = &[
        entry("verify", "/verify"),
        entry("courses", "/courses"),
        entry("demands", "/demands"),
        entry("occupations", "/occupations"),
        entry("publicity", "/publicity"),
        entry("help", "/help"),
    ];
    const INSTITUTION: &[Entry] = &[
        entry("home", "/home"),
        entry("classes", "/classes"),
        entry("trainees", "/trainees"),
        entry("courses", "/institution/courses"),
        entry("teachers", "/teachers"),
        entry("certificates", "/certificates"),
    ];
    const ASSESSMENT: &[Entry] = &[
        entry("home", "/home"),
        entry("sittings", "/sittings"),
        entry("assessors", "/assessors"),
        entry("certificates", "/certificates"),
    ];
    const ASSESSOR: &[Entry] = &[
        entry("today", "/home"),
        entry("sittings", "/sittings"),
        entry("signed", "/marks"),
    ];
    const BUREAU: &[Entry] = &[
        entry("home", "/home"),
        entry("classes", "/classes"),
        entry("figures", "/figures"),
        entry("institutions", "/institutions"),
        entry("certificates", "/certificates"),
        entry("ledger", "/ledger"),
    ];
    const OWN: &[Entry] = &[
        entry("mine", "/me"),
        entry("verify", "/verify"),
        entry("help", "/help"),
    ];
    const ADMINISTRATOR: &[Entry] = &[
        entry("home", "/home"),
        entry("accounts", "/accounts"),
        entry("holidays", "/holidays"),
        entry("ledger", "/ledger"),
    ];
    const TOWNSHIP: &[Entry] = &[
        entry("home", "/home"),
        entry("base", "/base"),
        entry("base_counts", "/base/counts"),
    ];
    const DEPARTMENT: &[Entry] = &[
        entry("home", "/home"),
        entry("granted", "/granted"),
        entry("comparisons", "/comparisons"),
    ];
    // a const fn cannot compare strings with ==, and a match on bytes reads as well
    match role.as_bytes() {
        b"institution_clerk" | b"institution_signatory" => INSTITUTION,
        b"assessment_clerk" | b"assessment_signatory" => ASSESSMENT,
        b"assessor" => ASSESSOR,
        b"bureau_officer" | b"county_officer" | b"auditor" => BUREAU,
        b"administrator" => ADMINISTRATOR,
        b"township_worker" => TOWNSHIP,
        b"department_reader" => DEPARTMENT,
        b"holder" => OWN,
        _ => PUBLIC,
    }
}

/// What a role finds at the foot of every page, because its bar is full.
pub const fn more(role: &str) -> &'static [Entry] {
    const CITY: &[Entry] = &[
        entry("sittings", "/sittings"),
        entry("trainees", "/trainees"),
        entry("courses", "/institution/courses"),
        entry("teachers", "/teachers"),
        entry("assessors", "/assessors"),
        entry("cascades", "/cascades"),
        entry("claims", "/claims"),
        entry("red_flags", "/red-flags"),
        entry("inspections", "/inspections"),
        entry("base", "/base"),
        entry("keys", "/keys"),
        entry("employers", "/employers"),
    ];
    const CLERK: &[Entry] = &[entry("claims", "/claims")];
    const SIGNATORY: &[Entry] = &[entry("claims", "/claims"), entry("keys", "/keys")];
    const ISSUER: &[Entry] = &[entry("keys", "/keys")];
    const ASSESSOR: &[Entry] = &[entry("assessors", "/assessors")];
    match role.as_bytes() {
        b"bureau_officer" => CITY,
        // What employers ask for is the bureau's to decide.
        b"auditor" => match CITY {
            [auditor @ .., _] => auditor,
            [] => &[],
        },
        b"institution_clerk" => CLERK,
        b"institution_signatory" => SIGNATORY,
        b"assessment_signatory" => ISSUER,
        // Keys are the city's: a county finds all but the last two.
        b"county_officer" => match CITY {
            [county @ .., _, _] => county,
            _ => &[],
        },
        b"assessor" => ASSESSOR,
        _ => &[],
    }
}

/// One step of the way from home to here.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// What people read.
    pub text: String,
    /// Where it leads; empty for the page itself.
    pub to: String,
}

/// A message about what was just done, shown once above the page.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Whether it went well.
    pub good: bool,
    /// What happened.
    pub text: String,
}

/// What every page carries: embed it in the page's context as the field `f`.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The words.
    pub w: Words,
    /// 大字版.
    pub big: bool,
    /// The page's title, finished.
    pub title: String,
    /// The word of the navigation entry the page belongs to, or empty.
    pub nav: &'static str,
    /// From home to here.
    pub crumbs: Vec<Crumb>,
    /// Who is signed in.
    pub me: Option<Me>,
    /// The session's CSRF token under a pad of this page's own; empty when nobody is signed in.
    pub csrf: String,
    /// Where language and size links lead back to.
    pub path: String,
    /// The host of our public addresses, or empty.
    pub host: String,
    /// The dossier of the institution she works for, or empty.
    pub own: String,
    /// What was just done.
    pub notice: Option<Notice>,
    /// How many faults the page's form has; the title says so first.
    pub wrong: usize,
}

impl Frame {
    /// The frame for this visitor; `title` is a key of the words.
    pub fn of(visit: &Visit, title: &str) -> Self {
        let w = visit.words();
        let path = if visit.safe {
            visit.path.clone()
        } else {
            "/".to_owned()
        };
        Self {
            w,
            big: visit.big,
            title: w.t(title).to_owned(),
            path,
            ..Self::default()
        }
    }

    /// A finished title instead: a class's name, a person's.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Who is signed in, and their session's CSRF token, which no page shows bare or twice alike.
    #[must_use]
    pub fn signed_in(mut self, me: Me, csrf: &str) -> Self {
        self.me = Some(me);
        self.csrf = Token::read(csrf).map_or_else(String::new, |token| token.masked());
        self
    }

    /// Where the dossier of her own institution is.
    #[must_use]
    pub fn of_house(mut self, own: String) -> Self {
        self.own = own;
        self
    }

    /// The navigation entry the page belongs to, by its word.
    #[must_use]
    pub fn under(mut self, nav: &'static str) -> Self {
        self.nav = nav;
        self
    }

    /// One more step on the way here; the page itself is added by the layout.
    #[must_use]
    pub fn crumb(mut self, text: impl Into<String>, to: impl std::fmt::Display) -> Self {
        self.crumbs.push(Crumb {
            text: text.into(),
            to: to.to_string(),
        });
        self
    }

    /// The host of our public addresses.
    #[must_use]
    pub fn host(mut self, host: &PublicHost) -> Self {
        host.0.clone_into(&mut self.host);
        self
    }

    /// What was just done.
    #[must_use]
    pub fn notice(mut self, notice: Option<Notice>) -> Self {
        self.notice = notice;
        self
    }

    /// How many faults the form on the page has.
    #[must_use]
    pub fn wrong(mut self, form: &crate::web::form::Filled) -> Self {
        self.wrong = form.faults.len();
        self
    }

    /// Whether she is a holder at her own page, not somebody who works here.
    pub fn is_holder(&self) -> bool {
        self.me.as_ref().is_some_and(|me| me.role == HOLDER)
    }

    /// Where the mark in the bar leads.
    pub fn home(&self) -> &'static str {
        match &self.me {
            Some(_) if self.is_holder() => "/me",
            Some(_) => "/home",
            None => "/",
        }
    }

    /// The entries of the bar.
    pub fn entries(&self) -> &'static [Entry] {
        entries(self.me.as_ref().map_or("", |me| me.role.as_str()))
    }

    /// The entries at the foot.
    pub fn more(&self) -> &'static [Entry] {
        more(self.me.as_ref().map_or("", |me| me.role.as_str()))
    }

    /// The word of a navigation entry.
    pub fn entry_text(&self, entry: &Entry) -> &'static str {
        self.w.c("nav", entry.word)
    }

    /// The address that changes how pages are shown and comes back here.
    pub fn display(&self, what: &str, value: &str) -> String {
        format!(
            "/display?{what}={value}&back={}",
            rocket::http::RawStr::new(&self.path).percent_encode()
        )
    }

    /// The link to the other language.
    pub fn other_language(&self) -> String {
        self.display("lang", if self.w.lang == Lang::Zh { "en" } else { "zh" })
    }

    /// The link to the other size.
    pub fn other_size(&self) -> String {
        self.display("big", if self.big { "0" } else { "1" })
    }

    /// The other language's tag, for `lang` and `hreflang`.
    pub fn other_tag(&self) -> &'static str {
        if self.w.lang == Lang::Zh {
            "en"
        } else {
            "zh-CN"
        }
    }
}

/// Remembers how a visitor wishes to read, in two cookies, and goes back. Changes nothing of ours.
#[rocket::get("/display?<lang>&<big>&<back>")]
pub fn display(
    lang: Option<&str>,
    big: Option<&str>,
    back: Option<&str>,
    cookies: &CookieJar<'_>,
) -> Redirect {
    let keep = |name: &'static str, value: &'static str| {
        let cookie = Cookie::build((name, value))
            .path("/")
            .same_site(SameSite::Lax)
            .http_only(true);
        cookies.add(cookie.max_age(rocket::time::Duration::days(365)));
    };
    if let Some(lang) = lang.and_then(Lang::read) {
        keep("lang", lang.code());
    }
    match big {
        Some("1") => keep("big", "1"),
        Some(_) => keep("big", "0"),
        None => {}
    }
    Redirect::to(back.filter(|path| is_ours(path)).unwrap_or("/").to_owned())
}

/// Whether an address stays on this site: `//host` and `/\host` do not.
pub fn is_ours(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && rocket::http::uri::Origin::parse(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_back_never_leaves_the_house() {
        for (path, ours) in [
            ("/", true),
            ("/classes?page=2", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("", false),
            ("/a\r\nSet-Cookie: x", false),
        ] {
            assert_eq!(is_ours(path), ours, "{path:?}");
        }
    }

    #[test]
    fn no_bar_has_more_than_six_entries() {
        for role in [
            "institution_clerk",
            "assessor",
            "bureau_officer",
            "administrator",
            "auditor",
            "",
        ] {
            assert!((1..=6).contains(&entries(role).len()), "{role}");
            for entry in entries(role) {
                assert_ne!(
                    Words::default().c("nav", entry.word),
                    "—",
                    "{role} {}",
                    entry.word
                );
            }
        }
    }
}
