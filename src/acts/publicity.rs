//! 公示: results are put up, masked, for so many working days; nothing is issued before.

use crate::acts::sittings::{enter, own};
use crate::acts::{Done, Error, Registry, outcomes};
use crate::domain::account::AssessmentClerk;
use crate::domain::assessment::{Part, SittingId, SittingState, Verdict};
use crate::domain::deed::Deed;
use crate::domain::masking;
use crate::domain::publicity::{self as rule, Pending};
use crate::domain::refusal::Refusal;
use crate::domain::score::Score;
use crate::ground::clock::Now;
use crate::store::publicities::{self, Publicity};
use crate::store::sittings::{self, Sitting};
use crate::store::{Conn, holidays, objections};
use chrono::{Datelike, NaiveDate, NaiveDateTime};

impl Publicity {
    /// As the rules see it.
    pub fn as_rule(&self) -> rule::Publicity {
        rule::Publicity {
            opens: self.opens,
            closes: self.closes,
        }
    }
}

/// What a publication was opened as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its last day.
    pub closes: NaiveDate,
    /// Whether the holidays of every year it touches are known; if not, plain weeks were counted.
    pub holidays_known: bool,
}

/// A result as the public sees it: no name, no number.
#[derive(Clone, Debug)]
pub struct Masked {
    /// 准考证号
    pub seat: String,
    /// `张*`
    pub name: String,
    /// Each part with its score, and whether it was brought along.
    pub scores: Vec<(Part, Score, bool)>,
    /// Parts not sat.
    pub absent: Vec<Part>,
    /// The conclusion.
    pub verdict: Verdict,
    /// 补录: when the last mark that counts was entered, if that was after the day of the assessment.
    pub late: Option<NaiveDateTime>,
}

/// A publication as the public sees it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The sitting.
    pub sitting: Sitting,
    /// The name of its institution.
    pub institution: String,
    /// From when to when.
    pub publicity: Publicity,
    /// The results by seat.
    pub results: Vec<Masked>,
}

/// A clerk puts the results of a marked sitting up.
pub fn open(
    registry: &Registry,
    clerk: &AssessmentClerk,
    id: &SittingId,
    now: Now,
) -> Done<Opened> {
    let days = registry.settings.publicity_days;
    registry.store.write(|db| {
        let sitting = own(db, clerk.institution(), id)?;
        sitting.state.may(SittingState::InPublicity)?;
        let judged = outcomes::judge(db, &sitting)?;
        let incomplete: Vec<_> = judged
            .iter()
            .filter(|judged| judged.outcome.verdict == Verdict::Incomplete)
            .map(|judged| judged.listed.candidate.seat.as_str())
            .collect();
        if let Some(first) = incomplete.first() {
            let refusal = Refusal::new("publicity.incomplete");
            return Err(refusal.with(incomplete.len()).with(first).into());
        }
        let calendar = holidays::calendar(db)?;
        let opens = now.day();
        let closes = rule::closes(opens, days, &|day| calendar.is_working(day));
        let by = clerk.actor().account.clone();
        let publicity = Publicity {
            sitting: id.clone(),
            opens,
            closes,
            at: now.utc(),
            by,
        };
        publicities::add(db, &publicity)?;
        sittings::advance(
            db,
            &sitting,
            SittingState::InPublicity,
            None,
            &publicity.by,
            now,
        )?;
        let (from, to) = (opens.to_string(), closes.to_string());
        let facts = [("opens", from.as_str()), ("closes", &to)];
        enter(db, clerk, Deed::PublicityOpened, &sitting, &facts, now)?;
        let holidays_known = calendar.knows(opens.year()) && calendar.knows(closes.year());
        Ok(Opened {
            closes,
            holidays_known,
        })
    })
}

/// What is being shown today: publications with their sittings and institutions.
pub fn list(registry: &Registry, now: Now) -> Done<Vec<(Publicity, Sitting, String)>> {
    Ok(registry
        .store
        .read(|db| publicities::shown_on(db, now.day()))?)
}

/// One publication, while it is shown; afterwards there is no such thing.
pub fn show(registry: &Registry, id: &SittingId, now: Now) -> Done<Shown> {
    registry.store.read(|db| {
        let publicity = publicities::of(db, id)?.ok_or(Error::NotFound)?;
        if !publicity.as_rule().is_shown_on(now.day()) {
            return Err(Error::NotFound);
        }
        let (sitting, institution) = sittings::public(db, id)?;
        let results = outcomes::judge(db, &sitting)?
            .into_iter()
            .map(|judged| Masked {
                seat: judged.listed.candidate.seat,
                name: masking::name(&judged.listed.name),
                scores: judged.outcome.scores,
                absent: judged.outcome.absent,
                verdict: judged.outcome.verdict,
                late: judged.late,
            })
            .collect();
        Ok(Shown {
            sitting,
            institution,
            publicity,
            results,
        })
    })
}

/// Whether certificates of this sitting may be issued today: published, over, and every objection
/// settled.
pub fn may_issue(db: &mut Conn, sitting: &Sitting, today: NaiveDate) -> Done<()> {
    sitting.state.may(SittingState::Issued)?;
    concluded(db, sitting, today)?.map_err(Error::from)
}

fn concluded(db: &mut Conn, sitting: &Sitting, today: NaiveDate) -> Done<Result<(), Pending>> {
    let publicity = publicities::of(db, &sitting.id)?.map(|publicity| publicity.as_rule());
    let unsettled = objections::unsettled(db, &sitting.id)?;
    Ok(rule::may_issue(publicity.as_ref(), unsettled, today))
}

/// Whether marks may still be corrected: until the publicity is over and settled.
pub(super) fn still_open(db: &mut Conn, sitting: &Sitting, now: Now) -> Done<()> {
    match sitting.state {
        SittingState::Marking | SittingState::Marked => Ok(()),
        SittingState::InPublicity => match concluded(db, sitting, now.day())? {
            Err(_) => Ok(()),
            Ok(()) => {
                let closed = publicities::of(db, &sitting.id)?.map(|publicity| publicity.closes);
                Err(Pending::Over {
                    closed: closed.unwrap_or_else(|| now.day()),
                }
                .into())
            }
        },
        SittingState::Planned | SittingState::Issued | SittingState::Cancelled => {
            Err(Refusal::new("sitting.not-marking").into())
        }
    }
}
