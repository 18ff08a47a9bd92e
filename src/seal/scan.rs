//! 扫码: what a certificate's QR code reads, and reading it back.
//!
//! `https://HOST/v/<token>#<digits>`. Any camera opens it; the registry answers by the token.
//! The digits are the signed ticket: browsers never send what follows `#`, so a holder's name
//! stays out of every server's log, and a page fetched earlier checks them without a network.

use crate::seal::digits;
use crate::seal::ticket::{LONGEST, Sealed, TOKEN_LENGTH, is_token, token_of};

/// What the QR code of a signed ticket reads. The base is where the public finds this registry.
pub fn qr_text(base_url: &str, sealed: &Sealed) -> String {
    format!(
        "{}/v/{}#{}",
        base_url.trim_end_matches('/'),
        sealed.token,
        digits::encode(&sealed.cose)
    )
}

/// What a scanned code holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The look-up key.
    pub token: String,
    /// The signed message; none when an app dropped what follows `#`.
    pub cose: Option<Sealed>,
}

/// Why a scanned text is none of our codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Foreign {
    /// No `/v/` with a token behind it.
    #[error("no token in the scanned text")]
    Token,
    /// The digits are no bytes.
    #[error("the digits in the scanned text are damaged")]
    Digits,
    /// The digits belong to another token.
    #[error("the digits and the token of the scanned text do not belong together")]
    Mismatch,
}

/// Reads a scanned text. The host is not looked at: a forger's page has one too, and only a
/// signature by a trusted key counts. Tails that apps add, like `&appinstall=0`, are passed over.
pub fn scan(text: &str) -> Result<Scan, Foreign> {
    let (token, rest) = token_behind("/v/", text).ok_or(Foreign::Token)?;
    let digits = digits_in(rest);
    if digits.is_empty() {
        return Ok(Scan { token, cose: None });
    }
    let cose = message(digits).ok_or(Foreign::Digits)?;
    if token_of(&cose) != token {
        return Err(Foreign::Mismatch);
    }
    Ok(Scan {
        token: token.clone(),
        cose: Some(Sealed { cose, token }),
    })
}

/// The signed message in the code of a copy for one purpose, `https://HOST/c/<token>#<digits>`: the
/// certificate's own. The token behind `/c/` is the copy's, which only the register knows.
pub fn copied(text: &str) -> Option<Sealed> {
    Some(copy(text)?.1)
}

/// The token of the copy itself, and the certificate's signed message.
pub fn copy(text: &str) -> Option<(String, Sealed)> {
    let (token, rest) = token_behind("/c/", text)?;
    let cose = message(digits_in(rest)).filter(|cose| !cose.is_empty())?;
    let sealed = Sealed {
        token: token_of(&cose),
        cose,
    };
    Some((token, sealed))
}

/// Where the code of a copy or of a receipt is answered, when a text is one of them: at addresses of
/// their own, whatever host stands before them.
pub fn elsewhere(text: &str) -> Option<String> {
    if let Some((token, _)) = token_behind("/c/", text) {
        return Some(format!("/c/{token}"));
    }
    let (_, digits) = text.split_once("/receipts#")?;
    let receipt = digits.len() > 300 && digits.bytes().all(|b| b.is_ascii_digit());
    receipt.then(|| format!("/receipts#{digits}"))
}

/// The digits behind the first `#`, up to what apps add.
fn digits_in(rest: &str) -> &str {
    let fragment = rest.split_once('#').map_or("", |(_, fragment)| fragment);
    let end = fragment.find(|c: char| !c.is_ascii_digit());
    &fragment[..end.unwrap_or(fragment.len())]
}

/// The message in digits.
fn message(digits: &str) -> Option<Vec<u8>> {
    digits::decode(digits).filter(|cose| cose.len() <= LONGEST)
}

