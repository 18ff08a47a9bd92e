//! 底数: a township's worker brings the list of her villages and speaks with some of them; a
//! department is granted its own people.

use crate::acts::grants::{self, NewGrant};
use crate::acts::{Done, Error, wish_lists, wishes};
use crate::domain::account::{BaseKeeper, BaseReader, BureauOfficer};
use crate::domain::id_number::IdNumber;
use crate::domain::key_group::KeyGroup;
use crate::domain::person::PersonId;
use crate::domain::wish::{BaseList, ContactWay};
use crate::ground::clock::Now;
use crate::ground::slice::Window;
use crate::store::base::Filter;
use crate::town::agenda::Walk;
use chrono::{Days, NaiveDate};
use std::fmt::Write as _;

/// Who wants what: name, village, trade, groups, year of birth.
const WISHES: &[(&str, &str, &str, &str, i32)] = &[
    ("高娃", "大河湾嘎查", "电焊", "农牧民", 1988),
    (
        "毕力格图",
        "大河湾嘎查",
        "叉车司机",
        "农牧民、退役军人",
        1991,
    ),
    ("王秀兰", "白海子村", "养老护理员", "农牧民", 1976),
    ("乌日娜", "白海子村", "育婴员", "残疾人", 1983),
    ("赵铁柱", "白海子村", "电工", "", 1979),
    ("阿云嘎", "偏岭嘎查", "中式面点师", "脱贫人口", 1986),
    ("李文静", "偏岭嘎查", "电子商务", "高校毕业生", 2002),
    ("巴图巴雅尔", "大河湾嘎查", "草食家畜饲养", "农牧民", 1971),
];

/// The list comes in some months ago; part of it is asked again lately.
pub(super) fn register(walk: &mut Walk<'_>) {
    let (asked, again) = (walk.weekday(120), walk.weekday(20));
    walk.at(Now::beijing(asked, 16, 0), |walk, now| bring(walk, now));
    walk.at(Now::beijing(again, 10, 30), |walk, now| speak(walk, now));
    walk.at(Now::beijing(walk.weekday(30), 15, 0), |walk, now| {
        grant(walk, now)
    });
}

/// The bureau grants the veterans' department its own people.
fn grant(walk: &mut Walk<'_>, now: Now) -> Done<()> {
    let officer = walk.person("bureau", BureauOfficer::of)?;
    let new = NewGrant {
        login: "veterans".to_owned(),
        department: "乌兰察布市退役军人事务局".to_owned(),
        key_group: KeyGroup::read("G07").ok_or_else(|| Error::fault("veterans are no group"))?,
        purpose: "核对退役军人参训和就业情况".to_owned(),
        starts: now.day(),
        ends: now.day() + Days::new(200),
    };
    grants::give(walk.registry, &officer, &new, now).map(drop)
}

fn bring(walk: &mut Walk<'_>, now: Now) -> Done<()> {
    let keeper = walk.person("township", BaseKeeper::of)?;
    let mut sheet = "姓名,身份证号,联系电话,嘎查村,培训意愿（工种）,人员类别\n".to_owned();
    for (at, (name, village, trade, groups, year)) in (0_u16..).zip(WISHES) {
        let month = 1 + u32::from(at) % 12;
        let born = NaiveDate::from_ymd_opt(*year, month, 17);
        // Nobody else of the town was born with so late a number.
        let number = born
            .and_then(|born| IdNumber::compose(159_999, born, 981 + at))
            .ok_or_else(|| Error::fault(format!("no number for {name}")))?;
        let _ = writeln!(
            sheet,
            "{name},{},1504740{:04},{village},{trade},{groups}",
            number.as_str(),
            4100 + at
        );
    }
    let bytes = sheet.as_bytes();
    let trial = wish_lists::try_out(walk.registry, &keeper, None, bytes, now)?;
    if let Some(problem) = trial.problems.first() {
        return Err(Error::fault(format!(
            "a wish of the town is wrong: {problem:?}"
        )));
    }
    wish_lists::keep(walk.registry, &keeper, None, bytes, &trial.digest, now).map(drop)
}

fn speak(walk: &mut Walk<'_>, now: Now) -> Done<()> {
    let keeper = walk.person("township", BaseKeeper::of)?;
    let reader = walk.person("township", BaseReader::of)?;
    let filter = Filter {
        list: BaseList::Wanting,
        ..Filter::of(None, now.day())
    };
    let all = crate::acts::base::list(walk.registry, &reader, filter, Window::of(None, None))?;
    for (at, (row, _)) in all
        .slice
        .rows
        .iter()
        .enumerate()
        .filter(|(at, _)| at % 2 == 0)
    {
        let id = PersonId::read(&row.person).ok_or(Error::NotFound)?;
        let (way, note) = if at % 4 == 0 {
            (ContactWay::Phone, "愿意参加冬季班")
        } else {
            (ContactWay::Visit, "等开班通知")
        };
        wishes::contact(walk.registry, &keeper, &id, (now.day(), way, note), now)?;
    }
    Ok(())
}
