//! 各评价批次: five sittings: one planned, one being marked, one in publicity, two issued.

use crate::acts::candidates::{self, Application, Declared};
use crate::acts::marks::{self, Given, Sheet};
use crate::acts::objections::{self, NewObjection};
use crate::acts::panels::{self, Appointment};
use crate::acts::publicity;
use crate::acts::sittings::{self as acts, NewSitting};
use crate::acts::{Done, Error, certificates};
use crate::domain::account::{AssessmentClerk, AssessmentSignatory, OnDuty};
use crate::domain::assessment::{Part, PartMark};
use crate::domain::eligibility::ClauseCode;
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::score::Score;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::town::agenda::{Walk, of};
use crate::town::offices::{CARER, HOIST, WELDER, occupation};
use crate::town::{certificates as papers, classes};
use chrono::{Days, NaiveDate, TimeDelta};

/// On which day a sitting is held.
#[derive(Clone, Copy)]
enum On {
    /// So many days after the class it is for has ended.
    AfterClass(u64),
    /// The last weekday until so many days before today.
    Before(i64),
    /// So many days from today.
    Ahead(i64),
}

/// How far a sitting is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Planned,
    Marking,
    Shown,
    Issued,
}

/// One sitting.
struct Plan {
    key: &'static str,
    name: &'static str,
    /// Clerk, signatory.
    people: (&'static str, &'static str),
    trade: &'static str,
    work_type: Option<&'static str>,
    level: SkillLevel,
    on: On,
    place: &'static str,
    class: &'static str,
    clause: &'static str,
    years: i32,
    /// Whether somebody applies by herself besides.
    applicant: bool,
    /// Who judges: by what name the story calls each, and her login.
    panel: [(&'static str, &'static str); 3],
    until: Until,
}

const XILIN: (&str, &str) = ("assess-clerk", "assess-signatory");
const WORKSHOP: [(&str, &str); 3] = [
    ("kang", "assessor-1"),
    ("sarula", "assessor-2"),
    ("tumen", "assessor-3"),
];
const WARD: [(&str, &str); 3] = [
    ("tumen", "assessor-3"),
    ("yan", "assessor-4"),
    ("bao", "assessor-5"),
];

const PLANS: &[Plan] = &[
    Plan {
        key: "weld-5",
        name: "焊工五级第一批",
        people: XILIN,
        trade: WELDER,
        work_type: None,
        level: SkillLevel::Five,
        on: On::AfterClass(15),
        place: "锡林技能评价中心焊接考场",
        class: "weld-5-a",
        clause: "5A",
        years: 0,
        applicant: true,
        panel: WORKSHOP,
        until: Until::Issued,
    },
    Plan {
        key: "care-5",
        name: "养老护理员五级第一批",
        people: ("assess-clerk-huiteng", "assess-signatory-huiteng"),
        trade: CARER,
        work_type: None,
        level: SkillLevel::Five,
        on: On::AfterClass(12),
        place: "辉腾技工学校护理考场",
        class: "care-5-a",
        clause: "5A",
        years: 0,
        applicant: false,
        panel: WARD,
        until: Until::Issued,
    },
    Plan {
        key: "weld-4",
        name: "焊工四级第一批",
        people: XILIN,
        trade: WELDER,
        work_type: Some("电焊工"),
        level: SkillLevel::Four,
        on: On::Before(8),
        place: "锡林技能评价中心焊接考场",
        class: "weld-4-a",
        clause: "4A",
        years: 5,
        applicant: true,
        panel: WORKSHOP,
        until: Until::Shown,
    },
    Plan {
        key: "fork-5",
        name: "叉车司机五级第一批",
        people: XILIN,
        trade: HOIST,
        work_type: Some("叉车司机"),
        level: SkillLevel::Five,
        on: On::Before(1),
        place: "锡林技能评价中心叉车考场",
        class: "fork-5-a",
        clause: "5A",
        years: 0,
        applicant: false,
        panel: WORKSHOP,
        until: Until::Marking,
    },
    Plan {
        key: "fork-4",
        name: "叉车司机四级第一批",
        people: XILIN,
        trade: HOIST,
        work_type: Some("叉车司机"),
        level: SkillLevel::Four,
        on: On::Ahead(6),
        place: "锡林技能评价中心叉车考场",
        class: "fork-4-a",
        clause: "4A",
        years: 5,
        applicant: false,
        panel: WORKSHOP,
        until: Until::Planned,
    },
];

/// Which sitting shows which state.
pub(super) const TO_SHOW: [(&str, &str); 4] = [
    ("planned", "fork-4"),
    ("marking", "fork-5"),
    ("in_publicity", "weld-4"),
    ("issued", "weld-5"),
];

