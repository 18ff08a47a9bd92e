//! 存疑不启动: whatever is doubtful about a token stops a start, with a sentence that says what to do.

use super::said;
use super::token::{LABEL, PIN, Scene, only_mine, refused};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

#[test]
fn what_is_doubtful_about_a_token_stops_the_start() {
    let Some(scene) = Scene::new() else { return };
    // Nothing wrapped yet; the command that is named makes it, once.
    let told = scene.refused(&START);
    assert!(told.contains("guildhall keys wrap-master"), "{told}");
    scene.done(&["keys", "wrap-master"]);
    let wrapped = std::fs::read(scene.wrapped()).unwrap();
    let mode = std::fs::metadata(scene.wrapped()).unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    assert!(!scene.path("data/master.key").exists());
    let told = scene.refused(&["keys", "wrap-master"]);
    assert!(told.contains("never overwritten"), "{told}");
    scene.done(&START);

    settings(&scene);
    the_pin(&scene);
    the_file(&scene, &wrapped);
    tokens(&scene);
}

/// What is tried again and again.
const START: [&str; 1] = ["migrate"];

fn settings(scene: &Scene) {
    // A module, a token, a key that is not there; a module that is none; settings by halves.
    for (changed, about) in [
        (
            "pkcs11_module = \"/usr/lib/no-such-module.so\"\n".to_owned(),
            "cannot be loaded",
        ),
        (
            format!("pkcs11_module = {:?}\n", scene.path("pin")),
            "set pkcs11_module to the library",
        ),
        (
            "pkcs11_token = \"another\"\n".to_owned(),
            "no token labelled another is there (there are: guildhall test)",
        ),
        (
            "pkcs11_key = \"another\"\n".to_owned(),
            "holds no key labelled another",
        ),
        ("pkcs11_token = \"\"\n".to_owned(), "give the labels"),
        (
            "pkcs11_module = \"\"\n".to_owned(),
            "say nothing without pkcs11_module",
        ),
        (
            "pkcs11_module = \"\"\npkcs11_token = \"\"\npkcs11_pin_file = \"\"\n".to_owned(),
            "no token is set that opens it",
        ),
        ("pkcs11_pin_file = \"\"\n".to_owned(), "no PIN is given"),
        (
            "pkcs11_pin_file = \"/nowhere/pin\"\n".to_owned(),
            "cannot be read",
        ),
        (format!("pkcs11_pin = \"{PIN}\"\n"), "take that line out"),
    ] {
        scene.configure(&changed);
        let told = scene.refused(&START);
        assert!(told.contains(about), "{changed}: {told}");
    }
    scene.configure("");

    // A module that finds no tokens of its own.
    let mut command = scene.command(&START);
    command.env("SOFTHSM2_CONF", "/nowhere/softhsm2.conf");
    let told = refused(&command.output().unwrap());
    assert!(told.contains("does not start"), "{told}");

    // A key in clear besides: given by the environment it is refused.
    let mut command = scene.command(&START);
    command.env("GUILDHALL_MASTER_KEY", "7a".repeat(32));
    let told = refused(&command.output().unwrap());
    assert!(told.contains("GUILDHALL_MASTER_KEY besides"), "{told}");
    assert!(!told.contains("7a7a"), "{told}");
}

