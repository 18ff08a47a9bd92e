//! 密码机: the master key opened by a token, `SoftHSM`'s; and a build that knows none.

use std::path::Path;
use std::process::{Command, Output};

#[cfg(feature = "pkcs11")]
mod doubts;
#[cfg(feature = "pkcs11")]
mod registry;
#[cfg(feature = "pkcs11")]
mod token;

/// The program itself, with nothing set but by this file.
pub fn guildhall(configuration: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.args(arguments).arg("--config").arg(configuration);
    with_nothing_set(&mut command);
    command
}

/// Keeps what is set for whoever runs the tests from a program they start.
fn with_nothing_set(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy().into_owned();
        if known.starts_with("GUILDHALL_") || known == "CREDENTIALS_DIRECTORY" {
            command.env_remove(name);
        }
    }
}

/// All it said, on both streams.
pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[cfg(not(feature = "pkcs11"))]
#[test]
fn a_build_without_pkcs11_says_which_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let configuration = folder.path().join("guildhall.toml");
    let data = folder.path().join("data");
    let text = format!(
        "data = {data:?}\npkcs11_module = \"/usr/lib/module.so\"\npkcs11_token = \"guildhall\"\n"
    );
    std::fs::write(&configuration, text).unwrap();
    for arguments in [&["migrate"][..], &["keys", "wrap-master"]] {
        let output = guildhall(&configuration, arguments).output().unwrap();
        assert!(!output.status.success());
        assert!(
            said(&output).contains("cargo build --release --features pkcs11"),
            "{}",
            said(&output)
        );
        assert!(!data.exists());
    }
}
