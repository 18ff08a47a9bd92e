//! 瞥: a reader of each thread's own, for questions too short to queue for. SQLite only.
//!
//! To begin a transaction and to end it takes SQLite a good part of the time a certificate is found in.
//! So a thread lets its transaction stand from one question to the next: until this process commits
//! anything, and a thousandth of a second at most. No answer is therefore older than what this process
//! has committed, and what another process commits is seen as if it had been done a thousandth of a
//! second later. A thread that is asked nothing more leaves its transaction for whoever ends them all
//! every few seconds ([`Glances::end`]): what is committed meanwhile cannot be taken over into the file
//! past it. Where nobody does, a transaction ends with its question.

use crate::store::connection::{Conn, open_sqlite};
use crate::store::recent::Recent;
use crate::store::{Failure, Found};
use parking_lot::Mutex;
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
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

/// How many files there were.
static FILES: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// This thread's reader, and of which file it is: tests have many, a server has one.
    static OWN: RefCell<Option<(u64, Arc<Mutex<Glance>>)>> = const { RefCell::new(None) };
}

/// The readers of one file.
pub(super) struct Glances {
    which: u64,
    file: PathBuf,
    open: Mutex<Vec<Weak<Mutex<Glance>>>>,
    /// Whether somebody ends what they leave standing.
    ended: AtomicBool,
}

impl Glances {
    /// No readers yet.
    pub(super) fn of(file: PathBuf) -> Self {
        Self {
            which: FILES.fetch_add(1, Ordering::Relaxed),
            file,
            open: Mutex::default(),
            ended: AtomicBool::new(false),
        }
    }

    /// Asks on this thread's own reader.
    pub(super) fn point<T, E: From<Failure>>(
        &self,
        ask: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.with_own(|own| ask(&mut own.connection))
    }

    /// The same; what was answered under this key is not asked again until somebody has committed.
    pub(super) fn recall<T: Send + Sync + 'static, E: From<Failure>>(
        &self,
        key: &str,
        ask: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        self.with_own(|own| own.recent.answer(&mut own.connection, key, ask))
    }

    /// Ends what stands. Whoever calls this does so again every few seconds: from the first time on
    /// transactions may stand.
    pub(super) fn end(&self) -> Found<()> {
        self.ended.store(true, Ordering::Relaxed);
        let mut open = self.open.lock();
        open.retain(|reader| reader.strong_count() > 0);
        let readers: Vec<_> = open.iter().filter_map(Weak::upgrade).collect();
        drop(open);
        readers.iter().try_for_each(|reader| reader.lock().end())
    }

    fn with_own<T, E: From<Failure>>(
        &self,
        ask: impl FnOnce(&mut Glance) -> Result<T, E>,
    ) -> Result<T, E> {
        OWN.with_borrow_mut(|own| {
            let (_, glance) = match own {
                Some(known) if known.0 == self.which => known,
                _ => own.insert((self.which, self.opened()?)),
            };
            let mut glance = glance.lock();
            if let Err(failure) = glance.begin(self.ended.load(Ordering::Relaxed)) {
                drop(glance);
                *own = None;
                return Err(failure.into());
            }
            ask(&mut glance)
        })
    }

    fn opened(&self) -> Found<Arc<Mutex<Glance>>> {
        let glance = Arc::new(Mutex::new(Glance {
            connection: open_sqlite(&self.file, SETTINGS)?,
            begun: None,
            recent: Recent::default(),
        }));
        self.open.lock().push(Arc::downgrade(&glance));
        Ok(glance)
    }
}

/// A thread's reader, and what it found lately.
struct Glance {
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

impl Glance {
    /// Sees to it that what is asked next is answered as things are now.
    fn begin(&mut self, may_stand: bool) -> Found<()> {
        let (committed, now) = (COMMITTED.load(Ordering::SeqCst), Instant::now());
        if let Some(begun) = &self.begun
            && begun.committed == committed
            && now - begun.at < STANDS
        {
            return Ok(());
        }
        self.end()?;
        if may_stand {
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
