//! 封存: what is sealed is named when it is touched, and nothing else ever is.

use crate::acts::certificates::issued;
use crate::acts::classes::School;
use crate::acts::lives::issuer;
use crate::acts::sittings::Story;
use guildhall::acts::log::sequence;
use guildhall::acts::seals::catch_up;
use guildhall::acts::{
    Registry, attendance, audit, classes, marks, printings, replacements, rosters,
};
use guildhall::domain::assessment::{Part, PartMark};
use guildhall::domain::attendance::Presence;
use guildhall::domain::id_number::IdNumber;
use guildhall::domain::score::Score;
use guildhall::ground::clock::Now;
use guildhall::on;
use guildhall::store::Found;

fn run(registry: &Registry, sql: &str) -> Found<()> {
    registry.store.write(|db| db.run(sql))
}

/// As a database administrator could: every trigger first.
fn drop_triggers(registry: &Registry, tables: &[&str]) {
    if registry.store.kind() != "SQLite" {
        for table in tables {
            run(
                registry,
                &format!("ALTER TABLE {table} DISABLE TRIGGER ALL"),
            )
            .unwrap();
        }
        return;
    }
    #[derive(diesel::QueryableByName)]
    struct Named {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    for table in tables {
        let names: Vec<Named> = registry
            .store
            .read::<_, guildhall::acts::Error>(|db| {
                use diesel::RunQueryDsl;
                let sql = format!(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
                );
                let guildhall::store::Conn::Sqlite(c) = db else {
                    unreachable!()
                };
                Ok(diesel::sql_query(sql).load(c).unwrap())
            })
            .unwrap();
        for one in names {
            run(registry, &format!("DROP TRIGGER {}", one.name)).unwrap();
        }
    }
}

/// How many events of a kind the log holds.
fn events(registry: &Registry, kind: &str) -> i64 {
    use diesel::prelude::*;
    use guildhall::schema::log_events;
    let read = |db: &mut guildhall::store::Conn| -> Result<i64, guildhall::acts::Error> {
        Ok(
            on!(db, c => log_events::table.filter(log_events::kind.eq(kind)).count().get_result(c))
                .unwrap(),
        )
    };
    registry.store.read(read).unwrap()
}

fn subjects(registry: &Registry) -> Vec<String> {
    audit::all(registry)
        .unwrap()
        .into_iter()
        .map(|one| one.subject)
        .collect()
}

fn ids(registry: &Registry, sql: &str) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Named {
        #[diesel(sql_type = diesel::sql_types::Text)]
        id: String,
    }
    let read = |db: &mut guildhall::store::Conn| -> Result<Vec<Named>, guildhall::acts::Error> {
        use diesel::RunQueryDsl;
        Ok(on!(db, c => diesel::sql_query(sql).load(c)).unwrap())
    };
    registry
        .store
        .read(read)
        .unwrap()
        .into_iter()
        .map(|one| one.id)
        .collect()
}

/// Changes a row by raw SQL: its row is named, and nothing else; then puts it back.
fn touched(registry: &Registry, table: &str, id: &str, column: &str, bad: &str) {
    run(
        registry,
        &format!("CREATE TABLE aside AS SELECT * FROM {table} WHERE id = '{id}'"),
    )
    .unwrap();
    run(
        registry,
        &format!("UPDATE {table} SET {column} = {bad} WHERE id = '{id}'"),
    )
    .unwrap();
    let named = format!("{table} {id}");
    let found = subjects(registry);
    assert!(
        found.contains(&named),
        "{table}.{column}: {named} in {found:?}"
    );
    run(registry, &format!("UPDATE {table} SET {column} = (SELECT {column} FROM aside) WHERE id = '{id}'; DROP TABLE aside")).unwrap();
    assert_eq!(
        subjects(registry),
        Vec::<String>::new(),
        "{table}.{column} was put back"
    );
}

/// A class in its first days, attendance marked on each.
fn taught() -> (School, guildhall::domain::class::ClassId) {
    let mut school = School::new();
    let id = school.approved(3);
    school.hall.on("2026-03-09");
    classes::begin(&school.hall.registry, &school.clerk, &id, school.hall.now).unwrap();
    school.mark_all(&id);
    (school, id)
}

