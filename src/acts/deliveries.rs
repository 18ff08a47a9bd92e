//! 部门数据: tried out first, then kept whole; what it says goes into key groups and outcomes.

use crate::acts::people as persons;
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Officer, Overseer};
use crate::domain::deed::Deed;
use crate::domain::delivery::{self, DeliveryId, DeliveryKind, Line, Problem, Read};
use crate::domain::employment::{EmploymentId, Fate, MONTHS, Source, due};
use crate::domain::person::PersonId;
use crate::domain::place::{self, RegionCode};
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::sheet;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::seal::vault::Vault;
pub use crate::store::deliveries::Delivery;
use crate::store::deliveries::{self, Delivered};
use crate::store::employments::{self, Employment};
use crate::store::people::{self, Membership};
use crate::store::{Conn, ledger};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What is told of a list.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The department that hands it over.
    pub department: String,
    /// What it says of people.
    pub kind: DeliveryKind,
    /// Of which region's people.
    pub region: RegionCode,
    /// As of which day.
    pub as_of: NaiveDate,
    /// The file's name.
    pub file: String,
}

/// What a list would come to. Nothing of it is kept.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The file's SHA-256, in hexadecimal.
    pub digest: String,
    /// Lines that can be kept.
    pub lines: usize,
    /// How many of them are of people on record.
    pub known: usize,
    /// What is wrong with the other lines.
    pub problems: Vec<Problem>,
}

/// What came of a delivery.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its key.
    pub id: DeliveryId,
    /// Key groups it put on record.
    pub joined: usize,
    /// Outcomes it put on record.
    pub employed: usize,
}

fn checked(officer: &Officer, new: &NewDelivery, now: Now) -> Done<String> {
    if place::find(&new.region).is_none() || !officer.oversees(&new.region) {
        return Err(Refusal::new("delivery.elsewhere").at("region").into());
    }
    delivery::may_be_as_of(new.as_of, now.day())?;
    let department = text::tidy(&new.department);
    if department.is_empty() {
        return Err(Refusal::new("field.blank").at("department").into());
    }
    if department.chars().count() > 60 {
        return Err(Refusal::new("field.too-long")
            .at("department")
            .with(60)
            .into());
    }
    Ok(department)
}

fn read(new: &NewDelivery, bytes: &[u8]) -> Done<(String, Read)> {
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    let sheet = sheet::read(bytes)?;
    Ok((digest, delivery::read(&sheet, new.as_of)?))
}

fn indexes(vault: &Vault, lines: &[Line]) -> Vec<Vec<u8>> {
    let index = |line: &Line| persons::index(vault, &line.document).to_vec();
    lines.iter().map(index).collect()
}

/// An officer tries a list out: what could be kept, what is wrong. Nothing is kept.
pub fn try_out(
    registry: &Registry,
    officer: &Officer,
    new: &NewDelivery,
    bytes: &[u8],
    now: Now,
) -> Done<Trial> {
    checked(officer, new, now)?;
    let (digest, read) = read(new, bytes)?;
    let mut indexes = indexes(&registry.vault, &read.lines);
    indexes.sort_unstable();
    indexes.dedup();
    let known = registry.store.read(|db| people::by_indexes(db, &indexes))?;
    Ok(Trial {
        digest,
        lines: read.lines.len(),
        known: known.len(),
        problems: read.problems,
    })
}

/// An officer keeps a list that she has tried out: `tried` is the digest the trial told. All good
/// lines or none.
pub fn keep(
    registry: &Registry,
    officer: &Officer,
    new: &NewDelivery,
    bytes: &[u8],
    tried: &str,
    now: Now,
) -> Done<Kept> {
    let department = checked(officer, new, now)?;
    let (digest, read) = read(new, bytes)?;
    if digest != tried {
        return Err(Refusal::new("delivery.untried").at("sheet").into());
    }
    if read.lines.is_empty() {
        return Err(Refusal::new("delivery.hopeless").at("sheet").into());
    }
    let indexes = indexes(&registry.vault, &read.lines);
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let kept = Delivery {
        id: DeliveryId::fresh(now),
        department,
        kind: new.kind,
        region: new.region.clone(),
        as_of: new.as_of,
        lines: count(read.lines.len()),
        refused: count(read.problems.len()),
        file_name: text::tidy(&new.file).chars().take(120).collect(),
        digest,
        at: now.utc(),
        by: officer.actor().account.clone(),
    };
    let lines: Vec<Delivered> = read
        .lines
        .iter()
        .zip(&indexes)
        .map(|(line, index)| Delivered {
            delivery: kept.id.clone(),
            line: i32::try_from(line.row).unwrap_or(i32::MAX),
            id_index: index.clone(),
            starts: line.starts,
            ends: line.ends,
        })
        .collect();
    registry.store.write(|db| {
        if deliveries::is_kept(db, &kept.digest, kept.kind, kept.as_of)? {
            return Err(Refusal::new("delivery.kept").at("sheet").into());
        }
        deliveries::add(db, &kept, &lines)?;
        let people = known(db, &read.lines, &indexes)?;
        let joined = join(db, officer, &kept, &people, now)?;
        let employed = if kept.kind == DeliveryKind::Insured {
            employ(db, officer, &kept, &people, now)?
        } else {
            0
        };
        let facts = [
            ("kind", kept.kind.as_str()),
            ("region", kept.region.as_str()),
            ("as_of", &kept.as_of.to_string()),
            ("lines", &kept.lines.to_string()),
            ("refused", &kept.refused.to_string()),
            ("joined", &joined.to_string()),
            ("employed", &employed.to_string()),
            ("digest", &kept.digest),
        ];
        let deed = Deed::DeliveryKept;
        ledger::enter(db, officer.actor(), deed, None, &kept.id, &facts, now)?;
        Ok::<_, Error>(Kept {
            id: kept.id.clone(),
            joined,
            employed,
        })
    })
}

