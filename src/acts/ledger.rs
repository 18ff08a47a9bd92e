//! 台账: reading what was done.

use crate::acts::{Done, Registry};
use crate::domain::account::LedgerReader;
use crate::domain::deed::Deed;
use crate::ground::slice::{Slice, Window};
use crate::store::ledger::{self, Line};

/// Every deed within the reader's scope, or those of one kind, newest first.
pub fn all(
    registry: &Registry,
    reader: &LedgerReader,
    kind: Option<Deed>,
    window: Window,
) -> Done<Slice<Line>> {
    Ok(registry
        .store
        .read(|db| ledger::all(db, &reader.actor().scope, kind.map(Deed::as_str), window))?)
}
