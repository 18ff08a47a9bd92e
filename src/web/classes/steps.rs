//! 班期进程: one page for each step, with what it means and what stands in its way.

use crate::acts::{Done, Error, Registry, classes};
use crate::domain::account::{Clerk, Officer, TrainingReader};
use crate::domain::class::ClassId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::web::body::Form;
use crate::web::classes::view::Reason;
use crate::web::classes::{Shown, reasons, say, subject};
use crate::web::desk::Desk;
use crate::web::form::Filled;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// A form that says nothing but yes.
#[derive(Deserialize)]
pub struct Yes {}

/// A step a clerk may take.
#[derive(Template)]
#[template(path = "classes/step.html")]
struct StepPage {
    f: Frame,
    lead: &'static str,
    button: &'static str,
    facts: Vec<Pair>,
    faults: Vec<Reason>,
    to: String,
    back: String,
}

/// An officer's answer to a filed class.
#[derive(Template)]
#[template(path = "classes/decision.html")]
struct Decision {
    f: Frame,
    form: Filled,
    facts: Vec<Pair>,
    faults: Vec<Reason>,
    to: String,
    back: String,
}

fn facts(w: Words, opened: &classes::Opened) -> Vec<Pair> {
    let class = &opened.class;
    let staying = opened
        .trainees
        .iter()
        .filter(|trainee| trainee.stays())
        .count();
    let names: Vec<_> = opened
        .teachers
        .iter()
        .map(|teacher| teacher.name.as_str())
        .collect();
    let hours: i32 = opened.lessons.iter().map(|(lesson, _)| lesson.hours).sum();
    vec![
        Pair::new(
            w.t("classes.show.house"),
            w.pick(&opened.house.name, &opened.house.name_en),
        ),
        Pair::new(
            w.t("classes.show.course"),
            format!("{} · {}", opened.course.name, subject(w, &opened.course)),
        ),
        Pair::new(w.t("classes.show.days"), w.span(class.starts, class.ends)),
        Pair::new(w.t("classes.show.place"), class.place.clone()),
        Pair::num(
            w.t("classes.show.enrolled"),
            w.f("classes.people", &[&staying, &class.capacity]),
        ),
        Pair::num(
            w.t("classes.show.hours"),
            w.f(
                "classes.task.timetable_about",
                &[&opened.lessons.len(), &hours, &opened.course.hours()],
            ),
        ),
        Pair::new(
            w.t("classes.show.teachers"),
            names.join(w.t("classes.separator")),
        ),
    ]
}

async fn opened(
    actor: crate::domain::account::Actor,
    id: &ClassId,
    desk: &Desk,
) -> Result<classes::Opened, No> {
    let now = desk.now();
    let (id, reader) = (
        id.clone(),
        TrainingReader::of(actor).ok_or(Error::NotFound)?,
    );
    Ok(desk
        .ask(move |registry| classes::open(registry, &reader, &id, now))
        .await?)
}

fn step_page(
    caller: &Caller,
    opened: &classes::Opened,
    step: &str,
    faults: &[Refusal],
) -> StepPage {
    let w = caller.words();
    let back = format!("/classes/{}", opened.class.id);
    StepPage {
        f: caller
            .frame("classes.step.title")
            .titled(w.c("classes.step_title", step))
            .under("classes")
            .crumb(w.t("classes.index.title"), "/classes")
            .crumb(opened.class.name.clone(), &back),
        lead: w.c("classes.step_lead", step),
        button: w.c("classes.step_button", step),
        facts: facts(w, opened),
        faults: faults.iter().map(|fault| Reason::of(w, fault)).collect(),
        to: format!("{back}/{step}"),
        back,
    }
}

