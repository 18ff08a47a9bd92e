//! 补贴: what a region pays for training and for assessment, on which document, from when to when.
//!
//! Amounts, limits and times differ from place to place and from year to year, so they are dated
//! lines that the bureau enters and ends, never numbers of ours. Inner Mongolia paid in 2017 for a
//! certificate 1,000, 1,500 and 2,000 yuan at levels 5, 4 and 3, once for an occupation and level,
//! to be claimed within twelve months; other places pay by the hour, with a most.

pub mod right;

use crate::domain::course::TrainingKind;
use crate::domain::key_group::KeyGroup;
use crate::domain::place::RegionCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::skill_level::SkillLevel;
use chrono::NaiveDate;

crate::key!(
    /// The key of one line of a region's rules.
    SubsidyRuleId
);

crate::code!(
    /// 补贴种类
    SubsidyKind {
        /// 培训补贴: for having been taught.
        Training = "training",
        /// 鉴定补贴: for having been assessed and certified.
        Assessment = "assessment",
    }
);

crate::code!(
    /// 计算方式: what an amount is for.
    Per {
        /// A person.
        Head = "head",
        /// An hour attended.
        Hour = "hour",
    }
);

/// The most a line may pay for one person: a slip of the keyboard is refused, not paid.
pub const MOST_FEN: i64 = 10_000_000;

/// What one line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whose: there and everywhere inside.
    pub region: RegionCode,
    /// For what.
    pub kind: SubsidyKind,
    /// For this training only.
    pub training: Option<TrainingKind>,
    /// For this level only.
    pub level: Option<SkillLevel>,
    /// For people of this group only.
    pub group: Option<KeyGroup>,
    /// What the amount is for.
    pub per: Per,
    /// In fen.
    pub amount_fen: i64,
    /// What is paid by the hour comes to this at most, in fen.
    pub most_fen: Option<i64>,
    /// Who attended fewer hours is not paid for.
    pub least_hours: i32,
    /// A person is paid for so many times a calendar year.
    pub per_year: Option<i32>,
    /// It is claimed within so many months.
    pub within_months: Option<i32>,
    /// The first day it holds.
    pub starts: NaiveDate,
    /// The last day, once somebody has said.
    pub ends: Option<NaiveDate>,
}

impl Rule {
    /// Whether it holds on a day.
    pub fn is_current(&self, day: NaiveDate) -> bool {
        self.starts <= day && self.ends.is_none_or(|end| day <= end)
    }

    /// Whether both would pay for the same on some day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let about = |rule: &Self| {
            (
                rule.region.clone(),
                rule.kind,
                rule.training,
                rule.level,
                rule.group.clone(),
            )
        };
        about(self) == about(other)
            && other.ends.is_none_or(|end| self.starts <= end)
            && self.ends.is_none_or(|end| other.starts <= end)
    }

    /// What it pays for somebody who attended so many hours.
    pub fn pays(&self, hours: i32) -> i64 {
        match self.per {
            Per::Head => self.amount_fen,
            Per::Hour => {
                let paid = self.amount_fen * i64::from(hours);
                self.most_fen.map_or(paid, |most| paid.min(most))
            }
        }
    }

    /// Whether it is about such a case.
    fn is_about(&self, case: &Case<'_>) -> bool {
        self.kind == case.kind
            && case.region.is_within(&self.region)
            && self.is_current(case.day)
            && self
                .training
                .is_none_or(|training| training == case.training)
            && self.level.is_none_or(|level| Some(level) == case.level)
            && self
                .group
                .as_ref()
                .is_none_or(|group| case.groups.contains(group))
    }

    /// How near it is to a case: the nearest place first, then what is said most closely.
    fn nearness(&self) -> (usize, bool, bool, bool, i64) {
        (
            self.region.prefix().len(),
            self.group.is_some(),
            self.level.is_some(),
            self.training.is_some(),
            self.amount_fen,
        )
    }
}

