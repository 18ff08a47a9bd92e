//! 意愿申请: somebody registers herself that she wants training (自己登记).
//!
//! Anybody may say so of anybody: a request is no wish. It waits for whoever keeps the ledger of its
//! place, who speaks with her and confirms it or puts it aside. Until then nothing of it touches
//! the person's record, and whoever asks is told the same whether she is on record or not.

use crate::domain::refusal::Refusal;

crate::key!(
    /// The key of one request.
    WishRequestId
);

crate::code!(
    /// 核实结论
    RequestVerdict {
        /// 属实，登记为意愿
        Confirmed = "confirmed",
        /// 不予登记
        Dismissed = "dismissed",
    }
);

/// The most requests of one place's county that come in within a day: more than that is a flood,
/// and a township has a telephone.
pub const DAILY: i64 = 300;

/// The most requests with one document that wait at once. A further one is answered like any
/// other and not kept: nobody can push another's aside, nor learn that there is one.
pub const OF_ONE: i64 = 3;

/// The most characters of a reason.
pub const REASON: usize = 200;

/// Whether one more may come in, so many having come in within a day.
pub fn may_be_lodged(within_a_day: i64) -> Result<(), Refusal> {
    if within_a_day < DAILY {
        Ok(())
    } else {
        Err(Refusal::new("wish_request.too-many"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_stopped() {
        assert!(may_be_lodged(0).is_ok());
        assert!(may_be_lodged(DAILY - 1).is_ok());
        assert_eq!(
            may_be_lodged(DAILY).unwrap_err().code,
            "wish_request.too-many"
        );
    }
}
