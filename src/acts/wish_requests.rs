//! 意愿申请: anybody registers herself; a keeper of the ledger confirms it or puts it aside.

use crate::acts::figures::city;
use crate::acts::objections::{PUBLIC, a_day_before};
use crate::acts::wishes::{self, NewWish};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::BaseKeeper;
use crate::domain::deed::Deed;
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::person::PersonId;
use crate::domain::place::RegionCode;
use crate::domain::wish::{self, TRADE, VILLAGE};
use crate::domain::wish_request::{OF_ONE, REASON, RequestVerdict, WishRequestId, may_be_lodged};
use crate::domain::wording;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::seal::vault::{Place, Vault};
pub use crate::store::wish_requests::WishRequest;
use crate::store::wish_requests::{self, RequestEnd};
use crate::store::{Conn, ledger};
use serde::{Deserialize, Serialize};

/// What somebody tells who wants training.
#[derive(Clone)]
pub struct NewRequest {
    /// Her document.
    pub document: IdDocument,
    /// 姓名
    pub name: String,
    /// 联系电话
    pub phone: String,
    /// 旗县 or, better, 苏木乡镇.
    pub region: RegionCode,
    /// 嘎查（村）; may be empty.
    pub village: String,
    /// What she wants to learn.
    pub trade: String,
}

/// Who asked, as it lies sealed.
#[derive(Serialize, Deserialize)]
struct Told {
    name: String,
    kind: String,
    number: String,
    phone: String,
}

/// A request that waits, as whoever verifies it sees it: masked, as every list.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The request.
    pub request: WishRequest,
    /// Her name.
    pub name: String,
    /// The last characters of her document.
    pub id_tail: String,
}

/// What is masked everywhere else.
pub struct Seen {
    /// The document's number, whole.
    pub number: String,
    /// Her telephone.
    pub phone: String,
}

fn place(id: &WishRequestId) -> Place<'_> {
    Place::new("open_wish_requests", "told_sealed", id.as_str())
}

fn opened(vault: &Vault, id: &WishRequestId, sealed: &[u8]) -> Done<(Told, IdDocument)> {
    let broken = |why: &str| Error::fault(format!("wish request {id} does not open: {why}"));
    let plain = vault
        .open_own(place(id), sealed)
        .map_err(|why| broken(&why.to_string()))?;
    let told: Told = serde_json::from_slice(&plain).map_err(|_| broken("unreadable"))?;
    let document = IdKind::read(&told.kind)
        .and_then(|kind| IdDocument::read(kind, &told.number).ok())
        .ok_or_else(|| broken("no document"))?;
    Ok((told, document))
}

/// Somebody registers herself. What she is answered says nothing of who is on record.
pub fn ask(registry: &Registry, new: &NewRequest, now: Now) -> Done<()> {
    let mut refusals = Vec::new();
    let mut take = |said: Result<String, _>| match said {
        Ok(text) => text,
        Err(refusal) => {
            refusals.push(refusal);
            String::new()
        }
    };
    let name = take(wording::said("name", &text::name(&new.name), 40));
    let trade = take(wording::said("trade", &new.trade, TRADE));
    let village = take(wording::brief("village", &new.village, VILLAGE));
    refusals.extend(wish::may_be_of(&new.region, Some(&city())).err());
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let id = WishRequestId::fresh(now);
    let told = Told {
        name,
        kind: new.document.kind().to_string(),
        number: new.document.as_str().to_owned(),
        phone: new.phone.clone(),
    };
    let plain = serde_json::to_vec(&told).map_err(|why| Error::Fault(why.into()))?;
    let sealed = registry.vault.seal_own(place(&id), &plain);
    let index = registry
        .vault
        .blind_index("wish_request.id_number", &new.document.index_text());
    let county = new.region.county().unwrap_or_else(|| new.region.clone());
    registry.store.write(|db| {
        may_be_lodged(wish_requests::lodged_since(db, &county, a_day_before(now))?)?;
        if wish_requests::waiting_of(db, &index)? >= OF_ONE {
            return Ok(());
        }
        let request = WishRequest {
            id: id.clone(),
            region: new.region.clone(),
            village: village.clone(),
            trade: trade.clone(),
            at: now.utc(),
        };
        wish_requests::add(db, &request, &index, &sealed)?;
        let facts = [("region", request.region.as_str())];
        let deed = Deed::WishRequestLodged;
        ledger::enter_for_nobody(db, PUBLIC, deed, None, &id, &facts, now)?;
        Ok(())
    })
}

fn home(keeper: &BaseKeeper) -> RegionCode {
    keeper.region().cloned().unwrap_or_else(city)
}

