//! 底数: who wants training is kept by township, seen by nobody else's, and counted as listed.

use crate::hall::Hall;
use guildhall::acts::base::{self, Filter};
use guildhall::acts::wishes::{self, NewWish};
use guildhall::acts::{people, wish_lists};
use guildhall::domain::account::{BaseKeeper, BaseReader, Role, Scope};
use guildhall::domain::id_kind::{IdDocument, IdKind};
use guildhall::domain::id_number::IdNumber;
use guildhall::domain::key_group::{self, KeyGroup};
use guildhall::domain::person::PersonId;
use guildhall::domain::place::RegionCode;
use guildhall::domain::wish::{BaseList, ContactWay, WishEnd};
use guildhall::ground::slice::Window;
use guildhall::store::{self, Found, accounts, dump};
use guildhall::town;
use std::collections::BTreeSet;

fn region(code: &str) -> RegionCode {
    RegionCode::read(code).unwrap()
}

fn number(sequence: u16) -> IdNumber {
    IdNumber::compose(159_999, "1990-03-07".parse().unwrap(), sequence).unwrap()
}

fn keeper(hall: &Hall, role: Role, scope: Scope) -> (BaseKeeper, BaseReader) {
    let actor = hall.actor(role, scope);
    (
        BaseKeeper::of(actor.clone()).unwrap(),
        BaseReader::of(actor).unwrap(),
    )
}

fn township(hall: &Hall, code: &str) -> (BaseKeeper, BaseReader) {
    keeper(hall, Role::TownshipWorker, Scope::Region(region(code)))
}

fn wish(sequence: u16, place: &str, trade: &str, groups: &[&str]) -> NewWish {
    NewWish {
        document: IdDocument::read(IdKind::ResidentCard, number(sequence).as_str()).unwrap(),
        name: format!("甲{sequence}"),
        phone: Some("13847400001".to_owned()),
        region: region(place),
        village: "大河湾嘎查".to_owned(),
        trade: trade.to_owned(),
        groups: groups
            .iter()
            .map(|code| KeyGroup::read(code).unwrap())
            .collect(),
        day: "2026-03-02".parse().unwrap(),
    }
}

fn rows(hall: &Hall, table: &'static str) -> Vec<serde_json::Value> {
    hall.registry
        .store
        .read(|db| -> Found<_> { dump::rows(db, table) })
        .unwrap()
        .1
}

fn on(hall: &Hall, reader: &BaseReader, list: BaseList) -> Vec<String> {
    let filter = Filter {
        list,
        ..Filter::of(None, hall.now.day())
    };
    let window = Window::of(None, Some(200));
    let listed = base::list(&hall.registry, reader, filter, window).unwrap();
    listed
        .slice
        .rows
        .into_iter()
        .map(|(row, _)| row.name)
        .collect()
}

