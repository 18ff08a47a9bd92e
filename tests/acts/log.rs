//! 公开日志: what is issued is in the log, is proved without us, and cannot be touched unseen.

use crate::acts::certificates::{issued, published};
use crate::acts::sittings::Story;
use guildhall::acts::log::{answer, proof_of, proofs, sequence};
use guildhall::acts::{Error, Registry, Settings, audit, certificates, replacements};
use guildhall::domain::account::Issuer;
use guildhall::domain::certificate::CertificateId;
use guildhall::on;
use guildhall::seal::log::{Torn, Tree, is_consistent, leaf_hash, root_of, unbundle};
use guildhall::seal::log_proof::LogProof;
use guildhall::seal::note::verified;
use guildhall::seal::vault::Vault;
use guildhall::store::{Found, Store};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn run(registry: &Registry, sql: &str) -> Found<()> {
    registry.store.write(|db| db.run(sql))
}

/// As a database administrator could: the triggers first, then the row.
fn drop_triggers(registry: &Registry) {
    let names: &[(&str, &[&str])] = if registry.store.kind() == "SQLite" {
        &[
            (
                "log_events",
                &["log_events_no_update", "log_events_no_delete"],
            ),
            ("log_tiles", &["log_tiles_only_grow", "log_tiles_no_delete"]),
            ("log_heads", &["log_heads_only_grow", "log_heads_no_delete"]),
            (
                "log_checkpoints",
                &["log_checkpoints_no_update", "log_checkpoints_no_delete"],
            ),
            (
                "certificates",
                &["certificates_no_update", "certificates_no_delete"],
            ),
        ]
    } else {
        &[
            ("log_events", &["log_events_stay", "log_events_no_delete"]),
            ("log_tiles", &["log_tiles_only_grow", "log_tiles_no_delete"]),
            ("log_heads", &["log_heads_only_grow", "log_heads_no_delete"]),
            (
                "log_checkpoints",
                &["log_checkpoints_stay", "log_checkpoints_no_delete"],
            ),
            ("certificates", &["certificates_stay"]),
        ]
    };
    for (table, triggers) in names {
        for trigger in *triggers {
            let sql = if registry.store.kind() == "SQLite" {
                format!("DROP TRIGGER {trigger}")
            } else {
                format!("DROP TRIGGER {trigger} ON {table}")
            };
            run(registry, &sql).unwrap();
        }
    }
}

#[test]
fn what_is_issued_is_proved_from_the_public_files_alone() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅"), (2, "张三"), (3, "李四")]);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let waiting = registry
        .store
        .read(|db| proof_of(db, &story.hall.registry, &given.given[0].id))
        .unwrap();
    assert_eq!(waiting, None);
    let size = sequence(registry, now).unwrap();
    assert_eq!(
        size, 11,
        "three certificates, three sheets, the results, and four keys"
    );
    let vkey = proofs::vkeys(registry).unwrap().remove(0);
    let note = proofs::checkpoint(registry).unwrap().unwrap();
    let (_, checkpoint) = verified(&note, &vkey).unwrap();
    let bundle = proofs::entries(registry, 0, 11).unwrap().unwrap();
    let leaves = unbundle(&bundle).unwrap();
    let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    assert_eq!(root_of(&hashes), checkpoint.root);
    assert_eq!(
        proofs::published_tile(registry, 0, 0, 11).unwrap().unwrap(),
        hashes.concat()
    );
    assert_eq!(proofs::published_tile(registry, 0, 0, 12).unwrap(), None);
    assert_eq!(proofs::entries(registry, 0, 12).unwrap(), None);
    for one in &given.given {
        let proof = proofs::by_token(registry, &one.token)
            .unwrap()
            .unwrap()
            .unwrap();
        let read = LogProof::read(&proof).unwrap();
        assert_eq!(read.to_string(), proof);
        let extra: serde_json::Value =
            serde_json::from_slice(read.extra.as_deref().unwrap()).unwrap();
        let leaf = extra["leaf"].as_str().unwrap();
        assert!(read.verify(leaf.as_bytes(), &vkey).is_some());
        assert!(
            read.verify(leaf.replace("issue", "revoke").as_bytes(), &vkey)
                .is_none()
        );
        // The holder shows what the leaf commits to.
        assert_eq!(extra["payload"]["holder"], one.holder.as_str());
        let salt = data_encoding::BASE64URL_NOPAD
            .decode(extra["salt"].as_str().unwrap().as_bytes())
            .unwrap();
        let c = guildhall::acts::log::commitment(&salt.try_into().unwrap(), &extra["payload"]);
        assert!(leaf.contains(&c));
    }
    // Nothing in the entries leads to a person.
    let entries = String::from_utf8_lossy(&bundle).into_owned();
    for one in &given.given {
        for secret in [&one.number, &one.token, &one.holder, &one.id.to_string()] {
            assert!(!entries.contains(secret.as_str()), "{secret}");
        }
    }
    assert!(leaves.iter().all(|leaf| leaf.len() <= 512));
}

