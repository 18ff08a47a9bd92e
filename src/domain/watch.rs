//! 关注: somebody wants to hear what becomes of certificates she has checked.

use crate::domain::refusal::Refusal;
use chrono::TimeDelta;

crate::key!(
    /// The key of a watch: who has it reads the feed and may end it; it is not kept.
    WatchId
);

crate::key!(
    /// The key of one call.
    CallId
);

crate::code!(
    /// 通知方式
    Way {
        /// 系统对接: an address of hers is called.
        Hook = "hook",
        /// 邮件
        Mail = "mail",
    }
);

crate::code!(
    /// 通知状态
    CallState {
        /// 待送达
        Waiting = "waiting",
        /// 已送达
        Told = "told",
        /// 已放弃: it was tried for three days.
        GivenUp = "given_up",
    }
);

/// Days a watch lasts.
pub const DAYS: i64 = 366;

/// How long after so many tries the next one is due: a minute, then twice as long each time, up to six
/// hours; none once it was tried for three days.
pub fn again_after(tries: i32) -> Option<TimeDelta> {
    let minutes = 1_i64 << tries.saturating_sub(1).clamp(0, 20);
    (tries < 20).then(|| TimeDelta::minutes(minutes.min(360)))
}

/// An address that may be called: https, or http where this is a trial on one machine; without a name
/// and a password in it, and of a length that can be kept.
pub fn hook(written: &str, trial: bool) -> Result<String, Refusal> {
    let refused = || Refusal::new("watch.hook-refused").at("hook");
    let written = written.trim();
    let (scheme, rest) = written.split_once("://").ok_or_else(refused)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = written.is_ascii()
        && !written.contains(|c: char| c.is_ascii_whitespace() || c.is_ascii_control() || c == '#');
    let right = scheme == "https" || (trial && scheme == "http");
    if !right || !plain || host.is_empty() || host.contains('@') || written.len() > 500 {
        return Err(refused());
    }
    Ok(written.to_owned())
}

/// A mail address as people have one.
pub fn mail(written: &str) -> Result<String, Refusal> {
    let refused = || Refusal::new("watch.mail-refused").at("mail");
    let written = written.trim();
    let (local, host) = written.rsplit_once('@').ok_or_else(refused)?;
    let fine = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let labels = host.split('.').all(|label| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    });
    if local.is_empty()
        || !local.chars().all(fine)
        || !labels
        || !host.contains('.')
        || written.len() > 200
    {
        return Err(refused());
    }
    Ok(written.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_called() {
        for (written, trial, right) in [
            ("https://hr.example.com/hooks/1?a=b", false, true),
            ("http://hr.example.com/", false, false),
            ("http://127.0.0.1:9000/x", true, true),
            ("ftp://hr.example.com/", true, false),
            ("https://user:pass@hr.example.com/", false, false),
            ("https:///x", false, false),
            ("https://hr.example.com/#x", false, false),
            ("https://hr.example.com/ x", false, false),
            ("hr.example.com", false, false),
        ] {
            assert_eq!(hook(written, trial).is_ok(), right, "{written}");
        }
        for (written, right) in [
            ("hr@example.com", true),
            ("a.b+c@mail.example.com.cn", true),
            ("hr@localhost", false),
            ("hr@example.com\nBcc: x@example.com", false),
            ("\"a b\"@example.com", false),
            ("@example.com", false),
            ("hr@example..com", false),
        ] {
            assert_eq!(mail(written).is_ok(), right, "{written}");
        }
    }

    #[test]
    fn a_call_is_tried_for_three_days_at_growing_distances() {
        let waits: Vec<i64> = (1..)
            .map_while(again_after)
            .map(|wait| wait.num_minutes())
            .collect();
        assert_eq!(waits[..5], [1, 2, 4, 8, 16]);
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        let days = waits.iter().sum::<i64>() / 1440;
        assert!((2..=3).contains(&days), "{days}");
    }
}
