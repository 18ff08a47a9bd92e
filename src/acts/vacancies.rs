//! 岗位需求: officers enter whom employers look for; set against training it says what is short.

use crate::acts::{Done, Registry, figures};
use crate::domain::account::{Officer, Overseer};
use crate::domain::deed::Deed;
use crate::domain::figure::{Cut, end_of};
use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::vacancy::{Balance, MOST, Posting, VacancyId, VacancyListId, span};
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
pub use crate::store::vacancies::Vacancy;
use crate::store::{demands, ledger, vacancies};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// An officer enters what employers told, or a list of it: all of it or nothing.
pub fn record(
    registry: &Registry,
    officer: &Officer,
    postings: &[Posting],
    origin: &str,
    now: Now,
) -> Done<VacancyListId> {
    let origin = text::tidy(origin);
    if origin.is_empty() {
        return Err(Refusal::new("field.blank").at("origin").into());
    }
    if postings.is_empty() || postings.len() > MOST {
        return Err(Refusal::new("vacancy.list-unlikely")
            .at("pasted")
            .with(MOST)
            .into());
    }
    for posting in postings {
        if !officer.oversees(&posting.region) {
            return Err(Refusal::new("vacancy.elsewhere").at("region").into());
        }
        posting
            .may_be_kept(now.day())
            .map_err(|unfit| unfit.refusal())?;
    }
    let list = VacancyListId::fresh(now);
    let entries: Vec<Vacancy> = postings
        .iter()
        .map(|posting| Vacancy {
            id: VacancyId::fresh(now),
            list: list.clone(),
            region: posting.region.clone(),
            occupation: posting.occupation.clone(),
            month: posting.month,
            employer: posting.employer.clone(),
            uscc: String::new(),
            posts: posting.posts,
            origin: origin.clone(),
            at: now.utc(),
            by: officer.actor().account.clone(),
        })
        .collect();
    registry.store.write(|db| {
        vacancies::add(db, &entries)?;
        let posts: i64 = postings.iter().map(|posting| posting.posts).sum();
        let (lines, posts) = (postings.len().to_string(), posts.to_string());
        let facts = [
            ("lines", lines.as_str()),
            ("posts", posts.as_str()),
            ("origin", origin.as_str()),
        ];
        let deed = Deed::VacanciesRecorded;
        ledger::enter(db, officer.actor(), deed, None, &list, &facts, now)?;
        Ok(list)
    })
}

/// Every entry for the reader's region or a part of it, newest first.
pub fn list(
    registry: &Registry,
    reader: &Overseer,
    region: Option<RegionCode>,
    window: Window,
) -> Done<Slice<(Vacancy, String)>> {
    let region = within(reader, region, NaiveDate::default())?;
    Ok(registry
        .store
        .read(|db| vacancies::list(db, &region, window))?)
}

fn within(reader: &Overseer, region: Option<RegionCode>, until: NaiveDate) -> Done<RegionCode> {
    let mut cut = Cut::of_year(until);
    cut.region = region;
    let cut = figures::held(reader, cut)?;
    Ok(cut.region.unwrap_or_else(|| figures::home_of(reader)))
}

/// 供需对照: what employers look for against what training brings.
#[derive(Clone, Debug)]
pub struct Shortage {
    /// Where.
    pub region: RegionCode,
    /// The first day of the three months.
    pub from: NaiveDate,
    /// Their last, or today.
    pub until: NaiveDate,
    /// Trade by trade, the widest gap first.
    pub balances: Vec<Balance>,
}

/// As of which day demand is set against supply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The end of a month, or today, as on record now.
    Month(NaiveDate),
    /// 截至: the end of this day, as on record by then.
    Day(NaiveDate),
}

/// Sets the three months that end with a day or a month against each other.
pub fn shortage(
    registry: &Registry,
    reader: &Overseer,
    region: Option<RegionCode>,
    as_of: AsOf,
    now: Now,
) -> Done<Shortage> {
    let today = now.day();
    let ((from, until), known) = match as_of {
        AsOf::Month(month) => (span(month.min(today), today), now.plus_seconds(1).utc()),
        AsOf::Day(day) => {
            let day = day.min(today);
            (span(day, day), end_of(day))
        }
    };
    let region = within(reader, region, until)?;
    registry.store.read(|db| {
        let entries = vacancies::of_months(db, &region, (from, until), known)?;
        // an employer who reported herself is the same under another spelling of her name, and the
        // same as whom an officer entered under the name she registered
        let codes: BTreeMap<&str, &str> = entries
            .iter()
            .filter(|entry| !entry.uscc.is_empty())
            .map(|entry| (entry.employer.as_str(), entry.uscc.as_str()))
            .collect();
        let who = |entry: &Vacancy| match codes.get(entry.employer.as_str()) {
            _ if !entry.uscc.is_empty() => entry.uscc.clone(),
            Some(code) => (*code).to_owned(),
            None => entry.employer.clone(),
        };
        // the last entry of an employer for a place, a trade and a month stands
        let standing: BTreeMap<_, &Vacancy> = entries
            .iter()
            .map(|entry| {
                let place = (entry.region.as_str(), entry.occupation.as_str());
                ((place, entry.month, who(entry)), entry)
            })
            .collect();
        let mut balances: BTreeMap<String, Balance> = BTreeMap::new();
        let mut employers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let blank = |occupation: OccupationCode| Balance {
            occupation,
            posts: 0,
            employers: 0,
            in_class: 0,
            certified: 0,
            listed: false,
        };
        for entry in standing.values().filter(|entry| entry.posts > 0) {
            let code = entry.occupation.to_string();
            let balance = balances
                .entry(code.clone())
                .or_insert_with(|| blank(entry.occupation.clone()));
            balance.posts += entry.posts;
            let known = employers.entry(code).or_default();
            known.insert(who(entry));
            balance.employers = i64::try_from(known.len()).unwrap_or(i64::MAX);
        }
        for supply in vacancies::supply(db, &region, (from, until), known)? {
            if let Some(code) = OccupationCode::read(&supply.occupation) {
                let balance = balances
                    .entry(supply.occupation)
                    .or_insert_with(|| blank(code));
                balance.in_class = supply.in_class;
                balance.certified = supply.certified;
            }
        }
        let mut balances: Vec<Balance> = balances.into_values().collect();
        let trades: Vec<_> = balances.iter().map(|one| one.occupation.clone()).collect();
        let listed: BTreeSet<String> = demands::current(db, until, &trades)?
            .into_iter()
            .filter(|(_, place)| region.is_within(place))
            .map(|(occupation, _)| occupation.to_string())
            .collect();
        for balance in &mut balances {
            balance.listed = listed.contains(balance.occupation.as_str());
        }
        balances.sort_by_key(|one| (-one.gap(), one.occupation.to_string()));
        Ok(Shortage {
            region: region.clone(),
            from,
            until,
            balances,
        })
    })
}