/// What would be filed.
#[get("/classes/<id>/filing")]
async fn filing(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<StepPage>, No> {
    let opened = opened(clerk.actor().clone(), &id, desk).await?;
    opened.class.state.may(crate::domain::class::Step::Filed)?;
    Ok(Page::new(step_page(
        &caller,
        &opened,
        "filing",
        &opened.faults,
    )))
}

type Act = fn(&Registry, &Clerk, &ClassId, Now) -> Done<()>;

/// Takes a clerk's step; refused, its page is shown with every reason.
async fn take(
    clerk: Clerk,
    caller: &Caller,
    id: ClassId,
    step: &'static str,
    code: &str,
    act: Act,
    desk: &Desk,
) -> Shown<StepPage> {
    let now = desk.now();
    let (person, key) = (clerk.clone(), id.clone());
    let Err(error) = desk
        .ask(move |registry| act(registry, &person, &key, now))
        .await
    else {
        return Ok(Redirect::to(format!("/classes/{id}?done={code}")));
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let opened = opened(clerk.actor().clone(), &id, desk)
        .await
        .map_err(Err)?;
    Err(Ok(
        Page::new(step_page(caller, &opened, step, &reasons)).status(answer)
    ))
}

/// A clerk files a class.
#[post("/classes/<id>/filing", data = "<_form>")]
async fn file(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    _form: Form<Yes>,
    desk: &State<Desk>,
) -> Shown<StepPage> {
    take(clerk, &caller, id, "filing", "filed", classes::file, desk).await
}

/// What beginning means.
#[get("/classes/<id>/beginning")]
async fn beginning(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<StepPage>, No> {
    let opened = opened(clerk.actor().clone(), &id, desk).await?;
    opened.class.state.may(crate::domain::class::Step::Begun)?;
    Ok(Page::new(step_page(&caller, &opened, "beginning", &[])))
}

/// A clerk begins a class.
#[post("/classes/<id>/beginning", data = "<_form>")]
async fn begin(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    _form: Form<Yes>,
    desk: &State<Desk>,
) -> Shown<StepPage> {
    take(
        clerk,
        &caller,
        id,
        "beginning",
        "begun",
        classes::begin,
        desk,
    )
    .await
}

/// What completing means.
#[get("/classes/<id>/completion")]
async fn completion(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<StepPage>, No> {
    let opened = opened(clerk.actor().clone(), &id, desk).await?;
    opened
        .class
        .state
        .may(crate::domain::class::Step::Completed)?;
    Ok(Page::new(step_page(&caller, &opened, "completion", &[])))
}

/// A clerk completes a class.
#[post("/classes/<id>/completion", data = "<_form>")]
async fn complete(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    _form: Form<Yes>,
    desk: &State<Desk>,
) -> Shown<StepPage> {
    take(
        clerk,
        &caller,
        id,
        "completion",
        "completed",
        classes::complete,
        desk,
    )
    .await
}

/// What closing means.
#[get("/classes/<id>/closure")]
async fn closure(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<StepPage>, No> {
    let opened = opened(clerk.actor().clone(), &id, desk).await?;
    opened.class.state.may(crate::domain::class::Step::Closed)?;
    Ok(Page::new(step_page(&caller, &opened, "closure", &[])))
}

/// A clerk closes a class.
#[post("/classes/<id>/closure", data = "<_form>")]
async fn close(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    _form: Form<Yes>,
    desk: &State<Desk>,
) -> Shown<StepPage> {
    take(
        clerk,
        &caller,
        id,
        "closure",
        "closed",
        classes::close,
        desk,
    )
    .await
}

fn decision_page(
    caller: &Caller,
    opened: &classes::Opened,
    form: Filled,
    faults: &[Refusal],
) -> Decision {
    let w = caller.words();
    let back = format!("/classes/{}", opened.class.id);
    Decision {
        f: caller
            .frame("classes.decision.title")
            .under("classes")
            .crumb(w.t("classes.index.title"), "/classes")
            .crumb(opened.class.name.clone(), &back)
            .wrong(&form),
        form,
        facts: facts(w, opened),
        faults: faults.iter().map(|fault| Reason::of(w, fault)).collect(),
        to: back.clone(),
        back,
    }
}

/// An officer looks at a filed class.
#[get("/classes/<id>/decision")]
async fn decision(
    officer: Officer,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<Decision>, No> {
    let opened = opened(officer.actor().clone(), &id, desk).await?;
    opened
        .class
        .state
        .may(crate::domain::class::Step::Approved)?;
    Ok(Page::new(decision_page(
        &caller,
        &opened,
        Filled::blank(),
        &opened.faults,
    )))
}

/// An officer approves a class.
#[post("/classes/<id>/approval", data = "<_form>")]
async fn approve(
    officer: Officer,
    caller: Caller,
    id: ClassId,
    _form: Form<Yes>,
    desk: &State<Desk>,
) -> Shown<Decision> {
    let now = desk.now();
    let (person, key) = (officer.clone(), id.clone());
    let Err(error) = desk
        .ask(move |registry| classes::approve(registry, &person, &key, now))
        .await
    else {
        return Ok(Redirect::to(format!("/classes/{id}?done=approved")));
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let opened = opened(officer.actor().clone(), &id, desk)
        .await
        .map_err(Err)?;
    Err(Ok(Page::new(decision_page(
        &caller,
        &opened,
        Filled::blank(),
        &reasons,
    ))
    .status(answer)))
}

/// Why a class is sent back.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct ReturnForm {
    /// The reasons, as the institution will read them.
    pub reasons: String,
}

/// An officer sends a class back.
#[post("/classes/<id>/return", data = "<form>")]
async fn send_back(
    officer: Officer,
    caller: Caller,
    id: ClassId,
    form: Form<ReturnForm>,
    desk: &State<Desk>,
) -> Shown<Decision> {
    let now = desk.now();
    let (person, key, told) = (officer.clone(), id.clone(), form.0.reasons.clone());
    let Err(error) = desk
        .ask(move |registry| classes::send_back(registry, &person, &key, &told, now))
        .await
    else {
        return Ok(Redirect::to(format!("/classes/{id}?done=returned")));
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let opened = opened(officer.actor().clone(), &id, desk)
        .await
        .map_err(Err)?;
    let filled = say(
        caller.words(),
        Filled::blank().with("reasons", &form.0.reasons),
        &reasons,
    );
    Err(Ok(Page::new(decision_page(
        &caller,
        &opened,
        filled,
        &opened.faults,
    ))
    .status(answer)))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![
        filing, file, beginning, begin, completion, complete, closure, close, decision, approve,
        send_back
    ]
}
