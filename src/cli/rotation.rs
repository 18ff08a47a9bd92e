//! 更换主密钥: a new master key in the place of the old one, in the database and in its file.
//!
//! What is done in the database, and what stays as it is there, is told in
//! [`crate::acts::master_keys`]. Here it is seen to that neither key is ever lost: the new one is on
//! the disk before anything is sealed by it (`master.key.next`), the old one stays in its place
//! until nothing needs it any more, and then beside it (`master.key.former-…`), for backups made
//! before. While `….next` is there nothing else starts; whoever is interrupted does the same again.
//!
//! It refuses to run while a server has the database open: one that runs knows only the key it
//! started with, and its next start would not know when both are needed.

use crate::acts::master_keys::{self, Progress, Stage};
use crate::acts::{self, Registry};
use crate::cli::configuration::{Configuration, Doubt};
use crate::cli::keys::{said, with_keeper};
use crate::cli::master_key::{self, Whence};
use crate::cli::{hsm, registry_over};
use crate::domain::account::KeyKeeper;
use crate::ground::chance;
use crate::ground::clock::Now;
use crate::seal::vault::Vault;
use crate::store::Store;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// So many texts are sealed anew in one transaction.
const AT_ONCE: i64 = 500;

/// Where a registry's master key lies, and how a key is read and written there.
struct Keeping<'a> {
    configuration: &'a Configuration,
    /// Whether a token wraps it.
    token: bool,
    /// The file it is in, or will be in.
    file: PathBuf,
}

type Key = Zeroizing<[u8; 32]>;

impl<'a> Keeping<'a> {
    fn of(configuration: &'a Configuration) -> Result<Self, Doubt> {
        let token = configuration.has_token()?;
        let file = if token {
            &configuration.pkcs11_wrapped_file
        } else {
            &configuration.master_key_file
        };
        Ok(Self {
            configuration,
            token,
            file: file.clone(),
        })
    }

    fn next(&self) -> PathBuf {
        master_key::next(&self.file)
    }

    /// The key of today, and where it is given besides a file.
    fn present(&self) -> Result<(Key, Option<Whence>), Doubt> {
        if self.token {
            let key = hsm::opened(self.configuration, &self.file)?.ok_or_else(|| self.gone())?;
            return Ok((Zeroizing::new(key), None));
        }
        let (key, whence) = master_key::in_clear(self.configuration)?.ok_or_else(|| self.gone())?;
        match whence {
            Whence::File(_) => Ok((key, None)),
            given if self.file.exists() => Err(Doubt(format!(
                "{given} gives the master key, and {} is there besides: move that file away, the new key is to lie there",
                self.file.display()
            ))),
            given => Ok((key, Some(given))),
        }
    }

    fn gone(&self) -> Doubt {
        Doubt(format!(
            "the master key {} is not there: put it back from its backup, both the old one and the new one are needed",
            self.file.display()
        ))
    }

    /// The new key, when an earlier run was interrupted.
    fn begun(&self) -> Result<Option<Key>, Doubt> {
        if self.token {
            return Ok(hsm::opened(self.configuration, &self.next())?.map(Zeroizing::new));
        }
        master_key::from_file(&self.next())
    }

    /// Puts the new key beside the old one, before anything is sealed by it.
    fn prepare(&self, key: &Key) -> Result<(), Doubt> {
        let next = self.next();
        let unwritten = |error| {
            Doubt(format!(
                "the new master key {} cannot be written: {error}",
                next.display()
            ))
        };
        // Whole or not at all: a part of a key would stop every later run.
        let part = next.with_extension("part");
        if part.exists() {
            std::fs::remove_file(&part).map_err(unwritten)?;
        }
        if self.token {
            hsm::wrap(self.configuration, key, &part)?;
        } else {
            master_key::put(&part, key)?;
        }
        std::fs::rename(&part, &next).map_err(unwritten)?;
        master_key::settle(&next)
    }

    /// The new key takes the old one's place; the old one stays beside it.
    fn exchange(&self, old: &Vault) -> Result<Option<PathBuf>, Doubt> {
        let next = self.next();
        if !next.exists() {
            return Ok(None);
        }
        let former = self
            .file
            .exists()
            .then(|| self.set_aside(old))
            .transpose()?;
        std::fs::rename(&next, &self.file).map_err(|error| {
            Doubt(format!(
                "{} cannot take the place of {}: {error}",
                next.display(),
                self.file.display()
            ))
        })?;
        master_key::settle(&self.file)?;
        Ok(former)
    }

