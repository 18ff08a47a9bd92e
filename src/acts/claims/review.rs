//! 审核: an officer approves a claim or sends it back, and cuts what is not to be paid.

use crate::acts::claims::{Account, accounts, told};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::Officer;
use crate::domain::claim::{ClaimId, ClaimLineId, ClaimState, MOST_REASON, Stuck, may_cut};
use crate::domain::deed::Deed;
use crate::domain::wording::said;
use crate::ground::clock::Now;
use crate::ground::{key, money};
use crate::store::claims::cuts::{self, Cut};
use crate::store::claims::{self, Listed, rights};
use crate::store::{Conn, Failure};

/// A claim of an institution that an officer oversees.
pub(super) fn overseen(db: &mut Conn, officer: &Officer, id: &ClaimId) -> Done<Listed> {
    Ok(claims::of(db, &officer.actor().scope, id)?)
}

/// Takes a step; of two at once the second finds the claim elsewhere.
pub(super) fn step(
    db: &mut Conn,
    officer: &Officer,
    listed: &Listed,
    to: ClaimState,
    reason: Option<&str>,
    now: Now,
) -> Done<()> {
    let claim = &listed.claim;
    claim.state.may(to)?;
    let by = &officer.actor().account;
    claims::step(db, &claim.id, to, reason, by, now).map_err(|failure| match failure {
        Failure::Taken(_) => Stuck::At(claim.state).into(),
        other => Error::from(other),
    })
}

/// An officer approves what is left of a claim.
pub fn approve(registry: &Registry, officer: &Officer, id: &ClaimId, now: Now) -> Done<()> {
    registry.store.write(|db| {
        let listed = overseen(db, officer, id)?;
        let left = listed.claim.asked_fen - listed.cut_fen;
        listed.claim.state.may(ClaimState::Approved)?;
        if left <= 0 {
            return Err(Stuck::NothingLeft.into());
        }
        step(db, officer, &listed, ClaimState::Approved, None, now)?;
        let left = money::yuan(left);
        let facts = [("left", left.as_str())];
        told(
            db,
            officer.actor(),
            Deed::ClaimApproved,
            &listed.claim,
            &facts,
            now,
        )
    })
}

/// An officer sends a claim back, with reasons. It is over; what it claimed is free again.
pub fn send_back(
    registry: &Registry,
    officer: &Officer,
    id: &ClaimId,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = said("reason", reason, MOST_REASON)?;
    registry.store.write(|db| {
        let listed = overseen(db, officer, id)?;
        step(
            db,
            officer,
            &listed,
            ClaimState::Returned,
            Some(&reason),
            now,
        )?;
        let lines: Vec<ClaimLineId> = accounts(db, id)?
            .into_iter()
            .map(|account| account.told.line.id)
            .collect();
        rights::free(db, &lines)?;
        told(
            db,
            officer.actor(),
            Deed::ClaimReturned,
            &listed.claim,
            &[],
            now,
        )
    })
}

/// An officer cuts a line, by so much or by all that is left, with a reason. A line that is cut to
/// nothing frees what it claimed.
pub fn cut(
    registry: &Registry,
    officer: &Officer,
    id: &ClaimId,
    line: &ClaimLineId,
    cut_fen: Option<i64>,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = said("reason", reason, MOST_REASON)?;
    registry.store.write(|db| {
        let listed = overseen(db, officer, id)?;
        let found = accounts(db, id)?
            .into_iter()
            .find(|account| account.told.line.id == *line);
        let account = found.ok_or(Error::NotFound)?;
        let left = account.left_fen();
        let cut_fen = cut_fen.unwrap_or(left);
        may_cut(listed.claim.state, cut_fen, left)?;
        let cut = Cut {
            id: key::fresh(now),
            line: line.clone(),
            cut_fen,
            reason,
            at: now.utc(),
            by: officer.actor().account.clone(),
        };
        cuts::add(db, &cut)?;
        if cut_fen == left {
            rights::free(db, std::slice::from_ref(line))?;
        }
        let amount = money::yuan(cut_fen);
        let facts = [("line", line.as_str()), ("cut", amount.as_str())];
        told(
            db,
            officer.actor(),
            Deed::ClaimCut,
            &listed.claim,
            &facts,
            now,
        )
    })
}

/// The lines of which something is left to pay.
pub(super) fn to_pay(db: &mut Conn, id: &ClaimId) -> Done<Vec<Account>> {
    let mut all = accounts(db, id)?;
    all.retain(|account| account.left_fen() > 0);
    Ok(all)
}
