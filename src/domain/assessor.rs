//! 考评员: who may judge whose skill.

crate::key!(
    /// The key of an assessor.
    AssessorId
);
