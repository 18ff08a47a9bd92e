//! 部门数据: lists departments hand over, tried out before they are kept.

use crate::acts::Error;
use crate::acts::deliveries::{self, Delivery, NewDelivery};
use crate::domain::account::{Officer, Overseer};
use crate::domain::delivery::{DeliveryId, DeliveryKind, Problem};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::web::body::Upload;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};

crate::param!(DeliveryId);

struct Row {
    to: String,
    kind: &'static str,
    department: String,
    region: String,
    as_of: String,
    lines: String,
    refused: String,
    entered: String,
}

#[derive(Template)]
#[template(path = "deliveries/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
    may_enter: bool,
}

/// What departments told, the newest first.
#[get("/deliveries?<page>")]
async fn index(
    reader: Overseer,
    caller: Caller,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let may_enter = Officer::of(reader.actor().clone()).is_some();
    let slice = desk
        .ask(move |registry| deliveries::list(registry, &reader, Window::of(page, None)))
        .await?;
    let rows = slice.rows.iter().map(|(one, who)| Row {
        to: format!("/deliveries/{}", one.id),
        kind: w.c("deliveries.kind", one.kind.as_str()),
        department: one.department.clone(),
        region: names::place_in_city(w, &one.region),
        as_of: w.date(one.as_of),
        lines: w.count(one.lines),
        refused: w.count(one.refused),
        entered: w.f("deliveries.index.entered", &[&w.minute(one.at), who]),
    });
    Ok(Page::new(Index {
        rows: rows.collect(),
        pager: Pager::of(&slice, "/deliveries"),
        may_enter,
        f: caller
            .frame("deliveries.index.title")
            .crumb(w.t("red_flags.index.title"), "/red-flags")
            .under("red_flags"),
    }))
}

/// One problem line.
pub(super) struct Wrong {
    pub cell: String,
    pub row: String,
    pub say: String,
    pub then: String,
}

/// What a trial came to.
pub(super) struct Tried {
    pub head: String,
    pub digest: String,
    pub lines: String,
    pub known: String,
    pub refused: String,
    pub problems: Vec<Wrong>,
    pub more: String,
    pub some: bool,
}

/// Problem lines shown on one page.
const SHOWN: usize = 200;

/// What a trial of any list came to, in words.
pub(super) fn tried(w: Words, digest: &str, lines: usize, known: usize, all: &[Problem]) -> Tried {
    let problems = all.iter().take(SHOWN).map(|problem| {
        let told = w.refusal(&problem.why);
        Wrong {
            cell: problem.cell.clone(),
            row: w.f("rosters.show.line_no", &[&problem.row]),
            say: told.say,
            then: told.then,
        }
    });
    let bad = all.len();
    Tried {
        head: if bad == 0 {
            w.f("deliveries.trial.all_good", &[&w.count(lines)])
        } else {
            w.f(
                "deliveries.trial.some_bad",
                &[&w.count(lines), &w.count(bad)],
            )
        },
        digest: digest.to_owned(),
        lines: w.count(lines),
        known: w.count(known),
        refused: w.count(bad),
        problems: problems.collect(),
        more: if bad > SHOWN {
            w.f("deliveries.trial.more", &[&SHOWN, &w.count(bad)])
        } else {
            String::new()
        },
        some: lines > 0,
    }
}

#[derive(Template)]
#[template(path = "deliveries/new.html")]
struct New {
    f: Frame,
    form: Filled,
    kinds: Vec<Choice>,
    regions: Vec<Choice>,
    trial: Option<Tried>,
}

impl New {
    fn of(caller: &Caller, officer: &Officer, form: Filled, trial: Option<Tried>) -> Self {
        let w = caller.words();
        let city = crate::acts::figures::city();
        Self {
            f: caller
                .frame("deliveries.new.title")
                .crumb(w.t("deliveries.index.title"), "/deliveries")
                .under("red_flags")
                .wrong(&form),
            form,
            kinds: DeliveryKind::ALL
                .iter()
                .map(|kind| Choice::new(kind.as_str(), w.c("deliveries.kind", kind.as_str())))
                .collect(),
            regions: names::regions(w, Some(officer.region().unwrap_or(&city))),
            trial,
        }
    }
}

/// The fields of the form; the API takes the same as a query.
pub(super) fn read(
    department: &str,
    kind: &str,
    region: &str,
    as_of: &str,
    file: &str,
) -> Result<NewDelivery, Vec<Refusal>> {
    let mut faults = Faults::default();
    let department = faults.known("department", department, |text| Some(text.to_owned()));
    let kind = faults.known("kind", kind, DeliveryKind::read);
    let region = faults.known("region", region, RegionCode::read);
    let as_of = faults.day("as_of", as_of);
    let whole = (|| {
        Some(NewDelivery {
            department: department?,
            kind: kind?,
            region: region?,
            as_of: as_of?,
            file: file.to_owned(),
        })
    })();
    faults.or(whole)
}

