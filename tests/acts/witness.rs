//! 见证: a witness signs what only grows, once, and nothing else; the registry gathers what it signs.

use crate::acts::certificates::{issued, published};
use crate::acts::sittings::Story;
use guildhall::acts::log::cosigning::{gather, standings};
use guildhall::acts::log::witness::{Book, Unsigned, origin_hash};
use guildhall::acts::log::{Witness, proofs, sequence};
use guildhall::acts::{Registry, Settings, certificates};
use guildhall::ground::clock::Clock;
use guildhall::seal::log::{Hash, empty_root, is_consistent, leaf_hash, node_hash, root_of};
use guildhall::seal::log_proof::LogProof;
use guildhall::seal::note::{Checkpoint, LOG, Note, Vkey, verified};
use guildhall::seal::signer::{Ed25519, Signer};
use guildhall::seal::vault::Vault;
use guildhall::seal::witnessing::{No, Submission};
use guildhall::store::Store;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

/// A log with two histories up its sleeve.
pub struct Liar {
    key: Ed25519,
    /// Its key for others.
    pub vkey: Vkey,
}

impl Liar {
    /// Of this name.
    pub fn new(name: &str) -> Self {
        let key = Ed25519::generate();
        let vkey = Vkey::new(name, LOG, key.public_key().try_into().unwrap()).unwrap();
        Self { key, vkey }
    }

    /// Signs a tree.
    pub fn sign(&self, size: u64, root: Hash) -> String {
        let text = Checkpoint {
            origin: self.vkey.name.clone(),
            size,
            root,
        }
        .text();
        format!(
            "{text}\n{}",
            self.vkey.sign(&text, 0, &|bytes| self.key.sign(bytes))
        )
    }
}

fn leaves(n: u8, seed: u8) -> Vec<Hash> {
    (0..n).map(|i| leaf_hash(&[seed, i])).collect()
}

fn ask(old: u64, proof: &[Hash], note: &str) -> String {
    Submission {
        old,
        proof: proof.to_vec(),
        note: note.to_owned(),
    }
    .to_string()
}

fn no(book: &Book, body: &str) -> No {
    match book.add(body, 1_790_000_000).unwrap_err() {
        Unsigned::No(no) => no,
        Unsigned::Unkept(error) => panic!("{error}"),
    }
}

#[test]
fn a_witness_signs_one_history_and_remembers_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = Liar::new("log.example/log");
    let open = || Book::open(folder.path(), "w.example/1", vec![log.vkey.clone()]);
    let book = open().unwrap();
    assert!(open().is_err(), "one process holds the folder");
    let vkey = book.vkey().clone();
    let all = leaves(5, 0);
    let (four, five) = (log.sign(4, root_of(&all[..4])), log.sign(5, root_of(&all)));
    let hash = origin_hash("log.example/log");
    assert_eq!(book.checkpoint(&hash), None);
    let line = book.add(&ask(0, &[], &four), 1_790_000_000).unwrap();
    let note = Note::read(&format!("{four}{line}")).unwrap();
    assert_eq!(vkey.judge(&note), Some(Ok(1_790_000_000)));
    assert_eq!(
        String::from_utf8(book.checkpoint(&hash).unwrap()).unwrap(),
        format!("{four}{line}")
    );
    // What it signed is on the disk, with its key: it goes on from there.
    drop(book);
    let book = open().unwrap();
    assert_eq!(book.vkey(), &vkey);
    assert_eq!(no(&book, &ask(0, &[], &five)), No::Conflict(4));
    // Another history of the same log: as long, and longer.
    let other = leaves(5, 1);
    assert_eq!(
        no(&book, &ask(4, &[], &log.sign(4, root_of(&other[..4])))),
        No::Unproved
    );
    assert_eq!(
        no(&book, &ask(4, &[other[4]], &log.sign(5, root_of(&other)))),
        No::Unproved
    );
    let kept = std::fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|end| end == "refused")
        })
        .count();
    assert_eq!(kept, 2, "the evidence is kept");
    // Back to before.
    assert_eq!(
        no(&book, &ask(4, &[], &log.sign(3, root_of(&all[..3])))),
        No::Malformed
    );
    assert_eq!(
        no(&book, &ask(3, &[], &log.sign(3, root_of(&all[..3])))),
        No::Conflict(4)
    );
    // Strangers.
    let stranger = Liar::new("log.example/log");
    assert_eq!(
        no(&book, &ask(4, &[all[4]], &stranger.sign(5, root_of(&all)))),
        No::Unsigned
    );
    assert_eq!(
        no(
            &book,
            &ask(0, &[], &Liar::new("else.example").sign(0, empty_root()))
        ),
        No::Unknown
    );
    assert!(is_consistent(
        4,
        5,
        &root_of(&all[..4]),
        &root_of(&all),
        &[all[4]]
    ));
    assert_ne!(node_hash(&all[0], &all[1]), all[0]);
    // And on.
    book.add(&ask(4, &[all[4]], &five), 1_790_000_001).unwrap();
    assert_eq!(no(&book, &ask(4, &[all[4]], &five)), No::Conflict(5));
    book.add(&ask(5, &[], &five), 1_790_000_002).unwrap();
    // A torn file is not "nothing signed".
    drop(book);
    let file = folder.path().join(format!("{hash}.checkpoint"));
    std::fs::write(&file, &five.as_bytes()[..40]).unwrap();
    assert!(matches!(
        open().unwrap().add(&ask(0, &[], &five), 1),
        Err(Unsigned::Unkept(_))
    ));
}

