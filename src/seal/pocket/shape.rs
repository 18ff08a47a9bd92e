//! 固定格式: the closed forms of documents this registry has ever signed.
//!
//! An embedded proof covers what JSON-LD makes of a document, not its text: a member the contexts do
//! not know could be added under a good proof. So a document of ours has exactly the members of one
//! of these forms, and a later form is added beside them, never in place of one.

use crate::seal::json_ld::{CREDENTIALS, EXTENSIONS, OPEN_BADGES};
use serde_json::Value;

/// What a value must be.
pub(super) enum Shape {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// False.
    False,
    /// One of these texts.
    One(&'static [&'static str]),
    /// Exactly these texts, in this order.
    Texts(&'static [&'static str]),
    /// Some values of one shape.
    List(&'static Shape),
    /// Exactly these values, in this order.
    Row(&'static [Shape]),
    /// Members: name, whether it must be there, shape. Nothing else may be there.
    Members(&'static [(&'static str, bool, Shape)]),
}

use Shape::{False, List, Members, Number, One, Row, Text, Texts};

impl Shape {
    /// Whether a value is of this shape.
    pub fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (Text, Value::String(_)) | (False, Value::Bool(false)) => true,
            (Number, Value::Number(number)) => number.is_i64() || number.is_u64(),
            (One(texts), Value::String(text)) => texts.contains(&text.as_str()),
            (Texts(texts), Value::Array(items)) => {
                items.len() == texts.len()
                    && items.iter().zip(*texts).all(|(item, text)| item == text)
            }
            (List(shape), Value::Array(items)) => items.iter().all(|item| shape.fits(item)),
            (Row(shapes), Value::Array(items)) => {
                items.len() == shapes.len()
                    && items
                        .iter()
                        .zip(*shapes)
                        .all(|(item, shape)| shape.fits(item))
            }
            (Members(known), Value::Object(members)) => {
                members
                    .keys()
                    .all(|name| known.iter().any(|(other, ..)| other == name))
                    && known
                        .iter()
                        .all(|(name, must, shape)| match members.get(*name) {
                            Some(value) => shape.fits(value),
                            None => !must,
                        })
            }
            _ => false,
        }
    }
}

const PROOF: Shape = Members(&[
    ("type", true, One(&["DataIntegrityProof"])),
    ("cryptosuite", true, One(&["eddsa-rdfc-2022"])),
    ("created", true, Text),
    ("verificationMethod", true, Text),
    ("proofPurpose", true, One(&["assertionMethod"])),
    ("proofValue", true, Text),
]);

const IDENTITY_NAME: Shape = Members(&[
    ("type", true, One(&["IdentityObject"])),
    ("hashed", true, False),
    ("identityHash", true, Text),
    ("identityType", true, One(&["name"])),
]);

const IDENTITY_TAIL: Shape = Members(&[
    ("type", true, One(&["IdentityObject"])),
    ("hashed", true, False),
    ("identityHash", true, Text),
    ("identityType", true, One(&["ext:cn-id-masked"])),
]);

const ACHIEVEMENT: Shape = Members(&[
    ("id", true, Text),
    ("type", true, Texts(&["Achievement"])),
    (
        "achievementType",
        true,
        One(&["Certificate", "CertificateOfCompletion"]),
    ),
    ("name", true, Text),
    ("description", true, Text),
    ("criteria", true, Members(&[("narrative", true, Text)])),
    ("humanCode", false, Text),
    (
        "alignment",
        false,
        Row(&[Members(&[
            ("type", true, Texts(&["Alignment"])),
            ("targetName", true, Text),
            ("targetUrl", true, Text),
            ("targetCode", true, Text),
            ("targetFramework", true, Text),
        ])]),
    ),
    (
        "resultDescription",
        false,
        List(&Members(&[
            ("id", true, Text),
            ("type", true, Texts(&["ResultDescription"])),
            ("name", true, Text),
            ("resultType", true, One(&["RawScore"])),
        ])),
    ),
]);

