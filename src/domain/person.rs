//! 人员: one natural person, one record across all institutions.

crate::key!(
    /// The key of a person.
    PersonId
);
