//! 各学校: the institutions, their scope, teachers and courses; one was suspended for a month.

use crate::acts::courses::{self, Outline};
use crate::acts::entitlements::{self, NewEntitlement};
use crate::acts::institutions::{self, NewInstitution, Particulars};
use crate::acts::teachers::{self, Card};
use crate::acts::{Done, Error};
use crate::domain::account::{BureauOfficer, Clerk};
use crate::domain::course::{Course, StartupCourse, TrainingKind};
use crate::domain::entitlement::Subject;
use crate::domain::institution::{InstitutionRole, IssuerClass};
use crate::domain::skill_level::SkillLevel;
use crate::domain::uscc::Uscc;
use crate::ground::clock::Now;
use crate::town::agenda::{Walk, of};
use crate::town::offices::{CARER, HOIST, WELDER, occupation, region};
use chrono::TimeDelta;

/// One institution.
struct House {
    key: &'static str,
    name: &'static str,
    name_en: &'static str,
    /// Seventeen characters; the last one is computed.
    uscc: &'static str,
    region: &'static str,
    trains: bool,
    /// 机构类别, 备案机构代码, 站点序列号 of one that assesses.
    assesses: Option<(IssuerClass, &'static str, &'static str)>,
    licence: &'static str,
    address: &'static str,
    contact: &'static str,
    teaches: &'static [(&'static str, &'static [SkillLevel])],
    judges: &'static [(&'static str, &'static [SkillLevel])],
}

use SkillLevel::{Five, Four, Three};

const HOUSES: &[House] = &[
    House {
        key: "qingjiang",
        name: "乌兰察布市青匠职业培训学校",
        name_en: "Ulanqab Qingjiang Vocational Training School",
        uscc: "52150902MJX000001",
        region: "150902",
        trains: true,
        assesses: None,
        licence: "人社民1509024000101号",
        address: "集宁区示例路12号",
        contact: "0474-8000101",
        teaches: &[(WELDER, &[Five, Four]), (HOIST, &[Five, Four])],
        judges: &[],
    },
    House {
        key: "baiyin",
        name: "察右后旗白音职业培训中心",
        name_en: "Qahar Right Rear Banner Baiyin Training Centre",
        uscc: "52150928MJX000002",
        region: "150928",
        trains: true,
        assesses: None,
        licence: "人社民1509284000102号",
        address: "察哈尔右翼后旗白音察干镇示例街5号",
        contact: "0474-8000202",
        teaches: &[(CARER, &[Five, Four]), ("SYB", &[])],
        judges: &[],
    },
    House {
        key: "huiteng",
        name: "乌兰察布市辉腾技工学校",
        name_en: "Ulanqab Huiteng Technical School",
        uscc: "12150900MBX000003",
        region: "150902",
        trains: true,
        assesses: Some((IssuerClass::Institute, "0001", "090003")),
        licence: "人社民1509004000103号",
        address: "集宁区示例大道88号",
        contact: "0474-8000303",
        teaches: &[(CARER, &[Five]), (WELDER, &[Five, Four, Three])],
        judges: &[(CARER, &[Five, Four]), (WELDER, &[Three])],
    },
    House {
        key: "xilin",
        name: "乌兰察布市锡林技能评价中心",
        name_en: "Ulanqab Xilin Skill Assessment Centre",
        uscc: "91150900MAX000004",
        region: "150900",
        trains: false,
        assesses: Some((IssuerClass::Social, "0000", "090004")),
        licence: "",
        address: "集宁区示例路40号",
        contact: "0474-8000404",
        teaches: &[],
        judges: &[(WELDER, &[Five, Four]), (HOIST, &[Five, Four])],
    },
];

/// The name of an institution the story calls by this key.
pub(super) fn name(key: &str) -> &'static str {
    HOUSES
        .iter()
        .find(|house| house.key == key)
        .map_or("", |house| house.name)
}

/// Teachers: key, name, institution's clerk, trade (none for a lecturer on startups), card.
const TEACHERS: &[(&str, &str, &str, &str, &str)] = &[
    ("qj-weld-1", "邢大鹏", "clerk", WELDER, "高级技师"),
    ("qj-weld-2", "乌日图", "clerk", WELDER, "技师"),
    ("qj-weld-3", "冀永强", "clerk", WELDER, "技师"),
    ("qj-weld-4", "韩雪峰", "clerk", WELDER, "讲师"),
    ("qj-weld-5", "那顺", "clerk", WELDER, "技师"),
    ("qj-hoist-1", "侯建平", "clerk", HOIST, "技师"),
    ("qj-hoist-2", "贾文斌", "clerk", HOIST, "高级技师"),
    (
        "by-care-1",
        "其木格·额尔敦",
        "clerk-baiyin",
        CARER,
        "主管护师",
    ),
    ("by-care-2", "薛梅", "clerk-baiyin", CARER, "护师"),
    ("by-start-1", "苗立群", "clerk-baiyin", "", "创业培训讲师"),
    ("ht-care-1", "戴红", "clerk-huiteng", CARER, "副主任护师"),
];

