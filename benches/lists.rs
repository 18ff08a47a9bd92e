//! 名单核验: ten thousand certificates at once, on SQLite, from the upload to the workbook.
//!
//! `cargo bench --bench lists` makes a registry of ten thousand certificates, checks them all with
//! cold and with remembered signatures, and prints one table. The goal is two seconds.

use guildhall::acts::{Registry, Settings, list_checks};
use guildhall::domain::certificate::{CertificateId, CertificateKind};
use guildhall::domain::certificate_number::CertificateNumber;
use guildhall::ground::clock::Now;
use guildhall::paper::workbook::{self, Value};
use guildhall::seal::signer::Es256;
use guildhall::seal::ticket;
use guildhall::seal::vault::Place;
use guildhall::seal::vault::Vault;
use guildhall::store::certificates::Certificate;
use guildhall::store::issuer_keys;
use guildhall::store::{Store, certificates};
use guildhall::town;
use std::time::Instant;

const LINES: usize = 10_000;

fn main() {
    let folder = std::env::temp_dir().join(format!("guildhall-lists-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let store = Store::open(&folder.join("lists.db").to_string_lossy()).expect("a database");
    let registry =
        Registry::open(store, Vault::new([7; 32]), Settings::default()).expect("a registry");
    let now = Now::beijing("2026-11-25".parse().expect("a day"), 10, 0);
    town::build(&registry, now, None).expect("a town");
    let known = registry
        .store
        .read(|db| certificates::after_key(db, &registry.known, "", 1_000))
        .expect("certificates");
    let pattern = known
        .iter()
        .map(|one| &one.certificate)
        .find(|one| one.kind == CertificateKind::Level)
        .expect("a level certificate");
    let known = like(&registry, pattern, now);
    println!("{} certificates, each signed by itself", known.len());
    let rows: Vec<Vec<Value>> = (0..LINES)
        .map(|at| {
            let one = &known[at];
            vec![
                Value::from(one.number.as_str()),
                Value::from(one.holder.as_str()),
                Value::from(one.id_tail.as_str()),
            ]
        })
        .collect();
    let book = workbook::table("list", &["证书编号", "姓名", "证件号码末四位"], &rows)
        .expect("a workbook");
    for round in ["cold", "remembered"] {
        let start = Instant::now();
        let (_, list) = list_checks::read(&book).expect("a list");
        let read = start.elapsed();
        let checked = list_checks::check(&registry, &list.claims, now).expect("answers");
        let done = start.elapsed();
        println!(
            "{round:<12} {} lines, {} in force: read {read:?}, checked {:?}, together {done:?}",
            checked.lines.len(),
            checked.good(),
            done - read
        );
    }
    drop(std::fs::remove_dir_all(&folder));
}

/// So many certificates like this one, each with a number, a place and a signature of its own.
fn like(registry: &Registry, pattern: &Certificate, now: Now) -> Vec<Certificate> {
    let keys = registry.store.read(issuer_keys::all).expect("keys");
    let key = keys
        .iter()
        .find(|key| key.id == pattern.key_id)
        .expect("its key");
    let place = Place::new("issuer_keys", "private_sealed", &key.id);
    let signer = Es256::open(&registry.vault, place, &key.private_sealed).expect("it opens");
    let said = ticket::read(&pattern.cose).expect("a ticket").ticket;
    let parts = CertificateNumber::read(&pattern.number)
        .expect("a number")
        .parts();
    let made: Vec<Certificate> = (0..LINES)
        .map(|at| {
            let sequence = 500_000 + u32::try_from(at).expect("a small number");
            let parts = guildhall::domain::certificate_number::Parts {
                sequence,
                ..parts.clone()
            };
            let number = CertificateNumber::compose(&parts)
                .expect("a number")
                .to_string();
            let place = i32::try_from(at).expect("a small number");
            let said = ticket::Ticket {
                number: number.clone(),
                status: (said.status.0, sequence - 500_000),
                ..said.clone()
            };
            let sealed = ticket::sign(&said, &signer);
            Certificate {
                id: CertificateId::fresh(now),
                token: sealed.token,
                cose: sealed.cose,
                number,
                candidate: None,
                enrolment: None,
                status_index: place,
                ..pattern.clone()
            }
        })
        .collect();
    registry
        .store
        .write(|db| certificates::add(db, &made))
        .expect("room for them");
    made
}
