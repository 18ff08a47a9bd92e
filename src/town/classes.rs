//! 各班期: the classes, each come as far as its own time allows.

use crate::acts::attendance::{self, Sheet};
use crate::acts::classes::{self as acts, Draft};
use crate::acts::lessons::{self, Filling};
use crate::acts::{Done, completion_certificates, rosters, withdrawals};
use crate::domain::account::{Clerk, Officer, Signatory, TrainingReader};
use crate::domain::attendance::Presence;
use crate::domain::lesson::{Half, LessonId};
use crate::ground::clock::Now;
use crate::town::agenda::{Walk, of};
use crate::town::cast::Neighbour;
use crate::town::employments;
use crate::town::sheets::{self, Form};
use chrono::{Days, NaiveDate, TimeDelta, Weekday};

/// How far a class is taken, if there is time enough.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Drafted,
    Filed,
    Returned,
    Completed,
    Closed,
}

/// One class.
struct Plan {
    key: &'static str,
    course: &'static str,
    name: &'static str,
    /// It begins on the last Monday until so many days before today.
    starts: i64,
    /// Days from its first to its last.
    lasts: u64,
    /// Its papers are done so many days sooner than usual.
    sooner: i64,
    /// Who does them, who decides, who signs.
    people: (&'static str, &'static str, &'static str),
    teachers: (&'static str, &'static str),
    size: usize,
    form: Form,
    until: Until,
}

const QINGJIANG: (&str, &str, &str) = ("clerk", "county", "signatory");
const BAIYIN: (&str, &str, &str) = ("clerk-baiyin", "county-houqi", "signatory-baiyin");
const HUITENG: (&str, &str, &str) = ("clerk-huiteng", "bureau", "signatory-huiteng");

const PLANS: &[Plan] = &[
    Plan {
        key: "weld-5-a",
        course: "weld-5",
        name: "焊工初级第一期",
        starts: 150,
        lasts: 30,
        sooner: 0,
        people: QINGJIANG,
        teachers: ("qj-weld-1", "qj-weld-2"),
        size: 24,
        form: Form::Workbook,
        until: Until::Closed,
    },
    Plan {
        key: "care-5-a",
        course: "care-5",
        name: "养老护理员初级（牧区）第一期",
        starts: 140,
        lasts: 30,
        sooner: 0,
        people: BAIYIN,
        teachers: ("by-care-1", "by-care-2"),
        size: 20,
        form: Form::OlderComma,
        until: Until::Closed,
    },
    Plan {
        key: "fork-order-a",
        course: "fork-order",
        name: "叉车订单班（安达物流）",
        starts: 135,
        lasts: 30,
        sooner: 0,
        people: QINGJIANG,
        teachers: ("qj-hoist-2", "qj-hoist-2"),
        size: 8,
        form: Form::Workbook,
        until: Until::Closed,
    },
    Plan {
        key: "start-a",
        course: "start",
        name: "SYB返乡创业班",
        starts: 100,
        lasts: 21,
        sooner: 0,
        people: BAIYIN,
        teachers: ("by-start-1", "by-start-1"),
        size: 16,
        form: Form::Comma,
        until: Until::Closed,
    },
    Plan {
        key: "weld-4-a",
        course: "weld-4",
        name: "焊工中级提升班",
        starts: 80,
        lasts: 30,
        sooner: 0,
        people: QINGJIANG,
        teachers: ("qj-weld-3", "qj-weld-4"),
        size: 20,
        form: Form::Workbook,
        until: Until::Closed,
    },
    Plan {
        key: "fork-5-a",
        course: "fork-5",
        name: "叉车初级第一期",
        starts: 66,
        lasts: 30,
        sooner: 0,
        people: QINGJIANG,
        teachers: ("qj-hoist-1", "qj-hoist-1"),
        size: 18,
        form: Form::Comma,
        until: Until::Closed,
    },
    Plan {
        key: "fork-4-a",
        course: "fork-4",
        name: "叉车中级提升班",
        starts: 52,
        lasts: 30,
        sooner: 0,
        people: QINGJIANG,
        teachers: ("qj-hoist-2", "qj-hoist-2"),
        size: 16,
        form: Form::Workbook,
        until: Until::Completed,
    },
    Plan {
        key: "weld-5-b",
        course: "weld-5",
        name: "焊工初级第二期",
        starts: 16,
        lasts: 30,
        sooner: 0,
        people: QINGJIANG,
        teachers: ("qj-weld-1", "qj-weld-2"),
        size: 22,
        form: Form::Workbook,
        until: Until::Closed,
    },
    Plan {
        key: "care-4-a",
        course: "care-4",
        name: "养老护理员中级提升班",
        starts: 10,
        lasts: 30,
        sooner: 0,
        people: BAIYIN,
        teachers: ("by-care-1", "by-care-2"),
        size: 18,
        form: Form::Comma,
        until: Until::Closed,
    },
    Plan {
        key: "care-5-b",
        course: "care-5-huiteng",
        name: "养老护理员项目制班",
        starts: -10,
        lasts: 30,
        sooner: 0,
        people: HUITENG,
        teachers: ("ht-care-1", "ht-care-1"),
        size: 14,
        form: Form::Workbook,
        until: Until::Closed,
    },
    Plan {
        key: "weld-5-c",
        course: "weld-5",
        name: "焊工初级第三期",
        starts: -14,
        lasts: 30,
        sooner: 0,
        people: QINGJIANG,
        teachers: ("qj-weld-3", "qj-weld-4"),
        size: 18,
        form: Form::Workbook,
        until: Until::Filed,
    },
    Plan {
        key: "weld-4-b",
        course: "weld-4",
        name: "焊工中级第二期",
        starts: -22,
        lasts: 30,
        sooner: 12,
        people: QINGJIANG,
        teachers: ("qj-weld-5", "qj-weld-5"),
        size: 0,
        form: Form::Workbook,
        until: Until::Returned,
    },
    Plan {
        key: "fork-5-b",
        course: "fork-5",
        name: "叉车初级第二期",
        starts: -26,
        lasts: 30,
        sooner: 12,
        people: QINGJIANG,
        teachers: ("qj-hoist-1", "qj-hoist-2"),
        size: 14,
        form: Form::Workbook,
        until: Until::Drafted,
    },
];

/// Which class shows which state.
pub(super) const TO_SHOW: [(&str, &str); 5] = [
    ("draft", "fork-5-b"),
    ("filed", "weld-5-c"),
    ("returned", "weld-4-b"),
    ("running", "weld-5-b"),
    ("completed", "fork-4-a"),
];

/// The last day of a class.
pub(super) fn ends(walk: &Walk<'_>, key: &str) -> NaiveDate {
    let plan = PLANS.iter().find(|plan| plan.key == key);
    plan.map_or_else(
        || walk.day(0),
        |plan| walk.monday(plan.starts) + Days::new(plan.lasts),
    )
}

/// Puts every class on the agenda.
pub(super) fn run(walk: &mut Walk<'_>) {
    PLANS.iter().for_each(|plan| prepare(walk, plan));
}

fn prepare(walk: &mut Walk<'_>, plan: &'static Plan) {
    let starts = walk.monday(plan.starts);
    let before = |days: i64, hour, minute| {
        Now::beijing(starts - TimeDelta::days(days + plan.sooner), hour, minute)
    };
    walk.at(before(25, 9, 40), move |walk, now| {
        draft(walk, plan, starts, now)
    });
    walk.at(before(20, 10, 15), move |walk, now| enrol(walk, plan, now));
    if plan.until >= Until::Filed {
        walk.at(before(18, 16, 5), move |walk, now| {
            let clerk = walk.person(plan.people.0, Clerk::of)?;
            acts::file(walk.registry, &clerk, &of(&walk.classes, plan.key)?, now)
        });
    }
    if plan.until == Until::Returned {
        walk.at(before(15, 11, 20), move |walk, now| {
            let officer = walk.person(plan.people.1, Officer::of)?;
            let reasons = "一、实训课时安排过于集中，请每周留出一天。\n二、请补传实训场地照片。";
            acts::send_back(
                walk.registry,
                &officer,
                &of(&walk.classes, plan.key)?,
                reasons,
                now,
            )
        });
    }
    if plan.until < Until::Completed {
        return;
    }
    walk.at(before(15, 11, 20), move |walk, now| {
        let officer = walk.person(plan.people.1, Officer::of)?;
        acts::approve(walk.registry, &officer, &of(&walk.classes, plan.key)?, now)
    });
    walk.at(Now::beijing(starts, 8, 20), move |walk, now| {
        begin(walk, plan, now)
    });
    let ends = starts + Days::new(plan.lasts);
    walk.at(
        Now::beijing(ends + Days::new(1), 9, 30),
        move |walk, now| {
            let clerk = walk.person(plan.people.0, Clerk::of)?;
            acts::complete(walk.registry, &clerk, &of(&walk.classes, plan.key)?, now)
        },
    );
    walk.at(
        Now::beijing(ends + Days::new(3), 10, 10),
        move |walk, now| {
            let signatory = walk.person(plan.people.2, Signatory::of)?;
            let class = of(&walk.classes, plan.key)?;
            completion_certificates::issue(walk.registry, &signatory, &class, now).map(drop)
        },
    );
    for (months, days) in [(3, 93), (6, 185)] {
        let asked = Now::beijing(ends + Days::new(days), 14, 20);
        walk.at(asked, move |walk, now| {
            employments::follow(walk, plan.key, plan.people.0, months, now)
        });
    }
    if plan.until == Until::Closed {
        walk.at(
            Now::beijing(ends + Days::new(5), 15, 30),
            move |walk, now| {
                let clerk = walk.person(plan.people.0, Clerk::of)?;
                acts::close(walk.registry, &clerk, &of(&walk.classes, plan.key)?, now)
            },
        );
    }
}

fn draft(walk: &mut Walk<'_>, plan: &Plan, starts: NaiveDate, now: Now) -> Done<()> {
    let clerk = walk.person(plan.people.0, Clerk::of)?;
    let (theory, practice) = plan.teachers;
    let teachers = [theory, practice].map(|teacher| of(&walk.teachers, teacher));
    let [theory_teacher, practice_teacher] = teachers;
    let (theory_teacher, practice_teacher) = (theory_teacher?, practice_teacher?);
    let draft = Draft {
        course: of(&walk.courses, plan.course)?,
        name: plan.name.to_owned(),
        public_name: String::new(),
        starts,
        ends: starts + Days::new(plan.lasts),
        place: String::new(),
        capacity: 30,
        teachers: vec![theory_teacher.clone(), practice_teacher.clone()],
    };
    let enterprise = employments::ordered_by(plan.key)?;
    let id = acts::draft(walk.registry, &clerk, draft, enterprise.as_ref(), now)?;
    let filling = Filling {
        weekdays: vec![
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
            Weekday::Sat,
        ],
        theory: "理论课".to_owned(),
        theory_teacher,
        practice: "实操训练".to_owned(),
        practice_teacher,
    };
    lessons::fill(walk.registry, &clerk, &id, &filling, now.plus_seconds(900))?;
    walk.classes.insert(plan.key, id);
    Ok(())
}

/// The roster comes in; a draft's is full of slips and stays a dry run.
fn enrol(walk: &mut Walk<'_>, plan: &Plan, now: Now) -> Done<()> {
    if plan.size == 0 {
        return Ok(());
    }
    let people = trainees(walk, plan)?;
    let clerk = walk.person(plan.people.0, Clerk::of)?;
    let class = of(&walk.classes, plan.key)?;
    let (end, bytes) = match plan.until {
        Until::Drafted => sheets::faulty(&people)?,
        _ => sheets::file(&people, plan.form)?,
    };
    let file = format!("{}花名册.{end}", plan.name);
    let roster = rosters::upload(walk.registry, &clerk, &class, &file, &bytes, now)?;
    if plan.until != Until::Drafted {
        rosters::admit(walk.registry, &clerk, &roster, now.plus_seconds(420))?;
    }
    walk.rosters.insert(plan.key, people);
    Ok(())
}

/// Who comes: new people, and to the startup class a few welders who have their certificate.
fn trainees(walk: &mut Walk<'_>, plan: &Plan) -> Done<Vec<Neighbour>> {
    let known: Vec<Neighbour> = match plan.key {
        "start-a" => of(&walk.rosters, "weld-5-a")?.into_iter().take(3).collect(),
        _ => Vec::new(),
    };
    let mut people = known;
    people.extend(walk.cast.come(plan.size - people.len())?);
    Ok(people)
}

/// The class begins; each lesson of it is put on the agenda.
fn begin(walk: &mut Walk<'_>, plan: &'static Plan, now: Now) -> Done<()> {
    let clerk = walk.person(plan.people.0, Clerk::of)?;
    let class = of(&walk.classes, plan.key)?;
    acts::begin(walk.registry, &clerk, &class, now)?;
    let reader = walk.person(plan.people.0, TrainingReader::of)?;
    let opened = acts::open(walk.registry, &reader, &class, now)?;
    for (at, (lesson, _)) in opened.lessons.into_iter().enumerate() {
        let (hour, minute) = match lesson.half {
            Half::Morning => (12, 5),
            Half::Afternoon => (17, 40),
        };
        // One sheet was forgotten, and is marked late for ever.
        let forgotten = plan.key == "weld-5-b" && at == 4;
        let day = lesson.day + Days::new(if forgotten { 2 } else { 0 });
        let id = lesson.id;
        walk.at(Now::beijing(day, hour, minute), move |walk, now| {
            mark(walk, plan, at, &id, now)
        });
    }
    if plan.key == "care-4-a" {
        let leaver = opened
            .trainees
            .get(3)
            .map(|trainee| trainee.enrolment.id.clone());
        walk.at(
            Now::beijing(opened.class.starts + Days::new(3), 9, 0),
            move |walk, now| {
                let clerk = walk.person(plan.people.0, Clerk::of)?;
                leaver.map_or(Ok(()), |id| {
                    withdrawals::withdraw(walk.registry, &clerk, &id, "家中有事，不能继续参加", now)
                })
            },
        );
    }
    Ok(())
}

fn mark(walk: &mut Walk<'_>, plan: &Plan, at: usize, lesson: &LessonId, now: Now) -> Done<()> {
    let clerk = walk.person(plan.people.0, Clerk::of)?;
    let reader = walk.person(plan.people.0, TrainingReader::of)?;
    let Sheet { rows, .. } = attendance::sheet(walk.registry, &reader, lesson)?;
    let entries: Vec<_> = rows
        .into_iter()
        .enumerate()
        .map(|(who, (trainee, _))| (trainee.enrolment.id, presence(who, at)))
        .collect();
    attendance::mark(walk.registry, &clerk, lesson, &entries, now).map(drop)
}

/// Most are there; everybody misses something now and then, and one comes too seldom.
fn presence(who: usize, lesson: usize) -> Presence {
    match (who, lesson) {
        (0, _) => Presence::Present,
        (7, at) if at % 3 == 0 => Presence::Absent,
        (who, at) if (who * 7 + at * 3) % 29 == 0 => Presence::Absent,
        (who, at) if (who * 5 + at * 11) % 41 == 0 => Presence::Leave,
        _ => Presence::Present,
    }
}
