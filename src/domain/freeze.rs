//! 月报封存: the key of a report that was sent and is kept.

crate::key!(
    /// The key of a sealed report.
    FreezeId
);
