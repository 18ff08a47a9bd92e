//! 技能评价: a sitting, its marks and its outcome.

crate::key!(
    /// The key of a sitting: one assessment of one occupation and level, on one day, in one place.
    SittingId
);
crate::key!(
    /// The key of a candidate: one person in one sitting.
    CandidateId
);
crate::key!(
    /// The key of a mark: what one assessor gave one candidate for one part.
    MarkId
);
