//! 已知: what never changes: under which key and which filed line certificates were issued, and where
//! their issue stands in the public log.
//!
//! The database refuses to change a filed line or an entry that has its place, and of a key only how its
//! private half is sealed and when it was retired ever changes. A process asks for each once; whoever
//! audits the register knows nothing when he begins.

use crate::domain::certificate::CertificateId;
use crate::domain::entitlement::EntitlementId;
use crate::domain::institution::{InstitutionId, InstitutionRole};
use crate::domain::occupation::OccupationCode;
use crate::domain::skill_level::SkillLevel;
use crate::ground::key;
use crate::on;
use crate::schema::{entitlements, issuer_keys, log_events};
use crate::store::log::PUBLIC;
use crate::store::{Conn, Found};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

/// Whose key, for which year, how it signs, its public half.
pub type IssuerKey = (InstitutionId, i32, String, Vec<u8>);

/// Whose line, in which role, of which trade, at which level, by which document.
pub type Filed = (
    InstitutionId,
    InstitutionRole,
    Option<OccupationCode>,
    Option<SkillLevel>,
    String,
);

/// When an issue was entered in the public log, and its place there once it has one.
pub type Entered = (NaiveDateTime, Option<i64>);

/// What was told of them: some kilobytes for each organisation and year; and of the log's entries some
/// thirty megabytes, then these start anew.
#[derive(Default)]
pub struct Known {
    keys: RwLock<HashMap<String, Arc<IssuerKey>>>,
    filed: RwLock<HashMap<EntitlementId, Arc<Filed>>>,
    placed: RwLock<HashMap<Key, (NaiveDateTime, i64)>>,
}

const MOST_PLACED: usize = 300_000;

/// A certificate's key in place: one of hundreds of thousands is found without going elsewhere for it.
type Key = [u8; key::LENGTH];

fn in_place(id: &CertificateId) -> Option<Key> {
    id.as_str().as_bytes().try_into().ok()
}

impl Known {
    /// The key with this key.
    pub(super) fn key(&self, db: &mut Conn, id: &str) -> Found<Arc<IssuerKey>> {
        if let Some(known) = self.keys.read().get(id) {
            return Ok(Arc::clone(known));
        }
        let columns = (
            issuer_keys::institution,
            issuer_keys::year,
            issuer_keys::algorithm,
            issuer_keys::public,
        );
        let found: IssuerKey = on!(db, c => issuer_keys::table.find(id).select(columns).first(c))?;
        let found = Arc::new(found);
        self.keys.write().insert(id.to_owned(), Arc::clone(&found));
        Ok(found)
    }

    /// The filed line with this key, if there is one.
    pub(super) fn filed(&self, db: &mut Conn, id: &EntitlementId) -> Found<Option<Arc<Filed>>> {
        if let Some(known) = self.filed.read().get(id) {
            return Ok(Some(Arc::clone(known)));
        }
        let columns = (
            entitlements::institution,
            entitlements::role,
            entitlements::occupation,
            entitlements::level,
            entitlements::document,
        );
        let found: Option<Filed> =
            on!(db, c => entitlements::table.find(id).select(columns).first(c).optional())?;
        let found = found.map(Arc::new);
        if let Some(found) = &found {
            let mut known = self.filed.write();
            known.insert(id.clone(), Arc::clone(found));
        }
        Ok(found)
    }

    /// When and where the issue of each of these certificates was entered in the public log; none for
    /// one that was issued before there was a log.
    pub(super) fn entered(
        &self,
        db: &mut Conn,
        ids: &[&CertificateId],
    ) -> Found<Vec<Option<Entered>>> {
        let mut entered: Vec<Option<Entered>> = {
            let placed = self.placed.read();
            let known = |id: &&CertificateId| {
                let (at, place) = placed.get(&in_place(id)?)?;
                Some((*at, Some(*place)))
            };
            ids.iter().map(known).collect()
        };
        let asked: Vec<&str> = ids
            .iter()
            .zip(&entered)
            .filter(|(_, known)| known.is_none())
            .map(|(id, _)| id.as_str())
            .collect();
        if asked.is_empty() {
            return Ok(entered);
        }
        let found = issues(db, &asked)?;
        let mut placed = self.placed.write();
        if placed.len() + found.len() > MOST_PLACED {
            placed.clear();
        }
        for (id, entered) in ids.iter().zip(&mut entered) {
            if let Some(&(at, place)) = found.get(id.as_str()) {
                *entered = Some((at, place));
                // One that waits for its place is asked for again.
                if let Some((key, place)) = in_place(id).zip(place) {
                    placed.insert(key, (at, place));
                }
            }
        }
        Ok(entered)
    }
}

/// The first event of a certificate is its issue.
fn issues(db: &mut Conn, ids: &[&str]) -> Found<HashMap<String, Entered>> {
    type Row = (String, NaiveDateTime, Option<i64>);
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let rows: Vec<Row> = on!(db, c => {
            let issues = log_events::table
                .filter(log_events::log.eq(PUBLIC).and(log_events::n.eq(1)))
                .select((log_events::subject, log_events::at, log_events::seq));
            match some {
                // The words of this one never change, so it is prepared once.
                [one] => issues.filter(log_events::subject.eq(*one)).load(c),
                _ => issues.filter(log_events::subject.eq_any(some)).load(c),
            }
        })?;
        found.extend(rows.into_iter().map(|(id, at, place)| (id, (at, place))));
    }
    Ok(found)
}
