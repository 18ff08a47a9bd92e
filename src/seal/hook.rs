//! 回调签名: whoever is called knows by it that the registry calls, and that nothing was changed.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header the signature is in.
pub const HEADER: &str = "Guildhall-Signature";

/// The signature of a body sent at a time: `t=<Unix seconds>,v1=<hex of HMAC-SHA-256 over "<t>.<body>">`.
/// The time is signed as well, so that an old call cannot be sent again.
///
/// # Panics
/// Never: HMAC takes a key of any length.
pub fn signature(secret: &str, at: i64, body: &str) -> String {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).expect("HMAC takes any key");
    mac.update(format!("{at}.{body}").as_bytes());
    format!(
        "t={at},v1={}",
        HEXLOWER.encode(&mac.finalize().into_bytes())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Python's hmac.
    #[test]
    fn another_implementation_agrees() {
        assert_eq!(
            signature("secret", 1_790_000_000, "{\"a\":1}"),
            "t=1790000000,v1=da8fe498621aaab99d5b11c51346b13d1a2bf2914b865b8d3edd3531cab25a3e"
        );
        assert_ne!(signature("secret", 1, "ab"), signature("secret", 2, "ab"));
        assert_ne!(signature("secret", 1, "ab"), signature("Secret", 1, "ab"));
    }
}
