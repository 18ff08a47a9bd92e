//! 申领资格: whether one trainee is paid for, and every reason why not.
//!
//! Nothing here is told by anybody: the class's steps, the hours, the certificate, the groups of
//! the first day, earlier claims of any institution, and what departments delivered.

use crate::domain::delivery::DeliveryKind;
use crate::domain::subsidy::Rule;
use chrono::{Months, NaiveDate};

crate::code!(
    /// 不予补贴的原因
    Why {
        /// 已退学
        Withdrawn = "withdrawn",
        /// 尚未结业
        Unfinished = "unfinished",
        /// 出勤不足
        Short = "short",
        /// 没有证书
        Uncertified = "uncertified",
        /// 证书不在有效状态
        Invalid = "invalid",
        /// 没有适用的补贴标准
        Unruled = "unruled",
        /// 学时不足
        Hours = "hours",
        /// 超过申领期限
        Late = "late",
        /// 同一职业同一等级已申领
        Claimed = "claimed",
        /// 超过每年次数
        Often = "often",
        /// 已死亡
        Deceased = "deceased",
        /// 在职参保
        Insured = "insured",
        /// 领取养老金
        Pensioner = "pensioner",
        /// 财政供养
        Payroll = "payroll",
        /// 在校学生
        Pupil = "pupil",
    }
);

/// One reason and the fact it rests on: a percentage, a day, a count; may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct No {
    /// Why.
    pub why: Why,
    /// The fact.
    pub fact: String,
}

impl No {
    fn new(why: Why, fact: impl std::fmt::Display) -> Self {
        Self {
            why,
            fact: fact.to_string(),
        }
    }
}

/// What her attendance came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Hours attended.
    pub attended: i32,
    /// Hours held.
    pub held: i32,
    /// Whether they were enough when the class was completed.
    pub enough: bool,
}

/// The certificate she is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The day it was issued.
    pub issued_on: NaiveDate,
    /// Whether it stands on the day of the claim.
    pub stands: bool,
}

/// What the register knows of one trainee on the day of the claim.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Whether she is still in the class.
    pub stays: bool,
    /// Her attendance, once the class was completed.
    pub hours: Option<Hours>,
    /// Her certificate.
    pub paper: Option<Paper>,
    /// The rule that pays.
    pub rule: Option<&'a Rule>,
    /// The day from which the time to claim runs.
    pub since: NaiveDate,
    /// The day of the claim.
    pub today: NaiveDate,
    /// Since when the same right is claimed, by whichever institution.
    pub claimed: Option<NaiveDate>,
    /// How often she was claimed for in the year.
    pub times: i32,
    /// What departments say of the class's days, and since when.
    pub delivered: &'a [(DeliveryKind, NaiveDate)],
}

