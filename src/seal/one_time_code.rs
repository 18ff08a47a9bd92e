//! 动态口令: six digits that a telephone and the registry reckon from one secret and the time.
//!
//! RFC 6238 as every authenticator app reads it: HMAC-SHA-1, steps of thirty seconds, six digits.
//! SHA-1's collisions do not touch HMAC; other digests are in the RFC and in hardly any app.

use crate::ground::chance;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

/// Seconds a code lasts.
pub const STEP: i64 = 30;
/// Steps that a telephone's clock may be off, either way.
const ASTRAY: i64 = 1;

/// What the telephone and the registry share.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A new one, of as many bits as the digest has (RFC 4226, section 4).
    pub fn fresh() -> Self {
        Self(Zeroizing::new(chance::bytes::<20>().to_vec()))
    }

    /// One that was kept.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// Its bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it, in groups of four.
    pub fn typed(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.0);
        let groups: Vec<_> = text
            .as_bytes()
            .chunks(4)
            .map(String::from_utf8_lossy)
            .collect();
        groups.join(" ")
    }

    /// As an app scans it. Login and issuer are ASCII letters and digits.
    pub fn address(&self, issuer: &str, login: &str) -> String {
        format!(
            "otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}",
            BASE32_NOPAD.encode(&self.0)
        )
    }

    /// The code of a step (RFC 4226, section 5.3).
    pub fn code(&self, step: i64) -> u32 {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 0xF);
        let four = [hash[at] & 0x7F, hash[at + 1], hash[at + 2], hash[at + 3]];
        u32::from_be_bytes(four) % 1_000_000
    }

    /// The step a typed code belongs to, about now and after the last one used: none when it is
    /// wrong, or was used before.
    pub fn step_of(&self, typed: &str, seconds: i64, used: i64) -> Option<i64> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let code: u32 = digits.parse().ok()?;
        let now = seconds.div_euclid(STEP);
        (now - ASTRAY..=now + ASTRAY).find(|step| *step > used && self.code(*step) == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six of eight digits.
        let secret = Secret::of(b"12345678901234567890");
        for (seconds, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(secret.code(seconds / STEP), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_minute_and_a_half() {
        let secret = Secret::of(b"12345678901234567890");
        let (now, step) = (1_111_111_111, 1_111_111_111 / STEP);
        assert_eq!(secret.step_of("050 471", now, 0), Some(step));
        assert_eq!(secret.step_of("050471", now, step), None, "used");
        assert_eq!(
            secret.step_of("081804", now, 0),
            Some(step - 1),
            "a slow clock"
        );
        assert_eq!(secret.step_of("050471", now + 60, 0), None, "too late");
        for wrong in ["", "05047", "0504711", "05047a", "050472"] {
            assert_eq!(secret.step_of(wrong, now, 0), None, "{wrong}");
        }
        assert_eq!(
            secret.typed().replace(' ', ""),
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
    }
}
