//! 更换主密钥: everything opens by the new key and nothing by the old, wherever the work was cut off.

use crate::acts::sittings::document;
use crate::hall::Hall;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use guildhall::acts::draws::{self, NewDraw};
use guildhall::acts::employers::{self, Asking};
use guildhall::acts::master_keys::{self, Progress, Stage};
use guildhall::acts::second_factors::{self, Standing};
use guildhall::acts::wish_requests::{self, NewRequest};
use guildhall::acts::{Registry, Settings, audit};
use guildhall::domain::account::{KeyKeeper, Officer};
use guildhall::domain::place::RegionCode;
use guildhall::domain::watch::WatchId;
use guildhall::ground::key;
use guildhall::seal::vault::{Place, Unopened, Vault};
use guildhall::store::connection::Conn;
use guildhall::store::sealed_texts::{self, Shelf};
use guildhall::store::watches::{self, Watch};
use guildhall::store::{Failure, Found, Store, accounts};
use guildhall::town;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const OLD: [u8; 32] = [7; 32];
const NEW: [u8; 32] = [9; 32];

fn old() -> Vault {
    Vault::new(OLD)
}

fn both() -> Vault {
    Vault::new(NEW).with_former(OLD)
}

fn open(hall: &Hall, vault: Vault) -> Result<Registry, &'static str> {
    let store = Store::open(hall.url()).unwrap();
    Registry::open(store, vault, Settings::default()).map_err(|error| error.code())
}

/// Why a registry is not opened with this vault.
fn refusal(hall: &Hall, vault: Vault) -> &'static str {
    open(hall, vault).err().unwrap_or("opened")
}

/// The town's officer of the bureau.
fn keeper(hall: &Hall) -> KeyKeeper {
    let found = hall
        .registry
        .store
        .read(|db| accounts::by_login(db, "bureau"))
        .unwrap()
        .unwrap();
    KeyKeeper::of(found.actor().unwrap()).unwrap()
}

/// A town, and one of everything it lacks that the master key seals.
fn full() -> (Hall, KeyKeeper) {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    let keeper = keeper(&hall);
    let (registry, now) = (&hall.registry, hall.now);
    let viewer = hall.viewer(keeper.actor());
    second_factors::begin(registry, &viewer, town::PASSWORD, now).unwrap();
    let asking = Asking {
        name: "集宁机械厂".to_owned(),
        uscc: "91150100MA0N000000".to_owned(),
        contact: "王经理 0474-8888888".to_owned(),
    };
    employers::ask(registry, &asking, now).unwrap();
    let request = NewRequest {
        document: document(77),
        name: "其其格".to_owned(),
        phone: "13800138000".to_owned(),
        region: RegionCode::read("150902").unwrap(),
        village: String::new(),
        trade: "焊工".to_owned(),
    };
    wish_requests::ask(registry, &request, now).unwrap();
    let officer = Officer::of(keeper.actor().clone()).unwrap();
    let draw = NewDraw {
        title: "全年回访".to_owned(),
        region: RegionCode::read("150900").unwrap(),
        starts: "2025-01-01".parse().unwrap(),
        ends: "2026-11-01".parse().unwrap(),
        permille: 100,
    };
    draws::publish(registry, &officer, draw, now).unwrap();
    let watch = WatchId::read(&key::secret()).unwrap();
    let at = |column| Place::new("watches", column, watch.as_str());
    let kept = Watch {
        id: watch.clone(),
        made_at: now.utc(),
        hook: registry.vault.seal_own(at("hook"), b"https://example.com/"),
        mail: registry.vault.seal_own(at("mail"), b"hr@example.com"),
        mail_proof: String::new(),
    };
    registry
        .store
        .write(|db| {
            watches::add(db, &kept, &[], now.plus_seconds(-60).utc())?;
            plant(db, &registry.vault)
        })
        .unwrap();
    (hall, keeper)
}

