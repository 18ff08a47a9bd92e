//! 连接: which database, and its two doors.
//!
//! [`Store::read`] asks; [`Store::write`] changes. `write` is **the door with the pen**: one
//! writer at a time, first come first served, on both databases.
//!
//! ## Why
//! Read-then-write acts (serial numbers, one certificate per right) are wrong on both databases
//! with plain transactions: SQLite answers "database is locked" to most of them, PostgreSQL lets
//! two read the same number. On SQLite writers therefore queue on a fair lock around one
//! connection, each act in a savepoint; whoever leaves and sees nobody waiting commits for all
//! who came before (group commit), and nobody is answered before that commit. On PostgreSQL a
//! transaction first takes the one row of `pen`, so several app servers queue there too.
//!
//! Whoever has a database open says so: by a lock on a file beside SQLite's, on PostgreSQL by an
//! advisory lock each connection holds. [`Store::open_alone`] has it to itself, or is refused. Such
//! locks end with their process, however that ends.

use crate::store::glance::{self, Glances};
use crate::store::pool::Pool;
use crate::store::vault_checks::{self, Row};
use crate::store::{Failure, Found, migrations};
use diesel::connection::SimpleConnection;
use diesel::prelude::{QueryableByName, RunQueryDsl};
use diesel::{Connection, PgConnection, SqliteConnection};
use parking_lot::{Condvar, FairMutex, Mutex};
use std::fs::{File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// One connection to either database.
pub enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A PostgreSQL server.
    Pg(PgConnection),
}

/// Runs one Diesel expression on whichever database this is; its body is compiled for both.
#[macro_export]
macro_rules! on {
    ($db:expr, $c:ident => $q:expr) => {
        match $db {
            $crate::store::connection::Conn::Sqlite($c) => $q,
            $crate::store::connection::Conn::Pg($c) => $q,
        }
    };
}

impl Conn {
    /// Runs statements without answers.
    pub fn run(&mut self, statements: &str) -> Found<()> {
        Ok(on!(self, c => c.batch_execute(statements))?)
    }

    /// Whether the connection still answers.
    pub(super) fn is_sound(&mut self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            // Not an empty query: the driver takes its answer for a failure.
            Self::Pg(connection) => connection.batch_execute("SELECT 1").is_ok(),
        }
    }
}

/// The database of one registry.
pub struct Store {
    backend: Backend,
    /// The check its master key opened: a later connection that finds another is refused.
    check: Check,
    /// What says that somebody has the database open, for as long as this is there.
    _use: Use,
}

type Check = Arc<OnceLock<Vec<u8>>>;

/// How a database is held.
enum Use {
    /// By a locked file.
    File { _locked: File },
    /// By a connection of its own that has the lock to itself.
    Connection { _guard: Box<Mutex<Conn>> },
    /// By each connection, or on a file system without locks.
    None,
}

/// Whether a database is to be had beside others, or without them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Company {
    Others,
    Alone,
}

enum Backend {
    Sqlite {
        file: PathBuf,
        writer: FairMutex<Writer>,
        waiting: AtomicUsize,
        readers: Pool,
        glances: Glances,
    },
    Postgres {
        pool: Pool,
    },
}

/// The one SQLite connection that writes, and the transaction its acts share.
struct Writer {
    connection: Conn,
    group: Option<Group>,
}

struct Group {
    acts: usize,
    outcome: Arc<Outcome>,
}

/// How a group's commit ended; its members wait for it.
#[derive(Default)]
struct Outcome {
    ended: Mutex<Option<Result<(), String>>>,
    bell: Condvar,
}

/// At most so many acts share one commit.
const GROUP: usize = 64;

impl Store {
    /// Opens the database at `url`: `postgres://…` or the path of a SQLite file, which is made
    /// when it does not exist. Brings the tables up to date.
    pub fn open(url: &str) -> Found<Self> {
        Self::open_in(url, Company::Others)
    }

    /// Opens it with nobody else: refused while a server, or anything else, has it open; and others
    /// are refused while this is there.
    pub fn open_alone(url: &str) -> Found<Self> {
        Self::open_in(url, Company::Alone)
    }

