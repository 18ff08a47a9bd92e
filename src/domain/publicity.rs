//! 公示: results are shown to the public before anything is issued.

use crate::domain::refusal::{Reason, Refusal};
use chrono::{Days, NaiveDate};

crate::key!(
    /// The key of an objection to a published result.
    ObjectionId
);

/// Working days of publicity, unless the registry is set to another number. Provinces publish for
/// five, one sector for seven.
pub const WORKING_DAYS: u32 = 5;

/// The last day of a publicity that opens on this day: the day itself is not counted (民法典
/// art. 201), and the last of so many working days after it is its end.
pub fn closes(opens: NaiveDate, days: u32, is_working: &dyn Fn(NaiveDate) -> bool) -> NaiveDate {
    let after = std::iter::successors(Some(opens), |day| day.checked_add_days(Days::new(1)));
    match days.checked_sub(1) {
        None => opens,
        Some(before) => after
            .skip(1)
            .filter(|day| is_working(*day))
            .nth(before as usize)
            .unwrap_or(NaiveDate::MAX),
    }
}

/// One publicity: of a sitting's results, or of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publicity {
    /// The day it opened.
    pub opens: NaiveDate,
    /// Its last day.
    pub closes: NaiveDate,
}

/// Why nothing is issued yet, or no objection taken any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// The results were never published.
    Unpublished,
    /// They are being published until this day.
    Open {
        /// Until which day.
        until: NaiveDate,
    },
    /// Objections are not settled.
    Objections {
        /// How many.
        n: i64,
    },
    /// The time for objections is over.
    Over {
        /// Since which day.
        closed: NaiveDate,
    },
}

impl Reason for Pending {
    fn refusal(self) -> Refusal {
        match self {
            Self::Unpublished => Refusal::new("publicity.unopened"),
            Self::Open { until } => Refusal::new("publicity.open").with(until),
            Self::Objections { n } => Refusal::new("objection.unsettled").with(n),
            Self::Over { closed } => Refusal::new("publicity.closed").with(closed),
        }
    }
}

impl Publicity {
    /// Whether the public sees it today: it disappears by itself when it is over.
    pub fn is_shown_on(&self, day: NaiveDate) -> bool {
        self.opens <= day && day <= self.closes
    }

    /// Whether an objection is still taken.
    pub fn may_object(&self, today: NaiveDate) -> Result<(), Pending> {
        if today > self.closes {
            Err(Pending::Over {
                closed: self.closes,
            })
        } else {
            Ok(())
        }
    }
}

/// Whether certificates may be issued today: the publicity is over and no objection is unsettled.
pub fn may_issue(
    publicity: Option<&Publicity>,
    unsettled: i64,
    today: NaiveDate,
) -> Result<(), Pending> {
    let publicity = publicity.ok_or(Pending::Unpublished)?;
    if today <= publicity.closes {
        return Err(Pending::Open {
            until: publicity.closes,
        });
    }
    if unsettled > 0 {
        Err(Pending::Objections { n: unsettled })
    } else {
        Ok(())
    }
}

/// How an objection ended, as a code.
pub const fn outcome(upheld: bool) -> &'static str {
    if upheld { "upheld" } else { "rejected" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::working_day::Calendar;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn it_lasts_so_many_working_days() {
        let calendar = Calendar::china();
        let is_working = |day| calendar.is_working(day);
        for (opens, days, last) in [
            ("2026-03-16", 5, "2026-03-23"),
            ("2026-03-14", 5, "2026-03-20"),
            ("2026-02-13", 5, "2026-02-27"),
            ("2026-03-16", 0, "2026-03-16"),
        ] {
            let closes = closes(day(opens), days, &is_working);
            assert_eq!(closes, day(last), "{opens}");
            assert_eq!(closes, calendar.add_working_days(day(opens), days));
        }
    }

    #[test]
    fn nothing_is_issued_before_it_is_over_and_settled() {
        let shown = Publicity {
            opens: day("2026-03-16"),
            closes: day("2026-03-23"),
        };
        assert_eq!(
            may_issue(None, 0, day("2026-03-24")),
            Err(Pending::Unpublished)
        );
        let open = Err(Pending::Open {
            until: shown.closes,
        });
        assert_eq!(may_issue(Some(&shown), 0, day("2026-03-23")), open);
        assert_eq!(
            may_issue(Some(&shown), 1, day("2026-03-24")),
            Err(Pending::Objections { n: 1 })
        );
        assert_eq!(may_issue(Some(&shown), 0, day("2026-03-24")), Ok(()));
        assert!(shown.is_shown_on(day("2026-03-23")) && !shown.is_shown_on(day("2026-03-24")));
        assert!(shown.may_object(day("2026-03-23")).is_ok());
        assert_eq!(
            shown.may_object(day("2026-03-24")),
            Err(Pending::Over {
                closed: shown.closes
            })
        );
    }
}