#[test]
fn a_wish_is_registered_renewed_spoken_of_and_ended() {
    let mut hall = Hall::new();
    let (keeper, reader) = township(&hall, "150902105");
    let register = |hall: &Hall, new: &NewWish| {
        wishes::register(&hall.registry, &keeper, new, "form", hall.now)
    };
    let first = wish(1, "150902105", "电焊", &["G03"]);
    let id = register(&hall, &first).unwrap();
    assert_eq!(register(&hall, &first).unwrap_err().code(), "wish.same");
    let elsewhere = wish(2, "150902205", "电焊", &[]);
    assert_eq!(
        register(&hall, &elsewhere).unwrap_err().code(),
        "wish.elsewhere"
    );
    assert_eq!(on(&hall, &reader, BaseList::Wanting), ["甲1"]);

    // a newer wish takes the place of the older
    let mut second = first.clone();
    second.trade = "养老护理员".to_owned();
    register(&hall, &second).unwrap();
    assert_eq!(rows(&hall, "wishes").len(), 2);
    assert_eq!(rows(&hall, "open_wishes").len(), 1);
    assert_eq!(rows(&hall, "wish_ends")[0]["reason"], "superseded");

    // left alone for ninety days, spoken with again
    hall.on("2026-06-01");
    assert_eq!(on(&hall, &reader, BaseList::Neglected), ["甲1"]);
    hall.on("2026-06-02");
    let day = hall.now.day();
    wishes::contact(
        &hall.registry,
        &keeper,
        &id,
        (day, ContactWay::Phone, "愿意来"),
        hall.now,
    )
    .unwrap();
    assert!(on(&hall, &reader, BaseList::Neglected).is_empty());
    let tomorrow = day.succ_opt().unwrap();
    let ahead = wishes::contact(
        &hall.registry,
        &keeper,
        &id,
        (tomorrow, ContactWay::Phone, ""),
        hall.now,
    );
    assert_eq!(ahead.unwrap_err().code(), "wish.ahead");
    let opened = base::open(&hall.registry, &reader, &id, hall.now).unwrap();
    assert_eq!((opened.wishes.len(), opened.contacts.len()), (2, 3));

    // as of a day the list is what it was: neglected the day before, waiting for welding in March
    let as_of = |day: &str, list| {
        let filter = Filter {
            list,
            ..Filter::of(None, day.parse().unwrap())
        };
        let listed = base::list(&hall.registry, &reader, filter, Window::of(None, None)).unwrap();
        listed
            .slice
            .rows
            .into_iter()
            .map(|(row, _)| (row.name, row.trade))
            .collect::<Vec<_>>()
    };
    let told = |trade: &str| vec![("甲1".to_owned(), trade.to_owned())];
    assert_eq!(as_of("2026-06-01", BaseList::Neglected), told("养老护理员"));
    assert_eq!(as_of("2026-03-02", BaseList::Wanting), told("养老护理员"));
    assert!(as_of("2026-03-02", BaseList::Neglected).is_empty());
    assert!(as_of("2026-03-01", BaseList::Everyone).is_empty());

    // the telephone is told to whoever says why, and that she saw it is kept
    let blank = base::phone(&hall.registry, &keeper, &id, " ", hall.now);
    assert_eq!(blank.unwrap_err().code(), "sight.purpose-blank");
    let phone = base::phone(&hall.registry, &keeper, &id, "通知开班", hall.now).unwrap();
    assert_eq!(phone, "13847400001");
    assert_eq!(rows(&hall, "sights")[0]["field"], "phone");

    wishes::settle(&hall.registry, &keeper, &id, WishEnd::Employed, hall.now).unwrap();
    assert!(on(&hall, &reader, BaseList::Wanting).is_empty());
    let none = wishes::settle(&hall.registry, &keeper, &id, WishEnd::Employed, hall.now);
    assert_eq!(none.unwrap_err().code(), "wish.none");
    for table in dump::TABLES {
        let text = serde_json::to_string(&rows(&hall, table)).unwrap();
        assert!(
            !text.contains(number(1).as_str()) && !text.contains("13847400001"),
            "{table}"
        );
    }
}

