//! 照片: photographs, names in Latin letters, and what a certificate shows of both.

use crate::domain::account::AccountId;
use crate::domain::certificate::CertificateId;
use crate::domain::person::PersonId;
use crate::domain::photo::PhotoId;
use crate::on;
use crate::schema::{certificate_faces, latin_names, photos};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;

/// A photograph as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = photos)]
pub struct Photo {
    /// Its key.
    pub id: PhotoId,
    /// Whose.
    pub person: PersonId,
    /// A JPEG, sealed under her own key.
    pub sealed: Vec<u8>,
    /// Since when.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// What a certificate shows of its holder.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = certificate_faces, treat_none_as_default_value = false)]
pub struct Face {
    /// Which certificate.
    pub certificate: CertificateId,
    /// Her photograph on that day.
    pub photo: Option<PhotoId>,
    /// Her name in Latin letters on that day.
    pub latin_name: Option<String>,
}

/// Keeps a photograph.
pub fn add(db: &mut Conn, photo: &Photo) -> Found<()> {
    on!(db, c => diesel::insert_into(photos::table).values(photo).execute(c))?;
    Ok(())
}

/// Her newest photograph.
pub fn newest(db: &mut Conn, person: &PersonId) -> Found<Option<Photo>> {
    Ok(on!(db, c => photos::table.filter(photos::person.eq(person))
        .order((photos::at.desc(), photos::id.desc())).select(Photo::as_select()).first(c).optional())?)
}

/// When her newest photograph was taken in.
pub fn since(db: &mut Conn, person: &PersonId) -> Found<Option<NaiveDateTime>> {
    Ok(on!(db, c => photos::table.filter(photos::person.eq(person))
        .order((photos::at.desc(), photos::id.desc())).select(photos::at).first(c).optional())?)
}

/// The newest photograph of each of these people who has one.
fn newest_of(db: &mut Conn, people: &[PersonId]) -> Found<HashMap<PersonId, PhotoId>> {
    let mut found = HashMap::new();
    for some in people.chunks(500) {
        let rows: Vec<(PersonId, PhotoId)> = on!(db, c => photos::table.filter(photos::person.eq_any(some))
            .order((photos::at, photos::id)).select((photos::person, photos::id)).load(c))?;
        // The later ones take the place of the earlier.
        found.extend(rows);
    }
    Ok(found)
}

/// Her name in Latin letters.
pub fn latin_name(db: &mut Conn, person: &PersonId) -> Found<Option<String>> {
    Ok(on!(db, c => latin_names::table.find(person).select(latin_names::name).first(c).optional())?)
}

/// Keeps her name in Latin letters, in place of the one before; none removes it.
pub fn call(
    db: &mut Conn,
    person: &PersonId,
    name: Option<&str>,
    by: &AccountId,
    at: NaiveDateTime,
) -> Found<()> {
    on!(db, c => diesel::delete(latin_names::table.find(person)).execute(c))?;
    if let Some(name) = name {
        on!(db, c => diesel::insert_into(latin_names::table).values((
            latin_names::person.eq(person), latin_names::name.eq(name),
            latin_names::at.eq(at), latin_names::by.eq(by),
        )).execute(c))?;
    }
    Ok(())
}

fn latin_names_of(db: &mut Conn, people: &[PersonId]) -> Found<HashMap<PersonId, String>> {
    let mut found = HashMap::new();
    for some in people.chunks(500) {
        let rows: Vec<(PersonId, String)> = on!(db, c => latin_names::table.filter(latin_names::person.eq_any(some))
            .select((latin_names::person, latin_names::name)).load(c))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Binds to each of these certificates what is known of its holder's face today.
pub fn bind(db: &mut Conn, issued: &[(CertificateId, PersonId)]) -> Found<()> {
    let people: Vec<PersonId> = issued.iter().map(|(_, person)| person.clone()).collect();
    let (mut photos, mut names) = (newest_of(db, &people)?, latin_names_of(db, &people)?);
    let faces: Vec<Face> = issued
        .iter()
        .map(|(certificate, person)| Face {
            certificate: certificate.clone(),
            photo: photos.remove(person),
            latin_name: names.remove(person),
        })
        .filter(|face| face.photo.is_some() || face.latin_name.is_some())
        .collect();
    for some in faces.chunks(500) {
        on!(db, c => diesel::insert_into(certificate_faces::table).values(some).execute(c))?;
    }
    Ok(())
}

/// What these certificates show: the name in Latin letters and the sealed photograph, of those that
/// show either.
pub fn faces(
    db: &mut Conn,
    ids: &[CertificateId],
) -> Found<HashMap<CertificateId, (Option<String>, Option<Photo>)>> {
    let mut found = HashMap::new();
    for some in ids.chunks(500) {
        let rows: Vec<(Face, Option<Photo>)> = on!(db, c => certificate_faces::table
            .left_join(photos::table).filter(certificate_faces::certificate.eq_any(some))
            .select((Face::as_select(), Option::<Photo>::as_select())).load(c))?;
        found.extend(
            rows.into_iter()
                .map(|(face, photo)| (face.certificate, (face.latin_name, photo))),
        );
    }
    Ok(found)
}
