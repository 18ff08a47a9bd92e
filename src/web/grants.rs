//! 部门授权: the bureau grants a department a group of people, for a purpose, until a day.

use crate::acts::Done;
use crate::acts::grants::{self, NewGrant};
use crate::domain::account::{AccountId, BureauOfficer, Overseer, Role};
use crate::domain::grant::GrantId;
use crate::domain::key_group::KeyGroup;
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::store::grants::Listed;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use chrono::NaiveDate;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(GrantId);

struct Row {
    department: String,
    login: String,
    group: String,
    purpose: String,
    runs: String,
    state: Tag,
    /// Where it is taken back; empty when it does not run.
    end: String,
}

#[derive(Template)]
#[template(path = "grants/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
    may_give: bool,
}

fn row(w: Words, (grant, login, ended): &Listed, today: NaiveDate, may_give: bool) -> Row {
    let (state, runs) = match ended {
        Some(at) => (
            Tag::none(w.f("grants.state.ended", &[&w.minute(*at)])),
            false,
        ),
        None if grant.ends < today => (Tag::none(w.t("grants.state.over")), false),
        None if grant.starts > today => (Tag::todo(w.t("grants.state.ahead")), true),
        None => (Tag::ok(w.t("grants.state.running")), true),
    };
    Row {
        department: grant.department.clone(),
        login: login.clone(),
        group: names::group(w, &grant.key_group),
        purpose: grant.purpose.clone(),
        runs: w.span(grant.starts, grant.ends),
        state,
        end: if runs && may_give {
            format!("/grants/{}/ending", grant.id)
        } else {
            String::new()
        },
    }
}

/// Every grant.
#[get("/grants?<page>&<done>")]
async fn index(
    reader: Overseer,
    caller: Caller,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let may_give = reader.actor().role == Role::BureauOfficer;
    let slice = desk
        .ask(move |registry| grants::list(registry, &reader, Window::of(page, None)))
        .await?;
    let w = caller.words();
    Ok(Page::new(Index {
        f: caller
            .frame("grants.index.title")
            .crumb(w.t("base.index.title"), "/base")
            .under("base")
            .notice(self::done(w, "grants.done", &["given", "ended"], done)),
        rows: slice
            .rows
            .iter()
            .map(|one| row(w, one, today, may_give))
            .collect(),
        pager: Pager::of(&slice, "/grants"),
        may_give,
    }))
}

/// What is granted; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct GrantForm {
    /// The login of the department's account.
    #[serde(default)]
    account: String,
    /// The department's name.
    #[serde(default)]
    department: String,
    /// The code of a key group, e.g. `G07`.
    #[serde(default)]
    group: String,
    /// For what.
    #[serde(default)]
    purpose: String,
    /// From this day …
    #[serde(default)]
    starts: String,
    /// … to this; a year at most.
    #[serde(default)]
    ends: String,
}

impl GrantForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("account", &self.account)
            .with("department", &self.department)
            .with("group", &self.group)
            .with("purpose", &self.purpose)
            .with("starts", &self.starts)
            .with("ends", &self.ends)
    }

    pub(super) fn read(&self) -> Result<NewGrant, Vec<Refusal>> {
        let mut faults = Faults::default();
        let whole = |text: &str| Some(text.to_owned());
        let login = faults.known("account", &self.account, whole);
        let department = faults.known("department", &self.department, whole);
        let key_group = faults.known("group", &self.group, KeyGroup::read);
        let purpose = faults.known("purpose", &self.purpose, whole);
        let starts = faults.day("starts", &self.starts);
        let ends = faults.day("ends", &self.ends);
        let new = (|| {
            Some(NewGrant {
                login: login?,
                department: department?,
                key_group: key_group?,
                purpose: purpose?,
                starts: starts?,
                ends: ends?,
            })
        })();
        faults.or(new)
    }
}

#[derive(Template)]
#[template(path = "grants/new.html")]
struct New {
    f: Frame,
    form: Filled,
    accounts: Vec<Choice>,
    groups: Vec<Choice>,
}

impl New {
    fn of(caller: &Caller, accounts: &[(AccountId, String, String)], form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("grants.new.title")
                .crumb(w.t("grants.index.title"), "/grants")
                .under("base")
                .wrong(&form),
            form,
            accounts: accounts
                .iter()
                .map(|(_, login, name)| Choice::new(login.clone(), format!("{name} ({login})")))
                .collect(),
            groups: names::groups(w),
        }
    }
}

async fn accounts(officer: &BureauOfficer, desk: &Desk) -> Done<Vec<(AccountId, String, String)>> {
    let officer = officer.clone();
    desk.ask(move |registry| grants::departments(registry, &officer))
        .await
}

/// The form.
#[get("/grants/new")]
async fn new(officer: BureauOfficer, caller: Caller, desk: &State<Desk>) -> Result<Page<New>, No> {
    let accounts = accounts(&officer, desk).await?;
    let form = Filled::blank().with("starts", desk.now().day());
    Ok(Page::new(New::of(&caller, &accounts, form)))
}

/// The bureau grants a department a group.
#[post("/grants", data = "<form>")]
async fn give(
    officer: BureauOfficer,
    caller: Caller,
    form: Form<GrantForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let accounts = accounts(&officer, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| grants::give(registry, &officer, &new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(_) => Ok(Redirect::to("/grants?done=given")),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, &accounts, form)
        })),
    }
}

/// Nothing but the form's token.
#[derive(Deserialize)]
struct Bare {}

/// The bureau takes a grant back.
#[post("/grants/<id>/ending", data = "<_form>")]
async fn end(
    officer: BureauOfficer,
    id: GrantId,
    _form: Form<Bare>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    desk.ask(move |registry| grants::take_back(registry, &officer, &id, now))
        .await?;
    Ok(Redirect::to("/grants?done=ended"))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, new, give, end]
}
