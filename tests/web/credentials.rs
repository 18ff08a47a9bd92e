//! 凭证: what programs get, judged by programs that are not ours.

use crate::acts::certificates::issued;
use crate::acts::lives::{named, second};
use crate::acts::sittings::Story;
use crate::visitor::{Answer, Counterside, Visitor};
use guildhall::acts::key_keeping::{self, Fate};
use guildhall::acts::revocations::Grounds;
use guildhall::acts::{corrections, printings, prints, replacements, restorations, revocations};
use guildhall::domain::account::{BureauOfficer, Confirmer, Issuer, KeyKeeper, Reader, Role};
use guildhall::domain::certificate::RevocationReason;
use guildhall::paper::reading;
use guildhall::seal::{did, json_ld};
use rocket::http::Method;
use serde_json::Value;
use std::io::Read;
use std::path::Path;
use std::process::Command;

const JWT: &[(&str, &str)] = &[("Accept", "application/vc+jwt")];

fn get(counter: &Counterside, path: &str) -> Answer {
    counter.ask(&Visitor::stranger(), Method::Get, path, None)
}

fn token(counter: &Counterside, path: &str) -> Answer {
    counter.ask_with(&Visitor::stranger(), Method::Get, path, JWT, None)
}

/// The path of an address of this registry.
fn path(address: &Value) -> String {
    let address = address.as_str().unwrap();
    address
        .strip_prefix("http://127.0.0.1:8000")
        .unwrap()
        .to_owned()
}

fn issuer_path(credential: &Value) -> String {
    let did = credential["issuer"]["id"].as_str().unwrap();
    format!("/issuers/{}/did.json", did.rsplit(':').next().unwrap())
}

/// What a program of others says of these, or nothing where it is not installed.
fn judged(counter: &Counterside, credential: &str, now: &str) -> Option<Value> {
    let folder = tempfile::tempdir().unwrap();
    let keep = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let document = get(counter, credential);
    assert_eq!(
        (document.status, document.kind.as_str()),
        (200, "application/vc")
    );
    let read = document.json();
    keep("credential.json", &document.bytes);
    let jwt = token(counter, credential);
    assert_eq!(jwt.kind, "application/vc+jwt");
    keep("credential.jwt", &jwt.bytes);
    keep("issuer.json", &get(counter, &issuer_path(&read)).bytes);
    let list = path(&read["credentialStatus"]["statusListCredential"]);
    keep("list.json", &get(counter, &list).bytes);
    keep("list.jwt", &token(counter, &list).bytes);
    outsider(folder.path(), now)
}

fn outsider(folder: &Path, now: &str) -> Option<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parts = root.join("target/parts");
    if !parts.join("node_modules/@digitalbazaar/vc").is_dir() {
        assert!(
            std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
            "the verifiers of others are not installed"
        );
        println!("not run: Digital Bazaar's verifier, ajv, jose (npm)");
        return None;
    }
    // Modules are looked for beside the script.
    let script = parts.join(format!("verify-{}.mjs", std::process::id()));
    std::fs::copy(root.join("tests/proofs/verify.mjs"), &script).unwrap();
    let output = Command::new("node")
        .arg(&script)
        .arg(folder)
        .arg(root.join("src/seal/contexts"))
        .arg(root.join("tests/proofs/ob_v3p0_achievementcredential_schema.json"))
        .env("NOW", now)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_str(said.trim()).unwrap())
}

fn flawless(said: &Value) {
    for good in [
        "proof",
        "listed",
        "schema",
        "safe",
        "credentialToken",
        "listToken",
    ] {
        assert_eq!(said[good], true, "{good}: {said:#}");
    }
    for bad in ["credentialForged", "listForged"] {
        assert_eq!(said[bad], false, "{bad}");
    }
    assert_eq!(said["accepted"], serde_json::json!([]), "forged leaves");
    assert!(said["leaves"].as_u64().unwrap() > 40);
}

