//! 连带撤销: many certificates revoked on one ground, after notice and with the right of reply.
//!
//! A decision that takes something away is told beforehand, with its facts and grounds, and those
//! it strikes may answer (行政处罚法 2021, 第四十四、四十五条). So a cascade has stations: a list is
//! drawn up and kept with its hash; notice is given; replies are recorded, and some of the list
//! may be left alone; a second person confirms after the last day of the notice, or it is dropped.

use crate::domain::account::AccountId;
use crate::domain::refusal::{Reason, Refusal};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

crate::key!(
    /// The key of a cascade.
    CascadeId
);
crate::key!(
    /// The key of one reply to a notice.
    ReplyId
);

/// Working days to reply in: the least, and what is proposed. 行政处罚法 2021, 第六十四条 names five
/// for asking a hearing; nobody gets fewer.
pub const LEAST_DAYS: u32 = 5;
/// What is proposed.
pub const USUAL_DAYS: u32 = 10;
/// The most.
pub const MOST_DAYS: u32 = 60;

/// So many certificates at once, and no more.
pub const MOST_LISTED: usize = 200_000;

crate::code!(
    /// 进度
    CascadeState {
        /// 名单已列
        Listed = "listed",
        /// 已告知，可陈述申辩
        Notified = "notified",
        /// 申辩期满，待确认
        Due = "due",
        /// 已撤销
        Confirmed = "confirmed",
        /// 已终止
        Dropped = "dropped",
    }
);

/// Where a cascade stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Who drew up the list.
    pub listed_by: AccountId,
    /// The last day to reply, once notice was given.
    pub closes: Option<NaiveDate>,
    /// How it ended: confirmed or not.
    pub ended: Option<bool>,
}

/// Why a cascade does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// Neither organisation nor sitting nor assessor: half the register would be meant.
    Unbounded,
    /// Nobody is on the list.
    Empty,
    /// Too many are on the list.
    TooMany {
        /// How many.
        listed: usize,
    },
    /// Notice was given before.
    Notified {
        /// The last day to reply.
        closes: NaiveDate,
    },
    /// No notice was given.
    Unnotified,
    /// Replies are still taken.
    Open {
        /// The last day to reply.
        closes: NaiveDate,
    },
    /// The last day to reply is over.
    Closed {
        /// It was this.
        closes: NaiveDate,
    },
    /// Too few or too many days.
    Days,
    /// The same person would confirm.
    SamePerson,
    /// It has ended.
    Over,
    /// The certificate is not on the list.
    Unlisted,
    /// It was left alone before.
    Excluded,
    /// Everybody was left alone.
    NobodyLeft,
}

impl Reason for Stuck {
    fn refusal(self) -> Refusal {
        match self {
            Self::Unbounded => Refusal::new("cascade.unbounded").at("institution"),
            Self::Empty => Refusal::new("cascade.empty"),
            Self::TooMany { listed } => Refusal::new("cascade.too-many")
                .with(listed)
                .with(MOST_LISTED),
            Self::Notified { closes } => Refusal::new("cascade.notified").with(closes),
            Self::Unnotified => Refusal::new("cascade.unnotified"),
            Self::Open { closes } => Refusal::new("cascade.open").with(closes),
            Self::Closed { closes } => Refusal::new("cascade.closed").with(closes),
            Self::Days => Refusal::new("cascade.days")
                .at("days")
                .with(LEAST_DAYS)
                .with(MOST_DAYS),
            Self::SamePerson => Refusal::new("cascade.same-person"),
            Self::Over => Refusal::new("cascade.over"),
            Self::Unlisted => Refusal::new("cascade.unlisted").at("number"),
            Self::Excluded => Refusal::new("cascade.excluded").at("number"),
            Self::NobodyLeft => Refusal::new("cascade.nobody-left"),
        }
    }
}

impl Course {
    /// Where it stands on a day.
    pub fn state(&self, today: NaiveDate) -> CascadeState {
        match (self.ended, self.closes) {
            (Some(true), _) => CascadeState::Confirmed,
            (Some(false), _) => CascadeState::Dropped,
            (None, None) => CascadeState::Listed,
            (None, Some(closes)) if today <= closes => CascadeState::Notified,
            (None, Some(_)) => CascadeState::Due,
        }
    }

    fn goes_on(&self) -> Result<(), Stuck> {
        self.ended.map_or(Ok(()), |_| Err(Stuck::Over))
    }

