//! 职业目录: the national classification, searched by code, name, work type and everyday name.

use crate::acts::demands;
use crate::domain::account::Role;
use crate::domain::occupation::{self, Admission, Found, Matched, Occupation, OccupationCode};
use crate::domain::place::RegionCode;
use crate::ground::slice::{Slice, Window};
use crate::store::demands::Sought;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::address;
use crate::web::words::Words;
use crate::web::{demands as list, names};
use askama::Template;
use rocket::{State, get};

crate::param!(OccupationCode);

/// Answers to one search; more than anybody reads.
pub(super) const MOST: usize = 200;

/// One occupation of the list.
struct Row {
    name: String,
    to: String,
    code: String,
    why: String,
    work_types: String,
    levels: String,
    tags: Vec<Tag>,
}

#[derive(Template)]
#[template(path = "occupations/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    flags: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
}

/// Whether an occupation bears a flag people filter by.
pub(super) fn bears(it: &Occupation, flag: &str) -> bool {
    match flag {
        "green" => it.is_green,
        "digital" => it.is_digital,
        "in_demand" => it.in_demand,
        _ => true,
    }
}

/// What a query finds, or the whole catalogue in order; one page of it.
pub(super) fn found(q: &str, flag: &str, window: Window) -> Slice<Found> {
    let all: Vec<Found> = if q.trim().is_empty() {
        let whole = occupation::all().iter();
        whole
            .map(|occupation| Found {
                occupation,
                matched: Matched::Name,
            })
            .collect()
    } else {
        occupation::search(q, MOST)
    };
    let all: Vec<_> = all
        .into_iter()
        .filter(|found| bears(found.occupation, flag))
        .collect();
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let before = usize::try_from(window.offset()).unwrap_or(usize::MAX);
    let most = usize::try_from(window.limit()).unwrap_or(0);
    Slice {
        rows: all.into_iter().skip(before).take(most).collect(),
        total,
        window,
    }
}

/// The catalogue, searched.
#[get("/occupations?<q>&<flag>&<page>")]
pub(super) async fn index(
    caller: Caller,
    q: Option<&str>,
    flag: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let w = caller.words();
    let (q, flag) = (q.unwrap_or_default().trim(), flag.unwrap_or_default());
    let slice = found(q, flag, Window::of(page, None));
    let codes: Vec<_> = slice
        .rows
        .iter()
        .map(|found| found.occupation.code.clone())
        .collect();
    let wanted = desk
        .glance(move |registry| demands::current(registry, &codes, today))
        .await?;
    let to = address("/occupations", &[("q", q), ("flag", flag)]);
    let flags = ["in_demand", "green", "digital"];
    Ok(Page::new(Index {
        f: caller.frame("occupations.index.title"),
        form: Filled::blank().with("q", q).with("flag", flag),
        flags: flags
            .into_iter()
            .map(|flag| Choice::new(flag, w.c("occupations.flag", flag)))
            .collect(),
        pager: Pager::of(&slice, to.clone()),
        rows: slice
            .rows
            .iter()
            .map(|found| {
                row(
                    w,
                    found,
                    wanted.get(&found.occupation.code).map(Vec::as_slice),
                )
            })
            .collect(),
        filtered: to != "/occupations",
    }))
}

fn row(w: Words, found: &Found, wanted: Option<&[RegionCode]>) -> Row {
    let it = found.occupation;
    Row {
        name: names::of_occupation(w, it).to_owned(),
        to: format!("/occupations/{}", it.code),
        code: it.code.to_string(),
        why: match &found.matched {
            Matched::Name => String::new(),
            Matched::WorkType(name) => w.f("occupations.index.by_work_type", &[name]),
            Matched::Alias(name, None) => w.f("occupations.index.by_alias", &[name]),
            Matched::Alias(name, Some(work_type)) => {
                w.f("occupations.index.by_alias_of", &[name, work_type])
            }
        },
        work_types: it.work_types.join("、"),
        levels: levels(w, it),
        tags: tags(w, it, wanted),
    }
}

fn levels(w: Words, it: &Occupation) -> String {
    match (it.levels.first(), it.levels.last()) {
        (Some(low), Some(high)) if low != high => {
            let (low, high) = (names::level(w, *low), names::level(w, *high));
            w.f("occupations.index.levels", &[&low, &high])
        }
        (Some(only), _) => names::level(w, *only).to_owned(),
        _ => "—".to_owned(),
    }
}

