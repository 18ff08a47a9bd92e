//! 课表: the timetable of a class, filled by the registry or by hand.

use crate::acts::{Error, classes, lessons};
use crate::domain::account::{Clerk, Role, TrainingReader};
use crate::domain::class::ClassId;
use crate::domain::lesson::{Half, Lesson};
use crate::domain::refusal::Refusal;
use crate::domain::teacher::TeacherId;
use crate::web::body::Form;
use crate::web::classes::{Shown, done, reasons, say};
use crate::web::desk::Desk;
use crate::web::fields::Faults;
use crate::web::form::{Choice, Filled};
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use chrono::{Datelike, Weekday};
use rocket::response::Redirect;
use rocket::{State, get, post};
use serde::Deserialize;

/// Empty rows beneath a timetable, for lessons added by hand.
const SPARE: usize = 4;

/// How the registry is to lay out a timetable.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct FillingForm {
    /// Days of the week on which is taught: `mon` … `sun`.
    #[serde(default)]
    pub weekdays: Vec<String>,
    /// Content of the theory lessons.
    pub theory: String,
    /// The key of the teacher who teaches them.
    pub theory_teacher: String,
    /// Content of the practice lessons.
    pub practice: String,
    /// The key of the teacher who teaches them.
    pub practice_teacher: String,
}

impl FillingForm {
    /// What the act takes.
    pub fn read(&self) -> Result<lessons::Filling, Vec<Refusal>> {
        let mut faults = Faults::default();
        let weekdays: Option<Vec<Weekday>> =
            self.weekdays.iter().map(|day| day.parse().ok()).collect();
        let weekdays = weekdays.filter(|days| !days.is_empty());
        if weekdays.is_none() {
            faults.note(Refusal::new("field.blank").at("weekdays"));
        }
        let text = |text: &str| Some(text.to_owned());
        let theory = faults.known("theory", &self.theory, text);
        let theory_teacher = faults.known("theory_teacher", &self.theory_teacher, TeacherId::read);
        let practice = faults.known("practice", &self.practice, text);
        let practice_teacher =
            faults.known("practice_teacher", &self.practice_teacher, TeacherId::read);
        let whole = (|| {
            Some(lessons::Filling {
                weekdays: weekdays?,
                theory: theory?,
                theory_teacher: theory_teacher?,
                practice: practice?,
                practice_teacher: practice_teacher?,
            })
        })();
        faults.or(whole)
    }

    fn filled(&self) -> Filled {
        let form = Filled::blank()
            .with("theory", &self.theory)
            .with("theory_teacher", &self.theory_teacher)
            .with("practice", &self.practice)
            .with("practice_teacher", &self.practice_teacher);
        self.weekdays
            .iter()
            .fold(form, |form, day| form.with("weekdays", day))
    }
}

/// A timetable by hand: one entry of each list for each lesson.
#[derive(Clone, Debug, Default, Deserialize)]
struct TimetableForm {
    #[serde(default)]
    day: Vec<String>,
    #[serde(default)]
    half: Vec<String>,
    #[serde(default)]
    hours: Vec<String>,
    #[serde(default)]
    content: Vec<String>,
    #[serde(default)]
    teacher: Vec<String>,
}

/// One row of the form.
#[derive(Clone)]
struct Row {
    number: usize,
    day: String,
    weekday: &'static str,
    half: String,
    hours: String,
    content: String,
    teacher: String,
    teacher_name: String,
}

