//! 公开日志: every issue, every change, every sealed sheet leaves a leaf that nobody can take out.
//!
//! An event is entered in the transaction of the act it tells of, without a place; so what is
//! rolled back never was, and no act waits for the log. The [`sequencing`] gives places afterwards.
//! A leaf commits to the record with 256 secret bits of salt: from the leaf alone nothing can be
//! guessed, and with the salt nothing can be changed.

pub mod cosigning;
pub mod guard;
pub mod mirror;
pub mod monitor;
pub mod own_list;
pub mod proofs;
pub mod public;
pub mod recovery;
pub mod sequencing;
pub mod succession;
pub mod witness;

use crate::acts::{Done, Error, Registry};
use crate::domain::certificate::CertificateId;
use crate::domain::institution::{Institution, InstitutionId};
use crate::domain::log_event::{Leaf, LogEventId, LogKind, REGISTRY};
use crate::domain::person::PersonId;
use crate::domain::refusal::Refusal;
use crate::ground::chance;
use crate::ground::clock::Now;
use crate::seal::canonical;
use crate::seal::log_proof::Salt;
use crate::seal::note::Vkey;
use crate::seal::vault::{DataKey, Place, Vault};
use crate::store::certificates::Certificate;
use crate::store::log::{self, Event, PUBLIC};
use crate::store::{Conn, institutions, people, printings, replacements, revocations};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

pub use crate::seal::log_proof::commitment;
pub use proofs::{open_proof_of, proof_of, proves};
pub use sequencing::{answer, sequence};

/// A witness this registry asks to sign its checkpoints.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The key it signs with.
    pub vkey: Vkey,
    /// Where it is reached: what C2SP tlog-witness calls its submission prefix.
    pub url: String,
}

/// Refuses while the log is behind what it has published: nothing may be signed from a restored copy
/// that has forgotten what it signed before.
pub(super) fn may_sign(registry: &Registry) -> Done<()> {
    if registry.log.is_behind() {
        return Err(Refusal::new("log.behind").into());
    }
    Ok(())
}

/// Enters one event for each certificate.
pub fn certificates(
    db: &mut Conn,
    registry: &Registry,
    kind: LogKind,
    issued: &[&Certificate],
    now: Now,
) -> Done<()> {
    may_sign(registry)?;
    let ids: Vec<&str> = issued.iter().map(|one| one.id.as_str()).collect();
    // What was just issued has no event yet: thousands need not be looked up.
    let fresh = matches!(kind, LogKind::Issue | LogKind::Import);
    let last = if fresh {
        HashMap::new()
    } else {
        chains(db, &ids)?
    };
    let keys = keys_of(db, &registry.vault, issued.iter().map(|one| &one.person))?;
    let mut codes = HashMap::new();
    let aftermath = Aftermath::read(db, kind, issued.iter().map(|one| &one.id))?;
    let mut events = Vec::with_capacity(issued.len());
    for certificate in issued {
        let iss = code_of(db, &mut codes, &certificate.institution)?;
        let (reference, n) = next(&last, certificate.id.as_str());
        let salt: Salt = chance::bytes();
        let told = aftermath.of(&certificate.id);
        let payload = payload_of(kind, certificate, &iss, told);
        let id = LogEventId::fresh(now);
        let place = sealed_place(&id);
        let mut inside = salt.to_vec();
        if let Some(told) = told {
            inside.extend(canonical::bytes(&json!({ "aftermath": told })));
        }
        let (person, sealed) = match keys.get(&certificate.person) {
            Some(key) => (Some(certificate.person.clone()), key.seal(place, &inside)),
            // Her key was destroyed: nothing new is to be bound to her.
            None => (None, registry.vault.seal_own(place, &inside)),
        };
        let leaf = Leaf {
            at: now.utc().and_utc().timestamp(),
            c: commitment(&salt, &payload),
            iss,
            n,
            reference: reference.clone(),
            t: kind,
            v: 1,
        };
        events.push(Event {
            id,
            log: PUBLIC,
            kind,
            institution: Some(certificate.institution.clone()),
            subject: certificate.id.to_string(),
            reference,
            n,
            person,
            sealed,
            leaf: leaf.bytes(),
            at: now.utc(),
            seq: None,
        });
    }
    log::add(db, &events)?;
    crate::trial!("event-inserted");
    registry.log.ring();
    Ok(())
}

/// Enters an event about anything else: a payload that may name persons, since only a salted hash
/// of it leaves the house.
pub fn enter(
    db: &mut Conn,
    registry: &Registry,
    kind: LogKind,
    institution: Option<&Institution>,
    subject: &str,
    payload: &Value,
    now: Now,
) -> Done<()> {
    keep(
        db,
        &registry.vault,
        kind,
        institution,
        subject,
        payload,
        None,
        now,
    )?;
    registry.log.ring();
    Ok(())
}

