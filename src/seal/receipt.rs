//! 核验回执: the registry says, signed, that something was checked at a time with a result.
//!
//! A `COSE_Sign1` (ES256) by the registry's key for receipts (the first ones: the root) over `{0: version, 1: kind, 2: time in Unix seconds,
//! 3: subject, 4: verdict, 5: lines, 6: lines in force}`. The kind keeps it apart from everything
//! else that key signs. A receipt of a certificate is about its number; one of a list about the
//! SHA-256 of the list's result, and since version 2 it also says, at 7, how many lines came to what.

use crate::seal::digits;
use crate::seal::signer::{self, Algorithm, Signer};
use ciborium::Value;
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, Label, TaggedCborSerializable, iana};

/// Without and with the counts of a list.
const VERSIONS: [u64; 2] = [1, 2];
const KIND: &str = "guildhall receipt";
/// No receipt is longer.
const LONGEST: usize = 1024;

/// What was checked, and with what result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// When, in Unix seconds.
    pub at: i64,
    /// 证书编号, or the digest of a list's result.
    pub subject: String,
    /// The verdict's code; `list` for a list.
    pub verdict: String,
    /// How many certificates were checked.
    pub lines: u32,
    /// How many of them were in force.
    pub good: u32,
    /// How many lines of a list came to which verdict's code; the first receipts of lists and those
    /// of one certificate have none.
    pub counts: Vec<(String, u32)>,
}

impl Receipt {
    /// The signed receipt. It brings the key it is signed with and the root's word for that key, so
    /// that whoever knows the root needs nothing else.
    pub fn sign(&self, signer: &dyn Signer, voucher: &[u8]) -> Vec<u8> {
        let header = HeaderBuilder::new()
            .algorithm(iana::Algorithm::ES256)
            .key_id(signer.key_id().to_vec())
            .build();
        let brings = HeaderBuilder::new()
            .text_value(KEY.to_owned(), Value::from(signer.public_key().to_vec()))
            .text_value(VOUCHER.to_owned(), Value::from(voucher.to_vec()))
            .build();
        CoseSign1Builder::new()
            .protected(header)
            .unprotected(brings)
            .payload(self.payload())
            .create_signature(&[], |message| signer.sign(message))
            .build()
            .to_tagged_vec()
            .expect("numbers and texts are always written")
    }

    /// The signed bytes in a receipt's text. Whatever stands around the digits is passed over: people
    /// paste whole files.
    pub fn in_text(text: &str) -> Option<Vec<u8>> {
        let written: String = text
            .rsplit('#')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_whitespace())
            .take_while(char::is_ascii_digit)
            .collect();
        digits::decode(&written).filter(|bytes| !bytes.is_empty())
    }

    /// The key a receipt brings; none on the first ones, which the root signed itself.
    pub fn key(bytes: &[u8]) -> Option<Vec<u8>> {
        brought(&CoseSign1::from_tagged_slice(bytes).ok()?, KEY)
    }

    /// The receipt, if this root key signed it, or vouched for the key that did.
    pub fn open(bytes: &[u8], root: &[u8]) -> Option<Self> {
        if bytes.len() > LONGEST {
            return None;
        }
        let message = CoseSign1::from_tagged_slice(bytes).ok()?;
        let signed = message.tbs_data(&[]);
        let own = brought(&message, KEY);
        if let Some(own) = &own {
            let voucher = brought(&message, VOUCHER)?;
            let word = word_for(own);
            signer::verify(Algorithm::Es256, root, &word, &voucher).then_some(())?;
        }
        let by = own.as_deref().unwrap_or(root);
        if !signer::verify(Algorithm::Es256, by, &signed, &message.signature) {
            return None;
        }
        let payload = message.payload?;
        let value: Value = ciborium::from_reader(payload.as_slice()).ok()?;
        let fields = value.as_map()?;
        let at = |key: usize| fields.get(key).map(|(_, value)| value);
        let whole = |key| at(key)?.as_integer().map(i128::from);
        let text = |key| Some(at(key)?.as_text()?.to_owned());
        let counts = match at(7) {
            Some(counts) => read_counts(counts)?,
            None => Vec::new(),
        };
        let receipt = Self {
            at: i64::try_from(whole(2)?).ok()?,
            subject: text(3)?,
            verdict: text(4)?,
            lines: u32::try_from(whole(5)?).ok()?,
            good: u32::try_from(whole(6)?).ok()?,
            counts,
        };
        // One receipt has one form: whatever is written otherwise is none.
        (receipt.payload() == payload).then_some(receipt)
    }

    fn payload(&self) -> Vec<u8> {
        let [first, counted] = VERSIONS;
        let mut values = vec![
            Value::from(if self.counts.is_empty() {
                first
            } else {
                counted
            }),
            Value::from(KIND),
            Value::from(self.at),
            Value::from(self.subject.as_str()),
            Value::from(self.verdict.as_str()),
            Value::from(self.lines),
            Value::from(self.good),
        ];
        if !self.counts.is_empty() {
            let count = |(verdict, count): &(String, u32)| {
                (Value::from(verdict.as_str()), Value::from(*count))
            };
            values.push(Value::Map(self.counts.iter().map(count).collect()));
        }
        let map = (0_u64..)
            .zip(values)
            .map(|(key, value)| (Value::from(key), value))
            .collect();
        let mut payload = Vec::new();
        ciborium::into_writer(&Value::Map(map), &mut payload).expect("a vector takes all bytes");
        payload
    }
}

