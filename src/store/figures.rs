//! 统计报表: the reports, which are files of SQL, and their answers.

use crate::domain::figure::{AGES, Breakdown, Count, Cut, Fund, Indicator, Paid};
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
const SPENT: &str = include_str!("reports/spent.sql");
const PAYMENTS: &str = include_str!("reports/payments.sql");
const SINCE: &str = include_str!("reports/since.sql");

/// Figures by indicator.
pub type Figures = BTreeMap<Indicator, Count>;
/// Figures by part and indicator.
pub type Parts = BTreeMap<String, Figures>;

/// Money by fund.
pub type Spending = BTreeMap<Fund, Paid>;
/// Money by part and fund.
pub type SpendingParts = BTreeMap<String, Spending>;

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

#[derive(QueryableByName)]
struct PaidLine {
    #[diesel(sql_type = Text)]
    fund: String,
    #[diesel(sql_type = Text)]
    part: String,
    #[diesel(sql_type = BigInt)]
    times: i64,
    #[diesel(sql_type = BigInt)]
    heads: i64,
    #[diesel(sql_type = BigInt)]
    fen: i64,
}

/// One paid line behind a fund.
#[derive(Clone, Debug, QueryableByName)]
pub struct Payment {
    /// The key of the person it was paid for.
    #[diesel(sql_type = Text)]
    pub person: String,
    /// Her name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The end of her identity number.
    #[diesel(sql_type = Text)]
    pub id_tail: String,
    /// 拨付日期
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// The claim.
    #[diesel(sql_type = Text)]
    pub claim: String,
    /// `training` or `assessment`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The number of the bank or the treasury.
    #[diesel(sql_type = Text)]
    pub reference: String,
    /// What was paid and not paid back, in fen.
    #[diesel(sql_type = BigInt)]
    pub fen: i64,
    /// The class.
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

/// What a breakdown goes by, and the rows it is taken from: those of a report's table.
fn split(cut: &Cut, by: Breakdown, table: &str) -> (String, String) {
    let column = place(cut);
    let from = match by {
        Breakdown::Group => {
            format!("{table} JOIN group_snapshots g ON g.enrolment = {table}.enrolment")
        }
        _ => table.to_owned(),
    };
    let part = match by {
        Breakdown::County => format!("substr({column}, 1, 6)"),
        Breakdown::Township => format!("substr({column}, 1, 9)"),
        Breakdown::Group => "g.key_group".to_owned(),
        Breakdown::Training => "training".to_owned(),
        Breakdown::Occupation => "occupation".to_owned(),
        Breakdown::Level => "level".to_owned(),
        Breakdown::Institution => "institution".to_owned(),
        Breakdown::Sex => "sex".to_owned(),
        Breakdown::Month => "substr(CAST(day AS TEXT), 1, 7)".to_owned(),
        Breakdown::Age => {
            let bands: String = AGES
                .iter()
                .map(|(band, first, last)| {
                    format!("WHEN age BETWEEN {first} AND {last} THEN '{band}' ")
                })
                .collect();
            format!("CASE {bands} ELSE '' END")
        }
    };
    (part, from)
}

/// Every indicator for a cut, part by part. A person of two groups stands in both; a person taught
/// in two places counts once in each.
pub fn parts(db: &mut Conn, cut: &Cut, by: Breakdown) -> Found<Parts> {
    let (part, from) = split(cut, by, "counted");
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

fn spent(cut: &Cut) -> String {
    SPENT.replace("@place", place(cut))
}

fn funded(lines: Vec<PaidLine>) -> SpendingParts {
    let mut all = SpendingParts::new();
    for line in lines {
        if let Some(fund) = Fund::read(&line.fund) {
            let paid = Paid {
                times: line.times,
                heads: line.heads,
                fen: line.fen,
            };
            all.entry(line.part).or_default().insert(fund, paid);
        }
    }
    all
}

/// What was paid for a cut, fund by fund; by the day of payment. Funds that paid nothing are 0.
pub fn spending(db: &mut Conn, cut: &Cut) -> Found<Spending> {
    let sql = spent(cut)
        + "SELECT fund, '' AS part, CAST(COUNT(*) AS BIGINT) AS times, \
           CAST(COUNT(DISTINCT person) AS BIGINT) AS heads, CAST(SUM(fen) AS BIGINT) AS fen \
           FROM spent GROUP BY fund";
    let lines: Vec<PaidLine> = on!(db, c => bound!(sql, cut).load(c))?;
    let mut all: Spending = Fund::ALL
        .iter()
        .map(|one| (*one, Paid::default()))
        .collect();
    all.extend(funded(lines).into_values().flatten());
    Ok(all)
}

/// The same part by part. Who belongs to two groups is paid for in both.
pub fn spending_parts(db: &mut Conn, cut: &Cut, by: Breakdown) -> Found<SpendingParts> {
    let (part, from) = split(cut, by, "spent");
    let sql = spent(cut)
        + &format!(
            "SELECT fund, part, CAST(COUNT(*) AS BIGINT) AS times, \
             CAST(COUNT(DISTINCT person) AS BIGINT) AS heads, CAST(SUM(fen) AS BIGINT) AS fen \
             FROM (SELECT fund, {part} AS part, person, fen FROM {from}) split \
             GROUP BY fund, part"
        );
    Ok(funded(on!(db, c => bound!(sql, cut).load(c))?))
}

/// The paid lines behind one fund: as many as it tells, and as much.
pub fn payments(db: &mut Conn, cut: &Cut, fund: Fund, window: Window) -> Found<Slice<Payment>> {
    let total = spending(db, cut)?
        .get(&fund)
        .copied()
        .unwrap_or_default()
        .times;
    let sql = spent(cut) + PAYMENTS;
    let rows = on!(db, c => bound!(sql, cut)
        .bind::<Text, _>(fund.as_str())
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
