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

mod meetings;
mod sums;

pub use self::meetings::{Meeting, within_one_another};

use self::sums::Sums;
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
    let together = sums.iter().map(|whole| {
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

#[cfg(test)]
mod tests;
