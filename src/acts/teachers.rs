//! 教师: registering teachers, and keeping their cards up to date.

use crate::acts::people::{self, Particulars};
use crate::acts::{Done, Registry};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::class::ClassId;
use crate::domain::deed::Deed;
use crate::domain::id_kind::IdDocument;
use crate::domain::occupation::OccupationCode;
use crate::domain::person::PersonId;
use crate::domain::refusal::Refusal;
use crate::domain::teacher::TeacherId;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::ground::text;
use crate::store::courses::House;
use crate::store::teachers::{self, Teacher};
use crate::store::{Conn, ledger};
use chrono::NaiveDate;

/// What shows that somebody may teach.
pub struct Card {
    /// 姓名
    pub name: String,
    /// The occupation the card is for; none for general subjects.
    pub occupation: Option<OccupationCode>,
    /// 任教资格
    pub qualification: String,
    /// 证书编号
    pub number: String,
    /// Until which day it holds.
    pub valid_until: NaiveDate,
}

/// A teacher with all that belongs to her.
pub struct Opened {
    /// The teacher.
    pub teacher: Teacher,
    /// Her institution.
    pub house: House,
    /// The classes she teaches or taught: key, name, first day.
    pub classes: Vec<(ClassId, String, NaiveDate)>,
    /// What was done to her record.
    pub deeds: Vec<ledger::Line>,
}

/// A clerk registers a teacher: the person with this document, known to the registry or new to it.
pub fn register(
    registry: &Registry,
    clerk: &Clerk,
    document: &IdDocument,
    card: Card,
    now: Now,
) -> Done<TeacherId> {
    judge(&card)?;
    registry.store.write(|db| {
        let by = &clerk.actor().account;
        let name = text::name(&card.name);
        let person = people::find_or_add(
            db,
            &registry.vault,
            document,
            &name,
            &Particulars::default(),
            by,
            now,
        )?;
        keep(db, clerk, &person, card, now)
    })
}

/// Keeps a judged teacher.
fn keep(db: &mut Conn, clerk: &Clerk, person: &PersonId, card: Card, now: Now) -> Done<TeacherId> {
    let known = teachers::of_institution(db, clerk.institution())?;
    if known
        .iter()
        .any(|teacher| teacher.person == *person && teacher.occupation == card.occupation)
    {
        return Err(Refusal::new("teacher.known").at("id_number").into());
    }
    let teacher = Teacher {
        id: TeacherId::fresh(now),
        institution: clerk.institution().clone(),
        person: person.clone(),
        name: text::name(&card.name),
        occupation: card.occupation,
        qualification: text::tidy(&card.qualification),
        card: text::tidy(&card.number),
        valid_until: card.valid_until,
        registered_at: now.utc(),
        registered_by: clerk.actor().account.clone(),
    };
    teachers::add(db, &teacher)?;
    enter(db, clerk, Deed::TeacherRegistered, &teacher, now)?;
    Ok(teacher.id)
}

/// A clerk keeps a teacher's new card. Who she is does not change.
pub fn change(
    registry: &Registry,
    clerk: &Clerk,
    id: &TeacherId,
    card: Card,
    now: Now,
) -> Done<()> {
    judge(&card)?;
    registry.store.write(|db| {
        let (kept, _) = teachers::of(db, &clerk.actor().scope, id)?;
        let teacher = Teacher {
            occupation: card.occupation,
            qualification: text::tidy(&card.qualification),
            card: text::tidy(&card.number),
            valid_until: card.valid_until,
            ..kept
        };
        teachers::change(db, &teacher)?;
        enter(db, clerk, Deed::TeacherChanged, &teacher, now)
    })
}

fn judge(card: &Card) -> Done<()> {
    let mut refusals = Vec::new();
    for (field, value) in [
        ("name", &card.name),
        ("qualification", &card.qualification),
        ("card", &card.number),
    ] {
        if value.trim().is_empty() {
            refusals.push(Refusal::new("field.blank").at(field));
        } else if value.chars().count() > 80 {
            refusals.push(Refusal::new("field.too-long").at(field).with(80));
        }
    }
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals.into())
    }
}

/// The card's number and last day are the institution's business; who the teacher is, is not told.
fn enter(db: &mut Conn, clerk: &Clerk, deed: Deed, teacher: &Teacher, now: Now) -> Done<()> {
    let until = teacher.valid_until.to_string();
    let occupation = teacher
        .occupation
        .as_ref()
        .map_or("", OccupationCode::as_str);
    let facts = [("occupation", occupation), ("valid_until", &until)];
    ledger::enter(
        db,
        clerk.actor(),
        deed,
        Some(&teacher.institution),
        &teacher.id,
        &facts,
        now,
    )?;
    Ok(())
}

/// A teacher, for whoever may read the institution's records.
pub fn open(registry: &Registry, reader: &TrainingReader, id: &TeacherId) -> Done<Opened> {
    registry.store.read(|db| {
        let (teacher, house) = teachers::of(db, &reader.actor().scope, id)?;
        Ok(Opened {
            classes: teachers::classes_of(db, id)?,
            deeds: ledger::of(db, "teacher", id.as_str())?,
            teacher,
            house,
        })
    })
}

/// The teachers a reader may see.
pub fn list(
    registry: &Registry,
    reader: &TrainingReader,
    words: &str,
    window: Window,
) -> Done<Slice<(Teacher, House)>> {
    Ok(registry
        .store
        .read(|db| teachers::all(db, &reader.actor().scope, words, window))?)
}

/// A clerk's own teachers, for choosing.
pub fn choices(registry: &Registry, clerk: &Clerk) -> Done<Vec<Teacher>> {
    Ok(registry
        .store
        .read(|db| teachers::of_institution(db, clerk.institution()))?)
}
