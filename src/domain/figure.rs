//! 统计指标: what is counted, as of which day, and known by when.
//!
//! 人次 counts milestones, 人数 counts different people. A figure looks at two times of each
//! milestone: its day, and when it came on record. What comes on record after the cut-off never
//! changes the figure; it is listed as a correction since. National targets count 人次, a city's
//! reports 人数; each figure tells both.

use crate::domain::employment::Fate;
use crate::domain::key_group::Groups;
use crate::domain::place::RegionCode;
use crate::domain::skill_level::SkillLevel;
use crate::ground::clock::Now;
use chrono::{Datelike, NaiveDate, NaiveDateTime};

crate::code!(
    /// 指标: the words of each, and its 口径, are at `figures.indicator.<code>`; what it counts is
    /// [`Indicator::rule`].
    Indicator {
        /// 开班学员
        Enrolled = "enrolled",
        /// 培训结业
        Trained = "trained",
        /// 就业技能培训
        Employ = "employ",
        /// 城镇就业技能培训
        EmployUrban = "employ_urban",
        /// 农牧民转移就业技能培训
        EmployRural = "employ_rural",
        /// 岗位技能提升培训
        Post = "post",
        /// 订单定向定岗培训
        Order = "order",
        /// 创业培训
        Startup = "startup",
        /// 创业培训中的高校毕业生
        StartupGraduate = "startup_graduate",
        /// 高校毕业生培训
        Graduate = "graduate",
        /// 农牧民培训
        Rural = "rural",
        /// 城镇登记失业人员培训
        Unemployed = "unemployed",
        /// 脱贫人口培训
        Lifted = "lifted",
        /// 退役军人培训
        Veteran = "veteran",
        /// 残疾人培训
        Disabled = "disabled",
        /// 职业技能等级评价
        Assessed = "assessed",
        /// 取得职业技能等级证书
        Certified = "certified",
        /// 新增高技能人才
        HighSkill = "high_skill",
        /// 取得培训合格证书
        Concluded = "concluded",
        /// 培训后就业（三个月）
        Employed = "employed",
        /// 稳定就业（六个月）
        Lasting = "lasting",
        /// 创业成功
        Business = "business",
    }
);

impl Indicator {
    /// Those the front page and the monthly report show, in the order of the report.
    pub const MAIN: &'static [Self] = &[
        Self::Employ,
        Self::Startup,
        Self::StartupGraduate,
        Self::Assessed,
        Self::Certified,
        Self::Disabled,
    ];

    /// The indicator this one is a part of (其中); parts do not add up to it.
    pub fn part_of(self) -> Option<Self> {
        match self {
            Self::EmployUrban | Self::EmployRural => Some(Self::Employ),
            Self::StartupGraduate | Self::Business => Some(Self::Startup),
            Self::Graduate
            | Self::Rural
            | Self::Unemployed
            | Self::Lifted
            | Self::Veteran
            | Self::Disabled => Some(Self::Trained),
            Self::HighSkill => Some(Self::Certified),
            Self::Lasting => Some(Self::Employed),
            _ => None,
        }
    }

    /// What it counts.
    pub fn rule(self) -> Rule {
        let trained = || Rule::of("trained");
        match self {
            Self::Enrolled => Rule::of("enrolled"),
            Self::Trained => trained(),
            Self::Employ => trained().taught("EMPLOY"),
            Self::EmployUrban => trained().taught("EMPLOY").outside("G03"),
            Self::EmployRural => trained().taught("EMPLOY").inside("G03"),
            Self::Post => trained().taught("POST"),
            Self::Order => trained().taught("ORDER"),
            Self::Startup => trained().taught("STARTUP"),
            Self::StartupGraduate => trained().taught("STARTUP").inside("G01"),
            Self::Graduate => trained().inside("G01"),
            Self::Rural => trained().inside("G03"),
            Self::Unemployed => trained().inside("G04"),
            Self::Lifted => trained().inside("G06"),
            Self::Veteran => trained().inside("G07"),
            Self::Disabled => trained().inside("G08"),
            Self::Assessed => Rule::of("assessed"),
            Self::Certified => Rule::of("certified"),
            Self::HighSkill => Rule::of("certified").high(),
            Self::Concluded => Rule::of("concluded"),
            Self::Employed => trained().since(Since::Working),
            Self::Lasting => trained().since(Since::StillWorking),
            Self::Business => trained().taught("STARTUP").since(Since::InBusiness),
        }
    }

    /// Whether it counts people of a group whose membership tells of health or poverty.
    pub fn is_sensitive(self) -> bool {
        matches!(self, Self::Disabled | Self::Lifted)
    }
}

