//! 班期: a class, from application to the file cabinet.

pub mod form;
pub mod paper;
pub mod show;
pub mod steps;
pub mod view;

use crate::acts::classes::Opened;
use crate::acts::{Error, classes, courses, teachers};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::class::{ClassId, Step};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::lesson::LessonId;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::ground::slice::Window;
use crate::store::classes::{Filter, Line};
use crate::store::courses::Course;
use crate::store::ledger;
use crate::store::teachers::Teacher;
use crate::web::body::Form;
use crate::web::classes::form::ClassForm;
use crate::web::classes::view::Happened;
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::{Frame, Notice};
use crate::web::guards::Caller;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tag};
use crate::web::refusal::{No, status};
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};

crate::param!(ClassId, LessonId, EnrolmentId);

/// A form that was refused is shown again; anything else that went wrong is told as it is.
pub type Shown<T> = Result<Redirect, Result<Page<T>, No>>;

/// The reasons an act was refused for, and the status they are told with; anything else is not a
/// form's business.
pub fn reasons(error: Error) -> Result<(rocket::http::Status, Vec<Refusal>), No> {
    let answer = status(&error);
    match error {
        Error::Refused(reasons) => Ok((answer, reasons)),
        other => Err(No(other)),
    }
}

/// The same form with every reason said.
pub fn say(w: Words, form: Filled, reasons: &[Refusal]) -> Filled {
    reasons
        .iter()
        .fold(form, |form, reason| form.refused(w, reason))
}

/// What was just done, told once after it: only words we know.
pub fn done(w: Words, set: &str, known: &[&str], code: Option<&str>) -> Option<Notice> {
    let code = known.iter().find(|known| Some(**known) == code)?;
    Some(Notice {
        good: true,
        text: w.c(set, code).to_owned(),
    })
}

/// The state of a class, as it looks.
pub fn state_tag(w: Words, state: Step) -> Tag {
    let text = w.c("classes.state", state);
    match state {
        Step::Drafted => Tag::todo(text),
        Step::Filed => Tag::late(text),
        Step::Returned => Tag::bad(text),
        Step::Approved | Step::Begun | Step::Completed => Tag::ok(text),
        Step::Closed => Tag::none(text),
    }
}

/// What a course is about: trade, level or startup course.
pub fn subject(w: Words, course: &Course) -> String {
    let subject = course
        .subject()
        .map(|subject| names::subject(w, &subject))
        .unwrap_or_default();
    match course.level {
        Some(level) => w.f(
            "classes.subject_level",
            &[&subject, &names::level(w, level)],
        ),
        None => subject,
    }
}

/// What was done to a record, newest first.
pub fn happened(w: Words, deeds: &[ledger::Line]) -> Vec<Happened> {
    let line = |deed: &ledger::Line| Happened {
        what: w.c("deed", &deed.kind).to_owned(),
        by: w.f("classes.happened_by", &[&deed.actor, &w.minute(deed.at)]),
    };
    deeds.iter().rev().map(line).collect()
}

/// One state to narrow the list to.
struct Segment {
    text: String,
    count: String,
    to: String,
    current: bool,
}

/// One line of the list.
struct Row {
    name: String,
    to: String,
    subject: String,
    house: String,
    days: String,
    people: String,
    state: Tag,
}

#[derive(Template)]
#[template(path = "classes/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    segments: Vec<Segment>,
    regions: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    filtered: bool,
    may_draft: bool,
    oversees: bool,
    state: String,
}

