//! 意愿名单: a sheet tried out first, then taken in: every good line, all together.

use crate::acts::people as persons;
use crate::acts::wishes::{self, NewWish};
use crate::acts::{Done, Error, Registry};
use crate::domain::account::BaseKeeper;
use crate::domain::deed::Deed;
use crate::domain::place::RegionCode;
use crate::domain::refusal::Refusal;
use crate::domain::wish;
use crate::domain::wish_list::{self, Ground, Line, Problem, Read, WishListId};
use crate::ground::clock::Now;
use crate::ground::sheet;
use crate::ground::text;
use crate::store::{ledger, people};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

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

/// What came of a list.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its key.
    pub id: WishListId,
    /// Wishes put on record.
    pub fresh: usize,
    /// Lines that said what was on record already.
    pub same: usize,
    /// Lines with problems, not kept.
    pub refused: usize,
}

struct Judged {
    digest: String,
    read: Read,
    known: usize,
}

/// Reads a list and holds its names against those on record.
fn judge(
    registry: &Registry,
    keeper: &BaseKeeper,
    place: Option<&RegionCode>,
    bytes: &[u8],
    now: Now,
) -> Done<Judged> {
    // A township's lists are of the township unless a line says otherwise; of a county nobody knows.
    let place = place.or_else(|| keeper.region().filter(|own| own.is_township()));
    if let Some(place) = place {
        wish::may_be_of(place, keeper.region())?;
    }
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    let ground = Ground {
        keeps: keeper.region(),
        place,
        village: keeper.village(),
        today: now.day(),
    };
    let mut read = wish_list::read(&sheet::read(bytes)?, &ground)?;
    let indexes: Vec<Vec<u8>> = read
        .lines
        .iter()
        .map(|line| persons::index(&registry.vault, &line.document).to_vec())
        .collect();
    let names: HashMap<Vec<u8>, String> = registry
        .store
        .read(|db| people::by_indexes(db, &indexes))?
        .into_iter()
        .map(|person| (person.id_index, person.name))
        .collect();
    let mut lines = Vec::with_capacity(read.lines.len());
    let mut known = 0;
    for (line, index) in read.lines.into_iter().zip(&indexes) {
        match names.get(index) {
            Some(name) if text::comparable(name) != text::comparable(&line.name) => {
                read.problems.push(Problem {
                    row: line.row,
                    cell: line.cell,
                    why: Refusal::new("person.other-name"),
                });
            }
            found => {
                known += usize::from(found.is_some());
                lines.push(line);
            }
        }
    }
    read.problems.sort_by_key(|problem| problem.row);
    read.lines = lines;
    Ok(Judged {
        digest,
        read,
        known,
    })
}

/// Somebody tries a list out: what could be kept, what is wrong. Nothing is kept.
pub fn try_out(
    registry: &Registry,
    keeper: &BaseKeeper,
    place: Option<&RegionCode>,
    bytes: &[u8],
    now: Now,
) -> Done<Trial> {
    let judged = judge(registry, keeper, place, bytes, now)?;
    Ok(Trial {
        digest: judged.digest,
        lines: judged.read.lines.len(),
        known: judged.known,
        problems: judged.read.problems,
    })
}

/// Somebody takes in a list that she has tried out: `tried` is the digest the trial told.
pub fn keep(
    registry: &Registry,
    keeper: &BaseKeeper,
    place: Option<&RegionCode>,
    bytes: &[u8],
    tried: &str,
    now: Now,
) -> Done<Kept> {
    let Judged { digest, read, .. } = judge(registry, keeper, place, bytes, now)?;
    if digest != tried {
        return Err(Refusal::new("delivery.untried").at("sheet").into());
    }
    if read.lines.is_empty() {
        return Err(Refusal::new("delivery.hopeless").at("sheet").into());
    }
    let id = WishListId::fresh(now);
    let refused = read.problems.len();
    registry.store.write(|db| {
        let (mut fresh, mut same) = (0, 0);
        for line in &read.lines {
            let new = told(line);
            let (_, is_new) = wishes::enter(db, &registry.vault, keeper, &new, id.as_str(), now)?;
            if is_new {
                fresh += 1;
            } else {
                same += 1;
            }
        }
        let facts = [
            ("fresh", &*fresh.to_string()),
            ("same", &same.to_string()),
            ("refused", &refused.to_string()),
            ("digest", &digest),
        ];
        let deed = Deed::WishListKept;
        ledger::enter(db, keeper.actor(), deed, None, &id, &facts, now)?;
        Ok::<_, Error>(Kept {
            id: id.clone(),
            fresh,
            same,
            refused,
        })
    })
}

fn told(line: &Line) -> NewWish {
    NewWish {
        document: line.document.clone(),
        name: line.name.clone(),
        phone: line.phone.clone(),
        region: line.region.clone(),
        village: line.village.clone(),
        trade: line.trade.clone(),
        groups: line.groups.clone(),
        day: line.day,
    }
}
