//! 全市评价: a sitting for each class that was completed, from its plan to its certificates.

use crate::acts::candidates::{self, Application, Declared};
use crate::acts::marks::{self, Given};
use crate::acts::panels::{self, Appointment};
use crate::acts::sittings::{self as acts, NewSitting};
use crate::acts::{Done, Error, certificates, publicity};
use crate::domain::account::{AssessmentClerk, AssessmentSignatory, OnDuty};
use crate::domain::assessment::{Part, PartMark, SittingId};
use crate::domain::eligibility::ClauseCode;
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::score::Score;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use crate::town::cast::Neighbour;
use crate::town::city::schools::PANEL;
use crate::town::city::{City, Step as Any, TRADES, claims, person};
use crate::town::offices::occupation;
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

/// One sitting.
pub(super) struct Sitting {
    /// The classes it is for; none when people apply by themselves.
    pub classes: Vec<usize>,
    pub organisation: usize,
    day: NaiveDate,
    pub id: Option<SittingId>,
    /// Which of the organisation's panels; its turn, when nobody says.
    panel: Option<usize>,
    scores: Scores,
    /// Who applies by herself, and under which clause.
    pub applicants: Vec<(Neighbour, &'static str)>,
}

/// How its marks lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scores {
    Usual,
    /// Everybody passes.
    Everybody,
    /// So many just pass.
    Pile(usize),
    /// All within three points, around sixty.
    Flat,
    /// The assessors never differ; two marks are raised afterwards.
    Equal {
        raised: bool,
    },
}

/// What is done for it.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Announce,
    Enter,
    Appoint,
    Begin,
    Judge(usize),
    Raise,
    Show,
    Issue,
}

/// Finds the class a day at its county's assessment organisation, and puts the sitting on the agenda.
pub(super) fn plan(city: &mut City<'_>, class: usize) {
    let organisation = city.classes[class].school % city.open_to_all;
    let mut day = city.classes[class].starts + Days::new(16 + 13);
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
        || !city.taken.insert((organisation, day))
    {
        day = day + Days::new(1);
    }
    note(city, organisation, day, vec![class]);
}

/// Puts a sitting of some classes on the agenda. Answers which it is.
fn note(city: &mut City<'_>, organisation: usize, day: NaiveDate, classes: Vec<usize>) -> usize {
    let at = kept(city, organisation, day, classes);
    let before = |days, hour, minute| Now::beijing(day - TimeDelta::days(days), hour, minute);
    city.at(before(11, 9, 10), Any::Sitting(at, Step::Announce));
    city.at(before(9, 10, 30), Any::Sitting(at, Step::Enter));
    city.at(before(8, 15, 45), Any::Sitting(at, Step::Appoint));
    judged_on(city, at, day);
    at
}

fn kept(city: &mut City<'_>, organisation: usize, day: NaiveDate, classes: Vec<usize>) -> usize {
    let at = city.sittings.len();
    city.sittings.push(Sitting {
        classes,
        organisation,
        day,
        id: None,
        panel: None,
        scores: Scores::Usual,
        applicants: Vec::new(),
    });
    at
}

/// Puts on the agenda that it is held on a day, and what comes after.
fn judged_on(city: &mut City<'_>, at: usize, day: NaiveDate) {
    let on = |later, hour, minute| Now::beijing(day + Days::new(later), hour, minute);
    for (time, step) in [
        (on(0, 8, 30), Step::Begin),
        (on(0, 11, 20), Step::Judge(0)),
        (on(0, 14, 40), Step::Judge(1)),
        (on(0, 16, 10), Step::Judge(2)),
        (on(2, 10, 0), Step::Show),
    ] {
        city.at(time, Any::Sitting(at, step));
    }
}

