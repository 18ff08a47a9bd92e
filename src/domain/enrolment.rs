//! 学员: a person in a class.

crate::key!(
    /// The key of an enrolment: one person in one class.
    EnrolmentId
);
