//! 花名册: uploaded, judged line by line, and admitted by the same judgement.

use crate::acts::people::{self as persons, Particulars};
use crate::acts::{Done, Error, Registry, seals};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::attendance::is_late;
use crate::domain::class::{self, ClassId};
use crate::domain::deed::Deed;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::id_kind::IdDocument;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{self, Finding, Judgement, Register, RosterId, Written};
use crate::ground::clock::{Now, beijing};
use crate::ground::sheet::{self, Sheet};
use crate::paper::fonts;
use crate::seal::vault::{Place, Vault};
use crate::store::classes::Class;
use crate::store::enrolments::Enrolment;
use crate::store::people::Membership;
use crate::store::rosters::{Admission, Roster, RosterLine};
use crate::store::{Conn, Failure, classes, enrolments, ledger, people, rosters};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};

/// What the register knows of everybody a sheet names, looked up in a few queries.
#[derive(Default)]
struct Known {
    facts: HashMap<IdDocument, Fact>,
}

#[derive(Default)]
struct Fact {
    name: Option<String>,
    overlapping: Option<String>,
    enrolled: bool,
}

impl Register for Known {
    fn name_of(&self, document: &IdDocument) -> Option<String> {
        self.facts.get(document)?.name.clone()
    }
    fn overlapping(&self, document: &IdDocument) -> Option<String> {
        self.facts.get(document)?.overlapping.clone()
    }
    fn is_enrolled(&self, document: &IdDocument) -> bool {
        self.facts.get(document).is_some_and(|fact| fact.enrolled)
    }
}

/// A clerk uploads a roster. Every line is judged and kept with its findings; nobody is enrolled.
pub fn upload(
    registry: &Registry,
    clerk: &Clerk,
    class: &ClassId,
    file: &str,
    bytes: &[u8],
    now: Now,
) -> Done<RosterId> {
    let sheet = sheet::read(bytes)?;
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    let scope = &clerk.actor().scope;
    let judged = registry.store.read(|db| {
        let class = classes::of(db, scope, class)?;
        class.facts().open_for_rosters(now.day())?;
        judge(db, &registry.vault, &class, &sheet)
    })?;
    let id = RosterId::fresh(now);
    let lines = kept_lines(&registry.vault, &id, &sheet, &judged);
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let kept = Roster {
        id: id.clone(),
        class: class.clone(),
        file_name: file.to_owned(),
        digest,
        lines: count(judged.judged.len()),
        refused: count(judged.refused()),
        warned: count(judged.warned()),
        uploaded_at: now.utc(),
        uploaded_by: clerk.actor().account.clone(),
    };
    registry.store.write(|db| {
        let class = classes::of(db, scope, class)?;
        class.facts().open_for_rosters(now.day())?;
        rosters::add(db, &kept, &lines)?;
        let facts = [
            ("class", class.id.as_str()),
            ("lines", &kept.lines.to_string()),
            ("refused", &kept.refused.to_string()),
        ];
        ledger::enter(
            db,
            clerk.actor(),
            Deed::RosterUploaded,
            Some(&class.institution),
            &id,
            &facts,
            now,
        )?;
        seals::rosters::seal_upload(db, registry, &id, &class.id, now)
    })?;
    Ok(id)
}

/// The judgement of a sheet for a class, as the register stands.
fn judge(db: &mut Conn, vault: &Vault, class: &Class, sheet: &Sheet) -> Done<Judgement> {
    let register = known(db, vault, class, sheet)?;
    let enrolled = classes::enrolled(db, &[&class.id])?
        .get(&class.id)
        .copied()
        .unwrap_or(0);
    let seats = usize::try_from(i64::from(class.capacity) - enrolled).unwrap_or(0);
    let printable = |c: char| fonts::missing(c.encode_utf8(&mut [0; 4])).is_empty();
    let context = roster::Context {
        starts_on: class.starts,
        seats,
        register: &register,
        printable: &printable,
    };
    Ok(roster::judge(&context, sheet))
}

fn known(db: &mut Conn, vault: &Vault, class: &Class, sheet: &Sheet) -> Done<Known> {
    let mut by_index: HashMap<Vec<u8>, IdDocument> = HashMap::new();
    for document in roster::documents(sheet) {
        by_index.insert(persons::index(vault, &document).to_vec(), document);
    }
    let indexes: Vec<Vec<u8>> = by_index.keys().cloned().collect();
    let mut known = Known::default();
    for person in people::by_indexes(db, &indexes)? {
        if let Some(document) = by_index.get(&person.id_index) {
            known.facts.entry(document.clone()).or_default().name = Some(person.name);
        }
    }
    for attends in rosters::attending(db, &indexes, class.starts, class.ends)? {
        let Some(document) = by_index.get(&attends.index) else {
            continue;
        };
        let fact = known.facts.entry(document.clone()).or_default();
        if attends.class == class.id {
            fact.enrolled = true;
        } else {
            fact.overlapping = Some(attends.public_name);
        }
    }
    Ok(known)
}

