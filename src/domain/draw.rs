//! 随机抽查（双随机、一公开）: who is called back is decided by a seed nobody could choose.
//!
//! The digest of the seed, and of the list drawn from, are published first; the seed later. Then
//! anybody with the list repeats the draw: a member's ticket is SHA-256 over seed and key, and the
//! lowest tickets are drawn.

use crate::domain::refusal::{Reason, Refusal};
use chrono::NaiveDate;

crate::key!(
    /// The key of one draw.
    DrawId
);

/// How many of a population are drawn: the share in thousandths, rounded up, at least one of any.
pub fn drawn(population: usize, permille: u32) -> usize {
    (population * permille as usize).div_ceil(1000)
}

/// Why there is no draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undrawn {
    /// It has no title.
    Untitled,
    /// Its last day is before its first.
    Reversed,
    /// The share is not between 1 and 1000 thousandths.
    Share,
    /// Nobody was trained there then.
    Nobody,
    /// The list is not the one that was published.
    Changed,
}

impl Reason for Undrawn {
    fn refusal(self) -> Refusal {
        match self {
            Self::Untitled => Refusal::new("draw.untitled").at("title"),
            Self::Reversed => Refusal::new("draw.reversed").at("ends"),
            Self::Share => Refusal::new("draw.share").at("share"),
            Self::Nobody => Refusal::new("draw.nobody"),
            Self::Changed => Refusal::new("draw.changed"),
        }
    }
}

/// Whether a draw can be published.
pub fn may_draw(
    title: &str,
    starts: NaiveDate,
    ends: NaiveDate,
    permille: u32,
    population: usize,
) -> Result<(), Undrawn> {
    if title.trim().is_empty() {
        Err(Undrawn::Untitled)
    } else if ends < starts {
        Err(Undrawn::Reversed)
    } else if !(1..=1000).contains(&permille) {
        Err(Undrawn::Share)
    } else if population == 0 {
        Err(Undrawn::Nobody)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_up() {
        for (population, permille, n) in [
            (0, 100, 0),
            (1, 1, 1),
            (10, 100, 1),
            (11, 100, 2),
            (7, 1000, 7),
        ] {
            assert_eq!(drawn(population, permille), n);
        }
    }

    #[test]
    fn a_draw_has_a_title_days_a_share_and_people() {
        let day = |text: &str| text.parse().unwrap();
        let (a, b) = (day("2026-01-01"), day("2026-03-31"));
        assert_eq!(may_draw("一季度", a, b, 100, 5), Ok(()));
        assert_eq!(may_draw(" ", a, b, 100, 5), Err(Undrawn::Untitled));
        assert_eq!(may_draw("一季度", b, a, 100, 5), Err(Undrawn::Reversed));
        assert_eq!(may_draw("一季度", a, b, 0, 5), Err(Undrawn::Share));
        assert_eq!(may_draw("一季度", a, b, 100, 0), Err(Undrawn::Nobody));
    }
}
