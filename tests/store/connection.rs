//! 连接: the pen, the group commit, and SQLite's planner.

use crate::hall::Hall;
use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use guildhall::store::{Conn, Failure, Found, accounts};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Reads a count, then keeps that count: what serial numbers do.
fn take_a_number(hall: &Hall) -> Found<i64> {
    hall.registry.store.write(|db| {
        let so_far = accounts::failures_since(db, "serial", chrono::NaiveDateTime::default())?;
        accounts::add_failure(db, "serial", hall.now)?;
        Ok(so_far)
    })
}

#[test]
fn two_writers_never_read_the_same_number() {
    let hall = Hall::new();
    let numbers: Vec<i64> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    (0..25)
                        .map(|_| take_a_number(&hall).unwrap())
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect()
    });
    assert_eq!(
        numbers.iter().copied().collect::<BTreeSet<_>>(),
        (0..200).collect()
    );
}

#[test]
fn a_refused_or_panicking_act_leaves_nothing_and_holds_nobody_up() {
    let hall = Hall::new();
    std::thread::scope(|scope| {
        for n in 0..30 {
            let hall = &hall;
            scope.spawn(move || match n % 3 {
                0 => drop(take_a_number(hall).unwrap()),
                1 => {
                    let refused: Found<()> = hall.registry.store.write(|db| {
                        accounts::add_failure(db, "serial", hall.now)?;
                        Err(Failure::Missing)
                    });
                    assert!(refused.is_err());
                }
                _ => {
                    let panicked = catch_unwind(AssertUnwindSafe(|| {
                        hall.registry.store.write(|db| -> Found<()> {
                            accounts::add_failure(db, "serial", hall.now)?;
                            panic!("an act that fails on purpose");
                        })
                    }));
                    assert!(panicked.is_err());
                }
            });
        }
    });
    assert_eq!(take_a_number(&hall).unwrap(), 10);
}

/// What another process does.
const ADD: &str = "INSERT INTO sign_in_failures \
    SELECT lower(hex(randomblob(8))), login, at FROM sign_in_failures LIMIT 1";

/// What was counted is answered again without being asked, until anybody writes: this process, or one
/// that has the file open beside it.
#[test]
fn what_is_recalled_is_never_older_than_the_last_writing() {
    let hall = Hall::new();
    let store = &hall.registry.store;
    let asked = std::cell::Cell::new(0);
    let recall = |key: &str| -> i64 {
        let found: Found<_> = store.recall(key, |db| {
            asked.set(asked.get() + 1);
            accounts::failures_since(db, "serial", chrono::NaiveDateTime::default())
        });
        *found.unwrap()
    };
    let twice = |key: &str| (recall(key), recall(key));
    assert_eq!(
        (twice("a"), twice("b"), twice("a")),
        ((0, 0), (0, 0), (0, 0))
    );
    if !store.answers_at_once() {
        assert_eq!(asked.get(), 6, "PostgreSQL is asked each time");
        return;
    }
    assert_eq!(asked.get(), 4, "what is asked for again is kept");
    take_a_number(&hall).unwrap();
    assert_eq!((recall("a"), recall("b"), recall("a")), (1, 1, 1));
    let anew = asked.get();
    assert!(anew >= 6, "what was known of other keys is outdated too");
    let beside = hall.beside().store;
    let written: Found<()> = beside.write(|db| accounts::add_failure(db, "serial", hall.now));
    written.unwrap();
    assert_eq!((recall("a"), asked.get()), (2, anew + 1));
    let mut stranger = SqliteConnection::establish(hall.url()).unwrap();
    stranger.batch_execute(ADD).unwrap();
    assert_eq!((recall("a"), asked.get()), (3, anew + 2));
    // A question that could not be answered is asked again.
    let fail = |_: &mut Conn| -> Found<i64> { Err(Failure::Missing) };
    assert!(store.recall("c", fail).is_err() && recall("c") == 3);
    // So many are kept at most.
    for n in 0..4_100 {
        twice(&format!("key {n}"));
    }
    let before = asked.get();
    recall("key 4099");
    assert_eq!(asked.get(), before);
    recall("key 0");
    assert_eq!(asked.get(), before + 1);
}

