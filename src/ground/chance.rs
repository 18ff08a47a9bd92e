//! 随机: where unguessable bytes come from.
//!
//! Bytes come from the operating system. A demo with a fixed clock fixes its chance too, so that
//! it can be repeated byte for byte; [`free`] gives the system's chance back before anyone is served.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

static FIXED: Mutex<Option<ChaCha20Rng>> = Mutex::new(None);
static TURN: AtomicU32 = AtomicU32::new(0);

/// The next number of this process: what came later has the higher one, until it wraps.
pub fn turn() -> u32 {
    TURN.fetch_add(1, Ordering::Relaxed)
}

/// Fills the buffer with unguessable bytes.
///
/// # Panics
/// When the operating system has none to give: nothing can be kept secret then.
pub fn fill(buffer: &mut [u8]) {
    let mut fixed = FIXED.lock().unwrap_or_else(PoisonError::into_inner);
    match fixed.as_mut() {
        Some(generator) => generator.fill_bytes(buffer),
        None => getrandom::fill(buffer).expect("the operating system gives random bytes"),
    }
}

/// `N` unguessable bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    fill(&mut buffer);
    buffer
}

/// From now on chance repeats itself. Only an example town with a fixed clock may ask for it.
pub fn fix(seed: [u8; 32]) {
    TURN.store(0, Ordering::Relaxed);
    *FIXED.lock().unwrap_or_else(PoisonError::into_inner) = Some(ChaCha20Rng::from_seed(seed));
}

/// Gives the system's chance back.
pub fn free() {
    *FIXED.lock().unwrap_or_else(PoisonError::into_inner) = None;
}
