//! 资质: what an institution has filed to train or to assess, and from when to when.

crate::key!(
    /// The key of one filed line of scope.
    EntitlementId
);
