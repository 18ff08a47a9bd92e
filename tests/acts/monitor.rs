//! 监看与镜像: the log followed, copied and recovered by those who trust nobody, through the commands
//! they have.

use crate::acts::certificates::{issued, published};
use crate::acts::sittings::Story;
use crate::acts::witness::Liar;
use crate::visitor::{Counterside, Visitor};
use guildhall::acts::issuing::Given;
use guildhall::acts::log::mirror::update;
use guildhall::acts::log::monitor::{Finding, Looked, State, code_of, look, read_own};
use guildhall::acts::log::public::Source;
use guildhall::acts::log::witness::Book;
use guildhall::acts::log::{proofs, sequence};
use guildhall::acts::log::{recovery, succession};
use guildhall::acts::revocations::{self, Grounds};
use guildhall::acts::{
    Registry, Settings, audit, authority, certificates, key_keeping, own_keys, prints, receipts,
    signed_reports, trust, verification,
};
use guildhall::domain::account::{Confirmer, Issuer, KeyKeeper, Reader, Role, Scope};
use guildhall::domain::certificate::RevocationReason;
use guildhall::domain::log_event::{Leaf, LogKind};
use guildhall::paper::pocket::anything;
use guildhall::paper::report::Report;
use guildhall::seal::bundle::Bundle;
use guildhall::seal::log::{Edge, bundle, leaf_hash, root_of, tile_path};
use guildhall::seal::log_proof::LogProof;
use guildhall::seal::note::verified;
use guildhall::seal::pocket::{Pocket, Verdict};
use guildhall::seal::vault::Vault;
use guildhall::seal::witnessing::Submission;
use guildhall::seal::x509::{Certificate, read_list};
use guildhall::store::Store;
use rocket::http::Method;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

const US: &str = "91150900MA0N0A0A0A";

fn leaf(at: i64, iss: &str, c: &str) -> Vec<u8> {
    Leaf {
        at,
        c: c.repeat(43),
        iss: iss.to_owned(),
        n: 1,
        reference: c.repeat(22),
        t: LogKind::Issue,
        v: 1,
    }
    .bytes()
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
        put(
            format!("tile/{level}/{}", tile_path(n, tile.len() as u64 / 32)),
            &tile,
        );
    }
    for (n, some) in leaves.chunks(256).enumerate() {
        put(
            format!("tile/entries/{}", tile_path(n as u64, some.len() as u64)),
            &bundle(some.iter().map(Vec::as_slice)),
        );
    }
    let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    put("vkey".to_owned(), format!("{}\n", log.vkey).as_bytes());
    put(
        "checkpoint".to_owned(),
        log.sign(leaves.len() as u64, root_of(&hashes)).as_bytes(),
    );
}

/// Runs the program as an institution would.
fn guildhall(data: &Path, arguments: &[&str]) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args(arguments)
        .current_dir(data)
        .env("GUILDHALL_DATA", data)
        .env("GUILDHALL_MASTER_KEY", "07".repeat(32))
        // A switch of the tests, no setting of the program.
        .env_remove("GUILDHALL_PARTS")
        .output()
        .unwrap();
    (
        status.code().unwrap_or(-1),
        String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr),
    )
}

