//! 补贴汇总: what was asked, cut, paid and recovered, by county, institution, kind and month.

use crate::domain::account::Scope;
use crate::on;
use crate::store::pattern::Reach;
use crate::store::{Conn, Found};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Text};

const TOTALS: &str = include_str!("../reports/subsidies.sql");

/// One row of the totals.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Total {
    /// The county, six digits.
    #[diesel(sql_type = Text)]
    pub county: String,
    /// The institution's key.
    #[diesel(sql_type = Text)]
    pub institution: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// For what.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The month in which it was filed, `2026-07`.
    #[diesel(sql_type = Text)]
    pub month: String,
    /// How many claims.
    #[diesel(sql_type = BigInt)]
    pub claims: i64,
    /// How many people are paid for or to be paid for.
    #[diesel(sql_type = BigInt)]
    pub lines: i64,
    /// What was asked, in fen; returned claims are not counted.
    #[diesel(sql_type = BigInt)]
    pub asked_fen: i64,
    /// What was cut, in fen.
    #[diesel(sql_type = BigInt)]
    pub cut_fen: i64,
    /// What was paid, in fen.
    #[diesel(sql_type = BigInt)]
    pub paid_fen: i64,
    /// What is to be recovered or was, in fen.
    #[diesel(sql_type = BigInt)]
    pub recovered_fen: i64,
}

/// The totals of claims filed from one day to another.
pub fn totals(
    db: &mut Conn,
    scope: &Scope,
    (from, until): (NaiveDate, NaiveDate),
) -> Found<Vec<Total>> {
    let reach = Reach::of(scope);
    let (day, month) = match db {
        Conn::Sqlite(_) => (
            "date(c.at, '+8 hours')",
            "strftime('%Y-%m', c.at, '+8 hours')",
        ),
        Conn::Pg(_) => (
            "CAST(c.at + INTERVAL '8 hours' AS DATE)",
            "to_char(c.at + INTERVAL '8 hours', 'YYYY-MM')",
        ),
    };
    let asked = TOTALS.replace("@day", day).replace("@month", month);
    Ok(on!(db, c => sql_query(asked)
        .bind::<Date, _>(from)
        .bind::<Date, _>(until)
        .bind::<Text, _>(&reach.institution)
        .bind::<Text, _>(&reach.region)
        .load(c))?)
}
