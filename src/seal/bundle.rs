//! 信任包: what a pocket needs to judge a certificate without a network.
//!
//! A signed message (`COSE_Sign1`, ES256) by the registry's root key: who may issue, by which keys
//! and when, which places of whose lists of standings are revoked, suspended or replaced, and,
//! while a list is still filling, which places are given out at all.
//!
//! ## The form
//! `{0: version, 1: sequence, 2: issued at, 3: next update, 4: issuers, 5: root key, 6: keys of the
//! public log, 7: keys of its witnesses, 8: certification authorities, 9: their lists}`; times are
//! Unix seconds, days are counted from 2000-01-01 as in a ticket. The root key is the one that signs
//! the bundle: whoever has none yet pins it at first sight. Log keys are verifier keys of C2SP
//! signed-note; authorities and lists are DER. Readers that know only 0 to 4 pass over the rest.
//! An issuer is
//! `{0: key, 1: slug, 2: name, 3: name in English, 4: 统一社会信用代码, 5: keys, 6: lists}`; a key is
//! `[hint, algorithm, public key, first day, last day, state]`, and for a compromised key (state 1)
//! a seventh item: the names of what it signed before it was lost, each the ten bytes a token
//! stands for, in order, one after the other; a list is
//! `[number, {0: revoked, 1: suspended, 2: replaced}, given out or null]`. Bit strings are gzip of
//! one bit a place, the lowest bit of each byte first; one without any bit is left out.
//!
//! ## Why places given out are told
//! Places are drawn at random, so nothing about a place says whether it was ever used. Whoever
//! steals an issuer's key can sign a certificate with any place; with the map, a place that was
//! not given out when the bundle was made is not vouched for.

use crate::seal::signer::{self, Algorithm, KeyId, Signer};
use crate::seal::ticket::{self, Invalid, Ticket};
use chrono::{Datelike, NaiveDate};
use ciborium::Value;
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// The form of bundle written by this program.
const VERSION: u64 = 1;
/// A root key and what the one before it signed to say so: whoever pinned any of them follows from
/// there to the one that signs today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The public key that takes the other's place.
    pub root: Vec<u8>,
    /// What the one before signed.
    pub signature: Vec<u8>,
}

impl Link {
    fn statement(root: &[u8]) -> Vec<u8> {
        [&b"guildhall root key 1\n"[..], root].concat()
    }

    /// The root key before lets another take its place.
    pub fn sign(before: &dyn Signer, root: &[u8]) -> Self {
        Self {
            signature: before.sign(&Self::statement(root)),
            root: root.to_vec(),
        }
    }

    /// Whether this root key signed it.
    pub fn holds(&self, before: &[u8]) -> bool {
        signer::verify(Algorithm::Es256, before, &Self::statement(&self.root), &self.signature)
    }
}

/// Where a chain of successions leads from a root key.
fn followed(root: &[u8], links: &[Link]) -> Vec<u8> {
    links.iter().fold(root.to_vec(), |root, link| {
        if link.holds(&root) { link.root.clone() } else { root }
    })
}

/// No bundle is longer.
pub const LONGEST: usize = 32 << 20;
/// No bit string unpacks to more.
const BITS: u64 = 1 << 20;

/// After so many seconds "not revoked" is not said any more.
pub const STALE: i64 = 7 * DAY;
/// A clock may be wrong by so much.
const DAY: i64 = 86_400;

/// Everything in a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Greater than that of every bundle before it: an older one is refused.
    pub sequence: u64,
    /// When it was made, in Unix seconds.
    pub issued_at: i64,
    /// Until when anything may be concluded from it.
    pub next_update: i64,
    /// Who may issue.
    pub issuers: Vec<Issuer>,
    /// The keys the public log signs with, as C2SP signed-note writes them.
    pub logs: Vec<String>,
    /// The keys of its witnesses.
    pub witnesses: Vec<String>,
    /// Authorities, and leaves of others, that files are signed under, in DER.
    pub anchors: Vec<Vec<u8>>,
    /// Lists of what these withdrew, in DER.
    pub withdrawn: Vec<Vec<u8>>,
    /// How the root key of today follows from the first, the oldest first.
    pub links: Vec<Link>,
}

/// An organisation that may issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issuer {
    /// Its key in the register.
    pub id: String,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// What it signs with.
    pub keys: Vec<Key>,
    /// Its lists of standings.
    pub lists: Vec<List>,
}

