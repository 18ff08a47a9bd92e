//! 紧缺职业目录与节假日: what the bureau publishes and the administrator records.

use crate::hall::Hall;
use guildhall::acts::{demands, holidays};
use guildhall::domain::account::{Administrator, Role, Scope, Viewer};
use guildhall::domain::demand::Listing;
use guildhall::domain::occupation::OccupationCode;
use guildhall::domain::place::RegionCode;
use guildhall::ground::slice::Window;
use guildhall::store::demands::Sought;

fn welders(starts: &str) -> demands::NewDemand {
    demands::NewDemand {
        listing: Listing {
            region: RegionCode::read("150900").unwrap(),
            occupation: OccupationCode::read("6-18-02-04").unwrap(),
            starts: starts.parse().unwrap(),
            ends: None,
        },
        document: "乌人社发〔2026〕7号".to_owned(),
        note: String::new(),
    }
}

#[test]
fn a_trade_is_listed_ended_and_listed_again() {
    let hall = Hall::new();
    let bureau = hall.bureau();
    let id = demands::publish(&hall.registry, &bureau, welders("2026-01-01"), hall.now).unwrap();
    let twice = demands::publish(&hall.registry, &bureau, welders("2026-05-01"), hall.now);
    assert_eq!(twice.unwrap_err().code(), "demand.listed");
    let last = "2026-04-30".parse().unwrap();
    demands::end(&hall.registry, &bureau, &id, last, hall.now).unwrap();
    demands::publish(&hall.registry, &bureau, welders("2026-05-01"), hall.now).unwrap();
    assert_eq!(
        hall.deeds("demand", id.as_str()),
        ["demand.listed", "demand.ended"]
    );

    let welder = OccupationCode::read("6-18-02-04").unwrap();
    let on = |day: &str| {
        let sought = Sought {
            on: Some(day.parse().unwrap()),
            occupations: Some(vec![welder.clone()]),
            region: RegionCode::read("150900"),
        };
        demands::list(&hall.registry, &sought, Window::of(None, None))
            .unwrap()
            .total
    };
    assert_eq!(
        (on("2025-12-31"), on("2026-04-30"), on("2026-05-01")),
        (0, 1, 1)
    );
    let ever = demands::list(&hall.registry, &Sought::default(), Window::of(None, None)).unwrap();
    assert_eq!(ever.total, 2);
    let now = demands::current(&hall.registry, &[welder.clone()], hall.now.day()).unwrap();
    assert_eq!(now[&welder], [RegionCode::read("150900").unwrap()]);
}

#[test]
fn a_county_does_not_publish_for_another() {
    let hall = Hall::new();
    let region = Scope::Region(RegionCode::read("150100").unwrap());
    let actor = hall.actor(Role::BureauOfficer, region);
    let elsewhere = guildhall::domain::account::BureauOfficer::of(actor).unwrap();
    let refused = demands::publish(&hall.registry, &elsewhere, welders("2026-01-01"), hall.now);
    assert_eq!(refused.unwrap_err().code(), "demand.elsewhere");
}

#[test]
fn a_recorded_day_stands_over_the_carried_table() {
    let hall = Hall::new();
    let keeper = hall.actor(Role::Administrator, Scope::All);
    let viewer = Viewer::of(keeper.clone()).unwrap();
    let keeper = Administrator::of(keeper).unwrap();
    let day = "2027-02-08".parse().unwrap();
    holidays::record(&hall.registry, &keeper, day, false, "春节", hall.now).unwrap();
    let plain = holidays::record(&hall.registry, &keeper, day, true, "春节", hall.now);
    assert_eq!(plain.unwrap_err().code(), "holiday.unchanged");
    let days = holidays::of_year(&hall.registry, &viewer, 2027).unwrap();
    assert_eq!((days.len(), days[0].works, days[0].own), (1, false, true));
    holidays::remove(&hall.registry, &keeper, day, hall.now).unwrap();
    assert!(
        holidays::of_year(&hall.registry, &viewer, 2027)
            .unwrap()
            .is_empty()
    );
    let twice = holidays::remove(&hall.registry, &keeper, day, hall.now);
    assert_eq!(twice.unwrap_err().code(), "not-found");
    assert_eq!(
        hall.deeds("holiday", "2027-02-08"),
        ["holiday.recorded", "holiday.removed"]
    );
}
