//! 公开查询: everything the public's question about a certificate is answered from.

use crate::domain::certificate::CertificateId;
use crate::on;
use crate::schema::{certificates, institutions, key_events, log_events, turned_certificates};
use crate::store::certificates::fate::After;
use crate::store::certificates::known::{Entered, Filed, IssuerKey, Known};
use crate::store::certificates::{Certificate, turned};
use crate::store::log::PUBLIC;
use crate::store::{Conn, Failure, Found, worded};
use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};
use std::sync::{Arc, OnceLock};

/// Everything the public's question is answered from.
#[derive(Clone, Debug)]
pub struct Public {
    /// The certificate.
    pub certificate: Certificate,
    /// Who issued it: name, where it is reached.
    pub issuer: (String, String),
    /// The key that signed it: whose, for which year, how, the public key.
    pub key: Arc<IssuerKey>,
    /// The filed line it was issued under: whose, in which role, what, at which level, its document.
    pub filed: Option<Arc<Filed>>,
    /// When its issue was entered in the public log, and its place there once it has one; none when
    /// it was issued before there was a log.
    pub logged: Option<Entered>,
    /// Since when the key that signed it may have been in strange hands.
    pub key_lost: Option<NaiveDateTime>,
    /// What became of it.
    pub after: After,
}

/// The certificates for which something holds, with what is asked of each; and whether there is more to
/// tell of it.
macro_rules! turns {
    ($which:expr) => {
        certificates::table
            .inner_join(institutions::table)
            .left_join(
                turned_certificates::table
                    .on(turned_certificates::certificate.eq(certificates::id)),
            )
            // A key is lost once: the pair is unique.
            .left_join(
                key_events::table.on(key_events::key_id
                    .eq(certificates::key_id)
                    .and(key_events::kind.eq(sql::<Text>("'compromised'")))),
            )
            .filter($which)
            .select((
                Certificate::as_select(),
                (institutions::name, institutions::contact),
                (
                    key_events::cut_off.nullable(),
                    key_events::log_size.nullable(),
                ),
                turned_certificates::certificate.nullable(),
            ))
    };
}

type TurnRow = (
    Certificate,
    (String, String),
    (Option<NaiveDateTime>, Option<i64>),
    Option<CertificateId>,
);

/// The certificate with this token. To plan what joins several tables takes PostgreSQL longer than to
/// find it: one query of constant text is planned once a connection, and nothing but the token is
/// bound in it (`store::worded`). What never changes is `known`, here and below.
pub fn public(db: &mut Conn, known: &Known, token: &str) -> Found<Public> {
    let row: TurnRow = on!(db, c => {
        static WORDS: OnceLock<worded::Words> = OnceLock::new();
        worded::first(c, &WORDS, || turns!(certificates::token.eq("")), token)
    })?;
    all(db, known, vec![row])?.pop().ok_or(Failure::Missing)
}

/// PostgreSQL takes a list it does not know yet for one of ten. A shorter one it would rather plan for
/// anew each time, which takes ten times as long as to answer it: so each is made up to this, with what
/// stands in it already.
const FEW: usize = 16;

/// Of the certificates with these tokens those there are, in any order: one query for all.
pub fn public_each(db: &mut Conn, known: &Known, tokens: &[&str]) -> Found<Vec<Public>> {
    static WORDS: OnceLock<worded::Words> = OnceLock::new();
    let rows: Vec<TurnRow> = match db {
        // A list is bound value by value there: its words change with its length.
        Conn::Sqlite(c) => turns!(certificates::token.eq_any(tokens)).load(c),
        Conn::Pg(c) => {
            let mut tokens = tokens.to_vec();
            if let Some(&last) = tokens.last() {
                tokens.resize(tokens.len().max(FEW), last);
            }
            let query = || turns!(certificates::token.eq_any([""; 0]));
            worded::worded::<Pg, _, _, _, Array<Text>>(&WORDS, query, &tokens[..]).load(c)
        }
    }?;
    all(db, known, rows)
}

/// The certificate with this number.
pub fn public_by_number(db: &mut Conn, known: &Known, number: &str) -> Found<Public> {
    let row: TurnRow = on!(db, c => {
        static WORDS: OnceLock<worded::Words> = OnceLock::new();
        worded::first(c, &WORDS, || turns!(certificates::number.eq("")), number)
    })?;
    all(db, known, vec![row])?.pop().ok_or(Failure::Missing)
}

