//! 班期页: what each person sees of a class, and the one thing to do next.

use crate::acts::classes::{self, Opened};
use crate::domain::account::{Role, TrainingReader};
use crate::domain::class::{ClassId, Step};
use crate::ground::clock::Now;
use crate::store::attendance::Finish;
use crate::web::classes::view::{Figure, Learner, Reason, Show};
use crate::web::classes::{done, happened, state_tag, subject};
use crate::web::desk::Desk;
use crate::web::frame::Frame;
use crate::web::guards::Caller;
use crate::web::page::Page;
use crate::web::parts::{Pair, Stage, Tag, Task, Way};
use crate::web::refusal::No;
use crate::web::seals;
use crate::web::words::Words;
use rocket::{State, get};

/// A class.
#[get("/classes/<id>?<done>")]
async fn show(
    reader: TrainingReader,
    caller: Caller,
    id: ClassId,
    done: Option<&str>,
    desk: &State<Desk>,
) -> Result<Page<Show>, No> {
    let now = desk.now();
    let role = reader.actor().role;
    let opened = desk
        .ask(move |registry| classes::open(registry, &reader, &id, now))
        .await?;
    let w = caller.words();
    let known = [
        "drafted",
        "changed",
        "scheduled",
        "filed",
        "approved",
        "returned",
        "begun",
        "completed",
        "closed",
        "withdrawn",
    ];
    let f = caller
        .frame("classes.show.title")
        .titled(opened.class.name.clone())
        .under("classes")
        .crumb(w.t("classes.index.title"), "/classes")
        .notice(self::done(w, "classes.done", &known, done));
    Ok(Page::new(page(f, &opened, role, now)))
}

fn page(f: Frame, opened: &Opened, role: Role, now: Now) -> Show {
    let w = f.w;
    let class = &opened.class;
    let to = format!("/classes/{}", class.id);
    let staying = opened
        .trainees
        .iter()
        .filter(|trainee| trainee.stays())
        .count();
    let returned = match class.state {
        Step::Returned => opened
            .steps
            .iter()
            .rev()
            .find(|step| step.step == Step::Returned),
        _ => None,
    };
    Show {
        state: state_tag(w, class.state),
        facts: vec![
            Pair::new(
                w.t("classes.show.course"),
                format!("{} · {}", opened.course.name, subject(w, &opened.course)),
            ),
            Pair::new(w.t("classes.show.days"), w.span(class.starts, class.ends)),
            Pair::new(w.t("classes.show.place"), class.place.clone()),
        ],
        note: String::new(),
        returned: returned.map(|step| Reason {
            say: step.reason.clone().unwrap_or_default(),
            then: w.f("classes.show.returned_by", &[&step.by, &w.minute(step.at)]),
        }),
        faults: match class.state {
            Step::Drafted | Step::Returned | Step::Filed => opened
                .faults
                .iter()
                .map(|fault| Reason::of(w, fault))
                .collect(),
            _ => Vec::new(),
        },
        tasks: tasks(w, opened, role, now, &to),
        figures: figures(w, opened, staying),
        pairs: pairs(w, opened),
        learners: learners(w, opened, role),
        papers: papers(w, opened, &to),
        edit: (role == Role::InstitutionClerk && class.state.is_open_for_changes().is_ok())
            .then(|| Way::new(w.t("classes.show.edit"), format!("{to}/edit"))),
        again: (role == Role::InstitutionClerk).then(|| {
            Way::new(
                w.t("classes.show.again"),
                format!("/classes/new?like={}", class.id),
            )
        }),
        happened: happened(w, &opened.deeds),
        f,
    }
}

fn figures(w: Words, opened: &Opened, staying: usize) -> Vec<Figure> {
    let mut figures = vec![
        Figure::new(w.count(staying), w.t("classes.show.enrolled")),
        Figure::new(w.count(opened.class.capacity), w.t("classes.show.capacity")),
    ];
    let left = opened.trainees.len() - staying;
    if left > 0 {
        figures.push(Figure::new(w.count(left), w.t("classes.show.left")));
    }
    if !opened.completions.is_empty() {
        let good = opened
            .completions
            .iter()
            .filter(|it| it.outcome == Finish::Completed)
            .count();
        figures.push(Figure::new(w.count(good), w.t("classes.show.finished")).judged("ok"));
        if good < opened.completions.len() {
            figures.push(
                Figure::new(
                    w.count(opened.completions.len() - good),
                    w.t("classes.show.short"),
                )
                .judged("bad"),
            );
        }
    }
    figures
}

