//! 掉电: the program is killed while it issues, its disk fails, its database goes away. Nothing
//! acknowledged is lost, no number is skipped and none given twice.
//!
//! The servers that fall are processes of this same test: started with `CRASH_DATABASE`, the test
//! [`server`] issues sitting after sitting and says aloud what it has acknowledged. `CRASH_ROUNDS`
//! sets how often they fall: 20 times unless told, 200 before a release.

mod disk;
mod kill;
mod restart;

use crate::acts::certificates::published;
use crate::acts::sittings::Story;
use guildhall::acts::log::{answer, sequence};
use guildhall::acts::{Registry, Settings, audit, certificates};
use guildhall::domain::account::{AccountId, AssessmentSignatory};
use guildhall::domain::assessment::SittingId;
use guildhall::ground::clock::Now;
use guildhall::seal::vault::Vault;
use guildhall::store::{Store, accounts};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::Duration;

const CANDIDATES: u32 = 4;
const ISSUED_ON: &str = "2026-11-02";

/// How often the servers fall.
fn rounds() -> u32 {
    std::env::var("CRASH_ROUNDS").map_or(20, |text| text.parse().unwrap())
}

/// What a server says.
enum Said {
    /// It is at work.
    Ready,
    /// A sitting is issued: its key and the numbers.
    Issued(String, String),
    /// A sitting could not be issued now.
    Failed,
}

/// A registry full of sittings that may be issued, and what servers acknowledged of them.
struct Scene {
    story: Story,
    sittings: Vec<SittingId>,
    acknowledged: BTreeMap<String, String>,
    guards: tempfile::TempDir,
}

impl Scene {
    fn new(sittings: u32) -> Self {
        Self::in_story(Story::new(), sittings)
    }

    fn in_story(mut story: Story, sittings: u32) -> Self {
        let names = ["乌兰", "张三", "李四", "王五"];
        let sittings = (0..sittings)
            .map(|at| {
                let day = story.hall.now.day() + chrono::Days::new(1);
                let names: Vec<_> = (0..CANDIDATES)
                    .map(|n| (1 + at * CANDIDATES + n, names[n as usize]))
                    .collect();
                published(&mut story, &day.to_string(), &names, &[])
            })
            .collect();
        story.hall.on(ISSUED_ON);
        Self {
            story,
            sittings,
            acknowledged: BTreeMap::new(),
            guards: tempfile::tempdir().unwrap(),
        }
    }

    /// The guard's file of one server.
    fn guard(&self, server: &str) -> PathBuf {
        self.guards.path().join(format!("{server}.guard"))
    }