/// An objection to a claim and a correction with a document, as rows: what leads there is told elsewhere.
fn plant(db: &mut Conn, vault: &Vault) -> Found<()> {
    let contact = vault.seal_own(
        Place::new("claim_objections", "contact_sealed", "o1"),
        b"138",
    );
    let told = vault.seal_own(
        Place::new("correction_proposals", "document_sealed", "k1"),
        b"x",
    );
    let (contact, told) = (written(db, &contact), written(db, &told));
    db.run(&format!(
        "INSERT INTO claims SELECT 'q1', id, institution, '150902', 'training', 1, 100, 'published', '2026-11-20 01:00:00', 'x' FROM classes ORDER BY id LIMIT 1;
         INSERT INTO claim_objections VALUES ('o1', 'q1', '', 'x', {contact}, '2026-11-20 01:00:00');
         INSERT INTO correction_proposals SELECT 'k1', id, NULL, {told}, NULL, NULL, NULL, 'x', 'x', '2026-11-20 01:00:00', 'x' FROM certificates ORDER BY id LIMIT 1"
    ))
}

fn written(db: &Conn, bytes: &[u8]) -> String {
    let digits = data_encoding::HEXLOWER.encode(bytes);
    match db {
        Conn::Sqlite(_) => format!("X'{digits}'"),
        Conn::Pg(_) => format!("'\\x{digits}'::bytea"),
    }
}

