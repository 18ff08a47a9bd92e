//! 账号: the administrator opens, moves and closes accounts; everybody keeps her own password and tokens.

mod form;
mod index;
mod password;
mod show;
mod tokens;

pub(in crate::web) use form::AccountForm;
pub(in crate::web) use tokens::TokenForm;

use crate::acts::Done;
use crate::acts::accounts::{self, Choices};
use crate::domain::account::{AccountId, Administrator};
use crate::domain::place::RegionCode;
use crate::store::accounts::Account;
use crate::web::desk::Desk;
use crate::web::names;
use crate::web::parts::Tag;
use crate::web::words::Words;

crate::param!(AccountId);

fn state(w: Words, account: &Account) -> Tag {
    if account.closed_at.is_some() {
        Tag::none(w.t("accounts.index.closed"))
    } else {
        Tag::ok(w.t("accounts.index.open"))
    }
}

/// Over what an account is held, in words.
fn over(w: Words, account: &Account, choices: &Choices) -> String {
    if let Some(id) = &account.institution {
        return choices.institution(id).to_owned();
    }
    if let Some(id) = &account.assessor {
        return choices.assessor(id).to_owned();
    }
    match account.region.as_deref().and_then(RegionCode::read) {
        Some(code) => match &account.village {
            Some(village) => format!("{} · {village}", names::place_in_city(w, &code)),
            None => names::place_in_city(w, &code),
        },
        None => w.t("accounts.index.everything").to_owned(),
    }
}

async fn choices(administrator: &Administrator, desk: &Desk) -> Done<Choices> {
    let administrator = administrator.clone();
    desk.ask(move |registry| accounts::choices(registry, &administrator))
        .await
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        index::index,
        form::new,
        form::create,
        show::show,
        show::change_role,
        show::reset,
        show::close,
        password::password,
        password::change_password,
        tokens::tokens,
        tokens::make_token,
        tokens::end_token
    ]
}
