//! 考评组: who judges a sitting, part by part.
//!
//! Source of the numbers: 保育师国家职业技能标准 (2021) 1.9.3, worded alike in the others: theory
//! 1:15 and at least two to a room; practice 1:5, at least three and odd; review at least three
//! and odd.

use crate::domain::assessment::Part;
use crate::domain::assessor::{AssessorId, Card};
use crate::domain::occupation::OccupationCode;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::skill_level::SkillLevel;
use chrono::NaiveDate;
use std::collections::HashSet;

/// One assessor's seat on the panel, with what is known of her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub assessor: AssessorId,
    /// Her name.
    pub name: String,
    /// For which part.
    pub part: Part,
    /// Her card.
    pub card: Card,
    /// Whether she teaches a class that a candidate comes from.
    pub teaches_candidates: bool,
    /// Whether she works where a candidate comes from.
    pub same_unit: bool,
    /// The other place she is to be on that day, if there is one.
    pub elsewhere: Option<String>,
}

/// Why a panel cannot judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Too few for a part.
    TooFew {
        /// Which part.
        part: Part,
        /// How many there are.
        n: usize,
        /// How many are asked for.
        least: usize,
    },
    /// An even number, where an odd one is asked for.
    Even {
        /// Which part.
        part: Part,
        /// How many there are.
        n: usize,
    },
    /// Somebody sits twice for one part.
    Twice {
        /// Who.
        name: String,
    },
    /// Somebody's card does not cover it.
    Uncovered {
        /// Who.
        name: String,
        /// Why.
        reason: crate::domain::assessor::Uncovered,
    },
    /// Somebody teaches a candidate's class (回避).
    OwnTeacher {
        /// Who.
        name: String,
    },
    /// Somebody is in another place that day.
    Elsewhere {
        /// Who.
        name: String,
        /// Where.
        place: String,
    },
    /// Nobody heads it, or several do.
    Headed {
        /// How many.
        by: usize,
    },
}

impl Reason for Unfit {
    fn refusal(self) -> Refusal {
        match self {
            Self::TooFew { part, n, least } => {
                Refusal::new("panel.too-few").with(part).with(n).with(least)
            }
            Self::Even { part, n } => Refusal::new("panel.even").with(part).with(n),
            Self::Twice { name } => Refusal::new("panel.twice").with(name),
            Self::Uncovered { name, reason } => reason.of(&name),
            Self::OwnTeacher { name } => Refusal::new("panel.own-teacher").with(name),
            Self::Elsewhere { name, place } => {
                Refusal::new("panel.elsewhere").with(name).with(place)
            }
            Self::Headed { by } => Refusal::new("panel.headed").with(by),
        }
        .at("panel")
    }
}

/// What should be looked at, but does not stand in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Somebody works where a candidate comes from: any party may ask her to step back.
    SameUnit {
        /// Who.
        name: String,
    },
    /// More candidates to an assessor than the standard says.
    Crowded {
        /// Which part.
        part: Part,
        /// How many candidates.
        candidates: usize,
        /// How many assessors.
        assessors: usize,
        /// How many candidates to one assessor.
        ratio: usize,
    },
}

impl Reason for Warning {
    fn refusal(self) -> Refusal {
        match self {
            Self::SameUnit { name } => Refusal::new("panel.same-unit").with(name),
            Self::Crowded {
                part,
                candidates,
                assessors,
                ratio,
            } => Refusal::new("panel.crowded")
                .with(part)
                .with(candidates)
                .with(assessors)
                .with(ratio),
        }
        .at("panel")
    }
}

/// The fewest for a part, and whether their number is to be odd.
pub fn least(part: Part) -> (usize, bool) {
    match part {
        Part::Theory => (2, false),
        Part::Practice | Part::Review => (3, true),
    }
}

/// Candidates to one assessor, where the standard says so.
pub fn ratio(part: Part) -> Option<usize> {
    match part {
        Part::Theory => Some(15),
        Part::Practice => Some(5),
        Part::Review => None,
    }
}

/// What is judged, when, and for how many.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// 职业
    pub occupation: &'a OccupationCode,
    /// 等级
    pub level: SkillLevel,
    /// The day.
    pub day: NaiveDate,
    /// How many candidates are entered for each part; a part nobody is entered for needs no panel.
    pub candidates: &'a [(Part, usize)],
}

