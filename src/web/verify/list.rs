//! 名单核验: a whole list at once, from a paste or a file, with or without a script.

use crate::acts::Error;
use crate::acts::list_checks::{self, Checked, Line};
use crate::domain::list_check::{self, LineVerdict, List, ListCheckId};
use crate::domain::refusal::Refusal;
use crate::ground::clock::beijing;
use crate::ground::sheet::Sheet;
use crate::ground::slice::{Slice, Window};
use crate::paper::workbook::{self, Value};
use crate::web::body::OpenUpload;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pager;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Redirect, Responder, Response};
use rocket::{Route, State, get, post, routes};
use std::io::Cursor;
use std::net::IpAddr;
use std::num::NonZeroU32;

crate::param!(ListCheckId);

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![ask, check, show, workbook_of]
}

/// 公平使用: how much one address may guess. Lines that are right cost nothing, however many; a
/// line nobody's certificate answers to is a guess, and guesses are what enumerating takes.
pub struct Brake {
    guesses: DefaultKeyedRateLimiter<IpAddr>,
}

/// Guesses an address may make in an hour.
const GUESSES: NonZeroU32 = NonZeroU32::new(2_000).expect("not zero");

impl Brake {
    /// A brake nobody has pressed.
    pub fn new() -> Self {
        Self {
            guesses: RateLimiter::keyed(Quota::per_hour(GUESSES)),
        }
    }

    /// Counts what a list guessed; too much of it is refused, whatever the rest came to.
    pub(in crate::web) fn press(&self, from: IpAddr, checked: &Checked) -> Result<(), Error> {
        let Ok(Some(guessed)) = u32::try_from(checked.missed()).map(NonZeroU32::new) else {
            return Ok(());
        };
        match self.guesses.check_key_n(&from, guessed) {
            Ok(Ok(())) => Ok(()),
            _ => Err(Refusal::new("list_check.too-many-unknown")
                .at("sheet")
                .with(GUESSES)
                .into()),
        }
    }
}

impl Default for Brake {
    fn default() -> Self {
        Self::new()
    }
}

/// Where a request comes from.
pub struct Whence(pub IpAddr);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Whence {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self(
            request.client_ip().unwrap_or(IpAddr::from([0, 0, 0, 0])),
        ))
    }
}

/// The form.
#[derive(Template)]
#[template(path = "verify/list.html")]
struct Ask {
    f: Frame,
    form: Filled,
}

/// One line as it is shown.
struct Shown {
    row: u32,
    number: String,
    name: String,
    verdict: &'static str,
    css: &'static str,
    what: String,
    issued: String,
    reason: String,
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
#[expect(clippy::large_enum_variant, reason = "made once an answer and sent at once")]
enum Answer {
    Again(Page<Ask>),
    Result(Redirect),
    File(Book),
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

/// A workbook that is saved, not shown.
struct Book(Vec<u8>, &'static str);

impl<'r> Responder<'r, 'static> for Book {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let kind = ContentType::new(
            "application",
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        );
        Response::build()
            .header(kind)
            .raw_header("Cache-Control", "no-store")
            .raw_header(
                "Content-Disposition",
                format!("attachment; filename=\"{}.xlsx\"", self.1),
            )
            .sized_body(self.0.len(), Cursor::new(self.0))
            .ok()
    }
}

/// The form.
#[get("/verify/list")]
fn ask(caller: Caller) -> Page<Ask> {
    asked(&caller, Filled::blank())
}

fn asked(caller: &Caller, form: Filled) -> Page<Ask> {
    let f = caller.frame("list_check.title").under("verify").wrong(&form);
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
    brake: &State<Brake>,
    desk: &State<Desk>,
) -> Result<Answer, No> {
    let now = desk.now();
    let w = caller.words();
    let text = upload.0.field("text").unwrap_or_default().to_owned();
    let back = upload.0.field("what") == Some("file");
    let bytes = if upload.0.bytes.is_empty() {
        list_check::pasted(&text).into_bytes()
    } else {
        upload.0.bytes
    };
    let done = desk
        .ask(move |registry| {
            let (sheet, list) = list_checks::read(&bytes)?;
            let checked = list_checks::check(registry, &list.claims, now)?;
            Ok((sheet, list, checked))
        })
        .await;
    let done = done.and_then(|done| brake.press(whence.0, &done.2).map(|()| done));
    let (sheet, list, checked) = match done {
        Ok(done) => done,
        Err(Error::Refused(reasons)) => {
            let mut form = Filled::blank().with("text", &text);
            for mut reason in reasons {
                reason.field = reason.field.or(Some("sheet"));
                form = form.refused(w, &reason);
            }
            return Ok(Answer::Again(asked(&caller, form)));
        }
        Err(other) => return Err(other.into()),
    };
    if back {
        let book = desk
            .ask(move |_| {
                beside(w, &sheet, &list, &checked).map_err(|why| Error::fault(why.to_string()))
            })
            .await?;
        return Ok(Answer::File(Book(book, "checked-list")));
    }
    let id = desk
        .ask(move |registry| list_checks::keep(registry, &checked, now))
        .await?;
    Ok(Answer::Result(Redirect::to(format!("/verify/list/{id}"))))
}

