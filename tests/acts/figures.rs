//! 统计: recounted by hand, opened down to the people, and the same for ever.

use crate::hall::Hall;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use guildhall::acts::employments::{self, Told};
use guildhall::acts::figures::{self, Figures};
use guildhall::acts::public_figures::{self, Public};
use guildhall::acts::restorations::{self, Ground};
use guildhall::acts::revocations::{self, Grounds};
use guildhall::acts::{audit, targets, volumes};
use guildhall::domain::account::{
    AssessmentSignatory, BureauOfficer, Confirmer, Follower, Issuer, Overseer, Scope,
};
use guildhall::domain::certificate::{CertificateId, RevocationReason};
use guildhall::domain::employment::{Fate, Source};
use guildhall::domain::enrolment::EnrolmentId;
use guildhall::domain::figure::{Breakdown, Count, Cut, Indicator, month_end};
use guildhall::domain::place::RegionCode;
use guildhall::domain::target::Goal;
use guildhall::ground::slice::Window;
use guildhall::on;
use guildhall::schema::{
    candidates, certificates, classes, completions, courses, enrolments, group_snapshots, marks,
    replacements, revocations as revoked, sitting_steps, sittings,
};
use guildhall::store::figures as store;
use guildhall::store::{Failure, accounts};
use guildhall::town;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The example town on a Wednesday, and its auditor.
fn town() -> (Hall, Overseer) {
    let mut hall = Hall::new();
    hall.on("2026-11-25");
    town::build(&hall.registry, hall.now, None).unwrap();
    let auditor = hall
        .registry
        .store
        .read(|db| accounts::by_login(db, "auditor"))
        .unwrap()
        .unwrap();
    let reader = Overseer::of(auditor.actor().unwrap()).unwrap();
    (hall, reader)
}

fn bureau(hall: &Hall) -> BureauOfficer {
    let found = hall
        .registry
        .store
        .read(|db| accounts::by_login(db, "bureau"))
        .unwrap()
        .unwrap();
    BureauOfficer::of(found.actor().unwrap()).unwrap()
}

fn cut(until: &str) -> Cut {
    Cut::of_year(day(until)).within(&RegionCode::read("150900").unwrap())
}

fn totals(hall: &Hall, reader: &Overseer, cut: &Cut) -> Figures {
    figures::monthly(&hall.registry, reader, cut.clone())
        .unwrap()
        .total
}

#[derive(Default)]
struct Tally(BTreeMap<Indicator, Vec<String>>);

impl Tally {
    fn add(&mut self, indicator: Indicator, person: &str) {
        self.0.entry(indicator).or_default().push(person.to_owned());
    }
    fn count(&self, indicator: Indicator) -> Count {
        let all = self.0.get(&indicator).cloned().unwrap_or_default();
        let heads: HashSet<_> = all.iter().collect();
        Count {
            times: i64::try_from(all.len()).unwrap(),
            heads: i64::try_from(heads.len()).unwrap(),
        }
    }
}