/// The same where only the vault is at hand: the sequencer finds the event by itself. What stands
/// beside the payload is sealed with it: what the rows are checked by.
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
    payload: &Value,
    beside: Option<Value>,
    now: Now,
) -> Done<()> {
    let salt: Salt = chance::bytes();
    let last = chains(db, &[subject])?;
    let (reference, n) = next(&last, subject);
    let id = LogEventId::fresh(now);
    let mut told = json!({ "payload": payload });
    if let Some(beside) = beside {
        told["beside"] = beside;
    }
    let mut inside = salt.to_vec();
    inside.extend(canonical::bytes(&told));
    let leaf = Leaf {
        at: now.utc().and_utc().timestamp(),
        c: commitment(&salt, payload),
        iss: institution.map_or_else(|| REGISTRY.to_owned(), |it| it.uscc.to_string()),
        n,
        reference: reference.clone(),
        t: kind,
        v: 1,
    };
    let event = Event {
        log: PUBLIC,
        kind,
        institution: institution.map(|it| it.id.clone()),
        subject: subject.to_owned(),
        reference,
        n,
        person: None,
        sealed: vault.seal_own(sealed_place(&id), &inside),
        leaf: leaf.bytes(),
        at: now.utc(),
        seq: None,
        id,
    };
    Ok(log::add(db, &[event])?)
}

/// What an event's own seal holds: the salt; for a certificate what became of it, for all else the
/// payload, and what its rows are checked by.
pub(in crate::acts) struct Inside {
    pub salt: Salt,
    pub payload: Option<Value>,
    pub aftermath: Option<Value>,
    pub beside: Option<Value>,
}

/// Opens an event's seal; nothing when the person's key was destroyed, or when the leaf was put back
/// after a restore and its seal is lost.
pub(in crate::acts) fn open(
    vault: &Vault,
    event: &Event,
    key: Option<&DataKey>,
) -> Done<Option<Inside>> {
    if event.sealed.is_empty() {
        return Ok(None);
    }
    let place = sealed_place(&event.id);
    let opened = match (&event.person, key) {
        (Some(_), Some(key)) => key.open(place, &event.sealed),
        (Some(_), None) => return Ok(None),
        (None, _) => vault.open_own(place, &event.sealed),
    };
    let torn = || Error::fault(format!("the seal of log event {} does not open", event.id));
    let opened = opened.map_err(|_| torn())?;
    let (salt, rest) = opened.split_first_chunk::<32>().ok_or_else(torn)?;
    let rest: Value = if rest.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(rest).map_err(|_| torn())?
    };
    Ok(Some(Inside {
        salt: *salt,
        payload: rest.get("payload").cloned(),
        aftermath: rest.get("aftermath").cloned(),
        beside: rest.get("beside").cloned(),
    }))
}

pub(super) fn sealed_place(id: &LogEventId) -> Place<'_> {
    Place::new("log_events", "sealed", id.as_str())
}

fn chains(db: &mut Conn, subjects: &[&str]) -> Done<HashMap<String, (String, i32)>> {
    // In the order of their numbers: the last one stays.
    Ok(log::last_of(db, PUBLIC, subjects)?
        .into_iter()
        .map(|(subject, reference, n)| (subject, (reference, n)))
        .collect())
}

fn next(last: &HashMap<String, (String, i32)>, subject: &str) -> (String, i32) {
    match last.get(subject) {
        Some((reference, n)) => (reference.clone(), n + 1),
        None => (BASE64URL_NOPAD.encode(&chance::bytes::<16>()), 1),
    }
}

pub(in crate::acts) fn keys_of<'a>(
    db: &mut Conn,
    vault: &Vault,
    persons: impl Iterator<Item = &'a PersonId>,
) -> Done<HashMap<PersonId, DataKey>> {
    let persons: Vec<PersonId> = persons.cloned().collect();
    let mut keys = HashMap::with_capacity(persons.len());
    for (person, wrapped) in people::wrapped_keys(db, &persons)? {
        let place = Place::new("person_keys", "wrapped", person.as_str());
        let key = vault.unwrap(&wrapped, place).map_err(|why| {
            Error::fault(format!("the key of person {person} does not open: {why}"))
        })?;
        keys.insert(person, key);
    }
    Ok(keys)
}

pub(in crate::acts) fn code_of(
    db: &mut Conn,
    codes: &mut HashMap<InstitutionId, String>,
    institution: &InstitutionId,
) -> Done<String> {
    if let Some(code) = codes.get(institution) {
        return Ok(code.clone());
    }
    let code = institutions::one(db, institution)?
        .institution
        .uscc
        .to_string();
    codes.insert(institution.clone(), code.clone());
    Ok(code)
}

