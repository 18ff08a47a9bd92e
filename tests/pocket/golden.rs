//! 金样: whatever was ever issued verifies for ever, and not with one byte changed.

use guildhall::ground::clock::Now;
use guildhall::paper::pocket::anything;
use guildhall::seal::bundle::Bundle;
use guildhall::seal::pocket::{Pocket, Verdict};
use guildhall::seal::x509::read_pem;
use std::path::{Path, PathBuf};

/// Vintages of the corpus, oldest first. None is ever taken off this list.
const VINTAGES: [&str; 4] = ["2026-11", "2026-11b", "2026-11c", "2026-11d"];

fn folder(vintage: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(vintage)
}

/// The bundle of a vintage, as whoever kept it and its root key would use it.
pub fn pocket(vintage: &str) -> Pocket {
    let folder = folder(vintage);
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let time = chrono::DateTime::parse_from_rfc3339(text("now").trim()).unwrap();
    let root = read_pem("PUBLIC KEY", &text("root.pem")).remove(0)[26..].to_vec();
    let bytes = std::fs::read(folder.join("trust-bundle")).unwrap();
    let bundle = Bundle::open(&bytes, &root).unwrap();
    Pocket::new(bundle, root, Now::at(time.to_utc()))
}

/// Each file of a vintage: name, what it is, the verdict, its bytes.
pub fn files(vintage: &str) -> Vec<(String, String, String, Vec<u8>)> {
    let folder = folder(vintage);
    let expected = std::fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let file = |line: &str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let [name, kind, verdict] = parts.as_slice() else {
            panic!("{line}");
        };
        let bytes = std::fs::read(folder.join(name)).unwrap();
        (
            (*name).to_owned(),
            (*kind).to_owned(),
            (*verdict).to_owned(),
            bytes,
        )
    };
    expected.lines().map(file).collect()
}

#[test]
fn whatever_was_ever_issued_verifies_for_ever() {
    for vintage in VINTAGES {
        let pocket = pocket(vintage);
        let files = files(vintage);
        let mut kinds: Vec<&str> = files.iter().map(|(_, kind, ..)| kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert!(kinds.len() >= 12, "{vintage}: {kinds:?}");
        for (name, kind, verdict, bytes) in &files {
            let told = anything(&pocket, bytes);
            assert_eq!(
                (told.kind, told.verdict.code()),
                (kind.as_str(), verdict.as_str()),
                "{vintage}/{name}: {told:#?}"
            );
            assert!(told.verdict.exit() != 1, "{vintage}/{name}");
        }
    }
}

/// Every file of every vintage stands in its list, and every vintage in ours.
#[test]
fn no_vintage_and_no_file_is_left_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut found: Vec<String> = std::fs::read_dir(root)
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, VINTAGES);
    for vintage in VINTAGES {
        let listed: Vec<String> = files(vintage).into_iter().map(|(name, ..)| name).collect();
        for entry in std::fs::read_dir(folder(vintage)).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let apart = ["now", "root.pem", "expected.tsv"].contains(&name.as_str());
            assert!(apart || listed.contains(&name), "{vintage}/{name}");
        }
    }
}

/// The part of a file that says anything: the host of an address is nobody's word, and PEM may be
/// wrapped as one likes.
pub fn meant(kind: &str, bytes: &[u8]) -> std::ops::Range<usize> {
    let text = || std::str::from_utf8(bytes).unwrap();
    match kind {
        "code" => text().find("/v/").unwrap()..text().trim_end().len(),
        // A copy's own place is asked of the register.
        "receipt" | "copy_code" => text().find('#').unwrap()..text().trim_end().len(),
        "authority" if bytes.starts_with(b"-----") => {
            text().find('\n').unwrap() + 1..text().find("\n-----END").unwrap()
        }
        _ => 0..bytes.len(),
    }
}

#[test]
fn with_one_byte_changed_nothing_verifies() {
    for vintage in VINTAGES {
        let pocket = pocket(vintage);
        for (name, kind, verdict, bytes) in files(vintage) {
            let good = anything(&pocket, &bytes);
            let meant = meant(&kind, &bytes);
            let step = (meant.len() / 40).max(1);
            for at in meant.step_by(step) {
                let mut bent = bytes.clone();
                bent[at] ^= 0x01;
                let told = anything(&pocket, &bent);
                assert!(
                    told.verdict.exit() % 2 == 1 && told.verdict.code() != verdict
                        || told.verdict == Verdict::NotOurs,
                    "{vintage}/{name}: byte {at}: {good:#?} {told:#?}"
                );
            }
        }
    }
}
