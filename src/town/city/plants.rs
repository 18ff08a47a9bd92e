//! 埋设: fraud planted in the city by the real acts, and near-misses beside it, so that what the rules
//! find can be held against what is there to be found.
//!
//! What the acts refuse in every case has nothing planted: hours short or too long (F05),
//! certificates before the end of publicity, dates set back and gaps in the numbers (F10), and more
//! years of work than somebody can have (F15). The rest of those rules is reached: by a sitting whose
//! people are entered after its day (F05), by a holiday that is recorded when publicity is over (F10).

use crate::acts::corrections::{self, Right};
use crate::acts::deliveries::{self, NewDelivery};
use crate::acts::subsidy_rules::{self, NewRule};
use crate::acts::{Done, Error, holidays, replacements};
use crate::domain::account::{Administrator, BureauOfficer, Confirmer, Issuer, Officer};
use crate::domain::attendance::Presence;
use crate::domain::certificate::{CertificateId, CertificateKind};
use crate::domain::course::TrainingKind;
use crate::domain::delivery::DeliveryKind;
use crate::domain::place;
use crate::domain::red_flag::Rule;
use crate::domain::skill_level::SkillLevel;
use crate::domain::subsidy::{self, Per, SubsidyKind};
use crate::ground::clock::Now;
use crate::paper::workbook::{self, Value};
use crate::store::{candidates, certificates, enrolments, publicities};
use crate::town::cast::Neighbour;
use crate::town::city::classes::{self, LASTS};
use crate::town::city::schools::{self, School};
use crate::town::city::sittings::{self, Scores};
use crate::town::city::{City, Planted, Step as Any, person};
use crate::town::offices::region;
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

/// What is out of the ordinary in a class.
pub(super) struct Twist {
    /// Who is on its roster.
    pub roster: Vec<Neighbour>,
    pub attendance: Attendance,
    /// So many of its people are on leave once; the others are always there.
    leaves: usize,
    /// The class from which two people come over on the first morning.
    pub from: Option<usize>,
    pub is_claimed: bool,
    pub hired: Hired,
}

/// When attendance is entered.
#[derive(Clone, Copy)]
pub(super) enum Attendance {
    /// On its day.
    Daily,
    /// That of so many days on the last of them.
    Bulk(usize),
    /// One afternoon's at this hour of the next day.
    Night(u32),
}

/// How many were hired by one employer on one day.
#[derive(Clone, Copy)]
pub(super) struct Hired {
    pub people: usize,
    pub by_the_school: bool,
}

impl Twist {
    fn of(roster: Vec<Neighbour>) -> Self {
        Self {
            roster,
            attendance: Attendance::Daily,
            leaves: usize::MAX,
            from: None,
            is_claimed: false,
            hired: Hired {
                people: 0,
                by_the_school: false,
            },
        }
    }

    /// Who was there.
    pub fn presence(&self, who: usize, lesson: usize) -> Presence {
        if who < self.leaves && lesson == who % 20 {
            Presence::Leave
        } else {
            Presence::Present
        }
    }
}

/// The record a flag should name, found once it is there.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Class(usize),
    Trainee(usize, usize),
    Person(usize, usize),
    /// Her certificate of a completed class.
    Completion(usize, usize),
    Sitting(usize),
    /// Who sits so far from the front.
    Seat(usize, usize),
    Applicant(usize, usize),
    Organisation(usize),
}

/// Whose names a department's list holds, from when to when.
type Told = (DeliveryKind, usize, usize, NaiveDate, Option<NaiveDate>);

/// What departments tell when everything is over.
#[derive(Default)]
pub(super) struct Lists {
    told: Vec<Told>,
    /// The county whose disabled are listed, and who of them is not, or only since a day.
    county: &'static str,
    unlisted: Vec<(usize, usize, Option<NaiveDate>)>,
    /// The sitting after whose certificates two names are put right, and the class of both people.
    pub renamed: Option<(usize, usize)>,
}

