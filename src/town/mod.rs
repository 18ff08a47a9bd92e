//! 示范城: a small example town, made by the real acts.
//!
//! Nothing is inserted behind the acts' back: a bureau opens, institutions file, people are taught,
//! attended to, assessed and certified, each on her day. What has not happened by today has not
//! happened: some classes are drafts, one is being taught, one sitting is being marked.
//! With a fixed clock and fixed chance (`ground::chance::fix`) the town is the same to the byte.

mod agenda;
mod cast;
mod certificates;
pub mod city;
mod classes;
mod employments;
mod houses;
mod offices;
mod sheets;
mod sittings;
pub mod story;
mod subsidies;
mod wishes;

use crate::acts::{Done, Error, Registry};
use crate::domain::account::Role;
use crate::domain::assessment::SittingId;
use crate::domain::class::ClassId;
use crate::ground::clock::Now;
use crate::town::agenda::of;
use std::collections::BTreeMap;

/// Everybody's password. An example town guards nothing; one password is easy to try roles with.
pub const PASSWORD: &str = "steppe-river-lantern";

/// Somebody to sign in as.
#[derive(Clone, Debug)]
pub struct Account {
    /// What she is for.
    pub role: Role,
    /// Her name.
    pub name: String,
    /// Where she works, for people to read.
    pub house: String,
    /// What she signs in with.
    pub login: &'static str,
    /// A token for programs.
    pub token: String,
}

/// A certificate to look at.
#[derive(Clone, Debug)]
pub struct Specimen {
    /// 证书编号
    pub number: String,
    /// What its page is found by.
    pub token: String,
    /// The address of its page.
    pub url: String,
    /// The whole text of its QR code.
    pub qr: String,
    /// 姓名
    pub holder: String,
    /// The paper, as it was drawn while the certificate stood.
    pub pdf: Vec<u8>,
}

/// The town as it stands today.
#[derive(Clone, Debug)]
pub struct Town {
    /// Who may sign in, in the order of roles.
    pub accounts: Vec<Account>,
    /// `valid`, `revoked`, `replaced`.
    pub certificates: BTreeMap<&'static str, Specimen>,
    /// `draft`, `filed`, `returned`, `running`, `completed`.
    pub classes: BTreeMap<&'static str, ClassId>,
    /// `planned`, `marking`, `in_publicity`, `issued`.
    pub sittings: BTreeMap<&'static str, SittingId>,
    /// What was planted in the city around it.
    pub planted: Vec<city::Planted>,
}

/// Walks a fresh registry through some fifteen months until today; grows a city around the town
/// when asked for one.
pub fn build(registry: &Registry, today: Now, around: Option<&city::Extent<'_>>) -> Done<Town> {
    let mut walk = agenda::Walk::new(registry, today);
    offices::open(&mut walk);
    houses::open(&mut walk);
    classes::run(&mut walk);
    sittings::run(&mut walk);
    subsidies::run(&mut walk);
    wishes::register(&mut walk);
    walk.through(around.is_none())?;
    certificates::are_there(&walk)?;
    let mut planted = Vec::new();
    if let Some(extent) = around {
        planted = city::grow(
            registry,
            &of(&walk.actors, "bureau")?,
            &of(&walk.actors, "administrator")?,
            extent,
            today,
        )?;
    }
    crate::acts::seals::catch_up(registry, today)?;
    crate::acts::log::sequence(registry, today)?;
    walk.accounts.sort_by_key(|account| account.role);
    Ok(Town {
        classes: named(&walk.classes, &classes::TO_SHOW)?,
        sittings: named(&walk.sittings, &sittings::TO_SHOW)?,
        accounts: walk.accounts,
        certificates: walk.specimens,
        planted,
    })
}

/// Those of the walk that are shown, under the names they are shown by.
fn named<T: Clone>(
    all: &BTreeMap<&'static str, T>,
    shown: &[(&'static str, &str)],
) -> Done<BTreeMap<&'static str, T>> {
    shown
        .iter()
        .map(|(name, key)| {
            let found = all.get(key).cloned();
            let found = found.ok_or_else(|| Error::fault(format!("the town has no {key}")))?;
            Ok((*name, found))
        })
        .collect()
}
