//! 评价批次: from planning to publicity, through the acts.

use crate::hall::Hall;
use guildhall::acts::assessors::{self, NewAssessor};
use guildhall::acts::candidates::{self, Application, Declared};
use guildhall::acts::entitlements::{self, NewEntitlement};
use guildhall::acts::institutions::{self, NewInstitution, Particulars};
use guildhall::acts::marks::{self, Given};
use guildhall::acts::objections::{self, NewObjection};
use guildhall::acts::panels::{self, Appointment};
use guildhall::acts::sittings::{self, NewSitting};
use guildhall::acts::{Done, Error, outcomes, publicity};
use guildhall::domain::account::{
    AssessmentClerk, AssessmentSignatory, BureauOfficer, OnDuty, SittingReviewer,
};
use guildhall::domain::assessment::{Part, PartMark, SittingId, SittingState, Verdict};
use guildhall::domain::assessor::{AssessorId, Grade};
use guildhall::domain::class::ClassId;
use guildhall::domain::eligibility::ClauseCode;
use guildhall::domain::enrolment::EnrolmentId;
use guildhall::domain::entitlement::Subject;
use guildhall::domain::id_kind::{IdDocument, IdKind};
use guildhall::domain::institution::{InstitutionId, InstitutionRole, IssuerClass};
use guildhall::domain::occupation::OccupationCode;
use guildhall::domain::place::RegionCode;
use guildhall::domain::score::Score;
use guildhall::domain::skill_level::SkillLevel;
use guildhall::domain::uscc::Uscc;
use guildhall::store::sittings as rows;

/// An assessment organisation that may assess welders at level five, and three assessors.
pub struct Story {
    pub hall: Hall,
    pub bureau: BureauOfficer,
    pub house: InstitutionId,
    pub clerk: AssessmentClerk,
    pub signatory: AssessmentSignatory,
    pub panel: Vec<(AssessorId, OnDuty)>,
}

pub fn welder() -> OccupationCode {
    OccupationCode::read("6-18-02-04").unwrap()
}

/// A number in area 159999 for the n-th person of a story, with its check digit.
pub fn document(n: u32) -> IdDocument {
    let front = format!("159999199{}0307{:03}", n % 8, n);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = front
        .bytes()
        .zip(weights)
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    let check = b"10X98765432"[(sum % 11) as usize] as char;
    IdDocument::read(IdKind::ResidentCard, &format!("{front}{check}")).unwrap()
}

fn institution(hall: &Hall, bureau: &BureauOfficer, uscc: &str, site: &str) -> InstitutionId {
    let new = NewInstitution {
        name: format!("乌兰察布技能评价中心{site}"),
        uscc: Uscc::read(uscc).unwrap(),
        region: RegionCode::read("150902").unwrap(),
        particulars: Particulars {
            assesses: true,
            letter: IssuerClass::read("S"),
            filing_code: Some("0000".to_owned()),
            site: Some(site.to_owned()),
            ..Particulars::default()
        },
    };
    institutions::register(&hall.registry, bureau, new, hall.now).unwrap()
}

impl Story {
    pub fn new() -> Self {
        Self::within(Hall::new())
    }

    /// The same in a hall that stands already.
    pub fn within(hall: Hall) -> Self {
        let bureau = hall.bureau();
        let house = institution(&hall, &bureau, "52150900MJ00000015", "090001");
        let line = NewEntitlement {
            role: InstitutionRole::Assess,
            subject: Subject::Occupation(welder()),
            level: Some(SkillLevel::Five),
            starts: "2026-01-01".parse().unwrap(),
            ends: "2028-12-31".parse().unwrap(),
            document: "乌人社字〔2026〕1号".to_owned(),
        };
        entitlements::file(&hall.registry, &bureau, &house, line, hall.now).unwrap();
        let clerk = hall.assessment_clerk(&house);
        let signatory = hall.assessment_signatory(&house);
        let panel = (0..3)
            .map(|n| {
                let id = assessor(&hall, &bureau, n).unwrap();
                let on_duty = hall.on_duty(&id);
                (id, on_duty)
            })
            .collect();
        Self {
            hall,
            bureau,
            house,
            clerk,
            signatory,
            panel,
        }
    }

    pub fn plan(&self, day: &str) -> Done<SittingId> {
        self.plan_at(day, SkillLevel::Five, "集宁区实训中心")
    }

