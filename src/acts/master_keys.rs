//! 更换主密钥: another master key takes the place of the one there is.
//!
//! **What is sealed anew:** everything the master key itself seals ([`Shelf::ALL`]): the private keys
//! of the registry and of issuers, the secrets of second factors, entries of the log about nobody,
//! roster lines, drawn seeds, contacts, documents of proposed corrections, addresses of watchers. The
//! keys of people are wrapped anew. Nothing of it opens by the old key afterwards.
//!
//! **What is not:** a person's own fields, photographs and log entries stay as they are, under her own
//! key, which is only wrapped anew; so do lists under a key in somebody's address. The key of the blind
//! index goes over unchanged, sealed by the new master key: a delivered list keeps of its people
//! nothing but that index, and could not be found again by another. So whoever had the old key *and* a
//! copy of the database has what was in it, and whoever has the old key and gets a later copy can
//! still try whether a number he guesses is among its people. Private keys that may have been seen are
//! replaced one by one.
//!
//! **How:** [`begin`] makes the new key the one that opens the database and keeps the old key's check,
//! then [`go_on`] seals batch after batch, each in a transaction of its own, then [`end`] drops the
//! old check. In between only a vault with both keys opens the registry, and stopping anywhere
//! loses nothing: what is sealed anew says so by its key's hint and is passed over the next time.
//! Nobody else may have the database open ([`Store::open_alone`]): a running server knows only the key
//! it started with. That takes no longer than writing some small texts for each person and each roster
//! line; what is large lies under people's own keys.

use crate::acts::{Done, Registry};
use crate::domain::account::{KeyKeeper, Scope};
use crate::domain::deed::Deed;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::seal::vault::{Place, Unopened, Vault};
use crate::store::sealed_texts::{self, Kept, Shelf};
use crate::store::vault_checks::{self, Row};
use crate::store::{Store, ledger};

/// What the master key must open: sealed at the first start, opened at every later one.
const CHECK: &[u8] = b"guildhall master key";
const CHECK_PLACE: Place<'static> = Place {
    table: "vault_checks",
    column: "sealed",
    row: "1",
};
const INDEX_PLACE: Place<'static> = Place {
    table: "vault_checks",
    column: "sealed",
    row: "2",
};

/// The check of a vault's present master key.
pub(super) fn check(vault: &Vault) -> Vec<u8> {
    vault.seal_own(CHECK_PLACE, CHECK)
}

/// Whether a vault opens this check.
pub(super) fn is_check(vault: &Vault, sealed: &[u8]) -> bool {
    vault
        .open_own(CHECK_PLACE, sealed)
        .is_ok_and(|text| *text == CHECK)
}

/// The vault with the index this database was made with. Refuses one without the former key while
/// that is being replaced.
pub(super) fn completed(store: &Store, vault: Vault) -> Done<Vault> {
    let (check, index, former) = store.read(|db| {
        Ok::<_, crate::acts::Error>((
            vault_checks::kept(db, Row::Check)?,
            vault_checks::kept(db, Row::Index)?,
            vault_checks::kept(db, Row::Former)?,
        ))
    })?;
    if former.is_some_and(|former| !is_check(&vault, &former)) {
        return Err(Refusal::new("vault.half-replaced").into());
    }
    let other = |_| Refusal::new("vault.other-key");
    let vault = match (&check, index) {
        (_, Some(index)) => vault.with_index(INDEX_PLACE, &index).map_err(other)?,
        (Some(check), None) => vault.with_index_of(check).map_err(other)?,
        (None, None) => vault,
    };
    if let Some(check) = check {
        store.bind(check);
    }
    Ok(vault)
}

/// How far a replacement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// This master key has not been begun with.
    Before,
    /// It opens the database, and another still does too.
    Between,
    /// It alone opens the database.
    After,
}

/// How far the replacement by the present key of this vault is.
pub fn stage(store: &Store, vault: &Vault) -> Done<Stage> {
    let (check, former) = store.read(|db| {
        Ok::<_, crate::acts::Error>((
            vault_checks::kept(db, Row::Check)?,
            vault_checks::kept(db, Row::Former)?,
        ))
    })?;
    let present = check.is_some_and(|check| vault.is_present(&check) && is_check(vault, &check));
    Ok(match (present, former) {
        (false, _) => Stage::Before,
        (true, Some(_)) => Stage::Between,
        (true, None) => Stage::After,
    })
}