fn pairs(w: Words, opened: &Opened) -> Vec<Pair> {
    let names: Vec<_> = opened
        .teachers
        .iter()
        .map(|teacher| teacher.name.as_str())
        .collect();
    let course = format!("/institution/courses/{}", opened.course.id);
    let mut pairs = vec![
        Pair::new(
            w.t("classes.show.house"),
            w.pick(&opened.house.name, &opened.house.name_en),
        ),
        Pair::new(w.t("classes.show.course"), opened.course.name.clone()).to(course),
        Pair::num(
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
        Pair::num(
            w.t("classes.show.threshold"),
            format!("{}%", opened.course.threshold),
        ),
        Pair::new(
            w.t("classes.show.teachers"),
            if names.is_empty() {
                w.t("classes.show.nobody").to_owned()
            } else {
                names.join(w.t("classes.separator"))
            },
        ),
        Pair::new(
            w.t("classes.show.public_name"),
            opened.class.public_name.clone(),
        ),
    ];
    pairs.extend(enterprise(w, opened));
    pairs
}

/// For whom the class trains, if for somebody.
pub(super) fn enterprise(w: Words, opened: &Opened) -> Option<Pair> {
    let one = opened.enterprise.as_ref()?;
    let named = w.f("classes.show.enterprise_value", &[&one.name(), one.uscc()]);
    Some(Pair::new(w.t("classes.show.enterprise"), named))
}

/// Those in the class. Identity numbers are not shown: only their last places, to tell two
/// people of one name apart.
fn learners(w: Words, opened: &Opened, role: Role) -> Vec<Learner> {
    let may_withdraw = role == Role::InstitutionClerk
        && !matches!(opened.class.state, Step::Completed | Step::Closed);
    let line = |trainee: &crate::store::enrolments::Trainee| {
        let completion = opened
            .completions
            .iter()
            .find(|it| it.enrolment == trainee.enrolment.id);
        let state = match (&trainee.withdrawal, completion.map(|it| it.outcome)) {
            (Some(_), _) => Tag::none(w.t("classes.learner.left")),
            (None, Some(Finish::Completed)) => Tag::ok(w.t("classes.learner.finished")),
            (None, Some(Finish::Short)) => Tag::bad(w.t("classes.learner.short")),
            (None, None) => Tag::ok(w.t("classes.learner.in")),
        };
        let about = match &trainee.withdrawal {
            Some(left) => w.f(
                "classes.learner.left_on",
                &[&w.minute(left.at), &left.reason],
            ),
            None => completion
                .map(|it| w.f("classes.learner.attended", &[&it.attended, &it.held]))
                .unwrap_or_default(),
        };
        Learner {
            name: trainee.name.clone(),
            id_tail: format!("…{}", trainee.id_tail),
            sex: trainee
                .sex
                .as_deref()
                .map(|sex| w.c("sex", sex).to_owned())
                .unwrap_or_default(),
            since: w.minute(trainee.enrolment.enrolled_at),
            late: seals::late_trainee(w, trainee),
            late_entries: seals::late_attendance(
                w,
                opened.late.trainees.get(&trainee.enrolment.id),
            ),
            about,
            state,
            leave: if may_withdraw && trainee.stays() {
                format!("/enrolments/{}/withdrawal", trainee.enrolment.id)
            } else {
                String::new()
            },
        }
    };
    opened.trainees.iter().map(line).collect()
}

fn papers(w: Words, opened: &Opened, to: &str) -> Vec<Way> {
    let mut papers = vec![Way::new(
        w.t("classes.paper.application"),
        format!("{to}/application"),
    )];
    if !opened.lessons.is_empty() {
        papers.push(Way::new(
            w.t("classes.paper.timetable"),
            format!("{to}/timetable"),
        ));
        papers.push(Way::new(
            w.t("classes.paper.sheets"),
            format!("{to}/sign-in-sheets"),
        ));
    }
    if matches!(opened.class.state, Step::Completed | Step::Closed) {
        papers.push(Way::new(
            w.t("employments.index.title"),
            format!("{to}/employments"),
        ));
    }
    papers
}

/// The tasks of a class in order; at most one has a next step, and only for the person whose turn
/// it is.
fn tasks(w: Words, opened: &Opened, role: Role, now: Now, to: &str) -> Vec<Task> {
    let class = &opened.class;
    let clerk = role == Role::InstitutionClerk;
    let officer = matches!(role, Role::BureauOfficer | Role::CountyOfficer);
    let staying = opened
        .trainees
        .iter()
        .filter(|trainee| trainee.stays())
        .count();
    let hours: i32 = opened.lessons.iter().map(|(lesson, _)| lesson.hours).sum();
    let open = class.state.is_open_for_changes().is_ok();
    let scheduled = !opened.lessons.is_empty() && hours >= opened.course.hours();
    let wanting: usize = opened
        .wanting
        .iter()
        .filter(|(id, _)| {
            opened
                .lessons
                .iter()
                .any(|(lesson, _)| lesson.id == **id && lesson.day <= now.day())
        })
        .map(|(_, count)| count)
        .sum();
    let marked = opened.lessons.len() - opened.wanting.len().min(opened.lessons.len());
    let task = |key: &str, about: String, stage: Stage, address: &str, next: Option<&str>| {
        let tag = match stage {
            Stage::Done => Tag::ok(w.t("classes.task.done")),
            Stage::Now => Tag::todo(w.t("classes.task.now")),
            Stage::Fix => Tag::late(w.t("classes.task.fix")),
            Stage::Waiting => Tag::none(w.t("classes.task.waiting")),
        };
        let address = if stage == Stage::Waiting {
            String::new()
        } else {
            format!("{to}{address}")
        };
        Task {
            title: w.c("classes.task", key).to_owned(),
            next: next
                .filter(|_| !address.is_empty())
                .map(|next| Way::new(w.c("classes.task", next), address.clone())),
            to: address,
            about,
            stage,
            tag,
        }
    };
    let mut tasks = Vec::new();
    // 1 the timetable
    let stage = match (open, scheduled) {
        (_, true) => Stage::Done,
        (true, false) => Stage::Now,
        (false, false) => Stage::Fix,
    };
    let about = w.f(
        "classes.task.timetable_about",
        &[&opened.lessons.len(), &hours, &opened.course.hours()],
    );
    tasks.push(task(
        "timetable",
        about,
        stage,
        "/lessons",
        (clerk && stage == Stage::Now).then_some("timetable_next"),
    ));
    // 2 the roster: until teaching begins
    let stage = match (staying, class.state.has_begun()) {
        (0, false) => Stage::Now,
        (0, true) => Stage::Fix,
        _ => Stage::Done,
    };
    let about = w.f("classes.task.roster_about", &[&staying, &class.capacity]);
    let roster_next = clerk && stage == Stage::Now && scheduled;
    tasks.push(task(
        "roster",
        about,
        stage,
        if clerk && !class.state.has_begun() {
            "/rosters/new"
        } else {
            "#learners"
        },
        roster_next.then_some("roster_next"),
    ));
    // 3 filing and the bureau's answer
    let last = opened
        .steps
        .iter()
        .rev()
        .find(|step| matches!(step.step, Step::Filed | Step::Approved | Step::Returned));
    let told = last.map(|step| {
        w.f(
            "classes.task.step_about",
            &[
                &w.c("classes.state", step.step),
                &step.by,
                &w.minute(step.at),
            ],
        )
    });
    let (stage, address, next) = match class.state {
        Step::Drafted => (
            if opened.faults.is_empty() {
                Stage::Now
            } else {
                Stage::Waiting
            },
            "/filing",
            (clerk && !roster_next).then_some("filing_next"),
        ),
        Step::Returned => (Stage::Fix, "/filing", clerk.then_some("filing_again")),
        Step::Filed => (Stage::Now, "/decision", officer.then_some("decision_next")),
        _ => (Stage::Done, "/application", None),
    };
    let about = told.unwrap_or_else(|| {
        let count = opened.faults.len();
        if count == 0 {
            w.t("classes.task.filing_ready").to_owned()
        } else {
            w.f("classes.task.filing_about", &[&count])
        }
    });
    let mut filing = task("filing", about, stage, address, next);
    if class.state == Step::Filed && !officer
        || matches!(class.state, Step::Drafted | Step::Returned) && !clerk
    {
        filing.to = format!("{to}/application");
    }
    tasks.push(filing);
    // 4 begin
    let (stage, next) = match class.state {
        Step::Approved if now.day() >= class.starts && staying > 0 => {
            (Stage::Now, clerk.then_some("beginning_next"))
        }
        Step::Begun | Step::Completed | Step::Closed => (Stage::Done, None),
        _ => (Stage::Waiting, None),
    };
    let about = match opened.steps.iter().find(|step| step.step == Step::Begun) {
        Some(step) => w.f(
            "classes.task.step_about",
            &[
                &w.c("classes.state", step.step),
                &step.by,
                &w.minute(step.at),
            ],
        ),
        None => w.f("classes.task.beginning_about", &[&w.date(class.starts)]),
    };
    tasks.push(task(
        "beginning",
        about,
        stage,
        if stage == Stage::Now && clerk {
            "/beginning"
        } else {
            ""
        },
        next,
    ));
    // 5 attendance
    let (stage, next) = match class.state {
        Step::Begun if wanting > 0 => (Stage::Now, clerk.then_some("attendance_next")),
        Step::Begun => (Stage::Done, None),
        Step::Completed | Step::Closed => (Stage::Done, None),
        _ => (Stage::Waiting, None),
    };
    let about = if class.state.has_begun() {
        w.f(
            "classes.task.attendance_about",
            &[&marked, &opened.lessons.len(), &wanting],
        )
    } else {
        w.t("classes.task.attendance_later").to_owned()
    };
    tasks.push(task("attendance", about, stage, "/attendance", next));
    // 6 complete
    let (stage, next) = match class.state {
        Step::Begun if now.day() >= class.ends && opened.wanting.is_empty() => {
            (Stage::Now, clerk.then_some("completion_next"))
        }
        Step::Completed | Step::Closed => (Stage::Done, None),
        _ => (Stage::Waiting, None),
    };
    let about = match opened
        .steps
        .iter()
        .find(|step| step.step == Step::Completed)
    {
        Some(step) => w.f(
            "classes.task.step_about",
            &[
                &w.c("classes.state", step.step),
                &step.by,
                &w.minute(step.at),
            ],
        ),
        None => w.f("classes.task.completion_about", &[&w.date(class.ends)]),
    };
    tasks.push(task(
        "completion",
        about,
        stage,
        if stage == Stage::Now && clerk {
            "/completion"
        } else {
            "/attendance"
        },
        next,
    ));
    // 7 the signatory issues
    let (stage, next) = match class.state {
        Step::Completed => (
            Stage::Now,
            (role == Role::InstitutionSignatory).then_some("certificates_next"),
        ),
        Step::Closed => (Stage::Done, None),
        _ => (Stage::Waiting, None),
    };
    let about = w.t("classes.task.certificates_about").to_owned();
    tasks.push(task("certificates", about, stage, "/certificates", next));
    // 8 close
    let (stage, next) = match class.state {
        Step::Completed => (Stage::Now, clerk.then_some("closure_next")),
        Step::Closed => (Stage::Done, None),
        _ => (Stage::Waiting, None),
    };
    tasks.push(task(
        "closure",
        w.t("classes.task.closure_about").to_owned(),
        stage,
        if stage == Stage::Now && clerk {
            "/closure"
        } else {
            ""
        },
        next,
    ));
    tasks
}

/// The routes of this file.
pub fn routes() -> Vec<rocket::Route> {
    rocket::routes![show]
}