/// A weekday not before that day.
fn weekday(mut day: NaiveDate) -> NaiveDate {
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day = day + Days::new(1);
    }
    day
}

/// The two schools in which things are planted: numbers no other school of the city has.
const SCHOOLS: [usize; 2] = [131, 130];
/// Their counties.
const HERE: &str = "150981";
const THERE: &str = "150929";

/// The planter's tools: the schools before they are of the city, and the day everything is told by.
struct Ground {
    now: Now,
    /// The city's numbers of the two schools.
    at: [usize; 2],
}

/// Adds a course of employment training at level five, whose people get a class of it.
fn employ(city: &mut City<'_>, of: &mut School, trade: usize, now: Now) -> Done<usize> {
    let kind = TrainingKind::Employ;
    schools::offer(city, of, Some(trade), SkillLevel::Five, kind, now)
}

/// Plants everything.
pub(super) fn plan(city: &mut City<'_>, now: Now) -> Done<()> {
    let mut here = schools::open_school(city, SCHOOLS[0], now)?;
    let mut there = schools::open_school(city, SCHOOLS[1], now)?;
    let ground = Ground {
        now,
        at: [city.schools.len(), city.schools.len() + 1],
    };
    let mine: Vec<usize> = [0, 1, 2, 4]
        .into_iter()
        .map(|trade| employ(city, &mut here, trade, now))
        .collect::<Done<_>>()?;
    let post = schools::offer(
        city,
        &mut here,
        Some(0),
        SkillLevel::Four,
        TrainingKind::Post,
        now,
    )?;
    let orders: Vec<usize> = [3, 4, 5, 6]
        .into_iter()
        .map(|trade| {
            let kind = TrainingKind::Order;
            schools::offer(city, &mut here, Some(trade), SkillLevel::Five, kind, now)
        })
        .collect::<Done<_>>()?;
    let assessed: Vec<usize> = (0..7)
        .map(|_| employ(city, &mut here, 5, now))
        .collect::<Done<_>>()?;
    let theirs: Vec<usize> = (0..7)
        .map(|trade| employ(city, &mut there, trade, now))
        .collect::<Done<_>>()?;
    let many: Vec<usize> = (0..4)
        .map(|_| employ(city, &mut there, 6, now))
        .collect::<Done<_>>()?;
    city.schools.push(here);
    city.schools.push(there);

    twice(city, &ground, (mine[3], theirs[6]))?;
    orders_of(city, &ground, &orders)?;
    attended(city, &ground, &mine, &theirs)?;
    lists(city, &ground, (mine[2], post))?;
    strangers(city, &ground, (theirs[4], theirs[5]))?;
    assessments(city, &ground, &many, &assessed)
}

fn plant(city: &mut City<'_>, rule: Rule, variant: &'static str, of: Of) {
    city.plants.push((rule, variant, of, true));
}

fn near(city: &mut City<'_>, rule: Rule, variant: &'static str, of: Of) {
    city.plants.push((rule, variant, of, false));
}

fn come(city: &mut City<'_>, county: &str, n: usize) -> Done<Vec<Neighbour>> {
    let mut people = city.citizens.come(county, n)?;
    // Groups are planted by hand where they matter.
    for one in &mut people {
        one.groups = "";
    }
    Ok(people)
}

fn class(
    city: &mut City<'_>,
    school: usize,
    course: usize,
    starts: NaiveDate,
    twist: Twist,
) -> usize {
    let size = twist.roster.len();
    classes::note(city, school, course, starts, size, Some(twist))
}

