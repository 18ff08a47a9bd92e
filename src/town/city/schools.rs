//! 各校各站: the city's institutions, their people, what they may do, and their courses.

use crate::acts::accounts::{self, NewAccount};
use crate::acts::assessors::{self, NewAssessor};
use crate::acts::courses::{self, Outline};
use crate::acts::entitlements::{self, NewEntitlement};
use crate::acts::institutions::{self, NewInstitution, Particulars};
use crate::acts::teachers::{self, Card};
use crate::acts::{Done, Error};
use crate::domain::account::{Actor, Administrator, BureauOfficer, Clerk, Role, Scope};
use crate::domain::assessor::{AssessorId, Grade};
use crate::domain::course::{Course, CourseId, StartupCourse, THRESHOLD, TrainingKind};
use crate::domain::entitlement::Subject;
use crate::domain::institution::{InstitutionId, InstitutionRole, IssuerClass};
use crate::domain::place;
use crate::domain::skill_level::SkillLevel;
use crate::domain::teacher::TeacherId;
use crate::domain::uscc::Uscc;
use crate::ground::clock::Now;
use crate::town::PASSWORD;
use crate::town::city::{City, Extent, TRADES, at_house, person};
use crate::town::offices::{occupation, region};
use chrono::TimeDelta;

/// The hours of a course in a trade.
pub(super) const HOURS: i32 = 80;

/// The eleven counties of the city.
pub(super) const COUNTIES: [&str; 11] = [
    "150902", "150921", "150922", "150923", "150924", "150925", "150926", "150927", "150928",
    "150929", "150981",
];

/// A training institution.
pub(super) struct School {
    pub house: InstitutionId,
    pub name: String,
    pub uscc: Uscc,
    pub county: &'static str,
    pub clerk: Actor,
    pub signatory: Actor,
    pub courses: Vec<Taught>,
}

/// One of its courses, and who teaches it.
#[derive(Clone)]
pub(super) struct Taught {
    pub course: CourseId,
    pub name: String,
    /// Which of [`TRADES`]; none for a startup course.
    pub trade: Option<usize>,
    pub level: SkillLevel,
    pub kind: TrainingKind,
    pub teachers: [TeacherId; 2],
}

/// An assessment organisation and its two panels of three, who take turns: nobody sits more than
/// three sittings in a row.
pub(super) struct Assessors {
    pub house: InstitutionId,
    pub clerk: Actor,
    pub signatory: Actor,
    pub panel: Vec<(AssessorId, Actor)>,
    /// How many sittings have had their panel.
    pub turns: usize,
}

/// Who sits on one panel.
pub(super) const PANEL: usize = 3;

const NAMES: [&str; 12] = [
    "同心", "启航", "金桥", "草原", "弘毅", "匠心", "北辰", "白云", "兴业", "远航", "长青", "敕勒",
];

/// Registers everybody in one day of the founding year.
pub(super) fn open(city: &mut City<'_>, extent: &Extent<'_>, now: Now) -> Done<()> {
    for county in COUNTIES {
        let scope = Scope::Region(region(county)?);
        let login = format!("city-county-{county}");
        let officer = seat(city, login, "县区经办", Role::CountyOfficer, scope, now)?;
        city.officers.insert(county, officer);
    }
    for at in 0..extent.schools {
        let school = school(city, at, now)?;
        city.schools.push(school);
    }
    for at in 0..extent.assessors {
        let assessors = organisation(city, at, now)?;
        city.assessors.push(assessors);
    }
    Ok(())
}

fn seat(
    city: &City<'_>,
    login: String,
    name: &str,
    role: Role,
    scope: Scope,
    now: Now,
) -> Done<Actor> {
    let administrator = person(&city.administrator, Administrator::of)?;
    let new = NewAccount {
        login,
        name: name.to_owned(),
        role,
        scope: scope.clone(),
        password: PASSWORD.to_owned(),
    };
    let account = accounts::open(city.registry, &administrator, new, now)?;
    Ok(Actor {
        account,
        name: name.to_owned(),
        role,
        scope,
    })
}

/// The code of an institution of the city.
fn uscc(county: &str, code: usize) -> Done<Uscc> {
    let uscc = format!("5215{}MJY{code:06}", &county[2..]);
    Uscc::compose(&uscc).ok_or_else(|| Error::fault(format!("no code {uscc}")))
}

