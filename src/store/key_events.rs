//! 密钥事件: keys that were retired, and keys that fell into strange hands.

use crate::domain::certificate::CertificateId;
use crate::domain::institution::InstitutionId;
use crate::domain::log_event::LogKind;
use crate::on;
use crate::schema::{accounts, certificates, issuer_keys, key_events, log_events};
use crate::store::log::PUBLIC;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// What became of a key.
#[derive(Clone, Debug, Queryable, Insertable, Selectable)]
#[diesel(table_name = key_events, treat_none_as_default_value = false)]
pub struct KeyEvent {
    /// Its own key.
    pub id: String,
    /// Of which key.
    pub key_id: String,
    /// `retired` or `compromised`.
    pub kind: String,
    /// For a compromised key: what was on record before stays good.
    pub cut_off: Option<NaiveDateTime>,
    /// Why, in words.
    pub reason: String,
    /// When it was noted, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: String,
    /// For a compromised key: only what has a lower place in the public log stays good.
    pub log_size: Option<i64>,
}

/// Keeps an event.
pub fn add(db: &mut Conn, event: &KeyEvent) -> Found<()> {
    on!(db, c => diesel::insert_into(key_events::table).values(event).execute(c))?;
    Ok(())
}

/// What became of a key, oldest first.
pub fn of_key(db: &mut Conn, key: &str) -> Found<Vec<KeyEvent>> {
    Ok(
        on!(db, c => key_events::table.filter(key_events::key_id.eq(key))
        .order((key_events::at, key_events::id)).select(KeyEvent::as_select()).load(c))?,
    )
}

/// What became of the keys of an institution, oldest first.
pub fn of(db: &mut Conn, institution: &InstitutionId) -> Found<Vec<KeyEvent>> {
    Ok(
        on!(db, c => key_events::table.inner_join(issuer_keys::table)
        .filter(issuer_keys::institution.eq(institution))
        .order((key_events::at, key_events::id)).select(KeyEvent::as_select()).load(c))?,
    )
}

/// What became of every key, oldest first, and who noted it.
pub fn all(db: &mut Conn) -> Found<Vec<(KeyEvent, String)>> {
    Ok(on!(db, c => key_events::table
        .inner_join(accounts::table.on(accounts::id.eq(key_events::by)))
        .order((key_events::at, key_events::id)).select((KeyEvent::as_select(), accounts::name)).load(c))?)
}

/// Certificates signed by a key after it was put aside.
pub fn too_late(db: &mut Conn) -> Found<Vec<CertificateId>> {
    Ok(on!(db, c => certificates::table
        .inner_join(key_events::table.on(key_events::key_id.eq(certificates::key_id)))
        .filter(certificates::issued_at.gt(key_events::at))
        .select(certificates::id).distinct().load(c))?)
}

/// Events that the public log does not tell of at the same moment.
pub fn unlogged(db: &mut Conn) -> Found<Vec<String>> {
    Ok(on!(db, c => key_events::table
        .filter(not(exists(log_events::table
            .filter(log_events::log.eq(PUBLIC)).filter(log_events::kind.eq(LogKind::Key))
            .filter(log_events::subject.eq(key_events::key_id)).filter(log_events::at.eq(key_events::at)))))
        .order(key_events::id).select(key_events::id).load(c))?)
}

/// Every key that fell into strange hands.
pub fn compromised(db: &mut Conn) -> Found<Vec<String>> {
    Ok(
        on!(db, c => key_events::table.filter(key_events::cut_off.is_not_null())
        .select(key_events::key_id).load(c))?,
    )
}
