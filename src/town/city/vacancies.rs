//! 全市岗位需求: what the employers of each county look for, month by month, entered by its officer.

use crate::acts::{Done, vacancies};
use crate::domain::account::Officer;
use crate::domain::figure::month_start;
use crate::domain::vacancy::Posting;
use crate::ground::clock::Now;
use crate::town::city::schools::COUNTIES;
use crate::town::city::{City, Step as Any, TRADES, employments, person};
use crate::town::offices::{occupation, region};
use chrono::{Datelike, Days, Months};

/// Puts the months of a year on the agenda.
pub(super) fn plan(city: &mut City<'_>) {
    let this = month_start(city.today.day());
    for ago in 0..13 {
        if let Some(month) = this.checked_sub_months(Months::new(ago)) {
            let told = month + Days::new(4);
            city.at(Now::beijing(told, 16, 40), Any::Vacancies);
        }
    }
}

/// Every county's officer enters her employers' posts of this month. Two trades are wanted far more
/// than the others.
pub(super) fn record(city: &City<'_>, now: Now) -> Done<()> {
    let month = month_start(now.day());
    for (at, county) in COUNTIES.into_iter().enumerate() {
        let officer = person(&city.officers[county], Officer::of)?;
        let mut postings = Vec::new();
        for (trade, (code, ..)) in TRADES.into_iter().enumerate() {
            for which in 0..2 {
                let (employer, _) = employments::employer(trade, (at + which * 2) % 6)?;
                let season = usize::try_from(month.month0()).unwrap_or(0);
                let few = (at * 5 + trade * 11 + season * 3 + which) % 7;
                let posts = if matches!(trade, 2 | 4) {
                    few * 3 + 6
                } else {
                    few
                };
                postings.push(Posting {
                    region: region(county)?,
                    occupation: occupation(code)?,
                    month,
                    employer,
                    posts: i64::try_from(posts).unwrap_or(0),
                });
            }
        }
        vacancies::record(city.registry, &officer, &postings, "用工监测月报", now)?;
    }
    Ok(())
}
