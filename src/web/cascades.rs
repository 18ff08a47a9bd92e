//! 连带撤销: the lists, one with its notice, replies and exclusions, and its confirmation.

use crate::acts::cascades::{self, Choices, Opened, Plan, Said};
use crate::acts::restorations::{self, Ground};
use crate::acts::{Done, Error};
use crate::domain::account::{BureauOfficer, Confirmer, Reader, Role};
use crate::domain::assessment::SittingId;
use crate::domain::assessor::AssessorId;
use crate::domain::cascade::{CascadeId, CascadeState, USUAL_DAYS};
use crate::domain::certificate::RevocationReason;
use crate::domain::institution::InstitutionId;
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::store::cascades::{Aim, Case, Listed};
use crate::web::body::Form;
use crate::web::certificates::reader_of;
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
use rocket::{Route, State, get, post, routes};
use serde::Deserialize;

crate::param!(CascadeId);

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    routes![
        index, new, list_up, show, notify, reply, exclude, confirm, withdraw, restore
    ]
}

fn tag(w: Words, state: CascadeState) -> Tag {
    let text = w.c("cascade_state", state);
    match state {
        CascadeState::Listed => Tag::todo(text),
        CascadeState::Notified | CascadeState::Due => Tag::late(text),
        CascadeState::Confirmed => Tag::bad(text),
        CascadeState::Dropped => Tag::none(text),
    }
}

/// One line of the list.
struct Row {
    to: String,
    reason: String,
    basis: String,
    listed: String,
    when: String,
    state: Tag,
}

fn row(w: Words, case: &Case, today: chrono::NaiveDate) -> Row {
    let class = case.cascade.reason_class;
    Row {
        to: format!("/cascades/{}", case.cascade.id),
        reason: w.pick(class.name(), class.name_en()).to_owned(),
        basis: case.cascade.basis.clone(),
        listed: w.count(i64::from(case.cascade.listed)),
        when: w.minute(case.cascade.at),
        state: tag(w, cascades::course(case).state(today)),
    }
}

#[derive(Template)]
#[template(path = "cascades/index.html")]
struct Index {
    f: Frame,
    rows: Vec<Row>,
    pager: Pager,
    may_list: bool,
}

/// The cascades she may see.
#[get("/cascades?<page>")]
async fn index(
    reader: Reader,
    caller: Caller,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let w = caller.words();
    let may_list = reader.actor().role == Role::BureauOfficer;
    let slice = desk
        .ask(move |registry| cascades::list(registry, &reader, Window::of(page, None)))
        .await?;
    Ok(Page::new(Index {
        f: caller
            .frame("cascades.index.title")
            .under("certificates")
            .crumb(w.t("certificates.index.title"), "/certificates"),
        pager: Pager::of(&slice, "/cascades"),
        rows: slice.rows.iter().map(|case| row(w, case, today)).collect(),
        may_list,
    }))
}

#[derive(Template)]
#[template(path = "cascades/new.html")]
struct New {
    f: Frame,
    form: Filled,
    institutions: Vec<Choice>,
    assessors: Vec<Choice>,
    reasons: Vec<Choice>,
}

impl New {
    fn of(caller: &Caller, choices: Choices, form: Filled) -> Self {
        let w = caller.words();
        Self {
            f: caller
                .frame("cascades.new.title")
                .under("certificates")
                .crumb(w.t("certificates.index.title"), "/certificates")
                .crumb(w.t("cascades.index.title"), "/cascades")
                .wrong(&form),
            form,
            institutions: choices
                .institutions
                .into_iter()
                .map(|(id, name)| Choice::new(id.as_str(), name))
                .collect(),
            assessors: choices
                .assessors
                .into_iter()
                .map(|(id, name)| Choice::new(id.as_str(), name))
                .collect(),
            reasons: RevocationReason::ALL
                .iter()
                .map(|reason| Choice::new(reason.as_str(), w.pick(reason.name(), reason.name_en())))
                .collect(),
        }
    }
}

async fn choices(officer: &BureauOfficer, desk: &State<Desk>) -> Done<Choices> {
    let officer = officer.clone();
    desk.ask(move |registry| cascades::choices(registry, &officer))
        .await
}

