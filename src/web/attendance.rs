//! 考勤: a class's lessons with their progress, and one lesson's sheet.

use crate::acts::Error;
use crate::acts::attendance::{self, Sheet, Summary};
use crate::domain::account::{Clerk, Role, TrainingReader};
use crate::domain::attendance::Presence;
use crate::domain::class::{ClassId, Step};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::lesson::LessonId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::store::attendance::Finish;
use crate::web::body::Form;
use crate::web::classes::{Shown, reasons, say};
use crate::web::desk::Desk;
use crate::web::form::{Choice, Filled};
use crate::web::frame::{Frame, Notice};
use crate::web::guards::Caller;
use crate::web::lessons::weekday;
use crate::web::page::Page;
use crate::web::parts::{Tag, Way};
use crate::web::refusal::No;
use crate::web::seals;
use crate::web::words::Words;
use askama::Template;
use rocket::response::Redirect;
use rocket::{State, get, post};

/// One lesson on the list.
struct LessonRow {
    day: String,
    when: String,
    content: String,
    teacher: String,
    to: String,
    state: Tag,
    late: String,
}

/// One trainee's attendance.
struct TraineeRow {
    name: String,
    id_tail: String,
    attended: String,
    share: String,
    percent: i32,
    state: Tag,
    late: String,
    late_entries: String,
}

#[derive(Template)]
#[template(path = "attendance/index.html")]
struct Index {
    f: Frame,
    to: String,
    threshold: i32,
    lessons: Vec<LessonRow>,
    trainees: Vec<TraineeRow>,
    next: Option<Way>,
    sealed: String,
}