    fn set_aside(&self, old: &Vault) -> Result<PathBuf, Doubt> {
        let mut name = self.file.as_os_str().to_owned();
        let hint = data_encoding::HEXLOWER.encode(&old.key_id());
        name.push(format!(".former-{hint}"));
        let former = PathBuf::from(name);
        let read = |file: &Path| {
            std::fs::read_to_string(file)
                .map(Zeroizing::new)
                .map_err(|error| Doubt(format!("{} cannot be read: {error}", file.display())))
        };
        let text = read(&self.file)?;
        if former.exists() && read(&former)? == text {
            return Ok(former);
        }
        if former.exists() {
            // Cut short by a fall; the key itself is still in its place.
            std::fs::remove_file(&former).map_err(|error| {
                Doubt(format!("{} cannot be written: {error}", former.display()))
            })?;
        }
        master_key::write(&former, &text)?;
        master_key::settle(&former)?;
        Ok(former)
    }
}

/// Replaces the master key; `given` is a file with the new one, which is made when there is none.
pub(super) fn run(
    configuration: &Configuration,
    login: &str,
    given: Option<&Path>,
    now: Now,
) -> Result<(), Doubt> {
    let keeping = Keeping::of(configuration)?;
    let store = super::store_alone(configuration)?;
    if !acts::holds_sealed(&store).map_err(said)? {
        return Err(Doubt(
            "the database holds nothing sealed yet: put the key you want in its place and start"
                .to_owned(),
        ));
    }
    let begun = keeping.begun()?;
    let given = given
        .map(|file| {
            master_key::from_file(file)?
                .ok_or_else(|| Doubt(format!("there is no file {}", file.display())))
        })
        .transpose()?;
    if let (Some(begun), Some(given)) = (&begun, &given)
        && begun != given
    {
        return Err(Doubt(format!(
            "a replacement by another key was begun, which lies in {}: end it first, without --new-key",
            keeping.next().display()
        )));
    }
    let (old, whence) = keeping.present()?;
    if let Some(begun) = &begun
        && stage(&store, begun)? == Stage::After
    {
        // Everything was sealed anew; only the files were not exchanged any more.
        return finish(&keeping, &Vault::new(*old), whence.as_ref());
    }
    if stage(&store, &old)? == Stage::After && given.as_ref() == Some(&old) {
        return Err(Doubt(
            "the new master key is the one there is: give another".to_owned(),
        ));
    }
    let new = begun
        .clone()
        .or(given)
        .unwrap_or_else(|| Zeroizing::new(chance::bytes()));
    let vault = Vault::new(*new).with_former(*old);
    let registry = registry_over(configuration, store, vault).map_err(|doubt| {
        if begun.is_none() {
            return doubt;
        }
        Doubt(format!(
            "{} and {} do not both belong to this database ({doubt}): put back from their backups the two that a replacement was begun with",
            keeping.file.display(),
            keeping.next().display()
        ))
    })?;
    with_keeper(&registry, login, now, |keeper| {
        if begun.is_none() {
            keeping.prepare(&new)?;
        }
        reseal(&registry, keeper, now)
    })?;
    drop(registry);
    finish(&keeping, &Vault::new(*old), whence.as_ref())
}

fn stage(store: &Store, key: &Key) -> Result<Stage, Doubt> {
    master_keys::stage(store, &Vault::new(**key)).map_err(said)
}

fn reseal(registry: &Registry, keeper: &KeyKeeper, now: Now) -> Result<(), Doubt> {
    crate::trial!("key-prepared");
    master_keys::begin(registry, keeper, now).map_err(said)?;
    crate::trial!("key-begun");
    let mut progress = Progress::default();
    while master_keys::go_on(registry, &mut progress, AT_ONCE).map_err(said)? {}
    master_keys::end(registry, keeper, &progress, now).map_err(said)?;
    crate::trial!("key-ended");
    println!("{} texts and keys were sealed anew", progress.done);
    if !progress.unopened.is_empty() {
        println!(
            "{} did not open before either, and were left as they are:",
            progress.unopened.len()
        );
        for (table, row) in &progress.unopened {
            println!("  {table} {row}");
        }
    }
    Ok(())
}

fn finish(keeping: &Keeping<'_>, old: &Vault, given: Option<&Whence>) -> Result<(), Doubt> {
    let former = keeping.exchange(old)?;
    let file = keeping.file.display();
    println!("{file} holds the new master key; the old one opens this database no more");
    println!("keep a copy of the new one as you kept the old, and give it to every other server");
    if let Some(given) = given {
        println!(
            "{given} still gives the old key: take it out there, or put the new one in and destroy {file}; until then the next start is refused"
        );
    }
    if let Some(former) = former {
        println!(
            "{} holds the old one, which only backups made before need: keep it with them, and destroy both together",
            former.display()
        );
    }
    Ok(())
}