/// The first token behind such a mark, and what follows it.
fn token_behind<'a>(mark: &str, text: &'a str) -> Option<(String, &'a str)> {
    text.match_indices(mark).find_map(|(at, mark)| {
        let behind = &text[at + mark.len()..];
        let (token, rest) = behind.split_at_checked(TOKEN_LENGTH)?;
        let token = token.to_ascii_lowercase();
        let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        (ends && is_token(&token)).then_some((token, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::signer::Signer as _;
    use crate::seal::signer::tests::signer;
    use crate::seal::ticket::tests::ticket;
    use crate::seal::ticket::{sign, verify};
    use proptest::prelude::*;

    const BASE: &str = "https://cert.example.cn";

    /// Made with another implementation (Python, OpenSSL's deterministic ECDSA, CBOR by hand)
    /// from the same ticket and RFC 6979's key.
    const TOKEN: &str = "2fzsimi6uv6acgf2";
    const DIGITS: &str = "592551968947010601933551123658351223266765572238565474603022997190675373709973575377613564\
         906937398829144092939640620001436006383070154151691363262203510234154065920125971357367801\
         178987414974455825576242157704032781620500031006229695292018273391473433971586244806879070\
         260196032437433021265404512419661173674952029265787836131457597818987270168070840526613670\
         673719623074435175278034728172263409";

    #[test]
    fn another_implementation_makes_the_same_code() {
        let sealed = sign(&ticket(), &signer());
        assert_eq!(qr_text(BASE, &sealed), format!("{BASE}/v/{TOKEN}#{DIGITS}"));
        let scan = scan(&format!("{BASE}/v/{TOKEN}#{DIGITS}")).unwrap();
        assert_eq!(
            verify(&scan.cose.unwrap().cose, signer().public_key()).unwrap(),
            ticket()
        );
    }

    #[test]
    fn hosts_and_tails_are_passed_over() {
        let sealed = sign(&ticket(), &signer());
        let whole = Scan {
            token: sealed.token.clone(),
            cose: Some(sealed.clone()),
        };
        let bare = Scan {
            token: sealed.token.clone(),
            cose: None,
        };
        let token = &sealed.token;
        for (text, read) in [
            (qr_text(BASE, &sealed), &whole),
            (qr_text("https://cert.example.cn/", &sealed), &whole),
            (qr_text("http://127.0.0.1:8000", &sealed), &whole),
            (qr_text("https://cert-examp1e.cn/v/x", &sealed), &whole),
            (format!("{BASE}/v/{token}#{DIGITS}&appinstall=0"), &whole),
            (
                format!("{BASE}/v/{token}?from=timeline#{DIGITS}&appinstall=0"),
                &whole,
            ),
            (
                format!(" {BASE}/v/{}#{DIGITS}\n", token.to_uppercase()),
                &whole,
            ),
            (format!("/v/{token}"), &bare),
            (format!("{BASE}/v/{token}#"), &bare),
            (format!("{BASE}/v/{token}#&appinstall=0"), &bare),
            (format!("{BASE}/v/{token}/?x=1"), &bare),
        ] {
            assert_eq!(scan(&text).as_ref(), Ok(read), "{text}");
        }
    }

    #[test]
    fn foreign_codes_are_named() {
        let other = "a".repeat(16);
        for (text, why) in [
            (String::new(), Foreign::Token),
            ("https://example.cn/".to_owned(), Foreign::Token),
            (format!("{BASE}/v/short#{DIGITS}"), Foreign::Token),
            (format!("{BASE}/v/{TOKEN}x#{DIGITS}"), Foreign::Token),
            (
                format!("{BASE}/v/1{}#{DIGITS}", &TOKEN[1..]),
                Foreign::Token,
            ),
            ("/v/证书证书证书".to_owned(), Foreign::Token),
            (
                format!("{BASE}/v/{TOKEN}#{}", &DIGITS[1..]),
                Foreign::Digits,
            ),
            (format!("{BASE}/v/{TOKEN}#{DIGITS}1"), Foreign::Digits),
            (format!("{BASE}/v/{TOKEN}#999"), Foreign::Digits),
            (
                format!("{BASE}/v/{TOKEN}#{}", "0".repeat(17 * 200)),
                Foreign::Digits,
            ),
            (format!("{BASE}/v/{other}#{DIGITS}"), Foreign::Mismatch),
        ] {
            assert_eq!(scan(&text), Err(why), "{text}");
        }
    }

    #[test]
    fn every_changed_digit_is_refused() {
        for at in 0..DIGITS.len() {
            for digit in '0'..='9' {
                let changed = format!("{}{digit}{}", &DIGITS[..at], &DIGITS[at + 1..]);
                if changed != DIGITS {
                    assert!(
                        scan(&format!("{BASE}/v/{TOKEN}#{changed}")).is_err(),
                        "digit {at}"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_reader(text in ".{0,60}", token in "[a-z2-7]{14,18}", tail in "[#0-9&?]{0,30}") {
            let _ = (scan(&text), scan(&format!("/v/{token}{tail}")));
        }
    }
}
