//! 时间戳: asking a time-stamp authority (RFC 3161) over http. A stamp of our own would prove
//! nothing to others, so the authority is a setting and there is none by default.

use crate::ground::chance;
use crate::seal::cms::{self, read_time_stamp};
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