/// The classes she may see.
#[get("/classes?<state>&<q>&<region>&<page>")]
async fn index(
    reader: TrainingReader,
    caller: Caller,
    state: Option<&str>,
    q: Option<&str>,
    region: Option<&str>,
    page: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    use crate::domain::account::{Role, Scope};
    let w = caller.words();
    let (state, q, region) = (
        state.and_then(Step::read),
        q.unwrap_or_default().trim().to_owned(),
        region.unwrap_or_default().to_owned(),
    );
    let filter = Filter {
        words: q.clone(),
        state,
        institution: None,
        region: RegionCode::read(&region),
    };
    let oversees = !matches!(reader.actor().scope, Scope::Institution(_));
    let within = match &reader.actor().scope {
        Scope::Region(code) => Some(code.clone()),
        _ => None,
    };
    let may_draft = reader.actor().role == Role::InstitutionClerk;
    let (slice, counts) = desk
        .ask(move |registry| classes::list(registry, &reader, &filter, Window::of(page, None)))
        .await?;
    let address = |state: &str| {
        address(
            "/classes",
            &[("state", state), ("q", &q), ("region", &region)],
        )
    };
    let all: i64 = counts.values().sum();
    let mut segments = vec![Segment {
        text: w.t("classes.index.all").to_owned(),
        count: w.count(all),
        to: address(""),
        current: state.is_none(),
    }];
    segments.extend(
        Step::ALL
            .iter()
            .filter(|step| counts.contains_key(step) || state == Some(**step))
            .map(|step| Segment {
                text: w.c("classes.state", step).to_owned(),
                count: w.count(counts.get(step).copied().unwrap_or(0)),
                to: address(step.as_str()),
                current: state == Some(*step),
            }),
    );
    let chosen = state.map_or("", Step::as_str);
    Ok(Page::new(Index {
        f: caller.frame("classes.index.title").under("classes"),
        form: Filled::blank().with("q", &q).with("region", &region),
        pager: Pager::of(&slice, address(chosen)),
        rows: slice.rows.iter().map(|line| row(w, line)).collect(),
        regions: if oversees {
            names::regions(w, within.as_ref())
        } else {
            Vec::new()
        },
        filtered: state.is_some() || !q.is_empty() || !region.is_empty(),
        segments,
        may_draft,
        oversees,
        state: chosen.to_owned(),
    }))
}

fn row(w: Words, line: &Line) -> Row {
    Row {
        name: line.class.name.clone(),
        to: format!("/classes/{}", line.class.id),
        subject: subject(w, &line.course),
        house: w.pick(&line.house.name, &line.house.name_en).to_owned(),
        days: w.span(line.class.starts, line.class.ends),
        people: w.f("classes.people", &[&line.enrolled, &line.class.capacity]),
        state: state_tag(w, line.class.state),
    }
}

/// An address with the filters that are set.
pub fn address(path: &str, filters: &[(&str, &str)]) -> String {
    let set = filters.iter().filter(|(_, value)| !value.is_empty());
    let set: Vec<_> = set
        .map(|(name, value)| {
            format!(
                "{name}={}",
                rocket::http::RawStr::new(value).percent_encode()
            )
        })
        .collect();
    if set.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", set.join("&"))
    }
}

#[derive(Template)]
#[template(path = "classes/new.html")]
struct New {
    f: Frame,
    form: Filled,
    to: String,
    back: String,
    is_new: bool,
    courses: Vec<Choice>,
    teachers: Vec<Choice>,
}

fn new_page(
    caller: &Caller,
    form: Filled,
    choices: (Vec<Course>, Vec<Teacher>),
    class: Option<(&ClassId, &str)>,
) -> New {
    let w = caller.words();
    let (courses, teachers) = choices;
    let title = if class.is_some() {
        "classes.new.title_edit"
    } else {
        "classes.new.title"
    };
    let f = caller
        .frame(title)
        .under("classes")
        .crumb(w.t("classes.index.title"), "/classes")
        .wrong(&form);
    let (f, to, back) = match class {
        Some((id, name)) => {
            let to = format!("/classes/{id}");
            (f.crumb(name, &to), to.clone(), to)
        }
        None => (f, "/classes".to_owned(), "/classes".to_owned()),
    };
    let course = |course: &Course| {
        Choice::new(
            course.id.as_str(),
            w.f(
                "classes.new.course_choice",
                &[&course.name, &course.hours()],
            ),
        )
    };
    let teacher = |teacher: &Teacher| {
        let trade = teacher.occupation.as_ref().map_or_else(
            || w.t("teachers.general").to_owned(),
            |code| names::occupation(w, code),
        );
        Choice::new(
            teacher.id.as_str(),
            w.f(
                "classes.new.teacher_choice",
                &[&teacher.name, &trade, &w.date(teacher.valid_until)],
            ),
        )
    };
    New {
        f,
        form,
        to,
        back,
        is_new: class.is_none(),
        courses: courses.iter().map(course).collect(),
        teachers: teachers.iter().map(teacher).collect(),
    }
}

async fn choices(clerk: &Clerk, desk: &Desk) -> Result<(Vec<Course>, Vec<Teacher>), No> {
    let clerk = clerk.clone();
    Ok(desk
        .ask(move |registry| {
            Ok((
                courses::choices(registry, &clerk)?,
                teachers::choices(registry, &clerk)?,
            ))
        })
        .await?)
}

