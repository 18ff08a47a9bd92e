//! 状态名单凭证: a W3C Bitstring Status List (v1.0), signed by the issuer whose certificates it
//! speaks of. A set bit: revoked, or another stands in its place.

use crate::seal::credential::{embed, instant, jwt};
use crate::seal::json_ld::{CREDENTIALS, Meaningless};
use crate::seal::signer::{Algorithm, Signer};
use chrono::NaiveDateTime;
use data_encoding::BASE64URL_NOPAD;
use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};
use serde::Serialize;
use std::io::{Read, Write};

/// Where a list is published.
pub fn address(base: &str, slug: &str, list: u32) -> String {
    format!("{base}/status/revocation/{slug}/{list}")
}

/// The places set, as the standard orders them: the first is the highest bit of the first byte.
pub fn bits(places: &[u32], length: u32) -> Vec<u8> {
    let mut bits = vec![0; length as usize / 8];
    for place in places.iter().filter(|place| **place < length) {
        bits[*place as usize / 8] |= 0x80 >> (place % 8);
    }
    bits
}

/// A list as it is to be signed.
pub struct List<'a> {
    /// Where the registry is.
    pub base: &'a str,
    /// Whose it is.
    pub slug: &'a str,
    /// Its number.
    pub number: u32,
    /// See [`bits`].
    pub bits: &'a [u8],
    /// Since when this edition holds.
    pub from: NaiveDateTime,
    /// Until when it may be relied on.
    pub until: NaiveDateTime,
}

#[derive(Serialize)]
struct Credential {
    #[serde(rename = "@context")]
    context: [&'static str; 1],
    id: String,
    r#type: [&'static str; 2],
    issuer: String,
    #[serde(rename = "validFrom")]
    from: String,
    #[serde(rename = "validUntil")]
    until: String,
    #[serde(rename = "credentialSubject")]
    subject: Subject,
}

#[derive(Serialize)]
struct Subject {
    id: String,
    r#type: &'static str,
    #[serde(rename = "statusPurpose")]
    purpose: &'static str,
    #[serde(rename = "encodedList")]
    list: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(flatten)]
    credential: &'a Credential,
    iss: &'a str,
    sub: &'a str,
    jti: &'a str,
    nbf: i64,
    exp: i64,
}

impl List<'_> {
    /// Signs: Ed25519 embeds a proof, ES256 makes a JWT. The same list signed by the same key in
    /// the same hour is the same, byte for byte, on every server.
    pub fn sign(&self, signer: &dyn Signer) -> Result<Vec<u8>, Meaningless> {
        let did = crate::seal::did::of_issuer(self.base, self.slug);
        let id = address(self.base, self.slug, self.number);
        let credential = Credential {
            context: [CREDENTIALS],
            r#type: ["VerifiableCredential", "BitstringStatusListCredential"],
            issuer: did.clone(),
            from: instant(self.from),
            until: instant(self.until),
            subject: Subject {
                id: format!("{id}#list"),
                r#type: "BitstringStatusList",
                purpose: "revocation",
                list: encoded(self.bits),
            },
            id,
        };
        match signer.algorithm() {
            Algorithm::EdDsa => embed(&credential, &did, signer, self.from),
            Algorithm::Es256 => {
                let claims = Claims {
                    credential: &credential,
                    iss: &did,
                    sub: &credential.subject.id,
                    jti: &credential.id,
                    nbf: self.from.and_utc().timestamp(),
                    exp: self.until.and_utc().timestamp(),
                };
                jwt(&claims, "JWT", &did, signer)
            }
        }
    }
}

/// Multibase `u` over base64url over gzip (W3C Bitstring Status List, section 3.3).
fn encoded(bits: &[u8]) -> String {
    let mut packer = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best());
    packer.write_all(bits).expect("a vector takes all bytes");
    let packed = packer.finish().expect("a vector takes all bytes");
    format!("u{}", BASE64URL_NOPAD.encode(&packed))
}

/// The bits of a list as they stand in its credential; none when they are not so written.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let packed = BASE64URL_NOPAD
        .decode(text.strip_prefix('u')?.as_bytes())
        .ok()?;
    let mut bits = Vec::new();
    GzDecoder::new(packed.as_slice())
        .take(LONGEST + 1)
        .read_to_end(&mut bits)
        .ok()?;
    (bits.len() as u64 <= LONGEST).then_some(bits)
}

/// No list unpacks to more.
const LONGEST: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_is_the_highest_bit() {
        let bits = bits(&[0, 9, 131_071, 131_072], 131_072);
        assert_eq!((bits[0], bits[1], bits[16_383]), (0x80, 0x40, 0x01));
        assert_eq!(bits.iter().map(|it| it.count_ones()).sum::<u32>(), 3);
        let text = encoded(&bits);
        let packed = BASE64URL_NOPAD.decode(text[1..].as_bytes()).unwrap();
        let mut again = Vec::new();
        flate2::read::GzDecoder::new(&*packed)
            .read_to_end(&mut again)
            .unwrap();
        assert_eq!(again, bits);
    }
}
