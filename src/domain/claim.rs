//! 补贴申请: from an institution's application to the payment, and what may follow which.
//!
//! 申请 → 审核 → 公示 → 拨付. Who reviewed does not pay; nothing is paid before the list was shown
//! for so many working days and every objection settled (人社厅、财政厅 joint notice of December
//! 2017 on publicity of subsidies).

use crate::domain::account::AccountId;
use crate::domain::publicity::{Pending, Publicity, may_issue};
use crate::domain::refusal::{Reason, Refusal};
use chrono::NaiveDate;

crate::key!(
    /// The key of a claim.
    ClaimId
);
crate::key!(
    /// The key of a line of a claim: one trainee.
    ClaimLineId
);
crate::key!(
    /// The key of an objection to a published claim.
    ClaimObjectionId
);
crate::key!(
    /// The key of a recovery.
    RecoveryId
);

/// The most characters of a reason.
pub const MOST_REASON: usize = 500;
/// The most characters of a number of the bank or the treasury.
pub const MOST_REFERENCE: usize = 60;

crate::code!(
    /// 申请状态
    ClaimState {
        /// 已申请，待审核
        Filed = "filed",
        /// 已退回: over; the institution may claim again.
        Returned = "returned",
        /// 审核通过，待公示
        Approved = "approved",
        /// 公示中，公示后待拨付
        Published = "published",
        /// 已拨付
        Paid = "paid",
    }
);

crate::code!(
    /// 追回结果
    RecoveryOutcome {
        /// 已追回
        Repaid = "repaid",
        /// 不予追回
        Waived = "waived",
    }
);

impl ClaimState {
    /// Whether a claim may go from here to there.
    pub fn may(self, to: Self) -> Result<(), Stuck> {
        let fits = matches!(
            (self, to),
            (Self::Filed, Self::Approved | Self::Returned)
                | (Self::Approved, Self::Published | Self::Returned)
                | (Self::Published, Self::Paid | Self::Returned)
        );
        if fits { Ok(()) } else { Err(Stuck::At(self)) }
    }

    /// Whether it is still on its way.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Filed | Self::Approved | Self::Published)
    }
}

/// Why a claim does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// It stands elsewhere.
    At(ClaimState),
    /// Nobody in the class can be claimed for.
    Nobody,
    /// One of this class and kind is under way.
    UnderWay,
    /// What is claimed is claimed already.
    Claimed,
    /// Who reviewed it does not pay it.
    SamePerson,
    /// Everything was cut.
    NothingLeft,
    /// Certificates behind it no longer stand.
    Lost {
        /// How many.
        n: usize,
    },
    /// More is cut than there is.
    TooMuch {
        /// What is left of the line, in yuan.
        left: String,
    },
    /// The day of payment is before the publicity ended, or to come.
    Untimely,
    /// It is settled already.
    Settled,
}

impl Reason for Stuck {
    fn refusal(self) -> Refusal {
        match self {
            Self::At(state) => Refusal::new("claim.moved-on").with(state),
            Self::Nobody => Refusal::new("claim.nobody-entitled"),
            Self::UnderWay => Refusal::new("claim.under-way"),
            Self::Claimed => Refusal::new("claim.claimed-already"),
            Self::SamePerson => Refusal::new("claim.same-person"),
            Self::NothingLeft => Refusal::new("claim.nothing-left"),
            Self::Lost { n } => Refusal::new("claim.certificates-lost").with(n),
            Self::TooMuch { left } => Refusal::new("claim.cut-too-much").at("amount").with(left),
            Self::Untimely => Refusal::new("claim.payment-untimely").at("day"),
            Self::Settled => Refusal::new("claim.settled-already"),
        }
    }
}

/// What a payment looks at.
#[derive(Clone, Debug)]
pub struct Payable<'a> {
    /// Where the claim stands.
    pub state: ClaimState,
    /// Who approved it.
    pub reviewer: Option<&'a AccountId>,
    /// How it was shown.
    pub publicity: Option<&'a Publicity>,
    /// Objections nobody has settled.
    pub unsettled: i64,
    /// What is left to pay, in fen.
    pub left_fen: i64,
    /// Lines still to be paid whose certificate no longer stands.
    pub lost: usize,
}

