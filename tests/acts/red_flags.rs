//! 疑点: a synthetic city with fraud planted and near-misses beside it, rule by rule.

use crate::hall::Hall;
use guildhall::acts::{draws, red_flags};
use guildhall::domain::account::{Overseer, Role, Scope};
use guildhall::domain::place::RegionCode;
use guildhall::domain::red_flag::{Limits, Verdict};
use guildhall::ground::slice::Window;
use guildhall::store::red_flags::Sought;
use guildhall::store::{Conn, Found};
use std::collections::{BTreeMap, BTreeSet};

/// A key of this kind of record, by number.
fn key(kind: &str, n: usize) -> String {
    format!("{kind}{n:0>width$}", width = 26 - kind.len())
}

/// The city as it is written down: statements for both databases, and what was planted in it.
struct City {
    sql: String,
    postgres: bool,
    last: usize,
    /// Rule and variant: the records of each planted case.
    planted: BTreeMap<(&'static str, &'static str), Vec<String>>,
}

/// One class: its key, and its trainees' enrolments and persons.
struct Cohort {
    class: String,
    course: String,
    enrolments: Vec<String>,
    people: Vec<String>,
}

const SCHOOL: usize = 1;
const SITE: usize = 2;

impl City {
    fn new(postgres: bool) -> Self {
        let mut city = Self {
            sql: String::new(),
            postgres,
            last: 1000,
            planted: BTreeMap::new(),
        };
        for (n, name) in [(SCHOOL, "学校"), (SITE, "评价站")] {
            city.institution(n, name);
        }
        let at = "2026-01-05 01:00:00";
        let bytes = city.bytes(1);
        city.put(&format!(
            "registry_keys (id, algorithm, public, private_sealed, created_at) VALUES ('root', 'ES256', {bytes}, {bytes}, '{at}')"
        ));
        city
    }

    fn put(&mut self, row: &str) {
        self.sql.push_str("INSERT INTO ");
        self.sql.push_str(row);
        self.sql.push_str(";\n");
    }

    fn next(&mut self) -> usize {
        self.last += 1;
        self.last
    }

    fn bytes(&self, n: usize) -> String {
        if self.postgres {
            format!("'\\x{n:016x}'")
        } else {
            format!("X'{n:016x}'")
        }
    }

    fn plant(&mut self, rule: &'static str, variant: &'static str, record: &str) {
        self.planted
            .entry((rule, variant))
            .or_default()
            .push(record.to_owned());
    }

    fn institution(&mut self, n: usize, name: &str) -> String {
        let id = key("i", n);
        self.put(&format!(
            "institutions VALUES ('{id}', '{name}{n}', 'N', 'slug{n}', 'U{n}', '150902', true, true, 'S', '{n:04}', '{n:06}', 'L', 'A', 'C', '2026-01-05 01:00:00', NULL)"
        ));
        id
    }

    fn issuer_key(&mut self, n: usize) -> String {
        let (id, bytes) = (format!("key{n}"), self.bytes(n));
        self.put(&format!(
            "issuer_keys (id, institution, year, algorithm, public, private_sealed, vouched_by, voucher, created_at) \
             VALUES ('{id}', '{}', 2026, 'ES256', {bytes}, {bytes}, 'root', {bytes}, '2026-01-05 01:00:00')",
            key("i", n)
        ));
        id
    }

    fn person_of(&mut self, name: &str, sex: &str, birth: i32, region: &str) -> String {
        let n = self.next();
        let (id, bytes) = (key("p", n), self.bytes(n));
        self.put(&format!(
            "people VALUES ('{id}', '{name}', 'id_card', {bytes}, {bytes}, '0000', '{sex}', {birth}, NULL, NULL, '{region}', NULL, '2026-01-05 01:00:00', 'x')"
        ));
        id
    }

    fn person(&mut self) -> String {
        let n = self.last + 1;
        let sex = if n.is_multiple_of(2) {
            "male"
        } else {
            "female"
        };
        self.person_of(&format!("人{n}"), sex, 1985, "150902001")
    }

