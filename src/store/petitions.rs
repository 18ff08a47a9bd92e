//! 持证人申请: what holders ask for, and what they were answered.

use crate::domain::account::AccountId;
use crate::domain::certificate::CertificateId;
use crate::domain::holder::{PetitionId, PetitionKind};
use crate::domain::person::PersonId;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{people, petition_answers, petitions};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A petition as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = petitions, treat_none_as_default_value = false)]
pub struct Petition {
    /// Its key.
    pub id: PetitionId,
    /// Whose.
    pub person: PersonId,
    /// For what.
    pub kind: PetitionKind,
    /// About which certificate, if about one.
    pub certificate: Option<CertificateId>,
    /// Her words.
    pub said: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
}

/// An answer as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = petition_answers)]
pub struct Answer {
    /// To which petition.
    pub petition: PetitionId,
    /// Whether it was granted.
    pub granted: bool,
    /// In words.
    pub answer: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// A petition, its holder's name and its answer.
pub type Listed = (Petition, String, Option<Answer>);

/// Keeps a petition.
pub fn add(db: &mut Conn, petition: &Petition) -> Found<()> {
    on!(db, c => diesel::insert_into(petitions::table).values(petition).execute(c))?;
    Ok(())
}

/// Keeps an answer; `Taken` when there is one.
pub fn answer(db: &mut Conn, answer: &Answer) -> Found<()> {
    on!(db, c => diesel::insert_into(petition_answers::table).values(answer).execute(c))?;
    Ok(())
}

/// What a person asked for, newest first.
pub fn of(db: &mut Conn, person: &PersonId) -> Found<Vec<Listed>> {
    Ok(
        on!(db, c => petitions::table.inner_join(people::table).left_join(petition_answers::table)
        .filter(petitions::person.eq(person)).order((petitions::at.desc(), petitions::id.desc()))
        .select((Petition::as_select(), people::name, Option::<Answer>::as_select())).load(c))?,
    )
}

/// One petition. Reachable by the bureau only, whose office all of them are.
pub fn one(db: &mut Conn, id: &PetitionId) -> Found<Listed> {
    Ok(
        on!(db, c => petitions::table.inner_join(people::table).left_join(petition_answers::table)
        .filter(petitions::id.eq(id))
        .select((Petition::as_select(), people::name, Option::<Answer>::as_select())).first(c))?,
    )
}

/// All petitions, the unanswered first, then the newest. Reachable by the bureau only.
pub fn all(db: &mut Conn, window: Window) -> Found<Slice<Listed>> {
    let total = on!(db, c => petitions::table.count().get_result::<i64>(c))?;
    let rows = on!(db, c => petitions::table.inner_join(people::table).left_join(petition_answers::table)
        .order((petition_answers::at.is_not_null(), petitions::at.desc(), petitions::id.desc()))
        .offset(window.offset()).limit(window.limit())
        .select((Petition::as_select(), people::name, Option::<Answer>::as_select())).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}
