//! 令牌: everybody makes and ends her own tokens for programs.

use crate::acts::Registry;
use crate::acts::accounts::{self};
use crate::domain::account::Viewer;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::store::accounts::ApiToken;
use crate::web::accounts::show::Nothing;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Tag;
use crate::web::refusal::No;
use crate::web::reply::{again, done};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// One token of hers.
struct TokenRow {
    name: String,
    scopes: &'static str,
    made: String,
    ends: String,
    state: Tag,
    end: String,
}

#[derive(Template)]
#[template(path = "accounts/tokens.html")]
pub(super) struct Tokens {
    f: Frame,
    form: Filled,
    scopes: Vec<Choice>,
    rows: Vec<TokenRow>,
    /// The text of a token just made: shown once, kept nowhere.
    fresh: String,
}

impl Tokens {
    fn of(caller: &Caller, kept: &[ApiToken], fresh: String, form: Filled, now: Now) -> Self {
        let w = caller.words();
        Self {
            f: caller.frame("accounts.tokens.title").wrong(&form),
            form,
            scopes: ["read", "write"]
                .into_iter()
                .map(|scope| Choice::new(scope, w.c("accounts.scope", scope)))
                .collect(),
            rows: kept.iter().map(|token| token_row(w, token, now)).collect(),
            fresh,
        }
    }
}

fn token_row(w: Words, token: &ApiToken, now: Now) -> TokenRow {
    let over = token.expires_at.is_some_and(|end| end <= now.utc());
    let in_force = token.revoked_at.is_none() && !over;
    TokenRow {
        name: token.name.clone(),
        scopes: w.c(
            "accounts.scope",
            if token.scopes.contains("write") {
                "write"
            } else {
                "read"
            },
        ),
        made: w.minute(token.created_at),
        ends: token
            .expires_at
            .map_or_else(|| "—".to_owned(), |end| w.minute(end)),
        state: if in_force {
            Tag::ok(w.t("accounts.tokens.in_force"))
        } else {
            Tag::none(w.t("accounts.tokens.ended"))
        },
        end: if in_force {
            format!("/tokens/{}/ending", token.id)
        } else {
            String::new()
        },
    }
}

/// Her own API tokens.
#[get("/tokens?<done>")]
pub(super) async fn tokens(
    viewer: Viewer,
    caller: Caller,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Tokens>, No> {
    let now = desk.now();
    let kept = desk
        .ask(move |registry| accounts::tokens(registry, &viewer))
        .await?;
    let form = Filled::blank().with("scope", "read").with("days", "90");
    let mut page = Tokens::of(&caller, &kept, String::new(), form, now);
    page.f = page.f.notice(self::done(
        caller.words(),
        "accounts.done",
        &["ended"],
        done,
    ));
    Ok(Page::new(page))
}

/// What a new token is to be; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(in crate::web) struct TokenForm {
    /// What its owner calls it.
    #[serde(default)]
    name: String,
    /// `read`, or `write` to read and write.
    #[serde(default)]
    scope: String,
    /// Days until it ends by itself, 1 to 366.
    #[serde(default)]
    days: String,
}

impl TokenForm {
    /// Its name, whether it may write, and for how many days.
    pub(in crate::web) fn read(&self) -> Result<(String, bool, u16), Vec<Refusal>> {
        let mut faults = Faults::default();
        let name = faults.known("name", &self.name, |text| Some(text.to_owned()));
        let may_write = faults.known("scope", &self.scope, |text| match text {
            "read" => Some(false),
            "write" => Some(true),
            _ => None,
        });
        let days = faults.known("days", &self.days, |text| {
            text.parse().ok().filter(|days| (1..=366).contains(days))
        });
        let whole = (|| Some((name?, may_write?, days?)))();
        faults.or(whole)
    }
}

/// She makes a token. The page that answers is the only one that ever shows it.
#[post("/tokens", data = "<form>")]
pub(super) async fn make_token(
    viewer: Viewer,
    caller: Caller,
    form: Form<TokenForm>,
    desk: &State<Desk>,
) -> Result<Page<Tokens>, Result<Page<Tokens>, No>> {
    let now = desk.now();
    let by = viewer.clone();
    let answer = match form.0.read() {
        Ok((name, may_write, days)) => {
            let act = move |registry: &Registry| {
                accounts::make_token(registry, &by, &name, may_write, Some(days), now)
            };
            desk.ask(act).await
        }
        Err(refusals) => Err(refusals.into()),
    };
    let kept = desk
        .ask(move |registry| accounts::tokens(registry, &viewer))
        .await
        .map_err(|error| Err(No(error)))?;
    let filled = Filled::blank()
        .with("name", &form.0.name)
        .with("scope", &form.0.scope)
        .with("days", &form.0.days);
    match answer {
        Ok(fresh) => {
            let form = Filled::blank().with("scope", "read").with("days", "90");
            Ok(Page::new(Tokens::of(&caller, &kept, fresh, form, now)))
        }
        Err(error) => Err(again(&caller, error, filled, |form| {
            Tokens::of(&caller, &kept, String::new(), form, now)
        })),
    }
}

/// She ends one of her tokens.
#[post("/tokens/<id>/ending", data = "<_form>")]
pub(super) async fn end_token(
    viewer: Viewer,
    id: String,
    _form: Form<Nothing>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let now = desk.now();
    desk.ask(move |registry| accounts::end_token(registry, &viewer, &id, now))
        .await?;
    Ok(Redirect::to("/tokens?done=ended"))
}