    /// Whether notice may be given, for so many working days.
    pub fn may_be_notified(&self, days: u32) -> Result<(), Stuck> {
        self.goes_on()?;
        if let Some(closes) = self.closes {
            return Err(Stuck::Notified { closes });
        }
        if (LEAST_DAYS..=MOST_DAYS).contains(&days) {
            Ok(())
        } else {
            Err(Stuck::Days)
        }
    }

    /// Whether a reply is taken on a day.
    pub fn takes_replies(&self, today: NaiveDate) -> Result<(), Stuck> {
        self.goes_on()?;
        match self.closes {
            None => Err(Stuck::Unnotified),
            Some(closes) if today > closes => Err(Stuck::Closed { closes }),
            Some(_) => Ok(()),
        }
    }

    /// Whether one may still be left alone, or the whole be dropped.
    pub fn may_be_changed(&self) -> Result<(), Stuck> {
        self.goes_on()
    }

    /// Whether this person may confirm on a day: another than who drew up the list, after the last
    /// day to reply.
    pub fn may_be_confirmed(&self, by: &AccountId, today: NaiveDate) -> Result<(), Stuck> {
        self.goes_on()?;
        let closes = self.closes.ok_or(Stuck::Unnotified)?;
        if today <= closes {
            return Err(Stuck::Open { closes });
        }
        if *by == self.listed_by {
            return Err(Stuck::SamePerson);
        }
        Ok(())
    }
}

/// The hash of a list: SHA-256 over the numbers in order, each on a line of its own. Whoever holds
/// the list can make it with `sha256sum`.
pub fn digest<'a>(numbers: impl IntoIterator<Item = &'a str>) -> String {
    let mut sorted: Vec<_> = numbers.into_iter().collect();
    sorted.sort_unstable();
    let mut hash = Sha256::new();
    for number in sorted {
        hash.update(number.as_bytes());
        hash.update(b"\n");
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Now;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn account() -> AccountId {
        AccountId::fresh(Now::beijing(day("2026-03-02"), 9, 0))
    }

    #[test]
    fn nobody_is_struck_unheard_and_nobody_decides_alone() {
        let (first, second) = (account(), account());
        let listed = Course {
            listed_by: first.clone(),
            closes: None,
            ended: None,
        };
        let today = day("2026-05-04");
        assert_eq!(
            listed.may_be_confirmed(&second, today),
            Err(Stuck::Unnotified)
        );
        assert_eq!(listed.takes_replies(today), Err(Stuck::Unnotified));
        for (days, answer) in [
            (4, Err(Stuck::Days)),
            (5, Ok(())),
            (60, Ok(())),
            (61, Err(Stuck::Days)),
        ] {
            assert_eq!(listed.may_be_notified(days), answer);
        }
        let closes = day("2026-05-18");
        let notified = Course {
            closes: Some(closes),
            ..listed
        };
        assert_eq!(notified.may_be_notified(5), Err(Stuck::Notified { closes }));
        assert_eq!(notified.takes_replies(closes), Ok(()));
        assert_eq!(
            notified.takes_replies(day("2026-05-19")),
            Err(Stuck::Closed { closes })
        );
        assert_eq!(
            notified.may_be_confirmed(&second, closes),
            Err(Stuck::Open { closes })
        );
        let after = day("2026-05-19");
        assert_eq!(
            notified.may_be_confirmed(&first, after),
            Err(Stuck::SamePerson)
        );
        assert_eq!(notified.may_be_confirmed(&second, after), Ok(()));
        assert_eq!(notified.state(closes), CascadeState::Notified);
        assert_eq!(notified.state(after), CascadeState::Due);
        let over = Course {
            ended: Some(false),
            ..notified
        };
        assert_eq!(over.may_be_confirmed(&second, after), Err(Stuck::Over));
        assert_eq!(over.may_be_changed(), Err(Stuck::Over));
    }

    #[test]
    fn a_list_has_one_hash_whatever_its_order() {
        // printf 'A\nB\n' | sha256sum
        let hash = "daee1cd25194ae952d046ad9b9c81d3c07dc5332440b58d6d7461b248be56712";
        assert_eq!(digest(["B", "A"]), digest(["A", "B"]));
        assert_eq!(digest(["A", "B"]), hash);
        assert_ne!(digest(["AB"]), digest(["A", "B"]));
    }
}
