//! 封存台: the thread that seals each day's attendance and each hour's deeds, in every server.

use crate::acts::Registry;
use crate::acts::seals::catch_up;
use crate::ground::clock::Clock;
use std::sync::Arc;
use std::time::Duration;

/// Between two askings. What is due waits no longer than this; what was missed while no server ran
/// is sealed at the first.
const EVERY: Duration = Duration::from_mins(1);

/// Starts the sealer. It ends with the process; whichever server asks next goes on.
pub fn start(registry: &Arc<Registry>, clock: &Clock) -> std::io::Result<()> {
    let (registry, clock) = (Arc::clone(registry), clock.clone());
    std::thread::Builder::new()
        .name("sealer".to_owned())
        .spawn(move || {
            loop {
                match catch_up(&registry, clock.read()) {
                    Ok(0) => {}
                    Ok(sealed) => tracing::info!(sealed, "sealed what was due"),
                    Err(error) => {
                        tracing::warn!(%error, "what is due could not be sealed; trying again")
                    }
                }
                std::thread::sleep(EVERY);
            }
        })?;
    Ok(())
}
