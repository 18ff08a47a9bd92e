//! 就业去向: what became of a trainee three, six and twelve months after the class.
//!
//! Entries are never rewritten: a later one for the same month counts in its place, from the day it
//! came on record. Who entered it and on which evidence is kept, because a school that reports its
//! own success is checked by call-back and by the lists of departments.

use crate::domain::code_set::named;
use crate::domain::refusal::{Reason, Refusal};
use chrono::{Months, NaiveDate};

crate::key!(
    /// The key of one entry.
    EmploymentId
);

crate::code!(
    /// 去向
    Fate {
        /// 单位就业
        Employed = "EMPLOYED",
        /// 灵活就业
        Flexible = "FLEX",
        /// 自主创业
        Startup = "STARTUP",
        /// 公益性岗位
        Public = "PUBLIC",
        /// 未就业
        Unemployed = "UNEMP",
        /// 升学、参军
        Study = "STUDY",
        /// 无法联系
        Lost = "LOST",
    }
);

named!(Fate, "outcome");

impl Fate {
    /// Whether it is work.
    pub fn is_work(self) -> bool {
        matches!(
            self,
            Self::Employed | Self::Flexible | Self::Startup | Self::Public
        )
    }
}

crate::code!(
    /// 来源: who says so.
    Source {
        /// 培训机构填报
        Institution = "institution",
        /// 电话回访
        CallBack = "call_back",
        /// 部门数据比对
        Department = "department",
    }
);

/// Months after the class at which trainees are asked for.
pub const MONTHS: [i32; 3] = [3, 6, 12];

/// Why an entry is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untaken {
    /// The months are 3, 6 or 12.
    Months,
    /// Before the class ended.
    Early(NaiveDate),
    /// The day has not come.
    Ahead,
    /// Employment in a firm names the firm.
    NoEmployer,
    /// Work is shown by something.
    NoEvidence,
}

impl Reason for Untaken {
    fn refusal(self) -> Refusal {
        match self {
            Self::Months => Refusal::new("employment.months-unknown").at("months"),
            Self::Early(ended) => Refusal::new("employment.before-ended")
                .at("day")
                .with(ended),
            Self::Ahead => Refusal::new("employment.ahead").at("day"),
            Self::NoEmployer => Refusal::new("employment.employer-missing").at("employer"),
            Self::NoEvidence => Refusal::new("employment.evidence-missing").at("evidence"),
        }
    }
}

/// Whether what is said of a trainee may be taken.
pub fn may_be_taken(
    months: i32,
    fate: Fate,
    day: NaiveDate,
    ended: NaiveDate,
    today: NaiveDate,
    employer: &str,
    evidence: &str,
) -> Result<(), Untaken> {
    if !MONTHS.contains(&months) {
        return Err(Untaken::Months);
    }
    if day < ended {
        return Err(Untaken::Early(ended));
    }
    if day > today {
        return Err(Untaken::Ahead);
    }
    if fate == Fate::Employed && employer.trim().is_empty() {
        return Err(Untaken::NoEmployer);
    }
    if fate.is_work() && evidence.trim().is_empty() {
        return Err(Untaken::NoEvidence);
    }
    Ok(())
}

/// The day on which trainees of a class are to be asked for.
pub fn due(ended: NaiveDate, months: i32) -> NaiveDate {
    ended
        .checked_add_months(Months::new(months.unsigned_abs()))
        .unwrap_or(ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_has_a_day_a_firm_and_evidence() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (ended, today) = (day("2026-03-31"), day("2026-07-02"));
        let ask = |months, fate, on: &str, employer, evidence| {
            may_be_taken(months, fate, day(on), ended, today, employer, evidence)
        };
        assert_eq!(
            ask(3, Fate::Employed, "2026-06-30", "北方重工", "劳动合同"),
            Ok(())
        );
        assert_eq!(ask(3, Fate::Unemployed, "2026-06-30", "", ""), Ok(()));
        assert_eq!(
            ask(4, Fate::Lost, "2026-06-30", "", ""),
            Err(Untaken::Months)
        );
        assert_eq!(
            ask(3, Fate::Lost, "2026-03-30", "", ""),
            Err(Untaken::Early(ended))
        );
        assert_eq!(
            ask(3, Fate::Lost, "2026-07-03", "", ""),
            Err(Untaken::Ahead)
        );
        assert_eq!(
            ask(3, Fate::Employed, "2026-06-30", " ", "x"),
            Err(Untaken::NoEmployer)
        );
        assert_eq!(
            ask(6, Fate::Flexible, "2026-06-30", "", ""),
            Err(Untaken::NoEvidence)
        );
        assert_eq!(due(ended, 3), day("2026-06-30"));
    }
}
