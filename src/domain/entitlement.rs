//! 资质: what an institution has filed to train or to assess, and from when to when.
//!
//! Nothing is overwritten. A filed line stays; each change of its end is a line of its own with
//! the day it was made, and so is a suspension. "Was it in scope that day?" is asked of all of
//! them, and the answer for a past day never changes: a change counts from the day it was made,
//! so that what was lawful when it was done stays so, and what was not is not mended later.

use crate::domain::course::StartupCourse;
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::occupation::{self, OccupationCode};
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::skill_level::SkillLevel;
use chrono::{Days, NaiveDate};

crate::key!(
    /// The key of one filed line of scope.
    EntitlementId
);
crate::key!(
    /// The key of one change of a filed line.
    ChangeId
);
crate::key!(
    /// The key of one suspension.
    SuspensionId
);

crate::code!(
    /// What a change did to the end of a filed line.
    ChangeKind {
        /// 延续
        Extended = "extended",
        /// 缩短
        Shortened = "shortened",
    }
);

/// What is taught or assessed: an occupation, or a startup course.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// 职业
    Occupation(OccupationCode),
    /// 创业课程
    Startup(StartupCourse),
}

impl Subject {
    /// Exactly one of the two.
    pub fn of(occupation: Option<OccupationCode>, startup: Option<StartupCourse>) -> Option<Self> {
        match (occupation, startup) {
            (Some(code), None) => Some(Self::Occupation(code)),
            (None, Some(course)) => Some(Self::Startup(course)),
            _ => None,
        }
    }

    /// The occupation, if it is one.
    pub fn occupation(&self) -> Option<&OccupationCode> {
        match self {
            Self::Occupation(code) => Some(code),
            Self::Startup(_) => None,
        }
    }

    /// The startup course, if it is one.
    pub fn startup(&self) -> Option<StartupCourse> {
        match self {
            Self::Occupation(_) => None,
            Self::Startup(course) => Some(*course),
        }
    }

    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::Occupation(code) => occupation::name(code),
            Self::Startup(course) => course.name().to_owned(),
        }
    }

    /// Its name in English; the Chinese one where no other is known.
    pub fn name_en(&self) -> String {
        match self {
            Self::Occupation(code) => occupation::find(code)
                .and_then(|occupation| occupation.name_en.clone())
                .unwrap_or_else(|| self.name()),
            Self::Startup(course) => course.name_en().to_owned(),
        }
    }
}

/// One filed line: this institution, in this role, this subject at this level, from day to day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// Its key.
    pub id: EntitlementId,
    /// Whose it is.
    pub institution: InstitutionId,
    /// In which role.
    pub role: InstitutionRole,
    /// What.
    pub subject: Subject,
    /// At which level; none for a startup course, and for training without a level.
    pub level: Option<SkillLevel>,
    /// The first day.
    pub starts: NaiveDate,
    /// The last day, as first filed.
    pub ends: NaiveDate,
    /// 备案文号
    pub document: String,
}

/// A filed line's end was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which line.
    pub entitlement: EntitlementId,
    /// The new last day.
    pub ends: NaiveDate,
    /// The day it was made.
    pub made_on: NaiveDate,
}

/// 暂停: an institution may do nothing from this day until it is reinstated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Whose.
    pub institution: InstitutionId,
    /// The first day.
    pub starts: NaiveDate,
    /// 恢复: the first day it may act again, once it has been reinstated.
    pub lifted: Option<NaiveDate>,
}

impl Suspension {
    /// Whether it bites on this day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.starts <= day && self.lifted.is_none_or(|lifted| day < lifted)
    }
}

/// Why something was out of scope on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutOfScope {
    /// Never filed: this subject, or this subject at this level.
    NotFiled {
        /// What was asked for.
        subject: Subject,
        /// At which level.
        level: Option<SkillLevel>,
    },
    /// Filed, but only from a later day.
    NotBegun {
        /// From which day.
        starts: NaiveDate,
    },
    /// Filed, but only until an earlier day.
    Lapsed {
        /// Until which day.
        ended: NaiveDate,
    },
    /// Filed, but the institution was suspended.
    Suspended {
        /// Since when.
        since: NaiveDate,
    },
}

