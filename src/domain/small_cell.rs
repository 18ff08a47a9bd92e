//! 小数保护: public figures from which nobody can subtract a handful of people.
//!
//! Public figures are told as of the end of each month of a year. Two of them can be subtracted: a
//! month from the month after, a part from its whole, all shown parts from their whole. So each
//! number, and each such difference, begins the year at 0 and is never within 1 to 4 of anything it
//! was at the end of an earlier month. What would come too near stays what it was: it is published
//! together with a later month (与上月合并公布), and as long as it was never published it is hidden.
//! When a part that stays could be worked out from its whole, the part that moves least stays with
//! it; but what waited for three months goes first, so that nothing waits for ever. Corrections that
//! take people away are held the same.
//!
//! Tables of one whole are held against one another. Where a county has one institution, the
//! institution's row is the county's; where all of a county's institutions are told, so is the
//! county. So a part of one table that lies in a part of another is a part of it too, and what is not
//! told must not follow from all sums together: no system of those equations has one answer for it.
//!
//! What is shown follows from the figures as of each month's end alone, so it is the same for ever:
//! a later month never changes what an earlier month's page says. Two years have no day in common and
//! neither is known later than its own end, so no figure of one is a part of a figure of another:
//! there is nothing to subtract.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The smallest number that is shown, and the smallest step.
pub const SMALLEST: i64 = 5;

/// For so many months a cell waits for others that move more.
const PATIENCE: usize = 3;

/// Which of some cells are parts of another.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The place of the whole.
    pub whole: usize,
    /// The places of its parts. A person may be in two of them, or in none.
    pub parts: Vec<usize>,
    /// Whether everybody of the whole is in some part, as far as readers know.
    pub is_exhausted: bool,
    /// In which months it is so.
    pub months: Range<usize>,
}

/// Every month of a year, and more.
pub const ALWAYS: Range<usize> = 0..usize::MAX;

/// That somebody counts in a cell of one table and in a cell of another of the same figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Which tables.
    pub tables: [usize; 2],
    /// Which cells; none where the table does not tell it.
    pub cells: [Option<usize>; 2],
    /// Since which month.
    pub since: usize,
}

/// The cells of one table that lie wholly in one of another, as its parts, as long as they do.
pub fn within_one_another(meetings: &[Meeting]) -> Vec<Whole> {
    // By tables and cell: the cells of the other table its people are in, and since when.
    let mut met: BTreeMap<([usize; 2], usize), Vec<(usize, Option<usize>)>> = BTreeMap::new();
    for meeting in meetings {
        for (own, other) in [(0, 1), (1, 0)] {
            if let Some(cell) = meeting.cells[own] {
                let tables = [meeting.tables[own], meeting.tables[other]];
                let all = met.entry((tables, cell)).or_default();
                all.push((meeting.since, meeting.cells[other]));
            }
        }
    }
    // By tables and cell: the cells of the other table that lie in it, and in which months.
    let mut within: BTreeMap<([usize; 2], usize), Vec<(usize, Range<usize>)>> = BTreeMap::new();
    for ((tables, cell), mut of) in met {
        of.sort_unstable();
        let until = of.get(1).map_or(ALWAYS.end, |(since, _)| *since);
        if let Some((since, Some(whole))) = of.first() {
            let parts = within.entry((tables, *whole)).or_default();
            parts.push((cell, *since..until));
        }
    }
    let mut wholes = Vec::new();
    for ((_, whole), parts) in within {
        let turns: BTreeSet<usize> = parts
            .iter()
            .flat_map(|(_, months)| [months.start, months.end])
            .collect();
        let turns: Vec<usize> = turns.into_iter().collect();
        for months in turns.windows(2).map(|pair| pair[0]..pair[1]) {
            let then = parts.iter().filter(|(_, own)| own.contains(&months.start));
            let parts: Vec<usize> = then.map(|(cell, _)| *cell).collect();
            if !parts.is_empty() {
                wholes.push(Whole {
                    whole,
                    parts,
                    is_exhausted: true,
                    months,
                });
            }
        }
    }
    wholes
}

