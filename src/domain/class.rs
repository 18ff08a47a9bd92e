//! 班期: one running of a course.
//!
//! A class is drafted and filed by an institution's clerk, approved or returned by an officer,
//! begun, completed and closed. Each step is a dated deed by a person; none is taken back.

use crate::domain::course::Course;
use crate::domain::enterprise;
use crate::domain::entitlement::OutOfScope;
use crate::domain::lesson::{self, Lesson, Untaught};
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::teacher::Teacher;
use chrono::NaiveDate;

pub use crate::domain::lesson::LessonId;

crate::key!(
    /// The key of a class.
    ClassId
);

crate::code!(
    /// 进程: how far a class has come.
    Step {
        /// 草稿
        Drafted = "drafted",
        /// 已申报
        Filed = "filed",
        /// 已核准
        Approved = "approved",
        /// 已退回, with reasons
        Returned = "returned",
        /// 已开班
        Begun = "begun",
        /// 已结业
        Completed = "completed",
        /// 已归档
        Closed = "closed",
    }
);

/// A step was asked for that does not follow from where the class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misstep {
    /// Where it is.
    pub from: Step,
    /// Where it was to go.
    pub to: Step,
}

impl Reason for Misstep {
    fn refusal(self) -> Refusal {
        Refusal::new(match self.to {
            Step::Drafted | Step::Filed => "class.already-filed",
            Step::Approved | Step::Returned => "class.not-filed",
            Step::Begun => "class.not-approved",
            Step::Completed => "class.not-begun",
            Step::Closed => "class.not-completed",
        })
    }
}

impl Step {
    /// Whether a class may go from this step to that one.
    pub fn may(self, to: Self) -> Result<(), Misstep> {
        let allowed = matches!(
            (self, to),
            (Self::Drafted | Self::Returned, Self::Filed)
                | (Self::Filed, Self::Approved | Self::Returned)
                | (Self::Approved, Self::Begun)
                | (Self::Begun, Self::Completed)
                | (Self::Completed, Self::Closed)
        );
        if allowed {
            Ok(())
        } else {
            Err(Misstep { from: self, to })
        }
    }

    /// Whether the clerk may still change dates, place, teachers and timetable.
    pub fn is_open_for_changes(self) -> Result<(), Misstep> {
        self.may(Self::Filed)
    }

    /// Whether teaching has begun.
    pub fn has_begun(self) -> bool {
        matches!(self, Self::Begun | Self::Completed | Self::Closed)
    }
}

/// Seats in a class, unless the registry is set to another number (开班申请: at most 50).
pub const SEATS: i32 = 50;

/// What the rules ask of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its key.
    pub id: ClassId,
    /// How far it has come.
    pub step: Step,
    /// The first day of teaching.
    pub starts: NaiveDate,
    /// The last day of teaching.
    pub ends: NaiveDate,
    /// Seats.
    pub capacity: i32,
}

/// Why a class cannot be filed as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfileable {
    /// The institution has not filed this subject and level for all its days.
    OutOfScope(OutOfScope),
    /// It ends before it starts.
    Reversed {
        /// The first day.
        starts: NaiveDate,
        /// The last day.
        ends: NaiveDate,
    },
    /// It starts today or earlier: nobody could look at it first.
    TooSoon {
        /// The first day.
        starts: NaiveDate,
        /// Today.
        today: NaiveDate,
    },
    /// No seats, or more than allowed.
    Capacity {
        /// Seats asked for.
        seats: i32,
        /// Seats allowed.
        limit: i32,
    },
    /// 订单定向定岗 training without the enterprise it is for.
    Unordered,
    /// Nobody is named to teach.
    Teacherless,
    /// None of those named has a card for the subject that is good until the last day.
    Unqualified {
        /// The last day.
        until: NaiveDate,
    },
    /// A lesson is taught by somebody not named for the class.
    Stranger {
        /// The day of the lesson.
        day: NaiveDate,
    },
    /// The timetable does not do.
    Untaught(Untaught),
}