/// Counts every training and assessment indicator from the rows themselves, in another way.
fn recount(hall: &Hall, from: NaiveDate, until: NaiveDate, known: NaiveDateTime) -> Tally {
    type Done = (String, String, String, NaiveDate, String);
    type Sat = (String, String, NaiveDate, String);
    type Mark = (String, String, String, i32, bool);
    type Paper = (
        String,
        String,
        String,
        NaiveDate,
        NaiveDateTime,
        Option<String>,
    );
    let (done, groups, sat, given, steps, papers, gone, next): (
        Vec<Done>,
        Vec<(String, String)>,
        Vec<Sat>,
        Vec<Mark>,
        Vec<(String, String, NaiveDateTime)>,
        Vec<Paper>,
        Vec<(String, NaiveDateTime)>,
        Vec<(String, String)>,
    ) = hall
        .registry
        .store
        .read::<_, Failure>(|db| {
            let done = on!(db, c => completions::table
                .inner_join(enrolments::table.inner_join(classes::table.inner_join(courses::table)))
                .filter(completions::at.lt(known))
                .select((enrolments::id, enrolments::person, courses::kind, classes::ends, completions::outcome))
                .load(c))?;
            let groups = on!(db, c => group_snapshots::table
                .select((group_snapshots::enrolment, group_snapshots::key_group)).load(c))?;
            let sat = on!(db, c => candidates::table.inner_join(sittings::table)
                .select((candidates::id, candidates::person, sittings::day, sittings::id)).load(c))?;
            let given = on!(db, c => marks::table
                .select((marks::candidate, marks::part, marks::assessor, marks::version, marks::absent)).load(c))?;
            let steps = on!(db, c => sitting_steps::table
                .select((sitting_steps::sitting, sitting_steps::step, sitting_steps::at)).load(c))?;
            let papers = on!(db, c => certificates::table
                .select((certificates::id, certificates::person, certificates::kind, certificates::issued_on,
                    certificates::issued_at, certificates::level)).load(c))?;
            let gone = on!(db, c => revoked::table.select((revoked::certificate, revoked::at)).load(c))?;
            let next = on!(db, c => replacements::table
                .select((replacements::successor, replacements::certificate)).load(c))?;
            Ok((done, groups, sat, given, steps, papers, gone, next))
        })
        .unwrap();
    let mut tally = Tally::default();
    let within = |day: NaiveDate| (from..=until).contains(&day);
    for (enrolment, person, kind, ends, outcome) in &done {
        if outcome != "completed" || !within(*ends) {
            continue;
        }
        let is = |group: &str| groups.iter().any(|(e, g)| e == enrolment && g == group);
        tally.add(Indicator::Trained, person);
        let kinds = [
            ("EMPLOY", Indicator::Employ),
            ("POST", Indicator::Post),
            ("ORDER", Indicator::Order),
            ("STARTUP", Indicator::Startup),
        ];
        for (code, indicator) in kinds {
            if kind == code {
                tally.add(indicator, person);
            }
        }
        if kind == "EMPLOY" {
            let part = if is("G03") {
                Indicator::EmployRural
            } else {
                Indicator::EmployUrban
            };
            tally.add(part, person);
        }
        if kind == "STARTUP" && is("G01") {
            tally.add(Indicator::StartupGraduate, person);
        }
        for (group, indicator) in [
            ("G01", Indicator::Graduate),
            ("G03", Indicator::Rural),
            ("G04", Indicator::Unemployed),
            ("G06", Indicator::Lifted),
            ("G07", Indicator::Veteran),
            ("G08", Indicator::Disabled),
        ] {
            if is(group) {
                tally.add(indicator, person);
            }
        }
    }
    for (candidate, person, on, sitting) in &sat {
        let mut last: HashMap<(&str, &str), (i32, bool)> = HashMap::new();
        for (of, part, assessor, version, absent) in &given {
            let entry = last.entry((part, assessor)).or_insert((0, true));
            if of == candidate && *version > entry.0 {
                *entry = (*version, *absent);
            }
        }
        let came = last.values().any(|(_, absent)| !absent);
        let marked = steps
            .iter()
            .any(|(of, step, at)| of == sitting && step == "marked" && *at < known);
        if came && marked && within(*on) {
            tally.add(Indicator::Assessed, person);
        }
    }
    let first = |id: &String| {
        let mut id = id.clone();
        while let Some((_, before)) = next.iter().find(|(successor, _)| *successor == id) {
            id.clone_from(before);
        }
        id
    };
    let dead: BTreeSet<String> = gone
        .iter()
        .filter(|(_, at)| *at < known && *at < guildhall::domain::figure::end_of(until))
        .map(|(id, _)| first(id))
        .collect();
    for (id, person, kind, on, at, level) in &papers {
        if next.iter().any(|(successor, _)| successor == id)
            || dead.contains(id)
            || *at >= known
            || !within(*on)
        {
            continue;
        }
        if kind == "level" {
            tally.add(Indicator::Certified, person);
            if level
                .as_deref()
                .is_some_and(|level| "321TS".contains(level))
            {
                tally.add(Indicator::HighSkill, person);
            }
        } else {
            tally.add(Indicator::Concluded, person);
        }
    }
    tally
}

