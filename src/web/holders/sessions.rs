//! 持证人登录: with a certificate's number, her document's number and a one-time code.

use crate::acts::holders::{self, Presented};
use crate::acts::{Done, Error};
use crate::domain::holder::Holder;
use crate::web::body::{HolderForm, OpenForm};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::holders::guard::{COOKIE, SECURE_COOKIE, cookie};
use crate::web::near;
use crate::web::page::Page;
use crate::web::refusal::{No, status};
use crate::web::sessions::is_secure;
use askama::Template;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::{FromRequest, Outcome};
use rocket::response::Redirect;
use rocket::{Request, State, get, post};
use serde::Deserialize;

/// The sign-in page of holders.
#[derive(Template)]
#[template(path = "holders/new.html")]
struct New {
    f: Frame,
    form: Filled,
}

/// The sign-in page.
#[get("/sign-in/holder")]
fn new(caller: Caller) -> Page<New> {
    let form = Filled::blank();
    Page::new(New {
        f: caller.frame("holders.new.title"),
        form,
    })
}

#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    number: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    code: String,
}

/// A holder signs in.
#[post("/sign-in/holder", data = "<form>")]
async fn create(
    caller: Caller,
    form: OpenForm<Credentials>,
    jar: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect, Result<Page<New>, No>> {
    let now = desk.now();
    let OpenForm(Credentials {
        number,
        document,
        code,
    }) = form;
    let typed = number.clone();
    let presented = Presented {
        number,
        document,
        code,
    };
    let entered = desk
        .ask(move |registry| holders::sign_in(registry, &presented, now))
        .await;
    match entered {
        Ok(value) => {
            let secure = is_secure(desk);
            let name = if secure { SECURE_COOKIE } else { COOKIE };
            jar.add(
                Cookie::build((name, value))
                    .path("/")
                    .http_only(true)
                    .same_site(SameSite::Lax)
                    .secure(secure),
            );
            near::give(jar, secure);
            Ok(Redirect::to("/me"))
        }
        Err(error) => {
            let answer = status(&error);
            let Error::Refused(reasons) = error else {
                return Err(Err(No(error)));
            };
            // The document's number and the code are never given back.
            let form = reasons
                .iter()
                .fold(Filled::blank().with("number", typed), |form, reason| {
                    form.refused(caller.words(), reason)
                });
            let f = caller.frame("holders.new.title").wrong(&form);
            Err(Ok(Page::new(New { f, form }).status(answer)))
        }
    }
}

/// The raw value of the holder's cookie.
struct Held(Option<String>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Held {
    type Error = std::convert::Infallible;
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self(cookie(request).map(str::to_owned)))
    }
}

#[derive(Deserialize)]
struct Nothing {}

/// A holder signs out.
#[post("/me/sign-out", data = "<_form>")]
async fn end(
    _holder: Holder,
    held: Held,
    _form: HolderForm<Nothing>,
    jar: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    if let Held(Some(cookie)) = held {
        desk.ask(move |registry| holders::sign_out(registry, &cookie) as Done<()>)
            .await?;
    }
    for name in [COOKIE, SECURE_COOKIE] {
        jar.remove(Cookie::build(name).path("/"));
    }
    Ok(Redirect::to("/"))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, create, end]
}
