//! 外人: a certificate of the example town in the hands of other people's programs: good, then one
//! byte changed, then revoked; and a register changed behind the program's back.

use crate::hall::Hall;
use crate::paper::signed::{nss_of, pdfsig};
use crate::paper::{kept, outsider};
use crate::visitor::{Counterside, Visitor};
use guildhall::acts::log::sequence;
use guildhall::acts::{authority, revocations, verification};
use guildhall::domain::account::{Confirmer, Issuer, Scope};
use guildhall::domain::certificate::RevocationReason;
use guildhall::ground::clock::Now;
use guildhall::seal::log::unbundle;
use guildhall::store::accounts;
use guildhall::store::certificates::Certificate;
use guildhall::town::{self, Town};
use rocket::http::Method;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The example town and its counter.
struct Scene {
    hall: Hall,
    town: Town,
    folder: tempfile::TempDir,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut hall = if std::env::var("TEST_DATABASE_URL").is_ok() {
            Hall::new()
        } else {
            Hall::at(&folder.path().join("guildhall.db").to_string_lossy())
        };
        let today = Now::beijing("2026-11-25".parse().unwrap(), 10, 30);
        hall.now = today;
        hall.clock.put(today);
        let town = town::build(&hall.registry, today, None).unwrap();
        sequence(&hall.registry, today).unwrap();
        Self { hall, town, folder }
    }

    /// Fetches a file, as anybody may, and keeps it.
    fn fetch(&self, counter: &Counterside, path: &str, accept: &str, name: &str) -> PathBuf {
        let headers = [("Accept", accept)];
        let answer = counter.ask_with(&Visitor::stranger(), Method::Get, path, &headers, None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let file = self.folder.path().join(name);
        std::fs::write(&file, answer.bytes).unwrap();
        file
    }

    /// Everything that is given out of one certificate.
    fn fetch_all(&self, token: &str) {
        let counter = Counterside::of(&self.hall);
        let get = |path: &str, name: &str| self.fetch(&counter, path, "*/*", name);
        let jwt = |path: &str, name: &str| self.fetch(&counter, path, "application/vc+jwt", name);
        let credential = format!("/credentials/{token}");
        let document = get(&credential, "credential.json");
        jwt(&credential, "credential.jwt");
        let read: Value = serde_json::from_slice(&std::fs::read(document).unwrap()).unwrap();
        let path = |address: &Value| {
            let address = address.as_str().unwrap();
            address
                .splitn(4, '/')
                .nth(3)
                .map(|path| format!("/{path}"))
                .unwrap()
        };
        let list = path(&read["credentialStatus"]["statusListCredential"]);
        get(&list, "list.json");
        jwt(&list, "list.jwt");
        let slug = read["issuer"]["id"]
            .as_str()
            .unwrap()
            .rsplit(':')
            .next()
            .unwrap()
            .to_owned();
        get(&format!("/issuers/{slug}/did.json"), "issuer.json");
        get(&format!("/certificates/{token}.tlog-proof"), "proof");
        get("/log/vkey", "vkey");
        get("/trust/bundle", "bundle");
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn verify(&self, what: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_guildhall"))
            .args([
                "verify",
                what,
                "--trust",
                &self.file("bundle"),
                "--state",
                &self.file("state"),
            ])
            .env("GUILDHALL_NOW", self.hall.now.utc().and_utc().to_rfc3339())
            .output()
            .unwrap()
    }

    /// Everybody in town as whoever she is.
    fn actors(&self) -> Vec<guildhall::domain::account::Actor> {
        let actor = |login: &str| {
            let found = self
                .hall
                .registry
                .store
                .read(|db| accounts::by_login(db, login))
                .unwrap();
            found.and_then(|account| account.actor())
        };
        self.town
            .accounts
            .iter()
            .filter_map(|account| actor(account.login))
            .collect()
    }

    fn revoke(&self, certificate: &Certificate) {
        let house = Scope::Institution(certificate.institution.clone());
        let issuer = self
            .actors()
            .into_iter()
            .filter(|actor| actor.scope == house)
            .find_map(Issuer::of);
        let second = self
            .actors()
            .into_iter()
            .filter(|actor| actor.scope == Scope::All)
            .find_map(Confirmer::of);
        let grounds = revocations::Grounds {
            reason_class: RevocationReason::Fraud,
            basis: "《职业技能等级认定工作规程》第二十条".to_owned(),
            reason: "冒名顶替，已查实".to_owned(),
        };
        let (registry, now) = (&self.hall.registry, self.hall.now);
        revocations::propose(registry, &issuer.unwrap(), &certificate.id, &grounds, now).unwrap();
        revocations::confirm(registry, &second.unwrap(), &certificate.id, now).unwrap();
        sequence(registry, now).unwrap();
    }

    /// `guildhall check` over this register.
    fn check(&self) -> Output {
        self.guildhall(&["check"])
    }

    /// A command of the program over this register.
    fn guildhall(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
        command
            .args(words)
            .env("GUILDHALL_DATA", self.folder.path())
            .env("GUILDHALL_MASTER_KEY", "07".repeat(32))
            // A switch of the tests, no setting of the program.
            .env_remove("GUILDHALL_PARTS")
            .current_dir(self.folder.path());
        if std::env::var("TEST_DATABASE_URL").is_ok() {
            command.env("GUILDHALL_DATABASE", self.hall.url());
        }
        command.output().unwrap()
    }

    /// Somebody with the database's password and its own tool.
    fn behind_the_back(&self, sql: &str) -> Option<()> {
        let url = self.hall.url();
        let output = if std::env::var("TEST_DATABASE_URL").is_ok() {
            outsider("psql", &[url, "-v", "ON_ERROR_STOP=1", "-q", "-c", sql])?
        } else {
            outsider("sqlite3", &[url, sql])?
        };
        assert!(output.status.success(), "{output:?}");
        Some(())
    }
}

/// One byte of a file, changed, in a file beside it.
fn bent(file: &str, at: impl Fn(&[u8]) -> usize) -> String {
    let mut bytes = std::fs::read(file).unwrap();
    let at = at(&bytes);
    bytes[at] ^= 1;
    let other = format!("{file}.bent");
    std::fs::write(&other, bytes).unwrap();
    other
}

fn behind(bytes: &[u8], mark: &str) -> usize {
    let found = bytes
        .windows(mark.len())
        .position(|window| window == mark.as_bytes());
    found.unwrap() + mark.len()
}

fn missing(what: &str) {
    assert!(
        std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
        "{what} is not installed"
    );
    println!("not run: {what}");
}

/// Digital Bazaar's verifier over what stands in the folder.
fn open_badges(scene: &Scene) -> Option<Value> {
    let parts = root().join("target/parts");
    if !parts.join("node_modules/@digitalbazaar/vc").is_dir() {
        missing("Digital Bazaar's verifier, ajv, jose (npm)");
        return None;
    }
    let script = parts.join(format!("verify-{}-town.mjs", std::process::id()));
    std::fs::copy(root().join("tests/proofs/verify.mjs"), &script).unwrap();
    let output = Command::new("node")
        .arg(&script)
        .arg(scene.folder.path())
        .arg(root().join("src/seal/contexts"))
        .arg(root().join("tests/proofs/ob_v3p0_achievementcredential_schema.json"))
        .env("NOW", scene.hall.now.utc().and_utc().to_rfc3339())
        .output()
        .unwrap();
    let _ = std::fs::remove_file(script);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_str(said.trim()).unwrap())
}

