//! 日志恢复: what a database restored from an old copy has forgotten, told from the guard and from a
//! mirror, entry by entry; and the leaves put back, so that the log may be signed on.
//!
//! A leaf is put back only when the whole tree is the published one: what the database holds, then
//! what the mirror has beyond it, under a checkpoint of the log's own key, and through the checkpoint
//! this server's guard has kept. What a leaf committed to is not in it: records are lost, and named.

use crate::acts::holds::{self, Cause};
use crate::acts::log::public::{Source, pushed, signed};
use crate::acts::log::{enter, proofs};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Actor, Confirmer, KeyKeeper, Scope};
use crate::domain::certificate::{CertificateId, HoldReason};
use crate::domain::deed::Deed;
use crate::domain::institution::InstitutionId;
use crate::domain::log_event::{Leaf, LogEventId, LogKind, REGISTRY};
use crate::domain::refusal::Refusal;
use crate::domain::status_list::Places;
use crate::domain::uscc::Uscc;
use crate::ground::clock::Now;
use crate::seal::log::Edge;
use crate::seal::note::{Checkpoint, Note};
use crate::store::log::{self, Event, Head, Kept, PUBLIC};
use crate::store::recovered_leaves::{self, Recovered};
use crate::store::status_lists::{self, StatusList};
use crate::store::{Conn, Failure, certificates, counters, institutions, ledger, number_skips};
use chrono::DateTime;
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};

/// An entry that was published and of whose record the database knows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Its place.
    pub seq: u64,
    /// What it says.
    pub leaf: Leaf,
    /// The institution's name, where the database has it.
    pub institution: Option<String>,
    /// Whether the database has the event itself, and only its place is lost.
    pub waiting: bool,
    /// The certificate it tells of, where the database has that, and its number.
    pub certificate: Option<(CertificateId, String)>,
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Entries the database has.
    pub database: u64,
    /// Entries the guard has seen published; none where nothing is known of it.
    pub published: Option<u64>,
    /// Entries of the mirror that was asked.
    pub mirror: Option<u64>,
    /// What the mirror has beyond the database.
    pub forgotten: Vec<Forgotten>,
    /// What was put back before: the leaf stands, its record is lost.
    pub recovered: Vec<Forgotten>,
}

impl Loss {
    /// Whether no leaf is missing.
    pub fn is_none(&self) -> bool {
        self.forgotten.is_empty()
            && self
                .published
                .is_none_or(|published| published <= self.database)
            && self.mirror.is_none_or(|mirror| mirror <= self.database)
    }
}

/// A mirror that knows more than the database, proved to be the published log.
struct Proved {
    note: Note,
    checkpoint: Checkpoint,
    leaves: Vec<(Leaf, Vec<u8>)>,
    edge: Edge,
}

/// Holds the database against the guard and, where one is named, against a mirror.
pub fn look(registry: &Registry, mirror: Option<&Source<'_>>) -> Done<Loss> {
    Ok(seen(registry, mirror)?.0)
}

/// What is missing, and what the mirror has of it once that is proved.
fn seen(registry: &Registry, mirror: Option<&Source<'_>>) -> Done<(Loss, Option<Proved>)> {
    registry.store.read(|db| registry.log.compare(db))?;
    let mut loss = Loss {
        database: size(registry)?,
        published: registry.log.published().map(|(size, _)| size),
        mirror: None,
        forgotten: Vec::new(),
        recovered: Vec::new(),
    };
    let before = registry
        .store
        .read(|db| Ok::<_, Error>(recovered_leaves::all(db)?))?;
    let before = before.into_iter().map(|event| {
        let leaf = Leaf::read(&event.leaf)
            .ok_or_else(|| Error::fault(format!("log event {} is in no form known", event.id)))?;
        Ok((
            u64::try_from(event.seq.unwrap_or(0)).unwrap_or(0),
            leaf,
            false,
        ))
    });
    loss.recovered = named(registry, before.collect::<Done<_>>()?)?;
    let Some(mirror) = mirror else {
        return Ok((loss, None));
    };
    let (size, proved) = prove(registry, mirror, loss.database)?;
    loss.mirror = Some(size);
    let Some(proved) = proved else {
        return Ok((loss, None));
    };
    let waiting = registry
        .store
        .read(|db| Ok::<_, Error>(log::waiting_leaves(db, PUBLIC)?))?;
    let waiting: HashSet<Vec<u8>> = waiting.into_iter().map(|(_, leaf)| leaf).collect();
    let found = proved
        .leaves
        .iter()
        .zip(loss.database..)
        .map(|((leaf, bytes), seq)| (seq, leaf.clone(), waiting.contains(bytes)));
    loss.forgotten = named(registry, found.collect())?;
    Ok((loss, Some(proved)))
}