/// An issuer's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its hint.
    pub id: KeyId,
    /// How it signs.
    pub algorithm: Algorithm,
    /// The public key.
    pub public: Vec<u8>,
    /// The first day a certificate of it may bear.
    pub from: NaiveDate,
    /// The last one.
    pub until: NaiveDate,
    /// Whether it may be trusted.
    pub state: KeyState,
    /// Of a compromised key: the names ([`ticket::name_of`]) of what it signed before it was lost.
    pub kept: Vec<ticket::Name>,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It signs, or it signed and was put away in good order.
    Good,
    /// It fell into other hands: of its certificates only those named beside it are good.
    Compromised,
}

/// One list of standings: its places as they are kept, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// 1, 2, …
    pub number: u32,
    /// Revoked places.
    pub revoked: Vec<u8>,
    /// Suspended places.
    pub suspended: Vec<u8>,
    /// Replaced places.
    pub replaced: Vec<u8>,
    /// Places given out; none once the list is full.
    pub given: Option<Vec<u8>>,
}

/// Why bytes are no bundle to rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// Not a bundle, or of another form.
    #[error("not a trust bundle")]
    Malformed,
    /// The root key did not sign it.
    #[error("the trust bundle's signature does not hold")]
    Signature,
}

/// What can be said of a ticket without asking the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offline {
    /// Genuine, and not on any list as of the bundle.
    Good(Ticket),
    /// On the list of revocations.
    Revoked(Ticket),
    /// On hold.
    Suspended(Ticket),
    /// A newer one stands in its place.
    Replaced(Ticket),
    /// Genuine, and past its last day.
    Expired(Ticket),
    /// What was signed was changed, or nobody of ours signed it.
    Altered(Invalid),
    /// No key in the bundle has this hint.
    UnknownKey,
    /// The key is not good for that day, or fell into other hands.
    KeyNotGood,
    /// Its place was not given out when the bundle was made: newer than the bundle, or forged.
    NotGiven(Ticket),
    /// Genuine, but the bundle is too old to say that it still stands.
    Stale(Ticket),
    /// The bundle has come to its end.
    Outdated,
    /// The bundle is of a later day than it is.
    Clock,
}

/// How far a bundle may be relied on at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Fresh enough.
    Fresh,
    /// Too old to say that something still stands.
    Stale,
    /// Past its end.
    Outdated,
    /// It is of a later day than it is: one of the two clocks is wrong.
    Clock,
}

/// What became of a place in an issuer's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// On no list.
    Good,
    /// Revoked.
    Revoked,
    /// On hold.
    Suspended,
    /// A newer one stands in its place.
    Replaced,
    /// Past its last day.
    Expired,
    /// Not given out when the bundle was made.
    NotGiven,
}

impl Bundle {
    /// The signed bundle.
    pub fn sign(&self, root: &dyn Signer) -> Vec<u8> {
        let header = HeaderBuilder::new()
            .algorithm(iana::Algorithm::ES256)
            .key_id(root.key_id().to_vec())
            .build();
        CoseSign1Builder::new()
            .protected(header)
            .payload(self.payload(root.public_key()))
            .create_signature(&[], |message| root.sign(message))
            .build()
            .to_tagged_vec()
            .expect("numbers and texts are always written")
    }

    /// The root key a bundle says signed it, for whoever has pinned none yet; none in bundles from
    /// before it was told.
    pub fn root_of(bytes: &[u8]) -> Option<Vec<u8>> {
        if bytes.len() > LONGEST {
            return None;
        }
        let payload = CoseSign1::from_tagged_slice(bytes).ok()?.payload?;
        let value: Value = ciborium::from_reader(payload.as_slice()).ok()?;
        Some(fields(&value)?.get(&5)?.as_bytes()?.clone())
    }

    /// The bundle that this root key signed, or one that follows from it: the bundle itself tells the
    /// chain, and each link of it is signed by the key before.
    pub fn open(bytes: &[u8], pinned: &[u8]) -> Result<Self, Untrusted> {
        if bytes.len() > LONGEST {
            return Err(Untrusted::Malformed);
        }
        let message = CoseSign1::from_tagged_slice(bytes).map_err(|_| Untrusted::Malformed)?;
        let es256 = coset::Algorithm::Assigned(iana::Algorithm::ES256);
        let header = &message.protected.header;
        let mut root = pinned.to_vec();
        if header.key_id != signer::key_id_of(pinned) {
            root = followed(pinned, &links(&message).unwrap_or_default());
        }
        let root = root.as_slice();
        if header.alg.as_ref() != Some(&es256) || header.key_id != signer::key_id_of(root) {
            return Err(Untrusted::Signature);
        }
        let signed = message.tbs_data(&[]);
        if !signer::verify(Algorithm::Es256, root, &signed, &message.signature) {
            return Err(Untrusted::Signature);
        }
        let payload = message.payload.ok_or(Untrusted::Malformed)?;
        let value: Value =
            ciborium::from_reader(payload.as_slice()).map_err(|_| Untrusted::Malformed)?;
        read(&value).ok_or(Untrusted::Malformed)
    }

