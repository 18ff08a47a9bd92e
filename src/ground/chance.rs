//! 随机: where unguessable bytes come from.
//!
//! Bytes come from the operating system. A demo with a fixed clock fixes its chance too, so that
//! it can be repeated byte for byte. Only the thread that asked for it draws from fixed chance:
//! whoever is served by another thread never meets it, and two towns may be built side by side.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};

/// Chance that repeats itself, and how many turns were taken with it.
struct Fixed {
    generator: ChaCha20Rng,
    turns: u32,
}

thread_local! {
    static FIXED: RefCell<Option<Fixed>> = const { RefCell::new(None) };
}

static TURN: AtomicU32 = AtomicU32::new(0);

/// The next number of this process: what came later has the higher one, until it wraps.
pub fn turn() -> u32 {
    FIXED.with_borrow_mut(|fixed| match fixed {
        Some(fixed) => {
            fixed.turns += 1;
            fixed.turns - 1
        }
        None => TURN.fetch_add(1, Ordering::Relaxed),
    })
}

/// Fills the buffer with unguessable bytes.
///
/// # Panics
/// When the operating system has none to give: nothing can be kept secret then.
pub fn fill(buffer: &mut [u8]) {
    FIXED.with_borrow_mut(|fixed| match fixed {
        Some(fixed) => fixed.generator.fill_bytes(buffer),
        None => getrandom::fill(buffer).expect("the operating system gives random bytes"),
    });
}

/// `N` unguessable bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    fill(&mut buffer);
    buffer
}

/// From now on chance repeats itself on this thread. Only an example town with a fixed clock may
/// ask for it.
pub fn fix(seed: [u8; 32]) {
    FIXED.set(Some(Fixed {
        generator: ChaCha20Rng::from_seed(seed),
        turns: 0,
    }));
}

/// Gives this thread the system's chance back.
pub fn free() {
    FIXED.set(None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_chance_repeats_itself_and_stays_on_its_thread() {
        fix([7; 32]);
        let first = (turn(), bytes::<16>());
        let elsewhere = std::thread::spawn(bytes::<16>).join().unwrap();
        fix([7; 32]);
        assert_eq!((turn(), bytes::<16>()), first);
        assert_ne!(elsewhere, first.1);
        free();
        assert_ne!(bytes::<16>(), first.1);
    }
}
