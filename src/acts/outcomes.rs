//! 评价结论: what the marks of a sitting come to, candidate by candidate.

use crate::acts::candidates::given_by;
use crate::acts::seals::{self, Sealed};
use crate::acts::{Done, Registry};
use crate::domain::account::SittingReviewer;
use crate::domain::assessment::{
    CandidateId, KEPT_DAYS, Kept, Outcome, Part, PartMark, SittingId, SittingState, Verdict,
    differ, outcome, read_parts, together,
};
use crate::domain::assessor::AssessorId;
use crate::domain::attendance::is_late;
use crate::domain::log_event::LogKind;
use crate::domain::person::PersonId;
use crate::domain::score::Score;
use crate::ground::clock::beijing;
use crate::store::Conn;
use crate::store::assessors::Assessor;
use crate::store::candidates::{self, Carried, Listed};
use crate::store::marks::{self, Mark, Signature};
use crate::store::panels::{self, Member};
use crate::store::sittings::{self, Sitting};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::HashMap;

/// One part of one candidate: what each assessor gave, and what it comes to.
#[derive(Clone, Debug)]
pub struct PartOutcome {
    /// Which part.
    pub part: Part,
    /// Who gave what; none while it is missing.
    pub given: Vec<(AssessorId, Option<PartMark>)>,
    /// The average, or absent; none while marks are missing or disagree about who was there.
    pub mark: Option<PartMark>,
    /// Whether the assessors see it so differently that somebody should look.
    pub differs: bool,
}

/// One candidate's outcome.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The candidate.
    pub listed: Listed,
    /// The parts she sat.
    pub parts: Vec<PartOutcome>,
    /// The conclusion.
    pub outcome: Outcome,
    /// Whether a mark of hers was corrected after signing.
    pub corrected: bool,
    /// 补录: when the last mark that counts was entered, if that was after the day of the assessment.
    pub late: Option<NaiveDateTime>,
}

/// A whole sitting, judged.
#[derive(Clone, Debug)]
pub struct Review {
    /// The sitting.
    pub sitting: Sitting,
    /// The name of its institution.
    pub institution: String,
    /// The candidates by seat; none before everybody has signed.
    pub judged: Vec<Judged>,
    /// The panel.
    pub panel: Vec<(Member, Assessor)>,
    /// Who has signed what.
    pub signatures: Vec<(Signature, String)>,
    /// Corrections made after signing, the newest first, with the mark before each.
    pub corrections: Vec<(Mark, Option<Mark>)>,
    /// When the results were sealed in the public log, the oldest first.
    pub seals: Vec<Sealed>,
}

/// A candidate who passed: what a certificate is made from.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The candidate.
    pub candidate: CandidateId,
    /// The person.
    pub person: PersonId,
    /// 姓名
    pub name: String,
    /// The last characters of her document.
    pub id_tail: String,
    /// 准考证号
    pub seat: String,
    /// Each part with its score.
    pub scores: Vec<(Part, Score)>,
}

/// The candidates who sit a part.
pub(super) fn sitters(listed: &[Listed], part: Part) -> impl Iterator<Item = &Listed> {
    listed
        .iter()
        .filter(move |row| read_parts(&row.candidate.parts).contains(&part))
}

/// The signatures a sitting needs: each member's under each of her parts that somebody sits.
pub(super) fn to_sign<'a>(panel: &'a [(Member, Assessor)], listed: &[Listed]) -> Vec<&'a Member> {
    panel
        .iter()
        .map(|(member, _)| member)
        .filter(|member| sitters(listed, member.part).next().is_some())
        .collect()
}

/// Judges every candidate of a sitting.
pub fn judge(db: &mut Conn, sitting: &Sitting) -> Done<Vec<Judged>> {
    let given = marks::of(db, &sitting.id)?;
    judge_by(db, sitting, &given)
}

/// When the last of these marks was entered, if that was after the day they are about.
pub(super) fn late(
    day: NaiveDate,
    at: impl IntoIterator<Item = NaiveDateTime>,
) -> Option<NaiveDateTime> {
    at.into_iter()
        .max()
        .filter(|at| is_late(day, beijing(*at).date_naive()))
}

/// Judges every candidate of a sitting by these marks.
pub(super) fn judge_by(db: &mut Conn, sitting: &Sitting, given: &[Mark]) -> Done<Vec<Judged>> {
    let listed = candidates::of(db, &sitting.id)?;
    let panel = panels::of(db, &sitting.id)?;
    let carried = candidates::carried_into(db, &sitting.id)?;
    Ok(judged(sitting, listed, &panel, given, &carried))
}

