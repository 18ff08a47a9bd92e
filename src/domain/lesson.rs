//! 课次: the half-days of a class's timetable.

use crate::domain::refusal::{Reason, Refusal};
use crate::domain::teacher::TeacherId;
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

crate::key!(
    /// The key of a lesson: one half-day of a class's timetable.
    LessonId
);

crate::code!(
    /// 上午或下午
    Half {
        /// 上午
        Morning = "am",
        /// 下午
        Afternoon = "pm",
    }
);

/// Hours of 45 minutes that may be taught on one day.
pub const DAY_HOURS: i32 = 8;
/// Hours of a full half-day.
pub const HALF_HOURS: i32 = 4;

/// One half-day of the timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The day.
    pub day: NaiveDate,
    /// Which half of it.
    pub half: Half,
    /// 学时, of 45 minutes.
    pub hours: i32,
    /// 授课内容
    pub content: String,
    /// Who teaches.
    pub teacher: TeacherId,
}

/// What is wrong with a timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untaught {
    /// A lesson outside the class's dates.
    Outside {
        /// Its day.
        day: NaiveDate,
        /// The class's first day.
        starts: NaiveDate,
        /// The class's last day.
        ends: NaiveDate,
    },
    /// A lesson without hours.
    Empty {
        /// Its day.
        day: NaiveDate,
    },
    /// Two lessons in one half-day.
    Twice {
        /// The day.
        day: NaiveDate,
    },
    /// More than [`DAY_HOURS`] on one day.
    Overfull {
        /// The day.
        day: NaiveDate,
        /// How many hours.
        hours: i32,
    },
    /// Fewer hours than the course has.
    Uncovered {
        /// Hours in the timetable.
        planned: i32,
        /// Hours of the course.
        wanted: i32,
    },
}

impl Reason for Untaught {
    fn refusal(self) -> Refusal {
        match self {
            Self::Outside { day, starts, ends } => Refusal::new("lesson.outside-dates")
                .with(day)
                .with(starts)
                .with(ends),
            Self::Empty { day } => Refusal::new("lesson.empty").with(day),
            Self::Twice { day } => Refusal::new("lesson.twice").with(day),
            Self::Overfull { day, hours } => Refusal::new("lesson.overfull")
                .with(day)
                .with(hours)
                .with(DAY_HOURS),
            Self::Uncovered { planned, wanted } => {
                Refusal::new("lesson.uncovered").with(planned).with(wanted)
            }
        }
        .at("lessons")
    }
}

/// Everything wrong with a timetable for a class with these dates and a course with so many hours.
pub fn faults(
    lessons: &[Lesson],
    starts: NaiveDate,
    ends: NaiveDate,
    wanted: i32,
) -> Vec<Untaught> {
    let mut faults = Vec::new();
    let mut days: BTreeMap<NaiveDate, (i32, Vec<Half>)> = BTreeMap::new();
    for lesson in lessons {
        if lesson.day < starts || lesson.day > ends {
            faults.push(Untaught::Outside {
                day: lesson.day,
                starts,
                ends,
            });
        }
        if lesson.hours <= 0 {
            faults.push(Untaught::Empty { day: lesson.day });
        }
        let (hours, halves) = days.entry(lesson.day).or_default();
        *hours += lesson.hours;
        if halves.contains(&lesson.half) {
            faults.push(Untaught::Twice { day: lesson.day });
        }
        halves.push(lesson.half);
    }
    for (day, (hours, _)) in days {
        if hours > DAY_HOURS {
            faults.push(Untaught::Overfull { day, hours });
        }
    }
    let planned = lessons.iter().map(|lesson| lesson.hours).sum();
    if planned < wanted {
        faults.push(Untaught::Uncovered { planned, wanted });
    }
    faults
}

/// Lays out so many hours over the teaching days from the first to the last: full half-days until
/// they are used up. None when they do not fit.
pub fn lay_out(
    hours: i32,
    starts: NaiveDate,
    ends: NaiveDate,
    is_teaching: &dyn Fn(NaiveDate) -> bool,
) -> Option<Vec<(NaiveDate, Half, i32)>> {
    let mut left = hours;
    let mut slots = Vec::new();
    let days = std::iter::successors(Some(starts), |day| day.checked_add_days(Days::new(1)));
    for day in days
        .take_while(|day| *day <= ends)
        .filter(|day| is_teaching(*day))
    {
        for half in Half::ALL {
            if left > 0 {
                let hours = left.min(HALF_HOURS);
                slots.push((day, *half, hours));
                left -= hours;
            }
        }
    }
    (left <= 0).then_some(slots)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Now;
    use chrono::{Datelike, Weekday};

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
    }

    fn lesson(n: u32, half: Half, hours: i32) -> Lesson {
        let teacher = TeacherId::fresh(Now::beijing(day(1), 9, 0));
        Lesson {
            day: day(n),
            half,
            hours,
            content: String::new(),
            teacher,
        }
    }

    #[test]
    fn a_timetable_covers_the_hours_within_the_dates() {
        use Half::{Afternoon, Morning};
        let good = [
            lesson(2, Morning, 4),
            lesson(2, Afternoon, 4),
            lesson(3, Morning, 4),
        ];
        assert_eq!(faults(&good, day(2), day(3), 12), []);
        assert_eq!(
            faults(&good, day(2), day(3), 16),
            [Untaught::Uncovered {
                planned: 12,
                wanted: 16
            }]
        );
        assert_eq!(
            faults(&good, day(3), day(4), 12),
            vec![
                Untaught::Outside {
                    day: day(2),
                    starts: day(3),
                    ends: day(4)
                };
                2
            ]
        );
        let overfull = [lesson(2, Morning, 5), lesson(2, Afternoon, 4)];
        assert_eq!(
            faults(&overfull, day(2), day(2), 9),
            [Untaught::Overfull {
                day: day(2),
                hours: 9
            }]
        );
        let twice = [lesson(2, Morning, 4), lesson(2, Morning, 4)];
        assert_eq!(
            faults(&twice, day(2), day(2), 8),
            [Untaught::Twice { day: day(2) }]
        );
        let empty = [lesson(2, Morning, 0)];
        assert_eq!(
            faults(&empty, day(2), day(2), 0),
            [Untaught::Empty { day: day(2) }]
        );
    }

    #[test]
    fn hours_are_laid_out_over_teaching_days() {
        let weekdays = |day: NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let slots = lay_out(42, day(2), day(13), &weekdays).unwrap();
        assert_eq!(slots.iter().map(|(_, _, hours)| hours).sum::<i32>(), 42);
        assert_eq!(slots.first().unwrap(), &(day(2), Half::Morning, 4));
        assert_eq!(slots.last().unwrap(), &(day(9), Half::Morning, 2));
        assert_eq!(lay_out(81, day(2), day(13), &weekdays), None);
    }
}