    fn open_in(url: &str, company: Company) -> Found<Self> {
        let check = Check::default();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let held = match company {
                Company::Others => Use::None,
                Company::Alone => Use::Connection {
                    _guard: Box::new(Mutex::new(alone_postgres(url)?)),
                },
            };
            let (address, known) = (url.to_owned(), Arc::clone(&check));
            let pool = Pool::new(16, move || match company {
                Company::Others => open_postgres(&address).and_then(|one| beside(one, &known)),
                Company::Alone => open_postgres(&address),
            });
            pool.with(migrations::run)?;
            return Ok(Self {
                backend: Backend::Postgres { pool },
                check,
                _use: held,
            });
        }
        let file = PathBuf::from(url.strip_prefix("sqlite://").unwrap_or(url));
        let held = held_file(&file, company)?;
        let mut connection = open_sqlite(&file, WRITER)?;
        migrations::run(&mut connection)?;
        let writer = FairMutex::new(Writer {
            connection,
            group: None,
        });
        let glances = Glances::of(file.clone());
        let path = file.clone();
        let readers = Pool::new(8, move || open_sqlite(&path, READER));
        Ok(Self {
            backend: Backend::Sqlite {
                file,
                writer,
                waiting: AtomicUsize::new(0),
                readers,
                glances,
            },
            check,
            _use: held,
        })
    }

    /// Notes the check the master key opened. A server whose database went away and came back with
    /// another master key gets no connection any more.
    pub fn bind(&self, check: Vec<u8>) {
        // Whoever binds twice is bound by the first.
        drop(self.check.set(check));
    }

    /// Which database this is, for people.
    pub fn kind(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite { .. } => "SQLite",
            Backend::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Asks a question; may wait for a connection.
    pub fn read<T, E: From<Failure>>(
        &self,
        ask: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.backend {
            Backend::Sqlite { readers, .. } => readers.with(ask),
            Backend::Postgres { pool } => pool.with(ask),
        }
    }

    /// Asks a question of a few point reads. On SQLite it is answered on this thread's own
    /// connection without waiting, so an async handler may call it directly.
    pub fn point<T, E: From<Failure>>(
        &self,
        ask: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.backend {
            Backend::Sqlite { glances, .. } => glances.point(ask),
            Backend::Postgres { .. } => self.read(ask),
        }
    }

    /// The same, but what this thread was answered under the same key is not asked again until
    /// somebody has written to the database, in this process or another (`store::recent`). PostgreSQL
    /// does not tell when somebody has: it is asked each time.
    pub fn recall<T: Send + Sync + 'static, E: From<Failure>>(
        &self,
        key: &str,
        ask: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        match &self.backend {
            Backend::Sqlite { glances, .. } => glances.recall(key, ask),
            Backend::Postgres { .. } => self.read(ask).map(Arc::new),
        }
    }

    /// Whether [`Store::point`] answers without waiting.
    pub fn answers_at_once(&self) -> bool {
        matches!(self.backend, Backend::Sqlite { .. })
    }

    /// Does an act in one transaction, holding the pen. When this returns `Ok`, the act is on
    /// record and a power cut does not undo it; when it returns `Err` or panics, nothing of it is.
    pub fn write<T, E: From<Failure>>(
        &self,
        act: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.backend {
            Backend::Sqlite {
                writer, waiting, ..
            } => write_in_group(writer, waiting, act),
            Backend::Postgres { pool } => pool.with(|connection| write_alone(connection, act)),
        }
    }

    /// Takes over into SQLite's file what was committed, once much of that stands beside it, so that the
    /// room there is used anew. SQLite does so itself when it commits, but no further than the oldest
    /// reader sees: while many ask without a pause, somebody sees what was before each commit, and the
    /// file beside it would grow for as long as they ask. To be called every few seconds, not just behind
    /// a commit.
    pub fn tidy(&self) -> Found<()> {
        let Backend::Sqlite {
            file,
            readers,
            glances,
            ..
        } = &self.backend
        else {
            return Ok(());
        };
        glances.end()?;
        let mut beside = file.as_os_str().to_owned();
        beside.push("-wal");
        let long = std::fs::metadata(beside).is_ok_and(|beside| beside.len() > LONG);
        if !long {
            return Ok(());
        }
        readers.with(|connection| connection.run("PRAGMA wal_checkpoint(PASSIVE)"))
    }

    /// A consistent copy of the whole database in one new file, while others go on. SQLite only:
    /// PostgreSQL has its own tools for this.
    pub fn copy_to(&self, copy: &std::path::Path) -> Found<()> {
        let Backend::Sqlite { file, .. } = &self.backend else {
            return Err(Failure::Busy("PostgreSQL is copied by pg_dump".to_owned()));
        };
        // A connection of its own: readers may not write, not even elsewhere, and the writer is
        // not to be kept from its queue for so long.
        let quoted = copy.to_string_lossy().replace('\'', "''");
        open_sqlite(file, "PRAGMA temp_store = MEMORY")?.run(&format!("VACUUM INTO '{quoted}'"))
    }
}