/// Binds every month before a day.
fn bind(hall: &Hall, before: &str) -> usize {
    let now = guildhall::ground::clock::Now::beijing(day(before), 12, 0);
    volumes::bind(&hall.registry, now.plus_seconds(2 * 86_400)).unwrap()
}

#[test]
fn every_figure_is_what_a_recount_finds_and_what_its_list_holds() {
    let (hall, reader) = town();
    recounted(&hall, &reader);
    // The same out of volumes: of everything until last month, then of everything.
    assert!(bind(&hall, "2026-11-01") > 3);
    recounted(&hall, &reader);
    assert_eq!(bind(&hall, "2026-12-01"), 1);
    assert_eq!(bind(&hall, "2026-12-01"), 0);
    recounted(&hall, &reader);
}

fn recounted(hall: &Hall, reader: &Overseer) {
    let mut seen = 0;
    for until in ["2025-12-31", "2026-07-31", "2026-10-31", "2026-11-24"] {
        let cut = cut(until);
        let told = totals(hall, reader, &cut);
        let tally = recount(hall, cut.from, cut.until, cut.known);
        for indicator in Indicator::ALL {
            let by_hand = !matches!(
                indicator,
                Indicator::Enrolled
                    | Indicator::Employed
                    | Indicator::Lasting
                    | Indicator::Business
            );
            if by_hand {
                assert_eq!(
                    told[indicator],
                    tally.count(*indicator),
                    "{until} {indicator}"
                );
            }
            let (count, slice) = figures::behind(
                &hall.registry,
                reader,
                cut.clone(),
                *indicator,
                Window {
                    page: 1,
                    size: 10_000,
                },
            )
            .unwrap();
            let people: HashSet<_> = slice.rows.iter().map(|row| row.person.clone()).collect();
            let listed = Count {
                times: i64::try_from(slice.rows.len()).unwrap(),
                heads: i64::try_from(people.len()).unwrap(),
            };
            assert_eq!(
                (count, listed),
                (told[indicator], told[indicator]),
                "{until} {indicator}"
            );
            seen += count.times;
        }
        for by in [
            Breakdown::County,
            Breakdown::Training,
            Breakdown::Sex,
            Breakdown::Age,
            Breakdown::Month,
        ] {
            let (parts, _) = figures::parts(&hall.registry, reader, cut.clone(), by).unwrap();
            for indicator in Indicator::ALL {
                let sum: i64 = parts
                    .values()
                    .map(|part| part.get(indicator).map_or(0, |count| count.times))
                    .sum();
                assert_eq!(sum, told[indicator].times, "{until} {indicator} by {by}");
            }
        }
    }
    assert!(seen > 500, "{seen}");
}

