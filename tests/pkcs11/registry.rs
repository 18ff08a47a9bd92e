//! 登记处与令牌: a town built, served and started again with a token; a registry that moves into one.
//!
//! What is done with a token is done in processes of their own: this same test, started again with
//! `PKCS11_CONFIGURATION`, or the program itself. A module is loaded once in a process, and finds
//! its tokens by the environment.

use super::said;
use super::token::{LABEL, PIN, Scene, only_mine};
use crate::acts::certificates::published;
use crate::acts::sittings::Story;
use crate::hall::Hall;
use crate::rotation::{LOGIN, with_password};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use guildhall::acts::certificates;
use guildhall::cli::configuration::Configuration;
use guildhall::cli::hsm::wrapped::Wrapped;
use guildhall::domain::account::{AccountId, AssessmentSignatory};
use guildhall::domain::assessment::SittingId;
use guildhall::ground::clock::Now;
use guildhall::store::accounts;
use guildhall::{cli, town, town::PASSWORD};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ISSUED_ON: &str = "2026-11-02";

#[test]
fn a_town_whose_master_key_a_token_opens_issues_and_opens_again() {
    let Some(scene) = Scene::new() else { return };
    let port = free_port();
    scene.configure(&format!("port = {port}\n"));
    let told = scene.done(&["keys", "wrap-master"]);
    assert!(told.contains("a new key guildhall was made"), "{told}");
    assert!(told.contains("nobody has seen it"), "{told}");
    let told = started(&scene, "town", &[]);
    let token = after(&told, "token ");
    assert_eq!(scene.done(&["check"]), "every promise is kept\n");
    // A server of its own: it signs, and shows what was signed before.
    let (answers, log) = serve(
        &scene,
        port,
        &[&format!("/v/{token}"), &format!("/credentials/{token}")],
    );
    assert!(answers[0].starts_with("HTTP/1.1 200"), "{}", answers[0]);
    assert!(answers[1].contains("eddsa-rdfc-2022"), "{}", answers[1]);
    assert!(log.contains("the counter opens"), "{log}");
    assert!(!log.contains(PIN), "{log}");
    assert!(!scene.path("data/master.key").exists());
}

#[test]
fn moving_the_master_key_into_a_token_keeps_everything_openable() {
    let Some(scene) = Scene::new() else { return };
    let port = free_port();
    let data = scene.path("data");
    std::fs::create_dir(&data).unwrap();
    let (sitting, signatory) = kept(&data);
    let clear = data.join("master.key");
    in_clear(&clear, "07");

    scene.configure("pkcs11_module = \"\"\npkcs11_token = \"\"\npkcs11_pin_file = \"\"\n");
    let before = exported(&scene, "before");
    scene.configure(&format!("port = {port}\n"));
    let told = scene.refused(&["migrate"]);
    assert!(
        told.contains("move it with `guildhall keys wrap-master`"),
        "{told}"
    );

    // Another key in its place is not moved: it opens nothing.
    let mut command = scene.command(&["keys", "wrap-master"]);
    let other = command
        .env("GUILDHALL_MASTER_KEY", "7a".repeat(32))
        .output()
        .unwrap();
    assert!(
        said(&other).contains("is not the one this database"),
        "{}",
        said(&other)
    );
    assert!(!scene.wrapped().exists());

    let told = scene.done(&["keys", "wrap-master"]);
    assert!(told.contains("then destroy that file"), "{told}");
    assert!(told.contains(&*clear.to_string_lossy()), "{told}");
    std::fs::remove_file(&clear).unwrap();
    assert!(
        before == exported(&scene, "after"),
        "an export reads another"
    );
    let issue = [("PKCS11_SITTING", sitting), ("PKCS11_ACCOUNT", signatory)];
    let first = started(&scene, "issue", &issue);
    assert!(after(&first, "issued now ").starts_with("S000015090001265"));
    let again = started(&scene, "issue", &issue);
    assert_eq!(
        after(&first, "issued now "),
        after(&again, "issued before ")
    );
    assert_eq!(scene.done(&["check"]), "every promise is kept\n");

    let (answers, log) = serve(&scene, port, &["/health/ready", "/trust/bundle"]);
    assert!(answers.iter().all(|one| one.starts_with("HTTP/1.1 200")));
    assert!(!log.contains("in clear"), "{log}");
    // Another that lies there is not asked, and every start complains of it.
    in_clear(&clear, "7a");
    let (_, complained) = serve(&scene, port, &["/health/live"]);
    assert!(
        complained.contains("lies in clear beside the token"),
        "{complained}"
    );
    std::fs::remove_file(&clear).unwrap();
    for told in [&told, &first, &again, &log, &complained] {
        assert!(!told.contains("07070707") && !told.contains(PIN), "{told}");
    }
    // Nor is either in the file that takes its place.
    let line = std::fs::read_to_string(scene.wrapped()).unwrap();
    assert!(!line.contains("07070707") && !line.contains(PIN));
    the_token_is_lost(&scene, &clear);
}

