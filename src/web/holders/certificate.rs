//! 我的一张证书: its paper, links for a time, copies for one purpose, and who looked.

use crate::acts::holders::{self, OwnCertificate};
use crate::acts::{Error, sharing};
use crate::domain::certificate::CertificateId;
use crate::domain::holder::{CopyId, Holder, ShareId};
use crate::domain::refusal::Refusal;
use crate::ground::clock::{Now, beijing};
use crate::web::body::HolderForm;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::holders::guard::Visitor;
use crate::web::holders::own::{File, standing, title};
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::refusal::{No, status};
use askama::Template;
use chrono::NaiveDate;
use rocket::http::ContentType;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(CopyId, ShareId);

/// A link she shared.
struct Line {
    says: String,
    /// Where a form ends it; empty when it has ended.
    ending: String,
}

/// A copy she made.
struct Made {
    purpose: String,
    until: String,
    to: String,
}

/// One certificate of hers.
#[derive(Template)]
#[template(path = "holders/certificate.html")]
struct Show {
    f: Frame,
    form: Filled,
    id: CertificateId,
    token: String,
    facts: Vec<Pair>,
    standing: Tag,
    stands: bool,
    /// The link just made, shown once.
    link: String,
    days: Vec<Choice>,
    shares: Vec<Line>,
    copies: Vec<Made>,
    looks: Vec<Pair>,
}

async fn page(
    holder: Holder,
    visitor: &Visitor,
    id: CertificateId,
    form: Filled,
    link: String,
    desk: &Desk,
    now: Now,
) -> Result<Show, No> {
    let key = id.clone();
    let OwnCertificate {
        public,
        shares,
        copies,
        looks,
    } = desk
        .ask(move |registry| holders::own_certificate(registry, &holder, &key))
        .await?;
    let w = visitor.words();
    let standing = standing(w, &public, now.day());
    let one = &public.certificate;
    Ok(Show {
        f: visitor
            .frame("holders.show.title")
            .crumb(w.t("holders.show.title"), "/me")
            .wrong(&form)
            .titled(title(w, &public)),
        form,
        facts: vec![
            Pair::num(w.t("holders.certificate.number"), one.number.clone()),
            Pair::new(w.t("holders.certificate.issued_on"), w.date(one.issued_on)),
            Pair::new(w.t("holders.certificate.issuer"), public.issuer.0.clone()),
        ],
        stands: matches!(standing.kind, "ok" | "late"),
        standing,
        token: one.token.clone(),
        link,
        days: [1_i64, 7, 30]
            .iter()
            .map(|days| Choice::new(days.to_string(), w.f("holders.certificate.days", &[days])))
            .collect(),
        shares: shares
            .into_iter()
            .map(|share| {
                let over = share.ended_at.is_some() || share.ends_at <= now.utc();
                let until = w.moment(share.ended_at.unwrap_or(share.ends_at));
                let key = if over {
                    "holders.certificate.share_over"
                } else {
                    "holders.certificate.share_open"
                };
                Line {
                    says: w.f(key, &[&w.moment(share.made_at), &until]),
                    ending: if over {
                        String::new()
                    } else {
                        format!("/me/certificates/{id}/shares/{}/ending", share.id)
                    },
                }
            })
            .collect(),
        copies: copies
            .into_iter()
            .map(|copy| Made {
                to: format!("/me/certificates/{id}/copies/{}", copy.id),
                until: w.date(copy.ends_on),
                purpose: copy.purpose,
            })
            .collect(),
        looks: looks
            .into_iter()
            .map(|look| {
                let hour = beijing(look.hour).format("%Y-%m-%d %H:00").to_string();
                Pair::new(
                    hour,
                    w.f(
                        "holders.certificate.looked",
                        &[&w.c("looks", &look.kind), &look.n],
                    ),
                )
            })
            .collect(),
        id,
    })
}

/// One certificate of hers.
#[get("/me/certificates/<id>")]
async fn show(
    holder: Holder,
    visitor: Visitor,
    id: CertificateId,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let now = desk.now();
    page(
        holder,
        &visitor,
        id,
        Filled::blank(),
        String::new(),
        desk,
        now,
    )
    .await
    .map(Page::new)
}