impl Payable<'_> {
    /// Whether this person may enter today that it was paid on a day.
    pub fn may_be_paid(
        &self,
        by: &AccountId,
        day: NaiveDate,
        today: NaiveDate,
    ) -> Result<(), Refusal> {
        self.state.may(ClaimState::Paid).map_err(Stuck::refusal)?;
        may_issue(self.publicity, self.unsettled, today).map_err(Pending::refusal)?;
        if self.reviewer.is_none_or(|reviewer| reviewer == by) {
            return Err(Stuck::SamePerson.refusal());
        }
        if self.left_fen <= 0 {
            return Err(Stuck::NothingLeft.refusal());
        }
        if self.lost > 0 {
            return Err(Stuck::Lost { n: self.lost }.refusal());
        }
        let closed = self.publicity.map_or(today, |shown| shown.closes);
        if day <= closed || day > today {
            return Err(Stuck::Untimely.refusal());
        }
        Ok(())
    }
}

/// Whether so much may be cut of a line of which so much is left.
pub fn may_cut(state: ClaimState, cut_fen: i64, left_fen: i64) -> Result<(), Stuck> {
    if !state.is_under_way() {
        return Err(Stuck::At(state));
    }
    if (1..=left_fen).contains(&cut_fen) {
        Ok(())
    } else {
        Err(Stuck::TooMuch {
            left: crate::ground::money::yuan(left_fen),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Now;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_claim_takes_one_step_after_the_other() {
        use ClaimState::{Approved, Filed, Paid, Published, Returned};
        let fits = [
            (Filed, Approved),
            (Filed, Returned),
            (Approved, Published),
            (Approved, Returned),
            (Published, Paid),
            (Published, Returned),
        ];
        for from in ClaimState::ALL {
            for to in ClaimState::ALL {
                let told = from.may(*to);
                assert_eq!(told.is_ok(), fits.contains(&(*from, *to)), "{from} {to}");
            }
        }
        assert!(!Paid.is_under_way() && !Returned.is_under_way());
    }

    #[test]
    fn nothing_is_paid_unshown_unsettled_or_alone() {
        let now = Now::beijing(day("2026-04-07"), 9, 0);
        let (reviewer, payer) = (AccountId::fresh(now), AccountId::fresh(now));
        let shown = Publicity {
            opens: day("2026-03-16"),
            closes: day("2026-03-23"),
        };
        let good = Payable {
            state: ClaimState::Published,
            reviewer: Some(&reviewer),
            publicity: Some(&shown),
            unsettled: 0,
            left_fen: 1,
            lost: 0,
        };
        let (paid, today) = (day("2026-03-24"), day("2026-03-25"));
        let code = |payable: &Payable<'_>, by, paid, today| {
            payable.may_be_paid(by, paid, today).err().map(|no| no.code)
        };
        assert_eq!(code(&good, &payer, paid, today), None);
        assert_eq!(
            code(&good, &reviewer, paid, today),
            Some("claim.same-person")
        );
        assert_eq!(
            code(&good, &payer, day("2026-03-23"), today),
            Some("claim.payment-untimely")
        );
        assert_eq!(
            code(&good, &payer, day("2026-03-26"), today),
            Some("claim.payment-untimely")
        );
        assert_eq!(
            code(&good, &payer, paid, day("2026-03-23")),
            Some("publicity.open")
        );
        let cases: [(&dyn Fn(&mut Payable<'_>), &str); 5] = [
            (&|it| it.state = ClaimState::Approved, "claim.moved-on"),
            (&|it| it.publicity = None, "publicity.unopened"),
            (&|it| it.unsettled = 1, "objection.unsettled"),
            (&|it| it.left_fen = 0, "claim.nothing-left"),
            (&|it| it.lost = 2, "claim.certificates-lost"),
        ];
        for (change, told) in cases {
            let mut it = good.clone();
            change(&mut it);
            assert_eq!(code(&it, &payer, paid, today), Some(told));
        }
    }

    #[test]
    fn no_more_is_cut_than_is_left() {
        assert_eq!(may_cut(ClaimState::Filed, 100, 100), Ok(()));
        assert!(may_cut(ClaimState::Filed, 101, 100).is_err());
        assert!(may_cut(ClaimState::Published, 0, 100).is_err());
        assert_eq!(
            may_cut(ClaimState::Paid, 1, 100),
            Err(Stuck::At(ClaimState::Paid))
        );
    }
}
