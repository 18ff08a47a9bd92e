//! 小数保护: figures so small that they point at somebody are not published.
//!
//! A count of 1 to 4 is hidden. A row of parts whose total is public would give a single hidden
//! part away by subtraction, so when hidden parts could be worked out, the next smallest are hidden
//! with them until what is hidden hides at least two parts and five people.

/// The smallest count that is shown.
pub const SMALLEST: i64 = 5;

/// Parts of a public total with what must not be seen taken out. Zeros are shown.
pub fn hide(parts: &[i64]) -> Vec<Option<i64>> {
    let mut shown: Vec<Option<i64>> = parts
        .iter()
        .map(|n| (*n == 0 || *n >= SMALLEST).then_some(*n))
        .collect();
    loop {
        let hidden = shown.iter().filter(|part| part.is_none()).count();
        let people: i64 = parts
            .iter()
            .zip(&shown)
            .filter(|(_, part)| part.is_none())
            .map(|(n, _)| n)
            .sum();
        if hidden == 0 || (hidden >= 2 && people >= SMALLEST) {
            return shown;
        }
        let next = (0..parts.len())
            .filter(|at| shown[*at].is_some_and(|n| n > 0))
            .min_by_key(|at| parts[*at]);
        let Some(next) = next else { return shown };
        shown[next] = None;
    }
}

/// A total that is public only when it is not small itself.
pub fn total(n: i64) -> Option<i64> {
    (n == 0 || n >= SMALLEST).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_parts_and_their_neighbours_are_hidden() {
        for (parts, shown) in [
            (vec![10, 20, 0], vec![Some(10), Some(20), Some(0)]),
            (vec![10, 3, 20], vec![None, None, Some(20)]),
            (vec![2, 2, 20, 7], vec![None, None, Some(20), None]),
            (vec![4, 4, 20], vec![None, None, Some(20)]),
            (vec![3], vec![None]),
            (vec![], vec![]),
        ] {
            assert_eq!(hide(&parts), shown, "{parts:?}");
        }
    }

    proptest! {
        /// The differencing test: total minus what is shown never gives away one small part.
        #[test]
        fn no_subtraction_gives_a_small_part_away(parts in proptest::collection::vec(0_i64..40, 1..12)) {
            let shown = hide(&parts);
            let total: i64 = parts.iter().sum();
            let seen: i64 = shown.iter().flatten().sum();
            let hidden: Vec<_> = parts.iter().zip(&shown).filter(|(_, s)| s.is_none()).map(|(n, _)| *n).collect();
            for (n, part) in parts.iter().zip(&shown) {
                prop_assert!(part.is_none_or(|it| it == *n && (it == 0 || it >= SMALLEST)));
            }
            if super::total(total).is_some() && !hidden.is_empty() {
                let rest = total - seen;
                // either several parts share what is left, and it is not small …
                let several = hidden.len() >= 2 && rest >= SMALLEST;
                // … or everything that is not zero is hidden, and only the total is known
                let all = shown.iter().flatten().all(|n| *n == 0);
                prop_assert!(several || all);
            }
        }
    }
}
