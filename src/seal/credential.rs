//! 凭证: a certificate as Open Badges 3.0 on W3C Verifiable Credentials 2.0, so that software we
//! did not write can check it.
//!
//! [`Draft`] (what we mean to say) → [`Kept`] (the signed ticket on record says the same) →
//! [`Sealed`] (signed). [`sign`] takes a `Kept` by value and a `Kept` is had only against a ticket
//! that was signed at issue: what is not on record cannot be signed.
//!
//! Closed types only: the proof covers what JSON-LD makes of the members, so a member of
//! somebody else's choosing could be text nobody signed.
//!
//! ## Why on demand, and kept
//! Nothing at issue waits for a credential: most certificates are never asked for in this form.
//! The first who asks has it signed; what was signed is then stored byte for byte and handed out
//! as it is, so that a later program, a changed name of the issuer or a new template never changes
//! it. Signing is deterministic besides (RFC 8032, RFC 6979): two servers asked at once make the
//! same bytes but for the time, and the first to store them wins.

use crate::seal::json_ld::{self, CREDENTIALS, EXTENSIONS, Meaningless, OPEN_BADGES};
use crate::seal::signer::{Algorithm, Signer};
use crate::seal::ticket::{self, Ticket};
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The schema other people's software holds a credential against.
const SCHEMA: &str =
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";

/// What we mean to say.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Where the registry is, without a trailing slash.
    pub base: String,
    /// The certificate's token.
    pub token: String,
    /// The title printed, in Chinese and English.
    pub title: (String, String),
    /// Who issued it.
    pub issuer: Issuer,
    /// The holder's name.
    pub holder: String,
    /// The last four characters of the holder's document.
    pub id_tail: String,
    /// 证书编号
    pub number: String,
    /// What was achieved.
    pub achievement: Achieved,
    /// When it was issued, in UTC.
    pub issued_at: NaiveDateTime,
    /// The day on the paper.
    pub issued_on: NaiveDate,
    /// Its last day, where there is one.
    pub expires_on: Option<NaiveDate>,
    /// Its status list and its place there.
    pub status: (u32, u32),
    /// 沿革: what it stands in the place of, in words, where it does.
    pub lineage: Option<String>,
    /// 成绩: each part with its mark, where the registry shows them.
    pub results: Vec<Scored>,
}

/// Who issued.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// Its short name in addresses.
    pub slug: String,
    /// 名称
    pub name: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// 地址; may be empty.
    pub address: String,
}

/// What was achieved.
#[derive(Clone, Debug)]
pub struct Achieved {
    /// 职业编码; empty where a course has none.
    pub code: String,
    /// The level's code; empty for a course.
    pub level: String,
    /// What it is called.
    pub name: String,
    /// The same in both languages, in words.
    pub description: String,
    /// What was asked of the holder.
    pub criteria: String,
}

/// One part of an assessment, and its mark.
#[derive(Clone, Debug)]
pub struct Scored {
    /// What was assessed.
    pub name: String,
    /// The mark as text.
    pub mark: String,
}

/// What a ticket on record bears out.
#[derive(Debug)]
pub struct Kept(Draft);

/// Why a draft is not what is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ticket on record does not say this")]
pub struct Unrecorded;

impl Draft {
    /// Holds the draft against the ticket that was signed when the certificate was issued.
    pub fn kept(self, cose: &[u8], issuer_key: &[u8]) -> Result<Kept, Unrecorded> {
        let ticket: Ticket = ticket::verify(cose, issuer_key).map_err(|_| Unrecorded)?;
        let same = ticket::token_of(cose) == self.token
            && ticket.name == self.holder
            && ticket.id_last4 == self.id_tail
            && ticket.number == self.number
            && ticket.occupation_code == self.achievement.code
            && ticket.level == self.achievement.level
            && ticket.issued_on == self.issued_on
            && ticket.expires_on == self.expires_on
            && ticket.status == self.status;
        if same {
            Ok(Kept(self))
        } else {
            Err(Unrecorded)
        }
    }
}

/// A signed credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The document, byte for byte.
    pub body: Vec<u8>,
}

