//! 核验报告: what a list came to as a PDF signed by the registry, for tender files. Nothing is kept
//! but the certificate it is signed with.

use crate::acts::{Done, Error, Registry, authority, signed_files, time_stamps};
use crate::ground::clock::Now;
use crate::paper::report::Report;
use crate::paper::signature::Bound;
use crate::seal::cms;
use chrono::Timelike as _;

/// The report, signed by the registry's key for this.
pub fn signed(registry: &Registry, report: &Report, now: Now) -> Done<Vec<u8>> {
    let signing = registry
        .store
        .write(|db| authority::own_signing(db, registry, &report.author, now))?;
    let mut bound = Bound {
        at: now.utc().with_nanosecond(0).unwrap_or(now.utc()),
        signatory: report.author.clone(),
        room: signed_files::room(&signing.chain),
        certificates: signing.chain.clone(),
        lists: signing.lists.clone(),
        attachments: Vec::new(),
    };
    let stamps = registry.settings.time_stamp_authority.as_deref();
    let specimen = stamps.and_then(|authority| {
        time_stamps::specimen(authority)
            .inspect_err(|why| tracing::warn!(%authority, %why, "no time stamp"))
            .ok()
    });
    if let Some(specimen) = &specimen {
        bound.room += specimen.len() + signed_files::SPARE;
        bound.certificates.extend(cms::time_stamp_certificates(specimen));
    }
    let unsigned = report.bind(&bound);
    let made = cms::sign(signing.signer(), &signing.chain, &unsigned.digest());
    let token = stamps.filter(|_| specimen.is_some()).and_then(|authority| {
        time_stamps::ask(authority, &made.signature)
            .inspect_err(|why| tracing::warn!(%authority, %why, "no time stamp"))
            .ok()
    });
    made.write(token.as_deref())
        .and_then(|cms| unsigned.sealed(&cms))
        .ok_or_else(|| Error::fault("a signature does not fit the room kept for it"))
}