/// Puts a sitting on the agenda that stands on the books for one day, though its people are entered,
/// and judged, on a later one.
pub(super) fn plant_entered(
    city: &mut City<'_>,
    (organisation, panel): (usize, usize),
    day: NaiveDate,
    class: usize,
    entered: NaiveDate,
) -> usize {
    let at = kept(city, organisation, day, vec![class]);
    city.sittings[at].panel = Some(panel);
    let announced = Now::beijing(day - TimeDelta::days(6), 9, 10);
    city.at(announced, Any::Sitting(at, Step::Announce));
    let (enter, appoint) = (Now::beijing(entered, 8, 5), Now::beijing(entered, 8, 20));
    city.at(enter, Any::Sitting(at, Step::Enter));
    city.at(appoint, Any::Sitting(at, Step::Appoint));
    judged_on(city, at, entered);
    at
}

/// Puts a sitting on the agenda by which panel it is judged and how.
pub(super) fn plant(
    city: &mut City<'_>,
    (organisation, panel): (usize, usize),
    day: NaiveDate,
    classes: Vec<usize>,
    scores: Scores,
) -> usize {
    let at = note(city, organisation, day, classes);
    city.sittings[at].panel = Some(panel);
    city.sittings[at].scores = scores;
    if matches!(scores, Scores::Equal { raised: true }) {
        let time = Now::beijing(day + Days::new(1), 10, 20);
        city.at(time, Any::Sitting(at, Step::Raise));
    }
    at
}

/// Puts a sitting on the agenda to which people come by themselves.
pub(super) fn plant_applicants(
    city: &mut City<'_>,
    of: (usize, usize),
    day: NaiveDate,
    applicants: Vec<(Neighbour, &'static str)>,
) -> usize {
    let at = plant(city, of, day, Vec::new(), Scores::Usual);
    city.sittings[at].applicants = applicants;
    at
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
            let panel = sitting.panel.unwrap_or(organisation.turns % 2);
            let seats = [
                (0, Part::Theory),
                (1, Part::Theory),
                (0, Part::Practice),
                (1, Part::Practice),
                (2, Part::Practice),
            ];
            let appointments = seats.map(|(who, part)| Appointment {
                assessor: organisation.panel[panel * PANEL + who].0.clone(),
                part,
                head: who == 0,
            });
            panels::appoint(registry, &clerk, &id, &appointments, now)?;
            city.sittings[at].panel = Some(panel);
            city.assessors[of].turns += 1;
            Ok(())
        }
        Step::Begin => acts::begin(registry, &clerk, &id()?, now),
        Step::Judge(who) => judge(city, at, who, &id()?, now),
        Step::Raise => raise(city, at, &id()?, now),
        Step::Show => {
            let opened = publicity::open(registry, &clerk, &id()?, now)?;
            let over = Now::beijing(opened.closes + Days::new(1), 10, 30);
            city.at(over, Any::Sitting(at, Step::Issue));
            Ok(())
        }
        Step::Issue => {
            let signatory = person(&organisation.signatory, AssessmentSignatory::of)?;
            certificates::issue(registry, &signatory, &id()?, now)?;
            for class in sitting.classes.clone() {
                claims::assessed(city, class, now);
            }
            let later = Now::beijing(now.day() + Days::new(1), 15, 0);
            city.at(later, Any::Rename(at));
            Ok(())
        }
    }
}

