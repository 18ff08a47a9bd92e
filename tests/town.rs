//! 示范城: the example town, built twice side by side.

use guildhall::acts::{Registry, Settings, audit, verification};
use guildhall::domain::account::{Role, Scope};
use guildhall::domain::assessment::SittingState;
use guildhall::domain::class::Step;
use guildhall::ground::chance;
use guildhall::ground::clock::Now;
use guildhall::on;
use guildhall::schema;
use guildhall::seal::vault::Vault;
use guildhall::store::{Store, classes, rosters, sittings};
use guildhall::town::{self, Town, story};
use serde_json::Value;

/// Wednesday 2026-11-25, in the morning.
fn today() -> Now {
    Now::beijing("2026-11-25".parse().unwrap(), 10, 30)
}

struct Built {
    registry: Registry,
    town: Town,
    _folder: tempfile::TempDir,
}

fn build(today: Now) -> Built {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.db");
    let store = Store::open(&file.to_string_lossy()).unwrap();
    chance::fix([42; 32]);
    let registry = Registry::open(store, Vault::new([7; 32]), Settings::default()).unwrap();
    let town = town::build(&registry, today, None).unwrap();
    chance::free();
    Built {
        registry,
        town,
        _folder: folder,
    }
}

fn told(town: &Town) -> Value {
    story::tell(town, "http://127.0.0.1:8000", "http://127.0.0.1:8000")
}

#[test]
fn the_town_is_whole_and_the_same_twice() {
    let other = std::thread::spawn(|| build(today()));
    let built = build(today());
    everything_stands_where_it_should(&built);
    the_story_is_told(&built);
    let other = other.join().unwrap();
    assert_eq!(told(&built.town), told(&other.town));
    for (name, paper) in &built.town.certificates {
        assert!(paper.pdf == other.town.certificates[name].pdf, "{name}");
    }
}

/// On any day: a Monday, a Sunday at midnight, the first day of a year, after a long holiday.
#[test]
fn the_town_can_be_built_on_any_day() {
    for (day, hour) in [("2026-10-09", 9), ("2027-01-03", 0)] {
        let built = build(Now::beijing(day.parse().unwrap(), hour, 1));
        everything_stands_where_it_should(&built);
    }
}

fn everything_stands_where_it_should(built: &Built) {
    let (registry, town) = (&built.registry, &built.town);
    let steps = [
        ("draft", Step::Drafted),
        ("filed", Step::Filed),
        ("returned", Step::Returned),
        ("running", Step::Begun),
        ("completed", Step::Completed),
    ];
    for (name, step) in steps {
        let class = registry
            .store
            .read(|db| classes::of(db, &Scope::All, &town.classes[name]))
            .unwrap();
        assert_eq!(class.state, step, "{name}");
    }
    let states = [
        ("planned", SittingState::Planned),
        ("marking", SittingState::Marking),
        ("in_publicity", SittingState::InPublicity),
        ("issued", SittingState::Issued),
    ];
    for (name, state) in states {
        let (sitting, _) = registry
            .store
            .read(|db| sittings::of(db, &Scope::All, &town.sittings[name]))
            .unwrap();
        assert_eq!(sitting.state, state, "{name}");
    }
    for (name, paper) in &town.certificates {
        let found = verification::look_up(registry, &paper.token, today())
            .unwrap()
            .unwrap();
        assert_eq!(found.standing.as_str(), *name);
        assert!(found.is_sound(), "{name}");
        assert!(paper.pdf.starts_with(b"%PDF-"), "{name}");
    }
    let dry = registry
        .store
        .read(|db| rosters::of_class(db, &town.classes["draft"]))
        .unwrap();
    assert!(
        dry[0].1.is_none() && dry[0].0.refused == 9,
        "{}",
        dry[0].0.refused
    );
    let people: i64 = registry
        .store
        .read::<_, guildhall::store::Failure>(|db| {
            use diesel::prelude::*;
            Ok(on!(db, c => schema::people::table.count().get_result(c))?)
        })
        .unwrap();
    assert!((190..=220).contains(&people), "{people} people");
    assert_eq!(audit::all(registry).unwrap(), []);
}

fn the_story_is_told(built: &Built) {
    let told = told(&built.town);
    let keys = |value: &Value| {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(
        keys(&told),
        "accounts base_url certificates classes database public_base_url sittings"
    );
    for account in told["accounts"].as_array().unwrap() {
        assert_eq!(keys(account), "login name password role token");
    }
    for role in Role::ALL {
        let accounts = told["accounts"].as_array().unwrap();
        assert!(
            accounts
                .iter()
                .any(|account| account["role"] == role.as_str()),
            "{role}"
        );
    }
    assert_eq!(keys(&told["certificates"]), "replaced revoked valid");
    for (name, paper) in told["certificates"].as_object().unwrap() {
        assert_eq!(keys(paper), "holder number pdf qr token url", "{name}");
        let text = |field: &str| paper[field].as_str().unwrap().to_owned();
        assert_eq!(
            text("url"),
            format!("http://127.0.0.1:8000/v/{}", text("token"))
        );
        assert!(text("qr").starts_with(&format!("{}#", text("url"))));
        assert_eq!(text("number").len(), 22);
    }
    assert_eq!(
        keys(&told["classes"]),
        "completed draft filed returned running"
    );
    assert_eq!(
        keys(&told["sittings"]),
        "in_publicity issued marking planned"
    );
}

#[test]
fn a_city_grows_around_the_town_by_the_same_acts() {
    let mut hall = crate::hall::Hall::new();
    hall.on("2026-11-25");
    let days = std::cell::Cell::new((0, 0));
    let extent = town::city::Extent {
        schools: 5,
        assessors: 2,
        trainees: 300,
        told: &|gone, of| days.set((gone, of)),
    };
    town::build(&hall.registry, hall.now, Some(&extent)).unwrap();
    let (gone, of) = days.get();
    assert!(gone == of && of > 300, "{gone} of {of} days");
    let auditor = hall
        .registry
        .store
        .read(|db| guildhall::store::accounts::by_login(db, "auditor"));
    let auditor = auditor.unwrap().unwrap().actor().unwrap();
    let reader = guildhall::domain::account::Reader::of(auditor).unwrap();
    let found = guildhall::acts::certificates::list(
        &hall.registry,
        &reader,
        &guildhall::store::certificates::Filter::default(),
        guildhall::ground::slice::Window::of(None, None),
        hall.now,
    );
    assert!(found.unwrap().total > 300);
}