const SUBJECT: Shape = Members(&[
    ("id", true, Text),
    ("type", true, Texts(&["AchievementSubject"])),
    ("identifier", true, Row(&[IDENTITY_NAME, IDENTITY_TAIL])),
    ("achievement", true, ACHIEVEMENT),
    ("licenseNumber", true, Text),
    (
        "result",
        false,
        List(&Members(&[
            ("type", true, Texts(&["Result"])),
            ("resultDescription", true, Text),
            ("value", true, Text),
        ])),
    ),
]);

const ISSUER: Shape = Members(&[
    ("id", true, Text),
    ("type", true, Texts(&["Profile"])),
    ("name", true, Text),
    (
        "address",
        false,
        Members(&[
            ("type", true, Texts(&["Address"])),
            ("addressCountryCode", true, One(&["CN"])),
            ("streetAddress", true, Text),
        ]),
    ),
    (
        "otherIdentifier",
        true,
        Row(&[Members(&[
            ("type", true, One(&["IdentifierEntry"])),
            ("identifier", true, Text),
            ("identifierType", true, One(&["ext:cn-uscc"])),
        ])]),
    ),
]);

const STATUS: Shape = Members(&[
    ("id", true, Text),
    ("type", true, One(&["BitstringStatusListEntry"])),
    ("statusPurpose", true, One(&["revocation"])),
    ("statusListIndex", true, Text),
    ("statusListCredential", true, Text),
]);

const SCHEMA: Shape = Row(&[Members(&[
    ("id", true, Text),
    ("type", true, One(&["1EdTechJsonSchemaValidator2019"])),
])]);

/// A certificate: its unsigned part.
pub(super) const BADGE: Shape = Members(&[
    (
        "@context",
        true,
        Texts(&[CREDENTIALS, OPEN_BADGES, EXTENSIONS]),
    ),
    ("id", true, Text),
    (
        "type",
        true,
        Texts(&["VerifiableCredential", "OpenBadgeCredential"]),
    ),
    ("name", true, Text),
    ("description", true, Text),
    ("issuer", true, ISSUER),
    ("validFrom", true, Text),
    ("validUntil", false, Text),
    ("awardedDate", true, Text),
    ("credentialSubject", true, SUBJECT),
    ("credentialSchema", true, SCHEMA),
    ("credentialStatus", true, STATUS),
    // Of one that stands in another's place, since November 2026.
    (
        "evidence",
        false,
        Row(&[Members(&[
            ("id", true, Text),
            ("type", true, Texts(&["Evidence"])),
            ("name", true, Text),
            ("narrative", true, Text),
            ("genre", true, One(&["lineage"])),
        ])]),
    ),
]);

/// A list of standings: its unsigned part.
pub(super) const LIST: Shape = Members(&[
    ("@context", true, Texts(&[CREDENTIALS])),
    ("id", true, Text),
    (
        "type",
        true,
        Texts(&["VerifiableCredential", "BitstringStatusListCredential"]),
    ),
    ("issuer", true, Text),
    ("validFrom", true, Text),
    ("validUntil", true, Text),
    (
        "credentialSubject",
        true,
        Members(&[
            ("id", true, Text),
            ("type", true, One(&["BitstringStatusList"])),
            ("statusPurpose", true, One(&["revocation"])),
            ("encodedList", true, Text),
        ]),
    ),
]);

/// An embedded proof.
pub(super) const EMBEDDED: Shape = PROOF;

/// The header of a token.
pub(super) const HEADER: Shape = Members(&[
    ("alg", true, One(&["ES256"])),
    ("kid", true, Text),
    ("typ", true, One(&["JWT"])),
]);

/// What a token adds to the document.
pub(super) const CLAIMS: Shape = Members(&[
    ("iss", true, Text),
    ("sub", true, Text),
    ("jti", true, Text),
    ("nbf", true, Number),
    ("exp", false, Number),
]);
