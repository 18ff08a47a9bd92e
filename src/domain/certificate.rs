//! 证书: what was certified, and whether it still stands.
//!
//! A certificate is never changed. That it was revoked, suspended or replaced is a row of its own,
//! and its standing is a question asked of those rows on a day.

use crate::domain::account::AccountId;
use crate::domain::refusal::{Reason, Refusal};
use chrono::NaiveDate;

crate::key!(
    /// The key of a certificate. Not its number: that is for people.
    CertificateId
);
crate::key!(
    /// The key of a signature on a certificate's PDF.
    PaperSignatureId
);
crate::key!(
    /// The key of a proposal to revoke a certificate.
    ProposalId
);

crate::code!(
    /// 证书种类
    CertificateKind {
        /// 职业技能等级证书: issued by an assessment organisation.
        Level = "level",
        /// 培训合格证书: issued by a training institution.
        Completion = "completion",
    }
);

impl CertificateKind {
    /// The title printed: exactly this, and no other (人社鉴发〔2021〕1号).
    pub fn title(self) -> &'static str {
        match self {
            Self::Level => "职业技能等级证书",
            Self::Completion => "培训合格证书",
        }
    }

    /// The title in English.
    pub fn title_en(self) -> &'static str {
        match self {
            Self::Level => "Certificate of Vocational Skill Level",
            Self::Completion => "Training Completion Certificate",
        }
    }
}

crate::code!(
    /// 撤销原因
    RevocationReason {
        /// 弄虚作假: by the holder.
        Fraud = "fraud",
        /// 登记有误: by the issuer; the holder is not to blame.
        Error = "error",
        /// 本人放弃
        WithdrawnByHolder = "withdrawn-by-holder",
        /// 机构违规: the sitting was not held as the rules ask.
        Organisation = "organisation",
        /// 司法或行政决定
        Decision = "decision",
    }
);

impl RevocationReason {
    /// 名称
    pub fn name(self) -> &'static str {
        match self {
            Self::Fraud => "弄虚作假",
            Self::Error => "登记有误",
            Self::WithdrawnByHolder => "本人放弃",
            Self::Organisation => "机构违规",
            Self::Decision => "司法或行政决定",
        }
    }

    /// Its name in English.
    pub fn name_en(self) -> &'static str {
        match self {
            Self::Fraud => "Fraud by the holder",
            Self::Error => "Error of record",
            Self::WithdrawnByHolder => "Given up by the holder",
            Self::Organisation => "Breach of rules by the organisation",
            Self::Decision => "Decision of a court or an authority",
        }
    }
}

/// 撤销
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The class of reason.
    pub reason: RevocationReason,
    /// The day it was confirmed.
    pub on: NaiveDate,
}

crate::key!(
    /// The key of a proposal to correct a certificate.
    CorrectionId
);
crate::key!(
    /// The key of one suspension of a certificate.
    HoldId
);

crate::code!(
    /// 暂停原因
    HoldReason {
        /// 核查中: something is being looked into.
        Inquiry = "inquiry",
        /// 持证人挂失: the holder says that the paper is in wrong hands.
        Lost = "lost",
        /// 司法或行政决定
        Decision = "decision",
    }
);

impl HoldReason {
    /// 名称
    pub fn name(self) -> &'static str {
        match self {
            Self::Inquiry => "正在核查",
            Self::Lost => "持证人挂失",
            Self::Decision => "司法或行政决定",
        }
    }

    /// Its name in English.
    pub fn name_en(self) -> &'static str {
        match self {
            Self::Inquiry => "Under inquiry",
            Self::Lost => "Reported lost by the holder",
            Self::Decision => "Decision of a court or an authority",
        }
    }
}

/// 换发: another certificate stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The one that stands in its place.
    pub successor: CertificateId,
    /// Since which day.
    pub on: NaiveDate,
    /// 更正: because something on this one was wrong.
    pub corrected: bool,
}

/// 暂停使用: under inquiry, neither good nor bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The first day.
    pub starts: NaiveDate,
    /// The first day it is free again, once it is.
    pub lifted: Option<NaiveDate>,
    /// The class of reason.
    pub reason: HoldReason,
}

