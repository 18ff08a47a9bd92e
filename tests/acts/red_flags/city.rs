//! 城: a city as it is written down, row by row, for both databases.

use std::collections::BTreeMap;

/// A key of this kind of record, by number.
pub fn key(kind: &str, n: usize) -> String {
    format!("{kind}{n:0>width$}", width = 26 - kind.len())
}

/// The city as it is written down: statements for both databases, and what was planted in it.
pub struct City {
    pub sql: String,
    postgres: bool,
    last: usize,
    /// Rule and variant: the records of each planted case.
    pub planted: BTreeMap<(&'static str, &'static str), Vec<String>>,
}

/// One class: its key, and its trainees' enrolments and persons.
pub struct Cohort {
    pub class: String,
    pub course: String,
    pub enrolments: Vec<String>,
    pub people: Vec<String>,
}

pub const SCHOOL: usize = 1;
pub const SITE: usize = 2;

impl City {
    pub fn new(postgres: bool) -> Self {
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

    pub fn put(&mut self, row: &str) {
        self.sql.push_str("INSERT INTO ");
        self.sql.push_str(row);
        self.sql.push_str(";\n");
    }

    pub fn next(&mut self) -> usize {
        self.last += 1;
        self.last
    }

    pub fn bytes(&self, n: usize) -> String {
        if self.postgres {
            format!("'\\x{n:016x}'")
        } else {
            format!("X'{n:016x}'")
        }
    }

    pub fn plant(&mut self, rule: &'static str, variant: &'static str, record: &str) {
        self.planted
            .entry((rule, variant))
            .or_default()
            .push(record.to_owned());
    }

    pub fn institution(&mut self, n: usize, name: &str) -> String {
        let id = key("i", n);
        self.put(&format!(
            "institutions VALUES ('{id}', '{name}{n}', 'N', 'slug{n}', 'U{n}', '150902', true, true, 'S', '{n:04}', '{n:06}', 'L', 'A', 'C', '2026-01-05 01:00:00', NULL)"
        ));
        id
    }

    pub fn issuer_key(&mut self, n: usize) -> String {
        let (id, bytes) = (format!("key{n}"), self.bytes(n));
        self.put(&format!(
            "issuer_keys (id, institution, year, algorithm, public, private_sealed, vouched_by, voucher, created_at) \
             VALUES ('{id}', '{}', 2026, 'ES256', {bytes}, {bytes}, 'root', {bytes}, '2026-01-05 01:00:00')",
            key("i", n)
        ));
        id
    }

    pub fn person_of(&mut self, name: &str, sex: &str, birth: i32, region: &str) -> String {
        let n = self.next();
        let (id, bytes) = (key("p", n), self.bytes(n));
        self.put(&format!(
            "people VALUES ('{id}', '{name}', 'id_card', {bytes}, {bytes}, '0000', '{sex}', {birth}, NULL, NULL, '{region}', NULL, '2026-01-05 01:00:00', 'x')"
        ));
        id
    }

    pub fn person(&mut self) -> String {
        let n = self.last + 1;
        let sex = if n.is_multiple_of(2) {
            "male"
        } else {
            "female"
        };
        self.person_of(&format!("人{n}"), sex, 1985, "150902001")
    }

    pub fn teacher(&mut self) -> String {
        let person = self.person();
        let id = key("t", self.last);
        self.put(&format!(
            "teachers VALUES ('{id}', '{}', '{person}', '师', NULL, 'Q', '{id}', '2029-01-01', '2026-01-05 01:00:00', 'x')",
            key("i", SCHOOL)
        ));
        id
    }

    pub fn assessor_of(&mut self, person: &str, ends: &str) -> String {
        let id = key("a", self.next());
        self.put(&format!(
            "assessors VALUES ('{id}', '{person}', '考评员', 'E', '{id}', 'senior', '2024-01-01', '{ends}', '2026-01-05 01:00:00', 'x')"
        ));
        id
    }

    pub fn assessor(&mut self) -> String {
        let person = self.person();
        self.assessor_of(&person, "2028-12-31")
    }

    /// A class of these people that began on the first day of a month and ended on its tenth.
    pub fn class_of(&mut self, month: u32, kind: &str, people: Vec<String>) -> Cohort {
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

    pub fn class(&mut self, month: u32, size: usize) -> Cohort {
        let people = (0..size).map(|_| self.person()).collect();
        self.class_of(month, "EMPLOY", people)
    }

    /// A subsidy claimed for the first of a class.
    pub fn claimed(&mut self, cohort: &Cohort, person: &str, paper: &str) {
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
    pub fn lesson(
        &mut self,
        class: &str,
        teacher: &str,
        day: &str,
        half: &str,
        hours: u32,
    ) -> String {
        let id = key("l", self.next());
        self.put(&format!(
            "lessons VALUES ('{id}', '{class}', '{day}', '{half}', {hours}, 'C', '{teacher}')"
        ));
        id
    }

    pub fn attend(&mut self, lesson: &str, enrolment: &str, presence: &str, at: &str) {
        let id = key("s", self.next());
        self.put(&format!(
            "attendances VALUES ('{id}', '{lesson}', '{enrolment}', 1, '{presence}', false, '{at}', 'x')"
        ));
    }

    /// Ten half-days of four hours, each entered on its own day; now and then somebody is absent.
    pub fn teach(&mut self, cohort: &Cohort, month: u32) {
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

    pub fn sitting_at(&mut self, institution: usize, day: &str, place: &str) -> String {
        let n = self.next();
        let id = key("z", n);
        self.put(&format!(
            "sittings VALUES ('{id}', '{}', '评{n}', '6-18-02-04', NULL, '5', '{day}', '{place}', 'issued', '2026-01-05 01:00:00', 'x')",
            key("i", institution)
        ));
        id
    }

    /// A sitting of an organisation of its own, so that runs of sittings do not meet.
    pub fn sitting(&mut self, day: &str) -> String {
        let n = self.next();
        self.institution(n, "站");
        self.sitting_at(n, day, "P")
    }

    pub fn seat(&mut self, sitting: &str, assessor: &str, part: &str) {
        self.put(&format!(
            "panel_members VALUES ('{sitting}', '{assessor}', '{part}', false)"
        ));
    }

    pub fn candidate(
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

    pub fn mark(&mut self, candidate: &str, assessor: &str, version: u32, tenths: i32, at: &str) {
        let id = key("m", self.next());
        self.put(&format!(
            "marks VALUES ('{id}', '{candidate}', 'practice', '{assessor}', {version}, {tenths}, false, NULL, '{at}', 'x')"
        ));
    }

    /// A sitting with three assessors and these marks of practice; `apart` is how much they differ.
    pub fn marked(&mut self, day: &str, tenths: &[i32], apart: i32) -> String {
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
    pub fn certificate(
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
