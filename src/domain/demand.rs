//! 紧缺职业目录: the trades a region has published as in demand, from when to when.
//!
//! The bureau publishes the list with a document of its own; a subsidy may float with urgency
//! (人社部发〔2025〕10号), so each line says on which document it rests and is never rewritten: it
//! is listed once and may be ended once.

use crate::domain::occupation::OccupationCode;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use chrono::NaiveDate;

crate::key!(
    /// The key of one line of the list.
    DemandId
);

/// What a line of the list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Where the trade is in demand: there and everywhere inside.
    pub region: RegionCode,
    /// The trade.
    pub occupation: OccupationCode,
    /// The first day it is.
    pub starts: NaiveDate,
    /// The last day it is; none while nobody has said.
    pub ends: Option<NaiveDate>,
}

impl Listing {
    /// Whether the trade is in demand on that day.
    pub fn is_current(&self, day: NaiveDate) -> bool {
        self.starts <= day && self.ends.is_none_or(|end| day <= end)
    }

    /// Whether both say the same of one place on some day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.region == other.region
            && self.occupation == other.occupation
            && other.ends.is_none_or(|end| self.starts <= end)
            && self.ends.is_none_or(|end| other.starts <= end)
    }
}

/// Why a line cannot stand as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlistable {
    /// Its last day is before its first.
    Backwards,
    /// It rests on no document.
    Undocumented,
    /// The same trade is listed for the same region already.
    Listed {
        /// Since this day.
        since: NaiveDate,
    },
    /// It has its last day already.
    Ended {
        /// This day.
        on: NaiveDate,
    },
}

impl Reason for Unlistable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Backwards => Refusal::new("demand.backwards").at("ends"),
            Self::Undocumented => Refusal::new("demand.undocumented").at("document"),
            Self::Listed { since } => Refusal::new("demand.listed").at("occupation").with(since),
            Self::Ended { on } => Refusal::new("demand.ended").with(on),
        }
    }
}

/// Whether a new line may be published beside those that are.
pub fn may_list(new: &Listing, document: &str, published: &[Listing]) -> Result<(), Unlistable> {
    if document.trim().is_empty() {
        return Err(Unlistable::Undocumented);
    }
    if new.ends.is_some_and(|end| end < new.starts) {
        return Err(Unlistable::Backwards);
    }
    match published.iter().find(|listing| new.overlaps(listing)) {
        Some(listing) => Err(Unlistable::Listed {
            since: listing.starts,
        }),
        None => Ok(()),
    }
}

/// Whether a line may be given this last day.
///
/// An end in the past is accepted: a list is often taken back some days after the fact, and
/// nothing that was decided under it is undone.
pub fn may_end(listing: &Listing, last: NaiveDate) -> Result<(), Unlistable> {
    match listing.ends {
        Some(on) if on <= last => Err(Unlistable::Ended { on }),
        _ if last < listing.starts => Err(Unlistable::Backwards),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn welders(starts: NaiveDate, ends: Option<NaiveDate>) -> Listing {
        Listing {
            region: RegionCode::read("150900").unwrap(),
            occupation: OccupationCode::read("6-18-02-04").unwrap(),
            starts,
            ends,
        }
    }

    #[test]
    fn a_line_counts_from_its_first_to_its_last_day() {
        let line = welders(day(1, 1), Some(day(6, 30)));
        for (on, current) in [
            (day(1, 1), true),
            (day(6, 30), true),
            (day(7, 1), false),
            (NaiveDate::from_ymd_opt(2025, 12, 31).unwrap(), false),
        ] {
            assert_eq!(line.is_current(on), current, "{on}");
        }
        assert!(welders(day(1, 1), None).is_current(day(12, 31)));
    }

    #[test]
    fn a_trade_is_listed_once_at_a_time() {
        let published = [welders(day(1, 1), Some(day(6, 30)))];
        for (starts, ends, document, answer) in [
            (day(7, 1), None, "乌人社发〔2026〕7号", Ok(())),
            (
                day(6, 30),
                None,
                "乌人社发〔2026〕7号",
                Err(Unlistable::Listed { since: day(1, 1) }),
            ),
            (day(7, 1), Some(day(6, 30)), "x", Err(Unlistable::Backwards)),
            (day(7, 1), None, " ", Err(Unlistable::Undocumented)),
        ] {
            assert_eq!(
                may_list(&welders(starts, ends), document, &published),
                answer
            );
        }
        let mut elsewhere = welders(day(2, 1), None);
        elsewhere.region = RegionCode::read("150902").unwrap();
        assert_eq!(may_list(&elsewhere, "x", &published), Ok(()));
    }

    #[test]
    fn a_line_is_ended_once_and_not_before_it_began() {
        let open = welders(day(3, 1), None);
        assert_eq!(may_end(&open, day(3, 1)), Ok(()));
        assert_eq!(may_end(&open, day(2, 28)), Err(Unlistable::Backwards));
        let ended = welders(day(3, 1), Some(day(9, 30)));
        assert_eq!(may_end(&ended, day(8, 31)), Ok(()));
        assert_eq!(
            may_end(&ended, day(12, 31)),
            Err(Unlistable::Ended { on: day(9, 30) })
        );
    }
}