#[test]
fn what_a_thread_leaves_under_way_between_its_questions_is_ended_by_whoever_tidies() {
    #[derive(QueryableByName)]
    struct Emptied {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        busy: i32,
    }
    let hall = Hall::new();
    let store = &hall.registry.store;
    if store.kind() != "SQLite" {
        return;
    }
    let mut stranger = SqliteConnection::establish(hall.url()).unwrap();
    let mut is_read = move || {
        stranger.batch_execute(ADD).unwrap();
        let emptied: Emptied = sql_query("PRAGMA wal_checkpoint(TRUNCATE)")
            .get_result(&mut stranger)
            .unwrap();
        emptied.busy == 1
    };
    let count = || -> i64 {
        let ask = |db: &mut Conn| -> Found<i64> {
            accounts::failures_since(db, "serial", chrono::NaiveDateTime::default())
        };
        store.point(ask).unwrap()
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(count(), 0);
            take_a_number(&hall).unwrap();
            assert!(!is_read(), "nothing is left under way where nobody tidies");
            store.tidy().unwrap();
            assert_eq!(count(), 2);
            take_a_number(&hall).unwrap();
            assert_eq!(count(), 3, "what this process commits is seen at once");
            assert!(is_read());
            std::thread::sleep(Duration::from_millis(2));
            assert_eq!(
                count(),
                4,
                "what another commits, a thousandth of a second later"
            );
            // From a thread of its own: that of the reader has nothing to do any more.
            std::thread::scope(|other| {
                other.spawn(|| store.tidy().unwrap());
            });
            assert!(!is_read());
            assert_eq!(count(), 5);
        });
    });
}

#[test]
fn what_stands_beside_the_file_stays_short_while_somebody_always_asks() {
    let hall = Hall::new();
    let store = &hall.registry.store;
    if store.kind() != "SQLite" {
        return;
    }
    let write = |what: &str| -> Found<()> { store.write(|db| db.run(what)) };
    write("CREATE TABLE papers (paper BLOB)").unwrap();
    // From here on transactions stand.
    store.tidy().unwrap();
    let over = AtomicBool::new(false);
    let beside = std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let begun = Instant::now();
                while !over.load(Ordering::Relaxed) && begun.elapsed() < Duration::from_mins(1) {
                    let ask =
                        |db: &mut Conn| -> Found<()> { db.run("SELECT count(*) FROM papers") };
                    store.point(ask).unwrap();
                }
            });
        }
        for n in 0..120 {
            write("DELETE FROM papers; INSERT INTO papers VALUES (randomblob(1000000))").unwrap();
            if n % 10 == 9 {
                std::thread::sleep(Duration::from_millis(3));
                store.tidy().unwrap();
                std::thread::sleep(Duration::from_millis(3));
            }
        }
        over.store(true, Ordering::Relaxed);
        std::fs::metadata(format!("{}-wal", hall.url()))
            .unwrap()
            .len()
    });
    assert!(beside < 90_000_000, "{beside} bytes of 120,000,000 written");
}

#[test]
fn the_planner_does_not_look_at_bound_values() {
    let hall = Hall::new();
    if hall.registry.store.kind() != "SQLite" {
        return;
    }
    #[derive(QueryableByName)]
    struct OptionSet {
        #[diesel(sql_type = diesel::sql_types::Text)]
        compile_options: String,
    }
    let options: Vec<OptionSet> = hall
        .registry
        .store
        .read(|db| -> Found<_> { Ok(guildhall::on!(db, c => diesel::RunQueryDsl::load(diesel::sql_query("PRAGMA compile_options"), c))?) })
        .unwrap();
    assert!(
        options
            .iter()
            .any(|option| option.compile_options == "ENABLE_QPSG"),
        "without it every LIMIT ? is prepared anew: see .cargo/config.toml"
    );
}

#[test]
fn the_database_refuses_to_change_the_past() {
    let hall = Hall::new();
    hall.bureau();
    for change in ["UPDATE deeds SET actor = 'nobody'", "DELETE FROM deeds"] {
        let refused: Found<()> = hall.registry.store.write(|db| db.run(change));
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("records of the past are not changed"),
            "{change}"
        );
    }
}