/// Where a list is drawn up.
#[get("/cascades/new?<institution>&<sitting>")]
async fn new(
    officer: BureauOfficer,
    caller: Caller,
    institution: Option<&str>,
    sitting: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let choices = choices(&officer, desk).await?;
    let form = Filled::blank()
        .with("institution", institution.unwrap_or_default())
        .with("sitting", sitting.unwrap_or_default())
        .with("reason_class", RevocationReason::Organisation.as_str());
    Ok(Page::new(New::of(&caller, choices, form)))
}

/// Whose certificates are to be revoked, and why.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct PlanForm {
    /// Issued by this organisation: its key.
    #[serde(default)]
    institution: String,
    /// Earned in this sitting: its key, or the address of its page.
    #[serde(default)]
    sitting: String,
    /// Judged by this assessor: the key.
    #[serde(default)]
    assessor: String,
    /// Issued on this day or later.
    #[serde(default)]
    starts: String,
    /// Issued on this day or earlier.
    #[serde(default)]
    ends: String,
    /// `fraud`, `error`, `withdrawn-by-holder`, `organisation` or `decision`.
    #[serde(default)]
    reason_class: String,
    /// 依据: the document and clause.
    #[serde(default)]
    basis: String,
    /// The facts; no personal data.
    #[serde(default)]
    reason: String,
}

impl PlanForm {
    fn filled(&self) -> Filled {
        Filled::blank()
            .with("institution", &self.institution)
            .with("sitting", &self.sitting)
            .with("assessor", &self.assessor)
            .with("starts", &self.starts)
            .with("ends", &self.ends)
            .with("reason_class", &self.reason_class)
            .with("basis", &self.basis)
            .with("reason", &self.reason)
    }

    pub(super) fn read(&self) -> Result<Plan, Vec<Refusal>> {
        let mut faults = Faults::default();
        let aim = Aim {
            institution: faults.optional("institution", &self.institution, InstitutionId::read),
            sitting: faults.optional("sitting", &self.sitting, |text| {
                SittingId::read(text.rsplit('/').next().unwrap_or(text))
            }),
            assessor: faults.optional("assessor", &self.assessor, AssessorId::read),
            starts: faults.optional("starts", &self.starts, |text| text.parse().ok()),
            ends: faults.optional("ends", &self.ends, |text| text.parse().ok()),
        };
        let reason_class = faults.known("reason_class", &self.reason_class, RevocationReason::read);
        faults.or(reason_class.map(|reason_class| Plan {
            aim,
            reason_class,
            basis: self.basis.clone(),
            reason: self.reason.clone(),
        }))
    }
}

/// The dry run: the list is drawn up and kept.
#[post("/cascades", data = "<form>")]
async fn list_up(
    officer: BureauOfficer,
    caller: Caller,
    form: Form<PlanForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let choices = choices(&officer, desk)
        .await
        .map_err(|error| Err(No(error)))?;
    let answer = match form.0.read() {
        Ok(plan) => {
            desk.ask(move |registry| cascades::list_up(registry, &officer, &plan, now))
                .await
        }
        Err(refusals) => Err(refusals.into()),
    };
    match answer {
        Ok(id) => Ok(Redirect::to(format!("/cascades/{id}?done=listed"))),
        Err(error) => Err(again(&caller, error, form.0.filled(), |form| {
            New::of(&caller, choices, form)
        })),
    }
}

/// One certificate of the list.
struct Member {
    number: String,
    to: String,
    holder: String,
    subject: String,
    issued_on: String,
    issuer: String,
    state: Tag,
    why: String,
}

fn member(w: Words, listed: &Listed, state: CascadeState) -> Member {
    let subject = match listed.level {
        Some(level) => format!("{} · {}", listed.occupation_name, names::level(w, level)),
        None => listed.occupation_name.clone(),
    };
    let word = match (&listed.excluded, listed.restored, state) {
        (Some(_), ..) => Tag::none(w.c("cascade_member", "excluded")),
        (None, Some(_), _) => Tag::ok(w.c("cascade_member", "restored")),
        (None, None, CascadeState::Confirmed) => Tag::bad(w.c("cascade_member", "revoked")),
        (None, None, CascadeState::Dropped) => Tag::none(w.c("cascade_member", "kept")),
        (None, None, _) => Tag::late(w.c("cascade_member", "listed")),
    };
    Member {
        number: listed.number.clone(),
        to: format!("/certificates/{}", listed.id),
        holder: listed.holder.clone(),
        subject,
        issued_on: w.date(listed.issued_on),
        issuer: listed.issuer.clone(),
        state: word,
        why: listed.excluded.clone().unwrap_or_default(),
    }
}

