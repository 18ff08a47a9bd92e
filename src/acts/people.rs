//! 人员: one person, one record; what is sealed, who may open it, and that she did.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{AccountId, Scope, TrainingReader, Viewer, keeps_no_records};
use crate::domain::deed::Deed;
use crate::domain::id_kind::{IdDocument, IdKind};
use crate::domain::person::PersonId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::seal::vault::{DataKey, Place, Vault};
pub use crate::store::people::{Listed, Membership, Person, Station};
use crate::store::{Conn, ledger};
use crate::store::{people, photos};
use chrono::{Datelike, NaiveDateTime};
use std::collections::HashMap;

/// What a roster or a form tells of a person, besides her document and name.
#[derive(Clone, Debug, Default)]
pub struct Particulars {
    /// 民族
    pub nation: Option<String>,
    /// 文化程度, code.
    pub education: Option<String>,
    /// 户籍地, region code.
    pub region: Option<String>,
    /// Her phone.
    pub phone: Option<String>,
}

/// The blind index of a document.
pub fn index(vault: &Vault, document: &IdDocument) -> [u8; 16] {
    vault.blind_index("person.id_number", &document.index_text())
}

/// The person with this document: the known one, or a new record. The same document under
/// another name is refused; a person has one.
pub fn find_or_add(
    db: &mut Conn,
    vault: &Vault,
    document: &IdDocument,
    name: &str,
    particulars: &Particulars,
    by: &AccountId,
    now: Now,
) -> Done<PersonId> {
    let index = index(vault, document);
    if let Some(known) = people::by_index(db, &index)? {
        if text::comparable(&known.name) != text::comparable(name) {
            return Err(Refusal::new("person.other-name").at("name").into());
        }
        let phone = match &particulars.phone {
            Some(phone) => Some(
                key_of(db, vault, &known.id)?
                    .seal(place("phone_sealed", &known.id), phone.as_bytes()),
            ),
            None => None,
        };
        let told = |field: &Option<String>| field.clone();
        people::refresh(
            db,
            &known.id,
            told(&particulars.nation).as_deref(),
            told(&particulars.education).as_deref(),
            told(&particulars.region).as_deref(),
            phone.as_deref(),
        )?;
        return Ok(known.id);
    }
    let id = PersonId::fresh(now);
    let key = DataKey::fresh();
    let person = Person {
        name: name.to_owned(),
        id_kind: document.kind().to_string(),
        id_sealed: key.seal(place("id_sealed", &id), document.as_str().as_bytes()),
        id_index: index.to_vec(),
        id_tail: document.last4().to_owned(),
        sex: document.sex().map(|sex| sex.to_string()),
        birth_year: document.birth().map(|day| day.year()),
        nation: particulars.nation.clone(),
        education: particulars.education.clone(),
        region: particulars.region.clone(),
        phone_sealed: particulars
            .phone
            .as_ref()
            .map(|phone| key.seal(place("phone_sealed", &id), phone.as_bytes())),
        recorded_at: now.utc(),
        recorded_by: by.clone(),
        id,
    };
    let wrapped = vault.wrap(
        &key,
        Place::new("person_keys", "wrapped", person.id.as_str()),
    );
    people::add(
        db,
        &person,
        &wrapped,
        &data_encoding::HEXLOWER.encode(&vault.key_id()),
    )?;
    Ok(person.id)
}

fn place<'a>(column: &'a str, person: &'a PersonId) -> Place<'a> {
    Place::new("people", column, person.as_str())
}

/// A person's own key.
pub fn key_of(db: &mut Conn, vault: &Vault, person: &PersonId) -> Done<DataKey> {
    let wrapped = people::wrapped_key(db, person)?;
    vault
        .unwrap(
            &wrapped,
            Place::new("person_keys", "wrapped", person.as_str()),
        )
        .map_err(|why| Error::fault(format!("the key of person {person} does not open: {why}")))
}

/// A person's document, opened. For the paper that prints it and the rules that need it; what a
/// human reads goes through [`see`].
pub fn document(db: &mut Conn, vault: &Vault, person: &Person) -> Done<IdDocument> {
    let number = open(db, vault, person, "id_sealed", &person.id_sealed)?;
    let kind = IdKind::read(&person.id_kind)
        .ok_or_else(|| Error::fault("an unknown kind of document is on record"))?;
    IdDocument::read(kind, &number).map_err(|_| {
        Error::fault(format!(
            "the document of person {} is unreadable",
            person.id
        ))
    })
}

