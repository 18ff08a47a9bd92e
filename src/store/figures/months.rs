//! 逐月: what a year's figures were as of the end of each of its months, counted in one pass.

use super::{Told, columns, facts, revoked, within};
use crate::domain::figure::{Breakdown, Cut, Indicator, end_of, month_end, month_start};
use crate::domain::key_group::Groups;
use crate::on;
use crate::store::{Conn, Found};
use chrono::{Months as Span, NaiveDate, NaiveDateTime};
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Date, Integer, Text, Timestamp};
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
}

/// A milestone, and from when on it counts.
#[derive(QueryableByName)]
struct Dated {
    #[diesel(embed)]
    told: Told,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
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
/// month what [`super::tally`] counts. At most twelve months, up to three breakdowns, and no
/// indicator that asks what became of people.
pub fn by_month_end<const N: usize>(
    db: &mut Conn,
    cut: &Cut,
    indicators: &[Indicator],
    by: [Breakdown; N],
) -> Found<Months<N>> {
    const { assert!(N <= 3, "the report tells three parts") };
    let ends = ends(cut);
    let gone = gone(db, cut, &ends)?;
    let rules: Vec<_> = indicators.iter().map(|one| one.rule()).collect();
    let columns = columns(cut, &by);
    let named = |at: usize| columns.get(at).map_or("''", String::as_str);
    let sql = facts(
        cut,
        [named(0), named(1), named(2)],
        "",
        "'' AS soon, '' AS later",
        ", m.subject AS subject, m.day AS day, m.recorded_at AS recorded_at",
    );
    let mut people: HashMap<String, u32> = HashMap::new();
    let mut total = Cells::new(rules.len());
    let mut parts: [HashMap<String, Cells>; N] = std::array::from_fn(|_| HashMap::new());
    let mut counted = Vec::with_capacity(rules.len());
    on!(db, c => {
        for line in bound!(sql, cut).load_iter::<Dated, DefaultLoadingMode>(c)? {
            let line = line?;
            let fact = line.told.fact();
            counted.clear();
            counted.extend((0..rules.len()).filter(|at| rules[*at].counts(&fact)));
            let mut months = since(&ends, line.day, line.recorded_at);
            if matches!(fact.kind, "certified" | "concluded") {
                months &= !gone.get(&line.subject).copied().unwrap_or(0);
            }
            if counted.is_empty() || months == 0 {
                continue;
            }
            let next = u32::try_from(people.len()).unwrap_or(u32::MAX);
            let person = match people.get(&line.told.person) {
                Some(known) => *known,
                None => *people.entry(line.told.person.clone()).or_insert(next),
            };
            total.add(&counted, person, months);
            let told = [&line.told.first_part, &line.told.second_part, &line.told.third_part];
            for ((by, cells), part) in by.iter().zip(&mut parts).zip(told) {
                let mut add = |part: &str| cells.entry(part.to_owned())
                    .or_insert_with(|| Cells::new(rules.len())).add(&counted, person, months);
                if *by == Breakdown::Group {
                    Groups::each().filter(|(_, group)| fact.groups.touch(*group)).for_each(|(code, _)| add(code));
                } else {
                    add(part);
                }
            }
        }
    });
    let n = ends.len();
    Ok(Months {
        ends,
        total: total.heads(indicators, n),
        parts: parts.map(|cells| {
            let told = cells.into_iter();
            told.map(|(part, cells)| (part, cells.heads(indicators, n)))
                .collect()
        }),
    })
}

/// The months' ends by which a milestone had come to pass and was on record.
fn since(ends: &[NaiveDate], day: NaiveDate, recorded_at: NaiveDateTime) -> Bits {
    ends.iter()
        .enumerate()
        .filter(|(_, end)| day <= **end && recorded_at < end_of(**end))
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