fn write_in_group<T, E: From<Failure>>(
    writer: &FairMutex<Writer>,
    waiting: &AtomicUsize,
    act: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    waiting.fetch_add(1, Ordering::SeqCst);
    let mut pen = writer.lock();
    waiting.fetch_sub(1, Ordering::SeqCst);

    if pen.group.is_none() {
        pen.connection.run("BEGIN IMMEDIATE")?;
        pen.group = Some(Group {
            acts: 0,
            outcome: Arc::default(),
        });
    }
    let started = pen.connection.run("SAVEPOINT act").map_err(E::from);
    let done = match started {
        Ok(()) => catch_unwind(AssertUnwindSafe(|| act(&mut pen.connection))),
        Err(failure) => Ok(Err(failure)),
    };
    let close = if matches!(done, Ok(Ok(_))) {
        "RELEASE act"
    } else {
        "ROLLBACK TO act; RELEASE act"
    };
    let closed = pen.connection.run(close);

    let group = pen
        .group
        .as_mut()
        .expect("the group this act joined is open");
    group.acts += 1;
    let outcome = Arc::clone(&group.outcome);
    if waiting.load(Ordering::SeqCst) == 0 || group.acts >= GROUP || closed.is_err() {
        crate::trial!("before-commit");
        let ended = closed
            .and_then(|()| pen.connection.run("COMMIT"))
            .map_err(|failure| failure.to_string());
        if ended.is_err() {
            // The commit's own failure is what is reported; a failing rollback adds nothing.
            drop(pen.connection.run("ROLLBACK"));
        }
        glance::committed();
        crate::trial!("after-commit");
        pen.group = None;
        outcome.ring(ended);
    }
    drop(pen);

    match done {
        Err(panic) => resume_unwind(panic),
        Ok(Err(refused)) => Err(refused),
        Ok(Ok(answer)) => outcome.wait().map(|()| answer).map_err(E::from),
    }
}

impl Outcome {
    fn ring(&self, ended: Result<(), String>) {
        *self.ended.lock() = Some(ended);
        self.bell.notify_all();
    }

    fn wait(&self) -> Found<()> {
        let mut ended = self.ended.lock();
        while ended.is_none() {
            self.bell.wait(&mut ended);
        }
        match ended.as_ref().expect("the bell has rung") {
            Ok(()) => Ok(()),
            Err(why) => Err(Failure::Busy(format!("the commit failed: {why}"))),
        }
    }
}

fn write_alone<T, E: From<Failure>>(
    connection: &mut Conn,
    act: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    connection.run(
        "BEGIN; UPDATE pen SET taken_at = CURRENT_TIMESTAMP AT TIME ZONE 'UTC' WHERE id = 1",
    )?;
    match catch_unwind(AssertUnwindSafe(|| act(connection))) {
        Ok(Ok(answer)) => {
            crate::trial!("before-commit");
            connection.run("COMMIT")?;
            crate::trial!("after-commit");
            Ok(answer)
        }
        Ok(Err(refused)) => {
            connection.run("ROLLBACK")?;
            Err(refused)
        }
        Err(panic) => {
            drop(connection.run("ROLLBACK"));
            resume_unwind(panic)
        }
    }
}

