//! 有变动的证书: those of which there is more to tell than their issue.
//!
//! What may become of a certificate stands in seven tables, and of nearly all there is nothing in any of
//! them. The database itself notes a certificate when the first such row comes on record (triggers), so
//! that whoever asks about one looks in one place, and further only where there is something.

use crate::domain::certificate::CertificateId;
use crate::on;
use crate::schema::{
    certificate_prints, certificates, corrections, institutions, key_events, open_holds,
    renewed_revocations, replacements, restorations, revocation_proposals, revocations,
    turned_certificates,
};
use crate::store::certificates::fate::{After, AfterRow, after};
use crate::store::{Conn, Found};
use diesel::prelude::*;
use std::collections::HashMap;

/// What became of these certificates.
pub(super) fn afters(
    db: &mut Conn,
    ids: &[&CertificateId],
) -> Found<HashMap<CertificateId, After>> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let rows: Vec<(CertificateId, AfterRow)> = on!(db, c => {
            let fates = with_fate!().select((certificates::id, fate_columns!()));
            match some {
                // The words of this one never change, so it is prepared once.
                [one] => fates.filter(certificates::id.eq(*one)).load(c),
                _ => fates.filter(certificates::id.eq_any(some.iter().copied())).load(c),
            }
        })?;
        found.extend(rows.into_iter().map(|(id, row)| (id, after(row))));
    }
    Ok(found)
}

/// Of the certificates something became of those that are not noted, for the audit.
pub fn unnoted(db: &mut Conn) -> Found<Vec<CertificateId>> {
    macro_rules! in_table {
        ($($table:ident)+) => {
            [$(on!(db, c => $table::table
                .filter($table::certificate.ne_all(
                    turned_certificates::table.select(turned_certificates::certificate),
                ))
                .select($table::certificate).load::<CertificateId>(c))?),+]
        };
    }
    let found = in_table!(revocations replacements corrections open_holds certificate_prints);
    let mut found = found.concat();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