/// F01: two people leave one class on the first day of another and come over; one of them was
/// present in the first that morning already, one was not.
fn twice(city: &mut City<'_>, ground: &Ground, courses: (usize, usize)) -> Done<()> {
    let starts = city.fitting(city.weekday(236));
    let first = come(city, HERE, 8)?;
    let second = come(city, THERE, COME_LATER)?;
    let one = class(city, ground.at[0], courses.0, starts, Twist::of(first));
    let twist = Twist {
        from: Some(one),
        ..Twist::of(second)
    };
    // A day on which the first class is taught, too.
    let mut days = city.timetable(starts).into_iter().skip(4);
    let day = days
        .find(|day| city.fitting(*day) == *day)
        .ok_or_else(|| Error::fault("no class can begin beside another"))?;
    let other = class(city, ground.at[1], courses.1, day, twist);
    plant(city, Rule::F01, "twice", Of::Trainee(other, COME_LATER));
    near(city, Rule::F01, "twice", Of::Trainee(other, COME_LATER + 1));
    Ok(())
}

/// How many are in a class before two more come over.
const COME_LATER: usize = 6;

/// F03: four classes of one year claimed for, and three. What the city pays for orders has no limit
/// a year: somebody forgot.
fn orders_of(city: &mut City<'_>, ground: &Ground, courses: &[usize]) -> Done<()> {
    let officer = person(&city.bureau, BureauOfficer::of)?;
    let now = ground.now;
    let new = NewRule {
        rule: subsidy::Rule {
            region: region("150900")?,
            kind: SubsidyKind::Training,
            training: Some(TrainingKind::Order),
            level: Some(SkillLevel::Five),
            group: None,
            per: Per::Head,
            amount_fen: 110_000,
            most_fen: None,
            least_hours: 0,
            per_year: None,
            within_months: Some(12),
            starts: now.day(),
            ends: None,
        },
        document: format!("乌人社示例发〔{}〕6号", now.year()),
    };
    subsidy_rules::enter(city.registry, &officer, &new, now)?;
    // All in one year: this one, or else the last.
    let last = city.weekday(54);
    let early = city.weekday(120);
    let shift = if early.year() == last.year() {
        0
    } else {
        i64::from(last.ordinal()) + 10
    };
    let people = come(city, HERE, 2)?;
    let mut free = NaiveDate::MIN;
    for (at, course) in (0_i64..).zip(courses) {
        let starts = city.fitting(city.weekday(120 - at * 22 + shift).max(free));
        free = starts + Days::new(LASTS + 2);
        let mut roster = people[..if at == 3 { 1 } else { 2 }].to_vec();
        roster.extend(come(city, HERE, if at == 0 { 8 } else { 4 })?);
        let twist = Twist {
            is_claimed: true,
            hired: Hired {
                people: if at == 0 { 10 } else { 0 },
                by_the_school: false,
            },
            ..Twist::of(roster)
        };
        let class = class(city, ground.at[0], *course, starts, twist);
        if at == 0 {
            // Hired by the enterprise they were trained for.
            near(city, Rule::F13, "one", Of::Class(class));
            plant(city, Rule::F03, "many", Of::Trainee(class, 0));
            near(city, Rule::F03, "many", Of::Trainee(class, 1));
        }
    }
    Ok(())
}