/// Whatever is written later, a figure as of a day stays what it was.
#[test]
fn no_later_write_changes_an_as_of_figure() {
    let (mut hall, reader) = town();
    let cuts: Vec<Cut> = [
        "2025-12-31",
        "2026-03-31",
        "2026-07-31",
        "2026-10-31",
        "2026-11-25",
    ]
    .into_iter()
    .map(cut)
    .collect();
    hall.on("2026-11-27");
    let before: Vec<Figures> = cuts.iter().map(|cut| totals(&hall, &reader, cut)).collect();
    let officer = bureau(&hall);
    let sealed = figures::freeze(&hall.registry, &officer, cuts[3].clone(), hall.now).unwrap();
    let standing: Vec<CertificateId> = hall
        .registry
        .store
        .read::<_, Failure>(|db| {
            Ok(on!(db, c => certificates::table
                .left_join(revoked::table.on(revoked::certificate.eq(certificates::id)))
                .left_join(replacements::table.on(replacements::certificate.eq(certificates::id)))
                .filter(revoked::certificate.nullable().is_null())
                .filter(replacements::certificate.nullable().is_null())
                .filter(certificates::kind.eq("level"))
                .filter(certificates::issued_on.le(day("2026-10-31")))
                .order(certificates::id).select(certificates::id).load(c))?)
        })
        .unwrap();
    let mut seed = 20_261_127_u64;
    let mut draw = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut left = standing;
    let (mut gone, mut revocations_made, mut restored, mut followed) = (Vec::new(), 0, 0, 0);
    let trained: Vec<EnrolmentId> = hall
        .registry
        .store
        .read::<_, Failure>(|db| {
            Ok(on!(db, c => completions::table
                .inner_join(enrolments::table.inner_join(classes::table))
                .filter(completions::outcome.eq("completed"))
                .filter(classes::ends.le(day("2026-10-20")))
                .order(enrolments::id).select(enrolments::id).load(c))?)
        })
        .unwrap();
    for turn in 0..90_i64 {
        let now = hall.now.plus_seconds(60 * (turn + 1));
        // Read from the rows, then from volumes, then of a month that was bound too early.
        match turn {
            30 => assert!(bind(&hall, "2026-11-01") > 3),
            50 | 70 => assert_eq!(bind(&hall, "2026-12-01"), 1),
            _ => {}
        }
        match draw(6) {
            0 if !left.is_empty() => {
                let id = left.swap_remove(draw(left.len()));
                revoke(&hall, &officer, &id, now);
                gone.push(id);
                revocations_made += 1;
            }
            4 if !gone.is_empty() => {
                let id = gone.swap_remove(draw(gone.len()));
                let ground = Ground {
                    basis: "复核决定".to_owned(),
                    reason: "原撤销认定有误".to_owned(),
                };
                restorations::restore(&hall.registry, &officer, &[id], &ground, now).unwrap();
                restored += 1;
            }
            5 => {
                let told = Told {
                    months: [3, 6, 12][draw(3)],
                    day: day("2026-10-20"),
                    fate: Fate::ALL[draw(Fate::ALL.len())],
                    employer: "乌兰察布市安达物流有限公司".to_owned(),
                    uscc: None,
                    occupation: None,
                    wage_fen: None,
                    evidence: "社保记录".to_owned(),
                    source: Source::Department,
                };
                let whose = &trained[draw(trained.len())];
                let by = Follower::of(officer.actor().clone()).unwrap();
                employments::record(&hall.registry, &by, whose, told, now).unwrap();
                followed += 1;
            }
            1 => {
                let goal = Goal {
                    year: 2026,
                    region: RegionCode::read("150900").unwrap(),
                    indicator: Indicator::ALL[draw(Indicator::ALL.len())],
                    amount: i64::try_from(100 + draw(5000)).unwrap(),
                };
                targets::set(&hall.registry, &officer, &goal, "调整任务", now).unwrap();
            }
            2 => raw(
                &hall,
                &format!(
                    "UPDATE people SET region = '15092{}', sex = 'female' WHERE id IN (SELECT MIN(id) FROM people WHERE id_tail LIKE '%{}%')",
                    1 + draw(7),
                    draw(10)
                ),
            ),
            _ => raw(
                &hall,
                &format!(
                    "UPDATE memberships SET ends = '2026-01-0{}' WHERE key_group = 'G0{}'",
                    1 + draw(9),
                    1 + draw(8)
                ),
            ),
        }
        for (cut, before) in cuts.iter().zip(&before) {
            assert_eq!(
                totals(&hall, &reader, cut),
                *before,
                "turn {turn}, {}",
                cut.until
            );
        }
    }
    assert!(revocations_made > 5 && restored > 1 && followed > 5);
    let later = hall.now.plus_seconds(7200);
    let frozen = figures::frozen(&hall.registry, &reader, &sealed, later).unwrap();
    assert!(frozen.holds && frozen.same);
    let told: i64 = frozen
        .since
        .iter()
        .filter(|one| one.kind == "revoked" && one.why.contains("冒名顶替") && !one.who.is_empty())
        .map(|one| one.times)
        .sum();
    assert!(told > 0, "{:?}", frozen.since);
    let today = Cut {
        known: later.utc(),
        until: day("2026-11-27"),
        ..cuts[4].clone()
    };
    let now = totals(&hall, &reader, &today)[&Indicator::Certified].times;
    assert_eq!(
        now,
        before[4][&Indicator::Certified].times - revocations_made + restored
    );
}

