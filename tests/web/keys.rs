//! 密钥: what becomes of keys, and what that does to certificates wherever somebody asks.

use crate::acts::certificates::issued;
use crate::acts::sittings::Story;
use crate::visitor::{Answer, Counterside, Visitor, plain};
use guildhall::acts::issuing::Given;
use guildhall::acts::key_keeping::{self, Fate};
use guildhall::acts::{audit, prints, replacements, signed_files, trust, verification};
use guildhall::domain::account::{Issuer, KeyKeeper, Reader};
use guildhall::domain::signing_key::KeyStanding;
use guildhall::ground::slice::Window;
use guildhall::seal::bundle::{Bundle, Offline};
use rocket::http::Method;
use std::io::Read;

fn get(counter: &Counterside, path: &str) -> Answer {
    counter.ask(&Visitor::stranger(), Method::Get, path, None)
}

/// One certificate from before, and one from after the moment its key was lost; the second stands
/// in another's place.
struct Theft {
    story: Story,
    before: Given,
    after: Given,
    key: String,
    twin: String,
    file: Vec<u8>,
}

impl Theft {
    fn keeper(&self) -> KeyKeeper {
        KeyKeeper::of(self.story.bureau.actor().clone()).unwrap()
    }

    fn fate(&self) -> Fate {
        Fate::Compromised(self.story.hall.now.plus_seconds(-86_400).utc())
    }

    fn tell(&self, key: &str) {
        let registry = &self.story.hall.registry;
        let (keeper, fate) = (self.keeper(), self.fate());
        key_keeping::put_aside(
            registry,
            &keeper,
            key,
            fate,
            "服务器失窃",
            self.story.hall.now,
        )
        .unwrap();
    }
}

fn theft() -> Theft {
    let mut story = Story::new();
    let mut given = issued(&mut story, &[(1, "乌兰图雅"), (2, "李四")]).given;
    let (before, old) = (given.remove(0), given.remove(0));
    let reader = Reader::of(story.signatory.actor().clone()).unwrap();
    story.hall.on("2026-05-06");
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let issuer = Issuer::of(story.signatory.actor().clone()).unwrap();
    let after = replacements::replace(registry, &issuer, &old.id, "证书破损", now).unwrap();
    let counter = Counterside::of(&story.hall);
    for one in [&before, &after] {
        assert_eq!(
            get(&counter, &format!("/credentials/{}", one.token)).status,
            200
        );
    }
    let file = prints::draw(registry, &reader, &after.id, now)
        .unwrap()
        .bytes;
    let ring = key_keeping::all(registry, now).unwrap();
    let of = |algorithm: &str| {
        let found = ring
            .issuers
            .iter()
            .find(|key| key.algorithm == algorithm)
            .unwrap();
        assert_eq!(found.standing, KeyStanding::InUse);
        found.id.clone()
    };
    let (key, twin) = (of("ES256"), of("EdDSA"));
    Theft {
        story,
        before,
        after,
        key,
        twin,
        file,
    }
}

fn cose(theft: &Theft, given: &Given) -> Vec<u8> {
    let registry = &theft.story.hall.registry;
    let found = verification::look_up(registry, &given.token, theft.story.hall.now);
    found.unwrap().unwrap().public.certificate.cose.clone()
}

/// Whether the published list has this credential's bit set.
fn is_set(counter: &Counterside, given: &Given, credential: &serde_json::Value) -> bool {
    let status = &credential["credentialStatus"];
    let list = status["statusListCredential"].as_str().unwrap();
    let list = get(counter, list.strip_prefix("http://127.0.0.1:8000").unwrap()).json();
    let text = list["credentialSubject"]["encodedList"].as_str().unwrap();
    let packed = data_encoding::BASE64URL_NOPAD
        .decode(&text.as_bytes()[1..])
        .unwrap();
    let mut bits = Vec::new();
    flate2::read::GzDecoder::new(&*packed)
        .read_to_end(&mut bits)
        .unwrap();
    let place: usize = status["statusListIndex"].as_str().unwrap().parse().unwrap();
    assert!(!given.token.is_empty());
    bits[place / 8] & 0x80 >> (place % 8) != 0
}

