//! 逐月: what a year's figures were as of the end of each of its months, counted in one pass.

use super::revoked;
use super::sieve::{self, Knowledge, Parts, People};
use crate::domain::figure::{Breakdown, Cut, Indicator, end_of, month_end, month_start};
use crate::on;
use crate::store::volumes::{Shelf, stamp};
use crate::store::{Conn, Found};
use chrono::{Months as Span, NaiveDate};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Date, Text, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// 人数 by indicator, one for each month's end.
pub type Heads = BTreeMap<Indicator, Vec<i64>>;

/// Figures as of the end of each month.
#[derive(Clone, Debug)]
pub struct Months<const N: usize> {
    /// The last day of each month.
    pub ends: Vec<NaiveDate>,
    /// Every indicator that was asked for.
    pub total: Heads,
    /// For each breakdown, those of each part that ever counted anybody.
    pub parts: [BTreeMap<String, Heads>; N],
    /// Which parts of one breakdown have people in which of another; of breakdowns by what is the same
    /// for a whole class or sitting.
    pub meetings: Vec<Meeting>,
}

/// That an indicator counts somebody in a part of one breakdown and in a part of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meeting {
    /// The indicator.
    pub indicator: Indicator,
    /// Which breakdowns.
    pub tables: [usize; 2],
    /// Which parts of them.
    pub parts: [String; 2],
    /// Since which month's end.
    pub since: usize,
}

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = Text)]
    subject: String,
}

/// One bit for each month's end.
type Bits = u16;

/// The last days of a cut's months; the last is the cut-off.
fn ends(cut: &Cut) -> Vec<NaiveDate> {
    std::iter::successors(Some(month_start(cut.from)), |first| {
        first.checked_add_months(Span::new(1))
    })
    .take(12)
    .take_while(|first| *first <= cut.until)
    .map(|first| month_end(first).min(cut.until))
    .collect()
}

/// The different people of a cut as of the end of each of its months, and known by then: month by
/// month what [`super::tally`] counts. At most twelve months, some breakdowns, and no indicator that
/// asks what became of people.
pub fn by_month_end<const N: usize>(
    db: &mut Conn,
    cut: &Cut,
    indicators: &[Indicator],
    by: [Breakdown; N],
) -> Found<Months<N>> {
    let ends = ends(cut);
    let gone = gone(db, cut, &ends)?;
    let told: Vec<(String, String)> = ends
        .iter()
        .map(|end| (end.to_string(), stamp(end_of(*end))))
        .collect();
    let rules: Vec<_> = indicators.iter().map(|one| one.rule()).collect();
    let mut people = People::default();
    let mut total = Cells::new(rules.len());
    let mut parts = by.map(|by| Parts::of(cut, by));
    let mut cells: [HashMap<u32, Cells>; N] = std::array::from_fn(|_| HashMap::new());
    let mut counted = Vec::with_capacity(rules.len());
    let mut met: BTreeMap<(usize, [usize; 2], [u32; 2]), u32> = BTreeMap::new();
    let known = Knowledge::before(cut.known);
    sieve::each(db, Shelf::Steps, cut, known, |members| {
        let head = members.head;
        let all = since(&told, head.day, head.recorded_at);
        let rules: Vec<_> = (0..)
            .zip(&rules)
            .filter(|(_, rule)| rule.is_of(head.kind, head.training, head.level))
            .collect();
        if rules.is_empty() || all == 0 {
            return Ok(());
        }
        let may_be_gone = sieve::may_be_gone(head.kind);
        let of_page = parts.each_mut().map(|parts| parts.of_page(&head));
        let mut first = vec![Bits::BITS; indicators.len()];
        members.each(|step, groups| {
            let mut months = all;
            if may_be_gone {
                months &= !gone.get(step.subject).copied().unwrap_or(0);
            }
            counted.clear();
            counted.extend(
                rules
                    .iter()
                    .filter(|(_, rule)| rule.takes(groups, None, None))
                    .map(|(at, _)| *at),
            );
            if counted.is_empty() || months == 0 {
                return;
            }
            let person = people.number(step.person);
            total.add(&counted, person, months);
            for at in &counted {
                first[*at] = first[*at].min(months.trailing_zeros());
            }
            for ((parts, cells), part) in parts.iter_mut().zip(&mut cells).zip(of_page) {
                let part = part.unwrap_or_else(|| parts.of_step(step));
                let part = cells
                    .entry(part)
                    .or_insert_with(|| Cells::new(indicators.len()));
                part.add(&counted, person, months);
            }
        })?;
        for (at, since) in first
            .into_iter()
            .enumerate()
            .filter(|(_, since)| *since < Bits::BITS)
        {
            for (one, other) in (0..N).flat_map(|one| (one + 1..N).map(move |other| (one, other))) {
                if let (Some(part), Some(beside)) = (of_page[one], of_page[other]) {
                    let known = met
                        .entry((at, [one, other], [part, beside]))
                        .or_insert(since);
                    *known = since.min(*known);
                }
            }
        }
        Ok(())
    })?;
    let n = ends.len();
    let mut cells = cells.into_iter();
    let mut all_names: Vec<Vec<String>> = Vec::new();
    let parts = parts.map(|parts| {
        let (names, stand_for) = parts.named();
        all_names.push(names.clone());
        let mut rows: BTreeMap<String, Cells> = BTreeMap::new();
        for (part, met) in cells.next().unwrap_or_default() {
            for row in &stand_for[part as usize] {
                let row = rows.entry(names[*row].clone());
                row.or_insert_with(|| Cells::new(indicators.len()))
                    .take(&met);
            }
        }
        let told = rows.into_iter();
        told.map(|(part, cells)| (part, cells.heads(indicators, n)))
            .collect()
    });
    Ok(Months {
        ends,
        total: total.heads(indicators, n),
        parts,
        meetings: met
            .into_iter()
            .map(|((at, tables, parts), since)| Meeting {
                indicator: indicators[at],
                tables,
                parts: [0, 1].map(|one| all_names[tables[one]][parts[one] as usize].clone()),
                since: since as usize,
            })
            .collect(),
    })
}