fn raw(hall: &Hall, sql: &str) {
    hall.registry
        .store
        .write::<_, Failure>(|db| db.run(sql))
        .unwrap();
}

fn revoke(
    hall: &Hall,
    officer: &BureauOfficer,
    id: &CertificateId,
    now: guildhall::ground::clock::Now,
) {
    let house: guildhall::domain::institution::InstitutionId = hall
        .registry
        .store
        .read::<_, Failure>(|db| {
            Ok(on!(db, c => certificates::table.find(id).select(certificates::institution).first(c))?)
        })
        .unwrap();
    let signatory = AssessmentSignatory::of(
        hall.registry
            .store
            .read::<_, Failure>(|db| Ok(accounts::by_login(db, "assess-signatory")?.unwrap()))
            .unwrap()
            .actor()
            .unwrap(),
    )
    .unwrap();
    let mut actor = signatory.actor().clone();
    actor.scope = Scope::Institution(house);
    let issuer = Issuer::of(actor).unwrap();
    let grounds = Grounds {
        reason_class: RevocationReason::Fraud,
        basis: "《职业技能等级认定工作规程》第二十条".to_owned(),
        reason: "冒名顶替，已查实".to_owned(),
    };
    revocations::propose(&hall.registry, &issuer, id, &grounds, now).unwrap();
    let confirmer = Confirmer::of(officer.actor().clone()).unwrap();
    revocations::confirm(&hall.registry, &confirmer, id, now).unwrap();
}

#[test]
fn a_county_officer_sees_her_county_and_a_target_is_revised_in_the_open() {
    let (hall, _) = town();
    let county = hall
        .registry
        .store
        .read(|db| accounts::by_login(db, "county"))
        .unwrap()
        .unwrap();
    let county = Overseer::of(county.actor().unwrap()).unwrap();
    let own = Cut::of_year(day("2026-10-31"));
    let told = figures::overview(&hall.registry, &county, own, hall.now).unwrap();
    assert_eq!(told.cut.region.unwrap().as_str(), "150902");
    let other = figures::overview(&hall.registry, &county, cut("2026-10-31"), hall.now);
    assert_eq!(other.err().unwrap().code(), "not-found");
    let officer = bureau(&hall);
    let goal = |amount| Goal {
        year: 2026,
        region: RegionCode::read("150900").unwrap(),
        indicator: Indicator::Graduate,
        amount,
    };
    let set = |amount| {
        targets::set(
            &hall.registry,
            &officer,
            &goal(amount),
            "任务文件",
            hall.now,
        )
    };
    set(300).unwrap();
    assert_eq!(set(300).err().unwrap().code(), "target.unchanged");
    set(360).unwrap();
    let reader = Overseer::of(officer.actor().clone()).unwrap();
    let entries: Vec<_> = targets::of_year(&hall.registry, &reader, 2026)
        .unwrap()
        .into_iter()
        .filter(|(target, _)| target.indicator == Indicator::Graduate)
        .map(|(target, _)| target.amount)
        .collect();
    assert_eq!(entries, [360, 300]);
}