/// One reply, one line of the trail.
struct Told {
    head: String,
    about: String,
    said: String,
    who: String,
}

#[derive(Template)]
#[template(path = "cascades/show.html")]
struct Show {
    f: Frame,
    form: Filled,
    state: Tag,
    facts: Vec<Pair>,
    members: Vec<Member>,
    pager: Pager,
    replies: Vec<Told>,
    deeds: Vec<Told>,
    to: String,
    may_notify: bool,
    may_reply: bool,
    may_exclude: bool,
    may_confirm: bool,
    may_drop: bool,
    may_restore: bool,
    left: String,
}

impl Show {
    fn of(caller: &Caller, role: Role, account: &str, opened: &Opened, form: Filled) -> Self {
        let w = caller.words();
        let case = &opened.case;
        let cascade = &case.cascade;
        let to = format!("/cascades/{}", cascade.id);
        let officer = role == Role::BureauOfficer;
        let ended = case.ended.is_some();
        let second = officer && cascade.by.as_str() != account;
        let state = opened.state;
        let left = i64::from(cascade.listed) - opened.excluded;
        let replies = opened
            .replies
            .iter()
            .map(|(reply, number, who)| Told {
                head: reply.speaker.clone(),
                about: number.clone().unwrap_or_default(),
                said: reply.said.clone(),
                who: format!("{who} · {}", w.minute(reply.at)),
            })
            .collect();
        let deeds = opened
            .deeds
            .iter()
            .rev()
            .map(|line| {
                let facts: serde_json::Value =
                    serde_json::from_str(&line.facts).unwrap_or_default();
                let fact = |name: &str| facts[name].as_str().unwrap_or_default().to_owned();
                Told {
                    head: w.c("deed", &line.kind).to_owned(),
                    about: [fact("count"), fact("number"), fact("closes")].concat(),
                    said: String::new(),
                    who: format!("{} · {}", line.actor, w.minute(line.at)),
                }
            })
            .collect();
        Self {
            f: caller
                .frame("cascades.show.title")
                .under("certificates")
                .crumb(w.t("certificates.index.title"), "/certificates")
                .crumb(w.t("cascades.index.title"), "/cascades")
                .wrong(&form),
            form,
            state: tag(w, state),
            facts: facts(w, opened),
            members: opened
                .members
                .rows
                .iter()
                .map(|listed| member(w, listed, state))
                .collect(),
            pager: Pager::of(&opened.members, &to),
            replies,
            deeds,
            to,
            may_notify: officer && state == CascadeState::Listed,
            may_reply: (officer
                || matches!(role, Role::AssessmentSignatory | Role::InstitutionSignatory))
                && state == CascadeState::Notified,
            may_exclude: officer && !ended && state != CascadeState::Listed,
            may_confirm: second && state == CascadeState::Due,
            may_drop: officer && !ended,
            may_restore: officer && state == CascadeState::Confirmed,
            left: w.count(left),
        }
    }
}

