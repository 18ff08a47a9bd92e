//! 技能评价: a sitting, its marks and its outcome.

use crate::domain::refusal::{Reason, Refusal};
use crate::domain::score::Score;
use crate::domain::skill_level::SkillLevel;
use chrono::{Days, NaiveDate};

crate::key!(
    /// The key of a sitting: one assessment of one occupation and level, on one day, in one place.
    SittingId
);
crate::key!(
    /// The key of a candidate: one person in one sitting.
    CandidateId
);
crate::key!(
    /// The key of a mark: what one assessor gave one candidate for one part.
    MarkId
);

crate::code!(
    /// 科目: one part of an assessment, marked out of 100.
    Part {
        /// 理论知识考试
        Theory = "theory",
        /// 操作技能考核
        Practice = "practice",
        /// 综合评审
        Review = "review",
    }
);

impl Part {
    /// 名称
    pub fn name(self) -> &'static str {
        match self {
            Self::Theory => "理论知识",
            Self::Practice => "操作技能",
            Self::Review => "综合评审",
        }
    }

    /// Its name in English.
    pub fn name_en(self) -> &'static str {
        match self {
            Self::Theory => "Theory",
            Self::Practice => "Practice",
            Self::Review => "Review",
        }
    }
}

crate::code!(
    /// 批次进程: how far a sitting has come.
    SittingState {
        /// 已计划
        Planned = "planned",
        /// 评分中
        Marking = "marking",
        /// 评分已签字
        Marked = "marked",
        /// 公示中
        InPublicity = "in_publicity",
        /// 已发证
        Issued = "issued",
        /// 已取消
        Cancelled = "cancelled",
    }
);

/// A step was asked for that does not follow from where the sitting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misstep {
    /// Where it is.
    pub from: SittingState,
    /// Where it was to go.
    pub to: SittingState,
}

impl Reason for Misstep {
    fn refusal(self) -> Refusal {
        Refusal::new(match (self.from, self.to) {
            (SittingState::Cancelled, _) => "sitting.cancelled",
            (_, SittingState::Planned | SittingState::Cancelled | SittingState::Marking) => {
                "sitting.begun"
            }
            (_, SittingState::Marked) => "sitting.not-marking",
            (_, SittingState::InPublicity) => "sitting.not-marked",
            (_, SittingState::Issued) => "sitting.not-published",
        })
    }
}

impl SittingState {
    /// Whether a sitting may go from this step to that one. Marks corrected after an objection
    /// leave it where it is.
    pub fn may(self, to: Self) -> Result<(), Misstep> {
        let allowed = matches!(
            (self, to),
            (Self::Planned, Self::Marking | Self::Cancelled)
                | (Self::Marking, Self::Marked)
                | (Self::Marked, Self::InPublicity)
                | (Self::InPublicity, Self::Issued)
        );
        if allowed {
            Ok(())
        } else {
            Err(Misstep { from: self, to })
        }
    }

    /// Whether candidates and panel may still change.
    pub fn is_open_for_changes(self) -> Result<(), Misstep> {
        self.may(Self::Cancelled)
    }
}

/// What one part came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartMark {
    /// 成绩
    Scored(Score),
    /// 缺考
    Absent,
}

/// Days a passed part is kept for a makeup. Local practice; the text was not found.
pub const KEPT_DAYS: u64 = 365;

/// A part passed at an earlier sitting of the same occupation and level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which part.
    pub part: Part,
    /// With which score.
    pub score: Score,
    /// On which day.
    pub on: NaiveDate,
}

impl Kept {
    /// Whether it still counts on that day.
    pub fn counts_on(&self, day: NaiveDate, kept_days: u64) -> bool {
        let last = self
            .on
            .checked_add_days(Days::new(kept_days))
            .unwrap_or(NaiveDate::MAX);
        self.score.passes() && self.on <= day && day <= last
    }
}

crate::code!(
    /// 结论
    Verdict {
        /// 合格: every part passed.
        Passed = "passed",
        /// 不合格: a part below sixty, or not sat while another was.
        Failed = "failed",
        /// 缺考: nothing sat at all.
        Absent = "absent",
        /// 未完成: marks are still missing.
        Incomplete = "incomplete",
    }
);

/// 评价结论 of one candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The conclusion.
    pub verdict: Verdict,
    /// Each part that has a score, and whether the score was kept from earlier.
    pub scores: Vec<(Part, Score, bool)>,
    /// Parts below sixty.
    pub failed: Vec<Part>,
    /// Parts not sat.
    pub absent: Vec<Part>,
    /// Parts without a mark yet.
    pub missing: Vec<Part>,
}