/// Everything that keeps a panel from judging.
pub fn faults(task: &Task<'_>, seats: &[Seat]) -> Vec<Unfit> {
    let mut faults = Vec::new();
    for part in task.level.parts() {
        if entered(task, *part) == 0 {
            continue;
        }
        let n = seats.iter().filter(|seat| seat.part == *part).count();
        let (least, odd) = least(*part);
        if n < least {
            faults.push(Unfit::TooFew {
                part: *part,
                n,
                least,
            });
        } else if odd && n % 2 == 0 {
            faults.push(Unfit::Even { part: *part, n });
        }
    }
    let mut seated = HashSet::new();
    let mut looked_at = HashSet::new();
    for seat in seats {
        let name = || seat.name.clone();
        if !seated.insert((&seat.assessor, seat.part)) {
            faults.push(Unfit::Twice { name: name() });
        }
        if !looked_at.insert(&seat.assessor) {
            continue;
        }
        if let Err(reason) = seat.card.covers(task.occupation, task.level, task.day) {
            faults.push(Unfit::Uncovered {
                name: name(),
                reason,
            });
        }
        if seat.teaches_candidates {
            faults.push(Unfit::OwnTeacher { name: name() });
        }
        if let Some(place) = &seat.elsewhere {
            faults.push(Unfit::Elsewhere {
                name: name(),
                place: place.clone(),
            });
        }
    }
    faults
}

/// A panel has one head (组长), whichever parts she judges.
pub fn one_head(heads: &[&AssessorId]) -> Result<(), Unfit> {
    let by = heads.iter().collect::<HashSet<_>>().len();
    if by == 1 {
        Ok(())
    } else {
        Err(Unfit::Headed { by })
    }
}

/// Whether the panel may judge; the first reason why not.
pub fn may_judge(task: &Task<'_>, seats: &[Seat]) -> Result<(), Unfit> {
    faults(task, seats).into_iter().next().map_or(Ok(()), Err)
}

/// What should be looked at, but does not stand in the way.
pub fn warnings(task: &Task<'_>, seats: &[Seat]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut looked_at = HashSet::new();
    for seat in seats {
        if seat.same_unit && looked_at.insert(&seat.assessor) {
            warnings.push(Warning::SameUnit {
                name: seat.name.clone(),
            });
        }
    }
    for part in task.level.parts() {
        let candidates = entered(task, *part);
        let assessors = seats.iter().filter(|seat| seat.part == *part).count();
        if let Some(ratio) = ratio(*part)
            && candidates > assessors * ratio
        {
            warnings.push(Warning::Crowded {
                part: *part,
                candidates,
                assessors,
                ratio,
            });
        }
    }
    warnings
}

