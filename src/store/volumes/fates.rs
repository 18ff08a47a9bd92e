//! 去向册: what became of trainees as a volume tells it, an entry a line.
//!
//! It is bound by the month its trainee's training ended, and by the month from which on it counts:
//! that in which the later of the two, the training or the entry, came on record.

use crate::on;
use crate::store::volumes::{Bodies, Span, month, stamp, unreadable};
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Date, Integer, Text, Timestamp};

const FATES: &str = include_str!("../reports/fates.sql");

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Whose.
    pub enrolment: &'a str,
    /// Its key; of two entries the later has the greater.
    pub id: &'a str,
    /// `3` or `6`.
    pub months: &'a str,
    /// The day it was so.
    pub day: &'a str,
    /// When it came on record, as [`stamp`] tells it.
    pub at: &'a str,
    /// What became of her.
    pub outcome: &'a str,
}

/// The entries of a volume.
pub fn entries(body: &str) -> impl Iterator<Item = Found<Entry<'_>>> {
    body.split_terminator('\n')
        .map(|line| read(line).ok_or_else(unreadable))
}

fn read(line: &str) -> Option<Entry<'_>> {
    let mut words = line.split('\t');
    let entry = Entry {
        enrolment: words.next()?,
        id: words.next()?,
        months: words.next()?,
        day: words.next()?,
        at: words.next()?,
        outcome: words.next()?,
    };
    words.next().is_none().then_some(entry)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    enrolment: String,
    #[diesel(sql_type = Integer)]
    months: i32,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Timestamp)]
    at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Date)]
    trained_on: NaiveDate,
}

/// Binds the entries that came to count in a time, of those trained on some days.
pub(super) fn bind(
    db: &mut Conn,
    (from, until): Span<NaiveDateTime>,
    (first, last): Span<NaiveDate>,
) -> Found<Bodies> {
    let mut rows: Vec<Row> = on!(db, c => sql_query(FATES)
        .bind::<Timestamp, _>(from)
        .bind::<Timestamp, _>(until)
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .load(c))?;
    rows.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let mut bodies = Bodies::new();
    for row in rows {
        let body = bodies.entry(month(row.trained_on)).or_default();
        let words = [
            &row.enrolment,
            &row.id,
            &row.months.to_string(),
            &row.day.to_string(),
            &stamp(row.at),
            &row.outcome,
        ];
        body.push_str(&words.map(String::as_str).join("\t"));
        body.push('\n');
    }
    Ok(bodies)
}