impl Reason for Unfileable {
    fn refusal(self) -> Refusal {
        match self {
            Self::OutOfScope(reason) => reason.refusal(),
            Self::Reversed { starts, ends } => Refusal::new("class.reversed")
                .with(starts)
                .with(ends)
                .at("ends"),
            Self::TooSoon { starts, today } => Refusal::new("class.too-soon")
                .with(starts)
                .with(today)
                .at("starts"),
            Self::Capacity { seats, limit } => Refusal::new("class.over-capacity")
                .with(seats)
                .with(limit)
                .at("capacity"),
            Self::Unordered => Refusal::new("class.enterpriseless").at("enterprise"),
            Self::Teacherless => Refusal::new("class.teacherless").at("teachers"),
            Self::Unqualified { until } => Refusal::new("teacher.unqualified")
                .with(until)
                .at("teachers"),
            Self::Stranger { day } => Refusal::new("lesson.stranger").with(day).at("lessons"),
            Self::Untaught(reason) => reason.refusal(),
        }
    }
}

/// What is looked at when a class is filed.
#[derive(Clone, Copy, Debug)]
pub struct Filing<'a> {
    /// The course it runs.
    pub course: &'a Course,
    /// Its timetable.
    pub lessons: &'a [Lesson],
    /// Who is named to teach it.
    pub teachers: &'a [Teacher],
    /// Whether it names an enterprise.
    pub enterprise: bool,
    /// Whether the institution has it in scope on all its days: see
    /// [`in_scope_throughout`](crate::domain::entitlement::in_scope_throughout).
    pub scope: &'a Result<(), OutOfScope>,
    /// Seats allowed.
    pub limit: i32,
    /// Today.
    pub today: NaiveDate,
}

/// A public name tells whom the class is for: a list of who was in it would tell a stranger of
/// their poverty, health or past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indiscreet {
    /// The word that tells.
    pub word: &'static str,
}

impl Reason for Indiscreet {
    fn refusal(self) -> Refusal {
        Refusal::new("class.indiscreet")
            .with(self.word)
            .at("public_name")
    }
}

/// What public names do not say (个人信息保护法 art. 28: health, and what harms dignity when known).
const TELLING: &[&str] = &[
    "残疾",
    "残障",
    "盲人",
    "聋",
    "低保",
    "贫困",
    "脱贫",
    "防返贫",
    "监测户",
    "建档立卡",
    "零就业",
    "特困",
    "戒毒",
    "吸毒",
    "刑满",
    "刑释",
    "社区矫正",
    "服刑",
    "精神",
];

/// Whether strangers may read this name of a class.
pub fn may_be_public(name: &str) -> Result<(), Indiscreet> {
    TELLING
        .iter()
        .find(|word| name.contains(**word))
        .map_or(Ok(()), |word| Err(Indiscreet { word }))
}

/// Why a roster is no longer taken, or a person no longer admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Teaching has begun.
    Begun {
        /// On which day.
        on: NaiveDate,
    },
    /// All seats are taken.
    Full {
        /// How many there are.
        seats: i32,
        /// How many were to be seated.
        wanted: i64,
    },
}

impl Reason for Closed {
    fn refusal(self) -> Refusal {
        match self {
            Self::Begun { on } => Refusal::new("class.begun").with(on),
            Self::Full { seats, wanted } => Refusal::new("class.full").with(seats).with(wanted),
        }
    }
}

/// Why a class cannot begin, or cannot be completed, today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untimely {
    /// It is not there yet.
    Misstep(Misstep),
    /// Its first day is still to come.
    Early {
        /// The first day.
        starts: NaiveDate,
    },
    /// Its last day is still to come.
    Unfinished {
        /// The last day.
        ends: NaiveDate,
    },
    /// Nobody is enrolled.
    Empty,
    /// Some lessons have no entry for some trainees.
    Unmarked {
        /// How many entries are wanting.
        entries: i64,
    },
}

