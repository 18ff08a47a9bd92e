//! 关注: a page and a feed at an address nobody can guess, of what becomes of certificates.

mod feed;
pub mod post;

use crate::acts::watches::{self, Watching};
use crate::acts::{Error, watch_ways};
use crate::domain::list_check::ListCheckId;
use crate::domain::watch::WatchId;
use crate::seal::ticket;
use crate::web::body::OpenForm;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::watches::post::Letters;
use crate::web::whence::Whence;
use askama::Template;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, State, get, post, routes};
use serde::Deserialize;

crate::param!(WatchId);

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    routes![
        of_certificate,
        of_list,
        show,
        hook,
        mail,
        asked,
        confirmed,
        end,
        ended,
        feed::feed
    ]
}

/// Nothing is filled in: the button is all there is.
#[derive(Deserialize)]
struct Button {}

/// A watch, for whoever began it.
#[derive(Template)]
#[template(path = "watches/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    id: String,
    address: String,
    total: usize,
    news: Vec<(String, &'static str, String)>,
    hook: bool,
    secret: String,
    /// Whether messages can be sent, are sent, and will be once the mailbox says so.
    letters: bool,
    mail: bool,
    mail_unproven: bool,
    calls: Vec<[String; 5]>,
}

/// Something that was done with a watch.
#[derive(Template)]
#[template(path = "watches/ended.html")]
struct Said {
    f: Frame,
    text: &'static str,
    /// The proof a button brings; empty: there is none.
    proof: String,
}

/// Watches a certificate.
#[post("/v/<token>/watch", data = "<button>")]
async fn of_certificate(
    token: &str,
    button: OpenForm<Button>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let (OpenForm(Button {}), now) = (button, desk.now());
    if !ticket::is_token(token) {
        return Err(Error::NotFound.into());
    }
    let token = token.to_owned();
    let id = desk
        .ask(move |registry| watches::of_certificate(registry, &token, now))
        .await?;
    Ok(Redirect::to(format!("/watches/{id}")))
}

/// Watches what a list came to.
#[post("/verify/list/<id>/watch", data = "<button>")]
async fn of_list(
    id: ListCheckId,
    button: OpenForm<Button>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let (OpenForm(Button {}), now) = (button, desk.now());
    let id = desk
        .ask(move |registry| watches::of_list(registry, &id, now))
        .await?;
    Ok(Redirect::to(format!("/watches/{id}")))
}

/// What is watched, and what became of it.
#[get("/watches/<id>")]
async fn show(
    caller: Caller,
    id: WatchId,
    letters: &State<Letters>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    shown(&caller, id, Filled::blank(), letters, desk).await
}

async fn shown(
    caller: &Caller,
    id: WatchId,
    form: Filled,
    letters: &Letters,
    desk: &Desk,
) -> Result<Page<Show>, No> {
    let now = desk.now();
    let key = id.clone();
    let watch: Watching = desk
        .ask(move |registry| watches::read(registry, &key, now))
        .await?;
    let f = caller.frame("watch.title").under("verify").wrong(&form);
    let w = f.w;
    let base = &desk.registry().settings.public_base_url;
    let status = if form.faults.is_empty() {
        Status::Ok
    } else {
        Status::UnprocessableEntity
    };
    let called = |call: crate::store::watch_calls::Call| {
        let trouble = if call.trouble.is_empty() {
            String::new()
        } else {
            w.c("watch.trouble", &call.trouble).to_owned()
        };
        [
            w.moment(call.made_at),
            w.c("watch.way", call.way).to_owned(),
            w.c("list_verdict", &call.verdict).to_owned(),
            w.c("watch.state", call.state).to_owned(),
            trouble,
        ]
    };
    let page = Show {
        id: id.to_string(),
        address: format!("{base}/watches/{id}/feed.atom"),
        total: watch.total,
        news: watch
            .news
            .into_iter()
            .map(|one| {
                let since = one.since.map_or(String::new(), |day| w.date(day));
                (one.number, w.c("list_verdict", one.verdict), since)
            })
            .collect(),
        hook: watch.hook,
        secret: watch.secret,
        letters: letters.0.is_some(),
        mail: watch.mail,
        mail_unproven: watch.mail_unproven,
        calls: watch.calls.into_iter().map(called).collect(),
        form,
        f,
    };
    Ok(Page::new(page).status(status).secret())
}

