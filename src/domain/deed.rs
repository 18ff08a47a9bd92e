//! 记事: the kinds of line in the ledger.

crate::key!(
    /// The key of one line in the ledger.
    DeedId
);
