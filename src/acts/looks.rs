//! 查验记录: looks are gathered in memory and written down together, so that looking writes nothing.
//!
//! Known sad path: a server that is killed forgets the looks it has not written down: those of its last
//! seconds, or, when many came at once, of up to five minutes. Nothing else hangs on them.

use crate::acts::{Done, Registry};
use crate::domain::certificate::CertificateId;
use crate::domain::holder::LookKind;
use crate::ground::clock::Now;
use crate::store::looks::{self, Look};
use chrono::{NaiveDateTime, Timelike};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whoever floods us with looks at different certificates is not written down one by one.
const MOST: usize = 5_000;

/// So many are written down in one act; the rest waits for the next.
const AT_ONCE: usize = 100;

/// How often each certificate was looked at, in which hour and how.
type Noted = HashMap<(CertificateId, NaiveDateTime, LookKind), i32>;

/// The looks that are not written down yet.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<Noted>>);

impl Looks {
    /// Notes that somebody looked.
    pub fn note(&self, certificate: &CertificateId, kind: LookKind, now: Now) {
        let hour = now
            .utc()
            .with_minute(0)
            .and_then(|at| at.with_second(0))
            .and_then(|at| at.with_nanosecond(0));
        let mut noted = self.noted();
        let many = noted.len();
        let look = (certificate.clone(), hour.unwrap_or(now.utc()), kind);
        match noted.entry(look) {
            Entry::Occupied(mut known) => *known.get_mut() += 1,
            Entry::Vacant(new) if many < MOST => {
                new.insert(1);
            }
            Entry::Vacant(_) => {}
        }
    }

    /// Writes some of them down; answers how many.
    pub fn keep(&self, registry: &Registry) -> Done<usize> {
        let rows: Vec<Look> = {
            let mut noted = self.noted();
            noted
                .extract_if(|_, _| true)
                .take(AT_ONCE)
                .map(|((certificate, hour, kind), n)| Look {
                    certificate,
                    hour,
                    kind: kind.to_string(),
                    n,
                })
                .collect()
        };
        if !rows.is_empty() {
            registry.store.write(|db| looks::add(db, &rows))?;
        }
        Ok(rows.len())
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
