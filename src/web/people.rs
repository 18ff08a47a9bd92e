//! 人员: the people of one's scope, masked; and the sight of a number, which leaves a record.

use crate::acts::Error;
use crate::acts::people::{self, Opened};
use crate::domain::account::{TrainingReader, Viewer};
use crate::domain::key_group::KeyGroup;
use crate::domain::person::PersonId;
use crate::ground::slice::Window;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair};
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use rocket::http::Status;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(PersonId);

/// One line of the list.
struct Line {
    to: String,
    name: String,
    document: String,
    about: String,
    classes: i64,
}

/// The list of people.
#[derive(Template)]
#[template(path = "people/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    lines: Vec<Line>,
    pager: Pager,
}

/// One person.
#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    id: PersonId,
    facts: Vec<Pair>,
    groups: Vec<Pair>,
    way: Vec<Pair>,
    sights: Vec<Pair>,
    /// Number and phone, just after they were asked for.
    seen: Vec<Pair>,
}

/// The people enrolled within one's scope.
#[get("/trainees?<q>&<page>")]
async fn index(
    reader: TrainingReader,
    q: Option<&str>,
    page: Option<u32>,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let words = q.unwrap_or_default().to_owned();
    let sought = words.clone();
    let slice = desk
        .ask(move |registry| people::list(registry, &reader, &sought, Window::of(page, None)))
        .await?;
    let w = caller.words();
    let pager = Pager::of(
        &slice,
        format!(
            "/trainees?q={}",
            rocket::http::RawStr::new(&words).percent_encode()
        ),
    );
    let line = |listed: people::Listed| Line {
        to: format!("/people/{}", listed.person.id),
        document: masked(&listed.person.id_tail),
        about: about(w, &listed.person),
        classes: listed.classes,
        name: listed.person.name,
    };
    let lines = slice.rows.into_iter().map(line).collect();
    let f = caller.frame("people.index.title").under("trainees");
    Ok(Page::new(Index {
        f,
        form: Filled::blank().with("q", words),
        lines,
        pager,
    }))
}

/// All that a screen shows of a number.
fn masked(tail: &str) -> String {
    format!("**** **** **** {tail}")
}

fn about(w: Words, person: &people::Person) -> String {
    let sex = person.sex.as_deref().map(|sex| w.c("people.sex", sex));
    let year = person.birth_year.map(|year| w.f("people.born", &[&year]));
    [sex.map(str::to_owned), year, person.nation.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// One person, masked.
#[get("/people/<id>")]
async fn show(
    viewer: Viewer,
    id: PersonId,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let key = id.clone();
    let opened = desk
        .ask(move |registry| people::of(registry, &viewer, &key))
        .await?;
    Ok(Page::new(page(&caller, id, opened, Filled::blank(), None)))
}

fn page(
    caller: &Caller,
    id: PersonId,
    opened: Opened,
    form: Filled,
    seen: Option<people::Seen>,
) -> Show {
    let w = caller.words();
    let Opened {
        person,
        groups,
        way,
        sights,
    } = opened;
    // Whoever assesses sees one person, not the list of trainees.
    let may_list = caller
        .present
        .as_ref()
        .is_some_and(|present| TrainingReader::of(present.actor.clone()).is_some());
    let f = caller
        .frame("people.index.title")
        .under("trainees")
        .wrong(&form)
        .titled(person.name.clone());
    let group = |one: people::Membership| {
        let name = KeyGroup::read_word(&one.key_group)
            .map_or_else(|| one.key_group.clone(), |group| group_name(w, &group));
        let until = one
            .ends
            .map_or_else(|| w.t("people.show.open").to_owned(), |day| w.date(day));
        Pair::new(
            name,
            w.f("people.show.from_to", &[&w.date(one.starts), &until]),
        )
    };
    let station = |one: people::Station| {
        let (name, to) = match one.kind {
            "class" => (w.t("people.way.class"), format!("/classes/{}", one.id)),
            "sitting" => (w.t("people.way.sitting"), format!("/sittings/{}", one.id)),
            _ => (
                w.t("people.way.certificate"),
                format!("/certificates/{}", one.id),
            ),
        };
        Pair::new(w.f("people.way.on", &[&w.date(one.day), &name]), one.title).to(to)
    };
    Show {
        facts: vec![
            Pair::new(w.t("people.show.name"), person.name.clone()),
            Pair::new(w.t("people.show.document"), masked(&person.id_tail)),
            Pair::new(w.t("people.show.about"), about(w, &person)),
        ],
        groups: groups.into_iter().map(group).collect(),
        way: way.into_iter().map(station).collect(),
        sights: sights
            .into_iter()
            .map(|(at, _, why)| Pair::new(w.moment(at), why))
            .collect(),
        seen: seen.map_or_else(Vec::new, |seen| {
            let phone = seen.phone.unwrap_or_else(|| "—".to_owned());
            vec![
                Pair::num(w.t("people.show.number"), seen.number),
                Pair::num(w.t("people.show.phone"), phone),
            ]
        }),
        f: if may_list {
            f.crumb(w.t("people.index.title"), "/trainees")
        } else {
            f
        },
        form,
        id,
    }
}

fn group_name(w: Words, group: &KeyGroup) -> String {
    match w.lang {
        crate::web::words::Lang::Zh => group.name().to_owned(),
        crate::web::words::Lang::En => group.name_en().to_owned(),
    }
}

/// Why somebody needs to see a number.
#[derive(Deserialize)]
struct Purpose {
    #[serde(default)]
    purpose: String,
}

/// Somebody looks at a number and says why; answered on the spot, kept by no cache.
#[post("/people/<id>/sights", data = "<form>")]
async fn see(
    viewer: Viewer,
    id: PersonId,
    form: Form<Purpose>,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let now = desk.now();
    let Form(Purpose { purpose }) = form;
    let filled = Filled::blank().with("purpose", &purpose);
    let (who, key) = (viewer.clone(), id.clone());
    let seen = match desk
        .ask(move |registry| people::see(registry, &who, &key, &purpose, now))
        .await
    {
        Ok(seen) => Ok(seen),
        Err(Error::Refused(reasons)) => Err(reasons),
        Err(error) => return Err(No(error)),
    };
    let key = id.clone();
    let opened = desk
        .ask(move |registry| people::of(registry, &viewer, &key))
        .await?;
    Ok(match seen {
        Ok(seen) => Page::new(page(&caller, id, opened, Filled::blank(), Some(seen))),
        Err(reasons) => {
            let filled = reasons
                .iter()
                .fold(filled, |form, reason| form.refused(caller.words(), reason));
            Page::new(page(&caller, id, opened, filled, None)).status(Status::UnprocessableEntity)
        }
    })
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, show, see]
}