fn read_counts(value: &Value) -> Option<Vec<(String, u32)>> {
    let count = |(verdict, count): &(Value, Value)| {
        let count = u32::try_from(i128::from(count.as_integer()?)).ok()?;
        Some((verdict.as_text()?.to_owned(), count))
    };
    value.as_map()?.iter().map(count).collect()
}

/// What a receipt brings is under these names.
const KEY: &str = "key";
const VOUCHER: &str = "voucher";

fn brought(message: &CoseSign1, name: &str) -> Option<Vec<u8>> {
    let (_, value) = message
        .unprotected
        .rest
        .iter()
        .find(|(label, _)| *label == Label::Text(name.to_owned()))?;
    value.as_bytes().cloned()
}

/// What the root signs for a key that signs receipts, and for nothing else.
fn word_for(key: &[u8]) -> Vec<u8> {
    [b"guildhall receipts' key v1\n".as_slice(), key].concat()
}

/// The root's word for a key that signs receipts.
pub fn vouch(root: &dyn Signer, key: &[u8]) -> Vec<u8> {
    root.sign(&word_for(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::bundle::Bundle;
    use crate::seal::signer::Es256;

    #[test]
    fn a_receipt_is_the_roots_and_of_one_form() {
        let one = Receipt {
            at: 1_773_000_000,
            subject: "S000015090001255000001".to_owned(),
            verdict: "valid".to_owned(),
            lines: 1,
            good: 1,
            counts: Vec::new(),
        };
        let counted = |(verdict, count): (&str, u32)| (verdict.to_owned(), count);
        let list = Receipt {
            subject: "5".repeat(64),
            verdict: "list".to_owned(),
            lines: 30,
            good: 28,
            counts: [("valid", 28), ("revoked", 2)].map(counted).to_vec(),
            ..one.clone()
        };
        for receipt in [one, list] {
            holds_whole(receipt);
        }
    }

    fn holds_whole(receipt: Receipt) {
        let (root, other, own) = (Es256::generate(), Es256::generate(), Es256::generate());
        let bytes = receipt.sign(&own, &vouch(&root, own.public_key()));
        let strange = receipt.sign(&own, &vouch(&other, own.public_key()));
        assert_eq!(Receipt::open(&strange, root.public_key()), None);
        assert_eq!(Receipt::key(&bytes).as_deref(), Some(own.public_key()));
        assert_eq!(Receipt::open(&bytes, root.public_key()), Some(receipt));
        assert_eq!(Receipt::open(&bytes, other.public_key()), None);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            // The hint is not asked for here, but it is signed.
            assert_eq!(
                Receipt::open(&changed, root.public_key()),
                None,
                "byte {at}"
            );
        }
        assert!(Bundle::open(&bytes, root.public_key()).is_err());
    }
}
