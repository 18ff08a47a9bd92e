//! 全市就业去向: what became of each class three, six and twelve months after it: told by the school,
//! then asked for by the county.

use crate::acts::{Done, Error, outcome_lists};
use crate::domain::account::Follower;
use crate::domain::employment::{Fate, MONTHS, due};
use crate::domain::enterprise::{Enterprise, is_asked_of};
use crate::domain::uscc::Uscc;
use crate::ground::clock::Now;
use crate::paper::workbook::{self, Value};
use crate::town::city::classes::LASTS;
use crate::town::city::schools::Taught;
use crate::town::city::{City, Step as Any, TRADES, person};
use chrono::Days;

/// Employers of each trade.
const EMPLOYERS: usize = 6;

/// How an employer is named: four for each trade, beside what is said of all.
const KINDS: [&str; EMPLOYERS] = ["恒通", "金地", "蒙源", "华晟", "瑞丰", "天骄"];

/// Puts it on the agenda. One class in nine is not asked again after three months.
pub(super) fn plan(city: &mut City<'_>, class: usize) {
    let ends = city.classes[class].starts + Days::new(LASTS);
    for months in MONTHS {
        if months == 3 || class % 9 != 4 {
            let asked = due(ends, months) + Days::new(4);
            city.at(Now::beijing(asked, 10, 45), Any::Follow(class, months));
        }
    }
}

/// The name of an employer and its code.
pub(super) fn employer(trade: usize, which: usize) -> Done<(String, Uscc)> {
    let uscc = format!("91150900MA{:07}", 3_000_000 + trade * 100 + which);
    let uscc = Uscc::compose(&uscc).ok_or_else(|| Error::fault(format!("no code {uscc}")))?;
    let what = match TRADES[trade].1 {
        "焊工" => "机械制造有限公司",
        "起重装卸机械操作工" => "物流有限公司",
        "养老护理员" => "养老服务有限公司",
        "中式烹调师" => "餐饮服务有限公司",
        "家政服务员" => "家政服务有限公司",
        "美容师" => "美容美体有限公司",
        _ => "汽车服务有限公司",
    };
    Ok((format!("乌兰察布市{}{what}", KINDS[which]), uscc))
}

/// The enterprise an order-based course is for.
pub(super) fn ordered_by(taught: &Taught) -> Done<Option<Enterprise>> {
    match taught.trade {
        Some(trade) if is_asked_of(taught.kind) => {
            let (name, uscc) = employer(trade, 0)?;
            Ok(Enterprise::read(&name, uscc.as_str())?)
        }
        _ => Ok(None),
    }
}

/// What became of somebody. Schools differ, and fewer are in work as time goes by.
fn fate(school: usize, startup: bool, class: usize, who: usize, months: i32) -> Fate {
    let chance = (class * 37 + who * 61) % 100;
    let in_work = 52 + school * 7 % 31
        - match months {
            3 => 0,
            6 => 7,
            _ => 12,
        };
    match chance {
        94.. => Fate::Lost,
        _ if chance >= in_work => Fate::Unemployed,
        _ if startup && chance % 2 == 0 => Fate::Startup,
        _ if chance % 5 == 3 => Fate::Flexible,
        _ => Fate::Employed,
    }
}

/// The list of a class, tried out and taken in.
pub(super) fn follow(city: &City<'_>, at: usize, months: i32, now: Now) -> Done<()> {
    let class = &city.classes[at];
    let school = &city.schools[class.school];
    let id = class
        .id
        .as_ref()
        .ok_or_else(|| Error::fault("a class before its draft"))?;
    let asks = if months == 3 {
        &school.clerk
    } else {
        &city.officers[school.county]
    };
    let follower = person(asks, Follower::of)?;
    let taught = school.courses[class.course].trade;
    let hired = class.twist.as_ref().map(|twist| &twist.hired);
    let mut rows = Vec::with_capacity(class.people.len());
    for (who, one) in class.people.iter().enumerate() {
        let hired = hired.filter(|hired| who < hired.people && months == 3);
        let fate = fate(class.school, taught.is_none(), at, who, months);
        // Most work in the trade they were taught, one in four in another.
        let trade = match taught {
            Some(trade) if hired.is_some() => trade,
            Some(trade) if (at + who) % 4 != 3 => trade,
            _ => (at + who) % TRADES.len(),
        };
        let fate = if hired.is_some() {
            Fate::Employed
        } else {
            fate
        };
        let (name, uscc) = match hired {
            Some(hired) if hired.by_the_school => (school.name.clone(), school.uscc.clone()),
            Some(_) => employer(trade, 0)?,
            None => employer(trade, (at + who * 5) % EMPLOYERS)?,
        };
        let works = fate == Fate::Employed;
        let told = |text: String| if works { text } else { String::new() };
        let wage = 2_800 + (at * 13 + who * 29) % 24 * 100;
        let apart = if hired.is_some() { 0 } else { who % 9 };
        let day = now.day() - Days::new(4 + u64::try_from(apart).unwrap_or(0));
        rows.push(
            [
                one.number.as_str().to_owned(),
                fate.as_str().to_owned(),
                told(name),
                told(uscc.to_string()),
                told(TRADES[trade].0.to_owned()),
                told(wage.to_string()),
                match fate {
                    Fate::Employed => "劳动合同",
                    Fate::Startup => "营业执照",
                    Fate::Flexible => "本人承诺",
                    _ => "",
                }
                .to_owned(),
                day.to_string(),
            ]
            .map(Value::Text)
            .to_vec(),
        );
    }
    let bytes = workbook::csv(&HEADINGS, &rows);
    let tried = outcome_lists::try_out(city.registry, &follower, id, months, &bytes, now)?;
    if let Some(problem) = tried.problems.first() {
        return Err(Error::fault(format!(
            "an outcome of the city is wrong: {problem:?}"
        )));
    }
    let digest = tried.digest;
    outcome_lists::keep(city.registry, &follower, id, months, &bytes, &digest, now).map(drop)
}

const HEADINGS: [&str; 8] = [
    "身份证号",
    "去向",
    "就业单位",
    "统一社会信用代码",
    "岗位",
    "月工资",
    "凭证",
    "日期",
];
