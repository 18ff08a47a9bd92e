//! 疑点: a synthetic city with fraud planted and near-misses beside it, rule by rule.

mod city;
mod plants;

use crate::hall::Hall;
use city::{City, key};
use guildhall::acts::{draws, red_flags};
use guildhall::domain::account::{Overseer, Role, Scope};
use guildhall::domain::place::RegionCode;
use guildhall::domain::red_flag::{Limits, Verdict};
use guildhall::ground::slice::Window;
use guildhall::store::red_flags::Sought;
use guildhall::store::{Conn, Found};
use std::collections::{BTreeMap, BTreeSet};

/// What was found: rule and variant, and the records behind.
fn found(db: &mut Conn) -> Found<Vec<(String, String, BTreeSet<String>)>> {
    use diesel::prelude::*;
    use guildhall::on;
    use guildhall::schema::{red_flag_rows, red_flags};
    let rows: Vec<(String, String, String, String)> = on!(db, c => red_flags::table
        .inner_join(red_flag_rows::table).order(red_flags::id)
        .select((red_flags::id, red_flags::rule, red_flags::variant, red_flag_rows::record)).load(c))?;
    let mut flags: BTreeMap<String, (String, String, BTreeSet<String>)> = BTreeMap::new();
    for (id, rule, variant, record) in rows {
        let flag = flags
            .entry(id)
            .or_insert_with(|| (rule, variant, BTreeSet::new()));
        flag.2.insert(record);
    }
    Ok(flags.into_values().collect())
}

