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

/// 换发: another certificate stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The one that stands in its place.
    pub successor: CertificateId,
    /// Since which day.
    pub on: NaiveDate,
}

/// 暂停使用: under inquiry, neither good nor bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The first day.
    pub starts: NaiveDate,
    /// The first day it is free again, once it is.
    pub lifted: Option<NaiveDate>,
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
    /// 暂停使用
    Suspended {
        /// Since when.
        since: NaiveDate,
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
            Self::Suspended { .. } => "suspended",
            Self::Expired { .. } => "expired",
        }
    }

    /// Whether it is good.
    pub fn is_valid(&self) -> bool {
        *self == Self::Valid
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
            return Standing::Replaced(replacement.clone());
        }
        if let Some(hold) = self.hold
            && hold.starts <= today
            && hold.lifted.is_none_or(|lifted| today < lifted)
        {
            return Standing::Suspended { since: hold.starts };
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
    pub fn may_be_replaced(&self, pending: bool, reason: &str) -> Result<(), Unchangeable> {
        self.is_in_force()?;
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
        }
    }

    #[test]
    fn what_weighs_more_is_told_first() {
        let expires_on = Some(day("2026-06-30"));
        let hold = Some(Hold {
            starts: day("2026-05-10"),
            lifted: Some(day("2026-05-20")),
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
            ..held
        };
        assert_eq!(standing(&replaced, "2026-05-10"), "replaced");
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
        assert_eq!(revoked.may_be_replaced(false, "姓名更正"), twice);
        let replaced = Fate {
            replacement: Some(replacement()),
            ..Fate::default()
        };
        assert_eq!(
            replaced.may_be_replaced(false, "姓名更正"),
            Err(Unchangeable::Replaced {
                on: day("2026-04-01")
            })
        );
        assert_eq!(Fate::default().may_be_replaced(false, "姓名更正"), Ok(()));
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