    fn plan_at(&self, day: &str, level: SkillLevel, place: &str) -> Done<SittingId> {
        let new = NewSitting {
            name: "2026年春焊工五级".to_owned(),
            occupation: welder(),
            work_type: Some("电焊工".to_owned()),
            level,
            day: day.parse().unwrap(),
            place: place.to_owned(),
        };
        sittings::plan(&self.hall.registry, &self.clerk, new, self.hall.now)
    }

    pub fn enter(&self, id: &SittingId, n: u32, name: &str) -> Done<()> {
        let application = Application {
            name: name.to_owned(),
            document: document(n),
            birth: None,
            declared: declared("5A", 0),
        };
        let hall = &self.hall;
        candidates::enter_applicant(&hall.registry, &self.clerk, id, &application, hall.now)
    }

    pub fn appoint(&self, id: &SittingId, practice: usize) -> Done<()> {
        let mut places = Vec::new();
        for (part, n) in [(Part::Theory, 3), (Part::Practice, practice)] {
            for (at, (assessor, _)) in self.panel.iter().take(n).enumerate() {
                places.push(Appointment {
                    assessor: assessor.clone(),
                    part,
                    head: at == 0,
                });
            }
        }
        let hall = &self.hall;
        panels::appoint(&hall.registry, &self.clerk, id, &places, hall.now).map(drop)
    }

    /// A planned sitting with these candidates and a full panel, its marking opened.
    pub fn marking(&mut self, day: &str, names: &[(u32, &str)]) -> SittingId {
        let id = self.plan(day).unwrap();
        for (n, name) in names {
            self.enter(&id, *n, name).unwrap();
        }
        self.appoint(&id, 3).unwrap();
        self.hall.on(day);
        sittings::begin(&self.hall.registry, &self.clerk, &id, self.hall.now).unwrap();
        id
    }

    /// One assessor gives marks, candidate by candidate, as texts: theory and practice.
    pub fn record(&self, at: usize, id: &SittingId, given: &[[&str; 2]]) -> Done<usize> {
        let hall = &self.hall;
        let sheet = marks::sheet(&hall.registry, &self.panel[at].1, id)?;
        let given: Vec<Given> = sheet
            .lines
            .iter()
            .zip(given)
            .map(|(line, texts)| Given {
                candidate: line.listed.candidate.id.clone(),
                version: line.version,
                marks: line
                    .marks
                    .iter()
                    .map(|(part, _)| {
                        let text = texts[usize::from(*part == Part::Practice)];
                        (*part, mark(text))
                    })
                    .collect(),
            })
            .collect();
        marks::record(&hall.registry, &self.panel[at].1, id, &given, hall.now)
    }

    pub fn sign(&self, at: usize, id: &SittingId, heads: usize) -> Done<Vec<marks::Receipt>> {
        let (hall, on_duty) = (&self.hall, &self.panel[at].1);
        let shown = marks::shown(&marks::sheet(&hall.registry, on_duty, id)?);
        marks::sign(&hall.registry, on_duty, id, heads, &shown, hall.now)
    }

    pub fn all_sign(&self, id: &SittingId, given: &[[&str; 2]]) {
        for at in 0..3 {
            self.record(at, id, given).unwrap();
            self.sign(at, id, given.len()).unwrap();
        }
    }

    fn reviewer(&self) -> SittingReviewer {
        SittingReviewer::of(self.clerk.actor().clone()).unwrap()
    }

    fn state(&self, id: &SittingId) -> SittingState {
        let read = |db: &mut _| rows::public(db, id);
        self.hall.registry.store.read(read).unwrap().0.state
    }

    fn may_issue(&self, id: &SittingId) -> Done<()> {
        let today = self.hall.now.day();
        self.hall.registry.store.read(|db| {
            let (sitting, _) = rows::public(db, id)?;
            publicity::may_issue(db, &sitting, today)
        })
    }

    fn passed(&self, id: &SittingId) -> Vec<outcomes::Passed> {
        let read = |db: &mut _| -> Done<_> {
            let (sitting, _) = rows::public(db, id)?;
            outcomes::passed(db, &sitting)
        };
        self.hall.registry.store.read(read).unwrap()
    }
}

