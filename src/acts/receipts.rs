//! 核验回执: that something was checked, signed by the registry. Nothing is written.

use crate::acts::list_checks::Checked;
use crate::acts::verification::{self, Verified};
use crate::acts::{Done, Error, Registry, keys};
use crate::domain::list_check::LineVerdict;
use crate::ground::clock::Now;
use crate::seal::digits;
use crate::seal::receipt::Receipt;
use crate::seal::signer::Algorithm;
use crate::store::{key_events, registry_keys};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A receipt with its signature.
#[derive(Clone, Debug)]
pub struct Signed {
    /// What it says.
    pub receipt: Receipt,
    /// The signed bytes as digits.
    pub digits: String,
}

/// What stands before the digits in a receipt's QR code, behind the registry's address.
pub const PATH: &str = "/receipts#";

/// A receipt of one certificate, as it stands now.
pub fn of_certificate(registry: &Registry, token: &str, now: Now) -> Done<Signed> {
    let found = verification::look_up(registry, &[token.to_owned()], now)?;
    let verified = found.ok_or(Error::NotFound)?;
    let verdict = verdict(&verified);
    let receipt = Receipt {
        at: now.utc().and_utc().timestamp(),
        subject: verified.public.certificate.number.clone(),
        verdict: verdict.to_string(),
        lines: 1,
        good: u32::from(verdict == LineVerdict::Valid),
    };
    signed(registry, receipt, now)
}

fn verdict(verified: &Verified) -> LineVerdict {
    if verified.is_sound() {
        LineVerdict::of(&verified.standing)
    } else {
        LineVerdict::Mismatch
    }
}

/// What names exactly this result.
pub fn digest(checked: &Checked) -> Done<String> {
    let lines = serde_json::to_vec(&checked.lines).map_err(|why| Error::fault(why.to_string()))?;
    Ok(HEXLOWER.encode(&Sha256::digest(lines)))
}

/// A receipt of a list, of the time it was checked.
pub fn of_list(registry: &Registry, checked: &Checked, now: Now) -> Done<Signed> {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let receipt = Receipt {
        at: checked.at.and_utc().timestamp(),
        subject: digest(checked)?,
        verdict: "list".to_owned(),
        lines: count(checked.lines.len()),
        good: count(checked.good()),
    };
    signed(registry, receipt, now)
}

fn signed(registry: &Registry, receipt: Receipt, now: Now) -> Done<Signed> {
    let (_, signer) = registry
        .store
        .write(|db| keys::registry_signer(db, &registry.vault, PURPOSE, Algorithm::Es256, now))?;
    let digits = digits::encode(&receipt.sign(signer.as_ref()));
    Ok(Signed { receipt, digits })
}

/// The purpose of the registry's key that signs receipts.
const PURPOSE: &str = "receipts";

/// The keys receipts may be signed with, as points on P-256: today's and former ones of their own,
/// and the root's, which signed the first receipts.
pub fn keys(registry: &Registry) -> Done<Vec<(String, Vec<u8>)>> {
    registry.store.read(|db| {
        let mut all = registry_keys::all(db, PURPOSE)?;
        all.extend(registry_keys::all(db, "root")?);
        // Whoever has such a key can write any time into a receipt: none of its receipts counts.
        let lost = key_events::compromised(db)?;
        all.retain(|key| !lost.contains(&key.id));
        Ok(all
            .into_iter()
            .filter(|key| key.algorithm == Algorithm::Es256.as_str())
            .map(|key| (key.id, key.public))
            .collect())
    })
}

/// What a receipt's text says; none when the registry did not sign it. Whatever stands around the
/// digits is passed over: people paste whole files.
pub fn read(registry: &Registry, text: &str) -> Done<Option<Receipt>> {
    let keys = keys(registry)?;
    let bytes = Receipt::in_text(text);
    Ok(bytes.and_then(|bytes| {
        keys.iter()
            .find_map(|(_, public)| Receipt::open(&bytes, public))
    }))
}