fn announce(city: &mut City<'_>, at: usize, clerk: &AssessmentClerk, now: Now) -> Done<()> {
    let sitting = &city.sittings[at];
    let taught = sitting.classes.first().map(|class| {
        let class = &city.classes[*class];
        &city.schools[class.school].courses[class.course]
    });
    let trade = taught.and_then(|taught| taught.trade).unwrap_or(0);
    let (code, name, work_type) = TRADES[trade];
    let new = NewSitting {
        name: format!("{name}第{}批", at + 1),
        occupation: occupation(code)?,
        work_type: work_type.map(ToOwned::to_owned),
        level: taught.map_or(SkillLevel::Four, |taught| taught.level),
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
    for (one, clause) in &city.sittings[at].applicants {
        let declared = Declared {
            clause: clause_of(clause)?,
            years: 6,
            previous: (*clause == "4B").then_some((SkillLevel::Five, PREVIOUS)),
            paper: None,
        };
        let application = Application {
            name: one.name.clone(),
            document: IdDocument::read(IdKind::ResidentCard, one.number.as_str())?,
            birth: None,
            declared,
        };
        candidates::enter_applicant(city.registry, clerk, id, &application, now)?;
    }
    for class in &city.sittings[at].classes {
        let class = &city.classes[*class];
        let taught = &city.schools[class.school].courses[class.course];
        let (clause, years) = match taught.level {
            SkillLevel::Four => ("4A", 5),
            _ => ("5A", 0),
        };
        let declared = Declared {
            clause: clause_of(clause)?,
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
        candidates::enter_class(city.registry, clerk, id, &class, &chosen, &declared, now)?;
    }
    Ok(())
}

/// The day of a certificate from elsewhere.
const PREVIOUS: NaiveDate = NaiveDate::from_ymd_opt(2019, 5, 20).expect("a day of May");

fn clause_of(code: &str) -> Done<ClauseCode> {
    ClauseCode::read(code).ok_or_else(|| Error::fault(format!("no clause {code}")))
}

/// The assessors of a planted sitting raise two marks they have signed: one to a pass, one that was.
fn raise(city: &City<'_>, at: usize, id: &SittingId, now: Now) -> Done<()> {
    for who in 0..PANEL {
        let on_duty = on_duty(city, at, who)?;
        let sheet = marks::sheet(city.registry, &on_duty, id)?;
        for (line, tenths) in [(0, RAISED), (1, RAISED + 20)] {
            let candidate = &sheet.lines[line].listed.candidate.id;
            let mark = Score::tenths(tenths).map_or(PartMark::Absent, PartMark::Scored);
            let reason = "漏计一项分，复核更正。";
            let part = Part::Practice;
            marks::correct(
                city.registry,
                &on_duty,
                id,
                candidate,
                part,
                mark,
                reason,
                now,
            )?;
        }
    }
    Ok(())
}

/// A pass after a mark was raised, in tenths.
const RAISED: i32 = 612;

fn on_duty(city: &City<'_>, at: usize, who: usize) -> Done<OnDuty> {
    let sitting = &city.sittings[at];
    let seat = sitting.panel.unwrap_or(0) * PANEL + who;
    let assessor = &city.assessors[sitting.organisation].panel[seat];
    person(&assessor.1, OnDuty::of)
}

fn judge(city: &City<'_>, at: usize, who: usize, id: &SittingId, now: Now) -> Done<()> {
    let on_duty = on_duty(city, at, who)?;
    let scores = city.sittings[at].scores;
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
                .map(|(part, _)| (*part, Some(gives(scores, at, line, *part, who))))
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

/// What an assessor gives.
fn gives(scores: Scores, sitting: usize, line: usize, part: Part, assessor: usize) -> PartMark {
    let tenths = match scores {
        Scores::Usual => return usual(sitting, line, part, assessor),
        Scores::Everybody => 640 + line * 4 + assessor * 13,
        Scores::Pile(many) if line < many => 602 + assessor * 3,
        // From far below sixty to far above, with nobody near it.
        Scores::Pile(_) if line % 2 == 0 => 700 + line * 9 + assessor * 11,
        Scores::Pile(_) => 400 + line * 8 + assessor * 11,
        Scores::Flat => 582 + line * 29 / 19 + assessor,
        Scores::Equal { .. } if line < 2 => 592 + line * 12,
        Scores::Equal { .. } => 640 + line * 15,
    };
    let score = i32::try_from(tenths).ok().and_then(Score::tenths);
    score.map_or(PartMark::Absent, PartMark::Scored)
}

/// Five in six pass; sittings differ, as trades and schools do.
fn usual(sitting: usize, who: usize, part: Part, assessor: usize) -> PartMark {
    // Sixty-one steps over a hundred places leave no wide gap: somebody fails everywhere.
    let chance = (sitting * 37 + who * 61 + usize::from(part == Part::Practice) * 53) % 100;
    if chance == 99 {
        return PartMark::Absent;
    }
    let hard = 8 + sitting % 5 * 3;
    let base = if chance < hard { 470 } else { 640 + chance * 3 };
    let score = i32::try_from(base + (assessor * 13 + who * 7) % 25)
        .ok()
        .and_then(Score::tenths);
    score.map_or(PartMark::Absent, PartMark::Scored)
}