/// Its paper.
#[get("/me/certificates/<id>/pdf")]
async fn paper(holder: Holder, id: CertificateId, desk: &State<Desk>) -> Result<File, No> {
    let now = desk.now();
    let drawn = desk
        .ask(move |registry| holders::paper(registry, &holder, &id, now))
        .await?;
    Ok(File::new(drawn.bytes, ContentType::PDF, &drawn.name))
}

#[derive(Deserialize)]
struct ShareForm {
    #[serde(default)]
    days: String,
}

/// She shares it for some days; the link is shown once, on the spot.
#[post("/me/certificates/<id>/shares", data = "<form>")]
async fn share(
    holder: Holder,
    visitor: Visitor,
    id: CertificateId,
    form: HolderForm<ShareForm>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let now = desk.now();
    let days = form.0.days.trim().parse().unwrap_or(0);
    let (who, key) = (holder.clone(), id.clone());
    let made = desk
        .ask(move |registry| sharing::share(registry, &who, &key, days, now))
        .await;
    let base = &desk.registry().settings.public_base_url;
    match made {
        Ok(made) => {
            let link = format!("{base}/shared/{}", made.token);
            page(holder, &visitor, id, Filled::blank(), link, desk, now)
                .await
                .map(Page::new)
        }
        Err(error) => again(error, holder, &visitor, id, Filled::blank(), desk, now).await,
    }
}

async fn again(
    error: Error,
    holder: Holder,
    visitor: &Visitor,
    id: CertificateId,
    filled: Filled,
    desk: &Desk,
    now: Now,
) -> Result<Page<Show>, No> {
    let answer = status(&error);
    let Error::Refused(reasons) = error else {
        return Err(No(error));
    };
    let w = visitor.words();
    let form = reasons
        .iter()
        .fold(filled, |form, reason| form.refused(w, reason));
    let page = page(holder, visitor, id, form, String::new(), desk, now).await?;
    Ok(Page::new(page).status(answer))
}

#[derive(Deserialize)]
struct Nothing {}

/// She ends a link.
#[post("/me/certificates/<id>/shares/<share>/ending", data = "<_form>")]
async fn end_share(
    holder: Holder,
    id: CertificateId,
    share: ShareId,
    _form: HolderForm<Nothing>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let (now, back) = (desk.now(), format!("/me/certificates/{id}"));
    desk.ask(move |registry| sharing::end(registry, &holder, &id, &share, now))
        .await?;
    Ok(Redirect::to(back))
}

#[derive(Deserialize)]
struct CopyForm {
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    until: String,
}

/// She makes a copy for one purpose.
#[post("/me/certificates/<id>/copies", data = "<form>")]
async fn copy(
    holder: Holder,
    visitor: Visitor,
    id: CertificateId,
    form: HolderForm<CopyForm>,
    desk: &State<Desk>,
) -> Result<Redirect, Result<Page<Show>, No>> {
    let now = desk.now();
    let HolderForm(CopyForm { purpose, until }) = form;
    let filled = Filled::blank()
        .with("purpose", &purpose)
        .with("until", &until);
    let Ok(until) = until.trim().parse::<NaiveDate>() else {
        let error = Refusal::new("field.unreadable").at("until").into();
        return Err(again(error, holder, &visitor, id, filled, desk, now).await);
    };
    let (who, key) = (holder.clone(), id.clone());
    match desk
        .ask(move |registry| sharing::copy(registry, &who, &key, &purpose, until, now))
        .await
    {
        Ok(_) => Ok(Redirect::to(format!("/me/certificates/{id}#copies"))),
        Err(error) => Err(again(error, holder, &visitor, id, filled, desk, now).await),
    }
}

/// The paper of a copy.
#[get("/me/certificates/<id>/copies/<copy>")]
async fn copy_paper(
    holder: Holder,
    id: CertificateId,
    copy: CopyId,
    desk: &State<Desk>,
) -> Result<File, No> {
    let now = desk.now();
    let drawn = desk
        .ask(move |registry| sharing::copy_paper(registry, &holder, &id, &copy, now))
        .await?;
    Ok(File::new(drawn.bytes, ContentType::PDF, &drawn.name))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show, paper, share, end_share, copy, copy_paper]
}