#[test]
fn of_many_who_ask_at_once_each_size_is_signed_in_one_history() {
    let folder = tempfile::tempdir().unwrap();
    let log = Liar::new("log.example/log");
    let book = Book::open(folder.path(), "w.example/1", vec![log.vkey.clone()]).unwrap();
    let signed = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u8)
            .map(|seed| {
                let (book, log) = (&book, &log);
                scope.spawn(move || {
                    book.add(&ask(0, &[], &log.sign(3, root_of(&leaves(3, seed)))), 1)
                        .is_ok()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| usize::from(thread.join().unwrap()))
            .sum::<usize>()
    });
    assert_eq!(signed, 1);
}

/// A witness that answers over http until the test ends; its key and its address.
pub fn serve(folder: &Path, logs: Vec<Vkey>, name: &str, clock: Clock) -> Witness {
    let book = Arc::new(Book::open(folder, name, logs).unwrap());
    let vkey = book.vkey().clone();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let config = rocket::Config {
        port,
        log_level: rocket::config::LogLevel::Off,
        ..rocket::Config::debug_default()
    };
    std::thread::spawn(move || {
        rocket::execute(async move {
            guildhall::web::witness::rocket(book, clock, config)
                .launch()
                .await
                .map(drop)
        })
    });
    for _ in 0..200 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Witness {
        vkey,
        url: format!("http://127.0.0.1:{port}"),
    }
}

#[test]
fn the_registry_gathers_signatures_and_shows_them() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]);
    if story.hall.registry.store.kind() != "SQLite" {
        return;
    }
    let later = published(&mut story, "2026-04-18", &[(2, "张三")], &[]);
    sequence(&story.hall.registry, story.hall.now).unwrap();
    let log = proofs::vkeys(&story.hall.registry).unwrap().remove(0);
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let mut witnesses = vec![
        serve(
            &one,
            vec![log.clone()],
            "audit.example/w",
            story.hall.clock.clone(),
        ),
        serve(
            &two,
            vec![log.clone()],
            "school.example/w",
            story.hall.clock.clone(),
        ),
    ];
    // One that is never there, and one that knows no such log.
    let gone = Vkey::new("gone.example/w", 4, witnesses[0].vkey.key).unwrap();
    witnesses.push(Witness {
        vkey: gone,
        url: "http://127.0.0.1:9".to_owned(),
    });
    witnesses.push(serve(
        &folder.path().join("three"),
        vec![Liar::new("else.example").vkey],
        "else.example/w",
        story.hall.clock.clone(),
    ));
    let file = folder.path().join("live.db");
    story.hall.registry.store.copy_to(&file).unwrap();
    let settings = Settings {
        witnesses: witnesses.clone(),
        witness_quorum: 2,
        ..Settings::default()
    };
    let open = || {
        Registry::open(
            Store::open(&file.to_string_lossy()).unwrap(),
            Vault::new([7; 32]),
            settings.clone(),
        )
        .unwrap()
    };
    let registry = open();
    let now = story.hall.now;
    assert_eq!(gather(&registry, now).unwrap(), 2);
    assert_eq!(
        gather(&registry, now).unwrap(),
        0,
        "who signed is not asked again, who was silent not at once"
    );
    let note = proofs::checkpoint(&registry).unwrap().unwrap();
    let (read, _) = verified(&note, &log).unwrap();
    for witness in &witnesses[..2] {
        assert!(
            matches!(witness.vkey.judge(&read), Some(Ok(at)) if i64::try_from(at).unwrap() == now.utc().and_utc().timestamp())
        );
    }
    let troubles: Vec<_> = standings(&registry)
        .unwrap()
        .into_iter()
        .map(|(_, it)| it.unwrap().trouble)
        .collect();
    assert_eq!(troubles, ["", "", "unreachable", "404"]);
    // The proof that people keep carries them.
    let proof = proofs::by_token(&registry, &given.given[0].token)
        .unwrap()
        .unwrap()
        .unwrap();
    let proof = LogProof::read(&proof).unwrap();
    assert_eq!(proof.checkpoint, note);
    let policy = proofs::policy(&registry).unwrap();
    assert!(
        policy.ends_with("group witnesses 2 w1 w2 w3 w4\nquorum witnesses\n"),
        "{policy}"
    );
    // It grows; two servers ask at once, from the size each witness had.
    story.hall.on("2026-05-11");
    let now = story.hall.now;
    certificates::issue(&registry, &story.signatory, &later, now).unwrap();
    let size = sequence(&registry, now).unwrap();
    let other = open();
    let signed = std::thread::scope(|scope| {
        let asked =
            [&registry, &other].map(|server| scope.spawn(move || gather(server, now).unwrap()));
        asked
            .map(|thread| thread.join().unwrap())
            .iter()
            .sum::<usize>()
    });
    assert_eq!(signed, 2, "each witness once");
    let note = proofs::checkpoint(&registry).unwrap().unwrap();
    let (read, checkpoint) = verified(&note, &log).unwrap();
    assert_eq!((checkpoint.size, read.signatures.len()), (size, 3));
    // A server from before that would go on is told by the witness that there was more.
    let back = Registry::open(
        Store::open(&{
            let copy = folder.path().join("back.db");
            story.hall.registry.store.copy_to(&copy).unwrap();
            copy.to_string_lossy().into_owned()
        })
        .unwrap(),
        Vault::new([7; 32]),
        settings.clone(),
    )
    .unwrap();
    assert_eq!(gather(&back, now).unwrap(), 0);
    let troubles: Vec<_> = standings(&back)
        .unwrap()
        .into_iter()
        .map(|(_, it)| it.unwrap().trouble)
        .collect();
    assert_eq!(troubles[..2], ["ahead", "ahead"]);
}