/// Python's cryptography over the text of a code, and a list its place is looked up in.
fn code(text: &str, issuer: &str, list: &str) -> Option<Output> {
    let python = root().join("target/parts/proofs/bin/python");
    if !python.exists() {
        missing("Python's cryptography (beside openbadgeslib)");
        return None;
    }
    let script = root().join("tests/proofs/code.py");
    Some(
        Command::new(python)
            .arg(script)
            .args([text, issuer, list])
            .output()
            .unwrap(),
    )
}

/// Go's own reader of transparency logs.
fn log(what: &[&str]) -> Option<Output> {
    if !Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").is_dir() {
        missing("Go's sumdb packages (golang-go, golang-golang-x-mod-dev)");
        return None;
    }
    let script = root().join("tests/proofs/log.go");
    let cache = root().join("target/parts-go");
    let output = Command::new("go")
        .arg("run")
        .arg(script)
        .args(what)
        .env("GO111MODULE", "off")
        .env("GOPATH", "/usr/share/gocode")
        .env("GOCACHE", cache)
        .output()
        .unwrap();
    Some(output)
}

#[test]
fn outsiders_accept_a_certificate_and_no_changed_byte_and_see_it_revoked() {
    let scene = Scene::new();
    let specimen = &scene.town.certificates["valid"];
    scene.fetch_all(&specimen.token);
    let pdf = scene.file("certificate.pdf");
    std::fs::write(&pdf, &specimen.pdf).unwrap();

    // The credential.
    if let Some(said) = open_badges(&scene) {
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
        assert_eq!(
            (&said["revoked"], &said["accepted"]),
            (&serde_json::json!([false]), &serde_json::json!([]))
        );
        assert_eq!(
            (&said["credentialForged"], &said["listForged"]),
            (&false.into(), &false.into())
        );
    }
    let document = scene.file("credential.json");
    let changed = bent(&document, |bytes| behind(bytes, "\"identityHash\":\""));
    assert_eq!(scene.verify(&document).status.code(), Some(0));
    assert_eq!(scene.verify(&changed).status.code(), Some(1));

    // The paper.
    let ca = authority::certificate(&scene.hall.registry, scene.hall.now).unwrap();
    let path = kept("of-the-town.pdf", &specimen.pdf);
    if let Some(said) =
        nss_of("nss-town", &ca).and_then(|folder| Some((pdfsig(&folder, &path)?, folder)))
    {
        let (said, folder) = said;
        for sentence in [
            "Signature is Valid",
            "Certificate is Trusted",
            "Total document signed",
        ] {
            assert!(said.contains(sentence), "{sentence}: {said}");
        }
        let mut other = specimen.pdf.clone();
        other[40_000] ^= 1;
        let said = pdfsig(&folder, &kept("of-the-town-bent.pdf", &other)).unwrap();
        assert!(!said.contains("Signature is Valid"), "{said}");
    }
    let changed = bent(&pdf, |_| 40_000);
    assert_eq!(scene.verify(&pdf).status.code(), Some(0));
    assert_eq!(scene.verify(&changed).status.code(), Some(1));

    // The code on it, as a picture of the page shows it.
    let page = path.with_extension("");
    let picture = outsider(
        "pdftoppm",
        &[
            "-r",
            "150",
            "-png",
            "-singlefile",
            path.to_str().unwrap(),
            page.to_str().unwrap(),
        ],
    );
    let png = format!("{}.png", page.display());
    let read = picture.and_then(|_| outsider("zbarimg", &["--quiet", "--raw", &png]));
    if let Some(read) = read {
        let text = String::from_utf8(read.stdout).unwrap().trim().to_owned();
        assert_eq!(text, specimen.qr);
        let issuer = scene.file("issuer.json");
        if let Some(output) = code(&text, &issuer, &scene.file("list.json")) {
            assert_eq!(
                String::from_utf8_lossy(&output.stdout),
                format!("{}\nstands\n", specimen.number),
                "{output:?}"
            );
            let last = text.chars().last().unwrap();
            let other = text[..text.len() - 1].to_owned() + if last == '1' { "2" } else { "1" };
            let list = scene.file("list.json");
            assert!(!code(&other, &issuer, &list).unwrap().status.success());
            assert_eq!(scene.verify(&text).status.code(), Some(0));
            assert_eq!(scene.verify(&other).status.code(), Some(1));
        }
        // Our own command reads the picture too.
        assert_eq!(scene.verify(&png).status.code(), Some(0));
    }

    // The log.
    let (vkey, proof) = (scene.file("vkey"), scene.file("proof"));
    if let Some(output) = log(&[&vkey, &proof]) {
        assert!(output.status.success(), "{output:?}");
        let hash = |bytes: &[u8]| behind(bytes, "\nindex ") + 20;
        let changed = bent(&proof, hash);
        assert!(!log(&[&vkey, &changed]).unwrap().status.success());
    }
    assert_eq!(
        scene.verify(&proof).status.code(),
        Some(3),
        "logged, and no word of today"
    );
    let changed = bent(&proof, |bytes| behind(bytes, "extra ") + 40);
    assert_eq!(scene.verify(&changed).status.code(), Some(1));

    // Revoked.
    let found = verification::look_up(&scene.hall.registry, &specimen.token, scene.hall.now);
    let certificate = found.unwrap().unwrap().public.certificate.clone();
    scene.revoke(&certificate);
    scene.fetch_all(&specimen.token);
    if let Some(said) = open_badges(&scene) {
        assert_eq!(
            (&said["proof"], &said["revoked"]),
            (&true.into(), &serde_json::json!([true]))
        );
    }
    if let Some(output) = code(
        &specimen.qr,
        &scene.file("issuer.json"),
        &scene.file("list.json"),
    ) {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(said, format!("{}\nrevoked\n", specimen.number));
    }
    for what in [&document, &pdf, &specimen.qr] {
        let output = scene.verify(what);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.code() == Some(2) && said.contains("已撤销"),
            "{what}: {said}"
        );
    }
    revocation_is_logged(&scene);
    if let Some(output) = followed(&scene, &vkey, &proof) {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && said.ends_with("\nissue revoke\n"),
            "{output:?}"
        );
    }
}