fn assessor(hall: &Hall, bureau: &BureauOfficer, n: u32) -> Done<AssessorId> {
    let new = NewAssessor {
        name: ["巴图", "那顺", "苏日娜"][n as usize % 3].to_owned(),
        document: document(900 + n),
        employer: "乌兰察布市职业学院".to_owned(),
        card: format!("nm-2025-{n:03}"),
        grade: Grade::Assessor,
        occupations: vec![welder()],
        starts: "2025-01-01".parse().unwrap(),
        ends: "2027-12-31".parse().unwrap(),
    };
    assessors::register(&hall.registry, bureau, new, hall.now)
}

fn declared(clause: &str, years: i32) -> Declared {
    let clause = ClauseCode::read(clause).unwrap();
    Declared {
        clause,
        years,
        previous: None,
        paper: None,
    }
}

fn mark(text: &str) -> Option<PartMark> {
    match text {
        "" => None,
        "缺考" => Some(PartMark::Absent),
        text => Score::read(text).map(PartMark::Scored),
    }
}

fn code<T>(done: Done<T>) -> &'static str {
    done.err().map_or("done", |error| error.code())
}

#[test]
fn a_sitting_is_planned_within_the_filed_scope_and_not_for_yesterday() {
    let story = Story::new();
    let place = "集宁区";
    for (day, level, answer) in [
        ("2026-03-01", SkillLevel::Five, "sitting.day-past"),
        ("2029-03-01", SkillLevel::Five, "sitting.day-far"),
        ("2026-03-14", SkillLevel::Four, "entitlement.not-filed"),
        ("2026-03-14", SkillLevel::Five, "done"),
    ] {
        assert_eq!(
            code(story.plan_at(day, level, place)),
            answer,
            "{day} {level}"
        );
    }
    let id = story.plan("2026-03-14").unwrap();
    assert_eq!(
        story.hall.deeds("sitting", id.as_str()),
        ["sitting.planned"]
    );
    let (registry, now) = (&story.hall.registry, story.hall.now);
    assert_eq!(
        code(sittings::cancel(registry, &story.clerk, &id, " ", now)),
        "field.blank"
    );
    sittings::cancel(registry, &story.clerk, &id, "考点停电", now).unwrap();
    assert_eq!(story.state(&id), SittingState::Cancelled);
    assert_eq!(code(story.enter(&id, 1, "乌兰")), "sitting.cancelled");
}

#[test]
fn another_organisations_sitting_is_not_there() {
    let story = Story::new();
    let id = story.plan("2026-03-14").unwrap();
    let other = institution(&story.hall, &story.bureau, "91150900MA0000002N", "090002");
    let stranger = story.hall.assessment_clerk(&other);
    let (registry, now) = (&story.hall.registry, story.hall.now);
    let refused = sittings::cancel(registry, &stranger, &id, "看看", now);
    assert!(matches!(refused, Err(Error::NotFound)));
    let reviewer = SittingReviewer::of(stranger.actor().clone()).unwrap();
    assert!(matches!(
        sittings::show(registry, &reviewer, &id),
        Err(Error::NotFound)
    ));
    let near = SittingReviewer::of(story.hall.county("150902").actor().clone()).unwrap();
    assert!(sittings::show(registry, &near, &id).is_ok());
    let far = SittingReviewer::of(story.hall.county("150921").actor().clone()).unwrap();
    assert!(matches!(
        sittings::show(registry, &far, &id),
        Err(Error::NotFound)
    ));
    // Not on the panel, an assessor does not see it either.
    let hers = marks::sheet(registry, &story.panel[0].1, &id);
    assert!(matches!(hers, Err(Error::NotFound)));
}

#[test]
fn a_card_is_registered_once() {
    let story = Story::new();
    assert_eq!(
        code(assessor(&story.hall, &story.bureau, 0)),
        "assessor.card-taken"
    );
}