/// A class's lessons and how far its attendance is.
#[get("/classes/<id>/attendance")]
async fn index(
    reader: TrainingReader,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<Index>, No> {
    let today = desk.now().day();
    let clerk = reader.actor().role == Role::InstitutionClerk;
    let summary = desk
        .ask(move |registry| attendance::summary(registry, &reader, &id))
        .await?;
    let w = caller.words();
    let to = format!("/classes/{}", summary.class.id);
    let open = summary.class.state == Step::Begun;
    let next = summary
        .lessons
        .iter()
        .find(|(lesson, _, wants)| *wants > 0 && lesson.day <= today)
        .filter(|_| clerk && open);
    Ok(Page::new(Index {
        f: caller
            .frame("attendance.index.title")
            .under("classes")
            .crumb(w.t("classes.index.title"), "/classes")
            .crumb(summary.class.name.clone(), &to),
        next: next.map(|(lesson, ..)| {
            let when = format!("{} {}", w.date(lesson.day), w.c("half", lesson.half));
            Way::new(
                w.f("attendance.index.next", &[&when]),
                format!("/lessons/{}", lesson.id),
            )
        }),
        to,
        threshold: summary.course.threshold,
        sealed: seals::told(w, &summary.seals),
        lessons: lessons(w, &summary, today),
        trainees: trainees(w, &summary),
    }))
}

fn lessons(w: Words, summary: &Summary, today: chrono::NaiveDate) -> Vec<LessonRow> {
    let row = |(lesson, teacher, wants): &(crate::store::lessons::Lesson, String, usize)| {
        let expected = summary
            .trainees
            .iter()
            .filter(|(trainee, _)| trainee.was_in_class_on(lesson.day))
            .count();
        let made = expected.saturating_sub(*wants);
        let text = w.f("attendance.index.made", &[&made, &expected]);
        let state = match (*wants, made, lesson.day <= today) {
            (0, 1.., _) => Tag::ok(text),
            (_, _, false) => Tag::none(w.t("attendance.index.to_come")),
            (_, 0, true) => Tag::late(w.t("attendance.index.blank")),
            _ => Tag::late(text),
        };
        LessonRow {
            day: w.date(lesson.day),
            when: w.f(
                "attendance.index.when",
                &[
                    &weekday(w, lesson.day),
                    &w.c("half", lesson.half),
                    &lesson.hours,
                ],
            ),
            content: lesson.content.clone(),
            teacher: teacher.clone(),
            to: format!("/lessons/{}", lesson.id),
            state,
            late: seals::late_attendance(w, summary.late.lessons.get(&lesson.id)),
        }
    };
    summary.lessons.iter().map(row).collect()
}

fn trainees(w: Words, summary: &Summary) -> Vec<TraineeRow> {
    let row = |(trainee, tally): &(
        crate::store::enrolments::Trainee,
        crate::domain::attendance::Tally,
    )| {
        let finish = summary
            .completions
            .iter()
            .find(|it| it.enrolment == trainee.enrolment.id)
            .map(|it| it.outcome);
        let state = match (trainee.stays(), finish) {
            (false, _) => Tag::none(w.t("classes.learner.left")),
            (_, Some(Finish::Completed)) => Tag::ok(w.t("classes.learner.finished")),
            (_, Some(Finish::Short)) => Tag::bad(w.t("classes.learner.short")),
            _ if tally.held == 0 => Tag::none(w.t("attendance.index.nothing_held")),
            _ if tally.meets(summary.course.threshold).is_ok() => {
                Tag::ok(w.t("attendance.index.enough"))
            }
            _ => Tag::late(w.t("attendance.index.below")),
        };
        let permille = tally.permille();
        TraineeRow {
            name: trainee.name.clone(),
            id_tail: format!("…{}", trainee.id_tail),
            attended: w.f("classes.learner.attended", &[&tally.attended, &tally.held]),
            share: format!("{}.{}%", permille / 10, permille % 10),
            percent: permille / 10,
            state,
            late: seals::late_trainee(w, trainee),
            late_entries: seals::late_attendance(
                w,
                summary.late.trainees.get(&trainee.enrolment.id),
            ),
        }
    };
    summary.trainees.iter().map(row).collect()
}

/// One entry of a trainee, as the sheet tells it.
struct Told {
    text: String,
    late: String,
}

/// One line of the sheet.
struct Row {
    key: String,
    name: String,
    id_tail: String,
    chosen: String,
    late: String,
    entries: Vec<Told>,
}

#[derive(Template)]
#[template(path = "attendance/edit.html")]
struct Edit {
    f: Frame,
    form: Filled,
    facts: String,
    rows: Vec<Row>,
    presences: Vec<Choice>,
    may_mark: bool,
    late: String,
    to: String,
    back: String,
    paper: String,
    before: String,
    after: String,
}

async fn load(
    actor: crate::domain::account::Actor,
    id: &LessonId,
    desk: &Desk,
) -> Result<Sheet, No> {
    let (id, reader) = (
        id.clone(),
        TrainingReader::of(actor).ok_or(Error::NotFound)?,
    );
    Ok(desk
        .ask(move |registry| attendance::sheet(registry, &reader, &id))
        .await?)
}

fn page(
    caller: &Caller,
    sheet: &Sheet,
    form: Filled,
    role: Role,
    now: Now,
    notice: Option<Notice>,
) -> Edit {
    let w = caller.words();
    let class = format!("/classes/{}", sheet.class.id);
    let back = format!("{class}/attendance");
    let title = format!(
        "{} {}",
        w.date(sheet.lesson.day),
        w.c("half", sheet.lesson.half)
    );
    let may_mark = role == Role::InstitutionClerk
        && sheet.class.state == Step::Begun
        && sheet.lesson.day <= now.day();
    let row = |(trainee, entries): &(
        crate::store::enrolments::Trainee,
        Vec<crate::store::attendance::Entry>,
    )| {
        let key = format!("p-{}", trainee.enrolment.id);
        let last = entries
            .iter()
            .max_by_key(|entry| entry.turn)
            .map(|entry| entry.presence.to_string());
        let typed = form.value(&key).to_owned();
        let told = |entry: &crate::store::attendance::Entry| Told {
            text: w.f(
                if entry.turn > 1 {
                    "attendance.edit.corrected"
                } else {
                    "attendance.edit.entered"
                },
                &[
                    &w.c("presence", entry.presence),
                    &sheet.names.get(&entry.by).cloned().unwrap_or_default(),
                    &w.minute(entry.at),
                ],
            ),
            late: if entry.late {
                w.f(
                    "attendance.edit.late_entry",
                    &[&w.date(sheet.lesson.day), &w.minute(entry.at)],
                )
            } else {
                String::new()
            },
        };
        Row {
            chosen: if typed.is_empty() {
                last.unwrap_or_else(|| Presence::Present.to_string())
            } else {
                typed
            },
            key,
            late: seals::late_trainee(w, trainee),
            name: trainee.name.clone(),
            id_tail: format!("…{}", trainee.id_tail),
            entries: entries.iter().map(told).collect(),
        }
    };
    let rows = sheet.rows.iter().map(row).collect();
    let neighbour = |id: &Option<LessonId>| {
        id.as_ref()
            .map(|id| format!("/lessons/{id}"))
            .unwrap_or_default()
    };
    Edit {
        f: caller
            .frame("attendance.edit.title")
            .titled(w.f("attendance.edit.titled", &[&title]))
            .under("classes")
            .crumb(w.t("classes.index.title"), "/classes")
            .crumb(sheet.class.name.clone(), &class)
            .crumb(w.t("attendance.index.title"), &back)
            .notice(notice)
            .wrong(&form),
        facts: w.f(
            "attendance.edit.facts",
            &[
                &weekday(w, sheet.lesson.day),
                &sheet.lesson.hours,
                &sheet.lesson.content,
                &sheet.teacher,
            ],
        ),
        rows,
        presences: Presence::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), w.c("presence", it)))
            .collect(),
        late: if may_mark && now.day() > sheet.lesson.day {
            w.f("attendance.edit.late", &[&w.date(sheet.lesson.day)])
        } else {
            String::new()
        },
        may_mark,
        form,
        to: format!("/lessons/{}/attendance", sheet.lesson.id),
        paper: format!("/lessons/{}/sign-in-sheet", sheet.lesson.id),
        before: neighbour(&sheet.neighbours.0),
        after: neighbour(&sheet.neighbours.1),
        back,
    }
}