impl Outcome {
    /// The score of one part, if there is one.
    pub fn score(&self, part: Part) -> Option<Score> {
        self.scores
            .iter()
            .find(|(scored, _, _)| *scored == part)
            .map(|(_, score, _)| *score)
    }

    /// Whether every part was passed.
    pub fn passed(&self) -> bool {
        self.verdict == Verdict::Passed
    }

    /// Parts to be sat again at a makeup (补考): all that were not passed.
    pub fn to_make_up(&self) -> Vec<Part> {
        let mut parts: Vec<_> = self
            .failed
            .iter()
            .chain(&self.absent)
            .chain(&self.missing)
            .copied()
            .collect();
        parts.sort();
        parts
    }
}

/// Judges one candidate on the day of a sitting.
///
/// Each part the level asks for is out of 100 and passed at sixty; a part sat now counts as it came
/// out, and only a part not sat now may be kept from earlier. `marks` are the parts entered for
/// this sitting; a part entered but without a mark is missing.
pub fn outcome(
    level: SkillLevel,
    entered: &[Part],
    marks: &[(Part, PartMark)],
    kept: &[Kept],
    day: NaiveDate,
    kept_days: u64,
) -> Outcome {
    let mut outcome = Outcome {
        verdict: Verdict::Incomplete,
        scores: Vec::new(),
        failed: Vec::new(),
        absent: Vec::new(),
        missing: Vec::new(),
    };
    for part in level.parts() {
        let mark = marks
            .iter()
            .find(|(marked, _)| marked == part)
            .map(|(_, mark)| *mark);
        let earlier = kept
            .iter()
            .filter(|kept| kept.part == *part && kept.counts_on(day, kept_days))
            .max_by_key(|kept| kept.score);
        match (mark, earlier) {
            (Some(PartMark::Scored(score)), _) => {
                outcome.scores.push((*part, score, false));
                if !score.passes() {
                    outcome.failed.push(*part);
                }
            }
            (Some(PartMark::Absent), _) => outcome.absent.push(*part),
            (None, Some(kept)) if !entered.contains(part) => {
                outcome.scores.push((*part, kept.score, true));
            }
            (None, _) => outcome.missing.push(*part),
        }
    }
    let sat = outcome.scores.iter().any(|(_, _, kept)| !kept);
    outcome.verdict = if !outcome.missing.is_empty() {
        Verdict::Incomplete
    } else if !outcome.absent.is_empty() && !sat {
        Verdict::Absent
    } else if outcome.failed.is_empty() && outcome.absent.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed
    };
    outcome
}

/// What the marks of all assessors of one part come to: their average when each gave a score,
/// absent when each says so; nothing while one is missing or they disagree about who was there.
pub fn together(given: &[Option<PartMark>]) -> Option<PartMark> {
    let given: Option<Vec<PartMark>> = given.iter().copied().collect();
    let given = given?;
    let scores: Vec<Score> = given
        .iter()
        .filter_map(|mark| match mark {
            PartMark::Scored(score) => Some(*score),
            PartMark::Absent => None,
        })
        .collect();
    match (scores.len(), given.len()) {
        (_, 0) => None,
        (0, _) => Some(PartMark::Absent),
        (some, all) if some == all => Score::average(&scores).map(PartMark::Scored),
        _ => None,
    }
}

/// Assessors of one part whose scores lie further apart than this are looked at before results
/// are published. Ten points, local practice; it stands in nobody's way.
pub const WIDE_TENTHS: i32 = 100;

/// Whether assessors of one part see it so differently that somebody should look.
pub fn differ(given: &[Option<PartMark>]) -> bool {
    let scores = given.iter().flatten().filter_map(|mark| match mark {
        PartMark::Scored(score) => Some(score.in_tenths()),
        PartMark::Absent => None,
    });
    let (low, high) = scores.fold((i32::MAX, i32::MIN), |(low, high), tenths| {
        (low.min(tenths), high.max(tenths))
    });
    let absent = given.iter().flatten().any(|mark| *mark == PartMark::Absent);
    (absent && low <= high) || (low <= high && high - low > WIDE_TENTHS)
}

/// Parts as one text, codes separated by spaces, in the order of the level.
pub fn write_parts(parts: &[Part]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    parts.dedup();
    let codes: Vec<_> = parts.iter().map(|part| part.as_str()).collect();
    codes.join(" ")
}

/// Parts read back out of such a text.
pub fn read_parts(text: &str) -> Vec<Part> {
    text.split(' ').filter_map(Part::read).collect()
}

