//! 防回退: the last checkpoint this server published, kept outside the database.
//!
//! A database restored from an old backup has forgotten certificates that people hold. Going on
//! from there would sign a second history. The guard's file remembers: as long as the database is
//! behind it, nothing is signed and nothing issued; what is on record is verified as before.

use crate::acts::{Done, Error};
use crate::seal::log::{Hash, Tree};
use crate::seal::note::{Checkpoint, Note};
use crate::store::log::{self, PUBLIC};
use crate::store::{Conn, Store};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What one process knows of the log.
#[derive(Debug, Default)]
pub struct Watch {
    file: Option<PathBuf>,
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Debug, Default)]
struct State {
    published: Option<(u64, Hash)>,
    behind: Option<(u64, u64)>,
    rung: bool,
}

impl Watch {
    /// Reads the guard's file and holds the database against it.
    pub(in crate::acts) fn open(store: &Store, file: Option<PathBuf>) -> Done<Self> {
        let published = match &file {
            Some(path) if path.is_file() => Some(read(path)?),
            _ => None,
        };
        let watch = Self {
            file,
            state: Mutex::new(State {
                published,
                behind: None,
                rung: true,
            }),
            bell: Condvar::new(),
        };
        store.read(|db| watch.compare(db))?;
        Ok(watch)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the database has forgotten what was published.
    pub fn is_behind(&self) -> bool {
        self.state().behind.is_some()
    }

    /// How many leaves the database has and how many were published, when it is behind.
    pub fn behind(&self) -> Option<(u64, u64)> {
        self.state().behind
    }

    /// What was published last, as far as this server knows.
    pub fn published(&self) -> Option<(u64, Hash)> {
        self.state().published
    }

    /// Says that an event waits.
    pub(in crate::acts) fn ring(&self) {
        self.state().rung = true;
        self.bell.notify_all();
    }

    /// Waits until an event waits, or for so long; answers whether one does.
    pub fn wait(&self, most: Duration) -> bool {
        let state = self.state();
        let (mut state, _) = self
            .bell
            .wait_timeout_while(state, most, |state| !state.rung)
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.rung)
    }

    /// Holds the database against what was published; answers whether it may be signed on.
    pub(super) fn compare(&self, db: &mut Conn) -> Done<bool> {
        let Some((size, root)) = self.state().published else {
            return Ok(true);
        };
        let head = log::head(db, PUBLIC)?;
        let at = head
            .as_ref()
            .map_or(0, |head| u64::try_from(head.size).unwrap_or(0));
        let same = match &head {
            Some(head) if at == size => Note::read(&head.note)
                .and_then(|note| Checkpoint::read(&note.text))
                .is_some_and(|checkpoint| checkpoint.root == root),
            Some(_) if at > size => {
                let mut tree = Tree::new(at, |level, n| super::proofs::tile(db, level, n));
                tree.root(size)? == root
            }
            _ => false,
        };
        let now = (!same).then_some((at, size));
        let before = std::mem::replace(&mut self.state().behind, now);
        if !same && before != now {
            tracing::error!(
                database = at,
                published = size,
                "THE LOG IS BEHIND: the database has forgotten what was published; nothing is issued until it is recovered"
            );
        }
        Ok(same)
    }

    /// Remembers a checkpoint that was committed, before anybody is shown it.
    pub(super) fn publish(&self, note: &str, checkpoint: &Checkpoint) -> Done<()> {
        let mut state = self.state();
        if state
            .published
            .is_some_and(|(size, _)| size >= checkpoint.size)
        {
            return Ok(());
        }
        if let Some(file) = &self.file {
            write(file, note).map_err(|error| {
                Error::fault(format!("{} cannot be written: {error}", file.display()))
            })?;
        }
        state.published = Some((checkpoint.size, checkpoint.root));
        Ok(())
    }
}

fn read(file: &Path) -> Done<(u64, Hash)> {
    let torn = || Error::fault(format!("{} is not a checkpoint of the log", file.display()));
    let text = std::fs::read_to_string(file).map_err(|_| torn())?;
    let note = Note::read(&text).ok_or_else(torn)?;
    let checkpoint = Checkpoint::read(&note.text).ok_or_else(torn)?;
    Ok((checkpoint.size, checkpoint.root))
}

/// Writes beside it, makes it last, then puts it in its place: half a file is never seen.
fn write(file: &Path, note: &str) -> std::io::Result<()> {
    let beside = file.with_extension(format!("guard.{}", std::process::id()));
    let mut new = std::fs::File::create(&beside)?;
    new.write_all(note.as_bytes())?;
    new.sync_all()?;
    drop(new);
    crate::trial!("guard-written");
    std::fs::rename(&beside, file)?;
    match file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
