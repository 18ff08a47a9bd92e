//! 班期: a class of welders, from its draft to the file cabinet, and everything that is refused.

use crate::hall::Hall;
use guildhall::acts::attendance;
use guildhall::acts::classes::{self, Draft};
use guildhall::acts::courses::{self, Outline, Wish};
use guildhall::acts::employments::{self, Told};
use guildhall::acts::enterprises as cooperations;
use guildhall::acts::entitlements::{self, NewEntitlement};
use guildhall::acts::institutions::{self, NewInstitution, Particulars};
use guildhall::acts::lessons::{self, Filling};
use guildhall::acts::people;
use guildhall::acts::teachers::{self, Card};
use guildhall::acts::{Done, Error, withdrawals};
use guildhall::domain::account::{Clerk, Follower, Officer, Overseer, Role, Scope, TrainingReader};
use guildhall::domain::attendance::Presence;
use guildhall::domain::class::{ClassId, Step};
use guildhall::domain::course::{Course, CourseId, TrainingKind};
use guildhall::domain::employment::{Fate, Source};
use guildhall::domain::enrolment::EnrolmentId;
use guildhall::domain::enterprise::Enterprise;
use guildhall::domain::entitlement::Subject;
use guildhall::domain::figure::Cut;
use guildhall::domain::id_kind::{IdDocument, IdKind};
use guildhall::domain::id_number::IdNumber;
use guildhall::domain::institution::{InstitutionId, InstitutionRole};
use guildhall::domain::occupation::OccupationCode;
use guildhall::domain::place::RegionCode;
use guildhall::domain::skill_level::SkillLevel;
use guildhall::domain::teacher::TeacherId;
use guildhall::domain::uscc::Uscc;
use guildhall::ground::slice::Window;
use guildhall::store::attendance::Finish;
use guildhall::store::enrolments::{self, Enrolment};
use guildhall::store::enterprises;

fn code<T>(done: Done<T>) -> &'static str {
    done.err().map_or("done", |error| error.code())
}

fn codes<T>(done: Done<T>) -> Vec<&'static str> {
    match done {
        Err(Error::Refused(reasons)) => reasons.iter().map(|reason| reason.code).collect(),
        Err(other) => vec![other.code()],
        Ok(_) => vec!["done"],
    }
}

fn document(sequence: u16) -> IdDocument {
    let number = IdNumber::compose(159_999, "1990-03-07".parse().unwrap(), sequence).unwrap();
    IdDocument::read(IdKind::ResidentCard, number.as_str()).unwrap()
}

pub struct School {
    pub hall: Hall,
    pub id: InstitutionId,
    pub clerk: Clerk,
    pub officer: Officer,
    course: CourseId,
    teacher: TeacherId,
}

fn welding() -> Subject {
    Subject::Occupation(OccupationCode::read("6-18-02-04").unwrap())
}

fn outline() -> Outline {
    Outline {
        course: Course {
            name: "焊工（五级）就业技能培训".to_owned(),
            kind: TrainingKind::Employ,
            subject: welding(),
            work_type: None,
            level: Some(SkillLevel::Five),
            theory_hours: 8,
            practice_hours: 16,
            threshold: 80,
        },
        syllabus: "安全生产8学时，焊接实训16学时".to_owned(),
        place: "1号实训室".to_owned(),
    }
}

fn card(until: &str) -> Card {
    Card {
        name: "孟和".to_owned(),
        occupation: OccupationCode::read("6-18-02-04"),
        qualification: "高级技师".to_owned(),
        number: "TZ-0001".to_owned(),
        valid_until: until.parse().unwrap(),
    }
}