/// Why a mark cannot be recorded, signed or corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmarkable {
    /// The sitting's day is still to come.
    Early {
        /// Its day.
        day: NaiveDate,
    },
    /// She is not on the panel for this part.
    NotOnPanel {
        /// Which part.
        part: Part,
    },
    /// The candidate is not entered for this part.
    NotEntered {
        /// Which part.
        part: Part,
    },
    /// The marks are signed; a change needs a reason.
    Signed,
    /// A correction without a reason, or of marks that are not signed.
    Reasonless,
    /// Some candidates have no mark yet.
    Unfinished {
        /// How many marks are wanting.
        marks: i64,
    },
}

impl Reason for Unmarkable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Early { day } => Refusal::new("sitting.early").with(day),
            Self::NotOnPanel { part } => Refusal::new("mark.not-on-panel").with(part),
            Self::NotEntered { part } => Refusal::new("mark.not-entered").with(part),
            Self::Signed => Refusal::new("mark.signed"),
            Self::Reasonless => Refusal::new("mark.reasonless").at("reason"),
            Self::Unfinished { marks } => Refusal::new("mark.unfinished").with(marks),
        }
    }
}

/// Whether an assessor may record a mark today.
pub fn may_record(
    sitting_day: NaiveDate,
    today: NaiveDate,
    on_panel: bool,
    entered: bool,
    signed: bool,
    part: Part,
) -> Result<(), Unmarkable> {
    if today < sitting_day {
        return Err(Unmarkable::Early { day: sitting_day });
    }
    if !on_panel {
        return Err(Unmarkable::NotOnPanel { part });
    }
    if !entered {
        return Err(Unmarkable::NotEntered { part });
    }
    if signed {
        Err(Unmarkable::Signed)
    } else {
        Ok(())
    }
}

/// Whether an assessor may sign: every candidate entered for the part has her mark.
pub fn may_sign(on_panel: bool, signed: bool, missing: i64, part: Part) -> Result<(), Unmarkable> {
    if !on_panel {
        return Err(Unmarkable::NotOnPanel { part });
    }
    if signed {
        return Err(Unmarkable::Signed);
    }
    if missing > 0 {
        Err(Unmarkable::Unfinished { marks: missing })
    } else {
        Ok(())
    }
}