/// The documents of several persons, for the papers that print them.
pub fn documents(
    db: &mut Conn,
    vault: &Vault,
    persons: &[Person],
) -> Done<HashMap<PersonId, IdDocument>> {
    let ids: Vec<_> = persons.iter().map(|person| person.id.clone()).collect();
    let wrapped: HashMap<_, _> = people::wrapped_keys(db, &ids)?.into_iter().collect();
    let mut documents = HashMap::with_capacity(persons.len());
    for person in persons {
        let id = &person.id;
        let does_not =
            |what: &str| Error::fault(format!("the {what} of person {id} does not open"));
        let wrapped = wrapped.get(id).ok_or(Error::NotFound)?;
        let key = vault
            .unwrap(wrapped, Place::new("person_keys", "wrapped", id.as_str()))
            .map_err(|_| does_not("key"))?;
        let number = key
            .open(place("id_sealed", id), &person.id_sealed)
            .map_err(|_| does_not("document"))?;
        let number = String::from_utf8_lossy(&number);
        let document =
            IdKind::read(&person.id_kind).and_then(|kind| IdDocument::read(kind, &number).ok());
        documents.insert(id.clone(), document.ok_or_else(|| does_not("document"))?);
    }
    Ok(documents)
}

fn open(
    db: &mut Conn,
    vault: &Vault,
    person: &Person,
    column: &str,
    sealed: &[u8],
) -> Done<String> {
    let opened = key_of(db, vault, &person.id)?
        .open(place(column, &person.id), sealed)
        .map_err(|why| {
            Error::fault(format!(
                "{column} of person {} does not open: {why}",
                person.id
            ))
        })?;
    Ok(String::from_utf8_lossy(&opened).into_owned())
}

/// What is masked everywhere else.
pub struct Seen {
    /// The document's number, whole.
    pub number: String,
    /// The phone, when there is one.
    pub phone: Option<String>,
}

/// Somebody who needs it looks at a person's number and phone; the sight is recorded.
pub fn see(
    registry: &Registry,
    viewer: &Viewer,
    id: &PersonId,
    purpose: &str,
    now: Now,
) -> Done<Seen> {
    let purpose = purpose.trim();
    if purpose.is_empty() {
        return Err(Refusal::new("sight.purpose-blank").at("purpose").into());
    }
    let actor = viewer.actor();
    registry.store.write(|db| {
        let person = people::of(db, reach(viewer)?, id)?;
        let seen = opened(db, &registry.vault, &person)?;
        people::record_sight(db, &actor.account, id, "id_number phone", purpose, now)?;
        ledger::enter(
            db,
            actor,
            Deed::SightTaken,
            None,
            id,
            &[("purpose", purpose)],
            now,
        )?;
        Ok(seen)
    })
}

/// What is sealed of a person, opened.
pub(super) fn opened(db: &mut Conn, vault: &Vault, person: &Person) -> Done<Seen> {
    let number = document(db, vault, person)?.as_str().to_owned();
    let phone = match &person.phone_sealed {
        Some(sealed) => Some(open(db, vault, person, "phone_sealed", sealed)?),
        None => None,
    };
    Ok(Seen { number, phone })
}

/// A person as those within whose scope she is may see her: masked, with her groups and her way.
pub struct Opened {
    /// The person.
    pub person: Person,
    /// The groups she belongs or belonged to.
    pub groups: Vec<Membership>,
    /// Her classes, sittings and certificates within the viewer's scope.
    pub way: Vec<Station>,
    /// Who looked at her number: when, which field, why.
    pub sights: Vec<(NaiveDateTime, String, String)>,
    /// Since when her photograph is on record, if it is.
    pub photo: Option<NaiveDateTime>,
    /// How she writes her name in Latin letters.
    pub latin_name: Option<String>,
}

/// One person, masked.
pub fn of(registry: &Registry, viewer: &Viewer, id: &PersonId) -> Done<Opened> {
    let scope = reach(viewer)?;
    registry.store.read(|db| {
        let person = people::of(db, scope, id)?;
        let groups = people::memberships_of(db, id)?;
        let way = people::way(db, scope, id)?;
        let sights = people::sights_of(db, id)?;
        let photo = photos::since(db, id)?;
        let latin_name = photos::latin_name(db, id)?;
        Ok(Opened {
            photo,
            latin_name,
            person,
            groups,
            way,
            sights,
        })
    })
}

/// The people enrolled within the viewer's scope.
pub fn list(
    registry: &Registry,
    reader: &TrainingReader,
    words: &str,
    window: Window,
) -> Done<Slice<Listed>> {
    Ok(registry
        .store
        .read(|db| people::enrolled(db, &reader.actor().scope, words, window))?)
}

/// Whose people a viewer may look at. An administrator keeps accounts, not people; a township and a
/// department have their own, narrower pages.
fn reach(viewer: &Viewer) -> Done<&Scope> {
    let actor = viewer.actor();
    if keeps_no_records(actor.role) {
        Err(Error::NotFound)
    } else {
        Ok(&actor.scope)
    }
}