#[test]
fn programs_of_others_accept_a_credential_and_no_forgery_and_see_it_replaced() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let address = format!("/credentials/{}", given.token);
    if let Some(said) = judged(&counter, &address, "2026-04-07T02:00:00Z") {
        flawless(&said);
        assert_eq!(said["revoked"], serde_json::json!([false]));
    }
    let first = get(&counter, &address).bytes;
    story.hall.on("2026-05-06");
    assert_eq!(get(&counter, &address).bytes, first, "kept byte for byte");
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    replacements::replace(
        &story.hall.registry,
        &issuer,
        &given.id,
        "证书破损",
        story.hall.now,
    )
    .unwrap();
    if let Some(said) = judged(&counter, &address, "2026-05-06T02:00:00Z") {
        flawless(&said);
        assert_eq!(said["revoked"], serde_json::json!([true]));
    }
    assert_eq!(get(&counter, &address).bytes, first, "kept byte for byte");
}

/// What stands in another's place says so, on its paper and in its credential, and others accept it.
#[test]
fn a_certificate_in_the_place_of_another_tells_where_it_comes_from() {
    let mut story = Story::new();
    let names = [(1, "乌兰图亚"), (2, "张三"), (3, "李四")];
    let given = issued(&mut story, &names).given;
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    corrections::propose(registry, &issuer, &given[0].id, &named("乌兰图雅"), now).unwrap();
    let corrected = corrections::confirm(registry, &second(&story), &given[0].id, now).unwrap();
    let replaced = replacements::replace(registry, &issuer, &given[1].id, "证书破损", now).unwrap();
    printings::print_again(registry, &issuer, &corrected.id, "遗失", now).unwrap();
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    let paper = |id| {
        let drawn = prints::draw(registry, &reader, id, now).unwrap();
        reading::read(&drawn.bytes).unwrap()
    };
    let counter = Counterside::of(&story.hall);
    for (new, old, printed, told) in [
        (&corrected, &given[0], "第2次印制　更正自", "Corrects"),
        (&replaced, &given[1], "换发自", "Replaces"),
    ] {
        let paper = paper(&new.id);
        let says = format!("{printed} {}", old.number);
        assert!(paper.says(&says), "{says}: {:?}", paper.lines);
        let address = format!("/credentials/{}", new.token);
        let evidence = &get(&counter, &address).json()["evidence"];
        assert!(
            path(&evidence[0]["id"]) == format!("/v/{}/provenance", new.token)
                && evidence[0]["narrative"]
                    .as_str()
                    .unwrap()
                    .contains(&format!("{told} certificate {}", old.number)),
            "{evidence}"
        );
        if let Some(said) = judged(&counter, &address, &now.utc().and_utc().to_rfc3339()) {
            flawless(&said);
        }
    }
    let first = get(&counter, &format!("/credentials/{}", given[2].token)).json();
    assert!(first["evidence"].is_null());
    let paper = paper(&given[2].id);
    assert!(!paper.says("换发自") && !paper.says("更正自"));
}

#[test]
fn the_badge_carries_the_credential_and_strangers_programs_may_read_all() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let address = format!("/credentials/{}", given.token);
    let text = String::from_utf8(get(&counter, &address).bytes).unwrap();
    assert!(!text.contains("159999"), "no identity number");
    for (ending, kind) in [("svg", "image/svg+xml"), ("png", "image/png")] {
        let badge = get(&counter, &format!("{address}.{ending}"));
        assert_eq!((badge.status, badge.kind.as_str()), (200, kind));
        let inside = String::from_utf8_lossy(&badge.bytes).into_owned();
        assert!(inside.contains(&text), "{ending}");
    }
    let page = get(&counter, &format!("/v/{}", given.token)).text();
    assert!(page.contains(&address));
    assert_eq!(
        get(&counter, "/.well-known/did.json").json()["id"],
        "did:web:127.0.0.1%3A8000"
    );
    for missing in [
        "/credentials/aaaaaaaaaaaaaaaa",
        "/credentials/x",
        "/issuers/none/did.json",
        "/status/revocation/none/1",
    ] {
        assert_eq!(get(&counter, missing).status, 404, "{missing}");
    }
}