#[test]
fn a_township_sees_its_own_people_and_no_others() {
    let hall = Hall::new();
    let (here, reads_here) = township(&hall, "150902105");
    let (there, reads_there) = township(&hall, "150902205");
    let county = keeper(&hall, Role::CountyOfficer, Scope::Region(region("150902"))).1;
    let other_county = keeper(&hall, Role::CountyOfficer, Scope::Region(region("150921"))).1;
    let auditor = BaseReader::of(hall.actor(Role::Auditor, Scope::All)).unwrap();
    let one = wish(1, "150902105", "电焊", &[]);
    let two = wish(2, "150902205", "电焊", &[]);
    let first = wishes::register(&hall.registry, &here, &one, "form", hall.now).unwrap();
    wishes::register(&hall.registry, &there, &two, "form", hall.now).unwrap();
    assert_eq!(on(&hall, &reads_here, BaseList::Everyone), ["甲1"]);
    assert_eq!(on(&hall, &reads_there, BaseList::Everyone), ["甲2"]);
    assert_eq!(on(&hall, &county, BaseList::Everyone).len(), 2);
    assert_eq!(on(&hall, &auditor, BaseList::Everyone).len(), 2);
    assert!(on(&hall, &other_county, BaseList::Everyone).is_empty());

    let lost = |result: Result<(), &'static str>| assert_eq!(result, Err("not-found"));
    let code = |error: guildhall::acts::Error| error.code();
    lost(
        base::open(&hall.registry, &reads_there, &first, hall.now)
            .map(drop)
            .map_err(code),
    );
    lost(
        base::phone(&hall.registry, &there, &first, "好奇", hall.now)
            .map(drop)
            .map_err(code),
    );
    let day = hall.now.day();
    lost(
        wishes::contact(
            &hall.registry,
            &there,
            &first,
            (day, ContactWay::Visit, ""),
            hall.now,
        )
        .map(drop)
        .map_err(code),
    );
    lost(wishes::settle(&hall.registry, &there, &first, WishEnd::Moved, hall.now).map_err(code));
    // asking for another's region finds nothing, not even a number
    let foreign = Filter::of(Some(region("150902105")), day);
    lost(
        base::count(&hall.registry, &reads_there, foreign.clone())
            .map(drop)
            .map_err(code),
    );
    lost(
        base::take(&hall.registry, &reads_there, foreign, "好奇", hall.now)
            .map(drop)
            .map_err(code),
    );
    // nor does the page of people open to a township
    let viewer = hall.viewer(there.actor());
    lost(
        people::of(&hall.registry, &viewer, &first)
            .map(drop)
            .map_err(code),
    );
    lost(
        people::see(&hall.registry, &viewer, &first, "好奇", hall.now)
            .map(drop)
            .map_err(code),
    );
}

#[test]
fn a_village_s_worker_sees_and_registers_her_village_only() {
    let hall = Hall::new();
    let (town, reads_town) = township(&hall, "150902105");
    let village = Scope::Village(region("150902105"), "大河湾嘎查".to_owned());
    let (worker, reads) = keeper(&hall, Role::TownshipWorker, village);
    let of = |sequence: u16, village: &str| NewWish {
        village: village.to_owned(),
        ..wish(sequence, "150902105", "电焊", &[])
    };
    let register = |who: &BaseKeeper, new: &NewWish| {
        wishes::register(&hall.registry, who, new, "form", hall.now)
    };
    register(&town, &of(1, "大河湾嘎查")).unwrap();
    let other = register(&town, &of(2, "偏岭嘎查")).unwrap();
    // hers is filled in when she leaves it out, and another's is refused
    register(&worker, &of(3, "")).unwrap();
    assert_eq!(
        register(&worker, &of(4, "偏岭嘎查")).unwrap_err().code(),
        "wish.other-village"
    );
    assert_eq!(on(&hall, &reads, BaseList::Everyone), ["甲1", "甲3"]);
    assert_eq!(on(&hall, &reads_town, BaseList::Everyone).len(), 3);
    let foreign = base::open(&hall.registry, &reads, &other, hall.now);
    assert_eq!(foreign.err().unwrap().code(), "not-found");
    let day = hall.now.day();
    let spoken = (day, ContactWay::Phone, "");
    let foreign = wishes::contact(&hall.registry, &worker, &other, spoken, hall.now);
    assert_eq!(foreign.unwrap_err().code(), "not-found");
    let listed = |reader: &BaseReader, village: Option<&str>| {
        let filter = Filter {
            village: village.map(str::to_owned),
            ..Filter::of(None, day)
        };
        base::list(&hall.registry, reader, filter, Window::of(None, None))
    };
    let foreign = listed(&reads, Some("偏岭嘎查"));
    assert_eq!(foreign.err().unwrap().code(), "not-found");
    let asked = Filter::of(Some(region("150902105")), day);
    let counted = base::count(&hall.registry, &reads, asked).unwrap();
    assert!(counted.cells.iter().all(|cell| cell.place == "大河湾嘎查"));

    // the township narrows its own list to a village
    let whole = listed(&reads_town, None).unwrap();
    let mut villages = whole.villages.clone();
    villages.sort();
    assert_eq!(
        villages,
        [("偏岭嘎查".to_owned(), 1), ("大河湾嘎查".to_owned(), 2)]
    );
    let narrow = listed(&reads_town, Some("偏岭嘎查")).unwrap();
    assert_eq!((narrow.slice.total, narrow.villages), (1, whole.villages));
    assert!(listed(&reads, None).unwrap().villages.is_empty());

    // a list of hers fills in her village too
    let sheet = format!(
        "姓名,身份证号,工种,嘎查村\n乙,{},电工,\n丙,{},电工,偏岭嘎查\n",
        number(5).as_str(),
        number(6).as_str(),
    );
    let trial =
        wish_lists::try_out(&hall.registry, &worker, None, sheet.as_bytes(), hall.now).unwrap();
    assert_eq!((trial.lines, trial.problems.len()), (1, 1));
    assert_eq!(trial.problems[0].why.code, "wish.other-village");
    let digest = trial.digest;
    wish_lists::keep(
        &hall.registry,
        &worker,
        None,
        sheet.as_bytes(),
        &digest,
        hall.now,
    )
    .unwrap();
    assert_eq!(on(&hall, &reads, BaseList::Everyone).len(), 3);
}

