//! 各机关: accounts for every role, and what the bureau publishes.

use crate::acts::accounts::{self, NewAccount};
use crate::acts::assessors::{self, NewAssessor};
use crate::acts::demands::{self, NewDemand};
use crate::acts::{Done, Error, targets};
use crate::domain::account::{Actor, Administrator, BureauOfficer, Role, Scope, Viewer};
use crate::domain::assessor::Grade;
use crate::domain::demand::Listing;
use crate::domain::figure::Indicator;
use crate::domain::occupation::OccupationCode;
use crate::domain::place::{self, RegionCode};
use crate::domain::target::Goal;
use crate::ground::clock::Now;
use crate::town::agenda::{Walk, of};
use crate::town::{Account, PASSWORD};
use chrono::{Datelike, TimeDelta};

/// Over what an account is held.
#[derive(Clone, Copy)]
enum Over {
    All,
    Region(&'static str),
    House(&'static str),
    Herself(&'static str),
}

/// Everybody with an account: login, name, role, over what.
const SEATS: &[(&str, &str, Role, Over)] = &[
    ("administrator", "郝志远", Role::Administrator, Over::All),
    ("bureau", "赵敏", Role::BureauOfficer, Over::All),
    ("auditor", "陆文清", Role::Auditor, Over::All),
    (
        "county",
        "白音仓",
        Role::CountyOfficer,
        Over::Region("150902"),
    ),
    (
        "county-houqi",
        "敖其尔",
        Role::CountyOfficer,
        Over::Region("150928"),
    ),
    (
        "clerk",
        "王晓梅",
        Role::InstitutionClerk,
        Over::House("qingjiang"),
    ),
    (
        "signatory",
        "高景山",
        Role::InstitutionSignatory,
        Over::House("qingjiang"),
    ),
    (
        "clerk-baiyin",
        "斯琴",
        Role::InstitutionClerk,
        Over::House("baiyin"),
    ),
    (
        "signatory-baiyin",
        "巴雅尔·孟克",
        Role::InstitutionSignatory,
        Over::House("baiyin"),
    ),
    (
        "clerk-huiteng",
        "刘秀兰",
        Role::InstitutionClerk,
        Over::House("huiteng"),
    ),
    (
        "signatory-huiteng",
        "贺建军",
        Role::InstitutionSignatory,
        Over::House("huiteng"),
    ),
    (
        "assess-clerk",
        "杜娟",
        Role::AssessmentClerk,
        Over::House("xilin"),
    ),
    (
        "assess-signatory",
        "石磊",
        Role::AssessmentSignatory,
        Over::House("xilin"),
    ),
    (
        "assess-signatory-2",
        "额尔敦·布和",
        Role::AssessmentSignatory,
        Over::House("xilin"),
    ),
    (
        "assess-clerk-huiteng",
        "孟丽君",
        Role::AssessmentClerk,
        Over::House("huiteng"),
    ),
    (
        "assess-signatory-huiteng",
        "温国强",
        Role::AssessmentSignatory,
        Over::House("huiteng"),
    ),
    (
        "assessor-1",
        "康振东",
        Role::Assessor,
        Over::Herself("kang"),
    ),
    (
        "assessor-2",
        "萨如拉",
        Role::Assessor,
        Over::Herself("sarula"),
    ),
    (
        "assessor-3",
        "图门·乌力吉",
        Role::Assessor,
        Over::Herself("tumen"),
    ),
    ("assessor-4", "闫淑琴", Role::Assessor, Over::Herself("yan")),
    ("assessor-5", "包金花", Role::Assessor, Over::Herself("bao")),
    (
        "township",
        "其木格",
        Role::TownshipWorker,
        Over::Region("150902105"),
    ),
    (
        "veterans",
        "韩立功",
        Role::DepartmentReader,
        Over::Region("150900"),
    ),
];

/// 焊工
pub(super) const WELDER: &str = "6-18-02-04";
/// 起重装卸机械操作工
pub(super) const HOIST: &str = "6-30-05-01";
/// 养老护理员
pub(super) const CARER: &str = "4-10-01-05";

/// Assessors: by what name the story calls each, employer, card, grade, trades.
const ASSESSORS: &[(&str, &str, &str, Grade, &[&str])] = &[
    (
        "kang",
        "乌兰察布市北方重工检修有限公司",
        "1509KP000101",
        Grade::Senior,
        &[WELDER, HOIST],
    ),
    (
        "sarula",
        "乌兰察布市安达物流有限公司",
        "1509KP000102",
        Grade::Assessor,
        &[WELDER, HOIST],
    ),
    (
        "tumen",
        "乌兰察布市技能评价专家工作站",
        "1509KP000103",
        Grade::Senior,
        &[WELDER, HOIST, CARER],
    ),
    (
        "yan",
        "集宁区康宁养老服务中心",
        "1509KP000104",
        Grade::Assessor,
        &[CARER],
    ),
    (
        "bao",
        "察右后旗夕阳红敬老院",
        "1509KP000105",
        Grade::Assessor,
        &[CARER],
    ),
];

/// Trades in demand: where, which, on which document, with which remark.
const DEMANDS: &[(&str, &str, &str, &str)] = &[
    (
        "150900",
        WELDER,
        "乌人社示例发〔2025〕12号",
        "风电装备制造集中用工",
    ),
    (
        "150900",
        HOIST,
        "乌人社示例发〔2025〕12号",
        "物流园区叉车岗位缺口较大",
    ),
    ("150928", CARER, "后旗人社示例发〔2025〕3号", ""),
];

/// The first three accounts, then the list of trades in demand and the assessors, then the others.
pub(super) fn open(walk: &mut Walk<'_>) {
    let founding = Now::beijing(walk.weekday(455), 9, 0);
    walk.at(founding, first);
    walk.at(Now::beijing(walk.weekday(448), 10, 0), |walk, now| {
        DEMANDS.iter().try_for_each(|row| publish(walk, *row, now))
    });
    walk.at(Now::beijing(walk.weekday(447), 10, 0), |walk, now| {
        (now.year()..=walk.weekday(0).year())
            .try_for_each(|year| GOALS.iter().try_for_each(|row| aim(walk, year, *row, now)))
    });
    walk.at(Now::beijing(walk.weekday(440), 10, 0), |walk, now| {
        (0..ASSESSORS.len()).try_for_each(|at| register(walk, at, now))
    });
    walk.at(Now::beijing(walk.weekday(438), 14, 0), |walk, now| {
        SEATS
            .iter()
            .skip(FIRST)
            .try_for_each(|seat| seat_one(walk, *seat, now))
    });
}

const FIRST: usize = 3;

fn first(walk: &mut Walk<'_>, now: Now) -> Done<()> {
    let seats = &SEATS[..FIRST];
    let new = seats.iter().map(|(login, name, role, _)| NewAccount {
        login: (*login).to_owned(),
        name: (*name).to_owned(),
        role: *role,
        scope: Scope::All,
        password: PASSWORD.to_owned(),
    });
    let ids = accounts::open_first(walk.registry, new.collect(), now)?;
    for ((login, name, role, _), account) in seats.iter().zip(ids) {
        let actor = Actor {
            account,
            name: (*name).to_owned(),
            role: *role,
            scope: Scope::All,
        };
        welcome(walk, login, actor, String::new(), now)?;
    }
    Ok(())
}

fn seat_one(
    walk: &mut Walk<'_>,
    (login, name, role, over): (&'static str, &str, Role, Over),
    now: Now,
) -> Done<()> {
    let (scope, house) = match over {
        Over::All => (Scope::All, String::new()),
        Over::Region(code) => {
            let code = region(code)?;
            let house = place::name(&code);
            (Scope::Region(code), house)
        }
        Over::House(house) => {
            let name = crate::town::houses::name(house);
            (
                Scope::Institution(of(&walk.institutions, house)?),
                name.to_owned(),
            )
        }
        Over::Herself(who) => (Scope::Assessor(of(&walk.assessors, who)?), String::new()),
    };
    let administrator = walk.person("administrator", Administrator::of)?;
    let new = NewAccount {
        login: login.to_owned(),
        name: name.to_owned(),
        role,
        scope: scope.clone(),
        password: PASSWORD.to_owned(),
    };
    let account = accounts::open(walk.registry, &administrator, new, now)?;
    let actor = Actor {
        account,
        name: name.to_owned(),
        role,
        scope,
    };
    welcome(walk, login, actor, house, now)
}

/// Notes an account, and makes it a token.
fn welcome(
    walk: &mut Walk<'_>,
    login: &'static str,
    actor: Actor,
    house: String,
    now: Now,
) -> Done<()> {
    let viewer = Viewer::of(actor.clone());
    let viewer = viewer.ok_or_else(|| Error::fault(format!("{login} views nothing")))?;
    let token = accounts::make_token(walk.registry, &viewer, "示例程序", true, None, now)?;
    let (role, name) = (actor.role, actor.name.clone());
    walk.accounts.push(Account {
        role,
        name,
        house,
        login,
        token,
    });
    walk.actors.insert(login, actor);
    Ok(())
}

fn publish(
    walk: &mut Walk<'_>,
    (place, trade, document, note): (&str, &str, &str, &str),
    now: Now,
) -> Done<()> {
    let officer = walk.person("bureau", BureauOfficer::of)?;
    let listing = Listing {
        region: region(place)?,
        occupation: occupation(trade)?,
        starts: now.day(),
        ends: None,
    };
    let new = NewDemand {
        listing,
        document: document.to_owned(),
        note: note.to_owned(),
    };
    demands::publish(walk.registry, &officer, new, now).map(drop)
}

/// 年度任务: where, of what, how many.
const GOALS: &[(&str, Indicator, i64)] = &[
    ("150900", Indicator::Employ, 120),
    ("150900", Indicator::Startup, 40),
    ("150900", Indicator::StartupGraduate, 12),
    ("150900", Indicator::Assessed, 90),
    ("150900", Indicator::Certified, 80),
    ("150900", Indicator::Disabled, 12),
    ("150902", Indicator::Employ, 80),
    ("150902", Indicator::Certified, 60),
    ("150928", Indicator::Employ, 40),
    ("150928", Indicator::Certified, 20),
];

fn aim(
    walk: &mut Walk<'_>,
    year: i32,
    (place, indicator, amount): (&str, Indicator, i64),
    now: Now,
) -> Done<()> {
    let officer = walk.person("bureau", BureauOfficer::of)?;
    let goal = Goal {
        year,
        region: region(place)?,
        indicator,
        amount,
    };
    let document = format!("乌人社示例发〔{year}〕1号");
    targets::set(walk.registry, &officer, &goal, &document, now).map(drop)
}

fn register(walk: &mut Walk<'_>, at: usize, now: Now) -> Done<()> {
    let (who, employer, card, grade, trades) = ASSESSORS[at];
    let seat = SEATS
        .iter()
        .find(|(_, _, _, over)| matches!(over, Over::Herself(name) if *name == who));
    let name = seat.map_or("", |(_, name, ..)| *name);
    let officer = walk.person("bureau", BureauOfficer::of)?;
    let new = NewAssessor {
        name: name.to_owned(),
        document: walk.cast.staff()?,
        employer: employer.to_owned(),
        card: card.to_owned(),
        grade,
        occupations: trades
            .iter()
            .map(|trade| occupation(trade))
            .collect::<Done<_>>()?,
        starts: now.day() - TimeDelta::days(90),
        ends: now.day() + TimeDelta::days(1005),
    };
    let id = assessors::register(walk.registry, &officer, new, now)?;
    walk.assessors.insert(who, id);
    Ok(())
}

/// An occupation the catalogue knows.
pub(super) fn occupation(code: &str) -> Done<OccupationCode> {
    OccupationCode::read(code).ok_or_else(|| Error::fault(format!("no occupation {code}")))
}

/// A region by its code.
pub(super) fn region(code: &str) -> Done<RegionCode> {
    RegionCode::read(code).ok_or_else(|| Error::fault(format!("no region {code}")))
}
