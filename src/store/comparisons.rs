//! 名单比对: comparisons and the answer for each line; never whom a line was about.

use crate::domain::account::AccountId;
use crate::domain::comparison::{ComparisonId, Match};
use crate::domain::grant::GrantId;
use crate::ground::slice::{Slice, Window};
use crate::on;
use crate::schema::{compared, comparisons};
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A comparison as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = comparisons, treat_none_as_default_value = false)]
pub struct Comparison {
    /// Its key.
    pub id: ComparisonId,
    /// For what.
    pub purpose: String,
    /// By which grant; none for an officer.
    pub granted: Option<GrantId>,
    /// With whose people: a region's code, or nothing for everybody.
    pub region: String,
    /// With which group's; nothing for every.
    pub key_group: String,
    /// The file's name.
    pub file_name: String,
    /// Its SHA-256, in hexadecimal.
    pub digest: String,
    /// How many lines it has.
    pub lines: i32,
    /// How many are of people on record.
    pub known: i32,
    /// How many of them are trained, …
    pub trained: i32,
    /// … certified, …
    pub certified: i32,
    /// … employed.
    pub employed: i32,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
}

/// The answer for one line.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = compared, treat_none_as_default_value = false)]
pub struct Compared {
    /// Of which comparison.
    pub comparison: ComparisonId,
    /// Where it stood in the file, from 1.
    pub line: i32,
    /// Whether she is on record.
    pub verdict: Match,
    /// Whether she is trained, …
    pub trained: bool,
    /// … certified, …
    pub certified: bool,
    /// … employed.
    pub employed: bool,
}

/// Keeps a comparison and its answers.
pub fn add(db: &mut Conn, comparison: &Comparison, lines: &[Compared]) -> Found<()> {
    on!(db, c => diesel::insert_into(comparisons::table).values(comparison).execute(c))?;
    for some in lines.chunks(500) {
        let some = some.to_vec();
        on!(db, c => diesel::insert_into(compared::table).values(&some).execute(c))?;
    }
    Ok(())
}

/// Somebody's own comparisons, the newest first.
pub fn list(db: &mut Conn, by: &AccountId, window: Window) -> Found<Slice<Comparison>> {
    let total = on!(db, c => comparisons::table.filter(comparisons::by.eq(by)).count().get_result::<i64>(c))?;
    let rows = on!(db, c => comparisons::table.filter(comparisons::by.eq(by)).order(comparisons::id.desc())
        .offset(window.offset()).limit(window.limit()).select(Comparison::as_select()).load(c))?;
    Ok(Slice {
        rows,
        total,
        window,
    })
}

/// One of somebody's own comparisons.
pub fn of(db: &mut Conn, by: &AccountId, id: &ComparisonId) -> Found<Comparison> {
    Ok(
        on!(db, c => comparisons::table.filter(comparisons::id.eq(id)).filter(comparisons::by.eq(by))
        .select(Comparison::as_select()).first(c))?,
    )
}

/// The answers of a comparison, in the order of its lines.
pub fn lines_of(db: &mut Conn, id: &ComparisonId) -> Found<Vec<Compared>> {
    Ok(
        on!(db, c => compared::table.filter(compared::comparison.eq(id)).order(compared::line)
        .select(Compared::as_select()).load(c))?,
    )
}
