//! 监看与镜像: the log followed, copied and recovered by those who trust nobody, through the commands
//! they have.

use crate::acts::certificates::{issued, published};
use crate::acts::sittings::Story;
use crate::acts::witness::Liar;
use guildhall::acts::log::mirror::update;
use guildhall::acts::log::monitor::{Finding, Looked, State, code_of, look, read_own};
use guildhall::acts::log::public::Source;
use guildhall::acts::log::{proofs, sequence};
use guildhall::acts::{Registry, Settings, certificates};
use guildhall::domain::log_event::{Leaf, LogKind};
use guildhall::seal::log::{Edge, bundle, leaf_hash, root_of, tile_path};
use guildhall::seal::vault::Vault;
use guildhall::store::Store;
use std::path::Path;
use std::process::{Command, Output};

const US: &str = "91150900MA0N0A0A0A";

fn leaf(at: i64, iss: &str, c: &str) -> Vec<u8> {
    Leaf { at, c: c.repeat(43), iss: iss.to_owned(), n: 1, reference: c.repeat(22), t: LogKind::Issue, v: 1 }.bytes()
}

/// Writes a log as files, as a mirror would have it.
fn write(folder: &Path, log: &Liar, leaves: &[Vec<u8>]) {
    let put = |path: String, bytes: &[u8]| {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    };
    let mut edge = Edge::empty();
    leaves.iter().for_each(|leaf| edge.push(leaf_hash(leaf)));
    for ((level, n), tile) in edge.written() {
        put(format!("tile/{level}/{}", tile_path(n, tile.len() as u64 / 32)), &tile);
    }
    for (n, some) in leaves.chunks(256).enumerate() {
        put(format!("tile/entries/{}", tile_path(n as u64, some.len() as u64)), &bundle(some.iter().map(Vec::as_slice)));
    }
    let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    put("vkey".to_owned(), format!("{}\n", log.vkey).as_bytes());
    put("checkpoint".to_owned(), log.sign(leaves.len() as u64, root_of(&hashes)).as_bytes());
}

