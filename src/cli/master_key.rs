//! 主密钥: read from its file, the environment or a systemd credential; made at the first start.

use crate::cli::configuration::{Configuration, Doubt};
use crate::cli::hsm;
use crate::ground::chance;
use data_encoding::HEXLOWER_PERMISSIVE;
use std::io::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The master key. It is made only while the database holds nothing sealed (`fresh`): a lost key
/// is not quietly replaced by one that opens nothing.
pub fn read(configuration: &Configuration, fresh: bool) -> Result<[u8; 32], Doubt> {
    let token = configuration.has_token()?;
    for file in [
        &configuration.master_key_file,
        &configuration.pkcs11_wrapped_file,
    ] {
        let next = next(file);
        if next.exists() {
            return Err(Doubt(format!(
                "the master key is being replaced, and that is not ended ({} is there): run `guildhall keys rotate-master` again",
                next.display()
            )));
        }
    }
    if token {
        return hsm::read(configuration, fresh);
    }
    let (file, wrapped) = (
        &configuration.master_key_file,
        &configuration.pkcs11_wrapped_file,
    );
    match in_clear(configuration)? {
        Some((key, _)) => Ok(*key),
        None if wrapped.exists() => Err(Doubt(format!(
            "the master key lies wrapped in {}, and no token is set that opens it: set pkcs11_module",
            wrapped.display()
        ))),
        None if fresh => make(file),
        None => Err(Doubt(format!(
            "the master key {} is gone, and the database holds what only it can open: put the file back from its backup",
            file.display()
        ))),
    }
}

/// Where a master key lies in clear.
pub(super) enum Whence {
    /// In the environment.
    Environment,
    /// In a credential of systemd.
    Credential(PathBuf),
    /// In its file.
    File(PathBuf),
}

impl std::fmt::Display for Whence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment => f.write_str("GUILDHALL_MASTER_KEY"),
            Self::Credential(file) | Self::File(file) => file.display().fmt(f),
        }
    }
}

/// A master key that lies in clear, and where.
pub(super) type InClear = (Zeroizing<[u8; 32]>, Whence);

/// The master key and where it lies in clear, if it does.
pub(super) fn in_clear(configuration: &Configuration) -> Result<Option<InClear>, Doubt> {
    let found = |text: &str, whence: Whence| {
        let key = parse(text.trim(), &whence)?;
        Ok(Some((key, whence)))
    };
    if !configuration.master_key.is_empty() {
        return found(configuration.master_key.as_str(), Whence::Environment);
    }
    if let Some((file, text)) = credential("guildhall-master-key") {
        return found(&text, Whence::Credential(file));
    }
    let file = &configuration.master_key_file;
    Ok(from_file(file)?.map(|key| (key, Whence::File(file.clone()))))
}

/// The master key in this file, if there is one; refuses a file that others may read.
pub(super) fn from_file(file: &Path) -> Result<Option<Zeroizing<[u8; 32]>>, Doubt> {
    match std::fs::read_to_string(file).map(Zeroizing::new) {
        Ok(text) => {
            refuse_if_others_may_read(file)?;
            parse(text.trim(), &Whence::File(file.to_path_buf())).map(Some)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Doubt(format!(
            "the master key {} cannot be read: {error}",
            file.display()
        ))),
    }
}

/// Where the key lies that is to take the place of the one in this file.
pub(super) fn next(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".next");
    name.into()
}

/// What systemd gives this service by `LoadCredential=<name>:…`. It shows the file to this service
/// only, and may do so by an access list, which looks like a readable group.
pub(super) fn credential(name: &str) -> Option<(PathBuf, Zeroizing<String>)> {
    let file = Path::new(&std::env::var_os("CREDENTIALS_DIRECTORY")?).join(name);
    let text = std::fs::read_to_string(&file).ok()?;
    Some((file, Zeroizing::new(text)))
}

fn parse(text: &str, whence: &Whence) -> Result<Zeroizing<[u8; 32]>, Doubt> {
    HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .map(Zeroizing::new)
        .ok()
        .and_then(|bytes| bytes.as_slice().try_into().ok().map(Zeroizing::new))
        .ok_or_else(|| {
            Doubt(format!(
                "the master key in {whence} must be 64 hexadecimal digits"
            ))
        })
}

/// Refuses a secret file that others on this machine may read.
#[cfg(unix)]
pub(super) fn refuse_if_others_may_read(file: &Path) -> Result<(), Doubt> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file)
        .map_err(|error| Doubt(format!("{} cannot be read: {error}", file.display())))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Doubt(format!(
        "{} may be read by others: set its mode to 0600",
        file.display()
    )))
}

#[cfg(not(unix))]
pub(super) fn refuse_if_others_may_read(_: &Path) -> Result<(), Doubt> {
    Ok(())
}

fn make(file: &Path) -> Result<[u8; 32], Doubt> {
    let key = chance::bytes::<32>();
    put(file, &key)?;
    Ok(key)
}

/// Writes a master key into a new file.
pub(super) fn put(file: &Path, key: &[u8; 32]) -> Result<(), Doubt> {
    let text = Zeroizing::new(data_encoding::HEXLOWER.encode(key) + "\n");
    write(file, &text)
}

/// Has the name of a file on the disk, too: a file whose folder was not written is gone after a
/// power cut.
pub(super) fn settle(file: &Path) -> Result<(), Doubt> {
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        std::fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| {
                Doubt(format!(
                    "the folder of {} cannot be written: {error}",
                    file.display()
                ))
            })?;
    }
    Ok(())
}

/// Writes a new file that nobody else may read; it is on the disk when this returns.
pub(super) fn write(file: &Path, text: &str) -> Result<(), Doubt> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut open| {
        open.write_all(text.as_bytes())?;
        open.sync_all()
    });
    written.map_err(|error| {
        Doubt(format!(
            "the master key {} cannot be written: {error}",
            file.display()
        ))
    })
}
