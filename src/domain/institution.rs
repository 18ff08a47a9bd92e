//! 机构: who trains (培训机构) and who assesses (评价机构).

crate::key!(
    /// The key of an institution.
    InstitutionId
);
