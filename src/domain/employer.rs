//! 用人单位核验凭证: an employer who may check more than a stranger.
//!
//! Right lines cost nobody anything, so an employer with honest lists needs no token. One is given for lists
//! with many wrong lines, and those are what enumerating takes: so a bureau officer looks at who asks.
//! The check digit of a code can be worked out by anybody.

use crate::domain::refusal::Refusal;

crate::key!(
    /// The key of an employer.
    EmployerId
);

crate::key!(
    /// What an employer comes back with for her token; only its hash is kept.
    EmployerClaim
);

crate::code!(
    /// 凭证状态
    EmployerState {
        /// 待审核
        Asked = "asked",
        /// 已同意: the token can be collected, once.
        Granted = "granted",
        /// 已领取
        Collected = "collected",
        /// 不同意
        Refused = "refused",
        /// 已收回
        Revoked = "revoked",
    }
);

/// Wrong lines an employer may bring in a day.
pub const ALLOWANCE: u32 = 100_000;

/// What her tokens begin with, so that nobody takes one for an account's.
pub const PREFIX: &str = "gh-employer-";

impl EmployerState {
    /// Whether a bureau officer may turn it into another: asked is granted or refused, what was given is
    /// revoked.
    pub fn may_become(self, next: Self) -> Result<(), Refusal> {
        let right = match next {
            Self::Granted | Self::Refused => self == Self::Asked,
            Self::Collected => self == Self::Granted,
            Self::Revoked => matches!(self, Self::Granted | Self::Collected),
            Self::Asked => false,
        };
        if right {
            Ok(())
        } else {
            Err(Refusal::new("employer.decided").with(self))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_for_granted_collected_and_revoked() {
        use EmployerState::{Asked, Collected, Granted, Refused, Revoked};
        for from in EmployerState::ALL {
            for to in EmployerState::ALL {
                let right = matches!(
                    (from, to),
                    (Asked, Granted | Refused)
                        | (Granted, Collected | Revoked)
                        | (Collected, Revoked)
                );
                assert_eq!(from.may_become(*to).is_ok(), right, "{from} {to}");
            }
        }
    }
}
