//! 就业去向: what became of trainees, entered by the school, by call-back or from a list; and what
//! training comes to.

use crate::acts::{Done, Registry, figures};
use crate::domain::account::{Actor, Follower, Overseer, Role, TrainingReader};
use crate::domain::attendance::is_late as is_late_on;
use crate::domain::class::ClassId;
use crate::domain::deed::Deed;
use crate::domain::employment::{EmploymentId, Fate, Source, may_be_taken};
use crate::domain::enrolment::EnrolmentId;
use crate::domain::figure::Cut;
use crate::domain::occupation::OccupationCode;
use crate::domain::refusal::Refusal;
use crate::domain::uscc::Uscc;
use crate::ground::clock::{Now, beijing};
use crate::ground::text;
pub use crate::store::employments::{Effect, Employment};
use crate::store::enrolments::Trainee;
use crate::store::{Conn, classes, courses, employments, enrolments, ledger};
use chrono::{Months, NaiveDate};

/// What somebody says of a trainee.
#[derive(Clone, Debug)]
pub struct Told {
    /// How many months after the class.
    pub months: i32,
    /// The day it was so.
    pub day: NaiveDate,
    /// What became of her.
    pub fate: Fate,
    /// The employer's name; may be empty.
    pub employer: String,
    /// The employer's code.
    pub uscc: Option<Uscc>,
    /// The job's occupation.
    pub occupation: Option<OccupationCode>,
    /// Her monthly wage in fen.
    pub wage_fen: Option<i64>,
    /// What shows it.
    pub evidence: String,
    /// Who says so; a clerk speaks for her institution whatever stands here.
    pub source: Source,
}

/// 补录: whether an entry was made after the day it tells of was sealed. It stays so for ever.
pub fn is_late(entry: &Employment) -> bool {
    is_late_on(entry.day, beijing(entry.at).date_naive())
}

/// Records what became of a trainee.
pub fn record(
    registry: &Registry,
    follower: &Follower,
    enrolment: &EnrolmentId,
    told: Told,
    now: Now,
) -> Done<EmploymentId> {
    registry
        .store
        .write(|db| enter(db, follower.actor(), enrolment, told, now))
}

/// Trainees that are told of at once at most.
pub const MANY: usize = 1_000;

/// Records what became of many: of all of them, or of nobody.
pub fn record_many(
    registry: &Registry,
    follower: &Follower,
    rows: Vec<(EnrolmentId, Told)>,
    now: Now,
) -> Done<Vec<EmploymentId>> {
    if rows.is_empty() || rows.len() > MANY {
        return Err(Refusal::new("employment.many").at("rows").with(MANY).into());
    }
    registry.store.write(|db| {
        rows.into_iter()
            .map(|(enrolment, told)| enter(db, follower.actor(), &enrolment, told, now))
            .collect()
    })
}

fn enter(
    db: &mut Conn,
    actor: &Actor,
    enrolment: &EnrolmentId,
    told: Told,
    now: Now,
) -> Done<EmploymentId> {
    let (employer, evidence) = (text::tidy(&told.employer), text::tidy(&told.evidence));
    for (field, said) in [("employer", &employer), ("evidence", &evidence)] {
        if said.chars().count() > 200 {
            return Err(Refusal::new("field.too-long").at(field).with(200).into());
        }
    }
    let source = match (actor.role, told.source) {
        (Role::InstitutionClerk, _) => Source::Institution,
        (_, Source::Institution) => Source::CallBack,
        (_, other) => other,
    };
    let trainee = enrolments::of(db, &actor.scope, enrolment)?;
    let class = classes::of(db, &actor.scope, &trainee.enrolment.class)?;
    may_be_taken(
        told.months,
        told.fate,
        told.day,
        class.ends,
        now.day(),
        &employer,
        &evidence,
    )?;
    let employment = Employment {
        id: EmploymentId::fresh(now),
        enrolment: enrolment.clone(),
        months: told.months,
        day: told.day,
        outcome: told.fate,
        employer,
        uscc: told.uscc.map(|code| code.to_string()).unwrap_or_default(),
        occupation: told
            .occupation
            .map(|code| code.to_string())
            .unwrap_or_default(),
        wage_fen: told.wage_fen,
        evidence,
        source,
        at: now.utc(),
        by: actor.account.clone(),
    };
    employments::add(db, &employment)?;
    let months = told.months.to_string();
    let facts = [
        ("months", months.as_str()),
        ("outcome", told.fate.as_str()),
        ("source", source.as_str()),
    ];
    let deed = Deed::EmploymentRecorded;
    let own = Some(&class.institution);
    ledger::enter(db, actor, deed, own, enrolment, &facts, now)?;
    Ok(employment.id)
}

/// A class and what became of its trainees.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Its name.
    pub class: String,
    /// Its last day.
    pub ends: NaiveDate,
    /// Everyone who stayed.
    pub trainees: Vec<Trainee>,
    /// Every entry, oldest first, and who made it.
    pub entries: Vec<(Employment, String)>,
}

/// What became of a class.
pub fn of_class(registry: &Registry, reader: &TrainingReader, id: &ClassId) -> Done<Followed> {
    let scope = &reader.actor().scope;
    registry.store.read(|db| {
        let class = classes::of(db, scope, id)?;
        let mut trainees = enrolments::of_class(db, id)?;
        trainees.retain(Trainee::stays);
        Ok(Followed {
            entries: employments::of_class(db, id)?,
            class: class.public_name.clone(),
            ends: class.ends,
            trainees,
        })
    })
}

/// One trainee, her class and when it ended, for the form.
pub fn trainee(
    registry: &Registry,
    follower: &Follower,
    id: &EnrolmentId,
) -> Done<(Trainee, ClassId, NaiveDate)> {
    let scope = &follower.actor().scope;
    registry.store.read(|db| {
        let trainee = enrolments::of(db, scope, id)?;
        let class = classes::of(db, scope, &trainee.enrolment.class)?;
        Ok((trainee, class.id, class.ends))
    })
}

/// What training came to, part by part, each with the name it is known by when it is a course.
pub fn effects(
    registry: &Registry,
    reader: &Overseer,
    cut: Cut,
    by: &str,
) -> Done<Vec<(Effect, String)>> {
    let cut = figures::held(reader, cut)?;
    let over = |months| {
        cut.until
            .checked_sub_months(Months::new(months))
            .unwrap_or(cut.until)
    };
    registry.store.read(|db| {
        let all = employments::effects(db, &cut, by, (over(3), over(6)))?;
        let names = courses::names(db)?;
        Ok(all
            .into_iter()
            .map(|effect| {
                let name = names
                    .iter()
                    .find(|(id, _)| by == "course" && id.as_str() == effect.part)
                    .map(|(_, name)| name.clone())
                    .unwrap_or_default();
                (effect, name)
            })
            .collect())
    })
}