impl TimetableForm {
    /// The lessons of rows with a day; a row without one is a lesson taken away.
    fn read(&self) -> Result<Vec<Lesson>, Vec<Refusal>> {
        let count = self.day.len();
        let whole = [&self.half, &self.hours, &self.content, &self.teacher]
            .iter()
            .all(|list| list.len() == count);
        if !whole || count > 400 {
            return Err(vec![Refusal::new("field.unreadable").at("lessons")]);
        }
        let mut faults = Vec::new();
        let mut lessons = Vec::new();
        for n in (0..count).filter(|n| !self.day[*n].trim().is_empty()) {
            let lesson = (|| {
                Some(Lesson {
                    day: self.day[n].trim().parse().ok()?,
                    half: Half::read(&self.half[n])?,
                    hours: self.hours[n].trim().parse().ok()?,
                    content: self.content[n].clone(),
                    teacher: TeacherId::read(&self.teacher[n])?,
                })
            })();
            match lesson {
                Some(lesson) => lessons.push(lesson),
                None => faults.push(Refusal::new("lesson.unreadable").with(n + 1).at("lessons")),
            }
        }
        if faults.is_empty() {
            Ok(lessons)
        } else {
            Err(faults)
        }
    }

    fn rows(&self) -> Vec<Row> {
        let at = |list: &[String], n: usize| list.get(n).cloned().unwrap_or_default();
        let row = |n: usize| Row {
            number: n + 1,
            day: at(&self.day, n),
            weekday: "",
            half: at(&self.half, n),
            hours: at(&self.hours, n),
            content: at(&self.content, n),
            teacher: at(&self.teacher, n),
            teacher_name: String::new(),
        };
        (0..self.day.len()).map(row).collect()
    }
}

#[derive(Template)]
#[template(path = "lessons/index.html")]
struct Index {
    f: Frame,
    form: Filled,
    class: String,
    total: String,
    rows: Vec<Row>,
    teachers: Vec<Choice>,
    halves: Vec<Choice>,
    weekdays: Vec<Choice>,
    may_change: bool,
    to: String,
}

/// Monday to Sunday.
const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Mon, "mon"),
    (Weekday::Tue, "tue"),
    (Weekday::Wed, "wed"),
    (Weekday::Thu, "thu"),
    (Weekday::Fri, "fri"),
    (Weekday::Sat, "sat"),
    (Weekday::Sun, "sun"),
];

/// The name of a day of the week.
pub fn weekday(w: Words, day: chrono::NaiveDate) -> &'static str {
    let code = WEEK
        .iter()
        .find(|(weekday, _)| *weekday == day.weekday())
        .map_or("mon", |(_, code)| code);
    w.c("weekday", code)
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

fn page(
    caller: &Caller,
    opened: &classes::Opened,
    form: Filled,
    rows: Option<Vec<Row>>,
    role: Role,
    code: Option<&str>,
) -> Index {
    let w = caller.words();
    let to = format!("/classes/{}", opened.class.id);
    let may_change =
        role == Role::InstitutionClerk && opened.class.state.is_open_for_changes().is_ok();
    let kept = opened
        .lessons
        .iter()
        .enumerate()
        .map(|(n, (lesson, teacher))| Row {
            number: n + 1,
            day: if may_change {
                lesson.day.to_string()
            } else {
                w.date(lesson.day)
            },
            weekday: weekday(w, lesson.day),
            half: lesson.half.to_string(),
            hours: lesson.hours.to_string(),
            content: lesson.content.clone(),
            teacher: lesson.teacher.to_string(),
            teacher_name: teacher.clone(),
        });
    let mut rows = rows.unwrap_or_else(|| kept.collect());
    if may_change {
        let blank = |n: usize| Row {
            number: n + 1,
            day: String::new(),
            weekday: "",
            half: Half::Morning.to_string(),
            hours: "4".to_owned(),
            content: String::new(),
            teacher: String::new(),
            teacher_name: String::new(),
        };
        let (have, most) = (rows.len(), rows.len() + SPARE);
        rows.extend((have..most).map(blank));
    }
    let hours: i32 = opened.lessons.iter().map(|(lesson, _)| lesson.hours).sum();
    Index {
        f: caller
            .frame("lessons.index.title")
            .under("classes")
            .crumb(w.t("classes.index.title"), "/classes")
            .crumb(opened.class.name.clone(), &to)
            .notice(done(w, "lessons.done", &["filled", "replaced"], code))
            .wrong(&form),
        form,
        class: w.f(
            "lessons.index.lead",
            &[
                &w.span(opened.class.starts, opened.class.ends),
                &opened.course.theory_hours,
                &opened.course.practice_hours,
            ],
        ),
        total: w.f(
            "classes.task.timetable_about",
            &[&opened.lessons.len(), &hours, &opened.course.hours()],
        ),
        rows,
        teachers: opened
            .teachers
            .iter()
            .map(|teacher| Choice::new(teacher.id.as_str(), teacher.name.clone()))
            .collect(),
        halves: Half::ALL
            .iter()
            .map(|half| Choice::new(half.as_str(), w.c("half", half)))
            .collect(),
        weekdays: WEEK
            .iter()
            .map(|(_, code)| Choice::new(*code, w.c("weekday", code)))
            .collect(),
        may_change,
        to,
    }
}