/// A volume that says anything else than the rows is found; what is missing is bound again.
#[test]
fn a_volume_that_was_tampered_with_is_found() {
    let (hall, reader) = town();
    let cut = cut("2026-10-31");
    let told = totals(&hall, &reader, &cut);
    bind(&hall, "2026-11-01");
    let odd = || {
        hall.registry
            .store
            .read(audit::figures::each_volume_is_what_its_rows_say)
            .unwrap()
    };
    assert_eq!(odd(), []);
    let changed = hall
        .registry
        .store
        .write::<_, Failure>(|db| db.run("UPDATE volumes SET body = ''"));
    assert!(changed.is_err());
    raw(
        &hall,
        "DELETE FROM volumes WHERE shelf = 'steps' AND recorded = '2026-07'",
    );
    assert_ne!(totals(&hall, &reader, &cut), told);
    let found: Vec<String> = odd().into_iter().map(|broken| broken.subject).collect();
    assert_eq!(found, ["volumes 2026-07"]);
    raw(&hall, "DELETE FROM bindings WHERE recorded = '2026-07'");
    assert_eq!(totals(&hall, &reader, &cut), told);
    assert_eq!(bind(&hall, "2026-11-01"), 1);
    assert_eq!(totals(&hall, &reader, &cut), told);
    assert_eq!(odd(), []);
}

/// Every public number of a page, named.
fn told(page: &Public) -> BTreeMap<String, Option<i64>> {
    let mut all = BTreeMap::new();
    let mut add = |table: &str, row: &str, cells: &public_figures::Cells| {
        for (indicator, cell) in cells {
            all.insert(format!("{table} {row} {indicator}"), cell.shown);
        }
    };
    add("all", "", &page.total);
    for (code, cells) in &page.places {
        add("place", code.as_str(), cells);
    }
    for (code, cells) in &page.trades {
        add("trade", code, cells);
    }
    for (name, cells) in &page.houses {
        add("house", name, cells);
    }
    all
}

/// No two pages of a year, no part beside its whole, and no whole beside all its parts, are 1 to 4
/// people apart.
fn hold_against(pages: &[Public]) {
    let sums: Vec<BTreeMap<String, i64>> = pages
        .iter()
        .map(|page| {
            let mut sums = BTreeMap::new();
            for (name, n) in told(page) {
                sums.insert(name, n.unwrap_or(0));
            }
            let shown = |cells: &public_figures::Cells, one| cells[&one].shown.unwrap_or(0);
            let rows = |cells: Vec<&public_figures::Cells>| -> Vec<public_figures::Cells> {
                cells.into_iter().cloned().collect()
            };
            let tables = [
                rows(page.places.iter().map(|row| &row.1).collect()),
                rows(page.trades.iter().map(|row| &row.1).collect()),
                rows(page.houses.iter().map(|row| &row.1).collect()),
            ];
            for (at, table) in tables.iter().enumerate() {
                for one in public_figures::PUBLIC {
                    let whole = shown(&page.total, one);
                    let parts: i64 = table.iter().map(|cells| shown(cells, one)).sum();
                    sums.insert(format!("{at} rest {one}"), whole - parts);
                }
            }
            for (name, cells) in [("all", &page.total)].into_iter().chain(
                page.houses
                    .iter()
                    .map(|(name, cells)| (name.as_str(), cells)),
            ) {
                let all = shown(cells, Indicator::Trained);
                for part in [Indicator::Employ, Indicator::Startup] {
                    sums.insert(format!("{name} within {part}"), all - shown(cells, part));
                }
            }
            sums
        })
        .collect();
    for (at, page) in sums.iter().enumerate() {
        for (name, n) in page {
            assert!(*n == 0 || n.abs() >= 5, "{name} is {n}");
            for earlier in &sums[..at] {
                let moved = n - earlier.get(name).unwrap_or(&0);
                assert!(moved == 0 || moved.abs() >= 5, "{name} moves by {moved}");
            }
        }
    }
}