/// F02, F04, F11, F13, F14: attendance, phones, jobs, and who comes twice for the same.
fn attended(city: &mut City<'_>, ground: &Ground, mine: &[usize], theirs: &[usize]) -> Done<()> {
    let (early, base) = (
        city.fitting(city.weekday(200)),
        city.fitting(city.weekday(150)),
    );
    let at = ground.at;
    let rows = [
        (0, Attendance::Bulk(5), "bulk", true),
        (1, Attendance::Bulk(4), "bulk", false),
        (2, Attendance::Night(2), "night", true),
        (3, Attendance::Night(5), "night", false),
    ];
    let mut again = Vec::new();
    for (n, attendance, variant, is_fraud) in rows {
        let roster = come(city, THERE, 6)?;
        if n == 0 {
            again = roster[..2].to_vec();
        }
        let twist = Twist {
            attendance,
            hired: Hired {
                people: usize::from(n < 2),
                by_the_school: n == 0,
            },
            ..Twist::of(roster)
        };
        let class = class(city, at[1], theirs[n], early, twist);
        city.plants
            .push((Rule::F04, variant, Of::Class(class), is_fraud));
        if n < 2 {
            city.plants
                .push((Rule::F13, "itself", Of::Class(class), is_fraud));
        }
        if n == 0 {
            plant(city, Rule::F02, "again", Of::Completion(class, 0));
            near(city, Rule::F02, "again", Of::Completion(class, 1));
        }
    }
    for (n, is_fraud) in [(0, true), (1, false)] {
        let mut roster = vec![again[n].clone()];
        roster.extend(come(city, HERE, 11)?);
        let sharing = if is_fraud { 1..5 } else { 1..4 };
        for who in sharing {
            roster[who].phone = roster[1].phone.clone();
        }
        if is_fraud {
            roster[6].name = roster[5].name.clone();
            roster[6].phone = roster[5].phone.clone();
        }
        let twist = Twist {
            leaves: usize::from(!is_fraud),
            hired: Hired {
                people: if is_fraud { 10 } else { 9 },
                by_the_school: false,
            },
            ..Twist::of(roster)
        };
        let class = class(city, at[0], mine[n], base, twist);
        for (rule, variant, of) in [
            (Rule::F04, "perfect", Of::Class(class)),
            (Rule::F11, "phone", Of::Person(class, 1)),
            (Rule::F13, "one", Of::Class(class)),
        ] {
            city.plants.push((rule, variant, of, is_fraud));
        }
        let of = Of::Person(class, if is_fraud { 5 } else { 1 });
        city.plants.push((Rule::F14, "same", of, is_fraud));
    }
    Ok(())
}

/// F06, F07: who should not have been there, as departments tell later.
fn lists(city: &mut City<'_>, ground: &Ground, (course, post): (usize, usize)) -> Done<()> {
    use DeliveryKind::{Deceased, Insured, Payroll, Pensioner, Pupil};
    let starts = city.fitting(city.weekday(150));
    let ends = starts + Days::new(LASTS);
    let (before, after) = (starts - Days::new(1), starts + Days::new(1));
    let long = starts - Days::new(400);
    let mut roster = come(city, HERE, 9)?;
    for age in [64, 63] {
        let mut one = city.citizens.born(HERE, starts.year() - age)?;
        one.groups = "";
        roster.push(one);
    }
    let mut disabled = come(city, HERE, 3)?;
    for one in &mut disabled {
        one.groups = "残疾人";
    }
    roster.extend(disabled);
    let one = class(city, ground.at[0], course, starts, Twist::of(roster));
    let workers = come(city, HERE, 4)?;
    let other = class(city, ground.at[0], post, starts, Twist::of(workers));
    let told: Vec<Told> = vec![
        (Deceased, one, 0, starts + Days::new(5), None),
        (Deceased, one, 1, ends + Days::new(5), None),
        (Pensioner, one, 2, long, None),
        (Pensioner, one, 3, after, None),
        (Payroll, one, 4, long, None),
        (Payroll, one, 5, long, Some(before)),
        (Pupil, one, 6, long, None),
        (Pupil, one, 7, long, Some(before)),
        (Insured, one, 8, long, None),
        (Insured, other, 0, long, None),
    ];
    let mut is_fraud = true;
    for (kind, class, who, ..) in &told {
        let of = Of::Trainee(*class, *who);
        city.plants.push((Rule::F06, kind.as_str(), of, is_fraud));
        is_fraud = !is_fraud;
    }
    plant(city, Rule::F06, "old", Of::Trainee(one, 9));
    near(city, Rule::F06, "old", Of::Trainee(one, 10));
    plant(city, Rule::F07, "unlisted", Of::Trainee(one, 11));
    plant(city, Rule::F07, "after", Of::Trainee(one, 12));
    near(city, Rule::F07, "after", Of::Trainee(one, 13));
    city.lists = Lists {
        told,
        county: HERE,
        unlisted: vec![
            (one, 11, None),
            (one, 12, Some(after)),
            (one, 13, Some(starts)),
        ],
        ..Lists::default()
    };
    let day = city.weekday(12);
    city.at(Now::beijing(day, 15, 0), Any::Deliver);
    Ok(())
}

