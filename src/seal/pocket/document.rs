//! 核验电子凭证: Open Badges and status lists, with a proof embedded or as a token.

use super::shape::{self, Shape};
use super::{Pocket, Told, Verdict};
use crate::ground::clock::beijing;
use crate::seal::bundle::{Issuer, Key, KeyState};
use crate::seal::did;
use crate::seal::finding::{Finding, Light};
use crate::seal::signer::{self, Algorithm};
use crate::seal::{json_ld, status};
use chrono::{DateTime, NaiveDateTime};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

/// Longest document read.
const LONGEST: usize = 1 << 20;

/// Whose a document is, by the key that signed it.
struct Signed<'a> {
    issuer: &'a Issuer,
    key: &'a Key,
}

/// Why a document is not one that an issuer in the bundle signed.
enum Not {
    /// Its members or values are none of ours.
    Form,
    /// The signature does not hold.
    Signature,
    /// No key in the bundle is the one it names.
    Unknown,
    /// The key is another's than the issuer it names.
    Foreign,
}

impl Pocket {
    /// Judges a JSON-LD document with its proof embedded.
    pub fn linked_data(&self, bytes: &[u8]) -> Told {
        let read: Option<Value> = (bytes.len() <= LONGEST)
            .then(|| serde_json::from_slice(bytes).ok())
            .flatten();
        let Some(Value::Object(mut members)) = read else {
            return Told::misshapen("credential");
        };
        let kind = kind_of(&members);
        let proof = members.remove("proof");
        let document = Value::Object(members);
        let signed = self.embedded(&document, proof.as_ref());
        self.told(kind, &document, signed)
    }

    /// Judges a token (VC-JWT).
    pub fn token(&self, text: &str) -> Told {
        let text = text.trim();
        let parts: Vec<&str> = text.split('.').collect();
        let json = |part: &str| -> Option<Value> {
            let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).ok()?;
            serde_json::from_slice(&bytes).ok()
        };
        let (Some(header), Some(Value::Object(mut members)), true) = (
            parts.first().and_then(|part| json(part)),
            parts.get(1).and_then(|part| json(part)),
            parts.len() == 3 && text.len() <= LONGEST,
        ) else {
            return Told::misshapen("credential");
        };
        let kind = kind_of(&members);
        let mut claims = Map::new();
        for name in ["iss", "sub", "jti", "nbf", "exp"] {
            if let Some(value) = members.remove(name) {
                claims.insert(name.to_owned(), value);
            }
        }
        let document = Value::Object(members);
        let signed = self.as_token(&header, &Value::Object(claims), &document, &parts);
        self.told(kind, &document, signed)
    }

    /// The key behind an address, and whose it is.
    fn behind(&self, method: &str, algorithm: Algorithm) -> Result<(Signed<'_>, String), Not> {
        let (owner, written) = method.split_once('#').ok_or(Not::Form)?;
        let found = self.bundle.key(|key| {
            key.algorithm == algorithm
                && did::multibase(algorithm, &key.public).as_deref() == Some(written)
        });
        let (issuer, key) = found.ok_or(Not::Unknown)?;
        if owner.rsplit_once(":issuers:").map(|(_, slug)| slug) != Some(&issuer.slug) {
            return Err(Not::Foreign);
        }
        Ok((Signed { issuer, key }, owner.to_owned()))
    }

    fn embedded(&self, document: &Value, proof: Option<&Value>) -> Result<Signed<'_>, Not> {
        let proof = proof
            .filter(|proof| shape::EMBEDDED.fits(proof))
            .ok_or(Not::Form)?;
        if !shape_of(document).fits(document) {
            return Err(Not::Form);
        }
        let text = |name: &str| proof[name].as_str().unwrap_or_default();
        let (signed, owner) = self.behind(text("verificationMethod"), Algorithm::EdDsa)?;
        if issuer_of(document) != Some(&owner) {
            return Err(Not::Foreign);
        }
        let signature = text("proofValue")
            .strip_prefix('z')
            .and_then(|value| bs58::decode(value).into_vec().ok())
            .ok_or(Not::Form)?;
        let mut config = proof.clone();
        if let Value::Object(members) = &mut config {
            members.remove("proofValue");
            members.insert("@context".to_owned(), document["@context"].clone());
        }
        let mut message = Vec::with_capacity(64);
        message.extend_from_slice(&json_ld::digest(&config).map_err(|_| Not::Form)?);
        message.extend_from_slice(&json_ld::digest(document).map_err(|_| Not::Form)?);
        if signer::verify(Algorithm::EdDsa, &signed.key.public, &message, &signature) {
            Ok(signed)
        } else {
            Err(Not::Signature)
        }
    }

    fn as_token(
        &self,
        header: &Value,
        claims: &Value,
        document: &Value,
        parts: &[&str],
    ) -> Result<Signed<'_>, Not> {
        let fits = shape::HEADER.fits(header)
            && shape::CLAIMS.fits(claims)
            && shape_of(document).fits(document);
        if !fits {
            return Err(Not::Form);
        }
        let kid = header["kid"].as_str().unwrap_or_default();
        let (signed, owner) = self.behind(kid, Algorithm::Es256)?;
        let [head, body, signature] = parts else {
            return Err(Not::Form);
        };
        let signature = BASE64URL_NOPAD
            .decode(signature.as_bytes())
            .map_err(|_| Not::Form)?;
        let message = format!("{head}.{body}");
        if !signer::verify(
            Algorithm::Es256,
            &signed.key.public,
            message.as_bytes(),
            &signature,
        ) {
            return Err(Not::Signature);
        }
        let agrees = claims["iss"] == owner.as_str()
            && issuer_of(document) == Some(&owner)
            && claims["jti"] == document["id"]
            && claims["sub"] == document["credentialSubject"]["id"];
        if agrees {
            Ok(signed)
        } else {
            Err(Not::Foreign)
        }
    }

    fn told(&self, kind: &'static str, document: &Value, signed: Result<Signed<'_>, Not>) -> Told {
        let signed = match signed {
            Ok(signed) => signed,
            Err(Not::Form) => return Told::misshapen(kind),
            Err(Not::Signature) => {
                return Told::new(kind, Verdict::Altered)
                    .with(Finding::new("form", Light::Good))
                    .with(Finding::new("content", Light::Bad));
            }
            Err(Not::Foreign) => {
                return Told::new(kind, Verdict::Altered).with(Finding::new("issuer", Light::Bad));
            }
            Err(Not::Unknown) => {
                return Told::new(kind, Verdict::UnknownKey)
                    .with(Finding::new("content", Light::Open))
                    .with(Finding::new("issuer", Light::Open));
            }
        };
        let mut told = Told::new(kind, Verdict::KeyNotGood)
            .with(Finding::new("form", Light::Good))
            .with(Finding::new("content", Light::Good))
            .with(Finding::new("issuer", Light::Good).said(&signed.issuer.name));
        if signed.key.state == KeyState::Compromised {
            return told.with(Finding::new("key", Light::Open));
        }
        if kind == LIST {
            return self.of_list(told, document, &signed);
        }
        told.of_badge(document, &signed.issuer.name);
        let Some(place) = place_of(document, &signed.issuer.slug) else {
            return Told {
                verdict: Verdict::Altered,
                ..told
            }
            .with(Finding::new("form", Light::Bad));
        };
        let last = time(&document["validUntil"]).map(|end| beijing(end).date_naive());
        let standing = signed.issuer.standing(place, last, self.today());
        self.conclude(told, standing)
    }

    /// A status list: a word of an issuer's about a time.
    fn of_list(&self, mut told: Told, document: &Value, signed: &Signed<'_>) -> Told {
        let subject = &document["credentialSubject"];
        let bits = subject["encodedList"].as_str().and_then(status::decoded);
        let id = document["id"].as_str().unwrap_or_default();
        let number = list_number(id, &signed.issuer.slug);
        let times = (time(&document["validFrom"]), time(&document["validUntil"]));
        let (Some(bits), Some(number), (Some(from), Some(until))) = (bits, number, times) else {
            return Told {
                verdict: Verdict::Altered,
                ..told
            }
            .with(Finding::new("form", Light::Bad));
        };
        let set: u32 = bits.iter().map(|byte| byte.count_ones()).sum();
        told.say("list", number.to_string());
        told.say("places", (bits.len() * 8).to_string());
        told.say("revoked_places", set.to_string());
        let now = self.now.utc();
        let (verdict, light) = if now > until {
            (Verdict::Outdated, Light::Open)
        } else if from - now > chrono::TimeDelta::days(1) {
            (Verdict::Clock, Light::Open)
        } else {
            (Verdict::Genuine, Light::Good)
        };
        Told { verdict, ..told }.with(Finding::new("list_age", light).at(from))
    }
}