#[test]
fn a_panel_that_may_not_judge_is_refused_whole() {
    let mut story = Story::new();
    let id = story.plan("2026-03-14").unwrap();
    story.enter(&id, 1, "乌兰").unwrap();
    assert_eq!(code(story.appoint(&id, 2)), "panel.too-few");
    let (registry, now) = (story.hall.registry.clone(), story.hall.now);
    let headless: Vec<_> = [Part::Theory, Part::Practice]
        .into_iter()
        .flat_map(|part| {
            story
                .panel
                .iter()
                .map(move |(assessor, _)| (assessor.clone(), part))
        })
        .map(|(assessor, part)| Appointment {
            assessor,
            part,
            head: false,
        })
        .collect();
    let refused = panels::appoint(&registry, &story.clerk, &id, &headless, now);
    assert_eq!(code(refused), "panel.headed");
    story.appoint(&id, 3).unwrap();
    // The same three, the same day, another place: not twice at once.
    let other = story
        .plan_at("2026-03-14", SkillLevel::Five, "丰镇市")
        .unwrap();
    assert_eq!(code(story.appoint(&other, 3)), "panel.elsewhere");
    // Too early, then on the day.
    assert_eq!(
        code(sittings::begin(&registry, &story.clerk, &id, now)),
        "sitting.early"
    );
    story.hall.on("2026-03-14");
    sittings::begin(&registry, &story.clerk, &id, story.hall.now).unwrap();
    assert_eq!(code(story.appoint(&id, 3)), "sitting.begun");
    assert_eq!(code(story.enter(&id, 2, "其其格")), "sitting.begun");
}

#[test]
fn a_candidate_is_entered_once_and_under_a_clause_that_carries_her() {
    let story = Story::new();
    let id = story.plan("2026-03-14").unwrap();
    story.enter(&id, 1, "乌兰").unwrap();
    assert_eq!(code(story.enter(&id, 1, "乌兰")), "candidate.twice");
    let second = story.plan("2026-03-15").unwrap();
    assert_eq!(code(story.enter(&second, 1, "乌兰")), "candidate.elsewhere");
    let hall = &story.hall;
    let mut application = Application {
        name: "其其格".to_owned(),
        document: document(2),
        birth: None,
        declared: declared("4A", 5),
    };
    let enter = |application: &Application| {
        code(candidates::enter_applicant(
            &hall.registry,
            &story.clerk,
            &id,
            application,
            hall.now,
        ))
    };
    assert_eq!(enter(&application), "eligibility.other-level");
    application.declared = declared("5B", 80);
    assert_eq!(enter(&application), "eligibility.years-impossible");
    application.declared = declared("5B", 2);
    assert_eq!(enter(&application), "done");
    let shown = sittings::show(&hall.registry, &story.reviewer(), &id).unwrap();
    let seats: Vec<_> = shown
        .candidates
        .iter()
        .map(|row| row.candidate.seat.as_str())
        .collect();
    assert_eq!(seats, ["202603140001", "202603140002"]);
}

/// A class of welders with one trainee who completed, one short of attendance, and a teacher who
/// is the first assessor; laid down as rows, since what is told here is how a sitting reads them.
fn class(story: &Story, state: &str) -> (ClassId, Vec<EnrolmentId>) {
    use guildhall::acts::people;
    let hall = &story.hall;
    let class = ClassId::fresh(hall.now);
    let by = &story.clerk.actor().account;
    let enrolments: Vec<_> = (0..2).map(|_| EnrolmentId::fresh(hall.now)).collect();
    hall.registry
        .store
        .write(|db| -> Done<()> {
            let vault = &hall.registry.vault;
            let bare = people::Particulars::default();
            let person = |db: &mut _, n, name: &str| {
                people::find_or_add(db, vault, &document(n), name, &bare, by, hall.now)
            };
            let teacher = person(db, 900, "巴图")?;
            let at = "'2026-03-01 00:00:00'";
            let (house, day) = (&story.house, "'2026-03-01'");
            db.run(&format!(
                "INSERT INTO courses VALUES ('c1', '{house}', '焊工', 'EMPLOY', '6-18-02-04', NULL, NULL, '5', 40, 40, 80, '', '', {at}, '{by}');
                 INSERT INTO classes VALUES ('{class}', 'c1', '{house}', '150902', '焊工一班', '焊工一班', {day}, {day}, '', 50, '{state}', {at}, '{by}');
                 INSERT INTO teachers VALUES ('t1', '{house}', '{teacher}', '巴图', NULL, '', '', {day}, {at}, '{by}');
                 INSERT INTO class_teachers VALUES ('{class}', 't1')"
            ))?;
            let order = ["drafted", "filed", "approved", "begun", "completed"];
            let taken = order.iter().position(|step| *step == state).unwrap_or(0);
            for (turn, step) in order.iter().enumerate().take(taken + 1) {
                db.run(&format!(
                    "INSERT INTO class_steps (id, class, turn, step, at, by)
                     VALUES ('s{turn}', '{class}', {}, '{step}', {at}, '{by}')",
                    turn + 1
                ))?;
            }
            for (n, (enrolment, outcome)) in enrolments.iter().zip(["completed", "short"]).enumerate() {
                let trainee = person(db, 10 + u32::try_from(n).unwrap_or(0), ["乌兰", "其其格"][n])?;
                db.run(&format!(
                    "INSERT INTO enrolments VALUES ('{enrolment}', '{class}', '{trainee}', NULL, NULL, {at}, '{by}');
                     INSERT INTO completions VALUES ('{enrolment}', 70, 80, '{outcome}', {at}, '{by}')"
                ))?;
            }
            let then = "2026-03-01T00:00:00".parse().unwrap();
            for kind in ["enrolled", "trained"] {
                guildhall::store::milestones::reach(db, kind, class.as_str(), then, by)?;
            }
            Ok(())
        })
        .unwrap();
    (class, enrolments)
}