/// Whether a signed mark may be corrected: only by the assessor whose it is, with a reason. The
/// old value is kept.
pub fn may_correct(
    on_panel: bool,
    signed: bool,
    reason: &str,
    part: Part,
) -> Result<(), Unmarkable> {
    if !on_panel {
        return Err(Unmarkable::NotOnPanel { part });
    }
    if !signed || reason.trim().is_empty() {
        Err(Unmarkable::Reasonless)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTERED: &[Part] = &[Part::Theory, Part::Practice];

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn score(typed: &str) -> PartMark {
        PartMark::Scored(Score::read(typed).unwrap())
    }

    fn judge(level: SkillLevel, marks: &[(Part, PartMark)]) -> Outcome {
        outcome(
            level,
            level.parts(),
            marks,
            &[],
            day("2026-03-14"),
            KEPT_DAYS,
        )
    }

    #[test]
    fn every_part_is_passed_at_sixty() {
        use Part::{Practice, Review, Theory};
        for (marks, verdict) in [
            (
                vec![(Theory, score("60")), (Practice, score("60"))],
                Verdict::Passed,
            ),
            (
                vec![(Theory, score("100")), (Practice, score("59.9"))],
                Verdict::Failed,
            ),
            (vec![(Theory, score("80"))], Verdict::Incomplete),
            (
                vec![(Theory, score("80")), (Practice, PartMark::Absent)],
                Verdict::Failed,
            ),
            (
                vec![(Theory, PartMark::Absent), (Practice, PartMark::Absent)],
                Verdict::Absent,
            ),
            (vec![], Verdict::Incomplete),
        ] {
            assert_eq!(
                judge(SkillLevel::Five, &marks).verdict,
                verdict,
                "{marks:?}"
            );
        }
        let two = [(Theory, score("80")), (Practice, score("80"))];
        assert_eq!(judge(SkillLevel::Two, &two).missing, [Review]);
        let three = [
            (Theory, score("80")),
            (Practice, score("80")),
            (Review, score("60")),
        ];
        assert!(judge(SkillLevel::Two, &three).passed());
    }

    #[test]
    fn several_assessors_come_to_one_mark() {
        let absent = Some(PartMark::Absent);
        for (given, mark, wide) in [
            (
                vec![Some(score("80")), Some(score("81")), Some(score("83"))],
                Some(score("81.3")),
                false,
            ),
            (vec![Some(score("80"))], Some(score("80")), false),
            (
                vec![Some(score("80")), None, Some(score("83"))],
                None,
                false,
            ),
            (vec![absent, absent, absent], Some(PartMark::Absent), false),
            (vec![absent, Some(score("70")), absent], None, true),
            (
                vec![Some(score("60")), Some(score("70")), Some(score("70.1"))],
                Some(score("66.7")),
                true,
            ),
            (vec![], None, false),
        ] {
            assert_eq!(together(&given), mark, "{given:?}");
            assert_eq!(differ(&given), wide, "{given:?}");
        }
    }

    #[test]
    fn parts_read_back_as_they_were_written() {
        let text = write_parts(&[Part::Practice, Part::Theory, Part::Practice]);
        assert_eq!(text, "theory practice");
        assert_eq!(read_parts(&text), [Part::Theory, Part::Practice]);
        assert_eq!(read_parts(""), []);
    }

    #[test]
    fn a_passed_part_is_kept_for_a_year_and_not_a_day_longer() {
        let kept = |on: &str, typed: &str| Kept {
            part: Part::Theory,
            score: Score::read(typed).unwrap(),
            on: day(on),
        };
        let practice = [(Part::Practice, score("75"))];
        let entered = [Part::Practice];
        let judge = |kept: Kept| {
            let on = day("2026-03-14");
            outcome(
                SkillLevel::Five,
                &entered,
                &practice,
                &[kept],
                on,
                KEPT_DAYS,
            )
        };
        let made_up = judge(kept("2025-03-14", "66"));
        assert!(made_up.passed());
        assert_eq!(
            made_up.scores[0],
            (Part::Theory, Score::read("66").unwrap(), true)
        );
        assert_eq!(judge(kept("2025-03-13", "66")).verdict, Verdict::Incomplete);
        assert_eq!(judge(kept("2026-01-10", "59")).verdict, Verdict::Incomplete);
    }

    #[test]
    fn a_part_sat_again_counts_as_it_came_out_now() {
        let kept = [Kept {
            part: Part::Theory,
            score: Score::PASS,
            on: day("2026-01-10"),
        }];
        let marks = [(Part::Theory, score("40")), (Part::Practice, score("75"))];
        let judged = outcome(
            SkillLevel::Five,
            ENTERED,
            &marks,
            &kept,
            day("2026-03-14"),
            KEPT_DAYS,
        );
        assert_eq!(judged.verdict, Verdict::Failed);
        assert_eq!(judged.to_make_up(), [Part::Theory]);
        // Entered again but not marked yet: we wait for the mark.
        let marks = [(Part::Practice, score("75"))];
        let judged = outcome(
            SkillLevel::Five,
            ENTERED,
            &marks,
            &kept,
            day("2026-03-14"),
            KEPT_DAYS,
        );
        assert_eq!(judged.verdict, Verdict::Incomplete);
    }

    #[test]
    fn a_sitting_goes_forward_only() {
        let allowed = [
            (SittingState::Planned, SittingState::Marking),
            (SittingState::Planned, SittingState::Cancelled),
            (SittingState::Marking, SittingState::Marked),
            (SittingState::Marked, SittingState::InPublicity),
            (SittingState::InPublicity, SittingState::Issued),
        ];
        for from in SittingState::ALL {
            for to in SittingState::ALL {
                assert_eq!(
                    from.may(*to).is_ok(),
                    allowed.contains(&(*from, *to)),
                    "{from} to {to}"
                );
            }
        }
    }

    #[test]
    fn marks_are_made_on_the_day_by_the_panel_and_locked_by_a_signature() {
        let (before, on) = (day("2026-03-13"), day("2026-03-14"));
        let part = Part::Practice;
        assert_eq!(may_record(on, on, true, true, false, part), Ok(()));
        assert_eq!(
            may_record(on, before, true, true, false, part),
            Err(Unmarkable::Early { day: on })
        );
        assert_eq!(
            may_record(on, on, false, true, false, part),
            Err(Unmarkable::NotOnPanel { part })
        );
        assert_eq!(
            may_record(on, on, true, false, false, part),
            Err(Unmarkable::NotEntered { part })
        );
        assert_eq!(
            may_record(on, on, true, true, true, part),
            Err(Unmarkable::Signed)
        );
        assert_eq!(
            may_sign(true, false, 2, part),
            Err(Unmarkable::Unfinished { marks: 2 })
        );
        assert_eq!(may_sign(true, false, 0, part), Ok(()));
        assert_eq!(
            may_correct(true, true, " ", part),
            Err(Unmarkable::Reasonless)
        );
        assert_eq!(may_correct(true, true, "合计有误", part), Ok(()));
    }
}
