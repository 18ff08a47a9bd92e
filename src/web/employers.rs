//! 用人单位核验凭证: the form, the page it is collected on, and the bureau's list.

use crate::acts::Error;
use crate::acts::employers::{self, Asking};
use crate::domain::account::BureauOfficer;
use crate::domain::employer::{EmployerClaim, EmployerId, EmployerState};
use crate::web::body::{Form, OpenForm};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Tag;
use crate::web::refusal::No;
use crate::web::reply::done as said;
use askama::Template;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::Redirect;
use rocket::{Either, Route, State, get, post, routes};
use serde::Deserialize;

crate::param!(EmployerId, EmployerClaim);

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![new, ask, claim, collect, index, grant, refuse, revoke]
}

/// The token of an employer a program brings; another kind of token is somebody else's affair.
pub struct Brought(pub Option<String>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Brought {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let brought = request.headers().get_one("Authorization");
        let token = brought.and_then(|text| text.strip_prefix("Bearer "));
        let hers = token.filter(|text| text.starts_with(crate::domain::employer::PREFIX));
        Outcome::Success(Self(hers.map(str::to_owned)))
    }
}

/// The form.
#[derive(Template)]
#[template(path = "employers/new.html")]
struct New {
    f: Frame,
    form: Filled,
}

/// How a request stands.
#[derive(Template)]
#[template(path = "employers/claim.html")]
struct Claim {
    f: Frame,
    id: String,
    name: String,
    state: EmployerState,
    /// The token, told this once; empty: not now.
    token: String,
}

/// One who asked.
struct Row {
    id: String,
    name: String,
    uscc: String,
    contact: String,
    asked: String,
    state: Tag,
    used: String,
    open: bool,
    given: bool,
}

/// Everybody who asked.
#[derive(Template)]
#[template(path = "employers/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
}

/// What is filled in.
#[derive(Debug, Default, Deserialize)]
struct AskForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    uscc: String,
    #[serde(default)]
    contact: String,
}

/// Nothing is filled in: the button is all there is.
#[derive(Deserialize)]
struct Button {}

/// The form.
#[get("/employers/new")]
fn new(caller: Caller) -> Page<New> {
    let f = caller.frame("employers.title").under("verify");
    Page::new(New {
        f,
        form: Filled::blank(),
    })
}

/// An employer asks.
#[post("/employers", data = "<form>")]
async fn ask(
    caller: Caller,
    form: OpenForm<AskForm>,
    desk: &State<Desk>,
) -> Result<Either<Redirect, Page<New>>, No> {
    let now = desk.now();
    let AskForm {
        name,
        uscc,
        contact,
    } = form.0;
    let asking = Asking {
        name,
        uscc,
        contact,
    };
    let asked = asking.clone();
    match desk
        .ask(move |registry| employers::ask(registry, &asked, now))
        .await
    {
        Ok(claim) => Ok(Either::Left(Redirect::to(format!(
            "/employer-claims/{claim}"
        )))),
        Err(Error::Refused(reasons)) => {
            let mut form = Filled::blank()
                .with("name", &asking.name)
                .with("uscc", &asking.uscc)
                .with("contact", &asking.contact);
            for reason in &reasons {
                form = form.refused(caller.words(), reason);
            }
            let f = caller.frame("employers.title").under("verify").wrong(&form);
            Ok(Either::Right(
                Page::new(New { f, form }).status(Status::UnprocessableEntity),
            ))
        }
        Err(other) => Err(other.into()),
    }
}

/// How it stands, for whoever asked.
#[get("/employer-claims/<id>")]
async fn claim(caller: Caller, id: EmployerClaim, desk: &State<Desk>) -> Result<Page<Claim>, No> {
    claimed(&caller, id, String::new(), desk).await
}

/// The token is collected: this once.
#[post("/employer-claims/<id>", data = "<button>")]
async fn collect(
    caller: Caller,
    id: EmployerClaim,
    button: OpenForm<Button>,
    desk: &State<Desk>,
) -> Result<Page<Claim>, No> {
    let OpenForm(Button {}) = button;
    let key = id.clone();
    let token = desk
        .ask(move |registry| employers::collect(registry, &key))
        .await?;
    claimed(&caller, id, token, desk).await
}

async fn claimed(
    caller: &Caller,
    id: EmployerClaim,
    token: String,
    desk: &Desk,
) -> Result<Page<Claim>, No> {
    let key = id.clone();
    let employer = desk
        .ask(move |registry| employers::claimed(registry, &key))
        .await?;
    let f = caller.frame("employers.claim").under("verify");
    Ok(Page::new(Claim {
        f,
        id: id.to_string(),
        name: employer.name,
        state: employer.state,
        token,
    })
    .secret())
}

/// Everybody who asked, for the bureau.
#[get("/employers?<done>")]
async fn index(
    officer: BureauOfficer,
    caller: Caller,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let all = desk
        .ask(move |registry| employers::all(registry, &officer))
        .await?;
    let w = caller.words();
    let rows = all
        .into_iter()
        .map(|shown| {
            let it = shown.employer;
            let named = w.c("employers.state", it.state);
            Row {
                id: it.id.to_string(),
                name: it.name,
                uscc: it.uscc.as_str().to_owned(),
                contact: shown.contact,
                asked: w.moment(it.asked_at),
                state: match it.state {
                    EmployerState::Asked => Tag::todo(named),
                    EmployerState::Granted | EmployerState::Collected => Tag::ok(named),
                    EmployerState::Refused | EmployerState::Revoked => Tag::none(named),
                },
                used: w.count(it.used),
                open: it.state == EmployerState::Asked,
                given: matches!(it.state, EmployerState::Granted | EmployerState::Collected),
            }
        })
        .collect();
    let notice = said(
        w,
        "employers.done",
        &["granted", "refused", "revoked"],
        done,
    );
    let f = caller.frame("employers.index").notice(notice);
    Ok(Page::new(Index { f, rows }))
}

async fn decided(
    officer: BureauOfficer,
    id: EmployerId,
    next: EmployerState,
    desk: &Desk,
) -> Result<Redirect, No> {
    let now = desk.now();
    desk.ask(move |registry| employers::decide(registry, &officer, &id, next, now))
        .await?;
    Ok(Redirect::to(format!("/employers?done={next}")))
}

/// The bureau grants a token.
#[post("/employers/<id>/grant", data = "<button>")]
async fn grant(
    officer: BureauOfficer,
    id: EmployerId,
    button: Form<Button>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let Form(Button {}) = button;
    decided(officer, id, EmployerState::Granted, desk).await
}

/// The bureau refuses one.
#[post("/employers/<id>/refusal", data = "<button>")]
async fn refuse(
    officer: BureauOfficer,
    id: EmployerId,
    button: Form<Button>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let Form(Button {}) = button;
    decided(officer, id, EmployerState::Refused, desk).await
}

/// The bureau takes one back.
#[post("/employers/<id>/revocation", data = "<button>")]
async fn revoke(
    officer: BureauOfficer,
    id: EmployerId,
    button: Form<Button>,
    desk: &State<Desk>,
) -> Result<Redirect, No> {
    let Form(Button {}) = button;
    decided(officer, id, EmployerState::Revoked, desk).await
}
