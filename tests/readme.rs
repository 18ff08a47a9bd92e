//! 说明书: the README's commands, settings and promises, held against the program.

use std::path::Path;

const README: &str = include_str!("../README.md");

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The first words between backquotes of each row of the table under this heading.
fn rows(heading: &str) -> Vec<String> {
    let table = README
        .split(heading)
        .nth(1)
        .unwrap_or_else(|| panic!("README has {heading}"));
    let rows = table
        .lines()
        .skip_while(|line| !line.starts_with("|---"))
        .skip(1)
        .take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| row.split('`').nth(1).map(str::to_owned))
        .collect()
}

#[test]
fn every_command_it_names_is_one() {
    let cli = read("src/cli/mod.rs").to_lowercase();
    let told = rows("| command | does |");
    assert!(told.len() >= 7, "{told:?}");
    for command in told {
        let word = command.split(' ').nth(1).unwrap().to_owned();
        assert!(
            cli.contains(&format!("command::{word}")),
            "guildhall {word}"
        );
    }
}

#[test]
fn every_setting_stands_in_its_table_and_every_row_is_a_setting() {
    let source = read("src/cli/configuration.rs");
    let body = source
        .split("pub struct Configuration {")
        .nth(1)
        .unwrap()
        .split("\n}")
        .next()
        .unwrap();
    let mut settings: Vec<&str> = body
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next())
        .collect();
    let mut told = rows("| setting | default |");
    settings.sort_unstable();
    told.sort();
    assert_eq!(told, settings);
}

#[test]
fn every_promise_names_a_test() {
    let promises = README
        .split("## Promises")
        .nth(1)
        .unwrap()
        .split("\n## ")
        .next()
        .unwrap();
    let tests: String =
        super::floors::rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"))
            .into_iter()
            .chain(super::floors::rust_files(
                &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            ))
            .map(|file| std::fs::read_to_string(file).unwrap())
            .collect();
    let mut count = 0;
    for promise in promises.split("\n* ").skip(1) {
        let name = promise
            .rsplit('`')
            .nth(1)
            .unwrap_or_else(|| panic!("names a test: {promise}"));
        assert!(tests.contains(&format!("fn {name}()")), "no test {name}");
        count += 1;
    }
    assert!(count >= 8, "{count} promises");
}

#[test]
fn the_two_commands_are_there() {
    assert!(README.contains("cargo run --release -- demo"));
    assert!(README.contains("bash .ci/test"));
    let test = read(".ci/test");
    assert!(test.contains("cargo test") && test.contains("TEST_DATABASE_URL"));
    assert!(read(".ci/run").contains(".ci/test"));
}