fn facts(w: Words, opened: &Opened) -> Vec<Pair> {
    let case = &opened.case;
    let cascade = &case.cascade;
    let class = cascade.reason_class;
    let mut facts = vec![
        Pair::new(
            w.t("certificates.revoke.reason_class"),
            w.pick(class.name(), class.name_en()),
        ),
        Pair::new(w.t("certificates.revoke.basis"), &cascade.basis),
        Pair::new(w.t("certificates.revoke.reason"), &cascade.reason),
        Pair::num(
            w.t("cascades.show.listed"),
            w.f(
                "cascades.show.count",
                &[&w.count(i64::from(cascade.listed))],
            ),
        ),
        Pair::num(w.t("cascades.show.digest"), &cascade.digest),
        Pair::new(
            w.t("cascades.show.by"),
            format!("{} · {}", case.lister, w.minute(cascade.at)),
        ),
    ];
    if let (Some(starts), Some(ends)) = (cascade.starts, cascade.ends) {
        facts.push(Pair::num(w.t("cascades.show.period"), w.span(starts, ends)));
    }
    if let Some(sitting) = &cascade.sitting {
        facts.push(
            Pair::new(
                w.t("certificates.show.sitting"),
                w.t("certificates.show.open"),
            )
            .to(format!("/sittings/{sitting}")),
        );
    }
    if let Some(notice) = &case.notice {
        facts.push(Pair::num(
            w.t("cascades.show.notice"),
            w.span(notice.opens, notice.closes),
        ));
    }
    if opened.excluded > 0 {
        facts.push(Pair::num(
            w.t("cascades.show.excluded"),
            w.f("cascades.show.count", &[&w.count(opened.excluded)]),
        ));
    }
    if let Some(ended) = &case.ended {
        if ended.confirmed {
            facts.push(Pair::num(
                w.t("cascades.show.revoked"),
                w.f("cascades.show.count", &[&w.count(i64::from(ended.revoked))]),
            ));
            facts.push(Pair::num(
                w.t("cascades.show.revoked_digest"),
                &ended.digest,
            ));
        } else {
            facts.push(Pair::new(w.t("cascades.show.dropped"), &ended.reason));
        }
    }
    facts
}

async fn opened(
    caller: &Caller,
    reader: Reader,
    id: &CascadeId,
    page: Option<u32>,
    form: Filled,
    desk: &State<Desk>,
) -> Result<Show, No> {
    let now = desk.now();
    let (role, account) = (reader.actor().role, reader.actor().account.clone());
    let asked = id.clone();
    let opened = desk
        .ask(move |registry| cascades::open(registry, &reader, &asked, Window::of(page, None), now))
        .await?;
    Ok(Show::of(caller, role, account.as_str(), &opened, form))
}

fn blank() -> Filled {
    Filled::blank().with("days", USUAL_DAYS)
}

/// One cascade with its list.
#[get("/cascades/<id>?<page>&<done>")]
async fn show(
    reader: Reader,
    caller: Caller,
    id: CascadeId,
    page: Option<u32>,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let w = caller.words();
    let known = [
        "listed",
        "notified",
        "replied",
        "excluded",
        "confirmed",
        "dropped",
        "restored",
    ];
    let notice = self::done(w, "cascades.done", &known, done);
    let mut show = opened(&caller, reader, &id, page, blank(), desk).await?;
    show.f = show.f.notice(notice);
    Ok(Page::new(show))
}

/// The page again, with what was wrong.
async fn refused(
    caller: &Caller,
    actor: &crate::domain::account::Actor,
    id: &CascadeId,
    error: Error,
    filled: Filled,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let blank = opened(caller, reader_of(actor)?, id, None, blank(), desk).await?;
    again(caller, error, filled, |form| Show {
        f: blank.f.wrong(&form),
        form,
        ..blank
    })
}

/// For how many working days notice is given.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct DaysForm {
    /// Working days to reply in, 5 to 60.
    #[serde(default)]
    pub days: u32,
}

/// Notice is given.
#[post("/cascades/<id>/notice", data = "<form>")]
async fn notify(
    officer: BureauOfficer,
    caller: Caller,
    id: CascadeId,
    form: Form<DaysForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let actor = officer.actor().clone();
    let (asked, days) = (id.clone(), form.0.days);
    let answer = desk
        .ask(move |registry| cascades::notify(registry, &officer, &asked, days, now))
        .await;
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/cascades/{id}?done=notified"))),
        Err(error) => {
            let filled = Filled::blank().with("days", days);
            Err(refused(&caller, &actor, &id, error, filled, desk).await)
        }
    }
}

/// What is said to a notice.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct SaidForm {
    /// The number it is about; empty when about all of them.
    #[serde(default)]
    pub number: String,
    /// Who speaks.
    #[serde(default)]
    pub speaker: String,
    /// What is said.
    #[serde(default)]
    pub said: String,
}

impl SaidForm {
    pub(super) fn read(&self) -> Said {
        Said {
            number: self.number.clone(),
            speaker: self.speaker.clone(),
            said: self.said.clone(),
        }
    }
}