#[derive(Debug)]
struct Bad;
impl From<Torn> for Bad {
    fn from(_: Torn) -> Self {
        Self
    }
}

#[test]
fn a_restored_copy_signs_nothing_and_verifies_everything() {
    let mut story = Story::new();
    let first = issued(&mut story, &[(1, "乌兰图雅")]);
    let later = published(&mut story, "2026-04-18", &[(2, "张三")], &[]);
    let folder = tempfile::tempdir().unwrap();
    if story.hall.registry.store.kind() != "SQLite" {
        return;
    }
    let settings = Settings {
        log_guard: Some(folder.path().join("log.guard")),
        ..Settings::default()
    };
    let (copy, live) = (folder.path().join("copy.db"), folder.path().join("live.db"));
    sequence(&story.hall.registry, story.hall.now).unwrap();
    story.hall.registry.store.copy_to(&copy).unwrap();
    std::fs::copy(&copy, &live).unwrap();
    let open = |file: &std::path::Path| {
        Registry::open(
            Store::open(&file.to_string_lossy()).unwrap(),
            Vault::new([7; 32]),
            settings.clone(),
        )
        .unwrap()
    };
    let registry = open(&live);
    story.hall.on("2026-05-11");
    let now = story.hall.now;
    let before = proofs::checkpoint(&registry).unwrap().unwrap();
    certificates::issue(&registry, &story.signatory, &later, now).unwrap();
    let size = sequence(&registry, now).unwrap();
    // An honest log only grows.
    let vkey = proofs::vkeys(&registry).unwrap().remove(0);
    let after = proofs::checkpoint(&registry).unwrap().unwrap();
    let (old, new) = (
        verified(&before, &vkey).unwrap().1,
        verified(&after, &vkey).unwrap().1,
    );
    let mut tree = Tree::new(size, |level, n| {
        Ok::<_, Bad>(proofs::published_tile(&registry, level, n, size).unwrap())
    });
    let proof = tree.consistency(old.size, new.size).unwrap();
    assert!(is_consistent(
        old.size, new.size, &old.root, &new.root, &proof
    ));
    // The copy has forgotten the second certificate.
    let restored = open(&copy);
    assert!(restored.log.is_behind());
    let refused = certificates::issue(&restored, &story.signatory, &later, now);
    assert_eq!(refused.map(|_| ()).unwrap_err().code(), "log.behind");
    let token = &first.given[0].token;
    let found = guildhall::acts::verification::look_up(&restored, token, now).unwrap();
    assert!(found.unwrap().is_sound());
    assert!(
        proofs::by_token(&restored, token)
            .unwrap()
            .unwrap()
            .is_some()
    );
    let credential = guildhall::acts::credentials::document_of(&restored, token, now);
    assert_eq!(credential.unwrap_err().code(), "log.behind");
    assert!(
        audit::all(&restored)
            .unwrap()
            .iter()
            .any(|broken| broken.promise == "log.not-behind-its-guard")
    );
}

#[test]
fn the_clock_may_not_go_back() {
    let mut story = Story::new();
    issued(&mut story, &[(1, "乌兰图雅")]);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    assert_eq!(
        sequence(registry, now.plus_seconds(-3600))
            .unwrap_err()
            .code(),
        "log.clock-behind"
    );
    assert_eq!(sequence(registry, now.plus_seconds(-4)).unwrap(), 9);
}