/// What is paid for her, in fen; or every reason why nothing is.
pub fn judge(facts: &Facts<'_>) -> Result<i64, Vec<No>> {
    let mut no = Vec::new();
    if !facts.stays {
        return Err(vec![No::new(Why::Withdrawn, "")]);
    }
    match facts.hours {
        None => no.push(No::new(Why::Unfinished, "")),
        Some(hours) if !hours.enough => {
            let share = i64::from(hours.attended) * 100 / i64::from(hours.held.max(1));
            no.push(No::new(Why::Short, share));
        }
        Some(_) => {}
    }
    match facts.paper {
        None => no.push(No::new(Why::Uncertified, "")),
        Some(paper) if !paper.stands => no.push(No::new(Why::Invalid, "")),
        Some(_) => {}
    }
    if let Some(day) = facts.claimed {
        no.push(No::new(Why::Claimed, day));
    }
    for (kind, since) in facts.delivered {
        let why = match kind {
            DeliveryKind::Deceased => Why::Deceased,
            DeliveryKind::Insured => Why::Insured,
            DeliveryKind::Pensioner => Why::Pensioner,
            DeliveryKind::Payroll => Why::Payroll,
            DeliveryKind::Pupil => Why::Pupil,
            _ => continue,
        };
        if no.iter().all(|one| one.why != why) {
            no.push(No::new(why, since));
        }
    }
    let attended = facts.hours.map_or(0, |hours| hours.attended);
    let Some(rule) = facts.rule else {
        no.push(No::new(Why::Unruled, ""));
        return Err(no);
    };
    if attended < rule.least_hours {
        no.push(No::new(Why::Hours, rule.least_hours));
    }
    let last = rule
        .within_months
        .and_then(|months| u32::try_from(months).ok())
        .and_then(|months| facts.since.checked_add_months(Months::new(months)));
    if let Some(last) = last.filter(|last| facts.today > *last) {
        no.push(No::new(Why::Late, last));
    }
    if let Some(most) = rule.per_year.filter(|most| facts.times >= *most) {
        no.push(No::new(Why::Often, most));
    }
    let pays = rule.pays(attended);
    if no.is_empty() && pays > 0 {
        Ok(pays)
    } else {
        if no.is_empty() {
            no.push(No::new(Why::Hours, 1));
        }
        Err(no)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::place::RegionCode;
    use crate::domain::subsidy::{Per, SubsidyKind};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_no_has_its_reason() {
        let rule = Rule {
            region: RegionCode::read("150900").unwrap(),
            kind: SubsidyKind::Assessment,
            training: None,
            level: None,
            group: None,
            per: Per::Head,
            amount_fen: 100_000,
            most_fen: None,
            least_hours: 40,
            per_year: Some(1),
            within_months: Some(12),
            starts: day("2025-01-01"),
            ends: None,
        };
        let good = Facts {
            stays: true,
            hours: Some(Hours {
                attended: 100,
                held: 120,
                enough: true,
            }),
            paper: Some(Paper {
                issued_on: day("2026-04-07"),
                stands: true,
            }),
            rule: Some(&rule),
            since: day("2026-04-07"),
            today: day("2027-04-07"),
            claimed: None,
            times: 0,
            delivered: &[],
        };
        assert_eq!(judge(&good), Ok(100_000));
        type Change = dyn Fn(&mut Facts<'_>);
        let cases: [(&Change, Why, &str); 11] = [
            (&|f| f.stays = false, Why::Withdrawn, ""),
            (
                &|f| {
                    f.hours = f.hours.map(|h| Hours {
                        enough: false,
                        attended: 60,
                        ..h
                    })
                },
                Why::Short,
                "50",
            ),
            (&|f| f.paper = None, Why::Uncertified, ""),
            (
                &|f| f.paper = f.paper.map(|p| Paper { stands: false, ..p }),
                Why::Invalid,
                "",
            ),
            (&|f| f.rule = None, Why::Unruled, ""),
            (
                &|f| f.hours = f.hours.map(|h| Hours { attended: 39, ..h }),
                Why::Hours,
                "40",
            ),
            (&|f| f.today = day("2027-04-08"), Why::Late, "2027-04-07"),
            (
                &|f| f.claimed = Some(day("2026-01-05")),
                Why::Claimed,
                "2026-01-05",
            ),
            (&|f| f.times = 1, Why::Often, "1"),
            (&|f| f.delivered = &DEAD, Why::Deceased, "2026-03-09"),
            (&|f| f.delivered = &INSURED, Why::Insured, "2026-03-09"),
        ];
        for (change, why, fact) in cases {
            let mut facts = good.clone();
            change(&mut facts);
            let no = judge(&facts).unwrap_err();
            assert_eq!(no, [No::new(why, fact)], "{why}");
        }
        let mut worst = good.clone();
        (worst.hours, worst.paper, worst.rule) = (None, None, None);
        let all: Vec<_> = judge(&worst).unwrap_err().iter().map(|no| no.why).collect();
        assert_eq!(all, [Why::Unfinished, Why::Uncertified, Why::Unruled]);
    }

    static DEAD: std::sync::LazyLock<Vec<(DeliveryKind, NaiveDate)>> =
        std::sync::LazyLock::new(|| vec![(DeliveryKind::Deceased, day("2026-03-09"))]);
    static INSURED: std::sync::LazyLock<Vec<(DeliveryKind, NaiveDate)>> =
        std::sync::LazyLock::new(|| vec![(DeliveryKind::Insured, day("2026-03-09"))]);
}
