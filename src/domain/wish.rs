//! 培训意愿: who wants training, in what, where; and that somebody spoke with her.
//!
//! The ledger of people (底数台账) begins with a wish. A newer wish of the same person takes the place
//! of the older one, which is ended and stays on record. Registering a wish is itself a contact, so
//! that nobody on the ledger was never spoken with.

use crate::domain::place::{self, PlaceLevel, RegionCode};
use crate::domain::refusal::Refusal;
use chrono::{Days, NaiveDate};

crate::key!(
    /// The key of one wish.
    WishId
);
crate::key!(
    /// The key of one contact.
    ContactId
);
crate::key!(
    /// The key of a list somebody took away.
    TakingId
);

crate::code!(
    /// 联系方式: how somebody was spoken with.
    ContactWay {
        /// 登记意愿
        Registration = "registration",
        /// 电话
        Phone = "phone",
        /// 入户
        Visit = "visit",
        /// 微信或短信
        Message = "message",
        /// 集会、招聘会
        Meeting = "meeting",
    }
);

crate::code!(
    /// 了结原因: why a wish is no longer one.
    WishEnd {
        /// 已完成培训
        Trained = "trained",
        /// 已就业
        Employed = "employed",
        /// 不再需要
        Dropped = "dropped",
        /// 已迁出
        Moved = "moved",
        /// 登记有误
        Mistaken = "mistaken",
        /// 另有新的意愿: the registry's own word.
        Superseded = "superseded",
    }
);

crate::code!(
    /// 名单: the lists of the ledger somebody acts on.
    BaseList {
        /// 全部人员
        Everyone = "everyone",
        /// 有意愿未入班
        Wanting = "wanting",
        /// 在培
        Training = "training",
        /// 已培训
        Trained = "trained",
        /// 持证
        Certified = "certified",
        /// 已就业
        Employed = "employed",
        /// 超过90天未联系
        Neglected = "neglected",
    }
);

/// Days after which somebody who wants training has been left alone too long.
pub const NEGLECTED: u64 = 90;

/// The first day a contact must be on, or after, not to be too long ago.
pub fn lately(today: NaiveDate) -> NaiveDate {
    today
        .checked_sub_days(Days::new(NEGLECTED))
        .unwrap_or(NaiveDate::MIN)
}

/// The most characters of a trade, a village, a note.
pub const TRADE: usize = 40;
/// The most characters of a village's name.
pub const VILLAGE: usize = 40;
/// The most characters of what a contact came to.
pub const NOTE: usize = 200;

/// Whether a wish may be registered for this place by whoever keeps that region: a county or, better,
/// a township, and hers.
pub fn may_be_of(region: &RegionCode, keeps: Option<&RegionCode>) -> Result<(), Refusal> {
    let level = place::find(region).map(|place| place.level);
    let low = matches!(level, Some(PlaceLevel::County | PlaceLevel::Township));
    if !low || keeps.is_some_and(|keeps| !region.is_within(keeps)) {
        return Err(Refusal::new("wish.elsewhere").at("region"));
    }
    Ok(())
}

/// The village a wish is of, when whoever registers it is held to one: that one, said or not.
pub fn village_of(told: String, own: Option<&str>) -> Result<String, Refusal> {
    match own {
        Some(own) if told.is_empty() => Ok(own.to_owned()),
        Some(own) if told != own => Err(Refusal::new("wish.other-village").at("village").with(own)),
        _ => Ok(told),
    }
}

/// Whether something can have happened on that day: not tomorrow, and within living memory.
pub fn may_have_been(day: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if day > today {
        return Err(Refusal::new("wish.ahead").at("day"));
    }
    if day
        < today
            .checked_sub_days(Days::new(3 * 366))
            .unwrap_or(NaiveDate::MIN)
    {
        return Err(Refusal::new("wish.long-ago").at("day"));
    }
    Ok(())
}

/// A telephone number, if it is one.
pub fn phone(field: &'static str, text: &str) -> Result<Option<String>, Refusal> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    crate::domain::roster::phone(text)
        .map(Some)
        .ok_or_else(|| Refusal::new("wish.phone-unreadable").at(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn code(text: &str) -> RegionCode {
        RegionCode::read(text).unwrap()
    }

    #[test]
    fn a_wish_is_of_a_county_or_township_of_ones_own() {
        let township = code("150902105");
        for (region, keeps, may) in [
            ("150902105", Some(&township), true),
            ("150902", None, true),
            ("150902205", Some(&township), false),
            ("150902", Some(&township), false),
            ("150900", None, false),
            ("150902999", None, false),
        ] {
            assert_eq!(may_be_of(&code(region), keeps).is_ok(), may, "{region}");
        }
    }

    #[test]
    fn a_village_s_worker_registers_for_her_village() {
        let of = |told: &str, own| village_of(told.to_owned(), own).map_err(|no| no.code);
        assert_eq!(of("偏岭嘎查", None), Ok("偏岭嘎查".to_owned()));
        assert_eq!(of("", Some("大河湾嘎查")), Ok("大河湾嘎查".to_owned()));
        assert_eq!(
            of("大河湾嘎查", Some("大河湾嘎查")),
            Ok("大河湾嘎查".to_owned())
        );
        assert_eq!(
            of("偏岭嘎查", Some("大河湾嘎查")),
            Err("wish.other-village")
        );
    }

    #[test]
    fn ninety_days_without_a_word_are_too_long() {
        assert_eq!(lately(day("2026-11-25")), day("2026-08-27"));
        assert_eq!(
            may_have_been(day("2026-11-26"), day("2026-11-25"))
                .unwrap_err()
                .code,
            "wish.ahead"
        );
        assert_eq!(
            may_have_been(day("2020-01-01"), day("2026-11-25"))
                .unwrap_err()
                .code,
            "wish.long-ago"
        );
        assert!(may_have_been(day("2026-11-25"), day("2026-11-25")).is_ok());
    }

    #[test]
    fn telephones_may_be_missing_and_not_misspelt() {
        assert_eq!(phone("phone", " ").unwrap(), None);
        assert_eq!(
            phone("phone", "138 4740 0001").unwrap().unwrap(),
            "13847400001"
        );
        assert_eq!(
            phone("phone", "1234").unwrap_err().code,
            "wish.phone-unreadable"
        );
    }
}
