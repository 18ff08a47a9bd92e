//! 自有清单: every event of the public log in an institution's name, as its own books have it, for its
//! monitor. Whoever keeps the list from day to day finds out what was done in her name without her;
//! a list fetched only when it is needed would prove nothing against the registry.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Reader, Scope};
use crate::domain::institution::InstitutionId;
use crate::domain::log_event::Leaf;
use crate::store::institutions;
use crate::store::log::{self, PUBLIC};
use serde_json::json;

/// The list as lines of JSON: what each event commits to, when it was, what it is, and the number of
/// the certificate it tells of; no name and no document.
pub fn of(registry: &Registry, reader: &Reader, id: &InstitutionId) -> Done<String> {
    let scope: &Scope = &reader.actor().scope;
    registry.store.read(|db| {
        let house = institutions::of(db, scope, id)?.institution;
        let mut lines = String::new();
        for (leaf, seq, number) in log::in_name_of(db, PUBLIC, &house.id)? {
            let leaf = Leaf::read(&leaf)
                .ok_or_else(|| Error::fault("an entry of the log is in no form known"))?;
            let line = json!({
                "at": leaf.at, "c": leaf.c, "iss": leaf.iss, "n": leaf.n, "number": number,
                "ref": leaf.reference, "seq": seq, "t": leaf.t.as_str(),
            });
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
        Ok(lines)
    })
}
