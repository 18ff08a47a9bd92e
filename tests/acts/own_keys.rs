//! 登记册密钥泄露: the log's key is stolen, and the log goes on; what the thief may sign counts nowhere.

use crate::acts::certificates::issued;
use crate::acts::sittings::Story;
use crate::visitor::{Counterside, Visitor, plain};
use guildhall::acts::log::mirror::update;
use guildhall::acts::log::public::Source;
use guildhall::acts::log::{proofs, sequence, succession};
use guildhall::acts::{Registry, audit, key_keeping, own_keys, trust};
use guildhall::domain::account::{KeyKeeper, Role, Scope};
use guildhall::ground::clock::{Now, beijing};
use guildhall::paper::pocket::anything;
use guildhall::seal::bundle::Bundle;
use guildhall::seal::log_proof::LogProof;
use guildhall::seal::note::{COSIGNATURE, Vkey, verified};
use guildhall::seal::pocket::{Pocket, Verdict};
use guildhall::seal::signer::{Ed25519, Signer};
use rocket::http::Method;
use serde_json::json;
use std::sync::Arc;

fn log_key(registry: &Registry, now: Now) -> key_keeping::Own {
    let ring = key_keeping::all(registry, now).unwrap();
    let mut keys = ring.registry.into_iter();
    keys.find(|key| key.purpose == "log" && key.in_use).unwrap()
}

fn bundle(registry: &Registry, now: Now) -> (Bundle, Vec<u8>) {
    let root = trust::root(registry, now).unwrap();
    let sent = trust::bundle(registry, &trust::Shelf::default(), now).unwrap();
    (
        Bundle::open(&sent.bytes, &root.public).unwrap(),
        root.public,
    )
}

/// The same proof with a witness's signature under its checkpoint.
fn witnessed(proof: &str, witness: &Vkey, key: &Ed25519) -> String {
    let mut proof = LogProof::read(proof).unwrap();
    let (text, _) = proof.checkpoint.split_once("\n\n").unwrap();
    let line = witness.sign(&format!("{text}\n"), 1_790_000_000, &|bytes| {
        key.sign(bytes)
    });
    proof.checkpoint.push_str(&line);
    proof.to_string()
}

#[test]
fn a_stolen_log_key_proves_only_what_a_witness_saw_before() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]);
    let registry = Arc::clone(&story.hall.registry);
    let now = story.hall.now;
    sequence(&registry, now).unwrap();
    let (id, token) = (&given.given[0].id, &given.given[0].token);
    let proof = || {
        proofs::by_token(&registry, token)
            .unwrap()
            .unwrap()
            .unwrap()
    };
    let (before, first) = (proof(), proofs::vkeys(&registry).unwrap().remove(0));
    let size = verified(&proofs::checkpoint(&registry).unwrap().unwrap(), &first)
        .unwrap()
        .1
        .size;

    let folder = tempfile::tempdir().unwrap();
    let mirror = |keys: &[Vkey]| update(&Source::Own(&registry), keys, folder.path());
    mirror(std::slice::from_ref(&first)).unwrap();

    let now = now.plus_seconds(7_200);
    story.hall.clock.put(now);
    let since = now.plus_seconds(-600).utc();
    let city = KeyKeeper::of(story.hall.actor(Role::BureauOfficer, Scope::All)).unwrap();
    let key = log_key(&registry, now);
    let lose = |by: &KeyKeeper, id: &str, since, reason: &str| {
        own_keys::lose(&registry, by, id, since, reason, now)
    };
    let code = |answer: guildhall::acts::Done<Option<String>>| answer.unwrap_err().code();
    assert_eq!(
        code(lose(&city, &key.id, now.plus_seconds(60).utc(), "失窃")),
        "key.cut-off-ahead"
    );
    assert_eq!(code(lose(&city, &key.id, since, " ")), "key.reasonless");
    let weighed = own_keys::weigh(&registry, &city, &key.id, Some(since), now).unwrap();
    let log = weighed.log.unwrap();
    assert_eq!(u64::try_from(log.size).unwrap(), size);
    assert_eq!((log.total, log.witnessed), (log.size, 0));

    let next = lose(&city, &key.id, since, "机房被盗").unwrap().unwrap();
    assert_eq!(
        code(lose(&city, &key.id, since, "机房被盗")),
        "key.put-aside"
    );
    sequence(&registry, now).unwrap();

    // The new key signs alone; nobody is led to it by the lost one.
    let keys = proofs::vkeys(&registry).unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].to_string(), next);
    let head = proofs::checkpoint(&registry).unwrap().unwrap();
    assert!(verified(&head, &keys[0]).is_some() && verified(&head, &first).is_none());
    assert_eq!(succession::notes(&registry).unwrap(), None);
    assert_eq!(
        proofs::lost_vkeys(&registry).unwrap(),
        [(first.clone(), size)]
    );
    assert!(
        !proofs::policy(&registry)
            .unwrap()
            .contains(&first.to_string())
    );

    // Our own mirror goes on; whoever knows the lost key only stays where he is.
    assert!(mirror(std::slice::from_ref(&first)).is_err());
    assert_eq!(mirror(&keys).unwrap().from, size);

    // The register itself knows its own roots; a proof asked for now is under the new key.
    let after = proof();
    assert!(LogProof::read(&after).unwrap().checkpoint.contains(&head));
    for one in [&before, &after] {
        assert!(proofs::proves(&registry, id, one).unwrap());
    }

    // Offline, what the lost key signed counts where a witness signed it too, up to the cut-off.
    let (bundle, root) = bundle(&registry, now);
    assert_eq!(bundle.lost_logs, [(first.to_string(), size)]);
    let judged = |bundle: &Bundle, text: &str| {
        let pocket = Pocket::new(bundle.clone(), root.clone(), now);
        anything(&pocket, text.as_bytes()).verdict
    };
    let hand = Ed25519::from_bytes(&[9; 32]).unwrap();
    let public = hand.public_key().try_into().unwrap();
    let witness = Vkey::new("audit.example", COSIGNATURE, public).unwrap();
    let seen = witnessed(&before, &witness, &hand);
    let knowing = Bundle {
        witnesses: vec![witness.to_string()],
        ..bundle.clone()
    };
    let earlier = Bundle {
        lost_logs: vec![(first.to_string(), size - 1)],
        ..knowing.clone()
    };
    assert_eq!(judged(&bundle, &after), Verdict::Logged);
    assert_eq!(judged(&bundle, &before), Verdict::KeyNotGood);
    assert_eq!(judged(&bundle, &seen), Verdict::KeyNotGood);
    assert_eq!(judged(&knowing, &before), Verdict::KeyNotGood);
    assert_eq!(judged(&knowing, &seen), Verdict::Logged);
    assert_eq!(judged(&earlier, &seen), Verdict::KeyNotGood);
    let checkpoint = |proof: &str| LogProof::read(proof).unwrap().checkpoint;
    assert_eq!(judged(&knowing, &checkpoint(&seen)), Verdict::Genuine);
    assert_eq!(judged(&knowing, &checkpoint(&before)), Verdict::KeyNotGood);
    assert_eq!(judged(&earlier, &checkpoint(&seen)), Verdict::KeyNotGood);
    assert_eq!(judged(&bundle, &checkpoint(&after)), Verdict::Genuine);
    assert_eq!(audit::all(&registry).unwrap(), []);
}

