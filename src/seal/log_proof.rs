//! 日志凭证: the proof that something was logged, as a text that is checked without a network
//! (C2SP tlog-proof).

use crate::seal::canonical;
use crate::seal::log::{self, Hash};
use crate::seal::note::{self, Checkpoint, Vkey};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;

/// What hides a commitment's content and binds it.
pub type Salt = [u8; 32];

/// The commitment to a payload.
pub fn commitment(salt: &Salt, payload: &Value) -> String {
    let mut hash = Sha256::new();
    hash.update(b"guildhall/commit/v1\n");
    hash.update(salt);
    hash.update(canonical::bytes(payload));
    BASE64URL_NOPAD.encode(&hash.finalize())
}

const FIRST: &str = "c2sp.org/tlog-proof@v1";

/// A proof, not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogProof {
    /// What the application adds; trusted by nobody.
    pub extra: Option<Vec<u8>>,
    /// The place of the leaf.
    pub index: u64,
    /// From the leaf's sibling up.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, verbatim.
    pub checkpoint: String,
}

impl LogProof {
    /// Reads a proof; none unless it is well formed.
    pub fn read(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n').peekable();
        if lines.next()? != FIRST {
            return None;
        }
        let mut extra = None;
        if let Some(coded) = lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            extra = Some(BASE64.decode(coded.as_bytes()).ok()?);
            lines.next();
        }
        let index = lines.next()?.strip_prefix("index ")?;
        let number: u64 = index.parse().ok()?;
        if number.to_string() != index {
            return None;
        }
        let hashes: Option<Vec<Hash>> = lines
            .map(|line| BASE64.decode(line.as_bytes()).ok()?.try_into().ok())
            .collect();
        let hashes = hashes.filter(|hashes| hashes.len() <= 63)?;
        Some(Self {
            extra,
            index: number,
            hashes,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// Whether this leaf is in this log: what the checkpoint says, when it is.
    pub fn verify(&self, leaf: &[u8], log: &Vkey) -> Option<(note::Note, Checkpoint)> {
        let (note, checkpoint) = note::verified(&self.checkpoint, log)?;
        let leaf = log::leaf_hash(leaf);
        log::is_included(
            &leaf,
            self.index,
            checkpoint.size,
            &self.hashes,
            &checkpoint.root,
        )
        .then_some((note, checkpoint))
    }
}

impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", BASE64.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", BASE64.encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};
    use proptest::prelude::*;

    fn example() -> (LogProof, Vkey) {
        let key = SigningKey::from_bytes(&[5; 32]);
        let vkey = Vkey::new("log.example", note::LOG, key.verifying_key().to_bytes()).unwrap();
        let leaves: Vec<_> = [b"a", b"b", b"c"]
            .iter()
            .map(|leaf| log::leaf_hash(*leaf))
            .collect();
        let checkpoint = Checkpoint {
            origin: "log.example".to_owned(),
            size: 3,
            root: log::root_of(&leaves),
        };
        let text = checkpoint.text();
        let line = vkey.sign(&text, 0, &|bytes| key.sign(bytes).to_bytes().to_vec());
        let proof = LogProof {
            extra: Some(b"{}".to_vec()),
            index: 2,
            hashes: vec![log::node_hash(&leaves[0], &leaves[1])],
            checkpoint: format!("{text}\n{line}"),
        };
        (proof, vkey)
    }

    #[test]
    fn a_proof_comes_back_and_holds() {
        let (proof, vkey) = example();
        let text = proof.to_string();
        assert!(
            text.starts_with("c2sp.org/tlog-proof@v1\nextra e30=\nindex 2\n"),
            "{text}"
        );
        assert_eq!(LogProof::read(&text).as_ref(), Some(&proof));
        assert_eq!(proof.verify(b"c", &vkey).unwrap().1.size, 3);
        assert!(proof.verify(b"b", &vkey).is_none());
        let other = LogProof { index: 1, ..proof };
        assert!(other.verify(b"c", &vkey).is_none());
    }

    proptest! {
        /// Whatever byte is changed outside `extra`, it is no proof any more.
        #[test]
        fn a_bent_byte_is_noticed(at in any::<proptest::sample::Index>(), bit in 0_u8..7) {
            let (proof, vkey) = example();
            let proof = LogProof { extra: None, ..proof };
            let mut bytes = proof.to_string().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let read = String::from_utf8(bytes).ok().and_then(|text| LogProof::read(&text));
            if let Some(bent) = read {
                prop_assert!(bent.verify(b"c", &vkey).is_none(), "{}", bent);
            }
        }
    }
}