#[test]
fn an_institution_is_told_of_what_it_did_not_do_a_fork_and_a_rollback() {
    let folder = tempfile::tempdir().unwrap();
    let (main, own) = (folder.path().join("log"), folder.path().join("own.jsonl"));
    let log = Liar::new("log.example/log");
    let now = chrono::Utc::now().timestamp();
    let mut leaves: Vec<_> = (0..300)
        .map(|i| leaf(now - 9000 + i, "91150900MA0N000000", "x"))
        .collect();
    leaves.push(leaf(now - 8000, US, "a"));
    write(&main, &log, &leaves);
    std::fs::write(&own, format!("{{\"c\":\"{}\"}}\n", "a".repeat(43))).unwrap();
    let monitor = |more: &[&str]| {
        let vkey = log.vkey.to_string();
        let mut arguments = vec![
            "monitor",
            "--issuer",
            US,
            "--log",
            "log",
            "--own",
            "own.jsonl",
            "--vkey",
            &vkey,
        ];
        arguments.extend(more);
        guildhall(folder.path(), &arguments)
    };
    let (code, said) = monitor(&[]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("一切如常") && said.contains("All is well"),
        "{said}"
    );
    // Somebody issues in our name; it stays found until our own list knows it.
    leaves.push(leaf(now - 100, US, "b"));
    write(&main, &log, &leaves);
    for _ in 0..2 {
        let (code, said) = monitor(&[]);
        assert_eq!(code, 10, "{said}");
        assert!(
            said.contains("UNKNOWN")
                && said.contains("有人以本机构名义")
                && said.contains(&"b".repeat(22)),
            "{said}"
        );
    }
    std::fs::write(
        &own,
        ["a", "b"]
            .map(|c| format!("{{\"c\":\"{}\"}}\n", c.repeat(43)))
            .concat(),
    )
    .unwrap();
    assert_eq!(monitor(&[]).0, 0);
    // What we made and what never came into the log.
    std::fs::write(
        &own,
        ["a", "b", "d"]
            .map(|c| format!("{{\"c\":\"{}\",\"at\":{}}}\n", c.repeat(43), now - 5000))
            .concat(),
    )
    .unwrap();
    let (code, said) = monitor(&[]);
    assert_eq!(code, 11, "{said}");
    std::fs::write(
        &own,
        ["a", "b"]
            .map(|c| format!("{{\"c\":\"{}\"}}\n", c.repeat(43)))
            .concat(),
    )
    .unwrap();
    // A second history shown to others.
    let mut other = leaves.clone();
    other[7] = leaf(now - 8990, US, "f");
    write(&folder.path().join("other"), &log, &other);
    let (code, said) = monitor(&["--also", "other"]);
    assert_eq!(code, 12, "{said}");
    assert!(said.contains("FORK") && said.contains("日志分叉"), "{said}");
    assert!(
        std::fs::read_dir(folder.path()).unwrap().any(|entry| entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("fork.")),
        "the evidence is kept"
    );
    other.push(leaf(now, US, "g"));
    write(&folder.path().join("other"), &log, &other);
    assert_eq!(
        monitor(&["--also", "other"]).0,
        12,
        "also when it is longer"
    );
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
    assert!(
        code == 0 && said.contains("302 entries before, 902 now"),
        "{said}"
    );
    assert_eq!(
        std::fs::read(kept.join("tile/entries/002")).unwrap(),
        bundle(leaves[512..768].iter().map(Vec::as_slice))
    );
    // Nothing new for long.
    let mut state = State::default();
    let source = Source::read(&kept.to_string_lossy());
    let own = read_own(&folder.path().join("own.jsonl")).unwrap();
    let looked = Looked {
        issuer: "91150900MA0N000000",
        logs: std::slice::from_ref(&log.vkey),
        source: &source,
        others: &[],
        own: &own,
        hours: 26,
    };
    let findings = look(&looked, &mut state, now + 27 * 3600).unwrap();
    assert!(
        matches!(findings.last(), Some(Finding::Stale(26))),
        "{:?}",
        findings.last()
    );
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
        let settings = Settings {
            log_guard: Some(data.join("log.guard")),
            ..Settings::default()
        };
        let registry = Registry::open(
            Store::open(&live.to_string_lossy()).unwrap(),
            Vault::new([7; 32]),
            settings,
        )
        .unwrap();
        let keys = proofs::vkeys(&registry).unwrap();
        let done = update(&Source::Own(&registry), &keys, &mirror).unwrap();
        assert_eq!((done.from, done.to), (0, before));
        story.hall.on("2026-05-11");
        certificates::issue(&registry, &story.signatory, &later, story.hall.now).unwrap();
        let after = sequence(&registry, story.hall.now).unwrap();
        let done = update(&Source::Own(&registry), &keys, &mirror).unwrap();
        assert_eq!((done.from, done.to), (before, after));
        // An institution keeps the proofs of what it issued, and finds nothing amiss.
        let proof = proofs::by_token(&registry, &first.given[0].token)
            .unwrap()
            .unwrap()
            .unwrap();
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
    assert!(
        code == 1
            && said.contains(&format!("published, by this server's guard: {after}"))
            && said.contains("name a mirror with --from"),
        "{said}"
    );
    let (code, said) = guildhall(data, &["log", "recover", "--from", "mirror"]);
    assert!(
        code == 1 && said.contains(&format!("{} published entries are missing", after - before)),
        "{said}"
    );
    let listed: Vec<_> = said
        .lines()
        .filter(|line| line.ends_with("\tMISSING"))
        .collect();
    assert_eq!(listed.len() as u64, after - before, "{said}");
    let issues: Vec<_> = listed
        .iter()
        .filter(|line| line.contains("\tissue\t"))
        .collect();
    assert!(
        issues.len() == 2 && issues.iter().all(|line| !line.contains("\t-\t")),
        "{said}"
    );
    let (code, said) = guildhall(data, &["log", "export", "mirror"]);
    assert!(
        code == 1 && said.contains("guildhall log recover"),
        "{said}"
    );
    let (_, said) = guildhall(data, &["check"]);
    assert!(said.contains("log.not-behind-its-guard"), "{said}");
}