#[test]
fn the_bureau_notes_a_lost_key_at_its_page_and_by_program() {
    let mut story = Story::new();
    issued(&mut story, &[(1, "乌兰图雅")]);
    let registry = Arc::clone(&story.hall.registry);
    sequence(&registry, story.hall.now).unwrap();
    let now = story.hall.now.plus_seconds(7_200);
    story.hall.clock.put(now);
    story.hall.now = now;
    let counter = Counterside::of(&story.hall);
    let officer = story.hall.actor(Role::BureauOfficer, Scope::All);
    let her = Visitor::signed_in(&story.hall, &officer);
    let key = log_key(&registry, now);
    let to = format!("/registry-keys/{}/compromise", key.id);
    let list = counter.read(&her, "/keys");
    assert!(list.contains(&to));

    let blank = plain(&counter.read(&her, &to));
    assert!(blank.contains("从什么时候起") && !blank.contains("会发生什么"));
    let since = beijing(now.plus_seconds(-600).utc())
        .format("%Y-%m-%dT%H:%M")
        .to_string();
    let weighed = plain(&counter.read(&her, &format!("{to}?since={since}")));
    assert!(weighed.contains("证书一张也不受影响") && weighed.contains("另行通知见证方"));
    let ahead = beijing(now.plus_seconds(600).utc())
        .format("%Y-%m-%dT%H:%M")
        .to_string();
    let ahead = plain(&counter.read(&her, &format!("{to}?since={ahead}")));
    assert!(ahead.contains("截止时间晚于现在") && !ahead.contains("会发生什么"));
    let none = counter.send(&her, &to, &[("since", &since), ("reason", "")]);
    assert_eq!(none.status, 422);

    let program = Visitor::program(&story.hall, &officer);
    let api = format!("/api/v1{to}");
    let told = counter.ask(&program, Method::Get, &format!("{api}?since={since}"), None);
    assert_eq!(told.json()["purpose"], "log", "{}", told.text());
    assert_eq!(told.json()["log_size"], told.json()["log_total"]);
    let done = counter.done(&her, &to, &[("since", &since), ("reason", "机房被盗")]);
    assert_eq!(done, "/keys?done=lost_log");
    let list = counter.read(&her, "/keys?done=lost_log");
    assert!(!list.contains(&to) && plain(&list).contains("日志已改用新密钥"));
    let again = counter.call(
        &program,
        Method::Post,
        &api,
        Some(json!({ "since": since, "reason": "机房被盗" })),
    );
    assert_eq!((again.status, again.code()), (409, "key.put-aside".into()));
    sequence(&registry, now).unwrap();
    let page = plain(&counter.read(&Visitor::stranger(), "/log"));
    assert!(page.contains("不再采信"), "{page}");

    let next = log_key(&registry, now);
    let api = format!("/api/v1/registry-keys/{}/compromise", next.id);
    let body = json!({ "since": since, "reason": "又被盗" });
    let lost = counter.call(&program, Method::Post, &api, Some(body));
    assert_eq!(lost.status, 200, "{}", lost.text());
    sequence(&registry, now).unwrap();
    let keys = proofs::vkeys(&registry).unwrap();
    assert_eq!(lost.json()["vkey"], keys[0].to_string());
    assert_eq!(audit::all(&registry).unwrap(), []);
}
