//! 部门共享: a department reads of the group it was granted and of nobody else; lists are compared and
//! their numbers forgotten.

use crate::hall::Hall;
use guildhall::acts::comparisons::{self, NewComparison};
use guildhall::acts::grants::{self, NewGrant};
use guildhall::acts::people;
use guildhall::domain::account::{BureauOfficer, Comparer, DepartmentReader, LedgerReader};
use guildhall::domain::comparison::Match;
use guildhall::domain::key_group::KeyGroup;
use guildhall::domain::wish::BaseList;
use guildhall::ground::slice::Window;
use guildhall::store::{self, Found, accounts, dump};
use guildhall::town;

fn rows(hall: &Hall, table: &'static str) -> Vec<serde_json::Value> {
    hall.registry
        .store
        .read(|db| -> Found<_> { dump::rows(db, table) })
        .unwrap()
        .1
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn grant(login: &str, group: &str) -> NewGrant {
    NewGrant {
        login: login.to_owned(),
        department: "乌兰察布市退役军人事务局".to_owned(),
        key_group: KeyGroup::read(group).unwrap(),
        purpose: "核对退役军人参训情况".to_owned(),
        starts: "2026-11-25".parse().unwrap(),
        ends: "2027-06-30".parse().unwrap(),
    }
}

struct City {
    hall: Hall,
    bureau: BureauOfficer,
    reader: DepartmentReader,
    comparer: Comparer,
}

fn city() -> City {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    let found = |login: &str| {
        let account = hall
            .registry
            .store
            .read(|db| accounts::by_login(db, login))
            .unwrap();
        account.unwrap().actor().unwrap()
    };
    City {
        bureau: BureauOfficer::of(found("bureau")).unwrap(),
        reader: DepartmentReader::of(found("veterans")).unwrap(),
        comparer: Comparer::of(found("veterans")).unwrap(),
        hall,
    }
}

/// Whoever is of a group today, by key.
fn of_group(hall: &Hall, group: &str) -> Vec<String> {
    let mut people: Vec<String> = rows(hall, "memberships")
        .iter()
        .filter(|row| row["key_group"] == group && row["ends"].is_null())
        .map(|row| text(&row["person"]))
        .collect();
    people.sort();
    people.dedup();
    people
}

#[test]
fn a_department_sees_the_group_it_was_granted_while_it_is() {
    let city = city();
    let (registry, now) = (&city.hall.registry, city.hall.now);
    let read = |now| {
        let window = Window::of(None, Some(200));
        grants::people(
            registry,
            &city.reader,
            None,
            BaseList::Everyone,
            window,
            now,
        )
    };
    // the town granted it the veterans; the first thing to see is that nothing else is
    let before = rows(&city.hall, "grants").len();
    let id = if before == 0 {
        assert_eq!(read(now).err().unwrap().code(), "grant.none");
        grants::give(registry, &city.bureau, &grant("veterans", "G07"), now).unwrap()
    } else {
        grants::running(registry, &city.reader, now).unwrap()[0]
            .id
            .clone()
    };
    let seen = read(now).unwrap();
    let veterans = of_group(&city.hall, "G07");
    assert!(!veterans.is_empty());
    let mut told: Vec<String> = seen
        .slice
        .rows
        .iter()
        .map(|row| row.person.clone())
        .collect();
    told.sort();
    assert_eq!(told, veterans);

    // nobody's page, number or telephone opens to it
    let viewer = city.hall.viewer(city.reader.actor());
    let person = guildhall::domain::person::PersonId::read(&veterans[0]).unwrap();
    assert_eq!(
        people::of(registry, &viewer, &person).err().unwrap().code(),
        "not-found"
    );
    let see = people::see(registry, &viewer, &person, "好奇", now);
    assert_eq!(see.err().unwrap().code(), "not-found");

    // what it takes away stands in the ledger with the purpose
    let (_, taken) = grants::take(registry, &city.reader, &id, BaseList::Trained, now).unwrap();
    assert!(taken.iter().all(|row| row.is_on(BaseList::Trained)));
    let deeds = rows(&city.hall, "deeds");
    let told = deeds
        .iter()
        .find(|row| row["kind"] == "base_list.taken")
        .unwrap();
    assert!(text(&told["facts"]).contains("退役军人"));

    // taken back, it sees nobody; over, neither
    grants::take_back(registry, &city.bureau, &id, now).unwrap();
    assert_eq!(read(now).err().unwrap().code(), "grant.none");
    let again = grants::take_back(registry, &city.bureau, &id, now);
    assert_eq!(again.unwrap_err().code(), "grant.ended");
    assert!(LedgerReader::of(city.reader.actor().clone()).is_none());
}

#[test]
fn a_grant_is_for_a_departments_account_and_ones_own_region() {
    let city = city();
    let (registry, now) = (&city.hall.registry, city.hall.now);
    let give = |officer: &BureauOfficer, new: &NewGrant| {
        grants::give(registry, officer, new, now)
            .map(drop)
            .map_err(|error| error.code())
    };
    assert_eq!(
        give(&city.bureau, &grant("clerk", "G07")),
        Err("grant.nobody")
    );
    assert_eq!(
        give(&city.bureau, &grant("nobody", "G07")),
        Err("grant.nobody")
    );
    let mut blank = grant("veterans", "G07");
    blank.purpose = " ".to_owned();
    assert_eq!(give(&city.bureau, &blank), Err("field.blank"));
    let mut long = grant("veterans", "G07");
    long.ends = "2028-01-01".parse().unwrap();
    assert_eq!(give(&city.bureau, &long), Err("grant.too-long"));
}

#[test]
fn a_list_is_compared_and_its_numbers_are_kept_nowhere() {
    let city = city();
    let (registry, now) = (&city.hall.registry, city.hall.now);
    grants::give(registry, &city.bureau, &grant("veterans", "G07"), now).unwrap();
    // every person of the town, and somebody nobody knows, and a number that is wrong
    let people = registry
        .store
        .read(|db| {
            let ids: Vec<_> = dump::rows(db, "people")?
                .1
                .iter()
                .filter_map(|row| guildhall::domain::person::PersonId::read(row["id"].as_str()?))
                .collect();
            store::people::several(db, &ids)
        })
        .unwrap();
    let documents = registry
        .store
        .read(|db| people::documents(db, &registry.vault, &people))
        .unwrap();
    let mut sheet = "退役军人名单\n序号,证件号码\n".to_owned();
    for person in &people {
        sheet.push_str(&format!("1,{}\n", documents[&person.id].as_str()));
    }
    sheet.push_str("2,159999195001010019\n3,159999195001010018\n");
    let told = |purpose: &str| NewComparison {
        purpose: purpose.to_owned(),
        granted: None,
        file: "名单.csv".to_owned(),
    };
    let answer =
        comparisons::compare(registry, &city.comparer, &told(""), sheet.as_bytes(), now).unwrap();
    let veterans = of_group(&city.hall, "G07");
    assert_eq!(
        usize::try_from(answer.comparison.known).unwrap(),
        veterans.len()
    );
    assert_eq!(answer.lines.len(), people.len() + 2);
    for (person, line) in people.iter().zip(&answer.lines) {
        let is = veterans.contains(&person.id.to_string());
        assert_eq!(line.verdict == Match::Known, is);
    }
    let odd: Vec<_> = answer
        .lines
        .iter()
        .filter(|line| line.verdict == Match::Unreadable)
        .collect();
    assert!(!odd.is_empty() && odd.len() <= 2);

    // an officer's own list needs a purpose, and finds whoever is of her region
    let bureau = Comparer::of(city.bureau.actor().clone()).unwrap();
    let blank = comparisons::compare(registry, &bureau, &told(" "), sheet.as_bytes(), now);
    assert_eq!(blank.err().unwrap().code(), "field.blank");
    let whole =
        comparisons::compare(registry, &bureau, &told("审计"), sheet.as_bytes(), now).unwrap();
    assert_eq!(
        usize::try_from(whole.comparison.known).unwrap(),
        people.len()
    );
    let trained = rows(&city.hall, "completions");
    let trained = trained
        .iter()
        .filter(|row| row["outcome"] == "completed")
        .count();
    assert!(
        whole.comparison.trained > 0
            && usize::try_from(whole.comparison.trained).unwrap() <= trained
    );

    // another's comparison is not found, nor is it taken away without a line in the ledger
    let id = answer.comparison.id;
    assert_eq!(
        comparisons::show(registry, &bureau, &id)
            .err()
            .unwrap()
            .code(),
        "not-found"
    );
    assert_eq!(
        comparisons::take(registry, &bureau, &id, now)
            .err()
            .unwrap()
            .code(),
        "not-found"
    );
    comparisons::take(registry, &city.comparer, &id, now).unwrap();
    assert_eq!(
        city.hall.deeds("comparison", id.as_str()),
        ["comparison.made", "comparison.taken"]
    );
    for table in dump::TABLES {
        let kept = serde_json::to_string(&rows(&city.hall, table)).unwrap();
        for document in documents.values() {
            assert!(!kept.contains(document.as_str()), "{table}");
        }
    }
}

#[test]
fn a_county_compares_with_its_own_people_only() {
    let city = city();
    let (registry, now) = (&city.hall.registry, city.hall.now);
    let wishing: Vec<_> = rows(&city.hall, "wishes")
        .iter()
        .filter_map(|row| guildhall::domain::person::PersonId::read(row["person"].as_str()?))
        .collect();
    let documents = registry
        .store
        .read(|db| {
            let people = store::people::several(db, &wishing)?;
            people::documents(db, &registry.vault, &people)
        })
        .unwrap();
    let sheet: String = documents
        .values()
        .map(|one| format!("x,{}\n", one.as_str()))
        .collect();
    let known = |login: &str| {
        let account = registry
            .store
            .read(|db| accounts::by_login(db, login))
            .unwrap();
        let comparer = Comparer::of(account.unwrap().actor().unwrap()).unwrap();
        let told = NewComparison {
            purpose: "核对".to_owned(),
            granted: None,
            file: "名单.csv".to_owned(),
        };
        let answer = comparisons::compare(registry, &comparer, &told, sheet.as_bytes(), now);
        answer.unwrap().comparison.known
    };
    // the township of the list lies in the one county and not in the other
    assert_eq!((known("county"), known("county-houqi")), (8, 0));
}