#[test]
fn a_list_is_tried_out_before_it_is_taken_in() {
    let hall = Hall::new();
    let (keeper, reader) = township(&hall, "150902105");
    let known = wish(1, "150902105", "电焊", &[]);
    wishes::register(&hall.registry, &keeper, &known, "form", hall.now).unwrap();
    let sheet = format!(
        "姓名,身份证号,联系电话,嘎查村,工种,人员类别,日期\n\
         甲1,{},13847400001,大河湾嘎查,电焊,,2026-03-02\n乙,{},,白海子村,叉车司机,残疾人、农牧民,\n丙,{},,,电工,,\n丁,{},,,,,\n",
        number(1).as_str(),
        number(2).as_str(),
        number(1).as_str(),
        number(4).as_str(),
    );
    let bytes = sheet.as_bytes();
    let trial = wish_lists::try_out(&hall.registry, &keeper, None, bytes, hall.now).unwrap();
    assert_eq!((trial.lines, trial.known, trial.problems.len()), (2, 1, 2));
    assert_eq!(rows(&hall, "wishes").len(), 1);
    let keep =
        |tried: &str| wish_lists::keep(&hall.registry, &keeper, None, bytes, tried, hall.now);
    assert_eq!(keep("another").unwrap_err().code(), "delivery.untried");
    let kept = keep(&trial.digest).unwrap();
    assert_eq!((kept.fresh, kept.same, kept.refused), (1, 1, 2));
    assert_eq!(
        hall.deeds("wish_list", kept.id.as_str()),
        ["wish_list.taken"]
    );
    assert_eq!(on(&hall, &reader, BaseList::Wanting).len(), 2);
    assert_eq!(rows(&hall, "memberships").len(), 2);

    // somebody else's name for a number on record is told, and not kept
    let wrong = format!("姓名,身份证号,工种\n张冠李戴,{},电焊\n", number(2).as_str());
    let trial =
        wish_lists::try_out(&hall.registry, &keeper, None, wrong.as_bytes(), hall.now).unwrap();
    assert_eq!(trial.problems[0].why.code, "person.other-name");
    assert_eq!(trial.lines, 0);
}

