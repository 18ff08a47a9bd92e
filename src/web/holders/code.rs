//! 发放一次性代码: a clerk gives a person of hers the code that opens her own page.

use crate::acts::holders::{self, Given};
use crate::domain::account::CounterClerk;
use crate::domain::holder::CODE_MINUTES;
use crate::domain::person::PersonId;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::holders::CodeSender;
use crate::web::page::Page;
use crate::web::refusal::No;
use askama::Template;
use rocket::{State, post};
use serde::Deserialize;
use std::sync::Arc;

/// The code, shown once.
#[derive(Template)]
#[template(path = "holders/code.html")]
struct Code {
    f: Frame,
    person: PersonId,
    /// The digits; empty when they were sent.
    code: String,
    minutes: i64,
    /// Why they could not be sent.
    unsent: bool,
}

#[derive(Deserialize)]
struct Nothing {}

/// A clerk gives a one-time code; answered on the spot, kept by no cache.
#[post("/people/<id>/holder-codes", data = "<_form>")]
async fn give(
    clerk: CounterClerk,
    id: PersonId,
    _form: Form<Nothing>,
    caller: Caller,
    desk: &State<Desk>,
    sender: &State<CodeSender>,
) -> Result<Page<Code>, No> {
    let now = desk.now();
    let key = id.clone();
    let Given { code, phone } = desk
        .ask(move |registry| holders::give_code(registry, &clerk, &key, now))
        .await?;
    let sent = match (&sender.0, phone) {
        (Some(sender), Some(phone)) => {
            let (sender, digits) = (Arc::clone(sender), code.clone());
            let sent = rocket::tokio::task::spawn_blocking(move || {
                sender.send(&phone, &digits, CODE_MINUTES)
            })
            .await;
            match sent {
                Ok(Ok(())) => Some(true),
                Ok(Err(why)) => {
                    tracing::warn!(why, "a one-time code could not be sent");
                    Some(false)
                }
                Err(_) => Some(false),
            }
        }
        _ => None,
    };
    let f = caller
        .frame("holders.code.title")
        .under("trainees")
        .crumb(caller.words().t("people.index.title"), "/trainees");
    Ok(Page::new(Code {
        f,
        person: id,
        code: if sent == Some(true) {
            String::new()
        } else {
            code
        },
        minutes: CODE_MINUTES,
        unsent: sent == Some(false),
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![give]
}