/// F16: most of a class from another city, and half of one.
fn strangers(city: &mut City<'_>, ground: &Ground, courses: (usize, usize)) -> Done<()> {
    let starts = city.fitting(city.weekday(170));
    let elsewhere = place::full_name(&region("150102")?);
    for (course, from_there, is_fraud) in [(courses.0, 6, true), (courses.1, 5, false)] {
        let mut roster = come(city, THERE, 10)?;
        for one in &mut roster[..from_there] {
            one.region.clone_from(&elsewhere);
        }
        let class = class(city, ground.at[1], course, starts, Twist::of(roster));
        city.plants
            .push((Rule::F16, "elsewhere", Of::Class(class), is_fraud));
    }
    Ok(())
}

/// F08, F09, F12, F15: how people were assessed.
fn assessments(
    city: &mut City<'_>,
    ground: &Ground,
    many: &[usize],
    assessed: &[usize],
) -> Done<()> {
    let first = city.assessors.len();
    for at in [9, 10, 11] {
        let organisation = schools::organisation(city, at, ground.now)?;
        city.assessors.push(organisation);
    }
    let (quick, tired) = (first, first + 1);
    let base = city.fitting(city.weekday(180));
    let mut day = weekday(base + Days::new(32));
    let classes_of = |city: &mut City<'_>, school, courses: &[usize], sizes: &[usize], county| {
        courses
            .iter()
            .zip(sizes)
            .map(|(course, size)| {
                let roster = come(city, county, *size)?;
                Ok(class(city, school, *course, base, Twist::of(roster)))
            })
            .collect::<Done<Vec<usize>>>()
    };
    // A hundred and twenty-one pass on one day; sixty-one of them were judged by the same three.
    let at = ground.at;
    let crowd = classes_of(city, at[1], many, &[31, 30, 30, 30], THERE)?;
    let everybody = Scores::Everybody;
    let one = sittings::plant(city, (quick, 0), day, crowd[..2].to_vec(), everybody);
    let other = sittings::plant(city, (quick, 1), day, crowd[2..].to_vec(), everybody);
    plant(city, Rule::F08, "load", Of::Sitting(one));
    near(city, Rule::F08, "load", Of::Sitting(other));
    plant(city, Rule::F09, "everybody", Of::Sitting(one));
    plant(city, Rule::F09, "everybody", Of::Sitting(other));
    plant(city, Rule::F12, "day", Of::Organisation(quick));
    near(city, Rule::F12, "day", Of::Organisation(tired));

    // Two names are put right on level certificates; one completion certificate stays as it was.
    city.lists.renamed = Some((one, crowd[0]));
    plant(city, Rule::F14, "names", Of::Completion(crowd[0], 0));
    near(city, Rule::F14, "names", Of::Completion(crowd[0], 1));

    let small = classes_of(city, at[0], assessed, &[20, 20, 20, 10, 9, 6, 6], HERE)?;
    early(city, first + 2, base, [small[5], small[6]]);
    let raised = |raised| Scores::Equal { raised };
    let rows = [
        (tired, Scores::Pile(10), "pile", Some(true)),
        (tired, Scores::Pile(9), "pile", Some(false)),
        (tired, Scores::Flat, "flat", Some(true)),
        (tired, raised(false), "equal", Some(true)),
        (quick, raised(true), "equal", Some(false)),
    ];
    let panel = |organisation| usize::from(organisation == quick);
    let mut last = one;
    for (n, (organisation, scores, variant, fraud)) in rows.into_iter().enumerate() {
        day = weekday(day + Days::new(1));
        let of = (organisation, panel(organisation));
        last = sittings::plant(city, of, day, vec![small[n]], scores);
        let is_fraud = fraud.unwrap_or_default();
        city.plants
            .push((Rule::F09, variant, Of::Sitting(last), is_fraud));
        if n == 1 {
            // Nobody fails nearly everybody either.
            near(city, Rule::F09, "everybody", Of::Sitting(last));
            plant(city, Rule::F08, "running", Of::Sitting(last));
        }
    }
    plant(city, Rule::F09, "edited", Of::Seat(last, 0));
    near(city, Rule::F09, "edited", Of::Seat(last, 1));

    day = weekday(day + Days::new(1));
    let people = come(city, HERE, 2)?;
    let applicants = people.into_iter().zip(["4B", "4A"]).collect();
    let of = (quick, panel(quick));
    let alone = sittings::plant_applicants(city, of, day, applicants);
    plant(city, Rule::F15, "previous", Of::Applicant(alone, 0));
    near(city, Rule::F15, "previous", Of::Applicant(alone, 1));
    // The third in a row of the same panel, and no fourth.
    near(city, Rule::F08, "running", Of::Sitting(alone));
    let day = city.weekday(8);
    city.at(Now::beijing(day, 16, 0), Any::Holiday);
    Ok(())
}