    fn teacher(&mut self) -> String {
        let person = self.person();
        let id = key("t", self.last);
        self.put(&format!(
            "teachers VALUES ('{id}', '{}', '{person}', '师', NULL, 'Q', '{id}', '2029-01-01', '2026-01-05 01:00:00', 'x')",
            key("i", SCHOOL)
        ));
        id
    }

    fn assessor_of(&mut self, person: &str, ends: &str) -> String {
        let id = key("a", self.next());
        self.put(&format!(
            "assessors VALUES ('{id}', '{person}', '考评员', 'E', '{id}', 'senior', '2024-01-01', '{ends}', '2026-01-05 01:00:00', 'x')"
        ));
        id
    }

    fn assessor(&mut self) -> String {
        let person = self.person();
        self.assessor_of(&person, "2028-12-31")
    }

    /// A class of these people that began on the first day of a month and ended on its tenth.
    fn class_of(&mut self, month: u32, kind: &str, people: Vec<String>) -> Cohort {
        let n = self.next();
        let (class, course) = (key("k", n), key("q", n));
        let school = key("i", SCHOOL);
        self.put(&format!(
            "courses VALUES ('{course}', '{school}', '课{n}', '{kind}', '6-18-02-04', NULL, NULL, '5', 16, 24, 80, 'S', 'P', '2026-01-05 01:00:00', 'x')"
        ));
        self.put(&format!(
            "classes VALUES ('{class}', '{course}', '{school}', '150902', '班{n}', '班{n}', '2026-{month:02}-01', '2026-{month:02}-10', 'P', 50, 'completed', '2026-01-05 01:00:00', 'x')"
        ));
        let mut enrolments = Vec::new();
        for person in &people {
            let id = key("e", self.next());
            self.put(&format!(
                "enrolments VALUES ('{id}', '{class}', '{person}', NULL, NULL, '2026-01-06 01:00:00', 'x')"
            ));
            enrolments.push(id);
        }
        Cohort {
            class,
            course,
            enrolments,
            people,
        }
    }

    fn class(&mut self, month: u32, size: usize) -> Cohort {
        let people = (0..size).map(|_| self.person()).collect();
        self.class_of(month, "EMPLOY", people)
    }

    /// A subsidy claimed for the first of a class.
    fn claimed(&mut self, cohort: &Cohort, person: &str, paper: &str) {
        let n = self.next();
        let (claim, line, rule) = (key("y", n), key("y1", n), key("y2", n));
        let at = "2026-06-01 01:00:00";
        self.put(&format!(
            "subsidy_rules VALUES ('{rule}', '150900', 'training', NULL, NULL, NULL, 'head', 100000, NULL, 0, NULL, NULL, 'D', '2026-01-01', '{at}', 'x')"
        ));
        self.put(&format!(
            "claims VALUES ('{claim}', '{}', '{}', '150902', 'training', 1, 100000, 'filed', '{at}', 'x')",
            cohort.class,
            key("i", SCHOOL)
        ));
        self.put(&format!(
            "claim_lines VALUES ('{line}', '{claim}', '{}', '{person}', '{rule}', '{paper}', 40, 40, '{n}', 2026, 100000)",
            cohort.enrolments[0]
        ));
        self.put(&format!(
            "claim_rights VALUES ('{person}', 'training', '{n}', 2026, '{line}')"
        ));
    }

    /// A half-day of a class, of some hours.
    fn lesson(&mut self, class: &str, teacher: &str, day: &str, half: &str, hours: u32) -> String {
        let id = key("l", self.next());
        self.put(&format!(
            "lessons VALUES ('{id}', '{class}', '{day}', '{half}', {hours}, 'C', '{teacher}')"
        ));
        id
    }

    fn attend(&mut self, lesson: &str, enrolment: &str, presence: &str, at: &str) {
        let id = key("s", self.next());
        self.put(&format!(
            "attendances VALUES ('{id}', '{lesson}', '{enrolment}', 1, '{presence}', false, '{at}', 'x')"
        ));
    }

