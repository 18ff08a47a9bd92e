//! 报告签章: a report as a PDF signed by the registry: a list that was checked, the month's figures.
//! Nothing is kept but the certificate it is signed with.

use crate::acts::{Done, Registry, authority, signed_files};
use crate::ground::clock::Now;
use crate::paper::report::Report;

/// The report, signed by the registry's key for this.
pub fn signed(registry: &Registry, report: &Report, now: Now) -> Done<Vec<u8>> {
    let signing = registry
        .store
        .write(|db| authority::own_signing(db, registry, &report.author, now))?;
    let signatory = report.author.clone();
    let draw = |bound: &_| Ok(report.bind(bound));
    Ok(signed_files::signed(registry, &signing, signatory, Vec::new(), now, &draw)?.bytes)
}
