//! 装订: binds what came on record in months that are over, so that figures are read quickly.

use crate::acts::{Done, Registry};
use crate::ground::clock::Now;
use crate::store::volumes;

/// Binds every month that is over and not bound; says how many there were. Nothing is told by it
/// that the rows do not tell, so it is nobody's deed.
///
/// If the power goes here, what is bound stays, and the next call goes on.
pub fn bind(registry: &Registry, now: Now) -> Done<usize> {
    let mut done = 0;
    for month in registry.store.read(|db| volumes::due(db, now))? {
        // Slow, and of rows that no longer change: not with the pen in hand.
        let bound = registry.store.read(|db| volumes::of(db, month))?;
        registry
            .store
            .write(|db| volumes::keep(db, month, &bound, now))?;
        done += 1;
    }
    Ok(done)
}
