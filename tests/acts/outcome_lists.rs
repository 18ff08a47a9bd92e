//! 去向名单: a class's outcomes from a sheet, tried out first; strangers and slips are told by cell.

use crate::hall::Hall;
use guildhall::acts::{employments, outcome_lists, people};
use guildhall::domain::account::{Follower, TrainingReader};
use guildhall::store::enrolments::Trainee;
use guildhall::store::{self, Found, accounts, dump};
use guildhall::town;

fn rows(hall: &Hall, table: &'static str) -> usize {
    let read = |db: &mut store::Conn| -> Found<_> { dump::rows(db, table) };
    hall.registry.store.read(read).unwrap().1.len()
}

#[test]
fn a_class_is_followed_from_a_sheet_that_was_tried_out() {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    let town = town::build(&hall.registry, hall.now, None).unwrap();
    let actor = |login: &str| {
        let account = hall
            .registry
            .store
            .read(|db| accounts::by_login(db, login))
            .unwrap();
        account.unwrap().actor().unwrap()
    };
    let bureau = Follower::of(actor("bureau")).unwrap();
    let reader = TrainingReader::of(actor("bureau")).unwrap();
    let class = &town.classes["completed"];
    let trainees = employments::of_class(&hall.registry, &reader, class)
        .unwrap()
        .trainees;
    assert!(trainees.iter().all(Trainee::stays) && trainees.len() > 3);
    let persons: Vec<_> = trainees
        .iter()
        .map(|one| one.enrolment.person.clone())
        .collect();
    let documents = hall
        .registry
        .store
        .read(|db| {
            let people = store::people::several(db, &persons)?;
            people::documents(db, &hall.registry.vault, &people)
        })
        .unwrap();
    let mut sheet = "身份证号,去向,凭证\n".to_owned();
    for person in &persons[1..] {
        sheet.push_str(&format!(
            "{},灵活就业,本人承诺\n",
            documents[person].as_str()
        ));
    }
    // work that nothing shows, somebody of no class, a word that is no outcome
    sheet.push_str(&format!("{},灵活就业,\n", documents[&persons[0]].as_str()));
    sheet.push_str("159999197507070014,未就业,\n159999197507070030,外出,\n");
    let bytes = sheet.as_bytes();
    let judged =
        outcome_lists::try_out(&hall.registry, &bureau, class, 3, bytes, hall.now).unwrap();
    assert_eq!(
        (judged.rows.len(), judged.problems.len()),
        (persons.len() - 1, 3)
    );
    let before = rows(&hall, "employments");
    let keep = |months, tried: &str| {
        outcome_lists::keep(
            &hall.registry,
            &bureau,
            class,
            months,
            bytes,
            tried,
            hall.now,
        )
    };
    assert_eq!(keep(3, "another").unwrap_err().code(), "delivery.untried");
    assert_eq!(
        keep(4, &judged.digest).unwrap_err().code(),
        "employment.months-unknown"
    );
    assert_eq!(rows(&hall, "employments"), before);
    assert_eq!(keep(3, &judged.digest).unwrap(), persons.len() - 1);
    assert_eq!(rows(&hall, "employments"), before + persons.len() - 1);

    // another county's officer does not find the class
    let houqi = Follower::of(actor("county-houqi")).unwrap();
    let region = hall
        .registry
        .store
        .read(|db| store::classes::of(db, &actor("bureau").scope, class))
        .unwrap()
        .region;
    let lost = outcome_lists::try_out(&hall.registry, &houqi, class, 3, bytes, hall.now);
    if !region.as_str().starts_with("150928") {
        assert_eq!(lost.unwrap_err().code(), "not-found");
    }
}