fn size(registry: &Registry) -> Done<u64> {
    let head = registry
        .store
        .read(|db| Ok::<_, Error>(log::head(db, PUBLIC)?))?;
    Ok(head.map_or(0, |head| u64::try_from(head.size).unwrap_or(0)))
}

/// How far the mirror is, and what it has beyond the database once that is proved.
fn prove(registry: &Registry, mirror: &Source<'_>, database: u64) -> Done<(u64, Option<Proved>)> {
    let note = mirror.text("checkpoint")?;
    let (note, there) = signed(&note, &proofs::vkeys(registry)?).ok_or_else(|| {
        Error::fault(
            "the mirror's checkpoint is not signed by a key of this log that the database holds",
        )
    })?;
    if there.size <= database {
        return Ok((there.size, None));
    }
    let mut edge = registry
        .store
        .read(|db| Edge::read(database, |level, n| proofs::tile(db, level, n)))?;
    let leaves = mirror.leaves(database, there.size)?;
    // The tree this server last published must lie on the way.
    if let Some((size, root)) = registry
        .log
        .published()
        .filter(|(size, _)| (database..=there.size).contains(size))
    {
        let upto = usize::try_from(size - database).unwrap_or(usize::MAX);
        if pushed(edge.clone(), leaves.get(..upto).unwrap_or(&leaves)).root() != root {
            return Err(Error::fault(format!(
                "FORK: the first {size} entries of the mirror are not what this server published; do not go on from either before it is known which was altered"
            )));
        }
    }
    edge = pushed(edge, &leaves);
    if edge.root() != there.root {
        return Err(Error::fault(format!(
            "FORK: the {} entries of the mirror do not begin with the {database} of this database; do not go on from either before it is known which was altered",
            there.size
        )));
    }
    let leaves = leaves.into_iter().zip(database..).map(|(bytes, seq)| {
        let leaf = Leaf::read(&bytes)
            .ok_or_else(|| Error::fault(format!("entry {seq} is in no form known")))?;
        Ok((leaf, bytes))
    });
    let leaves = leaves.collect::<Done<_>>()?;
    Ok((
        there.size,
        Some(Proved {
            note,
            checkpoint: there,
            leaves,
            edge,
        }),
    ))
}

fn named(registry: &Registry, entries: Vec<(u64, Leaf, bool)>) -> Done<Vec<Forgotten>> {
    let mut names: HashMap<String, Option<String>> = HashMap::new();
    let numbers = registry.store.read(|db| numbers(db, &entries))?;
    entries
        .into_iter()
        .map(|(seq, leaf, waiting)| {
            if !names.contains_key(&leaf.iss) {
                let found = registry.store.read(|db| house(db, &leaf.iss))?;
                names.insert(leaf.iss.clone(), found.map(|(_, name)| name));
            }
            let institution = names.get(&leaf.iss).cloned().flatten();
            let certificate = numbers.get(&leaf.reference).cloned();
            Ok(Forgotten {
                seq,
                institution,
                waiting,
                certificate,
                leaf,
            })
        })
        .collect()
}

/// The certificates on record and their numbers, by the reference of their chain.
fn numbers(
    db: &mut Conn,
    entries: &[(u64, Leaf, bool)],
) -> Done<HashMap<String, (CertificateId, String)>> {
    let references: Vec<&str> = entries
        .iter()
        .map(|(_, leaf, _)| leaf.reference.as_str())
        .collect();
    let chains = log::chains(db, PUBLIC, &references)?;
    let ids: Vec<CertificateId> = chains
        .iter()
        .filter_map(|(_, subject, _)| CertificateId::read(subject))
        .collect();
    let known: HashMap<String, (CertificateId, String)> = certificates::several(db, &ids)?
        .into_iter()
        .map(|row| (row.id.to_string(), (row.id, row.number)))
        .collect();
    Ok(chains
        .into_iter()
        .filter_map(|(reference, subject, _)| Some((reference, known.get(&subject)?.clone())))
        .collect())
}

