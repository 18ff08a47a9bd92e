//! 日志恢复: what a database restored from an old copy has forgotten, told from the guard and from a
//! mirror, entry by entry.

use crate::acts::log::public::{Source, pushed, signed};
use crate::acts::log::proofs;
use crate::acts::{Done, Error, Registry};
use crate::domain::log_event::{Leaf, REGISTRY};
use crate::domain::uscc::Uscc;
use crate::seal::log::Edge;
use crate::store::log::{self, PUBLIC};
use crate::store::{Failure, institutions};
use std::collections::HashMap;

/// An entry that was published and of which the database knows nothing.
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
}

impl Loss {
    /// Whether nothing is missing.
    pub fn is_none(&self) -> bool {
        self.forgotten.is_empty() && self.published.is_none_or(|published| published <= self.database) && self.mirror.is_none_or(|mirror| mirror <= self.database)
    }
}

/// Holds the database against the guard and, where one is named, against a mirror.
pub fn look(registry: &Registry, mirror: Option<&Source<'_>>) -> Done<Loss> {
    registry.store.read(|db| registry.log.compare(db))?;
    let head = registry.store.read(|db| Ok::<_, Error>(log::head(db, PUBLIC)?))?;
    let database = head.map_or(0, |head| u64::try_from(head.size).unwrap_or(0));
    let published = registry.log.published().map(|(size, _)| size);
    let mut loss = Loss { database, published, mirror: None, forgotten: Vec::new() };
    let Some(mirror) = mirror else { return Ok(loss) };
    let note = mirror.text("checkpoint")?;
    let (_, there) = signed(&note, &proofs::vkeys(registry)?)
        .ok_or_else(|| Error::fault("the mirror's checkpoint is not signed by a key of this log that the database holds"))?;
    loss.mirror = Some(there.size);
    if there.size <= database {
        return Ok(loss);
    }
    let edge = registry.store.read(|db| Edge::read(database, |level, n| proofs::tile(db, level, n)))?;
    let leaves = mirror.leaves(database, there.size)?;
    let edge = pushed(edge, &leaves);
    if edge.root() != there.root {
        return Err(Error::fault(format!("FORK: the {} entries of the mirror do not begin with the {database} of this database; do not go on from either before it is known which was altered", there.size)));
    }
    let waiting: Vec<Vec<u8>> = registry.store.read(|db| Ok::<_, Error>(log::waiting_leaves(db, PUBLIC)?))?;
    let mut names: HashMap<String, Option<String>> = HashMap::new();
    for (at, bytes) in leaves.into_iter().enumerate() {
        let seq = database + at as u64;
        let leaf = Leaf::read(&bytes).ok_or_else(|| Error::fault(format!("entry {seq} is in no form known")))?;
        if !names.contains_key(&leaf.iss) {
            let name = name_of(registry, &leaf.iss)?;
            names.insert(leaf.iss.clone(), name);
        }
        loss.forgotten.push(Forgotten {
            seq,
            institution: names[&leaf.iss].clone(),
            waiting: waiting.contains(&bytes),
            leaf,
        });
    }
    Ok(loss)
}

fn name_of(registry: &Registry, code: &str) -> Done<Option<String>> {
    if code == REGISTRY {
        return Ok(None);
    }
    let Ok(code) = Uscc::read(code) else { return Ok(None) };
    match registry.store.read(|db| institutions::with_uscc(db, &code)) {
        Ok(found) => Ok(Some(found.institution.name)),
        Err(Failure::Missing) => Ok(None),
        Err(other) => Err(other.into()),
    }
}