/// What a list came to; `only=bad` leaves out the lines in force.
#[get("/verify/list/<id>?<only>&<page>")]
async fn show(
    caller: Caller,
    id: ListCheckId,
    only: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Listed>, No> {
    let now = desk.now();
    let key = id.clone();
    let checked = desk
        .ask(move |registry| list_checks::open(registry, &key, now))
        .await?;
    let w = caller.words();
    let only = only == Some("bad");
    let counts = LineVerdict::ALL
        .iter()
        .map(|verdict| {
            let count = checked.lines.iter().filter(|l| l.verdict() == *verdict);
            (w.c("list_verdict", verdict), css(*verdict), count.count())
        })
        .filter(|(.., count)| *count > 0)
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
    Ok(Page::new(Listed {
        f,
        id: id.to_string(),
        when: beijing(checked.at).format("%Y-%m-%d %H:%M:%S").to_string(),
        counts,
        total,
        good,
        only,
        lines: slice.rows,
        pager,
    }))
}

/// The kept result as a workbook.
#[get("/verify/list/<id>/xlsx")]
async fn workbook_of(caller: Caller, id: ListCheckId, desk: &State<Desk>) -> Result<Book, No> {
    let now = desk.now();
    let w = caller.words();
    let bytes = desk
        .ask(move |registry| {
            let checked = list_checks::open(registry, &id, now)?;
            let mut headings = vec![
                w.t("list_check.row"),
                w.t("verify.field.number"),
                w.t("verify.field.holder"),
            ];
            headings.extend(answers(w));
            let rows: Vec<_> = checked
                .lines
                .iter()
                .map(|line| {
                    let mut row = vec![
                        Value::Whole(i64::from(line.row)),
                        Value::from(line.number.as_str()),
                        Value::from(line.name.as_str()),
                    ];
                    row.extend(told(w, Some(line)));
                    row
                })
                .collect();
            workbook::table(w.t("list_check.tab"), &headings, &rows)
                .map_err(|why| Error::fault(why.to_string()))
        })
        .await?;
    Ok(Book(bytes, "checked-list"))
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

fn shown(w: Words, line: &Line) -> Shown {
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

fn reason(w: Words, line: &Line) -> String {
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

/// The headings of what is told of each line.
fn answers(w: Words) -> [&'static str; 7] {
    [
        w.t("list_check.verdict"),
        w.t("list_check.what"),
        w.t("verify.field.level"),
        w.t("verify.field.issued_on"),
        w.t("verify.field.expires_on"),
        w.t("list_check.issuer"),
        w.t("list_check.reason"),
    ]
}

fn told(w: Words, line: Option<&Line>) -> Vec<Value> {
    let Some(line) = line else {
        return Vec::new();
    };
    let it = line.certified.as_ref();
    let text = |text: Option<String>| Value::Text(text.unwrap_or_default());
    vec![
        Value::from(w.c("list_verdict", line.verdict())),
        text(it.map(|it| it.occupation.clone())),
        text(it.filter(|it| !it.level.is_empty()).map(|it| w.c("level_name", &it.level).to_owned())),
        text(it.map(|it| it.issued_on.to_string())),
        text(it.and_then(|it| it.expires_on).map(|day| day.to_string())),
        text(it.map(|it| it.issuer.clone())),
        Value::Text(reason(w, line)),
    ]
}

/// The list that was sent, with the answers beside each line.
fn beside(
    w: Words,
    sheet: &Sheet,
    list: &List,
    checked: &Checked,
) -> Result<Vec<u8>, workbook::Unwritable> {
    let width = sheet
        .rows()
        .filter_map(|row| row.cells().map(|cell| cell.column + 1).max())
        .max()
        .unwrap_or(1);
    let cells = |row: crate::ground::sheet::Row<'_>| -> Vec<String> {
        (0..width)
            .map(|column| row.cell(column).text.to_owned())
            .collect()
    };
    let mut headings: Vec<String> = vec![String::new(); width];
    let mut rows = Vec::with_capacity(list.claims.len());
    let mut lines = checked.lines.iter().peekable();
    for row in sheet.rows() {
        if list.head == Some(row.number()) {
            headings = cells(row);
            rows.clear();
            continue;
        }
        let mut values: Vec<Value> = cells(row).into_iter().map(Value::from).collect();
        let answered = lines.next_if(|line| line.row == row.number());
        values.extend(told(w, answered));
        rows.push(values);
    }
    if list.head.is_none() {
        headings[list.columns.number] = w.t("verify.field.number").to_owned();
        for (column, name) in [
            (list.columns.name, w.t("verify.field.holder")),
            (list.columns.tail, w.t("verify.field.id_number")),
        ] {
            if let Some(column) = column {
                name.clone_into(&mut headings[column]);
            }
        }
    }
    let mut titles: Vec<&str> = headings.iter().map(String::as_str).collect();
    titles.extend(answers(w));
    workbook::table(w.t("list_check.tab"), &titles, &rows)
}