#[test]
fn planted_fraud_is_found_and_near_misses_are_not() {
    let hall = Hall::new();
    let postgres = hall.registry.store.kind() == "PostgreSQL";
    let city = plants::plant(postgres);
    hall.registry
        .store
        .write(|db| -> Found<()> { db.run(&city.sql) })
        .unwrap();
    let began = std::time::Instant::now();
    let raised = red_flags::look(&hall.registry, &Limits::default(), hall.now).unwrap();
    let took = began.elapsed();
    let flags = hall.registry.store.read(found).unwrap();
    assert_eq!(usize::try_from(raised).unwrap(), flags.len());

    let mut rules: BTreeMap<&str, (usize, usize, usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for ((rule, variant), records) in &city.planted {
        let caught = records
            .iter()
            .filter(|record| {
                flags
                    .iter()
                    .any(|f| f.0 == *rule && f.1 == *variant && f.2.contains(*record))
            })
            .count();
        let tally = rules.entry(rule).or_default();
        tally.0 += records.len();
        tally.1 += caught;
        if caught < records.len() {
            wrong.push(format!(
                "{rule} {variant}: {caught} of {} found",
                records.len()
            ));
        }
    }
    for (rule, variant, behind) in &flags {
        let planted = city.planted.iter().any(|(at, records)| {
            at.0 == rule && at.1 == variant && records.iter().any(|one| behind.contains(one))
        });
        let rule = city
            .planted
            .keys()
            .map(|at| at.0)
            .find(|at| at == rule)
            .unwrap_or("F??");
        let tally = rules.entry(rule).or_default();
        tally.2 += 1;
        tally.3 += usize::from(planted);
        if !planted {
            wrong.push(format!("{rule} {variant}: not planted, {behind:?}"));
        }
    }
    println!(
        "rule planted recall flags precision ({} ms in all)",
        took.as_millis()
    );
    for (rule, (planted, caught, flags, true_ones)) in &rules {
        println!(
            "{rule}  {planted:>6} {:>6.2} {flags:>5} {:>8.2}",
            *caught as f64 / *planted as f64,
            *true_ones as f64 / (*flags).max(1) as f64
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rules.len(), 16, "every rule was tried");

    // Looking again finds nothing new, and one night is one look, whoever asks.
    assert_eq!(
        red_flags::look(&hall.registry, &Limits::default(), hall.now).unwrap(),
        0
    );
    let beside = hall.beside();
    assert_eq!(
        red_flags::nightly(&hall.registry, hall.now).unwrap(),
        Some(0)
    );
    assert_eq!(red_flags::nightly(&beside, hall.now).unwrap(), None);
    hall.leave_unaudited();
}

#[test]
fn an_officer_says_what_a_flag_came_to_and_the_month_counts_it() {
    let hall = Hall::new();
    let postgres = hall.registry.store.kind() == "PostgreSQL";
    let mut city = City::new(postgres);
    let person = city.person_of("人", "male", 1950, "150902001");
    city.class_of(3, "EMPLOY", vec![person]);
    hall.registry
        .store
        .write(|db| -> Found<()> { db.run(&city.sql) })
        .unwrap();
    red_flags::look(&hall.registry, &Limits::default(), hall.now).unwrap();
    let officer = hall.county("150902");
    let overseer = Overseer::of(officer.actor().clone()).unwrap();
    let list = |overseer: &Overseer, state| {
        let sought = Sought {
            state,
            ..Sought::default()
        };
        red_flags::list(&hall.registry, overseer, &sought, Window::of(None, None))
            .unwrap()
            .slice
    };
    assert_eq!(list(&overseer, Some(None)).total, 1);
    let id = list(&overseer, None).rows[0].0.id.clone();
    let elsewhere = hall.county("150921");
    let stranger = Overseer::of(elsewhere.actor().clone()).unwrap();
    assert_eq!(list(&stranger, None).total, 0);

    let word = |verdict, reason: &str, recovered_fen| red_flags::Word {
        verdict,
        reason: reason.to_owned(),
        recovered_fen,
    };
    let said = |officer, word| red_flags::dispose(&hall.registry, officer, &id, word, hall.now);
    assert_eq!(
        said(&elsewhere, word(Verdict::Confirmed, "已超龄", 0))
            .unwrap_err()
            .code(),
        "not-found"
    );
    assert_eq!(
        said(&officer, word(Verdict::Confirmed, " ", 0))
            .unwrap_err()
            .code(),
        "red_flag.reasonless"
    );
    said(&officer, word(Verdict::Dismissed, "录入笔误", 0)).unwrap();
    said(
        &officer,
        word(Verdict::Confirmed, "已超龄，退回补贴", 100_000),
    )
    .unwrap();
    assert_eq!(
        hall.deeds("red_flag", id.as_str()),
        ["red_flag.dismissed", "red_flag.confirmed"]
    );
    assert_eq!(list(&overseer, Some(None)).total, 0);
    assert_eq!(list(&overseer, Some(Some(Verdict::Dismissed))).total, 0);
    assert_eq!(list(&overseer, Some(Some(Verdict::Confirmed))).total, 1);
    let opened = red_flags::show(&hall.registry, &overseer, &id).unwrap();
    assert_eq!((opened.rows.len(), opened.words.len()), (1, 2));
    let counts = hall
        .registry
        .store
        .read(|db| {
            red_flags::counts(
                db,
                RegionCode::read("150900").as_ref(),
                hall.now.plus_seconds(-60).utc(),
                hall.now.plus_seconds(60).utc(),
            )
        })
        .unwrap();
    assert_eq!(
        (
            counts.raised,
            counts.confirmed,
            counts.dismissed,
            counts.recovered_fen
        ),
        (1, 1, 0, 100_000)
    );
    hall.leave_unaudited();
}

#[test]
fn a_draw_is_fixed_before_anybody_knows_it() {
    let hall = Hall::new();
    let postgres = hall.registry.store.kind() == "PostgreSQL";
    let mut city = City::new(postgres);
    let cohort = city.class(1, 30);
    city.put(&format!(
        "class_steps VALUES ('{}', '{}', 1, 'begun', NULL, '2026-01-06 01:00:00', 'x')",
        key("y", 1),
        cohort.class
    ));
    hall.registry
        .store
        .write(|db| -> Found<()> { db.run(&city.sql) })
        .unwrap();
    let officer = hall.county("150902");
    let overseer = Overseer::of(officer.actor().clone()).unwrap();
    let new = |region: &str, ends: &str| draws::NewDraw {
        title: "一季度回访".to_owned(),
        region: RegionCode::read(region).unwrap(),
        starts: "2026-01-01".parse().unwrap(),
        ends: ends.parse().unwrap(),
        permille: 100,
    };
    let publish = |new| draws::publish(&hall.registry, &officer, new, hall.now);
    assert_eq!(
        publish(new("150921", "2026-03-31")).unwrap_err().code(),
        "draw.elsewhere"
    );
    assert_eq!(
        publish(new("150902", "2025-03-31")).unwrap_err().code(),
        "draw.reversed"
    );
    let id = publish(new("150902", "2026-03-31")).unwrap();
    assert!(
        draws::members(&hall.registry, &overseer, &id)
            .unwrap()
            .is_empty(),
        "nobody knows yet"
    );
    draws::reveal(&hall.registry, &officer, &id, hall.now).unwrap();
    assert_eq!(
        draws::reveal(&hall.registry, &officer, &id, hall.now)
            .unwrap_err()
            .code(),
        "draw.revealed"
    );
    let members = draws::members(&hall.registry, &overseer, &id).unwrap();
    assert_eq!(members.len(), 3);

    // Anybody repeats it from what is published, with nothing but SHA-256.
    let (draw, reveal) = draws::show(&hall.registry, &id).unwrap();
    let seed = reveal.unwrap().seed;
    let digest = |text: &str| {
        use sha2::Digest;
        data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(text))
    };
    assert_eq!(
        draw.commitment,
        digest(&format!("guildhall/draw/v1\n{id}\n{seed}"))
    );
    let mut tickets: Vec<_> = cohort
        .enrolments
        .iter()
        .map(|key| {
            (
                digest(&format!("guildhall/draw/ticket/v1\n{seed}\n{key}")),
                key.clone(),
            )
        })
        .collect();
    tickets.sort();
    let lowest: Vec<_> = tickets.into_iter().take(3).map(|(_, key)| key).collect();
    assert_eq!(
        members
            .iter()
            .map(|one| one.enrolment.clone())
            .collect::<Vec<_>>(),
        lowest
    );

    // Somebody enrolled later does not move it; an officer elsewhere does not see it.
    let late = city.person();
    let sql = format!(
        "INSERT INTO people SELECT '{late}', name, id_kind, id_sealed, {}, id_tail, sex, birth_year, nation, education, region, phone_sealed, recorded_at, recorded_by FROM people WHERE id = '{}'; \
         INSERT INTO enrolments VALUES ('{}', '{}', '{late}', NULL, NULL, '2026-04-01 01:00:00', 'x')",
        city.bytes(999_999),
        cohort.people[0],
        key("e", 999_999),
        cohort.class
    );
    hall.registry
        .store
        .write(|db| -> Found<()> { db.run(&sql) })
        .unwrap();
    assert_eq!(
        draws::members(&hall.registry, &overseer, &id).unwrap(),
        members
    );
    let region = Scope::Region(RegionCode::read("150921").unwrap());
    let stranger = Overseer::of(hall.actor(Role::CountyOfficer, region)).unwrap();
    assert_eq!(
        draws::members(&hall.registry, &stranger, &id)
            .unwrap_err()
            .code(),
        "not-found"
    );
    hall.leave_unaudited();
}
