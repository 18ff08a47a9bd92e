//! 改密码: everybody changes her own password.

use crate::acts::Registry;
use crate::acts::accounts::{self};
use crate::domain::account::Viewer;
use crate::domain::refusal::Refusal;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::reply::{Shown, again};
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "accounts/password.html")]
pub(super) struct Password {
    f: Frame,
    form: Filled,
}

impl Password {
    fn of(caller: &Caller, form: Filled) -> Self {
        Self {
            f: caller.frame("accounts.password.title").wrong(&form),
            form,
        }
    }
}

/// The form to change one's own password.
#[get("/password")]
pub(super) fn password(_viewer: Viewer, caller: Caller) -> Page<Password> {
    Page::new(Password::of(&caller, Filled::blank()))
}

/// The old password, the new one, and the new one again.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    old: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Somebody changes her own password; all her sessions end, this one too.
#[post("/password", data = "<form>")]
pub(super) async fn change_password(
    viewer: Viewer,
    caller: Caller,
    form: Form<PasswordForm>,
    desk: &State<Desk>,
) -> Shown<Password> {
    let now = desk.now();
    let PasswordForm {
        old,
        password,
        again: repeated,
    } = form.0;
    let answer = if password == repeated {
        let act = move |registry: &Registry| {
            accounts::change_password(registry, &viewer, &old, &password, now)
        };
        desk.ask(act).await
    } else {
        Err(Refusal::new("password.not-repeated").at("again").into())
    };
    match answer {
        Ok(()) => Ok(Redirect::to("/sign-in")),
        Err(error) => Err(again(&caller, error, Filled::blank(), |form| {
            Password::of(&caller, form)
        })),
    }
}
