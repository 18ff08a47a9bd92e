//! 持证人: whoever a certificate tells of, at her own page; what she may share, and ask for.

use crate::domain::person::PersonId;
use crate::domain::refusal::Refusal;
use crate::ground::text;
use chrono::{Days, NaiveDate};

/// Whoever signed in as a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonId,
    /// Her name.
    pub name: String,
}

crate::key!(
    /// The key of a share.
    ShareId
);
crate::key!(
    /// The key of a copy for one purpose.
    CopyId
);
crate::key!(
    /// The key of what a holder asks for.
    PetitionId
);

crate::code!(
    /// 申请种类
    PetitionKind {
        /// 更正: something on record is wrong.
        Correction = "correction",
        /// 删除个人信息 (个人信息保护法第四十七条).
        Erasure = "erasure",
    }
);

crate::code!(
    /// 查验方式: how somebody looked at a certificate.
    LookKind {
        /// Its page, from a scan or a link.
        Page = "page",
        /// By number and name.
        Number = "number",
        /// A program, as JSON.
        Program = "program",
        /// Through a link the holder shared.
        Share = "share",
        /// Through a copy made for one purpose.
        Copy = "copy",
    }
);

/// A one-time code is so many digits.
pub const CODE_DIGITS: usize = 8;
/// It serves for so long.
pub const CODE_MINUTES: i64 = 30;
/// A shared link serves at most so long.
pub const SHARE_DAYS: i64 = 30;
/// A copy serves at most so long.
pub const COPY_DAYS: u64 = 365;

/// For how many days a link may be shared.
pub fn shared_for(days: i64) -> Result<i64, Refusal> {
    if (1..=SHARE_DAYS).contains(&days) {
        Ok(days)
    } else {
        Err(Refusal::new("share.days").at("days").with(SHARE_DAYS))
    }
}

/// What a copy is for, and until when: a purpose of two to forty characters; a day within a year.
pub fn copied_for(
    purpose: &str,
    until: NaiveDate,
    today: NaiveDate,
) -> Result<String, Vec<Refusal>> {
    let purpose = text::tidy(purpose);
    let mut faults = Vec::new();
    if !(2..=40).contains(&purpose.chars().count()) {
        faults.push(Refusal::new("copy.purpose").at("purpose").with(2).with(40));
    }
    if until < today || until > today + Days::new(COPY_DAYS) {
        faults.push(Refusal::new("copy.until").at("until").with(COPY_DAYS));
    }
    if faults.is_empty() {
        Ok(purpose)
    } else {
        Err(faults)
    }
}

/// Whether a person's details may be erased today: not before every certificate of hers was issued
/// so many years ago.
///
/// Training and assessment files are kept (档案管理); until their time is over an erasure is refused
/// and the holder is told why (个人信息保护法第四十七条: where the period laid down by law has not
/// expired, processing is limited to storage).
pub fn may_be_erased(
    last_recorded: Option<NaiveDate>,
    retention_years: u32,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let Some(last) = last_recorded else {
        return Ok(());
    };
    let over = last
        .checked_add_months(chrono::Months::new(retention_years.saturating_mul(12)))
        .unwrap_or(NaiveDate::MAX);
    if over <= today {
        Ok(())
    } else {
        Err(Refusal::new("petition.retained")
            .with(retention_years)
            .with(over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_link_serves_thirty_days_at_most() {
        for (days, good) in [(0, false), (1, true), (30, true), (31, false), (-3, false)] {
            assert_eq!(shared_for(days).is_ok(), good, "{days}");
        }
    }

    #[test]
    fn a_copy_has_a_purpose_and_an_end() {
        let today = day("2026-11-25");
        assert_eq!(
            copied_for(" 应聘 焊工 ", day("2026-12-25"), today).unwrap(),
            "应聘 焊工"
        );
        for (purpose, until, codes) in [
            ("用", "2026-12-25", vec!["copy.purpose"]),
            ("应聘焊工", "2026-11-24", vec!["copy.until"]),
            ("应聘焊工", "2028-11-24", vec!["copy.until"]),
            ("", "2020-01-01", vec!["copy.purpose", "copy.until"]),
        ] {
            let found = copied_for(purpose, day(until), today).unwrap_err();
            assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), codes);
        }
    }

    #[test]
    fn files_are_kept_for_their_years_before_anything_is_erased() {
        let today = day("2026-11-25");
        assert!(may_be_erased(None, 10, today).is_ok());
        assert!(may_be_erased(Some(day("2016-11-25")), 10, today).is_ok());
        let kept = may_be_erased(Some(day("2016-11-26")), 10, today).unwrap_err();
        assert_eq!(kept.facts, ["10", "2026-11-26"]);
    }
}
