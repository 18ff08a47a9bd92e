//! 记事簿: the ledger of deeds, kept in the transaction of the act it tells of.

use crate::domain::account::{Actor, Scope};
use crate::domain::deed::DeedId;
use crate::domain::institution::InstitutionId;
use crate::ground::clock::Now;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{deeds, institutions};
use crate::store::pattern::Reach;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// One line of the ledger.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = deeds, treat_none_as_default_value = false)]
pub struct Line {
    /// Its key.
    pub id: DeedId,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// `noun.past-participle`; see `domain::deed`.
    pub kind: String,
    /// The account of the person who acted; none when nobody was signed in.
    pub account: Option<String>,
    /// Her name at the time.
    pub actor: String,
    /// The institution whose record it is, if it is one's.
    pub institution: Option<InstitutionId>,
    /// The noun the line is about, e.g. `class`.
    pub noun: String,
    /// The key of the record it is about.
    pub subject: String,
    /// Facts as a JSON object, never personal data.
    pub facts: String,
}

/// Enters a line: who did what to which record, with facts that are not personal data.
pub fn enter(
    db: &mut Conn,
    actor: &Actor,
    kind: impl std::fmt::Display,
    institution: Option<&InstitutionId>,
    subject: impl std::fmt::Display,
    facts: &[(&str, &str)],
    now: Now,
) -> Found<()> {
    add(
        db,
        Some(actor.account.as_str()),
        &actor.name,
        &kind.to_string(),
        institution,
        &subject.to_string(),
        facts,
        now,
    )
}

/// Enters a line for somebody without an account: a member of the public, or the registry itself.
pub fn enter_for_nobody(
    db: &mut Conn,
    name: &str,
    kind: impl std::fmt::Display,
    institution: Option<&InstitutionId>,
    subject: impl std::fmt::Display,
    facts: &[(&str, &str)],
    now: Now,
) -> Found<()> {
    add(
        db,
        None,
        name,
        &kind.to_string(),
        institution,
        &subject.to_string(),
        facts,
        now,
    )
}

#[expect(
    clippy::too_many_arguments,
    reason = "the columns of one row, told once"
)]
fn add(
    db: &mut Conn,
    account: Option<&str>,
    name: &str,
    kind: &str,
    institution: Option<&InstitutionId>,
    subject: &str,
    facts: &[(&str, &str)],
    now: Now,
) -> Found<()> {
    let noun = kind.split('.').next().unwrap_or(kind).to_owned();
    let facts: serde_json::Map<String, serde_json::Value> = facts
        .iter()
        .map(|(name, fact)| ((*name).to_owned(), (*fact).into()))
        .collect();
    let line = Line {
        id: DeedId::fresh(now),
        at: now.utc(),
        kind: kind.to_owned(),
        account: account.map(str::to_owned),
        actor: name.to_owned(),
        institution: institution.cloned(),
        noun,
        subject: subject.to_owned(),
        facts: serde_json::Value::Object(facts).to_string(),
    };
    on!(db, c => diesel::insert_into(deeds::table).values(&line).execute(c))?;
    Ok(())
}

/// Enters the same line about many records, with their own facts: for acts that make thousands.
pub fn enter_each(
    db: &mut Conn,
    actor: &Actor,
    kind: impl std::fmt::Display,
    institution: Option<&InstitutionId>,
    subjects: &[(&str, &str, &str)],
    now: Now,
) -> Found<()> {
    let kind = kind.to_string();
    let noun = kind.split('.').next().unwrap_or(&kind).to_owned();
    let lines: Vec<Line> = subjects
        .iter()
        .map(|(subject, name, fact)| Line {
            id: DeedId::fresh(now),
            at: now.utc(),
            kind: kind.clone(),
            account: Some(actor.account.to_string()),
            actor: actor.name.clone(),
            institution: institution.cloned(),
            noun: noun.clone(),
            subject: (*subject).to_owned(),
            facts: serde_json::json!({ *name: fact }).to_string(),
        })
        .collect();
    for some in lines.chunks(1000) {
        on!(db, c => diesel::insert_into(deeds::table).values(some).execute(c))?;
    }
    Ok(())
}

/// What is told of one record, oldest first.
pub fn of(db: &mut Conn, noun: &str, subject: &str) -> Found<Vec<Line>> {
    Ok(on!(db, c => deeds::table
        .filter(deeds::noun.eq(noun)).filter(deeds::subject.eq(subject))
        .order((deeds::at, deeds::id)).select(Line::as_select()).load(c))?)
}

/// What is told of several records of these nouns, oldest first.
pub fn of_several(db: &mut Conn, nouns: &[&str], subjects: &[String]) -> Found<Vec<Line>> {
    Ok(on!(db, c => deeds::table
        .filter(deeds::noun.eq_any(nouns)).filter(deeds::subject.eq_any(subjects))
        .order((deeds::at, deeds::id)).select(Line::as_select()).load(c))?)
}

/// The ledger within a scope, newest first: all of it, or what concerns the institutions there.
pub fn all(db: &mut Conn, scope: &Scope, kind: Option<&str>, window: Window) -> Found<Slice<Line>> {
    let kind = kind.unwrap_or("%").to_owned();
    let reach = Reach::of(scope);
    macro_rules! within {
        () => {{
            let mut rows = deeds::table.filter(deeds::kind.like(&kind)).into_boxed();
            if *scope != Scope::All {
                let there = institutions::table
                    .filter(institutions::id.like(&reach.institution).escape('\\'))
                    .filter(institutions::region.like(&reach.region).escape('\\'))
                    .select(institutions::id.nullable());
                rows = rows.filter(deeds::institution.eq_any(there));
            }
            rows
        }};
    }
    let total = on!(db, c => within!().count().get_result::<i64>(c))?;
    let rows = on!(db, c => within!().order((deeds::at.desc(), deeds::id.desc()))
        .offset(window.offset()).limit(window.limit()).select(Line::as_select()).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// What is told of one record under several nouns: a sitting's marks and publicity are told under
/// its own key. Oldest first.
pub fn of_nouns(db: &mut Conn, nouns: &[&str], subject: &str) -> Found<Vec<Line>> {
    Ok(on!(db, c => deeds::table
        .filter(deeds::noun.eq_any(nouns)).filter(deeds::subject.eq(subject))
        .order((deeds::at, deeds::id)).select(Line::as_select()).load(c))?)
}
