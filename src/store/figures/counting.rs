//! 统计: counts a cut in one pass over the volumes.

use super::sieve::{self, Fates, Knowledge, Parts, People};
use super::{Figures, Parts as PartFigures};
use crate::domain::figure::{Breakdown, Count, Cut, Indicator, Rule};
use crate::store::volumes::Shelf;
use crate::store::{Conn, Found};

/// The figures of a cut, whole and in parts.
#[derive(Clone, Debug)]
pub struct Tally<const N: usize> {
    /// Every indicator; those that count nothing are 0.
    pub total: Figures,
    /// For each breakdown that was asked for, the indicators of each part. A person of two groups
    /// stands in both; a person taught in two places counts once in each.
    pub parts: [PartFigures; N],
}

/// A milestone that counts: whose, in which figures (a bit each), in which parts.
struct Mark<const N: usize> {
    person: u32,
    figures: u32,
    parts: [u32; N],
}

/// A figure while it is counted, person by person.
#[derive(Clone, Copy, Default)]
struct Cell {
    times: i64,
    heads: i64,
    /// Whoever was counted last; numbered from 1.
    last: u32,
}

impl Cell {
    fn add(&mut self, person: u32) {
        self.times += 1;
        if self.last != person {
            self.last = person;
            self.heads += 1;
        }
    }

    fn count(self) -> Count {
        Count {
            times: self.times,
            heads: self.heads,
        }
    }
}

const ALL: usize = Indicator::ALL.len();
const _: () = assert!(ALL <= 32, "a mark has a bit for each figure");

/// One row of figures.
type Row = [Cell; ALL];

fn add(row: &mut Row, mark: u32, person: u32) {
    let mut left = mark;
    while left != 0 {
        row[left.trailing_zeros() as usize].add(person);
        left &= left - 1;
    }
}

/// Counts a cut in one pass, with some breakdowns.
pub fn tally<const N: usize>(db: &mut Conn, cut: &Cut, by: [Breakdown; N]) -> Found<Tally<N>> {
    let rules: Vec<Rule> = Indicator::ALL.iter().map(|one| one.rule()).collect();
    let fates = Fates::of(db, cut)?;
    let fates = fates.last_known(cut)?;
    let gone = sieve::gone(db, cut)?;
    let mut people = People::default();
    let mut parts = by.map(|by| Parts::of(cut, by));
    let mut marks: Vec<Mark<N>> = Vec::new();
    let known = Knowledge::before(cut.known);
    sieve::each(db, Shelf::Steps, cut, known, |members| {
        let head = members.head;
        let rules: Vec<(u32, &Rule)> = (0..)
            .zip(&rules)
            .filter(|(_, rule)| rule.is_of(head.kind, head.training, head.level))
            .collect();
        let (is_trained, may_be_gone) = (head.kind == "trained", sieve::may_be_gone(head.kind));
        let of_page = parts.each_mut().map(|parts| parts.of_page(&head));
        members.each(|step, groups| {
            if may_be_gone && gone.contains(step.subject) {
                return;
            }
            let known = is_trained.then(|| fates.get(step.subject)).flatten();
            let [soon, later] = known.map_or([None; 2], |known| known.map(|(_, fate)| fate));
            let figures = rules
                .iter()
                .filter(|(_, rule)| rule.takes(groups, soon, later))
                .fold(0, |figures, (at, _)| figures | 1 << at);
            if figures != 0 {
                let mut at = 0;
                marks.push(Mark {
                    person: people.number(step.person) + 1,
                    figures,
                    parts: parts.each_mut().map(|parts| {
                        at += 1;
                        of_page[at - 1].unwrap_or_else(|| parts.of_step(step))
                    }),
                });
            }
        })
    })?;
    // Person by person, so that a figure need remember one.
    marks.sort_unstable_by_key(|mark| mark.person);
    let mut total: Row = [Cell::default(); ALL];
    for mark in &marks {
        add(&mut total, mark.figures, mark.person);
    }
    let mut at = 0;
    let parts = parts.map(|parts| {
        let (names, stand_for) = parts.named();
        let mut rows: Vec<Row> = vec![[Cell::default(); ALL]; names.len()];
        for mark in &marks {
            for row in &stand_for[mark.parts[at] as usize] {
                add(&mut rows[*row], mark.figures, mark.person);
            }
        }
        at += 1;
        let rows = names.into_iter().zip(rows).map(|(name, row)| {
            let mut told = figures(&row);
            told.retain(|_, count| count.times > 0);
            (name, told)
        });
        rows.filter(|(_, told)| !told.is_empty()).collect()
    });
    Ok(Tally {
        total: figures(&total),
        parts,
    })
}

fn figures(row: &Row) -> Figures {
    let counts = row.iter().map(|cell| cell.count());
    Indicator::ALL.iter().copied().zip(counts).collect()
}

/// The milestones one figure counts, by day and class, and how many they are.
pub(super) fn subjects(
    db: &mut Conn,
    cut: &Cut,
    indicator: Indicator,
) -> Found<(Count, Vec<String>)> {
    let rule = indicator.rule();
    let fates = Fates::of(db, cut)?;
    let fates = fates.last_known(cut)?;
    let gone = sieve::gone(db, cut)?;
    let mut people = People::default();
    let mut found: Vec<(String, String, String)> = Vec::new();
    let known = Knowledge::before(cut.known);
    sieve::each(db, Shelf::Steps, cut, known, |members| {
        let head = members.head;
        if !rule.is_of(head.kind, head.training, head.level) {
            return Ok(());
        }
        let may_be_gone = sieve::may_be_gone(head.kind);
        members.each(|step, groups| {
            let known = fates.get(step.subject);
            let [soon, later] = known.map_or([None; 2], |known| known.map(|(_, fate)| fate));
            if rule.takes(groups, soon, later) && !(may_be_gone && gone.contains(step.subject)) {
                people.number(step.person);
                let key = [head.day, head.batch, step.subject].map(str::to_owned);
                found.push(key.into());
            }
        })
    })?;
    found.sort_unstable();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let count = Count {
        times: number(found.len()),
        heads: number(people.count()),
    };
    Ok((
        count,
        found.into_iter().map(|(.., subject)| subject).collect(),
    ))
}
