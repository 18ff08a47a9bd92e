//! 签发速度: ten thousand certificates issued in one act, on SQLite.
//!
//! `cargo bench --bench issuing`; `-- N` issues another number. The goal is two seconds.
//!
//! An example town is made by the real acts; then one candidate who passed its sitting in publicity
//! is put beside herself ten thousand times, as other persons with other seats and the same marks.
//! The act that is timed is the one a signatory's button calls, commit and flush to disk included:
//! it judges every candidate, checks every name against the fonts, numbers, draws places in the
//! status list, signs, keeps, and writes a line of the ledger for each. PDFs are drawn when asked for.

#[path = "parts/crowd.rs"]
mod crowd;

use crowd::multiplied;
use guildhall::acts::{Done, Registry, Settings, accounts, certificates, outcomes};
use guildhall::domain::account::{AssessmentSignatory, Role, Scope};
use guildhall::ground::clock::Now;
use guildhall::seal::signer::{Es256, Signer};
use guildhall::seal::vault::Vault;
use guildhall::store::{Store, sittings};
use guildhall::town;
use std::time::Instant;

const ROUNDS: usize = 3;

fn main() {
    let many = std::env::args().find_map(|word| word.parse().ok());
    let many: usize = many.unwrap_or(10_000);
    let alone = signatures(many);
    println!("{many} signatures alone, one thread: {alone:.2} s");
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let (issued, took) = issue(many).expect("they are issued");
        println!("{issued} certificates issued in one act: {took:.2} s");
        best = best.min(took);
    }
    println!(
        "best: {best:.2} s, {:.0} a second, {:.1} times the signatures alone",
        many as f64 / best,
        best / alone
    );
}

/// How long the signatures alone take: what everything else is compared with.
fn signatures(many: usize) -> f64 {
    let (signer, start) = (Es256::generate(), Instant::now());
    for n in 0..many {
        std::hint::black_box(signer.sign(&n.to_be_bytes()));
    }
    start.elapsed().as_secs_f64()
}

fn issue(many: usize) -> Done<(usize, f64)> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let file = folder.path().join("issuing.db");
    let store = Store::open(&file.to_string_lossy())?;
    let registry = Registry::open(store, Vault::new([7; 32]), Settings::default())?;
    let now = Now::read();
    let town = town::build(&registry, now, None)?;
    let account = town
        .accounts
        .iter()
        .find(|account| account.role == Role::AssessmentSignatory);
    let token = &account.expect("a signatory").token;
    let present = accounts::bearer(&registry, token, now)?.expect("her token");
    let signatory = AssessmentSignatory::of(present.actor).expect("a signatory");
    let id = &town.sittings["in_publicity"];
    let passed = registry.store.read(|db| {
        let (sitting, _) = sittings::of(db, &Scope::All, id)?;
        outcomes::passed(db, &sitting)
    })?;
    let one = passed.first().expect("somebody passed");
    registry.store.write(|db| {
        db.run(&multiplied(
            registry.store.kind(),
            many,
            one.person.as_str(),
            one.candidate.as_str(),
        ))
    })?;

    // The publicity has closed by then.
    let later = now.plus_seconds(20 * 86_400);
    let start = Instant::now();
    let issued = certificates::issue(&registry, &signatory, id, later)?;
    let took = start.elapsed().as_secs_f64();
    assert!(
        issued.now && issued.count() >= many,
        "{} of {many}",
        issued.count()
    );
    Ok((issued.count(), took))
}