#[test]
fn short_attendance_bars_from_assessment_and_the_own_teacher_steps_back() {
    let story = Story::new();
    let id = story.plan("2026-03-14").unwrap();
    let (class, enrolments) = class(&story, "completed");
    let hall = &story.hall;
    let offered = candidates::offered(&hall.registry, &story.clerk, &id, &class).unwrap();
    let may: Vec<_> = offered
        .trainees
        .iter()
        .map(|(_, may)| may.is_ok())
        .collect();
    assert_eq!(may.iter().filter(|may| **may).count(), 1);
    let enter = |chosen: &[EnrolmentId]| {
        let declared = declared("5A", 0);
        let (registry, clerk) = (&hall.registry, &story.clerk);
        candidates::enter_class(registry, clerk, &id, &class, chosen, &declared, hall.now)
    };
    assert_eq!(code(enter(&[])), "candidate.nobody-chosen");
    assert_eq!(code(enter(&enrolments)), "candidate.attendance-short");
    assert_eq!(enter(&enrolments[..1]).unwrap(), 1);
    assert_eq!(code(enter(&enrolments[..1])), "candidate.twice");
    assert_eq!(code(story.appoint(&id, 3)), "panel.own-teacher");
}

#[test]
fn marks_are_each_assessors_own_and_signing_locks_them() {
    let mut story = Story::new();
    let id = story.marking("2026-03-14", &[(1, "乌兰"), (2, "其其格"), (3, "张伟")]);
    let given = [["80", "70"], ["55", "90"], ["缺考", "缺考"]];
    assert_eq!(story.record(0, &id, &given).unwrap(), 6);
    assert_eq!(
        story.record(0, &id, &given).unwrap(),
        0,
        "nothing changed, nothing written"
    );
    let hers = marks::sheet(&story.hall.registry, &story.panel[1].1, &id).unwrap();
    assert_eq!(hers.missing(), 6, "another's marks are not seen");
    assert_eq!(code(story.sign(1, &id, 3)), "mark.unfinished");
    assert_eq!(code(story.sign(0, &id, 2)), "mark.count-wrong");
    let review = outcomes::review(&story.hall.registry, &story.reviewer(), &id).unwrap();
    assert!(
        review.judged.is_empty(),
        "nobody reads marks before all have signed"
    );
    let receipts = story.sign(0, &id, 3).unwrap();
    assert_eq!(receipts.len(), 2);
    assert!(
        receipts
            .iter()
            .all(|receipt| receipt.digest.len() == 64 && !receipt.last)
    );
    assert_eq!(code(story.record(0, &id, &[["81", "70"]])), "mark.signed");
    assert_eq!(code(story.sign(0, &id, 3)), "mark.signed");
    // A page shown before a change signs nothing.
    let (registry, on_duty) = (&story.hall.registry, &story.panel[1].1);
    let stale = marks::shown(&marks::sheet(registry, on_duty, &id).unwrap());
    story
        .record(1, &id, &[["82", "71"], ["55", "90"], ["缺考", "缺考"]])
        .unwrap();
    let refused = marks::sign(registry, on_duty, &id, 3, &stale, story.hall.now);
    assert_eq!(code(refused), "mark.changed-since-shown");
    story.sign(1, &id, 3).unwrap();
    story.record(2, &id, &given).unwrap();
    assert!(story.sign(2, &id, 3).unwrap()[0].last);
    assert_eq!(story.state(&id), SittingState::Marked);
    let review = outcomes::review(registry, &story.reviewer(), &id).unwrap();
    let verdicts: Vec<_> = review
        .judged
        .iter()
        .map(|judged| judged.outcome.verdict)
        .collect();
    assert_eq!(
        verdicts,
        [Verdict::Passed, Verdict::Failed, Verdict::Absent]
    );
    let practice = review.judged[0].outcome.score(Part::Practice).unwrap();
    assert_eq!(practice.to_string(), "70.3", "the average of 70, 71 and 70");
}

