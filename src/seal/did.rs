//! 签发机构标识: who an issuer is on the web (`did:web`), and its public keys as others read them.

use crate::seal::json_ld::MULTIKEY;
use crate::seal::signer::Algorithm;
use p256::elliptic_curve::sec1::ToSec1Point;
use serde::Serialize;

/// `did:web` of this registry: its host, a port written so that it stays part of the name.
pub fn of_registry(base: &str) -> String {
    let host = base.split_once("://").map_or(base, |(_, rest)| rest);
    let (host, path) = host.split_once('/').unwrap_or((host, ""));
    let mut did = format!("did:web:{}", host.replace(':', "%3A"));
    for part in path.split('/').filter(|part| !part.is_empty()) {
        did.push(':');
        did.push_str(part);
    }
    did
}

/// `did:web` of an issuer under this registry.
pub fn of_issuer(base: &str, slug: &str) -> String {
    format!("{}:issuers:{slug}", of_registry(base))
}

/// A public key as Multikey writes it: what kind, then the key, in base58btc.
pub fn multibase(algorithm: Algorithm, public: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(35);
    match algorithm {
        Algorithm::EdDsa => {
            bytes.extend_from_slice(&[0xed, 0x01]);
            bytes.extend_from_slice(public);
        }
        Algorithm::Es256 => {
            let key = p256::PublicKey::from_sec1_bytes(public).ok()?;
            bytes.extend_from_slice(&[0x80, 0x24]);
            bytes.extend_from_slice(key.to_sec1_point(true).as_bytes());
        }
    }
    Some(format!("z{}", bs58::encode(bytes).into_string()))
}

/// The address of a key in its owner's document.
pub fn key_address(did: &str, algorithm: Algorithm, public: &[u8]) -> Option<String> {
    Some(format!("{did}#{}", multibase(algorithm, public)?))
}

/// A DID document.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    #[serde(rename = "@context")]
    context: [&'static str; 2],
    id: String,
    #[serde(rename = "verificationMethod")]
    keys: Vec<Method>,
    #[serde(rename = "assertionMethod")]
    asserts: Vec<String>,
}

/// One key of a DID document.
#[derive(Clone, Debug, Serialize)]
struct Method {
    id: String,
    r#type: &'static str,
    controller: String,
    #[serde(rename = "publicKeyMultibase")]
    multibase: String,
}

impl Document {
    /// The document of whoever has these keys. Retired keys belong in it as long as what they
    /// signed is to be believed; compromised ones do not: leaving a key out of both lists is the
    /// only thing all verifiers heed.
    pub fn new(did: &str, keys: &[(Algorithm, Vec<u8>)]) -> Self {
        let methods: Vec<Method> = keys
            .iter()
            .filter_map(|(algorithm, public)| multibase(*algorithm, public))
            .map(|multibase| Method {
                id: format!("{did}#{multibase}"),
                r#type: "Multikey",
                controller: did.to_owned(),
                multibase,
            })
            .collect();
        Self {
            context: ["https://www.w3.org/ns/did/v1", MULTIKEY],
            id: did.to_owned(),
            asserts: methods.iter().map(|method| method.id.clone()).collect(),
            keys: methods,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_stays_part_of_the_name() {
        for (base, did) in [
            (
                "https://cert.example.cn",
                "did:web:cert.example.cn:issuers:a",
            ),
            (
                "http://127.0.0.1:8102",
                "did:web:127.0.0.1%3A8102:issuers:a",
            ),
            (
                "https://example.cn/guild",
                "did:web:example.cn:guild:issuers:a",
            ),
        ] {
            assert_eq!(of_issuer(base, "a"), did);
        }
    }

    #[test]
    fn keys_are_written_as_multikey_says() {
        // W3C vc-di-eddsa, section B.1.
        let public = bs58::decode("6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
            .into_vec()
            .unwrap();
        assert_eq!(
            multibase(Algorithm::EdDsa, &public[2..]).unwrap(),
            "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
        );
        assert!(multibase(Algorithm::Es256, &[4; 65]).is_none());
    }
}
