//! 来龙去脉: the one place where what becomes of a certificate reaches the public log, and what its
//! paper and its credential say of where it comes from.

use crate::acts::{Done, Registry, log};
use crate::domain::certificate::CertificateId;
use crate::ground::clock::Now;
use crate::store::certificates::Certificate;
use crate::store::{Conn, replacements};
use std::collections::HashMap;

pub(super) use crate::domain::log_event::LogKind;

/// Tells the log, in the transaction of the act.
pub(super) fn logged(
    db: &mut Conn,
    registry: &Registry,
    kind: LogKind,
    certificates: &[&Certificate],
    now: Now,
) -> Done<()> {
    log::certificates(db, registry, kind, certificates, now)
}

/// 沿革: what a certificate stands in the place of. It is so from its first day and for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The number of the one before it.
    number: String,
    /// Whether that said something wrong.
    corrected: bool,
}

impl Origin {
    /// Of each of these that has one.
    pub(super) fn of(db: &mut Conn, ids: &[CertificateId]) -> Done<HashMap<CertificateId, Self>> {
        let told = |(id, before, corrected): (CertificateId, replacements::Relative, bool)| {
            let number = before.number;
            (id, Self { number, corrected })
        };
        let found = replacements::origins(db, ids)?;
        Ok(found.into_iter().map(told).collect())
    }

    /// On the paper.
    pub(super) fn printed(&self) -> String {
        let how = if self.corrected { "更正" } else { "换发" };
        format!("{how}自 {}", self.number)
    }

    /// In the credential.
    pub(super) fn told(&self) -> String {
        let how = if self.corrected { "更正" } else { "换发" };
        let verb = if self.corrected {
            "Corrects"
        } else {
            "Replaces"
        };
        let number = &self.number;
        format!(
            "{how}自证书 {number}，原证不再有效。 / {verb} certificate {number}, which no longer stands."
        )
    }
}
