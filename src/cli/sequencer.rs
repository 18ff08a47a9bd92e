//! 编序台: the thread that gives events their places, in every server, for as long as it runs.

use crate::acts::Registry;
use crate::acts::log::cosigning::gather;
use crate::acts::log::{answer, sequence};
use crate::ground::clock::Clock;
use std::sync::Arc;
use std::time::Duration;

/// Between two checkpoints: a burst of certificates shares one, and nobody waits noticeably.
fn spacing(registry: &Registry) -> Duration {
    Duration::from_millis(if registry.store.answers_at_once() {
        5
    } else {
        20
    })
}

/// Starts the sequencer. It ends with the process: what it was at is rolled back, and whichever
/// server comes next goes on.
pub fn start(registry: &Arc<Registry>, clock: &Clock) -> std::io::Result<()> {
    if !registry.settings.witnesses.is_empty() {
        let (registry, clock) = (Arc::clone(registry), clock.clone());
        std::thread::Builder::new()
            .name("cosigner".to_owned())
            .spawn(move || {
                // Apart from the sequencer: a witness that does not answer holds no certificate up.
                loop {
                    std::thread::sleep(Duration::from_secs(1));
                    if let Err(error) = gather(&registry, clock.read()) {
                        tracing::warn!(%error, "the witnesses could not be asked; trying again");
                    }
                }
            })?;
    }
    let (registry, clock) = (Arc::clone(registry), clock.clone());
    std::thread::Builder::new()
        .name("sequencer".to_owned())
        .spawn(move || {
            loop {
                // Also unasked once a second: another server may have stopped before its turn.
                let now = || clock.read();
                let done = if registry.log.wait(Duration::from_secs(1)) {
                    answer(&registry, now())
                } else {
                    sequence(&registry, now())
                };
                match done {
                    Ok(_) => std::thread::sleep(spacing(&registry)),
                    Err(error) => {
                        tracing::warn!(%error, "the log could not be moved on; trying again");
                        std::thread::sleep(Duration::from_secs(1));
                    }
                }
            }
        })?;
    Ok(())
}
