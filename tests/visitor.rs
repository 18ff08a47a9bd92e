//! 来访者: someone at the counter without a script, over HTTP.

use crate::hall::Hall;
use guildhall::acts::accounts as accounts_act;
use guildhall::domain::account::Actor;
use guildhall::seal::token::Token;
use guildhall::store::accounts::{self, Session};
use guildhall::web::desk::Desk;
use guildhall::web::{self, Counter};
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::blocking::Client;
use std::num::NonZeroU32;
use std::sync::Arc;

/// The counter of one hall, and everybody who comes to it.
pub struct Counterside {
    client: Client,
}

/// What was answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where a redirection leads, or empty.
    pub to: String,
    /// The content type, or empty.
    pub kind: String,
    /// The session cookie it sets, or empty.
    pub cookie: String,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// The code of a problem document.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Somebody at the counter: a stranger, or signed in.
#[derive(Clone, Default)]
pub struct Visitor {
    /// Her session cookie.
    cookie: Option<String>,
    /// Her form token.
    pub csrf: String,
    /// Her API token.
    bearer: Option<String>,
    /// Her cookie as a holder at her own page.
    holder: Option<String>,
}

impl Counterside {
    /// Opens the counter of a hall.
    pub fn of(hall: &Hall) -> Self {
        let counter = Counter {
            hosts: Vec::new(),
            anonymous_per_minute: NonZeroU32::new(1_000_000).unwrap(),
            ip_header: None,
            clock: hall.clock.clone(),
        };
        let config = rocket::Config {
            log_level: rocket::config::LogLevel::Off,
            ..rocket::Config::debug_default()
        };
        let rocket = web::rocket(Arc::clone(&hall.registry), &counter, config);
        Self {
            client: Client::untracked(rocket).unwrap(),
        }
    }

    /// Every route that is mounted: method and pattern.
    pub fn routes(&self) -> Vec<(Method, String)> {
        self.client
            .rocket()
            .routes()
            .map(|route| (route.method, route.uri.to_string()))
            .collect()
    }

    /// Has the looks that were noted written down.
    pub fn keep_looks(&self) {
        let desk = self.client.rocket().state::<Desk>().unwrap();
        let keeper = desk.looks_keeper();
        rocket::execute(async move { keeper.keep().await });
    }

    /// Asks, as this visitor.
    pub fn ask(
        &self,
        who: &Visitor,
        method: Method,
        path: &str,
        body: Option<(ContentType, Vec<u8>)>,
    ) -> Answer {
        self.ask_with(who, method, path, &[], body)
    }

    /// Asks with headers of one's own.
    pub fn ask_with(
        &self,
        who: &Visitor,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<(ContentType, Vec<u8>)>,
    ) -> Answer {
        let mut request = self.client.req(method, path.to_owned());
        request.add_header(Header::new("Host", "127.0.0.1:8000"));
        if let Some(cookie) = &who.cookie {
            // A local client reads no Cookie header; it is given the cookie itself.
            request = request.cookie(("guildhall", cookie.clone()));
        }
        if let Some(cookie) = &who.holder {
            request = request.cookie(("guildhall-holder", cookie.clone()));
        }
        if let Some(token) = &who.bearer {
            request.add_header(Header::new("Authorization", format!("Bearer {token}")));
        }
        for (name, value) in headers {
            request.add_header(Header::new(*name, (*value).to_owned()));
        }
        if let Some((kind, bytes)) = body {
            request.add_header(kind);
            request.set_body(bytes);
        }
        let response = request.dispatch();
        let header = |name: &str| {
            response
                .headers()
                .get_one(name)
                .unwrap_or_default()
                .to_owned()
        };
        let (status, to, kind) = (
            response.status(),
            header("Location"),
            header("Content-Type"),
        );
        let cookie = response
            .cookies()
            .get("guildhall")
            .map(|cookie| cookie.value().to_owned())
            .unwrap_or_default();
        Answer {
            status: status.code,
            to,
            kind,
            cookie,
            bytes: response.into_bytes().unwrap_or_default(),
        }
    }

    /// Reads a page; it must be there.
    pub fn read(&self, who: &Visitor, path: &str) -> String {
        let answer = self.ask(who, Method::Get, path, None);
        assert_eq!(
            answer.status,
            Status::Ok.code,
            "GET {path}: {}",
            answer.text()
        );
        answer.text()
    }

    /// Sends a form of these fields, with the session's token.
    pub fn send(&self, who: &Visitor, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut pairs = vec![("csrf", who.csrf.as_str())];
        pairs.extend_from_slice(fields);
        let body = serde_html_form::to_string(&pairs).unwrap();
        self.ask(
            who,
            Method::Post,
            path,
            Some((ContentType::Form, body.into_bytes())),
        )
    }