/// Go's own client follows the log through a mirror of its files.
fn followed(scene: &Scene, vkey: &str, proof: &str) -> Option<Output> {
    let mirror = scene.file("mirror");
    let output = scene.guildhall(&["log", "export", &mirror]);
    assert!(output.status.success(), "{output:?}");
    log(&[vkey, proof, &mirror])
}

/// The README's one command over a town that serves: four programs of others accept a certificate,
/// refuse it with one byte changed, and see it revoked.
#[test]
fn the_one_command_of_the_readme_asks_outsiders() {
    let parts = root().join("target/parts");
    let there = [
        "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog",
        parts
            .join("node_modules/@digitalbazaar/vc")
            .to_str()
            .unwrap(),
        parts.join("proofs/bin/python").to_str().unwrap(),
    ]
    .iter()
    .all(|part| Path::new(part).exists());
    if !there {
        missing("outsiders over a served town (npm, openbadgeslib, Go's sumdb)");
        return;
    }
    // An example town lies in a file of its own, whatever database the tests ask.
    if std::env::var("TEST_DATABASE_URL").is_ok() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let town = folder.path().join("town");
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|free| free.local_addr())
        .unwrap()
        .port();
    let mut server = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args(["demo", "--port", &port.to_string(), "--dir"])
        .arg(&town)
        // The switch of the tests is no setting of the program.
        .env_remove("GUILDHALL_PARTS")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // It listens once the town is made.
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert_eq!(server.try_wait().unwrap(), None, "the town serves");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let output = Command::new(root().join("tests/proofs/outsiders"))
        .arg(&town)
        .arg(folder.path().join("held"))
        .output();
    server.kill().unwrap();
    server.wait().unwrap();
    let output = output.unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    );
}