/// The months' ends by which a milestone had come to pass and was on record; each as day and time.
fn since(ends: &[(String, String)], day: &str, recorded_at: &str) -> Bits {
    ends.iter()
        .enumerate()
        .filter(|(_, (end, known))| day <= end.as_str() && recorded_at < known.as_str())
        .fold(0, |bits, (at, _)| bits | 1 << at)
}

/// The certificates of a cut that were revoked as of the ends of months.
fn gone(db: &mut Conn, cut: &Cut, ends: &[NaiveDate]) -> Found<HashMap<String, Bits>> {
    let ask = format!(
        "SELECT DISTINCT m.subject AS subject FROM milestones r JOIN milestones m ON m.subject = r.origin \
         AND m.kind IN ('certified', 'concluded') WHERE m.day >= $1 AND m.day <= $2 AND m.recorded_at < $3 AND {}",
        revoked("$2", "$3")
    );
    let mut gone: HashMap<String, Bits> = HashMap::new();
    for (at, end) in ends.iter().enumerate() {
        let found: Vec<Gone> = on!(db, c => sql_query(&ask)
            .bind::<Date, _>(cut.from)
            .bind::<Date, _>(*end)
            .bind::<Timestamp, _>(end_of(*end))
            .load(c))?;
        for one in found {
            *gone.entry(one.subject).or_default() |= 1 << at;
        }
    }
    Ok(gone)
}

/// For each indicator, who counts as of which months' ends.
struct Cells(Vec<Vec<(u32, Bits)>>);

impl Cells {
    fn new(indicators: usize) -> Self {
        Self(vec![Vec::new(); indicators])
    }

    fn add(&mut self, counted: &[usize], person: u32, months: Bits) {
        for at in counted {
            self.0[*at].push((person, months));
        }
    }

    fn take(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            own.extend(other);
        }
    }

    fn heads(self, indicators: &[Indicator], months: usize) -> Heads {
        let counts = self.0.into_iter().map(|mut met| {
            met.sort_unstable();
            let mut heads = vec![0_i64; months];
            for person in met.chunk_by(|one, other| one.0 == other.0) {
                let bits = person.iter().fold(0, |bits, (_, months)| bits | months);
                for (at, n) in heads.iter_mut().enumerate() {
                    *n += i64::from(bits >> at & 1);
                }
            }
            heads
        });
        indicators.iter().copied().zip(counts).collect()
    }
}
