//! 底数人员: one person of the ledger: what she wants, where she stands, when she was spoken with.

use crate::acts::base::{self, Opened};
use crate::acts::{Done, wishes};
use crate::domain::account::{BaseKeeper, BaseReader};
use crate::domain::person::PersonId;
use crate::domain::wish::{ContactWay, WishEnd};
use crate::web::base::list::{groups, standing};
use crate::web::base::place;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use askama::Template;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

struct Spoken {
    day: String,
    way: &'static str,
    note: String,
    who: String,
}

#[derive(Template)]
#[template(path = "base/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    id: PersonId,
    facts: Vec<Pair>,
    standing: Vec<Tag>,
    wishes: Vec<Pair>,
    contacts: Vec<Spoken>,
    ways: Vec<Choice>,
    reasons: Vec<Choice>,
    phone: String,
    has_phone: bool,
    may_keep: bool,
    wants: bool,
}

fn page(caller: &Caller, reader: &BaseReader, id: PersonId, it: &Opened, form: Filled) -> Show {
    let w = caller.words();
    let row = &it.row;
    let mut held: Vec<String> = it.groups.iter().map(|one| one.key_group.clone()).collect();
    held.sort_unstable();
    held.dedup();
    let told = |text: String| {
        if text.is_empty() {
            "—".to_owned()
        } else {
            text
        }
    };
    let wish = |(wish, end): &(crate::store::wishes::Wish, Option<WishEnd>)| {
        let state = end.map_or_else(
            || w.t("base.show.standing_wish"),
            |reason| w.c("base.end", reason),
        );
        Pair::new(
            w.date(wish.day),
            w.f(
                "base.show.wish",
                &[
                    &wish.trade,
                    &place(w, wish.region.as_str(), &wish.village),
                    &state,
                ],
            ),
        )
    };
    Show {
        f: caller
            .frame("base.index.title")
            .titled(row.name.clone())
            .crumb(w.t("base.index.title"), "/base")
            .under("base")
            .wrong(&form),
        facts: vec![
            Pair::num(w.c("base.column", "tail"), row.id_tail.clone()),
            Pair::new(
                w.c("base.column", "place"),
                place(w, &row.region, &row.village),
            ),
            Pair::new(w.c("base.column", "groups"), told(groups(w, &held))),
            Pair::new(w.c("base.column", "trade"), told(row.trade.clone())),
            Pair::new(
                w.c("base.column", "contacted"),
                told(row.contacted.map_or_else(String::new, |day| w.date(day))),
            ),
        ],
        standing: standing(w, row),
        wishes: it.wishes.iter().map(wish).collect(),
        contacts: it
            .contacts
            .iter()
            .map(|(contact, who)| Spoken {
                day: w.date(contact.day),
                way: w.c("base.way", contact.way),
                note: contact.note.clone(),
                who: who.clone(),
            })
            .collect(),
        ways: ContactWay::ALL
            .iter()
            .filter(|way| **way != ContactWay::Registration)
            .map(|way| Choice::new(way.as_str(), w.c("base.way", way)))
            .collect(),
        reasons: WishEnd::ALL
            .iter()
            .filter(|reason| **reason != WishEnd::Superseded)
            .map(|reason| Choice::new(reason.as_str(), w.c("base.end", reason)))
            .collect(),
        phone: String::new(),
        has_phone: it.has_phone,
        may_keep: BaseKeeper::of(reader.actor().clone()).is_some(),
        wants: !row.wish.is_empty(),
        form,
        id,
    }
}

async fn opened(reader: &BaseReader, id: &PersonId, desk: &Desk) -> Done<Opened> {
    let now = desk.now();
    let (reader, id) = (reader.clone(), id.clone());
    desk.ask(move |registry| base::open(registry, &reader, &id, now))
        .await
}