    /// How far it may be relied on, at a time in Unix seconds.
    pub fn freshness(&self, at: i64) -> Freshness {
        if self.issued_at - at > DAY {
            Freshness::Clock
        } else if at > self.next_update {
            Freshness::Outdated
        } else if at - self.issued_at > STALE {
            Freshness::Stale
        } else {
            Freshness::Fresh
        }
    }

    /// The issuer and its key that a test finds.
    pub fn key(&self, is_it: impl Fn(&Key) -> bool) -> Option<(&Issuer, &Key)> {
        self.issuers.iter().find_map(|issuer| {
            let key = issuer.keys.iter().find(|key| is_it(key))?;
            Some((issuer, key))
        })
    }

    /// What the bundle says of a scanned ticket, at a time in Unix seconds that falls on this day.
    pub fn judge(&self, cose: &[u8], at: i64, today: NaiveDate) -> Offline {
        let claim = match ticket::read(cose) {
            Ok(claim) => claim,
            Err(why) => return Offline::Altered(why),
        };
        let freshness = self.freshness(at);
        match freshness {
            Freshness::Outdated => return Offline::Outdated,
            Freshness::Clock => return Offline::Clock,
            Freshness::Stale | Freshness::Fresh => {}
        }
        let known = self.key(|key| key.id == claim.key_id && key.algorithm == claim.algorithm);
        let Some((issuer, key)) = known else {
            return Offline::UnknownKey;
        };
        let ticket = match ticket::verify(cose, &key.public) {
            Ok(ticket) => ticket,
            Err(why) => return Offline::Altered(why),
        };
        let in_time = (key.from..=key.until).contains(&ticket.issued_on);
        let lost = key.state == KeyState::Compromised
            && key.kept.binary_search(&ticket::name_of(cose)).is_err();
        if lost || !in_time {
            return Offline::KeyNotGood;
        }
        match issuer.standing(ticket.status, ticket.expires_on, today) {
            Standing::Revoked => Offline::Revoked(ticket),
            Standing::NotGiven => Offline::NotGiven(ticket),
            Standing::Replaced => Offline::Replaced(ticket),
            Standing::Suspended => Offline::Suspended(ticket),
            Standing::Expired => Offline::Expired(ticket),
            Standing::Good if freshness == Freshness::Stale => Offline::Stale(ticket),
            Standing::Good => Offline::Good(ticket),
        }
    }

    fn payload(&self, root: &[u8]) -> Vec<u8> {
        let texts = |texts: &[String]| Value::Array(texts.iter().map(|one| Value::from(one.as_str())).collect());
        let bytes = |all: &[Vec<u8>]| Value::Array(all.iter().map(|one| Value::Bytes(one.clone())).collect());
        let issuers = self.issuers.iter().map(Issuer::value).collect();
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
        ]);
        let mut payload = Vec::new();
        ciborium::into_writer(&map, &mut payload).expect("a vector takes all bytes");
        payload
    }
}

