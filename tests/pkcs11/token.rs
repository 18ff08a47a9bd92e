//! 令牌: a token of `SoftHSM` in a folder of its own, and a registry that is to be opened by it.

use super::{guildhall, said};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The token's PIN: found nowhere it does not belong, and a number no setting may swallow.
pub const PIN: &str = "0073914620";
/// The label of the token.
pub const LABEL: &str = "guildhall test";

/// `SoftHSM`'s library, wherever this system keeps it.
fn module() -> Option<PathBuf> {
    [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ]
    .map(PathBuf::from)
    .into_iter()
    .find(|file| file.is_file())
}

/// A drawer of tokens, and the folder of one registry beside it.
pub struct Scene {
    folder: tempfile::TempDir,
    module: PathBuf,
}

impl Scene {
    /// One token, no registry yet; `None`, said aloud, where there is no `SoftHSM`.
    pub fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let installed = Command::new("softhsm2-util").arg("--version").output();
        let (Some(module), Ok(_)) = (module(), installed) else {
            println!("not run: softhsm2 (the master key in a hardware security module)");
            return None;
        };
        let scene = Self { folder, module };
        scene.drawer("tokens");
        scene.token("tokens", LABEL);
        let pin = scene.path("pin");
        std::fs::write(&pin, format!("{PIN}\n")).unwrap();
        only_mine(&pin);
        scene.configure("");
        Some(scene)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `SoftHSM`'s library.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// The file the wrapped master key is in.
    pub fn wrapped(&self) -> PathBuf {
        self.path("data/master.key.wrapped")
    }

    fn drawer(&self, name: &str) {
        let tokens = self.path(name);
        std::fs::create_dir(&tokens).unwrap();
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        std::fs::write(self.path(&format!("{name}.conf")), text).unwrap();
    }

    /// A new token in a drawer.
    pub fn token(&self, drawer: &str, label: &str) {
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", label])
            .args(["--so-pin", "5538201974", "--pin", PIN])
            .env("SOFTHSM2_CONF", self.path(&format!("{drawer}.conf")))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", said(&made));
    }

    /// Another drawer with a token of the same label in it.
    pub fn other_drawer(&self) {
        self.drawer("others");
        self.token("others", LABEL);
    }

    /// Writes the configuration; `changed` are lines that win over the usual ones.
    pub fn configure(&self, changed: &str) {
        let usual = [
            ("data", self.path("data")),
            ("pkcs11_module", self.module.clone()),
            ("pkcs11_token", LABEL.into()),
            ("pkcs11_pin_file", self.path("pin")),
            ("log", "debug".into()),
        ];
        let mut text = String::new();
        for (name, value) in usual {
            if !changed
                .lines()
                .any(|line| line.split(' ').next() == Some(name))
            {
                text.push_str(&format!("{name} = {value:?}\n"));
            }
        }
        std::fs::write(self.configuration(), text + changed).unwrap();
    }

    pub fn configuration(&self) -> PathBuf {
        self.path("guildhall.toml")
    }

    /// The program over this registry, with the drawer of tokens that is there.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = guildhall(&self.configuration(), arguments);
        command.env("SOFTHSM2_CONF", self.path("tokens.conf"));
        command
    }

    /// What the program answers.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What it says when it does what it is told to.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        said(&output)
    }

    /// What it says when it refuses.
    pub fn refused(&self, arguments: &[&str]) -> String {
        refused(&self.run(arguments))
    }
}

/// What a program said that refused.
pub fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", said(output));
    let told = said(output);
    assert!(!told.contains(PIN), "{told}");
    told
}

/// Nobody else may read it.
pub fn only_mine(file: &Path) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}
