//! 全市班期: several hundred classes, each from its draft to its end.

use crate::acts::attendance::{self, Sheet};
use crate::acts::classes::{self as acts, Draft};
use crate::acts::lessons::{self, Filling};
use crate::acts::{Done, Error, completion_certificates, rosters, withdrawals};
use crate::domain::account::{Clerk, Officer, Signatory, TrainingReader};
use crate::domain::attendance::Presence;
use crate::domain::class::ClassId;
use crate::domain::lesson::{Half, LessonId};
use crate::ground::clock::Now;
use crate::town::cast::Neighbour;
use crate::town::city::plants::{Attendance, Twist};
use crate::town::city::schools::Taught;
use crate::town::city::{City, Extent, Step as Any, claims, employments, person, sittings};
use crate::town::sheets::{self, Form};
use chrono::{Days, NaiveDate, TimeDelta, Weekday};

/// Trainees in a usual class.
const SIZE: usize = 30;
/// Days from the first to the last.
pub(super) const LASTS: u64 = 16;

/// One class.
pub(super) struct Class {
    pub school: usize,
    pub course: usize,
    pub starts: NaiveDate,
    pub size: usize,
    pub id: Option<ClassId>,
    lessons: Vec<LessonId>,
    /// Who was on its roster.
    pub people: Vec<Neighbour>,
    /// How many of them are not to come to a later class, or have already.
    lent: usize,
    /// What is planted in it.
    pub twist: Option<Twist>,
}

/// What is done for it.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Draft,
    Enrol,
    File,
    Approve,
    /// Two people of another class come over.
    Fetch,
    Begin,
    Mark(usize),
    Complete,
    Certify,
    Close,
}

/// Puts every class of the year on the agenda: as many as the trainees fill, spread over the
/// schools and the months; fewer in winter and at the harvest.
pub(super) fn plan(city: &mut City<'_>, extent: &Extent<'_>) {
    let n = extent.trainees.div_ceil(SIZE);
    let schools = city.schools.len();
    let rounds = n.div_ceil(schools.max(1));
    for at in 0..n {
        let (school, round) = (at % schools, at / schools);
        let apart = 395 / i64::try_from(rounds).unwrap_or(1).max(1);
        let before = 400
            - i64::try_from(round).unwrap_or(0) * apart
            - i64::try_from(school % 9).unwrap_or(0);
        let starts = city.fitting(city.weekday(before));
        let course = round % city.schools[school].courses.len();
        note(city, school, course, starts, SIZE - 4 + at * 7 % 9, None);
    }
}

/// Puts one class on the agenda. Answers which it is.
pub(super) fn note(
    city: &mut City<'_>,
    school: usize,
    course: usize,
    starts: NaiveDate,
    size: usize,
    twist: Option<Twist>,
) -> usize {
    let class = city.classes.len();
    city.classes.push(Class {
        school,
        course,
        starts,
        size,
        id: None,
        lessons: Vec::new(),
        people: Vec::new(),
        lent: 0,
        twist,
    });
    let before = |days, hour, minute| Now::beijing(starts - TimeDelta::days(days), hour, minute);
    let after = |days, hour, minute| Now::beijing(starts + Days::new(LASTS + days), hour, minute);
    {
        for (time, step) in [
            (before(25, 9, 40), Step::Draft),
            (before(20, 10, 15), Step::Enrol),
            (before(18, 16, 5), Step::File),
            (before(15, 11, 20), Step::Approve),
            (before(0, 8, 0), Step::Fetch),
            (before(0, 8, 20), Step::Begin),
            (after(1, 9, 30), Step::Complete),
            (after(3, 10, 10), Step::Certify),
            (after(5, 15, 30), Step::Close),
        ] {
            city.at(time, Any::Class(class, step));
        }
    }
    employments::plan(city, class);
    claims::plan(city, class);
    class
}

/// Takes one step of one class.
pub(super) fn take(city: &mut City<'_>, at: usize, step: Step, now: Now) -> Done<()> {
    let class = &city.classes[at];
    let school = &city.schools[class.school];
    let registry = city.registry;
    let id = || {
        class
            .id
            .clone()
            .ok_or_else(|| Error::fault("a class before its draft"))
    };
    match step {
        Step::Draft => draft(city, at, now),
        Step::Enrol => enrol(city, at, now),
        Step::File => acts::file(registry, &person(&school.clerk, Clerk::of)?, &id()?, now),
        Step::Approve => {
            let officer = person(&city.officers[school.county], Officer::of)?;
            acts::approve(registry, &officer, &id()?, now)
        }
        Step::Fetch => fetch(city, at, now),
        Step::Begin => begin(city, at, now),
        Step::Mark(lesson) => mark(city, at, lesson, now),
        Step::Complete => acts::complete(registry, &person(&school.clerk, Clerk::of)?, &id()?, now),
        Step::Certify => {
            let signatory = person(&school.signatory, Signatory::of)?;
            completion_certificates::issue(registry, &signatory, &id()?, now).map(drop)
        }
        Step::Close => acts::close(registry, &person(&school.clerk, Clerk::of)?, &id()?, now),
    }
}