/// Where a list is brought.
#[get("/deliveries/new")]
fn new(officer: Officer, caller: Caller, desk: &State<Desk>) -> Page<New> {
    let form = Filled::blank().with("as_of", desk.now().day());
    Page::new(New::of(&caller, &officer, form, None))
}

/// A list is tried out; brought again with the trial's digest, it is kept.
#[post("/deliveries", data = "<sheet>")]
async fn create(
    officer: Officer,
    caller: Caller,
    sheet: Upload,
    desk: &State<Desk>,
) -> Result<Page<New>, Shown<New>> {
    let now = desk.now();
    let field = |name: &str| sheet.field(name).unwrap_or_default().to_owned();
    let digest = field("tried");
    let form = ["department", "kind", "region", "as_of"]
        .iter()
        .fold(Filled::blank(), |form, name| form.with(name, field(name)));
    let read = read(
        &field("department"),
        &field("kind"),
        &field("region"),
        &field("as_of"),
        &sheet.name,
    );
    let bytes = sheet.bytes;
    let by = officer.clone();
    let answer = match read {
        Err(refusals) => Err(Error::from(refusals)),
        Ok(told) if digest.is_empty() => {
            let trial = desk
                .ask(move |registry| deliveries::try_out(registry, &by, &told, &bytes, now))
                .await;
            trial.map(Ok)
        }
        Ok(told) => {
            let kept = desk
                .ask(move |registry| deliveries::keep(registry, &by, &told, &bytes, &digest, now))
                .await;
            kept.map(Err)
        }
    };
    match answer {
        Ok(Ok(trial)) => {
            let trial = tried(
                caller.words(),
                &trial.digest,
                trial.lines,
                trial.known,
                &trial.problems,
            );
            Ok(Page::new(New::of(&caller, &officer, form, Some(trial))))
        }
        Ok(Err(kept)) => Err(Ok(Redirect::to(format!(
            "/deliveries/{}?done=kept",
            kept.id
        )))),
        Err(error) => Err(Err(again(&caller, error, form, |form| {
            New::of(&caller, &officer, form, None)
        }))),
    }
}

#[derive(Template)]
#[template(path = "deliveries/show.html")]
struct Show {
    f: Frame,
    facts: Vec<Pair>,
    effects: Vec<Pair>,
}

/// One delivery: what it was and what it did. Its lines are nobody's to read.
#[get("/deliveries/<id>?<done>")]
async fn show(
    reader: Overseer,
    caller: Caller,
    id: DeliveryId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let (one, who, deeds) = desk
        .ask(move |registry| deliveries::show(registry, &reader, &id))
        .await?;
    let w = caller.words();
    let fact = |name: &str| {
        deeds
            .iter()
            .find_map(|deed| {
                let facts: serde_json::Value = serde_json::from_str(&deed.facts).ok()?;
                Some(facts.get(name)?.as_str()?.to_owned())
            })
            .unwrap_or_else(|| "0".to_owned())
    };
    Ok(Page::new(Show {
        f: caller
            .frame("deliveries.show.title")
            .titled(w.f(
                "deliveries.show.of",
                &[
                    &w.c("deliveries.kind", one.kind.as_str()),
                    &w.date(one.as_of),
                ],
            ))
            .crumb(w.t("deliveries.index.title"), "/deliveries")
            .under("red_flags")
            .notice(self::done(w, "deliveries.done", &["kept"], done)),
        facts: facts(w, &one, &who),
        effects: vec![
            Pair::new(w.t("deliveries.show.joined"), w.count(fact("joined"))),
            Pair::new(w.t("deliveries.show.employed"), w.count(fact("employed"))),
        ],
    }))
}

fn facts(w: Words, one: &Delivery, who: &str) -> Vec<Pair> {
    vec![
        Pair::new(w.t("deliveries.new.department"), &one.department),
        Pair::new(
            w.t("deliveries.new.kind"),
            w.c("deliveries.kind", one.kind.as_str()),
        ),
        Pair::new(
            w.t("deliveries.new.region"),
            names::place_in_city(w, &one.region),
        ),
        Pair::new(w.t("deliveries.new.as_of"), w.date(one.as_of)),
        Pair::new(w.t("deliveries.index.lines"), w.count(one.lines)),
        Pair::new(w.t("deliveries.index.refused"), w.count(one.refused)),
        Pair::new(w.t("deliveries.show.file"), &one.file_name),
        Pair::num(w.t("deliveries.show.digest"), &one.digest),
        Pair::new(
            w.t("deliveries.index.when"),
            w.f("deliveries.index.entered", &[&w.minute(one.at), &who]),
        ),
    ]
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, create, show]
}
