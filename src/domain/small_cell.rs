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
//! What is shown follows from the figures as of each month's end alone, so it is the same for ever:
//! a later month never changes what an earlier month's page says.
//!
//! Known sad path: tables of one whole are not held against one another. Where a county has one
//! institution and its cell is hidden beside a small one, the institution's own row may tell it.

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
        let page = next(truth, &before, wholes, &record);
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
fn next(truth: &[i64], before: &[i64], wholes: &[Whole], record: &Record) -> Vec<i64> {
    let mut page: Vec<i64> = truth
        .iter()
        .zip(before)
        .zip(&record.cells)
        .map(|((n, before), known)| if apart(*n, known) { *n } else { *before })
        .collect();
    loop {
        let mut is_settled = true;
        for (at, whole) in wholes.iter().enumerate() {
            while let Some(stays) = given_away(at, whole, &page, truth, before, record) {
                page[stays] = before[stays];
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
    // What stayed for the sake of something that had to stay, too, in the end.
    let mut stayed: Vec<usize> = (0..page.len())
        .filter(|cell| page[*cell] != truth[*cell] && apart(truth[*cell], &record.cells[*cell]))
        .collect();
    stayed.sort_by_key(|cell| std::cmp::Reverse((truth[*cell] - before[*cell]).abs()));
    for cell in stayed {
        page[cell] = truth[cell];
        let tells = wholes.iter().enumerate().any(|(at, whole)| {
            (whole.whole == cell || whole.parts.contains(&cell))
                && given_away(at, whole, &page, truth, before, record).is_some()
        });
        if tells {
            page[cell] = before[cell];
        }
    }
    page
}

/// The cell that has to stay so that a whole and its parts give nobody away.
fn given_away(
    at: usize,
    whole: &Whole,
    page: &[i64],
    truth: &[i64],
    before: &[i64],
    record: &Record,
) -> Option<usize> {
    let moves = |cell: &usize| page[*cell] != before[*cell];
    let least = || {
        let moved = whole.parts.iter().copied().filter(moves);
        moved
            .min_by_key(|part| (record.waits(*part), (page[*part] - before[*part]).abs()))
            .or(Some(whole.whole).filter(moves))
    };
    if !apart(rest_of(whole, page), &record.rests[at]) {
        return least();
    }
    let others = whole.parts.iter().zip(&record.others[at]);
    for (part, known) in others {
        if !apart(page[whole.whole] - page[*part], known) {
            return Some(*part)
                .filter(moves)
                .or(Some(whole.whole).filter(moves));
        }
    }
    // One part alone is what the others leave.
    let behind = whole
        .parts
        .iter()
        .filter(|part| page[**part] != truth[**part]);
    let is_alone = whole.is_exhausted
        && page[whole.whole] == truth[whole.whole]
        && rest_of(whole, truth).abs() < SMALLEST
        && behind.count() == 1;
    if is_alone { least() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

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
            })
            .collect();
        wholes.extend((0..=places).map(|row| Whole {
            whole: row * 3,
            parts: vec![row * 3 + 1, row * 3 + 2],
            is_exhausted: false,
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
            let whole = Whole { whole: 0, parts: (1..=parts.len()).collect(), is_exhausted: true };
            for (page, truth) in publish(&truth, &[whole]).iter().zip(&truth) {
                for (cell, n) in page.iter().zip(truth) {
                    prop_assert_eq!(*cell, Cell { shown: Some(*n), is_merged: false });
                }
            }
        }
    }
}
