//! 加总: what each milestone or payment adds to which columns, whole and in parts, person by person.

use super::sieve::{Parts, People};
use crate::domain::figure::{Breakdown, Cut, Paid};
use crate::store::volumes::steps::{Head, Step};
use std::collections::BTreeMap;

/// A step that counts: whose, in which columns (a bit each), in which parts, how much money.
struct Mark<const N: usize> {
    person: u32,
    columns: u32,
    parts: [u32; N],
    fen: i64,
}

/// The steps that count, as they are met.
pub(super) struct Marks<'a, const N: usize> {
    people: People,
    parts: [Parts<'a>; N],
    marks: Vec<Mark<N>>,
}

/// The parts all of a page is in, where it is one.
pub(super) type OfPage<const N: usize> = [Option<u32>; N];

impl<'a, const N: usize> Marks<'a, N> {
    pub fn of(cut: &'a Cut, by: [Breakdown; N]) -> Self {
        Self {
            people: People::default(),
            parts: by.map(|by| Parts::of(cut, by)),
            marks: Vec::new(),
        }
    }

    pub fn of_page(&mut self, head: &Head<'_>) -> OfPage<N> {
        self.parts.each_mut().map(|parts| parts.of_page(head))
    }

    pub fn add(&mut self, step: &Step<'_>, of_page: &OfPage<N>, columns: u32, fen: i64) {
        let mut of_page = of_page.iter();
        let parts = self.parts.each_mut().map(|parts| {
            let known = of_page.next().copied().flatten();
            known.unwrap_or_else(|| parts.of_step(step))
        });
        self.marks.push(Mark {
            person: self.people.number(step.person) + 1,
            columns,
            parts,
            fen,
        });
    }

    /// What they come to in each of some columns, whole and in parts. Columns and parts that nothing
    /// was added to are left out of the parts.
    pub fn sums<K: Copy + Ord, const ALL: usize>(mut self, columns: &[K]) -> Sums<K, N> {
        const { assert!(ALL <= 32, "a mark has a bit for each column") };
        // Person by person, so that a cell need remember one.
        self.marks.sort_unstable_by_key(|mark| mark.person);
        let mut whole = [Cell::default(); ALL];
        for mark in &self.marks {
            add(&mut whole, mark);
        }
        let mut at = 0;
        let parts = self.parts.map(|parts| {
            let (names, stand_for) = parts.named();
            let mut rows = vec![[Cell::default(); ALL]; names.len()];
            for mark in &self.marks {
                for row in &stand_for[mark.parts[at] as usize] {
                    add(&mut rows[*row], mark);
                }
            }
            at += 1;
            let rows = names.into_iter().zip(rows).map(|(name, row)| {
                let mut told = named(columns, &row);
                told.retain(|_, sum| sum.times > 0);
                (name, told)
            });
            rows.filter(|(_, told)| !told.is_empty()).collect()
        });
        (named(columns, &whole), parts)
    }
}

/// Sums by column, whole and by part.
pub(super) type Sums<K, const N: usize> =
    (BTreeMap<K, Paid>, [BTreeMap<String, BTreeMap<K, Paid>>; N]);

/// A sum while it is added up, person by person.
#[derive(Clone, Copy, Default)]
struct Cell {
    sum: Paid,
    /// Whoever was added last; numbered from 1.
    last: u32,
}

fn add<const N: usize>(row: &mut [Cell], mark: &Mark<N>) {
    let mut left = mark.columns;
    while left != 0 {
        let cell = &mut row[left.trailing_zeros() as usize];
        cell.sum.times += 1;
        cell.sum.heads += i64::from(cell.last != mark.person);
        cell.sum.fen += mark.fen;
        cell.last = mark.person;
        left &= left - 1;
    }
}

fn named<K: Copy + Ord>(columns: &[K], row: &[Cell]) -> BTreeMap<K, Paid> {
    columns
        .iter()
        .copied()
        .zip(row.iter().map(|cell| cell.sum))
        .collect()
}