/// From its envelope the key goes into another.
fn the_token_is_lost(scene: &Scene, clear: &Path) {
    std::fs::rename(scene.wrapped(), scene.path("lost")).unwrap();
    scene.other_drawer();
    let other = |arguments: &[&str]| {
        let mut command = scene.command(arguments);
        command.env("SOFTHSM2_CONF", scene.path("others.conf"));
        command.output().unwrap()
    };
    in_clear(clear, "07");
    assert!(other(&["keys", "wrap-master"]).status.success());
    std::fs::remove_file(clear).unwrap();
    assert_eq!(said(&other(&["check"])), "every promise is kept\n");
}

#[test]
fn a_master_key_the_token_opens_is_replaced_by_another() {
    let Some(scene) = Scene::new() else { return };
    let data = scene.path("data");
    std::fs::create_dir(&data).unwrap();
    let mut hall = Hall::at(&data.join("guildhall.db").to_string_lossy());
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    drop(hall);
    let clear = data.join("master.key");
    in_clear(&clear, "07");
    scene.done(&["keys", "wrap-master"]);
    std::fs::remove_file(&clear).unwrap();
    let before = exported(&scene, "before");
    let line = std::fs::read_to_string(scene.wrapped()).unwrap();

    let rotate = ["keys", "rotate-master", "--as", LOGIN];
    let rotated = with_password(&mut scene.command(&rotate), PASSWORD);
    let told = said(&rotated);
    assert!(rotated.status.success(), "{told}");
    assert!(
        told.contains("sealed anew") && !told.contains(PIN),
        "{told}"
    );
    let now = std::fs::read_to_string(scene.wrapped()).unwrap();
    assert_ne!(now, line);
    assert!(Wrapped::parse(&now).is_some() && !clear.exists());
    assert_eq!(scene.done(&["check"]), "every promise is kept\n");
    assert!(same_but_deeds(&before, &exported(&scene, "after")));

    // The old one, put back, is refused; so is a start while two lie there, which another run ends.
    let next = data.join("master.key.wrapped.next");
    std::fs::rename(scene.wrapped(), &next).unwrap();
    std::fs::write(scene.wrapped(), &line).unwrap();
    only_mine(&scene.wrapped());
    assert!(scene.refused(&["check"]).contains("rotate-master"));
    std::fs::rename(&next, scene.path("kept")).unwrap();
    assert!(
        scene
            .refused(&["check"])
            .contains("is not the one this database")
    );
    std::fs::rename(scene.path("kept"), &next).unwrap();
    let ended = with_password(&mut scene.command(&rotate), "");
    assert!(ended.status.success(), "{}", said(&ended));
    assert_eq!(scene.done(&["check"]), "every promise is kept\n");

    // By a key from a ceremony: it opens only out of the token.
    let known = scene.path("known");
    in_clear(&known, "0a");
    let mut command = scene.command(&rotate);
    command.args(["--new-key", known.to_str().unwrap()]);
    let rotated = with_password(&mut command, PASSWORD);
    assert!(rotated.status.success(), "{}", said(&rotated));
    std::fs::rename(scene.wrapped(), scene.path("away")).unwrap();
    let mut plain = scene.command(&["check"]);
    scene.configure("pkcs11_module = \"\"\npkcs11_token = \"\"\npkcs11_pin_file = \"\"\n");
    plain.env("GUILDHALL_MASTER_KEY", "0a".repeat(32));
    assert_eq!(said(&plain.output().unwrap()), "every promise is kept\n");
}

