//! 口袋核验: judging what the registry signed by a trust bundle alone, with no register to ask.
//!
//! Everything brought here is a claim. It counts as far as a key in the bundle signed it; hosts and
//! addresses in it are not believed and not asked. What cannot be told from the bundle is told as
//! that: an old bundle or an unknown key never makes anything green.

mod code;
mod document;
mod log;
mod registry;
mod shape;

use crate::ground::clock::Now;
use crate::seal::bundle::{Bundle, Freshness, Standing};
use crate::seal::finding::{Finding, Light};
use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// A trust bundle in somebody's pocket, at a time.
#[derive(Clone, Debug)]
pub struct Pocket {
    /// Whom to believe.
    pub bundle: Bundle,
    /// The root key that signed it.
    pub root: Vec<u8>,
    /// Root keys before it, as far as they are known: what they signed stays signed.
    former: Vec<Vec<u8>>,
    now: Now,
}

/// 结论: what is to be thought of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A certificate, genuine and in force as of the bundle.
    Valid,
    /// Genuine; a paper of the registry that is no certificate.
    Genuine,
    /// Altered, or nobody of the registry's signed it.
    Altered,
    /// Its parts contradict each other.
    Mismatch,
    /// Revoked.
    Revoked,
    /// A newer one stands in its place.
    Replaced,
    /// On hold.
    Suspended,
    /// Past its last day.
    Expired,
    /// In the public log; whether it still stands cannot be told from this.
    Logged,
    /// No key in the bundle signed it.
    UnknownKey,
    /// The key is not good for that day, or fell into other hands.
    KeyNotGood,
    /// Not given out when the bundle was made.
    NotGiven,
    /// The bundle is too old to say that it still stands.
    Stale,
    /// The bundle has come to its end.
    Outdated,
    /// This machine's clock and the bundle's disagree.
    Clock,
    /// A code without signed content.
    Bare,
    /// A file with no signature of the registry's.
    Unproven,
    /// Nothing of this registry's kind.
    NotOurs,
}

impl Verdict {
    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Genuine => "genuine",
            Self::Altered => "altered",
            Self::Mismatch => "mismatch",
            Self::Revoked => "revoked",
            Self::Replaced => "replaced",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Logged => "logged",
            Self::UnknownKey => "unknown_key",
            Self::KeyNotGood => "key_not_good",
            Self::NotGiven => "not_given",
            Self::Stale => "stale",
            Self::Outdated => "outdated",
            Self::Clock => "clock",
            Self::Bare => "bare",
            Self::Unproven => "unproven",
            Self::NotOurs => "not_ours",
        }
    }

    /// What a program is told: 0 genuine and in force, 1 altered, 2 no longer in force, 3 cannot be
    /// confirmed.
    pub const fn exit(self) -> u8 {
        match self {
            Self::Valid | Self::Genuine => 0,
            Self::Altered | Self::Mismatch => 1,
            Self::Revoked | Self::Replaced | Self::Suspended | Self::Expired => 2,
            _ => 3,
        }
    }
}

/// What something turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it is, or claims to be.
    pub kind: &'static str,
    /// What is to be thought of it.
    pub verdict: Verdict,
    /// Each thing that was looked at.
    pub findings: Vec<Finding>,
    /// What it says, as far as that was signed: a field's key and its content.
    pub facts: Vec<(&'static str, String)>,
}

impl Told {
    /// Something of this kind, nothing looked at.
    pub fn new(kind: &'static str, verdict: Verdict) -> Self {
        Self {
            kind,
            verdict,
            findings: Vec::new(),
            facts: Vec::new(),
        }
    }

    /// The same with a finding more.
    #[must_use]
    pub fn with(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    /// Not what the registry writes.
    fn misshapen(kind: &'static str) -> Self {
        Self::new(kind, Verdict::Altered).with(Finding::new("form", Light::Bad))
    }

    /// What it says of a field.
    pub fn fact(&self, field: &str) -> Option<&str> {
        let found = self.facts.iter().find(|(key, _)| *key == field)?;
        Some(&found.1)
    }

    fn say(&mut self, field: &'static str, what: impl Into<String>) {
        let what = what.into();
        if !what.is_empty() {
            self.facts.push((field, what));
        }
    }
}

impl Pocket {
    /// A bundle this root key signed, at this time.
    pub fn new(bundle: Bundle, root: Vec<u8>, now: Now) -> Self {
        let former = bundle.links.iter().map(|link| link.root.clone()).collect();
        Self {
            bundle,
            root,
            former,
            now,
        }
    }

