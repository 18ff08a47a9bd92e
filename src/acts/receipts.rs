//! 核验回执: that something was checked, signed by the registry. Nothing is written.

use crate::acts::list_checks::Checked;
use crate::acts::verification::{self, Verified};
use crate::acts::{Done, Error, Registry, trust};
use crate::domain::list_check::LineVerdict;
use crate::ground::clock::Now;
use crate::seal::digits;
use crate::seal::receipt::Receipt;
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

/// A receipt of a list, of the time it was checked.
pub fn of_list(registry: &Registry, checked: &Checked, now: Now) -> Done<Signed> {
    let lines = serde_json::to_vec(&checked.lines).map_err(|why| Error::fault(why.to_string()))?;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let receipt = Receipt {
        at: checked.at.and_utc().timestamp(),
        subject: HEXLOWER.encode(&Sha256::digest(lines)),
        verdict: "list".to_owned(),
        lines: count(checked.lines.len()),
        good: count(checked.good()),
    };
    signed(registry, receipt, now)
}

fn signed(registry: &Registry, receipt: Receipt, now: Now) -> Done<Signed> {
    let (_, root) = trust::signer(registry, now)?;
    let digits = digits::encode(&receipt.sign(&root));
    Ok(Signed { receipt, digits })
}

/// What a receipt's text says; none when the registry did not sign it.
pub fn read(registry: &Registry, text: &str, now: Now) -> Done<Option<Receipt>> {
    let root = trust::root(registry, now)?;
    let bytes = Receipt::in_text(text);
    Ok(bytes.and_then(|bytes| Receipt::open(&bytes, &root.public)))
}
