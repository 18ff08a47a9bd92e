//! 分享与副本的核验: what a shared link and a copy's code lead to.

use crate::acts::sharing;
use crate::domain::holder::LookKind;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Tag;
use crate::web::refusal::No;
use crate::web::verify::look::{self, Wanted};
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::serde::json::Json;
use rocket::{Either, State, get};
use serde::Serialize;

/// A link somebody shared: in force it leads to the verdict, later to nothing.
#[get("/shared/<token>")]
async fn follow(token: &str, desk: &State<Desk>) -> Result<Redirect, No> {
    let (now, token) = (desk.now(), token.to_owned());
    let found = desk
        .glance(move |registry| sharing::follow(registry, &token, now))
        .await?;
    let token = found.ok_or(crate::acts::Error::NotFound)?;
    Ok(look::found_by(LookKind::Share, &token))
}

/// What a copy is for, and until when.
#[derive(Template)]
#[template(path = "copies/show.html")]
struct Show {
    f: Frame,
    tag: Tag,
    in_time: bool,
    purpose: String,
    until: String,
    made: String,
    to: String,
}

/// The same for programs.
#[derive(Serialize)]
struct Told {
    purpose: String,
    until: NaiveDate,
    in_time: bool,
    certificate: String,
}

/// What a copy's code leads to: first whether this copy may still be used, and for what.
#[get("/c/<token>")]
async fn copied(
    token: &str,
    caller: Caller,
    wanted: Wanted,
    desk: &State<Desk>,
) -> Result<Either<Page<Show>, Json<Told>>, No> {
    let (now, token) = (desk.now(), token.to_owned());
    let found = desk
        .glance(move |registry| sharing::copied(registry, &token))
        .await?;
    let (copy, token) = found.ok_or(crate::acts::Error::NotFound)?;
    desk.looked(&copy.certificate, LookKind::Copy, now);
    let w = caller.words();
    let in_time = now.day() <= copy.ends_on;
    if wanted.is_json() {
        return Ok(Either::Right(Json(Told {
            purpose: copy.purpose,
            until: copy.ends_on,
            in_time,
            certificate: format!("/v/{token}"),
        })));
    }
    let page = Show {
        f: caller.frame("copies.show.title"),
        tag: if in_time {
            Tag::ok(w.t("copies.show.in_time"))
        } else {
            Tag::late(w.t("copies.show.over"))
        },
        in_time,
        purpose: copy.purpose,
        until: w.date(copy.ends_on),
        made: w.moment(copy.made_at),
        to: format!("/v/{token}"),
    };
    Ok(Either::Left(Page::new(page)))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![follow, copied]
}
