//! 用人单位核验凭证: an employer asks, a bureau officer decides, she collects her token once, and it can be
//! taken back.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::BureauOfficer;
use crate::domain::deed::Deed;
use crate::domain::employer::{EmployerClaim, EmployerId, EmployerState, PREFIX};
use crate::domain::refusal::Refusal;
use crate::domain::uscc::Uscc;
use crate::ground::clock::Now;
use crate::ground::{key, text};
use crate::seal::token::Token;
use crate::seal::vault::Place;
use crate::store::employers::{self, Employer};
use crate::store::ledger;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Who asks, as it was typed.
#[derive(Clone)]
pub struct Asking {
    /// 单位名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// 联系人和电话
    pub contact: String,
}

/// An employer, with her contact opened.
pub struct Shown {
    /// As she is kept.
    pub employer: Employer,
    /// 联系方式
    pub contact: String,
}

fn place(id: &EmployerId) -> Place<'_> {
    Place::new("employers", "contact", id.as_str())
}

fn found_by(claim: &EmployerClaim) -> String {
    HEXLOWER.encode(&Sha256::digest(format!(
        "guildhall employer claim\0{claim}"
    )))
}

/// Requests with one code that may wait at once.
const WAITING: i64 = 3;

/// An employer asks for a token; what she comes back with.
pub fn ask(registry: &Registry, asking: &Asking, now: Now) -> Done<EmployerClaim> {
    let mut refusals = Vec::new();
    let (name, contact) = (text::tidy(&asking.name), text::tidy(&asking.contact));
    let fits = |text: &str, least: usize| {
        (least..=100).contains(&text.chars().count()) && !text.contains(char::is_control)
    };
    if !fits(&name, 2) {
        refusals.push(Refusal::new("employer.name-refused").at("name"));
    }
    if !fits(&contact, 5) {
        refusals.push(Refusal::new("employer.contact-refused").at("contact"));
    }
    let uscc = match Uscc::read(&asking.uscc) {
        Ok(uscc) if refusals.is_empty() => uscc,
        Ok(_) => return Err(refusals.into()),
        Err(why) => {
            refusals.push(crate::domain::refusal::Reason::refusal(why));
            return Err(refusals.into());
        }
    };
    let claim = EmployerClaim::read(&key::secret())
        .ok_or_else(|| Error::fault("a claim cannot be made"))?;
    let id = EmployerId::fresh(now);
    let employer = Employer {
        claim: found_by(&claim),
        contact: registry.vault.seal_own(place(&id), contact.as_bytes()),
        id,
        name,
        uscc,
        state: EmployerState::Asked,
        asked_at: now.utc(),
        decided_at: None,
        decided_by: None,
        token: None,
        day: 0,
        used: 0,
    };
    registry.store.write(|db| {
        if employers::waiting_of(db, &employer.uscc)? >= WAITING {
            return Err(Refusal::new("employer.asked-already").at("uscc").into());
        }
        Ok::<_, Error>(employers::add(db, &employer)?)
    })?;
    Ok(claim)
}

/// How it stands, for whoever asked.
pub fn claimed(registry: &Registry, claim: &EmployerClaim) -> Done<Employer> {
    let claim = found_by(claim);
    Ok(registry.store.read(|db| employers::by_claim(db, &claim))?)
}

/// The token, told this once.
pub fn collect(registry: &Registry, claim: &EmployerClaim) -> Done<String> {
    let claim = found_by(claim);
    let token = Token::fresh();
    registry.store.write(|db| {
        let employer = employers::by_claim(db, &claim)?;
        employer.state.may_become(EmployerState::Collected)?;
        Ok::<_, Error>(employers::collect(db, &employer.id, &token.hash())?)
    })?;
    Ok(format!("{PREFIX}{}", token.as_str()))
}

/// Whose a token is; a token that is nobody's, or not in force, is refused.
pub fn bearer(registry: &Registry, written: &str) -> Done<EmployerId> {
    let refused = || Refusal::new("employer.token-unknown").at("token");
    let token = written
        .trim()
        .strip_prefix(PREFIX)
        .and_then(Token::read)
        .ok_or_else(refused)?;
    let hash = token.hash();
    match registry.store.read(|db| employers::by_token(db, &hash)) {
        Ok(employer) => Ok(employer.id),
        Err(crate::store::Failure::Missing) => Err(refused().into()),
        Err(other) => Err(other.into()),
    }
}

/// Those who asked that are shown.
const SHOWN: i64 = 500;

/// Everybody who asked, the newest first.
pub fn all(registry: &Registry, _officer: &BureauOfficer) -> Done<Vec<Shown>> {
    let all = registry.store.read(|db| employers::all(db, SHOWN))?;
    all.into_iter()
        .map(|employer| {
            let opened = registry
                .vault
                .open_own(place(&employer.id), &employer.contact);
            let plain =
                opened.map_err(|why| Error::fault(format!("a contact does not open: {why}")))?;
            let contact = String::from_utf8_lossy(&plain).into_owned();
            Ok(Shown { employer, contact })
        })
        .collect()
}

/// A bureau officer grants, refuses or revokes.
pub fn decide(
    registry: &Registry,
    officer: &BureauOfficer,
    id: &EmployerId,
    next: EmployerState,
    now: Now,
) -> Done<()> {
    let deed = match next {
        EmployerState::Granted => Deed::EmployerGranted,
        EmployerState::Refused => Deed::EmployerRefused,
        _ => Deed::EmployerRevoked,
    };
    registry.store.write(|db| {
        let employer = employers::of(db, id)?;
        employer.state.may_become(next)?;
        employers::decide(db, id, next, &officer.actor().account, now.utc())?;
        let facts = [
            ("name", employer.name.as_str()),
            ("uscc", employer.uscc.as_str()),
        ];
        ledger::enter(db, officer.actor(), deed, None, id, &facts, now)?;
        Ok(())
    })
}
