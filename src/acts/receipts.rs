//! 核验回执: that something was checked, signed by the registry. Nothing is written.

use crate::acts::list_checks::Checked;
use crate::acts::verification::{self, Verified};
use crate::acts::{Done, Error, Registry, keys, trust};
use crate::domain::list_check::LineVerdict;
use crate::ground::clock::Now;
use crate::seal::digits;
use crate::seal::receipt::{self, Receipt};
use crate::seal::signer::Algorithm;
use crate::store::{key_events, lost_registry_keys, registry_keys};
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
    let found = verification::look_up(registry, token, now)?;
    let verified = found.ok_or(Error::NotFound)?;
    let verdict = verdict(&verified);
    let receipt = Receipt {
        at: now.utc().and_utc().timestamp(),
        subject: verified.public.certificate.number.clone(),
        verdict: verdict.to_string(),
        lines: 1,
        good: u32::from(verdict == LineVerdict::Valid),
        counts: Vec::new(),
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

/// A receipt of a certificate somebody watches, with the verdict she is told.
pub(super) fn of_number(
    registry: &Registry,
    number: &str,
    verdict: &str,
    now: Now,
) -> Done<Signed> {
    let receipt = Receipt {
        at: now.utc().and_utc().timestamp(),
        subject: number.to_owned(),
        verdict: verdict.to_owned(),
        lines: 1,
        good: u32::from(verdict == LineVerdict::Valid.as_str()),
        counts: Vec::new(),
    };
    signed(registry, receipt, now)
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
        counts: checked
            .counts()
            .map(|(verdict, lines)| (verdict.to_string(), count(lines)))
            .collect(),
    };
    signed(registry, receipt, now)
}

fn signed(registry: &Registry, receipt: Receipt, now: Now) -> Done<Signed> {
    let (signer, voucher) = registry.store.write(|db| {
        let vault = &registry.vault;
        let (id, signer) = keys::registry_signer(db, vault, PURPOSE, Algorithm::Es256, now)?;
        if let Some(voucher) = registry_keys::voucher(db, &id)? {
            return Ok::<_, Error>((signer, voucher));
        }
        let (root, by) = keys::root(db, vault, now)?;
        let voucher = receipt::vouch(&by, signer.public_key());
        registry_keys::vouch(db, &id, &root, &voucher)?;
        Ok((signer, voucher))
    })?;
    let digits = digits::encode(&receipt.sign(signer.as_ref(), &voucher));
    Ok(Signed { receipt, digits })
}

/// The purpose of the registry's key that signs receipts.
const PURPOSE: &str = "receipts";

/// What a receipt's text says; none when the registry did not sign it, or with a key that is in
/// strange hands: whoever has it can write any time into a receipt.
pub fn read(registry: &Registry, text: &str, now: Now) -> Done<Option<Receipt>> {
    let roots = trust::roots(registry, now)?;
    let Some(bytes) = Receipt::in_text(text) else {
        return Ok(None);
    };
    // A receipt outlives the root key that signed it, or that vouched for the key that did.
    let opened = roots
        .iter()
        .find_map(|root| Receipt::open(&bytes, &root.public));
    let Some(receipt) = opened else {
        return Ok(None);
    };
    let Some(key) = Receipt::key(&bytes) else {
        return Ok(Some(receipt));
    };
    let lost = registry.store.read(|db| {
        let mut lost = key_events::compromised(db)?;
        lost.extend(
            lost_registry_keys::all(db)?
                .into_iter()
                .map(|lost| lost.key_id),
        );
        let own = registry_keys::all(db, PURPOSE)?;
        Ok::<_, Error>(
            own.iter()
                .any(|it| it.public == key && lost.contains(&it.id)),
        )
    })?;
    Ok((!lost).then_some(receipt))
}