fn kept_lines(vault: &Vault, id: &RosterId, sheet: &Sheet, judged: &Judgement) -> Vec<RosterLine> {
    let good: BTreeSet<u32> = judged.lines.iter().map(|line| line.line).collect();
    let mut lines = Vec::new();
    if let Some(head) = &judged.head {
        for row in sheet
            .rows()
            .filter(|row| judged.judged.binary_search(&row.number()).is_ok())
        {
            let written = head.written(row);
            let findings = judged.findings_of(written.line);
            let verdict = match (good.contains(&written.line), findings.is_empty()) {
                (true, true) => "good",
                (true, false) => "warned",
                (false, _) => "refused",
            };
            lines.push(kept_line(vault, id, &written, findings, verdict));
        }
    }
    let of_roster: Vec<Finding> = judged
        .findings
        .iter()
        .filter(|finding| judged.judged.binary_search(&finding.line).is_err())
        .cloned()
        .collect();
    if !of_roster.is_empty() {
        let nothing = Written {
            line: 0,
            cells: Vec::new(),
        };
        lines.push(kept_line(vault, id, &nothing, &of_roster, "refused"));
    }
    lines
}

fn kept_line(
    vault: &Vault,
    id: &RosterId,
    written: &Written,
    findings: &[Finding],
    verdict: &str,
) -> RosterLine {
    let text = serde_json::to_vec(written).unwrap_or_default();
    RosterLine {
        roster: id.clone(),
        line: i32::try_from(written.line).unwrap_or(i32::MAX),
        name: written.text(roster::Column::Name).to_owned(),
        sealed: vault.seal_own(
            Place::new("roster_lines", "sealed", &row_of(id, written.line)),
            &text,
        ),
        findings: serde_json::to_string(findings).unwrap_or_default(),
        verdict: verdict.to_owned(),
    }
}

fn row_of(id: &RosterId, line: u32) -> String {
    format!("{id}|{line}")
}

/// The lines of a roster as they were written.
fn written(vault: &Vault, lines: &[RosterLine]) -> Done<Vec<Written>> {
    let opened = lines.iter().filter(|line| line.line > 0).map(|line| {
        let row = row_of(&line.roster, line.line.unsigned_abs());
        let text = vault.open_own(Place::new("roster_lines", "sealed", &row), &line.sealed);
        let text =
            text.map_err(|why| Error::fault(format!("roster line {row} does not open: {why}")))?;
        serde_json::from_slice(&text).map_err(|error| Error::Fault(error.into()))
    });
    opened.collect()
}

/// A clerk admits the good lines of a roster: they are judged again, by the same code, as the
/// register stands now. Answers how many people were enrolled.
pub fn admit(registry: &Registry, clerk: &Clerk, id: &RosterId, now: Now) -> Done<usize> {
    let actor = clerk.actor();
    registry.store.write(|db| {
        let (roster, admitted) = rosters::of(db, &actor.scope, id)?;
        if let Some(admission) = admitted {
            return Err(Refusal::new("roster.admitted")
                .with(admission.admitted)
                .into());
        }
        let class = classes::of(db, &actor.scope, &roster.class)?;
        class.facts().open_for_rosters(now.day())?;
        let lines = rosters::lines_of(db, id)?;
        let sheet = Written::sheet(&written(&registry.vault, &lines)?)?;
        let judged = judge(db, &registry.vault, &class, &sheet)?;
        let allowed: BTreeSet<i32> = lines
            .iter()
            .filter(|line| line.verdict != "refused")
            .map(|line| line.line)
            .collect();
        let mut count = 0;
        for line in judged
            .lines
            .iter()
            .filter(|line| allowed.contains(&i32::try_from(line.line).unwrap_or(i32::MAX)))
        {
            enrol(db, registry, clerk, &class, id, line, now)?;
            count += 1;
        }
        if count == 0 {
            return Err(Refusal::new("roster.nobody").into());
        }
        let admission = Admission {
            roster: id.clone(),
            admitted: i32::try_from(count).unwrap_or(i32::MAX),
            at: now.utc(),
            by: actor.account.clone(),
        };
        rosters::admit(db, &admission)?;
        let facts = [
            ("class", class.id.as_str()),
            ("admitted", &count.to_string()),
        ];
        ledger::enter(
            db,
            actor,
            Deed::RosterAdmitted,
            Some(&class.institution),
            id,
            &facts,
            now,
        )?;
        seals::rosters::seal_admission(db, registry, id, &class.id, now)?;
        Ok(count)
    })
}