#[test]
fn a_day_is_sealed_after_it_is_over_and_only_once() {
    let (mut school, id) = taught();
    let now = school.hall.now;
    assert_eq!(now.day().to_string(), "2026-03-11");
    // Nobody sealed for two days: both are caught up, the third is not over yet.
    catch_up(&school.hall.registry, now).unwrap();
    assert_eq!(events(&school.hall.registry, "attendance"), 2);
    assert_eq!(
        catch_up(&school.hall.registry, now).unwrap(),
        0,
        "nothing is due any more"
    );
    school.hall.on("2026-03-12");
    let midnight = Now::beijing(school.hall.now.day(), 0, 5);
    assert_eq!(events(&school.hall.registry, "attendance"), 2);
    catch_up(&school.hall.registry, midnight).unwrap();
    assert_eq!(
        events(&school.hall.registry, "attendance"),
        2,
        "what began before midnight may still come"
    );
    // Two servers at once.
    let beside = school.hall.beside();
    let now = school.hall.now;
    std::thread::scope(|scope| {
        for registry in [
            &beside,
            &*school.hall.registry,
            &beside,
            &*school.hall.registry,
        ] {
            scope.spawn(move || catch_up(registry, now).unwrap());
        }
    });
    assert_eq!(events(&school.hall.registry, "attendance"), 3);
    // A late entry makes a leaf of its own, and breaks none.
    let lesson = school.opened(&id).lessons[0].0.id.clone();
    let who = school.opened(&id).trainees[0].enrolment.id.clone();
    let marked = attendance::mark(
        &school.hall.registry,
        &school.clerk,
        &lesson,
        &[(who, Presence::Leave)],
        now,
    )
    .unwrap();
    assert!(marked.late);
    assert_eq!(subjects(&school.hall.registry), Vec::<String>::new());
    school.hall.on("2026-03-20");
    catch_up(&school.hall.registry, school.hall.now).unwrap();
    assert_eq!(events(&school.hall.registry, "attendance"), 4);
    assert_eq!(subjects(&school.hall.registry), Vec::<String>::new());
    // The class's page says so.
    sequence(&school.hall.registry, school.hall.now).unwrap();
    let summary = attendance::summary(&school.hall.registry, &school.reader(), &id).unwrap();
    assert_eq!(summary.seals.len(), 4);
    assert!(summary.seals.iter().all(|seal| seal.seq.is_some()));
}

#[test]
fn attendance_and_deeds_touched_behind_our_back_are_named() {
    let (mut school, _) = taught();
    school.hall.on("2026-03-13");
    let registry = &school.hall.registry;
    catch_up(registry, school.hall.now).unwrap();
    sequence(registry, school.hall.now).unwrap();
    assert_eq!(subjects(registry), Vec::<String>::new());
    for sql in [
        "UPDATE attendances SET presence = 'absent'",
        "DELETE FROM deeds",
        "UPDATE seal_runs SET entries = 0",
        "UPDATE lessons SET hours = hours + 1",
    ] {
        assert!(
            run(registry, sql).is_err(),
            "the database itself refuses: {sql}"
        );
    }
    drop_triggers(registry, &["attendances", "deeds", "lessons", "seal_runs"]);
    for id in ids(registry, "SELECT id FROM attendances ORDER BY id")
        .iter()
        .step_by(5)
    {
        touched(registry, "attendances", id, "presence", "'leave'");
        touched(registry, "attendances", id, "\"by\"", "'nobody'");
    }
    for id in ids(registry, "SELECT id FROM deeds ORDER BY id")
        .iter()
        .step_by(7)
    {
        touched(registry, "deeds", id, "actor", "'别人'");
        touched(registry, "deeds", id, "facts", "'{}'");
    }
    // Taken out, and slipped in where the day had been sealed.
    let id = ids(registry, "SELECT id FROM attendances ORDER BY id").remove(0);
    run(registry, &format!("CREATE TABLE aside AS SELECT * FROM attendances WHERE id = '{id}'; DELETE FROM attendances WHERE id = '{id}'")).unwrap();
    assert_eq!(subjects(registry), [format!("attendances {id}")]);
    run(
        registry,
        "UPDATE aside SET id = 'slipped-in'; INSERT INTO attendances SELECT * FROM aside",
    )
    .unwrap();
    let mut found = subjects(registry);
    found.sort();
    assert_eq!(
        found,
        [
            format!("attendances {id}"),
            "attendances slipped-in".to_owned()
        ]
    );
    run(
        registry,
        &format!("UPDATE attendances SET id = '{id}' WHERE id = 'slipped-in'; DROP TABLE aside"),
    )
    .unwrap();
    assert_eq!(subjects(registry), Vec::<String>::new());
    let hours = ids(registry, "SELECT id FROM lessons ORDER BY id").remove(0);
    run(
        registry,
        &format!("UPDATE lessons SET hours = hours + 1 WHERE id = '{hours}'"),
    )
    .unwrap();
    assert!(
        subjects(registry)
            .iter()
            .any(|one| one.starts_with("attendances "))
    );
    run(
        registry,
        &format!("UPDATE lessons SET hours = hours - 1 WHERE id = '{hours}'"),
    )
    .unwrap();
    let deed = ids(registry, "SELECT id FROM deeds ORDER BY id").remove(3);
    run(registry, &format!("DELETE FROM deeds WHERE id = '{deed}'")).unwrap();
    assert_eq!(subjects(registry), [format!("deeds {deed}")]);
    school.hall.leave_unaudited();
}

