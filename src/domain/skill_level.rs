//! 技能等级: 五级 … 一级, and what each requires.
//!
//! Five is the lowest and one the highest, so nothing compares the digits: the order of this
//! enumeration is the order of skill.

use crate::domain::assessment::Part;
use crate::domain::code_set::named;

crate::code!(
    /// 职业技能等级, lowest first. The code is what stands in a certificate's number.
    ///
    /// 人社部发〔2022〕14号 adds two above the five; employers alone grant them. Their letters are
    /// not read in a primary text.
    SkillLevel {
        /// 五级/初级工
        Five = "5",
        /// 四级/中级工
        Four = "4",
        /// 三级/高级工
        Three = "3",
        /// 二级/技师
        Two = "2",
        /// 一级/高级技师
        One = "1",
        /// 特级技师
        Special = "T",
        /// 首席技师
        Chief = "S",
    }
);

named!(SkillLevel, "level");

impl SkillLevel {
    /// How high: 1 for 五级, 5 for 一级, 7 for 首席技师.
    pub fn rank(self) -> u8 {
        match self {
            Self::Five => 1,
            Self::Four => 2,
            Self::Three => 3,
            Self::Two => 4,
            Self::One => 5,
            Self::Special => 6,
            Self::Chief => 7,
        }
    }

    /// As printed on a certificate: `三级/高级工` (人社鉴发〔2021〕1号).
    pub fn printed(self) -> &'static str {
        self.name()
    }

    /// 高技能人才: three and above.
    pub fn is_high_skill(self) -> bool {
        self >= Self::Three
    }

    /// Whether only an employer may grant it, to its own staff.
    pub fn employers_only(self) -> bool {
        matches!(self, Self::Special | Self::Chief)
    }

    /// The parts to be sat: theory and practice, and from 二级 up a review
    /// (国家职业技能标准编制技术规程).
    pub fn parts(self) -> &'static [Part] {
        match self {
            Self::Five | Self::Four | Self::Three => &[Part::Theory, Part::Practice],
            Self::Two | Self::One | Self::Special | Self::Chief => {
                &[Part::Theory, Part::Practice, Part::Review]
            }
        }
    }

    /// The level below, if there is one.
    pub fn below(self) -> Option<Self> {
        Self::ALL.iter().rev().copied().find(|level| *level < self)
    }

    /// What a roster means: `三级`, `高级工`, `三级/高级工`, `3`, `高级`.
    pub fn read_word(word: &str) -> Option<Self> {
        let word = word.trim();
        let everyday = match word {
            "初级" | "五级工" => Some(Self::Five),
            "中级" | "四级工" => Some(Self::Four),
            "高级" | "三级工" => Some(Self::Three),
            _ => None,
        };
        everyday.or_else(|| Self::read(word)).or_else(|| {
            Self::ALL.iter().copied().find(|level| {
                level.printed() == word || level.printed().split('/').any(|half| half == word)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_is_the_lowest_and_digits_do_not_decide() {
        assert!(SkillLevel::One > SkillLevel::Five);
        let ranks: Vec<_> = SkillLevel::ALL.iter().map(|level| level.rank()).collect();
        assert_eq!(ranks, [1, 2, 3, 4, 5, 6, 7]);
        assert!(SkillLevel::Three.is_high_skill() && !SkillLevel::Four.is_high_skill());
        assert_eq!(SkillLevel::Three.below(), Some(SkillLevel::Four));
        assert_eq!(SkillLevel::Five.below(), None);
    }

    #[test]
    fn a_level_prints_as_the_rule_says() {
        assert_eq!(SkillLevel::Three.printed(), "三级/高级工");
        assert_eq!(SkillLevel::One.printed(), "一级/高级技师");
        assert_eq!(SkillLevel::Two.name_en(), "Level 2 / Technician");
    }

    #[test]
    fn only_two_and_above_sit_a_review() {
        for level in SkillLevel::ALL {
            assert_eq!(
                level.parts().contains(&Part::Review),
                level.rank() >= 4,
                "{level}"
            );
        }
    }

    #[test]
    fn a_level_is_found_by_what_clerks_write() {
        for (word, level) in [
            ("三级/高级工", SkillLevel::Three),
            ("高级工", SkillLevel::Three),
            ("高级技师", SkillLevel::One),
            ("技师", SkillLevel::Two),
            ("五级", SkillLevel::Five),
            ("4", SkillLevel::Four),
        ] {
            assert_eq!(SkillLevel::read_word(word), Some(level), "{word}");
        }
        assert_eq!(SkillLevel::read_word("6"), None);
    }
}
