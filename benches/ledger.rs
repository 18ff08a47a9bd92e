//! 登记簿速度: from issue to proof with sixteen clients, and leaves a second in one batch.
//!
//! `cargo bench --bench ledger`; `-- N` issues another number than ten thousand. On SQLite, and on
//! PostgreSQL too when `TEST_DATABASE_URL` names a server whose owner may make a database.
//!
//! An example town is made by the real acts, and one passed candidate is put beside herself, as in
//! `issuing`. Then the sequencer's one step over all their leaves is timed, beside hashing the same
//! leaves into a root and nothing else. Then sixteen clients have certificates replaced, one act
//! each, and wait until the new one's proof is to be had; beside it, the act alone.

#[path = "parts/crowd.rs"]
mod crowd;
#[path = "parts/throwaway.rs"]
mod throwaway;

use crowd::multiplied;
use guildhall::acts::log::{answer, proof_of, proofs, sequence};
use guildhall::acts::{Done, Registry, Settings, accounts, certificates, outcomes, replacements};
use guildhall::domain::account::{AssessmentSignatory, Issuer, Role, Scope};
use guildhall::ground::clock::Now;
use guildhall::seal::log::{leaf_hash, root_of, unbundle};
use guildhall::seal::vault::Vault;
use guildhall::store::{Store, sittings};
use guildhall::town;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use throwaway::Throwaway;

const CLIENTS: usize = 16;
const EACH: usize = 60;

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let many = std::env::args().find_map(|word| word.parse().ok());
    let many = many.unwrap_or(10_000);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let file = folder.path().join("ledger.db");
    run(&file.to_string_lossy(), many).expect("they are issued");
    if let Some(database) = Throwaway::named("guildhall_ledger") {
        run(&database.url, many).expect("they are issued");
    }
}

fn run(url: &str, many: usize) -> Done<()> {
    let store = Store::open(url)?;
    let registry = Arc::new(Registry::open(
        store,
        Vault::new([7; 32]),
        Settings::default(),
    )?);
    let now = Now::read();
    let town = town::build(&registry, now, None)?;
    let account = town
        .accounts
        .iter()
        .find(|account| account.role == Role::AssessmentSignatory);
    let token = &account.expect("a signatory").token;
    let actor = || {
        Ok::<_, guildhall::acts::Error>(
            accounts::bearer(&registry, token, now)?
                .expect("her token")
                .actor,
        )
    };
    let signatory = AssessmentSignatory::of(actor()?).expect("a signatory");
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
    let later = now.plus_seconds(20 * 86_400);
    sequence(&registry, later)?;
    let issued = certificates::issue(&registry, &signatory, id, later)?;

    let start = Instant::now();
    let before = issued.count();
    let size = sequence(&registry, later)?;
    let took = start.elapsed().as_secs_f64();
    let mut leaves = Vec::new();
    for n in 0..=size / 256 {
        let width = (size - n * 256).min(256);
        if let Some(bundle) = proofs::entries(&registry, n, width)?.filter(|_| width > 0) {
            leaves.extend(unbundle(&bundle).expect("a bundle"));
        }
    }
    let start = Instant::now();
    let hashes: Vec<_> = leaves
        .iter()
        .rev()
        .take(before)
        .map(|leaf| leaf_hash(leaf))
        .collect();
    std::hint::black_box(root_of(&hashes));
    let bare = start.elapsed().as_secs_f64();
    println!(
        "{}: {before} leaves in one batch: {took:.3} s, {:.0} a second; hashing them into a root and nothing else: {bare:.3} s, {:.1} times quicker",
        registry.store.kind(),
        before as f64 / took,
        took / bare
    );
    let proof = registry
        .store
        .read(|db| proof_of(db, &registry, &issued.given[0].id))?
        .expect("its proof");
    println!("a proof in a log of {size}: {} bytes", proof.len());

    let ids: Vec<_> = issued.given.iter().map(|given| given.id.clone()).collect();
    latency(
        &registry,
        &Issuer::of(actor()?).expect("an issuer"),
        &ids,
        later,
    )
}

/// Sixteen clients, one act each time; waits for the proof of what each act issued.
fn latency(
    registry: &Arc<Registry>,
    issuer: &Issuer,
    ids: &[guildhall::domain::certificate::CertificateId],
    now: Now,
) -> Done<()> {
    // As far apart as `serve` keeps two checkpoints.
    let at_once = registry.store.answers_at_once();
    let spacing = Duration::from_millis(if at_once { 5 } else { 20 });
    let done = AtomicBool::new(false);
    let next = AtomicUsize::new(0);
    let mut told: Vec<(Duration, Duration)> = Vec::new();
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let _ = if registry.log.wait(Duration::from_secs(1)) {
                    answer(registry, now)
                } else {
                    sequence(registry, now)
                };
                #[expect(clippy::disallowed_methods, reason = "the server's own spacing")]
                std::thread::sleep(spacing);
            }
        });
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    for _ in 0..EACH {
                        let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) else {
                            break;
                        };
                        let begun = Instant::now();
                        let given = replacements::replace(registry, issuer, id, "证书破损", now)
                            .expect("it is replaced");
                        let acted = begun.elapsed();
                        while registry
                            .store
                            .read(|db| proof_of(db, registry, &given.id))
                            .expect("it is read")
                            .is_none()
                        {
                            #[expect(
                                clippy::disallowed_methods,
                                reason = "a client that asks again"
                            )]
                            std::thread::sleep(spacing / 4);
                        }
                        mine.push((begun.elapsed(), acted));
                    }
                    mine
                })
            })
            .collect();
        for client in clients {
            told.extend(client.join().expect("a client"));
        }
        done.store(true, Ordering::Relaxed);
    });
    let took = start.elapsed().as_secs_f64();
    let of = |mut times: Vec<Duration>| {
        times.sort_unstable();
        let at =
            |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        (at(0.5), at(0.95), at(1.0))
    };
    let (p50, p95, worst) = of(told.iter().map(|(whole, _)| *whole).collect());
    let (a50, a95, aworst) = of(told.iter().map(|(_, act)| *act).collect());
    println!(
        "{}: {CLIENTS} clients, {} acts, {:.0} a second",
        registry.store.kind(),
        told.len(),
        told.len() as f64 / took
    );
    println!("issue to proof: p50 {p50:.1} ms, p95 {p95:.1} ms, worst {worst:.1} ms");
    println!(
        "the act alone:  p50 {a50:.1} ms, p95 {a95:.1} ms, worst {aworst:.1} ms; the proof costs {:.2} times the act",
        p50 / a50
    );
    Ok(())
}
