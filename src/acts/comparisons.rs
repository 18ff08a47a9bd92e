//! 名单比对: a list with identity numbers held against the registry. Numbers become keyed indexes and
//! are forgotten; of each line only the answer is kept.

use crate::acts::people as persons;
use crate::acts::{Done, Error, Registry, grants};
use crate::domain::account::{Comparer, Role};
use crate::domain::comparison::{self, ComparisonId, Match};
use crate::domain::deed::Deed;
use crate::domain::grant::{GrantId, PURPOSE};
use crate::domain::person::PersonId;
use crate::domain::wish::BaseList;
use crate::domain::wording::said;
use crate::ground::clock::Now;
use crate::ground::sheet;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::base::{self, Filter, Row};
use crate::store::comparisons::{self, Compared, Comparison};
use crate::store::{ledger, people};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What is told of a list.
#[derive(Clone, Debug)]
pub struct NewComparison {
    /// For what; a department's is what it was granted for.
    pub purpose: String,
    /// By which grant; the newest that runs when none is named. An officer has none.
    pub granted: Option<GrantId>,
    /// The file's name.
    pub file: String,
}

/// A comparison and the answer for each line.
pub struct Answer {
    /// The comparison.
    pub comparison: Comparison,
    /// The answers, in the order of the lines.
    pub lines: Vec<Compared>,
}

/// Somebody compares a list.
pub fn compare(
    registry: &Registry,
    comparer: &Comparer,
    new: &NewComparison,
    bytes: &[u8],
    now: Now,
) -> Done<Answer> {
    let actor = comparer.actor();
    let lines = comparison::read(&sheet::read(bytes)?)?;
    let indexes: Vec<Option<Vec<u8>>> = lines
        .iter()
        .map(|line| {
            let document = line.document.as_ref()?;
            Some(persons::index(&registry.vault, document).to_vec())
        })
        .collect();
    let own = new.purpose.clone();
    registry.store.write(|db| {
        let (filter, granted, purpose) = if actor.role == Role::DepartmentReader {
            let grant = grants::running_one(db, &actor.account, new.granted.as_ref(), now)?;
            let filter = grants::opens(&grant, &actor.scope, BaseList::Everyone, now);
            (filter, Some(grant.id), grant.purpose)
        } else {
            let filter = Filter::of(comparer.region().cloned(), now.day());
            (filter, None, said("purpose", &own, PURPOSE)?)
        };
        let asked: Vec<Vec<u8>> = indexes.iter().flatten().cloned().collect();
        let known: HashMap<Vec<u8>, PersonId> = people::by_indexes(db, &asked)?
            .into_iter()
            .map(|person| (person.id_index.clone(), person.id))
            .collect();
        let ids: Vec<PersonId> = known.values().cloned().collect();
        let rows: HashMap<String, Row> = base::among(db, &filter, &ids)?
            .into_iter()
            .map(|row| (row.person.clone(), row))
            .collect();
        let id = ComparisonId::fresh(now);
        let answers: Vec<Compared> = lines
            .iter()
            .zip(&indexes)
            .map(|(line, index)| {
                let row = index
                    .as_ref()
                    .and_then(|index| known.get(index))
                    .and_then(|person| rows.get(person.as_str()));
                let is = |list| row.is_some_and(|row| row.is_on(list));
                Compared {
                    comparison: id.clone(),
                    line: i32::try_from(line.row).unwrap_or(i32::MAX),
                    verdict: match (index, row) {
                        (None, _) => Match::Unreadable,
                        (Some(_), None) => Match::Unknown,
                        (Some(_), Some(_)) => Match::Known,
                    },
                    trained: is(BaseList::Trained),
                    certified: is(BaseList::Certified),
                    employed: is(BaseList::Employed),
                }
            })
            .collect();
        let count = |is: fn(&Compared) -> bool| {
            i32::try_from(answers.iter().filter(|one| is(one)).count()).unwrap_or(i32::MAX)
        };
        let comparison = Comparison {
            id: id.clone(),
            purpose,
            granted,
            region: filter
                .region
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            key_group: filter
                .group
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            file_name: text::tidy(&new.file).chars().take(120).collect(),
            digest: data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)),
            lines: count(|_| true),
            known: count(|one| one.verdict == Match::Known),
            trained: count(|one| one.trained),
            certified: count(|one| one.certified),
            employed: count(|one| one.employed),
            at: now.utc(),
            by: actor.account.clone(),
        };
        comparisons::add(db, &comparison, &answers)?;
        tell(db, actor, Deed::ComparisonMade, &comparison, now)?;
        Ok::<_, Error>(Answer {
            comparison,
            lines: answers,
        })
    })
}

fn tell(
    db: &mut crate::store::Conn,
    actor: &crate::domain::account::Actor,
    deed: Deed,
    comparison: &Comparison,
    now: Now,
) -> Done<()> {
    let facts = [
        ("purpose", comparison.purpose.as_str()),
        ("region", &comparison.region),
        ("group", &comparison.key_group),
        ("lines", &comparison.lines.to_string()),
        ("known", &comparison.known.to_string()),
    ];
    ledger::enter(db, actor, deed, None, &comparison.id, &facts, now)?;
    Ok(())
}

/// Somebody's own comparisons, the newest first.
pub fn list(registry: &Registry, comparer: &Comparer, window: Window) -> Done<Slice<Comparison>> {
    let account = &comparer.actor().account;
    Ok(registry
        .store
        .read(|db| comparisons::list(db, account, window))?)
}

/// One of her own comparisons.
pub fn show(registry: &Registry, comparer: &Comparer, id: &ComparisonId) -> Done<Comparison> {
    let account = &comparer.actor().account;
    Ok(registry.store.read(|db| comparisons::of(db, account, id))?)
}

/// She takes the answers away; the ledger keeps that she did, and what for.
pub fn take(registry: &Registry, comparer: &Comparer, id: &ComparisonId, now: Now) -> Done<Answer> {
    let actor = comparer.actor();
    registry.store.write(|db| {
        let comparison = comparisons::of(db, &actor.account, id)?;
        tell(db, actor, Deed::ComparisonTaken, &comparison, now)?;
        let lines = comparisons::lines_of(db, id)?;
        Ok(Answer { comparison, lines })
    })
}