#[test]
fn marks_results_and_keys_touched_behind_our_back_are_named() {
    let mut story = Story::new();
    let id = story.marking("2026-03-14", &[(1, "乌兰图雅"), (2, "张三")]);
    story.all_sign(&id, &[["80", "75.5"], ["80", "59"]]);
    assert_eq!(
        events(&story.hall.registry, "sheet"),
        4,
        "three sheets and the results"
    );
    // A correction on a later day makes leaves of its own.
    story.hall.on("2026-03-16");
    let (registry, on_duty) = (&story.hall.registry, &story.panel[0].1);
    let sheet = marks::sheet(registry, on_duty, &id).unwrap();
    assert!(sheet.lines.iter().all(|line| line.late.is_none()));
    let who = sheet.lines[1].listed.candidate.id.clone();
    let better = PartMark::Scored(Score::tenths(620).unwrap());
    marks::correct(
        registry,
        on_duty,
        &id,
        &who,
        Part::Practice,
        better,
        "漏加一项",
        story.hall.now,
    )
    .unwrap();
    assert_eq!(events(registry, "sheet"), 6);
    let sheet = marks::sheet(registry, on_duty, &id).unwrap();
    assert_eq!(
        sheet.lines[1].late,
        Some(story.hall.now.utc()),
        "entered after the day of the assessment"
    );
    assert_eq!(sheet.seals.len(), 2);
    assert_eq!(subjects(registry), Vec::<String>::new());
    for sql in [
        "UPDATE marks SET tenths = 1000",
        "UPDATE candidates SET seat = '1'",
        "DELETE FROM sittings",
        "UPDATE sittings SET name = 'x'",
        "DELETE FROM candidates",
    ] {
        assert!(
            run(registry, sql).is_err(),
            "the database itself refuses: {sql}"
        );
    }
    drop_triggers(
        registry,
        &[
            "marks",
            "candidates",
            "sittings",
            "mark_signatures",
            "issuer_keys",
            "registry_keys",
        ],
    );
    for mark in ids(registry, "SELECT id FROM marks ORDER BY id")
        .iter()
        .step_by(2)
    {
        touched(registry, "marks", mark, "tenths", "999");
        touched(registry, "marks", mark, "\"by\"", "'nobody'");
    }
    for one in ids(registry, "SELECT id FROM candidates ORDER BY id") {
        touched(registry, "candidates", &one, "seat", "'9'");
        touched(registry, "candidates", &one, "clause", "'5B'");
    }
    let sitting = ids(registry, "SELECT id FROM sittings ORDER BY id").remove(0);
    touched(registry, "sittings", &sitting, "place", "'别处'");
    let receipt = ids(
        registry,
        "SELECT digest AS id FROM mark_signatures ORDER BY digest",
    )
    .remove(0);
    run(
        registry,
        &format!("UPDATE mark_signatures SET digest = 'x' WHERE digest = '{receipt}'"),
    )
    .unwrap();
    assert!(
        subjects(registry)
            .iter()
            .any(|one| one.starts_with("mark_signatures "))
    );
    run(
        registry,
        &format!("UPDATE mark_signatures SET digest = '{receipt}' WHERE digest = 'x'"),
    )
    .unwrap();
    assert_eq!(subjects(registry), Vec::<String>::new());
}

#[test]
fn keys_made_by_themselves_are_in_the_log() {
    let mut story = Story::new();
    issued(&mut story, &[(1, "乌兰图雅")]);
    let registry = &story.hall.registry;
    sequence(registry, story.hall.now).unwrap();
    let keys = ids(
        registry,
        "SELECT id FROM issuer_keys UNION SELECT id FROM registry_keys",
    )
    .len();
    assert_eq!(events(registry, "key"), i64::try_from(keys).unwrap());
    assert!(keys >= 4, "root, log, and the issuer's pair");
    drop_triggers(registry, &["issuer_keys", "registry_keys"]);
    let log = ids(
        registry,
        "SELECT id FROM registry_keys WHERE purpose = 'log'",
    )
    .remove(0);
    touched(registry, "registry_keys", &log, "purpose", "'root'");
}