#[test]
fn a_lost_key_harms_what_it_signed_since_and_nothing_else() {
    let theft = theft();
    let (registry, now) = (&theft.story.hall.registry, theft.story.hall.now);
    let counter = Counterside::of(&theft.story.hall);
    let credential = |given: &Given| get(&counter, &format!("/credentials/{}", given.token)).json();
    let (old_before, old_after) = (credential(&theft.before), credential(&theft.after));
    let page = |given: &Given| get(&counter, &format!("/v/{}", given.token)).text();
    assert!(page(&theft.after).contains("<title>证书有效 – "));

    // What it would do is told before it is done.
    let keeper = theft.keeper();
    let weigh = || {
        key_keeping::weigh(
            registry,
            &keeper,
            &theft.key,
            theft.fate(),
            Window::of(None, None),
            now,
        )
    };
    let effects = weigh().unwrap();
    assert_eq!((effects.stay, effects.doubtful.total), (2, 1));
    assert_eq!(effects.doubtful.rows[0].number, theft.after.number);
    assert_eq!(effects.twin.as_deref(), Some(theft.twin.as_str()));
    assert!(
        page(&theft.after).contains("<title>证书有效 – "),
        "weighing changes nothing"
    );

    theft.tell(&theft.key);
    theft.tell(&theft.twin);
    assert_eq!(weigh().unwrap_err().code(), "key.put-aside");

    // At the counter.
    let good = page(&theft.before);
    assert!(
        good.contains("<title>证书有效 – ") && good.contains("本证书此前已登记"),
        "{}",
        plain(&good)
    );
    let bad = page(&theft.after);
    assert!(
        bad.contains("<title>签发存疑 – ") && !bad.contains("class=\"res ok\""),
        "{}",
        plain(&bad)
    );
    let told = |given: &Given| {
        let json = [("Accept", "application/json")];
        let path = format!("/v/{}", given.token);
        counter
            .ask_with(&Visitor::stranger(), Method::Get, &path, &json, None)
            .json()
    };
    assert_eq!(told(&theft.before)["verdict"], "valid");
    assert_eq!(told(&theft.after)["verdict"], "doubtful");
    assert!(told(&theft.after)["checks"]["key_lost_at"].is_string());

    // In a pocket.
    let root = trust::root(registry, now).unwrap();
    let sent = get(&counter, "/trust/bundle");
    let bundle = Bundle::open(&sent.bytes, &root.public).unwrap();
    let judge = |given: &Given| bundle.judge(&cose(&theft, given), bundle.issued_at, now.day());
    assert!(matches!(judge(&theft.before), Offline::Good(_)));
    assert_eq!(judge(&theft.after), Offline::KeyNotGood);

    // For programs: the good one is signed again, with the same content; the other is not, and the
    // list says of both what is so.
    let new = credential(&theft.before);
    for same in ["id", "credentialSubject", "validFrom"] {
        assert_eq!(new[same], old_before[same], "{same}");
    }
    let method = |document: &serde_json::Value| {
        document["proof"]["verificationMethod"]
            .as_str()
            .map(str::to_owned)
    };
    assert_ne!(method(&new), method(&old_before));
    assert_eq!(
        get(&counter, &format!("/credentials/{}", theft.after.token)).status,
        409
    );
    assert!(!is_set(&counter, &theft.before, &old_before));
    assert!(is_set(&counter, &theft.after, &old_after));

    // As a file.
    let reader = Reader::of(theft.story.signatory.actor().clone()).unwrap();
    let refused = prints::draw(registry, &reader, &theft.after.id, now);
    assert_eq!(refused.err().unwrap().code(), "certificate.doubtful");
    let brought = |bytes: &[u8]| {
        counter
            .upload(
                &Visitor::stranger(),
                "/verify/pdf",
                "file",
                "a.pdf",
                bytes,
                &[],
            )
            .text()
    };
    let good = prints::draw(registry, &reader, &theft.before.id, now)
        .unwrap()
        .bytes;
    assert!(
        brought(&good).contains("<title>证书有效 – "),
        "{}",
        plain(&brought(&good))
    );
    assert!(
        brought(&theft.file).contains("<title>签发存疑 – "),
        "{}",
        plain(&brought(&theft.file))
    );
    assert!(
        signed_files::look(registry, &theft.file, now)
            .unwrap()
            .unwrap()
            .given_out
            .is_some()
    );

    // In a list.
    let row = serde_json::json!({"number": theft.after.number, "name": "李四"});
    let rows = serde_json::json!({ "rows": [row] });
    let list = counter
        .call(
            &Visitor::stranger(),
            Method::Post,
            "/api/v1/list-checks",
            Some(rows),
        )
        .json();
    assert_eq!(
        (&list["valid"], &list["rows"][0]["verdict"]),
        (&0.into(), &"doubtful".into())
    );

    // What was rightly earned is issued anew, with another key.
    let issuer = Issuer::of(theft.story.signatory.actor().clone()).unwrap();
    let newest =
        replacements::replace(registry, &issuer, &theft.after.id, "签发密钥泄露", now).unwrap();
    assert!(page(&newest).contains("<title>证书有效 – "));
    assert!(page(&theft.after).contains("<title>已换发新证 – "));
    let ring = key_keeping::all(registry, now).unwrap();
    let of = |id: &str| {
        ring.issuers
            .iter()
            .find(|key| key.id == id)
            .unwrap()
            .standing
    };
    assert_eq!(of(&theft.key), KeyStanding::Compromised);
    assert_eq!(
        ring.issuers
            .iter()
            .filter(|key| key.standing == KeyStanding::InUse)
            .count(),
        2
    );
    assert_eq!(audit::all(registry).unwrap(), []);
}