/// Everything on every shelf, opened; what this vault does not open, by its reason.
fn opened(store: &Store, vault: &Vault) -> BTreeMap<(String, String), Result<Vec<u8>, Unopened>> {
    let mut all = BTreeMap::new();
    for shelf in Shelf::ALL {
        let (table, column) = shelf.place();
        let mut row = String::new();
        let found = |row: &str| store.read(|db| sealed_texts::after(db, shelf, row, 100));
        while let Some((last, kept)) = found(&row).unwrap() {
            for (row, text) in kept {
                let place = Place::new(table, column, &row);
                let text = if shelf == Shelf::PersonKeys {
                    // Of a key only what it is told by is shown.
                    vault.unwrap(&text, place).map(|key| key.id().to_vec())
                } else {
                    vault.open_own(place, &text).map(|text| text.to_vec())
                };
                all.insert((format!("{table}.{column}"), row), text);
            }
            row = last;
        }
    }
    all
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Where in the whole database anything begins as this vault's key seals.
fn sealed_by(store: &Store, vault: &Vault) -> Vec<String> {
    let head = format!("01{}", data_encoding::HEXLOWER.encode(&vault.key_id()));
    let search = |db: &mut Conn| -> Found<Vec<String>> {
        let columns: Vec<Column> = match db {
            Conn::Sqlite(c) => diesel::sql_query(
                "SELECT m.name || '.' || i.name AS place FROM sqlite_master m, pragma_table_info(m.name) i WHERE m.type = 'table' AND i.type = 'BLOB' ORDER BY 1",
            )
            .load(c)?,
            Conn::Pg(c) => diesel::sql_query(
                "SELECT table_name || '.' || column_name AS place FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'bytea' ORDER BY 1",
            )
            .load(c)?,
        };
        let mut found = Vec::new();
        for Column { place } in columns {
            let (table, column) = place.split_once('.').unwrap();
            let count: Count = match db {
                Conn::Sqlite(c) => diesel::sql_query(format!(
                    "SELECT count(*) AS n FROM {table} WHERE lower(hex(substr({column}, 1, 5))) = '{head}'"
                ))
                .get_result(c)?,
                Conn::Pg(c) => diesel::sql_query(format!(
                    "SELECT count(*) AS n FROM {table} WHERE encode(substring({column} from 1 for 5), 'hex') = '{head}'"
                ))
                .get_result(c)?,
            };
            if count.n > 0 {
                found.push(place);
            }
        }
        Ok(found)
    };
    store.read(search).unwrap()
}

fn everything() -> Vec<String> {
    let mut all: Vec<String> = Shelf::ALL
        .iter()
        .map(|shelf| shelf.place())
        .chain([("vault_checks", "sealed")])
        .map(|(table, column)| format!("{table}.{column}"))
        .collect();
    all.sort();
    all
}

fn to_the_end(registry: &Registry, keeper: &KeyKeeper, hall: &Hall, most: i64) -> usize {
    let mut progress = Progress::default();
    while master_keys::go_on(registry, &mut progress, most).unwrap() {}
    assert!(progress.unopened.is_empty(), "{:?}", progress.unopened);
    master_keys::end(registry, keeper, &progress, hall.now).unwrap();
    progress.done
}

#[test]
fn everything_opens_by_the_new_master_key_and_nothing_by_the_old() {
    let (hall, keeper) = full();
    let store = &hall.registry.store;
    let before = opened(store, &old());
    let broken = audit::all(&hall.registry).unwrap();
    let index = hall.registry.vault.blind_index("d", "t");
    // Every column that holds anything the master key sealed stands on a shelf, and none is empty here.
    assert_eq!(sealed_by(store, &old()), everything());
    assert!(before.values().all(Result::is_ok));

    let registry = open(&hall, both()).unwrap();
    assert_eq!(
        master_keys::stage(store, &registry.vault).unwrap(),
        Stage::Before
    );
    master_keys::begin(&registry, &keeper, hall.now).unwrap();
    assert_eq!(
        master_keys::stage(store, &registry.vault).unwrap(),
        Stage::Between
    );
    let done = to_the_end(&registry, &keeper, &hall, 500);
    assert_eq!(done, before.len());
    drop(registry);

    let new = open(&hall, Vault::new(NEW)).unwrap();
    assert_eq!(master_keys::stage(store, &new.vault).unwrap(), Stage::After);
    assert!(
        before == opened(store, &new.vault),
        "something reads another"
    );
    assert!(
        opened(store, &old())
            .values()
            .all(|it| *it == Err(Unopened::Key))
    );
    assert_eq!(sealed_by(store, &old()), Vec::<String>::new());
    assert_eq!(sealed_by(store, &new.vault), everything());
    // People are found as before, though the key is another.
    assert_eq!(new.vault.blind_index("d", "t"), index);
    assert_ne!(Vault::new(NEW).blind_index("d", "t"), index);
    assert_eq!(refusal(&hall, old()), "vault.other-key");
    assert_eq!(refusal(&hall, Vault::new([3; 32])), "vault.other-key");
    assert_eq!(audit::all(&new).unwrap(), broken);
    assert_eq!(
        hall.deeds("master_key", "registry"),
        ["master_key.succession-begun", "master_key.replaced"]
    );
    // The past is refused to be changed as before, on every shelf that is one.
    for (table, column) in [
        ("roster_lines", "sealed"),
        ("log_events", "sealed"),
        ("draws", "seed_sealed"),
    ] {
        let refused: Found<()> = store.write(|db| {
            let nothing = written(db, b"nothing");
            db.run(&format!("UPDATE {table} SET {column} = {nothing}"))
        });
        assert!(refused.is_err(), "{table}");
    }
    let viewer = hall.viewer(keeper.actor());
    assert!(matches!(
        second_factors::standing(&new, &viewer).unwrap(),
        Standing::Begun { .. }
    ));

    // And once more, to a third: the index goes over again.
    let third = open(&hall, Vault::new([11; 32]).with_former(NEW)).unwrap();
    master_keys::begin(&third, &keeper, hall.now).unwrap();
    assert_eq!(to_the_end(&third, &keeper, &hall, 10_000), before.len());
    let third = open(&hall, Vault::new([11; 32])).unwrap();
    assert!(
        before == opened(store, &third.vault),
        "something reads another"
    );
    assert_eq!(third.vault.blind_index("d", "t"), index);
    assert_eq!(refusal(&hall, Vault::new(NEW)), "vault.other-key");
    hall.leave_unaudited();
}

#[test]
fn a_replacement_cut_off_anywhere_is_ended_by_the_next() {
    let (hall, keeper) = full();
    let store = &hall.registry.store;
    let before = opened(store, &old());
    let broken = audit::all(&hall.registry).unwrap();
    // Begun with, and cut off before the first batch, then after ever more of them.
    for batches in [0, 1, 2, 3, 5, 9, 14] {
        let registry = open(&hall, both()).unwrap();
        master_keys::begin(&registry, &keeper, hall.now).unwrap();
        let mut progress = Progress::default();
        for _ in 0..batches {
            master_keys::go_on(&registry, &mut progress, 60).unwrap();
        }
        // Not everything was gone through: the old key is not given up.
        let refused = master_keys::end(&registry, &keeper, &progress, hall.now);
        assert_eq!(refused.unwrap_err().code(), "vault.half-replaced");
        drop(registry);
        assert_eq!(refusal(&hall, old()), "vault.other-key");
        assert_eq!(refusal(&hall, Vault::new(NEW)), "vault.half-replaced");
        let third = Vault::new([11; 32]).with_former(NEW).with_former(OLD);
        let third = open(&hall, third).unwrap();
        let refused = master_keys::begin(&third, &keeper, hall.now);
        assert_eq!(refused.unwrap_err().code(), "vault.half-replaced");
        assert!(before == opened(store, &both()), "after {batches} batches");
    }
    let between = open(&hall, both()).unwrap();
    assert_eq!(audit::all(&between).unwrap(), broken);
    let left = opened(store, &Vault::new(NEW));
    let left = left.values().filter(|it| it.is_err()).count();
    assert!(0 < left && left < before.len(), "{left}");
    master_keys::begin(&between, &keeper, hall.now).unwrap();
    assert_eq!(to_the_end(&between, &keeper, &hall, 60), left);
    let new = open(&hall, Vault::new(NEW)).unwrap();
    assert!(
        before == opened(store, &new.vault),
        "something reads another"
    );
    assert_eq!(sealed_by(store, &old()), Vec::<String>::new());
    assert_eq!(audit::all(&new).unwrap(), broken);
    hall.leave_unaudited();
}

#[test]
fn a_text_that_did_not_open_before_is_named_and_left() {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    let keeper = keeper(&hall);
    let registry = open(&hall, both()).unwrap();
    let torn: Found<()> = registry.store.write(|db| {
        let torn = written(db, &[1; 60]);
        db.run(&format!(
            "UPDATE person_keys SET wrapped = {torn} WHERE person = (SELECT min(person) FROM person_keys)"
        ))
    });
    torn.unwrap();
    master_keys::begin(&registry, &keeper, hall.now).unwrap();
    let mut progress = Progress::default();
    while master_keys::go_on(&registry, &mut progress, 100).unwrap() {}
    assert_eq!(progress.unopened.len(), 1);
    assert_eq!(progress.unopened[0].0, "person_keys");
    master_keys::end(&registry, &keeper, &progress, hall.now).unwrap();
    assert!(open(&hall, Vault::new(NEW)).is_ok());
    hall.leave_unaudited();
}

#[test]
fn only_an_officer_of_the_city_replaces_the_master_key() {
    let hall = Hall::new();
    hall.bureau();
    let registry = open(&hall, both()).unwrap();
    if let Some(county) = KeyKeeper::of(hall.county("150902").actor().clone()) {
        let refused = master_keys::begin(&registry, &county, hall.now);
        assert_eq!(refused.unwrap_err().code(), "master_key.city-only");
    }
    assert_eq!(
        master_keys::stage(&registry.store, &registry.vault).unwrap(),
        Stage::Before
    );
}

#[test]
fn who_wants_a_database_alone_is_refused_while_another_has_it_and_keeps_others_out() {
    let mut hall = Hall::new();
    let elsewhere = Hall::new();
    let busy = |opened: Found<Store>| match opened {
        Err(Failure::Busy(why)) => why,
        other => panic!("{:?}", other.map(|_| "opened")),
    };
    assert!(busy(Store::open_alone(hall.url())).contains("stop it first"));
    let beside = hall.beside();
    hall.registry = std::sync::Arc::clone(&elsewhere.registry);
    assert!(busy(Store::open_alone(hall.url())).contains("stop it first"));
    drop(beside);
    let alone = soon(|| Store::open_alone(hall.url()));
    assert!(busy(Store::open(hall.url())).contains("being replaced"));
    assert!(busy(Store::open_alone(hall.url())).contains("stop it first"));
    alone.read(|db| db.run("SELECT 1")).unwrap();
    drop(alone);
    soon(|| Store::open(hall.url()));
}

/// PostgreSQL notices a moment later that a connection is gone.
fn soon(open: impl Fn() -> Found<Store>) -> Store {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match open() {
            Ok(store) => return store,
            Err(why) => assert!(Instant::now() < deadline, "{why}"),
        }
    }
}
