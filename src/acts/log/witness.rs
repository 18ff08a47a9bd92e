//! 见证方: another department's program that signs a log's checkpoints as long as the log only
//! grows (C2SP tlog-witness).
//!
//! All it keeps is a folder: its key, and for each log the last checkpoint it signed. The checkpoint
//! is on the disk before the signature leaves the house; one process at a time holds the folder.

use crate::acts::log::public::Source;
use crate::acts::{Done, Error};
use crate::ground::chance;
use crate::seal::note::{self, Checkpoint, Note, Vkey};
use crate::seal::signer::{Ed25519, Signer};
use crate::seal::succession;
use crate::seal::witnessing::{No, Submission, authentic, judge};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The notes by which known keys named new ones.
const NOTES: &str = "succession";

/// A log is asked for them at most so often.
const REST: Duration = Duration::from_secs(60);

/// What a witness keeps.
pub struct Book {
    folder: PathBuf,
    key: Ed25519,
    vkey: Vkey,
    logs: RwLock<Vec<Vkey>>,
    /// Where the logs are read when one signs with a key that is not known yet.
    addresses: Vec<String>,
    asked: Mutex<Option<Instant>>,
    pen: Mutex<()>,
    /// Held as long as the book is open: two processes would sign past each other.
    _lock: File,
}

/// Why a checkpoint was not signed.
#[derive(Debug)]
pub enum Unsigned {
    /// By rule.
    No(No),
    /// It could not be kept; so it was not signed.
    Unkept(std::io::Error),
}

impl From<No> for Unsigned {
    fn from(no: No) -> Self {
        Self::No(no)
    }
}

