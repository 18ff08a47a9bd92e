//! 打印件: the application for a class and its timetable, filled in, with the class's QR.

use crate::acts::{Error, classes};
use crate::domain::account::TrainingReader;
use crate::domain::class::{ClassId, Step};
use crate::web::classes::show::enterprise;
use crate::web::classes::subject;
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::lessons::weekday;
use crate::web::names;
use crate::web::page::Page;
use crate::web::parts::Pair;
use crate::web::refusal::No;
use crate::web::words::Words;
use askama::Template;
use rocket::{State, get};

/// One lesson of the timetable.
struct Lesson {
    day: String,
    half: &'static str,
    hours: i32,
    content: String,
    teacher: String,
}

/// One teacher of the class.
struct Teacher {
    name: String,
    trade: String,
    qualification: String,
    card: String,
    until: String,
}

#[derive(Template)]
#[template(path = "classes/application.html")]
struct Application {
    f: Frame,
    qr: String,
    facts: Vec<Pair>,
    syllabus: String,
    teachers: Vec<Teacher>,
    lessons: Vec<Lesson>,
    filed: String,
    answered: String,
    answer: String,
}

#[derive(Template)]
#[template(path = "classes/timetable.html")]
struct Timetable {
    f: Frame,
    qr: String,
    house: String,
    class: String,
    days: String,
    lessons: Vec<Lesson>,
}

fn lessons(w: Words, opened: &classes::Opened) -> Vec<Lesson> {
    let lesson = |(lesson, teacher): &(crate::store::lessons::Lesson, String)| Lesson {
        day: format!("{} {}", w.date(lesson.day), weekday(w, lesson.day)),
        half: w.c("half", lesson.half),
        hours: lesson.hours,
        content: lesson.content.clone(),
        teacher: teacher.clone(),
    };
    opened.lessons.iter().map(lesson).collect()
}

async fn opened(
    reader: TrainingReader,
    id: ClassId,
    desk: &Desk,
) -> Result<(classes::Opened, String), No> {
    let now = desk.now();
    let address = format!("{}/classes/{id}", desk.registry().settings.public_base_url);
    let opened = desk
        .ask(move |registry| classes::open(registry, &reader, &id, now))
        .await?;
    let qr = crate::paper::qr::svg(&address)
        .map_err(|why| Error::fault(format!("a class's QR: {why:?}")))?;
    Ok((opened, qr))
}

/// 开班申请表, filled in.
#[get("/classes/<id>/application")]
async fn application(
    reader: TrainingReader,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<Application>, No> {
    let (opened, qr) = opened(reader, id, desk).await?;
    let w = caller.words();
    let class = &opened.class;
    let staying = opened
        .trainees
        .iter()
        .filter(|trainee| trainee.stays())
        .count();
    let last = |steps: &[Step]| {
        opened
            .steps
            .iter()
            .rev()
            .find(|step| steps.contains(&step.step))
    };
    let told = |step: Option<&crate::store::classes::StepTaken>| {
        step.map(|step| w.f("classes.happened_by", &[&step.by, &w.minute(step.at)]))
            .unwrap_or_default()
    };
    let answer = last(&[Step::Approved, Step::Returned]);
    let teacher = |it: &crate::store::teachers::Teacher| Teacher {
        name: it.name.clone(),
        trade: it.occupation.as_ref().map_or_else(
            || w.t("teachers.general").to_owned(),
            |code| names::occupation(w, code),
        ),
        qualification: it.qualification.clone(),
        card: it.card.clone(),
        until: w.date(it.valid_until),
    };
    Ok(Page::new(Application {
        f: caller.frame("classes.application.title"),
        qr,
        facts: vec![
            Pair::new(w.t("classes.show.house"), opened.house.name.clone()),
            Pair::new(w.t("classes.index.name"), class.name.clone()),
            Pair::new(w.t("classes.show.course"), opened.course.name.clone()),
            Pair::new(
                w.t("classes.application.kind"),
                w.pick(opened.course.kind.name(), opened.course.kind.name_en()),
            ),
            Pair::new(w.t("classes.index.subject"), subject(w, &opened.course)),
            Pair::new(
                w.t("classes.show.hours"),
                w.f(
                    "classes.show.hours_value",
                    &[
                        &opened.course.hours(),
                        &opened.course.theory_hours,
                        &opened.course.practice_hours,
                    ],
                ),
            ),
            Pair::new(w.t("classes.show.days"), w.span(class.starts, class.ends)),
            Pair::new(w.t("classes.show.place"), class.place.clone()),
            Pair::new(
                w.t("classes.application.people"),
                w.f("classes.people", &[&staying, &class.capacity]),
            ),
            Pair::new(
                w.t("classes.show.threshold"),
                format!("{}%", opened.course.threshold),
            ),
        ]
        .into_iter()
        .chain(enterprise(w, &opened))
        .collect(),
        syllabus: opened.course.syllabus.clone(),
        teachers: opened.teachers.iter().map(teacher).collect(),
        lessons: lessons(w, &opened),
        filed: told(last(&[Step::Filed])),
        answered: told(answer),
        answer: answer
            .map(|step| {
                format!(
                    "{} {}",
                    w.c("classes.state", step.step),
                    step.reason.clone().unwrap_or_default()
                )
            })
            .unwrap_or_default(),
    }))
}

/// 课程表, to print.
#[get("/classes/<id>/timetable")]
async fn timetable(
    reader: TrainingReader,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<Timetable>, No> {
    let (opened, qr) = opened(reader, id, desk).await?;
    let w = caller.words();
    Ok(Page::new(Timetable {
        f: caller.frame("classes.timetable.title"),
        qr,
        house: opened.house.name.clone(),
        class: opened.class.name.clone(),
        days: w.span(opened.class.starts, opened.class.ends),
        lessons: lessons(w, &opened),
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![application, timetable]
}
