//! 暂停与恢复: when an institution may be suspended, and when it may act again.
//!
//! Neither reaches into the past: what was lawful when it was done stays so
//! (see [`crate::domain::entitlement`]).

use crate::domain::entitlement::Suspension;
use crate::domain::refusal::{Reason, Refusal};
use chrono::NaiveDate;

/// Why a suspension or a reinstatement does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsuspendable {
    /// No reason was given.
    Groundless,
    /// It would begin before the day it is decided.
    Backdated {
        /// That day.
        today: NaiveDate,
    },
    /// It is suspended already, or will be.
    Already {
        /// From this day.
        since: NaiveDate,
    },
    /// It would act again before the suspension began.
    Reversed {
        /// Which begins on this day.
        starts: NaiveDate,
    },
    /// The suspension was lifted before.
    Lifted {
        /// As of this day.
        on: NaiveDate,
    },
}

impl Reason for Unsuspendable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Groundless => Refusal::new("suspension.groundless").at("reason"),
            Self::Backdated { today } => Refusal::new("suspension.backdated").at("day").with(today),
            Self::Already { since } => Refusal::new("suspension.already").with(since),
            Self::Reversed { starts } => Refusal::new("suspension.reversed").at("day").with(starts),
            Self::Lifted { on } => Refusal::new("suspension.lifted").with(on),
        }
    }
}

/// Whether an institution may be suspended from a day on, given its suspensions so far.
pub fn may_suspend(
    starts: NaiveDate,
    reason: &str,
    so_far: &[Suspension],
    today: NaiveDate,
) -> Result<(), Unsuspendable> {
    if reason.trim().is_empty() {
        return Err(Unsuspendable::Groundless);
    }
    if starts < today {
        return Err(Unsuspendable::Backdated { today });
    }
    so_far
        .iter()
        .find(|suspension| suspension.lifted.is_none_or(|lifted| lifted > starts))
        .map_or(Ok(()), |suspension| {
            Err(Unsuspendable::Already {
                since: suspension.starts,
            })
        })
}

/// Whether a suspension may be lifted so that the institution acts again on a day.
///
/// The day it began is allowed: a suspension announced for later is thereby taken back whole.
pub fn may_reinstate(
    suspension: &Suspension,
    again: NaiveDate,
    reason: &str,
    today: NaiveDate,
) -> Result<(), Unsuspendable> {
    if let Some(on) = suspension.lifted {
        return Err(Unsuspendable::Lifted { on });
    }
    if reason.trim().is_empty() {
        return Err(Unsuspendable::Groundless);
    }
    if again < today {
        return Err(Unsuspendable::Backdated { today });
    }
    if again < suspension.starts {
        return Err(Unsuspendable::Reversed {
            starts: suspension.starts,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::institution::InstitutionId;
    use crate::ground::clock::Now;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn suspension(starts: NaiveDate, lifted: Option<NaiveDate>) -> Suspension {
        Suspension {
            institution: InstitutionId::fresh(Now::beijing(day(1, 1), 9, 0)),
            starts,
            lifted,
        }
    }

    #[test]
    fn the_past_is_not_suspended() {
        let today = day(3, 2);
        for (starts, reason, so_far, answer) in [
            (day(3, 2), "整改", vec![], Ok(())),
            (
                day(3, 1),
                "整改",
                vec![],
                Err(Unsuspendable::Backdated { today }),
            ),
            (day(3, 2), "  ", vec![], Err(Unsuspendable::Groundless)),
            (
                day(3, 2),
                "整改",
                vec![suspension(day(2, 1), None)],
                Err(Unsuspendable::Already { since: day(2, 1) }),
            ),
            (
                day(3, 2),
                "整改",
                vec![suspension(day(2, 1), Some(day(3, 2)))],
                Ok(()),
            ),
        ] {
            assert_eq!(may_suspend(starts, reason, &so_far, today), answer);
        }
    }

    #[test]
    fn a_suspension_is_lifted_once_and_forward() {
        let today = day(3, 2);
        let open = suspension(day(2, 1), None);
        assert_eq!(may_reinstate(&open, day(3, 2), "整改合格", today), Ok(()));
        assert_eq!(
            may_reinstate(&open, day(3, 1), "整改合格", today),
            Err(Unsuspendable::Backdated { today })
        );
        let announced = suspension(day(4, 1), None);
        assert_eq!(
            may_reinstate(&announced, day(3, 15), "x", today),
            Err(Unsuspendable::Reversed { starts: day(4, 1) })
        );
        assert_eq!(may_reinstate(&announced, day(4, 1), "x", today), Ok(()));
        let lifted = suspension(day(2, 1), Some(day(2, 15)));
        assert_eq!(
            may_reinstate(&lifted, day(3, 2), "x", today),
            Err(Unsuspendable::Lifted { on: day(2, 15) })
        );
    }
}
