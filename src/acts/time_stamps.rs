//! 时间戳: asking a time-stamp authority (RFC 3161) over http. A stamp of our own would prove
//! nothing to others, so the authority is a setting and there is none by default.
//!
//! A stamp outlives its authority's certificate only where it can be shown that the certificate had
//! not been withdrawn: so the lists it names are fetched and put into the file (PAdES B-LT, ETSI EN
//! 319 142-1 clause 5.4). A list counts as its authority signed it where we can check that; one by
//! another algorithm is handed on to readers who can. Where none is to be had, the file has its stamp
//! all the same, and says less for later.

use crate::ground::chance;
use crate::ground::clock::Now;
use crate::seal::cms::{self, read_time_stamp};
use crate::seal::x509::{Certificate, list_told, read_list};
use chrono::NaiveDateTime;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

/// An authority that does not answer in this time is done without.
const PATIENCE: Duration = Duration::from_secs(8);
/// An answer is a few thousand bytes.
const MOST: u64 = 64 * 1024;

/// A token for this signature; the reason in words when there is none.
pub(super) fn ask(authority: &str, signature: &[u8]) -> Result<Vec<u8>, String> {
    let nonce = chance::bytes::<8>();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let mut response = agent
        .post(authority)
        .header("Content-Type", "application/timestamp-query")
        .send(&cms::time_stamp_request(signature, &nonce)[..])
        .map_err(|error| error.to_string())?;
    let answer = response
        .body_mut()
        .with_config()
        .limit(MOST)
        .read_to_vec()
        .map_err(|error| error.to_string())?;
    let token = cms::time_stamp_answer(&answer).ok_or("no stamp was granted")?;
    let stamp = read_time_stamp(token, signature).ok_or("the stamp cannot be read")?;
    if !stamp.of_this || stamp.signature == Some(false) {
        return Err("the stamp is not of this signature".to_owned());
    }
    Ok(token.to_vec())
}

/// No list of withdrawn certificates is longer.
const LIST: u64 = 512 * 1024;
/// A list is asked for again after so many seconds.
const KEPT: i64 = 3_600;

/// Lists fetched, by address, and when.
static LISTS: LazyLock<Mutex<HashMap<String, (Vec<u8>, NaiveDateTime)>>> =
    LazyLock::new(Mutex::default);

/// The lists that tell whether a token's certificates were withdrawn, as far as they are to be had;
/// refuses a token whose certificate was.
pub(super) fn lists(token: &[u8], now: Now) -> Result<Vec<Vec<u8>>, String> {
    let brought = cms::time_stamp_certificates(token);
    let certificates: Vec<Certificate<'_>> = brought
        .iter()
        .filter_map(|der| Certificate::read(der))
        .collect();
    let mut lists: Vec<Vec<u8>> = Vec::new();
    for one in certificates.iter().filter(|one| one.issuer != one.subject) {
        let above = certificates.iter().find(|above| one.is_from(above));
        let mut places = one.lists_at();
        places.retain(|place| place.starts_with("http://") || place.starts_with("https://"));
        let found = places.iter().find_map(|place| {
            let list = listed_at(place, now)
                .inspect_err(
                    |why| tracing::warn!(%place, %why, "no list of withdrawn certificates"),
                )
                .ok()?;
            is_its(&list, one, above, now.utc()).then_some(list)
        });
        let Some(list) = found else { continue };
        let withdrawn = list_told(&list).is_some_and(|(_, told)| {
            told.withdrawn
                .iter()
                .any(|(serial, _)| serial == one.serial)
        });
        if withdrawn {
            return Err("the authority's certificate was withdrawn".to_owned());
        }
        if !lists.contains(&list) {
            lists.push(list);
        }
    }
    Ok(lists)
}

/// Whether a list is that of a certificate's authority, and of today.
fn is_its(
    list: &[u8],
    one: &Certificate<'_>,
    above: Option<&Certificate<'_>>,
    now: NaiveDateTime,
) -> bool {
    let Some((whose, told)) = list_told(list) else {
        return false;
    };
    let due = told.until.is_none_or(|until| until >= now);
    let signed = match above {
        // A key we can check with is on P-256; others are left to readers.
        Some(above) if !above.public_key.is_empty() => read_list(list, above).is_some(),
        _ => true,
    };
    whose == one.issuer && due && signed
}

fn listed_at(place: &str, now: Now) -> Result<Vec<u8>, String> {
    let kept = || LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((list, at)) = kept().get(place)
        && (0..KEPT).contains(&(now.utc() - *at).num_seconds())
    {
        return Ok(list.clone());
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(2)
        .build()
        .into();
    let mut response = agent.get(place).call().map_err(|error| error.to_string())?;
    let list = response
        .body_mut()
        .with_config()
        .limit(LIST)
        .read_to_vec()
        .map_err(|error| error.to_string())?;
    list_told(&list).ok_or("it cannot be read")?;
    kept().insert(place.to_owned(), (list.clone(), now.utc()));
    Ok(list)
}

/// Tokens seen, one an authority: how large its next will be, and which certificates it brings,
/// has to be known before a file is drawn.
static SEEN: LazyLock<Mutex<HashMap<String, Vec<u8>>>> = LazyLock::new(Mutex::default);

/// A token of this authority's, of whatever.
pub(super) fn specimen(authority: &str) -> Result<Vec<u8>, String> {
    let seen = || SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(token) = seen().get(authority) {
        return Ok(token.clone());
    }
    let token = ask(authority, &chance::bytes::<32>())?;
    seen().insert(authority.to_owned(), token.clone());
    Ok(token)
}

/// Notes that an authority stamps with another certificate now; answers whether it does.
pub(super) fn has_changed(authority: &str, before: &[u8], token: &[u8]) -> bool {
    let brings = |token: &[u8]| {
        let mut all = cms::time_stamp_certificates(token);
        all.sort();
        all
    };
    if brings(before) == brings(token) {
        return false;
    }
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.insert(authority.to_owned(), token.to_vec());
    true
}