/// What waits in the keeper's region, the oldest first.
pub fn list(registry: &Registry, keeper: &BaseKeeper, window: Window) -> Done<Slice<Waiting>> {
    let slice = registry
        .store
        .read(|db| wish_requests::waiting(db, (&home(keeper), keeper.village()), window))?;
    let mut rows = Vec::new();
    for (request, sealed) in slice.rows {
        rows.push(shown(&registry.vault, request, &sealed)?);
    }
    Ok(Slice {
        rows,
        total: slice.total,
        window: slice.window,
    })
}

fn shown(vault: &Vault, request: WishRequest, sealed: &[u8]) -> Done<Waiting> {
    let (told, document) = opened(vault, &request.id, sealed)?;
    Ok(Waiting {
        request,
        name: told.name,
        id_tail: document.last4().to_owned(),
    })
}

/// How many wait in the keeper's region.
pub fn count(registry: &Registry, keeper: &BaseKeeper) -> Done<i64> {
    Ok(registry
        .store
        .read(|db| wish_requests::waiting_in(db, (&home(keeper), keeper.village())))?)
}

/// One that waits.
pub fn open(registry: &Registry, keeper: &BaseKeeper, id: &WishRequestId) -> Done<Waiting> {
    let (request, sealed) = registry
        .store
        .read(|db| wish_requests::open(db, (&home(keeper), keeper.village()), id))?;
    shown(&registry.vault, request, &sealed)
}

/// Whoever verifies it looks at the number and the telephone; that she did is recorded.
pub fn see(
    registry: &Registry,
    keeper: &BaseKeeper,
    id: &WishRequestId,
    now: Now,
) -> Done<(Waiting, Seen)> {
    registry.store.write(|db| {
        let (request, sealed) = wish_requests::open(db, (&home(keeper), keeper.village()), id)?;
        let (told, document) = opened(&registry.vault, id, &sealed)?;
        enter(db, keeper, Deed::WishRequestSeen, id, &[], now)?;
        let seen = Seen {
            number: document.as_str().to_owned(),
            phone: told.phone.clone(),
        };
        let waiting = Waiting {
            request,
            name: told.name,
            id_tail: document.last4().to_owned(),
        };
        Ok((waiting, seen))
    })
}

/// A keeper has verified it: it is a wish from now on, and spoken with she was the day it is
/// confirmed, not the day she asked.
pub fn confirm(
    registry: &Registry,
    keeper: &BaseKeeper,
    id: &WishRequestId,
    now: Now,
) -> Done<PersonId> {
    registry.store.write(|db| {
        let (request, sealed) = wish_requests::open(db, (&home(keeper), keeper.village()), id)?;
        let (told, document) = opened(&registry.vault, id, &sealed)?;
        let new = NewWish {
            document,
            name: told.name,
            phone: Some(told.phone),
            region: request.region,
            village: request.village,
            trade: request.trade,
            groups: Vec::new(),
            day: now.day(),
        };
        let new = wishes::checked(keeper, &new, now)?;
        let (person, _) = wishes::enter(db, &registry.vault, keeper, &new, ORIGIN, now)?;
        let facts = [("person", person.as_str())];
        let end = RequestEnd {
            request: id.clone(),
            verdict: RequestVerdict::Confirmed,
            person: Some(person.clone()),
            reason: String::new(),
            at: now.utc(),
            by: keeper.actor().account.clone(),
        };
        wish_requests::end(db, &end)?;
        enter(db, keeper, Deed::WishRequestConfirmed, id, &facts, now)?;
        Ok(person)
    })
}

/// What a wish that began as a request notes as its origin.
pub const ORIGIN: &str = "self";

/// A keeper puts it aside, with a reason.
pub fn dismiss(
    registry: &Registry,
    keeper: &BaseKeeper,
    id: &WishRequestId,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = wording::said("reason", reason, REASON)?;
    registry.store.write(|db| {
        wish_requests::open(db, (&home(keeper), keeper.village()), id)?;
        let end = RequestEnd {
            request: id.clone(),
            verdict: RequestVerdict::Dismissed,
            person: None,
            reason: reason.clone(),
            at: now.utc(),
            by: keeper.actor().account.clone(),
        };
        wish_requests::end(db, &end)?;
        let facts = [("reason", reason.as_str())];
        enter(db, keeper, Deed::WishRequestDismissed, id, &facts, now)
    })
}

fn enter(
    db: &mut Conn,
    keeper: &BaseKeeper,
    deed: Deed,
    id: &WishRequestId,
    facts: &[(&str, &str)],
    now: Now,
) -> Done<()> {
    Ok(ledger::enter(
        db,
        keeper.actor(),
        deed,
        None,
        id,
        facts,
        now,
    )?)
}
