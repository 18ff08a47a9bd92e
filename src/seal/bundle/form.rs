//! 书写形式: a bundle as CBOR, and read back.

use super::{Bundle, Issuer, Key, KeyState, Link, List};
use crate::seal::signer::Algorithm;
use chrono::{Datelike, NaiveDate};
use ciborium::Value;
use coset::CoseSign1;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// The form of bundle written by this program.
const VERSION: u64 = 1;
/// No bit string unpacks to more.
const BITS: u64 = 1 << 20;

impl Bundle {
    /// What is signed.
    pub(super) fn payload(&self, root: &[u8]) -> Vec<u8> {
        let texts = |texts: &[String]| {
            Value::Array(texts.iter().map(|one| Value::from(one.as_str())).collect())
        };
        let bytes = |all: &[Vec<u8>]| {
            Value::Array(all.iter().map(|one| Value::Bytes(one.clone())).collect())
        };
        let issuers = self.issuers.iter().map(Issuer::value).collect();
        let lost_logs = self
            .lost_logs
            .iter()
            .map(|(key, size)| Value::Array(vec![Value::from(key.as_str()), Value::from(*size)]));
        let map = numbered([
            Value::from(VERSION),
            Value::from(self.sequence),
            Value::from(self.issued_at),
            Value::from(self.next_update),
            Value::Array(issuers),
            Value::Bytes(root.to_vec()),
            texts(&self.logs),
            texts(&self.witnesses),
            bytes(&self.anchors),
            bytes(&self.withdrawn),
            Value::Array(self.links.iter().map(Link::value).collect()),
            bytes(&self.lost),
            Value::Array(lost_logs.collect()),
        ]);
        let mut payload = Vec::new();
        ciborium::into_writer(&map, &mut payload).expect("a vector takes all bytes");
        payload
    }
}

impl Link {
    fn value(&self) -> Value {
        Value::Array(vec![
            Value::Bytes(self.root.clone()),
            Value::Bytes(self.signature.clone()),
        ])
    }

    fn read(value: &Value) -> Option<Self> {
        let parts = value.as_array()?;
        Some(Self {
            root: parts.first()?.as_bytes()?.clone(),
            signature: parts.get(1)?.as_bytes()?.clone(),
        })
    }
}

impl Issuer {
    fn value(&self) -> Value {
        let text = |text: &str| Value::from(text);
        numbered([
            text(&self.id),
            text(&self.slug),
            text(&self.name),
            text(&self.name_en),
            text(&self.uscc),
            Value::Array(self.keys.iter().map(Key::value).collect()),
            Value::Array(self.lists.iter().map(List::value).collect()),
        ])
    }

    fn read(value: &Value) -> Option<Self> {
        let fields = fields(value)?;
        let text = |at| Some(fields.get(&at)?.as_text()?.to_owned());
        let array = |at| fields.get(&at).and_then(|value| value.as_array());
        Some(Self {
            id: text(0)?,
            slug: text(1)?,
            name: text(2)?,
            name_en: text(3)?,
            uscc: text(4)?,
            keys: array(5)?.iter().map(Key::read).collect::<Option<_>>()?,
            lists: array(6)?.iter().map(List::read).collect::<Option<_>>()?,
        })
    }
}

impl Key {
    fn value(&self) -> Value {
        let state = match self.state {
            KeyState::Good => 0,
            KeyState::Compromised => 1,
        };
        let mut parts = vec![
            Value::Bytes(self.id.to_vec()),
            Value::from(self.algorithm.cose()),
            Value::Bytes(self.public.clone()),
            Value::from(day_number(self.from)),
            Value::from(day_number(self.until)),
            Value::from(state),
        ];
        if self.state == KeyState::Compromised {
            let mut kept = self.kept.clone();
            kept.sort_unstable();
            parts.push(Value::Bytes(kept.concat()));
        }
        Value::Array(parts)
    }

    fn read(value: &Value) -> Option<Self> {
        let parts = value.as_array()?;
        let day = |at: usize| {
            let days = i64::try_from(number(parts.get(at)?)?).ok()?;
            EPOCH.checked_add_signed(chrono::Duration::try_days(days)?)
        };
        let algorithm = number(parts.get(1)?)?;
        let known = Algorithm::ALL.iter().copied();
        Some(Self {
            id: parts.first()?.as_bytes()?.as_slice().try_into().ok()?,
            algorithm: known
                .into_iter()
                .find(|one| i128::from(one.cose()) == algorithm)?,
            public: parts.get(2)?.as_bytes()?.clone(),
            from: day(3)?,
            until: day(4)?,
            state: if number(parts.get(5)?)? == 0 {
                KeyState::Good
            } else {
                KeyState::Compromised
            },
            kept: match parts.get(6) {
                Some(kept) => {
                    let (names, rest) = kept.as_bytes()?.as_chunks();
                    (rest.is_empty() && names.is_sorted()).then(|| names.to_vec())?
                }
                None => Vec::new(),
            },
        })
    }
}

