//! 封存内容: everything the master key itself seals, text by text, so that another can seal it anew.
//!
//! What lies under a person's key or a key in somebody's address is not among them.

use crate::on;
use crate::schema::{
    claim_objections, correction_proposals, draws, employers, issuer_keys, log_events, objections,
    open_wish_requests, person_keys, registry_keys, roster_lines, second_factors, watches,
};
use crate::store::connection::Conn;
use crate::store::{Failure, Found};
use diesel::prelude::*;
use diesel::sql_types::Text;

/// A column of a table, its texts found by the table's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// 人员密钥: wrapped, not sealed.
    PersonKeys,
    /// 登记册密钥
    RegistryKeys,
    /// 签发密钥
    IssuerKeys,
    /// 动态口令
    SecondFactors,
    /// 日志事项 about nobody.
    LogEvents,
    /// 花名册行
    RosterLines,
    /// 抽查种子
    Draws,
    /// 异议人联系方式
    Objections,
    /// 补贴异议人联系方式
    ClaimObjections,
    /// 更正申请的证件
    Corrections,
    /// 用人单位联系方式
    Employers,
    /// 自己登记
    WishRequests,
    /// 关注的通知地址
    WatchHooks,
    /// 关注的邮箱
    WatchMails,
}

/// A text and the key of its row.
pub type Kept = (String, Vec<u8>);

macro_rules! page {
    ($db:ident, $after:ident, $most:ident, $table:ident, $key:ident, $column:ident) => {
        on!($db, c => $table::table.filter($table::$key.gt($after)).order($table::$key).limit($most)
            .select(($table::$key, $table::$column.nullable()))
            .load::<(String, Option<Vec<u8>>)>(c))
    };
}

macro_rules! put {
    ($db:ident, $row:ident, $text:ident, $table:ident, $column:ident) => {
        on!($db, c => diesel::update($table::table.find($row)).set($table::$column.eq($text)).execute(c))
    };
}

impl Shelf {
    /// All of them; those that are needed to sign and to sign in come first.
    pub const ALL: [Self; 14] = [
        Self::RegistryKeys,
        Self::IssuerKeys,
        Self::SecondFactors,
        Self::PersonKeys,
        Self::LogEvents,
        Self::RosterLines,
        Self::Draws,
        Self::Objections,
        Self::ClaimObjections,
        Self::Corrections,
        Self::Employers,
        Self::WishRequests,
        Self::WatchHooks,
        Self::WatchMails,
    ];

    /// The table and the column, as a text's place names them.
    pub fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::PersonKeys => ("person_keys", "wrapped"),
            Self::RegistryKeys => ("registry_keys", "private_sealed"),
            Self::IssuerKeys => ("issuer_keys", "private_sealed"),
            Self::SecondFactors => ("second_factors", "secret_sealed"),
            Self::LogEvents => ("log_events", "sealed"),
            Self::RosterLines => ("roster_lines", "sealed"),
            Self::Draws => ("draws", "seed_sealed"),
            Self::Objections => ("objections", "contact_sealed"),
            Self::ClaimObjections => ("claim_objections", "contact_sealed"),
            Self::Corrections => ("correction_proposals", "document_sealed"),
            Self::Employers => ("employers", "contact"),
            Self::WishRequests => ("open_wish_requests", "told_sealed"),
            Self::WatchHooks => ("watches", "hook"),
            Self::WatchMails => ("watches", "mail"),
        }
    }
}

/// The next texts of a shelf after this row, empty ones left out, and the last row looked at; `None`
/// at the end of the shelf.
pub fn after(
    db: &mut Conn,
    shelf: Shelf,
    after: &str,
    most: i64,
) -> Found<Option<(String, Vec<Kept>)>> {
    let rows = match shelf {
        Shelf::PersonKeys => page!(db, after, most, person_keys, person, wrapped),
        Shelf::RegistryKeys => page!(db, after, most, registry_keys, id, private_sealed),
        Shelf::IssuerKeys => page!(db, after, most, issuer_keys, id, private_sealed),
        Shelf::SecondFactors => page!(db, after, most, second_factors, account, secret_sealed),
        Shelf::LogEvents => on!(db, c => log_events::table
            .filter(log_events::person.is_null()).filter(log_events::id.gt(after))
            .order(log_events::id).limit(most)
            .select((log_events::id, log_events::sealed.nullable()))
            .load::<(String, Option<Vec<u8>>)>(c)),
        Shelf::RosterLines => lines(db, after, most),
        Shelf::Draws => page!(db, after, most, draws, id, seed_sealed),
        Shelf::Objections => page!(db, after, most, objections, id, contact_sealed),
        Shelf::ClaimObjections => page!(db, after, most, claim_objections, id, contact_sealed),
        Shelf::Corrections => page!(db, after, most, correction_proposals, id, document_sealed),
        Shelf::Employers => page!(db, after, most, employers, id, contact),
        Shelf::WishRequests => page!(db, after, most, open_wish_requests, request, told_sealed),
        Shelf::WatchHooks => page!(db, after, most, watches, id, hook),
        Shelf::WatchMails => page!(db, after, most, watches, id, mail),
    }?;
    let Some((last, _)) = rows.last() else {
        return Ok(None);
    };
    let last = last.clone();
    let kept = rows
        .into_iter()
        .filter_map(|(row, text)| Some((row, text.filter(|text| !text.is_empty())?)))
        .collect();
    Ok(Some((last, kept)))
}

