//! 补贴: what is paid here, two claims paid, one being shown, one to be reviewed.

use crate::acts::claims::{self, payment, publicity, review};
use crate::acts::subsidy_rules::{self, NewRule};
use crate::acts::{Done, Error};
use crate::domain::account::{BureauOfficer, Clerk, Officer};
use crate::domain::claim::ClaimId;
use crate::domain::skill_level::SkillLevel;
use crate::domain::subsidy::{Per, Rule, SubsidyKind};
use crate::ground::clock::Now;
use crate::town::agenda::{Walk, of};
use crate::town::{classes, offices};
use chrono::{Days, NaiveDate};

/// Kind, level, yuan a person. Inner Mongolia paid so for levels five to three in 2017; what its
/// region paid on the average for an assessment in that year is the last.
const RULES: [(SubsidyKind, Option<SkillLevel>, i64); 5] = [
    (SubsidyKind::Training, Some(SkillLevel::Five), 1_000),
    (SubsidyKind::Training, Some(SkillLevel::Four), 1_500),
    (SubsidyKind::Training, Some(SkillLevel::Three), 2_000),
    (SubsidyKind::Training, None, 1_200),
    (SubsidyKind::Assessment, None, 180),
];

/// How far a claim is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Filed,
    Shown,
    Paid,
}

/// One claim: its class, the kind, so many days after its class has ended, how far it is taken, and
/// who files and who reviews.
struct Plan {
    class: &'static str,
    kind: SubsidyKind,
    after: u64,
    until: Until,
    people: (&'static str, &'static str),
}

const PLANS: [Plan; 4] = [
    Plan {
        class: "weld-5-a",
        kind: SubsidyKind::Training,
        after: 12,
        until: Until::Paid,
        people: ("clerk", "county"),
    },
    Plan {
        class: "weld-5-a",
        kind: SubsidyKind::Assessment,
        after: 60,
        until: Until::Paid,
        people: ("clerk", "county"),
    },
    Plan {
        class: "weld-4-a",
        kind: SubsidyKind::Training,
        after: 34,
        until: Until::Shown,
        people: ("clerk", "county"),
    },
    Plan {
        class: "fork-5-a",
        kind: SubsidyKind::Training,
        after: 20,
        until: Until::Filed,
        people: ("clerk", "county"),
    },
];

/// Puts the rules and every claim on the agenda.
pub(super) fn run(walk: &mut Walk<'_>) {
    let ruled = Now::beijing(walk.weekday(446), 15, 0);
    walk.at(ruled, |walk, now| {
        RULES.iter().try_for_each(|row| rule(walk, *row, now))
    });
    for plan in &PLANS {
        let filed = classes::ends(walk, plan.class) + Days::new(plan.after);
        walk.at(Now::beijing(filed, 10, 20), move |walk, now| {
            file(walk, plan, now)
        });
    }
}

fn rule(
    walk: &mut Walk<'_>,
    (kind, level, yuan): (SubsidyKind, Option<SkillLevel>, i64),
    now: Now,
) -> Done<()> {
    let officer = walk.person("bureau", BureauOfficer::of)?;
    let new = NewRule {
        rule: Rule {
            region: offices::region("150900")?,
            kind,
            training: None,
            level,
            group: None,
            per: Per::Head,
            amount_fen: yuan * 100,
            most_fen: None,
            least_hours: 0,
            per_year: (kind == SubsidyKind::Training).then_some(3),
            within_months: Some(12),
            starts: now.day(),
            ends: None,
        },
        document: format!("乌人社示例发〔{}〕2号", now.year()),
    };
    subsidy_rules::enter(walk.registry, &officer, &new, now).map(drop)
}

fn file(walk: &mut Walk<'_>, plan: &'static Plan, now: Now) -> Done<()> {
    let clerk = walk.person(plan.people.0, Clerk::of)?;
    let class = of(&walk.classes, plan.class)?;
    let id = claims::file(walk.registry, &clerk, &class, plan.kind, now)?;
    if plan.until == Until::Filed {
        return Ok(());
    }
    let reviewed = now.day() + Days::new(2);
    let same = id.clone();
    walk.at(Now::beijing(reviewed, 11, 0), move |walk, now| {
        look_over(walk, plan, &same, now)
    });
    // What is paid was shown soon; what is shown, is shown these days.
    let shown = match plan.until {
        Until::Shown => walk.weekday(2),
        _ => reviewed + Days::new(1),
    };
    walk.at(
        Now::beijing(shown.max(reviewed), 16, 0),
        move |walk, now| show(walk, plan, id, now),
    );
    Ok(())
}

/// An officer reads the list over: one line of the first claim is cut a little.
fn look_over(walk: &Walk<'_>, plan: &Plan, id: &ClaimId, now: Now) -> Done<()> {
    let officer = walk.person(plan.people.1, Officer::of)?;
    if plan.class == "weld-5-a" && plan.kind == SubsidyKind::Training {
        let reader = walk.person(plan.people.1, crate::domain::account::TrainingReader::of)?;
        let opened = claims::open(walk.registry, &reader, id)?;
        let line = opened
            .lines
            .first()
            .map(|account| account.told.line.id.clone());
        let line = line.ok_or_else(|| Error::fault("a claim without lines"))?;
        let reason = "缺一次实训签到原件，按比例核减。";
        review::cut(walk.registry, &officer, id, &line, Some(5_000), reason, now)?;
    }
    review::approve(walk.registry, &officer, id, now)
}

fn show(walk: &mut Walk<'_>, plan: &'static Plan, id: ClaimId, now: Now) -> Done<()> {
    let officer = walk.person(plan.people.1, Officer::of)?;
    let closes: NaiveDate = publicity::open(walk.registry, &officer, &id, now)?;
    if plan.until == Until::Paid {
        let paid = Now::beijing(closes + Days::new(3), 9, 40);
        walk.at(paid, move |walk, now| {
            let payer = walk.person("bureau", Officer::of)?;
            let reference = format!("国库支付{}", now.day().format("%Y%m%d"));
            payment::enter(walk.registry, &payer, &id, now.day(), &reference, now).map(drop)
        });
    }
    Ok(())
}
