//! 证书列表: the list of certificates.

use crate::acts::certificates;
use crate::domain::account::Reader;
use crate::domain::assessment::SittingId;
use crate::domain::certificate::{CertificateKind, Standing};
use crate::ground::slice::Window;
use crate::store::certificates::{After, Filter, Kept, Listed};
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::http::RawStr;
use rocket::{Route, State, get, routes};

/// One line of a list.
pub(in crate::web) struct Row {
    pub number: String,
    pub to: String,
    pub holder: String,
    pub id_tail: String,
    pub subject: String,
    pub kind: &'static str,
    pub issuer: String,
    pub issued_on: String,
    pub state: Tag,
}

/// A certificate on a list.
pub(in crate::web) fn row(w: Words, listed: &Listed, today: NaiveDate) -> Row {
    let subject = match (&listed.course_name, listed.level) {
        (Some(course), _) => course.clone(),
        (None, Some(level)) => format!("{} · {}", listed.occupation_name, names::level(w, level)),
        (None, None) => listed.occupation_name.clone(),
    };
    Row {
        number: listed.number.clone(),
        to: format!("/certificates/{}", listed.id),
        holder: listed.holder.clone(),
        id_tail: listed.id_tail.clone(),
        subject,
        kind: w.c("certificate_kind", listed.kind),
        issuer: listed.issuer.clone(),
        issued_on: w.date(listed.issued_on),
        state: tag(w, &listed.after, listed.expires_on, today),
    }
}

pub(in crate::web) fn tag(
    w: Words,
    after: &After,
    expires_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Tag {
    let standing = after.standing(expires_on, today);
    let text = w.c("certificate_standing", standing.as_str());
    match standing {
        Standing::Valid => Tag::ok(text),
        Standing::Revoked(_) => Tag::bad(text),
        _ => Tag::late(text),
    }
}

fn choices<T: std::fmt::Display>(w: Words, set: &str, all: &[T]) -> Vec<Choice> {
    all.iter()
        .map(|it| Choice::new(it.to_string(), w.c(set, it)))
        .collect()
}

#[derive(Template)]
#[template(path = "certificates/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    standings: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    own: bool,
}

/// The certificates she may see.
#[expect(
    clippy::too_many_arguments,
    reason = "the filters stand in the address"
)]
#[get("/certificates?<q>&<kind>&<standing>&<sitting>&<page>")]
pub(super) async fn index(
    reader: Reader,
    caller: Caller,
    q: Option<&str>,
    kind: Option<&str>,
    standing: Option<&str>,
    sitting: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let now = desk.now();
    let w = caller.words();
    let filters = [
        ("q", q),
        ("kind", kind),
        ("standing", standing),
        ("sitting", sitting),
    ];
    let filters = filters.map(|(name, value)| (name, value.unwrap_or_default().trim()));
    let form = filters.iter().fold(Filled::blank(), |form, (name, value)| {
        form.with(name, value)
    });
    let query: Vec<_> = filters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", RawStr::new(value).percent_encode()))
        .collect();
    let filtered = !query.is_empty();
    let path = if filtered {
        format!("/certificates?{}", query.join("&"))
    } else {
        "/certificates".to_owned()
    };
    let filter = Filter {
        text: filters[0].1.to_owned(),
        kind: CertificateKind::read(filters[1].1),
        standing: Kept::read(filters[2].1),
        sitting: SittingId::read(filters[3].1),
        institution: None,
    };
    let own = reader.is_of_institution();
    let slice = desk
        .ask(move |registry| {
            certificates::list(registry, &reader, &filter, Window::of(page, None), now)
        })
        .await?;
    Ok(Page::new(Index {
        f: caller
            .frame("certificates.index.title")
            .under("certificates"),
        form,
        kinds: choices(w, "certificate_kind", CertificateKind::ALL),
        standings: choices(w, "certificate_standing", Kept::ALL),
        pager: Pager::of(&slice, path),
        rows: slice
            .rows
            .iter()
            .map(|listed| row(w, listed, now.day()))
            .collect(),
        filtered,
        own,
    }))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![index]
}