/// The lines about people on record.
fn known<'l>(
    db: &mut Conn,
    lines: &'l [Line],
    indexes: &[Vec<u8>],
) -> Done<Vec<(PersonId, &'l Line)>> {
    let known: HashMap<Vec<u8>, PersonId> = people::by_indexes(db, indexes)?
        .into_iter()
        .map(|person| (person.id_index.clone(), person.id.clone()))
        .collect();
    Ok(lines
        .iter()
        .zip(indexes)
        .filter_map(|(line, index)| Some((known.get(index)?.clone(), line)))
        .collect())
}

/// Puts on record that they belong to the group this list vouches for, where nothing covers it yet.
fn join(
    db: &mut Conn,
    officer: &Officer,
    kept: &Delivery,
    known: &[(PersonId, &Line)],
    now: Now,
) -> Done<usize> {
    let Some(group) = kept.kind.group() else {
        return Ok(0);
    };
    let code = group.to_string();
    let ids: Vec<PersonId> = known.iter().map(|(person, _)| person.clone()).collect();
    let mut held: HashMap<PersonId, Vec<Membership>> = HashMap::new();
    for one in people::memberships_of_all(db, &ids)? {
        held.entry(one.person.clone()).or_default().push(one);
    }
    let mut joined = 0;
    for (person, line) in known {
        // What a roster said stays; a department's word that says as much is not said twice.
        let covers = |one: &Membership| {
            one.key_group == code
                && one.source.starts_with("delivery ")
                && one.starts == line.starts
                && one.ends == line.ends
        };
        if held.get(person).is_some_and(|held| held.iter().any(covers)) {
            continue;
        }
        let membership = Membership {
            id: crate::ground::key::fresh(now),
            person: person.clone(),
            key_group: code.clone(),
            starts: line.starts,
            ends: line.ends,
            evidence_sealed: None,
            source: format!("delivery {}", kept.id),
            recorded_at: now.utc(),
            recorded_by: officer.actor().account.clone(),
        };
        people::join(db, &membership)?;
        joined += 1;
    }
    Ok(joined)
}

/// Puts on record who is at work 3, 6 or 12 months after a class: whoever is insured by an employer
/// that the list names on that day. What anybody has said of that month already stays.
fn employ(
    db: &mut Conn,
    officer: &Officer,
    kept: &Delivery,
    known: &[(PersonId, &Line)],
    now: Now,
) -> Done<usize> {
    let mut lines: HashMap<&PersonId, Vec<&Line>> = HashMap::new();
    for (person, line) in known.iter().filter(|(_, line)| !line.employer.is_empty()) {
        lines.entry(person).or_default().push(line);
    }
    let ids: Vec<PersonId> = lines.keys().map(|id| (*id).clone()).collect();
    let over = deliveries::over(db, &kept.region, &ids)?;
    let keys: Vec<_> = over.iter().map(|one| one.enrolment.clone()).collect();
    let said = deliveries::said(db, &keys)?;
    let evidence = format!("{} {}", kept.department, kept.as_of);
    let mut employed = 0;
    for one in &over {
        for months in MONTHS {
            let day = due(one.ends, months);
            if day > kept.as_of || said.contains(&(one.enrolment.clone(), months)) {
                continue;
            }
            let insured =
                |line: &&&Line| line.starts <= day && line.ends.is_none_or(|ends| ends >= day);
            let Some(line) = lines
                .get(&one.person)
                .and_then(|lines| lines.iter().find(insured))
            else {
                continue;
            };
            let employment = Employment {
                id: EmploymentId::fresh(now),
                enrolment: one.enrolment.clone(),
                months,
                day,
                outcome: Fate::Employed,
                employer: line.employer.clone(),
                uscc: line
                    .uscc
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                occupation: String::new(),
                wage_fen: None,
                evidence: evidence.clone(),
                source: Source::Department,
                at: now.utc(),
                by: officer.actor().account.clone(),
            };
            employments::add(db, &employment)?;
            let facts = [
                ("months", &*months.to_string()),
                ("outcome", Fate::Employed.as_str()),
                ("source", Source::Department.as_str()),
                ("delivery", kept.id.as_str()),
            ];
            let deed = Deed::EmploymentRecorded;
            let own = Some(&one.institution);
            ledger::enter(db, officer.actor(), deed, own, &one.enrolment, &facts, now)?;
            employed += 1;
        }
    }
    Ok(employed)
}

/// The deliveries an overseer may see, the newest first.
pub fn list(
    registry: &Registry,
    reader: &Overseer,
    window: Window,
) -> Done<Slice<(Delivery, String)>> {
    let region = reader.region();
    Ok(registry
        .store
        .read(|db| deliveries::list(db, region, window))?)
}

/// One delivery, who entered it, and what is told of it.
pub fn show(
    registry: &Registry,
    reader: &Overseer,
    id: &DeliveryId,
) -> Done<(Delivery, String, Vec<ledger::Line>)> {
    registry.store.read(|db| {
        let (delivery, who) = deliveries::of(db, reader.region(), id)?;
        let deeds = ledger::of(db, "delivery", id.as_str())?;
        Ok((delivery, who, deeds))
    })
}
