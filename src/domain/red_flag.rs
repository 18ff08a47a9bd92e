//! 疑点: what looks wrong in the records, found by a rule, judged by a person.
//!
//! A flag is never a verdict. It is one sentence with the rows behind it; an officer checks and
//! says 核实 or 排除, with a reason. The rules follow what audits found (审计署 2022: made-up class
//! records, changed scores; 芜湖 2023: trainees joined with pension and payroll lists).

use crate::domain::refusal::{Reason, Refusal};

crate::key!(
    /// The key of one red flag.
    RedFlagId
);

crate::key!(
    /// The key of one disposition.
    DispositionId
);

crate::code!(
    /// 规则
    Rule {
        /// One person in two places at once.
        F01 = "F01",
        /// A second certificate for the same right.
        F02 = "F02",
        /// More courses in a year than are paid for.
        F03 = "F03",
        /// Attendance that looks made up.
        F04 = "F04",
        /// Hours short, too long, or assessed too early.
        F05 = "F05",
        /// Somebody who should not be trained at this expense.
        F06 = "F06",
        /// A key group the department does not know.
        F07 = "F07",
        /// Teachers, assessors and panels.
        F08 = "F08",
        /// How marks lie.
        F09 = "F09",
        /// Dates and numbers out of order.
        F10 = "F10",
        /// One phone for many.
        F11 = "F11",
        /// Issuing faster than assessing.
        F12 = "F12",
        /// Employment that looks made up.
        F13 = "F13",
        /// Identities that do not agree.
        F14 = "F14",
        /// Claims a life has no room for.
        F15 = "F15",
        /// Trainees from elsewhere.
        F16 = "F16",
    }
);

crate::code!(
    /// 严重程度
    Severity {
        /// Nearly always wrong.
        High = "high",
        /// Worth a visit.
        Medium = "medium",
        /// Worth a look.
        Low = "low",
    }
);

crate::code!(
    /// 处置结论
    Verdict {
        /// 核实: it is as it looks.
        Confirmed = "confirmed",
        /// 排除: there is a good reason.
        Dismissed = "dismissed",
    }
);

/// How heavy a finding of this kind is. What the law forbids outright is high; what only a pattern
/// suggests is medium or low.
pub fn severity(rule: Rule, variant: &str) -> Severity {
    match (rule, variant) {
        (Rule::F01 | Rule::F02, _)
        | (Rule::F06, "deceased" | "payroll" | "pensioner" | "pupil" | "young")
        | (Rule::F07, "after")
        | (Rule::F08, "own" | "card" | "panel" | "assessor")
        | (Rule::F09, "edited" | "equal")
        | (Rule::F10, "before" | "dated")
        | (Rule::F12, "new")
        | (Rule::F14, "names") => Severity::High,
        (Rule::F09, "everybody")
        | (Rule::F15, "previous")
        | (Rule::F04, "night")
        | (Rule::F14, "same") => Severity::Low,
        _ => Severity::Medium,
    }
}

/// 界限: the numbers the rules compare with. Local practice differs, so they are settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Paid courses for one person in a year (Chongqing pays three, Liaoning one).
    pub courses: i32,
    /// Days whose attendance may be entered on one later day.
    pub bulk_days: i32,
    /// Entries without any absence before a class looks too good.
    pub perfect_entries: i32,
    /// The age of work (劳动法 art. 15).
    pub working_age: i32,
    /// The age men retire at (2024年渐进式延迟退休: at most 63).
    pub retire_men: i32,
    /// The age women retire at (at most 58).
    pub retire_women: i32,
    /// Sittings of one organisation an assessor may take in a row (考评员管理: three).
    pub sittings_running: i32,
    /// People one assessor can judge in practice on one day.
    pub judged_a_day: i32,
    /// Candidates from which a pattern of marks means something.
    pub many_candidates: i32,
    /// Candidates from which equal marks of three assessors mean something.
    pub equal_candidates: i32,
    /// People with one phone: families share one.
    pub people_a_phone: i32,
    /// Level certificates one organisation can issue on one day.
    pub certificates_a_day: i32,
    /// Level certificates in the first ninety days of an organisation.
    pub first_certificates: i32,
    /// Trainees of one class hired by one employer on one day.
    pub hired_a_day: i32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            courses: 3,
            bulk_days: 5,
            perfect_entries: 200,
            working_age: 16,
            retire_men: 63,
            retire_women: 58,
            sittings_running: 3,
            judged_a_day: 60,
            many_candidates: 20,
            equal_candidates: 10,
            people_a_phone: 3,
            certificates_a_day: 120,
            first_certificates: 500,
            hired_a_day: 10,
        }
    }
}

impl Limits {
    /// Each limit with the name the rules call it by.
    pub fn named(&self) -> [(&'static str, i32); 14] {
        [
            ("courses", self.courses),
            ("bulk_days", self.bulk_days),
            ("perfect_entries", self.perfect_entries),
            ("working_age", self.working_age),
            ("retire_men", self.retire_men),
            ("retire_women", self.retire_women),
            ("sittings_running", self.sittings_running),
            ("judged_a_day", self.judged_a_day),
            ("many_candidates", self.many_candidates),
            ("equal_candidates", self.equal_candidates),
            ("people_a_phone", self.people_a_phone),
            ("certificates_a_day", self.certificates_a_day),
            ("first_certificates", self.first_certificates),
            ("hired_a_day", self.hired_a_day),
        ]
    }
}

/// The key groups some department keeps a list of, and the kind of its deliveries.
pub const VOUCHED: &[(&str, &str)] = &[
    ("G04", "unemployed"),
    ("G06", "lifted"),
    ("G07", "veteran"),
    ("G08", "disabled"),
];

/// Why a disposition is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undisposed {
    /// No reason was given.
    Reasonless,
    /// Money is recovered only where something was wrong.
    Recovered,
}

impl Reason for Undisposed {
    fn refusal(self) -> Refusal {
        match self {
            Self::Reasonless => Refusal::new("red_flag.reasonless").at("reason"),
            Self::Recovered => Refusal::new("red_flag.recovered").at("recovered"),
        }
    }
}

/// Whether a person may dispose of a flag so.
pub fn may_dispose(verdict: Verdict, reason: &str, recovered_fen: i64) -> Result<(), Undisposed> {
    if reason.trim().chars().count() < 2 {
        return Err(Undisposed::Reasonless);
    }
    if recovered_fen < 0 || (verdict == Verdict::Dismissed && recovered_fen != 0) {
        return Err(Undisposed::Recovered);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disposition_has_a_reason_and_recovers_only_what_was_wrong() {
        for (verdict, reason, fen, expected) in [
            (Verdict::Confirmed, "代签", 100, Ok(())),
            (Verdict::Confirmed, " ", 0, Err(Undisposed::Reasonless)),
            (Verdict::Dismissed, "录入笔误", 0, Ok(())),
            (
                Verdict::Dismissed,
                "录入笔误",
                1,
                Err(Undisposed::Recovered),
            ),
            (Verdict::Confirmed, "代签", -1, Err(Undisposed::Recovered)),
        ] {
            assert_eq!(may_dispose(verdict, reason, fen), expected, "{reason}");
        }
    }

    #[test]
    fn what_the_law_forbids_weighs_most() {
        assert_eq!(severity(Rule::F08, "own"), Severity::High);
        assert_eq!(severity(Rule::F16, "elsewhere"), Severity::Medium);
        assert_eq!(severity(Rule::F09, "everybody"), Severity::Low);
    }
}
