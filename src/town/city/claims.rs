//! 全市补贴: most classes are claimed for and paid; some claims are sent back, some under way, and
//! some classes are never claimed for.

use crate::acts::claims::{self, payment, publicity, review};
use crate::acts::subsidy_rules::{self, NewRule};
use crate::acts::{Done, Error};
use crate::domain::account::{BureauOfficer, Clerk, Officer, TrainingReader};
use crate::domain::claim::ClaimId;
use crate::domain::key_group::KeyGroup;
use crate::domain::skill_level::SkillLevel;
use crate::domain::subsidy::{Per, Rule, SubsidyKind};
use crate::ground::clock::Now;
use crate::town::city::classes::LASTS;
use crate::town::city::{City, Step as Any, person};
use crate::town::offices::region;
use chrono::Days;

/// What the city pays for disabled trainees at the fifth level: more than for others.
const DISABLED_FEN: i64 = 150_000;

/// One claim.
pub(super) struct Claim {
    class: usize,
    kind: SubsidyKind,
    id: Option<ClaimId>,
    /// Whether it was sent back once already.
    again: bool,
}

/// What is done for it.
#[derive(Clone, Copy)]
pub(super) enum Step {
    File,
    SendBack,
    Review,
    Show,
    Pay,
}

/// What the city pays beside what the town does.
pub(super) fn rule(city: &City<'_>, now: Now) -> Done<()> {
    let officer = person(&city.bureau, BureauOfficer::of)?;
    let disabled =
        KeyGroup::read("G08").ok_or_else(|| Error::fault("the disabled are no group"))?;
    let new = NewRule {
        rule: Rule {
            region: region("150900")?,
            kind: SubsidyKind::Training,
            training: None,
            level: Some(SkillLevel::Five),
            group: Some(disabled),
            per: Per::Head,
            amount_fen: DISABLED_FEN,
            most_fen: None,
            least_hours: 0,
            per_year: Some(3),
            within_months: Some(12),
            starts: now.day(),
            ends: None,
        },
        document: format!("乌人社示例发〔{}〕4号", now.year()),
    };
    subsidy_rules::enter(city.registry, &officer, &new, now).map(drop)
}

fn note(city: &mut City<'_>, class: usize, kind: SubsidyKind, filed: Now, again: bool) {
    let at = city.claims.len();
    city.claims.push(Claim {
        class,
        kind,
        id: None,
        again,
    });
    city.at(filed, Any::Claim(at, Step::File));
}

/// Which way a class's claims go; what is planted goes the usual one.
fn turn(city: &City<'_>, class: usize) -> usize {
    match &city.classes[class].twist {
        Some(twist) if twist.is_claimed => 0,
        Some(_) => 7,
        None => class % 8,
    }
}

/// Puts a class's claim for its training on the agenda. One class in eight is never claimed for.
pub(super) fn plan(city: &mut City<'_>, class: usize) {
    if turn(city, class) != 7 {
        let ends = city.classes[class].starts + Days::new(LASTS);
        let filed = ends + Days::new(10 + u64::try_from(class % 5).unwrap_or(0));
        let time = Now::beijing(filed, 9, 15);
        note(city, class, SubsidyKind::Training, time, false);
    }
}

/// Every third class is claimed for again when it has its certificates.
pub(super) fn assessed(city: &mut City<'_>, class: usize, now: Now) {
    if class % 3 == 1 && city.classes[class].twist.is_none() {
        let time = Now::beijing(now.day() + Days::new(8), 9, 40);
        note(city, class, SubsidyKind::Assessment, time, false);
    }
}

/// Takes one step of one claim.
pub(super) fn take(city: &mut City<'_>, at: usize, step: Step, now: Now) -> Done<()> {
    let claim = &city.claims[at];
    let (class, kind) = (claim.class, claim.kind);
    let school = &city.schools[city.classes[class].school];
    let county = &city.officers[school.county];
    let registry = city.registry;
    let id = || {
        claim
            .id
            .clone()
            .ok_or_else(|| Error::fault("a claim before it was filed"))
    };
    let turn = turn(city, class);
    let later = |days, hour| Now::beijing(now.day() + Days::new(days), hour, 10);
    match step {
        Step::File => {
            let clerk = person(&school.clerk, Clerk::of)?;
            let of = city.classes[class]
                .id
                .clone()
                .ok_or_else(|| Error::fault("a class before its draft"))?;
            let back = turn == 5 && !claim.again;
            match claims::file(registry, &clerk, &of, kind, now) {
                // Nobody was certified: there is nothing to claim.
                Err(no) if no.code() == "claim.nobody-entitled" => return Ok(()),
                filed => city.claims[at].id = Some(filed?),
            }
            let (days, step) = match turn {
                5 if back => (5, Step::SendBack),
                // Some lie a long time.
                6 => (120, Step::Review),
                _ => (3, Step::Review),
            };
            city.at(later(days, 11), Any::Claim(at, step));
        }
        Step::SendBack => {
            let officer = person(county, Officer::of)?;
            let reason = "签到表缺少两天原件，请补齐后重新申请。";
            review::send_back(registry, &officer, &id()?, reason, now)?;
            note(city, class, kind, later(9, 10), true);
        }
        Step::Review => {
            let officer = person(county, Officer::of)?;
            if turn == 4 {
                let reader = person(county, TrainingReader::of)?;
                let opened = claims::open(registry, &reader, &id()?)?;
                // The first line is cut a little, the last one wholly.
                let ends = [
                    (
                        opened.lines.first(),
                        Some(5_000),
                        "缺一次实训签到原件，按比例核减。",
                    ),
                    (opened.lines.last(), None, "本人声明自费参加，不享受补贴。"),
                ];
                for (line, fen, reason) in ends {
                    if let Some(account) = line.filter(|_| opened.lines.len() > 1) {
                        let line = &account.told.line.id;
                        review::cut(registry, &officer, &id()?, line, fen, reason, now)?;
                    }
                }
            }
            review::approve(registry, &officer, &id()?, now)?;
            city.at(later(2, 15), Any::Claim(at, Step::Show));
        }
        Step::Show => {
            let officer = person(county, Officer::of)?;
            let closes = publicity::open(registry, &officer, &id()?, now)?;
            let paid = Now::beijing(closes + Days::new(6), 9, 50);
            city.at(paid, Any::Claim(at, Step::Pay));
        }
        Step::Pay => {
            let payer = person(&city.bureau, Officer::of)?;
            let reference = format!("国库支付{}-{at:05}", now.day().format("%Y%m%d"));
            payment::enter(registry, &payer, &id()?, now.day(), &reference, now)?;
        }
    }
    Ok(())
}
