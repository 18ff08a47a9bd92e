//! 瞥: a reader of each thread's own, for questions too short to queue for. SQLite only.
//!
//! To begin a transaction and to end it takes SQLite a good part of the time a certificate is found in.
//! A thread that says when it has nothing to do ([`rest`]) therefore lets its transaction stand from
//! one question to the next: until this process commits anything, and a thousandth of a second at
//! most. So no answer is older than what this process has committed, and what another process commits
//! is seen as if it had been done a thousandth of a second later. On all other threads a transaction
//! ends with its question.

use crate::store::connection::{Conn, open_sqlite};
use crate::store::recent::Recent;
use crate::store::{Failure, Found};
use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A point read goes by a handful of pages, which the file mapped into memory gives a little sooner.
/// But after every commit a reader maps the file anew, and whoever asks just then waits for that: at a
/// million certificates for a tenth of a second. Among ten million it takes longer than to read them.
const SETTINGS: &str = "PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; \
    PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY";

/// For so long a transaction may stand.
const STANDS: Duration = Duration::from_millis(1);

/// How often this process has committed, to whichever file.
static COMMITTED: AtomicU64 = AtomicU64::new(0);

/// Notes that something was committed, before anybody is told of it.
pub(super) fn committed() {
    COMMITTED.fetch_add(1, Ordering::SeqCst);
}

thread_local! {
    static OWN: RefCell<Option<Glance>> = const { RefCell::new(None) };
    /// Whether this thread says when it has nothing to do.
    static RESTS: Cell<bool> = const { Cell::new(false) };
}

/// This thread has nothing to do for now: its transaction ends. Only a thread that calls this before
/// each of its rests may call it.
pub fn rest() {
    RESTS.set(true);
    OWN.with_borrow_mut(|own| {
        if own.as_mut().is_some_and(|glance| glance.end().is_err()) {
            *own = None;
        }
    });
}

/// A thread's reader, and what it found lately.
struct Glance {
    /// Of which store.
    store: u64,
    connection: Conn,
    begun: Option<Begun>,
    recent: Recent,
}

/// A transaction that is under way.
struct Begun {
    at: Instant,
    /// How often this process had committed.
    committed: u64,
}

/// Asks on this thread's own reader of a store.
pub(super) fn point<T, E: From<Failure>>(
    store: u64,
    file: &Path,
    ask: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    with_own(store, file, |own| ask(&mut own.connection))
}

/// The same; what was answered under this key is not asked again until somebody has committed.
pub(super) fn recall<T: Send + Sync + 'static, E: From<Failure>>(
    store: u64,
    file: &Path,
    key: &str,
    ask: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<Arc<T>, E> {
    with_own(store, file, |own| {
        own.recent.answer(&mut own.connection, key, ask)
    })
}

fn with_own<T, E: From<Failure>>(
    store: u64,
    file: &Path,
    ask: impl FnOnce(&mut Glance) -> Result<T, E>,
) -> Result<T, E> {
    OWN.with_borrow_mut(|own| {
        if own.as_ref().is_none_or(|glance| glance.store != store) {
            *own = Some(Glance {
                store,
                connection: open_sqlite(file, SETTINGS)?,
                begun: None,
                recent: Recent::default(),
            });
        }
        let glance = own.as_mut().expect("this thread's reader was opened above");
        if let Err(failure) = glance.begin() {
            *own = None;
            return Err(failure.into());
        }
        ask(glance)
    })
}

impl Glance {
    /// Sees to it that what is asked next is answered as things are now.
    fn begin(&mut self) -> Found<()> {
        let (committed, now) = (COMMITTED.load(Ordering::SeqCst), Instant::now());
        if let Some(begun) = &self.begun
            && begun.committed == committed
            && now - begun.at < STANDS
        {
            return Ok(());
        }
        self.end()?;
        if RESTS.get() {
            self.connection.run("BEGIN")?;
            self.begun = Some(Begun { at: now, committed });
        }
        self.recent.doubt();
        Ok(())
    }

    fn end(&mut self) -> Found<()> {
        match self.begun.take() {
            Some(_) => self.connection.run("COMMIT"),
            None => Ok(()),
        }
    }
}
