//! 教师: who teaches a class, and the card that says she may.

use crate::domain::entitlement::Subject;
use crate::domain::occupation::OccupationCode;
use chrono::NaiveDate;

crate::key!(
    /// The key of a teacher.
    TeacherId
);

/// What the rules ask of a teacher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teacher {
    /// Her key.
    pub id: TeacherId,
    /// Her name.
    pub name: String,
    /// The one occupation her card is for; none for a card of general use, such as a startup
    /// lecturer's.
    pub occupation: Option<OccupationCode>,
    /// The last day of her card.
    pub valid_until: NaiveDate,
}

impl Teacher {
    /// Whether her card is for this subject.
    pub fn is_for(&self, subject: &Subject) -> bool {
        self.occupation.is_none() || self.occupation.as_ref() == subject.occupation()
    }

    /// Whether she may teach this subject until that day.
    pub fn may_teach(&self, subject: &Subject, until: NaiveDate) -> bool {
        self.is_for(subject) && until <= self.valid_until
    }
}