const BADGE: &str = "credential";
const LIST: &str = "status_list";

fn kind_of(members: &Map<String, Value>) -> &'static str {
    let types = members.get("type").and_then(Value::as_array);
    let is_list = types.is_some_and(|types| {
        types
            .iter()
            .any(|one| one == "BitstringStatusListCredential")
    });
    if is_list { LIST } else { BADGE }
}

fn shape_of(document: &Value) -> &'static Shape {
    let is_list = document
        .as_object()
        .is_some_and(|members| kind_of(members) == LIST);
    if is_list { &shape::LIST } else { &shape::BADGE }
}

fn issuer_of(document: &Value) -> Option<&str> {
    let issuer = &document["issuer"];
    issuer.as_str().or_else(|| issuer["id"].as_str())
}

fn time(value: &Value) -> Option<NaiveDateTime> {
    let read = DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
    Some(read.naive_utc())
}

fn list_number(address: &str, slug: &str) -> Option<u32> {
    let (_, tail) = address.split_once("/status/revocation/")?;
    tail.strip_prefix(slug)?.strip_prefix('/')?.parse().ok()
}

fn place_of(document: &Value, slug: &str) -> Option<(u32, u32)> {
    let status = &document["credentialStatus"];
    let list = list_number(status["statusListCredential"].as_str()?, slug)?;
    Some((list, status["statusListIndex"].as_str()?.parse().ok()?))
}

impl Told {
    fn of_badge(&mut self, document: &Value, issuer: &str) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let subject = &document["credentialSubject"];
        let achievement = &subject["achievement"];
        let level = achievement["id"]
            .as_str()
            .and_then(|id| id.rsplit_once("#level-"))
            .map_or("", |(_, level)| level);
        let day = |value: &Value| {
            time(value).map_or_else(String::new, |at| beijing(at).date_naive().to_string())
        };
        self.say("holder", text(&subject["identifier"][0]["identityHash"]));
        self.say("id_tail", text(&subject["identifier"][1]["identityHash"]));
        self.say("achievement", text(&achievement["name"]));
        self.say("occupation_code", text(&achievement["humanCode"]));
        self.say("level", level);
        self.say("number", text(&subject["licenseNumber"]));
        self.say("issuer", issuer);
        self.say("issued_on", day(&document["validFrom"]));
        self.say("expires_on", day(&document["validUntil"]));
    }
}