fn bare(given: &[Given]) -> Vec<String> {
    given.iter().map(|one| one.number.clone()).collect()
}

/// A registry over a file, with its guard beside it.
fn over(file: &Path) -> Registry {
    let settings = Settings {
        log_guard: Some(file.with_file_name("log.guard")),
        ..Settings::default()
    };
    Registry::open(
        Store::open(&file.to_string_lossy()).unwrap(),
        Vault::new([7; 32]),
        settings,
    )
    .unwrap()
}

#[test]
fn a_restored_copy_gets_its_leaves_back_and_signs_on() {
    let mut story = Story::new();
    let first = issued(&mut story, &[(1, "乌兰图雅")]);
    let later = published(&mut story, "2026-04-18", &[(2, "张三"), (3, "李四")], &[]);
    let second = story.hall.assessment_signatory(&story.house);
    let keeper = KeyKeeper::of(story.hall.actor(Role::BureauOfficer, Scope::All)).unwrap();
    if story.hall.registry.store.kind() != "SQLite" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (live, old, mirror) = (
        folder.path().join("live.db"),
        folder.path().join("old.db"),
        folder.path().join("mirror"),
    );
    let before = sequence(&story.hall.registry, story.hall.now).unwrap();
    story.hall.registry.store.copy_to(&live).unwrap();
    std::fs::copy(&live, &old).unwrap();
    // After the copy two certificates are issued, and the first is revoked.
    story.hall.on("2026-05-11");
    let (number, lost) = {
        let registry = over(&live);
        let given =
            certificates::issue(&registry, &story.signatory, &later, story.hall.now).unwrap();
        let id = &first.given[0].id;
        let grounds = Grounds {
            reason_class: RevocationReason::Fraud,
            basis: "工作规程第二十条".to_owned(),
            reason: "冒名顶替".to_owned(),
        };
        let (one, two) = (
            Issuer::of(story.signatory.actor().clone()).unwrap(),
            Confirmer::of(second.actor().clone()).unwrap(),
        );
        revocations::propose(&registry, &one, id, &grounds, story.hall.now).unwrap();
        revocations::confirm(&registry, &two, id, story.hall.now).unwrap();
        sequence(&registry, story.hall.now).unwrap();
        let keys = proofs::vkeys(&registry).unwrap();
        update(&Source::Own(&registry), &keys, &mirror).unwrap();
        (first.given[0].number.clone(), bare(&given.given))
    };
    let restored = over(&old);
    assert!(restored.log.is_behind());
    let source = Source::read(&mirror.to_string_lossy());
    let loss = recovery::look(&restored, Some(&source)).unwrap();
    assert!(loss.forgotten.iter().any(|one| {
        one.leaf.t.as_str() == "revoke"
            && one
                .certificate
                .as_ref()
                .is_some_and(|(_, known)| *known == number)
    }));
    // A mirror in which one entry was altered is not followed, and nothing is written.
    let entries = std::fs::read_dir(mirror.join("tile/entries"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let entries = if entries.is_dir() {
        std::fs::read_dir(entries)
            .unwrap()
            .last()
            .unwrap()
            .unwrap()
            .path()
    } else {
        entries
    };
    let newest = |at: &Path| {
        let mut all: Vec<_> = std::fs::read_dir(at.parent().unwrap())
            .unwrap()
            .map(|one| one.unwrap().path())
            .collect();
        all.sort_by_key(|one| {
            one.file_name()
                .unwrap()
                .to_string_lossy()
                .parse::<u32>()
                .unwrap_or(0)
        });
        all.pop().unwrap()
    };
    let entries = newest(&entries);
    let whole = std::fs::read(&entries).unwrap();
    let mut bent = whole.clone();
    let at = bent.len() - 3;
    bent[at] ^= 1;
    std::fs::write(&entries, &bent).unwrap();
    let refused = recovery::restore(&restored, &keeper, &source, story.hall.now);
    assert!(refused.unwrap_err().to_string().contains("FORK"));
    assert!(restored.log.is_behind());
    std::fs::write(&entries, &whole).unwrap();
    // The whole one is.
    let loss = recovery::restore(&restored, &keeper, &source, story.hall.now).unwrap();
    assert_eq!(loss.database, before);
    assert!(!restored.log.is_behind());
    let suspended = recovery::suspend_doubtful(&restored, &keeper, &loss, story.hall.now).unwrap();
    assert_eq!(suspended, [number]);
    let found = verification::look_up(&restored, &first.given[0].token, story.hall.now)
        .unwrap()
        .unwrap();
    assert!(
        found.standing.as_str() == "suspended",
        "nobody is told that it is good"
    );
    assert_eq!(audit::all(&restored).unwrap(), []);
    // It signs on, with numbers that nobody bears, and every mirror and monitor follows.
    let again = certificates::issue(&restored, &story.signatory, &later, story.hall.now).unwrap();
    assert!(
        again.given.iter().all(|one| !lost.contains(&one.number)),
        "{:?} {lost:?}",
        again.numbers()
    );
    let size = sequence(&restored, story.hall.now).unwrap();
    let keys = proofs::vkeys(&restored).unwrap();
    let done = update(&Source::Own(&restored), &keys, &mirror).unwrap();
    assert_eq!(done.to, size);
    assert!(
        proofs::by_token(&restored, &again.given[0].token)
            .unwrap()
            .unwrap()
            .is_some()
    );
    assert_eq!(audit::all(&restored).unwrap(), []);
    let told = recovery::look(&restored, Some(&source)).unwrap();
    assert!(told.is_none() && told.recovered.len() == loss.forgotten.len());
    // A second time there is nothing to do.
    recovery::restore(&restored, &keeper, &source, story.hall.now).unwrap();
}

#[test]
fn the_log_goes_on_under_a_new_key_and_everybody_follows() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]);
    let registry = Arc::clone(&story.hall.registry);
    sequence(&registry, story.hall.now).unwrap();
    let first = proofs::vkeys(&registry).unwrap().remove(0);
    let old = proofs::checkpoint(&registry).unwrap().unwrap();
    let proof = proofs::by_token(&registry, &given.given[0].token)
        .unwrap()
        .unwrap()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mirror = folder.path().join("mirror");
    update(
        &Source::Own(&registry),
        std::slice::from_ref(&first),
        &mirror,
    )
    .unwrap();
    let keeper = KeyKeeper::of(story.hall.actor(Role::BureauOfficer, Scope::All)).unwrap();
    let second = key_keeping::rotate_log(&registry, &keeper, story.hall.now).unwrap();
    sequence(&registry, story.hall.now).unwrap();
    let vkeys = proofs::vkeys(&registry).unwrap();
    assert_eq!(
        (vkeys.len(), vkeys[0].to_string(), &vkeys[1]),
        (2, second.clone(), &first)
    );
    let policy = proofs::policy(&registry).unwrap();
    assert!(policy.contains(&second) && policy.contains(&first.to_string()));
    // For a while both sign; later only the new one does.
    let now = proofs::checkpoint(&registry).unwrap().unwrap();
    assert!(vkeys.iter().all(|key| verified(&now, key).is_some()));
    assert!(verified(&old, &first).is_some() && verified(&old, &vkeys[0]).is_none());
    let read = LogProof::read(&proof).unwrap();
    assert!(
        proofs::proves(&registry, &given.given[0].id, &read.to_string()).unwrap(),
        "a proof of the former key"
    );
    let third =
        key_keeping::rotate_log(&registry, &keeper, story.hall.now.plus_seconds(1)).unwrap();
    story.hall.on("2026-08-20");
    let later = issued_later(&mut story);
    sequence(&registry, story.hall.now).unwrap();
    let now = proofs::checkpoint(&registry).unwrap().unwrap();
    let vkeys = proofs::vkeys(&registry).unwrap();
    assert_eq!(vkeys[0].to_string(), third);
    assert!(
        verified(&now, &vkeys[0]).is_some() && verified(&now, &first).is_none(),
        "{later:?}"
    );
    // Whoever noted the first key follows to the third.
    let mut known = vec![first.clone()];
    assert_eq!(
        succession::follow(&Source::Own(&registry), &mut known).unwrap(),
        2
    );
    update(&Source::Own(&registry), &known, &mirror).unwrap();
    let mut from_mirror = vec![first.clone()];
    succession::follow(&Source::read(&mirror.to_string_lossy()), &mut from_mirror).unwrap();
    assert_eq!(from_mirror, known);
    let state = folder.path().join("state.json");
    std::fs::write(state.with_extension("vkey"), format!("{first}\n")).unwrap();
    let arguments = [
        "monitor",
        "--issuer",
        "52150900MJ00000015",
        "--log",
        "mirror",
        "--state",
        "state.json",
        "--hours",
        "99999999",
    ];
    let (code, said) = guildhall(folder.path(), &arguments);
    assert!(code == 10 && said.contains(&third), "{code} {said}");
    assert!(
        std::fs::read_to_string(state.with_extension("vkey"))
            .unwrap()
            .contains(&third)
    );
    // A witness that knew the first key, and where the log is.
    let data = folder.path().join("witness");
    let ask = Submission {
        old: 0,
        proof: Vec::new(),
        note: now.clone(),
    }
    .to_string();
    let still = Book::open(&data, "w.example/1", vec![first.clone()]).unwrap();
    assert!(still.add(&ask, 1_790_000_000).is_err());
    drop(still);
    let follows = Book::open(&data, "w.example/1", vec![first.clone()])
        .unwrap()
        .following(vec![mirror.to_string_lossy().into_owned()]);
    follows.add(&ask, 1_790_000_000).unwrap();
    drop(follows);
    let remembers = Book::open(&data, "w.example/1", vec![first]).unwrap();
    assert_eq!(remembers.logs().len(), 3);
    assert_eq!(audit::all(&registry).unwrap(), []);
}