/// What became of a trainee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Since {
    /// In work three months after.
    Working,
    /// In work six months after.
    StillWorking,
    /// In business of her own three months after.
    InBusiness,
}

/// 口径: which milestones a figure counts.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The milestone's kind.
    pub kind: &'static str,
    training: &'static str,
    inside: Groups,
    outside: Groups,
    high: bool,
    since: Option<Since>,
}

impl Rule {
    fn of(kind: &'static str) -> Self {
        Self {
            kind,
            training: "",
            inside: Groups::default(),
            outside: Groups::default(),
            high: false,
            since: None,
        }
    }

    fn taught(self, training: &'static str) -> Self {
        Self { training, ..self }
    }

    fn inside(self, group: &str) -> Self {
        Self {
            inside: Groups::of(group),
            ..self
        }
    }

    fn outside(self, group: &str) -> Self {
        Self {
            outside: Groups::of(group),
            ..self
        }
    }

    fn high(self) -> Self {
        Self { high: true, ..self }
    }

    fn since(self, since: Since) -> Self {
        Self {
            since: Some(since),
            ..self
        }
    }

    /// Whether milestones of this kind, after such training, at this level may count.
    pub fn is_of(&self, kind: &str, training: &str, level: &str) -> bool {
        kind == self.kind
            && (self.training.is_empty() || training == self.training)
            && (!self.high || SkillLevel::read(level).is_some_and(SkillLevel::is_high_skill))
    }

    /// Whether they count when they are those of somebody in these groups, of whom this is known
    /// three and six months after.
    pub fn takes(&self, groups: Groups, soon: Option<Fate>, later: Option<Fate>) -> bool {
        groups.hold(self.inside)
            && !groups.touch(self.outside)
            && match self.since {
                None => true,
                Some(Since::Working) => soon.is_some_and(Fate::is_work),
                Some(Since::StillWorking) => later.is_some_and(Fate::is_work),
                Some(Since::InBusiness) => soon == Some(Fate::Startup),
            }
    }
}

crate::code!(
    /// 分组: by what a figure is broken down.
    Breakdown {
        /// 旗县市区
        County = "county",
        /// 苏木乡镇
        Township = "township",
        /// 重点群体
        Group = "group",
        /// 培训类别
        Training = "training",
        /// 职业
        Occupation = "occupation",
        /// 等级
        Level = "level",
        /// 机构
        Institution = "institution",
        /// 性别
        Sex = "sex",
        /// 年龄段
        Age = "age",
        /// 月份
        Month = "month",
    }
);

crate::code!(
    /// 资金: what subsidies were paid for. The words of each, and its 口径, are at
    /// `figures.fund.<code>`; the rule is [`Fund::rule`].
    Fund {
        /// 培训和评价补贴
        All = "all",
        /// 培训补贴
        Training = "training",
        /// 评价补贴
        Assessment = "assessment",
        /// 就业技能培训补贴
        Employ = "employ",
        /// 创业培训补贴
        Startup = "startup",
        /// 高校毕业生的培训补贴
        Graduate = "graduate",
        /// 农牧民的培训补贴
        Rural = "rural",
        /// 城镇登记失业人员的培训补贴
        Unemployed = "unemployed",
        /// 脱贫人口的培训补贴
        Lifted = "lifted",
        /// 退役军人的培训补贴
        Veteran = "veteran",
        /// 残疾人的培训补贴
        Disabled = "disabled",
    }
);

impl Fund {
    /// What is paid for whom an indicator counts; most are paid for nothing of their own.
    pub fn of(indicator: Indicator) -> Option<Self> {
        Some(match indicator {
            Indicator::Trained => Self::Training,
            Indicator::Employ => Self::Employ,
            Indicator::Startup => Self::Startup,
            Indicator::Graduate => Self::Graduate,
            Indicator::Rural => Self::Rural,
            Indicator::Unemployed => Self::Unemployed,
            Indicator::Lifted => Self::Lifted,
            Indicator::Veteran => Self::Veteran,
            Indicator::Disabled => Self::Disabled,
            Indicator::Certified => Self::Assessment,
            _ => return None,
        })
    }