#[test]
fn the_vector_of_the_w3c_comes_out_byte_for_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs/w3c");
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    };
    let hash = |name: &str| {
        std::fs::read_to_string(folder.join(name))
            .unwrap()
            .trim()
            .to_owned()
    };
    let examples: &'static [u8] = include_bytes!("../proofs/w3c/credentials-examples-v2.json");
    let more = [("https://www.w3.org/ns/credentials/examples/v2", examples)];
    let mut document = read("signed-credential.json");
    let mut proof = document.as_object_mut().unwrap().remove("proof").unwrap();
    let wanted = proof.as_object_mut().unwrap().remove("proofValue").unwrap();
    if proof.get("@context").is_none() {
        proof["@context"] = document["@context"].clone();
    }
    let config = json_ld::digest_with(&proof, &more).unwrap();
    let meaning = json_ld::digest_with(&document, &more).unwrap();
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    assert_eq!(hex(&config), hash("proof-config-hash.txt"));
    assert_eq!(hex(&meaning), hash("doc-hash.txt"));
    let pair = read("key-pair.json");
    let secret = pair["privateKeyMultibase"].as_str().unwrap();
    let secret = bs58::decode(&secret[1..]).into_vec().unwrap();
    let signer = guildhall::seal::signer::Ed25519::from_bytes(&secret[2..]).unwrap();
    use guildhall::seal::signer::{Algorithm, Signer};
    assert_eq!(
        did::multibase(Algorithm::EdDsa, signer.public_key()).unwrap(),
        pair["publicKeyMultibase"]
    );
    let signature = signer.sign(&[config, meaning].concat());
    assert_eq!(
        format!("z{}", bs58::encode(signature).into_string()),
        wanted
    );
}

/// Whether the published list has this credential's bit set, read as the standard orders bits.
fn is_set(counter: &Counterside, credential: &str) -> bool {
    let status = get(counter, credential).json()["credentialStatus"].clone();
    let list = get(counter, &path(&status["statusListCredential"])).json();
    let text = list["credentialSubject"]["encodedList"].as_str().unwrap();
    let packed = data_encoding::BASE64URL_NOPAD
        .decode(&text.as_bytes()[1..])
        .unwrap();
    let mut bits = Vec::new();
    flate2::read::GzDecoder::new(&*packed)
        .read_to_end(&mut bits)
        .unwrap();
    assert_eq!(bits.len(), 16_384);
    let place: usize = status["statusListIndex"].as_str().unwrap().parse().unwrap();
    bits[place / 8] & 0x80 >> (place % 8) != 0
}

#[test]
fn a_revocation_shows_in_the_list_and_leaves_it_when_taken_back() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅"), (2, "李四")]).given;
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let counter = Counterside::of(&story.hall);
    let [first, second] = [0, 1].map(|at: usize| format!("/credentials/{}", given[at].token));
    assert!(!is_set(&counter, &first));
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    let grounds = Grounds {
        reason_class: RevocationReason::Error,
        basis: "《职业技能等级认定工作规程》第二十条".to_owned(),
        reason: "误登".to_owned(),
    };
    revocations::propose(registry, &issuer, &given[0].id, &grounds, now).unwrap();
    assert!(!is_set(&counter, &first), "proposed only");
    let confirmer = Confirmer::of(story.bureau.actor().clone()).unwrap();
    revocations::confirm(registry, &confirmer, &given[0].id, now).unwrap();
    assert!(is_set(&counter, &first) && !is_set(&counter, &second));
    let other = story
        .hall
        .actor(Role::BureauOfficer, story.bureau.actor().scope.clone());
    let other = BureauOfficer::of(other).unwrap();
    let ground = restorations::Ground {
        basis: "复查决定书〔2026〕1号".to_owned(),
        reason: "复查后认定有效".to_owned(),
    };
    restorations::restore(registry, &other, &[given[0].id.clone()], &ground, now).unwrap();
    assert!(!is_set(&counter, &first));
}

#[test]
fn marks_are_told_only_where_that_is_set() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅"), (2, "李四")]).given;
    let plain = guildhall::acts::credentials::document_of(
        &story.hall.registry,
        &given[0].token,
        story.hall.now,
    );
    let read = |bytes: Vec<u8>| -> Value { serde_json::from_slice(&bytes).unwrap() };
    let plain = read(plain.unwrap().unwrap());
    assert!(plain["credentialSubject"].get("result").is_none());
    let mut registry = story.hall.beside();
    registry.settings.credential_results = true;
    let document = |token: &str| {
        let document = guildhall::acts::credentials::document_of(&registry, token, story.hall.now);
        read(document.unwrap().unwrap())
    };
    assert_eq!(
        document(&given[0].token),
        plain,
        "what was signed stays as it is"
    );
    let told = document(&given[1].token);
    let achievement = &told["credentialSubject"]["achievement"];
    let results = told["credentialSubject"]["result"].as_array().unwrap();
    assert_eq!(results.len(), 2, "{told:#}");
    for result in results {
        let about = achievement["resultDescription"].as_array().unwrap();
        let about = about
            .iter()
            .find(|one| one["id"] == result["resultDescription"])
            .unwrap();
        let name = about["name"].as_str().unwrap();
        assert!(
            name == "理论知识 / Theory" || name.starts_with("操作技能 / Pract"),
            "{name}"
        );
        let mark: f64 = result["value"].as_str().unwrap().parse().unwrap();
        assert!((60.0..=100.0).contains(&mark));
    }
    // Others accept it as well.
    let counter = Counterside::of(&story.hall);
    if let Some(said) = judged(
        &counter,
        &format!("/credentials/{}", given[1].token),
        "2026-04-07T02:00:00Z",
    ) {
        flawless(&said);
    }
}