/// One course.
struct Plan {
    key: &'static str,
    clerk: &'static str,
    name: &'static str,
    kind: TrainingKind,
    trade: &'static str,
    work_type: Option<&'static str>,
    level: Option<SkillLevel>,
    hours: (i32, i32),
    syllabus: &'static str,
    place: &'static str,
}

const COURSES: &[Plan] = &[
    Plan {
        key: "weld-5",
        clerk: "clerk",
        name: "焊工（初级）技能培训",
        kind: TrainingKind::Employ,
        trade: WELDER,
        work_type: None,
        level: Some(Five),
        hours: (40, 80),
        syllabus: "一、职业道德与安全生产\n二、焊条电弧焊基础：平敷焊、平角焊\n三、气割与碳弧气刨\n四、二氧化碳气体保护焊入门\n五、焊缝外观检查",
        place: "青匠学校实训一车间",
    },
    Plan {
        key: "weld-4",
        clerk: "clerk",
        name: "焊工（中级）技能提升",
        kind: TrainingKind::Post,
        trade: WELDER,
        work_type: Some("电焊工"),
        level: Some(Four),
        hours: (40, 80),
        syllabus: "一、金属材料与焊接工艺\n二、焊条电弧焊：立对接、管对接\n三、手工钨极氩弧焊\n四、焊接缺陷与无损检测常识",
        place: "青匠学校实训一车间",
    },
    Plan {
        key: "fork-5",
        clerk: "clerk",
        name: "叉车司机（初级）技能培训",
        kind: TrainingKind::Employ,
        trade: HOIST,
        work_type: Some("叉车司机"),
        level: Some(Five),
        hours: (24, 56),
        syllabus: "一、特种设备安全常识\n二、叉车构造与日常检查\n三、起步、直线、绕桩与堆垛\n四、应急处置",
        place: "青匠学校叉车训练场",
    },
    Plan {
        key: "fork-4",
        clerk: "clerk",
        name: "叉车司机（中级）技能提升",
        kind: TrainingKind::Post,
        trade: HOIST,
        work_type: Some("叉车司机"),
        level: Some(Four),
        hours: (24, 56),
        syllabus: "一、物流仓储作业规范\n二、高位堆垛与窄巷道作业\n三、常见故障判断\n四、班组安全管理",
        place: "青匠学校叉车训练场",
    },
    Plan {
        key: "fork-order",
        clerk: "clerk",
        name: "叉车司机（初级）订单培训",
        kind: TrainingKind::Order,
        trade: HOIST,
        work_type: Some("叉车司机"),
        level: Some(Five),
        hours: (24, 56),
        syllabus: "一、特种设备安全常识\n二、叉车构造与日常检查\n三、起步、直线、绕桩与堆垛\n四、用工企业岗位作业规程",
        place: "青匠学校叉车训练场",
    },
    Plan {
        key: "care-5",
        clerk: "clerk-baiyin",
        name: "养老护理员（初级）技能培训",
        kind: TrainingKind::Employ,
        trade: CARER,
        work_type: None,
        level: Some(Five),
        hours: (40, 80),
        syllabus: "一、职业礼仪与老年人权益\n二、饮食、排泄、睡眠照护\n三、体位转移与安全防护\n四、急救常识",
        place: "白音培训中心护理实训室",
    },
    Plan {
        key: "care-4",
        clerk: "clerk-baiyin",
        name: "养老护理员（中级）技能提升",
        kind: TrainingKind::Post,
        trade: CARER,
        work_type: None,
        level: Some(Four),
        hours: (40, 80),
        syllabus: "一、照护计划\n二、失智老年人照护\n三、康复辅助与心理支持\n四、居家与社区照护",
        place: "白音培训中心护理实训室",
    },
    Plan {
        key: "start",
        clerk: "clerk-baiyin",
        name: "创办你的企业（SYB）",
        kind: TrainingKind::Startup,
        trade: "SYB",
        work_type: None,
        level: None,
        hours: (40, 16),
        syllabus: "一、评价你作为创业者\n二、为自己建立一个好的企业构思\n三、评估你的市场\n四、企业的人员组织\n五、制订利润计划\n六、编制创业计划书",
        place: "白音培训中心二层教室",
    },
    Plan {
        key: "care-5-huiteng",
        clerk: "clerk-huiteng",
        name: "养老护理员（初级）技能培训",
        kind: TrainingKind::Project,
        trade: CARER,
        work_type: None,
        level: Some(Five),
        hours: (48, 72),
        syllabus: "一、职业道德与法律常识\n二、生活照护\n三、基础照护\n四、康复服务",
        place: "辉腾技工学校3号楼",
    },
];