impl Reason for OutOfScope {
    fn refusal(self) -> Refusal {
        match self {
            Self::NotFiled {
                subject,
                level: Some(level),
            } => Refusal::new("entitlement.not-filed")
                .with(subject.name())
                .with(level),
            Self::NotFiled {
                subject,
                level: None,
            } => Refusal::new("entitlement.subject-not-filed").with(subject.name()),
            Self::NotBegun { starts } => Refusal::new("entitlement.not-begun").with(starts),
            Self::Lapsed { ended } => Refusal::new("entitlement.lapsed").with(ended),
            Self::Suspended { since } => Refusal::new("institution.suspended").with(since),
        }
    }
}

impl Entitlement {
    /// The last day of this line as it stood on a day: what was filed, then each change made by then.
    pub fn ends_as_of(&self, day: NaiveDate, changes: &[Change]) -> NaiveDate {
        changes
            .iter()
            .filter(|change| change.entitlement == self.id && change.made_on <= day)
            .max_by_key(|change| change.made_on)
            .map_or(self.ends, |change| change.ends)
    }

    fn is_about(
        &self,
        role: InstitutionRole,
        subject: &Subject,
        level: Option<SkillLevel>,
    ) -> bool {
        self.role == role && self.subject == *subject && self.level == level
    }
}

/// Was it in scope that day? All lines, changes (in the order they were made) and suspensions are
/// those of one institution.
pub fn in_scope_on(
    day: NaiveDate,
    role: InstitutionRole,
    subject: &Subject,
    level: Option<SkillLevel>,
    filed: &[Entitlement],
    changes: &[Change],
    suspensions: &[Suspension],
) -> Result<(), OutOfScope> {
    let lines: Vec<_> = filed
        .iter()
        .filter(|line| line.is_about(role, subject, level))
        .map(|line| (line.starts, line.ends_as_of(day, changes)))
        .collect();
    if lines
        .iter()
        .any(|(starts, ends)| *starts <= day && day <= *ends)
    {
        return match suspensions
            .iter()
            .find(|suspension| suspension.holds_on(day))
        {
            Some(suspension) => Err(OutOfScope::Suspended {
                since: suspension.starts,
            }),
            None => Ok(()),
        };
    }
    let past = lines
        .iter()
        .filter(|(starts, _)| *starts <= day)
        .map(|(_, ends)| *ends)
        .max();
    let future = lines
        .iter()
        .map(|(starts, _)| *starts)
        .filter(|starts| *starts > day)
        .min();
    Err(match (past, future) {
        (Some(ended), _) => OutOfScope::Lapsed { ended },
        (None, Some(starts)) => OutOfScope::NotBegun { starts },
        (None, None) => OutOfScope::NotFiled {
            subject: subject.clone(),
            level,
        },
    })
}

/// Whether it is in scope on every day from the first to the last; the first day that is not says why.
#[expect(
    clippy::too_many_arguments,
    reason = "the same question over several days"
)]
pub fn in_scope_throughout(
    first: NaiveDate,
    last: NaiveDate,
    role: InstitutionRole,
    subject: &Subject,
    level: Option<SkillLevel>,
    filed: &[Entitlement],
    changes: &[Change],
    suspensions: &[Suspension],
) -> Result<(), OutOfScope> {
    let days = std::iter::successors(Some(first), |day| day.checked_add_days(Days::new(1)));
    days.take_while(|day| *day <= last.max(first))
        .try_for_each(|day| in_scope_on(day, role, subject, level, filed, changes, suspensions))
}

/// Why a filed line, or a change of it, does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfilable {
    /// It ends before it starts.
    Reversed,
    /// A startup course has no level, and assessing needs one.
    LevelMisplaced,
    /// 特级技师 and 首席技师 are granted by employers alone (人社部发〔2022〕14号).
    EmployersOnly,
    /// The institution does not act in this role.
    RoleMissing,
    /// No document was named.
    Undocumented,
    /// The new end is the old one.
    Unmoved,
    /// The same is filed already for some of these days: that line can be extended.
    AlreadyFiled {
        /// Until this day.
        ends: NaiveDate,
    },
}

impl Reason for Unfilable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Reversed => Refusal::new("entitlement.reversed").at("ends"),
            Self::LevelMisplaced => Refusal::new("entitlement.level-misplaced").at("level"),
            Self::EmployersOnly => Refusal::new("entitlement.employers-only").at("level"),
            Self::RoleMissing => Refusal::new("entitlement.role-missing").at("role"),
            Self::Undocumented => Refusal::new("entitlement.undocumented").at("document"),
            Self::Unmoved => Refusal::new("entitlement.unmoved").at("ends"),
            Self::AlreadyFiled { ends } => Refusal::new("entitlement.already-filed")
                .at("starts")
                .with(ends),
        }
    }
}

