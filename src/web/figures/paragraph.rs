//! 生成文字: the figures in a report's own phrasing.

use super::{Asked, of, paid, percent};
use crate::acts::figures::{self, Monthly};
use crate::domain::account::Overseer;
use crate::domain::figure::{Fund, Indicator, permille};
use crate::ground::money;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get};

#[derive(Template)]
#[template(path = "figures/paragraph.html")]
pub(super) struct Paragraph {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    chosen: Vec<Choice>,
    with_money: Vec<Choice>,
    text: String,
}

/// The sentences of a paragraph, in the report's own phrasing; with what was paid, if that is asked.
fn sentences(w: Words, monthly: &Monthly, chosen: &[Indicator], with_money: bool) -> String {
    let spent = |fund| Some(paid(&monthly.spent, fund)).filter(|paid| with_money && paid.fen > 0);
    let mut text = w.f(
        "figures.paragraph.opening",
        &[
            &w.date(monthly.cut.until),
            &names::place(w, &monthly.region),
        ],
    );
    for (at, one) in chosen.iter().enumerate() {
        let count = of(&monthly.total, *one);
        let phrase = w.f(
            &format!("figures.phrase.{one}"),
            &[&w.count(count.heads), &w.count(count.times)],
        );
        if at > 0 {
            let follows = one
                .part_of()
                .is_some_and(|whole| chosen[..at].last() == Some(&whole));
            text.push_str(w.t(if follows {
                "figures.paragraph.comma"
            } else {
                "figures.paragraph.semicolon"
            }));
        }
        text.push_str(&phrase);
        if let Some(share) = monthly
            .goals
            .get(one)
            .and_then(|goal| permille(count.heads, *goal))
        {
            text.push_str(&w.f("figures.paragraph.share", &[&percent(Some(share))]));
        }
        if let Some(paid) = Fund::of(*one).and_then(spent) {
            text.push_str(&w.f("figures.paragraph.paid", &[&money::wan(paid.fen)]));
        }
    }
    text.push_str(w.t("figures.paragraph.stop"));
    if let Some(paid) = spent(Fund::All) {
        text.push_str(&w.f(
            "figures.paragraph.paid_all",
            &[
                &w.count(paid.times),
                &w.count(paid.heads),
                &money::wan(paid.fen),
            ],
        ));
    }
    text
}

/// The ready-made paragraph.
#[get("/figures/paragraph?<pick>&<money>&<asked..>")]
pub(super) async fn paragraph(
    reader: Overseer,
    caller: Caller,
    pick: Vec<&str>,
    money: Option<&str>,
    asked: Asked,
    desk: &State<Desk>,
) -> Result<Page<Paragraph>, No> {
    let cut = asked.cut(desk.now().day());
    let mut chosen: Vec<_> = pick
        .iter()
        .filter_map(|code| Indicator::read(code))
        .collect();
    // A box nobody ticked is not sent: only whoever has chosen can have left it empty.
    let with_money = chosen.is_empty() || money == Some("1");
    if chosen.is_empty() {
        chosen = Indicator::MAIN.to_vec();
    }
    let within = reader
        .region()
        .cloned()
        .unwrap_or_else(|| figures::home_of(&reader));
    let monthly = desk
        .ask(move |registry| figures::monthly(registry, &reader, cut))
        .await?;
    let w = caller.words();
    let mut form = asked.filled(&monthly.cut);
    for one in &chosen {
        form = form.with("pick", one.as_str());
    }
    if with_money {
        form = form.with("money", "1");
    }
    Ok(Page::new(Paragraph {
        f: caller
            .frame("figures.paragraph.title")
            .crumb(w.t("figures.index.title"), asked.at("/figures", &[]))
            .under("figures"),
        form,
        regions: names::regions(w, Some(&within)),
        chosen: Indicator::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), w.c("figures.indicator", one.as_str())))
            .collect(),
        with_money: vec![Choice::new("1", w.t("figures.paragraph.with_money"))],
        text: sentences(w, &monthly, &chosen, with_money),
    }))
}

/// The routes of this file.
pub(super) fn routes() -> Vec<rocket::Route> {
    rocket::routes![paragraph]
}