fn entered(task: &Task<'_>, part: Part) -> usize {
    task.candidates
        .iter()
        .find(|(entered, _)| *entered == part)
        .map_or(0, |(_, n)| *n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::assessor::{Grade, Uncovered};
    use crate::ground::clock::Now;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 14).unwrap()
    }

    fn welding() -> OccupationCode {
        OccupationCode::read("6-18-02-04").unwrap()
    }

    fn seat(name: &str, part: Part) -> Seat {
        let assessor = AssessorId::fresh(Now::beijing(day(), 9, 0));
        Seat {
            assessor: assessor.clone(),
            name: name.to_owned(),
            part,
            card: Card {
                assessor,
                grade: Grade::Assessor,
                occupations: vec![welding()],
                starts: day(),
                ends: day(),
            },
            teaches_candidates: false,
            same_unit: false,
            elsewhere: None,
        }
    }

    fn seats(theory: usize, practice: usize, review: usize) -> Vec<Seat> {
        let of = |part, n| (0..n).map(move |_| seat("巴图", part));
        of(Part::Theory, theory)
            .chain(of(Part::Practice, practice))
            .chain(of(Part::Review, review))
            .collect()
    }

    const TEN: &[(Part, usize)] = &[(Part::Theory, 10), (Part::Practice, 10), (Part::Review, 10)];

    fn judge(level: SkillLevel, candidates: &[(Part, usize)], seats: &[Seat]) -> Vec<&'static str> {
        let occupation = welding();
        let task = Task {
            occupation: &occupation,
            level,
            day: day(),
            candidates,
        };
        faults(&task, seats)
            .into_iter()
            .map(|fault| fault.refusal().code)
            .collect()
    }

    #[test]
    fn practice_and_review_are_judged_by_three_or_more_and_an_odd_number() {
        for (theory, practice, review, level, codes) in [
            (2, 3, 0, SkillLevel::Five, vec![]),
            (3, 5, 0, SkillLevel::Five, vec![]),
            (1, 3, 0, SkillLevel::Five, vec!["panel.too-few"]),
            (2, 1, 0, SkillLevel::Five, vec!["panel.too-few"]),
            (2, 4, 0, SkillLevel::Five, vec!["panel.even"]),
            (
                0,
                0,
                0,
                SkillLevel::Five,
                vec!["panel.too-few", "panel.too-few"],
            ),
        ] {
            assert_eq!(
                judge(level, TEN, &seats(theory, practice, review)),
                codes,
                "{theory} {practice}"
            );
        }
        let mut senior = seats(2, 3, 2);
        for seat in &mut senior {
            seat.card.grade = Grade::Senior;
        }
        assert_eq!(judge(SkillLevel::Two, TEN, &senior), ["panel.too-few"]);
        // A makeup in practice alone needs no one for theory.
        assert_eq!(
            judge(SkillLevel::Five, &[(Part::Practice, 4)], &seats(0, 3, 0)),
            [""; 0]
        );
    }

    #[test]
    fn each_member_is_fit_to_judge() {
        let spoil = |change: &dyn Fn(&mut Seat)| {
            let mut panel = seats(2, 3, 0);
            change(&mut panel[4]);
            judge(SkillLevel::Five, TEN, &panel)
        };
        assert_eq!(
            spoil(&|seat| seat.teaches_candidates = true),
            ["panel.own-teacher"]
        );
        assert_eq!(
            spoil(&|seat| seat.elsewhere = Some("丰镇市".to_owned())),
            ["panel.elsewhere"]
        );
        assert_eq!(
            spoil(&|seat| seat.card.occupations.clear()),
            ["assessor.occupation-uncovered"]
        );
        assert_eq!(
            spoil(&|seat| seat.card.ends = day().pred_opt().unwrap()),
            ["assessor.card-lapsed"]
        );
        let three = seats(2, 3, 3);
        assert_eq!(
            judge(SkillLevel::Two, TEN, &three),
            ["assessor.level-uncovered"; 8]
        );
        let mut panel = seats(2, 3, 0);
        panel[4].assessor = panel[3].assessor.clone();
        assert_eq!(judge(SkillLevel::Five, TEN, &panel), ["panel.twice"]);
        let reason = Uncovered::Level(SkillLevel::Two).of("巴图");
        assert_eq!(reason.facts, ["巴图", "2"]);
    }

    #[test]
    fn one_person_heads_the_panel() {
        let panel = seats(2, 3, 0);
        let (a, b) = (&panel[0].assessor, &panel[1].assessor);
        assert_eq!(one_head(&[a]), Ok(()));
        assert_eq!(one_head(&[a, a]), Ok(()));
        assert_eq!(one_head(&[a, b]), Err(Unfit::Headed { by: 2 }));
        assert_eq!(one_head(&[]), Err(Unfit::Headed { by: 0 }));
    }

    #[test]
    fn one_person_may_judge_two_parts() {
        let mut panel = seats(2, 3, 0);
        panel[2].assessor = panel[0].assessor.clone();
        assert_eq!(judge(SkillLevel::Five, TEN, &panel), [""; 0]);
    }

    #[test]
    fn crowding_and_shared_units_are_warned_of() {
        let occupation = welding();
        let mut panel = seats(2, 3, 0);
        panel[0].same_unit = true;
        let candidates = [(Part::Theory, 30), (Part::Practice, 16)];
        let task = Task {
            occupation: &occupation,
            level: SkillLevel::Five,
            day: day(),
            candidates: &candidates,
        };
        assert_eq!(
            warnings(&task, &panel),
            [
                Warning::SameUnit {
                    name: "巴图".to_owned()
                },
                Warning::Crowded {
                    part: Part::Practice,
                    candidates: 16,
                    assessors: 3,
                    ratio: 5
                }
            ]
        );
    }
}