impl List {
    fn value(&self) -> Value {
        let marked = [&self.revoked, &self.suspended, &self.replaced];
        let marks = (0_u64..)
            .zip(marked)
            .filter(|(_, bits)| bits.iter().any(|byte| *byte != 0))
            .map(|(kind, bits)| (Value::from(kind), Value::Bytes(packed(bits))))
            .collect();
        let given = self
            .given
            .as_ref()
            .map_or(Value::Null, |bits| Value::Bytes(packed(bits)));
        Value::Array(vec![Value::from(self.number), Value::Map(marks), given])
    }

    fn read(value: &Value) -> Option<Self> {
        let parts = value.as_array()?;
        let marks = fields(parts.get(1)?)?;
        let marked = |kind| match marks.get(&kind) {
            Some(value) => unpacked(value.as_bytes()?),
            None => Some(Vec::new()),
        };
        Some(Self {
            number: u32::try_from(number(parts.first()?)?).ok()?,
            revoked: marked(0)?,
            suspended: marked(1)?,
            replaced: marked(2)?,
            given: match parts.get(2)? {
                Value::Null => None,
                value => Some(unpacked(value.as_bytes()?)?),
            },
        })
    }
}

/// The successions a message tells, before anybody knows who signed it.
pub(super) fn links(message: &CoseSign1) -> Option<Vec<Link>> {
    let value: Value = ciborium::from_reader(message.payload.as_deref()?).ok()?;
    let fields = fields(&value)?;
    fields
        .get(&10)?
        .as_array()?
        .iter()
        .map(Link::read)
        .collect()
}

/// A bundle as it is written.
pub(super) fn read(value: &Value) -> Option<Bundle> {
    let fields = fields(value)?;
    let whole = |at: u64| number(fields.get(&at)?);
    if whole(0)? != i128::from(VERSION) {
        return None;
    }
    let issuers = fields.get(&4)?.as_array()?;
    // What came later may be absent: earlier bundles are read for ever.
    let array = |at: u64| {
        fields
            .get(&at)
            .and_then(|value| value.as_array())
            .map_or(&[][..], Vec::as_slice)
    };
    let texts = |at| {
        array(at)
            .iter()
            .map(|one| Some(one.as_text()?.to_owned()))
            .collect::<Option<_>>()
    };
    let bytes = |at| {
        array(at)
            .iter()
            .map(|one| Some(one.as_bytes()?.clone()))
            .collect::<Option<_>>()
    };
    let lost_log = |one: &Value| {
        let parts = one.as_array()?;
        let key = parts.first()?.as_text()?.to_owned();
        Some((key, u64::try_from(number(parts.get(1)?)?).ok()?))
    };
    Some(Bundle {
        lost_logs: array(12).iter().map(lost_log).collect::<Option<_>>()?,
        logs: texts(6)?,
        witnesses: texts(7)?,
        anchors: bytes(8)?,
        withdrawn: bytes(9)?,
        lost: bytes(11)?,
        links: array(10).iter().map(Link::read).collect::<Option<_>>()?,
        sequence: u64::try_from(whole(1)?).ok()?,
        issued_at: i64::try_from(whole(2)?).ok()?,
        next_update: i64::try_from(whole(3)?).ok()?,
        issuers: issuers.iter().map(Issuer::read).collect::<Option<_>>()?,
    })
}

fn numbered<const N: usize>(values: [Value; N]) -> Value {
    let numbered = (0_u64..).zip(values);
    Value::Map(
        numbered
            .map(|(key, value)| (Value::from(key), value))
            .collect(),
    )
}

pub(super) fn fields(value: &Value) -> Option<BTreeMap<u64, &Value>> {
    let entries = value.as_map()?.iter();
    entries
        .map(|(key, value)| Some((u64::try_from(number(key)?).ok()?, value)))
        .collect()
}

fn number(value: &Value) -> Option<i128> {
    value.as_integer().map(i128::from)
}

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("the first day of 2000");

fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce() - EPOCH.num_days_from_ce())
}

fn packed(bits: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer
        .write_all(bits)
        .and_then(|()| packer.finish())
        .expect("memory takes all bytes")
}

fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut bits = Vec::new();
    let mut reader = GzDecoder::new(bytes).take(BITS + 1);
    reader.read_to_end(&mut bits).ok()?;
    (bits.len() as u64 <= BITS).then_some(bits)
}