/// The public log tells it too: an event of the same record, of the kind `revoke`.
fn revocation_is_logged(scene: &Scene) {
    let proof = std::fs::read_to_string(scene.file("proof")).unwrap();
    let extra = proof
        .lines()
        .nth(1)
        .unwrap()
        .strip_prefix("extra ")
        .unwrap();
    let extra: Value =
        serde_json::from_slice(&data_encoding::BASE64.decode(extra.as_bytes()).unwrap()).unwrap();
    let leaf: Value = serde_json::from_str(extra["leaf"].as_str().unwrap()).unwrap();
    let counter = Counterside::of(&scene.hall);
    let head = counter.read(&Visitor::stranger(), "/log/checkpoint");
    let size: u64 = head.lines().nth(1).unwrap().parse().unwrap();
    let mut events = Vec::new();
    for n in 0..=size / 256 {
        let width = (size - n * 256).min(256);
        let path = match width {
            0 => continue,
            256 => format!("/log/tile/entries/{n:03}"),
            width => format!("/log/tile/entries/{n:03}.p/{width}"),
        };
        let answer = counter.ask(&Visitor::stranger(), Method::Get, &path, None);
        assert_eq!(answer.status, 200, "{path}");
        events.extend(unbundle(&answer.bytes).unwrap());
    }
    assert_eq!(events.len() as u64, size);
    let kinds: Vec<String> = events
        .iter()
        .map(|event| serde_json::from_slice::<Value>(event).unwrap())
        .filter(|event| event["ref"] == leaf["ref"])
        .map(|event| event["t"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["issue", "revoke"]);
}

/// Whoever has the database's password can change a row, and cannot keep it from being named.
#[test]
fn an_edit_behind_the_programs_back_is_named_by_check() {
    let scene = Scene::new();
    let output = scene.check();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && said.contains("every promise is kept"),
        "{output:?}"
    );
    let specimen = &scene.town.certificates["valid"];
    let found = verification::look_up(&scene.hall.registry, &specimen.token, scene.hall.now);
    let certificate = found.unwrap().unwrap().public.certificate.clone();
    let edit = format!(
        "UPDATE certificates SET holder = '冒名者' WHERE id = '{}'",
        certificate.id
    );
    let open = if std::env::var("TEST_DATABASE_URL").is_ok() {
        "ALTER TABLE certificates DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER certificates_no_update"
    };
    if scene.behind_the_back(&format!("{open}; {edit};")).is_none() {
        return;
    }
    scene.hall.leave_unaudited();
    let output = scene.check();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let named = said.contains(certificate.id.as_str()) || said.contains(&certificate.number);
    assert!(!output.status.success() && named, "{said}");
    println!("named: {said}");
}