/// Everything that bears on a certificate's standing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fate {
    /// 撤销
    pub revocation: Option<Revocation>,
    /// 换发
    pub replacement: Option<Replacement>,
    /// 暂停使用
    pub hold: Option<Hold>,
    /// 错撤恢复: since when it counts again, after a revocation that was wrong.
    pub restored: Option<NaiveDate>,
    /// 签发存疑: since which day its key may have been in strange hands, when it was signed after that.
    pub doubted: Option<NaiveDate>,
    /// 有效期至: the last day, where there is one.
    pub expires_on: Option<NaiveDate>,
}

/// 状态 on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 有效
    Valid,
    /// 已撤销
    Revoked(Revocation),
    /// 已换发
    Replaced(Replacement),
    /// 已更正，见新证
    Corrected(Replacement),
    /// 签发存疑: its key may have been in strange hands when it was signed
    Doubtful {
        /// Since when the key is not to be relied on.
        since: NaiveDate,
    },
    /// 暂停使用
    Suspended {
        /// Since when.
        since: NaiveDate,
        /// The class of reason.
        reason: HoldReason,
    },
    /// 已过期
    Expired {
        /// Its last day.
        on: NaiveDate,
    },
}

impl Standing {
    /// The code of this standing, for pages and JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Revoked(_) => "revoked",
            Self::Replaced(_) => "replaced",
            Self::Corrected(_) => "corrected",
            Self::Doubtful { .. } => "doubtful",
            Self::Suspended { .. } => "suspended",
            Self::Expired { .. } => "expired",
        }
    }

    /// Whether it is good.
    pub fn is_valid(&self) -> bool {
        *self == Self::Valid
    }

    /// Whether nothing can bring it back into force: revoked, replaced or corrected.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Revoked(_) | Self::Replaced(_) | Self::Corrected(_)
        )
    }
}

impl Fate {
    /// The certificate's standing on a day. What weighs more is told first: a revoked certificate
    /// is revoked though it has expired or was replaced.
    ///
    /// Revocation has no first day: what should never have been issued is bad on every day, also
    /// on the day of an earlier look-up.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        if let Some(revocation) = &self.revocation {
            return Standing::Revoked(revocation.clone());
        }
        if let Some(replacement) = &self.replacement {
            let replacement = replacement.clone();
            return if replacement.corrected {
                Standing::Corrected(replacement)
            } else {
                Standing::Replaced(replacement)
            };
        }
        if let Some(since) = self.doubted {
            return Standing::Doubtful { since };
        }
        if let Some(hold) = self.held_on(today) {
            return Standing::Suspended {
                since: hold.starts,
                reason: hold.reason,
            };
        }
        match self.expires_on {
            Some(on) if today > on => Standing::Expired { on },
            _ => Standing::Valid,
        }
    }
}

/// Why a certificate cannot be revoked or replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unchangeable {
    /// It is revoked already.
    Revoked {
        /// Since which day.
        on: NaiveDate,
    },
    /// Another stands in its place already.
    Replaced {
        /// Since which day.
        on: NaiveDate,
    },
    /// A proposal to revoke it is waiting for a second person.
    Proposed,
    /// Nobody proposed it.
    Unproposed,
    /// Proposed and confirmed by the same person.
    SamePerson,
    /// Without a legal basis, or without a reason.
    Baseless,
    /// It is suspended.
    Suspended {
        /// Since when.
        since: NaiveDate,
    },
    /// It is not suspended.
    Unsuspended,
    /// The bureau suspended it; the institution does not lift that.
    SuspendedByBureau,
    /// Its key may have been in strange hands when it was signed.
    Doubtful {
        /// Since when.
        since: NaiveDate,
    },
    /// It is not revoked.
    Unrevoked,
    /// A proposal to correct it is waiting for a second person.
    Correcting,
    /// Nobody proposed a correction.
    Uncorrected,
    /// A correction was proposed and confirmed by the same person.
    CorrectedAlone,
    /// What it is to say is what it says.
    NothingToCorrect,
    /// The right document is another person's on record.
    DocumentTaken,
}