impl Book {
    /// Opens the folder of a witness of this name, which signs for these logs; the key is made at
    /// the first start.
    pub fn open(folder: &Path, name: &str, logs: Vec<Vkey>) -> Done<Self> {
        let told = |what: &str, error: &std::io::Error| {
            Error::fault(format!("{}: {what}: {error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|error| told("cannot be made", &error))?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))
            .map_err(|error| told("cannot be written", &error))?;
        lock.try_lock().map_err(|_| {
            Error::fault(format!(
                "{} is held by another witness that runs",
                folder.display()
            ))
        })?;
        let key = key(&folder.join("witness.key"))?;
        let vkey = key
            .public_key()
            .try_into()
            .ok()
            .and_then(|public| Vkey::new(name, note::COSIGNATURE, public))
            .ok_or_else(|| {
                Error::fault(format!(
                    "{name} cannot be the name of a witness: no spaces and no +"
                ))
            })?;
        let mut logs = logs;
        if let Ok(notes) = std::fs::read_to_string(folder.join(NOTES)) {
            succession::follow(&mut logs, &notes);
        }
        let logs = RwLock::new(logs);
        let (asked, pen) = (Mutex::default(), Mutex::default());
        Ok(Self {
            folder: folder.to_path_buf(),
            key,
            vkey,
            logs,
            addresses: Vec::new(),
            asked,
            pen,
            _lock: lock,
        })
    }

    /// The same, following each log to the keys that take the place of those known: by notes of the
    /// keys before, read at these addresses, each what stands before `/checkpoint`.
    #[must_use]
    pub fn following(self, addresses: Vec<String>) -> Self {
        Self { addresses, ..self }
    }

    /// The key its signatures are verified with.
    pub fn vkey(&self) -> &Vkey {
        &self.vkey
    }

    /// The logs it signs for.
    pub fn logs(&self) -> Vec<Vkey> {
        self.logs
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Asks the logs whether a new key was named by a known one; answers whether one was.
    fn follow(&self) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if self.addresses.is_empty() || asked.is_some_and(|at| at.elapsed() < REST) {
            return false;
        }
        *asked = Some(Instant::now());
        let mut known = self.logs();
        let mut kept = std::fs::read_to_string(self.folder.join(NOTES)).unwrap_or_default();
        let mut new = 0;
        for address in &self.addresses {
            let Ok(Some(notes)) = Source::read(address).file("succession") else {
                continue;
            };
            let notes = String::from_utf8_lossy(&notes).into_owned();
            let found = succession::follow(&mut known, &notes);
            if found > 0 {
                kept.push_str(&notes);
                new += found;
            }
        }
        if new == 0 {
            return false;
        }
        if let Err(error) = keep(&self.folder.join(NOTES), kept.as_bytes()) {
            tracing::error!(%error, "a log's new key could not be kept");
            return false;
        }
        tracing::info!(
            new,
            "a log goes on under a new key, named by the one before"
        );
        *self.logs.write().unwrap_or_else(PoisonError::into_inner) = known;
        true
    }

    /// Judges a request; answers the signature line when the log has only grown.
    pub fn add(&self, body: &str, at: u64) -> Result<String, Unsigned> {
        let asked = Submission::read(body).ok_or(No::Malformed)?;
        let mut logs = self.logs();
        let (note, new) = match authentic(&asked.note, &logs) {
            Err(No::Unsigned) if self.follow() => {
                logs = self.logs();
                authentic(&asked.note, &logs)?
            }
            other => other?,
        };
        let _pen = self.pen.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.file(&origin_hash(&new.origin));
        let last = self.last(&file).map_err(Unsigned::Unkept)?;
        if let Err(no) = judge(&asked, &new, last.as_ref()) {
            if no == No::Unproved {
                self.note_evidence(&new, &asked.note);
            }
            return Err(no.into());
        }
        let line = self
            .vkey
            .sign(&note.text, at, &|bytes| self.key.sign(bytes));
        let ours: String = note
            .signatures
            .iter()
            .filter(|line| {
                logs.iter()
                    .any(|log| log.name == line.name && log.id() == line.id)
            })
            .map(ToString::to_string)
            .collect();
        keep(&file, format!("{}\n{ours}{line}", note.text).as_bytes()).map_err(Unsigned::Unkept)?;
        Ok(line)
    }

    /// The last checkpoint it signed of the log whose name has this hash.
    pub fn checkpoint(&self, hash: &str) -> Option<Vec<u8>> {
        let known = self.logs().iter().any(|log| origin_hash(&log.name) == hash);
        known.then(|| std::fs::read(self.file(hash)).ok()).flatten()
    }

    fn file(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("{hash}.checkpoint"))
    }

    fn last(&self, file: &Path) -> std::io::Result<Option<Checkpoint>> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // A torn file must never be taken for "nothing signed yet".
        let read = Note::read(&text).filter(|note| matches!(self.vkey.judge(note), Some(Ok(_))));
        read.and_then(|note| Checkpoint::read(&note.text))
            .map(Some)
            .ok_or_else(|| {
                std::io::Error::other(format!(
                    "{} is not what this witness signed",
                    file.display()
                ))
            })
    }

    /// What does not fit is kept: signed by the log, it may prove that it has two histories.
    fn note_evidence(&self, new: &Checkpoint, note: &str) {
        tracing::error!(origin = %new.origin, size = new.size, "THE LOG DOES NOT FIT what was signed before");
        let name = format!(
            "{}.{}.refused",
            origin_hash(&new.origin),
            HEXLOWER.encode(&new.root[..8])
        );
        if let Err(error) = keep(&self.folder.join(name), note.as_bytes()) {
            tracing::error!(%error, "the evidence could not be kept");
        }
    }
}

/// The hash a log's name has in addresses.
pub fn origin_hash(origin: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(origin.as_bytes()))
}

fn key(file: &Path) -> Done<Ed25519> {
    let torn = |why: &str| Error::fault(format!("{} {why}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(text) => {
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = std::fs::metadata(file)
                    .map_err(|error| torn(&error.to_string()))?
                    .permissions()
                    .mode();
                if mode & 0o077 != 0 {
                    return Err(torn("may be read by others: set its mode to 0600"));
                }
            }
            HEXLOWER
                .decode(text.trim().as_bytes())
                .ok()
                .and_then(|seed| Ed25519::from_bytes(&seed))
                .ok_or_else(|| torn("is not a key of 64 hexadecimal digits"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let seed = chance::bytes::<32>();
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let written = options.open(file).and_then(|mut open| {
                writeln!(open, "{}", HEXLOWER.encode(&seed))?;
                open.sync_all()
            });
            written.map_err(|error| torn(&format!("cannot be written: {error}")))?;
            Ed25519::from_bytes(&seed).ok_or_else(|| torn("is no key"))
        }
        Err(error) => Err(torn(&format!("cannot be read: {error}"))),
    }
}

/// Writes beside it, makes it last, then puts it in its place.
pub(super) fn keep(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = file.with_extension(format!("new.{}", std::process::id()));
    let mut new = File::create(&beside)?;
    new.write_all(bytes)?;
    new.sync_all()?;
    drop(new);
    std::fs::rename(&beside, file)?;
    match file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
