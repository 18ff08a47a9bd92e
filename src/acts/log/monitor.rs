//! 监看: an institution follows the log from its public files and is told what is done in its name.
//!
//! Between two looks nothing is believed: the new tree must begin with the one seen before, and every
//! new entry must be under its root. What was found stays found until the institution's own list
//! knows the event.

use crate::acts::log::commitment;
use crate::acts::log::public::{Source, pushed, signed};
use crate::acts::log::witness::{keep, origin_hash};
use crate::acts::{Done, Error};
use crate::domain::log_event::Leaf;
use crate::seal::log::{Edge, Tree, empty_root};
use crate::seal::log_proof::LogProof;
use crate::seal::note::{Checkpoint, Vkey};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Between a look at the log and one's own list, so many seconds may pass.
const LATE: i64 = 300;

/// Something an institution must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Two histories of one log: where the second was seen.
    Fork(String),
    /// The log has fewer entries than it had: now, before.
    Shrunken(u64, u64),
    /// An event in our name that is not on our list.
    Unknown(Seen),
    /// An event on our list that is not in the log: its commitment.
    Missing(String),
    /// No new entry for so many hours.
    Stale(i64),
    /// The log could not be read.
    Unreachable(String),
}

impl Finding {
    /// The exit code it has; the worst of all counts.
    pub fn code(&self) -> u8 {
        match self {
            Self::Fork(_) => 12,
            Self::Shrunken(..) => 13,
            Self::Unknown(_) => 10,
            Self::Missing(_) => 11,
            Self::Stale(_) => 14,
            Self::Unreachable(_) => 15,
        }
    }

    fn weight(&self) -> u8 {
        match self {
            Self::Fork(_) => 0,
            Self::Shrunken(..) => 1,
            Self::Unknown(_) => 2,
            Self::Missing(_) => 3,
            Self::Stale(_) => 4,
            Self::Unreachable(_) => 5,
        }
    }
}

/// The exit code for all of them: that of the worst.
pub fn code_of(findings: &[Finding]) -> u8 {
    findings
        .iter()
        .min_by_key(|one| one.weight())
        .map_or(0, Finding::code)
}

/// An event in our name as the log tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its place.
    pub seq: u64,
    /// When, in seconds since 1970.
    pub at: i64,
    /// What kind.
    pub t: String,
    /// The record's reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The how-manieth of its record.
    pub n: i32,
}

/// What a monitor remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// The last checkpoint, verbatim.
    pub note: String,
    /// When the last entry was made.
    pub last_at: i64,
    /// Every event in our name, by its commitment.
    pub seen: BTreeMap<String, Seen>,
}

/// An event on our own list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// What it commits to.
    pub c: String,
    /// When, where the list tells it.
    pub at: Option<i64>,
}

/// Reads one's own list: lines of JSON with `c`, or with `payload` and `salt`, from which `c` is
/// computed; or a `.tlog-proof`; or a folder of such files.
pub fn read_own(path: &Path) -> Done<Vec<Own>> {
    let told = |why: &str| Error::fault(format!("{}: {why}", path.display()));
    if path.is_dir() {
        let mut all = Vec::new();
        let mut files: Vec<_> = std::fs::read_dir(path)
            .map_err(|error| told(&error.to_string()))?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        files.sort();
        for file in files {
            all.extend(read_own(&file)?);
        }
        return Ok(all);
    }
    let text = std::fs::read_to_string(path).map_err(|error| told(&error.to_string()))?;
    if path.extension().is_some_and(|end| end == "tlog-proof") {
        let extra = LogProof::read(&text)
            .and_then(|proof| proof.extra)
            .and_then(|extra| serde_json::from_slice(&extra).ok());
        let extra: Value = extra.ok_or_else(|| told("is no proof"))?;
        let leaf = extra["leaf"]
            .as_str()
            .and_then(|leaf| Leaf::read(leaf.as_bytes()))
            .ok_or_else(|| told("holds no entry"))?;
        return Ok(vec![Own {
            c: leaf.c,
            at: Some(leaf.at),
        }]);
    }
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .enumerate()
        .map(|(at, line)| {
            let value: Value = serde_json::from_str(line)
                .map_err(|_| told(&format!("line {} is not JSON", at + 1)))?;
            let computed = value["salt"]
                .as_str()
                .and_then(|salt| {
                    BASE64URL_NOPAD
                        .decode(salt.as_bytes())
                        .ok()?
                        .try_into()
                        .ok()
                })
                .filter(|_| value["payload"].is_object())
                .map(|salt| commitment(&salt, &value["payload"]));
            let c = computed
                .or_else(|| value["c"].as_str().map(str::to_owned))
                .ok_or_else(|| {
                    told(&format!(
                        "line {} has neither c nor payload and salt",
                        at + 1
                    ))
                })?;
            Ok(Own {
                c,
                at: value["at"].as_i64(),
            })
        })
        .collect()
}

/// What is looked at.
pub struct Looked<'a> {
    /// The institution's code.
    pub issuer: &'a str,
    /// The log's keys.
    pub logs: &'a [Vkey],
    /// The log.
    pub source: &'a Source<'a>,
    /// Mirrors of it elsewhere, and witnesses' copies of its checkpoint: each an address or folder.
    pub others: &'a [String],
    /// The institution's own list.
    pub own: &'a [Own],
    /// After so many hours without an entry the log is stale.
    pub hours: i64,
}

