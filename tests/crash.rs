//! 掉电: the program is killed while it issues, again and again. Nothing acknowledged is lost, no
//! number is skipped and none given twice.
//!
//! The killed are processes of this same test: started with `CRASH_DATABASE`, it is a server that
//! issues sitting after sitting and says aloud what it has acknowledged. Two run at once over one
//! database; both are killed (SIGKILL) after a moment. `CRASH_ROUNDS` sets how often: 20 unless
//! told, 200 before a release. With the feature `failpoints` some rounds kill themselves at a named
//! step instead, every one of [`STEPS`] in turn.

use crate::acts::certificates::published;
use crate::acts::sittings::Story;
use guildhall::acts::{Registry, Settings, audit, certificates};
use guildhall::domain::account::{AccountId, AssessmentSignatory};
use guildhall::domain::assessment::SittingId;
use guildhall::ground::clock::Now;
use guildhall::seal::vault::Vault;
use guildhall::store::{Store, accounts};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Where a server may fall, from the first row to the answer.
#[cfg(feature = "failpoints")]
const STEPS: [&str; 5] = [
    "after-sign",
    "event-inserted",
    "before-commit",
    "after-commit",
    "after-ack",
];

const SITTINGS: u32 = 180;
const CANDIDATES: u32 = 4;
const ISSUED_ON: &str = "2026-11-02";

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    if let Ok(database) = std::env::var("CRASH_DATABASE") {
        serve(&database);
        return;
    }
    let rounds: u32 = std::env::var("CRASH_ROUNDS").map_or(20, |text| text.parse().unwrap());
    let mut story = Story::new();
    let sittings: Vec<SittingId> = (0..SITTINGS)
        .map(|at| {
            let day = story.hall.now.day() + chrono::Days::new(u64::from(at == 0));
            let day = if at == 0 {
                day
            } else {
                day.succ_opt().unwrap()
            };
            let names: Vec<_> = (0..CANDIDATES)
                .map(|n| {
                    (
                        1 + at * CANDIDATES + n,
                        ["乌兰", "张三", "李四", "王五"][n as usize],
                    )
                })
                .collect();
            published(&mut story, &day.to_string(), &names, &[])
        })
        .collect();
    story.hall.on(ISSUED_ON);
    let account = story.signatory.actor().account.to_string();

    let mut acknowledged: BTreeMap<String, String> = BTreeMap::new();
    let mut ready = Vec::new();
    let mut kills = 0;
    for round in 0..rounds {
        let servers = [0, 1].map(|side| start(story.hall.url(), &account, &sittings, round, side));
        let (said, heard) = mpsc::channel();
        let mut children = Vec::new();
        for (mut child, begun) in servers {
            let (said, out) = (said.clone(), child.stdout.take().unwrap());
            let reading = std::thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(Result::ok) {
                    // libtest writes its own words before the first of ours.
                    if let Some(at) = line.find("ready") {
                        if line[at..] == *"ready" {
                            said.send(None).unwrap();
                        }
                    } else if let Some(ack) = line.strip_prefix("ack ") {
                        said.send(Some(ack.to_owned())).unwrap();
                    }
                }
            });
            children.push((child, begun, reading));
        }
        drop(said);
        // Both are at work; a moment later the power goes.
        let mut acks: Vec<String> = Vec::new();
        let mut at_work = 0;
        while at_work < 2 {
            match heard.recv_timeout(Duration::from_secs(30)) {
                Ok(None) => {
                    at_work += 1;
                    ready.push(children[0].1.elapsed());
                }
                Ok(Some(ack)) => acks.push(ack),
                Err(_) => break,
            }
        }
        assert_eq!(at_work, 2, "round {round}: a server did not come up");
        let moment = Duration::from_millis(u64::from(round * 37 % 90));
        let gone = Instant::now() + moment;
        while let Some(left) = gone.checked_duration_since(Instant::now()) {
            match heard.recv_timeout(left) {
                Ok(Some(ack)) => acks.push(ack),
                Ok(None) => {}
                Err(_) => break,
            }
        }
        for (child, ..) in &mut children {
            kills += u32::from(child.try_wait().unwrap().is_none());
            drop(child.kill());
            child.wait().unwrap();
        }
        for (.., reading) in children {
            reading.join().unwrap();
        }
        acks.extend(heard.iter().flatten());
        for ack in acks {
            let (sitting, numbers) = ack.split_once(' ').unwrap();
            let before = acknowledged.insert(sitting.to_owned(), numbers.to_owned());
            assert!(
                before.is_none_or(|before| before == numbers),
                "{sitting} was answered twice, differently"
            );
        }
    }
    println!(
        "{rounds} rounds, {kills} servers killed at work, {} sittings acknowledged, ready in {:?} at worst",
        acknowledged.len(),
        ready.iter().max().unwrap(),
    );
    assert!(kills > 0 && !acknowledged.is_empty());

    let broken = audit::all(&story.hall.registry).unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    let mut all = Vec::new();
    for id in &sittings {
        let issued =
            certificates::issue(&story.hall.registry, &story.signatory, id, story.hall.now)
                .unwrap();
        let numbers = issued.numbers().join(" ");
        if let Some(acknowledged) = acknowledged.get(id.as_str()) {
            assert!(!issued.now, "{id} was acknowledged and is gone");
            assert_eq!(*acknowledged, numbers);
        }
        all.extend(issued.numbers().into_iter().map(str::to_owned));
    }
    all.sort();
    let gapless: Vec<_> = (1..=SITTINGS * CANDIDATES)
        .map(|n| format!("S000015090001265{n:06}"))
        .collect();
    assert_eq!(all, gapless);
}

