//! 核验登记簿自己的文件: DID documents, the authority's certificate, its list, the bundle itself.

use super::{Pocket, Told, Verdict};
use crate::seal::bundle::{Key, KeyState};
use crate::seal::did::{self, Document};
use crate::seal::finding::{Finding, Light};
use crate::seal::signer::{Algorithm, key_id_of};
use crate::seal::x509::{Certificate, read_list};
use data_encoding::HEXLOWER;
use serde_json::Value;

/// What the registry's authorities are called by first.
const REGISTRY: &str = "匠册登记册 ";

impl Pocket {
    /// Judges a DID document: nobody signs one, so each key in it must be in the bundle, as that
    /// issuer's and not compromised.
    pub fn did(&self, bytes: &[u8]) -> Told {
        const KIND: &str = "did";
        let read: Option<Value> = serde_json::from_slice(bytes).ok();
        let Some((document, id)) = read.and_then(|document| {
            let id = document["id"].as_str()?.to_owned();
            Some((document, id))
        }) else {
            return Told::misshapen(KIND);
        };
        let slug = id.rsplit_once(":issuers:").map(|(_, slug)| slug);
        let issuer = slug.and_then(|slug| {
            self.bundle
                .issuers
                .iter()
                .find(|issuer| issuer.slug == slug)
        });
        let known: Vec<(Algorithm, Vec<u8>)> = match (slug, issuer) {
            (None, _) => vec![(Algorithm::Es256, self.root.clone())],
            (Some(_), Some(issuer)) => issuer
                .keys
                .iter()
                .filter(|key| key.state == KeyState::Good)
                .map(|key| (key.algorithm, key.public.clone()))
                .collect(),
            (Some(_), None) => {
                return Told::new(KIND, Verdict::UnknownKey)
                    .with(Finding::new("issuer", Light::Open));
            }
        };
        let methods = document["verificationMethod"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let mut keys = Vec::new();
        for method in &methods {
            let written = method["publicKeyMultibase"].as_str().unwrap_or_default();
            let found = known.iter().find(|(algorithm, public)| {
                did::multibase(*algorithm, public).as_deref() == Some(written)
            });
            match found {
                Some(key) => keys.push(key.clone()),
                None => {
                    return Told::new(KIND, Verdict::Mismatch)
                        .with(Finding::new("keys", Light::Bad).said(written));
                }
            }
        }
        let again = serde_json::to_vec(&Document::new(&id, &keys)).unwrap_or_default();
        if again != bytes {
            return Told::misshapen(KIND);
        }
        let mut told = Told::new(KIND, Verdict::Genuine)
            .with(Finding::new("form", Light::Good))
            .with(Finding::new("keys", Light::Good).said(keys.len().to_string()));
        told.say("did", id);
        if let Some(issuer) = issuer {
            told.say("issuer", &issuer.name);
        }
        told
    }

    /// Judges a certificate of the registry's own authority, or one its files are signed with.
    pub fn authority(&self, der: &[u8]) -> Told {
        const KIND: &str = "authority";
        let anchors = self
            .bundle
            .anchors
            .iter()
            .filter_map(|der| Certificate::read(der));
        let Some(read) = Certificate::read(der) else {
            return Told::misshapen(KIND);
        };
        let ours: Vec<_> = anchors.collect();
        let mut told = Told::new(KIND, Verdict::Genuine);
        if ours.iter().any(|one| one.whole == der) {
            told = told.with(Finding::new("anchor", Light::Good));
        } else if ours.iter().any(|one| one.subject == read.subject) {
            told.verdict = Verdict::Altered;
            return told.with(Finding::new("anchor", Light::Bad));
        } else {
            told.verdict = Verdict::UnknownKey;
            return told.with(Finding::new("anchor", Light::Open));
        }
        told.say("name", read.name().unwrap_or_default());
        if !read.is_valid_at(self.now.utc()) {
            told.verdict = Verdict::Expired;
        }
        told
    }

    /// Whether a certificate is the registry's own: its own authority vouched for it, and its key is
    /// no issuer's. Licensed authorities, which are anchors too, vouch for others as well; the
    /// registry's is called by its key.
    pub fn is_own(&self, leaf: &Certificate<'_>) -> bool {
        let own = |der: &Vec<u8>| {
            Certificate::read(der).is_some_and(|above| {
                let hint = HEXLOWER.encode(&key_id_of(above.public_key));
                let called = above.name().unwrap_or_default();
                called.starts_with(REGISTRY)
                    && called.ends_with(&format!(" CA {hint}"))
                    && leaf.is_from(&above)
            })
        };
        let is_issuers = |key: &Key| key.public == leaf.public_key;
        self.bundle.anchors.iter().any(own) && self.bundle.key(is_issuers).is_none()
    }

    /// Judges an authority's list of withdrawn certificates.
    pub fn withdrawn(&self, der: &[u8]) -> Told {
        const KIND: &str = "withdrawn";
        let anchors = self
            .bundle
            .anchors
            .iter()
            .filter_map(|der| Certificate::read(der));
        let found = anchors
            .into_iter()
            .find_map(|anchor| read_list(der, &anchor));
        let Some(list) = found else {
            return Told::new(KIND, Verdict::Altered).with(Finding::new("content", Light::Bad));
        };
        let past = list.until.is_some_and(|until| until < self.now.utc());
        let verdict = if past {
            Verdict::Outdated
        } else {
            Verdict::Genuine
        };
        let light = if past { Light::Open } else { Light::Good };
        let mut told = Told::new(KIND, verdict)
            .with(Finding::new("content", Light::Good))
            .with(Finding::new("list_age", light).at(list.from));
        told.say("withdrawn", list.withdrawn.len().to_string());
        told
    }

    /// The bundle itself: its signature was looked at when it was taken.
    pub fn itself(&self) -> Told {
        let told =
            Told::new("bundle", Verdict::Genuine).with(Finding::new("root_signature", Light::Good));
        let mut told = told.with(self.fresh());
        told.say("sequence", self.bundle.sequence.to_string());
        told.say("issuers", self.bundle.issuers.len().to_string());
        told
    }
}