/// One lesson's sheet.
#[get("/lessons/<id>?<entered>")]
async fn edit(
    reader: TrainingReader,
    caller: Caller,
    id: LessonId,
    entered: Option<u32>,
    desk: &State<Desk>,
) -> Result<Page<Edit>, No> {
    let now = desk.now();
    let sheet = load(reader.actor().clone(), &id, desk).await?;
    let w = caller.words();
    let notice = entered.map(|count| Notice {
        good: true,
        text: w.f("attendance.edit.done", &[&count]),
    });
    Ok(Page::new(page(
        &caller,
        &sheet,
        Filled::blank(),
        reader.actor().role,
        now,
        notice,
    )))
}

/// The entries of a form whose fields are `p-<enrolment>`.
fn read(fields: &[(String, String)]) -> Result<Vec<(EnrolmentId, Presence)>, Vec<Refusal>> {
    let entries = fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("p-")?, value)));
    let entries =
        entries.map(|(key, value)| Some((EnrolmentId::read(key)?, Presence::read(value)?)));
    let entries: Option<Vec<_>> = entries.collect();
    match entries {
        Some(entries) if !entries.is_empty() => Ok(entries),
        _ => Err(vec![Refusal::new("attendance.unreadable")]),
    }
}

/// A clerk marks a lesson's sheet.
#[post("/lessons/<id>/attendance", data = "<form>")]
async fn mark(
    clerk: Clerk,
    caller: Caller,
    id: LessonId,
    form: Form<Vec<(String, String)>>,
    desk: &State<Desk>,
) -> Shown<Edit> {
    let now = desk.now();
    let Form(fields) = form;
    let error = match read(&fields) {
        Ok(entries) => {
            let (person, key) = (clerk.clone(), id.clone());
            match desk
                .ask(move |registry| attendance::mark(registry, &person, &key, &entries, now))
                .await
            {
                Ok(marked) => {
                    return Ok(Redirect::to(format!(
                        "/lessons/{id}?entered={}",
                        marked.entered
                    )));
                }
                Err(error) => error,
            }
        }
        Err(reasons) => Error::Refused(reasons),
    };
    let (answer, reasons) = reasons(error).map_err(Err)?;
    let sheet = load(clerk.actor().clone(), &id, desk).await.map_err(Err)?;
    let filled = fields.iter().fold(Filled::blank(), |form, (name, value)| {
        form.with(name, value)
    });
    let filled = say(caller.words(), filled, &reasons);
    Err(Ok(Page::new(page(
        &caller,
        &sheet,
        filled,
        Role::InstitutionClerk,
        now,
        None,
    ))
    .status(answer)))
}

