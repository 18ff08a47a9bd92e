//! 账号: the administrator opens, moves and closes accounts; everybody keeps her own password and tokens.

use crate::acts::accounts::{self, Choices, NewAccount};
use crate::acts::{Done, Registry};
use crate::domain::account::{AccountId, Administrator, Role, Scope, Viewer};
use crate::domain::assessor::AssessorId;
use crate::domain::institution::InstitutionId;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::wish;
use crate::domain::wording;
use crate::ground::clock::Now;
use crate::ground::slice::Window;
use crate::store::accounts::{Account, ApiToken};
use crate::store::ledger::Line;
use crate::web::body::Form;
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Pair, Tag};
use crate::web::refusal::No;
use crate::web::reply::{Shown, again, done};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

crate::param!(AccountId);

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

/// What is filled in of an account; the API takes the same.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct AccountForm {
    /// What is typed to sign in: 3 to 40 of a–z, 0–9 and `._-`.
    #[serde(default)]
    login: String,
    /// The person's name.
    #[serde(default)]
    name: String,
    /// The first password.
    #[serde(default)]
    password: String,
    /// The role's code, e.g. `institution_clerk`.
    #[serde(default)]
    role: String,
    /// The institution's key, for its own people.
    #[serde(default)]
    institution: String,
    /// The region's code, for officers and auditors; empty for the whole registry.
    #[serde(default)]
    region: String,
    /// 嘎查（村）: the only one a township's worker is to see; empty for the whole township.
    #[serde(default)]
    village: String,
    /// The assessor's key, for an assessor.
    #[serde(default)]
    assessor: String,
}

impl AccountForm {
    /// Never the password.
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("login", &self.login)
            .with("name", &self.name)
            .with("role", &self.role)
            .with("institution", &self.institution)
            .with("region", &self.region)
            .with("village", &self.village)
            .with("assessor", &self.assessor)
    }

    fn of(account: &Account) -> Filled {
        let text = |id: Option<String>| id.unwrap_or_default();
        Filled::blank()
            .with("role", account.role)
            .with(
                "institution",
                text(account.institution.as_ref().map(ToString::to_string)),
            )
            .with("region", text(account.region.clone()))
            .with("village", text(account.village.clone()))
            .with(
                "assessor",
                text(account.assessor.as_ref().map(ToString::to_string)),
            )
    }

    pub(super) fn read(&self) -> Result<NewAccount, Vec<Refusal>> {
        let mut faults = Faults::default();
        let held = self.held(&mut faults);
        let whole = held.map(|(role, scope)| NewAccount {
            login: self.login.clone(),
            name: self.name.clone(),
            role,
            scope,
            password: self.password.clone(),
        });
        faults.or(whole)
    }

    /// The role and over what it is held.
    pub(super) fn read_role(&self) -> Result<(Role, Scope), Vec<Refusal>> {
        let mut faults = Faults::default();
        let held = self.held(&mut faults);
        faults.or(held)
    }

    /// Each role looks at its own field only: what stands in the others is not meant.
    fn held(&self, faults: &mut Faults) -> Option<(Role, Scope)> {
        let role = faults.known("role", &self.role, Role::read)?;
        let scope = match role {
            Role::Administrator => Scope::All,
            Role::BureauOfficer | Role::Auditor | Role::DepartmentReader => {
                if self.region.trim().is_empty() {
                    Scope::All
                } else {
                    Scope::Region(faults.known("region", &self.region, RegionCode::read)?)
                }
            }
            Role::CountyOfficer => {
                Scope::Region(faults.known("region", &self.region, RegionCode::read)?)
            }
            Role::TownshipWorker => {
                let region = faults.known("region", &self.region, RegionCode::read)?;
                let village = wording::brief("village", &self.village, wish::VILLAGE);
                match faults.take(village)? {
                    village if village.is_empty() => Scope::Region(region),
                    village => Scope::Village(region, village),
                }
            }
            Role::InstitutionClerk
            | Role::InstitutionSignatory
            | Role::AssessmentClerk
            | Role::AssessmentSignatory => Scope::Institution(faults.known(
                "institution",
                &self.institution,
                InstitutionId::read,
            )?),
            Role::Assessor => {
                Scope::Assessor(faults.known("assessor", &self.assessor, AssessorId::read)?)
            }
        };
        Some((role, scope))
    }
}

