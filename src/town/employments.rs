//! 就业去向: what became of each class's trainees after three months and after six.

use crate::acts::employments::{self, Told};
use crate::acts::{Done, Error};
use crate::domain::account::{Follower, TrainingReader};
use crate::domain::employment::{Fate, Source};
use crate::domain::enterprise::Enterprise;
use crate::domain::uscc::Uscc;
use crate::ground::clock::Now;
use crate::town::agenda::{Walk, of};
use crate::town::offices::{self, CARER, HOIST, WELDER};

/// Employers, each with the trade it employs for.
const EMPLOYERS: [(&str, &str); 3] = [
    ("乌兰察布市北方重工检修有限公司", WELDER),
    ("乌兰察布市安达物流有限公司", HOIST),
    ("集宁区康宁养老服务中心", CARER),
];

/// The enterprise a class trains for, if it does for one.
pub(super) fn ordered_by(class: &str) -> Done<Option<Enterprise>> {
    if class != "fork-order-a" {
        return Ok(None);
    }
    let uscc = Uscc::compose("91150900MAX000011")
        .ok_or_else(|| Error::fault("an example enterprise has a code"))?;
    Ok(Enterprise::read(EMPLOYERS[1].0, uscc.as_str())?)
}

/// A class's clerk records what became of everyone, so many months after it ended.
pub(super) fn follow(
    walk: &mut Walk<'_>,
    class: &str,
    clerk: &str,
    months: i32,
    now: Now,
) -> Done<()> {
    let reader = walk.person(clerk, TrainingReader::of)?;
    let follower = walk.person(clerk, Follower::of)?;
    let id = of(&walk.classes, class)?;
    let enterprise = ordered_by(class)?;
    let followed = employments::of_class(walk.registry, &reader, &id)?;
    for (at, trainee) in followed.trainees.iter().enumerate() {
        let fate = match (at % 8, months) {
            (0..=3, _) | (5, 3) => Fate::Employed,
            (4, _) => Fate::Flexible,
            (7, _) => Fate::Lost,
            _ => Fate::Unemployed,
        };
        let (mut employer, mut trade) = EMPLOYERS[at % EMPLOYERS.len()];
        // most of those an enterprise had trained work there now
        let there = enterprise.as_ref().filter(|_| at != 2);
        if there.is_some() {
            (employer, trade) = EMPLOYERS[1];
        }
        let works = fate == Fate::Employed;
        let told = Told {
            months,
            day: now.day(),
            fate,
            employer: if works { employer } else { "" }.to_owned(),
            uscc: there
                .filter(|_| works)
                .map(|enterprise| enterprise.uscc().clone()),
            occupation: if works {
                Some(offices::occupation(trade)?)
            } else {
                None
            },
            wage_fen: works.then_some(420_000),
            evidence: match fate {
                Fate::Employed => "劳动合同",
                Fate::Flexible => "本人承诺",
                _ => "",
            }
            .to_owned(),
            source: Source::Institution,
        };
        employments::record(walk.registry, &follower, &trainee.enrolment.id, told, now)?;
    }
    Ok(())
}