/// One person's place on a printed sheet.
struct Line {
    number: usize,
    name: String,
    id_tail: String,
    late: String,
}

/// One printed sheet.
pub(super) struct Printed {
    title: String,
    when: String,
    content: String,
    teacher: String,
    people: usize,
    lines: Vec<Line>,
    qr: String,
}

#[derive(Template)]
#[template(path = "attendance/sheets.html")]
struct Sheets {
    f: Frame,
    house: String,
    class: String,
    sheets: Vec<Printed>,
}

fn printed(
    w: Words,
    sheet: &crate::store::lessons::Lesson,
    teacher: &str,
    people: &[&crate::store::enrolments::Trainee],
    base: &str,
) -> Result<Printed, No> {
    let address = format!("{base}/lessons/{}", sheet.id);
    let qr = crate::paper::qr::svg(&address)
        .map_err(|why| Error::fault(format!("a sheet's QR: {why:?}")))?;
    let line = |(n, trainee): (usize, &&crate::store::enrolments::Trainee)| Line {
        number: n + 1,
        late: seals::late_trainee(w, trainee),
        name: trainee.name.clone(),
        id_tail: format!("…{}", trainee.id_tail),
    };
    Ok(Printed {
        title: w.t("attendance.sheets.title").to_owned(),
        when: format!(
            "{} {} {}",
            w.date(sheet.day),
            weekday(w, sheet.day),
            w.c("half", sheet.half)
        ),
        content: w.f("attendance.sheets.content", &[&sheet.content, &sheet.hours]),
        teacher: teacher.to_owned(),
        people: people.len(),
        lines: people.iter().enumerate().map(line).collect(),
        qr,
    })
}

/// 签到表: one lesson's sheet, to print and sign.
#[get("/lessons/<id>/sign-in-sheet")]
async fn sheet(
    reader: TrainingReader,
    caller: Caller,
    id: LessonId,
    desk: &State<Desk>,
) -> Result<Page<Sheets>, No> {
    let sheet = load(reader.actor().clone(), &id, desk).await?;
    let base = &desk.registry().settings.public_base_url;
    let people: Vec<_> = sheet.rows.iter().map(|(trainee, _)| trainee).collect();
    let w = caller.words();
    let one = printed(w, &sheet.lesson, &sheet.teacher, &people, base)?;
    Ok(Page::new(Sheets {
        f: caller.frame("attendance.sheets.title"),
        house: sheet.house.name.clone(),
        class: sheet.class.name.clone(),
        sheets: vec![one],
    }))
}

/// 签到表: every lesson's sheet of a class, one on a page.
#[get("/classes/<id>/sign-in-sheets")]
async fn sheets(
    reader: TrainingReader,
    caller: Caller,
    id: ClassId,
    desk: &State<Desk>,
) -> Result<Page<Sheets>, No> {
    let summary = desk
        .ask(move |registry| attendance::summary(registry, &reader, &id))
        .await?;
    let base = &desk.registry().settings.public_base_url;
    let w = caller.words();
    let sheets: Result<Vec<_>, No> = summary
        .lessons
        .iter()
        .map(|(lesson, teacher, ..)| {
            let people: Vec<_> = summary
                .trainees
                .iter()
                .map(|(trainee, _)| trainee)
                .filter(|trainee| trainee.was_in_class_on(lesson.day))
                .collect();
            printed(w, lesson, teacher, &people, base)
        })
        .collect();
    Ok(Page::new(Sheets {
        f: caller.frame("attendance.sheets.title"),
        house: summary.house.name.clone(),
        class: summary.class.name.clone(),
        sheets: sheets?,
    }))
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![index, edit, mark, sheet, sheets]
}
