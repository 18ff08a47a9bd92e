//! 审计: one function per promise; all of them together is `guildhall check`.

use crate::acts::{Done, Registry};
use crate::store::{Conn, Found};

/// A promise that a record breaks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// Which promise, as a code: `classes.state-is-last-step`.
    pub promise: &'static str,
    /// The table and key of the record that breaks it.
    pub subject: String,
}

/// A promise's checker: every record that breaks it.
pub type Checker = fn(&mut Conn) -> Found<Vec<Broken>>;

/// Every promise that can be checked from the rows alone.
pub const CHECKERS: &[Checker] = &[];

/// Every broken promise of this registry, named.
pub fn all(registry: &Registry) -> Done<Vec<Broken>> {
    let mut broken = Vec::new();
    for check in CHECKERS {
        broken.extend(registry.store.read(check)?);
    }
    Ok(broken)
}