impl School {
    /// A school that may teach welding from January to June 2026; today is 2 March.
    pub fn new() -> Self {
        let hall = Hall::new();
        let bureau = hall.bureau();
        let new = NewInstitution {
            name: "示范职业培训学校".to_owned(),
            uscc: Uscc::compose("52150902MJ0000001").unwrap(),
            region: RegionCode::read("150902").unwrap(),
            particulars: Particulars {
                trains: true,
                licence: "人社民1509004000018号".to_owned(),
                ..Particulars::default()
            },
        };
        let id = institutions::register(&hall.registry, &bureau, new, hall.now).unwrap();
        let line = NewEntitlement {
            role: InstitutionRole::Train,
            subject: welding(),
            level: Some(SkillLevel::Five),
            starts: "2026-01-01".parse().unwrap(),
            ends: "2026-06-30".parse().unwrap(),
            document: "乌人社字〔2026〕1号".to_owned(),
        };
        entitlements::file(&hall.registry, &bureau, &id, line, hall.now).unwrap();
        let clerk = hall.clerk(&id);
        let officer = hall.county("150902");
        let course = courses::register(&hall.registry, &clerk, outline(), hall.now).unwrap();
        let teacher = teachers::register(
            &hall.registry,
            &clerk,
            &document(1),
            card("2026-12-31"),
            hall.now,
        )
        .unwrap();
        Self {
            hall,
            id,
            clerk,
            officer,
            course,
            teacher,
        }
    }

    fn draft(&self, starts: &str, ends: &str) -> Draft {
        Draft {
            course: self.course.clone(),
            name: "2026年春季焊工一班".to_owned(),
            public_name: String::new(),
            starts: starts.parse().unwrap(),
            ends: ends.parse().unwrap(),
            place: String::new(),
            capacity: 3,
            teachers: vec![self.teacher.clone()],
        }
    }

    pub fn drafted(&self, starts: &str, ends: &str) -> ClassId {
        classes::draft(
            &self.hall.registry,
            &self.clerk,
            self.draft(starts, ends),
            None,
            self.hall.now,
        )
        .unwrap()
    }

    pub fn fill(&self, class: &ClassId) -> Done<()> {
        let filling = Filling {
            weekdays: vec![
                chrono::Weekday::Mon,
                chrono::Weekday::Tue,
                chrono::Weekday::Wed,
            ],
            theory: "理论".to_owned(),
            theory_teacher: self.teacher.clone(),
            practice: "实训".to_owned(),
            practice_teacher: self.teacher.clone(),
        };
        lessons::fill(
            &self.hall.registry,
            &self.clerk,
            class,
            &filling,
            self.hall.now,
        )
    }

    /// A class from Monday 9 to Wednesday 11 March, six half-days, approved, with these people.
    pub fn approved(&self, people: u16) -> ClassId {
        let id = self.drafted("2026-03-09", "2026-03-11");
        self.fill(&id).unwrap();
        classes::file(&self.hall.registry, &self.clerk, &id, self.hall.now).unwrap();
        classes::approve(&self.hall.registry, &self.officer, &id, self.hall.now).unwrap();
        for n in 0..people {
            self.enrol(&id, 100 + n);
        }
        id
    }

    pub fn enrol(&self, class: &ClassId, sequence: u16) -> EnrolmentId {
        let by = self.clerk.actor().account.clone();
        let (registry, now) = (&self.hall.registry, self.hall.now);
        let name = format!(
            "学员{}",
            ["甲", "乙", "丙", "丁"][usize::from(sequence % 4)]
        );
        registry
            .store
            .write(|db| {
                let person = people::find_or_add(
                    db,
                    &registry.vault,
                    &document(sequence),
                    &name,
                    &people::Particulars::default(),
                    &by,
                    now,
                )?;
                let enrolment = Enrolment {
                    id: EnrolmentId::fresh(now),
                    class: class.clone(),
                    person,
                    roster: None,
                    line: None,
                    enrolled_at: now.utc(),
                    enrolled_by: by.clone(),
                };
                enrolments::add(db, &enrolment)?;
                Ok::<_, Error>(enrolment.id)
            })
            .unwrap()
    }

