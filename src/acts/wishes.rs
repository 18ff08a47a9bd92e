//! 培训意愿: a township worker or an officer registers who wants training, and speaks with her.

use crate::acts::people::{self as persons, Particulars};
use crate::acts::{Done, Error, Registry, base};
use crate::domain::account::BaseKeeper;
use crate::domain::deed::Deed;
use crate::domain::id_kind::IdDocument;
use crate::domain::key_group::KeyGroup;
use crate::domain::occupation;
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::wish::{self, ContactId, ContactWay, WishEnd, WishId};
use crate::domain::wording;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::seal::vault::Vault;
use crate::store::people::{self, Membership};
use crate::store::wishes::{self, Contact, Wish};
use crate::store::{Conn, ledger};
use chrono::NaiveDate;

/// What is told of somebody who wants training.
#[derive(Clone)]
pub struct NewWish {
    /// Her document.
    pub document: IdDocument,
    /// 姓名
    pub name: String,
    /// 联系电话
    pub phone: Option<String>,
    /// 苏木乡镇
    pub region: RegionCode,
    /// 嘎查（村）; may be empty.
    pub village: String,
    /// What she wants to learn.
    pub trade: String,
    /// The groups she belongs to.
    pub groups: Vec<KeyGroup>,
    /// When she was asked.
    pub day: NaiveDate,
}

impl std::fmt::Debug for NewWish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewWish({}, {})", self.region, self.day)
    }
}

/// Somebody registers who wants training.
pub fn register(
    registry: &Registry,
    keeper: &BaseKeeper,
    new: &NewWish,
    origin: &str,
    now: Now,
) -> Done<PersonId> {
    let new = checked(keeper, new, now)?;
    registry.store.write(
        |db| match enter(db, &registry.vault, keeper, &new, origin, now)? {
            (person, true) => Ok(person),
            (_, false) => Err(Refusal::new("wish.same").at("trade").into()),
        },
    )
}

/// What is told, tidied, or all that is wrong with it.
pub(super) fn checked(keeper: &BaseKeeper, new: &NewWish, now: Now) -> Done<NewWish> {
    let mut refusals = Vec::new();
    let mut take = |said: Result<String, Refusal>| match said {
        Ok(text) => text,
        Err(refusal) => {
            refusals.push(refusal);
            String::new()
        }
    };
    let name = take(wording::said("name", &text::name(&new.name), 40));
    let trade = take(wording::said("trade", &new.trade, wish::TRADE));
    let village = wording::brief("village", &new.village, wish::VILLAGE);
    let village = take(village.and_then(|told| wish::village_of(told, keeper.village())));
    refusals.extend(wish::may_be_of(&new.region, keeper.region()).err());
    refusals.extend(wish::may_have_been(new.day, now.day()).err());
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    Ok(NewWish {
        name,
        trade,
        village,
        ..new.clone()
    })
}

/// Puts a wish on record, within somebody's transaction: whose, and whether it says anything new.
pub(super) fn enter(
    db: &mut Conn,
    vault: &Vault,
    keeper: &BaseKeeper,
    new: &NewWish,
    origin: &str,
    now: Now,
) -> Done<(PersonId, bool)> {
    let by = &keeper.actor().account;
    let known = people::by_index(db, &persons::index(vault, &new.document))?;
    // Where a known person is registered is not a township's to change.
    let region = known.is_none().then(|| new.region.to_string());
    let particulars = Particulars {
        region,
        phone: new.phone.clone(),
        ..Particulars::default()
    };
    let person = persons::find_or_add(db, vault, &new.document, &new.name, &particulars, by, now)?;
    join(db, keeper, &person, new, now)?;
    if let Some(before) = wishes::open_of(db, &person)? {
        let same = before.trade == new.trade
            && before.region == new.region
            && before.village == new.village;
        if same {
            return Ok((person, false));
        }
        end(db, keeper, &before, WishEnd::Superseded, now)?;
    }
    let wish = Wish {
        id: WishId::fresh(now),
        person: person.clone(),
        region: new.region.clone(),
        village: new.village.clone(),
        trade: new.trade.clone(),
        occupation: occupation::read_word(&new.trade)
            .map(|found| found.occupation.code.to_string())
            .unwrap_or_default(),
        day: new.day,
        origin: origin.to_owned(),
        at: now.utc(),
        by: by.clone(),
    };
    wishes::add(db, &wish)?;
    let facts = [
        ("person", person.as_str()),
        ("region", new.region.as_str()),
        ("day", &new.day.to_string()),
        ("origin", origin),
    ];
    let deed = Deed::WishRegistered;
    ledger::enter(db, keeper.actor(), deed, None, &wish.id, &facts, now)?;
    let way = ContactWay::Registration;
    speak(db, keeper, &person, (new.day, way, String::new()), now)?;
    Ok((person, true))
}

