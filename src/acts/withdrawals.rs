//! 退学: a trainee leaves her class.

use crate::acts::{Done, Error, Registry};
use crate::domain::account::{Clerk, TrainingReader};
use crate::domain::class::Step;
use crate::domain::deed::Deed;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::refusal::Refusal;
use crate::ground::clock::Now;
use crate::store::classes::{self, Class};
use crate::store::enrolments::{self, Trainee, Withdrawal};
use crate::store::{Failure, ledger};

/// A clerk records that a trainee left, and why. Her earlier attendance stays; from that day on
/// she is expected no more, and she cannot complete the class.
pub fn withdraw(
    registry: &Registry,
    clerk: &Clerk,
    id: &EnrolmentId,
    reason: &str,
    now: Now,
) -> Done<()> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::new("field.blank").at("reason").into());
    }
    if reason.chars().count() > 500 {
        return Err(Refusal::new("field.too-long").at("reason").with(500).into());
    }
    registry.store.write(|db| {
        let trainee = enrolments::of(db, &clerk.actor().scope, id)?;
        let class = classes::of(db, &clerk.actor().scope, &trainee.enrolment.class)?;
        if matches!(class.state, Step::Completed | Step::Closed) {
            return Err(Refusal::new("enrolment.completed").into());
        }
        let withdrawal = Withdrawal::of(id, reason, &clerk.actor().account, now);
        enrolments::withdraw(db, &withdrawal).map_err(|failure| match failure {
            Failure::Taken(_) => Refusal::new("enrolment.withdrawn").into(),
            other => Error::from(other),
        })?;
        let facts = [("class", class.id.as_str())];
        ledger::enter(
            db,
            clerk.actor(),
            Deed::EnrolmentWithdrawn,
            Some(&class.institution),
            id,
            &facts,
            now,
        )?;
        Ok(())
    })
}

/// One trainee and her class, for whoever may read it.
pub fn open(
    registry: &Registry,
    reader: &TrainingReader,
    id: &EnrolmentId,
) -> Done<(Trainee, Class)> {
    registry.store.read(|db| {
        let trainee = enrolments::of(db, &reader.actor().scope, id)?;
        let class = classes::of(db, &reader.actor().scope, &trainee.enrolment.class)?;
        Ok((trainee, class))
    })
}