fn blank(w: Words, opened: &classes::Opened) -> Filled {
    let teacher = opened
        .teachers
        .first()
        .map(|teacher| teacher.id.to_string())
        .unwrap_or_default();
    let form = Filled::blank()
        .with("theory", w.t("lessons.theory"))
        .with("theory_teacher", &teacher)
        .with("practice", w.t("lessons.practice"))
        .with("practice_teacher", &teacher);
    WEEK[..5]
        .iter()
        .fold(form, |form, (_, code)| form.with("weekdays", code))
}

/// The timetable of a class.
#[get("/classes/<id>/lessons?<done>")]
async fn index(
    reader: TrainingReader,
    caller: Caller,
    id: ClassId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let opened = opened(reader.actor().clone(), &id, desk).await?;
    let form = blank(caller.words(), &opened);
    Ok(Page::new(page(
        &caller,
        &opened,
        form,
        None,
        reader.actor().role,
        done,
    )))
}

/// The registry lays the timetable out.
#[post("/classes/<id>/timetable", data = "<form>")]
async fn fill(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    form: Form<FillingForm>,
    desk: &State<Desk>,
) -> Shown<Index> {
    let now = desk.now();
    let Form(form) = form;
    let error = match form.read() {
        Ok(filling) => {
            let (person, key) = (clerk.clone(), id.clone());
            match desk
                .ask(move |registry| lessons::fill(registry, &person, &key, &filling, now))
                .await
            {
                Ok(()) => return Ok(Redirect::to(format!("/classes/{id}/lessons?done=filled"))),
                Err(error) => error,
            }
        }
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let opened = opened(clerk.actor().clone(), &id, desk)
        .await
        .map_err(Err)?;
    let form = say(caller.words(), form.filled(), &reasons);
    Err(Ok(Page::new(page(
        &caller,
        &opened,
        form,
        None,
        Role::InstitutionClerk,
        None,
    ))
    .status(answer)))
}

/// A clerk sets the timetable by hand.
#[post("/classes/<id>/lessons", data = "<form>")]
async fn replace(
    clerk: Clerk,
    caller: Caller,
    id: ClassId,
    form: Form<TimetableForm>,
    desk: &State<Desk>,
) -> Shown<Index> {
    let now = desk.now();
    let Form(form) = form;
    let error = match form.read() {
        Ok(timetable) => {
            let (person, key) = (clerk.clone(), id.clone());
            match desk
                .ask(move |registry| lessons::replace(registry, &person, &key, timetable, now))
                .await
            {
                Ok(()) => return Ok(Redirect::to(format!("/classes/{id}/lessons?done=replaced"))),
                Err(error) => error,
            }
        }
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let opened = opened(clerk.actor().clone(), &id, desk)
        .await
        .map_err(Err)?;
    let w = caller.words();
    let filled = say(w, blank(w, &opened), &reasons);
    Err(Ok(Page::new(page(
        &caller,
        &opened,
        filled,
        Some(form.rows()),
        Role::InstitutionClerk,
        None,
    ))
    .status(answer)))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, fill, replace]
}
