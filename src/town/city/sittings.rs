//! 全市评价: a sitting for each class that was completed, from its plan to its certificates.

use crate::acts::candidates::{self, Declared};
use crate::acts::marks::{self, Given};
use crate::acts::panels::{self, Appointment};
use crate::acts::sittings::{self as acts, NewSitting};
use crate::acts::{Done, Error, certificates, publicity};
use crate::domain::account::{AssessmentClerk, AssessmentSignatory, OnDuty};
use crate::domain::assessment::{Part, PartMark, SittingId};
use crate::domain::eligibility::ClauseCode;
use crate::domain::score::Score;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::town::city::schools::PANEL;
use crate::town::city::{City, Step as Any, TRADES, claims, person};
use crate::town::offices::occupation;
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

/// One sitting.
pub(super) struct Sitting {
    class: usize,
    organisation: usize,
    day: NaiveDate,
    id: Option<SittingId>,
    /// The first of its panel among the organisation's assessors.
    panel: usize,
}

/// What is done for it.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Announce,
    Enter,
    Appoint,
    Begin,
    Judge(usize),
    Show,
    Issue,
}

/// Finds the class a day at its county's assessment organisation, and puts the sitting on the agenda.
pub(super) fn plan(city: &mut City<'_>, class: usize) {
    let organisation = city.classes[class].school % city.assessors.len();
    let mut day = city.classes[class].starts + Days::new(16 + 13);
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
        || !city.taken.insert((organisation, day))
    {
        day = day + Days::new(1);
    }
    let at = city.sittings.len();
    city.sittings.push(Sitting {
        class,
        organisation,
        day,
        id: None,
        panel: 0,
    });
    let before = |days, hour, minute| Now::beijing(day - TimeDelta::days(days), hour, minute);
    for (time, step) in [
        (before(11, 9, 10), Step::Announce),
        (before(9, 10, 30), Step::Enter),
        (before(8, 15, 45), Step::Appoint),
        (before(0, 8, 30), Step::Begin),
        (before(0, 11, 20), Step::Judge(0)),
        (before(0, 14, 40), Step::Judge(1)),
        (before(0, 16, 10), Step::Judge(2)),
        (before(-2, 10, 0), Step::Show),
    ] {
        city.at(time, Any::Sitting(at, step));
    }
}

/// Takes one step of one sitting.
pub(super) fn take(city: &mut City<'_>, at: usize, step: Step, now: Now) -> Done<()> {
    let sitting = &city.sittings[at];
    let organisation = &city.assessors[sitting.organisation];
    let registry = city.registry;
    if !matches!(step, Step::Announce) && sitting.id.is_none() {
        // Nobody could be entered; it was called off.
        return Ok(());
    }
    let clerk = person(&organisation.clerk, AssessmentClerk::of)?;
    let id = || {
        sitting
            .id
            .clone()
            .ok_or_else(|| Error::fault("a sitting before its plan"))
    };
    match step {
        Step::Announce => announce(city, at, &clerk, now),
        Step::Enter => enter(city, at, &clerk, &id()?, now),
        Step::Appoint => {
            let (of, id) = (sitting.organisation, id()?);
            let panel = organisation.turns % 2 * PANEL;
            let seats = [
                (0, Part::Theory),
                (1, Part::Theory),
                (0, Part::Practice),
                (1, Part::Practice),
                (2, Part::Practice),
            ];
            let appointments = seats.map(|(who, part)| Appointment {
                assessor: organisation.panel[panel + who].0.clone(),
                part,
                head: who == 0,
            });
            panels::appoint(registry, &clerk, &id, &appointments, now)?;
            city.sittings[at].panel = panel;
            city.assessors[of].turns += 1;
            Ok(())
        }
        Step::Begin => acts::begin(registry, &clerk, &id()?, now),
        Step::Judge(who) => judge(city, at, who, &id()?, now),
        Step::Show => {
            let opened = publicity::open(registry, &clerk, &id()?, now)?;
            let over = Now::beijing(opened.closes + Days::new(1), 10, 30);
            city.at(over, Any::Sitting(at, Step::Issue));
            Ok(())
        }
        Step::Issue => {
            let signatory = person(&organisation.signatory, AssessmentSignatory::of)?;
            certificates::issue(registry, &signatory, &id()?, now)?;
            let class = sitting.class;
            claims::assessed(city, class, now);
            Ok(())
        }
    }
}