/// Refuses whoever may not replace the master key.
fn may(keeper: &KeyKeeper) -> Done<()> {
    if keeper.actor().scope == Scope::All {
        return Ok(());
    }
    Err(Refusal::new("master_key.city-only").into())
}

/// From now on the vault's present key is the master key; its former one still opens what is not
/// sealed anew. Does nothing when that was done before.
pub fn begin(registry: &Registry, keeper: &KeyKeeper, now: Now) -> Done<()> {
    may(keeper)?;
    let vault = &registry.vault;
    registry.store.write(|db| {
        let old = vault_checks::kept(db, Row::Check)?.unwrap_or_default();
        let former = vault_checks::kept(db, Row::Former)?;
        if vault.is_present(&old) {
            return Ok(());
        }
        // A third key on top of two would leave texts of the first behind.
        if former.is_some() || !is_check(vault, &old) {
            return Err(Refusal::new("vault.half-replaced").into());
        }
        vault_checks::replace(db, Row::Former, &old)?;
        vault_checks::replace(db, Row::Index, &vault.seal_index(INDEX_PLACE))?;
        vault_checks::replace(db, Row::Check, &check(vault))?;
        let deed = Deed::MasterKeySuccessionBegun;
        ledger::enter(db, keeper.actor(), deed, None, "registry", &[], now)?;
        Ok(())
    })
}

/// Where a replacement is: a shelf and a row on it.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    shelf: usize,
    row: String,
    /// Texts sealed anew so far.
    pub done: usize,
    /// Texts neither key opens, by table and row: they did not open before either.
    pub unopened: Vec<(&'static str, String)>,
}

/// Seals the next batch of at most so many texts anew; whether there is more.
pub fn go_on(registry: &Registry, progress: &mut Progress, most: i64) -> Done<bool> {
    let Some(shelf) = Shelf::ALL.get(progress.shelf).copied() else {
        return Ok(false);
    };
    let (table, _) = shelf.place();
    let (mut done, mut unopened) = (0, Vec::new());
    let last = registry.store.write(|db| {
        let Some((last, kept)) = sealed_texts::after(db, shelf, &progress.row, most)? else {
            return Ok::<_, crate::acts::Error>(None);
        };
        let mut anew: Vec<Kept> = Vec::with_capacity(kept.len());
        for (row, text) in kept {
            match again(&registry.vault, shelf, &row, &text) {
                Ok(Some(text)) => anew.push((row, text)),
                Ok(None) => {}
                Err(_) => unopened.push((table, row)),
            }
        }
        if !anew.is_empty() {
            sealed_texts::put(db, shelf, &anew)?;
            if shelf == Shelf::PersonKeys {
                let master = data_encoding::HEXLOWER.encode(&registry.vault.key_id());
                sealed_texts::name_master(db, &anew, &master)?;
            }
        }
        done = anew.len();
        Ok(Some(last))
    })?;
    progress.done += done;
    progress.unopened.extend(unopened);
    if let Some(last) = last {
        progress.row = last;
    } else {
        progress.shelf += 1;
        progress.row.clear();
    }
    Ok(progress.shelf < Shelf::ALL.len())
}

fn again(vault: &Vault, shelf: Shelf, row: &str, text: &[u8]) -> Result<Option<Vec<u8>>, Unopened> {
    let (table, column) = shelf.place();
    let place = Place::new(table, column, row);
    if shelf == Shelf::PersonKeys {
        vault.rewrap(text, place)
    } else {
        vault.reseal_own(place, text)
    }
}

/// From now on the old key is refused. Only after everything was gone through.
pub fn end(registry: &Registry, keeper: &KeyKeeper, progress: &Progress, now: Now) -> Done<()> {
    may(keeper)?;
    if progress.shelf < Shelf::ALL.len() {
        return Err(Refusal::new("vault.half-replaced").into());
    }
    registry.store.write(|db| {
        vault_checks::drop_row(db, Row::Former)?;
        let facts = [("count", &*progress.done.to_string())];
        let deed = Deed::MasterKeyReplaced;
        ledger::enter(db, keeper.actor(), deed, None, "registry", &facts, now)?;
        Ok(())
    })
}
