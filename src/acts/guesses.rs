//! 猜测: a look-up by number, name and end of the document that finds nothing is a guess, and guesses
//! are what enumerating takes. Counted in the database: all servers count together.
//!
//! An address has so many an hour. Once all addresses together have guessed too often, each has only a
//! few: whoever tries from many gains little, and whoever mistypes is still answered. Lists are counted
//! apart ([`list_checks`](super::list_checks)), and codes are not guessed at all: neither takes anything
//! from the other.

use crate::acts::{Done, Registry};
use crate::ground::clock::Now;
use crate::ground::reach::Home;
use crate::store::list_checks;
use std::net::IpAddr;

/// Guesses an address has in an hour.
pub const EACH: i32 = 30;
/// Guesses of everybody in an hour, after which an address has only [`FEW`].
pub const ALL: i32 = 3_000;
/// Guesses an address has then.
pub const FEW: i32 = 3;

/// Of an address only a keyed fingerprint is kept, for an hour.
fn fingerprint(registry: &Registry, of: &str) -> [u8; 16] {
    registry.vault.blind_index("number_guesses.who", of)
}

fn hour(now: Now) -> i32 {
    i32::try_from(now.utc().and_utc().timestamp() / 3_600).unwrap_or(i32::MAX)
}

/// Seconds until the next hour begins.
pub fn seconds_left(now: Now) -> i64 {
    3_600 - now.utc().and_utc().timestamp().rem_euclid(3_600)
}

/// Whether this address has no guess left in this hour.
pub fn are_spent(registry: &Registry, from: IpAddr, now: Now) -> Done<bool> {
    let who = fingerprint(registry, &Home::of(from).to_string());
    let everybody = fingerprint(registry, EVERYBODY);
    registry.store.read(|db| {
        let own = list_checks::guessed(db, &who, hour(now))?;
        if own < FEW {
            return Ok(false);
        }
        Ok(own >= EACH || list_checks::guessed(db, &everybody, hour(now))? >= ALL)
    })
}

/// Counts guesses of an address.
pub fn count(registry: &Registry, from: IpAddr, guesses: i32, now: Now) -> Done<()> {
    let who = fingerprint(registry, &Home::of(from).to_string());
    let everybody = fingerprint(registry, EVERYBODY);
    registry.store.write(|db| {
        list_checks::guess(db, &who, hour(now), guesses)?;
        Ok(list_checks::guess(db, &everybody, hour(now), guesses)?)
    })
}

/// What stands for all addresses together; no address is written so.
const EVERYBODY: &str = "everybody";
