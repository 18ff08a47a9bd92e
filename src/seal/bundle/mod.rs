//! 信任包: what a pocket needs to judge a certificate without a network.
//!
//! A signed message (`COSE_Sign1`, ES256) by the registry's root key: who may issue, by which keys
//! and when, which places of whose lists of standings are revoked, suspended or replaced, and,
//! while a list is still filling, which places are given out at all.
//!
//! ## The form
//! `{0: version, 1: sequence, 2: issued at, 3: next update, 4: issuers, 5: root key, 6: keys of the
//! public log, 7: keys of its witnesses, 8: certification authorities, 9: their lists, 10: how the root
//! keys follow from one another, 11: keys of the registry in strange hands, 12: those of the public log,
//! each with how many entries it still proves}` ([`form`] writes and reads it); times are Unix seconds, days are counted from 2000-01-01 as in a ticket. The root key is the one that signs
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

mod form;
#[cfg(test)]
mod tests;

use crate::seal::signer::{self, Algorithm, KeyId, Signer};
use crate::seal::ticket::{self, Invalid, Ticket};
use chrono::NaiveDate;
use ciborium::Value;
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};
use form::{fields, links, read};

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
        signer::verify(
            Algorithm::Es256,
            before,
            &Self::statement(&self.root),
            &self.signature,
        )
    }
}

/// Where a chain of successions leads from a root key.
fn followed(root: &[u8], links: &[Link]) -> Vec<u8> {
    links.iter().fold(root.to_vec(), |root, link| {
        if link.holds(&root) {
            link.root.clone()
        } else {
            root
        }
    })
}

/// No bundle is longer.
pub const LONGEST: usize = 32 << 20;

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
    /// Public keys of the registry itself that fell into strange hands: nothing they signed without a
    /// place in the public log is believed, whenever it says it was signed.
    pub lost: Vec<Vec<u8>>,
    /// Keys of the public log that fell into strange hands, each with the size up to which its
    /// checkpoints count where a witness signed them too.
    pub lost_logs: Vec<(String, u64)>,
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
}

impl Issuer {
    /// What became of a place in its lists, as of the bundle.
    pub fn standing(
        &self,
        (number, place): (u32, u32),
        last: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Standing {
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