    /// Which paid lines it counts.
    pub fn rule(self) -> FundRule {
        let of = |kind, training, group: &str| FundRule {
            kind,
            training,
            group: Groups::of(group),
        };
        match self {
            Self::All => of("", "", ""),
            Self::Training => of("training", "", ""),
            Self::Assessment => of("assessment", "", ""),
            Self::Employ => of("training", "EMPLOY", ""),
            Self::Startup => of("training", "STARTUP", ""),
            Self::Graduate => of("training", "", "G01"),
            Self::Rural => of("training", "", "G03"),
            Self::Unemployed => of("training", "", "G04"),
            Self::Lifted => of("training", "", "G06"),
            Self::Veteran => of("training", "", "G07"),
            Self::Disabled => of("training", "", "G08"),
        }
    }

    /// Whether it is a part of what stands above it (其中).
    pub fn is_part(self) -> bool {
        !matches!(self, Self::All | Self::Training | Self::Assessment)
    }
}

/// 资金口径: which paid lines a fund counts.
#[derive(Clone, Copy, Debug)]
pub struct FundRule {
    kind: &'static str,
    training: &'static str,
    group: Groups,
}

impl FundRule {
    /// Whether a line of such a claim, for such training, for somebody in these groups, is paid out
    /// of it.
    pub fn pays(&self, kind: &str, training: &str, groups: Groups) -> bool {
        (self.kind.is_empty() || self.kind == kind)
            && (self.training.is_empty() || self.training == training)
            && groups.hold(self.group)
    }
}

/// 补贴资金: paid lines, the people they were paid for, and how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Paid {
    /// 人次
    pub times: i64,
    /// 人数
    pub heads: i64,
    /// In fen.
    pub fen: i64,
}

/// Age bands of reports: the first age and the last of each.
pub const AGES: &[(&str, i32, i32)] = &[
    ("16-24", 16, 24),
    ("25-34", 25, 34),
    ("35-44", 35, 44),
    ("45-54", 45, 54),
    ("55+", 55, 200),
];

/// One way of cutting the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The first day that counts.
    pub from: NaiveDate,
    /// 截止日期: the last day that counts.
    pub until: NaiveDate,
    /// Only what came on record before this, in UTC.
    pub known: NaiveDateTime,
    /// Where.
    pub region: Option<RegionCode>,
    /// By where the trainee is registered, instead of where she was taught.
    pub by_home: bool,
    /// 重点群体; empty for everybody.
    pub group: String,
    /// 培训类别; empty for all.
    pub training: String,
    /// 职业; empty for all.
    pub occupation: String,
    /// 等级; empty for all.
    pub level: String,
    /// 性别; empty for both.
    pub sex: String,
    /// 机构; empty for all.
    pub institution: String,
    /// 年龄段; empty for all.
    pub ages: String,
}

/// 24:00 in Beijing of a day, in UTC: what was on record before it was known that day.
pub fn end_of(day: NaiveDate) -> NaiveDateTime {
    Now::beijing(day.succ_opt().unwrap_or(day), 0, 0).utc()
}

/// The first day of a day's year.
pub fn year_start(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day)
}