fn register(
    city: &City<'_>,
    name: String,
    county: &str,
    uscc: Uscc,
    particulars: Particulars,
    now: Now,
) -> Done<InstitutionId> {
    let officer = person(&city.bureau, BureauOfficer::of)?;
    let new = NewInstitution {
        name,
        uscc,
        region: region(county)?,
        particulars,
    };
    institutions::register(city.registry, &officer, new, now)
}

fn file(
    city: &City<'_>,
    house: &InstitutionId,
    role: InstitutionRole,
    subject: Subject,
    level: Option<SkillLevel>,
    now: Now,
) -> Done<()> {
    let officer = person(&city.bureau, BureauOfficer::of)?;
    let new = NewEntitlement {
        role,
        subject,
        level,
        starts: now.day(),
        ends: now.day() + TimeDelta::days(1095),
        document: "乌人社示例备〔2025〕9号".to_owned(),
    };
    entitlements::file(city.registry, &officer, house, new, now).map(drop)
}

fn school(city: &mut City<'_>, at: usize, now: Now) -> Done<School> {
    let mut school = open_school(city, at, now)?;
    let mut offers: Vec<(Option<usize>, SkillLevel)> = vec![
        (Some(at % TRADES.len()), SkillLevel::Five),
        (Some((at + 3) % TRADES.len()), SkillLevel::Five),
        (Some(at % TRADES.len()), SkillLevel::Four),
    ];
    if at.is_multiple_of(4) {
        offers.push((None, SkillLevel::Five));
    }
    for (trade, level) in offers {
        let kind = match (trade, level, at % 5) {
            (None, ..) => TrainingKind::Startup,
            (_, SkillLevel::Four, _) => TrainingKind::Post,
            (.., 0) => TrainingKind::Project,
            _ => TrainingKind::Employ,
        };
        offer(city, &mut school, trade, level, kind, now)?;
    }
    Ok(school)
}

/// A school without courses yet.
pub(super) fn open_school(city: &mut City<'_>, at: usize, now: Now) -> Done<School> {
    let county = COUNTIES[at % COUNTIES.len()];
    let place = place::name(&region(county)?);
    let name = format!(
        "{place}{}职业培训学校",
        NAMES[at / COUNTIES.len() % NAMES.len()]
    );
    let particulars = Particulars {
        trains: true,
        site: Some(format!("{:06}", 91_000 + at)),
        licence: format!("人社民{county}4{at:06}号"),
        address: format!("{place}示例路{}号", at + 1),
        contact: format!("0474-81{at:05}"),
        ..Particulars::default()
    };
    let uscc = uscc(county, 1000 + at)?;
    let house = register(city, name.clone(), county, uscc.clone(), particulars, now)?;
    let (clerk, signatory) = (
        seat(
            city,
            format!("city-clerk-{at}"),
            "经办老师",
            Role::InstitutionClerk,
            at_house(&house),
            now,
        )?,
        seat(
            city,
            format!("city-signatory-{at}"),
            "校长",
            Role::InstitutionSignatory,
            at_house(&house),
            now,
        )?,
    );
    Ok(School {
        house,
        name,
        uscc,
        county,
        clerk,
        signatory,
        courses: Vec::new(),
    })
}

/// Adds a course with two teachers of its own. Answers which of the school's it is.
pub(super) fn offer(
    city: &mut City<'_>,
    school: &mut School,
    trade: Option<usize>,
    level: SkillLevel,
    kind: TrainingKind,
    now: Now,
) -> Done<usize> {
    let subject = match trade {
        Some(trade) => Subject::Occupation(occupation(TRADES[trade].0)?),
        None => Subject::Startup(StartupCourse::Start),
    };
    let level_filed = trade.map(|_| level);
    let is_filed = school
        .courses
        .iter()
        .any(|taught| (taught.trade, taught.level) == (trade, level));
    if !is_filed {
        let role = InstitutionRole::Train;
        file(city, &school.house, role, subject.clone(), level_filed, now)?;
    }
    let teachers = [
        teacher(city, school, trade, now)?,
        teacher(city, school, trade, now)?,
    ];
    let (title, work_type) = match trade {
        Some(trade) => (TRADES[trade].1, TRADES[trade].2),
        None => ("创办你的企业（SYB）", None),
    };
    let name = match (trade, kind) {
        (None, _) => title.to_owned(),
        (_, TrainingKind::Order) => format!("{title}（初级）订单培训"),
        (Some(_), _) if level == SkillLevel::Five => format!("{title}（初级）技能培训"),
        (Some(_), _) => format!("{title}（中级）技能提升"),
    };
    let outline = Outline {
        course: Course {
            name: name.clone(),
            kind,
            subject,
            work_type: work_type.map(ToOwned::to_owned),
            level: level_filed,
            theory_hours: if trade.is_some() { 24 } else { 40 },
            practice_hours: if trade.is_some() { HOURS - 24 } else { 16 },
            threshold: THRESHOLD,
        },
        syllabus: "一、职业道德与安全\n二、基础知识\n三、操作技能\n四、考核".to_owned(),
        place: format!("{}实训场地", place::name(&region(school.county)?)),
    };
    let clerk = person(&school.clerk, Clerk::of)?;
    let course = courses::register(city.registry, &clerk, outline, now)?;
    school.courses.push(Taught {
        course,
        name,
        trade,
        level,
        kind,
        teachers,
    });
    Ok(school.courses.len() - 1)
}

