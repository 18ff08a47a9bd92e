//! 工作日: which days offices work, and how periods of working days are counted.
//!
//! Weekends are free except where the State Council moves work onto them (调休); its arrangement
//! comes out every November for the next year, so it is data: `catalogue/holidays.csv` carries 2025
//! (国办发明电〔2024〕12号, from general knowledge) and 2026 (notice of 2025-11-04, read), and a
//! registry adds later years to its own copy.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// The days that differ from the plain week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// `true`: a weekend day on which people work; `false`: a day off.
    pub exceptions: BTreeMap<NaiveDate, bool>,
}

/// A line of a holiday table that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1, the header being the first.
    pub line: usize,
}

const CHINA: &str = include_str!("catalogue/holidays.csv");

impl Calendar {
    /// The arrangement the program carries.
    pub fn china() -> Self {
        Self::read(CHINA).expect("the holiday table carried in the program is well formed")
    }

    /// Reads a table `day,works,name`: a date, 1 or 0, and the holiday it belongs to.
    pub fn read(table: &str) -> Result<Self, BadLine> {
        let mut exceptions = BTreeMap::new();
        for (at, line) in table
            .trim_start_matches('\u{FEFF}')
            .lines()
            .enumerate()
            .skip(1)
        {
            if line.trim().is_empty() {
                continue;
            }
            let (day, works) = exception_of(line).ok_or(BadLine { line: at + 1 })?;
            if exceptions
                .insert(day, works)
                .is_some_and(|before| before != works)
            {
                return Err(BadLine { line: at + 1 });
            }
        }
        Ok(Self { exceptions })
    }

    /// This calendar with another's days laid over it.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.exceptions.extend(other.exceptions);
        self
    }

    /// Whether offices work on that day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.exceptions.get(&day).copied().unwrap_or(weekday)
    }

    /// Whether the arrangement of that year is in this calendar. For a year that is not, plain
    /// weeks are counted, which may end a period too early: say so to whoever sets the date.
    pub fn knows(&self, year: i32) -> bool {
        self.exceptions.keys().any(|day| day.year() == year)
    }

    /// The `n`-th working day after `start`. The day itself is not counted (民法典 art. 201: a
    /// period in days begins the next day). With `n` = 0, `start` itself, working or not.
    pub fn add_working_days(&self, start: NaiveDate, n: u32) -> NaiveDate {
        self.step(start, n, |day| day.checked_add_days(Days::new(1)))
    }

    /// The `n`-th working day before `start`, for "ten working days before the class begins".
    pub fn subtract_working_days(&self, start: NaiveDate, n: u32) -> NaiveDate {
        self.step(start, n, |day| day.checked_sub_days(Days::new(1)))
    }

    fn step(
        &self,
        start: NaiveDate,
        n: u32,
        next: impl Fn(NaiveDate) -> Option<NaiveDate>,
    ) -> NaiveDate {
        let (mut day, mut left) = (start, n);
        while left > 0 {
            // The calendar of the world ends in the year 262142; nobody publishes so long.
            let Some(following) = next(day) else {
                return day;
            };
            day = following;
            left -= u32::from(self.is_working(day));
        }
        day
    }

    /// Working days after `from` up to and including `to`; 0 when `to` is not later.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let days = from
            .iter_days()
            .skip(1)
            .take_while(|day| *day <= to)
            .filter(|day| self.is_working(*day));
        u32::try_from(days.count()).unwrap_or(u32::MAX)
    }
}