/// What a rule is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// For what.
    pub kind: SubsidyKind,
    /// Where the class was.
    pub region: &'a RegionCode,
    /// The day that decides: the first of the class, or the certificate's.
    pub day: NaiveDate,
    /// What kind of training it was.
    pub training: TrainingKind,
    /// To which level.
    pub level: Option<SkillLevel>,
    /// The groups she was in when the class began.
    pub groups: &'a [KeyGroup],
}

/// The one rule for a case: the nearest region's, then the one that says it most closely, then the
/// one that pays most.
pub fn rule_for<'r, K>(rules: &'r [(K, Rule)], case: &Case<'_>) -> Option<&'r (K, Rule)> {
    rules
        .iter()
        .filter(|(_, rule)| rule.is_about(case))
        .max_by_key(|(_, rule)| rule.nearness())
}

/// Why a line cannot stand as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unruly {
    /// It rests on no document.
    Undocumented,
    /// Its last day is before its first.
    Backwards,
    /// It pays nothing, or more than anybody is paid.
    Amount,
    /// A number that counts hours, times or months is none.
    Count(&'static str),
    /// The same is ruled already.
    Ruled {
        /// Since this day.
        since: NaiveDate,
    },
    /// It has its last day already.
    Ended {
        /// This day.
        on: NaiveDate,
    },
}

impl Reason for Unruly {
    fn refusal(self) -> Refusal {
        match self {
            Self::Undocumented => Refusal::new("subsidy_rule.undocumented").at("document"),
            Self::Backwards => Refusal::new("subsidy_rule.backwards").at("ends"),
            Self::Amount => Refusal::new("subsidy_rule.amount-unlikely").at("amount"),
            Self::Count(field) => Refusal::new("subsidy_rule.count-unlikely").at(field),
            Self::Ruled { since } => Refusal::new("subsidy_rule.ruled").at("starts").with(since),
            Self::Ended { on } => Refusal::new("subsidy_rule.ended").at("ends").with(on),
        }
    }
}

/// Whether a new line may be entered beside those that are.
pub fn may_enter(new: &Rule, document: &str, standing: &[Rule]) -> Result<(), Unruly> {
    if document.trim().is_empty() {
        return Err(Unruly::Undocumented);
    }
    if new.ends.is_some_and(|end| end < new.starts) {
        return Err(Unruly::Backwards);
    }
    let likely = |fen: i64| (1..=MOST_FEN).contains(&fen);
    if !likely(new.amount_fen) || !new.most_fen.is_none_or(likely) {
        return Err(Unruly::Amount);
    }
    if !(0..=2000).contains(&new.least_hours) {
        return Err(Unruly::Count("least_hours"));
    }
    if !new.per_year.is_none_or(|times| (1..=12).contains(&times)) {
        return Err(Unruly::Count("per_year"));
    }
    if !new
        .within_months
        .is_none_or(|months| (1..=60).contains(&months))
    {
        return Err(Unruly::Count("within_months"));
    }
    match standing.iter().find(|rule| new.overlaps(rule)) {
        Some(rule) => Err(Unruly::Ruled { since: rule.starts }),
        None => Ok(()),
    }
}