/// What the fields of a role offer.
struct Offered {
    roles: Vec<Choice>,
    institutions: Vec<Choice>,
    regions: Vec<Choice>,
    assessors: Vec<Choice>,
}

impl Offered {
    fn of(w: Words, choices: &Choices) -> Self {
        let role = |role: &Role| Choice::new(role.as_str(), w.c("role", role));
        Self {
            roles: Role::ALL.iter().map(role).collect(),
            institutions: choices
                .institutions
                .iter()
                .map(|(id, name)| Choice::new(id.as_str(), name.clone()))
                .collect(),
            regions: names::regions(w, None)
                .into_iter()
                .chain(names::townships(w, None))
                .collect(),
            assessors: choices
                .assessors
                .iter()
                .map(|(id, name)| Choice::new(id.as_str(), name.clone()))
                .collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/new.html")]
pub(super) struct New {
    f: Frame,
    form: Filled,
    offered: Offered,
}

impl New {
    fn of(caller: &Caller, choices: &Choices, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("accounts.new.title")
                .under("accounts")
                .crumb(w.t("accounts.index.title"), "/accounts")
                .wrong(&form),
            form,
            offered: Offered::of(w, choices),
        }
    }
}

async fn choices(administrator: &Administrator, desk: &Desk) -> Done<Choices> {
    let administrator = administrator.clone();
    desk.ask(move |registry| accounts::choices(registry, &administrator))
        .await
}

/// The form to open an account.
#[get("/accounts/new")]
pub(super) async fn new(
    administrator: Administrator,
    caller: Caller,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let choices = choices(&administrator, desk).await?;
    Ok(Page::new(New::of(&caller, &choices, Filled::blank())))
}

/// The administrator opens an account.
#[post("/accounts", data = "<form>")]
pub(super) async fn create(
    administrator: Administrator,
    caller: Caller,
    form: Form<AccountForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let choices = choices(&administrator, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let answer = match form.0.read() {
        Ok(new) => {
            desk.ask(move |registry| accounts::open(registry, &administrator, new, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(id) => Ok(Redirect::to(format!("/accounts/{id}?done=opened"))),
        Err(error) => {
            let form = form.0.filled();
            Err(again(&caller, error, form, |form| {
                New::of(&caller, &choices, form)
            }))
        }
    }
}

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

#[derive(Template)]
#[template(path = "accounts/password.html")]
pub(super) struct Password {
    f: Frame,
    form: Filled,
}

impl Password {
    fn of(caller: &Caller, form: Filled) -> Self {
        Self {
            f: caller.frame("accounts.password.title").wrong(&form),
            form,
        }
    }
}

/// The form to change one's own password.
#[get("/password")]
pub(super) fn password(_viewer: Viewer, caller: Caller) -> Page<Password> {
    Page::new(Password::of(&caller, Filled::blank()))
}

/// The old password, the new one, and the new one again.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    old: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Somebody changes her own password; all her sessions end, this one too.
#[post("/password", data = "<form>")]
pub(super) async fn change_password(
    viewer: Viewer,
    caller: Caller,
    form: Form<PasswordForm>,
    desk: &State<Desk>,
) -> Shown<Password> {
    let now = desk.now();
    let PasswordForm {
        old,
        password,
        again: repeated,
    } = form.0;
    let answer = if password == repeated {
        let act = move |registry: &Registry| {
            accounts::change_password(registry, &viewer, &old, &password, now)
        };
        desk.ask(act).await
    } else {
        Err(Refusal::new("password.not-repeated").at("again").into())
    };
    match answer {
        Ok(()) => Ok(Redirect::to("/sign-in")),
        Err(error) => Err(again(&caller, error, Filled::blank(), |form| {
            Password::of(&caller, form)
        })),
    }
}

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
pub(super) struct TokenForm {
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
    pub(super) fn read(&self) -> Result<(String, bool, u16), Vec<Refusal>> {
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

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        index,
        new,
        create,
        show,
        change_role,
        reset,
        close,
        password,
        change_password,
        tokens,
        make_token,
        end_token
    ]
}