fn enrol(
    db: &mut Conn,
    registry: &Registry,
    clerk: &Clerk,
    class: &Class,
    id: &RosterId,
    line: &roster::Line,
    now: Now,
) -> Done<()> {
    let by = &clerk.actor().account;
    let particulars = Particulars {
        nation: line.nation.map(|nation| nation.name().to_owned()),
        education: line.education.as_ref().map(ToString::to_string),
        region: line.region.as_ref().map(ToString::to_string),
        phone: line.phone.clone(),
    };
    let person = persons::find_or_add(
        db,
        &registry.vault,
        &line.document,
        &line.name,
        &particulars,
        by,
        now,
    )?;
    let held = people::memberships_of(db, &person)?;
    for group in &line.groups {
        let code = group.to_string();
        let covers = |one: &Membership| {
            one.key_group == code
                && one.starts <= class.starts
                && one.ends.is_none_or(|end| end >= class.starts)
        };
        if !held.iter().any(covers) {
            // The roster vouches for the day it is uploaded; a department's list may say more later.
            let membership = Membership {
                id: crate::ground::key::fresh(now),
                person: person.clone(),
                key_group: code,
                starts: now.day(),
                ends: None,
                evidence_sealed: None,
                source: format!("roster {id}"),
                recorded_at: now.utc(),
                recorded_by: by.clone(),
            };
            people::join(db, &membership)?;
        }
    }
    let enrolment = Enrolment {
        id: EnrolmentId::fresh(now),
        class: class.id.clone(),
        person,
        roster: Some(id.to_string()),
        line: Some(i32::try_from(line.line).unwrap_or(i32::MAX)),
        enrolled_at: now.utc(),
        enrolled_by: by.clone(),
    };
    enrolments::add(db, &enrolment).map_err(|failure| match failure {
        Failure::Taken(_) => Refusal::new("roster.already-enrolled").into(),
        other => Error::from(other),
    })
}

/// The class a clerk is about to upload a roster for.
pub fn class_of(registry: &Registry, clerk: &Clerk, class: &ClassId) -> Done<Class> {
    Ok(registry
        .store
        .read(|db| classes::of(db, &clerk.actor().scope, class))?)
}

/// A roster as its report shows it.
pub struct Opened {
    /// The roster.
    pub roster: Roster,
    /// Its class.
    pub class: Class,
    /// When and by whom it was admitted, once it was.
    pub admission: Option<Admission>,
    /// Every finding, in the order of the sheet, with the name on its line.
    pub findings: Vec<(String, Finding)>,
    /// Whether the class takes rosters today; why not, otherwise.
    pub open: Result<(), class::Closed>,
    /// 补录: the day the class's roster was sealed, when this one was confirmed after it.
    pub late_for: Option<NaiveDate>,
}

/// The report of a roster.
pub fn open(registry: &Registry, reader: &TrainingReader, id: &RosterId, now: Now) -> Done<Opened> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| {
        let (roster, admission) = rosters::of(db, scope, id)?;
        let class = classes::of(db, scope, &roster.class)?;
        let mut findings = Vec::new();
        for line in rosters::lines_of(db, id)? {
            let some: Vec<Finding> =
                serde_json::from_str(&line.findings).map_err(|error| Error::Fault(error.into()))?;
            findings.extend(some.into_iter().map(|finding| (line.name.clone(), finding)));
        }
        let open = class.facts().open_for_rosters(now.day());
        let late_for = match &admission {
            Some(admission) => enrolments::sealed_on(db, &class.id)?
                .filter(|sealed| is_late(*sealed, beijing(admission.at).date_naive())),
            None => None,
        };
        Ok(Opened {
            late_for,
            roster,
            class,
            admission,
            findings,
            open,
        })
    })
}

/// The lines with problems as they were written, with their findings: for the workbook that goes
/// back to whoever filled them in. Only the clerk who may upload it again gets it.
pub fn problems(
    registry: &Registry,
    clerk: &Clerk,
    id: &RosterId,
) -> Done<Vec<(Written, Vec<Finding>)>> {
    registry.store.read(|db| {
        rosters::of(db, &clerk.actor().scope, id)?;
        let mut lines = rosters::lines_of(db, id)?;
        lines.retain(|line| line.line > 0 && line.verdict != "good");
        let findings: Vec<Vec<Finding>> = lines
            .iter()
            .map(|line| {
                serde_json::from_str(&line.findings).map_err(|error| Error::Fault(error.into()))
            })
            .collect::<Done<_>>()?;
        Ok(written(&registry.vault, &lines)?
            .into_iter()
            .zip(findings)
            .collect())
    })
}

/// The rosters of a class, newest first.
pub fn list(
    registry: &Registry,
    reader: &TrainingReader,
    class: &ClassId,
) -> Done<Vec<(Roster, Option<Admission>)>> {
    registry.store.read(|db| {
        let class = classes::of(db, &reader.actor().scope, class)?;
        Ok(rosters::of_class(db, &class.id)?)
    })
}