/// Whether two exports tell the same, but for what was entered in the ledger meanwhile.
fn same_but_deeds(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> bool {
    let rest = |all: &BTreeMap<String, Vec<u8>>| {
        let mut rest = all.clone();
        rest.retain(|file, _| file.starts_with("people") || file.starts_with("certificates"));
        rest
    };
    !rest(before).is_empty() && rest(before) == rest(after)
}

/// What lies on the disk is AES-GCM as written down: with a key brought into the token, as from a
/// ceremony, another implementation opens it.
#[test]
fn another_implementation_opens_what_the_token_wrapped() {
    let Some(scene) = Scene::new() else { return };
    let key = scene.path("key.bin");
    std::fs::write(&key, [9; 32]).unwrap();
    let brought = Command::new("softhsm2-util")
        .args(["--import", key.to_str().unwrap(), "--aes", "--token", LABEL])
        .args(["--label", "guildhall", "--id", "01", "--pin", PIN])
        .env("SOFTHSM2_CONF", scene.path("tokens.conf"))
        .output()
        .unwrap();
    assert!(brought.status.success(), "{}", said(&brought));
    std::fs::create_dir(scene.path("data")).unwrap();
    in_clear(&scene.path("data/master.key"), "07");
    let told = scene.done(&["keys", "wrap-master"]);
    assert!(!told.contains("a new key"), "{told}");
    let line = std::fs::read_to_string(scene.wrapped()).unwrap();
    let wrapped = Wrapped::parse(&line).unwrap();
    let cipher = Aes256Gcm::new(&[9; 32].into());
    let payload = Payload {
        msg: &wrapped.text,
        aad: b"guildhall wrapped master key 1: ",
    };
    let opened = cipher.decrypt(&Nonce::from(wrapped.nonce), payload);
    assert_eq!(opened.unwrap(), [7; 32]);
}

/// Puts a master key of equal bytes into its file; that of every hall is 07.
fn in_clear(file: &Path, byte: &str) {
    std::fs::write(file, byte.repeat(32)).unwrap();
    only_mine(file);
}

/// A registry with one sitting issued and one that may be, under the key of every hall; the latter
/// and who may issue it.
fn kept(data: &Path) -> (String, String) {
    let hall = Hall::at(&data.join("hall.db").to_string_lossy());
    let mut story = Story::within(hall);
    let first = published(&mut story, "2026-03-14", &[(1, "乌兰"), (2, "张三")], &[]);
    let second = published(&mut story, "2026-03-21", &[(3, "李四"), (4, "王五")], &[]);
    story.hall.on(ISSUED_ON);
    certificates::issue(
        &story.hall.registry,
        &story.signatory,
        &first,
        story.hall.now,
    )
    .unwrap();
    let store = &story.hall.registry.store;
    store.copy_to(&data.join("guildhall.db")).unwrap();
    let account = story.signatory.actor().account.as_str().to_owned();
    (second.as_str().to_owned(), account)
}

/// Everything a registry holds, people's numbers in clear, by file.
fn exported(scene: &Scene, name: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = scene.path(name);
    scene.done(&["export", folder.to_str().unwrap()]);
    let files: BTreeMap<_, _> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    let people = String::from_utf8_lossy(&files["people.csv"]);
    assert!(people.contains("159999"), "{people}");
    files
}

/// What another process of this test says that does this with the token.
fn started(scene: &Scene, what: &str, more: &[(&str, String)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "pkcs11::registry::process", "--nocapture"])
        .env("PKCS11_CONFIGURATION", scene.configuration())
        .env("PKCS11_DO", what)
        .env("SOFTHSM2_CONF", scene.path("tokens.conf"))
        .envs(more.iter().map(|(name, value)| (*name, value)));
    super::with_nothing_set(&mut command);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// The rest of the line that begins with this.
fn after(told: &str, beginning: &str) -> String {
    told.lines()
        .find_map(|line| line.strip_prefix(beginning))
        .unwrap_or_else(|| panic!("{beginning}: {told}"))
        .to_owned()
}

/// Does what it is told to with a registry its token opens. Does nothing unless a test of this file
/// started it.
#[test]
fn process() {
    let Ok(configuration) = std::env::var("PKCS11_CONFIGURATION") else {
        return;
    };
    let configuration = Configuration::read(Some(Path::new(&configuration))).unwrap();
    let registry = cli::open(&configuration).unwrap();
    if std::env::var("PKCS11_DO").unwrap() == "town" {
        let town = town::build(&registry, Now::read(), None).unwrap();
        println!("\ntoken {}", town.certificates["valid"].token);
        return;
    }
    let account = AccountId::read(&std::env::var("PKCS11_ACCOUNT").unwrap()).unwrap();
    let account = registry
        .store
        .read(|db| accounts::one(db, &account))
        .unwrap();
    let signatory = AssessmentSignatory::of(account.actor().unwrap()).unwrap();
    let sitting = SittingId::read(&std::env::var("PKCS11_SITTING").unwrap()).unwrap();
    let now = Now::beijing(ISSUED_ON.parse().unwrap(), 10, 0);
    let issued = certificates::issue(&registry, &signatory, &sitting, now).unwrap();
    let when = if issued.now { "now" } else { "before" };
    println!("\nissued {when} {}", issued.numbers().join(" "));
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// What a server answers at these addresses, and all it wrote meanwhile.
fn serve(scene: &Scene, port: u16, addresses: &[&str]) -> (Vec<String>, String) {
    let mut server = scene
        .command(&["serve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let running = server.try_wait().unwrap().is_none();
        if !running || Instant::now() > deadline {
            drop(server.kill());
            panic!("no server: {}", said(&server.wait_with_output().unwrap()));
        }
        let (_silent, heard) = std::sync::mpsc::channel::<()>();
        let _silence = heard.recv_timeout(Duration::from_millis(50));
    }
    let answers = addresses.iter().map(|address| get(port, address)).collect();
    server.kill().unwrap();
    (answers, said(&server.wait_with_output().unwrap()))
}

fn get(port: u16, address: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
