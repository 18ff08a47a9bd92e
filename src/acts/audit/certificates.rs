//! 证书: what certificates promise: their signatures hold, their numbers have no gap, one live
//! certificate a right, two persons a revocation.

use crate::acts::audit::Broken;
use crate::acts::{keys, outcomes, verification};
use crate::domain::assessment::SittingId;
use crate::store::certificates::{self, Known, Public};
use crate::store::holdings;
use crate::store::{
    Conn, Failure, Found, counters, issuer_keys, number_skips, paper_signatures, publicities,
    registry_keys, replacements, revocations, sittings,
};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// Certificates looked at in one go.
const PAGE: i64 = 500;

fn each(db: &mut Conn, mut look: impl FnMut(&Public)) -> Found<()> {
    let (known, mut key) = (Known::default(), String::new());
    loop {
        let page = certificates::after_key(db, &known, &key, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        last.certificate.id.as_str().clone_into(&mut key);
        page.iter().for_each(&mut look);
    }
}

fn broken(promise: &'static str, subject: impl std::fmt::Display) -> Broken {
    Broken {
        promise,
        subject: format!("certificates {subject}"),
    }
}

/// Every certificate's row is what was signed, by a key of its issuer for that year, under a filed
/// line of scope.
pub fn each_is_what_was_signed(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut found = Vec::new();
    each(db, |public| {
        let checks = verification::check(public);
        if !checks.content {
            found.push(broken("certificates.signed", &public.certificate.id));
        }
        if !checks.issuer {
            found.push(broken(
                "certificates.issued-in-scope",
                &public.certificate.id,
            ));
        }
    })?;
    Ok(found)
}

/// Every file was signed by the certificate's issuer.
pub fn each_file_is_signed_by_its_issuer(db: &mut Conn) -> Found<Vec<Broken>> {
    let strangers = paper_signatures::by_strangers(db)?;
    Ok(strangers
        .iter()
        .map(|id| Broken {
            promise: "paper_signatures.by-its-issuer",
            subject: format!("paper_signatures {id}"),
        })
        .collect())
}

/// Every issuer's key is vouched for by a root key of this registry.
pub fn each_key_is_vouched_for(db: &mut Conn) -> Found<Vec<Broken>> {
    let roots = registry_keys::all(db, "root")?;
    let unvouched = issuer_keys::all(db)?
        .into_iter()
        .filter(|key| !keys::is_vouched(key, &roots));
    Ok(unvouched
        .map(|key| Broken {
            promise: "issuer-keys.vouched",
            subject: format!("issuer_keys {}", key.id),
        })
        .collect())
}

/// Each live level certificate has its holding, and each holding its live certificate.
pub fn each_right_has_one_live_certificate(db: &mut Conn) -> Found<Vec<Broken>> {
    let held: HashMap<_, _> = holdings::all(db)?
        .into_iter()
        .map(|holding| (holding.certificate.clone(), holding))
        .collect();
    let (mut found, mut live) = (Vec::new(), HashSet::new());
    each(db, |public| {
        let certificate = &public.certificate;
        let (Some(occupation), Some(level)) = (&certificate.occupation, certificate.level) else {
            return;
        };
        let is_level = certificate.kind == crate::domain::certificate::CertificateKind::Level;
        let stands = public.after.revoked.is_none() && public.after.replaced.is_none();
        if !(is_level && stands) {
            return;
        }
        live.insert(certificate.id.clone());
        let fits = held.get(&certificate.id).is_some_and(|holding| {
            holding.person == certificate.person
                && holding.occupation == *occupation
                && holding.level == level
        });
        if !fits {
            found.push(broken("certificates.held", &certificate.id));
        }
    })?;
    let dead = held
        .keys()
        .filter(|certificate| !live.contains(*certificate));
    found.extend(dead.map(|certificate| Broken {
        promise: "holdings.live",
        subject: format!("holdings {certificate}"),
    }));
    Ok(found)
}

/// The numbers of each series run from 1 to its counter, each once; those passed over after a restore
/// are given to nobody.
pub fn each_series_has_no_gap(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut series: HashMap<(String, String), Vec<i32>> = HashMap::new();
    each(db, |public| {
        let certificate = &public.certificate;
        let number = &certificate.number;
        let cut = number.len().saturating_sub(6);
        let (Some(prefix), Some(sequence)) = (number.get(..cut), number.get(cut..)) else {
            return;
        };
        let key = (certificate.institution.to_string(), prefix.to_owned());
        series
            .entry(key)
            .or_default()
            .push(sequence.parse().unwrap_or(-1));
    })?;
    for skip in number_skips::all(db)? {
        let key = (skip.institution.to_string(), skip.series);
        series
            .entry(key)
            .or_default()
            .extend(skip.first..=skip.last);
    }
    let mut found = Vec::new();
    let counted = counters::all(db)?;
    for (institution, prefix, last) in &counted {
        let mut numbers = series
            .remove(&(institution.to_string(), prefix.clone()))
            .unwrap_or_default();
        numbers.sort_unstable();
        if !numbers.iter().copied().eq(1..=*last) {
            found.push(Broken {
                promise: "counters.no-gap",
                subject: format!("counters {prefix}"),
            });
        }
    }
    // Numbers of a series that nobody counted.
    found.extend(series.into_keys().map(|(_, prefix)| Broken {
        promise: "counters.no-gap",
        subject: format!("counters {prefix}"),
    }));
    Ok(found)
}

/// Who was issued a level certificate passed every part, and the results had been shown to the
/// end before.
pub fn each_was_earned_and_shown(db: &mut Conn) -> Found<Vec<Broken>> {
    let mut by_sitting: HashMap<
        SittingId,
        Vec<(
            crate::domain::certificate::CertificateId,
            crate::domain::person::PersonId,
            NaiveDate,
        )>,
    > = HashMap::new();
    let mut found = Vec::new();
    each(db, |public| {
        let certificate = &public.certificate;
        if certificate.kind != crate::domain::certificate::CertificateKind::Level {
            return;
        }
        match &certificate.sitting {
            Some(sitting) => by_sitting.entry(sitting.clone()).or_default().push((
                certificate.id.clone(),
                certificate.person.clone(),
                certificate.issued_on,
            )),
            None => found.push(broken("certificates.earned", &certificate.id)),
        }
    })?;
    for (id, issued) in by_sitting {
        let (sitting, _) = sittings::public(db, &id)?;
        let passed: HashSet<_> = outcomes::passed(db, &sitting)
            .map_err(as_failure)?
            .into_iter()
            .map(|passed| passed.person)
            .collect();
        let closes = publicities::of(db, &id)?.map(|publicity| publicity.closes);
        for (certificate, person, on) in issued {
            if !passed.contains(&person) {
                found.push(broken("certificates.earned", &certificate));
            }
            if closes.is_none_or(|closes| on <= closes) {
                found.push(broken("certificates.shown-before", &certificate));
            }
        }
    }
    Ok(found)
}

fn as_failure(error: crate::acts::Error) -> Failure {
    match error {
        crate::acts::Error::NotFound => Failure::Missing,
        crate::acts::Error::Busy(why) => Failure::Busy(why),
        other => Failure::Broken(diesel::result::Error::QueryBuilderError(
            other.to_string().into(),
        )),
    }
}

/// Every revocation was proposed by one person and confirmed by another, for the same certificate.
pub fn each_revocation_has_two_persons(db: &mut Conn) -> Found<Vec<Broken>> {
    let pairs = revocations::pairs(db)?;
    Ok(pairs
        .into_iter()
        .filter(|(certificate, proposed, proposer, confirmer)| {
            certificate != proposed || proposer == confirmer
        })
        .map(|(certificate, ..)| Broken {
            promise: "revocations.two-persons",
            subject: format!("revocations {certificate}"),
        })
        .collect())
}

/// Every replacement is of the same person and the same kind.
pub fn each_replacement_is_of_the_same_person(db: &mut Conn) -> Found<Vec<Broken>> {
    let pairs = replacements::pairs(db)?;
    Ok(pairs
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(certificate, ..)| Broken {
            promise: "replacements.same-person",
            subject: format!("replacements {certificate}"),
        })
        .collect())
}
