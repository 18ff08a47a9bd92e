//! 分享与加注副本: a holder gives somebody a link for a time, or a copy for one purpose.

use crate::acts::{Done, Registry, holders, prints};
use crate::domain::certificate::CertificateId;
use crate::domain::deed::Deed;
use crate::domain::holder::{CopyId, Holder, ShareId, copied_for, shared_for};
use crate::ground::chance;
use crate::ground::clock::Now;
use crate::seal::token::Token;
use crate::store::sharing::{self, Copy, Share};
use crate::store::{Conn, certificates, ledger};
use chrono::NaiveDate;
use data_encoding::{BASE32_NOPAD, HEXLOWER};

/// A link just made: what its address holds; kept nowhere.
pub struct Shared {
    /// The address's last piece.
    pub token: String,
}

/// A holder shares one certificate of hers for some days.
pub fn share(
    registry: &Registry,
    holder: &Holder,
    id: &CertificateId,
    days: i64,
    now: Now,
) -> Done<Shared> {
    let days = shared_for(days)?;
    let token = Token::fresh();
    registry.store.write(|db| {
        holders::hers(db, holder, id)?;
        let share = Share {
            id: ShareId::fresh(now),
            token: HEXLOWER.encode(&token.hash()),
            certificate: id.clone(),
            made_at: now.utc(),
            ends_at: now.plus_seconds(days * 86_400).utc(),
            ended_at: None,
        };
        sharing::share(db, &share)?;
        told(db, Deed::ShareMade, share.id.as_str(), now)?;
        Ok(Shared {
            token: token.as_str().to_owned(),
        })
    })
}

/// A holder ends a link before its time.
pub fn end(
    registry: &Registry,
    holder: &Holder,
    id: &CertificateId,
    share: &ShareId,
    now: Now,
) -> Done<()> {
    registry.store.write(|db| {
        holders::hers(db, holder, id)?;
        sharing::end(db, id, share, now)?;
        told(db, Deed::ShareEnded, share.as_str(), now)
    })
}

/// Where a shared link in force leads: the certificate's token.
pub fn follow(registry: &Registry, token: &str, now: Now) -> Done<Option<String>> {
    let Some(hash) = Token::read(token).map(|token| HEXLOWER.encode(&token.hash())) else {
        return Ok(None);
    };
    registry.store.point(|db| {
        let share = match sharing::shared(db, &hash, now) {
            Ok(share) => share,
            Err(crate::store::Failure::Missing) => return Ok(None),
            Err(other) => return Err(other.into()),
        };
        let found = certificates::several(db, std::slice::from_ref(&share.certificate))?.pop();
        Ok(found.map(|certificate| certificate.token))
    })
}

/// A holder makes a copy of one certificate for one purpose.
pub fn copy(
    registry: &Registry,
    holder: &Holder,
    id: &CertificateId,
    purpose: &str,
    until: NaiveDate,
    now: Now,
) -> Done<CopyId> {
    let purpose = copied_for(purpose, until, now.day())?;
    registry.store.write(|db| {
        holders::hers(db, holder, id)?;
        let copy = Copy {
            id: CopyId::fresh(now),
            token: BASE32_NOPAD.encode(&chance::bytes::<10>()).to_lowercase(),
            certificate: id.clone(),
            purpose,
            made_at: now.utc(),
            ends_on: until,
        };
        sharing::copy(db, &copy)?;
        told(db, Deed::CopyMade, copy.id.as_str(), now)?;
        Ok(copy.id)
    })
}

/// The paper of a copy: the certificate with purpose and last day across it.
pub fn copy_paper(
    registry: &Registry,
    holder: &Holder,
    id: &CertificateId,
    copy: &CopyId,
    now: Now,
) -> Done<prints::Drawn> {
    let (certificate, copy) = registry.store.read(|db| {
        let certificate = holders::hers(db, holder, id)?;
        let copy = sharing::copies_of(db, id)?
            .into_iter()
            .find(|one| one.id == *copy);
        Ok::<_, crate::acts::Error>((certificate, copy.ok_or(crate::acts::Error::NotFound)?))
    })?;
    prints::draw_copy(registry, &certificate, &copy, now)
}

/// A copy by what its code holds, and the token of its certificate.
pub fn copied(registry: &Registry, token: &str) -> Done<Option<(Copy, String)>> {
    registry.store.point(|db| {
        let copy = match sharing::copied(db, token) {
            Ok(copy) => copy,
            Err(crate::store::Failure::Missing) => return Ok(None),
            Err(other) => return Err(other.into()),
        };
        let found = certificates::several(db, std::slice::from_ref(&copy.certificate))?.pop();
        Ok(found.map(|certificate| (copy, certificate.token)))
    })
}

/// The ledger is told what was done; not by whom: a holder is a private person.
pub(super) fn told(db: &mut Conn, deed: Deed, subject: &str, now: Now) -> Done<()> {
    Ok(ledger::enter_for_nobody(
        db,
        "持证人",
        deed,
        None,
        subject,
        &[],
        now,
    )?)
}