impl Entitlement {
    /// Whether the bureau may file this line for this institution.
    pub fn may_be_filed(
        &self,
        institution: &crate::domain::institution::Institution,
    ) -> Result<(), Unfilable> {
        use crate::domain::institution::IssuerClass;
        if !institution.acts_as(self.role) {
            return Err(Unfilable::RoleMissing);
        }
        if self.ends < self.starts {
            return Err(Unfilable::Reversed);
        }
        let startup = self.subject.startup().is_some();
        if (startup && (self.level.is_some() || self.role == InstitutionRole::Assess))
            || (self.role == InstitutionRole::Assess && self.level.is_none())
        {
            return Err(Unfilable::LevelMisplaced);
        }
        if self.level.is_some_and(SkillLevel::employers_only)
            && institution.letter != Some(IssuerClass::Employer)
        {
            return Err(Unfilable::EmployersOnly);
        }
        if self.document.trim().is_empty() {
            return Err(Unfilable::Undocumented);
        }
        Ok(())
    }

    /// Whether the same is not filed for some of these days already, as things stand today.
    pub fn stands_beside(
        &self,
        filed: &[Self],
        today: NaiveDate,
        changes: &[Change],
    ) -> Result<(), Unfilable> {
        filed
            .iter()
            .filter(|line| line.is_about(self.role, &self.subject, self.level))
            .map(|line| (line.starts, line.ends_as_of(today, changes)))
            .find(|(starts, ends)| *starts <= self.ends && self.starts <= *ends)
            .map_or(Ok(()), |(_, ends)| Err(Unfilable::AlreadyFiled { ends }))
    }