    pub fn reader(&self) -> TrainingReader {
        TrainingReader::of(self.clerk.actor().clone()).unwrap()
    }

    pub fn opened(&self, class: &ClassId) -> classes::Opened {
        classes::open(&self.hall.registry, &self.reader(), class, self.hall.now).unwrap()
    }

    /// Marks every lesson on its own day: everyone present but the last, who misses the first two.
    pub fn mark_all(&mut self, class: &ClassId) {
        let opened = self.opened(class);
        let everyone: Vec<_> = opened
            .trainees
            .iter()
            .map(|trainee| trainee.enrolment.id.clone())
            .collect();
        for (n, (lesson, _)) in opened.lessons.iter().enumerate() {
            self.hall.on(&lesson.day.to_string());
            let sheet: Vec<_> = everyone
                .iter()
                .enumerate()
                .map(|(who, id)| {
                    let absent = n < 2 && who + 1 == everyone.len();
                    (
                        id.clone(),
                        if absent {
                            Presence::Absent
                        } else {
                            Presence::Present
                        },
                    )
                })
                .collect();
            let marked = attendance::mark(
                &self.hall.registry,
                &self.clerk,
                &lesson.id,
                &sheet,
                self.hall.now,
            )
            .unwrap();
            assert_eq!((marked.entered, marked.late), (everyone.len(), false));
        }
    }
}

#[test]
fn a_class_goes_from_its_draft_to_the_file_cabinet() {
    let mut school = School::new();
    let id = school.approved(3);
    school.hall.on("2026-03-09");
    classes::begin(&school.hall.registry, &school.clerk, &id, school.hall.now).unwrap();
    school.mark_all(&id);
    school.hall.on("2026-03-11");
    classes::complete(&school.hall.registry, &school.clerk, &id, school.hall.now).unwrap();
    let opened = school.opened(&id);
    let mut outcomes: Vec<_> = opened
        .completions
        .iter()
        .map(|it| (it.attended, it.held, it.outcome))
        .collect();
    outcomes.sort_by_key(|it| it.0);
    assert_eq!(
        outcomes,
        [
            (16, 24, Finish::Short),
            (24, 24, Finish::Completed),
            (24, 24, Finish::Completed)
        ]
    );
    classes::close(&school.hall.registry, &school.clerk, &id, school.hall.now).unwrap();
    assert_eq!(school.opened(&id).class.state, Step::Closed);
    let taken: Vec<_> = school
        .opened(&id)
        .steps
        .iter()
        .map(|step| step.step)
        .collect();
    assert_eq!(
        taken,
        [
            Step::Drafted,
            Step::Filed,
            Step::Approved,
            Step::Begun,
            Step::Completed,
            Step::Closed
        ]
    );
    let mut deeds = school.hall.deeds("class", id.as_str());
    deeds.sort();
    let told = [
        "approved",
        "begun",
        "closed",
        "completed",
        "drafted",
        "filed",
        "scheduled",
    ];
    assert_eq!(deeds, told.map(|step| format!("class.{step}")));
    assert_eq!(school.hall.deeds("attendance", id.as_str()).len(), 6);
}

