//! 合计推算: what readers can work out from all sums of a page together.

use super::{Record, SMALLEST, Whole, least, rest_of};
use std::collections::BTreeMap;

/// The sums readers can reckon with.
pub(super) struct Sums<'a>(Vec<&'a Whole>);

impl<'a> Sums<'a> {
    /// Wholes that are their parts together.
    pub(super) fn of(truth: &[i64], wholes: &[(usize, &'a Whole)]) -> Self {
        let sums = wholes.iter().map(|(_, whole)| *whole);
        let holds = |whole: &&Whole| whole.is_exhausted && rest_of(whole, truth).abs() < SMALLEST;
        Self(sums.filter(holds).collect())
    }

    /// Each of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a Whole> {
        self.0.iter().copied()
    }

    /// The cell that has to stay so that none of those that are behind can be worked out. What is
    /// chosen depends on what moves alone, not on what is known of later months.
    pub(super) fn stays(
        &self,
        page: &[i64],
        truth: &[i64],
        before: &[i64],
        record: &Record,
    ) -> Option<usize> {
        let least = |sums: &[&Whole]| {
            let parts = sums.iter().flat_map(|sum| &sum.parts);
            let wholes = sums.iter().map(|sum| &sum.whole);
            least(parts, page, before, record).or_else(|| least(wholes, page, before, record))
        };
        let mut told = worked_out(&self.0, page, truth);
        told.sort_unstable();
        told.iter().find_map(|cell| {
            let has = |sum: &&&Whole| sum.whole == *cell || sum.parts.contains(cell);
            let beside: Vec<&Whole> = self.0.iter().filter(has).copied().collect();
            least(&beside).or_else(|| least(&self.0))
        })
    }

    /// Whether anything can be worked out from what some cells are in, or what is in that by way of
    /// cells that are behind.
    pub(super) fn tell_with(&self, cells: &[usize], page: &[i64], truth: &[i64]) -> bool {
        let has = |sum: &Whole, cell: usize| sum.whole == cell || sum.parts.contains(&cell);
        let mut reached = Vec::new();
        let mut left = self.0.clone();
        let mut from: Vec<usize> = cells.to_vec();
        while let Some(cell) = from.pop() {
            let (beside, others): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|sum| has(sum, cell));
            left = others;
            for sum in &beside {
                let all = sum.parts.iter().chain(std::iter::once(&sum.whole));
                from.extend(all.filter(|cell| page[**cell] != truth[**cell]));
            }
            reached.extend(beside);
        }
        !worked_out(&reached, page, truth).is_empty()
    }
}

/// A prime so large that no sum of a page is taken for nothing by it.
const PRIME: i64 = 2_147_483_647;

/// Which cells that are behind follow from those that are not: the sums are solved for them, and one
/// that stands alone in the end has one answer.
fn worked_out(sums: &[&Whole], page: &[i64], truth: &[i64]) -> Vec<usize> {
    let is_behind = |cell: &usize| page[*cell] != truth[*cell];
    let mut rows: Vec<BTreeMap<usize, i64>> = sums
        .iter()
        .map(|sum| {
            let mut row = BTreeMap::new();
            for part in sum.parts.iter().copied().filter(is_behind) {
                *row.entry(part).or_insert(0) += PRIME - 1;
            }
            if is_behind(&sum.whole) {
                *row.entry(sum.whole).or_insert(0) += 1;
            }
            row.retain(|_, n| {
                *n %= PRIME;
                *n != 0
            });
            row
        })
        .filter(|row| !row.is_empty())
        .collect();
    for at in 0..rows.len() {
        let Some((pivot, n)) = rows[at].first_key_value().map(|(cell, n)| (*cell, *n)) else {
            continue;
        };
        let once = inverse(n);
        let pivot_row: BTreeMap<usize, i64> = rows[at]
            .iter()
            .map(|(cell, n)| (*cell, n * once % PRIME))
            .collect();
        for (other, row) in rows.iter_mut().enumerate() {
            let times = row.get(&pivot).copied().unwrap_or(0);
            if other == at || times == 0 {
                continue;
            }
            for (cell, n) in &pivot_row {
                let left = row.entry(*cell).or_insert(0);
                *left = (*left + (PRIME - times) * n) % PRIME;
                if *left == 0 {
                    row.remove(cell);
                }
            }
        }
        rows[at] = pivot_row;
    }
    rows.iter()
        .filter(|row| row.len() == 1)
        .filter_map(|row| row.first_key_value().map(|(cell, _)| *cell))
        .collect()
}

/// What a number is to be multiplied by to give 1, by the prime (Fermat).
fn inverse(n: i64) -> i64 {
    let (mut power, mut left, mut result) = (n, PRIME - 2, 1);
    while left > 0 {
        if left & 1 == 1 {
            result = result * power % PRIME;
        }
        power = power * power % PRIME;
        left >>= 1;
    }
    result
}