/// Puts the groups she belongs to on record, where nothing covers the day already.
fn join(
    db: &mut Conn,
    keeper: &BaseKeeper,
    person: &PersonId,
    new: &NewWish,
    now: Now,
) -> Done<()> {
    if new.groups.is_empty() {
        return Ok(());
    }
    let held = people::memberships_of(db, person)?;
    for group in &new.groups {
        let code = group.to_string();
        let covers = |one: &Membership| {
            one.key_group == code
                && one.starts <= new.day
                && one.ends.is_none_or(|ends| ends >= new.day)
        };
        if held.iter().any(covers) {
            continue;
        }
        let membership = Membership {
            id: crate::ground::key::fresh(now),
            person: person.clone(),
            key_group: code,
            starts: new.day,
            ends: None,
            evidence_sealed: None,
            source: "wish".to_owned(),
            recorded_at: now.utc(),
            recorded_by: keeper.actor().account.clone(),
        };
        people::join(db, &membership)?;
    }
    Ok(())
}

fn end(db: &mut Conn, keeper: &BaseKeeper, wish: &Wish, reason: WishEnd, now: Now) -> Done<()> {
    wishes::end(db, &wish.id, reason, &keeper.actor().account, now)?;
    let facts = [
        ("person", wish.person.as_str()),
        ("reason", reason.as_str()),
    ];
    let deed = Deed::WishEnded;
    ledger::enter(db, keeper.actor(), deed, None, &wish.id, &facts, now)?;
    Ok(())
}

fn speak(
    db: &mut Conn,
    keeper: &BaseKeeper,
    person: &PersonId,
    (day, way, note): (NaiveDate, ContactWay, String),
    now: Now,
) -> Done<ContactId> {
    let contact = Contact {
        id: ContactId::fresh(now),
        person: person.clone(),
        day,
        way,
        note,
        at: now.utc(),
        by: keeper.actor().account.clone(),
    };
    wishes::contact(db, &contact)?;
    let facts = [
        ("person", person.as_str()),
        ("way", way.as_str()),
        ("day", &*day.to_string()),
    ];
    let deed = Deed::ContactMade;
    ledger::enter(db, keeper.actor(), deed, None, &contact.id, &facts, now)?;
    Ok(contact.id)
}

/// Somebody says that she spoke with a person of her ledger.
pub fn contact(
    registry: &Registry,
    keeper: &BaseKeeper,
    person: &PersonId,
    (day, way, note): (NaiveDate, ContactWay, &str),
    now: Now,
) -> Done<ContactId> {
    registry.store.write(|db| {
        base::find(db, (keeper.region(), keeper.village()), person, now)?;
        wish::may_have_been(day, now.day())?;
        if way == ContactWay::Registration {
            return Err(Refusal::new("field.unreadable").at("way").into());
        }
        let note = wording::brief("note", note, wish::NOTE)?;
        speak(db, keeper, person, (day, way, note), now)
    })
}

/// Somebody says that a person of her ledger no longer wants what she wanted.
pub fn settle(
    registry: &Registry,
    keeper: &BaseKeeper,
    person: &PersonId,
    reason: WishEnd,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        base::find(db, (keeper.region(), keeper.village()), person, now)?;
        if reason == WishEnd::Superseded {
            return Err(Refusal::new("field.unreadable").at("reason").into());
        }
        let open = wishes::open_of(db, person)?;
        let open = open.ok_or_else(|| Error::from(Refusal::new("wish.none").at("reason")))?;
        end(db, keeper, &open, reason, now)
    })
}