impl Reason for Unchangeable {
    fn refusal(self) -> Refusal {
        match self {
            Self::Revoked { on } => Refusal::new("certificate.revoked").with(on),
            Self::Replaced { on } => Refusal::new("certificate.replaced").with(on),
            Self::Proposed => Refusal::new("revocation.proposed"),
            Self::Unproposed => Refusal::new("revocation.unproposed"),
            Self::SamePerson => Refusal::new("revocation.same-person"),
            Self::Baseless => Refusal::new("revocation.baseless").at("basis"),
            Self::Suspended { since } => Refusal::new("certificate.suspended").with(since),
            Self::Unsuspended => Refusal::new("certificate.not-suspended"),
            Self::SuspendedByBureau => Refusal::new("certificate.suspended-by-bureau"),
            Self::Doubtful { since } => Refusal::new("certificate.doubtful").with(since),
            Self::Unrevoked => Refusal::new("certificate.not-revoked"),
            Self::Correcting => Refusal::new("correction.proposed"),
            Self::Uncorrected => Refusal::new("correction.unproposed"),
            Self::CorrectedAlone => Refusal::new("correction.same-person"),
            Self::NothingToCorrect => Refusal::new("correction.empty"),
            Self::DocumentTaken => Refusal::new("correction.document-taken").at("id_number"),
        }
    }
}

impl Fate {
    fn is_in_force(&self) -> Result<(), Unchangeable> {
        if let Some(revocation) = &self.revocation {
            return Err(Unchangeable::Revoked { on: revocation.on });
        }
        match &self.replacement {
            Some(replacement) => Err(Unchangeable::Replaced { on: replacement.on }),
            None => Ok(()),
        }
    }

    /// Whether it is in force and nobody holds it back on a day.
    fn is_free(&self, today: NaiveDate) -> Result<(), Unchangeable> {
        self.is_in_force()?;
        match self.held_on(today) {
            Some(hold) => Err(Unchangeable::Suspended { since: hold.starts }),
            None => Ok(()),
        }
    }

    fn held_on(&self, today: NaiveDate) -> Option<Hold> {
        self.hold
            .filter(|hold| hold.starts <= today && hold.lifted.is_none_or(|lifted| today < lifted))
    }

    /// Whether it may be suspended: not what is out of force for ever, nor twice.
    pub fn may_be_suspended(&self, today: NaiveDate) -> Result<(), Unchangeable> {
        self.is_free(today)
    }

    /// Whether it may be used again after a suspension; what the bureau suspended only the bureau
    /// lifts.
    pub fn may_be_resumed(
        &self,
        held_by_bureau: Option<bool>,
        bureau: bool,
    ) -> Result<(), Unchangeable> {
        self.is_in_force()?;
        match held_by_bureau {
            None => Err(Unchangeable::Unsuspended),
            Some(true) if !bureau => Err(Unchangeable::SuspendedByBureau),
            Some(_) => Ok(()),
        }
    }

    /// Whether its paper may be printed once more.
    pub fn may_be_printed(&self, today: NaiveDate) -> Result<(), Unchangeable> {
        self.is_free(today)?;
        match self.doubted {
            Some(since) => Err(Unchangeable::Doubtful { since }),
            None => Ok(()),
        }
    }

    /// Whether a correction may be proposed, or confirmed by this person. Name, document and dates
    /// say whose right it is and what it rests on: it takes two persons.
    pub fn may_be_corrected(
        &self,
        proposed_by: Option<&AccountId>,
        confirmed_by: &AccountId,
        today: NaiveDate,
    ) -> Result<(), Unchangeable> {
        self.is_free(today)?;
        match proposed_by {
            None => Err(Unchangeable::Uncorrected),
            Some(first) if first == confirmed_by => Err(Unchangeable::CorrectedAlone),
            Some(_) => Ok(()),
        }
    }

    /// Whether a correction may be proposed.
    pub fn may_be_proposed_for_correction(
        &self,
        revoking: bool,
        correcting: bool,
        today: NaiveDate,
    ) -> Result<(), Unchangeable> {
        self.is_free(today)?;
        if revoking {
            return Err(Unchangeable::Proposed);
        }
        if correcting {
            return Err(Unchangeable::Correcting);
        }
        Ok(())
    }