    /// Sends a form and follows to the page it leads to; answers that page's path.
    pub fn done(&self, who: &Visitor, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.send(who, path, fields);
        assert_eq!(
            answer.status,
            Status::SeeOther.code,
            "POST {path}: {}",
            plain(&answer.text())
        );
        answer.to
    }

    /// Uploads a file with a form.
    pub fn upload(
        &self,
        who: &Visitor,
        path: &str,
        field: &str,
        name: &str,
        bytes: &[u8],
        fields: &[(&str, &str)],
    ) -> Answer {
        let boundary = "----guildhall-test";
        let mut body = Vec::new();
        for (key, value) in [("csrf", who.csrf.as_str())].iter().chain(fields) {
            body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").bytes(),
        );
        body.extend(bytes);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        let kind = ContentType::new("multipart", "form-data").with_params(("boundary", boundary));
        self.ask(who, Method::Post, path, Some((kind, body)))
    }

    /// Signs in through the page, and reads the form's token from the page it leads to.
    pub fn sign_in(&self, login: &str, password: &str) -> Visitor {
        let answer = self.send(
            &Visitor::stranger(),
            "/sign-in",
            &[("login", login), ("password", password)],
        );
        assert_eq!(
            answer.status,
            Status::SeeOther.code,
            "{login} was not let in: {}",
            plain(&answer.text())
        );
        let mut visitor = Visitor {
            cookie: Some(answer.cookie),
            ..Visitor::default()
        };
        visitor.csrf = hidden(&self.read(&visitor, &answer.to), "csrf");
        visitor
    }

    /// Calls the API with a JSON document.
    pub fn call(
        &self,
        who: &Visitor,
        method: Method,
        path: &str,
        document: Option<serde_json::Value>,
    ) -> Answer {
        self.ask(
            who,
            method,
            path,
            document.map(|document| (ContentType::JSON, document.to_string().into_bytes())),
        )
    }
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let at = page
        .find(&start)
        .unwrap_or_else(|| panic!("no field {name}: {}", plain(page)));
    page[at + start.len()..]
        .split('"')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// What stands after each `before`, up to the next quotation mark, each once, in order.
pub fn each_after(page: &str, before: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for rest in page.split(before).skip(1) {
        let one = rest.split(['"', '?', '/']).next().unwrap_or_default();
        if !found.iter().any(|known| known == one) {
            found.push(one.to_owned());
        }
    }
    found
}

/// The text of a page without its markup, for messages of failing tests.
pub fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Visitor {
    /// A holder at her own page.
    pub fn holder(cookie: &str, csrf: &str) -> Self {
        Self {
            holder: Some(cookie.to_owned()),
            csrf: Token::read(csrf).unwrap().masked(),
            ..Self::default()
        }
    }

    /// A stranger.
    pub fn stranger() -> Self {
        Self::default()
    }

    /// Somebody signed in: a session of hers is begun without the slow password.
    pub fn signed_in(hall: &Hall, actor: &Actor) -> Self {
        let cookie = Token::fresh();
        let csrf = Token::fresh();
        let now = hall.now;
        let session = Session {
            id: data_encoding::HEXLOWER.encode(&cookie.hash()),
            account: actor.account.clone(),
            csrf: csrf.as_str().to_owned(),
            began_at: now.utc(),
            seen_at: now.utc(),
            ends_at: now.plus_seconds(accounts_act::ABSOLUTE_SECONDS).utc(),
        };
        hall.registry
            .store
            .write(|db| accounts::begin_session(db, &session))
            .unwrap();
        Self {
            cookie: Some(cookie.as_str().to_owned()),
            csrf: csrf.masked(),
            bearer: None,
            holder: None,
        }
    }

    /// The same visitor, bringing another form token.
    pub fn with_form_token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.csrf);
        self
    }

    /// A program that brings this token.
    pub fn bearing(token: &str) -> Self {
        Self {
            bearer: Some(token.to_owned()),
            ..Self::default()
        }
    }

    /// Her program, with a token that may write.
    pub fn program(hall: &Hall, actor: &Actor) -> Self {
        let viewer = hall.viewer(actor);
        let now = hall.now;
        let token =
            guildhall::acts::accounts::make_token(&hall.registry, &viewer, "test", true, None, now)
                .unwrap();
        Self {
            cookie: None,
            csrf: String::new(),
            bearer: Some(token),
            holder: None,
        }
    }
}
