//! 分数: 0 to 100, to one decimal, kept as whole tenths.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Integer;

/// A score out of 100, in tenths: 855 is 85.5. Never a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Integer)]
pub struct Score(i32);

impl Score {
    /// Passing: sixty, on each part (国家职业技能标准编制技术规程).
    pub const PASS: Self = Self(600);
    /// The most.
    pub const FULL: Self = Self(1000);

    /// From whole tenths; none outside 0 to 1000.
    pub fn tenths(tenths: i32) -> Option<Self> {
        (0..=1000).contains(&tenths).then_some(Self(tenths))
    }

    /// What was typed: `85`, `85.5`, `85。5`, full-width digits. At most one decimal.
    pub fn read(typed: &str) -> Option<Self> {
        let plain = crate::ground::text::packed(typed).replace(['。', '．'], ".");
        let (whole, tenth) = plain.split_once('.').unwrap_or((&plain, "0"));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let shaped =
            (1..=3).contains(&whole.len()) && digits(whole) && tenth.len() == 1 && digits(tenth);
        if !shaped {
            return None;
        }
        Self::tenths(whole.parse::<i32>().ok()? * 10 + tenth.parse::<i32>().ok()?)
    }

    /// In whole tenths.
    pub fn in_tenths(self) -> i32 {
        self.0
    }

    /// Whether it passes.
    pub fn passes(self) -> bool {
        self >= Self::PASS
    }

    /// The average of several assessors' scores, to the nearest tenth, half a tenth up; none of none.
    pub fn average(scores: &[Self]) -> Option<Self> {
        let n = i32::try_from(scores.len()).ok().filter(|n| *n > 0)?;
        let sum: i32 = scores.iter().map(|score| score.0).sum();
        Some(Self((2 * sum + n) / (2 * n)))
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenth) => write!(f, "{whole}.{tenth}"),
        }
    }
}

impl<DB> ToSql<Integer, DB> for Score
where
    DB: Backend,
    i32: ToSql<Integer, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB> FromSql<Integer, DB> for Score
where
    DB: Backend,
    i32: FromSql<Integer, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let tenths = i32::from_sql(value)?;
        Self::tenths(tenths).ok_or_else(|| format!("{tenths} tenths are no score").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_score_reads_as_it_is_typed() {
        for (typed, tenths) in [
            ("0", Some(0)),
            ("60", Some(600)),
            ("59.9", Some(599)),
            (" 85.5 ", Some(855)),
            ("８５", Some(850)),
            ("85。5", Some(855)),
            ("100", Some(1000)),
            ("100.0", Some(1000)),
            ("100.1", None),
            ("101", None),
            ("85.55", None),
            ("85.", None),
            (".5", None),
            ("-1", None),
            ("1e2", None),
            ("", None),
            ("合格", None),
        ] {
            assert_eq!(Score::read(typed).map(Score::in_tenths), tenths, "{typed}");
        }
    }

    #[test]
    fn sixty_passes_and_less_does_not() {
        assert!(Score::read("60").unwrap().passes());
        assert!(!Score::read("59.9").unwrap().passes());
    }

    #[test]
    fn an_average_is_rounded_to_the_nearest_tenth() {
        let average = |typed: &[&str]| {
            let scores: Vec<_> = typed
                .iter()
                .map(|text| Score::read(text).unwrap())
                .collect();
            Score::average(&scores).map(|score| score.to_string())
        };
        assert_eq!(average(&["80", "85", "90"]).as_deref(), Some("85"));
        assert_eq!(average(&["59", "60", "60"]).as_deref(), Some("59.7"));
        assert_eq!(average(&["59.9", "60"]).as_deref(), Some("60"));
        assert_eq!(average(&[]), None);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(tenths in 0_i32..=1000) {
            let score = Score::tenths(tenths).unwrap();
            prop_assert_eq!(Score::read(&score.to_string()), Some(score));
        }

        #[test]
        fn an_average_lies_between_its_scores(tenths in proptest::collection::vec(0_i32..=1000, 1..9)) {
            let scores: Vec<_> = tenths.iter().filter_map(|tenths| Score::tenths(*tenths)).collect();
            let average = Score::average(&scores).unwrap();
            prop_assert!(scores.iter().min() <= Some(&average) && Some(&average) <= scores.iter().max());
        }
    }
}
