//! 封存: sheets, rosters, attendance and deeds are bound by a leaf of the public log, row by row.
//!
//! A seal is an event whose payload holds the root of a Merkle tree (RFC 6962) over its rows. Each
//! row is written as one JSON object in RFC 8785 (see [`rows`]), and hashed with a salt of its own:
//!
//! - salt of a row = SHA-256("guildhall/row-salt/v1\n" ‖ seed ‖ key)
//! - hash of a row = SHA-256("guildhall/row/v1\n" ‖ salt ‖ row)
//!
//! The seed is 256 secret bits of the event, sealed in the registry beside the hashes; so one row
//! can be shown with its own salt and its path, and nothing of its neighbours is told. From the leaf
//! alone nothing can be guessed. A later entry is sealed by a further event; none is ever rewritten.

pub mod clock;
pub mod deeds;
pub mod rosters;
pub mod rows;
pub mod sheets;

use crate::acts::log::{self, Inside};
use crate::acts::{Done, Error};
use crate::domain::institution::Institution;
use crate::domain::log_event::LogKind;
use crate::ground::chance;
use crate::ground::clock::Now;
use crate::seal::canonical;
use crate::seal::log::{leaf_hash, root_of};
use crate::seal::vault::Vault;
use crate::store::{Conn, seals};
use chrono::NaiveDateTime;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use clock::catch_up;

/// A row as it is bound: under which name, and everything it says.
#[derive(Clone, Debug)]
pub struct Row {
    /// Table and key, as `guildhall check` names it.
    pub key: String,
    /// What it says.
    pub body: Value,
    /// What must be known to say it again; kept beside its hash.
    pub told: Option<Value>,
}

/// A row's hash as it was sealed.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Table and key.
    pub key: String,
    /// The hash, in base64url.
    pub hash: String,
    /// What was told with it.
    pub told: Option<Value>,
}

/// What stands in a seal besides the payload.
pub struct Opened {
    seed: Vec<u8>,
    /// Its rows in their order.
    pub rows: Vec<Bound>,
}

/// The hash of a row under a seed.
fn hash(seed: &[u8], row: &Row) -> [u8; 32] {
    let mut salt = Sha256::new();
    salt.update(b"guildhall/row-salt/v1\n");
    salt.update(seed);
    salt.update(row.key.as_bytes());
    let mut hash = Sha256::new();
    hash.update(b"guildhall/row/v1\n");
    hash.update(salt.finalize());
    hash.update(canonical::bytes(&row.body));
    hash.finalize().into()
}

/// Seals rows together: one leaf in the public log.
#[expect(
    clippy::too_many_arguments,
    reason = "the columns of one row, told once"
)]
pub(super) fn keep(
    db: &mut Conn,
    vault: &Vault,
    kind: LogKind,
    institution: Option<&Institution>,
    subject: &str,
    mut payload: Value,
    rows: &[Row],
    now: Now,
) -> Done<()> {
    let seed: [u8; 32] = chance::bytes();
    let hashes: Vec<_> = rows.iter().map(|row| hash(&seed, row)).collect();
    let leaves: Vec<_> = hashes.iter().map(|hash| leaf_hash(hash)).collect();
    payload["v"] = json!(1);
    payload["event"] = json!(kind.as_str());
    payload["rows"] = json!(rows.len());
    payload["root"] = json!(BASE64URL_NOPAD.encode(&root_of(&leaves)));
    let bound: Vec<Value> = rows
        .iter()
        .zip(&hashes)
        .map(|(row, hash)| match &row.told {
            None => json!([row.key, BASE64URL_NOPAD.encode(hash)]),
            Some(told) => json!([row.key, BASE64URL_NOPAD.encode(hash), told]),
        })
        .collect();
    let beside = json!({ "seed": BASE64URL_NOPAD.encode(&seed), "rows": bound });
    log::keep(
        db,
        vault,
        kind,
        institution,
        subject,
        &payload,
        Some(beside),
        now,
    )
}

impl Opened {
    /// Reads what stands beside a payload, and holds it against the payload's root.
    pub(super) fn read(inside: &Inside) -> Done<Option<(Value, Self)>> {
        let (Some(payload), Some(beside)) = (&inside.payload, &inside.beside) else {
            return Ok(None);
        };
        let torn = || Error::fault("a seal's rows cannot be read");
        let seed = beside["seed"].as_str().ok_or_else(torn)?;
        let seed = BASE64URL_NOPAD
            .decode(seed.as_bytes())
            .map_err(|_| torn())?;
        let mut rows = Vec::new();
        let mut leaves = Vec::new();
        for row in beside["rows"].as_array().ok_or_else(torn)? {
            let (key, hash) = (
                row[0].as_str().ok_or_else(torn)?,
                row[1].as_str().ok_or_else(torn)?,
            );
            leaves.push(leaf_hash(
                &BASE64URL_NOPAD
                    .decode(hash.as_bytes())
                    .map_err(|_| torn())?,
            ));
            rows.push(Bound {
                key: key.to_owned(),
                hash: hash.to_owned(),
                told: row.get(2).cloned(),
            });
        }
        if payload["root"].as_str() != Some(BASE64URL_NOPAD.encode(&root_of(&leaves)).as_str()) {
            return Err(Error::fault("a seal's rows are not what its root says"));
        }
        Ok(Some((payload.clone(), Self { seed, rows })))
    }

    /// Whether a row is what was sealed.
    pub(super) fn fits(&self, bound: &Bound, row: &Row) -> bool {
        BASE64URL_NOPAD.encode(&hash(&self.seed, row)) == bound.hash
    }
}

/// When something was sealed, and where it stands in the public log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// Its place in the log, once it has one.
    pub seq: Option<i64>,
}

/// The seals of one record, the oldest first.
pub(super) fn of(db: &mut Conn, kind: LogKind, subject: &str) -> Done<Vec<Sealed>> {
    let found = seals::seals_of(db, kind, subject)?;
    Ok(found
        .into_iter()
        .map(|(at, seq)| Sealed { at, seq })
        .collect())
}
