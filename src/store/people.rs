//! 人员: one natural person, one row across all institutions; found by a keyed index, never by
//! the number itself.

use crate::domain::account::{AccountId, Scope};
use crate::domain::person::PersonId;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{
    candidates, certificates, classes, enrolments, institutions, memberships, people, person_keys,
    sights, sittings,
};
use crate::store::pattern::{self, Reach};
use crate::store::{Conn, Failure, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use std::collections::HashMap;

/// A person as kept. What is sealed opens only with her own key.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = people, treat_none_as_default_value = false)]
pub struct Person {
    /// Her key.
    pub id: PersonId,
    /// Her name, in clear: it is searched and printed.
    pub name: String,
    /// The kind of document, `domain::id_kind`.
    pub id_kind: String,
    /// The document's number, sealed.
    pub id_sealed: Vec<u8>,
    /// Its blind index; unique.
    pub id_index: Vec<u8>,
    /// Its last four characters.
    pub id_tail: String,
    /// `male` or `female`, where the document tells.
    pub sex: Option<String>,
    /// The year of birth, for age bands; the day stays sealed within the number.
    pub birth_year: Option<i32>,
    /// 民族
    pub nation: Option<String>,
    /// 文化程度, code.
    pub education: Option<String>,
    /// 户籍地, region code.
    pub region: Option<String>,
    /// Her phone, sealed.
    pub phone_sealed: Option<Vec<u8>>,
    /// Since when.
    pub recorded_at: NaiveDateTime,
    /// By whom.
    pub recorded_by: AccountId,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.id)
    }
}

/// A key group a person belongs to for a time.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = memberships, treat_none_as_default_value = false)]
pub struct Membership {
    /// Its key.
    pub id: String,
    /// Whose.
    pub person: PersonId,
    /// The group's code.
    pub key_group: String,
    /// From this day.
    pub starts: NaiveDate,
    /// To this day; open when none.
    pub ends: Option<NaiveDate>,
    /// The evidence's number, sealed.
    pub evidence_sealed: Option<Vec<u8>>,
    /// Who vouches: a roster, a department.
    pub source: String,
    /// Since when it is on record.
    pub recorded_at: NaiveDateTime,
    /// By whom.
    pub recorded_by: AccountId,
}

/// A person and her wrapped key, by the blind index of her document.
pub fn by_index(db: &mut Conn, index: &[u8]) -> Found<Option<Person>> {
    Ok(
        on!(db, c => people::table.filter(people::id_index.eq(index)).select(Person::as_select()).first(c).optional())?,
    )
}

/// Those of these documents that are known.
pub fn by_indexes(db: &mut Conn, indexes: &[Vec<u8>]) -> Found<Vec<Person>> {
    let mut found = Vec::new();
    for some in indexes.chunks(500) {
        found.extend(on!(db, c => people::table.filter(people::id_index.eq_any(some)).select(Person::as_select()).load(c))?);
    }
    Ok(found)
}

/// These people.
pub fn several(db: &mut Conn, ids: &[PersonId]) -> Found<Vec<Person>> {
    let mut found = Vec::new();
    for some in ids.chunks(500) {
        found.extend(on!(db, c => people::table.filter(people::id.eq_any(some)).select(Person::as_select()).load(c))?);
    }
    Ok(found)
}

/// Records a person with her wrapped key; a known document answers `Taken`.
pub fn add(db: &mut Conn, person: &Person, wrapped: &[u8], master: &str) -> Found<()> {
    on!(db, c => diesel::insert_into(people::table).values(person).execute(c))?;
    on!(db, c => diesel::insert_into(person_keys::table)
        .values((person_keys::person.eq(&person.id), person_keys::wrapped.eq(wrapped), person_keys::master.eq(master)))
        .execute(c))?;
    Ok(())
}

