//! 统计报表: the reports, which are files of SQL, and their answers.

use crate::domain::figure::{AGES, Breakdown, Count, Cut, Indicator};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::store::{Conn, Found, pattern};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Integer, Text, Timestamp};
use std::collections::BTreeMap;

const COUNTED: &str = include_str!("reports/counted.sql");
const PEOPLE: &str = include_str!("reports/people.sql");
const SINCE: &str = include_str!("reports/since.sql");

/// Figures by indicator.
pub type Figures = BTreeMap<Indicator, Count>;
/// Figures by part and indicator.
pub type Parts = BTreeMap<String, Figures>;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    indicator: String,
    #[diesel(sql_type = Text)]
    part: String,
    #[diesel(sql_type = BigInt)]
    times: i64,
    #[diesel(sql_type = BigInt)]
    heads: i64,
}

/// One milestone behind a figure.
#[derive(Clone, Debug, QueryableByName)]
pub struct Behind {
    /// The key of the person.
    #[diesel(sql_type = Text)]
    pub person: String,
    /// Her name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The end of her identity number.
    #[diesel(sql_type = Text)]
    pub id_tail: String,
    /// When.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// What is behind it: an enrolment, a candidate or a certificate.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// `trained`, `assessed`, …
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The class or sitting.
    #[diesel(sql_type = Text)]
    pub batch: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub batch_name: String,
    /// The institution's name.
    #[diesel(sql_type = Text)]
    pub house: String,
    /// Where.
    #[diesel(sql_type = Text)]
    pub region: String,
}

/// Something that came on record after a figure was known, about days it counts.
#[derive(Clone, Debug, QueryableByName)]
pub struct Since {
    /// The milestone's kind, or `followed` for an outcome.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The day it is about.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// When it came on record, in UTC.
    #[diesel(sql_type = Timestamp)]
    pub at: NaiveDateTime,
    /// The account's name.
    #[diesel(sql_type = Text)]
    pub who: String,
    /// Why, as far as somebody said; empty for a late entry.
    #[diesel(sql_type = Text)]
    pub why: String,
    /// The class or sitting.
    #[diesel(sql_type = Text)]
    pub batch_name: String,
    /// How many milestones of this kind came in with it.
    #[diesel(sql_type = BigInt)]
    pub times: i64,
}

fn place(cut: &Cut) -> &'static str {
    if cut.by_home { "home" } else { "region" }
}

fn within(cut: &Cut) -> String {
    pattern::beginning(cut.region.as_ref().map_or("", |code| code.prefix()))
}

/// Binds a cut's twelve places, in their order.
macro_rules! bound {
    ($sql:expr, $cut:expr) => {{
        let (first, last) = $cut.age_range();
        sql_query($sql)
            .bind::<Date, _>($cut.from)
            .bind::<Date, _>($cut.until)
            .bind::<Timestamp, _>($cut.known)
            .bind::<Text, _>(within($cut))
            .bind::<Text, _>($cut.group.clone())
            .bind::<Text, _>($cut.training.clone())
            .bind::<Text, _>($cut.occupation.clone())
            .bind::<Text, _>($cut.level.clone())
            .bind::<Text, _>($cut.sex.clone())
            .bind::<Text, _>($cut.institution.clone())
            .bind::<Integer, _>(first)
            .bind::<Integer, _>(last)
    }};
}

fn counted(cut: &Cut) -> String {
    COUNTED.replace("@place", place(cut))
}

/// Every indicator for a cut. Indicators that count nothing are 0.
pub fn totals(db: &mut Conn, cut: &Cut) -> Found<Figures> {
    let sql = counted(cut)
        + "SELECT indicator, '' AS part, CAST(COUNT(*) AS BIGINT) AS times, \
           CAST(COUNT(DISTINCT person) AS BIGINT) AS heads FROM counted GROUP BY indicator";
    let lines: Vec<Line> = on!(db, c => bound!(sql, cut).load(c))?;
    let mut all: Figures = Indicator::ALL
        .iter()
        .map(|one| (*one, Count::default()))
        .collect();
    all.extend(lines.into_iter().filter_map(|line| {
        let count = Count {
            times: line.times,
            heads: line.heads,
        };
        Some((Indicator::read(&line.indicator)?, count))
    }));
    Ok(all)
}

/// Every indicator for a cut, part by part. A person of two groups stands in both; a person taught
/// in two places counts once in each.
pub fn parts(db: &mut Conn, cut: &Cut, by: Breakdown) -> Found<Parts> {
    let column = place(cut);
    let (part, from) = match by {
        Breakdown::County => (format!("substr({column}, 1, 6)"), "counted"),
        Breakdown::Township => (format!("substr({column}, 1, 9)"), "counted"),
        Breakdown::Group => (
            "g.key_group".to_owned(),
            "counted JOIN group_snapshots g ON g.enrolment = counted.enrolment",
        ),
        Breakdown::Training => ("training".to_owned(), "counted"),
        Breakdown::Occupation => ("occupation".to_owned(), "counted"),
        Breakdown::Level => ("level".to_owned(), "counted"),
        Breakdown::Institution => ("institution".to_owned(), "counted"),
        Breakdown::Sex => ("sex".to_owned(), "counted"),
        Breakdown::Month => ("substr(CAST(day AS TEXT), 1, 7)".to_owned(), "counted"),
        Breakdown::Age => {
            let bands: String = AGES
                .iter()
                .map(|(band, first, last)| {
                    format!("WHEN age BETWEEN {first} AND {last} THEN '{band}' ")
                })
                .collect();
            (format!("CASE {bands} ELSE '' END"), "counted")
        }
    };
    let sql = counted(cut)
        + &format!(
            "SELECT indicator, part, CAST(COUNT(*) AS BIGINT) AS times, \
             CAST(COUNT(DISTINCT person) AS BIGINT) AS heads \
             FROM (SELECT indicator, {part} AS part, person FROM {from}) split \
             GROUP BY indicator, part"
        );
    let lines: Vec<Line> = on!(db, c => bound!(sql, cut).load(c))?;
    let mut all = Parts::new();
    for line in lines {
        if let Some(indicator) = Indicator::read(&line.indicator) {
            let count = Count {
                times: line.times,
                heads: line.heads,
            };
            all.entry(line.part).or_default().insert(indicator, count);
        }
    }
    Ok(all)
}

/// The milestones behind one figure: as many as it tells.
pub fn behind(
    db: &mut Conn,
    cut: &Cut,
    indicator: Indicator,
    window: Window,
) -> Found<Slice<Behind>> {
    let total = totals(db, cut)?
        .get(&indicator)
        .copied()
        .unwrap_or_default()
        .times;
    let sql = counted(cut) + PEOPLE;
    let rows = on!(db, c => bound!(sql, cut)
        .bind::<Text, _>(indicator.as_str())
        .bind::<BigInt, _>(window.limit())
        .bind::<BigInt, _>(window.offset())
        .load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// What came on record between a cut's knowledge and `now`, about the days it counts.
pub fn since(db: &mut Conn, cut: &Cut, now: NaiveDateTime) -> Found<Vec<Since>> {
    Ok(on!(db, c => sql_query(SINCE.replace("@place", place(cut)))
        .bind::<Date, _>(cut.from)
        .bind::<Date, _>(cut.until)
        .bind::<Timestamp, _>(cut.known)
        .bind::<Text, _>(within(cut))
        .bind::<Timestamp, _>(now)
        .load(c))?)
}