/// Signs: Ed25519 embeds an `eddsa-rdfc-2022` proof, ES256 makes a VC-JWT.
pub fn sign(kept: Kept, signer: &dyn Signer, at: NaiveDateTime) -> Result<Sealed, Meaningless> {
    let Kept(draft) = kept;
    let did = crate::seal::did::of_issuer(&draft.base, &draft.issuer.slug);
    let credential = Credential::of(&draft, &did);
    let body = match signer.algorithm() {
        Algorithm::EdDsa => embed(&credential, &did, signer, at)?,
        Algorithm::Es256 => {
            let claims = Claims {
                credential: &credential,
                iss: &did,
                sub: &credential.subject.id,
                jti: &credential.id,
                nbf: draft.issued_at.and_utc().timestamp(),
                exp: draft.expires_on.and_then(end_of).map(|end| end.timestamp()),
            };
            jwt(&claims, "JWT", &did, signer)?
        }
    };
    Ok(Sealed { body })
}

/// Whether this key signed a credential as it is kept.
pub fn holds(body: &[u8], algorithm: Algorithm, public: &[u8]) -> bool {
    let holds = match algorithm {
        Algorithm::EdDsa => proof_holds(body, public),
        Algorithm::Es256 => token_holds(body, public),
    };
    holds.unwrap_or(false)
}

fn proof_holds(body: &[u8], public: &[u8]) -> Option<bool> {
    let mut document: serde_json::Value = serde_json::from_slice(body).ok()?;
    let mut proof = document.as_object_mut()?.remove("proof")?;
    let value = proof.as_object_mut()?.remove("proofValue")?;
    let signature = bs58::decode(value.as_str()?.strip_prefix('z')?)
        .into_vec()
        .ok()?;
    proof["@context"] = document["@context"].clone();
    let mut message = json_ld::digest(&proof).ok()?.to_vec();
    message.extend_from_slice(&json_ld::digest(&document).ok()?);
    Some(crate::seal::signer::verify(
        Algorithm::EdDsa,
        public,
        &message,
        &signature,
    ))
}

fn token_holds(body: &[u8], public: &[u8]) -> Option<bool> {
    let (signed, signature) = std::str::from_utf8(body).ok()?.rsplit_once('.')?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    Some(crate::seal::signer::verify(
        Algorithm::Es256,
        public,
        signed.as_bytes(),
        &signature,
    ))
}

/// The claims a VC-JWT adds to the credential itself.
#[derive(Serialize)]
struct Claims<'a, C: Serialize> {
    #[serde(flatten)]
    credential: &'a C,
    iss: &'a str,
    sub: &'a str,
    jti: &'a str,
    nbf: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
}

/// A document with its proof embedded.
#[derive(Serialize)]
struct Proven<'a, C: Serialize> {
    #[serde(flatten)]
    document: &'a C,
    proof: Proof<'a>,
}

#[derive(Clone, Serialize)]
struct Proof<'a> {
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    context: Option<&'a serde_json::Value>,
    r#type: &'static str,
    cryptosuite: &'static str,
    created: String,
    #[serde(rename = "verificationMethod")]
    method: String,
    #[serde(rename = "proofPurpose")]
    purpose: &'static str,
    #[serde(rename = "proofValue", skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// The document with an `eddsa-rdfc-2022` proof (W3C vc-di-eddsa, section 3.2).
pub(super) fn embed<C: Serialize>(
    document: &C,
    did: &str,
    signer: &dyn Signer,
    at: NaiveDateTime,
) -> Result<Vec<u8>, Meaningless> {
    let unsigned = serde_json::to_value(document).expect("our own types are written");
    let method = crate::seal::did::key_address(did, signer.algorithm(), signer.public_key())
        .expect("a signer has a key");
    let mut proof = Proof {
        context: Some(&unsigned["@context"]),
        r#type: "DataIntegrityProof",
        cryptosuite: "eddsa-rdfc-2022",
        created: instant(at),
        method,
        purpose: "assertionMethod",
        value: None,
    };
    let config = serde_json::to_value(&proof).expect("our own types are written");
    let mut message = Vec::with_capacity(64);
    message.extend_from_slice(&json_ld::digest(&config)?);
    message.extend_from_slice(&json_ld::digest(&unsigned)?);
    let signature = signer.sign(&message);
    proof.context = None;
    proof.value = Some(format!("z{}", bs58::encode(signature).into_string()));
    Ok(serde_json::to_vec(&Proven { document, proof }).expect("our own types are written"))
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    kid: String,
    typ: &'a str,
}

