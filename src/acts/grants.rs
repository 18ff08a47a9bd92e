//! 部门授权: the bureau grants a department a group of people, for a purpose, until a day; the
//! department reads of them, and whatever it takes away is told in the ledger.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{
    AccountId, Actor, BureauOfficer, DepartmentReader, Overseer, Role, Scope,
};
use crate::domain::deed::Deed;
use crate::domain::grant::{self, GrantId, PURPOSE};
use crate::domain::key_group::KeyGroup;
use crate::domain::refusal::Refusal;
use crate::domain::wish::{BaseList, TakingId};
use crate::domain::wording::said;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::base::{self, Filter, Row};
use crate::store::grants::{self, Grant};
use crate::store::{Conn, accounts, ledger};
use chrono::NaiveDate;

/// What a department is to be granted.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// The department's account, by its login.
    pub login: String,
    /// The department's name.
    pub department: String,
    /// Of which group.
    pub key_group: KeyGroup,
    /// For what.
    pub purpose: String,
    /// From this day …
    pub starts: NaiveDate,
    /// … to this.
    pub ends: NaiveDate,
}

/// Whether an officer of a region has a say over an account.
fn is_hers(officer: &BureauOfficer, account: &Actor) -> bool {
    match (officer.region(), &account.scope) {
        (None, _) => true,
        (Some(own), Scope::Region(region)) => region.is_within(own),
        _ => false,
    }
}

/// The bureau grants a department a group.
pub fn give(
    registry: &Registry,
    officer: &BureauOfficer,
    new: &NewGrant,
    now: Now,
) -> Done<GrantId> {
    let department = said("department", &new.department, 60)?;
    let purpose = said("purpose", &new.purpose, PURPOSE)?;
    grant::may_run(new.starts, new.ends, now.day())?;
    registry.store.write(|db| {
        let account = accounts::by_login(db, &text::tidy(&new.login))?;
        let account = account
            .filter(|account| account.closed_at.is_none())
            .and_then(|account| account.actor())
            .filter(|actor| actor.role == Role::DepartmentReader && is_hers(officer, actor))
            .ok_or_else(|| Error::from(Refusal::new("grant.nobody").at("account")))?;
        let grant = Grant {
            id: GrantId::fresh(now),
            account: account.account.clone(),
            department,
            key_group: new.key_group.clone(),
            purpose,
            starts: new.starts,
            ends: new.ends,
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        grants::add(db, &grant)?;
        let facts = [
            ("account", grant.account.as_str()),
            ("group", grant.key_group.as_str()),
            ("purpose", &grant.purpose),
            ("ends", &grant.ends.to_string()),
        ];
        let deed = Deed::GrantGiven;
        ledger::enter(db, officer.actor(), deed, None, &grant.id, &facts, now)?;
        Ok(grant.id)
    })
}

/// The bureau takes a grant back.
pub fn take_back(registry: &Registry, officer: &BureauOfficer, id: &GrantId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let (grant, _, ended) = grants::one(db, id)?;
        let account = accounts::one(db, &grant.account)?.actor();
        if account.is_none_or(|account| !is_hers(officer, &account)) {
            return Err(Error::NotFound);
        }
        if ended.is_some() {
            return Err(Refusal::new("grant.ended").into());
        }
        grants::end(db, id, &officer.actor().account, now)?;
        let deed = Deed::GrantEnded;
        ledger::enter(db, officer.actor(), deed, None, id, &[], now)?;
        Ok(())
    })
}

/// Every grant, the newest first.
pub fn list(
    registry: &Registry,
    _reader: &Overseer,
    window: Window,
) -> Done<Slice<grants::Listed>> {
    Ok(registry.store.read(|db| grants::list(db, window))?)
}

/// The accounts of departments: login and name.
pub fn departments(
    registry: &Registry,
    _officer: &BureauOfficer,
) -> Done<Vec<(AccountId, String, String)>> {
    Ok(registry.store.read(grants::departments)?)
}

/// The grants of a department that run today.
pub fn running(registry: &Registry, reader: &DepartmentReader, now: Now) -> Done<Vec<Grant>> {
    let account = &reader.actor().account;
    Ok(registry
        .store
        .read(|db| grants::running(db, account, now.day()))?)
}

/// One of a department's grants that run today; the newest when none is named.
pub(super) fn running_one(
    db: &mut Conn,
    account: &AccountId,
    id: Option<&GrantId>,
    now: Now,
) -> Done<Grant> {
    let running = grants::running(db, account, now.day())?;
    running
        .into_iter()
        .find(|grant| id.is_none_or(|id| grant.id == *id))
        .ok_or(Error::Refused(vec![Refusal::new("grant.none")]))
}

/// Whose people a grant opens: those of the group, in the account's region.
pub(super) fn opens(grant: &Grant, scope: &Scope, list: BaseList, now: Now) -> Filter {
    let region = match scope {
        Scope::Region(region) => Some(region.clone()),
        _ => None,
    };
    Filter {
        group: Some(grant.key_group.clone()),
        list,
        ..Filter::of(region, now.day())
    }
}

/// A list of a department's own people.
pub struct Granted {
    /// By which grant it reads.
    pub grant: Grant,
    /// The people, with the groups each is in today: only the granted one is told.
    pub slice: Slice<Row>,
    /// How many stand on each list.
    pub sums: Vec<(BaseList, i64)>,
}

/// A department reads of its own people.
pub fn people(
    registry: &Registry,
    reader: &DepartmentReader,
    id: Option<&GrantId>,
    list: BaseList,
    window: Window,
    now: Now,
) -> Done<Granted> {
    let actor = reader.actor();
    registry.store.read(|db| {
        let grant = running_one(db, &actor.account, id, now)?;
        let filter = opens(&grant, &actor.scope, list, now);
        let sums = base::sums(db, &filter)?;
        Ok(Granted {
            slice: base::list(db, &filter, &sums, window)?,
            sums,
            grant,
        })
    })
}

/// A department takes the list of its own people away, for the purpose it was granted.
pub fn take(
    registry: &Registry,
    reader: &DepartmentReader,
    id: &GrantId,
    list: BaseList,
    now: Now,
) -> Done<(Grant, Vec<Row>)> {
    let actor = reader.actor();
    registry.store.write(|db| {
        let grant = running_one(db, &actor.account, Some(id), now)?;
        let filter = opens(&grant, &actor.scope, list, now);
        let rows = base::all(db, &filter)?;
        let facts = [
            ("list", list.as_str()),
            ("granted", grant.id.as_str()),
            ("group", grant.key_group.as_str()),
            ("rows", &rows.len().to_string()),
            ("purpose", &grant.purpose),
        ];
        let deed = Deed::BaseListTaken;
        ledger::enter(db, actor, deed, None, TakingId::fresh(now), &facts, now)?;
        Ok((grant, rows))
    })
}