    /// Whether a revocation was wrong and may be taken back.
    pub fn may_be_restored(&self) -> Result<(), Unchangeable> {
        match (&self.revocation, &self.replacement) {
            (None, _) => Err(Unchangeable::Unrevoked),
            (Some(_), Some(replacement)) => Err(Unchangeable::Replaced { on: replacement.on }),
            (Some(_), None) => Ok(()),
        }
    }

    /// Whether its revocation may be proposed, on this basis and for this reason.
    pub fn may_be_proposed(
        &self,
        pending: bool,
        basis: &str,
        reason: &str,
    ) -> Result<(), Unchangeable> {
        self.is_in_force()?;
        if pending {
            return Err(Unchangeable::Proposed);
        }
        let blank = basis.trim().is_empty() || reason.trim().is_empty();
        if blank {
            Err(Unchangeable::Baseless)
        } else {
            Ok(())
        }
    }

    /// Whether a proposed revocation may be confirmed: by a second person.
    pub fn may_be_revoked(
        &self,
        proposed_by: Option<&AccountId>,
        confirmed_by: &AccountId,
    ) -> Result<(), Unchangeable> {
        self.is_in_force()?;
        let proposed_by = proposed_by.ok_or(Unchangeable::Unproposed)?;
        if proposed_by == confirmed_by {
            Err(Unchangeable::SamePerson)
        } else {
            Ok(())
        }
    }