#[test]
fn a_line_changed_meanwhile_is_not_overwritten() {
    let mut story = Story::new();
    let id = story.marking("2026-03-14", &[(1, "乌兰")]);
    let (registry, on_duty) = (story.hall.registry.clone(), story.panel[0].1.clone());
    let seen = marks::sheet(&registry, &on_duty, &id).unwrap();
    story.record(0, &id, &[["80", "70"]]).unwrap();
    let late = Given {
        candidate: seen.lines[0].listed.candidate.id.clone(),
        version: seen.lines[0].version,
        marks: vec![(Part::Theory, mark("60"))],
    };
    let refused = marks::record(&registry, &on_duty, &id, &[late], story.hall.now);
    assert_eq!(code(refused), "mark.changed-meanwhile");
}

#[test]
fn a_signed_mark_is_corrected_by_its_own_assessor_with_a_reason_until_all_is_over() {
    let mut story = Story::new();
    let id = story.marking("2026-03-14", &[(1, "乌兰"), (2, "其其格")]);
    story.all_sign(&id, &[["80", "58"], ["70", "75"]]);
    let registry = story.hall.registry.clone();
    let sheet = marks::sheet(&registry, &story.panel[0].1, &id).unwrap();
    let candidate = sheet.lines[0].listed.candidate.id.clone();
    let correct = |story: &Story, at: usize, text: &str, reason: &str| {
        let (on_duty, now) = (&story.panel[at].1, story.hall.now);
        let mark = mark(text).unwrap();
        let part = Part::Practice;
        marks::correct(&registry, on_duty, &id, &candidate, part, mark, reason, now)
    };
    assert_eq!(code(correct(&story, 0, "68", " ")), "mark.reasonless");
    assert_eq!(code(correct(&story, 0, "58", "合计有误")), "mark.unchanged");
    correct(&story, 0, "68", "合计有误").unwrap();
    let review = outcomes::review(&registry, &story.reviewer(), &id).unwrap();
    assert_eq!(review.corrections.len(), 1);
    assert_eq!(
        review.corrections[0].1.as_ref().unwrap().tenths,
        Some(580),
        "the old mark stays"
    );
    assert_eq!(
        review.judged[0]
            .outcome
            .score(Part::Practice)
            .unwrap()
            .to_string(),
        "61.3"
    );
    publicity::open(&registry, &story.clerk, &id, story.hall.now).unwrap();
    correct(&story, 1, "60", "看漏一项").unwrap();
    story.hall.on("2026-03-23");
    assert_eq!(
        code(correct(&story, 2, "60", "看漏一项")),
        "publicity.closed"
    );
    assert_eq!(
        story
            .hall
            .deeds("mark", id.as_str())
            .iter()
            .filter(|kind| *kind == "mark.corrected")
            .count(),
        2
    );
}

