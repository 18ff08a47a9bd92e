//! 核验日志凭据: proofs and checkpoints of the public log, by the keys in the bundle.

use super::{Pocket, Told, Verdict, moment};
use crate::domain::log_event::Leaf;
use crate::seal::canonical;
use crate::seal::finding::{Finding, Light};
use crate::seal::log_proof::{LogProof, commitment};
use crate::seal::note::{self, Checkpoint, Note, Vkey};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::Value;

const PROOF: &str = "log_proof";
const CHECKPOINT: &str = "checkpoint";

impl Pocket {
    fn logs(&self) -> impl Iterator<Item = Vkey> {
        self.bundle.logs.iter().filter_map(|text| Vkey::read(text))
    }

    /// Keys of the log that others have, each with the size up to which it still counts.
    fn lost_logs(&self) -> impl Iterator<Item = (Vkey, u64)> {
        let lost = self.bundle.lost_logs.iter();
        lost.filter_map(|(text, size)| Some((Vkey::read(text)?, *size)))
    }

    /// What is to be thought of a checkpoint that a lost key signed: whoever has the key can sign
    /// whatever he likes, so a witness must have seen it before.
    fn still_counts(&self, note: &Note, size: u64, most: u64) -> bool {
        let witnesses = self.bundle.witnesses.iter();
        size <= most
            && witnesses
                .filter_map(|text| Vkey::read(text))
                .any(|key| matches!(key.judge(note), Some(Ok(_))))
    }

    /// Judges a `.tlog-proof` whose extra data holds the leaf, as this registry writes it.
    pub fn proof(&self, text: &str) -> Told {
        let read = LogProof::read(text).filter(|proof| proof.to_string() == text);
        let Some((proof, extra)) = read.and_then(|proof| {
            let extra: Value = serde_json::from_slice(proof.extra.as_deref()?).ok()?;
            (canonical::bytes(&extra) == proof.extra.as_deref()?).then_some((proof, extra))
        }) else {
            return Told::misshapen(PROOF);
        };
        let members = extra.as_object().map_or(0, serde_json::Map::len);
        let leaf = extra["leaf"]
            .as_str()
            .and_then(|leaf| Leaf::read(leaf.as_bytes()));
        let opened = extra["payload"].is_object() && extra["salt"].is_string();
        let (Some(leaf), true) = (leaf, members == if opened { 3 } else { 1 }) else {
            return Told::misshapen(PROOF);
        };
        let mut told = Told::new(PROOF, Verdict::Altered).with(Finding::new("form", Light::Good));
        let (note, checkpoint) = match self.included(&proof, &leaf.bytes()) {
            Ok(found) => found,
            Err(verdict @ (Verdict::UnknownKey | Verdict::KeyNotGood)) => {
                told.verdict = verdict;
                return told.with(Finding::new("log_key", Light::Open));
            }
            Err(_) => return told.with(Finding::new("log", Light::Bad)),
        };
        told = told.with(Finding::new("log", Light::Good).said(format!(
            "{} / {}",
            proof.index + 1,
            checkpoint.size
        )));
        told = told.with(Finding::new("logged_at", Light::Good).at(moment(leaf.at)));
        if opened {
            let salt = extra["salt"].as_str().and_then(|salt| {
                let bytes = BASE64URL_NOPAD.decode(salt.as_bytes()).ok()?;
                bytes.try_into().ok()
            });
            let payload = &extra["payload"];
            let binds = salt.is_some_and(|salt| commitment(&salt, payload) == leaf.c)
                && payload["issuer"] == leaf.iss.as_str();
            told = told.with(Finding::new("commitment", Light::of(binds)));
            if !binds {
                return told;
            }
            told.of_payload(payload);
        } else {
            told = told.with(Finding::new("commitment", Light::Open));
        }
        let issuer = self
            .bundle
            .issuers
            .iter()
            .find(|issuer| issuer.uscc == leaf.iss);
        if let Some(issuer) = issuer {
            told.say("issuer", &issuer.name);
        }
        told.verdict = Verdict::Logged;
        told.say("event", leaf.t.as_str());
        self.witnessed(told, &note)
            .with(Finding::new("standing", Light::Open))
    }

