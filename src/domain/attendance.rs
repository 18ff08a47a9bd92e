//! 考勤: who was there, half-day by half-day.

use crate::domain::refusal::{Reason, Refusal};
use chrono::{NaiveDate, NaiveDateTime};

crate::code!(
    /// 出勤
    Presence {
        /// 出勤
        Present = "present",
        /// 缺勤
        Absent = "absent",
        /// 请假: excused, but the hours were not attended.
        Leave = "leave",
    }
);

/// Whether an entry is late: made after the lesson's own day. It stays late for ever.
pub fn is_late(lesson_day: NaiveDate, marked_on: NaiveDate) -> bool {
    marked_on > lesson_day
}

/// 补录 behind a sum: how many entries were made after their day, and of the last of them both its
/// times. One that was corrected since counts too: it stays late for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// How many.
    pub count: usize,
    /// The day of the last one's lesson.
    pub day: NaiveDate,
    /// When the last one was made, in UTC.
    pub at: NaiveDateTime,
}

impl Late {
    /// One more, made after those before it.
    pub fn after(before: Option<Self>, day: NaiveDate, at: NaiveDateTime) -> Self {
        let count = before.map_or(0, |before| before.count) + 1;
        Self { count, day, at }
    }
}

/// Hours attended of the hours held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// 出勤学时
    pub attended: i32,
    /// 应到学时
    pub held: i32,
}

impl Tally {
    /// Counts one lesson. One that nobody marked counts as held and not attended: an empty
    /// sign-in sheet proves nothing.
    pub fn count(&mut self, hours: i32, presence: Option<Presence>) {
        self.held += hours;
        if presence == Some(Presence::Present) {
            self.attended += hours;
        }
    }

    /// The share attended, in thousandths, rounded down.
    pub fn permille(self) -> i32 {
        if self.held <= 0 {
            return 0;
        }
        i32::try_from(i64::from(self.attended) * 1000 / i64::from(self.held)).unwrap_or(0)
    }

    /// Whether at least this percentage of the hours was attended. Not rounded: 79.9 % is not 80 %.
    pub fn meets(self, threshold: i32) -> Result<(), Short> {
        let enough = i64::from(self.attended) * 100 >= i64::from(threshold) * i64::from(self.held);
        if self.held > 0 && enough {
            Ok(())
        } else {
            Err(Short {
                permille: self.permille(),
                threshold,
            })
        }
    }
}

/// Attendance is below the course's threshold: no assessment, no completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// The share attended, in thousandths.
    pub permille: i32,
    /// The percentage asked for.
    pub threshold: i32,
}

impl Reason for Short {
    fn refusal(self) -> Refusal {
        let share = format!("{}.{}", self.permille / 10, self.permille % 10);
        Refusal::new("attendance.short")
            .with(share)
            .with(self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(attended: i32, held: i32) -> Tally {
        Tally { attended, held }
    }

    #[test]
    fn the_threshold_is_met_exactly_or_not_at_all() {
        assert_eq!(tally(96, 120).meets(80), Ok(()));
        assert_eq!(
            tally(95, 120).meets(80),
            Err(Short {
                permille: 791,
                threshold: 80
            })
        );
        assert_eq!(
            tally(799, 1000).meets(80),
            Err(Short {
                permille: 799,
                threshold: 80
            })
        );
        assert_eq!(
            tally(0, 0).meets(80),
            Err(Short {
                permille: 0,
                threshold: 80
            })
        );
        assert_eq!(tally(120, 120).permille(), 1000);
    }

    #[test]
    fn leave_and_silence_are_hours_not_attended() {
        let mut tally = Tally::default();
        for presence in [
            Some(Presence::Present),
            Some(Presence::Absent),
            Some(Presence::Leave),
            None,
        ] {
            tally.count(4, presence);
        }
        assert_eq!(
            tally,
            Tally {
                attended: 4,
                held: 16
            }
        );
    }

    #[test]
    fn an_entry_made_the_next_day_is_late() {
        let day: NaiveDate = "2026-03-02".parse().unwrap();
        assert!(!is_late(day, day));
        assert!(is_late(day, day.succ_opt().unwrap()));
    }

    #[test]
    fn a_sum_tells_how_many_were_late_and_the_last_of_them() {
        let day: NaiveDate = "2026-03-02".parse().unwrap();
        let at = |hour| day.succ_opt().unwrap().and_hms_opt(hour, 0, 0).unwrap();
        let first = Late::after(None, day, at(1));
        let both = Late::after(Some(first), day.succ_opt().unwrap(), at(2));
        assert_eq!((first.count, both.count), (1, 2));
        assert_eq!((both.day, both.at), (day.succ_opt().unwrap(), at(2)));
    }
}
