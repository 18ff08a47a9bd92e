//! 教师: who teaches a class, and the card that says she may.

crate::key!(
    /// The key of a teacher.
    TeacherId
);
