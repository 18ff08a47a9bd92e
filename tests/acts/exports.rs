//! 备份与导出: a copy that opens, and everything that leaves.

use crate::hall::Hall;
use guildhall::acts::{Registry, Settings, audit, export};
use guildhall::domain::account::Role;
use guildhall::seal::vault::Vault;
use guildhall::store::{Store, dump};
use guildhall::town;

#[test]
fn a_copy_made_meanwhile_is_whole_and_opens_with_its_own_key_only() {
    let hall = Hall::new();
    hall.bureau();
    if hall.registry.store.kind() != "SQLite" {
        return;
    }
    let copy = hall.folder().join("copy.db");
    hall.registry.store.copy_to(&copy).unwrap();
    let open = |key| {
        let store = Store::open(&copy.to_string_lossy()).unwrap();
        Registry::open(store, Vault::new([key; 32]), Settings::default())
    };
    let other = open(8).err().unwrap();
    assert_eq!(other.code(), "vault.other-key");
    let copied = open(7).unwrap();
    assert!(audit::all(&copied).unwrap().is_empty());
    let lines = |registry: &Registry| export::table(registry, "deeds").unwrap().rows.len();
    assert_eq!(lines(&copied), lines(&hall.registry));
}

#[test]
fn everything_leaves_with_its_numbers_and_without_its_secrets() {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    let town = town::build(&hall.registry, hall.now, None).unwrap();
    let mut rows = 0;
    for name in dump::TABLES {
        let table = export::table(&hall.registry, name).unwrap();
        rows += table.rows.len();
        let (json, csv) = (table.json().unwrap(), table.csv());
        let back: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
        assert_eq!(back.len(), table.rows.len(), "{name}");
        assert!(csv.starts_with("\u{feff}".as_bytes()), "{name}");
        if *name == "people" {
            let numbers = back.iter().filter_map(|row| row["id_number"].as_str());
            assert_eq!(
                numbers
                    .filter(|number| number.starts_with("159999") && number.len() == 18)
                    .count(),
                back.len()
            );
        }
        if *name == "accounts" {
            assert!(back.iter().any(|row| row["role"] == Role::Auditor.as_str()));
            assert!(!String::from_utf8(csv).unwrap().contains("argon2"));
        }
    }
    assert!(rows > 2_000, "{rows} rows");
    assert!(!town.accounts.is_empty());
}