/// The address that is to be called.
#[derive(Deserialize)]
struct HookForm {
    #[serde(default)]
    hook: String,
}

type Again = Either<Redirect, Page<Show>>;

/// Sets or, left empty, unsets the address that is called.
#[post("/watches/<id>/hook", data = "<named>")]
async fn hook(
    caller: Caller,
    id: WatchId,
    named: OpenForm<HookForm>,
    whence: Whence,
    letters: &State<Letters>,
    desk: &State<Desk>,
) -> Result<Again, No> {
    let (written, now) = (named.0.hook, desk.now());
    let (key, asked) = (id.clone(), written.clone());
    let done = desk
        .ask(move |registry| watch_ways::set_hook(registry, &key, &asked, whence.0, now))
        .await;
    again(&caller, id, ("hook", &written), done, letters, desk).await
}

/// The mailbox that is to be written to.
#[derive(Deserialize)]
struct MailForm {
    #[serde(default)]
    mail: String,
}

/// Sets or, left empty, unsets the mailbox that is written to.
#[post("/watches/<id>/mail", data = "<named>")]
async fn mail(
    caller: Caller,
    id: WatchId,
    named: OpenForm<MailForm>,
    whence: Whence,
    letters: &State<Letters>,
    desk: &State<Desk>,
) -> Result<Again, No> {
    let (written, now) = (named.0.mail, desk.now());
    let (key, asked, post) = (id.clone(), written.clone(), letters.0.clone());
    let done = desk
        .ask(move |registry| {
            watch_ways::set_mail(registry, post.as_deref(), &key, &asked, whence.0, now)
        })
        .await;
    again(&caller, id, ("mail", &written), done, letters, desk).await
}

async fn again(
    caller: &Caller,
    id: WatchId,
    (field, written): (&'static str, &str),
    done: Result<(), Error>,
    letters: &Letters,
    desk: &Desk,
) -> Result<Again, No> {
    match done {
        Ok(()) => Ok(Either::Left(Redirect::to(format!("/watches/{id}")))),
        Err(Error::Refused(reasons)) => {
            let mut form = Filled::blank().with(field, written);
            for mut reason in reasons {
                reason.field = reason.field.or(Some(field));
                form = form.refused(caller.words(), &reason);
            }
            Ok(Either::Right(shown(caller, id, form, letters, desk).await?))
        }
        Err(other) => Err(other.into()),
    }
}

/// Whoever opened the link of a message. Opening it confirms nothing: mail programs open links too.
#[get("/mailboxes/<proof>")]
fn asked(caller: Caller, proof: WatchId) -> Page<Said> {
    let f = caller.frame("watch.confirm").under("verify");
    let text = f.w.t("watch.confirm_lead");
    Page::new(Said {
        f,
        text,
        proof: proof.to_string(),
    })
}

/// The mailbox wants to be told.
#[post("/mailboxes/<proof>", data = "<button>")]
async fn confirmed(
    caller: Caller,
    proof: WatchId,
    button: OpenForm<Button>,
    desk: &State<Desk>,
) -> Result<Page<Said>, No> {
    let (OpenForm(Button {}), now) = (button, desk.now());
    desk.ask(move |registry| watch_ways::confirm_mail(registry, &proof, now))
        .await?;
    let f = caller.frame("watch.confirmed").under("verify");
    let text = f.w.t("watch.confirmed_lead");
    Ok(Page::new(Said {
        f,
        text,
        proof: String::new(),
    }))
}

/// Ends a watch.
#[post("/watches/<id>/end", data = "<button>")]
async fn end(id: WatchId, button: OpenForm<Button>, desk: &State<Desk>) -> Result<Redirect, No> {
    let (OpenForm(Button {}), now) = (button, desk.now());
    desk.ask(move |registry| watches::end(registry, &id, now))
        .await?;
    Ok(Redirect::to("/watches/ended"))
}

/// A watch that is no more.
#[get("/watches/ended")]
fn ended(caller: Caller) -> Page<Said> {
    let f = caller.frame("watch.ended").under("verify");
    let text = f.w.t("watch.gone");
    Page::new(Said {
        f,
        text,
        proof: String::new(),
    })
}