fn start(
    url: &str,
    account: &str,
    sittings: &[SittingId],
    round: u32,
    side: u32,
) -> (Child, Instant) {
    let mut order: Vec<_> = sittings.iter().map(SittingId::as_str).collect();
    // The two meet at some sittings and go their own way at others.
    let begin = side as usize * order.len() / 2 + round as usize * 4;
    let begin = begin % order.len();
    order.rotate_left(begin);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "crash::nothing_acknowledged_is_lost_to_a_kill",
            "--nocapture",
        ])
        .env("CRASH_DATABASE", url)
        .env("CRASH_ACCOUNT", account)
        .env("CRASH_SITTINGS", order.join(","))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    #[cfg(feature = "failpoints")]
    if side == 0 && round % 2 == 0 {
        let step = STEPS[(round / 2) as usize % STEPS.len()];
        command.env("CRASH_AT", step);
    }
    (command.spawn().unwrap(), Instant::now())
}

/// A server: issues what is left, says what it acknowledged, until it is killed.
fn serve(database: &str) {
    let store = Store::open(database).unwrap();
    let registry = Registry::open(store, Vault::new([7; 32]), Settings::default()).unwrap();
    let account = AccountId::read(&std::env::var("CRASH_ACCOUNT").unwrap()).unwrap();
    let account = registry
        .store
        .read(|db| accounts::one(db, &account))
        .unwrap();
    let signatory = AssessmentSignatory::of(account.actor().unwrap()).unwrap();
    let now = Now::beijing(ISSUED_ON.parse().unwrap(), 9, 0);
    #[cfg(feature = "failpoints")]
    if let Ok(step) = std::env::var("CRASH_AT") {
        // Not the first time it passes there: some work lies before the fall.
        let passed = std::sync::atomic::AtomicU32::new(0);
        fail::cfg_callback(step, move || {
            if passed.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 2 {
                std::process::abort();
            }
        })
        .unwrap();
    }
    let say = |line: &str| {
        let mut out = std::io::stdout().lock();
        out.write_all(format!("\n{line}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    };
    say("ready");
    for id in std::env::var("CRASH_SITTINGS").unwrap().split(',') {
        let id = SittingId::read(id).unwrap();
        let issued = certificates::issue(&registry, &signatory, &id, now).unwrap();
        say(&format!("ack {id} {}", issued.numbers().join(" ")));
        guildhall::trial!("after-ack");
    }
}
