//! 时刻: the time, read once at the counter and then passed down.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use std::sync::{Arc, Mutex, PoisonError};

/// One instant, kept in UTC to the microsecond, shown in Beijing time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now(NaiveDateTime);

/// Beijing has had no daylight saving since 1991; its offset is a constant.
const BEIJING_SECONDS: i32 = 8 * 3600;

impl Now {
    /// Reads the system's clock. The only place that does.
    #[expect(clippy::disallowed_methods, reason = "the one reading of the clock")]
    pub fn read() -> Self {
        Self::at(Utc::now())
    }

    /// A given instant: for examples, tests and a fixed demo.
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(instant.naive_utc().trunc_subsecs(6))
    }

    /// A Beijing wall-clock time, for examples and tests.
    ///
    /// # Panics
    /// When the time of day does not exist.
    pub fn beijing(day: NaiveDate, hour: u32, minute: u32) -> Self {
        let wall = day
            .and_hms_opt(hour, minute, 0)
            .expect("an hour of the day");
        Self(wall - chrono::Duration::seconds(i64::from(BEIJING_SECONDS)))
    }

    /// UTC without zone, as both databases store it.
    pub fn utc(self) -> NaiveDateTime {
        self.0
    }

    /// The calendar day in Beijing: what every rule about days means.
    pub fn day(self) -> NaiveDate {
        beijing(self.0).date_naive()
    }

    /// The year in Beijing.
    pub fn year(self) -> i32 {
        self.day().year()
    }

    /// Milliseconds since 1970, for keys.
    pub fn millis(self) -> u64 {
        u64::try_from(self.0.and_utc().timestamp_millis()).unwrap_or(0)
    }

    /// This instant, moved by some seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + chrono::Duration::seconds(seconds))
    }
}

/// Where the counter reads the time: the system's clock, or one that stands where it was put (an
/// example town that is to repeat itself, a test that walks through a year).
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<Now>>>);

impl Clock {
    /// A clock that stands.
    pub fn standing(now: Now) -> Self {
        Self(Some(Arc::new(Mutex::new(now))))
    }

    /// The time.
    pub fn read(&self) -> Now {
        match &self.0 {
            Some(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
            None => Now::read(),
        }
    }

    /// Puts a standing clock to another time; the system's clock is not ours to put.
    pub fn put(&self, now: Now) {
        if let Some(standing) = &self.0 {
            *standing.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }
}

/// A stored UTC time as Beijing wall-clock time.
pub fn beijing(utc: NaiveDateTime) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(BEIJING_SECONDS).expect("eight hours is an offset");
    utc.and_utc().with_timezone(&zone)
}
