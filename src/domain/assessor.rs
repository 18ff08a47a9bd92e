//! 考评员: who may judge whose skill.

use crate::domain::occupation::{self, OccupationCode};
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::skill_level::SkillLevel;
use chrono::NaiveDate;

crate::key!(
    /// The key of an assessor.
    AssessorId
);

crate::code!(
    /// 考评员等级
    Grade {
        /// 考评员: judges 五级 to 三级.
        Assessor = "assessor",
        /// 高级考评员: judges 五级 to 一级.
        Senior = "senior",
    }
);

impl Grade {
    /// 名称
    pub fn name(self) -> &'static str {
        match self {
            Self::Assessor => "考评员",
            Self::Senior => "高级考评员",
        }
    }

    /// Whether this grade may judge this level. What lies above 一级 is an employer's to judge, by
    /// its own rules, with senior assessors.
    pub fn judges(self, level: SkillLevel) -> bool {
        self == Self::Senior || level <= SkillLevel::Three
    }
}

/// 考评员证卡: the trades, the grade and the days it is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Whose it is.
    pub assessor: AssessorId,
    /// The grade.
    pub grade: Grade,
    /// The occupations it names.
    pub occupations: Vec<OccupationCode>,
    /// The first day.
    pub starts: NaiveDate,
    /// The last day.
    pub ends: NaiveDate,
}

/// Why a card does not cover a judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncovered {
    /// It does not name the occupation.
    Occupation(OccupationCode),
    /// Its grade is too low for the level.
    Level(SkillLevel),
    /// It is not good on that day.
    Day {
        /// From.
        starts: NaiveDate,
        /// Until.
        ends: NaiveDate,
    },
}

impl Uncovered {
    /// The refusal, about the assessor with this name.
    pub fn of(self, name: &str) -> Refusal {
        match self {
            Self::Occupation(code) => Refusal::new("assessor.occupation-uncovered")
                .with(name)
                .with(occupation::name(&code)),
            Self::Level(level) => Refusal::new("assessor.level-uncovered")
                .with(name)
                .with(level),
            Self::Day { starts, ends } => Refusal::new("assessor.card-lapsed")
                .with(name)
                .with(starts)
                .with(ends),
        }
    }
}

impl Card {
    /// Whether it covers judging this occupation at this level on that day.
    pub fn covers(
        &self,
        code: &OccupationCode,
        level: SkillLevel,
        day: NaiveDate,
    ) -> Result<(), Uncovered> {
        if !self.occupations.contains(code) {
            return Err(Uncovered::Occupation(code.clone()));
        }
        if !self.grade.judges(level) {
            return Err(Uncovered::Level(level));
        }
        if day < self.starts || day > self.ends {
            return Err(Uncovered::Day {
                starts: self.starts,
                ends: self.ends,
            });
        }
        Ok(())
    }
}

/// Why an assessor cannot be registered as she is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unregistrable {
    /// The card names no occupation.
    Tradeless,
    /// The card ends before it starts.
    Reversed,
}

impl Reason for Unregistrable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Tradeless => Refusal::new("assessor.tradeless").at("occupations"),
            Self::Reversed => Refusal::new("assessor.reversed").at("ends"),
        }
    }
}

impl Card {
    /// Whether an assessor may be registered with this card.
    pub fn may_be_registered(&self) -> Result<(), Unregistrable> {
        if self.occupations.is_empty() {
            return Err(Unregistrable::Tradeless);
        }
        if self.ends < self.starts {
            Err(Unregistrable::Reversed)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Now;

    #[test]
    fn a_card_covers_its_trades_its_levels_and_its_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let code = |text: &str| OccupationCode::read(text).unwrap();
        let card = Card {
            assessor: AssessorId::fresh(Now::beijing(day("2026-01-01"), 9, 0)),
            grade: Grade::Assessor,
            occupations: vec![code("6-18-02-04")],
            starts: day("2024-05-01"),
            ends: day("2027-04-30"),
        };
        let welding = code("6-18-02-04");
        let on = day("2026-03-02");
        assert_eq!(card.covers(&welding, SkillLevel::Three, on), Ok(()));
        assert_eq!(
            card.covers(&welding, SkillLevel::Two, on),
            Err(Uncovered::Level(SkillLevel::Two))
        );
        let cook = code("4-03-02-01");
        assert_eq!(
            card.covers(&cook, SkillLevel::Five, on),
            Err(Uncovered::Occupation(cook.clone()))
        );
        for (when, covered) in [
            ("2024-04-30", false),
            ("2024-05-01", true),
            ("2027-04-30", true),
            ("2027-05-01", false),
        ] {
            assert_eq!(
                card.covers(&welding, SkillLevel::Five, day(when)).is_ok(),
                covered,
                "{when}"
            );
        }
        let senior = Card {
            grade: Grade::Senior,
            ..card
        };
        assert_eq!(senior.covers(&welding, SkillLevel::One, on), Ok(()));
    }
}