fn taught(city: &City<'_>, at: usize) -> Taught {
    let class = &city.classes[at];
    city.schools[class.school].courses[class.course].clone()
}

fn draft(city: &mut City<'_>, at: usize, now: Now) -> Done<()> {
    let taught = taught(city, at);
    let class = &city.classes[at];
    let clerk = person(&city.schools[class.school].clerk, Clerk::of)?;
    let enterprise = employments::ordered_by(&taught)?;
    let enterprise = enterprise.as_ref();
    let [theory, practice] = taught.teachers;
    let starts = class.starts;
    let draft = Draft {
        course: taught.course,
        name: format!("{}{}期", taught.name, at + 1),
        public_name: String::new(),
        starts,
        ends: starts + Days::new(LASTS),
        place: String::new(),
        capacity: 40,
        teachers: vec![theory.clone(), practice.clone()],
    };
    let id = acts::draft(city.registry, &clerk, draft, enterprise, now)?;
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
        theory_teacher: theory,
        practice: "实操训练".to_owned(),
        practice_teacher: practice,
    };
    lessons::fill(city.registry, &clerk, &id, &filling, now.plus_seconds(900))?;
    city.classes[at].id = Some(id);
    Ok(())
}

/// New people, and some who were in another trade's class of this county before.
fn enrol(city: &mut City<'_>, at: usize, now: Now) -> Done<()> {
    let class = &city.classes[at];
    let (school, size, starts) = (class.school, class.size, class.starts);
    let county = city.schools[school].county;
    let trade = taught(city, at).trade;
    let earlier = city.classes[..at]
        .iter()
        .enumerate()
        .rev()
        .find(|(other, class)| {
            city.schools[class.school].county == county
                && class.starts + Days::new(LASTS + 30) < starts
                && class.twist.is_none()
                && class.people.len() > class.lent + 8
                && taught(city, *other).trade != trade
        });
    // Nobody comes a third time: whoever comes again is not handed on by either class.
    let again: Vec<Neighbour> = match earlier.map(|(other, _)| other) {
        Some(other) if at % 3 == 0 && city.classes[at].twist.is_none() => {
            let class = &mut city.classes[other];
            class.lent += 3;
            class.people[class.lent - 3..class.lent].to_vec()
        }
        _ => Vec::new(),
    };
    city.classes[at].lent = again.len();
    let people = match &city.classes[at].twist {
        Some(twist) => twist.roster.clone(),
        None => {
            let mut people = again;
            people.extend(city.citizens.come(county, size - people.len())?);
            people
        }
    };
    let clerk = person(&city.schools[school].clerk, Clerk::of)?;
    let id = city.classes[at]
        .id
        .clone()
        .ok_or_else(|| Error::fault("a class before its draft"))?;
    let (end, bytes) = sheets::file(
        &people,
        if at % 2 == 0 {
            Form::Comma
        } else {
            Form::OlderComma
        },
    )?;
    let roster = rosters::upload(
        city.registry,
        &clerk,
        &id,
        &format!("花名册.{end}"),
        &bytes,
        now,
    )?;
    let admitted = rosters::admit(city.registry, &clerk, &roster, now.plus_seconds(420))?;
    if admitted != people.len() {
        return Err(Error::fault(format!(
            "{admitted} of the {} people of class {at} were admitted",
            people.len()
        )));
    }
    city.classes[at].people = people;
    Ok(())
}