const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
    PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY";
/// As long as `wal_autocheckpoint` lets the file beside it become, in bytes.
const LONG: u64 = 4_000 * 4_096;
const READER: &str = "PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -65536; \
    PRAGMA mmap_size = 4294967296; PRAGMA temp_store = MEMORY";

pub(super) fn open_sqlite(file: &std::path::Path, settings: &str) -> Found<Conn> {
    let mut connection = Conn::Sqlite(
        SqliteConnection::establish(&file.to_string_lossy()).map_err(unreachable_database)?,
    );
    // The time-out comes first: even asking for WAL can meet a lock.
    connection.run("PRAGMA busy_timeout = 5000")?;
    connection.run(settings)?;
    Ok(connection)
}

fn open_postgres(url: &str) -> Found<Conn> {
    let mut connection = Conn::Pg(PgConnection::establish(url).map_err(unreachable_database)?);
    connection.run("SET TIME ZONE 'UTC'; SET client_min_messages = warning")?;
    Ok(connection)
}

/// Says that the database is in use by others too; refuses it while somebody has it alone, or when
/// another master key took it over meanwhile.
fn beside(mut connection: Conn, check: &Check) -> Found<Conn> {
    if !locked(&mut connection, Company::Others)? {
        return Err(Failure::Busy(ALONE.to_owned()));
    }
    if let Some(check) = check.get()
        && vault_checks::kept(&mut connection, Row::Check)?.as_ref() != Some(check)
    {
        return Err(Failure::Busy(
            "the master key was replaced: give the new one to this server and start it again"
                .to_owned(),
        ));
    }
    Ok(connection)
}

fn alone_postgres(url: &str) -> Found<Conn> {
    let mut connection = open_postgres(url)?;
    if locked(&mut connection, Company::Alone)? {
        return Ok(connection);
    }
    Err(Failure::Busy(IN_USE.to_owned()))
}

/// A schema is a registry: each has its lock.
fn locked(connection: &mut Conn, company: Company) -> Found<bool> {
    #[derive(QueryableByName)]
    struct Had {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        had: bool,
    }
    let Conn::Pg(connection) = connection else {
        return Ok(true);
    };
    let ask = match company {
        Company::Others => {
            "SELECT pg_try_advisory_lock_shared(471315, hashtext(coalesce(current_schema(), ''))) AS had"
        }
        Company::Alone => {
            "SELECT pg_try_advisory_lock(471315, hashtext(coalesce(current_schema(), ''))) AS had"
        }
    };
    let had: Had = diesel::sql_query(ask).get_result(connection)?;
    Ok(had.had)
}

fn held_file(database: &Path, company: Company) -> Found<Use> {
    let mut name = database.as_os_str().to_owned();
    name.push(".use");
    let unlockable =
        |error: std::io::Error| Failure::Busy(format!("the database cannot be locked: {error}"));
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(unlockable)?;
    let tried = match company {
        Company::Others => file.try_lock_shared(),
        Company::Alone => file.try_lock(),
    };
    match (tried, company) {
        (Ok(()), _) => Ok(Use::File { _locked: file }),
        (Err(TryLockError::WouldBlock), Company::Others) => Err(Failure::Busy(ALONE.to_owned())),
        (Err(TryLockError::WouldBlock), Company::Alone) => Err(Failure::Busy(IN_USE.to_owned())),
        (Err(TryLockError::Error(error)), Company::Others)
            if error.kind() == std::io::ErrorKind::Unsupported =>
        {
            Ok(Use::None)
        }
        (Err(TryLockError::Error(error)), _) => Err(unlockable(error)),
    }
}

const ALONE: &str = "the master key is being replaced just now: start again when that is over";
const IN_USE: &str = "a server or another command has this database open: stop it first";

fn unreachable_database(error: diesel::ConnectionError) -> Failure {
    Failure::Busy(format!("the database cannot be opened: {error}"))
}
