//! 规范化: a document's meaning as bytes, one way only (JSON-LD 1.1 into RDF, then RDFC-1.0).
//!
//! ## Why by shape
//! Working out what a document's members mean takes milliseconds: the contexts define a thousand
//! terms. What they mean depends on the members and a few fixed words, never on the values we
//! fill in. So each *shape* is worked out once, with a numbered stand-in for every value (equal
//! values, equal stand-ins), and kept as statements; a document then only puts its values in the
//! places of the stand-ins. A test holds this way against the long one, document by document.
//!
//! Only for documents this program makes from its own closed types: it is no general verifier.
//! `oxrdf` 0.3.5 labels several identical embedded proofs differently from others; none of ours
//! embeds more than its own.

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{BlankNode, Dataset, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// 可验证凭证 2.0
pub const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
/// Open Badges 3.0.3
pub const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
/// Open Badges' extensions: the type of its schema validator.
pub const EXTENSIONS: &str = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";
/// Data Integrity 2
pub const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v2";
/// Multikey 1
pub const MULTIKEY: &str = "https://w3id.org/security/multikey/v1";

/// The contexts we know: where they are published, their bytes, the SHA-256 they must have.
const PINNED: [(&str, &[u8], &str); 5] = [
    (
        CREDENTIALS,
        include_bytes!("contexts/credentials-v2.json"),
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    (
        OPEN_BADGES,
        include_bytes!("contexts/ob-v3p0-context-3.0.3.json"),
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    (
        EXTENSIONS,
        include_bytes!("contexts/ob-v3p0-extensions.json"),
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    (
        DATA_INTEGRITY,
        include_bytes!("contexts/security-data-integrity-v2.json"),
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    (
        MULTIKEY,
        include_bytes!("contexts/security-multikey-v1.json"),
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
];

/// Checked once, when first needed.
static CONTEXTS: LazyLock<HashMap<&'static str, &'static [u8]>> = LazyLock::new(|| {
    let known = |(address, bytes, hash): (&'static str, &'static [u8], &str)| {
        let found = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
        assert_eq!(found, hash, "the context {address} is as it was published");
        (address, bytes)
    };
    PINNED.map(known).into_iter().collect()
});

/// Why a document has no meaning we could sign.
#[derive(Debug, thiserror::Error)]
#[error("not a document we can write one way: {0}")]
pub struct Meaningless(String);

/// Members whose values are words of the vocabulary, or decide how others are read: part of the
/// shape. Everything else is a value.
const FIXED: [&str; 10] = [
    "@context",
    "type",
    "cryptosuite",
    "proofPurpose",
    "statusPurpose",
    "achievementType",
    "resultType",
    "identityType",
    "identifierType",
    "targetType",
];

/// Numbered stand-ins are addresses, since some places take only those.
const STAND_IN: &str = "urn:stand-in:";

/// SHA-256 of the document written one way.
pub fn digest(document: &Value) -> Result<[u8; 32], Meaningless> {
    let mut statements = fill(document)?;
    statements.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
        hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
    });
    Ok(Sha256::digest(lines(&statements)).into())
}

/// The same, the contexts worked through anew: what [`digest`] is held against.
pub fn digest_anew(document: &Value) -> Result<[u8; 32], Meaningless> {
    let mut statements: Dataset = statements(document, None)?.iter().collect();
    statements.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
        hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
    });
    Ok(Sha256::digest(lines(&statements)).into())
}

/// The same with further contexts, for the vectors of others.
pub fn digest_with(
    document: &Value,
    more: &[(&'static str, &'static [u8])],
) -> Result<[u8; 32], Meaningless> {
    let mut statements: Dataset = statements(document, Some(more.to_vec()))?.iter().collect();
    statements.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
        hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
    });
    Ok(Sha256::digest(lines(&statements)).into())
}

fn lines(statements: &Dataset) -> String {
    let mut lines: Vec<String> = statements
        .iter()
        .map(|quad| format!("{quad} .\n"))
        .collect();
    lines.sort_unstable();
    lines.concat()
}

/// Statements of shapes met before.
static SHAPES: LazyLock<Mutex<HashMap<String, Arc<Vec<Quad>>>>> = LazyLock::new(Mutex::default);

/// As many shapes as could ever be ours, with room to spare.
const SHAPES_KEPT: usize = 512;

