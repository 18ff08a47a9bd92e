//! 部门授权: what a partner department may read: of one key group, for one purpose, until a day.
//!
//! An account of a department shows nobody until the bureau has granted it a group. Necessary and no
//! more: 个人信息保护法 第六条 (minimum), 第二十五条 and 第三十四条 (giving to others, statutory duties).

use crate::domain::refusal::Refusal;
use chrono::{Days, NaiveDate};

crate::key!(
    /// The key of one grant.
    GrantId
);

/// The most days a grant runs: then somebody asks again whether it is still needed.
pub const LONGEST: u64 = 366;
/// The most characters of a purpose.
pub const PURPOSE: usize = 100;

/// Whether a grant may run so long.
pub fn may_run(starts: NaiveDate, ends: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if ends < starts || ends < today {
        return Err(Refusal::new("grant.over").at("ends"));
    }
    let last = starts
        .checked_add_days(Days::new(LONGEST))
        .unwrap_or(NaiveDate::MAX);
    if ends > last {
        return Err(Refusal::new("grant.too-long").at("ends").with(last));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_runs_a_year_at_most_and_never_backwards() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (starts, ends, code) in [
            ("2026-11-25", "2027-11-26", None),
            ("2026-11-25", "2027-11-27", Some("grant.too-long")),
            ("2026-11-25", "2026-11-24", Some("grant.over")),
            ("2026-01-01", "2026-11-24", Some("grant.over")),
        ] {
            let may = may_run(day(starts), day(ends), day("2026-11-25"));
            assert_eq!(
                may.err().map(|refusal| refusal.code),
                code,
                "{starts}–{ends}"
            );
        }
    }
}