/// The certificates with these numbers.
pub fn public_by_numbers(db: &mut Conn, known: &Known, numbers: &[String]) -> Found<Vec<Public>> {
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(500) {
        let rows: Vec<TurnRow> = on!(db, c => turns!(certificates::number.eq_any(some)).load(c))?;
        found.extend(all(db, known, rows)?);
    }
    Ok(found)
}

/// What is on record under a key that is not, is not on record.
fn all(db: &mut Conn, known: &Known, rows: Vec<TurnRow>) -> Found<Vec<Public>> {
    let turned: Vec<&CertificateId> = rows.iter().filter_map(|row| row.3.as_ref()).collect();
    let mut afters = turned::afters(db, &turned)?;
    let ids: Vec<&CertificateId> = rows.iter().map(|row| &row.0.id).collect();
    let entered = known.entered(db, &ids)?;
    let mut found = Vec::with_capacity(rows.len());
    for (row, logged) in rows.into_iter().zip(entered) {
        let after = afters.remove(&row.0.id).unwrap_or_default();
        match whole(db, known, row, logged, after) {
            Ok(public) => found.push(public),
            Err(Failure::Missing) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(found)
}

fn whole(
    db: &mut Conn,
    known: &Known,
    (certificate, issuer, (key_lost, size), _): TurnRow,
    logged: Option<Entered>,
    mut after: After,
) -> Found<Public> {
    let key = known.key(db, &certificate.key_id)?;
    let filed = match &certificate.entitlement {
        Some(line) => known.filed(db, line)?,
        None => None,
    };
    after.doubted = key_lost.filter(|cut_off| *cut_off <= certificate.issued_at);
    // A row that says it is older than the cut-off, and that the log does not know from before it,
    // was written by whoever had the key and the database.
    if let (Some(cut_off), Some(size)) = (key_lost, size)
        && !was_logged(logged, cut_off, size)
    {
        after.doubted = Some(cut_off);
    }
    Ok(Public {
        certificate,
        issuer,
        key,
        filed,
        logged,
        key_lost,
        after,
    })
}

/// Whether the log knew an issue before a cut-off, when it had this size.
fn was_logged(logged: Option<Entered>, cut_off: NaiveDateTime, size: i64) -> bool {
    match logged {
        Some((_, Some(place))) => place < size,
        Some((at, None)) => at < cut_off,
        None => size == 0,
    }
}

/// The tokens of what a compromised key signed before it was lost.
pub fn kept_of_key(db: &mut Conn, key: &str) -> Found<Vec<String>> {
    type Lost = (Option<NaiveDateTime>, Option<i64>);
    let lost: Option<Lost> = on!(db, c => key_events::table
        .filter(key_events::key_id.eq(key)).filter(key_events::cut_off.is_not_null())
        .select((key_events::cut_off, key_events::log_size)).first(c).optional())?;
    let Some((Some(cut_off), size)) = lost else {
        return Ok(Vec::new());
    };
    let rows: Vec<(String, Option<Entered>)> = on!(db, c => certificates::table
        .left_join(log_events::table.on(log_events::subject
            .eq(diesel::dsl::sql::<diesel::sql_types::Text>("certificates.id"))
            .and(log_events::log.eq(PUBLIC))
            .and(log_events::n.eq(1))))
        .filter(certificates::key_id.eq(key)).filter(certificates::issued_at.lt(cut_off))
        .select((certificates::token, (log_events::at, log_events::seq).nullable())).load(c))?;
    Ok(rows
        .into_iter()
        .filter(|(_, logged)| size.is_none_or(|size| was_logged(*logged, cut_off, size)))
        .map(|(token, _)| token)
        .collect())
}

/// How many certificates a key signed before a moment, and how many from then on.
pub fn count_of_key(db: &mut Conn, key: &str, cut_off: NaiveDateTime) -> Found<(i64, i64)> {
    let before = on!(db, c => certificates::table.filter(certificates::key_id.eq(key))
        .filter(certificates::issued_at.lt(cut_off)).count().get_result(c))?;
    let since = on!(db, c => certificates::table.filter(certificates::key_id.eq(key))
        .filter(certificates::issued_at.ge(cut_off)).count().get_result(c))?;
    Ok((before, since))
}

/// A page of all certificates in the order of their keys, for the audit.
pub fn after_key(db: &mut Conn, known: &Known, key: &str, limit: i64) -> Found<Vec<Public>> {
    let rows: Vec<TurnRow> = on!(db, c => turns!(certificates::id.gt(key))
        .order(certificates::id).limit(limit).load(c))?;
    all(db, known, rows)
}