/// Registers everybody, files what they may do, and suspends one of them for a month.
pub(super) fn open(walk: &mut Walk<'_>) {
    walk.at(Now::beijing(walk.weekday(445), 9, 30), |walk, now| {
        HOUSES
            .iter()
            .try_for_each(|house| register(walk, house, now))
    });
    walk.at(Now::beijing(walk.weekday(444), 15, 0), |walk, now| {
        HOUSES.iter().try_for_each(|house| file(walk, house, now))
    });
    walk.at(Now::beijing(walk.weekday(430), 10, 0), |walk, now| {
        (0..TEACHERS.len()).try_for_each(|at| teacher(walk, at, now))
    });
    walk.at(Now::beijing(walk.weekday(429), 10, 0), |walk, now| {
        COURSES.iter().try_for_each(|plan| course(walk, plan, now))
    });
    let again = Now::beijing(walk.weekday(260), 16, 0);
    walk.at(Now::beijing(walk.weekday(290), 11, 0), move |walk, now| {
        let officer = walk.person("bureau", BureauOfficer::of)?;
        let house = of(&walk.institutions, "baiyin")?;
        let reason = "消防设施未通过年度检查，责令整改";
        let id = entitlements::suspend(walk.registry, &officer, &house, now.day(), reason, now)?;
        walk.at(again, move |walk, now| {
            let officer = walk.person("bureau", BureauOfficer::of)?;
            let reason = "整改完成，复查合格";
            entitlements::reinstate(walk.registry, &officer, &id, now.day(), reason, now).map(drop)
        });
        Ok(())
    });
}

fn register(walk: &mut Walk<'_>, house: &House, now: Now) -> Done<()> {
    let officer = walk.person("bureau", BureauOfficer::of)?;
    let uscc = Uscc::compose(house.uscc);
    let new = NewInstitution {
        name: house.name.to_owned(),
        uscc: uscc.ok_or_else(|| Error::fault(format!("no code {}", house.uscc)))?,
        region: region(house.region)?,
        particulars: Particulars {
            name_en: house.name_en.to_owned(),
            trains: house.trains,
            assesses: house.assesses.is_some(),
            letter: house.assesses.map(|(letter, ..)| letter),
            filing_code: house.assesses.map(|(_, code, _)| code.to_owned()),
            site: house.assesses.map(|(.., site)| site.to_owned()),
            licence: house.licence.to_owned(),
            address: house.address.to_owned(),
            contact: house.contact.to_owned(),
        },
    };
    let id = institutions::register(walk.registry, &officer, new, now)?;
    walk.institutions.insert(house.key, id);
    Ok(())
}

fn file(walk: &mut Walk<'_>, house: &House, now: Now) -> Done<()> {
    let officer = walk.person("bureau", BureauOfficer::of)?;
    let institution = of(&walk.institutions, house.key)?;
    let roles = [
        (InstitutionRole::Train, house.teaches),
        (InstitutionRole::Assess, house.judges),
    ];
    for (role, (trade, levels)) in roles
        .iter()
        .flat_map(|(role, trades)| trades.iter().map(move |trade| (*role, *trade)))
    {
        let subject = subject(trade)?;
        let levels: Vec<_> = match levels {
            [] => vec![None],
            levels => levels.iter().copied().map(Some).collect(),
        };
        for level in levels {
            let new = NewEntitlement {
                role,
                subject: subject.clone(),
                level,
                starts: now.day(),
                ends: now.day() + TimeDelta::days(1095),
                document: "乌人社示例备〔2025〕6号".to_owned(),
            };
            entitlements::file(walk.registry, &officer, &institution, new, now)?;
        }
    }
    Ok(())
}

fn subject(code: &str) -> Done<Subject> {
    match StartupCourse::read(code) {
        Some(course) => Ok(Subject::Startup(course)),
        None => Ok(Subject::Occupation(occupation(code)?)),
    }
}

fn teacher(walk: &mut Walk<'_>, at: usize, now: Now) -> Done<()> {
    let (key, name, clerk, trade, qualification) = TEACHERS[at];
    let clerk = walk.person(clerk, Clerk::of)?;
    let card = Card {
        name: name.to_owned(),
        occupation: if trade.is_empty() {
            None
        } else {
            Some(occupation(trade)?)
        },
        qualification: qualification.to_owned(),
        number: format!("1509JS{:06}", 201 + at),
        valid_until: now.day() + TimeDelta::days(1000),
    };
    let document = walk.cast.staff()?;
    let id = teachers::register(walk.registry, &clerk, &document, card, now)?;
    walk.teachers.insert(key, id);
    Ok(())
}

fn course(walk: &mut Walk<'_>, plan: &Plan, now: Now) -> Done<()> {
    let clerk = walk.person(plan.clerk, Clerk::of)?;
    let outline = Outline {
        course: Course {
            name: plan.name.to_owned(),
            kind: plan.kind,
            subject: subject(plan.trade)?,
            work_type: plan.work_type.map(ToOwned::to_owned),
            level: plan.level,
            theory_hours: plan.hours.0,
            practice_hours: plan.hours.1,
            threshold: crate::domain::course::THRESHOLD,
        },
        syllabus: plan.syllabus.to_owned(),
        place: plan.place.to_owned(),
    };
    let id = courses::register(walk.registry, &clerk, outline, now)?;
    walk.courses.insert(plan.key, id);
    Ok(())
}