/// Another certificate, months on.
fn issued_later(story: &mut Story) -> Vec<String> {
    let id = published(story, "2026-08-29", &[(5, "王五")], &[]);
    story.hall.on("2026-10-20");
    bare(
        &certificates::issue(&story.hall.registry, &story.signatory, &id, story.hall.now)
            .unwrap()
            .given,
    )
}

fn file(
    registry: &Registry,
    story: &Story,
    given: &Given,
    now: guildhall::ground::clock::Now,
) -> Vec<u8> {
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    prints::draw(registry, &reader, &given.id, now)
        .unwrap()
        .bytes
}

#[test]
fn a_new_authority_vouches_and_the_former_one_stays() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]);
    let (registry, now) = (Arc::clone(&story.hall.registry), story.hall.now);
    let before = file(&registry, &story, &given.given[0], now);
    let first = authority::certificate(&registry, now).unwrap();
    let keeper = KeyKeeper::of(story.hall.actor(Role::BureauOfficer, Scope::All)).unwrap();
    let now = now.plus_seconds(60);
    let id = key_keeping::rotate_authority(&registry, &keeper, now).unwrap();
    let second = authority::certificate(&registry, now).unwrap();
    assert_ne!(first, second);
    assert_eq!(
        authority::certificate_of(&registry, &id).unwrap(),
        Some(second.clone())
    );
    // The list whose address stands in files of the first time is still the first authority's.
    let old = Certificate::read(&first).unwrap();
    let new = Certificate::read(&second).unwrap();
    assert!(read_list(&authority::revoked(&registry, now).unwrap(), &old).is_some());
    assert!(
        read_list(
            &authority::revoked_of(&registry, &id, now).unwrap().unwrap(),
            &new
        )
        .is_some()
    );
    assert_eq!(
        authority::revoked_of(&registry, "00000000", now).unwrap(),
        None
    );
    // What was signed is not signed again, and both are anchors.
    let again = file(&registry, &story, &given.given[0], now);
    assert_eq!(before, again);
    let bundle = trust::bundle(&registry, &trust::Shelf::default(), now).unwrap();
    let root = trust::root(&registry, now).unwrap();
    let bundle = Bundle::open(&bundle.bytes, &root.public).unwrap();
    assert!(bundle.anchors.contains(&first) && bundle.anchors.contains(&second));
    assert_eq!(bundle.withdrawn.len(), 2);
    let later = published(&mut story, "2026-04-18", &[(2, "张三")], &[]);
    story.hall.on("2026-05-11");
    let now = story.hall.now;
    let given = certificates::issue(&registry, &story.signatory, &later, now).unwrap();
    let later = file(&registry, &story, &given.given[0], now);
    assert_ne!(later, again);
    sequence(&registry, now).unwrap();
    assert_eq!(audit::all(&registry).unwrap(), []);
}