    /// Whether another may be issued in its place. One under a proposal to revoke is left alone.
    pub fn may_be_replaced(
        &self,
        pending: bool,
        reason: &str,
        today: NaiveDate,
    ) -> Result<(), Unchangeable> {
        self.is_free(today)?;
        if pending {
            return Err(Unchangeable::Proposed);
        }
        if reason.trim().is_empty() {
            Err(Unchangeable::Baseless)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Now;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn now() -> Now {
        Now::beijing(day("2026-03-02"), 9, 0)
    }

    fn revocation() -> Revocation {
        Revocation {
            reason: RevocationReason::Fraud,
            on: day("2026-05-01"),
        }
    }

    fn replacement() -> Replacement {
        Replacement {
            successor: CertificateId::fresh(now()),
            on: day("2026-04-01"),
            corrected: false,
        }
    }

    #[test]
    fn what_weighs_more_is_told_first() {
        let expires_on = Some(day("2026-06-30"));
        let hold = Some(Hold {
            starts: day("2026-05-10"),
            lifted: Some(day("2026-05-20")),
            reason: HoldReason::Inquiry,
        });
        let standing = |fate: &Fate, on: &str| fate.standing(day(on)).as_str();
        let plain = Fate::default();
        assert_eq!(standing(&plain, "2099-01-01"), "valid");
        let dated = Fate {
            expires_on,
            ..Fate::default()
        };
        assert_eq!(standing(&dated, "2026-06-30"), "valid");
        assert_eq!(standing(&dated, "2026-07-01"), "expired");
        let held = Fate { hold, ..dated };
        assert_eq!(standing(&held, "2026-05-09"), "valid");
        assert_eq!(standing(&held, "2026-05-10"), "suspended");
        assert_eq!(standing(&held, "2026-05-20"), "valid");
        let replaced = Fate {
            replacement: Some(replacement()),
            ..held.clone()
        };
        assert_eq!(standing(&replaced, "2026-05-10"), "replaced");
        let corrected = Fate {
            replacement: Some(Replacement {
                corrected: true,
                ..replacement()
            }),
            ..held.clone()
        };
        assert_eq!(standing(&corrected, "2026-05-10"), "corrected");
        assert!(corrected.standing(day("2026-05-10")).is_final());
        let revoked = Fate {
            revocation: Some(revocation()),
            ..replaced
        };
        assert_eq!(standing(&revoked, "2026-07-01"), "revoked");
        assert_eq!(standing(&revoked, "2026-01-01"), "revoked");
    }

    #[test]
    fn revoking_takes_two_persons_and_a_basis() {
        let (first, second) = (AccountId::fresh(now()), AccountId::fresh(now()));
        let fate = Fate::default();
        assert_eq!(
            fate.may_be_proposed(false, "办法第十条", "冒名顶替"),
            Ok(())
        );
        assert_eq!(
            fate.may_be_proposed(false, " ", "冒名顶替"),
            Err(Unchangeable::Baseless)
        );
        assert_eq!(
            fate.may_be_proposed(true, "办法", "冒名"),
            Err(Unchangeable::Proposed)
        );
        assert_eq!(
            fate.may_be_revoked(Some(&first), &first),
            Err(Unchangeable::SamePerson)
        );
        assert_eq!(
            fate.may_be_revoked(None, &second),
            Err(Unchangeable::Unproposed)
        );
        assert_eq!(fate.may_be_revoked(Some(&first), &second), Ok(()));
        let revoked = Fate {
            revocation: Some(revocation()),
            ..Fate::default()
        };
        let twice = Err(Unchangeable::Revoked {
            on: day("2026-05-01"),
        });
        assert_eq!(revoked.may_be_revoked(Some(&first), &second), twice);
        assert_eq!(
            revoked.may_be_replaced(false, "姓名更正", day("2026-06-01")),
            twice
        );
        let replaced = Fate {
            replacement: Some(replacement()),
            ..Fate::default()
        };
        assert_eq!(
            replaced.may_be_replaced(false, "姓名更正", day("2026-06-01")),
            Err(Unchangeable::Replaced {
                on: day("2026-04-01")
            })
        );
        assert_eq!(
            Fate::default().may_be_replaced(false, "姓名更正", day("2026-06-01")),
            Ok(())
        );
    }

    #[test]
    fn a_suspension_is_lifted_by_whoever_may_and_stops_everything_else() {
        let today = day("2026-05-12");
        let held = Fate {
            hold: Some(Hold {
                starts: day("2026-05-10"),
                lifted: None,
                reason: HoldReason::Inquiry,
            }),
            ..Fate::default()
        };
        let since = Err(Unchangeable::Suspended {
            since: day("2026-05-10"),
        });
        assert_eq!(held.may_be_suspended(today), since);
        assert_eq!(held.may_be_printed(today), since);
        assert_eq!(held.may_be_replaced(false, "污损", today), since);
        assert_eq!(held.may_be_resumed(Some(true), true), Ok(()));
        assert_eq!(held.may_be_resumed(Some(false), false), Ok(()));
        assert_eq!(
            held.may_be_resumed(Some(true), false),
            Err(Unchangeable::SuspendedByBureau)
        );
        let free = Fate::default();
        assert_eq!(
            free.may_be_resumed(None, true),
            Err(Unchangeable::Unsuspended)
        );
        // An inquiry may well end in a revocation.
        assert_eq!(held.may_be_proposed(false, "规程", "冒名"), Ok(()));
        assert!(!held.standing(today).is_final());
    }

    #[test]
    fn a_wrong_revocation_is_taken_back_once() {
        assert_eq!(
            Fate::default().may_be_restored(),
            Err(Unchangeable::Unrevoked)
        );
        let revoked = Fate {
            revocation: Some(revocation()),
            ..Fate::default()
        };
        assert_eq!(revoked.may_be_restored(), Ok(()));
        let restored = Fate {
            restored: Some(day("2026-05-20")),
            ..Fate::default()
        };
        assert!(restored.standing(day("2026-05-21")).is_valid());
        // Something else may be found later: then it is revoked like any other.
        assert_eq!(restored.may_be_proposed(false, "规程", "冒名"), Ok(()));
    }

    #[test]
    fn correcting_takes_two_persons() {
        let (first, second) = (AccountId::fresh(now()), AccountId::fresh(now()));
        let (fate, today) = (Fate::default(), day("2026-05-12"));
        for (proposed_by, answer) in [
            (None, Err(Unchangeable::Uncorrected)),
            (Some(&second), Err(Unchangeable::CorrectedAlone)),
            (Some(&first), Ok(())),
        ] {
            assert_eq!(fate.may_be_corrected(proposed_by, &second, today), answer);
        }
        assert_eq!(
            fate.may_be_proposed_for_correction(false, true, today),
            Err(Unchangeable::Correcting)
        );
    }

    #[test]
    fn a_title_says_exactly_what_the_rule_says() {
        assert_eq!(CertificateKind::Level.title(), "职业技能等级证书");
        for kind in CertificateKind::ALL {
            for word in ["中国", "国家", "全国", "职业资格", "岗位"] {
                assert!(!kind.title().contains(word));
            }
        }
    }
}