/// F05: a sitting on the last day but one of a class, and one on its last; who takes part is entered
/// when the class is over, and both are judged then.
fn early(city: &mut City<'_>, organisation: usize, starts: NaiveDate, classes: [usize; 2]) {
    let days = city.timetable(starts);
    let entered = starts + Days::new(LASTS + 4);
    let mut last = days.iter().rev();
    for (panel, is_fraud) in [(0, false), (1, true)] {
        let Some(day) = last.next() else { return };
        let class = classes[panel];
        let of = (organisation, panel);
        let at = sittings::plant_entered(city, of, *day, class, weekday(entered));
        city.plants
            .push((Rule::F05, "early", Of::Sitting(at), is_fraud));
    }
}

/// F14: after a sitting's certificates are out, two names are put right on them. One school gives a
/// new completion certificate for the old one, too.
pub(super) fn rename(city: &mut City<'_>, sitting: usize, now: Now) -> Done<()> {
    let Some((_, class)) = city.lists.renamed.filter(|(of, _)| *of == sitting) else {
        return Ok(());
    };
    let at_level = Issuer::of(
        city.assessors[city.sittings[sitting].organisation]
            .signatory
            .clone(),
    );
    let at_level = at_level.ok_or_else(|| Error::fault("a signatory issues"))?;
    let at_school = person(
        &city.schools[city.classes[class].school].signatory,
        Issuer::of,
    )?;
    let confirmer = person(&city.bureau, Confirmer::of)?;
    for (who, is_replaced) in [(0, false), (1, true)] {
        let [level, completion] = papers(city, class, who)?;
        let old = city.classes[class].people[who].name.clone();
        let mut letters: Vec<char> = old.chars().collect();
        if let Some(last) = letters.last_mut() {
            *last = if *last == '敏' { '静' } else { '敏' };
        }
        let name: String = letters.into_iter().collect();
        let right = Right {
            name: Some(name.clone()),
            reason: "报名时姓名录错".to_owned(),
            evidence: "居民身份证".to_owned(),
            ..Right::default()
        };
        let registry = city.registry;
        corrections::propose(registry, &at_level, &level, &right, now)?;
        corrections::confirm(registry, &confirmer, &level, now.plus_seconds(600))?;
        if is_replaced {
            let time = now.plus_seconds(1200);
            replacements::replace(registry, &at_school, &completion, "姓名已更正，换发", time)?;
        }
        city.classes[class].people[who].name = name;
    }
    Ok(())
}

