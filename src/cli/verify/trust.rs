//! 信任包的取用: root key pinned at first use, an older bundle refused.

use super::Options;
use crate::ground::clock::Now;
use crate::seal::bundle::{Bundle, LONGEST};
use crate::seal::pocket::Pocket;
use crate::seal::x509::read_pem;
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::Path;

/// How the root key is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pinned {
    /// It is the one pinned before.
    Fixed,
    /// It was pinned just now.
    First,
    /// It was named.
    Given,
    /// By the bundle alone.
    Loose,
}

impl Pinned {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::First => "first",
            Self::Given => "given",
            Self::Loose => "loose",
        }
    }
}

/// Why there is no bundle to rely on; its words are at `prove_trust.<code>`.
pub(super) type Refused = &'static str;

/// What is remembered from one time to the next.
#[derive(Serialize, Deserialize)]
struct State {
    /// The root key, base64.
    root: String,
    /// The number of the newest bundle used.
    sequence: u64,
}

/// The bundle named, if it may be relied on.
pub(super) fn take(options: &Options, now: Now) -> Result<(Pocket, Pinned), Refused> {
    let mut bytes = Vec::new();
    std::fs::File::open(&options.trust)
        .and_then(|file| file.take(LONGEST as u64 + 1).read_to_end(&mut bytes))
        .map_err(|_| "unreadable")?;
    let state = match &options.state {
        Some(file) if file.exists() => Some(read(file)?),
        _ => None,
    };
    let told = Bundle::root_of(&bytes);
    let root = match &options.root {
        Some(named) => named_root(named, told.as_deref())?,
        None => match &state {
            Some(state) => BASE64.decode(state.root.as_bytes()).map_err(|_| "state")?,
            None => told.clone().ok_or("no_root")?,
        },
    };
    if state
        .as_ref()
        .is_some_and(|state| state.root != BASE64.encode(&root))
    {
        return Err("other_root");
    }
    let bundle = Bundle::open(&bytes, &root).map_err(|_| match &told {
        Some(told) if *told != root => "other_root",
        _ => "untrusted",
    })?;
    if state
        .as_ref()
        .is_some_and(|state| bundle.sequence < state.sequence)
    {
        return Err("older");
    }
    // A root key that took the pinned one's place was signed by it: from now on it is pinned.
    let former = root.clone();
    let root = told.unwrap_or(root);
    if let Some(file) = &options.state {
        let new = State {
            root: BASE64.encode(&root),
            sequence: bundle.sequence,
        };
        if state
            .as_ref()
            .is_none_or(|state| state.sequence < new.sequence)
        {
            write(file, &new).map_err(|_| "state")?;
        }
    }
    let pinned = match (&options.root, &state, &options.state) {
        (Some(_), ..) => Pinned::Given,
        (None, Some(_), _) => Pinned::Fixed,
        (None, None, Some(_)) => Pinned::First,
        (None, None, None) => Pinned::Loose,
    };
    Ok((Pocket::new(bundle, root, now).knowing(former), pinned))
}

/// The root key somebody names: a file, or the SHA-256 of the key the bundle tells.
fn named_root(named: &str, told: Option<&[u8]>) -> Result<Vec<u8>, Refused> {
    if let Ok(text) = std::fs::read_to_string(named) {
        // What precedes the point in a key's file is always the same for P-256.
        let key = read_pem("PUBLIC KEY", &text)
            .into_iter()
            .next()
            .ok_or("no_root")?;
        return key.get(26..).map(<[u8]>::to_vec).ok_or("no_root");
    }
    let digits: String = named.chars().filter(|c| c.is_ascii_hexdigit()).collect();
    let digest = HEXLOWER_PERMISSIVE
        .decode(digits.as_bytes())
        .map_err(|_| "no_root")?;
    let told = told.ok_or("no_root")?;
    if digest == Sha256::digest(told).as_slice() {
        Ok(told.to_vec())
    } else {
        Err("other_root")
    }
}

fn read(file: &Path) -> Result<State, Refused> {
    let text = std::fs::read(file).map_err(|_| "state")?;
    serde_json::from_slice(&text).map_err(|_| "state")
}

/// Beside the file and then in its place: if the power goes, the old state or the new one is there.
fn write(file: &Path, state: &State) -> std::io::Result<()> {
    let beside = file.with_extension("new");
    let mut out = std::fs::File::create(&beside)?;
    out.write_all(serde_json::to_string(state)?.as_bytes())?;
    out.write_all(b"\n")?;
    out.sync_all()?;
    std::fs::rename(&beside, file)
}

/// The SHA-256 of a root key, in groups of four.
pub(super) fn fingerprint(root: &[u8]) -> String {
    let hex = HEXLOWER.encode(&Sha256::digest(root));
    let groups: Vec<_> = hex
        .as_bytes()
        .chunks(4)
        .map(String::from_utf8_lossy)
        .collect();
    groups.join(" ")
}