impl Link {
    fn value(&self) -> Value {
        Value::Array(vec![Value::Bytes(self.root.clone()), Value::Bytes(self.signature.clone())])
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
    /// What became of a place in its lists, as of the bundle.
    pub fn standing(&self, (number, place): (u32, u32), last: Option<NaiveDate>, today: NaiveDate) -> Standing {
        let Some(list) = self.lists.iter().find(|list| list.number == number) else {
            return Standing::NotGiven;
        };
        if bit(&list.revoked, place) {
            Standing::Revoked
        } else if list.given.as_ref().is_some_and(|given| !bit(given, place)) {
            Standing::NotGiven
        } else if bit(&list.replaced, place) {
            Standing::Replaced
        } else if bit(&list.suspended, place) {
            Standing::Suspended
        } else if last.is_some_and(|last| last < today) {
            Standing::Expired
        } else {
            Standing::Good
        }
    }

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
fn links(message: &CoseSign1) -> Option<Vec<Link>> {
    let value: Value = ciborium::from_reader(message.payload.as_deref()?).ok()?;
    let fields = fields(&value)?;
    fields.get(&10)?.as_array()?.iter().map(Link::read).collect()
}

fn read(value: &Value) -> Option<Bundle> {
    let fields = fields(value)?;
    let whole = |at: u64| number(fields.get(&at)?);
    if whole(0)? != i128::from(VERSION) {
        return None;
    }
    let issuers = fields.get(&4)?.as_array()?;
    // What came later may be absent: earlier bundles are read for ever.
    let array = |at: u64| fields.get(&at).and_then(|value| value.as_array()).map_or(&[][..], Vec::as_slice);
    let texts = |at| array(at).iter().map(|one| Some(one.as_text()?.to_owned())).collect::<Option<_>>();
    let bytes = |at| array(at).iter().map(|one| Some(one.as_bytes()?.clone())).collect::<Option<_>>();
    Some(Bundle {
        logs: texts(6)?,
        witnesses: texts(7)?,
        anchors: bytes(8)?,
        withdrawn: bytes(9)?,
        links: array(10).iter().map(Link::read).collect::<Option<_>>()?,
        sequence: u64::try_from(whole(1)?).ok()?,
        issued_at: i64::try_from(whole(2)?).ok()?,
        next_update: i64::try_from(whole(3)?).ok()?,
        issuers: issuers.iter().map(Issuer::read).collect::<Option<_>>()?,
    })
}

/// The days of a year in which its key signs.
pub fn year(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    Some((
        NaiveDate::from_ymd_opt(year, 1, 1)?,
        NaiveDate::from_ymd_opt(year, 12, 31)?,
    ))
}

/// Whether a place is marked.
fn bit(bits: &[u8], place: u32) -> bool {
    bits.get(place as usize / 8)
        .is_some_and(|byte| byte >> (place % 8) & 1 == 1)
}

fn numbered<const N: usize>(values: [Value; N]) -> Value {
    let numbered = (0_u64..).zip(values);
    Value::Map(
        numbered
            .map(|(key, value)| (Value::from(key), value))
            .collect(),
    )
}

fn fields(value: &Value) -> Option<BTreeMap<u64, &Value>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::status_list::{FULL, PLACES, Places};
    use crate::ground::chance;
    use crate::seal::signer::Es256;
    use crate::seal::ticket::tests::ticket;
    use std::time::Instant;

    const DAY: i64 = 86_400;
    const AT: i64 = 1_773_000_000;

    fn key(signer: &Es256) -> Key {
        let (from, until) = year(2026).unwrap();
        Key {
            id: signer.key_id(),
            algorithm: Algorithm::Es256,
            public: signer.public_key().to_vec(),
            from,
            until,
            state: KeyState::Good,
            kept: Vec::new(),
        }
    }

    fn marked(places: &[u32]) -> Vec<u8> {
        let mut bits = vec![0; PLACES as usize / 8];
        for place in places {
            bits[*place as usize / 8] |= 1 << (place % 8);
        }
        bits
    }

    fn bundle(signer: &Es256) -> Bundle {
        let list = List {
            number: 1,
            given: Some(marked(&[70_000, 3])),
            ..List::default()
        };
        let issuer = Issuer {
            id: "i".into(),
            slug: "school".into(),
            name: "某职业学校".into(),
            name_en: "A school".into(),
            uscc: "911509000000000000".into(),
            keys: vec![key(signer)],
            lists: vec![list],
        };
        Bundle {
            links: Vec::new(),
            sequence: 7,
            issued_at: AT,
            next_update: AT + 14 * DAY,
            issuers: vec![issuer],
            logs: vec!["log.example+1".into()],
            anchors: vec![vec![1, 2]],
            ..Bundle::default()
        }
    }

    #[test]
    fn a_bundle_is_read_again_by_its_root_only() {
        let (root, other, issuer) = (Es256::generate(), Es256::generate(), Es256::generate());
        let bundle = bundle(&issuer);
        let bytes = bundle.sign(&root);
        assert_eq!(Bundle::root_of(&bytes).as_deref(), Some(root.public_key()));
        assert_eq!(Bundle::open(&bytes, root.public_key()), Ok(bundle));
        assert_eq!(
            Bundle::open(&bytes, other.public_key()),
            Err(Untrusted::Signature)
        );
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(
                Bundle::open(&changed, root.public_key()).is_err(),
                "byte {at}"
            );
        }
        assert!(Bundle::open(&bytes[..bytes.len() - 1], root.public_key()).is_err());
    }