#[test]
fn a_second_verifier_agrees() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/parts/proofs/bin/python");
    if !python.is_file() {
        assert!(
            std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
            "openbadgeslib is not installed"
        );
        println!("not run: openbadgeslib (PyPI)");
        return;
    }
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let document = get(&counter, &format!("/credentials/{}", given.token));
    let folder = tempfile::tempdir().unwrap();
    let keep = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    keep("credential.json", &document.bytes);
    keep(
        "issuer.json",
        &get(&counter, &issuer_path(&document.json())).bytes,
    );
    let output = Command::new(python)
        .arg(root.join("tests/proofs/verify.py"))
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("good"), "{said}");
}

#[test]
fn no_event_of_keys_breaks_a_good_certificate() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let address = format!("/credentials/{}", given.token);
    let valid = |counter: &Counterside| {
        let page = get(counter, &format!("/v/{}", given.token)).text();
        assert!(page.contains("<title>证书有效 – "));
    };
    let key_of = |bytes: &[u8]| -> String {
        let read: Value = serde_json::from_slice(bytes).unwrap();
        read["proof"]["verificationMethod"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = get(&counter, &address).bytes;
    let read: Value = serde_json::from_slice(&first).unwrap();
    let issuer = issuer_path(&read);
    let named = |counter: &Counterside| get(counter, &issuer).text();
    assert!(named(&counter).contains(&key_of(&first)));

    story.hall.on("2026-05-06");
    let registry = &story.hall.registry;
    let keeper = KeyKeeper::of(story.bureau.actor().clone()).unwrap();
    key_keeping::rotate(registry, &keeper, &story.house, story.hall.now).unwrap();
    assert_eq!(
        named(&counter).matches("\"Multikey\"").count(),
        4,
        "both pairs stand"
    );
    assert_eq!(get(&counter, &address).bytes, first);

    let ids: Vec<String> = registry
        .store
        .read(|db| guildhall::store::issuer_keys::of(db, &story.house))
        .unwrap()
        .into_iter()
        .map(|key| key.id)
        .take(2)
        .collect();
    for id in &ids {
        key_keeping::put_aside(
            registry,
            &keeper,
            id,
            Fate::Retired,
            "年度轮换",
            story.hall.now,
        )
        .unwrap();
        let again = key_keeping::put_aside(
            registry,
            &keeper,
            id,
            Fate::Retired,
            "年度轮换",
            story.hall.now,
        );
        assert_eq!(again.unwrap_err().code(), "key.put-aside");
    }
    assert!(
        named(&counter).contains(&key_of(&first)),
        "retired keys stay"
    );
    assert_eq!(get(&counter, &address).bytes, first);
    valid(&counter);

    let cut_off = Fate::Compromised(story.hall.now.utc());
    for id in &ids {
        key_keeping::put_aside(registry, &keeper, id, cut_off, "服务器失窃", story.hall.now)
            .unwrap();
    }
    assert!(!named(&counter).contains(&key_of(&first)), "stolen keys go");
    let second = get(&counter, &address).bytes;
    assert_ne!(key_of(&second), key_of(&first));
    let again: Value = serde_json::from_slice(&second).unwrap();
    for same in ["id", "credentialSubject", "validFrom"] {
        assert_eq!(again[same], read[same], "{same}");
    }
    valid(&counter);
    if let Some(said) = judged(&counter, &address, "2026-05-06T02:00:00Z") {
        flawless(&said);
    }
}