/// On the first morning two people of another class are marked there, one present and one absent,
/// leave it, and are on a second roster of this one.
fn fetch(city: &mut City<'_>, at: usize, now: Now) -> Done<()> {
    let from = city.classes[at].twist.as_ref().and_then(|twist| twist.from);
    let Some(from) = from else { return Ok(()) };
    let missing = || Error::fault("a class before its draft");
    let registry = city.registry;
    let (left, entered) = (&city.classes[from], &city.classes[at]);
    let there = &city.schools[left.school].clerk;
    let clerk = person(there, Clerk::of)?;
    let left_id = left.id.clone().ok_or_else(missing)?;
    let opened = acts::open(registry, &person(there, TrainingReader::of)?, &left_id, now)?;
    let morning = opened
        .lessons
        .iter()
        .find(|(one, _)| one.day == entered.starts && one.half == Half::Morning);
    let (lesson, _) = morning.ok_or_else(|| Error::fault("the other class is not taught"))?;
    let people = left.people[..2].to_vec();
    let mut entries = Vec::new();
    for (one, presence) in people.iter().zip([Presence::Present, Presence::Absent]) {
        let hers = opened.trainees.iter().find(|other| other.name == one.name);
        let hers = hers.ok_or_else(|| Error::fault("somebody was never in the other class"))?;
        entries.push((hers.enrolment.id.clone(), presence));
    }
    attendance::mark(registry, &clerk, &lesson.id, &entries, now)?;
    for (enrolment, _) in &entries {
        withdrawals::withdraw(
            registry,
            &clerk,
            enrolment,
            "转到另一班期",
            now.plus_seconds(60),
        )?;
    }
    let clerk = person(&city.schools[entered.school].clerk, Clerk::of)?;
    let id = entered.id.clone().ok_or_else(missing)?;
    let (end, bytes) = sheets::file(&people, Form::Comma)?;
    let file = format!("补报花名册.{end}");
    let roster = rosters::upload(registry, &clerk, &id, &file, &bytes, now.plus_seconds(120))?;
    if rosters::admit(registry, &clerk, &roster, now.plus_seconds(240))? != people.len() {
        return Err(Error::fault("somebody who came over was not admitted"));
    }
    city.classes[from].people.drain(..people.len());
    city.classes[at].people.extend(people);
    Ok(())
}

fn begin(city: &mut City<'_>, at: usize, now: Now) -> Done<()> {
    let class = &city.classes[at];
    let school = &city.schools[class.school];
    let id = class
        .id
        .clone()
        .ok_or_else(|| Error::fault("a class before its draft"))?;
    acts::begin(city.registry, &person(&school.clerk, Clerk::of)?, &id, now)?;
    let reader = person(&school.clerk, TrainingReader::of)?;
    let opened = acts::open(city.registry, &reader, &id, now)?;
    let attendance = city.classes[at]
        .twist
        .as_ref()
        .map(|twist| twist.attendance);
    let mut days: Vec<_> = opened.lessons.iter().map(|(one, _)| one.day).collect();
    days.dedup();
    let taught = taught(city, at);
    for (n, (lesson, _)) in opened.lessons.into_iter().enumerate() {
        let (hour, minute) = match lesson.half {
            Half::Morning => (12, 5),
            Half::Afternoon => (17, 40),
        };
        let day = match attendance {
            // Now and then a sheet is forgotten, and is marked late for ever.
            None => lesson.day + Days::new(u64::from((at * 31 + n * 7) % 53 == 0) * 2),
            Some(Attendance::Bulk(many)) => {
                lesson.day.max(days[many - 1].min(days[days.len() - 1]))
            }
            Some(Attendance::Night(_)) if n == 5 => lesson.day + Days::new(1),
            Some(_) => lesson.day,
        };
        let hour = match attendance {
            Some(Attendance::Night(late)) if n == 5 => late,
            _ => hour,
        };
        let time = Now::beijing(day, hour, minute);
        city.classes[at].lessons.push(lesson.id);
        city.at(time, Any::Class(at, Step::Mark(n)));
    }
    if taught.trade.is_some() && city.classes[at].twist.is_none() {
        sittings::plan(city, at);
    }
    Ok(())
}

fn mark(city: &mut City<'_>, at: usize, lesson: usize, now: Now) -> Done<()> {
    let class = &city.classes[at];
    let school = &city.schools[class.school];
    let id = &class.lessons[lesson];
    let reader = person(&school.clerk, TrainingReader::of)?;
    let Sheet { rows, .. } = attendance::sheet(city.registry, &reader, id)?;
    let entries: Vec<_> = rows
        .into_iter()
        .enumerate()
        .map(|(who, (trainee, _))| {
            let presence = match &class.twist {
                Some(twist) => twist.presence(who, lesson),
                None => presence(at, who, lesson),
            };
            (trainee.enrolment.id, presence)
        })
        .collect();
    attendance::mark(
        city.registry,
        &person(&school.clerk, Clerk::of)?,
        id,
        &entries,
        now,
    )
    .map(drop)
}

/// Most are there; one in twenty comes too seldom.
fn presence(class: usize, who: usize, lesson: usize) -> Presence {
    match (class * 13 + who * 7 + lesson * 3) % 29 {
        _ if (class + who) % 20 == 7 && lesson % 3 == 0 => Presence::Absent,
        0 => Presence::Absent,
        1 => Presence::Leave,
        _ => Presence::Present,
    }
}
