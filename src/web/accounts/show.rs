//! 账号: one account; its role, its password, its end.

use crate::acts::accounts::{self, Choices};
use crate::acts::{Done, Registry};
use crate::domain::account::{AccountId, Administrator};
use crate::store::accounts::Account;
use crate::store::ledger::Line;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

use crate::web::accounts::form::{AccountForm, Offered};
use crate::web::accounts::{over, state};

/// One line of what was done.
struct Deed {
    what: &'static str,
    who: String,
    when: String,
}

#[derive(Template)]
#[template(path = "accounts/show.html")]
pub(super) struct Show {
    f: Frame,
    form: Filled,
    offered: Offered,
    state: Tag,
    facts: Vec<Pair>,
    deeds: Vec<Deed>,
    to: String,
    is_open: bool,
    is_own: bool,
}

impl Show {
    fn of(caller: &Caller, seen: &Seen, form: Filled) -> Self {
        let w = caller.words();
        let Seen {
            account,
            deeds,
            choices,
            own,
        } = seen;
        let mut facts = vec![
            Pair::new(w.t("accounts.index.login"), account.login.clone()),
            Pair::new(w.t("accounts.index.name"), account.name.clone()),
            Pair::new(w.t("accounts.index.role"), w.c("role", account.role)),
            Pair::new(w.t("accounts.index.over"), over(w, account, choices)),
            Pair::num(w.t("accounts.index.opened"), w.minute(account.opened_at)),
        ];
        if let Some(at) = account.closed_at {
            facts.push(Pair::num(w.t("accounts.index.closed"), w.minute(at)));
        }
        Self {
            f: caller
                .frame("accounts.index.title")
                .titled(account.name.clone())
                .under("accounts")
                .crumb(w.t("accounts.index.title"), "/accounts")
                .wrong(&form),
            form,
            offered: Offered::of(w, choices),
            state: state(w, account),
            facts,
            deeds: deeds
                .iter()
                .rev()
                .map(|line| Deed {
                    what: w.c("deed", &line.kind),
                    who: line.actor.clone(),
                    when: w.minute(line.at),
                })
                .collect(),
            to: format!("/accounts/{}", account.id),
            is_open: account.closed_at.is_none(),
            is_own: *own,
        }
    }
}

/// Everything the page of an account shows.
struct Seen {
    account: Account,
    deeds: Vec<Line>,
    choices: Choices,
    own: bool,
}

async fn seen(administrator: &Administrator, id: &AccountId, desk: &Desk) -> Done<Seen> {
    let (administrator, id) = (administrator.clone(), id.clone());
    desk.ask(move |registry: &Registry| {
        let (account, deeds) = accounts::show(registry, &administrator, &id)?;
        let choices = accounts::choices(registry, &administrator)?;
        let own = administrator.actor().account == id;
        Ok(Seen {
            account,
            deeds,
            choices,
            own,
        })
    })
    .await
}

/// One account.
#[get("/accounts/<id>?<done>")]
pub(super) async fn show(
    administrator: Administrator,
    caller: Caller,
    id: AccountId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let seen = seen(&administrator, &id, desk).await?;
    let mut page = Show::of(&caller, &seen, AccountForm::of(&seen.account));
    let known = ["opened", "moved", "reset"];
    page.f = page
        .f
        .notice(self::done(caller.words(), "accounts.done", &known, done));
    Ok(Page::new(page))
}

/// The administrator gives an account another role; its sessions end.
#[post("/accounts/<id>/role", data = "<form>")]
pub(super) async fn change_role(
    administrator: Administrator,
    caller: Caller,
    id: AccountId,
    form: Form<AccountForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let seen = seen(&administrator, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let back = format!("/accounts/{id}?done=moved");
    let answer = match form.0.read_role() {
        Ok((role, scope)) => {
            let act = move |registry: &Registry| {
                accounts::change_role(registry, &administrator, &id, role, scope, now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(()) => Ok(Redirect::to(back)),
        Err(error) => {
            let form = form.0.filled();
            Err(again(&caller, error, form, |form| {
                Show::of(&caller, &seen, form)
            }))
        }
    }
}

/// A new password for somebody who forgot hers.
#[derive(Deserialize)]
pub(super) struct ResetForm {
    #[serde(default)]
    password: String,
}

/// The administrator sets a new password; sessions and tokens end.
#[post("/accounts/<id>/password", data = "<form>")]
pub(super) async fn reset(
    administrator: Administrator,
    caller: Caller,
    id: AccountId,
    form: Form<ResetForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let seen = seen(&administrator, &id, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let back = format!("/accounts/{id}?done=reset");
    let password = form.0.password;
    let answer = desk
        .ask(move |registry| {
            accounts::reset_password(registry, &administrator, &id, &password, now)
        })
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(back)),
        Err(error) => {
            let form = AccountForm::of(&seen.account);
            Err(again(&caller, error, form, |form| {
                Show::of(&caller, &seen, form)
            }))
        }
    }
}

/// Nothing but the session's token.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// The administrator closes an account.
#[post("/accounts/<id>/closing", data = "<_form>")]
pub(super) async fn close(
    administrator: Administrator,
    id: AccountId,
    _form: Form<Nothing>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    desk.ask(move |registry| accounts::close(registry, &administrator, &id, now))
        .await?;
    Ok(Redirect::to("/accounts?done=closed"))
}