/// Puts every sitting on the agenda.
pub(super) fn run(walk: &mut Walk<'_>) {
    PLANS.iter().for_each(|plan| prepare(walk, plan));
}

fn prepare(walk: &mut Walk<'_>, plan: &'static Plan) {
    let day = match plan.on {
        On::AfterClass(days) => classes::ends(walk, plan.class) + Days::new(days),
        On::Before(days) => walk.weekday(days),
        On::Ahead(days) => walk.day(-days),
    };
    let before = |days, hour, minute| Now::beijing(day - TimeDelta::days(days), hour, minute);
    walk.at(before(11, 9, 10), move |walk, now| {
        announce(walk, plan, day, now)
    });
    walk.at(before(9, 10, 30), move |walk, now| enter(walk, plan, now));
    walk.at(before(8, 15, 45), move |walk, now| appoint(walk, plan, now));
    if plan.until < Until::Marking {
        return;
    }
    walk.at(before(0, 8, 30), move |walk, now| {
        let clerk = walk.person(plan.people.0, AssessmentClerk::of)?;
        acts::begin(walk.registry, &clerk, &of(&walk.sittings, plan.key)?, now)
    });
    for (at, (hour, minute)) in [(0, (11, 20)), (1, (14, 40)), (2, (16, 10))] {
        walk.at(Now::beijing(day, hour, minute), move |walk, now| {
            judge(walk, plan, at, now)
        });
    }
    if plan.until >= Until::Shown {
        // Put up two days later; the one still shown today, yesterday.
        let opens = match plan.until {
            Until::Shown => walk.weekday(1),
            _ => day + Days::new(2),
        };
        walk.at(Now::beijing(opens, 10, 0), move |walk, now| {
            show(walk, plan, now)
        });
    }
}

fn announce(walk: &mut Walk<'_>, plan: &Plan, day: NaiveDate, now: Now) -> Done<()> {
    let clerk = walk.person(plan.people.0, AssessmentClerk::of)?;
    let new = NewSitting {
        name: plan.name.to_owned(),
        occupation: occupation(plan.trade)?,
        work_type: plan.work_type.map(ToOwned::to_owned),
        level: plan.level,
        day,
        place: plan.place.to_owned(),
    };
    let id = acts::plan(walk.registry, &clerk, new, now)?;
    walk.sittings.insert(plan.key, id);
    Ok(())
}

/// Every trainee who may is entered; those whose attendance was too low are not.
fn enter(walk: &mut Walk<'_>, plan: &Plan, now: Now) -> Done<()> {
    let clerk = walk.person(plan.people.0, AssessmentClerk::of)?;
    let sitting = of(&walk.sittings, plan.key)?;
    let class = of(&walk.classes, plan.class)?;
    let clause = ClauseCode::read(plan.clause)
        .ok_or_else(|| Error::fault(format!("no clause {}", plan.clause)))?;
    let declared = Declared {
        clause,
        years: plan.years,
        previous: None,
        paper: None,
    };
    let offered = candidates::offered(walk.registry, &clerk, &sitting, &class)?;
    let chosen: Vec<_> = offered
        .trainees
        .into_iter()
        .filter(|(_, may)| may.is_ok())
        .map(|(trainee, _)| trainee.enrolment)
        .collect();
    candidates::enter_class(
        walk.registry,
        &clerk,
        &sitting,
        &class,
        &chosen,
        &declared,
        now,
    )?;
    if plan.applicant {
        let alone = walk.cast.one()?;
        let document = IdDocument::read(IdKind::ResidentCard, alone.number.as_str())?;
        let application = Application {
            name: alone.name,
            document,
            birth: None,
            declared,
        };
        let later = now.plus_seconds(1500);
        candidates::enter_applicant(walk.registry, &clerk, &sitting, &application, later)?;
    }
    Ok(())
}

/// Two judge the theory, three the practice; the first of them leads.
fn appoint(walk: &mut Walk<'_>, plan: &Plan, now: Now) -> Done<()> {
    let clerk = walk.person(plan.people.0, AssessmentClerk::of)?;
    let sitting = of(&walk.sittings, plan.key)?;
    let seats = [
        (0, Part::Theory),
        (1, Part::Theory),
        (0, Part::Practice),
        (1, Part::Practice),
        (2, Part::Practice),
    ];
    let appointments = seats
        .into_iter()
        .map(|(at, part)| {
            let assessor = of(&walk.assessors, plan.panel[at].0)?;
            Ok(Appointment {
                assessor,
                part,
                head: at == 0,
            })
        })
        .collect::<Done<Vec<_>>>()?;
    panels::appoint(walk.registry, &clerk, &sitting, &appointments, now).map(drop)
}

