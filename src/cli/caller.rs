//! 通知台: the thread that tells watchers what became of certificates, in every server, for as long as it
//! runs. Which server tells whom is settled in the database.

use crate::acts::Registry;
use crate::acts::watch_calls::{make, notice};
use crate::ground::clock::Clock;
use crate::web::watches::post::Letters;
use std::sync::Arc;
use std::time::Duration;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// Starts the caller.
pub fn start(registry: &Arc<Registry>, clock: &Clock) -> std::io::Result<()> {
    let (registry, clock) = (Arc::clone(registry), clock.clone());
    let letters = Letters::of(&registry.settings);
    std::thread::Builder::new()
        .name("caller".to_owned())
        .spawn(move || {
            loop {
                std::thread::sleep(PAUSE);
                let now = clock.read();
                let told =
                    notice(&registry, now).and_then(|_| make(&registry, letters.0.as_deref(), now));
                if let Err(error) = told {
                    tracing::warn!(%error, "watchers could not be told; trying again");
                }
            }
        })?;
    Ok(())
}