fn lines(db: &mut Conn, after: &str, most: i64) -> QueryResult<Vec<(String, Option<Vec<u8>>)>> {
    let (roster, line) = line_of(after).unwrap_or_default();
    let rows: Vec<(String, i32, Vec<u8>)> = on!(db, c => roster_lines::table
        .filter(roster_lines::roster.gt(roster)
            .or(roster_lines::roster.eq(roster).and(roster_lines::line.gt(line))))
        .order((roster_lines::roster, roster_lines::line)).limit(most)
        .select((roster_lines::roster, roster_lines::line, roster_lines::sealed))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(roster, line, text)| (format!("{roster}|{line}"), Some(text)))
        .collect())
}

/// A line's roster and number, as its place writes them.
fn line_of(row: &str) -> Option<(&str, i32)> {
    let (roster, line) = row.rsplit_once('|')?;
    Some((roster, line.parse().ok()?))
}

/// Puts texts sealed anew in the place of the former.
///
/// Some of these tables are records of the past, which the database refuses to change: its triggers
/// rest for the length of this transaction, and nothing but the seal is touched.
pub fn put(db: &mut Conn, shelf: Shelf, texts: &[Kept]) -> Found<()> {
    let (table, _) = shelf.place();
    let resting = rest(db, table)?;
    for (row, text) in texts {
        let changed = put_one(db, shelf, row, text)?;
        if changed != 1 {
            return Err(Failure::Missing);
        }
    }
    wake(db, table, &resting)
}

fn put_one(db: &mut Conn, shelf: Shelf, row: &str, text: &[u8]) -> Found<usize> {
    let changed = match shelf {
        Shelf::PersonKeys => put!(db, row, text, person_keys, wrapped),
        Shelf::RegistryKeys => put!(db, row, text, registry_keys, private_sealed),
        Shelf::IssuerKeys => put!(db, row, text, issuer_keys, private_sealed),
        Shelf::SecondFactors => put!(db, row, text, second_factors, secret_sealed),
        Shelf::LogEvents => put!(db, row, text, log_events, sealed),
        Shelf::RosterLines => {
            let (roster, line) = line_of(row).ok_or(Failure::Missing)?;
            on!(db, c => diesel::update(roster_lines::table.find((roster, line)))
                .set(roster_lines::sealed.eq(text)).execute(c))
        }
        Shelf::Draws => put!(db, row, text, draws, seed_sealed),
        Shelf::Objections => put!(db, row, text, objections, contact_sealed),
        Shelf::ClaimObjections => put!(db, row, text, claim_objections, contact_sealed),
        Shelf::Corrections => put!(db, row, text, correction_proposals, document_sealed),
        Shelf::Employers => put!(db, row, text, employers, contact),
        Shelf::WishRequests => put!(db, row, text, open_wish_requests, told_sealed),
        Shelf::WatchHooks => put!(db, row, text, watches, hook),
        Shelf::WatchMails => put!(db, row, text, watches, mail),
    }?;
    Ok(changed)
}

/// Which master key wrapped the keys of these people, beside them.
pub fn name_master(db: &mut Conn, persons: &[Kept], master: &str) -> Found<()> {
    let persons: Vec<&str> = persons.iter().map(|(person, _)| person.as_str()).collect();
    on!(db, c => diesel::update(person_keys::table.filter(person_keys::person.eq_any(persons)))
        .set(person_keys::master.eq(master)).execute(c))?;
    Ok(())
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

fn rest(db: &mut Conn, table: &str) -> Found<Vec<Trigger>> {
    let triggers: Vec<Trigger> = match db {
        Conn::Pg(_) => Vec::new(),
        Conn::Sqlite(c) => diesel::sql_query(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY name",
        )
        .bind::<Text, _>(table)
        .load(c)?,
    };
    if let Conn::Pg(_) = db {
        db.run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
    }
    for trigger in &triggers {
        db.run(&format!("DROP TRIGGER {}", trigger.name))?;
    }
    Ok(triggers)
}

fn wake(db: &mut Conn, table: &str, resting: &[Trigger]) -> Found<()> {
    if let Conn::Pg(_) = db {
        db.run(&format!("ALTER TABLE {table} ENABLE TRIGGER USER"))?;
    }
    for trigger in resting {
        db.run(&trigger.sql)?;
    }
    Ok(())
}
