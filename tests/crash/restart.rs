//! 数据库重启: PostgreSQL is stopped and started again under a server at work, at once and in good
//! order. The server reconnects by itself; what it acknowledged is there.

use super::{Said, Scene, hear};
use crate::acts::sittings::Story;
use crate::hall::Hall;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const SITTINGS: u32 = 60;
const STOPS: [&str; 5] = ["immediate", "fast", "immediate", "fast", "immediate"];

#[test]
fn nothing_acknowledged_is_lost_when_postgresql_restarts() {
    if std::env::var("TEST_DATABASE_URL").is_err() {
        // It belongs to the run on that database.
        return;
    }
    let Some(cluster) = Cluster::new() else {
        println!("not run: initdb (PostgreSQL restarting under a server at work)");
        return;
    };
    let mut scene = Scene::in_story(Story::within(Hall::at(&cluster.url())), SITTINGS);
    let (said, heard) = mpsc::channel();
    let mut server = scene
        .server(&[], &scene.sittings)
        .env("CRASH_PATIENT", "1")
        .spawn()
        .unwrap();
    let ear = hear(&mut server, said);
    let (mut failed, mut stops) = (0, STOPS.iter());
    let mut issued = 0;
    while let Ok(said) = heard.recv_timeout(Duration::from_secs(60)) {
        match said {
            Said::Failed => failed += 1,
            Said::Issued(..) => issued += 1,
            Said::Ready => {}
        }
        scene.note(said);
        if issued % 10 == 5 && issued / 10 == STOPS.len() - stops.len() {
            if let Some(how) = stops.next() {
                cluster.stop(how);
                cluster.start();
            }
        }
    }
    ear.join().unwrap();
    assert!(server.wait().unwrap().success());
    println!(
        "{} restarts, {failed} refusals meanwhile, all {issued} sittings issued by one server",
        STOPS.len()
    );
    assert_eq!(issued, SITTINGS as usize);
    assert_eq!(stops.len(), 0);
    scene.conclude();
}

/// A PostgreSQL of this test's own.
struct Cluster {
    programs: PathBuf,
    folder: tempfile::TempDir,
    owner: Option<&'static str>,
}

impl Cluster {
    fn new() -> Option<Self> {
        let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .filter(|programs| programs.join("initdb").exists())
            .collect();
        found.sort();
        let root = std::fs::metadata("/proc/self")
            .ok()
            .map(|this| std::os::unix::fs::MetadataExt::uid(&this))
            == Some(0);
        let cluster = Self {
            programs: found.pop()?,
            folder: tempfile::tempdir().unwrap(),
            owner: root.then_some("postgres"),
        };
        if let Some(owner) = cluster.owner {
            let mut command = Command::new("chown");
            assert!(
                command
                    .arg(owner)
                    .arg(cluster.folder.path())
                    .status()
                    .unwrap()
                    .success()
            );
        }
        cluster.run(
            "initdb",
            &[
                "-N",
                "-A",
                "trust",
                "-U",
                "guildhall",
                "--locale=C",
                "-E",
                "UTF8",
            ],
        );
        cluster.start();
        Some(cluster)
    }

    fn url(&self) -> String {
        format!(
            "postgres:///postgres?host={}&user=guildhall",
            self.folder.path().display()
        )
    }

    fn start(&self) {
        let listen = format!("-k {} -c listen_addresses=", self.folder.path().display());
        self.run(
            "pg_ctl",
            &["-w", "-l", &self.path("log"), "-o", &listen, "start"],
        );
    }

    fn stop(&self, how: &str) {
        self.run("pg_ctl", &["-w", "-m", how, "stop"]);
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs one of its programs as its owner: it refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = match self.owner {
            Some(owner) => {
                let mut command = Command::new("runuser");
                command.args(["-u", owner, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let done = command
            .args(["-D", &self.path("data")])
            .args(arguments)
            .current_dir(Path::new("/"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success(), "{arguments:?}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() || self.folder.path().join("data/postmaster.pid").exists() {
            self.stop("immediate");
        }
    }
}