/// What stands in a public cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The number; hidden when there is none.
    pub shown: Option<i64>,
    /// 与上月合并公布: it is what it was a month earlier, whether few people came or went or none.
    pub is_merged: bool,
}

/// The cells of each month, in order, from what they truly are.
pub fn publish(months: &[Vec<i64>], wholes: &[Whole]) -> Vec<Vec<Cell>> {
    let cells = months.first().map_or(0, Vec::len);
    let mut record = Record {
        cells: vec![vec![0]; cells],
        rests: vec![vec![0]; wholes.len()],
        others: wholes
            .iter()
            .map(|whole| vec![vec![0]; whole.parts.len()])
            .collect(),
    };
    let mut before = vec![0; cells];
    let mut published = Vec::with_capacity(months.len());
    for (month, truth) in months.iter().enumerate() {
        let now: Vec<(usize, &Whole)> = wholes
            .iter()
            .enumerate()
            .filter(|(_, whole)| whole.months.contains(&month))
            .collect();
        let page = next(truth, &before, &now, &record);
        record.keep(&page, wholes);
        published.push(
            (0..cells)
                .map(|at| Cell {
                    shown: (page[at] != 0 || truth[at] == 0).then_some(page[at]),
                    is_merged: month > 0 && page[at] != 0 && page[at] == before[at],
                })
                .collect(),
        );
        before = page;
    }
    published
}

/// Everything that could be read or worked out until now; 0 first.
struct Record {
    cells: Vec<Vec<i64>>,
    /// Of each whole, what its shown parts leave.
    rests: Vec<Vec<i64>>,
    /// Of each whole, what each part alone leaves.
    others: Vec<Vec<Vec<i64>>>,
}

impl Record {
    /// Whether a cell was the same on the last pages, three or more.
    fn waits(&self, cell: usize) -> bool {
        let told = self.cells[cell].iter().rev();
        let last = told.clone().next();
        told.take_while(|n| Some(*n) == last).count() > PATIENCE
    }

    fn keep(&mut self, page: &[i64], wholes: &[Whole]) {
        for (known, n) in self.cells.iter_mut().zip(page) {
            known.push(*n);
        }
        for ((whole, rest), others) in wholes.iter().zip(&mut self.rests).zip(&mut self.others) {
            rest.push(rest_of(whole, page));
            for (part, known) in whole.parts.iter().zip(others) {
                known.push(page[whole.whole] - page[*part]);
            }
        }
    }
}

/// What its parts leave of a whole.
fn rest_of(whole: &Whole, of: &[i64]) -> i64 {
    of[whole.whole] - whole.parts.iter().map(|part| of[*part]).sum::<i64>()
}

/// Whether a number may be told beside these.
fn apart(n: i64, known: &[i64]) -> bool {
    known
        .iter()
        .all(|told| n == *told || (n - told).abs() >= SMALLEST)
}