fn tags(w: Words, it: &Occupation, wanted: Option<&[RegionCode]>) -> Vec<Tag> {
    let mut tags = Vec::new();
    match wanted {
        Some([region]) => {
            let place = names::place(w, region);
            tags.push(Tag::ok(w.f("occupations.index.wanted_in", &[&place])));
        }
        Some(several) if !several.is_empty() => {
            tags.push(Tag::ok(
                w.f("occupations.index.wanted_in_many", &[&several.len()]),
            ));
        }
        _ if it.in_demand => tags.push(Tag::none(w.c("occupations.flag", "in_demand"))),
        _ => {}
    }
    if it.is_green {
        tags.push(Tag::none(w.c("occupations.flag", "green")));
    }
    if it.is_digital {
        tags.push(Tag::none(w.c("occupations.flag", "digital")));
    }
    tags
}

#[derive(Template)]
#[template(path = "occupations/show.html")]
pub(super) struct Show {
    f: Frame,
    tags: Vec<Tag>,
    facts: Vec<Pair>,
    work_types: Vec<String>,
    warning: String,
    wanted: Vec<(String, String, String)>,
    list: String,
}

/// One occupation.
#[get("/occupations/<code>")]
pub(super) async fn show(
    caller: Caller,
    code: OccupationCode,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let today = desk.now().day();
    let w = caller.words();
    let it = occupation::find(&code).ok_or(crate::acts::Error::NotFound)?;
    let sought = Sought {
        on: Some(today),
        occupations: Some(vec![code.clone()]),
        ..Sought::default()
    };
    let demands = desk
        .ask(move |registry| demands::list(registry, &sought, Window::of(None, None)))
        .await?;
    let regions: Vec<_> = demands
        .rows
        .iter()
        .map(|demand| demand.region.clone())
        .collect();
    let actor = caller.present.as_ref().map(|present| &present.actor);
    let may_list = actor.is_some_and(|actor| actor.role == Role::BureauOfficer);
    Ok(Page::new(Show {
        f: caller
            .frame("occupations.index.title")
            .titled(names::of_occupation(w, it))
            .crumb(w.t("occupations.index.title"), "/occupations"),
        tags: tags(w, it, Some(&regions)),
        facts: facts(w, it),
        work_types: it.work_types.clone(),
        warning: warning(w, it),
        wanted: demands
            .rows
            .iter()
            .map(|demand| {
                let place = names::place_in_city(w, &demand.region);
                let days = list::days(w, demand.starts, demand.ends);
                (place, days, demand.document.clone())
            })
            .collect(),
        list: if may_list {
            format!("/demands/new?occupation={code}")
        } else {
            String::new()
        },
    }))
}

fn facts(w: Words, it: &Occupation) -> Vec<Pair> {
    let mut facts = vec![Pair::num(w.t("occupations.show.code"), it.code.to_string())];
    facts.push(Pair::new(w.t("occupations.show.name"), it.name.clone()));
    if let Some(english) = &it.name_en {
        facts.push(Pair::new(w.t("occupations.show.name_en"), english.clone()));
    }
    if let Some((zh, en)) = &it.category {
        facts.push(Pair::new(w.t("occupations.show.category"), w.pick(zh, en)));
    }
    facts.push(Pair::new(w.t("occupations.show.levels"), levels(w, it)));
    let everyday = occupation::everyday_names(&it.code);
    if !everyday.is_empty() {
        facts.push(Pair::new(
            w.t("occupations.show.everyday"),
            everyday.join("、"),
        ));
    }
    facts.push(Pair::new(
        w.t("occupations.show.edition"),
        w.t("occupations.show.edition_2022"),
    ));
    facts
}

/// What else the job needs: employers take a skill certificate for a permit all the time.
fn warning(w: Words, it: &Occupation) -> String {
    match (&it.permit, it.admission) {
        (Some((zh, en)), _) => w.f("occupations.show.permit", &[&w.pick(zh, en)]),
        (None, Some(Admission::Entry)) => w.t("occupations.show.entry").to_owned(),
        (None, Some(Admission::Listed)) => w.t("occupations.show.listed").to_owned(),
        _ => String::new(),
    }
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, show]
}