fn announce(city: &mut City<'_>, at: usize, clerk: &AssessmentClerk, now: Now) -> Done<()> {
    let sitting = &city.sittings[at];
    let class = &city.classes[sitting.class];
    let taught = &city.schools[class.school].courses[class.course];
    let (code, name, work_type) = TRADES[taught.trade.unwrap_or(0)];
    let new = NewSitting {
        name: format!("{name}第{}批", at + 1),
        occupation: occupation(code)?,
        work_type: work_type.map(ToOwned::to_owned),
        level: taught.level,
        day: sitting.day,
        place: "技能评价考场".to_owned(),
    };
    let id = acts::plan(city.registry, clerk, new, now)?;
    city.sittings[at].id = Some(id);
    Ok(())
}

fn enter(
    city: &mut City<'_>,
    at: usize,
    clerk: &AssessmentClerk,
    id: &SittingId,
    now: Now,
) -> Done<()> {
    let class = &city.classes[city.sittings[at].class];
    let taught = &city.schools[class.school].courses[class.course];
    let (clause, years) = match taught.level {
        SkillLevel::Four => ("4A", 5),
        _ => ("5A", 0),
    };
    let clause =
        ClauseCode::read(clause).ok_or_else(|| Error::fault(format!("no clause {clause}")))?;
    let declared = Declared {
        clause,
        years,
        previous: None,
        paper: None,
    };
    let class = class
        .id
        .clone()
        .ok_or_else(|| Error::fault("a class before its draft"))?;
    let offered = candidates::offered(city.registry, clerk, id, &class)?;
    let chosen: Vec<_> = offered
        .trainees
        .into_iter()
        .filter(|(_, may)| may.is_ok())
        .map(|(trainee, _)| trainee.enrolment)
        .collect();
    candidates::enter_class(city.registry, clerk, id, &class, &chosen, &declared, now).map(drop)
}

fn judge(city: &City<'_>, at: usize, who: usize, id: &SittingId, now: Now) -> Done<()> {
    let sitting = &city.sittings[at];
    let assessor = &city.assessors[sitting.organisation].panel[sitting.panel + who];
    let on_duty = person(&assessor.1, OnDuty::of)?;
    let sheet = marks::sheet(city.registry, &on_duty, id)?;
    let given: Vec<_> = sheet
        .lines
        .iter()
        .enumerate()
        .map(|(line, entry)| Given {
            candidate: entry.listed.candidate.id.clone(),
            version: entry.version,
            marks: entry
                .marks
                .iter()
                .map(|(part, _)| (*part, Some(score(at, line, *part, who))))
                .collect(),
        })
        .collect();
    marks::record(city.registry, &on_duty, id, &given, now)?;
    let sheet = marks::sheet(city.registry, &on_duty, id)?;
    let shown = marks::shown(&sheet);
    marks::sign(
        city.registry,
        &on_duty,
        id,
        sheet.lines.len(),
        &shown,
        now.plus_seconds(1200),
    )
    .map(drop)
}

/// Five in six pass; sittings differ, as trades and schools do.
fn score(sitting: usize, who: usize, part: Part, assessor: usize) -> PartMark {
    let chance = (sitting * 37 + who * 101 + usize::from(part == Part::Practice) * 53) % 100;
    if chance == 99 {
        return PartMark::Absent;
    }
    let hard = 4 + sitting % 5 * 3;
    let base = if chance < hard { 470 } else { 640 + chance * 3 };
    let score = i32::try_from(base + (assessor * 13 + who * 7) % 25)
        .ok()
        .and_then(Score::tenths);
    score.map_or(PartMark::Absent, PartMark::Scored)
}
