//! 我的证书: all that is a holder's, on one page; and all of it as a file.

use crate::acts::holders::{self, Own};
use crate::domain::certificate::{CertificateKind, Standing};
use crate::domain::holder::Holder;
use crate::store::certificates::Public;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::holders::guard::Visitor;
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::people::why_seen;
use crate::web::refusal::No;
use crate::web::words::{Lang, Words};
use askama::Template;
use chrono::NaiveDate;
use rocket::http::{ContentType, Header};
use rocket::{Responder, State, get};

/// One certificate on the page.
struct Card {
    to: String,
    title: String,
    number: String,
    issued_on: String,
    standing: Tag,
}

/// A holder's own page.
#[derive(Template)]
#[template(path = "holders/show.html")]
struct Show {
    f: Frame,
    cards: Vec<Card>,
    way: Vec<Pair>,
    sights: Vec<Pair>,
    petitions: Vec<Pair>,
}

/// What a certificate is called on its holder's pages.
pub(super) fn title(w: Words, public: &Public) -> String {
    let one = &public.certificate;
    match one.kind {
        CertificateKind::Level => {
            let level = one.level.map_or("", |level| match w.lang {
                Lang::Zh => level.printed(),
                Lang::En => level.name_en(),
            });
            format!("{} {level}", one.occupation_name)
        }
        CertificateKind::Completion => one
            .course_name
            .clone()
            .unwrap_or_else(|| one.occupation_name.clone()),
    }
}

/// How it stands today.
pub(super) fn standing(w: Words, public: &Public, today: NaiveDate) -> Tag {
    match public.after.standing(public.certificate.expires_on, today) {
        Standing::Valid => Tag::ok(w.t("verdict.valid")),
        Standing::Suspended { .. } => Tag::late(w.t("verdict.suspended")),
        Standing::Doubtful { .. } => Tag::late(w.t("verdict.doubtful")),
        Standing::Corrected(_) => Tag::late(w.t("verdict.corrected")),
        Standing::Revoked(_) => Tag::bad(w.t("verdict.revoked")),
        Standing::Replaced(_) => Tag::late(w.t("verdict.replaced")),
        Standing::Expired { .. } => Tag::late(w.t("verdict.expired")),
    }
}

/// A holder's own page.
#[get("/me")]
async fn show(holder: Holder, visitor: Visitor, desk: &State<Desk>) -> Result<Page<Show>, No> {
    let today = desk.now().day();
    let Own {
        certificates,
        way,
        sights,
        petitions,
        ..
    } = desk
        .ask(move |registry| holders::own(registry, &holder))
        .await?;
    let w = visitor.words();
    let cards = certificates
        .iter()
        .map(|public| Card {
            to: format!("/me/certificates/{}", public.certificate.id),
            title: title(w, public),
            number: public.certificate.number.clone(),
            issued_on: w.date(public.certificate.issued_on),
            standing: standing(w, public, today),
        })
        .collect();
    let way = way
        .into_iter()
        .filter(|one| one.kind != "certificate")
        .map(|one| {
            let kind = w.c("people.way", one.kind);
            Pair::new(w.f("people.way.on", &[&w.date(one.day), &kind]), one.title)
        })
        .collect();
    let petitions = petitions
        .into_iter()
        .map(|(one, _, answer)| {
            let answered = answer.map_or_else(
                || w.t("holders.show.waiting").to_owned(),
                |answer| {
                    let outcome = if answer.granted { "granted" } else { "refused" };
                    w.f(
                        "holders.show.answered",
                        &[&w.c("petitions.outcome", outcome), &answer.answer],
                    )
                },
            );
            let kind = w.c("petitions.kind", one.kind.as_str());
            Pair::new(
                w.f(
                    "people.way.on",
                    &[
                        &w.date(crate::ground::clock::beijing(one.at).date_naive()),
                        &kind,
                    ],
                ),
                answered,
            )
        })
        .collect();
    Ok(Page::new(Show {
        f: visitor.frame("holders.show.title"),
        cards,
        way,
        sights: sights
            .into_iter()
            .map(|(at, _, why)| Pair::new(w.moment(at), why_seen(w, why)))
            .collect(),
        petitions,
    }))
}

/// A file for its holder, kept by no cache.
#[derive(Responder)]
pub(super) struct File {
    body: Vec<u8>,
    kind: ContentType,
    disposition: Header<'static>,
    cache: Header<'static>,
}

impl File {
    pub fn new(body: Vec<u8>, kind: ContentType, name: &str) -> Self {
        Self {
            body,
            kind,
            disposition: Header::new(
                "Content-Disposition",
                format!("attachment; filename=\"{name}\""),
            ),
            cache: Header::new("Cache-Control", "no-store"),
        }
    }
}

/// Everything the registry holds about a holder, for herself.
#[get("/me/data.json")]
async fn data(holder: Holder, desk: &State<Desk>) -> Result<File, No> {
    let now = desk.now();
    let data = desk
        .ask(move |registry| holders::data(registry, &holder, now))
        .await?;
    Ok(File::new(
        format!("{data:#}\n").into_bytes(),
        ContentType::JSON,
        "guildhall-data.json",
    ))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show, data]
}
