//! 补印: the same certificate on new paper. Number, code and signature stay (人社鉴发〔2021〕1号: the
//! original number, a new printing); what is new is which printing counts.

use crate::acts::lineage::{self, LogKind};
use crate::acts::{Done, Error, Registry, revocations};
use crate::domain::account::Issuer;
use crate::domain::certificate::CertificateId;
use crate::domain::deed::Deed;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::text;
use crate::store::printings::{self, Printing};
use crate::store::{Failure, ledger};

/// A signatory prints a certificate of her institution once more. Answers which printing it is.
pub fn print_again(
    registry: &Registry,
    issuer: &Issuer,
    id: &CertificateId,
    reason: &str,
    now: Now,
) -> Done<i32> {
    let reason = text::tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::new("field.blank").at("reason").into());
    }
    if let Some(long) = revocations::too_long("reason", &reason) {
        return Err(long.into());
    }
    let actor = issuer.actor();
    registry.store.write(|db| {
        let (certificate, after) = revocations::hers(db, &actor.scope, actor.role, id)?;
        after
            .fate(certificate.expires_on)
            .may_be_printed(now.day())?;
        let serial = after.print_of(&certificate) + 1;
        let printing = Printing {
            certificate: id.clone(),
            serial,
            reason,
            at: now.utc(),
            by: actor.account.clone(),
        };
        printings::add(db, &printing).map_err(|failure| match failure {
            Failure::Taken(_) => Error::Busy("printed by somebody else just now".to_owned()),
            other => Error::from(other),
        })?;
        let told = serial.to_string();
        let facts = [("print", told.as_str())];
        let own = Some(&certificate.institution);
        ledger::enter(db, actor, Deed::CertificateReprinted, own, id, &facts, now)?;
        lineage::logged(db, registry, LogKind::Reissue, &[&certificate], now)?;
        Ok(serial)
    })
}
