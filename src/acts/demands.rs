//! 紧缺职业目录: the bureau publishes which trades are in demand; everybody reads it.

use crate::acts::{Done, Registry};
use crate::domain::account::BureauOfficer;
use crate::domain::deed::Deed;
use crate::domain::demand::{DemandId, Listing, may_end, may_list};
use crate::domain::occupation::OccupationCode;
use crate::domain::place::{self, RegionCode};
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::demands::{Demand, Sought};
use crate::store::{Found, demands, ledger};
use chrono::NaiveDate;
use std::collections::HashMap;

/// What the bureau publishes.
#[derive(Clone, Debug)]
pub struct NewDemand {
    /// Trade, place and days.
    pub listing: Listing,
    /// The document it rests on.
    pub document: String,
    /// A remark for readers; may be empty.
    pub note: String,
}

/// The bureau lists a trade as in demand.
pub fn publish(
    registry: &Registry,
    officer: &BureauOfficer,
    new: NewDemand,
    now: Now,
) -> Done<DemandId> {
    let Listing {
        region,
        occupation,
        starts,
        ends,
    } = new.listing.clone();
    if place::find(&region).is_none() {
        return Err(Refusal::new("demand.region-unknown").at("region").into());
    }
    if !officer.oversees(&region) {
        return Err(Refusal::new("demand.elsewhere").at("region").into());
    }
    let demand = Demand {
        id: DemandId::fresh(now),
        region,
        occupation,
        starts,
        ends,
        document: text::tidy(&new.document),
        note: text::tidy(&new.note),
        listed_at: now.utc(),
        listed_by: officer.actor().account.clone(),
    };
    registry.store.write(|db| {
        let published = demands::of(db, &demand.region, &demand.occupation)?;
        let published: Vec<_> = published.iter().map(Demand::listing).collect();
        may_list(&new.listing, &demand.document, &published)?;
        demands::add(db, &demand)?;
        let facts = [
            ("region", demand.region.as_str()),
            ("occupation", demand.occupation.as_str()),
            ("starts", &demand.starts.to_string()),
            ("document", demand.document.as_str()),
        ];
        ledger::enter(
            db,
            officer.actor(),
            Deed::DemandListed,
            None,
            &demand.id,
            &facts,
            now,
        )?;
        Ok(demand.id)
    })
}

/// The bureau gives a line its last day.
pub fn end(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &DemandId,
    last: NaiveDate,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        let demand = demands::one(db, id)?;
        if !officer.oversees(&demand.region) {
            return Err(Refusal::new("demand.elsewhere").into());
        }
        may_end(&demand.listing(), last)?;
        demands::end(db, id, last)?;
        let facts = [("ends", last.to_string())];
        let facts: Vec<_> = facts
            .iter()
            .map(|(name, fact)| (*name, fact.as_str()))
            .collect();
        ledger::enter(
            db,
            officer.actor(),
            Deed::DemandEnded,
            None,
            id,
            &facts,
            now,
        )?;
        Ok(())
    })
}

/// The published list: for anyone.
pub fn list(registry: &Registry, sought: &Sought, window: Window) -> Done<Slice<Demand>> {
    Ok(registry
        .store
        .read(|db| demands::list(db, sought, window))?)
}

/// One line of it: for anyone.
pub fn show(registry: &Registry, id: &DemandId) -> Done<Demand> {
    Ok(registry.store.read(|db| demands::one(db, id))?)
}

/// Where each of these trades is in demand on a day: for anyone.
pub fn current(
    registry: &Registry,
    trades: &[OccupationCode],
    day: NaiveDate,
) -> Done<HashMap<OccupationCode, Vec<RegionCode>>> {
    let found: Found<_> = registry.store.point(|db| demands::current(db, day, trades));
    let mut by_trade: HashMap<_, Vec<_>> = HashMap::new();
    for (occupation, region) in found? {
        by_trade.entry(occupation).or_default().push(region);
    }
    Ok(by_trade)
}
