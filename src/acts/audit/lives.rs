//! 签发之后: what corrections, printings, suspensions, restorations and cascades promise.

use crate::acts::audit::Broken;
use crate::domain::cascade::digest;
use crate::store::{
    Conn, Found, cascades, certificates, corrections, holds, printings, restorations,
};
use std::collections::HashMap;

fn broken(promise: &'static str, subject: impl std::fmt::Display) -> Broken {
    Broken {
        promise,
        subject: subject.to_string(),
    }
}

/// Every correction was proposed by one person, confirmed by another, and led to a new certificate.
pub fn each_correction_has_two_persons_and_a_successor(db: &mut Conn) -> Found<Vec<Broken>> {
    let pairs = corrections::pairs(db)?;
    Ok(pairs
        .into_iter()
        .filter(|(_, proposer, confirmer, successor)| proposer == confirmer || successor.is_none())
        .map(|(certificate, ..)| {
            broken(
                "corrections.two-persons",
                format!("corrections {certificate}"),
            )
        })
        .collect())
}

/// What is told as suspended is exactly what was suspended and not lifted.
pub fn each_suspension_is_told(db: &mut Conn) -> Found<Vec<Broken>> {
    let (told, on_record) = holds::both(db)?;
    let wrong = told
        .iter()
        .filter(|open| !on_record.contains(open))
        .chain(on_record.iter().filter(|open| !told.contains(open)));
    Ok(wrong
        .map(|open| broken("holds.told", format!("open_holds {}", open.certificate)))
        .collect())
}

/// Every certificate something became of is noted as one there is more to tell of.
pub fn each_turn_is_noted(db: &mut Conn) -> Found<Vec<Broken>> {
    let unnoted = certificates::unnoted(db)?;
    Ok(unnoted
        .into_iter()
        .map(|certificate| {
            broken(
                "certificates.turns-noted",
                format!("certificates {certificate}"),
            )
        })
        .collect())
}

/// The printings of a certificate are the second, the third and so on.
pub fn each_printing_follows_the_last(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut last: HashMap<_, i32> = HashMap::new();
    let mut found = Vec::new();
    for (certificate, serial) in printings::all(db)? {
        let before = last.insert(certificate.clone(), serial).unwrap_or(1);
        if serial != before + 1 {
            let subject = format!("certificate_prints {certificate} {serial}");
            found.push(broken("certificate-prints.no-gap", subject));
        }
    }
    Ok(found)
}

/// Only what was revoked is restored.
pub fn each_restoration_follows_a_revocation(db: &mut Conn) -> Found<Vec<Broken>> {
    let groundless = restorations::groundless(db)?;
    Ok(groundless
        .into_iter()
        .map(|certificate| {
            broken(
                "restorations.of-the-revoked",
                format!("restorations {certificate}"),
            )
        })
        .collect())
}

/// Every cascade's list has the hash it was kept under; a confirmed one had notice, a second
/// person, and waited for the last day.
pub fn each_cascade_kept_its_list_and_its_course(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut found = Vec::new();
    for case in cascades::all(db)? {
        let id = &case.cascade.id;
        let numbers = cascades::numbers(db, id)?;
        let listed = digest(numbers.iter().map(String::as_str));
        if listed != case.cascade.digest
            || i32::try_from(numbers.len()).ok() != Some(case.cascade.listed)
        {
            found.push(broken("cascades.list-kept", format!("cascades {id}")));
        }
        let Some(ended) = case.ended.filter(|ended| ended.confirmed) else {
            continue;
        };
        let heard = case.notice.as_ref().is_some_and(|notice| {
            notice.closes < crate::ground::clock::beijing(ended.at).date_naive()
        });
        if !heard || ended.by == case.cascade.by {
            found.push(broken("cascades.heard", format!("cascade_ends {id}")));
        }
    }
    Ok(found)
}
