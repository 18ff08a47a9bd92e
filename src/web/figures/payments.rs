//! 拨付明细: the paid lines behind an amount; as many as it says, and as much.

use super::Asked;
use crate::acts::figures;
use crate::domain::account::Overseer;
use crate::domain::figure::Fund;
use crate::domain::place::RegionCode;
use crate::ground::money;
use crate::ground::slice::Window;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::Pager;
use crate::web::refusal::No;
use askama::Template;
use rocket::{State, get};

/// One paid line.
struct PaymentRow {
    name: String,
    tail: String,
    to: String,
    day: String,
    amount: String,
    kind: &'static str,
    reference: String,
    to_claim: String,
    batch: String,
    to_batch: String,
    house: String,
    region: String,
}

#[derive(Template)]
#[template(path = "figures/payments.html")]
pub(super) struct Payments {
    f: Frame,
    lead: String,
    what: &'static str,
    rows: Vec<PaymentRow>,
    pager: Pager,
}

/// The paid lines behind one fund.
#[get("/figures/payments?<fund>&<page>&<asked..>")]
pub(super) async fn payments(
    reader: Overseer,
    caller: Caller,
    fund: Option<&str>,
    page: Option<u32>,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<Payments>, No> {
    let fund = match fund {
        Some(code) => Fund::read(code).ok_or(crate::acts::Error::NotFound)?,
        None => Fund::All,
    };
    let cut = asked.cut(desk.now().day());
    let told = cut.clone();
    let (paid, slice) = desk
        .ask(move |registry| {
            figures::payments(registry, &reader, cut, fund, Window::of(page, None))
        })
        .await?;
    let w = caller.words();
    let code = fund.as_str();
    let to = asked.at("/figures/payments", &[("fund", code)]);
    Ok(Page::new(Payments {
        f: caller
            .frame("figures.money.title")
            .titled(w.f("figures.money.of", &[&w.c("figures.fund", code)]))
            .crumb(w.t("figures.index.title"), asked.at("/figures", &[]))
            .under("figures"),
        lead: w.f(
            "figures.money.sum",
            &[
                &w.span(told.from, told.until),
                &w.count(paid.times),
                &w.count(paid.heads),
                &money::yuan(paid.fen),
            ],
        ),
        what: w.c("figures.fund_definition", code),
        pager: Pager::of(&slice, to),
        rows: slice
            .rows
            .iter()
            .map(|row| PaymentRow {
                name: row.name.clone(),
                tail: row.id_tail.clone(),
                to: format!("/people/{}", row.person),
                day: w.date(row.day),
                amount: money::yuan(row.fen),
                kind: w.c("figures.fund", &row.kind),
                reference: row.reference.clone(),
                to_claim: format!("/claims/{}", row.claim),
                batch: row.batch_name.clone(),
                to_batch: format!("/classes/{}", row.batch),
                house: row.house.clone(),
                region: RegionCode::read(&row.region)
                    .map(|code| names::place_in_city(w, &code))
                    .unwrap_or_default(),
            })
            .collect(),
    }))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![payments]
}