#[test]
fn everything_in_the_way_of_filing_is_told_at_once() {
    let school = School::new();
    let registry = &school.hall.registry;
    let far = Draft {
        teachers: vec![],
        ..school.draft("2026-06-29", "2026-07-03")
    };
    let id = classes::draft(registry, &school.clerk, far, None, school.hall.now).unwrap();
    let refused = codes(classes::file(registry, &school.clerk, &id, school.hall.now));
    for wanted in [
        "entitlement.lapsed",
        "class.teacherless",
        "lesson.uncovered",
    ] {
        assert!(refused.contains(&wanted), "{wanted} in {refused:?}");
    }
    let late = school.drafted("2026-03-02", "2026-03-04");
    assert!(
        codes(classes::file(
            registry,
            &school.clerk,
            &late,
            school.hall.now
        ))
        .contains(&"class.too-soon")
    );
    let crowded = Draft {
        capacity: 51,
        name: String::new(),
        ..school.draft("2026-03-11", "2026-03-09")
    };
    assert_eq!(
        codes(classes::draft(
            registry,
            &school.clerk,
            crowded,
            None,
            school.hall.now
        )),
        ["field.blank", "class.over-capacity", "class.reversed"]
    );
    let telling = Draft {
        public_name: "残疾人焊工班".to_owned(),
        ..school.draft("2026-03-09", "2026-03-11")
    };
    assert_eq!(
        code(classes::draft(
            registry,
            &school.clerk,
            telling,
            None,
            school.hall.now
        )),
        "class.indiscreet"
    );
    let lapsing = school.drafted("2026-03-09", "2026-03-11");
    school.fill(&lapsing).unwrap();
    teachers::change(
        registry,
        &school.clerk,
        &school.teacher,
        card("2026-03-10"),
        school.hall.now,
    )
    .unwrap();
    assert_eq!(
        code(classes::file(
            registry,
            &school.clerk,
            &lapsing,
            school.hall.now
        )),
        "teacher.unqualified"
    );
}

#[test]
fn a_suspended_institution_files_no_class() {
    let school = School::new();
    let registry = &school.hall.registry;
    let id = school.drafted("2026-03-09", "2026-03-11");
    school.fill(&id).unwrap();
    let wish = Wish::default();
    assert_eq!(
        courses::offers(registry, &wish, Window::of(None, None), school.hall.now)
            .unwrap()
            .total,
        1
    );
    let bureau = school.hall.bureau();
    entitlements::suspend(
        registry,
        &bureau,
        &school.id,
        school.hall.now.day(),
        "年检不合格",
        school.hall.now,
    )
    .unwrap();
    assert_eq!(
        code(classes::file(registry, &school.clerk, &id, school.hall.now)),
        "institution.suspended"
    );
    assert_eq!(
        courses::offers(registry, &wish, Window::of(None, None), school.hall.now)
            .unwrap()
            .total,
        0
    );
}

#[test]
fn a_returned_class_says_why_and_is_filed_again() {
    let school = School::new();
    let registry = &school.hall.registry;
    let id = school.drafted("2026-03-09", "2026-03-11");
    school.fill(&id).unwrap();
    assert_eq!(
        code(classes::approve(
            registry,
            &school.officer,
            &id,
            school.hall.now
        )),
        "class.not-filed"
    );
    classes::file(registry, &school.clerk, &id, school.hall.now).unwrap();
    assert_eq!(code(school.fill(&id)), "class.already-filed");
    assert_eq!(
        code(classes::send_back(
            registry,
            &school.officer,
            &id,
            " ",
            school.hall.now
        )),
        "class.reasons-missing"
    );
    classes::send_back(
        registry,
        &school.officer,
        &id,
        "场地照片不清楚",
        school.hall.now,
    )
    .unwrap();
    let steps = school.opened(&id).steps;
    assert_eq!(
        steps.last().unwrap().reason.as_deref(),
        Some("场地照片不清楚")
    );
    classes::change(
        registry,
        &school.clerk,
        &id,
        school.draft("2026-03-09", "2026-03-11"),
        None,
        school.hall.now,
    )
    .unwrap();
    classes::file(registry, &school.clerk, &id, school.hall.now).unwrap();
    assert_eq!(school.opened(&id).class.state, Step::Filed);
}

