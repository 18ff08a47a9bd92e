//! 小数保护试验: random towns, and what a reader could subtract.

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