/// A reply is recorded.
#[post("/cascades/<id>/replies", data = "<form>")]
async fn reply(
    confirmer: Confirmer,
    caller: Caller,
    id: CascadeId,
    form: Form<SaidForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let actor = confirmer.actor().clone();
    let (asked, said) = (id.clone(), form.0.read());
    let answer = desk
        .ask(move |registry| cascades::reply(registry, &confirmer, &asked, &said, now))
        .await;
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/cascades/{id}?done=replied"))),
        Err(error) => {
            let filled = blank()
                .with("number", &form.0.number)
                .with("speaker", &form.0.speaker)
                .with("said", &form.0.said);
            Err(refused(&caller, &actor, &id, error, filled, desk).await)
        }
    }
}

/// Which one is left alone, and why.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct LeaveForm {
    /// Its number.
    #[serde(default)]
    pub excluded_number: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// One of the list is left alone.
#[post("/cascades/<id>/exclusions", data = "<form>")]
async fn exclude(
    officer: BureauOfficer,
    caller: Caller,
    id: CascadeId,
    form: Form<LeaveForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let actor = officer.actor().clone();
    let (asked, number, reason) = (
        id.clone(),
        form.0.excluded_number.clone(),
        form.0.reason.clone(),
    );
    let answer = desk
        .ask(move |registry| cascades::exclude(registry, &officer, &asked, &number, &reason, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/cascades/{id}?done=excluded"))),
        Err(error) => {
            let filled = blank()
                .with("excluded_number", &form.0.excluded_number)
                .with("reason", &form.0.reason);
            Err(refused(&caller, &actor, &id, error, filled, desk).await)
        }
    }
}

/// Nothing but the session's token.
#[derive(Deserialize)]
struct Bare {}

/// The second officer confirms.
#[post("/cascades/<id>/confirmation", data = "<_form>")]
async fn confirm(
    officer: BureauOfficer,
    caller: Caller,
    id: CascadeId,
    _form: Form<Bare>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let actor = officer.actor().clone();
    let asked = id.clone();
    let answer = desk
        .ask(move |registry| cascades::confirm(registry, &officer, &asked, now))
        .await;
    match answer {
        Ok(_) => Ok(Redirect::to(format!("/cascades/{id}?done=confirmed"))),
        Err(error) => Err(refused(&caller, &actor, &id, error, blank(), desk).await),
    }
}

/// Why it is dropped.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct DropForm {
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// It ends without a revocation.
#[post("/cascades/<id>/withdrawal", data = "<form>")]
async fn withdraw(
    officer: BureauOfficer,
    caller: Caller,
    id: CascadeId,
    form: Form<DropForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let actor = officer.actor().clone();
    let (asked, reason) = (id.clone(), form.0.reason.clone());
    let answer = desk
        .ask(move |registry| cascades::drop_it(registry, &officer, &asked, &reason, now))
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/cascades/{id}?done=dropped"))),
        Err(error) => {
            let filled = blank().with("reason", &form.0.reason);
            Err(refused(&caller, &actor, &id, error, filled, desk).await)
        }
    }
}

/// Which of them were wrongly revoked, and on which ground that is taken back.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct SomeForm {
    /// Their numbers, one a line.
    #[serde(default)]
    pub numbers: String,
    /// 依据: the document and clause.
    #[serde(default)]
    pub basis: String,
    /// What was found to be wrong.
    #[serde(default)]
    pub reason: String,
}

/// Some of a confirmed cascade are restored.
#[post("/cascades/<id>/restorations", data = "<form>")]
async fn restore(
    officer: BureauOfficer,
    caller: Caller,
    id: CascadeId,
    form: Form<SomeForm>,
    desk: &State<Desk>,
) -> Shown<Show> {
    let now = desk.now();
    let actor = officer.actor().clone();
    let (asked, numbers) = (id.clone(), form.0.numbers.clone());
    let ground = Ground {
        basis: form.0.basis.clone(),
        reason: form.0.reason.clone(),
    };
    let answer = desk
        .ask(move |registry| {
            let ids = cascades::some_of(registry, &officer, &asked, &numbers)?;
            restorations::restore(registry, &officer, &ids, &ground, now)
        })
        .await;
    match answer {
        Ok(()) => Ok(Redirect::to(format!("/cascades/{id}?done=restored"))),
        Err(error) => {
            let filled = blank()
                .with("numbers", &form.0.numbers)
                .with("basis", &form.0.basis)
                .with("reason", &form.0.reason);
            Err(refused(&caller, &actor, &id, error, filled, desk).await)
        }
    }
}
