//! 全市底数: each county brings the list of those who want to be trained.

use crate::acts::{Done, Error, wish_lists};
use crate::domain::account::BaseKeeper;
use crate::domain::place;
use crate::ground::clock::Now;
use crate::paper::workbook::{self, Value};
use crate::town::city::schools::COUNTIES;
use crate::town::city::{City, Step as Any, TRADES, person};
use crate::town::offices::region;

/// Who wants to be trained in a county, out of a hundred of its trainees.
const SHARE: usize = 5;

const HEADINGS: [&str; 7] = [
    "姓名",
    "身份证号",
    "联系电话",
    "苏木乡镇",
    "嘎查村",
    "培训意愿（工种）",
    "人员类别",
];

/// Puts it on the agenda.
pub(super) fn plan(city: &mut City<'_>) {
    let day = city.weekday(75);
    city.at(Now::beijing(day, 14, 30), Any::Wishes);
}

/// Every county's officer brings her list.
pub(super) fn bring(city: &mut City<'_>, now: Now) -> Done<()> {
    for county in COUNTIES {
        let begin: usize = city
            .classes
            .iter()
            .filter(|class| city.schools[class.school].county == county)
            .map(|class| class.size)
            .sum();
        let people = city.citizens.come(county, begin * SHARE / 100 + 2)?;
        let township = place::children(&region(county)?).next();
        let rows: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let place = township
                    .map_or_else(|| one.region.clone(), |place| place::full_name(&place.code));
                [
                    one.name.clone(),
                    one.number.as_str().to_owned(),
                    one.phone.clone(),
                    place,
                    format!("示例嘎查{}", at % 9 + 1),
                    TRADES[at % TRADES.len()].1.to_owned(),
                    one.groups.to_owned(),
                ]
                .map(Value::Text)
                .to_vec()
            })
            .collect();
        let bytes = workbook::csv(&HEADINGS, &rows);
        let keeper = person(&city.officers[county], BaseKeeper::of)?;
        let tried = wish_lists::try_out(city.registry, &keeper, None, &bytes, now)?;
        if let Some(problem) = tried.problems.first() {
            return Err(Error::fault(format!(
                "a wish of the city is wrong: {problem:?}"
            )));
        }
        wish_lists::keep(city.registry, &keeper, None, &bytes, &tried.digest, now)?;
    }
    Ok(())
}
