//! 待办: what waits for the person who signed in.

use crate::acts::vacancy_reports::{self, VacancyReport};
use crate::acts::wish_requests::{self, Waiting};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Actor, BaseKeeper, Officer, Overseer, Role, Scope, Viewer};
use crate::domain::assessment::SittingState;
use crate::domain::certificate::CertificateKind;
use crate::domain::claim::ClaimState;
use crate::domain::class::Step;
use crate::ground::clock::Now;
use crate::ground::slice::Window;
use crate::store::classes::{self, Line};
use crate::store::sittings::{self, Listed};
use crate::store::{Conn, accounts, certificates, claims, marks, objections, panels, publicities};

/// Why something waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// A class the bureau sent back.
    Returned,
    /// A class not yet filed.
    Draft,
    /// A filed class to be looked at.
    ToApprove,
    /// An approved class whose first day has come.
    ToBegin,
    /// A running class: attendance to be marked.
    Running,
    /// A completed class: certificates to be issued, files to be closed.
    Completed,
    /// A sitting that is planned.
    Planned,
    /// A sitting whose marks this assessor has not signed.
    ToMark,
    /// A sitting whose marks are coming in.
    Marking,
    /// A sitting whose results are to be published.
    ToPublish,
    /// A sitting in publicity.
    InPublicity,
    /// A sitting whose publicity is over.
    ToIssue,
    /// A sitting with objections nobody has settled.
    Objected,
    /// A claim for subsidies to be reviewed.
    ClaimToReview,
    /// An approved claim to be published.
    ClaimToPublish,
    /// A claim that was published: to be paid once the days are over.
    ClaimToPay,
    /// A certificate that says a name or document which was corrected since.
    Misnamed,
    /// Somebody who registered herself for training, to be verified.
    WishToConfirm,
    /// Vacancies an employer reported, to be confirmed.
    VacancyToConfirm,
}

/// What waits.
#[derive(Clone, Debug)]
pub enum Matter {
    /// A class.
    Class(Box<Line>),
    /// A sitting.
    Sitting(Box<Listed>),
    /// A claim for subsidies.
    Claim(Box<claims::Listed>),
    /// A certificate.
    Certificate(Box<certificates::Listed>),
    /// Somebody's request to be trained.
    Wish(Box<Waiting>),
    /// An employer's report.
    Vacancy(Box<VacancyReport>),
}

/// Matters that wait for the same reason.
#[derive(Clone, Debug)]
pub struct Pile {
    /// The reason.
    pub wait: Wait,
    /// The first of them.
    pub matters: Vec<Matter>,
    /// How many there are.
    pub total: i64,
}

/// Matters shown of each pile.
const SHOWN: u32 = 8;

/// What waits for this person, and, for an administrator, how many accounts are open.
pub fn of(registry: &Registry, viewer: &Viewer, now: Now) -> Done<(Vec<Pile>, Option<i64>)> {
    let actor = viewer.actor();
    let (mut piles, accounts) = registry.store.read(|db| {
        let scope = &actor.scope;
        let mut piles = Vec::new();
        match actor.role {
            Role::InstitutionClerk => {
                for (wait, state) in [
                    (Wait::Returned, Step::Returned),
                    (Wait::ToBegin, Step::Approved),
                    (Wait::Running, Step::Begun),
                    (Wait::Completed, Step::Completed),
                    (Wait::Draft, Step::Drafted),
                ] {
                    let mut pile = classes_in(db, scope, wait, state)?;
                    if wait == Wait::ToBegin {
                        pile.matters.retain(|one| matches!(one, Matter::Class(line) if line.class.starts <= now.day()));
                        pile.total = i64::try_from(pile.matters.len()).unwrap_or(0);
                    }
                    piles.push(pile);
                }
            }
            Role::InstitutionSignatory => {
                piles.push(classes_in(db, scope, Wait::Completed, Step::Completed)?);
                piles.push(misnamed(db, scope, CertificateKind::Completion)?);
            }
            Role::BureauOfficer | Role::CountyOfficer => {
                piles.push(classes_in(db, scope, Wait::ToApprove, Step::Filed)?);
                for (wait, state) in [
                    (Wait::ClaimToReview, ClaimState::Filed),
                    (Wait::ClaimToPublish, ClaimState::Approved),
                    (Wait::ClaimToPay, ClaimState::Published),
                ] {
                    piles.push(claims_in(db, scope, wait, state)?);
                }
            }
            Role::AssessmentClerk => {
                for (wait, state) in [
                    (Wait::ToPublish, SittingState::Marked),
                    (Wait::Planned, SittingState::Planned),
                    (Wait::Marking, SittingState::Marking),
                    (Wait::InPublicity, SittingState::InPublicity),
                ] {
                    piles.push(sittings_in(db, scope, wait, state)?);
                }
            }
            Role::AssessmentSignatory => {
                piles.extend(signatorys(db, scope, now)?);
                piles.push(misnamed(db, scope, CertificateKind::Level)?);
            }
            Role::Assessor => piles.push(assessors(db, scope)?),
            Role::Administrator => return Ok((Vec::new(), Some(accounts::count_open(db)?))),
            // A department finds its lists in the bar; an auditor decides nothing.
            Role::Auditor | Role::TownshipWorker | Role::DepartmentReader => {}
        }
        Ok::<_, Error>((piles, None))
    })?;
    piles.extend(told(registry, actor)?);
    piles.retain(|pile| pile.total > 0);
    Ok((piles, accounts))
}

