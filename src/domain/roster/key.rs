//! 花名册编号.

crate::key!(
    /// The key of a roster.
    RosterId
);