/// A person's wrapped key; `Missing` once it was destroyed.
pub fn wrapped_key(db: &mut Conn, person: &PersonId) -> Found<Vec<u8>> {
    Ok(on!(db, c => person_keys::table.find(person).select(person_keys::wrapped).first(c))?)
}

/// The wrapped keys of several people.
pub fn wrapped_keys(db: &mut Conn, ids: &[PersonId]) -> Found<Vec<(PersonId, Vec<u8>)>> {
    let mut found = Vec::new();
    for some in ids.chunks(500) {
        found.extend(
            on!(db, c => person_keys::table.filter(person_keys::person.eq_any(some))
            .select((person_keys::person, person_keys::wrapped)).load::<(PersonId, Vec<u8>)>(c))?,
        );
    }
    Ok(found)
}

/// Keeps what a newer roster tells of a known person; what it does not tell stays.
pub fn refresh(
    db: &mut Conn,
    person: &PersonId,
    nation: Option<&str>,
    education: Option<&str>,
    region: Option<&str>,
    phone_sealed: Option<&[u8]>,
) -> Found<()> {
    if let Some(nation) = nation {
        on!(db, c => diesel::update(people::table.find(person)).set(people::nation.eq(nation)).execute(c))?;
    }
    if let Some(education) = education {
        on!(db, c => diesel::update(people::table.find(person)).set(people::education.eq(education)).execute(c))?;
    }
    if let Some(region) = region {
        on!(db, c => diesel::update(people::table.find(person)).set(people::region.eq(region)).execute(c))?;
    }
    if let Some(phone) = phone_sealed {
        on!(db, c => diesel::update(people::table.find(person)).set(people::phone_sealed.eq(phone)).execute(c))?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Where a person was enrolled or examined, over one institution.
const OF_INSTITUTION: &str = "SELECT CAST(count(*) AS BIGINT) AS n FROM people WHERE id = $1 AND ( \
    EXISTS (SELECT 1 FROM enrolments e JOIN classes k ON k.id = e.class WHERE e.person = people.id AND k.institution = $2) \
    OR EXISTS (SELECT 1 FROM candidates d JOIN sittings s ON s.id = d.sitting WHERE d.person = people.id AND s.institution = $2) \
    OR EXISTS (SELECT 1 FROM teachers t WHERE t.person = people.id AND t.institution = $2))";
/// The same over one region; $2 is the code's prefix with `%`.
const OF_REGION: &str = "SELECT CAST(count(*) AS BIGINT) AS n FROM people WHERE id = $1 AND ( region LIKE $2 \
    OR EXISTS (SELECT 1 FROM enrolments e JOIN classes k ON k.id = e.class WHERE e.person = people.id AND k.region LIKE $2) \
    OR EXISTS (SELECT 1 FROM candidates d JOIN sittings s ON s.id = d.sitting JOIN institutions i ON i.id = s.institution \
       WHERE d.person = people.id AND i.region LIKE $2) \
    OR EXISTS (SELECT 1 FROM teachers t JOIN institutions i ON i.id = t.institution WHERE t.person = people.id AND i.region LIKE $2))";
/// The same over the panels of one assessor.
const OF_ASSESSOR: &str = "SELECT CAST(count(*) AS BIGINT) AS n FROM people WHERE id = $1 AND \
    EXISTS (SELECT 1 FROM candidates d JOIN panel_members m ON m.sitting = d.sitting WHERE d.person = people.id AND m.assessor = $2)";

/// One person, if she is within this scope.
pub fn of(db: &mut Conn, scope: &Scope, id: &PersonId) -> Found<Person> {
    let owned = match scope {
        Scope::All => None,
        Scope::Institution(institution) => Some((OF_INSTITUTION, institution.to_string())),
        Scope::Region(region) | Scope::Village(region, _) => {
            Some((OF_REGION, super::pattern::beginning(region.prefix())))
        }
        Scope::Assessor(assessor) => Some((OF_ASSESSOR, assessor.to_string())),
    };
    if let Some((sql, owner)) = owned {
        let count: Count = on!(db, c => diesel::sql_query(sql).bind::<Text, _>(id.as_str()).bind::<Text, _>(&owner).get_result(c))?;
        if count.n == 0 {
            return Err(Failure::Missing);
        }
    }
    Ok(on!(db, c => people::table.find(id).select(Person::as_select()).first(c))?)
}

/// The groups of a person, newest first.
pub fn memberships_of(db: &mut Conn, person: &PersonId) -> Found<Vec<Membership>> {
    Ok(
        on!(db, c => memberships::table.filter(memberships::person.eq(person))
        .order((memberships::starts.desc(), memberships::id.desc())).select(Membership::as_select()).load(c))?,
    )
}

/// The groups of several people.
pub fn memberships_of_all(db: &mut Conn, people: &[PersonId]) -> Found<Vec<Membership>> {
    let mut found = Vec::new();
    for some in people.chunks(500) {
        found.extend(
            on!(db, c => memberships::table.filter(memberships::person.eq_any(some))
            .select(Membership::as_select()).load(c))?,
        );
    }
    Ok(found)
}

/// Records that a person belongs to a group.
pub fn join(db: &mut Conn, membership: &Membership) -> Found<()> {
    on!(db, c => diesel::insert_into(memberships::table).values(membership).execute(c))?;
    Ok(())
}

/// Records that somebody looked at what is otherwise masked.
pub fn record_sight(
    db: &mut Conn,
    account: &AccountId,
    person: &PersonId,
    field: &str,
    purpose: &str,
    now: Now,
) -> Found<()> {
    on!(db, c => diesel::insert_into(sights::table).values((
        sights::id.eq(crate::ground::key::fresh(now)), sights::account.eq(account), sights::person.eq(person),
        sights::field.eq(field), sights::purpose.eq(purpose), sights::at.eq(now.utc()),
    )).execute(c))?;
    Ok(())
}

/// A sight as it is kept.
#[derive(Insertable)]
#[diesel(table_name = sights, treat_none_as_default_value = false)]
struct Sight {
    id: String,
    account: AccountId,
    person: PersonId,
    field: String,
    purpose: String,
    at: NaiveDateTime,
}

/// Records that somebody looked at the same field of several people.
pub fn record_sights(
    db: &mut Conn,
    account: &AccountId,
    persons: &[PersonId],
    field: &str,
    purpose: &str,
    now: Now,
) -> Found<()> {
    for some in persons.chunks(500) {
        let rows: Vec<_> = some
            .iter()
            .map(|person| Sight {
                id: crate::ground::key::fresh(now),
                account: account.clone(),
                person: person.clone(),
                field: field.to_owned(),
                purpose: purpose.to_owned(),
                at: now.utc(),
            })
            .collect();
        on!(db, c => diesel::insert_into(sights::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Who looked at a person's masked fields: when, which field, why.
pub fn sights_of(db: &mut Conn, person: &PersonId) -> Found<Vec<(NaiveDateTime, String, String)>> {
    Ok(
        on!(db, c => sights::table.filter(sights::person.eq(person)).order(sights::at.desc())
        .select((sights::at, sights::field, sights::purpose)).load(c))?,
    )
}

/// A person on a list.
pub struct Listed {
    /// The person.
    pub person: Person,
    /// How many classes of this scope she was enrolled in.
    pub classes: i64,
}

/// The people enrolled within a scope whose name holds these words, the latest first.
pub fn enrolled(db: &mut Conn, scope: &Scope, words: &str, window: Window) -> Found<Slice<Listed>> {
    let reach = Reach::of(scope);
    let words = pattern::holding(words);
    macro_rules! within {
        () => {
            enrolments::table
                .inner_join(classes::table.inner_join(institutions::table))
                .inner_join(people::table)
                .filter(classes::institution.like(&reach.institution).escape('\\'))
                .filter(institutions::region.like(&reach.region).escape('\\'))
                .filter(pattern::lower(people::name).like(&words).escape('\\'))
        };
    }
    let total = on!(db, c => within!().select(diesel::dsl::count(people::id).aggregate_distinct()).get_result::<i64>(c))?;
    let page: Vec<(PersonId, i64)> = on!(db, c => within!().group_by((people::id, people::recorded_at))
        .order((people::recorded_at.desc(), people::id.desc())).offset(window.offset()).limit(window.limit())
        .select((people::id, diesel::dsl::count_star())).load(c))?;
    let ids: Vec<PersonId> = page.iter().map(|(id, _)| id.clone()).collect();
    let mut found: HashMap<PersonId, Person> = several(db, &ids)?
        .into_iter()
        .map(|person| (person.id.clone(), person))
        .collect();
    let rows = page
        .into_iter()
        .filter_map(|(id, classes)| found.remove(&id).map(|person| Listed { person, classes }))
        .collect();
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// One station of a person's way: a class, a sitting, a certificate.
pub struct Station {
    /// `class`, `sitting` or `certificate`.
    pub kind: &'static str,
    /// The key of what it is.
    pub id: String,
    /// Its name or number.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
}

/// A person's way within a scope, the latest first.
pub fn way(db: &mut Conn, scope: &Scope, id: &PersonId) -> Found<Vec<Station>> {
    let reach = Reach::of(scope);
    let classes: Vec<(String, String, NaiveDate)> = on!(db, c => enrolments::table
        .inner_join(classes::table.inner_join(institutions::table)).filter(enrolments::person.eq(id))
        .filter(classes::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((diesel::dsl::sql::<Text>("classes.id"), classes::name, classes::starts)).load(c))?;
    let sittings: Vec<(String, String, NaiveDate)> = on!(db, c => candidates::table
        .inner_join(sittings::table.inner_join(institutions::table)).filter(candidates::person.eq(id))
        .filter(sittings::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((diesel::dsl::sql::<Text>("sittings.id"), sittings::name, sittings::day)).load(c))?;
    let certificates: Vec<(String, String, NaiveDate)> = on!(db, c => certificates::table
        .inner_join(institutions::table).filter(certificates::person.eq(id))
        .filter(certificates::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((diesel::dsl::sql::<Text>("certificates.id"), certificates::number, certificates::issued_on)).load(c))?;
    let mut way: Vec<Station> = [
        ("class", classes),
        ("sitting", sittings),
        ("certificate", certificates),
    ]
    .into_iter()
    .flat_map(|(kind, rows)| {
        rows.into_iter().map(move |(id, title, day)| Station {
            kind,
            id,
            title,
            day,
        })
    })
    .collect();
    way.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| b.id.cmp(&a.id)));
    Ok(way)
}

/// The last day something of a person was put on record: a class she was in, a sitting, a certificate.
pub fn last_recorded(db: &mut Conn, id: &PersonId) -> Found<Option<NaiveDate>> {
    let way = way(db, &Scope::All, id)?;
    Ok(way.into_iter().map(|station| station.day).max())
}

/// Destroys what identifies a person beyond her name: her key, and with it everything sealed; her
/// index; her phone. Her row stays, for what refers to it.
pub fn erase(db: &mut Conn, id: &PersonId, now: Now) -> Found<()> {
    on!(db, c => diesel::delete(person_keys::table.find(id)).execute(c))?;
    // The index is unique and not null: one that no document can have.
    let gone = format!("erased {id} {}", now.utc()).into_bytes();
    on!(db, c => diesel::update(people::table.find(id)).set((
        people::id_index.eq(gone), people::id_sealed.eq(Vec::<u8>::new()), people::id_tail.eq(""),
        people::phone_sealed.eq(None::<Vec<u8>>), people::birth_year.eq(None::<i32>),
    )).execute(c))?;
    Ok(())
}
