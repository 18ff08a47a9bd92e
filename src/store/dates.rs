//! 日期: days and moments of rows that are read more often than all others, figure by figure.
//!
//! Diesel reads what SQLite keeps as text by a format, and reads the format each time: of a certificate's
//! row that takes as long as ten of its other columns. What is kept in any other way it still reads.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::Pg;
use diesel::sql_types::{Date, Timestamp};
use diesel::sqlite::Sqlite;

/// A day.
#[derive(Debug, FromSqlRow)]
pub struct Day(NaiveDate);

/// A moment, in UTC.
#[derive(Debug, FromSqlRow)]
pub struct Moment(NaiveDateTime);

impl From<Day> for NaiveDate {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl From<Moment> for NaiveDateTime {
    fn from(moment: Moment) -> Self {
        moment.0
    }
}

impl FromSql<Date, Sqlite> for Day {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        if let Some(day) = day(value.read_text().as_bytes()) {
            return Ok(Self(day));
        }
        FromSql::<Date, Sqlite>::from_sql(value).map(Self)
    }
}

impl FromSql<Timestamp, Sqlite> for Moment {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        if let Some(moment) = moment(value.read_text().as_bytes()) {
            return Ok(Self(moment));
        }
        FromSql::<Timestamp, Sqlite>::from_sql(value).map(Self)
    }
}

impl FromSql<Date, Pg> for Day {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Date, Pg>::from_sql(value).map(Self)
    }
}

impl FromSql<Timestamp, Pg> for Moment {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Timestamp, Pg>::from_sql(value).map(Self)
    }
}

/// `2026-06-18`.
fn day(text: &[u8]) -> Option<NaiveDate> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *text else {
        return None;
    };
    let year = i32::try_from(figures(&[y0, y1, y2, y3])?).ok()?;
    NaiveDate::from_ymd_opt(year, figures(&[m0, m1])?, figures(&[d0, d1])?)
}

/// `2026-06-18 09:30:00`, with three, six or nine places behind the second or none.
fn moment(text: &[u8]) -> Option<NaiveDateTime> {
    let (date, time) = text.split_at_checked(10)?;
    let [b' ', h0, h1, b':', m0, m1, b':', s0, s1, ref behind @ ..] = *time else {
        return None;
    };
    let nanos = match behind {
        [] => 0,
        [b'.', places @ ..] => match places.len() {
            3 => figures(places)? * 1_000_000,
            6 => figures(places)? * 1_000,
            9 => figures(places)?,
            _ => return None,
        },
        _ => return None,
    };
    let (hour, minute, second) = (
        figures(&[h0, h1])?,
        figures(&[m0, m1])?,
        figures(&[s0, s1])?,
    );
    day(date)?.and_hms_nano_opt(hour, minute, second, nanos)
}

/// A number of at most nine figures.
fn figures(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0, |number: u32, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Diesel reads it.
    fn by_format(text: &str) -> Option<NaiveDateTime> {
        NaiveDateTime::parse_from_str(text, "%F %T%.f").ok()
    }

    #[test]
    fn a_moment_is_read_as_diesel_reads_it_or_left_to_diesel() {
        for text in [
            "2026-06-18 09:30:00",
            "2026-06-18 09:30:59.5",
            "2026-06-18 09:30:59.123",
            "2026-06-18 09:30:59.123456",
            "2026-06-18 09:30:59.123456789",
            "1999-12-31 23:59:59.999999999",
            "2024-02-29 00:00:00",
        ] {
            let places = text.split_once('.').map_or(0, |(_, places)| places.len());
            let read = moment(text.as_bytes());
            if matches!(places, 0 | 3 | 6 | 9) {
                assert!(read.is_some() && read == by_format(text), "{text}");
            } else {
                assert_eq!(read, None, "{text}");
            }
        }
        for text in [
            "",
            "2026-06-18",
            "2026-06-18T09:30:00",
            "2026-06-18 09:30",
            "2026-06-18 09:30:00Z",
            "2026-06-18 09:30:00.",
            "2026-06-18 24:00:00",
            "2025-02-29 00:00:00",
            "2026-06-1８ 09:30:00",
            "2461209.5",
        ] {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_read_or_left_to_diesel() {
        assert_eq!(day(b"2026-06-18"), NaiveDate::from_ymd_opt(2026, 6, 18));
        for text in ["2026-6-18", "2026-06-31", "2026/06/18", "+2026-06-1", ""] {
            assert_eq!(day(text.as_bytes()), None, "{text}");
        }
    }
}