fn exception_of(line: &str) -> Option<(NaiveDate, bool)> {
    let mut fields = line.split(',').map(str::trim);
    let day = fields.next()?.parse().ok()?;
    let works = match fields.next()? {
        "1" => true,
        "0" => false,
        _ => return None,
    };
    Some((day, works))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_carried_table_is_the_state_councils() {
        let china = Calendar::china();
        let counted = |year: i32, works: bool| {
            china
                .exceptions
                .iter()
                .filter(|(day, w)| day.year() == year && **w == works)
                .count()
        };
        // 2025: 1 + 8 + 3 + 5 + 3 + 8 days off, 5 moved; 2026: 3 + 9 + 3 + 5 + 3 + 3 + 7 and 6.
        assert_eq!((counted(2025, false), counted(2025, true)), (28, 5));
        assert_eq!((counted(2026, false), counted(2026, true)), (33, 6));
        for (day, works) in &china.exceptions {
            let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            assert!(!works || weekend, "{day} is a weekday anyway");
        }
        assert!(china.knows(2025) && china.knows(2026) && !china.knows(2024));
    }

    #[test]
    fn days_are_known() {
        let china = Calendar::china();
        for (text, works) in [
            ("2026-01-01", false),
            ("2026-01-04", true),  // Sunday, moved
            ("2026-02-14", true),  // Saturday, moved
            ("2026-02-16", false), // Monday of Spring Festival
            ("2026-02-28", true),
            ("2026-03-02", true),
            ("2026-03-07", false),
            ("2026-10-07", false),
            ("2026-10-10", true),
            ("2025-10-08", false),
            ("2025-10-11", true),
            ("2024-02-12", true), // not in the table: a plain Monday
        ] {
            assert_eq!(china.is_working(day(text)), works, "{text}");
        }
    }

    #[test]
    fn periods_are_counted_from_the_next_day() {
        let china = Calendar::china();
        for (from, n, to) in [
            ("2026-03-02", 5, "2026-03-09"),
            ("2026-03-06", 1, "2026-03-09"),
            ("2026-03-07", 1, "2026-03-09"),
            ("2026-02-13", 5, "2026-02-27"), // over Spring Festival, with Saturday the 14th
            ("2026-02-13", 6, "2026-02-28"),
            ("2026-09-30", 1, "2026-10-08"),
            ("2026-03-07", 0, "2026-03-07"),
        ] {
            assert_eq!(
                china.add_working_days(day(from), n),
                day(to),
                "{from} + {n}"
            );
        }
        assert_eq!(
            china.subtract_working_days(day("2026-03-02"), 10),
            day("2026-02-10")
        );
        assert_eq!(
            china.working_days_between(day("2026-02-13"), day("2026-02-28")),
            6
        );
        assert_eq!(
            china.working_days_between(day("2026-02-28"), day("2026-02-13")),
            0
        );
    }

    #[test]
    fn a_bad_table_names_its_line() {
        assert_eq!(
            Calendar::read("day,works,name\n2026-02-30,0,x"),
            Err(BadLine { line: 2 })
        );
        assert_eq!(
            Calendar::read("day,works,name\n2027-01-01,0,x\n\n2027-01-02,2,x"),
            Err(BadLine { line: 4 })
        );
        assert_eq!(
            Calendar::read("day,works,name\n2027-01-01,0,x\n2027-01-01,1,x"),
            Err(BadLine { line: 3 })
        );
        assert_eq!(
            Calendar::read("day,works,name\n2027-01-01"),
            Err(BadLine { line: 2 })
        );
        assert_eq!(Calendar::read("").unwrap(), Calendar::default());
        let later = Calendar::read("day,works,name\r\n2027-01-01,0,元旦\r\n").unwrap();
        assert!(Calendar::china().with(later).knows(2027));
    }

    proptest! {
        #[test]
        fn counting_there_is_counting_between(offset in 0_u64..730, n in 0_u32..40) {
            let china = Calendar::china();
            let start = day("2025-01-01") + Days::new(offset);
            let end = china.add_working_days(start, n);
            prop_assert_eq!(china.working_days_between(start, end), n);
            prop_assert!(n == 0 || china.is_working(end));
            if china.is_working(start) {
                prop_assert_eq!(china.subtract_working_days(end, n), start);
            }
        }
    }
}
