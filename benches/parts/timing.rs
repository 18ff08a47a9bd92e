//! 计时: how long one run takes on a core, whatever else the machine does.

use std::time::{Duration, Instant};

/// The time this thread has been on a core, so that neighbours do not count; elsewhere than on
/// Linux, the time that has passed.
fn spent(start: Instant) -> Duration {
    let on_core = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = on_core.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// The median time of one run out of many.
pub fn time(mut run: impl FnMut(usize)) -> Duration {
    let start = Instant::now();
    let mut times: Vec<Duration> = (0..9)
        .map(|round| {
            let (begun, clock, mut runs) = (spent(start), Instant::now(), 0);
            while clock.elapsed() < Duration::from_millis(250) {
                run(round * 100_000 + runs);
                runs += 1;
            }
            (spent(start) - begun) / u32::try_from(runs).unwrap_or(1)
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}