#[test]
fn a_class_is_not_moved_onto_days_its_people_spend_in_another() {
    let school = School::new();
    let registry = &school.hall.registry;
    let first = school.approved(2);
    let other = school.opened(&first).class.public_name;
    let id = school.drafted("2026-03-16", "2026-03-18");
    for sequence in [100, 101, 102] {
        school.enrol(&id, sequence);
    }
    let move_to = |starts: &str, ends: &str| {
        let draft = school.draft(starts, ends);
        classes::change(registry, &school.clerk, &id, draft, None, school.hall.now)
    };
    // The last day of the other class is one of its days.
    let Err(Error::Refused(reasons)) = move_to("2026-03-11", "2026-03-13") else {
        panic!("it was moved");
    };
    let mut told: Vec<_> = reasons
        .iter()
        .map(|reason| (reason.code, reason.field, reason.facts.clone()))
        .collect();
    told.sort();
    let tail = |sequence: u16| document(sequence).last4().to_owned();
    let wanted = |sequence: u16| {
        let who = format!("学*（{}）", tail(sequence));
        (
            "class.trainee-elsewhere",
            Some("starts"),
            vec![who, other.clone()],
        )
    };
    let mut both = [wanted(100), wanted(101)];
    both.sort();
    assert_eq!(told, both);
    assert_eq!(school.opened(&id).class.starts.to_string(), "2026-03-16");
    // Beside it she may be; and what does not move is not asked again.
    move_to("2026-03-12", "2026-03-14").unwrap();
    move_to("2026-03-12", "2026-03-14").unwrap();
    // Whoever left the other class is free.
    for trainee in school.opened(&first).trainees {
        withdrawals::withdraw(
            registry,
            &school.clerk,
            &trainee.enrolment.id,
            "转班",
            school.hall.now,
        )
        .unwrap();
    }
    move_to("2026-03-09", "2026-03-11").unwrap();
    assert_eq!(school.opened(&id).class.starts.to_string(), "2026-03-09");
}

/// What the nightly rule F05 looks for is kept out before it is there.
#[test]
fn hours_too_short_or_too_long_are_refused_at_entry() {
    use guildhall::domain::lesson::{Half, Lesson};
    let school = School::new();
    let registry = &school.hall.registry;
    let id = school.drafted("2026-03-09", "2026-03-11");
    let lesson = |day: &str, half, hours| Lesson {
        day: day.parse().unwrap(),
        half,
        hours,
        content: "焊接实训".to_owned(),
        teacher: school.teacher.clone(),
    };
    let lay = |timetable: Vec<Lesson>| {
        lessons::replace(registry, &school.clerk, &id, timetable, school.hall.now)
    };
    let long = vec![
        lesson("2026-03-09", Half::Morning, 5),
        lesson("2026-03-09", Half::Afternoon, 4),
    ];
    assert_eq!(code(lay(long)), "lesson.overfull");
    let mut short = Vec::new();
    for day in ["2026-03-09", "2026-03-10", "2026-03-11"] {
        for half in [Half::Morning, Half::Afternoon] {
            short.push(lesson(day, half, 4));
        }
    }
    short[0].hours = 3;
    lay(short.clone()).unwrap();
    let file = || classes::file(registry, &school.clerk, &id, school.hall.now);
    assert_eq!(codes(file()), ["lesson.uncovered"]);
    short[0].hours = 4;
    lay(short).unwrap();
    file().unwrap();
    // Approved by the hours it had, its course keeps them.
    classes::approve(registry, &school.officer, &id, school.hall.now).unwrap();
    let mut more = outline();
    more.course.practice_hours += 4;
    let changed = courses::change(
        registry,
        &school.clerk,
        &school.course,
        more,
        school.hall.now,
    );
    assert_eq!(code(changed), "course.in-use");
}

#[test]
fn another_countys_officer_and_another_schools_clerk_find_nothing() {
    let school = School::new();
    let registry = &school.hall.registry;
    let id = school.drafted("2026-03-09", "2026-03-11");
    let stranger = school.hall.county("150921");
    assert_eq!(
        code(classes::approve(registry, &stranger, &id, school.hall.now)),
        "not-found"
    );
    let elsewhere = InstitutionId::fresh(school.hall.now);
    let reader = TrainingReader::of(guildhall::domain::account::Actor {
        scope: Scope::Institution(elsewhere),
        ..school.clerk.actor().clone()
    })
    .unwrap();
    assert_eq!(
        code(classes::open(registry, &reader, &id, school.hall.now)),
        "not-found"
    );
    assert_eq!(
        code(courses::open(
            registry,
            &reader,
            &school.course,
            school.hall.now
        )),
        "not-found"
    );
    assert_eq!(
        code(teachers::open(registry, &reader, &school.teacher)),
        "not-found"
    );
    let auditor = TrainingReader::of(school.hall.actor(Role::Auditor, Scope::All)).unwrap();
    assert!(classes::open(registry, &auditor, &id, school.hall.now).is_ok());
}

