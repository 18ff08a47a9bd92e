//! 签发密钥: how a key stands, and what may become of it.

use crate::domain::refusal::{Reason, Refusal};
use chrono::NaiveDateTime;

crate::code!(
    /// 密钥状态
    KeyStanding {
        /// 在用: what is signed today is signed with it.
        InUse = "in_use",
        /// 不再签发: another signs in its place; all it signed stays good.
        Resting = "resting",
        /// 停用: put away in good order; all it signed stays good.
        Retired = "retired",
        /// 泄露: in strange hands; what was on record before stays good.
        Compromised = "compromised",
    }
);

/// What is to become of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// 停用: it signs no more; what it signed stays good.
    Retired,
    /// 泄露: only what was on record before this moment (UTC) stays good.
    Compromised(NaiveDateTime),
}

impl Fate {
    /// Its code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retired => "retired",
            Self::Compromised(_) => "compromised",
        }
    }

    /// The moment from which its signatures prove nothing.
    pub fn cut_off(self) -> Option<NaiveDateTime> {
        match self {
            Self::Retired => None,
            Self::Compromised(at) => Some(at),
        }
    }
}

/// Why that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The cut-off lies ahead.
    Ahead,
    /// It was put aside in this way already, or is known to be lost.
    PutAside,
    /// No reason was given.
    Reasonless,
    /// Another number of certificates would be in doubt than whoever decides was told.
    Miscounted {
        /// How many.
        doubtful: i64,
    },
}

impl Reason for Unfit {
    fn refusal(self) -> Refusal {
        match self {
            Self::Ahead => Refusal::new("key.cut-off-ahead").at("cut_off"),
            Self::PutAside => Refusal::new("key.put-aside"),
            Self::Miscounted { doubtful } => {
                Refusal::new("key.miscounted").at("expected").with(doubtful)
            }
            Self::Reasonless => Refusal::new("key.reasonless").at("reason"),
        }
    }
}

/// Whether this may become of a key that stands so. A retired key can still prove to have been lost;
/// a lost one stays lost.
pub fn may_become(standing: KeyStanding, fate: Fate, now: NaiveDateTime) -> Result<(), Unfit> {
    if fate.cut_off().is_some_and(|at| at > now) {
        return Err(Unfit::Ahead);
    }
    match (standing, fate) {
        (KeyStanding::Compromised, _) | (KeyStanding::Retired, Fate::Retired) => {
            Err(Unfit::PutAside)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retired_key_may_prove_lost_and_a_lost_one_stays_lost() {
        let at = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        let now = at("2026-05-06T01:00:00");
        let lost = Fate::Compromised(at("2026-05-05T01:00:00"));
        let ahead = Fate::Compromised(at("2026-05-06T01:00:01"));
        use KeyStanding::{Compromised, InUse, Resting, Retired};
        for (standing, fate, wanted) in [
            (InUse, Fate::Retired, Ok(())),
            (Resting, Fate::Retired, Ok(())),
            (Retired, Fate::Retired, Err(Unfit::PutAside)),
            (Compromised, Fate::Retired, Err(Unfit::PutAside)),
            (InUse, lost, Ok(())),
            (Retired, lost, Ok(())),
            (Compromised, lost, Err(Unfit::PutAside)),
            (InUse, ahead, Err(Unfit::Ahead)),
            (InUse, Fate::Compromised(now), Ok(())),
        ] {
            assert_eq!(
                may_become(standing, fate, now),
                wanted,
                "{standing} {fate:?}"
            );
        }
    }
}