/// Wrong, and in a file others may read; then right, from each place it may come from.
fn the_pin(scene: &Scene) {
    let wrong = scene.path("wrong");
    std::fs::write(&wrong, "0073914621\n").unwrap();
    only_mine(&wrong);
    scene.configure(&format!("pkcs11_pin_file = {wrong:?}\n"));
    let told = scene.refused(&START);
    assert!(
        told.contains("refuses the PIN: set the right one"),
        "{told}"
    );
    assert!(!told.contains("0073914621"), "{told}");
    let mut command = scene.command(&START);
    command.env("GUILDHALL_PKCS11_PIN", PIN);
    assert!(command.output().unwrap().status.success());
    let credentials = scene.path("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::write(credentials.join("guildhall-pkcs11-pin"), PIN).unwrap();
    let mut command = scene.command(&START);
    command.env("CREDENTIALS_DIRECTORY", &credentials);
    assert!(command.output().unwrap().status.success());
    std::fs::set_permissions(&wrong, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(scene.refused(&START).contains("set its mode to 0600"));
    scene.configure("");
}

/// One byte changed wherever it is, others may read it, gone.
fn the_file(scene: &Scene, wrapped: &[u8]) {
    for at in (0..wrapped.len()).step_by(11).chain([wrapped.len() - 1]) {
        let mut bent = wrapped.to_vec();
        // A digit stays a digit, so that the token itself is asked.
        bent[at] = if bent[at] == b'1' { b'2' } else { b'1' };
        std::fs::write(scene.wrapped(), &bent).unwrap();
        let told = scene.refused(&START);
        assert!(told.contains("put it back from its backup"), "{at}: {told}");
    }
    std::fs::write(scene.wrapped(), wrapped).unwrap();
    std::fs::set_permissions(scene.wrapped(), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(scene.refused(&START).contains("set its mode to 0600"));
    std::fs::remove_file(scene.wrapped()).unwrap();
    for (command, about) in [
        (&START[..], "master.key.wrapped is gone"),
        (&["keys", "wrap-master"], "that is not here"),
    ] {
        let told = scene.refused(command);
        assert!(told.contains(about), "{told}");
    }
    std::fs::write(scene.wrapped(), wrapped).unwrap();
    only_mine(&scene.wrapped());
}

/// Two tokens of one label; then another token of that label, with a key of that label.
fn tokens(scene: &Scene) {
    scene.token("tokens", LABEL);
    let told = scene.refused(&START);
    assert!(told.contains("two tokens are labelled"), "{told}");
    scene.other_drawer();
    let other = |arguments: &[&str]| {
        let mut command = scene.command(arguments);
        command.env("SOFTHSM2_CONF", scene.path("others.conf"));
        command.output().unwrap()
    };
    let told = refused(&other(&START));
    assert!(told.contains("holds no key labelled guildhall"), "{told}");
    scene.configure(&format!("data = {:?}\n", scene.path("elsewhere")));
    assert!(other(&["keys", "wrap-master"]).status.success());
    scene.configure("");
    let told = refused(&other(&START));
    assert!(told.contains("by another token or key"), "{told}");
}

/// A key somebody may take out of the token is none, nor is one of another kind.
#[test]
fn a_key_that_may_leave_its_token_is_refused() {
    for (what, about) in [
        ("extractable", "may leave its token"),
        ("shown", "may leave its token"),
        ("short", "no AES key of 256 bits"),
        ("twice", "several keys labelled guildhall"),
    ] {
        let Some(scene) = Scene::new() else { return };
        let made = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "pkcs11::doubts::somebody"])
            .env("PKCS11_MAKE", what)
            .env("PKCS11_MODULE", scene.module())
            .env("SOFTHSM2_CONF", scene.path("tokens.conf"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", said(&made));
        let told = scene.refused(&["keys", "wrap-master"]);
        assert!(told.contains(about), "{what}: {told}");
        assert!(!scene.wrapped().exists());
    }
}

/// Makes a key of the usual label that is not as it should be. Does nothing unless the test above
/// started it, in a process of its own.
#[test]
fn somebody() {
    let Ok(what) = std::env::var("PKCS11_MAKE") else {
        return;
    };
    let module = Pkcs11::new(std::env::var("PKCS11_MODULE").unwrap()).unwrap();
    module
        .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
        .unwrap();
    let slot = module.get_slots_with_initialized_token().unwrap()[0];
    let session = module.open_rw_session(slot).unwrap();
    session
        .login(UserType::User, Some(&AuthPin::from(PIN.to_owned())))
        .unwrap();
    let bytes: u64 = if what == "short" { 16 } else { 32 };
    for _ in 0..if what == "twice" { 2 } else { 1 } {
        session
            .generate_key(
                &Mechanism::AesKeyGen,
                &[
                    Attribute::Token(true),
                    Attribute::Private(true),
                    Attribute::ValueLen(bytes.into()),
                    Attribute::Sensitive(what != "shown"),
                    Attribute::Extractable(what == "extractable"),
                    Attribute::Encrypt(true),
                    Attribute::Decrypt(true),
                    Attribute::Label(b"guildhall".to_vec()),
                ],
            )
            .unwrap();
    }
}