/// Looks once; the state moves on only along one history.
pub fn look(what: &Looked<'_>, state: &mut State, now: i64) -> Done<Vec<Finding>> {
    let mut findings = Vec::new();
    let seen = if state.note.is_empty() {
        None
    } else {
        Some(
            signed(&state.note, what.logs)
                .ok_or_else(|| Error::fault("the state is of another log, or of another key"))?
                .1,
        )
    };
    match follow(what, seen.as_ref(), state) {
        Ok(found) => findings.extend(found),
        Err(Error::Busy(why)) => findings.push(Finding::Unreachable(why)),
        Err(other) => return Err(other),
    }
    let known = |c: &str| what.own.iter().any(|own| own.c == c);
    findings.extend(
        state
            .seen
            .iter()
            .filter(|(c, _)| !known(c))
            .map(|(_, seen)| Finding::Unknown(seen.clone())),
    );
    let due = |own: &&Own| {
        own.at.is_some_and(|at| at + LATE < state.last_at) && !state.seen.contains_key(&own.c)
    };
    findings.extend(
        what.own
            .iter()
            .filter(due)
            .map(|own| Finding::Missing(own.c.clone())),
    );
    let quiet = (now - state.last_at) / 3600;
    if state.last_at > 0 && quiet >= what.hours {
        findings.push(Finding::Stale(quiet));
    }
    findings.sort_by_key(Finding::weight);
    Ok(findings)
}

fn follow(what: &Looked<'_>, seen: Option<&Checkpoint>, state: &mut State) -> Done<Vec<Finding>> {
    let note = what.source.text("checkpoint")?;
    let Some((_, new)) = signed(&note, what.logs) else {
        return Err(Error::Busy(
            "its checkpoint is not signed by the log's key".to_owned(),
        ));
    };
    let from = seen.map_or(0, |seen| seen.size);
    if new.size < from {
        return Ok(vec![Finding::Shrunken(new.size, from)]);
    }
    let forked = || Ok(vec![Finding::Fork(note.clone())]);
    let root = seen.map_or_else(empty_root, |seen| seen.root);
    let edge = if from == 0 {
        Edge::empty()
    } else {
        Edge::read(from, |level, n| what.source.tile(new.size, level, n))?
    };
    if edge.root() != root || (new.size == from && new.root != root) {
        return forked();
    }
    let leaves = what.source.leaves(from, new.size)?;
    if pushed(edge, &leaves).root() != new.root {
        return forked();
    }
    for (at, bytes) in leaves.iter().enumerate() {
        let leaf = Leaf::read(bytes).ok_or_else(|| {
            Error::fault(format!("entry {} is in no form known", from + at as u64))
        })?;
        state.last_at = state.last_at.max(leaf.at);
        if leaf.iss == what.issuer {
            let seen = Seen {
                seq: from + at as u64,
                at: leaf.at,
                t: leaf.t.to_string(),
                reference: leaf.reference,
                n: leaf.n,
            };
            state.seen.insert(leaf.c, seen);
        }
    }
    state.note = note;
    elsewhere(what, &new)
}

/// Holds what others were shown against what we were.
fn elsewhere(what: &Looked<'_>, here: &Checkpoint) -> Done<Vec<Finding>> {
    let mut found = Vec::new();
    for other in what.others {
        let source = Source::read(other);
        let mut note = None;
        for path in [
            "checkpoint".to_owned(),
            format!("{}/checkpoint", origin_hash(&here.origin)),
        ] {
            match source.file(&path) {
                Ok(Some(bytes)) => note = note.or(String::from_utf8(bytes).ok()),
                Ok(None) => {}
                Err(error) => {
                    found.push(Finding::Unreachable(error.to_string()));
                    break;
                }
            }
        }
        let Some(note) = note else { continue };
        let Some((_, there)) = signed(&note, what.logs) else {
            found.push(Finding::Unreachable(format!(
                "{other}: its checkpoint is not signed by the log's key"
            )));
            continue;
        };
        if there.size > here.size {
            // They saw more: theirs must begin with ours, which only a mirror can show; a witness
            // that is ahead means that we are shown an old log.
            let again = what.source.text("checkpoint")?;
            if signed(&again, what.logs).is_some_and(|(_, now)| now.size >= there.size) {
                // The log went on between the two looks; the next one holds them together.
                continue;
            }
            let theirs = Edge::read(here.size, |level, n| source.tile(there.size, level, n));
            match theirs.ok() {
                Some(edge) if edge.root() == here.root => {}
                Some(_) => found.push(Finding::Fork(note)),
                None => found.push(Finding::Shrunken(here.size, there.size)),
            }
            continue;
        }
        let mut tree = Tree::new(here.size, |level, n| what.source.tile(here.size, level, n));
        if tree.root(there.size)? != there.root {
            found.push(Finding::Fork(note));
        }
    }
    Ok(found)
}

/// Reads what a monitor remembers; nothing when it never looked.
pub fn read_state(file: &Path) -> Done<State> {
    let told = |why: String| Error::fault(format!("{}: {why}", file.display()));
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| told(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(State::default()),
        Err(error) => Err(told(error.to_string())),
    }
}

/// Keeps it, and beside it a checkpoint that does not fit, as evidence.
pub fn keep_state(file: &Path, state: &State, findings: &[Finding]) -> Done<()> {
    let told = |error: std::io::Error| Error::fault(format!("{}: {error}", file.display()));
    let bytes =
        serde_json::to_vec_pretty(state).map_err(|error| Error::fault(error.to_string()))?;
    keep(file, &bytes).map_err(told)?;
    for finding in findings {
        if let Finding::Fork(note) = finding {
            let root = note
                .lines()
                .nth(2)
                .and_then(|root| BASE64.decode(root.as_bytes()).ok())
                .unwrap_or_default();
            let name = format!(
                "fork.{}",
                data_encoding::HEXLOWER.encode(&root[..root.len().min(8)])
            );
            keep(&file.with_extension(name), note.as_bytes()).map_err(told)?;
        }
    }
    Ok(())
}