impl Reason for Untimely {
    fn refusal(self) -> Refusal {
        match self {
            Self::Misstep(reason) => reason.refusal(),
            Self::Early { starts } => Refusal::new("class.early").with(starts),
            Self::Unfinished { ends } => Refusal::new("class.unfinished").with(ends),
            Self::Empty => Refusal::new("class.empty"),
            Self::Unmarked { entries } => Refusal::new("attendance.unmarked").with(entries),
        }
    }
}

impl Class {
    /// Everything that keeps it from being filed.
    pub fn faults(&self, filing: &Filing<'_>) -> Vec<Unfileable> {
        let mut faults = Vec::new();
        if self.ends < self.starts {
            faults.push(Unfileable::Reversed {
                starts: self.starts,
                ends: self.ends,
            });
        }
        if self.starts <= filing.today {
            faults.push(Unfileable::TooSoon {
                starts: self.starts,
                today: filing.today,
            });
        }
        if let Err(reason) = filing.scope {
            faults.push(Unfileable::OutOfScope(reason.clone()));
        }
        if !(1..=filing.limit).contains(&self.capacity) {
            faults.push(Unfileable::Capacity {
                seats: self.capacity,
                limit: filing.limit,
            });
        }
        if enterprise::is_asked_of(filing.course.kind) && !filing.enterprise {
            faults.push(Unfileable::Unordered);
        }
        let qualified = |teacher: &&Teacher| teacher.may_teach(&filing.course.subject, self.ends);
        if filing.teachers.is_empty() {
            faults.push(Unfileable::Teacherless);
        } else if !filing.teachers.iter().any(|teacher| qualified(&teacher)) {
            faults.push(Unfileable::Unqualified { until: self.ends });
        }
        let named = |lesson: &Lesson| {
            filing
                .teachers
                .iter()
                .any(|teacher| teacher.id == lesson.teacher)
        };
        if let Some(lesson) = filing.lessons.iter().find(|lesson| !named(lesson)) {
            faults.push(Unfileable::Stranger { day: lesson.day });
        }
        let timetable = lesson::faults(
            filing.lessons,
            self.starts,
            self.ends,
            filing.course.hours(),
        );
        faults.extend(timetable.into_iter().map(Unfileable::Untaught));
        faults
    }

    /// Whether it may be filed as it is; the first reason why not.
    pub fn may_be_filed(&self, filing: &Filing<'_>) -> Result<(), Unfileable> {
        self.faults(filing).into_iter().next().map_or(Ok(()), Err)
    }

    /// A class takes rosters until the day teaching begins.
    pub fn open_for_rosters(&self, today: NaiveDate) -> Result<(), Closed> {
        if self.step.has_begun() || today > self.starts {
            return Err(Closed::Begun { on: self.starts });
        }
        Ok(())
    }

    /// Whether so many more can be seated beside those enrolled.
    pub fn seats(&self, enrolled: i64, more: i64) -> Result<(), Closed> {
        let wanted = enrolled + more;
        if wanted > i64::from(self.capacity) {
            return Err(Closed::Full {
                seats: self.capacity,
                wanted,
            });
        }
        Ok(())
    }

    /// Whether teaching may begin today.
    pub fn may_begin(&self, today: NaiveDate, enrolled: i64) -> Result<(), Untimely> {
        self.step.may(Step::Begun).map_err(Untimely::Misstep)?;
        if today < self.starts {
            return Err(Untimely::Early {
                starts: self.starts,
            });
        }
        if enrolled == 0 {
            return Err(Untimely::Empty);
        }
        Ok(())
    }

