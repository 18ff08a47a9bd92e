//! 培训项目: what is taught, and in how many hours.

use crate::domain::code_set::named;
use crate::domain::entitlement::Subject;
use crate::domain::occupation;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::skill_level::SkillLevel;

crate::key!(
    /// The key of a course.
    CourseId
);

crate::code!(
    /// 培训类别
    TrainingKind {
        /// 就业技能培训
        Employ = "EMPLOY",
        /// 岗位技能提升培训
        Post = "POST",
        /// 创业培训
        Startup = "STARTUP",
        /// 企业新型学徒制培训
        Apprentice = "APPRENTICE",
        /// 订单定向定岗培训
        Order = "ORDER",
        /// 项目制培训
        Project = "PROJECT",
        /// 安全技能培训
        Safety = "SAFETY",
    }
);
named!(TrainingKind, "train_kind");

crate::code!(
    /// 创业课程
    StartupCourse {
        /// 产生你的企业想法
        Generate = "GYB",
        /// 创办你的企业
        Start = "SYB",
        /// 改善你的企业
        Improve = "IYB",
        /// 扩大你的企业
        Expand = "EYB",
        /// 网络创业培训
        Online = "NET",
    }
);
named!(StartupCourse, "startup_course");

/// Attendance below this percentage bars from assessment, unless the course says another.
pub const THRESHOLD: i32 = 80;
/// More hours than any course has: the longest taught to standard were 600 for a beginner's trade.
pub const MOST_HOURS: i32 = 2000;

/// What the rules ask of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Its name.
    pub name: String,
    /// 培训类别
    pub kind: TrainingKind,
    /// What is taught.
    pub subject: Subject,
    /// 工种, where it teaches only one.
    pub work_type: Option<String>,
    /// The level it leads to, where it leads to one.
    pub level: Option<SkillLevel>,
    /// 理论学时, of 45 minutes.
    pub theory_hours: i32,
    /// 实训学时, of 45 minutes.
    pub practice_hours: i32,
    /// 出勤要求: the percentage of hours to be attended.
    pub threshold: i32,
}

/// Why a course cannot be registered as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unteachable {
    /// No name was given.
    Nameless,
    /// No hours, fewer than none, or more than [`MOST_HOURS`].
    Hours,
    /// The threshold is not a percentage.
    Threshold,
    /// A startup course of another kind of training, or startup training of an occupation.
    KindMismatched,
    /// A level without an occupation.
    LevelMisplaced,
    /// A work type that the occupation does not have.
    WorkTypeUnknown,
}

impl Reason for Unteachable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Nameless => Refusal::new("course.nameless").at("name"),
            Self::Hours => Refusal::new("course.hours-wrong")
                .with(MOST_HOURS)
                .at("practice_hours"),
            Self::Threshold => Refusal::new("course.threshold-wrong").at("threshold"),
            Self::KindMismatched => Refusal::new("course.kind-mismatched").at("kind"),
            Self::LevelMisplaced => Refusal::new("course.level-misplaced").at("level"),
            Self::WorkTypeUnknown => Refusal::new("course.work-type-unknown").at("work_type"),
        }
    }
}

impl Course {
    /// 总学时
    pub fn hours(&self) -> i32 {
        self.theory_hours + self.practice_hours
    }

    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<Unteachable> {
        let startup = self.subject.startup().is_some();
        let hours = [self.theory_hours, self.practice_hours];
        let work_type_known = |name: &String| {
            self.subject
                .occupation()
                .and_then(occupation::find)
                .is_some_and(|occupation| occupation.has_work_type(name))
        };
        [
            (self.name.trim().is_empty(), Unteachable::Nameless),
            (
                hours.iter().any(|hours| !(0..=MOST_HOURS).contains(hours))
                    || hours.iter().sum::<i32>() == 0,
                Unteachable::Hours,
            ),
            (!(1..=100).contains(&self.threshold), Unteachable::Threshold),
            (
                startup != (self.kind == TrainingKind::Startup),
                Unteachable::KindMismatched,
            ),
            (startup && self.level.is_some(), Unteachable::LevelMisplaced),
            (
                self.work_type
                    .as_ref()
                    .is_some_and(|name| !work_type_known(name)),
                Unteachable::WorkTypeUnknown,
            ),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect()
    }

    /// Whether it can be registered as it is.
    pub fn may_be_registered(&self) -> Result<(), Unteachable> {
        self.faults().first().map_or(Ok(()), |fault| Err(*fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::occupation::OccupationCode;

    fn welding() -> Course {
        Course {
            name: "焊工五级".to_owned(),
            kind: TrainingKind::Employ,
            subject: Subject::Occupation(OccupationCode::read("6-18-02-04").unwrap()),
            work_type: Some("电焊工".to_owned()),
            level: Some(SkillLevel::Five),
            theory_hours: 40,
            practice_hours: 80,
            threshold: THRESHOLD,
        }
    }

    #[test]
    fn a_course_says_what_it_teaches_and_how_long() {
        assert_eq!(welding().may_be_registered(), Ok(()));
        assert_eq!(welding().hours(), 120);
        let startup = Course {
            kind: TrainingKind::Startup,
            subject: Subject::Startup(StartupCourse::Start),
            work_type: None,
            level: None,
            ..welding()
        };
        assert_eq!(startup.may_be_registered(), Ok(()));
        for (course, fault) in [
            (
                Course {
                    name: " ".to_owned(),
                    ..welding()
                },
                Unteachable::Nameless,
            ),
            (
                Course {
                    theory_hours: 0,
                    practice_hours: 0,
                    ..welding()
                },
                Unteachable::Hours,
            ),
            (
                Course {
                    theory_hours: -1,
                    ..welding()
                },
                Unteachable::Hours,
            ),
            (
                Course {
                    threshold: 0,
                    ..welding()
                },
                Unteachable::Threshold,
            ),
            (
                Course {
                    threshold: 101,
                    ..welding()
                },
                Unteachable::Threshold,
            ),
            (
                Course {
                    kind: TrainingKind::Startup,
                    ..welding()
                },
                Unteachable::KindMismatched,
            ),
            (
                Course {
                    kind: TrainingKind::Post,
                    ..startup.clone()
                },
                Unteachable::KindMismatched,
            ),
            (
                Course {
                    level: Some(SkillLevel::Five),
                    ..startup.clone()
                },
                Unteachable::LevelMisplaced,
            ),
            (
                Course {
                    work_type: Some("叉车司机".to_owned()),
                    ..welding()
                },
                Unteachable::WorkTypeUnknown,
            ),
        ] {
            assert_eq!(course.may_be_registered(), Err(fault));
        }
    }
}
