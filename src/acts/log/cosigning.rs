//! 征集见证: asks the witnesses to sign the log's last checkpoint, and keeps what they sign.
//!
//! Only committed checkpoints are shown. A witness that does not answer in time is done without and
//! asked again later; nothing and nobody waits for it. Several servers may ask at once: the first
//! signature of a witness stays, and the database's pen keeps them from overwriting each other's.

use crate::acts::log::proofs;
use crate::acts::{Done, Registry, log::Witness};
use crate::ground::clock::Now;
use crate::seal::log::Tree;
use crate::seal::note::{self, Note};
use crate::seal::witnessing::Submission;
use crate::store::log::{self, Kept, PUBLIC};
use crate::store::log_witnesses::{self, Standing};
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use std::time::Duration;

/// A witness that does not answer in this time is done without.
const PATIENCE: Duration = Duration::from_secs(3);
/// After trouble, so long passes before it is asked again.
const REST: i64 = 20;
/// Signature lines are a few hundred bytes.
const MOST: u64 = 16 * 1024;

/// How a witness answered.
enum Answer {
    /// Its signature line, and when it signed.
    Signed(String, u64),
    /// It signed this size last.
    Size(u64),
    /// What stood in the way, as a code.
    Trouble(String),
}

/// Asks whoever has not signed the last checkpoint; answers how many signed now.
pub fn gather(registry: &Registry, now: Now) -> Done<usize> {
    if registry.settings.witnesses.is_empty() || registry.log.is_behind() {
        return Ok(0);
    }
    let (kept, standings) = registry.store.read(|db| {
        Ok::<_, crate::acts::Error>((
            log::last_checkpoints(db, PUBLIC, 1)?.pop(),
            log_witnesses::all(db)?,
        ))
    })?;
    let Some(kept) = kept else { return Ok(0) };
    let lacking: Vec<(&Witness, u64)> = registry
        .settings
        .witnesses
        .iter()
        .filter_map(|witness| {
            let vkey = witness.vkey.to_string();
            let standing = standings.iter().find(|one| one.vkey == vkey);
            let resting = standing.is_some_and(|one| {
                !one.trouble.is_empty() && now.utc() < one.asked_at + TimeDelta::seconds(REST)
            });
            (!resting && signed_at(witness, &kept).is_none()).then(|| {
                (
                    witness,
                    standing.map_or(0, |one| u64::try_from(one.size).unwrap_or(0)),
                )
            })
        })
        .collect();
    let mut signed = 0;
    let answers: Vec<(&Witness, Answer)> = std::thread::scope(|scope| {
        let asked: Vec<_> = lacking
            .iter()
            .map(|(witness, size)| {
                let kept = &kept;
                (
                    *witness,
                    scope.spawn(move || ask(registry, witness, kept, *size)),
                )
            })
            .collect();
        asked
            .into_iter()
            .map(|(witness, thread)| {
                (
                    witness,
                    thread
                        .join()
                        .unwrap_or_else(|_| Answer::Trouble("broke".to_owned())),
                )
            })
            .collect()
    });
    for (witness, answer) in answers {
        signed += usize::from(keep(registry, witness, &kept, &answer, now)?);
    }
    Ok(signed)
}

/// When a witness signed a checkpoint, if it did.
pub fn signed_at(witness: &Witness, kept: &Kept) -> Option<NaiveDateTime> {
    let note = Note::read(&format!("{}{}", kept.note, kept.cosignatures))?;
    let at = i64::try_from(witness.vkey.judge(&note)?.ok()?).ok()?;
    DateTime::from_timestamp(at, 0).map(|at| at.naive_utc())
}

/// How every witness that is named stands.
pub fn standings(registry: &Registry) -> Done<Vec<(Witness, Option<Standing>)>> {
    let all = registry
        .store
        .read(|db| Ok::<_, crate::acts::Error>(log_witnesses::all(db)?))?;
    Ok(registry
        .settings
        .witnesses
        .iter()
        .map(|witness| {
            let vkey = witness.vkey.to_string();
            (
                witness.clone(),
                all.iter().find(|one| one.vkey == vkey).cloned(),
            )
        })
        .collect())
}

