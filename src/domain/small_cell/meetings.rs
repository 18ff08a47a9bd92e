//! 表间关系: which cells of one table lie in which of another, from whose people are in both.

use super::{ALWAYS, Whole};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

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