#[test]
fn every_count_is_as_many_people_as_its_list_and_agrees_with_the_rows() {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    let found = |login: &str| {
        let account = hall
            .registry
            .store
            .read(|db| accounts::by_login(db, login))
            .unwrap();
        BaseReader::of(account.unwrap().actor().unwrap()).unwrap()
    };
    let today = hall.now.day();
    let mut compared = 0;
    for (login, place) in [
        ("bureau", "150900"),
        ("bureau", "150902"),
        ("county", "150902"),
        ("township", "150902105"),
    ] {
        let reader = found(login);
        for list in BaseList::ALL {
            let filter = Filter {
                list: *list,
                ..Filter::of(Some(region(place)), today)
            };
            // the people themselves, one by one, not a count of them
            let people = |filter: Filter| {
                let all = hall
                    .registry
                    .store
                    .read(|db| store::base::all(db, &filter))
                    .unwrap();
                let keys: BTreeSet<_> = all.iter().map(|row| row.person.clone()).collect();
                assert_eq!(keys.len(), all.len());
                i64::try_from(all.len()).unwrap()
            };
            let counted = base::count(&hall.registry, &reader, filter.clone()).unwrap();
            let whole: i64 = counted
                .cells
                .iter()
                .filter(|cell| cell.key_group.is_empty())
                .map(|cell| cell.heads)
                .sum();
            assert_eq!(whole, people(filter.clone()), "{login} {place} {list}");
            let window = Window::of(None, Some(200));
            let listed = base::list(&hall.registry, &reader, filter.clone(), window).unwrap();
            assert_eq!(listed.slice.total, whole, "{login} {place} {list}");
            let told = counted.sums.iter().find(|(one, _)| one == list).unwrap().1;
            assert_eq!(whole, told, "{login} {place} {list}");
            for group in key_group::all() {
                let of_group = Filter {
                    group: Some(group.clone()),
                    ..filter.clone()
                };
                let cells: i64 = counted
                    .cells
                    .iter()
                    .filter(|cell| cell.key_group == group.as_str())
                    .map(|cell| cell.heads)
                    .sum();
                assert_eq!(cells, people(of_group), "{login} {place} {list} {group}");
                compared += 1;
            }
        }
    }
    assert!(compared > 400);

    // recounted from the rows, one by one
    let reader = found("bureau");
    let names = |list| {
        let filter = Filter {
            list,
            ..Filter::of(Some(region("150900")), today)
        };
        hall.registry
            .store
            .read(|db| store::base::all(db, &filter))
            .unwrap()
            .len()
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let held: BTreeSet<String> = rows(&hall, "holdings")
        .iter()
        .map(|row| text(&row["person"]))
        .collect();
    // whoever is registered nowhere is on the ledger of no place
    let here: BTreeSet<String> = rows(&hall, "people")
        .iter()
        .filter(|row| text(&row["region"]).starts_with("1509"))
        .map(|row| text(&row["id"]))
        .collect();
    assert_eq!(names(BaseList::Certified), held.intersection(&here).count());
    let trained: BTreeSet<String> = {
        let completed: BTreeSet<String> = rows(&hall, "completions")
            .iter()
            .filter(|row| row["outcome"] == "completed")
            .map(|row| text(&row["enrolment"]))
            .collect();
        rows(&hall, "enrolments")
            .iter()
            .filter(|row| completed.contains(&text(&row["id"])))
            .map(|row| text(&row["person"]))
            .collect()
    };
    assert_eq!(
        names(BaseList::Trained),
        trained.intersection(&here).count()
    );
    assert_eq!(names(BaseList::Wanting), 8);
    assert_eq!(names(BaseList::Neglected), 4);
    assert!(names(BaseList::Training) > 0 && names(BaseList::Employed) > 0);

    // taken away for a purpose, and the ledger says so
    let filter = Filter {
        list: BaseList::Wanting,
        ..Filter::of(None, today)
    };
    let blank = base::take(&hall.registry, &reader, filter.clone(), " ", hall.now);
    assert_eq!(blank.err().unwrap().code(), "field.blank");
    let taken = base::take(&hall.registry, &reader, filter, "组织冬季班", hall.now).unwrap();
    assert_eq!(taken.len(), 8);
    let logged = rows(&hall, "deeds");
    let logged: Vec<_> = logged
        .iter()
        .filter(|row| row["kind"] == "base_list.taken")
        .collect();
    assert_eq!(logged.len(), 1);
    assert!(text(&logged[0]["facts"]).contains("组织冬季班"));
    let _ = PersonId::read(&taken[0].0.person).unwrap();
}
