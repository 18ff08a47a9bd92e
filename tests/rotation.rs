//! 更换主密钥的命令: the program itself replaces the master key, is cut off and started again.

use crate::hall::Hall;
use crate::pkcs11::{guildhall, said};
use guildhall::town::{self, PASSWORD};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The master key of every hall, as its file writes it.
pub fn in_clear(file: &Path, byte: &str) {
    std::fs::write(file, byte.repeat(32)).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// The town's officer of the bureau.
pub const LOGIN: &str = "bureau";

/// Runs this with a password at its input, and waits. PostgreSQL notices a moment later that
/// whoever had the database before is gone: until then it is asked again.
pub fn with_password(command: &mut Command, password: &str) -> Output {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let output = begun(command, password).wait_with_output().unwrap();
        let told = said(&output);
        let busy = told.contains("being replaced just now") || told.contains("stop it first");
        if !busy || Instant::now() > deadline {
            return output;
        }
    }
}

fn begun(command: &mut Command, password: &str) -> std::process::Child {
    let mut running = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever refuses before it asks reads nothing.
    let _ = writeln!(running.stdin.take().unwrap(), "{password}");
    running
}

/// A town on either database that nobody has open, and its key in a file.
struct Scene {
    folder: tempfile::TempDir,
    port: u16,
    /// The hall it was built in, now over another database.
    _left: Hall,
    _other: Hall,
}