#[test]
fn a_lost_receipts_key_makes_its_receipts_worthless_and_nothing_else() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]);
    let (registry, now) = (Arc::clone(&story.hall.registry), story.hall.now);
    let token = &given.given[0].token;
    let before = receipts::of_certificate(&registry, token, now).unwrap();
    let text = format!("http://127.0.0.1:8000/receipts#{}", before.digits);
    assert!(receipts::read(&registry, &text, now).unwrap().is_some());
    let keeper = KeyKeeper::of(story.hall.actor(Role::BureauOfficer, Scope::All)).unwrap();
    let ring = key_keeping::all(&registry, now).unwrap();
    let id = |purpose: &str| {
        ring.registry
            .iter()
            .find(|key| key.purpose == purpose)
            .map(|key| key.id.clone())
            .unwrap()
    };
    let lose = |id: &str| own_keys::lose(&registry, &keeper, id, now.utc(), "机房被盗", now);
    assert_eq!(
        lose(&id("root")).unwrap_err().code(),
        "registry_key.rotated-instead"
    );
    assert_eq!(lose("00000000").unwrap_err().code(), "not-found");
    lose(&id("receipts")).unwrap();
    assert_eq!(lose(&id("receipts")).unwrap_err().code(), "key.put-aside");
    assert!(receipts::read(&registry, &text, now).unwrap().is_none());
    let root = trust::root(&registry, now).unwrap();
    let sent = trust::bundle(&registry, &trust::Shelf::default(), now).unwrap();
    let bundle = Bundle::open(&sent.bytes, &root.public).unwrap();
    assert_eq!(bundle.lost.len(), 1);
    let pocket = Pocket::new(bundle, root.public, now);
    assert_eq!(
        anything(&pocket, text.as_bytes()).verdict,
        Verdict::KeyNotGood
    );
    // The next receipt is by a new key, and good.
    let after = receipts::of_certificate(&registry, token, now).unwrap();
    let text = format!("http://127.0.0.1:8000/receipts#{}", after.digits);
    assert!(receipts::read(&registry, &text, now).unwrap().is_some());
    assert_eq!(anything(&pocket, text.as_bytes()).verdict, Verdict::Valid);
    // A lost key of reports: its certificate is on the authority's list.
    let report = Report {
        title: "核验报告".to_owned(),
        facts: Vec::new(),
        notes: Vec::new(),
        columns: Vec::new(),
        rows: Vec::new(),
        foot: String::new(),
        author: "匠册".to_owned(),
        purpose: "核验".to_owned(),
        on: now.day(),
    };
    signed_reports::signed(&registry, &report, now).unwrap();
    let ring = key_keeping::all(&registry, now).unwrap();
    let reports = ring
        .registry
        .iter()
        .find(|key| key.purpose == "reports")
        .unwrap()
        .id
        .clone();
    let now = now.plus_seconds(60);
    own_keys::lose(&registry, &keeper, &reports, now.utc(), "机房被盗", now).unwrap();
    let ca = authority::certificate(&registry, now).unwrap();
    let list = authority::revoked(&registry, now).unwrap();
    let listed = read_list(&list, &Certificate::read(&ca).unwrap()).unwrap();
    assert_eq!(listed.withdrawn.len(), 1);
    sequence(&registry, now).unwrap();
    assert_eq!(audit::all(&registry).unwrap(), []);
}

