//! 去向名单: a class's outcomes from a sheet, tried out first, then every good line together.

use crate::acts::employments::{self, Told};
use crate::acts::people as persons;
use crate::acts::{Done, Registry};
use crate::domain::account::Follower;
use crate::domain::class::ClassId;
use crate::domain::employment::{MONTHS, Source, due, may_be_taken};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::outcome_list::{self, Problem};
use crate::domain::person::PersonId;
use crate::domain::refusal::{Reason, Refusal};
use crate::ground::clock::Now;
use crate::ground::sheet;
use crate::store::enrolments::{self, Trainee};
use crate::store::{classes, people};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What a list comes to.
#[derive(Debug)]
pub struct Judged {
    /// The class's name.
    pub class: String,
    /// The file's SHA-256, in hexadecimal.
    pub digest: String,
    /// What can be put on record, of whom.
    pub rows: Vec<(EnrolmentId, Told)>,
    /// What is wrong with the other lines.
    pub problems: Vec<Problem>,
}

/// Somebody tries a list out: what could be kept, what is wrong. Nothing is kept.
pub fn try_out(
    registry: &Registry,
    follower: &Follower,
    id: &ClassId,
    months: i32,
    bytes: &[u8],
    now: Now,
) -> Done<Judged> {
    if !MONTHS.contains(&months) {
        return Err(Refusal::new("employment.months-unknown")
            .at("months")
            .into());
    }
    let (class, trainees) = registry.store.read(|db| {
        let class = classes::of(db, &follower.actor().scope, id)?;
        let mut trainees = enrolments::of_class(db, id)?;
        trainees.retain(Trainee::stays);
        Ok::<_, crate::acts::Error>((class, trainees))
    })?;
    let read = outcome_list::read(&sheet::read(bytes)?)?;
    let indexes: Vec<Vec<u8>> = read
        .lines
        .iter()
        .map(|line| persons::index(&registry.vault, &line.document).to_vec())
        .collect();
    let known: HashMap<Vec<u8>, PersonId> = registry
        .store
        .read(|db| people::by_indexes(db, &indexes))?
        .into_iter()
        .map(|person| (person.id_index.clone(), person.id))
        .collect();
    let (mut rows, mut problems) = (Vec::new(), read.problems);
    for (line, index) in read.lines.into_iter().zip(&indexes) {
        let trainee = known.get(index).and_then(|person| {
            trainees
                .iter()
                .find(|trainee| trainee.enrolment.person == *person)
        });
        // A list that names no day speaks of the day the months are over, or of today before it.
        let day = line
            .day
            .unwrap_or_else(|| due(class.ends, months).min(now.day()));
        let why = match trainee {
            None => Err(Refusal::new("outcome_list.stranger")),
            Some(trainee) => may_be_taken(
                months,
                line.fate,
                day,
                class.ends,
                now.day(),
                &line.employer,
                &line.evidence,
            )
            .map(|()| trainee.enrolment.id.clone())
            .map_err(Reason::refusal),
        };
        match why {
            Ok(enrolment) => rows.push((
                enrolment,
                Told {
                    months,
                    day,
                    fate: line.fate,
                    employer: line.employer,
                    uscc: line.uscc,
                    occupation: line.occupation,
                    wage_fen: line.wage_fen,
                    evidence: line.evidence,
                    source: Source::CallBack,
                },
            )),
            Err(why) => problems.push(Problem {
                row: line.row,
                cell: line.cell,
                why,
            }),
        }
    }
    problems.sort_by_key(|problem| problem.row);
    Ok(Judged {
        class: class.public_name,
        digest: data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)),
        rows,
        problems,
    })
}

/// Somebody takes in a list that she has tried out: how many were put on record.
pub fn keep(
    registry: &Registry,
    follower: &Follower,
    id: &ClassId,
    months: i32,
    bytes: &[u8],
    tried: &str,
    now: Now,
) -> Done<usize> {
    let judged = try_out(registry, follower, id, months, bytes, now)?;
    if judged.digest != tried {
        return Err(Refusal::new("delivery.untried").at("sheet").into());
    }
    if judged.rows.is_empty() {
        return Err(Refusal::new("delivery.hopeless").at("sheet").into());
    }
    Ok(employments::record_many(registry, follower, judged.rows, now)?.len())
}
