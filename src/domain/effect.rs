//! 培训成效: shares with how sure they are, and a ranking that admits noise.

/// A share of successes and the interval it is known to: Wilson's score interval at 95 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Successes.
    pub part: i64,
    /// Out of how many.
    pub whole: i64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The normal quantile of 97.5 %.
const Z: f64 = 1.959_963_984_540_054;

impl Share {
    /// Of this many; none when there are fewer than five, which say nothing and point at people.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of people stay far below 2^53"
    )]
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        if whole < super::small_cell::SMALLEST || !(0..=whole).contains(&part) {
            return None;
        }
        let (k, n) = (part as f64, whole as f64);
        let p = k / n;
        let z2 = Z * Z;
        let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        Some(Self {
            part,
            whole,
            low: (middle - half).max(0.0),
            high: (middle + half).min(1.0),
        })
    }

    /// The share itself.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of people stay far below 2^53"
    )]
    pub fn point(&self) -> f64 {
        self.part as f64 / self.whole as f64
    }

    /// Whether the difference from another may be chance: by Newcombe's interval of a difference,
    /// built from the two Wilson intervals, which then holds zero.
    pub fn may_equal(&self, other: &Self) -> bool {
        let (p, q) = (self.point(), other.point());
        let down = ((p - self.low).powi(2) + (other.high - q).powi(2)).sqrt();
        let up = ((self.high - p).powi(2) + (q - other.low).powi(2)).sqrt();
        (p - q - down..=p - q + up).contains(&0.0)
    }
}

/// What one success cost, in whole fen: what was spent on all, by the successes among them. None
/// when there are fewer than five, as for a share, or nothing was spent.
pub fn cost(spent_fen: i64, successes: i64) -> Option<i64> {
    (successes >= super::small_cell::SMALLEST && spent_fen > 0).then(|| spent_fen / successes)
}

/// Places of a ranking, best first: the index of each, its place, and whether it may be no worse
/// than the best of its place's group. Shares that differ from the leader of a group only within
/// noise share the leader's place.
pub fn rank(shares: &[Share]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|a, b| {
        shares[*b]
            .point()
            .total_cmp(&shares[*a].point())
            .then(shares[*b].whole.cmp(&shares[*a].whole))
    });
    let mut placed = Vec::with_capacity(order.len());
    let mut leader: Option<(usize, usize)> = None;
    for (at, index) in order.into_iter().enumerate() {
        let place = match leader {
            Some((first, place)) if shares[first].may_equal(&shares[index]) => place,
            _ => {
                leader = Some((index, at + 1));
                at + 1
            }
        };
        placed.push((index, place));
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::chance;

    #[test]
    fn the_interval_is_wilsons() {
        // Newcombe 1998, table I: 81 of 263 gives 0.2553–0.3662; 0 of 20 gives 0–0.1611.
        let share = Share::of(81, 263).unwrap();
        assert!((share.low - 0.2553).abs() < 0.0001 && (share.high - 0.3662).abs() < 0.0001);
        let none = Share::of(0, 20).unwrap();
        assert!(none.low.abs() < 1e-9 && (none.high - 0.1611).abs() < 0.0001);
        assert!(Share::of(4, 4).is_none() && Share::of(6, 5).is_none());
    }

    #[test]
    fn a_cost_is_told_of_five_or_more() {
        for (spent, successes, told) in [
            (100_000, 5, Some(20_000)),
            (100_001, 6, Some(16_666)),
            (100_000, 4, None),
            (0, 9, None),
            (100_000, 0, None),
        ] {
            assert_eq!(cost(spent, successes), told, "{spent} {successes}");
        }
    }

    #[test]
    fn a_ranking_tells_what_is_noise() {
        let shares: Vec<_> = [(18, 30), (20, 30), (300, 1000), (9, 30)]
            .into_iter()
            .map(|(k, n)| Share::of(k, n).unwrap())
            .collect();
        let places: Vec<_> = rank(&shares);
        assert_eq!(places, [(1, 1), (0, 1), (2, 3), (3, 3)]);
    }

    /// Planted truth: schools with known chances, their trainees drawn; the interval holds the
    /// truth about 95 times in a hundred.
    #[test]
    fn the_planted_truth_lies_in_the_interval() {
        chance::fix([9; 32]);
        let draw = || f64::from(u32::from_be_bytes(chance::bytes::<4>())) / f64::from(u32::MAX);
        let (mut held, mut tried) = (0, 0);
        for truth in [0.35, 0.5, 0.62, 0.71, 0.8, 0.9] {
            for n in [20_i64, 50, 120] {
                for _ in 0..250 {
                    let k = (0..n).filter(|_| draw() < truth).count();
                    let share = Share::of(i64::try_from(k).unwrap(), n).unwrap();
                    tried += 1;
                    held += i32::from((share.low..=share.high).contains(&truth));
                }
            }
        }
        chance::free();
        let cover = f64::from(held) / f64::from(tried);
        println!(
            "planted truth held in {held} of {tried} ({:.2} %)",
            cover * 100.0
        );
        assert!((0.935..=0.97).contains(&cover), "{cover}");
    }
}
