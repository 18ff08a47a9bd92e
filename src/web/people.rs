//! 人员: the people of one's scope, masked; and the sight of a number, which leaves a record.

use crate::acts::people::{self, Opened};
use crate::acts::{Done, Error, photos};
use crate::domain::account::{CounterClerk, FaceKeeper, FaceReader, TrainingReader, Viewer};
use crate::domain::key_group::KeyGroup;
use crate::domain::person::PersonId;
use crate::ground::slice::Window;
use crate::web::body::{Form, Upload};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use rocket::http::{ContentType, Status};
use rocket::response::Redirect;
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
    /// Whether she who looks may see the face.
    may_see: bool,
    /// Whether she may take in another photograph.
    may_keep: bool,
    /// Since when there is a photograph, in words; empty when there is none. It also ends the
    /// picture's address, so that a newer one is never taken for it.
    photo: String,
    photo_at: i64,
    /// Whether she may give the person a one-time code.
    may_admit: bool,
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
#[get("/people/<id>?<done>")]
async fn show(
    viewer: Viewer,
    id: PersonId,
    done: Option<&str>,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let key = id.clone();
    let opened = desk
        .ask(move |registry| people::of(registry, &viewer, &key))
        .await?;
    let mut page = page(&caller, id, opened, Filled::blank(), None);
    let known = ["photo", "latin_name"];
    page.f = page
        .f
        .notice(self::done(caller.words(), "people.done", &known, done));
    Ok(Page::new(page))
}

/// Her photograph, for whoever must recognise her.
#[get("/people/<id>/photo")]
async fn photo(
    reader: FaceReader,
    id: PersonId,
    desk: &State<Desk>,
) -> Result<(ContentType, Vec<u8>), No> {
    let jpeg = desk
        .ask(move |registry| photos::seen(registry, &reader, &id))
        .await?;
    Ok((ContentType::JPEG, jpeg))
}

/// A clerk takes in a photograph.
#[post("/people/<id>/photo", data = "<upload>")]
async fn take(
    keeper: FaceKeeper,
    viewer: Viewer,
    id: PersonId,
    upload: Upload,
    caller: Caller,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let key = id.clone();
    let answer = desk
        .ask(move |registry| photos::put(registry, &keeper, &key, &upload.bytes, now))
        .await;
    kept(
        answer.map(drop),
        "photo",
        Filled::blank(),
        viewer,
        id,
        &caller,
        desk,
    )
    .await
}

/// How she writes her name.
#[derive(Deserialize)]
struct Called {
    #[serde(default)]
    latin_name: String,
}

/// A clerk records how she writes her name in Latin letters.
#[post("/people/<id>/latin-name", data = "<form>")]
async fn call(
    keeper: FaceKeeper,
    viewer: Viewer,
    id: PersonId,
    form: Form<Called>,
    caller: Caller,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let key = id.clone();
    let Form(Called { latin_name }) = form;
    let filled = Filled::blank().with("latin_name", &latin_name);
    let answer = desk
        .ask(move |registry| photos::call(registry, &keeper, &key, &latin_name, now))
        .await;
    kept(answer, "latin_name", filled, viewer, id, &caller, desk).await
}

/// Her page after something of her was recorded, or again with what is wrong.
async fn kept(
    answer: Done<()>,
    what: &str,
    filled: Filled,
    viewer: Viewer,
    id: PersonId,
    caller: &Caller,
    desk: &Desk,
) -> Shown<Show> {
    let Err(error) = answer else {
        return Ok(Redirect::to(format!("/people/{id}?done={what}")));
    };
    let key = id.clone();
    let opened = desk
        .ask(move |registry| people::of(registry, &viewer, &key))
        .await
        .map_err(|error| Err(No(error)))?;
    Err(again(caller, error, filled, |form| {
        page(caller, id, opened, form, None)
    }))
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
        photo,
        latin_name,
    } = opened;
    let is = |of: fn(crate::domain::account::Actor) -> bool| {
        caller
            .present
            .as_ref()
            .is_some_and(|present| of(present.actor.clone()))
    };
    let form = if form.faults.is_empty() {
        form.with("latin_name", latin_name.clone().unwrap_or_default())
    } else {
        form
    };
    // Whoever assesses sees one person, not the list of trainees.
    let may_list = caller
        .present
        .as_ref()
        .is_some_and(|present| TrainingReader::of(present.actor.clone()).is_some());
    let may_admit = caller
        .present
        .as_ref()
        .is_some_and(|present| CounterClerk::of(present.actor.clone()).is_some());
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
            Pair::new(
                w.t("people.show.latin_name"),
                latin_name.unwrap_or_else(|| "—".to_owned()),
            ),
        ],
        may_see: is(|actor| FaceReader::of(actor).is_some()),
        may_keep: is(|actor| FaceKeeper::of(actor).is_some()),
        photo: photo.map_or_else(String::new, |at| w.minute(at)),
        photo_at: photo.map_or(0, |at| at.and_utc().timestamp()),
        groups: groups.into_iter().map(group).collect(),
        way: way.into_iter().map(station).collect(),
        sights: sights
            .into_iter()
            .map(|(at, _, why)| Pair::new(w.moment(at), why_seen(w, why)))
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
        may_admit,
    }
}

/// Why somebody saw a number, in words: the registry's own reason has a code, people write theirs.
pub(in crate::web) fn why_seen(w: Words, why: String) -> String {
    if why == "certificate" {
        w.t("people.show.drawn").to_owned()
    } else {
        why
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
    rocket::routes![index, show, see, photo, take, call]
}