#[test]
fn late_and_corrected_entries_stay_for_ever() {
    let mut school = School::new();
    let id = school.approved(1);
    school.hall.on("2026-03-09");
    let lesson = school.opened(&id).lessons[0].0.clone();
    let who = school.opened(&id).trainees[0].enrolment.id.clone();
    let mark = |school: &School, presence| {
        attendance::mark(
            &school.hall.registry,
            &school.clerk,
            &lesson.id,
            &[(who.clone(), presence)],
            school.hall.now,
        )
    };
    assert_eq!(code(mark(&school, Presence::Present)), "class.not-begun");
    classes::begin(&school.hall.registry, &school.clerk, &id, school.hall.now).unwrap();
    let tomorrow = school.opened(&id).lessons[2].0.id.clone();
    let early = attendance::mark(
        &school.hall.registry,
        &school.clerk,
        &tomorrow,
        &[(who.clone(), Presence::Present)],
        school.hall.now,
    );
    assert_eq!(code(early), "attendance.early");
    assert_eq!(mark(&school, Presence::Present).unwrap().entered, 1);
    assert_eq!(
        mark(&school, Presence::Present).unwrap().entered,
        0,
        "saying the same again says nothing"
    );
    school.hall.on("2026-03-10");
    assert!(mark(&school, Presence::Absent).unwrap().late);
    let sheet = attendance::sheet(&school.hall.registry, &school.reader(), &lesson.id).unwrap();
    let told: Vec<_> = sheet.rows[0]
        .1
        .iter()
        .map(|entry| (entry.turn, entry.presence, entry.late))
        .collect();
    assert_eq!(
        told,
        [(1, Presence::Present, false), (2, Presence::Absent, true)]
    );
    // Put right on a later day, the entry before it stays late, and both are counted.
    school.hall.on("2026-03-12");
    assert_eq!(mark(&school, Presence::Present).unwrap().entered, 1);
    let summary = attendance::summary(&school.hall.registry, &school.reader(), &id).unwrap();
    let late = summary.late.lessons[&lesson.id];
    assert_eq!(
        (late.count, late.day, late.at),
        (2, lesson.day, school.hall.now.utc())
    );
    assert_eq!(summary.late.trainees[&who], late);
    assert_eq!(summary.late.all, Some(late));
    assert_eq!(summary.late.lessons.len(), 1);
}

#[test]
fn a_class_is_completed_only_with_every_entry_made() {
    let mut school = School::new();
    let id = school.approved(2);
    assert_eq!(
        code(classes::begin(
            &school.hall.registry,
            &school.clerk,
            &id,
            school.hall.now
        )),
        "class.early"
    );
    school.hall.on("2026-03-09");
    classes::begin(&school.hall.registry, &school.clerk, &id, school.hall.now).unwrap();
    assert_eq!(
        code(classes::complete(
            &school.hall.registry,
            &school.clerk,
            &id,
            school.hall.now
        )),
        "class.unfinished"
    );
    school.hall.on("2026-03-11");
    assert_eq!(
        code(classes::complete(
            &school.hall.registry,
            &school.clerk,
            &id,
            school.hall.now
        )),
        "attendance.unmarked"
    );
}