/// The next page: the truth, but for what has to stay as it was on the page before. A page on which
/// everything stays is the page before, which gave nobody away; so there is always one.
fn next(truth: &[i64], before: &[i64], wholes: &[(usize, &Whole)], record: &Record) -> Vec<i64> {
    let mut page: Vec<i64> = truth
        .iter()
        .zip(before)
        .zip(&record.cells)
        .map(|((n, before), known)| if apart(*n, known) { *n } else { *before })
        .collect();
    let sums = Sums::of(truth, wholes);
    loop {
        let mut is_settled = true;
        for (at, whole) in wholes {
            while let Some(stays) = given_away(*at, whole, &page, before, record) {
                page[stays] = before[stays];
                is_settled = false;
            }
        }
        if is_settled {
            let Some(stays) = sums.stays(&page, truth, before, record) else {
                break;
            };
            page[stays] = before[stays];
        }
    }
    // What stayed for the sake of something that had to stay, too, in the end: one by one, and all of
    // a whole together.
    let mut stayed: Vec<usize> = (0..page.len())
        .filter(|cell| page[*cell] != truth[*cell] && apart(truth[*cell], &record.cells[*cell]))
        .collect();
    stayed.sort_by_key(|cell| std::cmp::Reverse((truth[*cell] - before[*cell]).abs()));
    let together = sums.0.iter().map(|whole| {
        let has = |cell: &&usize| whole.whole == **cell || whole.parts.contains(cell);
        stayed.iter().filter(has).copied().collect::<Vec<usize>>()
    });
    let together = together.filter(|cells| cells.len() > 1);
    let tries: Vec<Vec<usize>> = stayed
        .iter()
        .map(|cell| vec![*cell])
        .chain(together)
        .collect();
    for cells in tries {
        let kept: Vec<i64> = cells.iter().map(|cell| page[*cell]).collect();
        for cell in &cells {
            page[*cell] = truth[*cell];
        }
        let tells = wholes.iter().any(|(at, whole)| {
            cells
                .iter()
                .any(|cell| whole.whole == *cell || whole.parts.contains(cell))
                && given_away(*at, whole, &page, before, record).is_some()
        });
        if tells || sums.tell_with(&cells, &page, truth) {
            for (cell, kept) in cells.iter().zip(kept) {
                page[*cell] = kept;
            }
        }
    }
    page
}

/// The cell that has to stay so that a whole and its parts give nobody away.
fn given_away(
    at: usize,
    whole: &Whole,
    page: &[i64],
    before: &[i64],
    record: &Record,
) -> Option<usize> {
    let moves = |cell: &usize| page[*cell] != before[*cell];
    if !apart(rest_of(whole, page), &record.rests[at]) {
        return least(whole.parts.iter(), page, before, record).or(Some(whole.whole).filter(moves));
    }
    let others = whole.parts.iter().zip(&record.others[at]);
    for (part, known) in others {
        if !apart(page[whole.whole] - page[*part], known) {
            return Some(*part)
                .filter(moves)
                .or(Some(whole.whole).filter(moves));
        }
    }
    None
}

/// Of some cells, the one that moves least, and has not waited long.
fn least<'a>(
    cells: impl Iterator<Item = &'a usize>,
    page: &[i64],
    before: &[i64],
    record: &Record,
) -> Option<usize> {
    cells
        .copied()
        .filter(|cell| page[*cell] != before[*cell])
        .min_by_key(|cell| (record.waits(*cell), (page[*cell] - before[*cell]).abs()))
}

/// The sums readers can reckon with.
struct Sums<'a>(Vec<&'a Whole>);

