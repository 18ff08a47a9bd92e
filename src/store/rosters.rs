//! 花名册: sheets as they were uploaded, their findings, and what was admitted.

use crate::domain::account::{AccountId, Scope};
use crate::domain::class::ClassId;
use crate::domain::roster::RosterId;
use crate::on;
use crate::schema::{
    admissions, classes, enrolments, institutions, people, roster_lines, rosters, withdrawals,
};
use crate::store::pattern::Reach;
use crate::store::{Conn, Found};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A roster as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = rosters)]
pub struct Roster {
    /// Its key.
    pub id: RosterId,
    /// The class it asks for.
    pub class: ClassId,
    /// The file's name, for people.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// Lines judged.
    pub lines: i32,
    /// Lines that cannot be admitted.
    pub refused: i32,
    /// Lines that can, but deserve a look.
    pub warned: i32,
    /// When, in UTC.
    pub uploaded_at: NaiveDateTime,
    /// By whom.
    pub uploaded_by: AccountId,
}

/// One line of a roster, sealed, with its findings.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = roster_lines, treat_none_as_default_value = false)]
pub struct RosterLine {
    /// Of which roster.
    pub roster: RosterId,
    /// The row of the sheet, from 1; 0 for findings about the roster as a whole.
    pub line: i32,
    /// The name, as written.
    pub name: String,
    /// The line as it was written, sealed by the registry's own key.
    pub sealed: Vec<u8>,
    /// Its findings, as JSON; long numbers in them are masked.
    pub findings: String,
    /// `good`, `warned` or `refused`.
    pub verdict: String,
}

/// That a roster was admitted.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = admissions)]
pub struct Admission {
    /// Which.
    pub roster: RosterId,
    /// How many people.
    pub admitted: i32,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// Keeps a roster with all its lines.
pub fn add(db: &mut Conn, roster: &Roster, lines: &[RosterLine]) -> Found<()> {
    on!(db, c => diesel::insert_into(rosters::table).values(roster).execute(c))?;
    for some in lines.chunks(200) {
        on!(db, c => diesel::insert_into(roster_lines::table).values(some).execute(c))?;
    }
    Ok(())
}

/// One roster, if its class is in scope, and its admission.
pub fn of(db: &mut Conn, scope: &Scope, id: &RosterId) -> Found<(Roster, Option<Admission>)> {
    let reach = Reach::of(scope);
    Ok(on!(db, c => rosters::table
        .inner_join(classes::table.inner_join(institutions::table))
        .left_join(admissions::table)
        .filter(rosters::id.eq(id))
        .filter(classes::institution.like(&reach.institution).escape('\\'))
        .filter(institutions::region.like(&reach.region).escape('\\'))
        .select((Roster::as_select(), Option::<Admission>::as_select()))
        .first(c))?)
}

/// The rosters of a class that is known to be in scope, newest first.
pub fn of_class(db: &mut Conn, class: &ClassId) -> Found<Vec<(Roster, Option<Admission>)>> {
    Ok(
        on!(db, c => rosters::table.left_join(admissions::table).filter(rosters::class.eq(class))
        .order((rosters::uploaded_at.desc(), rosters::id.desc()))
        .select((Roster::as_select(), Option::<Admission>::as_select())).load(c))?,
    )
}

/// The lines of a roster in the order of the sheet.
pub fn lines_of(db: &mut Conn, roster: &RosterId) -> Found<Vec<RosterLine>> {
    Ok(
        on!(db, c => roster_lines::table.filter(roster_lines::roster.eq(roster)).order(roster_lines::line)
        .select(RosterLine::as_select()).load(c))?,
    )
}

/// Keeps that a roster was admitted; a second time answers `Taken`.
pub fn admit(db: &mut Conn, admission: &Admission) -> Found<()> {
    on!(db, c => diesel::insert_into(admissions::table).values(admission).execute(c))?;
    Ok(())
}

/// A class somebody is enrolled in and has not left, by the blind index of her document.
pub struct Attends {
    /// The blind index.
    pub index: Vec<u8>,
    /// The class.
    pub class: ClassId,
    /// The name strangers may read.
    pub public_name: String,
}

/// The classes these people attend that touch these days.
pub fn attending(
    db: &mut Conn,
    indexes: &[Vec<u8>],
    from: NaiveDate,
    until: NaiveDate,
) -> Found<Vec<Attends>> {
    let mut found = Vec::new();
    for some in indexes.chunks(500) {
        let rows: Vec<(Vec<u8>, ClassId, String)> = on!(db, c => enrolments::table
            .inner_join(people::table).inner_join(classes::table).left_join(withdrawals::table)
            .filter(people::id_index.eq_any(some)).filter(withdrawals::at.nullable().is_null())
            .filter(classes::starts.le(until)).filter(classes::ends.ge(from))
            .select((people::id_index, classes::id, classes::public_name)).load(c))?;
        found.extend(rows.into_iter().map(|(index, class, public_name)| Attends {
            index,
            class,
            public_name,
        }));
    }
    Ok(found)
}