#[test]
fn who_leaves_is_expected_no_more() {
    let mut school = School::new();
    let id = school.approved(2);
    school.hall.on("2026-03-09");
    classes::begin(&school.hall.registry, &school.clerk, &id, school.hall.now).unwrap();
    let opened = school.opened(&id);
    let who = opened.trainees[0].enrolment.id.clone();
    assert_eq!(
        code(withdrawals::withdraw(
            &school.hall.registry,
            &school.clerk,
            &who,
            "",
            school.hall.now
        )),
        "field.blank"
    );
    withdrawals::withdraw(
        &school.hall.registry,
        &school.clerk,
        &who,
        "外出务工",
        school.hall.now,
    )
    .unwrap();
    assert_eq!(
        code(withdrawals::withdraw(
            &school.hall.registry,
            &school.clerk,
            &who,
            "外出务工",
            school.hall.now
        )),
        "enrolment.withdrawn"
    );
    assert_eq!(
        school.hall.deeds("enrolment", who.as_str()),
        ["enrolment.withdrawn"]
    );
    let sheet = [(who.clone(), Presence::Present)];
    let marked = attendance::mark(
        &school.hall.registry,
        &school.clerk,
        &opened.lessons[0].0.id,
        &sheet,
        school.hall.now,
    );
    assert_eq!(code(marked), "attendance.stranger");
    assert_eq!(
        school.opened(&id).wanting.values().sum::<usize>(),
        6,
        "one trainee at six lessons"
    );
}

#[test]
fn a_teacher_stands_in_one_class_at_a_time() {
    let school = School::new();
    let registry = &school.hall.registry;
    school.approved(0);
    let second = school.drafted("2026-03-09", "2026-03-11");
    school.fill(&second).unwrap();
    assert_eq!(
        code(classes::file(
            registry,
            &school.clerk,
            &second,
            school.hall.now
        )),
        "teacher.engaged"
    );
}

#[test]
fn a_timetable_that_does_not_fit_is_refused() {
    let school = School::new();
    let short = school.drafted("2026-03-09", "2026-03-10");
    assert_eq!(code(school.fill(&short)), "lesson.days-short");
    let changed = courses::change(
        &school.hall.registry,
        &school.clerk,
        &school.course,
        outline(),
        school.hall.now,
    );
    assert_eq!(code(changed), "done");
    school.approved(0);
    let changed = courses::change(
        &school.hall.registry,
        &school.clerk,
        &school.course,
        outline(),
        school.hall.now,
    );
    assert_eq!(code(changed), "course.in-use");
}