/// What became of certificates, as far as an event of this kind tells it.
#[derive(Default)]
pub(in crate::acts) struct Aftermath(HashMap<CertificateId, Vec<Value>>);

impl Aftermath {
    /// What became of it last.
    pub fn of(&self, id: &CertificateId) -> Option<&Value> {
        self.0.get(id)?.last()
    }

    /// Whether this still stands in the rows: what came after it takes nothing away.
    pub fn tells(&self, id: &CertificateId, told: &Value) -> bool {
        self.0.get(id).is_some_and(|all| all.contains(told))
    }

    pub fn read<'a>(
        db: &mut Conn,
        kind: LogKind,
        ids: impl Iterator<Item = &'a CertificateId>,
    ) -> Done<Self> {
        let ids: Vec<CertificateId> = match kind {
            LogKind::Revoke | LogKind::Reissue => ids.cloned().collect(),
            _ => return Ok(Self::default()),
        };
        let mut told: HashMap<CertificateId, Vec<Value>> = HashMap::new();
        if kind == LogKind::Revoke {
            for (revocation, proposal) in revocations::confirmed(db, &ids)? {
                let record = json!({
                    "at": revocation.at.and_utc().timestamp_micros(), "by": revocation.by.as_str(),
                    "proposal": proposal.id.as_str(), "reason_class": proposal.reason_class.as_str(),
                    "basis": proposal.basis, "reason": proposal.reason,
                    "proposed_at": proposal.at.and_utc().timestamp_micros(), "proposed_by": proposal.by.as_str(),
                });
                told.entry(revocation.certificate).or_default().push(json!({
                    "reason_class": proposal.reason_class.as_str(), "record": digest(&record),
                }));
            }
        } else {
            // A reprint is a reissue too; a replacement can only come after the last of them.
            for row in printings::several(db, &ids)? {
                let record = json!({
                    "at": row.at.and_utc().timestamp_micros(), "by": row.by.as_str(),
                    "reason": row.reason, "serial": row.serial,
                });
                told.entry(row.certificate)
                    .or_default()
                    .push(json!({ "print": row.serial, "record": digest(&record) }));
            }
            for row in replacements::several(db, &ids)? {
                let record = json!({
                    "at": row.at.and_utc().timestamp_micros(), "by": row.by.as_str(),
                    "reason": row.reason, "successor": row.successor.as_str(),
                });
                told.entry(row.certificate)
                    .or_default()
                    .push(json!({ "record": digest(&record) }));
            }
        }
        Ok(Self(told))
    }
}

fn digest(record: &Value) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(canonical::bytes(record)))
}

/// What a certificate's event commits to: everything its page shows, and a digest of everything
/// else in its row.
pub(in crate::acts) fn payload_of(
    kind: LogKind,
    certificate: &Certificate,
    iss: &str,
    aftermath: Option<&Value>,
) -> Value {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
    let id = |id: Option<&str>| id.map(str::to_owned);
    // A pattern without `..`: a new column asks to be bound here too.
    let Certificate {
        id: key,
        token,
        number,
        kind: which,
        institution,
        person,
        sitting,
        candidate,
        enrolment,
        entitlement,
        holder,
        id_kind,
        id_tail,
        occupation,
        occupation_name,
        work_type,
        level,
        course_name,
        hours,
        began,
        ended,
        issued_on,
        expires_on,
        print,
        key_id,
        cose,
        status_list,
        status_index,
        issued_at,
        issued_by,
    } = certificate;
    let record = json!({
        "id": key.as_str(), "institution": institution.as_str(), "person": person.as_str(),
        "sitting": id(sitting.as_ref().map(|it| it.as_str())),
        "candidate": id(candidate.as_ref().map(|it| it.as_str())),
        "enrolment": id(enrolment.as_ref().map(|it| it.as_str())),
        "entitlement": id(entitlement.as_ref().map(|it| it.as_str())),
        "key_id": key_id, "cose": BASE64URL_NOPAD.encode(&Sha256::digest(cose)),
        "status_list": status_list, "status_index": status_index,
        "issued_at": issued_at.and_utc().timestamp_micros(), "issued_by": issued_by.as_str(),
    });
    let mut payload = json!({
        "v": 1, "event": kind.as_str(), "issuer": iss, "number": number, "token": token,
        "kind": which.as_str(), "holder": holder, "id_kind": id_kind, "id_tail": id_tail,
        "occupation": occupation.as_ref().map(ToString::to_string), "occupation_name": occupation_name,
        "work_type": work_type, "level": level.map(|level| level.as_str()), "course_name": course_name,
        "hours": hours, "began": day(*began), "ended": day(*ended),
        "issued_on": issued_on.to_string(), "expires_on": day(*expires_on), "print": print,
        "record": digest(&record),
    });
    if let Some(told) = aftermath {
        payload["aftermath"] = told.clone();
    }
    payload
}
