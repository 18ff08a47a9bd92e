//! 名单核验: a whole list at once, from a paste or a file, with or without a script.
//! What is given back as a file is in `list_file`.

use crate::acts::Error;
use crate::acts::list_checks::{self, Line, Progress};
use crate::domain::list_check::{self, LineVerdict, ListCheckId, ListState};
use crate::ground::clock::beijing;
use crate::ground::slice::{Slice, Window};
use crate::web::body::OpenUpload;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pager;
use crate::web::refusal::No;
use crate::web::rosters::Download;
use crate::web::verify::list_file::give_back;
use crate::web::whence::Whence;
use crate::web::words::Words;
use askama::Template;
use rocket::Request;
use rocket::http::Status;
use rocket::response::{self, Redirect, Responder};
use rocket::serde::json::Json;
use rocket::{Either, Route, State, get, post, routes};
use serde::Serialize;

crate::param!(ListCheckId);

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![ask, check, show, progress]
}

/// The form.
#[derive(Template)]
#[template(path = "verify/list.html")]
struct Ask {
    f: Frame,
    form: Filled,
}

/// One line as it is shown.
pub(super) struct Shown {
    pub(super) row: u32,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) verdict: &'static str,
    css: &'static str,
    pub(super) what: String,
    pub(super) issued: String,
    pub(super) reason: String,
}

/// What a list came to.
#[derive(Template)]
#[template(path = "verify/listed.html")]
struct Listed {
    f: Frame,
    id: String,
    when: String,
    counts: Vec<(&'static str, &'static str, usize)>,
    total: usize,
    good: usize,
    only: bool,
    lines: Vec<Shown>,
    pager: Pager,
}

/// What a list is answered with.
#[expect(
    clippy::large_enum_variant,
    reason = "made once an answer and sent at once"
)]
enum Answer {
    Again(Page<Ask>),
    Result(Redirect),
    File(Download),
}

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self {
            Self::Again(page) => page.respond_to(request),
            Self::Result(to) => to.respond_to(request),
            Self::File(book) => book.respond_to(request),
        }
    }
}

/// The form.
#[get("/verify/list")]
fn ask(caller: Caller) -> Page<Ask> {
    asked(&caller, Filled::blank())
}

fn asked(caller: &Caller, form: Filled) -> Page<Ask> {
    let f = caller
        .frame("list_check.title")
        .under("verify")
        .wrong(&form);
    let status = if form.faults.is_empty() {
        Status::Ok
    } else {
        Status::UnprocessableEntity
    };
    Page::new(Ask { f, form }).status(status)
}

/// A list, to be looked at or given back with the answers beside each line.
#[post("/verify/list", data = "<upload>")]
async fn check(
    caller: Caller,
    whence: Whence,
    upload: OpenUpload,
    desk: &State<Desk>,
) -> Result<Answer, No> {
    let w = caller.words();
    let text = upload.0.field("text").unwrap_or_default().to_owned();
    let who = (
        whence,
        upload.0.field("token").unwrap_or_default().to_owned(),
    );
    let back = upload.0.field("what") == Some("file");
    let bytes = if upload.0.bytes.is_empty() {
        list_check::pasted(&text).into_bytes()
    } else {
        upload.0.bytes
    };
    let done = if back {
        give_back(w, who, bytes, desk).await.map(Answer::File)
    } else {
        begin(who, bytes, desk)
            .await
            .map(|id| Answer::Result(Redirect::to(format!("/verify/list/{id}"))))
    };
    match done {
        Err(Error::Refused(reasons)) => {
            let mut form = Filled::blank().with("text", &text);
            for mut reason in reasons {
                reason.field = reason.field.or(Some("sheet"));
                form = form.refused(w, &reason);
            }
            Ok(Answer::Again(asked(&caller, form)))
        }
        other => Ok(other?),
    }
}

/// A list this short is checked before its page is shown.
const AT_ONCE: usize = 500;

/// Begins a list; its page shows how far it is.
async fn begin(
    (whence, token): (Whence, String),
    bytes: Vec<u8>,
    desk: &Desk,
) -> Result<ListCheckId, Error> {
    let now = desk.now();
    let (id, asker, claims) = desk
        .ask(move |registry| {
            let (_, list) = list_checks::read(&bytes)?;
            let asker = list_checks::asker(registry, whence.0, Some(&token))?;
            let id = list_checks::begin(registry, list.claims.len(), now)?;
            Ok((id, asker, list.claims))
        })
        .await?;
    let key = id.clone();
    if claims.len() <= AT_ONCE {
        desk.ask(move |registry| list_checks::run(registry, &key, &asker, &claims, now))
            .await?;
    } else {
        desk.start(move |registry| {
            // What went wrong is written down with the list, for whoever looks at its page.
            if let Err(Error::Fault(why)) = list_checks::run(registry, &key, &asker, &claims, now) {
                tracing::error!(%why, "a list was not checked to its end");
            }
        });
    }
    Ok(id)
}

/// How far a list is.
#[derive(Template)]
#[template(path = "verify/listing.html")]
struct Listing {
    f: Frame,
    id: String,
    state: ListState,
    done: i32,
    lines: i32,
}

