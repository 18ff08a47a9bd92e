//! 补贴的审计: the sums agree to the fen, every line has its right, two persons pay.

use crate::acts::audit::Broken;
use crate::domain::account::AccountId;
use crate::domain::certificate::CertificateId;
use crate::domain::claim::{ClaimId, ClaimLineId, ClaimState, RecoveryOutcome};
use crate::on;
use crate::schema::{claim_payments, claim_steps, revocations};
use crate::store::claims::{self, cuts, rights};
use crate::store::{Conn, Found, recoveries};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

fn broken(promise: &'static str, table: &str, key: impl std::fmt::Display) -> Broken {
    Broken {
        promise,
        subject: format!("{table} {key}"),
    }
}

/// What a claim asks is the sum of its lines, what was paid is that less what was cut, no line is
/// cut by more than it has, and only what is paid has a payment.
pub fn each_claim_adds_up(db: &mut Conn) -> Found<Vec<Broken>> {
    let (all, lines, paid) = claims::all(db)?;
    let cut = cuts::all(db)?;
    let mut asked: HashMap<&ClaimId, (i32, i64, i64)> = HashMap::new();
    let mut found = Vec::new();
    for line in &lines {
        let cut = cut.get(&line.id).copied().unwrap_or_default();
        if cut > line.amount_fen {
            found.push(broken("claims.no-line-over-cut", "claim_lines", &line.id));
        }
        let sums = asked.entry(&line.claim).or_default();
        *sums = (sums.0 + 1, sums.1 + line.amount_fen, sums.2 + cut);
    }
    let payments: HashMap<&ClaimId, i64> = paid
        .iter()
        .map(|payment| (&payment.claim, payment.paid_fen))
        .collect();
    for claim in &all {
        let (n, sum, cut) = asked.get(&claim.id).copied().unwrap_or_default();
        let payment = payments.get(&claim.id).copied();
        let paid = (claim.state == ClaimState::Paid).then_some(sum - cut);
        if (n, sum) != (claim.lines, claim.asked_fen) || payment != paid {
            found.push(broken("claims.sums-agree", "claims", &claim.id));
        }
    }
    Ok(found)
}

/// A claim stands where its steps led, each of which followed from the one before.
pub fn each_claim_is_where_its_steps_led(db: &mut Conn) -> Found<Vec<Broken>> {
    let steps: Vec<(ClaimId, ClaimState)> = on!(db, c => claim_steps::table
        .order((claim_steps::claim, claim_steps::turn))
        .select((claim_steps::claim, claim_steps::step)).load::<(ClaimId, String)>(c))?
    .into_iter()
    .filter_map(|(claim, step)| Some((claim, ClaimState::read(&step)?)))
    .collect();
    let mut last: HashMap<ClaimId, ClaimState> = HashMap::new();
    let mut found = Vec::new();
    for (claim, step) in steps {
        let follows = match last.get(&claim) {
            None => step == ClaimState::Filed,
            Some(before) => before.may(step).is_ok(),
        };
        if !follows {
            found.push(broken("claims.steps-in-order", "claims", &claim));
        }
        last.insert(claim, step);
    }
    let (all, ..) = claims::all(db)?;
    found.extend(
        all.iter()
            .filter(|claim| last.get(&claim.id) != Some(&claim.state))
            .map(|claim| broken("claims.state-is-last-step", "claims", &claim.id)),
    );
    Ok(found)
}

/// A right is held by exactly the lines that are to be paid or were paid and not repaid.
pub fn each_line_has_its_right(db: &mut Conn) -> Found<Vec<Broken>> {
    let (all, lines, _) = claims::all(db)?;
    let cut = cuts::all(db)?;
    let over: HashSet<&ClaimId> = all
        .iter()
        .filter(|claim| claim.state == ClaimState::Returned)
        .map(|claim| &claim.id)
        .collect();
    let repaid: HashSet<ClaimLineId> = recoveries::all(db)?
        .into_iter()
        .filter(|(_, outcome)| *outcome == Some(RecoveryOutcome::Repaid))
        .map(|(recovery, _)| recovery.line)
        .collect();
    let held = rights::all(db)?;
    let held: HashMap<_, _> = held.iter().map(|right| (&right.line, right)).collect();
    let wrong = lines.iter().filter(|line| {
        let left = line.amount_fen - cut.get(&line.id).copied().unwrap_or_default();
        let should = left > 0 && !over.contains(&line.claim) && !repaid.contains(&line.id);
        let right = held.get(&line.id);
        right.is_some() != should
            || right.is_some_and(|right| right.person != line.person || right.what != line.what)
    });
    Ok(wrong
        .map(|line| broken("claims.lines-hold-rights", "claim_lines", &line.id))
        .collect())
}

/// Who approved a claim did not pay it.
pub fn each_payment_has_two_persons(db: &mut Conn) -> Found<Vec<Broken>> {
    let same: Vec<(ClaimId, AccountId, AccountId)> = on!(db, c => claim_payments::table
        .inner_join(claim_steps::table.on(claim_steps::claim.eq(claim_payments::claim)))
        .filter(claim_steps::step.eq(ClaimState::Approved.as_str()))
        .select((claim_payments::claim, claim_payments::by, claim_steps::by)).load(c))?;
    Ok(same
        .into_iter()
        .filter(|(_, payer, reviewer)| payer == reviewer)
        .map(|(claim, ..)| broken("claims.two-persons", "claims", claim))
        .collect())
}

/// Whatever was paid on a certificate that is revoked has its recovery, of what was paid.
pub fn each_revoked_payment_is_recovered(db: &mut Conn) -> Found<Vec<Broken>> {
    let revoked: Vec<(CertificateId, NaiveDateTime)> = on!(db, c => revocations::table
        .select((revocations::certificate, revocations::at)).load(c))?;
    let (ids, at): (Vec<_>, HashMap<_, _>) = revoked
        .into_iter()
        .map(|(id, at)| (id.clone(), (id, at)))
        .unzip();
    let (_, lines, payments) = claims::all(db)?;
    let paid: HashMap<_, _> = payments
        .into_iter()
        .map(|one| (one.claim, one.at))
        .collect();
    let cut = cuts::all(db)?;
    let left: HashMap<_, _> = lines
        .iter()
        .map(|line| {
            let cut = cut.get(&line.id).copied().unwrap_or_default();
            (line.id.clone(), line.amount_fen - cut)
        })
        .collect();
    let raised: HashMap<_, _> = recoveries::all(db)?
        .into_iter()
        .map(|(recovery, _)| (recovery.line.clone(), recovery.due_fen))
        .collect();
    let mut found = Vec::new();
    for (line, certificate) in recoveries::paid_on(db, &ids)? {
        // what was paid after a revocation had been taken back is not concerned by it
        if paid.get(&line.claim) > at.get(&certificate) {
            continue;
        }
        let due = left.get(&line.id).copied().filter(|left| *left > 0);
        if raised.get(&line.id).copied() != due {
            found.push(broken(
                "claims.recovered-when-revoked",
                "claim_lines",
                &line.id,
            ));
        }
    }
    Ok(found)
}
