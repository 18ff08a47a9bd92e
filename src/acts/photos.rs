//! 照片: her portrait and her name in Latin letters, as her certificates will show them.
//!
//! A photograph is drawn anew and sealed under its bearer's own key like her number. Whoever must
//! recognise her sees it: the people of the institutions that teach and assess her, and the
//! assessors of her sitting. An officer or an auditor has no need, and the public never sees it.
//! A certificate is bound to the photograph of the day it was issued, so that the paper stays the
//! same whenever it is drawn again.

use crate::acts::people::key_of;
use crate::acts::{Done, Error, Registry};
use crate::domain::account::{FaceKeeper, FaceReader};
use crate::domain::certificate::CertificateId;
use crate::domain::deed::Deed;
use crate::domain::latin_name::LatinName;
use crate::domain::person::PersonId;
use crate::domain::photo::PhotoId;
use crate::ground::clock::Now;
use crate::paper::photo;
use crate::seal::vault::{Place, Vault};
use crate::store::photos::{self, Photo};
use crate::store::{Conn, ledger, people};
use std::collections::HashMap;

fn place(id: &PhotoId) -> Place<'_> {
    Place::new("photos", "sealed", id.as_str())
}

/// A clerk puts a photograph on record; it takes the place of the one before on what is issued
/// from now on.
pub fn put(
    registry: &Registry,
    keeper: &FaceKeeper,
    person: &PersonId,
    bytes: &[u8],
    now: Now,
) -> Done<PhotoId> {
    // Decoding is slow, so before the door.
    let jpeg = photo::drawn_anew(bytes)?;
    let actor = keeper.actor();
    registry.store.write(|db| {
        people::of(db, &actor.scope, person)?;
        let id = PhotoId::fresh(now);
        let sealed = key_of(db, &registry.vault, person)?.seal(place(&id), &jpeg);
        photos::add(
            db,
            &Photo {
                id: id.clone(),
                person: person.clone(),
                sealed,
                at: now.utc(),
                by: actor.account.clone(),
            },
        )?;
        ledger::enter(db, actor, Deed::PhotoTaken, None, person, &[], now)?;
        Ok(id)
    })
}

/// Her photograph, for whoever must recognise her.
pub fn seen(registry: &Registry, reader: &FaceReader, person: &PersonId) -> Done<Vec<u8>> {
    registry.store.read(|db| {
        people::of(db, &reader.actor().scope, person)?;
        let photo = photos::newest(db, person)?.ok_or(Error::NotFound)?;
        opened(db, &registry.vault, &photo)
    })
}

fn opened(db: &mut Conn, vault: &Vault, photo: &Photo) -> Done<Vec<u8>> {
    key_of(db, vault, &photo.person)?
        .open(place(&photo.id), &photo.sealed)
        .map(|bytes| bytes.to_vec())
        .map_err(|why| Error::fault(format!("the photograph {} does not open: {why}", photo.id)))
}

/// A clerk records how she writes her name in Latin letters; an empty one removes it.
pub fn call(
    registry: &Registry,
    keeper: &FaceKeeper,
    person: &PersonId,
    typed: &str,
    now: Now,
) -> Done<()> {
    let name = if typed.trim().is_empty() {
        None
    } else {
        Some(LatinName::read(typed)?)
    };
    let actor = keeper.actor();
    registry.store.write(|db| {
        people::of(db, &actor.scope, person)?;
        let name = name.as_ref().map(LatinName::as_str);
        if photos::latin_name(db, person)?.as_deref() == name {
            return Ok(());
        }
        photos::call(db, person, name, &actor.account, now.utc())?;
        let facts = [("field", "latin_name")];
        ledger::enter(db, actor, Deed::PersonCorrected, None, person, &facts, now)?;
        Ok(())
    })
}

/// What one certificate shows of its holder.
#[derive(Clone, Default)]
pub struct Shown {
    /// Her name in Latin letters.
    pub latin_name: Option<String>,
    /// Her photograph, a JPEG.
    pub photo: Option<Vec<u8>>,
}

/// What these certificates show of their holders, opened, for the papers that print it.
pub(super) fn shown_on(
    db: &mut Conn,
    vault: &Vault,
    ids: &[CertificateId],
) -> Done<HashMap<CertificateId, Shown>> {
    photos::faces(db, ids)?
        .into_iter()
        .map(|(id, (latin_name, photo))| {
            let photo = photo.map(|photo| opened(db, vault, &photo)).transpose()?;
            Ok((id, Shown { latin_name, photo }))
        })
        .collect()
}