    /// What moving the end of this line to a day is called, if it may be moved there.
    pub fn moved_to(
        &self,
        ends: NaiveDate,
        today: NaiveDate,
        changes: &[Change],
    ) -> Result<ChangeKind, Unfilable> {
        let now = self.ends_as_of(today, changes);
        if ends < self.starts {
            return Err(Unfilable::Reversed);
        }
        match ends.cmp(&now) {
            std::cmp::Ordering::Greater => Ok(ChangeKind::Extended),
            std::cmp::Ordering::Less => Ok(ChangeKind::Shortened),
            std::cmp::Ordering::Equal => Err(Unfilable::Unmoved),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Now;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn welding() -> Subject {
        Subject::Occupation(OccupationCode::read("6-18-02-04").unwrap())
    }

    fn filed() -> Entitlement {
        let now = Now::beijing(day("2026-01-01"), 9, 0);
        Entitlement {
            id: EntitlementId::fresh(now),
            institution: InstitutionId::fresh(now),
            role: InstitutionRole::Assess,
            subject: welding(),
            level: Some(SkillLevel::Five),
            starts: day("2026-01-01"),
            ends: day("2026-06-30"),
            document: "乌人社字〔2026〕1号".to_owned(),
        }
    }

    fn ask(
        on: &str,
        line: &Entitlement,
        changes: &[Change],
        off: &[Suspension],
    ) -> Result<(), OutOfScope> {
        let lines = std::slice::from_ref(line);
        in_scope_on(
            day(on),
            line.role,
            &line.subject,
            line.level,
            lines,
            changes,
            off,
        )
    }

    #[test]
    fn a_line_counts_from_its_first_day_to_its_last() {
        let line = filed();
        assert_eq!(
            ask("2025-12-31", &line, &[], &[]),
            Err(OutOfScope::NotBegun {
                starts: line.starts
            })
        );
        assert_eq!(ask("2026-01-01", &line, &[], &[]), Ok(()));
        assert_eq!(ask("2026-06-30", &line, &[], &[]), Ok(()));
        assert_eq!(
            ask("2026-07-01", &line, &[], &[]),
            Err(OutOfScope::Lapsed { ended: line.ends })
        );
    }

    #[test]
    fn another_level_role_or_subject_is_not_filed() {
        let line = filed();
        let lines = std::slice::from_ref(&line);
        let on = day("2026-03-02");
        let other = Subject::Startup(StartupCourse::Start);
        for (role, subject, level) in [
            (InstitutionRole::Assess, welding(), Some(SkillLevel::Four)),
            (InstitutionRole::Train, welding(), Some(SkillLevel::Five)),
            (InstitutionRole::Assess, other, None),
            (InstitutionRole::Assess, welding(), None),
        ] {
            let answer = in_scope_on(on, role, &subject, level, lines, &[], &[]);
            assert_eq!(answer, Err(OutOfScope::NotFiled { subject, level }));
        }
    }

    #[test]
    fn an_extension_counts_from_the_day_it_was_made() {
        let line = filed();
        let late = Change {
            entitlement: line.id.clone(),
            ends: day("2026-12-31"),
            made_on: day("2026-07-10"),
        };
        let changes = [late];
        assert_eq!(
            ask("2026-07-05", &line, &changes, &[]),
            Err(OutOfScope::Lapsed { ended: line.ends })
        );
        assert_eq!(ask("2026-07-10", &line, &changes, &[]), Ok(()));
        assert!(ask("2027-01-01", &line, &changes, &[]).is_err());
    }

    #[test]
    fn a_shortening_does_not_undo_what_was_lawful() {
        let line = filed();
        let changes = [Change {
            entitlement: line.id.clone(),
            ends: day("2026-02-28"),
            made_on: day("2026-04-01"),
        }];
        assert_eq!(ask("2026-03-15", &line, &changes, &[]), Ok(()));
        assert_eq!(
            ask("2026-04-01", &line, &changes, &[]),
            Err(OutOfScope::Lapsed {
                ended: day("2026-02-28")
            })
        );
    }

    #[test]
    fn the_later_of_two_changes_on_one_day_counts() {
        let line = filed();
        let change = |ends: &str| Change {
            entitlement: line.id.clone(),
            ends: day(ends),
            made_on: day("2026-02-01"),
        };
        let changes = [change("2026-12-31"), change("2026-03-31")];
        assert_eq!(
            line.ends_as_of(day("2026-02-01"), &changes),
            day("2026-03-31")
        );
    }

    #[test]
    fn a_suspended_institution_may_do_nothing_until_it_is_reinstated() {
        let line = filed();
        let off = Suspension {
            institution: line.institution.clone(),
            starts: day("2026-03-01"),
            lifted: Some(day("2026-04-01")),
        };
        let off = [off];
        assert_eq!(ask("2026-02-28", &line, &[], &off), Ok(()));
        assert_eq!(
            ask("2026-03-01", &line, &[], &off),
            Err(OutOfScope::Suspended {
                since: day("2026-03-01")
            })
        );
        assert_eq!(ask("2026-04-01", &line, &[], &off), Ok(()));
        let lines = std::slice::from_ref(&line);
        let throughout = |from: &str, to: &str| {
            in_scope_throughout(
                day(from),
                day(to),
                line.role,
                &line.subject,
                line.level,
                lines,
                &[],
                &off,
            )
        };
        assert_eq!(throughout("2026-02-20", "2026-02-28"), Ok(()));
        assert!(throughout("2026-02-20", "2026-03-05").is_err());
        assert!(throughout("2026-06-20", "2026-07-05").is_err());
    }

    #[test]
    fn the_same_is_not_filed_twice_for_one_day() {
        let line = filed();
        let lines = std::slice::from_ref(&line);
        let next = |starts: &str| Entitlement {
            starts: day(starts),
            ends: day("2027-12-31"),
            ..filed()
        };
        let today = day("2026-03-02");
        assert_eq!(
            next("2026-06-30").stands_beside(lines, today, &[]),
            Err(Unfilable::AlreadyFiled { ends: line.ends })
        );
        assert_eq!(next("2026-07-01").stands_beside(lines, today, &[]), Ok(()));
        let shortened = [Change {
            entitlement: line.id.clone(),
            ends: day("2026-02-28"),
            made_on: day("2026-02-01"),
        }];
        assert_eq!(
            next("2026-03-01").stands_beside(lines, today, &shortened),
            Ok(())
        );
        let other = Entitlement {
            level: Some(SkillLevel::Four),
            ..next("2026-01-01")
        };
        assert_eq!(other.stands_beside(lines, today, &[]), Ok(()));
    }

    #[test]
    fn moving_an_end_is_an_extension_or_a_shortening() {
        let line = filed();
        let today = day("2026-03-02");
        let moved = |to: &str| line.moved_to(day(to), today, &[]);
        assert_eq!(moved("2026-12-31"), Ok(ChangeKind::Extended));
        assert_eq!(moved("2026-03-31"), Ok(ChangeKind::Shortened));
        assert_eq!(moved("2026-06-30"), Err(Unfilable::Unmoved));
        assert_eq!(moved("2025-12-31"), Err(Unfilable::Reversed));
    }
}