/// Runs the program as an institution would.
fn guildhall(data: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args(arguments)
        .current_dir(data)
        .env("GUILDHALL_DATA", data)
        .env("GUILDHALL_MASTER_KEY", "07".repeat(32))
        // A switch of the tests, no setting of the program.
        .env_remove("GUILDHALL_PARTS")
        .output()
        .unwrap();
    (status.code().unwrap_or(-1), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

#[test]
fn an_institution_is_told_of_what_it_did_not_do_a_fork_and_a_rollback() {
    let folder = tempfile::tempdir().unwrap();
    let (main, own) = (folder.path().join("log"), folder.path().join("own.jsonl"));
    let log = Liar::new("log.example/log");
    let now = chrono::Utc::now().timestamp();
    let mut leaves: Vec<_> = (0..300).map(|i| leaf(now - 9000 + i, "91150900MA0N000000", "x")).collect();
    leaves.push(leaf(now - 8000, US, "a"));
    write(&main, &log, &leaves);
    std::fs::write(&own, format!("{{\"c\":\"{}\"}}\n", "a".repeat(43))).unwrap();
    let monitor = |more: &[&str]| {
        let vkey = log.vkey.to_string();
        let mut arguments = vec!["monitor", "--issuer", US, "--log", "log", "--own", "own.jsonl", "--vkey", &vkey];
        arguments.extend(more);
        guildhall(folder.path(), &arguments)
    };
    let (code, said) = monitor(&[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("一切如常") && said.contains("All is well"), "{said}");
    // Somebody issues in our name; it stays found until our own list knows it.
    leaves.push(leaf(now - 100, US, "b"));
    write(&main, &log, &leaves);
    for _ in 0..2 {
        let (code, said) = monitor(&[]);
        assert_eq!(code, 10, "{said}");
        assert!(said.contains("UNKNOWN") && said.contains("有人以本机构名义") && said.contains(&"b".repeat(22)), "{said}");
    }
    std::fs::write(&own, ["a", "b"].map(|c| format!("{{\"c\":\"{}\"}}\n", c.repeat(43))).concat()).unwrap();
    assert_eq!(monitor(&[]).0, 0);
    // What we made and what never came into the log.
    std::fs::write(&own, ["a", "b", "d"].map(|c| format!("{{\"c\":\"{}\",\"at\":{}}}\n", c.repeat(43), now - 5000)).concat()).unwrap();
    let (code, said) = monitor(&[]);
    assert_eq!(code, 11, "{said}");
    std::fs::write(&own, ["a", "b"].map(|c| format!("{{\"c\":\"{}\"}}\n", c.repeat(43))).concat()).unwrap();
    // A second history shown to others.
    let mut other = leaves.clone();
    other[7] = leaf(now - 8990, US, "f");
    write(&folder.path().join("other"), &log, &other);
    let (code, said) = monitor(&["--also", "other"]);
    assert_eq!(code, 12, "{said}");
    assert!(said.contains("FORK") && said.contains("日志分叉"), "{said}");
    assert!(std::fs::read_dir(folder.path()).unwrap().any(|entry| entry.unwrap().file_name().to_string_lossy().contains("fork.")), "the evidence is kept");
    other.push(leaf(now, US, "g"));
    write(&folder.path().join("other"), &log, &other);
    assert_eq!(monitor(&["--also", "other"]).0, 12, "also when it is longer");
    // The second history shown to us, and the first one shortened.
    std::fs::rename(&main, folder.path().join("kept")).unwrap();
    write(&main, &log, &other);
    let (code, said) = monitor(&[]);
    assert_eq!(code, 12, "{said}");
    std::fs::remove_dir_all(&main).unwrap();
    assert_eq!(monitor(&[]).0, 15);
    write(&main, &log, &leaves[..290]);
    let (code, said) = monitor(&[]);
    assert_eq!(code, 13, "{said}");
    assert!(said.contains("SHRUNKEN"), "{said}");
    // A mirror follows neither.
    let kept = folder.path().join("kept");
    let refused = |leaves: &[Vec<u8>]| {
        std::fs::remove_dir_all(&main).unwrap();
        write(&main, &log, leaves);
        let (code, said) = guildhall(folder.path(), &["log", "export", "kept", "--from", "log"]);
        assert_eq!(code, 1, "{said}");
        said
    };
    assert!(refused(&leaves[..290]).contains("SHRUNKEN"));
    assert!(refused(&other).contains("FORK"));
    let text = std::fs::read_to_string(kept.join("checkpoint")).unwrap();
    assert!(text.starts_with("log.example/log\n302\n"), "{text}");
    leaves.extend((0..600).map(|i| leaf(now + i, US, "z")));
    std::fs::remove_dir_all(&main).unwrap();
    write(&main, &log, &leaves);
    let (code, said) = guildhall(folder.path(), &["log", "export", "kept", "--from", "log"]);
    assert!(code == 0 && said.contains("302 entries before, 902 now"), "{said}");
    assert_eq!(std::fs::read(kept.join("tile/entries/002")).unwrap(), bundle(leaves[512..768].iter().map(Vec::as_slice)));
    // Nothing new for long.
    let mut state = State::default();
    let source = Source::read(&kept.to_string_lossy());
    let own = read_own(&folder.path().join("own.jsonl")).unwrap();
    let looked = Looked { issuer: "91150900MA0N000000", logs: std::slice::from_ref(&log.vkey), source: &source, others: &[], own: &own, hours: 26 };
    let findings = look(&looked, &mut state, now + 27 * 3600).unwrap();
    assert!(matches!(findings.last(), Some(Finding::Stale(26))), "{:?}", findings.last());
    assert_eq!(code_of(&[Finding::Stale(26)]), 14);
}

#[test]
fn a_restored_copy_names_what_it_has_forgotten_and_refuses_to_publish() {
    let mut story = Story::new();
    let first = issued(&mut story, &[(1, "乌兰图雅")]);
    let later = published(&mut story, "2026-04-18", &[(2, "张三"), (3, "李四")], &[]);
    if story.hall.registry.store.kind() != "SQLite" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let (live, old) = (data.join("guildhall.db"), data.join("old.db"));
    let before = sequence(&story.hall.registry, story.hall.now).unwrap();
    story.hall.registry.store.copy_to(&live).unwrap();
    std::fs::copy(&live, &old).unwrap();
    let mirror = data.join("mirror");
    let after = {
        let settings = Settings { log_guard: Some(data.join("log.guard")), ..Settings::default() };
        let registry = Registry::open(Store::open(&live.to_string_lossy()).unwrap(), Vault::new([7; 32]), settings).unwrap();
        let keys = proofs::vkeys(&registry).unwrap();
        let done = update(&Source::Own(&registry), &keys, &mirror).unwrap();
        assert_eq!((done.from, done.to), (0, before));
        story.hall.on("2026-05-11");
        certificates::issue(&registry, &story.signatory, &later, story.hall.now).unwrap();
        let after = sequence(&registry, story.hall.now).unwrap();
        let done = update(&Source::Own(&registry), &keys, &mirror).unwrap();
        assert_eq!((done.from, done.to), (before, after));
        // An institution keeps the proofs of what it issued, and finds nothing amiss.
        let proof = proofs::by_token(&registry, &first.given[0].token).unwrap().unwrap().unwrap();
        std::fs::create_dir(data.join("own")).unwrap();
        std::fs::write(data.join("own/1.tlog-proof"), &proof).unwrap();
        let own = read_own(&data.join("own")).unwrap();
        assert!(proof.contains("tlog-proof@v1") && own.len() == 1);
        after
    };
    let (code, said) = guildhall(data, &["log", "recover", "--from", "mirror"]);
    assert!(code == 0 && said.contains("nothing is missing"), "{said}");
    // The old copy is put in place.
    for end in ["-wal", "-shm"] {
        std::fs::remove_file(format!("{}{end}", live.display())).ok();
    }
    std::fs::copy(&old, &live).unwrap();
    let (code, said) = guildhall(data, &["log", "recover"]);
    assert!(code == 1 && said.contains(&format!("published, by this server's guard: {after}")) && said.contains("name a mirror with --from"), "{said}");
    let (code, said) = guildhall(data, &["log", "recover", "--from", "mirror"]);
    assert!(code == 1 && said.contains(&format!("{} published entries are missing", after - before)), "{said}");
    let listed: Vec<_> = said.lines().filter(|line| line.ends_with("\tMISSING")).collect();
    assert_eq!(listed.len() as u64, after - before, "{said}");
    let issues: Vec<_> = listed.iter().filter(|line| line.contains("\tissue\t")).collect();
    assert!(issues.len() == 2 && issues.iter().all(|line| !line.contains("\t-\t")), "{said}");
    let (code, said) = guildhall(data, &["log", "export", "mirror"]);
    assert!(code == 1 && said.contains("guildhall log recover"), "{said}");
    let (_, said) = guildhall(data, &["check"]);
    assert!(said.contains("log.not-behind-its-guard"), "{said}");
}
