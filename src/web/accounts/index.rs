//! 账号列表: all accounts.

use crate::acts::accounts::{self, Choices};
use crate::domain::account::Administrator;
use crate::ground::slice::Window;
use crate::store::accounts::Account;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::done;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get};

use crate::web::accounts::{over, state};

/// One account of the list.
struct Row {
    login: String,
    to: String,
    name: String,
    role: &'static str,
    over: String,
    opened: String,
    state: Tag,
}

#[derive(Template)]
#[template(path = "accounts/index.html")]
pub(super) struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
}

/// All accounts.
#[get("/accounts?<page>&<done>")]
pub(super) async fn index(
    administrator: Administrator,
    caller: Caller,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let (slice, choices) = desk
        .ask(move |registry| {
            let slice = accounts::list(registry, &administrator, Window::of(page, None))?;
            Ok((slice, accounts::choices(registry, &administrator)?))
        })
        .await?;
    Ok(Page::new(Index {
        f: caller
            .frame("accounts.index.title")
            .under("accounts")
            .notice(self::done(w, "accounts.done", &["closed"], done)),
        pager: Pager::of(&slice, "/accounts"),
        rows: slice
            .rows
            .iter()
            .map(|account| row(w, account, &choices))
            .collect(),
    }))
}

fn row(w: Words, account: &Account, choices: &Choices) -> Row {
    Row {
        login: account.login.clone(),
        to: format!("/accounts/{}", account.id),
        name: account.name.clone(),
        role: w.c("role", account.role),
        over: over(w, account, choices),
        opened: w.minute(account.opened_at),
        state: state(w, account),
    }
}
