//! 全市任务: what each county is to do in the year, set in January and revised in the summer.

use crate::acts::{Done, targets};
use crate::domain::account::BureauOfficer;
use crate::domain::figure::Indicator;
use crate::domain::target::Goal;
use crate::ground::clock::Now;
use crate::town::city::classes::LASTS;
use crate::town::city::schools::COUNTIES;
use crate::town::city::{City, Step as Any, person};
use crate::town::offices::region;
use chrono::{Datelike, Days, NaiveDate};

/// What is done.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Set,
    /// The last county is to do more of it.
    Revise,
}

/// Out of a hundred who begin a class, how many the year asks for.
const SHARES: [(Indicator, i64); 6] = [
    (Indicator::Employ, 65),
    (Indicator::Startup, 9),
    (Indicator::StartupGraduate, 2),
    (Indicator::Assessed, 88),
    (Indicator::Certified, 80),
    (Indicator::Disabled, 8),
];

/// Puts them on the agenda of this year.
pub(super) fn plan(city: &mut City<'_>) {
    let year = city.today.year();
    for (month, day, step) in [(1, 12, Step::Set), (7, 6, Step::Revise)] {
        if let Some(day) = NaiveDate::from_ymd_opt(year, month, day) {
            city.at(Now::beijing(day, 15, 20), Any::Targets(step));
        }
    }
}

/// The bureau sets every county's targets, and the city's, which are their sum.
pub(super) fn set(city: &City<'_>, step: Step, now: Now) -> Done<()> {
    let officer = person(&city.bureau, BureauOfficer::of)?;
    let year = now.year();
    let (document, revised) = match step {
        Step::Set => (format!("乌人社示例发〔{year}〕5号"), &COUNTIES[..]),
        Step::Revise => (format!("乌人社示例发〔{year}〕21号"), &COUNTIES[10..]),
    };
    for (indicator, share) in SHARES {
        let of = |county: &str| {
            let begin: usize = city
                .classes
                .iter()
                .filter(|class| city.schools[class.school].county == county)
                .filter(|class| (class.starts + Days::new(LASTS)).year() == year)
                .map(|class| class.size)
                .sum();
            let all = i64::try_from(begin).unwrap_or(i64::MAX);
            let more = matches!(step, Step::Revise) && revised.contains(&county);
            // Whole tens, and never nothing.
            (all * share / 1000 + 1 + i64::from(more)) * 10
        };
        let mut goals: Vec<(&str, i64)> = revised.iter().map(|one| (*one, of(one))).collect();
        goals.push(("150900", COUNTIES.iter().map(|one| of(one)).sum()));
        for (place, amount) in goals {
            let goal = Goal {
                year,
                region: region(place)?,
                indicator,
                amount,
            };
            match targets::set(city.registry, &officer, &goal, &document, now) {
                // The town aims at as much already.
                Err(no) if no.code() == "target.unchanged" => {}
                set => set.map(drop)?,
            }
        }
    }
    Ok(())
}