/// Whether a line may be given this last day. Nothing that was paid under it is undone.
pub fn may_end(rule: &Rule, last: NaiveDate) -> Result<(), Unruly> {
    match rule.ends {
        Some(on) if on <= last => Err(Unruly::Ended { on }),
        _ if last < rule.starts => Err(Unruly::Backwards),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rule(region: &str, level: Option<SkillLevel>, amount_fen: i64) -> Rule {
        Rule {
            region: RegionCode::read(region).unwrap(),
            kind: SubsidyKind::Training,
            training: None,
            level,
            group: None,
            per: Per::Head,
            amount_fen,
            most_fen: None,
            least_hours: 0,
            per_year: None,
            within_months: None,
            starts: day("2026-01-01"),
            ends: None,
        }
    }

    #[test]
    fn the_nearest_and_closest_rule_pays() {
        let mut grouped = rule("150000", None, 60_000);
        grouped.group = KeyGroup::read("G08");
        let mut assessed = rule("150900", None, 18_000);
        assessed.kind = SubsidyKind::Assessment;
        let mut old = rule("150902", None, 1);
        old.ends = Some(day("2026-02-28"));
        let rules: Vec<_> = [
            rule("150000", Some(SkillLevel::Five), 100_000),
            rule("150000", None, 50_000),
            grouped,
            rule("150900", Some(SkillLevel::Four), 150_000),
            assessed,
            old,
        ]
        .into_iter()
        .enumerate()
        .collect();
        let (herder, disabled) = (
            KeyGroup::read("G03").unwrap(),
            KeyGroup::read("G08").unwrap(),
        );
        let paid = |region: &str, level, groups: &[KeyGroup]| {
            let case = Case {
                kind: SubsidyKind::Training,
                region: &RegionCode::read(region).unwrap(),
                day: day("2026-03-02"),
                training: TrainingKind::Employ,
                level,
                groups,
            };
            rule_for(&rules, &case).map(|(_, rule)| rule.amount_fen)
        };
        assert_eq!(
            paid("150902", Some(SkillLevel::Five), &[herder.clone()]),
            Some(100_000)
        );
        assert_eq!(paid("150902", Some(SkillLevel::Four), &[]), Some(150_000));
        assert_eq!(paid("150100", Some(SkillLevel::Four), &[]), Some(50_000));
        assert_eq!(paid("150902", None, &[herder, disabled]), Some(60_000));
        assert_eq!(paid("130100", None, &[]), None);
    }

    #[test]
    fn hours_are_paid_up_to_a_most() {
        let mut by_hour = rule("150900", None, 1_000);
        by_hour.per = Per::Hour;
        by_hour.most_fen = Some(70_000);
        for (hours, fen) in [(0, 0), (40, 40_000), (70, 70_000), (120, 70_000)] {
            assert_eq!(by_hour.pays(hours), fen, "{hours}");
        }
        assert_eq!(rule("150900", None, 5).pays(400), 5);
    }

    #[test]
    fn a_line_is_entered_once_and_ended_once() {
        let standing = [rule("150900", Some(SkillLevel::Five), 100_000)];
        let new = |change: &dyn Fn(&mut Rule)| {
            let mut new = rule("150900", Some(SkillLevel::Five), 120_000);
            change(&mut new);
            may_enter(&new, "内人社发〔2017〕9号", &standing)
        };
        let since = day("2026-01-01");
        assert_eq!(new(&|_| ()), Err(Unruly::Ruled { since }));
        assert_eq!(new(&|rule| rule.level = Some(SkillLevel::Four)), Ok(()));
        assert_eq!(new(&|rule| rule.amount_fen = 0), Err(Unruly::Amount));
        assert_eq!(
            new(&|rule| rule.most_fen = Some(MOST_FEN + 1)),
            Err(Unruly::Amount)
        );
        assert_eq!(
            new(&|rule| rule.per_year = Some(0)),
            Err(Unruly::Count("per_year"))
        );
        assert_eq!(
            new(&|rule| rule.ends = Some(day("2025-12-31"))),
            Err(Unruly::Backwards)
        );
        assert_eq!(
            may_enter(&rule("150902", None, 1), " ", &[]),
            Err(Unruly::Undocumented)
        );
        let mut ended = standing[0].clone();
        assert_eq!(may_end(&ended, day("2025-12-31")), Err(Unruly::Backwards));
        assert_eq!(may_end(&ended, day("2026-06-30")), Ok(()));
        ended.ends = Some(day("2026-06-30"));
        let on = day("2026-06-30");
        assert_eq!(
            may_end(&ended, day("2026-07-01")),
            Err(Unruly::Ended { on })
        );
    }
}