impl<'a> Sums<'a> {
    /// Wholes that are their parts together.
    fn of(truth: &[i64], wholes: &[(usize, &'a Whole)]) -> Self {
        let sums = wholes.iter().map(|(_, whole)| *whole);
        let holds = |whole: &&Whole| whole.is_exhausted && rest_of(whole, truth).abs() < SMALLEST;
        Self(sums.filter(holds).collect())
    }

    /// The cell that has to stay so that none of those that are behind can be worked out. What is
    /// chosen depends on what moves alone, not on what is known of later months.
    fn stays(&self, page: &[i64], truth: &[i64], before: &[i64], record: &Record) -> Option<usize> {
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
    fn tell_with(&self, cells: &[usize], page: &[i64], truth: &[i64]) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One table: its total and its parts, month by month.
    fn table(months: &[&[i64]]) -> Vec<Vec<Option<i64>>> {
        let parts = months[0].len();
        let truth: Vec<Vec<i64>> = months
            .iter()
            .map(|parts| [&[parts.iter().sum()], *parts].concat())
            .collect();
        let whole = Whole {
            whole: 0,
            parts: (1..=parts).collect(),
            is_exhausted: true,
            months: ALWAYS,
        };
        publish(&truth, &[whole])
            .into_iter()
            .map(|page| page[1..].iter().map(|cell| cell.shown).collect())
            .collect()
    }

    #[test]
    fn small_parts_and_their_neighbours_are_hidden() {
        for (parts, shown) in [
            (vec![10, 20, 0], vec![Some(10), Some(20), Some(0)]),
            (vec![10, 3, 20], vec![None, None, Some(20)]),
            (vec![2, 2, 20, 7], vec![None, None, Some(20), None]),
            (vec![4, 4, 20], vec![None, None, Some(20)]),
            (vec![3], vec![None]),
        ] {
            assert_eq!(table(&[&parts]), [shown], "{parts:?}");
        }
    }

    #[test]
    fn a_month_that_brings_a_few_waits_for_the_next() {
        // Three more in June; two more in July, five since May.
        let page = table(&[&[20, 40], &[23, 60], &[25, 80]]);
        assert_eq!(page[0], [Some(20), Some(40)]);
        assert_eq!(page[1], [Some(20), Some(40)], "the other part would tell");
        assert_eq!(page[2], [Some(25), Some(80)]);
        // Two are taken away again; then five are.
        let page = table(&[&[20, 40, 50], &[18, 50, 58], &[15, 50, 70]]);
        assert_eq!(page[1], [Some(20), Some(50), Some(50)]);
        assert_eq!(page[2], [Some(15), Some(50), Some(70)]);
        // Back to within four of what was told two months ago.
        let page = table(&[&[20, 40, 60], &[26, 50, 70], &[21, 60, 80]]);
        assert_eq!(page[2][0], Some(26));
    }

    #[test]
    fn nothing_waits_for_ever() {
        // One of three kinds brings one or two people a month and is never told; of the other two,
        // the smaller would always be the one that waits.
        let truth: Vec<Vec<i64>> = (1..=12)
            .map(|month| vec![month * 60 + month * 9 + month, month * 60, month * 9])
            .collect();
        let whole = Whole {
            whole: 0,
            parts: vec![1, 2],
            is_exhausted: false,
            months: ALWAYS,
        };
        let pages = publish(&truth, &[whole]);
        for cell in 0..3 {
            let mut last = 0;
            for (month, page) in pages.iter().enumerate() {
                if page[cell].shown == Some(truth[month][cell]) {
                    last = month;
                }
                assert!(
                    month - last <= 6,
                    "cell {cell} waits since {last}: {pages:?}"
                );
            }
        }
    }

    #[test]
    fn what_did_not_move_says_so() {
        let page = publish(&[vec![20, 3], vec![22, 4], vec![25, 9]], &[]);
        let cell = |shown, is_merged| Cell { shown, is_merged };
        assert_eq!(page[0], [cell(Some(20), false), cell(None, false)]);
        assert_eq!(page[1], [cell(Some(20), true), cell(None, false)]);
        assert_eq!(page[2], [cell(Some(25), false), cell(Some(9), false)]);
    }

    /// A county with one institution, beside a county with a handful of people and one with two
    /// institutions.
    #[test]
    fn an_institution_does_not_tell_what_its_county_hides() {
        // the whole, counties A, B and C, institutions of A, of B, and two of C
        let truth = vec![vec![83, 30, 3, 50, 30, 3, 20, 30]];
        let sum = |whole, parts: &[usize]| Whole {
            whole,
            parts: parts.to_vec(),
            is_exhausted: true,
            months: ALWAYS,
        };
        let tables = [sum(0, &[1, 2, 3]), sum(0, &[4, 5, 6, 7])];
        let shown = |wholes: &[Whole]| -> Vec<Option<i64>> {
            publish(&truth, wholes)[0]
                .iter()
                .map(|cell| cell.shown)
                .collect()
        };
        // Each table by itself hides B's county behind A's, B's institution behind the smallest.
        let apart = shown(&tables);
        assert_eq!(
            (apart[0], apart[1], apart[2], apart[3]),
            (Some(83), None, None, Some(50))
        );
        assert_eq!((apart[4], apart[5], apart[6]), (Some(30), None, None));
        // A's institution was A, and B what they left of the whole.
        let all = [&tables[..], &[sum(1, &[4]), sum(2, &[5]), sum(3, &[6, 7])]].concat();
        let together = shown(&all);
        assert_eq!((together[2], together[5]), (None, None));
        let is_a = together[1].is_some() || together[4].is_some();
        let is_c = together[3].is_some() || (together[6].is_some() && together[7].is_some());
        assert!(!(together[0].is_some() && is_a && is_c), "{together:?}");
        assert!(together.iter().flatten().count() >= 3, "{together:?}");
    }

    /// Rows of numbers, as many as are not made up of the others.
    fn rank(mut rows: Vec<Vec<f64>>) -> usize {
        let mut done = 0;
        for column in 0..rows.first().map_or(0, Vec::len) {
            let Some(pivot) = (done..rows.len()).find(|at| rows[*at][column].abs() > 1e-9) else {
                continue;
            };
            rows.swap(done, pivot);
            for at in done + 1..rows.len() {
                let times = rows[at][column] / rows[done][column];
                for cell in column..rows[at].len() {
                    let less = times * rows[done][cell];
                    rows[at][cell] -= less;
                }
            }
            done += 1;
        }
        done
    }

    /// Whether a reader who knows which cells are new can work one out that is not, out of all sums
    /// that hold.
    fn tells_more(page: &[i64], truth: &[i64], wholes: &[Whole]) -> Option<usize> {
        let behind: Vec<usize> = (0..page.len())
            .filter(|cell| page[*cell] != truth[*cell])
            .collect();
        let sums: Vec<Vec<f64>> = wholes
            .iter()
            .filter(|whole| whole.is_exhausted && rest_of(whole, truth) == 0)
            .map(|whole| {
                behind
                    .iter()
                    .map(|cell| {
                        let is = |own: bool| if own { 1.0 } else { 0.0 };
                        is(whole.whole == *cell) - is(whole.parts.contains(cell))
                    })
                    .collect()
            })
            .collect();
        let all = rank(sums.clone());
        (0..behind.len())
            .find(|at| {
                let mut with = sums.clone();
                with.push(
                    (0..behind.len())
                        .map(|cell| f64::from(u8::from(cell == *at)))
                        .collect(),
                );
                rank(with) == all
            })
            .map(|at| behind[at])
    }

    /// Three tables of one whole: places, institutions, trades, in their first months. Each
    /// institution is in one place, nearly; each trade is taught by some.
    fn tables(
        steps: &[Step],
        (places, houses, trades): (usize, usize, usize),
        months: usize,
    ) -> (Vec<Vec<i64>>, Vec<Whole>) {
        let rows = 1 + places + houses + trades;
        let mut met: BTreeMap<([usize; 2], [usize; 2]), usize> = BTreeMap::new();
        let mut cells: Vec<Vec<BTreeSet<usize>>> = vec![vec![BTreeSet::new(); rows]; months];
        for (place, kind, from, until, person) in steps {
            let house = (place + person * 7) % houses;
            let place = if person % 23 == 0 { *place } else { house } % places;
            let trade = (house + kind) % trades;
            let own = [1 + place, 1 + places + house, 1 + places + houses + trade];
            for (month, cells) in cells.iter_mut().enumerate() {
                if *from <= month && until.is_none_or(|until| until > month) {
                    cells[0].insert(*person);
                    for row in own {
                        cells[row].insert(*person);
                    }
                    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
                        let since = met
                            .entry(([one, other], [own[one], own[other]]))
                            .or_insert(month);
                        *since = month.min(*since);
                    }
                }
            }
        }
        let truth = cells
            .iter()
            .map(|rows| {
                rows.iter()
                    .map(|row| i64::try_from(row.len()).unwrap())
                    .collect()
            })
            .collect();
        let folds = [
            1..1 + places,
            1 + places..1 + places + houses,
            1 + places + houses..rows,
        ];
        let mut wholes: Vec<Whole> = folds
            .into_iter()
            .map(|rows| Whole {
                whole: 0,
                parts: rows.collect(),
                is_exhausted: true,
                months: ALWAYS,
            })
            .collect();
        let meetings: Vec<Meeting> = met
            .into_iter()
            .map(|((tables, cells), since)| Meeting {
                tables,
                cells: cells.map(Some),
                since,
            })
            .collect();
        wholes.extend(within_one_another(&meetings));
        (truth, wholes)
    }

    /// One person's step: in which part, of which kind, from which month until which.
    type Step = (usize, usize, usize, Option<usize>, usize);

    /// A small town: the true figures of its places, month by month. Kinds 0 and 1 are counted in
    /// themselves and within everything, kind 2 only within everything. A person may step twice.
    fn town(steps: &[Step], places: usize, months: usize) -> (Vec<Vec<i64>>, Vec<Whole>) {
        let truth = (0..months)
            .map(|month| {
                let mut cells: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
                for (place, kind, from, until, person) in steps {
                    if *from > month || until.is_some_and(|until| until <= month) {
                        continue;
                    }
                    for row in [0, place % places + 1] {
                        cells.entry(row * 3).or_default().insert(*person);
                        if *kind < 2 {
                            cells.entry(row * 3 + 1 + kind).or_default().insert(*person);
                        }
                    }
                }
                (0..(places + 1) * 3)
                    .map(|cell| {
                        cells
                            .get(&cell)
                            .map_or(0, |people| i64::try_from(people.len()).unwrap())
                    })
                    .collect()
            })
            .collect();
        let mut wholes: Vec<Whole> = (0..3)
            .map(|kind| Whole {
                whole: kind,
                parts: (1..=places).map(|row| row * 3 + kind).collect(),
                is_exhausted: true,
                months: ALWAYS,
            })
            .collect();
        wholes.extend((0..=places).map(|row| Whole {
            whole: row * 3,
            parts: vec![row * 3 + 1, row * 3 + 2],
            is_exhausted: false,
            months: ALWAYS,
        }));
        (truth, wholes)
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = (
            0_usize..5,
            0_usize..3,
            0_usize..6,
            proptest::option::weighted(0.1, 1_usize..6),
            0_usize..150,
        );
        proptest::collection::vec(step, 0..250)
    }

    proptest! {
        /// The differencing test: over small towns, no two pages of a year, no two cells of one of
        /// which one holds the other, and no whole beside all its parts, are 1 to 4 people apart.
        #[test]
        fn no_subtraction_gives_a_handful_away(steps in steps(), places in 1_usize..6) {
            let (truth, wholes) = town(&steps, places, 6);
            let pages = publish(&truth, &wholes);
            let told = |page: &Vec<Cell>, cell: usize| page[cell].shown.unwrap_or(0);
            let mut series: Vec<Vec<i64>> = (0..truth[0].len())
                .map(|cell| pages.iter().map(|page| told(page, cell)).collect())
                .collect();
            for whole in &wholes {
                for part in &whole.parts {
                    series.push(pages.iter()
                        .map(|page| told(page, whole.whole) - told(page, *part)).collect());
                }
                series.push(pages.iter().map(|page| {
                    let parts: i64 = whole.parts.iter().map(|part| told(page, *part)).sum();
                    told(page, whole.whole) - parts
                }).collect());
            }
            for one in &series {
                for (at, n) in one.iter().enumerate() {
                    prop_assert!(*n == 0 || n.abs() >= SMALLEST, "{one:?}");
                    for other in &one[..at] {
                        prop_assert!(n == other || (n - other).abs() >= SMALLEST, "{one:?}");
                    }
                }
            }
            // Nothing is made up: a number is this month's or an earlier one's.
            for (month, page) in pages.iter().enumerate() {
                for (cell, it) in page.iter().enumerate() {
                    if let Some(n) = it.shown {
                        let was = truth[..=month].iter().any(|truth| truth[cell] == n);
                        prop_assert!(was, "{n} was never true");
                    }
                }
            }
            // One part left behind is never what the others leave.
            for whole in wholes.iter().filter(|whole| whole.is_exhausted) {
                for (page, truth) in pages.iter().zip(&truth) {
                    let is_new = |cell: &usize| page[*cell].shown == Some(truth[*cell]);
                    let moved = whole.parts.iter().any(|part| !page[*part].is_merged && told(page, *part) > 0);
                    let behind = whole.parts.iter().filter(|part| !is_new(part)).count();
                    let adds_up = rest_of(whole, truth) == 0;
                    prop_assert!(!(is_new(&whole.whole) && moved && adds_up && behind == 1));
                }
            }
        }

        /// Over three tables of one whole: nothing that is behind follows from what is not, and no
        /// part of one table is 1 to 4 people less than a part of another it lies in. What a page
        /// says depends on no later month.
        #[test]
        fn no_table_tells_what_another_hides(
            steps in steps(), places in 1_usize..5, houses in 1_usize..7, trades in 1_usize..4,
            first in 1_usize..6,
        ) {
            let rows = (places, houses, trades);
            let (truth, wholes) = tables(&steps, rows, 6);
            let pages = publish(&truth, &wholes);
            let told: Vec<Vec<i64>> = pages
                .iter()
                .map(|page| page.iter().map(|cell| cell.shown.unwrap_or(0)).collect())
                .collect();
            for (month, page) in told.iter().enumerate() {
                let before = month.checked_sub(1).map(|month| &told[month]);
                let holding: Vec<Whole> =
                    wholes.iter().filter(|whole| whole.months.contains(&month)).cloned().collect();
                // A page on which nothing moved is the page before.
                if before != Some(page) {
                    prop_assert_eq!(tells_more(page, &truth[month], &holding), None, "{:?}", page);
                }
                for whole in holding.iter().filter(|whole| whole.months.end == ALWAYS.end) {
                    for part in &whole.parts {
                        let less = page[whole.whole] - page[*part];
                        prop_assert!(less == 0 || less.abs() >= SMALLEST, "{:?}", page);
                    }
                }
            }
            let (truth, wholes) = tables(&steps, rows, first);
            prop_assert_eq!(&publish(&truth, &wholes)[..], &pages[..first]);
        }

        /// What a page says does not depend on the months after it.
        #[test]
        fn a_page_is_the_same_for_ever(steps in steps(), places in 1_usize..6, months in 1_usize..6) {
            let (truth, wholes) = town(&steps, places, 6);
            let pages = publish(&truth, &wholes);
            prop_assert_eq!(&publish(&truth[..months], &wholes)[..], &pages[..months]);
        }

        /// A city in which every part moves every month is told as it is.
        #[test]
        fn what_moves_enough_is_told(parts in proptest::collection::vec((20_i64..200, 20_i64..90), 2..12)) {
            let truth: Vec<Vec<i64>> = (0..6).map(|month| {
                let parts: Vec<i64> = parts.iter().map(|(first, more)| first + month * more).collect();
                [vec![parts.iter().sum()], parts].concat()
            }).collect();
            let whole = Whole { whole: 0, parts: (1..=parts.len()).collect(), is_exhausted: true, months: ALWAYS };
            for (page, truth) in publish(&truth, &[whole]).iter().zip(&truth) {
                for (cell, n) in page.iter().zip(truth) {
                    prop_assert_eq!(*cell, Cell { shown: Some(*n), is_merged: false });
                }
            }
        }
    }
}