#[test]
fn a_certificate_dated_back_behind_the_cut_off_is_told_by_the_log() {
    let theft = theft();
    let (registry, now) = (&theft.story.hall.registry, theft.story.hall.now);
    guildhall::acts::log::sequence(registry, now).unwrap();
    let public = |given: &Given| {
        verification::look_up(registry, &given.token, now)
            .unwrap()
            .unwrap()
            .public
    };
    let place = public(&theft.before).logged.unwrap().1.unwrap();
    assert!(public(&theft.after).logged.unwrap().1.unwrap() > place);
    // The cut-off lies after the second certificate by its date, before it by the log.
    let event = guildhall::store::key_events::KeyEvent {
        id: guildhall::ground::key::fresh(now),
        key_id: theft.key.clone(),
        kind: "compromised".to_owned(),
        cut_off: Some(now.plus_seconds(60).utc()),
        reason: "服务器失窃".to_owned(),
        at: now.plus_seconds(60).utc(),
        by: theft.story.bureau.actor().account.to_string(),
        log_size: Some(place + 1),
    };
    registry
        .store
        .write(|db| guildhall::store::key_events::add(db, &event))
        .unwrap();
    let look = |given: &Given| {
        verification::look_up(registry, &given.token, now)
            .unwrap()
            .unwrap()
            .standing
    };
    assert_eq!(look(&theft.after).as_str(), "doubtful");
    assert_eq!(look(&theft.before).as_str(), "valid");
    theft.story.hall.leave_unaudited();
}

#[test]
fn a_new_root_key_follows_from_the_old_one_and_breaks_nothing() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let counter = Counterside::of(&story.hall);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let first = trust::root(registry, now).unwrap();
    let receipt = counter.read(&Visitor::stranger(), &format!("/v/{}/receipt", given.token));
    let digits: String = receipt
        .split("/receipts#")
        .nth(1)
        .unwrap()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    assert_eq!(get(&counter, "/trust/bundle").status, 200);

    let county = KeyKeeper::of(story.bureau.actor().clone()).unwrap();
    let city = KeyKeeper::of(story.hall.bureau().actor().clone()).unwrap();
    let scope = &county.actor().scope;
    if *scope != guildhall::domain::account::Scope::All {
        let refused = key_keeping::rotate_root(registry, &county, now);
        assert_eq!(refused.unwrap_err().code(), "root_key.city-only");
    }
    let now = now.plus_seconds(60);
    let second = key_keeping::rotate_root(registry, &city, now).unwrap();
    let third = key_keeping::rotate_root(registry, &city, now.plus_seconds(60)).unwrap();
    let newest = trust::root(registry, now).unwrap();
    assert_eq!(newest.id, third);
    assert_eq!(trust::roots(registry, now).unwrap().len(), 3);

    // Whoever pinned the first one follows, and the certificate of before is good by it.
    let sent = get(&counter, "/trust/bundle");
    let bundle = Bundle::open(&sent.bytes, &first.public).unwrap();
    assert_eq!(bundle, Bundle::open(&sent.bytes, &newest.public).unwrap());
    assert_eq!(bundle.links.len(), 2);
    let found = verification::look_up(registry, &given.token, now)
        .unwrap()
        .unwrap();
    let judged = bundle.judge(&found.public.certificate.cose, bundle.issued_at, now.day());
    assert!(matches!(judged, Offline::Good(_)));
    let page = get(&counter, &format!("/v/{}", given.token)).text();
    assert!(page.contains("<title>证书有效 – "));
    let text = format!("https://zs.example.cn/receipts#{digits}");
    let read = counter.send(&Visitor::stranger(), "/receipts", &[("text", &text)]);
    assert_eq!(read.status, 200, "a receipt of the former root");
    // What is made from now on is vouched for by the newest.
    key_keeping::rotate(registry, &city, &story.house, now.plus_seconds(120)).unwrap();
    assert_ne!(second, third);
    assert_eq!(audit::all(registry).unwrap(), []);
}
