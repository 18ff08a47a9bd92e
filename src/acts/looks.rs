//! 查验记录: looks are gathered in memory and written down together, so that looking writes nothing.
//!
//! Known sad path: a server that is killed forgets the looks of its last seconds. Nothing else
//! hangs on them.

use crate::acts::{Done, Registry};
use crate::domain::certificate::CertificateId;
use crate::domain::holder::LookKind;
use crate::ground::clock::Now;
use crate::store::looks::{self, Look};
use chrono::{NaiveDateTime, Timelike};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Whoever floods us with looks at different certificates is not written down one by one. Three
/// hundred different ones a second are more than a city asks for.
const MOST: usize = 5_000;

/// The looks since they were last written down.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<HashMap<(CertificateId, NaiveDateTime, LookKind), i32>>>);

impl Looks {
    /// Notes that somebody looked.
    pub fn note(&self, certificate: &CertificateId, kind: LookKind, now: Now) {
        let hour = now
            .utc()
            .with_minute(0)
            .and_then(|at| at.with_second(0))
            .and_then(|at| at.with_nanosecond(0));
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() < MOST {
            *noted
                .entry((certificate.clone(), hour.unwrap_or(now.utc()), kind))
                .or_default() += 1;
        }
    }

    /// Writes them down.
    pub fn keep(&self, registry: &Registry) -> Done<usize> {
        let noted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if noted.is_empty() {
            return Ok(0);
        }
        let mut rows: Vec<Look> = noted
            .into_iter()
            .map(|((certificate, hour, kind), n)| Look {
                certificate,
                hour,
                kind: kind.to_string(),
                n,
            })
            .collect();
        rows.sort_by(|a, b| {
            (&a.certificate, a.hour, &a.kind).cmp(&(&b.certificate, b.hour, &b.kind))
        });
        registry.store.write(|db| looks::add(db, &rows))?;
        Ok(rows.len())
    }
}