/// The level and the completion certificate of somebody in a class.
fn papers(city: &City<'_>, class: usize, who: usize) -> Done<[CertificateId; 2]> {
    let missing = || Error::fault("a certificate of somebody is missing");
    let id = city.classes[class].id.as_ref().ok_or_else(missing)?;
    let name = &city.classes[class].people[who].name;
    let store = &city.registry.store;
    let trainees = store.read(|db| enrolments::of_class(db, id))?;
    let hers = trainees.iter().find(|one| one.name == *name);
    let hers = &hers.ok_or_else(missing)?.enrolment.id;
    let all = store.read(|db| certificates::earned_in(db, id))?;
    let of = |kind| {
        let found = all
            .iter()
            .find(|one| one.enrolment == *hers && one.kind == kind);
        found.map(|one| one.id.clone()).ok_or_else(missing)
    };
    Ok([
        of(CertificateKind::Level)?,
        of(CertificateKind::Completion)?,
    ])
}

/// F10: a day on which results were shown turns out to have been a holiday: what was shown on it was
/// shown too short. What opened on it, or closed before, was not.
pub(super) fn holiday(city: &mut City<'_>, now: Now) -> Done<()> {
    let store = &city.registry.store;
    let mut shown = Vec::new();
    for (at, sitting) in city.sittings.iter().enumerate() {
        if let Some(id) = &sitting.id
            && let Some(publicity) = store.read(|db| publicities::of(db, id))?
        {
            shown.push((at, publicity));
        }
    }
    // The day the fewest were shown on, and none of the town's.
    let mut chosen: Option<(usize, NaiveDate)> = None;
    for (_, publicity) in &shown {
        let days = publicity.opens.iter_days().skip(1);
        for day in days.take_while(|day| *day <= publicity.closes) {
            if day >= now.day() || !city.calendar.is_working(day) {
                continue;
            }
            let of_all = store.read(|db| publicities::shown_on(db, day))?;
            let of_all = of_all.iter().filter(|(one, ..)| one.opens < day).count();
            let touches = |one: &publicities::Publicity| one.opens < day && day <= one.closes;
            let of_city = shown.iter().filter(|(_, one)| touches(one)).count();
            if of_all == of_city && chosen.is_none_or(|(fewest, _)| of_city < fewest) {
                chosen = Some((of_city, day));
            }
        }
    }
    let Some((_, day)) = chosen else {
        return Ok(());
    };
    let mut is_near = false;
    for (at, one) in shown {
        if one.opens < day && day <= one.closes {
            plant(city, Rule::F10, "publicity", Of::Sitting(at));
        } else if !is_near && (one.opens == day || one.closes < day && day - one.closes < NEAR) {
            is_near = true;
            near(city, Rule::F10, "publicity", Of::Sitting(at));
        }
    }
    let administrator = person(&city.administrator, Administrator::of)?;
    holidays::record(city.registry, &administrator, day, false, "临时放假", now)
}

/// A publicity that ended so shortly before a day is beside it.
const NEAR: TimeDelta = TimeDelta::days(10);

const HEADINGS: [&str; 3] = ["身份证号", "起始日期", "截止日期"];

/// The departments' lists come in.
pub(super) fn deliver(city: &City<'_>, now: Now) -> Done<()> {
    let mut kinds: Vec<DeliveryKind> = city.lists.told.iter().map(|told| told.0).collect();
    kinds.dedup();
    for kind in kinds {
        let rows = city.lists.told.iter().filter(|told| told.0 == kind);
        let rows = rows
            .map(|(_, class, who, from, to)| row(&city.classes[*class].people[*who], *from, *to))
            .collect();
        hand_over(city, kind, "150900", rows, now)?;
    }
    let lists = &city.lists;
    let always = now.day() - Days::new(2_000);
    let mut rows = Vec::new();
    for (at, class) in city.classes.iter().enumerate() {
        if city.schools[class.school].county != lists.county {
            continue;
        }
        for (who, one) in class.people.iter().enumerate() {
            let of = lists
                .unlisted
                .iter()
                .find(|(class, person, _)| (*class, *person) == (at, who));
            match of {
                _ if !one.groups.contains("残疾人") => {}
                Some((_, _, None)) => {}
                Some((_, _, Some(since))) => rows.push(row(one, *since, None)),
                None => rows.push(row(one, always, None)),
            }
        }
    }
    rows.sort_by(|a, b| format!("{a:?}").cmp(&format!("{b:?}")));
    rows.dedup();
    hand_over(city, DeliveryKind::Disabled, lists.county, rows, now)
}