impl Scene {
    fn new() -> Self {
        let mut hall = Hall::new();
        hall.on("2026-11-25");
        town::build(&hall.registry, hall.now, None).unwrap();
        let other = Hall::new();
        hall.registry = Arc::clone(&other.registry);
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let text = format!(
            "data = {:?}\ndatabase = {:?}\nport = {port}\n",
            folder.path().join("data"),
            hall.url()
        );
        std::fs::write(folder.path().join("guildhall.toml"), text).unwrap();
        let scene = Self {
            folder,
            port,
            _left: hall,
            _other: other,
        };
        in_clear(&scene.key(), "07");
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn key(&self) -> PathBuf {
        self.path("data/master.key")
    }

    fn next(&self) -> PathBuf {
        self.path("data/master.key.next")
    }

    fn former(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.path("data"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains(".former-"))
            .collect()
    }

    fn read(&self) -> String {
        let mode = std::fs::metadata(self.key()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::read_to_string(self.key())
            .unwrap()
            .trim()
            .to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        guildhall(&self.path("guildhall.toml"), arguments)
    }

    fn rotating(&self) -> Command {
        self.command(&["keys", "rotate-master", "--as", LOGIN])
    }

    fn rotated(&self) -> String {
        let output = with_password(&mut self.rotating(), PASSWORD);
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    }

    fn refused(&self, command: &mut Command) -> String {
        let output = with_password(command, PASSWORD);
        assert!(!output.status.success(), "{}", said(&output));
        said(&output)
    }

    fn checked(&self) -> String {
        said(&with_password(&mut self.command(&["check"]), ""))
    }

    fn is_kept(&self) {
        assert_eq!(self.checked(), "every promise is kept\n");
    }
}

#[test]
fn a_server_that_runs_is_not_robbed_of_its_key() {
    let scene = Scene::new();
    let mut server = scene
        .command(&["serve"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", scene.port)).is_err() {
        assert!(server.try_wait().unwrap().is_none() && Instant::now() < deadline);
        std::thread::yield_now();
    }
    let refused = begun(&mut scene.rotating(), PASSWORD);
    let told = said(&refused.wait_with_output().unwrap());
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(told.contains("stop it first"), "{told}");
    assert_eq!(scene.read(), "07".repeat(32));
    assert!(!scene.next().exists());
    scene.is_kept();

    let wrong = with_password(&mut scene.rotating(), "a wrong password");
    assert!(!wrong.status.success());
    assert!(!scene.next().exists(), "{}", said(&wrong));
    in_clear(&scene.path("known"), "0a");
    let told = scene.refused(
        scene
            .rotating()
            .env("GUILDHALL_MASTER_KEY", "0b".repeat(32)),
    );
    assert!(told.contains("is there besides"), "{told}");
    std::fs::rename(scene.key(), scene.path("away")).unwrap();
    let told = scene.refused(&mut scene.rotating());
    assert!(told.contains("is not there"), "{told}");
    let told = scene.refused(
        scene
            .rotating()
            .env("GUILDHALL_MASTER_KEY", "0b".repeat(32)),
    );
    assert!(told.contains("is not the one this database"), "{told}");
    in_clear(&scene.key(), "0b");
    let told = scene.refused(&mut scene.rotating());
    assert!(told.contains("is not the one this database"), "{told}");
    assert!(!scene.next().exists());
    std::fs::rename(scene.path("away"), scene.key()).unwrap();
    scene.is_kept();
}

#[test]
fn the_master_key_is_replaced_in_the_database_and_in_its_file() {
    let scene = Scene::new();
    let told = scene.rotated();
    assert!(told.contains("sealed anew"), "{told}");
    let new = scene.read();
    assert!(new.len() == 64 && new != "07".repeat(32));
    assert!(!told.contains(&new) && !told.contains("0707"), "{told}");
    scene.is_kept();
    let former = scene.former();
    assert_eq!(former.len(), 1);
    let mode = std::fs::metadata(&former[0]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        std::fs::read_to_string(&former[0]).unwrap(),
        "07".repeat(32)
    );

    // The old key is refused from then on.
    std::fs::rename(scene.key(), scene.path("new")).unwrap();
    in_clear(&scene.key(), "07");
    let told = scene.checked();
    assert!(told.contains("is not the one this database"), "{told}");
    std::fs::rename(scene.path("new"), scene.key()).unwrap();

    // By a key that is given; and not by the same.
    in_clear(&scene.path("known"), "0a");
    let known = scene.path("known");
    let given = ["--new-key", known.to_str().unwrap()];
    let output = with_password(scene.rotating().args(given), PASSWORD);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(scene.read(), "0a".repeat(32));
    scene.is_kept();
    let told = scene.refused(scene.rotating().args(given));
    assert!(told.contains("give another"), "{told}");
    assert_eq!(scene.former().len(), 2);

    // From the environment into a file.
    std::fs::remove_file(scene.key()).unwrap();
    let mut command = scene.rotating();
    command.env("GUILDHALL_MASTER_KEY", "0a".repeat(32));
    let output = with_password(&mut command, PASSWORD);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("still gives the old key"));
    assert_ne!(scene.read(), "0a".repeat(32));
    scene.is_kept();
}

#[test]
fn whatever_was_cut_off_the_next_run_ends_it() {
    let scene = Scene::new();
    // A new key beside the old one, and nothing sealed by it yet: nothing else starts.
    in_clear(&scene.next(), "0c");
    let told = scene.checked();
    assert!(
        told.contains("run `guildhall keys rotate-master` again"),
        "{told}"
    );
    in_clear(&scene.path("known"), "0a");
    let known = scene.path("known");
    let mut another = scene.rotating();
    another.args(["--new-key", known.to_str().unwrap()]);
    let told = scene.refused(&mut another);
    assert!(told.contains("by another key was begun"), "{told}");
    scene.rotated();
    assert_eq!(scene.read(), "0c".repeat(32));
    scene.is_kept();

    // Everything sealed anew, and the files not exchanged: no password is needed.
    std::fs::rename(scene.key(), scene.next()).unwrap();
    in_clear(&scene.key(), "07");
    let output = with_password(&mut scene.rotating(), "");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(scene.read(), "0c".repeat(32));
    scene.is_kept();

    // Killed at any time: it is in the old state, in the new one, or says what to do; never lost.
    let (mut between, mut at) = (0, 5);
    while at < 2_000 && between < 4 {
        let before = scene.read();
        let mut running = begun(&mut scene.rotating(), PASSWORD);
        let end = Instant::now() + Duration::from_millis(at);
        let mut ended = false;
        while Instant::now() < end && !ended {
            ended = running.try_wait().unwrap().is_some();
        }
        running.kill().unwrap();
        running.wait().unwrap();
        if scene.next().exists() {
            between += 1;
            assert_eq!(scene.read(), before);
            let told = scene.checked();
            assert!(told.contains("rotate-master"), "{told}");
            if between % 2 == 0 {
                scene.rotated();
                scene.is_kept();
            }
        } else if ended {
            scene.is_kept();
            break;
        }
        at += at / 4 + 5;
    }
    assert!(between > 0, "no run was cut off in the middle");
    scene.rotated();
    scene.is_kept();
    assert!(!scene.next().exists());
}