#[test]
fn public_figures_give_no_handful_of_people_away() {
    let (hall, reader) = town();
    let region = RegionCode::read("150900").unwrap();
    let page = |until: NaiveDate| public_figures::public(&hall.registry, &region, until).unwrap();
    let ends = |year: i32, months: u32| -> Vec<NaiveDate> {
        (1..=months)
            .map(|month| month_end(NaiveDate::from_ymd_opt(year, month, 1).unwrap()))
            .collect()
    };
    for (year, months) in [(2025, 12), (2026, 10)] {
        let pages: Vec<Public> = ends(year, months).into_iter().map(page).collect();
        hold_against(&pages);
    }
    let october = page(day("2026-10-31"));
    let true_ones = totals(&hall, &reader, &cut("2026-10-31"));
    let certified = october.total[&Indicator::Certified].shown.unwrap();
    assert!((true_ones[&Indicator::Certified].heads - certified).abs() < 20);
    assert!(told(&october).values().flatten().any(|n| *n >= 5));
}

/// A county with one institution hides a county with a handful of people; the institution's own row
/// does not tell what the county hides.
#[test]
fn an_institution_does_not_tell_what_its_county_hides() {
    let hall = Hall::new();
    let mut sql = String::new();
    for n in 0..4 {
        let id = format!("i{n:0>25}");
        sql.push_str(&format!(
            "INSERT INTO institutions VALUES ('{id}', '学校{n}', 'N', 'slug{n}', 'U{n}', '150902', true, true, 'S', '{n:04}', '{n:06}', 'L', 'A', 'C', '2001-01-05 01:00:00', NULL);\n"
        ));
    }
    // 30 at the one institution of a county, 3 at that of another, 50 at two of a third.
    let places = ["150902001", "150921001", "150922001", "150922001"];
    for (house, people) in [30, 3, 20, 30].into_iter().enumerate() {
        for n in 0..people {
            sql.push_str(&format!(
                "INSERT INTO milestones VALUES ('trained', 's{house}-{n}', 's{house}-{n}', '2020-01-05', '2020-01-06 01:00:00', 'x', 'p{house}-{n}', '', \
                 'i{house:0>25}', 'k{house}', '{}', '', 'ORDER', '', 'c', '6-18-02-0{house}', '5', 'male', 30);\n",
                places[house],
            ));
        }
    }
    raw(&hall, &sql);
    let region = RegionCode::read("150900").unwrap();
    let page = public_figures::public(&hall.registry, &region, day("2020-01-31")).unwrap();
    let all = told(&page);
    let of = |row: &str| all[&format!("{row} trained")];
    assert_eq!(of("all "), Some(83));
    for row in ["place 150921", "house 学校1", "trade 6-18-02-01"] {
        assert_eq!(of(row), None, "{row}");
    }
    for rows in [
        ["place 150902", "house 学校0", "trade 6-18-02-00"],
        ["place 150922", "house 学校2", "trade 6-18-02-02"],
    ] {
        println!("{rows:?} {:?}", rows.map(of));
    }
    let is_a = ["place 150902", "house 学校0", "trade 6-18-02-00"]
        .into_iter()
        .any(|row| of(row).is_some());
    let is_c = of("place 150922").is_some()
        || ["house 学校", "trade 6-18-02-0"].into_iter().any(|table| {
            [2, 3]
                .into_iter()
                .all(|n| of(&format!("{table}{n}")).is_some())
        });
    assert!(!(is_a && is_c), "{all:?}");
    hall.leave_unaudited();
}