/// A compact JWS (RFC 7515).
pub(super) fn jwt<C: Serialize>(
    claims: &C,
    typ: &str,
    did: &str,
    signer: &dyn Signer,
) -> Result<Vec<u8>, Meaningless> {
    let header = Header {
        alg: signer.algorithm().as_str(),
        kid: crate::seal::did::key_address(did, signer.algorithm(), signer.public_key())
            .expect("a signer has a key"),
        typ,
    };
    let part = |bytes: Vec<u8>| BASE64URL_NOPAD.encode(&bytes);
    let mut token = part(serde_json::to_vec(&header).expect("our own types are written"));
    token.push('.');
    token.push_str(&part(
        serde_json::to_vec(claims).expect("our own types are written"),
    ));
    let signature = signer.sign(token.as_bytes());
    token.push('.');
    token.push_str(&part(signature));
    Ok(token.into_bytes())
}

/// A moment as the data model writes it.
pub(super) fn instant(at: NaiveDateTime) -> String {
    at.and_utc().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The last second of a day in Beijing.
fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    let last = day.and_hms_opt(15, 59, 59)?;
    Some(last.and_utc())
}

#[derive(Serialize)]
struct Credential {
    #[serde(rename = "@context")]
    context: [&'static str; 3],
    id: String,
    r#type: [&'static str; 2],
    name: String,
    description: String,
    issuer: Profile,
    #[serde(rename = "validFrom")]
    valid_from: String,
    #[serde(rename = "validUntil", skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(rename = "awardedDate")]
    awarded: String,
    #[serde(rename = "credentialSubject")]
    subject: Subject,
    #[serde(rename = "credentialSchema")]
    schema: [Schema; 1],
    #[serde(rename = "credentialStatus")]
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<[Evidence; 1]>,
}

#[derive(Serialize)]
struct Profile {
    id: String,
    r#type: [&'static str; 1],
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    #[serde(rename = "otherIdentifier")]
    other: [Identifier; 1],
}

#[derive(Serialize)]
struct Address {
    r#type: [&'static str; 1],
    #[serde(rename = "addressCountryCode")]
    country: &'static str,
    #[serde(rename = "streetAddress")]
    street: String,
}

#[derive(Serialize)]
struct Identifier {
    r#type: &'static str,
    identifier: String,
    #[serde(rename = "identifierType")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Subject {
    id: String,
    r#type: [&'static str; 1],
    identifier: [Identity; 2],
    achievement: Achievement,
    #[serde(rename = "licenseNumber")]
    number: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    result: Vec<Outcome>,
}

#[derive(Serialize)]
struct Identity {
    r#type: &'static str,
    hashed: bool,
    #[serde(rename = "identityHash")]
    hash: String,
    #[serde(rename = "identityType")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Achievement {
    id: String,
    r#type: [&'static str; 1],
    #[serde(rename = "achievementType")]
    kind: &'static str,
    name: String,
    description: String,
    criteria: Criteria,
    #[serde(rename = "humanCode", skip_serializing_if = "String::is_empty")]
    code: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alignment: Vec<Alignment>,
    #[serde(rename = "resultDescription", skip_serializing_if = "Vec::is_empty")]
    results: Vec<ResultDescription>,
}

#[derive(Serialize)]
struct Criteria {
    narrative: String,
}

#[derive(Serialize)]
struct Alignment {
    r#type: [&'static str; 1],
    #[serde(rename = "targetName")]
    name: String,
    #[serde(rename = "targetUrl")]
    url: String,
    #[serde(rename = "targetCode")]
    code: String,
    #[serde(rename = "targetFramework")]
    framework: &'static str,
}

#[derive(Serialize)]
struct ResultDescription {
    id: String,
    r#type: [&'static str; 1],
    name: String,
    #[serde(rename = "resultType")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Outcome {
    r#type: [&'static str; 1],
    #[serde(rename = "resultDescription")]
    of: String,
    value: String,
}

#[derive(Serialize)]
struct Schema {
    id: &'static str,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Evidence {
    id: String,
    r#type: [&'static str; 1],
    name: &'static str,
    narrative: String,
    genre: &'static str,
}

#[derive(Serialize)]
struct Status {
    id: String,
    r#type: &'static str,
    #[serde(rename = "statusPurpose")]
    purpose: &'static str,
    #[serde(rename = "statusListIndex")]
    index: String,
    #[serde(rename = "statusListCredential")]
    list: String,
}

impl Credential {
    fn of(draft: &Draft, did: &str) -> Self {
        let Draft { base, token, .. } = draft;
        let achieved = &draft.achievement;
        let id = format!("{base}/credentials/{token}");
        let trade = format!("{base}/occupations/{}", achieved.code);
        let described: Vec<_> = draft
            .results
            .iter()
            .zip(1..)
            .map(|(scored, place)| (format!("{id}#result-{place}"), scored))
            .collect();
        let list = crate::seal::status::address(base, &draft.issuer.slug, draft.status.0);
        Self {
            context: [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
            r#type: ["VerifiableCredential", "OpenBadgeCredential"],
            name: draft.title.0.clone(),
            description: format!("{} / {}", draft.title.0, draft.title.1),
            issuer: Profile {
                id: did.to_owned(),
                r#type: ["Profile"],
                name: draft.issuer.name.clone(),
                address: (!draft.issuer.address.is_empty()).then(|| Address {
                    r#type: ["Address"],
                    country: "CN",
                    street: draft.issuer.address.clone(),
                }),
                other: [Identifier {
                    r#type: "IdentifierEntry",
                    identifier: draft.issuer.uscc.clone(),
                    kind: "ext:cn-uscc",
                }],
            },
            valid_from: instant(draft.issued_at),
            valid_until: draft
                .expires_on
                .and_then(end_of)
                .map(|end| instant(end.naive_utc())),
            awarded: instant(draft.issued_at),
            subject: Subject {
                id: subject_of(token),
                r#type: ["AchievementSubject"],
                identifier: [
                    Identity {
                        r#type: "IdentityObject",
                        hashed: false,
                        hash: draft.holder.clone(),
                        kind: "name",
                    },
                    Identity {
                        r#type: "IdentityObject",
                        hashed: false,
                        hash: draft.id_tail.clone(),
                        kind: "ext:cn-id-masked",
                    },
                ],
                achievement: Achievement {
                    id: if achieved.level.is_empty() {
                        format!("{id}#achievement")
                    } else {
                        format!("{trade}#level-{}", achieved.level)
                    },
                    r#type: ["Achievement"],
                    kind: if achieved.level.is_empty() {
                        "CertificateOfCompletion"
                    } else {
                        "Certificate"
                    },
                    name: achieved.name.clone(),
                    description: achieved.description.clone(),
                    criteria: Criteria {
                        narrative: achieved.criteria.clone(),
                    },
                    code: achieved.code.clone(),
                    alignment: (!achieved.code.is_empty())
                        .then(|| Alignment {
                            r#type: ["Alignment"],
                            name: achieved.name.clone(),
                            url: trade.clone(),
                            code: achieved.code.clone(),
                            framework: "中华人民共和国职业分类大典（2022年版）",
                        })
                        .into_iter()
                        .collect(),
                    results: described
                        .iter()
                        .map(|(id, scored)| ResultDescription {
                            id: id.clone(),
                            r#type: ["ResultDescription"],
                            name: scored.name.clone(),
                            kind: "RawScore",
                        })
                        .collect(),
                },
                number: draft.number.clone(),
                result: described
                    .iter()
                    .map(|(id, scored)| Outcome {
                        r#type: ["Result"],
                        of: id.clone(),
                        value: scored.mark.clone(),
                    })
                    .collect(),
            },
            schema: [Schema {
                id: SCHEMA,
                r#type: "1EdTechJsonSchemaValidator2019",
            }],
            status: Status {
                id: format!("{list}#{}", draft.status.1),
                r#type: "BitstringStatusListEntry",
                purpose: "revocation",
                index: draft.status.1.to_string(),
                list,
            },
            // What became of it is told there as it is on the day somebody asks.
            evidence: draft.lineage.as_ref().map(|narrative| {
                [Evidence {
                    id: format!("{base}/v/{token}/provenance"),
                    r#type: ["Evidence"],
                    name: "沿革 / Lineage",
                    narrative: narrative.clone(),
                    genre: "lineage",
                }]
            }),
            id,
        }
    }
}

/// The holder as far as this credential knows her: a name that follows from the token (a UUID of
/// version 8, RFC 9562), so that it stays the same when the credential is signed again.
fn subject_of(token: &str) -> String {
    let mut hash = Sha256::new();
    hash.update("guildhall subject 1\n");
    hash.update(token);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::seal::signer::{Ed25519, Es256};

    fn draft(base: &str) -> (Draft, Vec<u8>, Es256) {
        let es256 = Es256::from_bytes(&[7; 32]).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let ticket = Ticket {
            name: "娜仁图雅".to_owned(),
            id_last4: "1029".to_owned(),
            occupation_code: "6-31-01-03".to_owned(),
            occupation_title: "电工".to_owned(),
            level: "3".to_owned(),
            number: "S000015000001263000001".to_owned(),
            issued_on: day,
            status: (1, 4711),
            expires_on: None,
        };
        let sealed = ticket::sign(&ticket, &es256);
        let draft = Draft {
            base: base.to_owned(),
            token: sealed.token,
            title: (
                "职业技能等级证书".to_owned(),
                "Certificate of Vocational Skill Level".to_owned(),
            ),
            issuer: Issuer {
                slug: "ma0n1k2p3".to_owned(),
                name: "示范职业技能评价中心".to_owned(),
                uscc: "91150902MA0N1K2P3X".to_owned(),
                address: "示范路1号".to_owned(),
            },
            holder: ticket.name,
            id_tail: ticket.id_last4,
            number: ticket.number,
            achievement: Achieved {
                code: ticket.occupation_code,
                level: ticket.level,
                name: "电工 · 三级/高级工".to_owned(),
                description: "电工三级/高级工 / Electrician, Level 3".to_owned(),
                criteria: "按国家职业标准考核合格。".to_owned(),
            },
            issued_at: day.and_hms_opt(1, 0, 0).unwrap(),
            issued_on: day,
            expires_on: None,
            status: ticket.status,
            lineage: None,
            results: vec![
                Scored {
                    name: "理论知识考试".to_owned(),
                    mark: "82".to_owned(),
                },
                Scored {
                    name: "技能考核".to_owned(),
                    mark: "82".to_owned(),
                },
            ],
        };
        (draft, sealed.cose, es256)
    }

    #[test]
    fn by_shape_and_anew_come_to_the_same() {
        for (base, results) in [
            ("https://cert.example.cn", true),
            ("http://127.0.0.1:8102", false),
        ] {
            let (mut draft, _, _) = draft(base);
            if !results {
                draft.results.clear();
                draft.expires_on = draft.issued_on.checked_add_days(chrono::Days::new(700));
                draft.lineage = Some("更正自证书 S1 / Corrects certificate S1".to_owned());
            }
            // A text that looks like an address, and one that is another's too.
            draft.issuer.address = "urn:stand-in:1".to_owned();
            draft.achievement.description = draft.issuer.name.clone() + "\\ \"\n é";
            let value = serde_json::to_value(Credential::of(&draft, "did:web:a")).unwrap();
            assert_eq!(
                json_ld::digest(&value).unwrap(),
                json_ld::digest_anew(&value).unwrap()
            );
            assert_eq!(
                json_ld::digest(&value).unwrap(),
                json_ld::digest(&value).unwrap()
            );
        }
    }

    #[test]
    fn only_what_is_on_record_is_signed() {
        let (good, cose, key) = draft("https://cert.example.cn");
        let public = key.public_key().to_vec();
        assert!(good.clone().kept(&cose, &public).is_ok());
        let forged: [fn(&mut Draft); 7] = [
            |it| it.holder.push('X'),
            |it| it.id_tail = "1030".to_owned(),
            |it| it.number.replace_range(21.., "2"),
            |it| it.achievement.level = "1".to_owned(),
            |it| it.achievement.code = "6-31-01-04".to_owned(),
            |it| it.status.1 += 1,
            |it| it.token.replace_range(..1, "z"),
        ];
        for forge in forged {
            let mut draft = good.clone();
            forge(&mut draft);
            assert_eq!(draft.kept(&cose, &public).unwrap_err(), Unrecorded);
        }
        let other = Es256::from_bytes(&[8; 32]).unwrap();
        assert!(good.kept(&cose, other.public_key()).is_err());
    }

    #[test]
    fn both_forms_are_signed_the_same_way_twice() {
        let signers: [Box<dyn Signer>; 2] = [
            Box::new(Ed25519::from_bytes(&[9; 32]).unwrap()),
            Box::new(Es256::from_bytes(&[9; 32]).unwrap()),
        ];
        for signer in signers {
            let signed = || {
                let (draft, cose, key) = draft("https://cert.example.cn");
                let at = draft.issued_at;
                let kept = draft.kept(&cose, key.public_key()).unwrap();
                sign(kept, &*signer, at).unwrap()
            };
            assert_eq!(signed(), signed());
        }
    }
}