fn fill(document: &Value) -> Result<Dataset, Meaningless> {
    let mut values = Vec::new();
    let shape = stand_in(document, &mut HashMap::new(), &mut values);
    let key = shape.to_string();
    let shapes = || SHAPES.lock().unwrap_or_else(PoisonError::into_inner);
    let known = shapes().get(&key).cloned();
    let quads = if let Some(quads) = known {
        quads
    } else {
        let quads = Arc::new(statements(&shape, None)?);
        let mut shapes = shapes();
        if shapes.len() >= SHAPES_KEPT {
            shapes.clear();
        }
        shapes.insert(key, Arc::clone(&quads));
        quads
    };
    let mut dataset = Dataset::new();
    for quad in quads.iter() {
        dataset.insert(&filled(quad, &values)?);
    }
    Ok(dataset)
}

/// The document with a stand-in for each value.
fn stand_in<'a>(
    document: &'a Value,
    seen: &mut HashMap<&'a str, usize>,
    values: &mut Vec<&'a str>,
) -> Value {
    match document {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let value = if FIXED.contains(&name.as_str()) {
                        value.clone()
                    } else {
                        stand_in(value, seen, values)
                    };
                    (name.clone(), value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| stand_in(item, seen, values))
                .collect(),
        ),
        Value::String(text) => {
            let at = *seen.entry(text).or_insert_with(|| {
                values.push(text);
                values.len() - 1
            });
            let mut name = STAND_IN.to_owned();
            write!(name, "{at}").expect("a string takes all");
            Value::String(name)
        }
        other => other.clone(),
    }
}

fn filled(quad: &Quad, values: &[&str]) -> Result<Quad, Meaningless> {
    let named = |node: &NamedNode| match value_of(node.as_str(), values) {
        Some(value) => {
            NamedNode::new(value).map_err(|_| Meaningless(format!("{value} is no address")))
        }
        None => Ok(node.clone()),
    };
    let subject = match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => NamedOrBlankNode::NamedNode(named(node)?),
        blank @ NamedOrBlankNode::BlankNode(_) => blank.clone(),
    };
    let object = match &quad.object {
        Term::NamedNode(node) => Term::NamedNode(named(node)?),
        Term::Literal(literal) => match value_of(literal.value(), values) {
            Some(value) => Term::Literal(Literal::new_typed_literal(value, literal.datatype())),
            None => quad.object.clone(),
        },
        blank @ Term::BlankNode(_) => blank.clone(),
    };
    let graph_name = match &quad.graph_name {
        GraphName::NamedNode(node) => GraphName::NamedNode(named(node)?),
        other => other.clone(),
    };
    Ok(Quad {
        subject,
        predicate: quad.predicate.clone(),
        object,
        graph_name,
    })
}

fn value_of<'a>(text: &str, values: &[&'a str]) -> Option<&'a str> {
    let at: usize = text.strip_prefix(STAND_IN)?.parse().ok()?;
    values.get(at).copied()
}

fn statements(
    document: &Value,
    more: Option<Vec<(&'static str, &'static [u8])>>,
) -> Result<Vec<Quad>, Meaningless> {
    let text = document.to_string();
    let more = more.unwrap_or_default();
    let parser = JsonLdParser::new()
        .for_slice(text.as_bytes())
        .with_load_document_callback(move |address, _| {
            let bytes = CONTEXTS
                .get(address)
                .copied()
                .or_else(|| {
                    more.iter()
                        .find(|(known, _)| *known == address)
                        .map(|it| it.1)
                })
                .ok_or("a context we do not know")?;
            Ok(JsonLdRemoteDocument {
                document: bytes.to_vec(),
                document_url: address.to_owned(),
            })
        });
    let mut named = HashMap::new();
    let mut quads = Vec::new();
    for quad in parser {
        let quad = quad.map_err(|why| Meaningless(why.to_string()))?;
        quads.push(relabelled(quad, &mut named));
    }
    Ok(quads)
}

/// The parser names blank nodes by chance; ours are numbered, so that a kept shape is the same
/// in every process.
fn relabelled(quad: Quad, named: &mut HashMap<BlankNode, BlankNode>) -> Quad {
    let mut number = |node: BlankNode| {
        let next = named.len();
        named
            .entry(node)
            .or_insert_with(|| BlankNode::new_unchecked(format!("b{next}")))
            .clone()
    };
    let subject = match quad.subject {
        NamedOrBlankNode::BlankNode(node) => NamedOrBlankNode::BlankNode(number(node)),
        other => other,
    };
    let object = match quad.object {
        Term::BlankNode(node) => Term::BlankNode(number(node)),
        other => other,
    };
    let graph_name = match quad.graph_name {
        GraphName::BlankNode(node) => GraphName::BlankNode(number(node)),
        other => other,
    };
    Quad {
        subject,
        predicate: quad.predicate,
        object,
        graph_name,
    }
}
