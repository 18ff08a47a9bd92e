//! 埋设: what is planted in the city, rule by rule, and a near-miss beside each.

use super::city::{City, SCHOOL, SITE, key};

/// Everything planted, and a near-miss beside each.
#[expect(
    clippy::too_many_lines,
    reason = "a city is told once, from the first rule to the last"
)]
pub fn plant(postgres: bool) -> City {
    let mut c = City::new(postgres);
    // Ordinary work: nothing of it is to be found.
    for month in 1..=6 {
        let cohort = c.class(month, 15);
        c.teach(&cohort, month);
        let spread: Vec<i32> = (0..25).map(|n| 480 + n * 17).collect();
        c.marked(&format!("2026-{month:02}-20"), &spread, 12);
    }
    // F01: present twice; beside it, one morning here and one afternoon there.
    for (half, planted) in [("am", true), ("pm", false)] {
        let person = c.person();
        let one = c.class_of(7, "EMPLOY", vec![person.clone()]);
        let other = c.class_of(7, "EMPLOY", vec![person]);
        for (cohort, half) in [(&one, "am"), (&other, half)] {
            let teacher = c.teacher();
            let lesson = c.lesson(&cohort.class, &teacher, "2026-07-02", half, 4);
            c.attend(
                &lesson,
                &cohort.enrolments[0],
                "present",
                "2026-07-02 08:00:00",
            );
            for day in [
                "2026-07-03",
                "2026-07-04",
                "2026-07-05",
                "2026-07-06",
                "2026-07-07",
            ] {
                let other = if half == "am" { "am" } else { "pm" };
                c.lesson(&cohort.class, &teacher, day, other, 4);
            }
            // The rest of the forty hours.
            for day in ["2026-07-08", "2026-07-09", "2026-07-10", "2026-07-11"] {
                c.lesson(&cohort.class, &teacher, day, "am", 4);
            }
        }
        if planted {
            c.plant("F01", "twice", &one.enrolments[0]);
        }
    }
    // F02: the same right twice; beside it, two levels.
    let site_key = c.issuer_key(SITE);
    let day = ("2026-05-20", "2026-05-20");
    for (levels, planted) in [(["5", "5"], true), (["5", "4"], false)] {
        let n = c.next();
        let person = c.person_of(&format!("持{n}"), "male", 1980, "150902001");
        let ids: Vec<_> = levels
            .iter()
            .enumerate()
            .map(|(m, level)| {
                let number = format!("T{n}{m}");
                c.certificate(
                    "completion",
                    SITE,
                    &site_key,
                    &person,
                    &format!("持{n}"),
                    &number,
                    None,
                    level,
                    day,
                )
            })
            .collect();
        if planted {
            c.plant("F02", "again", &ids[0]);
        }
    }
    // F03: four courses in a year claimed for; beside it, three, and four of which one is not.
    for (name, courses, claimed, planted) in [
        ("包娜", 4, 4, true),
        ("包莲", 3, 3, false),
        ("包霞", 4, 3, false),
    ] {
        let person = c.person_of(name, "female", 1985, "150902001");
        let taken: Vec<_> = (0..courses)
            .map(|m| c.class_of(m + 1, "EMPLOY", vec![person.clone()]))
            .collect();
        let number = format!("F03 {name}");
        let day = ("2026-03-12", "2026-03-12");
        let paper = c.certificate(
            "completion",
            SITE,
            &site_key,
            &person,
            name,
            &number,
            None,
            "5",
            day,
        );
        for cohort in taken.iter().take(claimed) {
            c.claimed(cohort, &person, &paper);
        }
        if planted {
            c.plant("F03", "many", &taken[0].enrolments[0]);
        }
    }
    // F04: five days entered on one; beside it, four. Everybody always there; beside it, one absence. At night.
    for (days, planted) in [(5, true), (4, false)] {
        let cohort = c.class(8, 3);
        let teacher = c.teacher();
        for day in 1..=10 {
            let lesson = c.lesson(
                &cohort.class,
                &teacher,
                &format!("2026-08-{day:02}"),
                "am",
                4,
            );
            let made = if day <= days { days } else { day };
            c.attend(
                &lesson,
                &cohort.enrolments[0],
                "present",
                &format!("2026-08-{made:02} 08:00:00"),
            );
        }
        if planted {
            c.plant("F04", "bulk", &cohort.class);
        }
    }
    for planted in [true, false] {
        let cohort = c.class(8, 21);
        let teacher = c.teacher();
        for day in 1..=10 {
            let lesson = c.lesson(
                &cohort.class,
                &teacher,
                &format!("2026-08-{day:02}"),
                "am",
                4,
            );
            for (n, enrolment) in cohort.enrolments.iter().enumerate() {
                let absent = !planted && n == 0 && day == 3;
                let presence = if absent { "leave" } else { "present" };
                c.attend(
                    &lesson,
                    enrolment,
                    presence,
                    &format!("2026-08-{day:02} 08:00:00"),
                );
            }
        }
        if planted {
            c.plant("F04", "perfect", &cohort.class);
        }
    }
    for (at, planted) in [
        ("2026-08-01 18:30:00", true),
        ("2026-08-01 22:30:00", false),
    ] {
        let cohort = c.class(8, 1);
        let teacher = c.teacher();
        for day in 1..=10 {
            let lesson = c.lesson(
                &cohort.class,
                &teacher,
                &format!("2026-08-{day:02}"),
                "am",
                4,
            );
            if day == 1 {
                c.attend(&lesson, &cohort.enrolments[0], "present", at);
            }
        }
        if planted {
            c.plant("F04", "night", &cohort.class);
        }
    }
    // F05: an hour short, nine hours on a day, assessed before the last lesson; and just not so.
    for (hours, planted) in [(3, true), (4, false)] {
        let cohort = c.class(9, 1);
        let teacher = c.teacher();
        for day in 1..=10 {
            let hours = if day == 1 { hours } else { 4 };
            c.lesson(
                &cohort.class,
                &teacher,
                &format!("2026-09-{day:02}"),
                "am",
                hours,
            );
        }
        if planted {
            c.plant("F05", "short", &cohort.class);
        }
    }
    for (hours, planted) in [(5, true), (4, false)] {
        let cohort = c.class(9, 1);
        let teacher = c.teacher();
        for day in 1..=9 {
            c.lesson(
                &cohort.class,
                &teacher,
                &format!("2026-09-{day:02}"),
                "am",
                4,
            );
        }
        c.lesson(&cohort.class, &teacher, "2026-09-01", "pm", hours);
        if planted {
            c.plant("F05", "long", &cohort.class);
        }
    }
    for (day, planted) in [("2026-09-09", true), ("2026-09-10", false)] {
        let cohort = c.class(9, 1);
        let teacher = c.teacher();
        for day in 1..=10 {
            c.lesson(
                &cohort.class,
                &teacher,
                &format!("2026-09-{day:02}"),
                "am",
                4,
            );
        }
        let sitting = c.sitting(day);
        c.candidate(
            &sitting,
            &cohort.people[0],
            Some(&cohort.enrolments[0]),
            "5A",
        );
        if planted {
            c.plant("F05", "early", &sitting);
        }
    }
    // F06: ages, and what departments told.
    for (sex, birth, found) in [
        ("male", 2011, Some("young")),
        ("male", 2010, None),
        ("male", 1962, Some("old")),
        ("male", 1963, None),
        ("female", 1967, Some("old")),
        ("female", 1968, None),
    ] {
        let person = c.person_of("人", sex, birth, "150902001");
        let cohort = c.class_of(10, "EMPLOY", vec![person]);
        if let Some(variant) = found {
            c.plant("F06", variant, &cohort.enrolments[0]);
        }
    }
    let told = |c: &mut City, kind: &str, person: &str, starts: &str, ends: Option<&str>| {
        let id = key("d", c.next());
        let n: usize = person[1..].parse().unwrap();
        let (index, ends) = (
            c.bytes(n),
            ends.map_or("NULL".to_owned(), |day| format!("'{day}'")),
        );
        c.put(&format!(
            "deliveries VALUES ('{id}', '部门', '{kind}', '150900', '2026-12-31', 1, 0, 'f', 'd', '2026-01-05 01:00:00', 'x')"
        ));
        c.put(&format!(
            "delivered VALUES ('{id}', 1, {index}, '{starts}', {ends})"
        ));
    };
    for (kind, course, starts, ends, planted) in [
        ("deceased", "EMPLOY", "2026-09-01", None, true),
        ("deceased", "EMPLOY", "2026-10-10", None, false),
        ("pensioner", "EMPLOY", "2026-09-01", None, true),
        ("pensioner", "EMPLOY", "2026-10-02", None, false),
        ("payroll", "EMPLOY", "2020-01-01", None, true),
        ("payroll", "EMPLOY", "2020-01-01", Some("2026-09-30"), false),
        ("insured", "EMPLOY", "2026-09-01", None, true),
        ("insured", "POST", "2026-09-01", None, false),
    ] {
        let person = c.person();
        told(&mut c, kind, &person, starts, ends);
        let cohort = c.class_of(10, course, vec![person]);
        if planted {
            c.plant("F06", kind, &cohort.enrolments[0]);
        }
    }
    // F07: a group the list does not know, knows only later, knows.
    for (since, variant) in [
        (None, Some("unlisted")),
        (Some("2026-10-02"), Some("after")),
        (Some("2026-10-01"), None),
    ] {
        let person = c.person();
        if let Some(since) = since {
            told(&mut c, "disabled", &person, since, None);
        }
        let cohort = c.class_of(10, "EMPLOY", vec![person]);
        c.put(&format!(
            "group_snapshots VALUES ('{}', 'G08')",
            cohort.enrolments[0]
        ));
        if let Some(variant) = variant {
            c.plant("F07", variant, &cohort.enrolments[0]);
        }
    }
    // F08: a teacher in two rooms; beside it, morning and afternoon.
    for (half, planted) in [("am", true), ("pm", false)] {
        let teacher = c.teacher();
        let (one, other) = (c.class(11, 1), c.class(11, 1));
        for (cohort, half) in [(&one, "am"), (&other, half)] {
            c.lesson(&cohort.class, &teacher, "2026-11-01", half, 4);
            let own = c.teacher();
            for day in 2..=10 {
                c.lesson(&cohort.class, &own, &format!("2026-11-{day:02}"), "am", 4);
            }
        }
        if planted {
            c.plant("F08", "teacher", &one.class);
        }
    }
    for (day, planted) in [("2026-04-11", true), ("2026-04-12", false)] {
        let (here, n) = (c.assessor(), c.next());
        c.institution(n, "站");
        let sittings = [
            c.sitting_at(n, "2026-04-11", "甲"),
            c.sitting_at(n, day, "乙"),
        ];
        for sitting in &sittings {
            let others = [c.assessor(), c.assessor()];
            for assessor in [&here, &others[0], &others[1]] {
                c.seat(sitting, assessor, "practice");
            }
        }
        if planted {
            c.plant("F08", "assessor", &sittings[0]);
        }
    }
    for (seats, planted) in [(2, true), (4, true), (3, false)] {
        let sitting = c.sitting("2026-04-13");
        for _ in 0..seats {
            let assessor = c.assessor();
            c.seat(&sitting, &assessor, "practice");
        }
        if planted {
            c.plant("F08", "panel", &sitting);
        }
    }
    for (ends, planted) in [("2026-04-13", true), ("2026-04-14", false)] {
        let sitting = c.sitting("2026-04-14");
        let person = c.person();
        let assessor = c.assessor_of(&person, ends);
        c.seat(&sitting, &assessor, "theory");
        if planted {
            c.plant("F08", "card", &sitting);
        }
    }
    for planted in [true, false] {
        let person = c.person();
        let assessor = c.assessor_of(&person, "2028-12-31");
        let person = if planted { person } else { c.person() };
        let teacher = key("t", c.next());
        c.put(&format!(
            "teachers VALUES ('{teacher}', '{}', '{person}', '师', NULL, 'Q', '{teacher}', '2029-01-01', '2026-01-05 01:00:00', 'x')",
            key("i", SCHOOL)
        ));
        let cohort = c.class(11, 1);
        c.put(&format!(
            "class_teachers VALUES ('{}', '{teacher}')",
            cohort.class
        ));
        let sitting = c.sitting("2026-11-20");
        c.candidate(
            &sitting,
            &cohort.people[0],
            Some(&cohort.enrolments[0]),
            "5A",
        );
        c.seat(&sitting, &assessor, "theory");
        if planted {
            c.plant("F08", "own", &sitting);
        }
    }
    for (turns, planted) in [(4, true), (3, false)] {
        let (assessor, n) = (c.assessor(), c.next());
        c.institution(n, "站");
        let mut first = String::new();
        for day in 1..=turns {
            let sitting = c.sitting_at(n, &format!("2026-06-{day:02}"), "P");
            c.seat(&sitting, &assessor, "theory");
            first = sitting;
        }
        if planted {
            c.plant("F08", "running", &first);
        }
    }
    for (people, planted) in [(61, true), (60, false)] {
        let spread: Vec<i32> = (0..people).map(|n| 500 + n * 7).collect();
        let sitting = c.marked("2026-06-12", &spread, 12);
        if planted {
            for _ in 0..3 {
                c.plant("F08", "load", &sitting);
            }
        }
    }
    // F09: all passed, piled up at sixty, no spread, never a difference, a signed mark raised.
    let spread = |from: i32, step: i32| -> Vec<i32> { (0..25).map(|n| from + n * step).collect() };
    let sitting = c.marked("2026-05-11", &spread(650, 10), 12);
    c.plant("F09", "everybody", &sitting);
    c.marked("2026-05-12", &spread(590, 14), 12);
    let mut pile = vec![605; 13];
    pile.extend((0..12).map(|n| 400 + n * 10));
    let sitting = c.marked("2026-05-13", &pile, 2);
    c.plant("F09", "pile", &sitting);
    let mut less = vec![605; 12];
    less.extend((0..13).map(|n| 400 + n * 10));
    c.marked("2026-05-14", &less, 2);
    let sitting = c.marked("2026-05-15", &spread(570, 1), 12);
    c.plant("F09", "flat", &sitting);
    let sitting = c.marked("2026-05-16", &spread(400, 15)[..10], 0);
    c.plant("F09", "equal", &sitting);
    c.marked("2026-05-17", &spread(400, 15)[..9], 0);
    for (before, after, planted) in [(590, 610, true), (610, 630, false)] {
        let (sitting, assessor, person) = (c.sitting("2026-05-18"), c.assessor(), c.person());
        c.seat(&sitting, &assessor, "theory");
        let candidate = c.candidate(&sitting, &person, None, "5A");
        c.mark(&candidate, &assessor, 1, before, "2026-05-18 01:00:00");
        c.put(&format!("mark_signatures VALUES ('{sitting}', '{assessor}', 'practice', 'd', '2026-05-18 02:00:00', 'x')"));
        c.mark(&candidate, &assessor, 2, after, "2026-05-18 03:00:00");
        if planted {
            c.plant("F09", "edited", &candidate);
        }
    }
    // F10: publicity of four working days, beside it of five; a certificate on its last day; dated back; a gap.
    for (closes, issued, variant) in [
        ("2026-06-11", "2026-06-20", Some("publicity")),
        ("2026-06-12", "2026-06-12", Some("before")),
        ("2026-06-12", "2026-06-13", None),
    ] {
        let n = c.next();
        c.institution(n, "站");
        let key_id = c.issuer_key(n);
        let sitting = c.sitting_at(n, "2026-06-01", "P");
        c.put(&format!(
            "publicities VALUES ('{sitting}', '2026-06-05', '{closes}', '2026-06-05 01:00:00', 'x')"
        ));
        let person = c.person_of("发", "male", 1980, "150902001");
        let number = format!("S{n:04}15090002265000001");
        let id = c.certificate(
            "level",
            n,
            &key_id,
            &person,
            "发",
            &number,
            Some(&sitting),
            "5",
            (issued, issued),
        );
        match variant {
            Some("publicity") => c.plant("F10", "publicity", &sitting),
            Some(variant) => c.plant("F10", variant, &id),
            None => {}
        }
    }
    for (made, planted) in [("2026-07-03", true), ("2026-07-02", false)] {
        let n = c.next();
        c.institution(n, "站");
        let key_id = c.issuer_key(n);
        let person = c.person_of("日", "male", 1980, "150902001");
        let number = format!("S{n:04}15090002265000001");
        let id = c.certificate(
            "level",
            n,
            &key_id,
            &person,
            "日",
            &number,
            None,
            "5",
            ("2026-07-01", made),
        );
        if planted {
            c.plant("F10", "dated", &id);
        }
    }
    for (second, planted) in [(3, true), (2, false)] {
        let n = c.next();
        c.institution(n, "站");
        let key_id = c.issuer_key(n);
        let mut last = String::new();
        for turn in [1, second] {
            let person = c.person_of("号", "male", 1980, "150902001");
            let number = format!("S{n:04}15090002265{turn:06}");
            last = c.certificate(
                "level",
                n,
                &key_id,
                &person,
                "号",
                &number,
                None,
                "5",
                ("2026-07-01", "2026-07-01"),
            );
        }
        if planted {
            c.plant("F10", "gap", &last);
        }
    }
    // F11, F14: one phone for four; beside it for three. One name and phone twice; another name on paper.
    for (people, planted) in [(4, true), (3, false)] {
        let mark = format!("mark{people}");
        let mut first = String::new();
        for _ in 0..people {
            first = c.person();
            let bytes = c.bytes(1);
            c.put(&format!(
                "phone_marks VALUES ('{first}', {bytes}, '{mark}')"
            ));
        }
        if planted {
            c.plant("F11", "phone", &first);
        }
    }
    for (names, planted) in [(["同名", "同名"], true), (["甲名", "乙名"], false)] {
        let mut first = String::new();
        for name in names {
            first = c.person_of(name, "male", 1980, "150902001");
            let bytes = c.bytes(1);
            c.put(&format!(
                "phone_marks VALUES ('{first}', {bytes}, 'pair{}')",
                names[0]
            ));
        }
        if planted {
            c.plant("F14", "same", &first);
        }
    }
    for (holder, planted) in [("李四", true), ("张三", false)] {
        let n = c.next();
        let person = c.person_of("张三", "male", 1980, "150902001");
        let id = c.certificate(
            "completion",
            SITE,
            &site_key,
            &person,
            holder,
            &format!("N{n}"),
            None,
            "5",
            day,
        );
        if planted {
            c.plant("F14", "names", &id);
        }
    }
    // F12: a hundred and twenty-one on one day, beside it a hundred and twenty; five hundred and one soon after filing.
    for (per_day, days, variant) in [
        (121, 1, Some("day")),
        (120, 1, None),
        (101, 5, Some("new")),
        (100, 5, None),
    ] {
        let n = c.next();
        let institution = c.institution(n, "站");
        let key_id = c.issuer_key(n);
        c.put(&format!(
            "entitlements VALUES ('{}', '{institution}', 'assess', '6-18-02-04', NULL, '5', '2026-01-10', '2028-12-31', 'D', '2026-01-10 01:00:00', 'x')",
            key("f", n)
        ));
        let mut turn = 0;
        for day in 1..=days {
            for _ in 0..per_day {
                turn += 1;
                let person = c.person_of("快", "male", 1980, "150902001");
                let number = format!("S{n:04}15090002265{turn:06}");
                let day = format!("2026-02-{day:02}");
                c.certificate(
                    "level",
                    n,
                    &key_id,
                    &person,
                    "快",
                    &number,
                    None,
                    "5",
                    (&day, &day),
                );
            }
        }
        if let Some(variant) = variant {
            c.plant("F12", variant, &institution);
        }
    }
    // F13: ten hired by one on one day, beside it nine; hired by the school itself, beside it another.
    for (hired, uscc, variant) in [
        (10, "X1", Some("one")),
        (9, "X2", None),
        (1, "U1", Some("itself")),
        (1, "U0", None),
    ] {
        let cohort = c.class(10, 10);
        for enrolment in &cohort.enrolments[..hired] {
            let id = key("j", c.next());
            c.put(&format!(
                "employments VALUES ('{id}', '{enrolment}', 3, '2026-11-01', 'EMPLOYED', '公司', '{uscc}', '', NULL, '', 'institution', '2026-11-02 01:00:00', 'x')"
            ));
        }
        if let Some(variant) = variant {
            c.plant("F13", variant, &cohort.class);
        }
    }
    // F15: ten years of work at twenty-five, beside it at twenty-six; a level-five certificate nobody issued.
    for (birth, planted) in [(2001, true), (2000, false)] {
        let person = c.person_of("人", "male", birth, "150902001");
        let sitting = c.sitting("2026-03-11");
        let candidate = c.candidate(&sitting, &person, None, "3A");
        if planted {
            c.plant("F15", "years", &candidate);
        }
    }
    for planted in [true, false] {
        let n = c.next();
        let person = c.person_of("证", "male", 1980, "150902001");
        if !planted {
            c.certificate(
                "completion",
                SITE,
                &site_key,
                &person,
                "证",
                &format!("P{n}"),
                None,
                "5",
                ("2020-01-01", "2020-01-01"),
            );
        }
        let sitting = c.sitting("2026-03-12");
        let candidate = c.candidate(&sitting, &person, None, "4B");
        if planted {
            c.plant("F15", "previous", &candidate);
        }
    }
    // F16: six of ten from elsewhere, beside it five.
    for (strangers, planted) in [(6, true), (5, false)] {
        let people = (0..10)
            .map(|n| {
                c.person_of(
                    "客",
                    "male",
                    1980,
                    if n < strangers { "150102" } else { "150921" },
                )
            })
            .collect();
        let cohort = c.class_of(10, "EMPLOY", people);
        if planted {
            c.plant("F16", "elsewhere", &cohort.class);
        }
        assert!(!cohort.course.is_empty());
    }
    c
}