/// A blank class, one for this course, or one like an earlier class.
#[get("/classes/new?<course>&<like>")]
async fn new(
    clerk: Clerk,
    caller: Caller,
    course: Option<&str>,
    like: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let now = desk.now();
    let mut form = ClassForm {
        course: course.unwrap_or_default().to_owned(),
        ..ClassForm::default()
    };
    if let (Some(id), Some(reader)) = (
        like.and_then(ClassId::read),
        TrainingReader::of(clerk.actor().clone()),
    ) {
        let earlier = desk
            .ask(move |registry| classes::open(registry, &reader, &id, now))
            .await?;
        form = ClassForm {
            starts: String::new(),
            ends: String::new(),
            public_name: String::new(),
            ..ClassForm::of(
                &earlier.class,
                &earlier.teachers,
                earlier.enterprise.as_ref(),
            )
        };
    }
    if form.capacity.is_empty() {
        form.capacity = desk.registry().settings.class_capacity.to_string();
    }
    let choices = choices(&clerk, desk).await?;
    Ok(Page::new(new_page(&caller, form.filled(), choices, None)))
}

/// A clerk drafts a class.
#[post("/classes", data = "<form>")]
async fn create(
    clerk: Clerk,
    caller: Caller,
    form: Form<ClassForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let Form(form) = form;
    let error = match form.read() {
        Ok((draft, enterprise)) => {
            let clerk = clerk.clone();
            match desk
                .ask(move |registry| {
                    classes::draft(registry, &clerk, draft, enterprise.as_ref(), now)
                })
                .await
            {
                Ok(id) => return Ok(Redirect::to(format!("/classes/{id}?done=drafted"))),
                Err(error) => error,
            }
        }
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let choices = choices(&clerk, desk).await.map_err(Err)?;
    let form = say(caller.words(), form.filled(), &reasons);
    Err(Ok(
        Page::new(new_page(&caller, form, choices, None)).status(answer)
    ))
}

/// A class that may still be changed, in its form.
#[get("/classes/<id>/edit")]
async fn edit(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<New>, No> {
    let opened = load(&clerk, &id, desk).await?;
    let choices = choices(&clerk, desk).await?;
    let class = &opened.class;
    let form = ClassForm::of(class, &opened.teachers, opened.enterprise.as_ref()).filled();
    Ok(Page::new(new_page(
        &caller,
        form,
        choices,
        Some((&id, &class.name)),
    )))
}

async fn load(clerk: &Clerk, id: &ClassId, desk: &Desk) -> Result<Opened, No> {
    let now = desk.now();
    let (id, reader) = (
        id.clone(),
        TrainingReader::of(clerk.actor().clone()).ok_or(Error::NotFound)?,
    );
    let opened = desk
        .ask(move |registry| classes::open(registry, &reader, &id, now))
        .await?;
    opened.class.state.is_open_for_changes()?;
    Ok(opened)
}

/// A clerk changes a class.
#[post("/classes/<id>", data = "<form>")]
async fn update(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    form: Form<ClassForm>,
    desk: &State<Desk>,
) -> Shown<New> {
    let now = desk.now();
    let Form(form) = form;
    let error = match form.read() {
        Ok((draft, enterprise)) => {
            let (clerk, id) = (clerk.clone(), id.clone());
            let key = id.clone();
            match desk
                .ask(move |registry| {
                    classes::change(registry, &clerk, &id, draft, enterprise.as_ref(), now)
                })
                .await
            {
                Ok(()) => return Ok(Redirect::to(format!("/classes/{key}?done=changed"))),
                Err(error) => error,
            }
        }
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let class = load(&clerk, &id, desk).await.map_err(Err)?.class;
    let choices = choices(&clerk, desk).await.map_err(Err)?;
    let form = say(caller.words(), form.filled(), &reasons);
    Err(Ok(Page::new(new_page(
        &caller,
        form,
        choices,
        Some((&id, &class.name)),
    ))
    .status(answer)))
}

/// The routes of this folder.
pub fn routes() -> Vec<rocket::Route> {
    [
        rocket::routes![index, new, create, edit, update],
        show::routes(),
        steps::routes(),
        paper::routes(),
    ]
    .concat()
}