/// Fifty changes by raw SQL, one after another, each undone before the next: each names its row,
/// and what was not touched is not named.
#[test]
fn every_change_behind_our_back_is_named() {
    let mut story = Story::new();
    let names: Vec<(u32, &str)> = (1..=8).map(|n| (n, "乌兰图雅")).collect();
    let given = issued(&mut story, &names);
    let registry = &story.hall.registry;
    sequence(registry, story.hall.now).unwrap();
    assert_eq!(audit::all(registry).unwrap(), []);
    let refused = run(registry, "UPDATE log_events SET leaf = leaf || leaf");
    assert!(refused.is_err(), "the database itself refuses");
    assert!(run(registry, "DELETE FROM log_checkpoints").is_err());
    drop_triggers(registry);
    let events: Vec<(String, i64)> = registry
        .store
        .read::<_, Error>(|db| {
            use diesel::prelude::*;
            use guildhall::schema::log_events;
            let rows: Vec<(String, Option<i64>)> =
                on!(db, c => log_events::table.order(log_events::seq)
                .select((log_events::id, log_events::seq)).load(c))
                .unwrap();
            Ok(rows
                .into_iter()
                .map(|(id, seq)| (id, seq.unwrap()))
                .collect())
        })
        .unwrap();
    let mut tried = 0;
    let mut edit = |sql: String, undo: String, named: &str| {
        run(registry, &sql).unwrap();
        let broken = audit::all(registry).unwrap();
        assert!(
            broken.iter().any(|one| one.subject == named),
            "{sql}: {named} in {broken:?}"
        );
        assert!(
            broken.iter().all(|one| one.subject == named),
            "{sql}: only {named} in {broken:?}"
        );
        run(registry, &undo).unwrap();
        tried += 1;
    };
    for one in &given.given {
        for (column, bad) in [
            ("holder", "'李四'"),
            ("level", "'1'"),
            ("issued_on", "'2020-01-01'"),
            ("issued_by", "'nobody'"),
        ] {
            let id = &one.id;
            run(
                registry,
                &format!("CREATE TABLE aside AS SELECT * FROM certificates WHERE id = '{id}'"),
            )
            .unwrap();
            edit(
                format!("UPDATE certificates SET {column} = {bad} WHERE id = '{id}'"),
                format!(
                    "UPDATE certificates SET {column} = (SELECT {column} FROM aside) WHERE id = '{id}'; DROP TABLE aside"
                ),
                &format!("certificates {id}"),
            );
        }
    }
    for (id, _) in events.iter().take(6) {
        for (column, bad) in [
            ("n", "n + 7"),
            ("at", "'2020-01-01 00:00:00'"),
            ("kind", "'resume'"),
        ] {
            run(
                registry,
                &format!("CREATE TABLE aside AS SELECT * FROM log_events WHERE id = '{id}'"),
            )
            .unwrap();
            edit(
                format!("UPDATE log_events SET {column} = {bad} WHERE id = '{id}'"),
                format!(
                    "UPDATE log_events SET {column} = (SELECT {column} FROM aside) WHERE id = '{id}'; DROP TABLE aside"
                ),
                &format!("log_events {id}"),
            );
        }
    }
    let blob = |hex: &str| {
        if registry.store.kind() == "SQLite" {
            format!("X'{hex}'")
        } else {
            format!("'\\x{hex}'")
        }
    };
    for (sql, undo, named) in [
        (
            "UPDATE log_tiles SET data = ".to_owned() + &blob("00"),
            String::new(),
            "log_tiles 0/0",
        ),
        (
            "UPDATE log_checkpoints SET note = 'x'".to_owned(),
            String::new(),
            "log_checkpoints 16",
        ),
    ] {
        let table = sql.split(' ').nth(1).unwrap().to_owned();
        run(
            registry,
            &format!("CREATE TABLE aside AS SELECT * FROM {table}"),
        )
        .unwrap();
        run(registry, &sql).unwrap();
        let broken = audit::all(registry).unwrap();
        assert!(
            broken.iter().any(|one| one.subject == named),
            "{sql}: {broken:?}"
        );
        assert!(undo.is_empty());
        run(
            registry,
            &format!(
                "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM aside; DROP TABLE aside"
            ),
        )
        .unwrap();
        tried += 1;
    }
    assert!(tried >= 50, "{tried}");
    assert_eq!(audit::all(registry).unwrap(), []);
}

/// Whoever rings the sequencer's bell still holds the pen. What she entered is not missed: its proof
/// is there at once, not when the log is next looked at unasked.
#[test]
fn an_event_is_not_missed_for_its_act_being_under_way() {
    let mut story = Story::new();
    let mut last = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0).id;
    let (registry, now) = (&story.hall.registry, story.hall.now);
    sequence(registry, now).unwrap();
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    let replaced = |id: &CertificateId| {
        let given = replacements::replace(registry, &issuer, id, "证书破损", now);
        given.unwrap().id
    };
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                if registry.log.wait(Duration::from_secs(600)) {
                    answer(registry, now).unwrap();
                }
            }
        });
        let mut longest = Duration::ZERO;
        for _ in 0..12 {
            last = replaced(&last);
            let begun = Instant::now();
            let proof = || registry.store.read(|db| proof_of(db, registry, &last));
            while proof().unwrap().is_none() && longest < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(1));
                longest = longest.max(begun.elapsed());
            }
        }
        done.store(true, Ordering::SeqCst);
        replaced(&last);
        assert!(longest < Duration::from_secs(20), "an event was missed");
    });
}