/// Random small towns, one a year, straight into the rows: late entries, revocations, restorations.
/// Month by month the pass over the year counts what a count of each month does, and the pages give
/// nobody away.
#[test]
fn a_year_is_counted_in_one_pass_and_gives_nobody_away() {
    let hall = Hall::new();
    let mut seed = 20_261_126_u64;
    let mut draw = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut sql = String::new();
    for n in 0..3 {
        let id = format!("i{n:0>25}");
        sql.push_str(&format!(
            "INSERT INTO institutions VALUES ('{id}', '学校{n}', 'N', 'slug{n}', 'U{n}', '150902', true, true, 'S', '{n:04}', '{n:06}', 'L', 'A', 'C', '2001-01-05 01:00:00', NULL);\n"
        ));
    }
    let years = 2002..2022;
    for year in years.clone() {
        let towns = 1 + draw(3);
        for n in 0..40 + draw(160) {
            let subject = format!("{year}-{n}");
            let kind = ["trained", "trained", "assessed", "certified"][draw(4)];
            let on = NaiveDate::from_yo_opt(year, 1 + u32::try_from(draw(365)).unwrap()).unwrap();
            let known = on + chrono::Days::new(u64::try_from(draw(3) * draw(40)).unwrap());
            let row = |kind: &str,
                       subject: &str,
                       on: NaiveDate,
                       known: NaiveDate,
                       place: usize,
                       who: usize| {
                format!(
                    "INSERT INTO milestones VALUES ('{kind}', '{subject}', '{year}-{n}', '{on}', '{known} 01:00:00', 'x', 'p{year}{who}', '', \
                     'i{:0>25}', 'k', '{}', '150902001', '{}', '', 'c', '{}', '5', 'male', 30);\n",
                    place % 3,
                    ["150902001", "150921001", "150922001"][place],
                    ["EMPLOY", "STARTUP", "ORDER"][n % 7 % 3],
                    ["6-18-02-04", "4-10-01-05", ""][n % 5 % 3],
                )
            };
            let (place, who) = (draw(towns), draw(90));
            sql.push_str(&row(kind, &subject, on, known, place, who));
            if kind != "certified" || draw(4) > 0 {
                continue;
            }
            let gone = known + chrono::Days::new(u64::try_from(draw(120)).unwrap());
            sql.push_str(&row("revoked", &subject, gone, gone, place, who));
            if draw(2) == 0 {
                let back = gone + chrono::Days::new(u64::try_from(draw(90)).unwrap());
                sql.push_str(&row("restored", &subject, back, back, place, who));
            }
        }
    }
    raw(&hall, &sql);
    let region = RegionCode::read("150900").unwrap();
    let by = [
        Breakdown::County,
        Breakdown::Occupation,
        Breakdown::Institution,
    ];
    let (mut seen, mut moved) = (0, 0);
    // Half of it is read from volumes.
    assert!(bind(&hall, "2012-01-01") > 100);
    for year in years {
        let ends: Vec<NaiveDate> = (1..=12)
            .map(|month| month_end(NaiveDate::from_ymd_opt(year, month, 1).unwrap()))
            .collect();
        let whole = Cut::of_year(ends[11]).within(&region);
        let at_once = hall
            .registry
            .store
            .read(|db| store::by_month_end(db, &whole, &public_figures::PUBLIC, by))
            .unwrap();
        assert_eq!(at_once.ends, ends);
        for (month, end) in ends.iter().enumerate() {
            let cut = Cut::of_year(*end).within(&region);
            let one = hall
                .registry
                .store
                .read(|db| store::tally(db, &cut, by))
                .unwrap();
            for indicator in public_figures::PUBLIC {
                let heads = at_once.total[&indicator][month];
                assert_eq!(heads, one.total[&indicator].heads, "{end} {indicator}");
                seen += heads;
                for (at_once, one) in at_once.parts.iter().zip(&one.parts) {
                    for (part, heads) in at_once {
                        let counted = one.get(part).and_then(|part| part.get(&indicator));
                        assert_eq!(
                            heads[&indicator][month],
                            counted.map_or(0, |count| count.heads),
                            "{end} {part} {indicator}"
                        );
                    }
                    assert!(one.keys().all(|part| at_once.contains_key(part)));
                }
            }
        }
        let pages: Vec<Public> = ends
            .iter()
            .map(|end| public_figures::public(&hall.registry, &region, *end).unwrap())
            .collect();
        hold_against(&pages);
        moved += pages
            .windows(2)
            .map(|pair| {
                let (before, after) = (told(&pair[0]), told(&pair[1]));
                after
                    .iter()
                    .filter(|(name, n)| before.get(*name) != Some(n))
                    .count()
            })
            .sum::<usize>();
    }
    assert!(
        seen > 10_000 && moved > 200,
        "{seen} counted, {moved} moves"
    );
    hall.leave_unaudited();
}