    #[test]
    fn whoever_pinned_a_former_root_follows_its_successors() {
        let [first, second, third, stranger] = [0; 4].map(|_| Es256::generate());
        let chain = vec![
            Link::sign(&first, second.public_key()),
            Link::sign(&second, third.public_key()),
        ];
        let bundle = Bundle { links: chain.clone(), ..bundle(&Es256::generate()) };
        let bytes = bundle.sign(&third);
        for root in [&first, &second, &third] {
            assert_eq!(Bundle::open(&bytes, root.public_key()), Ok(bundle.clone()));
        }
        assert_eq!(Bundle::open(&bytes, stranger.public_key()), Err(Untrusted::Signature));
        // A link somebody else signed leads nowhere, and so does half a chain.
        let forged = vec![Link::sign(&stranger, third.public_key())];
        for links in [forged, chain[1..].to_vec(), Vec::new()] {
            let bundle = Bundle { links, ..bundle.clone() };
            let bytes = bundle.sign(&third);
            assert_eq!(Bundle::open(&bytes, first.public_key()), Err(Untrusted::Signature));
        }
    }

    #[test]
    fn each_standing_has_its_own_answer() {
        let (signer, stranger) = (Es256::generate(), Es256::generate());
        let today: NaiveDate = "2026-03-10".parse().unwrap();
        let good = bundle(&signer);
        let judge = |bundle: &Bundle, ticket: &Ticket| {
            bundle.judge(&ticket::sign(ticket, &signer).cose, AT, today)
        };
        let with = |change: &dyn Fn(&mut Bundle)| {
            let mut bundle = good.clone();
            change(&mut bundle);
            bundle
        };
        let ticket = ticket();
        assert_eq!(judge(&good, &ticket), Offline::Good(ticket.clone()));
        let place = marked(&[70_000]);
        let revoked = with(&|b| b.issuers[0].lists[0].revoked = place.clone());
        assert_eq!(judge(&revoked, &ticket), Offline::Revoked(ticket.clone()));
        let held = with(&|b| b.issuers[0].lists[0].suspended = place.clone());
        assert_eq!(judge(&held, &ticket), Offline::Suspended(ticket.clone()));
        let replaced = with(&|b| b.issuers[0].lists[0].replaced = place.clone());
        assert_eq!(judge(&replaced, &ticket), Offline::Replaced(ticket.clone()));
        let stolen = with(&|b| b.issuers[0].keys[0].state = KeyState::Compromised);
        assert_eq!(judge(&stolen, &ticket), Offline::KeyNotGood);
        let named = with(&|b| {
            let key = &mut b.issuers[0].keys[0];
            key.state = KeyState::Compromised;
            key.kept = vec![[7; 10], ticket::name_of(&ticket::sign(&ticket, &signer).cose)];
            key.kept.sort_unstable();
        });
        let cose = ticket::sign(&ticket, &signer).cose;
        assert_eq!(named.judge(&cose, AT, today), Offline::Good(ticket.clone()));
        let root = Es256::generate();
        assert_eq!(Bundle::open(&named.sign(&root), root.public_key()), Ok(named.clone()));
        let forged = Ticket { name: "另一人".into(), ..ticket.clone() };
        assert_eq!(judge(&named, &forged), Offline::KeyNotGood);
        let empty = with(&|b| b.issuers.clear());
        assert_eq!(judge(&empty, &ticket), Offline::UnknownKey);
        let full = with(&|b| b.issuers[0].lists[0].given = None);
        let elsewhere = Ticket {
            status: (1, 5),
            ..ticket.clone()
        };
        assert_eq!(
            judge(&good, &elsewhere),
            Offline::NotGiven(elsewhere.clone())
        );
        assert_eq!(judge(&full, &elsewhere), Offline::Good(elsewhere));
        let early = Ticket {
            issued_on: "2025-03-09".parse().unwrap(),
            ..ticket.clone()
        };
        assert_eq!(judge(&good, &early), Offline::KeyNotGood);
        let over = Ticket {
            expires_on: Some("2026-03-09".parse().unwrap()),
            ..ticket.clone()
        };
        assert_eq!(judge(&good, &over), Offline::Expired(over));
        let cose = ticket::sign(&ticket, &signer).cose;
        assert_eq!(good.judge(&cose, AT + 7 * DAY, today), Offline::Good(ticket.clone()));
        assert_eq!(good.judge(&cose, AT + 7 * DAY + 1, today), Offline::Stale(ticket.clone()));
        assert_eq!(revoked.judge(&cose, AT + 8 * DAY, today), Offline::Revoked(ticket.clone()));
        assert_eq!(good.judge(&cose, AT - DAY - 1, today), Offline::Clock);
        assert_eq!(
            good.judge(&cose, AT + 15 * DAY, today),
            Offline::Outdated
        );
        let foreign = ticket::sign(&ticket, &stranger).cose;
        assert_eq!(good.judge(&foreign, AT, today), Offline::UnknownKey);
    }