#[test]
fn rosters_are_sealed_line_by_line() {
    let school = School::new();
    let id = school.approved(0);
    let number = |n| IdNumber::compose(159_999, "1990-03-07".parse().unwrap(), n).unwrap();
    let csv = format!(
        "姓名,身份证号,手机号码\n学员甲,{},13800000000\n学员乙,{},13800000001\n",
        number(201).as_str(),
        number(202).as_str()
    );
    let registry = &school.hall.registry;
    let upload = |now| {
        rosters::upload(
            registry,
            &school.clerk,
            &id,
            "花名册.csv",
            csv.as_bytes(),
            now,
        )
        .unwrap()
    };
    let roster = upload(school.hall.now);
    assert_eq!(events(registry, "import"), 1);
    let admitted = rosters::admit(registry, &school.clerk, &roster, school.hall.now).unwrap();
    assert_eq!((admitted > 0, events(registry, "roster")), (true, 1));
    assert_eq!(subjects(registry), Vec::<String>::new());
    assert!(
        school
            .opened(&id)
            .trainees
            .iter()
            .all(|trainee| trainee.late().is_none())
    );
    for sql in [
        "UPDATE rosters SET lines = 1",
        "UPDATE roster_lines SET name = 'x'",
        "DELETE FROM enrolments",
    ] {
        assert!(
            run(registry, sql).is_err(),
            "the database itself refuses: {sql}"
        );
    }
    drop_triggers(
        registry,
        &["rosters", "roster_lines", "enrolments", "admissions"],
    );
    touched(registry, "rosters", roster.as_str(), "file_name", "'x'");
    for one in ids(registry, "SELECT id FROM enrolments") {
        touched(
            registry,
            "enrolments",
            &one,
            "enrolled_at",
            "'2020-01-01 00:00:00'",
        );
    }
    run(
        registry,
        "UPDATE roster_lines SET name = '李四' WHERE line = (SELECT min(line) FROM roster_lines)",
    )
    .unwrap();
    let found = subjects(registry);
    assert!(
        found.len() == 1 && found[0].starts_with(&format!("roster_lines {roster}/")),
        "{found:?}"
    );
    school.hall.leave_unaudited();
}

#[test]
fn a_reprint_and_a_later_replacement_ring_no_alarm() {
    let mut story = Story::new();
    let given = issued(&mut story, &[(1, "乌兰图雅")]).given.remove(0);
    let own = issuer(&story);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    assert_eq!(
        printings::print_again(registry, &own, &given.id, "原件遗失", now).unwrap(),
        2
    );
    assert_eq!(
        printings::print_again(registry, &own, &given.id, "原件污损", now).unwrap(),
        3
    );
    sequence(registry, now).unwrap();
    assert_eq!(subjects(registry), Vec::<String>::new());
    replacements::replace(registry, &own, &given.id, "信息页污损", now).unwrap();
    sequence(registry, now).unwrap();
    assert_eq!(events(registry, "reissue"), 3);
    assert_eq!(subjects(registry), Vec::<String>::new());
    drop_triggers(registry, &["certificate_prints", "replacements"]);
    run(
        registry,
        "UPDATE certificate_prints SET reason = 'x' WHERE serial = 2",
    )
    .unwrap();
    assert_eq!(
        subjects(registry),
        [format!("certificate_prints {}", given.id)]
    );
    story.hall.leave_unaudited();
}

#[test]
fn a_roster_confirmed_on_a_later_day_says_so_for_ever() {
    let mut school = School::new();
    let class = school.approved(0);
    let confirmed = |school: &School, n: u16| {
        let (registry, now) = (&school.hall.registry, school.hall.now);
        let number = IdNumber::compose(159_999, "1990-03-07".parse().unwrap(), 210 + n).unwrap();
        let csv = format!(
            "姓名,身份证号,手机号码\n学员甲,{},1380000000{n}\n",
            number.as_str()
        );
        let (clerk, bytes) = (&school.clerk, csv.as_bytes());
        let roster = rosters::upload(registry, clerk, &class, "花名册.csv", bytes, now).unwrap();
        rosters::admit(registry, clerk, &roster, now).unwrap();
        roster
    };
    let first = confirmed(&school, 1);
    let sealed = school.hall.now.day();
    school.hall.on(&sealed.succ_opt().unwrap().to_string());
    let second = confirmed(&school, 2);
    school.hall.on("2026-03-20");
    let told = |roster| {
        let (registry, now) = (&school.hall.registry, school.hall.now);
        rosters::open(registry, &school.reader(), roster, now)
            .unwrap()
            .late_for
    };
    assert_eq!((told(&first), told(&second)), (None, Some(sealed)));
    let trainees = school.opened(&class).trainees;
    let late: Vec<_> = trainees.iter().map(|trainee| trainee.late()).collect();
    assert_eq!(late, [None, Some(sealed)]);
}
