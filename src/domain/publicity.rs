//! 公示: results are shown to the public before anything is issued.

crate::key!(
    /// The key of an objection to a published result.
    ObjectionId
);
