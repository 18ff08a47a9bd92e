//! 资格核算: person by person from the register: who is paid for, how much, and why the others not.

use crate::acts::attendance::LateEntries;
use crate::acts::{Done, Registry};
use crate::domain::account::TrainingReader;
use crate::domain::attendance::Late;
use crate::domain::certificate::{CertificateId, CertificateKind, Standing};
use crate::domain::class::{ClassId, Step};
use crate::domain::course::TrainingKind;
use crate::domain::delivery::DeliveryKind;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::key_group::KeyGroup;
use crate::domain::person::PersonId;
use crate::domain::subsidy::right::{Facts, Hours, No, Paper, judge};
use crate::domain::subsidy::{Case, Rule, SubsidyKind, SubsidyRuleId, rule_for};
use crate::ground::clock::Now;
use crate::store::attendance::{self, Completion, Finish};
use crate::store::certificates::{self, Earned};
use crate::store::claims::{facts, rights};
use crate::store::classes::{self, Class};
use crate::store::courses::Course;
use crate::store::enrolments::{self, Trainee};
use crate::store::{Conn, subsidy_rules};
use chrono::{Datelike, NaiveDate};
use std::collections::HashMap;

/// What is paid for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// By which rule.
    pub rule: SubsidyRuleId,
    /// On which certificate.
    pub certificate: CertificateId,
    /// For which trade and level.
    pub what: String,
    /// The year it counts in.
    pub year: i32,
    /// In fen.
    pub amount_fen: i64,
}

/// One trainee, worked out.
#[derive(Clone, Debug)]
pub struct Worked {
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// Who she is.
    pub person: PersonId,
    /// 姓名
    pub name: String,
    /// The last characters of her document.
    pub id_tail: String,
    /// Hours attended.
    pub attended: i32,
    /// Hours held.
    pub held: i32,
    /// 补录 among the entries behind them.
    pub late: Option<Late>,
    /// What is paid, or every reason why nothing is.
    pub answer: Result<Due, Vec<No>>,
}

impl Worked {
    /// With what is paid, when something is.
    pub fn entitled(&self) -> Option<(&Self, &Due)> {
        Some((self, self.answer.as_ref().ok()?))
    }
}

/// A class as it would be claimed for today; nothing is kept.
pub fn work_out(
    registry: &Registry,
    reader: &TrainingReader,
    id: &ClassId,
    kind: SubsidyKind,
    now: Now,
) -> Done<(Class, Vec<Worked>)> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| {
        let (class, course, _) = classes::whole(db, scope, id)?;
        let worked = of_class(db, &class, &course, kind, now.day())?;
        Ok((class, worked))
    })
}

/// What somebody is claimed for: a trade or a startup course, and a level.
fn what(course: &Course) -> String {
    let subject = course
        .occupation
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| course.startup.map(|startup| startup.to_string()));
    let level = course.level.map_or("-", |level| level.as_str());
    format!(
        "{} {level}",
        subject.unwrap_or_else(|| course.kind.to_string())
    )
}

/// Everything about a class that the working out of each trainee looks at.
struct Ground<'a> {
    class: &'a Class,
    course: &'a Course,
    kind: SubsidyKind,
    today: NaiveDate,
    rules: Vec<(SubsidyRuleId, Rule)>,
    completions: HashMap<EnrolmentId, Completion>,
    late: LateEntries,
    groups: HashMap<EnrolmentId, Vec<KeyGroup>>,
    earned: HashMap<EnrolmentId, Vec<Earned>>,
    claimed: Vec<(rights::Claimed, NaiveDate)>,
    delivered: HashMap<PersonId, Vec<(DeliveryKind, NaiveDate)>>,
}

/// A class worked out, by roster.
pub(super) fn of_class(
    db: &mut Conn,
    class: &Class,
    course: &Course,
    kind: SubsidyKind,
    today: NaiveDate,
) -> Done<Vec<Worked>> {
    let trainees = enrolments::of_class(db, &class.id)?;
    let people: Vec<PersonId> = trainees
        .iter()
        .map(|trainee| trainee.enrolment.person.clone())
        .collect();
    let mut groups: HashMap<EnrolmentId, Vec<KeyGroup>> = HashMap::new();
    for (enrolment, group) in enrolments::groups_of_class(db, &class.id)? {
        groups.entry(enrolment).or_default().push(group);
    }
    let mut earned: HashMap<EnrolmentId, Vec<Earned>> = HashMap::new();
    for one in certificates::earned_in(db, &class.id)? {
        earned.entry(one.enrolment.clone()).or_default().push(one);
    }
    let ground = Ground {
        rules: subsidy_rules::of_kind(db, kind)?
            .into_iter()
            .map(|line| (line.id, line.rule))
            .collect(),
        completions: attendance::completions_of(db, &class.id)?
            .into_iter()
            .map(|one| (one.enrolment.clone(), one))
            .collect(),
        late: LateEntries::of(db, &class.id)?,
        claimed: rights::of(db, &people, kind)?,
        delivered: facts::delivered_of(db, &class.id, (class.starts, class.ends))?,
        groups,
        earned,
        class,
        course,
        kind,
        today,
    };
    Ok(trainees
        .iter()
        .map(|trainee| ground.work_out(trainee))
        .collect())
}

