//! 楼层: a file uses only floors below its own; `src/lib.rs` lists them, ground first.

use std::path::{Path, PathBuf};

/// Every Rust file of a folder and the folders in it.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_file_uses_only_floors_below_its_own() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = std::fs::read_to_string(source.join("lib.rs")).unwrap();
    let floors: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
        .map(|line| line.trim_end_matches(';'))
        .collect();
    assert!(floors.len() >= 9, "src/lib.rs lists the floors");
    let mut wrong = Vec::new();
    for (height, floor) in floors.iter().enumerate() {
        let own = [source.join(format!("{floor}.rs"))];
        let files = if own[0].is_file() {
            own.to_vec()
        } else {
            rust_files(&source.join(floor))
        };
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for above in &floors[height + 1..] {
                if text.contains(&format!("crate::{above}::"))
                    || text.contains(&format!("crate::{above}}}"))
                {
                    wrong.push(format!(
                        "{} uses {above}",
                        file.strip_prefix(&source).unwrap().display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_says_first_what_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in [
        rust_files(&root.join("src")),
        rust_files(&root.join("tests")),
    ]
    .concat()
    {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//! ") || text.starts_with("#![doc"),
            "{} begins without //!",
            file.display()
        );
    }
}

#[test]
fn there_is_no_room_without_a_noun() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in rust_files(&root.join("src")) {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        for word in [
            "util", "utils", "common", "helper", "helpers", "manager", "service", "misc",
        ] {
            assert_ne!(stem, word, "{}", file.display());
        }
    }
}