    #[test]
    fn ten_thousand_changed_bytes_are_never_accepted() {
        let signer = Es256::generate();
        let good = bundle(&signer);
        let today: NaiveDate = "2026-03-10".parse().unwrap();
        let sealed = ticket::sign(&ticket(), &signer);
        let text = crate::seal::scan::qr_text("https://cert.example.cn", &sealed);
        let start = text.find("/v/").unwrap() + 3;
        let (mut tried, mut accepted) = (0, 0);
        while tried < 10_000 {
            let draw = chance::bytes::<5>();
            let at = start
                + u32::from_be_bytes([draw[0], draw[1], draw[2], draw[3]]) as usize
                    % (text.len() - start);
            let mut bytes = text.clone().into_bytes();
            // A different printable character, so that the text stays a text.
            let new = 0x21 + draw[4] % 94;
            if bytes[at] == new {
                continue;
            }
            bytes[at] = new;
            let changed = String::from_utf8(bytes).unwrap();
            tried += 1;
            // A token in capitals, and a tail cut after the last digit, are the same code.
            let Ok(scan) = crate::seal::scan::scan(&changed) else {
                continue;
            };
            let Some(cose) = scan.cose else { continue };
            let judged = good.judge(&cose.cose, AT, today);
            if matches!(judged, Offline::Good(_)) && cose.cose != sealed.cose {
                accepted += 1;
            }
        }
        println!("{tried} changed codes, {accepted} accepted");
        assert_eq!(accepted, 0);
    }

    /// Ten million certificates of sixty institutions: full lists, and one open list each.
    fn ten_million(signer: &Es256, revoked_in_ten_thousand: u32) -> Bundle {
        let institutions = 60_u32;
        let full = 10_000_000 / FULL - institutions / 2;
        let mut bundle = bundle(signer);
        let base = bundle.issuers.remove(0);
        let draw = || u32::from_be_bytes(chance::bytes::<4>());
        for at in 0..institutions {
            let mut issuer = Issuer {
                id: format!("{at:026}"),
                ..base.clone()
            };
            issuer.keys = (0..4).map(|_| key(signer)).collect();
            issuer.lists.clear();
            let count = full / institutions + u32::from(at < full % institutions);
            for number in 1..=count + 1 {
                let open = number > count;
                let given = if open { FULL / 2 } else { FULL };
                let mut bits = vec![0; PLACES as usize / 8];
                for _ in 0..given * revoked_in_ten_thousand / 10_000 {
                    let place = draw() % PLACES;
                    bits[place as usize / 8] |= 1 << (place % 8);
                }
                let map = open.then(|| {
                    let mut places = Places::empty();
                    for _ in 0..given {
                        places.draw();
                    }
                    places.bits().to_vec()
                });
                issuer.lists.push(List {
                    number,
                    revoked: bits,
                    given: map,
                    ..List::default()
                });
            }
            bundle.issuers.push(issuer);
        }
        bundle
    }

    #[test]
    fn ten_million_certificates_fit_into_a_pocket() {
        let (root, signer) = (Es256::generate(), Es256::generate());
        for (share, most) in [(1, 1_200_000), (10, 1_300_000), (100, 1_500_000)] {
            let bundle = ten_million(&signer, share);
            let start = Instant::now();
            let bytes = bundle.sign(&root);
            let took = start.elapsed();
            let lists: usize = bundle.issuers.iter().map(|issuer| issuer.lists.len()).sum();
            let mut closed = bundle.clone();
            for list in closed.issuers.iter_mut().flat_map(|one| &mut one.lists) {
                list.given = None;
            }
            let without = closed.sign(&root).len();
            println!(
                "10,000,000 certificates, {lists} lists, {}.{:02} % revoked: {} KiB ({} KiB without the maps of open lists), signed in {took:?}",
                share / 100, share % 100, bytes.len() / 1024, without / 1024,
            );
            assert!(bytes.len() < most, "{}", bytes.len());
        }
    }
}