#[test]
fn an_order_based_class_names_its_enterprise_and_is_judged_by_it() {
    let mut school = School::new();
    let plain = school.approved(3);
    let (clerk, officer) = (school.clerk.clone(), school.officer.clone());
    let mut order = outline();
    order.course.kind = TrainingKind::Order;
    order.course.name = "焊工（五级）订单培训".to_owned();
    let now = school.hall.now;
    let course = courses::register(&school.hall.registry, &clerk, order, now).unwrap();
    let draft = |school: &School| Draft {
        course: course.clone(),
        ..school.draft("2026-03-16", "2026-03-18")
    };
    let registry = school.hall.registry.clone();
    let id = classes::draft(&registry, &clerk, draft(&school), None, now).unwrap();
    school.fill(&id).unwrap();
    assert_eq!(
        codes(classes::file(&registry, &clerk, &id, now)),
        ["class.enterpriseless"]
    );
    let uscc = Uscc::compose("91150900MAX000012").unwrap();
    let enterprise = Enterprise::read("北方重工", uscc.as_str()).unwrap();
    let change = |named: Option<&Enterprise>| {
        classes::change(&registry, &clerk, &id, draft(&school), named, now)
    };
    let other = Enterprise::read("安达物流", uscc.as_str()).unwrap();
    change(other.as_ref()).unwrap();
    change(enterprise.as_ref()).unwrap();
    classes::file(&registry, &clerk, &id, now).unwrap();
    assert_eq!(code(change(None)), "class.already-filed");
    classes::approve(&registry, &officer, &id, now).unwrap();
    assert_eq!(school.opened(&id).enterprise, enterprise);
    // not by hand either
    assert!(
        registry
            .store
            .write(|db| enterprises::set(db, &id, None))
            .is_err()
    );
    // strangers read it beside the class that is to come
    let offer = courses::offer(&registry, &course, now).unwrap();
    assert_eq!(offer.classes[0].1, enterprise);

    for n in 0..3 {
        school.enrol(&id, 110 + n);
    }
    for (class, day) in [(&plain, "2026-03-09"), (&id, "2026-03-16")] {
        school.hall.on(day);
        classes::begin(&registry, &clerk, class, school.hall.now).unwrap();
        school.mark_all(class);
        classes::complete(&registry, &clerk, class, school.hall.now).unwrap();
    }
    let reader = Overseer::of(officer.actor().clone()).unwrap();
    let asked = |until: &str| {
        let cut = Cut::of_year(until.parse().unwrap());
        let it = cooperations::cooperations(&registry, &reader, cut).unwrap();
        let sums = it
            .classes
            .iter()
            .map(|one| {
                assert_eq!(
                    (
                        one.enterprise.as_str(),
                        one.uscc.as_str(),
                        one.class.as_str()
                    ),
                    ("北方重工", uscc.as_str(), id.as_str())
                );
                (one.trainees, one.finished, one.known, one.employed)
            })
            .collect::<Vec<_>>();
        ((it.order.times, it.trained.times), sums)
    };
    assert_eq!(asked("2026-03-15"), ((0, 2), vec![]));
    assert_eq!(asked("2026-03-17"), ((0, 2), vec![(3, 0, 0, 0)]));
    assert_eq!(asked("2026-03-18"), ((2, 4), vec![(3, 2, 0, 0)]));

    // what became of the two who completed it
    let opened = school.opened(&id);
    let follower = Follower::of(clerk.actor().clone()).unwrap();
    let finished: Vec<_> = opened
        .completions
        .iter()
        .filter(|it| it.outcome == Finish::Completed)
        .map(|it| it.enrolment.clone())
        .collect();
    let mut tell = |day: &str, who: usize, months, fate, uscc: Option<&Uscc>| {
        school.hall.on(day);
        let told = Told {
            months,
            day: day.parse().unwrap(),
            fate,
            employer: if fate == Fate::Employed {
                "北方重工"
            } else {
                ""
            }
            .to_owned(),
            uscc: uscc.cloned(),
            occupation: None,
            wage_fen: None,
            evidence: "劳动合同".to_owned(),
            source: Source::Institution,
        };
        let now = school.hall.now;
        employments::record(&registry, &follower, &finished[who], told, now).unwrap();
    };
    tell("2026-06-20", 0, 3, Fate::Employed, Some(&uscc));
    tell("2026-06-20", 1, 3, Fate::Lost, None);
    assert_eq!(asked("2026-06-20").1, [(3, 2, 1, 1)]);
    tell("2026-06-25", 1, 3, Fate::Employed, None);
    assert_eq!(asked("2026-06-25").1, [(3, 2, 2, 2)]);
    // half a year later one works elsewhere, and what was is still told as it was
    let elsewhere = Uscc::compose("91150900MAX000013").unwrap();
    tell("2026-09-20", 0, 6, Fate::Employed, Some(&elsewhere));
    assert_eq!(asked("2026-09-20").1, [(3, 2, 2, 1)]);
    assert_eq!(asked("2026-06-20"), ((2, 4), vec![(3, 2, 1, 1)]));
    // another county sees nothing of it
    let stranger = Overseer::of(school.hall.county("150921").actor().clone()).unwrap();
    let cut = Cut::of_year("2026-09-20".parse().unwrap());
    let nothing = cooperations::cooperations(&registry, &stranger, cut).unwrap();
    assert_eq!((nothing.trained.times, nothing.classes.len()), (0, 0));
}
