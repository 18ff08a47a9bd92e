//! 证书的去向: what became of a certificate after it was issued, and the tables that say so.

use crate::domain::certificate::{
    CertificateId, CorrectionId, Fate, Hold, HoldReason, Replacement, Revocation, RevocationReason,
    Standing,
};
use crate::ground::clock::beijing;
use crate::store::certificates::Certificate;
use chrono::{NaiveDate, NaiveDateTime};

/// What became of a certificate, as far as its standing asks.
#[derive(Clone, Debug, Default)]
pub struct After {
    /// When it was revoked, and for which class of reason.
    pub revoked: Option<(NaiveDateTime, RevocationReason)>,
    /// When it was replaced, and by which.
    pub replaced: Option<(NaiveDateTime, CertificateId)>,
    /// Whether it was replaced because something on it was wrong.
    pub corrected: bool,
    /// Since when it is suspended, and for which class of reason.
    pub held: Option<(NaiveDate, HoldReason)>,
    /// When a wrong revocation was taken back, and when that had been.
    pub restored: Option<(NaiveDateTime, NaiveDateTime)>,
    /// When it was restored and when it had been revoked first, where it was revoked once more.
    pub renewed: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Which printing is the last, when there is one after the first.
    pub print: Option<i32>,
    /// Since when its key may have been in strange hands, when it was signed after that.
    pub doubted: Option<NaiveDateTime>,
}

impl After {
    /// Which printing counts: the one on record, or the last made since.
    pub fn print_of(&self, certificate: &Certificate) -> i32 {
        self.print
            .map_or(certificate.print, |print| print.max(certificate.print))
    }

    /// The standing on a day of one that lasts until another.
    pub fn standing(&self, expires_on: Option<NaiveDate>, today: NaiveDate) -> Standing {
        self.fate(expires_on).standing(today)
    }

    /// What the rules look at.
    pub fn fate(&self, expires_on: Option<NaiveDate>) -> Fate {
        let day = |at: NaiveDateTime| beijing(at).date_naive();
        Fate {
            revocation: self.revoked.map(|(at, reason)| Revocation {
                reason,
                on: day(at),
            }),
            replacement: self.replaced.clone().map(|(at, successor)| Replacement {
                successor,
                on: day(at),
                corrected: self.corrected,
            }),
            hold: self.held.map(|(starts, reason)| Hold {
                starts,
                lifted: None,
                reason,
            }),
            restored: self.restored.map(|(at, _)| day(at)),
            doubted: self.doubted.map(day),
            expires_on,
        }
    }
}

pub(super) type AfterRow = (
    Option<NaiveDateTime>,
    Option<RevocationReason>,
    Option<NaiveDateTime>,
    Option<CertificateId>,
    Option<CorrectionId>,
    Option<NaiveDate>,
    Option<HoldReason>,
    Option<NaiveDateTime>,
    Option<NaiveDateTime>,
    Option<RevocationReason>,
    Option<i32>,
    Option<NaiveDateTime>,
);

pub(super) fn after(row: AfterRow) -> After {
    let (
        revoked,
        reason,
        replaced,
        successor,
        corrected,
        held,
        why,
        restored,
        renewed,
        again,
        print,
        doubted,
    ) = row;
    let first = restored.zip(revoked);
    let renewed = renewed.zip(again);
    After {
        revoked: renewed.or(revoked.zip(reason).filter(|_| restored.is_none())),
        renewed: renewed.and(first),
        replaced: replaced.zip(successor),
        corrected: corrected.is_some(),
        held: held.zip(why),
        restored: first.filter(|_| renewed.is_none()),
        print,
        doubted,
    }
}

/// Certificates with what became of them.
macro_rules! with_fate {
    () => {
        certificates::table
            .inner_join(institutions::table)
            .left_join(revocations::table.on(revocations::certificate.eq(certificates::id)))
            .left_join(
                revocation_proposals::table.on(revocation_proposals::id
                    .nullable()
                    .eq(revocations::proposal.nullable())),
            )
            .left_join(replacements::table.on(replacements::certificate.eq(certificates::id)))
            .left_join(corrections::table.on(corrections::certificate.eq(certificates::id)))
            .left_join(open_holds::table.on(open_holds::certificate.eq(certificates::id)))
            // Only what was revoked is restored, and only that revoked anew: for nearly all there is
            // nothing to look for.
            .left_join(
                restorations::table.on(restorations::certificate
                    .nullable()
                    .eq(revocations::certificate.nullable())),
            )
            .left_join(
                renewed_revocations::table.on(renewed_revocations::certificate
                    .nullable()
                    .eq(restorations::certificate.nullable())),
            )
    };
}

macro_rules! fate_columns {
    () => {
        (
            revocations::at.nullable(),
            revocation_proposals::reason_class.nullable(),
            replacements::at.nullable(),
            replacements::successor.nullable(),
            corrections::proposal.nullable(),
            open_holds::starts.nullable(),
            open_holds::reason_class.nullable(),
            restorations::at.nullable(),
            renewed_revocations::at.nullable(),
            renewed_revocations::reason_class.nullable(),
            certificate_prints::table
                .filter(certificate_prints::certificate.eq(certificates::id))
                .select(diesel::dsl::max(certificate_prints::serial))
                .single_value(),
            key_events::table
                .filter(key_events::key_id.eq(certificates::key_id))
                .filter(key_events::cut_off.le(certificates::issued_at.nullable()))
                .select(diesel::dsl::min(key_events::cut_off))
                .single_value(),
        )
    };
}

/// Whether a certificate was signed when its key may have been in strange hands.
macro_rules! doubtful {
    () => {
        diesel::dsl::exists(
            key_events::table
                .filter(key_events::key_id.eq(certificates::key_id))
                .filter(
                    key_events::cut_off
                        .le(certificates::issued_at.nullable())
                        .assume_not_null(),
                ),
        )
    };
}
