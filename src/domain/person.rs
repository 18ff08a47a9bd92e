//! 人员: one natural person, one record across all institutions.

crate::key!(
    /// The key of a person.
    PersonId
);
crate::key!(
    /// The key of what a person's record said before it was corrected.
    FormerId
);
