//! 年度任务: how much of what a region is to do in a year, and how far along it is.

use crate::domain::figure::Indicator;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};

crate::key!(
    /// The key of one entry.
    TargetId
);

/// What the bureau sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Of which year.
    pub year: i32,
    /// For which region.
    pub region: RegionCode,
    /// Of what.
    pub indicator: Indicator,
    /// How many.
    pub amount: i64,
}

/// Why a target is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unset {
    /// A year nobody plans.
    Year,
    /// A number no region can reach.
    Amount,
    /// It stands like this already.
    Same,
}

impl Reason for Unset {
    fn refusal(self) -> Refusal {
        match self {
            Self::Year => Refusal::new("target.year-unlikely").at("year"),
            Self::Amount => Refusal::new("target.amount-unlikely").at("amount"),
            Self::Same => Refusal::new("target.unchanged").at("amount"),
        }
    }
}

impl Goal {
    /// Whether it may be set, beside what stands.
    pub fn may_be_set(&self, standing: Option<i64>, this_year: i32) -> Result<(), Unset> {
        if !(this_year - 5..=this_year + 2).contains(&self.year) {
            return Err(Unset::Year);
        }
        if !(0..=10_000_000).contains(&self.amount) {
            return Err(Unset::Amount);
        }
        if standing == Some(self.amount) {
            return Err(Unset::Same);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_set_for_a_year_near_by_and_revised_to_something_else() {
        let goal = |year, amount| Goal {
            year,
            region: RegionCode::read("150900").unwrap(),
            indicator: Indicator::Employ,
            amount,
        };
        for (goal, standing, answer) in [
            (goal(2026, 3000), None, Ok(())),
            (goal(2026, 3000), Some(2800), Ok(())),
            (goal(2026, 3000), Some(3000), Err(Unset::Same)),
            (goal(2029, 3000), None, Err(Unset::Year)),
            (goal(2020, 3000), None, Err(Unset::Year)),
            (goal(2026, -1), None, Err(Unset::Amount)),
        ] {
            assert_eq!(goal.may_be_set(standing, 2026), answer);
        }
    }
}