    /// Whether the class may be completed today: after its last lesson, with every entry made.
    pub fn may_be_completed(&self, today: NaiveDate, unmarked: i64) -> Result<(), Untimely> {
        self.step.may(Step::Completed).map_err(Untimely::Misstep)?;
        if today < self.ends {
            return Err(Untimely::Unfinished { ends: self.ends });
        }
        if unmarked > 0 {
            return Err(Untimely::Unmarked { entries: unmarked });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::course::TrainingKind;
    use crate::domain::entitlement::Subject;
    use crate::domain::lesson::Half;
    use crate::domain::occupation::OccupationCode;
    use crate::domain::skill_level::SkillLevel;
    use crate::domain::teacher::TeacherId;
    use crate::ground::clock::Now;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
    }

    fn now() -> Now {
        Now::beijing(day(1), 9, 0)
    }

    fn occupation() -> OccupationCode {
        OccupationCode::read("6-18-02-04").unwrap()
    }

    fn course() -> Course {
        Course {
            name: "焊工五级".to_owned(),
            kind: TrainingKind::Employ,
            subject: Subject::Occupation(occupation()),
            work_type: None,
            level: Some(SkillLevel::Five),
            theory_hours: 4,
            practice_hours: 8,
            threshold: 80,
        }
    }

    fn class(step: Step) -> Class {
        Class {
            id: ClassId::fresh(now()),
            step,
            starts: day(9),
            ends: day(10),
            capacity: 50,
        }
    }

    fn teacher() -> Teacher {
        Teacher {
            id: TeacherId::fresh(now()),
            name: "孟和".to_owned(),
            occupation: Some(occupation()),
            valid_until: day(31),
        }
    }

    fn lessons(teacher: &Teacher) -> Vec<Lesson> {
        [
            (9, Half::Morning),
            (9, Half::Afternoon),
            (10, Half::Morning),
        ]
        .into_iter()
        .map(|(n, half)| Lesson {
            day: day(n),
            half,
            hours: 4,
            content: String::new(),
            teacher: teacher.id.clone(),
        })
        .collect()
    }

    #[test]
    fn a_public_name_tells_nothing_of_who_learns() {
        for (name, word) in [
            ("焊工（五级/初级工）2026年3月班", None),
            ("残疾人焊工班", Some("残疾")),
            ("建档立卡户月嫂班", Some("建档立卡")),
        ] {
            assert_eq!(
                may_be_public(name).err().map(|told| told.word),
                word,
                "{name}"
            );
        }
    }

    #[test]
    fn a_class_goes_forward_only() {
        let allowed = [
            (Step::Drafted, Step::Filed),
            (Step::Returned, Step::Filed),
            (Step::Filed, Step::Approved),
            (Step::Filed, Step::Returned),
            (Step::Approved, Step::Begun),
            (Step::Begun, Step::Completed),
            (Step::Completed, Step::Closed),
        ];
        for from in Step::ALL {
            for to in Step::ALL {
                assert_eq!(
                    from.may(*to).is_ok(),
                    allowed.contains(&(*from, *to)),
                    "{from} to {to}"
                );
            }
        }
        assert_eq!(
            Step::Begun.may(Step::Filed).unwrap_err().refusal().code,
            "class.already-filed"
        );
        assert_eq!(
            Step::Drafted
                .may(Step::Approved)
                .unwrap_err()
                .refusal()
                .code,
            "class.not-filed"
        );
    }

    #[test]
    fn a_class_is_filed_when_everything_fits() {
        let (course, teacher) = (course(), teacher());
        let lessons = lessons(&teacher);
        let teachers = [teacher];
        let filing = Filing {
            course: &course,
            lessons: &lessons,
            teachers: &teachers,
            enterprise: false,
            scope: &Ok(()),
            limit: SEATS,
            today: day(2),
        };
        let drafted = class(Step::Drafted);
        assert_eq!(drafted.faults(&filing), []);

        let reason = OutOfScope::Lapsed { ended: day(1) };
        let outside = Filing {
            scope: &Err(reason.clone()),
            ..filing
        };
        assert_eq!(
            drafted.may_be_filed(&outside),
            Err(Unfileable::OutOfScope(reason))
        );

        let soon = Filing {
            today: day(9),
            ..filing
        };
        assert_eq!(
            drafted.may_be_filed(&soon),
            Err(Unfileable::TooSoon {
                starts: day(9),
                today: day(9)
            })
        );

        for seats in [0, 51, -1] {
            let class = Class {
                capacity: seats,
                ..class(Step::Drafted)
            };
            assert_eq!(
                class.may_be_filed(&filing),
                Err(Unfileable::Capacity { seats, limit: 50 })
            );
        }

        let ordered = Course {
            kind: TrainingKind::Order,
            ..course.clone()
        };
        let order = |enterprise| {
            drafted.may_be_filed(&Filing {
                course: &ordered,
                enterprise,
                ..filing
            })
        };
        assert_eq!(order(false), Err(Unfileable::Unordered));
        assert_eq!(order(true), Ok(()));

        let reversed = Class {
            starts: day(10),
            ends: day(9),
            ..class(Step::Drafted)
        };
        assert_eq!(
            reversed.faults(&filing)[0],
            Unfileable::Reversed {
                starts: day(10),
                ends: day(9)
            }
        );

        let alone = Filing {
            teachers: &[],
            lessons: &[],
            ..filing
        };
        assert_eq!(
            drafted.faults(&alone),
            [
                Unfileable::Teacherless,
                Unfileable::Untaught(Untaught::Uncovered {
                    planned: 0,
                    wanted: 12
                })
            ]
        );
    }

    #[test]
    fn at_least_one_teacher_has_a_card_for_the_trade_until_the_last_day() {
        let course = course();
        let good = teacher();
        let lessons = lessons(&good);
        let expired = Teacher {
            valid_until: day(9),
            ..good.clone()
        };
        let cook = Teacher {
            occupation: OccupationCode::read("4-03-02-01"),
            ..good.clone()
        };
        let general = Teacher {
            occupation: None,
            ..good.clone()
        };
        let helper = Teacher {
            id: TeacherId::fresh(now()),
            ..expired.clone()
        };
        for (teachers, fits) in [
            (vec![good.clone()], true),
            (vec![general], true),
            (vec![expired], false),
            (vec![cook], false),
            (vec![helper, good], true),
        ] {
            let filing = Filing {
                course: &course,
                lessons: &lessons,
                teachers: &teachers,
                enterprise: false,
                scope: &Ok(()),
                limit: SEATS,
                today: day(2),
            };
            let answer = class(Step::Drafted).may_be_filed(&filing);
            assert_eq!(
                answer,
                if fits {
                    Ok(())
                } else {
                    Err(Unfileable::Unqualified { until: day(10) })
                }
            );
        }
    }

    #[test]
    fn a_class_that_has_begun_takes_no_roster() {
        assert_eq!(class(Step::Approved).open_for_rosters(day(9)), Ok(()));
        assert_eq!(class(Step::Drafted).open_for_rosters(day(2)), Ok(()));
        assert_eq!(
            class(Step::Begun).open_for_rosters(day(9)),
            Err(Closed::Begun { on: day(9) })
        );
        assert_eq!(
            class(Step::Approved).open_for_rosters(day(10)),
            Err(Closed::Begun { on: day(9) })
        );
        assert_eq!(class(Step::Approved).seats(48, 2), Ok(()));
        assert_eq!(
            class(Step::Approved).seats(48, 3),
            Err(Closed::Full {
                seats: 50,
                wanted: 51
            })
        );
    }

    #[test]
    fn a_class_begins_and_ends_on_its_days() {
        let approved = class(Step::Approved);
        assert_eq!(
            approved.may_begin(day(8), 5),
            Err(Untimely::Early { starts: day(9) })
        );
        assert_eq!(approved.may_begin(day(9), 0), Err(Untimely::Empty));
        assert_eq!(approved.may_begin(day(9), 5), Ok(()));
        assert!(matches!(
            class(Step::Filed).may_begin(day(9), 5),
            Err(Untimely::Misstep(_))
        ));
        let begun = class(Step::Begun);
        assert_eq!(
            begun.may_be_completed(day(9), 0),
            Err(Untimely::Unfinished { ends: day(10) })
        );
        assert_eq!(
            begun.may_be_completed(day(10), 3),
            Err(Untimely::Unmarked { entries: 3 })
        );
        assert_eq!(begun.may_be_completed(day(10), 0), Ok(()));
    }
}
