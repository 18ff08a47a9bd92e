//! 封存月报: a report that was sealed, and what came on record since.

use super::Asked;
use super::overview::{Later, later};
use crate::acts::figures;
use crate::domain::account::{BureauOfficer, Overseer};
use crate::domain::freeze::FreezeId;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::Tag;
use crate::web::refusal::No;
use crate::web::reply::done;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(FreezeId);

/// Which report the bureau seals.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct FreezeForm {
    /// The last day, `2026-07-31`.
    #[serde(default)]
    to: String,
    /// 行政区划代码
    #[serde(default)]
    region: String,
}

/// The bureau seals a monthly report.
#[post("/freezes", data = "<form>")]
pub(super) async fn freeze(
    officer: BureauOfficer,
    form: Form<FreezeForm>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    let asked = Asked {
        to: form.0.to,
        region: form.0.region,
        ..Asked::default()
    };
    let cut = asked.cut(now.day());
    let id = desk
        .ask(move |registry| figures::freeze(registry, &officer, cut, now))
        .await?;
    Ok(Redirect::to(format!("/freezes/{id}?done=frozen")))
}

#[derive(Template)]
#[template(path = "figures/frozen.html")]
pub(super) struct FrozenPage {
    f: Frame,
    lead: String,
    digest: String,
    key: String,
    signature: String,
    holds: Tag,
    same: Tag,
    since: Vec<Later>,
    body: String,
}

/// One sealed report, held against the register of today.
#[get("/freezes/<id>?<done>")]
pub(super) async fn frozen(
    reader: Overseer,
    caller: Caller,
    id: FreezeId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<FrozenPage>, No> {
    let now = desk.now();
    let it = desk
        .ask(move |registry| figures::frozen(registry, &reader, &id, now))
        .await?;
    let w = caller.words();
    let title = w.f(
        "figures.monthly.frozen",
        &[
            &names::place(w, &it.freeze.region),
            &w.date(it.freeze.until),
        ],
    );
    Ok(Page::new(FrozenPage {
        f: caller
            .frame("figures.frozen.title")
            .titled(title)
            .crumb(w.t("figures.index.title"), "/figures")
            .under("figures")
            .notice(self::done(w, "figures.done", &["frozen"], done)),
        lead: w.f(
            "figures.monthly.frozen_by",
            &[&w.minute(it.freeze.frozen_at), &it.who],
        ),
        digest: it.freeze.digest,
        key: it.freeze.key_id,
        signature: data_encoding::BASE64.encode(&it.freeze.signature),
        holds: if it.holds {
            Tag::ok(w.t("figures.frozen.holds"))
        } else {
            Tag::bad(w.t("figures.frozen.broken"))
        },
        same: if it.same {
            Tag::ok(w.t("figures.frozen.same"))
        } else {
            Tag::bad(w.t("figures.frozen.differs"))
        },
        since: later(w, &it.since),
        body: it.freeze.body,
    }))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![freeze, frozen]
}