/// How far a list is, for the script on its page.
#[derive(Serialize)]
struct Told {
    state: &'static str,
    done: i32,
    lines: i32,
    said: String,
}

/// How far a list is, for the script on its page.
#[get("/verify/list/<id>/progress")]
async fn progress(caller: Caller, id: ListCheckId, desk: &State<Desk>) -> Result<Json<Told>, No> {
    let now = desk.now();
    let progress = desk
        .ask(move |registry| list_checks::progress(registry, &id, now))
        .await?;
    let w = caller.words();
    Ok(Json(Told {
        state: progress.state.as_str(),
        done: progress.done,
        lines: progress.lines,
        said: far(w, progress.done, progress.lines),
    }))
}

fn far(w: Words, done: i32, lines: i32) -> String {
    w.f("list_check.far", &[&w.count(done), &w.count(lines)])
}

impl Listing {
    fn of(caller: &Caller, id: &ListCheckId, progress: &Progress) -> Page<Self> {
        let status = match progress.state {
            ListState::Refused => Status::UnprocessableEntity,
            _ => Status::Ok,
        };
        Page::new(Self {
            f: caller.frame("list_check.listing").under("verify"),
            id: id.to_string(),
            state: progress.state,
            done: progress.done,
            lines: progress.lines,
        })
        .status(status)
    }

    fn far(&self) -> String {
        far(self.f.w, self.done, self.lines)
    }
}

/// What a list came to; `only=bad` leaves out the lines in force.
#[get("/verify/list/<id>?<only>&<page>")]
async fn show(
    caller: Caller,
    id: ListCheckId,
    only: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Either<Page<Listed>, Page<Listing>>, No> {
    let now = desk.now();
    let key = id.clone();
    let (progress, checked) = desk
        .ask(move |registry| {
            let progress = list_checks::progress(registry, &key, now)?;
            let checked = match progress.state {
                ListState::Done => Some(list_checks::open(registry, &key, now)?),
                _ => None,
            };
            Ok((progress, checked))
        })
        .await?;
    let Some(checked) = checked else {
        return Ok(Either::Right(Listing::of(&caller, &id, &progress)));
    };
    let w = caller.words();
    let only = only == Some("bad");
    let counts = checked
        .counts()
        .map(|(verdict, count)| (w.c("list_verdict", verdict), css(verdict), count))
        .collect();
    let (total, good) = (checked.lines.len(), checked.good());
    let chosen: Vec<&Line> = checked
        .lines
        .iter()
        .filter(|line| !only || line.verdict() != LineVerdict::Valid)
        .collect();
    let window = Window::of(page, Some(50));
    let from = usize::try_from(window.offset()).unwrap_or(0);
    let rows: Vec<Shown> = chosen
        .iter()
        .skip(from)
        .take(50)
        .map(|line| shown(w, line))
        .collect();
    let slice = Slice {
        total: i64::try_from(chosen.len()).unwrap_or(i64::MAX),
        rows,
        window,
    };
    let filter = if only { "?only=bad" } else { "" };
    let pager = Pager::of(&slice, format!("/verify/list/{id}{filter}"));
    let f = caller.frame("list_check.result").under("verify");
    Ok(Either::Left(Page::new(Listed {
        f,
        id: id.to_string(),
        when: beijing(checked.at).format("%Y-%m-%d %H:%M:%S").to_string(),
        counts,
        total,
        good,
        only,
        lines: slice.rows,
        pager,
    })))
}

fn css(verdict: LineVerdict) -> &'static str {
    match verdict {
        LineVerdict::Valid => "ok",
        LineVerdict::Revoked | LineVerdict::Mismatch => "bad",
        LineVerdict::Expired
        | LineVerdict::Replaced
        | LineVerdict::Corrected
        | LineVerdict::Doubtful
        | LineVerdict::Suspended => "late",
        LineVerdict::NotFound | LineVerdict::Malformed | LineVerdict::Incomplete => "none",
    }
}

pub(super) fn shown(w: Words, line: &Line) -> Shown {
    let verdict = line.verdict();
    let certified = line.certified.as_ref();
    let what = certified.map_or(String::new(), |it| {
        if it.level.is_empty() {
            it.occupation.clone()
        } else {
            format!("{} · {}", it.occupation, w.c("level_name", &it.level))
        }
    });
    Shown {
        row: line.row,
        number: line.number.clone(),
        name: line.name.clone(),
        verdict: w.c("list_verdict", verdict),
        css: css(verdict),
        what,
        issued: certified.map_or(String::new(), |it| w.date(it.issued_on)),
        reason: reason(w, line),
    }
}

pub(super) fn reason(w: Words, line: &Line) -> String {
    let verdict = line.verdict();
    let ended = line.certified.as_ref().and_then(|it| {
        let expired = it.expires_on.filter(|_| verdict == LineVerdict::Expired);
        it.ended_on.or(expired)
    });
    match (verdict, ended) {
        (LineVerdict::Valid, _) => String::new(),
        (_, Some(day)) => w.f("list_check.since", &[&w.c("list_reason", verdict), &day]),
        _ => w.c("list_reason", verdict).to_owned(),
    }
}