    /// The same, knowing one more root key of before.
    #[must_use]
    pub fn knowing(mut self, root: Vec<u8>) -> Self {
        self.former.push(root);
        self
    }

    /// Every root key that is known, today's first.
    fn roots(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.root.as_slice()).chain(self.former.iter().map(Vec::as_slice))
    }

    /// Another bundle of the same root key, at the same time.
    #[must_use]
    pub fn with(&self, bundle: Bundle) -> Self {
        Self {
            bundle,
            ..self.clone()
        }
    }

    /// The time it is judged for, in Unix seconds.
    pub fn at(&self) -> i64 {
        self.now.utc().and_utc().timestamp()
    }

    /// How old the bundle is, in seconds.
    pub fn age(&self) -> i64 {
        self.at() - self.bundle.issued_at
    }

    /// When the bundle was made.
    pub fn as_of(&self) -> NaiveDateTime {
        moment(self.bundle.issued_at)
    }

    /// The time it is judged for.
    pub fn now(&self) -> NaiveDateTime {
        self.now.utc()
    }

    /// The day it is judged for.
    pub fn today(&self) -> NaiveDate {
        self.now.day()
    }

    /// Ends a judgement of something genuine by what became of its place, and by the bundle's age.
    fn conclude(&self, told: Told, standing: Standing) -> Told {
        let verdict = match (standing, self.bundle.freshness(self.at())) {
            (_, Freshness::Clock) => Verdict::Clock,
            (_, Freshness::Outdated) => Verdict::Outdated,
            (Standing::Revoked, _) => Verdict::Revoked,
            (Standing::Replaced, _) => Verdict::Replaced,
            (Standing::Suspended, _) => Verdict::Suspended,
            (Standing::Expired, _) => Verdict::Expired,
            (Standing::NotGiven, _) => Verdict::NotGiven,
            (Standing::Good, Freshness::Stale) => Verdict::Stale,
            (Standing::Good, Freshness::Fresh) => Verdict::Valid,
        };
        self.stands(Told { verdict, ..told })
    }

    /// Adds what is to be said of standing and age for its verdict.
    fn stands(&self, told: Told) -> Told {
        let standing = match told.verdict {
            Verdict::Valid | Verdict::Stale => Some(Light::Good),
            Verdict::Revoked => {
                return told
                    .with(Finding::new("revoked", Light::Bad))
                    .with(self.fresh());
            }
            Verdict::Replaced => {
                return told
                    .with(Finding::new("replaced", Light::Bad))
                    .with(self.fresh());
            }
            Verdict::Suspended => {
                return told
                    .with(Finding::new("suspended", Light::Bad))
                    .with(self.fresh());
            }
            Verdict::Expired => {
                return told
                    .with(Finding::new("expired", Light::Bad))
                    .with(self.fresh());
            }
            Verdict::NotGiven => {
                return told
                    .with(Finding::new("given", Light::Open))
                    .with(self.fresh());
            }
            Verdict::Outdated | Verdict::Clock => Some(Light::Open),
            _ => None,
        };
        match standing {
            Some(light) => told
                .with(Finding::new("standing", light))
                .with(self.fresh()),
            None => told,
        }
    }

    /// Whether the bundle is fresh enough to say that something still stands.
    fn fresh(&self) -> Finding {
        let light = match self.bundle.freshness(self.at()) {
            Freshness::Fresh => Light::Good,
            Freshness::Stale | Freshness::Outdated | Freshness::Clock => Light::Open,
        };
        Finding::new("age", light).at(self.as_of())
    }
}

/// A moment of Unix seconds.
fn moment(seconds: i64) -> NaiveDateTime {
    DateTime::from_timestamp(seconds, 0)
        .unwrap_or_default()
        .naive_utc()
}