    /// A server over some of the sittings, started by `before` (a program that watches another).
    fn server(&self, before: &[&str], sittings: &[SittingId]) -> Command {
        let this = std::env::current_exe().unwrap();
        let mut command = match before {
            [] => Command::new(&this),
            [program, arguments @ ..] => {
                let mut command = Command::new(program);
                command.args(arguments).arg(&this);
                command
            }
        };
        let keys: Vec<_> = sittings.iter().map(SittingId::as_str).collect();
        command
            .args(["--exact", "crash::server", "--nocapture"])
            .env("CRASH_DATABASE", self.story.hall.url())
            .env(
                "CRASH_ACCOUNT",
                self.story.signatory.actor().account.as_str(),
            )
            .env("CRASH_SITTINGS", keys.join(","))
            .env("CRASH_GUARD", self.guard("0"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    /// Takes down what a server acknowledged; never twice differently.
    fn note(&mut self, said: Said) {
        if let Said::Issued(sitting, numbers) = said {
            let before = self.acknowledged.insert(sitting.clone(), numbers.clone());
            assert!(
                before.is_none_or(|before| before == numbers),
                "{sitting} was answered twice, differently"
            );
        }
    }

    /// Every promise is kept, the log's root among them; what was acknowledged is there; the numbers
    /// have no gap; and no server published what the log has forgotten.
    fn conclude(self) {
        let (registry, now) = (&self.story.hall.registry, self.story.hall.now);
        let whole = || {
            let broken = audit::all(registry).unwrap();
            assert!(broken.is_empty(), "{broken:?}");
            for server in ["0", "1"].map(|side| self.guard(side)) {
                if server.exists() {
                    let registry = open(self.story.hall.url(), Some(server));
                    assert!(!registry.log.is_behind(), "{:?}", registry.log.behind());
                }
            }
        };
        whole();
        let published = sequence(registry, now).unwrap();
        whole();
        let mut all = Vec::new();
        for id in &self.sittings {
            let issued = certificates::issue(registry, &self.story.signatory, id, now).unwrap();
            let numbers = issued.numbers().join(" ");
            if let Some(acknowledged) = self.acknowledged.get(id.as_str()) {
                assert!(!issued.now, "{id} was acknowledged and is gone");
                assert_eq!(*acknowledged, numbers);
            }
            all.extend(issued.numbers().into_iter().map(str::to_owned));
        }
        all.sort();
        let gapless: Vec<_> = (1..=all.len())
            .map(|n| format!("S000015090001265{n:06}"))
            .collect();
        assert_eq!(all, gapless);
        assert_eq!(all.len(), self.sittings.len() * CANDIDATES as usize);
        assert!(sequence(registry, now).unwrap() >= published);
        whole();
    }
}

/// A registry over the database, with a guard as `serve` has one.
fn open(database: &str, log_guard: Option<PathBuf>) -> Registry {
    let settings = Settings {
        log_guard,
        ..Settings::default()
    };
    Registry::open(
        Store::open(database).unwrap(),
        Vault::new([7; 32]),
        settings,
    )
    .unwrap()
}

/// Hears what a server says until it falls silent.
fn hear(server: &mut Child, said: Sender<Said>) -> JoinHandle<()> {
    let out = BufReader::new(server.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            let what = match line.split_once(' ') {
                None if line == "ready" => Said::Ready,
                None if line == "failed" => Said::Failed,
                Some(("issued", rest)) => match rest.split_once(' ') {
                    Some((sitting, numbers)) => {
                        Said::Issued(sitting.to_owned(), numbers.to_owned())
                    }
                    None => continue,
                },
                // The test harness writes lines of its own.
                _ => continue,
            };
            if said.send(what).is_err() {
                return;
            }
        }
    })
}

/// The server that falls: issues what it is told to, and says what it acknowledged. Does nothing
/// unless a test of this module started it.
#[test]
fn server() {
    let Ok(database) = std::env::var("CRASH_DATABASE") else {
        return;
    };
    let registry = open(
        &database,
        std::env::var_os("CRASH_GUARD").map(PathBuf::from),
    );
    let registry = Arc::new(registry);
    let account = AccountId::read(&std::env::var("CRASH_ACCOUNT").unwrap()).unwrap();
    let account = registry
        .store
        .read(|db| accounts::one(db, &account))
        .unwrap();
    let signatory = AssessmentSignatory::of(account.actor().unwrap()).unwrap();
    let now = Now::beijing(ISSUED_ON.parse().unwrap(), 9, 0);
    kill::arm();
    // As in `serve`: whichever server comes first gives events their places and signs the log.
    let sequencer = Arc::clone(&registry);
    std::thread::spawn(move || {
        loop {
            let done = if sequencer.log.wait(Duration::from_secs(1)) {
                answer(&sequencer, now)
            } else {
                sequence(&sequencer, now)
            };
            if done.is_err() {
                pause();
            }
        }
    });
    let say = |line: &str| {
        let mut out = std::io::stdout().lock();
        out.write_all(format!("\n{line}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    };
    let patient = std::env::var("CRASH_PATIENT").is_ok();
    say("ready");
    for id in std::env::var("CRASH_SITTINGS").unwrap().split(',') {
        let id = SittingId::read(id).unwrap();
        loop {
            match certificates::issue(&registry, &signatory, &id, now) {
                Ok(issued) => say(&format!("issued {id} {}", issued.numbers().join(" "))),
                Err(_) => {
                    say("failed");
                    if patient {
                        pause();
                        continue;
                    }
                }
            }
            break;
        }
        guildhall::trial!("after-ack");
    }
}

/// A twentieth of a second, before a patient server asks again.
fn pause() {
    let (_silent, heard) = std::sync::mpsc::channel::<()>();
    let _silence = heard.recv_timeout(Duration::from_millis(50));
}