/// What strangers told the registry and somebody has to verify: who wants training, and whom
/// employers look for.
fn told(registry: &Registry, actor: &Actor) -> Done<Vec<Pile>> {
    let window = || Window::of(None, Some(SHOWN));
    let mut piles = Vec::new();
    if let Some(keeper) = BaseKeeper::of(actor.clone()) {
        let slice = wish_requests::list(registry, &keeper, window())?;
        let matters = slice.rows.into_iter().map(Box::new).map(Matter::Wish);
        piles.push(Pile {
            wait: Wait::WishToConfirm,
            matters: matters.collect(),
            total: slice.total,
        });
    }
    // Whoever decides, not whoever only reads.
    let officer = Officer::of(actor.clone()).and_then(|_| Overseer::of(actor.clone()));
    if let Some(reader) = officer {
        let slice = vacancy_reports::waiting(registry, &reader, None, window())?;
        let matters = slice.rows.into_iter().map(Box::new).map(Matter::Vacancy);
        piles.push(Pile {
            wait: Wait::VacancyToConfirm,
            matters: matters.collect(),
            total: slice.total,
        });
    }
    Ok(piles)
}

fn classes_in(db: &mut Conn, scope: &Scope, wait: Wait, state: Step) -> Done<Pile> {
    let filter = classes::Filter {
        words: String::new(),
        state: Some(state),
        institution: None,
        region: None,
    };
    let slice = classes::all(db, scope, &filter, Window::of(None, Some(SHOWN)))?;
    let matters = slice
        .rows
        .into_iter()
        .map(|line| Matter::Class(Box::new(line)))
        .collect();
    Ok(Pile {
        wait,
        matters,
        total: slice.total,
    })
}

fn claims_in(db: &mut Conn, scope: &Scope, wait: Wait, state: ClaimState) -> Done<Pile> {
    let slice = claims::list(db, scope, Some(state), Window::of(None, Some(SHOWN)))?;
    Ok(Pile {
        wait,
        total: slice.total,
        matters: slice
            .rows
            .into_iter()
            .map(|listed| Matter::Claim(Box::new(listed)))
            .collect(),
    })
}

/// Certificates left under the former name when a person's name or document was corrected.
fn misnamed(db: &mut Conn, scope: &Scope, kind: CertificateKind) -> Done<Pile> {
    let rows = certificates::behind(db, scope, kind)?;
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let shown = rows.into_iter().take(SHOWN as usize);
    let matters = shown
        .map(|row| Matter::Certificate(Box::new(row)))
        .collect();
    Ok(Pile {
        wait: Wait::Misnamed,
        matters,
        total,
    })
}

fn sittings_in(db: &mut Conn, scope: &Scope, wait: Wait, state: SittingState) -> Done<Pile> {
    let filter = sittings::Filter {
        state: Some(state),
        text: None,
        occupation: None,
    };
    let slice = sittings::all(db, scope, &filter, Window::of(None, Some(SHOWN)))?;
    let matters = slice
        .rows
        .into_iter()
        .map(|listed| Matter::Sitting(Box::new(listed)))
        .collect();
    Ok(Pile {
        wait,
        matters,
        total: slice.total,
    })
}

/// What waits for whoever signs: objections first, then what may be issued.
fn signatorys(db: &mut Conn, scope: &Scope, now: Now) -> Done<Vec<Pile>> {
    let shown = sittings_in(db, scope, Wait::InPublicity, SittingState::InPublicity)?;
    let mut piles: Vec<Pile> = [Wait::Objected, Wait::ToIssue, Wait::InPublicity]
        .map(|wait| Pile {
            wait,
            matters: Vec::new(),
            total: 0,
        })
        .into();
    for matter in shown.matters {
        let Matter::Sitting(listed) = &matter else {
            continue;
        };
        let id = &listed.sitting.id;
        let over = publicities::of(db, id)?.is_some_and(|publicity| publicity.closes < now.day());
        let pile = match (objections::unsettled(db, id)? > 0, over) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        piles[pile].matters.push(matter);
        piles[pile].total += 1;
    }
    Ok(piles)
}

/// The sittings whose marks this assessor has not signed yet.
fn assessors(db: &mut Conn, scope: &Scope) -> Done<Pile> {
    let mut pile = sittings_in(db, scope, Wait::ToMark, SittingState::Marking)?;
    let Scope::Assessor(assessor) = scope else {
        return Ok(pile);
    };
    let mut open = Vec::new();
    for matter in pile.matters {
        let Matter::Sitting(listed) = &matter else {
            continue;
        };
        let parts = panels::parts_of(db, &listed.sitting.id, assessor)?;
        let signed = marks::signatures_of(db, &listed.sitting.id)?;
        let is_signed = |part| {
            signed
                .iter()
                .any(|(one, _)| one.assessor == *assessor && one.part == part)
        };
        if !parts.into_iter().all(is_signed) {
            open.push(matter);
        }
    }
    pile.total = i64::try_from(open.len()).unwrap_or(0);
    pile.matters = open;
    Ok(pile)
}
