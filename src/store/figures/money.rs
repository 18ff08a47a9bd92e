//! 资金: what was paid for a cut, fund by fund, by the day of payment; what was paid back by the
//! cut-off is taken off.

use super::adding::Marks;
use super::sieve::{self, Knowledge, People};
use crate::domain::figure::{Breakdown, Cut, Fund, Paid};
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::store::volumes::Shelf;
use crate::store::{Conn, Found};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Text, Timestamp};
use std::collections::{BTreeMap, HashMap};

const REPAID: &str = include_str!("../reports/repaid.sql");
const PAYMENTS: &str = include_str!("../reports/payments.sql");

/// Money by fund.
pub type Spending = BTreeMap<Fund, Paid>;
/// Money by part and fund.
pub type SpendingParts = BTreeMap<String, Spending>;

/// What was paid for a cut, whole and in parts.
#[derive(Clone, Debug)]
pub struct Spent<const N: usize> {
    /// Every fund; those that paid nothing are 0.
    pub total: Spending,
    /// For each breakdown that was asked for, the funds of each part. Who belongs to two groups is
    /// paid for in both.
    pub parts: [SpendingParts; N],
}

/// One paid line behind a fund.
#[derive(Clone, Debug, QueryableByName)]
pub struct Payment {
    #[diesel(sql_type = Text)]
    line: String,
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

#[derive(QueryableByName)]
struct Repaid {
    #[diesel(sql_type = Text)]
    line: String,
    #[diesel(sql_type = BigInt)]
    fen: i64,
}

/// What was paid back as of a cut, line by line.
fn repaid(db: &mut Conn, cut: &Cut) -> Found<HashMap<String, i64>> {
    let all: Vec<Repaid> = on!(db, c => sql_query(REPAID)
        .bind::<Date, _>(cut.until)
        .bind::<Timestamp, _>(cut.known)
        .load(c))?;
    Ok(all.into_iter().map(|one| (one.line, one.fen)).collect())
}

/// What was paid for a cut in one pass, with some breakdowns.
pub fn spent<const N: usize>(db: &mut Conn, cut: &Cut, by: [Breakdown; N]) -> Found<Spent<N>> {
    let rules: Vec<_> = Fund::ALL.iter().map(|one| one.rule()).collect();
    let repaid = repaid(db, cut)?;
    let mut marks = Marks::of(cut, by);
    let known = Knowledge::before(cut.known);
    sieve::each(db, Shelf::Payments, cut, known, |members| {
        let head = members.head;
        let of_page = marks.of_page(&head);
        members.each(|step, groups| {
            let fen = step.fen - repaid.get(step.subject).copied().unwrap_or(0);
            let funds = (0..)
                .zip(&rules)
                .filter(|(_, rule)| rule.pays(head.kind, head.training, groups))
                .fold(0, |funds, (at, _)| funds | 1 << at);
            if fen > 0 {
                marks.add(step, &of_page, funds, fen);
            }
        })
    })?;
    let (total, parts) = marks.sums::<_, { Fund::ALL.len() }>(Fund::ALL);
    Ok(Spent { total, parts })
}

/// The paid lines behind one fund, by day and class: what they come to, and a window of them.
pub fn payments(
    db: &mut Conn,
    cut: &Cut,
    fund: Fund,
    window: Window,
) -> Found<(Paid, Slice<Payment>)> {
    let rule = fund.rule();
    let repaid = repaid(db, cut)?;
    let mut people = People::default();
    let mut found: Vec<(String, String, String, i64)> = Vec::new();
    let known = Knowledge::before(cut.known);
    sieve::each(db, Shelf::Payments, cut, known, |members| {
        let head = members.head;
        members.each(|step, groups| {
            let fen = step.fen - repaid.get(step.subject).copied().unwrap_or(0);
            if fen > 0 && rule.pays(head.kind, head.training, groups) {
                people.number(step.person);
                let [day, batch, line] = [head.day, head.batch, step.subject].map(str::to_owned);
                found.push((day, batch, line, fen));
            }
        })
    })?;
    found.sort_unstable();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let paid = Paid {
        times: number(found.len()),
        heads: number(people.count()),
        fen: found.iter().map(|(.., fen)| fen).sum(),
    };
    let size = |n: i64| usize::try_from(n).unwrap_or_default();
    let shown = found.into_iter().skip(size(window.offset()));
    let shown: Vec<_> = shown.take(size(window.limit())).collect();
    let mut rows = Vec::with_capacity(shown.len());
    for some in shown.chunks(500) {
        let places: Vec<_> = (1..=some.len()).map(|at| format!("${at}")).collect();
        let sql = PAYMENTS.replace("@lines", &places.join(", "));
        let told: Vec<Payment> = on!(db, c => {
            let mut query = sql_query(&sql).into_boxed();
            for (_, _, line, _) in some {
                query = query.bind::<Text, _>(line);
            }
            query.load(c)
        })?;
        let mut told: HashMap<String, Payment> = told
            .into_iter()
            .map(|one| (one.line.clone(), one))
            .collect();
        rows.extend(some.iter().filter_map(|(_, _, line, fen)| {
            let one = told.remove(line)?;
            Some(Payment { fen: *fen, ..one })
        }));
    }
    let slice = Slice {
        rows,
        total: paid.times,
        window,
    };
    Ok((paid, slice))
}