fn house(db: &mut Conn, code: &str) -> Done<Option<(InstitutionId, String)>> {
    let Some(code) = (code != REGISTRY).then(|| Uscc::read(code).ok()).flatten() else {
        return Ok(None);
    };
    match institutions::with_uscc(db, &code) {
        Ok(found) => Ok(Some((found.institution.id, found.institution.name))),
        Err(Failure::Missing) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Puts the leaves back that the mirror has beyond the database; answers what it was. From then on
/// the log may be signed on, unless this server published more than the mirror has.
pub fn restore(
    registry: &Registry,
    keeper: &KeyKeeper,
    mirror: &Source<'_>,
    now: Now,
) -> Done<Loss> {
    let actor = keeper.actor();
    if actor.scope != Scope::All {
        return Err(Refusal::new("log.city-only").into());
    }
    let (loss, proved) = seen(registry, Some(mirror))?;
    let Some(proved) = proved else {
        return Ok(loss);
    };
    let witnesses = &registry.settings.witnesses;
    let cosignatures: String = proved
        .note
        .signatures
        .iter()
        .filter(|line| {
            witnesses.iter().any(|witness| {
                witness.vkey.name == line.name
                    && witness.vkey.id() == line.id
                    && matches!(witness.vkey.judge(&proved.note), Some(Ok(_)))
            })
        })
        .map(ToString::to_string)
        .collect();
    let vkeys = proofs::vkeys(registry)?;
    let ours: String = proved
        .note
        .signatures
        .iter()
        .filter(|line| {
            vkeys
                .iter()
                .any(|vkey| vkey.name == line.name && vkey.id() == line.id)
        })
        .map(ToString::to_string)
        .collect();
    let note = format!("{}\n{ours}", proved.note.text);
    let Proved {
        checkpoint,
        leaves,
        edge,
        ..
    } = proved;
    registry.store.write(|db| {
        let from = i64::try_from(loss.database).unwrap_or(i64::MAX);
        let lost = put_back(db, leaves, from, actor, now)?;
        pass_over(db, &lost, now)?;
        for ((level, n), data) in edge.written() {
            log::keep_tile(
                db,
                PUBLIC,
                i32::from(level),
                i64::try_from(n).unwrap_or(i64::MAX),
                &data,
            )?;
        }
        let to = i64::try_from(checkpoint.size).unwrap_or(i64::MAX);
        let before = log::head(db, PUBLIC)?.map(|head| head.size);
        if before.unwrap_or(0) != from {
            return Err(Error::Busy("the log moved on meanwhile".to_owned()));
        }
        log::advance(
            db,
            before,
            &Head {
                log: PUBLIC,
                origin: checkpoint.origin.clone(),
                size: to,
                note: note.clone(),
            },
        )?;
        log::add_checkpoint(
            db,
            &Kept {
                log: PUBLIC,
                size: to,
                note: note.clone(),
                cosignatures: cosignatures.clone(),
                at: now.utc(),
            },
        )?;
        let facts = [
            ("from", from.to_string()),
            ("to", to.to_string()),
            ("lost", lost.len().to_string()),
        ];
        let facts: Vec<(&str, &str)> = facts
            .iter()
            .map(|(name, fact)| (*name, fact.as_str()))
            .collect();
        ledger::enter(db, actor, Deed::LogRecovered, None, PUBLIC, &facts, now)?;
        let payload =
            json!({ "v": 1, "event": "recovered", "from": from, "to": to, "lost": lost.len() });
        enter(
            db,
            registry,
            LogKind::Import,
            None,
            "log recovered",
            &payload,
            now,
        )
    })?;
    registry.log.publish(&note, &checkpoint)?;
    registry.store.read(|db| registry.log.compare(db))?;
    Ok(loss)
}

/// Suspends the certificates on record that were put an end to after the copy was made: what the log
/// tells last of each is no longer on record, so nobody may be told that it is good before somebody has
/// looked. Answers their numbers; one that cannot be suspended any more is left as it is.
pub fn suspend_doubtful(
    registry: &Registry,
    keeper: &KeyKeeper,
    loss: &Loss,
    now: Now,
) -> Done<Vec<String>> {
    let Some(confirmer) = Confirmer::of(keeper.actor().clone()) else {
        return Ok(Vec::new());
    };
    let mut last: BTreeMap<String, (&CertificateId, &Forgotten)> = BTreeMap::new();
    for one in loss.forgotten.iter().filter(|one| !one.waiting) {
        if let Some((id, number)) = &one.certificate {
            last.insert(number.clone(), (id, one));
        }
    }
    let ends = |kind: LogKind| {
        matches!(
            kind,
            LogKind::Revoke | LogKind::Suspend | LogKind::Reissue | LogKind::Correct
        )
    };
    let mut suspended = Vec::new();
    for (number, (id, one)) in last {
        if !ends(one.leaf.t) {
            continue;
        }
        let cause = Cause {
            reason_class: HoldReason::Inquiry,
            basis: format!("公开日志第{}号条目（{}）", one.seq, one.leaf.t),
            reason: "数据库由较早的备份恢复，公开日志中的这一事项在库中没有记录，查清前暂停"
                .to_owned(),
        };
        match holds::suspend(registry, &confirmer, id, &cause, now) {
            Ok(_) => suspended.push(number),
            Err(Error::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(suspended)
}

/// Gives what waits its published place, and keeps an event without a record for all else; answers
/// these.
fn put_back(
    db: &mut Conn,
    leaves: Vec<(Leaf, Vec<u8>)>,
    from: i64,
    actor: &Actor,
    now: Now,
) -> Done<Vec<Event>> {
    let mut waiting: HashMap<Vec<u8>, LogEventId> = log::waiting_leaves(db, PUBLIC)?
        .into_iter()
        .map(|(id, leaf)| (leaf, id))
        .collect();
    let references: Vec<&str> = leaves
        .iter()
        .map(|(leaf, _)| leaf.reference.as_str())
        .collect();
    let mut subjects = HashMap::new();
    let mut taken = HashSet::new();
    for (reference, subject, n) in log::chains(db, PUBLIC, &references)? {
        taken.insert((subject.clone(), n));
        subjects.insert(reference, subject);
    }
    let mut houses = HashMap::new();
    let mut lost = Vec::new();
    for ((leaf, bytes), seq) in leaves.into_iter().zip(from..) {
        if let Some(id) = waiting.remove(&bytes) {
            log::place(db, &id, seq)?;
            continue;
        }
        if !houses.contains_key(&leaf.iss) {
            houses.insert(leaf.iss.clone(), house(db, &leaf.iss)?.map(|(id, _)| id));
        }
        // The chain of a record that is still there goes on; another begins under its own reference.
        let known = subjects
            .get(&leaf.reference)
            .filter(|subject| !taken.contains(&((*subject).clone(), leaf.n)));
        let subject = known.unwrap_or(&leaf.reference).clone();
        let at = DateTime::from_timestamp(leaf.at, 0)
            .ok_or_else(|| Error::fault(format!("entry {seq} tells no time")))?;
        lost.push(Event {
            id: LogEventId::fresh(now),
            log: PUBLIC,
            kind: leaf.t,
            institution: houses.get(&leaf.iss).cloned().flatten(),
            subject,
            reference: leaf.reference,
            n: leaf.n,
            person: None,
            sealed: Vec::new(),
            leaf: bytes,
            at: at.naive_utc(),
            seq: Some(seq),
        });
    }
    log::add(db, &lost)?;
    let rows: Vec<_> = lost
        .iter()
        .map(|event| Recovered {
            event: event.id.clone(),
            at: now.utc(),
            by: actor.account.clone(),
        })
        .collect();
    recovered_leaves::add(db, &rows)?;
    Ok(lost)
}

/// Certificates without a record bear numbers and have places in lists of standings that nobody may
/// be given a second time: as many numbers are passed over in each series, and a new list is begun.
fn pass_over(db: &mut Conn, lost: &[Event], now: Now) -> Done<()> {
    let mut issued: HashMap<InstitutionId, i32> = HashMap::new();
    for event in lost.iter().filter(|event| event.kind == LogKind::Issue) {
        if let Some(house) = &event.institution {
            *issued.entry(house.clone()).or_default() += 1;
        }
    }
    let mut issued: Vec<_> = issued.into_iter().collect();
    issued.sort();
    for (house, n) in issued {
        for (series, _) in counters::of(db, &house)? {
            number_skips::pass(db, &house, &series, n, now.utc())?;
        }
        let list = status_lists::last(db, &house)?.map_or(1, |last| last.list) + 1;
        let bits = Places::empty().bits().to_vec();
        status_lists::keep(
            db,
            &StatusList {
                institution: house,
                list,
                taken: 0,
                bits,
            },
        )?;
    }
    Ok(())
}
