//! 供需对照: what employers look for set against training, recounted from the rows.

use crate::hall::Hall;
use chrono::NaiveDate;
use diesel::prelude::*;
use guildhall::acts::vacancies;
use guildhall::domain::account::{Officer, Overseer};
use guildhall::domain::place::RegionCode;
use guildhall::domain::vacancy::{Balance, Posting, read};
use guildhall::ground::slice::Window;
use guildhall::on;
use guildhall::schema::{classes, courses, enrolments, milestones, withdrawals};
use guildhall::store::{Failure, accounts};
use guildhall::town;
use std::collections::BTreeSet;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn postings(list: &str) -> Vec<Posting> {
    read(list, day("2026-11-25"))
        .into_iter()
        .map(|line| line.posting.unwrap())
        .collect()
}

fn officer(hall: &Hall) -> (Officer, Overseer) {
    let found = hall
        .registry
        .store
        .read(|db| accounts::by_login(db, "bureau"))
        .unwrap()
        .unwrap();
    (
        Officer::of(found.actor().unwrap()).unwrap(),
        Overseer::of(found.actor().unwrap()).unwrap(),
    )
}

fn of<'a>(balances: &'a [Balance], trade: &str) -> &'a Balance {
    balances
        .iter()
        .find(|one| one.occupation.as_str() == trade)
        .unwrap()
}

#[test]
fn vacancies_are_set_against_training_and_the_last_entry_counts() {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    let (bureau, reader) = officer(&hall);
    let tell = |list: &str| {
        vacancies::record(
            &hall.registry,
            &bureau,
            &postings(list),
            "用工调查",
            hall.now,
        )
    };
    let id = tell(
        "150902,6-18-02-04,2026-10,甲厂,400\n\
         150921,6-18-02-04,2026-11,乙厂,30\n\
         150921,6-18-02-04,2026-08,乙厂,9000",
    )
    .unwrap();
    assert_eq!(
        hall.deeds("vacancy_list", id.as_str()),
        ["vacancy_list.recorded"]
    );
    // the factory thinks again
    tell("150902,6-18-02-04,2026-10,甲厂,40").unwrap();

    let shortage = |region: Option<&str>| {
        let region = region.and_then(RegionCode::read);
        let month = day("2026-11-01");
        vacancies::shortage(
            &hall.registry,
            &reader,
            region,
            vacancies::AsOf::Month(month),
            hall.now,
        )
        .unwrap()
    };
    let whole = shortage(None);
    assert_eq!(
        (whole.from, whole.until),
        (day("2026-09-01"), day("2026-11-25"))
    );
    let welders = of(&whole.balances, "6-18-02-04");
    assert_eq!((welders.posts, welders.employers), (70, 2));
    // As of a day it is what was on record by its end: nothing of today's, and the same tomorrow.
    let as_of = |text: &str, now| {
        let day = vacancies::AsOf::Day(day(text));
        vacancies::shortage(&hall.registry, &reader, None, day, now).unwrap()
    };
    let yesterday = as_of("2026-11-24", hall.now);
    assert!(yesterday.balances.iter().all(|one| one.posts == 0));
    assert_eq!(
        (yesterday.from, yesterday.until),
        (day("2026-09-01"), day("2026-11-24"))
    );
    let today = as_of("2026-11-25", hall.now);
    assert_eq!(today.balances, whole.balances);
    let later = hall.now.plus_seconds(30 * 86_400);
    assert_eq!(as_of("2026-11-25", later).balances, whole.balances);
    let county = shortage(Some("150921"));
    assert_eq!(of(&county.balances, "6-18-02-04").posts, 30);

    // certified in the three months, counted from the rows one by one
    for balance in &whole.balances {
        let rows: Vec<(String, String)> = hall
            .registry
            .store
            .read(|db| {
                Ok::<_, Failure>(on!(db, c => milestones::table
                    .filter(milestones::kind.eq("certified"))
                    .filter(milestones::occupation.eq(balance.occupation.as_str()))
                    .filter(milestones::day.ge(day("2026-09-01")))
                    .select((milestones::subject, milestones::person)).load(c))?)
            })
            .unwrap();
        let fallen: BTreeSet<String> = hall
            .registry
            .store
            .read(|db| {
                Ok::<_, Failure>(on!(db, c => milestones::table
                    .filter(milestones::kind.eq("revoked"))
                    .select(milestones::origin).load::<String>(c))?)
            })
            .unwrap()
            .into_iter()
            .collect();
        let people: BTreeSet<_> = rows
            .iter()
            .filter(|(subject, _)| !fallen.contains(subject))
            .map(|(_, person)| person)
            .collect();
        assert_eq!(
            usize::try_from(balance.certified).unwrap(),
            people.len(),
            "{}",
            balance.occupation
        );
    }
    // in class on the last day, from the classes themselves
    for balance in &whole.balances {
        let there: BTreeSet<String> = hall
            .registry
            .store
            .read(|db| {
                let gone = on!(db, c => withdrawals::table.select(withdrawals::enrolment).load::<String>(c))?;
                let rows: Vec<(String, String)> = on!(db, c => enrolments::table
                    .inner_join(classes::table.on(classes::id.eq(enrolments::class)))
                    .inner_join(courses::table.on(courses::id.eq(classes::course)))
                    .filter(courses::occupation.eq(balance.occupation.as_str()))
                    .filter(classes::state.ne_all(["draft", "filed", "returned", "approved"]))
                    .filter(classes::starts.le(whole.until)).filter(classes::ends.ge(whole.until))
                    .select((enrolments::id, enrolments::person)).load(c))?;
                let stay = rows.into_iter().filter(|(enrolment, _)| !gone.contains(enrolment));
                Ok::<_, Failure>(stay.map(|(_, person)| person).collect())
            })
            .unwrap();
        assert_eq!(
            usize::try_from(balance.in_class).unwrap(),
            there.len(),
            "{}",
            balance.occupation
        );
    }
    assert_eq!(welders.gap(), 70 - welders.in_class - welders.certified);
    let listed = vacancies::list(&hall.registry, &reader, None, Window::of(None, None)).unwrap();
    assert_eq!(listed.total, 4);
}

#[test]
fn a_county_enters_its_own_and_nothing_without_a_source() {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    let jining = hall.county("150902");
    let own = postings("150902,6-18-02-04,2026-10,甲厂,40");
    let other = postings("150921,6-18-02-04,2026-10,甲厂,40");
    let tell = |list: &[Posting], origin: &str| {
        vacancies::record(&hall.registry, &jining, list, origin, hall.now)
            .err()
            .map(|error| error.code().to_owned())
    };
    assert_eq!(tell(&own, "招聘会"), None);
    assert_eq!(tell(&own, " ").as_deref(), Some("field.blank"));
    assert_eq!(
        tell(&[], "招聘会").as_deref(),
        Some("vacancy.list-unlikely")
    );
    let mixed = [own, other].concat();
    assert_eq!(tell(&mixed, "招聘会").as_deref(), Some("vacancy.elsewhere"));
}