fn row(one: &Neighbour, from: NaiveDate, to: Option<NaiveDate>) -> Vec<Value> {
    let to = to.map(|day| day.to_string()).unwrap_or_default();
    vec![
        Value::from(one.number.as_str()),
        Value::from(from.to_string()),
        Value::from(to),
    ]
}

fn hand_over(
    city: &City<'_>,
    kind: DeliveryKind,
    place: &str,
    rows: Vec<Vec<Value>>,
    now: Now,
) -> Done<()> {
    let officer = person(&city.bureau, Officer::of)?;
    let new = NewDelivery {
        department: "乌兰察布市大数据中心".to_owned(),
        kind,
        region: region(place)?,
        as_of: now.day(),
        file: format!("{kind}.csv"),
    };
    let bytes = workbook::csv(&HEADINGS, &rows);
    let tried = deliveries::try_out(city.registry, &officer, &new, &bytes, now)?;
    if let Some(problem) = tried.problems.first() {
        return Err(Error::fault(format!("a list is wrong: {problem:?}")));
    }
    deliveries::keep(city.registry, &officer, &new, &bytes, &tried.digest, now).map(drop)
}

/// What was planted, by the records it should be found in. What lies ahead of today is not there.
pub(super) fn told(city: &City<'_>) -> Done<Vec<Planted>> {
    let mut all = Vec::new();
    for (rule, variant, of, is_fraud) in &city.plants {
        if let Some(record) = record(city, *of)? {
            all.push(Planted {
                rule: *rule,
                variant,
                record,
                is_fraud: *is_fraud,
            });
        }
    }
    Ok(all)
}

fn record(city: &City<'_>, of: Of) -> Done<Option<String>> {
    let name = |class: usize, who: usize| &city.classes[class].people[who].name;
    let store = &city.registry.store;
    let trainee = |class: usize, who: usize| {
        let Some(id) = &city.classes[class].id else {
            return Ok(None);
        };
        let all = store.read(|db| enrolments::of_class(db, id))?;
        Ok::<_, Error>(all.into_iter().find(|one| one.name == *name(class, who)))
    };
    Ok(match of {
        Of::Class(at) => city.classes[at].id.as_ref().map(ToString::to_string),
        Of::Sitting(at) => city.sittings[at].id.as_ref().map(ToString::to_string),
        Of::Organisation(at) => Some(city.assessors[at].house.to_string()),
        Of::Trainee(class, who) => trainee(class, who)?.map(|one| one.enrolment.id.to_string()),
        Of::Person(class, who) => trainee(class, who)?.map(|one| one.enrolment.person.to_string()),
        Of::Completion(class, who) => {
            let hers = trainee(class, who)?.map(|one| one.enrolment.id);
            let Some(id) = &city.classes[class].id else {
                return Ok(None);
            };
            let all = store.read(|db| certificates::earned_in(db, id))?;
            all.into_iter()
                .find(|one| {
                    Some(&one.enrolment) == hers.as_ref() && one.kind == CertificateKind::Completion
                })
                .map(|one| one.id.to_string())
        }
        Of::Seat(at, line) => {
            let Some(id) = &city.sittings[at].id else {
                return Ok(None);
            };
            let mut all = store.read(|db| candidates::of(db, id))?;
            all.sort_by(|a, b| a.candidate.seat.cmp(&b.candidate.seat));
            all.get(line).map(|one| one.candidate.id.to_string())
        }
        Of::Applicant(at, who) => {
            let sitting = &city.sittings[at];
            let (Some(id), Some((one, _))) = (&sitting.id, sitting.applicants.get(who)) else {
                return Ok(None);
            };
            let all = store.read(|db| candidates::of(db, id))?;
            all.into_iter()
                .find(|row| row.name == one.name)
                .map(|row| row.candidate.id.to_string())
        }
    })
}
