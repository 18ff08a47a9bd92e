//! 主密钥: read from its file, the environment or a systemd credential; made at the first start.

use crate::cli::configuration::{Configuration, Doubt};
use crate::ground::chance;
use data_encoding::HEXLOWER_PERMISSIVE;
use std::io::Write;
use std::path::Path;

/// The master key. It is made only while the database holds nothing sealed (`fresh`): a lost key
/// is not quietly replaced by one that opens nothing.
pub fn read(configuration: &Configuration, fresh: bool) -> Result<[u8; 32], Doubt> {
    if !configuration.master_key.is_empty() {
        return parse(&configuration.master_key, "GUILDHALL_MASTER_KEY");
    }
    // `LoadCredential=guildhall-master-key:…`: systemd shows the file to this service only, and
    // may do so by an access list, which looks like a readable group.
    if let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY") {
        let file = Path::new(&folder).join("guildhall-master-key");
        if let Ok(text) = std::fs::read_to_string(&file) {
            return parse(text.trim(), &file.display().to_string());
        }
    }
    let file = &configuration.master_key_file;
    match std::fs::read_to_string(file) {
        Ok(text) => {
            refuse_if_others_may_read(file)?;
            parse(text.trim(), &file.display().to_string())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && fresh => make(file),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Doubt(format!(
            "the master key {} is gone, and the database holds what only it can open: put the file back from its backup",
            file.display()
        ))),
        Err(error) => Err(Doubt(format!(
            "the master key {} cannot be read: {error}",
            file.display()
        ))),
    }
}

fn parse(text: &str, whence: &str) -> Result<[u8; 32], Doubt> {
    HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
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
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut open| {
        writeln!(open, "{}", data_encoding::HEXLOWER.encode(&key))?;
        open.sync_all()
    });
    written.map_err(|error| {
        Doubt(format!(
            "the master key {} cannot be written: {error}",
            file.display()
        ))
    })?;
    Ok(key)
}
