//! 登录: signing in and out.

use crate::acts::accounts;
use crate::acts::{Done, Error};
use crate::web::body::{Form, OpenForm};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::is_ours;
use crate::web::guards::{self, Caller};
use crate::web::near;
use crate::web::page::Page;
use crate::web::refusal::{No, status};
use crate::web::sign_in::SignIn;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::response::Redirect;
use rocket::{Request, State, get, post};
use serde::Deserialize;

/// The sign-in page.
#[get("/sign-in?<next>")]
fn new(caller: Caller, next: Option<&str>) -> Page<SignIn> {
    Page::new(SignIn::of(
        &caller.visit,
        "",
        Filled::blank(),
        next.unwrap_or_default(),
    ))
}

#[derive(Deserialize)]
struct Credentials {
    login: String,
    password: String,
    #[serde(default)]
    back: String,
}

/// Someone signs in.
#[post("/sign-in", data = "<form>")]
async fn create(
    caller: Caller,
    form: OpenForm<Credentials>,
    jar: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect, Result<Page<SignIn>, No>> {
    let now = desk.now();
    let OpenForm(Credentials {
        login,
        password,
        back,
    }) = form;
    let login = login.trim().to_lowercase();
    let typed = login.clone();
    let entered = desk
        .ask(move |registry| accounts::sign_in(registry, &login, &password, now))
        .await;
    match entered {
        Ok(entered) => {
            let secure = is_secure(desk);
            jar.add(session_cookie(secure, entered.cookie));
            near::give(jar, secure);
            Ok(Redirect::to(if is_ours(&back) {
                back
            } else {
                "/home".to_owned()
            }))
        }
        Err(error) => {
            let answer = status(&error);
            let Error::Refused(reasons) = error else {
                return Err(Err(No(error)));
            };
            let filled = Filled::blank().with("login", typed);
            let filled = reasons
                .iter()
                .fold(filled, |form, reason| form.refused(caller.words(), reason));
            Err(Ok(
                Page::new(SignIn::of(&caller.visit, "", filled, &back)).status(answer)
            ))
        }
    }
}

/// Whether our pages are reached over https.
pub(in crate::web) fn is_secure(desk: &Desk) -> bool {
    let base = &desk.registry().settings.public_base_url;
    base.starts_with("https://")
}

fn session_cookie(secure: bool, value: String) -> Cookie<'static> {
    let name = if secure {
        guards::SECURE_COOKIE
    } else {
        guards::COOKIE
    };
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// The raw value of the caller's session cookie.
struct Held(Option<String>);

#[rocket::async_trait]
impl<'r> rocket::request::FromRequest<'r> for Held {
    type Error = std::convert::Infallible;
    async fn from_request(request: &'r Request<'_>) -> rocket::request::Outcome<Self, Self::Error> {
        rocket::request::Outcome::Success(Self(guards::cookie(request).map(str::to_owned)))
    }
}

#[derive(Deserialize)]
struct Nothing {}

/// Someone signs out.
#[post("/sign-out", data = "<_form>")]
async fn end(
    held: Held,
    _form: Form<Nothing>,
    jar: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    if let Held(Some(cookie)) = held {
        desk.ask(move |registry| accounts::sign_out(registry, &cookie) as Done<()>)
            .await?;
    }
    for name in [guards::COOKIE, guards::SECURE_COOKIE] {
        jar.remove(Cookie::build(name).path("/"));
    }
    Ok(Redirect::to("/"))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![new, create, end]
}