fn judged(
    sitting: &Sitting,
    listed: Vec<Listed>,
    panel: &[(Member, Assessor)],
    given: &[Mark],
    carried: &[Carried],
) -> Vec<Judged> {
    let by_place: HashMap<_, &Mark> = given
        .iter()
        .map(|mark| ((&mark.candidate, mark.part, &mark.assessor), mark))
        .collect();
    listed
        .into_iter()
        .map(|row| {
            let id = &row.candidate.id;
            let entered = read_parts(&row.candidate.parts);
            let (mut corrected, mut entered_at) = (false, Vec::new());
            let parts: Vec<PartOutcome> = entered
                .iter()
                .map(|part| {
                    let given: Vec<_> = panel
                        .iter()
                        .filter(|(member, _)| member.part == *part)
                        .map(|(member, _)| {
                            let mark = by_place.get(&(id, *part, &member.assessor));
                            corrected |= mark.is_some_and(|mark| mark.reason.is_some());
                            entered_at.extend(mark.map(|mark| mark.at));
                            let given = mark.and_then(|mark| given_by(mark));
                            (member.assessor.clone(), given)
                        })
                        .collect();
                    let alone: Vec<_> = given.iter().map(|(_, mark)| *mark).collect();
                    PartOutcome {
                        part: *part,
                        mark: together(&alone),
                        differs: differ(&alone),
                        given,
                    }
                })
                .collect();
            let marks: Vec<_> = parts
                .iter()
                .filter_map(|part| Some((part.part, part.mark?)))
                .collect();
            // Whether a part was passed recently enough was asked when she was entered, of the
            // sitting's own day, which does not move.
            let kept: Vec<_> = carried
                .iter()
                .filter(|kept| kept.candidate == *id)
                .filter_map(|kept| {
                    let score = Score::tenths(kept.tenths)?;
                    Some(Kept {
                        part: kept.part,
                        score,
                        on: sitting.day,
                    })
                })
                .collect();
            let outcome = outcome(
                sitting.level,
                &entered,
                &marks,
                &kept,
                sitting.day,
                KEPT_DAYS,
            );
            Judged {
                listed: row,
                parts,
                outcome,
                corrected,
                late: late(sitting.day, entered_at),
            }
        })
        .collect()
}

/// The candidates of a sitting who passed, by seat.
pub fn passed(db: &mut Conn, sitting: &Sitting) -> Done<Vec<Passed>> {
    let judged = judge(db, sitting)?;
    Ok(judged
        .into_iter()
        .filter(|judged| judged.outcome.passed())
        .map(
            |Judged {
                 listed, outcome, ..
             }| Passed {
                scores: outcome
                    .scores
                    .iter()
                    .map(|(part, score, _)| (*part, *score))
                    .collect(),
                candidate: listed.candidate.id,
                person: listed.candidate.person,
                name: listed.name,
                id_tail: listed.id_tail,
                seat: listed.candidate.seat,
            },
        )
        .collect())
}

/// The whole sitting as its review shows it. While it is being marked no mark is told: nobody
/// leans on an assessor who has not signed.
pub fn review(registry: &Registry, reader: &SittingReviewer, id: &SittingId) -> Done<Review> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| {
        let (sitting, institution) = sittings::of(db, scope, id)?;
        let unsigned = matches!(sitting.state, SittingState::Planned | SittingState::Marking);
        let versions = if unsigned {
            Vec::new()
        } else {
            marks::every_version(db, id)?
        };
        let corrections = versions
            .iter()
            .filter(|mark| mark.reason.is_some())
            .map(|mark| {
                let before = versions.iter().find(|other| {
                    marks::place_of(other) == marks::place_of(mark)
                        && other.version == mark.version - 1
                });
                (mark.clone(), before.cloned())
            })
            .collect();
        Ok(Review {
            judged: if unsigned {
                Vec::new()
            } else {
                judge(db, &sitting)?
            },
            panel: panels::of(db, id)?,
            signatures: marks::signatures_of(db, id)?,
            seals: seals::of(db, LogKind::Sheet, id.as_str())?,
            corrections,
            sitting,
            institution,
        })
    })
}

/// Every version of every mark of a sitting, first to last; none while it is being marked.
pub fn versions(registry: &Registry, reader: &SittingReviewer, id: &SittingId) -> Done<Vec<Mark>> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| {
        let (sitting, _) = sittings::of(db, scope, id)?;
        if matches!(sitting.state, SittingState::Planned | SittingState::Marking) {
            return Ok(Vec::new());
        }
        let mut versions = marks::every_version(db, id)?;
        versions.sort_by(|a, b| {
            let place = |mark: &Mark| {
                (
                    mark.candidate.to_string(),
                    mark.part.as_str(),
                    mark.assessor.to_string(),
                    mark.version,
                )
            };
            place(a).cmp(&place(b))
        });
        Ok(versions)
    })
}

/// How many candidates came to each conclusion: passed, failed, absent, incomplete.
pub fn tally(judged: &[Judged]) -> [usize; 4] {
    let count = |verdict| {
        judged
            .iter()
            .filter(|judged| judged.outcome.verdict == verdict)
            .count()
    };
    [
        Verdict::Passed,
        Verdict::Failed,
        Verdict::Absent,
        Verdict::Incomplete,
    ]
    .map(count)
}
