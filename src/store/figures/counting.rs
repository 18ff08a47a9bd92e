//! 统计: counts a cut in one pass over the volumes.

use super::adding::Marks;
use super::sieve::{self, Fates, Knowledge, People};
use super::{Figures, Parts as PartFigures};
use crate::domain::figure::{Breakdown, Count, Cut, Indicator, Paid, Rule};
use crate::store::volumes::Shelf;
use crate::store::{Conn, Found};
use std::collections::BTreeMap;

/// The figures of a cut, whole and in parts.
#[derive(Clone, Debug)]
pub struct Tally<const N: usize> {
    /// Every indicator; those that count nothing are 0.
    pub total: Figures,
    /// For each breakdown that was asked for, the indicators of each part. A person of two groups
    /// stands in both; a person taught in two places counts once in each.
    pub parts: [PartFigures; N],
}

/// Counts a cut in one pass, with some breakdowns.
pub fn tally<const N: usize>(db: &mut Conn, cut: &Cut, by: [Breakdown; N]) -> Found<Tally<N>> {
    let rules: Vec<Rule> = Indicator::ALL.iter().map(|one| one.rule()).collect();
    let fates = Fates::of(db, cut)?;
    let fates = fates.last_known(cut)?;
    let gone = sieve::gone(db, cut)?;
    let mut marks = Marks::of(cut, by);
    let known = Knowledge::before(cut.known);
    sieve::each(db, Shelf::Steps, cut, known, |members| {
        let head = members.head;
        let rules: Vec<(u32, &Rule)> = (0..)
            .zip(&rules)
            .filter(|(_, rule)| rule.is_of(head.kind, head.training, head.level))
            .collect();
        let (is_trained, may_be_gone) = (head.kind == "trained", sieve::may_be_gone(head.kind));
        let of_page = marks.of_page(&head);
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
                marks.add(step, &of_page, figures, 0);
            }
        })
    })?;
    let (total, parts) = marks.sums::<_, { Indicator::ALL.len() }>(Indicator::ALL);
    let counts = |sums: BTreeMap<Indicator, Paid>| -> Figures {
        let counts = sums.into_iter().map(|(one, sum)| (one, sum.into()));
        counts.collect()
    };
    Ok(Tally {
        total: counts(total),
        parts: parts.map(|parts| {
            let parts = parts.into_iter().map(|(name, sums)| (name, counts(sums)));
            parts.collect()
        }),
    })
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
