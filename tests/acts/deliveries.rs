//! 部门数据: tried out, kept whole or not at all, and felt where it matters.

use crate::hall::Hall;
use guildhall::acts::deliveries::{self, NewDelivery};
use guildhall::acts::people::{self, Particulars};
use guildhall::domain::account::{Overseer, Role, Scope};
use guildhall::domain::delivery::DeliveryKind;
use guildhall::domain::id_kind::{IdDocument, IdKind};
use guildhall::domain::person::PersonId;
use guildhall::domain::place::RegionCode;
use guildhall::ground::slice::Window;
use guildhall::store::{self, Found, dump};

const NUMBER: &str = "159999199003070016";

fn somebody(hall: &Hall) -> PersonId {
    let by = hall.officer().actor().account.clone();
    let document = IdDocument::read(IdKind::ResidentCard, NUMBER).unwrap();
    let vault = &hall.registry.vault;
    let nothing = Particulars::default();
    let add = |db: &mut store::Conn| {
        people::find_or_add(db, vault, &document, "苏日娜", &nothing, &by, hall.now)
    };
    hall.registry.store.write(add).unwrap()
}

fn list(kind: DeliveryKind, region: &str) -> NewDelivery {
    NewDelivery {
        department: "市残疾人联合会".to_owned(),
        kind,
        region: RegionCode::read(region).unwrap(),
        as_of: "2026-03-01".parse().unwrap(),
        file: "名单.csv".to_owned(),
    }
}

fn file() -> Vec<u8> {
    format!(
        "姓名,身份证号,发证日期\n苏日娜,{NUMBER},2025-06-01\n某人,159999199003070017,2025-06-01\n"
    )
    .into_bytes()
}

fn rows(hall: &Hall, table: &'static str) -> Vec<serde_json::Value> {
    hall.registry
        .store
        .read(|db| -> Found<_> { dump::rows(db, table) })
        .unwrap()
        .1
}

#[test]
fn a_list_is_tried_out_before_it_is_kept_and_kept_once() {
    let hall = Hall::new();
    let person = somebody(&hall);
    let officer = hall.officer();
    let new = list(DeliveryKind::Disabled, "150900");
    let trial = deliveries::try_out(&hall.registry, &officer, &new, &file(), hall.now).unwrap();
    assert_eq!((trial.lines, trial.known, trial.problems.len()), (1, 1, 1));
    assert_eq!(trial.problems[0].cell, "B3");
    assert!(rows(&hall, "deliveries").is_empty() && rows(&hall, "memberships").is_empty());

    let keep =
        |tried: &str| deliveries::keep(&hall.registry, &officer, &new, &file(), tried, hall.now);
    assert_eq!(keep("another").unwrap_err().code(), "delivery.untried");
    assert!(rows(&hall, "delivered").is_empty());
    let kept = keep(&trial.digest).unwrap();
    assert_eq!((kept.joined, kept.employed), (1, 0));
    assert_eq!(keep(&trial.digest).unwrap_err().code(), "delivery.kept");
    assert_eq!(rows(&hall, "delivered").len(), 1);
    assert_eq!(hall.deeds("delivery", kept.id.as_str()), ["delivery.taken"]);

    let held = hall
        .registry
        .store
        .read(|db| store::people::memberships_of(db, &person))
        .unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(
        (
            held[0].key_group.as_str(),
            held[0].starts.to_string().as_str()
        ),
        ("G08", "2025-06-01")
    );
    assert_eq!(held[0].source, format!("delivery {}", kept.id));
    for table in dump::TABLES {
        let text = serde_json::to_string(&rows(&hall, table)).unwrap();
        assert!(!text.contains(NUMBER), "{table}");
    }
}

#[test]
fn a_list_is_of_ones_own_region_and_of_no_day_to_come() {
    let hall = Hall::new();
    let county = hall.county("150902");
    let refused = |new: &NewDelivery| {
        let trial = deliveries::try_out(&hall.registry, &county, new, &file(), hall.now);
        trial.unwrap_err().code()
    };
    assert_eq!(
        refused(&list(DeliveryKind::Veteran, "150921")),
        "delivery.elsewhere"
    );
    assert_eq!(
        refused(&list(DeliveryKind::Veteran, "150900")),
        "delivery.elsewhere"
    );
    let mut ahead = list(DeliveryKind::Veteran, "150902");
    ahead.as_of = "2026-03-03".parse().unwrap();
    assert_eq!(refused(&ahead), "delivery.ahead");
    ahead.as_of = hall.now.day();
    ahead.department = " ".to_owned();
    assert_eq!(refused(&ahead), "field.blank");
}

#[test]
fn another_county_does_not_see_it() {
    let hall = Hall::new();
    let officer = hall.officer();
    let new = list(DeliveryKind::Deceased, "150902");
    let trial = deliveries::try_out(&hall.registry, &officer, &new, &file(), hall.now).unwrap();
    let kept = deliveries::keep(
        &hall.registry,
        &officer,
        &new,
        &file(),
        &trial.digest,
        hall.now,
    )
    .unwrap();
    let reader = |region: &str| {
        let scope = Scope::Region(RegionCode::read(region).unwrap());
        Overseer::of(hall.actor(Role::CountyOfficer, scope)).unwrap()
    };
    let (own, other) = (reader("150902"), reader("150921"));
    let window = Window::of(None, None);
    let total = |reader| {
        deliveries::list(&hall.registry, reader, window)
            .unwrap()
            .total
    };
    assert_eq!((total(&own), total(&other)), (1, 0));
    assert!(deliveries::show(&hall.registry, &own, &kept.id).is_ok());
    let strange = deliveries::show(&hall.registry, &other, &kept.id);
    assert_eq!(strange.err().unwrap().code(), "not-found");
}
