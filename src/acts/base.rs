//! 底数: who of a region wants training, is trained, certified, employed; lists to act on, and counts
//! whose people are as many as they say.

use crate::acts::figures::city;
use crate::acts::people as persons;
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{BaseKeeper, BaseReader};
use crate::domain::deed::Deed;
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::wish::{BaseList, NOTE, TakingId, WishEnd};
use crate::domain::wording::said;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::store::base::{self, Cell, Fineness};
use crate::store::people::{self, Membership};
use crate::store::wishes::{self, Contact, Wish};
use crate::store::{Conn, ledger};
use std::collections::HashMap;

pub use crate::store::base::{Filter, Row};

/// The region whose ledger is shown when nobody says: the reader's own, or the city.
pub fn home_of(reader: &BaseReader) -> RegionCode {
    reader.region().cloned().unwrap_or_else(city)
}

/// The region somebody may look at of the one she asked for: hers, and no province.
fn narrowed(reader: &BaseReader, filter: Filter) -> Done<Filter> {
    let home = home_of(reader);
    let region = filter.region.unwrap_or_else(|| home.clone());
    if region.prefix().len() < 4 || reader.region().is_some_and(|own| !region.is_within(own)) {
        return Err(Error::NotFound);
    }
    let village = match (reader.village(), filter.village.as_deref()) {
        (Some(own), None) => Some(own.to_owned()),
        (Some(own), Some(other)) if own != other => return Err(Error::NotFound),
        _ => filter.village.clone(),
    };
    Ok(Filter {
        region: Some(region),
        village,
        ..filter
    })
}

/// One page of a list of the ledger.
pub struct Listed {
    /// What was asked, within what she may see.
    pub filter: Filter,
    /// The people, with the groups each was in that day.
    pub slice: Slice<(Row, Vec<String>)>,
    /// How many stand on each list.
    pub sums: Vec<(BaseList, i64)>,
    /// The villages of a township with how many of the list live there; none of a larger region.
    pub villages: Vec<(String, i64)>,
}

/// One page of a list, and how long all lists are.
pub fn list(
    registry: &Registry,
    reader: &BaseReader,
    filter: Filter,
    window: Window,
) -> Done<Listed> {
    let filter = narrowed(reader, filter)?;
    registry.store.read(|db| {
        let sums = base::sums(db, &filter)?;
        let slice = base::list(db, &filter, &sums, window)?;
        let groups = groups_of(db, &slice.rows, &filter)?;
        let slice = slice.map(|row| {
            let held = groups.get(&row.person).cloned().unwrap_or_default();
            (row, held)
        });
        let villages = villages(db, reader, &filter)?;
        Ok(Listed {
            filter,
            slice,
            sums,
            villages,
        })
    })
}

/// The villages somebody may narrow a township's list to.
fn villages(db: &mut Conn, reader: &BaseReader, filter: &Filter) -> Done<Vec<(String, i64)>> {
    let is_township = filter.region.as_ref().is_some_and(RegionCode::is_township);
    if !is_township || reader.village().is_some() {
        return Ok(Vec::new());
    }
    let whole = Filter {
        village: None,
        ..filter.clone()
    };
    Ok(base::cells(db, &whole, Fineness::Village)?
        .into_iter()
        .filter(|cell| cell.key_group.is_empty())
        .map(|cell| (cell.place, cell.heads))
        .collect())
}

/// The groups each of them was in that day.
pub(super) fn groups_of(
    db: &mut Conn,
    rows: &[Row],
    filter: &Filter,
) -> Done<HashMap<String, Vec<String>>> {
    let ids: Vec<PersonId> = rows
        .iter()
        .filter_map(|row| PersonId::read(&row.person))
        .collect();
    let mut groups: HashMap<String, Vec<String>> = HashMap::new();
    for one in people::memberships_of_all(db, &ids)? {
        let now = one.starts <= filter.day && one.ends.is_none_or(|ends| ends >= filter.day);
        let held = groups.entry(one.person.to_string()).or_default();
        if now && !held.contains(&one.key_group) {
            held.push(one.key_group);
            held.sort_unstable();
        }
    }
    Ok(groups)
}

/// How many people of a list live where.
pub struct Counted {
    /// What was asked, within what she may see.
    pub filter: Filter,
    /// How finely places are told apart.
    pub fineness: Fineness,
    /// Every count.
    pub cells: Vec<Cell>,
    /// How long all lists are.
    pub sums: Vec<(BaseList, i64)>,
}