fn teacher(
    city: &mut City<'_>,
    school: &School,
    trade: Option<usize>,
    now: Now,
) -> Done<TeacherId> {
    let clerk = person(&school.clerk, Clerk::of)?;
    let (name, document) = city.citizens.staff()?;
    let card = Card {
        name,
        occupation: trade.map(|trade| occupation(TRADES[trade].0)).transpose()?,
        qualification: if trade.is_some() {
            "技师"
        } else {
            "创业培训讲师"
        }
        .to_owned(),
        number: format!("1509JS{:06}", 10_000 + city.citizens.hired()),
        valid_until: now.day() + TimeDelta::days(1000),
    };
    teachers::register(city.registry, &clerk, &document, card, now)
}

/// An assessment organisation for every trade of the city, its people and its assessors.
pub(super) fn organisation(city: &mut City<'_>, at: usize, now: Now) -> Done<Assessors> {
    let name = format!(
        "乌兰察布市{}技能评价中心",
        NAMES[NAMES.len() - 1 - at % NAMES.len()]
    );
    let particulars = Particulars {
        assesses: true,
        letter: Some(IssuerClass::Social),
        filing_code: Some("0000".to_owned()),
        site: Some(format!("{:06}", 92_000 + at)),
        address: format!("集宁区示例大街{}号", at + 1),
        contact: format!("0474-82{at:05}"),
        ..Particulars::default()
    };
    let uscc = uscc("150902", 2000 + at)?;
    let house = register(city, name, "150902", uscc, particulars, now)?;
    for (code, ..) in TRADES {
        for level in [SkillLevel::Five, SkillLevel::Four] {
            let subject = Subject::Occupation(occupation(code)?);
            file(
                city,
                &house,
                InstitutionRole::Assess,
                subject,
                Some(level),
                now,
            )?;
        }
    }
    let clerk = seat(
        city,
        format!("city-assess-{at}"),
        "评价经办",
        Role::AssessmentClerk,
        at_house(&house),
        now,
    )?;
    let signatory = seat(
        city,
        format!("city-assess-signatory-{at}"),
        "评价签发",
        Role::AssessmentSignatory,
        at_house(&house),
        now,
    )?;
    let mut panel = Vec::new();
    for seat_no in 0..2 * PANEL {
        let (name, document) = city.citizens.staff()?;
        let officer = person(&city.bureau, BureauOfficer::of)?;
        let new = NewAssessor {
            name: name.clone(),
            document,
            employer: "乌兰察布市技能专家工作站".to_owned(),
            card: format!("1509KP{:06}", 20_000 + city.citizens.hired()),
            grade: if seat_no % PANEL == 0 {
                Grade::Senior
            } else {
                Grade::Assessor
            },
            occupations: TRADES
                .iter()
                .map(|(code, ..)| occupation(code))
                .collect::<Done<_>>()?,
            starts: now.day() - TimeDelta::days(90),
            ends: now.day() + TimeDelta::days(1000),
        };
        let id = assessors::register(city.registry, &officer, new, now)?;
        let login = format!("city-assessor-{at}-{seat_no}");
        let actor = seat(
            city,
            login,
            &name,
            Role::Assessor,
            Scope::Assessor(id.clone()),
            now,
        )?;
        panel.push((id, actor));
    }
    Ok(Assessors {
        house,
        clerk,
        signatory,
        panel,
        turns: 0,
    })
}