fn ask(registry: &Registry, witness: &Witness, kept: &Kept, known: u64) -> Answer {
    let size = u64::try_from(kept.size).unwrap_or(0);
    let first = ask_from(registry, witness, kept, known.min(size));
    match first {
        // It is further than we thought, or not so far: once more from where it is.
        Answer::Size(at) if at <= size => match ask_from(registry, witness, kept, at) {
            Answer::Size(_) => Answer::Trouble("moving".to_owned()),
            other => other,
        },
        Answer::Size(at) => {
            tracing::error!(witness = %witness.vkey.name, witnessed = at, published = size, "A WITNESS SIGNED MORE than this database has of the log");
            Answer::Trouble("ahead".to_owned())
        }
        other => other,
    }
}

fn ask_from(registry: &Registry, witness: &Witness, kept: &Kept, old: u64) -> Answer {
    let size = u64::try_from(kept.size).unwrap_or(0);
    let proof = registry
        .store
        .read(|db| Tree::new(size, |level, n| proofs::tile(db, level, n)).consistency(old, size));
    let Ok(proof) = proof else {
        return Answer::Trouble("no-proof".to_owned());
    };
    let body = Submission {
        old,
        proof,
        note: kept.note.clone(),
    }
    .to_string();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let answer = agent
        .post(format!("{}/add-checkpoint", witness.url))
        .header("Content-Type", "text/plain; charset=utf-8")
        .send(body.as_bytes());
    let mut answer = match answer {
        Ok(answer) => answer,
        Err(ureq::Error::Timeout(_)) => return Answer::Trouble("timeout".to_owned()),
        Err(_) => return Answer::Trouble("unreachable".to_owned()),
    };
    let status = answer.status().as_u16();
    let text = answer
        .body_mut()
        .with_config()
        .limit(MOST)
        .read_to_string()
        .unwrap_or_default();
    match status {
        200 => read_signature(witness, kept, &text).map_or_else(
            || Answer::Trouble("unsigned".to_owned()),
            |(line, at)| Answer::Signed(line, at),
        ),
        409 => text
            .strip_suffix('\n')
            .and_then(|size| size.parse().ok())
            .map_or_else(|| Answer::Trouble("409".to_owned()), Answer::Size),
        other => Answer::Trouble(other.to_string()),
    }
}

/// The witness's own line out of its answer, once it holds; signatures by others are ignored.
fn read_signature(witness: &Witness, kept: &Kept, text: &str) -> Option<(String, u64)> {
    let note = Note::read(&format!("{}{text}", kept.note))?;
    let at = witness.vkey.judge(&note)?.ok()?;
    let id = witness.vkey.id();
    let lines = note::read_lines(text)?;
    let line = lines
        .iter()
        .find(|line| line.name == witness.vkey.name && line.id == id)?;
    Some((line.to_string(), at))
}

fn keep(
    registry: &Registry,
    witness: &Witness,
    asked: &Kept,
    answer: &Answer,
    now: Now,
) -> Done<bool> {
    registry.store.write(|db| {
        let mut standing = Standing {
            vkey: witness.vkey.to_string(),
            size: 0,
            signed_at: None,
            asked_at: now.utc(),
            trouble: String::new(),
        };
        let mut fresh = false;
        match answer {
            Answer::Signed(line, at) => {
                let kept = log::checkpoint(db, PUBLIC, asked.size)?;
                let now = kept
                    .as_ref()
                    .map_or_else(String::new, |kept| kept.cosignatures.clone());
                if kept.is_some_and(|kept| signed_at(witness, &kept).is_none()) {
                    log::cosign(db, PUBLIC, asked.size, &format!("{now}{line}"))?;
                    fresh = true;
                }
                standing.size = asked.size;
                standing.signed_at = i64::try_from(*at)
                    .ok()
                    .and_then(|at| DateTime::from_timestamp(at, 0))
                    .map(|at| at.naive_utc());
            }
            Answer::Size(_) => "conflict".clone_into(&mut standing.trouble),
            Answer::Trouble(what) => standing.trouble.clone_from(what),
        }
        log_witnesses::keep(db, &standing)?;
        Ok(fresh)
    })
}
