//! 动态口令: she begins and ends a second factor, and gives a code when one is wanted.

use crate::acts::Done;
use crate::acts::second_factors::{self, Standing};
use crate::domain::account::Viewer;
use crate::paper::qr;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::{Frame, is_ours};
use crate::web::guards::{self, Caller};
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use askama::Template;
use data_encoding::BASE64;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;
use std::convert::Infallible;

/// The page: none yet, begun, or wanted.
#[derive(Template)]
#[template(path = "second_factors/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    /// Since when a code is wanted, in words; empty before.
    since: String,
    /// The secret as people type it, while it waits for its first code.
    typed: String,
    /// The same as an app scans it: a picture's address.
    picture: String,
}

async fn page(caller: &Caller, viewer: &Viewer, form: Filled, desk: &Desk) -> Result<Show, No> {
    let who = viewer.clone();
    let standing = desk
        .ask(move |registry| second_factors::standing(registry, &who))
        .await?;
    let w = caller.words();
    let (mut since, mut typed, mut picture) = Default::default();
    match standing {
        Standing::None => {}
        Standing::Begun {
            typed: secret,
            address,
        } => {
            (typed, picture) = (secret, drawn(&address));
        }
        Standing::Wanted(at) => since = w.minute(at),
    }
    Ok(Show {
        f: caller.frame("second_factors.show.title").wrong(&form),
        form,
        since,
        typed,
        picture,
    })
}

/// A QR code as the address of a picture; empty when the text is too long for one.
fn drawn(text: &str) -> String {
    qr::svg(text).map_or_else(
        |_| String::new(),
        |svg| {
            format!(
                "data:image/svg+xml;base64,{}",
                BASE64.encode(svg.as_bytes())
            )
        },
    )
}

/// How her second factor stands.
#[get("/second-factor?<done>")]
async fn show(
    viewer: Viewer,
    caller: Caller,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let mut page = page(&caller, &viewer, Filled::blank(), desk).await?;
    let known = ["begun", "ended"];
    page.f = page.f.notice(self::done(
        caller.words(),
        "second_factors.done",
        &known,
        done,
    ));
    Ok(Page::new(page).secret())
}

#[derive(Deserialize)]
struct Old {
    #[serde(default)]
    old: String,
}

/// She begins to have one.
#[post("/second-factor", data = "<form>")]
async fn begin(viewer: Viewer, caller: Caller, form: Form<Old>, desk: &State<Desk>) -> Shown<Show> {
    let now = desk.now();
    let who = viewer.clone();
    let answer = desk
        .ask(move |registry| second_factors::begin(registry, &who, &form.0.old, now))
        .await;
    led(answer, "/second-factor", &caller, &viewer, desk).await
}

/// On to where she is led, or the page again with what was wrong. Neither a password nor a code is
/// given back.
async fn led(
    answer: Done<()>,
    to: &'static str,
    caller: &Caller,
    viewer: &Viewer,
    desk: &State<Desk>,
) -> Shown<Show> {
    match answer {
        Ok(()) => Ok(Redirect::to(to)),
        Err(error) => {
            let page = page(caller, viewer, Filled::blank(), desk)
                .await
                .map_err(Err)?;
            let again = again(caller, error, Filled::blank(), |form| Show {
                f: page.f.wrong(&form),
                form,
                ..page
            });
            Err(again.map(Page::secret))
        }
    }
}

#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// Her first code.
#[post("/second-factor/confirmation", data = "<form>")]
async fn confirm(
    viewer: Viewer,
    caller: Caller,
    form: Form<Code>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let who = viewer.clone();
    let answer = desk
        .ask(move |registry| second_factors::confirm(registry, &who, &form.0.code, now))
        .await;
    led(answer, "/second-factor?done=begun", &caller, &viewer, desk).await
}

/// She ends it.
#[post("/second-factor/ending", data = "<form>")]
async fn end(viewer: Viewer, caller: Caller, form: Form<Code>, desk: &State<Desk>) -> Shown<Show> {
    let now = desk.now();
    let who = viewer.clone();
    let answer = desk
        .ask(move |registry| second_factors::end(registry, &who, &form.0.code, now))
        .await;
    led(answer, "/second-factor?done=ended", &caller, &viewer, desk).await
}

/// The page that asks for a code.
#[derive(Template)]
#[template(path = "second_factors/code.html")]
struct Asked {
    f: Frame,
    form: Filled,
    next: String,
}

impl Asked {
    fn of(caller: &Caller, next: &str, form: Filled) -> Self {
        Self {
            f: caller.frame("second_factors.code.title").wrong(&form),
            form,
            next: if is_ours(next) {
                next.to_owned()
            } else {
                String::new()
            },
        }
    }
}

/// A code is wanted.
#[get("/second-factor/code?<next>")]
fn ask(_viewer: Viewer, caller: Caller, next: Option<&str>) -> Page<Asked> {
    Page::new(Asked::of(
        &caller,
        next.unwrap_or_default(),
        Filled::blank(),
    ))
}

/// The raw value of the caller's session cookie.
struct Held(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Held {
    type Error = Infallible;
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self(guards::cookie(request).unwrap_or_default().to_owned()))
    }
}

/// She gives it; in this session it counts for a while.
#[post("/second-factor/code", data = "<form>")]
async fn give(
    viewer: Viewer,
    caller: Caller,
    held: Held,
    form: Form<Code>,
    desk: &State<Desk>,
) -> Shown<Asked> {
    let now = desk.now();
    let Form(Code { code, next }) = form;
    let answer = desk
        .ask(move |registry| second_factors::step_up(registry, &viewer, &held.0, &code, now))
        .await;
    match answer {
        Ok(()) if is_ours(&next) => Ok(Redirect::to(next)),
        Ok(()) => Ok(Redirect::to("/home")),
        Err(error) => Err(again(&caller, error, Filled::blank(), |form| {
            Asked::of(&caller, &next, form)
        })),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show, begin, confirm, end, ask, give]
}
