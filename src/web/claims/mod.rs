//! 补贴申请: the list, a class worked out and claimed for, one claim, its publicity, the totals.

pub mod new;
pub mod public;
pub mod review;
pub mod show;
pub mod totals;

use crate::acts::claims;
use crate::domain::account::{Role, TrainingReader};
use crate::domain::claim::{ClaimId, ClaimObjectionId, ClaimState};
use crate::domain::subsidy::SubsidyKind;
use crate::ground::money;
use crate::ground::slice::Window;
use crate::store::claims::Listed;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::No;
use crate::web::reply::{address, done};
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get};

crate::param!(ClaimId, ClaimObjectionId);

/// A state, and how it looks.
pub(super) fn tag(w: Words, state: ClaimState) -> Tag {
    let text = w.c("claim_state", state);
    match state {
        ClaimState::Filed => Tag::todo(text),
        ClaimState::Approved | ClaimState::Published => Tag::late(text),
        ClaimState::Paid => Tag::ok(text),
        ClaimState::Returned => Tag::bad(text),
    }
}

/// One claim of the list.
struct Row {
    to: String,
    class: String,
    institution: String,
    kind: &'static str,
    people: String,
    asked: String,
    cut: String,
    left: String,
    filed: String,
    state: Tag,
}

fn row(w: Words, listed: &Listed) -> Row {
    let claim = &listed.claim;
    Row {
        to: format!("/claims/{}", claim.id),
        class: listed.class.clone(),
        institution: listed.institution.clone(),
        kind: w.c("subsidy_kind", claim.kind),
        people: w.count(claim.lines),
        asked: money::yuan(claim.asked_fen),
        cut: money::yuan(listed.cut_fen),
        left: money::yuan(claim.asked_fen - listed.cut_fen),
        filed: w.minute(claim.at),
        state: tag(w, claim.state),
    }
}

#[derive(Template)]
#[template(path = "claims/index.html")]
pub(super) struct Index {
    f: Frame,
    form: Filled,
    states: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    may_file: bool,
}

/// The claims she may see.
#[get("/claims?<state>&<page>&<done>")]
pub(super) async fn index(
    reader: TrainingReader,
    caller: Caller,
    state: Option<&str>,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let w = caller.words();
    let may_file = reader.actor().role == Role::InstitutionClerk;
    let state = state.and_then(ClaimState::read);
    let code = state.map_or("", ClaimState::as_str);
    let slice = desk
        .ask(move |registry| claims::list(registry, &reader, state, Window::of(page, None)))
        .await?;
    Ok(Page::new(Index {
        f: caller
            .frame("claims.index.title")
            .under("claims")
            .notice(self::done(w, "claims.done", &["filed"], done)),
        form: Filled::blank().with("state", code),
        states: ClaimState::ALL
            .iter()
            .map(|state| Choice::new(state.as_str(), w.c("claim_state", state)))
            .collect(),
        pager: Pager::of(&slice, address("/claims", &[("state", code)])),
        rows: slice.rows.iter().map(|listed| row(w, listed)).collect(),
        may_file,
    }))
}

/// The kind asked for in an address; training unless another is.
pub(super) fn kind_of(text: Option<&str>) -> SubsidyKind {
    text.and_then(SubsidyKind::read)
        .unwrap_or(SubsidyKind::Training)
}

/// The routes of this folder.
pub fn routes() -> Vec<rocket::Route> {
    [
        rocket::routes![index],
        new::routes(),
        public::routes(),
        review::routes(),
        show::routes(),
        totals::routes(),
    ]
    .concat()
}
