//! 外人核对日志: the log's files judged by programs that are not ours.

use crate::acts::certificates::{issued, published};
use crate::acts::sittings::Story;
use crate::acts::witness::serve;
use guildhall::acts::log::cosigning::gather;
use guildhall::acts::log::mirror::update;
use guildhall::acts::log::public::Source;
use guildhall::acts::log::{proofs, sequence};
use guildhall::acts::{Registry, Settings, certificates};
use guildhall::seal::log::{Torn, Tree};
use guildhall::seal::vault::Vault;
use guildhall::seal::witnessing::Submission;
use guildhall::store::Store;
use std::path::Path;
use std::process::Command;

#[derive(Debug)]
struct Bad;
impl From<Torn> for Bad {
    fn from(_: Torn) -> Self {
        Self
    }
}

#[test]
fn pymerkle_and_cryptography_agree_with_every_file_of_the_log() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/parts/proofs/bin/python");
    let installed = Command::new(&python)
        .args(["-c", "import pymerkle, cryptography"])
        .output()
        .is_ok_and(|done| done.status.success());
    if !installed {
        assert!(
            std::env::var("GUILDHALL_PARTS").as_deref() != Ok("required"),
            "pymerkle is not installed"
        );
        println!("not run: pymerkle (PyPI)");
        return;
    }
    let mut story = Story::new();
    issued(&mut story, &[(1, "乌兰图雅"), (2, "张三"), (3, "李四")]);
    let later = published(&mut story, "2026-04-18", &[(4, "王五"), (5, "赵六")], &[]);
    if story.hall.registry.store.kind() != "SQLite" {
        return;
    }
    sequence(&story.hall.registry, story.hall.now).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("live.db");
    story.hall.registry.store.copy_to(&file).unwrap();
    let log = proofs::vkeys(&story.hall.registry).unwrap();
    let witness = serve(
        &folder.path().join("witness"),
        log.clone(),
        "audit.example/w",
        story.hall.clock.clone(),
    );
    let settings = Settings {
        witnesses: vec![witness.clone()],
        ..Settings::default()
    };
    let registry = Registry::open(
        Store::open(&file.to_string_lossy()).unwrap(),
        Vault::new([7; 32]),
        settings,
    )
    .unwrap();
    story.hall.on("2026-05-11");
    let given = certificates::issue(&registry, &story.signatory, &later, story.hall.now).unwrap();
    let size = sequence(&registry, story.hall.now).unwrap();
    assert_eq!(gather(&registry, story.hall.now).unwrap(), 1);
    let mirror = folder.path().join("mirror");
    update(&Source::Own(&registry), &log, &mirror).unwrap();
    let proof = proofs::by_token(&registry, &given.given[1].token)
        .unwrap()
        .unwrap()
        .unwrap();
    std::fs::write(folder.path().join("a.tlog-proof"), proof).unwrap();
    let mut tree = Tree::new(size, |level, n| {
        Ok::<_, Bad>(Source::Own(&registry).tile(size, level, n).unwrap())
    });
    let consistency = tree.consistency(3, size).unwrap();
    let note = proofs::checkpoint(&registry).unwrap().unwrap();
    std::fs::write(
        folder.path().join("request"),
        Submission {
            old: 3,
            proof: consistency,
            note,
        }
        .to_string(),
    )
    .unwrap();
    let output = Command::new(python)
        .arg(root.join("tests/proofs/log.py"))
        .arg(&mirror)
        .arg(witness.vkey.to_string())
        .arg(folder.path().join("a.tlog-proof"))
        .arg(folder.path().join("request"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("good"), "{said}");
}
