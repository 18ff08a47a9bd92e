//! 证书事项: what is under way, or was done, about a certificate, line by line.

use super::signs;
use crate::domain::account::Role;
use crate::store::certificates::{Certificate, Listed};
use crate::store::corrections::Case as Correcting;
use crate::store::holds::{Ended, Held};
use crate::store::revocations::Case;
use crate::web::parts::{Pair, Tag};
use crate::web::words::Words;
use chrono::NaiveDate;

/// Another certificate of the same person, and where it is set right.
pub(in crate::web) struct Other {
    pub number: String,
    pub to: String,
    pub says: String,
    pub issuer: String,
    /// Where it is replaced by one with her name of today; empty for who may not.
    pub renew: String,
}

/// Her other certificates in rows.
pub(in crate::web) fn others<'a>(
    w: Words,
    role: Role,
    all: impl Iterator<Item = &'a Listed>,
) -> Vec<Other> {
    all.map(|one| Other {
        number: one.number.clone(),
        to: format!("/certificates/{}", one.id),
        says: w.f(
            "certificates.behind.says",
            &[
                &one.holder,
                &one.id_tail,
                &one.course_name.as_ref().unwrap_or(&one.occupation_name),
            ],
        ),
        issuer: one.issuer.clone(),
        renew: if signs(role, one.kind) && one.after.held.is_none() {
            format!("/certificates/{}/replacement", one.id)
        } else {
            String::new()
        },
    })
    .collect()
}

/// How many more of hers there are that she who reads this does not see; empty when none.
pub(in crate::web) fn elsewhere(w: Words, n: i64) -> String {
    if n > 0 {
        w.f("certificates.behind.elsewhere", &[&n])
    } else {
        String::new()
    }
}

/// One proposal to correct.
pub(in crate::web) struct CorrectionRow {
    pub state: Tag,
    pub changes: Vec<Pair>,
    pub reason: String,
    pub evidence: String,
    pub who: String,
    pub when: String,
}

/// A proposal to correct, with what the certificate says now beside what it is to say.
pub(in crate::web) fn correction_row(
    w: Words,
    case: &Correcting,
    certificate: &Certificate,
) -> CorrectionRow {
    let state = match (&case.confirmed, &case.dropped) {
        (Some(_), _) => Tag::ok(w.c("correction_state", "confirmed")),
        (None, Some(_)) => Tag::none(w.c("correction_state", "dropped")),
        (None, None) => Tag::late(w.c("correction_state", "pending")),
    };
    let proposal = &case.proposal;
    let mut changes = Vec::new();
    let mut change = |name: &str, from: &str, to: &str| {
        changes.push(Pair::new(
            w.t(name),
            w.f("corrections.show.change", &[&from, &to]),
        ));
    };
    if let Some(name) = &proposal.name {
        change("verify.field.holder", &certificate.holder, name);
    }
    if let Some(tail) = &proposal.id_tail {
        let ending = |tail: &str| w.f("verify.field.id_tail", &[&tail]);
        change(
            "verify.field.id_number",
            &ending(&certificate.id_tail),
            &ending(tail),
        );
    }
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "--".to_owned(), |day| w.date(day));
    if proposal.began.is_some() {
        change(
            "corrections.show.began",
            &day(certificate.began),
            &day(proposal.began),
        );
    }
    if proposal.ended.is_some() {
        change(
            "corrections.show.ended",
            &day(certificate.ended),
            &day(proposal.ended),
        );
    }
    CorrectionRow {
        state,
        changes,
        reason: proposal.reason.clone(),
        evidence: proposal.evidence.clone(),
        who: case.proposer.clone(),
        when: w.minute(proposal.at),
    }
}

/// One suspension.
pub(in crate::web) struct HoldRow {
    pub state: Tag,
    pub reason: String,
    pub basis: String,
    pub why: String,
    pub days: String,
    pub who: String,
    pub ended: String,
}

/// A suspension with its end.
pub(in crate::web) fn hold_row(
    w: Words,
    (held, who, ended): &(Held, String, Option<Ended>),
) -> HoldRow {
    let state = match ended {
        None => Tag::late(w.c("hold_state", "on")),
        Some(_) => Tag::none(w.c("hold_state", "over")),
    };
    let days = match ended {
        None => w.f("holds.show.since", &[&w.date(held.starts)]),
        Some(ended) => w.span(held.starts, ended.ends),
    };
    HoldRow {
        state,
        reason: w
            .pick(held.reason_class.name(), held.reason_class.name_en())
            .to_owned(),
        basis: held.basis.clone(),
        why: held.reason.clone(),
        days,
        who: who.clone(),
        ended: ended
            .as_ref()
            .map(|ended| ended.reason.clone())
            .unwrap_or_default(),
    }
}

/// One proposal to revoke.
pub(super) struct CaseRow {
    pub(super) state: Tag,
    pub(super) reason: String,
    pub(super) basis: String,
    pub(super) why: String,
    pub(super) who: String,
    pub(super) when: String,
}

pub(super) fn case_row(w: Words, case: &Case) -> CaseRow {
    let state = match (&case.confirmed, &case.dropped) {
        (Some(_), _) => Tag::bad(w.c("revocation_state", "confirmed")),
        (None, Some(_)) => Tag::none(w.c("revocation_state", "dropped")),
        (None, None) => Tag::late(w.c("revocation_state", "pending")),
    };
    let class = case.proposal.reason_class;
    CaseRow {
        state,
        reason: w.pick(class.name(), class.name_en()).to_owned(),
        basis: case.proposal.basis.clone(),
        why: case.proposal.reason.clone(),
        who: case.proposer.clone(),
        when: w.minute(case.proposal.at),
    }
}