/// One person of the ledger.
#[get("/base/<id>?<done>")]
async fn show(
    reader: BaseReader,
    caller: Caller,
    id: PersonId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let it = opened(&reader, &id, desk).await?;
    let form = Filled::blank().with("day", desk.now().day());
    let mut page = page(&caller, &reader, id, &it, form);
    let known = ["registered", "contacted", "ended"];
    page.f = page
        .f
        .notice(self::done(caller.words(), "base.done", &known, done));
    Ok(Page::new(page))
}

/// Her page after something was recorded, or again with what is wrong.
async fn kept(
    answer: Done<()>,
    what: &str,
    form: Filled,
    reader: BaseReader,
    id: PersonId,
    caller: &Caller,
    desk: &Desk,
) -> Shown<Show> {
    let Err(error) = answer else {
        return Ok(Redirect::to(format!("/base/{id}?done={what}")));
    };
    let it = opened(&reader, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    Err(again(caller, error, form, |form| {
        page(caller, &reader, id, &it, form)
    }))
}

/// That she was spoken with.
#[derive(Deserialize)]
struct ContactForm {
    #[serde(default)]
    day: String,
    #[serde(default)]
    way: String,
    #[serde(default)]
    note: String,
}

/// Somebody spoke with her.
#[post("/base/<id>/contacts", data = "<form>")]
async fn contact(
    keeper: BaseKeeper,
    reader: BaseReader,
    caller: Caller,
    id: PersonId,
    form: Form<ContactForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let Form(ContactForm { day, way, note }) = form;
    let filled = Filled::blank()
        .with("day", &day)
        .with("way", &way)
        .with("note", &note);
    let mut faults = Faults::default();
    let day = faults.day("day", &day);
    let way = faults.known("way", &way, ContactWay::read);
    let answer = match faults.or(day.zip(way)) {
        Ok((day, way)) => {
            let key = id.clone();
            desk.ask(move |registry| {
                wishes::contact(registry, &keeper, &key, (day, way, &note), now)
            })
            .await
            .map(drop)
        }
        Err(refusals) => Err(refusals.into()),
    };
    kept(answer, "contacted", filled, reader, id, &caller, desk).await
}

/// Why she no longer wants what she wanted.
#[derive(Deserialize)]
struct EndForm {
    #[serde(default)]
    reason: String,
}

/// Her wish is ended.
#[post("/base/<id>/ending", data = "<form>")]
async fn end(
    keeper: BaseKeeper,
    reader: BaseReader,
    caller: Caller,
    id: PersonId,
    form: Form<EndForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let mut faults = Faults::default();
    let reason = faults.known("reason", &form.0.reason, WishEnd::read);
    let filled = Filled::blank()
        .with("reason", &form.0.reason)
        .with("day", now.day());
    let answer = match faults.or(reason) {
        Ok(reason) => {
            let key = id.clone();
            desk.ask(move |registry| wishes::settle(registry, &keeper, &key, reason, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    kept(answer, "ended", filled, reader, id, &caller, desk).await
}

/// Why somebody needs to call her.
#[derive(Deserialize)]
struct Purpose {
    #[serde(default)]
    purpose: String,
}

/// Somebody looks at her telephone number and says why; answered on the spot, kept by no cache.
#[post("/base/<id>/sights", data = "<form>")]
async fn see(
    keeper: BaseKeeper,
    reader: BaseReader,
    caller: Caller,
    id: PersonId,
    form: Form<Purpose>,
    desk: &State<Desk>,
) -> Result<Page<Show>, Result<Page<Show>, No>> {
    let now = desk.now();
    let purpose = form.0.purpose;
    let filled = Filled::blank()
        .with("purpose", &purpose)
        .with("day", now.day());
    let (who, key) = (reader.clone(), id.clone());
    let seen = desk
        .ask(move |registry| base::phone(registry, &keeper, &key, &purpose, now))
        .await;
    let it = opened(&who, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    match seen {
        Ok(phone) => {
            let mut page = page(&caller, &reader, id, &it, filled);
            page.phone = phone;
            Ok(Page::new(page).status(Status::Ok))
        }
        Err(error) => Err(again(&caller, error, filled, |form| {
            page(&caller, &reader, id, &it, form)
        })),
    }
}

pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![show, contact, end, see]
}
