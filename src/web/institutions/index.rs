//! 机构列表: the institutions she may see.

use super::{in_force, roles, state, within};
use crate::acts::institutions::{self, Listed};
use crate::domain::account::{Reader, Role};
use crate::domain::institution::InstitutionRole;
use crate::domain::place::RegionCode;
use crate::ground::slice::{Slice, Window};
use crate::store::institutions::Sought;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::address;
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::{Route, State, get, routes};

/// One line of the list.
struct Row {
    name: String,
    to: String,
    uscc: String,
    region: String,
    roles: String,
    scope: String,
    state: Tag,
}

#[derive(Template)]
#[template(path = "institutions/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    regions: Vec<Choice>,
    roles: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    may_register: bool,
}

/// The institutions she may see.
#[get("/institutions?<region>&<role>&<q>&<page>")]
pub(super) async fn index(
    reader: Reader,
    caller: Caller,
    region: Option<&str>,
    role: Option<&str>,
    q: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let now = desk.now();
    let w = caller.words();
    let (region, role, q) = (
        region.unwrap_or_default(),
        role.unwrap_or_default(),
        q.unwrap_or_default().trim(),
    );
    let form = Filled::blank()
        .with("region", region)
        .with("role", role)
        .with("q", q);
    let to = address(
        "/institutions",
        &[("region", region), ("role", role), ("q", q)],
    );
    let filtered = to != "/institutions";
    let sought = Sought {
        region: RegionCode::read(region),
        role: InstitutionRole::read(role),
        text: q.to_owned(),
    };
    let (regions, may_register) = (
        names::regions(w, within(&reader.actor().scope)),
        reader.actor().role == Role::BureauOfficer,
    );
    let slice: Slice<Listed> = desk
        .ask(move |registry| institutions::list(registry, &reader, &sought, Window::of(page, None)))
        .await?;
    Ok(Page::new(Index {
        f: caller
            .frame("institutions.index.title")
            .under("institutions"),
        form,
        regions,
        roles: names::roles(w),
        pager: Pager::of(&slice, to),
        rows: slice
            .rows
            .iter()
            .map(|listed| row(w, listed, now.day()))
            .collect(),
        filtered,
        may_register,
    }))
}

fn row(w: Words, listed: &Listed, today: NaiveDate) -> Row {
    let it = &listed.registered.institution;
    Row {
        name: it.name.clone(),
        to: format!("/institutions/{}", it.id),
        uscc: it.uscc.to_string(),
        region: names::place_in_city(w, &it.region),
        roles: roles(w, &listed.registered),
        scope: w.count(in_force(&listed.papers, today)),
        state: state(w, &listed.papers, today),
    }
}

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    routes![index]
}
