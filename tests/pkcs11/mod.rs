//! 密码机: the master key opened by a token, `SoftHSM`'s.

use std::path::Path;
use std::process::{Command, Output};

mod doubts;
mod registry;
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