/// The people of a list by place and key group.
pub fn count(registry: &Registry, reader: &BaseReader, filter: Filter) -> Done<Counted> {
    let filter = narrowed(reader, filter)?;
    let fineness = match filter.region.as_ref().map(|region| region.prefix().len()) {
        Some(9..) => Fineness::Village,
        Some(6) => Fineness::Township,
        _ => Fineness::County,
    };
    registry.store.read(|db| {
        let cells = base::cells(db, &filter, fineness)?;
        let sums = base::sums(db, &filter)?;
        Ok(Counted {
            filter,
            fineness,
            cells,
            sums,
        })
    })
}

/// A person of the ledger of a region; another's is not found.
pub(super) fn find(
    db: &mut Conn,
    (region, village): (Option<&RegionCode>, Option<&str>),
    person: &PersonId,
    now: Now,
) -> Done<Row> {
    let filter = Filter {
        village: village.map(str::to_owned),
        ..Filter::of(region.cloned(), now.day())
    };
    Ok(base::one(db, &filter, person)?)
}

/// A person as her ledger tells of her.
pub struct Opened {
    /// Where she stands.
    pub row: Row,
    /// What she wanted and wants.
    pub wishes: Vec<(Wish, Option<WishEnd>)>,
    /// When she was spoken with, and by whom.
    pub contacts: Vec<(Contact, String)>,
    /// The groups she belongs or belonged to.
    pub groups: Vec<Membership>,
    /// Whether a telephone number is on record.
    pub has_phone: bool,
}

/// One person of the ledger.
pub fn open(registry: &Registry, reader: &BaseReader, id: &PersonId, now: Now) -> Done<Opened> {
    registry.store.read(|db| {
        let row = find(db, (reader.region(), reader.village()), id, now)?;
        let person = people::several(db, std::slice::from_ref(id))?;
        Ok(Opened {
            row,
            wishes: wishes::of_person(db, id)?,
            contacts: wishes::contacts_of(db, id)?,
            groups: people::memberships_of(db, id)?,
            has_phone: person.iter().any(|person| person.phone_sealed.is_some()),
        })
    })
}

/// Somebody looks at a person's telephone number and says why; the sight is recorded. The identity
/// number stays closed: nobody needs it to call.
pub fn phone(
    registry: &Registry,
    keeper: &BaseKeeper,
    id: &PersonId,
    purpose: &str,
    now: Now,
) -> Done<String> {
    let purpose = purpose.trim();
    if purpose.is_empty() {
        return Err(Refusal::new("sight.purpose-blank").at("purpose").into());
    }
    let purpose = said("purpose", purpose, NOTE)?;
    let actor = keeper.actor();
    registry.store.write(|db| {
        find(db, (keeper.region(), keeper.village()), id, now)?;
        let person = people::several(db, std::slice::from_ref(id))?;
        let person = person.first().ok_or(Error::NotFound)?;
        let phone = persons::opened(db, &registry.vault, person)?.phone;
        let phone =
            phone.ok_or_else(|| Error::from(Refusal::new("wish.no-phone").at("purpose")))?;
        people::record_sight(db, &actor.account, id, "phone", &purpose, now)?;
        let facts = [("purpose", &*purpose)];
        ledger::enter(db, actor, Deed::SightTaken, None, id, &facts, now)?;
        Ok(phone)
    })
}

/// Somebody takes a whole list away, and says what for; the ledger keeps that she did.
pub fn take(
    registry: &Registry,
    reader: &BaseReader,
    filter: Filter,
    purpose: &str,
    now: Now,
) -> Done<Vec<(Row, Vec<String>)>> {
    let filter = narrowed(reader, filter)?;
    let purpose = said("purpose", purpose, NOTE)?;
    registry.store.write(|db| {
        let rows = base::all(db, &filter)?;
        let mut groups = groups_of(db, &rows, &filter)?;
        let facts = [
            ("list", filter.list.as_str()),
            (
                "region",
                filter.region.as_ref().map_or("", RegionCode::as_str),
            ),
            (
                "group",
                filter.group.as_ref().map_or("", |group| group.as_str()),
            ),
            ("day", &filter.day.to_string()),
            ("rows", &rows.len().to_string()),
            ("purpose", &purpose),
        ];
        let deed = Deed::BaseListTaken;
        ledger::enter(
            db,
            reader.actor(),
            deed,
            None,
            TakingId::fresh(now),
            &facts,
            now,
        )?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let held = groups.remove(&row.person).unwrap_or_default();
                (row, held)
            })
            .collect())
    })
}
