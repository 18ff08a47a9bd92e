//! 随机抽查: publish a seed's digest, then the seed; whom it draws anybody can repeat.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Officer, Overseer};
use crate::domain::deed::Deed;
use crate::domain::draw::{DrawId, Undrawn, drawn, may_draw};
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::ground::chance;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::seal::lot;
use crate::seal::vault::Place;
use crate::store::draws::{self, Draw, Reveal};
use crate::store::{Conn, ledger};
use chrono::NaiveDate;
use data_encoding::HEXLOWER;
use std::collections::HashMap;

/// What an officer wants to draw.
#[derive(Clone, Debug)]
pub struct NewDraw {
    /// What people call it.
    pub title: String,
    /// Where.
    pub region: RegionCode,
    /// Classes that began from this day …
    pub starts: NaiveDate,
    /// … to this.
    pub ends: NaiveDate,
    /// The share, in thousandths.
    pub permille: u32,
}

/// An officer publishes a draw: from now on neither the list nor the seed can be chosen.
pub fn publish(registry: &Registry, officer: &Officer, new: NewDraw, now: Now) -> Done<DrawId> {
    if !officer.oversees(&new.region) {
        return Err(Refusal::new("draw.elsewhere").at("region").into());
    }
    let id = DrawId::fresh(now);
    let seed = HEXLOWER.encode(&chance::bytes::<32>());
    registry.store.write(|db| {
        let list = draws::population(db, &new.region, new.starts, new.ends, now.utc())?;
        may_draw(&new.title, new.starts, new.ends, new.permille, list.len())?;
        let draw = Draw {
            region: new.region,
            title: text::tidy(&new.title),
            starts: new.starts,
            ends: new.ends,
            permille: i32::try_from(new.permille).unwrap_or(i32::MAX),
            population: i32::try_from(list.len()).unwrap_or(i32::MAX),
            population_digest: lot::list(&list),
            commitment: lot::commitment(id.as_str(), &seed),
            seed_sealed: registry.vault.seal_own(place(&id), seed.as_bytes()),
            at: now.utc(),
            by: officer.actor().account.clone(),
            id,
        };
        draws::add(db, &draw)?;
        let facts = [
            ("commitment", draw.commitment.as_str()),
            ("list", draw.population_digest.as_str()),
            ("population", &draw.population.to_string()),
        ];
        ledger::enter(
            db,
            officer.actor(),
            Deed::DrawCommitted,
            None,
            &draw.id,
            &facts,
            now,
        )?;
        Ok(draw.id)
    })
}

fn place(draw: &DrawId) -> Place<'_> {
    Place::new("draws", "seed_sealed", draw.as_str())
}

/// An officer reveals the seed.
pub fn reveal(registry: &Registry, officer: &Officer, id: &DrawId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let (draw, revealed) = draws::one(db, id)?;
        if !officer.oversees(&draw.region) {
            return Err(Error::NotFound);
        }
        if revealed.is_some() {
            return Err(Refusal::new("draw.revealed").into());
        }
        list_of(db, &draw)?;
        let seed = registry
            .vault
            .open_own(place(id), &draw.seed_sealed)
            .map_err(|why| Error::fault(format!("the seed of draw {id} does not open: {why}")))?;
        let reveal = Reveal {
            draw: id.clone(),
            seed: String::from_utf8_lossy(&seed).into_owned(),
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        draws::reveal(db, &reveal)?;
        let facts = [("seed", reveal.seed.as_str())];
        ledger::enter(
            db,
            officer.actor(),
            Deed::DrawRevealed,
            None,
            id,
            &facts,
            now,
        )?;
        Ok(())
    })
}

/// The list a draw is drawn from, if it is still the one that was published.
fn list_of(db: &mut Conn, draw: &Draw) -> Done<Vec<String>> {
    let list = draws::population(db, &draw.region, draw.starts, draw.ends, draw.at)?;
    if lot::list(&list) == draw.population_digest {
        Ok(list)
    } else {
        Err(Undrawn::Changed.into())
    }
}

/// The published draws: for anyone.
pub fn list(registry: &Registry, window: Window) -> Done<Slice<(Draw, Option<Reveal>)>> {
    Ok(registry.store.read(|db| draws::list(db, window))?)
}

/// One published draw: for anyone.
pub fn show(registry: &Registry, id: &DrawId) -> Done<(Draw, Option<Reveal>)> {
    Ok(registry.store.read(|db| draws::one(db, id))?)
}

/// Somebody who was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The enrolment.
    pub enrolment: String,
    /// The key of the class.
    pub class: String,
    /// The person's name.
    pub name: String,
    /// The class's name.
    pub class_name: String,
}

/// Whom a revealed draw drew, in the order of their tickets: for those who oversee its region.
pub fn members(registry: &Registry, overseer: &Overseer, id: &DrawId) -> Done<Vec<Member>> {
    registry.store.read(|db| {
        let (draw, revealed) = draws::one(db, id)?;
        if !overseer.oversees(&draw.region) {
            return Err(Error::NotFound);
        }
        let Some(revealed) = revealed else {
            return Ok(Vec::new());
        };
        let list = list_of(db, &draw)?;
        let n = drawn(list.len(), u32::try_from(draw.permille).unwrap_or(0));
        let keys = lot::lowest(&revealed.seed, &list, n);
        let known: HashMap<_, _> = draws::members(db, &keys)?
            .into_iter()
            .map(|(id, class, name, class_name)| (id.to_string(), (class, name, class_name)))
            .collect();
        Ok(keys
            .into_iter()
            .filter_map(|enrolment| {
                let (class, name, class_name) = known.get(&enrolment)?.clone();
                Some(Member {
                    enrolment,
                    class,
                    name,
                    class_name,
                })
            })
            .collect())
    })
}