    /// Ten half-days of four hours, each entered on its own day; now and then somebody is absent.
    fn teach(&mut self, cohort: &Cohort, month: u32) {
        let teacher = self.teacher();
        for day in 1..=5 {
            for half in ["am", "pm"] {
                let date = format!("2026-{month:02}-{day:02}");
                let lesson = self.lesson(&cohort.class, &teacher, &date, half, 4);
                for (n, enrolment) in cohort.enrolments.iter().enumerate() {
                    let absent = (n + day as usize).is_multiple_of(7);
                    let presence = if absent { "absent" } else { "present" };
                    self.attend(&lesson, enrolment, presence, &format!("{date} 08:00:00"));
                }
            }
        }
    }

    fn sitting_at(&mut self, institution: usize, day: &str, place: &str) -> String {
        let n = self.next();
        let id = key("z", n);
        self.put(&format!(
            "sittings VALUES ('{id}', '{}', '评{n}', '6-18-02-04', NULL, '5', '{day}', '{place}', 'issued', '2026-01-05 01:00:00', 'x')",
            key("i", institution)
        ));
        id
    }

    /// A sitting of an organisation of its own, so that runs of sittings do not meet.
    fn sitting(&mut self, day: &str) -> String {
        let n = self.next();
        self.institution(n, "站");
        self.sitting_at(n, day, "P")
    }

    fn seat(&mut self, sitting: &str, assessor: &str, part: &str) {
        self.put(&format!(
            "panel_members VALUES ('{sitting}', '{assessor}', '{part}', false)"
        ));
    }

    fn candidate(
        &mut self,
        sitting: &str,
        person: &str,
        enrolment: Option<&str>,
        clause: &str,
    ) -> String {
        let n = self.next();
        let id = key("c", n);
        let enrolment = enrolment.map_or("NULL".to_owned(), |id| format!("'{id}'"));
        self.put(&format!(
            "candidates VALUES ('{id}', '{sitting}', '{person}', {enrolment}, '{n}', '{clause}', 'practice', '2026-01-05 01:00:00', 'x')"
        ));
        id
    }

    fn mark(&mut self, candidate: &str, assessor: &str, version: u32, tenths: i32, at: &str) {
        let id = key("m", self.next());
        self.put(&format!(
            "marks VALUES ('{id}', '{candidate}', 'practice', '{assessor}', {version}, {tenths}, false, NULL, '{at}', 'x')"
        ));
    }

    /// A sitting with three assessors and these marks of practice; `apart` is how much they differ.
    fn marked(&mut self, day: &str, tenths: &[i32], apart: i32) -> String {
        let sitting = self.sitting(day);
        let panel: Vec<_> = (0..3).map(|_| self.assessor()).collect();
        for assessor in &panel {
            self.seat(&sitting, assessor, "practice");
        }
        for mark in tenths {
            let person = self.person();
            let candidate = self.candidate(&sitting, &person, None, "5A");
            for (n, assessor) in (0..).zip(&panel) {
                self.mark(
                    &candidate,
                    assessor,
                    1,
                    mark + (n - 1) * apart,
                    "2026-01-07 01:00:00",
                );
            }
        }
        sitting
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    fn certificate(
        &mut self,
        kind: &str,
        institution: usize,
        key_id: &str,
        person: &str,
        holder: &str,
        number: &str,
        sitting: Option<&str>,
        level: &str,
        issued: (&str, &str),
    ) -> String {
        let n = self.next();
        let (id, bytes) = (key("x", n), self.bytes(n));
        let sitting = sitting.map_or("NULL".to_owned(), |id| format!("'{id}'"));
        self.put(&format!(
            "certificates (id, token, number, kind, institution, person, sitting, holder, id_kind, id_tail, occupation, occupation_name, \
             level, issued_on, print, key_id, cose, status_list, status_index, issued_at, issued_by) \
             VALUES ('{id}', 'tok{n}', '{number}', '{kind}', '{}', '{person}', {sitting}, '{holder}', 'id_card', '0000', '6-18-02-04', '焊工', \
             '{level}', '{}', 1, '{key_id}', {bytes}, 0, {n}, '{} 02:00:00', 'x')",
            key("i", institution),
            issued.0,
            issued.1
        ));
        id
    }
}

/// Everything planted, and a near-miss beside each.
#[expect(
    clippy::too_many_lines,
    reason = "a city is told once, from the first rule to the last"
)]
fn city(postgres: bool) -> City {
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
    let city = city(postgres);
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