#[test]
fn results_are_shown_masked_and_block_issuing_until_over_and_settled() {
    let mut story = Story::new();
    let id = story.marking("2026-03-14", &[(1, "欧阳娜娜"), (2, "张伟")]);
    let registry = story.hall.registry.clone();
    let open = |story: &Story| publicity::open(&registry, &story.clerk, &id, story.hall.now);
    assert_eq!(code(open(&story)), "sitting.not-marked");
    story.all_sign(&id, &[["80", "70"], ["55", "90"]]);
    assert_eq!(code(story.may_issue(&id)), "sitting.not-published");
    let opened = open(&story).unwrap();
    assert_eq!(opened.closes.to_string(), "2026-03-20");
    assert!(opened.holidays_known);
    let shown = publicity::show(&registry, &id, story.hall.now).unwrap();
    let names: Vec<_> = shown
        .results
        .iter()
        .map(|result| result.name.as_str())
        .collect();
    assert_eq!(names, ["欧阳*", "张*"]);
    assert_eq!(code(story.may_issue(&id)), "publicity.open");
    let blank = NewObjection::default();
    assert_eq!(
        code(objections::lodge(&registry, &id, &blank, story.hall.now)),
        "field.blank"
    );
    let new = NewObjection {
        about: "202603140002".to_owned(),
        said: "理论成绩登记有误".to_owned(),
        contact: "13800138000".to_owned(),
    };
    let objection = objections::lodge(&registry, &id, &new, story.hall.now).unwrap();
    story.hall.on("2026-03-21");
    assert!(matches!(
        publicity::show(&registry, &id, story.hall.now),
        Err(Error::NotFound)
    ));
    assert_eq!(
        code(objections::lodge(&registry, &id, &new, story.hall.now)),
        "publicity.closed"
    );
    assert_eq!(code(story.may_issue(&id)), "objection.unsettled");
    let staff =
        guildhall::domain::account::AssessmentStaff::of(story.clerk.actor().clone()).unwrap();
    let (_, cases) = objections::list(&registry, &staff, &id).unwrap();
    assert_eq!(cases[0].contact.as_deref(), Some("13800138000"));
    let settle = |reason: &str| {
        objections::settle(
            &registry,
            &story.signatory,
            &objection,
            false,
            reason,
            story.hall.now,
        )
    };
    assert_eq!(code(settle("")), "field.blank");
    settle("核对试卷，登记无误").unwrap();
    assert_eq!(code(settle("再一次")), "objection.settled-already");
    story.may_issue(&id).unwrap();
    let passed = story.passed(&id);
    assert_eq!(passed.len(), 1);
    assert_eq!(
        (passed[0].name.as_str(), passed[0].scores.len()),
        ("欧阳娜娜", 2)
    );
}

#[test]
fn assessors_who_disagree_about_an_absence_hold_the_results_back() {
    let mut story = Story::new();
    let id = story.marking("2026-03-14", &[(1, "乌兰")]);
    for (at, given) in [["80", "70"], ["80", "缺考"], ["80", "70"]]
        .into_iter()
        .enumerate()
    {
        story.record(at, &id, &[given]).unwrap();
        story.sign(at, &id, 1).unwrap();
    }
    let (registry, now) = (&story.hall.registry, story.hall.now);
    assert_eq!(
        code(publicity::open(registry, &story.clerk, &id, now)),
        "publicity.incomplete"
    );
}

#[test]
fn a_passed_part_is_brought_to_the_makeup_within_a_year() {
    let mut story = Story::new();
    let id = story.marking("2026-03-14", &[(1, "乌兰")]);
    story.all_sign(&id, &[["80", "50"]]);
    publicity::open(&story.hall.registry, &story.clerk, &id, story.hall.now).unwrap();
    story.hall.on("2026-03-23");
    // The first sitting is concluded only once it is issued; then she may be entered again.
    let by = story.signatory.actor().account.clone();
    story
        .hall
        .registry
        .store
        .write(|db| {
            let (sitting, _) = rows::public(db, &id)?;
            rows::advance(
                db,
                &sitting,
                SittingState::Issued,
                None,
                &by,
                story.hall.now,
            )
        })
        .unwrap();
    let second = story.marking("2026-04-11", &[(1, "乌兰")]);
    let sheet = marks::sheet(&story.hall.registry, &story.panel[0].1, &second).unwrap();
    let parts: Vec<_> = sheet.lines[0].marks.iter().map(|(part, _)| *part).collect();
    assert_eq!(parts, [Part::Practice], "theory was passed");
    story.all_sign(&second, &[["", "66"]]);
    let passed = story.passed(&second);
    let scores: Vec<_> = passed[0]
        .scores
        .iter()
        .map(|(part, score)| (*part, score.to_string()))
        .collect();
    assert_eq!(
        scores,
        [
            (Part::Theory, "80".to_owned()),
            (Part::Practice, "66".to_owned())
        ]
    );
    // After a year it counts no more.
    let third = story.plan("2027-03-15").unwrap();
    assert_eq!(code(story.enter(&third, 1, "乌兰")), "candidate.elsewhere");
}
