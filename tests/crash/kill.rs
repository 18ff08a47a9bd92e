//! 断电: two servers over one database, killed (SIGKILL) a moment after they set to work. Unless
//! they are built for release, some fall by themselves at a named step, each of [`STEPS`] in turn.

use super::{Said, Scene, hear, rounds};
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Where a server may fall, from the first row to the answer, and from there to the published log.
#[cfg(debug_assertions)]
const STEPS: [&str; 8] = [
    "after-sign",
    "event-inserted",
    "before-commit",
    "after-commit",
    "after-ack",
    "before-sequence-commit",
    "after-sequence",
    "guard-written",
];

/// Where one of the two servers falls by itself in this round, every other time.
#[cfg(debug_assertions)]
fn step(round: u32) -> Option<&'static str> {
    round
        .is_multiple_of(2)
        .then(|| STEPS[(round / 2) as usize % STEPS.len()])
}

#[cfg(not(debug_assertions))]
fn step(_round: u32) -> Option<&'static str> {
    None
}

const SITTINGS: u32 = 180;
/// So many are for the one that works beside a server that is to fall.
const BESIDE: usize = 8;

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let mut scene = Scene::new(SITTINGS);
    let (mut ready, mut killed, mut finished) = (Vec::new(), 0, 0);
    let mut fell = BTreeSet::new();
    for round in 0..rounds() {
        let (said, heard) = mpsc::channel();
        let started = Instant::now();
        let mut servers: Vec<_> = [0, 1]
            .map(|side| {
                // They meet at some sittings and go their own way at others.
                let mut sittings = scene.sittings.clone();
                let begin = side as usize * sittings.len() / 2 + round as usize * 4;
                let begin = begin % sittings.len();
                sittings.rotate_left(begin);
                if side == 1 && step(round).is_some() {
                    // It is not to do all the work there is while the other comes to its step.
                    sittings.truncate(BESIDE);
                }
                let mut command = scene.server(&[], &sittings);
                command.env("CRASH_GUARD", scene.guard(&side.to_string()));
                if let Some(step) = step(round).filter(|_| side == 0) {
                    command.env("CRASH_AT", step);
                }
                let mut server = command.spawn().unwrap();
                let ear = hear(&mut server, said.clone());
                (server, ear)
            })
            .into();
        drop(said);
        let mut at_work = 0;
        while at_work < 2 {
            match heard.recv_timeout(Duration::from_secs(30)) {
                Ok(Said::Ready) => at_work += 1,
                Ok(other) => scene.note(other),
                Err(_) => panic!("round {round}: a server did not come up"),
            }
        }
        ready.push(started.elapsed());
        // On a busy machine nothing may be acknowledged so soon: until something is, they get longer.
        let longer = if scene.acknowledged.is_empty() {
            round * 50
        } else {
            0
        };
        // One that is to fall by itself is given the time to get there.
        let most = match step(round) {
            Some(_) => 20_000,
            None => round * 37 % 90 + longer,
        };
        let gone = Instant::now() + Duration::from_millis(u64::from(most));
        while let Some(left) = gone.checked_duration_since(Instant::now()) {
            match heard.recv_timeout(left.min(Duration::from_millis(20))) {
                Ok(said) => scene.note(said),
                // Both are silent for ever: one that ended, and one that is falling.
                Err(RecvTimeoutError::Disconnected) => {
                    for (server, _) in &mut servers {
                        server.wait().unwrap();
                    }
                    break;
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if step(round).is_some() && servers[0].0.try_wait().unwrap().is_some() {
                break;
            }
        }
        for (server, _) in &mut servers {
            match server.try_wait().unwrap() {
                None => killed += 1,
                Some(how) if how.signal().is_some() => fell.extend(step(round)),
                Some(_) => finished += 1,
            }
            drop(server.kill());
            server.wait().unwrap();
        }
        for (_, ear) in servers {
            ear.join().unwrap();
        }
        while let Ok(said) = heard.try_recv() {
            scene.note(said);
        }
    }
    ready.sort();
    let (median, slowest) = (ready[ready.len() / 2], ready[ready.len() - 1]);
    println!(
        "{killed} servers killed at work, {finished} had finished, some fell at {fell:?}; \
         {} sittings acknowledged; both ready again after {median:?}, {slowest:?} at worst",
        scene.acknowledged.len(),
    );
    assert!(killed > 0 && !scene.acknowledged.is_empty());
    #[cfg(debug_assertions)]
    assert_eq!(fell.len(), STEPS.len().min(rounds().div_ceil(2) as usize));
    // The worst of them tells more of the machine's other work.
    assert!(median < Duration::from_secs(2), "{ready:?}");
    scene.conclude();
}

/// A server asked to fall at a step does so the second time it passes there: some work lies before.
pub(super) fn arm() {
    #[cfg(debug_assertions)]
    if let Ok(step) = std::env::var("CRASH_AT") {
        use std::sync::atomic::{AtomicU32, Ordering};
        let passed = AtomicU32::new(0);
        fail::cfg_callback(step, move || {
            if passed.fetch_add(1, Ordering::Relaxed) == 1 {
                std::process::abort();
            }
        })
        .unwrap();
    }
}