    /// The leaf under a checkpoint that a key in the bundle signed; else what is to be thought of it.
    fn included(&self, proof: &LogProof, leaf: &[u8]) -> Result<(Note, Checkpoint), Verdict> {
        for key in self.logs() {
            if let Some(found) = proof.verify(leaf, &key) {
                return Ok(found);
            }
        }
        for (key, most) in self.lost_logs() {
            if let Some((note, checkpoint)) = proof.verify(leaf, &key) {
                return if self.still_counts(&note, checkpoint.size, most) {
                    Ok((note, checkpoint))
                } else {
                    Err(Verdict::KeyNotGood)
                };
            }
        }
        let keys = || self.logs().chain(self.lost_logs().map(|(key, _)| key));
        let named = Note::read(&proof.checkpoint)
            .is_some_and(|note| keys().any(|key| key.judge(&note).is_some()));
        Err(if named {
            Verdict::Altered
        } else {
            Verdict::UnknownKey
        })
    }

    /// Judges a checkpoint of the public log.
    pub fn checkpoint(&self, text: &str) -> Told {
        let Some(read) = Note::read(text).filter(|note| note.to_string() == text) else {
            return Told::misshapen(CHECKPOINT);
        };
        let mut told = Told::new(CHECKPOINT, Verdict::Altered);
        let lost = self.lost_logs().map(|(key, _)| key);
        let keys = self.logs().chain(lost);
        let mut keys = keys.filter_map(|key| Some((key.judge(&read)?, key)));
        let judged = keys.next();
        let Some((holds, key)) = judged else {
            told.verdict = Verdict::UnknownKey;
            return told.with(Finding::new("log_key", Light::Open));
        };
        let found = note::verified(text, &key).filter(|_| holds.is_ok());
        let Some((note, checkpoint)) = found else {
            return told.with(Finding::new("log_key", Light::Bad));
        };
        let mut lost = self.lost_logs().filter(|(lost, _)| *lost == key);
        if let Some((_, most)) = lost.next()
            && !self.still_counts(&note, checkpoint.size, most)
        {
            told.verdict = Verdict::KeyNotGood;
            return told.with(Finding::new("log_key", Light::Open));
        }
        told.verdict = Verdict::Genuine;
        told.say("origin", checkpoint.origin);
        told.say("size", checkpoint.size.to_string());
        told.say("root", BASE64.encode(&checkpoint.root));
        self.witnessed(told.with(Finding::new("log_key", Light::Good)), &note)
    }

    /// Adds who else signed a checkpoint: witnesses the bundle names. A known witness's bent
    /// signature is no good sign.
    fn witnessed(&self, mut told: Told, note: &Note) -> Told {
        for key in self
            .bundle
            .witnesses
            .iter()
            .filter_map(|text| Vkey::read(text))
        {
            match key.judge(note) {
                Some(Ok(at)) => {
                    let at = i64::try_from(at).unwrap_or_default();
                    told = told.with(Finding::new("witness", Light::Good).said(format!(
                        "{} {}",
                        key.name,
                        crate::ground::clock::beijing(moment(at)).format("%Y-%m-%d %H:%M")
                    )));
                }
                Some(Err(_)) => {
                    told = told.with(Finding::new("witness", Light::Bad).said(&key.name));
                    told.verdict = Verdict::Altered;
                }
                None => {}
            }
        }
        told
    }
}

impl Told {
    fn of_payload(&mut self, payload: &Value) {
        let text = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
        self.say("holder", text("holder"));
        self.say("id_tail", text("id_tail"));
        let course = text("course_name");
        self.say(
            "occupation",
            if course.is_empty() {
                text("occupation_name")
            } else {
                course
            },
        );
        self.say("occupation_code", text("occupation"));
        self.say("level", text("level"));
        self.say("number", text("number"));
        self.say("issued_on", text("issued_on"));
        self.say("expires_on", text("expires_on"));
        self.say("token", text("token"));
    }
}