/// One of the panel enters her marks and signs. Where the marking is still going on, the first has
/// signed, the second is half way, and the third has not begun.
fn judge(walk: &mut Walk<'_>, plan: &Plan, at: usize, now: Now) -> Done<()> {
    let is_going_on = plan.until == Until::Marking;
    if is_going_on && at == 2 {
        return Ok(());
    }
    let on_duty = walk.person(plan.panel[at].1, OnDuty::of)?;
    let sitting = of(&walk.sittings, plan.key)?;
    let sheet = marks::sheet(walk.registry, &on_duty, &sitting)?;
    let is_half_way = is_going_on && at == 1;
    let lines = if is_half_way {
        sheet.lines.len() / 2
    } else {
        sheet.lines.len()
    };
    let given = given(&sheet, lines, at);
    marks::record(walk.registry, &on_duty, &sitting, &given, now)?;
    if is_half_way {
        return Ok(());
    }
    let later = now.plus_seconds(1200);
    let sheet = marks::sheet(walk.registry, &on_duty, &sitting)?;
    let shown = marks::shown(&sheet);
    marks::sign(
        walk.registry,
        &on_duty,
        &sitting,
        sheet.lines.len(),
        &shown,
        later,
    )
    .map(drop)
}

fn given(sheet: &Sheet, lines: usize, assessor: usize) -> Vec<Given> {
    let lines = sheet.lines.iter().enumerate().take(lines);
    lines
        .map(|(who, line)| Given {
            candidate: line.listed.candidate.id.clone(),
            version: line.version,
            marks: line
                .marks
                .iter()
                .map(|(part, _)| (*part, Some(score(who, *part, assessor, &line.listed.name))))
                .collect(),
        })
        .collect()
}

/// Most pass; a few fail one part, one stays away. Assessors differ by a point or two.
fn score(who: usize, part: Part, assessor: usize, name: &str) -> PartMark {
    let passes = papers::MUST_PASS.contains(&name);
    if who % 17 == 11 && !passes {
        return PartMark::Absent;
    }
    let fails = !passes
        && ((who % 9 == 4 && part == Part::Practice) || who % 13 == 8 && part == Part::Theory);
    let part = usize::from(part == Part::Practice);
    let base = if fails {
        480
    } else {
        680 + (who * 37 + part * 110) % 250
    };
    let tenths = base + (assessor * 13 + who * 7 + part * 3) % 25;
    let score = i32::try_from(tenths).ok().and_then(Score::tenths);
    score.map_or(PartMark::Absent, PartMark::Scored)
}

/// The results are put up; once that is over they are issued. Somebody objects on the way.
fn show(walk: &mut Walk<'_>, plan: &'static Plan, now: Now) -> Done<()> {
    let clerk = walk.person(plan.people.0, AssessmentClerk::of)?;
    let sitting = of(&walk.sittings, plan.key)?;
    let opened = publicity::open(walk.registry, &clerk, &sitting, now)?;
    if plan.until < Until::Issued {
        return Ok(());
    }
    if plan.key == "weld-5" {
        let objection = NewObjection {
            about: "实操成绩".to_owned(),
            said: "我认为焊缝外观扣分偏多，请复核。".to_owned(),
            contact: "13847409999".to_owned(),
        };
        let asked = Now::beijing(now.day() + Days::new(1), 14, 0);
        walk.at(asked, move |walk, now| {
            let sitting = of(&walk.sittings, plan.key)?;
            let id = objections::lodge(walk.registry, &sitting, &objection, now)?;
            walk.at(now.plus_seconds(90_000), move |walk, now| {
                let signatory = walk.person(plan.people.1, AssessmentSignatory::of)?;
                let reason = "经三名考评员复核试件，评分与标准一致，维持原成绩。";
                objections::settle(walk.registry, &signatory, &id, false, reason, now).map(drop)
            });
            Ok(())
        });
    }
    walk.at(
        Now::beijing(opened.closes + Days::new(1), 10, 30),
        move |walk, now| {
            let signatory = walk.person(plan.people.1, AssessmentSignatory::of)?;
            let sitting = of(&walk.sittings, plan.key)?;
            let issued = certificates::issue(walk.registry, &signatory, &sitting, now)?;
            if plan.key == "weld-5" {
                papers::follow(walk, issued.given, now);
            }
            Ok(())
        },
    );
    Ok(())
}