/// The first day of a day's month.
pub fn month_start(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The last day of a day's month.
pub fn month_end(day: NaiveDate) -> NaiveDate {
    month_start(day)
        .checked_add_months(chrono::Months::new(1))
        .and_then(|next| next.pred_opt())
        .unwrap_or(day)
}

/// The same day a year earlier; the end of February stays the end of February.
pub fn year_before(day: NaiveDate) -> NaiveDate {
    let earlier = day
        .checked_sub_months(chrono::Months::new(12))
        .unwrap_or(day);
    if day == month_end(day) {
        month_end(earlier)
    } else {
        earlier
    }
}

/// 时序进度: how much of the year's months, in thousandths, has gone by the end of this day. A full
/// month counts a twelfth, as reports do (7 月底 is 58.3 %).
pub fn time_share(until: NaiveDate) -> u32 {
    let month_days = month_end(until).day();
    let twelfths_of_days = until.month0() * month_days + until.day();
    (twelfths_of_days * 1000 + 6 * month_days) / (12 * month_days)
}

impl Cut {
    /// From the year's first day until this one, known by its end.
    pub fn of_year(until: NaiveDate) -> Self {
        Self {
            from: year_start(until),
            until,
            known: end_of(until),
            region: None,
            by_home: false,
            group: String::new(),
            training: String::new(),
            occupation: String::new(),
            level: String::new(),
            sex: String::new(),
            institution: String::new(),
            ages: String::new(),
        }
    }

    /// The cut-off's month alone, known by the same time.
    #[must_use]
    pub fn month(&self) -> Self {
        Self {
            from: month_start(self.until),
            ..self.clone()
        }
    }

    /// 同期: the same days a year earlier, as they were known then: by as long after the cut-off.
    #[must_use]
    pub fn year_earlier(&self) -> Self {
        let until = year_before(self.until);
        Self {
            from: year_before(self.from),
            until,
            known: end_of(until) + (self.known - end_of(self.until)),
            ..self.clone()
        }
    }

    /// The same in one place.
    #[must_use]
    pub fn within(&self, region: &RegionCode) -> Self {
        Self {
            region: Some(region.clone()),
            ..self.clone()
        }
    }

    /// The first age and the last.
    pub fn age_range(&self) -> (i32, i32) {
        AGES.iter()
            .find(|(band, ..)| *band == self.ages)
            .map_or((-1000, 1000), |(_, first, last)| (*first, *last))
    }
}

/// 人次和人数
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Count {
    /// 人次
    pub times: i64,
    /// 人数
    pub heads: i64,
}

impl From<Paid> for Count {
    fn from(Paid { times, heads, .. }: Paid) -> Self {
        Self { times, heads }
    }
}

/// A share in thousandths, rounded half up; none of nothing.
pub fn permille(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 2000 + whole) / (2 * whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_goes_by_in_twelfths() {
        for (until, share) in [
            ("2026-01-31", 83),
            ("2026-07-31", 583),
            ("2026-12-31", 1000),
            ("2026-06-30", 500),
            ("2026-06-15", 458),
        ] {
            assert_eq!(time_share(day(until)), share, "{until}");
        }
    }

    #[test]
    fn a_year_before_is_the_same_day_or_the_same_end() {
        for (this, before) in [
            ("2026-07-31", "2025-07-31"),
            ("2024-02-29", "2023-02-28"),
            ("2025-02-28", "2024-02-29"),
            ("2026-03-05", "2025-03-05"),
        ] {
            assert_eq!(year_before(day(this)), day(before));
        }
        let cut = Cut::of_year(day("2026-07-31"));
        assert_eq!(cut.known.to_string(), "2026-07-31 16:00:00");
        assert_eq!(cut.year_earlier(), Cut::of_year(day("2025-07-31")));
        assert_eq!(cut.month().from, day("2026-07-01"));
    }

    #[test]
    fn a_figure_counts_what_its_rule_says() {
        let (nobody, graduate, herder) = (Groups::default(), Groups::of("G01"), Groups::of("G03"));
        let both = graduate.and(herder);
        type Told = (
            &'static str,
            &'static str,
            Groups,
            &'static str,
            Option<Fate>,
            Option<Fate>,
        );
        let cases: [(Told, &str); 9] = [
            (
                ("trained", "EMPLOY", nobody, "5", None, None),
                "trained employ employ_urban",
            ),
            (
                ("trained", "EMPLOY", both, "5", Some(Fate::Flexible), None),
                "trained employ employ_rural graduate rural employed",
            ),
            (
                (
                    "trained",
                    "STARTUP",
                    graduate,
                    "",
                    Some(Fate::Startup),
                    Some(Fate::Lost),
                ),
                "trained startup startup_graduate graduate employed business",
            ),
            (
                (
                    "trained",
                    "ORDER",
                    nobody,
                    "4",
                    Some(Fate::Unemployed),
                    Some(Fate::Public),
                ),
                "trained order lasting",
            ),
            (
                ("certified", "EMPLOY", both, "3", None, None),
                "certified high_skill",
            ),
            (("certified", "", nobody, "4", None, None), "certified"),
            (("assessed", "EMPLOY", both, "3", None, None), "assessed"),
            (("concluded", "POST", nobody, "", None, None), "concluded"),
            (("enrolled", "POST", both, "", None, None), "enrolled"),
        ];
        for (told, counted) in cases {
            let (kind, training, groups, level, soon, later) = told;
            let found: Vec<_> = Indicator::ALL
                .iter()
                .filter(|one| {
                    one.rule().is_of(kind, training, level) && one.rule().takes(groups, soon, later)
                })
                .map(|one| one.as_str())
                .collect();
            assert_eq!(found.join(" "), counted, "{told:?}");
        }
    }

    #[test]
    fn shares_are_rounded_half_up() {
        assert_eq!(permille(2134, 3000), Some(711));
        assert_eq!(permille(1, 2000), Some(1));
        assert_eq!(permille(1, 0), None);
    }
}