#[test]
fn an_institution_fetches_its_own_list_and_its_monitor_is_content() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅"), (2, "张三")]);
    let registry = Arc::clone(&story.hall.registry);
    sequence(&registry, story.hall.now).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let keys = proofs::vkeys(&registry).unwrap();
    update(
        &Source::Own(&registry),
        &keys,
        &folder.path().join("mirror"),
    )
    .unwrap();
    let counter = Counterside::of(&story.hall);
    let ours = Visitor::signed_in(&story.hall, story.signatory.actor());
    let page = counter.read(&ours, &format!("/institutions/{}", story.house));
    let path = format!("/institutions/{}/own-list.jsonl", story.house);
    assert!(page.contains(&path), "{page}");
    let list = counter.ask(&ours, Method::Get, &path, None);
    let told = list.text();
    assert!(given.given.iter().all(|one| told.contains(&one.number)));
    assert!(!told.contains("乌兰") && !told.contains("张三"));
    let program = Visitor::program(&story.hall, story.signatory.actor());
    let api = counter.ask(&program, Method::Get, &format!("/api/v1{path}"), None);
    assert_eq!((api.status, api.text()), (200, told.clone()));
    assert_eq!(
        counter
            .ask(
                &ours,
                Method::Get,
                "/institutions/01k0000000000000000000000/own-list.jsonl",
                None
            )
            .status,
        404
    );
    std::fs::write(folder.path().join("own.jsonl"), &told).unwrap();
    let arguments = [
        "monitor",
        "--issuer",
        "52150900MJ00000015",
        "--log",
        "mirror",
        "--own",
        "own.jsonl",
        "--hours",
        "99999999",
    ];
    let (code, said) = guildhall(folder.path(), &arguments);
    assert_eq!(code, 0, "{said}");
    // One line taken out: an event that the institution did not make.
    let fewer: Vec<&str> = told.lines().skip(1).collect();
    std::fs::write(folder.path().join("own.jsonl"), fewer.join("\n")).unwrap();
    let (code, said) = guildhall(folder.path(), &arguments);
    assert_eq!(code, 10, "{said}");
}
