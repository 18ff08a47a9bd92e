//! 公开日志: events, tiles, heads and checkpoints as they are kept.
//!
//! Two logs have one shape: the public one, and the private one over the ledger of deeds.

use crate::domain::institution::InstitutionId;
use crate::domain::log_event::{LogEventId, LogKind};
use crate::domain::person::PersonId;
use crate::on;
use crate::schema::{certificates, log_checkpoints, log_events, log_heads, log_tiles};
use crate::store::{Conn, Failure, Found};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::dsl::{max, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

/// The log everybody reads.
pub const PUBLIC: i32 = 1;
/// The log over the ledger of deeds; only its root is published.
pub const PRIVATE: i32 = 2;

/// An event as it is kept.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = log_events, treat_none_as_default_value = false)]
pub struct Event {
    /// Its key.
    pub id: LogEventId,
    /// Which log.
    pub log: i32,
    /// What kind.
    pub kind: LogKind,
    /// In whose name.
    pub institution: Option<InstitutionId>,
    /// The key of the record it tells of.
    pub subject: String,
    /// Sixteen random bytes in base64url, the same for all events of one record.
    pub reference: String,
    /// 1, 2, …: the events of one record.
    pub n: i32,
    /// Whose key seals the salt, when it tells of a person.
    pub person: Option<PersonId>,
    /// The salt, and what cannot be read from other rows; sealed.
    pub sealed: Vec<u8>,
    /// The leaf, byte for byte.
    pub leaf: Vec<u8>,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// Its place in the log, once it has one.
    pub seq: Option<i64>,
}

/// Keeps events.
pub fn add(db: &mut Conn, events: &[Event]) -> Found<()> {
    for some in events.chunks(1000) {
        on!(db, c => diesel::insert_into(log_events::table).values(some).execute(c))?;
    }
    Ok(())
}

/// The reference and the number of the last event of each of these records that has any.
pub fn last_of(db: &mut Conn, log: i32, subjects: &[&str]) -> Found<Vec<(String, String, i32)>> {
    let mut found = Vec::new();
    for some in subjects.chunks(500) {
        found.extend(
            on!(db, c => log_events::table.filter(log_events::log.eq(log))
            .filter(log_events::subject.eq_any(some))
            .order((log_events::subject, log_events::n))
            .select((log_events::subject, log_events::reference, log_events::n))
            .load::<(String, String, i32)>(c))?,
        );
    }
    Ok(found)
}

/// The events of one record, the oldest first.
pub fn of(db: &mut Conn, log: i32, subject: &str) -> Found<Vec<Event>> {
    Ok(
        on!(db, c => log_events::table.filter(log_events::log.eq(log))
        .filter(log_events::subject.eq(subject)).order(log_events::n)
        .select(Event::as_select()).load(c))?,
    )
}

/// A page of a log's events in the order of their keys, for the audit.
pub fn after_key(db: &mut Conn, log: i32, key: &str, limit: i64) -> Found<Vec<Event>> {
    Ok(
        on!(db, c => log_events::table.filter(log_events::log.eq(log))
        .filter(log_events::id.gt(key)).order(log_events::id).limit(limit)
        .select(Event::as_select()).load(c))?,
    )
}

/// How many events wait for a place.
pub fn waiting(db: &mut Conn, log: i32) -> Found<i64> {
    Ok(
        on!(db, c => log_events::table.filter(log_events::log.eq(log))
        .filter(log_events::seq.is_null()).count().get_result(c))?,
    )
}

/// The events that wait for a place: their keys and their leaves.
pub fn waiting_leaves(db: &mut Conn, log: i32) -> Found<Vec<(LogEventId, Vec<u8>)>> {
    Ok(
        on!(db, c => log_events::table.filter(log_events::log.eq(log))
        .filter(log_events::seq.is_null()).select((log_events::id, log_events::leaf)).load(c))?,
    )
}

/// Every event in an institution's name: its leaf, its place, and the number of the certificate it
/// tells of, in the order of the log.
pub fn in_name_of(
    db: &mut Conn,
    log: i32,
    institution: &InstitutionId,
) -> Found<Vec<(Vec<u8>, Option<i64>, Option<String>)>> {
    Ok(on!(db, c => log_events::table
        .left_join(certificates::table.on(certificates::id.eq(log_events::subject)))
        .filter(log_events::log.eq(log)).filter(log_events::institution.eq(institution))
        .order((log_events::seq, log_events::id))
        .select((log_events::leaf, log_events::seq, certificates::number.nullable())).load(c))?)
}

/// Gives one waiting event a place.
pub fn place(db: &mut Conn, id: &LogEventId, seq: i64) -> Found<()> {
    on!(db, c => diesel::update(log_events::table.find(id)).filter(log_events::seq.is_null())
        .set(log_events::seq.eq(seq)).execute(c))?;
    Ok(())
}

/// The records that go by these references, and which numbers their events have.
pub fn chains(db: &mut Conn, log: i32, references: &[&str]) -> Found<Vec<(String, String, i32)>> {
    let mut found = Vec::new();
    for some in references.chunks(500) {
        found.extend(
            on!(db, c => log_events::table.filter(log_events::log.eq(log))
            .filter(log_events::reference.eq_any(some))
            .select((log_events::reference, log_events::subject, log_events::n))
            .load::<(String, String, i32)>(c))?,
        );
    }
    Ok(found)
}

/// How many places of a log belong to what happened before a moment. Acts that were under way at the
/// same time may stand in either order, so a minute after it still counts; what waits for a place
/// counts as if it had one.
pub fn size_before(db: &mut Conn, log: i32, at: NaiveDateTime) -> Found<i64> {
    let first: Option<Option<i64>> = on!(db, c => log_events::table.filter(log_events::log.eq(log))
        .filter(log_events::seq.is_not_null()).filter(log_events::at.ge(at + TimeDelta::minutes(1)))
        .select(min(log_events::seq)).first(c).optional())?;
    if let Some(Some(first)) = first {
        return Ok(first);
    }
    let last: Option<i64> = on!(db, c => log_events::table.filter(log_events::log.eq(log))
        .select(max(log_events::seq)).get_result(c))?;
    let waiting: i64 = on!(db, c => log_events::table.filter(log_events::log.eq(log))
        .filter(log_events::seq.is_null()).filter(log_events::at.lt(at)).count().get_result(c))?;
    Ok(last.map_or(0, |last| last + 1) + waiting)
}

/// Gives the waiting events the next places, in the order of their keys; answers how many.
pub fn number(db: &mut Conn, log: i32, from: i64, most: i64) -> Found<usize> {
    let sql = "UPDATE log_events SET seq = CAST($1 AS BIGINT) + place.k FROM (\
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM log_events \
        WHERE log = CAST($2 AS INTEGER) AND seq IS NULL ORDER BY id LIMIT CAST($3 AS BIGINT)\
        ) AS place WHERE log_events.id = place.id";
    Ok(on!(db, c => diesel::sql_query(sql)
        .bind::<BigInt, _>(from).bind::<Integer, _>(log).bind::<BigInt, _>(most).execute(c))?)
}

/// The leaves of these places, in their order.
pub fn leaves(db: &mut Conn, log: i32, from: i64, to: i64) -> Found<Vec<(i64, Vec<u8>)>> {
    let rows: Vec<(Option<i64>, Vec<u8>)> = on!(db, c => log_events::table
        .filter(log_events::log.eq(log))
        .filter(log_events::seq.ge(from)).filter(log_events::seq.lt(to)).order(log_events::seq)
        .select((log_events::seq, log_events::leaf)).load(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(seq, leaf)| Some((seq?, leaf)))
        .collect())
}

/// The kinds and subjects of a log's events from a place on.
pub fn told_since(
    db: &mut Conn,
    log: i32,
    from: i64,
    most: i64,
) -> Found<Vec<(i64, LogKind, String)>> {
    let rows: Vec<(Option<i64>, LogKind, String)> = on!(db, c => log_events::table
        .filter(log_events::log.eq(log)).filter(log_events::seq.ge(from)).order(log_events::seq).limit(most)
        .select((log_events::seq, log_events::kind, log_events::subject)).load(c))?;
    Ok(rows
        .into_iter()
        .filter_map(|(seq, kind, subject)| Some((seq?, kind, subject)))
        .collect())
}

/// A tile as far as it has come.
pub fn tile(db: &mut Conn, log: i32, level: i32, n: i64) -> Found<Option<Vec<u8>>> {
    Ok(on!(db, c => log_tiles::table.find((log, level, n))
        .select(log_tiles::data).first(c).optional())?)
}

/// Every tile of a log, for the audit.
pub fn tiles(db: &mut Conn, log: i32) -> Found<Vec<(i32, i64, Vec<u8>)>> {
    Ok(on!(db, c => log_tiles::table.filter(log_tiles::log.eq(log))
        .order((log_tiles::level, log_tiles::n))
        .select((log_tiles::level, log_tiles::n, log_tiles::data)).load(c))?)
}

/// Keeps a tile, new or grown.
pub fn keep_tile(db: &mut Conn, log: i32, level: i32, n: i64, data: &[u8]) -> Found<()> {
    let grown = on!(db, c => diesel::update(log_tiles::table.find((log, level, n)))
        .set(log_tiles::data.eq(data)).execute(c))?;
    if grown == 0 {
        on!(db, c => diesel::insert_into(log_tiles::table).values((
            log_tiles::log.eq(log), log_tiles::level.eq(level), log_tiles::n.eq(n), log_tiles::data.eq(data),
        )).execute(c))?;
    }
    Ok(())
}

/// How far a log has come.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = log_heads)]
pub struct Head {
    /// Which log.
    pub log: i32,
    /// Its name, for ever.
    pub origin: String,
    /// How many leaves.
    pub size: i64,
    /// The signed checkpoint.
    pub note: String,
}

/// How far a log has come, once it has begun.
pub fn head(db: &mut Conn, log: i32) -> Found<Option<Head>> {
    Ok(on!(db, c => log_heads::table.find(log).select(Head::as_select()).first(c).optional())?)
}

/// Moves a log's head on from a size; `Busy` when another server did so first.
pub fn advance(db: &mut Conn, from: Option<i64>, head: &Head) -> Found<()> {
    let moved = match from {
        None => on!(db, c => diesel::insert_into(log_heads::table).values(head).execute(c))?,
        Some(from) => on!(db, c => diesel::update(log_heads::table.find(head.log))
            .filter(log_heads::size.eq(from))
            .set((log_heads::size.eq(head.size), log_heads::note.eq(&head.note))).execute(c))?,
    };
    if moved == 1 {
        Ok(())
    } else {
        Err(Failure::Busy("another server moved the log on".to_owned()))
    }
}

/// A checkpoint as it is kept.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = log_checkpoints)]
pub struct Kept {
    /// Which log.
    pub log: i32,
    /// How many leaves.
    pub size: i64,
    /// What the log signed.
    pub note: String,
    /// The witnesses' signature lines; empty until they come.
    pub cosignatures: String,
    /// When, in UTC.
    pub at: NaiveDateTime,
}

/// Keeps a checkpoint.
pub fn add_checkpoint(db: &mut Conn, checkpoint: &Kept) -> Found<()> {
    on!(db, c => diesel::insert_into(log_checkpoints::table).values(checkpoint).execute(c))?;
    Ok(())
}

/// The checkpoint of a size.
pub fn checkpoint(db: &mut Conn, log: i32, size: i64) -> Found<Option<Kept>> {
    Ok(on!(db, c => log_checkpoints::table.find((log, size))
        .select(Kept::as_select()).first(c).optional())?)
}

/// The last checkpoint that witnesses signed, above a size.
pub fn last_cosigned(db: &mut Conn, log: i32, above: i64) -> Found<Option<Kept>> {
    Ok(
        on!(db, c => log_checkpoints::table.filter(log_checkpoints::log.eq(log))
        .filter(log_checkpoints::size.gt(above)).filter(log_checkpoints::cosignatures.ne(""))
        .order(log_checkpoints::size.desc()).select(Kept::as_select()).first(c).optional())?,
    )
}

/// The largest checkpoint of at most this size that a witness signed.
pub fn cosigned_within(db: &mut Conn, log: i32, most: i64) -> Found<Option<Kept>> {
    Ok(
        on!(db, c => log_checkpoints::table.filter(log_checkpoints::log.eq(log))
        .filter(log_checkpoints::size.le(most)).filter(log_checkpoints::cosignatures.ne(""))
        .order(log_checkpoints::size.desc()).select(Kept::as_select()).first(c).optional())?,
    )
}

/// Every checkpoint of a log, for the audit.
pub fn checkpoints(db: &mut Conn, log: i32) -> Found<Vec<Kept>> {
    Ok(
        on!(db, c => log_checkpoints::table.filter(log_checkpoints::log.eq(log))
        .order(log_checkpoints::size).select(Kept::as_select()).load(c))?,
    )
}

/// The last checkpoints of a log, the newest first.
pub fn last_checkpoints(db: &mut Conn, log: i32, most: i64) -> Found<Vec<Kept>> {
    Ok(
        on!(db, c => log_checkpoints::table.filter(log_checkpoints::log.eq(log))
        .order(log_checkpoints::size.desc()).limit(most).select(Kept::as_select()).load(c))?,
    )
}

/// Adds what witnesses signed to a checkpoint.
pub fn cosign(db: &mut Conn, log: i32, size: i64, cosignatures: &str) -> Found<()> {
    on!(db, c => diesel::update(log_checkpoints::table.find((log, size)))
        .set(log_checkpoints::cosignatures.eq(cosignatures)).execute(c))?;
    Ok(())
}