impl Ground<'_> {
    /// The certificate a subsidy of this kind rests on: for training either kind, the completion
    /// certificate first; for assessment one of a level. One that stands goes before one that does not.
    fn paper(&self, enrolment: &EnrolmentId) -> Option<(&Earned, bool)> {
        let all = self.earned.get(enrolment)?;
        let mut fit: Vec<_> = all
            .iter()
            .filter(|one| self.kind == SubsidyKind::Training || one.kind == CertificateKind::Level)
            .map(|one| {
                let standing = one.after.standing(one.expires_on, self.today);
                (one, standing == Standing::Valid)
            })
            .collect();
        fit.sort_by_key(|(one, stands)| (!stands, one.kind == CertificateKind::Level));
        fit.first().copied()
    }

    /// What departments say of somebody. Being insured bars only from training for those without
    /// work, as flag F06 has it.
    fn delivered_of(&self, person: &PersonId) -> Vec<(DeliveryKind, NaiveDate)> {
        let bars = |kind| kind != DeliveryKind::Insured || self.course.kind == TrainingKind::Employ;
        let all = self.delivered.get(person).into_iter().flatten();
        all.filter(|(kind, _)| bars(*kind)).copied().collect()
    }

    fn work_out(&self, trainee: &Trainee) -> Worked {
        let enrolment = &trainee.enrolment;
        let completion = self.completions.get(&enrolment.id);
        let over = matches!(self.class.state, Step::Completed | Step::Closed);
        let paper = self.paper(&enrolment.id);
        let issued_on = paper.map(|(one, _)| one.issued_on);
        // Training is paid by the rule of the day it began: whoever opens a class knows what it
        // will be paid. An assessment by that of the certificate's day.
        let (day, since) = match self.kind {
            SubsidyKind::Training => (self.class.starts, issued_on.unwrap_or(self.class.ends)),
            SubsidyKind::Assessment => {
                let day = issued_on.unwrap_or(self.class.ends);
                (day, day)
            }
        };
        let groups = self
            .groups
            .get(&enrolment.id)
            .map_or(&[][..], Vec::as_slice);
        let level = match (self.kind, paper) {
            (SubsidyKind::Assessment, Some((one, _))) => one.level,
            _ => self.course.level,
        };
        let rule = rule_for(
            &self.rules,
            &Case {
                kind: self.kind,
                region: &self.class.region,
                day,
                training: self.course.kind,
                level,
                groups,
            },
        );
        let what = match (
            self.kind,
            paper.and_then(|(one, _)| one.occupation.as_ref()),
        ) {
            (SubsidyKind::Assessment, Some(trade)) => {
                format!("{trade} {}", level.map_or("-", |level| level.as_str()))
            }
            _ => what(self.course),
        };
        let hers = || {
            self.claimed
                .iter()
                .filter(|(one, _)| one.person == enrolment.person)
        };
        let times = hers().filter(|(one, _)| one.year == day.year()).count();
        let facts = Facts {
            stays: trainee.stays(),
            hours: completion.filter(|_| over).map(|done| Hours {
                attended: done.attended,
                held: done.held,
                enough: done.outcome == Finish::Completed,
            }),
            paper: paper.map(|(one, stands)| Paper {
                issued_on: one.issued_on,
                stands,
            }),
            rule: rule.map(|(_, rule)| rule),
            since,
            today: self.today,
            claimed: hers()
                .find(|(one, _)| one.what == what)
                .map(|(_, day)| *day),
            times: i32::try_from(times).unwrap_or(i32::MAX),
            delivered: &self.delivered_of(&enrolment.person),
        };
        let answer = judge(&facts).and_then(|amount_fen| {
            let due = rule.zip(paper).map(|((rule, _), (one, _))| Due {
                rule: rule.clone(),
                certificate: one.id.clone(),
                what,
                year: day.year(),
                amount_fen,
            });
            due.ok_or_else(Vec::new)
        });
        Worked {
            enrolment: enrolment.id.clone(),
            person: enrolment.person.clone(),
            name: trainee.name.clone(),
            id_tail: trainee.id_tail.clone(),
            attended: completion.map_or(0, |done| done.attended),
            held: completion.map_or(0, |done| done.held),
            late: self.late.trainees.get(&enrolment.id).copied(),
            answer,
        }
    }
}
